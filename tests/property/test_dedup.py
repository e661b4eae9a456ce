"""Order, sharding and increments do not change what deduplication says."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.corpus import dedup
from cleaners.corpus.canonical import keys
from cleaners.corpus.compare import compare, prepare
from cleaners.corpus.minhash import signatures
from tests.eval.dedup_eval import corpus

TEXTS = corpus(60, seed=3).texts


def find(ids: list[str], texts: dict[str, str], shard: int) -> dedup.Duplicates:
    stored = [
        value
        for at in range(0, len(ids), shard)
        for value in dedup.sign([texts[i] for i in ids[at : at + shard]]).to_bytes()
    ]
    truncated = [hash_of(doc_id) % 5 == 0 for doc_id in ids]
    undamaged = [len(texts[doc_id]) // 50 for doc_id in ids]
    return dedup.find(
        ids, dedup.Signatures.from_bytes(stored), truncated, undamaged, lambda wanted: [texts[i] for i in wanted]
    )


def hash_of(doc_id: str) -> int:
    return sum(map(ord, doc_id))


WHOLE = find(sorted(TEXTS), TEXTS, 1000)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_order_and_sharding_change_nothing(rng: random.Random, shard: int) -> None:
    """Shuffled, and signed in shards of any size, the same documents give the same result."""
    ids = list(TEXTS)
    rng.shuffle(ids)
    assert find(ids, TEXTS, shard) == WHOLE
    assert WHOLE.removed_doc_id


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from("3.5(fā)發x×“”\n甲乙"), max_size=60), max_size=8)
)
def test_arbitrary_texts(texts: list[str]) -> None:
    """Whatever the texts: every document is kept or named once, survivors stay, and signing is one by one."""
    ids = [f"d{number}" for number in range(len(texts))]
    found = find(ids, dict(zip(ids, texts, strict=True)), 3)
    assert len(set(found.removed_doc_id)) == len(found.removed_doc_id)
    assert not set(found.removed_doc_id) & set(found.survivor_doc_id)
    assert dedup.sign(texts).to_bytes() == [value for text in texts for value in dedup.sign([text]).to_bytes()]
    for removed, survivor in zip(found.removed_doc_id, found.survivor_doc_id, strict=True):
        left, right = prepare([texts[ids.index(removed)], texts[ids.index(survivor)]])
        comparison = compare(left, right)
        same = np.array_equal(left.codes, right.codes)
        assert same or comparison.similarity >= 0.72 or comparison.left_in_right >= 0.9


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_key_of_a_key_is_itself(text: str) -> None:
    """Folding twice folds nothing more."""
    once = "".join(map(chr, keys([text]).codes))
    assert "".join(map(chr, keys([once]).codes)) == once


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=20))
def test_signatures_do_not_depend_on_their_neighbours(counts: list[int]) -> None:
    """A batch of signatures is the signatures one by one."""
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    hashes = np.random.default_rng(len(counts)).integers(0, 1 << 32, offsets[-1], dtype=np.uint32)
    batch = signatures(hashes, offsets)
    for row, (start, stop) in enumerate(pairwise(offsets)):
        alone = signatures(hashes[start:stop], np.array([0, stop - start]))
        assert np.array_equal(batch[row], alone[0])
