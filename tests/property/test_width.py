"""Narrow clean text the way scrapers do, widen it again, and see what stands."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules.width import WIDEN

NARROWED = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
words = st.text("我们国家经济发展与社会各项事业都取得了很大成绩", min_size=1, max_size=8)
marks = st.sampled_from(["，", "；", "：", "！", "吗？", "，"])  # behind what asks nothing, ? may be a lost character
clauses = st.lists(st.tuples(words, marks), min_size=4, max_size=12).map(
    lambda pairs: "".join(word + mark for word, mark in pairs)
)
sentences = st.builds(lambda clause, last: f"{clause}{last}。", clauses, words)
figures = st.sampled_from(["1,000", "3:00", "8.5%", "2018-2020", "1:500", "3:2"])
pages = st.lists(
    st.builds(lambda one, figure, two: f"{one}\n{two}", sentences, figures, sentences), min_size=1, max_size=4
)
anything = st.text(st.sampled_from('中文国，,；;：:！!？?（()）“”"。、 \n1a%'), max_size=80)


def widened(text: str) -> str:
    """The text after the rule, with undo checked on the way."""
    document = Document(text)
    if not WIDEN.may_apply(document):
        return text
    edits = WIDEN.find(document).edits
    after = apply(text, edits)
    assert invert(after, edits) == text
    return after


@given(pages.map("\n".join))
def test_narrowed_prose_comes_back(page: str) -> None:
    """Prose with full-width marks between Han survives narrowing and widening without a difference."""
    assert widened(page.translate(NARROWED)) == page


@given(sentences, figures, sentences)
def test_figures_keep_their_ascii(before: str, figure: str, after: str) -> None:
    """A number, a time or a ratio in a narrowed page comes out as it went in."""
    page = f"{before}共{figure}人。{after}"
    assert widened(page.translate(NARROWED)) == page


@settings(max_examples=400)
@given(anything)
def test_stable_and_only_wider(text: str) -> None:
    """Of any text: a second pass finds nothing, and nothing but width has changed."""
    once = widened(text)
    assert widened(once) == once
    assert once.translate(NARROWED) == text.translate(NARROWED)
