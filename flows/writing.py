"""What a worker does last with a shard: write its part of the snapshot, knowing what repeats what.

Survivors of a cluster are mended here from the texts of the other members, their witnesses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaners import quality
from cleaners.corpus import dedup
from cleaners.corpus.collation import RESTORABLE, Restoration, restore
from cleaners.corpus.paragraphs import SPEAKING
from cleaners.decisions import NOTHING, Decisions, edit_key, take
from cleaners.document import Edits, Flag
from cleaners.edits import apply, to_output
from flows import passages, provenance
from flows.passages import Repeated
from flows.shards import Shard
from flows.store import cache, parts
from flows.store.names import original_text, stored_text
from flows.store.schema import CACHED_DOCUMENTS, DOCUMENTS, EDITS, REMOVED
from flows.store.writer import as_json, write_table
from flows.work import TAKEN_OUT, first_line, flag_row

RESTORE = "collation.restore"  # the name under which restorations stand in the ledger
_WRITTEN = [name for name in CACHED_DOCUMENTS.names if name not in ("signature", "passages")]
_PLACE = ("doc_id", "source_path", "source_sha256", "section_index", "section_title", "encoding")
_AT_ONCE = 64  # documents mended together, each with the texts of its witnesses


@dataclass(frozen=True, slots=True)
class Fate:
    """What the comparison with the rest of the corpus decided about one document."""

    cluster_id: str
    cluster_size: int
    survivor: str  # the document itself, or the one it gave way to
    duplicate_sources: tuple[str, ...] = ()
    # The other members a survivor may be mended from: id, pack, and what the pack knows the source by.
    witnesses: tuple[tuple[str, str, str], ...] = ()


ALONE = Fate("", 1, "")
_but_witnesses = attrgetter(*(field.name for field in fields(Fate) if field.name != "witnesses"))


Restored = Mapping[str, tuple[str, dict[str, Any]]]
"""By document, what its restoration depended on and, as `asdict` gives it, what was restored."""


@dataclass(slots=True)
class RuleCounts:
    """What one rule did; characters are code points taken out of the text."""

    kind: str
    edits: int = 0
    documents: int = 0
    removed_chars: int = 0
    confidence: float = 0.0  # summed over the edits


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
    restored_chars: int = 0
    rules: dict[str, RuleCounts] = field(default_factory=dict)
    rejected: dict[str, set[str]] = field(default_factory=dict)  # by sha256 and by path, restorations refused

    def add(self, other: Counts) -> None:
        """Add another shard's counts to these."""
        for name in (
            "documents",
            "kept",
            "dropped",
            "merged",
            "raw_chars",
            "clean_chars",
            "kept_chars",
            "restored_chars",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejected |= other.rejected
        for rule, theirs in other.rules.items():
            ours = self.rules.setdefault(rule, RuleCounts(theirs.kind))
            ours.edits += theirs.edits
            ours.documents += theirs.documents
            ours.removed_chars += theirs.removed_chars
            ours.confidence += theirs.confidence

    def as_row(self) -> dict[str, Any]:
        """For `flows.store.parts`."""
        return asdict(self) | {"rejected": {name: sorted(keys) for name, keys in self.rejected.items()}}

    @staticmethod
    def from_row(row: Mapping[str, Any]) -> Counts:
        """Undo `as_row`."""
        rules = {rule: RuleCounts(**tally) for rule, tally in row["rules"].items()}
        return Counts(
            **{**row, "rules": rules, "rejected": {name: set(keys) for name, keys in row["rejected"].items()}}
        )


@dataclass(frozen=True, slots=True)
class WriteJob:
    """One shard to write. ``fates`` holds the documents of this shard that are repeated somewhere."""

    packs: Path
    staging: Path
    shard: Shard
    fates: Mapping[str, Fate]
    copies: Mapping[str, tuple[str, ...]]  # by sha256, the paths that repeat a source of this shard
    repeated: Repeated
    restored: Restored  # what was remembered of documents of this shard
    restore: bool
    remove_passages: bool
    ruleset_hash: str
    profile_hash: str
    pipeline_version: str
    run_id: str
    cleaned_at: datetime

    @property
    def made_from(self) -> str:
        """Equal for two parts that hold the same, but for the run that wrote them and its time."""
        everything = {
            "by": (provenance.writer_hash(), self.ruleset_hash, self.profile_hash, self.pipeline_version),
            "sources": (self.shard.pack, [source.path for source in self.shard.sources], sorted(self.shard.copies)),
            "lacking": cache.changed(self.packs, self.shard.pack),
            "copies": self.copies,
            "fates": {
                name: (*_but_witnesses(fate), [(witness, key) for witness, _, key in fate.witnesses])
                for name, fate in self.fates.items()
            },
            "repeated": {
                name: [(*astuple(flag), stays) for flag, stays in found]
                for name, found in self.repeated.flags().items()
            },
            "profile": (self.restore, self.remove_passages),
        }
        return hashlib.sha256(as_json(everything).encode()).hexdigest()


def write_shard(job: WriteJob) -> tuple[Counts, Restored]:
    """Write this shard's part of `documents`, `edits` and `removed`, and count what is in it.

    What was restored is given back, to be remembered.
    """
    documents, texts = _documents(job)
    edits = cache.read_pack(job.packs, job.shard.pack, "edits")
    part = parts.name(job.shard.number)
    about = {
        "ruleset_hash": job.ruleset_hash,
        "profile_hash": job.profile_hash,
        "pipeline_version": job.pipeline_version,
        "run_id": job.run_id,
        "versions": as_json(provenance.versions()),
        "made_from": job.made_from,
    }
    repeated = job.repeated.flags()
    rejected: dict[str, set[str]] = {}
    if job.remove_passages:
        documents, edits, repeated = _without_passages(_whole(documents, texts), edits, repeated, job, rejected)
        documents, texts = _apart(documents)
    stays = _stays(documents, job.fates)
    restorations: Restored = {}
    restored: list[dict[str, Any]] = []
    kept = passages.add_flags(documents.filter(stays), repeated)
    if job.restore:
        restorations = _restorations(kept, texts, job, repeated)
        kept, texts, restored = _mended(kept, texts, job, edits, restorations, rejected)
    kept = _finished(_whole(kept, texts), job)
    gone = _whole(documents.filter(pc.invert(stays)), texts)
    edits = _with_restored(edits, restored, documents)
    write_table(job.staging / "documents" / part, kept, about | dedup.METADATA)
    write_table(job.staging / "edits" / part, edits, about)
    write_table(job.staging / "removed" / part, _removed(gone, documents, edits, job.fates), about)
    counts = _counts(documents, kept, edits)
    counts.rejected = rejected
    return counts, restorations


def _documents(job: WriteJob) -> tuple[Any, Any]:
    """The documents of the shard, but for their texts; these, and in the column ``row`` which of them is whose."""
    documents = cache.read_pack(job.packs, job.shard.pack, "documents", _WRITTEN)
    texts, rows = cache.read_texts(job.packs, job.shard.pack)
    paths, metas = _places(job.shard, cache.read_sources(job.packs, job.shard.pack))
    owners = documents.column("source_sha256").to_pylist()
    for name, values in (("source_path", paths), ("meta", metas)):
        documents = documents.append_column(name, pa.array([values[sha256] for sha256 in owners], pa.string()))
    return documents.append_column("row", pa.array(rows)), texts


def _whole(documents: Any, texts: Any) -> Any:
    """The documents with their texts in place of ``row``. Texts are large: none is copied before it is written."""
    rows = documents.column("row").to_numpy()
    runs = [run for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(run)]
    chunks = [chunk for run in runs for chunk in texts.slice(run[0], len(run)).chunks]
    return documents.drop(["row"]).append_column("text", pa.chunked_array(chunks, pa.string()))


def _apart(documents: Any) -> tuple[Any, Any]:
    """Undo `_whole`."""
    rows = pa.array(np.arange(documents.num_rows))
    return documents.drop(["text"]).append_column("row", rows), documents.column("text")


def _without_passages(
    documents: Any, edits: Any, repeated: passages.Found, job: WriteJob, rejected: dict[str, set[str]]
) -> tuple[Any, Any, passages.Found]:
    """The same without the passages that stand in a better document; what a person wanted kept goes to ``rejected``."""
    taken = passages.take_out(documents, edits, repeated, job.shard.decisions)
    for name, keys in taken.rejected.items():
        rejected.setdefault(name, set()).update(keys)
    return taken.documents, taken.edits, taken.left


def _counts(documents: Any, kept: Any, edits: Any) -> Counts:
    dropped = sum(1 for reason in documents.column("drop_reason").to_pylist() if reason)
    counts = Counts(documents.num_rows, kept.num_rows, dropped, documents.num_rows - kept.num_rows - dropped)
    counts.raw_chars = pc.sum(documents.column("raw_chars")).as_py() or 0
    counts.clean_chars = pc.sum(documents.column("clean_chars")).as_py() or 0
    counts.kept_chars = pc.sum(kept.column("clean_chars")).as_py() or 0
    counts.restored_chars = pc.sum(kept.column("restored_chars")).as_py() or 0
    counts.rules = _rule_counts(edits)
    return counts


def _rule_counts(edits: Any) -> dict[str, RuleCounts]:
    """What each rule did, by its name."""
    rules = edits.column("rule").combine_chunks().dictionary_encode()
    owners = edits.column("doc_id").combine_chunks().dictionary_encode()
    rule, owner = rules.indices.to_numpy(), owners.indices.to_numpy().astype(np.int64)
    kinds = edits.column("kind")
    takes = pc.or_(pc.is_in(kinds, pa.array(TAKEN_OUT, pa.string())), pc.equal(edits.column("after"), ""))
    takes = pc.and_(takes, pc.not_equal(kinds, "decode")).to_numpy()
    many = len(rules.dictionary)
    number = np.bincount(rule, minlength=many).tolist()
    removed = np.bincount(rule[takes], _less(edits)[takes], minlength=many).astype(np.int64).tolist()
    confidence = np.bincount(rule, edits.column("confidence").to_numpy(), minlength=many).tolist()
    pairs = np.unique(rule.astype(np.int64) * (len(owners.dictionary) + 1) + owner)
    documents = np.bincount(pairs // (len(owners.dictionary) + 1), minlength=many).tolist()
    kind = kinds.take(pa.array(np.unique(rule, return_index=True)[1])).to_pylist()
    names = rules.dictionary.to_pylist()
    return {
        name: RuleCounts(*columns)
        for name, *columns in zip(names, kind, number, documents, removed, confidence, strict=True)
    }


def _less(edits: Any) -> NDArray[np.int64]:
    """The code points by which each edit made the text shorter."""
    lengths = (pc.utf8_length(edits.column(name)).to_numpy().astype(np.int64) for name in ("before", "after"))
    less: NDArray[np.int64] = np.maximum(np.subtract(*lengths), 0)
    return less


def _places(shard: Shard, sources: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The path and the other fields of each source that was cleaned here, by its sha256."""
    meta_of = dict(zip(sources.column("key").to_pylist(), sources.column("meta").to_pylist(), strict=True))
    return {s.sha256: s.path for s, _ in shard.texts}, {s.sha256: meta_of.get(key, "") for s, key in shard.texts}


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
    columns = {name: kept.column(name) for name in DOCUMENTS.names if name in kept.column_names}
    fates = [job.fates.get(identifier, ALONE) for identifier in kept.column("doc_id").to_pylist()]
    copies = [job.copies.get(sha256, ()) for sha256 in kept.column("source_sha256").to_pylist()]
    columns["cluster_id"] = [fate.cluster_id for fate in fates]
    columns["cluster_size"] = [fate.cluster_size for fate in fates]
    columns["duplicate_sources"] = [
        sorted({*fate.duplicate_sources, *others}) for fate, others in zip(fates, copies, strict=True)
    ]
    columns.setdefault("restored_chars", [0] * count)
    for name in ("ruleset_hash", "profile_hash", "pipeline_version", "run_id", "cleaned_at"):
        columns[name] = [getattr(job, name)] * count
    return pa.table({name: columns[name] for name in DOCUMENTS.names}, DOCUMENTS)


def _restorations(kept: Any, texts: Any, job: WriteJob, repeated: passages.Found) -> Restored:
    """What witnesses can restore of each document that may lack something: remembered, or found now."""
    ids, shas = _ids(kept), kept.column("source_sha256").to_pylist()
    places = [number for number, name in enumerate(ids) if job.fates.get(name, ALONE).witnesses]
    flags = kept.column("flags").take(pa.array(places, pa.int64())).to_pylist()
    key_of = {source.sha256: key for source, key in job.shard.texts}
    result: dict[str, tuple[str, dict[str, Any]]] = {}
    origins: dict[str, str] = {}
    missing: list[int] = []
    for place, there in zip(places, flags, strict=True):
        name, witnesses = ids[place], job.fates[ids[place]].witnesses
        if RESTORABLE.isdisjoint(flag["kind"] for flag in there) and len(witnesses) < SPEAKING:
            continue  # so few cannot have a paragraph that was never missed
        passed = [(*astuple(flag), stays) for flag, stays in repeated.get(name, ())]
        origin = as_json([key_of[shas[place]], [(witness, key) for witness, _, key in witnesses], passed])
        origins[name] = hashlib.sha256(origin.encode()).hexdigest()
        if name in job.restored and job.restored[name][0] == origins[name]:
            result[name] = job.restored[name]
        else:
            missing.append(place)
    rows = _whole(kept.select(["doc_id", "flags", "row"]).take(pa.array(missing, pa.int64())), texts).to_pylist()
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        others = _texts(job.packs, {witness for row in some for witness in job.fates[row["doc_id"]].witnesses})
        result |= {row["doc_id"]: (origins[row["doc_id"]], asdict(_restored(row, job, others))) for row in some}
    return result


def _restored(row: Mapping[str, Any], job: WriteJob, texts: Mapping[str, str]) -> Restoration:
    witnesses = [(name, texts[name]) for name, *_ in job.fates[row["doc_id"]].witnesses]
    flags = [_flag(flag) for flag in row["flags"]]
    # Where repeated passages are taken out, none is put back.
    return restore(original_text(row["text"]), flags, witnesses, paragraphs=not job.remove_passages)


def _mended(
    kept: Any, texts: Any, job: WriteJob, edits: Any, restorations: Restored, rejected: dict[str, set[str]]
) -> tuple[Any, Any, list[dict[str, Any]]]:
    """Fill what survivors lack from their witnesses; the documents and texts anew, and rows for `edits`.

    What a person rejected is left as it is, and its keys are added to ``rejected``, by the source's sha256 and path.
    """
    found = {name: _restoration(stored) for name, (_, stored) in restorations.items()}
    found = {name: one for name, one in found.items() if len(one.edits) or one.filled or one.flags}
    places = [number for number, name in enumerate(_ids(kept)) if name in found]
    rows = _whole(kept.take(pa.array(places, pa.int64())), texts).to_pylist()
    last: dict[str, int] = {}  # step of each source
    for sha256, step in zip(*(edits.column(name).to_pylist() for name in ("source_sha256", "step")), strict=True):
        last[sha256] = max(step, last.get(sha256, 0))
    restored: list[dict[str, Any]] = []
    for row in rows:
        sha256 = row["source_sha256"]
        first = sum(1 for other in restored if other["source_sha256"] == sha256)
        restored += _mended_row(row, job, found[row["doc_id"]], 1 + last.get(sha256, 0), first, rejected)
    return *_with_mended(kept, texts, places, rows), restored


def _restoration(stored: Mapping[str, Any]) -> Restoration:
    """Undo `asdict`, also where what it gave went through JSON."""
    flags = [Flag(**flag) for flag in stored["flags"]]
    return Restoration(**{**stored, "edits": Edits(**stored["edits"]), "flags": flags})


def _mended_row(
    row: dict[str, Any], job: WriteJob, found: Restoration, step: int, first: int, rejected: dict[str, set[str]]
) -> list[dict[str, Any]]:
    """Mend one document in place; its rows of `edits`, numbered from ``first`` within the source."""
    flags = [_flag(flag) for flag in row["flags"]]
    text = original_text(row["text"])
    found, keys = _allowed(found, text, flags, job.shard.decisions.get(row["source_path"], NOTHING))
    for name in (row["source_sha256"], row["source_path"]) if keys else ():
        rejected.setdefault(name, set()).update(keys)
    row["restored_chars"] = 0
    return list(_mend(row, text, flags, found, step, first))


def _with_mended(kept: Any, texts: Any, places: Sequence[int], rows: list[dict[str, Any]]) -> tuple[Any, Any]:
    """The documents and texts with some of them replaced; the column of restored characters is added."""
    kept = kept.append_column("restored_chars", pa.array(np.zeros(kept.num_rows, np.int64)))
    order = np.arange(kept.num_rows)
    order[places] = kept.num_rows + np.arange(len(rows))
    rows = [row | {"row": len(texts) + number} for number, row in enumerate(rows)]
    kept = pa.concat_tables([kept, pa.Table.from_pylist(rows, kept.schema)]).take(pa.array(order))
    return kept, pa.chunked_array([*texts.chunks, pa.array([row["text"] for row in rows], pa.string())])


def _ids(table: Any) -> list[str]:
    identifiers: list[str] = table.column("doc_id").to_pylist()
    return identifiers


def _texts(packs: Path, witnesses: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """The texts of witnesses; each pack is read once."""
    wanted: dict[str, list[str]] = {}
    for name, pack, _ in sorted(witnesses):
        wanted.setdefault(pack, []).append(name)
    found: dict[str, str] = {}
    for pack, names in wanted.items():
        found |= cache.texts(packs, pack, names)
    return found


def _allowed(
    found: Restoration, text: str, flags: Sequence[Flag], decisions: Decisions
) -> tuple[Restoration, list[str]]:
    """The restoration less what a person rejected, with the keys of that; gaps left open keep their flags."""
    if RESTORE not in decisions.rules and not decisions.rejects(RESTORE):
        return found, []
    edits = found.edits
    places = list(zip(edits.start, edits.end, strict=True))
    keys = [edit_key(RESTORE, text, *place, after) for place, after in zip(places, edits.after, strict=True)]
    out = {n for n, key in enumerate(keys) if RESTORE in decisions.rules or key in decisions.edits}
    open_ = [places[number] for number in out]
    stays = [number for number in range(len(edits)) if number not in out]
    filled = [n for n in found.filled if not any(flags[n].start <= b and a <= flags[n].end for a, b in open_)]
    witness, span = [found.witness[n] for n in stays], [found.span[n] for n in stays]
    left = [keys[number] for number in sorted(out)] + ([RESTORE] if RESTORE in decisions.rules else [])
    return replace(found, edits=take(edits, stays), witness=witness, span=span, filled=filled), left


def _mend(
    row: dict[str, Any], text: str, flags: Sequence[Flag], found: Restoration, step: int, first: int
) -> Iterator[dict[str, Any]]:
    """Mend one document in place and yield its rows of `edits`, numbered from ``first`` within the source."""
    rules = [flag["rule"] for flag in row["flags"]]
    edits = found.edits
    filled = set(found.filled)
    still = [(rule, flag) for number, (rule, flag) in enumerate(zip(rules, flags, strict=True)) if number not in filled]
    still = _moved([*still, *((RESTORE, flag) for flag in found.flags)], edits)
    text = apply(text, edits)
    signals = quality.signals(text)
    row |= {
        "text": stored_text(text),
        "title": row["section_title"] or stored_text(first_line(text)),
        "clean_chars": len(text),
        "restored_chars": sum(map(len, edits.after)),
        "truncated": any(flag.kind == "truncated" for _, flag in still),
        "missing_chars": sum(flag.value for _, flag in still if flag.kind == "truncated"),
        "rules": row["rules"] + ([{"rule": RESTORE, "edits": len(edits)}] if len(edits) else []),
        "flags": [flag_row(rule, flag) for rule, flag in still],
        "quality": signals,
    }
    for number, (witness, span) in enumerate(zip(found.witness, found.span, strict=True)):
        yield {
            "doc_id": row["doc_id"],
            "source_sha256": row["source_sha256"],
            "step": step,
            "ordinal": first + number,
            "rule": RESTORE,
            "kind": "restore",
            "start": edits.start[number],
            "end": edits.end[number],
            "before": stored_text(edits.before[number]),
            "after": stored_text(edits.after[number]),
            "raw_start": row["byte_start"],
            "raw_end": row["byte_end"],
            "confidence": edits.confidence[number],
            "evidence": stored_text(as_json(json.loads(edits.evidence[number]) | {"span": span})),
            "witness_doc_id": witness,
        }


def _flag(row: Mapping[str, Any]) -> Flag:
    text, detail = original_text(row["text"]), original_text(row["detail"])
    return Flag(row["kind"], row["start"], row["end"], text, detail, row["value"])


def _moved(flags: list[tuple[str, Flag]], edits: Edits) -> list[tuple[str, Flag]]:
    """Flags on a text as they stand in the mended text, in order."""
    start = to_output(edits, np.array([flag.start for _, flag in flags], np.int64)).tolist()
    end = to_output(edits, np.array([flag.end for _, flag in flags], np.int64), end=True).tolist()
    moved = [
        (rule, replace(flag, start=a, end=max(a, b))) for (rule, flag), a, b in zip(flags, start, end, strict=True)
    ]
    return sorted(moved, key=lambda item: (item[1].start, item[1].end, item[0], item[1].kind))


def _with_restored(edits: Any, restored: list[dict[str, Any]], documents: Any) -> Any:
    """The ledger of the shard, each source's restorations behind its other edits."""
    if not restored:
        return edits
    rows = pa.concat_tables([edits, pa.Table.from_pylist(restored, EDITS)])
    sources = pc.unique(documents.column("source_sha256"))
    return cache.in_order(rows, "source_sha256", sources)


def _removed(gone: Any, documents: Any, edits: Any, fates: Mapping[str, Fate]) -> Any:
    """Everything taken out: whole documents first, then spans, in the order of their sources."""
    taken = spans(edits)
    owner = pc.index_in(taken.column("doc_id"), documents.column("doc_id"))
    text = taken.column("before")
    line = pc.or_(pc.starts_with(text, "\n"), pc.ends_with(text, "\n"))
    columns = {name: documents.column(name).take(owner) for name in _PLACE}
    columns |= {"byte_start": taken.column("raw_start"), "byte_end": taken.column("raw_end")}
    columns |= {"scope": pc.if_else(line, "line", "span"), "reason": taken.column("evidence"), "text": text}
    columns |= {name: taken.column(name) for name in ("kind", "rule", "confidence")}
    columns |= dict.fromkeys(("chars", "raw_chars"), _less(taken)) | {"meta": [""] * len(taken)}
    spanned = pa.table({name: columns[name] for name in REMOVED.names}, REMOVED)
    return pa.concat_tables([_removed_documents(gone, fates), spanned])


def _removed_documents(gone: Any, fates: Mapping[str, Fate]) -> Any:
    rows = zip(_ids(gone), gone.column("drop_reason").to_pylist(), strict=True)
    why = [("drop", "quality", dropped) if dropped else _repeats(fates[name]) for name, dropped in rows]
    columns = {name: gone.column(name) for name in (*_PLACE, "byte_start", "byte_end", "text", "raw_chars", "meta")}
    columns |= {"scope": ["document"] * len(why), "chars": gone.column("clean_chars"), "confidence": [1.0] * len(why)}
    columns |= {name: [one[number] for one in why] for number, name in enumerate(("kind", "rule", "reason"))}
    return pa.table({name: columns[name] for name in REMOVED.names}, REMOVED)


def _repeats(fate: Fate) -> tuple[str, str, str]:
    return "duplicate", "repeats", f"repeats {fate.survivor}"


def spans(edits: Any) -> Any:
    """The edits that took text out, the decoding aside."""
    by_kind = pc.is_in(edits.column("kind"), pa.array(TAKEN_OUT, pa.string()))
    emptied = pc.and_(pc.equal(edits.column("after"), ""), pc.not_equal(edits.column("before"), ""))
    return edits.filter(pc.and_(pc.or_(by_kind, emptied), pc.greater(edits.column("step"), 0)))
