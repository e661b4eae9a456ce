"""Placeholders are seen, counted by kind and left alone; what merely looks like one is not."""

import json
from collections import Counter
from pathlib import Path

import pytest

from cleaners.document import Document, Flag
from cleaners.rules.placeholders import DROPPED_YEARS, EMPTY_QUOTES, MASKS

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases" / "placeholders.json").read_text("utf-8"))
CORPUS = HERE.parent.parent / "shared" / "corpus_raw"
FACTS = HERE.parent.parent / "shared" / "facts" / "seed_defects.jsonl"
WIDE = str.maketrans(",:!()", "，：！（）")
RULES = (MASKS, EMPTY_QUOTES, DROPPED_YEARS)
LABELS = {
    "year_mask": ("year_mask_20xx", "year_mask_201x", "year_mask_star"),
    "number_mask": ("year_mask_nonyear",),
    "x_mask": ("x_mask", "place_mask_X"),
    "times_mask": ("xx_mask_times",),
    "star_mask": ("star_mask_1",),
    "leader_mask": ("star_mask_3", "star_mask_6_12"),
    "underscore_mask": ("underscore_mask",),
    "empty_quotes": ("plan_strip_empty_quotes",),
    "year_drop": ("year_deleted",),
    "party_mask": (),
}


def flags(text: str) -> list[Flag]:
    document = Document(text)
    found = [rule.find(document) for rule in RULES if rule.may_apply(document)]
    assert not any(len(one.edits) or one.cuts for one in found)
    return [flag for one in found for flag in one.flags]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, object]) -> None:
    """Each text raises the flags it states, no others, and every flag quotes what stands at its place."""
    text = str(case["text"])
    raised = flags(text)
    assert Counter((flag.kind, flag.text) for flag in raised) == Counter(map(tuple, case["flags"]))  # type: ignore[arg-type]
    assert all(text[flag.start : flag.end] == flag.text for flag in raised)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_example(rule: object) -> None:
    """The example of the catalogue raises its rule's flags and changes nothing."""
    before, after = rule.example  # type: ignore[attr-defined]
    assert before == after and rule.find(Document(before)).flags  # type: ignore[attr-defined]


@pytest.mark.skipif(not FACTS.exists(), reason="the labelled documents are not here: ../shared/facts")
@pytest.mark.parametrize("name", ["000_da8b8fd61b7ca31e.txt", "001_6df439c02bdb466d.txt", "002_bf7001e0b1da6464.txt"])
def test_labelled_documents(name: str) -> None:
    """Every flag stands on a label; every label is found, but for three years whose loss leaves good Chinese."""
    rows = [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]
    raised = flags((CORPUS / name).read_text("utf-8").translate(WIDE))
    missed = {}
    for kind, labels in LABELS.items():
        labelled = {(row["start"], row["end"]) for row in rows if row["file"] == name and row["defect"] in labels}
        found = {(flag.start, flag.end) for flag in raised if flag.kind == kind}
        assert found <= labelled, kind
        missed[kind] = len(labelled - found)
    assert missed == dict.fromkeys(LABELS, 0) | {"year_drop": 3 if name.startswith("002") else 0}


def test_hidden_words_are_told_where_the_context_tells() -> None:
    """十八届__ is a plenary session, 党*** is 中央, 20xx户 is 2000, 镇X委 is 党委."""
    raised = flags("十八届__精神。党***要求。新增20xx户。各镇X委。“”期间。")
    assert [flag.detail for flag in raised] == [
        "a plenary session, such as 三中全会",
        "中央",
        "2000, taken for a year",
        "党",
        "a five-year plan, such as 十二五",
    ]
    assert raised[2].value == 2000


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("2016年是“”规划的开局之年。", "十三五"),
        ("2015年，是“”的收官之年。", "十二五"),
        ("2014年是“”的收官之年。", "a five-year plan, such as 十二五"),
        ("20xx年是“”的收官之年。", "a five-year plan, such as 十二五"),
        ("深入学习******新时代中国特色社会主义思想。", "习近平"),
        ("************指出，要稳中求进。", "2 words of a list, six stars each"),
    ],
)
def test_only_what_fits_alone_is_named(text: str, hidden: str) -> None:
    """A plan is named when its first or last year stands there and agrees; a leader when only one phrase exists."""
    assert [flag.detail for flag in flags(text) if flag.kind in ("empty_quotes", "leader_mask")] == [hidden]
