"""One search for every word that announces a site's own line, shared by the rules that look for them."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from cleaners.document import Document
from cleaners.rules.lines import both_scripts
from cleaners.rules.site_lines import FAMILIES
from cleaners.words import Words

WITHHELD = (
    "隐藏", "省略", "略去", "未完", "还剩", "剩余", "余下", "全文", "登录", "登入", "会员", "付费", "解锁",
    "免费查看", "试读", "下载后", "购买后", "订阅后", "预览", "后可见", "查看完整", "继续阅读", "阅读更多",
    "才能查看", "方可阅读", "方可查看", "展开全部",
)  # fmt: skip
_HIDDEN_TEXT = -1  # what stands for `cleaners.rules.splice` in the lists of families


def _owners() -> dict[str, tuple[int, ...]]:
    """Which families (by index) each anchor may announce, in either script."""
    owners: dict[str, tuple[int, ...]] = {}
    for index, words in ((_HIDDEN_TEXT, WITHHELD), *enumerate(family.anchors for family in FAMILIES)):
        for word in both_scripts(words):
            if not any(other in word for other in words if other != word):  # the shorter one is found there, too
                owners[word] = (*owners.get(word, ()), index)
    return owners


_OWNERS = _owners()
_SINGLE = frozenset(word for word in _OWNERS if len(word) == 1)
_SEARCH = Words(word for word in _OWNERS if len(word) > 1)


@lru_cache(maxsize=2)
def announced(document: Document) -> dict[int, frozenset[int]]:
    """The families (indices of `FAMILIES`; -1 for withheld text) whose anchors stand in each line, by line.

    The rules of one page ask for the same document in turn.
    """
    places = _SEARCH.places(document)
    for character in _SINGLE & document.chars:
        places += ((match.start(), character) for match in re.finditer(character, document.text))
    lines: dict[int, frozenset[int]] = {}
    for place, word in places:
        line = bisect_right(document.line_starts, place) - 1
        lines[line] = lines.get(line, frozenset()).union(_OWNERS[word])
    return dict(sorted(lines.items()))


def withheld_lines(document: Document) -> list[int]:
    """The lines that may say that text is withheld, ascending."""
    return [line for line, families in announced(document).items() if _HIDDEN_TEXT in families]
