"""Broken layout: rejoined where the layout that broke it is proved, left alone where it is not."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document, Rule
from cleaners.edits import apply, invert
from cleaners.rules import layout, layout_lines, layout_marks

CASES = json.loads((Path(__file__).parent / "cases" / "layout.json").read_text("utf-8"))
RULES = {
    rule.name: rule
    for module in (layout, layout_lines, layout_marks)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
}


def after(name: str, text: str) -> str:
    """The text after one rule, its gate included."""
    document = Document(text)
    return apply(text, RULES[name].find(document).edits) if RULES[name].may_apply(document) else text


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "negative"], ids=lambda c: c["name"])
def test_damage_is_mended(case: dict[str, str]) -> None:
    """The rule gives the undamaged text, can be undone, and has nothing to do a second time."""
    found = RULES[case["rule"]].find(Document(case["text"]))
    assert RULES[case["rule"]].may_apply(Document(case["text"]))
    assert apply(case["text"], found.edits) == case["expect"]
    assert invert(case["expect"], found.edits) == case["text"]
    assert after(case["rule"], case["expect"]) == case["expect"]


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "negative"], ids=lambda c: c["name"])
def test_look_alikes_stay(case: dict[str, str]) -> None:
    """No layout rule touches text that only resembles the damage."""
    for name in RULES:
        assert after(name, case["text"]) == case["text"], name


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_has_look_alikes(rule: Rule) -> None:
    """No rule without a case of what it must leave alone."""
    assert any(case["kind"] == "negative" and case["rule"] == rule.name for case in CASES)
