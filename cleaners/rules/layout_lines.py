"""Lines a layout broke: page markers, hard wraps, vertical text, headings in two pieces, sentences cut by a link.

Lines are joined only where the layout that cut them is proved: by numbers that count on, by a width that every line
fills as far as the next word allows, by a shape that returns through the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from cleaners.document import Document, Edits, Found, Rule, once
from cleaners.rules.lines import Gone, fold, merged, remove_lines

_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMBERED = re.compile(r"\s|[（(\[]?[一二三四五六七八九十\d]{1,3}[)）\]、.．]|第.{1,4}[章节条篇]|[•·●■◆★-]")
_STOPS = "。！？!?…"
_CLAUSES = _STOPS + "：；，"
_ENDS = _STOPS + "：:”’」』）)》；;"

# --- page markers -------------------------------------------------------------------------------------------------
_PAGE_OF = re.compile(
    r"[-(\[]?\s?(?:第\s?(?P<a>\d{1,4})\s?页\s?[,/]?\s?共\s?\d{1,4}\s?页|共\s?\d{1,4}\s?页\s?[,/]?\s?第\s?(?P<b>\d{1,4})\s?页"
    r"|[Pp]age\s(?P<c>\d{1,4})\sof\s\d{1,4})\s?[-)\]]?"
)
_COUNTED = (
    re.compile(r"[-·•~–―─]{1,3}\s{0,2}(?P<n>\d{1,4})\s{0,2}[-·•~–―─]{1,3}"),
    re.compile(r"[-·•~(\[]*\s?第\s?(?P<n>\d{1,4})\s?页\s?[-·•~)\]]*"),
    re.compile(r"[(\[]?\s?(?P<n>\d{1,4})\s?/\s?\d{1,4}\s?[)\]]?"),
    re.compile(r"[Pp]age\s?(?P<n>\d{1,4})"),
)
_MAX_MARKER = 20  # code points
_PAGE = 100  # code points of text that stand between two page markers at least
_CUT_LINE = 30  # code points of a line that may go on behind a page marker; shorter may be a heading
_SHORT_HALF = 8  # code points of the shortest line that may be no heading
_FEWEST_HEADS, _LONGEST_HEAD = 2, 40  # markers beside which a line stands that is a running head; its code points
_INNER = "，。、；：！？”）"  # marks that begin no line


def _find_page_markers(document: Document) -> Found:
    """Remove page numbers, and rejoin a sentence that ran across the page's end.

    ``…一共修了十`` / ``- 3 -`` / ``二公里。`` becomes one line. A marker that names the number of pages speaks for
    itself; others must count on by one, with a page of text between them, or stand inside a sentence.
    """
    gone: list[Gone] = []
    joins = Edits()
    wrapped = _is_wrapped(document.lines)
    markers = _page_markers(document, wrapped)
    heads = _running_heads(document.lines, markers)
    for first, last in _runs(document.lines, sorted({*markers, *heads})):
        join = _across(document, first, last)
        if join:
            start, end = join
            apart = "\n" if wrapped else ""  # `HARD_WRAPS` joins them, with its own proof
            joins.add(start, document.text[start:end], apart, 0.9, "sentence goes on behind the page marker")
        else:
            gone += (
                Gone(index, 0.95, "running head" if index in heads else "page marker")
                for index in range(first, last + 1)
                if document.lines[index].strip()
            )
    return Found(edits=merged(remove_lines(document, gone), joins))


def _runs(lines: list[str], indices: list[int]) -> Iterator[tuple[int, int]]:
    """The first and last of lines between which only blank ones stand."""
    first = last = -1
    for index in indices:
        if first >= 0 and any(line.strip() for line in lines[last + 1 : index]):
            yield first, last
            first = index
        first, last = (index if first < 0 else first), index
    if first >= 0:
        yield first, last


def _running_heads(lines: list[str], markers: list[int]) -> set[int]:
    """The lines a page has beside each of its markers, above or below; the page's title stays where it is one.

    The first of them is a title unless another line behind it reads like one.
    """
    if len(markers) < _FEWEST_HEADS:
        return set()
    beside = Counter(
        line
        for index in markers
        for at in (_text(lines, index, -1), _text(lines, index, 1))
        if (line := _at(lines, at))
    )
    heads = {line for line, count in beside.items() if count >= max(_FEWEST_HEADS, len(markers) - 1)}
    heads = {line for line in heads if len(line) <= _LONGEST_HEAD and line[-1] not in _CLAUSES}
    found = [index for index, line in enumerate(lines) if line.strip() in heads]
    behind = _at(lines, _text(lines, found[0], 1)) if found else ""
    titled = _SHORT_HALF <= len(behind) <= _LONGEST_HEAD and behind[-1] not in _CLAUSES
    return set(found if not found or any(_at(lines, at) for at in range(found[0])) or titled else found[1:])


def _text(lines: list[str], index: int, step: int) -> int:
    """The nearest line that is not blank before or behind a line, at most four away; else -1."""
    return next((at for at in range(index + step, index + 5 * step, step) if _at(lines, at)), -1)


def _at(lines: list[str], index: int) -> str:
    return lines[index].strip() if 0 <= index < len(lines) else ""


def _page_markers(document: Document, wrapped: bool) -> list[int]:
    """The lines that are page markers, ascending."""
    sure, counted = [], []
    for index, line in enumerate(document.lines):
        if 2 < len(line) <= _MAX_MARKER:
            folded = fold(line).strip()
            if _PAGE_OF.fullmatch(folded):
                sure.append(index)
            else:
                matches = ((form, pattern.fullmatch(folded)) for form, pattern in enumerate(_COUNTED))
                counted += [(form, int(match["n"]), index) for form, match in matches if match]
    for form in range(len(_COUNTED)):
        places = [(number, index) for shape, number, index in counted if shape == form]
        if len(places) >= 2 and all(_counts_on(document, a, b) for a, b in pairwise(places)):
            sure += [index for _, index in places]
    listed = _listed(document, counted)
    sure += [index for *_, index in counted if not wrapped and index not in listed and _across(document, index, index)]
    return sorted(set(sure))


def _listed(document: Document, counted: list[tuple[int, int, int]]) -> set[int]:
    """The markers of one form with no more than a heading between them: numbers of pages in a table of contents."""
    listed: set[int] = set()
    starts = document.line_starts
    last: dict[int, int] = {}
    for form, _, index in sorted(counted, key=lambda one: one[2]):
        if form in last and starts[index] - starts[last[form]] < _CUT_LINE:
            listed |= {last[form], index}
        last[form] = index
    return listed


def _counts_on(document: Document, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the second marker's number is the next, and a page of text lies between them."""
    starts = document.line_starts
    return other[0] == one[0] + 1 and starts[other[1]] - starts[one[1]] >= _PAGE


