"""The five real documents, each with the damage the wild gave it. Their text is read from beside the project."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from cleaners.decisions import Decisions, place_keys
from cleaners.pipeline import Cleaned, clean, undo
from cleaners.profile import Profile
from cleaners.rules.pinyin import learn
from cleaners.rules.pinyin_forward import inject
from cleaners.rules.pinyin_shifted import check_proof, without_readings

SHARED = Path(__file__).parents[2] / "shared"
FILES = {path.name[:3]: path for path in sorted((SHARED / "corpus_raw").glob("*.txt"))}
pytestmark = pytest.mark.skipif(not FILES, reason="the real documents are not here: ../shared/corpus_raw is missing")
every = pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])


@cache
def cleaned(name: str) -> Cleaned:
    """One of the documents, cleaned once for all tests."""
    return clean(FILES[name].read_bytes(), Profile())


@cache
def raw(name: str) -> str:
    return FILES[name].read_text("utf-8")


def han(text: str) -> str:
    """The Chinese characters alone: what punctuation and layout may not change."""
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


def labelled(name: str) -> list[dict]:
    """A reader's labels of one document."""
    rows = map(json.loads, (SHARED / "facts" / "seed_defects.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["file"].startswith(name)]


def defects(name: str, *kinds: str) -> list[dict]:
    return [row for row in labelled(name) if row["defect"] in kinds]


def edits(name: str, rule: str) -> list[tuple[str, str]]:
    steps = [step for step in cleaned(name).steps if step.rule == rule]
    return [pair for step in steps for pair in zip(step.edits.before, step.edits.after, strict=True)]


def flags(name: str, *kinds: str) -> list:
    return [flag for _, flag in cleaned(name).flags if flag.kind in kinds]


@every
def test_undo_gives_the_source_back(name: str) -> None:
    """The ledger leads back to the very bytes."""
    result = cleaned(name)
    assert undo(result.text, result.encoding, result.steps) == FILES[name].read_bytes()


@every
def test_cleaning_the_cleaned_text_yields_no_edits(name: str) -> None:
    """Every document that came out passes all rules unchanged, and is not split again."""
    result = cleaned(name)
    for section in result.sections:
        again = clean(result.text[section.start : section.end].encode(), Profile())
        assert [(step.rule, step.edits.before) for step in again.steps if len(step.edits)] == []
        assert len(again.sections) == 1


@every
def test_sections_partition_text_and_bytes(name: str) -> None:
    """The documents of a source follow one another without gap or overlap."""
    result = cleaned(name)
    assert [s.start for s in result.sections] == [0, *(s.end for s in result.sections[:-1])]
    assert [s.byte_start for s in result.sections] == [0, *(s.byte_end for s in result.sections[:-1])]
    assert result.sections[-1].end == len(result.text)
    assert result.sections[-1].byte_end == len(FILES[name].read_bytes())


def test_000_slices() -> None:
    """Six prefixes go, five broken words are whole again, every other character stays, 一二三 among them."""
    text = cleaned("000").text
    assert not re.search(r"(?m)^[1-6]、", text)
    for word in (
        "抓开放、塑环境",
        "先导区作用",
        "高附加值",
        "文化旅游业发展",
        "一带一路建设和省实施五大区域发展战略一带五基地",
    ):
        assert han(word) in han(text)
    assert "、抓开放、塑" in text
    assert han(text) == han(raw("000"))
    assert text.count("一二三") == raw("000").count("一二三") == 1
    assert re.sub(r"\d", "", text) != text  # numbers of the text itself stay
    assert re.findall(r"\d+", text) == re.findall(r"\d+", re.sub(r"(?m)^[1-6]、", "", raw("000")))


def test_001_title_line_and_splice() -> None:
    """Prefix, stamp and marker go; what the marker says is kept; the paragraphs around it stay apart."""
    result = cleaned("001")
    assert not result.text.startswith("01-") and result.text.startswith("以“")
    assert "网友投稿" not in result.text and "更新时间" not in result.text and "下载后查看" not in result.text
    assert [flag.value for flag in flags("001", "truncated")] == [1099]
    place = flags("001", "truncated")[0].start
    assert "\n" in result.text[place - 2 : place + 2]
    before, after = raw("001").split("---此处隐藏1099字,下载后查看---")
    assert result.text.count("\n\n") >= 4
    assert han(before.strip()[-30:]) in han(result.text) and han(after.strip()[:30]) in han(result.text)


def test_001_masks_are_flagged_and_stay() -> None:
    """The eight anonymising X are counted, and none is removed."""
    assert len(flags("001", "x_mask")) == len(defects("001", "place_mask_X")) == 8
    assert cleaned("001").text.count("X") == raw("001").count("X")


def test_002_is_nineteen_documents() -> None:
    """The anthology comes apart at its nineteen headings, which become titles; title and introduction go."""
    result = cleaned("002")
    headings = [row["text"] for row in defects("002", "section_heading")]
    assert [section.title for section in result.sections] == headings
    assert "社交媒体" not in result.text and "优秀19篇" not in result.text
    assert all(heading not in result.text for heading in headings)
    for section in result.sections:
        text = result.text[section.start : section.end]
        assert text and text == text.strip()


def test_002_site_lines_and_paywall() -> None:
    """The editor's lines and the inline marker go, and the word the marker cut is whole."""
    text = cleaned("002").text
    assert "小编" not in text and "隐藏内容" not in text
    assert "地区创办了30多所" in text


def test_002_placeholders_are_counted() -> None:
    """Masks stay in the text and are flagged, in numbers near a reader's labels."""
    counts = Counter(flag.kind for _, flag in cleaned("002").flags)
    labels = Counter(row["defect"] for row in labelled("002"))
    near = {
        "year_mask": labels["year_mask_20xx"] + labels["year_mask_201x"] + labels["year_mask_star"],
        "times_mask": labels["xx_mask_times"],
        "leader_mask": labels["star_mask_3"] + labels["star_mask_6_12"],
        "empty_quotes": labels["plan_strip_empty_quotes"],
        "x_mask": labels["x_mask"],
        "star_mask": labels["star_mask_1"],
    }
    assert all(abs(counts[kind] - expected) <= max(1, expected // 20) for kind, expected in near.items()), counts
    for mask in ("20xx", "××", "******", "“”"):
        assert cleaned("002").text.count(mask) == raw("002").count(mask)


def test_003_feature() -> None:
    """Furniture and ten captions' titles go, the real title stays once; characters are simplified."""
    text = cleaned("003").text
    title = "长春宽城：以战略思维和全新理念推动高品质发展"
    assert text.startswith(title) and text.count(title) == 1
    for gone in ("分享", "2018-11-02", "编辑：", "编辑:", "田东艳"):
        assert gone not in text
    assert not set(text) & set("産説産說產業發與這個")
    assert "产业" in text and "说到底" in text
    assert "什幺" not in text and "怎幺" not in text
    assert text.count("如何") == raw("003").count("如何")


def test_004_readings() -> None:
    """All 261 injected readings are gone; both torn spots are mended right or flagged; the rest is simplified."""
    result = cleaned("004")
    aligned = [before for before, after in edits("004", "pinyin.aligned") if not after]
    assert len(aligned) == len(defects("004", "pinyin_inject")) == 261
    torn = flags("004", "pinyin_torn")
    assert ("勇担其责" in result.text) + ("“三保”工作" in result.text) + len(torn) == 2
    sound = "".join(char for place, char in enumerate(result.text) if not any(f.start <= place < f.end for f in torn))
    assert not re.search(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]", sound)
    assert not set(sound) & set("發與這個為國學會時現業產務過對經動創區")


def test_004_settled() -> None:
    """With its two torn places settled by a person, the page reads as if it had never been damaged, and leads back."""
    page = raw("004")
    learned = learn(page)
    assert learned is not None
    truth = without_readings(page, learned.annotated)
    for torn, sound in (("?lián)湄?、", "擔其責、"), ("三?!惫ぷ?,", "三保”工作,")):
        assert torn in truth
        truth = truth.replace(torn, sound)
    keys = place_keys("pinyin.shifted", page, [page.index("?lián)湄"), page.index("?!惫")], [])
    settled = Decisions(settled=dict(zip(keys, ("担其责", "保”工作"), strict=True)))
    result = clean(FILES["004"].read_bytes(), Profile(), decisions=settled)
    (step,) = (step for step in result.steps if step.rule == "pinyin.shifted")
    assert all(map(check_proof, step.edits.before, step.edits.after, step.edits.evidence))
    assert set(result.obeyed) == set(keys)
    assert result.text == clean(truth.encode(), Profile()).text
    assert "必须勇担其责、先行先试" in result.text and "保稳定“三保”工作，夯实" in result.text
    assert not [flag for _, flag in result.flags if flag.kind.startswith("pinyin")]
    assert undo(result.text, result.encoding, result.steps) == FILES["004"].read_bytes()
    again = clean(result.text.encode(), Profile(), decisions=settled)
    assert again.text == result.text and not any(len(step.edits) for step in again.steps[1:])
    assert inject(truth, learned.annotated) == page and len(page) == 4828
