"""What is believed where two bytes were read as two bytes, as Big5 read as GBK: less than is likely.

Any two bytes are a character on either side there, so that a byte lost without a mark pairs all that follow anew, and
a stretch within a line may begin one character earlier or later. A line is read

- strictly, where the reader marked its losses, one mark for each byte: pair by pair from the line's start;
- not at all, where what it says breaks off, so that bytes were dropped without a mark;
- else character by character: each is what it seems or was misread, whichever makes the likelier line, and where the
  line is nearly as likely the other way the character is left. That is done twice: what is sure the first time tells
  how this page words things and how often it changes sides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import groupby, islice, pairwise
from math import exp, log
from typing import NamedTuple

from cleaners.ngram import CharacterModel, NGrams, fold
from cleaners.rules.mojibake_codecs import (
    FAMILIES,
    HOLE,
    LOST,
    NEVER,
    TONES,
    Family,
    pair,
    score,
    shares,
    source,
    telling,
)
from cleaners.rules.mojibake_phase import clear, of_pairs
from cleaners.rules.pinyin_table import as_counted, simplified_of, traditional_of

_SILENT = 0.1  # of the lines without marks: when so much of them reads strangely, none of them is believed
_FEWEST = 3  # characters in a row between losses that are believed
_FEWEST_ASKED = 5  # the same where ``?`` marks the loss, which is writing too
_RARE = -11.0  # nats: a character that no line should hold many of
_MOST_RARE = 0.1  # of the characters of a line that was read strictly
_LEAST_READ = 0.3  # of the characters of such a line, the rest being lost
_OTHER_READER = 6.0  # nats by which one reader of Big5 must explain a page better than the others
_OTHER_BY_MODEL = 3.0  # the same where trigrams are asked
_UNREAD = -24.0  # nats for a character that this reader cannot have read
_PRIVATE = re.compile("[\ue000-\ue765]")  # whoever reads these reads all pairs of bytes
_MARKED = re.compile(r"\ufffd|[^\x00-\x7f]\?|\?[^\x00-\x7f]")
_LEFT_OVER = re.compile(r"(?<=[^\x00-\x7f])[@-~](?![\x20-\x7e])|(?<![\x20-\x7e])[@-~](?=[^\x00-\x7f])")
_AT_HOME = re.compile("[“”‘’—…·×①-⑳\u3000-\u3011\u3400-\u9fff\uff00-\uffef]")


_NEARLY = -4.0  # nats by which a line may be less likely with bytes that pair anew to be called sound
_MIDDLE, _SEAM = 8.0, 4.0  # nats for a line to change sides in the midst of words and beside ASCII
_BEFORE = 0.3  # changes that are counted before the page is looked at
_NEVER_YET = 12.0  # nats more for either on a page of which no line is surely both
_PAGE_WEIGHT = 4.0  # how much more a page's own text says about its words than the newspaper does
_SURE = 15.0  # nats by which what a page says must be certain to tell of other places
CLEAR = 4.0  # nats by which a character must be likelier misread than sound
CLEAR_BY_MODEL = 2.0  # the same where trigrams are asked; below it one wrong mends three or fewer
CLEAR_ALONE = 15.0  # the same between others that are sound
_FLOOR = -12.5  # nats for one character where nothing is known of its neighbours: a name may hold any
_STRANGER = -4.0  # nats for a character that is not of Chinese
_APART = -0.3  # nats for a character by which it may be less likely where it stands than anywhere
_COMMON = -8.0  # nats for a character of a page where nothing is known of their neighbours
_BEAM = 25.0  # nats by which one way of reading a line must be behind to be given up


_DROP = -4.5  # nats for a byte that was dropped, where nothing else tells of it
_DROPPED = 0.01  # nats more for each character of the page: that many were read without a loss


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
    lines = list(_near(text, readings, family))
    shown = [line.text for line in lines]
    margins, shifts = _labelled(shown, _Sides.of(text, readings, family, model))
    if any(max(likely) > _SURE for likely in margins):
        of_page = _Sides.of(text, readings, family, _of_page(shown, margins, family, model))
        margins, _ = _labelled(shown, of_page, _switch(margins))
    complete = family.read == "gb18030" and _PRIVATE.search(text) is not None
    marked = re.compile(LOST) if complete else _MARKED
    plain = [line for line in lines if not marked.search(line.text)]
    nearly = _NEARLY if max(shifts, default=0.0) > 0.0 else 0.0  # bytes surely dropped here were so elsewhere, too
    shifted = {
        line.start for line, shift in zip(lines, shifts, strict=True) if shift > nearly or _left_over(line, family)
    }
    size = sum(len(line.text) for line in plain if line.parts)
    silent = (
        any(LOST in part.text for line in plain for part in line.parts)
        or sum(len(line.text) for line in plain if line.start in shifted) > _SILENT * size
    )
    found: list[Reading] = []
    sound: list[Reading] = []
    ends = [NEVER, *(likely[-1] for likely in margins)], [*(likely[0] for likely in margins[1:]), NEVER]
    for line, likely, before, behind in zip(lines, margins, *ends, strict=False):
        if marked.search(line.text):
            strict = list(_strict(line.text, line.start, family, unsure)) if line.parts else []
            found += strict or [part._replace(doubt="bytes are lost") for part in line.parts]
        elif not complete and (silent or line.start in shifted):
            found += (part._replace(doubt="bytes are lost without a mark") for part in line.parts)
        else:
            around = [before, *likely, behind]
            sound += _within(line, around, family, unsure, CLEAR_BY_MODEL if model else CLEAR)
    found += sound if family.read == "gb18030" else _phased(text, sound, family, model)  # which drops hardly any pair
    if not _is_text([reading.text for reading in found if not reading.doubt], model):
        return (reading._replace(doubt=reading.doubt or "no running text") for reading in found)
    return iter(found)


def _phased(text: str, readings: list[Reading], family: Family, model: CharacterModel | None) -> Iterator[Reading]:
    """``readings``, with a doubt what may pair halves of characters of which bytes were dropped."""
    sure = [part for part in readings if not part.doubt]
    runs = [text[part.start : part.end] for part in sure]
    data = [byte for char in "\n".join(runs) for byte in source(char, family.read)]
    drop = _DROP - _DROPPED * sum(map(len, runs))
    sizes = iter(clear(data, of_pairs(family), family.true, drop, model))
    yield from (part for part in readings if part.doubt)
    for part in sure:
        doubts = [size != 2 for size in islice(sizes, 0, 2 * len(part.text), 2)]
        next(sizes, 0)  # of the line end
        for doubt, places in groupby(range(len(doubts)), doubts.__getitem__):
            first, *more = places
            stop = first + 1 + len(more)
            why = "bytes may be lost without a mark" if doubt else ""
            yield Reading(part.start + first, part.start + stop, part.text[first:stop], why)


def _of_page(
    lines: list[str], margins: list[list[float]], family: Family, model: CharacterModel | None
) -> CharacterModel:
    """``model`` and what the page itself says where that is sure."""
    said = (map(partial(_surely, family=family), line, likely) for line, likely in zip(lines, margins, strict=True))
    return CharacterModel([*(model.parts if model else ()), (NGrams.of(map("".join, said)), _PAGE_WEIGHT)])


def _surely(char: str, margin: float, family: Family) -> str:
    """What a character says as a model knows it; NUL where that is not sure."""
    if char < "\x80":
        return fold(char)
    return "\0" if abs(margin) < _SURE else as_counted(one(char, family) if margin > 0 else char)


def _switch(margins: list[list[float]]) -> float:
    """What a change of sides costs in the midst of words, from how often the page surely does so."""
    sure = [[margin > 0 for margin in line if abs(margin) > CLEAR] for line in margins]
    changes = sum(before != after for line in sure for before, after in pairwise(line))
    size = sum(map(len, sure)) + _BEFORE * exp(_MIDDLE)
    return min(_MIDDLE, max(_SEAM, log(size / (changes + _BEFORE))))


def _is_text(runs: list[str], model: CharacterModel | None) -> bool:
    """Whether characters go together rather than each by itself: rare ones of a list, read anew, do not."""
    told = "\n".join(runs)
    if model and by_model(told, model) > sum(model.log_share(as_counted(char)) + _APART for char in told):
        return True
    return score("".join(runs)) > _COMMON * sum(map(len, runs))


_LINE = re.compile(r"[^\n]+")


class _Line(NamedTuple):
    """A line, where it starts, and what of it the lattice took for misread."""

    start: int
    text: str
    parts: list[Reading]


def _near(text: str, readings: list[Reading], family: Family) -> Iterator[_Line]:
    """Each line that shows signs of damage, and its neighbours."""
    by_line = {start: list(parts) for start, parts in groupby(readings, lambda part: _line_start(text, part.start))}
    lines = [_Line(match.start(), match[0], by_line.get(match.start(), [])) for match in _LINE.finditer(text)]
    shows = [bool(line.parts) or not telling(family).isdisjoint(line.text) for line in lines]
    for at, line in enumerate(lines):
        if any(shows[max(at - 1, 0) : at + 2]) and not line.text.isascii():
            yield line


def _left_over(line: _Line, family: Family) -> bool:
    """Whether second bytes of Big5 stand in the line as letters whose first bytes were dropped."""
    letters = _LEFT_OVER.findall(line.text) if family.true == "big5hkscs" else []
    return len(letters) > 1 or any(not letter.isalpha() for letter in letters)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


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
    places = {around for part in damaged for around in _around(part, apart)} if model else apart
    ranked = {rival: sum(_worth([one(char, rival) for char in place], model) for place in places) for rival in rivals}
    best = max(rivals, key=lambda rival: (ranked[rival], rival == family))
    near = [rival for rival in rivals if ranked[rival] > ranked[best] - (_OTHER_BY_MODEL if model else _OTHER_READER)]
    return best, _apart(set(text), near)


def _apart(chars: set[str], rivals: list[Family]) -> frozenset[str]:
    """Those of ``chars`` that some readers have met at different bytes."""
    return frozenset(char for char in chars if len({one(char, rival) for rival in rivals}) > 1)


def _worth(said: list[str], model: CharacterModel | None) -> float:
    told = "".join(said)
    return (by_model(told, model) if model else score(told)) + _UNREAD * said.count("")


def by_model(text: str, model: CharacterModel) -> float:
    """The natural logarithm of the probability of a text, by its trigrams."""
    read = "\n\n" + "".join(map(as_counted, text))
    return sum(model.log_probability(read[at - 2 : at], read[at]) for at in range(2, len(read)))


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

_SOUND, _MISREAD, _SHIFTED = range(3)  # sides; shifted is what was misread behind a byte dropped without a mark
_Step = tuple[int, str, float]  # a side, how the model knows the character, what that costs by itself
_State = tuple[int, str]  # the side of the last character, and the last two
_Likely = Callable[[str, str], float]  # the natural logarithm of the probability of a character after two others


def _within(
    line: _Line, around: list[float], family: Family, unsure: frozenset[str], clear: float
) -> Iterator[Reading]:
    """What was misread for sure, cut where ASCII stands in it; with a doubt what may have been.

    ``around`` are the margins of a character beyond either end of the line, too.
    """
    shown = f"行{line.text}行"

    def doubt(at: int) -> str | None:
        char, margin = line.text[at], around[at + 1]
        if char < "\x80" or margin < -clear or not one(char, family):
            return None
        beside = [around[near] for near in (at, at + 2) if shown[near] >= "\x80"]
        needed = clear if not beside or max(beside) > clear else CLEAR_ALONE
        return "either reading is likely" if margin < needed else "readers differ here" if char in unsure else ""

    for why, places in groupby(range(len(line.text)), doubt):
        first, *more = places
        if why is not None:
            stop = first + 1 + len(more)
            said = "".join(one(char, family) for char in line.text[first:stop])
            yield Reading(line.start + first, line.start + stop, said, why)


def one(char: str, family: Family) -> str:
    """The one character that stands behind one; nothing where there is none."""
    if char < "\x80":
        return char
    data = source(char, family.read)
    return pair(*data, family.true) if len(data) == 2 else ""


_LETTER = re.compile("[A-Za-z]")


class _Sides(NamedTuple):
    """What a character may stand for, and how likely that is after two others."""

    steps: Callable[[str, str], list[_Step]]
    likely: _Likely

    @classmethod
    def of(cls, text: str, readings: list[Reading], family: Family, model: CharacterModel | None) -> _Sides:
        """For a page of which ``readings`` were misread: what was and what was not has each its script."""
        damaged = "".join(text[part.start : part.end] for part in readings)
        clean = Counter(text)
        clean.subtract(damaged)
        sound, misread = _script(clean), _script(Counter(one(char, family) for char in damaged))
        name = as_counted if model else str

        @cache
        def steps(last: str, char: str) -> list[_Step]:
            found, across = list[_Step](), _across(last, char, family)
            for side, said, script in (
                (_SOUND, char, sound),
                (_MISREAD, one(char, family), misread),
                (_SHIFTED, across, misread),
            ):
                if said in TONES and _LETTER.match(last):  # pinyin
                    found.append((side, name("a"), 0.0))
                elif said:
                    found.append((side, name(said), _written(said, script)))
            return found

        return cls(steps, model.log_probability if model else _by_character)


def _across(last: str, char: str, family: Family) -> str:
    """The character made of the last byte of one and the first of another, or nothing."""
    first, second = source(last, family.read), source(char, family.read)
    return pair(first[1], second[0], family.true) if len(first) == len(second) == 2 else ""


def _script(chars: Counter[str]) -> tuple[float, float]:
    """The natural logarithms of the shares of traditional and of simplified forms, where a character has both."""
    traditional = sum(count for char, count in chars.items() if char in simplified_of())
    simplified = sum(count for char, count in chars.items() if char in traditional_of())
    total = traditional + simplified + 1
    return log((traditional + 0.5) / total), log((simplified + 0.5) / total)


def _written(char: str, script: tuple[float, float]) -> float:
    """What it costs a character to be of this script, and of Chinese."""
    if char >= "\x80" and not _AT_HOME.match(char):
        return _STRANGER
    return script[0] if char in simplified_of() else script[1] if char in traditional_of() else 0.0


def _by_character(_context: str, char: str) -> float:
    return max(shares()[char], _FLOOR)


def _labelled(lines: list[str], sides: _Sides, middle: float = _MIDDLE) -> tuple[list[list[float]], list[float]]:
    """By how many nats each line is likelier with each character misread than not; and with any that is shifted."""
    found = [_margins(line, sides, (0.0, -1.0), middle, 0.0) for line in lines]
    misread = [max(margins) > CLEAR for margins, _ in found]
    if not any(bad and min(margins) < -CLEAR for bad, (margins, _) in zip(misread, found, strict=True)):
        bad, good = sum(misread) + 0.5, len(lines) - sum(misread) + 0.5
        begin = (min(log(good / bad), 0.0), min(log(bad / good), 0.0))
        found = [_margins(line, sides, begin, middle, _NEVER_YET) for line in lines]
    return [margins for margins, _ in found], [shift for _, shift in found]


def _margins(
    line: str, sides: _Sides, begin: tuple[float, float], middle: float, dear: float
) -> tuple[list[float], float]:
    """`_labelled` of a line; ``begin`` is what each side costs at first, ``dear`` what a change costs more."""
    ways, steps = _forward(line, sides, begin, middle, dear)
    margins = [0.0] * len(line)
    behind = dict.fromkeys(ways[-1], 0.0)
    least = max(ways[-1].values()) - _BEAM
    shifted = -_BEAM
    for at in range(len(line) - 1, -1, -1):
        best = [least] * 3
        for state, before in ways[at + 1].items():
            best[state[0]] = max(best[state[0]], before + behind.get(state, NEVER))
        margins[at] = best[_MISREAD] - best[_SOUND]
        shifted = max(shifted, best[_SHIFTED] - max(best[_SOUND], best[_MISREAD]))
        ahead: dict[_State, float] = {}
        for state, then, cost in steps[at]:
            if then in behind:
                ahead[state] = max(ahead.get(state, NEVER), behind[then] + cost)
        behind = ahead
    return margins, shifted


def _forward(
    line: str, sides: _Sides, begin: tuple[float, float], middle: float, dear: float
) -> tuple[list[dict[_State, float]], list[list[tuple[_State, _State, float]]]]:
    """Before and behind each character the best way to every state, and the steps between those."""
    here: dict[_State, float] = {(side, "\n\n"): begin[side] for side in (_SOUND, _MISREAD)}
    ways, steps, last = [here], [], "\n"
    for char in line:
        switch = dear + (_SEAM if char < "\x80" or last < "\x80" else middle)
        there: dict[_State, float] = {}
        taken: list[tuple[_State, _State, float]] = []
        for state, so_far in here.items():
            for side, name, cost in sides.steps(last, char):
                if side == state[0] and char == last:
                    cost = 0.0  # a row of the same character tells nothing more
                else:
                    cost += sides.likely(state[1], name)
                if side != state[0]:
                    cost -= _MIDDLE if _SHIFTED in (side, state[0]) else switch
                then = side, state[1][1] + name
                taken.append((state, then, cost))
                there[then] = max(there.get(then, NEVER), so_far + cost)
        best = max(there.values())
        here = {state: so_far for state, so_far in there.items() if so_far > best - _BEAM}
        ways.append(here)
        steps.append(taken)
        last = char
    return ways, steps
