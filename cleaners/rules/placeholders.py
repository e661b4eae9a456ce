"""Placeholders: what an editor or a filter put in the place of a year, a name or a word. Flagged, never changed.

The forward models: a site replaces every ``20\\d\\d`` by ``20xx`` (and with it 2000户), or deletes it; an editor
replaces names by X, xx, ×× or *; a word list replaces each forbidden word by six stars; a filter empties the quotes
around 十二五. What was there can be copied from another copy of the text, never guessed.

X is also a ray, an axis, an unknown and a film; * is multiplication and Markdown; ×× marks a wrong answer. So a mask
needs Chinese around it, a word that such a mask precedes (市, 书记, 月, %), or company: three of its kind on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cleaners.document import Document, Flag, Found, Rule, once
from cleaners.words import Words

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_PLACE = "市|县|区(?!间|别|分|块)|省|镇|乡|村|州|盟|旗|街道|社区|开发区|工业园|高新区"
_PERSON = (
    "同志|书记|市长|县长|区长|省长|镇长|乡长|局长|厅长|部长|处长|科长|院长|校长|主任|主席|总理|常委|"
    "总书记|委员|领导|指出|强调"
)
_BODY = (
    "省委|市委|县委|区委|党委|政府|人民政府|公司|集团|大学|学院|中学|小学|医院|银行|法院|检察院|"
    "局(?!限|部|面)|厅|项目|路"
)
_QUANTITY = (
    "年|月|日|时|点|分(?!布|别|析)|%|％|‰|个|件|名|人|户|亩|家|万|亿|元|多|余|项|次|届|篇|号|岁|吨|公里|千米|米|平方|"
    "公顷|斤|条|所|座|辆|台|批|例|起|场|期|位|级|层|倍|周年|千瓦|左右"
)
_AFTER_MASK = re.compile(rf"{_PLACE}|{_PERSON}|{_BODY}|{_QUANTITY}")
_AFTER_NAME = re.compile(rf"{_PLACE}|{_PERSON}|{_BODY}|月|日|人民|经济|党")

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CODE = frozenset("0123456789()")
_KIND = dict.fromkeys("xXｘＸ", "x") | dict.fromkeys("*＊", "*") | dict.fromkeys("oO○〇", "o") | {"×": "×", "_": "_"}
_MASKS = re.compile("[xｘ]+|[XＸ]+|×+|[*＊]+|_+|[oO○〇]{2}(?=年)")
_MASK_CHARS = np.zeros(1 << 16, dtype=np.bool_)
_MASK_CHARS[[ord(character) for character in "xｘXＸ×*＊_oO○〇"]] = True
_CENTURY = re.compile(r"(?<![0-9A-Za-z._*×])(?<![A-WYZa-wyz]-)(?:(?:1[89])?20|19)[0-9]?$")
_YEAR_BEHIND = re.compile(
    r"\s{0,2}(?:年|学年|届|级(?!别|联)|[-－—–~～至到、/.．]\s?(?:20|[xX×*0-9]))|"
    r"[）)〕\]】]\s?第?\s?[0-9xX×*]{1,4}\s?号"
)
_YEAR_GOES_ON = re.compile("[0-9A-Za-z×*＊_]")
_YEAR_ALONE = re.compile(r"[，。；、）)：,.;]|$")
_COUNT_BEHIND = re.compile(
    r"\s?(?:余|多)?(?:户|亩|元|人|名|个|家|吨|万|亿|公里|米|平方|公顷|件|台|辆|套|斤|头|只|株|棵|次|场|余|多|千瓦|册|本|所|座|字)"
)

# What a letter or a sign touches where it is part of a formula, an address or a version, on its left and right.
_FORMULA_SIDE = re.compile(r"^[0-9_./:@&=＝+^×√✓）)-] | [0-9_=＝+^²³(（/@√✓×-]| \.[^xX0-9]| \.$")
_PARTY_BODY = re.compile("委(?!员|托)|支部|组织")
_NAME_BEFORE = re.compile("[!-~] $")  # iPhone X, Mac OS X
_NAMING = re.compile(  # 商品X, 若X: the author calls something X
    "(?:商品|产品|物品|国家|城市|公司|角色|选手|用户|药物|物质|化合物|参数|符号|字母|代号|代码|型号|版本|神秘人|嫌疑人)$"
)
_PRODUCT = re.compile("[长宽高底量价][xXｘＸ][长宽高价量]")
_X_WORD = re.compile(
    "射线|光|线|轴|型|形|染色体|战警|档案|坐标|值|方向|因素|因子|世代|世纪|片|连锁|基因|波段|理论|先生|女士|小姐|夫人|君|博士|教授|"
    "坐標|系列|平台|盘|元素|分量|变量|的(?:值|取值|系数|平方|导数|函数|解)|架|腿|展架|级|码|荧光|衍射|显示|网站|视频|档|年代|特遣"
)
# Behind or before an x, and anywhere.
_ALGEBRA_X = re.compile(
    r"(?<![A-Za-z])[xX]\s?[=＝+＋^²³<>≤≥∈→-]|(?:[=＝+＋<>≤≥]|[A-Za-z][(（])\s?[xX](?![A-Za-z])|"
    r"(?<![A-Za-z0-9.])[0-9]{1,2}x(?![A-Za-z0-9])|"
    r"(?:^|[，。；：、）)\s若解])设[^，。\n]{0,12}(?<![A-Za-z])[xX](?![A-Za-z])|"
    r"(?:变量|元素|命题|集合|事件|字母|因子)\s?[xX](?![A-Za-z])",
    re.MULTILINE,
)
_X_REACH = 16  # code points before an x that these read
_ALGEBRA = ("方程", "未知数", "自变量", "函数", "横坐标", "纵坐标", "坐标系", "坐标为")
_AXIS = re.compile(r"[xyXY]\s?轴")
_OTHER_LETTER = re.compile(r"(?<![A-Za-z0-9])[YZyz](?![A-Za-z0-9])")
_BRANDS = ("推特", "Twitter", "twitter", "马斯克", "Xbox", "SpaceX", "iPhone", "特斯拉", "社交平台", "社交媒体X")
_TUTORIAL = re.compile("替换|改成|改为|换成|输入|命令|文件名|用户名|变量|参数|代码|占位|造句|格式为|通配")
_MEANS = re.compile("表示|代表(?!团|队|大会|作|们|人|[，。、])|代替|代指|指代")

_MARKED = re.compile("[√✓✔]|判断题|对错|正误|打“?×")

_SECRET = re.compile(
    "密码|口令|账号|帐号|账户|卡号|手机|电话|号码|身份证|验证码|QQ|微信|邮箱|[Pp]assword|显示为|屏蔽|星号|星级|打码|"
    "通配|乘"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
# 张**、李*，: a given name; in **张** the stars are Markdown's.
_SURNAME = re.compile(f"(?:^|[，。、；：“（ 由和与对向被人告员长任记])[{_SURNAMES}]$")
_NAME_END = frozenset("，。、；：”）（到的在等因于系与和犯")
_LEADER_BEHIND = re.compile(
    "同志|书记|总书记|主席|总理|指出|强调|提出|新时代|思想|重要|讲话|要求|保持|周围|权威|核心|的核心|决策|重大|精神|市|县|省|区|镇"
)
_LEADERS_PHRASES = ("新时代中国特色社会主义思想", "同志为核心")
_RULE_LINE = re.compile(r"[\s*＊_=-]+")
_FORMULA = re.compile(r"[=＝+＋/÷]|\d\s?[*＊]\s?\d")

_FORM = re.compile(r"[：:]\s?_{2,}|填空|填写|甲方|乙方|姓名|签字|签名|盖章|(?<!_)_{2,}年_{2,}月|选择题|试题|答案")

_PUNCTUATION_TALK = re.compile(
    "引号|标点|空字符|空串|字符串|半角|全角|书名号|顿号|括号|转义|键盘|输入法|‘’|《》|（）|[(][)]"
)
_IN_CODE = frozenset("(=+);[]{}<>")
_PLANS = ("十五", "十一五", "十二五", "十三五", "十四五", "十五五")
_PLAN_YEAR = re.compile(r"(20[0-9]{2})年[^。；]{0,4}$")
_PLAN_TURN = re.compile("(?:规划|时期|计划)?的?(?:实施的?)?(?:(?P<first>开局|起步|第一年)|收官|最后一年)")
_EMPTY = re.compile("“”")
_PLAN_BEHIND = re.compile("的?(?:规划|期间|时期|末|收官|开局|发展|各项|纲要|精彩|以来|计划|，是|建设)")


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of one mask character with at most 40 characters of its line on both sides."""

    start: int
    end: int
    line: int
    text: str
    before: str
    after: str

    @property
    def in_chinese(self) -> bool:
        """Whether a Chinese character touches the run, through a quotation mark at most."""
        left, right = self.before[-2:].rstrip("“‘（《【"), self.after[:2].lstrip("”’）》】")
        return bool(_HAN.fullmatch(left[-1:]) or _HAN.fullmatch(right[:1]))

    @property
    def in_title(self) -> bool:
        """Whether the run stands in the title of a work, 《…》."""
        return self.before.rfind("《") > self.before.rfind("》")


