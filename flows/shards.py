"""Cut the sources into shards: the grain at which work is handed out, cached and written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cleaners.decisions import Decisions
from cleaners.document import Lesson
from flows.judgements import digest
from flows.store.cache import pack_name
from flows.store.sources import Source

TARGET = 4 << 20  # bytes of source per shard, on average: a new source costs the writing of its shard ...
_MANY = 1 << 10  # ... but of a corpus of more shards than this they are larger, ...
_LARGEST = 8 << 20  # ... up to this average, which a worker can hold many times over
_CEILING = 4  # times the average
_TAUGHT = "~"  # stands before the lessons in a key
_EACH = 1000  # bytes every source counts for besides its own, so that a million empty ones are many shards


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive sources. ``copies`` repeat, byte for byte, a source that comes earlier in the corpus.

    By path, ``decisions`` says what people decided about sources of this shard, ``lessons`` what their sites taught.
    """

    number: int
    sources: tuple[Source, ...]
    copies: frozenset[str]  # their paths
    decisions: Mapping[str, Decisions] = field(default_factory=dict)
    lessons: Mapping[str, tuple[Lesson, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()  # of the sources, in their order
    pack: str = ""  # the name of this shard's pack in the cache

    @property
    def size(self) -> int:
        """Bytes to be cleaned."""
        return sum(source.size for source in self.sources if source.path not in self.copies)

    @property
    def weight(self) -> int:
        """What its sources count for where shards are cut."""
        return sum(map(_weight, self.sources))

    @property
    def texts(self) -> list[tuple[Source, str]]:
        """The sources that are no copies, each with its key."""
        return [(s, key) for s, key in zip(self.sources, self.keys, strict=True) if s.path not in self.copies]

    def key(self, source: Source) -> str:
        """What the cache knows a source by: its contents, its role, people's decisions, and behind these its lessons.

        What it teaches depends on no lessons, see `without_lessons`. A renamed file is the same source.
        """
        if source.path in self.copies:
            return f"copy:{source.sha256}:{source.meta_sha256}"
        key = f"text:{source.sha256}:{source.meta_sha256}"
        if decided := digest(self.decisions[source.path]) if source.path in self.decisions else "":
            key += f":{decided}"
        lessons = self.lessons.get(source.path)
        return f"{key}{_TAUGHT}{_digest(lessons)}" if lessons else key


def cut(sources: Sequence[Source], decisions: Mapping[str, Decisions] | None = None) -> list[Shard]:
    """Cut behind sources whose names say so, the more readily the larger they are.

    The place of a cut depends on a source's own name and size, so a new source moves no boundary but its own
    shard's; only a shard that reaches the ceiling is cut by what stands before. Where a corpus has outgrown its
    shards, every other boundary falls away, once.
    """
    target = _target(sources)
    shards: list[Shard] = []
    first_path: dict[str, str] = {}
    pending: list[Source] = []
    size = 0
    for source in sources:
        first_path.setdefault(source.sha256, source.path)
        pending.append(source)
        size += _weight(source)
        if _ends_shard(source, target) or size >= _CEILING * target:
            shards.append(_shard(len(shards), pending, first_path, decisions or {}))
            pending, size = [], 0
    if pending or not shards:
        shards.append(_shard(len(shards), pending, first_path, decisions or {}))
    return shards


def _weight(source: Source) -> int:
    return source.size + _EACH


def _target(sources: Sequence[Source]) -> int:
    """The average size of a shard: a power of two times the least, so that boundaries of larger shards stay."""
    total, target = sum(map(_weight, sources)), TARGET
    while total > _MANY * target and target < _LARGEST:
        target *= 2
    return target


def _ends_shard(source: Source, target: int) -> bool:
    chance = hashlib.sha256(source.path.encode()).digest()[:8]
    return int.from_bytes(chance, "big") / 2**64 < _weight(source) / target


def _shard(number: int, sources: list[Source], first_path: dict[str, str], decisions: Mapping[str, Decisions]) -> Shard:
    copies = frozenset(source.path for source in sources if first_path[source.sha256] != source.path)
    here = {source.path: decisions[source.path] for source in sources if source.path in decisions}
    shard = Shard(number, tuple(sources), copies, here)
    return named(shard)


def named(shard: Shard) -> Shard:
    """The shard with the keys of its sources and the name of its pack."""
    keys = tuple(map(shard.key, shard.sources))
    return replace(shard, keys=keys, pack=pack_name(keys))


def without_lessons(key: str) -> str:
    """The key of the same source, had nothing been learned from others."""
    return key.partition(_TAUGHT)[0]


def _digest(lessons: tuple[Lesson, ...]) -> str:
    """A word for the cache: sources that were taught the same share it."""
    return hashlib.sha256(repr(lessons).encode()).hexdigest()[:16]
