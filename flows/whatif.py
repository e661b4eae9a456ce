"""`jiaokan what-if`: what another profile, or one rule less, would change, before anyone changes it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import Indel
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cleaners import quality
from cleaners.decode import Undecodable
from cleaners.edits import invert
from cleaners.pipeline import Cleaned, clean
from cleaners.profile import PREFIX, Profile
from flows.errors import Stop
from flows.prior import prior_of
from flows.store.sources import Root, Source, read_sources, survey
from flows.terminal import inert

EXAMPLES = 12
EXAMPLES_EACH = 4  # of a profile's own rule, two of a source
_COMPARED = 20_000  # code points of each text in which examples are looked for
_NEAR = 18


@dataclass(slots=True)
class Own:
    """What one rule of a profile would find: places, sources with any, code points, and some places in context."""

    kind: str
    reason: str
    found: int = 0
    sources: int = 0
    characters: int = 0
    examples: list[tuple[str, str, str, str]] = field(default_factory=list)  # path, before, found, behind

    def add(self, path: str, text: str, spans: list[tuple[int, int]]) -> None:
        """Count places in the text of a source as the rule saw it."""
        self.found += len(spans)
        self.characters += sum(end - start for start, end in spans)
        for start, end in spans[: max(0, EXAMPLES_EACH - len(self.examples))][:2]:
            self.examples.append((path, text[max(0, start - _NEAR) : start], text[start:end], text[end : end + _NEAR]))


@dataclass(slots=True)
class Difference:
    """What changes over all sources looked at: edits by rule (now, then), documents, characters, examples."""

    sources: int = 0
    looked_at: int = 0
    changed: int = 0
    edits: dict[str, Counter[str]] = field(default_factory=lambda: {"now": Counter(), "then": Counter()})
    documents: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str, str, str, str]] = field(default_factory=list)  # path, before, now, then, behind
    own: dict[str, Own] = field(default_factory=dict)  # by name, what each rule of the profile to try would do
    unsettled: list[str] = field(default_factory=list)  # sources on which those rules do not come to rest


def without(profile: Profile, rules: list[str]) -> Profile:
    """The profile with some rules less. Raises Stop for a rule that does not exist."""
    from cleaners.rules import RULES

    known = [*(rule.name for rule in RULES), *(PREFIX + rule.name for rule in profile.rules)]
    if unknown := [rule for rule in rules if rule not in known]:
        raise Stop(f"there is no rule {unknown[0]!r}; valid: {', '.join(known)}")
    return replace(profile, without_rules=profile.without_rules | set(rules))


def compare(raw: Root, now: Profile, then: Profile, sample: int = 0, seed: int = 0) -> Difference:
    """Clean sources under both profiles and compare; with ``sample``, so many of them, drawn at random.

    Each source is looked at alone: what documents repeat each other, and what the pages of a site teach, is not.
    """
    found = survey(raw, now.text_column, now.max_source_mb << 20)
    difference = Difference(len(found.readable))
    difference.own = {PREFIX + rule.name: Own(rule.kind, rule.reason) for rule in then.rules if rule not in now.rules}
    for source, data in _data(raw, _drawn(found.readable, sample, seed), now):
        try:
            one, other = (clean(data, one_of, prior=prior_of(one_of.prior)) for one_of in (now, then))
        except Undecodable:
            continue
        _add(difference, source.path, one, other, now, then)
    return difference


def _drawn(sources: list[Source], sample: int, seed: int) -> list[Source]:
    """So many sources of smallest hash, in their order: a larger sample holds a smaller one."""
    if not sample or sample >= len(sources):
        return sources
    rank = {source.path: hashlib.sha256(f"{seed}:{source.path}".encode()).digest() for source in sources}
    chosen = set(sorted(rank, key=lambda path: rank[path])[:sample])
    return [source for source in sources if source.path in chosen]


def _data(raw: Root, sources: list[Source], profile: Profile) -> Iterator[tuple[Source, bytes]]:
    for source, record in read_sources(raw, sources, profile.text_column, profile.max_source_mb << 20):
        if not record.reason:
            yield source, record.data


def _add(difference: Difference, path: str, one: Cleaned, other: Cleaned, now: Profile, then: Profile) -> None:
    difference.looked_at += 1
    for name, cleaned, profile in (("now", one, now), ("then", other, then)):
        for step in cleaned.steps:
            difference.edits[name][step.rule] += len(step.edits)
        difference.characters[name] += len(cleaned.text)
        difference.documents[name] += len(cleaned.sections)
        difference.documents[f"{name} dropped"] += sum(
            not _kept(cleaned.text[section.start : section.end], profile) for section in cleaned.sections
        )
    _add_own(difference, path, other)
    if one.text != other.text:
        difference.changed += 1
        if len(difference.examples) < EXAMPLES:
            difference.examples.append(_example(path, one.text[:_COMPARED], other.text[:_COMPARED]))


def _add_own(difference: Difference, path: str, cleaned: Cleaned) -> None:
    """Count what the rules to try found, in the text as each of them saw it."""
    places: dict[str, list[tuple[int, int]]] = {name: [] for name in difference.own}
    for rule, flag in cleaned.flags:
        if rule in places and flag.start < flag.end:
            places[rule].append((flag.start, flag.end))
        elif flag.kind == "unsettled":
            difference.unsettled.append(path)
    for name, spans in places.items():
        difference.own[name].add(path, cleaned.text, spans)
    fired = {step.rule for step in cleaned.steps if step.rule in difference.own}
    for name in fired | {name for name, spans in places.items() if spans}:
        difference.own[name].sources += 1
    if not fired:
        return
    text = cleaned.text
    for step in reversed(cleaned.steps[1:]):
        text = invert(text, step.edits)
        if own := difference.own.get(step.rule):
            own.add(path, text, list(zip(step.edits.start, step.edits.end, strict=True)))


def _kept(text: str, profile: Profile) -> bool:
    return quality.verdict(text, quality.signals(text), min_chars=profile.min_chars).keep


def _example(path: str, now: str, then: str) -> tuple[str, str, str, str, str]:
    """The first place where two texts differ, with what stands around it."""
    for code in Indel.opcodes(now, then):
        if code.tag != "equal":
            before, behind = now[max(0, code.src_start - _NEAR) : code.src_start], now[code.src_end :][:_NEAR]
            return path, before, now[code.src_start : code.src_end], then[code.dest_start : code.dest_end], behind
    return path, "", "", "", f"differs after {_COMPARED:,} characters"


def show(difference: Difference, console: Console) -> None:
    """Print a difference."""
    of = f" of {difference.sources:,}" if difference.looked_at < difference.sources else ""
    console.print(f"{difference.looked_at:,}{of} sources: the text of [bold]{difference.changed:,}[/] would change")
    counts = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    counts.add_column("")
    for heading in ("now", "then", "change"):
        counts.add_column(heading, justify="right")
    both = difference.edits
    _row(counts, "characters", difference.characters["now"], difference.characters["then"])
    _row(counts, "documents", difference.documents["now"], difference.documents["then"])
    _row(counts, "documents dropped", difference.documents["now dropped"], difference.documents["then dropped"])
    changed = [rule for rule in sorted({*both["now"], *both["then"]}) if both["now"][rule] != both["then"][rule]]
    for rule in changed:
        _row(counts, f"edits by {rule}", both["now"][rule], both["then"][rule])
    console.print(counts)
    if difference.own:
        _show_own(difference, console)
    if difference.own and difference.own.keys() >= set(changed):
        return  # nothing but what was just shown
    for path, before, now, then, behind in difference.examples:
        line = Text(f"{inert(path, 60)}  ", style="dim").append(f"…{inert(before)}", style="not dim")
        line.append(inert(now, 120), style="red strike not dim").append(inert(then, 120), style="green not dim")
        console.print(line.append(f"{inert(behind)}…", style="not dim"), soft_wrap=True)


def _show_own(difference: Difference, console: Console) -> None:
    """A line and some places for each rule to try."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("rule", "kind", "reason"):
        table.add_column(heading, overflow="fold")
    for heading in ("places", "sources", "characters"):
        table.add_column(heading, justify="right")
    for name, own in difference.own.items():
        row = (name, own.kind, Text(inert(own.reason, 60)), f"{own.found:,}", f"{own.sources:,}", f"{own.characters:,}")
        table.add_row(*row, style="" if own.found else "dim")
    console.print(table)
    for name, own in difference.own.items():
        console.print(Text(name, style="cyan").append("" if own.found else " finds nothing here", style="default"))
        for path, before, found, behind in own.examples:
            line = Text(f"  {inert(path, 60)}  ", style="dim").append(f"…{inert(before)}", style="not dim")
            line.append(inert(found, 120), style="not dim " + ("red strike" if own.kind == "remove" else "yellow"))
            console.print(line.append(f"{inert(behind)}…", style="not dim"), soft_wrap=True)
    if difference.unsettled:
        first = escape(inert(difference.unsettled[0], 60))
        console.print(f"[yellow]On {len(difference.unsettled):,} sources these rules do not come to rest:[/] {first}")


def _row(table: Table, name: str, now: int, then: int) -> None:
    table.add_row(name, f"{now:,}", f"{then:,}", f"{then - now:+,}" if then != now else "–")
