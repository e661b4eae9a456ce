"""The commands that clean nothing: `fix`, `what-if` and everything below `audit`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli_places import Clean, Raw
from flows.errors import Stop
from flows.terminal import console

audit = typer.Typer(help="Read what was removed.", no_args_is_help=True)
JudgementsFile = Annotated[
    Path | None, typer.Option("--judgements", metavar="FILE", help="Judgements; else judgements.jsonl in --clean.")
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
    from flows.prior import prior_of

    if as_json and explain:
        raise Stop("--json and --explain are two ways to show the same edits. Choose one.")
    settings = profiles.load(profile)
    raw = _read(file)
    try:
        cleaned = clean(raw, settings, prior=prior_of(settings.prior))
    except Undecodable as error:
        raise Stop(f"{file}: {error.reason}: {error.detail}") from error
    if explain:
        output.explain(raw, cleaned, console())
    else:
        _write((output.as_json(cleaned) + "\n") if as_json else output.plain(cleaned))


@audit.command("summary")
def summary(clean: Clean = Path("corpus_clean")) -> None:
    """Say what the last snapshot removed, by rule, with counts and three examples each."""
    from flows.audit.summary import summary as report

    report(_current(clean), console())


@audit.command("show")
def show(
    doc_id: Annotated[str, typer.Argument(metavar="DOC_ID", help="The id of a document, or how it begins.")],
    clean: Clean = Path("corpus_clean"),
    whole: Annotated[bool, typer.Option("--whole", help="Do not shorten what was left alone.")] = False,
) -> None:
    """Show one document with its edits in colour."""
    from flows.audit.show import show as report

    report(_current(clean), doc_id, console(), whole)


@audit.command("serve")
def serve(
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
    host: Annotated[str, typer.Option("--host", help="Address; pages answer to this name only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8340,
) -> None:
    """Read and judge in the browser what was removed and changed."""
    from flows.audit.serve import serve as start

    if not next(clean.glob("candidates/*/manifest.json"), None):  # before the first snapshot, what a gate held back
        _current(clean)
    typer.echo(f"The audit of {clean}: http://{host}:{port}/  (Ctrl+C ends it)")
    start(clean, _judgements(clean, judgements), host, port)


@audit.command("sample")
def sample(
    rule: Annotated[str, typer.Option("--rule", metavar="RULE", help="The rule whose edits are drawn.")],
    n: Annotated[int, typer.Option("--n", min=1, max=1000, help="How many edits.")] = 50,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed draws others.")] = 0,
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
) -> None:
    """Draw edits of a rule at random, every source in proportion, and say how precise the rule is."""
    from flows.audit.terminal import sample as draw

    draw(_current(clean), _judgements(clean, judgements), rule, n, seed, console())


@audit.command("judge")
def judge(
    edit: Annotated[str, typer.Argument(metavar="EDIT", help="The name `audit sample` shows.")],
    verdict: Annotated[str, typer.Argument(metavar="right|wrong|unsure", help="The judgement.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    drawn: Annotated[str, typer.Option("--sample", metavar="NAME", help="The sample it was drawn in.")] = "",
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
) -> None:
    """Judge an edit; the next run leaves out what is judged wrong."""
    from flows.audit.terminal import judge as write

    judgement = write(_current(clean), _judgements(clean, judgements), edit, verdict, note, drawn)
    typer.echo(f"{judgement.verdict}: {judgement.about_what()} (jiaokan audit undo {judgement.id} takes it back)")


@audit.command("settle")
def settle(
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="The name of a flag; without it, all are listed.")] = "",
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What stands there: a candidate, or another text.")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
) -> None:
    """Say what stands at a torn place; the next run writes it, if damaging it gives what the page shows."""
    from flows.audit.settling import listed, settle_named

    if not flag:
        listed(_current(clean), console())
        return
    judgement = settle_named(_current(clean), _judgements(clean, judgements), flag, text, note)
    typer.echo(f"{judgement.verdict}: {judgement.about_what()} (jiaokan audit undo {judgement.id} takes it back)")


@audit.command("undo")
def undo(
    judgement: Annotated[str, typer.Argument(metavar="ID", help="The id of a judgement.")],
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
) -> None:
    """Take a judgement back."""
    from flows import judgements as book

    file = _judgements(clean, judgements)
    if book.read(file).get(judgement) is None:
        raise Stop(f"no judgement {judgement!r} stands in {file}; its lines have the ids")
    book.append(file, book.undo(judgement))


@audit.command("duplicates")
def duplicates(
    cluster: Annotated[str, typer.Option("--cluster", metavar="ID", help="One cluster, its copies side by side.")] = "",
    clean: Clean = Path("corpus_clean"),
) -> None:
    """List the clusters of repeated documents, or lay the copies of one side by side."""
    from flows.audit.duplicates import duplicates as report

    report(_current(clean), cluster, console())


@audit.command("export")
def export(
    rule: Annotated[str, typer.Option("--rule", metavar="RULE", help="Edits of this rule only.")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="Edits of this kind only.")] = "",
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Sources whose path holds this.")] = "",
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="Edits whose text holds this.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Repairs, too, not only what was taken out.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="csv|jsonl|parquet")] = "csv",
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Default: standard output.")] = None,
    clean: Clean = Path("corpus_clean"),
    judgements: JudgementsFile = None,
) -> None:
    """Write what was taken out, with the judgements on it, as CSV, JSONL or Parquet."""
    from flows import judgements as book
    from flows.audit import export as out
    from flows.audit.browse import KINDS, Filter
    from flows.audit.tables import Tables
    from flows.audit.terminal import check_rule

    if form not in out.FORMATS:
        raise Stop(f"{form!r} is no format; valid: {', '.join(out.FORMATS)}")
    if kind and kind not in KINDS:
        raise Stop(f"{kind!r} is no kind; valid: {', '.join(KINDS)}")
    tables = Tables(_current(clean))
    if rule:
        check_rule(tables, rule)
    narrowed = Filter("all" if every or rule or kind else "removed", rule, kind, source, text)
    rows = out.batches(tables, book.read(_judgements(clean, judgements)), narrowed)
    if form == "parquet":
        if output is None:
            raise Stop("Parquet is no text: name a file with --output")
        out.to_parquet(rows, output)
        return
    lines = out.as_csv(rows) if form == "csv" else out.as_jsonl(rows)
    if output is None:
        for part in lines:
            _write(_inert(part) if sys.stdout.isatty() else part)
        return
    with open(output, "w", encoding="utf-8", newline="") as handle:
        handle.writelines(lines)


def what_if(
    rules: Annotated[list[str] | None, typer.Option("--without", metavar="RULE", help="Leave this rule out.")] = None,
    other: Annotated[str, typer.Option("--profile", metavar="NAME|FILE", help="The profile to try.")] = "",
    now: Annotated[str, typer.Option("--now", metavar="NAME|FILE", help="The profile in use.")] = "default",
    sample: Annotated[int, typer.Option("--sample", min=0, help="Sources to try it on; 0: all.")] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed draws others.")] = 0,
    raw: Raw = Path("corpus_raw"),
) -> None:
    """Show what leaving a rule out, or another profile, would change. Nothing is written."""
    from flows import profiles, whatif

    if not rules and not other:
        raise Stop("name what to try: --without RULE, or --profile NAME|FILE")
    present = profiles.load(now)
    tried = whatif.without(profiles.load(other) if other else present, rules or [])
    whatif.show(whatif.compare(raw, present, tried, sample, seed), console())


def _inert(text: str) -> str:
    from flows.terminal import inert

    return "".join(inert(line[:-1]) + "\n" if line.endswith("\n") else inert(line) for line in text.splitlines(True))


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
    from flows.store.snapshots import missing

    if not (clean / "current").is_dir():
        raise missing(clean)
    return clean / "current"
