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
from itertools import groupby, pairwise
from typing import NamedTuple

from cleaners.ngram import CharacterModel, fold
from cleaners.rules.mojibake_codecs import FAMILIES, HOLE, LOST, NEVER, TONES, Family, pair, score, shares, source
from cleaners.rules.pinyin_table import simplified_of, traditional_of

_WHOLE = 12.0  # nats by which a line must be likelier misread from end to end, where others of its page are sound
_VOWEL = -9.0  # nats for a vowel of pinyin beside a letter
_LEFT_ALONE = -12.0  # nats for a byte left over, and by how many the reading without any must be likelier
_NEARLY = 7.0
_SILENT = 0.1  # of the lines without marks: when so much of them reads strangely, none of them is believed
_FEWEST = 3  # characters in a row between losses that are believed
_FEWEST_ASKED = 5  # the same where ``?`` marks the loss, which is writing too
_RARE = -11.0  # nats: a character that no line should hold many of
_MOST_RARE = 0.1  # of the characters of a line that was read strictly
_LEAST_READ = 0.3  # of the characters of such a line, the rest being lost
_REACH = 4  # characters on either side of a border to which it may be moved
_CLEAR = 4.0  # nats by which a border must be likelier than those further inside
_CLEAR_BY_MODEL = 3.0  # the same where trigrams are asked
_LEFT_OVER = re.compile(r"(?<=[^\x00-\x7f])[@-~](?![\x20-\x7e])|(?<![\x20-\x7e])[@-~](?=[^\x00-\x7f])")
_OTHER_READER = 6.0  # nats by which one reader of Big5 must explain a page better than the others
_UNREAD = -24.0  # nats for a character that this reader cannot have read
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
    unsure |= _twice(family.read) - {"十", "卅"}  # of which GBK can have met the second place alone
    by_line = {start: list(parts) for start, parts in groupby(readings, lambda part: _line_start(text, part.start))}
    lines = [
        _Line(match.start(), match[0], by_line.get(match.start(), []), *_gain(match[0], family))
        for match in _LINE.finditer(text)
        if not match[0].isascii()
    ]
    plain = [line for line in lines if not _MARKED.search(line.text)]
    every = len(plain) == len(lines) and all(line.gain > NEVER for line in lines)
    complete = family.read == "gb18030" and _PRIVATE.search(text) is not None
    proved = any(LOST in part.text for line in plain for part in line.parts)
    dropping = {line.start for line in plain if _drops(line, family) or _half_a_pair(line, text, family)}
    size = sum(len(line.text) for line in plain if line.parts)
    silent = not complete and (
        proved or sum(len(line.text) for line in plain if line.start in dropping) > _SILENT * size
    )
    for line in lines:
        row = len(line.text) > len(set(line.text)) == 1  # of asterisks, which say nothing
        whole = not row and (every or (line.gain > _WHOLE and line.edge > -_CLEAR))
        if _MARKED.search(line.text):
            strict = list(_strict(line.text, line.start, family, unsure)) if line.parts else []
            yield from strict or [part._replace(doubt="bytes are lost") for part in line.parts]
        elif silent or line.start in dropping:
            yield from (part._replace(doubt="bytes are lost without a mark") for part in line.parts)
        elif whole or line.parts:
            yield from _within(line, whole, family, unsure, model)


_LINE = re.compile(r"[^\n]+")


class _Line(NamedTuple):
    """A line, where it starts, what of it is misread; and `_gain`."""

    start: int
    text: str
    parts: list[Reading]
    gain: float
    edge: float


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _gain(line: str, family: Family) -> tuple[float, float]:
    """By how many nats a line is likelier misread from end to end than sound; `NEVER` where a part looks sound.

    And the same of the soundest part at its edges. What a character said once it does not say again, so that a row
    of the same one is not taken for proof.
    """
    gain = sure = low = edge = 0.0
    known: set[str] = set()
    for at, char in enumerate(line):
        if char < "\x80":
            continue
        said = one(char, family)
        if not said:
            return NEVER, NEVER
        beside = line[max(at - 1, 0) : at] + line[at + 1 : at + 2]
        told = _VOWEL if said in TONES and _LETTER.search(beside) else _told(said, family.true == "big5hkscs")
        step = told - _seen(char)
        gain, sure, low = gain + step, sure + (0.0 if char in known else step), min(low + step, 0.0)
        edge = min(edge, gain)
        known.add(char)
        if low < -_EDGES:
            return NEVER, NEVER
    return sure, min(edge, low)


