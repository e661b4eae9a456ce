"""Time and memory of deduplication, from ten thousand to a million documents, and on hostile corpora.

Run ``python -m tests.bench.bench_dedup [scale|hostile] [documents ...]``. Documents are made from their number when
they are needed, so that the memory measured is deduplication's own. One in five is a damaged copy of another.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from cleaners.corpus.dedup import Duplicates, Signatures, find, sign

Text = Callable[[int], str]

_WORDS = np.random.default_rng(0).integers(0x4E00, 0x4E00 + 2500, (4000, 2), dtype=np.uint32)  # two characters each
_SHARD = 2000


def plain(number: int) -> str:
    """A document of about 500 characters; every fifth repeats the one before with its tail lost and a word masked."""
    copied = number % 5 == 4
    rng = np.random.default_rng(number - copied)
    often = rng.random(int(rng.integers(120, 400))) ** 3  # some words are frequent and many are rare, as in a language
    words = _WORDS[(often * len(_WORDS)).astype(np.int64)]
    words = np.insert(words.ravel(), np.arange(24, words.size, 24), ord("，"))
    text = words.astype("<u4").tobytes().decode("utf-32-le")
    return text[: len(text) * 9 // 10].replace(text[10:12], "××") if copied else text


def siblings(number: int) -> str:
    """A frame that every document shares, and three facts of its own: one bucket holds them all."""
    rng = np.random.default_rng(number)
    facts = [int(fact) for fact in rng.integers(1000, 9999, 6)]
    frame = plain(1)
    return "".join(frame[at * 80 : at * 80 + 80] + str(fact) for at, fact in enumerate(facts))


def measure(text: Text, documents: int) -> tuple[Duplicates, dict[str, float]]:
    """Sign in shards, find, and say what it cost."""
    made = sign_seconds = size = 0.0
    parts = []
    for start in range(0, documents, _SHARD):
        begin = time.process_time()
        texts = [text(number) for number in range(start, min(start + _SHARD, documents))]
        made += time.process_time() - begin
        size += sum(len(one.encode()) for one in texts) / 1e6
        begin = time.process_time()
        parts.append(sign(texts))
        sign_seconds += time.process_time() - begin
    signatures = Signatures.concatenate(parts)
    del parts
    ids = [f"{number:08d}" for number in range(documents)]
    loading = 0.0

    def load(wanted: list[str]) -> list[str]:
        nonlocal loading
        begin = time.process_time()
        texts = [text(int(doc_id)) for doc_id in wanted]
        loading += time.process_time() - begin
        return texts

    begin = time.process_time()
    found = find(ids, signatures, [False] * documents, signatures.size.tolist(), load)
    find_seconds = time.process_time() - begin - loading
    return found, {
        "documents": documents,
        "MB": size,
        "sign s": sign_seconds,
        "find s": find_seconds,
        "MB per CPU-s": size / (sign_seconds + find_seconds),
        "us per document": 1e6 * (sign_seconds + find_seconds) / documents,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def hostile(documents: int) -> dict[str, Text]:
    """Corpora that break naive deduplication."""
    page = plain(2)
    huge = "".join(map(plain, range(7, 60_000, 2)))
    return {
        "identical": lambda number: page,
        "empty": lambda number: "",
        "one bucket": siblings,
        "one character": lambda number: "啊" * (100 + number % 7),
        "one of 50 MB": lambda number: huge if number == 3 else plain(number),
    }


def _show(title: str, found: Duplicates, figures: dict[str, float]) -> None:
    print(title, "  ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    print("   ", "  ".join(f"{name} {value}" for name, value in found.notes.items()), flush=True)


if __name__ == "__main__":
    sign([plain(0)])
    what, *sizes = sys.argv[1:] or ["scale", "10000"]
    for count in map(int, sizes or ["10000"]):
        for title, text in (hostile(count) if what == "hostile" else {"scale": plain}).items():
            _show(title, *measure(text, count))
