"""Readings such as ``(fā)`` that were written into Chinese text by machine, and the bytes they broke.

How the damage came about, and the model that proves a repair, is told in `cleaners.rules.pinyin_forward`. A page
is only touched when it convinces as a whole: the readings recur, nearly every occurrence of an annotated character
carries one, always the same, and the characters are such as differ between the scripts, which on the pages seen were
the only ones annotated, or bytes were torn as well. A dictionary, a school reader or a gloss on one name does none of
this.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from cleaners.document import Document, Edits, Found, Rule
from cleaners.han import FREQUENT
from cleaners.rules.pinyin_forward import damage, narrow
from cleaners.rules.pinyin_readings import DENSEST, reads
from cleaners.rules.pinyin_table import (
    LETTERS,
    NEVER,
    READINGS,
    is_reading,
    simplified_of,
    toneless,
    traditional_choices,
    traditional_of,
)

GROUP = re.compile(rf"([\u3400-\u9fff])([(（]([{LETTERS}]{{1,6}})[)）](?:[(（]\3[)）])*)")
_IN_A_WORD = re.compile(rf"[\u3400-\u9fff]{{2}}[(（][{LETTERS}]{{1,6}}[)）][\u3400-\u9fff]")
_HAN = re.compile("[\u3400-\u9fff]")
_TORN = re.compile(
    rf"(?<=[\u3400-\u9fff])(?:\?(?:[{LETTERS}]{{1,6}}[)）]|[，、！；。,!;](?=[\u3400-\u9fff]))"
    rf"|[\ufffd□](?:\(?[{LETTERS}]{{1,6}}[)）]|[，、！；。,!;]))"
)
# The same in other brackets, in capitals, with blanks or a digit for the tone.
_LETTERED = rf"(?:[A-Z]?[{LETTERS}]{{1,6}}|[A-Z]{{2,6}})"
_BRACKETS = ("(（[【〔{<", ")）]】〕}>")
_LOOSE = re.compile(
    rf"([\u3400-\u9fff])( ?[(（\[【〔{{<] ?({_LETTERED})[1-5]? ?[)）\]】〕}}>](?:[(（]\3[)）])*)",
)
# Apart, since a pattern that begins with one fixed character is searched for many times faster.
_BRACKETED = {
    opening: re.compile(rf"{re.escape(opening)} ?{_LETTERED}[1-5]? ?{re.escape(closing)}")
    for opening, closing in zip(*_BRACKETS, strict=True)
}
_MIN_GROUPS = 5
_AGAIN = 3  # occurrences with one reading, after which it is a list's even where no dictionary has it
_MOST, _SOME = 0.6, 0.2  # shares of a character's occurrences that carry a reading
_MAX_LIST = 500
"""Longest list of annotated characters believed: the longest seen has fewer than 150."""
_COMMON = frozenset(FREQUENT[:2500])
_PROVED, _WELL_SPREAD = 20, 8
"""Readings, and different characters with one, of a page on which nobody doubts who wrote the last few readings."""
# The second byte of a character and an ASCII sign behind it may read as another character: 者_ holds 達.
_BESIDE_ASCII = re.compile(rf"([\u3400-\u9fff])([@-~])(\(([{LETTERS}]{{1,6}})\))")


@dataclass(frozen=True, slots=True)
class Page:
    """What a damaged page tells about its damage: its list, character to reading, in order of first appearance."""

    annotated: dict[str, str]
    hits: int


def learn(text: str) -> Page | None:
    """The page's list of annotated characters and their readings, or None where the page does not convince."""
    groups = [(match[1], match[3]) for match in GROUP.finditer(text) if is_reading(match[3])]
    if len(groups) < _MIN_GROUPS:
        return None
    counts = Counter(groups)
    if len(counts) > 2 * _MAX_LIST:
        return None
    totals = Counter(text)
    carried = Counter(char for char, _ in groups)
    shares = {entry: count / totals[entry[0]] for entry, count in counts.items() if count >= 0.9 * carried[entry[0]]}
    annotated = {
        char: reading
        for (char, reading), share in shares.items()
        if share >= _MOST and _can_carry(char, reading, counts[char, reading])
    }
    always = {
        char: reading
        for (char, reading), share in shares.items()
        if share >= 0.9 and _is_plain(char, reading, counts[char, reading])
    }
    again = {char: reading for char, reading in always.items() if counts[char, reading] > 1}
    if len(annotated) > _MAX_LIST or not _convinces(text, annotated, annotated | again, counts):
        return None
    hits = _hits(annotated, counts)
    # Torn occurrences show no reading, so that a convincing page may leave a known character with fewer.
    annotated |= {
        char: reading for (char, reading), share in shares.items() if share >= _SOME and _known(char, reading)
    }
    proved = hits >= _PROVED and len(annotated) >= _WELL_SPREAD
    return Page((always if proved else again) | annotated, hits)


def _hits(annotated: Mapping[str, str], counts: Counter[tuple[str, str]]) -> int:
    return sum(counts[entry] for entry in annotated.items())


def _is_plain(char: str, reading: str, count: int) -> bool:
    """Whether a character needs no gloss: a common one, with a reading of its own or again and again with another."""
    return simplified_of().get(char, char) in _COMMON and (count >= _AGAIN or reads(char, reading))


def _known(char: str, reading: str) -> bool:
    known = _reading_of(char)
    return reading in (known, toneless(known))


def _reading_of(char: str) -> str:
    """The reading that such pages give a character, or the traditional one it may stand for; empty where unknown."""
    return next((READINGS[form] for form in (char, *traditional_choices().get(char, ())) if form in READINGS), "")


