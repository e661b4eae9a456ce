"""`jiaokan rules`: the catalogue, in the order of work."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cleaners.document import Rule
from cleaners.profile import Profile
from cleaners.rules import RULES, user
from flows.terminal import inert


def in_order(profile: Profile) -> tuple[Rule, ...]:
    """Every rule there is, those of the profile in their place: last, but for the splitting and what follows it."""
    until = next(index for index, rule in enumerate(RULES) if rule.kind == "split")
    return (*RULES[:until], *user.compiled(profile.rules), *RULES[until:])


def print_rules(console: Console, profile: Profile) -> None:
    """Print every rule with its version, kind, summary and example; those the profile leaves out say so."""
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False)
    table.add_column("rule", style="cyan", no_wrap=True)
    table.add_column("v", justify="right")
    table.add_column("kind")
    table.add_column("what it does, and an example", overflow="fold", ratio=1)
    for rule in in_order(profile):
        before, after = rule.example
        was, now = escape(inert(before, 90)), escape(inert(after, 90))
        shown = f"[yellow]flags[/] {was}" if before == after else f"[red]{was}[/] → [green]{now or '(nothing)'}[/]"
        left_out = "[yellow]left out by the profile.[/] " if rule.name in profile.without_rules else ""
        summary = f"{left_out}{escape(inert(rule.summary))}\n[dim]{shown}[/]"
        table.add_row(rule.name, str(rule.version), rule.kind, summary)
    console.print(table)
