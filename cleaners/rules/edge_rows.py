"""Rows at the edges of a page whose words need not be known: menus, keywords for search engines, offers.

A menu begins with the way home or ends with the way to more. Words for search engines repeat each other, as the words
of no list do. An offer names what is cheap and where to press.
"""

from __future__ import annotations

import re
from collections import Counter

LONGEST = 200  # code points of a row
_SENTENCE = frozenset("。！？；!?;“”")
_HOME = re.compile(r"(?:网站)?首页|主页|home(?:page)?|(?:更多|more)\s?[>»›]+|联系我们|about us", re.IGNORECASE)
_PARTS, _SPACES = re.compile(r"\s*[|·]+\s*"), re.compile(r"\s+")
_MENU = re.compile(r"[☰≡]\s?(?:菜单|导航|目录|全部|频道)?")
_MOST, _LATIN = 6, 12  # code points of a word of a menu, and of a Latin one
_FEWEST_MENU, _FEWEST_KEYS, _KEY = 4, 4, 16  # words of a row; code points of a word for search engines
_KEYS = re.compile(r"(?:本[页文])?(?:关键[字词]|标签|tags?|热搜词?|热门搜索|keywords?)\s?:\s?", re.IGNORECASE)
_KEY_PARTS = re.compile(r"\]\s?\[|[\[\]|,_\s]+")
_ALIKE = 0.75  # share of the words that have a pair of characters in common
_OFFER, _QUOTES = 60, frozenset('“”「」『』"')  # code points of an offer; what tells that somebody quotes it
_CHEAP = re.compile(
    "免费(?:领|试|送|下载)|试听|限时|特[惠价]|优惠|爆款|热销|包邮|[1-9一二三四五六七八九]折|秒杀|直降|低至"
)
_PRESS = re.compile("戳我|戳这|猛戳|点[此我这]|点击(?![量率数])|>>|→|👉")
_CALLED = re.compile(r"(?:AD|\[?(?:广告|推广|赞助)\]?)\s?(?P<rest>[×✕✖]|:.+)")
_CONTACT = re.compile("热线|电话|QQ|微信|加[微我]")


def is_menu_row(line: str) -> bool:
    """Whether a folded line is a row of short words that leads home or to more.

    >>> is_menu_row("主页 文学 历史 更多>>"), is_menu_row("Home | News | About | 联系我们"), is_menu_row("春 夏 秋 冬")
    (True, True, False)
    """
    if _MENU.fullmatch(line):
        return True
    if len(line) > LONGEST or not _HOME.search(line):
        return False
    bare = line.strip(" |·")
    words = (_PARTS if "|" in bare or "·" in bare else _SPACES).split(bare)
    ends = _HOME.fullmatch(words[0]) or _HOME.fullmatch(words[-1])
    return len(words) >= _FEWEST_MENU and bool(ends) and all(map(_is_short, words))


def _is_short(word: str) -> bool:
    return 0 < len(word) <= (_LATIN if word.isascii() else _MOST) and _SENTENCE.isdisjoint(word)


def is_keyword_row(line: str) -> bool:
    """Whether a folded line is words for search engines: most have two characters in common, one is in another.

    >>> is_keyword_row("关键字:教师总结,个人总结,年度总结,总结"), is_keyword_row("[石桥][水车][磨坊][渡口]")
    (True, False)
    """
    if len(line) > LONGEST or not _SENTENCE.isdisjoint(line):
        return False
    label = _KEYS.match(line)
    words = [word for word in _KEY_PARTS.split(line[label.end() :] if label else line) if word]
    if len(words) < _FEWEST_KEYS or len(max(words, key=len)) > _KEY or not (label or "|" in line or "][" in line):
        return False
    pairs = Counter(pair for word in words for pair in {word[at : at + 2] for at in range(len(word) - 1)})
    alike = pairs.most_common(1)[0][1] if pairs else 0
    inside = any(one != other and one in other for one in words for other in words)
    return alike >= _ALIKE * len(words) and (inside or label is not None)


def is_offer(line: str) -> bool:
    """Whether a folded line offers something cheap and tells where to press, or says that it is an advertisement.

    >>> is_offer("热销爆款!颈椎按摩仪限时99元包邮,戳我抢购>>"), is_offer("豆腐两元一斤")
    (True, False)
    """
    if len(line) > _OFFER or line.endswith("。") or not _QUOTES.isdisjoint(line):
        return False
    cheap, called = _CHEAP.search(line), _CALLED.fullmatch(line)
    if called:
        return bool(cheap or len(called["rest"]) == 1 or _CONTACT.search(line))
    return bool(cheap and _PRESS.search(line))
