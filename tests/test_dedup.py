"""Repeated documents are found, verified, and give way to the better copy."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash

from cleaners.corpus import dedup, lsh, minhash, shingles
from cleaners.corpus.canonical import keys
from cleaners.corpus.compare import compare, prepare, tell_different_facts
from tests.eval.dedup_eval import article, corpus, report, run

RAW = Path(__file__).parents[2] / "shared" / "corpus_raw"


def key(text: str) -> str:
    return "".join(map(chr, keys([text]).codes))


def find(texts: dict[str, str], **quality: list[int]) -> dedup.Duplicates:
    ids = list(texts)
    return dedup.find(
        ids,
        dedup.sign(list(texts.values())),
        [bool(flag) for flag in quality.get("truncated", [0] * len(ids))],
        quality.get("undamaged", [len(text) for text in texts.values()]),
        lambda wanted: [texts[doc_id] for doc_id in wanted],
    )


@pytest.fixture
def rng() -> random.Random:
    return random.Random(5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("優先發展，產業。", "优先发展 产业"),
        ("ＧＤＰ达３．５％", "gdp达3.5%"),
        ("發(fā)展經(jīng)濟", "发展经济"),
        ("于20xx年，由×××负责", "于20年由负责"),
        ("“十二五”\n\n时期", "十二五时期"),
        ("党的二〇一九", "黨的二〇一九"),
        ("困難很多", "困\ufa68很多"),  # a compatibility ideograph
        ("ｘｘ县２０ＸＸ年", "县20年"),
    ],
)
def test_key_folds_what_copies_differ_in(one: str, other: str) -> None:
    """Script, width, case, punctuation, whitespace, masks and readings do not reach the key."""
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("3.5%", "35%"), ("增长5万", "增长6万"), ("(三)", "(四)"), ("甲", "乙")])
def test_key_keeps_facts(one: str, other: str) -> None:
    """Figures and words stay different."""
    assert key(one) != key(other)


def test_key_does_not_depend_on_neighbours() -> None:
    """A key is the same in every batch, even where two texts together would read as one number."""
    texts = ["增长3.", ".5万", "", "發(", "fā)展"]
    batch = keys(texts)
    apart = [key(text) for text in texts]
    assert ["".join(map(chr, part)) for part in np.split(batch.codes, batch.offsets[1:-1])] == apart


def test_key_positions_lead_back_to_the_text() -> None:
    """Every code of a key knows where its character stood in its own text."""
    texts = ["，甲 乙", "", "20xx年𠀀"]
    batch = keys(texts)
    for text, start, stop in zip(texts, batch.offsets, batch.offsets[1:], strict=False):
        assert [text[at] for at in batch.positions[start:stop]] == [chr(code) for code in batch.codes[start:stop]]


@pytest.mark.parametrize("count", [0, 1, 7, 70_000])
def test_signatures_are_datasketch_s_own(count: int) -> None:
    """Bit for bit what datasketch computes from the same hashes, also across the kernel's chunks."""
    hashes = np.random.default_rng(count).integers(0, 1 << 32, count, dtype=np.uint32)
    theirs = MinHash(minhash.PERMUTATIONS, minhash.SEED, scheme=minhash.SCHEME, hashfunc=int)
    theirs.update_batch(hashes.tolist())
    ours = minhash.signatures(np.concatenate([hashes, hashes[:3]]), np.array([0, count, count, count + min(3, count)]))
    assert (ours[0] == theirs.hashvalues).all()
    assert (ours[1] == MinHash(minhash.PERMUTATIONS, minhash.SEED).hashvalues).all()


