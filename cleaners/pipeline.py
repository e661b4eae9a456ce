"""From raw bytes to clean text: decode, then every rule in order, with the ledger that undoes it all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaners import decode as decoding
from cleaners.decisions import NOTHING, Decisions, leave_out, place_keys
from cleaners.document import Document, Edits, Flag, Found, Kind, Lesson, Notes, Rule
from cleaners.edits import Offsets, apply, invert, to_input, to_output
from cleaners.ngram import NGrams
from cleaners.profile import PREFIX, Profile
from cleaners.rules import RULES, user
from cleaners.script import detect, has_traditional

_ROUNDS = 4  # in which the rules of a profile come to rest, or are left out on a page


@dataclass(frozen=True, slots=True)
class Step:
    """The edits one rule made, with the bytes of the source each of them touches.

    Offsets in ``edits`` are code points of the text this step was given; ``raw_start`` and ``raw_end`` are byte
    offsets in the source. Step 0 of a ledger is the decoding, whose ``edits`` are described in `cleaners.decode`.
    """

    rule: str
    version: int
    kind: Kind
    edits: Edits
    raw_start: Offsets
    raw_end: Offsets


@dataclass(frozen=True, slots=True)
class Section:
    """One document of a source: code points ``[start, end)`` of the clean text, bytes of the source.

    The sections of a source follow one another without a gap, in the clean text and in the bytes.
    """

    index: int
    title: str
    start: int
    end: int
    byte_start: int
    byte_end: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning one source gave: the text, the ledger that leads back, the flags, the documents in it."""

    encoding: str
    script: str  # of the source as it came, as `cleaners.script.detect` names it
    decoded_chars: int
    text: str
    steps: tuple[Step, ...]
    flags: tuple[tuple[str, Flag], ...]  # (rule name, flag), offsets in ``text``
    sections: tuple[Section, ...]
    obeyed: tuple[str, ...] = ()  # what is as people decided: keys of edits and names of rules left out, keys of places
    notes: Notes | None = None  # what it can teach about its site, the same whatever was learned before


class _Cut(NamedTuple):
    """A place where a document begins: code points of the current text, bytes of the source."""

    position: int
    byte_start: int
    title: str


def clean(
    raw: bytes,
    profile: Profile,
    rules: Sequence[Rule] = RULES,
    decisions: Decisions = NOTHING,
    prior: NGrams | None = None,
    lessons: tuple[Lesson, ...] = (),
) -> Cleaned:
    """Clean one source; what people decided about it is obeyed, what was learned of its site is used.

    Raises `cleaners.decode.Undecodable` for bytes that hold no text; the caller puts those in quarantine.
    """
    decoded = decoding.decode(raw)
    page = _Page(decoded, Document(decoded.text, profile.script, prior, lessons), profile.without_rules, decisions)
    until = next((index for index, rule in enumerate(rules) if rule.kind == "split"), len(rules))
    own = user.compiled(profile.rules) if profile.rules else ()
    page = _read(page, rules[:until], own)
    _pass(page, rules[until : until + 1])
    if page.cuts:  # each document is a page now, and its head may hold what a page's head must not
        page = _read(page, rules[:until], own)
    _pass(page, rules[until + 1 :])
    return Cleaned(
        encoding=decoded.encoding,
        script=detect(decoded.text),
        decoded_chars=len(decoded.text),
        text=page.document.text,
        steps=(_decode_step(decoded), *_steps(page.ledger, decoded)),
        flags=tuple(page.flags),
        sections=_sections(page.cuts, len(page.document.text), len(raw)),
        obeyed=tuple(dict.fromkeys(page.obeyed)),
        notes=page.notes,
    )


@dataclass(slots=True)
class _Page:
    """A source on its way through the rules."""

    decoded: decoding.Decoded
    document: Document
    without: frozenset[str]
    decisions: Decisions
    ledger: list[tuple[Rule, Edits]] = field(default_factory=list)
    flags: list[tuple[str, Flag]] = field(default_factory=list)
    cuts: list[_Cut] = field(default_factory=list)
    obeyed: list[str] = field(default_factory=list)
    notes: Notes | None = None
    parts: list[tuple[int, Document]] = field(default_factory=list)  # the documents of a page that was split, and where

    def documents(self) -> list[tuple[int, Document]]:
        """What the rules read: the page, or each document of one that was split, with the code point it begins at."""
        return self.parts or [(0, self.document)]


