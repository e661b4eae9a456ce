"""Properties of the rules that take site lines and markers away, on any text and on generated pages."""

import random
import re._parser as patterns  # what `re` makes of a pattern; it has no public name
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules.boilerplate import BUTTONS
from cleaners.rules.lines import linear, may_match
from cleaners.rules.site_lines import FAMILIES
from cleaners.rules.splice import BLOCKS
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


def _said(parsed: Iterable[Any], rng: random.Random) -> str:
    """Something a pattern says, or nearly: what it excludes is not looked up."""
    text = ""
    for kind, value in parsed:
        name = str(kind)
        if name in ("LITERAL", "RANGE"):
            text += chr(value if name == "LITERAL" else value[0])
        elif name == "IN":
            text += "龘" if str(value[0][0]) == "NEGATE" else _said([rng.choice(value)], rng)
        elif name == "CATEGORY":
            text += {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "7"}.get(str(value), "龘")
        elif name.endswith("_REPEAT"):
            fewest, most, inner = value
            text += "".join(_said(inner, rng) for _ in range(rng.randint(fewest, min(most, fewest + 1))))
        elif name == "SUBPATTERN":
            text += _said(value[-1], rng)
        elif name == "BRANCH":
            text += _said(rng.choice(value[1]), rng)
        else:
            text += {"ANY": "龘", "NOT_LITERAL": "龘"}.get(name, "")
    return text


def test_no_line_is_passed_over_that_a_pattern_matches() -> None:
    """What is looked for before a pattern is compiled stands in whatever it matches."""
    rng, matched, tried = random.Random(31), 0, 0
    for pattern in (*BLOCKS, *(one for family in FAMILIES for one in family.patterns if one)):
        parsed = patterns.parse("".join(pattern.split()))
        for text in {_said(parsed, rng) for _ in range(4)}:
            tried += 1
            if linear(pattern).fullmatch(text):
                matched += 1
                assert may_match(pattern, text), (pattern, text)
    assert matched > 0.9 * tried
