"""What a person says stands at a flagged place: found again in the page as the rule read it, and checked at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from cleaners.decisions import place_keys
from cleaners.document import Document
from cleaners.edits import apply, to_input
from cleaners.rules import RULES
from cleaners.rules.pinyin_shifted import PINYIN_SHIFTED, TOO_FEW, candidates, objection
from flows import judgements
from flows.audit import browse, sidebyside
from flows.audit.tables import Row, Tables
from flows.errors import Stop
from flows.judgements import Judgement
from flows.store.names import original_text
from flows.terminal import inert

RULE, KIND = PINYIN_SHIFTED.name, "pinyin_torn"
_CONTEXT = 20  # code points shown on either side of a flagged place
_FLAG = re.compile(r"([0-9a-f]{6,20})-([0-9]{1,9})")
_ORDER = [rule.name for rule in RULES]
_EARLIER = frozenset(_ORDER[: _ORDER.index(RULE)])


class Refused(Exception):
    """A text that cannot have stood at a place; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A flag that a person can settle: which of its document's flags it is, and where it stands.

    ``page`` is the source as the rule read it, ``start`` counts its code points. ``key`` names the place.
    """

    number: int
    page: str
    start: int
    text: str
    key: str
    candidates: tuple[str, ...]

    @property
    def context(self) -> tuple[str, str]:
        """What stands around it on that page."""
        end = self.start + len(self.text)
        return self.page[max(0, self.start - _CONTEXT) : self.start], self.page[end : end + _CONTEXT]


def name_of(doc_id: str, number: int) -> str:
    """How a flag is called on the command line."""
    return f"{doc_id[:12]}-{number}"


def can_be_settled(flag: Row) -> bool:
    """Whether a flag of the table `documents` is of the kind that a proof can settle."""
    return bool(flag["rule"] == RULE and flag["kind"] == KIND and flag["detail"] != TOO_FEW)


def listed(snapshot: Path, console: Console) -> None:
    """Print the flags that can be settled, each with its name, its context, and what it may be."""
    tables, key = Tables(snapshot), ""
    while True:
        page = browse.flags(tables, KIND, "", key)
        for row in page.rows:
            named = [_line(row, flag) for flag in row["flags"] if can_be_settled(flag)]
            if not named:
                continue
            console.print(Text(inert(row["source_path"], 200)), *named, sep="\n", soft_wrap=True)
            if row["more"]:
                console.print(f"  and {row['more']:,} more: jiaokan audit show {row['doc_id']}", soft_wrap=True)
        if not page.after:
            return
        key = page.after


def _line(row: Row, flag: Row) -> Text:
    line = Text(f"  {name_of(row['doc_id'], flag['number'])}  ", style="cyan")
    line.append(inert(flag["context_before"][-_CONTEXT:]), style="dim not cyan")
    line.append(inert(flag["text"], 100), style="red not cyan")
    line.append(inert(flag["context_after"][:_CONTEXT]), style="dim not cyan")
    return line.append(f"  {inert(flag['detail'], 160)}", style="not cyan")


def places(traced: sidebyside.Traced, row: Row) -> Iterator[Place]:
    """The flags of a document that a person can settle."""
    numbers = [number for number, flag in enumerate(row["flags"] or ()) if can_be_settled(flag)]
    if not numbers:
        return
    earlier = [edits for _, _, edits in takewhile(lambda step: step[1] in _EARLIER, traced.steps)]
    page = traced.decoded
    for edits in earlier:
        page = apply(page, edits)
    first, _ = traced.extent(row["doc_id"])
    starts = np.array([first + row["flags"][number]["start"] for number in numbers], dtype=np.int64)
    for _, _, edits in reversed(traced.steps[len(earlier) :]):
        starts = to_input(edits, starts)
    keys = place_keys(RULE, traced.decoded, starts.tolist(), earlier)
    for number, start, key in zip(numbers, starts.tolist(), keys, strict=True):
        flag = row["flags"][number]
        text = original_text(flag["text"])
        if page.startswith(text, start):
            named = tuple(candidate for candidate, _ in candidates(original_text(flag["detail"])))
            yield Place(number, page, start, text, key, named)


def settle(file: Path, row: Row, place: Place, text: str, note: str = "") -> Judgement:
    """Write down what stands at a place. Raises Refused where the page cannot have held that there."""
    why = objection(Document(place.page), place.start, place.start + len(place.text), text) if text else "give a text"
    if why:
        raise Refused(why)
    names = ("source_path", "source_sha256", "doc_id", "section_index")
    subject = {name: row[name] for name in names} | {"title": row["section_title"] or ""}
    judgement = judgements.new(
        about="flag",
        verdict=judgements.SETTLED,
        note=note,
        rule=RULE,
        key=place.key,
        before=place.text,
        after=text,
        **subject,
    )
    judgements.append(file, judgement)
    return judgement


def settle_named(snapshot: Path, file: Path, flag: str, text: str, note: str) -> Judgement:
    """Settle a flag that `jiaokan audit show` named. Raises Stop for a name that is none, and for a wrong text."""
    named = _FLAG.fullmatch(flag)
    if not named:
        raise Stop(f"{flag!r} names no flag; `jiaokan audit settle` lists names, like 0123456789ab-2")
    tables = Tables(snapshot)
    row = tables.document_beginning(named[1])
    traced = sidebyside.Traces(tables)[row["source_sha256"]]
    place = next((place for place in places(traced, row) if place.number == int(named[2])), None)
    if place is None:
        raise Stop(f"flag {named[2]} of this document does not exist, or is of a kind that nothing can prove")
    try:
        return settle(file, row, place, text, note)
    except Refused as error:
        raise Stop(f"refused: {inert(str(error))}") from error
