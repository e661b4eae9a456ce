"""Punctuation a scraper made narrow, widened again between Chinese characters: 同志们: → 同志们：

The damage maps U+FF01-FF5E to ASCII over a whole page, so it cannot be told from an author's own ASCII by looking at
one mark. Every decision is therefore made on the text with its punctuation folded to ASCII, where damaged and mended
text look the same, and asks for Chinese on both sides. Only where the page as a whole is proved to be narrowed
(marks between Han, hardly a wide one left) does a number or a Latin word on one side suffice. 1,000, 3:00, addresses,
code, tables and Latin sentences have no Chinese on both sides, or stand where `cleaners.literal` says they stay. Some
converters write 。 as a period and …… as six: the former is mended only on a page that has no other full stop.
Pages that set a blank behind each mark, as English does, are judged with the blanks away.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Document, Edits, Found, Rule
from cleaners.edits import apply
from cleaners.literal import is_code, kept
from cleaners.rules.questions import asks
from cleaners.rules.questions import lost as lost_questions
from cleaners.script import Mask, Points, code_points, evidence

Places = NDArray[np.intp]
Kinds = NDArray[np.uint8]

_WIDER = 0xFF01 - 0x21
_WIDE = {narrow: narrow + _WIDER for narrow in range(0x21, 0x7F)} | {ord("."): ord("。")}
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
    _DOTS,
) = range(17)
_MEMBERS = (
    ("0123456789", _DIGIT),
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", _LATIN),
    ("\n", _LINE),
    (" \t\r\xa0\u3000", _SPACE),
    ("“‘「『《〈【〔", _OPEN),
    ("”’」』》〉】〕", _CLOSE),
    ("。、", _STOP),
    ("…—", _DOTS),
    (",;:，；：", _PAUSE),
    ("!?！？", _BANG),
    ("%‰℃°*×○％＊●■▲★◆□△", _SIGN),
    ("(（", _LEFT),
    (")）", _RIGHT),
    ("-./+&~·～－．／＋＆", _MINOR),
)
# What a torn reading leaves behind, 陳琴?gòu)慕?jīng)史, asks nothing; it stays as it is, for whoever mends it.
_TORN = re.compile(r"\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,6}\)|(?<=[㐀-鿿])\?\?(?=[㐀-鿿])|(?<=[㐀-鿿]\?)\?(?=[㐀-鿿])")
_IDEOGRAPH = re.compile("[㐀-䶿一-鿿々〇]")
_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF), (0x3005, 0x3007))


def _either(*kinds: int) -> Mask:
    """A table that says of each class whether it is one of these."""
    table = np.zeros(17, dtype=np.bool_)
    table[list(kinds)] = True
    return table


_MARK = _either(_PAUSE, _BANG)
_STOPPING = _either(_STOP, _BANG, _DOTS)
_SHUTTING = _either(_CLOSE, _RIGHT)
_OPENING = _either(_OPEN, _LEFT)
_HAN_OR_LINE = _either(_HAN, _LINE)
_END = _either(_CLOSE, _RIGHT, _DOTS)
_WORD = _either(_DIGIT, _LATIN, _SIGN)
_FIGURE = _either(_DIGIT, _SIGN)
_NUMBER_OR_NAME = _either(_DIGIT, _LATIN)
_CHINESE_EDGE = _either(_HAN, _LINE, _OPEN, _CLOSE, _STOP, _DOTS, _PAUSE, _BANG, _LEFT, _RIGHT)
_WORD_EDGE = _either(_HAN, _DIGIT, _LATIN, _SIGN, _CLOSE)
_ITEM_EDGE = _either(_LINE, _STOP, _PAUSE)
_INSIDE_LINE = _either(_HAN, _DIGIT, _LATIN, _SIGN, _OPEN, _LEFT)
_LINE_OR_CLOSE = _either(_LINE, _CLOSE)
_STRANGE = _either(_OTHER, _TONED)
_AFTER_PERIOD = _either(_HAN, _LINE, _SPACE)
_BEFORE_STOP = _either(_HAN, _CLOSE, _RIGHT, _SIGN)
_BEHIND_STOP = _either(_HAN, _LINE, _CLOSE, _OPEN, _LEFT, _DIGIT)
# Where a period is none: 一.总则, 卡尔.马克思, [1]张三.水利史[M].
_NUMBERED = re.compile(
    r"[ \t\u3000(（]{0,8}(?:第?[0-9〇零一二三四五六七八九十百]{1,6}|[甲乙丙丁图表附注例])"
    r"[章节条款部篇回件分)）]{0,3}\d{0,3}"
)
_FOREIGN = frozenset(
    "阿埃艾安奥巴贝本比彼宾波伯布查德狄迪多厄恩尔法菲费弗夫盖甘戈哈海赫亨霍吉加杰卡凯坎康柯科克库拉莱兰朗劳勒雷里"
    "利林龙鲁卢伦罗洛玛麦曼梅蒙米莫姆穆纳内尼诺帕佩皮普乔切琼瑞萨塞桑森莎史斯司苏索塔泰坦汤特提图托瓦威韦维温沃西希"
    "谢辛雅亚翰格根顿登敦鲍耶伊因尤约泽詹佐"
)
_REFERENCE = re.compile(r"\[[A-Z](?:/OL)?\]")
# More marks of one sort in a row than this are looked through no further.
_DEPTH = 3
# Digits of the longest figure before what it counts: 22家.
_LONGEST_FIGURE = 8
# So many narrow marks between Han, and none that is wide, show that it was not the author who narrowed them.
_PROOF = 3
# On a page of wide marks the narrow ones below this share of them are its author's slips.
_STRAY = 0.1
# Code points of the shortest clause.
_CLAUSE, _CLAUSE_MARK = 4, re.compile(r"[,.;:!?，。；：！？、\s]")
# A bracket further than this from its partner does not open the gate (the rule itself has no such limit).
_SPAN = 200


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


@cache
def _kind(character: str) -> int:
    return int(_classes()[ord(character)])


def _may_be_narrowed(document: Document) -> bool:
    """Whether some ASCII mark stands behind Chinese, or an ASCII bracket holds some."""
    text = document.text
    for mark in document.chars.intersection(",;:!?"):
        place = text.find(mark, 1)
        while place > 0:
            if _kind(text[place - 1]) in (_HAN, _CLOSE, _RIGHT, _BANG):
                return True
            place = text.find(mark, place + 1)
    return any(_holds_chinese(text, *pair) for pair in _short_pairs(text))


def _short_pairs(text: str) -> Iterator[tuple[int, int]]:
    """Brackets of which one at least is ASCII, with the nearest partner."""
    place = text.find("(")
    while place >= 0:
        ends = [end for end in (text.find(mark, place, place + _SPAN) for mark in ")）") if end >= 0]
        if ends:
            yield place, min(ends)
        place = text.find("(", place + 1)
    place = text.find(")") if "（" in text else -1
    while place >= 0:
        start = max(text.rfind(mark, max(0, place - _SPAN), place) for mark in "(（")
        if start >= 0 and text[start] == "（":
            yield start, place
        place = text.find(")", place + 1)


def _holds_chinese(text: str, start: int, end: int) -> bool:
    """Whether brackets at these places hold Chinese, and stand where the rule would take them."""
    outside = text[start - 1 : start]
    return (not outside or outside.isspace() or bool(_CHINESE_EDGE[_kind(outside)])) and (
        _IDEOGRAPH.search(text, start, end) is not None
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """A document as classes of characters, with a line end before the first and after the last of them.

    ``kinds[i + 1]`` is the class of ``points[i]``; brackets without a partner on their line are of no class, so
    that an emoticon is not looked through. ``pairs`` holds the other brackets, as indices of ``kinds``.
    """

    points: Points
    kinds: Kinds
    pairs: list[tuple[int, int]]

    def left(self, marks: Places) -> Kinds:
        """The class left of each mark, looking through closing marks."""
        return self._look(marks, -1, _SHUTTING, _OPEN)

    def right(self, marks: Places) -> Kinds:
        """The class right of each mark, looking through opening marks."""
        return self._look(marks, 1, _OPENING, _CLOSE)

    def _look(self, marks: Places, step: int, through: Mask, partner: int) -> Kinds:
        """Empty quotes, and a full stop at the edge of quoted text, pass for a Chinese word."""
        kinds, at = self.kinds, marks + 1 + step
        bang = kinds[marks + 1] == _BANG
        for _ in range(_DEPTH):
            at = self._move(at, step, bang & (kinds[at] == _BANG))
        quoted, blank = through[kinds[at]], np.zeros(len(at), dtype=np.bool_)
        for _ in range(_DEPTH):
            passing = through[kinds[at]]
            at = self._move(at, step, passing)
            empty = passing & (kinds[at] == partner)
            at = self._move(at, step, empty)
            blank |= empty
        return np.where(blank | (quoted & _STOPPING[kinds[at]]), np.uint8(_HAN), kinds[at])

    def _move(self, at: Places, step: int, which: Mask) -> Places:
        return np.clip(at + np.where(which, step, 0), 0, len(self.kinds) - 1)


def _page(text: str) -> _Page:
    points = code_points(text)
    kinds = np.full(len(points) + 2, _LINE, dtype=np.uint8)
    kinds[1:-1] = _classes()[points]
    pairs, lonely = _pairs(kinds)
    kinds[lonely] = _OTHER
    return _Page(points, kinds, pairs)


def _pairs(kinds: Kinds) -> tuple[list[tuple[int, int]], list[int]]:
    """Brackets that belong together on one line, and those without a partner."""
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
    stops = _stops(document)
    page = _page(_replaced(document.text, stops, "。") if stops else document.text)
    narrow, mark = page.points < 0x80, _MARK[page.kinds[1:-1]]
    marks = np.flatnonzero(narrow & mark)
    wide = np.flatnonzero(~narrow & (mark | (page.kinds[1:-1] == _LEFT)))
    left, right = page.left(marks), page.right(marks)
    inside = _inside(page)
    places = _prose(document, marks[_between_chinese(page, marks, left, right)].tolist())
    pairs = _around_chinese(page, inside)
    style = _style(page, marks, len(places), len(wide))
    if style == "ascii":
        return Found()
    if style == "narrowed":
        chinese = _on_chinese_lines(page)
        places += _prose(document, marks[_beside_chinese(page, marks, left, right) & chinese[marks]].tolist())
        pairs |= _beside_pairs(page, inside) & chinese[inside.start - 1]
    elif style == "narrow":
        places = sorted({*places, *_prose(document, marks[_beside_figures(page, marks, left, right)].tolist())})
    elif len(wide) > len(places):
        stretch = _narrowed_stretches(page, places, wide)
        if len(places) < max(_PROOF, _STRAY * len(wide)):
            places = [place for place in places if stretch[place]]
        pairs &= stretch[inside.start - 1]
    brackets = (place - 1 for pair in _chosen(page.pairs, pairs) for place in pair if narrow[place - 1])
    return Found(_edits(document.text, sorted({*stops, *places, *_prose(document, sorted(brackets))})))


def _chosen(pairs: list[tuple[int, int]], mask: Mask) -> Iterator[tuple[int, int]]:
    return (pair for pair, chosen in zip(pairs, mask.tolist(), strict=True) if chosen)


def _prose(document: Document, places: list[int]) -> list[int]:
    return [
        place
        for place, stays in zip(places, kept(document, places), strict=True)
        if not (stays or _asks_nothing(document, place))
    ]


def _asks_nothing(document: Document, place: int) -> bool:
    """Whether a question mark may be what a character left: in the middle of a line only a question has one."""
    text = document.text
    if text[place] != "?":
        return False
    inside = _INSIDE_LINE[_kind(text[place + 1])] if place + 1 < len(text) else False
    repeated = text[place - 1] in "?!？！"
    if _TORN.match(text, place) or (inside and not repeated and not asks(text, place) and not _parts(document, place)):
        return True
    lost = lost_questions(document)
    at = bisect_right(lost, (place, len(text))) - 1
    return at >= 0 and place < lost[at][1]


def _parts(document: Document, place: int) -> bool:
    """Whether a question mark stands between two clauses, on a page whose commas are narrow, too."""
    if "," not in document.chars or "，" in document.chars:
        return False
    before = _CLAUSE_MARK.split(document.text[max(0, place - _CLAUSE) : place])[-1]
    behind = _CLAUSE_MARK.split(document.text[place + 1 : place + 1 + _CLAUSE], maxsplit=1)[0]
    return len(before) == _CLAUSE == len(behind)


def _between_chinese(page: _Page, marks: Places, left: Kinds, right: Kinds) -> Mask:
    """Marks with Chinese on the left, and on the right Chinese, a closing mark or the end of the line."""
    after = page.kinds[marks + 2]
    bang = page.kinds[marks + 1] == _BANG
    ends = _HAN_OR_LINE[right] | (after == _CLOSE) | (bang & _END[right])
    mask: Mask = (left == _HAN) & ends
    return mask


def _beside_chinese(page: _Page, marks: Places, left: Kinds, right: Kinds) -> Mask:
    """Marks with Chinese on one side, and a number or a Latin word on the other."""
    bang = page.kinds[marks + 1] == _BANG
    ends = (right == _HAN) | ((right == _LINE) & (left != _LATIN)) | (bang & _SHUTTING[right])
    next_figure = ~bang & (left == _SIGN) & (right == _DIGIT)  # 占3%,5年
    mask: Mask = (_WORD[left] & ends) | next_figure | ((left == _HAN) & _WORD[right])
    return mask


def _beside_figures(page: _Page, marks: Places, left: Kinds, right: Kinds) -> Mask:
    """Commas between a clause and the figure the next begins with, or the other way round: 据统计,22家."""
    two = (page.kinds[marks] == _HAN) & (page.kinds[marks - 1] == _HAN)
    end = marks + 2
    for _ in range(_LONGEST_FIGURE):
        end = page._move(end, 1, page.kinds[end] == _DIGIT)
    counted = _FIGURE[right] & ((page.kinds[end] == _HAN) | (page.kinds[end] == _SIGN))
    before = (left == _HAN) & two & counted
    behind = (left == _SIGN) & (right == _HAN)  # 增长3%,其中
    mask: Mask = (page.points[marks] == 0x2C) & (before | behind)
    return mask


@dataclass(frozen=True, slots=True)
class _Inside:
    """The pairs of brackets and what they hold, one row per pair; places are indices of ``kinds``."""

    start: Places
    before: Kinds  # the class before the pair; an indent counts as the line end before it
    after: Kinds
    plain: Mask  # nothing but characters, numbers and common marks, and no blank at the edges
    han: NDArray[np.int64]
    named: Mask  # a digit or a capital letter occurs


def _inside(page: _Page) -> _Inside:
    kinds = page.kinds
    start = np.array([start for start, _ in page.pairs], dtype=np.intp)
    end = np.array([end for _, end in page.pairs], dtype=np.intp)
    naming = np.zeros(len(kinds), dtype=np.bool_)
    naming[1:-1] = (page.points >= 0x41) & (page.points <= 0x5A)
    naming |= kinds == _DIGIT
    blank = (kinds[start + 1] == _SPACE) | (kinds[end - 1] == _SPACE)
    return _Inside(
        start=start,
        before=kinds[_behind_indent(kinds, start - 1)],
        after=kinds[end + 1],
        plain=(_count(_STRANGE[kinds], start, end) == 0) & ~blank,
        han=_count(kinds == _HAN, start, end),
        named=_count(naming, start, end) > 0,
    )


def _around_chinese(page: _Page, inside: _Inside) -> Mask:
    """Pairs of brackets around Chinese, in Chinese: 北京(首都)是. Not f(数), not 银行(yínháng 名)."""
    mask: Mask = inside.plain & (inside.han > 0) & _CHINESE_EDGE[inside.before] & (inside.after != _LATIN)
    return mask


def _beside_pairs(page: _Page, inside: _Inside) -> Mask:
    """Pairs of brackets beside Chinese around a number or an abbreviation: 世贸组织(WTO), not 府发(2018)12号."""
    before, after = inside.before, inside.after
    beside = (before == _HAN) | (before == _CLOSE) | (_ITEM_EDGE[before] & (after == _HAN))
    worded = (inside.han > 0) & _WORD_EDGE[before]
    mask: Mask = inside.plain & (worded | (beside & inside.named)) & ~_NUMBER_OR_NAME[after]
    return mask


def _behind_indent(kinds: Kinds, before: Places) -> Places:
    """Where only blanks stand before on the line, the line end before them; else the place itself."""
    if not len(before):
        return before
    last = np.maximum.accumulate(np.where(kinds == _SPACE, 0, np.arange(len(kinds))))[before]
    return np.where(kinds[last] == _LINE, last, before)


def _count(mask: Mask, start: Places, end: Places) -> NDArray[np.int64]:
    """How many of the mask lie strictly between each start and end."""
    total = np.cumsum(mask)
    counted: NDArray[np.int64] = total[end - 1] - total[start]
    return counted


def _style(page: _Page, marks: Places, strict: int, wide: int) -> str:
    """``narrowed`` where a scraper narrowed the whole page, ``ascii`` where its author writes so, else ``unclear``.

    A page too short to prove it, whose sentences end in 。 and which has no wide mark, is ``narrow``. An author who
    writes ASCII also ends his sentences with ``.`` or sets a blank behind his commas, which narrowing never does; and
    narrowing leaves no full-width comma behind.
    """
    kinds, points = page.kinds, page.points
    spaced = np.count_nonzero((kinds[marks] == _HAN) & (kinds[marks + 2] == _SPACE))
    dots = np.flatnonzero(points == 0x2E)
    periods = np.count_nonzero((kinds[dots] == _HAN) & _AFTER_PERIOD[kinds[dots + 2]])
    stops = np.count_nonzero(points == 0x3002)
    if (periods > 2 and periods > stops) or spaced > max(2, strict):
        return "ascii"
    narrowed = strict >= _PROOF and 20 * wide <= strict and 10 * spaced <= strict and 10 * periods <= stops + 20
    if not narrowed and stops and not (wide or spaced or periods):
        return "narrow"
    return "narrowed" if narrowed else "unclear"


def _stops(document: Document) -> list[int]:
    """The periods that end Chinese sentences, on a page where nothing else does and no mark has a blank behind it.

    Its commas must be narrow, too: where some are wide, so would be its 。
    """
    text = document.text
    if "。" in text or text.count(".") < _PROOF:
        return []
    page = _page(text)
    kinds = page.kinds
    marks = np.flatnonzero(_MARK[kinds[1:-1]])
    dots = np.flatnonzero(page.points == 0x2E)
    before, behind = kinds[dots], kinds[dots + 2]
    ends = (_BEFORE_STOP[before] & _BEHIND_STOP[behind]) | ((before == _DIGIT) & _LINE_OR_CLOSE[behind])
    both = np.concatenate((marks, dots))
    spaced = np.count_nonzero((kinds[both] == _HAN) & (kinds[both + 2] == _SPACE))
    strict = np.count_nonzero(_between_chinese(page, marks, page.left(marks), page.right(marks)))
    if np.count_nonzero(ends) < _PROOF or strict < _PROOF or 10 * spaced > strict or 20 * text.count("，") > strict:
        return []
    places: list[int] = dots[ends].tolist()
    points = frozenset(_points(document, places))
    return _prose(document, [place for place in places if place not in points])


def _replaced(text: str, places: list[int], char: str) -> str:
    """The text with another character at these places."""
    chars = list(text)
    for place in places:
        chars[place] = char
    return "".join(chars)


def _points(document: Document, places: list[int]) -> Iterator[int]:
    """Which of these ascending periods stand behind a line's number, in a foreign name or in a reference."""
    text, starts = document.text, document.line_starts
    number = reference = -1
    for place in places:
        line = bisect_right(starts, place) - 1
        if line != number and _REFERENCE.search(document.lines[line]):
            reference = line
        number = line
        named = text[place - 1] in _FOREIGN and text[place + 1 : place + 2] in _FOREIGN
        if named or line == reference or _NUMBERED.fullmatch(text, starts[line], place):
            yield place