def _masks(document: Document) -> Iterator[re.Match[str]]:
    """Every match of `_MASKS`: tried only where one of its characters stands, for most text has few."""
    end = 0
    for place in np.flatnonzero(_MASK_CHARS[document.units]).tolist():
        if place >= end and (match := _MASKS.match(document.text, place)):
            end = match.end()
            yield match


def _runs(matches: Iterable[re.Match[str]], text: str) -> Iterator[_Run]:
    """Every match that is no part of a Latin word."""
    line, counted = 0, 0
    for match in matches:
        start, end = match.span()
        before, after = text[max(0, start - 40) : start], text[end : end + 40]
        if before[-1:] in _LETTERS or after[:1] in _LETTERS:
            continue
        line += text.count("\n", counted, start)
        counted = start
        yield _Run(start, end, line, match[0], before.rpartition("\n")[2], after.partition("\n")[0])


def _flag(kind: str, run: _Run, detail: str = "", value: int = 0) -> Flag:
    return Flag(kind, run.start, run.end, run.text, detail, value)


def _as_year(run: _Run) -> _Run | None:
    """The run with the digits around it, where they make up a masked year: 20xx, 201x, 20x5, 20__."""
    century = _CENTURY.search(run.before[-8:])
    if century is None:
        return None
    digits = century[0]
    decade = len(digits) % 2
    behind = len(run.text) == 1 and not decade and run.after[:1].isdigit()
    if len(run.text) + decade > (4 if "_" in run.text else 2) or _YEAR_GOES_ON.match(run.after, behind):
        return None
    text = digits + run.text + run.after[:behind]
    start = run.start - len(digits)
    return _Run(start, start + len(text), run.line, text, run.before[: -len(digits)], run.after[behind:])


