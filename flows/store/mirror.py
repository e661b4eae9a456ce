"""A dataset in a bucket: a folder of this machine that is its workshop, and the bucket that readers see.

::

    s3://bucket/clean/snapshots/<id>/...   as on a disk; manifest.json is uploaded last
                     /candidates/<id>/...
                     /current.json         {"snapshot": "<id>"}: which is current, written only over the known version
                     /withdrawn.json  judgements.jsonl

The workshop is made from the address, holds the cache, and has everything a clean folder has, so that whatever works on
a folder works on it. The bucket is the truth: `pull` makes the workshop equal to it, and `flows.store.snapshots` tells
it here of every change. Two machines may work at once: the second to switch the pointer is refused.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from pathlib import Path

from flows.errors import Stop
from flows.store import buckets
from flows.store.buckets import Bucket, Overtaken

POINTER = "current.json"
_MARK = ".bucket.json"  # in the workshop: the address, and the version of the pointer it was last equal to
_PLACES = ("snapshots", "candidates")
_TRIES = 20  # to add to an object that others add to


def folder(address: str | Path) -> Path:
    """The folder to work in: the one named, or the workshop of the bucket named, equal to the bucket."""
    if not buckets.is_address(str(address)):
        return Path(address)
    place = buckets.parse(str(address))
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiaokan" / "buckets"
    clean = home / hashlib.sha256(str(place).encode()).hexdigest()[:16]
    clean.mkdir(parents=True, exist_ok=True)
    if of(clean) is None:
        _note(clean, place, "")
    pull(clean)
    return clean


def of(clean: Path) -> Bucket | None:
    """The bucket this folder is the workshop of, or None for a folder of its own."""
    try:
        return buckets.parse(json.loads((clean / _MARK).read_text(encoding="utf-8"))["bucket"])
    except FileNotFoundError:
        return None


def named(clean: Path) -> Bucket | Path:
    """What a person calls this dataset: the bucket this folder is the workshop of, or the folder."""
    return of(clean) or clean


def pull(clean: Path) -> None:
    """Make a workshop equal to its bucket. Of snapshots other than the current one only the manifests are fetched.

    Does nothing for a folder of its own. Raises Stop where the bucket cannot be read.
    """
    place = of(clean)
    if place is None:
        return
    known, pointer = buckets.version(place, POINTER)
    for what in _PLACES:
        there = {name for name in buckets.folders(place, what) if _fetch_manifest(place, clean / what / name, what)}
        for path in (clean / what).iterdir() if (clean / what).is_dir() else ():
            if path.name not in there:
                shutil.rmtree(path)
    if (withdrawn := buckets.read(place, "withdrawn.json")) is not None:
        _write(clean / "withdrawn.json", withdrawn)
    share(clean / "judgements.jsonl")
    link = clean / "current"
    link.unlink(missing_ok=True)
    if pointer:
        current = clean / "snapshots" / _pointed(place, pointer)
        fetch(clean, current)
        link.symlink_to(Path("snapshots") / current.name)
    _note(clean, place, known)


def _pointed(place: Bucket, pointer: bytes) -> str:
    try:
        name = json.loads(pointer)["snapshot"]
        if not isinstance(name, str) or "/" in name or name.startswith("."):
            raise ValueError(name)
    except (ValueError, KeyError, TypeError) as error:
        raise Stop(f"{place}/{POINTER} is damaged. Write the id of a snapshot into it, or delete it.") from error
    return name


def _fetch_manifest(place: Bucket, snapshot: Path, what: str) -> bool:
    """Fetch what lists and gates read; whether the bucket holds the whole snapshot."""
    if (snapshot / "manifest.json").is_file():
        return True
    for name in ("README.md", "manifest.json"):
        if buckets.read(place, f"{what}/{snapshot.name}/{name}") is None:
            return False
        buckets.download(place, f"{what}/{snapshot.name}/{name}", snapshot / name)
    return True


def fetch(clean: Path, snapshot: Path) -> None:
    """Bring the files of a snapshot or candidate here that are not here yet. Nothing for a folder of its own."""
    place = of(clean)
    if place is None:
        return
    what = f"{snapshot.parent.name}/{snapshot.name}"
    for name, size in buckets.names(place, what).items():
        file = snapshot / name
        if not file.is_file() or file.stat().st_size != size:
            buckets.download(place, f"{what}/{name}", file)


def keep(clean: Path, snapshot: Path) -> None:
    """Upload a finished snapshot or candidate, the manifest last: without it nobody takes the folder for a snapshot."""
    place = of(clean)
    if place is None:
        return
    what = f"{snapshot.parent.name}/{snapshot.name}"
    there = buckets.names(place, what)
    files = sorted(path for path in snapshot.rglob("*") if path.is_file())
    for file in sorted(files, key=lambda path: path.name == "manifest.json"):
        name = file.relative_to(snapshot).as_posix()
        if there.get(name) != file.stat().st_size or name == "manifest.json":
            buckets.upload(place, f"{what}/{name}", file)


def point(clean: Path, snapshot: Path) -> None:
    """Switch the bucket's readers over. Raises Stop where another machine did so since the last `pull`."""
    place = of(clean)
    if place is None:
        return
    known = json.loads((clean / _MARK).read_text(encoding="utf-8"))["pointer"]
    data = json.dumps({"snapshot": snapshot.name}).encode()
    try:
        _note(clean, place, buckets.replace(place, POINTER, data, known))
    except Overtaken as error:
        message = f"Another machine published to {place} while this one worked; its snapshot stays. Run again."
        raise Stop(message) from error


def forget(clean: Path, snapshot: Path) -> None:
    """Delete a snapshot or candidate from the bucket, too."""
    place = of(clean)
    if place is not None:
        buckets.delete_folder(place, f"{snapshot.parent.name}/{snapshot.name}")


def write(clean: Path, name: str) -> None:
    """Upload a small file of the workshop."""
    place = of(clean)
    if place is not None:
        buckets.upload(place, name, clean / name)


def share(file: Path) -> None:
    """Bring the judgements here and those in the bucket together: lines are never changed, so both have all of them.

    The bucket's order counts, here as there. Does nothing for a file outside a workshop.
    """
    place = of(file.parent)
    if place is None:
        return
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # whoever appends a judgement here waits
        ours = handle.read()
        both = _together(place, file.name, ours)
        if both != ours:  # in place: an appender that waits for the lock has this very file open
            handle.seek(0)
            handle.write(both)
            handle.truncate()


def _together(place: Bucket, name: str, ours: bytes) -> bytes:
    """The lines of the bucket, then ours that it lacked; it has them all when this returns."""
    for _ in range(_TRIES):
        known, theirs = buckets.version(place, name)
        have = set(theirs.splitlines())
        new = [line for line in ours.splitlines() if line and line not in have]
        both = b"".join(line + b"\n" for line in [*theirs.splitlines(), *new])
        try:
            if new:
                buckets.replace(place, name, both, known)
            return both
        except Overtaken:
            continue
    raise Stop(f"{place}/{name} changes too fast to add to it. Try again.")


def _note(clean: Path, place: Bucket, pointer: str) -> None:
    _write(clean / _MARK, json.dumps({"bucket": str(place), "pointer": pointer}).encode())


def _write(file: Path, data: bytes) -> None:
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.write_bytes(data)
    os.replace(aside, file)
