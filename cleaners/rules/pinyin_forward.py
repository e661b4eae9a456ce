"""How pinyin got into GBK bytes: the forward model of the damage, which proves every repair of it.

The pages went through five steps, the middle three on bytes without regard to where a character begins:

1. simplified characters were made traditional one at a time, and punctuation was full-width;
2. the text became GBK, and for each character of a list that differs from page to page, ``X`` was replaced by
   ``X(reading)``; the two bytes of ``X`` also match where they are the second byte of one character and the first
   of the next (a *straddled* site);
3. something of one byte below 0x40 was put before ``，、！；。？`` (not before ``：``), wherever the two bytes match;
4. PHP's mbstring decoded it as CP936: a lead byte followed by an impossible one eats it and both become one ``?``;
   pairs of the user-defined areas become private-use characters, which nothing displays, and vanish;
5. full-width punctuation was narrowed.

After a match across two characters the bytes pair up wrongly until something brings them back into step (a
*shifted run*). `inject` regenerates such a page from its repaired text, character for character.

Step 1 and 3 may be missing, and other decoders than PHP's do step 4 otherwise: see `Dialect`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

MARKED = "，、！；。？"
"""The punctuation before which step 3 put its byte, in the order in which the replacements ran."""

_WIDE = "，！；：？（）"
_NARROW = ",!;:?()"
_TO_NARROW = str.maketrans(_WIDE, _NARROW)
_TO_WIDE = dict(zip(_NARROW, _WIDE, strict=True))
# Not between two letters or digits: 3:1, 10,000 and http://a.b were ASCII before the damage as well.
_WIDENED = re.compile(r"[,!;:?()](?![0-9A-Za-z/])|(?<![0-9A-Za-z])[,!;:?()]")
_MARKER = b"\x00"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a page was marked (step 3), and what its decoder made of bytes that are no character (step 4).

    ``sign`` is what it printed for them. ``eats``: an impossible second byte went with the first (PHP); else it was
    read again (Python, browsers, Java). A pair of the user-defined areas became nothing (``private`` is "lost"), a
    private-use character ("kept": browsers, GB18030), or its first byte a sign, the second being read again ("torn":
    Python's gbk).
    """

    sign: str = "?"
    eats: bool = True
    private: str = "lost"
    marked: str = MARKED


PHP = Dialect()


def _bad_pair(dialect: Dialect, error: UnicodeError) -> tuple[str, int]:
    """What a decoder prints where GBK has no character, and where it reads on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start, pair = error.start, error.object[error.start : error.start + 2]
    if pair[0] == 0x80 and dialect.private != "torn":
        return "€", start + 1
    if is_pair(pair) and dialect.private != "torn":
        return pair.decode("gb18030") if dialect.private == "kept" else "", start + 2
    return dialect.sign, start + (len(pair) if dialect.eats else 1)


@cache
def _errors(dialect: Dialect) -> str:
    """The name of an error handler that does as the decoder of a dialect."""
    name = f"jiaokan-{dialect}"
    codecs.register_error(name, partial(_bad_pair, dialect))
    return name


def is_pair(code: bytes) -> bool:
    """Whether two bytes can be a character of CP936 at all: lead 81-FE, trail 40-7E or 80-FE.

    The 2,149 such pairs that Python's gbk codec does not know are those CP936 leaves to private use: AAA1-AFFE,
    F8A1-FEFE, A140-A7A0 and the single gaps of GBK (A2AB, A6D9, FE50 ...).
    """
    return len(code) == 2 and 0x81 <= code[0] <= 0xFE and 0x40 <= code[1] <= 0xFE and code[1] != 0x7F


def decode_cp936(data: bytes, dialect: Dialect = PHP) -> str:
    """Decode as the decoder of a dialect does: PHP's mbstring for CP936, private-use characters left out.

    A lead byte (0x81-0xFE) and an impossible second byte give one ``?`` together; so does a lead byte at the end.

    >>> decode_cp936(bytes.fromhex("d3c2 93 28") + "lián)".encode("gbk") + bytes.fromhex("fac6 e4d8"))
    '勇?lián)湄'
    """
    return data.decode("gbk", _errors(dialect))


def narrow(text: str) -> str:
    """Full-width ``，！；：？（）`` as ASCII, one for one; ``、`` and ``。`` have no ASCII form and stay."""
    return text.translate(_TO_NARROW)


def widen(text: str) -> str:
    """ASCII ``,!;:?()`` as full-width, except inside numbers, times and addresses.

    >>> widen("示範區(以下簡稱a:b和3.5),改革")
    '示範區（以下簡稱a:b和3.5），改革'
    """
    return _WIDENED.sub(lambda match: _TO_WIDE[match.group()], text)


def annotate(data: bytes, annotated: Mapping[str, str], marked: str = MARKED) -> bytes:
    """Step 2 and 3 on GBK bytes: readings after listed characters, marker bytes before the punctuation ``marked``."""
    for character, reading in annotated.items():
        code = character.encode("gbk")
        data = data.replace(code, code + b"(" + reading.encode("gbk") + b")")
    for mark in marked:
        code = mark.encode("gbk")
        data = data.replace(code, _MARKER + code)
    return data


def damage(wide: str, annotated: Mapping[str, str], dialect: Dialect = PHP, *, by_line: bool = False) -> str:
    """Steps 2 to 4 on a text that is traditional and full-width already.

    Characters that GBK does not have stood on the page as entities; they pass, and end a shifted run. ``by_line`` for
    pages whose lines were decoded one by one, so that no lead byte ate a line break.
    """
    if by_line:
        return "\n".join(damage(line, annotated, dialect) for line in wide.split("\n"))
    foreign = "".join(sorted(char for char in set(wide) if not _in_gbk(char)))
    if not foreign:
        return _damage_gbk(wide, annotated, dialect)
    parts = re.split(f"([{re.escape(foreign)}]+)", wide)
    parts[::2] = [_damage_gbk(part, annotated, dialect) for part in parts[::2]]
    return "".join(parts)


def inject(text: str, annotated: Mapping[str, str], dialect: Dialect = PHP, *, narrowed: bool = True) -> str:
    """Damage a traditional text as those pages were, and return what a scraper would have found.

    ``annotated`` is the page's list, character to reading, in the order in which the page replaced them. With
    ``narrowed`` (most pages) the result has ASCII punctuation, otherwise full-width.

    >>> inject("必須勇擔其責、先行", {"聯": "lián"})
    '必須勇?lián)湄?、先行'
    >>> inject("保穩定“三保”工作,夯實", {"穩": "wěn"})
    '保穩(wěn)定“三?!惫ぷ?,夯實'

    Raises UnicodeEncodeError where the list holds something GBK does not have.
    """
    found = damage(widen(text), annotated, dialect)
    return narrow(found) if narrowed else found


def _damage_gbk(text: str, annotated: Mapping[str, str], dialect: Dialect) -> str:
    pieces = annotate(text.encode("gbk"), annotated, dialect.marked).split(_MARKER)
    return "".join(decode_cp936(piece, dialect) for piece in pieces)


def _in_gbk(char: str) -> bool:
    if char == "\x00":  # the stand-in for the marker
        return False
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
