"""Compare two documents exactly: how much they share, and whether they tell of the same facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaners.corpus.alignment import Block, align
from cleaners.corpus.canonical import Codes, keys
from cleaners.corpus.shingles import Hashes, hashes

_LONGEST_FACT = 40  # code points; longer differences are passages, not facts
_SHORT_TEXT = 200  # code points; a text this short is told from its sibling by one figure
_DENSE = 400  # one differing fact per so many code points makes a sibling ...
_FIGURES = 0.25  # ... and so does this share of the figures


@dataclass(frozen=True)
class Prepared:
    """A text ready to be compared."""

    codes: Codes

    @cached_property
    def shingles(self) -> Hashes:
        """The different shingles, ascending."""
        return np.unique(hashes(self.codes))


class Comparison(NamedTuple):
    """How much two texts share, over their different shingles.

    ``similarity`` is Jaccard's; ``left_in_right`` the share of the left text's shingles found in the right one.
    """

    similarity: float
    left_in_right: float
    right_in_left: float


def prepare(texts: list[str]) -> list[Prepared]:
    """The texts' keys, cut apart."""
    folded = keys(texts)
    return [Prepared(codes) for codes in np.split(folded.codes, folded.offsets[1:-1])]


def compare(left: Prepared, right: Prepared) -> Comparison:
    """Exact figures; all zero where a text is shorter than a shingle."""
    a, b = left.shingles, right.shingles
    if not len(a) or not len(b):
        return Comparison(0.0, 0.0, 0.0)
    shared = len(a) + len(b) - len(np.union1d(a, b))
    return Comparison(shared / (len(a) + len(b) - shared), shared / len(a), shared / len(b))


def tell_different_facts(left: Prepared, right: Prepared) -> bool:
    """Whether two similar texts are one frame filled in twice: siblings by template, not copies.

    Where the frame agrees on both sides and both texts have something to say, they must say the same. What only
    one of them says was masked, dropped or added, and contradicts nothing. A single Han character is a slip of
    the pen, not a fact. The limits were set on frames and copies generated for the tests.
    """
    blocks = align(left.codes, right.codes)
    aligned = sum(block.length for block in blocks)
    figures = words = 0
    for before, after in pairwise(blocks):
        ours, theirs = _gap(left.codes, before, after, 0), _gap(right.codes, before, after, 1)
        if not ours or not theirs or max(len(ours), len(theirs)) > _LONGEST_FACT:
            continue
        figures += _figures_differ(left.codes, right.codes, before, after)
        words += min(_han(ours), _han(theirs)) >= 2
    facts = figures + words
    if facts < 2:
        return bool(facts) and aligned < _SHORT_TEXT
    agreeing = sum(_count_figures(left.codes[block.i : block.i + block.length]) for block in blocks)
    return facts * _DENSE >= aligned or (figures >= 2 and figures >= _FIGURES * (figures + agreeing))


def _gap(codes: Codes, before: Block, after: Block, side: int) -> list[int]:
    """What one text has between two blocks."""
    start, stop = before[side] + before.length, after[side]
    return list(map(int, codes[start : min(stop, start + _LONGEST_FACT + 1)]))


def _figures_differ(left: Codes, right: Codes, before: Block, after: Block) -> bool:
    """Whether both texts have a figure in the gap, grown to whole numbers, and not the same one.

    A year cut short by its mask (20xx, 201x) does not contradict the year.
    """
    ours, theirs = _number(left, before, after, 0), _number(right, before, after, 1)
    if not ours or not theirs or ours == theirs:
        return False
    shorter, longer = sorted((ours, theirs), key=len)
    return not (len(longer) == 4 and 2 <= len(shorter) < 4 and longer.startswith(shorter))


def _number(codes: Codes, before: Block, after: Block, side: int) -> str:
    """The digits in a gap and those that touch it on either side."""
    start, stop = before[side] + before.length, after[side]
    inside = codes[start:stop].tolist()
    head = codes[max(start - 12, before[side]) : start].tolist()
    tail = codes[stop : min(stop + 12, after[side] + after.length)].tolist()
    if not any(map(_digit, inside)):
        return ""
    while head and _digit(head[-1]) and _digit(inside[0]):
        inside.insert(0, head.pop())
    while tail and _digit(tail[0]) and _digit(inside[-1]):
        inside.append(tail.pop(0))
    return "".join(chr(code) for code in inside if _digit(code))


def _digit(code: int) -> bool:
    return 0x30 <= code <= 0x39


def _han(codes: list[int]) -> int:
    return sum(0x3400 <= code <= 0x9FFF for code in codes)


def _count_figures(codes: Codes) -> int:
    """How many runs of digits there are."""
    digits = (codes >= 0x30) & (codes <= 0x39)
    return int(np.count_nonzero(digits[1:] & ~digits[:-1])) + bool(len(digits) and digits[0])
