"""The tables of a snapshot, column by column: the contract with everyone who reads the dataset.

Texts are UTF-8; ``flows.store.names`` says how the rare name or text that UTF-8 cannot hold is written. Offsets of
``edits`` are code points of the step's own input, except in step 0 (see `cleaners.decode`); ``raw_*`` and ``byte_*``
are bytes of the source.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

# Arrow's own pool asks for memory in huge pages, and clearing them costs a small run a tenth of its time.
pa.set_memory_pool(pa.system_memory_pool())

_TEXT = pa.string()
_COUNT = pa.int64()
_FIRED = pa.list_(pa.struct([("rule", _TEXT), ("edits", pa.int32())]))
_FLAGS = pa.list_(
    pa.struct(
        [
            ("kind", _TEXT),
            ("rule", _TEXT),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("text", _TEXT),
            ("detail", _TEXT),
            ("value", _COUNT),
        ]
    )
)
SIGNALS = (  # the numbers `cleaners.quality.signals` describes a text by
    "chars",
    "han_ratio",
    "digit_ratio",
    "latin_ratio",
    "punctuation_ratio",
    "symbol_ratio",
    "lines",
    "mean_line_chars",
    "terminal_line_ratio",
    "ellipsis_line_ratio",
    "bullet_line_ratio",
    "duplicate_line_ratio",
    "unigram_entropy",
    "top_2gram_ratio",
    "duplicate_10gram_ratio",
)
_QUALITY = pa.struct([(name, pa.float64()) for name in SIGNALS])

_PLACE = [  # which document, and where it lies in its source
    ("doc_id", _TEXT),
    ("source_path", _TEXT),
    ("source_sha256", _TEXT),
    ("byte_start", _COUNT),
    ("byte_end", _COUNT),
    ("section_index", pa.int32()),
    ("section_title", _TEXT),
    ("encoding", _TEXT),
]

DOCUMENTS = pa.schema(
    [
        ("doc_id", _TEXT),
        ("text", _TEXT),
        ("title", _TEXT),
        *_PLACE[1:],
        ("script", _TEXT),
        ("raw_chars", _COUNT),  # code points of the decoded source that belong to this document
        ("clean_chars", _COUNT),
        ("removed_chars", _COUNT),
        ("restored_chars", _COUNT),
        ("truncated", pa.bool_()),
        ("missing_chars", _COUNT),
        ("rules", _FIRED),
        ("flags", _FLAGS),
        ("quality", _QUALITY),
        ("cluster_id", _TEXT),
        ("cluster_size", pa.int32()),
        ("duplicate_sources", pa.list_(_TEXT)),
        ("meta", _TEXT),
        ("ruleset_hash", _TEXT),
        ("profile_hash", _TEXT),
        ("pipeline_version", _TEXT),
        ("run_id", _TEXT),
        ("cleaned_at", pa.timestamp("us", tz="UTC")),
    ]
)

EDITS = pa.schema(
    [
        ("doc_id", _TEXT),
        ("source_sha256", _TEXT),
        ("step", pa.int32()),
        ("ordinal", pa.int32()),
        ("rule", _TEXT),
        ("kind", _TEXT),
        ("start", _COUNT),
        ("end", _COUNT),
        ("before", _TEXT),
        ("after", _TEXT),
        ("raw_start", _COUNT),
        ("raw_end", _COUNT),
        ("confidence", pa.float32()),
        ("evidence", _TEXT),
        ("witness_doc_id", _TEXT),
    ]
)

REMOVED = pa.schema(
    [
        *_PLACE,  # for a span, byte_start and byte_end are the span's own
        ("scope", _TEXT),  # span | line | document
        ("kind", _TEXT),  # remove | split | drop | duplicate
        ("rule", _TEXT),
        ("reason", _TEXT),
        ("text", _TEXT),
        ("chars", _COUNT),
        ("raw_chars", _COUNT),  # of a document, as in `documents`; of a span, its characters
        ("confidence", pa.float32()),
        ("meta", _TEXT),
    ]
)

DUPLICATES = pa.schema(
    [
        ("removed_doc_id", _TEXT),
        ("survivor_doc_id", _TEXT),
        ("removed_source_path", _TEXT),
        ("removed_section_index", pa.int32()),
        ("survivor_source_path", _TEXT),
        ("survivor_section_index", pa.int32()),
        ("similarity", pa.float64()),
        ("containment", pa.float64()),
        ("removed_meta", _TEXT),
    ]
)

QUARANTINE = pa.schema([("source_path", _TEXT), ("source_sha256", _TEXT), ("reason", _TEXT), ("detail", _TEXT)])

LEARNED = pa.schema(  # lines that recur on the pages of a site
    [
        ("line", _TEXT),  # 16 hex digits, as evidence of edits names it
        ("site", _TEXT),
        ("place", _TEXT),  # head | tail | any
        ("text", _TEXT),  # folded: numbers as 0, no white space; … for what differs from page to page
        ("seen", _COUNT),  # documents that differ
        ("documents", _COUNT),  # of the site, that differ
        ("verdict", _TEXT),  # removed | left
        ("confidence", pa.float32()),
    ]
)

RUNS = pa.schema(
    [
        ("run_id", _TEXT),
        ("snapshot_id", _TEXT),
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("finished_at", pa.timestamp("us", tz="UTC")),
        ("input_digest", _TEXT),
        ("ruleset_hash", _TEXT),
        ("profile_hash", _TEXT),
        ("pipeline_version", _TEXT),
        ("counts", _TEXT),  # JSON: sources, documents, kept, dropped, merged, quarantined, characters
        ("rules", _TEXT),  # JSON: per rule its version, kind, edits, documents, characters removed
        ("notes", _TEXT),  # JSON: what the search for repeats met, see flows.notes
        ("timings", _TEXT),  # JSON: seconds per stage
        ("versions", _TEXT),  # JSON: library versions
        ("profile", _TEXT),  # JSON
        ("gates", _TEXT),  # JSON: per gate an empty string, or why it failed
        ("accepted", _TEXT),  # JSON: per failed gate that a person overruled, why
    ]
)

TABLES: dict[str, Any] = {
    "documents": DOCUMENTS,
    "edits": EDITS,
    "removed": REMOVED,
    "duplicates": DUPLICATES,
    "quarantine": QUARANTINE,
    "learned": LEARNED,
    "runs": RUNS,
}

# What cleaning one shard leaves in the cache, before anything is known of other shards.
CACHED_SOURCES = pa.schema(
    [
        ("key", _TEXT),  # contents and role, see flows.store.cache
        ("source_sha256", _TEXT),
        ("meta", _TEXT),
        ("reason", _TEXT),  # empty: cleaned
        ("detail", _TEXT),
        ("rejected", pa.list_(_TEXT)),  # what of people's decisions was obeyed, see flows.judgements
        ("sketch", pa.list_(pa.uint64())),  # by which copies are told; empty where no line speaks of a site
        ("segment", _TEXT),  # which files hold what was made of it; empty where that is nothing
    ]
)
CACHED_LINES = pa.schema(  # what `cleaners.document.SiteLine` holds
    [
        ("source_sha256", _TEXT),
        ("text", _TEXT),
        ("digest", pa.uint64()),
        ("head", pa.uint8()),
        ("tail", pa.uint8()),
        ("cue", pa.uint8()),
    ]
)
CACHED_TEXTS = pa.schema([DOCUMENTS.field(name) for name in ("doc_id", "source_sha256", "text")])
_KNOWN_LATER = {"source_path", "restored_chars", "cluster_id", "cluster_size", "duplicate_sources", "meta"}
_KNOWN_LATER |= {"ruleset_hash", "profile_hash", "pipeline_version", "run_id", "cleaned_at"}
CACHED_DOCUMENTS = pa.schema(
    [
        *(field for field in DOCUMENTS if field.name not in _KNOWN_LATER and field.name != "text"),
        ("drop_reason", _TEXT),  # empty: kept
        ("undamaged_chars", _COUNT),  # code points less placeholders and flagged damage
        ("signature", pa.binary()),
        ("passages", pa.binary()),
    ]
)
