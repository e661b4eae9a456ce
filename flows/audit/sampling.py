"""Draw edits of a rule at random, every source in proportion to what the rule did there."""

from __future__ import annotations

from itertools import groupby
from math import ceil
from random import Random

from flows.audit.browse import with_places
from flows.audit.tables import Row, Tables

_EDITS = """
    select doc_id, source_sha256, step, ordinal, rule, kind, before, after, raw_start, raw_end, confidence, evidence,
           witness_doc_id
    from edits where rule = $rule and source_sha256 in (select unnest($sources)) order by source_sha256, step, ordinal
"""


def label(rule: str, size: int, seed: int) -> str:
    """The name of a sample, which judgements made in it carry."""
    return f"{rule} n={size} seed={seed}"


def draw(tables: Tables, rule: str, size: int, seed: int = 0) -> list[Row]:
    """``size`` edits of a rule, or all if there are fewer; the same seed draws the same edits of a snapshot.

    A source has its share of the sample to within one edit, which of its edits is left to chance, and every edit has
    the same chance.
    """
    counts = tables.rows(
        "select source_sha256, count(*) as n from edits where rule = $rule group by all order by source_sha256",
        rule=rule,
    )
    total = sum(row["n"] for row in counts)
    size = min(size, total)
    if not size:
        return []
    random = Random(f"{rule}:{seed}")
    shares = _shares([row["n"] for row in counts], size, random.random())
    share_of = {row["source_sha256"]: share for row, share in zip(counts, shares, strict=True) if share}
    rows = tables.rows(_EDITS, rule=rule, sources=list(share_of))
    drawn: list[Row] = []
    for source, group in groupby(rows, key=lambda row: str(row["source_sha256"])):
        drawn += random.sample(list(group), share_of[source])
    random.shuffle(drawn)
    return with_places(tables, drawn)


def _shares(counts: list[int], size: int, start: float) -> list[int]:
    """How many edits each source gives, if of all edits in a row every n-th is taken from a random start.

    >>> _shares([6, 3, 1], 5, 0.5)
    [3, 1, 1]
    """
    total, shares, before = sum(counts), [], 0
    for count in counts:
        # The k-th edit drawn is number (k + start) * total / size, so these many are drawn up to an edit:
        first, last = (ceil(n * size / total - start) for n in (before, before + count))
        shares.append(max(last, 0) - max(first, 0))
        before += count
    return shares
