"""Find repeated documents: the one entrance to everything in this package that compares documents.

`sign` is computed per shard, in workers; `find` looks at the signatures of the whole corpus at once and asks
for the texts of candidates only. Neither depends on the order or grouping of what it is given, so a corpus that
grew in many increments gives what one batch gives.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus import excerpts, lsh, minhash, shingles
from cleaners.corpus.canonical import Keys, keys
from cleaners.corpus.clusters import LEAST_CONTAINMENT, LEAST_SIMILARITY, Member, Sizes, components, stars
from cleaners.corpus.compare import Comparison, Prepared, compare, prepare, tell_different_facts
from cleaners.corpus.minhash import Words

METADATA: dict[str, str] = {
    "dedup.version": "3",
    "dedup.minhash": "datasketch",
    "dedup.scheme": minhash.SCHEME,
    "dedup.permutations": str(minhash.PERMUTATIONS),
    "dedup.seed": str(minhash.SEED),
    "dedup.shingle": f"{shingles.LENGTH} code points of the canonical key",
    "dedup.hash": "polynomial of code points modulo 2^64, mixed, upper 32 bits",
    "dedup.bands": f"{lsh.BANDS}x{lsh.ROWS}",
    "dedup.sample": f"hashes below 2^32/{excerpts.ONE_IN}",
    "dedup.least_similarity": str(LEAST_SIMILARITY),
    "dedup.least_containment": str(LEAST_CONTAINMENT),
}
"""What makes two signatures comparable and two runs agree; belongs in the metadata of the files that hold them."""

LEAST_KEY = 32
"""Code points of key from which texts are compared; shorter ones are one only when they are equal."""

_LOADED = 1 << 22  # code points of texts held for comparing at once, unless a single document has more
_SIGNED = 1 << 15  # code points worked on at once; arrays much larger are fetched from the system anew each time
_UNPACKED = 1 << 14  # stored signatures read at once
_DIGEST = 16
HEAD = 8 + _DIGEST
"""Bytes of a stored signature that hold size and digest."""


@dataclass(frozen=True)
class Signatures:
    """What `find` needs to know of each document, as parallel columns.

    ``size`` is the length of the key in code points; ``digest`` identifies the key, or the text itself where the
    key is too short to stand for it; ``minhash`` has one row per document; the sampled shingle hashes of
    document ``i`` are ``sample[offsets[i]:offsets[i + 1]]``.
    """

    size: NDArray[np.int64]
    digest: NDArray[np.uint8]
    minhash: Words
    sample: Words
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.size)

    def to_bytes(self) -> list[bytes]:
        """One value per document, for a binary column: size, digest, MinHash and sample, little-endian."""
        size = self.size.astype("<u8").view(np.uint8).reshape(len(self), 8)
        words = self.minhash.astype("<u4").view(np.uint8).reshape(len(self), 4 * minhash.PERMUTATIONS)
        heads = np.concatenate([size, self.digest, words], axis=1)
        sample = self.sample.astype("<u4").tobytes()
        return [
            head.tobytes() + sample[4 * start : 4 * stop]
            for head, (start, stop) in zip(heads, pairwise(self.offsets.tolist()), strict=True)
        ]

    @staticmethod
    def from_bytes(values: Iterable[bytes]) -> Signatures:
        """The columns again, from what `to_bytes` gave."""
        rows = list(values)
        length = HEAD + 4 * minhash.PERMUTATIONS
        counts = np.fromiter(((len(row) - length) // 4 for row in rows), np.int64, len(rows))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        size, digest = np.empty(len(rows), np.int64), np.empty((len(rows), _DIGEST), np.uint8)
        words = np.empty((len(rows), minhash.PERMUTATIONS), np.uint32)
        sample = np.empty(int(offsets[-1]), np.uint32)
        for start in range(0, len(rows), _UNPACKED):
            some = slice(start, min(start + _UNPACKED, len(rows)))
            heads = np.frombuffer(b"".join(row[:length] for row in rows[some]), np.uint8).reshape(-1, length)
            size[some] = np.ascontiguousarray(heads[:, :8]).view("<u8").ravel()
            digest[some] = heads[:, 8:HEAD]
            words[some] = np.ascontiguousarray(heads[:, HEAD:]).view("<u4")
            tails = b"".join(row[length:] for row in rows[some])
            sample[offsets[some.start] : offsets[some.stop]] = np.frombuffer(tails, "<u4")
        return Signatures(size, digest, words, sample, offsets)

    @staticmethod
    def from_heads(values: Iterable[bytes]) -> Signatures:
        """Size and digest alone, from the first `HEAD` bytes of what `to_bytes` gave."""
        heads = np.frombuffer(b"".join(values), np.uint8).reshape(-1, HEAD)
        size = np.ascontiguousarray(heads[:, :8]).view("<u8").ravel().astype(np.int64)
        words, sample = np.zeros((0, minhash.PERMUTATIONS), np.uint32), np.zeros(0, np.uint32)
        return Signatures(size, np.ascontiguousarray(heads[:, 8:]), words, sample, np.zeros(1, np.int64))

    @staticmethod
    def concatenate(parts: Sequence[Signatures]) -> Signatures:
        """The signatures of several shards, end to end."""
        if not parts:
            return Signatures.from_bytes([])
        counts = np.concatenate([np.diff(part.offsets) for part in parts])
        return Signatures(
            np.concatenate([part.size for part in parts]),
            np.concatenate([part.digest for part in parts]),
            np.concatenate([part.minhash for part in parts]),
            np.concatenate([part.sample for part in parts]),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        )

    def samples(self, rows: NDArray[np.int64]) -> tuple[Words, NDArray[np.int64]]:
        """The sampled hashes of some documents, in the order asked for, and their offsets."""
        counts = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return np.concatenate([np.zeros(0, np.uint32), *self._pieces(rows)]), offsets

    def _pieces(self, rows: NDArray[np.int64]) -> Iterator[Words]:
        for row in rows.tolist():
            yield self.sample[self.offsets[row] : self.offsets[row + 1]]


@dataclass(frozen=True)
class Duplicates:
    """Clusters of repeated documents; a document that stands alone appears nowhere.

    ``clusters`` gives the cluster of every member, survivors included; a cluster is named by its survivor's id.
    The four lists hold one row per removed document, ascending by id: ``similarity`` is the Jaccard of the two
    documents' shingles, ``containment`` the share of the removed document's shingles that the survivor holds,
    both computed exactly. ``notes`` counts what a report should say.
    """

    clusters: dict[str, str] = field(default_factory=dict)
    removed_doc_id: list[str] = field(default_factory=list)
    survivor_doc_id: list[str] = field(default_factory=list)
    similarity: list[float] = field(default_factory=list)
    containment: list[float] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Distinct:
    """The different ones among documents, best first: ids, rows in the signatures, code points of the keys."""

    ids: list[str]
    rows: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @property
    def comparable(self) -> NDArray[np.int64]:
        """Those with a key long enough to be compared."""
        return np.flatnonzero(self.sizes >= LEAST_KEY)


T = TypeVar("T")
Load = Callable[[list[str]], Sequence[str]]
Ids = Sequence[str] | Mapping[int, str]
Near = Callable[[Distinct, Counter[str]], dict[int, Member]]
Remembered = dict[str, list[Any]]
"""By the contents of a component of candidates, what comparing them found: it fits into JSON."""


def sign(texts: Sequence[str], drawn: Words | None = None) -> Signatures:
    """The signatures of cleaned texts, one each, in their order. ``drawn`` may be `minhash.permutations`, kept."""
    return Signatures.concatenate([_sign(texts[start:stop], drawn) for start, stop in _parts(texts)])


def _parts(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of texts few enough for the arrays made of them to stay in the processor's cache."""
    start, total = 0, 0
    for stop, text in enumerate(texts, 1):
        total += len(text)
        if total >= _SIGNED or stop == len(texts):
            yield start, stop
            start, total = stop, 0


