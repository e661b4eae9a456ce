"""Legitimate text that looks like damage goes through the whole pipeline and comes out as it went in.

`tests/cases/look_alikes.json` has at least one for every counterexample of the families of damage, in words of our
own; ``rule`` names the family.
"""

import json
from pathlib import Path

import pytest

from cleaners.pipeline import clean
from cleaners.profile import Profile
from cleaners.quality import signals, verdict

CASES = json.loads((Path(__file__).parent / "cases" / "look_alikes.json").read_text("utf-8"))
TAXONOMY = Path(__file__).parents[2] / "shared" / "facts" / "taxonomy.json"


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
    print(f"{len(CASES)} look-alikes of {len(families)} families pass unchanged")
    assert len({case["text"] for case in CASES}) == len(CASES) >= 80 and len(families) >= 60


@pytest.mark.skipif(not TAXONOMY.exists(), reason="the families of damage are not beside this repository")
def test_every_counterexample_is_there() -> None:
    """A family whose description names a legitimate look-alike has one here."""
    families = json.loads(TAXONOMY.read_text("utf-8"))["families"]
    named = {family["id"] for family in families if family["legit_counterexamples"].strip("-")}
    assert named - {case["rule"] for case in CASES} == set()
