r"""Characters that stand in a text as the code for them: HTML entities whole, doubled or broken, and ``\u`` escapes.

A page that is read as text should hold no ``&ldquo;``. Manuals and tutorials do, on purpose: nothing is touched in
a document that shows code or speaks of it, and of the names without ``&`` only those are read that no word ends in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from html.entities import name2codepoint

from cleaners.document import Document, Flag, Found, Rule

# How a text shows code or speaks of it. One sign is enough: an entity kept is a smaller harm than a lesson spoilt.
_CODE = re.compile(
    r"```|</?(?:html|div|span|script|head|body|meta|pre|code|table|tr|td|img|input|style)\b|=>|==|\w\(\)|[;{]\s*\n\s*\}|"
    r'\A\s*[\[{]\s*"|(?<![a-z0-9])(?:var|const|function|import|printf|print|println|return|public|class|def|echo|html5?|'
    r"xml|json|unicode|utf-?8|javascript|python|java|php|escape|unescape|encode|decode|regex)(?![a-z])|"
    r"转义|轉義|字符实体|实体字符|实体编码|字元實體|编码|編碼|代码|程式碼|源码|正则表达式",
    re.IGNORECASE,
)
_AFTER_AMPERSAND = re.compile(r"&[#A-Za-z0-9]*\Z")


def _shows_code(text: str) -> bool:
    return _CODE.search(text) is not None


@cache
def _evidence(code: str, levels: int) -> str:
    return json.dumps({"codec_read": "text", "codec_true": code, "levels": levels})


def _replace(
    document: Document, pattern: re.Pattern[str], read: Callable[[re.Match[str]], str | None], code: str
) -> Found:
    """An edit for each match that ``read`` can read (a flag where the page shows code)."""
    found = Found()
    spared: bool | None = None
    for match in pattern.finditer(document.text):
        text = read(match)
        if text is None:
            continue
        if spared is None:
            spared = _shows_code(document.text)
        if spared:
            found.flags.append(Flag("escape", match.start(), match.end(), match[0], "the page shows code"))
        else:
            levels = 1 + match[0].lower().count("amp;") - (match[0].lower().endswith("amp;"))
            found.edits.add(match.start(), match[0], text, 0.99, _evidence(code, levels))
    return found


# ---------------------------------------------------------------- HTML entities

_ENTITY = re.compile(
    "&(?:[aA][mM][pP];|#0{0,4}38;|#[xX]0{0,4}26;)*(?:#([0-9]{2,7})|#[xX]([0-9A-Fa-f]{2,6})|([A-Za-z][A-Za-z0-9]{1,7}));"
)


def _character(point: int) -> str | None:
    """The character of a numeric reference, where it is one that text may hold."""
    if point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return None
    char = chr(point)
    return char if char.isprintable() or char in "\t\n\u3000\u00a0\u00ad\u200b\u200d\ufeff" else None


def _entity(match: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name:
        return chr(name2codepoint[name]) if name in name2codepoint else "&" if name.lower() == "amp" else None
    char = _character(int(decimal) if decimal else int(hexadecimal, 16))
    if (char and char in "#;&") or (char and char.isascii() and char.isalnum()):
        before = match.string[max(0, match.start() - 12) : match.start()]
        if _AFTER_AMPERSAND.search(before) or before.endswith("amp;"):
            return None  # reading it would spell a new entity
    return char


ENTITIES = Rule(
    name="entities.html",
    version=1,
    kind="repair",
    summary="HTML entities left in the text, escaped once or more",
    example=("&ldquo;三保&rdquo;&amp;mdash;&amp;amp;mdash;民生", "“三保”——民生"),
    find=lambda document: _replace(document, _ENTITY, _entity, "html"),
    gate=frozenset("&"),
)

# ---------------------------------------------------------------- entities that lost their ampersand

_BROKEN_NAMES = "ldquo|rdquo|lsquo|rsquo|mdash|ndash|hellip|middot|nbsp|emsp|ensp"
_BROKEN = re.compile(
    f"(?<![&A-Za-z0-9_/])(?:#[xX]([0-9A-Fa-f]{{4}})|({_BROKEN_NAMES}));"
    r"|(?:(?<![A-Za-z0-9\\])x0[dD]x0[aA](?:[ ]?;)?)+|(?:_x000[dD]_)+"
)


def _broken(match: re.Match[str]) -> str | None:
    number, name = match.groups()
    if name:
        return chr(name2codepoint[name])
    if not number:
        return "\n"
    char = chr(int(number, 16))
    return char if _CHINESE.match(char) else None


_CHINESE = re.compile("[\u2010-\u203f\u3000-\u303f\u3400-\u9fff\uff01-\uff5f]")
_BROKEN_CHARS = frozenset(";x")
_BROKEN_SIGNS = ("#x", "#X", "quo;", "dash;", "sp;", "hellip;", "middot;", "x0d", "x0D", "_x000")


BROKEN_ENTITIES = Rule(
    name="entities.broken",
    version=1,
    kind="repair",
    summary="HTML entities that lost their ampersand, and line ends written out (x0dx0a, _x000D_)",
    example=("时间#xff1a;三月ldquo;两会rdquo;", "时间：三月“两会”"),
    find=lambda document: _replace(document, _BROKEN, _broken, "html without &"),
    gate=lambda document: not _BROKEN_CHARS.isdisjoint(document.chars) and any(map(document.text.count, _BROKEN_SIGNS)),
)

# ---------------------------------------------------------------- \u escapes

_ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4}){2,}|(?:%u[0-9A-Fa-f]{4}){2,}")
_ASSIGNED = re.compile(r"""(?:[=(+]\s*|\\)["'“”]?\Z""")


def _escape(match: re.Match[str]) -> str | None:
    """Two escapes or more that say something Chinese; a lone half of a pair says nothing."""
    units = re.findall(r"u([0-9A-Fa-f]{4})", match[0])
    try:
        text = bytes.fromhex("".join(units)).decode("utf-16-be")
    except UnicodeDecodeError:
        return None
    if _ASSIGNED.search(match.string[max(0, match.start() - 8) : match.start()]):
        return None
    chinese = len(_CHINESE.findall(text))
    readable = all(char.isprintable() or char in "\t\n\u3000\u00a0\u200b" for char in text)
    return text if readable and 2 * chinese >= len(text) else None


ESCAPES = Rule(
    name="entities.escapes",
    version=1,
    kind="repair",
    summary=r"runs of \u escapes that spell Chinese, outside of code",
    example=(r"标题：\u673a\u5668\u5b66\u4e60", "标题：机器学习"),
    find=lambda document: _replace(document, _ESCAPES, _escape, "utf-16 escapes"),
    gate=lambda document: "u" in document.chars and ("\\u" in document.text or "%u" in document.text),
)

RULES = (ENTITIES, BROKEN_ENTITIES, ESCAPES)
