"""From bytes to text: the right encoding, an account of every other byte, and back."""

import random
import time
from pathlib import Path

import numpy as np
import pytest

from cleaners.decode import Decoded, Undecodable, byte_offsets, decode, encode

SIMPLIFIED = "同志们：\n今年全县新修农村公路三百公里，群众出行方便多了。下一步要抓好养护，决不能重建轻管！\n"
TRADITIONAL = "各位同學：\n今年學校新建了圖書館，藏書十萬冊，歡迎大家來借閱。\n"
JAPANESE = "これは日本語の文章です。東京の桜はとても綺麗でした。\n"
KOREAN = "안녕하세요. 오늘은 날씨가 좋습니다. 한국어 문장입니다.\n"
TRUTHS = sorted((Path(__file__).parent / "truth").glob("*.txt"))


def back(decoded: Decoded) -> bytes:
    """The source, rebuilt."""
    return encode(decoded.text, decoded.encoding, decoded.edits, decoded.raw_start, decoded.raw_end)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gb18030"), (SIMPLIFIED, "gbk"), (SIMPLIFIED, "gb2312"), (SIMPLIFIED, "hz"),
        (SIMPLIFIED, "utf-8-sig"), (SIMPLIFIED, "utf-16"), (SIMPLIFIED, "utf-16-le"), (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"), (SIMPLIFIED, "utf-32-le"), (TRADITIONAL, "big5"), (TRADITIONAL, "gbk"),
        (TRADITIONAL, "utf-16-le"), (TRADITIONAL + "喺度嘅啲嘢", "big5hkscs"), (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"), (KOREAN, "euc_kr"), ("café, naïve, brûlée\n", "latin-1"),
        ("It’s “quoted” — ok…\n", "cp1252"), ("Привет, мир\n", "utf-8"), ("تجربة\n", "utf-8"), ("plain\n", "ascii"),
    ],
)  # fmt: skip
def test_encodings(text: str, encoding: str) -> None:
    """Text in each encoding comes out as written, and goes back to the same bytes."""
    raw = text.encode(encoding)
    decoded = decode(raw)
    assert decoded.text == text
    assert back(decoded) == raw


@pytest.mark.parametrize("text", ["联通", "你好", "中文", "哈哈", "会议", "张伟，男", "第1章"])
def test_short_gbk(text: str) -> None:
    """A few characters of GBK are no Korean, no Big5 and no UTF-8."""
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be"])
def test_pieces(encoding: str) -> None:
    """200 random pieces of 12 characters and more of the sample's truths are read as they were written."""
    rng = random.Random(7)
    texts = [path.read_text("utf-8") for path in TRUTHS]
    wrong = []
    for _ in range(200):
        text = rng.choice(texts)
        start, size = rng.randrange(len(text)), rng.choice((12, 40, 200))
        piece = text[start : start + size]
        if len(piece) == size and sum("\u4e00" <= char <= "\u9fff" for char in piece) > size // 2:
            wrong += [piece] if decode(piece.encode(encoding)).text != piece else []
    assert wrong == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "bom_only"),
        (b"\xff\xfe", "bom_only"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "binary"),
        (b"PK\x03\x04" + bytes(range(100)), "binary"),
        (b"\x7fELF" + bytes(60), "binary"),
        (bytes(500), "binary"),
        (bytes(range(256)) * 4, "binary"),
        (random.Random(3).randbytes(4000), "binary"),
    ],
)
def test_undecodable(raw: bytes, reason: str) -> None:
    """What is no text is refused, with a reason and a sentence for people."""
    with pytest.raises(Undecodable) as caught:
        decode(raw)
    assert caught.value.reason == reason
    assert len(caught.value.detail) > 10


def test_random_bytes() -> None:
    """Noise of 2,000 bytes is never text."""
    rng = random.Random(5)
    for _ in range(20):
        with pytest.raises(Undecodable):
            decode(rng.randbytes(2000))


