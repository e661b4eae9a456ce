"""Anthologies: one page that holds many speeches, each under a numbered heading the site wrote.

Sites that sell model texts print ten unrelated speeches on one page: a title that promises a number (优秀19篇), an
introduction by a machine or an editor, then ``<stem>篇一``, ``<stem>篇二`` … The headings and the introduction belong
to nobody's speech. A book, a law and a course number their parts as well, so a page is split only where the numbering
runs from one, every heading has the same shape, each is followed by a body, and something else says *anthology*: the
promised number, a stem that is repeated unchanged, speeches that open and close inside the parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import NamedTuple

from cleaners.document import Cut, Document, Edits, Flag, Found, Rule
from cleaners.words import Words

_NUMERAL = r"(?P<number>[一二三四五六七八九十百]{1,5}|[0-9０-９]{1,3}|[①-⑳])"
_OPEN, _CLOSE = r"[（(【\[〔「『<〈]?", r"[）)】\]〕」』>〉]?"
_GENRE = (
    "演讲稿|演讲词|演讲|讲话稿|讲话精神|讲话|发言稿|发言|致辞|致词|开幕词|闭幕词|主持词|祝福语|欢迎词|感谢信|倡议书|申请书|检讨书|"
    "承诺书|保证书|决心书|自荐信|求职信|介绍信|心得体会|学习体会|心得|体会|读后感|观后感|有感|感想|感悟|读书笔记|日记|周记|作文|"
    "总结报告|工作总结|总结|述职报告|调研报告|调查报告|自查报告|实习报告|工作报告|报告|工作计划|计划|规划|工作要点|工作汇报|汇报|"
    "实施方案|策划书|方案|教案|教学反思|反思|说课稿|评语|鉴定|自我介绍|简历|通知|通讯稿|新闻稿|广播稿|解说词|导游词|稿件|稿|合同|"
    "协议书|协议|制度|事迹材料|材料|党课|范文|例文|范例|样本|范本|模板|示例|样例|样稿|版本|系列"
)
_TAIL = (
    r"(?:[）)】\]〕」』>〉：:、.．|\s—=-]*"
    r"(?P<rest>(?<=[）)】\]〕」』>〉：:、.．|\s—-])\S.{0,39}|《.{1,38}》|（[^（）]{1,38}）)?)"
)
_OPENING = re.compile("尊敬的|敬爱的|亲爱的|各位|[志学师友士]们|大家(?:上午|下午|晚上)?好|您好|你们好")
# Each shape reads one kind of heading, in lines that hold its sign; ``stem`` is what all headings share, ``rest`` the
# title of the one part.
_SHAPES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("篇N", "篇", re.compile(rf"(?P<stem>.{{0,48}}?)\s*[:：_—-]?\s*{_OPEN}\s*篇[章目]?之?\s*{_OPEN}{_NUMERAL}{_TAIL}")),
    ("第N篇", "第", re.compile(rf"(?P<stem>.{{0,48}}?)\s*[:：_—-]?\s*{_OPEN}第\s*{_NUMERAL}\s*[篇则份]{_TAIL}")),
    ("（N）篇", "篇", re.compile(rf"(?P<stem>.{{0,48}}?)\s*[（(【]\s*{_NUMERAL}\s*[）)】]\s*篇{_TAIL}")),
    ("part N", "", re.compile(
        rf"(?P<stem>.{{0,48}}?)\s*{_OPEN}\s*[Pp](?:art|ART)\s*[.:_-]?\s*"
        rf"(?P<number>[0-9０-９]{{1,3}}|[A-Za-z]{{3,5}}|[一二三四五六七八九十]{{1,3}}){_TAIL}"
    )),
    ("genre N", "", re.compile(
        rf"(?P<stem>.{{0,48}}?(?:{_GENRE}))\s*{_OPEN}\s*(?:之|第)?\s*{_NUMERAL}(?:{_CLOSE}|{_TAIL})"
    )),
    ("stem N", "", re.compile(rf"(?P<stem>.{{4,48}}?)\s*{_OPEN}\s*(?:之|第)?\s*{_NUMERAL}{_CLOSE}(?P<rest>)")),
    ("N stem", "", re.compile(rf"{_OPEN}{_NUMERAL}[）)】\]、.．：:\s]+(?P<stem>.{{4,44}})(?P<rest>)")),
    ("no. N", "", re.compile(
        rf"(?P<stem>.{{0,48}}?)\s*{_OPEN}\s*(?:[Nn][Oo]\s?[.．:：]?|№|Sample|SAMPLE|Article|ARTICLE)\s*{_NUMERAL}{_TAIL}"
    )),
    ("word N", "", re.compile(rf"(?P<stem>){_OPEN}(?:之|例|文)\s*{_NUMERAL}{_TAIL}")),
    ("N篇", "篇", re.compile(rf"(?P<stem>.{{0,48}}?)\s*{_OPEN}{_NUMERAL}\s*篇(?P<rest>){_CLOSE}")),
    ("(N)", "", re.compile(rf"(?P<stem>)[（(【\[〔]\s*{_NUMERAL}\s*[）)】\]〕](?P<rest>)")),
    ("N. title", "", re.compile(
        rf"(?P<stem>){_NUMERAL}\s*[、.．]\s*(?P<rest>[^。，；：！？,;:!?\s][^。，；：,;:]{{0,19}})"
    )),
)  # fmt: skip
# A heading that lost its line end: the text of the part follows on the same line.
_GLUED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (shape, re.compile(rf"[\s　#*＊★☆◆◇●■▲※>=]*(?:{pattern})[\s　：:*＊★☆◆◇●■▲※=]*"))
    for shape, mark in (
        ("篇N", rf"篇\s?{_NUMERAL}"),
        ("第N篇", rf"第\s?{_NUMERAL}\s?[篇则份]"),
        ("genre N", rf"(?:{_GENRE})\s?{_OPEN}{_NUMERAL}"),
    )
    for pattern in (
        rf"[【\[〔「『（(](?P<stem>[^】\]〕」』）)，。！？；：\n]{{0,40}}?){mark}[）)】\]〕」』]+",
        rf"(?P<stem>[^【\[〔「『，。！？；：\n]{{0,40}}?){_OPEN}{mark}{_CLOSE}(?=[：:\s　*☆★]|{_OPENING.pattern})",
    )
)
_MARKED = frozenset(("篇N", "第N篇", "（N）篇", "part N"))  # shapes that say themselves what they number
_LOOSE = frozenset(("stem N", "N stem"))  # any words with a number: read only where the title announces the words
_BARE = frozenset(
    ("no. N", "word N", "N篇", "(N)", "N. title")
)  # a number and little else: only where the title counts as many
_MAX_FRONT = 3  # lines before such a heading: title, subtitle, introduction
_NUMBERED = re.compile("[一二三四五六七八九十0-9０-９①-⑳]|[Pp]art|PART")
_DECORATION = " \t\r　#*＊★☆◆◇●■▲※>=~～◎○⊙▶►→§─━|-—_"
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_DIGITS = {character: value for value, character in enumerate("一二三四五六七八九", 1)} | {"两": 2}

_PROMISE = re.compile(
    r"(?<!第)(?P<number>[0-9０-９]{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:多|余)?\s*[篇则份](?!章|文|小说|幅)"
)
_WORKS = re.compile(
    rf"(?:散文|随笔|小小说|小说|故事|寓言|童话|杂文|游记|美文|短文|小品|日记|作文)[^，。]{{0,4}}{_PROMISE.pattern}$"
)
_COLLECTION = re.compile("精选|优秀|大全|集锦|汇总|汇编|合集|通用|热门|推荐|范文|多篇|模板|集合|实用|经典")
_SITE_TITLE = re.compile(rf"{_COLLECTION.pattern}|{_GENRE}|最新|[0-9]\s?[篇则份]|[（(【][^）)】]{{0,8}}[篇则份][）)】]")
# What a heading names that is whole by itself; a handbook numbers its plans and regulations as well.
_WORK = re.compile(
    "..(?:信|通知|公告|启事|演讲稿|讲话稿|发言稿|致[辞词]|[倡申检保感][议请讨证谢][书信]|心得体会|体会|感想|感悟|读后感|观后感|"
    "日记|作文|总结|评语|自我介绍|主持词|[开闭]幕词|广播稿|稿)$"
)
_BOOK = re.compile(r"第[一二三四五六七八九十百零0-9]{1,4}[章节回编卷部讲课](?:[\s　：:]|$|\S{0,20}$)")
_CLOSING = re.compile(
    "谢谢大家|谢谢各位|谢谢！|谢谢。|谢谢你们|(?:讲话|发言|演讲|汇报|报告)(?:到此|就到这里|完毕|完了|结束)|此致|敬礼"
)
_PERORATION = re.compile("奋斗！|贡献！|台阶！|辉煌！|胜利！|新篇章！|水平！|成功！|愉快！|幸福！|如意！|进步！")
_SALUTATION = re.compile(
    r"(?:尊敬的|敬爱的|亲爱的)?(?:各位)?[^，。！？；\n]{0,24}"
    r"(?:同志们|朋友们|女士们|先生们|同学们|老师们|代表们|委员们|各位代表|各位委员|各位领导|各位来宾|各位同仁)[：:]"
)
_SPEECH_TITLE = re.compile(r"[^。！？；，]{4,45}(?:演讲|讲话|致[辞词]|发言|报告|主持词|[开闭]幕词|[话言讲]稿)")

_DATE = re.compile("(?:[0-9]{4}|[〇○零一二三四五六七八九]{4})年.{1,3}月.{1,3}日")
_BY_EDITOR = re.compile(
    "小编|[供仅](?:大家|各位|您|你)?.{0,4}参考|供.{0,6}(?:朋友|读者|同学|老师|各位|大家).{0,4}(?:翻阅|借鉴|查阅|选用|学习|阅读)|"
    "(?:以下|下面|这里)(?:的?这?[几数些]|[0-9一二两三四五六七八九十]+)[篇份则]|欢迎.{0,4}(?:阅读|借鉴|参考|查阅|收藏|分享|下载|浏览)|一起来看|一起看看|"
    "希望.{0,12}(?:帮助|帮到|有用|启发)|(?:怎么|如何|怎样).{0,6}写|写作方面|写作格式|随时.{0,4}(?:提问|咨询)|我会尽力|"
    "(?:以下|下面|本文|本站|这里).{0,24}(?:范文|整理|收集|收录|搜集|挑选|分享|推荐|[0-9一二两三四五六七八九十]+[篇份则])|"
    "(?:整理|收集|搜集|精选|挑选|选取|汇集|分享|准备)了?.{0,24}(?:范文|[0-9一二两三四五六七八九十]+[篇份则])|"
    "大家(?:都|一定|应该|或多或少).{0,16}吧|(?:许多|很多|不少)人.{0,16}(?:头疼|苦恼|犯愁|烦恼|不知)|"
    "本文目录|目录导读|快来看看|接下来.{0,10}(?:一起|介绍|看)|"
    "扮演着.{0,8}角色|(?:当今|现代|如今|快节奏|信息).{0,6}(?:社会|时代|生活)|让我们(?:一起)?(?:走进|来看|探讨|了解|学习)|"
    "是一种.{0,20}(?:文体|文稿|文书|应用文|方式)|(?:讲话稿|演讲稿|发言稿|心得体会|范文)(?:是|可以|能够|具有|的写作|的作用)|"
    "愿你|相信大家|值得我们(?:思考|学习|借鉴)"
)
_COMPILER = re.compile("小编|范文|仅?供(?:大家|各位|您|你们?)?.{0,4}参考")
_PREFACE = re.compile("编者|编辑部|编后|按语|前言|序言|代序|本辑|本书|本集|本刊|作者|收入")
_PROMISED = "the title promises"
_MIN_BODY = 12  # characters of the shortest part; a line of a table of contents has none
_TYPICAL_BODY = 40  # characters the middle one of the parts must have
_MIN_STEM = 4  # characters of words that are not repeated by chance
_HAN_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


class _Heading(NamedTuple):
    """One line that reads like the heading of a part; of a line that holds text as well, its first ``size`` points."""

    line: int
    number: int
    stem: str
    rest: str
    size: int


@dataclass(frozen=True, slots=True)
class _Chain:
    """Headings of one shape in rising order from one, each with a body, given as code points ``(start, end)``.

    ``exact`` says that no number is missing or comes twice; ``stem`` is empty where the headings differ in it.
    """

    shape: str
    stem: str
    headings: tuple[_Heading, ...]
    bodies: tuple[tuple[int, int], ...]
    exact: bool


def _number(text: str) -> int:
    """The value of a Chinese, Arabic, circled or English numeral; 0 where it is none.

    >>> [_number(word) for word in ("十九", "二十", "07", "③", "Two", "Time")]
    [19, 20, 7, 3, 2, 0]
    """
    if text.isdecimal():
        return int(text)
    if text.isascii():
        return _WORDS.get(text.lower(), 0)
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    hundreds, _, rest = text.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    if any(len(part) > 1 for part in (hundreds, tens, units)):
        return 0
    high = _DIGITS.get(hundreds, 1) * 100 if "百" in text else 0
    return high + (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(units, 0)


def _read(line: str, index: int) -> Iterable[tuple[str, _Heading]]:
    """Every way this line can be read as the heading of a part."""
    glued = list(_read_glued(line, index))
    if glued or len(line) > 80:
        yield from glued
        return
    stripped = " ".join(line.strip(_DECORATION).split())  # one space at most, or the patterns have too much choice
    if not 2 <= len(stripped) <= 64 or not _NUMBERED.search(stripped):
        return
    for shape, sign, pattern in _SHAPES:
        match = pattern.fullmatch(stripped) if sign in stripped else None
        if match and (number := _number(match["number"])):
            stem = match["stem"].strip(" 　:：_-—·【[（(《")
            yield shape, _Heading(index, number, stem, (match["rest"] or "").strip(), len(line))


def _read_glued(line: str, index: int) -> Iterable[tuple[str, _Heading]]:
    """The heading a line of text begins with, if there is one."""
    if not _NUMBERED.search(line, 0, 60):
        return
    for shape, pattern in _GLUED:
        match = pattern.match(line)
        if match and (number := _number(match["number"])) and _is_text(line[match.end() :].strip()):
            stem = match["stem"].strip(" 　:：_—-·【［（(《")
            yield shape, _Heading(index, number, stem, "", match.end())
            return


def _is_text(rest: str) -> bool:
    """Whether what follows a heading on its line is the part's text rather than its title."""
    return len(rest) > 40 or rest[-1:] in ("。", "：", ":", "；", "，") or "。" in rest or bool(_OPENING.match(rest))


