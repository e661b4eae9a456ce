"""Text that was written in one encoding and read in another: put back, run by run, with a proof.

The forward model is exact. Bytes of the true text, encoded by ``codec_true``, were read by ``codec_read``:

>>> "发展".encode("utf-8").decode("gb18030")
'鍙戝睍'

A repair is proposed where the bytes under the damaged text, read as ``codec_true``, are far likelier as Chinese than
what stands there, and accepted where damaging the repair again gives exactly what was found. Pages mix clean and
damaged text without a seam, so the borders are found by dynamic programming (`mojibake_lattice`).

Where a reader lost bytes, each character they belonged to becomes U+FFFD, unless only one character can have stood
there. 锟斤拷 is not a family of its own: it is U+FFFD, in UTF-8, read as GBK, and becomes U+FFFD again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, product
from math import exp
from typing import Any, NamedTuple

from cleaners.document import Document, Edits, Flag, Found, Rule, Table, table_of
from cleaners.edits import apply
from cleaners.ngram import CharacterModel
from cleaners.rules import mojibake_mixed
from cleaners.rules.mojibake_codecs import (
    FAMILIES,
    HALVES,
    LETTERS,
    LOST,
    MIXED,
    NOTHING,
    RARE,
    SPACES,
    TONES,
    UPPER,
    Family,
    any_telling,
    score,
    shares,
    sloppy,
    source,
    sources,
    telling,
)
from cleaners.rules.mojibake_lattice import Stretch, stretches
from cleaners.rules.mojibake_pairs import Reading, by_model, one, reader, settled

_PROVED = 24.0  # nats of gain in a document after which a family counts as proved
_CHINESE = -8.5  # nats per character of text that was damaged at fewer levels than its neighbours
_WORST_MEAN = -10.5  # nats per character below which no repair counts as Chinese
_WORST_FEW = -9.0  # the same for two or three characters in a family that nothing else proves
_WORST_AMONG = -14.0  # the same where the family is proved: a rare character may stand alone there
_CRUMBS = 2  # characters for each row of losses: fewer are not believed
_FEWEST_READ = 0.1  # of what is certainly misread, characters that are not lost: all else is another encoding
_MOST_LEVELS = 4  # each at least doubles the size of a page: more are not met
_UTF8_SHARE = 0.3  # of characters that tell of UTF-8 read as GBK; text of other damage holds a third of that
_CERTAIN = 2.0  # nats for each code point that a reading gains where no rarer one need be tried
_DEEPER = 0.7  # what a second level is worth: UTF-8 by way of GBK would explain what UTF-8 alone does
_UNMARKED = 2.5  # times what a run must gain alone, if it holds a loss without a mark
_SHORT = 0.8  # of what a run must gain alone, for which it is flagged
_BESIDE = 8  # code points beside a run of two levels that may belong to it
_PROMISING = 14.0  # nats that a telling character and its neighbours gain if read anew
_NEIGHBOURS = 6  # code points on either side that hold four characters of UTF-8
_MARGIN = 64  # code points around a telling character that are read with it
_HONG_KONG = 2.0  # nats by which the reader with the Hong Kong characters must explain a page better
_LATIN = ("cp1252", MIXED)  # readers of single bytes
_SPARSE = ("big5hkscs", "cp949")  # readers that know few pairs of the bytes of UTF-8
_UTF8_AS_LATIN = FAMILIES[2]
_BIG5_READERS = tuple(family for family in FAMILIES if family.true == "gb18030" and family.read not in _LATIN)
_LOSSES = re.compile(f"{LOST}+")
_BLOCK = re.compile(r"(?s).{1,20000}[^\n]{0,100000}\n?")  # read at once, whole lines where they are not monstrous


@dataclass(frozen=True, slots=True)
class Repair:
    """A run of damaged text, ``[start, end)`` in code points, and what it says; ``gain`` in nats of its stretch.

    ``first`` is what it says after one level, ``inner`` the repairs of that text, where it was damaged twice.
    """

    start: int
    end: int
    text: str
    gain: float
    family: Family
    first: str
    inner: tuple[Repair, ...] = ()
    doubt: str = ""  # why it is only flagged


class _Proposal(NamedTuple):
    """The repairs of one stretch, which is believed or not as a whole."""

    gain: float
    family: Family
    repairs: list[Repair]


# ---------------------------------------------------------------- where to look


@cache
def _tables() -> tuple[Table, tuple[tuple[Family, frozenset[str]], ...]]:
    """What characters tell of any family, and of each."""
    return table_of(any_telling()), tuple((family, telling(family)) for family in FAMILIES)


def _signs(document: Document) -> list[tuple[int, str]]:
    """Every character that tells of a family, and where it stands."""
    places = _tables()[0].take(document.units).nonzero()[0].tolist()
    return [(place, document.text[place]) for place in places]


def _suspects(document: Document, signs: list[tuple[int, str]]) -> list[Family]:
    """The families of which the text shows enough telling characters."""
    different = {sign for _, sign in signs}
    never = "cp1252" if _is_mixed(document) else MIXED
    return [
        family
        for family, known in _tables()[1]
        if len(known & different) >= family.signs
        and (family.read != "cp936" or "€" in document.text)
        and (family.read != never or family.true == "utf-8")
    ]


def _is_mixed(document: Document) -> bool:
    """Whether some of what may be UTF-8 was taken as such: not all letters of two bytes of it are single bytes."""
    if LETTERS.isdisjoint(document.chars):
        return False
    return _MIXED_SHARE * len(_MIXED_SIGN.findall(document.text)) > len(_PLAIN_SIGN.findall(document.text))


def _is_pairs(family: Family) -> bool:
    """Whether two bytes of the true text were read as two bytes of another codec."""
    return family.read not in _LATIN and family.true != "utf-8"


_MIXED_SIGN = re.compile(f"(?<=[{UPPER}])(?![{UPPER}])[\u0100-\u07ff]|(?![{UPPER}])[\u0100-\u07ff](?=[{UPPER}])")
_MIXED_SHARE = 10  # ftfy takes one in three
_PLAIN_SIGN = re.compile("[\u00c4-\u00df][\u0080-\u00bf]")
_UPPER_PAIR = re.compile(f"[{UPPER}]{{2}}")
# What a misread Han character shows of UTF-8: three bytes, or the first two of two neighbours.
_UTF8 = re.compile(b"[\xe2-\xe9\xef][\x80-\xbf](?:[\x80-\xbf]|[\xe2-\xe9\xef][\x80-\xbf])")


def _hits(text: str, signs: list[tuple[int, str]], family: Family) -> Iterator[int]:
    """Where damage of a family may show."""
    if family.read in _LATIN:
        yield from (match.start() for match in _UPPER_PAIR.finditer(text))
        return
    known = telling(family)
    places = [place for place, sign in signs if sign in known]
    if _is_pairs(family):  # any rare character may tell of these
        gain = _gains(family)
        yield from (at for at in places if _promises(text, at, gain))
    elif family.true == "utf-8":
        yield from (at for at in places if _shows_utf8(text, at, family))


def _promises(text: str, at: int, gain: Callable[[str], float]) -> bool:
    """Whether a telling character and its neighbours are far likelier read anew, each by itself."""
    before, behind = text[max(at - _NEIGHBOURS, 0) : at], text[at + 1 : at + 1 + _NEIGHBOURS]
    return gain(text[at]) + sum(max(accumulate(map(gain, side), initial=0.0)) for side in (before[::-1], behind)) > (
        _PROMISING
    )


@cache
def _gains(family: Family) -> Callable[[str], float]:
    """The nats that a character of two bytes gains if read anew."""
    return cache(lambda char: shares()[one(char, family) or LOST] - shares()[char])


def _shows_utf8(text: str, at: int, family: Family) -> bool:
    """Whether a telling character and its neighbours hold the bytes of a character of UTF-8, or a loss.

    Of families of which one such character says little, the bytes of two: 茯苓 in Shift-JIS hold one by chance.
    """
    near = text[max(at - 1, 0) : at + 3]
    if LOST in near or "?" in near:
        return True
    if family.signs > 1:
        near = text[max(at - _NEIGHBOURS, 0) : at + _NEIGHBOURS]
    data = bytes(max(byte, 0) for char in near for byte in source(char, family.read))
    return len(_UTF8.findall(data)) >= family.signs


def _regions(text: str, signs: list[tuple[int, str]], family: Family) -> Iterator[tuple[int, int]]:
    """Stretches of ``text`` that may hold a damaged run, near the signs of a family."""
    start = end = 0
    for hit in _hits(text, signs, family):
        if hit - _MARGIN > end:
            if end:
                yield start, end
            start = hit - _MARGIN
        end = hit + _MARGIN
    if end:
        yield max(start, 0), min(end, len(text))


# ---------------------------------------------------------------- accept or abstain


def _repairs(document: Document, proved: Family | None = None, level: int = 1) -> list[Repair]:
    """Every repair of the text that is likely enough and proved, in order and without overlaps."""
    text, signs = document.text, _signs(document)
    model = CharacterModel([(document.prior, 1.0)]) if document.prior else None
    alone: list[_Proposal] = []
    short: list[Repair] = []
    for family in _suspects(document, signs):
        certain = _CERTAIN * len(text)
        if _is_pairs(family) and sum(found.gain for found in alone if not _is_pairs(found.family)) > certain:
            break  # a page of UTF-8 read as GBK shows signs of every family of two bytes
        latin_pairs = family.read in _LATIN and family.true != "utf-8"
        shown = _without(text, list(filter(_is_certain, alone))) if latin_pairs else text
        regions = _regions(shown, signs, family)
        proposals = (found for region in regions for found in _proposals(text, region, family, False, level))
        if model and _is_pairs(family):
            proposals = (_by_neighbours(text, found, model) for found in proposals)
        for proposal in proposals:
            if proposal.gain >= family.alone:
                alone.append(proposal)
            elif latin_pairs and proposal.gain >= _SHORT * family.alone:
                short += (replace(repair, doubt="too short to be sure") for repair in proposal.repairs)
    if not alone and level == 1:
        return short
    chosen = _disjoint(_one_reader(text, alone))
    gained = _gained(chosen)
    if proved:
        gained[proved] = gained.get(proved, 0.0) + _PROVED
    for family in sorted((family for family in gained if gained[family] >= _PROVED), key=lambda item: -gained[item]):
        others = [proposal for proposal in chosen if proposal.family != family]
        same = [proposal for proposal in chosen if proposal.family == family]
        sure = family == proved or not same or family.read in _LATIN or family.true == "utf-8"
        near = (0, len(text)) if sure else _near(text, [repair for proposal in same for repair in proposal.repairs])
        again = list(_proposals(_without(text, others), near, family, True, level, model))
        taken = {at for proposal in again for at in range(*_span(proposal))}
        chosen = [*others, *again, *(proposal for proposal in same if taken.isdisjoint(range(*_span(proposal))))]
    return sorted((repair for proposal in chosen for repair in proposal.repairs), key=lambda repair: repair.start)


def _by_neighbours(text: str, proposal: _Proposal, model: CharacterModel) -> _Proposal:
    """``proposal``, its gain by what stands beside each character, where that is more."""
    said = "\n".join(repair.text for repair in proposal.repairs)
    before = "\n".join(text[repair.start : repair.end] for repair in proposal.repairs)
    return proposal._replace(gain=max(proposal.gain, by_model(said, model) - by_model(before, model)))


def _is_certain(proposal: _Proposal) -> bool:
    """Whether UTF-8 explains bytes read as Latin-1 so well that no codec of two bytes need be tried on them."""
    start, end = _span(proposal)
    return proposal.family == _UTF8_AS_LATIN and proposal.gain > _PROVED + _CERTAIN * (end - start)


def _near(text: str, repairs: list[Repair]) -> tuple[int, int]:
    """From the line before the first repair to the line after the last."""
    first, last = min(repair.start for repair in repairs), max(repair.end for repair in repairs)
    start = text.rfind("\n", 0, max(text.rfind("\n", 0, first), 0)) + 1
    end = text.find("\n", text.find("\n", last) + 1)
    return start, end if end > last else len(text)


def _without(text: str, proposals: list[_Proposal]) -> str:
    """``text`` with NUL for what others have repaired."""
    edits = Edits()
    repairs = sorted((repair for proposal in proposals for repair in proposal.repairs), key=lambda item: item.start)
    for repair in repairs:
        edits.add(repair.start, text[repair.start : repair.end], "\0" * (repair.end - repair.start))
    return apply(text, edits)


def _disjoint(proposals: list[_Proposal]) -> list[_Proposal]:
    """Where proposals overlap, those of the family that gains most there."""
    kept: list[_Proposal] = []
    cluster: list[_Proposal] = []
    end = 0
    for proposal in sorted(proposals, key=_span):
        start, stop = _span(proposal)
        if start >= end:
            kept += _best(cluster)
            cluster = []
        cluster.append(proposal)
        end = max(end, stop)
    return kept + _best(cluster)


def _span(proposal: _Proposal) -> tuple[int, int]:
    return proposal.repairs[0].start, proposal.repairs[-1].end


def _best(cluster: list[_Proposal]) -> list[_Proposal]:
    """The proposals of the family that gains most. What the others leave free between those is no sounder."""
    gained = _gained(cluster)
    best = max(gained, key=lambda family: gained[family], default=None)  # one, where two explain the text equally well
    return [proposal for proposal in cluster if proposal.family == best]


def _gained(proposals: list[_Proposal]) -> dict[Family, float]:
    """Nats gained by each family."""
    gained: dict[Family, float] = {}
    for proposal in proposals:
        gained[proposal.family] = gained.get(proposal.family, 0.0) + proposal.gain
    return gained


def _one_reader(text: str, proposals: list[_Proposal]) -> list[_Proposal]:
    """Only one of the readers of Big5: they place kana and rare characters at different bytes.

    The one whose kana make the likelier text, and if there are none the one that explains most.
    """
    rivals = [proposal for proposal in proposals if proposal.family in _BIG5_READERS]
    if not rivals:
        return proposals
    places = {at for proposal in rivals for repair in proposal.repairs for at in range(repair.start, repair.end)}
    apart = [text[at] for at in places if len({one(text[at], family) for family in _BIG5_READERS}) > 1]
    gained = _gained(rivals)
    for family in gained:
        if apart:
            gained[family] = sum(shares()[one(char, family) or LOST] for char in apart)
        gained[family] -= _HONG_KONG * (family.read == "big5hkscs")
    reader = max(gained, key=lambda family: (gained[family], -_BIG5_READERS.index(family)))
    return [proposal for proposal in proposals if proposal.family not in _BIG5_READERS or proposal.family == reader]


def _proposals(
    text: str,
    region: tuple[int, int],
    family: Family,
    among: bool,
    level: int,
    model: CharacterModel | None = None,
) -> Iterator[_Proposal]:
    """What the damaged stretches of one family say, through all levels of damage, where they read as Chinese."""
    for block in _BLOCK.finditer(text, *region):
        for stretch, deeper in _deeper(block[0], family, among, level, model):
            gain = stretch.gain + _DEEPER * sum({repair.gain for repair in deeper})
            parts = list(_parts(block[0], replace(stretch, gain=gain), family, deeper))
            if _is_pairs(family) and (_is_utf8(block[0], parts) or not _has_han(block[0], parts)):
                continue
            if parts and _reads_well(block[0], parts, gain >= (1 if among else 6) * family.alone, among):
                at = block.start()
                yield _Proposal(
                    gain, family, [replace(part, start=part.start + at, end=part.end + at) for part in parts]
                )


def _is_utf8(text: str, parts: list[Repair]) -> bool:
    """Whether what is damaged is rather UTF-8 read as GBK, which reads as anything in codecs of two bytes."""
    damaged = "".join(text[part.start : part.end] for part in parts)
    return sum(map(telling(FAMILIES[0]).__contains__, damaged)) > _UTF8_SHARE * len(damaged)


def _has_han(text: str, parts: list[Repair]) -> bool:
    """Whether repairs hold Han, before or after: the phonetic letters of Taiwan are digits in GBK read as Big5.

    A long row of those is digits where the text holds no consonant, ㄅ to ㄖ.
    """
    if not _CONSONANT.search(text) and any(_VOWELS.search(text, part.start, part.end) for part in parts):
        return True
    return len({char for part in parts for char in _HAN.findall(text[part.start : part.end] + part.text)}) > 1


def _deeper(
    text: str, family: Family, among: bool, level: int, model: CharacterModel | None
) -> Iterator[tuple[Stretch, list[Repair]]]:
    """The stretches of one family, each with the repairs of what it says where that is still damaged."""
    found, behind = list(stretches(text, family, among, level == 1, model)), len(text)
    for stretch, before in zip(found, [*(other.end for other in found[1:]), 0], strict=False):
        inner = _inner(stretch, family, level)
        wider = _widened(text, stretch, before, behind, family) if inner and level == 1 else None
        behind = wider.start if wider else stretch.start
        if wider:
            yield wider, _inner(wider, family, level)
        elif inner and level == 1 and LOST in stretch.text:
            part = text[stretch.start : stretch.end]
            for careful in stretches(part, family, True, False):
                moved = replace(careful, start=careful.start + stretch.start, end=careful.end + stretch.start)
                yield moved, _inner(careful, family, level)
        else:
            yield stretch, inner


def _widened(text: str, stretch: Stretch, before: int, behind: int, family: Family) -> Stretch | None:
    """``stretch`` with some of ``[before, behind)``, if two levels of GBK explain all of that without a loss.

    What was damaged once is as rare as what was damaged twice, so that likelihood does not tell where the run ends.
    """
    if family not in FAMILIES[:2]:
        return None
    starts = range(max(stretch.start - _BESIDE, before), stretch.start + 1)
    ends = range(min(stretch.end + _BESIDE, behind), stretch.end - 1, -1)
    for start, end in product(starts, ends):
        first = _strictly(text[start:end], family)
        same = _ASCII.findall(text[start:end]) == _ASCII.findall(first)  # not in GB18030's characters of four bytes
        if same and _strictly(first, family):
            alike = zip(_ASCII.finditer(text[start:end]), _ASCII.finditer(first), strict=True)
            inside = ((at.start() + more, place.start() + more) for at, place in alike for more in (0, 1))
            cuts = dict.fromkeys(((0, 0), *inside, (end - start, len(first))))
            return Stretch(start, end, first, stretch.gain, tuple(cuts))
    return None


def _strictly(text: str, family: Family) -> str:
    """What text says that was read by GBK, if every byte of it belongs to a character of UTF-8."""
    try:
        return text.encode("gb18030").decode(family.true)
    except UnicodeError:
        return ""


def _inner(stretch: Stretch, family: Family, level: int) -> list[Repair]:
    """The repairs of what a stretch says. A level is shorter than the one above it; western letters prove none."""
    if level == _MOST_LEVELS or len(stretch.text) >= stretch.end - stretch.start:
        return []
    inner = _repairs(Document(stretch.text), family, level + 1)
    inner = [repair for repair in inner if repair.family.true == "utf-8"] or inner  # between those pairs are chance
    said = {char for repair in inner for char in repair.text} - {LOST}
    return _masked(stretch.text, inner) if inner and (not said or max(said) >= "\u0800") else []


def _parts(text: str, stretch: Stretch, family: Family, deeper: list[Repair]) -> Iterator[Repair]:
    """Cut a stretch where nothing is changed and no deeper repair crosses, and keep what is changed and proved."""
    inside = iter(sorted(deeper, key=lambda repair: repair.start))
    repair = next(inside, None)
    inner: list[Repair] = []
    here, there = stretch.cuts[0]
    for at, place in stretch.cuts[1:]:
        while repair and repair.start < place:
            inner.append(repair)
            repair = next(inside, None)
        if inner and inner[-1].end > place:
            continue
        before, first = text[stretch.start + here : stretch.start + at], stretch.text[there:place]
        sound = _in_a_word(text, stretch.start + here, before) or _says_nothing(before, first)
        if (before != first or inner) and not sound:
            yield from _proved(stretch.start + here, before, first, stretch.gain, family, inner, there)
        here, there, inner = at, place, []


def _in_a_word(text: str, start: int, before: str) -> bool:
    """Whether what was read as one character is in the midst of a western word: àn of chuàng is E0 6E, è of yè E8."""
    alone = len(before) < 3 and before[0] in LETTERS and before[1:] < "\x80"
    return alone and _LETTER.match(text, max(start - 1, 0)) is not None


def _says_nothing(before: str, first: str) -> bool:
    """Whether a letter, and marks behind it, would be a character of which a byte is lost: “é” on a line of its own."""
    return first == LOST and before.rstrip("“”‘’—…") in LETTERS


def _proved(
    start: int, before: str, first: str, gain: float, family: Family, inner: list[Repair], offset: int
) -> Iterator[Repair]:
    """One repair, if damaging it again gives what was found."""
    if not _explains(before, first, family):
        return
    moved = tuple(replace(repair, start=repair.start - offset, end=repair.end - offset) for repair in inner)
    edits = Edits()
    for repair in moved:
        edits.add(repair.start, first[repair.start : repair.end], repair.text)
    after = apply(first, edits)
    if after != before:
        yield Repair(start, start + len(before), after, gain, family, first, moved)


def _masked(text: str, inner: list[Repair]) -> list[Repair]:
    """``inner``, and marks of loss for what lies between and is still damaged: no half-repaired text is written."""
    parts: list[Repair] = []
    last = 0
    latin = inner[0].family.read in _LATIN
    for part in [*inner, Repair(len(text) + 1, len(text) + 1, "", 0.0, NOTHING, "")]:
        for match in _STILL_DAMAGED.finditer(text, last, part.start):
            apart = (last == 0 or match.start() > last) and match.end() < part.start
            shown = match[0].replace(LOST, "")
            sound = HALVES.isdisjoint(shown) and max(shown, default="") > "\u3000" if latin else _is_chinese(match[0])
            if shown and not (apart and sound):
                lost = LOST * max(1, len(match[0]) * (1 if latin else 2) // 3)
                parts.append(Repair(match.start(), match.end(), lost, 0.0, NOTHING, lost))
        parts.append(part)
        last = part.end
    return parts[:-1]


_LETTER = re.compile("[A-Za-z]")
_SECOND = re.compile("[@-~]")  # of ASCII, what can be a second byte: what it stands beside was read with it
_SECOND_ALONE = re.compile(r"[@-~](?![0-9A-Za-z])")
_HAN = re.compile("[一-鿿]")
_CONSONANT, _VOWELS = re.compile("[ㄅ-ㄖ]"), re.compile("[﹞ㄛ-ㄩ]{5}")
_HANS = re.compile("[“”‘’—…\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_LETTERS = "".join(sorted(LETTERS))
_STILL_LATIN = re.compile(f"[{_LETTERS}][{UPPER}]|[{UPPER}][{_LETTERS}]")  # a vowel of pinyin stands alone
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_ASCII = re.compile("[\x00-\x7f]")
_STILL_DAMAGED = re.compile("[\x80-\uffff]+")


def _is_chinese(text: str) -> bool:
    """Whether text of one level is already what was written: four characters or more, none of them telling."""
    if len(text) < 4 or 5 * sum(map(len, _HANS.findall(text))) < 4 * len(text):
        return False
    return score(text) > _CHINESE * len(text) and telling(FAMILIES[0]).isdisjoint(text)


def _reads_well(before: str, parts: list[Repair], certain: bool, among: bool) -> bool:
    """Whether the repairs of a stretch are Chinese enough to be believed, and not mostly loss."""
    text = "".join(part.text for part in parts)
    inner = any(part.inner for part in parts)
    readable = text.replace(LOST, "")
    marked = any({LOST, "?"} & set(before[part.start : part.end]) for part in parts)
    if readable and LOST in text and not among and not marked and parts[0].gain < _UNMARKED * parts[0].family.alone:
        return False  # a loss that no reader marked is to be proved by more than itself
    if not (among or inner) and readable and max(readable) < "\u0800":
        return False  # western letters are `LATIN`'s
    glued = 2 * len(_SECOND.findall(readable)) >= len(readable) > 0
    if glued and (len(readable) < 4 or (parts[0].family.true == "utf-8" and not among)):
        return False  # rare characters of old texts, which would make 社j
    signs = [(at, char) for at, char in enumerate(readable) if char in telling(FAMILIES[0])]
    if LOST not in text and not inner and not marked:  # a rare character tells nothing alone
        signs = [signs[0] for _ in _hits(readable, signs, FAMILIES[0])]
    # Among others three bytes of UTF-8 prove themselves, however rare what they say: 烹饪, 螺旋桨.
    proved = among and parts[0].family.true == "utf-8"
    if (2 if proved else 20) * len(signs) > len(readable):
        return False  # still damaged, and no deeper level explains it
    if 10 * len(_STILL_LATIN.findall(readable)) > len(readable):
        return False  # the same, as Latin-1
    if (3 if inner else 2) * len(readable) < (2 if inner else 1) * len(text):
        fewest = max(_CRUMBS * (1 if inner else len(_LOSSES.findall(text))), _FEWEST_READ * len(text))
        certain = certain and fewest <= sum(char > "\x7f" for char in readable)
        return certain or (len(text) > 1 and all(set(before[part.start : part.end]) <= set("锟斤拷") for part in parts))
    told = "".join(_NOT_ASCII.findall(readable)) if parts[0].family.read not in _LATIN else readable
    few = len(told) < 3 if among else len(told) < 4 and parts[0].family.true == "utf-8"
    if few and not among and any(char < "\u0800" for char in told):
        return False
    worst = (
        (_WORST_AMONG if among else _WORST_FEW) if (few or proved) and not marked and LOST not in text else _WORST_MEAN
    )
    return score(told) >= worst * len(told)  # what rare characters spell holds letters, which are likely anywhere


def _explains(before: str, after: str, family: Family) -> bool:
    """Whether ``after``, misread, gives ``before``: all bytes but those its U+FFFD say are lost, at most 4 for each."""
    if family.read == MIXED:
        return mojibake_mixed.gives(after, family.true, before)
    data = [byte for bytes_ in sources(before, family) for byte in bytes_]
    at = slack = 0
    for part in after.split(LOST):
        try:
            at = _place(part.encode(family.true), data, at, min(slack, _MOST_LOST))
        except UnicodeEncodeError:
            return False
        if at < 0:
            return False
        slack = 4 if part else slack + 4
    return len(data) - at <= slack - 4


_MOST_LOST = 64  # bytes that neighbouring U+FFFD may stand for; keeps the proof linear


def _place(part: bytes, data: list[int], at: int, slack: int) -> int:
    """Where ``part`` ends in ``data`` if it begins at ``at`` or up to ``slack`` bytes later; -1 if it does not."""
    for begin in range(at, at + slack + 1):
        if begin + len(part) <= len(data) and all(map(_stands_for, data[begin : begin + len(part)], part)):
            return begin + len(part)
    return -1


def _stands_for(read: int, true: int) -> bool:
    """Whether a byte the reader showed can be this one."""
    return read == true or (read < 0 and (true >= 0x80 or true == 0x3F)) or (read == 0x20 and true in SPACES)


def _settled(document: Document, repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of two bytes read as two bytes only as far as they are beyond doubt."""
    model = CharacterModel([(document.prior, 1.0)]) if document.prior else None
    repairs = _without_western(document.text, repairs)
    pairs = [repair for repair in repairs if _is_pairs(repair.family) and not _holds_utf8(repair)]
    done = [repair for repair in repairs if not _is_pairs(repair.family) or _holds_utf8(repair)]
    found = {family: sum(len(repair.text) for repair in pairs if repair.family == family) for family in FAMILIES}
    main = max(FAMILIES, key=found.__getitem__)
    done += (replace(repair, doubt="the page is misread another way") for repair in pairs if repair.family != main)
    if found[main] <= sum(len(repair.text) for repair in done if repair.family.true == "utf-8"):
        done += (replace(repair, doubt="the page is misread another way") for repair in pairs if repair.family == main)
    elif found[main]:
        same = [repair for repair in pairs if repair.family == main]
        readings = [Reading(repair.start, repair.end, repair.first) for repair in same]
        gain = max(repair.gain for repair in same)
        family, unsure = reader(document.text, readings, main, model)
        for start, end, text, doubt in settled(document.text, readings, family, unsure, model):
            before = document.text[start:end]
            doubt = doubt or ("" if _explains(before, text, family) else "broken")
            done.append(Repair(start, end, text, gain, family, text, (), doubt))
    done.sort(key=lambda repair: repair.start)
    done = _marked(document.text, _legible(_one_page(done)))
    return _apart(_whole(document.text, _chinese(document.text, _as_written(document.text, done))))


