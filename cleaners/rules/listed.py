"""What a page lists under its end: other pages under a heading like 相关新闻, and what readers wrote under 网友跟帖.

Titles and remarks say nothing of themselves. What tells them is the heading, whatever makes it known, and that
nothing else stands between it and the end of the page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from cleaners.rules.lines import fold

_MOST = 12  # titles a page lists under one heading; remarks
_TITLE, _REMARK = 45, 60  # code points of a title, and of a reader's remark
_HEADING, _PROSE = 24, 200  # code points of a heading; of a line that is none of these, blanks around it counted
# Sentences have these marks, and so have books, whose list may be the author's own unless it is about them.
_SENTENCE = frozenset("。；;")
_BOOK = re.compile(r"《(?![^《》]{1,20}》[^《。]{0,6}(?:读后感|观后感|有感|心得|体会|赏析|教案|教学|\d字))")
_FRAME = r"[\s\[\]■●▪◆▎★☆#=\->»:|]*"
_PAGES = "文章|好文|热文|美文|文档|资料|范文|作文|新闻|资讯|阅读|内容|帖子|小说|热读"
_READS = "[看读搜买][过了]*|喜欢|感兴趣|浏览过?"
_TELLING = re.compile(
    "猜[你您]|[还都][在想]?[看读搜喜]|[正还]在[看读搜]|热[文读]"
    f"|(?:相[关似]|类似|同类|推荐|随机|热[门点])(?:推荐|{_PAGES})|(?:{_PAGES}|点击|浏览)(?:推荐|排行)"
)
_LINKS = re.compile(
    f"{_FRAME}(?:您|你|大家|别人|其[他它]人|网友|读者们?|书友|用户|的|人们?|也|还|都|可能|或许|也许|正在?|在|想|爱|会|猜|为|与?本文|[此该]文"
    f"|[看读搜买][过了]?|喜欢|感兴趣|浏览过?|{_PAGES}|相[关似]|类似|同[类栏]|热门|热点|精彩|最新|延伸|往期|更多|推荐|本[周月站栏类日]"
    rf"|今日|站内|随机|点击|排行|榜|列表){{2,8}}\s?(?:[Tt][Oo][Pp]\s?\d{{0,3}}|前十)?{_FRAME}"
)
_COMMENTS = re.compile(
    rf"{_FRAME}(?:网友|最新|热门|全部|精彩|读者|所有)(?:评论|跟[帖贴]|点评)\s?[(\[]?\s?共?\d{{0,6}}\s?条?\s?[)\]]?{_FRAME}"
)
_VOTE = r"(?:顶|踩|赞|支持|反对|点赞|回复|有用|举报|引用|分享)\s?(?:[(\[]\s?\d{0,6}\s?[)\]]|\d{0,6})"
_VOTES = re.compile(rf"(?:.*[\s|)\]])?{_VOTE}(?:[\s|]+{_VOTE}){{1,5}}")


def listed_lines(lines: Sequence[str], known: Collection[int], heads: Collection[int]) -> list[int]:
    """The lines from a heading to the end of the page that list something, but those ``known`` for a site's already.

    ``heads`` are those of them that head links.

    >>> listed_lines(["渠修通了。", "同类文章排行", "1 石桥村的秋天 (88)", "2 水厂扩建"], (), ())
    [1, 2, 3]
    >>> listed_lines(["渠修通了。", "最新跟帖(2)", "路人：好！", "顶(5) 踩(0) 回复"], (), ())
    [1, 2, 3]
    >>> listed_lines(["渠修通了。", "推荐书目：", "《水渠志》"], (), ())
    []
    """
    below: list[int] = []  # what stands under the headings, from the end of the page upwards
    sure = 0  # how much of it is under one
    titles, votes, size = True, False, 0
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index].strip()
        if not line or (len(line) > _REMARK and index in known):
            continue
        if len(line) > _REMARK:
            break
        line = fold(line)
        heads_links = titles and (index in heads or _is_heading(line))
        heading = size > 0 and (heads_links or (votes and len(line) <= _HEADING and _COMMENTS.fullmatch(line)))
        if index not in known:
            below.append(index)
        if heading:
            sure, titles, votes, size = len(below), True, False, 0
            continue
        votes = votes or _VOTES.fullmatch(line) is not None
        if index not in known:
            titles = titles and len(line) <= _TITLE and _SENTENCE.isdisjoint(line) and not _BOOK.search(line)
            size += 1
            if size > _MOST:
                break
    return below[:sure][::-1]


def _is_heading(line: str) -> bool:
    """Whether a folded line says that other pages are listed under it, those most read or those like this one.

    >>> _is_heading("看过本文的人还看过"), _is_heading("本周热文 TOP5"), _is_heading("推荐书目:")
    (True, True, False)
    """
    return len(line) <= _HEADING and bool(_TELLING.search(line) and _LINKS.fullmatch(line))
