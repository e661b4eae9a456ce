"""Find any of a thousand fixed words in a text at the price of a few numpy passes.

An automaton of so many words is larger than the processor's cache, and most pages hold almost none of them. So each
word is known by three neighbouring characters of it, among them the rarest two: one table look-up by two characters
leaves one place in fifteen, one by three of those one in five, and only there are words compared.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cleaners.document import Document, Table, Units, pair_keys
from cleaners.han import log_share

_KEYS = 1 << 16  # tables of 64 KB: smaller ones are faster to read and leave more places to compare
_SECOND, _THIRD = np.uint16(30011), np.uint16(52711)  # odd, as in `pair_keys`
_UNKNOWN = -11.0  # log share of a character that is not listed as frequent


class Words:
    """A set of words of two characters or more to look for.

    >>> Words(("来源", "来源：", "源：本")).places(Document("正文 来源：本站"))
    [(3, '来源'), (3, '来源：'), (4, '源：本')]
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._known: dict[str, list[tuple[int, str]]] = {}
        for word in dict.fromkeys(words):
            at = _rarest(word)
            self._known.setdefault(word[at : at + 3], []).append((at, word))
        units = np.array([[*map(ord, part.ljust(3, "\0"))] for part in self._known], dtype=np.uint16)
        left, right, third = units.T
        self._pairs = _table(pair_keys(left, right))
        self._parts = _table(pair_keys(left, right) ^ right * _SECOND ^ third * _THIRD)  # third is 0 in a word of two

    def places(self, document: Document) -> list[tuple[int, str]]:
        """Every place, in code points, at which one of the words begins, ascending; words may overlap."""
        units, pairs = document.units, document.pairs
        likely = self._pairs.take(pairs).nonzero()[0]
        two = pairs[likely] ^ units[likely + 1] * _SECOND
        three = two ^ units.take(likely + 2, mode="clip") * _THIRD
        likely = likely[self._parts[two] | self._parts[three]]
        text, known = document.text + "\0", self._known
        found = [
            (place - at, word)
            for place in likely.tolist()
            for end in (place + 2, place + 3)
            for at, word in known.get(text[place:end], ())
            if place >= at and text.startswith(word, place - at)
        ]
        return sorted(found)


def _rarest(word: str) -> int:
    """Where the two neighbouring characters of a word begin, with one behind, that text has least often together."""
    shares = [log_share().get(character, _UNKNOWN) for character in word]
    return min(range(max(1, len(word) - 2)), key=lambda at: shares[at] + shares[at + 1])


def _table(keys: Units) -> Table:
    table = np.zeros(_KEYS, dtype=np.bool_)
    table[keys] = True
    return table
