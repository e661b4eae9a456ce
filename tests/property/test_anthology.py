"""Splitting is exact on any page: it can be undone, nothing but furniture goes, and a part is not split again."""

from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cleaners.document import Document
from cleaners.edits import apply, invert, to_output
from cleaners.rules import anthology
from tests.eval.anthology_eval import GLUED, HEADINGS, anthology_page, split

ODD = (
    "", "　", "会议讲话稿（优秀3篇）", "会议讲话稿篇一", "会议讲话稿篇二", "会议讲话稿篇三", "会议讲话稿篇五",
    "【篇一】同志们：", "【篇二】各位来宾，今天的会议十分重要。", "篇一：大家好，春天到了。", "篇二：大家好。",
    "（之一）", "NO.1", "NO.2",
    "第一篇：讲话", "第二篇：讲话", "范文1", "范文2", "Part 1", "Part 2", "会议讲话稿（一）", "会议讲话稿（二）",
    "同志们：", "各位来宾：", "谢谢大家！", "在全市大会上的讲话", "一、提高认识",
    "下面是小编为大家整理的范文，供大家参考。", "第一章 总则",
    "今天的会议十分重要，我讲三点意见，请大家结合实际抓好贯彻落实，不折不扣地完成任务。",
    "让我们为实现全年目标而努力奋斗！",
    "春天到了，河边的柳树发了芽，孩子们脱下棉衣，在田埂上放起了风筝，老人坐在门口晒太阳。",
)  # fmt: skip
LINES = st.sampled_from(ODD)


@given(st.lists(LINES, max_size=40), st.booleans())
@settings(max_examples=300)
def test_any_order_of_lines(lines: list[str], final_newline: bool) -> None:
    """Headings in any order, doubled, missing or without bodies: edits undo, cuts rise from 0, bodies survive."""
    text = "\n".join(lines) + "\n" * final_newline
    found = split(text)
    clean = apply(text, found.edits)
    assert invert(clean, found.edits) == text
    places = [cut.position for cut in found.cuts]
    assert places == sorted(set(places))
    assert all(0 <= place < len(text) for place in places)
    for line in ("今天的会议", "春天到了"):
        assert clean.count(line) == text.count(line)


@given(st.randoms(use_true_random=False), st.sampled_from(HEADINGS + GLUED))
@settings(max_examples=60, deadline=None)
def test_parts_stand_alone(rng: Random, style: str) -> None:
    """The parts of a split page hold their bodies and nothing else, and none of them is split again."""
    page = anthology_page(rng, style, glued=style in GLUED and rng.random() < 0.8)
    found = split(page.text)
    assume(found.cuts)
    places = [*to_output(found.edits, np.array([cut.position for cut in found.cuts], dtype=np.int64)), None]
    clean = apply(page.text, found.edits)
    parts = [clean[a:b] for a, b in pairwise(places)]
    assert "".join(parts) == clean
    for part in parts:
        assert part.strip("\n") == part
        assert not len(split(part).edits)


@given(st.lists(LINES, max_size=40))
@settings(max_examples=300)
def test_a_part_is_no_anthology(lines: list[str]) -> None:
    """Each document that comes out of a split is left alone by a second pass."""
    text = "\n".join(lines)
    found = split(text)
    clean = apply(text, found.edits)
    cuts = to_output(found.edits, np.array([cut.position for cut in found.cuts], dtype=np.int64)).tolist()
    places = sorted({0, *cuts, len(clean)})
    for start, end in pairwise(places):
        assert not len(anthology.RULE.find(Document(clean[start:end])).edits)
