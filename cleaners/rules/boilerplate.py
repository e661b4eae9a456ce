"""Lines a site wrote around a text: menus, bylines, introductions of compilers, notices, advertisements.

A line goes when all of it matches a family of `cleaners.rules.site_lines` and stands where that family is believed.
A dateline (新华社…电), the fields of a journal article and a sentence that merely speaks of sources, editors or
sharing are content: they match no family whole, or not at that place. The zones at the edges of a page are measured
in lines of text, lines of this table not counted, so that taking some away brings no others into reach.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import partial
from itertools import islice
from typing import NamedTuple

from cleaners.document import Document, Edits, Found, Rule, once
from cleaners.rules.anchors import announced, spoken
from cleaners.rules.columns import column_lines, foot_lines
from cleaners.rules.edge_rows import LONGEST, is_keyword_row, is_menu_row, is_offer
from cleaners.rules.leavings import leaving_lines
from cleaners.rules.lines import Gone, fold, merged, remove_lines
from cleaners.rules.listed import listed_lines
from cleaners.rules.site_lines import BUTTONS, CHANNELS, FAMILIES, SITE_CHANNELS

_INDENT = 12  # code points of space a line may have around it
_INTRODUCTION = 800  # code points of the longest line in which a compiler's sentence is looked for
_HEAD, _TAIL = 4, 3  # lines of text before or after which a line is at the edge of the page
_MAX_DATED = 2  # lines of one page that may state when it was published
_REACH = 2  # lines of text between a menu's words that still keep each other company
_PART = re.compile(
    r".{0,48}(?:篇|范文|例文)\s?[一二三四五六七八九十\d]{1,4}\s?[:：]?|第[一二三四五六七八九十\d]{1,4}篇.{0,40}"
)


_NUMBERS = {family.name: index for index, family in reversed(list(enumerate(FAMILIES)))}
_DATED, _BUTTON, _RELATED = _NUMBERS["dated_source"], _NUMBERS["button"], _NUMBERS["related"]
_LISTS, _HEADS_LINKS = _NUMBERS["lists"], {_NUMBERS["related"], _NUMBERS["related_more"]}
_COMPILER, _COMPILER_CLOSE = _NUMBERS["compiler"], _NUMBERS["compiler_close"]
_CONTENTS, _MAX_CONTENTS = _NUMBERS["toc_heading"], 100  # lines of a table of contents
_ENTRY = 45  # code points of one of them
_DATED_NAMES = re.compile(r"\d{4}-\d\d-\d\d\s?(?:\d\d:\d\d(?::\d\d)?)?(?P<names>[\u3400-\u9fff]{2,60})")
_HAN = re.compile("[\u3400-\u9fff]")
_LONGEST_LINES = [family.longest for family in FAMILIES]
_NUMBER = re.compile(
    r"^[\s·•*>-]*(?:第?[一二三四五六七八九十\d]{1,3}[篇章节、.)\s]\s?|[(\[][一二三四五六七八九十\d]{1,3}[)\]]\s?)?"
)
_LEADERS = re.compile(r"[.…·]{2,}\s?\d{0,4}$")
_ARTICLE = 200  # code points that stand before a list of links at least
_HEADLINES, _RULE = _NUMBERS["headlines"], _NUMBERS["rule_line"]
_SERVICE = re.compile("报名|登记|预约|缴费|挂号|申报|办理|抽签|购票|查询(?:结果|成绩|名单|进度)")
_CONTRIBUTIONS, _CALL = re.compile("投稿|来稿|征稿|稿约|稿酬|用稿"), 3  # lines of a call for such that speak of them
_STAMPED_TIME = _NUMBERS["stamped_time"]
_MACHINE = re.compile(r"\d[-/]\d|\d[:：]\d|作者")  # how machines write a time, not what people write of one
_EVENT = re.compile(
    r"\s*(?:地[点址]|主[持讲]|出席|参[加会]|记录|对象|内容|议题|人物|事件|级别|震级|天气)[㐀-鿿]{0,3}\s?:"
)
_WRITTEN = re.compile("[写印刻贴标题说道念喊问答]着?了?[：:]$")
_NAMED = {_NUMBERS["editor"], _NUMBERS["credits"], _NUMBERS["credits_more"], _NUMBERS["name_bar"]}
_SPEECH = {
    family.group: (index, index + 8)  # at the edges, anywhere
    for index, family in enumerate(FAMILIES)
    if family.name.endswith(" words") and family.where == "edge"
}
_BOOK = ("出版社", "出版时间", "出版日期", "定价", "ISBN", "内容简介", "译者", "书名")
_BUTTON_LINE = 12  # code points of the longest line that may be a button
# Words of menus that head a section just as well: they go in a crowd of site lines only.
_HEADINGS = frozenset(
    ("目录", "广告", "投稿", "留言", "保存", "顶", "赞", "踩", "邮件", "短信", "客户端", "微信", "微博", "二维码")
) | {"评论", "搜索", "下载", "注册", "无障碍", "默认"}
_COLUMN, _LEAVING, _TITLE_AGAIN = _NUMBERS["column"], _NUMBERS["leaving"], _NUMBERS["title_again"]
_MENU = "navigation"
_MIN_TITLE, _MAX_TITLE, _PROSE = 6, 80, 40  # code points of a title that is printed twice, and of a line of prose
_SUFFIX = re.compile(
    "[-_|—－]+[^-_|—－。]{0,10}(?:网|站|论坛|文库|频道|在线|之家|百科|新闻|博客|日报|晚报|社区|平台)$"
)  # behind a title
_COPIES, _TOP = 4, 10  # lines of text among which the copy stands, and the prose
_LONGEST_MENU, _LEAST = 100, 4  # code points of a row of a menu; of a title that a line says again
_ENDS = frozenset("。!?;:,，；：！？…")
_BRACKETS = " []()<>|>»<«·•*+↑↓←→▲▼:☰≡🔍"


class _Line(NamedTuple):
    """A line that reads like a site's own: its index, its family, how much text stands before and after it."""

    at: int
    family: int
    before: int
    after: int


