"""Edits are exact: what they change can be undone, and offsets survive the journey there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.document import Edits
from cleaners.edits import EditError, apply, invert, to_input, to_output

TEXT = st.text(alphabet="甲乙丙丁a1，\n\U00020000", max_size=60)


@st.composite
def edited_text(draw: st.DrawFn) -> tuple[str, Edits]:
    """A text and edits that fit it: ascending, apart by at least one character, of any length."""
    text = draw(TEXT)
    marks = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    edits = Edits()
    for start, end in zip(marks[::2], marks[1::2], strict=False):
        edits.add(start, text[start:end], draw(st.text(alphabet="天地玄黄", max_size=4)))
    return text, edits


@given(edited_text())
def test_invert_undoes_apply(case: tuple[str, Edits]) -> None:
    """Undoing a step gives the step's input, whatever the edits were."""
    text, edits = case
    assert invert(apply(text, edits), edits) == text


@given(edited_text())
def test_offsets_outside_edits_survive(case: tuple[str, Edits]) -> None:
    """A character that no edit touched is found again at the carried offset, in both directions."""
    text, edits = case
    result = apply(text, edits)
    touched = {i for start, end in zip(edits.start, edits.end, strict=True) for i in range(start, end)}
    kept = np.array([i for i in range(len(text)) if i not in touched], dtype=np.int64)
    # An offset names the character behind it; where that character was not edited, its start side is exact.
    moved = to_input(edits, to_output(edits, kept + 1, end=True), end=True) - 1
    there = to_output(edits, kept + 1) - 1
    assert [text[i] for i in kept] == [result[i] for i in there]
    assert (moved <= kept).all()


@given(edited_text(), st.integers(0, 60))
def test_offsets_stay_in_order_and_in_bounds(case: tuple[str, Edits], probe: int) -> None:
    """Carried offsets never leave the text and never cross one another."""
    text, edits = case
    result = apply(text, edits)
    everywhere = np.arange(len(text) + 1, dtype=np.int64)
    back = np.arange(len(result) + 1, dtype=np.int64)
    for end in (False, True):
        out = to_output(edits, everywhere, end=end)
        into = to_input(edits, back, end=end)
        assert (np.diff(out) >= 0).all() and (np.diff(into) >= 0).all()
        assert 0 <= out.min() <= out.max() <= len(result) and 0 <= into.min() <= into.max() <= len(text)


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([(0, "甲乙", "x"), (1, "乙", "y")], "overlap"),
        ([(2, "丙", "x"), (0, "甲", "y")], "disorder"),
        ([(0, "乙", "x")], "a before that does not match"),
        ([(2, "丙丁", "x")], "a before longer than the text"),
        ([(1, "", "x"), (1, "", "y")], "two insertions at one place"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_apply_refuses(edits: list[tuple[int, str, str]], why: str) -> None:
    """Edits that overlap, are out of order or expect other text are refused, never half applied."""
    columns = Edits()
    for start, before, after in edits:
        columns.add(start, before, after)
    with pytest.raises(EditError):
        apply("甲乙丙", columns)


def test_invert_refuses_other_text() -> None:
    """Undoing on a text that lacks what the edits wrote is an error, not a guess."""
    edits = Edits()
    edits.add(1, "乙", "天")
    with pytest.raises(EditError):
        invert("甲乙丙", edits)


def test_deletion_edges() -> None:
    """At a deletion the start side stands behind what was deleted, the end side before it."""
    edits = Edits()
    edits.add(1, "乙丙", "")
    at = np.array([1], dtype=np.int64)
    assert to_input(edits, at).tolist() == [3]
    assert to_input(edits, at, end=True).tolist() == [1]
