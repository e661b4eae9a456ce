"""Every text that could have become a shifted run, searched exactly, the likeliest first.

The search reads the damaged page from a ``?`` on, or what else its decoder printed (`Dialect.sign`), and keeps, for
each way of having written the text so far, the state the decoder was in: in step, or one byte ahead, the first byte of
the next character already spent (`_State.leads`).
In that state a decoded pair is the second byte of one character and the first of the next, so most characters follow
from what is seen; the bytes that became ``?``, and pairs that vanished as private use, are open, and every
character that could have held them is tried. Hypotheses in the same state after the same two characters are merged
(Viterbi), keeping the best few, and the sum over all of them gives the probability of the best. Where the prior has
words, those that are left are read as words as well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from heapq import nlargest
from itertools import dropwhile
from math import exp, inf, log, log1p, pow
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from cleaners.ngram import CharacterModel, fold
from cleaners.rules.pinyin_forward import PHP, Dialect, decode_cp936, narrow
from cleaners.rules.pinyin_table import (
    LETTERS,
    as_counted,
    foreign_forms,
    is_simplified,
    simplified_of,
    traditional_choices,
)
from cleaners.wordgram import WordModel

_READING = re.compile(rf"([(（]?)([{LETTERS}]{{1,6}})[)）]")
_TAG_REST = re.compile(r"/?[a-zA-Z]{1,8}>|br ?/?>")
_ENTITY_REST = re.compile(r"(?:#[0-9]{2,5}|[a-zA-Z]{2,8});")
_WIDE_OF = {narrow(mark): mark for mark in "，！；：？（）"}
_KEPT = 12  # hypotheses kept per state, from which the words choose: each in some spellings
_NAMED = 4  # rivals named
LONGEST = 100  # characters of a page one run may take: shifted runs of 30 are rare
_GIVE_UP = 30.0  # hypotheses this far behind the best (natural logarithms) no longer delay the end of a run
_BEAM = 12.0  # and this far behind they are dropped
_STEP = 3.0  # what the best is sure to lose with the next character
# A chain of short contexts finds longer texts too unlikely; speech recognisers add as much for each word.
_LONGER = 1.0
# How far behind one, two and three pairs that vanished in a row may leave a hypothesis: more than `_BEAM` at first,
# since the next character may speak for it (刊 before 發); three happen once in 500 places.
_VANISHED = (15.0, 14.0, 8.0)
LOST = "\uffff"
"""Stands in a repair for a character that a lead byte swallowed and nothing tells: a digit, as a rule."""
_EATEN = f"\n{LOST} "  # what a dangling lead byte may have swallowed
# Hypotheses a search may keep, some 50,000 a second: for one run, for one page, and for each character of a page.
_RUN_BUDGET, _PAGE_BUDGET, _BUDGET = 100_000, 800_000, 150
_UNUSUAL = -6.0
_AROUND = 60  # characters on either side of a run that say what it is about
_CLOSES = {"”": "“", "』": "『", "」": "「", "’": "‘", "》": "《", "）": "（", ")": "（"}
_OPENS = {opening: opening for opening in _CLOSES.values()} | {"(": "（"}
# A quarter of the text stands between such marks, so that a closing mark there is four times as likely as anywhere.
_CLOSED, _STRAY = log(4), log(0.03)
# The share of quotations that end with a full stop, of all and by their length up to so many characters: a short one is
# a term and no sentence. Of 7,938 in the newspaper.
_STOPPED, _STOPPED_BY_LENGTH = 0.116, ((4, 0.002), (13, 0.05), (25, 0.35), (40, 0.57), (1 << 20, 0.75))
_QUOTATION = re.compile("“([^“”]*)”")
_UNCLOSED = log(0.05)  # of 4,472 lines of the newspaper with such marks, 18 end before the last is closed
_BY_CHARACTERS, _BY_WORDS = 0.8, 0.6  # the two models' say in the end, by 1,473 places in all fifths
_RIVALS, _RIVALS_UNREAD = 0.5, 0.8  # how the odds of rivals are added (`_sure`), the latter where no words are read
# What may follow anything is found too likely after what the model has not seen; by the same places.
_ANYWHERE, _TOO_LIKELY = "。—…", 1.0
_READ = 40  # hypotheses that are read as words
_WORDS_BEFORE, _WORDS_BEHIND = 12, 8  # characters around a run that its words are read with
_NUMERALS = re.compile("[0一二三四五六七八九十百千万零〇两]")
_NUMERALS_TOLD = 0.5  # what no sentence tells is which of two numbers is meant
_DEEPEST = 3  # marks open at once
_QUOTE = 150  # characters a quotation may be long
_PRONOUNS = {"他": 0.6, "她": 0.25, "它": 0.15}  # shares in text at large: what a page has, it has again
_WIDE_DIGITS = "".join(map(chr, range(0xFF10, 0xFF1A)))
_WIDE_LETTERS = "".join(map(chr, (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))))
_TWICE_MARKED = {"。": 0xA3, "?": 0xA1}
_TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
_LEADS = bytes(range(0x81, 0xFF))


class _Step(NamedTuple):
    """Characters written, and how far the page is read then; ``plain`` where the page shows just these."""

    written: str
    end: int
    plain: bool


_Way: TypeAlias = "tuple[float, _Step, _Way | None]"
"""A hypothesis: its score, its last step, and what it was before. Plain tuples: a search makes a million."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What a run may have been: ``text`` for ``[start, end)`` of the page, and how probable that is.

    Of the most probable, ``sure`` says how probable it is where many others are possible, see `_sure`.
    """

    start: int
    end: int
    text: str
    probability: float
    sure: float = 0.0


class _Closing(NamedTuple):
    ranked: dict[str, float]  # folded characters with the logarithm of their share, the commonest first
    chars: dict[str, list[str]]  # the characters that fold so


class _State(NamedTuple):
    leads: bytes  # what the first byte of the next character, already spent, may be; empty when in step
    torn: bool  # whether a reading stands between that byte and the next, so that the character got none itself
    trail: int  # the second byte of the last character when in step, else 0
    context: str  # the last two characters, as the model folds them
    opened: str  # the marks of quotation and brackets still open, the innermost last


@dataclass(slots=True)
class _Ways:
    """The best few ways into a state, and the logarithm of the sum over all of them."""

    best: Sequence[_Way]
    total: float


_Layer = dict[_State, _Ways]
_Move = tuple[str, bytes, int]  # what was written (nothing where a reading tore), lead bytes spent, how far is read


@dataclass(frozen=True, slots=True)
class Lattice:
    """The search over one page: what it annotates, what characters it may hold, how likely they are."""

    text: str
    annotated: Mapping[str, str]
    readers: Mapping[str, Sequence[str]]  # the annotated characters by their reading
    model: CharacterModel
    words: WordModel | None
    forms: Mapping[str, float]  # see `page_forms`
    dialect: Dialect = PHP
    _fits: dict[tuple[bytes, int, bool], list[str]] = field(default_factory=dict)
    _closings: dict[tuple[bytes, bytes, bool], _Closing] = field(default_factory=dict)
    _gains: dict[tuple[str, str, str], tuple[float, str, str]] = field(default_factory=dict)
    _spent: list[int] = field(default_factory=lambda: [0])  # hypotheses formed on this page so far

    @property
    def _showing(self) -> frozenset[str]:
        return frozenset((*self.annotated, *self.dialect.marked))

    def near(self, place: int) -> Lattice:
        """The same search for ``place``: a model that knows what stands around it."""
        around = self.text[max(0, place - _AROUND) : place] + self.text[place + 8 : place + _AROUND]
        folded = "".join(_folded(char) for char in around if "\u3400" <= char <= "\u9fff")
        return replace(self, model=self.model.near(folded), _gains={})

    @property
    def exhausted(self) -> bool:
        """Whether the page's budget is spent: then nothing more is found."""
        return self._spent[0] >= self._page_budget

    @property
    def _page_budget(self) -> int:
        return min(_RUN_BUDGET + _BUDGET * len(self.text), _PAGE_BUDGET)

    def repairs(self, start: int, before: str) -> list[Repair]:
        """What the run that begins with the sign at ``start`` may have been, the likeliest first.

        ``before`` is what was written before it, at least one character. Empty where nothing fits or the run does
        not end within the budget.
        """
        context = fold("\n" + "".join(simplified_of().get(char, char) for char in before))[-2:]
        first = _State(b"", False, _trail(before[-1:]), context, _left_open(before))
        limit = min(self._spent[0] + _RUN_BUDGET, self._page_budget)
        highest: defaultdict[int, float] = defaultdict(lambda: -inf)  # the best score of each layer so far
        layers: dict[int, _Layer] = {start: {first: _Ways([(0.0, _Step("", start, False), None)], 0.0)}}
        for position in range(start, min(start + LONGEST, len(self.text)) + 1):
            layer = layers.pop(position, None)
            if layer is None:
                continue
            if position > start and self._settled(layer, layers, position):
                return self._ranked(layer, start, position, before)
            if position == len(self.text) or self._spent[0] > limit:
                return []
            layer = _pruned(layer)
            if self.dialect.private == "lost":
                self._vanish(layer)
            floor = max(ways.best[0][0] for ways in layer.values()) - _BEAM - _STEP
            for state, ways in layer.items():
                for written, leads, end in self._moves(state, position, floor - ways.best[0][0]):
                    highest[end] = self._reach(
                        layers.setdefault(end, {}), state, ways, written, leads, end, highest[end]
                    )
        return []

    def _settled(self, layer: _Layer, layers: dict[int, _Layer], position: int) -> bool:
        """Whether all that is likely is in step again, agrees on its last two characters, and no sign follows."""
        if position == len(self.text):
            return True
        best = max(ways.best[0][0] for ways in layer.values())
        if any(ways.best[0][0] > best - _GIVE_UP for other in layers.values() for ways in other.values()):
            return False
        alive = [(state, ways) for state, ways in layer.items() if ways.best[0][0] > best - _GIVE_UP]
        if len({state.context for state, _ in alive}) > 1 or any(state.leads for state, _ in alive):
            return False
        plain = all(step.plain for _, ways in alive for _, step, _ in ways.best)
        return plain and self.text[position] != self.dialect.sign

    def _vanish(self, layer: _Layer) -> None:
        """Add the states reached by pairs that vanished: each closed one character and opened another."""
        best, fresh = max(ways.best[0][0] for ways in layer.values()), layer
        for beam in _VANISHED:
            further: _Layer = {}
            for state, ways in fresh.items():
                if state.leads:
                    self._vanish_from(state, ways, best - beam, further)
            for state, ways in further.items():
                _join(layer, state, ways)
            fresh = further

    def _vanish_from(self, state: _State, ways: _Ways, floor: float, further: _Layer) -> None:
        room = floor - ways.best[0][0]
        self._spent[0] += 2
        for firsts, seconds in _private_pairs():
            closing = self._closing(state.leads, firsts, state.torn)
            if not closing.ranked:
                continue
            for gain, folded in self.model.likely(state.context, closing.ranked, room):
                for char in closing.chars[folded]:
                    marked, opened = _marked(state.opened, char)
                    total = gain + marked + self._form(char) + _LONGER
                    if total > room:
                        self._spent[0] += 1
                        step = _Step(char, -1, False)
                        best = [(way[0] + total, step, way) for way in ways.best]
                        after = _State(seconds, False, 0, state.context[-1:] + folded, opened)
                        _join(further, after, _Ways(best, ways.total + total))

    def _closing(self, leads: bytes, trails: bytes, torn: bool) -> _Closing:
        """The characters of one of the lead bytes and one of the second bytes, by how common they are."""
        known = self._closings.get((leads, trails, torn))
        if known is None:
            chars: dict[str, list[str]] = {}
            for char in (char for trail in trails for char in self._fitting(leads, trail, torn)):
                chars.setdefault(_folded(char), []).append(char)
            shares = {folded: self.model.log_share(folded) for folded in chars}
            ranked = dict(sorted(shares.items(), key=itemgetter(1), reverse=True))
            known = self._closings[leads, trails, torn] = _Closing(ranked, chars)
        return known

    def _moves(self, state: _State, position: int, room: float) -> Iterator[_Move]:
        """What the text may have held for the character seen at ``position``.

        Where every second byte is possible, only what is at least as likely as ``room``.
        """
        seen, sign = self.text[position], self.dialect.sign
        if state.leads:
            yield from self._out_of_step(state, seen, position)
            if seen == sign:
                yield from self._lost_trail(state, position, room)
        else:
            end = self._past_reading(seen, position + 1)
            if end and (seen != sign or seen == "?"):  # which may be the author's
                yield seen, b"", end
            if seen == sign:
                yield from self._falls_out(state.trail, position)

    def _falls_out(self, trail: int, position: int) -> Iterator[_Move]:
        """In step, at a sign that may be where the decoder fell out of step."""
        for char, end in self._bare_readings(position + 1):
            code = char.encode("gbk")
            if code[0] == trail and code[1] > 0x80:  # the match straddled; its second byte opens the next character
                yield "", code[1:], end
        mark = self._mark(position + 1)
        if mark:
            for written in self._fitting(_LEADS, mark[0], True):
                yield written, mark[1:], position + 2
        # Before 福。 there are two markers, one before the A3 A1 in it (！) and one before the 。
        twice = self.text.startswith(self.dialect.sign, position + 1)
        lost = _TWICE_MARKED.get(narrow(self.text[position + 2 : position + 3])) if twice else None
        if lost:
            for written in self._fitting(_LEADS, lost, True):
                yield written, b"", position + 2

    def _out_of_step(self, state: _State, seen: str, position: int) -> Iterator[_Move]:
        end = self._past_reading(seen, position + 1)
        for code in _codes(seen):
            for written in self._fitting(state.leads, code[0], state.torn) if end else ():
                if len(code) == 1:
                    yield written, b"", end
                elif code[1] > 0x80:
                    yield written, code[1:], end
                elif 0x40 <= code[1] < 0x7F:  # an ASCII character that a lead byte took for its second
                    yield written + chr(code[1]), b"", end
            if len(code) == 1:  # the low second byte of an annotated character, before its reading
                for char in self._fitting(state.leads, code[0], True):
                    past = self._past_reading(char, position + 1) if char in self.annotated else 0
                    if past:
                        yield char, b"", past

    def _lost_trail(self, state: _State, position: int, room: float) -> Iterator[_Move]:
        """The second byte was lost: before a marker, or with the bracket or other ASCII character it ate."""
        after = position + 1
        for char, end in self._bare_readings(after):
            if char.encode("gbk")[0] in state.leads:
                yield char, b"", end
        eaten = [""] if self._mark(after) or self.text[after : after + 1] in ("", "\n") else [*_EATEN]
        if not self.dialect.eats:
            eaten = [""]
        elif _TAG_REST.match(self.text, after):
            eaten = ["<"]
        elif _ENTITY_REST.match(self.text, after):
            eaten = ["&"]
        trails = _LEADS if self.dialect.eats or self._mark(after) else _unread_before(self.text[after : after + 1])
        closing = self._closing(state.leads, trails, state.torn)
        for _, folded in self.model.likely(state.context, closing.ranked, room):
            for written in closing.chars[folded]:
                for char in eaten:
                    yield written + char, b"", after

    def _past_reading(self, seen: str, position: int) -> int:
        """Where the reading that must follow an annotated character ends; 0 where it does not follow."""
        reading = self.annotated.get(seen)
        if reading is None:
            return position
        match = _READING.match(self.text, position)
        return match.end() if match and match[1] and match[2] == reading else 0

    def _bare_readings(self, position: int) -> Iterator[tuple[str, int]]:
        """Annotated characters whose reading stands at ``position``, and where it ends.

        Where the decoder eats bytes, its opening bracket is gone.
        """
        match = _READING.match(self.text, position)
        if match and self.dialect.eats != bool(match[1]):
            for char in self.readers.get(match[2], ()):
                yield char, match.end()

    def _mark(self, position: int) -> bytes:
        """The two bytes of the marked punctuation at ``position``, if any stands there."""
        seen = self.text[position : position + 1]
        wide = _WIDE_OF.get(seen, seen)
        return wide.encode("gbk") if wide and wide in self.dialect.marked else b""

    def _fitting(self, leads: bytes, trail: int, torn: bool = False) -> list[str]:
        """The characters of one of the lead bytes and this second byte that a page may hold.

        Unless ``torn``, not those that would have had a reading behind or a marker before them.
        """
        known = self._fits.get((leads, trail, torn))
        if known is None:
            chars, showing = [_decoded().get((lead, trail), "") for lead in leads], self._showing
            known = [char for char in chars if char in self.forms and (torn or char not in showing)]
            self._fits[leads, trail, torn] = known
        return known

    def _form(self, char: str) -> float:
        return self.forms.get(char, 0.0)

    def _reach(
        self, layer: _Layer, state: _State, ways: _Ways, written: str, leads: bytes, end: int, highest: float
    ) -> float:
        """Extend the ways into ``state`` by what was written, up to ``end``; return the layer's highest score."""
        gain, context, opened = self._gain(state.context, state.opened, written)
        reached = ways.best[0][0] + gain
        if reached > highest - _BEAM:
            self._spent[0] += 1
            step = _Step(written, end, bool(written) and not (leads or state.leads))
            best = [(way[0] + gain, step, way) for way in ways.best]
            trail = 0 if leads else _trail(written[-1:])
            _join(layer, _State(leads, not written, trail, context, opened), _Ways(best, ways.total + gain))
        return max(reached, highest)

    def _gain(self, context: str, opened: str, written: str) -> tuple[float, str, str]:
        """The logarithm of the probability of what was written, the context it leaves, and what it leaves open."""
        known = self._gains.get((context, opened, written))
        if known is None:
            gain, after, still = 0.0, context, opened
            for char in written:
                folded = _folded(char)
                if char in "<&":
                    continue
                if folded.isspace() and after[-1:].isspace():
                    gain += _UNUSUAL
                    continue
                if char == "\n":
                    gain, still = gain + _UNCLOSED * len(still), ""
                marked, still = _marked(still, char)
                gain += self.model.log_probability(after, folded) + marked + self._form(char)
                after = after[-1:] + folded
            known = self._gains[context, opened, written] = (gain, after, still)
        return known

    def _ranked(self, layer: _Layer, start: int, position: int, before: str) -> list[Repair]:
        """The hypotheses that are in step at ``position``, as repairs with their share of the whole.

        Those that mean the same, since they differ in forms of characters alone, count as one.
        """
        ended = [
            (ways, self._marks_to_come(state.opened, position)) for state, ways in layer.items() if not state.leads
        ]
        if not ended:
            return []
        high = max(ways.total + bonus for ways, bonus in ended)
        total = high + log(sum(exp(ways.total + bonus - high) for ways, bonus in ended))
        ways_in = [(way[0] + bonus, way) for ways, bonus in ended for way in ways.best]
        found: dict[str, Repair] = {}
        for share, way in self._with_words(ways_in, total, position, before):
            meant, repair = self._repair(way, start, share)
            known = found.get(meant)
            found[meant] = replace(known, probability=known.probability + share) if known else repair
        ranked = sorted(found.items(), key=lambda item: item[1].probability, reverse=True)
        first = replace(ranked[0][1], sure=_sure(ranked, _RIVALS if self.words else _RIVALS_UNREAD))
        return [first, *(repair for _, repair in ranked[1:_NAMED])]

    def _repair(self, way: _Way, start: int, probability: float) -> tuple[str, Repair]:
        """Trace a hypothesis back: what it means, and the repair without what the page shows unchanged at its end."""
        steps = _steps(way)
        meant = "".join(_meaning(char) for step in reversed(steps) for char in step.written)
        kept = list(dropwhile(lambda step: step.plain and self.text[step.end - 1] != self.dialect.sign, steps))
        end = max([start, *(step.end for step in kept)])
        return meant, Repair(start, end, "".join(step.written for step in reversed(kept)), probability)

    def _with_words(
        self, ways: list[tuple[float, _Way]], total: float, position: int, before: str
    ) -> list[tuple[float, _Way]]:
        """The share of each hypothesis in all, the largest first: by its characters, its quotations and its words."""
        ways = nlargest(_READ, ways, key=itemgetter(0))
        shares = [exp(score - total) for score, _ in ways]
        if self.words is not None and len(ways) > 1:
            left = _folded_text(before)
            behind = _READING.sub("", self.text[position : position + 4 * _WORDS_BEHIND])
            right = _folded_text(behind)[:_WORDS_BEHIND].split(self.dialect.sign, 1)[0]
            scores = []
            for score, way in ways:
                written = _written(way)
                text = left[-_WORDS_BEFORE:] + written + right
                self._spent[0] += len(text)
                by_characters = score + _quoted(left, written) - _TOO_LIKELY * sum(map(written.count, _ANYWHERE))
                scores.append(_BY_CHARACTERS * by_characters + _BY_WORDS * self.words.log_probability(text))
            weights = [exp(score - max(scores)) for score in scores]
            shares = [sum(shares) * weight / sum(weights) for weight in weights]
        return sorted(zip(shares, (way for _, way in ways), strict=True), key=itemgetter(0), reverse=True)

    def _marks_to_come(self, opened: str, position: int) -> float:
        """What the marks of quotation and brackets on the rest of the line say of what is still open."""
        total = 0.0
        ahead = self.text[position : position + _QUOTE]
        line = ahead.split("\n", 1)[0].split(self.dialect.sign, 1)[0]
        for char in line:
            gain, opened = _marked(opened, char)
            total += gain
        unclosed = ahead[len(line) :].startswith("\n") or position + len(line) == len(self.text)
        return total + _UNCLOSED * len(opened) * unclosed


