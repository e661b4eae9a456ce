"""Text made to hurt: CPU seconds of the whole pipeline at sizes n, 2n, 4n, 8n, and how steeply they grow.

    python -m tests.bench.bench_hostile                      # every text; about ten minutes
    python -m tests.bench.bench_hostile --only bracket       # those whose name contains this
    python -m tests.bench.bench_hostile --kilobytes 16       # n; default 32
    python -m tests.bench.bench_hostile --only "?" --rules   # and what each rule costs at the largest size

The slope is that of the logarithm of the time over the logarithm of the size, fitted over the four sizes: 1 is linear,
2 quadratic. Above 1.15, twice in a row, it is marked and the exit status is 1. Each source is also rebuilt from its
ledger and compared. Besides the texts below there is one for every family of rules: its cases,
cut at random so that each begins like the damage and does not go on like it.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from math import log
from pathlib import Path

import numpy as np

from cleaners.decode import Undecodable, decode
from cleaners.document import Document, Rule
from cleaners.edits import apply
from cleaners.pipeline import clean, undo
from cleaners.profile import Profile
from cleaners.quality import signals, verdict
from cleaners.rules import RULES

CASES = Path(__file__).parents[1] / "cases"
STEEP = 1.15
Make = Callable[[int], bytes]


def repeated(text: str, encoding: str = "utf-8") -> Make:
    """A text over and over, about so many bytes of UTF-8."""
    size = len(text.encode("utf-8", "surrogatepass"))
    return lambda n: (text * (n // size)).encode(encoding, "surrogatepass")


def numbered(unit: Callable[[int], str]) -> Make:
    """Pieces that all differ."""

    def make(n: int) -> bytes:
        pieces, size, number = [], 0, 0
        while size < n:
            pieces.append(unit(number))
            size += len(pieces[-1].encode("utf-8", "surrogatepass"))
            number += 1
        return "".join(pieces).encode("utf-8", "surrogatepass")

    return make


def halves(path: Path) -> Make:
    """The cases of a family, each cut at a random place, one behind the other."""
    texts = [case["text"] for case in json.loads(path.read_text("utf-8")) if case["text"]]

    def make(n: int) -> bytes:
        rng, pieces, size = random.Random(5), [], 0
        for text in cycle(texts):
            pieces.append(text[: rng.randint(1, len(text))] + rng.choice(("", "", "\n", "。")))
            size += len(pieces[-1].encode("utf-8", "surrogatepass"))
            if size >= n:
                return "".join(pieces).encode("utf-8", "surrogatepass")
        raise ValueError(f"{path.name} has no text")

    return make


def binary(n: int) -> bytes:
    return random.Random(1).randbytes(n)


PROSE = "望河镇的渡口今年修好了，来往的人比去年多。"
MAKERS: dict[str, Make] = {
    "opening brackets": repeated("("),
    "full-width opening brackets": repeated("（"),
    "closing brackets": repeated(")"),
    "brackets behind Han": repeated("发("),
    "empty brackets": repeated("发()"),
    "nested entities": lambda n: ("&" + "amp;" * (n // 4) + "lt;").encode(),
    "many nested entities": repeated("&amp;amp;amp;amp;amp;amp;lt;中"),
    "ampersands": repeated("&"),
    "broken entities": repeated("&#x6x1a;&#;ldquo;#x;"),
    "escapes": repeated("\\u67"),
    "alternating scripts": repeated("国國"),
    "alternating scripts, long words": repeated("体係统國係統体统誌同志"),
    "over-converted": repeated("壹個係統下麵隻有同誌"),
    "lone surrogates": repeated("\ud800\udc00中\udfff"),
    "lone surrogates in UTF-16": lambda n: b"\xff\xfe" + b"\x00\xd8\x2d\x4e" * (n // 4),
    "different readings": numbered(lambda i: f"{chr(0x4E00 + i % 20000)}({'aeiou'[i % 5]}{'bcdfg'[i % 7 % 5]}{i % 9})"),
    "readings that fit nothing": numbered(lambda i: f"{chr(0x4E00 + i % 20000)}({('fa', 'zhuang', 'e', 'lü')[i % 4]})"),
    "readings, all torn": repeated("發(fā)展?lián)湄?、創(chuàng)?!惫ぷ"),
    "question marks with readings": repeated("?fā)"),
    "question marks": repeated("?"),
    "questions and digits": repeated("?1"),
    "readings without brackets": repeated("发fa展zhan的de"),
    "one reading": repeated("發(fā)"),
    "one-character lines": repeated("一\n"),
    "different one-character lines": numbered(lambda i: f"{chr(0x4E00 + i % 20000)}\n"),
    "blank lines": repeated("\n"),
    "one word": repeated("a"),
    "one Chinese word": repeated("字"),
    "one number": repeated("7"),
    "one line of prose": repeated(PROSE),
    "lines of prose": numbered(lambda i: f"第{i}段：{PROSE}\n"),
    "numbered lines": numbered(lambda i: f"{i}、{PROSE[: 3 + i % 17]}\n"),
    "opening quotes": repeated("“"),
    "closing quotes": repeated("”"),
    "straight quotes": repeated('"'),
    "quotes around Han": repeated("”中“"),
    "quotes of every sort": repeated("“‘「『字\"'"),
    "commas": repeated(","),
    "commas between Han": repeated("中,"),
    "stars": repeated("*"),
    "underscores": repeated("_"),
    "a brace and line ends": lambda n: ("0中nbsp;{" + "\n" * n).encode(),
    "masks": repeated("X镇xx年20xx年**"),
    "hidden text": repeated("---此处隐藏9字---"),
    "hidden text without an end": repeated("此处隐藏"),
    "zero width": repeated("中\u200b"),
    "only zero width": repeated("\u200b"),
    "controls": repeated("\x00\x1b[0m"),
    "tofu": repeated("□口"),
    "emoji": repeated("中😀\u200d"),
    "kunjinkao": repeated("锟斤拷烫烫"),
    "mojibake of UTF-8 in GBK": lambda n: (PROSE * (n // 90)).encode().decode("gb18030", "replace").encode(),
    "mojibake, every other word": lambda n: (
        ("渡口" + "修好".encode().decode("gb18030") + "了。") * (n // 30)
    ).encode(),
    "mojibake of GBK in Latin-1": lambda n: (PROSE * (n // 90)).encode("gbk").decode("latin-1").encode(),
    "mojibake of UTF-8 in Latin-1": lambda n: (PROSE * (n // 90)).encode().decode("latin-1").encode(),
    "Latin-1 letters": repeated("ÖÐ¹ú·¢Õ¹"),
    "high Latin": repeated("ÿ"),
    "lead bytes": lambda n: b"\xd6" * n,
    "random bytes": binary,
    "broken UTF-8": lambda n: b"\xe4\xb8" * (n // 2),
    "chapters": numbered(lambda i: f"精神篇{'一二三四五六七八九十'[i % 10]}\n"),
    "titles of an anthology": numbered(lambda i: f"讲话稿（{i}篇）\n{PROSE}\n"),
    "addresses": repeated("http://a.b/c?d=e&f "),
    "the same line": repeated("上一篇：下一篇：\n"),
    "ideographic space": repeated("\u3000"),
    "blanks": repeated(" "),
    "blanks between Han": repeated("中 国 "),
    "tabs": repeated("\t字"),
    "pages": numbered(lambda i: f"- {i} -\n{PROSE[:9]}\n"),
    "cut titles": numbered(lambda i: f"{PROSE[:7]},\n"),
    "jammer": repeated("; ? : @ "),
    "rare characters": numbered(lambda i: chr(0x20000 + i % 40000)),
} | {f"half damaged: {path.stem}": halves(path) for path in sorted(CASES.glob("*.json"))}


def measure(raw: bytes) -> tuple[float, bool]:
    """CPU seconds of cleaning and judging a source, and whether the ledger leads back to it."""
    started = time.process_time()
    try:
        cleaned = clean(raw, Profile())
    except Undecodable:
        return time.process_time() - started, True
    verdict(cleaned.text, signals(cleaned.text))
    spent = time.process_time() - started
    return spent, undo(cleaned.text, cleaned.encoding, cleaned.steps) == raw


def slope(sizes: list[int], seconds: list[float]) -> float:
    """How the time grows with the size: the exponent of the power that fits best; 0 where one time is all there is."""
    if len(seconds) < 2:
        return 0.0
    logs = [log(size) for size in sizes[: len(seconds)]], [log(max(1e-4, one)) for one in seconds]
    return float(np.polyfit(*logs, 1)[0])


def by_rule(raw: bytes) -> list[tuple[float, str]]:
    """CPU seconds of each rule, gate included, the slowest first."""
    started = time.process_time()
    document = Document(decode(raw).text)
    spent = [(time.process_time() - started, "decode")]
    for rule in RULES:
        seconds, document = _one(rule, document)
        spent.append((seconds, rule.name))
    return sorted(spent, reverse=True)


def _one(rule: Rule, document: Document) -> tuple[float, Document]:
    started = time.process_time()
    edits = rule.find(document).edits if rule.may_apply(document) else None
    seconds = time.process_time() - started
    return seconds, replace(document, text=apply(document.text, edits)) if edits is not None else document


def times(make: Make, sizes: list[int], limit: float) -> tuple[list[float], bool]:
    """CPU seconds at each size up to the one that takes longer than the limit, and whether every source came back."""
    seconds: list[float] = []
    back = True
    for size in sizes:
        raw = make(size)
        gc.collect()
        spent, same = measure(raw)
        if spent < 0.5:  # what is short is disturbed by little
            spent = min(spent, measure(raw)[0], measure(raw)[0])
        seconds.append(spent)
        back &= same
        if spent > limit:
            break
    return seconds, back


def run(name: str, make: Make, sizes: list[int], limit: float) -> bool:
    """Print one line; False where the time grows too steeply or a source did not come back."""
    seconds, back = times(make, sizes, limit)
    steep = slope(sizes, seconds)
    if steep > STEEP:  # once more, since other programs run on this machine
        seconds = list(map(min, seconds, times(make, sizes, limit)[0]))
        steep = slope(sizes, seconds)
    verdict_ = "NOT UNDONE" if not back else "steep" if steep > STEEP else ""
    line = " ".join(f"{one:8.3f}" for one in seconds)
    print(f"{name:36} {line:35}  slope {steep:5.2f}{verdict_ and '  <-- ' + verdict_}", flush=True)
    return not verdict_


def chosen(only: str) -> Iterator[tuple[str, Make]]:
    return ((name, make) for name, make in MAKERS.items() if only in name)


def main() -> int:
    """Print a line for every text; 0 if all are undone and none grows faster than its size."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", default="")
    arguments.add_argument("--kilobytes", type=int, default=32)
    arguments.add_argument("--limit", type=float, default=30.0, help="CPU seconds after which a text grows no more")
    arguments.add_argument("--rules", action="store_true")
    options = arguments.parse_args()
    sizes = [options.kilobytes * 1000 * factor for factor in (1, 2, 4, 8)]
    clean(PROSE.encode(), Profile())
    print(f"CPU seconds of the whole pipeline at {', '.join(f'{size // 1000} kB' for size in sizes)}")
    good = True
    for name, make in chosen(options.only):
        good &= run(name, make, sizes, options.limit)
        if options.rules:
            print("".join(f"    {seconds:8.3f} {rule}\n" for seconds, rule in by_rule(make(sizes[-1]))[:6]), end="")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
