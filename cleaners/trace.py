"""Lay the source and the clean text side by side: which stretch became which, and through which edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cleaners.document import Edits
from cleaners.edits import Offsets, invert, to_input, to_output


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the decoded source (``before``) and what stands for it in the clean text (``after``).

    ``start`` is its code point in the clean text. ``edits`` names every edit that touched it by its place in the
    steps given to `trace` and its ordinal in that step; an untouched stretch has none, and its texts are the same.
    """

    before: str
    after: str
    start: int
    edits: tuple[tuple[int, int], ...] = ()


def trace(text: str, steps: Sequence[Edits]) -> list[Stretch]:
    """Undo ``steps`` (the edits of each rule in order, the decoding left out) on ``text``, keeping both sides.

    The stretches cover both texts from end to end. Edits of several steps that touch one another share a stretch.
    Raises `cleaners.edits.EditError` where text and ledger contradict each other.

    >>> edits = Edits()
    >>> edits.add(1, "(fā)", "")
    >>> [(s.before, s.after) for s in trace("發展", [edits])]
    [('發', '發'), ('(fā)', ''), ('展', '展')]
    """
    source = text
    for edits in reversed(steps):
        source = invert(source, edits)
    groups = _groups(steps)
    starts = np.array([start for start, _, _ in groups], dtype=np.int64)
    ends = np.array([end for _, end, _ in groups], dtype=np.int64)
    owner = {mark: index for index, (_, _, marks) in enumerate(groups) for mark in marks}
    index = np.arange(len(groups))
    for number, edits in enumerate(steps):
        # An insertion stands at one position, which may be the end of one group and the start of the next.
        places, lengths, owners = _insertions(edits, number, owner)
        behind = _at(places, lengths, starts, owners, index - 1)
        within = _at(places, lengths, ends, owners, index)
        starts, ends = to_output(edits, starts) + behind, to_output(edits, ends, end=True) + within
    stretches: list[Stretch] = []
    here = there = 0  # how far the walk has come in the source and in the clean text
    for (start, end, marks), first, last in zip(groups, starts.tolist(), ends.tolist(), strict=True):
        if start > here:
            stretches.append(Stretch(source[here:start], text[there:first], there))
        stretches.append(Stretch(source[start:end], text[first:last], first, marks))
        here, there = end, last
    if here < len(source):
        stretches.append(Stretch(source[here:], text[there:], there))
    return stretches


_Group = tuple[int, int, tuple[tuple[int, int], ...]]


def _groups(steps: Sequence[Edits]) -> list[_Group]:
    """The source intervals that edits touched, with the edits of each.

    Intervals that overlap are united, and those that touch where text was inserted: it may have been edited again.
    """
    spans: list[tuple[int, int, int, int]] = []
    for number, edits in enumerate(steps):
        start = np.asarray(edits.start, dtype=np.int64)
        end = np.asarray(edits.end, dtype=np.int64)
        for earlier in reversed(steps[:number]):
            start, end = to_input(earlier, start), to_input(earlier, end, end=True)
        low, high = np.minimum(start, end).tolist(), np.maximum(start, end).tolist()
        spans += ((a, b, number, ordinal) for ordinal, (a, b) in enumerate(zip(low, high, strict=True)))
    groups: list[tuple[int, int, list[tuple[int, int]]]] = []
    grown = -1  # where the last group ends, if text without extent in the source stands there
    for a, b, number, ordinal in sorted(spans):
        if groups and (a < groups[-1][1] or a == groups[-1][0] or (a == groups[-1][1] and a in (b, grown))):
            first, last, marks = groups[-1]
            marks.append((number, ordinal))
            groups[-1] = (first, max(last, b), marks)
        else:
            groups.append((a, b, [(number, ordinal)]))
        if a == b:
            grown = b
    return [(first, last, tuple(marks)) for first, last, marks in groups]


def _insertions(edits: Edits, number: int, owner: Mapping[tuple[int, int], int]) -> tuple[Offsets, Offsets, Offsets]:
    """Where a step inserts text without replacing any, how many code points, and which group each belongs to."""
    rows = [
        (start, len(after), owner[number, ordinal])
        for ordinal, (start, end, after) in enumerate(zip(edits.start, edits.end, edits.after, strict=True))
        if start == end
    ]
    places, lengths, owners = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return places, lengths, owners


def _at(places: Offsets, lengths: Offsets, positions: Offsets, owners: Offsets, most: Offsets) -> Offsets:
    """The length of what is inserted at each position and belongs to no group later than ``most``; else 0."""
    if not len(places):
        return np.zeros(len(positions), dtype=np.int64)
    found = np.minimum(np.searchsorted(places, positions), len(places) - 1)
    return np.where((places[found] == positions) & (owners[found] <= most), lengths[found], 0)
