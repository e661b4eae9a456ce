"""Readings strewn over a text to make copies differ: at random places, after every third character, or doubled.

Unlike `cleaners.rules.pinyin` these pages annotate any character, with tone or without, with brackets or without, and
leave the next occurrence bare. A page is touched only when all its readings together convince:

- Each is a reading of the character it follows, so that damaging the mended text again can give what was found; of a
  syllable drawn by chance one in sixty would be.
- They stand as only a machine sets them: behind every occurrence of some common characters; the same count of
  characters from reading to reading, across words and punctuation; written twice, 會(hui)(hui); or on characters drawn
  from the page as lots are, which falls again and again on the commonest ones (的 是 在 我) and on those that stood
  bare a line before. An author glosses the rare character, the polyphone, the new word at its first occurrence; a
  dictionary lists, and a school reader annotates everything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from cleaners.document import Document, Found, Rule
from cleaners.han import FREQUENT
from cleaners.rules.pinyin_readings import DENSEST, reads
from cleaners.rules.pinyin_table import LETTERS, is_reading, simplified_of, toneless

_HAN = "\u3400-\u9fff"
_OPENING, _CLOSING = r"[(（\[【〔]", r"[)）\]】〕]"
_READING = rf"[A-Z]?[{LETTERS}]{{1,6}}"
_WORD = re.compile(rf"[A-Z{LETTERS}]+")
_PICTURE = "[\U0001f300-\U0001faff\u2600-\u27bf][\ufe0f\U0001f3fb-\U0001f3ff]?"
_BRACKETED = re.compile(
    rf"(?<=[{_HAN}])( ?)((?:{_OPENING} ?(?:{_READING}|[A-Z]{{2,6}})[1-5]? ?{_CLOSING})+)( |{_PICTURE}|)"
)
# A digit behind a reading without brackets may be its tone.
_BARE = re.compile(rf"(?<=[{_HAN}])( ?)({_READING})(?![{LETTERS}A-Z])(?![1-5](?![0-9]))( ?)")
_SPACED = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_NOT_HAN = re.compile(rf"[^{_HAN}]+")
_RUNNING = re.compile(rf"[{_HAN}]{{5,}}")  # words in a list are shorter
_FEWEST = 10  # readings a page must have
_STUTTERS = 3
_LESSON = 16  # different characters annotated; the new words of a lesson are fewer
_MATCHING = 0.9  # share of what looks like readings that must be readings of their character
_ONE_STYLE = 0.75  # share of the readings that stand in the same brackets
# Nobody glosses these: too common, and read in one way only.
_PLAINEST = frozenset(
    "是在有我他她它们这那来到以说时就出去也你对能而下人自年里用想么些二三四五六七八九十日月天"
    "国家民工作市成全主新进法定方面本加等于从及并把被因所又最使由第各经部业动"
)
# Common characters with a second reading, which an author may well gloss: 长(cháng)短.
_POLYPHONES = frozenset(
    "的了着得地和为中长都还好大会要行发重种少数当教更没便传处背薄参差藏称冲创答担弹倒调度恶分干给供观冠号喝横划几间降角"
    "结解尽劲禁卷觉看空乐累量率落蒙难宁强切亲曲任散扫色舍盛石似提通同吐系相校血兴应与载占涨折正只转不一上过可万车期朝曾"
    "单卡柏查将石什食属术俩脉奇仇其论令炮炸识说无祭缴轧著区盖济露轴尾"
)
_COMMON = frozenset(FREQUENT[:1000]) - _POLYPHONES


@dataclass(frozen=True, slots=True)
class _Site:
    """A reading behind a character, ``before`` and ``behind`` the blanks beside it, behind it perhaps a picture."""

    start: int  # of the blank before it
    before: str
    groups: str
    behind: str

    @property
    def end(self) -> int:
        return self.start + len(self.before) + len(self.groups) + len(self.behind)


@dataclass(slots=True)
class _Share:
    """Of the characters of some sort, how many there are and how many and which carry a reading."""

    total: int = 0
    annotated: int = 0
    kinds: set[str] = field(default_factory=set)

    def add(self, char: str, carries: bool) -> None:
        self.total += 1
        if carries:
            self.annotated += 1
            self.kinds.add(char)

    def is_sample(self, sites: int, han: int, *, least: int, share: float) -> bool:
        """Whether about as many carry a reading as would if all ``sites`` were drawn from all ``han`` by lot."""
        return len(self.kinds) >= least and self.annotated * han >= share * self.total * sites


def _find(document: Document) -> Found:
    """Take out readings that stand at regular distances, stutter, or fall on characters as lots do.

    今天我(wo)们在这(zhè)里开会(huì)讨论今(jin)年 gives 今天我们在这里开会讨论今年.
    """
    text = document.text
    places: list[tuple[int, int, str]] = []
    for pattern in (_BRACKETED, _BARE):
        sites = _of_one_style(_sites(text, pattern))
        sites, proof = _proved(text, sites) if len(sites) >= _FEWEST else ([], "")
        if proof:
            evidence = f"{len(sites)} readings of the characters before them, {proof}"
            places += ((start, end, evidence) for start, end in _extents(text, sites))
    found = Found()
    for start, end, evidence in sorted(places):
        found.edits.add(start, text[start:end], "", 0.99, evidence)
    return found


def _sites(text: str, pattern: re.Pattern[str]) -> list[_Site]:
    """The readings that are readings of their character; none where too much else looks like a reading."""
    sites, others = [], 0
    for match in pattern.finditer(text):
        readings = _WORD.findall(match[2])
        if all(reads(text[match.start() - 1], reading) for reading in readings):
            sites.append(_Site(match.start(), *match.groups()))
        elif pattern is _BRACKETED:
            others += all(is_reading(reading.lower()) for reading in readings)
    return sites if len(sites) >= _MATCHING * (len(sites) + others) else []


def _of_one_style(sites: list[_Site]) -> list[_Site]:
    """Those in the brackets that most are in: a machine has one style, and the few in another are the page's own."""
    styles = Counter(site.groups[0] for site in sites)
    style, count = styles.most_common(1)[0] if styles else ("", 0)
    return [site for site in sites if site.groups[0] == style] if count >= _ONE_STYLE * len(sites) else sites