def page_forms(text: str) -> dict[str, float]:
    """The characters a page may hold, with the logarithm of how usual each form of a character is.

    Forms of the other script are left out: simplified ones on most pages, which converted them. Where several forms
    share a simplified character (為 爲) the page's own use decides, then the usual conversion.
    """
    simplified = is_simplified(text)
    forms = dict(_usual_forms(simplified))
    seen = Counter(text)
    spaces = seen[" "] + seen["\u3000"] + seen["\n"] + 1  # both are one to the model; lines, too, set apart
    forms |= {space: log((seen[space] + 0.01) / spaces) for space in " \u3000"}
    for wide in (_WIDE_DIGITS, _WIDE_LETTERS):  # the model counts all digits as one, and all letters
        usual = 0.0 if any(seen[char] for char in wide) else _UNUSUAL
        forms |= dict.fromkeys(wide, usual - log(len(wide)))
    pronouns = sum(seen[char] for char in _PRONOUNS) + 1
    forms |= {char: log((seen[char] + share) / share / pronouns) for char, share in _PRONOUNS.items()}
    for group in _variants(simplified):
        counts = {char: seen[char] for char in group}
        total = sum(counts.values())
        if total:
            for char in group:
                usual = exp(_usual_forms(simplified)[char])
                forms[char] = log((counts[char] + usual) / (total + 1))
    return forms


