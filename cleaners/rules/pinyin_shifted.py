"""Repair what injected pinyin broke: bytes that a reading or a marker tore apart, and the run that went out of step.

The candidates come from `pinyin_lattice`; a repair is made only when it is far likelier than every rival and when
damaging it again gives exactly what the page shows (`check_proof`). Everything else is flagged with its candidates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise

from cleaners.document import Document, Flag, Found, Rule
from cleaners.ngram import CharacterModel, NGrams, fold
from cleaners.rules.pinyin import GROUP, has_readings, learn
from cleaners.rules.pinyin_forward import damage, narrow, widen
from cleaners.rules.pinyin_lattice import LOST, Lattice, Repair, page_forms
from cleaners.rules.pinyin_table import LETTERS, READINGS, simplified_of
from cleaners.wordgram import WordModel

_SUSPECT = re.compile(rf"\?(?=[{LETTERS}]{{1,6}}[)）]|[，、！；。？,!;?])")
_BARE = re.compile(rf"\?([{LETTERS}]{{1,6}})[)）]")
_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_TORN = re.compile(rf"(?:\?|[@-~€]\()([{LETTERS}]{{1,6}})[)）]")
_TORN_MARK = re.compile(r"(?<=[\u3400-\u9fff])\?[，、！；。？,!;?](?=[\u3400-\u9fff])")
_BARE_END = re.compile(rf"[{LETTERS}][)）]")
_BRACKETS = frozenset("(（")
_FEW = 2  # different readings as those pages have them, on a page with fewer than it takes to learn its list
_DIGIT = re.compile(r"\?(?=[0-9.,]*[0-9])|(?<=[0-9])\?")
_SURE, _SURE_BARE = 0.94, 0.9
"""Probability a repair needs; less where a bare reading tells both bytes that were torn. Of 733 places in
tests/eval/pinyin_eval.py these mend 76 %, 0.4 % wrong; of the 497 where no pair vanished and no digit was eaten 86 %,
none wrong. With 0.88 and 0.84 it would be 79 %, 1 % wrong."""
_PAGE_WEIGHT = 4.0  # how much more a page's own text says about its words than the newspaper does
_SPOILED = 12  # characters on either side of a ``?`` that are not counted for the page's own model
_BEFORE = 400  # characters before a ``?`` that may say which marks of quotation are open
_CONTEXT = 8  # characters of context a proof carries, at least


def check_proof(before: str, after: str, evidence: str) -> bool:
    """Whether damaging the repair ``after`` gives ``before`` again, in the context the evidence carries.

    ``evidence`` is the JSON an edit of this rule stores: the page's text on both sides and what matters of its list.
    Widths of punctuation are not compared. A ``?`` for a swallowed digit counts as any digit. Raises ValueError where
    the evidence is no such JSON.
    """
    proof = json.loads(evidence)
    if proof.get("digit_lost"):
        after = after.replace("?", "0")
    left, right, annotated = proof["left"], proof["right"], proof["list"]
    repaired = without_readings(left, annotated) + after + without_readings(right, annotated)
    found = damage(widen(repaired), annotated, by_line=proof.get("by_line", False))
    return narrow(found) == narrow(left + before + right)


def without_readings(text: str, annotated: Mapping[str, str]) -> str:
    """The text with the readings taken out that stand behind characters of the list."""
    return GROUP.sub(lambda match: match[1] if annotated.get(match[1]) == match[3] else match[0], text)


def _may_be_shifted(document: Document) -> bool:
    return "?" in document.chars and not _BRACKETS.isdisjoint(document.chars) and bool(_BARE_END.search(document.text))


def _find(document: Document) -> Found:
    """Repair what fell between two bytes.

    必須勇?lián)湄?、先行 gives 必須勇擔其責、先行 where 聯(lián) is on the page's list: 勇擔 holds its two bytes.
    """
    found = Found()
    text = document.text
    page = learn(text) if has_readings(document) else None
    if page is None:
        _flag_unsure(found, text)
        return found
    annotated = page.annotated | _only_torn(text, page.annotated)
    lattice: Lattice | None = None
    said = _pairs(_sound(text, annotated)) if document.prior is None else None
    done, mended = 0, ""
    for match in _SUSPECT.finditer(text):
        if match.start() < done:
            continue
        lattice = lattice or _lattice(document, annotated)
        before = mended + without_readings(text[max(done, match.start() - _BEFORE) : match.start()], annotated)
        repairs = [] if lattice.exhausted else lattice.near(match.start()).repairs(match.start(), before)
        mended = repairs[0].text.replace(LOST, "0") if repairs else ""
        done = _decide(found, text, annotated, repairs, match.start(), done, said)
    _flag_digits(found, text)
    return found


def _flag_unsure(found: Found, text: str) -> None:
    """Places that look torn on a page with too few readings to be sure of: two of the known ones are reason to look."""
    known = {match[1] for match in GROUP.finditer(text) if READINGS.get(match[1]) == match[3]}
    if len(known) >= _FEW:
        for match in _TORN_MARK.finditer(text):
            found.flags.append(Flag("pinyin_torn", match.start(), match.end(), match[0], "too few readings to be sure"))


def _decide(
    found: Found,
    text: str,
    annotated: dict[str, str],
    repairs: list[Repair],
    start: int,
    floor: int,
    said: frozenset[str] | None,
) -> int:
    """Accept the best repair of a run or flag it; return where the page is dealt with."""
    best = repairs[0] if repairs else Repair(start, start + 1, "?", 0.0)
    seen = text[best.start : best.end]
    if best.text == seen:
        bare = _BARE.match(text, start)
        if bare or not repairs:
            seen = bare[0] if bare else seen
            found.flags.append(Flag("pinyin_torn", start, start + len(seen), seen, "nothing fits"))
        return start + 1
    mended = best.text.replace(LOST, "?")
    sure = _SURE_BARE if _BARE.match(text, start) else _SURE
    if best.probability >= sure and (said is None or _is_said(text, best, said)):
        for ordered in (annotated, dict(reversed(annotated.items()))):  # two readings may contend for one byte
            evidence = _evidence(text, ordered, best, floor)
            if _settles(text, best) and check_proof(seen, mended, evidence):
                found.edits.add(best.start, seen, mended, round(best.probability, 4), evidence)
                if LOST in best.text:
                    found.flags.append(Flag("pinyin_digit", best.start, best.end, mended, "a digit was swallowed"))
                return best.end
    end = max(repair.end for repair in repairs)
    named = (f"{repair.text.replace(LOST, '?')}{text[repair.end : end]} {repair.probability:.2f}" for repair in repairs)
    found.flags.append(Flag("pinyin_torn", start, end, text[start:end], " | ".join(named)))
    return best.end


def _settles(text: str, repair: Repair) -> bool:
    """Whether a ``?`` that stays for a swallowed digit is the only one, and looks like no torn place itself."""
    lost = repair.text.count(LOST)
    after = repair.text.replace(LOST, "?") + text[repair.end : repair.end + 8]
    return not lost or (lost == 1 and "?" not in narrow(repair.text) and not _SUSPECT.search(after))


def _evidence(text: str, annotated: dict[str, str], repair: Repair, floor: int) -> str:
    """The proof as JSON: context from one Han character to another, and the part of the list that matters there."""
    first = max(floor, repair.start - _CONTEXT)
    while first > floor and not "\u3400" <= text[first] <= "\u9fff":
        first -= 1
    last = min(len(text), repair.end + _CONTEXT)
    while last < len(text) and not "\u3400" <= text[last] <= "\u9fff":
        last += 1
    mark = text.find("?", repair.end, last)
    last = mark if mark >= 0 else last
    left, right = text[first : repair.start], text[repair.end : last]
    whole = left + repair.text + right
    codes = b"".join(_gbk(char) for char in without_readings(whole, annotated))
    shown = set(left + right)
    listed = {char: py for char, py in annotated.items() if char in shown or _gbk(char) in codes}
    proof: dict[str, object] = {"left": left, "right": right, "list": listed}
    if "?\n" in text[repair.start : repair.end + 1]:
        proof["by_line"] = True
    if LOST in repair.text:
        proof["digit_lost"] = True
    return json.dumps(proof, ensure_ascii=False)


def _gbk(char: str) -> bytes:
    return char.encode("gbk", "replace")


def _only_torn(text: str, annotated: dict[str, str]) -> dict[str, str]:
    """Known characters that this page shows with no reading and no other way, where a torn reading could be theirs."""
    bare = {match[1] for match in _TORN.finditer(text)}
    return {
        char: reading
        for char, reading in READINGS.items()
        if reading in bare and char not in annotated and char not in text
    }


def _lattice(document: Document, annotated: dict[str, str]) -> Lattice:
    sound = _sound(document.text, annotated)
    simplified = sound.translate({ord(char): other for char, other in simplified_of().items()})
    parts, words = [(NGrams.of([fold(simplified)]), _PAGE_WEIGHT)], None
    if document.prior is not None:
        parts.append((document.prior, 1.0))
        words = WordModel(document.prior.words) if document.prior.words else None
    return Lattice(document.text, annotated, CharacterModel(parts), words, page_forms(sound))


def _sound(text: str, annotated: dict[str, str]) -> str:
    """What of the page is not near a place that may be torn, without aligned readings."""
    return re.sub(rf".{{0,{_SPOILED}}}\?.{{0,{_SPOILED}}}", "\n", without_readings(text, annotated))


def _pairs(text: str) -> frozenset[str]:
    """The pairs of Chinese characters that follow each other, punctuation left out."""
    return frozenset(map("".join, pairwise(_NOT_HAN.sub("", text))))


def _is_said(text: str, repair: Repair, said: frozenset[str]) -> bool:
    """Whether the page has each pair of characters of a repair elsewhere: asked where there is no prior."""
    before, after = text[max(0, repair.start - 1) : repair.start], text[repair.end : repair.end + 1]
    return _pairs(before + repair.text + after) <= said


def _flag_digits(found: Found, text: str) -> None:
    """On such a page a ``?`` beside a number may have eaten a digit of it."""
    taken = [(start, end) for start, end in zip(found.edits.start, found.edits.end, strict=True)]
    for match in _DIGIT.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            number = re.compile(r"[0-9.,%]*\?[0-9.,%]*").search(text, max(0, match.start() - 12))
            found.flags.append(Flag("pinyin_digit", match.start(), match.end(), number[0] if number else "?"))


PINYIN_SHIFTED = Rule(
    name="pinyin.shifted",
    version=5,
    kind="repair",
    summary="mend bytes torn apart by an injected reading or marker: 勇?lián)湄?、 is 勇擔其責、",
    example=(
        "穩(wěn)就業,穩(wěn)物價,穩(wěn)預期,都靠三保工作。三保工作人人有責,三保工作年年都有,三保工作天天要問,"
        "三保工作不能松。穩(wěn)中求進,做好“三?!惫ぷ?,穩(wěn)住人心。",
        "穩(wěn)就業,穩(wěn)物價,穩(wěn)預期,都靠三保工作。三保工作人人有責,三保工作年年都有,三保工作天天要問,"
        "三保工作不能松。穩(wěn)中求進,做好“三保”工作,穩(wěn)住人心。",
    ),
    find=_find,
    gate=_may_be_shifted,
)
