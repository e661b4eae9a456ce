"""Invisible characters: watermarks go, what a script or an emoji is made of stays."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.rules import invisible

RULES = {rule.name: rule for rule in (invisible.NEWLINES, *invisible.RULES)}
CASES = json.loads((Path(__file__).parent / "cases" / "invisible.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, str]) -> None:
    """The rule alone makes of the text what the case expects; a flag is raised only where something is unreadable."""
    rule, document = RULES[case["rule"]], Document(case["text"])
    if not rule.may_apply(document):
        assert case["text"] == case["expect"]
        return
    found = rule.find(document)
    assert apply(case["text"], found.edits) == case["expect"]
    if rule.kind == "flag":
        assert bool(found.flags) == (case["kind"] != "negative")


def test_lost_characters_are_counted() -> None:
    """A run of replacement characters is one flag that says how long it is; a private glyph is another."""
    lost, private = (
        rule.find(Document("甲\ufffd\ufffd\ufffd乙\ue000丙")) for rule in (invisible.LOST, invisible.PRIVATE_USE)
    )
    assert [(flag.kind, flag.value, flag.start) for flag in lost.flags] == [("lost", 3, 1)]
    assert [(flag.kind, flag.value, flag.start) for flag in private.flags] == [("pua", 1, 5)]
