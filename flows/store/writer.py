"""Write Parquet so that the same rows give the same bytes, and files so that they are whole or absent."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

_ROWS = 5000  # of a row group, at most
_TEXT = 4 << 20  # bytes of text in one, on average: the audit reads single documents, a group at a time
# Statistics and dictionaries only where they help a reader skip or pack; never on long texts.
_LONG = {"text", "before", "after", "evidence", "meta", "removed_meta", "signature", "detail"}
_UNIQUE = {"doc_id", "removed_doc_id", "start", "end", "raw_start", "raw_end", "byte_start", "byte_end", "ordinal"}

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV)


def write_table(path: Path, table: Any, metadata: Mapping[str, str] | None = None) -> None:
    """Write one Parquet file (zstd level 3) and force it to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    described = {**(table.schema.metadata or {}), **{key: value.encode() for key, value in (metadata or {}).items()}}
    names = [name for name in table.column_names if name not in _LONG]
    with open(path, "wb") as handle:
        pq.write_table(
            table.combine_chunks().replace_schema_metadata(described or None),  # a page ends sooner where a chunk does
            handle,
            compression="zstd",
            compression_level=3,
            row_group_size=_rows_of_a_group(table),
            use_dictionary=[name for name in names if name not in _UNIQUE],
            write_statistics=names,
            write_page_index=True,
            write_page_checksum=True,
        )
        handle.flush()
        os.fsync(handle.fileno())


def _rows_of_a_group(table: Any) -> int:
    text = pc.sum(pc.binary_length(table.column("text"))).as_py() if "text" in table.column_names else 0
    rows: int = table.num_rows * _TEXT // (text or 1)
    return max(1, min(_ROWS, rows))


def write_text(path: Path, text: str) -> None:
    """Write a small text file and force it to disk."""
    with open(path, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


def link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, target)


def sync_folder(path: Path) -> None:
    """Force a folder's entries to disk, so that a rename survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def as_json(value: Any) -> str:
    """JSON with sorted keys and Chinese readable."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