def _is_wrapped(lines: list[str]) -> bool:
    """Whether half of the lines are about as long as the longest: then `HARD_WRAPS` joins them, with its own proof."""
    longest = max(map(len, lines))
    texts = [len(line) for line in lines if len(line) > _MAX_MARKER]
    return len(texts) >= _MIN_LINES and 2 * sum(size >= 0.9 * longest for size in texts) >= len(texts)


def _across(document: Document, first: int, last: int) -> tuple[int, int] | None:
    """From the end of the line before to the start of the line behind, where one sentence runs across these lines."""
    lines, starts = document.lines, document.line_starts
    before = next((i for i in range(first - 1, max(first - 4, -1), -1) if lines[i].strip()), None)
    behind = next((i for i in range(last + 1, min(last + 4, len(lines))) if lines[i].strip()), None)
    if before is None or behind is None:
        return None
    above, below = lines[before].rstrip(), lines[behind]
    open_ended = _HAN.match(above[-1]) or above[-1] in "，、,"
    goes_on = below[0] in _INNER or (_HAN.match(below) and not _NUMBERED.match(below))
    if not open_ended or not goes_on or not (len(above) >= _CUT_LINE or _is_cut(above, below, document)):
        return None
    return starts[before] + len(above), starts[behind]


def _is_cut(above: str, below: str, document: Document) -> bool:
    """Whether a line too short to tell from a heading is the first half of a sentence.

    No line begins with such a mark, no heading has a full stop inside; one with a comma is no heading where three
    characters that the marker parts stand together elsewhere on the page.
    """
    if below[0] in _INNER:
        return True
    if len(above) < _SHORT_HALF:
        return False
    if "。" in above or "，" not in above[:-1]:
        return "。" in above
    return above[-1] in "，、" or not _threes(document).isdisjoint((above[-2:] + below[0], above[-1] + below[:2]))


