"""Lines that the other pages of a site show to be the site's own, in whatever words.

A fixed table catches the wordings of yesterday's sites. This rule reads two things off a page: which of its lines
*could* be its site's (for `cleaners.corpus.boilerplate`, which compares the pages of a site), and which of them the
comparison has shown to be. The first does not depend on the second, so that a page teaches the same before and after
it was cleaned.

Recurring alone proves nothing: 谢谢大家！ ends two hundred speeches, 本办法自发布之日起施行。 fifty ordinances.
A line is believed only if it also speaks of a site, of reading a page or of the reader's device, and is no heading,
formula of law or letters, addressee, date or signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import islice, takewhile
from zlib import crc32

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from cleaners.document import NO_NOTES, Document, Edits, Found, Lesson, Notes, Rule, SiteLine
from cleaners.rules import stuffed
from cleaners.rules.anchors import site_word_lines, telling_lines
from cleaners.rules.lines import Gone, both_scripts, fold, linear, remove_lines
from cleaners.rules.site_speech import read
from cleaners.rules.site_words import (
    ANYWHERE,
    EDGE,
    GIVEN_BY,
    LIKELY,
    OUTSIDE,
    SIGNS,
    TAIL,
    TEXT,
    TITLE,
    WEAK,
    cue,
    is_text,
    key,
    leads_on,
)

DEPTH = 10  # lines that are not blank, from either edge of a page, in which a site is believed to speak
LONGEST = 120  # code points of the longest line looked at; of lines that speak less clearly _MIDDLING and _PLAIN
_MIDDLING = 60
_PLAIN = 40
_SHORTEST = 4  # code points of the shortest line that can be told from others
_INNER = 60  # code points of the longest line that is looked at between the edges

_BARS = frozenset(">»›>||丨│网網" + SIGNS)  # what a menu of few words or the name of a site may show instead of a word
# How a line begins or ends that names another page or a person between: up to a mark, or from the last one on.
_LABEL = rf"^([\s{SIGNS}\[]*[^\s:>《\[\](\"“|{SIGNS}]{{2,14}}[\s:>《\[\](\"“|{SIGNS}]+)\S"
_TAG = r"\S([\s:|\-_»>·)\]》—~]+[^\s:|\-_»>·)\]》—~]{2,14}[)\]]?)$"
_WORDS = BytesAhoCorasick([word.encode() for word in both_scripts(LIKELY)], implementation=Implementation.DFA)
_COVERED, _WEIGHT = 0.6, 4  # share of a line that is words of sites, and their weight, where a site repeats it
_MADE, _ADDRESSED = 0.75, 3  # the share where a site repeats it much, and the weight where it is said to a reader
_ELSEWHERE = ("introduction", "metadata")  # groups of words that close or head texts, too
_FIELDS = r"([^\s:|/,;]{2,8})\s?:"  # the names of what stands in a line of fields
_TITLES = 3  # lines at the head of a page among which its title is
_MANY = 200  # lines of a page with words of sites, beyond which it is a text about such things
_END = 5  # code points at either end of a line that two lines share which differ between

_BODY = 24  # code points from which a line is one of running text, by which copies are told
SKETCH = 4  # numbers in the sketch of a page, each of _BAND hashes
_BAND = 4
_FACTORS = np.array(
    [crc32(bytes([i])) << 32 | crc32(bytes([i, i])) | 1 for i in range(SKETCH * _BAND)], dtype=np.uint64
)


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def readings(line: str, titles: Sequence[str] = (), *, inner: bool = False) -> Iterator[tuple[str, int]]:
    """What a line may be known by, with its cue: all of it but the page's own title, or what stays the same of it.

    >>> list(readings("前一则：乡村医生的一天"))
    [('前一则:乡村医生的一天', 4), ('前一则:…', 4)]
    >>> list(readings("您正在看《水利会议讲话》全文", ["水利会议讲话"]))
    [('您正在看《…》全文', 4)]
    """
    if len(line) > (_INNER if inner else LONGEST):
        return
    text = key(line)
    for title in titles:
        if title in text and title != text:
            text = text.replace(title, "…")
    if len(text) < _SHORTEST:
        return
    said = _cue(line, text, titles)
    longest = _MIDDLING if said > WEAK else _PLAIN
    if said == ANYWHERE or (not inner and len(text) <= longest and text[-1] not in ";,:、"):
        yield text, said
    if said > WEAK and (given := linear(GIVEN_BY).search(text)):
        yield f"{text[: given.start() + 1]}…{text[given.start(1) :]}", said
    if said > WEAK and (fields := linear(_FIELDS).findall(fold(line))) and len(fields) > 1:
        yield "".join(f"{name}:…" for name in fields), said
    folded = "" if is_text(text) else fold(line).strip()
    for pattern, shown in ((_LABEL, "{}…"), (_TAG, "…{}")):
        found = linear(pattern).search(folded)
        label = key(found[1]) if found else ""
        told = cue(label, True) if label else OUTSIDE
        if told == ANYWHERE or (told > WEAK and not inner and leads_on(label)):
            yield shown.format(label), told
        elif pattern is _LABEL and told != TEXT and label[-1:] == ":" and not inner:
            yield shown.format(label), OUTSIDE
    if said == ANYWHERE and len(text) > 3 * _END:
        for ends in (f"{text[:_END]}…{text[-_END:]}", f"{text[: 2 * _END]}…", f"…{text[-2 * _END :]}"):
            if cue(ends) == ANYWHERE:
                yield ends, said


def _cue(line: str, text: str, titles: Sequence[str]) -> int:
    """The cue of a line that reads ``text``, by the words it holds or by those it is made of.

    Where nothing recurs, `cleaners.rules.site_speech` asks for more.
    """
    said = cue(text, len(line.split()) > 2)
    if said >= EDGE or is_text(text):
        return said
    speech = read(line, titles)
    if speech.coverage >= _COVERED and speech.weight >= _WEIGHT and len(speech.telling) > 1:
        return EDGE if len(text) > TITLE else TAIL
    asked = _ADDRESSED if "您" in text or "@" in text else _WEIGHT
    plain = text[-1] not in "。!?)" and (":" not in text or "@" in text) and speech.group not in _ELSEWHERE
    return WEAK if said == OUTSIDE and plain and speech.coverage >= _MADE and speech.weight >= asked else said


def _worded(line: str) -> bool:
    return bool(_WORDS.find_matches_as_indexes(line.encode("utf-8", "surrogatepass")))


def notice(document: Document) -> Notes:
    """What the page can teach: its lines near the edges, and those between them that speak of a site unmistakably.

    A page on which no line speaks of a site teaches only how it ends.
    """
    worded = set(site_word_lines(document))
    places = _places(document, worded)
    worded |= set(telling_lines(document))
    speaking = [index for index in sorted(places) if index in worded or _may_speak(document.lines[index])]
    found = _read(document, places, speaking)
    speaks = any(one.cue >= TAIL for one in found)
    silent = [index for index in places if any(places[index])] if speaks else _at_tail(document, places)
    if not speaks and not silent:
        return NO_NOTES
    short = {index for index in silent if len(document.lines[index]) <= _PLAIN}
    found += _read(document, places, sorted(short.difference(speaking)))
    return Notes(tuple(found), _sketch(document, places))


def _at_tail(document: Document, places: dict[int, tuple[int, int]]) -> list[int]:
    """The short lines a page ends with: all that can be learned where none speaks of a site."""
    tail = sorted((index for index in places if places[index][1]), reverse=True)
    return list(takewhile(lambda index: len(document.lines[index]) <= _PLAIN, tail))


def _may_speak(line: str) -> bool:
    """A cheap look at a short line before it is read."""
    return len(line) <= _PLAIN and (_worded(line) or not _BARS.isdisjoint(line))


def _read(document: Document, places: dict[int, tuple[int, int]], indices: list[int]) -> list[SiteLine]:
    found: dict[tuple[str, int, int], SiteLine] = {}
    titles = _titles(document)
    for index in indices:
        head, tail = places[index]
        for text, said in readings(document.lines[index], titles, inner=not (head or tail)):
            found.setdefault((text, head, tail), SiteLine(text, _digest(text), head, tail, said))
    return list(found.values())


def _titles(document: Document) -> list[str]:
    """The first lines of the page that may be its title, folded, the longest first."""
    texts = islice((line for line in document.lines if line and not line.isspace()), _TITLES)
    found = (key(line) for line in texts if len(line) <= _MIDDLING)
    return sorted((title for title in found if len(title) >= _SHORTEST + 2), key=len, reverse=True)


def _places(document: Document, worded: set[int]) -> dict[int, tuple[int, int]]:
    """The lines to look at, each with its number from the head and from the tail of the page."""
    heads = _first_lines(document.lines, range(len(document.lines)))
    tails = _first_lines(document.lines, range(len(document.lines) - 1, -1, -1))
    places = {index: (number, tails.get(index, 0)) for index, number in heads.items()}
    places |= {index: (heads.get(index, 0), number) for index, number in tails.items()}
    if len(worded) <= _MANY:
        places |= {index: (0, 0) for index in worded if index not in places}
    return places


def _first_lines(lines: list[str], indices: range) -> dict[int, int]:
    """The first lines that are not blank, numbered from 1."""
    found: dict[int, int] = {}
    for index in indices:
        if lines[index] and not lines[index].isspace():
            found[index] = len(found) + 1
            if len(found) == DEPTH:
                break
    return found


def _sketch(document: Document, edges: dict[int, tuple[int, int]]) -> tuple[int, ...]:
    """Four numbers, of which near-copies share one: bands of the least hashes of the page's running text."""
    body = [line for index, line in enumerate(document.lines) if len(line) >= _BODY and index not in edges]
    if len(body) < 3:
        body = [line for line in document.lines if len(line) >= _BODY] or document.lines
    codes = np.array([crc32(line.encode("utf-8", "surrogatepass")) for line in body], dtype=np.uint64)
    least = ((codes[:, None] + np.uint64(1)) * _FACTORS >> np.uint64(20)).min(axis=0).reshape(-1, _BAND)
    return tuple(crc32(band.tobytes()) for band in least)


