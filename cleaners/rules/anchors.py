"""One search for every word that announces a site's own line, shared by the rules that look for them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import takewhile

from cleaners.document import Document, once
from cleaners.rules.lines import both_scripts
from cleaners.rules.site_lines import FAMILIES
from cleaners.rules.site_speech import LONGEST_LINE, TELLING, Speech, parts, read
from cleaners.rules.site_words import SURE
from cleaners.words import Words

WITHHELD = (
    "隐藏", "省略", "略去", "未完", "还剩", "剩余", "余下", "全文", "登录", "登入", "会员", "付费", "解锁",
    "免费查看", "试读", "下载后", "购买后", "订阅后", "预览", "后可见", "查看完整", "继续阅读", "阅读更多",
    "才能查看", "看后续", "因篇幅", "方可阅读", "方可查看", "展开全部", "打开全部", "注册后",
)  # fmt: skip
_HIDDEN_TEXT = -1  # what stands for `cleaners.rules.splice` in the lists of families
_SITE_WORD = -2  # and for `cleaners.rules.learned`


def _owners() -> dict[str, tuple[int, ...]]:
    """Which families (by index) each anchor may announce, in either script."""
    owners: dict[str, tuple[int, ...]] = {}
    others = ((_SITE_WORD, SURE), (_HIDDEN_TEXT, WITHHELD))
    for index, words in (*others, *enumerate(family.anchors for family in FAMILIES)):
        for word in both_scripts(words):
            if not any(other in word for other in words if other != word):  # the shorter one is found there, too
                owners[word] = (*owners.get(word, ()), index)
    return owners


_OWNERS = _owners()
_VOCABULARY = frozenset(word for word in TELLING if not any(part in TELLING for part in parts(word)))
_OWNERS |= dict.fromkeys(sorted(_VOCABULARY - _OWNERS.keys()), ())
_SINGLE = frozenset(word for word in _OWNERS if len(word) == 1)
_SEARCH = Words(word for word in _OWNERS if len(word) > 1)


@once
def _words(document: Document) -> dict[int, set[str]]:
    """The anchors in each line, by line. The rules of one page ask for the same document in turn."""
    places = _SEARCH.places(document)
    for character in _SINGLE & document.chars:
        places += ((match.start(), character) for match in re.finditer(character, document.text))
    lines: dict[int, set[str]] = {}
    for place, word in sorted(places):
        lines.setdefault(bisect_right(document.line_starts, place) - 1, set()).add(word)
    return lines


@once
def announced(document: Document) -> dict[int, frozenset[int]]:
    """The families whose anchors stand in each line, by line: indices of `FAMILIES`, or -1 and -2 as above."""
    lines = {
        line: frozenset(owner for word in words for owner in _OWNERS[word]) for line, words in _words(document).items()
    }
    return {line: owners for line, owners in lines.items() if owners}


_TITLES, _LONGEST_TITLE, _QUOTED = 5, 60, 8  # lines of text among which the title is; code points of it
_EDGE = 6  # lines of text at either end of a page in which a site speaks by its vocabulary
_MAX_SPOKEN, _SHARE = 6, 3  # lines of vocabulary beyond which they may not be one in so many lines of the page
_DENSITY = 40  # code points of a line for which it has one word more of the vocabulary
_SHORT = 12  # code points of a line for which one is enough anywhere
_STOPS = "。！？；：，…,;:!?"
_ITEMS = frozenset(("- ", "* ", "• ", "· "))  # with which the items of a list begin
_LITTLE = 200  # code points of text beside which nothing is sure


@once
def spoken(document: Document) -> dict[int, Speech]:
    """The lines that are a site's by their vocabulary, by line, on a page that does not itself speak of such things.

    A manual says 登录 and 下载 all over, and a page of such lines is somebody's text.
    """
    lines = document.lines
    texts = [index for index, line in enumerate(lines) if line and not line.isspace()]
    edges = {*texts[:_EDGE], *texts[-_EDGE:]}
    candidates = {
        index
        for index, words in _words(document).items()
        if len(words & _VOCABULARY)
        > len(lines[index]) // _DENSITY + (index not in edges and len(lines[index]) > _SHORT)
    }
    titles = [lines[index].strip() for index in texts[:_TITLES] if len(lines[index]) <= _LONGEST_TITLE]
    candidates.update(_quoting(document, titles))
    speeches: dict[int, Speech] = {}
    for index in sorted(candidates):
        if len(lines[index]) <= LONGEST_LINE:
            speech = read(lines[index], [title for title in titles if title != lines[index].strip()])
            placed = index in edges or speech.is_anywhere
            if (
                placed
                and speech.is_of_a_site
                and (index != texts[0] or speech.is_sure or _is_before_title(lines, texts))
            ):
                speeches[index] = speech
    if len(speeches) > _MAX_SPOKEN and len(speeches) * _SHARE > len(texts):
        return {}
    if not speeches:
        return {}
    rest = "\n".join(lines[index] for index in texts if index not in edges or index not in speeches)
    items = [index for index in speeches if _is_of_a_list(lines, texts, index, speeches)]
    return {
        index: speech
        for index, speech in speeches.items()
        if index not in items
        and not _EXPLAINED.search(lines[index])
        and not _is_spoken_of(speech, rest, own=index not in edges)
    }


_EXPLAINED = re.compile('(?:提示|显示|出现|弹出|看到|遇到|报)[“「"][^”」"]+[”」"]')  # tells what a site says


def _quoting(document: Document, titles: list[str]) -> Iterator[int]:
    """The lines at the page's edges in which the title stands again."""
    for title in titles:
        start = title[:_QUOTED]
        if len(start) == _QUOTED and document.text.count(start) > 1:
            places = (match.start() for match in re.finditer(re.escape(start), document.text))
            yield from (bisect_right(document.line_starts, place) - 1 for place in places)


