"""The likeliest way to cut a text into clean and misread stretches: dynamic programming over its bytes.

At each byte the text is either what it seems or one more character of the true text, and changing sides costs: much
in the midst of words, less beside ASCII, little at a line end. ASCII is the same on both sides, so a misread page
stays misread across its digits and spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cleaners.rules.mojibake_codecs import (
    ALIEN,
    FOREIGN,
    LOST,
    NEVER,
    NEVER_GUESS,
    ORPHAN,
    QUERY,
    RARE,
    SYMBOLS,
    Family,
    cost,
    next_char,
    score,
    shares,
    source,
)

# Nats for a change in the midst of words, beside ASCII, at a line end. Three bytes of UTF-8 hardly make a character
# by chance; two bytes of GBK or Big5 mostly do, so that chance has to be outweighed by longer stretches.
_SWITCH_UTF8 = (4.0, 2.0, 0.5)
_SWITCH_PAIRS = (8.0, 4.0, 1.0)
_DOUBT = 2  # characters beside a loss that are not believed, in codecs of two bytes
_PRIVATE = re.compile("[\ue000-\ue765]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text ``[start, end)`` that was misread, what it says, and how much likelier (in nats) that is.

    ``cuts`` are the places, as offsets into the misread text and into ``text``, where both are between characters.
    """

    start: int
    end: int
    text: str
    gain: float
    cuts: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Lattice:
    """Per byte the best score and the step that reached it, for text that is what it seems and for misread text."""

    clean: list[float]
    clean_before: list[int]
    misread: list[float]
    misread_step: list[tuple[int, int, str]]  # bytes taken, side before, character written


def stretches(text: str, family: Family, among: bool, guess: bool = True) -> Iterator[Stretch]:
    """The misread stretches of ``text``; ``among`` where the page is known to be misread this way.

    With ``guess`` a character with a lost byte is written where only one likely character can have stood there.
    """
    if not guess:
        family = family._replace(loses=NEVER_GUESS)
    elif family.loses and _PRIVATE.search(text):
        family = family._replace(loses="")  # GBK proper has no private use area: this reader was of the larger kind
    data: list[int] = []
    begins: list[int] = []
    for char in text:
        begins.append(len(data))
        data.extend(source(char, family.read) or (FOREIGN,))
    begins.append(len(data))
    yield from _walk(text, begins, data, _fill(text, begins, data, family, among), family)


def _fill(text: str, begins: list[int], data: list[int], family: Family, among: bool) -> _Lattice:
    """Fill the lattice from left to right: linear in the bytes, for each has at most three steps."""
    size_of, table = len(data), shares()
    clean, misread = [NEVER] * (size_of + 1), [NEVER] * (size_of + 1)
    clean_before, step = [0] * (size_of + 1), [(0, 0, "")] * (size_of + 1)
    middle, seam, line_end = _SWITCH_UTF8 if family.true == "utf-8" else _SWITCH_PAIRS
    alien = ALIEN if among and family.read == "cp1252" else 0.0
    # A mark of Latin-1 between two characters that are bytes may be a byte itself, but no whole character of UTF-8.
    symbols = SYMBOLS if family.true == "utf-8" else frozenset[str]()
    clean[0] = 0.0
    index, last = -1, "\n"
    for at, byte in enumerate(data):
        seems, reads = clean[at], misread[at]
        enter = NEVER
        if at == begins[index + 1]:
            index += 1
            char = text[index]
            plain = char < "\x80"
            if last == "\n" or char == "\n":
                switch = line_end
            else:
                switch = seam if plain or last < "\x80" or {char, last} & symbols else middle
            stop = begins[index + 1]
            seen = 0.0 if plain else table[char] - (alien if char not in SYMBOLS or source(last, "cp1252") else 0.0)
            if seems >= reads - switch:
                clean[stop] = seems + seen
            else:
                clean[stop], clean_before[stop] = reads - switch + seen, 1
            enter, last = (seems - switch if at else 0.0), char
        side = 1 if reads >= enter else 0
        base = reads if side else enter
        if base == NEVER or byte == FOREIGN:
            continue
        if 0 < byte < 0x80 or byte == QUERY:
            if base > misread[at + 1]:
                misread[at + 1], step[at + 1] = base, (1, side, "?" if byte == QUERY else chr(byte))
            continue
        size, char = next_char(data, at, family)
        total = base + cost(size, char, data, at, family)
        if total > misread[at + size]:
            misread[at + size], step[at + size] = total, (size, side, char)
        if size > 1 and base + ORPHAN > misread[at + 1]:
            misread[at + 1], step[at + 1] = base + ORPHAN, (1, side, LOST)
    return _Lattice(clean, clean_before, misread, step)


def _walk(text: str, begins: list[int], data: list[int], lattice: _Lattice, family: Family) -> Iterator[Stretch]:
    """Walk the lattice back and yield each misread stretch, the last one first."""
    index_at = {begin: index for index, begin in enumerate(begins)}
    at = len(data)
    side = 0 if lattice.clean[at] >= lattice.misread[at] else 1
    while at > 0:
        if side == 0:
            side = lattice.clean_before[at]
            at = begins[index_at[at] - 1]
            continue
        stop, steps = at, []
        while side == 1:
            size, side, char = lattice.misread_step[at]
            at -= size
            steps.append((at, char))
        steps.reverse()
        gain = lattice.misread[stop] - lattice.clean[at] - _seen(text[index_at[at] : index_at[stop]])
        yield _stretch(index_at, data, steps, stop, gain, family)


def _seen(text: str) -> float:
    """The score of text as it seems, ASCII apart."""
    return sum(map(score, _NOT_ASCII.findall(text)))


def _stretch(
    index_at: dict[int, int], data: list[int], steps: list[tuple[int, str]], stop: int, gain: float, family: Family
) -> Stretch:
    """Put a stretch together from its steps, doubtful characters taken out."""
    written = [char for _, char in steps]
    if LOST in written:
        written = _doubted(written, [data[at] for at, _ in steps], family)
    start = index_at[steps[0][0]]
    end = index_at[stop]
    cuts = [(0, 0)]
    for place, (at, char) in enumerate(steps):
        if (char < "\x80") and (0 < data[at] < 0x80 or data[at] == QUERY) and at in index_at:
            here = index_at[at] - start
            if cuts[-1] != (here, place):
                cuts.append((here, place))
            cuts.append((here + 1, place + 1))
    if cuts[-1] != (end - start, len(steps)):
        cuts.append((end - start, len(steps)))
    return Stretch(start, end, "".join(written), gain, tuple(cuts))


def _doubted(written: list[str], lead: list[int], family: Family) -> list[str]:
    """U+FFFD for characters beside a loss that are more likely a wrong join than writing.

    UTF-8 says where each character begins, so only what is rare is doubted. In codecs of two bytes a lost byte leaves
    open which are pairs, until a byte below 40 that is no second one.
    """
    doubtful = [char == LOST for char in written]
    reach = 1 if family.true == "utf-8" else _DOUBT
    for order in (range(len(written)), range(len(written) - 1, -1, -1)):
        left = 0
        for place in order:
            char = written[place]
            if char == LOST:
                left = reach
                continue
            if char < "\x40" or (char < "\x80" and (family.true == "utf-8" or left < reach)):
                left = 0
            if left and (family.true != "utf-8" or shares()[char] < RARE):
                doubtful[place] = True
            left = max(0, left - 1)
    return [LOST if doubt else char for char, doubt in zip(written, doubtful, strict=True)]
