"""A text ready to be collated: what stands in it, what its key is, and what lies between the codes of the key."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from cleaners.corpus.canonical import Codes, Offsets, keys

_QUOTES = str.maketrans(dict.fromkeys("“”‘’「」『』″＂'", '"'))


@dataclass(frozen=True)
class Copy:
    """A text with its key and where each code of the key stands."""

    text: str
    codes: Codes
    positions: Offsets

    def between(self, index: int) -> str:
        """The text between the key's codes ``index - 1`` and ``index``: punctuation, space and masks."""
        return self.text[self.end(index - 1) : self.begin(index)]

    def begin(self, index: int) -> int:
        """Where the code stands, or the text ends."""
        return int(self.positions[index]) if index < len(self.positions) else len(self.text)

    def end(self, index: int) -> int:
        """Behind where the code stands; 0 before the first."""
        return int(self.positions[index]) + 1 if index >= 0 else 0

    def line_start(self, index: int) -> int:
        """The first code of the line on which a code stands."""
        return int(np.searchsorted(self.positions, self.text.rfind("\n", 0, self.begin(index)) + 1))


def copy_of(text: str) -> Copy:
    """The text with its key."""
    folded = keys([text])
    return Copy(text, folded.codes, folded.positions)


def same_marks(one: str, other: str) -> bool:
    """Whether two stretches of punctuation differ in width, spacing and the direction of quotation marks only."""
    return _plain(one) == _plain(other)


def _plain(marks: str) -> str:
    return "".join(unicodedata.normalize("NFKC", marks).translate(_QUOTES).split())
