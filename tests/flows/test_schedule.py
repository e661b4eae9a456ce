"""The clock: cron fires for real, and what cannot work is said before anything is started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from flows import schedule
from flows.cli import app
from flows.errors import Stop
from flows.verify import verify
from tests.flows.corpora import rows, text, write

WAIT = 240  # seconds for server, cron and run on a busy machine; about 30 on an idle one


@pytest.mark.parametrize("cron", ["0 2 * *", "61 2 * * *", "nightly", ""])
def test_an_invalid_cron_expression_is_an_error(cron: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, without a server."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")  # the command sets it otherwise, for good
    result = CliRunner().invoke(app, ["serve", "--cron", cron])
    assert result.exit_code == 2
    assert f'"{cron}" is no cron expression' in result.output


def test_an_invalid_time_zone_is_an_error() -> None:
    """And this machine's has a name."""
    with pytest.raises(Stop, match='"Mars" is no time zone'):
        schedule.schedule("0 2 * * *", "Mars")
    assert schedule.schedule("0 2 * * *", "").timezone == schedule.local_timezone()


def test_an_unreachable_server_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server named by the user is not replaced in silence."""
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    with pytest.raises(Stop, match=r"No Prefect server answers .*server start"), schedule.server(*schedule.address()):
        pass


def test_the_deployment_names_a_flow_that_can_be_imported() -> None:
    """Its parameters are the flow's."""
    from prefect.flows import load_flow_from_entrypoint

    (deployment,) = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text())["deployments"]
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    assert set(deployment["parameters"]) <= set(flow.parameters.properties)
    (planned,) = deployment["schedules"]
    schedule.schedule(planned["cron"], planned["timezone"])


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.cron
def test_cron_fires(tmp_path: Path) -> None:
    """`jiaokan serve` by the clock: a server starts on loopback, a run is published, and Ctrl+C ends both."""
    raw, clean = write(tmp_path / "raw", {"a.txt": text(1)}), tmp_path / "clean"
    port, soon = free_port(), time.localtime(time.time() + 25).tm_sec  # when the server is up; Prefect's sixth field
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "PREFECT_HOME": str(tmp_path / "home"),
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "flows.cli", "serve", "--cron", f"* * * * * {soon}"]
    log = tmp_path / "log"
    with open(log, "wb") as output:
        serving = subprocess.Popen(
            [*command, "--raw", raw, "--clean", clean],
            env=environment,
            stdout=output,
            stderr=output,
            cwd=tmp_path,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # background jobs ignore it
        )
    try:
        deadline = time.monotonic() + WAIT
        while not (clean / "current").exists():
            assert serving.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
        assert len(rows(clean, "documents")) == 1
        assert verify(raw, clean).problems == []
        assert schedule.answers(f"http://127.0.0.1:{port}/api")
    finally:
        serving.send_signal(signal.SIGINT)
        serving.wait(60)
    assert not schedule.answers(f"http://127.0.0.1:{port}/api")