def _narrowed_stretches(page: _Page, narrow: list[int], wide: Places) -> Mask:
    """Characters on lines that follow one another with narrow marks only, three at least.

    Where most of a page is wide, a single ASCII comma is its author's; a section another scraper narrowed is not.
    """
    line = np.cumsum(page.points == 0x0A)
    lines = int(line[-1]) + 1
    has_wide = np.bincount(line[wide], minlength=lines) > 0
    stretch = np.cumsum(has_wide)
    strict = np.bincount(stretch[line[narrow]], ~has_wide[line[narrow]], minlength=int(stretch[-1]) + 1)
    mask: Mask = ((strict[stretch] >= _PROOF) & ~has_wide)[line]
    return mask


def _on_chinese_lines(page: _Page) -> Mask:
    """Which characters stand on lines with at least half as many Han as Latin letters."""
    line = np.cumsum(page.points == 0x0A)
    han = np.bincount(line, page.kinds[1:-1] == _HAN)
    latin = np.bincount(line, page.kinds[1:-1] == _LATIN)
    mask: Mask = (2 * han >= latin)[line]
    return mask


def _edits(text: str, places: list[int]) -> Edits:
    """One edit per run of neighbouring places."""
    edits = Edits()
    at = 0
    while at < len(places):
        first = last = places[at]
        while at < len(places) and places[at] == last:
            at, last = at + 1, last + 1
        before = text[first:last]
        edits.add(first, before, before.translate(_WIDE))
    return edits


