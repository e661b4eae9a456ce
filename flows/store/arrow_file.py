"""Tables of the cache, which only this program reads: Arrow files, far quicker to write and to read than Parquet.

Behind the file stands its CRC-32, four bytes, so that one that was damaged is noticed whatever columns are wanted.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

_CHECK = 4  # bytes


def write(path: Path, table: Any, codec: Any = "lz4") -> None:
    """Write a table and force it to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=codec, use_threads=False)
    with pa.ipc.new_file(sink, table.schema, options=options) as file:
        file.write_table(table.combine_chunks())
    data = sink.getvalue()
    with open(path, "wb") as handle:
        handle.write(data)
        handle.write(zlib.crc32(data).to_bytes(_CHECK))
        handle.flush()
        os.fsync(handle.fileno())


def read(path: Path, columns: Sequence[str] | None = None) -> Any:
    """The table, or some of its columns. Raises OSError or ArrowException for a damaged file."""
    data = path.read_bytes()
    content = pa.py_buffer(data)[:-_CHECK]
    if zlib.crc32(content) != int.from_bytes(data[-_CHECK:]):
        raise OSError("its contents are not those its checksum was made of")
    if columns is None:
        return pa.ipc.open_file(content).read_all()
    names = pa.ipc.open_file(content).schema.names
    options = pa.ipc.IpcReadOptions(use_threads=False, included_fields=[names.index(name) for name in columns])
    return pa.ipc.open_file(content, options=options).read_all().select(columns)