def _left_open(before: str) -> str:
    """The marks of quotation and brackets that the last line of ``before`` leaves open."""
    opened = ""
    for char in before[before.rfind("\n") + 1 :]:
        _, opened = _marked(opened, char)
    return opened


def _marked(opened: str, char: str) -> tuple[float, str]:
    """What a mark gains from what is open (logarithm of a factor), and what is open after it."""
    opening = _OPENS.get(char)
    if opening:
        again = opening in opened and opening != "（"
        return (_STRAY if again else 0.0), (opened + opening)[-_DEEPEST:]
    opening = _CLOSES.get(char)
    if opening is None:
        return 0.0, opened
    if opening not in opened:
        return _STRAY, opened
    return _CLOSED, opened[: opened.rindex(opening)]


@cache
def _usual_forms(simplified: bool) -> dict[str, float]:
    forms = {char: 0.0 for char in _decoded().values() if char not in foreign_forms(simplified)}
    for group in _variants(simplified):
        meant = simplified_of().get(group[0], group[0])
        first = meant if simplified else traditional_choices().get(meant, [meant])[0]
        usual = [char for char in group if char in (first, meant)]  # 於, or 于 where a page left it alone
        for char in group:
            forms[char] = log(0.9 / len(usual)) if char in usual else log(0.1 / (len(group) - len(usual)))
    return forms


