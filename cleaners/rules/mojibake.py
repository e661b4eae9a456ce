"""Text that was written in one encoding and read in another: put back, run by run, with a proof.

The forward model is exact. Bytes of the true text, encoded by ``codec_true``, were read by ``codec_read``:

>>> "发展".encode("utf-8").decode("gb18030")
'鍙戝睍'

A repair is proposed where the bytes under the damaged text, read as ``codec_true``, are far likelier as Chinese than
what stands there, and accepted where damaging the repair again gives exactly what was found. Pages mix clean and
damaged text without a seam, so the border of a run is found by dynamic programming over its bytes: at each byte
the text is either what it seems or one more character of the true text, and changing sides costs.

Where a reader lost bytes, each character they belonged to becomes U+FFFD, unless only one character can have stood
there. 锟斤拷 is not a family of its own: it is U+FFFD, in UTF-8, read as GBK, and becomes U+FFFD again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import exp
from typing import Any, NamedTuple

from cleaners.document import Document, Edits, Flag, Found, Rule
from cleaners.edits import apply
from cleaners.han import FREQUENT, TRADITIONAL, log_share

LOST = "\ufffd"
_HOLE = -1  # a byte the reader lost: it wrote U+FFFD, whose value says nothing
_QUERY = -2  # a question mark, which some readers write for a byte they lost


class Family(NamedTuple):
    """One way of misreading, and how many nats a run must gain alone, and where its family is already proved."""

    read: str
    true: str
    alone: float
    among: float
    signs: int  # distinct telling characters a document must hold before we look
    loses: str = ""  # the codec whose gaps the reader had, where it is not ``read``


# "cp936" stands for the GBK of Windows and of browsers, which read 80 as €; Python's gb18030 has € at A2 E3.
# Three bytes to a character leave chance no room; two bytes to a character do, so those need longer runs.
FAMILIES = (
    Family("gb18030", "utf-8", 10.0, 0.0, 2, "gbk"),
    Family("cp936", "utf-8", 10.0, 0.0, 1, "gbk"),
    Family("cp1252", "utf-8", 10.0, 0.0, 1),
    Family("big5hkscs", "utf-8", 14.0, 0.0, 2),
    Family("cp1252", "gb18030", 18.0, 0.0, 2),
    Family("cp1252", "big5hkscs", 22.0, 0.0, 2),
    Family("gb18030", "big5hkscs", 28.0, 0.0, 2, "gbk"),
    Family("big5", "gb18030", 28.0, 0.0, 3),
    Family("big5hkscs", "gb18030", 28.0, 0.0, 3),
)
NOTHING = Family("", "", 0.0, 0.0, 0)  # the family of what is only marked as lost
_SWITCH = 5.0  # nats: how much less likely a change between clean and damaged text is than none
_SWITCH_AMONG = 2.0  # the same where the family is proved by its neighbours; there a run begins damaged for nothing
_PROVED = 24.0  # nats of gain in a document after which a family counts as proved
_CUT = -13.0  # nats for the first bytes of a character of UTF-8 whose last byte is lost
_LOSS = -14.0  # nats for another character with a lost byte
_STUMP = -8.0  # nats for a hole alone, and for a first byte alone
_ALIEN = 3.0  # nats by which an accented letter is less likely in a line that was misread as Latin-1
_DOUBTFUL = -16.0  # nats for a letter of two bytes of UTF-8 where a frequent character of GBK may stand
_GUESS = -3.0  # nats for a character with a lost byte that only one character can have had
_ORPHAN = -17.0  # nats for a byte that belongs to no character
_WORST_MEAN = -10.5  # nats per character below which no repair counts as Chinese
_WORST_AMONG = -14.0  # the same where the family is proved: a rare character may stand alone there
_MOST_LEVELS = 4  # each at least doubles the size of a page: more are not met
_RARE = -13.4  # the share of a character that no Chinese list holds
_UNCOMMON = -7.5  # the share of the 400th character or so
_NEVER = float("-inf")


class _Shares(dict[str, float]):
    """Natural logarithm of the share of a character in Chinese text; by class where no list holds it."""

    def __missing__(self, char: str) -> float:
        share = self[char] = _class_share(char)
        return share


def _class_share(char: str) -> float:
    """The share of a character that no frequency list holds; the classes follow what a Chinese page may quote."""
    point = ord(char)
    for limit, share in _CLASSES:
        if point < limit:
            return share
    return -18.0


# Upper limits of code points and the share of one character below them.
_CLASSES = (
    (0x20, -12.0), (0x7F, -4.2), (0xA0, -17.0), (0xC0, -9.0), (0x100, -5.5), (0x250, -7.0), (0x370, -12.0),
    (0x530, -10.5), (0x1E00, -13.0), (0x2000, -9.0), (0x2070, -9.0), (0x3000, -10.0), (0x3040, -8.0), (0x3100, -9.0),
    (0x3400, -12.0), (0x4E00, -18.0), (0xA000, -15.5), (0xAC00, -17.0), (0xD7A4, -13.0), (0xE000, -17.0),
    (0xF900, -16.0), (0xFB00, -17.0), (0xFF00, -16.0), (0xFF5F, -7.0), (0xFFFD, -15.0), (0xFFFE, -12.0),
    (0x1F000, -18.0), (0x1FB00, -11.0),
)  # fmt: skip
_PUNCTUATION = "，。、：；！？（）“”‘’《》—…·　"


@cache
def _shares() -> _Shares:
    """The table of shares, filled as characters are met."""
    shares = _Shares(log_share())
    for lead in range(0xD8, 0xF8):  # the second level of GB 2312: known, rare
        for tail in range(0xA1, 0xFF):
            char = bytes((lead, tail)).decode("gb2312", "replace")[0]
            shares[char] = max(shares.get(char, -13.5), -13.5)
    return _Shares(shares | dict.fromkeys(_PUNCTUATION, -4.5) | {LOST: -12.0})


def _score(text: str) -> float:
    """Natural logarithm of how likely ``text`` is as Chinese, one character at a time."""
    return sum(map(_shares().__getitem__, text))


@dataclass(frozen=True, slots=True)
class Repair:
    """A run of damaged text, ``[start, end)`` in code points, and what it says; ``gain`` in nats.

    ``first`` is what it says after one level, ``inner`` the repairs of that text, where it was damaged twice.
    """

    start: int
    end: int
    text: str
    gain: float
    family: Family
    first: str
    inner: tuple[Repair, ...] = ()


# ---------------------------------------------------------------- from characters back to bytes


@cache
def _sloppy() -> dict[str, int]:
    """Bytes 80 to FF as browsers read them: Windows-1252, with C1 controls where it has no character; and Latin-1."""
    table = {chr(byte): byte for byte in range(0x100)}
    for byte in range(0x80, 0xA0):
        table[bytes((byte,)).decode("cp1252", "replace")] = byte
    table.pop(LOST, None)
    return table


@cache
def _source(char: str, codec: str) -> tuple[int, ...]:
    """The bytes that ``codec`` reads as ``char``; empty where it cannot have come from one or two bytes."""
    if char == LOST:
        return (_HOLE,)
    if codec == "cp1252":
        byte = _sloppy().get(char)
        return () if byte is None else (byte,)
    if char == "€" and codec == "cp936":
        return (0x80,)
    if char == "?":
        return (_QUERY,)
    try:
        source = char.encode(codec)
    except UnicodeEncodeError:
        return ()
    return tuple(source) if len(source) <= 2 else ()


@cache
def _pair(lead: int, trail: int, codec: str) -> str:
    """The character two bytes stand for in a two-byte codec, or nothing."""
    try:
        char = bytes((lead, trail)).decode(codec)
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""


# ---------------------------------------------------------------- one character of the true text


def _next(data: list[int], at: int, family: Family) -> tuple[int, str]:
    """How many bytes the next character of the true text takes, and which it is; U+FFFD where bytes are lost."""
    lead = data[at]
    if 0 <= lead < 0x80 or lead == _QUERY:
        return 1, "?" if lead == _QUERY else chr(lead)
    size = _utf8_size(data, at) if family.true == "utf-8" else _pair_size(data, at)
    char = _spell(tuple(data[at : at + size]), family.true)
    if not char:
        return (size, _filled(data, at, size, family)) if _holes(data, at, size) else (1, LOST)
    return size, char


def _holes(data: list[int], at: int, size: int) -> bool:
    """Whether a byte of the character is lost, or the last bytes of it are missing."""
    part = data[at : at + size]
    return min(part) < 0 or (part[0] >= 0xE0 and size > 1)


def _utf8_size(data: list[int], at: int) -> int:
    """How many bytes at ``at`` can belong to one character of UTF-8, lost ones among them."""
    lead = data[at]
    need = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 1
    stop, last = at + 1, min(at + need, len(data))
    while stop < last and (data[stop] < 0 or 0x80 <= data[stop] < 0xC0):
        stop += 1
    return stop - at


def _pair_size(data: list[int], at: int) -> int:
    """2 where the two bytes at ``at`` can be one character of GBK or Big5, else 1."""
    if at + 1 == len(data):
        return 1
    lead, trail = data[at], data[at + 1]
    return 2 if trail >= 0x40 or (trail == _HOLE and lead != _HOLE) else 1


@cache
def _spell(source: tuple[int, ...], codec: str) -> str:
    """The one character these bytes are in ``codec``, or nothing."""
    if min(source) < 0:
        return ""
    try:
        char = bytes(source).decode(codec)
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""


_PRIVATE = re.compile("[\ue000-\ue765]")
_SURE = 6.0  # nats by which one candidate for a lost byte must lead all others


def _filled(data: list[int], at: int, size: int, family: Family) -> str:
    """The only likely character with one lost byte, or U+FFFD.

    A reader loses a byte where it makes no pair with the next one; that leaves few candidates, often one:
    0x80 is no lead byte of GBK, which tells 一 (E4 B8 80) from 丁 (E4 B8 81).
    """
    part = data[at : at + size]
    if family.true == "gb18030":
        return LOST  # any byte can stand in a pair of GBK
    if part.count(_HOLE) != 1 or _QUERY in part or size < (3 if part[0] >= 0xE0 and family.true == "utf-8" else 2):
        return LOST
    return _candidate(tuple(part), data[at + size] if at + size < len(data) else 0, family)


@cache
def _candidate(part: tuple[int, ...], following: int, family: Family) -> str:
    """`_filled` by its values: ``following`` is the byte behind, 0 where the run ends."""
    place = part.index(_HOLE)
    after = part[place + 1] if place + 1 < len(part) else following
    ranked = [(_NEVER, LOST), (_NEVER, LOST)]
    for byte in range(0x80, 0x100):
        if after >= 0x40 and _pair(byte, after, family.loses or family.read):
            continue  # the reader would have lost nothing
        if char := _spell((*part[:place], byte, *part[place + 1 :]), family.true):
            ranked.append((_shares()[char], char))
    ranked.sort(reverse=True)
    return ranked[0][1] if ranked[0][0] > max(ranked[1][0] + _SURE, -9.0) else LOST


def _cost(size: int, char: str, data: list[int], at: int, wide: bool) -> float:
    """The score of one character of the true text, or of what is left of it."""
    if char != LOST:
        doubtful = wide and size == 2 and 0x80 <= ord(char) < 0x800  # two bytes of GBK are often two of UTF-8
        return _DOUBTFUL if doubtful else _shares()[char] + (_GUESS if min(data[at : at + size]) < 0 else 0.0)
    if size == 3 and data[at : at + 3] == [0xEF, 0xBF, 0xBD]:
        return -8.0
    if size == 1 and (data[at] == _HOLE or 0xE3 <= data[at] < 0xEA):
        return _STUMP
    return _CUT if size > 1 and data[at] >= 0xE0 else _LOSS if size > 1 else _ORPHAN


# ---------------------------------------------------------------- the likeliest reading of a run


@dataclass(slots=True)
class _Lattice:
    """Best scores at each byte, for text that is what it seems (0) and text that was misread (1), and the way there."""

    score: list[tuple[float, float]]
    step: list[list[tuple[int, int, str]]]  # per byte and state: bytes taken, state before, character written


def _read_run(run: str, family: Family, switch: float = _SWITCH) -> Iterator[Repair]:
    """Cut ``run`` into clean and damaged stretches in the likeliest way, and yield what the damaged ones say."""
    if family.loses and _PRIVATE.search(run):
        family = family._replace(loses="")  # GBK proper has no private use area: this reader was of the larger kind
    sources = [_source(char, family.read) for char in run]
    data = [byte for source in sources for byte in source]
    begins = [0]
    for source in sources:
        begins.append(begins[-1] + len(source))
    whole = _whole(run, data, family)
    if whole is not None:
        yield whole
        return
    yield from _stretches(run, begins, _ways(run, begins, data, family, switch), family)


def _whole(run: str, data: list[int], family: Family) -> Repair | None:
    """The quick way, for a run that is damaged from end to end and lost nothing."""
    known = [0x3F if byte == _QUERY else byte for byte in data]
    if _HOLE in known:
        return None
    try:
        text = bytes(known).decode(family.true)
    except UnicodeDecodeError:
        return None
    score = _score(text)
    gain = score - _score(run) - _SWITCH
    if gain < family.alone or score < -8.0 * len(text) or text.encode(family.true) != bytes(known):
        return None
    return Repair(0, len(run), text, gain, family, text)


def _ways(run: str, begins: list[int], data: list[int], family: Family, switch: float) -> _Lattice:
    """Fill the lattice from left to right: linear in the bytes, for each has at most three steps."""
    shares, size_of = _shares(), len(data)
    best = [[_NEVER, _NEVER] for _ in range(size_of + 1)]
    step = [[(0, 0, ""), (0, 0, "")] for _ in range(size_of + 1)]
    best[0][0] = 0.0
    alien = _ALIEN if switch == _SWITCH_AMONG and family.read == "cp1252" else 0.0
    index_at = {begin: index for index, begin in enumerate(begins[:-1])}

    def reach(at: int, state: int, score: float, how: tuple[int, int, str]) -> None:
        if score > best[at][state]:
            best[at][state] = score
            step[at][state] = how

    for at in range(size_of):
        clean, misread = best[at]
        index = index_at.get(at)
        if index is not None:
            char = run[index]
            before = 0 if clean >= misread - switch else 1
            stop = begins[index + 1]
            seen = shares[char] - (alien if char > "\x7f" else 0.0)
            reach(stop, 0, max(clean, misread - switch) + seen, (stop - at, before, char))
        enter = clean - (switch if at or switch == _SWITCH else 0.0) if index is not None else _NEVER
        source, before = (misread, 1) if misread >= enter else (enter, 0)
        if source == _NEVER:
            continue
        size, char = _next(data, at, family)
        reach(at + size, 1, source + _cost(size, char, data, at, family.read != "cp1252"), (size, before, char))
        if size > 1:
            reach(at + 1, 1, source + _ORPHAN, (1, before, LOST))
    return _Lattice([(clean, misread) for clean, misread in best], step)


_BESIDE_LOSS = re.compile(f"(?<={LOST})[^\x00-\x7f{LOST}]|[^\x00-\x7f{LOST}](?={LOST})")


def _doubted(text: str, share: float) -> str:
    """``text`` with U+FFFD for characters below ``share`` beside a loss: more likely a wrong join than writing."""

    def judge(match: re.Match[str]) -> str:
        return LOST if _shares()[match[0][-1]] < share else match[0]

    return _BESIDE_LOSS.sub(judge, text) if LOST in text else text


def _stretches(run: str, begins: list[int], lattice: _Lattice, family: Family) -> Iterator[Repair]:
    """Walk the lattice back and yield each damaged stretch."""
    index_at = {begin: index for index, begin in enumerate(begins)}
    at = len(lattice.score) - 1
    state = 0 if lattice.score[at][0] >= lattice.score[at][1] else 1
    stop, written = at, [""][:0]
    while at > 0:
        size, before, char = lattice.step[at][state]
        if state == 1:
            written.append(char)
        at -= size
        if state == 1 and before == 0:
            start, end = index_at[at], index_at[stop]
            text = _doubted("".join(reversed(written)), _RARE if family.true == "utf-8" else _UNCOMMON)
            gain = lattice.score[stop][1] - lattice.score[at][0] - _score(run[start:end])
            yield Repair(start, end, text, gain, family, text)
            written.clear()
        if before == 0 or state == 0:
            stop = at
        state = before


# ---------------------------------------------------------------- where to look


_TELLING = 400  # characters of each list whose damaged forms tell a family
_MARGIN = 64  # code points around a telling character that are read with it
_LETTERS = frozenset(chr(point) for point in range(0xC0, 0x100)) - {"×", "÷"}
_UPPER = "\x80-\xff" + "".join(sorted(char for char, byte in _sloppy().items() if ord(char) > 0xFF))
_LATIN_REGION = re.compile(f"[{_UPPER}]+(?:[@-~][{_UPPER}]+)*[@-~]?")
_WIDE_REGION = re.compile("[^\x00-\x7f]+(?:[?@-~]?[^\x00-\x7f]+)*[?@-~]?")


@cache
def _telling(family: Family) -> frozenset[str]:
    """Characters that damage of this family shows early, and that are rare in clean text."""
    if family.read == "cp1252":
        return _LETTERS
    if family.true == "utf-8":  # two bytes of a Han character, two bytes across two of them, the same of ， 、 “
        leads = (0xE2, 0xE3, *range(0xE4, 0xEA), 0xEF)
        pairs = [(lead, trail) for lead in leads for trail in range(0x80, 0xC0)]
        sources = [bytes(pair) for lead, trail in pairs for pair in ((lead, trail), (trail, lead))]
    else:
        common = TRADITIONAL if family.true == "big5hkscs" else FREQUENT
        sources = [char.encode(family.true) for char in common[:_TELLING]]
    damaged = {source.decode(family.read, "ignore")[:1] for source in sources}
    if family.loses and family.true == "big5hkscs":  # Big5 has its punctuation and some Han where GBK has nothing
        damaged |= {LOST, *map(chr, range(0xE000, 0xE766))}
    return frozenset(char for char in damaged if char == LOST or "\u4e00" <= char < "\uf900") - _usual()


@cache
def _usual() -> frozenset[str]:
    """Characters that clean text holds often enough to tell nothing."""
    return frozenset(FREQUENT + TRADITIONAL)


@cache
def _any_telling() -> frozenset[str]:
    return frozenset().union(*map(_telling, FAMILIES))


def _suspects(chars: frozenset[str]) -> list[Family]:
    """The families of which the text shows enough telling characters."""
    signs = _any_telling() & chars
    families = [family for family in FAMILIES if signs and len(_telling(family) & signs) >= family.signs]
    if "锟" in signs and FAMILIES[0] not in families:
        families.insert(0, FAMILIES[0])
    wide = len(_telling(FAMILIES[0]) & signs)
    return [
        family
        for family in families
        if (family.read != "cp936" or "€" in chars)
        # A page of UTF-8 read as GBK shows signs of every family of two bytes; its own are then the most.
        and (family.true == "utf-8" or family.read == "cp1252" or wide <= len(_telling(family) & signs))
    ]


def _hits(text: str, chars: frozenset[str]) -> Iterator[int]:
    """Where any of ``chars`` stands: of few characters each is looked for alone, which is far faster."""
    if not chars:
        return iter(())
    pattern = re.compile("[" + "".join(sorted(chars)) + "]")
    if len(chars) > 8:
        return (match.start() for match in pattern.finditer(text))
    return iter(sorted(match.start() for char in chars for match in re.finditer(char, text)))


def _regions(text: str, family: Family) -> Iterator[tuple[int, int]]:
    """Stretches of ``text`` that may hold a damaged run, near telling characters, never across a line."""
    if family.read == "cp1252":
        yield from ((match.start(), match.end()) for match in _LATIN_REGION.finditer(text) if len(match[0]) > 1)
        return
    start = end = 0
    for hit in _hits(text, _telling(family) & frozenset(text)):
        if hit - _MARGIN > end:
            yield from _wide_regions(text, start, end)
            start = hit - _MARGIN
        end = hit + _MARGIN
    yield from _wide_regions(text, max(start, 0), end)


def _wide_regions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs outside ASCII in ``text[start:end]``, with the ASCII that a two-byte reader may have swallowed."""
    yield from (match.span() for match in _WIDE_REGION.finditer(text, start, min(end, len(text))))


