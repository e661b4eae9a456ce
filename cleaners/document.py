"""The words every rule speaks: documents, edits, flags, verdicts.

All offsets are code points of a Python ``str`` unless a name says bytes. An edit's offsets count in the text
its own step was given, not in the source and not in the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaners.ngram import NGrams

Units = NDArray[np.uint16]
Table = NDArray[np.bool_]  # of 65,536 entries, one for each value of a unit
_BEYOND = 0xFFFF  # the unit of every character above it
_SURROGATES = slice(0xD800, 0xE000)
_FACTOR = np.uint16(40503)  # odd: neighbouring characters fall far apart

Kind = Literal["decode", "repair", "normalise", "remove", "split", "restore", "flag"]
_T = TypeVar("_T")


def units_of(text: str) -> Units:
    """The code point of every character, those beyond the basic plane as 0xFFFF: small enough for tables."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(points, _BEYOND).astype(np.uint16)


def table_of(characters: Iterable[str]) -> Table:
    """Which units these characters have; all those above the basic plane have one in common."""
    table = np.zeros(_BEYOND + 1, dtype=np.bool_)
    table[units_of("".join(characters))] = True
    return table


def pair_keys(left: Units, right: Units) -> Units:
    """A number of 16 bits for each pair of units, equal for equal pairs."""
    return left * _FACTOR ^ right


@dataclass(slots=True)
class Edits:
    """Replacements proposed by one step, as parallel columns in ascending order of ``start``.

    Columns rather than objects, because converting a traditional page touches every third character.
    ``evidence`` is prose for people, or a JSON object where a program has to check it again.
    """

    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)

    def add(self, start: int, before: str, after: str, confidence: float = 1.0, evidence: str = "") -> None:
        """Replace ``before``, which stands at ``start``, by ``after``."""
        self.start.append(start)
        self.end.append(start + len(before))
        self.before.append(before)
        self.after.append(after)
        self.confidence.append(confidence)
        self.evidence.append(evidence)

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Flag:
    """Damage that was seen and left alone, at code points ``[start, end)`` of ``text``.

    ``kind`` is what a person would count (``year_mask``, ``truncated`` …). ``value`` carries a number where the
    damage states one, such as the 1099 characters a page says it hides.
    """

    kind: str
    start: int
    end: int
    text: str
    detail: str = ""
    value: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a new document begins, in code points of the step's input, with the title it bears."""

    position: int
    title: str


class SiteLine(NamedTuple):
    """A line that may be its site's own: what it says, folded, and where it stands.

    ``head`` and ``tail`` count lines that are not blank from either edge of the page, from 1; 0 is further inside.
    ``cue`` says how much the line itself speaks of a site (`cleaners.rules.learned.cue`).
    """

    text: str
    digest: int  # 64 bits, of ``text``
    head: int
    tail: int
    cue: int


@dataclass(frozen=True, slots=True)
class Notes:
    """What one page can teach about its site: the lines noticed on it, and a sketch by which near-copies are told."""

    lines: tuple[SiteLine, ...]
    sketch: tuple[int, ...]


NO_NOTES = Notes((), ())


@dataclass(frozen=True, slots=True)
class Lesson:
    """A line that the pages of a site showed to be the site's own.

    ``seen`` counts documents that differ, rounded down to a power of two, so that a growing site changes it rarely.
    """

    digest: int
    place: str  # head | tail | any
    site: str
    seen: int
    confidence: float


@dataclass(slots=True)
class Found:
    """What one rule found in one document."""

    edits: Edits = field(default_factory=Edits)
    flags: list[Flag] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    notes: Notes | None = None


def _nobody(_: int) -> str:
    """No person said what stands there."""
    return ""


@dataclass(frozen=True)
class Document:
    """One source's text as a step receives it, with the cheap views the gates of the rules share."""

    text: str
    script: str = "simplified"  # what the profile asks for: simplified | traditional | keep
    prior: NGrams | None = None  # counts of running text, which rank what lost bytes may have been
    lessons: tuple[Lesson, ...] = ()  # what other pages taught about this one's site
    settled: Callable[[int], str] = _nobody  # what a person says stands from a code point on

    @cached_property
    def units(self) -> Units:
        """The units of the text, see `units_of`."""
        return units_of(self.text)

    @cached_property
    def pairs(self) -> Units:
        """The key of every two neighbouring characters, for `cleaners.words.Words`."""
        return pair_keys(self.units[:-1], self.units[1:])

    @cached_property
    def seen(self) -> Table:
        """Which units occur."""
        seen = np.zeros(_BEYOND + 1, dtype=np.bool_)
        seen[self.units] = True
        return seen

    @cached_property
    def chars(self) -> frozenset[str]:
        """The distinct characters, after which most gates are a set operation."""
        if self.seen[_BEYOND] or self.seen[_SURROGATES].any():
            return frozenset(self.text)
        return frozenset(np.flatnonzero(self.seen).astype("<u2").tobytes().decode("utf-16-le"))

    def shows(self, table: Table) -> bool:
        """Whether a unit of the table occurs: for tables of more characters than a text has."""
        return bool((self.seen & table).any())

    def holds(self, *words: str) -> bool:
        """Whether one of a few words occurs; each is looked for only where all of its characters do."""
        return any(self.chars.issuperset(word) and word in self.text for word in words)

    @cached_property
    def lines(self) -> list[str]:
        """The text split at ``\\n`` alone, so that ``"\\n".join`` gives it back."""
        return self.text.split("\n")

    @cached_property
    def line_starts(self) -> list[int]:
        """The code point at which each line begins."""
        starts, position = [], 0
        for line in self.lines:
            starts.append(position)
            position += len(line) + 1
        return starts

    @cached_property
    def kept(self) -> dict[Callable[..., Any], Any]:
        """What functions marked `once` have found out about this text."""
        return {}


def once(function: Callable[[Document], _T]) -> Callable[[Document], _T]:
    """A function whose result is kept with the document, for the rules of one page ask for it in turn."""

    @wraps(function)
    def asked(document: Document) -> _T:
        if function not in document.kept:
            document.kept[function] = function(document)
        result: _T = document.kept[function]
        return result

    return asked


@dataclass(frozen=True, slots=True)
class Rule:
    """A named, versioned, pure function that proposes edits or raises flags; it never changes text itself.

    ``gate`` is the cheap question asked first: characters of which at least one must occur, or a predicate.
    ``None`` means the rule always runs. ``example`` is a text and what this rule alone makes of it; a rule that
    only raises flags shows the same text twice.
    """

    name: str
    version: int
    kind: Kind
    summary: str
    example: tuple[str, str]
    find: Callable[[Document], Found]
    gate: frozenset[str] | Callable[[Document], bool] | None = None

    def may_apply(self, document: Document) -> bool:
        """Whether the gate lets this document through."""
        if self.gate is None:
            return True
        if isinstance(self.gate, frozenset):
            return not self.gate.isdisjoint(document.chars)
        return self.gate(document)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document stays in the dataset; ``reason`` is empty when it does."""

    keep: bool
    reason: str = ""
