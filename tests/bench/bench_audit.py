"""How long each page of the audit takes over a snapshot with a million edits, and how much memory the server holds.

    python -m tests.bench.bench_audit [EDITS] [FOLDER]

The snapshot is invented, but it is a true one: its ledger leads from its texts to their sources. FOLDER keeps it for
the next time. Times are milliseconds, wall clock and processor: of the first request of a server in a process of its
own, sent the moment it answers, then the medians of twenty requests to another server. What can be asked for is asked
for once: every request has another word, source, document, place or sample.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from flows.audit import serve
from flows.store import snapshots
from flows.store.schema import DOCUMENTS, DUPLICATES, EDITS, QUARANTINE, REMOVED, RUNS, SIGNALS
from flows.store.writer import as_json, write_table
from flows.work import doc_id

LIMIT = 300  # milliseconds
REQUESTS = 20  # of each page
_PER_DOCUMENT = 40
_SHARD = 1000  # documents
_CHARS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
_RULES = ("width.widen", "boilerplate.menu")


def build(clean: Path, edits: int) -> None:
    """Publish an invented snapshot with so many edits."""
    staging = snapshots.new_staging(clean)
    count = edits // _PER_DOCUMENT
    for number, start in enumerate(range(0, count, _SHARD)):
        _shard(staging, number, range(start, min(start + _SHARD, count)))
    rules = {rule: {"kind": "remove", "edits": edits // 2, "documents": count, "removed_chars": edits, "version": 1}
             for rule in _RULES}  # fmt: skip
    counts = dict.fromkeys(("sources", "documented", "documents", "kept"), count) | {"identical": 0, "quarantined": 1}
    counts |= {"dropped": 0, "merged": count // 10, "raw_chars": 30 * edits, "clean_chars": 29 * edits}
    counts |= {"kept_chars": 29 * edits, "removed_chars": edits, "restored_chars": 0}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    row = dict.fromkeys(RUNS.names, "") | {"started_at": now, "finished_at": now, "counts": as_json(counts)}
    row |= {"rules": as_json(rules)} | dict.fromkeys(("timings", "versions", "profile"), "{}")
    write_table(staging / "runs" / "part-00000.parquet", pa.table({name: [row[name]] for name in RUNS.names}, RUNS))
    quarantined = pa.table([["x.txt"], ["0" * 64], ["empty"], ["the source has no bytes"]], schema=QUARANTINE)
    write_table(staging / "quarantine" / "part-00000.parquet", quarantined)
    write_table(staging / "duplicates" / "part-00000.parquet", _merged(count))
    tables = snapshots.describe_files(staging, ["documents", "edits", "removed", "duplicates", "quarantine", "runs"])
    manifest = {"format": snapshots.FORMAT, "snapshot_id": "20260101T000000Z-bench", "counts": counts, "tables": tables}
    snapshots.publish(clean, staging, manifest, "# Bench\n")


def _sha256(number: int) -> str:
    return f"{number:08x}" * 8


def _path(number: int) -> str:
    return f"site-{number % 97:02d}/{number:07d}.txt"


def _merged(count: int) -> Any:
    rows = [(doc_id(_sha256(n), 0), doc_id(_sha256(n - n % 10 + 1), 0), _path(n), _path(n - n % 10 + 1))
            for n in range(count) if n % 10 == 0]  # fmt: skip
    gone, stays, gone_paths, stays_paths = (list(column) for column in zip(*rows, strict=True))
    zeros, likes = [0] * len(rows), [0.9] * len(rows)
    columns = [gone, stays, gone_paths, zeros, stays_paths, zeros, likes, likes, [""] * len(rows)]
    return pa.table(columns, schema=DUPLICATES)


def _shard(staging: Path, number: int, numbers: range) -> None:
    documents: list[dict[str, Any]] = []
    removed: list[dict[str, Any]] = []
    spans: list[dict[str, Any]] = []
    edits: list[dict[str, Any]] = []
    for n in numbers:
        text, rows = _document(n)
        edits += rows
        spans += [_span(n, row) for row in rows if row["kind"] == "remove"]
        place = {"doc_id": doc_id(_sha256(n), 0), "source_path": _path(n), "source_sha256": _sha256(n), "byte_start": 0}
        place |= {"byte_end": 4000, "section_index": 0, "section_title": "", "encoding": "utf-8", "meta": ""}
        place |= {"text": text, "raw_chars": 1200}
        if n % 10 == 0:
            facts = {"scope": "document", "kind": "duplicate", "rule": "repeats", "reason": f"repeats {n}"}
            removed.append(place | facts | {"chars": len(text), "confidence": 1.0})
        else:
            flag = {"kind": "x_mask", "rule": "placeholder.mask", "start": 10, "end": 12, "text": "××", "detail": ""}
            facts = {"title": text[:20], "clean_chars": len(text), "flags": [flag | {"value": 0}], "cluster_id": ""}
            documents.append(place | facts | {"quality": dict.fromkeys(SIGNALS, 0.0), "rules": []})
    for name, rows, schema in (
        ("documents", documents, DOCUMENTS),
        ("removed", removed + spans, REMOVED),
        ("edits", edits, EDITS),
    ):
        full = [{column: row.get(column) for column in schema.names} for row in rows]
        write_table(staging / name / f"part-{number:05d}.parquet", pa.Table.from_pylist(full, schema))


def _span(number: int, row: dict[str, Any]) -> dict[str, Any]:
    place = {
        "doc_id": row["doc_id"],
        "source_path": _path(number),
        "source_sha256": row["source_sha256"],
        "scope": "line",
    }
    facts = {"kind": "remove", "rule": row["rule"], "reason": "invented", "text": row["before"], "chars": 17}
    return place | facts | {"byte_start": number, "byte_end": number + 3, "confidence": 0.95}


def _document(number: int) -> tuple[str, list[dict[str, Any]]]:
    """A clean text and the edits that made it: two steps, one that replaces commas and one that removes passages."""
    random_ = random.Random(number)
    words = ["".join(random_.choices(_CHARS, k=24)) for _ in range(_PER_DOCUMENT)]
    rows, text, place = [], "", 0
    common = {"doc_id": doc_id(_sha256(number), 0), "source_sha256": _sha256(number), "confidence": 0.95}
    common |= {"evidence": "invented", "raw_start": number, "raw_end": number + 3}
    for index, word in enumerate(words):
        text += word
        place += len(word)
        step = 1 if index % 2 else 2
        before, after = (",", "，") if step == 1 else (f"\n相关阅读：{word[:12]}", "")
        facts = {"step": step, "rule": _RULES[step - 1], "kind": ("normalise", "remove")[step - 1], "at": place}
        rows.append(common | facts | {"before": before, "after": after})
        text += after
        place += len(after)
    # Offsets count in the step's own input: step 1 sees the passages that step 2 will remove.
    ordinals = {1: 0, 2: 0}
    shift = 0
    for row in rows:
        row["start"] = row.pop("at") + shift
        row["end"] = row["start"] + len(row["before"])
        if row["step"] == 2:
            shift += len(row["before"])
        row["ordinal"] = ordinals[row["step"]]
        ordinals[row["step"]] += 1
    rows.sort(key=lambda row: (row["step"], row["ordinal"]))
    return text, rows


PAGES = {
    "overview": "/",
    "removed": "/removed",
    "removed, a later page": "/removed?key=>:{part}:{row}",
    "removed, back a page": "/removed?key=<:{part}:{row}",
    "removed, one rule": "/removed?rule=boilerplate.menu",
    "removed, one rule, later": "/removed?rule=boilerplate.menu&key=>:{part}:{row}",
    "removed, a common word": "/removed?text=阅读：{pair}",
    "removed, a rare word": "/removed?text={triple}",
    "removed, no such word": "/removed?text=无{triple}",
    "removed, rule and word": "/removed?rule=boilerplate.menu&text={triple}",
    "removed, a site": "/removed?source=site-{site}/",
    "removed, a source": "/removed?source={number}.txt",
    "removed, kind and site": "/removed?kind=remove&source=site-{site}/",
    "removed, word in a site": "/removed?source=site-{site}/&text={pair}",
    "removed, confidence": "/removed?least={share}&most=0.96",
    "all edits": "/removed?what=all",
    "all edits, a rare word": "/removed?what=all&text={triple}",
    "all, rule and confidence": "/removed?what=all&rule=width.widen&least={share}",
    "number of a word": "/count?text={triple}",
    "documents": "/removed?what=documents",
    "documents, a later page": "/removed?what=documents&key=>:{part}:50",
    "documents, a word": "/removed?what=documents&text={triple}",
    "documents, a site": "/removed?what=documents&source=site-{site}/",
    "edit": "/edit/{sha256}/2/{ordinal}",
    "document": "/document/{document}",
    "clusters": "/clusters",
    "clusters, a later page": "/clusters?key=2:{document}",
    "cluster": "/cluster/{survivor}",
    "placeholders": "/placeholders",
    "placeholders, kind, site": "/placeholders?kind=x_mask&source=site-{site}/",
    "quarantine": "/quarantine",
    "rules": "/rules",
    "rule": "/rule/width.widen",
    "sample": "/sample/width.widen?n=50&seed={seed}",
    "judgements": "/judgements",
    "export, first bytes": "/export.csv?rule=boilerplate.menu",
    "export of a word": "/export.jsonl?text={pair}",
}


def _asked(path: str, edits: int, random_: random.Random) -> Iterator[str]:
    """Addresses of a page, no two the same if anything in it varies."""
    sites = random_.sample(range(97), REQUESTS + 1)
    numbers = random_.sample(range(edits // _PER_DOCUMENT), REQUESTS + 1)
    words = random_.sample([a + b + c for a in _CHARS for b in _CHARS for c in _CHARS], REQUESTS + 1)
    for site, number, word in zip(sites, numbers, words, strict=True):
        values = {
            "part": f"part-{number // _SHARD:05d}.parquet",
            "row": number % _SHARD * _PER_DOCUMENT,
            "site": f"{site:02d}",
            "number": f"{number:07d}",
            "sha256": _sha256(number),
            "document": doc_id(_sha256(number), 0),
            "survivor": doc_id(_sha256(number - number % 10 + 1), 0),
            "ordinal": number % (_PER_DOCUMENT // 2),
            "share": f"{0.9 + number / 1e6:.6f}",
            "pair": word[:2],
            "triple": word,
            "seed": number,
        }
        yield quote(path.format(**values), safe="/?&=:<>,.")


@contextmanager
def _served(clean: Path) -> Iterator[Callable[[str], tuple[float, float]]]:
    """A server of its own; gives what asks it and tells milliseconds, wall clock and processor."""
    server = serve.server(clean, clean / "judgements.jsonl", "127.0.0.1", 0)
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    def ask(path: str) -> tuple[float, float]:
        wall, processor = time.perf_counter(), time.process_time()
        with urllib.request.urlopen(base + path) as answer:
            answer.read(1 << 10 if "export" in path else -1)
            return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)

    try:
        yield ask
    finally:
        server.should_exit = True
        thread.join()


def _first(clean: Path, path: str) -> tuple[float, float]:
    with _served(clean) as ask:
        return ask(path)


def measure(clean: Path, edits: int, seed: int) -> Iterator[tuple[str, list[float]]]:
    """The times of each page: first request and its processor time, medians of both."""
    random_ = random.Random(seed)
    asked = {name: list(_asked(path, edits, random_)) for name, path in PAGES.items()}
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        first = {name: alone.submit(_first, clean, paths[0]).result() for name, paths in asked.items()}
    with _served(clean) as ask:
        for name, paths in asked.items():
            yield name, [*first[name], *map(median, zip(*map(ask, paths[1:]), strict=True))]


def main() -> None:
    """Build if need be, measure, print; status 1 where a page is too slow."""
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as temporary:
        clean = Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
        if not (clean / "current").is_dir():
            clean.mkdir(parents=True, exist_ok=True)
            code = f"bench.build(pathlib.Path({str(clean)!r}), {edits})"  # elsewhere: its memory is not the server's
            subprocess.run(
                [sys.executable, "-c", f"import pathlib; from tests.bench import bench_audit as bench; {code}"],
                check=True,
            )
        seed = time.time_ns()
        print(f"{edits:,} edits, seed {seed}\n{'page':<26}{'first':>7}{'cpu':>6}{'median':>8}{'cpu':>6}  ms")
        slow = False
        for name, times in measure(clean, edits, seed):
            late = max(times[0], times[2]) > LIMIT
            slow |= late
            shown = "{:>7.0f}{:>6.0f}{:>8.0f}{:>6.0f}".format(*times)
            print(f"{name:<26}{shown}{'  too slow' if late else ''}", flush=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    sys.exit(slow)


if __name__ == "__main__":
    main()
