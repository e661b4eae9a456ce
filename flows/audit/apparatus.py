"""Collate the copies of a text as an editor would: one text, and below it where the other witnesses read otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

LONGEST = 40_000  # code points of each text that are compared; the time grows with their product
_ISLAND = 2  # equal code points too few to separate two variants


@dataclass(frozen=True, slots=True)
class Reading:
    """What some witnesses have in the place of a lemma; empty where they omit it."""

    text: str
    sigla: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """A place where at least one witness differs: ``lemma`` stands at ``[start, end)`` of the base."""

    number: int
    start: int
    end: int
    lemma: str
    readings: tuple[Reading, ...]


@dataclass(slots=True)
class Apparatus:
    """The base text in pieces, each with the variant it is the lemma of or None, and all variants in order."""

    pieces: list[tuple[str, Variant | None]] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    cut: bool = False


def sigla(count: int) -> list[str]:
    """Names of witnesses as editors give them: A, B … Z, A2, B2 …

    >>> sigla(28)[-3:]
    ['Z', 'A2', 'B2']
    """
    return [chr(65 + index % 26) + (str(index // 26 + 1) if index >= 26 else "") for index in range(count)]


def collate(base: str, witnesses: Sequence[tuple[str, str]]) -> Apparatus:
    """Collate witnesses, given as (siglum, text), against the base.

    >>> found = collate("在市礼堂召开，各部门到会。", [("B", "在大礼堂召开，各部门到会。"), ("C", "在市礼堂召开。")])
    >>> [(v.lemma, [(r.text, r.sigla) for r in v.readings]) for v in found.variants]
    [('市', [('大', ('B',))]), ('，各部门到会', [('', ('C',))])]
    """
    cut = any(len(text) > LONGEST for text in (base, *(text for _, text in witnesses)))
    base = base[:LONGEST]
    aligned = [(siglum, text[:LONGEST], _differences(base, text[:LONGEST])) for siglum, text in witnesses]
    spans = _united(sorted((a, b) for _, _, different in aligned for a, b, _, _ in different))
    result = Apparatus(cut=cut)
    here = 0
    for number, (start, end) in enumerate(spans, 1):
        variant = Variant(number, start, end, base[start:end], _readings(aligned, start, end, base[start:end]))
        result.variants.append(variant)
        result.pieces += ((base[here:start], None), (variant.lemma, variant))
        here = end
    result.pieces.append((base[here:], None))
    return result


_Difference = tuple[int, int, int, int]  # [start, end) in the base, [start, end) in the witness


def _differences(base: str, text: str) -> list[_Difference]:
    found: list[_Difference] = []
    for code in Indel.opcodes(base, text):
        if code.tag == "equal":
            continue
        one = (code.src_start, code.src_end, code.dest_start, code.dest_end)
        if found and one[0] - found[-1][1] < _ISLAND:
            found[-1] = (found[-1][0], one[1], found[-1][2], one[3])
        else:
            found.append(one)
    return found


def _united(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    united: list[tuple[int, int]] = []
    for start, end in spans:
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _readings(
    aligned: Sequence[tuple[str, str, list[_Difference]]], start: int, end: int, lemma: str
) -> tuple[Reading, ...]:
    by_text: dict[str, list[str]] = {}
    for siglum, text, different in aligned:
        by_text.setdefault(_reading(text, different, start, end), []).append(siglum)
    return tuple(Reading(text, tuple(names)) for text, names in by_text.items() if text != lemma)


def _reading(text: str, different: list[_Difference], start: int, end: int) -> str:
    """What a witness has where the base has ``[start, end)``, which cuts through none of the differences."""
    return text[_place(different, start, False) : _place(different, end, True)]


def _place(different: list[_Difference], position: int, behind: bool) -> int:
    """Where a position of the base lies in the witness; ``behind`` what was inserted at it, or before."""
    index = bisect_right(different, position, key=lambda one: one[0]) - 1
    if index >= 0 and different[index][0] == position and not behind:
        return different[index][2]
    while index >= 0 and different[index][1] > position:
        index -= 1
    if index < 0:
        return position
    _, end, _, stop = different[index]
    return stop + position - end
