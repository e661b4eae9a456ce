"""Quotation marks: curled the wrong way, flattened to ASCII, misread as a ditto mark, or without their partner.

Sites flatten “ and ” to ``"`` and let a typographer for English curl them again, which looks only at the character
before: after a blank or an opening bracket the mark opens, after a Chinese character it closes: 坚持”两个维护”的. The
inverse is to let the marks of a paragraph open and close by turns, and it is accepted only
where curling its result the English way gives exactly the marks that were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaners.document import Document, Edits, Flag, Found, Rule
from cleaners.literal import kept
from cleaners.script import code_points

_MARK = re.compile("[“”]")
_BALANCED = re.compile("(?:“”|\n)*")
_OPENING_BRACKETS = "([{<（［｛〔【《〈「『"
_NEVER_BEHIND_OPENING = frozenset(",，.。、;；:：!！?？)）》」』】 \t\u3000…")
_NEVER_BEFORE_CLOSING = frozenset("、;；:：(（《「『【 \t\u3000")
_HAN = "㐀-䶿一-鿿々〇"
_STRAIGHT = re.compile(r'"([^"\n]*)"')
_CHINESE_BEFORE = re.compile(f"[{_HAN}，。、；：？！（《…—,;:?!(”》）)]")
_CHINESE_BEHIND = re.compile(f"[{_HAN}，。、；：？！）《…—,;:?!)“”（(.]")
_HAN_INSIDE = re.compile(f"[{_HAN}]")
_CELLS = re.compile(r'\s*(?:"[^"\n]*"\s*,\s*)+"[^"\n]*"\s*(?:,\s*)?')
_DITTO = re.compile("“[^“”〃\n]{1,40}(〃)")
_LOST = "its partner is not on this paragraph"
_SENTENCE_END = re.compile("[。！？!?]")

# What the English typographers in use take for the beginning of a quotation: the characters before the mark. The
# start of the paragraph always does. SmartyPants knows blanks, brackets and dashes; simpler ones fewer of them.
_BLANKS = " \t\xa0\u3000"
_TYPOGRAPHERS = tuple(
    frozenset(_BLANKS + marks + brackets + dashes)
    for marks in ("“”", "")
    for brackets in ("", "([{<", _OPENING_BRACKETS)
    for dashes in ("", "-–—/")
)


def _unpaired(document: Document) -> bool:
    """Whether the marks “ and ” of some line do not simply alternate."""
    if "“" not in document.chars and "”" not in document.chars:
        return False
    points = code_points(document.text)
    marks = points[(points == 0x201C) | (points == 0x201D) | (points == 0x0A)]
    return not _BALANCED.fullmatch(marks.tobytes().decode("utf-32-le"))


def _recurl(document: Document) -> Found:
    """Let the marks of a paragraph open and close by turns, where English curling explains what is found.

    >>> from cleaners.edits import apply
    >>> text = "坚持”两个维护”,树牢”四个意识”“四个自信”。"
    >>> apply(text, _recurl(Document(text)).edits)
    '坚持“两个维护”,树牢“四个意识”“四个自信”。'
    """
    edits = Edits()
    for start, line in _unpaired_lines(document):
        places = [mark.start() for mark in _MARK.finditer(line)]
        if not _curled_the_english_way(line, places):
            continue
        for turn, place in enumerate(places):
            right = "“”"[turn % 2]
            if line[place] != right:
                edits.add(start + place, line[place], right, 0.98, "English curling of this gives what was found")
    return Found(edits)


def _unpaired_lines(document: Document) -> Iterator[tuple[int, str]]:
    """Lines whose marks do not alternate, with the place they begin at."""
    for start, line in zip(document.line_starts, document.lines, strict=True):
        if ("“" in line or "”" in line) and not _BALANCED.fullmatch("".join(_MARK.findall(line))):
            yield start, line


def _curled_the_english_way(line: str, places: list[int]) -> bool:
    """Whether the marks can be quotations by turns that an English typographer has curled."""
    if len(places) % 2 or not all(_is_quotation(line, *pair) for pair in zip(places[0::2], places[1::2], strict=True)):
        return False
    found = [line[place] for place in places]
    before = [line[place - 1] if place else "" for place in places]
    return any(
        found == ["“" if not character or character in opening else "”" for character in before]
        for opening in _TYPOGRAPHERS
    )


def _is_quotation(line: str, first: int, last: int) -> bool:
    """Whether a quotation may stand between two marks.

    It does not begin with a comma nor end with a colon, and a whole sentence in it is introduced.
    """
    inside = line[first + 1 : last]
    if not inside:
        return True
    if inside[0] in _NEVER_BEHIND_OPENING or inside[-1] in _NEVER_BEFORE_CLOSING:
        return False
    introduced = first == 0 or line[first - 1] in ":：,，。 \u3000"
    return introduced or not _SENTENCE_END.search(inside[:-1])


def _lost_partners(document: Document) -> Found:
    """Flag the marks whose partner is missing on their paragraph.

    >>> [flag.text for flag in _lost_partners(Document("一次告知制”首问负责制”")).flags]
    ['”', '”']
    """
    flags = []
    opens_next = False  # the next paragraph that is not blank begins with an opening mark
    for start, line in reversed(list(zip(document.line_starts, document.lines, strict=True))):
        begins = line.lstrip(_BLANKS + ">")
        opens = begins.startswith("“")
        if opens or "“" in line or "”" in line:
            for place in reversed(list(_partnerless(line, opens and opens_next))):
                flags.append(Flag("quote_unbalanced", start + place, start + place + 1, line[place], _LOST))
        opens_next = opens if begins else opens_next
    return Found(flags=flags[::-1])


def _partnerless(line: str, goes_on: bool) -> Iterator[int]:
    """Places of the marks that close nothing, or open what is not closed.

    Each paragraph of a long quotation opens it again and only the last one closes it: with ``goes_on`` the last
    mark needs no partner.
    """
    opened = -1
    for mark in _MARK.finditer(line):
        if mark.group() == "“":
            if opened >= 0:
                yield opened
            opened = mark.start()
        elif opened < 0:
            yield mark.start()
        else:
            opened = -1
    if opened >= 0 and not goes_on:
        yield opened


def _curl(document: Document) -> Found:
    """Curl ASCII quotation marks that stand in pairs in Chinese.

    >>> from cleaners.edits import apply
    >>> apply('坚持"两个维护"不动摇', _curl(Document('坚持"两个维护"不动摇')).edits)
    '坚持“两个维护”不动摇'
    """
    edits = Edits()
    places = [
        start + place
        for start, line in zip(document.line_starts, document.lines, strict=True)
        if '"' in line and _is_chinese_prose(line)
        for pair in _STRAIGHT.finditer(line)
        for place in (pair.start(), pair.end() - 1)
    ]
    if places:
        for turn, (place, stays) in enumerate(zip(places, kept(document, places), strict=True)):
            if not stays:
                edits.add(place, '"', "“”"[turn % 2], 0.95, "paired within its paragraph, among Chinese")
    return Found(edits)


def _is_chinese_prose(line: str) -> bool:
    """Whether all ASCII quotation marks of a line pair up in Chinese: not 15"的屏幕, not "甲","乙" in a data file."""
    if line.count('"') % 2 or _MARK.search(line) or _CELLS.fullmatch(line):
        return False
    return all(_is_chinese_pair(line, *pair.span()) for pair in _STRAIGHT.finditer(line))