def _rank(family: int) -> int:
    """The families that need least evidence first."""
    return ("any", "edge", "head", "tail", "company").index(FAMILIES[family].where)


def _candidates(document: Document) -> dict[int, int]:
    """The family each announced line, and each dated line at the head, matches whole, by line."""
    found: dict[int, int] = {}
    for index, families in announced(document).items():
        line = document.lines[index]
        size = len(line) - _INDENT
        short = [family for family in families if family >= 0 and size <= _LONGEST_LINES[family]]
        if not short:
            continue
        said = _plain(line)
        family = next((f for f in sorted(sorted(short), key=_rank) if any(map(FAMILIES[f].says, said))), None)
        if family is not None and not _is_of_the_text(document.lines, index, family):
            found[index] = family
    found.update(dict.fromkeys((*column_lines(document.lines, _HEAD), *foot_lines(document.lines)), _COLUMN))
    texts = [index for index, line in enumerate(document.lines) if line.strip()]
    _add_first(document.lines, texts[:2], found)
    edges = {*texts[:_EDGE_LINES], *texts[-_EDGE_LINES:]}
    _add_menus(document.lines, edges, found)
    _add_rows(document, edges, found)
    _add_dated(document, found)
    heads = [at for at, family in found.items() if _heads_links(document.lines[at], family)]
    _add_contents(document, found)
    _add_buttons(document, found)
    _add_speech(document, found)
    _add_listed(document, found, heads)
    found.update(dict.fromkeys(leaving_lines(document.lines, found), _LEAVING))
    _add_title_again(document.lines, list(islice((at for at in texts if at not in found), _TOP)), found)
    return _without_calls(document.lines, found)


