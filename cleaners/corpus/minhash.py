"""MinHash signatures by datasketch's permutations, computed for many documents at once.

The signatures equal bit for bit what ``datasketch.MinHash(PERMUTATIONS, SEED)`` holds after being updated with
the same 32-bit hashes; a test compares them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.canonical import Offsets

PERMUTATIONS = 64
SEED = 1
SCHEME = "affine32"

Words = NDArray[np.uint32]

_CHUNK = 1 << 16  # hashes worked on at once: 256 KB, which stays in the second-level cache
_MODULUS = 1 << 32
_NOTHING = np.uint32(0xFFFFFFFF)  # datasketch's value before the first update


def signatures(hashes: Words, offsets: Offsets, drawn: Words | None = None) -> Words:
    """One row of `PERMUTATIONS` words per document, whose hashes are ``hashes[offsets[i]:offsets[i + 1]]``.

    A document without hashes gets the row datasketch starts with. ``drawn`` is what `permutations` gave, for callers
    that keep it.
    """
    drawn = permutations() if drawn is None else drawn
    result = np.full((len(offsets) - 1, PERMUTATIONS), _NOTHING, dtype=np.uint32)
    for start in range(0, len(hashes), _CHUNK):
        part = _premix(hashes[start : start + _CHUNK])
        first = int(np.searchsorted(offsets, start, side="right")) - 1
        last = int(np.searchsorted(offsets, start + len(part), side="left"))
        rows = first + np.flatnonzero(np.diff(offsets[first : last + 1]))
        begins = np.maximum(offsets[rows] - start, 0)
        result[rows] = np.minimum(result[rows], _minima(part, begins, drawn))
    return result


def _minima(part: Words, begins: Offsets, drawn: Words) -> Words:
    """For each document beginning within the part, the smallest value under every permutation; the part is used up."""
    result = np.empty((PERMUTATIONS, len(begins)), dtype=np.uint32)
    for column, row in enumerate(result):
        np.multiply(part, drawn[0, column, ...], part)  # with the dots an array, which costs NumPy less than a number
        np.add(part, drawn[1, column, ...], part)
        np.minimum.reduceat(part, begins, out=row)
    return result.T


def _premix(words: Words) -> Words:
    """The MurmurHash3 finaliser, which the scheme applies before its permutations."""
    mixed = words ^ (words >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


@cache
def permutations() -> Words:
    """datasketch's multipliers and shifts, each pair such that it leads from the values of the permutation before.

    So one array is worked on in place, which is half the traffic. Multipliers are odd, and odd numbers have inverses.
    They come from datasketch itself, imported late, because that takes half a second.
    """
    from datasketch import MinHash

    steps, last, shifted = [], 1, 0
    for multiplier, shift in zip(*MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME).permutations, strict=True):
        factor = int(multiplier) * pow(last, -1, _MODULUS)
        steps.append((factor % _MODULUS, (int(shift) - factor * shifted) % _MODULUS))
        last, shifted = int(multiplier), int(shift)
    return np.array(steps, dtype=np.uint32).T
