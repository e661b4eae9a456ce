"""What a person does with snapshots: list them, go back to one, publish a candidate all the same."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from flows.card import CROISSANT, croissant
from flows.errors import Stop
from flows.store import snapshots
from flows.store.schema import RUNS
from flows.store.snapshots import Listed
from flows.store.writer import as_json, write_table, write_text

_STYLE = {"current": "green", "held back": "red", "damaged": "red", "withdrawn": "yellow"}


def show(clean: Path, console: Console) -> None:
    """Print every snapshot and candidate, newest first; below a candidate, what held it back."""
    there = snapshots.listed(clean)
    if not there:
        raise snapshots.missing(clean)
    table = Table(box=None, pad_edge=False)
    for heading in ("snapshot", "state"):
        table.add_column(heading, no_wrap=True)
    for heading in ("sources", "kept", "merged", "removed chars"):
        table.add_column(heading, justify="right")
    for one in reversed(there):
        counts = one.manifest.get("counts", {})
        cells = (f"{counts[name]:,}" if counts else "" for name in ("sources", "kept", "merged", "removed_chars"))
        state = f"[{_STYLE[one.state]}]{one.state}[/]" if one.state in _STYLE else one.state
        table.add_row(one.id, state, *cells)
    console.print(table)
    for one in there:
        for gate, reason in one.manifest.get("failed_gates", {}).items():
            because = one.manifest.get("accepted", {}).get(gate)
            after = f" Accepted: {because}" if because else ""
            console.print(f"{one.id}: [{gate}] {reason}{after}", markup=False, soft_wrap=True)


def rollback(clean: Path, name: str) -> Listed:
    """Make an older snapshot the current one; what is newer is withdrawn and not published again unchanged."""
    _check(clean)
    with snapshots.only_run(clean):
        wanted = snapshots.find(clean, name)
        if wanted.state in ("held back", "damaged"):
            way = "publish it with `jiaokan publish`" if wanted.state == "held back" else "choose another"
            raise Stop(f"{wanted.id} is {wanted.state}; {way}.")
        if problems := snapshots.damage(wanted.path, wanted.manifest):
            raise Stop(f"{wanted.id} is damaged ({problems[0]}); choose another.")
        there = [one for one in snapshots.listed(clean) if one.path.parent == wanted.path.parent]
        snapshots.withdraw(clean, {one.id for one in there if one.id > wanted.id})
        snapshots.point(clean, wanted.path)
        return wanted


def accept(clean: Path, name: str, gates: Sequence[str], because: str) -> Path:
    """Publish a candidate although these gates failed, and write down why. Raises Stop if others failed, too."""
    if not because.strip():
        raise Stop('Say why, for those who read this later: --because "..."')
    _check(clean)
    with snapshots.only_run(clean):
        candidate = _candidate(clean, name)
        failed = candidate.manifest["failed_gates"]
        if unknown := [gate for gate in gates if gate not in failed]:
            raise Stop(f"No gate {', '.join(unknown)} held {candidate.id} back; these did: {', '.join(failed)}.")
        if missing := [gate for gate in failed if gate not in gates]:
            more = " ".join(f"--accept {gate}" for gate in missing)
            raise Stop(f"{candidate.id} was held back by more than that. Look at them, and add {more}.")
        if problems := snapshots.damage(candidate.path, candidate.manifest):
            raise Stop(f"{candidate.id} is damaged ({problems[0]}). Run `jiaokan run` to build it anew.")
        return _publish(clean, candidate, dict.fromkeys(gates, because))


def _check(clean: Path) -> None:
    """The lock would make the folder; a mistyped name is not to leave one behind."""
    if not clean.is_dir():
        raise snapshots.missing(clean)


def _candidate(clean: Path, name: str) -> Listed:
    if name:
        found = snapshots.find(clean, name)
        if found.state != "held back":
            raise Stop(f"{found.id} is {found.state}, no candidate; `jiaokan rollback` goes back to a snapshot.")
        return found
    held = [one for one in snapshots.listed(clean) if one.state == "held back"]
    newest = snapshots.current(clean)
    if not held or (newest and held[-1].id < newest.name):
        raise Stop(f"No candidate in {clean} is newer than the current snapshot; `jiaokan snapshots` lists them all.")
    return held[-1]


def _publish(clean: Path, candidate: Listed, accepted: dict[str, str]) -> Path:
    """A new folder of the same files, with the acceptance in the runs table and the manifest, switched to."""
    staging = snapshots.new_staging(clean)
    for path in candidate.path.iterdir():
        if path.is_file() and path.name not in ("README.md", "manifest.json", CROISSANT):
            os.link(path, staging / path.name)
    tables: dict[str, Any] = dict(candidate.manifest["tables"])
    for table, entries in tables.items():
        (staging / table).mkdir()
        for entry in entries if table != "runs" else ():
            os.link(candidate.path / table / entry["file"], staging / table / entry["file"])
    before = pq.ParquetFile(candidate.path / "runs" / "part-00000.parquet").read()
    (run,) = before.to_pylist()
    when = datetime.now(UTC).isoformat(timespec="seconds")
    run["accepted"] = as_json({gate: {"because": because, "at": when} for gate, because in accepted.items()})
    runs = pa.Table.from_pylist([run], RUNS).replace_schema_metadata(before.schema.metadata)
    write_table(staging / "runs" / "part-00000.parquet", runs)
    tables |= snapshots.describe_files(staging, ["runs"])
    manifest = candidate.manifest | {"tables": tables, "accepted": accepted}
    described = croissant(candidate.id, str(manifest["created_at"]), tables)
    write_text(staging / CROISSANT, described)
    card = (candidate.path / "README.md").read_text(encoding="utf-8")
    snapshot = snapshots.publish(clean, staging, manifest, card)
    snapshots.delete(clean, candidate.path)
    return snapshot


def as_rows(clean: Path) -> str:
    """The list for a program: one JSON object a line, oldest first."""
    return "".join(
        json.dumps({"id": one.id, "state": one.state, **one.manifest.get("counts", {})}, ensure_ascii=False) + "\n"
        for one in snapshots.listed(clean)
    )
