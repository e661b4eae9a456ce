"""Find repeated documents: the one entrance to everything in this package that compares documents.

`sign` is computed per shard, in workers; `find` looks at the signatures of the whole corpus at once and asks
for the texts of candidates only. Neither depends on the order or grouping of what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

METADATA: dict[str, str] = {}


@dataclass(frozen=True)
class Signatures:
    """What `find` needs to know of each document, as parallel columns."""

    size: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.size)

    def to_bytes(self) -> list[bytes]:
        """One value per document, for a binary column."""
        return [b""] * len(self)

    @staticmethod
    def from_bytes(values: Iterable[bytes]) -> Signatures:
        """The columns again, from what `to_bytes` gave."""
        return Signatures(np.zeros(len(list(values)), np.int32))


@dataclass(frozen=True)
class Duplicates:
    """Clusters of repeated documents; a document that stands alone appears nowhere.

    ``clusters`` gives the cluster of every member, survivors included; a cluster is named by its survivor's id.
    The four lists hold one row per removed document, ascending by id. ``notes`` counts what a report should say.
    """

    clusters: dict[str, str] = field(default_factory=dict)
    removed_doc_id: list[str] = field(default_factory=list)
    survivor_doc_id: list[str] = field(default_factory=list)
    similarity: list[float] = field(default_factory=list)
    containment: list[float] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


def sign(texts: Sequence[str]) -> Signatures:
    """The signatures of cleaned texts, one each, in their order."""
    return Signatures(np.zeros(len(texts), np.int32))


def find(
    doc_ids: Sequence[str],
    signatures: Signatures,
    truncated: Sequence[bool],
    undamaged: Sequence[int],
    load: Callable[[list[str]], list[str]],
) -> Duplicates:
    """Cluster near-duplicates and excerpts; ``load`` gives the cleaned texts of the ids it is asked for.

    ``undamaged`` counts the code points of each document less its placeholders and flagged damage.
    """
    return Duplicates()
