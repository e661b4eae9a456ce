"""How fast cleaning is, on clean and on damaged text: MB of UTF-8 per CPU-second, and beside a baseline.

    python -m tests.bench.bench_clean            # cleaning alone
    python -m tests.bench.bench_clean --rules    # microseconds per kilobyte of each rule on clean text
    python -m tests.bench.bench_clean --run      # the whole run, Prefect's server not counted

The baseline, measured in the same run on the same text, is what a script would do: ftfy (in its Chinese-safe
configuration) and opencc-python-reimplemented. Machines are noisy: compare ratios. Medians of five rounds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from cleaners.document import Document, Rule
from cleaners.pipeline import clean
from cleaners.profile import Profile, UserRule
from cleaners.rules import RULES, user
from cleaners.rules.anchors import announced, spoken

ROOT = Path(__file__).parents[2]
ROUNDS = 5
DOCUMENT_CHARS = 4000
# What rules of a profile may look like, to see what they cost.
USERS = tuple(
    UserRule(name, where, "remove", "bench", ("x",), ("y",), pattern, literal)
    for name, where, pattern, literal in (
        ("literal_in_line", "in line", "", ("本文转自河湾网", "本文来自云溪网")),
        ("pattern_in_line", "in line", "本文(?:转自|来自)[^，。]{2,10}网[，。]?", ()),
        ("pattern_of_lines", "line", ".{2,20}（合集）下载", ()),
        ("literal_in_tail", "tail", "", ("举报有奖", "监督电话：0000-1234567")),
    )
)
ODD = ("013-", "014-")  # a pinyin reader and a tutorial about 锟斤拷: clean, but not what clean text is like


def clean_texts(megabytes: float) -> list[str]:
    """Undamaged simplified documents of a few thousand characters: the sample's truths, cut and joined anew."""
    lines = [
        line
        for path in sorted((ROOT / "tests" / "truth").rglob("*.full.txt"))
        + sorted((ROOT / "tests" / "truth").glob("0[01]*.txt"))
        if not path.name.startswith(ODD)
        for line in path.read_text("utf-8").splitlines()
        if len(line) > 40
    ]
    texts: list[str] = []
    size, step = 0, 0
    while size < megabytes * 1e6:
        chosen: list[str] = []
        while sum(map(len, chosen)) < DOCUMENT_CHARS:
            # A stride coprime to most lengths, so that no two documents are the same run of lines.
            chosen.append(lines[step * 37 % len(lines)])
            step += 1
        texts.append("\n".join(chosen))
        size += len(texts[-1].encode())
    return texts


def damaged_sources(megabytes: float) -> list[bytes]:
    """The damaged sample files, and the real documents where they are at hand, repeated."""
    folders = [ROOT / "corpus_raw", ROOT.parent / "shared" / "corpus_raw"]
    files = [path for folder in folders for path in sorted(folder.rglob("*.txt")) if path.is_file()]
    sources = [path.read_bytes() for path in files]
    return sources * max(1, round(megabytes * 1e6 / sum(map(len, sources))))


def rate(work: Callable[[], object], megabytes: float) -> float:
    """Megabytes per CPU-second, the median of several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        rounds.append(megabytes / (time.process_time() - start))
    return statistics.median(rounds)


def script_of_libraries(texts: list[str]) -> None:
    """What one would write without jiaokan: both libraries over every text."""
    import ftfy
    from opencc import OpenCC

    config = ftfy.TextFixerConfig(
        uncurl_quotes=False,
        fix_character_width=False,
        fix_latin_ligatures=False,
        unescape_html=False,
        normalization=None,
    )
    converter = OpenCC("t2s")
    for text in texts:
        converter.convert(ftfy.fix_text(text, config))


def bench_cleaning() -> None:
    """Cleaning alone, the ledger on, beside the baseline."""
    texts = clean_texts(2)
    profile = Profile()
    for name, sources in (("clean", [text.encode() for text in texts]), ("damaged", damaged_sources(1))):
        megabytes = sum(map(len, sources)) / 1e6
        clean(sources[0], profile)  # imports and tables are not what is measured
        ours = rate(lambda sources=sources: [clean(raw, profile) for raw in sources], megabytes)  # type: ignore[misc]
        print(f"cleaning, {name:8} {megabytes:6.2f} MB  {ours:8.2f} MB per CPU-second")
    few = texts[: len(texts) // 8]
    baseline = rate(lambda: script_of_libraries(few), sum(len(text.encode()) for text in few) / 1e6)
    ours = rate(lambda: [clean(text.encode(), profile) for text in few], sum(len(t.encode()) for t in few) / 1e6)
    print(
        f"ftfy + opencc, clean         {baseline:8.2f} MB per CPU-second   jiaokan / baseline = {ours / baseline:.1f}"
    )


def bench_rules() -> None:
    """What each rule costs on clean text, its gate included, in the order of a real pass.

    What several rules read is worked out once per text and listed apart, before the rules. Of each text and step the
    least of the rounds counts: whatever else runs on the machine only adds.
    """
    texts = clean_texts(1)
    kilobytes = sum(len(text.encode()) for text in texts) / 1e3
    steps: dict[str, Callable[[Document], object]] = {
        "(characters of the text)": lambda document: document.chars,
        "(lines of the text)": lambda document: document.line_starts,
        "(pairs of characters)": lambda document: document.pairs,
        "(words that announce site lines)": announced,
        "(lines of a site's vocabulary)": spoken,
        "(the text as a profile's rules read it)": user.folded,
    }
    steps |= {rule.name: partial(_consult, rule) for rule in (*RULES, *user.compiled(USERS))}
    _time_steps(texts[0], steps)  # loads tables
    rounds = [[_time_steps(text, steps) for text in texts] for _ in range(ROUNDS)]
    least = [map(min, *of_text) for of_text in zip(*rounds, strict=True)]
    costs = [sum(of_step) / 1e3 / kilobytes for of_step in zip(*least, strict=True)]
    print(f"{'rule':40} {'µs per KB':>10}")
    for name, cost in zip((*steps, "all"), (*costs, sum(costs)), strict=True):
        print(f"{name:40} {cost:10.2f}")


def _time_steps(text: str, steps: Mapping[str, Callable[[Document], object]]) -> list[int]:
    """Nanoseconds each step takes on this text, one after the other."""
    document = Document(text)
    times = [time.process_time_ns()]
    for step in steps.values():
        step(document)
        times.append(time.process_time_ns())
    return [behind - before for before, behind in pairwise(times)]


def _consult(rule: Rule, document: Document) -> None:
    if rule.may_apply(document):
        rule.find(document)


def bench_run() -> None:
    """The whole run over files on disk: reading, cleaning, merging, writing, publishing."""
    from tests.flows.corpora import publish

    for name, sources in (
        ("clean", [text.encode() for text in clean_texts(8)]),
        ("damaged", damaged_sources(4)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "raw"
            raw.mkdir()
            for index, source in enumerate(sources):
                # One byte apart, so that equal sources are not simply recognised by their hash.
                (raw / f"{index:06}.txt").write_bytes(source + b"\n" * (index % 7))
            megabytes = sum(map(len, sources)) / 1e6
            start, wall = time.process_time(), time.perf_counter()
            publish(raw, Path(folder) / "clean")
            cpu, seconds = time.process_time() - start, time.perf_counter() - wall
            print(f"whole run, {name:8} {megabytes:6.2f} MB  {megabytes / cpu:6.2f} MB per CPU-second  {seconds:.1f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--run", action="store_true")
    options = parser.parse_args()
    if options.rules:
        bench_rules()
    elif options.run:
        bench_run()
    else:
        bench_cleaning()
