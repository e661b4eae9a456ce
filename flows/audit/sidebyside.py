"""A document as rows of a page: its source on the left, what became of it on the right, every edit in its place."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from threading import Lock

import numpy as np

from cleaners.document import Edits
from cleaners.edits import invert, to_input, to_output
from cleaners.trace import Stretch, trace
from flows.audit.tables import Row, Tables, Unknown

ROWS = 400  # rows of one page of a document
CHARS = 40_000  # code points of one page of a document, and ...
_PIECE = 60  # ... how many of them the marks of a piece count for
_ROW = 10_000  # the same of one row where the text has no line break
_PLAIN = re.compile(r"[^\n]{0,1999}\n|[^\n]{1,2000}")
QUICK = 60_000  # code points of a source that lists show the context of edits for
_HELD = 8_000_000  # code points of sources kept ready, all together, their ledgers counted in: about 30 MB


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one row. ``edits`` are places in the ledger: (step, ordinal); empty where nothing was done."""

    before: str
    after: str
    edits: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Line:
    """One row: pieces in order. ``number`` counts the rows of the whole document, ``size`` is its share of a page."""

    number: int
    pieces: list[Piece] = field(default_factory=list)
    size: int = 0

    @property
    def touched(self) -> bool:
        """Whether anything was done on this row."""
        return any(piece.edits for piece in self.pieces)


@dataclass(frozen=True)
class Traced:
    """A source with its clean text and its ledger by (step, ordinal).

    What costs most, laying both texts side by side, is done when it is first asked for: lists do without.
    """

    text: str
    parts: list[Row]
    ledger: dict[tuple[int, int], Row]
    steps: list[tuple[int, str, Edits]]

    @cached_property
    def stretches(self) -> list[Stretch]:
        """Both texts side by side, with the edits of each stretch by their places in the ledger."""
        numbers = [number for number, _, _ in self.steps]
        return [
            Stretch(s.before, s.after, s.start, tuple([(numbers[step], ordinal) for step, ordinal in s.edits]))
            if s.edits
            else s
            for s in trace(self.text, [edits for _, _, edits in self.steps])
        ]

    @cached_property
    def decoded(self) -> str:
        """The source as it was decoded."""
        return "".join(stretch.before for stretch in self.stretches)

    @cached_property
    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Which code points of the decoded source each edit touched."""
        return _spans(self.steps)

    @cached_property
    def where(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The stretch of each edit, and where that stretch begins in the decoded source."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        here = 0
        for index, stretch in enumerate(self.stretches):
            found |= dict.fromkeys(stretch.edits, (index, here))
            here += len(stretch.before)
        return found

    def extent(self, doc_id: str) -> tuple[int, int]:
        """Where a document begins and ends in the clean text."""
        start = 0
        for part in self.parts:
            if part["doc_id"] == doc_id:
                return start, start + len(part["text"])
            start += len(part["text"])
        raise Unknown(f"{doc_id!r} is no document of this source.")


class Traces:
    """The sources looked at last, ready to be shown again; a bounded number of code points of them."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._held: OrderedDict[str, Traced] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, sha256: str) -> Traced:
        if found := self.several([sha256]).get(sha256):
            return found
        raise Unknown(f"This snapshot has no source with the sha256 {sha256!r}.")

    def several(self, wanted: Sequence[str], most: int = 0) -> dict[str, Traced]:
        """Sources by their sha256, read together. With ``most``, those with more code points are left out."""
        found: dict[str, Traced] = {}
        with self._lock:
            for sha256 in dict.fromkeys(wanted):
                if sha256 in self._held:
                    self._held.move_to_end(sha256)
                    found[sha256] = self._held[sha256]
        for sha256, (parts, rows) in self.tables.sources([one for one in wanted if one not in found], most).items():
            found[sha256] = _traced(parts, rows)
        with self._lock:
            self._held |= found
            while len(self._held) > 1 and sum(_weight(held) for held in self._held.values()) > _HELD:
                self._held.popitem(last=False)
        return found


def _weight(traced: Traced) -> int:
    return 2 * len(traced.text) + 200 * len(traced.ledger)


def _traced(parts: list[Row], rows: list[Row]) -> Traced:
    ledger = {(row["step"], row["ordinal"]): row for row in rows}
    return Traced("".join(part["text"] for part in parts), parts, ledger, _steps(parts, rows))


def _steps(parts: list[Row], rows: list[Row]) -> list[tuple[int, str, Edits]]:
    """The ledger of a source by its steps, the decoding left out and the restorations as the last one."""
    restored = _restored(parts, [row for row in rows if row["kind"] == "restore"])
    rows_of_rules = [row for row in rows if row["kind"] != "restore"]
    return [(number, str(group[0]["rule"]), _edits(group)) for number, group in _by_step(rows_of_rules)] + restored


def _by_step(rows: list[Row]) -> list[tuple[int, list[Row]]]:
    """The edits of each step after the decoding, which has offsets of its own kind."""
    return [(number, list(group)) for number, group in groupby(rows, key=lambda row: int(row["step"])) if number > 0]


