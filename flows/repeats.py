"""The stage that compares every document with every other, and settles where each source and document goes."""

from __future__ import annotations

from typing import Any

from cleaners.corpus import dedup
from flows import judgements, passages
from flows.judgements import Book
from flows.passages import Repeated
from flows.shards import Shard
from flows.store import cache
from flows.store.schema import DUPLICATES
from flows.store.sources import Source
from flows.tasks import Findings, Job, Plan
from flows.writing import Fate

WITNESSES = 64  # members of a cluster that may mend its survivor, those of smallest id

_OF_SOURCES = ("key", "source_sha256", "meta", "reason", "detail", "rejected")  # what comparing needs of each


def compare(job: Job, plan: Plan) -> Findings:
    """Find the repeats among all documents, and settle where every source and document goes."""
    documents = _Documents(job, plan)
    kept = documents.kept()
    apart = judgements.apart(plan.book.rejected(), documents.titled(plan.book))
    remembered = cache.remembered(job.packs, cache.COMPARED)
    found = dedup.find(
        [documents.ids[row] for row in kept],
        documents.signatures,
        [documents.truncated[row] for row in kept],
        [documents.undamaged[row] for row in kept],
        documents.texts,
        apart,
        _near(job, plan, documents),
        remembered,
    )
    cache.remember(job.packs, cache.COMPARED, remembered)
    copies = _copies(plan, documents)
    repeated, notes = _repeated(found, documents, kept, len(plan.shards))
    return Findings(
        fates=_fates(found, documents, plan, copies),
        copies=copies,
        duplicates=_duplicates(found, plan, documents),
        quarantine=_quarantine(plan, documents),
        documented=len(documents.first),
        notes=found.notes | notes,
        repeated=repeated,
        settled=documents.settled,
        left_out=documents.left_out(),
        apart=set(apart.values()),
    )


def _near(job: Job, plan: Plan, documents: _Documents) -> dedup.Near | None:
    if not job.scheduler:
        return None
    from flows import comparing

    return comparing.near(job.packs, [shard.pack for shard in plan.shards], documents.pack, job.scheduler)


def _heads(job: Job, plan: Plan) -> dedup.Signatures:
    """Size and digest of every kept document, from the workers that can read its signature."""
    from flows import cluster, comparing

    packs = [(job.packs, shard.pack) for shard in plan.shards]
    each = cluster.spread(comparing.heads, packs, job.scheduler)
    return dedup.Signatures.from_heads([head for heads in each for head in heads])


def _repeated(
    found: dedup.Duplicates, documents: _Documents, kept: list[int], shards: int
) -> tuple[list[Repeated], dict[str, int]]:
    """The passages that stand in several of the documents that stay."""
    gone = set(found.removed_doc_id)
    rows = [row for row in kept if documents.ids[row] not in gone]
    return passages.find(
        [documents.ids[row] for row in rows],
        [documents.shard[row] for row in rows],
        [documents.passages[row] for row in rows],
        [documents.truncated[row] for row in rows],
        [documents.undamaged[row] for row in rows],
        shards,
    )


class _Documents:
    """The columns of all documents that comparing needs; texts stay on disk until they are asked for."""

    def __init__(self, job: Job, plan: Plan) -> None:
        self._packs = job.packs
        self._plan = plan
        self.ids: list[str] = []
        self.sha256: list[str] = []
        self.sections: list[int] = []
        self.dropped: list[str] = []
        self.truncated: list[bool] = []
        self.undamaged: list[int] = []
        self.passages: list[bytes] = []
        self.shard: list[int] = []
        self.reasons: dict[str, tuple[str, str]] = {}  # sha256 -> why the source goes to quarantine
        self.metas: dict[str, str] = {}  # by key, of copies only
        self.rejected: dict[str, set[str]] = {}  # by sha256, what was left out because a person said so
        self.keys: dict[str, str] = {}  # by sha256, of sources with documents of their own
        self.settled = True  # no source changed while it was to be cleaned
        signatures: list[bytes | None] = []  # those dropped have none
        for shard in plan.shards:
            self._add_documents(shard, None if job.scheduler else signatures)
            self._add_sources(shard)
        stored = [value for value in signatures if value is not None]
        self.signatures = _heads(job, plan) if job.scheduler else dedup.Signatures.from_bytes(stored)
        self.row = {identifier: row for row, identifier in enumerate(self.ids)}
        self.first: dict[str, str] = {}  # sha256 -> its first document
        for sha256, identifier in zip(self.sha256, self.ids, strict=True):
            self.first.setdefault(sha256, identifier)
        self.path = {
            source.sha256: source.path
            for shard in plan.shards
            for source in shard.sources
            if source.path not in shard.copies
        }

    def _add_documents(self, shard: Shard, signatures: list[bytes | None] | None) -> None:
        columns: dict[str, list[Any]] = {
            "doc_id": self.ids,
            "source_sha256": self.sha256,
            "section_index": self.sections,
            "drop_reason": self.dropped,
            "truncated": self.truncated,
            "undamaged_chars": self.undamaged,
            "passages": self.passages,
        }
        if signatures is not None:
            columns["signature"] = signatures
        table = cache.read_pack(self._packs, shard.pack, "documents", list(columns))
        for name, values in columns.items():
            values.extend(table.column(name).to_pylist())
        self.shard.extend([shard.number] * table.num_rows)

    def _add_sources(self, shard: Shard) -> None:
        rows = cache.read_sources(self._packs, shard.pack, _OF_SOURCES).columns
        for key, sha256, meta, reason, detail, rejected in zip(*(each.to_pylist() for each in rows), strict=True):
            copy = key.startswith("copy:")
            if reason == cache.CHANGED:
                self.settled = False
            if reason and not (reason == cache.CHANGED and copy):
                self.reasons[sha256] = (reason, detail)
            if not copy:
                self.keys[sha256] = key
            elif meta:
                self.metas[key] = meta
            if rejected:
                self.rejected.setdefault(sha256, set()).update(rejected)

    def left_out(self) -> dict[str, set[str]]:
        """What was left out because a person said so, by the source's sha256 and by its path."""
        return {name: keys for sha256, keys in self.rejected.items() for name in (sha256, self.path.get(sha256, ""))}

    def titled(self, book: Book) -> list[tuple[str, str, int, str]]:
        """Id, path, section and section title of every document, if judgements of merges have to find them again."""
        if not any(judgement.about == "merge" for judgement in book.rejected()):
            return []
        titles: list[str] = []
        for shard in self._plan.shards:
            table = cache.read_pack(self._packs, shard.pack, "documents", ["section_title"])
            titles += table.column("section_title").to_pylist()
        return [
            (identifier, *self.place(identifier), title) for identifier, title in zip(self.ids, titles, strict=True)
        ]

    def place(self, identifier: str) -> tuple[str, int]:
        """The source path and section of a document."""
        row = self.row[identifier]
        return self.path[self.sha256[row]], self.sections[row]

    def pack(self, identifier: str) -> str:
        """The pack that holds a document."""
        return self._plan.shards[self.shard[self.row[identifier]]].pack

    def key(self, identifier: str) -> str:
        """What the pack knows a document's source by."""
        return self.keys[self.sha256[self.row[identifier]]]

    def kept(self) -> list[int]:
        """The rows of the documents that were not dropped."""
        return [row for row, reason in enumerate(self.dropped) if not reason]

    def texts(self, identifiers: list[str]) -> list[str]:
        """The cleaned texts of these documents, each pack read once."""
        wanted: dict[str, list[str]] = {}
        for identifier in identifiers:
            wanted.setdefault(self.pack(identifier), []).append(identifier)
        found: dict[str, str] = {}
        for pack, group in wanted.items():
            found |= cache.texts(self._packs, pack, group)
        return [found[identifier] for identifier in identifiers]


