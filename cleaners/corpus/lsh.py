"""Candidate pairs from MinHash signatures, by banding, with bounded work per bucket."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.minhash import PERMUTATIONS, Words

ROWS = 5
BANDS = PERMUTATIONS // ROWS
"""Twenty bands of five find a pair of Jaccard 0.75 with probability 0.995, of 0.85 with 0.99999."""

LEAST_ESTIMATE = 0.5
"""Estimates below this are not verified: 4.9 standard errors under the least similarity that is merged."""

Indices = NDArray[np.int64]

_NEIGHBOURS = 16  # a bucket of up to 17 documents gives all its pairs; a larger one this many per document
_BLOCK = 1 << 16  # pairs whose signatures are compared at once


def candidates(signatures: Words) -> tuple[Indices, int]:
    """Pairs (smaller row, larger row) that share a band and look similar, and how many buckets were too large.

    Rows must come best first: in a bucket too large for all its pairs, each document is paired with the
    best one and with the neighbours that share most of the next band, so work stays linear.
    """
    found = np.zeros(0, dtype=np.int64)
    large = 0
    bands = [_band(signatures, number) for number in range(BANDS)]
    for number, band in enumerate(bands):
        left, right, too_large = _pairs_of_buckets(band, bands[(number + 1) % BANDS])
        large += too_large
        packed = np.unique(left * len(signatures) + right)
        packed = packed[~np.isin(packed, found, assume_unique=True)]
        found = np.union1d(found, packed[_look_similar(signatures, packed)])
    return np.stack(np.divmod(found, max(len(signatures), 1)), axis=1), large


def _band(signatures: Words, number: int) -> NDArray[np.uint64]:
    """One hash per row for the words of a band."""
    result = np.zeros(len(signatures), dtype=np.uint64)
    for column in range(number * ROWS, (number + 1) * ROWS):
        result ^= signatures[:, column]
        result *= np.uint64(0x9E3779B97F4A7C15)
        result ^= result >> np.uint64(29)
    return result


def _pairs_of_buckets(band: NDArray[np.uint64], next_band: NDArray[np.uint64]) -> tuple[Indices, Indices, int]:
    """The pairs of every bucket, as smaller and larger row, and the number of buckets too large for all pairs."""
    order = np.lexsort((next_band, band))
    values = band[order]
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, len(values)))
    lefts, rights = [], []
    for step in range(1, _NEIGHBOURS + 1):
        same = np.flatnonzero(values[step:] == values[:-step])
        lefts.append(order[same])
        rights.append(order[same + step])
    large = np.flatnonzero(sizes > _NEIGHBOURS + 1)
    if len(large):
        best = np.minimum.reduceat(order, starts)
        members = np.concatenate([order[starts[bucket] : starts[bucket] + sizes[bucket]] for bucket in large.tolist()])
        hubs = np.repeat(best[large], sizes[large])
        lefts.append(hubs[members != hubs])
        rights.append(members[members != hubs])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    return np.minimum(left, right), np.maximum(left, right), len(large)


def _look_similar(signatures: Words, packed: Indices) -> NDArray[np.bool_]:
    """Which pairs agree in enough words of their signatures."""
    result = np.zeros(len(packed), dtype=bool)
    for start in range(0, len(packed), _BLOCK):
        left, right = np.divmod(packed[start : start + _BLOCK], len(signatures))
        agreeing = np.count_nonzero(signatures[left] == signatures[right], axis=1)
        result[start : start + _BLOCK] = agreeing >= LEAST_ESTIMATE * PERMUTATIONS
    return result
