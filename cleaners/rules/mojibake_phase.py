"""Which characters of two bytes are surely paired rightly, where a reader may have dropped bytes without a mark.

Any two bytes are a character of GBK or Big5, so that behind a dropped byte all pairs are wrong up to the next byte that
can be no second one, and two dropped bytes may hide each other:

>>> "貫徹落實。".encode("gb18030").decode("cp1252", "ignore").encode("cp1252").decode("gb18030")
'貫芈鋵。'

So the bytes are read in every phase. A byte may be what is left of a character of which the reader drops the other
half; what is written must be clearly likelier than each way to pair its bytes with others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from cleaners.ngram import CharacterModel
from cleaners.rules.mojibake_codecs import HOLE, HOME_BYTES, LOSS, LOST, NEVER, Family, pair, shares
from cleaners.rules.pinyin_table import as_counted

_CLEAR = 6.0  # nats by which a character must be likelier than any other pairing of its bytes
_CLEAR_ALONE = 15.0  # the same where its neighbours need not be asked
_BEAM = 30.0  # nats by which one way must be behind another to be given up
_SOUND = -4.0  # nats for a mark that is what it seems, in the midst of what was misread
_UNSEEN = frozenset((*range(0x80, 0xA1), 0xAD))  # bytes that are no visible characters of Latin-1, and may be dropped
_RAREST = -18.0  # nats: no character is rarer
_HALF_LOST = -6.0  # nats for a character of which the reader marked a half as lost
_MARKS = frozenset((HOLE, ord("?")))  # what readers write for a byte they lost

_Step = tuple[int, str, float]  # bytes taken, the character as a model knows it, nats by itself


class _Way(NamedTuple):
    """To take a byte, alone or with the next one: each step, and in nats the best of each size by itself."""

    one: float
    two: float
    steps: list[_Step]


_Ways = Callable[[int, int], _Way]  # by a byte and the next one
Half = Callable[[int, int], float]  # nats for the character a byte is left over from, by that and the next byte
_Likely = Callable[[str, str], float]  # the natural logarithm of the probability of a character after two others


def clear(
    data: list[int],
    half: Half | None,
    codec: str,
    drop: float,
    model: CharacterModel | None,
    home: frozenset[int] = HOME_BYTES,
) -> list[int]:
    """For each of ``data``, bytes of misread text, how many are surely a character that begins there; 0 if unsure.

    ``half`` says how likely the character is of which the reader has dropped all but a byte, ``drop`` how likely such a
    reader is, in nats; None where losses are marked. ``home`` holds the bytes that may be marks of the text's own.
    """
    sizes = _clear(data, _known_ways(half, codec, drop, home), model)
    if any(
        sizes[at] == 1 and min(data[at - 1 : at + 2]) >= 0x80 and data[at] not in home for at in range(1, len(data) - 1)
    ):
        # What was surely dropped once is so everywhere.
        sizes = _clear(data, _known_ways(half, codec, 0.0, home), model)
    return sizes


def _clear(data: list[int], ways: _Ways, model: CharacterModel | None) -> list[int]:
    return [size for line in _lines(data) for size in _of_line(line, ways, model)]


def _lines(data: list[int]) -> Iterator[list[int]]:
    """``data``, cut behind each line end, which is no second byte."""
    ends = [at + 1 for at, byte in enumerate(data) if byte == 0x0A]
    return (data[start:end] for start, end in pairwise((0, *ends, len(data))))


def _of_line(data: list[int], ways: _Ways, model: CharacterModel | None) -> list[int]:
    """`clear` for a line. Characters are weighed with their neighbours only where by themselves they leave doubt."""
    best = _by_shares(data, ways)
    if model and sum(_sure(best, _CLEAR_ALONE)) < len(data):
        best = _by_model(data, ways, model)
    return _sure(best, _CLEAR)


def _sure(best: list[tuple[float, float]], margin: float) -> list[int]:
    """`clear`, from the best ways that take one byte and two at each place."""
    return [
        (max(one, two) - max(min(one, two), other) > margin) * (2 if two > one else 1)
        for (_, other), (one, two) in pairwise([(NEVER, NEVER), *best])
    ]


def _by_shares(data: list[int], ways: _Ways) -> list[tuple[float, float]]:
    """The best way that takes one byte at each place, and the best that takes two; each character by itself."""
    nats = [ways(*both)[:2] for both in pairwise([*data, 0])]
    forward = [0.0] + [NEVER] * (len(data) + 1)
    for at, (one, two) in enumerate(nats):
        forward[at + 1] = max(forward[at + 1], forward[at] + one)
        forward[at + 2] = forward[at] + two
    behind = [NEVER] * len(data) + [0.0, NEVER]
    for at in range(len(data) - 1, -1, -1):
        one, two = nats[at]
        behind[at] = max(one + behind[at + 1], two + behind[at + 2])
    return [
        (forward[at] + one + behind[at + 1], forward[at] + two + behind[at + 2]) for at, (one, two) in enumerate(nats)
    ]


def _by_model(data: list[int], ways: _Ways, model: CharacterModel) -> list[tuple[float, float]]:
    """`_by_shares`, each character after the two before it."""
    likely = _likely(model)
    forward: list[dict[str, float]] = [{} for _ in range(len(data) + 2)]
    taken: list[list[tuple[str, str, int, float]]] = []
    forward[0]["\n\n"] = 0.0
    for at, both in enumerate(pairwise([*data, 0])):
        here, arcs = forward[at], list[tuple[str, str, int, float]]()
        floor = max(here.values(), default=0.0) - _BEAM
        for tail, so_far in here.items():
            if so_far < floor:
                continue
            for size, name, nats in ways(*both).steps:
                cost = nats if name == LOST else nats + likely(tail, name)
                then = (tail + name)[-2:]
                arcs.append((tail, then, size, cost))
                forward[at + size][then] = max(forward[at + size].get(then, NEVER), so_far + cost)
        taken.append(arcs)
    return _best(forward, taken)


def _best(forward: list[dict[str, float]], taken: list[list[tuple[str, str, int, float]]]) -> list[tuple[float, float]]:
    """`_by_model`, from the best ways to each place and the steps on from there."""
    behind: list[dict[str, float]] = [{} for _ in forward]
    behind[-2] = dict.fromkeys(forward[-2], 0.0)
    best: list[tuple[float, float]] = []
    for at in range(len(taken) - 1, -1, -1):
        found = [NEVER] * 3
        for tail, then, step, cost in taken[at]:
            rest = behind[at + step].get(then, NEVER) + cost
            behind[at][tail] = max(behind[at].get(tail, NEVER), rest)
            found[step] = max(found[step], forward[at][tail] + rest)
        best.append((found[1], found[2]))
    return best[::-1]


@lru_cache(8)
def _known_ways(half: Half | None, codec: str, drop: float, home: frozenset[int]) -> _Ways:
    """The ways to take each byte, remembered as they are met."""

    @cache
    def ways(byte: int, following: int) -> _Way:
        steps = list(_steps(byte, following, half, codec, drop))
        if byte in home:
            steps.append((1, as_counted(bytes((byte,)).decode("cp1252")), _SOUND))
        best = [NEVER] * 3
        for size, name, nats in steps:
            best[size] = max(best[size], nats if name == LOST else nats + max(shares()[name], _RAREST))
        return _Way(best[1], best[2], steps)

    return ways


def _steps(byte: int, following: int, half: Half | None, codec: str, drop: float) -> Iterator[_Step]:
    """The ways to take a byte, alone or with the next one."""
    if byte == HOLE:
        yield 1, LOST, LOSS
    elif byte < 0x80:
        yield 1, as_counted(chr(byte)), 0.0
    if byte >= 0x80 and half:
        yield 1, LOST, half(byte, following) + drop
    if {byte, following} & _MARKS and (byte >= 0x80 or byte in _MARKS) and (following >= 0x40 or following in _MARKS):
        yield 2, LOST, _HALF_LOST if HOLE in (byte, following) else LOSS
    elif byte >= 0x80 and following >= 0x40 and (char := pair(byte, following, codec)):
        yield 2, as_counted(char), 0.0


def of_single_bytes(data: list[int], codec: str) -> Half | None:
    """For `clear`, where each byte was read by itself: what the page shows was not dropped."""
    return None if HOLE in data else _of_dropped(_UNSEEN.difference(data), codec)


@lru_cache(8)
def _of_dropped(dropped: frozenset[int], codec: str) -> Half:
    """`of_single_bytes`, by the bytes that may be dropped."""
    usual = "big5" if codec == "big5hkscs" else codec  # what Hong Kong added is simplified forms and rare characters

    @cache
    def half(byte: int) -> float:
        return _likeliest(pair(*both, usual) for other in dropped for both in ((byte, other), (other, byte)))

    return lambda byte, _: half(byte)


@cache
def of_pairs(family: Family) -> Half:
    """For `clear`, where two bytes were read as one character: a byte that makes none with the next one is dropped."""

    def half(byte: int, following: int) -> float:
        others = range(0x40, 0xFF)
        behind = (pair(byte, other, family.true) for other in others if not pair(other, following, family.read))
        before = (pair(other, byte, family.true) for other in others if not pair(other, byte, family.read))
        return _likeliest(chain(behind, before))

    return half


def _likeliest(chars: Iterator[str]) -> float:
    return max((shares()[char] for char in chars if char), default=_RAREST)


def _likely(model: CharacterModel) -> _Likely:
    """The model, as far as it tells apart what is rare."""
    ask = model.log_probability

    @cache
    def likely(tail: str, char: str) -> float:
        return max(ask(tail, char), _RAREST)

    return likely
