"""Find and read sources: what lies in the raw folder, in an order that depends on names alone.

A source is a text file, or one record of a JSONL or Parquet file; each may be compressed. Nothing here guesses an
encoding: a source is bytes. A record's bytes are its text in UTF-8, lone surrogates included.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import SetAside, Stop
from flows.pool import Each
from flows.store import buckets
from flows.store.buckets import Bucket
from flows.store.cache import CHANGED
from flows.store.names import file_name, stored_name

SUFFIXES = (".txt", ".md", ".jsonl", ".parquet")
PACKED = {".gz": "gzip", ".zst": "zstd"}
EXPANSION = 200  # compressed Chinese text reaches 20; a file that unfolds further than this is an attack or an error
_CHUNK = 1 << 20
_AT_ONCE = 1000  # files a worker reads and hashes at a time
_SETTLED = 3_000_000_000  # nanoseconds; the slowest clock, that of FAT, ticks every 2 s
_FREE = 64 << 20  # bytes any compressed file may unfold to, however small it is


Root = Path | Bucket  # where sources lie


def root(address: str | Path) -> Root:
    """The folder or the place in a bucket that an address names. Raises Stop for an address that names neither."""
    return buckets.parse(str(address)) if buckets.is_address(str(address)) else Path(address)


def check(root: Root) -> None:
    """Raise Stop where there is no such folder; whether there is such a bucket is seen when it is read."""
    if isinstance(root, Bucket) or root.is_dir():
        return
    if root.exists():
        raise Stop(f"{root} is a file. --raw wants the folder it lies in.")
    raise Stop(f"There is no raw folder {root}. Create it and put documents in it, or name another with --raw.")


def lies_inside(place: Root, root: Root) -> bool:
    """Whether a place is the root, or somewhere below it."""
    if isinstance(place, Bucket) or isinstance(root, Bucket):
        return isinstance(root, type(place)) and f"{place}/".startswith(f"{root}/")
    return place.resolve().is_relative_to(root.resolve())


class Record(NamedTuple):
    """One source as read: bytes and other fields as JSON, or the reason why it cannot be cleaned.

    ``number`` counts lines or rows from 1; 0 is the file itself. ``data`` holds what could be read in either case.
    """

    number: int
    data: bytes
    meta: str = ""
    reason: str = ""
    detail: str = ""


class Source(NamedTuple):
    """Where one source lies and what it held when it was surveyed. ``sha256`` is empty where nothing could be read."""

    file: str
    number: int
    sha256: str
    size: int
    meta_sha256: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def path(self) -> str:
        """The name the tables know it by: ``path`` or ``path#record``, escaped as in `flows.store.names`."""
        return f"{self.file}#{self.number}" if self.number else self.file


class Read(NamedTuple):
    """The sources in one file, and its stamp when it was read: the version of an object, or what `_stamp` says.

    It is empty where it would prove nothing.
    """

    stamp: str
    sources: list[Source]


@dataclass(slots=True)
class Survey:
    """Everything in the raw folder: the sources in order, and files of other kinds, counted by suffix."""

    sources: list[Source] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    read: dict[str, Read] = field(default_factory=dict)  # by stored name of the file

    @property
    def readable(self) -> list[Source]:
        """The sources that can go on to cleaning."""
        return [source for source in self.sources if not source.reason]

    def digest(self) -> str:
        """sha256 over names and contents: equal surveys have equal digests."""
        digest = hashlib.sha256()
        for source in self.sources:
            line = (source.path, source.sha256, source.meta_sha256, source.reason)
            digest.update("\0".join(line).encode("utf-8", "surrogatepass") + b"\n")
        return digest.hexdigest()


class Files(NamedTuple):
    """Some files (stored names) to be read and hashed, with the versions of those in a bucket."""

    root: Root
    versions: Mapping[str, str]
    text_column: str
    max_bytes: int
    known: Mapping[str, Read]


