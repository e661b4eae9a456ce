"""Workers that die: their shards are done by others, and a shard that kills whoever takes it stops the run."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from cleaners.profile import Profile
from flows import shards
from flows.errors import Stop
from flows.pool import spread
from flows.store.sources import survey
from flows.work import CleanJob, clean_shard
from tests.flows.corpora import text, write


def _dies_once(job: tuple[Path, CleanJob]) -> int:
    """Cleans a shard, unless no worker has died yet: then this one does, in the middle of it."""
    mark, shard = job
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return clean_shard(shard)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


@pytest.fixture
def jobs(tmp_path, monkeypatch) -> list[CleanJob]:
    """Some shards to clean."""
    monkeypatch.setattr(shards, "TARGET", 9000)
    raw = write(tmp_path / "raw", {f"{number}.txt": text(number) for number in range(30)})
    cut = shards.cut(survey(raw, "text", 1 << 20).readable)
    assert len(cut) > 3
    (tmp_path / "packs").mkdir()
    return [CleanJob(raw, tmp_path / "packs", shard, Profile()) for shard in cut]


def test_a_killed_worker_costs_only_time(tmp_path, jobs):
    """One of two workers is killed by the system: every shard is cleaned all the same, and every pack is whole."""
    done: list[int] = []
    results = spread(_dies_once, [(tmp_path / "died", job) for job in jobs], 2, done.append)
    assert (tmp_path / "died").exists()
    assert sum(results) == 30
    assert sorted(done) == list(range(len(jobs)))
    packs = {path.name for path in (tmp_path / "packs").iterdir() if not path.name.startswith(".")}
    assert packs == {job.shard.pack for job in jobs}


def test_a_shard_that_kills_every_worker_stops_the_run():
    """The second pool dies too: a clear end with what to try, not a hang."""
    with pytest.raises(Stop, match="--workers 1"):
        spread(signal.raise_signal, [signal.SIGKILL] * 4, 2)
