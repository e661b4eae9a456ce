"""The templates, for the server and for the report."""

from __future__ import annotations

import math
from contextlib import suppress
from urllib.parse import quote

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined

from flows.audit import picture, words
from flows.prior import user_cache
from flows.terminal import inert


def environment() -> Environment:
    """The templates. Everything is escaped, and corpus text goes through `flows.audit.words`."""
    made = Environment(
        loader=PackageLoader("flows.audit"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )
    made.filters |= {
        "visible": words.visible,
        "exact": words.exact,
        "inline": words.inline,
        "inert": lambda text: inert(text, 80),
        "shortened": words.shortened,
        "plain": words.plain,
        "number": lambda value: f"{value:,}",
        "percent": percent,
        "times": lambda value: f"×{value:.2f}" if value < 10 else f"×{value:,.0f}",
        "path": lambda value: quote(str(value), safe=""),
        "bands": picture.bands,
    }
    return made


def _compiled() -> FileSystemBytecodeCache | None:
    """Templates compiled before, which are a third of the report's cost; none where no folder can be made."""
    folder = user_cache() / "templates"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return FileSystemBytecodeCache(str(folder))
    return None


def percent(value: float) -> str:
    """A share for people: never 0 % or 100 % for something that is not.

    >>> [percent(value) for value in (0.5, 0.123, 0.99999, 1, 0.00001, float("nan"))]
    ['50%', '12.3%', '99.99%', '100%', '0.01%', '–']
    """
    if math.isnan(value):
        return "–"
    if value in (0, 1):
        return f"{value:.0%}"
    if abs(100 * value - round(100 * value)) < 0.001 and 0.01 <= value <= 0.991:
        return f"{value:.0%}"
    return f"{min(max(value, 0.0001), 0.9999):.2%}" if value < 0.01 or value > 0.99 else f"{value:.1%}"