WIDEN = Rule(
    name="width.widen",
    version=5,
    kind="normalise",
    summary="Widen ASCII punctuation between Chinese characters.",
    example=("同志们:今天,我讲两点(略)。", "同志们：今天，我讲两点（略）。"),
    find=_widen,
    gate=_may_be_narrowed,
)

_CHINESE = "㐀-䶿一-鿿々〇"
_BLANK = re.compile(
    rf"(?<=[{_CHINESE}”’」』》）)%％])[,;:!?.][ \u00a0]{{1,2}}(?=[{_CHINESE}“‘「『《（(”’」』》）)]|$)"
    rf"|(?<=[{_CHINESE}”’」』》）)])[,;:!?.][ \u00a0]{{1,2}}(?=[0-9A-Za-z])"
    rf"|(?<=[0-9A-Za-z])[,;!?][ \u00a0]{{1,2}}(?=[{_CHINESE}])",
    re.MULTILINE,
)
_SPACED_COMMA = re.compile(r"(?<=[㐀-䶿一-鿿々〇]),[ \u00a0]{1,2}(?=[㐀-䶿一-鿿々〇])")
_LISTS = re.compile(r"\s*[【\[]?(?:关键[词字]|關鍵[詞字]|标签|標籤|作者|(?i:tags?|key ?words?|authors?))")
_LETTER = re.compile("[A-Za-z]")
_SENTENCE_ENDS = frozenset(",;:!?.。！？；：…”")
_ITEM = 6  # characters of the longest items of a list, on average