def _runs(text: str, start: int, end: int, codec: str) -> Iterator[tuple[int, int]]:
    """Cut a region at the characters that ``codec`` cannot have read."""
    last = start
    for at in range(start, end):
        if not _source(text[at], codec):
            if at > last:
                yield last, at
            last = at + 1
    if end > last:
        yield last, end


# ---------------------------------------------------------------- accept or abstain


def _repairs(text: str, chars: frozenset[str], proved: Family | None = None, level: int = 1) -> list[Repair]:
    """Every repair of ``text`` that is likely enough and proved, in order and without overlaps."""
    found: list[Repair] = []
    suspects = _suspects(chars)
    for family in suspects:
        found += (repair for repair in _proposals(text, family, _SWITCH, level) if repair.gain >= family.alone)
    chosen = _disjoint(_one_big5(text, found), [])
    gained = _gained(chosen)
    if proved:
        gained[proved] = gained.get(proved, 0.0) + _PROVED
    for family in sorted((family for family in gained if gained[family] >= _PROVED), key=lambda item: -gained[item]):
        same = [repair for repair in chosen if repair.family == family]
        near = (0, len(text)) if family == proved or not same else _near(text, same)
        among = (repair for repair in _proposals(text, family, _SWITCH_AMONG, level) if repair.gain >= family.among)
        wider = [repair for repair in among if near[0] <= repair.start < near[1]]
        chosen = _disjoint(wider + same, [repair for repair in chosen if repair.family != family])
    return sorted(chosen, key=lambda repair: repair.start)


