"""The same run on a Dask cluster: byte for byte what one machine publishes, whatever dies meanwhile."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cluster, shards
from flows.audit import digest
from flows.clean import run
from flows.cli import app
from flows.errors import Stop
from flows.store import parts, snapshots
from tests.flows.corpora import contents, job, publish, rows, text, write

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install -e '.[dask]'")

FILES = {f"{number % 7}/{number:03d}.txt": text(number) for number in range(60)}
FILES |= {"copy.txt": FILES["3/003.txt"], "empty.txt": "", "near.txt": text(4, 40).replace("学校", "××")}
FILES |= {"far.txt": text(4, 40), "excerpt.txt": text(4, 40)[:500], "another.txt": text(9, 40).replace("老师", "先生")}
FILES |= {"9/009.txt": text(9, 40)}


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of a few documents; they are cut here, so that workers need not know."""
    monkeypatch.setattr(shards, "TARGET", 9000)


@pytest.fixture(scope="module")
def scheduler() -> str:
    """The address of a cluster of two worker processes, started as a user's would be."""
    with cluster.engine("dask", "", 2) as address:
        yield address


def _on(scheduler: str, raw: Path, clean: Path) -> object:
    return run(replace(job(raw, clean), scheduler=scheduler))


def test_two_worker_processes_write_what_one_process_writes(tmp_path, small_shards, scheduler):
    """Identical snapshots; and the cluster's cache serves a local run."""
    raw = write(tmp_path / "raw", FILES)
    publish(raw, tmp_path / "one")
    assert sum(name.startswith("documents/") for name in contents(tmp_path / "one")) > 5
    assert {row["removed_source_path"] for row in rows(tmp_path / "one", "duplicates")} >= {"copy.txt", "excerpt.txt"}
    _on(scheduler, raw, tmp_path / "many")
    assert contents(tmp_path / "many") == contents(tmp_path / "one")
    assert publish(raw, tmp_path / "many") is None


def test_nothing_of_the_corpus_passes_through_the_driver(tmp_path, small_shards, scheduler, monkeypatch):
    """In a first run and a second, workers hash the files and read what the report shows; here only its lists are."""
    raw, clean = write(tmp_path / "raw", FILES), tmp_path / "clean"
    read: list[Path] = []
    for module, name in ((snapshots, "file_sha256"), (parts, "file_sha256"), (digest, "_read")):
        work = getattr(module, name)
        monkeypatch.setattr(module, name, lambda path, *rest, work=work: read.append(path) or work(path, *rest))
    _on(scheduler, raw, clean)
    write(raw, {"new.txt": text(99)})
    _on(scheduler, raw, clean)
    assert read and {path.parent.name for path in read} <= {"duplicates", "quarantine"}
    assert "could not be made" not in (clean / "current" / "report.html").read_text("utf-8")


def test_a_killed_worker_changes_nothing_but_the_time(tmp_path, small_shards, scheduler, monkeypatch):
    """One of two workers is killed by the system after the first shards; the snapshot is the same."""
    raw = write(tmp_path / "raw", FILES)
    publish(raw, tmp_path / "one")
    killed: list[int] = []
    spread = cluster.spread

    def murderous(work, jobs, address, done=lambda _: None):
        def finished(number):
            if not killed:
                with distributed.Client(address, set_as_default=False) as client:
                    killed.append(min(client.run(os.getpid).values()))
                os.kill(killed[0], signal.SIGKILL)
            done(number)

        return spread(work, jobs, address, finished)

    monkeypatch.setattr(cluster, "spread", murderous)
    _on(scheduler, raw, tmp_path / "many")
    assert killed
    assert contents(tmp_path / "many") == contents(tmp_path / "one")


def test_errors_of_a_shard_stop_the_run_as_they_do_here(tmp_path, scheduler):
    """A clean folder that cannot be written is one sentence, also where a worker found it out."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    blocked = tmp_path / "clean"
    (blocked / ".cache").mkdir(parents=True)
    (blocked / ".cache").rmdir()
    (blocked / ".cache").write_text("a file where the cache should be")
    with pytest.raises(Stop, match="failed, nothing was published"):
        _on(scheduler, raw, blocked)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--engine", "spark"), "Valid: local, dask"),
        (("--address", "tcp://127.0.0.1:9"), "goes with --engine dask"),
        (("--engine", "dask", "--address", "tcp://127.0.0.1:9"), "No Dask scheduler answers"),
        (("--engine", "dask", "--address", "nonsense://"), "No Dask scheduler answers"),
    ],
)
def test_wrong_engines_are_one_sentence(tmp_path, monkeypatch, capfd, options, message):
    """Before anything is cleaned, and before Prefect is started; Dask says nothing beside it."""
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    done = CliRunner().invoke(app, ["run", "--raw", str(raw), "--clean", str(tmp_path / "clean"), *options])
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert done.output.count("\n") == 1
    assert not "".join(capfd.readouterr())
