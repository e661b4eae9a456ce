"""Punctuation a scraper made narrow, widened again between Chinese characters: 同志们: → 同志们：

The damage maps U+FF01-FF5E to ASCII over a whole page, so it cannot be told from an author's own ASCII by looking at
one mark. Every decision is therefore made on the text with its punctuation folded to ASCII, where damaged and mended
text look the same, and asks for Chinese on both sides. Only where the page as a whole is proved to be narrowed
(marks between Han by the dozen, hardly a wide one left) do a number or a Latin word on one side suffice. 1,000, 3:00,
addresses, code, tables and Latin sentences have no Chinese on both sides, or stand on lines that are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Document, Edits, Found, Rule
from cleaners.script import Mask, Points, code_points

Places = NDArray[np.intp]
Kinds = NDArray[np.uint8]

_WIDER = 0xFF01 - 0x21
_NARROW_PAUSES = np.array([ord(mark) for mark in ",;:"], dtype=np.uint32)
_NARROW_BANGS = np.array([ord(mark) for mark in "!?"], dtype=np.uint32)
_WIDE = np.array([ord(mark) for mark in "，；：！？"], dtype=np.uint32)
(
    _OTHER,
    _HAN,
    _DIGIT,
    _LATIN,
    _LINE,
    _SPACE,
    _OPEN,
    _CLOSE,
    _STOP,
    _PAUSE,
    _BANG,
    _SIGN,
    _LEFT,
    _RIGHT,
    _TONED,
    _MINOR,
) = range(16)
_MEMBERS = (
    ("0123456789", _DIGIT),
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", _LATIN),
    ("\n", _LINE),
    (" \t\r\xa0\u3000", _SPACE),
    ("“‘「『《〈【〔", _OPEN),
    ("”’」』》〉】〕", _CLOSE),
    ("。、…—·", _STOP),
    (",;:，；：", _PAUSE),
    ("!?！？", _BANG),
    ("%‰℃°*×○％＊", _SIGN),
    ("(（", _LEFT),
    (")）", _RIGHT),
    ("-./+&~～－．／＋＆", _MINOR),
)
_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF), (0x3005, 0x3007))
# More marks of one sort in a row than this are looked through no further.
_DEPTH = 3

# Lines that are code, markup or rows of a table.
_CODE = re.compile(
    r"[{}]|=>|->|[=!]=|&&|\|\||</?[A-Za-z!]|/>|::|\"\s*:\s*[\"\d\[tfn-]|^\s*(?:\||//|/\*|\*/)"
    r"|\b[A-Za-z_]\w*\([^)\n]*[\"']|\(\)|[\w)\]]\s*=\s*[\"'\[(A-Za-z0-9_]|[A-Za-z0-9_)\"'\]];\s*$"
    r"|^\s*(?:def|class|import|from|return|var|let|const|function|public|private|static|if|elif|else|for|while|print"
    r"|echo)\b|(?i:\bselect\b[^\n]*?\bfrom\b|\binsert\s+into\b|\bcreate\s+table\b)"
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
# Spans that keep their ASCII wherever they stand: addresses, character references, code between backticks.
_LITERAL = re.compile(r"(?:https?://|www\.)[!-~]*[A-Za-z0-9/?&=#_%-]|&#?\w{1,8};|`[^`\n]*`")


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of every code point; ASCII and full-width punctuation share theirs."""
    table = np.full(0x110000, _OTHER, dtype=np.uint8)
    for first, last in _HAN_BLOCKS:
        table[first : last + 1] = _HAN
    table[0xC0:0x250] = _TONED
    for characters, kind in _MEMBERS:
        table[[ord(character) for character in characters]] = kind
    return table


