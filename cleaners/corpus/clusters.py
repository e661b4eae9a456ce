"""Clusters as stars: a survivor and the documents verified against it, one by one.

Connected components would merge two texts that share nothing through a chain of others; complete linkage would
keep two excerpts of one speech apart. In a star every document that gives way was compared with the very one
that stands for it.
"""

from __future__ import annotations

from collections.abc import Callable
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


def stars(pairs: Indices, sizes: Indices, verify: Verify) -> dict[int, Member]:
    """Which documents give way, and to which. Documents are numbered best first.

    The best document not yet taken becomes a survivor and takes its verified neighbours, unless a longer one
    contains it: then that one goes first, truncated or not.
    """
    taken: dict[int, Member] = {}
    neighbours = _neighbours(pairs)
    settled: set[int] = set()
    known: dict[tuple[int, int], Comparison | None] = {}

    def look(document: int, others: list[int]) -> None:
        missing = [other for other in others if (document, other) not in known]
        for other, comparison in zip(missing, verify(document, missing) if missing else [], strict=True):
            known[document, other] = comparison
            known[other, document] = comparison and Comparison(
                comparison.similarity, comparison.right_in_left, comparison.left_in_right
            )

    def container(document: int) -> int | None:
        longer = [n for n in neighbours[document] if sizes[n] > sizes[document] and n not in taken and n not in settled]
        look(document, longer)
        return next((n for n in longer if _is_excerpt(known[document, n])), None)

    for document in sorted(neighbours):
        while document not in taken and document not in settled:
            survivor = document
            while (larger := container(survivor)) is not None:
                survivor = larger
            settled.add(survivor)
            free = [n for n in neighbours[survivor] if n not in taken and n not in settled]
            look(survivor, free)
            for other in free:
                comparison = known[survivor, other]
                if comparison and _gives_way(comparison):
                    taken[other] = Member(survivor, comparison.similarity, comparison.right_in_left)
            for other in neighbours[survivor]:
                known.pop((survivor, other), None), known.pop((other, survivor), None)
    return taken


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
