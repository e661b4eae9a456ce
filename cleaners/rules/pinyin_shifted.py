"""Repair what injected pinyin broke: bytes that a reading or a marker tore apart, and the run that went out of step.

The candidates come from `pinyin_lattice`; a repair is made only when it is far likelier than every rival and when
damaging it again gives exactly what the page shows (`check_proof`). Everything else is flagged with its candidates;
a person who says which it is (`Document.settled`) is obeyed where damaging that gives the page (`objection`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import islice, pairwise, product, takewhile
from typing import Any

from cleaners.document import Document, Flag, Found, Rule
from cleaners.ngram import CharacterModel, NGrams, fold
from cleaners.rules.pinyin import GROUP, has_readings, learn
from cleaners.rules.pinyin_forward import PHP, Dialect, damage, narrow, widen
from cleaners.rules.pinyin_lattice import LONGEST, LOST, Lattice, Repair, page_forms
from cleaners.rules.pinyin_readings import read_as, reads, syllable
from cleaners.rules.pinyin_table import (
    LETTERS,
    NEVER,
    READINGS,
    forms_of,
    is_simplified,
    simplified_of,
    toneless,
    traditional_of,
)
from cleaners.wordgram import WordModel

_SIGNS = "?\ufffd□"  # what decoders print for bytes that are no character
_MARKS = "[，、！；。？,!;?]"
# The likeliest first: where a page shows torn marks only, the first with its sign is taken.
_DIALECTS = [PHP, *(Dialect(sign, eats, "lost" if eats else "torn") for eats in (False, True) for sign in _SIGNS)]
_KEPT = re.compile("[\ue000-\ue765]")  # what GB 18030 and browsers make of user-defined pairs
_UNASKED = re.compile(r"\?+[，、；。,;]")  # nobody writes a stop behind a question
_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_TORN = re.compile(rf"(?:[{_SIGNS}]\(?|[@-~€]\()([{LETTERS}]{{1,6}})[)）]")
_LOOKS_TORN = re.compile(
    rf"(?<=[\u3400-\u9fff])(?:\?|[\ufffd□][(（]?)(?:([{LETTERS}]{{1,6}})[)）]|{_MARKS}(?=[\u3400-\u9fff]))"
)
_BARE_END = re.compile(rf"[{LETTERS}][)）]")
_BRACKETS = frozenset("(（")
_FEW = 2  # different readings as those pages have them, on a page with fewer than it takes to learn its list
_DIGIT = re.compile(r"\?(?=[0-9.,]*[0-9])|(?<=[0-9])\?")
_SURE, _SURE_BARE = 0.92, 0.86
"""Probability a repair needs; less where a bare reading tells both bytes that were torn. Of 2,473 places in
tests/eval/pinyin_eval.py, all fifths, these mended 79.9 %, 0.69 % wrong, before the search was widened; of the next 659
places 78.1 %, 0.3 % wrong; of 1,252 on other days 75 %, 0.8 % wrong. With 0.9 and 0.84 it would have been 80.8 % of
the first, 1.05 % wrong."""
_SURE_ELSEWHERE = 0.97  # on simplified pages and with other decoders: of 918 places above it 2 were wrong
_SURE_UNKNOWN = 0.98  # where the character torn may be any of that reading
_KNOWN_READINGS = frozenset(READINGS.values())
_PAGE_WEIGHT = 8.0  # how much more a page's own text says about its words than web pages at large do
_SPOILED = 12  # characters on either side of a ``?`` that are not counted for the page's own model
_BEFORE = 400  # characters before a ``?`` that may say which marks of quotation are open
TOO_FEW = "too few readings to be sure"  # said of flags on pages whose list is not known: nothing can be proved there
_BAR = " | "  # between the candidates a flag names
_NAMED = re.compile(r"(.+) ([01]\.[0-9]{2})", re.DOTALL)
_LAST_READING = re.compile(rf"([\u3400-\u9fff])(?:[(（][{LETTERS}]{{1,6}}[)）])*([(（]([{LETTERS}]{{1,6}})[)）])")
_IN_STEP_AGAIN = re.compile(r"[\x00-\x7f，、！；。？]")
_OPEN_END = 3  # characters shown last that depend on what follows
_MOST_SPELLINGS = 64
_CONTEXT = 8  # characters of context a proof carries, at least


@dataclass(frozen=True, slots=True)
class Page:
    """A damaged page, its list of annotated characters with their readings, and how it was damaged."""

    text: str
    annotated: dict[str, str]
    dialect: Dialect = PHP
    simplified: bool = False


def check_proof(before: str, after: str, evidence: str) -> bool:
    """Whether damaging the repair ``after`` gives ``before`` again, in the context the evidence carries.

    ``evidence`` is the JSON an edit of this rule stores: the page's text on both sides and what matters of its list.
    Widths of punctuation are not compared. A ``?`` for a swallowed digit counts as any digit. Raises ValueError where
    the evidence is no such JSON.
    """
    proof = json.loads(evidence)
    return _shown(after, proof) == narrow(proof["left"] + before + proof["right"])


def _shown(text: str, proof: Mapping[str, Any]) -> str:
    """What a page shows that had this text in the context of a proof."""
    if proof.get("digit_lost"):
        text = text.replace("?", "0")
    left, right, annotated = proof["left"], proof["right"], proof["list"]
    whole = without_readings(left, annotated) + text + without_readings(right, annotated)
    dialect = Dialect(**proof.get("dialect", {}))
    return narrow(damage(widen(whole), annotated, dialect, by_line=proof.get("by_line", False)))


def without_readings(text: str, annotated: Mapping[str, str]) -> str:
    """The text with the readings taken out that stand behind characters of the list."""
    return GROUP.sub(lambda match: match[1] if annotated.get(match[1]) == match[3] else match[0], text)


def _may_be_shifted(document: Document) -> bool:
    if document.chars.isdisjoint(_BRACKETS):
        return False
    signs = not document.chars.isdisjoint(_SIGNS)
    return has_readings(document) or (signs and bool(_BARE_END.search(document.text)))


def _find(document: Document) -> Found:
    """Repair what fell between two bytes.

    必須勇?lián)湄?、先行 gives 必須勇擔其責、先行 where 聯(lián) is on the page's list: 勇擔 holds its two bytes.
    """
    pages = _pages(document)
    if not pages:
        return _unsure(document.text)
    return max((_searched(document, page) for page in pages), key=lambda found: sum(found.edits.confidence))


def _searched(document: Document, page: Page) -> Found:
    """Repair or flag each torn place of a page that was damaged in this way."""
    found, text = Found(), page.text
    lattice: Lattice | None = None
    said = _pairs(_sound(page)) if document.prior is None else None
    done, mended = 0, ""
    for match in _suspect(page.dialect).finditer(text):
        if match.start() < done:
            continue
        wanted = document.settled(match.start())
        if wanted and (settled := _settled(page, match.start(), wanted)):
            done, mended = _mend(found, page, *settled), settled[0].text.replace(LOST, "0")
            continue
        lattice = lattice or _lattice(document, page)
        before = mended + without_readings(text[max(done, match.start() - _BEFORE) : match.start()], page.annotated)
        repairs = [] if lattice.exhausted else lattice.near(match.start()).repairs(match.start(), before)
        mended = repairs[0].text.replace(LOST, "0") if repairs else ""
        done = _decide(found, page, repairs, match.start(), done, said, wanted)
    if page.dialect.eats:
        _flag_digits(found, text)
    _flag_dropped(found, page)
    return found


def _unsure(text: str) -> Found:
    """Places that look torn on a page with too few readings to be sure of: two that fit are reason to look.

    So is a torn reading with a tone: 合?xiàn).
    """
    found = Found()
    known = {match[1] for match in GROUP.finditer(text) if match[1] in simplified_of() and reads(match[1], match[3])}
    for match in _LOOKS_TORN.finditer(text):
        if len(known) >= _FEW or (match[1] and toneless(match[1]) != match[1]):
            found.flags.append(Flag("pinyin_torn", match.start(), match.end(), match[0], TOO_FEW))
    return found


def _decide(
    found: Found,
    page: Page,
    repairs: list[Repair],
    start: int,
    floor: int,
    said: frozenset[str] | None,
    wanted: str,
) -> int:
    """Accept the best repair of a run or flag it; return where the page is dealt with.

    Where a person ``wanted`` what cannot have stood there, no repair is accepted and the flag says why.
    """
    text = page.text
    best = repairs[0] if repairs else Repair(start, start + 1, text[start], 0.0)
    seen = text[best.start : best.end]
    bare = _bare(page.dialect).match(text, start)
    end = max((repair.end for repair in repairs), default=best.end)
    refused = [_objection(page, start, end, wanted)] if wanted else []
    if best.text == seen:
        if bare or not repairs or refused:
            seen = bare[0] if bare else seen
            detail = _BAR.join(["nothing fits", *refused])
            found.flags.append(Flag("pinyin_torn", start, start + len(seen), seen, detail))
        elif best.sure < _SURE or _UNASKED.match(text, start):
            found.flags.append(Flag("pinyin_torn", start, end, text[start:end], _named(text, repairs, end)))
        return start + 1
    sure = _SURE if not bare else _SURE_BARE if bare[1] in _KNOWN_READINGS else _SURE_UNKNOWN
    if page.simplified or page.dialect != PHP:
        sure = max(sure, _SURE_ELSEWHERE)
    if best.sure >= sure and not refused and (said is None or _is_said(text, best, said)):
        evidence = _proof(page, best, floor)
        if evidence:
            return _mend(found, page, replace(best, probability=best.sure), evidence)
    detail = _BAR.join([_named(text, repairs, end), *refused])
    found.flags.append(Flag("pinyin_torn", start, end, text[start:end], detail))
    return best.end


def _named(text: str, repairs: list[Repair], end: int) -> str:
    """What may have stood there, each up to the same place, with the probabilities."""
    return _BAR.join(
        f"{repair.text.replace(LOST, '?')}{text[repair.end : end]} {repair.probability:.2f}" for repair in repairs
    )


def candidates(detail: str) -> list[tuple[str, float]]:
    """What a flag names as possible, with the probabilities.

    >>> candidates("擔其責 0.52 | 撲責 0.31")
    [('擔其責', 0.52), ('撲責', 0.31)]
    """
    return [(match[1], float(match[2])) for named in detail.split(_BAR) if (match := _NAMED.fullmatch(named))]


def objection(document: Document, start: int, end: int, wanted: str) -> str:
    """Why the page cannot have held ``wanted`` from ``start`` on, where ``[start, end)`` is torn; empty: it can.

    ``document`` is the page as this rule reads it.
    """
    pages = _pages(document)
    if not pages:
        return TOO_FEW
    if any(_settled(page, start, wanted) for page in pages):
        return ""
    return _objection(pages[0], start, end, wanted)


def _objection(page: Page, start: int, end: int, wanted: str) -> str:
    if len(wanted) > LONGEST:
        return f"what a person wrote there has {len(wanted):,} characters; {LONGEST} are the most"
    repair = Repair(start, end, wanted if page.simplified else _traditional(wanted), 1.0)
    proof = json.loads(_evidence(page, repair, _after_sign(page, start)))
    shown, seen = _shown(repair.text, proof), narrow(proof["left"] + page.text[start:end] + proof["right"])
    if shown == seen:
        return f"“{wanted}” leaves torn what is torn"
    return f"“{wanted}” damaged again gives “{shown}”, and the page shows “{seen}”"


def _settled(page: Page, start: int, wanted: str) -> tuple[Repair, str] | None:
    """What a person says stands from ``start`` on, as a repair with its proof; None where the page shows otherwise.

    How much of the page that is, the proof tells.
    """
    if len(wanted) > LONGEST:
        return None
    text, floor = page.text, _after_sign(page, start)
    spellings = dict.fromkeys(s for ordered in _orders(page) for s in _spellings(ordered, start, wanted))
    for form, end in product(spellings, range(start + 1, min(start + LONGEST, len(text)) + 1)):
        same = _same_end(form, text[start:end])  # an edit ends with the last character that changes
        repair = Repair(start, end - same, form[: len(form) - same], 1.0)
        if same < end - start and (evidence := _proof(page, repair, floor)):
            return repair, json.dumps({"settled": "by a person"} | json.loads(evidence), ensure_ascii=False)
    return None


def _spellings(page: Page, start: int, wanted: str) -> list[str]:
    """How a page that shows this may have spelled what a person wrote: 为 as 為 or as 爲, a ``?`` for a lost digit."""
    first = _first(page.text, start, _after_sign(page, start))
    seen = narrow(page.text[first : start + LONGEST])
    by_line = "\n" in wanted and f"{page.dialect.sign}\n" in seen
    proof = {"left": page.text[first:start], "right": "", "list": page.annotated, "by_line": by_line}
    proof["dialect"] = asdict(page.dialect)
    spelled = [""]
    for char in wanted:
        longer = islice((known + form for known in spelled for form in _forms(char)), _MOST_SPELLINGS)
        spelled = [form for form in longer if seen.startswith(_shown(form.replace(LOST, "0"), proof)[:-_OPEN_END])]
    return spelled


def _forms(char: str) -> Iterable[str]:
    usual = traditional_of().get(char, char)
    return dict.fromkeys([char, *([LOST] if char == "?" else []), usual, *forms_of().get(char, ())])


def _same_end(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one[::-1], other[::-1], strict=False)))


def _traditional(text: str) -> str:
    return "".join(traditional_of().get(char, char) for char in text)


def _after_sign(page: Page, start: int) -> int:
    """Where the context of a torn place may begin: behind the one before."""
    return page.text.rfind(page.dialect.sign, 0, start) + 1


def _proof(page: Page, repair: Repair, floor: int) -> str:
    """The evidence that damaging a repair gives what the page shows; empty where it does not."""
    for ordered in _orders(page):
        evidence = _evidence(ordered, repair, floor)
        mended = repair.text.replace(LOST, "?")
        if _settles(page, repair) and check_proof(page.text[repair.start : repair.end], mended, evidence):
            return evidence
    return ""


def _orders(page: Page) -> tuple[Page, Page]:
    """The list, and the list turned round: two readings may contend for one byte, and one was written first."""
    return page, replace(page, annotated=dict(reversed(page.annotated.items())))


def _mend(found: Found, page: Page, repair: Repair, evidence: str) -> int:
    """Add a proved repair; return where the page is dealt with."""
    mended = repair.text.replace(LOST, "?")
    seen = page.text[repair.start : repair.end]
    found.edits.add(repair.start, seen, mended, round(repair.probability, 4), evidence)
    if LOST in repair.text:
        found.flags.append(Flag("pinyin_digit", repair.start, repair.end, mended, "a digit was swallowed"))
    return repair.end


def _settles(page: Page, repair: Repair) -> bool:
    """Whether a ``?`` that stays for a swallowed digit is the only one, and looks like no torn place itself."""
    lost = repair.text.count(LOST)
    after = repair.text.replace(LOST, "?") + page.text[repair.end : repair.end + 8]
    return not lost or (lost == 1 and "?" not in narrow(repair.text) and not _suspect(PHP).search(after))


def _evidence(page: Page, repair: Repair, floor: int) -> str:
    """The proof as JSON: context from one Han character to another, and the part of the list that matters there."""
    text, annotated, sign = page.text, page.annotated, page.dialect.sign
    first = _first(text, repair.start, floor)
    last = min(len(text), repair.end + _CONTEXT)
    while last < len(text) and not "\u3400" <= text[last] <= "\u9fff":
        last += 1
    torn = text.find(sign, repair.end, last)
    last = torn if torn >= 0 else last
    left, right = text[first : repair.start], text[repair.end : last]
    whole = left + repair.text + right
    codes = b"".join(_gbk(char) for char in without_readings(whole, annotated))
    shown = set(left + right)
    listed = {char: py for char, py in annotated.items() if char in shown or _gbk(char) in codes}
    proof: dict[str, object] = {"left": left, "right": right, "list": listed}
    if page.dialect != PHP:
        proof["dialect"] = asdict(page.dialect)
    if f"{sign}\n" in text[repair.start : repair.end + 1]:
        proof["by_line"] = True
    if LOST in repair.text:
        proof["digit_lost"] = True
    return json.dumps(proof, ensure_ascii=False)


def _first(text: str, start: int, floor: int) -> int:
    """Where the context of a repair begins: with a Han character, unless at the floor."""
    first = max(floor, start - _CONTEXT)
    while first > floor and not "\u3400" <= text[first] <= "\u9fff":
        first -= 1
    return first


def _gbk(char: str) -> bytes:
    return char.encode("gbk", "replace")


def _pages(document: Document) -> list[Page]:
    """What the page tells of its damage: more than one where it leaves open how, none where it shows few readings."""
    text = document.text
    learned = learn(text) if has_readings(document) else None
    if not learned:
        return []
    annotated = learned.annotated | _only_torn(text, learned.annotated)
    return [Page(text, annotated, dialect, is_simplified(text)) for dialect in _dialects(text)]


def _dialects(text: str) -> list[Dialect]:
    """How the page was marked and decoded, by what stands at its torn readings and marks: the likeliest first."""

    def torn(dialect: Dialect) -> tuple[int, int]:
        return len(_bare(dialect).findall(text)), len(_torn_mark(dialect).findall(text))

    likeliest = max(_DIALECTS, key=torn)
    if _KEPT.search(text):
        likeliest = replace(likeliest, private="kept")
    unmarked = replace(likeliest, marked="")
    if not torn(likeliest)[1]:
        return [unmarked]
    # Where half of a pair may be a sign, so may be what precedes a mark.
    return [likeliest, unmarked] if likeliest.private == "torn" else [likeliest]


def _read(dialect: Dialect) -> str:
    """A torn reading behind its sign, as a pattern: with its opening bracket, or the sign ate that."""
    return ("" if dialect.eats else "[(（]") + rf"([{LETTERS}]{{1,6}})[)）]"


@cache
def _bare(dialect: Dialect) -> re.Pattern[str]:
    return re.compile(re.escape(dialect.sign) + _read(dialect))


@cache
def _torn_mark(dialect: Dialect) -> re.Pattern[str]:
    return re.compile(re.escape(dialect.sign) + _MARKS)


@cache
def _suspect(dialect: Dialect) -> re.Pattern[str]:
    """Where something may be torn: at a question mark only before a torn reading or mark, else at every sign."""
    ahead = f"(?={_read(dialect)}|{_MARKS})" if dialect.sign == "?" else ""
    return re.compile(re.escape(dialect.sign) + ahead)


def _only_torn(text: str, annotated: dict[str, str]) -> dict[str, str]:
    """Characters that this page shows with no reading and no other way, where a torn reading could be theirs.

    Those known to carry it; for a reading that no such character has, any that has it.
    """
    bare = {match[1] for match in _TORN.finditer(text)}
    forms = simplified_of() if is_simplified(text) else {}
    known = {
        char: reading
        for char, reading in ((forms.get(char, char), reading) for char, reading in READINGS.items())
        if reading in bare and char not in annotated and char not in text
    }
    others = {
        char: reading
        for reading in sorted(bare - {*annotated.values(), *known.values()})
        for char in dict.fromkeys(forms.get(char, char) for char in read_as().get(syllable(reading), ()))
        if char not in NEVER and char not in annotated and char not in text
    }
    return others | known


def _lattice(document: Document, page: Page) -> Lattice:
    sound = _sound(page)
    simplified = sound.translate({ord(char): other for char, other in simplified_of().items()})
    parts, words = [(NGrams.of([fold(simplified)]), _PAGE_WEIGHT)], None
    if document.prior is not None:
        parts.append((document.prior, 1.0))
        words = WordModel(document.prior.words) if document.prior.words else None
    readers: dict[str, list[str]] = {}
    for char, reading in page.annotated.items():
        readers.setdefault(reading, []).append(char)
    text = page.text + "\n"  # which follows the last character, too
    return Lattice(text, page.annotated, readers, CharacterModel(parts), words, page_forms(sound), page.dialect)


def _sound(page: Page) -> str:
    """What of the page is not near a place that may be torn, without aligned readings."""
    plain = without_readings(page.text, page.annotated)
    return re.sub(rf".{{0,{_SPOILED}}}[{_SIGNS}].{{0,{_SPOILED}}}", "\n", plain)


def _pairs(text: str) -> frozenset[str]:
    """The pairs of Chinese characters that follow each other, punctuation left out."""
    return frozenset(map("".join, pairwise(_NOT_HAN.sub("", text))))


def _is_said(text: str, repair: Repair, said: frozenset[str]) -> bool:
    """Whether the page has each pair of characters of a repair elsewhere: asked where there is no prior."""
    before, after = text[max(0, repair.start - 1) : repair.start], text[repair.end : repair.end + 1]
    return _pairs(before + repair.text + after) <= said


def _flag_dropped(found: Found, page: Page) -> None:
    """A reading that is none of the character before it, but of one whose first byte is that one's second.

    So it looks where a decoder prints nothing for a byte: 勇(lián) for 勇擔. Up to where pairs are right again behind
    it nothing tells, at most as far as the next mark or ASCII character.
    """
    forms = simplified_of() if page.simplified else {}
    listed = {forms.get(char, char): reading for char, reading in READINGS.items()} | page.annotated
    firsts = {(_gbk(char)[:1], reading) for char, reading in listed.items() if _gbk(char)[1:] > b"\x80"}
    for match in _LAST_READING.finditer(page.text):
        own = listed.get(match[1]) == match[3] or reads(match[1], match[3])
        if not own and (_gbk(match[1])[1:], match[3]) in firsts:
            behind = page.text[match.end() : match.end() + LONGEST]
            torn = match[2] + _IN_STEP_AGAIN.split(behind, maxsplit=1)[0]
            found.flags.append(
                Flag("pinyin_torn", match.start(2), match.start(2) + len(torn), torn, "a byte was dropped")
            )


def _flag_digits(found: Found, text: str) -> None:
    """On such a page a ``?`` beside a number may have eaten a digit of it."""
    taken = [(start, end) for start, end in zip(found.edits.start, found.edits.end, strict=True)]
    for match in _DIGIT.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            number = re.compile(r"[0-9.,%]*\?[0-9.,%]*").search(text, max(0, match.start() - 12))
            found.flags.append(Flag("pinyin_digit", match.start(), match.end(), number[0] if number else "?"))


PINYIN_SHIFTED = Rule(
    name="pinyin.shifted",
    version=12,
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
