"""One search for every word that announces a site's own line, shared by the rules that look for them."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

from cleaners.document import Document
from cleaners.rules.lines import both_scripts
from cleaners.rules.site_lines import FAMILIES

WITHHELD = (
    "隐藏", "省略", "略去", "未完", "还剩", "剩余", "余下", "全文", "登录", "登入", "会员", "付费", "解锁",
    "免费查看", "试读", "下载后", "购买后", "订阅后", "预览", "后可见", "查看完整", "继续阅读", "阅读更多",
)  # fmt: skip
_HIDDEN_TEXT = -1  # what stands for `cleaners.rules.splice` in the lists of families


def _owners() -> dict[str, tuple[int, ...]]:
    """Which families (by index) each anchor may announce, in either script."""
    owners: dict[str, tuple[int, ...]] = dict.fromkeys(both_scripts(WITHHELD), (_HIDDEN_TEXT,))
    for index, family in enumerate(FAMILIES):
        for word in both_scripts(family.anchors):
            owners[word] = (*owners.get(word, ()), index)
    return owners


_OWNERS = _owners()
_BY_PATTERN = tuple(_OWNERS.values())
_SEARCH = AhoCorasick(list(_OWNERS), implementation=Implementation.DFA)


@lru_cache(maxsize=2)
def _hits(text: str) -> tuple[tuple[int, int], ...]:
    """(pattern, code point) of every anchor in ``text``; the rules of one page ask for the same text in turn."""
    return tuple((pattern, start) for pattern, start, _ in _SEARCH.find_matches_as_indexes(text, overlapping=True))


def announced(document: Document) -> dict[int, set[int]]:
    """The families (indices of `FAMILIES`; -1 for withheld text) whose anchors stand in each line, by line."""
    lines: dict[int, set[int]] = {}
    starts = document.line_starts if _hits(document.text) else []
    for pattern, place in _hits(document.text):
        lines.setdefault(bisect_right(starts, place) - 1, set()).update(_BY_PATTERN[pattern])
    return lines


def withheld_lines(document: Document) -> list[int]:
    """The lines that may say that text is withheld, ascending."""
    return [line for line, families in announced(document).items() if _HIDDEN_TEXT in families]
