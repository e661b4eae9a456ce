"""Passages repeated across documents are found, with where else they stand."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.corpus.passages import Passages, passages, repeats
from tests.eval.dedup_eval import article, sentence

RNG = random.Random(4)
SHARED = "".join(sentence(RNG) for _ in range(4))
TEXTS = {
    "b": f"{article(RNG, 300)}\n{SHARED}\n{article(RNG, 300)}",
    "a": f"{SHARED.replace('，', ',')}\n{article(RNG, 300)}\n短句。\n短句。",
    "c": f"{article(RNG, 300)}\n短句。",
    "d": "\n".join(["　　" + SHARED, SHARED]),
}


def find(texts: dict[str, str]) -> dict[str, list[tuple[str, str, int]]]:
    flags = repeats(list(texts), passages(list(texts.values())))
    return {name: [(texts[name][f.start : f.end], f.detail, f.value) for f in found] for name, found in flags.items()}


def test_repeated_passage_is_flagged_in_every_document_with_the_others() -> None:
    """Width and indentation do not hide it; phrases and lone passages are not flagged."""
    at = TEXTS["b"].index(SHARED)
    assert find(TEXTS) == {
        "a": [(SHARED.replace("，", ","), f"also in b at {at}; d at 0", 3)],
        "b": [(SHARED, "also in a at 0; d at 0", 3)],
        "d": [("　　" + SHARED, f"also in a at 0; b at {at}", 3), (SHARED, f"also in a at 0; b at {at}", 3)],
    }


def test_passage_within_one_document_is_not_flagged() -> None:
    """Repetition inside a document is another matter."""
    assert find({"d": TEXTS["d"]}) == {}


def test_passage_of_many_documents_names_a_few() -> None:
    """A line that a thousand documents share costs each of them one short flag."""
    found = find({f"{number:04d}": SHARED for number in range(1000)})
    assert len(found) == 1000
    assert found["0500"] == [(SHARED, "also in 0000 at 0; 0001 at 0; 0002 at 0; and 996 more", 1000)]


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(TEXTS)), st.integers(1, 4))
def test_order_and_sharding_change_nothing(order: list[str], shard: int) -> None:
    """Found in shards and stored in between, in any order, the result is the same."""
    stored = [
        value
        for at in range(0, len(order), shard)
        for value in passages([TEXTS[name] for name in order[at : at + shard]]).to_bytes()
    ]
    assert repeats(order, Passages.from_bytes(stored)) == repeats(list(TEXTS), passages(list(TEXTS.values())))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=4))
def test_arbitrary_texts(texts: list[str]) -> None:
    """Every passage is a line, and what is stored comes back."""
    found = passages(texts)
    again = Passages.from_bytes(found.to_bytes())
    assert np.array_equal(found.rows, again.rows) and np.array_equal(found.offsets, again.offsets)
    owner = np.repeat(np.arange(len(texts)), np.diff(found.offsets))
    for number, row in zip(owner.tolist(), found.rows, strict=True):
        assert texts[number][row["start"] : row["end"]] in texts[number].split("\n")
