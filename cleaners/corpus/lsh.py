"""Candidate pairs from MinHash signatures, by banding, with bounded work per bucket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.minhash import PERMUTATIONS, Words

ROWS = 4
BANDS = PERMUTATIONS // ROWS
"""Sixteen bands of four find a pair of Jaccard 0.75 with probability 0.998, of 0.85 with 0.99999.

A hundred permutations in twenty bands of five find less, 0.995 of the former, and take half as long again.
"""

LEAST_ESTIMATE = 0.45
"""Estimates below this are not verified: 4.8 standard errors under the least similarity that is merged."""

Indices = NDArray[np.int64]

SMALL = 16
"""A bucket of so many documents gives all its pairs; in a larger one each is paired with a few."""

_NEIGHBOURS = 4  # so many, and the best
_MOST_ALIKE = 4  # partners a document keeps: so many by likeness ...
_BEST = 2  # ... and so many that deserve most to survive
_BLOCK = 1 << 16  # pairs whose signatures are compared at once


def candidates(signatures: Words, rows: Indices) -> tuple[Indices, int]:
    """Pairs of documents that share a band and look similar, and how many buckets were too large.

    Document ``i`` has the signature ``signatures[rows[i]]``; a pair has the smaller number first. Documents must be
    numbered best first: in a bucket too large for all its pairs, each is paired with the best one and with the
    neighbours that share most of the next band, so work stays linear.
    """
    hashes = [_band(signatures, number)[rows] for number in range(BANDS)]
    found, large = _Found(), 0
    for number in range(BANDS):
        band = _of_band(signatures, rows, hashes[number], hashes[(number + 1) % BANDS], found.packed)
        found, large = _with(found, band, len(rows)), large + band.too_large
    return _likeliest(found, len(rows)), large


class Band(NamedTuple):
    """The pairs of one band that look similar: packed in one number, ascending; in how many words each agrees."""

    packed: Indices
    agreeing: Indices
    too_large: int  # buckets of which not all pairs were looked at


def of_band(signatures: Words, rows: Indices, number: int) -> Band:
    """What one band finds by itself, for workers that share nothing; `joined` makes of all bands what `candidates` is.

    Documents are given as for `candidates`.
    """
    here, beside = (_band(signatures, one)[rows] for one in (number, (number + 1) % BANDS))
    return _of_band(signatures, rows, here, beside, np.zeros(0, dtype=np.int64))


def _of_band(
    signatures: Words, rows: Indices, here: NDArray[np.uint64], beside: NDArray[np.uint64], known: Indices
) -> Band:
    """The pairs of the band ``here`` that are not ``known`` yet; ``beside`` is the next band."""
    packed, too_large = _pairs_of_buckets(here, beside)
    packed = packed[~contains(known, packed)]
    words = _agreeing(signatures, rows, packed)
    alike = words >= LEAST_ESTIMATE * PERMUTATIONS
    return Band(packed[alike], words[alike], too_large)


def joined(bands: Iterable[Band], count: int) -> tuple[Indices, int]:
    """The candidates among ``count`` documents, from what each band found, in the order of the bands."""
    found, large = _Found(), 0
    for band in bands:
        found, large = _with(found, band, count), large + band.too_large
    return _likeliest(found, count), large


class _Found(NamedTuple):
    """The pairs found so far, ascending."""

    packed: Indices = np.zeros(0, dtype=np.int64)
    agreeing: Indices = np.zeros(0, dtype=np.int64)


def _with(found: _Found, band: Band, count: int) -> _Found:
    """The pairs found so far and those of one more band; fewer where there are too many to keep."""
    new = ~contains(found.packed, band.packed)
    packed, agreeing = np.append(found.packed, band.packed[new]), np.append(found.agreeing, band.agreeing[new])
    if len(packed) > 2 * (_MOST_ALIKE + _BEST) * count:
        which = bounded(_unpack(packed, count), agreeing)
        packed, agreeing = packed[which], agreeing[which]
    order = np.argsort(packed)
    return _Found(packed[order], agreeing[order])


def _likeliest(found: _Found, count: int) -> Indices:
    pairs = _unpack(found.packed, count)
    return pairs[bounded(pairs, found.agreeing)]


def bounded(pairs: Indices, likeness: Indices) -> NDArray[np.bool_]:
    """Which pairs to keep, so that comparing stays linear: those among the best partners of either document.

    Partners are best by likeness or by being best first in order, which is what holds a large cluster together:
    its best document is among the best partners of every other.
    """
    document = np.concatenate([pairs[:, 0], pairs[:, 1]])
    partner = np.concatenate([pairs[:, 1], pairs[:, 0]])
    alike = np.concatenate([likeness, likeness])
    kept = _first_of_each(document, np.lexsort((partner, -alike, document)), _MOST_ALIKE)
    kept |= _first_of_each(document, np.lexsort((partner, document)), _BEST)
    return kept[: len(pairs)] | kept[len(pairs) :]


def _first_of_each(document: Indices, order: Indices, count: int) -> NDArray[np.bool_]:
    """Marks the first ``count`` entries of each document in the order given, which groups by document."""
    grouped = document[order]
    place = np.arange(len(order)) - np.searchsorted(grouped, grouped)
    marks = np.zeros(len(order), dtype=bool)
    marks[order] = place < count
    return marks


def _band(signatures: Words, number: int) -> NDArray[np.uint64]:
    """One hash per row for the words of a band."""
    result = np.zeros(len(signatures), dtype=np.uint64)
    for column in range(number * ROWS, (number + 1) * ROWS):
        result ^= signatures[:, column]
        result *= np.uint64(0x9E3779B97F4A7C15)
        result ^= result >> np.uint64(29)
    return result


def _pairs_of_buckets(band: NDArray[np.uint64], next_band: NDArray[np.uint64]) -> tuple[Indices, int]:
    """The pairs of every bucket, ascending and packed in one number, and how many buckets were too large."""
    order = _repeated(band)  # most documents are alone in their bucket
    order = order[np.lexsort((next_band[order], band[order]))]
    values = band[order]
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, len(values)))
    size = np.repeat(sizes, sizes)
    pairs = []
    for step in range(1, SMALL):
        same = np.flatnonzero((values[step:] == values[:-step]) & ((size[step:] <= SMALL) | (step <= _NEIGHBOURS)))
        pairs.append((order[same], order[same + step]))
    crowd = np.flatnonzero(size > SMALL)
    if len(crowd):
        best = np.repeat(np.minimum.reduceat(order, starts), sizes)
        pairs.append((order[crowd], best[crowd]))
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    packed = np.minimum(left, right) * len(band) + np.maximum(left, right)
    packed = np.sort(packed[left != right])
    return packed[np.append(True, packed[1:] != packed[:-1])] if len(packed) else packed, int((sizes > SMALL).sum())


def _repeated(values: NDArray[np.uint64]) -> Indices:
    """The places, ascending, of the values that occur more than once."""
    order = np.argsort(values)
    same = np.zeros(len(values) + 1, dtype=bool)
    same[1:-1] = values[order[1:]] == values[order[:-1]]
    return np.sort(order[same[1:] | same[:-1]])


def _agreeing(signatures: Words, rows: Indices, packed: Indices) -> Indices:
    """In how many words of their signatures the documents of each pair agree."""
    result = np.zeros(len(packed), dtype=np.int64)
    for start in range(0, len(packed), _BLOCK):
        left, right = np.divmod(packed[start : start + _BLOCK], len(rows))
        result[start : start + _BLOCK] = np.count_nonzero(signatures[rows[left]] == signatures[rows[right]], axis=1)
    return result


def contains(ascending: Indices, wanted: Indices) -> NDArray[np.bool_]:
    """Which of the wanted numbers occur."""
    if not len(ascending):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.asarray(ascending[place] == wanted)


def _unpack(packed: Indices, count: int) -> Indices:
    return np.stack(np.divmod(packed, max(count, 1)), axis=1)
