"""Prove a snapshot: lead every document back to its bytes, and compare them with the sources as they lie there.

Three questions. Are the files what was published (manifest)? Does the ledger lead from the texts back to bytes with
the sha256 of their source? Is every source in the raw folder in the snapshot, and the other way round?
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaners.document import Edits
from cleaners.edits import EditError, invert
from cleaners.pipeline import Step, undo
from flows.pool import SMALL, default_workers, spread
from flows.store import snapshots
from flows.store.names import original_text
from flows.store.reader import rows_with
from flows.store.sources import Root, Source, survey
from flows.work import doc_id
from flows.writing import spans

_PLACE = ["doc_id", "source_path", "source_sha256", "byte_start", "byte_end", "section_index"]
_DOCUMENT = [*_PLACE, "text", "encoding", "raw_chars", "meta"]


@dataclass(slots=True)
class Report:
    """What was proved, and what was not."""

    sources: int = 0
    documents: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One sentence for the end."""
        if self.problems:
            return f"{len(self.problems):,} problems; not every byte is accounted for."
        counted = f"{self.sources:,} sources, {self.documents:,} documents, {self.bytes:,} bytes"
        return f"{counted}: every byte is accounted for."


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One source as the snapshot leads back to it; ``problems`` are complete sentences."""

    path: str
    sha256: str
    size: int
    documents: int
    meta: str
    problems: tuple[str, ...]


def verify(raw: Root, clean: Path) -> Report:
    """Check the current snapshot of ``clean`` against ``raw``. Raises Stop where there is nothing to check."""
    snapshot = snapshots.current(clean)
    if snapshot is None:
        raise snapshots.missing(clean)
    manifest = snapshots.read_manifest(snapshot)
    report = Report(problems=snapshots.damage(snapshot, manifest))
    found = survey(raw, manifest["profile"]["text_column"], manifest["profile"]["max_source_mb"] << 20)
    parts = [(snapshot, entry["file"]) for entry in manifest["tables"]["documents"]]
    size = sum(source.size for source in found.sources)
    workers = default_workers() if size > SMALL else 1
    rebuilt = [source for part in spread(rebuild_part, parts, workers) for source in part]
    report.problems += (problem for source in rebuilt for problem in source.problems)
    report.documents = sum(source.documents for source in rebuilt)
    _compare_sources(report, found.sources, rebuilt, snapshot)
    _check_conservation(report, snapshot, manifest, rebuilt)
    return report


def rebuild_part(part: tuple[Path, str], only: Sequence[str] | None = None) -> list[Rebuilt]:
    """Lead every source of one part back to its bytes, or only those with one of these sha256."""
    snapshot, name = part
    try:
        kept = _read(snapshot / "documents" / name, [*_DOCUMENT, "clean_chars", "restored_chars"], only)
        edits = _read(snapshot / "edits" / name, None, only)
        removed = _read(snapshot / "removed" / name, [*_DOCUMENT, "chars", "scope", "rule"], only)
        whole = pc.equal(removed.column("scope"), "document")
    except (OSError, pa.ArrowException, KeyError) as error:
        return [Rebuilt(name, "", 0, 0, "", (f"{name}: the tables of this part cannot be read: {str(error)[:200]}",))]
    ledgers = {
        sha256: list(group) for sha256, group in groupby(edits.to_pylist(), key=lambda row: row["source_sha256"])
    }
    unlisted = _unlisted(edits, removed.filter(pc.invert(whole)))
    result = [Rebuilt("", "", 0, 0, "", tuple(f"{name}: {problem}" for problem in unlisted))]
    for sha256, group in groupby(_documents(kept, removed.filter(whole)), key=lambda row: row["source_sha256"]):
        result.append(_rebuild(sha256, list(group), ledgers.pop(sha256, [])))
    for sha256 in ledgers:
        result.append(Rebuilt("", "", 0, 0, "", (f"{name}: edits of a source without documents, sha256 {sha256}",)))
    return result


def _read(path: Path, columns: list[str] | None, only: Sequence[str] | None) -> Any:
    """A table, or the rows of some sources; the rest is left out."""
    with pq.ParquetFile(path, pre_buffer=False) as file:  # read_table loads the machinery of datasets first
        if only is None:
            return file.read(columns=columns)
        return rows_with(file, "source_sha256", pa.array(only, pa.string()), columns or file.schema_arrow.names)


def _documents(kept: Any, gone: Any) -> list[dict[str, Any]]:
    """Every document of a part, kept or not, ordered by source and section."""
    rows: list[dict[str, Any]] = kept.to_pylist()
    rows += ({**row, "clean_chars": row["chars"]} for row in gone.to_pylist())
    return sorted(rows, key=lambda row: (row["source_path"], row["source_sha256"], row["section_index"]))


def _unlisted(edits: Any, removed: Any) -> Iterator[str]:
    """Name what the ledger took out and `removed` does not list, and the other way round."""
    columns = {"doc_id": "doc_id", "rule": "rule", "text": "before"}
    taken = Counter(zip(*(spans(edits).column(name).to_pylist() for name in columns.values()), strict=True))
    listed = Counter(zip(*(removed.column(name).to_pylist() for name in columns), strict=True))
    for what, rows in (("not in removed", taken - listed), ("in removed, but not in edits", listed - taken)):
        for identifier, rule, text in sorted(rows):
            yield f"taken out of document {identifier} by {rule} and {what}: {text[:40]!r}"


def _rebuild(sha256: str, rows: Sequence[Mapping[str, Any]], ledger: Sequence[Mapping[str, Any]]) -> Rebuilt:
    path = rows[0]["source_path"]
    restored = {
        identifier: list(group)
        for identifier, group in groupby(
            (row for row in ledger if row["kind"] == "restore"), key=lambda row: row["doc_id"]
        )
    }
    problems = list(_misplaced(path, rows))
    try:
        text = "".join(_before_restoring(row, restored.get(row["doc_id"], ())) for row in rows)
        steps = _steps([row for row in ledger if row["kind"] != "restore"])
        data = undo(text, rows[0]["encoding"], steps)
        if hashlib.sha256(data).hexdigest() != sha256:
            problems.append(f"{path}: texts and edits lead back to {len(data):,} other bytes than the source held")
        elif (chars := _decoded_chars(text, steps)) != sum(row["raw_chars"] for row in rows):
            problems.append(f"{path}: raw_chars do not add up to the {chars:,} characters of the source")
    except (ValueError, LookupError) as error:
        problems.append(f"{path}: texts and edits contradict each other: {error}")
    size = rows[-1]["byte_end"]
    return Rebuilt(path, sha256, size, len(rows), rows[0]["meta"] or "", tuple(problems))


def _misplaced(path: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Name sections that are missing, double, misnamed or cut."""
    place = index = 0
    for row in rows:
        name = f"{path}, section {row['section_index']} (document {row['doc_id']})"
        if row["section_index"] > index:
            missing = f"sections {index} to {row['section_index'] - 1}, bytes {place:,} to {row['byte_start']:,}"
            yield f"{path}: {missing}, in no table"
        elif row["section_index"] < index:
            yield f"{name}: there twice"
        elif row["byte_start"] != place:
            yield f"{name}: begins at byte {row['byte_start']:,}, the one before it ends at {place:,}"
        if row["doc_id"] != doc_id(row["source_sha256"], row["byte_start"]):
            yield f"{name}: the doc_id is not that of this place"
        if len(original_text(row["text"])) != row["clean_chars"]:
            yield f"{name}: the text has {len(row['text']):,} characters, {row['clean_chars']:,} were published"
        place, index = row["byte_end"], row["section_index"] + 1


