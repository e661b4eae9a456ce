"""HTML tags a scraper left in the text.

Pages about markup hold tags on purpose, and so does code. So a page's tags go only where all of them are HTML's,
Chinese stands between them, and no line speaks of markup.
"""

from __future__ import annotations

import re

from cleaners.document import Document, Flag, Found, Rule
from cleaners.literal import is_code
from cleaners.rules.entities import speaks_of_markup

# The elements of HTML 4.01 and 5 that say how text looks or where a block of it ends; sub and sup change what it means.
_BLOCKS = (
    "p|div|section|article|aside|main|nav|header|footer|figure|figcaption|center|blockquote|h[1-6]|hr|ul|ol|li|dl|dt|dd|"
    "table|thead|tbody|tfoot|tr|caption|form|fieldset"
)
_INLINE = (
    "span|strong|b|em|i|u|s|small|big|font|a|img|ins|mark|label|nobr|o:p|st1:[a-z]+|td|th|col|colgroup|input|button"
)
_TAG = rf"</?(?:{_BLOCKS}|{_INLINE})(?:\s[^<>]{{0,400}})?/?>"
_RUN = re.compile(rf"(?:{_TAG}|<!--[^<>]{{0,400}}-->)(?:[ \t\u00a0\u3000]{{0,8}}{_TAG})*", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>]{0,400})?/?>")
_HAN = re.compile("[\u3400-\u9fff]")
_FEWEST = 3  # tags of a page; one link may be what its author wrote
_SURE = re.compile(r"</|=|(?<![^\n])<")  # a < b > c has none of these
_MAX_BESIDE = 0.5  # as many Latin letters as that for each Han beside the tags, and it may be code


def _find_tags(document: Document) -> Found:
    """Take the tags out; where a block ended inside a line, the line ends.

    >>> from cleaners.edits import apply
    >>> page = "<div><p>渠通了。</p><p>水到了<strong>田里</strong>。</p></div>"
    >>> apply(page, _find_tags(Document(page)).edits)
    '渠通了。\\n水到了田里。'
    """
    text, found = document.text, Found()
    runs = list(_RUN.finditer(text))
    if sum(run[0].count("<") for run in runs) < _FEWEST or not any(_SURE.search(text, *run.span()) for run in runs):
        return found
    if _is_meant(text):
        found.flags += (Flag("markup", *run.span(), run[0], "code or an example") for run in runs)
        return found
    for run in runs:
        inside = text[run.start() - 1 : run.start()].strip(" \n") and text[run.end() : run.end() + 1].strip(" \n")
        apart = "" if not inside else "\n" if _BLOCK.search(run[0]) else "\t" if _CELL.search(run[0]) else ""
        found.edits.add(run.start(), run[0], apart, 0.95, "tags of HTML")
    return found


def _is_meant(text: str) -> bool:
    """Whether a page's tags are meant: some are not HTML's, or beside them stands code, or talk of markup."""
    if any(not _RUN.fullmatch(tag[0]) for tag in _ANY_TAG.finditer(text)):
        return True
    plain = _RUN.sub("", text)
    latin = sum(character.isascii() and character.isalpha() for character in plain)
    if speaks_of_markup(text) or latin > _MAX_BESIDE * len(_HAN.findall(plain)):
        return True
    return any(is_code(line) and 4 * len(_HAN.findall(line)) <= len(line) for line in plain.split("\n"))


TAGS = Rule(
    name="entities.tags",
    version=1,
    kind="repair",
    summary="HTML tags left in the text, where the page does not speak of markup",
    example=("<p>渠通了。</p>\n<p>水到了<b>田里</b>。</p>", "渠通了。\n水到了田里。"),
    find=_find_tags,
    gate=lambda document: "<" in document.chars and _RUN.search(document.text) is not None,
)
