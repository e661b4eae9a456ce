"""`jiaokan audit duplicates`: clusters in the terminal, and copies side by side with their differences marked."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaners.corpus.clusters import LEAST_CONTAINMENT, LEAST_SIMILARITY
from flows.audit import apparatus, browse
from flows.audit.tables import Row, Tables, Unknown
from flows.errors import Stop
from flows.store.names import original_text
from flows.terminal import inert

SHOWN = 40  # clusters listed
_NEAR = 24  # code points of agreeing text shown on either side of a difference
_RESTORED = "select * from edits where doc_id = $doc_id and kind = 'restore' order by start"


def duplicates(snapshot: Path, cluster: str, console: Console) -> None:
    """List the clusters of a snapshot, or show one. Raises Stop where no cluster has this id."""
    tables = Tables(snapshot)
    if not cluster:
        _list(tables, console)
        return
    try:
        survivor = tables.document(cluster)
        members = browse.members(tables, cluster)
    except Unknown as error:
        raise Stop(str(error)) from error
    if not members:
        raise Stop(f"No document gave way to {cluster}. `jiaokan audit duplicates` lists the clusters.")
    copies = list(zip(members, apparatus.sigla(len(members) + 1)[1:], strict=True))
    _print_members(survivor, copies, console)
    _print_restored(tables, survivor, {member["removed_doc_id"]: siglum for member, siglum in copies}, console)
    for member, siglum in copies:
        _show(tables, survivor, member, siglum, console)


def _list(tables: Tables, console: Console) -> None:
    page = browse.clusters(tables, size=SHOWN)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("cluster", style="cyan", no_wrap=True)
    table.add_column("copies", justify="right")
    table.add_column("similarity", justify="right")
    table.add_column("survivor", overflow="fold")
    for row in page.rows:
        name = Text(inert(row["title"] or "", 60) + "  ").append(inert(row["source_path"], 80), style="dim")
        similar = f"{row['least']:.3f}" + (f"–{row['most']:.3f}" if row["most"] != row["least"] else "")
        table.add_row(row["survivor_doc_id"], str(row["members"]), similar, name)
    console.print(table if page.rows else "No text was repeated.")
    if page.after:
        console.print(f"[dim]and more: the {SHOWN} largest are shown[/]")
    elif page.rows:
        console.print("[dim]One of them, copies side by side: [/]jiaokan audit duplicates --cluster ID")


def _print_members(survivor: Row, copies: list[tuple[Row, str]], console: Console) -> None:
    """Who is in the cluster, who stayed and why the others gave way."""
    console.print(Text(inert(survivor["title"] or survivor["source_path"], 100), style="bold"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("", "source", "similarity", "of it in A", ""):
        table.add_column(heading, overflow="fold", justify="right" if heading.startswith(("sim", "of")) else "left")
    truncated = any(flag["kind"] == "truncated" for flag in survivor["flags"])
    whole = f"survives: {survivor['clean_chars']:,} characters" + (", truncated" if truncated else "")
    table.add_row("A", _place(survivor), "", "", whole)
    for member, siglum in copies:
        alike = member["similarity"] >= LEAST_SIMILARITY
        why = "gave way: a copy" if alike else "gave way: an excerpt, or a shorter version"
        if member["removed_doc_id"] == member["survivor_doc_id"]:
            why = "the same bytes"
        row = (f"{member['similarity']:.3f}", f"{member['containment']:.1%}", why)
        table.add_row(siglum, _place(member, "removed_"), *row)
    console.print(table)
    console.print(
        f"[dim]Copies are one from a similarity of {LEAST_SIMILARITY} on, or where {LEAST_CONTAINMENT:.0%} of one is in"
        " the other, unless they tell different facts. What is whole survives, then what has most undamaged text.[/]\n"
    )


def _place(row: Row, side: str = "") -> str:
    return f"{inert(row[f'{side}source_path'], 100)}, part {row[f'{side}section_index'] + 1}"


def _print_restored(tables: Tables, survivor: Row, sigla: dict[str, str], console: Console) -> None:
    """What the survivor got back, and from whom."""
    rows = tables.rows(_RESTORED, doc_id=survivor["doc_id"])
    if not rows:
        return
    count = sum(len(row["after"]) for row in rows)
    title = f"restored in A: {len(rows)} places, {count:,} characters"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_header=False)
    shift = 0
    for row in rows:
        start = row["start"] + shift
        end = start + len(original_text(row["after"]))
        shift = end - row["end"]
        text = survivor["text"]
        line = Text("…" + inert(text[max(0, start - _NEAR) : start]), style="dim")
        if row["before"]:
            line.append(inert(original_text(row["before"]), 40), style="not dim red strike").append("→")
        line.append(inert(text[start:end], 200), style="not dim bold green")
        line.append(inert(text[end : end + _NEAR]) + "…")
        table.add_row(f"from {sigla.get(row['witness_doc_id'], row['witness_doc_id'])}", line)
    console.print(table)


def _show(tables: Tables, survivor: Row, member: Row, siglum: str, console: Console) -> None:
    """The places where a copy differs, both readings side by side."""
    if member["removed_doc_id"] == member["survivor_doc_id"]:
        return
    gone = tables.document(member["removed_doc_id"])
    found = apparatus.collate(survivor["text"], [(siglum, gone["text"])])
    title = f"where {siglum} differs: {len(found.variants)} places"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, expand=True, show_lines=True)
    table.add_column(Text(f"A: {_place(survivor)}"), overflow="fold", ratio=1)
    table.add_column(Text(f"{siglum}: {_place(member, 'removed_')}"), overflow="fold", ratio=1)
    for variant in found.variants:
        before = survivor["text"][max(0, variant.start - _NEAR) : variant.start]
        after = survivor["text"][variant.end : variant.end + _NEAR]
        reading = variant.readings[0].text if variant.readings else variant.lemma
        table.add_row(_side(before, variant.lemma, after, "red"), _side(before, reading, after, "green"))
    console.print(table if found.variants else Text(f"{siglum} reads the same as A"))
    if found.cut:
        console.print(f"[dim]Only the first {apparatus.LONGEST:,} characters were compared.[/]")


def _side(before: str, marked: str, after: str, style: str) -> Text:
    text = Text("…" + inert(before), style="dim")
    text.append(inert(marked, 400) or "∅", style=f"bold not dim {style}")
    return text.append(inert(after) + "…")
