"""Passages repeated across documents are found, with where else they stand."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.corpus.passages import LEAST, MOST, Passages, flags, passages, removal, repeats
from cleaners.document import Flag
from cleaners.edits import apply, invert
from tests.eval.dedup_eval import article, sentence

RNG = random.Random(4)
SHARED = "".join(sentence(RNG) for _ in range(4))
TEXTS = {
    "b": f"{article(RNG, 300)}\n{SHARED}\n{article(RNG, 300)}",
    "a": f"{SHARED.replace('，', ',')}\n{article(RNG, 300)}\n短句。\n短句。",
    "c": f"{article(RNG, 300)}\n短句。",
    "d": "\n".join(["　　" + SHARED, SHARED]),
}


def found_in(names: list[str], found: Passages) -> list[tuple[str, Flag, bool]]:
    rank = np.argsort(np.argsort(names))
    rows, _ = repeats(found, rank)
    return sorted(flags(rows, dict(enumerate(names))), key=lambda item: (item[0], item[1].start))


def find(texts: dict[str, str]) -> dict[str, list[tuple[str, str, int, bool]]]:
    result: dict[str, list[tuple[str, str, int, bool]]] = {}
    for name, flag, stays in found_in(list(texts), passages(list(texts.values()))):
        result.setdefault(name, []).append((texts[name][flag.start : flag.end], flag.detail, flag.value, stays))
    return result


def test_repeated_passage_is_flagged_in_every_document_with_the_others() -> None:
    """Width and indentation do not hide it; phrases and lone passages are not; the best document keeps it."""
    at = TEXTS["b"].index(SHARED)
    assert find(TEXTS) == {
        "a": [(SHARED.replace("，", ","), f"also in b at {at}; d at 0", 3, True)],
        "b": [(SHARED, "also in a at 0; d at 0", 3, False)],
        "d": [
            ("　　" + SHARED, f"also in a at 0; b at {at}", 3, False),
            (SHARED, f"also in a at 0; b at {at}", 3, False),
        ],
    }


def test_passage_within_one_document_is_not_flagged() -> None:
    """Repetition inside a document is another matter."""
    assert find({"d": TEXTS["d"]}) == {}


def test_formula_is_no_passage() -> None:
    """A line of many documents costs each one short flag; one that more of them share is a formula and costs none."""
    found = find({f"{number:04d}": SHARED for number in range(MOST)})
    assert len(found) == MOST
    assert found["0050"] == [(SHARED, f"also in 0000 at 0; 0001 at 0; 0002 at 0; and {MOST - 4} more", MOST, False)]
    everywhere = passages([SHARED] * (MOST + 1))
    rows, formulas = repeats(everywhere, np.arange(MOST + 1))
    assert (len(rows.document), formulas) == (0, 1)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_what_is_taken_out_takes_its_line_break_along(gap: str) -> None:
    """At the beginning, in the middle and at the end no blank line is left over, and undo gives the text back."""
    lines = [letter * LEAST for letter in "甲乙丙丁戊己庚"]
    text = gap.join(lines)
    for gone in ([0], [3], [6], [0, 1], [2, 3], [5, 6], [0, 6], [0, 3, 6]):
        places = [Flag("", text.index(lines[n]), text.index(lines[n]) + LEAST, "") for n in gone]
        edits = removal(text, places)
        assert apply(text, edits) == gap.join(line for n, line in enumerate(lines) if n not in gone)
        assert invert(apply(text, edits), edits) == text


def test_collection_of_passages_is_left_whole() -> None:
    """A document of which more than half stands elsewhere would be a ruin without it."""
    text = "\n".join(letter * LEAST for letter in "甲乙丙")
    places = [Flag("", n * (LEAST + 1), n * (LEAST + 1) + LEAST, "") for n in (0, 2)]
    assert not len(removal(text, places))


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(TEXTS)), st.integers(1, 4))
def test_order_and_sharding_change_nothing(order: list[str], shard: int) -> None:
    """Found in shards and stored in between, in any order, the result is the same."""
    stored = [
        value
        for at in range(0, len(order), shard)
        for value in passages([TEXTS[name] for name in order[at : at + shard]]).to_bytes()
    ]
    whole = found_in(list(TEXTS), passages(list(TEXTS.values())))
    assert found_in(order, Passages.from_bytes(stored)) == whole
    assert whole


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=120) | st.sampled_from([SHARED, f"{SHARED}\n", f"甲\n{SHARED}"]), max_size=4))
def test_arbitrary_texts(texts: list[str]) -> None:
    """Every passage is a line, what is stored comes back, and a batch is its texts one by one."""
    found = passages(texts)
    again = Passages.from_bytes(found.to_bytes())
    assert np.array_equal(found.rows, again.rows) and np.array_equal(found.offsets, again.offsets)
    assert found.to_bytes() == [value for text in texts for value in passages([text]).to_bytes()]
    owner = np.repeat(np.arange(len(texts)), np.diff(found.offsets))
    for number, row in zip(owner.tolist(), found.rows, strict=True):
        assert texts[number][row["start"] : row["end"]] in texts[number].split("\n")
