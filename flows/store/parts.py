"""Parts of a snapshot that the next one need not write again: the same file, under another name.

What a part is made from names it, whatever its number. Files of a snapshot are never changed, so two snapshots may
share them; one that was damaged since is noticed by its sha256 and written anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flows.errors import Stop
from flows.store import snapshots
from flows.store.writer import as_json, file_sha256, link, write_text

TABLES = ("documents", "edits", "removed")  # the tables every shard has a part of
FILE = "parts.json"


class Part(NamedTuple):
    """One part of a published snapshot: where its files lie, what the manifest says of them, and what was counted."""

    folder: Path
    file: str
    sha256: Mapping[str, str]  # by table
    counts: Any


def name(number: int) -> str:
    """The file name of a shard's part, the same in every table."""
    return f"part-{number:05d}.parquet"


def note(staging: Path, made_from: Sequence[str], counts: Mapping[int, Any]) -> None:
    """Write down, beside the tables, what each part was made from and what was counted in it."""
    rows = {name(number): {"made_from": one, "counts": counts[number]} for number, one in enumerate(made_from)}
    write_text(staging / FILE, as_json(rows) + "\n")


def known(clean: Path) -> dict[str, Part]:
    """The parts of the current snapshot by what they were made from; none where anything about it is odd."""
    try:
        snapshot = snapshots.current(clean)
        if snapshot is None:
            return {}
        rows = json.loads((snapshot / FILE).read_text(encoding="utf-8"))
        tables = snapshots.read_manifest(snapshot)["tables"]
        sha256 = {table: {entry["file"]: entry["sha256"] for entry in tables[table]} for table in TABLES}
        return {
            row["made_from"]: Part(snapshot, file, {table: sha256[table][file] for table in TABLES}, row["counts"])
            for file, row in rows.items()
        }
    except (OSError, ValueError, KeyError, TypeError, Stop):
        return {}


def reuse(job: tuple[Part, Path, int]) -> bool:
    """Give the files of a part to a new snapshot, under a number; False, and nothing done, if one changed since."""
    part, staging, number = job
    targets = [staging / table / name(number) for table in TABLES]
    for table, target in zip(TABLES, targets, strict=True):
        target.parent.mkdir(exist_ok=True)
        try:
            link(part.folder / table / part.file, target)
            whole = file_sha256(target) == part.sha256[table]
        except FileNotFoundError:
            whole = False
        if not whole:
            for made in targets:
                made.unlink(missing_ok=True)
            return False
    return True
