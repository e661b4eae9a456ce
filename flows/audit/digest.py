"""What the report shows of a snapshot's tables, read part by part.

A database answers every question; starting and asking it would cost a night with little news more than its pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.audit.sidebyside import QUICK, near
from flows.audit.tables import Row
from flows.store.names import original_text
from flows.store.reader import rows_with

_REACH = 28  # code points of context
_SHOWN = 400  # code points of a document taken out whole
_MENDS = pa.array(["repair", "normalise", "restore"])  # kinds of edits that neither decode nor take out
_PLACE = ["doc_id", "source_sha256", "source_path", "section_index"]


@dataclass(slots=True)
class Digest:
    """Counts over all parts, and the first rows of everything that is listed."""

    gone: Counter[str] = field(default_factory=Counter)  # code points of documents taken out whole, by kind
    mended: int = 0  # code points that were replaced
    examples: dict[str, list[Row]] = field(default_factory=dict)  # edits of each rule, plain decoding left out
    documents: list[Row] = field(default_factory=list)  # those taken out whole
    flags: list[Row] = field(default_factory=list)  # of kept documents: how many, and in how many, by kind and rule
    clusters: list[Row] = field(default_factory=list)  # the largest first
    quarantine: list[Row] = field(default_factory=list)  # by path
    reasons: list[Row] = field(default_factory=list)  # of the quarantine, the most frequent first


def digest(folder: Path, tables: Mapping[str, Any], each: int, listed: int) -> Digest:
    """Read the folder of a snapshot: ``each`` edits of a rule, and ``listed`` rows of everything else.

    ``tables`` names the parts, as the manifest does.
    """
    found = Digest()
    survivors = _clusters(found, _table(folder, tables, "duplicates"), listed)
    flags: Counter[tuple[str, str]] = Counter()
    flagged: Counter[tuple[str, str]] = Counter()
    for entry in tables["documents"]:
        part = entry["file"]
        _edits(found, folder, part, each)
        _removed(found, folder / "removed" / part, listed)
        columns = ["doc_id", "title", "flags.list.element.kind", "flags.list.element.rule"]
        documents = _read(folder / "documents" / part, columns)
        for row in documents.filter(pc.is_in(documents.column("doc_id"), pa.array(survivors, pa.string()))).to_pylist():
            survivors[row["doc_id"]]["title"] = row["title"]
        _flags(documents.column("flags").combine_chunks(), flags, flagged)
    rows = [{"kind": kind, "rule": rule, "n": n, "documents": flagged[kind, rule]} for (kind, rule), n in flags.items()]
    found.flags = sorted(rows, key=lambda row: (-row["n"], row["kind"], row["rule"]))
    _quarantine(found, _table(folder, tables, "quarantine"), listed)
    return found


def _flags(column: Any, flags: Counter[tuple[str, str]], flagged: Counter[tuple[str, str]]) -> None:
    """Count flags by kind and rule, and the documents that have any of each."""
    each = column.flatten()
    keys = pc.binary_join_element_wise(each.field("kind"), each.field("rule"), "\n").dictionary_encode()
    names = [(kind, rule) for kind, _, rule in (key.partition("\n") for key in keys.dictionary.to_pylist())]
    which = keys.indices.to_numpy()
    once = np.unique(pc.list_parent_indices(column).to_numpy() * len(names) + which) % max(len(names), 1)
    for counts, found in ((flags, which), (flagged, once)):
        counts.update(dict(zip(names, np.bincount(found, minlength=len(names)).tolist(), strict=True)))


def _read(path: Path, columns: list[str] | None = None) -> Any:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        return file.read(columns, use_threads=False)


def _table(folder: Path, tables: Mapping[str, Any], table: str) -> list[Row]:
    return [row for entry in tables[table] for row in _read(folder / table / entry["file"]).to_pylist()]


def _clusters(found: Digest, duplicates: Sequence[Row], listed: int) -> dict[str, Row]:
    """List the largest clusters, a cluster named by its survivor; their rows by its id, titles still to be added."""
    members: dict[str, list[Row]] = {}
    for row in duplicates:
        members.setdefault(row["survivor_doc_id"], []).append(row)
    largest = sorted(members, key=lambda survivor: (-len(members[survivor]), survivor))[:listed]
    for rows in map(members.__getitem__, largest):
        similar = [row["similarity"] for row in rows]
        place = {"source_path": rows[0]["survivor_source_path"], "title": ""}
        found.clusters.append({"members": len(rows) + 1, "least": min(similar), "most": max(similar), **place})
    return dict(zip(largest, found.clusters, strict=True))


def _quarantine(found: Digest, rows: list[Row], listed: int) -> None:
    reasons = Counter(row["reason"] for row in rows)
    found.reasons = [{"reason": reason, "n": reasons[reason]} for reason in sorted(reasons)]
    found.reasons.sort(key=lambda row: -row["n"])
    found.quarantine = sorted(rows, key=itemgetter("source_path"))[:listed]


def _removed(found: Digest, path: Path, listed: int) -> None:
    """Count the documents that were taken out whole, and list the first."""
    rows = _read(path, ["scope", "kind", "chars"])
    whole = pc.equal(rows.column("scope"), "document")
    for row in rows.filter(whole).to_pylist():
        found.gone[row["kind"]] += row["chars"]
    if len(found.documents) < listed and found.gone:
        rows = _read(path, ["source_path", "section_index", "kind", "reason", "text", "chars"]).filter(whole)
        for row in rows.slice(0, listed - len(found.documents)).to_pylist():
            found.documents.append(row | {"text": row["text"][:_SHOWN]})


def _edits(found: Digest, folder: Path, part: str, each: int) -> None:
    """Count what was mended, and take the first edits of the rules of which there are too few yet."""
    rows = _read(folder / "edits" / part, ["rule", "kind", "before", "after"])
    written = pc.not_equal(rows.column("after"), "")
    mends = pc.and_(written, pc.is_in(rows.column("kind"), _MENDS))
    found.mended += pc.sum(pc.utf8_length(rows.column("before").filter(mends))).as_py() or 0
    shown = pc.or_(written, pc.not_equal(rows.column("kind"), "decode"))
    chosen: dict[str, list[int]] = {}
    for number, (rule, show) in enumerate(zip(rows.column("rule").to_pylist(), shown.to_pylist(), strict=True)):
        here = chosen.setdefault(rule, []) if show else []
        if show and len(here) + len(found.examples.get(rule, ())) < each:
            here.append(number)
    numbers = sorted(number for here in chosen.values() for number in here)
    for row in _in_context(folder, part, numbers) if numbers else ():
        found.examples.setdefault(row["rule"], []).append(row)


def _in_context(folder: Path, part: str, numbers: list[int]) -> list[Row]:
    """Edits of a part by their rows, with the places of their documents and the clean text on either side.

    Those of very long sources are shown without the text.
    """
    edits = _read(folder / "edits" / part)
    chosen: list[Row] = edits.take(pa.array(numbers)).to_pylist()
    wanted = pa.array({row["source_sha256"]: None for row in chosen}, pa.string())
    documents = _documents(folder, part, wanted)
    ledgers: dict[str, list[Row]] = {}
    for row in edits.filter(pc.is_in(edits.column("source_sha256"), wanted)).to_pylist():
        row["before"], row["after"] = original_text(row["before"]), original_text(row["after"])
        ledgers.setdefault(row["source_sha256"], []).append(row)
    for sha256, ledger in ledgers.items():
        here, rows = documents[sha256], [row for row in chosen if row["source_sha256"] == sha256]
        quick = sum(len(document["text"]) for document in here) <= QUICK
        contexts = near(here, ledger, [(row["step"], row["ordinal"]) for row in rows], _REACH) if quick else {}
        places = {document["doc_id"]: document for document in here}
        for row in rows:
            row["context"] = contexts.get((row["step"], row["ordinal"]))
            row |= {name: places[row["doc_id"]][name] for name in ("source_path", "section_index")}
    return chosen


def _documents(folder: Path, part: str, wanted: Any) -> dict[str, list[Row]]:
    """The documents of some sources of a part, kept or not, in order; row groups without any are not read."""
    found: dict[str, list[Row]] = {}
    for table in ("documents", "removed"):
        scope = ["scope"] if table == "removed" else []
        with pq.ParquetFile(folder / table / part) as file:
            rows = rows_with(file, "source_sha256", wanted, [*_PLACE, "text", *scope])
        rows = rows.filter(pc.equal(rows.column("scope"), "document")) if scope else rows
        for row in rows.to_pylist():
            found.setdefault(row["source_sha256"], []).append(row | {"text": original_text(row["text"])})
    for documents in found.values():
        documents.sort(key=itemgetter("section_index"))
    return found
