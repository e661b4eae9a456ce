"""Surveys that read only what was touched since the last one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from flows.store import sources, surveyed
from flows.store.sources import Read, Record, survey
from tests.flows.corpora import publish, rows, text, write

MAX = 1 << 20


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as left alone as soon as they are written."""
    monkeypatch.setattr(sources, "_SETTLED", 0)


def _again(root: Path, kept: Path) -> tuple[set[str], dict[str, Read]]:
    """Survey a root with what is kept, and keep it: which files were read, and what was found."""
    known = surveyed.known(kept)
    found = survey(root, "text", MAX, known=known).read
    surveyed.keep(kept, found)
    return {name for name, read in found.items() if read is not known.get(name)}, found


@pytest.mark.usefixtures("settled")
def test_what_was_not_touched_is_not_read_again(tmp_path: Path) -> None:
    """Not even one that was written again with as many bytes and its old time is overlooked."""
    lines = "\n".join(json.dumps({"text": f"第{n}条。", "id": n}) for n in range(3))
    files = {"a.txt": "甲地下雨。", "b.txt": "乙地下雨。", "c.jsonl": lines + "\nx", "d/e.txt": ""}
    raw = write(tmp_path / "raw", {**files})
    kept = tmp_path / "surveyed-1.arrow"
    assert _again(raw, kept)[0] == set(files)
    assert _again(raw, kept)[0] == set()
    about = (raw / "b.txt").stat()
    write(raw, {"b.txt": "丙地下雪。", "f.txt": "新来的。"})
    os.utime(raw / "b.txt", ns=(about.st_atime_ns, about.st_mtime_ns))
    (raw / "a.txt").unlink()
    read, found = _again(raw, kept)
    assert read == {"b.txt", "f.txt"}
    assert found == survey(raw, "text", MAX).read
    assert surveyed.known(kept) == found


@pytest.mark.usefixtures("settled")
def test_what_proves_nothing_is_read_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link leads to another file tomorrow, and a disk that fails today may be mended."""
    raw = write(tmp_path / "raw", {"a.txt": "甲", "b.txt": "乙"})
    (raw / "link.txt").symlink_to("a.txt")
    kept = tmp_path / "surveyed-1.arrow"
    read = sources.read
    failed = [Record(0, b"", "", "unreadable", "the file cannot be read: Input/output error")]
    monkeypatch.setattr(sources, "read", lambda root, name, *way: failed if name == "b.txt" else read(root, name, *way))
    assert _again(raw, kept)[0] == {"a.txt", "b.txt", "link.txt"}
    assert _again(raw, kept)[0] == {"b.txt", "link.txt"}


def test_a_file_touched_just_now_may_be_touched_again(tmp_path: Path) -> None:
    """Two writings between two ticks of a clock bear the same stamp, so it is given to neither."""
    raw = write(tmp_path / "raw", {"a.txt": "甲", "b.txt": "乙"})
    os.utime(raw / "b.txt", (1, 1))  # its other time is still that of now
    assert [read.stamp for read in survey(raw, "text", MAX).read.values()] == ["", ""]


@pytest.mark.usefixtures("settled")
def test_a_run_that_reads_little_publishes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a run from nothing, which reads everything."""
    records = [{"text": text(n), "body": text(n + 50)} for n in range(3)]
    files = {f"{n}.txt": text(n + 9) for n in range(5)}
    raw = write(tmp_path / "raw", {**files, "r.jsonl": "\n".join(map(json.dumps, records))})
    clean = tmp_path / "clean"
    publish(raw, clean)
    write(raw, {"2.txt": text(77), "new.txt": text(78)})
    publish(raw, clean)
    expected = rows(clean, "documents")
    monkeypatch.setattr(surveyed, "known", lambda _: {})
    publish(raw, tmp_path / "anew")
    assert rows(tmp_path / "anew", "documents") == expected


def test_another_way_of_reading_reads_anew(tmp_path: Path) -> None:
    """Another text column, or another bound, makes other sources of the same file."""
    assert len({surveyed.path(tmp_path, column, size) for column in ("text", "body") for size in (1, 2)}) == 4
