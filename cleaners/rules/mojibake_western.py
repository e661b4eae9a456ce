"""Western words in UTF-8 that were read in a code page of single bytes, most often in Windows-1252.

>>> "Café de l’Opéra".encode("utf-8").decode("cp1252")
'CafÃ© de lâ€™OpÃ©ra'

What is no ASCII stands in groups, each the whole bytes of its letters. One page was read in one code page: the one in
which most groups become letters of words, that is of one case behind the first, as letters before were not. ô is C3 B4,
which Latin-9 shows as ÃŽ; as Windows-1252 that was Î, and cÎté is no word. Where two code pages make words, common
letters decide; where they do not, it was Windows-1252, and of others only what they agree on is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from cleaners.document import Document, Edits, Found, Rule
from cleaners.edits import apply
from cleaners.rules.mojibake import talks_of_it
from cleaners.rules.mojibake_codecs import LOST
from cleaners.rules.mojibake_pages import bytes_of

_PAGES = ("cp1252", "mac_roman", "iso8859-15", "cp1250", "iso8859-2", "cp1257")
_LEVELS = 3
# Letters of Europe and Vietnam, marks and signs; and the mark of order that UTF-8 may begin with.
_UTF8 = re.compile(rb"(?:[\xc2-\xd1][\x80-\xbf]|\xe1[\xb8-\xbf][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]|\xef\xbb\xbf)+")
_FIRST, _FURTHER = (0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xE1, 0xE2, 0xEF), range(0x80, 0xC0)
_QUOTES = "“”‘’…—·"  # at home in Chinese text: where a group begins or ends with them they may be no part of it
_MOST_QUOTES = 4
_CUT = re.compile(rb"\xe2\x80(?:\xff|(?![\x80-\xbf]))")  # ” is E2 80 9D, and Windows-1252 has nothing at 9D
_LETTERS = re.compile("[A-Za-zÀ-ÖØ-öø-\u024f\u1e00-\u1eff]+")
_WORD = tuple(re.compile(f"{_LETTERS.pattern}{end}") for end in (r"\Z", ""))  # in front of a place, behind it
_SEEN = tuple(re.compile(rf"[^\s\u2e80-\uffef]+{end}") for end in (r"\Z", ""))
_COMMON = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüßÀÁÂÄÅÇÈÉÊÎÑÓÖØÚÜœąćęłńśźżŁŚŻčďěňřšťůžČŘŠŽğışİŞđăơưĐ")
_STRANGE = re.compile("[\u0250-\u1dff\u2200-\u25ff]")  # letters of other scripts, signs of mathematics
_FEWEST_STRANGE = 3  # ×œ is a Hebrew letter, and no damage
_NEAR = 24  # code points of a word that are looked at on either side of a group


class _Reading(NamedTuple):
    """A group, ``[start, end)``, what it says after so many levels, and what each character tells of the code page."""

    start: int
    end: int
    after: str
    levels: int
    weight: float


@cache
def _groups(page: str) -> re.Pattern[str]:
    """What the code page shows of bytes 80 to FF, in a row."""
    return re.compile(f"(?:[{_shown(page, range(0x80, 0xFF))}]|(?<=â€){LOST})+")


def _shown(page: str, bytes_: Collection[int]) -> str:
    """The characters that a code page shows for these bytes."""
    return "".join(chr(point) for point, byte in bytes_of(page).items() if byte in bytes_ and chr(point) != LOST)


def _once(text: str, page: str) -> str:
    """What a group says, or nothing."""
    data = text.translate(bytes_of(page)).encode("latin-1")
    match = _UTF8.fullmatch(_CUT.sub(b"\xe2\x80\x9d", data) if page == "cp1252" else data)
    return match[0].decode("utf-8", "ignore") if match else ""


def _decoded(text: str, page: str) -> Iterator[tuple[int, str, str, int]]:
    """The groups of a text in ``page``: where each begins, the group, what it says if it does, at how many levels."""
    for match in _groups(page).finditer(text):
        group = match[0].lstrip(_QUOTES)
        start = match.end() - len(group)
        group = _without_quotes(group, page)
        after, levels = _once(group, page), 1
        while after and levels < _LEVELS and (deeper := _once(after, page)):
            after, levels = deeper, levels + 1
        if len(group) > 1:
            yield start, group, after, levels


def _without_quotes(group: str, page: str) -> str:
    """A group without the few marks at its end that are no part of it."""
    for end in range(len(group), max(len(group) - _MOST_QUOTES, 1), -1):
        if _once(group[:end], page):
            return group[:end]
        if group[end - 1] not in _QUOTES:
            break
    return group


def _readings(text: str, page: str) -> Iterator[_Reading]:
    """The groups of a text, and how much each tells of the code page."""
    groups = list(_decoded(text, page))
    edits = Edits()
    for start, group, after, _ in groups:
        edits.add(start, group, after or group)
    decoded, shift = apply(text, edits), 0
    for start, group, after, levels in groups:
        at, end = start + shift, start + len(group)
        shift += len(after or group) - len(group)
        word, seen = _around(_WORD, decoded, at, end + shift), _around(_SEEN, text, start, end)
        yield _Reading(start, end, after, levels, _weight(word, after, seen))


def _around(run: tuple[re.Pattern[str], ...], text: str, start: int, end: int) -> str:
    """``text[start:end]`` with what of a run stands in front of it and behind it."""
    before = run[0].search(text, max(start - _NEAR, 0), start)
    behind = run[1].match(text, end, end + _NEAR)
    return (before[0] if before else "") + text[start:end] + (behind[0] if behind else "")


def _weight(word: str, after: str, seen: str) -> float:
    """How much a group tells: 1 for common letters of a word, less for rare and lone ones, -1 for what is no word."""
    if not after or 0 < len(_STRANGE.findall(after)) < _FEWEST_STRANGE or not _are_words(word):
        return -1.0
    if _are_words(seen) and not _looks_bad(seen):
        return 0.0
    letters = "".join(_LETTERS.findall(after))
    sure = len(word) > 1 and _COMMON.issuperset(letters) if letters else len(after.encode()) > 2 or seen.count("Â")
    return 1.0 if sure else 0.5


def _are_words(text: str) -> bool:
    """Whether letters are of one case behind the first: Über and ÜBER are words, fÌr and MÀdchen are none."""
    return all(
        word.isupper() or not any(char.isupper() and char > "\x7f" for char in word[1:])
        for word in _LETTERS.findall(text)
    )


def _looks_bad(seen: str) -> bool:
    from ftfy.badness import is_bad  # 30 ms, so only where there is damage

    return is_bad(seen)


def _find(document: Document) -> Found:
    found = Found()
    if talks_of_it(document):
        return found
    read = {page: list(_readings(document.text, page)) for page in _PAGES}
    told = {page: sum(one.weight * (one.end - one.start) for one in readings) for page, readings in read.items()}
    best = [page for page in _PAGES if told[page] == max(told.values()) and 1.0 in {one.weight for one in read[page]}]
    pages = best[:1] if "cp1252" in best else best
    for reading in sorted(set(read[pages[0]]).intersection(*(read[page] for page in pages)) if pages else ()):
        if reading.weight >= 0:
            proof = {"codec_read": pages[0], "codec_true": "utf-8", "levels": reading.levels}
            before = document.text[reading.start : reading.end]
            found.edits.add(reading.start, before, reading.after, 0.98, json.dumps(proof))
    return found


def proves(before: str, after: str, proof: str) -> bool:
    """Check an edit's evidence: ``after`` in UTF-8, read in the code page as often as it says, shows as ``before``.

    >>> proves("Ã©", "é", '{"codec_read": "cp1252", "codec_true": "utf-8", "levels": 1}')
    True
    """
    codecs = json.loads(proof)
    if codecs["codec_read"] not in _PAGES or codecs["codec_true"] != "utf-8":
        return False
    for _ in range(codecs["levels"]):
        before = _once(before, codecs["codec_read"])
    return before == after != ""


# A first byte of a letter or mark, and with one that goes on, as each code page shows them.
_LEADS = frozenset("".join(_shown(page, _FIRST) for page in _PAGES)) - frozenset(_QUOTES)
_SIGNS = re.compile("|".join(f"[{_shown(page, _FIRST)}][{_shown(page, _FURTHER)}]" for page in _PAGES))

LATIN = Rule(
    name="mojibake.latin",
    version=4,
    kind="repair",
    summary="western words in UTF-8, read in Latin-1, Windows-1252 or another code page of single bytes",
    example=("CafÃ© de lâ€™OpÃ©ra", "Café de l’Opéra"),
    find=_find,
    gate=lambda document: not _LEADS.isdisjoint(document.chars) and _SIGNS.search(document.text) is not None,
)
