"""A snapshot's tables for the pages: DuckDB that sees this one folder and nothing else."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from flows.errors import Stop
from flows.store import snapshots
from flows.store.names import original_text
from flows.store.schema import TABLES

Row = dict[str, Any]

MEMORY = "512MB"  # what DuckDB may hold for one snapshot before it spills or refuses
_HELD = 500_000  # documents whose places are held in memory, about 350 bytes each; those of more are read each time
_PART = re.compile(r"part-[0-9]+\.parquet")


class Unknown(Exception):
    """An id, a rule or a page that the snapshot does not have; the message says where valid ones are."""


class Tables:
    """The tables of one snapshot. Snapshots never change, so everything read here may be kept.

    A folder that is still to be published has no manifest in it: then it is given. Raises `flows.errors.Stop` for a
    folder that is no snapshot.
    """

    def __init__(self, snapshot: Path, manifest: Mapping[str, Any] | None = None) -> None:
        self.snapshot = snapshot.resolve()
        self.manifest = manifest or snapshots.read_manifest(self.snapshot)
        self._database = duckdb.connect(config={"memory_limit": MEMORY, "threads": 2})
        self._database.execute("set allowed_directories = [" + _literal(f"{self.snapshot}/") + "]")
        for setting in (
            "enable_external_access = false",
            "autoinstall_known_extensions = false",
            "parquet_metadata_cache = true",
        ):
            self._database.execute(f"set {setting}")
        for table in self.manifest["tables"].keys() & TABLES.keys():  # a snapshot may be older than a table
            files = ", ".join(_literal(str(path)) for path in self._files(table))
            options = "hive_partitioning = false, file_row_number = true, filename = true"
            self._database.execute(f"create view {table} as select * from read_parquet([{files}], {options})")
        kind = "table" if self.manifest["counts"]["documents"] <= _HELD else "view"
        self._database.execute(f"create {kind} places as {_PLACES}")
        self._database.execute("set lock_configuration = true")

    def _files(self, table: str) -> list[Path]:
        names = [entry["file"] for entry in self.manifest["tables"][table]]
        wrong = [name for name in names if not _PART.fullmatch(name)]
        if wrong or not names:
            raise Stop(f"{self.snapshot / 'manifest.json'} names no readable parts of {table}: {wrong or 'none'}")
        return [self.snapshot / table / name for name in names]

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """The rows of a query as dictionaries. Values travel as parameters, never inside the query."""
        cursor = self._database.cursor().execute(query, parameters or None)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def stream(self, query: str, size: int = 5000, **parameters: object) -> Iterator[list[Row]]:
        """The rows of a query in batches, for exports of any length."""
        cursor = self._database.cursor().execute(query, parameters or None)
        names = [column[0] for column in cursor.description or ()]
        while batch := cursor.fetchmany(size):
            yield [dict(zip(names, row, strict=True)) for row in batch]

    @property
    def name(self) -> str:
        """The snapshot's id."""
        return str(self.manifest["snapshot_id"])

    @property
    def failed(self) -> dict[str, str]:
        """The gates that hold this candidate back, with their reasons; empty where it was published."""
        failed: dict[str, str] = self.manifest.get("failed_gates", {})
        return failed if self.snapshot.parent.name == snapshots.CANDIDATES else {}

    @cached_property
    def run(self) -> Row:
        """The run that made the snapshot; its JSON columns are read."""
        row = self.rows("select * exclude (filename, file_row_number) from runs limit 1")[0]
        for column in ("counts", "rules", "notes", "timings", "versions", "profile", "gates", "accepted"):
            row[column] = json.loads(row.get(column) or "{}")
        return row

    def add(self, rows: Sequence[Row], columns: list[str]) -> None:
        """Add columns to rows, read from where they lie. Only their row groups are opened: half the work of a query."""
        ordered = sorted(rows, key=lambda row: (row["filename"], row["file_row_number"]))
        parts = [list(lying) for _, lying in groupby(ordered, lambda row: row["filename"])]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda lying: _add(lying, columns), parts))

    def document(self, doc_id: str) -> Row:
        """One document, kept, merged or dropped. Raises `Unknown`."""
        rows = self.rows("select * from places where doc_id = $doc_id limit 1", doc_id=doc_id)
        if not rows:
            raise Unknown(f"This snapshot has no document {doc_id!r}. Ids are 20 hex digits; the lists link to them.")
        self.add(rows, _OF_DOCUMENT)
        return {"reason": "", "cluster_id": "", "flags": []} | rows[0] | {"text": original_text(rows[0]["text"])}

    def document_beginning(self, doc_id: str) -> Row:
        """The one document whose id begins so. Raises `flows.errors.Stop` where that is none or several."""
        query = "select doc_id from places where starts_with(doc_id, $start) order by doc_id limit 2"
        rows = self.rows(query, start=doc_id)
        if len(rows) == 1:
            return self.document(rows[0]["doc_id"])
        if rows:
            raise Stop(f"several documents have an id that begins with {doc_id!r}: give more of it")
        where = "ids are in the column doc_id of documents and removed"
        raise Stop(f"no document has the id {doc_id!r} in {self.snapshot}; {where}")

    def places(self, doc_ids: Sequence[str]) -> dict[str, Row]:
        """Where documents come from, their titles and fates, and in which row of which part they lie, by id."""
        rows = self.rows("select * from places where doc_id in (select unnest($doc_ids))", doc_ids=list(doc_ids))
        return {row["doc_id"]: row for row in rows}

    def sources(self, wanted: Sequence[str], most: int = 0) -> dict[str, tuple[list[Row], list[Row]]]:
        """The documents and the edits of sources, both in order, by sha256; unknown ones are left out.

        The texts of all documents of a source, kept or not, are its clean text. With ``most``, sources with more
        code points than that are left out.
        """
        if not wanted:
            return {}
        documents = self.rows(_DOCUMENTS, wanted=list(wanted), most=most or 1 << 62)
        self.add(documents, ["text"])
        found: dict[str, tuple[list[Row], list[Row]]] = {}
        for row in documents:
            row["text"] = original_text(row["text"])
            found.setdefault(row["source_sha256"], ([], []))[0].append(row)
        parts = {str(self.snapshot / "edits" / Path(row["filename"]).name) for row in documents}
        for row in self.rows(_LEDGER, wanted=list(found), parts=sorted(parts)):
            row["before"], row["after"] = original_text(row["before"]), original_text(row["after"])
            found[row["source_sha256"]][1].append(row)
        return found