def _gained(repairs: list[Repair]) -> dict[Family, float]:
    """Nats gained by each family."""
    gained: dict[Family, float] = {}
    for repair in repairs:
        gained[repair.family] = gained.get(repair.family, 0.0) + repair.gain
    return gained


def _one_big5(text: str, repairs: list[Repair]) -> list[Repair]:
    """Only what one of the two Big5 readers explains: they place the same kana at different bytes."""
    wide = [repair for repair in repairs if repair.family.read == "big5hkscs" and repair.family.true == "gb18030"]
    narrow = [repair for repair in repairs if repair.family.read == "big5"]
    if not (wide and narrow):
        return repairs
    only_wide = any(not _source(char, "big5") for repair in wide for char in text[repair.start : repair.end])
    worse = narrow if only_wide or _gained(wide)[wide[0].family] > _gained(narrow)[narrow[0].family] else wide
    return [repair for repair in repairs if repair not in worse]


def _near(text: str, repairs: list[Repair]) -> tuple[int, int]:
    """From the line before the first repair to the line after the last."""
    start = text.rfind("\n", 0, max(text.rfind("\n", 0, repairs[0].start), 0)) + 1
    end = text.find("\n", text.find("\n", repairs[-1].end) + 1)
    return start, end if end > repairs[-1].end else len(text)


