"""Candidates for containment: excerpts of longer documents, which MinHash cannot see.

Every document keeps the shingles whose hash falls under a fixed bound (FracMinHash), so the share of a small
document's sample found in a large one's estimates how much of it the large one contains.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.canonical import Offsets
from cleaners.corpus.lsh import bounded, contains
from cleaners.corpus.minhash import Words
from cleaners.corpus.shingles import distinct

ONE_IN = 16
"""One shingle in so many is kept."""

LEAST_SAMPLE = 6
"""Documents with fewer kept shingles, about 100 code points, are quotations and not looked for."""

LEAST_ESTIMATE = 0.6
"""Pairs whose estimated containment is less are not verified."""

Indices = NDArray[np.int64]

_BOUND = np.uint32((1 << 32) // ONE_IN)
_CONTAINERS = 8  # of a shingle that many documents hold, so many of the longest are asked
_BLOCK = 1 << 15  # documents looked up at once


def sample(hashes: Words, offsets: Offsets) -> tuple[Words, Offsets]:
    """Each document's different kept hashes, ascending, and the offset at which they begin."""
    kept = np.flatnonzero(hashes < _BOUND)
    counts = np.diff(np.searchsorted(kept, offsets))
    document = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
    packed = distinct(document << np.uint64(32) | hashes[kept])
    begins = np.searchsorted(packed >> np.uint64(32), np.arange(len(offsets), dtype=np.uint64))
    return packed.astype(np.uint32), begins.astype(np.int64)


def candidates(values: Words, offsets: Offsets, sizes: Indices, known: Indices) -> Indices:
    """Pairs (excerpt, container) that may stand in that relation, the container being the longer.

    A document of which 40 % of the sample occurs nowhere else is no excerpt and costs nothing further. Of the
    others the rarest hashes are looked up: an excerpt lacks at most a tenth of its shingles in its container, so
    of an eighth of its sample and three more at least two lead there. Pairs already ``known`` are not given again.
    """
    counts = np.diff(offsets)
    index = _index(values, counts, sizes)
    alone = counts - np.bincount(index.holders, minlength=len(counts))
    asked = np.flatnonzero((counts >= LEAST_SAMPLE) & (alone <= (1 - LEAST_ESTIMATE) * counts))
    seen = np.sort(np.concatenate([known @ [len(sizes), 1], known @ [1, len(sizes)]]))
    found = [
        _among(asked[at : at + _BLOCK], values, offsets, sizes, index, seen) for at in range(0, len(asked), _BLOCK)
    ]
    return np.concatenate([*found, np.zeros((0, 2), dtype=np.int64)])


class _Index(NamedTuple):
    """Which documents hold a hash, the longest first: those of ``values[i]`` are ``holders[starts[i]:starts[i + 1]]``.

    Only hashes that more than one document holds are listed.
    """

    values: Words
    starts: Indices
    holders: NDArray[np.int32]


def _index(values: Words, counts: Indices, sizes: Indices) -> _Index:
    """The index of documents that have so many of the values each."""
    by_size = np.argsort(-sizes, kind="stable").astype(np.int32)
    place = np.empty(len(sizes), dtype=np.uint64)
    place[by_size] = np.arange(len(sizes))
    packed = values.astype(np.uint64) << np.uint64(32)
    packed |= np.repeat(place, counts)
    packed.sort()
    ordered = (packed >> np.uint64(32)).astype(np.uint32)
    same = np.zeros(len(ordered) + 1, dtype=bool)
    same[1:-1] = ordered[1:] == ordered[:-1]
    repeated = same[1:] | same[:-1]
    starts = np.flatnonzero(~same[:-1][repeated])
    ordered, packed = ordered[repeated], packed[repeated]
    return _Index(ordered[starts], np.append(starts, len(ordered)), by_size[packed.astype(np.uint32)])


def _among(asked: Indices, values: Words, offsets: Offsets, sizes: Indices, index: _Index, seen: Indices) -> Indices:
    """The candidates whose excerpt is one of ``asked``."""
    entries = _spans(offsets[asked], offsets[asked + 1])
    document = np.repeat(asked, offsets[asked + 1] - offsets[asked])
    bucket = np.searchsorted(index.values, values[entries])
    shared = bucket < len(index.values)
    shared[shared] = index.values[bucket[shared]] == values[entries[shared]]
    bucket, document = _rarest(bucket[shared], document[shared], index)
    pairs = []
    for place in range(_CONTAINERS):
        at = index.starts[bucket] + place
        has = at < index.starts[bucket + 1]
        container, excerpt = index.holders[at[has]].astype(np.int64), document[has]
        longer = sizes[container] > sizes[excerpt]
        pairs.append(excerpt[longer] * len(sizes) + container[longer])
    packed = np.sort(np.concatenate(pairs))
    packed = packed[1:][(packed[1:] == packed[:-1]) & np.append(True, packed[1:-1] != packed[:-2])]
    excerpt, container = np.divmod(packed[~contains(seen, packed)], len(sizes))
    estimates = _estimates(excerpt, container, values, offsets)
    likely = estimates >= LEAST_ESTIMATE
    found = np.stack([excerpt[likely], container[likely]], axis=1)
    return found[bounded(found, (1e6 * estimates[likely]).astype(np.int64))]


def _rarest(bucket: Indices, document: Indices, index: _Index) -> tuple[Indices, Indices]:
    """Of each document three and an eighth of its shared hashes, those that fewest documents hold."""
    held_by = index.starts[bucket + 1] - index.starts[bucket]
    order = np.argsort(document << 32 | held_by, kind="stable")
    bucket, document = bucket[order], document[order]
    starts = np.flatnonzero(np.diff(document, prepend=-1))
    counts = np.diff(starts, append=len(document))
    chosen = np.arange(len(document)) < np.repeat(starts + 3 + counts // 8, counts)
    return bucket[chosen], document[chosen]


def _estimates(excerpt: Indices, container: Indices, values: Words, offsets: Offsets) -> NDArray[np.float64]:
    """The share of each excerpt's sample that its container's sample holds."""
    result = np.zeros(len(excerpt))
    involved = np.unique(container)
    held = _spans(offsets[involved], offsets[involved + 1])
    owner = np.repeat(np.arange(len(involved), dtype=np.uint64), offsets[involved + 1] - offsets[involved])
    known = owner << np.uint64(32) | values[held]
    for at in range(0, len(excerpt), _BLOCK):
        small, large = excerpt[at : at + _BLOCK], container[at : at + _BLOCK]
        counts = offsets[small + 1] - offsets[small]
        number = np.searchsorted(involved, large).astype(np.uint64)
        wanted = np.repeat(number, counts) << np.uint64(32) | values[_spans(offsets[small], offsets[small + 1])]
        place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
        hits = np.add.reduceat(known[place] == wanted, np.cumsum(counts) - counts, dtype=np.int64)
        result[at : at + _BLOCK] = hits / counts
    return result


def _spans(starts: Indices, ends: Indices) -> Indices:
    """The numbers of all half-open spans, end to end."""
    counts = ends - starts
    total = int(counts.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    places: Indices = np.arange(total) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return places