def _without_calls(lines: list[str], found: dict[int, int]) -> dict[int, int]:
    """The candidates, less the address for contributions where the page is a call, and where to sign up for things."""
    services = {at for at, f in found.items() if FAMILIES[f].group == "follow" and _SERVICE.search(lines[at])}
    found = {at: family for at, family in found.items() if at not in services}
    addresses = [at for at in found if "投稿" in lines[at]]
    if (
        not addresses
        or sum(at not in found and bool(_CONTRIBUTIONS.search(line)) for at, line in enumerate(lines)) < _CALL
    ):
        return found
    return {at: family for at, family in found.items() if at not in addresses}


def _plain(line: str) -> set[str]:
    """A line as the families read it: folded, one blank for many, with the bullet of a list and without.

    >>> sorted(_plain("  • 来源：晚报    编辑：田某"))
    ['• 来源:晚报 编辑:田某', '来源:晚报 编辑:田某']
    """
    plain = " ".join(fold(line).split())
    return {plain, plain.lstrip("•▪◦- ")}


def _is_of_the_text(lines: list[str], index: int, family: int) -> bool:
    """Whether the lines beside make names those of a book the text presents, headlines a list it announces, or the
    line above says that this is written somewhere."""
    if index and _WRITTEN.search(lines[index - 1]):
        return True
    if family == _HEADLINES:
        return any(line.rstrip().endswith(("：", ":")) for line in lines[max(0, index - 2) : index])
    if family == _STAMPED_TIME:  # when something happened, with where and who
        told = any(_EVENT.match(fold(line)) for line in lines[max(0, index - 2) : index + 3])
        return told or not _MACHINE.search(lines[index])
    if family not in _NAMED:
        return False
    beside = (lines[at] for at in (index - 1, index + 1) if 0 <= at < len(lines))
    return any(fold(line).strip().startswith(_BOOK) for line in beside)


def _heads_links(line: str, family: int) -> bool:
    """Whether a line of this family heads a list of links."""
    return family in _HEADS_LINKS or (family == _LISTS and line.strip()[-1] in "：:")


def _add_listed(document: Document, found: dict[int, int], heads: list[int]) -> None:
    """Add what is listed under a heading like 相关新闻 or 网友跟帖, where it fills the page to its end."""
    listed = listed_lines(document.lines, found, frozenset(heads))
    if listed and document.line_starts[listed[0]] >= _ARTICLE:
        found.update(dict.fromkeys(listed, _RELATED))


def _add_contents(document: Document, found: dict[int, int]) -> None:
    """Add the titles listed under a heading like 本文目录, where each stands again below the list, over its part."""
    lines = document.lines
    headings = [index for index, family in found.items() if family == _CONTENTS]
    last = {_entry(line): index for index, line in enumerate(lines)} if headings else {}
    for heading in headings:
        titles = []
        for index in range(heading + 1, min(heading + _MAX_CONTENTS, len(lines))):
            line = lines[index]
            if line.strip():
                if len(line) > _ENTRY or "。" in line or last[_entry(line)] == index:
                    break
                titles.append(index)
        if len(titles) > 1 and all(last[_entry(lines[index])] > titles[-1] for index in titles):
            found.update(dict.fromkeys(titles, _CONTENTS))


def _entry(line: str) -> str:
    """A line as a table of contents and the heading of its part agree on it: without number, leaders and page."""
    return _LEADERS.sub("", _NUMBER.sub("", fold(line).strip()))


def _add_buttons(document: Document, found: dict[int, int]) -> None:
    """Add the lines that hold a button's word and nothing else; too common in text to be searched for."""
    for index, line in enumerate(document.lines):
        if 0 < len(line) <= _BUTTON_LINE and index not in found and fold(line).strip(_BRACKETS) in BUTTONS:
            found[index] = _BUTTON


