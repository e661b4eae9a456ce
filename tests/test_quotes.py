"""Quotation marks: each rule alone, and the flags for marks whose partner is lost."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document
from cleaners.rules.quotes import RECURL, RULES, UNBALANCED
from tests.test_width import alone

CASES = json.loads((Path(__file__).parent / "cases" / "quotes.json").read_text("utf-8"))
BY_NAME = {rule.name: rule for rule in RULES}
ANTHOLOGY = Path(__file__).parents[2] / "shared" / "corpus_raw" / "002_bf7001e0b1da6464.txt"


def flagged(text: str) -> list[int]:
    """Where the rule says that a partner is lost."""
    document = Document(text)
    return [flag.start for flag in UNBALANCED.find(document).flags] if UNBALANCED.may_apply(document) else []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']} {case['name']}")
def test_case(case: dict[str, str]) -> None:
    """The rule alone makes of the text what the case says, and has nothing to do after that."""
    rule = BY_NAME[case["rule"]]
    assert alone(rule, case["text"]) == case["expect"]
    assert alone(rule, case["expect"]) == case["expect"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("这是发展的领头羊”", [8]),
        ("“一次告知制”首问负责制”", [12]),
        ("“四千四万”、“三不“和“四皮”", [7, 10]),
        ("他说：“我来了", [3]),
        ("“第一段还没有说完。\n“第二段说完了。”", []),
        ("“第一段还没有说完。\n\n“第二段说完了。”", []),
        ("“前”与“后”", []),
    ],
)
def test_lost_partners_are_flagged(text: str, places: list[int]) -> None:
    """Every mark without a partner is flagged, and a quotation that goes on in the next paragraph is not."""
    assert flagged(text) == places


@pytest.mark.skipif(not ANTHOLOGY.exists(), reason="the five real documents are not beside this repository")
def test_wrong_curls_of_a_real_section() -> None:
    """All 31 marks listed as curled the wrong way are turned, in that section alone, and nothing else."""
    text = ANTHOLOGY.read_text("utf-8")
    edits = RECURL.find(Document(text)).edits
    assert set(edits.after) == {"“"}
    assert len(edits) == 31
    lines = {text.count("\n", 0, start) + 1 for start in edits.start}
    assert min(lines) >= 83 and max(lines) <= 104


@pytest.mark.parametrize("hostile", ["”" * 50_000, "“" * 50_000, '"' * 50_001, "“中〃" * 20_000, "中”文”" * 20_000])
def test_hostile_text(hostile: str) -> None:
    """Nothing crashes and undo holds on text made of quotation marks."""
    for rule in RULES:
        alone(rule, hostile)
