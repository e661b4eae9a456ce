"""Collation: let the copies of a text mend each other.

What one copy masks, another may have kept. A gap of the survivor is filled from a witness only where the text on both
sides of it agrees, and only if all witnesses that can be read there say the same; otherwise the readings are
flagged and nothing is changed.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from cleaners.corpus.alignment import ANCHOR, Block, align, as_string
from cleaners.corpus.canonical import keys
from cleaners.corpus.copies import Copy, copy_of, same_marks
from cleaners.corpus.paragraphs import missing
from cleaners.document import Edits, Flag

NAME_MASKS = frozenset({"leader_mask", "star_mask", "x_mask", "times_mask", "underscore_mask", "party_mask"})
YEAR_MASKS = frozenset({"year_mask", "number_mask"})
RESTORABLE = NAME_MASKS | YEAR_MASKS | {"empty_quotes", "year_drop", "truncated"}
"""The kinds of flag that say: here something is missing that a copy may have."""

WITNESSES = 32
"""So many different witnesses are heard, those of smallest id; more would only repeat them."""

_PASSAGE_CONTEXT = 16  # code points that must agree on both sides of a passage
_LINE_CONTEXT = 12  # code points that must agree behind a gap at the beginning of a line
_REGION = 200  # code points; longer stretches between agreeing text are another wording, not a gap
_LONGEST_NAME = 24
_LONGEST_SLIDE = 5  # 年2016 and 2016年 are the same insertion seen from two sides
_LONGEST_PASSAGE = 50_000
_NEAR_MARKER = 64  # code points on either side of a hidden passage, of which its marker alone speaks
_LENGTH_TOLERANCE = 0.2  # how far a passage may be from the length its marker states: sites count differently ...
_LENGTH_SLACK = 30  # ... and round

_MASKED = re.compile(r"[*＊×_□○●xXｘＸ某�]|“”|\n")
_SENTENCE_END = re.compile(r"[。！？!?；;：:，,“”‘’「」『』《》\"]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}年?(?:[—－~～至到-](?:19|20)?[0-9]{2}年?)?(?:[0-9]{1,2}月)?(?:底|末|初|度)?")
_YEAR_LEFT = re.compile(r"(?:19|20)[0-9]{2}年")
_MASKS = re.compile(
    r"[*＊]{2,}|×{2,}|(?<![A-Za-z])(?:x{2,}|X{2,})(?![A-Za-z])|[○□●■█◆_＿]{2,}|某+|(?P<empty>“”|《》|「」)"
)


@dataclass
class Restoration:
    """Edits of kind ``restore`` and what they rest on.

    For each edit ``witness`` names the copy, and ``span`` says which code points of it were taken. ``filled`` are the
    places in the given flags that no longer hold; ``flags`` are new ones, where witnesses disagree or a passage does
    not fit.
    """

    edits: Edits = field(default_factory=Edits)
    witness: list[str] = field(default_factory=list)
    span: list[tuple[int, int]] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


class _Gap(NamedTuple):
    """Something missing at ``[start, end)`` of the text, which is ``[low, high)`` of its key.

    ``number`` is the place of its flag, or negative where there is none; ``least`` how many witnesses must speak.
    """

    number: int
    kind: str
    start: int
    end: int
    low: int
    high: int
    value: int
    least: int = 1


class _Reading(NamedTuple):
    """What a witness has in a gap: ``text``, found at ``[start, end)`` of it, for ``[low, high)`` of the survivor.

    ``fits`` says whether it is what such a gap hides.
    """

    witness: str
    start: int
    end: int
    text: str
    low: int
    high: int
    fits: bool


def restore(
    text: str, flags: Sequence[Flag], witnesses: Sequence[tuple[str, str]], *, paragraphs: bool = True
) -> Restoration:
    """Fill what ``flags`` report missing in ``text`` from its witnesses, given as (document id, text).

    Masks and dropped years that were not flagged, because a page alone does not prove them, are filled too where a
    witness proves them; and so are ``paragraphs`` that all witnesses have and the text lacks.

    >>> flags = [Flag("year_mask", 11, 15, "20xx")]
    >>> copies = [("b", "全市招商引资工作会议于2016年在市礼堂隆重召开，各部门到会。")]
    >>> found = restore("全市招商引资工作会议于20xx年在市礼堂隆重召开，各部门到会。", flags, copies)
    >>> found.edits.before, found.edits.after, found.witness
    (['20xx'], ['2016'], ['b'])
    """
    result = Restoration()
    survivor = copy_of(text)
    copies = [(doc_id, copy_of(witness)) for doc_id, witness in _different(text, witnesses)]
    aligned = [(doc_id, copy, align(as_string(survivor.codes), as_string(copy.codes))) for doc_id, copy in copies]
    gaps = _with_dropped_years(survivor, _gaps(survivor, flags), aligned)
    readings: dict[int, list[_Reading]] = {gap.number: [] for gap in gaps}
    for doc_id, copy, blocks in aligned if gaps else []:
        for number, reading in _read(survivor, gaps, doc_id, copy, blocks):
            readings[number].append(reading)
    for gap in gaps:
        if len(readings[gap.number]) >= gap.least:
            _settle(result, survivor, gap, readings[gap.number])
    if paragraphs:
        _add_paragraphs(result, survivor, gaps, aligned)
    return result


def _different(text: str, witnesses: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The witnesses that are not word for word another one or the survivor, by id, as many as are heard."""
    heard = {text}
    result: list[tuple[str, str]] = []
    for doc_id, witness in sorted(witnesses):
        if witness not in heard and len(result) < WITNESSES:
            heard.add(witness)
            result.append((doc_id, witness))
    return result