def _add_speech(document: Document, found: dict[int, int]) -> None:
    """Add the lines that are a site's by their vocabulary, where no wording is believed as readily."""
    for index, speech in spoken(document).items():
        group = FAMILIES[found[index]].group if index in found else speech.group
        family = _SPEECH[group][speech.is_anywhere] if group in _SPEECH else None
        if family is not None and (index not in found or _rank(family) < _rank(found[index])):
            found[index] = family


def _is_dated_names(lines: list[str], index: int) -> bool:
    """Whether a line is a time and, run together, the names of one of the next lines, the authors'."""
    line = lines[index]
    match = _DATED_NAMES.fullmatch(line.strip()) if "-" in line and len(line) <= _LONGEST_MENU else None
    return match is not None and any(
        match["names"] == "".join(_HAN.findall(line)) for line in lines[index + 1 : index + 8]
    )


def _add_title_again(lines: list[str], texts: list[int], found: dict[int, int]) -> None:
    """Add the title's copy among the next lines of text, over prose and not behind it; ``texts`` are the first.

    A song may begin with its title, and a question may be asked again.
    """
    if not texts or len(lines[texts[0]]) > 2 * _MAX_TITLE:
        return
    plain = ["".join(lines[at][: 2 * _MAX_TITLE].split()) for at in texts[:_COPIES]]
    if not _MIN_TITLE <= len(plain[0]) <= _MAX_TITLE or plain[0][-1] in "。：；":
        return
    title = _SUFFIX.sub("", plain[0])
    copy = next((place for place in range(1, len(plain)) if plain[place] in (title, plain[0])), 0)
    prose = next((place for place in range(1, len(texts)) if place != copy and len(lines[texts[place]]) >= _PROSE), 0)
    if 0 < copy < prose and len(plain[copy]) >= _MIN_TITLE:
        found[texts[copy if plain[copy] == plain[0] else 0]] = _TITLE_AGAIN  # the one that names the site, too


_TRAIL = re.compile(r"[㐀-鿿·A-Za-z0-9]{2,12}(?:\s?[>»›]{1,2}\s?[㐀-鿿·A-Za-z0-9]{2,12}){2,5}")
_FRAMED = re.compile(r"([━═─╋═=■□◆◇★☆●○◎※~*-]{2,8})\s?[㐀-鿿A-Za-z]{2,12}\s?[━═─╋═=■□◆◇★☆●○◎※~*-]{2,8}")
_PARTS = re.compile(r"\s?[_|]+\s?|\s+[-]+\s+")
_SEPARATORS = frozenset("_|-＿｜－>»›＞━═─╋=■□◆◇★☆●○◎※~*＝～＊")  # of which these hold one
_HEADING = 40  # code points of a title


def _add_first(lines: list[str], texts: list[int], found: dict[int, int]) -> None:
    """Add the first of two lines of text that leads to the second, is framed, or says it and the name of the site.

    ``农技问答 > 水利 > 渠道``, ``━━渠边文学━━`` and ``柳家洼的水渠_散文_渠边文学网`` stand above ``柳家洼的水渠``.
    """
    if len(texts) < 2 or texts[0] in found or any(len(lines[index]) > _LONGEST_MENU for index in texts):
        return
    if _SEPARATORS.isdisjoint(lines[texts[0]]):
        return
    first, title = (fold(lines[index]).strip() for index in texts)
    parts = _PARTS.split(first)
    named = len(parts) > 1 and title in parts and len(title) >= _LEAST
    above = (_TRAIL.fullmatch(first) or _FRAMED.fullmatch(first)) and len(title) <= _HEADING and title[-1] not in _ENDS
    if named or above:
        found[texts[0]] = _NUMBERS["trail"]


_TOKENS = re.compile(r"[\s|·、/\-]+")
_FEWEST_WORDS, _KNOWN = 4, 0.6  # words of a row of a menu; the share of those that menus have
_LONGEST_WORD = 6  # code points of such a word
_PAPER_HAS = re.compile("摘\\s?要|参考文献|中图分类号|Abstract")  # keywords of its own
_MAX_OFFERS = 2  # more of them on one page are its own
_EDGE_LINES = 6  # lines of text at either end of a page among which menus stand


