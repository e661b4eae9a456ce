"""Script: detection, and conversion that is OpenCC's character for character."""

import json
import random
from pathlib import Path

import pytest
from opencc import OpenCC

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.rules.script import RULES
from cleaners.script import characters, convert, detect, dictionary, from_code_points
from tests.bench.bench_script import measure, pages_of
from tests.test_width import alone

CASES = json.loads((Path(__file__).parent / "cases" / "script.json").read_text("utf-8"))
BY_NAME = {rule.name: rule for rule in RULES}
REAL = sorted((Path(__file__).parents[2] / "shared" / "corpus_raw").glob("*.txt"))
SOURCES = {
    "t2s": ("TSPhrases", "TSCharacters"),
    "s2t": ("STPhrases", "STCharacters"),
    "tw2sp": ("TWPhrasesRev", "TWVariantsRevPhrases", "TWVariantsRev", "TSPhrases", "TSCharacters"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, str]) -> None:
    """The rule alone makes of the text what the case says, and has nothing to do after that."""
    rule = BY_NAME[case["rule"]]
    assert alone(rule, case["text"]) == case["expect"]
    assert alone(rule, case["expect"]) == case["expect"]


@pytest.mark.parametrize("conversion", SOURCES)
def test_every_entry_of_the_dictionaries(conversion: str) -> None:
    """Every key alone converts as OpenCC converts it."""
    keys = [key for name in SOURCES[conversion] for key in dictionary(name)]
    text = "\n".join(keys if len(keys) < 10_000 else keys[::7])
    assert convert(text, conversion) == OpenCC(conversion).convert(text)


@pytest.mark.parametrize("name", ["TSCharacters", "STCharacters", "TWVariantsRev", "HKVariantsRev", "JPVariants"])
def test_tables_of_single_characters(name: str) -> None:
    """Read at once they hold what the dictionary holds: no entry or first reading is longer than a character."""
    keys, readings = map(from_code_points, characters(name))
    assert dict(zip(keys, readings, strict=True)) == dictionary(name)


@pytest.mark.parametrize("conversion", SOURCES)
def test_entries_that_overlap(conversion: str) -> None:
    """Whole and cut keys run together convert as OpenCC converts them, also across what it splits at."""
    rng = random.Random(7)
    keys = [key for name in SOURCES[conversion] for key in dictionary(name)]
    ours, theirs = [], []
    reference = OpenCC(conversion)
    for _ in range(400):
        pieces = []
        for key in rng.choices(keys, k=12):
            pieces.append(key[rng.randrange(len(key)) :] if rng.random() < 0.4 else key)
            pieces.append(rng.choice(["", "", "", "，", " ", "\n", "a", "．"]))
        text = "".join(pieces)
        ours.append(convert(text, conversion))
        theirs.append(reference.convert(text))
    assert ours == theirs


@pytest.mark.skipif(not REAL, reason="the five real documents are not beside this repository")
def test_real_documents_convert_as_opencc_converts_them() -> None:
    """The five real documents, and what the rule makes of them: all of the traditional ones, nothing of the others."""
    reference = OpenCC("t2s")
    for path in REAL:
        text = path.read_text("utf-8")
        expected = reference.convert(text)
        assert convert(text) == expected
        assert alone(BY_NAME["script.convert"], text) == (expected if path.name[:3] in ("003", "004") else text)


def test_speed_and_identity_in_one_run() -> None:
    """On 0.4 MB: not one page differs, and both factors the bench asks for on 20 MB hold with room to spare."""
    for pages, floor in zip(pages_of(0.4), (20, 8), strict=True):
        theirs, ours, _, wrong = measure(pages)
        assert wrong == 0
        assert theirs / ours > floor


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("这个国家的经济发展很快", "simplified"),
        ("這個國家的經濟發展很快", "traditional"),
        ("皇后若干乾隆", "simplified"),
        ("这是简体字,说的是经济发展。" * 10 + "這是繁體字,說的是經濟發展。" * 10, "mixed"),
        ("日本の産業は戦後に発展した。", "japanese"),
        ("東京都千代田区 経済産業省 独立行政法人", "japanese"),
        ("佢哋喺度做緊嘢,唔使驚。", "cantonese"),
        ("佢哋喺度做紧嘢,唔使惊。", "cantonese"),
        ("plain English", "other"),
        ("한국의 歷史", "other"),
        ("", "other"),
    ],
)
def test_detection(text: str, script: str) -> None:
    """Each script is told by its own characters."""
    assert detect(text) == script


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("头发与皇后，里程与里面", "頭髮與皇后，里程與裡面"),
        ("我們的産業與羣衆，各类經驗", "我們的產業與群眾，各類經驗"),
        ("雜誌社的同誌意誌堅定，這是個標誌", "雜誌社的同志意志堅定，這是個標誌"),
        ("第壹次在下麵吃麵條，發票壹仟圓", "第一次在下面吃麵條，發票壹仟圓"),
        ("國傢的專傢，大傢買傢具", "國家的專家，大家買傢具"),
        ("皇後與太後住在後宮，若乾年後乾隆即位", "皇后與太后住在後宮，若干年後乾隆即位"),
        ("曆史書與日曆，學曆不高", "歷史書與日曆，學歷不高"),
        ("他嚮前走，方嚮不錯，迴來迴答", "他向前走，方向不錯，回來回答"),
        ("日本の産業は、国会で説明された。", "日本の産業は、国会で説明された。"),
        ("這個國家的里長姓于，皇后姓范", "這個國家的里長姓于，皇后姓范"),
    ],
)
def test_traditional_profile(text: str, expect: str) -> None:
    """Where traditional is asked for: conversion, standard forms, over-conversion undone; then nothing more to do."""
    for _ in range(2):
        for rule in RULES:
            document = Document(text, script="traditional")
            if rule.may_apply(document):
                text = apply(text, rule.find(document).edits)
        assert text == expect


def test_keep_keeps() -> None:
    """Where the profile says keep, no rule of this family changes a character."""
    document = Document("這個國家的産業", script="keep")
    assert not any(rule.may_apply(document) for rule in RULES)


@pytest.mark.parametrize(
    "hostile", ["乾" * 50_000, "藉藉" * 20_000, "個,个," * 20_000, "\ud800個國\udfff", "個" + "の" * 50_000]
)
def test_hostile_text(hostile: str) -> None:
    """Nothing crashes and undo holds on text made to hurt."""
    for rule in RULES:
        alone(rule, hostile)
    assert apply(hostile, BY_NAME["script.convert"].find(Document(hostile)).edits) is not None