def _gaps(copy: Copy, flags: Sequence[Flag]) -> list[_Gap]:
    """The restorable flags, and runs of masks that nobody flagged, as gaps in order and apart from each other."""
    masks = [Flag("empty_quotes" if m.lastgroup else "mask", *m.span(), m[0]) for m in _MASKS.finditer(copy.text)]
    numbered = [*enumerate(flags), *((-1 - number, flag) for number, flag in enumerate(masks))]
    gaps: list[_Gap] = []
    last = -1
    for number, flag in sorted(numbered, key=lambda item: (item[1].start, item[0] < 0, item[1].end)):
        if flag.kind not in RESTORABLE | {"mask"} or flag.start < last:
            continue
        last = flag.end
        start, end = (flag.start + 1, flag.end - 1) if flag.kind == "empty_quotes" else (flag.start, flag.end)
        low, high = np.searchsorted(copy.positions, [start, end]).tolist()
        gaps.append(_Gap(number, flag.kind, start, end, low, high, flag.value))
    return gaps


def _with_dropped_years(survivor: Copy, gaps: list[_Gap], aligned: list[tuple[str, Copy, list[Block]]]) -> list[_Gap]:
    """The gaps, and the seams where a witness has a year and the survivor nothing.

    One witness is enough where the survivor is known to have lost its years: a seam of it was flagged, or it has
    none left and lacks several. Otherwise the year may be the witness's own, and two must agree.
    """
    taken = {edge for gap in gaps for edge in (gap.low, gap.high)}
    seams: dict[int, int] = {}
    for _, witness, blocks in aligned:
        for left, right in pairwise([Block(0, 0, 0), *blocks]):
            if left.i + left.length == right.i:
                low, high = left.j + left.length if right.i else witness.line_start(right.j), right.j
                seams |= _seam(survivor, right.i, witness, low, high) if high - low <= _LONGEST_NAME else {}
    lost = any(gap.kind == "year_drop" for gap in gaps) or (len(seams) > 1 and not _YEAR_LEFT.search(survivor.text))
    found = [
        _Gap(-1 - len(survivor.text) - index, "year_drop", place, place, index, index, 0, 1 if lost else 2)
        for index, place in seams.items()
        if index not in taken
    ]
    return sorted([*gaps, *found], key=lambda gap: (gap.start, gap.end))


