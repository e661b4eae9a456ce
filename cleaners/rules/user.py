"""The rules a profile brings along: compiled, checked against their own examples, and run like any other rule.

A pattern is RE2, which never takes more than linear time over a line, whoever wrote it. It reads the page as it is
published: after every other rule, full- and half-width forms alike, and curled quotes like straight ones. Offsets are
code points.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import re2  # type: ignore[import-untyped]

from cleaners.document import Document, Edits, Flag, Found, Rule, once
from cleaners.edits import apply
from cleaners.profile import PREFIX, UserRule
from cleaners.rules.lines import Gone, merged, remove_lines

EDGE = 6  # lines of text that stay; a line before or behind so many is in the head or the tail of a page
MAX_PROGRAM = 4_000  # RE2 instructions: the slowest engine of RE2 takes a step for each of them at every byte
MAX_LITERALS = 5_000  # code points of all literals of a rule
LONGEST = 500  # code points a match inside a line may have; RE2 may read on to the end of the line for every match
_WINDOW = 2_000  # so a longer line is read in windows of this size, and the time stays linear

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class UserRuleError(ValueError):
    """A rule of a profile that cannot be used; the message says what is wrong and what to do."""


# What a pattern need not tell apart. RE2 reads UTF-8, which has no lone surrogates: they count as lost characters.
_TWINS = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_TWINS |= {
    twin: one for twins, one in (("\t\xa0\u2002\u2003\u3000", " "), ("“”„‟＂", '"'), ("‘’‚‛＇", "'")) for twin in twins
}
_TWINS |= {chr(code): "\ufffd" for code in range(0xD800, 0xE000)}
_FOLDED = frozenset(_TWINS)


def fold(text: str, chars: frozenset[str] | None = None) -> str:
    """The text as patterns read it: half-width, quotes straight, spaces plain; character for character.

    >>> fold("转自：“河湾网”　（二）😀")
    '转自:"河湾网" (二)😀'
    """
    for char in _FOLDED & (chars or frozenset(text)):
        text = text.replace(char, _TWINS[char])
    return text


@once
def folded(document: Document) -> str:
    """The text of a document as patterns read it, folded once for all rules."""
    return fold(document.text, document.chars)


@lru_cache(maxsize=8)
def compiled(rules: tuple[UserRule, ...]) -> tuple[Rule, ...]:
    """The rules of a profile as the pipeline wants them, in their order. Raises UserRuleError."""
    return tuple(_compiled(rule) for rule in rules)


def contradictions(rule: UserRule) -> list[str]:
    """The examples the rule does not obey, each with what happened and what to do. Raises UserRuleError.

    An example is a page of its own: a line of it stands in its head and in its tail unless text keeps it from there.
    """
    ours = _compiled(rule)
    what = "loses" if rule.kind == "remove" else "is flagged for"
    said = []
    for number, text in enumerate(rule.match, 1):
        if not _found(ours, text):
            said.append(
                f"example {number} of match is not found: {text!r}. Widen the {_written(rule)}, look elsewhere than "
                f'where = "{rule.where}", or take the example out.'
            )
    for number, text in enumerate(rule.keep, 1):
        if places := _found(ours, text):
            first, last = places[0]
            said.append(
                f"example {number} of keep would not be kept: {text!r} {what} {text[first:last]!r}. Narrow the "
                f"{_written(rule)}, or move the example to match if it is not content."
            )
    return said


def _written(rule: UserRule) -> str:
    return "pattern" if rule.pattern else "literal"


def _found(rule: Rule, text: str) -> list[tuple[int, int]]:
    document = Document(text)
    found = rule.find(document) if rule.may_apply(document) else Found()
    edits = zip(found.edits.start, found.edits.end, strict=True)
    return [*edits, *((flag.start, flag.end) for flag in found.flags)]


def _compiled(rule: UserRule) -> Rule:
    pattern = _pattern(rule)
    find = partial(_find, rule, pattern)
    before = rule.match[0]
    return Rule(
        name=PREFIX + rule.name,
        version=_version(rule),
        kind=rule.kind,
        summary=rule.reason,
        example=(before, apply(before, find(Document(before)).edits)),
        find=find,
        gate=partial(_occurs, pattern),
    )


def _version(rule: UserRule) -> int:
    """A number that is another when the rule does something else or gives another reason."""
    parts = (rule.name, rule.pattern, *rule.literal, rule.where, rule.kind, rule.reason)
    joined = "\0".join(f"{len(part)}:{part}" for part in parts)
    return int(hashlib.sha256(joined.encode()).hexdigest()[:7], 16)


def _pattern(rule: UserRule) -> Any:
    """The compiled pattern of a rule: over whole lines, or inside them. Raises UserRuleError."""
    source = _folded_pattern(rule.pattern) if rule.pattern else _alternatives(rule.literal)
    alone = _compile(source, rule)
    if rule.pattern and alone.programsize > MAX_PROGRAM:
        raise UserRuleError(
            f"the pattern is too large ({alone.programsize:,} instructions, {MAX_PROGRAM:,} are allowed). "
            "Make its repetitions smaller, or write several rules."
        )
    if any(match.start() == match.end() for text in ("", " ", "甲a1,") for match in alone.finditer(text)):
        raise UserRuleError("the pattern matches where nothing stands. Let it ask for at least one character.")
    return _compile(f"(?m)(?:{source})" if rule.where == "in line" else f"(?m)^ *(?:{source}) *$", rule)


def _compile(source: str, rule: UserRule) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.never_nl = True  # a match stays within its line
    options.max_mem = 16 << 20
    try:
        return re2.compile(source, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        detail = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise UserRuleError(
            f"the pattern {rule.pattern!r} is no RE2 pattern: {detail}. RE2 has no look-around and no back-references, "
            "and repeats at most 1000 times."
        ) from error


def _alternatives(literals: Sequence[str]) -> str:
    if sum(map(len, literals)) > MAX_LITERALS:
        raise UserRuleError(f"the literals have more than {MAX_LITERALS:,} characters together. Write several rules.")
    folded = {fold(text).strip() for text in literals}
    if "" in folded:
        raise UserRuleError("a literal is empty. Take it out.")
    if any("\n" in text for text in folded):
        raise UserRuleError("a literal has a line break, and rules read one line at a time. Write one for each line.")
    return "|".join(re2.escape(text) for text in sorted(folded, key=lambda text: (-len(text), text)))


def _folded_pattern(pattern: str) -> str:
    """A pattern that means the same of folded text: a full-width mark becomes the half-width one, escaped.

    >>> _folded_pattern(r"转自（.{1,9}）：|\\（完）")
    '转自\\\\(.{1,9}\\\\)\\\\:|\\\\(完\\\\)'
    """
    pieces: list[str] = []
    escaped = False
    for char in pattern:
        if escaped and char in "QC":
            raise UserRuleError(f"the pattern uses \\{char}, which is not supported. Escape marks one by one with \\.")
        folded = fold(char)
        pieces.append("\\" + folded if folded != char and folded in _PUNCTUATION and not escaped else folded)
        escaped = char == "\\" and not escaped
    return "".join(pieces)


def _occurs(pattern: Any, document: Document) -> bool:
    return pattern.search(folded(document)) is not None


def _find(rule: UserRule, pattern: Any, document: Document) -> Found:
    """What a rule of a profile finds: spans inside lines, or whole lines where on the page it looks.

    A line of which nothing is left goes whole, as a line that matches does.
    """
    text = folded(document)
    if rule.where == "in line":
        spans = _joined(_spans(pattern, text))
    else:
        matched = {bisect_right(document.line_starts, start) - 1 for start, _ in _all(pattern, text)}
        lines = _placed(rule.where, document, matched)
        spans = [(document.line_starts[line], document.line_starts[line] + len(document.lines[line])) for line in lines]
    if rule.kind == "flag":
        name = PREFIX + rule.name
        return Found(flags=[Flag(name, a, b, document.text[a:b], rule.reason) for a, b in spans])
    gone, inside = _whole_lines(document, spans)
    edits = Edits()
    for start, end in inside:
        edits.add(start, document.text[start:end], "", 1.0, rule.reason)
    return Found(merged(remove_lines(document, [Gone(line, 1.0, rule.reason) for line in gone]), edits))


def _all(pattern: Any, text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text) if match.end() > match.start())


def _placed(where: str, document: Document, matched: set[int]) -> list[int]:
    """Those of the matched lines that stand where the rule looks. Lines that go do not count as text of the page."""
    matched = {line for line in matched if document.lines[line].strip()}
    if where == "line":
        return sorted(matched)
    order = range(len(document.lines)) if where == "head" else range(len(document.lines) - 1, -1, -1)
    found: list[int] = []
    texts = 0
    for line in order:
        if line in matched:
            found.append(line)
        elif document.lines[line].strip():
            texts += 1
            if texts == EDGE:
                break
    return sorted(found)


def _spans(pattern: Any, folded: str) -> Iterator[tuple[int, int]]:
    """Matches inside lines. A line longer than a window is read in windows that overlap by the longest match.

    A match that touches a window's edge may be another when more of the line is seen, and is left to the window beside.
    """
    if len(folded) <= _WINDOW or max(map(len, folded.split("\n"))) <= _WINDOW:
        return _all(pattern, folded)
    return _windowed(pattern, folded)


def _windowed(pattern: Any, folded: str) -> Iterator[tuple[int, int]]:
    step, offset = _WINDOW - LONGEST - 1, 0
    for line in folded.split("\n"):
        done = 0
        for first in range(0, max(len(line) - LONGEST, 1), step):
            piece = line[max(first - 1, 0) : first + _WINDOW - 1]
            base = max(first - 1, 0)
            for start, end in _all(pattern, piece):
                start, end = start + base, end + base
                cut = (end == base + len(piece) and end < len(line)) or (start == base and base > 0)
                if start >= done and end - start <= LONGEST and not cut:
                    yield offset + start, offset + end
                    done = end
        offset += len(line) + 1


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch become one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _whole_lines(document: Document, spans: Iterable[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """The lines of which nothing but space is left, and the spans in other lines."""
    by_line: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        by_line.setdefault(bisect_right(document.line_starts, span[0]) - 1, []).append(span)
    gone: list[int] = []
    inside: list[tuple[int, int]] = []
    for line, parts in by_line.items():
        start = document.line_starts[line]
        edges = [start, *(place for part in parts for place in part), start + len(document.lines[line])]
        left = "".join(document.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        if left.strip():
            inside += parts
        else:
            gone.append(line)
    return gone, inside
