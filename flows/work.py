"""What a worker does with one shard: clean it into the cache, and write its part of the snapshot.

Nothing here knows of Prefect, so that a worker process starts in a fraction of a second.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaners import quality
from cleaners.corpus import dedup
from cleaners.decode import Undecodable
from cleaners.document import Flag
from cleaners.pipeline import Cleaned, clean, owners
from cleaners.profile import Profile
from flows.shards import Shard
from flows.store import cache
from flows.store.names import stored_text
from flows.store.schema import CACHED_DOCUMENTS, CACHED_SOURCES, DOCUMENTS, EDITS, REMOVED
from flows.store.sources import Record, Source, read_sources
from flows.store.writer import write_table

Columns = dict[str, list[Any]]

TAKEN_OUT = ("remove", "split")  # kinds of edits whose text belongs in the table of what was removed
TITLE_CHARS = 60  # code points; a longer first line is a paragraph, not a title


@dataclass(frozen=True, slots=True)
class CleanJob:
    """One shard to clean. ``reuse`` names older packs that hold some of its sources."""

    raw: Path
    packs: Path
    shard: Shard
    profile: Profile
    reuse: tuple[str, ...] = ()


def doc_id(source_sha256: str, byte_start: int) -> str:
    """The name of a document: it depends on the source's bytes and the place in it, and on nothing else.

    >>> doc_id("ab", 0) == doc_id("ab", 0) != doc_id("ab", 1)
    True
    """
    return hashlib.sha256(f"{source_sha256}:{byte_start}".encode()).hexdigest()[:20]


def clean_shard(job: CleanJob) -> int:
    """Clean the sources of a shard that no pack holds yet and store the shard's own pack; how many were cleaned."""
    old = _reused(job)
    held = set(old["sources"].column("key").to_pylist())
    missing = [source for source in job.shard.sources if job.shard.key(source) not in held]
    pack = _Pack()
    records = read_sources(job.raw, missing, job.profile.text_column, job.profile.max_source_mb << 20)
    for source, record in records:
        key = job.shard.key(source)
        if key in held:  # the same record twice
            continue
        held.add(key)
        if source.path in job.shard.copies:
            pack.add_source(key, source, record.meta, record.reason, record.detail)
        else:
            _clean_source(pack, key, source, record, job.profile)
    new = pack.tables()
    order = pa.array([job.shard.key(source) for source in job.shard.sources], pa.string())
    cache.write_pack(job.packs, job.shard.pack, _merged(old, new, order))
    return len(missing)


class _Pack:
    """The rows of a pack as they come, column by column."""

    def __init__(self) -> None:
        self.sources: Columns = {name: [] for name in CACHED_SOURCES.names}
        self.documents: Columns = {name: [] for name in CACHED_DOCUMENTS.names}
        self.edits: Columns = {name: [] for name in EDITS.names}

    def add_source(self, key: str, source: Source, meta: str, reason: str = "", detail: str = "") -> None:
        _append(self.sources, (key, source.sha256, meta, reason, stored_text(detail)))

    def tables(self) -> dict[str, Any]:
        """As Arrow tables, with the signatures the search for repeats needs."""
        kept = [not reason for reason in self.documents["drop_reason"]]
        texts = [text for text, keep in zip(self.documents["text"], kept, strict=True) if keep]
        signatures = iter(dedup.sign(texts).to_bytes() if texts else [])
        self.documents["signature"] = [next(signatures) if keep else None for keep in kept]
        return {
            "sources": pa.table(self.sources, CACHED_SOURCES),
            "documents": pa.table(self.documents, CACHED_DOCUMENTS),
            "edits": pa.table(self.edits, EDITS),
        }


def _append(columns: Columns, row: Iterable[Any]) -> None:
    for column, value in zip(columns.values(), row, strict=True):
        column.append(value)


