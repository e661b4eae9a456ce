"""The flow under a real Prefect server: what a user of `jiaokan run` gets."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from flows import clean as flows_clean
from flows import gates, tasks
from flows.errors import HeldBack, Stop
from flows.gates import Gate
from flows.verify import verify
from tests.flows.corpora import TRADITIONAL, publish, rows, text, write

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two documents that differ."""
    return write(tmp_path / "raw", {"a.txt": text(1), "b.txt": TRADITIONAL + text(2)})


def test_a_flow_run_publishes_what_plain_functions_publish(raw: Path, tmp_path: Path) -> None:
    """Prefect adds the run page, and no value of the tables but run_id and times depends on it."""
    outcome = flows_clean.clean(str(raw), str(tmp_path / "flow"))
    assert outcome.counts["kept"] == 2
    assert verify(raw, tmp_path / "flow").problems == []
    publish(raw, tmp_path / "plain")
    for table in ("documents", "edits", "removed", "duplicates", "quarantine"):
        ours, theirs = (
            [row | {"run_id": "", "cleaned_at": ""} for row in rows(tmp_path / clean, table)]
            for clean in ("flow", "plain")
        )
        assert ours == theirs
    (run,) = rows(tmp_path / "flow", "runs")
    assert {row["run_id"] for row in rows(tmp_path / "flow", "documents")} == {run["run_id"]}
    assert flows_clean.clean(str(raw), str(tmp_path / "flow")) is None


def test_the_run_page_has_a_table_and_a_summary(raw: Path, tmp_path: Path) -> None:
    """Both artifacts belong to the flow run, whose id is the run_id of the snapshot; every stage is a task run."""
    from prefect.artifacts import Artifact
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    flows_clean.clean(str(raw), str(tmp_path / "clean"))
    (run,) = rows(tmp_path / "clean", "runs")
    table, summary = Artifact.get("rules"), Artifact.get("summary")
    assert table is not None
    assert summary is not None
    assert {str(table.flow_run_id), str(summary.flow_run_id)} == {run["run_id"]}
    fired = json.loads(str(run["rules"]))
    assert fired
    assert {row["rule"] for row in json.loads(str(table.data))} == set(fired)
    assert "| kept | 2 |" in str(summary.data)
    with get_client(sync_client=True) as client:
        only = FlowRunFilter(id=FlowRunFilterId(any_=[run["run_id"]]))
        names = {task.name.rsplit("-", 1)[0] for task in client.read_task_runs(flow_run_filter=only)}
    stages = (
        "survey_sources",
        "learn_site_lines",
        "clean_shards",
        "compare",
        "write_snapshot",
        "check_gates",
        "finish",
    )
    assert names == set(stages)


def test_a_run_that_must_stop_fails_with_the_reason(tmp_path: Path) -> None:
    """The flow run fails, and the error is ours."""
    with pytest.raises(Stop, match="There is no raw folder"):
        flows_clean.clean(str(tmp_path / "nowhere"), str(tmp_path / "clean"))


def test_the_real_documents(real_documents: Path, tmp_path: Path) -> None:
    """All five are published within 10 seconds of processor time, and proved, and repeats are merged."""
    started = time.process_time()
    outcome = flows_clean.clean(str(real_documents), str(tmp_path / "clean"))
    assert outcome.counts["sources"] == outcome.counts["documented"] == 5
    assert outcome.counts["merged"] >= 2
    assert time.process_time() - started < 10
    assert verify(real_documents, tmp_path / "clean").problems == []


def _events(name: str, clean: Path) -> list[dict[str, Any]]:
    """The events of that name about a dataset, waiting until there is one."""
    from prefect.client.orchestration import get_client

    about = {"event": {"name": [name]}, "resource": {"id": [f"jiaokan.dataset.{clean.resolve()}"]}}
    with get_client(sync_client=True) as client:
        for _ in range(100):
            found = client.request("POST", "/events/filter", json={"filter": about}).json()
            if found["events"]:
                return list(found["events"])
            time.sleep(0.3)
    return []


def test_an_event_says_what_was_published(raw: Path, tmp_path: Path) -> None:
    """An automation can act on it: it names the dataset, the snapshot and its counts."""
    outcome = flows_clean.clean(str(raw), str(tmp_path / "announced"))
    (event,) = _events("jiaokan.snapshot.published", tmp_path / "announced")
    assert event["payload"]["snapshot"] == outcome.snapshot.name
    assert event["payload"]["counts"]["kept"] == 2


def test_an_event_says_what_was_held_back(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the gate and its reason; the flow run has failed, and readers see nothing."""
    monkeypatch.setattr(gates, "check", lambda *_: [Gate("sources", "half of them are gone.")])
    with pytest.raises(HeldBack, match="half of them are gone"):
        flows_clean.clean(str(raw), str(tmp_path / "held"))
    (event,) = _events("jiaokan.snapshot.held-back", tmp_path / "held")
    assert event["payload"]["failed"] == {"sources": "half of them are gone."}
    (candidate,) = (tmp_path / "held" / "candidates").iterdir()
    assert event["payload"]["candidate"] == candidate.name
    assert not (tmp_path / "held" / "current").exists()


@pytest.mark.parametrize(("number", "tries"), [(errno.ESTALE, 2), (errno.ENOSPC, 1)])
def test_a_stage_is_tried_again_where_that_may_help(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, tries: int
) -> None:
    """A mount that had a bad moment is asked again; a full disk is not, and the run stops with the reason."""
    seen: list[int] = []
    real = tasks.write_snapshot

    def write_snapshot(*arguments: Any) -> Any:
        seen.append(1)
        if len(seen) == 1:
            raise OSError(number, os.strerror(number))
        return real(*arguments)

    monkeypatch.setattr(tasks, "write_snapshot", write_snapshot)
    monkeypatch.setattr(flows_clean, "RETRY_SECONDS", [0.0, 0.0])
    try:
        flows_clean.clean(str(raw), str(tmp_path / "clean"))
    except Stop as error:
        assert os.strerror(number) in str(error)
    assert len(seen) == tries
    assert (tmp_path / "clean" / "current").exists() == (tries == 2)