def _sign(texts: Sequence[str], drawn: Words | None) -> Signatures:
    """The signatures of texts, worked on together."""
    folded = keys(texts)
    wide, offsets = shingles.hashes_of_each(folded.codes, folded.offsets)
    words = shingles.narrow(wide)
    sample, sampled = excerpts.sample(words, offsets)
    sizes = np.diff(folded.offsets)
    digests = [
        _digest(key if size >= LEAST_KEY else b"=" + text.strip().encode("utf-8", "surrogatepass"))
        for text, size, key in zip(texts, sizes.tolist(), _bytes(folded), strict=True)
    ]
    digest = np.frombuffer(b"".join(digests), np.uint8).reshape(len(texts), _DIGEST)
    return Signatures(sizes, digest, minhash.signatures(words, offsets, drawn), sample, sampled)


def _bytes(folded: Keys) -> Iterator[bytes]:
    """The keys as bytes: two for each code, or four where one of the key's lies beyond the first plane."""
    data, bounds = folded.codes.astype("<u2").tobytes(), folded.offsets.tolist()
    rare = set((np.searchsorted(folded.offsets, np.flatnonzero(folded.codes > 0xFFFF), side="right") - 1).tolist())
    for number, (start, stop) in enumerate(pairwise(bounds)):
        yield folded.codes[start:stop].astype("<u4").tobytes() if number in rare else data[2 * start : 2 * stop]