def _read(page: _Page, rules: Sequence[Rule], own: Sequence[Rule]) -> _Page:
    """Let rules and the profile's own work on a page until it comes to rest."""
    done = len(page.ledger)
    _pass(page, rules)
    _read_again(page, rules, done)
    return _settled(page, own, rules) if own else page


def _pass(page: _Page, rules: Iterable[Rule]) -> None:
    """Let rules work on a page, one after the other."""
    for rule in rules:
        if rule.name in page.without or not any(rule.may_apply(document) for _, document in page.documents()):
            continue
        if rule.name in page.decisions.rules:
            page.obeyed.append(rule.name)
            continue
        _apply(page, rule)


def _find(page: _Page, rule: Rule) -> Found:
    """What a rule finds on a page, or in each document of one that was split, as if that stood alone."""
    if not page.parts:
        return rule.find(_told(page, rule, page.document, 0))
    found = Found()
    for at, document in page.parts:
        inner = rule.find(_told(page, rule, document, at)) if rule.may_apply(document) else Found()
        found.edits.start += (start + at for start in inner.edits.start)
        found.edits.end += (end + at for end in inner.edits.end)
        found.edits.before += inner.edits.before
        found.edits.after += inner.edits.after
        found.edits.confidence += inner.edits.confidence
        found.edits.evidence += inner.edits.evidence
        found.flags += (replace(flag, start=flag.start + at, end=flag.end + at) for flag in inner.flags)
    return found


def _told(page: _Page, rule: Rule, document: Document, at: int) -> Document:
    """The document, which begins at ``at``, with what people say stands where this rule raised flags."""
    settled = page.decisions.settled
    if not page.decisions.settles(rule.name):
        return document
    return replace(document, settled=lambda start: settled.get(_place_keys(page, rule, [at + start])[0], ""))


def _place_keys(page: _Page, rule: Rule, starts: Sequence[int]) -> list[str]:
    return place_keys(rule.name, page.decoded.text, starts, [edits for _, edits in page.ledger])


def _parts(page: _Page) -> list[tuple[int, Document]]:
    """The documents between a page's cuts; of one that did not change, what is known of it stays known."""
    text = page.document.text
    known = {document.text: document for _, document in page.parts}
    places = sorted({0, *(cut.position for cut in page.cuts), len(text)})
    return [
        (a, known.get(part) or replace(page.document, text=part)) for a, b in pairwise(places) for part in [text[a:b]]
    ]


def _apply(page: _Page, rule: Rule) -> None:
    earlier = [edits for _, edits in page.ledger]
    found = _find(page, rule)
    found, keys = leave_out(rule.name, found, page.decisions, page.decoded.text, earlier)
    page.obeyed += keys
    if page.decisions.settles(rule.name):
        page.obeyed += (key for key in _place_keys(page, rule, found.edits.start) if key in page.decisions.settled)
    page.notes = page.notes or found.notes
    if found.cuts:
        places = np.array([cut.position for cut in found.cuts], dtype=np.int64)
        byte_starts = _to_bytes(places, earlier, page.decoded).tolist()
        page.cuts += (_Cut(cut.position, byte, cut.title) for cut, byte in zip(found.cuts, byte_starts, strict=True))
    if found.flags:
        # Where a page goes through the rules again, most flags are found again, if in other words.
        raised = {(name, flag.kind, flag.start) for name, flag in page.flags}
        page.flags += ((rule.name, flag) for flag in found.flags if (rule.name, flag.kind, flag.start) not in raised)
    if len(found.edits):
        page.ledger.append((rule, found.edits))
        page.document = replace(page.document, text=apply(page.document.text, found.edits))
        page.flags, page.cuts = _carry(page.flags, page.cuts, found.edits)
    if page.cuts and (found.cuts or len(found.edits)):
        page.parts = _parts(page)


def _read_again(page: _Page, rules: Sequence[Rule], done: int) -> None:
    """Let the rules read a page again that was mended or made shorter, until they find nothing more.

    What one rule takes away may bring together what an earlier one knows, and a page is judged as a whole: one that was
    a tenth traditional may be half so without its footer. A page that was only normalised is what it was.
    """
    for _ in range(_ROUNDS):
        new = {rule.kind for rule, _ in page.ledger[done:]}
        if new <= {"normalise"} and not (new and has_traditional(page.document)):
            return
        done = len(page.ledger)
        _pass(page, rules)