def _drops(line: _Line, family: Family) -> bool:
    """Whether bytes were lost without a mark: some are left over, as letters or alone, or pair better anew."""
    if any(LOST in part.text for part in line.parts):
        return True
    letters = [] if family.true != "big5hkscs" else _LEFT_OVER.findall(line.text)
    if len(letters) > 1 or any(not letter.isalpha() for letter in letters):
        return True
    parts = [(part.text, line.text[part.start - line.start : part.end - line.start]) for part in line.parts]
    return any(
        _KANA.search(said) or any(_shifted(piece, family) for piece in _NOT_ASCII.findall(seen)) for said, seen in parts
    )


def _half_a_pair(line: _Line, text: str, family: Family) -> bool:
    """Whether a bracket lacks its partner on a line that is misread from end to end; a page's edges may be cut."""
    if line.gain == NEVER or line.start == 0 or line.start + len(line.text) == len(text):
        return False
    said = [one(char, family) for char in line.text]
    return any(said.count(opening) != said.count(closing) for opening, closing in ("《》", "【】", "（）"))


def _shifted(damaged: str, family: Family) -> bool:
    """Whether the bytes make nearly as likely a text where some are left over and those between pair anew."""
    data = [byte for char in damaged for byte in source(char, family.read) or (0,)]
    straight = sum(max(shares()[one(char, family) or LOST], _FLOOR) for char in damaged)
    best, anew = [NEVER, 0.0], [NEVER, NEVER]  # before each byte, and the same where some byte is left over
    for last, byte in pairwise([0, *data]):
        char = pair(last, byte, family.true) if last >= 0x80 else ""
        paired = max(shares()[char], _FLOOR) if char else NEVER
        anew.append(max(anew[-2] + paired, best[-1] + _LEFT_ALONE))
        best.append(max(best[-2] + paired, best[-1] + _LEFT_ALONE))
    return anew[-1] > straight - _NEARLY


# ---------------------------------------------------------------- which reader of Big5


def reader(
    text: str, readings: list[Reading], family: Family, model: CharacterModel | None
) -> tuple[Family, frozenset[str]]:
    """Who read the text, ``family`` or one more like it, and of which characters that leaves the bytes unsure.

    The readers of Big5 place kana at different bytes. Their readings are compared.
    """
    rivals = [rival for rival in FAMILIES if rival.read in _BIG5 and rival.true == family.true]
    if family not in rivals:
        return family, frozenset()
    damaged = [text[part.start : part.end] for part in readings]
    apart = _apart(set().union(*damaged), rivals)
    likely = _by_model(model) if model else None
    places = {around for part in damaged for around in _around(part, apart)} if model else apart
    ranked = {rival: sum(_worth([one(char, rival) for char in place], likely) for place in places) for rival in rivals}
    best = max(rivals, key=lambda rival: (ranked[rival], rival == family))
    near = [rival for rival in rivals if ranked[rival] > ranked[best] - _OTHER_READER]
    return best, _apart(set(text), near)


def _apart(chars: set[str], rivals: list[Family]) -> frozenset[str]:
    """Those of ``chars`` that some readers have met at different bytes."""
    return frozenset(char for char in chars if len({one(char, rival) for rival in rivals}) > 1)


def _worth(said: list[str], likely: _Likely | None) -> float:
    told = "".join(said)
    return (likely("", told, "") if likely else score(told)) + _UNREAD * said.count("")


