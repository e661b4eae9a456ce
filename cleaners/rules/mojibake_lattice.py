"""The likeliest way to cut a text into clean and misread stretches: dynamic programming over its bytes.

At each byte the text is either what it seems or one more character of the true text, and changing sides costs: much
in the midst of words, less beside ASCII, little at a line end. ASCII is the same on both sides, so a misread page
stays misread across its digits and spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import NamedTuple

from cleaners.ngram import CharacterModel
from cleaners.rules import mojibake_mixed
from cleaners.rules.mojibake_codecs import (
    ALIEN,
    FOREIGN,
    HALVES,
    HOLE,
    HOME_BYTES,
    LOSS,
    LOST,
    MIXED,
    NEVER,
    NEVER_GUESS,
    ORPHAN,
    QUERY,
    RARE,
    SPACES,
    SYMBOLS,
    Family,
    cost,
    next_char,
    score,
    shares,
    source,
    sources,
)
from cleaners.rules.mojibake_mixed import Run
from cleaners.rules.mojibake_phase import clear, of_single_bytes

# Nats for a change in the midst of words, beside ASCII, at a line end. Three bytes of UTF-8 hardly make a character
# by chance; two bytes of GBK or Big5 mostly do, so that chance has to be outweighed by longer stretches.
_SWITCH_UTF8 = (4.0, 2.0, 0.5)
_SWITCH_PAIRS = (8.0, 4.0, 1.0)
_TOO_RARE = -11.0  # nats: how rare a character is not, where bytes are missing
_SHIFT = -23.0  # nats, on a page without marks of loss, for a byte left over where two make a character
_HALF = 12.0  # nats for a border of such codecs beside what may be half a character, as Latin-1 shows it
_NEVER_ALONE = -40.0  # nats for a byte left over where each byte shows and no loss is marked: it is a sound letter
_CURLY = frozenset("“”‘’—…")
_HOME_MARKS = SYMBOLS | _CURLY  # of Windows-1252, and of clean Chinese between Han
_FOUR = 4  # bytes of a character of GB18030 that is in no pair
_PRIVATE = re.compile("[\ue000-\ue765]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_SURE = 3.0  # nats by which one byte must be likelier than another to be put in the place of a space


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


def stretches(
    text: str, family: Family, among: bool, guess: bool = True, model: CharacterModel | None = None
) -> Iterator[Stretch]:
    """The misread stretches of ``text``; ``among`` where the page is known to be misread this way.

    With ``guess`` a character with a lost byte is written where only one likely character can have stood there.
    """
    if family.read == MIXED:
        yield from (_mixed(text, run) for run in mojibake_mixed.runs(text, family, ALIEN if among else 0.0, model))
        return
    if not guess:
        family = family._replace(loses=NEVER_GUESS)
    elif family.loses and _PRIVATE.search(text):
        family = family._replace(loses="")  # GBK proper has no private use area: this reader was of the larger kind
    data: list[int] = []
    begins: list[int] = []
    for source_ in sources(text, family):
        begins.append(len(data))
        data.extend(source_)
    begins.append(len(data))
    if (family.read, family.true) == ("cp1252", "utf-8"):
        _restore_spaces(data)
    index_at = {begin: index for index, begin in enumerate(begins)}
    ways = list(_walk(text, begins, index_at, _fill(text, begins, data, family, among)))
    written = _written(text, ways, data, family, model)
    yield from (_stretch(index_at, data, *both) for both in zip(ways, written, strict=True))


def _restore_spaces(data: list[int]) -> None:
    """Put back the byte that a common space was, where it stands inside or at the end of a character: 你 is E4 BD A0.

    Only where one of the bytes makes a character that is far likelier than what the other makes, and not where bytes
    were dropped: 占 is E5 8D A0, and without 8D before a space it might be 堅.
    """
    if _is_cut(data):
        return
    for at in range(1, len(data) - 1):
        if data[at] == 0x20:
            inside = 0xE0 <= data[at - 1] < 0xF0 and 0x80 <= data[at + 1] < 0xC0
            begin = at - 1 if inside else at - 2
            if inside or (begin >= 0 and 0xE0 <= data[begin] < 0xF0 and 0x80 <= data[at - 1] < 0xC0):
                data[at] = _space(tuple(data[begin : begin + 3]), at - begin)


def _is_cut(data: list[int]) -> bool:
    """Whether a character of UTF-8 begins before the last one is complete."""
    begins = [at for at, byte in enumerate(data) if 0xE0 <= byte < 0xF0]
    return any(
        after - at < 3 and all(0x80 <= byte < 0xC0 for byte in data[at + 1 : after]) for at, after in pairwise(begins)
    )


@cache
def _space(char: tuple[int, ...], place: int) -> int:
    """Which byte a space at ``place`` of a character of UTF-8 was; a space, if that is not clear."""
    ranked = []
    for byte in SPACES:
        said = bytes((*char[:place], byte, *char[place + 1 :])).decode("utf-8", "ignore")
        ranked.append((shares()[said] if len(said) == 1 else NEVER, byte))
    best, other = sorted(ranked, reverse=True)
    return best[1] if best[0] > max(other[0] + _SURE, _TOO_RARE) else 0x20


def _fill(text: str, begins: list[int], data: list[int], family: Family, among: bool) -> _Lattice:
    """Fill the lattice from left to right: linear in the bytes, for each has at most three steps."""
    size_of, table = len(data), shares()
    clean, misread = [NEVER] * (size_of + 1), [NEVER] * (size_of + 1)
    clean_before, step = [0] * (size_of + 1), [(0, 0, "")] * (size_of + 1)
    middle, seam, line_end = _SWITCH_UTF8 if family.true == "utf-8" else _SWITCH_PAIRS
    alien = ALIEN if among and family.read == "cp1252" else 0.0
    # A mark between two characters that are bytes may be a byte itself, but no whole character of UTF-8.
    symbols = SYMBOLS if family.true == "utf-8" else frozenset[str]()
    if HOLE not in data:
        symbols |= _CURLY
    halves = family.true != "utf-8" and family.read == "cp1252"
    marked = family.true == "utf-8" or HOLE in data or QUERY in data
    shift = ORPHAN if marked else _NEVER_ALONE if halves else _SHIFT
    clean[0] = 0.0
    index, last, before = -1, "\n", "\n"
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
            at_home = char in _HOME_MARKS and (last == "\n" or last in _HOME_MARKS or not source(last, "cp1252"))
            seen = 0.0 if plain else table[char] - (0.0 if at_home else alien)
            leave = reads - switch - (_HALF if halves and char in HALVES else 0.0)
            if seems >= leave:
                clean[stop] = seems + seen
            else:
                clean[stop], clean_before[stop] = leave + seen, 1
            half = halves and (last in HALVES or _is_pair(last, char) or _is_pair(before, last))
            enter, before, last = (seems - switch - (_HALF if half else 0.0) if at else 0.0), last, char
        side = 1 if reads >= enter else 0
        base = reads if side else enter
        if base == NEVER or byte == FOREIGN:
            continue
        if halves and _half_asked(data[at : at + 2]) and base + LOSS > misread[at + 2]:
            misread[at + 2], step[at + 2] = base + LOSS, (2, side, LOST)
        if 0 < byte < 0x80 or byte == QUERY:
            if base > misread[at + 1]:
                misread[at + 1], step[at + 1] = base, (1, side, "?" if byte == QUERY else chr(byte))
            continue
        size, char = next_char(data, at, family)
        total = base + cost(size, char, data, at, family)
        if halves and not marked and char == LOST and size == 1:
            total = base + _NEVER_ALONE
        if total > misread[at + size]:
            misread[at + size], step[at + size] = total, (size, side, char)
        alone = base + (ORPHAN if char == LOST and not halves else shift)
        if size > 1 and alone > misread[at + 1]:
            misread[at + 1], step[at + 1] = alone, (1, side, LOST)
    return _Lattice(clean, clean_before, misread, step)


def _half_asked(pair: list[int]) -> bool:
    """Whether of two bytes of Latin-1 one is a question mark, which may stand for half a character that was lost."""
    return len(pair) == 2 and min(pair) == 0x3F and max(pair) >= 0x80


def _is_pair(lead: str, trail: str) -> bool:
    """Whether a character and a letter may be two bytes that were read as Latin-1."""
    return "@" <= trail <= "~" and lead >= "\x80" and source(lead, "cp1252") != ()


class _Way(NamedTuple):
    """How a stretch is read: each step's first byte and what it says, where the last step ends, nats gained."""

    steps: list[tuple[int, str]]
    stop: int
    gain: float


