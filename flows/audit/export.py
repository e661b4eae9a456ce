"""Edits as CSV, JSONL or Parquet, filtered like the page, in batches: an export may be longer than memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows import judgements
from flows.audit.browse import Filter, with_places
from flows.audit.tables import Row, Tables
from flows.judgements import Book
from flows.store.names import original_text

SCHEMA = pa.schema(
    [
        ("source_path", pa.string()),
        ("section_index", pa.int32()),
        ("doc_id", pa.string()),
        ("rule", pa.string()),
        ("kind", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("confidence", pa.float32()),
        ("evidence", pa.string()),
        ("raw_start", pa.int64()),
        ("raw_end", pa.int64()),
        ("source_sha256", pa.string()),
        ("step", pa.int32()),
        ("ordinal", pa.int32()),
        ("verdict", pa.string()),
    ]
)
FORMATS = ("csv", "jsonl", "parquet")

# A spreadsheet takes a cell that begins so for a formula; those of East Asia also where the sign is full-width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def batches(tables: Tables, book: Book, narrowed: Filter) -> Iterator[list[Row]]:
    """The rows of an export, a few thousand at a time, in the order of the ledger."""
    condition, parameters = narrowed.query()
    names = ", ".join(name for name in SCHEMA.names if name not in ("source_path", "section_index", "verdict"))
    for rows in tables.stream(f"select {names} from edits where {condition}", **parameters):
        for row in with_places(tables, rows):
            judgement = book.on_edit(row)
            row["verdict"] = judgement.verdict if judgement else ""
            row["confidence"] = round(row["confidence"], 4)  # stored with 24 bits
        yield [{name: row[name] for name in SCHEMA.names} for row in rows]


def as_csv(rows: Iterator[list[Row]]) -> Iterator[str]:
    """CSV with a heading; cells that a spreadsheet would calculate get an apostrophe in front."""
    heading = True
    for batch in rows:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        if heading:
            writer.writerow(SCHEMA.names)
            heading = False
        writer.writerows([_cell(value) for value in row.values()] for row in batch)
        yield text.getvalue()
    if heading:
        yield ",".join(SCHEMA.names) + "\r\n"


def _cell(value: Any) -> Any:
    r"""A value as a cell that is only ever text or a number.

    >>> _cell("=cmd|' /C calc'!A0"), _cell("  +1"), _cell("正文"), _cell(-3)
    ("'=cmd|' /C calc'!A0", "'  +1", '正文', -3)
    """
    if not isinstance(value, str):
        return value
    value = original_text(value).encode("utf-8", "backslashreplace").decode()
    return (
        f"'{value}" if value.startswith(_FORMULA) or value.lstrip(" \u3000\xa0\ufeff").startswith(_FORMULA) else value
    )


def as_jsonl(rows: Iterator[list[Row]]) -> Iterator[str]:
    """One JSON object per line, with nothing in it that a terminal would act on."""
    for batch in rows:
        yield "".join(judgements.as_line(row) for row in batch)


def to_parquet(rows: Iterator[list[Row]], file: Path) -> None:
    """A Parquet file."""
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for batch in rows:
            writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
