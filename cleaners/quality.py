"""Signals that describe a clean text in numbers, and the verdict whether it is a document at all.

Signals are columns of the dataset: a user filters by them as the task demands. The verdict is narrower. It drops
only what is no document: nothing left after cleaning, a title without a text, a list of search words, a page of
pinyin letters. Short is not bad: a notice of one sentence and a poem of twenty characters stay.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Flag, Verdict
from cleaners.rules.pinyin_table import SYLLABLES

Signals = dict[str, float]

_OTHER, _HAN, _DIGIT, _LATIN, _IGNORED, _PUNCTUATION, _SYMBOL = range(7)
_TERMINAL = frozenset("。！？…”；：!?.;")  # C4's list for Chinese, and the half-width forms of text that keeps them
_BULLETS = frozenset("-*•·●■◆▪※")
_MANY = 4096  # units from which counting in a table of 65,536 bins is cheaper than sorting


def _classes() -> NDArray[np.uint8]:
    """The class of every UTF-16 code unit; an astral character counts once, by its first surrogate."""
    table = np.full(0x10000, _OTHER, dtype=np.uint8)
    names = {"P": _PUNCTUATION, "S": _SYMBOL, "Z": _IGNORED, "N": _DIGIT}
    for code in (*range(0x3400), *range(0xFE10, 0x10000)):
        table[code] = names.get(unicodedata.category(chr(code))[0], _OTHER)
    for first, last, kind in (
        (0x09, 0x0D, _IGNORED), (0x41, 0x5A, _LATIN), (0x61, 0x7A, _LATIN), (0xC0, 0x24F, _LATIN),
        (0x3007, 0x3007, _HAN), (0x3400, 0x4DBF, _HAN), (0x4E00, 0x9FFF, _HAN), (0xF900, 0xFAFF, _HAN),
        (0xD840, 0xD8FF, _HAN), (0xD83C, 0xD83E, _SYMBOL), (0xDC00, 0xDFFF, _IGNORED),
        (0xE000, 0xF8FF, _SYMBOL), (0xFFFD, 0xFFFD, _SYMBOL),
    ):  # fmt: skip
        table[first : last + 1] = kind
    return table


_CLASS = _classes()


def signals(text: str) -> Signals:
    """Describe a text in numbers; ratios lie between 0 and 1, lengths count code points, entropy is in nats.

    Ratios of characters are shares of the visible ones; ratios of lines are shares of the lines that are not empty.
    ``top_2gram_ratio`` is the share of the text that its most frequent pair of characters makes up;
    ``duplicate_10gram_ratio`` the share of runs of ten characters that occurred before, in long texts to about
    half a percent.

    >>> signals("春眠不觉晓，\\n处处闻啼鸟。")["mean_line_chars"]
    6.0
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    kinds = _CLASS[units]
    visible = units[kinds != _IGNORED]
    share = 1.0 / max(1, len(visible))
    counts = np.bincount(kinds, minlength=7).tolist()
    wide = visible.astype(np.uint32)
    pairs = (wide[:-1] * np.uint32(2654435761) + wide[1:]) * np.uint32(2246822519)  # mixed into the high bits, too
    return {
        "chars": float(len(text)),
        "han_ratio": counts[_HAN] * share,
        "digit_ratio": counts[_DIGIT] * share,
        "latin_ratio": counts[_LATIN] * share,
        "punctuation_ratio": counts[_PUNCTUATION] * share,
        "symbol_ratio": counts[_SYMBOL] * share,
        **_line_signals(text),
        "unigram_entropy": _entropy(visible),
        "top_2gram_ratio": min(1.0, 2 * share * _most_frequent(pairs)),
        "duplicate_10gram_ratio": _repeated(pairs),
    }


def _line_signals(text: str) -> Signals:
    """What the lines of a text look like."""
    lines = list(filter(None, text.split("\n")))
    share = 1.0 / max(1, len(lines))
    return {
        "lines": float(len(lines)),
        "mean_line_chars": sum(map(len, lines)) * share,
        "terminal_line_ratio": sum(line[-1] in _TERMINAL for line in lines) * share,
        "ellipsis_line_ratio": sum(line[-1] == "…" for line in lines) * share,
        "bullet_line_ratio": sum(line[0] in _BULLETS for line in lines) * share,
        "duplicate_line_ratio": (len(lines) - len(set(lines))) * share,
    }


