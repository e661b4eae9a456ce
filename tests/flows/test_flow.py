"""The flow under a real Prefect server: what a user of `jiaokan run` gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows import clean as flows_clean
from flows.errors import Stop
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
    """All five are published and proved within 10 seconds of our own time, and repeats are merged."""
    outcome = flows_clean.clean(str(real_documents), str(tmp_path / "clean"))
    assert outcome.counts["sources"] == outcome.counts["documented"] == 5
    assert outcome.counts["merged"] >= 2
    assert sum(outcome.timings.values()) < 10
    assert verify(real_documents, tmp_path / "clean").problems == []