def _walk(text: str, begins: list[int], index_at: dict[int, int], lattice: _Lattice) -> Iterator[_Way]:
    """Walk the lattice back and yield each misread stretch, the last one first."""
    at = begins[-1]
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
        yield _Way(steps, stop, lattice.misread[stop] - lattice.clean[at] - _seen(text[index_at[at] : index_at[stop]]))


def _seen(text: str) -> float:
    """The score of text as it seems, ASCII apart."""
    return sum(map(score, _NOT_ASCII.findall(text)))


def _stretch(index_at: dict[int, int], data: list[int], way: _Way, written: list[str]) -> Stretch:
    """Put a stretch together from its steps, of which each has ``written`` something."""
    steps, stop, gain = way
    start = index_at[steps[0][0]]
    end = index_at[stop]
    cuts = [(0, 0)]
    for place, (at, _) in enumerate(steps):
        if written[place] < "\x80" and (0 < data[at] < 0x80 or data[at] == QUERY) and at in index_at:
            here = index_at[at] - start
            if cuts[-1] != (here, place):
                cuts.append((here, place))
            cuts.append((here + 1, place + 1))
    if cuts[-1] != (end - start, len(steps)):
        cuts.append((end - start, len(steps)))
    return Stretch(start, end, "".join(written), gain, tuple(cuts))


