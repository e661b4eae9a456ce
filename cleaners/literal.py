"""Text that is not prose and keeps its ASCII punctuation: code, markup, addresses, rows of a table."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from cleaners.document import Document, once

# Code, as it looks once every run of other characters than ASCII has become one 汉.
_CODE = re.compile(
    r"[{}]|=>|->|[=!]=|&&|\|\||::|\"\s*:\s*[\"\d\[tfn-]|^\s*(?:\||//|/\*|\*/)"
    r"|\b[A-Za-z_][A-Za-z0-9_]*\([^)]{0,200}[\"']|[A-Za-z_]\(\)|[\"'\]];\s*$|[!-~]\);\s*$"
    r"|[A-Za-z0-9_)\]]\s*=\s*[\"'\[]|^\s*[A-Za-z_][A-Za-z0-9_.]*\s*="
    r"|^\s*(?:def|class|import|from|return|var|let|const|function|public|private|static|if|elif|else|for|while|print"
    r"|echo)\b|(?i:\bselect\b.{0,200}?\bfrom\b|\binsert\s+into\b|\bcreate\s+table\b)"
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_COMMENT = re.compile(r"\s*(?:#|--|%) ")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
# Addresses, also of files with Chinese names; character references, code between backticks, tags, the arguments of
# f(…), the targets of [links](…).
_SPAN = re.compile(
    r"(?:https?://|ftp://|www\.)[!-~]*"
    r"(?:/[㐀-鿿][㐀-鿿A-Za-z0-9_%()~/-]{0,80}\.[A-Za-z0-9]{2,5}|[A-Za-z0-9/?&=#_%-])"
    r"|&#?\w{1,8};|`[^`]*`|</?[A-Za-z!][^<>]*>|(?<=[a-z_\]])\([^()]*\)"
)
_QUOTED = re.compile(r'"[^"\n]*"')
_STOPS = "。！？，；"
_SENTENCE = re.compile(r"[㐀-鿿][.!?]\s*$")
_FIGURE = re.compile(r"(?:^|(?<=,))[0-9.%/-]+(?=,|$)")
# Cells of a comma-separated table are shorter than this many characters on average.
_CELL = 8


def kept(document: Document, places: Sequence[int]) -> list[bool]:
    """Whether each of these ascending places, in code points, stands where ASCII is meant.

    >>> kept(Document("见`甲,乙`,丙"), [3, 6])
    [True, False]
    """
    fenced = fenced_lines(document)
    result: list[bool] = []
    number, spans, at = -1, [(0, 0)], 0
    for place in places:
        line = bisect_right(document.line_starts, place) - 1
        if line != number:
            number, spans, at = line, _spans(document, line, fenced), 0
        column = place - document.line_starts[line]
        while at < len(spans) and spans[at][1] <= column:
            at += 1
        result.append(at < len(spans) and spans[at][0] <= column)
    return result


def _spans(document: Document, number: int, fenced: frozenset[int]) -> list[tuple[int, int]]:
    """The columns of a line that keep their ASCII, in order."""
    line = document.lines[number]
    if number in fenced or is_code(line) or _is_row(document.lines, number) or _is_comment(document.lines, number):
        return [(0, len(line))]
    return [span.span() for span in _SPAN.finditer(line)]


@once  # a page of code asks for every line
def fenced_lines(document: Document) -> frozenset[int]:
    """Numbers of the lines between ``` fences."""
    if "```" not in document.text and "~~~" not in document.text:
        return frozenset()
    fences = [number for number, line in enumerate(document.lines) if _FENCE.match(line)]
    blocks = zip(fences[0::2], fences[1::2], strict=False)
    return frozenset(number for first, last in blocks for number in range(first, last))


def is_code(line: str) -> bool:
    """Whether a line of text is code.

    >>> is_code("return a;"), is_code("二、代码与编码")
    (True, False)
    """
    return _CODE.search(_NOT_ASCII.sub("汉", line)) is not None


def _is_comment(lines: list[str], number: int) -> bool:
    """Whether a line is a comment next to code: ``# 求和,再返回`` above ``return a + b``."""
    beside = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
    return _COMMENT.match(lines[number]) is not None and any(map(is_code, beside))


def _is_row(lines: list[str], number: int) -> bool:
    """Whether a line holds short cells and no sentence, beside one of as many commas, two at least, or of figures."""
    commas = _cells(lines[number])
    if commas < 2:
        return False
    beside = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
    return any(_cells(line) == commas or 2 * len(_FIGURE.findall(line)) > line.count(",") > 1 for line in beside)


def _cells(line: str) -> int:
    """The commas between the cells of a line that may be a row of a table, else 0."""
    commas = (_QUOTED.sub("", line) if '"' in line else line).count(",")
    if len(line) > _CELL * (commas + 1) or any(mark in line for mark in _STOPS) or _SENTENCE.search(line):
        return 0
    return commas