def find(
    doc_ids: Sequence[str],
    signatures: Signatures,
    truncated: Sequence[bool],
    undamaged: Sequence[int],
    load: Load,
    apart: Iterable[tuple[str, str]] = (),
    near: Near | None = None,
    remembered: Remembered | None = None,
) -> Duplicates:
    """Cluster copies, near-duplicates and excerpts, and choose the survivor of each cluster.

    ``undamaged`` counts the code points of each document less its placeholders and flagged damage. ``load``
    gives the cleaned texts of the ids it is asked for, in that order; it is asked for candidates only.
    Whole documents survive truncated ones, then the one with most undamaged text, then the smallest id; an
    excerpt gives way to the text that contains it. Two documents that a person declared different are given in
    ``apart``: they end in different clusters. ``near`` may do the comparing somewhere else; then ``signatures`` need
    no more than size and digest. What is ``remembered`` of an earlier call is not compared again; it is brought up to
    date. Raises ValueError where an id occurs twice.
    """
    if len(set(doc_ids)) != len(doc_ids):
        raise ValueError(f"doc_ids must differ, but {_first_repeated(doc_ids)!r} occurs more than once")
    if not len(doc_ids):
        return Duplicates()
    apart = sorted(apart)
    order = best_first(doc_ids, truncated, undamaged)
    copies_of = _first_with_same_digest(_own_digests(doc_ids, signatures.digest, apart)[order])
    distinct = np.flatnonzero(copies_of == np.arange(len(order)))
    chosen = order[distinct]
    ids = [doc_ids[row] for row in chosen.tolist()]
    notes: Counter[str] = Counter(documents=len(order), identical=len(order) - len(distinct))
    different = Distinct(ids, chosen, signatures.size[chosen])
    taken = (
        near(different, notes)
        if near
        else _near(different, signatures, load, notes, {} if remembered is None else remembered)
    )
    taken = _released(ids, taken, apart)
    number = np.cumsum(copies_of == np.arange(len(order))) - 1
    return _report([doc_ids[row] for row in order.tolist()], number[copies_of], ids, taken, notes)


def _own_digests(
    doc_ids: Sequence[str], digest: NDArray[np.uint8], apart: Sequence[tuple[str, str]]
) -> NDArray[np.uint8]:
    """The digests, where documents declared different have one of their own, so that even copies stay apart."""
    declared = {doc_id for pair in apart for doc_id in pair}
    if not declared:
        return digest
    digest = digest.copy()
    for row, doc_id in enumerate(doc_ids):
        if doc_id in declared:
            digest[row] = np.frombuffer(_digest(f"apart {doc_id}".encode()), np.uint8)
    return digest


