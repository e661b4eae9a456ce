"""The families of misreading: which bytes a damaged character stood for, which character bytes spell, how likely it is.

And the characters by which damage of each family shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cleaners.han import FREQUENT, TRADITIONAL, log_share

LOST = "\ufffd"
HOLE = -1  # a byte the reader lost: it wrote U+FFFD, whose value says nothing
QUERY = -2  # a question mark, which some readers write for a byte they lost
FOREIGN = 0  # stands for a character that the reader cannot have written; no byte of a longer character is 0


class Family(NamedTuple):
    """One way of misreading, and how many nats a run must gain alone, and where its family is already proved."""

    read: str
    true: str
    alone: float
    among: float
    signs: int  # distinct telling characters a document must hold before we look
    loses: str = ""  # the codec whose gaps the reader had, where it is not ``read``


MIXED = "utf-8/latin-1"  # what is valid UTF-8 read as such, every other byte as Latin-1: `mojibake_mixed`
# "cp936" stands for the GBK of Windows and of browsers, which read 80 as €; Python's gb18030 has € at A2 E3.
# Three bytes to a character leave chance no room; two bytes to a character do, so those need longer runs.
FAMILIES = (
    Family("gb18030", "utf-8", 14.0, 0.0, 1, "gbk"),
    Family("cp936", "utf-8", 14.0, 0.0, 1, "gbk"),
    Family("cp1252", "utf-8", 10.0, 0.0, 1),
    Family("big5hkscs", "utf-8", 20.0, 0.0, 2),
    Family("cp932", "utf-8", 20.0, 0.0, 2),
    Family("cp949", "utf-8", 20.0, 0.0, 2),
    Family("cp1252", "gb18030", 18.0, 0.0, 2),
    Family("cp1252", "big5hkscs", 22.0, 0.0, 2),
    Family(MIXED, "gb18030", 18.0, 0.0, 2),
    Family("gb18030", "big5hkscs", 28.0, 0.0, 1, "gbk"),
    Family("big5", "gb18030", 28.0, 0.0, 1),
    Family("cp950", "gb18030", 28.0, 0.0, 1),
    Family("big5hkscs", "gb18030", 28.0, 0.0, 1),
)
NEVER_GUESS = "-"  # for ``loses``, where the true text may be damaged again and likelihood says nothing
NOTHING = Family("", "", 0.0, 0.0, 0)  # the family of what is only marked as lost
ALIEN = 5.0  # nats by which an accented letter is less likely on a page that was misread as Latin-1
_CUT = -13.0  # nats for the first bytes of a character of UTF-8 whose last byte is lost
LOSS = -14.0  # nats for another character with a lost byte
_STUMP = -8.0  # nats for a first byte alone
_DOUBTFUL = -16.0  # nats for a letter of two bytes of UTF-8 where a frequent character of GBK may stand
_HOME = -10.0  # the same for a mark that is at home in Chinese text: · is 路, × is 脳
_PINYIN = -12.5  # the same for a vowel of pinyin
HOME_BYTES = frozenset(b"\x85\x91\x92\x93\x94\x97")  # “”‘’—… of Windows-1252
_MARKS_PAIR = -30.0  # nats for two of these as one character: —— is 棗
_BEFORE_MARKS = -9.0  # nats for a letter as one character with the marks behind it: é”“ is 锓, and in “é”“ü” it is not
_LETTER = -11.0  # nats for a western letter where any two bytes make a character
_GUESS = -3.0  # nats for a character with a lost byte that only one character can have had
ORPHAN = -17.0  # nats for a byte that belongs to no character
RARE = -13.4  # the share of a character that no Chinese list holds
NEVER = float("-inf")


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
SYMBOLS = frozenset("·×÷°±§")  # of Latin-1, but at home in Chinese text
TONES = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü")
_PUNCTUATION = "，。、：；！？（）“”‘’《》—…·　"


@cache
def shares() -> _Shares:
    """The table of shares, filled as characters are met."""
    table = _Shares(log_share())
    for lead in range(0xD8, 0xF8):  # the second level of GB 2312: known, rare
        for tail in range(0xA1, 0xFF):
            char = bytes((lead, tail)).decode("gb2312", "replace")[0]
            table[char] = max(table.get(char, -13.5), -13.5)
    return _Shares(table | dict.fromkeys(_PUNCTUATION, -4.5) | {LOST: -12.0})


def score(text: str) -> float:
    """Natural logarithm of how likely ``text`` is as Chinese, one character at a time."""
    return sum(map(shares().__getitem__, text))


# ---------------------------------------------------------------- from characters back to bytes


@cache
def sloppy() -> dict[str, int]:
    """Bytes 80 to FF as browsers read them: Windows-1252, with C1 controls where it has no character; and Latin-1."""
    table = {chr(byte): byte for byte in range(0x100)}
    for byte in range(0x80, 0xA0):
        table[bytes((byte,)).decode("cp1252", "replace")] = byte
    table.pop(LOST, None)
    return table


# Big5 has these twice; at its first place no reader of GBK bytes can have met it.
_TWICE = {"十": (0xA2, 0xCC), "卅": (0xA2, 0xCE)}


@cache
def source(char: str, codec: str) -> tuple[int, ...]:
    """The bytes that ``codec`` reads as ``char``; empty where it cannot have come from one or two bytes."""
    if char == LOST:
        return (HOLE,)
    if codec == "cp1252":
        byte = sloppy().get(char)
        return () if byte is None else (byte,)
    if char == "€" and codec == "cp936":
        return (0x80,)
    if char == "?":
        return (QUERY,)
    if char in _TWICE and codec in ("big5", "cp950", "big5hkscs"):
        return _TWICE[char]
    try:
        data = char.encode(codec)
    except UnicodeEncodeError:
        return ()
    return tuple(data) if len(data) <= 2 else ()


SPACES = (0xA0, 0x85)  # bytes that Latin-1 has as spaces, which many programs write as common ones


def sources(text: str, family: Family) -> Iterator[tuple[int, ...]]:
    """The bytes of each character of ``text``; 0 for what the reader cannot have written.

    UTF-8 read as GBK holds wide letters, which many programs write narrow: 责人 is 璐ｄ汉 and then 璐d汉. Where the
    bytes on either side ask for those of the wide one, these they are.
    """
    folds = family.true == "utf-8" and family.read in ("gb18030", "cp936")
    before: tuple[int, ...] = ()
    for char, following in zip(text, text[1:] + "\n", strict=True):
        data = source(char, family.read) or (FOREIGN,)
        if folds and char in _LEADS and _is_within(before, source(following, family.read)):
            data = (0xA3, data[0] | 0x80)
        yield data
        before = (before + data)[-2:]


_LEADS = "bcdefghio"  # wide, their second bytes begin a character of UTF-8


def _is_within(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether of a character of UTF-8 two bytes stand before, and of another two behind."""
    return len(before) == 2 and 0xE2 <= before[0] < 0xF0 and _follow(before[1:]) and len(after) == 2 and _follow(after)


