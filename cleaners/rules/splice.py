# ruff: noqa: E501 - patterns are read by alternative, not by line
"""Markers a site wrote where it withheld text: removed, and kept as evidence that the text is not whole.

A marker on its own line goes with its line, and the paragraphs around it stay apart. A marker inside a paragraph
leaves a paragraph break where it hid something. Each becomes a flag ``truncated`` whose value is the number of
characters the site says it hides (0: it does not say). A marker that cut a word in two and hid nothing is taken
out of the word and flagged ``paywall_marker``: that text is whole again. A button that merely opens the rest
(展开全文, 本章未完) counts as evidence only where no text follows it.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from cleaners.document import Document, Edits, Flag, Found, Rule
from cleaners.ngram import CharacterModel, NGrams
from cleaners.ngram import fold as narrow
from cleaners.rules.anchors import spoken, withheld_lines
from cleaners.rules.lines import Gone, fold, is_named, linear, may_match, merged, remove_lines
from cleaners.rules.site_speech import read

# Patterns read a folded line: simplified, half-width.
_EDGE = r"[-=_*.…·~#\s\[\](){}<>|↓▼»+👇🔒]*"
_PAY = r"""(?:下载|购买|付费|支付|登录|登入|注册|开通|充值|订阅|解锁|升级|成为|加入|关注|回复|打赏)"""
_WHO = r"""(?:本站|本文|文档|会员|VIP|vip|SVIP|超级会员|包月|专栏|账号|账户|帐号|公众号|APP|app|客户端|App|全文|后|之后|即可|才可以|才可|才能|方可|可以|可|免费|继续|后方|再|并|或|和|
    \d{1,3}(?:\.\d)?元|[,/\s+])*"""
_READ = r"(?:查看|查阅|阅读|阅览|可见|浏览|观看|显示|解锁|获取|收看|看)"
_REST = r"(?:更多|全文|全部|完整|完整版|剩余|余下|其余|隐藏|后续|本章|本文|该文|此文|内容|正文|章节|部分|文字|精彩|文档|原文|的|\s)*"
_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,7})"
_COUNT = rf"(?P<count>{_NUMBER})\s?个?汉?(?:字|字符|字节)"
_LEFT, _OMITTED = _COUNT.replace("count", "left"), _COUNT.replace("count", "omitted")
_WITHHELD = (
    # hidden, with or without a number
    rf"(?:此处|此段|中间|以下|下面|后面|这里|本处|文中)?(?:内容|部分|文字)?(?:已|已经|有|被|已被)?(?:隐藏|屏蔽)(?:了|约|有)?\s?{_COUNT}(?:的?(?:内容|文字|正文))?\s?[,。;:!]?\s?(?:请|需要?|可)?(?:{_PAY}{_WHO}{_READ}?{_REST})?",
    rf"(?:此处|中间|以下|[㐀-鿿]{{2,6}}网(?:https?://[A-Za-z0-9./]{{4,40}})?)?(?:已)?(?:省略|略去)(?:了|约)?\s?{_OMITTED}\s?[,。;:]?\s?(?:请|需要?|可)?(?:{_PAY}|(?:正式|注册)?会员){_WHO}{_REST}{_READ}?{_REST}",
    rf"(?:当前|此处|以下|下面|以上|本文|本页|该|本帖|部分|后续)?的?(?:隐藏|付费|收费|会员|VIP)的?(?:内容|部分|文字|章节)\s?[,:]?\s?(?:需要?|可|请|为)?(?:您|你)?(?:免费|{_PAY}|{_WHO}){{1,6}}{_READ}{_REST}",
    rf"(?:以下|下面|以上|后面|后续|此处|部分)(?:的)?(?:内容|部分|文字|正文|章节)(?:已|已被|被)?(?:隐藏|为付费|需付费|需要付费|为会员|需会员|仅会员|仅限会员){_WHO}(?:请|需要?)?(?:{_PAY}{_WHO})?{_READ}?{_REST}",
    r"(?:游客\s?,\s?)?(?:如果|若)?(?:您|你)?(?:要|想|需要)?查看(?:本帖|本贴|此帖)隐藏内容\s?,?\s?请\s?(?:回复|登录|点击|注册)?[^。]{0,12}",
    r"本[帖贴]隐藏的内容需要(?:回复|积分[^。]{0,12}|登录)(?:才可以|才能|后)?(?:浏览|查看|可见)?", r"\*+\s?Hidden Message\s?\*+",
    # pages and parts unread
    rf"(?:您|你)?(?:当前|现在|已经|已)?(?:阅读|预览|试读|读)了?(?:到)?第?\s?\d{{1,4}}\s?[页%]\s?[,，]?\s?(?:还|尚|仍)?(?:剩|有|余)(?:下|余)?\s?(?P<pages>\d{{1,5}}\s?[页%])\s?(?:未读|未阅读|未预览|没有阅读|可读|内容)?[,.!]?\s?(?:请|点击|{_PAY}|{_WHO}|{_READ}|{_REST})*",
    rf"(?:本文|全文|文章|文档)?(?:共\s?\d{{1,7}}\s?[字页]\s?,?\s?)?(?:(?:还|尚|仍)(?:剩|有|余)(?:下|余)?|剩余|余下|剩下)约?\s?(?:{_LEFT}|(?P<part>\d{{1,5}}(?:\.\d)?\s?[页%]))\s?(?:的?(?:内容|正文))?\s?,?\s?"
    rf"(?:未读|未阅读|未显示|未完|[,\s]|(?:请|需要?|可|点击)?(?:继续|展开|免费){_READ}{_REST}|(?:请|需要?|可)?{_PAY}{_WHO}{_READ}?{_REST})+",
    rf"(?:此处|此|本|该|以下|以上|下方|隐藏|当前)(?:部分)?的?(?:内容|文字|文章|章节|帖子|附件|部分)(?:已|已被|被|已经被|仅限?|需要?|须|为|是|只有|只对)(?:作者|楼主|发布者|博主)?(?:隐藏|设置?为?|付费|会员|购买|登录|登入|注册|回复|关注|订阅|支付|收费)(?:的|为|了)?(?:{_PAY}|{_WHO}|VIP|收费|隐藏|用户|{_READ})*\s?[,。;!]?\s?(?:请|需要?|可|您|你)*(?:先|{_PAY}|{_WHO}|{_READ}|{_REST}|元)*",
    rf"(?:本文|全文|文章|本章|文档)?(?:的)?(?:剩余|余下|其余|后续|更多|完整)(?:内容|部分|文字|章节)\s?,?\s?(?:请|需要?|可|须)(?:先|{_PAY}|{_WHO}){{1,6}}{_READ}{_REST}",
    rf"(?:本文|全文|正文|此文|文章)(?:仅限?|只限|仅供|仅对|只对|限)(?:会员|VIP|付费|登录|注册|订阅)(?:用户|会员|读者)?(?:可|专享|开放)?{_READ}?\s?[,。;]?\s?(?:请)?(?:{_PAY}|{_WHO}|{_READ}|{_REST}|畅读|全站|无限)*",
    rf"内容(?:已|已被|被|已经被)隐藏\s?[,。;!]?\s?(?:请|需要?|可)?(?:{_PAY}|{_WHO}){{1,6}}{_READ}{_REST}",
    rf"隐藏内容需要?(?:{_PAY}|{_WHO}){{1,6}}(?:看见|看到)",
    r"上(?:QQ阅读|起点读书|[㐀-鿿]{2,6})(?:APP|App|app)?(?:看|阅读)后续(?:精彩)?内容", r"登录订阅本章\s?>?",
    r"因篇幅(?:问题|限制|有限|原因),?(?:不能|无法)全部(?:显示|展示)[^。\n]{0,24}",
    r"您现在查看的?是摘要(?:介绍)?页\s?,?\s?全文长?\s?\d{1,7}\s?字符?",
    r"(?:温馨提示\s?:\s?)?当前文档最多只能预览\s?\d{1,4}\s?页[^\n]*",
    # the rest is hidden
    rf"(?:剩余|其余|余下|后续|后面|以下|更多|部分)的?(?:内容|部分|文字|正文|章节|页面?)(?:已|已经|被|已被)(?:隐藏|折叠|屏蔽|省略)\s?[,。;!]?\s?(?:请|需要?|可|您|你)*(?:先|点击|{_PAY}|{_WHO}){{0,8}}{_READ}?{_REST}",
    rf"(?:本文档|本文|本书|全文|文档|该文档)?共(?:有)?\s?\d{{1,5}}\s?页\s?,?\s?(?:当前|现|您|仅|只|可|已|能|免费|支持|提供)*(?:预览|显示|阅读|试读|展示)(?:到)?(?:了|前|第)?\s?\d{{1,5}}\s?页\s?[,。]?\s?(?:(?:其余|剩余|余下|全部|完整|更多|后续)[^。]{{0,6}})?(?:请|需要?|可|{_PAY}|{_WHO}|{_READ}|{_REST})*",
    rf"(?:本文档?|全文|文档)共\s?(?P<total>\d{{1,5}}\s?页)\s?,?\s?(?:请|需要?)?{_PAY}{_WHO}{_READ}{_REST}",
    rf"(?:剩余|其余|余下|后续|后面|完整)的?(?:全文|内容|部分|正文|文字|章节)\s?,?\s?(?:请|可|需要?|须)?(?:您|你)?(?:在|到|去|用|使用|打开|前往|移步)(?:(?:电脑|手机|移动|PC|客户|小程序|公众号|APP|App|网页|原网页|原站)[端版上里内中]?){{1,2}}{_READ}",
    # log in, pay, subscribe
    rf"(?:余下|剩余|其余|更多|完整|后续|下方|全部|以下)(?:的)?(?:全文|内容|正文|部分|文字|章节|页面|版)(?:精彩)?\s?,?\s?(?:请|需要?|可|仅|只有|须)*(?:您|你)?(?:先|点击|{_PAY}|{_WHO}){{1,8}}{_READ}?{_REST}",
    rf"(?:本文|本篇|本帖|文章|此文|此内容|该内容|全文|本章|本章节|此章节|该章节)(?:为|是|属于?|仅限?|仅对|只对|需要?)(?:收费|付费|会员|VIP|vip|登录|注册|订阅)(?:用户|会员|专享|专属|文章|内容|章节|阅读|开放|,|\s)*(?:请|需要?)?(?:您|你)?(?:先)?(?:{_PAY}{_WHO}{_READ}?{_REST})?",
    r"(?:您|你|游客)?\s?,?\s?(?:还|尚)?(?:未|没有|没)(?:登录|登入|注册)\s?,?\s?(?:请|暂时|只能|无法|不能|无权|仅能|需要?|先|登录|登入|注册|查看|阅读|浏览|预览|显示|后|再|部分|全部|所有|正文|全文|内容|更多|完整|/|或|,|\s)+",
    rf"(?:请|您?需要?|须)?(?:您|你)?(?:先)?{_PAY}{_WHO}(?:后|之后|即可|才可以|才可|才能|方可|可以|可|继续|免费|,|\s){_WHO}{_READ}{_REST}",
    rf"(?:登录|登入|登錄){_READ}(?:更多|全文|全部|完整|剩余|余下|后续)(?:内容|章节|精彩)*",
    rf"(?:成为|开通|升级为?|加入|购买)(?:本站)?(?:VIP|vip|SVIP|会员|超级会员|包月){_WHO}(?:{_READ}|下载|畅读)(?:{_READ}|下载|畅读|无限|全站)*{_REST}",
    rf"(?:打开|前往|下载|进入|在)(?:[A-Za-z㐀-鿿]{{0,8}}(?:APP|App|app|客户端))(?:内|中|里)?(?:打开|{_WHO})*{_READ}?{_REST}",
    rf"支付\s?\d{{1,4}}(?:\.\d{{1,2}})?\s?元\s?{_WHO}{_READ}{_REST}",
    rf"(?:试读|免费试读|免费预览|全文预览|文档预览|在线预览|预览)(?:部分)?(?:已|到此)?(?:结束|完毕|完|为止)\s?[,。!]?\s?(?:[^。\n]{{0,20}}(?:{_PAY}|{_READ})[^。\n]{{0,16}})?",
    rf"{_PAY}本?文?档?(?:后|即可)(?:可|可以|才能|才可)?(?:查看|阅读|显示)(?:全文|完整内容|完整版|全部内容|剩余内容|更多内容|完整文档)",
)  # fmt: skip
_OPENER = (
    r"(?:点击|戳|点此|点这里|请)?(?:这里|此处|下方|按钮)?(?:展开|查看|阅读|显示|展开阅读|点击阅读|点击查看|点击展开)(?:剩余|余下|完整|全部)?(?:全文|全部内容|完整内容|剩余内容|余下全文|剩余全文|更多内容|全部|剩余\s?(?P<opener>\d{1,3}\s?%))(?:内容)?",
    r"(?:本章|本节|本回|本文|这一章|此章|全文|内容|正文)(?:还|尚|仍)?(?:未|没)有?(?:完|结束|读完|显示完)\s?,?\s?(?:请|点击|点|按|翻|到|下一页|下页|下一|后面|继续|阅读|后续|精彩|内容|更多|查看|观看|全文|的|,|\s|>|-)*",
    r"(?:未完待续|未完)\s?,\s?(?:请|点击|下一页|下页|继续|阅读|更多|查看|全文|翻页|看|\s)+", r"(?:点击)?下一页继续阅读[^。\n]{0,6}", r"继续阅读(?:全文|本文|下一页|剩余内容)", r"余下全文", r"阅读全文\s?[∨>»﹀v]+",
    r"(?:点击|点这里|点此处?)(?:打开|展开|显示|查看)(?:全部|全文|余下|剩余|后面)\s?[∨>»﹀v]+",
    r"剩余\s?\d{1,3}(?:\.\d)?\s?%\s?(?:未读)?\s?[)\]]\s?(?:点击)?(?:展开|继续|查看)?(?:阅读)?(?:全文|全部|更多)?", r"展开(?:全部|全文|更多)\s?[∨>»﹀v]*",
    r"(?:点击)?(?:展开|查看|阅读|显示)(?:剩余|余下|其余)(?:的)?(?:全文|内容|部分|正文)?\s?[\[(]?\s?(?:还|尚)?(?:剩|余|剩余)?\s?(?P<opener>\d{1,3}\s?%|\d{1,2}/\d{1,2})",
)  # fmt: skip
BLOCKS = (
    *(rf"{_EDGE}(?P<withheld>{one})[。.!]?{_EDGE}" for one in _WITHHELD),
    *(rf"{_EDGE}(?P<opens>{one})[。.!]?{_EDGE}" for one in _OPENER),
)
# Mid-paragraph only what no sentence says: the site's own formula, whole, with its dashes or its verbs.
_INLINE = rf"""(?:-{{2,}}|-{{0,3}}\.{{3,}}|…+|[\[(]\s?)?
    (?:(?:此处|中间|以下|这里)(?:内容|部分|文字)?(?:已|已经|被|已被)?(?:隐藏|屏蔽)\s?{_COUNT}(?:\s?,\s?(?:请|需要?|可)?(?:{_PAY}|{_WHO}|{_READ}|文档|完整|内容|版|原文)+)?
    |(?:当前|此处)隐藏内容(?:免费|登录后?|付费|下载后?|注册后?|回复后?|会员|VIP)(?:可|即可)?(?:查看|可见|阅读))
    (?:-{{2,}}|\.{{3,}}-{{0,3}}|…+|\s?[\])])?"""
# Or a run of nothing but their vocabulary: that text is hidden or left over, and how one gets to see it.
_HIDES, _LEFT_OVER = re.compile("隐藏|屏蔽|折叠|隐去"), re.compile("剩余|余下|其余|剩下|后续|省略|略去")
_LEFT_OUT = f"(?:{_HIDES.pattern}|{_LEFT_OVER.pattern}|收起|还有|还剩|未读|可见)"
_CHARACTERS = rf"{_NUMBER}\s?个?汉?字(?![符节段]|的(?!内容|文字|正文))"
_COUNTED = re.compile(
    rf"{_LEFT_OUT}[^,。;!?\d]{{0,8}}(?:,\s?共\s?)?{_CHARACTERS}"
    rf"|{_CHARACTERS}[^,。;!?\d]{{0,6}}{_LEFT_OUT}"
)
_LONGEST_COUNTED, _MADE_OF = 40, 0.9  # code points of a line that counts; the share of it that sites' words are
_ONLY = re.compile("仅|限")
_WHAT_FOLLOWS = re.compile(r"^[^㐀-鿿]*(?:以下|下面|后面|[此该]部分)的?(?:内容|部分|文字|章节|正文)?(?:需|仅|只)")
_GATES = re.compile("下载|登录|登入|注册|付费|购买|支付|开通|升级|订阅|解锁|回复|会员|VIP|vip")
_SEES = re.compile("查看|阅读|可见|浏览|观看|显示|获取|完整")
_DECORATED = re.compile(r"^(?:[-=*…·~#_]|\.{3}|[\[(])|(?:[-=*…·~#_]|\.{3}|[\])])$")
_RUN = rf"""(?:(?:[-=*…·~#_]{{2,}}|\.{{3,}})\s?)?(?:[\[(]\s?)?
    (?:隐藏|省略|略去|屏蔽|折叠|隐去|剩余|余下|其余|剩下|后续|当前|[此该本]处|这里|中间|以下|下面|后面|部分|[此该]部分|[本此该]段|内容|文字|正文|章节|全文|文档|原文|您|尚未|请先)
    (?:隐藏|省略|略去|屏蔽|折叠|隐去|剩余|余下|其余|剩下|后续|下载|登录|登入|注册|付费|购买|支付|开通|升级|订阅|解锁|回复|会员|VIP|vip|用户|查看|阅读|可见|浏览|观看|显示|获取|完整版?|看
    |当前|[此该本]处|这里|中间|以下|下面|后面|部分|[此该]部分|[本此该]段|内容|文字|正文|章节|全文|文档|原文|您|尚未|先|全部|已经|已|被|有|共|约|仅|限|仅限|免费|请|需要?|可|即可|才能|才可|方可|后|之后|再|继续|为|的|了|对|并|或|及|{_COUNT}|[,:\s])+
    (?:隐藏|隐去|屏蔽|折叠|省略|略去|登录|登入|注册|付费|购买|支付|开通|升级|订阅|回复|查看|阅读|可见|浏览|观看|显示|获取|完整版?|看|下载|解锁|会员|VIP|vip|用户|部分|内容|文字|正文|章节|全文|文档|原文|后|{_OMITTED})
    (?:\s?[\])])?(?:\s?[-=*…·~#_]{{2,}}|\s?\.{{3,}})?"""
_SHORTEST = 8  # code points of such a run
# Or anything that says so by its vocabulary, set off as no author sets off a part of a sentence; in brackets, dots
# and dashes, as authors do, only what can hardly be anything else.
_SIGNS = "《》「」★☆◆◇●■▲▼※♦"
_LEFT_SIDE, _RIGHT_SIDE = (
    rf"(?:[\[(]|[{_SIGNS}]{{1,4}}|[-=*~#_]{{2,}}|…+|\.{{3,}})\s?",
    rf"\s?(?:[\])]|[{_SIGNS}]{{1,4}}|[-=*~#_]{{2,}}|…+|\.{{3,}})",
)
_SAID = rf"[^\[\]()\-=*~#_…。{_SIGNS}]"
_SET_OFF = rf"{_LEFT_SIDE}(?P<said>{_SAID}{{0,30}}?{_COUNT}{_SAID}{{0,30}}|{_SAID}{{6,60}})[。.!]?{_RIGHT_SIDE}"
# Journals' sites print the beginning of an article and, behind its last sentence, how much is left.
_LEFT_AT_END = re.compile(r"(?<=[。!?…”])\(剩余(?P<count>\d{2,6})字\)(?=\s*$)")
_OF_SITES = ("---", "==", "**", "~~", "##", "__")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTES = frozenset("“”‘’「」『』\"'")
_PARTICLE = re.compile("[了着们的得](?![确士解却手眼力重实到知益意])")  # no paragraph begins with these
_ADDED = re.compile(r"(?:。|…{1,2}|\.{3,6})?\n?\Z")  # what was set before a marker
_LONGEST_ADDED = 7  # code points
_MAX_PROOFS = 16  # markers of one page whose word is looked for elsewhere on it
# Measured on our originals: of 2,000 paragraphs that end one looked like a cut word, of cut words a third are seen.
_MARGIN = 11.0  # nats
_HEAD, _TAIL = 4, 3  # lines of text before or after which a line is at the edge of the page
_MAX_MARKER = 100  # code points of the longest marker line


def _find(document: Document) -> Found:
    """Take out the markers, and say what they hid.

    >>> page = Document("第一段。\\n\\n---此处隐藏1099字,下载后查看---\\n\\n第二段。")
    >>> from cleaners.edits import apply
    >>> apply(page.text, _find(page).edits)
    '第一段。\\n\\n第二段。'
    >>> [(flag.kind, flag.value) for flag in _find(page).flags]
    [('truncated', 1099)]
    """
    flags: list[Flag] = []
    gone: list[Gone] = []
    inline = Edits()
    said = {index: speech for index, speech in spoken(document).items() if speech.group == "withheld"}
    for index in sorted({*said, *withheld_lines(document)}):
        line = document.lines[index]
        block = _block(fold(line)) if len(line) <= _MAX_MARKER else None
        runs = [] if block else _set_off(line) or _runs(line)
        if block or (runs and runs[0].end() - runs[0].start() == len(line.strip())):
            marker, start = block or runs[0], document.line_starts[index]
            if cut := _word_cut(document, start, start + len(line), proof=len(inline) < _MAX_PROOFS):
                flags.append(_cut_out(document, inline, *cut))
                continue
            gone.append(Gone(index, 0.97, "a line that says text is withheld"))
            opens = block is not None and "opens" in block.groupdict()
            if not opens or not any(later.strip() for later in document.lines[index + 1 :]):
                flags.append(_truncated(document, marker, start))
        elif _is_counted(line) or (index in said and (said[index].is_sure or _is_at_edge(document.lines, index, said))):
            gone.append(Gone(index, 0.9, "words that say text is withheld"))
            flags.append(_stated(document, index))
        else:
            hides = "隐藏" in line or "隱藏" in line or "屏蔽" in line
            markers = [one for one in linear(_INLINE).finditer(fold(line)) if _is_marker(line, one)] if hides else []
            markers = markers or runs or list(_LEFT_AT_END.finditer(fold(line)))
            flags += [_cut_inline(document, inline, marker, index) for marker in markers]
    return Found(edits=merged(remove_lines(document, gone), inline), flags=flags)


def _block(line: str) -> Any:
    """The marker that all of a folded line is: of several the one that begins last, behind most of what is around."""
    blocks = (linear(one).fullmatch(line) for one in BLOCKS if may_match(one, line))
    return max(filter(None, blocks), key=lambda block: block.start(1), default=None)


def _set_off(line: str) -> list[Any]:
    """The markers of a line that are set off, and no names of what one is to press or to see."""
    return [one for one in linear(_SET_OFF).finditer(fold(line)) if _is_set_off(line, one)]


def _is_set_off(line: str, marker: Any) -> bool:
    around = line[max(0, marker.start() - 1) : marker.start()] + line[marker.end() : marker.end() + 1]
    if is_named(line, marker.start(), marker.end()) or _QUOTES.intersection(around):
        return False
    speech = read(marker["said"])
    if speech.group != "withheld":
        return False
    by_site = marker[0].startswith(_OF_SITES) and line[marker.start()] != "—"
    inside = line[marker.start()] not in "(（" and all(map(_HAN.match, around)) and len(around) > 1
    return speech.is_sure or ((by_site or inside) and (speech.is_anywhere or (inside and speech.is_of_a_site)))


def _runs(line: str) -> list[Any]:
    """The runs of a line that say nothing but that text is withheld, not in quotation marks."""
    if len(line) < _SHORTEST:
        return []
    return [run for run in linear(_RUN).finditer(fold(line)) if _says_withheld(line, run)]


def _says_withheld(line: str, run: Any) -> bool:
    words = run[0].strip()
    around = line[max(0, run.start() - 1) : run.start()] + line[run.end() : run.end() + 1]
    if len(words) < _SHORTEST or _QUOTES.intersection(around):
        return False
    gated = _GATES.search(words) is not None
    if _HIDES.search(words):
        return bool(_DECORATED.search(words) and (run["count"] or run["omitted"] or gated)) or (
            gated and bool(_SEES.search(words))
        )
    over = _LEFT_OVER.search(words) or _WHAT_FOLLOWS.search(words) or (_DECORATED.search(words) and _ONLY.search(words))
    return gated and bool(over and _SEES.search(words))


def _is_at_edge(lines: list[str], index: int, said: Container[int]) -> bool:
    """Whether a line stands among the first or last lines of text of a page."""
    before = sum(bool(lines[at].strip()) and at not in said for at in range(index))
    after = sum(bool(lines[at].strip()) and at not in said for at in range(index + 1, len(lines)))
    return before <= _HEAD or after < _TAIL


def _is_counted(line: str) -> bool:
    """Whether a line says how many characters are left, that they are, and who may read them, and little else.

    >>> _is_counted("后面还有1,248个字，注册后可继续看"), _is_counted("会员登录后能看800字，剩余的要付费")
    (True, False)
    """
    folded = fold(line).strip()
    if len(folded) > _LONGEST_COUNTED or not _QUOTES.isdisjoint(folded):
        return False
    if not _COUNTED.search(folded) or not _GATES.search(folded):
        return False
    speech = read(folded)
    return speech.group == "withheld" and speech.coverage >= _MADE_OF


def _stated(document: Document, index: int) -> Flag:
    """The flag for a line that says in its own words that text is withheld, with the number it states."""
    line, start = document.lines[index], document.line_starts[index]
    stated = re.search(rf"({_NUMBER})\s?个?字", fold(line))
    count = _value(stated[1]) if stated else 0
    detail = f"{count} characters withheld" if count else "length unknown"
    return Flag("truncated", start, start + len(line), line, detail, count)


def _value(count: str) -> int:
    """The number of a count, which may be written in groups of three digits."""
    return int(count.replace(",", ""))


def _is_marker(line: str, marker: Any) -> bool:
    """Whether the site itself speaks: not in quotation marks, and with its dashes, brackets or instructions."""
    around = line[max(0, marker.start() - 1) : marker.start()] + line[marker.end() : marker.end() + 1]
    decorated = not (marker[0][0].isalpha() and marker[0][-1] in "字符节")
    return decorated and not _QUOTES.intersection(around)


def _truncated(document: Document, marker: Any, start: int) -> Flag:
    """The flag for text withheld at ``marker``, whose line begins at ``start``."""
    named = marker.groupdict()
    count = _value(named.get("count") or named.get("left") or named.get("omitted") or "0")
    pages = named.get("pages") or named.get("part") or named.get("total") or named.get("opener")
    detail = f"{count} characters withheld" if count else f"{pages} withheld" if pages else "length unknown"
    first, last = start + marker.start(), start + marker.end()
    return Flag("truncated", first, last, document.text[first:last], detail, count)


def _cut_inline(document: Document, edits: Edits, marker: Any, index: int) -> Flag:
    """Take a marker out of a paragraph: out of a word without trace, else leaving a paragraph break."""
    start = document.line_starts[index]
    first, last = start + marker.start(), start + marker.end()
    flag = _truncated(document, marker, start)
    cut = None if flag.value else _word_cut(document, first, last, proof=len(edits) < _MAX_PROOFS)
    if cut:
        return _cut_out(document, edits, *cut)
    line = document.lines[index]
    indent = len(line) - len(line.lstrip())
    at_edge = marker.start() <= indent or marker.end() >= len(line.rstrip())
    edits.add(first, document.text[first:last], "" if at_edge else "\n", 0.95, flag.detail)
    return flag


def _cut_out(document: Document, edits: Edits, start: int, end: int) -> Flag:
    """Take a marker out that cut a word in two: that text is whole again."""
    marker = document.text[start:end]
    edits.add(start, marker, "", 0.95, "marker inside a word")
    return Flag("paywall_marker", start, end, marker, "cut a word, hid nothing")


def _word_cut(document: Document, first: int, last: int, *, proof: bool) -> tuple[int, int] | None:
    """From where to where a marker cut a word in two, or None where no word is proved.

    Forward model: word[:k] + (``。`` or ``…``, or nothing) + newline + marker + newline, or neither + word[k:]. Where a
    stop was added the proof is the page's own usage (the two characters stand together elsewhere on it, the first never
    before a full stop), a particle no paragraph begins with, or the prior, to which the joined text is much likelier
    than the two apart.
    """
    text = document.text
    if first and _both_han(text, first, last):
        return first, last
    added = _ADDED.search(text, max(0, first - _LONGEST_ADDED), first)
    cut = added.start() if added else first
    alone = text[last : last + 1] == "\n"  # a paragraph may end before the marker and another begin behind
    end = last + alone
    if not proof or cut < 1 or not _both_han(text, cut, end):
        return None
    if _PARTICLE.match(text, end):
        return cut, end
    if text[cut:first].startswith("。"):
        rest = text[: cut - 1] + "\n" + text[first:last] + text[end + 1 :]
        if not alone and text[cut - 1] + text[end] in rest and text[cut - 1] + "。" not in rest:
            return cut, end
        if document.prior and _gain(document.prior, text[:cut][-2:], text[end : end + 2]) > _MARGIN:
            return cut, end
    return None


def _gain(prior: NGrams, left: str, right: str) -> float:
    """How much likelier ``left`` + ``right`` is than ``left`` + full stop, newline, ``right``, in nats."""
    model = CharacterModel([(prior, 1.0)])
    joined = narrow(left + right)
    apart = narrow(left + "。\n" + right)
    return sum(model.log_probability(joined[i - 2 : i], joined[i]) for i in range(2, len(joined))) - sum(
        model.log_probability(apart[i - 2 : i], apart[i]) for i in range(2, len(apart))
    )


def _both_han(text: str, end: int, start: int) -> bool:
    """Whether a Chinese character stands before ``end`` and another at ``start``."""
    return bool(_HAN.match(text[end - 1 : end]) and _HAN.match(text[start : start + 1]))


HIDDEN_TEXT = Rule(
    name="splice.hidden_text",
    version=5,
    kind="remove",
    summary="Removes markers of withheld text and records what they hid.",
    example=("第一段。\n\n---此处隐藏1099字，下载后查看---\n\n第二段。", "第一段。\n\n第二段。"),
    find=_find,
    gate=lambda document: bool(withheld_lines(document) or spoken(document)),
)