@once
def _threes(document: Document) -> frozenset[str]:
    """Every three neighbouring characters of the text."""
    text = document.text
    return frozenset(map("".join, zip(text, text[1:], text[2:], strict=False)))


# --- hard wraps ---------------------------------------------------------------------------------------------------
_MIN_WIDTH = 36  # columns: 18 Chinese characters; shorter lines may be verse and have to prove more
_NARROW = 24  # columns of the narrowest that are read
_MAX_WIDTH = 140
_MIN_LINES = 8
_FEW_LINES = 4  # lines of the shortest page that is read; below _MIN_LINES every line but a title has to be full
_SIGNATURE = 6  # code points in which a line names its author: ——李白
_TOKEN = re.compile(r"[A-Za-z0-9.,%/-]+|.")


def _find_wraps(document: Document) -> Found:
    """Rejoin paragraphs that were wrapped at a fixed width.

    Forward model: greedy wrapping at W columns (a Chinese character takes two). A line break is taken for a wrap only
    where the line is full, that is where the first token of the next line would not have fitted. Accepted only when
    nearly all unindented breaks are, and most full lines end inside a sentence.
    """
    breaks = _wraps(document)
    sliced = len({len(document.lines[index]) for index in breaks}) == 1  # by characters: no space was lost
    found = Found()
    for index in breaks:
        line, following = document.lines[index], document.lines[index + 1]
        end = document.line_starts[index] + len(line.rstrip())
        start = document.line_starts[index + 1]
        apart = " " if not sliced and line.rstrip()[-1:].isascii() and following[:1].isascii() else ""
        found.edits.add(end, document.text[end:start], apart, 0.9, "line wrapped at a fixed width")
    return found


