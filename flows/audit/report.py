"""The audit as one HTML file that needs nothing else: no script, no address, no font but those of the reader."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path

from flows.audit import rates
from flows.audit.digest import digest
from flows.audit.pages import environment
from flows.audit.tables import Row
from flows.judgements import Book
from flows.notes import sentences
from flows.pool import Each
from flows.store.writer import write_text

FILE = "report.html"
_EXAMPLES = 8  # examples of each rule
_LISTED = 60  # documents, clusters and quarantined sources


def write(folder: Path, run: Row, clean: Path, book: Book, each: Each = map) -> Path:
    """Write the report into a folder that is about to become a snapshot of a clean folder.

    ``run`` holds what its manifest says, its notes and when it finished. A defect of the report must not keep a
    night's work from being published: then the file says what went wrong.
    """
    try:
        html = render(folder, run, rates.earlier(clean, run["snapshot_id"]), book, each)
    except Exception as error:
        message = f"The report could not be made: {type(error).__name__}: {str(error)[:500]}"
        html = environment().get_template("error.html").render(status=500, message=message, current="")
    write_text(folder / FILE, html.encode("utf-8", "backslashreplace").decode())
    return folder / FILE


def render(folder: Path, run: Row, before: Row | None, book: Book, each: Each = map) -> str:
    """The report as HTML. Its policy lets nothing run and nothing be fetched; its style is known by its hash."""
    style = (files("flows.audit") / "static" / "audit.css").read_text("utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    found = digest(folder, run["tables"], _EXAMPLES, _LISTED, each)
    values = {
        "style": style,
        "policy": f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'",
        "name": run["snapshot_id"],
        "run": run,
        "counts": run["counts"],
        "before": before,
        "flow": rates.parted(run["counts"], found.gone, found.mended),
        "rules": [row for row in rates.rules(run, before, book) if row["edits"]],
        "found": found,
        "notes": sentences(run["notes"]),
        "listed": _LISTED,
    }
    return environment().get_template("report.html").render(values)
