"""Masks put into clean text are found where they were put, and nowhere else."""

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.document import Document, Flag
from cleaners.rules.placeholders import DROPPED_YEARS, EMPTY_QUOTES, MASKS
from tests.eval.anthology_eval import texts

CLEAN = [text for text in texts() if not re.search("[xX×*_]", text)]
YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")
COUNTY = re.compile("(?<=[，。、在和对与为])[\u4e00-\u9fff]{2}(?=[县镇村])")

PIECES = (
    *("x", "X", "××", "*", "******", "__", "20", "201", "年", "市", "同志", "党"),
    *("“”", "是的3倍", "。", "\n", "比", "a", " ", "届"),
)


def flags(text: str) -> list[Flag]:
    document = Document(text)
    rules = (MASKS, EMPTY_QUOTES, DROPPED_YEARS)
    return [flag for rule in rules if rule.may_apply(document) for flag in rule.find(document).flags]


def masked(text: str, pattern: re.Pattern[str], mask: str) -> tuple[str, set[int]]:
    """The text with every match replaced, and where the masks stand."""
    pieces, places, length, last = [], set(), 0, 0
    for match in pattern.finditer(text):
        piece = text[last : match.start()] + mask
        pieces.append(piece)
        length += len(piece)
        places.add(length - len(mask))
        last = match.end()
    return "".join(pieces) + text[last:], places


@pytest.mark.parametrize("text", CLEAN, ids=lambda text: text[:8])
def test_clean_text_raises_no_flag(text: str) -> None:
    """Nothing is flagged in an undamaged text."""
    assert not flags(text)


@pytest.mark.parametrize("mask", ["20xx", "20××", "20**", "20XX", "201x", "20__"])
def test_masked_years_are_found(mask: str) -> None:
    """Every year of every clean text, masked in one of six ways, is flagged, and nothing else."""
    for text in CLEAN:
        damaged, places = masked(text, YEAR, mask)
        assert {flag.start for flag in flags(damaged)} == places


@pytest.mark.parametrize("mask", ["xx", "XX", "××", "X", "xxx"])
def test_masked_counties_are_found(mask: str) -> None:
    """Every name before 县 or 镇, masked, is flagged, and nothing else."""
    for text in CLEAN:
        damaged, places = masked(text, COUNTY, mask)
        assert {flag.start for flag in flags(damaged)} == places


def test_deleted_years_are_flagged_at_their_places_only() -> None:
    """Most deletions leave good Chinese; a flag never stands anywhere but where a year was deleted."""
    deleted = found = 0
    for text in CLEAN:
        for pattern in (YEAR, re.compile(YEAR.pattern.replace("(?=年)", "年"))):
            damaged, places = masked(text, pattern, "")
            raised = {flag.start for flag in flags(damaged)}
            assert raised <= places
            deleted += len(places)
            found += len(raised)
    assert found >= 0.3 * deleted


@given(st.randoms(use_true_random=False), st.integers(0, 60))
def test_flags_are_in_order_and_quote_the_text(rng: Random, length: int) -> None:
    """Whatever the text, each rule's flags rise, do not overlap and quote what stands at their place."""
    text = "".join(rng.choice(PIECES) for _ in range(length))
    document = Document(text)
    for rule in (MASKS, EMPTY_QUOTES, DROPPED_YEARS):
        raised = rule.find(document).flags
        assert all(text[flag.start : flag.end] == flag.text for flag in raised)
        assert all(a.end <= b.start for a, b in pairwise(raised))
