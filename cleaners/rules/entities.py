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
from html.entities import html5

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
    "&(?:[aA][mM][pP];|#0{0,4}38;|#[xX]0{0,4}26;)*(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,7}));"
)

_LINE_FEED = re.compile("\n|&#(?:10|[xX]0?[aA]);")


def _character(point: int) -> str | None:
    """The character of a numeric reference, where it is one that text may hold.

    0x80 to 0x9F are bytes of Windows-1252, as browsers read them; on a page of bytes written so, mojibake comes next.
    """
    if 0x80 <= point < 0xA0:
        return bytes([point]).decode("cp1252", "ignore") or chr(point)
    if point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return None
    char = chr(point)
    return char if char.isprintable() or char in "\t\n\u3000\u00a0\u00ad\u200b\u200d\ufeff" else None


def _entity(match: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name:
        named = html5.get(f"{name};") or html5.get(f"{name.lower()};" if name.isupper() else "", "")
        return named if len(named) == 1 else None
    point = int(decimal) if decimal else int(hexadecimal, 16)
    if point == 0x0D:
        return "" if _LINE_FEED.match(match.string, match.end()) else "\n"
    char = _character(point)
    if (char and char in "#;&") or (char and char.isascii() and char.isalnum()):
        before = match.string[max(0, match.start() - 12) : match.start()]
        if _AFTER_AMPERSAND.search(before) or before.endswith("amp;"):
            return None  # reading it would spell a new entity
    return char


ENTITIES = Rule(
    name="entities.html",
    version=4,
    kind="repair",
    summary="HTML entities left in the text, escaped once or more",
    example=("&ldquo;三保&rdquo;&amp;mdash;&amp;amp;mdash;民生", "“三保”——民生"),
    find=lambda document: _replace(document, _ENTITY, _entity, "html"),
    gate=frozenset("&"),
)

# ---------------------------------------------------------------- entities that lost their ampersand

_BROKEN_NAMES = "ldquo|rdquo|lsquo|rsquo|mdash|ndash|hellip|middot|nbsp|emsp|ensp"
_BROKEN = re.compile(
    # A decoder of GBK took the first byte of a broken pair and the & or < behind it for one character.
    rf"(?<=[\u3400-\u9fff])\?(?:(?P<eaten>{_BROKEN_NAMES});|(?P<closing>/(?:p|div|span|strong|b|h[1-6]|li|td|tr)>))|"
    f"(?<![&/])#[xX](?P<bare>[0-9A-Fa-f]{{4,5}});"  # without &
    "|(?<![&_/])(?P<run>(?:#[0-9]{2,5};)+)"
    f"|(?<![&A-Za-z0-9_/])(?:amp;)*(?P<name>{_BROKEN_NAMES});|(?<![&A-Za-z0-9_/=])(?:amp;)+(?P<lone>quot|lt|gt);"
    f"|[&＆](?:amp[;；]?|[ ])?(?P<open>{_BROKEN_NAMES}|quot)(?:[ ]?[；;]|(?![A-Za-z0-9=;；]))"  # without ;, or wide
    # Without ;, a figure may follow the five digits of a character; &#177 and 50 are not to become &#17750, nor
    # 512&#215512, which says 512×512, something else.
    r"|&#(?!(?<=[0-9]&#)(?:215|247)[0-9]{3})(?P<decimal>(?:19|[2-4][0-9]|65)[0-9]{3}(?!;)|(?:1[12][0-9]|8[0-9])[0-9]{2}(?![0-9;]))"
    r"|&#[xX](?P<hexadecimal>[0-9A-Fa-f]{4})(?![0-9A-Fa-f;])"
    r"|(?:(?<![A-Za-z0-9\\])x0[dD]x0[aA](?:[ ]?;)?)+|(?:_x000[dD]_)+\n?|<[bB][rR] ?/?>\n?"
)
_LOST = "\ufffd"
_ADDRESS = re.compile(r"[?/=][!-%'-~]*\Z")
_PLACE = re.compile(r"(?:https?:|www\.|\?\w+=)[!-%'-~]*\Z")


@lru_cache(maxsize=4)
def _has_numbers(text: str) -> bool:
    """Whether numbers of Chinese characters follow one another, without &: ``#12345;`` alone counts something."""
    return re.search(r"#[1-4][0-9]{4};#[1-4][0-9]{4};|#65292;", text) is not None


@lru_cache(maxsize=4)
def _has_codes(text: str) -> bool:
    """Whether enough codes of Chinese characters lost their & that others did, too: ★ as ``#x2605;``."""
    return len(re.findall("#[xX](?:[4-9][0-9A-Fa-f]|30|[fF]{2})[0-9A-Fa-f]{2};", text)) >= _PROOF


@lru_cache(maxsize=4)
def _loses_ampersands(text: str) -> bool:
    """Whether a page lost the & also where no question mark stands for it, so that one that stands there asks."""
    return re.search(f"(?<![?&A-Za-z0-9_/])(?:{_BROKEN_NAMES});", text) is not None


def _broken(match: re.Match[str]) -> str | None:
    if match["closing"]:
        return f"{_LOST}<{match['closing']}"
    if match["eaten"]:
        return ("?" if _loses_ampersands(match.string) else _LOST) + html5[f"{match['eaten']};"]
    name = match["name"] or match["lone"] or match["open"]
    address = _ADDRESS if match["open"] else _PLACE if match["bare"] or match["run"] else None
    if address and address.search(match.string, max(0, match.start() - 80), match.start()):
        return None  # a parameter of an address, or a place on its page
    if name:
        return html5[f"{name};"]
    if match["run"]:
        text = "".join(chr(int(number)) for number in re.findall("[0-9]+", match["run"]))
        return text if _ALL_CHINESE.fullmatch(text) and _has_numbers(match.string) else None
    number = match["bare"] or match["hexadecimal"]
    if not number and not match["decimal"]:
        return "\n"
    char = chr(int(number, 16) if number else int(match["decimal"]))
    listed = _CHINESE.match(char) or (match["bare"] and _has_codes(match.string) and _readable(char))
    return char if listed else None


_CHINESE = re.compile("[\u2010-\u203f\u3000-\u303f\u3400-\u9fff\uff01-\uff5f]")
_ALL_CHINESE = re.compile(f"{_CHINESE.pattern}+")
_BROKEN_SIGNS = (
    "?/",
    "#x",
    "#X",
    ";#",
    "&#",
    "quo",
    "dash",
    "bsp",
    "msp",
    "nsp",
    "hellip",
    "middot",
    "amp",
    "x0d",
    "x0D",
    "_x000",
    "<br",
    "<BR",
    "<Br",
)


BROKEN_ENTITIES = Rule(
    name="entities.broken",
    version=4,
    kind="repair",
    summary="HTML entities that lost their ampersand, and line ends written out (x0dx0a, _x000D_, <br/>)",
    example=("时间#xff1a;三月ldquo;两会rdquo;", "时间：三月“两会”"),
    find=lambda document: _replace(document, _BROKEN, _broken, "html without &"),
    gate=lambda document: document.holds(*_BROKEN_SIGNS),
)

# ---------------------------------------------------------------- \u escapes

_OCTET = re.compile(r"[%=]([0-9A-Fa-f]{2})|\\x([0-9A-Fa-f]{2})|\\([0-3][0-7]{2})")
_BESIDE_OCTETS = re.compile(r"(?:[0-9A-Za-z.,%\\-]|=(?=[0-9A-F]{2}))*")
# Where a page of such is known, what is in no address.
_NO_ADDRESS = re.compile(r"(?!www\.)(?:[^/?&:#\"'<>=]|[/:](?=[^/%=])|=(?=[0-9A-F]{2}))*")
_ASCII_END, _ASCII_BEGIN = re.compile(r"[!-~]+\Z"), re.compile("[!-~]+")
_HALF_OCTET = re.compile(r"=[0-9A-F]?\Z")  # the last that is looked at may be cut in two


def _octets(least: int) -> str:
    """Bytes written out: as in addresses, in Python, by a shell, in letters."""
    forms = (r"%[0-9A-Fa-f]{2}", r"\\x[0-9A-Fa-f]{2}", r"\\[0-3][0-7]{2}", "=[0-9A-F]{2}")
    return "|".join(f"(?:{form}){{{least},}}" for form in forms)


# A converter that strips backslashes leaves the letter; two in a row, both of Chinese, are no name of anything.
_ONE_LETTER = "u(?:[4-9][0-9A-Fa-f]{3}|(?:30[01]|[fF]{2}[0-5])[0-9A-Fa-f])"
_LETTERS = (
    r"(?:(?<![A-Za-z0-9\\%])|(?<=[0-9]%))(?:u[0-9A-Fa-f]{4}){2,}(?![0-9A-Za-z])"
    rf"|(?<![\\%])(?:{_ONE_LETTER}){{3}}(?:u[0-9A-Fa-f]{{4}})*"
)
_NAMED = "<U\\+(?:000[0-9A-F])?[0-9A-F]{4}>"  # as R prints them
_ESCAPES = re.compile(
    r"(?:\\{1,4}u[0-9A-Fa-f]{4}){2,}|(?:%u[0-9A-Fa-f]{4}){2,}|(?<=[\u3400-\u9fff])\\u[0-9A-Fa-f]{4}(?=[\u3400-\u9fff])"
    f"|{_LETTERS}|(?:{_NAMED}){{2,}}|{_octets(6)}"
)
# On a page of them also those that stand alone, and the codes of JSON for line ends, tabs, quotation marks and slashes.
_STRING, _PERCENT_STRING = (
    re.compile(
        rf"""(?:(?:{sign})u[0-9A-Fa-f]{{4}}|(?:(?<=u[0-9A-Fa-f]{{4}})|(?!\\[nt][a-z]))\\{{1,4}}(?:r\\{{1,4}}n|[nt"/]))+"""
        r"|(?<=[\u3400-\u9fff])u(?:20|30|ff)[0-9A-Fa-f]{2}(?=[\u3400-\u9fff])"
        rf"|{_LETTERS}|(?<![A-Za-z\\]){_ONE_LETTER}(?:u[0-9A-Fa-f]{{4}})*|(?:{_NAMED})+|{_octets(2)}"
    )
    for sign in (r"\\{1,4}", r"\\{1,4}|%")
)
# On other pages a share stands before a code: 6.7%uff0c.
_PERCENT_CODES = re.compile("%u[0-9A-Fa-f]{4}%u[0-9A-Fa-f]{4}")
_PROOF = 6  # code points read on a page, after which what is left is read too
_LINE_ENDS = re.compile(r"(?<=[。！？；：…”）])(?:\\{1,4}r)?\\{1,4}(?:n|u000[aA])(?=[\u3000-\u9fff“（0-9\\ ]|$)", re.M)
_FEWEST_LINE_ENDS = 3  # behind sentences, after which a page is known to be a string of JSON
_RANGE = re.compile(r"\\u[0-9A-Fa-f]{4}-\\u")  # of a regular expression
# The first bytes of Han are E4 to E9 in UTF-8, B0 to F7 in GB 2312.
_ESCAPE_SIGNS = (
    *("\\u", "%u", "<U+", "\\x", "\\n", "\\3", "=E", *(f"%{lead}" for lead in "BCDEbcde")),
    *(f"u{lead}" for lead in "456789"),
)
# What is assigned, or handed to a function; behind an escape or Chinese a bracket is the text's own.
_ASSIGNED = re.compile(r"""(?:[=+]\s*["'“”]?|\(\s*["'“”]|(?<=[!-~])(?<!\\n)(?<!\\u[0-9A-Fa-f]{4})\(\s*|\\["'“”]?)\Z""")


def _escape(match: re.Match[str]) -> str | None:
    """Two escapes or more that say something Chinese; a lone half of a pair says nothing."""
    if _ASSIGNED.search(match.string[max(0, match.start() - 8) : match.start()]):
        return None
    if match[0][0] == "<":
        return _chinese(_named(match[0]).encode("utf-16-be", "surrogatepass"), "utf-16-be")
    units = re.findall(r"u([0-9A-Fa-f]{4})", match[0])
    if units:
        return _chinese(bytes.fromhex("".join(units)), "utf-16-be")
    return _octets_say(match)


def _octets_say(match: re.Match[str], *, known: bool = False) -> str | None:
    """What written-out bytes say; other signs than Chinese ones only where a page is known to be of such bytes."""
    if not _stands_alone(match, _NO_ADDRESS if known else _BESIDE_OCTETS):
        return None
    octets = bytes(int(one[2], 8) if one[2] else int(one[0] or one[1], 16) for one in _OCTET.findall(match[0]))
    in_utf8 = "\ufffd" not in octets.decode("utf-8", "replace")  # so is 路 in GBK, but then · is meant
    if known and in_utf8 and min(octets) >= 0x80:
        return _readable(octets.decode())
    return _chinese(octets, "utf-8" if in_utf8 else "gbk")


def _named(codes: str) -> str:
    """What ``<U+6C34><U+5229>`` says."""
    return "".join(chr(int(code, 16)) for code in re.findall("[0-9A-F]{4,}", codes))


def _stands_alone(match: re.Match[str], allowed: re.Pattern[str]) -> bool:
    """Whether only this stands beside written-out bytes: in an address or a string they are meant."""
    text, start, end = match.string, *match.span()
    behind = _HALF_OCTET.sub("", text[end : end + 80])
    beside = _ASCII_END.search(text[max(0, start - 80) : start]), _ASCII_BEGIN.match(behind)
    return all(found is None or allowed.fullmatch(found[0]) for found in beside)


def _chinese(code: bytes, encoding: str) -> str | None:
    """What the bytes say, where that is Chinese for the most part, and in GBK, which reads nearly all, nothing else."""
    try:
        text = code.decode(encoding)
    except UnicodeDecodeError:
        return None
    chinese = len(_CHINESE.findall(text))
    return _readable(text) if chinese >= len(text) / (1 if encoding == "gbk" else 2) else None


def _readable(text: str) -> str | None:
    """The text, where it holds nothing but what is printed, and blanks."""
    return text if all(char.isprintable() or char in "\t\n\u3000\u00a0\u200b\u200d" for char in text) else None


def _string(match: re.Match[str]) -> str | None:
    """What a string of JSON says, where the page is known to be of such."""
    if _ASSIGNED.search(match.string[max(0, match.start() - 8) : match.start()]):
        return None
    if _OCTET.match(match[0]):
        return _octets_say(match, known=True)
    if match[0][0] == "<":
        text = _named(match[0])
    else:
        plain = re.sub("[\\\\%]?u(?=[0-9A-Fa-f]{4})", r"\\u", re.sub(r"\\+", r"\\", match[0]))
        text = json.loads(f'"{plain}"').replace("\r\n", "\n")
    return _readable(text)


def _find_escapes(document: Document) -> Found:
    """The runs that spell Chinese, and on a page of such, none of them meant, whatever else is escaped."""
    found = _replace(document, _ESCAPES, _escape, "utf-16 escapes")
    if found.flags or _RANGE.search(document.text):
        return found
    string = _PERCENT_STRING if _PERCENT_CODES.search(document.text) else _STRING
    if sum(map(len, found.edits.after)) >= _PROOF:
        return _replace(document, string, _string, "utf-16 escapes")
    if len(_LINE_ENDS.findall(document.text)) >= _FEWEST_LINE_ENDS and not _is_lesson(document.text):
        every = _replace(document, string, _string, "utf-16 escapes")
        return found if every.flags else every
    return found


ESCAPES = Rule(
    name="entities.escapes",
    version=6,
    kind="repair",
    summary=r"runs of \u escapes that spell Chinese, outside of code",
    example=(r"标题：\u673a\u5668\u5b66\u4e60", "标题：机器学习"),
    find=_find_escapes,
    gate=lambda document: document.holds(*_ESCAPE_SIGNS),
)

RULES = (ENTITIES, BROKEN_ENTITIES, ESCAPES)
