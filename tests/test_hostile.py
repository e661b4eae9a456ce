"""Text made to hurt: nothing crashes, everything ends, and the ledger leads back. The bench measures the slopes."""

import pytest

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules import RULES
from tests.bench.bench_hostile import MAKERS, STEEP, measure, repeated, slope


@pytest.mark.parametrize("name", MAKERS)
def test_hostile_source_is_cleaned_and_comes_back(name: str) -> None:
    """Each text passes the whole pipeline, verdict included, and undoing gives the bytes back."""
    assert measure(MAKERS[name](1_200))[1]


@pytest.mark.parametrize(
    "text", ["\ud800", "中\udfff国" * 200, "\ud83d，“\udc00”(" * 200, "\udcff發(fā)" * 50], ids=ascii
)
def test_lone_surrogates_reach_every_rule(text: str) -> None:
    """Half characters in a text that was decoded elsewhere: each rule leaves a text that undoes."""
    for rule in RULES:
        document = Document(text)
        edits = rule.find(document).edits if rule.may_apply(document) else None
        assert edits is None or invert(apply(text, edits), edits) == text


def test_the_slope_tells_linear_from_quadratic() -> None:
    """What the bench prints is the exponent: 1 for time like the size, 2 for its square."""
    sizes = [1000, 2000, 4000, 8000]
    assert slope(sizes, [size * 1e-5 for size in sizes]) == pytest.approx(1)
    assert slope(sizes, [size**2 * 1e-8 for size in sizes]) == pytest.approx(2) and STEEP < 2
    assert len(repeated("中")(999)) == 999
