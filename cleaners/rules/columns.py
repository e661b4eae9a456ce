"""What scrapers wrote line by line at the head of a page: menus, fields, what a forum counts of a member.

A menu gives each of its words a line, a list of fields each of its values. The lines by themselves say little; what
tells them is the column: short lines in a row, and among them words of sites that no column of a text would hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from cleaners.rules.lines import fold
from cleaners.rules.site_lines import BUTTONS, is_label

_WORD = re.compile(r"[^，。！？、；：“”‘’《》（）,.!?;:\"'()]{1,10}")  # one word of a menu
_MENU = re.compile(
    "首页|主页|分类|频道|栏目|专题|热[门点搜]|最[新近](?!的)|推荐$|更多|排行|关于我们|联系我们|提交|下载|登[录入]|注册|搜索|全部|阅读$|导航|投稿|会员|论坛|客服"
    "|^走进[㐀-鿿]{2,4}$|^(?:政务公开|政府信息公开|信息公开|办事服务|便民服务|互动交流|政民互动|公众参与|新闻中心|县情概况|机构设置)$"
)
_FEWEST_WORDS, _MENU_WORDS, _MENU_SHARE = 5, 3, 0.25  # lines of a menu; words of sites among them, at least
_FEWEST_LABELS = 2
_LONGEST_COLUMN, _LONGEST_FIRST = 200, 16  # lines of text of a column, and code points of its first
_LONGEST_FOOT = 40  # lines of text of a page's end among which a menu is looked for
_LONGEST_VALUE, _PROSE = 40, 20  # code points of a field's value at most, and of a line of prose at least
_SENTENCE = frozenset("，。！？；,!?;")
_COUNT = re.compile(r"\d[\d,.]*[万kK+]?")
_COUNTED = frozenset(
    ("主题", "帖子", "积分", "听众", "好友", "精华", "回帖", "粉丝", "关注", "威望", "金钱", "金币", "贡献")
)
_PANEL = 6  # lines behind what is counted in which the member's rank stands, and the count once more


def column_lines(lines: Sequence[str], head: int) -> Iterator[int]:
    """The lines of columns that begin among the first lines of text of a page, ``head`` of them.

    >>> page = "渠边网|首页|新闻频道|关于我们|下载|渠通了|去年冬天，镇里的渠从山脚一直修到了河口。".split("|")
    >>> [page[at] for at in column_lines(page, 4)]
    ['渠边网', '首页', '新闻频道', '关于我们', '下载']
    """
    places = (index for index, line in enumerate(lines) if line and not line.isspace())
    texts = list(islice(places, head + 1))
    if all(len(lines[index]) > _LONGEST_FIRST for index in texts):
        return
    texts += islice(places, _LONGEST_COLUMN - len(texts))
    plain = [_plain(lines[index]) for index in texts]
    place = seen = 0
    while place < len(plain) and seen <= head:
        size = _fields(plain, place) or _panel(plain, place) or _menu(plain, place)
        yield from texts[place : place + size]
        seen += not size
        place += size or 1


def foot_lines(lines: Sequence[str]) -> list[int]:
    """The lines of a menu at the end of a page of prose, from the first of its words that is a site's.

    >>> page = "那一年水渠全线通水，沿线三千亩麦田不再靠天吃饭。|网站首页|走进渠县|政务公开|办事服务|监督".split("|")
    >>> [page[at] for at in foot_lines(page)]
    ['网站首页', '走进渠县', '政务公开', '办事服务', '监督']
    """
    behind = (index for index in range(len(lines) - 1, -1, -1) if lines[index] and not lines[index].isspace())
    texts = list(islice(behind, 1))
    if not texts or not _WORD.fullmatch(_plain(lines[texts[0]])):
        return []
    texts = [*reversed(list(islice(behind, _LONGEST_FOOT))), *texts]
    plain = [_plain(lines[index]) for index in texts]
    start = len(plain)
    while start and _WORD.fullmatch(plain[start - 1]):
        start -= 1
    while start < len(plain) and not _menu_word(plain[start]):
        start += 1
    prose = any(len(line) >= _PROSE for line in plain[:start])
    return texts[start:] if prose and _is_menu(plain[start:], plain[:start]) else []


def _plain(line: str) -> str:
    """A short line folded and without the bullet of a list; no other is part of a column."""
    return fold(line).strip(" •▪◦-") if len(line) <= _LONGEST_VALUE else line


def _fields(lines: Sequence[str], start: int) -> int:
    """How many lines of labels and their values begin here; 0 where these are none."""
    labels, place = 0, start
    while place < len(lines):
        if is_label(lines[place]):
            labels += 1
        elif not (place > start and is_label(lines[place - 1]) and _is_value(lines[place])):
            break
        place += 1
    of_site = labels >= _FEWEST_LABELS and any(is_label(line, of_site=True) for line in lines[start:place])
    return place - start if of_site else 0


def _is_value(line: str) -> bool:
    return len(line) <= _LONGEST_VALUE and _SENTENCE.isdisjoint(line)


def _panel(lines: Sequence[str], start: int) -> int:
    """How many lines begin here that say how much a member wrote; 0 where they do not."""
    place = start
    while place + 1 < len(lines) and _COUNT.fullmatch(lines[place]) and lines[place + 1] in _COUNTED:
        place += 2
    if place < start + 4:
        return 0
    for end in range(place, min(place + _PANEL, len(lines) - 1)):
        if lines[end] in _COUNTED and _COUNT.fullmatch(lines[end + 1]):
            return end + 2 - start
    return place - start


def _menu(lines: Sequence[str], start: int) -> int:
    """How many lines of a menu begin here, its last word that of a site; 0 where there is none."""
    end = start
    while end < len(lines) and _WORD.fullmatch(lines[end]):
        end += 1
    if end < len(lines) and len(lines[end]) >= _PROSE:
        end -= 1  # the title
    last = max((place for place in range(start, end) if _menu_word(lines[place])), default=start - 1)
    return last + 1 - start if _is_menu(lines[start : last + 1], lines[end:]) else 0


def _is_menu(lines: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether so many of these lines are words of a menu, and the rest of the page does not speak of them."""
    words = [word for line in lines if (word := _menu_word(line))]
    if len(lines) < _FEWEST_WORDS or len(words) < max(_MENU_WORDS, _MENU_SHARE * len(lines)):
        return False
    prose = "\n".join(line for line in rest if len(line) >= _PROSE)  # of a manual, its contents listed above
    return 2 * sum(word in prose for word in words) <= len(words)


def _menu_word(line: str) -> str:
    """The word of a site a line of a menu holds, or nothing."""
    word = line.replace(" ", "").rstrip(">")
    match = _MENU.search(word)
    return word if word in BUTTONS else match[0] if match else ""
