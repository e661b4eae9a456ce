"""Small marks that conversion or disguise left in running text, and clauses a spinner put in another order."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from cleaners.document import Document, Found, Rule

_HAN = "\u3400-\u9fff"
_DOT = re.compile(rf"的[.`](?=[{_HAN}])")
_ANY_DOT = re.compile(rf"[{_HAN}][.`](?![A-Za-z0-9])")
_CLAUSE = re.compile("[，。、；：！？,;:!?\n]")
_REACH = 40  # code points in which the clause of a 的 begins
_BEGINS = frozenset("我你他她它这那但所因如不也还就在而其从对当今现")  # what a new sentence begins with after 的。


def _find_dots(document: Document) -> Found:
    """Remove a dot or backtick that a spinner put behind 的: ``良好的.人文环境`` is ``良好的人文环境``.

    Only on pages that end their sentences with 。, where no other word has a dot behind it, and before a word that
    does not begin a sentence, and not after 是…的: elsewhere the dot may be a full stop.
    """
    found = Found()
    text = document.text
    dots = list(_DOT.finditer(text))
    others = len(_ANY_DOT.findall(text)) - len(dots)
    informal = "..." in text or "。。" in text  # who writes so may end a sentence with a dot
    proved = "的`" in text  # ends none
    if not dots or others or text.count("。") < 3:
        return found
    for dot in dots:
        place = dot.end() - 1
        clause = _CLAUSE.split(text[max(0, place - _REACH) : place])[-1]
        stray = not informal and text[place + 1] not in _BEGINS and "是" not in clause.replace("凡是", "")
        if proved or stray:
            found.edits.add(place, text[place], "", 0.9, "a dot behind 的 and nowhere else")
    return found


# Words of two characters that filters forbid; with what follows, the same two may be no word (读书·记忆).
_FORBIDDEN = (
    ("政", "府"),
    ("公", "安(?![排置装心全定慰居静康])"),
    ("[书書]", "[记記](?![录錄者得住忆憶事述载載])"),
    ("[省市县縣区區州党黨]", "委(?![托派任屈])"),
    ("法", "院(?!里)"),
    ("[检檢]", "察"),
    ("民", "警(?![示告惕钟鐘车車])"),
    ("[警武]", "[察警](?![示告惕钟鐘车車])"),
    ("[国國]", "[务務]"),
    ("[务務]", "院"),
    ("共", "[产產]"),
    ("中", "央(?![视行企])|共(?![同有享计])"),
)
_CENSOR_DOT = re.compile(
    "[.．·•・](?:" + "|".join(rf"(?<={first}.)(?={second})" for first, second in _FORBIDDEN) + ")"  # a dot first: fast
)
_DOT_INSIDE = re.compile(rf"(?<=[{_HAN}])[.．·•・](?=[{_HAN}])")
_DOTS = frozenset(".．·•・")
_NUMERALS = frozenset("〇零一二三四五六七八九十百")  # 五·一 is a date, 一. a label


def _find_censor_dots(document: Document) -> Found:
    """Remove dots that part the characters of a word a filter forbids: ``人民政.府`` is ``人民政府``.

    On a page with one, other words of two characters lose theirs where the page has them without. A full stop
    stands inside words only by chance, so a page with one elsewhere between Chinese characters, save behind a number,
    is left alone.
    """
    found = Found()
    text = document.text
    forbidden = {match.start() for match in _CENSOR_DOT.finditer(text)}
    known = set(pairwise(text))
    for match in _DOT_INSIDE.finditer(text):
        at = match.start()
        word = (text[at - 1], text[at + 1])
        if at in forbidden or (word in known and _NUMERALS.isdisjoint(word)):
            found.edits.add(at, match[0], "", 0.9, "a dot inside a word that filters forbid")
        elif match[0] in ".．" and word[0] not in _NUMERALS:
            return Found()
    return found


_LOST_SPACE = re.compile(r"。[?？](?=[一二三四五六七八九十]是)")
_HEADING = re.compile(r"(?m)^[（(]?[一二三四五六七八九十]{1,3}[)）、][^\n?？。]{6,60}[?？]$")
_TOLD = frozenset("。！”」』…；")
_ASKS = re.compile("吗|呢|吧|何|什么|怎|哪|谁|几|多少|是否|能否|可否|是不是|有没有|要不要|为啥|么")


# No-break spaces before and behind paragraphs.
_INDENT = re.compile(
    rf"(?m)^[ \u3000]*(?P<marks>\?(?:(?: ?\?){{1,7}} ?| ))(?=[{_HAN}“‘《（(]|\d{{1,4}}[{_HAN}.．])"
    r"(?P<clause>[^，。：；！？,:;!?\n]*)(?P<rest>[^\n]*)"
)
_TRAIL = re.compile(r"(?m)(?<=[。！])(?: ?\?){1,8} ?$")


def _find_question_marks(document: Document) -> Found:
    """Remove question marks that stand for a space no Chinese encoding has.

    ``责无旁贷。?二是要…`` is ``责无旁贷。二是要…``; on such a page a numbered heading that asks nothing loses its mark
    too. ``? ? 春天过去了。`` was indented, where another line is so and both end like paragraphs that ask nothing.
    """
    found = Found()
    text = document.text
    spaces = [match.span() for match in _LOST_SPACE.finditer(text)]
    marks = [(end - 1, end) for _, end in spaces]
    if spaces:
        marks += [(m.end() - 1, m.end()) for m in _HEADING.finditer(text) if not _ASKS.search(m[0])]
    indents = list(_INDENT.finditer(text))
    if _are_indents(indents):
        marks += [match.span("marks") for match in indents] + [match.span() for match in _TRAIL.finditer(text)]
    for start, end in sorted(marks):
        found.edits.add(start, text[start:end], "", 0.9, "a question mark where nothing is asked")
    return found


def _are_indents(lines: list[re.Match[str]]) -> bool:
    """Whether two lines or more that begin with question marks, most of all, are paragraphs; ?? may judge a move."""
    told = [line for line in lines if line["rest"].rstrip("? ")[-1:] in _TOLD and not _ASKS.search(line["clause"])]
    repeated = any(line["marks"].rstrip() not in ("?", "??") for line in told)
    return repeated and len(told) > 1 and 2 * len(told) > len(lines)


_DOUBLED = re.compile(rf"(?<=[{_HAN}A-Za-z0-9%％”）》)]),(?=[，。、；：！？])")


def _find_doubled_commas(document: Document) -> Found:
    """Remove the comma a disguise set before a mark: ``时速80公里,，是`` is ``时速80公里，是``."""
    found = Found()
    for comma in _DOUBLED.finditer(document.text):
        found.edits.add(comma.start(), ",", "", 0.95, "no author sets a comma before another mark")
    return found


_RUNNING = 40  # code points of a line of running text; in a list, spaces part the items
_QUOTED_GAP = re.compile(r"(?<=”)[ \u00a0](?=“)")


def _find_quote_gaps(document: Document) -> Found:
    """Remove a space between two quotations in running text: ``“请进来” “走出去”，`` is ``“请进来”“走出去”，``."""
    found = Found()
    for line, start in zip(document.lines, document.line_starts, strict=True):
        if len(line) >= _RUNNING and line.rstrip()[-1:] in ("。", "，", ",", "；", ";"):
            for gap in _QUOTED_GAP.finditer(line):
                found.edits.add(start + gap.start(), gap[0], "", 0.9, "no space stands between quotations")
    return found


_ORDINALS = "一二三四五六七八九"
_LABEL_OF_HEADING = r"(?P<label>[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])?"
# Clauses that open a sentence and end none.
_OPENS = (
    rf"(?:第(?P<n>[{_ORDINALS}])|首先|其次|再次|目前|当前|同时|因此|为此|此外|另外|近年来"
    r"|[^，,。\n]{2,24}(?:条件|形势|背景|环境)下)"
)
_ROTATED = re.compile(
    rf"{_LABEL_OF_HEADING}(?P<second>[^，,\n]{{1,400}})(?P<comma>[，,])"
    rf"(?P<first>(?:[^，,\n]{{2,200}}。)?{_OPENS})。(?P<rest>[^\n]{{8,}})"
)
# The same without such a clause: one full stop alone can be the spinner's, in a heading the first.
_BETWEEN = re.compile(
    rf"{_LABEL_OF_HEADING}(?P<second>[^，,\n]{{4,400}})(?P<comma>[，,])"
    r"(?P<first>[^，,。\n]{2,200})。(?P<rest>[^，,。\n]*[，,][^\n]*|(?(label)[^，,\n]{0,30}|(?!)))"
)
_UNMOVED = re.compile(rf"{_OPENS}[，,]")
_MIN_ROTATED, _MAX_BETWEEN = 5, 2  # paragraphs proved, and in a row between two such, before the others follow


def _find_rotated(document: Document) -> Found:
    """Put the first clause of a paragraph back where a spinner moved it behind the second.

    Forward model: ``第一，抓规划。规划是基础，科学…`` becomes ``抓规划。规划是基础，第一。科学…``: the first two
    clauses change places and the comma behind them becomes a full stop; the label of a heading stays in front. Proof:
    第一。 第二。 第三。 … stand so, in their order, in at least three paragraphs, or another word that opens a
    sentence; and damaging the repaired paragraph gives what was found. Where five paragraphs are so proved and none
    speaks against it, one or two that stand between two of them were rotated as well.
    """
    found = Found()
    lines = document.lines
    matches = {index: match for index, line in enumerate(lines) if (match := _ROTATED.fullmatch(line))}
    numbers = [_ORDINALS.index(match["n"]) for match in matches.values() if match["n"]]
    if len(numbers) < 3 or not _mostly_counts_on(numbers):
        return found
    for index, match in sorted((matches | _enclosed(lines, matches)).items()):
        stop = "" if match["rest"] else "。"
        before = match[0][match.start("second") : match.start("rest")]
        after = f"{match['first']}{match['comma']}{match['second']}{stop or match['comma']}"
        if _rotate(after + match["rest"]) == match[0][match.start("second") :]:
            start = document.line_starts[index] + match.start("second")
            found.edits.add(start, before, after, 0.85, "first two clauses exchanged")
    return found


def _enclosed(lines: list[str], proved: dict[int, re.Match[str]]) -> dict[int, re.Match[str]]:
    """The paragraphs between proved ones that the spinner must have rotated as well, by line."""
    texts = [index for index, line in enumerate(lines) if line.strip()]
    places = [place for place, index in enumerate(texts) if index in proved]
    if len(places) < _MIN_ROTATED or any(_UNMOVED.match(lines[texts[at]]) for at in range(places[0], places[-1])):
        return {}
    between = [
        index for one, other in pairwise(places) if other - one - 1 <= _MAX_BETWEEN for index in texts[one + 1 : other]
    ]
    return {index: match for index in between if (match := _BETWEEN.fullmatch(lines[index]))}


def _mostly_counts_on(numbers: list[int]) -> bool:
    """Whether most numbers follow the one before, and at least two do."""
    steps = [later - earlier == 1 for earlier, later in pairwise(numbers)]
    return sum(steps) >= 2 and 2 * sum(steps) >= len(steps)


def _rotate(paragraph: str) -> str:
    """The spinner's forward model, on a paragraph without its label."""
    first, comma, second, *rest = re.split("([，,])", paragraph, maxsplit=2)
    return f"{second}{comma}{first}。{rest[1]}" if rest else f"{second.removesuffix('。')}{comma}{first}。"