def _entropy(units: NDArray[np.uint16]) -> float:
    """Shannon entropy of the characters; about 6 for Chinese prose, under 3 for a text of few words."""
    if not len(units):
        return 0.0
    counts = np.bincount(units) if len(units) >= _MANY else _run_lengths(np.sort(units))
    counts = counts[counts > 0]
    return math.log(len(units)) - float(counts @ np.log(counts)) / len(units)


def _run_lengths(values: NDArray[Any]) -> NDArray[np.int64]:
    """The lengths of the runs of equal values."""
    edges = np.flatnonzero(values[1:] != values[:-1])
    bounds = np.empty(len(edges) + 2, dtype=np.int64)  # np.diff(prepend, append) would cost a short text 40 us
    bounds[0], bounds[1:-1], bounds[-1] = -1, edges, len(values) - 1
    return bounds[1:] - bounds[:-1]


def _most_frequent(hashes: NDArray[np.uint32]) -> int:
    """How often the most frequent value occurs; of many values, the most frequent in the fullest of 65,536 bins."""
    if not len(hashes):
        return 0
    if len(hashes) >= _MANY:
        bins = (hashes >> np.uint32(16)).astype(np.uint16)
        hashes = hashes[bins == np.bincount(bins).argmax()]
    return int(_run_lengths(np.sort(hashes)).max())


def _repeated(pairs: NDArray[np.uint32]) -> float:
    """The share of runs of ten that occurred before; MAP-NEO and FineWeb2 count such runs as well.

    Runs are hashed to 32 bits by doubling: of two, four, eight, ten.
    """
    if len(pairs) < 9:
        return 0.0
    four = pairs[:-2] * np.uint32(2246822519) + pairs[2:]
    eight = four[:-4] * np.uint32(3266489917) + four[4:]
    ten = eight[:-2] * np.uint32(668265263) + pairs[8:]
    return max(0.0, 1.0 - _distinct(ten) / len(ten))


def _distinct(hashes: NDArray[np.uint32]) -> float:
    """How many values are distinct; of many, by linear counting: how full a table of eight places a value becomes."""
    if len(hashes) < _MANY:
        hashes = np.sort(hashes)
        return 1.0 + int(np.count_nonzero(hashes[1:] != hashes[:-1]))
    bits = min(32, len(hashes).bit_length() + 3)
    seen = np.zeros(1 << bits, dtype=np.bool_)
    seen[hashes >> np.uint32(32 - bits)] = True
    return -len(seen) * math.log1p(-int(np.count_nonzero(seen)) / len(seen))


def undamaged_chars(text: str, flags: Iterable[Flag]) -> int:
    """How much of a text stands as it was written: its characters less those under a flag.

    A flag without extent, such as a deleted year, costs one character, so that of two copies of a speech the one
    with fewer losses wins. Overlapping flags count once. Offsets are code points of ``text``.

    >>> undamaged_chars("20xx年，是的3倍", [Flag("year_mask", 0, 4, "20xx"), Flag("year_drop", 7, 7, "")])
    5
    """
    covered, reached = 0, 0
    for start, end in sorted((flag.start, max(flag.end, flag.start + 1)) for flag in flags):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return max(0, len(text) - covered)


