"""What a person sees of a run: progress while it works, a summary at its end, tables for the run page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from flows.notes import sentences
from flows.terminal import inert

if TYPE_CHECKING:
    from flows.tasks import Outcome


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], Any]]:
    """A bar on a terminal, a plain line per tenth elsewhere; yields a callback that takes the bytes just done."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what, total=max(total, 1))
            yield lambda size: bar.advance(task, size)
        return
    done = tenths = 0

    def advance(size: int) -> None:
        nonlocal done, tenths
        done += size
        now = 10 * done // max(total, 1)
        if now > tenths:
            tenths = now
            print(f"{what}: {10 * min(now, 10)} %", file=sys.stderr, flush=True)

    yield advance


def print_summary(outcome: Outcome) -> None:
    """Documents in and out, characters removed by rule, and how to open the dataset."""
    console = Console(highlight=False)
    counts, where = outcome.counts, outcome.snapshot.parent.parent / "current"
    console.print(
        f"\n[bold]{counts['sources']:,}[/] sources, [bold]{counts['documents']:,}[/] documents: "
        f"[green]{counts['kept']:,} kept[/], {counts['merged']:,} merged, {counts['dropped']:,} dropped; "
        f"{counts['quarantined']:,} sources in quarantine, {counts['identical']:,} identical to another",
        soft_wrap=True,
    )
    console.print(
        f"{counts['raw_chars']:,} characters in, {counts['removed_chars']:,} removed, "
        f"{counts['restored_chars']:,} restored from copies"
    )
    if outcome.rules:
        console.print(_rules_table(outcome))
    for reason, count in outcome.reasons.items():
        console.print(f"quarantine: {count:,} x {reason}")
    if outcome.ignored:
        kinds = ", ".join(f"{count:,} x {inert(suffix, 20)}" for suffix, count in outcome.ignored.items())
        console.print(f"not read, because no documents by their names: {escape(kinds)}", soft_wrap=True)
    for sentence in sentences(outcome.notes):
        console.print(sentence, soft_wrap=True)
    for judgement in outcome.stale:
        console.print(f"judgement {judgement.id} no longer applies: {escape(judgement.about_what())}", soft_wrap=True)
    if outcome.damaged:
        lines = ", ".join(map(str, outcome.damaged[:20]))
        console.print(f"judgements that cannot be read and have no effect, by line: {lines}", soft_wrap=True)
    console.print(f"\nDataset: [bold]{escape(str(where))}[/]", soft_wrap=True)
    console.print(f"Open it: [cyan]{escape(open_line(str(where)))}[/]\n", soft_wrap=True)


def open_line(where: str) -> str:
    """One line of Python that opens the documents."""
    return f'import pyarrow.parquet as pq; documents = pq.read_table("{where}/documents")'


def _rules_table(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, title="")
    table.add_column("rule")
    for heading in ("characters removed", "edits", "documents"):
        table.add_column(heading, justify="right")
    for row in rule_rows(outcome):
        table.add_row(row["rule"], *(f"{row[name]:,}" for name in ("removed_chars", "edits", "documents")))
    return table


def rule_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """One row per rule that fired, the one that removed most first."""
    rows = [{"rule": name, **tally} for name, tally in outcome.rules.items()]
    return sorted(rows, key=lambda row: (-row["removed_chars"], -row["edits"], row["rule"]))


def markdown(outcome: Outcome) -> str:
    """The summary for the run page."""
    lines = [f"| {name.replace('_', ' ')} | {value:,} |" for name, value in outcome.counts.items()]
    reasons = [f"| quarantine: {reason} | {count:,} |" for reason, count in outcome.reasons.items()]
    seconds = ", ".join(f"{stage} {value:g} s" for stage, value in outcome.timings.items())
    heading = [f"## Snapshot {outcome.snapshot.name}", "", "| | |", "|---|---:|"]
    page = (outcome.snapshot / "report.html").resolve().as_uri()
    where = f"Read what was done: [report.html]({page}), or `jiaokan audit serve`. "
    where += f"Open it: `{open_line(str(outcome.snapshot))}`"
    notes = [f"- {sentence}" for sentence in sentences(outcome.notes)]
    return "\n".join([*heading, *lines, *reasons, "", *notes, "", f"Time: {seconds}", "", where])