def _seam(survivor: Copy, index: int, witness: Copy, low: int, high: int) -> dict[int, int]:
    """Where in the survivor the witness's year belongs: a place of its key and of its text."""
    for _ in range(_LONGEST_SLIDE):
        if _YEAR.fullmatch(witness.text[witness.begin(low) : witness.end(high - 1)]):
            break
        if not (low and index) or witness.codes[low - 1] != witness.codes[high - 1]:
            return {}
        index, low, high = index - 1, low - 1, high - 1
    marks = survivor.between(index)
    before = _last_line(witness.between(low)) if not index else witness.between(low)
    cuts = [
        cut
        for cut in range(len(marks), -1, -1)
        if same_marks(marks[:cut], before) and same_marks(marks[cut:], witness.between(high))
    ]
    # Of places that differ in white space the last: a year begins a line rather than ending the one before.
    return {index: survivor.end(index - 1) + cuts[0]} if cuts else {}


def _read(
    survivor: Copy, gaps: list[_Gap], doc_id: str, witness: Copy, blocks: list[Block]
) -> Iterator[tuple[int, _Reading]]:
    """What one witness says of the gaps."""
    places = _locate(survivor, gaps, witness, _agreeing(blocks, gaps))
    for gap in gaps:
        if gap.number in places:
            read = _passage if gap.kind == "truncated" else _words
            reading = read(survivor, gap, doc_id, witness, *places[gap.number])
            if reading is not None:
                yield gap.number, reading


def _agreeing(blocks: list[Block], gaps: list[_Gap]) -> list[Block]:
    """The aligned text cut at every gap, without what is too short to prove anything."""
    pieces = []
    waiting = deque(gaps)
    for block in blocks:
        start, stop = block.i, block.i + block.length
        while waiting and waiting[0].high < start:
            waiting.popleft()
        for gap in waiting:
            if gap.low > stop:
                break
            pieces.append(Block(start, block.j + start - block.i, gap.low - start))
            start = max(gap.high, start)
        pieces.append(Block(start, block.j + start - block.i, stop - start))
    return [piece for piece in pieces if piece.length >= ANCHOR]


def _locate(survivor: Copy, gaps: list[_Gap], witness: Copy, pieces: list[Block]) -> dict[int, tuple[int, int]]:
    """For each gap the part of the witness's key that stands in its place, where that can be told.

    Gaps with too little agreeing text between them are read together.
    """
    starts = [piece.i for piece in pieces]
    places: dict[int, tuple[int, int]] = {}
    for right, group in groupby(gaps, key=lambda gap: bisect_left(starts, gap.high)):
        together = list(group)
        if 0 < right < len(pieces):
            places |= _divide(survivor, together, witness, pieces[right - 1], pieces[right])
        first = together[0]
        if first.number not in places and right < len(pieces) and pieces[right].i == first.high:
            place = _from_line_start(survivor, first, witness, pieces[right])
            places |= {first.number: place} if place else {}
    return places


def _divide(survivor: Copy, gaps: list[_Gap], witness: Copy, left: Block, right: Block) -> dict[int, tuple[int, int]]:
    """Divide what the witness has between two agreeing pieces among the survivor's gaps there.

    The survivor's words between the gaps must stand in the witness too, and in one way only: looked for from the
    left and from the right they must be found in the same places.
    """
    begin, end = left.j + left.length, right.j
    passage = any(gap.kind == "truncated" for gap in gaps)
    if passage and (len(gaps) > 1 or min(left.length, right.length) < _PASSAGE_CONTEXT):
        return {}
    if end - begin > (_LONGEST_PASSAGE if passage else _REGION) or right.i - left.i - left.length > _REGION:
        return {}
    edges = [left.i + left.length, *(edge for gap in gaps for edge in (gap.low, gap.high)), right.i]
    words = [as_string(survivor.codes[low:high]) for low, high in zip(edges[::2], edges[1::2], strict=True)]
    found = _only_division(words, as_string(witness.codes[begin:end]))
    return {gap.number: (begin + low, begin + high) for gap, (low, high) in zip(gaps, found, strict=False)}