def _before_restoring(row: Mapping[str, Any], restored: Sequence[Mapping[str, Any]]) -> str:
    text = original_text(row["text"])
    return invert(text, _edits(restored)) if restored else text


def _steps(rows: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The ledger of one source as `cleaners.pipeline.undo` wants it; step 0, the decoding, is always there."""
    steps = [Step("decode", 1, "decode", Edits(), np.empty(0, np.int64), np.empty(0, np.int64))]
    for number, group in groupby(rows, key=lambda row: row["step"]):
        these = list(group)
        if number not in (0, len(steps)) or [row["ordinal"] for row in these] != list(range(len(these))):
            raise EditError(f"the edits of step {number} are not complete, or not in order")
        start = np.array([row["raw_start"] for row in these], np.int64)
        end = np.array([row["raw_end"] for row in these], np.int64)
        step = Step(these[0]["rule"], 1, these[0]["kind"], _edits(these), start, end)
        if number == 0:
            steps[0] = step
        else:
            steps.append(step)
    return steps


def _edits(rows: Sequence[Mapping[str, Any]]) -> Edits:
    edits = Edits()
    for row in rows:
        edits.add(row["start"], original_text(row["before"]), original_text(row["after"]))
        edits.end[-1] = row["end"]
        stood = row["after"] if row["step"] == 0 else row["before"]  # decoding replaces bytes, not characters
        if row["end"] - row["start"] != len(original_text(stood)):
            raise EditError(f"edit {row['ordinal']} of step {row['step']} ends at {row['end']}, not behind its text")
    return edits


def _decoded_chars(text: str, steps: Sequence[Step]) -> int:
    """Code points of the source as it was decoded."""
    growth = sum(
        len(after) - len(before)
        for step in steps[1:]
        for before, after in zip(step.edits.before, step.edits.after, strict=True)
    )
    return len(text) - growth


def _compare_sources(report: Report, there: Sequence[Source], rebuilt: Sequence[Rebuilt], snapshot: Path) -> None:
    """Name every source that is new, changed or missing, and count those that are accounted for."""
    texts = {source.path: source for source in rebuilt if source.path and source.sha256}
    copies, aside = _copies(report, snapshot), _aside(report, snapshot)
    sizes = {source.sha256: source.size for source in texts.values()}
    for source in there:
        known = texts.pop(source.path, None)
        copied, reason = copies.pop(source.path, None), aside.pop(source.path, None)
        sha256 = known.sha256 if known else copied[0] if copied else reason[0] if reason else None
        if sha256 is None:
            report.problems.append(f"{source.path}: new, not in the snapshot")
        elif sha256 != source.sha256:
            report.problems.append(f"{source.path}: changed since the snapshot was made")
        elif not reason and sizes.get(sha256) != source.size:
            report.problems.append(f"{source.path}: documents end at byte {sizes.get(sha256, 0):,} of {source.size:,}")
        elif not reason and source.meta_sha256 != _meta_hash(known.meta if known else copied[1] if copied else ""):
            report.problems.append(f"{source.path}: its other fields (meta) changed since the snapshot was made")
        else:
            report.sources += 1
            report.bytes += source.size
    for path in sorted({*texts, *copies, *aside}):
        report.problems.append(f"{path}: missing, the snapshot has it and the raw folder does not")


def _meta_hash(meta: str) -> str:
    return hashlib.sha256(meta.encode()).hexdigest()[:16] if meta else ""


def _copies(report: Report, snapshot: Path) -> dict[str, tuple[str, str]]:
    """The sources that repeat another byte for byte: sha256 and meta by path."""
    rows = _rows(report, snapshot, "duplicates")
    sha_of = dict(_sha_by_document(snapshot)) if rows else {}
    return {
        row["removed_source_path"]: (sha_of.get(row["removed_doc_id"], ""), row["removed_meta"] or "")
        for row in rows
        if row["removed_doc_id"] == row["survivor_doc_id"]
    }


def _aside(report: Report, snapshot: Path) -> dict[str, tuple[str, str]]:
    rows = _rows(report, snapshot, "quarantine")
    return {row["source_path"]: (row["source_sha256"], row["reason"]) for row in rows}


def _sha_by_document(snapshot: Path) -> Iterator[tuple[str, str]]:
    for table in ("documents", "removed"):
        for path in sorted((snapshot / table).glob("part-*.parquet")):
            try:
                rows = pq.read_table(path, columns=["doc_id", "source_sha256"])
            except (OSError, pa.ArrowException):
                continue  # the manifest has named it
            yield from zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True)


def _rows(report: Report, snapshot: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted((snapshot / table).glob("part-*.parquet")):
        try:
            rows += pq.read_table(path).to_pylist()
        except (OSError, pa.ArrowException) as error:
            report.problems.append(f"{table}/{path.name} cannot be read: {str(error)[:200]}")
    return rows


def _check_conservation(
    report: Report, snapshot: Path, manifest: Mapping[str, Any], rebuilt: Sequence[Rebuilt]
) -> None:
    """Sources = documented + identical + quarantined; documents = kept + dropped + merged; so also in numbers."""
    counts = manifest["counts"]
    if counts["sources"] != counts["documented"] + counts["identical"] + counts["quarantined"]:
        report.problems.append("the counts of sources in the manifest do not add up")
    if counts["documents"] != counts["kept"] + counts["dropped"] + counts["merged"]:
        report.problems.append("the counts of documents in the manifest do not add up")
    duplicates = _rows(report, snapshot, "duplicates")
    copies = [row["removed_source_path"] for row in duplicates if row["removed_doc_id"] == row["survivor_doc_id"]]
    merged = [row["removed_doc_id"] for row in duplicates if row["removed_doc_id"] != row["survivor_doc_id"]]
    for name, many in (("copy", copies), ("merged document", merged)):
        report.problems += (f"{name} {item}: in duplicates twice" for item, times in Counter(many).items() if times > 1)
    actual = {
        "documented": sum(1 for source in rebuilt if source.sha256),
        "documents": report.documents,
        "merged": len(set(merged)),
        "identical": len(set(copies)),
        "quarantined": len(_rows(report, snapshot, "quarantine")),
        "learned": len(_rows(report, snapshot, "learned")),
    }
    for name, number in actual.items():
        if number != counts.get(name, 0):  # a snapshot may be older than a table
            report.problems.append(f"{name}: the tables have {number:,}, the manifest says {counts.get(name, 0):,}")
    if [row["run_id"] for row in _rows(report, snapshot, "runs")] != [manifest["run_id"]]:
        report.problems.append("runs: not the one row of the run that made this snapshot")
