"""The commands that clean nothing: `fix`, `rules` and everything below `audit`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.errors import Stop

if TYPE_CHECKING:
    from rich.console import Console

audit = typer.Typer(help="Read what was removed.", no_args_is_help=True)
Clean = Annotated[Path, typer.Option("--clean", metavar="DIR", help="Folder of the dataset.")]
JudgementsFile = Annotated[
    Path | None, typer.Option("--judgements", metavar="FILE", help="Judgements [default: judgements.jsonl in --clean].")
]


def fix(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text in any encoding; - is standard input.")] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="Text, edits and flags as JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="What happened, line by line, and why.")] = False,
    profile: Annotated[str, typer.Option("--profile", metavar="NAME|FILE", help="A profile.")] = "default",
) -> None:
    """Mend one document: no server, no state. Prints the clean text."""
    from cleaners.decode import Undecodable
    from cleaners.pipeline import clean
    from flows import fix as output
    from flows import profiles

    settings = profiles.load(profile)
    raw = _read(file)
    try:
        cleaned = clean(raw, settings)
    except Undecodable as error:
        raise Stop(f"{file}: {error.reason}: {error.detail}") from error
    if explain:
        output.explain(raw, cleaned, _console())
    else:
        _write((output.as_json(cleaned) + "\n") if as_json else output.plain(cleaned))


def rules() -> None:
    """List every rule in the order it runs: name, version, kind, what it does, an example."""
    from flows.catalogue import print_rules

    print_rules(_console())


@audit.command("summary")
def summary(clean: Clean = Path("corpus_clean")) -> None:
    """Say what the last snapshot removed, by rule, with counts and three examples each."""
    from flows.audit.summary import summary as report

    report(_current(clean), _console())


@audit.command("show")
def show(
    doc_id: Annotated[str, typer.Argument(metavar="DOC_ID", help="The id of a document, or how it begins.")],
    clean: Clean = Path("corpus_clean"),
    whole: Annotated[bool, typer.Option("--whole", help="Do not shorten what was left alone.")] = False,
) -> None:
    """Show one document with its edits in colour."""
    from flows.audit.show import show as report

    report(_current(clean), doc_id, _console(), whole)


@audit.command("serve")
def serve(
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
    host: Annotated[str, typer.Option("--host", help="Address; pages answer to this name only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8340,
) -> None:
    """Read and judge in the browser what was removed and changed."""
    from flows.audit.serve import serve as start

    _current(clean)
    typer.echo(f"The audit of {clean}: http://{host}:{port}/  (Ctrl+C ends it)")
    start(clean, _judgements(clean, judgements), host, port)


def _judgements(clean: Path, file: Path | None) -> Path:
    from flows.judgements import FILE

    return file or clean / FILE


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Stop(f"{file}: cannot be read: {error.strerror}. Give a text file, or - for standard input") from error


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8"))
    if sys.stdout.isatty() and not text.endswith("\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


def _current(clean: Path) -> Path:
    snapshot = clean / "current"
    if not snapshot.is_dir():
        raise Stop(f"{clean} holds no snapshot yet: run `jiaokan run --clean {clean}` first")
    return snapshot


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)
