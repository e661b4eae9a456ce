"""Compare two documents exactly: how much they share, and whether they tell of the same facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Indel, LCSseq

from cleaners.corpus.alignment import ANCHOR, Block, align, as_string
from cleaners.corpus.canonical import Codes, Offsets, keys
from cleaners.corpus.shingles import LENGTH, Hashes, distinct, hashes, hashes_of_each

_LONGEST_FACT = 40  # code points; longer differences are passages, not facts
_SHORT_TEXT = 200  # code points; a text this short is told from its sibling by one figure
_DENSE = 400  # one differing fact per so many code points makes a sibling
_MUCH_LONGER = 4  # times
_CONTRADICTIONS = 2  # so many differing figures or names make a sibling however long the text is
_DIGITS = "0123456789.〇零一二三四五六七八九十百千万亿"
_NUMBER = re.compile(r"[0-9.]+|[〇零一二三四五六七八九十百千万亿]{2,}")  # a single 一 or 万 is as often a word
_NAME = re.compile("[\u3400-\u9fff]{2,4}")
_NAMED = re.compile(  # what stands behind a name, and is not the beginning of a word such as 市场 or 村民
    "省(?![略得级])|市(?![场民值容政])|[县州](?![域级])|区(?![域别分间])|镇(?![静压])|乡(?![村亲镇土])|村(?![民庄里落级])"
    "|[局厅](?![面部势限堂])|公司|同志|书记|主任|先生|女士|老师|[省市县区镇乡村局厅校站处科]长"
)
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Prepared:
    """A text ready to be compared."""

    codes: Codes
    hashes: Hashes

    @cached_property
    def shingles(self) -> Hashes:
        """The different shingles, ascending."""
        return distinct(self.hashes)

    @cached_property
    def anchors(self) -> tuple[Hashes, Offsets]:
        """One in eight of the hashes of anchors, ascending, and where they stand."""
        values = hashes(self.codes, ANCHOR)
        places = np.flatnonzero((values & np.uint64(7)) == 0)
        places = places[np.argsort(values[places], kind="stable")]
        return values[places], places


class Comparison(NamedTuple):
    """How much two texts share, over their different shingles.

    ``similarity`` is Jaccard's; ``left_in_right`` the share of the left text's shingles found in the right one.
    """

    similarity: float
    left_in_right: float
    right_in_left: float


def prepare(texts: Sequence[str]) -> list[Prepared]:
    """The texts' keys, cut apart."""
    folded = keys(texts)
    wide, offsets = hashes_of_each(folded.codes, folded.offsets)
    places = zip(pairwise(folded.offsets.tolist()), pairwise(offsets.tolist()), strict=True)
    return [Prepared(folded.codes[a:b], wide[c:d]) for (a, b), (c, d) in places]


def compare(left: Prepared, right: Prepared) -> Comparison:
    """Exact figures; all zero where a text is shorter than a shingle."""
    a, b = left.shingles, right.shingles
    if not len(a) or not len(b):
        return Comparison(0.0, 0.0, 0.0)
    shared = _count_shared(*sorted((a, b), key=len))
    return Comparison(shared / (len(a) + len(b) - shared), shared / len(a), shared / len(b))


def _count_shared(fewer: Hashes, more: Hashes) -> int:
    """How many values two ascending sequences share, at a cost that grows with the shorter where that pays."""
    if len(fewer) * _MUCH_LONGER < len(more):
        places = np.minimum(np.searchsorted(more, fewer), len(more) - 1)
        return int(np.count_nonzero(more[places] == fewer))
    both = np.sort(np.concatenate([fewer, more]), kind="stable")  # merges two sorted runs
    return int(np.count_nonzero(both[1:] == both[:-1]))


