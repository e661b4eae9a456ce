"""Prefect's server goes away under a run, or somebody cancels it: what is stated happens, and nothing is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from typer.testing import CliRunner

from flows import schedule
from flows.cli import app
from flows.store import snapshots
from flows.verify import verify
from tests.flows.corpora import publish, rows, text, write
from tests.flows.test_schedule import WAIT, free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A real server in a process of its own, with a home that outlives it."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What finds it, whatever this session's own settings are."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        address = {"PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api", "PREFECT_HOME": str(self.home)}
        return ours | address | {"PYTHONPATH": str(ROOT), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

    def start(self) -> None:
        """Start it, or leave it where it runs."""
        if self.process is None:
            command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port"]
            self.process = subprocess.Popen(
                [*command, str(self.port)],
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            schedule.wait_for(self.environment["PREFECT_API_URL"], self.process)

    def kill(self) -> None:
        """With all its children, and without notice."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started when a test first asks; killed in the end."""
    one = Server(tmp_path_factory.mktemp("prefect"))
    yield one
    one.kill()


@dataclass
class Held:
    """A run that waits for ``go``."""

    process: subprocess.Popen[bytes]
    go: Path
    log: Path

    def end(self) -> tuple[int, str]:
        """Let it go on to its end; its status and what it said."""
        self.go.touch()
        return self.process.wait(WAIT), self.log.read_text()


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    """A published corpus to which a source was added since."""
    raw, clean = write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(2)}), tmp_path / "clean"
    publish(raw, clean)
    write(raw, {"c.txt": text(3)})
    return raw, clean


@pytest.fixture
def held(server: Server, corpus: tuple[Path, Path], tmp_path: Path) -> Iterator[Held]:
    """A run through that server which has cleaned and not compared yet."""
    server.start()
    reached, go, log = tmp_path / "reached", tmp_path / "go", tmp_path / "log"
    command = [sys.executable, "-m", "tests.flows.held_run", *map(str, corpus), str(reached), str(go)]
    with open(log, "wb") as output:
        process = subprocess.Popen(command, env=server.environment, cwd=tmp_path, stdout=output, stderr=output)
    _until(reached.exists, process, log)
    yield Held(process, go, log)
    process.kill()
    process.wait()


def _until(done: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + WAIT
    while not done():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def test_a_server_that_is_restarted_changes_nothing(server: Server, held: Held, corpus: tuple[Path, Path]) -> None:
    """Killed and started again while the run is on: the run is published, and every byte accounted for."""
    server.kill()
    server.start()
    status, said = held.end()
    assert status == 0, said
    assert verify(*corpus).problems == []
    assert len(rows(corpus[1], "documents")) == 3


@pytest.mark.parametrize("published", [True, False])
def test_a_server_that_stays_away_costs_the_run_page_alone(
    corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, published: bool
) -> None:
    """Prefect cannot note the run's end; the command says what became of the dataset and what to do."""
    raw, clean = corpus
    monkeypatch.setattr("flows.schedule.check_server", lambda: None)

    def flow(*_: object) -> None:
        if published:
            publish(raw, clean)
        raise httpx.ConnectError("[Errno 111] Connection refused")

    monkeypatch.setattr("flows.clean.clean", flow)
    result = CliRunner().invoke(app, ["run", "--raw", str(raw), "--clean", str(clean)])
    assert result.exit_code == 2
    newest = snapshots.current(clean)
    assert newest is not None
    done = f"{newest.name} was published all the same" if published else "nothing was published"
    assert f"Prefect's server went away; {done}. Start it, and run again" in result.output


def test_sigterm_ends_the_command_in_order(corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """What service managers send: it says what came of the run and leaves by the door, so Prefect's server ends too."""
    raw, clean = corpus
    monkeypatch.setattr("flows.schedule.check_server", lambda: None)
    monkeypatch.setattr("flows.clean.clean", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    result = CliRunner().invoke(app, ["run", "--raw", str(raw), "--clean", str(clean)])
    assert result.exit_code == 128 + signal.SIGTERM
    assert "Interrupted; nothing was published. Run it again" in result.output


def test_a_server_that_is_not_there_ends_the_command(
    corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where nothing listens, nor where somebody listens and says nothing, does it wait for minutes."""
    raw, clean = corpus
    monkeypatch.setattr("flows.schedule._PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (1, silent.getsockname()[1]):
            with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
                result = CliRunner().invoke(app, ["run", "--raw", str(raw), "--clean", str(clean)])
            assert result.exit_code == 2
            assert f"No Prefect server answers at http://127.0.0.1:{port}/api (PREFECT_API_URL)" in result.output
    assert len(rows(clean, "documents")) == 2


def test_a_cancelled_run_tidies_up(held: Held, corpus: tuple[Path, Path]) -> None:
    """SIGTERM is what Prefect sends: readers keep yesterday's snapshot, no workshop is left, the lock is free."""
    held.process.send_signal(signal.SIGTERM)
    assert held.process.wait(WAIT) != 0
    raw, clean = corpus
    assert not (clean / snapshots.STAGING).exists()
    assert len(rows(clean, "documents")) == 2
    assert publish(raw, clean)
    assert verify(raw, clean).problems == []
