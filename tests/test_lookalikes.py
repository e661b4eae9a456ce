"""Legitimate texts that look like damage leave the whole pipeline as they came, character for character.

`tests/cases/look_alikes.json` has at least one for every counterexample of the families of damage, in words of our
own, ``rule`` naming the family; `flows/lookalikes.json` those that guard users' rules, too.
"""

import json
from pathlib import Path

import pytest

from cleaners.pipeline import clean
from cleaners.profile import Profile
from cleaners.quality import signals, verdict
from flows.ruletest import lookalikes

CASES = json.loads((Path(__file__).parent / "cases" / "look_alikes.json").read_text("utf-8"))
TAXONOMY = Path(__file__).parents[2] / "shared" / "facts" / "taxonomy.json"
EDGES = json.loads(Path(__file__).with_name("edges.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}: {case['name']}")
def test_look_alike_is_unchanged(case: dict[str, str]) -> None:
    """Not one character is edited, nothing is split, and the verdict keeps the document."""
    cleaned = clean(case["text"].encode(), Profile())
    assert [(step.rule, step.edits.before) for step in cleaned.steps if len(step.edits)] == []
    assert cleaned.text == case["text"] and len(cleaned.sections) == 1
    assert verdict(cleaned.text, signals(cleaned.text)).keep


def test_there_are_enough() -> None:
    """At least 80 different texts, of at least 60 families."""
    families = {case["rule"] for case in CASES}
    assert len({case["text"] for case in CASES}) == len(CASES) >= 80 and len(families) >= 60


@pytest.mark.skipif(not TAXONOMY.exists(), reason="the families of damage are not beside this repository")
def test_every_counterexample_is_there() -> None:
    """A family whose description names a legitimate look-alike has one here."""
    families = json.loads(TAXONOMY.read_text("utf-8"))["families"]
    named = {family["id"] for family in families if family["legit_counterexamples"].strip("-")}
    assert named - {case["rule"] for case in CASES} == set()


@pytest.mark.parametrize("one", lookalikes(), ids=lambda one: f"{one['family']}-{one['text'][:12]}")
def test_a_lookalike_is_left_alone(one: dict[str, str]) -> None:
    """Nothing is repaired, removed, normalised or split, alone and between other texts of its kind."""
    cleaned = clean(one["text"].encode(), Profile())
    assert cleaned.text == one["text"]
    assert len(cleaned.sections) == 1


def test_lookalikes_in_the_middle_of_a_page_are_left_alone() -> None:
    """Where a text stands decides much: the same ones deep in a page, many to a page."""
    body = "渠首的石碑立了两百年，碑上的字还看得清，讲的是谁出了多少工，谁家的田先浇水。"
    texts = [one["text"] for one in lookalikes() if one["family"] in ("boilerplate", "splice", "width", "quotes")]
    for first in range(0, len(texts), 6):
        page = "\n".join(line for text in texts[first : first + 6] for line in (body, text, body, body))
        assert clean(page.encode(), Profile()).text == page


@pytest.mark.parametrize("line", EDGES["ends"])
def test_how_a_text_may_end(line: str) -> None:
    """The last line of a notice may speak of downloads, scanning and comments: it is the notice's own."""
    for gap in ("\n", "\n\n"):
        page = gap.join(["关于办理取水许可的通知", *EDGES["body"], *line.split("\n")])
        assert clean(page.encode(), Profile()).text == page


@pytest.mark.parametrize("line", EDGES["openings"])
def test_how_a_text_may_begin(line: str) -> None:
    """So may its title and the line under it."""
    for head in ([line], ["关于办理取水许可的通知", line]):
        page = "\n".join([*head, *EDGES["body"]])
        assert clean(page.encode(), Profile()).text == page
