"""`jiaokan audit summary`: what the last snapshot took out, by rule, with examples."""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape

from flows.terminal import inert

EXAMPLES = 3

# One pass over the ledger per question; examples are the first in the order of the sources, so that the summary of a
# snapshot is the same every time.
_RULES = """
    select rule, kind, count(*) as edits, count(distinct source_sha256) as sources,
           sum(length(before)) as taken, sum(length(after)) as written,
           arg_min({{'before': left(before, 400), 'after': left(after, 400)}},
                   (source_sha256, step, ordinal), {examples}) as examples
    from read_parquet($edits) where kind <> 'decode' or after <> ''
    group by all order by taken - written desc, edits desc, rule
"""
_DOCUMENTS = """
    select kind, reason, count(*) as documents, sum(chars) as chars,
           arg_min({{'path': source_path, 'index': section_index, 'title': section_title}},
                   (source_path, section_index), {examples}) as examples
    from read_parquet($removed) where scope = 'document'
    group by all order by kind, documents desc, reason
"""
_QUARANTINE = """
    select reason, count(*) as sources, arg_min(source_path, source_path, {examples}) as examples
    from read_parquet($quarantine) group by all order by sources desc, reason
"""


def summary(snapshot: Path, console: Console) -> None:
    """Print the summary of one snapshot folder."""
    database = duckdb.connect()

    def rows(query: str, table: str) -> list[tuple]:  # type: ignore[type-arg]
        files = str(snapshot / table / "*.parquet")
        return database.execute(query.format(examples=EXAMPLES), {table: files}).fetchall()

    _print_rules(rows(_RULES, "edits"), console)
    _print_documents(rows(_DOCUMENTS, "removed"), console)
    for reason, sources, examples in rows(_QUARANTINE, "quarantine"):
        console.print(f"[yellow]quarantine[/] {sources:,} × {escape(reason)}")
        for path in examples:
            console.print(f"    [dim]{escape(inert(path, 100))}[/]")
    console.print("\n[dim]One document with its edits in colour: [/]jiaokan audit show DOC_ID")


def _print_rules(rows: list[tuple], console: Console) -> None:  # type: ignore[type-arg]
    longest = max((len(rule) for rule, *_ in rows), default=4)
    console.print(f"[bold]{'rule':{longest}}  {'kind':9} {'edits':>9} {'sources':>9} {'characters less':>15}[/]")
    for rule, kind, edits, sources, taken, written, examples in rows:
        console.print(
            f"[cyan]{rule:{longest}}[/]  {kind:9} {edits:>9,} {sources:>9,} {taken - written:>15,}", soft_wrap=True
        )
        for example in dict.fromkeys(_example(each["before"], each["after"]) for each in examples):
            console.print(f"    {example}", no_wrap=True, overflow="ellipsis")


def _example(before: str, after: str) -> str:
    arrow = f" → [green]{escape(inert(after, 24))}[/]" if after else ""
    return f"[red]{escape(inert(before, 40))}[/]{arrow}"


def _print_documents(rows: list[tuple], console: Console) -> None:  # type: ignore[type-arg]
    for kind, reason, documents, chars, examples in rows:
        console.print(f"[magenta]{kind}[/] {documents:,} document(s), {chars:,} characters: {escape(reason)}")
        for example in examples:
            name = f"{example['path']}  {example['title'] or ''}"
            console.print(f"    [dim]{escape(inert(name, 100))}[/]")