def _mixed(text: str, run: Run) -> Stretch:
    """A run of `mojibake_mixed` as a stretch."""
    cuts, place, alone = [(0, 0)], 0, True
    for at, (written, whole) in enumerate(zip(run.written, run.whole, strict=True)):
        if alone and whole and written == text[run.start + at] < "\x80":
            cuts += [(at, place), (at + 1, place + 1)]
        place, alone = place + len(written), whole
    cuts.append((run.end - run.start, place))
    return Stretch(run.start, run.end, "".join(run.written), run.gain, tuple(dict.fromkeys(cuts)))


# ---------------------------------------------------------------- what a loss makes doubtful


def _written(
    text: str, ways: list[_Way], data: list[int], family: Family, model: CharacterModel | None
) -> Iterator[list[str]]:
    """What each step of ``ways`` says, U+FFFD where that is doubtful."""
    if family.true != "utf-8":
        return _in_phase(text, ways, data, family, model) if family.read == "cp1252" else (_said(way) for way in ways)
    first = ([data[at] for at, _ in way.steps] for way in ways)
    whole = ((_without_robbed(_said(way), bytes_), bytes_) for way, bytes_ in zip(ways, first, strict=True))
    guess = family.loses != NEVER_GUESS
    return (_believed(written, [byte == QUERY for byte in bytes_], guess) for written, bytes_ in whole)


def _said(way: _Way) -> list[str]:
    return [char for _, char in way.steps]


def _in_phase(
    text: str, ways: list[_Way], data: list[int], family: Family, model: CharacterModel | None
) -> Iterator[list[str]]:
    """`_written`, where a byte that was dropped pairs those behind it anew."""
    home = frozenset(byte for byte in HOME_BYTES if bytes((byte,)).decode("cp1252") in text)
    pairs = data.copy()
    steps = [list(pairwise([*way.steps, (way.stop, "")])) for way in ways]
    for (at, _), (after, _) in chain.from_iterable(steps):
        if after - at == _FOUR:  # of which only one character is made
            pairs[at:after] = b"0000"
    misread = [byte for way in ways for byte in (*pairs[way.steps[0][0] : way.stop], 0x0A)]
    sizes = iter(clear(misread, of_single_bytes(misread, family.true), family.true, LOSS, model, home))
    for way, taken in zip(ways, steps, strict=True):
        sure = dict(zip(range(way.steps[0][0], way.stop + 1), sizes, strict=False))
        yield [char if char < "\x40" or after - at in (sure[at], _FOUR) else LOST for (at, char), (after, _) in taken]


def _believed(written: list[str], queries: list[bool], guess: bool) -> list[str]:
    """``written`` with U+FFFD for what a loss nearby makes doubtful; ``queries`` says where the reader wrote ``?``."""
    doubtful = _beside_loss(written) | (frozenset() if guess else _islands(written, 2))
    doubtful -= {place for place, char in enumerate(written) if char < "\x80" and not queries[place]}
    return [LOST if place in doubtful else char for place, char in enumerate(written)] if doubtful else written


def _without_robbed(written: list[str], first: list[int]) -> list[str]:
    """``written`` with U+FFFD for what took a byte of its neighbour, where bytes were dropped and nothing shows it.

    笛 (E7 AC 9B) was 第 (E7 AC AC) and the last byte of 四 (E5 9B 9B) where AC E5 is a pair nobody shows; the two
    bytes that 四 has left over tell. Where three bytes are gone none is left over, but the character is mostly rare.
    """
    left_over = [char == LOST and 0x80 <= byte < 0xC0 for char, byte in zip(written, first, strict=True)]
    if True not in left_over:
        return written
    table = shares()
    return [
        LOST if char >= "\x80" and (after or table[char] < _TOO_RARE) else char
        for char, after in zip(written, [*left_over[1:], False], strict=True)
    ]


def _beside_loss(written: list[str]) -> frozenset[int]:
    """Rare characters and letters of two bytes beside a loss: more likely a wrong join than writing.

    UTF-8 says where each character begins, so nothing else is doubted.
    """
    return frozenset(
        place
        for lost, char in enumerate(written)
        if char == LOST
        for place in (lost - 1, lost + 1)
        if 0 <= place < len(written)
        and ("\x80" <= written[place] < "\u0800" or (written[place] >= "\x80" and shares()[written[place]] < RARE))
    )


def _islands(written: list[str], fewest: int) -> frozenset[int]:
    """Places of fewer than ``fewest`` characters in a row between losses."""
    losses = [-1, *(place for place, char in enumerate(written) if char == LOST), len(written)]
    if len(losses) == 2:
        return frozenset()
    gaps = pairwise(losses)
    return frozenset(place for first, last in gaps if last - first <= fewest for place in range(first + 1, last))
