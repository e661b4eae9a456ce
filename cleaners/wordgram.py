"""A word model: how likely a text is, read as words that each follow another.

Trigrams of characters (`cleaners.ngram`) do not see that a character begins no word that the next ones end; a lexicon
and a newspaper that somebody divided into words do. Shares are kept as sorted arrays under hashes of the words, so that
some 900,000 of them take 15 MB and nothing is read that no page asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import log

import numpy as np
from numpy.typing import NDArray

BREAK = "\n"  # the word that begins and ends each line
_AND = "\t"  # between two words of a key; `fold` leaves none in a text
_DISCOUNT = 0.8  # taken off each count for what was not seen
_LEXICON = 0.15  # the share of words that are drawn from the lexicon alone
_UNKNOWN = 1e-4 / 12  # the share of a character that is no word anywhere
_LONGEST = 6  # characters of a word


@dataclass(frozen=True, eq=False)
class WordShares:
    """Shares of words, of pairs of words, and of what is left for pairs not seen; by ascending keys (`_key`)."""

    keys: NDArray[np.uint64]
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, lines: Iterable[Sequence[str]], lexicon: Mapping[str, float]) -> WordShares:
        """Count lines that are divided into words, smoothed as Kneser and Ney (1995) proposed.

        ``lexicon`` has further words with their frequencies. All words are as `cleaners.ngram.fold` leaves them.
        """
        pairs: Counter[tuple[str, str]] = Counter()
        for line in lines:
            pairs.update(zip((BREAK, *line), (*line, BREAK), strict=True))
        firsts, followers, preceded = Counter[str](), Counter[str](), Counter[str]()
        for (first, second), count in pairs.items():
            firsts[first] += count
            followers[first] += 1
            preceded[second] += 1
        listed, seen = sum(lexicon.values()) or 1.0, len(pairs) or 1
        known = 1 - _LEXICON if lexicon else 1.0
        shares = {word: known * (count - _DISCOUNT) / seen for word, count in preceded.items()}
        for word, frequency in lexicon.items():
            if len(word) <= _LONGEST:
                shares[word] = shares.get(word, 0.0) + _LEXICON * frequency / listed
        shares |= {first + _AND: _DISCOUNT * followers[first] / count for first, count in firsts.items()}
        shares |= {
            first + _AND + second: (count - _DISCOUNT) / firsts[first] for (first, second), count in pairs.items()
        }
        keys = np.fromiter(map(_key, shares), dtype=np.uint64, count=len(shares))
        order = np.argsort(keys)
        return cls(keys[order], np.fromiter(shares.values(), dtype=np.float64, count=len(shares))[order])

    def of_key(self, key: str) -> float | None:
        """What is kept under a word, a word with what follows it open, or a pair of words."""
        wanted = np.uint64(_key(key))
        place = int(np.searchsorted(self.keys, wanted))
        return float(self.shares[place]) if place < len(self.keys) and self.keys[place] == wanted else None


def _key(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(slots=True)
class WordModel:
    """`WordShares` as a model of text. Remembers the words it was asked about."""

    shares: WordShares
    _seen: dict[str, float | None] = field(default_factory=dict)

    def log_probability(self, text: str) -> float:
        """Natural logarithm of the probability of a folded text, over all the ways to divide it into words."""
        ways: list[dict[str, float]] = [{} for _ in range(len(text) + 1)]
        ways[0][BREAK], logged = 1.0, 0.0
        for start in range(len(text)):
            high = max(ways[start].values())
            logged += log(high)
            for ahead in ways[start : start + _LONGEST]:  # what is behind is done with, what is beyond still empty
                for word in ahead:
                    ahead[word] /= high
            for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
                word = text[start:end]
                share = self._of_key(word)
                if share is None:
                    if len(word) > 1:
                        continue
                    share = _UNKNOWN
                ways[end][word] = sum(
                    so_far * self._after(before, word, share) for before, so_far in ways[start].items()
                )
        return logged + log(sum(ways[-1].values()))

    def _after(self, before: str, word: str, share: float) -> float:
        left = self._of_key(before + _AND)
        if left is None:
            return share
        return (self._of_key(before + _AND + word) or 0.0) + left * share

    def _of_key(self, key: str) -> float | None:
        if key not in self._seen:
            self._seen[key] = self.shares.of_key(key)
        return self._seen[key]
