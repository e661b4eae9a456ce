"""What a worker does first with a shard: clean it into a pack of the cache, knowing nothing of other shards.

Nothing here knows of Prefect, so that a worker process starts in a fraction of a second.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaners import quality
from cleaners.corpus import dedup
from cleaners.corpus.passages import passages
from cleaners.decisions import NOTHING, Decisions, opening_key
from cleaners.decode import Undecodable
from cleaners.document import NO_NOTES, Flag, Lesson, Notes, Verdict
from cleaners.pipeline import Cleaned, clean, owners
from cleaners.profile import Profile
from flows.prior import prior_of
from flows.shards import Shard
from flows.store import cache
from flows.store.names import stored_text
from flows.store.schema import CACHED_DOCUMENTS, CACHED_LINES, CACHED_SOURCES, CACHED_TEXTS, EDITS
from flows.store.sources import Record, Root, Source, read_sources

Columns = dict[str, list[Any]]

TAKEN_OUT = ("remove", "split")  # kinds of edits whose text belongs in the table of what was removed
# Code points; a longer first line is a paragraph, not a title. Where clauses follow one another, it is one sooner.
TITLE_CHARS = 60
CLAUSES_CHARS = 36


@dataclass(frozen=True, slots=True)
class CleanJob:
    """One shard to clean. ``reuse`` names older packs that hold some of its sources."""

    raw: Root
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
    old, shared = _reused(job)
    held = set(old.column("key").to_pylist())
    key_of = dict(zip(job.shard.sources, job.shard.keys, strict=True))
    missing = [source for source, key in key_of.items() if key not in held]
    pack = _Pack()
    records = read_sources(job.raw, missing, job.profile.text_column, job.profile.max_source_mb << 20)
    for source, record in records:
        key = key_of[source]
        if key in held:  # the same record twice
            continue
        held.add(key)
        if source.path in job.shard.copies:
            pack.add_source(key, source, record.meta, record.reason, record.detail)
        else:
            decisions = job.shard.decisions.get(source.path, NOTHING)
            lessons = job.shard.lessons.get(source.path, ())
            _clean_source(pack, key, source, record, job.profile, decisions, lessons)
    segment = pack.segment()
    new = {segment: pack.tables(cache.permutations(job.packs))} if segment else {}
    order = pa.array(job.shard.keys, pa.string())
    sources = cache.in_order(pa.concat_tables([old, pa.table(pack.sources, CACHED_SOURCES)]), "key", order)
    cache.write_pack(job.packs, job.shard.pack, sources, new, shared)
    return len(missing)


class _Pack:
    """The rows of a pack as they come, column by column."""

    def __init__(self) -> None:
        self.sources: Columns = {name: [] for name in CACHED_SOURCES.names}
        self.documents: Columns = {name: [] for name in CACHED_DOCUMENTS.names}
        self.texts: Columns = {name: [] for name in CACHED_TEXTS.names}
        self.edits: Columns = {name: [] for name in EDITS.names}
        self.lines: Columns = {name: [] for name in CACHED_LINES.names}

    def add_source(
        self,
        key: str,
        source: Source,
        meta: str,
        reason: str = "",
        detail: str = "",
        rejected: Sequence[str] = (),
        notes: Notes = NO_NOTES,
    ) -> None:
        place = (key, source.sha256, meta, reason, stored_text(detail), list(rejected), notes.sketch, "")
        append(self.sources, place)
        for line in notes.lines:
            append(self.lines, (source.sha256, stored_text(line.text), *line[1:]))

    def segment(self) -> str:
        """Name what was cleaned by its keys, as the place where its rows lie; empty where there is none."""
        keys, reasons = self.sources["key"], self.sources["reason"]
        kept = [key.startswith("text:") and not reason for key, reason in zip(keys, reasons, strict=True)]
        name = cache.pack_name(compress(keys, kept)) if any(kept) else ""
        self.sources["segment"] = [name if keep else "" for keep in kept]
        return name

    def tables(self, drawn: Any) -> dict[str, Any]:
        """The segment as Arrow tables, with the signatures and passages the search for repeats needs."""
        kept = [not reason for reason in self.documents["drop_reason"]]
        texts = [text for text, keep in zip(self.texts["text"], kept, strict=True) if keep]
        for name, values in (
            ("signature", dedup.sign(texts, drawn).to_bytes()),
            ("passages", passages(texts).to_bytes()),
        ):
            found = iter(values)
            self.documents[name] = [next(found) if keep else None for keep in kept]
        return {
            "documents": pa.table(self.documents, CACHED_DOCUMENTS),
            "texts": pa.table(self.texts, CACHED_TEXTS),
            "edits": pa.table(self.edits, EDITS),
            "lines": pa.table(self.lines, CACHED_LINES),
        }


def append(columns: Columns, row: Iterable[Any]) -> None:
    """Add a row to columns, values in the order of the columns."""
    for column, value in zip(columns.values(), row, strict=True):
        column.append(value)


def _clean_source(
    pack: _Pack,
    key: str,
    source: Source,
    record: Record,
    profile: Profile,
    decisions: Decisions,
    lessons: tuple[Lesson, ...],
) -> None:
    """Clean one source into the pack, or note why it goes to quarantine."""
    if record.reason:
        pack.add_source(key, source, record.meta, record.reason, record.detail)
        return
    try:
        cleaned = clean(record.data, profile, decisions=decisions, prior=prior_of(profile.prior), lessons=lessons)
    except Undecodable as error:
        pack.add_source(key, source, record.meta, error.reason, error.detail)
        return
    except Exception as error:  # a defect of a rule must cost one source, not the night
        pack.add_source(key, source, record.meta, "rule_failed", f"{type(error).__name__}: {error}"[:500])
        return
    kept = _add_documents(pack, source.sha256, cleaned, profile, decisions)
    pack.add_source(key, source, record.meta, rejected=[*cleaned.obeyed, *kept], notes=cleaned.notes or NO_NOTES)
    _add_edits(pack, source.sha256, cleaned)


def _add_documents(pack: _Pack, sha256: str, cleaned: Cleaned, profile: Profile, decisions: Decisions) -> list[str]:
    """Add the documents; the keys of those a person wants kept that would have been dropped."""
    wanted: list[str] = []
    ledgers = _by_section(cleaned)
    flags = _flags_by_section(cleaned)
    for section in cleaned.sections:
        ledger, found = ledgers[section.index], flags[section.index]
        text = cleaned.text[section.start : section.end]
        signals = quality.signals(text)
        verdict = quality.verdict(text, signals, min_chars=profile.min_chars)
        if not verdict.keep and decisions.drops and (opening := opening_key(text)) in decisions.drops:
            verdict, wanted = Verdict(True), [*wanted, opening]
        shifted = [replace(flag, start=flag.start - section.start, end=flag.end - section.start) for _, flag in found]
        name = doc_id(sha256, section.byte_start)
        append(pack.texts, (name, sha256, stored_text(text)))
        append(
            pack.documents,
            (
                name,
                stored_text(section.title or first_line(text)),
                sha256,
                section.byte_start,
                section.byte_end,
                section.index,
                stored_text(section.title),
                cleaned.encoding,
                cleaned.script,
                len(text) - ledger.growth,
                len(text),
                ledger.removed,
                any(flag.kind == "truncated" for _, flag in found),
                sum(flag.value for _, flag in found if flag.kind == "truncated"),
                [{"rule": rule, "edits": count} for rule, count in ledger.fired.items()],
                [flag_row(rule, flag) for (rule, _), flag in zip(found, shifted, strict=True)],
                signals,
                "" if verdict.keep else verdict.reason,
                quality.undamaged_chars(text, shifted),
                b"",
                b"",
            ),
        )
    return wanted


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


def flag_row(rule: str, flag: Flag) -> dict[str, Any]:
    """A flag as the tables hold it."""
    return {
        "kind": flag.kind,
        "rule": rule,
        "start": flag.start,
        "end": flag.end,
        "text": stored_text(flag.text),
        "detail": stored_text(flag.detail),
        "value": flag.value,
    }


def first_line(text: str) -> str:
    """The first line if it is short enough to be a title and does not end like a sentence."""
    line = text.lstrip()[: TITLE_CHARS + 1].split("\n", 1)[0].strip()
    longest = CLAUSES_CHARS if "，" in line else TITLE_CHARS
    return "" if len(line) > longest or line.endswith(("。", "；", "，", "：")) else line


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


def _reused(job: CleanJob) -> tuple[Any, dict[str, str]]:
    """What older packs hold of the sources of this shard, and by segment the pack that has it."""
    wanted = pa.array(job.shard.keys, pa.string())
    found = [CACHED_SOURCES.empty_table()]
    shared: dict[str, str] = {}
    taken: set[str] = set()
    for pack in job.reuse:
        sources = cache.read_sources(job.packs, pack)
        sources = sources.filter(pc.is_in(sources.column("key"), wanted))
        sources = sources.filter(pc.not_equal(sources.column("reason"), cache.CHANGED))
        fresh = [key not in taken for key in sources.column("key").to_pylist()]
        sources = sources.filter(pa.array(fresh, pa.bool_()))
        taken.update(sources.column("key").to_pylist())
        found.append(sources)
        shared |= dict.fromkeys(filter(None, sources.column("segment").to_pylist()), pack)
    return pa.concat_tables(found), shared
