"""Question marks that stand for lost characters, and those that ask."""

import pytest

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.rules.questions import LOST
from cleaners.rules.width import WIDEN


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("渠?，要修，各?的渠由各村看?。", 3),
        ("渠??，要修，各??的渠由各村看??。", 6),
        ("渠?通水，各?派人，轮?看守，年?算账。", 4),
        ("????????????????，????????", 24),
        ("渠通了。????????????\n各村派人看守。", 12),
        ("你说对不对?对!真的?他不信。渠在哪里?在山后。", 0),
        ("水呢?，他问。渠呢?，他又问。", 0),
        ("什么????????????????????他不信。", 0),
        ("密码是????????", 0),
        ("渠?道", 0),
    ],
)
def test_lost_characters_are_counted(text: str, lost: int) -> None:
    """Marks are flagged where the page proves that they ask nothing, and never where one may."""
    assert sum(flag.value for flag in LOST.find(Document(text)).flags) == lost


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("裴知?道,你在家睡觉?曹四说是,又说可有人证?", "裴知?道，你在家睡觉？曹四说是，又说可有人证？"),
        ("烛?“啪”地爆了一声,他问是不是“啪”的一声?“是。”", "烛?“啪”地爆了一声，他问是不是“啪”的一声？“是。”"),
        ("渠?，要修,各?的渠由各村看?", "渠?，要修，各?的渠由各村看?"),
        ("谁说的?我说的,怎么?“不行吗?”", "谁说的？我说的，怎么？“不行吗？”"),
    ],
)
def test_only_questions_become_wide(text: str, expect: str) -> None:
    """A mark that may stand for a character stays narrow: wide, nobody would see that something is lost."""
    assert apply(text, WIDEN.find(Document(text)).edits) == expect
