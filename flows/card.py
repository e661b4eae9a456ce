"""The dataset card: what a stranger who opens the folder should know, readable by Hugging Face too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.store.schema import TABLES


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