def _is_chinese_pair(line: str, start: int, end: int) -> bool:
    before, behind = line[start - 1 : start] if start else "", line[end : end + 1]
    if (before.strip() and not _CHINESE_BEFORE.match(before)) or (
        before and not before.strip() and line[:start].strip()
    ):
        return False
    if behind and not _CHINESE_BEHIND.match(behind):
        return False
    inside = line[start + 1 : end - 1]
    return bool(_HAN_INSIDE.search(inside)) and _is_quotation(line, start, end - 1)


def _ditto(document: Document) -> Found:
    """A ditto mark that closes a quotation was read for ”.

    >>> from cleaners.edits import apply
    >>> apply("“十三五〃规划", _ditto(Document("“十三五〃规划")).edits)
    '“十三五”规划'
    """
    edits = Edits()
    for mark in _DITTO.finditer(document.text):
        edits.add(mark.start(1), "〃", "”", 0.97, "closes the quotation before it")
    return Found(edits)


DITTO = Rule(
    name="quotes.ditto",
    version=1,
    kind="repair",
    summary="Read 〃 as ” where it closes a quotation.",
    example=("“十三五〃规划", "“十三五”规划"),
    find=_ditto,
    gate=frozenset("〃"),
)
CURL = Rule(
    name="quotes.curl",
    version=1,
    kind="normalise",
    summary='Curl pairs of " in Chinese prose.',
    example=('坚持"两个维护"不动摇', "坚持“两个维护”不动摇"),
    find=_curl,
    gate=frozenset('"'),
)
RECURL = Rule(
    name="quotes.recurl",
    version=1,
    kind="repair",
    summary="Turn quotation marks a typographer for English curled the wrong way.",
    example=("坚持”两个维护”的原则", "坚持“两个维护”的原则"),
    find=_recurl,
    gate=_unpaired,
)
UNBALANCED = Rule(
    name="quotes.unbalanced",
    version=1,
    kind="flag",
    summary="Flag quotation marks whose partner is lost.",
    example=("一次告知制”首问负责制”对企业", "一次告知制”首问负责制”对企业"),
    find=_lost_partners,
    gate=_unpaired,
)

RULES = (DITTO, CURL, RECURL, UNBALANCED)
