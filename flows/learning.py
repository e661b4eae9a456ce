"""Learn what lines the sites of a corpus write around their texts, before its sources are cleaned for good.

Every source is cleaned once without knowing of others; what its page notices goes into the cache, whether or not the
site's lines are then taken away. From that, and nothing else, each run learns anew, so that many small runs end where
one large one does. Sources that hold a learned line are cleaned again with their lessons, under another key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaners.corpus import boilerplate
from cleaners.corpus.boilerplate import Learned, Pages
from cleaners.document import Lesson
from cleaners.rules.learned import RULE, SKETCH
from flows.shards import TARGET, Shard, named, without_lessons
from flows.store import cache
from flows.store.schema import LEARNED
from flows.store.sources import Source
from flows.tasks import Job, Plan, Progress, each
from flows.work import CleanJob, clean_shard

# Fields of a record that say where it is from, the surest first; only the host of an address counts.
_ADDRESSES = ("url", "source_url", "uri", "link", "href", "site", "website", "host", "domain", "source")
_RECORDS = frozenset(("jsonl", "parquet"))  # files whose records share a site where they do not say otherwise
_LITTLE = TARGET // 16  # of parts of shards: what all shards that share a pack read of it in vain stays little


def learn_site_lines(job: Job, plan: Plan, progress: Progress) -> Plan:
    """Clean what no earlier run has cleaned, learn from all pages, and give every source the lessons it needs."""
    job.packs.mkdir(parents=True, exist_ok=True)
    cache.reopen(job.packs)
    if RULE.name in job.profile.without_rules:
        return plan
    _clean_unknown(job, plan, progress)
    paths, pages, texts = _noticed(job.packs, plan.shards)
    learned = boilerplate.learn(pages)
    lessons = {paths[page]: some for page, some in boilerplate.lessons(learned, pages).items()}
    shards = [_taught(shard, lessons) for shard in plan.shards] if lessons else plan.shards
    return replace(plan, shards=shards, learned=_table(learned, texts))


def _taught(shard: Shard, lessons: dict[str, tuple[Lesson, ...]]) -> Shard:
    here = {source.path: lessons[source.path] for source in shard.sources if source.path in lessons}
    return named(replace(shard, lessons=here)) if here else shard


def _clean_unknown(job: Job, plan: Plan, progress: Progress) -> None:
    """Clean the sources of which no pack holds what they teach; whole shards where that is all of them."""
    known = {without_lessons(key) for key in cache.known_sources(job.packs)}
    parts = _joined(part for shard in plan.shards if (part := _unknown(shard, known)))
    jobs = [CleanJob(job.raw, job.packs, part, job.profile) for part in parts]
    size = sum(part.size for part in parts)
    with progress("cleaning", size) as advance:
        each(job, clean_shard, jobs, size, lambda number: advance(parts[number].size))


def _unknown(shard: Shard, known: set[str]) -> Shard | None:
    texts = shard.texts
    missing = tuple(source for source, key in texts if key not in known)
    if len(missing) == len(texts):
        return shard if missing else None
    return named(replace(shard, sources=missing)) if missing else None


def _joined(parts: Iterable[Shard]) -> list[Shard]:
    """Small parts that follow one another as one: a pack costs as much as some pages, and shards can share it."""
    joined: list[Shard] = []
    for part in parts:
        if joined and joined[-1].weight + part.weight <= _LITTLE:
            last = joined.pop()
            sources, decisions = last.sources + part.sources, {**last.decisions, **part.decisions}
            part = named(replace(part, sources=sources, copies=last.copies | part.copies, decisions=decisions))
        joined.append(part)
    return joined


def _noticed(packs: Path, shards: Sequence[Shard]) -> tuple[list[str], Pages, Any]:
    """The paths of the pages that noticed anything, what they noticed, and the texts of the lines."""
    holders = {without_lessons(key): pack for key, pack in cache.known_sources(packs).items()}
    texts = [text for shard in shards for text in shard.texts]
    wanted: dict[str, dict[str, Source]] = {}
    for source, key in texts:
        if key in holders:
            wanted.setdefault(holders[key], {})[source.sha256] = source
    sites = _Sites(source.file for source, _ in texts)
    paths: list[str] = []
    site: list[str] = []
    sketches: list[Any] = [np.zeros(0, np.uint64)]
    silent: dict[str, int] = {}
    lines, pages = [], []
    for pack, sources in sorted(wanted.items()):
        rows = _rows_of(packs, pack, sources)
        speaks = pc.greater(pc.list_value_length(rows.column("sketch")), 0)
        first = {}
        columns = (rows.column("source_sha256"), rows.column("meta"), speaks)
        for sha256, meta, some in zip(*(column.to_pylist() for column in columns), strict=True):
            source = sources[sha256]
            name = sites.of(source.file, meta)
            if some:
                first[sha256] = len(paths)
                paths.append(source.path)
                site.append(name)
            else:
                silent[name] = silent.get(name, 0) + 1
        if first:
            sketches.append(pc.list_flatten(rows.column("sketch")).to_numpy())
            table = cache.read_pack(packs, pack, "lines")
            table = table.filter(pc.is_in(table.column("source_sha256"), pa.array(first, pa.string())))
            lines.append(table)
            pages += [first[sha256] for sha256 in table.column("source_sha256").to_pylist()]
    table = pa.concat_tables(lines) if lines else None
    return paths, _pages(site, sketches, silent, pages, table), table.column("text") if table else None


def _rows_of(packs: Path, pack: str, sources: dict[str, Source]) -> Any:
    """The rows of a pack about these sources, copies and what went to quarantine aside."""
    rows = cache.read_sources(packs, pack, ["key", "source_sha256", "meta", "reason", "sketch"])
    ours = pc.is_in(rows.column("source_sha256"), pa.array(sources, pa.string()))
    texts = pc.starts_with(rows.column("key"), "text:")
    return rows.filter(pc.and_(ours, pc.and_(texts, pc.equal(rows.column("reason"), ""))))


def _pages(site: list[str], sketches: list[Any], silent: dict[str, int], pages: list[int], table: Any) -> Pages:
    def column(name: str) -> Any:
        return table.column(name).to_numpy().astype(np.int64) if table else np.zeros(0, np.int64)

    return Pages(
        site,
        np.concatenate(sketches).reshape(-1, SKETCH),
        silent,
        np.array(pages, dtype=np.int64),
        table.column("digest").to_numpy() if table else np.zeros(0, np.uint64),
        column("head"),
        column("tail"),
        column("cue"),
    )


class _Sites:
    """Which site a source is from: what its record says, or else the folder it lies in, below those all share."""

    def __init__(self, files: Iterable[str]) -> None:
        shared: tuple[str, ...] | None = None
        for folders in {_folders(file) for file in files}:
            shared = folders if shared is None else _common(shared, folders)
        self._depth = len(shared or ())

    def of(self, file: str, meta: str) -> str:
        """The name of the site; empty for the corpus as a whole."""
        if meta and (said := _address(meta)):
            return said
        return "".join(_folders(file)[self._depth : self._depth + 1])


def _folders(file: str) -> tuple[str, ...]:
    """The folders a file lies in; a file of many records is one itself."""
    parts = tuple(file.split("/"))
    return parts[:-1] if _RECORDS.isdisjoint(parts[-1].split(".")[1:]) else parts


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    count = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:count]


def _address(meta: str) -> str:
    """The site a record names: the host of an address, or the name as it stands.

    >>> _address('{"url": "https://www.example.org:80/a"}'), _address('{"site": "山谷文库"}'), _address("{}")
    ('example.org', '山谷文库', '')
    """
    fields = json.loads(meta)
    said = next((fields[name] for name in _ADDRESSES if isinstance(fields.get(name), str) and fields[name]), "")
    try:
        host = urlsplit(said if "//" in said else f"//{said}").hostname or ""
    except ValueError:
        host = said
    return host.removeprefix("www.")


def _table(learned: Sequence[Learned], texts: Any) -> dict[str, list[Any]]:
    """The rows of the table `learned`."""
    said = texts.take(pa.array([one.row for one in learned])).to_pylist() if learned else []
    rows = [
        (
            f"{one.lesson.digest:016x}",
            one.lesson.site,
            one.lesson.place,
            text,
            one.seen,
            one.documents,
            one.verdict,
            one.lesson.confidence,
        )
        for one, text in zip(learned, said, strict=True)
    ]
    return {name: [row[number] for row in rows] for number, name in enumerate(LEARNED.names)}
