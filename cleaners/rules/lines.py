"""What the rules about lines share: reading a line whatever its script and width, and taking whole lines away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2  # type: ignore[import-untyped]

from cleaners.document import Document, Edits

# Only the characters the patterns of this package are written with, so that traditional pages match too where a
# profile keeps their script. One character for one character: an offset in the folded line is one in the line.
_TRADITIONAL = (
    "與与專专業业嚴严個个箇个爲为舉举麼么習习書书買买瞭了於于亞亚產产僅仅從从們们價价衆众優优夥伙會会傳传體体餘余側侧脩修藉借黨党關关興兴內内冊册寫写準准減减鳳凤齣出擊击劃划則则創创刪删別别彆别製制辦办務务"
    "動动醫医昇升華华協协單单捲卷廳厅參参蔘参發发髮发隻只祇只臺台檯台颱台號号閤合衕同後后嚮向曏向聽听啓启員员週周賙周諮咨迴回團团糰团圍围國国圖图場场壇坛罈坛聲声處处備备復复複复覆复頭头學学寶宝實实審审傢家"
    "對对導导將将嘗尝嚐尝侷局層层屬属幣币佈布帳帐帶带幫帮並并併并廣广庫库開开彈弹歸归當当噹当錄录彔录綵彩誌志總总戶户纔才執执掃扫護护報报擇择換换蒐搜攝摄數数無无時时顯显暫暂術术朮术機机雜杂權权條条來来闆板"
    "構构標标欄栏覈核檔档樓楼歡欢歐欧慾欲畢毕氣气匯汇彙汇漢汉沒没註注瀏浏遊游點点熱热獻献翫玩現现電电暢畅監监盤盘碼码確确礙碍俬私種种祕秘積积稱称筆笔籌筹籤签簽签簡简類类係系繫系緊紧糾纠紅红約约級级納纳線线"
    "組组細细織织終终紹绍經经結结給给絡络絕绝統统繼继續续維维緩缓編编縮缩網网羅罗羣群聯联腦脑騰腾節节範范薦荐獲获穫获藍蓝錶表見见觀观視视覽览覺觉觸触訂订認认議议訊讯記记講讲許许論论設设訪访證证証证評评識识"
    "詞词試试誠诚話话詢询該该詳详語语誤误說说請请讀读調调謝谢負负貢贡責责賬账質质購购貼贴費费資资賞赏贊赞讚赞趕赶車车轉转軟软輕轻載载較较輯辑邊边過过還还這这進进違违適适選选郵邮鄭郑採采寀采裏里鑑鉴鑒鉴鍾钟"
    "鐘钟鈡钟鈕钮錢钱鏈链鍊链鎖锁錯错鍵键鏡镜長长門门閉闭問问間间聞闻閣阁閱阅隱隐麪面韓韩頁页頂顶須须鬚须預预領领頻频題题饋馈馬马驗验鮮鲜"
)
_FOLD = {ord(old): new for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
_FOLD |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys((0xA0, 0x3000, 0x09, 0x2002, 0x2003), " ") | {ord("【"): "[", ord("】"): "]"}
_FOLD |= {ord("〔"): "[", ord("〕"): "]", ord("﹥"): ">", ord("丨"): "|", ord("│"): "|", ord("—"): "-"}

SENTENCE_ENDS = frozenset("。！？!?；;…：:”’」』）)》")


def fold(line: str) -> str:
    """Return ``line`` as patterns want it: simplified, half-width, brackets square; same length.

    >>> fold("編輯：田某")
    '编辑:田某'
    """
    return line.translate(_FOLD)


@cache
def linear(pattern: str) -> Any:
    """A compiled RE2 pattern, white space in it left out; made at first use, since most pages need few.

    >>> linear(" a+ b ").fullmatch("aab") is not None
    True
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return re2.compile("".join(pattern.split()), options)


_REPEAT = r"(?:[*+?]|\{[\d,]+\})"
_CLASS = r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
# What a pattern is made of; a group is caught, its end with what repeats it, and every run of Han that is not repeated.
_TOKEN = re.compile(
    rf"(?:{_CLASS}|[^()|\\\[]){_REPEAT}+|{_CLASS}|(\(|\){_REPEAT}*|\||[㐀-鿿]+(?!{_REPEAT}))|.", re.DOTALL
)
_NONE: tuple[int, int, list[str]] = (0, 0, [])


def may_match(pattern: str, line: str) -> bool:
    """Whether a line holds what any match of a pattern holds, so that it is worth compiling.

    >>> may_match("(?:本站|网站?)[^。]{2,4}谢绝(?:转载)?", "网友来信"), may_match("(?:本站)?[*转载]发?", "转")
    (False, True)
    """
    words = _needed(pattern)
    return not words or any(word in line for word in words)


@cache
def _needed(pattern: str) -> list[str]:
    """Words of which one at least stands in whatever a pattern matches; none where it has no such words."""
    return _needed_in(filter(None, _TOKEN.findall(pattern)))[2]


