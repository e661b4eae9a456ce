"""`jiaokan rules test`: every rule against its own examples, and all of them against texts that only look damaged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaners.document import Document, Rule
from cleaners.edits import apply, invert
from cleaners.pipeline import clean
from cleaners.profile import PREFIX, Profile
from cleaners.rules import user
from cleaners.rules.learned import example_page
from flows.catalogue import in_order
from flows.terminal import inert

LOOKALIKES = Path(__file__).with_name("lookalikes.json")


@dataclass(slots=True)
class Result:
    """What became of one rule: how many examples and look-alikes it was tried on, and which failed, in words."""

    rule: str
    kind: str
    examples: int
    lookalikes: int = 0
    failures: list[str] = field(default_factory=list)


def lookalikes() -> list[dict[str, str]]:
    """Legitimate texts that look like damage: ``family`` and ``text``. No rule may change one of them."""
    found: list[dict[str, str]] = json.loads(LOOKALIKES.read_text("utf-8"))
    return found


def check(profile: Profile) -> list[Result]:
    """Try every rule, the profile's own among them, in the order of work."""
    own = {PREFIX + rule.name: rule for rule in profile.rules}
    results: dict[str, Result] = {}
    for rule in in_order(profile):
        if mine := own.get(rule.name):
            count, failures = len(mine.match) + len(mine.keep), user.contradictions(mine)
        else:
            count, failures = 1, list(_example(rule))
        results[rule.name] = Result(rule.name, rule.kind, count, failures=failures)
    _spare(results, profile)
    return list(results.values())


def _example(rule: Rule) -> Iterator[str]:
    """What is untrue of the example in the catalogue."""
    before, after = rule.example
    document = example_page(rule, before)
    found = rule.find(document)
    if not rule.may_apply(document):
        yield f"its gate does not let its example through: {before!r}"
    if (became := apply(before, found.edits)) != after:
        yield f"its example became {became!r}, not {after!r}: {before!r}"
    if before == after and not found.flags:
        yield f"its example raises no flag: {before!r}"
    if invert(became, found.edits) != before:
        yield f"its example cannot be undone: {before!r}"
    again = rule.find(Document(after)) if rule.may_apply(Document(after)) else None
    if again and len(again.edits):
        yield f"it changes what it mended once more: {after!r}"


def _spare(results: dict[str, Result], profile: Profile) -> None:
    """Clean every look-alike; a rule that repairs, removes or splits something in one has failed."""
    texts = lookalikes()
    families = Counter(one["family"] for one in texts)
    for name, result in results.items():
        result.lookalikes = len(texts) if name.startswith(PREFIX) else families[name.split(".")[0]]
    for one in texts:
        for step in clean(one["text"].encode("utf-8"), profile).steps:
            if len(step.edits) and step.kind not in ("normalise", "decode"):
                results[step.rule].failures.append(
                    f"it takes {step.edits.before[0]!r} in a text that is as it should be: {one['text']!r}"
                )


def show(results: list[Result], console: Console) -> bool:
    """Print the results; whether all is well."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", style="cyan", no_wrap=True)
    table.add_column("kind")
    table.add_column("examples", justify="right")
    table.add_column("look-alikes", justify="right")
    table.add_column("")
    for one in results:
        verdict = Text("FAILED", style="bold red") if one.failures else Text("ok", style="green")
        table.add_row(one.rule, one.kind, str(one.examples), str(one.lookalikes or "–"), verdict)
    console.print(table)
    for one in results:
        for failure in one.failures:
            console.print(Text(f"{one.rule}: ", style="bold red").append(inert(failure, 400), style="not bold default"))
    failed = sum(bool(one.failures) for one in results)
    examples = sum(one.examples for one in results)
    said = f"{failed} of them failed." if failed else "all as it should be."
    console.print(f"{len(results)} rules, {examples} examples, {len(lookalikes())} look-alikes: {said}")
    return not failed