_HAN_PAIR = re.compile("(?=([\u4e00-\u9fff]{2}))")
_STOP = re.compile("[。！？；]")
_SENTENCE = re.compile(
    "[\u4e00-\u9fff]{2}[^\\n]{0,58}(?:[。！？!…；]|(?<=[\u4e00-\u9fff])\\.(?!\\w))|[A-Za-z]+ [a-z][^\\n]*[.!?](?:\\s|$)"
)
_COMMA = re.compile("，|(?<=[\u4e00-\u9fff]),(?=[\u4e00-\u9fff])")
_NOTICE = re.compile("请(?![柬帖假示求教])|[今明]天|明日|[上下]午|晚上|即日|本店|本人|特此|敬启|启事")
_FUNCTION = re.compile("[的了是在不将请已为于从把被与和我你他她它们这那有到来去会能要]")
_QUERY = re.compile("怎么|如何|什么|哪里|哪家|多少|怎样|有没有|是不是|吗")
_SPAM_WORD = re.compile(
    "国产|亚洲|欧美|日韩|久久|精品|无码|有码|中文字幕|一区|二区|三区|高清|在线观看|免费观看|成人|av|AV|视频|人妻|"
    "私服|时时彩|六合彩|博彩|百家乐|真人娱乐|彩票|开户|老虎机|代开发票|办证|刻章|代孕|棋牌|娱乐城|投注"
)
_INNOCENT = frozenset(("国产", "精品", "高清", "视频", "彩票", "开户"))  # two of them alone may describe any ware
_SEPARATOR = re.compile(r"[\s_|,，、/\\·\-—]+")
_LONGEST_STUB = 400  # code points of a page that says nothing was found
_NOT_FOUND = re.compile(
    "(?:没有|没|未能?|无法|暂无)(?:找到|搜索到|搜到|查询到|查到|检索到|相关|符合|匹配)[^。\\n]{0,40}(?:内容|结果|信息|记录|文章|文档|网页|数据)"
    "|共(?:找到)? ?0 ?(?:条|个|篇|项)"
)
_SEARCHES = re.compile(
    "搜索|检索|搜一搜|关键[词字]|换[一个]{0,2}[^，。\\n]{0,6}词|输入|错别字|建议您|重新|每页|首页|热词"
)
_NO_PAGE = re.compile(
    "(?:抱歉|对不起|很遗憾|404|出错|提示)[^\\n]{0,20}\\n?[^\\n]{0,20}(?:页面|网页|内容|文章|帖子|主题|链接|文件)[^\\n]{0,12}"
    "(?:不存在|已被?删除|找不到|未找到|没有找到|无法访问|已失效|已过期|已下架)"
)
_PARTIAL = "论文部分内容阅读"
_WORD = re.compile(r"[a-z]+")
_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|for|that|with|by|this|it|as|was)\b")


_HAN_IN_PINYIN = 0.05  # the share of Han up to which a page may be pinyin
# Shares above which a page without sentences is spam: of bad words, of repeated runs of ten, of the commonest pair.
_SPAM_WORDS, _SPAM_REPEATED, _SPAM_PAIR = 0.4, 0.7, 0.2


def verdict(text: str, values: Mapping[str, float], *, min_chars: int = 60) -> Verdict:
    """Whether a clean text is a document; ``values`` are its `signals`.

    Dropped are, with a reason for people: an empty text; the stub of a paper archive (论文部分内容阅读); a page of
    pinyin letters; a list of search words; and a text shorter than ``min_chars`` code points in which nothing is a
    sentence, a notice, a verse or an entry.
    """
    stripped = text.strip()
    if not stripped:
        return Verdict(False, "empty: nothing is left after cleaning")
    if _PARTIAL in stripped and len(stripped) < 2 * min_chars + len(_PARTIAL):
        return Verdict(False, "stub: the archive shows a title and not the paper")
    if values["han_ratio"] <= _HAN_IN_PINYIN and _is_pinyin(stripped):
        return Verdict(False, "all pinyin: the text is written in syllables, without a Chinese character")
    if stub := _answers_nothing(stripped):
        return Verdict(False, stub)
    if spam := _doorway(stripped) or _keyword_spam(stripped, values):
        return Verdict(False, spam)
    if len(stripped) < min_chars and not _says_something(stripped):
        return Verdict(False, f"stub: a title of {len(stripped)} characters and no sentence")
    return Verdict(True)


def _answers_nothing(text: str) -> str:
    """Why a short page is what a machine says that has no page to show; empty where it is not."""
    if len(text) > _LONGEST_STUB:
        return ""
    if _NOT_FOUND.search(text) and len(set(_SEARCHES.findall(text))) > 1:
        return "stub: a search that found nothing"
    return "stub: a page that says it is not there" if _NO_PAGE.search(text) else ""


