"""A verdict drops only what is no document; signals are numbers anybody can recompute."""

import itertools
import json
import math
import time
from collections import Counter
from pathlib import Path

import pytest

from cleaners import quality
from cleaners.document import Flag
from cleaners.quality import signals, undamaged_chars, verdict

CASES = json.loads((Path(__file__).parent / "cases" / "quality.json").read_text("utf-8"))
PROSE = "今年以来，我们坚持稳中求进，推动各项工作取得新的进展。产值增长8.5%，项目开工42个。\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_verdicts(case: dict[str, str]) -> None:
    """Each page is kept, or dropped for the reason it states."""
    result = verdict(case["text"], signals(case["text"]))
    assert result.reason.startswith(case["expect"]) and result.keep == (not case["expect"]), result


def test_signals_against_plain_python() -> None:
    """The fast signals agree with the obvious way to compute them."""
    text = PROSE * 3 + "\n- 一项\n等等……\n𠀀𠀁abc😀\ue000\n"
    values = signals(text)
    visible = [character for character in text if not character.isspace()]
    lines = [line for line in text.split("\n") if line]
    pairs = Counter(itertools.pairwise(visible))
    tens = ["".join(visible[i : i + 10]) for i in range(len(visible) - 9)]
    counts = Counter(visible).values()
    expected = {
        "chars": len(text),
        "han_ratio": sum("\u4e00" <= c <= "\u9fff" or c >= "\U00020000" for c in visible) / len(visible),
        "digit_ratio": sum(c.isdigit() for c in visible) / len(visible),
        "latin_ratio": 3 / len(visible),
        "symbol_ratio": 2 / len(visible),
        "lines": len(lines),
        "mean_line_chars": sum(map(len, lines)) / len(lines),
        "terminal_line_ratio": 4 / 6,
        "ellipsis_line_ratio": 1 / 6,
        "bullet_line_ratio": 1 / 6,
        "duplicate_line_ratio": 2 / 6,
        "top_2gram_ratio": 2 * max(pairs.values()) / len(visible),
        "duplicate_10gram_ratio": 1 - len(set(tens)) / len(tens),
    }
    for name, value in expected.items():
        assert values[name] == pytest.approx(value), name
    entropy = -sum(n / len(visible) * math.log(n / len(visible)) for n in counts)
    assert values["unigram_entropy"] == pytest.approx(entropy, abs=0.02)  # 𠀀 and 𠀁 share a surrogate


def test_long_texts_agree_with_short_ones() -> None:
    """Above the size where counting replaces sorting and runs are sampled, the numbers stay the same."""
    text = "".join(PROSE.replace("8.5", str(n)) + ("同一段话反复出现，一字不差。" * (n % 3)) + "\n" for n in range(700))
    sampled = signals(text)
    quality._MANY, many = len(text) + 1, quality._MANY
    try:
        exact = signals(text)
    finally:
        quality._MANY = many
    assert len(text) > 3 * many
    for name, value in exact.items():
        assert sampled[name] == pytest.approx(value, abs=0.005 if name == "duplicate_10gram_ratio" else 1e-9), name


@pytest.mark.parametrize("text", ["", "\n", "一", "\ud800", "\udc00", "  \n\n  ", "a\x00b", "\n" * 5000], ids=repr)
def test_signals_of_odd_texts(text: str) -> None:
    """Every text has signals, all of them finite, ratios between 0 and 1; and a verdict."""
    values = signals(text)
    assert all(math.isfinite(value) for value in values.values())
    assert all(0 <= value <= 1 for name, value in values.items() if name.endswith("_ratio"))
    verdict(text, values)


def test_signals_are_linear() -> None:
    """A million lines of one character cost less than 1,000 ns each, and a long text less than 150 a character.

    The budget is 60 ns on prose; the test leaves room for a busy machine and fails on anything quadratic.
    """
    for text, budget in (("一\n" * 1_000_000, 1000e-9 * 1_000_000), (PROSE * 5000, 150e-9 * len(PROSE) * 5000)):
        start = time.process_time()
        verdict(text, signals(text))
        assert time.process_time() - start < budget


def test_undamaged_chars() -> None:
    """Overlapping flags count once, a deleted year costs one character, and the count never falls below zero."""
    text = "20xx年，是的3倍"
    assert undamaged_chars(text, []) == len(text)
    assert undamaged_chars(text, [Flag("a", 0, 4, ""), Flag("b", 2, 5, ""), Flag("c", 7, 7, "")]) == len(text) - 6
    assert undamaged_chars("一", [Flag("a", 0, 9, ""), Flag("b", 20, 30, "")]) == 0


def test_thresholds_are_the_callers() -> None:
    """A profile may ask for more or less than 60 characters of a page without a sentence."""
    text = "全县招商引资推进会讲话稿范文大全"
    assert not verdict(text, signals(text)).keep
    assert verdict(text, signals(text), min_chars=10).keep
