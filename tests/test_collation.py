"""Witnesses mend a survivor where their context agrees, and only there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from time import process_time

import pytest

from cleaners import edits
from cleaners.corpus.collation import restore
from cleaners.document import Document, Flag
from cleaners.rules import placeholders
from tests.eval.collation_eval import measure, measure_paragraphs

RAW = Path(__file__).parents[2] / "shared" / "corpus_raw"

HEAD = "各位代表，同志们：现在我代表县人民政府向大会作工作报告，请予审议。"
TAIL = "全县上下凝心聚力，攻坚克难，较好地完成了年初确定的各项任务。"


def flags_of(text: str) -> list[Flag]:
    document = Document(text)
    rules = (placeholders.MASKS, placeholders.EMPTY_QUOTES, placeholders.DROPPED_YEARS)
    return [flag for rule in rules for flag in rule.find(document).flags]


def mend(text: str, *witnesses: str, flags: list[Flag] | None = None) -> tuple[str, list[str]]:
    """The mended text, and the kinds of the new flags."""
    copies = [(f"w{number}", witness) for number, witness in enumerate(witnesses)]
    found = restore(text, flags_of(text) if flags is None else flags, copies)
    assert len(found.edits) == len(found.witness) == len(found.span) >= len(found.filled)
    for after, doc_id, (start, end) in zip(found.edits.after, found.witness, found.span, strict=True):
        assert dict(copies)[doc_id][start:end] == after
    mended = edits.apply(text, found.edits)
    assert edits.invert(mended, found.edits) == text
    return mended, [flag.kind for flag in found.flags]


@pytest.mark.parametrize(
    ("damaged", "witness"),
    [
        ("20xx年，地区生产总值增长8%。", "2016年，地区生产总值增长8%。"),
        ("习书记在***同志陪同下到会。", "习书记在王建国同志陪同下到会。"),
        ("“”期间，经济年均增长12%。", "“十二五”期间，经济年均增长12%。"),
        ("总产值68亿元，是的3倍。", "总产值68亿元，是2005年的3倍。"),
        ("清河县与××县签订协议，×××同志出席。", "清河县与临江县签订协议，李明同志出席。"),
        ("在***中国共产党领导下前进。", "在中央中国共产党领导下前进。"),
        ("x月x日，市委召开会议。", "3月15日，市委召开会议。"),
    ],
)
def test_gap_is_filled_where_both_sides_agree(damaged: str, witness: str) -> None:
    """Each kind of damage is mended from a whole copy, within agreeing text."""
    assert mend(HEAD + damaged + TAIL, HEAD + witness + TAIL) == (HEAD + witness + TAIL, [])


def test_width_quotes_and_line_breaks_do_not_matter() -> None:
    """A copy laid out otherwise is still a witness, and only the missing words are taken from it."""
    text = HEAD + "坚持“以人为本”，学习贯彻******新时代思想，“”期间成绩很大。" + TAIL
    witness = HEAD[:20] + "\n" + HEAD[20:] + '坚持"以人为本",学习贯彻李大明新时代思想,"十二五"期间成绩很大.\n' + TAIL
    mended, _ = mend(text, witness)
    assert "学习贯彻李大明新时代思想，“十二五”期间" in mended


@pytest.mark.parametrize(
    "witness",
    [
        HEAD + "他在××县调研。" + TAIL,  # masked as well
        HEAD + "他在县调研。" + TAIL,  # deleted
        HEAD + "他在（临江）县调研。" + TAIL,  # other punctuation around
        HEAD + "他昨天又从临江县返回。" + TAIL,  # another sentence
        HEAD + "他在临江，又到清河，再到青山，最后到白云，县调研。" + TAIL,  # a list, not a name
        HEAD + "他在临江县",  # nothing behind it
        "他在临江县调研。" + TAIL,  # nothing before it
        "",
    ],
)
def test_nothing_is_taken_without_agreement(witness: str) -> None:
    """A witness that is damaged itself, or says something else around the gap, changes nothing."""
    text = HEAD + "他在××县调研。" + TAIL
    assert mend(text, witness)[0] == text


def test_witnesses_that_disagree_fill_nothing() -> None:
    """Two readings are flagged with what each says; a third copy that is masked does not decide."""
    text = HEAD + "他在××县调研。" + TAIL
    copies = [HEAD + f"他在{place}县调研。" + TAIL for place in ("临江", "xx", "清河", "临江")]
    found = restore(text, flags_of(text), [(f"w{number}", copy) for number, copy in enumerate(copies)])
    assert not len(found.edits) and not found.filled
    assert [(flag.kind, flag.detail) for flag in found.flags] == [("witnesses_disagree", "w0: 临江; w2: 清河")]


def test_agreeing_witnesses_are_all_named() -> None:
    """The evidence names every witness, the edit the one of smallest id; order does not matter."""
    text = HEAD + "他在××县调研。" + TAIL
    copies = [("b", HEAD + "他在临江县调研。" + TAIL), ("a", HEAD + "他在临江县调研.\n" + TAIL)]
    one, other = restore(text, flags_of(text), copies), restore(text, flags_of(text), copies[::-1])
    assert one == other and one.witness == ["a"]
    assert json.loads(one.edits.evidence[0])["witnesses"] == ["a", "b"]


def test_year_keeps_what_the_mask_left_of_it() -> None:
    """201x is not 2009, and a word is no year."""
    for wrong in ("2009", "去", "12"):
        text = HEAD + "全县201x年粮食增产。" + TAIL
        assert mend(text, HEAD + f"全县{wrong}年粮食增产。" + TAIL)[0] == text


YEARS = "{}全县粮食总产量达到历史最高水平，农民收入稳步增加。{}城乡面貌焕然一新，{}又有三条公路建成通车，百姓交口称赞。"


def test_years_dropped_without_a_trace_come_back() -> None:
    """A text without any year left, whose copy has several, lost them; one year more may be the copy's own."""
    whole = HEAD + YEARS.format("2015年，", "2016年，", "2017年底") + TAIL
    bare = HEAD + YEARS.format("，", "", "底") + TAIL
    assert mend(bare, whole) == (whole.replace("2016年，", ""), [])  # a comma went with it
    some = HEAD + YEARS.format("2015年，", "2016年", "") + TAIL
    more = HEAD + YEARS.format("2015年，", "2016年", "2017年") + TAIL
    assert mend(some, more)[0] == some
    assert mend(some, more, more + "。完。")[0] == more