_BIG5 = ("big5", "cp950", "big5hkscs")


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
    line: _Line, whole: bool, family: Family, unsure: frozenset[str], model: CharacterModel | None
) -> Iterator[Reading]:
    """The line from end to end, or each run of it between its surest borders."""
    likely = _by_model(model) if model else partial(_by_character, family.true == "big5hkscs")
    read = [one(char, family) for char in line.text]
    last = 0
    for first, stop in ((0, len(line.text)),) if whole else _runs(line):
        if not whole:
            first, stop = _borders(line.text, read, (first, stop), _CLEAR_BY_MODEL if model else _CLEAR, likely)
        first = max(first, last)
        seen, said = line.text[first:stop], "".join(read[first:stop])
        little = len(set(said)) < 2 or likely("", said, "") < likely(seen, "", "") + _ENOUGH
        if little and not whole and all(read[first:stop]):
            yield Reading(line.start + first, line.start + stop, said, "too little to tell")
        else:
            yield from _pieces(line, read, first, stop, unsure)
        last = max(stop, last)


def _pieces(line: _Line, read: list[str], first: int, stop: int, unsure: frozenset[str]) -> Iterator[Reading]:
    """A run between two borders, cut where ASCII stands in it and around what readers differ in."""
    for match in _NOT_ASCII.finditer(line.text, first, max(stop, first)):
        for doubtful, places in groupby(range(*match.span()), lambda at: line.text[at] in unsure):
            at, *more = places
            chars = read[at : at + 1 + len(more)]
            doubt = "readers differ here" if doubtful else "" if all(chars) else "broken"
            yield Reading(line.start + at, line.start + at + len(chars), "".join(chars), doubt)


_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_LETTER = re.compile("[A-Za-z]")


def one(char: str, family: Family) -> str:
    """The one character that stands behind one; nothing where there is none."""
    if char < "\x80":
        return char
    data = source(char, family.read)
    return pair(*data, family.true) if len(data) == 2 else ""


def _runs(line: _Line) -> Iterator[tuple[int, int]]:
    """The parts of a line, as offsets into it, those with nothing but ASCII between them as one."""
    first = stop = -1
    for part in line.parts:
        if first >= 0 and not line.text[stop : part.start - line.start].isascii():
            yield first, stop
            first = -1
        first, stop = part.start - line.start if first < 0 else first, part.end - line.start
    yield first, stop


def _borders(line: str, read: list[str], run: tuple[int, int], clear: float, likely: _Likely) -> tuple[int, int]:
    """Where a run begins and ends for sure."""
    edge = _EDGES if run == (0, len(line)) else _EDGE
    return _border(line, read, run, 1, edge, clear, likely), _border(line, read, run, -1, edge, clear, likely)


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
    return sum(map(_seen, before + after)) + sum(_told(char, traditional) for char in said)


def _seen(char: str) -> float:
    """The natural logarithm of the probability of a character as it stands, on a page that is misread."""
    strange = char >= "\x80" and not _AT_HOME.match(char)
    return _STRANGER if strange else max(shares()[char], _FLOOR)


def _told(char: str, traditional: bool) -> float:
    """The natural logarithm of the probability of a character that was read: `_STRANGER` where it is not of Chinese."""
    strange = char >= "\x80" and (not _AT_HOME.match(char) or (traditional and char in traditional_of()))
    return min(shares()[char], _STRANGER) if strange else shares()[char]


@cache
def _simplified() -> dict[int, str]:
    return {ord(char): other for char, other in simplified_of().items()}


def _by_model(model: CharacterModel) -> _Likely:
    """The natural logarithm of the probability of a text in three parts, by its trigrams."""

    def likely(before: str, said: str, after: str) -> float:
        folded = "\n\n" + fold((before + said + after).translate(_simplified()))
        return sum(model.log_probability(folded[at - 2 : at], folded[at]) for at in range(2, len(folded)))

    return likely
