"""How long each page of the audit takes over a snapshot with a million edits, and how much memory the server holds.

    python -m tests.bench.bench_audit [EDITS] [FOLDER]

The snapshot is invented, but it is a true one: its ledger leads from its texts to their sources. FOLDER keeps it for
the next time. Times are milliseconds: wall clock of the first request, then the medians of five more, wall clock and
processor.
"""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from flows.store import snapshots
from flows.store.schema import DOCUMENTS, DUPLICATES, EDITS, QUARANTINE, REMOVED, RUNS, SIGNALS
from flows.store.writer import as_json, write_table
from flows.work import doc_id

LIMIT = 300  # milliseconds
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


def measure(clean: Path) -> list[tuple[str, float, float, float]]:
    """First and median time of each page, and the processor's, in milliseconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    from flows.audit.web import application

    client = TestClient(application(clean, clean / "judgements.jsonl"), base_url="http://127.0.0.1:8340")

    def get(path: str) -> tuple[float, str]:
        start = time.perf_counter()
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return 1000 * (time.perf_counter() - start), answer.text

    listed = get("/removed")[1]
    more = re.search(r'rel="next" href="([^"]+)"', listed)
    assert more
    pages = {
        "overview": "/",
        "removed": "/removed",
        "removed, one rule": "/removed?rule=boilerplate.menu",
        "removed, next page": more[1].replace("&amp;", "&"),
        "removed, a word": "/removed?text=相关阅读：的{char}",
        "removed, no such word": "/removed?text=没有这样的字",
        "removed, a source": "/removed?source=site-{site}/",
        "removed, confidence": "/removed?what=all&least=0.9&most=0.96",
        "documents": "/removed?what=documents",
        "documents, a word": "/removed?what=documents&text=的的{char}",
        "all edits": "/removed?what=all",
        "edit": re.search(r'href="([^"]*/edit/[^"]*)"', listed)[1],  # type: ignore[index]
        "document": re.search(r'href="([^"]*/document/[^"?]*)', listed)[1],  # type: ignore[index]
        "clusters": "/clusters",
        "cluster": f"/cluster/{doc_id(_sha256(21), 0)}",
        "placeholders": "/placeholders",
        "quarantine": "/quarantine",
        "rules": "/rules",
        "rule": "/rule/width.widen",
        "sample": "/sample/width.widen?n=50&seed={seed}",
        "judgements": "/judgements",
    }
    rows = []
    for name, path in pages.items():
        walls, processor = [], []
        for seed in range(6):  # what was asked for is remembered: each time another sample, word and source
            start = time.process_time()
            walls.append(get(path.format(seed=seed, char=_CHARS[seed], site=20 + seed))[0])
            processor.append(1000 * (time.process_time() - start))
        first, middle, spent = walls[0], median(walls[1:]), median(processor[1:])
        rows.append((name, first, middle, spent))
    return rows


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
        rows = measure(clean)
    print(f"{edits:,} edits\n{'page':<24}{'first':>9}{'median':>9}{'processor':>11}  ms")
    for name, first, middle, spent in rows:
        print(f"{name:<24}{first:>9.0f}{middle:>9.0f}{spent:>11.0f}{'  too slow' if middle > LIMIT else ''}")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    sys.exit(any(middle > LIMIT for _, _, middle, _ in rows))


if __name__ == "__main__":
    main()