_HALF = 5  # one spaced number in so many at least is spaced at one side only
_LABEL, _SENTENCE = 8, 28  # code points of a label before a number; of a line that is no row of a table
_MEASURE = "个位年月日号后前届次项家户亩人名吨元万亿公里米倍岁天周时分秒条件种所座台辆套本页章节的%％"
_NUMBER = r"\d[\d.,/]*[%％]?"
_HALF_SPACED = re.compile(rf"[{_HAN}] {_NUMBER}[{_HAN}]|[{_HAN}]{_NUMBER} [{_HAN}]")
_DIGIT_SPACE = re.compile(r" (?=\d)| (?<=\d )")
_SPACED_YEAR = re.compile(r"(?<!\d)(?<!\d )(?:1 9|2 0) \d \d(?: (?=年)|(?=年))")
_UNIT, _UNITS = re.compile(r"\d( ?)(?:[A-Za-zμΩ℃°]{1,4})(?![A-Za-z])"), 3  # places where units are spaced
_NEAR_NUMBER = re.compile(rf"[{_HAN}] ?{_NUMBER} ?[{_HAN}]")
# A name and its value in a list, such as a ranking, prices or a timetable: 2.柳河队 28分（净胜3球）；
_LISTED = re.compile(
    r"(?P<mark>^|[：:；;、，,|｜ ])[ \u3000]?(?P<label>\d{1,3}[.．、)）])?(?:[^\s：:；;、，,。|｜]{1,16} ){1,2}"
    r"(?:\d[\d.,:]{0,12}(?P<unit>[^\d\s：；;、，,。|｜（(]{0,5})){1,3}(?:[（(][^（）()\n]{0,24}[）)])?"
    rf"(?=[；;、，,。|｜]|$|(?<=[{_HAN}]) )"
)
_SPACED = re.compile(rf"(?P<left>(?<=[{_HAN}，。、；：]) )?(?:{_NUMBER}|[A-Z]{{2,6}})(?P<right> (?=[{_MEASURE}]))?")