def _years(runs: Iterable[_Run]) -> Iterator[Flag]:
    """A year, or 2000 where a count follows; without 年 or the like only in company of a sure one."""
    alone: list[_Run] = []
    sure = False
    for run in runs:
        if _COUNT_BEHIND.match(run.after) and not run.text[2].isdigit():
            yield _flag("number_mask", run, "2000, taken for a year", 2000)
        elif _YEAR_BEHIND.match(run.after):
            sure = True
            two_digits = len(run.text) > 4 and run.text.startswith(("1820", "1920"))
            yield _flag("year_mask", run, "a two-digit year, masked as if it had four" if two_digits else "a year")
        elif _YEAR_ALONE.match(run.after) and len(run.text) == 4:
            alone.append(run)
    if sure:
        yield from (_flag("year_mask", run, "a year") for run in alone)


def _letters(runs: Iterable[_Run], unknowns: Sequence[_Run], document: Document) -> Iterator[Flag]:
    """X, xx, xxx for a name, a place or a number; a single one only where ``unknowns`` hold no algebra."""
    lone: list[_Run] = []
    company = 0
    for run in runs:
        if not run.in_chinese or _FORMULA_SIDE.search(run.before[-1:] + " " + run.after[:2]):
            continue
        if _X_WORD.match(run.after) or _NAME_BEFORE.search(run.before) or _NAMING.search(run.before[-3:]):
            continue
        if _PRODUCT.fullmatch(run.before[-1:] + run.text + run.after[:1]):
            continue
        if run.before[-1:] in "镇乡县市区局校厂村" and _PARTY_BODY.match(run.after):
            yield _flag("party_mask", run, "党")
        elif len(run.text) == 1:
            lone.append(run)
        elif not (_TUTORIAL.search(run.before[-12:] + run.after[:8]) or _MEANS.match(run.after)):
            company += 1
            yield _flag("year_mask" if len(run.text) == 4 and run.after[:1] == "年" else "x_mask", run)
    lone = [run for run in lone if not run.in_title]
    if not lone or any(_MEANS.match(run.after) for run in lone) or _is_algebra(unknowns, document):
        return
    if company + len(lone) < 3 or _names_letters(document):
        lone = [run for run in lone if _AFTER_MASK.match(run.after)]
    yield from (_flag("x_mask", run) for run in lone)


