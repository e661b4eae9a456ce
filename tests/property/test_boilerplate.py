"""Properties of the rules that take site lines and markers away, on any text and on generated pages."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules.boilerplate import BUTTONS
from cleaners.rules.site_lines import FAMILIES
from tests.eval.page_maker import LINES, WITHHELD, make_page
from tests.eval.pages_eval import MINE, mend

WORDS = sorted({anchor for family in FAMILIES for anchor in family.anchors} | BUTTONS)
WORDINGS = [wording for _, _, wordings in LINES.values() for wording in wordings] + [wording for wording, _ in WITHHELD]
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDINGS),
    st.sampled_from(["\n", "\n", "\n\n", "：", " ", "。", "，", "1", "2018-05-06 10:20", "张三", "春水初生。", "2、"]),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=24).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_step_can_be_undone(text: str) -> None:
    """Whatever stands on a page, each rule's edits fit it and lead back."""
    for rule in MINE:
        document = Document(text)
        if rule.may_apply(document):
            edits = rule.find(document).edits
            after = apply(text, edits)
            assert invert(after, edits) == text
            text = after


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_characters_only_leave(text: str) -> None:
    """These rules write nothing but line breaks: what remains was there, in its order."""
    left = iter("".join(text.split()))
    assert all(char in left for char in "".join(mend(text).split()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_mended_page_is_stable(seed: int) -> None:
    """Cleaning a cleaned page changes nothing."""
    once = mend(make_page(random.Random(seed), 4).text)
    assert mend(once) == once
