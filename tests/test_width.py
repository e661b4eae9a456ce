"""Widening of punctuation, alone and against text narrowed as scrapers narrow it."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document, Rule
from cleaners.edits import apply, invert
from cleaners.rules.width import RULES, WIDEN

CASES = json.loads((Path(__file__).parent / "cases" / "width.json").read_text("utf-8"))
REAL = sorted((Path(__file__).parents[2] / "shared" / "corpus_raw").glob("*.txt"))


def alone(rule: Rule, text: str) -> str:
    """The text after one rule, its gate included; undoing it must give the text back."""
    document = Document(text)
    if not rule.may_apply(document):
        return text
    edits = rule.find(document).edits
    after = apply(text, edits)
    assert invert(after, edits) == text
    return after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, str]) -> None:
    """The rule alone makes of the text what the case says, and has nothing to do after that."""
    rule = next(rule for rule in RULES if rule.name == case["rule"])
    assert alone(rule, case["text"]) == case["expect"]
    assert alone(WIDEN, case["expect"]) == case["expect"]


def test_gate_is_no_narrower_than_the_rule() -> None:
    """What the gate keeps away the rule would not change either."""
    for case in CASES:
        document = Document(case["text"])
        if not WIDEN.may_apply(document):
            assert len(WIDEN.find(document).edits) == 0


@pytest.mark.skipif(not REAL, reason="the five real documents are not beside this repository")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name[:3])
def test_real_document(path: Path) -> None:
    """No comma, semicolon or bracket between two Han is left narrow, and a second pass finds nothing."""
    after = alone(WIDEN, path.read_text("utf-8"))
    left = [after[i - 1 : i + 2] for i in range(1, len(after) - 1) if after[i] in ",;!" and _han(after, i)]
    assert left == []
    assert alone(WIDEN, after) == after


def _han(text: str, place: int) -> bool:
    return "一" <= text[place - 1] <= "鿿" and "一" <= text[place + 1] <= "鿿"


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 100_000,
        "中(" * 50_000,
        ")" * 100_000,
        "中," * 50_000,
        "“”" * 50_000 + ",",
        "\ud800中,文",
        "!" * 100_000,
        "中" + "!" * 100_000,
    ],
)
def test_hostile_text(hostile: str) -> None:
    """Nothing crashes and undo holds on text made to hurt."""
    alone(WIDEN, hostile)
