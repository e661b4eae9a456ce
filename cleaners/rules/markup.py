"""HTML tags a scraper left in the text, and whole HTML pages.

Pages about markup hold tags on purpose, and so does code. So a page's tags go only where all of them are HTML's,
Chinese stands between them, and no line speaks of markup. The elements of a whole page (html, head, body) are
believed where the text begins with one; the scripts and styles beside tags go with what they hold.
"""

from __future__ import annotations

import re

from cleaners.document import Document, Flag, Found, Rule
from cleaners.literal import is_code
from cleaners.rules.entities import speaks_of_markup

# The elements of HTML 4.01 and 5 that say how text looks or where a block of it ends; sub and sup change what it means.
_BLOCKS = (
    "p|div|section|article|aside|main|nav|header|footer|figure|figcaption|center|blockquote|h[1-6]|hr|ul|ol|li|dl|dt|dd|"
    "table|thead|tbody|tfoot|tr|caption|form|fieldset|br"
)
_INLINE = (
    "span|strong|b|em|i|u|s|small|big|font|a|img|ins|mark|label|nobr|o:p|st1:[a-z]+|td|th|col|colgroup|input|button"
)
_TAG = rf"</?(?:{_BLOCKS}|{_INLINE})(?:\s[^<>]{{0,400}})?/?>"
_HELD = "|".join(rf"<{name}\b[^<]*+(?:<(?!/?{name}\b)[^<]*+)*+</{name}>" for name in ("script", "style"))
_HEAD = r"<head>[^<]*+(?:<(?!/?(?:head|body)\b)[^<]*+)*+</head>"
_WHOLE = (
    rf"<!doctype[^<>]{{0,400}}>|{_HEAD}|<(?:meta|link|base)\s[^<>]{{0,400}}>|</?(?:html|body)(?:\s[^<>]{{0,400}})?>"
)
_ANY = rf"(?:{_TAG}|<!--[^<>]{{0,400}}-->|{_HELD}|{_WHOLE})"
_RUN = re.compile(rf"{_ANY}(?:[ \t\u00a0\u3000]{{0,8}}{_ANY})*", re.IGNORECASE)
_UNSEEN = re.compile(f"{_HELD}|{_WHOLE}", re.IGNORECASE)
_OF_A_PAGE = re.compile(_WHOLE, re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*([^<]{1,200}?)(?:\s*[-_|–—][^<]*)?</title>", re.IGNORECASE)  # the site's name behind
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:p|div|span|strong|b|em|i|u|font|h[1-6])>", re.IGNORECASE)
_STOPS = "。！？”"
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
    seen = [_UNSEEN.sub("", run[0]) for run in runs]
    left = all(_CLOSED.fullmatch(tags) for tags in seen)  # ends of paragraphs or bold type without a beginning
    if sum(tags.count("<") for tags in seen) < _FEWEST and not left:
        return found
    if not any(_SURE.search(text, *run.span()) for run in runs):
        return found
    if _is_meant(text):
        found.flags += (Flag("markup", *run.span(), run[0], "code or an example") for run in runs)
        return found
    for run in runs:
        inside = text[run.start() - 1 : run.start()].strip(" \n") and text[run.end() : run.end() + 1].strip(" \n")
        ends = _BLOCK.search(run[0]) and not (left and text[run.start() - 1] not in _STOPS)
        apart = "" if not inside else "\n" if ends else "\t" if _CELL.search(run[0]) else ""
        found.edits.add(run.start(), run[0], _title(run) or apart, 0.95, "tags of HTML")
    return found


def _title(run: re.Match[str]) -> str:
    """The title among the tags and its line end, where the page does not show it; a page shows it as a rule."""
    title = _TITLE.search(run[0])
    return f"{title[1]}\n" if title and run.string.find(title[1], run.end()) < 0 else ""


def _is_meant(text: str) -> bool:
    """Whether a page's tags are meant: some are not HTML's, or beside them stands code, or talk of markup."""
    if _OF_A_PAGE.search(text) and not text.lstrip().startswith("<"):
        return True
    shown = _UNSEEN.sub("", text)
    if any(not _RUN.fullmatch(tag[0]) for tag in _ANY_TAG.finditer(shown)):
        return True
    plain = _RUN.sub("", shown)
    latin = sum(character.isascii() and character.isalpha() for character in plain)
    if speaks_of_markup(shown) or latin > _MAX_BESIDE * len(_HAN.findall(plain)):
        return True
    return any(is_code(line) and 4 * len(_HAN.findall(line)) <= len(line) for line in plain.split("\n"))


TAGS = Rule(
    name="entities.tags",
    version=2,
    kind="repair",
    summary="HTML tags left in the text, where the page does not speak of markup",
    example=("<p>渠通了。</p>\n<p>水到了<b>田里</b>。</p>", "渠通了。\n水到了田里。"),
    find=_find_tags,
    gate=lambda document: "<" in document.chars and _RUN.search(document.text) is not None,
)
