"""Cleaned shards kept between runs: nothing that was cleaned by these rules and this profile is cleaned twice.

A pack is one folder with the cleaned sources of one shard, written aside and renamed, so it is whole or absent. Its
name is a hash of the keys of its sources; a key names contents and role, not a path. What cleaning left of them lies in
segments: files that were written when their sources were cleaned, and that later packs share. So a shard with one more
source costs the writing of that source.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaners.corpus import minhash
from flows import provenance
from flows.errors import TryAgain
from flows.store import arrow_file
from flows.store.names import original_text, stored_text
from flows.store.schema import CACHED_DOCUMENTS, CACHED_LINES, CACHED_TEXTS, EDITS
from flows.store.writer import as_json, link, sync_folder

TABLES = {"documents": CACHED_DOCUMENTS, "texts": CACHED_TEXTS, "edits": EDITS, "lines": CACHED_LINES}  # of a segment
CHANGED = "changed"  # the reason of a source that was not there, or not the same, when it was to be cleaned
_SOURCES = "sources.arrow"
_SMALL = pa.Codec("zstd", 3)  # for the texts, which are most of a pack and are read when a part is written, if ever
_SEGMENTS = 4  # of one pack; every one is a file more to read
COMPARED, RESTORED = ".compared.arrow", ".restored.arrow"  # what is remembered from run to run
_UNSETTLED = "unsettled"  # marks a pack with such a source, which may be there again next time


def pack_name(keys: Iterable[str]) -> str:
    """The name of the pack that holds exactly these sources in this order."""
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]


def write_pack(
    packs: Path, name: str, sources: Any, new: Mapping[str, Mapping[str, Any]], shared: Mapping[str, str]
) -> None:
    """Store a pack; when another worker stored the same one first, theirs stays.

    ``new`` holds the tables of segments still to be written, ``shared`` names the pack that has a segment already.
    """
    if len(new) + len(shared) > _SEGMENTS:
        sources, new, shared = _gathered(packs, sources, new, shared)
    aside = packs / f".{name}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    arrow_file.write(aside / _SOURCES, sources)
    for segment, tables in new.items():
        for table in TABLES:
            arrow_file.write(aside / _file(segment, table), tables[table], _SMALL if table == "texts" else "lz4")
    for segment, pack in shared.items():
        for table in TABLES:
            _share(packs / pack / _file(segment, table), aside / _file(segment, table))
    if CHANGED in sources.column("reason").to_pylist():
        (aside / _UNSETTLED).touch()
    try:
        os.rename(aside, packs / name)
    except OSError:
        if not (packs / name).is_dir():
            raise
        shutil.rmtree(aside)
    sync_folder(packs)


def _share(file: Path, target: Path) -> None:
    try:
        link(file, target)
    except FileNotFoundError as error:
        raise TryAgain(f"the cache is damaged: {file} is missing") from error


def _gathered(
    packs: Path, sources: Any, new: Mapping[str, Mapping[str, Any]], shared: Mapping[str, str]
) -> tuple[Any, Mapping[str, Mapping[str, Any]], Mapping[str, str]]:
    """The same with all segments in one but the largest, which is worth sharing."""
    segments = sources.column("segment")
    largest = max(shared, key=Counter(segments.to_pylist()).__getitem__)
    tables = {table: [each[table] for each in new.values()] for table in TABLES}
    for segment, pack in shared.items():
        for table in TABLES if segment != largest else ():
            rows = arrow_file.read(packs / pack / _file(segment, table))
            tables[table].append(_mine(rows, sources, segment))
    moved = pc.and_(pc.not_equal(segments, largest), pc.not_equal(segments, ""))
    name = pack_name(sources.column("key").filter(moved).to_pylist())
    place = sources.schema.get_field_index("segment")
    sources = sources.set_column(place, "segment", pc.if_else(moved, name, segments))
    return (
        sources,
        {name: {table: pa.concat_tables(parts) for table, parts in tables.items()}},
        {largest: shared[largest]},
    )


def _mine(rows: Any, sources: Any, segment: str) -> Any:
    """The rows of a segment that belong to these sources; it may hold those of sources that have left."""
    owners = sources.filter(pc.equal(sources.column("segment"), segment)).column("source_sha256")
    return rows.filter(pc.is_in(rows.column("source_sha256"), owners))


def _file(segment: str, table: str) -> str:
    return f"{segment}.{table}.arrow"


def read_sources(packs: Path, name: str, columns: Sequence[str] | None = None) -> Any:
    """The sources of a pack, in order. Raises TryAgain for a damaged pack."""
    file = packs / name / _SOURCES
    table = _read_once(file, file.stat().st_mtime_ns if file.exists() else 0)
    return table if columns is None else table.select(columns)


@lru_cache(maxsize=64)
def _read_once(file: Path, _written: int) -> Any:
    return arrow_file.read(file)


def read_pack(packs: Path, name: str, table: str, columns: Sequence[str] | None = None) -> Any:
    """What cleaning left of the sources of a pack, in their order: one table, or some of its columns.

    Raises TryAgain for a damaged pack.
    """
    found, order = _laid_out(packs, name, table, columns)
    return found if len(order) == found.num_rows and (np.diff(order) == 1).all() else found.take(pa.array(order))


def read_texts(packs: Path, name: str) -> tuple[Any, NDArray[np.int64]]:
    """The texts that lie in a pack, and for each row of its `documents`, which of them is its own.

    They are most of a pack and so are left where they lie. Raises TryAgain for a damaged pack.
    """
    found, order = _laid_out(packs, name, "texts", ["text"])
    return found.column("text"), order


def _laid_out(
    packs: Path, name: str, table: str, columns: Sequence[str] | None = None
) -> tuple[Any, NDArray[np.int64]]:
    """All rows of the segments of a pack as they lie there, and which of them are its own, in its order."""
    sources = read_sources(packs, name, ["source_sha256", "segment"])
    schema = TABLES[table]
    wanted = schema.names if columns is None else list(columns)
    tables, ranks = [schema.empty_table().select(wanted)], [np.zeros(0)]
    for segment in filter(None, pc.unique(sources.column("segment")).to_pylist()):
        rows = arrow_file.read(packs / name / _file(segment, table), list(dict.fromkeys(["source_sha256", *wanted])))
        owners = pc.if_else(pc.equal(sources.column("segment"), segment), sources.column("source_sha256"), None)
        ranks.append(pc.index_in(rows.column("source_sha256"), owners).to_numpy())
        tables.append(rows.select(wanted))
    rank = np.concatenate(ranks)  # not a number: of a source that has left
    order: NDArray[np.int64] = np.argsort(rank, kind="stable")[: np.count_nonzero(~np.isnan(rank))]
    return pa.concat_tables(tables), order


def texts(packs: Path, name: str, wanted: Sequence[str]) -> dict[str, str]:
    """The cleaned texts of some documents of a pack, by id; only what was packed with them is unpacked.

    Raises TryAgain for a damaged pack.
    """
    sources = read_sources(packs, name, ["source_sha256", "segment"])
    ids = pa.array(wanted, pa.string())
    found: dict[str, str] = {}
    for segment in filter(None, pc.unique(sources.column("segment")).to_pylist()):
        rows = arrow_file.rows_with(packs / name / _file(segment, "texts"), "doc_id", ids, CACHED_TEXTS.names)
        rows = _mine(rows, sources, segment)
        found |= zip(rows.column("doc_id").to_pylist(), rows.column("text").to_pylist(), strict=True)
    return {identifier: original_text(text) for identifier, text in found.items()}


def in_order(rows: Any, column: str, order: Any) -> Any:
    """Rows in the order their values have in another column; those of equal value stay as they are."""
    ranks = pc.index_in(rows.column(column), order).to_numpy()
    return rows if (np.diff(ranks) >= 0).all() else rows.take(pa.array(np.argsort(ranks, kind="stable")))


def permutations(packs: Path) -> Any:
    """datasketch's permutations, kept beside the packs: importing it costs more than signing a night's few pages."""
    drawn_by = (provenance.versions()["datasketch"], minhash.SCHEME, minhash.SEED, minhash.PERMUTATIONS)
    path = packs.parent / f"permutation-steps-{'-'.join(map(str, drawn_by))}.npy"
    try:
        return np.load(path)
    except (OSError, ValueError, EOFError):
        drawn = minhash.permutations()
        aside = path.with_name(f".{path.name}.{os.getpid()}.npy")
        np.save(aside, drawn)
        os.replace(aside, path)
        return drawn


def remembered(packs: Path, what: str) -> dict[str, Any]:
    """What the last run found, by a name for what it was found for. Raises TryAgain if damaged."""
    if not (packs / what).exists():
        return {}
    table = arrow_file.read(packs / what, ["name", "found"])
    found = (json.loads(original_text(value)) for value in table.column("found").to_pylist())
    return dict(zip(table.column("name").to_pylist(), found, strict=True))


def remember(packs: Path, what: str, found: Mapping[str, Any]) -> None:
    """Keep for the next run what this one found: values that fit into JSON."""
    columns = {"name": list(found), "found": [stored_text(as_json(value)) for value in found.values()]}
    aside = packs / f"{what}.{os.getpid()}"
    arrow_file.write(aside, pa.table(columns, pa.schema([("name", pa.string()), ("found", pa.string())])))
    os.replace(aside, packs / what)


def known_sources(packs: Path) -> dict[str, str]:
    """Which pack holds a source, by the source's key."""
    known: dict[str, str] = {}
    for pack in sorted(packs.iterdir()) if packs.is_dir() else ():
        if not pack.name.startswith("."):
            table = read_sources(packs, pack.name, ["key", "reason"])
            for key, reason in zip(*(table.column(name).to_pylist() for name in ("key", "reason")), strict=True):
                if reason != CHANGED:
                    known[key] = pack.name
    return known


def changed(packs: Path, name: str) -> list[str]:
    """The keys of the sources a pack lacks because they changed while they were to be cleaned."""
    if not (packs / name / _UNSETTLED).exists():
        return []
    rows = read_sources(packs, name, ["key", "reason"]).to_pylist()
    return [row["key"] for row in rows if row["reason"] == CHANGED]


def reopen(packs: Path) -> None:
    """Set aside the packs that lack a source which changed under the last run; the rest of them is used again."""
    for pack in sorted(packs.glob("*/" + _UNSETTLED)):
        shutil.rmtree(packs / f"{_UNSETTLED}-{pack.parent.name}", ignore_errors=True)
        os.replace(pack.parent, packs / f"{_UNSETTLED}-{pack.parent.name}")


def forget(cache: Path, packs: Path, needed: set[str]) -> None:
    """Delete every pack the current snapshot was not made from."""
    for folder in cache.iterdir():
        if folder != packs:
            shutil.rmtree(folder, ignore_errors=True)
    for pack in packs.iterdir():
        if pack.name not in needed:
            shutil.rmtree(pack, ignore_errors=True)