def _names_letters(document: Document) -> bool:
    """Whether Y or Z stand alone as well, or a brand is spoken of that is called X."""
    if not document.chars.isdisjoint("YZyz") and _OTHER_LETTER.search(document.text):
        return True
    return document.holds(*_BRANDS)


def _is_algebra(unknowns: Sequence[_Run], document: Document) -> bool:
    """Whether the page calculates with x, or speaks of those who do."""
    return (
        any(_reads_as_algebra(run, document.text) for run in unknowns)
        or document.holds(*_ALGEBRA)
        or ("轴" in document.chars and _AXIS.search(document.text) is not None)
    )


def _reads_as_algebra(run: _Run, text: str) -> bool:
    """Whether what stands at an x calculates; what ends where the search does might go on behind it."""
    match = _ALGEBRA_X.search(text, max(0, run.start - _X_REACH), run.end + 3)
    return match is not None and match.end() <= run.end + 2


def _times(runs: Sequence[_Run], text: str) -> Iterator[Flag]:
    """×× for a name; a single × only before a place, a person or a date."""
    marked = bool(runs and _MARKED.search(text))
    for run in runs:
        bracketed = run.before[-1:] in "（(" and run.after[:1] in "）)"
        if not run.in_chinese or bracketed or _FORMULA_SIDE.search(run.before[-1:] + " " + run.after[:1]):
            continue
        named = bool(_AFTER_NAME.match(run.after))
        if (named or not marked) if len(run.text) > 1 else (named and not _FORMULA.search(run.before + run.after)):
            kind = "year_mask" if len(run.text) == 4 and run.after[:1] == "年" else "times_mask"
            yield _flag(kind, run)


def _stars(runs: Iterable[_Run]) -> Iterator[Flag]:
    """Stars for a leader's name (six a word), and one or two for a place."""
    lines: dict[int, list[_Run]] = {}
    for run in runs:
        if _SECRET.search(run.before[-16:] + run.after[:8]) or run.before[-1:] in _CODE or run.after[:1] in _CODE:
            continue
        if len(run.text) <= 2 and _SURNAME.search(run.before) and run.after[:1] in _NAME_END:
            yield _flag("star_mask", run)
        elif len(run.text) <= 24 and run.in_chinese and not _RULE_LINE.fullmatch(run.before + run.after):
            lines.setdefault(run.line, []).append(run)
    for one in lines.values():
        yield from _long_stars([run for run in one if len(run.text) >= 3])
        yield from _double_stars([run for run in one if len(run.text) == 2])
    yield from _single_stars([[run for run in one if len(run.text) == 1] for one in lines.values()])