def _find(document: Document) -> Found:
    """Remove the lines that the site's other pages showed to be its own.

    They stand in the half of the page that is nearer to the edge and within reach of it, lines that go not counted, so
    that taking some away brings no others into reach. A page that would lose every line is left alone.
    """
    notes = notice(document)
    if not document.lessons:
        return Found(notes=notes)
    texts = [index for index, line in enumerate(document.lines) if line and not line.isspace()]
    gone = _gone(document, texts)
    return Found(edits=remove_lines(document, gone) if len(gone) < len(texts) else Edits(), notes=notes)


def _gone(document: Document, texts: list[int]) -> list[Gone]:
    """The lines that lessons speak of, where they speak of them; ``texts`` are the lines that are not blank."""
    lesson = _teacher(document)
    places = {lesson.place for lesson in document.lessons}
    half = (len(texts) + 1) // 2
    found: dict[int, Gone] = {}
    for place, indices in (("head", texts[:half]), ("tail", texts[: -half - 1 : -1])):
        others = 0
        for index in indices if place in places else ():
            if one := lesson(index, place):
                found[index] = _because(index, one)
            elif (others := others + 1) == DEPTH:
                break
    for index in site_word_lines(document) if "any" in places else ():
        if one := lesson(index, "any"):
            found.setdefault(index, _because(index, one))
    return [found[index] for index in sorted(found)]


