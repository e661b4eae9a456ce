"""Laying source and clean text side by side: nothing missing, nothing twice, whatever the steps did."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.document import Edits
from cleaners.edits import apply
from cleaners.trace import trace

TEXT = st.text("甲乙丙丁,。\n", max_size=24)


@st.composite
def ledgers(draw):
    """A text, and steps of replacements, deletions and insertions one after another."""
    text = source = draw(TEXT)
    steps = []
    for _ in range(draw(st.integers(0, 4))):
        edits, place, inserted = Edits(), 0, False
        for _ in range(draw(st.integers(0, 5))):
            start = draw(st.integers(place + inserted, place + 4))
            end = draw(st.integers(start, start + 3))
            if end > len(text):
                break
            after = draw(st.text("子丑寅", max_size=3))
            if start == end and not after:
                continue
            edits.add(start, text[start:end], after)
            place, inserted = end, start == end
        steps.append(edits)
        text = apply(text, edits)
    return source, text, steps


@settings(max_examples=200, deadline=None)
@given(ledgers())
def test_stretches_cover_both_texts(ledger):
    """Left sides joined are the source, right sides the clean text; untouched stretches are equal; no edit is lost."""
    source, text, steps = ledger
    stretches = trace(text, steps)
    assert "".join(stretch.before for stretch in stretches) == source
    assert "".join(stretch.after for stretch in stretches) == text
    assert all(stretch.before == stretch.after for stretch in stretches if not stretch.edits)
    here = 0
    for stretch in stretches:
        assert stretch.start == here
        here += len(stretch.after)
    marks = [mark for stretch in stretches for mark in stretch.edits]
    assert sorted(marks) == [(number, n) for number, edits in enumerate(steps) for n in range(len(edits))]