def _add_menus(lines: list[str], edges: set[int], found: dict[int, int]) -> None:
    """Add the lines at the edges that are words of menus, most of them known."""
    for index in edges - found.keys():
        line = lines[index]
        if len(line) > _LONGEST_MENU or "，" in line or "。" in line:
            continue
        words = _TOKENS.split(fold(line).strip(_BRACKETS))
        known = sum(word in BUTTONS or word in CHANNELS for word in words)
        of_sites = any(word in BUTTONS or word in SITE_CHANNELS for word in words)  # others may be a lesson's
        short = all(len(word) <= _LONGEST_WORD for word in words)
        if len(words) >= _FEWEST_WORDS and known >= _KNOWN * len(words) and of_sites and short:
            found[index] = _NUMBERS["menu_words"]


def _add_rows(document: Document, edges: set[int], found: dict[int, int]) -> None:
    """Add the rows at the edges that are menus, words for search engines or offers, whatever their words."""
    for index in sorted(edges - found.keys()):
        if len(document.lines[index]) > LONGEST or "。" in document.lines[index]:
            continue
        line = fold(document.lines[index]).strip()
        if is_menu_row(line) and not _speaks_of_sites(document.lines, found):
            found[index] = _NUMBERS["button_row"]
        elif is_keyword_row(line) and not _PAPER_HAS.search(document.text):
            found[index] = _NUMBERS["keywords"]
        elif is_offer(line) and sum(map(is_offer, map(fold, document.lines))) <= _MAX_OFFERS:
            found[index] = _NUMBERS["offer"]


def _speaks_of_sites(lines: list[str], found: dict[int, int]) -> bool:
    """Whether a line that is not a site's speaks of sites, which have menus."""
    return any("网站" in line or "网页" in line for at, line in enumerate(lines) if at not in found)


def _add_dated(document: Document, found: dict[int, int]) -> None:
    """Add the lines among the first that hold a site's name and a time of publication, which no word announces.

    A page has one or two such lines; more of them are the headers of a conversation.
    """
    texts = 0
    dated = [index for index in range(min(len(document.lines), _HEAD + 6)) if _is_dated_names(document.lines, index)]
    for index, line in enumerate(document.lines):
        if index in found or index in dated or not line.strip():
            continue
        if 10 <= len(line) <= 60 and ("20" in line or "19" in line) and any(map(FAMILIES[_DATED].says, _plain(line))):
            dated.append(index)
            continue
        texts += 1
        if texts > _HEAD:
            break
    if len(dated) <= _MAX_DATED:
        found.update(dict.fromkeys(dated, _DATED))


@once
def _site_lines(document: Document) -> tuple[_Line, ...]:
    """Every line that matches a family where that family is believed."""
    candidates = _candidates(document)
    if not candidates:
        return ()
    placed = _place(document.lines, candidates)
    sure = [line for line in placed if _believed(line)]
    believed = {line.at for line in sure}
    texts = {line.before for line in sure}
    crowds = Counter(line.before for line in placed if line.family != _RULE)  # lines of ____ may await an answer
    menus = [
        line
        for line in placed
        if line.at not in believed
        and _in_company(line, texts, crowds)
        and (crowds[line.before] > 2 or fold(document.lines[line.at]).strip(_BRACKETS) not in _HEADINGS)
        and not _is_heading(document.lines, line.at)
    ]
    return tuple(sorted(sure + menus))


def _place(lines: list[str], candidates: dict[int, int]) -> list[_Line]:
    """Count the lines of text before and after each candidate, within its part of the page."""
    before, count, totals, part = {}, 0, [], 0
    for index, line in enumerate(lines):
        if index in candidates:
            before[index] = (part, count)
        elif line.strip():
            if len(line) <= 60 and _PART.fullmatch(line.strip()):
                totals.append(count)
                part, count = part + 1, 0
            else:
                count += 1
    totals.append(count)
    return [_Line(i, f, before[i][1], totals[before[i][0]] - before[i][1]) for i, f in candidates.items()]


