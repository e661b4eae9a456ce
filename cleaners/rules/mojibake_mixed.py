"""GBK met by a reader that takes what happens to be UTF-8 as such, and every other byte as Latin-1.

The forward model is exact. D1 B9, half of 液压 in GBK, is a letter of two bytes in UTF-8:

>>> misread("液压系统".encode("gb18030"))
'Һѹϵͳ'
>>> misread("提供服务".encode("gb18030"))
'Ìṩ·þÎñ'

The way back is not: · may be the byte B7 alone, or C2 B7, which is its UTF-8 and the GBK of 路. So each character has
one or two sources, and a character of the true text may begin in one and end in the next. The likeliest text is found
by dynamic programming over the characters, where a state is the first byte that still waits for its second.
Where two ways meet again and neither is clearly the likelier, what they wrote since they parted is not believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from cleaners.ngram import CharacterModel, fold
from cleaners.rules.mojibake_codecs import HALVES, LOST, NEVER, Family, pair, shares, sloppy

_SWITCH = (8.0, 4.0, 1.0)  # nats for a change in the midst of words, beside ASCII, at a line end
_HALF = 12.0  # nats for a border beside what may be half a character
_DROPPED = -3.0  # nats for a soft hyphen, AD, that was dropped: it is the second byte of 经 and 辑
_FOREIGN = -12.0  # nats for a letter or sign that is no Han and no punctuation
_CUT = -14.0  # nats for a byte whose second is lost
_CLEAR = 6.0  # nats by which one way must be likelier than another
_CLEAR_BY_MODEL = 3.0  # the same where trigrams are asked
_RAREST = -16.0  # nats: no character is rarer
_SOFT_HYPHEN = "\xad"
_BYTES = {0xDC80 + byte: chr(0x80 + byte) for byte in range(0x80)}
_LATIN = {ord(char): chr(byte) for char, byte in sloppy().items() if ord(char) > 0xFF}
_BEAM = 20.0  # nats behind the best way to a place after which a way is given up
_CLEAN = (-1, b"", "")  # the state of text that is what it seems

# The byte that waits, 0 for none; single bytes before it that begin a character of UTF-8, which this reader would have
# taken as such, so that the next may not complete it; what was written last, as far as a model looks back.
State = tuple[int, bytes, str]


class Step(NamedTuple):
    """The best way to a state: its score, the state before, what it wrote; the second best way to the same."""

    score: float
    before: State
    written: str
    rival: float = NEVER
    rival_before: State = _CLEAN


class Run(NamedTuple):
    """A misread run ``[start, end)``: what each of its characters wrote, and whether no byte waits behind it."""

    start: int
    end: int
    written: list[str]
    whole: list[bool]
    gain: float


def misread(data: bytes) -> str:
    """``data`` as this reader takes it; bytes 80 to 9F that are no UTF-8 become C1 controls."""
    return data.decode("utf-8", "surrogateescape").translate(_BYTES)


def gives(true: str, codec: str, found: str) -> bool:
    """Whether ``true`` in ``codec`` is read as ``found``, but for soft hyphens and 10 characters at each U+FFFD.

    Single bytes may have been read as Latin-1 or as Windows-1252.
    """
    found = _shown(found)
    at = slack = 0
    parts = true.split(LOST)
    for number, part in enumerate(parts):
        try:
            shown = _shown(misread(part.encode(codec)))
        except UnicodeEncodeError:
            return False
        # Up to three bytes at the edge of what is lost may be UTF-8 together with one that is.
        shown = shown[3 * (number > 0) : max(len(shown) - 3 * (number + 1 < len(parts)), 0)]
        begin = found.find(shown, at, at + min(slack, _MOST_LOST) + len(shown))
        if begin < 0:
            return False
        at, slack = begin + len(shown), _SLACK if shown else slack + _SLACK
    return len(found) - at <= slack - _SLACK


_SLACK = 10
_MOST_LOST = 64  # characters that neighbouring U+FFFD may stand for; keeps the proof linear


def _shown(text: str) -> str:
    """``text`` with one character for each single byte, and without what is often dropped because nobody sees it."""
    return text.translate(_LATIN).replace(_SOFT_HYPHEN, "")


def runs(text: str, family: Family, alien: float, model: CharacterModel | None = None) -> Iterator[Run]:
    """The misread runs of ``text``, the last one first; ``alien`` nats weigh against western letters as they seem."""
    steps = _fill(text, family.true, alien, model)
    at = len(text)
    state = max((state for state in steps[at] if state[0] <= 0), key=lambda key: steps[at][key].score)
    while at:
        if state == _CLEAN:
            state = steps[at][state].before
            at -= 1
            continue
        end, states, last = at, [state], steps[at][state].score
        while state != _CLEAN:
            state = steps[at][state].before
            states.append(state)
            at -= 1
        states.reverse()
        gain = last - steps[at][_CLEAN].score - _seen(text[at:end])
        written = _believed(steps[at : end + 1], states, _CLEAR_BY_MODEL if model else _CLEAR)
        yield Run(at, end, written, [state[0] == 0 for state in states[1:]], gain)


def _seen(text: str) -> float:
    return sum(shares()[char] for char in text if char >= "\x80")


def _believed(steps: list[dict[State, Step]], states: list[State], clear: float) -> list[str]:
    """What each step of a run wrote, with U+FFFD where two ways meet again and neither is clearly the likelier."""
    written = [steps[at][state].written for at, state in enumerate(states[1:], 1)]
    for at, state in enumerate(states[1:], 1):
        step = steps[at][state]
        if step.score - step.rival >= clear:
            continue
        rival, begin = step.rival_before, at - 1
        while begin and rival not in (_CLEAN, states[begin]):
            rival, begin = steps[begin][rival].before, begin - 1
        if begin == 0 or rival != _CLEAN:  # where the run begins is no question of what it says
            written[begin:at] = [LOST * len(part) for part in written[begin:at]]
    return written


def _fill(text: str, codec: str, alien: float, model: CharacterModel | None) -> list[dict[State, Step]]:
    """For each place between characters, the best way to each state. Linear: few bytes can wait at one place."""
    table, drops, likely = shares(), _SOFT_HYPHEN not in text, _likely(model)
    reach = 2 if model else 0
    steps: list[dict[State, Step]] = [{_CLEAN: Step(0.0, _CLEAN, "")}]
    for last, char in pairwise("\n" + text):
        here = steps[-1]
        border = _SWITCH[2 if "\n" in (char, last) else 1 if char < "\x80" or last < "\x80" else 0]
        seen = 0.0 if char < "\x80" else table[char] - (alien if char in HALVES else 0.0)
        there = {_CLEAN: Step(here[_CLEAN].score + seen, _CLEAN, "")}
        steps.append(there)
        leave = seen - border - (_HALF if char in HALVES else 0.0)
        enter = here[_CLEAN].score - border - (_HALF if last in HALVES else 0.0)
        if char == "\n" or (char < "\x80" and last != "\n"):
            enter = NEVER  # as good behind it
        floor = max(step.score for step in here.values()) - _BEAM
        for state, step in here.items():
            base = enter if state == _CLEAN else step.score
            if base < floor:
                continue
            if state[0] == 0:
                _reach(there, _CLEAN, step.score + leave, state, "")
            for waits, begun, written, score in _ways(max(state[0], 0), state[1], char, codec, drops):
                tail = state[2]
                for new in written:
                    score += likely(tail, new)
                    tail = (tail + new)[-reach:] if reach else ""
                _reach(there, (waits, begun, tail), base + score, state, written)
    return steps


def _reach(there: dict[State, Step], state: State, score: float, before: State, written: str) -> None:
    """Note a way to a state, as the best or the second."""
    known = there.get(state)
    if known is None:
        there[state] = Step(score, before, written)
    elif score > known.score:
        there[state] = Step(score, before, written, known.score, known.before)
    elif score > known.rival:
        there[state] = known._replace(rival=score, rival_before=before)


def _likely(model: CharacterModel | None) -> Callable[[str, str], float]:
    """How likely a character of the true text is after what was written before it."""
    if model is None:
        return lambda _, char: _share(char)
    ask, known = model.log_probability, dict[tuple[str, str], float]()

    def likely(tail: str, char: str) -> float:
        if char == LOST or char < "\x80":
            return 0.0
        asked = (tail, char)
        score = known.get(asked)
        if score is None:
            score = known[asked] = max(ask(fold(tail), fold(char)), _RAREST)
        return score

    return likely


def _share(char: str) -> float:
    """The share of a character of the true text, where one byte more or less would make ÷ or Ｂ of any other."""
    if char == LOST or char < "\x80":
        return 0.0
    if "\uff21" <= char <= "\uff5a" or ("\x80" <= char < "\u3000" and char not in "“”‘’—·"):
        return _FOREIGN
    return shares()[char]


@cache
def _ways(waits: int, begun: bytes, char: str, codec: str, drops: bool) -> tuple[tuple[int, bytes, str, float], ...]:
    """The ways to take a character where a byte waits and UTF-8 has begun: both after it, what was written, nats."""
    ways: list[tuple[int, bytes, str, float]] = []
    for source in _sources(char):
        after = _begun(begun, source)
        if after is not None:
            ways += [(behind, after, written, 0.0) for behind, written in _spelled(waits, source, codec)]
            if waits:
                ways += [(behind, after, LOST + written, _CUT) for behind, written in _spelled(0, source, codec)]
        if waits and drops and (hyphen := _begun(begun, b"\xad")) is not None:
            after = _begun(hyphen, source)
            if after is not None:
                spelled = _spelled(waits, b"\xad" + source, codec)
                ways += [(behind, after, written, _DROPPED) for behind, written in spelled]
    return tuple(ways)


def _begun(begun: bytes, source: bytes) -> bytes | None:
    """What of UTF-8 has begun behind ``source``; None where the reader would have taken it as a character."""
    if len(source) > 1 or source < b"\x80":
        return b""
    for bytes_ in (begun + source, source):
        try:
            bytes_.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                return bytes_
        else:
            return None
    return b""


@cache
def _sources(char: str) -> tuple[bytes, ...]:
    """The bytes a character may have been: the one it is in Latin-1, those of its UTF-8."""
    single = sloppy().get(char)
    several = char.encode("utf-8", "ignore")
    return tuple({several} - {b""} | (set() if single is None else {bytes((single,))}))


def _spelled(waits: int, source: bytes, codec: str) -> Iterator[tuple[int, str]]:
    """What waits behind ``source`` and what it completes, where that can be."""
    written = ""
    for byte in source:
        if waits:
            char = pair(waits, byte, codec)
            if not char:
                return
            written, waits = written + char, 0
        elif byte < 0x80:
            written += chr(byte)
        else:
            waits = byte
    yield waits, written
