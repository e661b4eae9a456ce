"""Published datasets: immutable folders, a manifest in each, and one link that says which is current.

::

    <clean>/snapshots/<id>/<table>/part-00000.parquet   never changed once published
                          /manifest.json  README.md
           /current -> snapshots/<id>                   switched in one atomic step
           /candidates/<id>/                            built, but held back by a gate
           /withdrawn.json                              the snapshots a person rolled back from
           /.staging/  .cache/  .lock                   the workshop; readers never look there

An id is the UTC time of its run and a hash of what went in; ids sort by age, even when the clock was set back.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow.parquet as pq

from flows.errors import Stop
from flows.pool import Each
from flows.store import mirror
from flows.store.writer import as_json, file_sha256, sync_folder, write_text

FORMAT = 1
STAGING = ".staging"
CANDIDATES = "candidates"
_WITHDRAWN = "withdrawn.json"
_TIME = "%Y%m%dT%H%M%SZ"


class Listed(NamedTuple):
    """One snapshot of a clean folder. ``state`` is current, published, withdrawn, held back or damaged."""

    id: str
    path: Path
    state: str
    manifest: dict[str, Any]  # empty where it is damaged


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


def describe_files(folder: Path, tables: list[str], each: Each = map) -> dict[str, list[dict[str, Any]]]:
    """Name, sha256, size and rows of every part of every table, for the manifest."""
    paths = [path for table in tables for path in sorted((folder / table).glob("part-*.parquet"))]
    found: dict[str, list[dict[str, Any]]] = {table: [] for table in tables}
    for path, entry in zip(paths, each(_entry, paths), strict=True):
        found[path.parent.name].append(entry)
    return found


def _entry(path: Path) -> dict[str, Any]:
    rows = pq.read_metadata(path).num_rows
    return {"file": path.name, "sha256": file_sha256(path), "bytes": path.stat().st_size, "rows": rows}


@contextmanager
def only_run(clean: Path) -> Iterator[None]:
    """Hold the clean folder for one run. Raises Stop while another run holds it; a dead run holds nothing."""
    try:
        clean.mkdir(parents=True, exist_ok=True)
        handle = open(clean / ".lock", "a+", encoding="utf-8")  # noqa: SIM115 - held open while the run lasts
    except OSError as error:
        raise Stop(f"The clean folder {clean} cannot be written: {error.strerror}.") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            holder = handle.read(200).strip()
            who = f" ({holder})" if holder else ""
            message = f"Another run is writing to {clean}{who}. Wait for it, or name another folder with --clean."
            raise Stop(message) from error
        except OSError as error:
            message = f"The clean folder {clean} cannot be locked: {error.strerror}. Use another file system."
            raise Stop(message) from error
        _sign_lock(handle)
        yield


def _sign_lock(handle: IO[str]) -> None:
    """Say who holds the lock. The system drops the lock when its holder dies, so what stands there proves nothing."""
    with suppress(OSError):  # a full disk must not keep a run from saying so properly
        handle.truncate(0)
        handle.write(f"process {os.getpid()} on {socket.gethostname()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        handle.flush()


def new_staging(clean: Path) -> Path:
    """An empty folder to build a snapshot in; what a dead run left there is thrown away.

    Its name is this process's own: a worker that outlives a killed run by a moment writes where nobody looks.
    """
    shutil.rmtree(clean / STAGING, ignore_errors=True)
    staging = clean / STAGING / f"{os.getpid()}-{os.urandom(4).hex()}"
    staging.mkdir(parents=True)
    return staging


def new_id(clean: Path, started_at: datetime, content: str) -> str:
    """The time of the run, or a second past the newest snapshot where the clock was set back, and the content."""
    found = [path.name for folder in ("snapshots", CANDIDATES) for path in (clean / folder).glob("????????T??????Z-*")]
    time = started_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    for name in found:
        with suppress(ValueError):
            time = max(time, datetime.strptime(name[:16], _TIME) + timedelta(seconds=1))
    return f"{time.strftime(_TIME)}-{content}"


def publish(clean: Path, staging: Path, manifest: Mapping[str, Any], card: str) -> Path:
    """Turn a finished staging folder into the current snapshot; readers see the old one or the new one."""
    snapshot = _settle(staging, clean / "snapshots", manifest, card)
    point(clean, snapshot)
    return snapshot


def hold_back(clean: Path, staging: Path, manifest: Mapping[str, Any], card: str) -> Path:
    """Keep a finished staging folder as a candidate; readers see nothing of it."""
    return _settle(staging, clean / CANDIDATES, manifest, card)


def _settle(staging: Path, place: Path, manifest: Mapping[str, Any], card: str) -> Path:
    write_text(staging / "README.md", card)
    write_text(staging / "manifest.json", as_json(manifest) + "\n")
    for folder in (*(path for path in staging.iterdir() if path.is_dir()), staging):
        sync_folder(folder)
    snapshot = place / str(manifest["snapshot_id"])
    place.mkdir(exist_ok=True)
    os.replace(staging, snapshot)
    sync_folder(place)
    mirror.keep(place.parent, snapshot)
    return snapshot


def point(clean: Path, snapshot: Path) -> None:
    """Switch readers to a published snapshot in one atomic step, those of the bucket first if there is one."""
    mirror.point(clean, snapshot)
    link = clean / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / snapshot.name)
    os.replace(link, clean / "current")
    sync_folder(clean)


def listed(clean: Path) -> list[Listed]:
    """Every snapshot and candidate, oldest first."""
    now, gone = current(clean), withdrawn(clean)
    found: list[Listed] = []
    for place in ("snapshots", CANDIDATES):
        for path in (clean / place).iterdir() if (clean / place).is_dir() else ():
            if place == CANDIDATES and (clean / "snapshots" / path.name).exists():
                continue  # accepted, and the command died before it could tidy up
            try:
                manifest = read_manifest(path)
                state = "published" if place == "snapshots" else "held back"
            except Stop:
                manifest, state = {}, "damaged"
            if path.name in gone:
                state = "withdrawn"
            if path.resolve() == now:
                state = "current"
            found.append(Listed(path.name, path, state, manifest))
    return sorted(found)


def missing(clean: Path) -> Stop:
    """What to say of a folder in which nothing was published yet."""
    place = mirror.named(clean)
    return Stop(f"There is no snapshot in {place}. Run `jiaokan run --clean {place}` first.")


def find(clean: Path, name: str) -> Listed:
    """The snapshot called ``current``, ``previous``, or by an id or the beginning of one. Raises Stop without it."""
    there = listed(clean)
    if name == "current":
        matching = [one for one in there if one.state == "current"]
    elif name == "previous":
        newest = max((one.id for one in there if one.state == "current"), default="")
        matching = [one for one in there if one.state == "published" and one.id < newest][-1:]
    else:
        matching = [one for one in there if one.id == name] or [one for one in there if one.id.startswith(name)]
    if len(matching) == 1:
        mirror.fetch(clean, matching[0].path)
        return matching[0]
    if not there:
        raise missing(clean)
    known = ", ".join(one.id for one in there[-8:])
    problem = "is not unique" if matching else "is no snapshot"
    raise Stop(f'"{name}" {problem} in {clean}. Known: {known}.')


def withdrawn(clean: Path) -> set[str]:
    """The ids of the snapshots a person rolled back from."""
    try:
        return set(json.loads((clean / _WITHDRAWN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return set()
    except ValueError as error:
        raise Stop(f"{clean / _WITHDRAWN} is damaged ({error}). Delete it to forget every rollback.") from error


def withdraw(clean: Path, ids: set[str]) -> None:
    """Remember which snapshots a person rolled back from, these and no others."""
    fresh = clean / f".{_WITHDRAWN}.new"
    write_text(fresh, as_json(sorted(ids)) + "\n")
    os.replace(fresh, clean / _WITHDRAWN)
    sync_folder(clean)
    mirror.write(clean, _WITHDRAWN)


def retain(clean: Path, keep: int) -> list[str]:
    """Delete all but the newest ``keep`` snapshots and as many candidates; never the current one. Returns the ids.

    A folder is moved into the workshop first, so that no half-deleted snapshot is ever listed.
    """
    there = listed(clean)
    published = [one for one in there if one.path.parent.name == "snapshots"]
    candidates = [one for one in there if one.path.parent.name == CANDIDATES]
    old = [*published[: max(0, len(published) - keep)], *candidates[: max(0, len(candidates) - keep)]]
    gone = [one for one in old if one.state != "current"]
    for one in gone:
        delete(clean, one.path)
    return [one.id for one in gone]


def delete(clean: Path, snapshot: Path) -> None:
    """Delete a snapshot or candidate; what a crash leaves of it lies in the workshop."""
    (clean / STAGING).mkdir(exist_ok=True)
    aside = clean / STAGING / f"deleted-{snapshot.name}"
    mirror.forget(clean, snapshot)
    os.replace(snapshot, aside)
    shutil.rmtree(aside, ignore_errors=True)