def _teacher(document: Document) -> Callable[[int, str], Lesson | None]:
    """Asks for the lesson on a line at a place; a line that stands on a page a thousand times is read once."""
    lessons = {(lesson.digest, lesson.place): lesson for lesson in document.lessons}
    titles = _titles(document)

    @cache
    def taught(line: str, place: str) -> Lesson | None:
        said = (_digest(text) for text, _ in readings(line, titles, inner=place == "any"))
        return next((lessons[digest, place] for digest in said if (digest, place) in lessons), None)

    return lambda index, place: taught(document.lines[index], place)


def _because(index: int, lesson: Lesson) -> Gone:
    site = lesson.site or "this corpus"
    why = f"{lesson.place} of pages of {site}, in {lesson.seen} documents or more (line {lesson.digest:016x})"
    return Gone(index, lesson.confidence, why)


EXAMPLE = (Lesson(_digest("转发此文到您的工作群"), "tail", "shangu.example", 64, 0.98),)
"""What was learned where the rule's example comes from."""

RULE = Rule(
    name="boilerplate.learned",
    version=3,
    kind="remove",
    summary="Removes lines that a site's other pages repeat at the same place, if they speak of the site or the page.",
    example=("正文第一段。\n\n转发此文到您的工作群", "正文第一段。"),
    find=_find,
)


def example_page(rule: Rule, text: str) -> Document:
    """The page of a rule's example, with what other pages taught or the prior where the rule needs them."""
    prior = stuffed.EXAMPLE_PRIOR if rule is stuffed.STUFFED else None
    return Document(text, lessons=EXAMPLE if rule is RULE else (), prior=prior)
