"""The stages of a run, each one task: survey, clean, compare, write, publish. Work is handed out by the shard."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from cleaners.profile import Profile
from cleaners.rules import RULES, user
from flows import gates, judgements, provenance
from flows.audit import report
from flows.card import CROISSANT, croissant, dataset_card
from flows.errors import HeldBack, Stop
from flows.gates import Gate
from flows.judgements import Book, Judgement
from flows.passages import Repeated
from flows.pool import SMALL, Each, default_workers, spread
from flows.shards import Shard, cut
from flows.store import cache, mirror, parts, snapshots, sources, surveyed
from flows.store.schema import DUPLICATES, LEARNED, QUARANTINE, RUNS, TABLES
from flows.store.sources import Root, Survey, survey
from flows.store.writer import as_json, write_table, write_text
from flows.work import CleanJob, clean_shard
from flows.writing import Counts, Fate, WriteJob, write_shard

KEEP = 30  # snapshots, a month of nights

Progress = Callable[[str, int], Any]  # (what is being done, how many steps) -> context manager giving a callback


@dataclass(frozen=True, slots=True)
class Job:
    """One run, as it was asked for."""

    raw: Root
    clean: Path
    profile: Profile
    run_id: str
    started_at: datetime
    workers: int = 0  # 0: as many as there are processors
    judgements: Path | None = None  # where people's judgements lie; None: in the clean folder
    keep: int = KEEP  # snapshots to keep, the current one among them
    scheduler: str = ""  # of the Dask cluster that does the work; empty: processes of this machine

    @property
    def packs(self) -> Path:
        """Where shards cleaned by these rules and this profile are kept."""
        return self.clean / ".cache" / f"{provenance.ruleset_hash()}-{provenance.writer_hash()}-{self.profile.hash}"


@dataclass(slots=True)
class Plan:
    """What there is to do."""

    survey: Survey
    digest: str
    shards: list[Shard]
    book: Book = field(default_factory=Book)
    learned: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in LEARNED.names})  # of sites


@dataclass(slots=True)
class Findings:
    """What is known once every document was compared with every other."""

    fates: list[dict[str, Fate]]  # per shard
    copies: dict[str, tuple[str, ...]]  # by sha256, the paths that repeat a source byte for byte
    duplicates: dict[str, list[Any]]
    quarantine: dict[str, list[Any]]
    documented: int  # sources with documents of their own
    notes: dict[str, int]
    repeated: list[Repeated]  # passages, per shard
    settled: bool = True  # no source changed while it was to be cleaned
    left_out: dict[str, set[str]] = field(default_factory=dict)  # by path and sha256, because a person said so
    apart: set[Judgement] = field(default_factory=set)  # the merges that a person refused and that were found again


@dataclass(slots=True)
class Outcome:
    """What a run did, for the summary, the run page and the table `runs`."""

    snapshot: Path
    counts: dict[str, int]
    rules: dict[str, dict[str, Any]]
    ignored: dict[str, int]
    reasons: dict[str, int]  # of the quarantine
    timings: dict[str, float]
    obeyed: dict[str, str] = field(default_factory=dict)  # by id, what became of each judgement that asks for a change
    stale: list[Judgement] = field(default_factory=list)  # those that no longer apply to anything
    damaged: list[int] = field(default_factory=list)  # lines of the judgements that cannot be read
    notes: dict[str, int] = field(default_factory=dict)  # what the search for repeats met, see flows.notes


def survey_sources(job: Job) -> Plan:
    """Name and hash every source and cut the list into shards."""
    if sources.lies_inside(mirror.named(job.clean), job.raw):
        raise Stop(f"The clean folder {job.clean} lies inside the raw folder {job.raw}; name another with --clean.")
    if job.judgements and not job.judgements.exists():  # what people called wrong would come back unnoticed
        raise Stop(f"There is no judgements file {job.judgements}. Make an empty one, or leave --judgements out.")
    found = _surveyed(job)
    book = judgements.read(job.judgements or job.clean / judgements.FILE)
    return Plan(found, found.digest(), cut(found.readable, judgements.by_path(book.rejected(), found.readable)), book)


def _surveyed(job: Job) -> Survey:
    """The survey; what did not change since the last one is not read again."""
    way = job.profile.text_column, job.profile.max_source_mb << 20
    kept = surveyed.path(job.clean / ".cache", *way)
    known = surveyed.known(kept)
    found = survey(job.raw, *way, _where_it_lies(job), known)
    if found.read != known:
        surveyed.keep(kept, found.read)
    return found


def _where_it_lies(job: Job) -> Each:
    """For work on many files: on a cluster its workers read them, so that none passes through here."""
    if not job.scheduler:
        return map
    from flows import cluster

    return lambda work, parts: cluster.spread(work, parts, job.scheduler)


def published(job: Job, plan: Plan) -> Path | None:
    """The current snapshot, if it is whole and was made from the same sources by the same rules and profile.

    Also where a person rolled back to it from what this run would publish again.
    """
    snapshot = snapshots.current(job.clean)
    if snapshot is None or not (snapshot / "manifest.json").is_file():
        return None
    manifest = snapshots.read_manifest(snapshot)
    withdrawn = [one.manifest for one in snapshots.listed(job.clean) if one.state == "withdrawn"]
    same = _identity(job, plan)
    if not any(all(m.get(key, "") == value for key, value in same.items()) for m in (manifest, *withdrawn)):
        return None
    return None if snapshots.damage(snapshot, manifest) else snapshot


def _identity(job: Job, plan: Plan) -> dict[str, str]:
    return {
        "input_digest": plan.digest,
        "ruleset_hash": provenance.ruleset_hash(),
        "profile_hash": job.profile.hash,
        "pipeline_version": provenance.pipeline_version(),
        "judgements_hash": plan.book.hash,
    }


def _about(job: Job, plan: Plan) -> dict[str, str]:
    """What the metadata of a table says of the run that wrote it; `flows.writing` says it of parts."""
    return {"run_id": job.run_id, **_identity(job, plan), "versions": as_json(provenance.versions())}


def clean_shards(job: Job, plan: Plan, progress: Progress) -> int:
    """Clean every shard that no pack holds yet; how many sources were cleaned."""
    job.packs.mkdir(parents=True, exist_ok=True)
    todo = [shard for shard in plan.shards if not (job.packs / shard.pack).is_dir()]
    known = cache.known_sources(job.packs) if todo else {}
    jobs = [CleanJob(job.raw, job.packs, shard, job.profile, _reuse(shard, known)) for shard in todo]
    fresh = sum(s.size for shard in todo for s, key in zip(shard.sources, shard.keys, strict=True) if key not in known)
    with progress("cleaning", sum(shard.size for shard in todo)) as advance:
        done = each(job, clean_shard, jobs, fresh, lambda number: advance(todo[number].size))
    return sum(done)


def _reuse(shard: Shard, known: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted({known[key] for key in shard.keys if key in known}))


def each(job: Job, work: Callable[[Any], Any], jobs: list[Any], size: int, done: Callable[[int], None]) -> list[Any]:
    """Do every job where this run works; ``size`` is how many bytes there are to work on."""
    if job.scheduler:
        from flows import cluster

        return cluster.spread(work, jobs, job.scheduler, done)
    alone = size < SMALL and not job.workers
    return spread(work, jobs, 1 if alone else job.workers or default_workers(), done)


@dataclass(slots=True)
class Written:
    """A finished folder that nobody sees yet."""

    staging: Path
    counts: Counts = field(default_factory=Counts)


def write_snapshot(job: Job, plan: Plan, findings: Findings, progress: Progress) -> Written:
    """Write every table aside; parts that are as they were in the current snapshot are shared with it."""
    written = Written(snapshots.new_staging(job.clean))
    remembered = cache.remembered(job.packs, cache.RESTORED)
    jobs = [
        WriteJob(
            job.packs,
            written.staging,
            shard,
            findings.fates[shard.number],
            {
                source.sha256: findings.copies[source.sha256]
                for source in shard.sources
                if source.sha256 in findings.copies
            },
            findings.repeated[shard.number],
            {name: remembered[name] for name in findings.fates[shard.number] if name in remembered},
            job.profile.restore,
            job.profile.repeated_passages == "remove",
            provenance.ruleset_hash(),
            job.profile.hash,
            provenance.pipeline_version(),
            job.run_id,
            job.started_at,
        )
        for shard in plan.shards
    ]
    names = [one.made_from for one in jobs]
    made = _reused(job, names, written.staging)
    todo = [one for one in jobs if one.shard.number not in made]
    size = sum(one.shard.size for one in todo)
    with progress("writing", size) as advance:
        done = each(job, write_shard, todo, size // 8, lambda number: advance(todo[number].shard.size))
    restored = {name: found for one in jobs if one.shard.number in made for name, found in one.restored.items()}
    for one, (counts, found) in zip(todo, done, strict=True):
        made[one.shard.number] = counts.as_row()
        restored |= found
    cache.remember(job.packs, cache.RESTORED, restored)
    for number in range(len(jobs)):
        written.counts.add(Counts.from_row(made[number]))
    parts.note(written.staging, names, made)
    for name, columns, schema in (
        ("duplicates", findings.duplicates, DUPLICATES),
        ("quarantine", findings.quarantine, QUARANTINE),
        ("learned", plan.learned, LEARNED),
    ):
        write_table(written.staging / name / "part-00000.parquet", pa.table(columns, schema), _about(job, plan))
    return written


def _reused(job: Job, names: list[str], staging: Path) -> dict[int, dict[str, Any]]:
    """Share with the current snapshot the parts that it has already; by number, what was counted in each."""
    there = parts.known(job.clean)
    again = [(there[name], staging, number) for number, name in enumerate(names) if name in there]
    done = _where_it_lies(job)(parts.reuse, again)
    return {number: part.counts for (part, _, number), shared in zip(again, done, strict=True) if shared}


def check_gates(job: Job, plan: Plan, findings: Findings, written: Written) -> list[Gate]:
    """Compare the finished folder with the last snapshots, and a sample of it with its sources."""
    outcome = _outcome(job, plan, findings, written, {})
    last = gates.comparable(snapshots.listed(job.clean))
    names, details = findings.quarantine["source_path"], findings.quarantine["detail"]
    first = f"{names[0]}: {details[0]}" if names else ""
    checked = gates.check(outcome.counts, outcome.rules, job.profile, last, first, written.staging)
    return [*checked, *gates.precision(plan.book, outcome.rules)]


def finish(
    job: Job, plan: Plan, findings: Findings, written: Written, checked: list[Gate], timings: dict[str, float]
) -> Outcome:
    """Add the run's own row, the manifest and the card, and switch readers over; HeldBack where a gate failed."""
    outcome = _outcome(job, plan, findings, written, timings)
    failed = {gate.name: gate.reason for gate in checked if gate.reason}
    now = datetime.now(UTC)
    identity = _identity(job, plan)
    if not findings.settled:  # so that the next run has something to do, even if it finds the same sources
        identity["input_digest"] = f"changed while read: {plan.digest}"
    snapshot_id = snapshots.new_id(job.clean, job.started_at, _content(identity))
    common = {"snapshot_id": snapshot_id, "run_id": job.run_id, **identity}
    row = _row(job, outcome, checked) | common | {"finished_at": now}
    runs = pa.table({name: [row[name]] for name in RUNS.names}, RUNS)
    write_table(written.staging / "runs" / "part-00000.parquet", runs, _about(job, plan))
    manifest: dict[str, Any] = {
        "format": snapshots.FORMAT,
        **common,
        "created_at": now.isoformat(timespec="seconds"),
        "profile": _profile(job.profile),
        "versions": provenance.versions(),
        "judgements": outcome.obeyed,
        "counts": outcome.counts,
        "rules": outcome.rules,
        "failed_gates": failed,
        "tables": snapshots.describe_files(written.staging, list(TABLES), _where_it_lies(job)),
    }
    card = dataset_card(snapshot_id, outcome.counts, outcome.rules)
    write_text(written.staging / CROISSANT, croissant(snapshot_id, manifest["created_at"], manifest["tables"]))
    about = manifest | {"notes": outcome.notes, "finished_at": now}
    report.write(written.staging, about, job.clean, plan.book, _where_it_lies(job))
    if failed:
        _forget_candidates(job, identity)
        snapshots.hold_back(job.clean, written.staging, manifest, card)
        raise HeldBack(mirror.named(job.clean), snapshot_id, failed)
    outcome.snapshot = snapshots.publish(job.clean, written.staging, manifest, card)
    snapshots.retain(job.clean, job.keep)
    cache.forget(job.clean / ".cache", job.packs, {shard.pack for shard in plan.shards})
    return outcome


