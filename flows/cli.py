"""The `jiaokan` command. Heavy imports wait until a command needs them, so that help is instant."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from flows import cli_night, cli_read, cli_rules
from flows.cli_places import Clean, Raw
from flows.errors import JiaokanError, Stop


class _Commands(TyperGroup):
    """Commands whose errors are one sentence, and say what is valid."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options that stand before the command."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a terminal of GBK or ASCII lacks some of what we print
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            _add_valid(error)
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the command; our own errors end with status 2 and no traceback."""
        try:
            return super().invoke(ctx)
        except JiaokanError as error:
            typer.echo(f"jiaokan: {error}", err=True)
            raise typer.Exit(2) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has left
                raise
            typer.echo(f"jiaokan: {error.filename or 'A file'}: {error.strerror or error}.", err=True)
            raise typer.Exit(2) from error
        except Exception as error:
            _add_valid(error)
            raise


def _add_valid(error: Any) -> None:
    """Add the valid names to an error about an unknown option or command."""
    context = getattr(error, "ctx", None)
    if context is None or not str(getattr(error, "message", "")).startswith("No such"):
        return
    if getattr(error, "option_name", None):
        valid = sorted({name for parameter in context.command.params for name in parameter.opts if name[0] == "-"})
        error.message += f". Valid: {', '.join(dict.fromkeys([*valid, '--help']))}."
    elif isinstance(context.command, TyperGroup):
        error.message += f" Valid: {', '.join(sorted(context.command.commands))}."


if TYPE_CHECKING:
    from flows.proofs import Proofs
    from flows.verify import Report

app = typer.Typer(
    cls=_Commands,
    help="jiaokan (校勘): clean Chinese corpora, account for every byte.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

ProfileName = Annotated[str, typer.Option("--profile", metavar="NAME|FILE", help="A profile's name or TOML file.")]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0: one per processor.")]
Engine = Annotated[str, typer.Option("--engine", metavar="local|dask", help="Processes here, or a Dask cluster.")]
Address = Annotated[str, typer.Option("--address", metavar="URI", help="Dask scheduler; else a cluster here.")]

# Set before Prefect is imported, and only where the user has not decided otherwise.
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the run page has the log; the terminal has our summary
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
}


def _quiet() -> None:
    for key, value in _QUIET.items():
        os.environ.setdefault(key, value)


@app.command()
def run(
    raw: Raw = Path("corpus_raw"),
    clean: Clean = Path("corpus_clean"),
    profile: ProfileName = "default",
    workers: Workers = 0,
    judgements: cli_read.JudgementsFile = None,
    keep: cli_night.Keep = cli_night.MONTH,
    engine: Engine = "local",
    address: Address = "",
    lineage: cli_night.Lineage = None,
) -> None:
    """Clean the raw folder once and publish a snapshot. Exit status 0: published, or nothing new to do."""
    from flows import cluster, profiles, tasks

    cluster.check(engine, address)
    job = tasks.Job(raw, clean, profiles.load(profile), "", datetime.now(UTC), workers, judgements, keep)
    if engine == "local":  # before Prefect is started; what a cluster is for is not read here
        plan = tasks.survey_sources(job)
        if snapshot := tasks.published(job, plan):
            typer.echo(f"Nothing new to do: {snapshot} was made from these {len(plan.survey.sources):,} sources.")
            return
    _quiet()
    if "PREFECT_API_URL" not in os.environ:
        typer.echo("Starting Prefect (about 15 seconds; PREFECT_API_URL would use a running server) ...", err=True)
    with _interrupted(clean):
        from flows.clean import clean as flow
        from flows.report import print_summary
        from flows.schedule import check_server

        check_server()
        where = str(raw), str(clean)
        outcome = flow(*where, profile, workers, str(judgements or ""), keep, engine, address, str(lineage or ""))
    if outcome:
        print_summary(outcome)
    else:
        typer.echo(f"Nothing new to do: {clean / 'current'} was made from these sources.")


@app.command()
def serve(
    cron: Annotated[str, typer.Option("--cron", metavar="CRON", help='Such as "0 2 * * *": every night at two.')],
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Default: this machine's.")] = "",
    raw: Raw = Path("corpus_raw"),
    clean: Clean = Path("corpus_clean"),
    profile: ProfileName = "default",
    workers: Workers = 0,
    judgements: cli_read.JudgementsFile = None,
    keep: cli_night.Keep = cli_night.MONTH,
    engine: Engine = "local",
    address: Address = "",
    lineage: cli_night.Lineage = None,
) -> None:
    """Run by the clock until interrupted; starts Prefect's server on this machine unless one answers."""
    _quiet()
    from flows import cluster, profiles, schedule
    from flows.store import sources

    url, named = schedule.address()
    schedule.schedule(cron, timezone)
    profiles.load(profile)
    cluster.check(engine, address)
    sources.check(raw)
    parameters = {
        "raw": str(raw.resolve() if isinstance(raw, Path) else raw),
        "clean": str(clean.resolve()),
        "profile": str(Path(profile).resolve()) if Path(profile).is_file() else profile,
        "workers": workers,
        "judgements": str(judgements.resolve()) if judgements else "",
        "keep": keep,
        "engine": engine,
        "address": address,
        "lineage": str(lineage.resolve()) if lineage else "",
    }
    typer.echo("Starting ...", err=True)
    with schedule.server(url, named):
        page = url.removesuffix("/api")
        typer.echo(f'Serving {raw} -> {clean} at "{cron}". Runs are shown at {page} (Ctrl+C ends it)', err=True)
        schedule.serve(cron, timezone, parameters)