def _doorway(text: str) -> str:
    """Why a page of lines like 青石修渠_青石清淤_青石打井 is spam: one name all through a line, then others."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    named = {line for line in lines if line.count(line[:2]) > 1 and not _STOP.search(line)}
    stems = Counter(line.replace(line[:2], "") for line in named)
    repeated = sum(count for count in stems.values() if count > 1)
    return "keyword spam: the same services for one place after the other" if 2 * repeated > max(len(lines), 8) else ""


def _is_pinyin(text: str) -> bool:
    """At least 20 syllables' worth of letters, 19 of 20 in words that are pinyin through and through."""
    sample = unicodedata.normalize("NFD", text[:4000].lower())
    plain = "".join(mark for mark in sample if not unicodedata.combining(mark))
    words = _WORD.findall(plain)
    letters = sum(map(len, words))
    if letters < 60 or len(_ENGLISH.findall(plain)) * 20 > len(words):
        return False
    return sum(len(word) for word in words if _is_syllables(word)) >= 0.95 * letters


def _is_syllables(word: str) -> bool:
    """Whether a word divides into pinyin syllables; each place is reached once, however many ways lead there.

    >>> _is_syllables("xianguo"), _is_syllables("tomodachi")
    (True, False)
    """
    reached = {0}
    for place in range(len(word)):
        if place in reached:
            reached |= {place + n for n in range(1, 7) if word[place : place + n] in SYLLABLES}
    return len(word) in reached


def _keyword_spam(text: str, values: Mapping[str, float]) -> str:
    """Why a page is nothing but search words; empty where it is not."""
    if values["terminal_line_ratio"] > 0.2 and _FUNCTION.search(text):
        return ""
    text = text[:4000]
    if len(_STOP.findall(text)) * 100 > len(text):
        return ""
    words = [word for word in _SEPARATOR.split(text) if word]
    bad = sum(len(word) for word in words if _SPAM_WORD.search(word))
    kinds = set(_SPAM_WORD.findall(text))
    guilty = len(kinds) > 2 or not kinds <= _INNOCENT
    if guilty and len(words) >= 4 and bad > _SPAM_WORDS * sum(map(len, words)):
        return "keyword spam: a list of search words for adult or gambling sites"
    if len(words) < 12 or values["lines"] * 8 > len(words) or _STOP.search(text):
        return ""
    pairs = Counter(pair for word in words for pair in _HAN_PAIR.findall(word))
    most = 2 * max(pairs.values(), default=0) / sum(map(len, words))
    if values["duplicate_10gram_ratio"] > _SPAM_REPEATED or most > _SPAM_PAIR:
        return "keyword spam: the same search words over and over, and no sentence"
    return ""


def _says_something(text: str) -> bool:
    """Whether a short text holds a sentence, a clause with a function word, a notice, a verse or entries of a list."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == 1 and _QUERY.search(text) and not re.search("[。！；，：]", text):
        return False  # one question and nothing else is what somebody typed into a search box
    if _SENTENCE.search(text) or any(_COMMA.search(line) and _FUNCTION.search(line) for line in lines):
        return True
    if _NOTICE.search(text) or (len(lines) >= 3 and sum(map(bool, map(_FUNCTION.search, lines))) * 2 >= len(lines)):
        return True
    entries = sum(bool(re.search(r"\S[ 　：:]\S", line)) for line in lines)
    return (entries >= 3 and entries * 2 >= len(lines)) or _is_verse(lines)


def _is_verse(lines: list[str]) -> bool:
    """Lines of one or two lengths, three to eleven characters without punctuation; or a couplet on one line."""
    parts = [part for line in lines for part in re.split("[，。、；！？ 　]", line) if part]
    lengths = set(map(len, parts))
    if len(lines) == 1:
        return len(parts) >= 2 and lengths in ({5}, {7})
    return len(lengths) <= 2 and min(lengths) >= 3 and max(lengths) <= 11
