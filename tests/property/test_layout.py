"""Damage clean text forward, at random, and ask for it back; and feed the rules anything."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.document import Document, Rule
from cleaners.edits import apply, invert
from cleaners.rules import layout, layout_lines, layout_marks
from tests.eval.page_maker import paragraphs

RULES = [
    rule for module in (layout, layout_lines, layout_marks) for rule in vars(module).values() if isinstance(rule, Rule)
]
SEEDS = st.integers(0, 10**6)
PIECES = st.sampled_from(
    ["\n", "\n\n", "1、", "2、", "3、", "- 1 -", "- 2 -", "第3页 共8页", "，\n", "。\n", " ", "45 个", "2019年底",
     "的.", "。?二是", "必须按。\n", "，第一。", "，第二。", "春水初生春林初盛", "一渠清水流到柳家洼", "坚持修渠，",
     "。", "”", "“", "\r\n", "　　"]
)  # fmt: skip


def after(rule: Rule, text: str) -> str:
    document = Document(text)
    return apply(text, rule.find(document).edits) if rule.may_apply(document) else text


def sliced(rng: random.Random, length: int) -> tuple[str, str, int]:
    """A page of slices, its text with newlines made spaces, and the number of its paragraphs."""
    chosen = [one.replace(" ", "") for one in rng.sample(paragraphs(), 12)]
    flat = " ".join(chosen)
    count = rng.randint(2, max(2, len(flat) // length - 1))
    pieces = [flat[i * length : (i + 1) * length] for i in range(count)] + [flat[count * length :]]
    return "\n".join(f"{number}、{piece}" for number, piece in enumerate(pieces, 1)), flat, len(chosen)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(90, 250))
def test_slices_come_back(seed: int, length: int) -> None:
    """Newlines made spaces, slices of any length numbered: the text comes back, or the page stays as it is."""
    page, flat, count = sliced(random.Random(seed), length)
    mended = after(layout.SLICED_PAGE, page)
    assert mended == page or mended.replace("\n", " ") == flat
    assert mended == page or mended.count("\n") >= count - 3  # a newline before a digit is not told from a space


def test_most_sliced_pages_are_proved() -> None:
    """At least 95 of a hundred pages of three slices and more are rejoined."""
    rng = random.Random(5)
    pages = [sliced(rng, rng.randint(90, 250)) for _ in range(100)]
    assert sum(after(layout.SLICED_PAGE, page).replace("\n", " ") == flat for page, flat, _ in pages) >= 95


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(20, 44), st.booleans())
def test_wrapped_paragraphs_come_back(seed: int, width: int, indent: bool) -> None:
    """Greedy wrapping by characters, paragraphs shown by indents or blank lines: the paragraphs come back."""
    rng = random.Random(seed)
    chosen = [one for one in rng.sample(paragraphs(), 8) if one.isprintable() and not any(c.isascii() for c in one)]
    if sum(map(len, chosen)) < 12 * width:
        return
    whole = ["　　" + one if indent else one for one in chosen]
    wrapped = ["\n".join(one[i : i + width] for i in range(0, len(one), width)) for one in whole]
    gap = "\n" if indent else "\n\n"
    mended = after(layout_lines.HARD_WRAPS, gap.join(wrapped))
    if indent:
        assert mended in (gap.join(whole), gap.join(wrapped))  # unproved pages stay as they are
    else:  # a line that begins like a numbered item is left where it is
        assert [part.replace("\n", "") for part in mended.split(gap)] == whole


def test_most_wrapped_pages_are_proved() -> None:
    """At least nine of ten wrapped pages are rejoined: the proof is not too hard to give."""
    rng, proved = random.Random(3), 0
    for _ in range(100):
        chosen = rng.sample(paragraphs(), 8)
        width = rng.randint(20, 44)
        whole = ["　　" + one for one in chosen if not any(c.isascii() for c in one)]
        wrapped = "\n".join("\n".join(one[i : i + width] for i in range(0, len(one), width)) for one in whole)
        proved += after(layout_lines.HARD_WRAPS, wrapped) == "\n".join(whole)
    assert proved >= 90


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_clean_pages_pass_unchanged(seed: int) -> None:
    """Paragraphs of ours, with or without blank lines between, are left alone by every layout rule."""
    rng = random.Random(seed)
    page = rng.choice(["\n", "\n\n"]).join(rng.sample(paragraphs(), 10))
    for rule in RULES:
        assert after(rule, page) == page, rule.name


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_can_be_undone(text: str) -> None:
    """Edits fit the text they were proposed for and lead back to it."""
    for rule in RULES:
        document = Document(text)
        if rule.may_apply(document):
            edits = rule.find(document).edits
            assert invert(apply(text, edits), edits) == text


def spun(paragraph: str) -> str:
    """What the spinner does: the first two clauses change places, the comma behind them becomes a full stop."""
    first, second, rest = paragraph.split("，", 2)
    return f"{second}，{first}。{rest}"


def numbered(rng: random.Random, count: int) -> list[str]:
    """Paragraphs of three clauses and more that begin with 第一， 第二， …"""
    chosen = [one for one in paragraphs() if one.count("，") > 1 and "," not in one and "第" not in one]
    chosen = [one for one in chosen if one[0] not in "（一二三四五"]
    return [f"第{number}，{one}" for number, one in zip("一二三四五六七八九", rng.sample(chosen, count), strict=False)]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(3, 9))
def test_rotated_clauses_come_back(seed: int, count: int) -> None:
    """Numbered paragraphs whose first clauses were exchanged come back or stay as they are; whole ones stay."""
    whole = numbered(random.Random(seed), count)
    page = "\n\n".join(whole)
    assert after(layout_marks.ROTATED_CLAUSES, page) == page
    mended = after(layout_marks.ROTATED_CLAUSES, "\n\n".join(map(spun, whole))).split("\n\n")
    assert all(line in (one, spun(one)) for line, one in zip(mended, whole, strict=True))


def test_most_rotated_pages_are_proved() -> None:
    """Nineteen of twenty paragraphs come back: the proof is not too hard to give."""
    rng, back = random.Random(7), 0
    for _ in range(50):
        whole = numbered(rng, 6)
        mended = after(layout_marks.ROTATED_CLAUSES, "\n".join(map(spun, whole))).split("\n")
        back += sum(line == one for line, one in zip(mended, whole, strict=True))
    assert back >= 285


def test_what_stands_between_rotated_paragraphs_was_rotated() -> None:
    """A heading and a paragraph that bear no mark of their own follow those around them, if none speaks against it."""
    items = [f"第{n}，抓好第{n}期修渠，各村按图纸施工，{'不得偷工减料，' * 3}保证质量。" for n in "一二三四五六"]
    heading, plain = "二、牢牢把住关口，修好每一道渠。", "全镇上下拧成一股绳，围着水渠转，盯着工期干，服务好春灌。"
    whole = [*items[:3], heading, plain, *items[3:]]
    exchanged = "二、修好每一道渠，牢牢把住关口。"
    page = "\n".join(exchanged if one == heading else spun(one) for one in whole)
    assert after(layout_marks.ROTATED_CLAUSES, page) == "\n".join(whole)
    against = page.replace(spun(plain), "目前，各村都已动工，进度不一。")
    assert exchanged in after(layout_marks.ROTATED_CLAUSES, against)
