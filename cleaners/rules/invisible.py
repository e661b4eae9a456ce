"""What nobody sees: line ends of other systems, control characters, zero-width watermarks, glyphs without a meaning."""

from __future__ import annotations

import re

from cleaners.document import Document, Flag, Found, Rule

_OTHER_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")

_JOINERS = "\u200c\u200d"
_SPACES = "\u200b\u2060\ufeff\u180e\u034f\u00ad"
_BIDI = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = re.compile(
    f"[{_JOINERS}{_SPACES}{_BIDI}\ufff9-\ufffb\U000e0000-\U000e007f]+|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{{2,}}"
)
_ZERO_WIDTH_CHARS = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u180e\u034f\u00ad\u200e\u200f\u061c\ufff9\ufffa\ufffb"
    + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10)]))
    + "".join(map(chr, [*range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0)]))
)
# Scripts that are written with joiners, non-joiners and zero-width spaces: Arabic, Syriac, N'Ko, the Indic scripts,
# Thai to Myanmar, Khmer, Mongolian, and the Arabic presentation forms (Unicode 15, blocks).
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_EMOJI = "\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
_EMOJI_CHAR = re.compile(f"[{_EMOJI}\ufe0f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")


def _find_line_ends(document: Document) -> Found:
    """Write every line end as ``\\n``: ``第一行\\r\\n第二行`` becomes ``第一行\\n第二行``."""
    found = Found()
    for match in _OTHER_LINE_ENDS.finditer(document.text):
        found.edits.add(match.start(), match[0], "\n", 1.0, "a line end of another system")
    return found


def _find_controls(document: Document) -> Found:
    """Take out control characters other than tab and line feed: ``会\\x00议`` becomes ``会议``."""
    found = Found()
    for match in _CONTROLS.finditer(document.text):
        found.edits.add(match.start(), match[0], "", 0.99, f"{len(match[0])} control character(s), which print nothing")
    return found


def _find_zero_width(document: Document) -> Found:
    """Take out zero-width characters where they mean nothing: ``会\\u200b议`` becomes ``会议``.

    They stay within emoji sequences and flags, beside scripts that are written with them, on lines that run from right
    to left, and as the soft hyphens of Latin words. One variation selector is a glyph's; a row of them hides bytes.
    """
    found = Found()
    text = document.text
    for match in _ZERO_WIDTH.finditer(text):
        start, end = match.span()
        if not _means_something(text, start, end):
            found.edits.add(start, match[0], "", 0.98, f"{end - start} zero-width character(s)")
    return found


def _means_something(text: str, start: int, end: int) -> bool:
    before, after, run = text[max(0, start - 1) : start], text[end : end + 1], text[start:end]
    if _JOINING.search(before + after):
        return True
    if run == "\u200d" and _EMOJI_CHAR.match(before) and _EMOJI_CHAR.match(after):
        return True
    if run == "\u00ad" and before.isalpha() and after.isalpha() and before < "\u0250" and after < "\u0250":
        return True
    if _FLAG.fullmatch(text, max(0, start - 1), end):
        return True
    line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1][:2000]
    return run in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" and bool(
        _RIGHT_TO_LEFT.search(line)
    )


# Discuz fills the ends of lines with (chr(32..59) + " " + chr(63..126)) * n in a colour nobody sees.
_JAMMER = re.compile(r"(?m)^(?:[ -;] [?-~]){4,}|(?:[ -;] [?-~]){4,}$")
_HAN = re.compile("[\u3400-\u9fff]")


def _find_jammer(document: Document) -> Found:
    """Take out the jamming strings of forum software at the edges of Chinese lines.

    ``今天开会/ E$ {" R9 |, q`` becomes ``今天开会``. Punctuation must be among the characters, on a line that is
    Chinese: drawings, regular expressions and formulae have lines of their own.
    """
    found = Found()
    for start, line in zip(document.line_starts, document.lines, strict=True):
        if " " not in line or not _HAN.search(line):
            continue
        for match in _JAMMER.finditer(line):
            if sum(not char.isalnum() and char != " " for char in match[0]) * 4 >= len(match[0]):
                found.edits.add(start + match.start(), match[0], "", 0.95, "the pattern of a forum's jamming strings")
    return found


