"""A character trigram model: how likely a character is after the two before it.

Counts are kept as sorted arrays of packed code points, so that a month of a newspaper takes 10 MB and a page of
its own is counted in a millisecond. Several sets of counts, each with a weight, make one `CharacterModel`, smoothed
as Kneser and Ney (1995) proposed: something is taken off every count and shared out by a shorter context, in which a
character counts by how many different contexts it ended, not by how often it occurred.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import takewhile
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.han import FREQUENT
from cleaners.wordgram import WordShares

_BITS = 21  # a code point
_ONE, _PAIR = (1 << _BITS) - 1, (1 << 2 * _BITS) - 1
_NEARBY = 0.05  # the share of characters that are drawn from what surrounds them
_DISCOUNT = 0.75  # taken off each count for what was not seen
_RARE = 0.1 / 21_000  # the share of a character of GBK that is not among the frequent ones
_SPACES = re.compile(r"\s+")
_WIDTH = str.maketrans(
    {ord("，"): ",", ord("！"): "!", ord("；"): ";", ord("："): ":", ord("？"): "?", ord("（"): "(", ord("）"): ")"}
    | {ord("着"): "著"}  # a traditional page has 著 for both
    | dict.fromkeys(map(ord, "「『"), "“")
    | dict.fromkeys(map(ord, "」』"), "”")
    | dict.fromkeys(map(ord, "0123456789０１２３４５６７８９"), "0")
    | dict.fromkeys([*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)], "a")
)


_Followers = tuple[NDArray[np.int64], NDArray[np.int64]]  # code points, and a count of each


def fold(text: str) -> str:
    """What the model counts: narrow punctuation, every digit ``0``, every letter ``a``, one ``\\n`` or blank for many.

    Quotation marks are curly ones; 着 is 著.

    >>> fold("到２０25年，GDP　增长")
    '到0000年,aaa 增长'
    """
    return _SPACES.sub(lambda run: "\n" if "\n" in run[0] else " ", text.translate(_WIDTH))


@dataclass(frozen=True, eq=False)
class NGrams:
    """Counts of character triples, as packed code points in ascending order; and how many characters precede each pair.

    What Kneser and Ney back off to is counted when it is first asked for: most pages never ask. ``words`` are those of
    the same text, where somebody divided it into words.
    """

    triples: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: WordShares | None = None

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every pair of characters, ascending, and how many different characters were seen before it."""
        return np.unique(self.triples & _PAIR, return_counts=True)

    @classmethod
    def of(cls, texts: Iterable[str]) -> NGrams:
        """Count texts that `fold` has prepared. Texts are joined by a line break."""
        joined = "\n\n" + "\n".join(texts) + "\n\n"
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
        return cls(*np.unique(codes[:-2] << 2 * _BITS | codes[1:-1] << _BITS | codes[2:], return_counts=True))

    def plus(self, other: NGrams) -> NGrams:
        """Both counts together."""
        triples, place = np.unique(np.concatenate((self.triples, other.triples)), return_inverse=True)
        counts = np.zeros(len(triples), dtype=np.int64)
        np.add.at(counts, place, np.concatenate((self.counts, other.counts)))
        return NGrams(triples, counts, self.words or other.words)

    def after_two(self, context: str) -> _Followers:
        """The characters that follow two others, with how often they do."""
        first, second = map(ord, context)
        return _following(self.triples, self.counts, first << _BITS | second)

    def after_one(self, context: str) -> _Followers:
        """The characters that follow another, with how many different characters precede both."""
        return _following(*self._pairs, ord(context))

    def after_any(self, _context: str = "") -> _Followers:
        """All characters, with how many different ones precede each."""
        return np.unique(self._pairs[0] & _ONE, return_counts=True)


def _following(keys: NDArray[np.int64], counts: NDArray[np.int64], first: int) -> _Followers:
    low, high = np.searchsorted(keys, (first << _BITS, (first + 1) << _BITS))
    return keys[low:high] & _ONE, counts[low:high]


