"""Chinese that was read in another code page of single bytes than Latin-1: of DOS, of Macintoshes, of eastern Europe.

Archives name their files in that of DOS, mail and old programs use the others. Each character is one byte, so the text
is its bytes and every whole character of UTF-8, or pair of GBK, in them can be read where it stands:

>>> "修渠".encode("utf-8").decode("cp437")
'Σ┐«µ╕á'

One page was read in one code page: the one in which most bytes make characters. It is believed where these are common
Chinese; then a repair is proved by misreading it again. Bytes a code page has no character for are lost, unless that
is one byte only.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaners.document import Document, Flag, Found, Rule
from cleaners.rules.mojibake import talks_of_it
from cleaners.rules.mojibake_codecs import LOST, NEVER, SYMBOLS, TONES, score, shares, sloppy

_PAGES = (
    "cp437",
    "cp850",
    "cp866",
    "mac_roman",
    "koi8-r",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1257",
    "iso8859-2",
    "iso8859-15",
)
_HOLE = 0xFF  # no byte of UTF-8, nor of a pair of GBK
# Han, marks, wide forms and the letters of pinyin in UTF-8; and all pairs of GBK, and what GB18030 has more.
_TRUE = (
    ("utf-8", re.compile(rb"(?:[\xe2-\xe9\xef][\x80-\xbf\xff]{2}|[\xc2-\xc8][\x80-\xbf\xff])+")),
    ("gb18030", re.compile(rb"(?:[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[0-9][\x81-\xfe][0-9]))+")),
)
_DIFFERENT = 8  # bytes of a code page that a text must show
_WORST = {"utf-8": -10.5, "gb18030": -8.8}  # nats per character below which it is no Chinese; any two bytes are GBK
_RAREST = -12.5  # the same for one run
_SHIFTED = 2.0  # nats per character by which pairs read better without the clean mark in front of them
_FEWEST = {"utf-8": 4, "gb18030": 16}  # characters read on a page
_LETTERS = slice(0x80, 0x3000)  # code points: letters of the west, signs, lines and boxes
_AT_HOME = "“”‘’—…·°×"  # marks of Chinese text that these code pages have, too


class _Reading(NamedTuple):
    """What a text says as bytes of one code page: code points ``[start, end)`` and the text there."""

    page: str
    true: str
    runs: list[tuple[int, int, str]]
    bytes: int  # characters of the text that are bytes of the code page

    @property
    def said(self) -> str:
        return "".join(char for _, _, run in self.runs for char in run if "\u3000" <= char != LOST)


class _Bytes(dict[int, int]):
    """Code point to byte in a code page; 0 for what it has not."""

    def __missing__(self, point: int) -> int:
        self[point] = point if point < 0x80 else 0
        return self[point]


@cache
def bytes_of(page: str) -> _Bytes:
    """The byte of each character of a code page; browsers show controls for those of 80 to 9F without one."""
    if page == "cp1252":
        known = {char: byte for char, byte in sloppy().items() if 0x80 <= byte < _HOLE}
    else:
        known = {bytes((byte,)).decode(page, "replace"): byte for byte in range(0x80, _HOLE)}
    gaps = _HOLE - 0x80 - len(known.keys() - {LOST})
    known = {chr(byte): byte for byte in range(0x80, 0xA0)} | known
    return _Bytes({ord(char): byte for char, byte in known.items()} | ({ord(LOST): _HOLE} if gaps != 1 else {}))


@cache
def _signs(page: str) -> frozenset[str]:
    """The characters of a code page that are bytes of Chinese, but for those that Chinese text has anyway."""
    return frozenset(chr(point) for point, byte in bytes_of(page).items() if byte) - frozenset(_AT_HOME + LOST)


def _shows(document: Document, page: str) -> bool:
    return len(_signs(page) & document.chars) >= _DIFFERENT


def _may_show(document: Document) -> bool:
    """Whether the text has as many characters of the blocks that theirs are in as any code page must show."""
    return int(np.count_nonzero(document.seen[_LETTERS])) >= _DIFFERENT and any(
        _shows(document, page) for page in _PAGES
    )


def _read(text: str, page: str, true: str, pattern: re.Pattern[bytes]) -> _Reading:
    """The runs of ``text`` whose bytes in ``page`` are characters of ``true``."""
    data = text.translate(bytes_of(page)).encode("latin-1")
    runs = []
    for match in pattern.finditer(data):
        if true == "gb18030" and text[match.start()] in _AT_HOME:
            shifted = pattern.match(data, match.start() + 1)
            if shifted and _mean(shifted, true) > _mean(match, true) + _SHIFTED:
                match = shifted
        if not _signs(page).isdisjoint(text[match.start() : match.end()]) and _mean(match, true) >= _RAREST:
            runs.append((*match.span(), match[0].decode(true, "replace")))
    return _Reading(page, true, runs, len(data.translate(None, bytes(range(0x80)))))


def _mean(match: re.Match[bytes], true: str) -> float:
    """How likely what the bytes say is as Chinese, in nats per character that is not lost."""
    said = match[0].decode(true, "replace").replace(LOST, "")
    return score(said) / len(said) if said else NEVER


def _best(document: Document) -> _Reading | None:
    """The code page in which most of the text makes characters; None where that is no Chinese, or Latin-1 does it."""
    pages = [page for page in _PAGES if _shows(document, page)]
    for true, pattern in _TRUE if pages else ():
        readings = [_read(document.text, page, true, pattern) for page in (*pages, "cp1252")]
        best = max(readings, key=lambda reading: (len(reading.said), score(reading.said)))
        if len(best.said) >= _FEWEST[true] and score(best.said) >= _WORST[true] * len(best.said) and _is_whole(best):
            return None if best.page == "cp1252" else best
    return None


def _is_whole(reading: _Reading) -> bool:
    """Whether most bytes of the page are in what it says: by chance some are in characters of UTF-8, too."""
    return 2 * sum(end - start for start, end, _ in reading.runs) > reading.bytes


# ---------------------------------------------------------------- signs and words that stand there soundly

_NEW, _GOES_ON, _AGAIN = -10.0, -3.0, -1.0  # nats for a sign or letter of another kind than the last, the same kind, it
_MIDDLE, _SEAM, _LINE_END = 6.0, 4.0, 1.0  # nats for a change of sides in the midst of words, beside ASCII, there
_STRANGE = -12.0  # nats for a letter or sign that is no Han and no punctuation, where any bytes make one


def _kind(char: str) -> int:
    """What goes together in sound text: letters of the west, blocks of 256 code points; most signs of Latin-1 alone."""
    if char in SYMBOLS:
        return 1
    return 0 if char < "\u0250" and char.isalpha() else ord(char) >> 8 or ord(char)


def _seen(text: str, start: int, end: int) -> float:
    """How likely a run is as it stands: Größe, Россия, ┌──┐ and √∞≈ are each of one kind, bytes are of many."""
    nats = 0.0
    for last, char in pairwise(text[max(start - 1, 0) : end] if start else "\n" + text[:end]):
        if char >= "\x80":
            goes_on = _kind(last) == _kind(char) and not (last.islower() and char.isupper())
            new = shares()[char] if char in _AT_HOME else _NEW
            nats += _AGAIN if last == char else _GOES_ON if goes_on else new
    return nats


def _said(text: str) -> float:
    """How likely it is as what a run says."""
    return sum(
        _STRANGE if "\x80" <= char < "\u3000" and char not in _AT_HOME and char not in TONES else shares()[char]
        for char in text
        if char >= "\x80"
    )


def _sides(text: str, runs: list[tuple[int, int, str]]) -> list[bool]:
    """Whether each run was misread rather than stands there soundly, by dynamic programming over the runs.

    As in `mojibake_lattice` changing sides costs; what is in no run is sound.
    """
    sound, misread, before = 0.0, 0.0, list[tuple[bool, bool]]()
    last = 0
    for start, end, said in (*runs, (len(text), len(text), "")):
        gap = text[last:start]
        if gap.strip(_AT_HOME).isascii():
            leave = enter = _LINE_END if "\n" in gap or not last or start == len(text) else _SEAM
            stay = 0.0
        else:
            leave, enter = _border(gap[0]) * (last > 0), _border(gap[-1]) * (start < len(text))
            stay = leave + enter
        before.append((misread - leave > sound, misread - stay >= sound - enter))
        sound, misread = max(sound, misread - leave), max(misread - stay, sound - enter)
        misread += _said(said) - _seen(text, start, end)
        last = end
    side, sides = before[-1][0], list[bool]()
    for from_misread in before[-2::-1]:
        sides.append(side)
        side = from_misread[side]
    return sides[::-1]


def _border(char: str) -> float:
    return _LINE_END if char == "\n" else _SEAM if char < "\x80" else _MIDDLE


def _find(document: Document) -> Found:
    found = Found()
    best = _best(document)
    if best is None or talks_of_it(document):
        return found
    for (start, end, after), misread in zip(best.runs, _sides(document.text, best.runs), strict=True):
        before = document.text[start:end]
        if not misread:
            if _said(after) > _seen(document.text, start, end):
                detail = f"either reading is likely; perhaps {after}"
                found.flags.append(Flag("mojibake", start, end, before, detail))
            continue
        proof = {"codec_read": best.page, "codec_true": best.true, "levels": 1, "lost": after.count(LOST)}
        found.edits.add(start, before, after, 0.99, json.dumps(proof))
    return found


def proves(before: str, after: str, proof: str) -> bool:
    """Check an edit's evidence: misreading ``after`` gives ``before``; where bytes were lost, ``before`` says the same.

    >>> proves("Σ┐«µ╕á", "修渠", '{"codec_read": "cp437", "codec_true": "utf-8"}')
    True
    """
    codecs = json.loads(proof)
    page, true = codecs["codec_read"], codecs["codec_true"]
    if page not in _PAGES or true not in dict(_TRUE):
        return False
    data = before.translate(bytes_of(page)).encode("latin-1")
    return data.decode(true, "replace") == after and (
        LOST in after or after.encode(true).decode(page, "replace") == before
    )


CODE_PAGES = Rule(
    name="mojibake.code_pages",
    version=3,
    kind="repair",
    summary="Chinese in UTF-8 or GBK, read in a code page of DOS, of Macintoshes or of eastern Europe",
    example=("σ╜ôσ╣┤Σ┐«µ╕á", "当年修渠"),
    find=_find,
    gate=_may_show,
)