def _is_before_title(lines: list[str], texts: list[int]) -> bool:
    """Whether a line between the first of a page and its prose reads like its title: the first stands before it."""
    behind = (lines[index].strip() for index in texts[1 : 1 + _TITLES])
    short = takewhile(lambda line: len(line) <= _LONGEST_TITLE, behind)
    return any(line[-1] not in _STOPS and line != lines[texts[0]].strip() for line in short)


def _is_spoken_of(speech: Speech, rest: str, *, own: bool) -> bool:
    """Whether the page's own text uses the words that would tell a site's line; ``own`` says that this stands in it."""
    used = sum(rest.count(word) > own for word in speech.strongest)
    return len(rest) < _LITTLE or 2 * used > len(speech.strongest)


def _is_of_a_list(lines: list[str], texts: list[int], index: int, speeches: dict[int, Speech]) -> bool:
    """Whether a line is an item of a list whose next or last item is the text's own."""
    place, mark = bisect_left(texts, index), lines[index].lstrip()[:2]
    beside = (at for at in (*texts[max(0, place - 1) : place], *texts[place + 1 : place + 2]) if at not in speeches)
    return mark in _ITEMS and any(lines[at].lstrip().startswith(mark) for at in beside)


def withheld_lines(document: Document) -> list[int]:
    """The lines that may say that text is withheld, ascending."""
    return [line for line, families in announced(document).items() if _HIDDEN_TEXT in families]


def site_word_lines(document: Document) -> list[int]:
    """The lines that hold a word of `cleaners.rules.site_words.SURE`, ascending."""
    return [line for line, families in announced(document).items() if _SITE_WORD in families]


def telling_lines(document: Document) -> list[int]:
    """The lines of which a fifth at least is words of `cleaners.rules.site_speech.TELLING`, two or more; ascending."""
    told = {line: words & TELLING for line, words in _words(document).items()}
    lines = document.lines
    return [at for at, words in told.items() if len(words) > 1 and 5 * sum(map(len, words)) >= len(lines[at])]


def vocabulary_lines(document: Document) -> list[int]:
    """The lines that hold two words or more of `cleaners.rules.site_speech.TELLING`, ascending."""
    return [at for at, words in _words(document).items() if len(words & TELLING) > 1]