@cache
def _general() -> dict[str, float]:
    """The share of the frequent characters in Chinese at large, after Zipf: all that is known without counts."""
    weights = {fold(char): 1 / (rank + 20) for rank, char in enumerate(FREQUENT)}
    total = sum(weights.values())
    return {char: 0.9 * weight / total for char, weight in weights.items()}


class _Context(NamedTuple):
    counts: dict[str, float]  # what followed, discounted, as a share of all that followed
    backoff: float  # the share left for what did not


@dataclass(slots=True, eq=False)
class CharacterModel:
    """Several counts, each multiplied by its weight, as one model. Remembers the contexts it was asked about."""

    parts: Sequence[tuple[NGrams, float]]
    nearby: Mapping[str, float] = field(default_factory=dict)
    _seen: dict[str, _Context] = field(default_factory=dict)
    _shares: dict[str, float] = field(default_factory=dict)

    def near(self, text: str) -> CharacterModel:
        """The same model where ``text`` is what surrounds the place: what was said will be said again."""
        counts = Counter(text)
        return replace(self, nearby={char: _NEARBY * count / len(text) for char, count in counts.items() if count > 1})

    def log_probability(self, context: str, char: str) -> float:
        """Natural logarithm of the probability of ``char`` after a context of two characters."""
        one, two = self._after(context[-1:]), self._after(context)
        share = one.counts.get(char, 0.0) + one.backoff * self._share(char)
        share = two.counts.get(char, 0.0) + two.backoff * share
        return log((1 - _NEARBY) * share + self.nearby.get(char, 0.0))

    def log_share(self, char: str) -> float:
        """Natural logarithm of the probability of ``char`` anywhere."""
        return log(self._share(char))

    def _share(self, char: str) -> float:
        known = self._shares.get(char)
        if known is None:
            any_ = self._after("")
            known = self._shares[char] = any_.counts.get(char, 0.0) + any_.backoff * _general().get(char, _RARE)
        return known

    def likely(self, context: str, ranked: Mapping[str, float], floor: float) -> list[tuple[float, str]]:
        """Those of ``ranked`` whose log probability after the context is above ``floor``, with that probability.

        ``ranked`` are characters with their `log_share`, the commonest first: what has not been seen in the context is
        only looked at while it is common enough.
        """
        one, two = self._after(context[-1:]), self._after(context)
        unseen = log(one.backoff * two.backoff)
        seen = (ranked.keys() & one.counts.keys()) | (ranked.keys() & self.nearby.keys())
        found = [(self.log_probability(context, char), char) for char in sorted(seen)]
        common = takewhile(lambda char: unseen + ranked[char] > floor, ranked)
        found += [(unseen + ranked[char], char) for char in common if char not in seen]
        return [(score, char) for score, char in found if score > floor]

    def _after(self, context: str) -> _Context:
        known = self._seen.get(context)
        if known is None:
            known = self._seen[context] = self._count(context)
        return known

    def _count(self, context: str) -> _Context:
        found: list[tuple[NDArray[np.int64], NDArray[Any]]] = []
        for grams, weight in self.parts:
            followers, seen = (grams.after_any, grams.after_one, grams.after_two)[len(context)](context)
            if len(followers):
                found.append((followers, weight * seen))
        if not found:
            return _Context({}, 1.0)
        if len(found) == 1:
            codes, counts = found[0]
        else:
            codes, place = np.unique(np.concatenate([followers for followers, _ in found]), return_inverse=True)
            counts = np.bincount(place, np.concatenate([seen for _, seen in found]))
        total, kept = counts.sum(), counts > _DISCOUNT
        shares = (counts[kept] - _DISCOUNT) / total
        backoff = float(np.minimum(counts, _DISCOUNT).sum() / total)
        return _Context(dict(zip(map(chr, codes[kept].tolist()), shares.tolist(), strict=True)), backoff)