def _blanks(document: Document) -> Found:
    """Widen marks with a blank behind them where a page sets them as in English: ``今天, 开会`` as ``今天，开会``.

    Only on pages that have hardly a wide comma and hardly a line of code, and not in lists, which keep what parts them.
    A mark is one of these where `_widen` widens it once the blanks are gone.
    """
    found = Found()
    told = [(start, line) for start, line in zip(document.line_starts, document.lines, strict=True) if _tells(line)]
    commas = sum(len(_SPACED_COMMA.findall(line)) for _, line in told)
    code = sum(map(is_code, document.lines))
    if commas < _PROOF or 20 * document.text.count("，") > commas or 10 * code > len(document.lines):
        return found
    columns = [_columns(line) for _, line in told]
    plain = "\n".join("".join(line[at] for at in places) for (_, line), places in zip(told, columns, strict=True))
    widened = apply(plain, _widen(Document(plain)).edits).split("\n")
    for (start, line), places, wide in zip(told, columns, widened, strict=True):
        for at, behind, became in zip(places, [*places[1:], len(line)], wide, strict=True):
            if became != line[at]:
                found.edits.add(start + at, line[at:behind], became, 0.9, "no blank stands behind a Chinese mark")
    return found


def _columns(line: str) -> list[int]:
    """Where the characters of a line stand, but the blanks behind marks."""
    blanks = {at for mark in _BLANK.finditer(line) for at in range(mark.start() + 1, mark.end())}
    return [at for at in range(len(line)) if at not in blanks]