_BETWEEN = re.compile(f"(?<=[\u3400-\u9fff])(?:[{_EMOJI}]\ufe0f?)+(?=[\u3400-\u9fff])")
_ANY_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?")
_MIN_EMOJI = 8


def _find_emoji_noise(document: Document) -> Found:
    """Take out pictographs strewn between the characters of running text.

    ``推进🐉乡村🍁振兴`` becomes ``推进乡村振兴``, where at least eight stand so, nearly all different and few
    elsewhere: people put theirs behind clauses, and repeat them.
    """
    between = list(_BETWEEN.finditer(document.text))
    if len(between) < _MIN_EMOJI or len({match[0] for match in between}) * 4 < len(between) * 3:
        return Found()
    if len(_ANY_EMOJI.findall(document.text)) * 3 > sum(len(_ANY_EMOJI.findall(match[0])) for match in between) * 4:
        return Found()
    found = Found()
    for match in between:
        found.edits.add(
            match.start(), match[0], "", 0.9, f"one of {len(between)} pictographs strewn between characters"
        )
    return found


_UNREADABLE = re.compile("\ufffd+|[\ue000-\uf8ff\U000f0000-\U0010fffd]+")


def _find_unreadable(document: Document) -> Found:
    """Flag what no reader can tell: replacement characters (``lost``) and private-use glyphs (``private_use``)."""
    found = Found()
    for match in _UNREADABLE.finditer(document.text):
        lost = match[0][0] == "\ufffd"
        kind, detail = (
            ("lost", "characters lost in decoding") if lost else ("private_use", "a font of its own shows them")
        )
        found.flags.append(Flag(kind, *match.span(), match[0], detail, len(match[0])))
    return found


LINE_ENDS = Rule(
    name="invisible.line_ends",
    version=1,
    kind="normalise",
    summary="Writes every line end as a line feed.",
    example=("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
    find=_find_line_ends,
    gate=frozenset("\r\u2028\u2029"),
)
CONTROLS = Rule(
    name="invisible.controls",
    version=1,
    kind="remove",
    summary="Takes out control characters, NUL among them; tabs and line feeds stay.",
    example=("会\x00议\x9d开始", "会议开始"),
    find=_find_controls,
    gate=frozenset(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)])),
)
ZERO_WIDTH = Rule(
    name="invisible.zero_width",
    version=1,
    kind="remove",
    summary="Takes out zero-width watermarks; emoji sequences and scripts that need joiners keep theirs.",
    example=("会\u200b议\u2060开\u200d始", "会议开始"),
    find=_find_zero_width,
    gate=_ZERO_WIDTH_CHARS,
)
JAMMER = Rule(
    name="invisible.jammer",
    version=1,
    kind="remove",
    summary="Takes out the strings forum software hides at the ends of lines.",
    example=('今天开会/ E$ {" R9 |, q\n散会', "今天开会\n散会"),
    find=_find_jammer,
    gate=lambda document: " " in document.chars and _JAMMER.search(document.text) is not None,
)
EMOJI_NOISE = Rule(
    name="invisible.emoji_noise",
    version=1,
    kind="remove",
    summary="Takes out pictographs strewn between the characters of running text.",
    example=("推🐉进乡🍁村振🎃兴战🚜略实🧩施规🪁划的🥝意🪵见", "推进乡村振兴战略实施规划的意见"),
    find=_find_emoji_noise,
    gate=lambda document: any(char > "\u25ff" and not "\u2e80" <= char <= "\uffef" for char in document.chars),
)
UNREADABLE = Rule(
    name="invisible.unreadable",
    version=1,
    kind="flag",
    summary="Flags replacement characters and private-use glyphs.",
    example=("青\ufffd\ufffd县", "青\ufffd\ufffd县"),
    find=_find_unreadable,
    gate=lambda document: any("\ue000" <= char <= "\uf8ff" or char >= "\ufffd" for char in document.chars),
)
FIRST: tuple[Rule, ...] = (LINE_ENDS,)
# Control characters may be bytes of another encoding: what repairs those comes first.
AFTER_MOJIBAKE: tuple[Rule, ...] = (CONTROLS, ZERO_WIDTH, JAMMER, EMOJI_NOISE)
LAST: tuple[Rule, ...] = (UNREADABLE,)