def _proved(text: str, sites: list[_Site]) -> tuple[list[_Site], str]:
    """The readings a machine set and what shows it; empty where nothing does."""
    gaps = [text[one.end : two.start] for one, two in pairwise(sites)]
    if _regular(gaps):
        return sites, "one after every so many characters, whatever the word"
    if sum(_stutters(site.groups) for site in sites) >= _STUTTERS:
        return sites, "some written twice"
    if listed := _listed(text, sites):
        return listed, "one after every occurrence of so many common characters"
    return sites, "on characters drawn as lots are" if _drawn_by_lot(text, sites, gaps) else ""


def _regular(gaps: list[str]) -> bool:
    """Whether readings come after every second to eighth Chinese character, across words.

    Not where every gap holds a break: that is a list of words of one length.
    """
    lengths = Counter(len(_NOT_HAN.sub("", gap)) for gap in gaps)
    length, count = lengths.most_common(1)[0]
    unbroken = sum(1 for gap in gaps if not _NOT_HAN.search(gap))
    return 2 <= length <= 8 and count >= 0.8 * len(gaps) and unbroken >= 0.3 * len(gaps)


def _stutters(groups: str) -> bool:
    readings = [toneless(reading) for reading in _WORD.findall(groups)]
    return len(readings) > len(set(readings))


def _listed(text: str, sites: list[_Site]) -> list[_Site]:
    """The readings behind all occurrences of a list of characters, if nobody glosses such so.

    On traditional pages `cleaners.rules.pinyin` knows which characters such lists hold; here it may be any, in any
    brackets, so they must be common ones and there must be more of them. Others carry an author's gloss.
    """
    plain, annotated = _without(text, sites)
    carried = Counter(plain[place] for place in annotated)
    always = {char for char, count in carried.items() if count >= max(2, 0.9 * plain.count(char))}
    if len(sites) > DENSEST * len(_NOT_HAN.sub("", plain)) or sum(carried[char] for char in always) < 0.9 * len(sites):
        return []
    simplified = [simplified_of().get(char, char) for char in always]
    common, plainest = (sum(char in some for char in simplified) for some in (_COMMON, _PLAINEST))
    if len(always) < _LESSON or 2 * common < len(always) or plainest < 2:
        return []
    return [site for site in sites if text[site.start - 1] in always]


