"""`jiaokan audit sample` and `jiaokan audit judge`: judging without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from cleaners.decisions import edit_key
from flows import judgements
from flows.audit import sampling, sidebyside
from flows.audit.tables import Row, Tables
from flows.errors import Stop
from flows.judgements import Judgement
from flows.terminal import inert

_EDIT = re.compile(r"([0-9a-f]{6,64})-([0-9]{1,9})-([0-9]{1,9})")


def sample(snapshot: Path, file: Path, rule: str, size: int, seed: int, console: Console) -> None:
    """Print a random sample of a rule's edits in their context, and the rule's precision so far."""
    tables = Tables(snapshot)
    check_rule(tables, rule)
    book, traces = judgements.read(file), sidebyside.Traces(tables)
    for row in sampling.draw(traces, rule, size, seed):
        traced, judgement = traces[row["source_sha256"]], book.on_edit(row)
        console.print(_line(row, traced, judgement), soft_wrap=True)
    version = int(tables.run["rules"][rule].get("version", 0))
    found = book.precision(rule, version)
    low, high = found.interval
    share = f"{found.share:.1%} ({low:.1%}–{high:.1%}, 95 %)" if found.judged else "nothing judged yet"
    by_hand = "" if found.sampled or not found.judged else ", not from random samples"
    console.print(f"\nprecision of {rule} version {version}: {share}, {found.judged} judged{by_hand}")
    console.print(
        f"[dim]Judge one: [/]jiaokan audit judge EDIT right|wrong|unsure --sample '{rule} n={size} seed={seed}'"
    )


def check_rule(tables: Tables, rule: str) -> None:
    """Raise Stop for a rule that made no edits, and list those that did."""
    if rule not in tables.run["rules"]:
        made = ", ".join(sorted(tables.run["rules"]))
        raise Stop(f"the rule {rule!r} made no edits in {tables.name}. Those that did: {made}")


def name_of(row: Row) -> str:
    """How an edit is called on the command line."""
    return f"{row['source_sha256'][:12]}-{row['step']}-{row['ordinal']}"


def _line(row: Row, traced: sidebyside.Traced, judgement: Judgement | None) -> Text:
    line = Text(name_of(row), style="cyan").append("  ")
    place = (row["step"], row["ordinal"])
    context = sidebyside.around(traced, place, 24) if place in traced.where else None
    line.append(inert(context.clean[0]) if context else "", style="dim not cyan")
    line.append(inert(row["before"], 200), style="red strike not cyan").append(inert(row["after"], 200), style="green")
    line.append(inert(context.clean[1]) if context else "", style="dim not cyan")
    line.append(f"  {inert(row['source_path'] or '', 80)}", style="dim not cyan")
    return line.append(f"  {judgement.verdict}", style="bold") if judgement else line


def judge(snapshot: Path, file: Path, edit: str, verdict: str, note: str, drawn: str) -> Judgement:
    """Write down a judgement on an edit that `sample` named. Raises Stop for an edit or a verdict that is none."""
    named = _EDIT.fullmatch(edit)
    if not named:
        raise Stop(f"{edit!r} names no edit; `jiaokan audit sample --rule RULE` shows names, like 0123456789ab-2-17")
    if verdict not in judgements.VERDICTS:
        raise Stop(f"{verdict!r} is no verdict; valid: {', '.join(judgements.VERDICTS)}")
    tables = Tables(snapshot)
    found = tables.rows(
        "select distinct source_sha256 from edits where starts_with(source_sha256, $start) limit 2", start=named[1]
    )
    if len(found) != 1:
        raise Stop(f"{'several sources begin' if found else 'no source begins'} with {named[1]!r} in {tables.name}")
    traced = sidebyside.Traces(tables)[found[0]["source_sha256"]]
    place = int(named[2]), int(named[3])
    if place not in traced.ledger or not place[0]:
        raise Stop(f"this source has no edit {place[1]} in step {place[0]}, or it belongs to the decoding")
    judgement = judgements.new(about="edit", verdict=verdict, note=note, sample=drawn, **subject(tables, traced, place))
    judgements.append(file, judgement)
    return judgement


def subject(tables: Tables, traced: sidebyside.Traced, place: tuple[int, int]) -> dict[str, Any]:
    """What a judgement on an edit has to remember of it."""
    row = located(traced, traced.ledger[place])
    names = ("source_path", "source_sha256", "doc_id", "section_index", "rule", "key")
    return {name: row[name] for name in (*names, "before", "after", "raw_start", "raw_end")} | {
        "title": row["title"] or "",
        "rule_version": int(tables.run["rules"].get(row["rule"], {}).get("version", 0)),
    }


def located(traced: sidebyside.Traced, row: Row) -> Row:
    """An edit with where its document lies, and its key for judgements (empty for edits of the decoding)."""
    part = next((part for part in traced.parts if part["doc_id"] == row["doc_id"]), traced.parts[0])
    found = row | {name: part[name] for name in ("source_path", "section_index", "title", "fate")}
    found["key"] = ""
    if row["kind"] == "restore":  # known by the text it completes, see flows.writing
        found["key"] = edit_key(row["rule"], part["unrestored"], row["start"], row["end"], row["after"])
    elif span := traced.spans.get((row["step"], row["ordinal"])):
        found["key"] = edit_key(row["rule"], traced.decoded, *span, row["after"])
    return found