@pytest.mark.parametrize("mask", ["某某", "□□", "●●●", "××"])
def test_mask_nobody_flagged_is_filled(mask: str) -> None:
    """Where a witness has words in the place of a mask, the mask needs no other proof."""
    text, whole = (HEAD + f"他在{word}主持会议。" + TAIL for word in (mask, "临江县"))
    assert mend(text, whole, flags=[]) == (whole, [])


PARAGRAPH = "一年来，我们坚持稳中求进工作总基调，统筹推进各项工作，经济运行总体平稳，社会大局保持稳定，民生持续改善。"


@pytest.mark.parametrize(("stated", "filled"), [(len(PARAGRAPH), True), (0, True), (1099, False)])
def test_hidden_passage_is_restored_if_its_length_fits(stated: int, filled: bool) -> None:
    """A passage the page hid comes back from a copy if it is as long as the marker said, with the line breaks."""
    text = f"{HEAD}\n\n{TAIL}"
    whole = f"{HEAD}\n\n{PARAGRAPH}\n\n{TAIL}"
    flag = Flag("truncated", len(HEAD) + 2, len(HEAD) + 2, "", "", stated)
    mended, kinds = mend(text, whole, flags=[flag])
    assert (mended, kinds) == ((whole, []) if filled else (text, ["passage_does_not_fit"]))


def test_evidence_of_a_hidden_passage_compares_its_length_with_the_marker_s_count() -> None:
    """Who reads the ledger sees how long the passage is, and how long the page said it was."""
    flag = Flag("truncated", len(HEAD) + 2, len(HEAD) + 2, "", "", 60)
    found = restore(f"{HEAD}\n\n{TAIL}", [flag], [("w", f"{HEAD}\n\n{PARAGRAPH}\n\n{TAIL}")])
    evidence = json.loads(found.edits.evidence[0])
    assert (evidence["gap"], evidence["stated"], evidence["length"]) == ("truncated", 60, len(PARAGRAPH))


LEADS = "\n".join([HEAD, TAIL])
WHOLE = "\n".join([HEAD, PARAGRAPH, TAIL])
OTHER = PARAGRAPH.replace("一年来", "五年来")
HALF = PARAGRAPH[:20]
ASCII = "\n".join([HEAD, PARAGRAPH.replace("，", ","), TAIL])
HEADED = "\n".join([HEAD, "二、加强领导", PARAGRAPH, TAIL])


@pytest.mark.parametrize(
    ("text", "witnesses", "mended"),
    [
        (LEADS, [WHOLE, WHOLE + "\n又及。"], WHOLE),
        (LEADS, [WHOLE.replace("，", ","), WHOLE.replace("\n", "")], ASCII),  # one has no lines
        (LEADS, [WHOLE, f"一、加强领导\n{WHOLE}", HEAD], WHOLE),  # one is silent there
        (LEADS, [HEADED, HEADED + "\n又及。"], HEADED),
        (f"{HEAD}\n{HALF}", [f"{HEAD}\n{PARAGRAPH}\n{TAIL}", f"前言\n{HEAD}\n{PARAGRAPH}\n{TAIL}"], WHOLE),
        (f"{HEAD}\n{HALF}", [WHOLE, f"{HEAD}\n{PARAGRAPH}\n{OTHER}"], f"{HEAD}\n{PARAGRAPH}"),  # as far as they agree
    ],
)  # fmt: skip
def test_paragraph_that_all_witnesses_have_is_put_back(text: str, witnesses: list[str], mended: str) -> None:
    """Between the same two paragraphs, or where the survivor breaks off: the fullest text all witnesses support."""
    assert mend(text, *witnesses) == (mended, [])


