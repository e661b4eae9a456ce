"""Clusters as stars: a survivor and the documents verified against it, one by one.

Connected components would merge two texts that share nothing through a chain of others; complete linkage would
keep two excerpts of one speech apart. In a star every document that gives way was compared with the very one
that stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cleaners.corpus.compare import Comparison

LEAST_SIMILARITY = 0.72
"""Jaccard over 5-shingles of the keys from which two documents are one; it corresponds to 0.6 over 8-shingles."""

LEAST_CONTAINMENT = 0.9
"""Share of an excerpt's shingles that the text containing it must hold."""

Indices = NDArray[np.int64]


class Member(NamedTuple):
    """A document that gives way to ``survivor``: how similar they are, and how much of it the survivor holds."""

    survivor: int
    similarity: float
    containment: float


Verify = Callable[[int, list[int]], list[Comparison | None]]
"""Compares one document with others; None where two are similar but tell different facts."""


Sizes = Indices | Mapping[int, int]
"""Code points of the key of each document, by its number."""


def stars(pairs: Indices, sizes: Sizes, verify: Verify) -> dict[int, Member]:
    """Which documents give way, and to which. Documents are numbered best first.

    The best document not yet taken becomes a survivor and takes its verified neighbours, unless a longer one
    contains it: then that one goes first, truncated or not.
    """
    taken: dict[int, Member] = {}
    settled: set[int] = set()
    neighbours = _neighbours(pairs)
    known = _Known(verify)

    def free(document: int) -> list[int]:
        return [other for other in neighbours[document] if other not in taken and other not in settled]

    for document in sorted(neighbours):
        while document not in taken and document not in settled:
            survivor = document
            while (larger := _container(survivor, free(survivor), sizes, known)) is not None:
                survivor = larger
            settled.add(survivor)
            for other, comparison in known.look(survivor, free(survivor)):
                if comparison and _gives_way(comparison):
                    taken[other] = Member(survivor, comparison.similarity, comparison.right_in_left)
            known.forget(survivor, neighbours[survivor])
    return taken


class _Known:
    """Comparisons made so far, seen from both sides."""

    def __init__(self, verify: Verify) -> None:
        self._verify = verify
        self._pairs: dict[tuple[int, int], Comparison | None] = {}

    def look(self, document: int, others: list[int]) -> Iterator[tuple[int, Comparison | None]]:
        """The others, each with how the document compares with it."""
        missing = [other for other in others if (document, other) not in self._pairs]
        for other, found in zip(missing, self._verify(document, missing) if missing else [], strict=True):
            self._pairs[document, other] = found
            self._pairs[other, document] = found and Comparison(
                found.similarity, found.right_in_left, found.left_in_right
            )
        return ((other, self._pairs[document, other]) for other in others)

    def forget(self, document: int, others: list[int]) -> None:
        """Drop what will not be asked again."""
        for other in others:
            self._pairs.pop((document, other), None)
            self._pairs.pop((other, document), None)


def _container(document: int, others: list[int], sizes: Sizes, known: _Known) -> int | None:
    """The best of the longer documents that contain this one."""
    longer = [other for other in others if sizes[other] > sizes[document]]
    return next((other for other, comparison in known.look(document, longer) if _is_excerpt(comparison)), None)


def _gives_way(comparison: Comparison) -> bool:
    """Whether the right document may give way to the left one."""
    return comparison.similarity >= LEAST_SIMILARITY or comparison.right_in_left >= LEAST_CONTAINMENT


def _is_excerpt(comparison: Comparison | None) -> bool:
    """Whether the left document is an excerpt of the right one, rather than a copy of it."""
    return (
        comparison is not None
        and comparison.left_in_right >= LEAST_CONTAINMENT
        and comparison.similarity < LEAST_SIMILARITY
    )


def _neighbours(pairs: Indices) -> dict[int, list[int]]:
    """Every document of a pair with its partners, ascending."""
    partners: dict[int, set[int]] = {}
    for left, right in pairs.tolist():
        partners.setdefault(left, set()).add(right)
        partners.setdefault(right, set()).add(left)
    return {document: sorted(others) for document, others in partners.items()}


def components(pairs: Indices) -> list[Indices]:
    """The pairs grouped by the documents they connect, so that groups can be worked on one after another."""
    if not len(pairs):
        return []
    documents, numbers = np.unique(pairs, return_inverse=True)
    numbers = numbers.reshape(pairs.shape)
    graph = coo_array((np.ones(len(pairs), np.int8), (numbers[:, 0], numbers[:, 1])), shape=(len(documents),) * 2)
    label = connected_components(graph, directed=False)[1][numbers[:, 0]]
    order = np.argsort(label, kind="stable")
    return np.split(pairs[order], np.flatnonzero(np.diff(label[order])) + 1)
