"""What strangers' tools read: the dataset opens with one line, Croissant describes it, OpenLineage tells of runs."""

from __future__ import annotations

import json
import re
import sys
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.clean import run
from flows.errors import Stop
from flows.lineage import told
from flows.store import snapshots
from flows.store.schema import TABLES
from flows.store.writer import file_sha256
from flows.tasks import Job
from tests.flows.corpora import job, publish, text, write

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A published corpus of three documents, in the folder the README names."""
    raw, clean = write(tmp_path / "raw", {f"{n}.txt": text(n) for n in range(3)}), tmp_path / "corpus_clean"
    publish(raw, clean)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
    return replace(job(raw, clean), run_id=str(uuid.uuid4()))


@pytest.mark.parametrize("library", ["duckdb", "pyarrow.parquet", "pandas", "polars", "datasets"])
def test_the_dataset_opens_with_the_line_of_the_readme(corpus: Job, library: str) -> None:
    """Each line of the README is run as it stands there, in a folder that has a dataset."""
    imported = pytest.importorskip(library, reason=f"{library} is not installed: install it to see that it can")
    name = library.split(".")[0]
    (line,) = re.findall(rf"`({library}\.[a-z_]+\([^`]*)`", README)
    documents = eval(line, {name: sys.modules[name]})
    assert imported
    assert len(documents) == 3


def test_datasets_opens_every_table(corpus: Job) -> None:
    """The card names each table as a configuration. (One without a row is nothing that `datasets` can load.)"""
    datasets = pytest.importorskip("datasets", reason="datasets is not installed: install it to see that it can")
    tables = {table: pq.read_table(corpus.clean / "current" / table) for table in TABLES}
    filled = {name: table for name, table in tables.items() if len(table)}
    assert {"documents", "runs"} <= filled.keys()
    for name, table in filled.items():
        found = datasets.load_dataset("corpus_clean/current", name, split="train")
        assert (found.column_names, len(found)) == (TABLES[name].names, len(table))


def test_every_file_says_what_made_it(corpus: Job) -> None:
    """The run, the version, rules, profile and libraries stand in its metadata as they do in the manifest."""
    manifest = snapshots.read_manifest(corpus.clean / "current")
    paths = list((corpus.clean / "current").glob("*/*.parquet"))
    assert {path.parent.name for path in paths} == TABLES.keys()
    for path in paths:
        about = {key.decode(): value.decode() for key, value in pq.read_schema(path).metadata.items()}
        for name in ("ruleset_hash", "profile_hash", "pipeline_version", "run_id"):
            assert about[name] == manifest[name], path
        assert json.loads(about["versions"]) == manifest["versions"]


def _croissant(clean: Path) -> tuple[Path, dict[str, Any]]:
    path = clean / "current" / "croissant.json"
    return path, json.loads(path.read_text("utf-8"))


def test_croissant_names_every_file_and_column(corpus: Job) -> None:
    """What the specification requires is there, and the checksums are those of the files."""
    path, found = _croissant(corpus.clean)
    assert {"@context", "@type", "conformsTo", "name", "description", "distribution", "recordSet"} <= set(found)
    assert (found["@type"], found["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    files = {one["@id"]: one for one in found["distribution"] if one["@type"] == "cr:FileObject"}
    for name, one in files.items():
        assert one["sha256"] == file_sha256(path.parent / name)
        assert one["contentUrl"] == name
    assert set(files) == {str(part.relative_to(path.parent)) for part in path.parent.glob("*/*.parquet")}
    for records, table in zip(found["recordSet"], TABLES, strict=True):
        assert [one["source"]["extract"]["column"] for one in records["field"]] == TABLES[table].names


def test_croissant_is_valid_for_its_own_library(corpus: Job) -> None:
    """mlcroissant finds no error in it: it raises one for whatever the specification forbids."""
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: install it to validate")
    path, found = _croissant(corpus.clean)
    assert mlcroissant.Dataset(jsonld=str(path)).metadata.name == found["name"]


def _events(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _assert_event(event: dict[str, Any]) -> None:
    """The fields that OpenLineage 2-0-2 requires of a run event, its datasets and its facets."""
    assert {"eventType", "eventTime", "run", "job", "producer", "schemaURL"} <= set(event)
    assert datetime.fromisoformat(event["eventTime"]).tzinfo
    uuid.UUID(event["run"]["runId"])
    facets = [event["run"]["facets"], event["job"]["facets"]]
    for dataset in [*event["inputs"], *event["outputs"]]:
        assert dataset["namespace"] == "file"
        assert dataset["name"].startswith("/")
        facets += [dataset.get(kind, {}) for kind in ("facets", "inputFacets", "outputFacets")]
    for facet in (one for these in facets for one in these.values()):
        assert {"_producer", "_schemaURL"} <= set(facet)


def test_lineage_of_a_run_that_published(corpus: Job, tmp_path: Path) -> None:
    """START and COMPLETE of one run; every table with its columns, rows and the snapshot as version."""
    file = tmp_path / "lineage.jsonl"
    write(tmp_path / "raw", {"new.txt": text(9)})
    with told(file, corpus) as tell:
        outcome = run(corpus)
        assert outcome is not None
        tell(outcome.snapshot)
    start, complete = _events(file)
    for event in (start, complete):
        _assert_event(event)
    assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == complete["run"]["runId"] == corpus.run_id
    assert complete["inputs"][0]["inputFacets"]["inputStatistics"]["rowCount"] == 4
    assert [one["name"].rsplit("/", 1)[-1] for one in complete["outputs"]] == list(TABLES)
    documents = complete["outputs"][0]
    assert documents["outputFacets"]["outputStatistics"]["rowCount"] == 4
    assert [one["name"] for one in documents["facets"]["schema"]["fields"]] == TABLES["documents"].names
    newest = snapshots.current(corpus.clean)
    assert newest is not None
    assert documents["facets"]["version"]["datasetVersion"] == newest.name


def test_lineage_of_a_run_that_failed(corpus: Job, tmp_path: Path) -> None:
    """FAIL has the reason; a second run appends, and a file that cannot be written stops it before any work."""
    file = tmp_path / "lineage.jsonl"
    lost = replace(corpus, raw=tmp_path / "nowhere")
    for _ in range(2):
        with pytest.raises(Stop, match="There is no raw folder"), told(file, lost):
            run(lost)
    events = _events(file)
    assert [event["eventType"] for event in events] == ["START", "FAIL"] * 2
    _assert_event(events[1])
    assert "There is no raw folder" in events[1]["run"]["facets"]["errorMessage"]["message"]
    with pytest.raises(Stop, match="cannot be written: Is a directory"), told(tmp_path, corpus):
        raise AssertionError("no work is done")