def _long_stars(runs: list[_Run]) -> Iterator[Flag]:
    """Three stars and more; a pair of equal runs on one line may be Markdown, unless a leader's words are near."""
    odd = len(runs) % 2
    for run in runs:
        words = len(run.text) % 6 == 0
        spoken = run.before[-1:] == "党" or _LEADER_BEHIND.match(run.after)
        between = _HAN.fullmatch(run.before[-1:]) and _HAN.fullmatch(run.after[:1])
        if words or spoken or (odd and between):
            yield _flag("leader_mask", run, _hidden_by_stars(run))


def _hidden_by_stars(run: _Run) -> str:
    """The word the stars hide where only one fits the phrase, else how many words of a list there were."""
    if run.text == "***" and run.before[-1:] == "党":
        return "中央"
    if len(run.text) == 6 and run.after.startswith(_LEADERS_PHRASES):
        return "习近平"
    words, rest = divmod(len(run.text), 6)
    return f"{words} word{'s' if words > 1 else ''} of a list, six stars each" if words and not rest else ""


def _double_stars(runs: list[_Run]) -> Iterator[Flag]:
    """Two stars before a place; Markdown's come in pairs with more than one character between them."""
    bold = len(runs) % 2 == 0 and any(b.start - a.end > 1 for a, b in zip(runs[::2], runs[1::2], strict=True))
    if not bold:
        yield from (_flag("star_mask", run) for run in runs if _AFTER_NAME.match(run.after))


def _single_stars(lines: list[list[_Run]]) -> Iterator[Flag]:
    """One star for a place, where the page has three and they do not pair up as Markdown's would."""
    lines = [
        [run for run in runs if run.before.strip() and not _FORMULA.search(run.before[-12:] + run.after[:12])]
        for runs in lines
    ]
    every = [run for runs in lines for run in runs]
    places = [run for run in every if re.match(_PLACE, run.after)]
    odd = sum(len(runs) % 2 for runs in lines)
    if len(every) >= 3 and (odd or len(places) * 2 >= len(every)):
        yield from (_flag("star_mask", run) for run in every)
    elif odd:
        yield from (_flag("star_mask", run) for run in places)


def _blanks(runs: Sequence[_Run], text: str) -> Iterator[Flag]:
    """十八届__精神, __市; the blanks of a form or an exercise are no masks."""
    form = bool(runs and _FORM.search(text))
    for run in runs:
        if len(run.text) > 8 or not (_HAN.fullmatch(run.before[-1:]) and _HAN.fullmatch(run.after[:1])):
            continue
        if run.before[-1] == "届":
            yield _flag("underscore_mask", run, "a plenary session, such as 三中全会")
        elif not form and len(run.text) > 1 and _AFTER_NAME.match(run.after):
            yield _flag("underscore_mask", run)


def _find_masks(document: Document) -> Found:
    years: list[_Run] = []
    kinds: dict[str, list[_Run]] = {"x": [], "×": [], "*": [], "_": [], "o": []}
    unknowns: list[_Run] = []
    for run in _runs(_masks(document), document.text):
        if run.text in ("x", "X"):
            unknowns.append(run)
        year = _as_year(run)
        if year:
            years.append(year)
        else:
            kinds[_KIND[run.text[0]]].append(run)
    flags = [
        *_years(years),
        *_letters(kinds["x"], unknowns, document),
        *_times(kinds["×"], document.text),
        *_stars(kinds["*"]),
        *_blanks(kinds["_"], document.text),
    ]
    return Found(flags=sorted(flags, key=lambda flag: flag.start))