def _drawn_by_lot(text: str, sites: list[_Site], gaps: list[str]) -> bool:
    """Whether the annotated characters are a sample of the page's characters, not an author's choice.

    Compared are two shares, among the annotated characters and among all: of common characters with one reading that
    have stood bare on the page before, and of the very commonest. A sample has them alike but for chance; half is
    asked for, of the very commonest, which are few, a third (tests/eval/pinyin_random_eval.py shows what these leave).
    """
    plain, annotated = _without(text, sites)
    han = len(_NOT_HAN.sub("", plain))
    adjacent = sum(1 for gap in gaps if len(_NOT_HAN.sub("", gap)) == 1)
    share = len(sites) / max(1, han)
    if share > DENSEST or adjacent > (share + 0.1) * len(sites) + len(sites) ** 0.5:
        return False
    if len({plain[place] for place in annotated}) < min(_LESSON, 0.6 * len(sites)):
        return False
    again, plainest = _tally(plain, annotated)
    return again.is_sample(len(sites), han, least=2, share=0.5) and plainest.is_sample(
        len(sites), han, least=2, share=0.35
    )


def _without(text: str, sites: list[_Site]) -> tuple[str, set[int]]:
    """The text without its readings, and where in it the annotated characters stand."""
    pieces, annotated, last, length = [], set(), 0, 0
    for site in sites:
        pieces.append(text[last : site.start])
        length += site.start - last
        annotated.add(length - 1)
        last = site.end
    return "".join((*pieces, text[last:])), annotated


def _tally(plain: str, annotated: set[int]) -> tuple[_Share, _Share]:
    """In running text: the common characters that have stood there bare before, and the very commonest."""
    bare: set[str] = set()
    again, plainest = _Share(), _Share()
    for run in _RUNNING.finditer(plain):
        for place in range(run.start(), run.end()):
            char = simplified_of().get(plain[place], plain[place])
            if char not in _COMMON:
                continue
            for share, counts in ((again, char in bare), (plainest, char in _PLAINEST)):
                if counts:
                    share.add(char, place in annotated)
            if place not in annotated:
                bare.add(char)
    return again, plainest


def _extents(text: str, sites: list[_Site]) -> Iterator[tuple[int, int]]:
    """The readings, with the blanks beside them where the page sets none between characters itself, or all have one.

    So also with the pictures behind them, where the page has hardly any others.
    """
    own = len(_SPACED.findall(text)) * 100 > len(text)
    least = (0.9 if own else 0.3) * len(sites)
    before = sum(1 for site in sites if site.before) > least
    blanks = sum(1 for site in sites if site.behind == " ")
    drawn = sum(1 for site in sites if site.behind) - blanks
    pictures = drawn >= _STUTTERS and drawn >= 0.8 * len(re.findall(_PICTURE, text))
    for site in sites:
        start = site.start if before else site.start + len(site.before)
        behind = blanks > least if site.behind == " " else pictures
        yield start, site.end if behind else site.end - len(site.behind)


def _may_be_strewn(document: Document) -> bool:
    """Whether ten pieces of a few small letters stand right behind Chinese characters."""
    if len(document.chars.intersection("aeinougAEINOUG")) < 4:
        return False
    return any(
        len(list(islice(pattern.finditer(document.text), _FEWEST))) == _FEWEST for pattern in (_BRACKETED, _BARE)
    )


PINYIN_SCATTERED = Rule(
    name="pinyin.scattered",
    version=4,
    kind="repair",
    summary="take out readings strewn over a text by machine",
    example=(
        "今天我(wo)们在这(zhè)里开会(hui)，讨论今(jīn)年的工(gōng)作安排(pai)。希望大(da)家都能(néng)发言，把(ba)意见讲(jiǎng)清楚，问(wen)题说透(tòu)。",
        "今天我们在这里开会，讨论今年的工作安排。希望大家都能发言，把意见讲清楚，问题说透。",
    ),
    find=_find,
    gate=_may_be_strewn,
)