def _tells(line: str) -> bool:
    """Whether a line of Chinese is no list of short items, of works or of keywords."""
    if 2 * len(_IDEOGRAPH.findall(line)) < len(_LETTER.findall(line)) or _LISTS.match(line) or _REFERENCE.search(line):
        return False
    return line.rstrip()[-1:] in _SENTENCE_ENDS or len(line) > _ITEM * (line.count(",") + 1)


BLANKS = Rule(
    name="width.blanks",
    version=1,
    kind="normalise",
    summary="Widen ASCII punctuation with a blank behind it between Chinese, on pages that have no wide comma.",
    example=("同志们, 今天开会, 只讲三点, 大家都记好.", "同志们，今天开会，只讲三点，大家都记好."),
    find=_blanks,
    gate=lambda document: document.text.count(", ") >= _PROOF and _SPACED_COMMA.search(document.text) is not None,
)

# Signs of the block of radicals that are whole characters (Unicode's EquivalentUnifiedIdeograph); converters of PDF
# write them for the characters. Of the others Unicode itself says what they stand for; of ⼾ it says 戶, pages mean 户.
_RADICALS = dict(
    zip(
        "⺟⺠⺼⻁⻄⻅⻆⻇⻉⻋⻑⻒⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⼾",
        "母民肉虎西见角角贝车長長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟户",
        strict=True,
    )
)
_IDEOGRAPHS = {
    char: plain
    for char in map(chr, (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAD9), *range(0x2F800, 0x2FA1E)))
    if (plain := unicodedata.normalize("NFKC", char)) != char
} | _RADICALS
_MARKS = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︙︰︱︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄〝〞〟﹇﹈﹐﹑﹔﹕﹖﹗﹘﹙﹚｡｢｣､＂",
        '，、。：；！？〖〗…：—（）｛｝〔〕【】《》〈〉「」『』“””［］，、；：？！—（）。「」、"',
        strict=True,
    )
)
_FORM = re.compile(f"[{''.join(_IDEOGRAPHS)}]+|[{''.join(_MARKS)}]+")
_BESIDE, _ANY_MARK = "[⺀-⿕㐀-鿿豈-\ufad9]", f"[{''.join(_MARKS)}]"
_IN_PROSE = re.compile(f"(?<={_BESIDE}){_ANY_MARK}|{_ANY_MARK}{_BESIDE}")
_SHOWN = frozenset((*_IDEOGRAPHS, *_MARKS))
_OF_RADICALS = re.compile(r"部首|偏旁|字根|康熙字典|[Rr]adical|U\+2[EF]")
_KATAKANA = re.compile("[ｦ-ﾟ]")