def _settled(page: _Page, own: Sequence[Rule], rules: Sequence[Rule]) -> _Page:
    """The page after the profile's own rules, which read it last, as it is published.

    What they take away may bring together what they or other rules know, so a page they changed goes through all of
    them again. A page that does not come to rest is left as it was, with a flag: cleaning it again would change it.
    """
    before = replace(page, ledger=[*page.ledger], flags=[*page.flags], obeyed=[*page.obeyed])
    for _ in range(_ROUNDS):
        done = len(page.ledger)
        _pass(page, own)
        if len(page.ledger) == done:
            return page
        _pass(page, rules)
    detail = f"the profile's rules still find more after {_ROUNDS} rounds; nothing they found was taken away"
    before.flags.append((PREFIX + "unsettled", Flag("unsettled", 0, 0, "", detail)))
    return before


def undo(text: str, encoding: str, steps: Iterable[Step]) -> bytes:
    """Rebuild the source from the clean text and its ledger, last step first.

    Raises `cleaners.edits.EditError` where text and ledger contradict each other.
    """
    first, *later = steps
    for step in reversed(later):
        text = invert(text, step.edits)
    return decoding.encode(text, encoding, first.edits, first.raw_start.tolist(), first.raw_end.tolist())


def owners(step: Step, sections: Sequence[Section]) -> Offsets:
    """The index of the section each edit of a step belongs to: the one in whose bytes it begins."""
    byte_starts = np.array([section.byte_start for section in sections], dtype=np.int64)
    return np.maximum(np.searchsorted(byte_starts, step.raw_start, side="right") - 1, 0)


def _decode_step(decoded: decoding.Decoded) -> Step:
    raw_start = np.asarray(decoded.raw_start, dtype=np.int64)
    raw_end = np.asarray(decoded.raw_end, dtype=np.int64)
    return Step("decode", 1, "decode", decoded.edits, raw_start, raw_end)


def _steps(ledger: list[tuple[Rule, Edits]], decoded: decoding.Decoded) -> Iterable[Step]:
    earlier: list[Edits] = []
    for rule, edits in ledger:
        start = _to_bytes(np.asarray(edits.start, dtype=np.int64), earlier, decoded)
        end = _to_bytes(np.asarray(edits.end, dtype=np.int64), earlier, decoded, end=True)
        # An insertion has no extent, and the two ways of carrying an edge may disagree about where it stands.
        yield Step(rule.name, rule.version, rule.kind, edits, np.minimum(start, end), np.maximum(start, end))
        earlier.append(edits)


def _to_bytes(positions: Offsets, earlier: Sequence[Edits], decoded: decoding.Decoded, *, end: bool = False) -> Offsets:
    for edits in reversed(earlier):
        positions = to_input(edits, positions, end=end)
    return decoding.byte_offsets(decoded, positions, end=end)


def _carry(flags: list[tuple[str, Flag]], cuts: list[_Cut], edits: Edits) -> tuple[list[tuple[str, Flag]], list[_Cut]]:
    """Move flags and cuts raised on a step's input to where they stand in its output."""
    if flags:
        start = to_output(edits, np.array([flag.start for _, flag in flags], dtype=np.int64)).tolist()
        end = to_output(edits, np.array([flag.end for _, flag in flags], dtype=np.int64), end=True).tolist()
        flags = [
            (name, replace(flag, start=a, end=max(a, b))) for (name, flag), a, b in zip(flags, start, end, strict=True)
        ]
    if cuts:
        moved = to_output(edits, np.array([cut.position for cut in cuts], dtype=np.int64)).tolist()
        cuts = [cut._replace(position=position) for cut, position in zip(cuts, moved, strict=True)]
    return flags, cuts


def _sections(cuts: list[_Cut], length: int, raw_length: int) -> tuple[Section, ...]:
    """Partition text and bytes at the cuts; a source without cuts is one document."""
    cuts = sorted(cuts, key=lambda cut: (cut.byte_start, cut.position))
    if not cuts or cuts[0].position > 0:
        cuts.insert(0, _Cut(0, 0, ""))
    byte_starts = [0]
    for cut in cuts[1:]:
        # Where the decoding is one single edit (HZ), all cuts fall on one byte; documents still need a place each.
        byte_starts.append(max(cut.byte_start, byte_starts[-1] + 1))
    starts, titles = [cut.position for cut in cuts], [cut.title for cut in cuts]
    spans = zip(starts, [*starts[1:], length], byte_starts, [*byte_starts[1:], raw_length], strict=True)
    return tuple(Section(index, title, *span) for index, (title, span) in enumerate(zip(titles, spans, strict=True)))