def tell_different_facts(left: Prepared, right: Prepared) -> bool:
    """Whether two similar texts are one frame filled in twice: siblings by template, not copies.

    Where the frame agrees on both sides and both texts have something to say, they must say the same. What only
    one of them says was masked, dropped or added, and contradicts nothing. A single Han character is a slip of
    the pen, not a fact; two figures or names that contradict are facts however long the text is, other words, which
    an editor may have chosen, only where they are dense. The limits were set on frames and copies generated for the
    tests.
    """
    fewer, more = sorted((left.shingles, right.shingles), key=len)
    if len(fewer) - _count_shared(fewer, more) < LENGTH:
        return False  # one differing character makes so many shingles of its own
    our_text, their_text = as_string(_near(left, right)), as_string(_near(right, left))
    blocks = align(our_text, their_text)
    aligned = sum(block.length for block in blocks)
    figures = names = words = 0
    for before, after in pairwise(blocks):
        inside = after.i - before.i - before.length, after.j - before.j - before.length
        if min(inside) > 0 and max(inside) <= _LONGEST_FACT:
            ours, theirs = _gap(our_text, before, after, 0), _gap(their_text, before, after, 1)
            figures += _figures_differ(ours, theirs)
            named, differ = _words_differ(ours.inside, theirs.inside, our_text[after.i : after.i + 2])
            names += named
            words += max(named, differ)
    facts = figures + words
    if figures + names >= _CONTRADICTIONS:
        return True
    return facts * _DENSE >= aligned if facts > 1 else facts == 1 and aligned < _SHORT_TEXT


def _near(text: Prepared, excerpt: Prepared) -> Codes:
    """The part of a text that a much shorter one may be taken from, so that aligning costs no more than that one."""
    length = len(excerpt.codes)
    if length * _MUCH_LONGER > len(text.codes):
        return text.codes
    (values, places), (wanted, own_places) = text.anchors, excerpt.anchors
    at = np.searchsorted(values, wanted)
    found = np.flatnonzero(values[np.minimum(at, len(values) - 1)] == wanted) if len(values) else at[:0]
    if not len(found):
        return text.codes[:length]
    start = int(np.median(places[at[found]] - own_places[found]))
    return text.codes[max(start - length, 0) : start + 2 * length]


class _Gap(NamedTuple):
    """What one text has between two blocks, and the digits that touch it on either side."""

    digits_before: str
    inside: str
    digits_after: str


def _gap(key: str, before: Block, after: Block, side: int) -> _Gap:
    start, stop = before[side] + before.length, after[side]
    head = key[max(start - _LONGEST_FACT, before[side]) : start]
    tail = key[stop : min(stop + _LONGEST_FACT, stop + after.length)]
    return _Gap(head[len(head.rstrip(_DIGITS)) :], key[start:stop], tail[: len(tail) - len(tail.lstrip(_DIGITS))])


def _figures_differ(ours: _Gap, theirs: _Gap) -> int:
    """How many figures of the gap, grown to whole numbers, both texts give and give differently."""
    left, right = (_NUMBER.findall("".join(gap)) if _NUMBER.search(gap.inside) else [] for gap in (ours, theirs))
    if not left or not right or _says_no_more(left, right) or _says_no_more(right, left):
        return 0
    return min(len(left), len(right)) - LCSseq.similarity(left, right)


def _says_no_more(fewer: list[str], more: list[str]) -> bool:
    """Whether the first list of numbers, in order, is found in the second; 20 and 201 may be masked years."""
    rest = iter(more)
    return all(any(_may_be(number, other) for other in rest) for number in fewer)


def _may_be(number: str, other: str) -> bool:
    """Whether a number is the other one, or a year of which a mask left the first digits; 20xx stands for any."""
    return (
        number == other
        or (len(other) == 4 and 2 <= len(number) < 4 and other.startswith(number))
        or (number == "20" and len(other) == 4 and other.startswith("19"))
    )


def _words_differ(ours: str, theirs: str, behind: str) -> tuple[int, bool]:
    """How many names differ, and whether two or more Han characters of each text stand in the place of others.

    ``behind`` is what both texts go on with.
    """
    names = total = 0
    replaced = ["", ""]
    for step in [*Indel.opcodes(ours, theirs), None]:
        if step is None or step.tag == "equal":
            total += min(len(_HAN.findall(side)) for side in replaced)
            follows = behind if step is None else ours[step.src_start :] + behind
            names += bool(all(map(_NAME.fullmatch, replaced)) and _NAMED.match(follows))
            replaced = ["", ""]
        else:
            replaced[0] += ours[step.src_start : step.src_end]
            replaced[1] += theirs[step.dest_start : step.dest_end]
    return names, total >= 2