def _plain_forms(document: Document) -> Found:
    """Write radicals, vertical, small and half-width forms as the characters they stand for: ``⻔⼾`` as ``门户``.

    Not on pages that speak of radicals, nor in Japanese, which tells some of these forms from the plain ones.
    """
    found, text = Found(), document.text
    if _OF_RADICALS.search(text) or _KATAKANA.search(text) or evidence(text).foreign:
        return found
    prose = _IN_PROSE.search(text)  # elsewhere they are signs in a table
    for run in _FORM.finditer(text):
        if run[0][0] in _MARKS and not prose:
            continue
        plain = "".join(_IDEOGRAPHS.get(char) or _MARKS[char] for char in run[0])
        found.edits.add(run.start(), run[0], plain, 1.0, "a form of the same character")
    return found


FORMS = Rule(
    name="width.forms",
    version=2,
    kind="normalise",
    summary="Write radicals that stand for characters, and vertical, small and half-width forms, the usual way.",
    example=("⻔⼾⺠⽣﹐⻓⾜发展︒", "门户民生，长足发展。"),
    find=_plain_forms,
    gate=_SHOWN,
)

_FULL = re.compile("[０-９]+(?:．[０-９]+)*")
_FULL_ASCII = re.compile("[０-９Ａ-Ｚａ-ｚ％]+(?:．[０-９]+％?)*")
_ASCII = re.compile("[0-9A-Za-z]")
_WIDE_LETTER = re.compile("[Ａ-Ｚａ-ｚ]")
_NARROWER = {wide: wide - _WIDER for wide in range(ord("０"), ord("ｚ") + 1)} | {
    ord("．"): ord("."),
    ord("％"): ord("%"),
}


