"""One search for every word that announces a site's own line, shared by the rules that look for them."""

from __future__ import annotations

from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from cleaners.document import Document
from cleaners.rules.lines import both_scripts
from cleaners.rules.site_lines import FAMILIES

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
_BY_PATTERN = tuple(_OWNERS.values())
_SEARCH = BytesAhoCorasick([word.encode() for word in _OWNERS], implementation=Implementation.DFA)


@lru_cache(maxsize=2)
def _announced(text: str) -> dict[int, frozenset[int]]:
    """The rules of one page ask for the same text in turn. Bytes, since most pages hold no anchor to be located."""
    data = text.encode("utf-8", "surrogatepass")
    lines: dict[int, frozenset[int]] = {}
    line = last = 0
    for pattern, start, _ in _SEARCH.find_matches_as_indexes(data, overlapping=True):
        if start > last:
            line += data.count(b"\n", last, start)
            last = start
        lines[line] = lines.get(line, frozenset()).union(_BY_PATTERN[pattern])
    return lines


def announced(document: Document) -> dict[int, frozenset[int]]:
    """The families (indices of `FAMILIES`; -1 for withheld text) whose anchors stand in each line, by line."""
    return _announced(document.text)


def withheld_lines(document: Document) -> list[int]:
    """The lines that may say that text is withheld, ascending."""
    return sorted(line for line, families in announced(document).items() if _HIDDEN_TEXT in families)