def _clean_source(pack: _Pack, key: str, source: Source, record: Record, profile: Profile) -> None:
    """Clean one source into the pack, or note why it goes to quarantine."""
    if record.reason:
        pack.add_source(key, source, record.meta, record.reason, record.detail)
        return
    try:
        cleaned = clean(record.data, profile)
    except Undecodable as error:
        pack.add_source(key, source, record.meta, error.reason, error.detail)
        return
    except Exception as error:  # a defect of a rule must cost one source, not the night
        pack.add_source(key, source, record.meta, "rule_failed", f"{type(error).__name__}: {error}"[:500])
        return
    pack.add_source(key, source, record.meta)
    _add_documents(pack, source.sha256, cleaned, profile)
    _add_edits(pack, source.sha256, cleaned)


def _add_documents(pack: _Pack, sha256: str, cleaned: Cleaned, profile: Profile) -> None:
    ledgers = _by_section(cleaned)
    flags = _flags_by_section(cleaned)
    for section in cleaned.sections:
        ledger, found = ledgers[section.index], flags[section.index]
        text = cleaned.text[section.start : section.end]
        signals = quality.signals(text)
        verdict = quality.verdict(text, signals, min_chars=profile.min_chars)
        shifted = [replace(flag, start=flag.start - section.start, end=flag.end - section.start) for _, flag in found]
        _append(
            pack.documents,
            (
                doc_id(sha256, section.byte_start),
                stored_text(text),
                stored_text(section.title or _first_line(text)),
                sha256,
                section.byte_start,
                section.byte_end,
                section.index,
                stored_text(section.title),
                cleaned.encoding,
                getattr(cleaned, "script", ""),
                len(text) - ledger.growth,
                len(text),
                ledger.removed,
                any(flag.kind == "truncated" for _, flag in found),
                sum(flag.value for _, flag in found if flag.kind == "truncated"),
                [{"rule": rule, "edits": count} for rule, count in ledger.fired.items()],
                [_flag_row(rule, flag) for (rule, _), flag in zip(found, shifted, strict=True)],
                signals,
                "" if verdict.keep else verdict.reason,
                quality.undamaged_chars(text, shifted),
                b"",
            ),
        )


@dataclass(slots=True)
class _Ledger:
    """What the edits of one section add up to."""

    fired: Counter[str] = field(default_factory=Counter)
    removed: int = 0  # code points taken out
    growth: int = 0  # code points the text gained since it was decoded


def _by_section(cleaned: Cleaned) -> list[_Ledger]:
    ledgers = [_Ledger() for _ in cleaned.sections]
    for step in cleaned.steps:
        edits = step.edits
        owner_of = owners(step, cleaned.sections).tolist()
        for owner, before, after in zip(owner_of, edits.before, edits.after, strict=True):
            ledger = ledgers[owner]
            ledger.fired[step.rule] += 1
            if step.kind != "decode":
                ledger.growth += len(after) - len(before)
                ledger.removed += taken_out(step.kind, before, after)
    return ledgers


def taken_out(kind: str, before: str, after: str) -> int:
    """Code points an edit took out of the text; a replacement takes nothing out, unless that is its kind."""
    return max(0, len(before) - len(after)) if kind in TAKEN_OUT or not after else 0


def _flags_by_section(cleaned: Cleaned) -> list[list[tuple[str, Flag]]]:
    result: list[list[tuple[str, Flag]]] = [[] for _ in cleaned.sections]
    starts = [section.start for section in cleaned.sections]
    for rule, flag in sorted(cleaned.flags, key=lambda item: (item[1].start, item[1].end, item[0], item[1].kind)):
        result[_last_at_or_before(starts, flag.start)].append((rule, flag))
    return result


def _last_at_or_before(starts: list[int], place: int) -> int:
    return max(0, bisect_right(starts, place) - 1)