def _is_heading(lines: list[str], index: int) -> bool:
    """Whether a button's word heads the text behind it: 打印, and how one prints."""
    word = fold(lines[index]).strip(_BRACKETS)
    behind = next((line for line in lines[index + 1 : index + 4] if line.strip()), "")
    return word in BUTTONS and len(behind) > _BUTTON_LINE and word in behind


def _believed(line: _Line) -> bool:
    """Whether a family's wording is enough where the line stands."""
    where = FAMILIES[line.family].where
    if where == "any":
        return True
    if where == "company":
        return False
    return (where != "tail" and line.before <= _HEAD) or (where != "head" and line.after < _TAIL)


def _in_company(line: _Line, believed: set[int], crowds: Counter[int]) -> bool:
    """Whether another site line stands near: a believed one, or at the page's edge another word of a menu.

    Places are numbers of lines of text: those before believed lines, and how many site lines stand at each.
    """
    edge = line.before <= _HEAD or line.after < _TAIL
    reach = _REACH if edge and line.family != _RULE else 0  # *** may part scenes
    near = range(line.before - reach, line.before + reach + 1)
    return any(place in believed for place in near) or (edge and crowds[line.before] > 1)


def _find(group: str, document: Document) -> Found:
    """Remove the lines of one group of families; menus, which go first, take along what only they keep company."""
    families = [FAMILIES[line.family] for line in _site_lines(document)]
    alone = group == _MENU and all(family.group == group or family.where == "company" for family in families)
    gone = [
        Gone(line.at, 0.95 if family.where == "any" else 0.9, family.name)
        for line, family in zip(_site_lines(document), families, strict=True)
        if alone or family.group == group
    ]
    return Found(edits=remove_lines(document, gone) if gone else Edits())


_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”’」』）)]*|[^。！？!?]+$")


def _find_compiler(document: Document) -> Found:
    """Remove the lines of compilers, and their sentences at either end of a line.

    A line that ends in such a sentence directly under the heading of a part is an introduction as a whole; under a
    page's title so are the sentences before it that speak of writing such texts, up to one that does not.
    """
    own = {line.at for line in _site_lines(document)}
    whole = [line.at for line in _site_lines(document) if FAMILIES[line.family].group == "introduction"]
    texts = [index for index, line in enumerate(document.lines) if line.strip()]
    parts = Edits()
    for index, families in announced(document).items():
        if index in own or _COMPILER not in families or len(document.lines[index]) > _INTRODUCTION:
            continue
        start, end = _compiler_sentences(document.lines[index])
        if end == len(document.lines[index]):
            start = _introduction(document.lines, texts, index, start)
        if not start and end == len(document.lines[index]):
            whole.append(index)
        elif end > start:
            place = document.line_starts[index] + start
            parts.add(place, document.lines[index][start:end], "", 0.9, "compiler's sentence")
    edits = remove_lines(document, [Gone(index, 0.9, "compiler") for index in sorted(whole)])
    return Found(edits=merged(edits, parts))


def _compiler_sentences(line: str) -> tuple[int, int]:
    """Where the compiler's sentences stand in a line, at its end or its beginning; empty where there are none."""
    start, end = _at_one_end(line)
    while start and (more := _at_one_end(line[:start]))[1] == start:
        start = more[0]
    while not start and 0 < end < len(line) and not (more := _at_one_end(line[end:]))[0] and more[1]:
        end += more[1]
    return start, end


