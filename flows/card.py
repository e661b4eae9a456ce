"""The dataset card: what a stranger who opens the folder should know, readable by Hugging Face too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from flows.store.schema import TABLES
from flows.store.writer import as_json

CROISSANT = "croissant.json"
_PARQUET = "application/x-parquet"
_TYPES = {
    "sc:Integer": pa.types.is_integer,
    "sc:Float": pa.types.is_floating,
    "sc:Boolean": pa.types.is_boolean,
    "sc:DateTime": pa.types.is_timestamp,
}
_CROISSANT = (
    "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes "
    "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate "
    "separator source subField transform"
)
_CONTEXT = {  # as the specification prints it
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {name: f"cr:{name}" for name in _CROISSANT.split()}


def dataset_card(snapshot_id: str, counts: Mapping[str, int], rules: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown with the configurations `datasets.load_dataset` understands, one per table."""
    configs = "".join(
        f"- config_name: {name}\n{'  default: true' + chr(10) if name == 'documents' else ''}"
        f"  data_files: {name}/*.parquet\n"
        for name in TABLES
    )
    lines = "\n".join(
        f"| {name} | {tally['kind']} | {tally['edits']:,} | {tally['documents']:,} | {tally['removed_chars']:,} |"
        for name, tally in rules.items()
    )
    return f"""---
language:
- zh
configs:
{configs}---
# Snapshot {snapshot_id}

{counts["documents"]:,} documents from {counts["sources"]:,} sources: {counts["kept"]:,} kept,
{counts["merged"]:,} merged into others, {counts["dropped"]:,} dropped; {counts["quarantined"]:,} sources in quarantine,
{counts["identical"]:,} identical to another.

`documents` is the dataset. `edits` leads back from every document to the bytes of its source, `removed` holds
everything that was taken out, `duplicates` says what was merged into what, `quarantine` what could not be read,
`learned` which lines recur on the pages of a site, `runs` how this snapshot was made. `manifest.json` has the sha256
of every file.

```python
import pyarrow.parquet as pq

documents = pq.read_table("documents")
```

| rule | kind | edits | documents | characters removed |
|---|---|---:|---:|---:|
{lines}
"""


def croissant(snapshot_id: str, created_at: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The same for machines, as Croissant 1.0: every file with its sha256, every column of every table with type."""
    files = [_file(table, entry) for table, entries in tables.items() for entry in entries]
    sets = [_set(table, entries) for table, entries in tables.items() if len(entries) > 1]
    return as_json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": f"jiaokan-{snapshot_id}",
            "description": "Chinese documents, cleaned, with the ledger that leads back to their sources.",
            "version": "1.0.0",
            "datePublished": created_at,
            "inLanguage": "zh",
            "distribution": [*files, *sets],
            "recordSet": [_records(table, entries) for table, entries in tables.items()],
        }
    )


def _file(table: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    path = f"{table}/{entry['file']}"
    size = f"{entry['bytes']} B"
    about = {"contentUrl": path, "contentSize": size, "encodingFormat": _PARQUET, "sha256": entry["sha256"]}
    return {"@type": "cr:FileObject", "@id": path, "name": path, **about}


def _set(table: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The parts of a table together."""
    parts = [{"@id": f"{table}/{entry['file']}"} for entry in entries]
    about = {"containedIn": parts, "encodingFormat": _PARQUET, "includes": f"{table}/*.parquet"}
    return {"@type": "cr:FileSet", "@id": table, "name": table} | about


def _records(table: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    only = {"fileObject": {"@id": f"{table}/{entries[0]['file']}"}}
    where = only if len(entries) == 1 else {"fileSet": {"@id": table}}
    fields = [_field(table, column, where) for column in TABLES[table]]
    return {"@type": "cr:RecordSet", "@id": f"{table}-records", "name": f"{table}-records", "field": fields}


def _field(table: str, column: Any, where: Mapping[str, Any]) -> dict[str, Any]:
    """A column; nested ones are described as they are read, and their values given as text."""
    kind = next((name for name, fits in _TYPES.items() if fits(column.type)), "sc:Text")
    source = {**where, "extract": {"column": column.name}}
    name = f"{table}-records/{column.name}"
    about = {"description": f"Stored as {column.type}.", "dataType": kind, "source": source}
    return {"@type": "cr:Field", "@id": name, "name": name} | about
