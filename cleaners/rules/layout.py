"""Layout a scraper or a viewer broke: pages cut into slices, captions that repeat the title, false paragraph ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from cleaners.document import Document, Found, Rule
from cleaners.rules.layout_lines import BROKEN_HEADINGS, CUT_SENTENCES, HARD_WRAPS, PAGE_MARKERS, VERTICAL
from cleaners.rules.layout_lost import GLUED_HEADINGS, OCR_SPACES, SPLIT_LABELS
from cleaners.rules.layout_marks import (
    CENSOR_DOTS,
    DIGIT_SPACES,
    DOUBLED_COMMAS,
    QUOTE_GAPS,
    ROTATED_CLAUSES,
    STRAY_DOTS,
    STRAY_QUESTION_MARKS,
)
from cleaners.rules.lines import SENTENCE_ENDS, Gone, remove_lines

_SLICE = re.compile(r"[(（\[【]?第?(\d{1,4})\s?[页段节]?[、.．:：)）\]】]")
_MIN_SLICES = 3  # two full slices of one length and a rest: fewer prove nothing
_MIN_SLICE = 80  # code points; list items of equal length are common below, unseen above
_LOST_NEWLINE = re.compile(r"(?<=[。！？!?…”]) (?=\S)|(?<=[\u3400-\u9fff；：，、”）;:,)]) (?=[\u3400-\u9fff“（(《])")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]{1,4}[章节条款]\Z")  # its text goes on behind a space


def _numbered_runs(lines: list[str]) -> Iterator[list[tuple[int, int]]]:
    """The runs of lines ``k、`` ``k+1、`` …, as (line index, length of the prefix)."""
    run: list[tuple[int, int]] = []
    expected = -1
    for index, line in enumerate(lines):
        found = _SLICE.match(line)
        if found and (not run or int(found[1]) == expected):
            run.append((index, found.end()))
            expected = int(found[1]) + 1
        elif line.strip() and run:
            if len(run) >= _MIN_SLICES:
                yield run
            run = [(index, found.end())] if found else []
            expected = int(found[1]) + 1 if found else -1
    if len(run) >= _MIN_SLICES:
        yield run


def _slice_length(bodies: list[str]) -> int:
    """The length every slice but the last has, or 0 when the lines are no slices; the last is the rest, of any length.

    A slice that ended in the space of a lost newline may have been stripped by one; most may not. A slice cuts
    where the count says, so most cuts do not fall after a sentence's end.
    """
    full = [len(body) for body in bodies[:-1]]
    length = max(full)
    exact = full.count(length)
    stripped = all(size in (length, length - 1) for size in full)
    whole = sum(body[-1:] in SENTENCE_ENDS for body in bodies[:-1])
    if length < _MIN_SLICE or not stripped or exact < 2 or exact * 3 < len(full) * 2:
        return 0
    return length if whole * 2 <= len(full) - 1 else 0


def _find_slices(document: Document) -> Found:
    """Rejoin a page that was cut into numbered slices of one length, its newlines made spaces before.

    Forward model: newlines become spaces; every L characters become a line ``k、…`` or ``(k)…``. The length L is read
    off the page (300 in the wild). Accepted only when the numbers follow each other and all lines but the last measure
    L.
    Within the slices a lone space between Chinese characters is a lost newline and becomes one again.

    >>> from cleaners.edits import apply
    >>> words = "春风又绿江南岸明月何时照我还" * 20
    >>> page = f"1、{words[:100]}\\n2、{words[100:200]}\\n3、{words[200:]}"
    >>> apply(page, _find_slices(Document(page)).edits) == words
    True
    """
    found = Found()
    for run in _numbered_runs(document.lines):
        bodies = [document.lines[index][prefix:] for index, prefix in run]
        if all(body.startswith(" ") for body in bodies):
            run = [(index, prefix + 1) for index, prefix in run]
            bodies = [body[1:] for body in bodies]
        if length := _slice_length(bodies):
            _rejoin(document, run, bodies, length, found)
    return found


def _rejoin(document: Document, run: list[tuple[int, int]], bodies: list[str], length: int, found: Found) -> None:
    """Add the edits that make one text of the slices of ``run``."""
    lines, starts = document.lines, document.line_starts
    proof = f"{len(run) - 1} slices of {length} characters"
    for place, ((index, prefix), body) in enumerate(zip(run, bodies, strict=True)):
        start = starts[index]
        if place:
            previous = run[place - 1][0]
            cut = starts[previous] + len(lines[previous])
            # A slice that ended in the space of a lost newline was stripped of it.
            begins = body.startswith(" ")
            joint = "\n" if begins or len(bodies[place - 1]) < length else ""
            found.edits.add(cut, document.text[cut : start + prefix + begins], joint, 1.0, proof)
        else:
            found.edits.add(start, lines[index][:prefix], "", 1.0, proof)
        for space in _LOST_NEWLINE.finditer(body):
            if _ARTICLE.search(body, max(0, space.start() - 6), space.start()):
                continue
            found.edits.add(start + prefix + space.start(), " ", "\n", 0.9, "newlines became spaces before slicing")


_TITLE_INDEX = re.compile(r"\s*(0\d|00[1-9]|0[1-9]\d)[-－_、.．](?=[\u3400-\u9fff“《])")


def _find_title_index(document: Document) -> Found:
    """Take the running number of a download off the title: ``01-以创新为抓手`` is ``以创新为抓手``.

    Only on the first line, zero-padded, before a Chinese character, and not where a second line counts on: then
    it is a list.
    """
    found = Found()
    number = _TITLE_INDEX.match(document.text)
    if number and number[1] != "007" and sum(_TITLE_INDEX.match(line) is not None for line in document.lines) == 1:
        start = number.start(1)
        found.edits.add(start, document.text[start : number.end()], "", 0.95, "zero-padded number before the title")
    return found


_HEAD = 6  # content lines among which the title stands
_MIN_TITLE = 8  # code points; below, a repeated line may be a speaker or a refrain
_MIN_REPEATS = 3
_STOPS = SENTENCE_ENDS - frozenset("）)》」』”")  # a title may end with a bracket or a quotation
_MAX_CAPTION = 60  # code points
_BODY = 30  # code points of a line that ends a sentence and so shows that the page has running text


def _find_caption_titles(document: Document) -> Found:
    """Keep a page's title once where a gallery wrote it before every caption.

    title / caption / title / caption … / text becomes title / caption / caption … / text. The repeated line must
    be one of the first, unpunctuated, stand at least three times before a single short line, with no more than one
    line of text behind it, and running text must follow: a chorus has none.
    """
    content = [(index, line.strip()) for index, line in enumerate(document.lines) if line.strip()]
    counts = Counter(line for _, line in content if _MIN_TITLE <= len(line) <= _MAX_CAPTION)
    repeated = [(n, line) for n, (_, line) in enumerate(content[:_HEAD]) if counts[line] > _MIN_REPEATS]
    if not repeated:
        return Found()
    first, title = repeated[0]
    places = [n for n, (_, line) in enumerate(content) if line == title]
    if title[-1] in _STOPS or not _is_gallery([line for _, line in content], places):
        return Found()
    why = f"the title of line {content[first][0] + 1}, before a caption"
    gone = [Gone(content[n][0], 0.97, why) for n in places if n != first]
    return Found(edits=remove_lines(document, gone))


def _is_gallery(lines: list[str], places: list[int]) -> bool:
    """Whether captions follow the titles, and running text follows one of them."""
    gaps = [later - place for place, later in pairwise(places)]
    captions = [lines[n + 1] for n, gap in zip(places, gaps, strict=False) if gap > 1] + lines[places[-1] + 1 :][:1]
    captioned = sum(len(line) <= _MAX_CAPTION and line[-1] not in "。！？" for line in captions)
    text = any(len(line) >= _BODY and line[-1] == "。" for line in lines[places[0] + 2 :])
    return captioned >= _MIN_REPEATS and max(gaps) <= 3 and text


def _may_be_gallery(document: Document) -> bool:
    """Whether one of the first lines stands on the page again, cheaply."""
    head = [line.strip() for line in document.lines[: 3 * _HEAD] if line.strip()][:_HEAD]
    return any(_MIN_TITLE <= len(line) <= _MAX_CAPTION and document.text.count(line) > _MIN_REPEATS for line in head)


_LEAST_DOUBLED = 30  # code points of a paragraph that nobody writes twice in a row; a refrain's lines are shorter


def _find_doubled(document: Document) -> Found:
    """Keep a paragraph of prose once that stands on a page twice, directly behind itself."""
    counts = Counter(line.strip() for line in document.lines)  # what comes back more often is a refrain
    doubled = [index for index in _doubled(document) if counts[document.lines[index].strip()] == 2]
    return Found(edits=remove_lines(document, [Gone(index, 0.93, "the paragraph before, again") for index in doubled]))


def _doubled(document: Document) -> Iterator[int]:
    """The lines of prose that say the line of text before again."""
    last = ""
    for index, line in enumerate(document.lines):
        if len(line) >= _LEAST_DOUBLED and line.strip() == last and last.endswith(tuple("。！？”")) and "，" in last:
            yield index
        last = line.strip() or last


SLICED_PAGE = Rule(
    name="layout.slices",
    version=3,
    kind="repair",
    summary="Rejoins a page a viewer cut into numbered slices of one length.",
    example=(
        "\n".join(f"{k}、{('春风又绿江南岸明月何时照我还' * 30)[k * 100 - 100 : k * 100]}" for k in range(1, 5)),
        ("春风又绿江南岸明月何时照我还" * 30)[:400],
    ),
    find=_find_slices,
    gate=lambda document: any(_numbered_runs(document.lines)),
)

TITLE_INDEX = Rule(
    name="layout.title_index",
    version=2,
    kind="remove",
    summary="Takes a download's running number off the title.",
    example=("01-以开放促发展\n\n正文第一段。", "以开放促发展\n\n正文第一段。"),
    find=_find_title_index,
    gate=lambda document: document.text.lstrip()[:1] == "0",
)

CAPTION_TITLE = Rule(
    name="layout.caption_title",
    version=3,
    kind="remove",
    summary="Keeps the title once where a gallery repeats it before every caption.",
    example=(
        "古镇新生的十年之路\n"
        + "".join(f"\n古镇新生的十年之路\n\n{place}\n" for place in ("桥头", "渡口", "老街"))
        + "\n"
        + "十年过去。" * 16,
        "古镇新生的十年之路\n\n桥头\n\n渡口\n\n老街\n\n" + "十年过去。" * 16,
    ),
    find=_find_caption_titles,
    gate=_may_be_gallery,
)

DOUBLED_PARAGRAPH = Rule(
    name="layout.doubled_paragraph",
    version=1,
    kind="remove",
    summary="Keeps a paragraph once that stands on a page twice in a row.",
    example=(
        "那年春天雨水多，水渠修到一半就停了工，老支书急得睡不着，夜夜到渠边看水。\n" * 2 + "后来渠通了。",
        "那年春天雨水多，水渠修到一半就停了工，老支书急得睡不着，夜夜到渠边看水。\n后来渠通了。",
    ),
    find=_find_doubled,
    gate=lambda document: any(_doubled(document)),
)

# Lines are made whole before anything reads them; headings and captions after the site's own lines have gone.
BEFORE_SCRIPT: tuple[Rule, ...] = (
    SLICED_PAGE,
    VERTICAL,
    PAGE_MARKERS,
    HARD_WRAPS,
    OCR_SPACES,
    GLUED_HEADINGS,
    SPLIT_LABELS,
    STRAY_DOTS,
    CENSOR_DOTS,
    STRAY_QUESTION_MARKS,
    DOUBLED_COMMAS,
)
AFTER_SITE_LINES: tuple[Rule, ...] = (
    TITLE_INDEX,
    CAPTION_TITLE,
    DOUBLED_PARAGRAPH,
    QUOTE_GAPS,
    BROKEN_HEADINGS,
    CUT_SENTENCES,
    ROTATED_CLAUSES,
    DIGIT_SPACES,
)