def _narrow(document: Document) -> Found:
    """Write full-width digits as ASCII, ``２０１９年`` as ``2019年``.

    Letters may be a name's own; they follow, with ％, where the page has no letter and no digit that is not wide.
    """
    found = Found()
    text = document.text
    whole = _WIDE_LETTER.search(text) is not None and _ASCII.search(text) is None
    for run in (_FULL_ASCII if whole else _FULL).finditer(text):
        found.edits.add(run.start(), run[0], run[0].translate(_NARROWER), 1.0, "full-width ASCII")
    return found


NARROW = Rule(
    name="width.narrow",
    version=2,
    kind="normalise",
    summary="Write full-width digits as ASCII, and letters where all of them are wide.",
    example=("２０１９年，增长３．５％。", "2019年，增长3.5％。"),
    find=_narrow,
    gate=frozenset("０１２３４５６７８９"),
)

_SIX_DOTS = re.compile(
    r"(?<=[㐀-䶿一-鿿”’」』》）)，。！？、：])\.{6}(?=[㐀-䶿一-鿿“‘「『《（(”’」』》）)，。！？]|[ \t]*$)", re.MULTILINE
)


def _ellipses(document: Document) -> Found:
    """Write six periods in Chinese as the ellipsis that NFKC made them of: ``等等......`` as ``等等……``."""
    found = Found()
    dots = list(_SIX_DOTS.finditer(document.text))
    for run, stays in zip(dots, kept(document, [run.start() for run in dots]), strict=True):
        if not stays:
            found.edits.add(run.start(), run[0], "……", 1.0, "an ellipsis as NFKC writes it")
    return found


ELLIPSES = Rule(
    name="width.ellipses",
    version=1,
    kind="normalise",
    summary="Write six periods in Chinese as an ellipsis.",
    example=("水渠、塘坝、码头......都修好了。", "水渠、塘坝、码头……都修好了。"),
    find=_ellipses,
    gate=lambda document: "......" in document.text,
)

RULES = (FORMS, NARROW, BLANKS, WIDEN, ELLIPSES)
