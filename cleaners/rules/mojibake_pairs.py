"""What is believed where two bytes were read as two bytes, as Big5 read as GBK: less than is likely.

Any two bytes are a character on either side there, so that a byte lost without a mark pairs all that follow anew, and
a stretch within a line may begin one character earlier or later. A line is read

- strictly, where the reader marked its losses, one mark for each byte: pair by pair from the line's start;
- not at all, where bytes left over prove that some were dropped without a mark;
- else as far inside its borders as no rival border is nearly as likely.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import groupby
from typing import NamedTuple

from cleaners.ngram import CharacterModel, fold
from cleaners.rules.mojibake_codecs import FAMILIES, HOLE, LOST, Family, pair, score, shares, source
from cleaners.rules.pinyin_table import simplified_of, traditional_of

_SILENT = 0.1  # of the lines without marks: when so much of them reads strangely, none of them is believed
_FEWEST = 3  # characters in a row between losses that are believed
_FEWEST_ASKED = 5  # the same where ``?`` marks the loss, which is writing too
_RARE = -11.0  # nats: a character that no line should hold many of
_MOST_RARE = 0.1  # of the characters of a line that was read strictly
_LEAST_READ = 0.3  # of the characters of such a line, the rest being lost
_REACH = 4  # characters on either side of a border to which it may be moved
_CLEAR = 4.0  # nats by which a border must be likelier than those further inside
_CLEAR_BY_MODEL = 3.0  # the same where trigrams are asked
_MANY = 4  # lines, of which no one is left with half a character by chance
_WINDOW = 5  # characters in a row that are not all rare, in nats for each, on a page of few lines and of many
_STRANGE = -9.5
_STRANGE_AMONG = -10.5
_LEFT_OVER = re.compile(r"(?<=[^\x00-\x7f])[@-~]{1,2}(?![\x20-\x7e])|(?<![\x20-\x7e])[@-~]{1,2}(?=[^\x00-\x7f])")
_OTHER_READER = 6.0  # nats by which one reader of Big5 must explain a page better than the others
_EDGE = 4.0  # nats by which a border is likelier at the edge of a line
_ENOUGH = 8.0  # nats by which a run must be likelier than what it seems, on a page that is known to be misread
_PRIVATE = re.compile("[\ue000-\ue765]")  # whoever reads these reads all pairs of bytes
_EDGES = 10.0  # the same where the run is the whole line
_FLOOR = -12.5  # nats for one character where borders are compared: a name may hold any
_STRANGER = -14.0  # the same where it is not of Chinese
_MARKED = re.compile(r"\ufffd|[^\x00-\x7f]\?|\?[^\x00-\x7f]")
_KANA = re.compile("(?:^|[\u3400-\u9fff])[\u3041-\u30ff]+(?:$|[\u3400-\u9fff])")
_AT_HOME = re.compile("[“”‘’—…·×\u3000-\u3011\u3400-\u9fff\uff00-\uffef]")


_Likely = Callable[[str, str, str], float]


class Reading(NamedTuple):
    """Text ``[start, end)`` in code points, what it says, and why that is doubtful if it is."""

    start: int
    end: int
    text: str
    doubt: str = ""


def settled(
    text: str, readings: list[Reading], family: Family, unsure: frozenset[str], model: CharacterModel | None
) -> Iterator[Reading]:
    """Those of ``readings`` that are beyond doubt, read anew where bytes are lost; the others with their doubt.

    ``unsure`` are the characters of which `reader` does not know the bytes.
    """
    lines = [(span, list(parts)) for span, parts in groupby(readings, lambda part: _line(text, part.start))]
    plain = [(text[slice(*span)], parts) for span, parts in lines if not _MARKED.search(text[slice(*span)])]
    complete = family.read == "gb18030" and _PRIVATE.search(text) is not None
    among = len(plain) >= _MANY or complete
    proved = sum(len(line) for line, parts in plain if any(LOST in part.text for part in parts))
    dropping = {line for line, parts in plain if _drops(line, parts, family, among)}
    size = sum(len(line) for line, _ in plain)
    silent = not complete and (proved > 0 or sum(len(line) for line, _ in plain if line in dropping) > _SILENT * size)
    for (start, end), parts in lines:
        line = text[start:end]
        if _MARKED.search(line):
            strict = list(_strict(line, start, family, unsure))
            yield from strict or [part._replace(doubt="bytes are lost") for part in parts]
        elif silent or line in dropping:
            yield from (part._replace(doubt="bytes are lost without a mark") for part in parts)
        else:
            yield from _within(line, start, parts, family, unsure, model)


def _line(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def _drops(line: str, parts: list[Reading], family: Family, among: bool) -> bool:
    """Whether bytes are left over on a line without marks of loss: alone, as letters, or as rare characters."""
    if any(LOST in part.text for part in parts):
        return True
    letters = [] if family.true != "big5hkscs" else _LEFT_OVER.findall(line)
    if len(letters) > 1 or any(not letter.isalpha() for letter in letters):
        return True
    if any(_KANA.search(part.text) or part.text.count("《") != part.text.count("》") for part in parts):
        return True
    least = _WINDOW * (_STRANGE_AMONG if among else _STRANGE)
    for part in parts:
        told = [max(shares()[char], _FLOOR) for char in part.text if char >= "\x80"]
        if any(sum(told[at : at + _WINDOW]) < least for at in range(len(told) - _WINDOW + 1)):
            return True
    return False


# ---------------------------------------------------------------- which reader of Big5


def reader(
    text: str, readings: list[Reading], family: Family, model: CharacterModel | None
) -> tuple[Family, frozenset[str]]:
    """Who read the text, ``family`` or one more like it, and of which characters that leaves the bytes unsure.

    The readers of Big5 place kana at different bytes. Their readings are compared.
    """
    rivals = [rival for rival in FAMILIES if rival.read in _BIG5 and rival.true == family.true]
    lines = dict.fromkeys(text[slice(*_line(text, part.start))] for part in readings)
    apart = frozenset().union(*lines) & _placed_apart()
    if family not in rivals or not apart:
        return family, frozenset()
    likely = _by_model(model) if model else None
    places = {around for line in lines for around in _around(line, apart)} if model else apart
    ranked = sorted(
        (
            (sum(_worth("".join(_one(char, rival) for char in place), likely) for place in places), rival)
            for rival in rivals
        ),
        key=lambda item: (-item[0], item[1] != family),
    )
    rest = [seems for seems, rival in ranked if any(_one(char, rival) != _one(char, ranked[0][1]) for char in apart)]
    if not rest or ranked[0][0] - rest[0] > _OTHER_READER:
        return ranked[0][1] if rest else family, frozenset()
    return family, apart


def _worth(said: str, likely: _Likely | None) -> float:
    return likely("", said, "") if likely else score(said)


_BIG5 = ("big5", "cp950", "big5hkscs")


@cache
def _placed_apart() -> frozenset[str]:
    """Characters that the readers of Big5 find at different bytes."""
    codes = [bytes((lead, trail)) for lead in range(0xA1, 0xFA) for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))]
    chars = {code.decode(codec, "ignore") for code in codes for codec in _BIG5}
    return frozenset(
        char for char in chars if len(char) == 1 and len({source(char, codec) for codec in _BIG5} - {()}) > 1
    )


@cache
def _twice(codec: str) -> frozenset[str]:
    """Characters that two pairs of bytes stand for."""
    chars = Counter(pair(lead, trail, codec) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    return frozenset(char for char, count in chars.items() if count > 1)


def _around(line: str, apart: frozenset[str]) -> Iterator[str]:
    """Each of some characters with the two on either side."""
    return (line[max(at - 2, 0) : at + 3] for at, char in enumerate(line) if char in apart)


# ---------------------------------------------------------------- a line with marks of loss


def _strict(line: str, start: int, family: Family, unsure: frozenset[str]) -> Iterator[Reading]:
    """The whole line read pair by pair, if it makes sense so: each mark of loss stands for one byte."""
    unsure |= _twice(family.read)
    pieces = [(match.start(), match[0]) for match in _UNBROKEN.finditer(line)]
    read = [_paired(piece, family, unsure) for _, piece in pieces]
    if not all(read):
        return
    told = "".join(read).replace(LOST, "")
    han = [char for char in told if char >= "\x80"]
    rare = sum(shares()[char] < _RARE or not _AT_HOME.match(char) for char in han)
    if len(han) < _LEAST_READ * len("".join(read)) or len(han) < _FEWEST_ASKED or rare > _MOST_RARE * len(han):
        return
    for (at, piece), first in zip(pieces, read, strict=True):
        fewest = _FEWEST_ASKED if "?" in piece else _FEWEST
        kept = _FEW.sub(partial(_lost_if_few, fewest=fewest), first) if LOST in first else first
        if kept != piece:
            yield Reading(start + at, start + at + len(piece), kept)


_UNBROKEN = re.compile("[@-\U0010ffff?]+")  # no byte below 40 is the second of a character
_FEW = re.compile(f"[^{LOST}]+")


def _lost_if_few(match: re.Match[str], fewest: int) -> str:
    """What stands between losses, unless it is too little to show that it is paired rightly."""
    sure = len(match[0]) >= fewest and not any(shares()[char] < _RARE or not _AT_HOME.match(char) for char in match[0])
    return match[0] if sure else LOST * len(match[0])


def _paired(piece: str, family: Family, unsure: frozenset[str]) -> str:
    """``piece`` read as pairs of bytes; nothing where that leaves a byte over or makes no character."""
    data: list[int] = []
    for char in piece:
        data += (HOLE, HOLE) if char in unsure else source(char, family.read) or (0,)
    written: list[str] = []
    at = 0
    while at < len(data):
        if 0 < data[at] < 0x80:
            written.append(chr(data[at]))
            at += 1
            continue
        if data[at] == 0 or at + 1 == len(data) or data[at + 1] == 0:
            return ""
        lost = min(data[at], data[at + 1]) < 0
        written.append(LOST if lost else pair(data[at], data[at + 1], family.true))
        if not written[-1]:
            return ""
        at += 2
    return "".join(written)


# ---------------------------------------------------------------- a line without


def _within(
    line: str,
    start: int,
    parts: list[Reading],
    family: Family,
    unsure: frozenset[str],
    model: CharacterModel | None,
) -> Iterator[Reading]:
    """Each run of the line between its surest borders."""
    likely = _by_model(model) if model else partial(_by_character, family.true == "big5hkscs")
    unsure |= _twice(family.read) - {"十", "卅"}  # of which GBK can have met the second place alone
    clear = _CLEAR_BY_MODEL if model else _CLEAR
    read = ["" if char in unsure else _one(char, family) for char in line]
    last = 0
    for first, stop in _runs(line, start, parts):
        run = (first, stop)
        edge = _EDGES if run == (0, len(line)) else _EDGE
        first, stop = (_border(line, read, run, inward, edge, clear, likely) for inward in (1, -1))
        first = max(first, last)
        said = "".join(read[first:stop])
        if all(read[first:stop]) and likely("", said, "") < likely(line[first:stop], "", "") + _ENOUGH:
            yield Reading(start + first, start + stop, said, "too little to tell")
            last = max(stop, last)
            continue
        for match in _NOT_ASCII.finditer(line, first, max(stop, first)):
            chars = read[match.start() : match.end()]
            yield Reading(start + match.start(), start + match.end(), "".join(chars), "" if all(chars) else "broken")
        last = max(stop, first)


_NOT_ASCII = re.compile("[^\x00-\x7f]+")


def _one(char: str, family: Family) -> str:
    """The one character that stands behind one; nothing where there is none."""
    if char < "\x80":
        return char
    data = source(char, family.read)
    return pair(*data, family.true) if len(data) == 2 else ""


def _runs(line: str, start: int, parts: list[Reading]) -> Iterator[tuple[int, int]]:
    """The parts of a line, as offsets into it, those with nothing but ASCII between them as one."""
    first = stop = -1
    for part in parts:
        if first >= 0 and not line[stop : part.start - start].isascii():
            yield first, stop
            first = -1
        first, stop = part.start - start if first < 0 else first, part.end - start
    yield first, stop


def _border(
    line: str, read: list[str], run: tuple[int, int], inward: int, edge: float, clear: float, likely: _Likely
) -> int:
    """The innermost border of a run that is nearly as likely as the likeliest one; ``inward`` is 1 or -1.

    Where no border makes sense it is the other end of the run, so that nothing is left of it.
    """
    ranked = []
    at, other = run if inward > 0 else run[::-1]
    low, high = max(at - 2 * _REACH, 0), min(at + 2 * _REACH, len(line))
    low, high = (low, min(high, other)) if inward > 0 else (max(low, other), high)
    for place in range(max(at - _REACH, low), min(at + _REACH, high) + 1):
        damaged = read[place:high] if inward > 0 else read[low:place]
        if all(damaged):
            said = "".join(damaged)
            seems = likely(line[low:place], said, "") if inward > 0 else likely("", said, line[place:high])
            ranked.append((seems + (edge if place in (0, len(line)) else 0.0), place * inward))
    best = max(ranked, default=(0.0, at))[0]
    return max((place for seems, place in ranked if seems > best - clear), default=other * inward) * inward


def _by_character(traditional: bool, before: str, said: str, after: str) -> float:
    """The natural logarithm of the probability of a text: rare characters are held against it where they were read."""
    table = shares()
    seen = sum(max(table[char], _FLOOR) for char in before + after)
    return seen + sum(
        min(table[char], _STRANGER)
        if char >= "\x80" and (not _AT_HOME.match(char) or (traditional and char in traditional_of()))
        else table[char]
        for char in said
    )


@cache
def _simplified() -> dict[int, str]:
    return {ord(char): other for char, other in simplified_of().items()}


def _by_model(model: CharacterModel) -> _Likely:
    """The natural logarithm of the probability of a text in three parts, by its trigrams."""

    def likely(before: str, said: str, after: str) -> float:
        folded = "\n\n" + fold((before + said + after).translate(_simplified()))
        return sum(model.log_probability(folded[at - 2 : at], folded[at]) for at in range(2, len(folded)))

    return likely
