"""The audit as one HTML file that needs nothing else: no script, no address, no font but those of the reader."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from flows.audit import browse, rates
from flows.audit.pages import environment
from flows.audit.sidebyside import Traces, around
from flows.audit.tables import Row, Tables
from flows.judgements import Book
from flows.notes import sentences
from flows.store.writer import write_text

FILE = "report.html"
_EACH = 8  # examples of each rule
_LISTED = 60  # documents, clusters and quarantined sources


def write(folder: Path, manifest: Mapping[str, Any], clean: Path, book: Book) -> Path:
    """Write the report into a folder that is about to become a snapshot of a clean folder.

    A defect of the report must not keep a night's work from being published: then the file says what went wrong.
    """
    try:
        tables = Tables(folder, manifest)
        html = render(tables, rates.earlier(clean, tables.name), book)
    except Exception as error:
        message = f"The report could not be made: {type(error).__name__}: {str(error)[:500]}"
        html = environment().get_template("error.html").render(status=500, message=message, current="")
    write_text(folder / FILE, html.encode("utf-8", "backslashreplace").decode())
    return folder / FILE


def render(tables: Tables, before: Row | None, book: Book) -> str:
    """The report as HTML. Its policy lets nothing run and nothing be fetched; its style is known by its hash."""
    style = (files("flows.audit") / "static" / "audit.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = [row for row in rates.rules(tables.run, before, book) if row["edits"]]
    values = {
        "style": style,
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        "name": tables.name,
        "run": tables.run,
        "counts": tables.run["counts"],
        "before": before,
        "flow": rates.flow(tables),
        "rules": rules,
        "examples": _examples(tables),
        "documents": browse.documents(tables, "", "", "", size=_LISTED).rows,
        "clusters": browse.clusters(tables, size=_LISTED).rows,
        "quarantine": browse.quarantine(tables, "", size=_LISTED).rows,
        "reasons": browse.quarantine_reasons(tables),
        "flags": browse.flag_kinds(tables),
        "notes": sentences(tables.run["notes"]),
        "listed": _LISTED,
    }
    return environment().get_template("report.html").render(values)


def _examples(tables: Tables) -> dict[str, list[Row]]:
    """The first edits of every rule, each in its context where its source is not too long."""
    examples = browse.first_edits(tables, _EACH)
    rows = [row for these in examples.values() for row in these]
    traces = Traces(tables).several([row["source_sha256"] for row in rows], most=60_000)
    for row in rows:
        traced, place = traces.get(row["source_sha256"]), (row["step"], row["ordinal"])
        row["context"] = around(traced, place, 28) if traced and place in traced.where else None
        for part in traced.parts if traced else ():
            if part["doc_id"] == row["doc_id"]:
                row |= {name: part[name] for name in ("source_path", "section_index")}
    browse.with_places(tables, [row for row in rows if "source_path" not in row])
    return examples
