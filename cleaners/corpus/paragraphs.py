"""Paragraphs a survivor lacks: the fullest text that all its witnesses support.

A paragraph is put back only if at least two witnesses have it between the same two paragraphs and none of those that
can be read there does without it; a lost end only if the survivor breaks off in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaners.corpus.alignment import Block
from cleaners.corpus.copies import Copy, same_marks

LEAST = 20
"""Code points of key from which a line may be a paragraph; a shorter one is a heading or furniture."""

CONTEXT = 16
"""Code points that must agree on either side of what is put back."""

SPEAKING = 2
"""Witnesses that must have it: one alone may have been given the paragraph by its own editor."""

_LONGEST = 50_000
_LONGEST_SLIDE = 64  # how much two neighbouring paragraphs may begin alike
_SENTENCE_END = re.compile(r"[。！？!?；;：:…][”’」』）)]*$")
_HEADING = re.compile(r"[（(]?[一二三四五六七八九十0-9]{1,3}[）)、.．是]")
_LONGEST_HEADING = 30

Aligned = tuple[str, Copy, list[Block]]  # a witness, and how the survivor aligns with it


class Reading(NamedTuple):
    """``witness`` has ``[start, end)`` of its text at ``place`` of the survivor's, before that ``code`` of its key."""

    code: int
    place: int
    witness: str
    start: int
    end: int
    said: bytes  # its key


def missing(survivor: Copy, aligned: Sequence[Aligned]) -> Iterator[list[Reading]]:
    """For every place where witnesses have paragraphs that the survivor lacks: what each of them has.

    Only places that enough witnesses speak of, none of which goes on there without a gap. They may still disagree.
    """
    if len(aligned) < SPEAKING:
        return
    found: dict[int, list[Reading]] = {}
    for name, witness, blocks in aligned:
        for reading in _between(survivor, name, witness, blocks):
            found.setdefault(reading.code, []).append(reading)
    for index in sorted(found):
        readings = found[index]
        heard = {reading.witness for reading in readings}
        others = [_said(index, one) for one in aligned if one[0] not in heard]
        said = [text for text in others if text is not None]
        if b"" not in said and len(readings) + len(said) >= SPEAKING:
            whole = readings[0]
            yield [*readings, *(whole._replace(said=text) for text in said if text != whole.said)]
    if tail := _tail(survivor, aligned):
        yield tail


def _between(survivor: Copy, name: str, witness: Copy, blocks: list[Block]) -> Iterator[Reading]:
    """What one witness has between two paragraphs that follow each other in the survivor."""
    for left, right in pairwise(blocks):
        low, high = left.j + left.length, right.j
        if left.i + left.length != right.i or not LEAST <= high - low <= _LONGEST:
            continue
        for slide in range(min(left.length - CONTEXT, _LONGEST_SLIDE) + 1):
            if slide and witness.codes[low - slide] != witness.codes[high - slide]:
                break
            index, first, behind = right.i - slide, low - slide, high - slide
            edges = _line_edges(survivor, index, witness, first, behind)
            if edges and right.length + slide >= CONTEXT:
                place, start, end = edges
                if _is_prose(witness.text[start:end]):
                    yield Reading(index, place, name, start, end, witness.codes[first:behind].tobytes())
                break


def _line_edges(survivor: Copy, index: int, witness: Copy, first: int, behind: int) -> tuple[int, int, int] | None:
    """Where the lines begin before which something is put, and which begin and follow what is put there."""
    edges = []
    for copy, at in ((survivor, index), (witness, first), (witness, behind)):
        close, line_feed, _ = copy.between(at).rpartition("\n")
        if not line_feed:
            return None
        edges.append((copy.end(at - 1) + len(close) + 1, close, copy.between(at)[len(close) + 1 :]))
    (place, close, opening), (start, close_there, _), (end, _, opening_there) = edges
    return (place, start, end) if same_marks(close, close_there) and same_marks(opening, opening_there) else None


def _is_prose(text: str) -> bool:
    """Whether every line is a sentence or a heading, and one at least a sentence."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    sentences = [len(line) >= LEAST and bool(_SENTENCE_END.search(line)) for line in lines]
    return any(sentences) and all(
        sentence or (len(line) <= _LONGEST_HEADING and _HEADING.match(line))
        for line, sentence in zip(lines, sentences, strict=True)
    )


def _said(index: int, one: Aligned) -> bytes | None:
    """What a witness has before code ``index`` of the survivor, wherever its lines end; None where it is silent."""
    _, witness, blocks = one
    for block in blocks:
        if block.i + CONTEXT <= index <= block.i + block.length - CONTEXT:
            return b""
    for left, right in pairwise(blocks):
        slide = right.i - index
        if left.i + left.length == right.i and 0 <= slide <= min(left.length - CONTEXT, _LONGEST_SLIDE):
            low, high = left.j + left.length, right.j
            if np.array_equal(witness.codes[low - slide : low], witness.codes[high - slide : high]):
                return witness.codes[low - slide : high - slide].tobytes()
    return None


def _tail(survivor: Copy, aligned: Sequence[Aligned]) -> list[Reading]:
    """How witnesses go on where the survivor breaks off: as far as they agree, in whole lines."""
    length = len(survivor.codes)
    if _SENTENCE_END.search(survivor.text.rstrip()):
        return []
    reaching = [
        (name, witness, blocks[-1].j + blocks[-1].length)
        for name, witness, blocks in aligned
        if blocks and blocks[-1].i + blocks[-1].length == length and blocks[-1].length >= CONTEXT
    ]
    if len(reaching) < SPEAKING or any(place == len(witness.codes) for _, witness, place in reaching):
        return []
    rests = [witness.codes[place:] for _, witness, place in reaching]
    size = min(map(len, rests))
    differing = np.flatnonzero(np.any([rest[:size] != rests[0][:size] for rest in rests], axis=0))
    agreed = int(differing[0]) if len(differing) else size
    found = [
        reading
        for name, witness, place in reaching
        if (reading := _lines_after(survivor, name, witness, place, agreed)) is not None
    ]
    longest = max(found, key=lambda reading: len(reading.said), default=None)
    return [reading for reading in found if longest and reading.said == longest.said]


def _lines_after(survivor: Copy, name: str, witness: Copy, place: int, agreed: int) -> Reading | None:
    """What a witness has behind the survivor's last code, up to the end of a line within what is agreed."""
    start = witness.end(place - 1)
    marks = survivor.text[survivor.end(len(survivor.codes) - 1) :].rstrip()
    if not witness.text.startswith(marks, start) or "\n" in witness.between(place):
        return None
    start += len(marks)
    stop = witness.begin(place + agreed)  # behind the last agreed code, its marks included
    behind = len(witness.text) if stop == len(witness.text) else witness.text.rfind("\n", start, stop)
    text = witness.text[start : max(behind, start)].rstrip()
    first, _, rest = text.partition("\n")
    if not _SENTENCE_END.search(first) or (rest and not _is_prose(rest)):
        return None
    last = int(np.searchsorted(witness.positions, start + len(text)))
    at = survivor.end(len(survivor.codes) - 1) + len(marks)
    said = witness.codes[place:last].tobytes()
    return Reading(len(survivor.codes), at, name, start, start + len(text), said) if said else None
