"""Whatever dies when: readers see a whole snapshot, the next run finishes, and its result is an undisturbed run's."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows import shards, work
from flows.clean import run
from flows.errors import Stop
from flows.store import snapshots
from flows.store.sources import Record, Source
from flows.verify import verify
from tests.flows.corpora import contents, job, publish, rows, text, write

KILLS = 25
PHASES = {
    "first source cleaned": "flows.work._clean_source",
    "pack written": "flows.store.cache.os.rename",
    "repeats sought": "flows.repeats.dedup.find",
    "part written": "flows.writing.write_table",
    "gates asked": "flows.gates.check",
    "run noted": "flows.store.snapshots.describe_files",
    "card written": "flows.store.snapshots.write_text",
    "folders synced": "flows.store.snapshots.sync_folder",
    "snapshot renamed": "flows.store.snapshots.os.replace",
    "link switched": "flows.store.snapshots.point",
    "old snapshots deleted": "flows.store.snapshots.retain",
    "cache tidied": "flows.tasks.cache.forget",
}


def _small_shards() -> None:
    shards.TARGET = 4000


def _publish(raw: Path, clean: Path, place: str = "") -> None:
    """What a process of its own does: one run, or one that kills itself where ``place`` is called."""
    _small_shards()
    if place:
        from _pytest.monkeypatch import MonkeyPatch

        MonkeyPatch().setattr(place, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    publish(raw, clean)


def _hold(clean: Path) -> None:
    with snapshots.only_run(clean):
        time.sleep(600)


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., Any]]:
    """Starts a function in a process that has imported everything but done nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.flows.test_crash"])
    started = []

    def begin(function: Callable[..., None], *arguments: object) -> Any:
        process = context.Process(target=function, args=arguments, daemon=True)
        process.start()
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()


@pytest.fixture(scope="module")
def _grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    root = tmp_path_factory.mktemp("grown")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "TARGET", 4000)
        publish(write(root / "raw", {f"{number}.txt": text(number) for number in range(12)}), root / "clean")
        write(root / "raw", {f"new-{number}.txt": text(100 + number) for number in range(6)} | {"3.txt": text(200)})
        publish(root / "raw", root / "undisturbed")
    return root, contents(root / "undisturbed")