def _add(rows: Sequence[Row], columns: list[str]) -> None:
    with pq.ParquetFile(rows[0]["filename"]) as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        ends = list(accumulate(sizes))
        for group, lying in groupby(rows, key=lambda row: bisect_right(ends, row["file_row_number"])):
            held = list(lying)
            found = file.read_row_group(group, columns=columns, use_threads=False)
            numbers = [row["file_row_number"] - ends[group] + sizes[group] for row in held]
            for row, values in zip(held, found.take(numbers).to_pylist(), strict=True):
                row |= values


_PLACES = """
    select doc_id, source_sha256, source_path, section_index, title, encoding, 'kept' as fate, clean_chars,
           filename, file_row_number from documents
    union all
    select doc_id, source_sha256, source_path, section_index, section_title, encoding, kind, chars,
           filename, file_row_number from removed where scope = 'document'
"""
# Of these a table of documents has its own, and adds no others.
_OF_DOCUMENT = ["text", "section_title", "byte_start", "byte_end", "raw_chars", "cluster_id", "flags", "reason"]

_DOCUMENTS = """
    select * from places where source_sha256 in (select unnest($wanted))
    qualify sum(clean_chars) over (partition by source_sha256) <= $most order by source_sha256, section_index
"""
# A source lies in parts of the same number in every table.
_LEDGER = """
    select * exclude (filename, file_row_number) from edits
    where list_contains($parts, filename) and source_sha256 in (select unnest($wanted))
    order by source_sha256, step, ordinal
"""


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