def _find_empty_quotes(document: Document) -> Found:
    """“” where a filter took 十二五; an article on punctuation writes the same two marks."""
    text = document.text
    talk = "引号" in text or "标点" in text
    flags = []
    for run in _runs(_EMPTY.finditer(text), text):
        plan = bool(_PLAN_BEHIND.match(run.after))
        if _PUNCTUATION_TALK.search(run.before[-12:] + run.after[:12]) or (talk and not plan):
            continue
        if run.before[-1:] in _IN_CODE or run.after[:1] in _IN_CODE:
            continue
        flags.append(_flag("empty_quotes", run, _hidden_plan(run) if plan else ""))
    return Found(flags=flags)


def _hidden_plan(run: _Run) -> str:
    """The five-year plan whose first or last year stands before the quotes; otherwise only that it is a plan."""
    year, turn = _PLAN_YEAR.search(run.before), _PLAN_TURN.match(run.after)
    if year and turn:
        number, place = divmod(int(year[1]) - 2001, 5)  # the tenth plan ran from 2001 to 2005
        if 0 <= number < len(_PLANS) and place == (0 if turn["first"] else 4):
            return _PLANS[number]
    return "a five-year plan, such as 十二五"


class _Seam(NamedTuple):
    """Two characters that meet only where a year was deleted: ``cut`` of ``literal`` stood before the year.

    ``before`` must match the text up to the literal (at its end), ``after`` the text behind the literal. A seam
    that is not ``sure`` could be written on purpose, and counts only on a page that also has a sure one.
    """

    literal: str
    cut: int
    before: str
    after: str
    sure: bool = True


_NUMBER = r"(?:约|近|不足|仅|超过)?\s?[0-9]+(?:\.[0-9]+)?\s?(?:[%％倍家万亿个人元户]|平方|公里)"
_STOP = r"(?:^|[，。；！：、\n])$"
_START = r"(?:^|[。；！\n])$"
_SEAMS = (
    _Seam("是的", 1, rf"{_STOP}|[元吨人家个米%％]$", _NUMBER),
    _Seam("是的", 1, r"[\u4e00-\u9fff]$", r"\s?[0-9]+(?:\.[0-9]+)?\s?倍"),
    _Seam("由的", 1, r"(?<![理缘来自原因事])$", _NUMBER),
    _Seam("到的", 1, r"(?:增加|增长|提高|上升|下降|降低|减少|扩大|发展|提升)$", _NUMBER),
    _Seam("至的", 1, r"(?:增加|增长|提高|上升|下降|降低|减少|扩大|提升)$", _NUMBER),
    _Seam("比增长", 1, _STOP, r"[了约近]?\s?[0-9]"),
    _Seam("比提高", 1, _STOP, r"[了约近]?\s?[0-9]"),
    _Seam("比下降", 1, _STOP, r"[了约近]?\s?[0-9]"),
    _Seam("比减少", 1, _STOP, r"[了约近]?\s?[0-9]"),
    _Seam("比增加", 1, _STOP, r"[了约近]?\s?[0-9]"),
    _Seam("比年增", 1, _STOP, r"[加长]了?\s?[0-9]"),
    _Seam("。以来", 1, "", "，"),
    _Seam("\n以来", 1, "", "，"),
    _Seam("，年以来", 1, "", "，"),
    _Seam("。年", 1, "", "以来，|，[我全市县省区公学]|[0-9]{1,2}月"),
    _Seam("\n年", 1, "", "以来，|，[我全市县省区公学]|[0-9]{1,2}月"),
    _Seam("由年的", 1, "", _NUMBER),
    _Seam("到年的", 1, r"(?:增加|增长|提高|上升|下降|降低|减少|扩大|发展|提升)$", _NUMBER),
    _Seam("至年的", 1, r"(?:增加|增长|提高|上升|下降|降低|减少|扩大|提升)$", _NUMBER),
    _Seam("从年", 1, r"(?:^|[，。；\n])$", "到年|起，|开始"),
    _Seam("自年", 1, r"(?:^|[，。；\n])$", "以来|起，|开始"),
    _Seam("到年，", 1, r"[，。；\n]$", ""),
    _Seam("截至年", 2, "", "[0-9]"),
    _Seam("截至底", 2, "", ""),
    _Seam("于年", 1, "", "[0-9]{1,2}月"),
    _Seam("从起，", 1, r"[，。；\n]$", ""),
    _Seam("从到", 1, r"[，。；\n]$", "年?，"),
    _Seam("据底统计", 1, "", ""),
    _Seam("。底，", 1, "", ""),
    _Seam("\n底，", 1, "", ""),
    _Seam("；到，", 2, "", ""),
    _Seam("。到，", 2, "", ""),
    _Seam("划到，", 2, "[计规]$", ""),
    _Seam("力争到，", 3, "", ""),
    _Seam("与相比", 1, _STOP, "，"),
    _Seam("同相比", 1, _STOP, "，"),
    _Seam("与年相比", 1, "", ""),
    _Seam("自以来", 1, _STOP, ""),
    _Seam("从以来", 1, _STOP, ""),
    _Seam("立于，", 2, "[成建创]$", ""),
    _Seam("建于，", 2, "[始兴创修]$", ""),
    _Seam("截至，", 2, "", ""),
    _Seam("20将是", 2, r"(?<![0-9.年月第])$", ""),
    _Seam("到万元", 1, r"[0-9]万元(?:调整|提高|增加|增长|上升)$", ""),
    _Seam("向万以上", 1, "", ""),
    _Seam("\n，", 1, "", "", sure=False),
    _Seam("。，", 1, "", "", sure=False),
    _Seam("。,", 1, "", "", sure=False),
    _Seam("到底，", 1, _START, "", sure=False),
)


