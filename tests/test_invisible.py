"""What shows nothing: removed where it means nothing, kept where it does work, flagged where text is lost."""

import json
from pathlib import Path

import pytest

from cleaners.document import Document, Rule
from cleaners.edits import apply
from cleaners.rules import invisible

CASES = json.loads((Path(__file__).parent / "cases" / "invisible.json").read_text("utf-8"))
RULES = (invisible.NEWLINES, *invisible.RULES)
BY_NAME = {rule.name: rule for rule in RULES}


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


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("发\ufffd\ufffd展", [2]), ("乡锟斤拷镇", [2]), ("烫烫烫烫烫", [5]), ("碑文□□字迹", [2]), ("是□否□", []),
        ("人口口径", []), ("□是 □否", []), ("屯田屯屯", []), ("水▯通了", [1]), ("渠囗的水", [1]), 
        ("人囗与出囗都多", []), ("部首是囗的字，渠囗的水", []),
    ],
)  # fmt: skip
def test_lost(text: str, lost: list[int]) -> None:
    """A loss is flagged with the number of characters it stands for; check-boxes and words are not losses."""
    document = Document(text)
    flags = invisible.LOST.find(document).flags if invisible.LOST.may_apply(document) else []
    assert [flag.value for flag in flags] == lost


def test_private_use_is_flagged() -> None:
    """Private glyphs whose font is unknown stay, each run with one flag."""
    flags = invisible.PRIVATE_USE.find(Document("价格\ue123\ue124元")).flags
    assert [(flag.kind, flag.value) for flag in flags] == [("pua", 2)]


@pytest.mark.parametrize(
    "char", ["\u200b", "\r", "\x00", "\u00a0", "\ue000", "口", "□", "1 a", "\u200f", "\U0001f602中"]
)
def test_long_runs(char: str) -> None:
    """A hundred thousand of the same pass every rule, and a second pass finds nothing."""
    text = "中" + char * 100_000 + "文"
    for _ in range(2):
        before = text
        for rule in RULES:
            text = alone(rule, text)
    assert text == before
