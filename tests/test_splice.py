"""Withheld text: the marker goes, the gap stays, and what was hidden is on record."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules.splice import HIDDEN_TEXT
from tests.eval.page_maker import WITHHELD
from tests.eval.pages_eval import withheld_recall

CASES = json.loads((Path(__file__).parent / "cases" / "splice.json").read_text("utf-8"))


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "negative"], ids=lambda c: c["name"])
def test_markers_go_and_are_recorded(case: dict) -> None:
    """The marker is removed, its flag says what the site hid, a second pass finds nothing, and it can be undone."""
    document = Document(case["text"])
    found = HIDDEN_TEXT.find(document)
    assert HIDDEN_TEXT.may_apply(document)
    assert apply(document.text, found.edits) == case["expect"]
    assert invert(case["expect"], found.edits) == case["text"]
    assert [[flag.kind, flag.text, flag.value] for flag in found.flags] == case["flags"]
    assert not HIDDEN_TEXT.find(Document(case["expect"])).edits


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "negative"], ids=lambda c: c["name"])
def test_content_about_hiding_stays(case: dict) -> None:
    """A user manual, a joke about leaving out ten thousand words and an article about such markers are content."""
    found = HIDDEN_TEXT.find(Document(case["text"]))
    assert not found.edits
    assert not found.flags


def test_wordings_never_seen_by_the_patterns_author() -> None:
    """Wordings written for measuring are all found, with the number they state."""
    assert len(WITHHELD) >= 15
    assert withheld_recall() == []


def test_flags_stand_where_the_marker_stood() -> None:
    """A flag's offsets select the marker in the step's input."""
    text = "第一段。\n\n---此处隐藏1099字，下载后查看---\n\n第二段。"
    (flag,) = HIDDEN_TEXT.find(Document(text)).flags
    assert text[flag.start : flag.end] == flag.text == "---此处隐藏1099字，下载后查看---"
    assert flag.value == 1099
