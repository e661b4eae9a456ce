"""What a night costs when little is new: CPU-seconds of the first run, of one with nothing to do, of one with 1 % more.

    python -m tests.bench.bench_increment                  # 2,000 sources, the run itself in a process of its own
    python -m tests.bench.bench_increment --together       # new pages in a folder of their own, not strewn over all
    python -m tests.bench.bench_increment --prefect        # and through `jiaokan run`, the start of Prefect in it
    python -m tests.bench.bench_increment --profile 30     # the 30 functions the run with 1 % more spends most in

Every run is a process of its own, so that nothing is warm; the processor time of its workers counts. Pages are made of
our own prose, the lines of a site around some of them; one in ten repeats another.
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
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.eval.page_maker import LINES, originals, paragraphs

ROOT = Path(__file__).parents[2]
SOURCES = 2_000
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


def page(rng: random.Random) -> str:
    """A page of 2 to 5 KB: one sentence in four is ours and stands on other pages, too."""
    lines, size, wanted = [rng.choice(originals())[0]], 0, rng.randint(2_000, 5_000)
    while size < wanted:
        each = range(rng.randint(2, 5))
        lines.append("".join(_sentence(rng) if rng.random() < 0.75 else rng.choice(sentences()) for _ in each))
        size += len(lines[-1].encode())
    for family in rng.sample(sorted(LINES), rng.randint(0, 3)):
        _, places, wordings = LINES[family]
        lines.insert(1 if "head" in places else len(lines), rng.choice(wordings))
    return "\n".join(lines) + "\n"


def write_pages(raw: Path, start: int, stop: int) -> None:
    """Pages by number; one in ten is another one again, word for word or with its years masked."""
    for number in range(start, stop):
        again = number - 7 if number % 10 == 9 else number
        text = page(random.Random(again))
        if again != number and number % 20 == 19:
            text = re.sub(r"20\d\d年", "20xx年", text) + "本站整理。\n"
        path = raw / f"site-{number * 37 % 101:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


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


def measure(folder: Path, workers: int, prefect: bool, functions: int, together: bool) -> None:
    """Print a line for each run."""
    raw, clean = folder / "raw", folder / ("flow" if prefect else "clean")
    run_it = _by_command if prefect else _in_a_process
    write_pages(raw, 0, SOURCES)
    first = _line("first run", run_it(raw, clean, workers))
    _line("nothing to do", run_it(raw, clean, workers), first)
    for night in range(3):
        where = raw / f"week-{night}" if together else raw
        write_pages(where, SOURCES + 20 * night, SOURCES + 20 * (night + 1))
        last = night == 2 and not prefect
        _line("1 % more", _in_a_process(raw, clean, workers, functions) if last else run_it(raw, clean, workers), first)


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
    options = parser.parse_args()
    if options.one:
        one_run(*options.one, options.workers, options.profile)
    else:
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), options.workers, options.prefect, options.profile, options.together)
