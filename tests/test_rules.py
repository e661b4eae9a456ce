"""What holds for every rule, whichever family it belongs to."""

import json
from pathlib import Path

import pytest

from cleaners.document import Rule
from cleaners.edits import apply, invert
from cleaners.pipeline import clean, undo
from cleaners.profile import Profile
from cleaners.rules import RULES
from cleaners.rules.learned import example_page

CASES = [
    pytest.param(case, id=f"{path.stem}-{case['name']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
    for case in json.loads(path.read_text("utf-8"))
]
LEGITIMATE = [param for param in CASES if param.values[0]["kind"] == "negative"]
KNOWN_FAILURES = [param for param in CASES if param.values[0]["kind"] == "known_failure"]
by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def alone(rule: Rule, text: str) -> str:
    """The text after one rule, its gate included."""
    document = example_page(rule, text)
    return apply(text, rule.find(document).edits) if rule.may_apply(document) else text


def test_names_are_unique_and_speak_of_a_family() -> None:
    """A ledger row names exactly one rule, as family.damage."""
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(name.count(".") == 1 and name == name.lower() for name in names)


@by_name
def test_example_is_true(rule: Rule) -> None:
    """The example in the catalogue is what the rule does; a flag's example really raises a flag."""
    before, after = rule.example
    document = example_page(rule, before)
    assert rule.may_apply(document)
    found = rule.find(document)
    assert apply(before, found.edits) == after
    assert found.flags or before != after


@by_name
def test_rule_leaves_its_own_work_alone(rule: Rule) -> None:
    """A mended example gives the rule nothing more to do."""
    assert alone(rule, rule.example[1]) == rule.example[1]


@pytest.mark.parametrize("case", CASES)
def test_undo_gives_the_source_back(case: dict[str, str]) -> None:
    """Whatever the pipeline does to a case, the ledger leads back to the same bytes."""
    raw = case["text"].encode("utf-8", "surrogatepass")
    cleaned = clean(raw, Profile()) if raw.strip() else None
    if cleaned:
        assert undo(cleaned.text, cleaned.encoding, cleaned.steps) == raw


@pytest.mark.parametrize("case", CASES)
def test_second_pass_finds_nothing(case: dict[str, str]) -> None:
    """Cleaning what was cleaned yields no edits."""
    raw = case["text"].encode("utf-8", "surrogatepass")
    if not raw.strip():
        return
    first = clean(raw, Profile())
    for section in first.sections:
        text = first.text[section.start : section.end]
        if text:
            again = clean(text.encode("utf-8"), Profile())
            assert [(step.rule, step.edits.before) for step in again.steps if len(step.edits)] == []


@pytest.mark.parametrize("case", LEGITIMATE)
def test_legitimate_text_passes_the_whole_pipeline(case: dict[str, str]) -> None:
    """A look-alike of one family is no prey of another: nothing is repaired, removed or split in it.

    Script and width may be normalised: a traditional look-alike is still traditional. A case may name, in ``also``,
    rules that find other, real damage on its page.
    """
    steps = clean(case["text"].encode("utf-8"), Profile()).steps
    harm = [step for step in steps if step.kind != "normalise" and step.rule not in case.get("also", ())]
    assert [(step.rule, step.edits.before) for step in harm if len(step.edits)] == []


@pytest.mark.xfail(strict=True, reason="known failure: whoever mends it moves the case to its family")
@pytest.mark.parametrize("case", KNOWN_FAILURES)
def test_known_failures_fail(case: dict[str, str]) -> None:
    """What is known to come out wrong still does; once it does not, this test says so."""
    assert clean(case["text"].encode("utf-8"), Profile()).text == case["expect"]


@by_name
def test_edits_of_the_example_undo(rule: Rule) -> None:
    """The rule's edits carry enough to be undone."""
    edits = rule.find(example_page(rule, rule.example[0])).edits
    assert invert(apply(rule.example[0], edits), edits) == rule.example[0]