def _at_one_end(line: str) -> tuple[int, int]:
    """The last sentences of a line, or the first, if a compiler speaks in them; empty where none does."""
    family = FAMILIES[_COMPILER]
    folded = fold(line)
    sentences = [(m.start(), m.end()) for m in _SENTENCE.finditer(folded)]
    for count in (1, 2, 3):
        if len(sentences) > count and family.says(folded[sentences[-count][0] :].strip()):
            return sentences[-count][0], len(line)
    for count in (1, 2):
        if len(sentences) > count and family.says(folded[: sentences[count - 1][1]].strip()):
            return 0, sentences[count - 1][1]
    return 0, 0


_PAPER = (
    "(?:[话讲言演词文汇]稿|稿子|范文|例文|作文|心得|体会|读后感|观后感|总结|报告|计划|方案|自荐信|感谢信|求职信|主持词|致[辞词]|"
    "[申策倡保检][请划议证讨]书|评语|教案|日记|文案|公文|材料|合同|协议|简历|制度|范本)"
)
_ANYBODY = re.compile(
    "大家|我们|人们|[许很]多(?:人|朋友|同学|场合|地方)|不少人|你|越来越|愈发|日常|平[日时]|[活作习会]中|通常|经常|常常|往往|总[是会]|怎[么样]|如何"
)
_WRITES = re.compile(
    f"(?:写|拟|起草|用到|用上|用的|离不[了开]|使用|接触|见过|看过|准备|文体|格式|范本).*{_PAPER}|{_PAPER}.*(?:写|使用|格式|样|作用)"
)
# What machines say of any thing, and of anybody.
_PLATITUDE = re.compile(
    "(?P<thing>[㐀-鿿A-Za-z]{2,8}?)(?:技术|的(?:发展|普及|应用))?(?:正在?|已经?|日益|不断|逐渐|越来越)[^，。0-9“《]{0,12}"
    "(?:改变|影响|成为|渗透|走进|融入|重塑|推动)[^。0-9“《]{0,30}(?:我们|人们|大家|生活|工作|学习)[^。0-9“《]{0,30}[。！!]"
    "|(?:无论|不论|不管)是?[^。0-9“《]{2,30}(?:还是|或者?)[^。0-9“《]{2,30}都[^。0-9“《]{0,8}(?:需要|离不开|少不了|用到|用得)[^。0-9“《]{2,40}[。！!]"
)
_ON_WRITING = re.compile(
    f"[㐀-鿿]{{0,6}}{_PAPER}(?:是指|是作为|是一种|是[对为][^，]{{1,8}}的|是进行|就是|具有|可以|要求|必须|的写作|的作用|的格式)"
)


def _introduction(lines: list[str], texts: list[int], index: int, start: int) -> int:
    """Where in a line the introduction begins that ends in a compiler's sentence at ``start``.

    ``texts`` are the lines that are not blank.
    """
    place = bisect_left(texts, index)
    heading = lines[texts[place - 1]].strip() if place else ""
    is_last = index == texts[-1]
    if not is_last and (not heading or len(heading) > 60 or heading[-1] in "。！？：:；"):
        return start
    if not is_last and _PART.fullmatch(heading):
        return 0
    begin = start
    under_title = place == 1 or (place == 2 and not is_last and len(lines[texts[0]]) <= 60)
    if under_title or (place and is_last and fold(lines[index][start:]).startswith(("以下", "下面", "这里"))):
        sentences = list(_SENTENCE.finditer(lines[index], 0, start))
        general = [_speaks_of_writing(sentence[0].strip()) for sentence in sentences]
        if not is_last and general and (general[0] or 2 * sum(general) > len(general)):
            return 0
        for sentence in reversed(sentences):
            said = sentence[0].strip()
            if is_last or not _speaks_of_writing(said):
                platitude = _PLATITUDE.fullmatch(said)
                if not platitude:
                    break
                thing = platitude["thing"]
                if thing and any(thing in line for at, line in enumerate(lines) if at != index):
                    return start  # the text's own subject
            begin = sentence.start()
    return begin


