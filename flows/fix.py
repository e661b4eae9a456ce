"""`jiaokan fix`: mend one document, without a server and without state, and say what was done."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.markup import escape

from cleaners import decode as decoding
from cleaners.pipeline import Cleaned, Step
from flows.audit.words import plain as as_prose
from flows.terminal import inert

EXAMPLES_PER_LINE = 4


def plain(cleaned: Cleaned) -> str:
    """The clean text; where a file held several documents, they stand one blank line apart."""
    return "\n\n".join(cleaned.text[section.start : section.end] for section in cleaned.sections)


def as_json(cleaned: Cleaned) -> str:
    """The clean text with every edit and flag, as one JSON object on several lines.

    ``start`` and ``end`` of an edit are code points of the text its step was given (for step 0, of the decoded text);
    ``raw_start`` and ``raw_end`` are bytes of the source. Undone from the last step to the first, the edits give
    the source back.
    """
    return json.dumps(
        {
            "text": cleaned.text,
            "encoding": cleaned.encoding,
            "documents": [
                {"title": section.title, "start": section.start, "end": section.end} for section in cleaned.sections
            ],
            "edits": list(_edit_rows(cleaned)),
            "flags": [
                {
                    "rule": rule,
                    "kind": flag.kind,
                    "start": flag.start,
                    "end": flag.end,
                    "text": flag.text,
                    "detail": flag.detail,
                    "value": flag.value,
                }
                for rule, flag in cleaned.flags
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _edit_rows(cleaned: Cleaned) -> Iterator[dict[str, object]]:
    for number, step in enumerate(cleaned.steps):
        edits = step.edits
        for index in range(len(edits)):
            yield {
                "rule": step.rule,
                "kind": step.kind,
                "start": edits.start[index],
                "end": edits.end[index],
                "before": edits.before[index],
                "after": edits.after[index],
                "confidence": edits.confidence[index],
                "evidence": edits.evidence[index],
                "step": number,
                "version": step.version,
                "raw_start": int(step.raw_start[index]),
                "raw_end": int(step.raw_end[index]),
            }


@dataclass(frozen=True, slots=True)
class _Line:
    """The changes one rule made on one line of the source."""

    number: int
    step: Step
    which: list[int]


def explain(raw: bytes, cleaned: Cleaned, console: Console) -> None:
    """Tell a person what happened to the text, line by line of the source, and why we are sure."""
    console.print(
        f"[bold]{len(raw):,}[/] bytes read as [bold]{cleaned.encoding}[/], "
        f"{cleaned.decoded_chars:,} characters → {len(cleaned.text):,}, {len(cleaned.sections)} document(s)"
    )
    rows = sorted(_lines(raw, cleaned), key=lambda row: row.number)
    if not rows:
        console.print("Nothing to mend: the text is left as it is.")
    for row in rows:
        edits = row.step.edits
        shown = row.which[:EXAMPLES_PER_LINE]
        more = len(row.which) - len(shown)
        console.print(f"[dim]line {row.number}[/]  [cyan]{row.step.rule}[/]  {_times(len(row.which))}")
        for index in shown:
            console.print("   ", _change(edits.before[index], edits.after[index]), _why(row.step, index))
        if more:
            console.print(f"    [dim]… and {more} more of the same kind on this line[/]")
    for rule, flag in cleaned.flags:
        console.print(
            f"[yellow]noted[/]  [cyan]{rule}[/]  {escape(flag.kind)}  "
            f"“{escape(inert(flag.text, 60))}”  [dim]{escape(inert(flag.detail, 160))}[/]"
        )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _change(before: str, after: str) -> str:
    was = f"[red]{escape(inert(before, 60))}[/]" if before else "[dim]nothing[/]"
    now = f"[green]{escape(inert(after, 60))}[/]" if after else "[dim]nothing[/]"
    return f"{was} → {now}"


def _why(step: Step, index: int) -> str:
    evidence = step.edits.evidence[index] or step.kind
    return f"[dim]({step.edits.confidence[index]:.3g}: {escape(inert(as_prose(evidence), 200))})[/]"


def _lines(raw: bytes, cleaned: Cleaned) -> Iterator[_Line]:
    """Group the edits of every step by the line of the source they begin on."""
    decoded = decoding.decode(raw)
    breaks = np.array([i for i, char in enumerate(decoded.text) if char == "\n"], dtype=np.int64)
    break_bytes = decoding.byte_offsets(decoded, breaks)
    for step in cleaned.steps:
        by_line: dict[int, list[int]] = defaultdict(list)
        for index, place in enumerate(np.searchsorted(break_bytes, step.raw_start, side="left").tolist()):
            by_line[place + 1].append(index)
        for number, which in by_line.items():
            yield _Line(number, step, which)
