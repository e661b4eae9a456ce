"""Time and memory of deduplication: from ten thousand to a million documents, on hostile corpora, and beside a peer.

    python -m tests.bench.bench_dedup scale 10000 100000 1000000 [--plot FILE.svg]
    python -m tests.bench.bench_dedup hostile 1000000
    python -m tests.bench.bench_dedup peer --megabytes 100 --datatrove PYTHON

For `scale` and `hostile` documents are made from their number when they are needed, so that the memory measured is
deduplication's own; every size runs in a process of its own. One in five documents is a damaged copy of another. For
`peer` one document in ten is a planted copy of another, and PYTHON is an interpreter that has datatrove
(``pip install 'datatrove[processing]' tokenizers`` into an environment of its own; the project does not use it).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from cleaners.corpus.dedup import Signatures, find, sign
from tests.eval import dedup_eval

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


def huge(number: int) -> str:
    """Ordinary documents, and one of 50 MB among them."""
    return "".join(map(plain, range(7, 80_000, 2))) if number == 3 else plain(number)


CORPORA: dict[str, Text] = {
    "scale": plain,
    "identical": lambda number: _PAGE,
    "empty": lambda number: "",
    "one bucket": siblings,
    "half in one bucket": lambda number: siblings(number) if number % 2 else plain(number),
    "one character": lambda number: "啊" * (100 + number % 7),
    "one of 50 MB": huge,
}
"""What naive deduplication breaks on, after what is ordinary."""
_PAGE = plain(2)


def measure(name: str, documents: int) -> tuple[dict[str, float], dict[str, int]]:
    """Sign in shards, find, and say what it cost: figures, and the notes of the search."""
    text = CORPORA[name]
    sign([plain(0)])
    before = _peak()
    sign_seconds = size = 0.0
    parts = []
    for start in range(0, documents, _SHARD):
        texts = [text(number) for number in range(start, min(start + _SHARD, documents))]
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
    return {
        "MB": size,
        "sign s": sign_seconds,
        "find s": find_seconds,
        "MB/CPU-s": size / (sign_seconds + find_seconds),
        "µs/document": 1e6 * (sign_seconds + find_seconds) / documents,
        "peak MB": _peak(),
        "bytes/document": 1e6 * (_peak() - before) / documents,
    }, found.notes


def _peak() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def alone(name: str, documents: int) -> tuple[dict[str, float], dict[str, int]]:
    """`measure` in a process of its own, so that its peak is its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, name, documents).result()


def show(names: list[str], sizes: list[int], console: Console) -> list[dict[str, float]]:
    """Measure every corpus at every size and print a row of each as it is done."""
    rows = []
    for name in names:
        for size in sizes:
            figures, notes = alone(name, size)
            rows.append({"documents": size, **figures})
            said = "  ".join(f"{title} {value:,}" for title, value in notes.items() if value)
            cells = "  ".join(f"{title} {value:,.4g}" for title, value in figures.items())
            console.print(f"{name}, {size:,} documents: {cells}\n    {said}", soft_wrap=True)
    return rows


def bars(rows: list[dict[str, float]], console: Console) -> None:
    """Time and memory of each document, one bar per size: flat where both grow in proportion."""
    for unit in ("µs/document", "bytes/document"):
        table = Table(title=unit, title_justify="left", box=None, show_header=False)
        for row in rows:
            bar = "█" * round(50 * row[unit] / max(other[unit] for other in rows))
            table.add_row(f"{row['documents']:,.0f}", bar, f"{row[unit]:,.0f}")
        console.print(table)


def plot(rows: list[dict[str, float]]) -> str:
    """The same as a picture in SVG, documents on a logarithmic scale."""
    pieces = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif" font-size="12">']
    logs = np.log10([row["documents"] for row in rows])
    across = 60 + 500 * (logs - logs[0]) / max(logs[-1] - logs[0], 1)
    for unit, color, y in (("µs/document", "#b03030", 30), ("bytes/document", "#2060a0", 190)):
        values = np.array([row[unit] for row in rows])
        down = y + 120 * (1 - values / (1.25 * values.max()))
        line = " ".join(f"{x:.0f},{v:.0f}" for x, v in zip(across, down, strict=True))
        pieces.append(f'<text x="60" y="{y - 8}" fill="{color}">{unit}</text>')
        pieces.append(f'<path d="M60 {y}v120h520" fill="none" stroke="#888"/>')
        pieces.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        for row, x, v in zip(rows, across, down, strict=True):
            pieces.append(f'<circle cx="{x:.0f}" cy="{v:.0f}" r="3" fill="{color}"/>')
            pieces.append(f'<text x="{x:.0f}" y="{v - 8:.0f}" text-anchor="middle">{row[unit]:,.0f}</text>')
            pieces.append(f'<text x="{x:.0f}" y="{y + 136}" text-anchor="middle">{row["documents"]:,.0f}</text>')
    return "\n".join([*pieces, "</svg>\n"])