_SECOND_BYTES = "".join(char for char, byte in sloppy().items() if 0x80 <= byte < 0xC0)
_WESTERN_PAIRS = re.compile(f"(?:[\u00c2-\u00df][{_SECOND_BYTES}])+")


def _without_western(text: str, repairs: list[Repair]) -> list[Repair]:
    """``repairs`` without those of Latin-1 that `mojibake_western` reads: most pairs, or all UTF-8, are of words.

    NoÃ«l is Noël, no No毛l, and for more code pages than are known here.
    """
    pairs, western, said = 0, 0, ""
    for repair in repairs:
        if _is_latin_pairs(repair):
            beside = text[max(repair.start - 1, 0) : repair.start] + text[repair.end : repair.end + 1]
            needed = 1 if _WESTERN_PAIRS.fullmatch(text, repair.start, repair.end) else 2
            western += len(_LETTER.findall(beside)) >= needed
            pairs += 1
        elif repair.family.read in _LATIN:
            said = max(said, *repair.text.replace(LOST, ""), "")
    if 2 * western > pairs:
        repairs = [repair for repair in repairs if not _is_latin_pairs(repair)]
    if "" < said < "\u3000":
        repairs = [repair for repair in repairs if repair.family.read not in _LATIN or _is_latin_pairs(repair)]
    return repairs