def survey(
    root: Root, text_column: str, max_bytes: int, each: Each = map, known: Mapping[str, Read] | None = None
) -> Survey:
    """Name and hash every source under ``root``. Raises Stop where there is no folder or no source in it.

    ``each`` does the reading, a thousand files at a time: here, or wherever workers can see the root. Files that have
    the stamp they are ``known`` by are not read.
    """
    result = Survey()
    if isinstance(root, Bucket):
        there = _objects(root, result.ignored)
    else:
        there = dict.fromkeys(_files(root, result.ignored), "")
    names = sorted(there)
    parts = []
    for at in range(0, len(names), _AT_ONCE):
        some = {name: there[name] for name in names[at : at + _AT_ONCE]}
        seen = {name: known[name] for name in some if name in known} if known else {}
        parts.append(Files(root, some, text_column, max_bytes, seen))
    for files, found in zip(parts, each(_hashed, parts), strict=True):
        result.read |= zip(files.versions, found, strict=True)
        result.sources += (source for read in found for source in read.sources)
    if not result.sources:
        kinds = ", ".join(SUFFIXES)
        raise Stop(f"The raw folder {root} holds no documents. It is searched for {kinds}, also as .gz or .zst.")
    result.sources.sort()
    return result


def _hashed(files: Files) -> list[Read]:
    found = []
    folder = b"" if isinstance(files.root, Bucket) else os.fsencode(files.root) + b"/"
    for name, version in files.versions.items():
        stamp = _stamp(folder + file_name(name)) if folder else version
        known = files.known.get(name)
        if stamp and known and stamp == known.stamp:
            found.append(known)
            continue
        records = read(files.root, name, files.text_column, files.max_bytes)
        found.append(Read(stamp, [_source(name, record) for record in records]))
    return found


def _stamp(path: bytes) -> str:
    """What the file system says of a file: its number, its size, and when it was written to and otherwise changed.

    No program can set the last of these. Empty for a link, which may lead elsewhere without being touched, and for a
    file touched just now, which may be touched again before the clock ticks.
    """
    try:
        about = os.stat(path, follow_symlinks=False)
    except OSError:
        return ""
    touched = max(about.st_mtime_ns, about.st_ctime_ns)
    if not stat.S_ISREG(about.st_mode) or touched > time.time_ns() - _SETTLED:
        return ""
    return f"{about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"


def _source(name: str, record: Record) -> Source:
    meta_sha256 = hashlib.sha256(record.meta.encode()).hexdigest()[:16] if record.meta else ""
    sha256 = "" if record.reason and not record.data else hashlib.sha256(record.data).hexdigest()
    return Source(name, record.number, sha256, len(record.data), meta_sha256, record.reason, record.detail)


def read(root: Root, name: str, text_column: str, max_bytes: int) -> Iterator[Record]:
    """Yield the records of one file (a stored name); whatever cannot be read is a record with a reason.

    ``max_bytes`` bounds one source after decompression; a larger one is set aside.
    """
    try:
        stream, size = _open(root, name)
        with stream:
            kind = _kind(name)
            if kind == ".jsonl":
                yield from _json_lines(stream, text_column, max_bytes)
            elif kind == ".parquet":
                yield from _parquet_rows(stream, text_column, max_bytes)
            else:
                yield _whole(stream, size, max_bytes)
    except SetAside as error:
        yield Record(0, b"", "", error.reason, error.detail)
    except pa.ArrowException as error:
        yield Record(0, b"", "", "not_parquet", f"the Parquet file cannot be read: {_first_line(error)}")
    except OSError as error:
        yield Record(0, b"", "", "unreadable", f"the file cannot be read: {error.strerror or _first_line(error)}")


def read_sources(
    root: Root, sources: Sequence[Source], text_column: str, max_bytes: int
) -> Iterator[tuple[Source, Record]]:
    """Read surveyed sources again, each file once; ``sources`` in survey order.

    A source that no longer holds what was surveyed comes with the reason ``changed``.
    """
    for name, group in groupby(sources, key=lambda source: source.file):
        wanted = {source.number: source for source in group}
        for record in read(root, name, text_column, max_bytes):
            source = wanted.get(record.number)
            if source is None:
                continue
            del wanted[record.number]
            if record.reason or hashlib.sha256(record.data).hexdigest() != source.sha256:
                record = _changed(record.number)
            yield source, record
            if not wanted:
                break
        for source in wanted.values():
            yield source, _changed(source.number)


def _changed(number: int) -> Record:
    return Record(number, b"", "", CHANGED, "the source changed while the run was reading it; run again")


def _objects(place: Bucket, ignored: Counter[str]) -> dict[str, str]:
    """The objects that are sources by their suffix: stored names and versions."""
    there = buckets.versions(place).items()
    versions = {stored_name(name.encode("utf-8", "surrogateescape")): version for name, version in there}
    ignored.update(Path(name).suffix or "no suffix" for name in versions if not _kind(name))
    return {name: version for name, version in versions.items() if _kind(name)}


