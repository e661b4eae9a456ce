"""Align two keys: the long runs they share, in order, in time that grows with their length alone."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from cleaners.corpus.canonical import Codes
from cleaners.corpus.shingles import Hashes, hashes

ANCHOR = 8
"""Code points two keys must share in a row, once each, to be aligned there."""


class Block(NamedTuple):
    """``left[i:i + length]`` equals ``right[j:j + length]``."""

    i: int
    j: int
    length: int


def align(left: Codes, right: Codes) -> list[Block]:
    """Maximal shared runs that keep their order in both keys, found through runs that occur once in each.

    Between two neighbouring blocks the keys differ; before the first and behind the last they may agree in less
    than an anchor.
    """
    blocks: list[Block] = []
    for block in _in_order(_diagonals(hashes(left, ANCHOR), hashes(right, ANCHOR))):
        floor_i, floor_j = (blocks[-1].i + blocks[-1].length, blocks[-1].j + blocks[-1].length) if blocks else (0, 0)
        trimmed = _trim(block, floor_i, floor_j)
        if trimmed.length <= 0:
            continue
        back = _shared(left[floor_i : trimmed.i][::-1], right[floor_j : trimmed.j][::-1])
        trimmed = Block(trimmed.i - back, trimmed.j - back, trimmed.length + back)
        ahead = _shared(left[trimmed.i + trimmed.length :], right[trimmed.j + trimmed.length :])
        trimmed = trimmed._replace(length=trimmed.length + ahead)
        if blocks and trimmed.i == floor_i and trimmed.j == floor_j:
            last = blocks.pop()
            trimmed = Block(last.i, last.j, last.length + trimmed.length)
        blocks.append(trimmed)
    return blocks


def _diagonals(left: Hashes, right: Hashes) -> list[Block]:
    """The anchors, those that follow each other on a diagonal joined into one block."""
    if not len(left) or not len(right):
        return []
    values = np.concatenate([left, right])
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.append(True, ordered[1:] != ordered[:-1])
    starts = np.flatnonzero(new)
    twice = starts[np.diff(np.append(starts, len(values))) == 2]
    first, second = order[twice], order[twice + 1]
    once_in_each = (first < len(left)) & (second >= len(left))
    pairs = np.stack([first[once_in_each], second[once_in_each] - len(left)])
    pairs = pairs[:, np.argsort(pairs[0])]
    if not pairs.shape[1]:
        return []
    breaks = np.flatnonzero((np.diff(pairs[0]) > ANCHOR) | (np.diff(pairs[1] - pairs[0]) != 0)) + 1
    starts = np.concatenate([[0], breaks])
    ends = np.concatenate([breaks, [pairs.shape[1]]]) - 1
    begin, end = pairs[:, starts], pairs[:, ends]
    return [
        Block(a, b, c - a + ANCHOR)
        for a, b, c in zip(begin[0].tolist(), begin[1].tolist(), end[0].tolist(), strict=True)
    ]


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


def _trim(block: Block, floor_i: int, floor_j: int) -> Block:
    """The part of a block that neither key has used yet."""
    cut = max(floor_i - block.i, floor_j - block.j, 0)
    return Block(block.i + cut, block.j + cut, block.length - cut)


def _shared(left: Codes, right: Codes) -> int:
    """How many codes two sequences share from their beginning."""
    total, step = 0, 64
    size = min(len(left), len(right))
    while total < size:
        stop = min(total + step, size)
        differing = np.flatnonzero(left[total:stop] != right[total:stop])
        if len(differing):
            return total + int(differing[0])
        total, step = stop, step * 4
    return size