@dataclass(frozen=True, slots=True)
class _Page:
    """A document as classes of characters, with a line end before the first and after the last of them.

    ``kinds[i + 1]`` is the class of ``points[i]``; brackets without a partner on their line are of no class, so
    that an emoticon is not looked through.
    """

    text: str
    points: Points
    kinds: Kinds
    pairs: list[tuple[int, int]]

    def left(self, places: Places) -> Kinds:
        """The class left of each place, looking through closing marks; empty quotes pass for a Chinese word."""
        return self._look(places, -1, (_CLOSE, _RIGHT), _OPEN)

    def right(self, places: Places) -> Kinds:
        """The class right of each place, looking through opening marks; empty quotes pass for a Chinese word."""
        return self._look(places, 1, (_OPEN, _LEFT), _CLOSE)

    def _look(self, places: Places, step: int, through: tuple[int, int], partner: int) -> Kinds:
        kinds, at = self.kinds, places + 1 + step
        bang = kinds[places + 1] == _BANG
        for _ in range(_DEPTH):
            at = self._move(at, step, bang & (kinds[at] == _BANG))
        blank = np.zeros(len(at), dtype=np.bool_)
        for _ in range(_DEPTH):
            passing = (kinds[at] == through[0]) | (kinds[at] == through[1])
            at = self._move(at, step, passing)
            empty = passing & (kinds[at] == partner)
            at = self._move(at, step, empty)
            blank |= empty
        return np.where(blank, np.uint8(_HAN), kinds[at])

    def _move(self, at: Places, step: int, which: Mask) -> Places:
        return np.clip(at + np.where(which, step, 0), 0, len(self.kinds) - 1)


def _page(text: str) -> _Page:
    points = code_points(text)
    kinds = np.full(len(points) + 2, _LINE, dtype=np.uint8)
    kinds[1:-1] = _classes()[points]
    pairs, lonely = _pairs(kinds)
    kinds[lonely] = _OTHER
    return _Page(text, points, kinds, pairs)


def _pairs(kinds: Kinds) -> tuple[list[tuple[int, int]], list[int]]:
    """Brackets that belong together on one line, and those without a partner, as indices of ``kinds``."""
    pairs, opened, lonely = [], [], []
    marks = np.flatnonzero((kinds == _LEFT) | (kinds == _RIGHT) | (kinds == _LINE))
    for place, kind in zip(marks.tolist(), kinds[marks].tolist(), strict=True):
        if kind == _LEFT:
            opened.append(place)
        elif kind == _LINE:
            lonely += opened
            opened = []
        elif opened:
            pairs.append((opened.pop(), place))
        else:
            lonely.append(place)
    return pairs, lonely


def _widen(document: Document) -> Found:
    """Widen what stands between Chinese.

    >>> from cleaners.edits import apply
    >>> text = "同志们:大家好!今天,我讲(一)形势;(二)任务。会期3:00-5:00,共1,000人。"
    >>> apply(text, _widen(Document(text)).edits)
    '同志们：大家好！今天，我讲（一）形势；（二）任务。会期3:00-5:00，共1,000人。'
    """
    page = _page(document.text)
    marks = np.flatnonzero(np.isin(page.points, _NARROW_PAUSES) | np.isin(page.points, _NARROW_BANGS))
    left, right = page.left(marks), page.right(marks)
    safe = _between_chinese(page, marks, left, right)
    in_pairs = _around_chinese(page)
    if not safe.any() and not in_pairs.any():
        return Found()
    free = ~literal(document)
    safe &= free[marks]
    style = _style(page, marks, int(np.count_nonzero(safe)))
    if style == "ascii":
        return Found()
    if style == "narrowed":
        chinese = free & _on_chinese_lines(page)
        safe |= chinese[marks] & _beside_chinese(page, marks, left, right)
        in_pairs |= _beside_pairs(page) & chinese[[start - 1 for start, _ in page.pairs]]
    places = marks[safe].tolist()
    for chosen, (start, end) in zip(in_pairs.tolist(), page.pairs, strict=True):
        if chosen and free[start - 1]:
            places += (start - 1, end - 1)
    return Found(_edits(document.text, sorted(place for place in places if page.points[place] < 0x80)))