def _disjoint(found: list[Repair], chosen: list[Repair]) -> list[Repair]:
    """``chosen`` and, the greatest gain first, what of ``found`` does not overlap; in order of the text."""
    taken = bytearray()
    for repair in [*chosen, *found]:
        taken.extend(bytes(max(0, repair.end - len(taken))))
    for repair in chosen:
        taken[repair.start : repair.end] = b"\x01" * (repair.end - repair.start)
    kept = list(chosen)
    for repair in sorted(found, key=lambda repair: (-repair.gain, repair.start)):
        if 1 not in taken[repair.start : repair.end]:
            taken[repair.start : repair.end] = b"\x01" * (repair.end - repair.start)
            kept.append(repair)
    return sorted(kept, key=lambda repair: repair.start)


def _proposals(text: str, family: Family, switch: float, level: int) -> Iterator[Repair]:
    """What the damaged runs of one family say, through all levels of damage, where it reads as Chinese."""
    for start, end in _regions(text, family):
        for first, last in _runs(text, start, end, family.read):
            for repair in _read_run(text[first:last], family, switch):
                before = text[first + repair.start : first + repair.end]
                deeper = _deeper(repair, level)
                if _reads_well(before, deeper, switch) and _explains(before, repair.text, repair.family):
                    yield replace(deeper, start=first + repair.start, end=first + repair.end)