def _only_division(words: list[str], text: str) -> list[tuple[int, int]]:
    """What lies between the words in the text, which begins with the first and ends with the last; [] if unsure.

    >>> _only_division(["在", "和", "之间"], "在甲县和乙县之间")
    [(1, 3), (4, 6)]
    >>> _only_division(["在", "和", "之间"], "在甲和丙和乙之间")
    []
    """
    head, *middle, tail = words
    start, stop = len(head), len(text) - len(tail)
    if start > stop or not text.startswith(head) or not text.endswith(tail) or not all(middle):
        return []
    ahead, back = [], []
    place = start
    for word in middle:
        ahead.append(text.find(word, place, stop))
        if ahead[-1] < 0:
            return []
        place = ahead[-1] + len(word)
    place = stop
    for word in reversed(middle):
        back.append(text.rfind(word, start, place))
        place = back[-1]
    if ahead != back[::-1]:
        return []
    edges = [start, *(edge for at, word in zip(ahead, middle, strict=True) for edge in (at, at + len(word))), stop]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _from_line_start(survivor: Copy, gap: _Gap, witness: Copy, right: Block) -> tuple[int, int] | None:
    """The place of a gap that begins its line, if enough agrees behind it: the beginning of the witness's line."""
    if gap.kind == "truncated" or right.length < _LINE_CONTEXT:
        return None
    before = survivor.text[survivor.end(gap.low - 1) : gap.start]
    if gap.low and "\n" not in before:
        return None
    return witness.line_start(right.j), right.j


def _words(survivor: Copy, gap: _Gap, doc_id: str, witness: Copy, low: int, high: int) -> _Reading | None:
    """A few words for a gap; None where the witness has nothing, a mask of its own, or other punctuation around."""
    if low >= high:
        return None
    start, end = witness.begin(low), witness.end(high - 1)
    text = witness.text[start:end]
    before = survivor.text[survivor.end(gap.low - 1) : gap.start], witness.between(low)
    after = survivor.text[gap.end : survivor.begin(gap.high)], witness.between(high)
    if _MASKED.search(text) or not (same_marks(*map(_last_line, before)) or same_marks(*before)):
        return None
    if not same_marks(*after):
        return None
    fits = _fits(gap.kind, survivor.text[gap.start : gap.end], text)
    return _Reading(doc_id, start, end, text, gap.start, gap.end, fits)


def _last_line(marks: str) -> str:
    return marks.rpartition("\n")[2]


def _fits(kind: str, mask: str, text: str) -> bool:
    """Whether the words are what such a mask hides."""
    if kind == "year_drop":
        return bool(_YEAR.fullmatch(text))
    if kind in YEAR_MASKS:
        digits = re.match("[0-9]*", mask)
        return bool(re.fullmatch("[0-9]{4}", text)) and text.startswith(digits[0] if digits and len(mask) == 4 else "")
    return len(text) <= _LONGEST_NAME and not _SENTENCE_END.search(text)


def _passage(survivor: Copy, gap: _Gap, doc_id: str, witness: Copy, low: int, high: int) -> _Reading | None:
    """A hidden passage, with the punctuation and line breaks on its edges that the survivor lacks."""
    if low >= high:
        return None
    at, until = survivor.end(gap.low - 1), survivor.begin(gap.high)
    start, end = witness.end(low - 1), witness.begin(high)
    head = _shared(survivor.text[at:until], witness.text[start:end])
    tail = _shared(survivor.text[at + head : until][::-1], witness.text[start + head : end][::-1])
    text = witness.text[start + head : end - tail]
    fits = not gap.value or abs(_length(text) - gap.value) <= max(_LENGTH_SLACK, _LENGTH_TOLERANCE * gap.value)
    return _Reading(doc_id, start + head, end - tail, text, at + head, until - tail, fits)


