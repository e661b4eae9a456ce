"""Cleaned shards kept between runs: nothing that was cleaned by these rules and this profile is cleaned twice.

A pack is one folder with the cleaned sources of one shard, written aside and renamed, so it is whole or absent. Its
name is a hash of the keys of its sources; a key names contents and role, not a path.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cleaners.corpus import minhash
from flows.errors import TryAgain
from flows.store.writer import sync_folder, write_table

TABLES = ("sources", "documents", "edits", "lines")
CHANGED = "changed"  # the reason of a source that was not there, or not the same, when it was to be cleaned
_UNSETTLED = "unsettled"  # marks a pack with such a source, which may be there again next time


def pack_name(keys: Iterable[str]) -> str:
    """The name of the pack that holds exactly these sources in this order."""
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]


def write_pack(packs: Path, name: str, tables: dict[str, Any]) -> None:
    """Store a pack; when another worker stored the same one first, theirs stays."""
    aside = packs / f".{name}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    for table in TABLES:
        write_table(aside / f"{table}.parquet", tables[table])
    if CHANGED in tables["sources"].column("reason").to_pylist():
        (aside / _UNSETTLED).touch()
    try:
        os.rename(aside, packs / name)
    except OSError:
        if not (packs / name).is_dir():
            raise
        shutil.rmtree(aside)
    sync_folder(packs)


def read_pack(packs: Path, name: str, table: str, columns: Sequence[str] | None = None) -> Any:
    """One table of a pack, or some of its columns. Raises TryAgain for a damaged pack."""
    path = packs / name / f"{table}.parquet"
    try:
        return pq.ParquetFile(path, page_checksum_verification=True).read(columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise TryAgain(f"the cache is damaged in {path}: {error}") from error


def permutations(packs: Path) -> Any:
    """datasketch's permutations, kept beside the packs: importing it costs more than signing a night's few pages."""
    path = (
        packs.parent
        / f"permutation-steps-{version('datasketch')}-{minhash.SCHEME}-{minhash.SEED}-{minhash.PERMUTATIONS}.npy"
    )
    try:
        return np.load(path)
    except (OSError, ValueError, EOFError):
        drawn = minhash.permutations()
        aside = path.with_name(f".{path.name}.{os.getpid()}.npy")
        np.save(aside, drawn)
        os.replace(aside, path)
        return drawn


def known_sources(packs: Path) -> dict[str, str]:
    """Which pack holds a source, by the source's key."""
    known: dict[str, str] = {}
    for pack in sorted(packs.iterdir()) if packs.is_dir() else ():
        if not pack.name.startswith("."):
            table = read_pack(packs, pack.name, "sources", ["key", "reason"])
            for key, reason in zip(*(table.column(name).to_pylist() for name in ("key", "reason")), strict=True):
                if reason != CHANGED:
                    known[key] = pack.name
    return known


def changed(packs: Path, name: str) -> list[str]:
    """The keys of the sources a pack lacks because they changed while they were to be cleaned."""
    if not (packs / name / _UNSETTLED).exists():
        return []
    rows = read_pack(packs, name, "sources", ["key", "reason"]).to_pylist()
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