def _deeper(repair: Repair, level: int) -> Repair:
    """The same repair, repaired again where it is still damaged. A level is shorter than the one above it."""
    if level == _MOST_LEVELS or len(repair.first) >= repair.end - repair.start:
        return repair
    inner = _repairs(repair.first, frozenset(repair.first), repair.family, level + 1)
    if not inner:
        return repair
    edits = Edits()
    inner = _masked(repair.first, inner)
    for part in inner:
        edits.add(part.start, repair.first[part.start : part.end], part.text)
    gain = repair.gain + sum(part.gain for part in inner)
    return replace(repair, text=apply(repair.first, edits), gain=gain, inner=tuple(inner))


def _masked(text: str, inner: list[Repair]) -> list[Repair]:
    """``inner``, and marks of loss for what lies between and is still damaged: no half-repaired text is written."""
    parts, last = [], 0
    inner = [_cautious(text, part) for part in inner]
    for part in [*inner, Repair(len(text), len(text), "", 0.0, NOTHING, "")]:
        for match in _STILL_DAMAGED.finditer(text, last, part.start):
            if match[0].strip(LOST):
                parts.append(Repair(match.start(), match.end(), LOST, 0.0, NOTHING, LOST))
        parts.append(part)
        last = part.end
    return parts[:-1]


