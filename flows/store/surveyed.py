"""What the last survey read, kept beside the packs: a file that bears the stamp it had then is not read again.

`jiaokan verify` believes no stamp and reads every byte.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from flows import provenance
from flows.store import arrow_file
from flows.store.sources import Read, Source

_NUMBERS = ("number", "size")
_SCHEMA = pa.schema(
    [(name, pa.int64() if name in _NUMBERS else pa.string()) for name in (*Source._fields, "stamp")],
)


def path(cache: Path, text_column: str, max_bytes: int) -> Path:
    """Where it is kept, for one way of reading."""
    way = f"{provenance.reader_hash()} {max_bytes} {text_column}"
    return cache / f"surveyed-{hashlib.sha256(way.encode()).hexdigest()[:16]}.arrow"


def known(kept: Path) -> dict[str, Read]:
    """What was read of every file, by its stored name. Raises TryAgain if damaged."""
    found: dict[str, Read] = {}
    if kept.exists():
        *of_source, stamps = (column.to_pylist() for column in arrow_file.read(kept).columns)
        for source, stamp in zip(map(Source._make, zip(*of_source, strict=True)), stamps, strict=True):
            found.setdefault(source.file, Read(stamp, [])).sources.append(source)
    return found


def keep(kept: Path, read: Mapping[str, Read]) -> None:
    """Keep for the next survey what this one read of files that bear a stamp.

    Left out are those that could not be read: they may be readable tomorrow.
    """
    rows = [
        (*source, stamp)
        for stamp, sources in read.values()
        if stamp and all(source.reason != "unreadable" for source in sources)
        for source in sources
    ]
    columns = zip(*rows, strict=True) if rows else ([] for _ in _SCHEMA)
    for old in kept.parent.glob("surveyed-*"):
        old.unlink()
    aside = kept.with_name(f".{kept.name}.{os.getpid()}")
    arrow_file.write(aside, pa.table(dict(zip(_SCHEMA.names, columns, strict=True)), _SCHEMA))
    os.replace(aside, kept)
