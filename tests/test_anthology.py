"""Anthologies are split at the site's headings and nowhere else."""

import json
from pathlib import Path
from typing import Any

import pytest

from cleaners.document import Document, Found
from cleaners.edits import apply, invert
from cleaners.pipeline import clean, undo
from cleaners.profile import Profile
from cleaners.rules import anthology
from tests.eval.anthology_eval import evaluate

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases" / "anthology.json").read_text("utf-8"))
DOCUMENT = HERE.parent.parent / "shared" / "corpus_raw" / "002_bf7001e0b1da6464.txt"
WIDE = str.maketrans(",:!()", "，：！（）")


def found(text: str) -> Found:
    document = Document(text)
    return anthology.RULE.find(document) if anthology.RULE.may_apply(document) else Found()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    """Each case gives the text it states, the titles it states, and can be undone."""
    result = found(case["text"])
    clean = apply(case["text"], result.edits)
    assert clean == case["expect"]
    assert [cut.title for cut in result.cuts] == case.get("titles", [])
    assert len(result.flags) == case.get("flags", 0)
    assert invert(clean, result.edits) == case["text"]
    assert not len(found(clean).edits)


def test_a_part_is_cleaned_like_a_page() -> None:
    """What stands at the head of a part goes as it would from the head of a page; undo and a second pass hold."""
    body = "老街的修缮从去年春天开始，先修排水沟，再换檐口的瓦，木匠和瓦匠都是本地人，前后用了一年零两个月。"
    heads = (
        "新华网 2014-03-04 10:20:30\n",
        "来源：青河日报 | 2020年11月03日 | 08:00:12\n",
        "在日常学习中大家都写过演讲稿吧，以下是小编整理的修缮演讲稿，仅供参考。\n",
    )
    parts = "".join(f"修缮演讲稿篇{number}\n{head}{body}\n" for number, head in zip("一二三", heads, strict=True))
    raw = ("修缮演讲稿（优秀3篇）\n" + parts).encode()
    cleaned = clean(raw, Profile())
    assert len(cleaned.sections) == 3
    for section in cleaned.sections:
        part = cleaned.text[section.start : section.end]
        assert part.strip() == body
        assert not any(len(step.edits) for step in clean(part.encode(), Profile()).steps)
    assert undo(cleaned.text, cleaned.encoding, cleaned.steps) == raw


def test_example() -> None:
    """The example of the catalogue is true."""
    before, after = anthology.RULE.example
    assert apply(before, found(before).edits) == after


def test_generated_pages() -> None:
    """On pages in 114 styles and as many look-alikes: boundaries F1 at least 0.99, none split, nothing lost."""
    positive, negative, _ = evaluate(228, seed=1)
    assert positive.f1 >= 0.99
    assert not negative.wrong
    assert positive.lost == 0 and positive.left <= 2


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the real documents are not here: ../shared/corpus_raw")
def test_document_002() -> None:
    """Nineteen speeches with their titles; title and introduction gone; the one concatenation flagged, not cut."""
    text = DOCUMENT.read_text("utf-8").translate(WIDE)
    result = found(text)
    assert len(result.cuts) == 19 and result.cuts[0].position == 0
    assert [cut.title[-2:] for cut in result.cuts[:3]] == ["篇一", "篇二", "篇三"]
    assert result.cuts[18].title.endswith("篇十九")
    clean = apply(text, result.edits)
    assert clean.startswith("同志们：\n市委、市政府决定")
    assert "篇一\n" not in clean and "社交媒体" not in clean
    assert [flag.kind for flag in result.flags] == ["concat"]
    assert not len(found(clean).edits)
