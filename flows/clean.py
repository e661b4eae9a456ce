"""The flow. It only says what follows what; `flows.learning`, `flows.repeats` and `flows.tasks` do it.

``run`` is the sequence itself, ``clean`` the same sequence as a Prefect flow, where every stage is a task.
"""

from __future__ import annotations

import errno
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.events import emit_event
from prefect.utilities.annotations import quote

from flows import cluster, learning, profiles, repeats, report, tasks
from flows import lineage as lineages
from flows.errors import HeldBack, Stop, TryAgain
from flows.store import mirror, snapshots, sources
from flows.tasks import Job, Outcome

RETRIES = 2
RETRY_SECONDS = [5.0, 60.0]
LONGEST = 23 * 3600  # seconds for one stage of a scheduled run
_AGAIN = {"survey_sources", "clean_shards", "compare", "write_snapshot"}  # what they leave behind, they make anew
_PASSING = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET, errno.EHOSTUNREACH, errno.EAGAIN}

Stage = Callable[..., Any]


def run(job: Job, stage: Callable[[Stage], Stage] = lambda function: function) -> Outcome | None:
    """Do one run to the end; None when the current snapshot is already what this run would publish.

    Raises Stop where nothing can be published; the last snapshot then stays as it is.
    """
    with snapshots.only_run(job.clean):
        try:
            mirror.pull(job.clean)
            return _attempt(job, stage)
        except TryAgain:
            tasks.forget_cache(job)
            return _attempt(job, stage)
        except OSError as error:
            raise Stop(f"Writing to {job.clean} failed, nothing was published: {error}.") from error
        finally:
            tasks.discard(job.clean)


def _attempt(job: Job, stage: Callable[[Stage], Stage]) -> Outcome | None:
    lap, timings = tasks.stopwatch(), {}
    plan = stage(tasks.survey_sources)(job)
    timings["survey"] = lap()
    if tasks.published(job, plan):
        return None
    plan = stage(learning.learn_site_lines)(job, plan, report.progress)
    timings["learn"] = lap()
    stage(tasks.clean_shards)(job, plan, report.progress)
    timings["clean"] = lap()
    findings = stage(repeats.compare)(job, plan)
    timings["compare"] = lap()
    written = stage(tasks.write_snapshot)(job, plan, findings, report.progress)
    timings["write"] = lap()
    checked = stage(tasks.check_gates)(job, plan, findings, written)
    timings["check"] = lap()
    outcome: Outcome = stage(tasks.finish)(job, plan, findings, written, checked, timings)
    return outcome


@flow(name="clean", description=__doc__, validate_parameters=False, persist_result=False)
def clean(
    raw: str = "corpus_raw",
    clean: str = "corpus_clean",
    profile: str = "default",
    workers: int = 0,
    judgements: str = "",
    keep: int = tasks.KEEP,
    engine: str = "local",
    address: str = "",
    lineage: str = "",
) -> Any:
    """Clean the raw folder and publish a snapshot of it in the clean folder; either may be an address ``s3://...``."""
    context = FlowRunContext.get()
    run_id = str(context.flow_run.id) if context and context.flow_run else str(uuid.uuid4())
    file = Path(judgements) if judgements else None
    places = sources.root(raw), mirror.folder(clean)
    job = Job(*places, profiles.load(profile), run_id, datetime.now(UTC), workers, file, keep)
    try:
        with (
            lineages.told(Path(lineage) if lineage else None, job) as tell,
            cluster.engine(engine, address, workers) as scheduler,
        ):
            if scheduler:  # its workers have working folders of their own
                there = job.raw.absolute() if isinstance(job.raw, Path) else job.raw
                job = replace(job, raw=there, clean=job.clean.absolute(), scheduler=scheduler)
            outcome = run(job, _as_task)
            tell(outcome.snapshot if outcome else None)
    except HeldBack as error:
        _announce("jiaokan.snapshot.held-back", job, {"candidate": error.candidate, "failed": error.failed})
        raise
    if outcome:
        _announce("jiaokan.snapshot.published", job, {"snapshot": outcome.snapshot.name, "counts": outcome.counts})
        with suppress(httpx.TransportError):  # without its server the run has no page; the dataset is published
            create_table_artifact(report.rule_rows(outcome), key="rules", description="What each rule did")
            create_markdown_artifact(report.markdown(outcome), key="summary", description="What this run did")
    return outcome


def _announce(event: str, job: Job, payload: dict[str, Any]) -> None:
    """Send an event that a Prefect automation can act on."""
    where = str(job.clean.resolve())
    resource = {"prefect.resource.id": f"jiaokan.dataset.{where}", "prefect.resource.name": where}
    emit_event(event, resource, payload=payload)


def _as_task(function: Stage) -> Stage:
    """A stage as a Prefect task. Arguments are quoted, so that Prefect does not walk through a million sources.

    Stages that may be done twice are, where a disk or a network had a bad moment. By the clock, none lasts longer than
    the day, so that a mount that hangs does not keep the next nights from trying.
    """
    staged = task(
        name=function.__name__,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=RETRIES if function.__name__ in _AGAIN else 0,
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=_bad_moment,
        timeout_seconds=LONGEST if _by_the_clock() else None,
    )(_unquoted(function))
    return lambda *arguments: staged(*(quote(argument) for argument in arguments))


def _by_the_clock() -> bool:
    """Whether a deployment started this run. Prefect's own `runtime` would ask the server, which may be gone."""
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.deployment_id)


def _bad_moment(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a stage failed for a reason that passes: not a full disk, not a missing right, not an error of ours."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError) and error.errno in _PASSING


def _unquoted(function: Stage) -> Stage:
    def call(*arguments: Any) -> Any:
        return function(*(argument.unquote() if isinstance(argument, quote) else argument for argument in arguments))

    call.__doc__ = function.__doc__
    return call