def _can_carry(char: str, reading: str, count: int) -> bool:
    """Whether the pages would annotate this character so: one that conversion changes, with its known reading.

    Or again and again with another of its readings, which is the page's own choice: 長(cháng).
    """
    if _known(char, reading):
        return True
    if _reading_of(char):
        return count > 1 and reads(char, reading)
    if not (char in simplified_of() or char in traditional_of()):
        return False
    # A single gloss on a rare character may be the author's.
    return count > 1 or (char not in NEVER and simplified_of().get(char, char) in _COMMON)


def _convinces(text: str, annotated: dict[str, str], every: dict[str, str], counts: Counter[tuple[str, str]]) -> bool:
    """Whether the readings are the machine's: see the module's docstring.

    ``annotated`` are the characters such pages are known to annotate, ``every`` those and other common ones that never
    stand bare: where bytes were torn, too, no author set their readings.
    """
    groups, hits, every_hits = counts.total(), _hits(annotated, counts), _hits(every, counts)
    torn = len(list(islice(_TORN.finditer(text), 2))) == 2
    if torn and every_hits >= max(_PROVED, 0.8 * groups) and len(every) >= _WELL_SPREAD:
        return groups < DENSEST * len(_HAN.findall(text))
    if hits < _MIN_GROUPS or hits < 0.8 * groups:
        return False
    repeats = hits - len(annotated)
    known = sum(counts[entry] for entry in annotated.items() if entry[0] in READINGS)
    traditional = sum(counts[entry] for entry in annotated.items() if entry[0] in simplified_of())
    in_words = len(_IN_A_WORD.findall(text)) >= 0.6 * hits
    if traditional < 0.8 * hits:  # simplified: the characters say less, so the page must say more
        if hits < groups or len(annotated) < 3:
            return hits >= 2 * _MIN_GROUPS and repeats >= _MIN_GROUPS
        return repeats >= (2 if torn else 3 if in_words else _MIN_GROUPS)
    return repeats >= 3 or ((torn or known == hits) and in_words)


def has_readings(document: Document) -> bool:
    """Whether brackets with a few small letters occur often enough: the gate of this family."""
    for opening, pattern in _BRACKETED.items():
        if opening in document.chars and len(list(islice(pattern.finditer(document.text), _MIN_GROUPS))) == _MIN_GROUPS:
            return True
    return False


def _find_aligned(document: Document) -> Found:
    """Take out the readings that stand right behind their character.

    改革創(chuàng)新,創(chuàng)新發(fā)展 gives 改革創新,創新發展 on a page where every 創 and 發 looks like that.
    """
    found, text = Found(), document.text
    page = learn(_in_round_brackets(text)) or learn(text)
    if page is None:
        return found
    totals = Counter(text)
    evidence = {char: _evidence(char, reading, totals[char]) for char, reading in page.annotated.items()}
    for match in _LOOSE.finditer(text):
        char, group, reading = match.groups()
        if page.annotated.get(char) == reading.lower():
            found.edits.add(match.start(2), group, "", 0.999, evidence[char])
    return _with_beside_ascii(found, text, page)


def _in_round_brackets(text: str) -> str:
    """The text with readings written as most pages write them: 發 [Fā]展 as 發(fā)展."""
    return _LOOSE.sub(lambda match: f"{match[1]}({match[3].lower()})", text)


def _with_beside_ascii(found: Found, text: str, page: Page) -> Found:
    """Readings behind an ASCII sign that is the second byte of an annotated character: 記者_(dá) on a page with 達(dá).

    The replacement worked on bytes; nothing was torn, so the reading alone has to go.
    """
    extra = []
    for match in _BESIDE_ASCII.finditer(text):
        try:
            hidden = (match[1].encode("gbk")[-1:] + match[2].encode()).decode("gbk")
        except UnicodeError:
            continue
        if match[4] in (page.annotated.get(hidden), READINGS.get(hidden)):
            extra.append((match.start(3), match[3], _evidence(hidden, match[4], 1)))
    if not extra:
        return found
    edits = Edits()
    known = zip(found.edits.start, found.edits.before, found.edits.evidence, strict=True)
    for start, before, evidence in sorted([*known, *extra]):
        edits.add(start, before, "", 0.999, evidence)
    return Found(edits)


def _evidence(char: str, reading: str, count: int) -> str:
    return json.dumps({"char": char, "reading": reading, "of": count}, ensure_ascii=False)


def check_proof(before: str, after: str, evidence: str) -> bool:
    """Whether injecting the reading the evidence names behind its character gives ``before``, and nothing is left.

    ``evidence`` is the JSON an edit of this rule stores; ``of`` in it says how many of the character the page has, all
    with this reading. Raises ValueError or KeyError where it is no such JSON.

    >>> check_proof("(fā)", "", '{"char": "發", "reading": "fā", "of": 12}')
    True
    >>> check_proof("(fā)(fā)", "", '{"char": "發", "reading": "fā", "of": 12}')  # drawn twice, replaced twice
    True
    >>> check_proof("(fā)", "", '{"char": "發", "reading": "fá", "of": 12}')
    False
    """
    proof = json.loads(evidence)
    char, reading = proof["char"], proof["reading"]
    damaged = narrow(damage(char, {char: reading}))
    once = damaged.removeprefix(char)
    written = narrow(before) == once * max(1, before.count(")") + before.count("）"))
    return not after and (written or _in_round_brackets(char + before) == damaged)


PINYIN_ALIGNED = Rule(
    name="pinyin.aligned",
    version=6,
    kind="repair",
    summary="take out readings injected behind their characters: 發(fā)展",
    example=(
        "改革創(chuàng)新,創(chuàng)新發(fā)展,發(fā)展經濟,發(fā)揮作用,再創(chuàng)佳績",
        "改革創新,創新發展,發展經濟,發揮作用,再創佳績",
    ),
    find=_find_aligned,
    gate=has_readings,
)