def _follow(data: tuple[int, ...]) -> bool:
    return all(0x80 <= byte < 0xC0 for byte in data)


@cache
def pair(lead: int, trail: int, codec: str) -> str:
    """The character two bytes stand for in a two-byte codec, or nothing."""
    try:
        char = bytes((lead, trail)).decode(codec)
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""


# ---------------------------------------------------------------- one character of the true text


def next_char(data: list[int], at: int, family: Family) -> tuple[int, str]:
    """How many bytes the next character of the true text takes, and which it is; U+FFFD where bytes are lost."""
    lead = data[at]
    if 0 <= lead < 0x80 or lead == QUERY:
        return 1, "?" if lead == QUERY else chr(lead)
    size = _utf8_size(data, at) if family.true == "utf-8" else 4 if _is_four(data, at, family) else _pair_size(data, at)
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
    return 2 if trail >= 0x40 or (trail == HOLE and lead != HOLE) else 1


def _is_four(data: list[int], at: int, family: Family) -> bool:
    """Whether a character of four bytes of GB18030 begins at ``at``, as ½ and 👍 are."""
    if family.true != "gb18030" or at + 3 >= len(data):
        return False
    _, second, third, fourth = data[at : at + 4]
    return 0x30 <= second < 0x3A and third > 0x80 and 0x30 <= fourth < 0x3A


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


_SURE = 6.0  # nats by which one candidate for a lost byte must lead all others


def _filled(data: list[int], at: int, size: int, family: Family) -> str:
    """The only likely character with one lost byte, or U+FFFD.

    A reader loses a byte where it makes no pair with the next one; that leaves few candidates, often one:
    0x80 is no lead byte of GBK, which tells 一 (E4 B8 80) from 丁 (E4 B8 81).
    """
    part = data[at : at + size]
    if family.true == "gb18030" or family.loses == NEVER_GUESS:
        return LOST  # any byte can stand in a pair of GBK
    if part.count(HOLE) != 1 or QUERY in part or size < (3 if part[0] >= 0xE0 and family.true == "utf-8" else 2):
        return LOST
    if part[-1] == HOLE and not _goes_on(data[at + size : at + size + 2]):
        return LOST  # clean text comes next, and not what the reader met behind the lost byte
    return _candidate(tuple(part), data[at + size] if at + size < len(data) else 0, family)


