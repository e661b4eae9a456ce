"""Markers a site wrote where it withheld text: removed, and kept as evidence that the text is not whole.

A marker on its own line goes with its line, and the paragraphs around it stay apart. A marker inside a paragraph
leaves a paragraph break where it hid something. Each becomes a flag ``truncated`` whose value is the number of
characters the site says it hides (0: it does not say). A marker that cut a word in two and hid nothing is taken
out of the word and flagged ``paywall_marker``: that text is whole again.
"""

from __future__ import annotations

import re

from cleaners.document import Document, Edits, Flag, Found, Rule
from cleaners.rules.anchors import withheld_lines
from cleaners.rules.lines import Gone, fold, merged, remove_lines

# Patterns read a folded line: simplified, half-width. Every repetition is of one class and bounded: linear.
_DASH = r"[-=_*.…·~#\s\[\](){}<>]{0,40}"
_HIDDEN = (
    r"(?:此处|此段|中间|以下|下面|后面|这里|本处|文中)?(?:内容|部分|文字|文本)?(?:已|已经|被|已被|有)?(?:隐藏|省略|略去|屏蔽)(?:了|约|有|大约)?\s?"
    r"(?P<count>\d{1,7})\s?(?:个)?(?:汉)?(?:字|字符|字节|文字)(?:的?(?:内容|文字|正文|部分))?"
    r"(?:\s?[,，。;；:!]?\s?(?:请|需|需要|可)?(?:下载|购买|付费|登录|注册|开通|充值|成为)[^。\n]{0,16}|\s?,?\s?(?:查看|阅读)(?:全文|完整版?|原文))?"
)
_BLOCK = re.compile(
    _DASH
    + "(?:"
    + "|".join(
        (
            _HIDDEN,
            r"(?:当前|此处|以下|以上|本文|本页|该|本帖)?(?:隐藏|付费|收费|会员)的?(?:内容|部分|文字)(?:,|\s)?(?:需要?|可|请)?(?:您|你)?"
            r"(?:免费|登录|付费|下载|回复|注册|购买|开通|升级|关注|支付|成为|VIP|会员|后|即可|才可|才能|可以|可|以|\s)*(?:查看|阅读|可见|浏览|显示|观看)(?:全文|完整内容)?",
            r"(?:您|你)?(?:当前|现在|已经|已)?(?:阅读|预览|试读)(?:了|到)?(?:第)?\s?\d{1,4}\s?(?:页|%)\s?,?\s?(?:还|尚|仍)(?:剩|有|余)(?:下|余)?\s?\d{1,5}\s?(?:页|%)\s?(?:未读|未阅读|未预览|没有阅读|可读)?"
            r"(?:,?\s?(?:请|点击|继续|下载|购买|查看|阅读|全文|原文|更多|即可|后)*)",
            r"(?:(?:还|尚|仍)(?:剩|有|余)|剩余|余下|剩下)(?:约|大约)?\s?\d{1,5}\s?(?:页|%)(?:的?内容)?\s?(?:未读|未阅读|未显示|未完|需要?下载|请下载|下载后)[^。\n]{0,16}",
            r"(?:余下|剩余|其余|更多|完整|后续|下方)(?:的)?(?:全文|内容|正文|部分|文字|章节|页面)(?:,|\s)?(?:请|需要?|可|仅|只有)?(?:您|你)?"
            r"(?:先|点击|登录|注册|下载|付费|购买|开通|成为|升级|订阅|关注|会员|VIP|APP|客户端|公众号|后|即可|才能|才可|可|以|免费|继续|\s)+(?:查看|阅读|可见|浏览|观看|解锁)?(?:全文|原文)?",
            r"(?:本文|本篇|本帖|文章|内容|此文|此内容|该内容|全文)(?:为|是|属于?|仅限?|仅对|只对|需)?(?:收费|付费|会员|VIP|登录|注册|订阅)(?:用户|会员|专享|专属|文章|内容|阅读|可见|后|才能|才可|方可|即可|可|查看|,|\s)+",
            r"(?:您|你|游客)?(?:还|尚)?(?:未|没有|没)(?:有)?(?:登录|注册)\s?,?\s?(?:请|暂时|只能|无法|不能|无权|仅能|需要?)(?:先)?(?:登录|注册|查看|阅读|浏览|预览|显示|后|再|部分|全文|内容|/|或|,|\s)+",
            r"(?:请|需要?|您?需要?)?(?:先)?(?:登录|注册|回复|付费|购买|关注|开通会员|成为会员|升级会员|开通VIP|解锁)(?:后|之后|即可|才可|才能|方可|可以|,|\s)+(?:免费)?(?:查看|阅读|可见|浏览|观看|解锁)"
            r"(?:更多|全文|全部|完整|剩余|余下|隐藏|后续|本章|内容|正文|章节|的|\s)*",
            r"(?:成为|开通|升级为?|加入|购买)(?:本站)?(?:VIP|SVIP|会员|超级会员|包月)[^。\n]{0,4}(?:,|\s)?(?:即可|可|可以|才能|免费|继续|查看|阅读|下载|解锁|全文|全部|完整|剩余|内容|正文|章节|本文|的|后|\s)+",
            r"(?:点击|戳|点此|点这里)?(?:这里|此处|下方|按钮)?(?:展开|查看|阅读|显示)(?:剩余|余下|完整|全部)?(?:全文|全部内容|完整内容|剩余内容|余下全文|全部|剩余\s?\d{1,3}\s?%)(?:内容)?(?:\s?[↓▼>»+]{1,3})?",
            r"(?:本章|本节|本回|本文|这一章|此章|全文)(?:还|尚|仍)?(?:未|没)(?:有)?(?:完|结束|读完|显示完)\s?,?\s?(?:请|点击|点|按|翻|到|下一页|下页|下一|后面|继续|阅读|后续|精彩|内容|更多|查看|观看|全文|的|,|\s|>|-)*",
            r"(?:未完待续|未完)\s?,\s?(?:请|点击|下一页|继续|阅读|更多|查看|全文|翻页|\s)+",
            r"(?:试读|预览|免费试读|免费预览|全文预览|文档预览|在线预览)(?:已|到此)?(?:结束|完毕|完|为止)\s?[,。!]?\s?(?:[^。\n]{0,24}(?:下载|购买|付费|登录|订阅|查看|阅读|开通)[^。\n]{0,16})?",
            r"(?:下载|购买|付费|登录)(?:本?文档)?(?:后|即可)(?:可|可以|才能|才可)?(?:查看|阅读|显示)(?:全文|完整内容|完整版|全部内容|剩余内容|更多内容|完整文档)",
        )
    )
    + ")[。.!]?"
    + _DASH
)
# Mid-paragraph only what no sentence says: the site's own formula, whole, with its dashes or its verbs.
_INLINE = re.compile(
    r"(?:-{2,}|-{0,3}\.{3,}|…{1,4}|[\[(]\s?)?(?:(?:此处|中间|以下|这里)(?:内容|部分|文字)?(?:已|已经|被|已被)?(?:隐藏|省略)\s?(?P<count>\d{1,7})\s?个?(?:字符?)"
    r"(?:\s?,\s?(?:请|需|需要|可)?(?:下载|购买|付费|登录|注册|开通)(?:后|即可|文档|会员|原文|全文|可|请|,|查看|阅读|完整|内容|版)*)?"
    r"|(?:当前|此处)隐藏内容(?:免费|登录后?|付费|下载后?|注册后?|回复后?)(?:可|即可)?(?:查看|可见|阅读))(?:-{2,}|\.{3,}-{0,3}|…{1,4}|\s?[\])])?"
)
_PAGES = re.compile(r"\d{1,5}\s?(?:页|%)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTICLES = frozenset("了着们的得")  # no paragraph begins with these
_MAX_MARKER = 90  # code points of the longest marker line


def _find(document: Document) -> Found:
    """Take out the markers, and say what they hid.

    >>> page = Document("第一段。\\n\\n---此处隐藏1099字,下载后查看---\\n\\n第二段。")
    >>> from cleaners.edits import apply
    >>> apply(page.text, _find(page).edits)
    '第一段。\\n\\n第二段。'
    >>> [(flag.kind, flag.value) for flag in _find(page).flags]
    [('truncated', 1099)]
    """
    found = Found()
    gone: list[Gone] = []
    inline = Edits()
    for index in withheld_lines(document):
        line, start = document.lines[index], document.line_starts[index]
        folded = fold(line)
        block = _BLOCK.fullmatch(folded) if len(line) <= _MAX_MARKER else None
        if block:
            gone.append(Gone(index, 0.97, "a line that says text is withheld"))
            found.flags.append(_truncated(document, block, start))
            continue
        for marker in _INLINE.finditer(folded):
            found.flags.append(_cut_inline(document, inline, marker, index))
    found.edits = merged(remove_lines(document, gone), inline)
    return found


def _truncated(document: Document, marker: re.Match[str], start: int) -> Flag:
    """The flag for text withheld at ``marker``, whose line begins at ``start``."""
    count = int(marker["count"] or 0)
    pages = _PAGES.search(marker[0], marker[0].find("剩") + 1) if not count else None
    detail = f"{count} characters withheld" if count else f"{pages[0]} withheld" if pages else "length unknown"
    first, last = start + marker.start(), start + marker.end()
    return Flag("truncated", first, last, document.text[first:last], detail, count)


def _cut_inline(document: Document, edits: Edits, marker: re.Match[str], index: int) -> Flag:
    """Take a marker out of a paragraph: out of a word without trace, else leaving a paragraph break."""
    start = document.line_starts[index]
    first, last = start + marker.start(), start + marker.end()
    flag = _truncated(document, marker, start)
    if not marker["count"]:
        cut = _word_cut(document, index, first, last)
        if cut is not None:
            edits.add(cut, document.text[cut:last], "", 0.95, "marker inside a word")
            return Flag("paywall_marker", cut, last, document.text[cut:last], "cut a word, hid nothing")
    at_edge = not document.text[start:first].strip() or not marker.string[marker.end() :].strip()
    edits.add(first, document.text[first:last], "" if at_edge else "\n", 0.95, flag.detail)
    return flag


def _word_cut(document: Document, index: int, first: int, last: int) -> int | None:
    """Where the damage of a marker inside a word begins, or None where no word is proved.

    Forward model: word[:k] + (``。`` + newline, or nothing) + marker + word[k:]. Where a full stop was added the proof
    is the page's own usage: the two characters stand together elsewhere on it, the first never before a full stop.
    """
    text = document.text
    if first and _both_han(text, first, last):
        return first
    cut = first - 2
    if cut > 0 and text[cut:first] == "。\n" and _both_han(text, cut, last):
        rest = text[:cut] + text[last:]
        pair = text[cut - 1] + text[last]
        if text[last] in _PARTICLES or (pair in rest[: cut - 1] + "\n" + rest[cut + 1 :] and text[cut - 1] + "。" not in rest):
            return cut
    return None


def _both_han(text: str, end: int, start: int) -> bool:
    """Whether a Chinese character stands before ``end`` and another at ``start``."""
    return bool(_HAN.match(text[end - 1 : end]) and _HAN.match(text[start : start + 1]))


HIDDEN_TEXT = Rule(
    name="splice.hidden_text",
    version=1,
    kind="remove",
    summary="Removes markers of withheld text and records what they hid.",
    example=("第一段。\n\n---此处隐藏1099字，下载后查看---\n\n第二段。", "第一段。\n\n第二段。"),
    find=_find,
    gate=lambda document: bool(withheld_lines(document)),
)