def _is_latin_pairs(repair: Repair) -> bool:
    return repair.family.read in _LATIN and repair.family.true != "utf-8"


def _legible(repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of UTF-8 doubted where they leave single characters among losses.

    A reader of another kind, or more levels of damage than are found, leaves such crumbs, and they are chance.
    """
    utf8 = [repair for repair in repairs if repair.family.true == "utf-8"]
    read = sum(len(repair.text) - repair.text.count(LOST) for repair in utf8)
    if read == 0 or read >= _CRUMBS * sum(len(_LOSSES.findall(repair.text)) for repair in utf8):
        return repairs
    return [replace(repair, doubt="mostly lost") if repair in utf8 else repair for repair in repairs]


def _marked(text: str, repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of UTF-8 read as Big5 or Korean doubted where their losses have no mark.

    These readers drop most of a page, so that bytes of one character often meet those of another.
    """
    dropped = [repair for repair in repairs if repair.family.true == "utf-8" and repair.family.read in _SPARSE]
    shown = {char for repair in dropped for char in text[repair.start : repair.end]}
    if {LOST, "?"} & shown or not any(LOST in repair.text for repair in dropped):
        return repairs
    why = "bytes are lost without a mark"
    return [replace(repair, doubt=why) if repair in dropped else repair for repair in repairs]


# Letters of both cases that bytes show as: what stands behind another, or behind any byte above 7F; for UTF-8 those
# of Windows-1252 alone, for its first bytes are å to é and no others.
_CASED = "A-Za-zÀ-ÖØ-Þà-öø-þŠŽŒŸšžœÿ"
_PAIR_LETTERS = tuple(re.compile(f"(?<=[{before}])[{_CASED}]") for before in (_CASED, "\x80-\uffff"))
_UTF8_LETTERS = (re.compile("[ŠŽŒŸšžœÿ]"),)
_WESTERN = "A-Za-zÀ-\u024f\u1e00-\u1eff"
_LETTER_ALONE = re.compile(f"(?<![{_WESTERN}])(?![{''.join(sorted(TONES))}])[\u0100-\u024f](?![{_WESTERN}])")
_ONE_CASE = 16  # letters that are hardly ever all of one case by chance


def _as_written(text: str, repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of Latin-1 doubted where somebody made its letters small or capital: they are other bytes.

    A capital at the head of a word makes å of three bytes Å of two, which is a western letter in the midst of Han.
    """
    latin = [repair for repair in repairs if repair.family.read in _LATIN]
    utf8 = [repair for repair in latin if repair.family.true == "utf-8" and not repair.inner]
    pairs = [repair for repair in latin if repair.family.true != "utf-8"]
    doubted = [repair for repair in utf8 if _LETTER_ALONE.search(_among(text, repair))]
    for same, patterns in ((utf8, _UTF8_LETTERS), (pairs, _PAIR_LETTERS)):
        damaged = "\n".join(text[repair.start : repair.end] for repair in same)
        found = [pattern.findall(damaged) for pattern in patterns]
        if any(len(letters) >= _ONE_CASE and len(set(map(str.isupper, letters))) == 1 for letters in found):
            doubted += utf8 if same is utf8 else latin  # small pairs make three bytes of UTF-8 by chance
    return [replace(repair, doubt="letters of one case") if repair in doubted else repair for repair in repairs]


def _among(text: str, repair: Repair) -> str:
    """What a repair says, between the characters beside it: the œ of cœur is not alone."""
    return text[max(repair.start - 1, 0) : repair.start] + repair.text + text[repair.end : repair.end + 1]


# Syllables of every other word of Korean; the kana and the long vowel of Japanese.
_KOREAN = re.compile(
    "[이다의는에을하고가지로사기은도서를리나해어인자대시한정수그라부제전있보과일상주들장스만여으구신아]"
)
_KANA = re.compile("[ぁ-んァ-ンー]")
_FOREIGN = {
    "gb18030": (("cp949", _KOREAN), ("euc_jp", _KANA), ("shift_jis", _KANA)),
    "big5hkscs": (("cp949", _KOREAN), ("shift_jis", _KANA)),  # the kana of EUC-JP are its commonest characters
}
_LEAST_CHINESE = -9.5  # nats per character; of ten thousand runs of Chinese one reads worse
_FOREIGN_SHARE = 0.35  # of characters read so; one in a thousand runs of eight characters of Chinese holds a quarter


def _chinese(text: str, repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of Latin-1 to two bytes doubted if the same bytes are rather of another language."""
    latin = list(filter(_is_latin_pairs, repairs))
    language = _foreign(text, latin) if latin else ""
    if not language:
        return repairs
    return [replace(repair, doubt=f"rather {language}") if repair in latin else repair for repair in repairs]


def _foreign(text: str, repairs: list[Repair]) -> str:
    """Which encoding of another language it rather was that ``repairs`` take for Chinese read as Latin-1, if any."""
    known = sloppy()
    data = b"".join(bytes((known[char],)) if char in known else char.encode() for char in text if char < "\u3000")
    for codec, script in _FOREIGN[repairs[0].family.true]:
        read = data.decode(codec, "ignore")
        if len(script.findall(read)) > _FOREIGN_SHARE * sum(char > "\x7f" for char in read):
            return codec
    said = "".join(char for repair in repairs for char in repair.text if char > "\x7f" and char != LOST)
    return "another language" if score(said) < _LEAST_CHINESE * len(said) else ""


def _one_page(repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of UTF-8 read as Big5 doubted on a page that was rather read as GBK."""
    gbk = sum(len(repair.text) for repair in repairs if repair.family in FAMILIES[:2])
    big5 = [repair for repair in repairs if (repair.family.read, repair.family.true) == ("big5hkscs", "utf-8")]
    if sum(len(repair.text) for repair in big5) >= gbk:
        return repairs
    return [
        replace(repair, doubt="the page is misread another way") if repair in big5 else repair for repair in repairs
    ]


def _whole(text: str, repairs: list[Repair]) -> list[Repair]:
    """``repairs``, those of Latin-1 doubted that leave half a character over: a letter before, a second byte behind."""
    inside = {at for repair in repairs for at in (repair.start, repair.end - 1)}
    latin = list(filter(_is_latin_pairs, repairs))
    halves = {
        beside
        for repair in latin
        for beside in (repair.start - 1, repair.end)
        if text[max(beside, 0) : beside + 1] in HALVES and beside not in inside
    }
    left_over = {
        repair.end
        for repair in latin
        if _SECOND_ALONE.match(text, repair.end) and min(map(shares().__getitem__, repair.text[-4:])) <= RARE
    }
    return [
        replace(repair, doubt="half a character is beside it")
        if repair in latin and {repair.start - 1, repair.end} & (halves | left_over)
        else repair
        for repair in repairs
    ]


def _holds_utf8(repair: Repair) -> bool:
    """Whether two bytes read as two bytes hold UTF-8 of another level, without a loss: that is proof enough."""
    return bool(repair.inner) and LOST not in repair.text and all(part.family.true == "utf-8" for part in repair.inner)


def _apart(repairs: list[Repair]) -> list[Repair]:
    """``repairs`` in order, those that overlap doubted."""
    end, last = 0, -1
    for place, repair in enumerate(repairs):
        if repair.start < end:
            repairs[place] = replace(repair, doubt="two readings overlap")
            repairs[last] = replace(repairs[last], doubt="two readings overlap")
        if repair.end > end:
            end, last = repair.end, place
    return repairs


# ---------------------------------------------------------------- the rule

_TALK = re.compile(
    "乱码|亂碼|編碼|编码|解码|字符集|字元集|mojibake|utf-?8|gb(?:k|2312|18030)|unicode|latin-?1|iso-8859|big-?5", re.I
)


def talks_of_it(document: Document) -> bool:
    """Whether the text is about encodings, so that what looks damaged may be an example.

    The words are looked for as they stand: in a page that is damaged itself they would be damaged too, but for names
    in ASCII. A page that names encodings and is itself mostly what bytes read as Latin-1 look like is no example.
    """
    words = {match[0].lower() for match in _TALK.finditer(document.text)}
    if words and all(map(str.isascii, words)) and "mojibake" not in words:
        bytes_ = sum("\x80" <= char <= "\xff" for char in document.text)
        if bytes_ > sum(map(str.isalpha, document.text)) - bytes_:
            return False
    return (
        len(words) > 1
        or not words.isdisjoint({"乱码", "亂碼", "mojibake"})
        or (len(words) > 0 and _as_a_word(document))
    )


def _as_a_word(document: Document) -> bool:
    """Whether the text quotes 锟斤拷 as what it is called."""
    return any(f"{opening}锟斤拷{closing}" in document.text for opening, closing in ("“”", "「」", '""'))


def _quoted(text: str, repair: Repair) -> bool:
    """Whether the run says nothing but loss and stands alone between quotation marks: “锟斤拷” as a word."""
    if repair.text.strip(LOST):
        return False
    pair = text[max(repair.start - 1, 0) : repair.start] + text[repair.end : repair.end + 1]
    return pair in {"“”", "‘’", "「」", "『』", '""', "''", "``"}


def evidence(repair: Repair) -> str:
    """The proof as JSON: what was read as what, at how many levels, how many characters are lost.

    Where there is a second level, ``first`` is the text after the first, and ``inner`` the proofs of its repairs.
    """
    return json.dumps(_proof(repair), ensure_ascii=False)


def _proof(repair: Repair) -> dict[str, Any]:
    proof: dict[str, Any] = {
        "codec_read": repair.family.read,
        "codec_true": repair.family.true,
        "levels": _levels(repair),
    }
    if lost := repair.text.count(LOST):
        proof["lost"] = lost
    if repair.inner:
        proof["first"] = repair.first
        proof["inner"] = [[part.start, part.end, part.text, _proof(part)] for part in repair.inner]
    return proof


def _levels(repair: Repair) -> int:
    return 1 + max((_levels(part) for part in repair.inner), default=0)


def proves(before: str, after: str, proof: str) -> bool:
    """Check an edit's evidence without the search: damage ``after`` again and compare it with ``before``.

    >>> proves("鍙戝睍", "发展", '{"codec_read": "gb18030", "codec_true": "utf-8", "levels": 1}')
    True
    """
    return _holds(before, after, json.loads(proof))


def _holds(before: str, after: str, proof: dict[str, Any]) -> bool:
    pair = (proof["codec_read"], proof["codec_true"])
    first, edits = proof.get("first", after), Edits()
    for start, end, text, inner in proof.get("inner", ()):
        if not _holds(first[start:end], text, inner):
            return False
        edits.add(start, first[start:end], text)
    if pair == ("", ""):
        return not after.strip(LOST)
    known = [family for family in FAMILIES if (family.read, family.true) == pair]
    return bool(known) and _explains(before, first, known[0]) and apply(first, edits) == after


def _find(document: Document) -> Found:
    found = Found()
    repairs = _repairs(document)
    if not repairs:
        return found
    repairs = _settled(document, repairs)
    abstain = talks_of_it(document) or all(_quoted(document.text, repair) for repair in repairs)
    for repair in repairs:
        before = document.text[repair.start : repair.end]
        if abstain:
            detail = f"may be an example of {repair.text}"
            found.flags.append(Flag("mojibake", repair.start, repair.end, before, detail))
        elif repair.doubt:
            detail = f"{repair.doubt}; perhaps {repair.text}"
            found.flags.append(Flag("mojibake", repair.start, repair.end, before, detail))
        else:
            found.edits.add(repair.start, before, repair.text, _confidence(repair), evidence(repair))
    return found


def _confidence(repair: Repair) -> float:
    """From the gain: 8 nats are even odds against the prior of a change, 30 are certainty."""
    return round(min(0.999, 1 - exp(-repair.gain / 6)), 3)


CJK = Rule(
    name="mojibake.cjk",
    version=25,
    kind="repair",
    summary="text written in UTF-8, GBK or Big5 and read as another of them or as Latin-1, once or more",
    example=("鍙戝睍瑙勫垝", "发展规划"),
    find=_find,
    gate=lambda document: document.shows(_tables()[0]),
)