def _goes_on(behind: list[int]) -> bool:
    """Whether ASCII, a loss or a character of three bytes comes next; bytes of clean text are seldom such."""
    if not behind or behind[0] < 0x80:
        return True
    return 0xE2 <= behind[0] < 0xF0 and (len(behind) == 1 or behind[1] < 0 or 0x80 <= behind[1] < 0xC0)


@cache
def _candidate(part: tuple[int, ...], following: int, family: Family) -> str:
    """`_filled` by its values: ``following`` is the byte behind, 0 where the run ends."""
    place = part.index(HOLE)
    after = part[place + 1] if place + 1 < len(part) else following
    ranked = [(NEVER, LOST), (NEVER, LOST)]
    for byte in range(0x80, 0x100):
        if after >= 0x40 and pair(byte, after, family.loses or family.read):
            continue  # the reader would have lost nothing
        if char := _spell((*part[:place], byte, *part[place + 1 :]), family.true):
            ranked.append((shares()[char], char))
    ranked.sort(reverse=True)
    return ranked[0][1] if ranked[0][0] > max(ranked[1][0] + _SURE, -9.0) else LOST


def cost(size: int, char: str, data: list[int], at: int, family: Family) -> float:
    """The score of one character of the true text, or of what is left of it."""
    if char != LOST:
        if family.read == "cp1252" and HOME_BYTES.issuperset(data[at + 1 : at + size]):
            return _MARKS_PAIR if data[at] in HOME_BYTES else shares()[char] + _BEFORE_MARKS
        # Two bytes of GBK are often two of UTF-8 by chance.
        if size == 2 and family.read != "cp1252" and "\x80" <= char < "\u0800":
            known = _HOME if char in SYMBOLS else _PINYIN if char in TONES else _DOUBTFUL
            return known if family.true == "utf-8" else max(known, _LETTER)
        return shares()[char] + (_GUESS if min(data[at : at + size]) < 0 else 0.0)
    if size == 3 and data[at : at + 3] == [0xEF, 0xBF, 0xBD]:
        return -8.0
    if size == 1 and data[at] == HOLE:
        return shares()[LOST]  # on either side: that it stands there tells nothing
    if size == 1 and 0xE3 <= data[at] < 0xEA:
        return _STUMP
    return _CUT if size > 1 and data[at] >= 0xE0 else LOSS if size > 1 else ORPHAN


# ---------------------------------------------------------------- by what damage shows

LETTERS = frozenset(chr(point) for point in range(0xC0, 0x100)) - {"×", "÷"}
HALVES = frozenset(sloppy()) - frozenset(map(chr, range(0x80))) - frozenset("“”‘’—…·×©®")  # no neighbours of Han
UPPER = "\x80-\xff" + "".join(sorted(char for char, byte in sloppy().items() if ord(char) > 0xFF))


@cache
def telling(family: Family) -> frozenset[str]:
    """Characters that damage of this family shows early, and that are rare in clean text."""
    if family.read in ("cp1252", MIXED):
        return LETTERS
    sources = _halves() if family.true == "utf-8" else "\n".join(FREQUENT + TRADITIONAL).encode(family.true, "ignore")
    # A line end is no second byte, so each line is read apart from the others: one call for all of them.
    damaged = {line[:1] for line in sources.decode(family.read, "ignore").split("\n")}
    usual = log_share()  # what clean text holds often enough to tell nothing
    rare = frozenset(char for char in damaged if "\u4e00" <= char < "\uf900" and char not in usual)
    if family.loses and family.true == "big5hkscs":
        return rare | _BESIDE
    return rare | _MARKS if family.true == "gb18030" else rare


@cache
def _halves() -> bytes:
    """Lines of two bytes in UTF-8: two of a Han character, two across two of them, the same of ， 、 “."""
    leads = (0xE2, 0xE3, *range(0xE4, 0xEA), 0xEF)
    pairs = [(lead, trail) for lead in leads for trail in range(0x80, 0xC0)]
    return b"\n".join(bytes(pair) for lead, trail in pairs for pair in ((lead, trail), (trail, lead)))


_BESIDE = frozenset((LOST, *map(chr, range(0xE000, 0xE766))))  # where Big5 has marks and some Han and GBK has nothing
_MARKS = frozenset(("﹝", "﹜", "﹞", *map(chr, range(0x3117, 0x312A))))  # marks and wide digits in GBK read as Big5


@cache
def any_telling() -> frozenset[str]:
    return frozenset().union(*map(telling, FAMILIES))
