"""Corpus text on a terminal: readable, in colour, and inert."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

# Escape sequences start with a control character, and bidirectional overrides reorder what stands around them:
# everything in these categories is shown as its code point instead of being sent to the terminal.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def inert(text: str, limit: int = 0) -> str:
    """Return ``text`` on one line with everything that could act on a terminal shown as ``<U+XXXX>``.

    Line breaks become ``⏎``. With ``limit``, the middle of a longer text gives way to ``…``.

    >>> inert("甲\\x1b[31m乙\\u202e丙\\n丁")
    '甲<U+001B>[31m乙<U+202E>丙⏎丁'
    >>> inert("一二三四五六七八九", limit=5)
    '一二…八九'
    """
    if limit and len(text) > limit:
        head = limit // 2
        text = text[:head] + "…" + text[len(text) - (limit - 1 - head) :]
    return "".join(_shown(char) for char in text)


def console() -> Console:
    """Standard output: in colour on a terminal, plain elsewhere, and numbers in text as they are."""
    from rich.console import Console

    return Console(highlight=False)


def _shown(char: str) -> str:
    if char == "\n":
        return "⏎"
    if char == "\t":
        return "⇥"
    return f"<U+{ord(char):04X}>" if unicodedata.category(char) in _UNSAFE else char
