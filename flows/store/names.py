"""Names and texts that UTF-8 cannot hold, written so that Parquet can store them and nothing is lost.

File names may be any bytes, and JSON may carry half of a surrogate pair. Ordinary names and texts stay as they are.
"""

from __future__ import annotations

import re

_NAME_ODD = re.compile("[\\\\\udc80-\udcff]")
_NAME_CODE = re.compile(r"\\x([0-9a-f]{2})")
_TEXT_ODD = re.compile("[\ud800-\udfff\uffff]")
_TEXT_CODE = re.compile("\uffff([0-9a-f]{4})")


def stored_name(name: bytes) -> str:
    r"""Write a file name as a storable string: a byte that is not UTF-8 becomes ``\xHH``, and so does a backslash.

    >>> print(stored_name("报告-".encode() + b"\xb5\xda.txt"))
    报告-\xb5\xda.txt
    """
    text = name.decode("utf-8", "surrogateescape")
    return _NAME_ODD.sub(lambda match: f"\\x{ord(match[0]) & 0xFF:02x}", text)


def file_name(stored: str) -> bytes:
    r"""Undo `stored_name`.

    >>> file_name(stored_name(b"a\\x41\xff"))
    b'a\\x41\xff'
    """
    text = _NAME_CODE.sub(lambda match: _name_byte(int(match[1], 16)), stored)
    return text.encode("utf-8", "surrogateescape")


def _name_byte(byte: int) -> str:
    return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)


def stored_text(text: str) -> str:
    r"""Write lone surrogates as U+FFFF (a noncharacter) and four hex digits.

    >>> stored_text("好\ud83d") == "好\uffffd83d"
    True
    """
    return _TEXT_ODD.sub(lambda match: f"\uffff{ord(match[0]):04x}", text)


def original_text(stored: str) -> str:
    r"""Undo `stored_text`.

    >>> original_text(stored_text("\ud83d\uffff好")) == "\ud83d\uffff好"
    True
    """
    return _TEXT_CODE.sub(lambda match: chr(int(match[1], 16)), stored) if "\uffff" in stored else stored