@pytest.mark.parametrize(
    ("text", "witnesses"),
    [
        (LEADS, [WHOLE]),  # one witness may have been given the paragraph by its own editor
        (LEADS, [WHOLE, WHOLE]),  # the same witness twice
        (LEADS, [WHOLE, WHOLE + "\n又及。", LEADS + "\n另有一段。"]),  # one goes on without it
        (LEADS, [f"{HEAD}\n点击下载完整版\n{TAIL}", f"{HEAD}\n点击下载完整版\n{TAIL}\n又及。"]),  # furniture
        (f"{HEAD}\n中间另有一段不同的话。\n{TAIL}", [WHOLE, WHOLE + "\n又及。"]),  # the survivor has its own
        (LEADS, [f"{LEADS}\n{PARAGRAPH}", f"{LEADS}\n{PARAGRAPH}\n又及。"]),  # appended to a whole text
        (f"{HEAD}\n{HALF}", [WHOLE, f"{HEAD}\n{HALF}"]),  # one breaks off there, too
        (f"{HEAD}\n{HALF}", [WHOLE, f"{HEAD}\n{PARAGRAPH[:20]}改成另一种说法，各项工作有序展开。\n{TAIL}"]),
    ],
)
def test_paragraph_that_not_all_witnesses_support_stays_out(text: str, witnesses: list[str]) -> None:
    """Nothing is put back on the word of one, against the word of another, or behind a whole text."""
    assert mend(text, *witnesses)[0] == text


def test_witnesses_that_give_different_paragraphs_are_flagged() -> None:
    """Two versions of a paragraph are both left out, and their place is flagged."""
    other = WHOLE.replace(PARAGRAPH, OTHER)
    assert mend(LEADS, WHOLE, other) == (LEADS, ["witnesses_disagree"])


def test_no_flags_cost_nothing_and_copies_of_the_survivor_are_no_witnesses() -> None:
    """Without gaps nothing is compared; a copy with the same gaps has nothing to say."""
    assert mend(HEAD, HEAD + TAIL) == (HEAD, [])
    text = HEAD + "他在××县调研。" + TAIL
    assert mend(text, text, text) == (text, [])


def test_a_line_before_the_text_costs_no_time() -> None:
    """A frame around a copy is no dropped year to be sought all through the text: 10,000 characters take no second."""
    body = TAIL * 320
    started = process_time()
    assert mend(body, f"来源：金沙在线\n{body}") == (body, [])
    assert process_time() - started < 1


def test_generated_clusters() -> None:
    """At least 95 % of what can be restored is, nothing wrongly, and no trap is filled."""
    counts = measure(80, seed=5)
    assert counts["restorable"] > 500 and counts["traps"] > 30
    assert counts["restored"] >= 0.95 * counts["restorable"]
    assert counts["wrong"] == counts["traps filled"] == 0


def test_generated_clusters_that_lack_paragraphs() -> None:
    """At least 95 % of the paragraphs all witnesses have are put back, none wrongly, and no trap is filled."""
    counts = measure_paragraphs(80, seed=5)
    assert counts["paragraphs"] > 80 and counts["paragraph traps"] > 80
    assert counts["put back"] >= 0.95 * counts["paragraphs"]
    assert counts["paragraphs wrong"] == counts["paragraph traps filled"] == 0


@pytest.mark.skipif(not RAW.is_dir(), reason="the five real documents are not beside the repository")
def test_masks_of_the_anthology() -> None:
    """In 002 part 4 gives back 22 of the 24 starred words of part 5, part 14 all 21 plan names of part 16."""
    text = (RAW / "002_bf7001e0b1da6464.txt").read_text(encoding="utf-8")
    pieces = re.split(r"(?m)^.*篇([一二三四五六七八九十]+)$\n?", text)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    for number, witnesses, kind, least, readings in (
        ("五", ["四"], "leader_mask", 22, {"习近平", "习近平总书记", "中央", "共产党"}),
        ("十六", ["十四", "十七"], "empty_quotes", 21, {"十一五", "十二五"}),
    ):
        flags = flags_of(parts[number])
        found = restore(parts[number], flags, [(name, parts[name]) for name in witnesses])
        filled = [after for at, after in zip(found.filled, found.edits.after, strict=True) if flags[at].kind == kind]
        assert len(filled) >= least and set(filled) == readings
        assert set(found.witness) == {witnesses[0]} and not found.flags
