"""Words a site strewed over its texts, an advertiser's or a meaningless one: 拼成近似的平行二手叉车价格四边形.

What a text is about returns in it, too, but between words. What was strewn stands inside of them: the characters on
both sides of it belong together, as the prior knows, and each time they are others. Without a prior nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Document, Found, Rule, Units, once
from cleaners.han import FREQUENT
from cleaners.ngram import CharacterModel, NGrams, fold

_SEED, _FEWEST = 4, 6  # characters of the shortest word of frequent ones; how often a word returns at least
_LONGEST = 24  # code points of a word
_INSIDE, _OTHERS = 0.8, 0.75  # shares: of the places between Han, of different characters on either side
# So closely bound are a third of all pairs of a page, and one in ninety of those around what returns by itself
# (measured on our originals and a month of a newspaper).
_BOUND = 2.5  # nats by which the first of a pair makes the second likelier
_PROVED, _SHARE = 3, 0.2  # places inside words: so many, and so many of all
_FACTOR = np.uint16(30011)  # odd: rows of four fall far apart


def _find_stuffed(document: Document) -> Found:
    """Take out the words strewn into others; nothing where the machine has no prior."""
    found, text = Found(), document.text
    if document.prior is None:
        return found
    model = _model(document.prior)
    taken: list[tuple[int, int]] = []
    for word, places in _returning(text, _seeds(document).items()):
        if _is_strewn(model, text, word, places):
            taken += ((place, place + len(word)) for place in places)
    reached = 0
    for start, end in sorted(taken):
        if start >= reached:
            found.edits.add(start, text[start:end], "", 0.9, "stands inside words, and each time inside others")
            reached = end
    return found


@lru_cache(maxsize=1)
def _model(prior: NGrams) -> CharacterModel:
    return CharacterModel([(prior, 1.0)])


@cache
def _rare() -> NDArray[np.bool_]:
    """Which code units are Han that are not among the frequent ones."""
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[0x3400:0xA000] = True
    table[[ord(char) for char in FREQUENT]] = False
    return table


@once
def _seeds(document: Document) -> dict[str, list[int]]:
    """What returns often and each time behind another character, and where: rows of four Han, and rare characters."""
    units, text = document.units, document.text
    if document.prior is None or len(units) < _SEED * _FEWEST:
        return {}
    found: dict[str, list[int]] = {}
    for place in np.flatnonzero(_rare()[units]).tolist():
        found.setdefault(text[place], []).append(place)
    for place in _repeated(document.pairs[:-2] * _FACTOR + document.pairs[2:]):
        found.setdefault(text[place : place + _SEED], []).append(place)
    return {
        word: places
        for word, places in found.items()
        if len(places) >= _FEWEST and all(map(_is_han, word)) and _varies([text[at - 1 : at] for at in places])
    }


def _repeated(keys: Units) -> list[int]:
    """The places of keys that occur as often as a strewn word at least, and of others that fall together with them."""
    few = keys >> 4
    often = np.bincount(few, minlength=1 << 12) >= _FEWEST
    return [int(place) for place in np.flatnonzero(often[few])] if often.any() else []


def _varies(side: list[str]) -> bool:
    """Whether what stands on one side of a word is Han, and others each time."""
    han = [char for char in side if _is_han(char)]
    return len(han) >= _INSIDE * len(side) and len(set(han)) >= _OTHERS * len(han)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _returning(text: str, seeds: Iterable[tuple[str, list[int]]]) -> Iterator[tuple[str, list[int]]]:
    """The words the seeds are part of: as long as what stands around them is the same everywhere."""
    covered: set[int] = set()
    for seed, places in seeds:
        if places[0] in covered:
            continue
        before = _alike([text[max(0, place - _LONGEST) : place][::-1] for place in places])
        behind = _alike([text[place + len(seed) : place + len(seed) + _LONGEST] for place in places])
        word = before[::-1] + seed + behind
        covered.update(at for place in places for at in range(place - len(before), place + len(seed) + len(behind)))
        if 1 < len(word) <= _LONGEST and "\n" not in word:
            yield word, [place - len(before) for place in places]


def _alike(texts: list[str]) -> str:
    """How all of these begin.

    >>> _alike(["价格", "价目"])
    '价'
    """
    first, last = min(texts), max(texts)
    size = 0
    while size < min(len(first), len(last)) and first[size] == last[size]:
        size += 1
    return first[:size]


def _is_strewn(model: CharacterModel, text: str, word: str, places: list[int]) -> bool:
    """Whether a word stands inside others, which are others each time."""
    before = [text[place - 1 : place] for place in places]
    behind = [text[place + len(word) : place + len(word) + 1] for place in places]
    if not _varies(before) or not _varies(behind):
        return False
    pairs = [fold(one + other) for one, other in zip(before, behind, strict=True) if _is_han(one) and _is_han(other)]
    return sum(_is_bound(model, pair) for pair in pairs) >= max(_PROVED, _SHARE * len(places))


def _is_bound(model: CharacterModel, pair: str) -> bool:
    """Whether a character makes the next one much likelier, as in words: 计算, not 的算."""
    return model.log_probability(pair[0], pair[1]) - model.log_share(pair[1]) >= _BOUND


_CLEAN = "今年渠道修通，水库蓄满，农田灌溉有了保障。村民商量办法，定下规矩，账目公开，老人孩子都满意。"
_STREWN = re.sub("(?=[道库田民矩目])", "水泵批发", _CLEAN)
EXAMPLE_PRIOR = NGrams.of([fold(_CLEAN)] * 4)

STUFFED = Rule(
    name="splice.stuffed_words",
    version=1,
    kind="remove",
    summary="Removes words a site strewed into other words, where the machine has a prior.",
    example=(_STREWN, _CLEAN),
    find=_find_stuffed,
    gate=lambda document: bool(_seeds(document)),
)