def peer(megabytes: float, interpreter: str, console: Console) -> None:
    """Our stage and datatrove's on the same text, in CPU seconds of one process each, and what both found."""
    planted = dedup_eval.corpus(max(60, int(megabytes * 306)), seed=5, copied=0.1, framed=0)
    texts = list(planted.texts.values())
    size = sum(len(text.encode()) for text in texts) / 1e6
    console.print(f"{len(texts):,} documents, {size:.1f} MB, {len(planted.pairs):,} planted pairs")
    seconds, whole, ours = _ours(planted.texts)
    wholes = {"jiaokan": whole}
    figures = {"jiaokan": (seconds, {(a, b) for a, b, *_ in planted.pairs if ours.get(a, a) == ours.get(b, b)})}
    if interpreter:
        seconds, whole, theirs, version = _datatrove(interpreter, planted.texts)
        wholes[f"datatrove {version}"] = whole
        both = {(a, b) for a, b, *_ in planted.pairs if a in theirs and theirs[a] == theirs.get(b)}
        figures[f"datatrove {version}"] = seconds, both
    _compare(planted, size, figures, wholes, console)
    if not interpreter:
        console.print("Give --datatrove PYTHON, an interpreter that has datatrove, to see it beside ours.")


def _ours(texts: dict[str, str]) -> tuple[float, float, dict[str, str]]:
    """CPU seconds from texts to clusters, and with reading and writing them as lines of JSON; and the clusters."""
    sign([plain(0)])
    with tempfile.TemporaryDirectory() as folder:
        lines, output = Path(folder) / "texts.jsonl", Path(folder) / "output.jsonl"
        lines.write_text("".join(json.dumps(row) + "\n" for row in texts.items()), "utf-8")
        first = time.process_time()
        read = dict(map(json.loads, lines.read_text("utf-8").splitlines()))
        begin = time.process_time()
        found = dedup_eval.run(read)
        seconds = time.process_time() - begin
        gone = set(found.removed_doc_id)
        output.write_text("".join(json.dumps(row) + "\n" for row in read.items() if row[0] not in gone), "utf-8")
        return seconds, time.process_time() - first, found.clusters


def _datatrove(interpreter: str, texts: dict[str, str]) -> tuple[float, float, dict[str, int], str]:
    """The same of datatrove: signatures, buckets and clusters alone; and its whole pipeline, as its users run it."""
    script = Path(__file__).with_name("datatrove_minhash.py")
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "texts.jsonl"
        lines.write_text("".join(json.dumps(text) + "\n" for text in texts.values()), "utf-8")
        done = subprocess.run([interpreter, script, lines, folder], capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise SystemExit(
            f"{interpreter} cannot run datatrove ({last}). See `python -m tests.bench.bench_dedup --help`."
        )
    said = json.loads(done.stdout.splitlines()[-1])
    ids = list(texts)
    return said["seconds"], said["whole"], {ids[line]: cluster for line, cluster in said["clusters"]}, said["version"]


def _compare(
    planted: dedup_eval.Corpus,
    size: float,
    figures: dict[str, tuple[float, set[tuple[str, str]]]],
    wholes: dict[str, float],
    console: Console,
) -> None:
    """Speed and recall side by side; recall also without the pairs whose script differs, which only one folds."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for title in figures:
        table.add_column(title, justify="right")
    table.add_row("CPU seconds", *(f"{seconds:.2f}" for seconds, _ in figures.values()))
    table.add_row("MB/CPU-s", *(f"{size / seconds:.2f}" for seconds, _ in figures.values()))
    slowest = max(seconds for seconds, _ in figures.values())
    table.add_row("times the slower", *(f"{slowest / seconds:.1f}" for seconds, _ in figures.values()))
    table.add_row("from file to file, CPU seconds", *(f"{seconds:.2f}" for seconds in wholes.values()))
    table.add_row("MB/CPU-s", *(f"{size / seconds:.2f}" for seconds in wholes.values()))
    table.add_row("times the slower", *(f"{max(wholes.values()) / seconds:.1f}" for seconds in wholes.values()))
    for low, high in ((0.75, 0.85), (0.85, 1.01)):
        for title, without in (("", ()), (", one script", ("other_script", "inject_readings"))):
            pairs = {(a, b) for a, b, damage, j in planted.pairs if low <= j < high and damage not in without}
            cells = [f"{len(pairs & found) / max(len(pairs), 1):.4f}" for _, found in figures.values()]
            table.add_row(f"recall {low:.2f}–{min(high, 1):.2f} of {len(pairs):,}{title}", *cells)
    console.print(table)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["scale", "hostile", "peer"])
    parser.add_argument("documents", nargs="*", type=int, default=[10_000])
    parser.add_argument("--plot", type=Path, help="write the picture of `scale` here, as SVG")
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--datatrove", default="", metavar="PYTHON")
    given = parser.parse_args()
    console = Console(highlight=False)
    if given.what == "peer":
        peer(given.megabytes, given.datatrove, console)
    elif given.what == "hostile":
        show([name for name in CORPORA if name != "scale"], given.documents, console)
    else:
        rows = show(["scale"], given.documents, console)
        bars(rows, console)
        if given.plot:
            given.plot.write_text(plot(rows), "utf-8")


if __name__ == "__main__":
    main()
