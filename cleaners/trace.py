"""Lay the source and the clean text side by side: which stretch became which, and through which edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cleaners.document import Edits
from cleaners.edits import invert, to_input, to_output


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
    for edits in steps:
        starts, ends = to_output(edits, starts), to_output(edits, ends, end=True)
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


def _groups(steps: Sequence[Edits]) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
    """The source intervals that edits touched, overlapping ones united, with the edits of each."""
    spans: list[tuple[int, int, int, int]] = []
    for number, edits in enumerate(steps):
        start = np.asarray(edits.start, dtype=np.int64)
        end = np.asarray(edits.end, dtype=np.int64)
        for earlier in reversed(steps[:number]):
            start, end = to_input(earlier, start), to_input(earlier, end, end=True)
        low, high = np.minimum(start, end).tolist(), np.maximum(start, end).tolist()
        spans += ((a, b, number, ordinal) for ordinal, (a, b) in enumerate(zip(low, high, strict=True)))
    groups: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
    for a, b, number, ordinal in sorted(spans):
        if groups and (a < groups[-1][1] or a == groups[-1][0]):
            last_start, last_end, marks = groups.pop()
            groups.append((last_start, max(last_end, b), (*marks, (number, ordinal))))
        else:
            groups.append((a, b, ((number, ordinal),)))
    return groups