def _quarantine(plan: Plan, documents: _Documents) -> dict[str, list[Any]]:
    rows: list[tuple[Source, str, str]] = []
    for source in plan.survey.sources:
        found = documents.reasons.get(source.sha256, ("", ""))
        reason, detail = (source.reason, source.detail) if source.reason else found
        if reason:
            rows.append((source, reason, detail))
    return {
        "source_path": [source.path for source, _, _ in rows],
        "source_sha256": [source.sha256 for source, _, _ in rows],
        "reason": [reason for _, reason, _ in rows],
        "detail": [detail for _, _, detail in rows],
    }


def _copies(plan: Plan, documents: _Documents) -> dict[str, tuple[str, ...]]:
    """The paths that repeat a documented source byte for byte, by its sha256."""
    paths: dict[str, list[str]] = {}
    for shard in plan.shards:
        for source in shard.sources:
            if source.path in shard.copies and source.sha256 in documents.first:
                paths.setdefault(source.sha256, []).append(source.path)
    return {sha256: tuple(found) for sha256, found in paths.items()}


def _duplicates(found: dedup.Duplicates, plan: Plan, documents: _Documents) -> dict[str, list[Any]]:
    """A row for every document that gave way to another and for every copy of a source, by path and section."""
    rows: list[tuple[Any, ...]] = []
    merged = (found.removed_doc_id, found.survivor_doc_id, found.similarity, found.containment)
    for removed, survivor, similarity, containment in zip(*merged, strict=True):
        places = (*documents.place(removed), *documents.place(survivor))
        rows.append((removed, survivor, *places, similarity, containment, ""))
    for shard in plan.shards:
        for source, key in zip(shard.sources, shard.keys, strict=True) if shard.copies else ():
            first = documents.first.get(source.sha256)
            if source.path in shard.copies and first is not None:
                meta = documents.metas.get(key, "")
                rows.append((first, first, source.path, 0, *documents.place(first), 1.0, 1.0, meta))
    rows.sort(key=lambda row: (row[2], row[3], row[0]))
    return {name: [row[number] for row in rows] for number, name in enumerate(DUPLICATES.names)}


def _fates(
    found: dedup.Duplicates, documents: _Documents, plan: Plan, copies: dict[str, tuple[str, ...]]
) -> list[dict[str, Fate]]:
    survivor_of = dict(zip(found.removed_doc_id, found.survivor_doc_id, strict=True))
    members: dict[str, list[str]] = {}
    for identifier, cluster in sorted(found.clusters.items()):
        members.setdefault(cluster, []).append(identifier)
    fates: list[dict[str, Fate]] = [{} for _ in plan.shards]
    for cluster, identifiers in members.items():
        gave_way: dict[str, list[str]] = {}
        for identifier in identifiers:
            gave_way.setdefault(survivor_of.get(identifier, identifier), []).append(identifier)
        for identifier in identifiers:
            others = [other for other in gave_way.get(identifier, ()) if other != identifier]
            hashes = [documents.sha256[documents.row[other]] for other in others]
            paths = {path for sha256 in hashes for path in (documents.path[sha256], *copies.get(sha256, ()))}
            survives = identifier not in survivor_of
            witnesses = tuple(
                (other, documents.pack(other), documents.key(other))
                for other in identifiers
                if survives and other != identifier
            )
            fates[documents.shard[documents.row[identifier]]][identifier] = Fate(
                cluster,
                len(identifiers),
                survivor_of.get(identifier, identifier),
                tuple(sorted(paths)),
                witnesses[:WITNESSES],
            )
    return fates