def _cautious(text: str, part: Repair) -> Repair:
    """A repair of the second level whose neighbours of a loss are given up, if what is left is still proved."""
    doubted = _doubted(part.text, 0.0)
    if doubted == part.text:
        return part
    if part.inner or not _explains(text[part.start : part.end], doubted, part.family):
        return Repair(part.start, part.end, LOST, 0.0, NOTHING, LOST)
    return replace(part, text=doubted, first=doubted)


_LETTER = re.compile("[A-Za-z]")
_HAN = re.compile("[一-鿿]")
_STILL_DAMAGED = re.compile("[\x80-\uffff]+")


def _reads_well(before: str, repair: Repair, switch: float) -> bool:
    """Whether a repair is Chinese enough to be believed, and not mostly loss."""
    readable = repair.text.replace(LOST, "")
    if len(readable) < 4 and _LETTER.search(readable) and 2 * len(_HAN.findall(readable)) <= len(readable):
        return False  # rare characters of old texts, which would make 社j
    if 20 * sum(char in _telling(FAMILIES[0]) for char in readable) > len(readable):
        return False  # still damaged, and no deeper level explains it
    if (3 if repair.inner else 2) * len(readable) < (2 if repair.inner else 1) * len(repair.text):
        return len(repair.text) > 1 and set(before) <= set("锟斤拷")
    worst = _WORST_AMONG if switch == _SWITCH_AMONG and len(readable) < 3 and LOST not in repair.text else _WORST_MEAN
    return _score(readable) >= worst * len(readable)