def _row(job: Job, outcome: Outcome, checked: list[Gate]) -> dict[str, Any]:
    """What the table `runs` says of a run besides its names and its end."""
    return {
        "started_at": job.started_at,
        "counts": as_json(outcome.counts),
        "rules": as_json(outcome.rules),
        "notes": as_json(outcome.notes),
        "timings": as_json(outcome.timings),
        "versions": as_json(provenance.versions()),
        "profile": as_json(_profile(job.profile)),
        "gates": as_json({gate.name: gate.reason for gate in checked}),
        "accepted": "{}",
    }


def _forget_candidates(job: Job, identity: dict[str, str]) -> None:
    """A run that is held back night after night for the same reason leaves one candidate, not thirty."""
    for one in snapshots.listed(job.clean):
        if one.state == "held back" and all(one.manifest.get(key) == value for key, value in identity.items()):
            snapshots.delete(job.clean, one.path)


def _content(identity: dict[str, str]) -> str:
    """Equal in two snapshots that were made from the same by the same."""
    return hashlib.sha256(as_json(identity).encode()).hexdigest()[:12]


def _profile(profile: Profile) -> dict[str, Any]:
    return asdict(profile) | {"without_rules": sorted(profile.without_rules)}


def _outcome(job: Job, plan: Plan, findings: Findings, written: Written, timings: dict[str, float]) -> Outcome:
    counts, reasons = written.counts, findings.quarantine["reason"]
    versions = {rule.name: rule.version for rule in (*RULES, *user.compiled(job.profile.rules))}
    removed = sum(tally.removed_chars for tally in counts.rules.values())
    obeyed = judgements.obeyed(plan.book.rejected(), [findings.left_out, written.counts.rejected], findings.apart)
    return Outcome(
        snapshot=written.staging,
        counts={
            "sources": len(plan.survey.sources),
            "documented": findings.documented,
            "identical": sum(map(len, findings.copies.values())),
            "quarantined": len(reasons),
            "documents": counts.documents,
            "kept": counts.kept,
            "dropped": counts.dropped,
            "merged": counts.merged,
            "raw_chars": counts.raw_chars,
            "clean_chars": counts.clean_chars,
            "kept_chars": counts.kept_chars,
            "removed_chars": removed,
            "restored_chars": counts.restored_chars,
            "learned": len(plan.learned["line"]),
        },
        rules={
            name: {
                **asdict(tally),
                "confidence": round(tally.confidence / tally.edits, 4),
                "version": versions.get(name, 1),
                "rate": _rate(tally.removed_chars, counts.raw_chars),
            }
            for name, tally in sorted(counts.rules.items())
        },
        ignored=dict(sorted(plan.survey.ignored.items())),
        reasons={reason: reasons.count(reason) for reason in sorted(set(reasons))},
        timings=timings,
        obeyed=obeyed,
        notes=findings.notes,
        stale=[one for one in plan.book.rejected() if obeyed[one.id] == judgements.STALE],
        damaged=plan.book.damaged,
    )


def _rate(part: int, whole: int) -> float:
    """Characters removed of a million."""
    return round(1e6 * part / max(whole, 1), 1)


def stopwatch() -> Callable[[], float]:
    """Seconds since the last call, rounded for people."""
    last = time.perf_counter()

    def lap() -> float:
        nonlocal last
        now = time.perf_counter()
        passed, last = now - last, now
        return round(passed, 2)

    return lap


def forget_cache(job: Job) -> None:
    """Throw away everything that was cleaned; it is made anew from the sources."""
    shutil.rmtree(job.clean / ".cache", ignore_errors=True)


def discard(clean: Path) -> None:
    """Throw away what an unfinished run built."""
    shutil.rmtree(clean / snapshots.STAGING, ignore_errors=True)
