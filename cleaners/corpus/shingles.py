"""Shingles: every run of `LENGTH` code points of a key, as hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.canonical import Codes, Offsets

LENGTH = 5
"""Code points per shingle. Five is what the field uses for Chinese characters without segmentation."""

Hashes = NDArray[np.uint64]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xD6E8FEB86659FD93)


def hashes(codes: Codes, length: int = LENGTH) -> Hashes:
    """A 64-bit hash of every run of ``length`` codes, in order; empty where the codes are fewer.

    Equal hashes are taken for equal shingles: among a million different shingles the chance that any two
    collide is 3 in 100 million.
    """
    count = len(codes) - length + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    wide = result = codes.astype(np.uint64)
    done = 1  # the polynomial of so many codes gives that of twice as many, and of one more
    for bit in f"{length:b}"[1:]:
        result = _followed(result, result, done)
        done *= 2
        if bit == "1":
            result = _followed(result, wide, done, 1)
            done += 1
    result ^= result >> np.uint64(32)
    result *= _MIXER
    result ^= result >> np.uint64(29)
    return result


def _followed(left: Hashes, right: Hashes, distance: int, codes: int = 0) -> Hashes:
    """The polynomials of runs of ``distance`` codes, followed by those of as many more or of so many ``codes``."""
    count = len(right) - distance
    power = np.uint64(pow(int(_MULTIPLIER), codes or distance, 1 << 64))
    result: Hashes = left[:count] * power
    result += right[distance:]
    return result


def hashes_of_each(codes: Codes, offsets: Offsets) -> tuple[Hashes, Offsets]:
    """The hashes of several keys laid end to end, and the offset at which each key's hashes begin.

    No shingle reaches across the end of its key; a key shorter than a shingle has none.
    """
    everything = hashes(codes)
    inside = np.ones(len(everything), dtype=bool)
    ends = offsets[1:, None] - np.arange(1, LENGTH)
    crossing = ends[ends >= offsets[:-1, None]]
    inside[crossing[crossing < len(everything)]] = False
    counts = np.maximum(np.diff(offsets) - (LENGTH - 1), 0)
    return everything[inside], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def distinct(values: Hashes) -> Hashes:
    """The different values, ascending; ``np.unique`` does the same through a hash table, at half the speed."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def narrow(wide: Hashes) -> NDArray[np.uint32]:
    """The upper 32 bits, which is what MinHash's 32-bit scheme takes."""
    return (wide >> np.uint64(32)).astype(np.uint32)