def _flag_row(rule: str, flag: Flag) -> dict[str, Any]:
    return {
        "kind": flag.kind,
        "rule": rule,
        "start": flag.start,
        "end": flag.end,
        "text": stored_text(flag.text),
        "detail": stored_text(flag.detail),
        "value": flag.value,
    }


def _first_line(text: str) -> str:
    """The first line if it is short enough to be a title and does not end like a sentence."""
    line = text.lstrip()[: TITLE_CHARS + 1].split("\n", 1)[0].strip()
    return "" if len(line) > TITLE_CHARS or line.endswith(("。", "；", "，")) else line


def _add_edits(pack: _Pack, sha256: str, cleaned: Cleaned) -> None:
    ids = [doc_id(sha256, section.byte_start) for section in cleaned.sections]
    for number, step in enumerate(cleaned.steps):
        edits, count = step.edits, len(step.edits)
        columns = (
            [ids[owner] for owner in owners(step, cleaned.sections).tolist()] if count else [],
            [sha256] * count,
            [number] * count,
            range(count),
            [step.rule] * count,
            [step.kind] * count,
            edits.start,
            edits.end,
            map(stored_text, edits.before),
            map(stored_text, edits.after),
            step.raw_start.tolist(),
            step.raw_end.tolist(),
            edits.confidence,
            map(stored_text, edits.evidence),
            [None] * count,
        )
        for column, values in zip(pack.edits.values(), columns, strict=True):
            column.extend(values)


def _reused(job: CleanJob) -> dict[str, Any]:
    """The rows of older packs that belong to sources of this shard."""
    wanted = pa.array([job.shard.key(source) for source in job.shard.sources], pa.string())
    found: dict[str, list[Any]] = {
        "sources": [CACHED_SOURCES.empty_table()],
        "documents": [CACHED_DOCUMENTS.empty_table()],
        "edits": [EDITS.empty_table()],
    }
    taken: set[str] = set()
    for pack in job.reuse:
        sources = cache.read_pack(job.packs, pack, "sources")
        sources = sources.filter(pc.is_in(sources.column("key"), wanted))
        fresh = [key not in taken for key in sources.column("key").to_pylist()]
        sources = sources.filter(pa.array(fresh, pa.bool_()))
        taken.update(sources.column("key").to_pylist())
        found["sources"].append(sources)
        texts = _text_hashes(sources)
        for table in ("documents", "edits"):
            rows = cache.read_pack(job.packs, pack, table)
            found[table].append(rows.filter(pc.is_in(rows.column("source_sha256"), texts)))
    return {table: pa.concat_tables(parts) for table, parts in found.items()}


def _text_hashes(sources: Any) -> Any:
    """The sources whose documents are in the pack: those whose role is not that of a copy."""
    return sources.filter(pc.starts_with(sources.column("key"), "text:")).column("source_sha256").combine_chunks()


def _merged(old: Mapping[str, Any], new: Mapping[str, Any], order: Any) -> dict[str, Any]:
    """Old and new rows together, in the order of the shard's sources; rows of one source keep theirs."""
    sources = pa.concat_tables([old["sources"], new["sources"]])
    sources = sources.take(_stable_order(pc.index_in(sources.column("key"), order)))
    texts = _text_hashes(sources)
    result = {"sources": sources}
    for table in ("documents", "edits"):
        rows = pa.concat_tables([old[table], new[table]])
        result[table] = rows.take(_stable_order(pc.index_in(rows.column("source_sha256"), texts)))
    return result


def _stable_order(ranks: Any) -> Any:
    return pa.array(np.argsort(ranks.to_numpy(), kind="stable"))


@dataclass(frozen=True, slots=True)
class Fate:
    """What the comparison with the rest of the corpus decided about one document."""

    cluster_id: str
    cluster_size: int
    survivor: str  # the document itself, or the one it gave way to
    duplicate_sources: tuple[str, ...] = ()