def _explains(before: str, after: str, family: Family) -> bool:
    """Whether ``after``, misread, gives ``before``: all bytes but those its U+FFFD say are lost, at most 4 for each."""
    data = [byte for char in before for byte in _source(char, family.read)]
    at = slack = 0
    for part in after.split(LOST):
        try:
            at = _place(part.encode(family.true), data, at, min(slack, _MOST_LOST))
        except UnicodeEncodeError:
            return False
        if at < 0:
            return False
        slack = 4 if part else slack + 4
    return len(data) - at <= slack - 4


_MOST_LOST = 64  # bytes that neighbouring U+FFFD may stand for; keeps the proof linear


def _place(part: bytes, data: list[int], at: int, slack: int) -> int:
    """Where ``part`` ends in ``data`` if it begins at ``at`` or up to ``slack`` bytes later; -1 if it does not."""
    for begin in range(at, at + slack + 1):
        if begin + len(part) <= len(data) and all(map(_stands_for, data[begin : begin + len(part)], part)):
            return begin + len(part)
    return -1


def _stands_for(read: int, true: int) -> bool:
    """Whether a byte the reader showed can be this one."""
    return read == true or (read < 0 and (true >= 0x80 or true == 0x3F))


# ---------------------------------------------------------------- the rule

_TALK = re.compile(
    "乱码|亂碼|編碼|编码|解码|字符集|字元集|mojibake|utf-?8|gb(?:k|2312|18030)|unicode|latin-?1|iso-8859|big-?5", re.I
)


def _talks_of_it(document: Document) -> bool:
    """Whether the text is about encodings, so that what looks damaged may be an example.

    The words are looked for as they stand: in a page that is damaged itself they would be damaged too.
    """
    words = {match[0].lower() for match in _TALK.finditer(document.text)}
    return len(words) > 1 or not words.isdisjoint({"乱码", "亂碼", "mojibake"})


def _quoted(text: str, repair: Repair) -> bool:
    """Whether the run says nothing but loss and stands alone between quotation marks: “锟斤拷” as a word."""
    if repair.text.strip(LOST):
        return False
    pair = text[max(repair.start - 1, 0) : repair.start] + text[repair.end : repair.end + 1]
    return pair in {"“”", "‘’", "「」", "『』", '""', "''", "``"}


def evidence(repair: Repair) -> str:
    """The proof as JSON: what was read as what, at how many levels, how many characters are lost.

    Where there is a second level, ``first`` is the text after the first, and ``inner`` the proofs of its repairs.
    """
    return json.dumps(_proof(repair), ensure_ascii=False)


def _proof(repair: Repair) -> dict[str, Any]:
    proof: dict[str, Any] = {
        "codec_read": repair.family.read,
        "codec_true": repair.family.true,
        "levels": _levels(repair),
    }
    if lost := repair.text.count(LOST):
        proof["lost"] = lost
    if repair.inner:
        proof["first"] = repair.first
        proof["inner"] = [[part.start, part.end, part.text, _proof(part)] for part in repair.inner]
    return proof


def _levels(repair: Repair) -> int:
    return 1 + max((_levels(part) for part in repair.inner), default=0)


def proves(before: str, after: str, proof: str) -> bool:
    """Check an edit's evidence without the search: damage ``after`` again and compare it with ``before``.

    >>> proves("鍙戝睍", "发展", '{"codec_read": "gb18030", "codec_true": "utf-8", "levels": 1}')
    True
    """
    return _holds(before, after, json.loads(proof))


