"""Readings strewn over a text to make copies differ: after every third character, or doubled at random places.

Unlike `cleaners.rules.pinyin` these pages annotate any character, sometimes without tone, and leave the next
occurrence bare. What gives them away is the regularity (the same count of characters from reading to reading, across
words and punctuation) or the stutter 會(hui)(hui), neither of which a person writes.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from cleaners.document import Document, Found, Rule
from cleaners.rules.pinyin import has_readings
from cleaners.rules.pinyin_table import LETTERS, SYLLABLES, is_reading, toneless

_GROUPS = re.compile(rf"(?<=[\u3400-\u9fff])(?:[(（][{LETTERS}]{{1,6}}[)）])+")
_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_FEWEST = 10  # readings a page must have
_STUTTERS = 3
_WORD = re.compile(rf"[{LETTERS}]+")


def _find(document: Document) -> Found:
    """Take out readings that stand at regular distances or stutter.

    今天我(wo)们在这(zhè)里开会(huì)讨论今(jin)年 gives 今天我们在这里开会讨论今年.
    """
    found = Found()
    text = document.text
    matches = [match for match in _GROUPS.finditer(text) if all(map(is_reading, _WORD.findall(match[0])))]
    if len(matches) < _FEWEST:
        return found
    gaps = [text[one.end() : two.start()] for one, two in pairwise(matches)]
    if _regular(gaps):
        evidence = "a reading after every so many characters, whatever the word"
    elif sum(_stutters(match[0]) for match in matches) >= _STUTTERS:
        evidence = "readings written twice behind the same character"
    else:
        return found
    for match in matches:
        found.edits.add(match.start(), match[0], "", 0.99, evidence)
    return found


def _regular(gaps: list[str]) -> bool:
    """Whether readings come after every third to sixth Chinese character, across words.

    Not where every gap holds a break: that is a list of words of one length.
    """
    lengths = Counter(len(_NOT_HAN.sub("", gap)) for gap in gaps)
    length, count = lengths.most_common(1)[0]
    unbroken = sum(1 for gap in gaps if not _NOT_HAN.search(gap))
    return 3 <= length <= 6 and count >= 0.8 * len(gaps) and unbroken >= 0.3 * len(gaps)


def _stutters(groups: str) -> bool:
    readings = [toneless(reading) for reading in _WORD.findall(groups)]
    return len(readings) > len(set(readings))


def is_all_pinyin(text: str) -> bool:
    """Whether a text is nothing but pinyin, with spaces or without: there is no way back to characters.

    At least 200 letters, hardly any Chinese character, nine tenths of the letters in words that split into
    syllables, and the initials q, x and zh, which other romanised languages lack.

    >>> is_all_pinyin("zhongguoteseshehuizhuyi jinruxinshidai " * 8)
    True
    >>> is_all_pinyin("the quick brown fox jumps over the lazy dog " * 8)
    False
    """
    words = _WORD.findall(text[:20_000].lower())
    letters = sum(map(len, words))
    han = len(_NOT_HAN.sub("", text[:20_000]))
    if letters < 200 or han > 0.05 * letters:
        return False
    plain = [toneless(word) for word in words]
    telling = sum(word.count("q") + word.count("x") + word.count("zh") for word in plain)
    return telling >= 0.02 * letters and sum(len(word) for word in plain if _splits(word)) >= 0.9 * letters


def _splits(word: str) -> bool:
    """Whether a word is a sequence of syllables; linear, since a syllable has six letters at most."""
    reached = [True] + [False] * len(word)
    for end in range(1, len(word) + 1):
        reached[end] = any(reached[start] and word[start:end] in SYLLABLES for start in range(max(0, end - 6), end))
    return reached[-1]


PINYIN_SCATTERED = Rule(
    name="pinyin.scattered",
    version=1,
    kind="repair",
    summary="take out readings strewn at regular distances or written twice",
    example=(
        "今天我(wo)们在这(zhè)里开会(hui)，讨论今(jīn)年的工(gōng)作安排(pai)。希望大(da)家都能(néng)发言，把(ba)意见讲(jiǎng)清楚，问(wen)题说透(tòu)。",
        "今天我们在这里开会，讨论今年的工作安排。希望大家都能发言，把意见讲清楚，问题说透。",
    ),
    find=_find,
    gate=has_readings,
)