@pytest.fixture
def grown(
    _grown: tuple[Path, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Path, dict[str, bytes]]:
    """Raw and clean folder after one run, new sources since, and what an undisturbed run would publish."""
    monkeypatch.setattr(shards, "TARGET", 4000)
    root, wanted = _grown
    for name in ("raw", "clean"):
        shutil.copytree(root / name, tmp_path / name, symlinks=True)
    return tmp_path / "raw", tmp_path / "clean", wanted


def _assert_whole(clean: Path) -> None:
    """`current` leads to a snapshot whose every file is what its manifest says."""
    snapshot = snapshots.current(clean)
    assert snapshot is not None
    assert snapshots.damage(snapshot, snapshots.read_manifest(snapshot)) == []
    assert len(rows(clean, "documents")) in (12, 18)


@pytest.mark.parametrize("phase", PHASES)
def test_killed_in_every_phase(
    start: Callable[..., Any], grown: tuple[Path, Path, dict[str, bytes]], phase: str
) -> None:
    """SIGKILL, so that nothing of ours tidies up."""
    raw, clean, wanted = grown
    process = start(_publish, raw, clean, PHASES[phase])
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    _assert_whole(clean)
    publish(raw, clean)
    assert contents(clean) == wanted
    assert not (clean / snapshots.STAGING).exists()
    assert publish(raw, clean) is None


def test_killed_at_random_moments(start: Callable[..., Any], grown: tuple[Path, Path, dict[str, bytes]]) -> None:
    """Twenty-five runs of the same work, each killed somewhere; every tenth of the time is hit."""
    raw, clean, wanted = grown
    before = time.perf_counter()
    start(_publish, raw, clean.parent / "timed").join(60)
    whole = time.perf_counter() - before
    chance = random.Random(6)
    unfinished = 0
    for number in range(KILLS):
        before = time.perf_counter()
        process = start(_publish, raw, clean)
        process.join(whole * (number + chance.random()) / KILLS)
        if process.exitcode == 0:  # the machine has more time for us than it had
            whole = time.perf_counter() - before
        process.kill()
        process.join(60)
        _assert_whole(clean)
        if len(rows(clean, "documents")) == 18:  # finished: begin again from the old snapshot
            assert contents(clean) == wanted
            _forget_all_but_the_first(clean)
        else:
            unfinished += 1
    assert unfinished >= KILLS // 3
    publish(raw, clean)
    assert contents(clean) == wanted
    assert verify(raw, clean).problems == []


def _forget_all_but_the_first(clean: Path) -> None:
    """Go back to the first snapshot and forget that there was another, packs included."""
    first, *others = snapshots.listed(clean)
    snapshots.point(clean, first.path)
    for one in others:
        snapshots.delete(clean, one.path)
    subprocess.run(["rm", "-rf", str(clean / ".cache")], check=True)


def test_the_second_of_two_runs_leaves(start: Callable[..., Any], tmp_path: Path) -> None:
    """It says who is there, and a killed holder holds nothing."""
    raw, clean = write(tmp_path / "raw", {"a.txt": text(1)}), tmp_path / "clean"
    holder = start(_hold, clean)
    deadline = time.monotonic() + 60
    while not (clean / ".lock").is_file() or not (clean / ".lock").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with pytest.raises(Stop, match=rf"Another run is writing to .*process {holder.pid} on .*since .*Wait for it"):
        publish(raw, clean)
    holder.kill()
    holder.join(60)
    assert publish(raw, clean)


@pytest.mark.parametrize(
    "place",
    [
        "flows.store.cache.arrow_file.write",
        "flows.writing.write_table",
        "flows.tasks.write_table",
        "flows.store.snapshots.write_text",
        "flows.store.snapshots.sync_folder",
        "flows.store.snapshots.os.replace",
    ],
)
def test_a_full_disk_stops_the_run(
    grown: tuple[Path, Path, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Wherever it happens: the message has the system's reason, yesterday's snapshot stays, the next run finishes."""
    raw, clean, wanted = grown

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(place, full)
        with pytest.raises(Stop, match=r"nothing was published: .*No space left on device"):
            publish(raw, clean)
    assert len(rows(clean, "documents")) == 12
    _assert_whole(clean)
    publish(raw, clean)
    assert contents(clean) == wanted


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB that is really full soon."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True)
    if made.returncode:
        pytest.skip("no right to mount a file system here; the test with a simulated full disk still runs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(tiny_disk: Path, tmp_path: Path) -> None:
    """Nothing is published, and the folder of yesterday is whole."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    publish(raw, tiny_disk / "clean")
    write(raw, {f"{number}.txt": text(number, 400) for number in range(60)})
    with pytest.raises(Stop, match="No space left on device"):
        publish(raw, tiny_disk / "clean")
    assert len(rows(tiny_disk / "clean", "documents")) == 1
    assert verify(raw, tiny_disk / "clean").problems != []


def test_a_read_only_target(tiny_disk: Path, tmp_path: Path) -> None:
    """The message names the folder and the reason."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    publish(raw, tiny_disk / "clean")
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    write(raw, {"b.txt": text(2)})
    with pytest.raises(Stop, match="clean cannot be written: Read-only file system"):
        publish(raw, tiny_disk / "clean")
    assert len(rows(tiny_disk / "clean", "documents")) == 1


def test_a_target_that_is_a_file(tmp_path: Path) -> None:
    """Whoever runs the test, this cannot be written."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    (tmp_path / "clean").write_text("")
    with pytest.raises(Stop, match="clean cannot be written: File exists"):
        publish(raw, tmp_path / "clean")


@pytest.mark.parametrize("deleted", [False, True])
def test_a_source_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deleted: bool) -> None:
    """It is set aside tonight, a copy is not; the next run takes it as it is then, even if that is as before."""
    raw, clean = write(tmp_path / "raw", {f"{number}.txt": text(number) for number in range(4)}), tmp_path / "clean"
    write(raw, {"copy-2.txt": text(2), "copy-3.txt": text(3)})
    real = work.read_sources

    def late(root: Path, sources: list[Source], *others: Any) -> Iterator[tuple[Source, Record]]:
        for name in ("1.txt", "copy-3.txt"):
            (raw / name).unlink() if deleted else (raw / name).write_text(text(9))
        yield from real(root, sources, *others)

    with monkeypatch.context() as changing:
        changing.setattr(work, "read_sources", late)
        publish(raw, clean)
    assert [(row["source_path"], row["reason"]) for row in rows(clean, "quarantine")] == [("1.txt", "changed")]
    assert [row["source_path"] for row in rows(clean, "documents")] == ["0.txt", "2.txt", "3.txt"]
    assert [row["removed_source_path"] for row in rows(clean, "duplicates")] == ["copy-2.txt", "copy-3.txt"]
    write(raw, {"1.txt": text(1), "copy-3.txt": text(3)})
    assert publish(raw, clean)
    assert rows(clean, "quarantine") == []
    assert verify(raw, clean).problems == []
    publish(raw, tmp_path / "undisturbed")
    assert contents(clean) == contents(tmp_path / "undisturbed")


def test_a_clock_set_back(tmp_path: Path) -> None:
    """The newest snapshot is still the last in the list, and retention deletes the older one."""
    raw, clean = write(tmp_path / "raw", {"a.txt": text(1)}), tmp_path / "clean"
    run(job(raw, clean))
    write(raw, {"b.txt": text(2)})
    run(replace(job(raw, clean), started_at=datetime(1999, 1, 1, tzinfo=UTC), keep=1))
    (only,) = snapshots.listed(clean)
    assert (only.state, only.id[:16]) == ("current", "20260101T000001Z")
    assert verify(raw, clean).problems == []


def test_a_lock_that_cannot_be_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without locks is not another run."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(snapshots.fcntl, "flock", refuse)
    with pytest.raises(Stop, match="cannot be locked: No locks available"), contextlib.ExitStack() as stack:
        stack.enter_context(snapshots.only_run(tmp_path / "clean"))
