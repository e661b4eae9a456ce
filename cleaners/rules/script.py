"""Characters of the wrong script: 係統 → 系统 where simplified is asked for, 産業 → 產業 where traditional is.

A document is converted when its own characters prove it traditional or mixed, never because of one character: a
simplified text may speak of 乾隆, of 瞭望 or of the character 「後」. Japanese is left alone, also inside a Chinese
document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from cleaners import script
from cleaners.document import Document, Edits, Found, Rule
from cleaners.script import Mask, Points

_GLOSS = re.compile(r"[(（「“]([㐀-鿿]{1,8})[)）」”]")
# How far from a character its other form may stand for the two to be compared with each other: 繁體「後」,簡體「后」.
_NEAR = 12


def _needs_simplifying(document: Document) -> bool:
    return document.script == "simplified" and script.has_traditional(document.text)


def _simplify(document: Document) -> Found:
    """Convert what is traditional, as OpenCC's t2s does.

    >>> from cleaners.edits import apply
    >>> apply("係統與皇后", _simplify(Document("係統與皇后")).edits)
    '系统与皇后'
    """
    found = script.evidence(document.text)
    if found.foreign or found.chinese_script == "simplified":
        return Found()
    return Found(_converted(document.text, "t2s", mixed=found.chinese_script == "mixed"))


def _converted(text: str, conversion: str, *, mixed: bool) -> Edits:
    """One edit per run of characters the conversion changes, outside what must stay."""
    (stage,) = script.converter(conversion)
    before, (after, _) = script.code_points(text), stage.points(text)
    changed = before != after
    for start, end in _untouchable(text, before, after):
        changed[start:end] = False
    if mixed:
        changed &= _on_traditional_lines(before)
    return _runs(text, script.from_code_points(after), changed, f"OpenCC {conversion}")


def _runs(before: str, after: str, changed: Mask, evidence: str) -> Edits:
    edges = np.flatnonzero(np.diff(changed.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[0::2].tolist(), edges[1::2].tolist()
    spans = list(zip(starts, ends, strict=True))
    return Edits(
        start=starts,
        end=ends,
        before=[before[start:end] for start, end in spans],
        after=[after[start:end] for start, end in spans],
        confidence=[1.0] * len(spans),
        evidence=[evidence] * len(spans),
    )


def _on_traditional_lines(points: Points) -> Mask:
    """Which characters stand on a line that has traditional characters in running text."""
    line = np.cumsum(points == 0x0A)
    traditional = np.zeros(int(line[-1]) + 1, dtype=np.bool_)
    traditional[line[script.running_traditional(points)]] = True
    mask: Mask = traditional[line]
    return mask


def _untouchable(text: str, before: Points, after: Points) -> Iterator[tuple[int, int]]:
    """Japanese sentences, and characters that are compared with their own other form: 后(後)."""
    yield from script.japanese_spans(text)
    converted = script.from_code_points(after)
    for gloss in _GLOSS.finditer(text):
        start, end = gloss.span(1)
        outside = slice(max(0, gloss.start() - (end - start)), gloss.start())
        if text[outside] != text[start:end] and converted[outside] == converted[start:end]:
            yield outside.start, gloss.end()
    for place in script.mentioned(before).tolist():
        around = text[max(0, place - _NEAR) : place + _NEAR + 1]
        if converted[place] in around:
            yield place, place + 1


SIMPLIFY = Rule(
    name="script.simplify",
    version=1,
    kind="normalise",
    summary="Convert traditional characters to simplified ones in documents that are traditional or mixed.",
    example=("係統同誌下麵隻有公裏,皇后與乾隆", "系统同志下面只有公里,皇后与乾隆"),
    find=_simplify,
    gate=_needs_simplifying,
)

RULES = (SIMPLIFY,)
