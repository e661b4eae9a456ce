"""Corpus text on a page: escaped, and with everything that could act or hide shown as its code point."""

from __future__ import annotations

import json
from collections.abc import Callable

import regex
from markupsafe import Markup, escape

from flows.store.names import original_text

# Controls, formats (bidirectional overrides, zero width), surrogates, private use, separators: never sent to a browser.
_HIDDEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\uffff\ufffe]")
_SPACE = {"\n": "⏎\n", "\t": "⇥", " ": "␣", "\u3000": "□", "\xa0": "⍽"}
_SHOWN_SPACE = regex.compile("[\n\t \u3000\xa0]")


def visible(text: str) -> Markup:
    """Text as it reads: line breaks and tabs stay, what cannot be seen becomes ``<U+202E>`` in a box of its own.

    >>> visible("甲\\u202e<b>")
    Markup('甲<span class="cp">U+202E</span>&lt;b&gt;')
    """
    return _marked(text, lambda char: None if char in "\n\t" else _point(char))


def exact(text: str) -> Markup:
    """Text of an edit: spaces and line breaks are shown too, because they may be all there is."""
    return _marked(text, lambda char: None if char in _SPACE else _point(char), spaces=True)


def inline(text: str) -> Markup:
    """Text on one line of a list: like `exact`, but a line break is only its sign."""
    return Markup(exact(text).replace("⏎\n", "⏎"))


def plain(evidence: str) -> str:
    """Evidence as prose: a JSON object, which programs check again, becomes names and values.

    >>> plain('{"witnesses": 2, "span": [3, 5]}')
    'witnesses: 2; span: [3, 5]'
    """
    try:
        found = json.loads(evidence) if evidence.startswith("{") else None
    except ValueError:
        return evidence
    return "; ".join(f"{name}: {value}" for name, value in found.items()) if isinstance(found, dict) else evidence


def shortened(text: str, limit: int) -> str:
    """Head and tail of a long text, and how much lies between."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]} … {len(text) - head - tail:,} more … {text[len(text) - tail :]}"


def _marked(text: str, shown: Callable[[str], str | None], *, spaces: bool = False) -> Markup:
    text = original_text(text)
    parts: list[str] = []
    last = 0
    for match in _HIDDEN.finditer(text):
        mark = shown(match[0])
        if mark is not None:
            parts += (_escaped(text[last : match.start()], spaces), mark)
            last = match.end()
    parts.append(_escaped(text[last:], spaces))
    return Markup("".join(parts))


def _escaped(text: str, spaces: bool) -> str:
    safe = str(escape(text))
    if not spaces:
        return safe
    return str(_SHOWN_SPACE.sub(lambda match: f'<span class="ws">{_SPACE[match[0]]}</span>', safe))


def _point(char: str) -> str:
    return f'<span class="cp">U+{ord(char):04X}</span>'
