"""`jiaokan serve`: one machine that runs the flow by the clock, with a Prefect server of its own if there is none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.errors import Stop

START_SECONDS = 180  # the first start in a fresh home makes a database and takes half a minute
NAME = "nightly"
_PATIENCE = 10.0  # seconds a server that was named has to answer, before a run


def address() -> tuple[str, bool]:
    """The address of Prefect's API and whether PREFECT_API_URL named it. Call it before Prefect is imported."""
    named = os.environ.get("PREFECT_API_URL", "")
    port = os.environ.get("PREFECT_SERVER_API_PORT", "4200")
    return os.environ.setdefault("PREFECT_API_URL", f"http://127.0.0.1:{port}/api"), bool(named)


@contextmanager
def server(url: str, named: bool) -> Iterator[None]:
    """Prefect's server at this address, started here unless one answers or the user named another.

    Raises Stop where a server that was named does not answer, or none can be started.
    """
    if answers(url):
        yield
        return
    if named:
        raise _away(url)
    port = url.removesuffix("/api").rsplit(":", 1)[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for(url, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def check_server() -> None:
    """See that the server Prefect was told to use is there. Raises Stop where it does not answer in time.

    Asked once, with Prefect's own client: it knows about keys and certificates, but would try for minutes.
    """
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    if not (url := PREFECT_API_URL.value()):
        return
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        error = get_client({"timeout": _PATIENCE}, sync_client=True).api_healthcheck()
    if isinstance(error, httpx.TransportError):
        raise _away(url) from error


def _away(url: str) -> Stop:
    return Stop(
        f"No Prefect server answers at {url} (PREFECT_API_URL). Start it with `prefect server start`, "
        "or unset PREFECT_API_URL to have one started here."
    )


def answers(url: str) -> bool:
    """Whether a Prefect API is there."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server in that process answers. Raises Stop where it ends, or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Stop(f"Prefect's server did not start at {url}. Try `prefect server start` to see why.")
        time.sleep(0.5)


def serve(cron: str, timezone: str, parameters: dict[str, Any]) -> None:
    """Run the flow by the clock until interrupted. A run that is still going makes the next one leave: the lock.

    Prefect's own concurrency limit is not used: with CANCEL_NEW it cancelled every run, "slot lost" (3.8.8).
    """
    from prefect.types.entrypoint import EntrypointType

    from flows.clean import clean

    clean.serve(
        name=NAME,
        schedule=schedule(cron, timezone),
        parameters=parameters,
        entrypoint_type=EntrypointType.MODULE_PATH,
        print_starting_message=False,
    )


def schedule(cron: str, timezone: str) -> Any:
    """The schedule of a cron expression in a time zone, this machine's by default. Raises Stop for an invalid one."""
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.schedules import Cron

    zone = timezone or local_timezone()
    try:
        CronSchedule(cron=cron, timezone=zone)
    except ValueError as error:
        wrong = f'"{zone}" is no time zone, like Asia/Shanghai' if "timezone" in str(error).lower() else (
            f'"{cron}" is no cron expression: minute, hour, day, month and weekday, like "0 2 * * *" for two at night'
        )  # fmt: skip
        raise Stop(f"{wrong}.") from error
    return Cron(cron, timezone=zone)


def local_timezone() -> str:
    """The name of this machine's time zone; UTC where it has none."""
    if zone := os.environ.get("TZ", "").lstrip(":"):
        return zone
    parts = Path("/etc/localtime").resolve().as_posix().split("/zoneinfo/")
    return parts[1] if len(parts) == 2 else "UTC"
