"""What the rules about lines share: reading a line whatever its script and width, and taking whole lines away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2  # type: ignore[import-untyped]

from cleaners.document import Document, Edits

# Only the characters the patterns of this package are written with, so that traditional pages match too where a
# profile keeps their script. One character for one character: an offset in the folded line is one in the line.
_TRADITIONAL = (
    "責責编編辑輯来來时時间間发發布佈时時为為们們么麼请請点點击擊览覽阅閱读讀载載网網页頁资資总總"
    "关關键鍵词詞题題录錄会會员員开開闭閉还還余餘显顯隐隱内內费費看看机機码碼扫掃载載书書签籤"
    "记記注註册冊动動图圖声聲权權转轉评評论論赞讚转轉体體号號标標类類链鏈处處属屬举舉报報"
    "档檔预預览覽结結验驗证證换換无無没沒仅僅参參观觀点點个個这這该該复複制製后後让讓"
    "门門说說热熱荐薦讯訊联聯应應实實现現当當从從写寫种種导導给給领領稿稿节節续續尽盡"
    "摄攝审審绘繪据據质質务務观觀约約构構术術传傳单單织織归歸纳納选選编編缩縮数數"
)
_FOLD = {ord(old): new for new, old in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
_FOLD |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys((0xA0, 0x3000, 0x09, 0x2002, 0x2003), " ") | {ord("【"): "[", ord("】"): "]"}
_FOLD |= {ord("〔"): "[", ord("〕"): "]", ord("﹥"): ">", ord("丨"): "|", ord("│"): "|", ord("—"): "-"}

SENTENCE_ENDS = frozenset("。！？!?；;…：:”’」』）)》")


def fold(line: str) -> str:
    """Return ``line`` as patterns want it: simplified, half-width, brackets square; same length.

    >>> fold("編輯：田某")
    '编辑:田某'
    """
    return line.translate(_FOLD)


@cache
def linear(pattern: str) -> Any:
    """A compiled RE2 pattern, white space in it left out; made at first use, since most pages need few.

    >>> linear(" a+ b ").fullmatch("aab") is not None
    True
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return re2.compile("".join(pattern.split()), options)


def both_scripts(words: Iterable[str]) -> list[str]:
    """Every word, and its traditional spelling where that differs.

    >>> both_scripts(["编辑"])
    ['编辑', '編輯']
    """
    back = {ord(new): old for new, old in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
    found = dict.fromkeys(words)
    found |= dict.fromkeys(word.translate(back) for word in found)
    return list(found)


@dataclass(frozen=True, slots=True)
class Gone:
    """A line to take away, by its index, with how sure that is and why."""

    line: int
    confidence: float
    evidence: str


def remove_lines(document: Document, gone: Sequence[Gone]) -> Edits:
    """Take whole lines away with their newlines; ``gone`` ascends by line.

    Of the two gaps of blank lines around a removed block the larger stays, so paragraphs are neither glued nor
    driven further apart; at the edges of the text the gap goes too. Blank lines between removed lines go with them.

    >>> from cleaners.edits import apply
    >>> page = Document("分享\\n\\n标题\\n\\n打印\\n\\n正文。\\n编辑:某某")
    >>> apply(page.text, remove_lines(page, [Gone(0, 1, ""), Gone(4, 1, ""), Gone(7, 1, "")]))
    '标题\\n\\n正文。'
    """
    edits = Edits()
    for block in _blocks(document.lines, gone):
        start, end = _span(document, block[0].line, block[-1].line)
        why = "; ".join(dict.fromkeys(one.evidence for one in block if one.evidence))
        edits.add(start, document.text[start:end], "", min(one.confidence for one in block), why)
    return edits


def _blocks(lines: list[str], gone: Sequence[Gone]) -> list[list[Gone]]:
    """Group removed lines that only blank lines keep apart."""
    blocks: list[list[Gone]] = []
    for one in gone:
        if blocks and not any(line.strip() for line in lines[blocks[-1][-1].line + 1 : one.line]):
            blocks[-1].append(one)
        else:
            blocks.append([one])
    return blocks


def _span(document: Document, first: int, last: int) -> tuple[int, int]:
    """Where the removal of lines ``first`` to ``last`` begins and ends, in code points."""
    lines, starts = document.lines, document.line_starts
    before = first - _blank(lines, range(first - 1, -1, -1))
    after = last + _blank(lines, range(last + 1, len(lines)))
    if after == len(lines) - 1:
        tail = 1 if last < after and document.text.endswith("\n") else 0
        return (max(starts[before] - 1, 0) if before else 0), len(document.text) - (tail if before else 0)
    if not before:
        return 0, starts[after + 1]
    if first - before >= after - last:
        return starts[first], starts[after + 1]
    return starts[before], starts[last + 1]


def _blank(lines: list[str], indices: Iterable[int]) -> int:
    """How many lines in a row hold nothing but space."""
    count = 0
    for index in indices:
        if lines[index].strip():
            break
        count += 1
    return count


def merged(one: Edits, other: Edits) -> Edits:
    """Both sets of edits in one, ascending; an edit inside an earlier one falls away."""
    columns = [(e.start, e.end, e.before, e.after, e.confidence, e.evidence) for e in (one, other)]
    both, last = Edits(), -1
    for start, end, before, after, confidence, evidence in sorted(row for c in columns for row in zip(*c, strict=True)):
        if start >= last:
            both.add(start, before, after, confidence, evidence)
            last = end
    return both