@app.command()
def verify(
    clean: Clean = Path("corpus_clean"),
    raw: Raw = Path("corpus_raw"),
    proofs: Annotated[bool, typer.Option("--proofs", help="Damage every proved repair again, too.")] = False,
) -> None:
    """Replay the ledger and compare it with the sources as they lie there. 0: every byte is accounted for."""
    from flows.verify import verify as check

    reports: list[Report | Proofs] = [check(raw, clean)]
    if proofs:
        from flows.proofs import check as check_proofs

        reports.append(check_proofs(clean / "current"))
    for report in reports:
        for problem in report.problems:
            typer.echo(problem)
        typer.echo(report.summary())
    raise typer.Exit(1 if any(report.problems for report in reports) else 0)


app.command()(cli_read.fix)
app.command("what-if")(cli_read.what_if)
app.command()(cli_night.snapshots)
app.command()(cli_night.diff)
app.command()(cli_night.rollback)
app.command()(cli_night.publish)
app.add_typer(cli_rules.rules, name="rules")
app.add_typer(cli_read.audit, name="audit")


@contextmanager
def _interrupted(clean: Path) -> Iterator[None]:
    """Say what came of a run that was cut short: by a person, by SIGTERM, or because Prefect's server went away."""
    import httpx

    from flows.store import snapshots

    before = snapshots.current(clean)
    default = signal.signal(signal.SIGTERM, _end)  # a process that just dies leaves Prefect's server behind
    try:
        yield
    except (httpx.TransportError, KeyboardInterrupt, _Ended) as error:
        after = snapshots.current(clean)
        done = f"{after.name} was published all the same" if after and after != before else "nothing was published"
        if not isinstance(error, httpx.TransportError):
            typer.echo(f"jiaokan: Interrupted; {done}. Run it again: what is cleaned is kept.", err=True)
            raise
        message = f"Prefect's server went away; {done}. Start it, and run again: what is cleaned is kept."
        raise Stop(message) from error
    finally:
        signal.signal(signal.SIGTERM, default)


class _Ended(SystemExit):
    """SIGTERM came."""


def _end(*_: object) -> None:
    raise _Ended(128 + signal.SIGTERM)


if __name__ == "__main__":
    app()
