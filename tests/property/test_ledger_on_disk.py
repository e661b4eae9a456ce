"""Whatever bytes lie in the raw folder, the published tables lead back to them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.verify import verify
from tests.flows.corpora import TRADITIONAL, publish, rows, text, write

_ENCODINGS = st.sampled_from(["utf-8", "gb18030", "big5", "utf-16", "utf-16-le", "utf-8-sig", "shift_jis", "hz"])
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.integers(0, 50).map(lambda seed: text(seed, 4)),
    st.sampled_from(
        [TRADITIONAL, "發(fā)展(zhǎn)\n1、經(jīng)濟(jì)", "此处隐藏99字……\n\n", "篇一：总结\n好。\n篇二：总结\n好。"]
    ),
)


@st.composite
def _sources(draw: st.DrawFn) -> bytes:
    """Texts in any encoding, with a stretch of arbitrary bytes somewhere, or nothing but that."""
    data = draw(_TEXTS).encode(draw(_ENCODINGS), "replace")
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=20)) + data[at + draw(st.integers(0, 3)) :]
    return data


@settings(max_examples=15, deadline=None)
@given(st.lists(_sources(), min_size=1, max_size=12))
def test_every_byte_is_accounted_for(sources: list[bytes]) -> None:
    """Undoing the ledger gives the source; sources and documents are conserved; cleaning never fails on input."""
    with tempfile.TemporaryDirectory() as folder:
        raw = write(Path(folder, "raw"), {f"{number:02d}.txt": data for number, data in enumerate(sources)})
        clean = Path(folder, "clean")
        outcome = publish(raw, clean)
        assert outcome is not None
        report = verify(raw, clean)
        assert report.problems == []
        assert report.bytes == sum(map(len, sources))
        assert not [row for row in rows(clean, "quarantine") if row["reason"] == "rule_failed"]
        counts = outcome.counts
        assert counts["sources"] == len(sources)
        assert counts["sources"] == counts["documented"] + counts["identical"] + counts["quarantined"]
        assert counts["documents"] == counts["kept"] + counts["dropped"] + counts["merged"]
