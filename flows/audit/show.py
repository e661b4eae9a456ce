"""`jiaokan audit show`: one document with its edits in colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from flows.audit.settling import can_be_settled, name_of
from flows.audit.sidebyside import Piece, Traced, Traces, lines
from flows.audit.tables import Row, Tables
from flows.terminal import inert

_QUIET = "normalise"  # the kind of edits that change how a character is written, not what it says
CONTEXT = 60  # code points of untouched text shown on either side of an edit


def show(snapshot: Path, doc_id: str, console: Console, whole: bool = False) -> None:
    """Print one document of a snapshot; untouched stretches are shortened unless ``whole``.

    Raises `flows.errors.Stop` when no document, or more than one, has an id that begins with ``doc_id``.
    """
    tables = Tables(snapshot)
    row = tables.document_beginning(doc_id)
    traced = Traces(tables)[row["source_sha256"]]
    _heading(row, console)
    text, quiet = _coloured(_pieces(traced, row["doc_id"]), traced, whole)
    console.print(text)
    if quiet:
        named = ", ".join(f"[cyan]{rule}[/] {count:,}" for rule, count in quiet.most_common())
        console.print(f"\n[green]Green[/] that no rule is named for was normalised: {named}")
    for number, flag in enumerate(row["flags"] or ()):
        console.print(
            f"[yellow]flag[/] [cyan]{escape(flag['rule'])}[/] {escape(flag['kind'])} at {flag['start']}: "
            f"“{escape(inert(flag['text'], 40))}” [dim]{escape(inert(flag['detail'], 160))}[/]"
        )
        if can_be_settled(flag):
            console.print(f"     [dim]Settle it: [/]jiaokan audit settle {name_of(row['doc_id'], number)} TEXT")


def _heading(row: Row, console: Console) -> None:
    title = row["title"] or "(no title)"
    console.print(f"[bold]{escape(inert(title, 100))}[/]  [dim]{row['doc_id']}[/]")
    console.print(f"{escape(inert(row['source_path'], 200))}, part {row['section_index'] + 1}")
    if row["fate"] != "kept":
        console.print(f"[magenta]{row['fate']}[/]: {escape(inert(row['reason'], 300))}")
    console.print()


def _pieces(traced: Traced, doc_id: str) -> Iterable[Piece]:
    """The pieces of a document, untouched ones that follow one another made one."""
    plain = ""
    for line in lines(traced, doc_id):
        for piece in line.pieces:
            if not piece.edits:
                plain += piece.after
                continue
            yield Piece(plain, plain)
            yield piece
            plain = ""
    yield Piece(plain, plain)


def _coloured(pieces: Iterable[Piece], traced: Traced, whole: bool) -> tuple[Text, Counter[str]]:
    """The text, and how many edits each rule made that are not named in it: on a converted page half of all."""
    text, quiet = Text(), Counter[str]()
    for piece in pieces:
        if not piece.edits:
            text.append(_shortened(piece.after, whole))
            continue
        edits = [traced.ledger[place] for place in piece.edits]
        quiet.update(edit["rule"] for edit in edits if edit["kind"] == _QUIET)
        names = sorted({edit["rule"] for edit in edits if edit["kind"] != _QUIET or not piece.after})
        if names:
            text.append(_lines(piece.before), style="red strike")
        text.append(_lines(piece.after), style="green")
        if names:
            text.append("‹" + ",".join(names) + "›", style="dim cyan")
    return text, quiet


def _shortened(text: str, whole: bool) -> str:
    if whole or len(text) <= 2 * CONTEXT + 20:
        return _lines(text)
    left_out = len(text) - 2 * CONTEXT
    return f"{_lines(text[:CONTEXT])} …{left_out:,} characters… {_lines(text[-CONTEXT:])}"


def _lines(text: str) -> str:
    """Inert, but with its line breaks."""
    return "\n".join(inert(line) for line in text.split("\n"))
