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
import pyarrow.compute as pc

from flows.errors import TryAgain

_BATCH = 1 << 20  # bytes of rows that are packed together
_CHECK = 4  # bytes


def write(path: Path, table: Any, codec: Any = "lz4") -> None:
    """Write a table and force it to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=codec, use_threads=False)
    with pa.ipc.new_file(sink, table.schema, options=options) as file:
        file.write_table(table.combine_chunks(), max_chunksize=1 + table.num_rows * _BATCH // (table.nbytes + 1))
    data = sink.getvalue()
    with open(path, "wb") as handle:
        handle.write(data)
        handle.write(zlib.crc32(data).to_bytes(_CHECK))
        handle.flush()
        os.fsync(handle.fileno())


def read(path: Path, columns: Sequence[str] | None = None) -> Any:
    """The table, or some of its columns. Raises TryAgain for a damaged file."""
    table = _open(_content(path), columns).read_all()
    return table if columns is None else table.select(columns)


def rows_with(path: Path, column: str, wanted: Any, columns: Sequence[str]) -> Any:
    """The rows that have one of the wanted values in a column; batches without any are not unpacked further.

    Raises TryAgain for a damaged file.
    """
    content = _content(path)
    keys, file = _open(content, [column]), _open(content, columns)
    batches = []
    for number in range(file.num_record_batches):
        here = pc.is_in(keys.get_batch(number).column(0), wanted)
        if here.true_count:
            batches.append(file.get_batch(number).filter(here))
    return pa.Table.from_batches(batches, file.schema).select(columns)


def _content(path: Path) -> Any:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TryAgain(f"the cache is damaged in {path}: {error}") from error
    content = pa.py_buffer(data)[:-_CHECK]
    if not len(content) or zlib.crc32(content) != int.from_bytes(data[-_CHECK:]):
        raise TryAgain(f"the cache is damaged in {path}: its contents are not those its checksum was made of")
    return content


def _open(content: Any, columns: Sequence[str] | None) -> Any:
    names = pa.ipc.open_file(content).schema.names
    fields = [names.index(name) for name in names if columns is None or name in columns]
    return pa.ipc.open_file(content, options=pa.ipc.IpcReadOptions(use_threads=False, included_fields=fields))