@dataclass(slots=True)
class RuleCounts:
    """What one rule did; characters are code points taken out of the text."""

    kind: str
    edits: int = 0
    documents: int = 0
    removed_chars: int = 0


@dataclass(slots=True)
class Counts:
    """Documents and code points of a shard, or of a run."""

    documents: int = 0
    kept: int = 0
    dropped: int = 0
    merged: int = 0
    raw_chars: int = 0
    clean_chars: int = 0  # of all documents, before any was dropped or merged
    kept_chars: int = 0
    rules: dict[str, RuleCounts] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Add another shard's counts to these."""
        for name in ("documents", "kept", "dropped", "merged", "raw_chars", "clean_chars", "kept_chars"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for rule, theirs in other.rules.items():
            ours = self.rules.setdefault(rule, RuleCounts(theirs.kind))
            ours.edits += theirs.edits
            ours.documents += theirs.documents
            ours.removed_chars += theirs.removed_chars


@dataclass(frozen=True, slots=True)
class WriteJob:
    """One shard to write. ``fates`` holds the documents of this shard that are repeated somewhere."""

    packs: Path
    staging: Path
    shard: Shard
    fates: Mapping[str, Fate]
    ruleset_hash: str
    profile_hash: str
    pipeline_version: str
    run_id: str
    cleaned_at: datetime


def write_shard(job: WriteJob) -> Counts:
    """Write this shard's part of `documents`, `edits` and `removed`, and count what is in it."""
    documents = cache.read_pack(job.packs, job.shard.pack, "documents")
    edits = cache.read_pack(job.packs, job.shard.pack, "edits")
    sources = cache.read_pack(job.packs, job.shard.pack, "sources")
    paths, metas = _places(job.shard, sources)
    for name, values in (("source_path", paths), ("meta", metas)):
        column = pa.array([values[sha256] for sha256 in documents.column("source_sha256").to_pylist()], pa.string())
        documents = documents.append_column(name, column)
    part = f"part-{job.shard.number:05d}.parquet"
    about = {
        "ruleset_hash": job.ruleset_hash,
        "profile_hash": job.profile_hash,
        "pipeline_version": job.pipeline_version,
    }
    stays = _stays(documents, job.fates)
    kept = _finished(documents.filter(stays), job)
    gone = documents.filter(pc.invert(stays))
    write_table(job.staging / "documents" / part, kept, about | dedup.METADATA)
    write_table(job.staging / "edits" / part, edits, about)
    write_table(job.staging / "removed" / part, _removed(gone, documents, edits, job.fates), about)
    return _counts(documents, kept, edits)


def _counts(documents: Any, kept: Any, edits: Any) -> Counts:
    dropped = sum(1 for reason in documents.column("drop_reason").to_pylist() if reason)
    counts = Counts(documents.num_rows, kept.num_rows, dropped, documents.num_rows - kept.num_rows - dropped)
    counts.raw_chars = pc.sum(documents.column("raw_chars")).as_py() or 0
    counts.clean_chars = pc.sum(documents.column("clean_chars")).as_py() or 0
    counts.kept_chars = pc.sum(kept.column("clean_chars")).as_py() or 0
    columns = (edits.column(name).to_pylist() for name in ("rule", "kind", "doc_id", "before", "after"))
    documents_of: dict[str, set[str]] = {}
    for rule, kind, identifier, before, after in zip(*columns, strict=True):
        tally = counts.rules.setdefault(rule, RuleCounts(kind))
        tally.edits += 1
        if kind != "decode":
            tally.removed_chars += taken_out(kind, before, after)
        documents_of.setdefault(rule, set()).add(identifier)
    for rule, identifiers in documents_of.items():
        counts.rules[rule].documents = len(identifiers)
    return counts


def _places(shard: Shard, sources: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The path and the other fields of each source that was cleaned here, by its sha256."""
    texts = [source for source in shard.sources if source.path not in shard.copies]
    meta_of = dict(zip(sources.column("key").to_pylist(), sources.column("meta").to_pylist(), strict=True))
    return {s.sha256: s.path for s in texts}, {s.sha256: meta_of.get(shard.key(s), "") for s in texts}


def _stays(documents: Any, fates: Mapping[str, Fate]) -> Any:
    ids = documents.column("doc_id").to_pylist()
    reasons = documents.column("drop_reason").to_pylist()
    stays = [
        not reason and (identifier not in fates or fates[identifier].survivor == identifier)
        for identifier, reason in zip(ids, reasons, strict=True)
    ]
    return pa.array(stays, pa.bool_())


def _finished(kept: Any, job: WriteJob) -> Any:
    count = kept.num_rows
    fates = [job.fates.get(identifier) for identifier in kept.column("doc_id").to_pylist()]
    columns = {name: kept.column(name) for name in DOCUMENTS.names if name in kept.column_names}
    columns["restored_chars"] = [0] * count
    columns["cluster_id"] = [fate.cluster_id if fate else "" for fate in fates]
    columns["cluster_size"] = [fate.cluster_size if fate else 1 for fate in fates]
    columns["duplicate_sources"] = [list(fate.duplicate_sources) if fate else [] for fate in fates]
    for name in ("ruleset_hash", "profile_hash", "pipeline_version", "run_id", "cleaned_at"):
        columns[name] = [getattr(job, name)] * count
    return pa.table({name: columns[name] for name in DOCUMENTS.names}, DOCUMENTS)


def _removed(gone: Any, documents: Any, edits: Any, fates: Mapping[str, Fate]) -> Any:
    """Everything taken out: whole documents first, then spans, in the order of their sources."""
    columns: Columns = {name: [] for name in REMOVED.names}
    for row in gone.to_pylist():
        _append(columns, _removed_document(row, fates.get(row["doc_id"])))
    places = {
        row["doc_id"]: row
        for row in documents.select(
            ["doc_id", "source_path", "source_sha256", "section_index", "section_title", "encoding"]
        ).to_pylist()
    }
    for row in spans(edits).to_pylist():
        _append(columns, _removed_span(row, places[row["doc_id"]]))
    return pa.table(columns, REMOVED)


def spans(edits: Any) -> Any:
    """The edits that took text out, the decoding aside."""
    by_kind = pc.is_in(edits.column("kind"), pa.array(TAKEN_OUT, pa.string()))
    emptied = pc.and_(pc.equal(edits.column("after"), ""), pc.not_equal(edits.column("before"), ""))
    return edits.filter(pc.and_(pc.or_(by_kind, emptied), pc.greater(edits.column("step"), 0)))


def _removed_document(row: Mapping[str, Any], fate: Fate | None) -> Sequence[Any]:
    kind, rule, reason = "drop", "quality", row["drop_reason"]
    if not reason and fate:
        kind, rule, reason = "duplicate", "repeats", f"repeats {fate.survivor}"
    place = (row["encoding"], "document", kind, rule, reason, row["text"], row["clean_chars"], row["raw_chars"])
    return (*_where(row, row["byte_start"], row["byte_end"]), *place, 1.0, row["meta"])


def _removed_span(row: Mapping[str, Any], document: Mapping[str, Any]) -> Sequence[Any]:
    text = row["before"]
    scope = "line" if text.startswith("\n") or text.endswith("\n") else "span"
    taken = taken_out(row["kind"], text, row["after"])
    place = (document["encoding"], scope, row["kind"], row["rule"], row["evidence"], text, taken, taken)
    return (*_where(document, row["raw_start"], row["raw_end"]), *place, row["confidence"], "")


def _where(row: Mapping[str, Any], byte_start: int, byte_end: int) -> Sequence[Any]:
    identifier, path, sha256 = row["doc_id"], row["source_path"], row["source_sha256"]
    return (identifier, path, sha256, byte_start, byte_end, row["section_index"], row["section_title"])