def _holds(before: str, after: str, proof: dict[str, Any]) -> bool:
    pair = (proof["codec_read"], proof["codec_true"])
    first, edits = proof.get("first", after), Edits()
    for start, end, text, inner in proof.get("inner", ()):
        if not _holds(first[start:end], text, inner):
            return False
        edits.add(start, first[start:end], text)
    if pair == ("", ""):
        return after == LOST
    known = [family for family in FAMILIES if (family.read, family.true) == pair]
    return bool(known) and _explains(before, first, known[0]) and apply(first, edits) == after


def _find(document: Document) -> Found:
    found = Found()
    repairs = _repairs(document.text, document.chars)
    abstain = bool(repairs) and _talks_of_it(document)
    abstain = abstain or all(_quoted(document.text, repair) for repair in repairs)
    for repair in repairs:
        before = document.text[repair.start : repair.end]
        if abstain:
            detail = f"may be an example of {repair.text}"
            found.flags.append(Flag("mojibake", repair.start, repair.end, before, detail))
        else:
            found.edits.add(repair.start, before, repair.text, _confidence(repair), evidence(repair))
    return found


def _confidence(repair: Repair) -> float:
    """From the gain: 8 nats are even odds against the prior of a change, 30 are certainty."""
    return round(min(0.999, 1 - exp(-repair.gain / 6)), 3)


CJK = Rule(
    name="mojibake.cjk",
    version=1,
    kind="repair",
    summary="text written in UTF-8, GBK or Big5 and read as another of them or as Latin-1, once or more",
    example=("鍙戝睍瑙勫垝", "发展规划"),
    find=_find,
    gate=lambda document: bool(_suspects(document.chars)),
)

# ---------------------------------------------------------------- western text, by ftfy

_TRAIL = "[" + "".join(sorted(char for char, byte in _sloppy().items() if 0x80 <= byte < 0xC0)) + "]"
_LATIN_SIGN = re.compile(f"[\u00c2-\u00df]{_TRAIL}|[\u00e0-\u00ef]{_TRAIL}{{2}}")
_LATIN_TEXT = re.compile(f"[\x20-\x7e{_UPPER}]+")
_FROM_UTF8 = FAMILIES[2]


def _find_latin(document: Document) -> Found:
    found = Found()
    if _talks_of_it(document):
        return found
    for match in _LATIN_TEXT.finditer(document.text):
        before = match[0].strip(" ")
        repair = _latin(before) if _LATIN_SIGN.search(before) else None
        if repair:
            start = document.text.index(before, match.start())
            found.edits.add(start, before, repair.text, 0.98, evidence(repair))
    return found


def _latin(run: str) -> Repair | None:
    """What ftfy makes of a run, if misreading it again once, twice or three times gives the run back."""
    import ftfy  # 30 ms, so only where there is damage

    fixed = ftfy.fix_encoding(run, _ftfy_config())
    if fixed == run or any(char >= "\u3000" or char == LOST for char in fixed):
        return None
    inner: tuple[Repair, ...] = ()
    text = fixed
    for _ in range(3):
        repair = Repair(0, len(_misread(text)), fixed, 30.0, _FROM_UTF8, text, inner)
        if _explains(run, text, _FROM_UTF8):
            return repair
        inner, text = (repair,), _misread(text)
    return None


def _misread(text: str) -> str:
    """``text`` in UTF-8, read as Windows-1252 the way browsers do."""
    return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8"))


@cache
def _ftfy_config() -> Any:
    """ftfy without what spoils Chinese: it would flatten “” and ，, and rewrite compatibility ideographs."""
    import ftfy

    return ftfy.TextFixerConfig(
        uncurl_quotes=False,
        fix_character_width=False,
        fix_latin_ligatures=False,
        unescape_html=False,
        normalization=None,
        restore_byte_a0=False,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=False,
    )


LATIN = Rule(
    name="mojibake.latin",
    version=1,
    kind="repair",
    summary="western text written in UTF-8 and read as Latin-1 or Windows-1252, repaired by ftfy and proved",
    example=("CafÃ© de lâ€™OpÃ©ra", "Café de l’Opéra"),
    find=_find_latin,
    gate=lambda document: not _LETTERS.isdisjoint(document.chars) and _LATIN_SIGN.search(document.text) is not None,
)

RULES = (CJK, LATIN)
