"""What the report shows of a snapshot's tables, read part by part.

A database answers every question; starting and asking it would cost a night with little news more than its pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.audit.sidebyside import QUICK, near
from flows.audit.tables import Row
from flows.pool import Each
from flows.store.names import original_text
from flows.store.reader import rows_with

_REACH = 28  # code points of context
_SHOWN = 400  # code points of a document taken out whole
_MENDS = pa.array(["repair", "normalise", "restore"])  # kinds of edits that neither decode nor take out
_FLAGS = ("flags.list.element.kind", "flags.list.element.rule")
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What is counted in one part."""

    gone: Counter[str]  # as in `Digest`
    whole: int  # documents taken out whole
    mended: int
    shown: Counter[str]  # edits that may be examples, by rule
    flags: Counter[tuple[str, str]]  # by kind and rule
    flagged: Counter[tuple[str, str]]  # documents that have any
    titles: dict[str, str]  # of the documents that were asked for


def digest(folder: Path, tables: Mapping[str, Any], examples: int, listed: int, each: Each = map) -> Digest:
    """Read the folder of a snapshot: that many examples of a rule, and ``listed`` rows of everything else.

    ``tables`` names the parts, as the manifest does; ``each`` does what is to be done for every one of them.
    """
    found = Digest()
    survivors = _clusters(found, _table(folder, tables, "duplicates"), listed)
    names = [entry["file"] for entry in tables["documents"]]
    parts = list(each(_part, [(folder, name, list(survivors)) for name in names]))
    flags: Counter[tuple[str, str]] = Counter()
    flagged: Counter[tuple[str, str]] = Counter()
    for part in parts:
        found.gone += part.gone
        found.mended += part.mended
        flags += part.flags
        flagged += part.flagged
        for identifier, title in part.titles.items():
            survivors[identifier]["title"] = title
    rows = [{"kind": kind, "rule": rule, "n": n, "documents": flagged[kind, rule]} for (kind, rule), n in flags.items()]
    found.flags = sorted(rows, key=lambda row: (-row["n"], row["kind"], row["rule"]))
    for row in chain.from_iterable(each(_examples, _first(folder, names, parts, examples))):
        found.examples.setdefault(row["rule"], []).append(row)
    before = accumulate((part.whole for part in parts), initial=0)
    left = [min(part.whole, listed - n) for part, n in zip(parts, before, strict=False)]
    whole = [(folder, name, n) for name, n in zip(names, left, strict=True) if n > 0]
    found.documents = list(chain.from_iterable(each(_taken_out, whole)))
    _quarantine(found, _table(folder, tables, "quarantine"), listed)
    return found


def _first(
    folder: Path, names: Sequence[str], parts: Sequence[_Part], examples: int
) -> list[tuple[Path, str, dict[str, int]]]:
    """The parts that hold the first edits of any rule, and how many of each rule are to be taken from them."""
    taken: Counter[str] = Counter()
    jobs = []
    for name, part in zip(names, parts, strict=True):
        here = {rule: min(count, examples - taken[rule]) for rule, count in part.shown.items()}
        taken.update(here)
        if any(here.values()):
            jobs.append((folder, name, here))
    return jobs


def _part(job: tuple[Path, str, list[str]]) -> _Part:
    """Count one part, by its folder, its name and the ids of the documents whose titles are wanted."""
    folder, name, wanted = job
    edits = _read(folder / "edits" / name, ["rule", "kind", "before", "after"])
    mends = pc.and_(pc.not_equal(edits.column("after"), ""), pc.is_in(edits.column("kind"), _MENDS))
    removed = _read(folder / "removed" / name, ["scope", "kind", "chars"])
    whole = removed.filter(pc.equal(removed.column("scope"), "document"))
    gone: Counter[str] = Counter()
    for kind, chars in zip(whole.column("kind").to_pylist(), whole.column("chars").to_pylist(), strict=True):
        gone[kind] += chars
    documents = _read(folder / "documents" / name, ["doc_id", "title", *_FLAGS])
    titled = documents.filter(pc.is_in(documents.column("doc_id"), pa.array(wanted, pa.string())))
    return _Part(
        gone,
        whole.num_rows,
        pc.sum(pc.utf8_length(edits.column("before").filter(mends))).as_py() or 0,
        Counter(edits.column("rule").filter(_may_be_shown(edits)).to_pylist()),
        *_flags(documents.column("flags").combine_chunks()),
        dict(zip(titled.column("doc_id").to_pylist(), titled.column("title").to_pylist(), strict=True)),
    )


def _may_be_shown(edits: Any) -> Any:
    """Which edits may be examples: all but plain decoding."""
    return pc.or_(pc.not_equal(edits.column("after"), ""), pc.not_equal(edits.column("kind"), "decode"))


def _flags(column: Any) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """The flags by kind and rule, and the documents that have any of each."""
    each = column.flatten()
    keys = pc.binary_join_element_wise(each.field("kind"), each.field("rule"), "\n").dictionary_encode()
    names = [(kind, rule) for kind, _, rule in (key.partition("\n") for key in keys.dictionary.to_pylist())]
    which = keys.indices.to_numpy()
    once = np.unique(pc.list_parent_indices(column).to_numpy() * len(names) + which) % max(len(names), 1)
    counts = (np.bincount(found, minlength=len(names)).tolist() for found in (which, once))
    flags, documents = (Counter(dict(zip(names, count, strict=True))) for count in counts)
    return flags, documents


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


def _taken_out(job: tuple[Path, str, int]) -> list[Row]:
    """The first documents of a part that were taken out whole, so many of them."""
    folder, name, most = job
    rows = _read(
        folder / "removed" / name, ["scope", "source_path", "section_index", "kind", "reason", "text", "chars"]
    )
    rows = rows.filter(pc.equal(rows.column("scope"), "document")).drop(["scope"])
    return [row | {"text": row["text"][:_SHOWN]} for row in rows.slice(0, most).to_pylist()]


def _examples(job: tuple[Path, str, dict[str, int]]) -> list[Row]:
    """The first edits of each rule in a part, so many of them, with the places of their documents and their context."""
    folder, name, wanted = job
    edits = _read(folder / "edits" / name)
    left, chosen = dict(wanted), []
    for number, (rule, show) in enumerate(
        zip(edits.column("rule").to_pylist(), _may_be_shown(edits).to_pylist(), strict=True)
    ):
        if show and left[rule]:
            left[rule] -= 1
            chosen.append(number)
    return _in_context(folder, name, edits, chosen)


def _in_context(folder: Path, part: str, edits: Any, numbers: list[int]) -> list[Row]:
    """Edits of a part by their rows, with the places of their documents and the clean text on either side.

    Those of very long sources are shown without the text.
    """
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