def _speaks_of_writing(sentence: str) -> bool:
    """Whether a sentence says of a sort of text what holds for everybody who writes one.

    >>> _speaks_of_writing("在日常工作中，大家经常要写讲话稿。"), _speaks_of_writing("会上大家听取了工作报告。")
    (True, False)
    """
    return bool((_ANYBODY.search(sentence) and _WRITES.search(sentence)) or _ON_WRITING.match(sentence))


def _has(group: str, document: Document) -> bool:
    """Whether a line of the group stands on the page."""
    return any(FAMILIES[line.family].group == group for line in _site_lines(document))


def _rule(group: str, name: str, summary: str, before: str, after: str) -> Rule:
    return Rule(
        name=name,
        version=7,
        kind="remove",
        summary=summary,
        example=(before, after),
        find=partial(_find, group),
        gate=partial(_has, group),
    )


# Menus first: their words are believed in the company of lines the later rules take away.
SITE_MENU = _rule(
    _MENU,
    "boilerplate.menu",
    "Removes breadcrumbs, buttons, share bars, links to neighbours and related pages.",
    "您的位置：首页 > 新闻 > 正文\n\n城市更新见成效\n\n正文第一段。\n\n【打印】【关闭】",
    "城市更新见成效\n\n正文第一段。",
)
ARTICLE_DATA = _rule(
    "metadata",
    "boilerplate.article_data",
    "Removes lines of source, date, views and editors that a site prints around an article.",
    "01城市更新\n\n更新时间：2022-10 来源：网友投稿\n\n正文第一段。\n\n责任编辑：王小明",
    "01城市更新\n\n正文第一段。",
)
COMPILER = Rule(
    name="boilerplate.compiler",
    version=5,
    kind="remove",
    summary="Removes the sentences with which compilers of model texts introduce and close them.",
    example=("下面是小编为大家整理的讲话稿，供大家参考。\n同志们：\n今天开会。", "同志们：\n今天开会。"),
    find=_find_compiler,
    gate=lambda document: (
        any(_COMPILER in families for families in announced(document).values()) or _has("introduction", document)
    ),
)
LIBRARY_NOTICE = _rule(
    "library",
    "boilerplate.wenku",
    "Removes the notices and fields of document libraries.",
    "正文第一段。\n\n版权说明：本文档由用户提供并上传，收益归属内容提供方，若内容存在侵权，请进行举报或认领",
    "正文第一段。",
)
NOVEL_NOTICE = _rule(
    "novel",
    "boilerplate.novel",
    "Removes the notices novel sites print in and after chapters.",
    "他推开了门。\n（本章完）\n",
    "他推开了门。\n",
)
FORUM_NOTICE = _rule(
    "forum",
    "boilerplate.forum",
    "Removes the controls and stamps of forum pages.",
    "本帖最后由 老王 于 2013-5-6 12:00 编辑\n\n大家好，我来说说。",
    "大家好，我来说说。",
)
RIGHTS_NOTICE = _rule(
    "rights",
    "boilerplate.rights",
    "Removes copyright lines, disclaimers and reprint notices.",
    "正文第一段。\n\n声明：本文仅代表作者观点，不代表本站立场。",
    "正文第一段。",
)
FOLLOW_US = _rule(
    "follow",
    "boilerplate.follow_us",
    "Removes invitations to scan, follow and forward.",
    "正文第一段。\n\n长按二维码关注我们",
    "正文第一段。",
)
SPAM_LINE = _rule(
    "spam",
    "boilerplate.spam",
    "Removes lines of stuffed keywords on hijacked pages.",
    "国产精品久久久久亚洲欧美日韩在线观看高清无码\n正文第一段。",
    "正文第一段。",
)

RULES: tuple[Rule, ...] = (
    SITE_MENU,
    ARTICLE_DATA,
    COMPILER,
    LIBRARY_NOTICE,
    NOVEL_NOTICE,
    FORUM_NOTICE,
    RIGHTS_NOTICE,
    FOLLOW_US,
    SPAM_LINE,
)
