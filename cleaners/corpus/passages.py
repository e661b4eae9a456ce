"""Passages that stand in several documents: found and flagged; taking them out is for the profile to decide.

A passage is a line whose key is long enough not to be a phrase. Equal keys are equal passages, whatever their
script, width, punctuation and masks. A line that very many documents share is a formula, and no passage either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.canonical import Offsets, keys
from cleaners.document import Edits, Flag

KIND = "repeated_passage"

LEAST = 40
"""Code points of key from which a line is a passage: two or three clauses."""

MOST = 100
"""Documents. A line that more of them share is a formula, such as an oath or the heading of a form."""

MOST_TAKEN = 0.5
"""Share of a text. A document made of passages that stand elsewhere is left whole: it is a collection."""

_NAMED = 3  # other documents a flag names; it counts the rest
_ROW = np.dtype([("digest", "<u8"), ("start", "<u4"), ("end", "<u4")])
_BATCH = 1 << 17  # code points worked on at once


@dataclass(frozen=True)
class Passages:
    """The passages of several documents, in order: those of document ``i`` are ``rows[offsets[i]:offsets[i + 1]]``.

    Each row has a 64-bit ``digest`` of the passage's key and its ``start`` and ``end`` in code points of the text.
    """

    rows: NDArray[np.void]
    offsets: Offsets

    def to_bytes(self) -> list[bytes]:
        """One value per document, for a binary column."""
        return [self.rows[start:stop].tobytes() for start, stop in pairwise(self.offsets.tolist())]

    @staticmethod
    def from_bytes(values: Iterable[bytes]) -> Passages:
        """The passages again, from what `to_bytes` gave."""
        parts = list(values)
        counts = [len(part) // _ROW.itemsize for part in parts]
        return Passages(np.frombuffer(b"".join(parts), _ROW), np.cumsum([0, *counts], dtype=np.int64))


@dataclass(frozen=True)
class Repeats:
    """Places of repeated passages as parallel columns, by document and start.

    ``document`` counts in the documents given; the passage is code points ``[start, end)`` of it. ``count`` says how
    many documents hold it, ``others`` names up to three of the others, best first (-1: none), and ``places`` says
    where it begins there. ``stays`` marks the best document, which keeps the passage whatever the others lose.
    """

    document: Offsets
    start: Offsets
    end: Offsets
    count: Offsets
    others: Offsets
    places: Offsets
    stays: NDArray[np.bool_]

    def of(self, low: int, high: int) -> Repeats:
        """The rows of documents ``[low, high)``."""
        return self.take(np.arange(*np.searchsorted(self.document, [low, high]).tolist()))

    def take(self, rows: Offsets) -> Repeats:
        """Some of the rows, in the order asked for."""
        return Repeats(
            self.document[rows],
            self.start[rows],
            self.end[rows],
            self.count[rows],
            self.others[rows],
            self.places[rows],
            self.stays[rows],
        )


def passages(texts: Sequence[str]) -> Passages:
    """The passages of each text."""
    parts = [_of_some(texts[start:stop]) for start, stop in _batches(texts)]
    counts = [count for _, counted in parts for count in counted]
    rows = np.concatenate([np.zeros(0, _ROW), *(found for found, _ in parts)])
    return Passages(rows, np.cumsum([0, *counts], dtype=np.int64))


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    start, total = 0, 0
    for stop, text in enumerate(texts, 1):
        total += len(text)
        if total >= _BATCH or stop == len(texts):
            yield start, stop
            start, total = stop, 0


def _of_some(texts: Sequence[str]) -> tuple[NDArray[np.void], list[int]]:
    """The passages of texts laid end to end, a line feed between them, and how many each text has."""
    lines = [len(line) for text in texts for line in text.split("\n")]
    per_text = [text.count("\n") + 1 for text in texts]
    ends = np.cumsum(np.asarray(lines, dtype=np.int64) + 1) - 1
    starts = ends - lines
    begins = starts[np.cumsum([0, *per_text[:-1]])]
    folded = keys(texts)
    low, high = np.searchsorted(folded.kept, [starts, ends])
    long = np.flatnonzero(high - low >= LEAST)
    text_of = np.repeat(np.arange(len(texts)), per_text)[long]
    rows = np.zeros(len(long), _ROW)
    rows["start"], rows["end"] = starts[long] - begins[text_of], ends[long] - begins[text_of]
    data = folded.codes.astype("<u4").tobytes()
    spans = zip((4 * low[long]).tolist(), (4 * high[long]).tolist(), strict=True)
    digests = b"".join(blake2b(data[start:stop], digest_size=8).digest() for start, stop in spans)
    rows["digest"] = np.frombuffer(digests, "<u8")
    return rows, np.bincount(text_of, minlength=len(texts)).tolist()


def repeats(found: Passages, rank: Offsets) -> tuple[Repeats, int]:
    """The passages that stand in more than one document, and how many lines too many share.

    ``rank`` orders the documents, best first. Give it survivors only, or every merged copy would be reported again.
    Repetition within one document is another matter.
    """
    owner = np.repeat(np.arange(len(rank)), np.diff(found.offsets))
    again = _again(found.rows["digest"])
    again = again[np.lexsort((found.rows["start"][again], rank[owner[again]], found.rows["digest"][again]))]
    digest, document = found.rows["digest"][again], owner[again]
    new = _changes(digest)
    group = np.cumsum(new) - 1
    leads = new | _changes(document)
    count = np.bincount(group[leads], minlength=int(new.sum()))
    leaders = np.full((len(count), _NAMED + 1), -1, dtype=np.int64)
    lead = np.flatnonzero(leads)
    place = np.arange(len(lead)) - np.searchsorted(group[lead], group[lead])
    named = place <= _NAMED
    leaders[group[lead[named]], place[named]] = lead[named]
    chosen = np.flatnonzero((count[group] > 1) & (count[group] <= MOST))
    candidates = leaders[group[chosen]]
    own = document[candidates] == document[chosen, None]
    others = np.take_along_axis(candidates, np.argsort(own | (candidates < 0), axis=1, kind="stable"), 1)[:, :_NAMED]
    many = np.minimum(count[group[chosen]] - 1, _NAMED)
    there = np.arange(_NAMED) < many[:, None]
    rows = Repeats(
        document[chosen],
        found.rows["start"][again[chosen]].astype(np.int64),
        found.rows["end"][again[chosen]].astype(np.int64),
        count[group[chosen]],
        np.where(there, document[others], -1),
        np.where(there, found.rows["start"][again[others]].astype(np.int64), -1),
        document[candidates[:, 0]] == document[chosen],
    )
    return rows.take(np.lexsort((rows.start, rows.document))), int(np.count_nonzero(count > MOST))


def _again(digests: NDArray[np.uint64]) -> Offsets:
    """Where the digests stand that occur more than once."""
    order = np.argsort(digests, kind="stable")
    new = np.append(_changes(digests[order]), True)
    repeated: Offsets = order[~(new[1:] & new[:-1])]
    return repeated


def _changes(values: NDArray[np.uint64] | Offsets) -> NDArray[np.bool_]:
    """Which values differ from the one before."""
    return np.append(True, values[1:] != values[:-1]) if len(values) else np.zeros(0, dtype=bool)


def flags(found: Repeats, names: Mapping[int, str]) -> Iterator[tuple[str, Flag, bool]]:
    """A flag for every place, with the document's name, and whether the passage stays there in any case.

    ``value`` counts the documents, and ``detail`` names the best of the others with the place of the passage there, in
    code points of the text as it was before its copies mended it.
    """
    columns = (found.document, found.start, found.end, found.count, found.others, found.places, found.stays)
    for document, start, end, count, others, places, stays in zip(*(c.tolist() for c in columns), strict=True):
        where = [f"{names[other]} at {at}" for other, at in zip(others, places, strict=True) if other >= 0]
        more = f"; and {count - 1 - len(where)} more" if count - 1 > len(where) else ""
        yield names[document], Flag(KIND, start, end, "", f"also in {'; '.join(where)}{more}", count), stays


def removal(text: str, passages: Sequence[Flag]) -> Edits:
    """The edits that take repeated passages out of a text, each with its line break; none if too much would go.

    >>> removal("第一段。\\n第二段。\\n第三段。", [Flag(KIND, 5, 9, "", "also in a at 0", 2)]).before
    ['\\n第二段。']
    """
    edits = Edits()
    if sum(flag.end - flag.start for flag in passages) > MOST_TAKEN * len(text):
        return edits
    last = 0
    for flag in passages:
        start, end = flag.start, flag.end
        at_the_top = start == last
        while at_the_top and text[end : end + 1] == "\n":
            end += 1
        while start > last and text[start - 1] == "\n":
            start -= 1
        edits.add(start, text[start:end], "", 1.0, flag.detail)
        last = end
    return edits
