"""Restoring never breaks a text, whatever the witnesses."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import edits
from cleaners.corpus.collation import RESTORABLE, restore
from cleaners.document import Flag

FRAME = (
    "各位代表，现在我代表县人民政府报告工作。{}年来，全县上下团结一心。"
    "{}同志主持会议，{}县委书记出席并讲话。散会以后大家合影留念。"
)
WORDS = st.sampled_from(
    ["", "2016", "××", "20xx", "某", "王建国", "清河", "“”", "，", "\n", "年", "王", "xx县", "李明、张三"]
)
FRAMES = st.lists(st.tuples(WORDS, WORDS, WORDS).map(lambda words: FRAME.format(*words)), max_size=3).map("\n".join)
TEXTS = FRAMES | st.text("各代表，。\n×*x20年某“”甲", max_size=80) | st.text(max_size=40)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, list[Flag]]:
    """A text with flags anywhere on it."""
    text = draw(TEXTS)
    flags = []
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        kind = draw(st.sampled_from(sorted(RESTORABLE - {"empty_quotes"})))
        flags.append(
            Flag(kind, start, min(end, start + 6), text[start : min(end, start + 6)], "", draw(st.integers(0, 9)))
        )
    return text, flags


@settings(max_examples=300, deadline=None)
@given(damaged(), st.lists(TEXTS, max_size=4), st.randoms(use_true_random=False))
def test_edits_apply_and_undo_and_name_their_witness(survivor, witnesses, rng) -> None:  # type: ignore[no-untyped-def]
    """Edits fit the text, undo gives it back, every inserted word stands in its witness, order does not matter."""
    text, flags = survivor
    copies = [(f"w{number}", witness) for number, witness in enumerate(witnesses)]
    found = restore(text, flags, copies)
    mended = edits.apply(text, found.edits)
    assert edits.invert(mended, found.edits) == text
    for after, doc_id, (start, end) in zip(found.edits.after, found.witness, found.span, strict=True):
        assert dict(copies)[doc_id][start:end] == after
    assert all(flags[number].kind in RESTORABLE for number in found.filled)
    rng.shuffle(copies)
    assert restore(text, flags, copies) == found