_BY_LITERAL: dict[str, list[tuple[_Seam, re.Pattern[str], re.Pattern[str]]]] = {}
for _seam in _SEAMS:
    _BY_LITERAL.setdefault(_seam.literal, []).append((_seam, re.compile(_seam.before), re.compile(_seam.after)))
_LITERALS = Words(_BY_LITERAL)


def _find_dropped_years(document: Document) -> Found:
    seams = _seams(document)
    flags = {at: _dropped(document.text, at) for seam, at in seams} if any(seam.sure for seam, _ in seams) else {}
    return Found(flags=[flags[at] for at in sorted(flags)])


def _dropped(text: str, at: int) -> Flag:
    return Flag("year_drop", at, at, "", f"a year is missing: {text[max(0, at - 4) : at]}|{text[at : at + 4]}")


@once
def _seams(document: Document) -> list[tuple[_Seam, int]]:
    """The seams of the text, each with the place where the year was."""
    text, found = document.text, []
    for place, literal in _LITERALS.places(document):
        for seam, before, after in _BY_LITERAL[literal]:
            if after.match(text, place + len(literal)) and before.search(text, max(0, place - 12), place):
                found.append((seam, place + seam.cut))
                break
    return found


MASKS = Rule(
    name="placeholder.mask",
    version=1,
    kind="flag",
    summary="Flags what stands in the place of a year, a number, a name or a word: 20xx, X, ××, *, ******, __.",
    example=("20xx年，我市与xx县签订协议，新增用户20xx户。", "20xx年，我市与xx县签订协议，新增用户20xx户。"),
    find=_find_masks,
    gate=frozenset("xXｘＸ×*＊_"),
)
EMPTY_QUOTES = Rule(
    name="placeholder.empty_quotes",
    version=1,
    kind="flag",
    summary="Flags quotation marks that a filter emptied: “”期间.",
    example=("“”期间，全区经济年均增长12%。", "“”期间，全区经济年均增长12%。"),
    find=_find_empty_quotes,
    gate=lambda document: "“”" in document.text,
)
DROPPED_YEARS = Rule(
    name="placeholder.dropped_year",
    version=1,
    kind="flag",
    summary="Flags the seams that a deleted year leaves: 总产值是的3倍.",
    example=("总产值68亿元，是的3倍。", "总产值68亿元，是的3倍。"),
    find=_find_dropped_years,
    gate=lambda document: any(seam.sure for seam, _ in _seams(document)),
)
