"""The commands about snapshots and the schedule: `snapshots`, `diff`, `rollback`, `publish`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli_places import Clean
from flows.errors import Stop
from flows.terminal import console

MONTH = 30  # nights; the same as flows.tasks.KEEP, which is slow to import
Keep = Annotated[int, typer.Option("--keep", min=1, help="Snapshots to keep; the current one always stays.")]
Lineage = Annotated[Path | None, typer.Option("--lineage", metavar="FILE", help="Append OpenLineage events to it.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
_NAME = "An id, how it begins, current, or previous."


def snapshots(clean: Clean = Path("corpus_clean"), as_json: AsJson = False) -> None:
    """List the snapshots, and the candidates a gate held back."""
    from flows import history

    if as_json:
        typer.echo(history.as_rows(clean), nl=False)
    else:
        history.show(clean, console())


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help=_NAME)] = "previous",
    b: Annotated[str, typer.Argument(metavar="B", help=_NAME)] = "current",
    clean: Clean = Path("corpus_clean"),
    as_json: AsJson = False,
) -> None:
    """Show which documents and rules changed from one snapshot to another, with examples."""
    from flows import diff as comparison
    from flows.store.snapshots import find

    one, other = find(clean, a), find(clean, b)
    for each in (one, other):
        if not each.manifest:
            raise Stop(f"{each.id} is damaged: it has no readable manifest.json. Choose another.")
    difference = comparison.compare(one, other)
    if as_json:
        typer.echo(comparison.as_json(difference))
    else:
        comparison.show(difference, console())


def rollback(
    snapshot: Annotated[str, typer.Argument(metavar="ID", help=_NAME)], clean: Clean = Path("corpus_clean")
) -> None:
    """Make an older snapshot the current one. What it replaces is not published again unless something changes."""
    from flows import history

    typer.echo(f"{clean / 'current'} is now {history.rollback(clean, snapshot).id}")


def publish(
    candidate: Annotated[str, typer.Argument(metavar="[ID]", help="A candidate; without one, the newest.")] = "",
    accept: Annotated[list[str] | None, typer.Option("--accept", metavar="GATE", help="A gate to overrule.")] = None,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; it is recorded.")] = "",
    clean: Clean = Path("corpus_clean"),
) -> None:
    """Publish a candidate that gates held back, naming every one of them and the reason."""
    from flows import history

    typer.echo(f"Published {history.accept(clean, candidate, accept or [], because).name}")