def _between_chinese(page: _Page, marks: Places, left: Kinds, right: Kinds) -> Mask:
    """Marks with Chinese on the left, and on the right Chinese, a closing mark or the end of the line."""
    after = page.kinds[marks + 2]
    bang = page.kinds[marks + 1] == _BANG
    ends = np.isin(right, (_HAN, _LINE)) | (after == _CLOSE)
    ends |= bang & np.isin(right, (_CLOSE, _RIGHT, _STOP))
    mask: Mask = (left == _HAN) & ends
    return mask


def _beside_chinese(page: _Page, marks: Places, left: Kinds, right: Kinds) -> Mask:
    """Marks with Chinese on one side, and a number or a Latin word on the other."""
    words = (_DIGIT, _LATIN, _SIGN)
    bang = page.kinds[marks + 1] == _BANG
    behind_word = np.isin(left, words) & ((right == _HAN) | ((right == _LINE) & (left != _LATIN)))
    behind_word |= bang & np.isin(left, words) & np.isin(right, (_CLOSE, _RIGHT))
    mask: Mask = behind_word | ((left == _HAN) & np.isin(right, words))
    return mask


def _around_chinese(page: _Page) -> Mask:
    """Pairs of brackets around Chinese, in Chinese: 北京(首都)是. Not f(数), not 银行(yínháng 名)."""
    inside = _inside(page)
    before = page.kinds[inside.before]
    after = page.kinds[inside.end + 1]
    chinese = (_HAN, _LINE, _OPEN, _CLOSE, _STOP, _PAUSE, _BANG, _LEFT, _RIGHT)
    mask: Mask = inside.plain & (inside.han > 0) & np.isin(before, chinese) & (after != _LATIN)
    return mask


def _beside_pairs(page: _Page) -> Mask:
    """Pairs of brackets beside Chinese around a number or an abbreviation: 世贸组织(WTO), not 府发(2018)12号."""
    inside = _inside(page)
    before = page.kinds[inside.before]
    after = page.kinds[inside.end + 1]
    beside = np.isin(before, (_HAN, _CLOSE)) | ((before == _LINE) & (after == _HAN))
    worded = (inside.han > 0) & np.isin(before, (_HAN, _DIGIT, _LATIN, _SIGN, _CLOSE))
    named = beside & (inside.digits + inside.capitals > 0)
    mask: Mask = inside.plain & (worded | named) & ~np.isin(after, (_DIGIT, _LATIN))
    return mask


@dataclass(frozen=True, slots=True)
class _Inside:
    """What the pairs of brackets hold, one row per pair; places are indices of ``kinds``."""

    before: Places  # what stands before the pair, an indent looked through
    end: Places
    plain: Mask  # nothing but characters, numbers and common marks, and no blank at the edges
    han: NDArray[np.int64]
    digits: NDArray[np.int64]
    capitals: NDArray[np.int64]


def _inside(page: _Page) -> _Inside:
    kinds = page.kinds
    start = np.array([start for start, _ in page.pairs], dtype=np.intp)
    end = np.array([end for _, end in page.pairs], dtype=np.intp)
    capital = np.zeros(len(kinds), dtype=np.bool_)
    capital[1:-1] = (page.points >= 0x41) & (page.points <= 0x5A)
    strange = _count(np.isin(kinds, (_OTHER, _TONED)), start, end)
    blank = (kinds[start + 1] == _SPACE) | (kinds[end - 1] == _SPACE)
    return _Inside(
        before=_behind_indent(kinds, start - 1),
        end=end,
        plain=(strange == 0) & ~blank,
        han=_count(kinds == _HAN, start, end),
        digits=_count(kinds == _DIGIT, start, end),
        capitals=_count(capital, start, end),
    )


def _behind_indent(kinds: Kinds, before: Places) -> Places:
    """Where a line begins with blanks, the line end before them; else the place itself."""
    last = np.maximum.accumulate(np.where(kinds == _SPACE, 0, np.arange(len(kinds))))
    mask = kinds[last[before]] == _LINE
    return np.where(mask, last[before], before)


