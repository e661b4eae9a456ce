"""Samples are random, fair to every source and repeatable; intervals cover the truth as often as they claim."""

from __future__ import annotations

from collections import Counter
from random import Random

from flows import judgements
from flows.audit import sampling
from flows.audit.precision import Precision, wilson
from flows.audit.sidebyside import Traces
from flows.audit.tables import Tables


def test_wilson_agrees_with_published_values():
    """Values of the score interval without continuity correction, from Newcombe (1998), table I."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (right, judged), expected in published.items():
        assert [round(bound, 4) for bound in wilson(right, judged)] == list(expected)


def test_intervals_cover_the_truth():
    """Of many samples of a rule that is right in 90 % of cases, about 95 % have the 90 % in their interval."""
    random, hits = Random(1), 0
    for _ in range(2000):
        right = sum(random.random() < 0.9 for _ in range(50))
        low, high = Precision(right, 50 - right).interval
        hits += low <= 0.9 <= high
    assert 0.93 <= hits / 2000 <= 0.985


def test_samples_are_repeatable_and_fair(corpus):
    """The same seed draws the same edits, another one others; each source has its share to within one edit."""
    tables = Tables(corpus.clean / "current")
    rule = "width.widen"
    total = tables.rows("select source_sha256, count(*) as n from edits where rule = $rule group by all", rule=rule)
    size, everything = 30, sum(row["n"] for row in total)
    drawn = sampling.draw(Traces(tables), rule, size, 7)
    assert drawn == sampling.draw(Traces(tables), rule, size, 7) != sampling.draw(Traces(tables), rule, size, 8)
    assert len({(row["source_sha256"], row["step"], row["ordinal"]) for row in drawn}) == size
    of_source = Counter(row["source_sha256"] for row in drawn)
    for row in total:
        assert abs(of_source[row["source_sha256"]] - size * row["n"] / everything) <= 1
    assert len(sampling.draw(Traces(tables), rule, 10**6)) == everything


def test_every_edit_has_a_chance(corpus):
    """Over many seeds every edit of a rule is drawn, none much more often than another."""
    tables = Tables(corpus.clean / "current")
    rule = min(tables.run["rules"], key=lambda rule: abs(tables.run["rules"][rule]["edits"] - 20))
    total = tables.run["rules"][rule]["edits"]
    size, rounds = max(1, total // 4), 120
    hits = Counter(
        (row["source_sha256"], row["step"], row["ordinal"])
        for seed in range(rounds)
        for row in sampling.draw(Traces(tables), rule, size, seed)
    )
    assert len(hits) == total
    expected = rounds * size / total
    assert all(expected / 3 < count < expected * 2.2 for count in hits.values())


def test_precision_is_that_of_samples_and_of_this_version(tmp_path):
    """Edits sought out by hand do not count beside a random sample; judgements of another version never do."""
    file = tmp_path / "judgements.jsonl"

    def judge(number, verdict, version=2, sample=""):
        place = {"source_path": "a", "source_sha256": "b", "raw_start": number, "rule_version": version}
        one = judgements.new(about="edit", verdict=verdict, rule="r", key=f"r:{number}", sample=sample, **place)
        judgements.append(file, one)

    judge(1, "wrong")
    judge(2, "right", version=1)
    assert judgements.read(file).precision("r", 2) == Precision(0, 1)
    for number in range(10, 19):
        judge(number, "right", sample="s")
    judge(20, "wrong", sample="s")
    judge(21, "unsure", sample="s")
    found = judgements.read(file).precision("r", 2)
    assert found == Precision(9, 1, 1, sampled=True)
    assert round(found.share, 3) == 0.9


def test_a_judged_sample_shows_its_precision_everywhere(pages):
    """Judging from a sample changes the figures on the pages of the rule, of all rules, and of the overview."""
    rule = "width.widen"
    html = pages.get(f"/sample/{rule}?n=3")
    assert html.count("data-judge") == 3
    for number in range(3):
        action, fields = pages.form(html, after=html.split("<li ")[number + 1][:200])
        pages.send(action, fields | {"verdict": "wrong" if number == 0 else "right"})
    for page in ("/", "/rules", f"/rule/{rule}", f"/removed?what=all&rule={rule}"):
        assert "66.7%" in pages.get(page), page