def _chains(document: Document) -> Iterable[_Chain]:
    """Every numbering from one: of headings that share shape and stem, and of those that share a marked shape."""
    groups: dict[tuple[str, str], list[_Heading]] = {}
    for index, line in enumerate(document.lines):
        for shape, heading in _read(line, index):
            groups.setdefault((shape, heading.stem), []).append(heading)
            if shape in _MARKED and heading.stem:
                groups.setdefault((shape, ""), []).append(heading)
    following = _next_full(document.lines)
    for (shape, stem), headings in groups.items():
        if len(headings) >= 2:
            yield from _numbered(document, shape, stem, _with_body(document.lines, headings, following))


def _next_full(lines: Sequence[str]) -> list[int]:
    """For each line the first line from it on that is not blank, so that no group has to look twice."""
    result = [len(lines)] * (len(lines) + 1)
    for index in range(len(lines) - 1, -1, -1):
        result[index] = index if lines[index] and not lines[index].isspace() else result[index + 1]
    return result


def _with_body(lines: Sequence[str], headings: Sequence[_Heading], following: Sequence[int]) -> list[_Heading]:
    """The headings that have a body; one whose next line is a heading again is an entry of a table of contents."""
    after = [heading.line for heading in headings[1:]] + [len(following) - 1]
    return [a for a, b in zip(headings, after, strict=True) if a.size < len(lines[a.line]) or following[a.line + 1] < b]


