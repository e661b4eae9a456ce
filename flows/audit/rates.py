"""What each rule did, how that changed since the snapshot before, and how often people found it right."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cleaners.document import Rule
from cleaners.rules import RULES
from flows.audit.tables import Row, Tables
from flows.errors import Stop
from flows.judgements import Book
from flows.own_rules import recorded
from flows.store import snapshots

CATALOGUE = {rule.name: rule for rule in RULES}


def catalogue(run: Row) -> dict[str, Rule]:
    """Every rule of this program, and those of the profile the run was made with, by name."""
    return CATALOGUE | {rule.name: rule for rule in recorded(run["profile"])}


def earlier(clean: Path, name: str) -> Row | None:
    """What the published snapshot before the one with this id says of its run, or None for the first."""
    folder = clean / "snapshots"
    names = sorted(path.name for path in folder.iterdir() if path.name < name) if folder.is_dir() else []
    for before in reversed(names):
        with suppress(Stop, OSError):  # a snapshot that was taken away, or something that is none
            manifest = snapshots.read_manifest(folder / before)
            if "rules" in manifest:
                return manifest
    return None


def rules(run: Row, before: Row | None, book: Book) -> list[Row]:
    """One row per rule that exists or fired, the one that removed most first.

    ``rate`` is edits per million characters of source, so that a corpus that grew does not look like a change;
    ``change`` is this rate over the earlier one, None where either is 0.
    """
    known = catalogue(run)
    names = dict.fromkeys([*run["rules"], *known])
    rows = [_rule(name, known.get(name), run, before, book) for name in names]
    return sorted(rows, key=lambda row: (-row["removed_chars"], -row["edits"], row["rule"]))


def _rule(name: str, known: Rule | None, run: Row, before: Row | None, book: Book) -> Row:
    tally: dict[str, Any] = run["rules"].get(name, {})
    rate, was = _rate(run, name), _rate(before, name) if before else 0.0
    version = int(tally.get("version", known.version if known else 0))
    return {
        "rule": name,
        "kind": tally.get("kind") or (known.kind if known else ""),
        "version": version,
        "summary": known.summary if known else "",
        "edits": tally.get("edits", 0),
        "documents": tally.get("documents", 0),
        "removed_chars": tally.get("removed_chars", 0),
        "rate": rate,
        "change": rate / was if rate and was else None,
        "is_new": bool(before) and rate > 0 and not was,
        "is_gone": bool(before) and not rate and was > 0,
        "precision": book.precision(name, version),
    }


def _rate(run: Row, name: str) -> float:
    return 1e6 * int(run["rules"].get(name, {}).get("edits", 0)) / max(int(run["counts"].get("raw_chars", 0)), 1)


def flow(tables: Tables) -> Row:
    """Where the characters, documents and sources of a run went, for the picture."""
    gone = tables.rows("select kind, sum(chars) as chars from removed where scope = 'document' group by kind")
    replaced = tables.rows(
        "select coalesce(sum(length(before)), 0) as n from edits where after <> '' and kind not in"
        " ('decode', 'remove', 'split')"
    )[0]["n"]
    return parted(tables.run["counts"], {row["kind"]: int(row["chars"] or 0) for row in gone}, int(replaced))


def parted(counts: Mapping[str, int], gone: Mapping[str, int], replaced: int) -> Row:
    """The same from the code points of documents taken out whole, by kind, and those that edits replaced."""
    merged, dropped = (gone.get(kind, 0) for kind in ("duplicate", "drop"))
    gone_chars = counts["removed_chars"] + merged + dropped
    mended = min(replaced, max(counts["raw_chars"] - gone_chars, 0))
    return {
        "characters": [
            ("kept", "kept as they were", max(counts["raw_chars"] - gone_chars - mended, 0)),
            ("mended", "repaired or normalised", mended),
            ("removed", "removed", counts["removed_chars"]),
            ("merged", "in merged copies", merged),
            ("dropped", "in dropped documents", dropped),
        ],
        "documents": [
            ("kept", "kept", counts["kept"]),
            ("merged", "merged", counts["merged"]),
            ("dropped", "dropped", counts["dropped"]),
        ],
        "sources": [
            ("kept", "documented", counts["documented"]),
            ("merged", "identical to another", counts["identical"]),
            ("dropped", "in quarantine", counts["quarantined"]),
        ],
    }


def history(clean: Path) -> list[Row]:
    """Every snapshot there is, the newest first, also those that a gate held back."""
    return [{"name": one.id, "state": one.state} for one in reversed(snapshots.listed(clean)) if one.manifest]