def _needed_in(tokens: Iterator[str]) -> tuple[int, int, list[str]]:
    """The words needed up to the end of a group, the longest and then the fewest: length of the shortest, -number."""
    branches, best = [], _NONE
    for token in tokens:
        if token == "|":
            branches.append(best)
            best = _NONE
        elif token[0] == ")":
            if token.strip(")+"):
                return _NONE  # the group may be left out
            break
        else:
            found = _needed_in(tokens) if token == "(" else (len(token), -1, [token])
            if found > best:
                best = found
    if not branches:
        return best
    branches.append(best)
    words = [word for _, _, words in branches for word in words]
    shortest = min(branches)[0]
    return (shortest, -len(words), words) if shortest else _NONE


def both_scripts(words: Iterable[str]) -> list[str]:
    """Every word, and its traditional spelling where that differs.

    >>> both_scripts(["编辑"])
    ['编辑', '編輯']
    """
    pairs = list(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))
    back = {ord(new): old for old, new in reversed(pairs)}  # of several traditional forms the usual one stands first
    found = dict.fromkeys(words)
    found |= dict.fromkeys(word.translate(back) for word in found)
    return list(found)


_NAMES = re.compile(r"(?:[点单按]击?|选择|打开|显示|出现|弹出|提示|看到|标有|写着|名为|叫做?)[:：]?\s?$")
_NAMED = re.compile(r"\s?的?(?:按钮|按键|键|字样|链接|选项|图标|菜单|入口|提示|页面|对话框|栏)")


def is_named(line: str, start: int, end: int) -> bool:
    """Whether what stands at ``[start, end)`` is named by the sentence around: what one is to press, or is to see.

    >>> is_named("点击【登录】按钮", 2, 6), is_named("水到了【登录】田里", 3, 7)
    (True, False)
    """
    return bool(_NAMES.search(line, max(0, start - 6), start) or _NAMED.match(line, end))


@dataclass(frozen=True, slots=True)
class Gone:
    """A line to take away, by its index, with how sure that is and why."""

    line: int
    confidence: float
    evidence: str


def remove_lines(document: Document, gone: Sequence[Gone]) -> Edits:
    """Take whole lines away with their newlines; ``gone`` ascends by line.

    Of the two gaps of blank lines around a removed block the larger stays, so paragraphs are neither glued nor
    driven further apart; at the edges of the text the gap goes too. Blank lines between removed lines go with them.

    >>> from cleaners.edits import apply
    >>> page = Document("分享\\n\\n标题\\n\\n打印\\n\\n正文。\\n编辑:某某")
    >>> apply(page.text, remove_lines(page, [Gone(0, 1, ""), Gone(4, 1, ""), Gone(7, 1, "")]))
    '标题\\n\\n正文。'
    """
    edits = Edits()
    for block in _blocks(document.lines, gone):
        start, end = _span(document, block[0].line, block[-1].line)
        why = "; ".join(dict.fromkeys(one.evidence for one in block if one.evidence))
        edits.add(start, document.text[start:end], "", min(one.confidence for one in block), why)
    return edits


def _blocks(lines: list[str], gone: Sequence[Gone]) -> list[list[Gone]]:
    """Group removed lines that only blank lines keep apart."""
    blocks: list[list[Gone]] = []
    for one in gone:
        if blocks and not any(line.strip() for line in lines[blocks[-1][-1].line + 1 : one.line]):
            blocks[-1].append(one)
        else:
            blocks.append([one])
    return blocks


def _span(document: Document, first: int, last: int) -> tuple[int, int]:
    """Where the removal of lines ``first`` to ``last`` begins and ends, in code points."""
    lines, starts = document.lines, document.line_starts
    before = first - _blank(lines, range(first - 1, -1, -1))
    after = last + _blank(lines, range(last + 1, len(lines)))
    if after == len(lines) - 1:
        tail = 1 if last < after and document.text.endswith("\n") else 0
        return (max(starts[before] - 1, 0) if before else 0), len(document.text) - (tail if before else 0)
    if not before:
        return 0, starts[after + 1]
    if first - before >= after - last:
        return starts[first], starts[after + 1]
    return starts[before], starts[last + 1]


def _blank(lines: list[str], indices: Iterable[int]) -> int:
    """How many lines in a row hold nothing but space."""
    count = 0
    for index in indices:
        if lines[index].strip():
            break
        count += 1
    return count


def merged(one: Edits, other: Edits) -> Edits:
    """Both sets of edits in one, ascending; an edit inside an earlier one falls away."""
    columns = [(e.start, e.end, e.before, e.after, e.confidence, e.evidence) for e in (one, other)]
    both, last = Edits(), -1
    for start, end, before, after, confidence, evidence in sorted(row for c in columns for row in zip(*c, strict=True)):
        if start >= last:
            both.add(start, before, after, confidence, evidence)
            last = end
    return both