def test_similarity_equals_that_of_plain_sets(rng: random.Random) -> None:
    """Verified figures are exact: they equal those of Python sets of strings."""
    left = article(rng, 800)
    right = left[: len(left) // 2] + article(rng, 300)
    sets = [{key(text)[at : at + 5] for at in range(len(key(text)) - 4)} for text in (left, right)]
    shared = len(sets[0] & sets[1])
    assert compare(*prepare([left, right])) == (
        shared / len(sets[0] | sets[1]),
        shared / len(sets[0]),
        shared / len(sets[1]),
    )


def test_shingles_do_not_cross_documents() -> None:
    """Documents hashed end to end have the hashes they have alone."""
    texts = ["甲乙丙丁戊己庚", "", "甲", "甲乙丙丁", "甲乙丙丁戊"]
    batch = keys(texts)
    wide, offsets = shingles.hashes_of_each(batch.codes, batch.offsets)
    for text, start, stop in zip(texts, offsets, offsets[1:], strict=False):
        assert wide[start:stop].tolist() == shingles.hashes(keys([text]).codes).tolist()


def test_short_documents_are_neither_lost_nor_merged_by_accident() -> None:
    """Below the length that can be compared only equal texts are one."""
    found = find(
        {"a": "你好！", "b": "你好？", "c": "", "d": "\n", "e": "***", "f": "你好！", "g": "目录", "h": "目录一"}
    )
    assert dict(zip(found.removed_doc_id, found.survivor_doc_id, strict=True)) == {"f": "a", "c": "d"}


def test_whole_survives_truncated_then_the_less_damaged_then_the_smaller_id(rng: random.Random) -> None:
    """Quality decides, not arrival."""
    text = article(rng, 600)
    texts = {"d": text, "c": text + "。", "b": text, "a": text[:-30]}
    length = len(text)
    assert find(texts, truncated=[0, 0, 0, 1]).clusters["a"] == "c"
    assert set(find(texts, undamaged=[length, 5, length, 9]).clusters.values()) == {"b"}
    assert set(find(texts, truncated=[1, 1, 1, 0]).clusters.values()) == {"a"}


def test_excerpt_gives_way_even_to_a_truncated_container(rng: random.Random) -> None:
    """A small part of a long text is found, and the text that contains it stays."""
    text = article(rng, 6000)
    found = find({"a": text[3000:3400], "b": text, "c": article(rng, 900)}, truncated=[0, 1, 0])
    assert (found.removed_doc_id, found.survivor_doc_id) == (["a"], ["b"])
    assert found.similarity[0] < 0.2 and found.containment[0] == 1.0


def test_clusters_do_not_chain(rng: random.Random) -> None:
    """A window sliding over a text gives a chain of similar documents; none gives way to one it is unlike."""
    text = article(rng, 4000)
    texts = {f"w{at:04d}": text[at : at + 1500] for at in range(0, 2400, 100)}
    found = find(texts)
    assert 0 < len(found.removed_doc_id) < len(texts) - 1
    for removed, survivor, similarity in zip(
        found.removed_doc_id, found.survivor_doc_id, found.similarity, strict=True
    ):
        assert compare(*prepare([texts[removed], texts[survivor]])).similarity == similarity >= 0.72
        assert survivor not in found.removed_doc_id


def test_siblings_stay_apart_and_copies_do_not() -> None:
    """The same frame with other facts is another document; with facts withheld it is a copy."""
    frame = (
        "{0}县{1}年国民经济和社会发展统计公报。全年地区生产总值{2}亿元，比上年增长{3}%，城镇新增就业{4}人，"
        "粮食总产量达到{5}吨，农村居民人均可支配收入稳步提高，社会保障覆盖面进一步扩大，生态环境质量持续改善，"
        "教育卫生文化事业全面进步，人民群众的获得感幸福感安全感不断增强。"
    )
    one, other, masked = (
        frame.format("清河", 2018, 35.2, 7.1, 4200, 88000),
        frame.format("临江", 2019, 41.7, 6.4, 3900, 91500),
        frame.format("×", "20xx", 35.2, "", "xx", 88000),
    )
    assert tell_different_facts(*prepare([one, other]))
    assert not tell_different_facts(*prepare([one, masked]))
    found = find({"a": one, "b": other})
    assert not found.removed_doc_id


def test_a_long_frame_with_two_other_facts_is_a_sibling(rng: random.Random) -> None:
    """Two names or figures that contradict tell two documents apart in any length; an editor's words do not."""
    lines = article(rng, 3000).split("\n")
    lines.insert(2, "会议由陈国平同志主持，在临江县召开。")
    text = "\n".join(lines)
    other = text.replace("陈国平同志主持，在临江县召开", "周志强同志主持，在清河县召开")
    edited = text.replace("提高", "提升").replace("群众", "百姓", 1).replace("问题", "难处", 1)
    assert tell_different_facts(*prepare([text, other]))
    assert not tell_different_facts(*prepare([text, edited]))


def test_signatures_survive_a_binary_column(rng: random.Random) -> None:
    """What is stored is what was computed."""
    signed = dedup.sign([article(rng, 500), "", "短", article(rng, 3000)])
    again = dedup.Signatures.from_bytes(signed.to_bytes())
    for name in ("size", "digest", "minhash", "sample", "offsets"):
        assert np.array_equal(getattr(signed, name), getattr(again, name)), name
    assert len(dedup.Signatures.from_bytes([])) == len(dedup.sign([])) == 0


def test_repeated_id_is_refused() -> None:
    """Two documents of one id could not be told apart in the result."""
    with pytest.raises(ValueError, match="'a' occurs more than once"):
        dedup.find(["a", "a"], dedup.sign(["", ""]), [False] * 2, [0, 0], lambda ids: [""] * len(ids))


def test_planted_copies_are_found_and_nothing_else() -> None:
    """The floors of the evaluation, on a small corpus."""
    planted = corpus(900, seed=11)
    figures = report(planted, run(planted.texts))
    low, high = (value for title, value in figures.items() if title.startswith(("recall 0.75", "recall 0.85")))
    assert low >= 0.97 and high >= 0.99
    assert figures["merged wrongly"] == figures["siblings merged"] == 0
    assert figures["merged below 0.6 and not contained"] == 0


def test_bucket_that_holds_everything_is_bounded() -> None:
    """Ten thousand signatures in one bucket give pairs in proportion to their number, not to its square."""
    rows = np.random.default_rng(1).integers(0, 1 << 32, (10_000, minhash.PERMUTATIONS), dtype=np.uint32)
    rows[:, :40] = 7
    pairs, crowded = lsh.candidates(rows, np.arange(len(rows)))
    assert crowded and len(pairs) < 300 * len(rows)


def test_many_identical_documents_cost_no_comparison() -> None:
    """Equal keys are one before anything is compared or loaded."""
    texts = {f"d{number:05d}": "同一篇讲话稿，" * 30 for number in range(3000)}
    found = dedup.find(
        list(texts), dedup.sign(list(texts.values())), [False] * 3000, [1] * 3000, lambda ids: pytest.fail("loaded")
    )
    assert len(found.removed_doc_id) == 2999 and set(found.survivor_doc_id) == {"d00000"}
    assert found.notes["identical"] == 2999


@pytest.mark.skipif(not RAW.is_dir(), reason="the five real documents are not beside the repository")
def test_repeated_speeches_of_the_anthology() -> None:
    """In 002 part 17 goes into 16, 5 and 4 are one, and 14 is found as contained in 16."""
    text = (RAW / "002_bf7001e0b1da6464.txt").read_text(encoding="utf-8")
    pieces = re.split(r"(?m)^.*篇([一二三四五六七八九十]+)$\n?", text)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    undamaged = [len(re.sub("[*xX×]|“”", "", part)) for part in parts.values()]
    found = find(parts, undamaged=undamaged)
    figures = zip(found.survivor_doc_id, found.similarity, found.containment, strict=True)
    rows = dict(zip(found.removed_doc_id, figures, strict=True))
    assert set(rows) == {"十四", "十七", "四"}
    assert rows["十七"][0] == rows["十四"][0] == "十六" and rows["四"][0] == "五"
    assert rows["十七"][1] > 0.99 and rows["四"][1] > 0.8 and rows["十四"][2] > 0.95