def _files(root: Path, ignored: Counter[str]) -> list[str]:
    """The stored names of everything that is a source by its suffix or by being odd."""
    check(root)
    names: list[str] = []
    waiting = [os.fsencode(root)]
    top = os.path.realpath(os.fsencode(root))
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            names.append(_relative(folder, root))
            continue
        for entry in entries:
            name = _relative(entry.path, root)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif _kind(name) or (entry.is_symlink() and not _leads_to_file(entry.path, top)):
                names.append(name)
            else:
                ignored[Path(name).suffix or "no suffix"] += 1
        if not entries and _kind(_relative(folder, root)):
            names.append(_relative(folder, root))
    return names


def _relative(path: bytes, root: Path) -> str:
    return stored_name(path[len(os.fsencode(root)) :].lstrip(b"/") or b".")


def _leads_to_file(path: bytes, top: bytes) -> bool:
    real = os.path.realpath(path)
    return real.startswith(top + b"/") and os.path.isfile(real)


def _kind(name: str) -> str:
    """The suffix that says how to read a file, without the compression's; empty for files that are no sources."""
    lower = name.lower()
    for packed in PACKED:
        lower = lower.removesuffix(packed)
    suffix = lower[lower.rfind(".") :]
    return suffix if suffix in SUFFIXES else ""


def _open(root: Root, name: str) -> tuple[IO[bytes], int | None]:
    """Open a file or an object inside the root, unfolding compression within bounds; its bytes if that many are known.

    Raises SetAside for odd ones.
    """
    if isinstance(root, Bucket):
        handle, size = buckets.open_object(root, file_name(name).decode("utf-8", "surrogateescape"))
    else:
        handle, size = _regular(root, name)
    codec = PACKED.get(name[name.rfind(".") :].lower())
    if not codec:
        return handle, size
    return io.BufferedReader(_Bounded(handle, codec, max(_FREE, EXPANSION * size)), _CHUNK), None


def _regular(root: Path, name: str) -> tuple[IO[bytes], int]:
    path = os.fsencode(root) + b"/" + file_name(name)
    about = os.stat(path, follow_symlinks=False)
    if stat.S_ISLNK(about.st_mode):
        _check_link(path, os.path.realpath(os.fsencode(root)))
        about = os.stat(path)
    elif stat.S_ISDIR(about.st_mode):
        if os.access(path, os.R_OK | os.X_OK):
            raise SetAside("folder", "this is an empty folder, not a document")
        raise SetAside("unreadable", "the folder cannot be read: permission denied")
    if not stat.S_ISREG(about.st_mode):
        raise SetAside("not_a_file", "this is a pipe, a socket or a device, not a document")
    return open(path, "rb"), about.st_size


def _check_link(path: bytes, top: bytes) -> None:
    try:
        real = os.path.realpath(path, strict=True)
    except OSError as error:
        loop = error.errno == errno.ELOOP
        detail = "the link leads back to itself" if loop else "the link leads nowhere"
        raise SetAside("broken_link", detail) from error
    if not real.startswith(top + b"/") and real != top:
        raise SetAside("outside_link", "the link leads out of the raw folder and is not followed")
    if os.path.isdir(real):
        raise SetAside("folder_link", "links to folders are not followed; what lies inside is read in its own place")


class _Bounded(io.RawIOBase):
    """A decompressed stream that ends in SetAside beyond ``limit`` bytes, and where the compression is damaged."""

    def __init__(self, handle: IO[bytes], codec: str, limit: int) -> None:
        self._stream = pa.CompressedInputStream(pa.PythonFile(handle), codec)
        self._handle, self._limit, self._count = handle, limit, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except OSError as error:
            raise SetAside("damaged_compression", f"decompression failed: {_first_line(error)}") from error
        self._count += len(data)
        if self._count > self._limit:
            megabytes = self._limit >> 20
            raise SetAside("unfolds_too_far", f"unfolds to more than {megabytes} MB, {EXPANSION} times its size")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._handle.close()
        super().close()


def _whole(stream: IO[bytes], size: int | None, max_bytes: int) -> Record:
    known = size is not None and size <= max_bytes
    data = stream.read() if known else stream.read(max_bytes + 1)  # which sets a buffer of that size aside
    if len(data) > max_bytes:
        return Record(0, b"", "", "too_large", f"larger than {max_bytes >> 20} MB (max_source_mb in the profile)")
    return Record(0, data)