def _numbered(document: Document, shape: str, stem: str, headings: Sequence[_Heading]) -> Iterable[_Chain]:
    """The headings from the last number one on, if they rise from there to the end of the page."""
    first = max((place for place, heading in enumerate(headings) if heading.number == 1), default=len(headings))
    headings = headings[first:]
    numbers = [heading.number for heading in headings]
    rising = all(a <= b for a, b in pairwise(numbers))
    if len(headings) < 2 or not rising or numbers[-1] > 1.7 * len(numbers):
        return
    starts = document.line_starts
    begin = [starts[heading.line] + heading.size for heading in headings]
    end = [starts[heading.line] for heading in headings[1:]] + [len(document.text)]
    exact = numbers == list(range(1, len(numbers) + 1))
    yield _Chain(shape, stem, tuple(headings), tuple(zip(begin, end, strict=True)), exact)


class _Page:
    """What the proofs ask of a page besides its headings, worked out once."""

    def __init__(self, document: Document) -> None:
        self.text, self.lines = document.text, document.lines
        full = (index for index, line in enumerate(document.lines) if line and not line.isspace())
        self.front = list(islice(full, _MAX_FRONT))
        self.head = [(index, document.lines[index]) for index in self.front[:2]]
        self.is_book = any(len(line) <= 40 and _BOOK.match(line.strip()) for line in document.lines)

    def is_near_top(self, line: int, count: int) -> bool:
        """Whether only a title, an introduction and perhaps a table of so many contents stand before a line."""
        before = sum(bool(one.strip()) for one in islice(self.lines, line))
        return before <= _MAX_FRONT or count < before <= count + _MAX_FRONT

    def is_introduced(self, before: int) -> bool:
        """Whether a compiler speaks between the title and a line."""
        return any(_COMPILER.search(self.lines[index]) for index in self.front if index < before)

    def promise(self, before: int) -> int:
        """How many pieces the title promises: 19 for 优秀19篇; 0 where no line of the head does."""
        for index, line in self.head:
            if index < before and len(line) <= 80 and (match := _PROMISE.search(line)):
                return _number(match["number"])
        return 0


