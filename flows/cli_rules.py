"""`jiaokan rules`: the catalogue, its examples, and what a profile's rules would do before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli_places import Raw
from flows.errors import Stop
from flows.terminal import console

rules = typer.Typer(invoke_without_command=True)
ProfileName = Annotated[str, typer.Option("--profile", metavar="NAME|FILE", help="A profile, for its own rules.")]


@rules.callback()
def catalogue(context: typer.Context, profile: ProfileName = "default") -> None:
    """List every rule in the order it runs: name, version, kind, what it does, an example."""
    if context.invoked_subcommand:
        return
    from flows import profiles
    from flows.catalogue import print_rules

    print_rules(console(), profiles.load(profile))


@rules.command("test")
def test(profile: ProfileName = "default") -> None:
    """Run every rule's examples, and all rules over texts that only look damaged. 0: all is as it should be."""
    from flows import profiles, ruletest

    if not ruletest.show(ruletest.check(profiles.load(profile, examples=False)), console()):
        raise typer.Exit(1)


@rules.command("try")
def try_out(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A profile with rules of its own.")],
    raw: Raw = Path("corpus_raw"),
    sample: Annotated[int, typer.Option("--sample", min=0, help="Sources to try it on; 0: all.")] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed draws others.")] = 0,
) -> None:
    """Show what the rules of a profile would take out of a corpus. Nothing is written."""
    from dataclasses import replace

    from flows import profiles, whatif

    profile = profiles.load(file)
    if not profile.rules:
        raise Stop(f"The profile {file} has no rules of its own to try. The README shows how to write one.")
    whatif.show(whatif.compare(raw, replace(profile, rules=()), profile, sample, seed), console())