def _json_lines(stream: IO[bytes], text_column: str, max_bytes: int) -> Iterator[Record]:
    number = found = 0
    while line := stream.readline(max_bytes + 2):
        number += 1
        if len(line) > max_bytes + 1:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            found += 1
            yield Record(number, b"", "", "too_large", f"the line is longer than {max_bytes >> 20} MB")
            continue
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if line:
            found += 1
            yield _json_record(number, line, text_column)
    if not found:
        raise SetAside("empty", "the file holds no records")


def _json_record(number: int, line: bytes, text_column: str) -> Record:
    try:
        fields = _parse(line)
    except (ValueError, RecursionError) as error:
        return Record(number, line, "", "not_json", f"line {number} is not JSON: {_first_line(error)}")
    if not isinstance(fields, dict):
        return Record(number, line, "", "not_a_record", f"line {number} is JSON, but not an object with fields")
    text = fields.pop(text_column, None)
    if not isinstance(text, str):
        return Record(number, line, "", "no_text", f'line {number} has no text under "{text_column}" (text_column)')
    return Record(number, text.encode("utf-8", "surrogatepass"), _meta(fields))


def _parse(line: bytes) -> Any:
    """orjson is fast and strict; the standard library also takes half surrogates and NaN (kept as its name)."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line.decode("utf-8"), parse_constant=str)


def _meta(fields: dict[str, Any]) -> str:
    """The other fields of a record as JSON, the same for the same fields in any order; escaped to be storable."""
    if not fields:
        return ""
    try:
        return orjson.dumps(fields, default=str, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # half surrogates, or integers beyond 64 bits
        return json.dumps(fields, default=str, sort_keys=True)


def _parquet_rows(stream: IO[bytes], text_column: str, max_bytes: int) -> Iterator[Record]:
    if not stream.seekable():
        stream = _unfolded(stream)
    file = pq.ParquetFile(stream)
    columns = file.schema_arrow.names
    if columns.count(text_column) != 1:
        many = "no column" if text_column not in columns else f"{columns.count(text_column)} columns"
        there = ", ".join(columns[:8]) or "none"
        raise SetAside("no_text", f'the Parquet file has {many} "{text_column}" (text_column); it has: {there}')
    number = 0
    for batch in file.iter_batches(batch_size=1000):
        texts = _bytes_column(batch.column(text_column))
        metas = _meta_rows(batch.drop_columns([text_column]))
        for text, meta in zip(texts, metas, strict=True):
            number += 1
            if text is None:
                yield Record(number, b"", meta, "no_text", f'row {number} has no text under "{text_column}"')
            elif len(text) > max_bytes:
                yield Record(number, b"", meta, "too_large", f"the text is longer than {max_bytes >> 20} MB")
            else:
                yield Record(number, text, meta)
    if number == 0:
        raise SetAside("empty", "the file holds no records")


def _unfolded(stream: IO[bytes]) -> IO[bytes]:
    """Parquet is read from its end, so a compressed one goes to a temporary file first."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the reader
    while data := stream.read(_CHUNK):
        file.write(data)
    file.seek(0)
    return file


def _bytes_column(column: Any) -> list[bytes | None]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        return [None] * len(column)
    try:
        values: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    except pa.ArrowException as error:
        raise SetAside("no_text", f"the text column holds {column.type}, not text") from error
    return values


def _meta_rows(batch: Any) -> list[str]:
    """The fields beside the text."""
    if not batch.num_columns:
        return [""] * batch.num_rows
    kinds = [_written(column.type) for column in batch.columns]
    columns = [one if one.type == kind else one.cast(kind) for one, kind in zip(batch.columns, kinds, strict=True)]
    try:
        return [_meta(row) for row in pa.RecordBatch.from_arrays(columns, batch.schema.names).to_pylist()]
    except (ValueError, OverflowError, LookupError) as error:  # no UTF-8; such times, or equal names, inside a column
        raise SetAside("not_parquet", f"a column beside the text cannot be read: {_first_line(error)}") from error


def _written(kind: Any) -> Any:
    """The type with times as texts, at any depth: Python's own hold neither nanoseconds nor the year 30000.

    Where pandas is installed Arrow would give its times, and the same file another record.
    """
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_written(field.type)) for field in kind])
    if pa.types.is_map(kind):
        return pa.map_(_written(kind.key_type), _written(kind.item_type))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_written(kind.value_type), kind.list_size)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return (pa.list_ if pa.types.is_list(kind) else pa.large_list)(_written(kind.value_type))
    return pa.string() if pa.types.is_temporal(kind) else kind


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
