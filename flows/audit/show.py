"""`jiaokan audit show`: one document with its edits in colour."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from cleaners.document import Edits
from cleaners.trace import Stretch, trace
from flows.errors import Stop
from flows.terminal import inert

CONTEXT = 60  # code points of untouched text shown on either side of an edit


def show(snapshot: Path, doc_id: str, console: Console, whole: bool = False) -> None:
    """Print one document of a snapshot; untouched stretches are shortened unless ``whole``.

    Raises `flows.errors.Stop` when no document, or more than one, has an id that begins with ``doc_id``.
    """
    database = duckdb.connect()
    row = _find(database, snapshot, doc_id)
    parts = _source_parts(database, snapshot, row["source_sha256"])
    rules, steps = _ledger(database, snapshot, row["source_sha256"])
    start = sum(len(part["text"]) for part in parts if part["section_index"] < row["section_index"])
    _heading(row, console)
    stretches = trace("".join(part["text"] for part in parts), steps)
    console.print(_coloured(_within(stretches, start, start + len(row["text"])), rules, whole))
    for flag in row["flags"] or ():
        console.print(
            f"[yellow]flag[/] [cyan]{escape(flag['rule'])}[/] {escape(flag['kind'])} at {flag['start']}: "
            f"“{escape(inert(flag['text'], 40))}” [dim]{escape(inert(flag['detail'], 160))}[/]"
        )


def _find(database: duckdb.DuckDBPyConnection, snapshot: Path, doc_id: str) -> dict[str, Any]:
    rows = _rows(
        database,
        """
        select doc_id, text, title, source_path, source_sha256, section_index, flags, 'kept' as fate, '' as reason
        from read_parquet($documents) where starts_with(doc_id, $doc_id)
        union all
        select doc_id, text, section_title, source_path, source_sha256, section_index, [], kind, reason
        from read_parquet($removed) where scope = 'document' and starts_with(doc_id, $doc_id)
        order by doc_id limit 4
        """,
        documents=_files(snapshot, "documents"),
        removed=_files(snapshot, "removed"),
        doc_id=doc_id,
    )
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise Stop(f"several documents have an id that begins with {doc_id!r}: give more of it")
    raise Stop(
        f"no document has the id {doc_id!r} in {snapshot}; ids are in the column doc_id of documents and removed"
    )


def _source_parts(database: duckdb.DuckDBPyConnection, snapshot: Path, sha256: str) -> list[dict[str, Any]]:
    """Every document of a source, kept, dropped or merged away, in order: together they are its clean text."""
    return _rows(
        database,
        """
        select section_index, text from read_parquet($documents) where source_sha256 = $sha256
        union all
        select section_index, text from read_parquet($removed) where source_sha256 = $sha256 and scope = 'document'
        order by section_index
        """,
        documents=_files(snapshot, "documents"),
        removed=_files(snapshot, "removed"),
        sha256=sha256,
    )


def _ledger(database: duckdb.DuckDBPyConnection, snapshot: Path, sha256: str) -> tuple[list[str], list[Edits]]:
    """The rule and the edits of every step after the decoding."""
    rules: list[str] = []
    steps: list[Edits] = []
    number = 0
    for row in _rows(
        database,
        """
        select step, rule, start, before, after, confidence, evidence
        from read_parquet($edits) where source_sha256 = $sha256 and step > 0 order by step, ordinal
        """,
        edits=_files(snapshot, "edits"),
        sha256=sha256,
    ):
        if row["step"] != number:
            number = row["step"]
            rules.append(row["rule"])
            steps.append(Edits())
        steps[-1].add(row["start"], row["before"], row["after"], row["confidence"], row["evidence"])
    return rules, steps


def _rows(database: duckdb.DuckDBPyConnection, query: str, **parameters: str) -> list[dict[str, Any]]:
    cursor = database.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _files(snapshot: Path, table: str) -> str:
    return str(snapshot / table / "*.parquet")


def _heading(row: dict[str, Any], console: Console) -> None:
    title = row["title"] or "(no title)"
    console.print(f"[bold]{escape(inert(title, 100))}[/]  [dim]{row['doc_id']}[/]")
    console.print(f"{escape(inert(row['source_path'], 200))}, part {row['section_index'] + 1}")
    if row["fate"] != "kept":
        console.print(f"[magenta]{row['fate']}[/]: {escape(inert(row['reason'], 300))}")
    console.print()


def _within(stretches: Iterable[Stretch], start: int, end: int) -> list[Stretch]:
    """The stretches of one document: those that stand, wholly or in part, in ``[start, end)`` of the clean text."""
    chosen = []
    for stretch in stretches:
        first, last = max(stretch.start, start), min(stretch.start + len(stretch.after), end)
        if stretch.edits and start <= stretch.start <= end:
            chosen.append(stretch)
        elif first < last:
            cut = stretch.after[first - stretch.start : last - stretch.start]
            chosen.append(Stretch(cut, cut, first, stretch.edits))
    return chosen


def _coloured(stretches: list[Stretch], rules: list[str], whole: bool) -> Text:
    text = Text()
    for stretch in stretches:
        if not stretch.edits:
            text.append(_shortened(stretch.after, whole))
            continue
        text.append(_lines(stretch.before), style="red strike")
        text.append(_lines(stretch.after), style="green")
        names = sorted({rules[step] for step, _ in stretch.edits})
        text.append("‹" + ", ".join(names) + "›", style="dim cyan")
    return text


def _shortened(text: str, whole: bool) -> str:
    if whole or len(text) <= 2 * CONTEXT + 20:
        return _lines(text)
    left_out = len(text) - 2 * CONTEXT
    return f"{_lines(text[:CONTEXT])} …{left_out:,} characters… {_lines(text[-CONTEXT:])}"


def _lines(text: str) -> str:
    """Inert, but with its line breaks."""
    return "\n".join(inert(line) for line in text.split("\n"))
