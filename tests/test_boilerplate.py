"""Site lines: what goes, what is content, and what the removal of a line leaves behind."""

import json
import random
from pathlib import Path

import pytest

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules import boilerplate
from cleaners.rules.lines import Gone, fold, remove_lines
from cleaners.rules.site_lines import FAMILIES
from cleaners.rules.stamps import STAMPS
from tests.eval.page_maker import make_page
from tests.eval.pages_eval import judge

CASES = json.loads((Path(__file__).parent / "cases" / "boilerplate.json").read_text("utf-8"))
RULES = {rule.name: rule for rule in (*boilerplate.RULES, STAMPS)}


def after(text: str, *rules: str) -> str:
    """The text after these rules, or all of the family."""
    for name in rules or RULES:
        document = Document(text)
        if RULES[name].may_apply(document):
            text = apply(text, RULES[name].find(document).edits)
    return text


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "negative"], ids=lambda c: c["name"])
def test_site_lines_go(case: dict[str, str]) -> None:
    """The rule takes the line away and nothing else, finds no more, and can be undone."""
    rule, document = RULES[case["rule"]], Document(case["text"])
    assert rule.may_apply(document)
    edits = rule.find(document).edits
    assert apply(document.text, edits) == case["expect"]
    assert invert(case["expect"], edits) == case["text"]
    assert after(case["expect"], case["rule"]) == case["expect"]


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "negative"], ids=lambda c: c["name"])
def test_look_alikes_stay(case: dict[str, str]) -> None:
    """No rule of the family touches content that resembles a site's line."""
    assert after(case["text"]) == case["text"]


def test_there_are_enough_look_alikes() -> None:
    """At least sixty over the families, so that a pattern cannot widen unseen."""
    assert sum(case["kind"] == "negative" for case in CASES) >= 60


def test_generated_pages() -> None:
    """On 300 generated pages every fiftieth line may be missed at most, and no paragraph is lost."""
    rng = random.Random(7)
    judged = [judge(make_page(rng, 3)) for _ in range(300)]
    went = [ok for results, _ in judged for _, _, ok in results]
    assert sum(went) >= 0.98 * len(went)
    assert sum(lost for _, lost in judged) == 0


@pytest.mark.parametrize(
    ("text", "line", "left"),
    [
        ("甲\n乙\n丙", 1, "甲\n丙"),
        ("甲\n\n乙\n\n丙", 2, "甲\n\n丙"),
        ("甲\n\n\n乙\n丙", 3, "甲\n\n\n丙"),
        ("甲\n乙\n\n\n丙", 1, "甲\n\n\n丙"),
        ("乙\n\n甲", 0, "甲"),
        ("\n\n乙\n\n甲", 2, "甲"),
        ("甲\n\n乙", 2, "甲"),
        ("甲\n\n乙\n\n", 2, "甲\n"),
        ("甲\r\n乙\r\n丙\r\n", 1, "甲\r\n丙\r\n"),
        ("乙", 0, ""),
        ("乙\n", 0, ""),
    ],
)
def test_a_removed_line_leaves_one_gap(text: str, line: int, left: str) -> None:
    """The larger gap of blank lines stays; at the edges none; no paragraphs are glued."""
    assert apply(text, remove_lines(Document(text), [Gone(line, 1.0, "")])) == left


def test_folding_keeps_offsets() -> None:
    """Every character folds to one character, so offsets in a folded line are offsets in the line."""
    line = "".join(map(chr, (*range(0x20, 0x3100), *range(0x4E00, 0xA000), *range(0xFF00, 0xFFF0))))
    assert len(fold(line)) == len(line)


def test_every_family_can_be_announced() -> None:
    """A family without anchors is one of those that are looked for by place, or known by its vocabulary."""
    silent = {family.name for family in FAMILIES if not family.anchors}
    placed = {"button", "column", "dated_source", "keywords", "leaving", "offer", "title_again"}
    assert {name for name in silent if not name.endswith(" words")} == placed


def test_time_is_linear() -> None:
    """Twice as many hostile lines take about twice as long, not four times."""
    from time import process_time

    def seconds(lines: int) -> float:
        rng = random.Random(1)
        words = sorted({anchor for family in FAMILIES for anchor in family.anchors})
        text = "\n".join("".join(rng.choices(words, k=rng.randint(1, 30))) for _ in range(lines))
        start = process_time()
        after(text)
        return process_time() - start

    seconds(100)  # patterns are compiled at first use
    assert seconds(600) < 4 * seconds(300) + 0.2