@cache
def _variants(simplified: bool) -> list[list[str]]:
    """Characters of GBK that share a simplified form, two or more of which a page may hold; and quotes."""
    groups: dict[str, list[str]] = {}
    for char in _decoded().values():
        if char not in foreign_forms(simplified):
            groups.setdefault(simplified_of().get(char, char), []).append(char)
    return [*(group for group in groups.values() if len(group) > 1), ["“", "『", "「"], ["”", "』", "」"]]


@cache
def _decoded() -> dict[tuple[int, int], str]:
    """Every pair of bytes that CP936 shows as a character."""
    pairs = ((lead, trail) for lead in _LEADS for trail in _TRAILS)
    shown = ((pair, decode_cp936(bytes(pair))) for pair in pairs)
    return {pair: char for pair, char in shown if char}


@cache
def _private_pairs() -> list[tuple[bytes, bytes]]:
    """First bytes of pairs that vanish, and the second bytes they share that may open a character."""
    groups: dict[bytes, list[int]] = {}
    for first in _LEADS:
        seconds = bytes(second for second in _LEADS if (first, second) not in _decoded())
        if seconds:
            groups.setdefault(seconds, []).append(first)
    return [(bytes(firsts), seconds) for seconds, firsts in groups.items()]


def _codes(seen: str) -> list[bytes]:
    """The bytes a decoded character may have been: narrow punctuation was full-width, or ASCII already."""
    codes = [_WIDE_OF[seen].encode("gbk")] if seen in _WIDE_OF else []
    if seen == "€":
        return [b"\x80"]
    code = seen.encode("gb18030", "replace")  # private use in two bytes, what GBK lacks in four
    return [*codes, code] if len(code) < 4 else codes


