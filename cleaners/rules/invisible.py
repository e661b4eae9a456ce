"""Characters that show nothing or show a box: removed where they carry no meaning, flagged where something is lost.

What carries meaning stays: joiners in emoji, Persian and Indic words, marks of direction in right-to-left text,
variation selectors behind emoji and ideographs, break marks in Thai, U+3000, and every Han character however rare.
"""

from __future__ import annotations

import re

from cleaners.document import Document, Flag, Found, Rule, table_of
from cleaners.han import FREQUENT

# ---------------------------------------------------------------- line ends

_LINE_END = re.compile("\r(?=\n)|[\r\x0b\x0c\u2028\u2029]")


def _find_newlines(document: Document) -> Found:
    """Line ends of every kind become one; among other strewn controls, a tab of printers inside a word is none."""
    found = Found()
    text = document.text
    strewn = _CONTROL_RUN.search(text) is not None
    for match in _LINE_END.finditer(text):
        windows = match[0] == "\r" and text.startswith("\n", match.end())
        around = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        stray = strewn and match[0] in "\x0b\x0c" and all(map(_IS_HAN.match, around))
        found.edits.add(match.start(), match[0], "" if windows or stray else "\n")
    return found


NEWLINES = Rule(
    name="layout.newlines",
    version=2,
    kind="normalise",
    summary="line ends of Windows, old Macintoshes, printers and Unicode become \\n",
    example=("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
    find=_find_newlines,
    gate=frozenset("\r\x0b\x0c\u2028\u2029"),
)

# ---------------------------------------------------------------- controls

_CONTROLS = "".join(
    chr(point) for point in (*range(9), *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)
)
# A terminal's escape sequence goes whole: without ESC, [1;31m would stand in the text.
_CONTROL_RUN = re.compile(f"(?:\x1b\\[[0-9;]{{0,12}}[A-Za-z]|[{_CONTROLS}])+")


def _find_controls(document: Document) -> Found:
    found = Found()
    for match in _CONTROL_RUN.finditer(document.text):
        found.edits.add(match.start(), match[0], "", 1.0, "control characters")
    return found


CONTROLS = Rule(
    name="invisible.controls",
    version=2,
    kind="remove",
    summary="control characters other than tab and line end, NUL among them, and code points that are no characters",
    example=("文\x00件\x07管理\x85", "文件管理"),
    find=_find_controls,
    gate=frozenset(_CONTROLS),
)

# ---------------------------------------------------------------- zero width

_TAGS = "\U000e0001\U000e0020-\U000e007f"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FIRST_IDEOGRAPHIC = "\U000e0100"  # of the selectors for ideographs, which rare characters in names have
_IDEOGRAPHIC = re.compile("[\ufe00-\ufe02\U000e0100-\U000e01ef]")
_COMMON, _FEWEST_STREWN = frozenset(FREQUENT[:1000]), 6
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_DIRECTS = tuple("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PLAIN = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_INVISIBLE_RUN = re.compile(f"[{_PLAIN}{_DIRECTION}{_SELECTORS}{_TAGS}]+")

# Scripts whose words need a joiner, a non-joiner or a break that shows nothing: Arabic to Hangul jamo, Ethiopic
# left out, Khmer, Mongolian, and the scripts of South East Asia; Arabic presentation forms.
_JOINING = re.compile("[\u0590-\u11ff\u1780-\u18af\u1900-\u1cff\ua880-\ua8ff\ua980-\uaaff\ufb50-\ufdff\ufe70-\ufefc]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f" \
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"  # fmt: skip
_IS_EMOJI = re.compile(f"[{_EMOJI}]")
_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_IS_HAN = re.compile(f"[{_HAN}]")
_FLAG_TAGS = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")


def _find_zero_width(document: Document) -> Found:
    found = Found()
    text = document.text
    right_to_left = _RIGHT_TO_LEFT.search(text) is not None
    strewn = _strews_selectors(text)
    kept_tags = {place for match in _FLAG_TAGS.finditer(text) for place in range(*match.span())}
    for match in _INVISIBLE_RUN.finditer(text):
        start = match.start()
        for place in range(match.start(), match.end() + 1):
            char = text[place : place + 1]
            noise = strewn and _IDEOGRAPHIC.match(char)
            directs = right_to_left and char in _DIRECTS
            if (
                place == match.end()
                or directs
                or place in kept_tags
                or (not noise and _means_something(text, place, match.end()))
            ):
                if place > start:
                    found.edits.add(start, text[start:place], "", 0.99, "shows nothing and joins nothing")
                start = place + 1
    return found


def _strews_selectors(text: str) -> bool:
    """Whether selectors stand behind many different characters, common ones, which vary as little as any."""
    behind = [text[match.start() - 1 : match.start()] for match in _IDEOGRAPHIC.finditer(text)]
    common = [char for char in behind if char in _COMMON]
    return len(set(common)) >= _FEWEST_STREWN and 2 * len(common) >= len(behind)


def _means_something(text: str, place: int, end: int) -> bool:
    """Whether the invisible character at ``place`` does its work: ``end`` is where its run ends."""
    char, before, after = text[place], text[place - 1 : place], text[end : end + 1]
    if "\ufe00" <= char <= "\ufe0f" or char >= _FIRST_IDEOGRAPHIC:
        return _selects(char, before, text[place + 1 : place + 2])
    if char == "\u200d" and (_IS_EMOJI.match(before) or before == "\ufe0f"):
        return end == place + 1 and bool(_IS_EMOJI.match(after))
    if char == "\u00ad":  # the soft hyphen of a Latin word, or a byte among others that were read as Latin-1
        word = before.isalpha() and after.isalpha() and max(before, after) < "\u0250"
        return end == place + 1 and (word or "\u0080" <= min(before, after) <= max(before, after) < "\u0250")
    joins = char in "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060"
    return joins and end == place + 1 and bool(_JOINING.match(before) or _JOINING.match(after))


def _selects(char: str, before: str, after: str) -> bool:
    """Whether a variation selector stands behind something that varies."""
    if char >= _FIRST_IDEOGRAPHIC:
        return bool(_IS_HAN.match(before))
    keycap = before in tuple("0123456789#*") and (after == "\u20e3")
    varies = (char <= "\ufe02" and _IS_HAN.match(before)) or _IS_EMOJI.match(before) or _JOINING.match(before)
    return keycap or bool(varies) or before in tuple("，。、：；！？〈〉") or "\u2200" <= before <= "\u22ff"


ZERO_WIDTH = Rule(
    name="invisible.zero_width",
    version=4,
    kind="remove",
    summary="zero-width watermarks, stray joiners, selectors, tags and marks of direction",
    example=("机\u200b密\u2060文\ufeff件", "机密文件"),
    find=_find_zero_width,
    gate=frozenset(
        chr(point)
        for first, last in (
            (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E),
            (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
            (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0xE0001, 0xE007F), (0xE0100, 0xE01EF),
        )
        for point in range(first, last + 1)
    ),
)  # fmt: skip

# ---------------------------------------------------------------- spaces

_SPACES = "\u00a0\u2000-\u200a\u202f\u205f\u2800"
_SPACE_RUN = re.compile(f"[{_SPACES}]+")
_BRAILLE = re.compile("[\u2801-\u28ff]")
_LATIN = re.compile("[0-9A-Za-z\u00c0-\u024f%$€£°]")


def _find_spaces(document: Document) -> Found:
    """A no-break space between two Latin words or in a number is typography and stays."""
    found = Found()
    text = document.text
    for match in _SPACE_RUN.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        meant = (_LATIN.match(before) and _LATIN.match(after)) or _BRAILLE.match(before) or _french(before, after)
        if not meant:
            found.edits.add(match.start(), match[0], " " * len(match[0]), 1.0, "a space of another width")
    return found


def _french(before: str, after: str) -> bool:
    """Whether a no-break space sets off a mark the way French does: « mot » ou mot ? ou mot :"""
    return before == "«" or after == "»" or (bool(_LATIN.match(before)) and after in tuple("?!:;"))


SPACES = Rule(
    name="invisible.spaces",
    version=2,
    kind="normalise",
    summary="no-break and typographic spaces become plain ones, save between Latin words and in numbers",
    example=("第一章\u00a0\u00a0总则", "第一章  总则"),
    find=_find_spaces,
    gate=frozenset("\u00a0\u202f\u205f\u2800") | {chr(point) for point in range(0x2000, 0x200B)},
)

# ---------------------------------------------------------------- private use

# GB 18030-2000 had no code points yet for these characters of its table and used private ones; the standard of 2005
# and Unicode 4.1 to 5.1 gave them theirs. The map is published in GB 18030-2005, annex.
_GB18030_PRIVATE = dict(
    zip(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u1e3f\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
        strict=True,
    )
)
_PRIVATE_RUN = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+")
_PRIVATE = table_of(map(chr, (*range(0xE000, 0xF900), 0x10FFFD)))


def _find_private(document: Document) -> Found:
    found = Found()
    for match in _PRIVATE_RUN.finditer(document.text):
        known = "".join(map(_GB18030_PRIVATE.get, match[0], match[0]))
        if known == match[0]:
            found.flags.append(Flag("pua", match.start(), match.end(), match[0], "", len(match[0])))
        else:
            found.edits.add(match.start(), match[0], known, 1.0, "GB 18030-2005")
    return found


PRIVATE_USE = Rule(
    name="invisible.private_use",
    version=1,
    kind="repair",
    summary="private-use code points of GB 18030-2000 get their own; others are flagged (pua)",
    example=("从\ue81e部的字", "从\u9fb4部的字"),
    find=_find_private,
    gate=lambda document: document.shows(_PRIVATE) and _PRIVATE_RUN.search(document.text) is not None,
)

# ---------------------------------------------------------------- what is lost

_CHOICE = "是否有无無男女"  # what stands beside a check-box
_BOXES = f"(?<=[{_HAN}])(?<![{_CHOICE}])[□■▯]{{1,40}}(?=[{_HAN}])(?![{_CHOICE}])"
# A character that looks like a box, also where a reader of pictures took 口 for it: 人囗 is 人口.
_WALL = (
    f"(?<=[{_HAN}])(?<![人门窗出入路港关进渡井户缺伤袖胸领洞巷河虎海岔道端])囗"
    f"(?=[{_HAN}])(?![之号味头语罩气岸感径令红才技吻碑])"
)
_NAMES_WALL = re.compile("部首|偏旁|字框|象形|甲骨|读作|音围")
_LOST_RUN = re.compile(f"\ufffd+|烫{{4,}}|屯{{4,}}|(?:锟斤拷)+|{_BOXES}|{_WALL}|口{{4,}}")
_LOST_SIGNS = ("\ufffd", "□", "■", "▯", "囗", "烫烫烫烫", "屯屯屯屯", "锟斤拷", "口口口口")


def _find_lost(document: Document) -> Found:
    found = Found()
    named = _NAMES_WALL.search(document.text) is not None
    for match in _LOST_RUN.finditer(document.text):
        if named and match[0] == "囗":
            continue
        lost = len(match[0]) // 3 * 2 if match[0][0] == "锟" else len(match[0])
        found.flags.append(Flag("lost", match.start(), match.end(), match[0], "characters that cannot be known", lost))
    return found


LOST = Rule(
    name="invisible.lost",
    version=2,
    kind="flag",
    summary="U+FFFD, boxes between Han and filler of memory: text is lost here, so many characters of it",
    example=("发\ufffd\ufffd展", "发\ufffd\ufffd展"),
    find=_find_lost,
    gate=lambda document: document.holds(*_LOST_SIGNS),
)

# ---------------------------------------------------------------- jammer strings

# A blank drawn as the first sign of a pair is lost where blanks run together; Markdown sets a backslash before a sign.
_SECOND = r"\\?[?-~]"
_PAIR = rf"(?:\\?[\x20-;])? {_SECOND}"
_FIRST_PAIR = rf"(?:\\?[!-;] )?{_SECOND}"
_JAMMER = re.compile(
    f"(?m)(?<=[{_HAN}，。、：；！？”）》…?:,;!.])(?:{_PAIR}){{4,30}}$"
    f"|(?<=[0-9A-Za-z%％])(?P<word>(?:{_PAIR}){{4,30}})$"
    f"|^{_FIRST_PAIR}(?:{_PAIR}){{3,30}}(?=[{_HAN}“（《\u3000]| ?\\(?[0-9一二三四五六七八九十]{{1,3}}[.、)])"
    f"|^{_FIRST_PAIR}(?:{_PAIR}){{3,30}}(?P<latin>)(?=[A-Za-z]{{2}})"
    f"|^(?P<line>{_FIRST_PAIR}(?:{_PAIR}){{3,30}}\n)"
)
_ENDED = frozenset("。！？”…")
_JAMMED = 3  # runs, or lines of nothing else, as many as prove that the others are no author's
_JAMMER_SIGNS = frozenset("!\"#$%&'()*+,-./:;?@[\\]^_`{|}~")


def _find_jammers(document: Document) -> Found:
    """Discuz writes 5 to 15 times chr(32..59), a space, chr(63..126) at the edge of a line, in white on white."""
    found = Found()
    matches = list(_JAMMER.finditer(document.text))
    sure = [match for match in matches if _is_random(match[0], 3)]
    jammed = sum(match["line"] is not None for match in sure) >= _JAMMED
    edged = sum(match["line"] is None for match in sure) >= _JAMMED
    for match in matches:
        ended = document.text[match.start() - 1 : match.start()] in _ENDED  # nothing follows a paragraph's last mark
        proved, signs = (jammed, 2) if match["line"] else (jammed or edged, 0 if ended else 1)
        alone = match["line"] is match["word"] is match["latin"] is None  # Latin may be what an author goes on in
        if _is_random(match[0], signs if proved else 3) and (proved or alone):
            found.edits.add(match.start(), match[0], "", 0.97, "the pattern of Discuz's jammer")
    return found


def _is_random(text: str, signs: int) -> bool:
    """Whether hardly anything repeats and there are so many different signs."""
    different = set(text)
    return len(different) > len(text) // 4 and sum(not (c.isalnum() or c.isspace()) for c in different) >= signs


JAMMER = Rule(
    name="invisible.jammer",
    version=6,
    kind="remove",
    summary="random pairs that a forum hides at the edge of lines against copying",
    example=("会议开始了。3 l' R6 x, G! ~9 Z", "会议开始了。"),
    find=_find_jammers,
    gate=lambda document: " " in document.chars and len(_JAMMER_SIGNS & document.chars) >= 3,
)

# ---------------------------------------------------------------- emoji noise

_PICTURE = re.compile(f"[{_EMOJI}][{_EMOJI}\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
_FEWEST_PICTURES = 6
_FEWEST_GLYPHS = 3  # different ones
# A list of things, each behind its picture: the first does not stand inside a word, and there are no clauses.
_HEADS_LIST = re.compile(
    "(?:[^\U0001f000-\U0001faff，。；！？,;!?]*[：: \u3000])?[\U0001f000-\U0001faff][^，。；！？,;!?]*$"
)
_MANY_PICTURES = 12  # different ones: an author has fewer favourites
# Pictures and letters of ancient scripts west of China.
_GLYPH = re.compile("[\U00010000-\U00016fdf]+")
_NAMES_GLYPHS = re.compile("[象线楔]形|圣书|聖書|埃及|字符|字母|符文|古文字|读作|Unicode")
_BEYOND = table_of("\U0001f000")


def _find_emoji(document: Document) -> Found:
    found = Found()
    for match in sorted(_emoji(document) + _glyphs(document), key=lambda match: match.start()):
        found.edits.add(match.start(), match[0], "", 0.9, "one of many different pictures inside words")
    return found


def _emoji(document: Document) -> list[re.Match[str]]:
    """Writers put pictures behind clauses and repeat their favourites; noise splits words and seldom repeats."""
    pictures = [match for match in _PICTURE.finditer(document.text) if match[0] >= "\U0001f000"]
    inside = _between_han(document.text, pictures)
    # The same place in text that stands on the page twice is one.
    places = {document.text[match.start() - 1 : match.end() + 1] for match in inside}
    many = len({match[0] for match in inside}) >= min(0.5 * len(places), _MANY_PICTURES)
    if not many or any(_HEADS_LIST.match(line) for line in document.lines):
        return []
    return inside


def _glyphs(document: Document) -> list[re.Match[str]]:
    """Signs of a script that the page does not speak of, each alone, on a page with marks to set them beside."""
    text = document.text
    inside = _between_han(text, list(_GLYPH.finditer(text)))
    single = all(len(match[0]) == 1 for match in inside) and len({match[0] for match in inside}) >= _FEWEST_GLYPHS
    marked = 4 * sum(map(text.count, "，。")) >= len(inside)
    return inside if single and marked and not _NAMES_GLYPHS.search(text) else []


def _between_han(text: str, pictures: list[re.Match[str]]) -> list[re.Match[str]]:
    """Those between Han, where they are enough and hardly any stand elsewhere."""
    inside = [m for m in pictures if _IS_HAN.match(text[m.start() - 1 : m.start()]) and _IS_HAN.match(text, m.end())]
    return inside if len(inside) >= max(_FEWEST_PICTURES, 0.9 * len(pictures)) else []


EMOJI_NOISE = Rule(
    name="invisible.emoji_noise",
    version=4,
    kind="remove",
    summary="many different pictographs, or signs of ancient scripts, strewn between Han characters",
    example=("推🦧动乡🧿村全🪛面振🧬兴建🪕设好🫀家园", "推动乡村全面振兴建设好家园"),
    find=_find_emoji,
    gate=lambda document: document.shows(_BEYOND),
)

RULES = (ZERO_WIDTH, CONTROLS, SPACES, PRIVATE_USE, JAMMER, EMOJI_NOISE, LOST)
