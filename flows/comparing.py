"""Find repeats on a cluster: signatures by shard, one task per band, edges back to the driver, components verified.

It gives what `cleaners.corpus.dedup.find` gives by itself, from the same functions. Signatures and texts are read by
the workers from the packs; the driver sees ids, key sizes, digests, pairs and who gave way to whom.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus import dedup, excerpts, lsh
from cleaners.corpus.clusters import Member
from cleaners.corpus.dedup import HEAD, Distinct, Signatures
from flows import cluster
from flows.store import cache

_ROWS, _SIZES, _KNOWN = "rows.npy", "sizes.npy", "known.npy"


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker has to know: where packs are, which, and the folder that the parts of the work share."""

    packs: Path
    names: tuple[str, ...]
    scratch: Path
    band: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that are to be compared, and where their texts are."""

    packs: Path
    parts: list[NDArray[np.int64]]
    ids: Mapping[int, str]
    sizes: Mapping[int, int]
    pack_of: Mapping[str, str]  # by id


def heads(place: tuple[Path, str]) -> list[bytes]:
    """Key size and digest of each document of a pack that was not dropped, in order."""
    return [value[:HEAD] for value in _signatures(*place)]


def _signatures(packs: Path, name: str) -> list[bytes]:
    column = cache.read_pack(packs, name, "documents", ["signature"]).column("signature")
    return [value for value in column.to_pylist() if value is not None]


def _all(work: Work) -> Signatures:
    return Signatures.concatenate([Signatures.from_bytes(_signatures(work.packs, name)) for name in work.names])


def band_pairs(work: Work) -> lsh.Band:
    """What one band finds."""
    rows, sizes = np.load(work.scratch / _ROWS), np.load(work.scratch / _SIZES)
    return lsh.of_band(_all(work).minhash, rows[sizes >= dedup.LEAST_KEY], work.band)


def excerpt_pairs(work: Work) -> NDArray[np.int64]:
    """The candidates for containment."""
    rows, sizes, known = (np.load(work.scratch / name) for name in (_ROWS, _SIZES, _KNOWN))
    return excerpts.candidates(*_all(work).samples(rows), sizes, known)


def settle(group: Group) -> list[tuple[dict[int, Member], dict[str, int]]]:
    """Compare the texts of a group: who gives way to whom, and counts for the report."""
    return dedup.settled(group.parts, group.ids, group.sizes, lambda ids: _texts(group, ids))


def _texts(group: Group, wanted: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for pack in sorted({group.pack_of[one] for one in wanted}):
        found |= cache.texts(group.packs, pack, [one for one in wanted if group.pack_of[one] == pack])
    return [found[one] for one in wanted]


def near(
    packs: Path, names: Sequence[str], pack_of: Callable[[str], str], scheduler: str
) -> Callable[[Distinct, Counter[str]], dict[int, Member]]:
    """What `dedup.find` wants as ``near``, done by the cluster. ``names`` are all packs, in order."""

    def compare(distinct: Distinct, notes: Counter[str]) -> dict[int, Member]:
        scratch = packs.parent / "comparing"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        work = Work(packs, tuple(names), scratch)
        np.save(scratch / _ROWS, distinct.rows)
        np.save(scratch / _SIZES, distinct.sizes)
        jobs = [Work(packs, work.names, scratch, number) for number in range(lsh.BANDS)]
        banded, crowded = lsh.joined(cluster.spread(band_pairs, jobs, scheduler), len(distinct.comparable))
        similar = distinct.comparable[banded]
        np.save(scratch / _KNOWN, similar)
        (contained,) = cluster.spread(excerpt_pairs, [work], scheduler)
        groups = dedup.grouped(distinct, np.concatenate([similar, contained]), crowded, notes)
        taken: dict[int, Member] = {}
        settled = cluster.spread(settle, [_group(packs, g, distinct, pack_of) for g in groups], scheduler)
        for members, counted in chain.from_iterable(settled):
            taken |= members
            notes.update(counted)
        shutil.rmtree(scratch)
        return taken

    return compare


def _group(packs: Path, parts: list[Any], distinct: Distinct, pack_of: Callable[[str], str]) -> Group:
    rows = sorted({row for part in parts for row in part.ravel().tolist()})
    ids = {row: distinct.ids[row] for row in rows}
    sizes = {row: int(distinct.sizes[row]) for row in rows}
    return Group(packs, parts, ids, sizes, {identifier: pack_of(identifier) for identifier in ids.values()})