def _released(ids: list[str], taken: dict[int, Member], apart: Sequence[tuple[str, str]]) -> dict[int, Member]:
    """Let go of the worse of two documents declared different that ended in one cluster; it stands alone then."""
    number = {doc_id: row for row, doc_id in enumerate(ids)} if apart else {}
    for one, other in apart:
        rows = sorted(number[doc_id] for doc_id in (one, other) if doc_id in number)
        ends = {taken[row].survivor if row in taken else row for row in rows}
        if len(rows) == 2 and len(ends) == 1:
            taken.pop(next(row for row in reversed(rows) if row in taken))
    return taken


def best_first(doc_ids: Sequence[str], truncated: Sequence[bool], undamaged: Sequence[int]) -> NDArray[np.int64]:
    """The rows in the order in which documents deserve to survive, see `find`."""
    by_id = np.asarray(sorted(range(len(doc_ids)), key=doc_ids.__getitem__), dtype=np.int64)
    less = -np.asarray(undamaged, dtype=np.int64)[by_id]
    order = by_id[np.lexsort((less, np.asarray(truncated, dtype=bool)[by_id]))]
    return np.asarray(order)


def _first_with_same_digest(digest: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each row the first row with its digest."""
    values = np.ascontiguousarray(digest).view("<u8").reshape(-1, 2)
    order = np.lexsort((np.arange(len(values)), values[:, 1], values[:, 0]))
    ordered = values[order]
    new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    first = np.empty(len(values), dtype=np.int64)
    first[order] = order[np.flatnonzero(new)][np.cumsum(new) - 1]
    return first


def _near(
    distinct: Distinct, signatures: Signatures, load: Load, notes: Counter[str], remembered: Remembered
) -> dict[int, Member]:
    """Which of different documents give way to which."""
    comparable = distinct.comparable
    banded, crowded = lsh.candidates(signatures.minhash, distinct.rows[comparable])
    similar = comparable[banded]
    contained = excerpts.candidates(*signatures.samples(distinct.rows), distinct.sizes, similar)
    known, digest = dict(remembered), signatures.digest[distinct.rows]
    remembered.clear()
    taken: dict[int, Member] = {}
    for group in grouped(distinct, np.concatenate([similar, contained]), crowded, notes):
        names = [_contents(part, digest) for part in group]
        new = {name: part for name, part in zip(names, group, strict=True) if name not in known}
        found = settled(list(new.values()), distinct.ids, distinct.sizes, load)
        for name, part, (members, counted) in zip(new, new.values(), found, strict=True):
            place = {row: number for number, row in enumerate(np.unique(part).tolist())}
            known[name] = [[(place[row], place[m.survivor], *m[1:]) for row, m in members.items()], counted]
        for name, part in zip(names, group, strict=True):
            remembered[name], rows = known[name], np.unique(part).tolist()
            taken |= {rows[row]: Member(rows[other], *shares) for row, other, *shares in known[name][0]}
            notes.update(known[name][1])
    return taken


def _contents(part: NDArray[np.int64], digest: NDArray[np.uint8]) -> str:
    """A name for candidates: who they are, the better first, and which are to be compared with which."""
    rows = np.unique(part)
    return _digest(digest[rows].tobytes() + np.searchsorted(rows, part).astype("<u4").tobytes()).hex()


def grouped(
    distinct: Distinct, pairs: NDArray[np.int64], crowded: int, notes: Counter[str]
) -> list[list[NDArray[np.int64]]]:
    """The candidates in groups that have no document in common, each of texts that may be held at once."""
    short = len(distinct.ids) - len(distinct.comparable)
    notes.update(short=short, candidates=len(pairs), crowded_buckets=crowded)
    sizes = distinct.sizes
    return list(_groups(components(pairs), lambda part: sum(sizes[row] for row in set(part.ravel().tolist()))))


def settled(
    group: list[NDArray[np.int64]], ids: Ids, sizes: Sizes, load: Load
) -> list[tuple[dict[int, Member], dict[str, int]]]:
    """Which documents of each part of a group of candidates give way to which, and counts for the report.

    ``ids`` and ``sizes`` are looked up by row.
    """
    texts = _Texts(ids, sizes, load)
    notes: Counter[str] = Counter()

    def verify(document: int, others: list[int]) -> list[Comparison | None]:
        notes["compared"] += len(others)
        results: list[Comparison | None] = []
        for group in _groups(others, lambda other: int(sizes[other])):
            (left,) = texts.hold([document])
            for right in texts.hold(group):
                comparison = compare(left, right)
                siblings = _close(comparison) and tell_different_facts(left, right)
                notes["siblings"] += siblings
                results.append(None if siblings else comparison)
        return results

    if len(group) > 1:  # a component that fills a group by itself is loaded as it is compared
        texts.hold(sorted({row for part in group for row in part.ravel().tolist()}))
    found = []
    for part in group:
        notes.clear()
        found.append((stars(part, sizes, verify), dict(notes)))
    return found


def _close(comparison: Comparison) -> bool:
    """Whether either of the two could give way to the other."""
    return (
        comparison.similarity >= LEAST_SIMILARITY
        or max(comparison.left_in_right, comparison.right_in_left) >= LEAST_CONTAINMENT
    )


def _groups(items: Iterable[T], weigh: Callable[[T], int]) -> Iterator[list[T]]:
    """Items gathered in order until their texts fill what may be held at once."""
    group: list[T] = []
    total = 0
    for item in items:
        weight = weigh(item)
        if group and total + weight > _LOADED:
            yield group
            group, total = [], 0
        group.append(item)
        total += weight
    if group:
        yield group


class _Texts:
    """Texts ready for comparing, of which only as many are held as `_LOADED` allows; the least lately used go."""

    def __init__(self, ids: Ids, sizes: Sizes, load: Load) -> None:
        self._ids, self._sizes, self._load = ids, sizes, load
        self._held: OrderedDict[int, Prepared] = OrderedDict()
        self._weight = 0

    def hold(self, rows: list[int]) -> list[Prepared]:
        """The texts of some documents, those missing loaded in one go."""
        missing = [row for row in rows if row not in self._held]
        for row in rows:
            if row in self._held:
                self._held.move_to_end(row)
        self._weight += sum(self._sizes[row] for row in missing)
        while self._weight > _LOADED and len(self._held) > len(rows) - len(missing) + 1:
            self._weight -= self._sizes[self._held.popitem(last=False)[0]]
        texts = self._load([self._ids[row] for row in missing]) if missing else []
        for start, stop in _parts(texts):
            self._held.update(zip(missing[start:stop], prepare(texts[start:stop]), strict=True))
        return [self._held[row] for row in rows]


def _report(
    doc_ids: list[str], number: NDArray[np.int64], ids: list[str], taken: dict[int, Member], notes: Counter[str]
) -> Duplicates:
    """Name everything: document ``i`` is a copy of the distinct document ``number[i]``, which may have given way."""
    rows, clusters = [], {}
    for doc_id, distinct in zip(doc_ids, number.tolist(), strict=True):
        if distinct not in taken and ids[distinct] == doc_id:
            continue
        member = taken.get(distinct, Member(distinct, 1.0, 1.0))
        survivor = ids[member.survivor]
        rows.append((doc_id, survivor, member.similarity, member.containment))
        clusters[doc_id] = clusters[survivor] = survivor
    rows.sort()
    notes["removed"] = len(rows)
    return Duplicates(
        clusters=dict(sorted(clusters.items())),
        removed_doc_id=[row[0] for row in rows],
        survivor_doc_id=[row[1] for row in rows],
        similarity=[row[2] for row in rows],
        containment=[row[3] for row in rows],
        notes=dict(notes),
    )


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


def _first_repeated(doc_ids: Sequence[str]) -> str:
    return next(doc_id for doc_id, count in Counter(doc_ids).items() if count > 1)
