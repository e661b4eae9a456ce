"""Damage clean texts at random, repair them, count: ``python -m tests.eval.mojibake_eval [--seed N] [--pieces N]``.

Lossless families should come back exactly (floor: 99.9 % of the pieces). Lossy ones must hold no wrong character:
what the repair wrote and the truth does not say at that place, U+FFFD apart. The texts are the truths of the sample
corpus, and the real documents where they lie beside the repository.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from opencc import OpenCC
from rapidfuzz.distance import Indel

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.rules import mojibake

ROOT = Path(__file__).parents[2]
Damage = Callable[[str, random.Random], str]
_HAN_RUN = re.compile("[“”‘’—…\u3000-\u303f\u3400-\u9fff\uff00-\uffef]{2,}")


def texts() -> list[str]:
    """The clean texts at hand."""
    files = [*(ROOT / "tests" / "truth").rglob("*.txt"), *(ROOT.parent / "shared" / "corpus_raw").glob("*.txt")]
    return [file.read_text("utf-8", "replace").replace("\ufffd", "") for file in sorted(files)]


def pieces(count: int, rng: random.Random) -> Iterator[str]:
    """``count`` stretches of 40 to 1,200 characters."""
    pool = texts()
    for _ in range(count):
        text = rng.choice(pool)
        size = rng.choice((40, 120, 400, 1200))
        start = rng.randrange(max(1, len(text) - size))
        yield text[start : start + size]


@cache
def to_traditional() -> OpenCC:
    """Big5 has no simplified characters, so its texts are converted first."""
    return OpenCC("s2t")


def sloppy(data: bytes) -> str:
    """Windows-1252 as browsers read it."""
    return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in data)


def whole(true: str, read: str, levels: int = 1) -> Damage:
    """Every character of the text; what ``true`` cannot write is left out of the truth first."""

    def damage(text: str, rng: random.Random) -> str:
        for _ in range(levels):
            data = text.encode(true)
            text = sloppy(data) if read == "sloppy" else data.decode(read)
        return text

    return damage


def runs(true: str, read: str, levels: int = 1, share: float = 0.5) -> Damage:
    """Some of the runs of Han, those that lose nothing; the rest of the page stays clean."""

    def damage(text: str, rng: random.Random) -> str:
        def one(match: re.Match[str]) -> str:
            try:
                damaged = whole(true, read, levels)(match[0], rng)
                lossless = damaged.encode(read) == match[0].encode(true) or levels > 1
            except UnicodeError:
                return match[0]
            return damaged if lossless and rng.random() < share else match[0]

        return _HAN_RUN.sub(one, text)

    return damage


def lossy(true: str, read: str, errors: str, levels: int = 1) -> Damage:
    """The whole text by a reader that replaces or drops what it cannot read."""

    def damage(text: str, rng: random.Random) -> str:
        for _ in range(levels):
            text = text.encode(true).decode(read, errors)
        return text

    return damage


LOSSLESS: dict[str, tuple[str, Damage]] = {
    "gbk as latin-1": ("gb18030", whole("gb18030", "latin-1")),
    "gbk as windows-1252": ("gb18030", whole("gb18030", "sloppy")),
    "big5 as latin-1": ("big5", whole("big5", "latin-1")),
    "utf-8 as latin-1": ("utf-8", whole("utf-8", "latin-1")),
    "utf-8 as windows-1252": ("utf-8", whole("utf-8", "sloppy")),
    "utf-8 as latin-1 twice": ("utf-8", whole("utf-8", "latin-1", 2)),
    "utf-8 as windows-1252 twice": ("utf-8", whole("utf-8", "sloppy", 2)),
    "utf-8 as gbk, runs": ("utf-8", runs("utf-8", "gbk")),
    "utf-8 as gb18030, runs": ("utf-8", runs("utf-8", "gb18030")),
    "utf-8 as gb18030 twice, runs": ("utf-8", runs("utf-8", "gb18030", 2)),
    "utf-8 as latin-1, runs": ("utf-8", runs("utf-8", "latin-1")),
    "big5 as gb18030": ("big5", whole("big5", "gb18030")),
    "gbk as big5hkscs, lines": ("gbk", runs("gbk", "big5hkscs", 1, 1.0)),
}
LOSSY: dict[str, tuple[str, Damage]] = {
    "utf-8 as gbk, replaced": ("utf-8", lossy("utf-8", "gbk", "replace")),
    "utf-8 as gbk, dropped": ("utf-8", lossy("utf-8", "gbk", "ignore")),
    "utf-8 as gb18030, replaced": ("utf-8", lossy("utf-8", "gb18030", "replace")),
    "utf-8 as gb18030, dropped": ("utf-8", lossy("utf-8", "gb18030", "ignore")),
    "utf-8 as gbk twice, replaced": ("utf-8", lossy("utf-8", "gbk", "replace", 2)),
    "utf-8 as gb18030 twice, replaced": ("utf-8", lossy("utf-8", "gb18030", "replace", 2)),
    "big5 as gbk, replaced": ("big5", lossy("big5", "gbk", "replace")),
    "gbk as big5, replaced": ("gbk", lossy("gbk", "big5", "replace")),
    "utf-8 as cp1252, dropped": ("utf-8", lossy("utf-8", "cp1252", "ignore")),
}


def repair(text: str) -> str:
    """The text after the rule, whose every proof is checked on the way."""
    document = Document(text)
    if not mojibake.CJK.may_apply(document):
        return text
    edits = mojibake.CJK.find(document).edits
    for before, after, evidence in zip(edits.before, edits.after, edits.evidence, strict=True):
        if not mojibake.proves(before, after, evidence):
            raise ValueError(f"no proof: {before!r} -> {after!r} by {evidence}")
    return apply(text, edits)


def wrong(truth: str, damaged: str, repaired: str) -> tuple[int, int, int]:
    """Characters written wrongly, left damaged, and marked as lost."""
    wrongly = left = 0
    found = set(damaged)
    for tag, _, _, start, stop in Indel.opcodes(truth, repaired):
        if tag != "equal":
            strangers = [char for char in repaired[start:stop] if char != mojibake.LOST]
            left += sum(char in found for char in strangers)
            wrongly += sum(char not in found for char in strangers)
    return wrongly, left, repaired.count(mojibake.LOST)


def show(truth: str, repaired: str) -> None:
    """Print the first places where something other than a mark of loss differs from the truth."""
    places = [
        (repr(truth[max(a - 3, 0) : b + 6]), repr(repaired[max(c - 3, 0) : d + 3]))
        for tag, a, b, c, d in Indel.opcodes(truth, repaired)
        if tag != "equal" and repaired[c:d].strip(mojibake.LOST)
    ]
    for there, here in places[:4]:
        print("    ", there, here)


def main() -> None:
    """Print one line for each family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    for name, (true, damage) in (LOSSLESS | LOSSY).items():
        rng = random.Random(options.seed)
        exact = total = chars = wrongly = left = lost = shown = 0
        for piece in pieces(options.pieces, rng):
            if true == "big5":
                piece = to_traditional().convert(piece)
            truth = piece.encode(true, "ignore").decode(true)
            damaged = damage(truth, rng)
            repaired = repair(damaged)
            counts = wrong(truth, damaged, repaired)
            total, chars, exact = total + 1, chars + len(truth), exact + (repaired == truth)
            wrongly, left, lost = wrongly + counts[0], left + counts[1], lost + counts[2]
            if shown < options.show and (repaired != truth if name in LOSSLESS else counts[0]):
                shown += 1
                show(truth, repaired)
        print(f"{name:34} exact {exact}/{total}; of {chars} characters wrong {wrongly}, left {left}, lost {lost}")


if __name__ == "__main__":
    main()
