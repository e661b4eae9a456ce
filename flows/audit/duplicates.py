"""`jiaokan audit duplicates`: clusters in the terminal, and copies side by side with their differences marked."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.audit import apparatus, browse
from flows.audit.tables import Row, Tables, Unknown
from flows.errors import Stop
from flows.terminal import inert

SHOWN = 40  # clusters listed
_NEAR = 24  # code points of agreeing text shown on either side of a difference


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
    for member in members:
        _show(tables, survivor, member, console)


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


def _show(tables: Tables, survivor: Row, member: Row, console: Console) -> None:
    here = f"{inert(member['removed_source_path'], 100)}, part {member['removed_section_index'] + 1}"
    there = f"{inert(survivor['source_path'], 100)}, part {survivor['section_index'] + 1}"
    if member["removed_doc_id"] == member["survivor_doc_id"]:
        console.print(Text(f"{here}: the same bytes as {there}"))
        return
    gone = tables.document(member["removed_doc_id"])
    found = apparatus.collate(survivor["text"], [("B", gone["text"])])
    title = f"similarity {member['similarity']:.3f}, {member['containment']:.1%} of the copy is in the survivor"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, expand=True, show_lines=True)
    table.add_column(Text(f"survivor: {there}"), overflow="fold", ratio=1)
    table.add_column(Text(f"copy: {here}"), overflow="fold", ratio=1)
    for variant in found.variants:
        before = survivor["text"][max(0, variant.start - _NEAR) : variant.start]
        after = survivor["text"][variant.end : variant.end + _NEAR]
        reading = variant.readings[0].text if variant.readings else variant.lemma
        table.add_row(_side(before, variant.lemma, after, "red"), _side(before, reading, after, "green"))
    console.print(table if found.variants else Text(f"{here} reads the same as {there}"))
    if found.cut:
        console.print(f"[dim]Only the first {apparatus.LONGEST:,} characters were compared.[/]")


def _side(before: str, marked: str, after: str, style: str) -> Text:
    text = Text("…" + inert(before), style="dim")
    text.append(inert(marked, 400) or "∅", style=f"bold not dim {style}")
    return text.append(inert(after) + "…")