def _find_digit_spaces(document: Document) -> Found:
    """Remove spaces around numbers where a page has them by accident.

    ``2 0 2 3 年`` becomes ``2023年``. ``全省 45 个`` becomes ``全省45个`` on a page that also has ``到 2019年``. A
    page that spaces all its numbers, or those before units (50 g), does so by choice and is left alone; so is a number
    that no measure word follows, which may stand in a table, and a line of names and their values.
    """
    found = Found()
    text = document.text
    for year in _SPACED_YEAR.finditer(text):
        for at in (1, 3, 5, 7)[: len(year[0]) // 2]:
            found.edits.add(year.start() + at, " ", "", 0.95, "the digits of a year, each spaced")
    lists = {number for number, line in enumerate(document.lines) if _is_list(line)}
    running = "\n".join(line for number, line in enumerate(document.lines) if number not in lists)
    near = [match[0] for match in _NEAR_NUMBER.finditer(running)]
    spaced = sum(" " in one for one in near)
    half = len(_HALF_SPACED.findall(running))
    units = [match[1] for match in _UNIT.finditer(text)]
    chosen = units.count(" ") >= _UNITS and 2 * units.count(" ") > len(units)
    if found.edits or spaced < 3 or half * _HALF < spaced or chosen:
        return found
    places = [match for match in _SPACED.finditer(text) if _is_in_sentence(document, match.start(), lists)]
    for match in places:
        following = text[match.end() : match.end() + 1]
        if not following or following not in _MEASURE:
            continue
        for side in ("left", "right"):
            if match[side] is not None:
                found.edits.add(match.start(side), " ", "", 0.85, "numbers of this page are spaced at one side only")
    return found


def _is_list(line: str) -> bool:
    """Whether a line gives several names their values: set apart by other marks than commas, or of one unit."""
    items = list(_LISTED.finditer(line))
    apart = sum(bool(item["label"]) or item["mark"] not in ("，", ",") for item in items)
    alike = len({item["unit"] for item in items}) == 1
    return apart > 2 or (alike and (apart > 1 or len(items) > 2))


def _is_in_sentence(document: Document, place: int, lists: set[int]) -> bool:
    """Whether the place is well inside a line of running text, where no space parts a label from a number."""
    line = bisect_right(document.line_starts, place) - 1
    if line in lists or "|" in document.lines[line] or "\t" in document.lines[line]:
        return False
    return place - document.line_starts[line] >= _LABEL and len(document.lines[line]) >= _SENTENCE


STRAY_DOTS = Rule(
    name="layout.stray_dots",
    version=3,
    kind="repair",
    summary="Removes a dot or backtick a spinner put behind 的.",
    example=("渠边有良好的.人文环境。水清了。树绿了。", "渠边有良好的人文环境。水清了。树绿了。"),
    find=_find_dots,
    gate=lambda document: "的." in document.text or "的`" in document.text,
)
CENSOR_DOTS = Rule(
    name="layout.censor_dots",
    version=1,
    kind="repair",
    summary="Removes dots set inside words against a filter.",
    example=("渠口镇人民政.府与公·安派出所修好了渠。", "渠口镇人民政府与公安派出所修好了渠。"),
    find=_find_censor_dots,
    gate=lambda document: not _DOTS.isdisjoint(document.chars) and _CENSOR_DOT.search(document.text) is not None,
)
STRAY_QUESTION_MARKS = Rule(
    name="layout.stray_question_marks",
    version=2,
    kind="repair",
    summary="Removes question marks that stand for a space no Chinese encoding has.",
    example=("一是要修渠，责无旁贷。?二是要管渠。", "一是要修渠，责无旁贷。二是要管渠。"),
    find=_find_question_marks,
    gate=lambda document: document.holds("。?", "。？", "? ?", "???"),
)
DOUBLED_COMMAS = Rule(
    name="layout.doubled_commas",
    version=1,
    kind="repair",
    summary="Removes commas a disguise set before other marks.",
    example=("渠修通了,，水到了田里,。", "渠修通了，水到了田里。"),
    find=_find_doubled_commas,
    gate=lambda document: "," in document.chars and _DOUBLED.search(document.text) is not None,
)
QUOTE_GAPS = Rule(
    name="layout.quote_gaps",
    version=1,
    kind="repair",
    summary="Removes a space between two quotations in running text.",
    example=(
        "镇里今年坚持“请进来” “走出去”，请技术员来村里讲课，也送村民到外县的渠道工地上学手艺，一年下来出了十二个把式。",
        "镇里今年坚持“请进来”“走出去”，请技术员来村里讲课，也送村民到外县的渠道工地上学手艺，一年下来出了十二个把式。",
    ),
    find=_find_quote_gaps,
    gate=lambda document: "” “" in document.text or "”\u00a0“" in document.text,
)
ROTATED_CLAUSES = Rule(
    name="layout.rotated_clauses",
    version=2,
    kind="repair",
    summary="Puts back the first clause of paragraphs where a spinner exchanged it with the second.",
    example=(
        "抓好修渠。渠是命脉，第一。各村要按图纸施工。\n抓好管渠。管是根本，第二。各村要立下规矩。\n抓好用水。水是公家的，第三。各村要按亩收费。",
        "第一，抓好修渠。渠是命脉，各村要按图纸施工。\n第二，抓好管渠。管是根本，各村要立下规矩。\n第三，抓好用水。水是公家的，各村要按亩收费。",
    ),
    find=_find_rotated,
    gate=lambda document: "第一。" in document.text or "第二。" in document.text,
)
DIGIT_SPACES = Rule(
    name="layout.digit_spaces",
    version=4,
    kind="normalise",
    summary="Removes spaces around numbers on pages that have them by accident.",
    example=(
        "青石镇今年一共有 45 个村，到 2019年底修渠 12 公里，受益 3 万人。",
        "青石镇今年一共有45个村，到2019年底修渠12公里，受益3万人。",
    ),
    find=_find_digit_spaces,
    gate=lambda document: " " in document.text and _DIGIT_SPACE.search(document.text) is not None,
)
