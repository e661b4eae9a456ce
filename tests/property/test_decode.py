"""Whatever the bytes, the source can be rebuilt."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.decode import Undecodable, byte_offsets, decode, encode

CODECS = ("utf-8", "gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-32", "cp932", "euc_jp", "cp949", "latin-1")


def check(raw: bytes) -> None:
    """Decoding gives text without lone surrogates, and encoding gives ``raw``."""
    try:
        decoded = decode(raw)
    except Undecodable:
        return
    decoded.text.encode("utf-8")
    assert encode(decoded.text, decoded.encoding, decoded.edits, decoded.raw_start, decoded.raw_end) == raw
    for start, end, after in zip(decoded.edits.start, decoded.edits.end, decoded.edits.after, strict=True):
        assert decoded.text[start:end] == after
    places = np.arange(len(decoded.text) + 1)
    starts, ends = byte_offsets(decoded, places), byte_offsets(decoded, places, end=True)
    assert (np.diff(starts) >= 0).all() and (np.diff(ends) >= 0).all()
    assert ends[-1] == len(raw) or not decoded.text


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=60))
def test_any_bytes(raw: bytes) -> None:
    """Bytes without any sense."""
    check(raw)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.sampled_from(CODECS), st.binary(max_size=4), st.integers(0, 60), st.integers(0, 3))
def test_damaged_text(text: str, codec: str, noise: bytes, place: int, cut: int) -> None:
    """Text in some encoding, with noise in the middle and the end cut off."""
    raw = ("中文的话。" + text).encode(codec, "ignore")
    check(raw[:place] + noise + raw[place : max(0, len(raw) - cut)] or b"x")
