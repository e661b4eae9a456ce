"""Align two keys: the long runs they share, in order, in time that grows with their length alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Postfix, Prefix

from cleaners.corpus.canonical import Codes
from cleaners.corpus.shingles import Hashes, hashes

ANCHOR = 8
"""Code points two keys must share in a row, once each, to be aligned there."""


_FEW = 96  # code points; so few are searched as strings, because arrays so short cost more to set up
_SPARSE = 7  # bits that must be clear in the hash of an anchor of the first round: one anchor in eight


class Block(NamedTuple):
    """``left[i:i + length]`` equals ``right[j:j + length]``."""

    i: int
    j: int
    length: int


def align(left: str, right: str) -> list[Block]:
    """Maximal shared runs that keep their order in both keys, found through runs that occur once in each.

    Between two neighbouring blocks the keys differ; before the first and behind the last they may agree in less
    than an anchor.
    """
    shorter = min(len(left), len(right))
    head = _long(_shared(left, 0, right, 0, shorter))
    tail = _long(_shared(left, len(left), right, len(right), shorter - head, -1))
    coarse = [Block(0, 0, head)] if head else []
    _join(coarse, left, right, head, head, len(left) - tail, len(right) - tail, _SPARSE)
    if tail:
        _extend(coarse, Block(len(left) - tail, len(right) - tail, tail), left, right)
    blocks: list[Block] = []
    for block in [*coarse, Block(len(left), len(right), 0)]:
        last = blocks[-1] if blocks else Block(0, 0, 0)
        before = len(blocks)
        _join(blocks, left, right, last.i + last.length, last.j + last.length, block.i, block.j, 0)
        if len(blocks) > before:
            _extend(blocks, block, left, right)
        elif block.length:
            blocks.append(block)
    return blocks


def _join(blocks: list[Block], left: str, right: str, i: int, j: int, end_i: int, end_j: int, sparse: int) -> None:
    """Append the blocks found in ``left[i:end_i]`` and ``right[j:end_j]`` through anchors, one in ``sparse + 1``."""
    if min(end_i - i, end_j - j) < ANCHOR:
        return
    if max(end_i - i, end_j - j) <= _FEW and not sparse:
        found = _diagonals_of_few(left[i:end_i], right[j:end_j])
    else:
        found = _diagonals(hashes(_codes(left[i:end_i]), ANCHOR), hashes(_codes(right[j:end_j]), ANCHOR), sparse)
    for run in _in_order(found):
        for block in _equal(Block(i + run.i, j + run.j, run.length), left, right):
            _extend(blocks, block, left, right)


def _equal(run: Block, left: str, right: str) -> Iterator[Block]:
    """The stretches of a run of anchors on one diagonal in which the keys agree long enough."""
    ours, theirs = left[run.i : run.i + run.length], right[run.j : run.j + run.length]
    differing = np.flatnonzero(_codes(ours) != _codes(theirs)).tolist() if ours != theirs else []
    edges = [-1, *differing, run.length]
    for before, after in pairwise(edges):
        if after - before > ANCHOR:
            yield Block(run.i + before + 1, run.j + before + 1, after - before - 1)


def _extend(blocks: list[Block], block: Block, left: str, right: str) -> None:
    """Append a block, less what the blocks before have used, grown as far as the keys agree."""
    last = blocks[-1] if blocks else Block(0, 0, 0)
    floor_i, floor_j = last.i + last.length, last.j + last.length
    cut = max(floor_i - block.i, floor_j - block.j, 0)
    i, j, length = block.i + cut, block.j + cut, block.length - cut
    if length <= 0:
        return
    back = _shared(left, i, right, j, min(i - floor_i, j - floor_j), -1)
    end_i, end_j = i + length, j + length
    length += back + _shared(left, end_i, right, end_j, min(len(left) - end_i, len(right) - end_j))
    if blocks and i - back == floor_i and j - back == floor_j:
        blocks[-1] = Block(last.i, last.j, last.length + length)
    else:
        blocks.append(Block(i - back, j - back, length))


def _diagonals(left: Hashes, right: Hashes, sparse: int) -> list[Block]:
    """The anchors, those that follow each other on one diagonal joined into one run."""
    sparse_bits = np.uint64(sparse)
    left_at, right_at = (np.flatnonzero((side & sparse_bits) == 0) for side in (left, right))
    if not len(left_at) or not len(right_at):
        return []
    values = np.concatenate([left[left_at], right[right_at]])
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    same = np.zeros(len(ordered) + 1, dtype=bool)
    np.equal(ordered[1:], ordered[:-1], out=same[1:-1])
    twice = np.flatnonzero(same[1:-1] & ~same[:-2] & ~same[2:])
    first, second = order[twice], order[twice + 1]
    once_in_each = (first < len(left_at)) & (second >= len(left_at))
    i, j = left_at[first[once_in_each]], right_at[second[once_in_each] - len(left_at)]
    if not len(i):
        return []
    ascending = np.argsort(i)
    i, j = i[ascending], j[ascending]
    edges = [0, *(np.flatnonzero(np.diff(j - i)) + 1).tolist(), len(i)]
    ours, theirs = i.tolist(), j.tolist()
    return [Block(ours[a], theirs[a], ours[b - 1] - ours[a] + ANCHOR) for a, b in pairwise(edges)]


def _diagonals_of_few(left: str, right: str) -> list[Block]:
    """The same for short keys."""
    runs: list[Block] = []
    for i in range(len(left) - ANCHOR + 1):
        anchor = left[i : i + ANCHOR]
        j = right.find(anchor)
        if j < 0 or right.find(anchor, j + 1) >= 0 or left.find(anchor) < i or left.find(anchor, i + 1) >= 0:
            continue
        if runs and j - i == runs[-1].j - runs[-1].i:
            runs[-1] = runs[-1]._replace(length=i - runs[-1].i + ANCHOR)
        else:
            runs.append(Block(i, j, ANCHOR))
    return runs


def as_string(codes: Codes) -> str:
    """Codes as text."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _in_order(blocks: list[Block]) -> list[Block]:
    """The heaviest chain of blocks that ascends in both keys (given ascending in the left one).

    ``places`` are where the last blocks of the chains worth extending begin in the right key, ascending, and
    ``weights`` how heavy those chains are, ascending too.
    """
    places: list[int] = []
    weights: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for index, block in enumerate(blocks):
        at = bisect_left(places, block.j)
        before.append(tails[at - 1] if at else -1)
        weight = block.length + (weights[at - 1] if at else 0)
        stop = at
        while stop < len(places) and weights[stop] <= weight:
            stop += 1
        if stop == at and at < len(places) and places[at] == block.j:
            continue
        places[at:stop], weights[at:stop], tails[at:stop] = [block.j], [weight], [index]
    chain = []
    index = tails[-1] if tails else -1
    while index >= 0:
        chain.append(blocks[index])
        index = before[index]
    return chain[::-1]


def _long(length: int) -> int:
    """The length of a shared beginning or end, if it is long enough not to be chance."""
    return length if length >= ANCHOR else 0


def _shared(left: str, i: int, right: str, j: int, most: int, way: int = 1) -> int:
    """How many code points two keys share from two places on, or back from them, at most so many."""
    total, step = 0, 64
    while total < most:
        step = min(step, most - total)
        at = total if way > 0 else -total - step
        ours, theirs = left[i + at : i + at + step], right[j + at : j + at + step]
        alike = Prefix.similarity(ours, theirs) if way > 0 else Postfix.similarity(ours, theirs)
        total += alike
        if alike < step:
            break
        step *= 4
    return total