def _is_anthology(chain: _Chain, page: _Page) -> str:
    """What proves these headings to be an anthology's, in words; empty where nothing does."""
    count = len(chain.headings)
    lengths = sorted(end - start for start, end in chain.bodies)
    if lengths[0] < _MIN_BODY or lengths[count // 2] < _TYPICAL_BODY:
        return ""
    first = chain.headings[0].line
    title = page.head[0][1] if page.head[0][0] < first else ""
    promise = page.promise(first)
    label = chain.stem or min(heading.rest for heading in chain.headings)
    named = (
        len(label) >= _MIN_STEM and label in title and all(label in (chain.stem, one.rest) for one in chain.headings)
    )
    of_site = bool(_SITE_TITLE.search(title)) or page.is_introduced(first)
    if chain.shape in _BARE:
        trusted = (promise == count or of_site) and page.is_near_top(first, count)
        enough = chain.exact or (chain.shape == "N篇" and len(chain.stem) >= _MIN_STEM)
        if chain.shape == "(N)":  # sections bear such numbers too
            trusted = trusted and promise == count and "篇" in title
        if chain.shape == "N. title":  # and items of lists
            trusted = trusted and promise == count and bool(_WORKS.search(title))
    else:
        # 孙子兵法十三篇 promises as well: parts of a book bear numbers of this shape, so the title has to say more.
        booklike = chain.shape in ("第N篇", "part N") and not of_site
        trusted = named or not (booklike or chain.shape in _LOOSE)
        enough = chain.exact or chain.shape in _MARKED
    if promise >= chain.headings[-1].number and trusted and enough:
        return f"{_PROMISED} {promise}, {count} headings follow"
    if chain.shape in _LOOSE or chain.shape in _BARE or not chain.exact:
        return ""
    repeated = len(chain.stem) >= _MIN_STEM and not any(heading.rest for heading in chain.headings)
    if repeated and chain.shape in ("篇N", "（N）篇") and (count >= 3 or named or _spoken(chain, page.text, 1.0)):
        return f"{count} headings repeat one stem"
    if page.is_book:
        return ""
    collected = bool(_COLLECTION.search(title)) or page.is_introduced(first)
    if chain.shape == "篇N" and collected and all(_WORK.search(heading.stem) for heading in chain.headings):
        return f"{count} headings name works of their own under a title that speaks of a collection"
    if _spoken(chain, page.text, 2 / 3):
        return f"{count} headings, and speeches open or close in the parts"
    if repeated and named and _COLLECTION.search(title):
        return f"{count} headings repeat the stem of a title that speaks of a collection"
    return ""


def _spoken(chain: _Chain, text: str, share: float) -> bool:
    """Whether at least this share of the parts opens as a speech does, and half as many close so."""
    opened = sum(bool(_OPENING.search(text[a : min(b, a + 60)])) for a, b in chain.bodies)
    closed = sum(bool(_CLOSING.search(text[max(a, b - 60) : b])) for a, b in chain.bodies)
    return opened >= share * len(chain.bodies) and closed >= share / 2 * len(chain.bodies)


def _foreign(text: str, body: str) -> bool:
    """Whether a text before the first heading is the site's rather than an author's.

    A short paragraph there is the site's as a rule; it stays when it speaks as a preface does, or shares as many
    pairs of characters with the parts as their own paragraphs do among each other. A long one has to share fewer
    than all but a tenth of those.
    """
    if _PREFACE.search(text) or _OPENING.match(text):
        return False
    counts = Counter(_HAN_PAIR.findall(body))
    own = set(_HAN_PAIR.findall(text))
    paragraphs = [line for line in body.split("\n") if len(line) >= 30]
    paragraphs = paragraphs[:: max(1, len(paragraphs) // 40)]
    usual = sorted(_coverage(Counter(_HAN_PAIR.findall(paragraph)), counts) for paragraph in paragraphs)
    covered = sum(pair in counts for pair in own) / max(1, len(own))
    if len(text) > 400:
        return len(usual) >= 8 and covered < 0.9 * usual[len(usual) // 10]
    return not usual or covered < 0.9 * usual[len(usual) // 2]


def _coverage(own: Counter[str], counts: Counter[str]) -> float:
    """The share of a paragraph's pairs that also stand elsewhere in the body."""
    return sum(counts[pair] > times for pair, times in own.items()) / max(1, len(own))


def _concatenated(lines: Sequence[str], starts: Sequence[int], parts: set[int]) -> tuple[list[int], list[Flag]]:
    """Second speeches inside one part: lines to cut at, and flags where only a salutation tells.

    Sure is a close (谢谢大家, or a date by itself), then a title (在…会议上的讲话), then a salutation. Behind
    a close or a peroration a salutation alone may also be the second speaker's of one meeting, so that is a flag.
    """
    cuts: list[int] = []
    flags: list[Flag] = []
    opened = False
    for index, line in enumerate(lines):
        if index in parts:
            opened = False
        if len(line) > 40 or line[-1:] not in "：:" or not _SALUTATION.fullmatch(line.strip()):
            continue
        before = [i for i in range(max(0, index - 4), index) if lines[i].strip() and i not in parts]
        if opened and before:
            title = _title_between(lines, before)
            if title is not None and title not in cuts:
                cuts.append(title)
            elif _is_closed(lines[before[-1]]) or _PERORATION.search(lines[before[-1]][-12:]):
                flags.append(Flag("concat", starts[index], starts[index] + len(line), line, "a second speech begins"))
        opened = True
    return cuts, flags


def _title_between(lines: Sequence[str], before: Sequence[int]) -> int | None:
    """The line of a speech's title that stands between a close and the salutation, if there is one."""
    for place, index in enumerate(before[1:], 1):
        if _SPEECH_TITLE.fullmatch(lines[index].strip()) and _is_closed(lines[before[place - 1]]):
            return index
    return None


def _is_closed(line: str) -> bool:
    """Whether a speech ends with this line: it says thanks, or it is the date under the speaker's name."""
    return bool(_CLOSING.search(line[-30:]) or (len(line) <= 40 and _DATE.fullmatch(line.strip())))


def _front(document: Document, chain: _Chain, promised: bool) -> tuple[list[int], list[int]]:
    """The lines before the first heading: those to remove, and those that may be content and stay as a part.

    Only a page whose title promises pieces is so surely the site's that a foreign introduction goes for that alone.
    """
    lines = document.lines
    front = [index for index in range(chain.headings[0].line) if lines[index].strip()]
    if not front:
        return [], []
    remove = [front[0]] if _is_title(lines[front[0]]) else []
    doubtful: list[int] = []
    for index in front[len(remove) :]:
        listed = any(  # in a table of contents
            shape == chain.shape and heading.size == len(lines[index]) for shape, heading in _read(lines[index], index)
        )
        (remove if listed or _BY_EDITOR.search(lines[index]) else doubtful).append(index)
    text = "\n".join(lines[index] for index in doubtful)
    if doubtful and promised and _foreign(text, document.text[chain.bodies[0][0] :]):
        return sorted(remove + doubtful), []
    return remove, doubtful


def _is_title(line: str) -> bool:
    """Whether a first line is the page's title rather than its first paragraph."""
    line = line.strip()
    return len(line) <= 80 and (line[-1] not in "。！？…" or bool(_PROMISE.search(line)))


def _find(document: Document) -> Found:
    """Split a document, and each of its parts: two collections in one file are found one inside the other."""
    found = _find_outermost(document)
    if found.cuts:
        _split_parts(document, found)
    return found


def _split_parts(document: Document, found: Found) -> None:
    """Look into every part as if it were a document of its own; what is found there joins ``found``."""
    outer, found.cuts = found.cuts, []
    untitled = outer[0].position > 0  # the first speech of several begins without a cut
    if untitled:
        outer.insert(0, Cut(0, ""))
    edits = found.edits
    rows = list(zip(edits.start, edits.before, edits.confidence, edits.evidence, strict=True))
    for cut, end in zip(outer, [*(cut.position for cut in outer[1:]), len(document.text)], strict=True):
        # What is removed of a part stands at its head.
        body = max((stop for stop in edits.end if cut.position <= stop <= end), default=cut.position)
        inner = _find(Document(document.text[body:end], document.script))
        title = inner.cuts[0].title if inner.cuts and not inner.cuts[0].position else ""
        found.cuts.append(Cut(cut.position, title or cut.title))
        found.cuts += (Cut(body + part.position, part.title) for part in inner.cuts if part.position)
        found.flags += (
            replace(flag, start=flag.start + body, end=flag.end + body)
            for flag in inner.flags
            if not any(flag.start + body == known.start for known in found.flags)
        )
        rows += (
            (body + start, before, confidence, evidence)
            for start, before, confidence, evidence in zip(
                inner.edits.start, inner.edits.before, inner.edits.confidence, inner.edits.evidence, strict=True
            )
        )
    if untitled and not found.cuts[0].title:
        del found.cuts[0]
    found.edits = Edits()
    for start, before, confidence, evidence in sorted(rows):
        found.edits.add(start, before, "", confidence, evidence)


def _find_outermost(document: Document) -> Found:
    found = Found()
    parts: set[int] = set()
    if _may_be_numbered(document) and (proven := _best(document)):
        chain, why = proven
        _split(document, chain, why, found)
        parts = {heading.line for heading in chain.headings}
    if _may_hold_speeches(document):
        cuts, found.flags = _concatenated(document.lines, document.line_starts, parts)
        if cuts:
            _cut_speeches(document, cuts, found)
    return found


def _best(document: Document) -> tuple[_Chain, str] | None:
    """The longest numbering that is proven to be an anthology's, with its proof."""
    page = _Page(document)
    proven = [(chain, why) for chain in _chains(document) if (why := _is_anthology(chain, page))]
    return max(proven, key=lambda pair: (len(pair[0].headings), pair[0].stem), default=None)


def _split(document: Document, chain: _Chain, why: str, found: Found) -> None:
    lines, starts = document.lines, document.line_starts
    remove, keep = _front(document, chain, why.startswith(_PROMISED))
    first = chain.headings[0].line
    position = 0
    for index in remove:
        if keep and index > keep[0]:
            continue  # content stands before this line: nothing is moved across it
        end = _around(document.text, starts[index], starts[index] + len(lines[index]))[1]
        if not document.text[position : starts[index]].strip():
            found.edits.add(position, document.text[position:end], "", 0.99, f"title or introduction; {why}")
            position = end
    if keep:
        found.cuts.append(Cut(0, lines[remove[0]].strip(_DECORATION) if remove and remove[0] < keep[0] else ""))
    for heading in chain.headings:
        start, end = _around(document.text, starts[heading.line], starts[heading.line] + heading.size)
        if heading.line == first and not keep:
            start = position
        found.edits.add(start, document.text[start:end], "", 0.99, f"heading of part {heading.number}; {why}")
        found.cuts.append(Cut(start, _title(lines[heading.line], heading.size)))
    if not keep:
        found.cuts[0] = Cut(0, found.cuts[0].title)


def _title(line: str, size: int) -> str:
    """A heading without its decoration; where text follows on its line, without the colon between as well."""
    return line[:size].strip(_DECORATION + ("：:" if size < len(line) else ""))


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """A heading with the line ends and blank lines on both sides, so that no part begins or ends with one."""
    while start and text[start - 1].isspace():
        start -= 1
    while end < len(text) and text[end] == "\n":
        end += 1
    return start, end


def _cut_speeches(document: Document, at: Iterable[int], found: Found) -> None:
    """Cut before the titles of concatenated speeches; the title stays in its speech."""
    rows = list(zip(found.edits.start, found.edits.before, found.edits.confidence, found.edits.evidence, strict=True))
    for line in at:
        place = document.line_starts[line]
        start = _around(document.text, place, place)[0]
        rows.append((start, document.text[start:place], 0.95, "a speech ends, a title and a salutation follow"))
        found.cuts.append(Cut(start, document.lines[line].strip()))
    found.edits = Edits()
    for start, before, confidence, evidence in sorted(rows):
        found.edits.add(start, before, "", confidence, evidence)
    found.cuts.sort(key=lambda cut: cut.position)


# What the first heading of a numbering holds.
_DEEPEST = 60  # code points of a line before the number of a heading: a title that is repeated, and some marks
_FIRST = Words((
    "篇一", "篇1", "篇0", "篇（", "篇①", "篇 ", "第一篇", "第1篇", "第 1", "）篇", "稿一", "稿1", "稿（", "稿 1",
    "范文一", "范文1", "范文（", "范文【", "范本一", "范本1", "范例一", "范例1", "例文一", "例文1", "例文（",
    "示例一", "示例1", "模板一", "模板1", "模板（", "样本一", "样本1", "样本（", "第一份", "第1份", "第一则",
    "第1则", "Part", "part", "PART", "（一）\n",
))  # fmt: skip


def _may_be_numbered(document: Document) -> bool:
    """Whether the page has what a first heading needs, or a title that promises pieces."""
    head = document.text[:120]
    if ("篇" in head or "则" in head or "份" in head) and _PROMISE.search(head):
        return True
    return any(
        place < _DEEPEST or document.text.rfind("\n", place - _DEEPEST, place) >= 0
        for place, _ in _FIRST.places(document)
    )


def _may_hold_speeches(document: Document) -> bool:
    """Whether two lines end in a colon, as salutations do."""
    return "：" in document.chars and document.text.count("：\n") > 1


RULE = Rule(
    name="anthology.split",
    version=4,
    kind="split",
    summary="Splits a page of numbered model texts into its documents; title, introduction and headings are removed.",
    example=(
        "会议讲话稿（优秀2篇）\n会议讲话稿篇一\n同志们：\n今天的会议十分重要，我讲三点意见，请大家结合实际抓好贯彻落实，不折不扣地完成今年的任务。"
        "\n会议讲话稿篇二\n各位来宾：\n欢迎来到我市考察指导工作，我代表市委、市政府向大家表示热烈的欢迎和衷心的感谢，祝大家工作顺利。",
        "同志们：\n今天的会议十分重要，我讲三点意见，请大家结合实际抓好贯彻落实，不折不扣地完成今年的任务。"
        "各位来宾：\n欢迎来到我市考察指导工作，我代表市委、市政府向大家表示热烈的欢迎和衷心的感谢，祝大家工作顺利。",
    ),
    find=_find,
    gate=lambda document: _may_be_numbered(document) or _may_hold_speeches(document),
)