@pytest.mark.parametrize("damage", [b"\xff", b"\xe4\xb8", b"\x80\x80", b"\xed\xa0\xbd"])
def test_damaged_utf8(damage: bytes) -> None:
    """A broken byte in the middle costs one U+FFFD, not the encoding of the file."""
    raw = "前面的话，很长。".encode() + damage + "后面的话。".encode()
    decoded = decode(raw)
    assert decoded.text == "前面的话，很长。\ufffd后面的话。"
    assert decoded.edits.before == [damage.decode("latin-1")]
    assert (decoded.edits.start, decoded.edits.end) == ([8], [9])
    assert (decoded.raw_start, decoded.raw_end) == ([24], [24 + len(damage)])
    assert back(decoded) == raw


def test_truncated() -> None:
    """A file cut inside a character keeps the rest."""
    assert decode(SIMPLIFIED.encode()[:-3]).text.endswith("轻管\ufffd")
    assert decode("全县农村公路".encode()[:-1]).text == "全县农村公\ufffd"
    assert decode(SIMPLIFIED.encode("gbk")[:-2]).text == SIMPLIFIED[:-2] + "\ufffd"


def test_two_encodings() -> None:
    """A line of GBK pasted into UTF-8, and the other way round, is read as what it is."""
    for main, guest in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        raw = SIMPLIFIED.encode(main) * 3 + "这一行是从别处贴来的。\n".encode(guest) + SIMPLIFIED.encode(main)
        decoded = decode(raw)
        assert decoded.text == SIMPLIFIED * 3 + "这一行是从别处贴来的。\n" + SIMPLIFIED
        assert decoded.encoding == main
        assert back(decoded) == raw


def test_nuls_inside_text() -> None:
    """A few NULs do not make a binary file; they stay in the text, for a rule to remove."""
    assert decode("文件\x00管理\x00办法".encode()).text == "文件\x00管理\x00办法"
    assert decode("文件\x00管理办法很好\x00".encode("gbk")).text == "文件\x00管理办法很好\x00"


def test_utf8_of_letters_and_controls() -> None:
    """Valid UTF-8 without any Chinese stays UTF-8, also where it is Chinese that was misread twice."""
    text = "全县农村公路".encode().decode("latin-1").encode().decode("latin-1")
    assert decode(text.encode()).text == text


def test_cesu() -> None:
    """A character beyond U+FFFF in six bytes (CESU-8) is that character, and the edit keeps the bytes."""
    raw = "好".encode() + "\ud83d\ude00".encode("utf-8", "surrogatepass") + "的".encode()
    decoded = decode(raw)
    assert decoded.text == "好😀的"
    assert back(decoded) == raw


def test_declared() -> None:
    """A declaration tips the balance where the bytes leave it even."""
    assert decode('<meta charset="big5">測試'.encode("big5")).encoding == "big5hkscs"
    assert decode(b'<meta charset="gb2312">' + "已经是万国码".encode()).encoding == "utf-8"


def test_byte_offsets() -> None:
    """Code points map to the bytes they came from, also behind a mark and around damage."""
    raw = b"\xef\xbb\xbf" + "中a".encode() + b"\xff\xff" + "😀文".encode()
    decoded = decode(raw)
    assert decoded.text == "中a\ufffd😀文"
    places = np.arange(6)
    assert byte_offsets(decoded, places).tolist() == [3, 6, 7, 9, 13, 16]
    assert byte_offsets(decoded, places, end=True).tolist() == [0, 6, 7, 9, 13, 16]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-32-le"])
def test_byte_offsets_of_every_encoding(encoding: str) -> None:
    """The offset of each code point is the length of the text before it, encoded."""
    text = SIMPLIFIED + "😀abc"
    decoded = decode(text.encode(encoding))
    expected = [len(text[:place].encode(encoding)) for place in range(len(text) + 1)]
    assert byte_offsets(decoded, np.arange(len(text) + 1)).tolist() == expected


def test_long_line_is_quick() -> None:
    """5 MB of UTF-8 in one line take well under a second, chardet is not asked."""
    raw = (SIMPLIFIED.replace("\n", "") * 60_000).encode()[:5_000_000]
    raw = raw[: len(raw) // 3 * 3]
    start = time.process_time()
    decode(raw)
    assert time.process_time() - start < 1.0