def _count(mask: Mask, start: Places, end: Places) -> NDArray[np.int64]:
    total = np.cumsum(mask)
    counted: NDArray[np.int64] = total[end - 1] - total[start]
    return counted


def _style(page: _Page, marks: Places, safe: int) -> str:
    """``narrowed`` where a scraper narrowed the whole page, ``ascii`` where its author writes so, else ``unclear``.

    An author who writes ASCII also ends his sentences with ``.`` or sets a blank behind his commas, which narrowing
    never does; and narrowing leaves no full-width comma behind.
    """
    kinds = page.kinds
    spaced = np.count_nonzero((kinds[marks] == _HAN) & (kinds[marks + 2] == _SPACE))
    dots = np.flatnonzero(page.points == 0x2E)
    periods = np.count_nonzero((kinds[dots] == _HAN) & np.isin(kinds[dots + 2], (_HAN, _LINE, _SPACE)))
    stops = np.count_nonzero(page.points == 0x3002)
    if (periods > 2 and periods > stops) or spaced > max(2, safe):
        return "ascii"
    wide = np.count_nonzero(np.isin(page.points, _WIDE))
    narrowed = safe >= 3 and 20 * wide <= safe and 10 * spaced <= safe and 10 * periods <= stops + 20
    return "narrowed" if narrowed else "unclear"


def _on_chinese_lines(page: _Page) -> Mask:
    """Which characters stand on lines with at least half as many Han as Latin letters."""
    line = np.cumsum(page.points == 0x0A)
    han = np.bincount(line, page.kinds[1:-1] == _HAN)
    latin = np.bincount(line, page.kinds[1:-1] == _LATIN)
    mask: Mask = (2 * han >= latin)[line]
    return mask


def literal(document: Document) -> Mask:
    """Characters that keep their ASCII: on lines of code or of a table, in addresses and between backticks."""
    mask = np.zeros(len(document.text), dtype=np.bool_)
    for span in _LITERAL.finditer(document.text):
        mask[span.start() : span.end()] = True
    for first, last in _shut_lines(document.lines):
        end = document.line_starts[last] if last < len(document.lines) else len(document.text)
        mask[document.line_starts[first] : end] = True
    return mask


def _shut_lines(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Ranges of lines that are fenced, look like code, or are rows of a table with commas."""
    fence = -1
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            if fence >= 0:
                yield fence, number + 1
            fence = -1 if fence >= 0 else number
        elif _CODE.search(line):
            yield number, number + 1
    yield from _tables(lines)


def _tables(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Neighbouring lines with the same number of commas, two at least, short cells and no sentence."""
    first, width = 0, 0
    for number, line in enumerate([*lines, ""]):
        commas = line.count(",")
        if commas < 2 or len(line) > 12 * (commas + 1) or any(mark in line for mark in "。！？，；"):
            commas = 0
        if commas != width:
            if width and number - first > 1:
                yield first, number
            first, width = number, commas


def _edits(text: str, places: list[int]) -> Edits:
    edits = Edits()
    for first, last in _runs(places):
        before = text[first : last + 1]
        edits.add(first, before, "".join(chr(ord(mark) + _WIDER) for mark in before))
    return edits


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring places, first and last."""
    start = previous = -1
    for place in places:
        if place != previous + 1 or start < 0:
            if start >= 0:
                yield start, previous
            start = place
        previous = place
    if start >= 0:
        yield start, previous


WIDEN = Rule(
    name="width.widen",
    version=1,
    kind="normalise",
    summary="Widen ASCII punctuation between Chinese characters.",
    example=("同志们:今天,我讲两点(略)。", "同志们：今天，我讲两点（略）。"),
    find=_widen,
    gate=frozenset(",;:!?("),
)

RULES = (WIDEN,)