def _restored(parts: list[Row], rows: list[Row]) -> list[tuple[int, str, Edits]]:
    """The restorations of a source as one step on its whole text; in the ledger each counts in its own document.

    Every part learns what its text was before: ``unrestored``.
    """
    together, start = Edits(), 0
    for part in parts:
        edits = _edits([row for row in rows if row["doc_id"] == part["doc_id"]])
        part["unrestored"] = invert(part["text"], edits) if len(edits) else part["text"]
        together.start += [start + place for place in edits.start]
        together.end += [start + place for place in edits.end]
        together.before += edits.before
        together.after += edits.after
        together.confidence += edits.confidence
        together.evidence += edits.evidence
        start += len(part["unrestored"])
    return [(int(rows[0]["step"]), str(rows[0]["rule"]), together)] if rows else []


def _edits(rows: list[Row]) -> Edits:
    edits = Edits()
    for row in rows:
        edits.add(row["start"], row["before"], row["after"], row["confidence"], row["evidence"])
    return edits


def _spans(steps: list[tuple[int, str, Edits]]) -> dict[tuple[int, int], tuple[int, int]]:
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for place, (number, _, edits) in enumerate(steps):
        start, end = np.asarray(edits.start, dtype=np.int64), np.asarray(edits.end, dtype=np.int64)
        for _, _, earlier in reversed(steps[:place]):
            start, end = to_input(earlier, start), to_input(earlier, end, end=True)
        low, high = np.minimum(start, end).tolist(), np.maximum(start, end).tolist()
        spans |= {(number, ordinal): pair for ordinal, pair in enumerate(zip(low, high, strict=True))}
    return spans


def lines(traced: Traced, doc_id: str) -> list[Line]:
    """The rows of one document. A row ends where its clean text has a line break, or where it has become very long."""
    start, end = traced.extent(doc_id)
    owned = {place for place, row in traced.ledger.items() if row["doc_id"] == doc_id}
    rows = [Line(0)]
    for stretch in traced.stretches:
        first, last = max(stretch.start, start), min(stretch.start + len(stretch.after), end)
        if stretch.edits:
            if not owned.isdisjoint(stretch.edits):
                _add(rows, Piece(stretch.before, stretch.after, stretch.edits))
        elif first < last:
            for part in _PLAIN.findall(stretch.after, first - stretch.start, last - stretch.start):
                _add(rows, Piece(part, part))
    if not rows[-1].pieces:
        rows.pop()
    return rows


def _add(rows: list[Line], piece: Piece) -> None:
    rows[-1].pieces.append(piece)
    rows[-1].size += (len(piece.before) + len(piece.after)) // 2 + _PIECE
    if piece.after.endswith("\n") or rows[-1].size >= _ROW:
        rows.append(Line(len(rows)))


def pages(rows: list[Line]) -> list[tuple[int, int]]:
    """Where the pages of a document begin and end: enough rows or enough characters make a page."""
    bounds, start, size = [], 0, 0
    for number, row in enumerate(rows):
        size += row.size
        if number - start + 1 >= ROWS or size >= CHARS:
            bounds.append((start, number + 1))
            start, size = number + 1, 0
    if start < len(rows) or not bounds:
        bounds.append((start, len(rows)))
    return bounds


def page_of(rows: list[Line], bounds: list[tuple[int, int]], place: tuple[int, int]) -> int:
    """The page, from 0, that shows an edit; 0 where none does."""
    for number, row in enumerate(rows):
        if any(place in piece.edits for piece in row.pieces):
            return next(page for page, (_, end) in enumerate(bounds) if number < end)
    return 0


@dataclass(frozen=True, slots=True)
class Context:
    """The stretch an edit stands in, with what precedes and follows it in the source and in the clean text."""

    source: tuple[str, str]
    clean: tuple[str, str]
    piece: Piece


def around(traced: Traced, place: tuple[int, int], reach: int) -> Context:
    """Where an edit stands, with ``reach`` code points on either side. Raises Unknown for edits of the decoding."""
    if place not in traced.where:
        raise Unknown("This edit belongs to the decoding, or there is none with this number.")
    index, start = traced.where[place]
    stretch = traced.stretches[index]
    end, stop = start + len(stretch.before), stretch.start + len(stretch.after)
    return Context(
        (traced.decoded[max(0, start - reach) : start], traced.decoded[end : end + reach]),
        (traced.text[max(0, stretch.start - reach) : stretch.start], traced.text[stop : stop + reach]),
        Piece(stretch.before, stretch.after, stretch.edits),
    )


def near(
    parts: list[Row], rows: list[Row], places: Sequence[tuple[int, int]], reach: int
) -> dict[tuple[int, int], tuple[str, str]]:
    """The clean text before and behind some edits of a source, ``reach`` code points each.

    It costs a tenth of laying both texts side by side. Edits of the decoding have no place in the text.
    """
    text = "".join(part["text"] for part in parts)
    steps = _steps(parts, rows)
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for index, (number, _, edits) in enumerate(steps):
        ordinals = [ordinal for step, ordinal in places if step == number]
        if ordinals:
            start = to_output(edits, np.array(edits.start, np.int64)[ordinals])
            end = start + np.array([len(edits.after[ordinal]) for ordinal in ordinals], np.int64)
            for _, _, later in steps[index + 1 :]:
                start, end = to_output(later, start), to_output(later, end, end=True)
            sides = [(text[max(0, a - reach) : a], text[b : b + reach]) for a, b in zip(start, end, strict=True)]
            found |= {(number, ordinal): side for ordinal, side in zip(ordinals, sides, strict=True)}
    return found
