"""Curl clean quotations the English way, turn them back, and see what stands."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.document import Document, Rule
from cleaners.edits import apply, invert
from cleaners.rules.quotes import CURL, RECURL, RULES, UNBALANCED
from cleaners.rules.width import WIDEN

words = st.text("坚持维护意识自信目标任务宝贵经验", min_size=1, max_size=6)
joints = st.sampled_from(["", "的", "、", "和", ",", "，", "。", "是", "（", "("])
quotations = words.map("“{}”".format)
paragraphs = st.lists(st.one_of(st.builds(str.__add__, words, joints), quotations), min_size=1, max_size=10).map(
    "".join
)


def mended(rule: Rule, text: str) -> str:
    """The text after one rule, with undo checked on the way."""
    document = Document(text)
    if not rule.may_apply(document):
        return text
    edits = rule.find(document).edits
    after = apply(text, edits)
    assert invert(after, edits) == text
    return after


def curled(text: str) -> str:
    """Flatten the marks and curl each by the character before it, as typographers for English do."""
    out: list[str] = []
    for character in re.sub("[“”]", '"', text):
        opens = not out or out[-1] in "\n ([“”"
        out.append(("“" if opens else "”") if character == '"' else character)
    return "".join(out)


@settings(max_examples=300)
@given(paragraphs)
def test_english_curling_is_undone_or_left(paragraph: str) -> None:
    """A paragraph of short quotations comes back as it was, or stays where a lost mark is as likely."""
    assert mended(RECURL, curled(paragraph)) in (paragraph, curled(paragraph))


@given(paragraphs)
def test_flattened_quotations_come_back_or_stay_flat(paragraph: str) -> None:
    """Straight marks become the curly ones they were, or the paragraph stays as it is."""
    flat = paragraph.replace("“", '"').replace("”", '"')
    assert mended(CURL, flat) in (paragraph, flat)


@given(st.lists(paragraphs, max_size=5).map("\n".join))
def test_clean_quotations_pass(text: str) -> None:
    """Nothing is changed and nothing flagged where every mark has its partner."""
    assert mended(RECURL, text) == text
    assert not UNBALANCED.may_apply(Document(text))


@settings(max_examples=300)
@given(st.text(st.sampled_from('中文“”“”"，,。：:（( \n〃15'), max_size=60))
def test_stable(text: str) -> None:
    """Of any text: what a rule has done it does not do again."""
    for rule in RULES:
        once = mended(rule, text)
        assert mended(rule, once) == once
        text = once


@settings(max_examples=300)
@given(st.text(st.sampled_from('中文中文""，,,。：:!（()） \n1a'), max_size=60))
def test_quotes_before_width_is_stable(text: str) -> None:
    """In the order they run, quotation marks and then width, a second round finds nothing."""
    rules = (*RULES, WIDEN)
    for rule in rules:
        text = mended(rule, text)
    assert [mended(rule, text) for rule in rules] == [text] * len(rules)
