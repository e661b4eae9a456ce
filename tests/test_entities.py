"""Entities and escapes: read where they are litter, kept where the page speaks of them."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document, Rule
from cleaners.edits import apply
from cleaners.rules.entities import RULES
from cleaners.rules.markup import TAGS

CASES = json.loads((Path(__file__).parent / "cases" / "entities.json").read_text("utf-8"))
BY_NAME = {rule.name: rule for rule in (*RULES, TAGS)}


def alone(rule: Rule, text: str) -> str:
    """The text after this rule alone."""
    document = Document(text)
    return apply(text, rule.find(document).edits) if rule.may_apply(document) else text


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']} {case['name']}")
def test_case(case: dict[str, str]) -> None:
    """The rule alone makes of the text what the case says, and has nothing to do after that."""
    rule = BY_NAME[case["rule"]]
    assert alone(rule, case["text"]) == case["expect"]
    assert alone(rule, case["expect"]) == case["expect"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_example(rule: Rule) -> None:
    """The example in the catalogue is true."""
    assert alone(rule, rule.example[0]) == rule.example[1]


def test_code_is_flagged() -> None:
    """In a page that shows code the entities are flagged, so that a person can look."""
    flags = BY_NAME["entities.html"].find(Document("在 HTML 里写作 &lt; 和 &gt;")).flags
    assert [flag.text for flag in flags] == ["&lt;", "&gt;"]
