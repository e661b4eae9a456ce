"""Conversion and detection on text drawn at random from the dictionaries."""

from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules.script import RULES
from cleaners.script import convert, detect, dictionary

REFERENCE = OpenCC("t2s")
phrases = st.sampled_from(sorted(dictionary("TSPhrases")))
characters = st.sampled_from(sorted(dictionary("TSCharacters")))
plain = st.text("的一是在不了有和人这中大来上，。 \n,-のとを学", max_size=6)
texts = st.lists(st.one_of(phrases, phrases.map(lambda phrase: phrase[1:]), characters, plain), max_size=20).map(
    "".join
)


@settings(max_examples=300)
@given(texts)
def test_converts_as_opencc(text: str) -> None:
    """Phrases, cut phrases, characters and separators in any order give what OpenCC gives."""
    assert convert(text) == REFERENCE.convert(text)


@settings(max_examples=200)
@given(texts, st.sampled_from(["simplified", "traditional", "keep"]))
def test_rules_are_stable_and_undo(text: str, script: str) -> None:
    """Whatever the profile asks for, every rule's work is undone by its edits and not done twice."""
    for rule in RULES:
        document = Document(text, script)
        if rule.may_apply(document):
            edits = rule.find(document).edits
            after = apply(text, edits)
            assert invert(after, edits) == text
            again = Document(after, script)
            assert not (rule.may_apply(again) and len(rule.find(again).edits))
            text = after


@given(st.text())
def test_detection_never_fails(text: str) -> None:
    """Any text at all has one of the six scripts."""
    assert detect(text) in ("simplified", "traditional", "mixed", "japanese", "cantonese", "other")
