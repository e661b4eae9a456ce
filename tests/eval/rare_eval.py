"""Rare characters are no damage: ``python -m tests.eval.rare_eval [--megabytes 2] [--seed N] [--prior]``.

Pages of rare characters alone, drawn from blocks of Unicode or from what a national standard adds, and pages of clean
running text that such characters are strewn into, singly or in short rows: none may be edited by a rule of mojibake.
One line for each kind of character and of page: pages, megabytes of UTF-8, edits, and microseconds for a character.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from functools import cache

from cleaners.document import Document
from cleaners.ngram import NGrams
from cleaners.rules import mojibake, mojibake_western
from tests.eval import mojibake_eval

_BLOCKS = {
    "Han": [(0x4E00, 0x9FFF)],
    "extension A": [(0x3400, 0x4DBF)],
    "extension B": [(0x20000, 0x2A6DF)],
    "compatibility": [(0xF900, 0xFA6D)],
    "Japanese": [(0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF)],
    "Latin-1": [(0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0xFF)],
    "names": [(0xC0, 0x17F), (0x1E80, 0x1EF9), (0x61, 0x7A)],
    "private use": [(0xE000, 0xE765)],
    "Cyrillic, Greek": [(0x391, 0x3C9), (0x410, 0x44F)],
    "bopomofo": [(0x3105, 0x3129)],
    "signs": [(0xA1, 0xBF), (0x2010, 0x2027), (0x20A0, 0x20BF), (0x2100, 0x22FF), (0x2460, 0x25FF)],
    "units": [(0x3200, 0x33FF)],
}


@cache
def alphabets() -> dict[str, str]:
    """The characters of each kind."""
    kinds = {
        kind: "".join(chr(point) for first, last in spans for point in range(first, last + 1))
        for kind, spans in _BLOCKS.items()
    }
    hong_kong = (bytes((lead, trail)) for lead in range(0x87, 0xA1) for trail in range(0x40, 0xFF))
    second = (bytes((lead, trail)) for lead in range(0xD8, 0xF8) for trail in range(0xA1, 0xFF))
    kinds["Hong Kong"] = "".join(pair.decode("big5hkscs", "ignore")[:1] for pair in hong_kong)
    kinds["GB 2312, second"] = "".join(pair.decode("gb2312", "ignore") for pair in second)
    kinds["pinyin"] = "abcdefghijklmnopqrstuvwxyzāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
    return kinds


def alone(alphabet: str, rng: random.Random) -> str:
    """A page of rare characters, in lines of any length."""
    lines = ("".join(rng.choices(alphabet, k=rng.choice((2, 4, 8, 20, 60, 200)))) for _ in range(rng.randrange(3, 40)))
    return "\n".join(line + rng.choice(("。", "，", "", " 2024 ", "、", ".")) for line in lines)


def strewn(alphabet: str, rng: random.Random) -> str:
    """Running text with rows of one to eight rare characters every so often."""
    pages = mojibake_eval.newspaper()
    text = rng.choice(pages if pages and rng.random() < 0.5 else mojibake_eval.texts())
    start = rng.randrange(max(1, len(text) - 2000))
    piece, parts, at = text[start : start + 2000], [], 0
    every = rng.choice((4, 15, 60))
    while at < len(piece):
        step = rng.randrange(1, 2 * every)
        parts += (piece[at : at + step], *rng.choices(alphabet, k=rng.choice((1, 1, 1, 2, 3, 5, 8))))
        at += step
    return "".join(parts)


KINDS: tuple[Callable[[str, random.Random], str], ...] = (alone, strewn)


def edits(page: str, counted: NGrams | None = None) -> Iterator[tuple[str, str]]:
    """What the rules would change, and into what."""
    for rule in (mojibake.CJK, mojibake_western.LATIN):
        document = Document(page, prior=counted)
        if rule.may_apply(document):
            found = rule.find(document).edits
            yield from zip(found.before, found.after, strict=True)


def main() -> None:
    """Print one line for each kind of character and of page, and every edit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prior", action="store_true", help="with the prior of mojibake_eval")
    options = parser.parse_args()
    counted = mojibake_eval.prior() if options.prior else None
    share = options.megabytes * 1e6 / len(alphabets()) / len(KINDS)
    total = 0
    for kind, alphabet in alphabets().items():
        for make in KINDS:
            rng = random.Random(f"{options.seed} {kind} {make.__name__}")
            pages = [make(alphabet, rng)]
            while sum(len(page.encode()) for page in pages) < share:
                pages.append(make(alphabet, rng))
            begin = time.process_time()
            changed = [edit for page in pages for edit in edits(page, counted)]
            spent = (time.process_time() - begin) / sum(map(len, pages))
            total += len(changed)
            size = sum(len(page.encode()) for page in pages) / 1e6
            print(f"{kind:16} {make.__name__:7} {len(pages)} pages {size:.2f} MB", end=" ")
            print(f"edits {len(changed)} us {spent * 1e6:.1f}", flush=True)
            for before, after in changed:
                print(f"    {before!r} -> {after!r}")
    print(f"edits {total}")


if __name__ == "__main__":
    main()