@cache
def _unread_before(seen: str) -> bytes:
    """The first bytes that make no character together with the first byte of what is shown behind them."""
    following = {code[0] for code in _codes(seen)} if seen else {}
    return bytes(first for first in _LEADS if not all((first, second) in _decoded() for second in following)) or _LEADS


@cache
def _folded(char: str) -> str:
    return "0" if char == LOST else as_counted(char)


@cache
def _trail(char: str) -> int:
    try:
        code = char.encode("gbk")
    except UnicodeEncodeError:
        return 0
    return code[1] if len(code) == 2 else 0


def _pruned(layer: _Layer) -> _Layer:
    floor = max(ways.best[0][0] for ways in layer.values()) - _BEAM
    return {state: ways for state, ways in layer.items() if ways.best[0][0] > floor}


def _join(layer: _Layer, state: _State, ways: _Ways) -> None:
    known = layer.get(state)
    if known is None:
        layer[state] = ways
        return
    high, low = (known.total, ways.total) if known.total > ways.total else (ways.total, known.total)
    known.total = high + log1p(exp(low - high))
    if len(known.best) < _KEPT or ways.best[0][0] > known.best[-1][0]:
        known.best = sorted((*known.best, *ways.best), key=itemgetter(0), reverse=True)[:_KEPT]


