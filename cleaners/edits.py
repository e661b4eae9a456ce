"""Apply and undo edits, and carry offsets across them: the only code that changes text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Edits

Offsets = NDArray[np.int64]


class EditError(ValueError):
    """Edits that do not fit the text they were proposed for."""


def apply(text: str, edits: Edits) -> str:
    """Return ``text`` with every edit carried out.

    >>> edits = Edits()
    >>> edits.add(1, "(fā)", "")
    >>> apply("發(fā)展", edits)
    '發展'

    Raises EditError when edits overlap, are out of order, or expect other text than stands there.
    """
    pieces: list[str] = []
    last = 0
    previous_empty = False
    for index, (start, end, before, after) in enumerate(
        zip(edits.start, edits.end, edits.before, edits.after, strict=True)
    ):
        if start < last or (index and start == last and previous_empty and start == end):
            raise EditError(f"edit {index} at {start} overlaps the one before it, which ends at {last}")
        if text[start:end] != before or end - start != len(before):
            raise EditError(f"edit {index} expects {before!r} at {start}, found {text[start:end]!r}")
        pieces += (text[last:start], after)
        previous_empty = start == end
        last = end
    pieces.append(text[last:])
    return "".join(pieces)


def invert(text: str, edits: Edits) -> str:
    """Undo `apply`: from the text after a step, return the text before it.

    Raises EditError where the text does not hold what the edits say they wrote.
    """
    pieces: list[str] = []
    last = shift = 0
    for index, (start, before, after) in enumerate(zip(edits.start, edits.before, edits.after, strict=True)):
        place = start + shift
        if place < last or text[place : place + len(after)] != after:
            raise EditError(f"edit {index} should have left {after!r} at {place}, found something else")
        pieces += (text[last:place], before)
        last = place + len(after)
        shift += len(after) - len(before)
    pieces.append(text[last:])
    return "".join(pieces)


def to_input(edits: Edits, positions: Offsets, *, end: bool = False) -> Offsets:
    """Carry offsets of a step's output back to its input.

    A position inside written text goes to the start of what it replaced, or, with ``end``, to its end. With
    ``end`` a position at the edge of a deletion stays before the deletion; without, it goes behind it.
    """
    if not len(edits):
        return positions
    start, stop, out_start, out_stop = _columns(edits)
    if end:
        index = np.searchsorted(out_start, positions, side="left") - 1
    else:
        index = np.searchsorted(out_start, positions, side="right") - 1
    safe = np.maximum(index, 0)
    inside = positions <= out_stop[safe] if end else positions < out_stop[safe]
    moved = np.where(inside, stop[safe] if end else start[safe], positions - out_stop[safe] + stop[safe])
    return np.where(index < 0, positions, moved)


def to_output(edits: Edits, positions: Offsets, *, end: bool = False) -> Offsets:
    """Carry offsets of a step's input to its output.

    A position strictly inside replaced text goes to the start of what was written, or, with ``end``, to its end.
    """
    if not len(edits):
        return positions
    start, stop, out_start, out_stop = _columns(edits)
    index = np.searchsorted(start, positions, side="left") - 1
    safe = np.maximum(index, 0)
    inside = positions < stop[safe]
    moved = np.where(inside, out_stop[safe] if end else out_start[safe], positions - stop[safe] + out_stop[safe])
    return np.where(index < 0, positions, moved)


def _columns(edits: Edits) -> tuple[Offsets, Offsets, Offsets, Offsets]:
    """Starts and ends in the input, and starts and ends of the written text in the output."""
    start = np.asarray(edits.start, dtype=np.int64)
    stop = np.asarray(edits.end, dtype=np.int64)
    written = np.fromiter(map(len, edits.after), dtype=np.int64, count=len(edits))
    growth = np.cumsum(written - (stop - start))
    out_stop = stop + growth
    return start, stop, out_stop - written, out_stop
