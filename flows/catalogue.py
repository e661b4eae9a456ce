"""`jiaokan rules`: the catalogue, in the order of work."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cleaners.rules import RULES
from flows.terminal import inert


def print_rules(console: Console) -> None:
    """Print every rule with its version, kind, summary and example."""
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False)
    table.add_column("rule", style="cyan", no_wrap=True)
    table.add_column("v", justify="right")
    table.add_column("kind")
    table.add_column("what it does, and an example", overflow="fold", ratio=1)
    for rule in RULES:
        before, after = rule.example
        was, now = escape(inert(before, 90)), escape(inert(after, 90))
        shown = f"[yellow]flags[/] {was}" if before == after else f"[red]{was}[/] → [green]{now or '(nothing)'}[/]"
        table.add_row(rule.name, str(rule.version), rule.kind, f"{escape(rule.summary)}\n[dim]{shown}[/]")
    console.print(table)
