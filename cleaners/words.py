"""Find any of a thousand fixed words in a text at the price of a few numpy passes.

An automaton of so many words is larger than the processor's cache, and most pages hold almost none of them. So each
word is known by two neighbouring characters of it, the rarest two. One table look-up
leaves one place in forty, and only there are words compared.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cleaners.document import Document, Units
from cleaners.han import log_share

_KEYS = 1 << 16  # a table of 64 KB: smaller ones are faster to read and leave more places to compare
_FACTOR = np.uint16(40503)  # odd: neighbouring characters fall far apart
_UNKNOWN = -11.0  # log share of a character that is not listed as frequent


class Words:
    """A set of words of two characters or more to look for.

    >>> Words(("来源", "来源：", "源：本")).places(Document("正文 来源：本站"))
    [(3, '来源'), (3, '来源：'), (4, '源：本')]
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._known: dict[int, list[tuple[int, str]]] = {}
        for word in dict.fromkeys(words):
            at = _rarest(word)
            self._known.setdefault(ord(word[at]) << 16 | ord(word[at + 1]), []).append((at, word))
        pairs = np.array(list(self._known), dtype=np.uint32)
        self._table = np.zeros(_KEYS, dtype=np.bool_)
        self._table[_keys((pairs >> 16).astype(np.uint16), pairs.astype(np.uint16))] = True

    def places(self, document: Document) -> list[tuple[int, str]]:
        """Every place, in code points, at which one of the words begins, ascending; words may overlap."""
        left, right = document.units[:-1], document.units[1:]
        likely = np.flatnonzero(self._table[_keys(left, right)])
        pairs = left[likely].astype(np.uint32) << 16 | right[likely]
        known = self._known
        found = [
            (place - at, word)
            for place, pair in zip(likely.tolist(), pairs.tolist(), strict=True)
            if pair in known
            for at, word in known[pair]
            if place >= at and document.text.startswith(word, place - at)
        ]
        return sorted(found)


def _rarest(word: str) -> int:
    """Where the two neighbouring characters of a word begin that text has least often together."""
    shares = [log_share().get(character, _UNKNOWN) for character in word]
    return min(range(len(word) - 1), key=lambda at: shares[at] + shares[at + 1])


def _keys(left: Units, right: Units) -> Units:
    """A number of 16 bits for each pair of characters, equal for equal pairs."""
    return left * _FACTOR ^ right