def _shared(one: str, other: str) -> int:
    """How many characters two strings share from their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _length(text: str) -> int:
    """Code points without white space, which is what sites count."""
    return len("".join(text.split()))


def _settle(result: Restoration, survivor: Copy, gap: _Gap, readings: list[_Reading]) -> None:
    """Fill the gap if all readings fit and say the same; flag it if they differ."""
    first = readings[0]
    said = {as_string(keys([reading.text]).codes) for reading in readings}
    if len(said) == 1 and first.fits:
        before = survivor.text[first.low : first.high]
        confidence = 0.99 if len(readings) > 1 else 0.95
        names = [reading.witness for reading in readings]
        length = {"length": _length(first.text), "stated": gap.value} if gap.kind == "truncated" else {}
        result.edits.add(first.low, before, first.text, confidence, _evidence(survivor, gap, names, length))
        result.witness.append(first.witness)
        result.span.append((first.start, first.end))
        result.filled += [gap.number] if gap.number >= 0 else []
    elif gap.number >= 0 and (len(said) > 1 or gap.kind == "truncated"):
        kind = "witnesses_disagree" if len(said) > 1 else "passage_does_not_fit"
        detail = "; ".join(f"{reading.witness}: {reading.text[:40]}" for reading in readings[:8])
        found = survivor.text[gap.start : gap.end]
        result.flags.append(Flag(kind, gap.start, gap.end, found, detail, len(first.text)))


def _add_paragraphs(
    result: Restoration, survivor: Copy, gaps: list[_Gap], aligned: list[tuple[str, Copy, list[Block]]]
) -> None:
    """Put back the paragraphs that all witnesses have, apart from everything else that was found missing."""
    texts = {doc_id: copy.text for doc_id, copy, _ in aligned}
    hidden = [gap.low for gap in gaps if gap.kind == "truncated"]
    edits = result.edits
    rows = list(zip(edits.start, edits.before, edits.after, edits.confidence, edits.evidence, strict=True))
    named = list(zip(result.witness, result.span, strict=True))
    for readings in missing(survivor, aligned):
        first = readings[0]
        index, place = first.code, first.place
        if any(abs(index - low) <= _NEAR_MARKER for low in hidden):
            continue
        if len({reading.said for reading in readings}) > 1:
            detail = "; ".join(f"{one.witness}: a paragraph of {len(one.said) // 4}" for one in readings[:8])
            result.flags.append(Flag("witnesses_disagree", place, place, "", detail))
        elif not any(start <= place <= start + len(before) for start, before, *_ in rows):
            text = texts[first.witness][first.start : first.end]
            names = sorted({one.witness for one in readings})
            gap = _Gap(0, "paragraph", place, place, index, index, 0)
            rows.append((place, "", text, 0.95, _evidence(survivor, gap, names, {"length": _length(text)})))
            named.append((first.witness, (first.start, first.end)))
    order = sorted(range(len(rows)), key=lambda number: rows[number][0])
    result.edits = Edits()
    for number in order:
        result.edits.add(*rows[number])
    result.witness, result.span = [named[n][0] for n in order], [named[n][1] for n in order]


def _evidence(survivor: Copy, gap: _Gap, witnesses: list[str], more: dict[str, int]) -> str:
    """Who said so, between which words, and for a passage how long it is and should be."""
    evidence: dict[str, object] = {
        "gap": gap.kind,
        "witnesses": witnesses,
        "left": as_string(survivor.codes[max(gap.low - ANCHOR, 0) : gap.low]),
        "right": as_string(survivor.codes[gap.high : gap.high + ANCHOR]),
    }
    return json.dumps(evidence | more, ensure_ascii=False)
