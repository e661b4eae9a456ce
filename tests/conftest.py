"""Fixtures every test may use. Prefect's server is started once per process, and only if a test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from flows.pool import default_workers

# Machines are noisy, so no example is timed. In CI the examples are the same every time: a change is judged by what it
# changes, and the search for new counterexamples belongs to the people who can mend what they find.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")

REAL_DOCUMENTS = Path(__file__).parents[2] / "shared" / "corpus_raw"


def pytest_configure(config: pytest.Config) -> None:
    """Marks by which slow tests can be left out."""
    config.addinivalue_line("markers", "cron: waits for the clock, half a minute; leave out with -m 'not cron'")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for the clock begins first, so that the others need not wait for it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("cron") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Processes for ``-n auto``: one more than there are processors, since some tests wait for servers and clocks."""
    return min(default_workers() + 1, 8)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real Prefect server with a database and result storage of its own."""
    home = tmp_path_factory.mktemp("prefect")
    os.environ["PREFECT_HOME"] = str(home)
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_LOCAL_STORAGE_PATH, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    ours = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOCAL_STORAGE_PATH: home / "storage"}
    with temporary_settings(ours), prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def real_documents() -> Path:
    """The folder of the five real documents, which are not part of this project."""
    if not REAL_DOCUMENTS.is_dir():
        pytest.skip("the five real documents are not here: expected them in ../shared/corpus_raw beside the checkout")
    return REAL_DOCUMENTS
