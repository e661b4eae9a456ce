"""Published datasets: immutable folders, a manifest in each, and one link that says which is current.

::

    <clean>/snapshots/<id>/<table>/part-00000.parquet   never changed once published
                          /manifest.json  README.md
           /current -> snapshots/<id>                   switched in one atomic step
           /.staging/  .cache/  .lock                   the workshop; readers never look there
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.errors import Stop
from flows.store.writer import as_json, file_sha256, sync_folder, write_text

FORMAT = 1
STAGING = ".staging"


def read_manifest(snapshot: Path) -> dict[str, Any]:
    """The manifest of a snapshot. Raises Stop where there is none, or one from a newer version of this program."""
    path = snapshot / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Stop(f"{snapshot} holds no snapshot (no manifest.json). Run `jiaokan run` first.") from error
    except ValueError as error:
        raise Stop(f"{path} is damaged ({error}). Run `jiaokan run` to publish a new snapshot.") from error
    if manifest.get("format", 0) > FORMAT:
        raise Stop(f"{snapshot} was written by a newer jiaokan ({manifest['pipeline_version']}). Update this one.")
    return manifest


def current(clean: Path) -> Path | None:
    """The folder of the current snapshot, resolved once so that a reader stays with it; None before the first."""
    link = clean / "current"
    return link.resolve() if link.is_symlink() else None


def damage(snapshot: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Name every file that is missing, of another size, or of other contents than the manifest says."""
    problems = []
    for table, files in manifest["tables"].items():
        for entry in files:
            path = snapshot / table / entry["file"]
            name = f"{table}/{entry['file']}"
            if not path.is_file():
                problems.append(f"{name} is missing")
            elif path.stat().st_size != entry["bytes"]:
                problems.append(f"{name} has {path.stat().st_size} bytes, the manifest says {entry['bytes']}")
            elif file_sha256(path) != entry["sha256"]:
                problems.append(f"{name} is corrupted: its sha256 is not the manifest's")
    return problems


def describe_files(folder: Path, tables: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Name, sha256, size and rows of every part of every table, for the manifest."""
    return {table: [_entry(path) for path in sorted((folder / table).glob("part-*.parquet"))] for table in tables}


def _entry(path: Path) -> dict[str, Any]:
    rows = pq.read_metadata(path).num_rows
    return {"file": path.name, "sha256": file_sha256(path), "bytes": path.stat().st_size, "rows": rows}


@contextmanager
def only_run(clean: Path) -> Iterator[None]:
    """Hold the clean folder for one run. Raises Stop while another run holds it; a dead run holds nothing."""
    try:
        clean.mkdir(parents=True, exist_ok=True)
        handle = open(clean / ".lock", "w")  # noqa: SIM115 - held open while the run lasts
    except OSError as error:
        raise Stop(f"The clean folder {clean} cannot be written: {error.strerror}.") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"Another run is writing to {clean}. Wait for it, or name another folder with --clean."
            raise Stop(message) from error
        yield


def new_staging(clean: Path) -> Path:
    """An empty folder to build a snapshot in; what a dead run left there is thrown away."""
    staging = clean / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    return staging


def publish(clean: Path, staging: Path, manifest: Mapping[str, Any], card: str) -> Path:
    """Turn a finished staging folder into the current snapshot; readers see the old one or the new one."""
    write_text(staging / "README.md", card)
    write_text(staging / "manifest.json", as_json(manifest) + "\n")
    for folder in (*(path for path in staging.iterdir() if path.is_dir()), staging):
        sync_folder(folder)
    snapshot = clean / "snapshots" / str(manifest["snapshot_id"])
    snapshot.parent.mkdir(exist_ok=True)
    os.replace(staging, snapshot)
    sync_folder(snapshot.parent)
    _point(clean, snapshot)
    return snapshot


def _point(clean: Path, snapshot: Path) -> None:
    link = clean / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / snapshot.name)
    os.replace(link, clean / "current")
    sync_folder(clean)
