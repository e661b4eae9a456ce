r"""Characters that stand in a text as the code for them: HTML entities whole, doubled or broken, and ``\\u`` escapes.

A page that is read as text should hold no ``&ldquo;``. Manuals and tutorials do, on purpose. So each place is judged:
what stands in code, between quotation marks, or in a sentence that says how it is written or what it means, stays;
and of the names without ``&`` only those are read that no word ends in.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache, lru_cache
from html.entities import name2codepoint

from cleaners.document import Document, Flag, Found, Rule
from cleaners.literal import fenced_lines, is_code

# A line that speaks of markup. A bare 编码 or 代码 says nothing: postcodes and credit codes are called so.
_SPEAKS = re.compile(
    r"转义|轉義|实体字符|字符实体|字元實體|实体编码|实体引用|字符编码|(?:网页|HTML)\s?(?:源码|源代码|代码)|正则表达式|"
    r"(?<![A-Za-z0-9./])(?:x?html5?|xml|json|unicode|utf-?8|javascript|python|php|css|regex|(?:un)?escape|encode|decode)"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# A page that teaches markup or shows code: there tables and lines of little Chinese are examples, too.
_LESSON = re.compile(
    r"```|</?(?:code|pre)>|转义(?:字符|序列)|轉義|实体字符|字符实体|字元實體|实体编码|(?<![./])HTML\s?(?:实体|标签|代码|教程|语法)",
    re.I,
)
_NAMES_TAGS = re.compile("(?:标签|标籤|元素|浏览器|尖括号)[^<\n]{0,80}<|>[^>\n]{0,80}(?:标签|标籤|元素|浏览器|尖括号)")
_WRITTEN = re.compile(
    r"(?:[写寫][作成为為做]|记作|記作|转义[为成]|显示[为成]|变成|變成|替换[为成]|输入|敲)[ “‘「『\"'：:]{0,3}\Z"
)
_MEANS = re.compile(
    r"[ ”’」』]{0,3}(?:标签|元素|标记|标籤|實體|实体)"
    r"|[ ”’」』\"'，,]{0,3}(?:是|为|就是|表示|代表|对应|即|指|等于)[^。\n]{0,6}?"
    r"(?:空格|[小大]于|引号|[和与]号|破折号|省略号|连字符|符号|版权|尖括号|换行|字符)"
)
_QUOTES = frozenset(("“”", "‘’", "「」", "『』", '""', "''", "``"))
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_HAN = re.compile("[\u3400-\u9fff]")
_REFERENCE = re.compile(r"&#?[A-Za-z0-9]{1,10};")
_AFTER_AMPERSAND = re.compile(r"&[#A-Za-z0-9]*\Z")


def _meant(document: Document, start: int, end: int) -> bool:
    """Whether what stands at ``[start, end)`` is meant as it stands: code, or an example in a sentence about it."""
    text = document.text
    number = bisect_right(document.line_starts, start) - 1
    around = text[start - 1 : start] + text[end : end + 1]
    if around in _QUOTES or _MEANS.match(text, end) or _is_about(document.lines[number]):
        return True
    if _WRITTEN.search(text, max(document.line_starts[number], start - 12), start):
        return True
    if not _is_lesson(text):
        return False
    if "```" in text and number in fenced_lines(document):
        return True
    return not around.strip(" \t\n|，、") or _is_example(document.lines[number])


@lru_cache(maxsize=4)  # a line, and a page, may hold thousands of references
def _is_about(line: str) -> bool:
    """Whether a line speaks of markup or is code."""
    return _SPEAKS.search(line) is not None or is_code(_REFERENCE.sub("x", line))


@lru_cache(maxsize=4)
def _is_lesson(text: str) -> bool:
    return _LESSON.search(text) is not None


def speaks_of_markup(text: str) -> bool:
    """Whether a text teaches markup, or a line of it speaks of some.

    >>> speaks_of_markup("段落写在<p>标签里。"), speaks_of_markup("<p>渠通了。</p>")
    (True, False)
    """
    return any(words.search(text) is not None for words in (_LESSON, _SPEAKS, _NAMES_TAGS))


@lru_cache(maxsize=4)
def _is_example(line: str) -> bool:
    """Whether a line of a lesson shows markup, or is of little Chinese."""
    return _MARKUP.search(line) is not None or 4 * len(_HAN.findall(line)) < len(line)


@cache
def _evidence(code: str, levels: int) -> str:
    return json.dumps({"codec_read": "text", "codec_true": code, "levels": levels})


def _replace(
    document: Document, pattern: re.Pattern[str], read: Callable[[re.Match[str]], str | None], code: str
) -> Found:
    """An edit for each match that ``read`` can read (a flag where it is meant as it stands)."""
    found = Found()
    for match in pattern.finditer(document.text):
        text = read(match)
        if text is None:
            continue
        if _meant(document, *match.span()):
            found.flags.append(Flag("escape", match.start(), match.end(), match[0], "code or an example"))
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
    version=3,
    kind="repair",
    summary="HTML entities left in the text, escaped once or more",
    example=("&ldquo;三保&rdquo;&amp;mdash;&amp;amp;mdash;民生", "“三保”——民生"),
    find=lambda document: _replace(document, _ENTITY, _entity, "html"),
    gate=frozenset("&"),
)

# ---------------------------------------------------------------- entities that lost their ampersand

_BROKEN_NAMES = "ldquo|rdquo|lsquo|rsquo|mdash|ndash|hellip|middot|nbsp|emsp|ensp"
_BROKEN = re.compile(
    f"(?<![&A-Za-z0-9_/])#[xX](?P<bare>[0-9A-Fa-f]{{4}});"  # without &
    f"|(?<![&A-Za-z0-9_/])(?:amp;)*(?P<name>{_BROKEN_NAMES});|(?<![&A-Za-z0-9_/=])(?:amp;)+(?P<lone>quot|lt|gt);"
    f"|[&＆](?:amp[;；]?|[ ])?(?P<open>{_BROKEN_NAMES}|quot)(?:[ ]?[；;]|(?![A-Za-z0-9=;；]))"  # without ;, or wide
    r"|&#(?:(?P<decimal>[0-9]{5})|[xX](?P<hexadecimal>[0-9A-Fa-f]{4}))(?![0-9A-Za-z;])"
    r"|(?:(?<![A-Za-z0-9\\])x0[dD]x0[aA](?:[ ]?;)?)+|(?:_x000[dD]_)+|<[bB][rR] ?/?>\n?"
)
_ADDRESS = re.compile(r"[?/=][!-%'-~]*\Z")


def _broken(match: re.Match[str]) -> str | None:
    name = match["name"] or match["lone"] or match["open"]
    if match["open"] and _ADDRESS.search(match.string, max(0, match.start() - 80), match.start()):
        return None  # a parameter of an address
    if name:
        return chr(name2codepoint[name])
    number = match["bare"] or match["hexadecimal"]
    if not number and not match["decimal"]:
        return "\n"
    char = chr(int(number, 16) if number else int(match["decimal"]))
    return char if _CHINESE.match(char) else None


_CHINESE = re.compile("[\u2010-\u203f\u3000-\u303f\u3400-\u9fff\uff01-\uff5f]")
_BROKEN_SIGNS = (
    "#x",
    "#X",
    "quo",
    "dash",
    "bsp",
    "msp",
    "nsp",
    "hellip",
    "middot",
    "amp",
    "&#",
    "x0d",
    "x0D",
    "_x000",
    "<br",
    "<BR",
    "<Br",
)


BROKEN_ENTITIES = Rule(
    name="entities.broken",
    version=2,
    kind="repair",
    summary="HTML entities that lost their ampersand, and line ends written out (x0dx0a, _x000D_, <br/>)",
    example=("时间#xff1a;三月ldquo;两会rdquo;", "时间：三月“两会”"),
    find=lambda document: _replace(document, _BROKEN, _broken, "html without &"),
    gate=lambda document: document.holds(*_BROKEN_SIGNS),
)

# ---------------------------------------------------------------- \u escapes

# Octets of addresses, of bytes: only alone.
_OCTETS = r"(?<![!-~])(?:(?:%[0-9A-Fa-f]{2}){6,}|(?:\\x[0-9A-Fa-f]{2}){6,})(?![!-~])"
_ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4}){2,}|(?:%u[0-9A-Fa-f]{4}){2,}|" + _OCTETS)
# On a page of them also those that stand alone, and the codes of JSON for line ends, tabs, quotation marks and slashes.
_STRING = re.compile(
    r"""(?:[\\%]u[0-9A-Fa-f]{4}|(?:(?<=\\u[0-9A-Fa-f]{4})|(?!\\[nt][a-z]))\\(?:r\\n|[nt"/]))+|""" + _OCTETS
)
_PROOF = 6  # code points read on a page, after which what is left is read too
_RANGE = re.compile(r"\\u[0-9A-Fa-f]{4}-\\u")  # of a regular expression
_ESCAPE_SIGNS = ("\\u", "%u", "\\x", "%E", "%e")  # the first bytes of Han in UTF-8 are E4 to E9
# What is assigned, or handed to a function; behind an escape or Chinese a bracket is the text's own.
_ASSIGNED = re.compile(r"""(?:[=+]\s*["'“”]?|\(\s*["'“”]|(?<=[!-~])(?<!\\n)(?<!\\u[0-9A-Fa-f]{4})\(\s*|\\["'“”]?)\Z""")


def _escape(match: re.Match[str]) -> str | None:
    """Two escapes or more that say something Chinese; a lone half of a pair says nothing."""
    units = re.findall(r"u([0-9A-Fa-f]{4})", match[0])
    octets = re.findall(r"[%x]([0-9A-Fa-f]{2})", match[0])
    try:
        text = bytes.fromhex("".join(units or octets)).decode("utf-16-be" if units else "utf-8")
    except UnicodeDecodeError:
        return None
    if _ASSIGNED.search(match.string[max(0, match.start() - 8) : match.start()]):
        return None
    chinese = len(_CHINESE.findall(text))
    readable = all(char.isprintable() or char in "\t\n\u3000\u00a0\u200b" for char in text)
    return text if readable and 2 * chinese >= len(text) else None


def _string(match: re.Match[str]) -> str | None:
    """What a string of JSON says, where the page is known to be of such."""
    if match[0].startswith(("\\x", "%")) and not match[0].startswith("%u"):
        return _escape(match)
    if _ASSIGNED.search(match.string[max(0, match.start() - 8) : match.start()]):
        return None
    text: str = json.loads('"' + match[0].replace("%u", "\\u") + '"').replace("\r\n", "\n")
    return text if all(char.isprintable() or char in "\t\n\u3000\u00a0\u200b" for char in text) else None


def _find_escapes(document: Document) -> Found:
    """The runs that spell Chinese, and on a page of such, none of them meant, whatever else is escaped."""
    found = _replace(document, _ESCAPES, _escape, "utf-16 escapes")
    if found.flags or sum(map(len, found.edits.after)) < _PROOF or _RANGE.search(document.text):
        return found
    return _replace(document, _STRING, _string, "utf-16 escapes")


ESCAPES = Rule(
    name="entities.escapes",
    version=3,
    kind="repair",
    summary=r"runs of \u escapes that spell Chinese, outside of code",
    example=(r"标题：\u673a\u5668\u5b66\u4e60", "标题：机器学习"),
    find=_find_escapes,
    gate=lambda document: document.holds(*_ESCAPE_SIGNS),
)

RULES = (ENTITIES, BROKEN_ENTITIES, ESCAPES)
