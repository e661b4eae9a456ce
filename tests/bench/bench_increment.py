"""What a night costs when little is new: CPU-seconds of the first run, of one with nothing to do, of one with 1 % more.

    python -m tests.bench.bench_increment                  # 2,000 sources, the run itself in a process of its own
    python -m tests.bench.bench_increment --together       # new pages in a folder of their own, not strewn over all
    python -m tests.bench.bench_increment --documents      # as long as documents are, not as short as pages
    python -m tests.bench.bench_increment --damaged 10     # one in ten damaged, which is what cleaning is for
    python -m tests.bench.bench_increment --prefect        # and through `jiaokan run`, the start of Prefect in it
    python -m tests.bench.bench_increment --profile 30     # the 30 functions the run with 1 % more spends most in

Every run, the first as the later ones, is a process of its own, so that nothing is warm. What counts is its processor
time from the moment everything is imported, Prefect above all, to its end, and all of that of its workers, their start
included. The share given last is the median of five nights, each with 20 new sources, over the first run.

Pages are made of our own prose, the lines of a site around some of them; one in ten repeats another. They have 2 to 5
KB, less than the shortest of the five real documents (6, 12, 12, 20 and 289 KB): what a run costs whatever it finds
weighs most there. With ``--documents`` lengths are spread as those are: half are above 12 KB, one in fifty above 60.
All five are damaged, too, which makes cleaning dearer, while pages of our prose need none: with ``--damaged 10`` one in
ten has up to three of the kinds that `tests.eval.whole_eval` knows.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from functools import cache, partial
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median

from tests.eval.page_maker import LINES, originals, paragraphs
from tests.eval.whole_eval import KINDS, choose

ROOT = Path(__file__).parents[2]
SOURCES = 2_000
NEW = SOURCES // 100
NIGHTS = 5
_SENTENCE = re.compile("[^。！？]+[。！？]")
_LATIN = re.compile("[A-Za-z(]")  # a reader with pinyin, a lesson about mojibake: not what clean text is like


@cache
def sentences() -> tuple[str, ...]:
    """Every sentence of the running paragraphs of our own prose."""
    found = (sentence for line in paragraphs() for sentence in _SENTENCE.findall(line))
    return tuple(sentence for sentence in found if not _LATIN.search(sentence))


@cache
def _followers() -> dict[str, str]:
    """What follows each character there."""
    text = "".join(sentences())
    found: dict[str, list[str]] = {}
    for one, other in pairwise(text + text[0]):
        found.setdefault(one, []).append(other)
    return {char: "".join(others) for char, others in found.items()}


def _sentence(rng: random.Random) -> str:
    """A sentence nobody wrote, in which each character follows one that it follows somewhere in our prose."""
    followers = _followers()
    sentence = rng.choice(followers["。"])
    while sentence[-1] not in "。！？" and len(sentence) < 120:
        sentence += rng.choice(followers[sentence[-1]])
    return sentence


def page(rng: random.Random, wanted: int) -> str:
    """A page of so many bytes or a few more: one sentence in four is ours and stands on other pages, too."""
    lines, size = [rng.choice(originals())[0]], 0
    while size < wanted:
        each = range(rng.randint(2, 5))
        lines.append("".join(_sentence(rng) if rng.random() < 0.75 else rng.choice(sentences()) for _ in each))
        size += len(lines[-1].encode())
    for family in rng.sample(sorted(LINES), rng.randint(0, 3)):
        _, places, wordings = LINES[family]
        lines.insert(1 if "head" in places else len(lines), rng.choice(wordings))
    return "\n".join(lines) + "\n"


def _bytes(rng: random.Random, documents: bool) -> int:
    """How long a page or a document shall be."""
    return (
        min(max(5_000, int(rng.lognormvariate(log(12_000), 0.8))), 300_000) if documents else rng.randint(2_000, 5_000)
    )


def write_pages(raw: Path, start: int, stop: int, documents: bool = False, damaged: int = 0) -> None:
    """Pages by number; one in ten is another one again, word for word or with its years masked."""
    for number in range(start, stop):
        again = number - 7 if number % 10 == 9 else number
        rng = random.Random(again)
        text = page(rng, _bytes(rng, documents))
        if again != number and number % 20 == 19:
            text = re.sub(r"20\d\d年", "20xx年", text) + "本站整理。\n"
        for kind in choose(rng) if damaged and rng.randrange(damaged) == 0 else ():
            text = KINDS[kind](text, rng)
        path = raw / f"site-{number * 37 % 101:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))


def _spent() -> float:
    """CPU-seconds of this process and of those it waited for."""
    both = (resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def one_run(raw: Path, clean: Path, workers: int, functions: int) -> None:
    """A run without Prefect; prints what it cost from the moment everything is imported."""
    import cProfile
    import pstats

    from flows.clean import run
    from tests.flows.corpora import job

    profiler = cProfile.Profile()
    start, wall = _spent(), time.perf_counter()
    if functions:
        profiler.enable()
    outcome = run(job(raw, clean, workers=workers))
    profiler.disable()
    spent = {"imports": start, "cpu": _spent() - start, "wall": time.perf_counter() - wall}
    print(json.dumps(spent | {"timings": outcome.timings if outcome else {}}))
    if functions:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumtime").print_stats(functions)


def _in_a_process(raw: Path, clean: Path, workers: int, functions: int = 0) -> dict[str, float]:
    command = [sys.executable, "-m", __spec__.name, "--one", str(raw), str(clean), "--workers", str(workers)]
    found = subprocess.run([*command, "--profile", str(functions)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return result


def _by_command(raw: Path, clean: Path, workers: int) -> dict[str, float]:
    """`jiaokan run`, with a server that runs already and is not counted."""
    start, wall = _spent(), time.perf_counter()
    command = [sys.executable, "-m", "flows.cli", "run", "--raw", str(raw), "--clean", str(clean)]
    subprocess.run([*command, "--workers", str(workers)], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return {"cpu": _spent() - start, "wall": time.perf_counter() - wall}


def measure(folder: Path, options: argparse.Namespace) -> None:
    """Print a line for each run, and the share of the median night."""
    raw, clean = folder / "raw", folder / ("flow" if options.prefect else "clean")
    run_it = partial(_by_command if options.prefect else _in_a_process, raw, clean, options.workers)
    write = partial(write_pages, documents=options.documents, damaged=options.damaged)
    write(raw, 0, SOURCES)
    first = _line("first run", run_it())
    _line("nothing to do", run_it(), first)
    nights = []
    for night in range(NIGHTS):
        where = raw / f"week-{night}" if options.together else raw
        write(where, SOURCES + NEW * night, SOURCES + NEW * (night + 1))
        nights.append(_line("1 % more", run_it(), first))
    print(f"1 % more costs {median(nights) / first:.1%} of the first run, the median of {NIGHTS} nights")
    if options.profile:
        write(raw, SOURCES + NEW * NIGHTS, SOURCES + NEW * (NIGHTS + 1))
        _in_a_process(raw, clean, options.workers, options.profile)


def _line(what: str, found: dict[str, float], first: float = 0.0) -> float:
    share = f"{found['cpu'] / first:7.1%} of the first" if first else ""
    more = f"(imports {found['imports']:.2f} s)" if "imports" in found else ""
    print(
        f"{what:14} {found['cpu']:7.2f} CPU-seconds {found['wall']:7.2f} s  {share} {more} {found.get('timings', '')}",
        flush=True,
    )
    return found["cpu"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--prefect", action="store_true")
    parser.add_argument("--profile", type=int, default=0)
    parser.add_argument("--together", action="store_true", help="new pages lie in a folder of their own")
    parser.add_argument("--documents", action="store_true", help="as long as documents are, not as short as pages")
    parser.add_argument("--damaged", type=int, default=0, metavar="N", help="one in so many is damaged")
    options = parser.parse_args()
    if options.one:
        one_run(*options.one, options.workers, options.profile)
    else:
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), options)
