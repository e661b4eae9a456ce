"""Passages that stand in several documents: found and flagged; taking them out is for the profile to decide.

A passage is a line whose key is long enough not to be a phrase. Equal keys are equal passages, whatever their
script, width, punctuation and masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaners.corpus.canonical import Codes, Offsets, keys
from cleaners.document import Flag

LEAST = 40
"""Code points of key from which a line is a passage: two or three clauses."""

_NAMED = 3  # other documents a flag names; it counts the rest
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ROW = np.dtype([("digest", "<u8"), ("start", "<u4"), ("end", "<u4")])


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


def passages(texts: Sequence[str]) -> Passages:
    """The passages of each text."""
    parts = [_of_one(text) for text in texts]
    rows = np.concatenate([np.zeros(0, _ROW), *parts])
    return Passages(rows, np.cumsum([0, *map(len, parts)], dtype=np.int64))


def _of_one(text: str) -> NDArray[np.void]:
    """The passages of one text."""
    lines = [len(line) for line in text.split("\n")]
    ends = np.cumsum(np.asarray(lines, dtype=np.int64) + 1) - 1
    starts = ends - lines
    folded = keys([text])
    low, high = np.searchsorted(folded.positions, [starts, ends])
    long = np.flatnonzero(high - low >= LEAST)
    rows = np.zeros(len(long), _ROW)
    rows["start"], rows["end"] = starts[long], ends[long]
    rows["digest"] = [_digest(folded.codes[low[at] : high[at]]) for at in long.tolist()]
    return rows


def _digest(codes: Codes) -> int:
    """A polynomial of the codes, mixed; the first codes count most."""
    powers = np.cumprod(np.full(len(codes), _MULTIPLIER))
    value = int((codes * powers[::-1]).sum(dtype=np.uint64))
    return (value ^ value >> 31) * 0xD6E8FEB86659FD93 & 0xFFFFFFFFFFFFFFFF


def repeats(doc_ids: Sequence[str], found: Passages) -> dict[str, list[Flag]]:
    """Flags on the passages that stand in more than one of the documents, for those documents that have any.

    Give it survivors only, or every merged copy would be reported again. ``value`` counts the documents, and
    ``detail`` names the first of the others with the place of the passage there. Independent of the order given.
    """
    owner = np.repeat(np.arange(len(doc_ids)), np.diff(found.offsets))
    order = sorted(range(len(doc_ids)), key=doc_ids.__getitem__)
    rank = np.empty(len(doc_ids), dtype=np.int64)
    rank[order] = np.arange(len(doc_ids))
    sorted_rows = np.lexsort((found.rows["start"], rank[owner], found.rows["digest"]))
    digests = found.rows["digest"][sorted_rows]
    edges = np.flatnonzero(np.append(np.append(True, digests[1:] != digests[:-1]), True)) if len(digests) else digests
    flags: dict[str, list[Flag]] = {}
    for start, stop in pairwise(edges.tolist()):
        if stop - start > 1:
            _flag_group(flags, doc_ids, owner, found.rows, sorted_rows[start:stop])
    return {doc_id: sorted(flags[doc_id], key=lambda flag: flag.start) for doc_id in sorted(flags)}


def _flag_group(
    flags: dict[str, list[Flag]], doc_ids: Sequence[str], owner: Offsets, rows: NDArray[np.void], group: Offsets
) -> None:
    """Flag each place of one passage, if it stands in more than one document."""
    documents = owner[group]
    count = int(np.count_nonzero(np.diff(documents))) + 1
    if count < 2:
        return
    leaders = group[np.append(True, documents[1:] != documents[:-1])][: _NAMED + 1].tolist()
    for row, document in zip(group.tolist(), documents.tolist(), strict=True):
        others = [other for other in leaders if owner[other] != document][:_NAMED]
        named = "; ".join(f"{doc_ids[owner[other]]} at {rows['start'][other]}" for other in others)
        more = f"; and {count - 1 - len(others)} more" if count - 1 > len(others) else ""
        start, end = int(rows["start"][row]), int(rows["end"][row])
        flags.setdefault(doc_ids[document], []).append(
            Flag("repeated_passage", start, end, "", f"also in {named}{more}", count)
        )
