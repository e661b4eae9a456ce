"""What ran, on what, and what came of it, as OpenLineage events (spec 2-0-2), one JSON object a line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows import provenance
from flows.errors import Stop
from flows.store import mirror, snapshots
from flows.store.schema import TABLES
from flows.store.writer import as_json
from flows.tasks import Job

_SPEC = "https://openlineage.io/spec"
_PRODUCER = "urn:jiaokan:run"  # must be a URI; the project has no address of its own
_FACETS = {
    "schema": "1-1-1/SchemaDatasetFacet",
    "version": "1-0-1/DatasetVersionDatasetFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
    "inputStatistics": "1-0-0/InputStatisticsInputDatasetFacet",
    "errorMessage": "1-0-1/ErrorMessageRunFacet",
    "processing_engine": "1-1-1/ProcessingEngineRunFacet",
}

Tell = Callable[[Path | None], None]  # given the published snapshot, or None where there was nothing new


@contextmanager
def told(file: Path | None, job: Job) -> Iterator[Tell]:
    """Append START to the file now, and COMPLETE or FAIL when the run ends; without a file, nothing.

    Raises Stop where the file cannot be written, before any work is done.
    """
    if file is None:
        yield lambda _: None
        return
    published: list[Path] = []
    _append(file, _event("START", job))
    try:
        yield lambda snapshot: published.extend([snapshot] if snapshot else [])
    except BaseException as error:
        message = {"message": str(error) or type(error).__name__, "programmingLanguage": "python"}
        _append(file, _event("FAIL", job, run=_facet("errorMessage", message)))
        raise
    manifest = snapshots.read_manifest(published[0]) if published else None
    _append(file, _event("COMPLETE", job, manifest))


def _append(file: Path, event: Mapping[str, Any]) -> None:
    try:
        with open(file, "a", encoding="utf-8") as handle:  # one write of one line, so that runs may share a file
            handle.write(as_json(event) + "\n")
    except OSError as error:
        raise Stop(
            f"The lineage file {file} cannot be written: {error.strerror}. Name another with --lineage."
        ) from error


def _event(
    kind: str, job: Job, manifest: Mapping[str, Any] | None = None, run: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    engine = {"name": "jiaokan", "version": provenance.pipeline_version()}
    source = _dataset(str(job.raw))
    if manifest:
        source["inputFacets"] = _facet("inputStatistics", {"rowCount": manifest["counts"]["sources"]})
        source["facets"] = _facet("version", {"datasetVersion": manifest["input_digest"]})
    return {
        "eventType": kind,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "run": {"runId": job.run_id, "facets": _facet("processing_engine", engine) | dict(run or {})},
        "job": {"namespace": "jiaokan", "name": "clean", "facets": {}},
        "inputs": [source],
        "outputs": [_output(job, manifest, table) for table in TABLES] if manifest else [],
        "producer": _PRODUCER,
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def _output(job: Job, manifest: Mapping[str, Any], table: str) -> dict[str, Any]:
    """One table of the snapshot: its columns, the snapshot's id as its version, and how much there is."""
    files = manifest["tables"][table]
    size = {"rowCount": sum(one["rows"] for one in files), "size": sum(one["bytes"] for one in files)}
    columns = [{"name": column.name, "type": str(column.type)} for column in TABLES[table]]
    return _dataset(f"{mirror.of(job.clean) or job.clean}", f"current/{table}") | {
        "facets": _facet("schema", {"fields": columns})
        | _facet("version", {"datasetVersion": manifest["snapshot_id"]}),
        "outputFacets": _facet("outputStatistics", size | {"fileCount": len(files)}),
    }


def _dataset(place: str, name: str = "") -> dict[str, Any]:
    """A place by the naming rules of the spec: a file by its path, an object by its bucket and key."""
    if place.startswith("s3://"):
        bucket, _, key = place.removeprefix("s3://").partition("/")
        return {"namespace": f"s3://{bucket}", "name": "/".join(filter(None, (key, name))) or "/"}
    return {"namespace": "file", "name": os.path.join(os.path.abspath(place), name).rstrip("/")}


def _facet(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    address = {"_producer": _PRODUCER, "_schemaURL": f"{_SPEC}/facets/{_FACETS[name]}.json"}
    return {name: address | dict(values)}