def _sure(ranked: list[tuple[str, Repair]], power: float) -> float:
    """The probability of the first of the repairs, each with what it means, where numbers are not told apart.

    Where many others are possible, what is right may be one of them, or none: so ``power``, below 1, is taken of their
    odds before they are added.
    """
    meant, first = ranked[0]
    if not first.probability:
        return 0.0
    named = _NUMERALS.sub("", meant)
    odds = max(0.0, 1 - sum(repair.probability for _, repair in ranked)) / first.probability
    for other, repair in ranked[1:]:
        alike = _NUMERALS.sub("", other) == named
        odds += (repair.probability / first.probability) ** (power * _NUMERALS_TOLD if alike else power)
    return 1 / (1 + pow(odds, 1 / power))


def _steps(way: _Way | None) -> list[_Step]:
    """The steps of a hypothesis, the last first."""
    steps = []
    while way is not None:
        _, step, way = way
        steps.append(step)
    return steps


def _written(way: _Way) -> str:
    """What a hypothesis wrote, as the models fold it."""
    return "".join(_folded(char) for step in reversed(_steps(way)) for char in step.written if char not in "<&")


def _quoted(before: str, written: str) -> float:
    """What the length of the quotations that end in ``written`` says of full stops at their ends: log of a factor.

    >>> _quoted("提高“", "五。”") < 0 < _quoted("提高“", "五保”")
    True
    """
    total = 0.0
    for match in _QUOTATION.finditer(before + written):
        if match.end() > len(before):
            share = next(share for longest, share in _STOPPED_BY_LENGTH if len(match[1]) <= longest)
            stopped = match[1].endswith("。")
            total += log(share / _STOPPED) if stopped else log((1 - share) / (1 - _STOPPED))
    return total


def _folded_text(text: str) -> str:
    return "".join(map(_folded, text))


@cache
def _meaning(char: str) -> str:
    """What a character is in the end, whichever of its forms stands there."""
    return {"著": "着", "「": "“", "『": "“", "」": "”", "』": "”"}.get(char) or simplified_of().get(char, char)
