"""Side by side, source and clean text stay whole: nothing is shown that is not there, nothing is hidden."""

from hypothesis import given
from hypothesis import strategies as st

from cleaners.document import Edits
from cleaners.edits import apply
from cleaners.trace import trace


@st.composite
def history(draw: st.DrawFn) -> tuple[str, str, list[Edits]]:
    """A source, its clean text, and up to four steps of edits between them."""
    source = text = draw(st.text(alphabet="甲乙丙丁，", max_size=30))
    steps = []
    for _ in range(draw(st.integers(0, 4))):
        marks = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
        edits = Edits()
        for start, end in zip(marks[::2], marks[1::2], strict=False):
            edits.add(start, text[start:end], draw(st.text(alphabet="天地", max_size=3)))
        text = apply(text, edits)
        steps.append(edits)
    return source, text, steps


@given(history())
def test_stretches_cover_both_sides(case: tuple[str, str, list[Edits]]) -> None:
    """The stretches join to the source on one side and to the clean text on the other; each edit stands in one."""
    source, text, steps = case
    stretches = trace(text, steps)
    assert "".join(stretch.before for stretch in stretches) == source
    assert "".join(stretch.after for stretch in stretches) == text
    assert all(stretch.before == stretch.after for stretch in stretches if not stretch.edits)
    assert all(text.startswith(stretch.after, stretch.start) for stretch in stretches)
    marks = [mark for stretch in stretches for mark in stretch.edits]
    assert sorted(marks) == [(n, i) for n, edits in enumerate(steps) for i in range(len(edits))]
