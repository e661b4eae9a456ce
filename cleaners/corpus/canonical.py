"""The canonical key: what two copies of one text have in common, for comparing only and never for storing.

Script, width, letter case, whitespace, punctuation, masks and injected readings are folded away. Figures stay,
with the point between them, so that 3.5% and 35% remain two facts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.script import characters

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int64]

_BMP = 0x10000
_POINT = ord(".")
_MASKS = "xX某"
"""Letters that stand for something withheld (20xx, XX市, 某某); the other masks are punctuation or symbols."""
_READING = frozenset(map(ord, "abcdefghijklmnopqrstuvwxyzāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü"))
_LONGEST_READING = 7  # chuáng and shuāng have six letters; one more for a stray tone mark


class Keys(NamedTuple):
    """Keys of several texts, end to end: text ``i`` has ``codes[offsets[i]:offsets[i + 1]]``.

    ``kept`` says where each code stood in the texts laid end to end, a line feed between them; there text ``i`` begins
    at ``starts[i]``.
    """

    codes: Codes
    offsets: Offsets
    kept: Offsets
    starts: Offsets

    @property
    def positions(self) -> Offsets:
        """Where in its text each code stood."""
        return self.kept - np.repeat(self.starts, np.diff(self.offsets))


def keys(texts: Sequence[str]) -> Keys:
    """The canonical keys of ``texts``, as folded code points.

    >>> text = "20xx年，優(yōu)先發展，占 3.5％。"
    >>> "".join(map(chr, keys([text]).codes))
    '20年优先发展占3.5'
    """
    # A line feed between texts keeps the look at neighbouring characters inside one text.
    raw = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = _fold(raw)
    _drop_loose_points(raw, folded)
    _drop_readings(raw, folded)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.cumsum(lengths + 1) - (lengths + 1)
    kept = np.flatnonzero(folded != 0)  # looking for what is true is twice as fast as for what is not 0
    offsets = np.append(np.searchsorted(kept, starts), len(kept)).astype(np.int64)
    return Keys(folded.take(kept), offsets, kept, starts)


def _fold(raw: Codes) -> Codes:
    """Look every code point up; those beyond the first plane stand for themselves."""
    table = _table()
    if len(raw) and int(raw.max()) >= _BMP:
        return np.where(raw < _BMP, _fold(np.minimum(raw, _BMP - 1)), raw)
    folded = table.take(raw)
    unmet = raw[folded == _UNMET]
    if not len(unmet):
        return folded
    unmet = np.unique(unmet)
    table[unmet] = [_fold_one(chr(code)) for code in unmet.tolist()]
    table[unmet] = _fold(table[unmet])  # what a full-width ｘ or a compatibility ideograph folds to is folded, too
    return table.take(raw)


def _drop_loose_points(raw: Codes, folded: Codes) -> None:
    """Keep a full stop only between two digits."""
    places = np.flatnonzero(folded == _POINT)
    if not len(places):
        return
    left, right = folded[np.maximum(places - 1, 0)], folded[np.minimum(places + 1, len(raw) - 1)]
    folded[places[~(_is_digit(left) & _is_digit(right))]] = 0


def _drop_readings(raw: Codes, folded: Codes) -> None:
    """Drop what a scraper put behind a Han character: the reading in brackets."""
    opening = np.flatnonzero(raw[1:-1] == ord("(")) + 1
    opening = opening[(folded[opening - 1] >= 0x3400) & (folded[opening + 1] >= ord("a"))]
    for start in opening.tolist():
        inside = raw[start + 1 : start + 2 + _LONGEST_READING].tolist()
        length = next((i for i, code in enumerate(inside) if code not in _READING), len(inside))
        if 0 < length < len(inside) and inside[length] == ord(")"):
            folded[start + 1 : start + 1 + length] = 0


def _is_digit(codes: Codes) -> NDArray[np.bool_]:
    return (codes >= ord("0")) & (codes <= ord("9"))


_THEMSELVES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3))  # Han and Hangul have neither width nor case
_UNMET = 0xFFFFFFFF  # of the others a text has few, and each is folded when one first has it


@cache
def _table() -> Codes:
    """The folded code point of each code point of the first plane, 0 for those that are dropped."""
    table = np.full(_BMP, _UNMET, dtype=np.uint32)
    table[0xD800:0xF900] = table[0] = 0  # halves of pairs, private use; what is dropped stays so
    for first, last in _THEMSELVES:
        table[first : last + 1] = np.arange(first, last + 1)
    forms, simple = _simpler()
    table[forms] = table[simple]
    table[_POINT] = table[ord("．")] = _POINT
    for char in _MASKS:
        table[ord(char)] = 0
    return np.where(table < _BMP, table[np.minimum(table, _BMP - 1)], table)


def _fold_one(char: str) -> int:
    """Width and case of one character folded; 0 for all that is neither letter nor digit."""
    plain = unicodedata.normalize("NFKC", char).lower()
    char = plain if len(plain) == 1 else char
    return ord(char) if unicodedata.category(char)[0] in "LN" else 0


def _simpler() -> tuple[Codes, Codes]:
    """OpenCC's one-to-one tables from traditional, Taiwan, Hong Kong and Japanese forms to simplified ones."""
    simplified = dict(_pairs("TSCharacters"))
    for name in ("TWVariantsRev", "HKVariantsRev"):
        for variant, standard in _pairs(name):
            simplified.setdefault(variant, simplified.get(standard, standard))
    for standard, variant in _pairs("JPVariants"):
        simplified.setdefault(variant, simplified.get(standard, standard))
    return np.array([*simplified], dtype=np.uint32), np.array([*simplified.values()], dtype=np.uint32)


def _pairs(name: str) -> Iterator[tuple[int, int]]:
    """The code points of the first plane in one of OpenCC's dictionaries, each with its first reading."""
    forms, readings = characters(name)
    fit = np.maximum(forms, readings) < _BMP
    return zip(forms[fit].tolist(), readings[fit].tolist(), strict=True)