def _wraps(document: Document) -> list[int]:
    """The lines whose end is a wrap, measured in columns or, where punctuation was narrowed since, in characters."""
    lines = document.lines
    texts = [line for line in lines if line.strip()]
    if len(texts) < _FEW_LINES or max(map(len, lines)) > _MAX_WIDTH:
        return []
    pairs = [i for i in range(len(lines) - 1) if lines[i].strip() and lines[i + 1].strip()]
    indented = sum(line[:1].isspace() for line in texts) >= 2
    begins = re.compile(r"\s") if indented else _NUMBERED
    pairs = [i for i in pairs if not begins.match(lines[i + 1])]
    parted = sum(not line.strip() for line in lines[:-1]) >= 2
    for measure, least in ((_width, _NARROW), (len, _NARROW // 2)):
        full = _full_lines(lines, pairs, measure, least)
        narrow = bool(full) and max(_width(lines[i].rstrip()) for i in full) < _MIN_WIDTH
        ends = [lines[i].rstrip() for i in full]
        if len(texts) < _MIN_LINES:
            title = next(i for i, line in enumerate(lines) if line.strip())
            last = [lines[i + 1].rstrip() for i in full if i + 1 not in full]
            proved = not narrow and {*pairs} <= {title, *full} and _is_short_prose(ends, last)
        else:
            proved = bool(full) and _is_prose(ends, len(pairs), indented, narrow)
        if proved:
            return [i for i in full if indented or parted or lines[i].rstrip()[-1] not in _ENDS]
    return []


def _full_lines(lines: list[str], pairs: list[int], measure: Callable[[str], int], least: int) -> list[int]:
    """The lines among ``pairs`` to which the first token of the next line could not be added."""
    sizes = [measure(line.rstrip()) for line in lines]
    width = _page_width(lines, sizes)
    beyond = sum(size > width + 2 for size in sizes)  # two columns: a comma may hang beyond the margin
    if not least <= width <= _MAX_WIDTH or beyond * 20 > len(lines):
        return []
    return [i for i in pairs if sizes[i] <= width + 2 and sizes[i] + measure(_first_token(lines[i + 1])) > width]


def _is_prose(full: list[str], breaks: int, indented: bool, narrow: bool) -> bool:
    """Whether nearly all breaks are full lines that mostly do not end where a sentence or clause does.

    Verse and lists end so. Where no indents show paragraphs, sentences have to end inside of lines, too: in slogans
    none does. Of narrow lines more is asked, since verse has such.
    """
    stopped = sum(line[-1] in _STOPS for line in full)
    marked = sum(line[-1] in "，。、；：！？,.;" for line in full)
    inside = sum(any(mark in line[:-1] for mark in "。；！？") for line in full)
    signed = sum("——" in line[-_SIGNATURE:] for line in full)  # verse by several hands, each line by whom
    enough = len(full) >= _MIN_LINES // 2 and len(full) >= 0.8 * breaks and signed <= 0.3 * len(full)
    loose = stopped <= 0.3 * len(full) and marked <= 0.5 * len(full)
    if narrow:
        strict = len(full) >= _MIN_LINES and len(full) >= 0.95 * breaks and marked <= 0.3 * len(full)
        return enough and strict and inside >= 0.2 * len(full)
    return enough and loose and (indented or inside >= 0.25 * len(full))


def _is_short_prose(full: list[str], last: list[str]) -> bool:
    """Whether a few full lines are prose: none ends a sentence, hardly one a clause, and a third has an end inside.

    The ``last`` lines of their paragraphs end sentences; those of a table would end like the others.
    """
    marked = sum(line[-1] in "，、,:" for line in full)
    inside = sum(any(mark in line for mark in "。！？") for line in full)
    stopped = any(line[-1] in _ENDS for line in full) or not all(line[-1] in _ENDS for line in last)
    return len(full) >= _FEW_LINES - 1 and not stopped and 3 * marked <= len(full) <= 3 * inside


def _first_token(line: str) -> str:
    """What a greedy wrap keeps together: an ASCII word or number, or one character."""
    found = _TOKEN.match(line)
    return found[0] if found else ""


def _page_width(lines: list[str], widths: list[int]) -> int:
    """The columns the page was wrapped at: the widest that several lines reach, hanging punctuation aside."""
    reached = Counter(width for line, width in zip(lines, widths, strict=True) if _HAN.match(line.rstrip()[-1:]))
    wide = [width for width, count in reached.items() if count >= 2]
    return max(wide, default=0)


def _width(text: str) -> int:
    """Columns: two for a character that is not ASCII."""
    return len(text) + sum(not char.isascii() for char in text)


def _may_be_wrapped(document: Document) -> bool:
    lines = document.lines
    return len(lines) >= _FEW_LINES and max(map(len, lines)) <= _MAX_WIDTH


# --- vertical text ------------------------------------------------------------------------------------------------
_MIN_COLUMN = 24  # lines of one character in a row
_PUNCTUATION = frozenset("，。、；：！？“”《》,")


def _find_vertical(document: Document) -> Found:
    """Rejoin text that stands one character to the line.

    ``春`` / ``眠`` / ``不`` / ``觉`` / ``晓`` / ``，`` … becomes a line where at least 24 lines follow each other so
    and punctuation among them shows sentences; a list of characters has none. Beside such a column the title and the
    signature stand so, too.
    """
    found = Found()
    columns = list(_columns(document.lines))
    if not any(_is_column(document.lines[first : last + 1]) for first, last in columns):
        return found
    for first, last in columns:
        start, end = document.line_starts[first], document.line_starts[last] + len(document.lines[last])
        joined = "".join(line.strip() for line in document.lines[first : last + 1])
        if last > first:
            found.edits.add(start, document.text[start:end], joined, 0.9, f"{len(joined)} lines of one character")
    return found


def _is_column(lines: list[str]) -> bool:
    """Whether lines of one character are text: many, and sentences."""
    marks = sum(line.strip() in _PUNCTUATION for line in lines)
    return len(lines) >= _MIN_COLUMN and 0.04 * len(lines) <= marks <= 0.4 * len(lines)


def _columns(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Runs of lines that hold one character each, as (first, last)."""
    first = None
    for index, line in enumerate([*lines, ""]):
        if len(line) <= 3 and len(line.strip()) == 1:
            first = index if first is None else first
        elif first is not None:
            yield first, index - 1
            first = None


# --- broken headings ----------------------------------------------------------------------------------------------
_MIN_BROKEN = 2  # headings of one page that broke in the same way


class _Heading(NamedTuple):
    line: int
    clause: int  # where in that line the heading begins: behind a full stop if a newline was lost before it


def _find_headings(document: Document) -> Found:
    """Rejoin headings that were broken after their last comma, and part them from the paragraph before.

    ``坚持改革，激发活力，`` / ``打造高地`` / paragraph becomes ``坚持改革，激发活力，打造高地`` / paragraph, where at
    least two headings of the page broke so. A third that also lost the newline before it gets that back.
    """
    found = Found()
    headings = list(_broken(document.lines))
    if sum(not heading.clause for heading in headings) < _MIN_BROKEN:
        return found
    begins = Counter(document.lines[heading.line].strip()[:2] for heading in headings if not heading.clause)
    for heading in headings:
        line, start = document.lines[heading.line], document.line_starts[heading.line]
        if heading.clause:
            if begins[line[heading.clause : heading.clause + 2]] < _MIN_BROKEN:
                continue
            found.edits.add(start + heading.clause, "", "\n", 0.85, "a heading like the others of this page")
        end, behind = start + len(line.rstrip()), document.line_starts[heading.line + 1]
        found.edits.add(end, document.text[end:behind], "", 0.9, "heading broken after its last comma")
    return found


def _broken(lines: list[str]) -> Iterator[_Heading]:
    """Lines that end in a comma, before a short line without punctuation, before a paragraph."""
    for index in range(len(lines) - 2):
        line, short, paragraph = lines[index].rstrip(), lines[index + 1].strip(), lines[index + 2].strip()
        if line[-1:] not in ("，", ",") or not 4 <= len(short) <= 30 or len(paragraph) < 50:
            continue
        if not _HAN.match(short[-1]) or any(mark in short for mark in "。，,；："):
            continue
        clause = max(line.rfind(mark) for mark in _STOPS) + 1
        above = lines[index - 1].strip() if index else "。"
        if 8 <= len(line) - clause <= 45 and (clause or not above or above[-1] in _ENDS):
            yield _Heading(index, clause)


# --- sentences cut by a link --------------------------------------------------------------------------------------
_OPEN_WORDS = (
    "必须按", "应当按", "严格按", "要按", "应按", "须按", "按照", "依照", "对于", "关于", "由于", "是为了", "，为了",
    "以及", "并且", "而且", "因为", "如果", "虽然", "尽管", "即使", "，除了", "使得", "从而", "要把", "必须把",
    "应把", "请把",
)  # fmt: skip
_OPEN_ENDS = tuple(f"{word}。" for word in _OPEN_WORDS)  # no sentence ends so
_MAX_LINK = 8  # code points of the linked words with the full stop they were given


def _find_cut_sentences(document: Document) -> Found:
    """Rejoin a sentence out of which a link was made a paragraph, each piece given a full stop.

    ``必须按。`` / ``合同。`` / ``约定付款。`` becomes ``必须按合同约定付款。``: no sentence ends with such a word, and
    the short line between is the link.
    """
    found = Found()
    lines, starts = document.lines, document.line_starts
    for index in range(len(lines) - 1):
        line = lines[index]
        if not line.endswith(_OPEN_ENDS) or not _HAN.match(lines[index + 1]) or _is_technical(line):
            continue
        if found.edits.end and found.edits.end[-1] > starts[index]:
            continue
        pieces = [index]
        if len(lines[index + 1]) <= _MAX_LINK and lines[index + 1].endswith("。") and index + 2 < len(lines):
            pieces.append(index + 1)
        for piece in pieces:
            stop = starts[piece] + len(lines[piece]) - 1
            if _HAN.match(lines[piece + 1]):
                found.edits.add(stop, "。\n", "", 0.85, "no sentence ends with this word")
    return found


def _is_technical(line: str) -> bool:
    """Whether a line has more Latin letters than Chinese characters, among which the words above are named."""
    return sum(char.isascii() and char.isalpha() for char in line) > len(_HAN.findall(line))


PAGE_MARKERS = Rule(
    name="layout.page_markers",
    version=3,
    kind="remove",
    summary="Removes page numbers and rejoins the sentence that ran across.",
    example=(
        "这条渠从青石镇一直修到柳家洼，赶在春灌之前全部通水，一共修了十\n第3页 共8页\n二公里，花了两年。",
        "这条渠从青石镇一直修到柳家洼，赶在春灌之前全部通水，一共修了十二公里，花了两年。",
    ),
    find=_find_page_markers,
    gate=lambda document: bool(_page_markers(document, _is_wrapped(document.lines))),
)

_WRAPPED = (
    "今年青石镇整修灌溉渠道十二公里，赶在\n春灌之前全部通水。渠道年久失修，去年\n夏天有两处塌方，镇里请来技术员逐段勘\n"
    "查，列出清单，先急后缓。施工队里一半\n是本村人，农闲时在家门口干活，还能照\n看老人孩子。老支书说，水渠通到哪里，\n"
    "哪里的地就活了。镇上还在渠边栽了杨柳\n，修了步道，傍晚常有人来散步，孩子们\n数着闸门认字。"
)
HARD_WRAPS = Rule(
    name="layout.hard_wraps",
    version=3,
    kind="repair",
    summary="Rejoins paragraphs that were wrapped at a fixed width.",
    example=(_WRAPPED, _WRAPPED.replace("\n", "")),
    find=_find_wraps,
    gate=_may_be_wrapped,
)

_COLUMN = "渠水流到柳家洼，比往年早了九天，村民放了一挂鞭炮。"
VERTICAL = Rule(
    name="layout.vertical",
    version=2,
    kind="repair",
    summary="Rejoins text that stands one character to the line.",
    example=("\n".join(_COLUMN), _COLUMN),
    find=_find_vertical,
    gate=lambda document: len(document.lines) >= _MIN_COLUMN and len(document.text) < 40 * len(document.lines),
)

_BROKEN = "\n".join(
    f"{heading}\n{'渠水流到柳家洼。' * 8}"
    for heading in ("坚持兴修水利，夯实基础，\n建设稳产良田", "坚持管护结合，立下规矩，\n守住一渠清水")
)
BROKEN_HEADINGS = Rule(
    name="layout.broken_headings",
    version=1,
    kind="repair",
    summary="Rejoins headings that were broken after their last comma.",
    example=(_BROKEN, _BROKEN.replace("，\n", "，")),
    find=_find_headings,
    gate=lambda document: "，\n" in document.text or ",\n" in document.text,
)

CUT_SENTENCES = Rule(
    name="layout.cut_sentences",
    version=3,
    kind="repair",
    summary="Rejoins a sentence out of which a link was made a paragraph.",
    example=("施工单位必须按。\n合同。\n约定足额支付工资。", "施工单位必须按合同约定足额支付工资。"),
    find=_find_cut_sentences,
    gate=lambda document: any(line.endswith(_OPEN_ENDS) for line in document.lines),
)
