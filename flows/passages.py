"""Passages that stand in several documents: found among all survivors, flagged or taken out shard by shard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaners import quality
from cleaners.corpus.dedup import best_first
from cleaners.corpus.passages import Passages, Repeats, flags, removal, repeats
from cleaners.decisions import NOTHING, Decisions, edit_key, take
from cleaners.decode import Decoded, byte_offsets
from cleaners.document import Edits, Flag
from cleaners.edits import Offsets, apply, invert, to_input, to_output
from flows.store import cache
from flows.store.names import original_text, stored_text
from flows.store.schema import EDITS
from flows.work import first_line, flag_row

RULE = "passages.repeated"  # the name under which the flags and the removals stand

Row = dict[str, Any]
Found = dict[str, list[tuple[Flag, bool]]]  # by document, each passage and whether it stays there in any case


@dataclass(frozen=True, slots=True)
class Repeated:
    """The repeated passages of one shard, and the names of the documents they speak of."""

    rows: Repeats
    names: Mapping[int, str]

    def flags(self) -> Found:
        """The passages by document."""
        found: Found = {}
        for name, flag, stays in flags(self.rows, self.names):
            found.setdefault(name, []).append((flag, stays))
        return found


def find(
    names: Sequence[str],
    shard: Sequence[int],
    stored: Sequence[bytes],
    truncated: Sequence[bool],
    undamaged: Sequence[int],
    shards: int,
) -> tuple[list[Repeated], dict[str, int]]:
    """What repeats among survivors, per shard, and what a report should say. Survivors come in the order of shards."""
    rank = np.empty(len(names), dtype=np.int64)
    rank[best_first(names, truncated, undamaged)] = np.arange(len(names))
    rows, formulas = repeats(Passages.from_bytes(stored), rank)
    bounds = np.searchsorted(np.asarray(shard, dtype=np.int64), np.arange(shards + 1)).tolist()
    parts = [rows.of(low, high) for low, high in pairwise(bounds)]
    notes = {"passages": len(rows.document), "with_passages": len(np.unique(rows.document)), "formulas": formulas}
    return [Repeated(part, _named(part, names)) for part in parts], notes


def _named(part: Repeats, names: Sequence[str]) -> dict[int, str]:
    numbers = np.unique(np.append(part.document, part.others))
    return {number: names[number] for number in numbers.tolist() if number >= 0}


def add_flags(documents: Any, found: Found) -> Any:
    """The documents with a flag on every repeated passage that is left in them."""
    ids = documents.column("doc_id").to_pylist()
    added = [(row, flag_row(RULE, flag)) for row, name in enumerate(ids) for flag, _ in found.get(name, ())]
    if not added:
        return documents
    place = documents.column_names.index("flags")
    column, field = documents.column(place).combine_chunks(), documents.schema.field(place)
    owner = pa.concat_arrays([pc.list_parent_indices(column), pa.array([row for row, _ in added], pa.int64())])
    flags = pa.concat_arrays([column.flatten(), pa.array([flag for _, flag in added], field.type.value_type)])
    keys = {"owner": owner} | {name: flags.field(name) for name in ("start", "end", "rule", "kind")}
    order = pc.sort_indices(pa.table(keys), [(name, "ascending") for name in keys])
    ends = pa.array(np.searchsorted(owner.take(order), np.arange(len(ids) + 1)), pa.int32())
    return documents.set_column(place, field, pa.ListArray.from_arrays(ends, flags.take(order), field.type))


@dataclass(slots=True)
class Taken:
    """Documents and ledger with the passages taken out, and what is left to be flagged.

    ``rejected`` are the keys of those a person wanted kept, by the source's sha256 and by its path.
    """

    documents: Any
    edits: Any
    left: Found
    rejected: dict[str, list[str]]


def take_out(documents: Any, edits: Any, found: Found, decisions: Mapping[str, Decisions]) -> Taken:
    """Take repeated passages out of every document but the best that holds them, as one more step of each source.

    ``documents`` are all of a shard, in order, so that the step's offsets count in the whole text of a source.
    """
    taken = Taken(documents, edits, dict(found), {})
    touched = {name for name, passages in found.items() if not all(stays for _, stays in passages)}
    if not touched:
        return taken
    rows, added = documents.to_pylist(), []
    for sha256, group in groupby(rows, key=lambda row: row["source_sha256"]):
        parts = list(group)
        if touched.isdisjoint(part["doc_id"] for part in parts):
            continue
        added += _from_source(parts, _ledger(edits, sha256), taken, decisions.get(parts[0]["source_path"], NOTHING))
    if added:
        taken.documents = pa.Table.from_pylist(rows, documents.schema)
        all_edits = pa.concat_tables([edits, pa.Table.from_pylist(added, EDITS)])
        sources = pa.array(list(dict.fromkeys(row["source_sha256"] for row in rows)), pa.string())
        taken.edits = cache.in_order(all_edits, "source_sha256", sources)
    return taken


def _from_source(parts: list[Row], ledger: list[Row], taken: Taken, decisions: Decisions) -> list[Row]:
    """Change the documents of one source in place; the rows of the ledger that say how."""
    source = _Source(parts, ledger)
    step = 1 + max((row["step"] for row in ledger), default=0)
    rows: list[Row] = []
    for part, begin in zip(parts, source.begins, strict=True):
        passages = [flag for flag, stays in taken.left.get(part["doc_id"], ()) if not stays]
        text = original_text(part["text"])
        edits = removal(text, passages)
        keys = source.keys(edits, begin)
        out = [n for n, key in enumerate(keys) if RULE in decisions.rules or key in decisions.edits]
        if out:
            named = [RULE] if RULE in decisions.rules else []
            for name in (part["source_sha256"], part["source_path"]):
                taken.rejected.setdefault(name, []).extend([*named, *(keys[n] for n in out)])
        edits = take(edits, [n for n in range(len(edits)) if n not in out])
        if not len(edits):
            continue
        raw_start, raw_end = source.bytes_of(edits, begin)
        rows += _edit_rows(part, edits, step, len(rows), begin, raw_start, raw_end)
        taken.left[part["doc_id"]] = _left(taken.left[part["doc_id"]], edits)
        _change(part, text, edits)
    return rows


def _left(found: Sequence[tuple[Flag, bool]], edits: Edits) -> list[tuple[Flag, bool]]:
    """The passages no edit took out, where they stand now."""
    gone = list(zip(edits.start, edits.end, strict=True))
    stay = [(flag, kept) for flag, kept in found if not any(a <= flag.start and flag.end <= b for a, b in gone)]
    return [(flag, kept) for flag, (_, kept) in zip(_moved([flag for flag, _ in stay], edits), stay, strict=True)]


def _moved(found: list[Flag], edits: Edits) -> list[Flag]:
    start = to_output(edits, np.array([flag.start for flag in found], np.int64)).tolist()
    end = to_output(edits, np.array([flag.end for flag in found], np.int64), end=True).tolist()
    return [replace(flag, start=a, end=max(a, b)) for flag, a, b in zip(found, start, end, strict=True)]


def _change(part: Row, text: str, edits: Edits) -> None:
    """Bring the row of a document up to date with its text; damage that was flagged in a passage goes with it."""
    gone = list(zip(edits.start, edits.end, strict=True))
    flags = [row for row in part["flags"] if not any(a <= row["start"] and row["end"] <= b for a, b in gone)]
    places = [Flag(row["kind"], row["start"], row["end"], "") for row in flags]
    text = apply(text, edits)
    part |= {
        "text": stored_text(text),
        "title": part["section_title"] or stored_text(first_line(text)),
        "clean_chars": len(text),
        "removed_chars": part["removed_chars"] + sum(map(len, edits.before)),
        "rules": part["rules"] + [{"rule": RULE, "edits": len(edits)}],
        "flags": [
            row | {"start": flag.start, "end": flag.end} for row, flag in zip(flags, _moved(places, edits), strict=True)
        ],
        "quality": quality.signals(text),
    }


def _edit_rows(
    part: Row, edits: Edits, step: int, first: int, begin: int, raw_start: list[int], raw_end: list[int]
) -> list[Row]:
    return [
        {
            "doc_id": part["doc_id"],
            "source_sha256": part["source_sha256"],
            "step": step,
            "ordinal": first + number,
            "rule": RULE,
            "kind": "remove",
            "start": begin + edits.start[number],
            "end": begin + edits.end[number],
            "before": stored_text(edits.before[number]),
            "after": "",
            "raw_start": raw_start[number],
            "raw_end": raw_end[number],
            "confidence": 1.0,
            "evidence": stored_text(edits.evidence[number]),
            "witness_doc_id": None,
        }
        for number in range(len(edits))
    ]


def _ledger(edits: Any, sha256: str) -> list[Row]:
    rows: list[Row] = edits.filter(pc.equal(edits.column("source_sha256"), sha256)).to_pylist()
    return rows


class _Source:
    """One source with its ledger, to say where in its bytes a stretch of its clean text lies."""

    def __init__(self, parts: list[Row], ledger: list[Row]) -> None:
        texts = [original_text(part["text"]) for part in parts]
        self.begins = list(accumulate(map(len, texts), initial=0))[:-1]
        decoding = [row for row in ledger if row["step"] == 0]
        later = [row for row in ledger if row["step"] > 0]
        self._steps = [_edits(list(group)) for _, group in groupby(later, key=lambda row: row["step"])]
        text = "".join(texts)
        for step in reversed(self._steps):
            text = invert(text, step)
        places = [row["raw_start"] for row in decoding], [row["raw_end"] for row in decoding]
        self._decoded = Decoded(text, parts[0]["encoding"], _edits(decoding), *places, 1.0, "")

    def keys(self, edits: Edits, begin: int) -> list[str]:
        """What a person's judgement calls these edits, see `cleaners.decisions`."""
        start, end = self._spans(edits, begin)
        spans = zip(np.minimum(start, end).tolist(), np.maximum(start, end).tolist(), strict=True)
        return [edit_key(RULE, self._decoded.text, low, high, "") for low, high in spans]

    def bytes_of(self, edits: Edits, begin: int) -> tuple[list[int], list[int]]:
        """The bytes of the source that edits of a document touch, which begins there in the clean text."""
        start, end = self._spans(edits, begin)
        start, end = byte_offsets(self._decoded, start), byte_offsets(self._decoded, end, end=True)
        return np.minimum(start, end).tolist(), np.maximum(start, end).tolist()

    def _spans(self, edits: Edits, begin: int) -> tuple[Offsets, Offsets]:
        start = begin + np.asarray(edits.start, dtype=np.int64)
        end = begin + np.asarray(edits.end, dtype=np.int64)
        for step in reversed(self._steps):
            start, end = to_input(step, start), to_input(step, end, end=True)
        return start, end


def _edits(rows: list[Row]) -> Edits:
    edits = Edits()
    for row in rows:
        edits.add(row["start"], original_text(row["before"]), original_text(row["after"]))
        edits.end[-1] = row["end"]
    return edits
