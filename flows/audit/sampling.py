"""Draw edits of a rule at random, every source in proportion to what the rule did there."""

from __future__ import annotations

from itertools import groupby
from random import Random

from flows.audit.browse import with_places
from flows.audit.sidebyside import QUICK, Traces
from flows.audit.tables import Row

# If of all edits in a row every n-th is taken from a random start, the k-th drawn is number (k + start) * total / size:
# so many are drawn up to an edit, and a source gives the difference between its last edit and its first.
_SHARES = """
    with counts as (select source_sha256, count(*) as n from edits where rule = $rule group by all),
    sums as (select source_sha256, n, sum(n) over (order by source_sha256) as upto from counts),
    rates as (select source_sha256, n, upto, max(upto) over () as total, least($size, total) as size from sums)
    select source_sha256,
        greatest(ceil(upto * size / total - $start), 0) - greatest(ceil((upto - n) * size / total - $start), 0) as share
    from rates where share > 0 order by source_sha256
"""
_EDITS = """
    select doc_id, source_sha256, step, ordinal, rule, kind, before, after, raw_start, raw_end, confidence, evidence,
           witness_doc_id
    from edits where rule = $rule and source_sha256 in (select unnest($sources)) order by source_sha256, step, ordinal
"""


def label(rule: str, size: int, seed: int) -> str:
    """The name of a sample, which judgements made in it carry."""
    return f"{rule} n={size} seed={seed}"


def draw(traces: Traces, rule: str, size: int, seed: int = 0) -> list[Row]:
    """``size`` edits of a rule, or all if there are fewer; the same seed draws the same edits of a snapshot.

    A source has its share of the sample to within one edit, which of its edits is left to chance, and every edit has
    the same chance.
    """
    random = Random(f"{rule}:{seed}")
    shares = traces.tables.rows(_SHARES, rule=rule, size=size, start=random.random())
    share_of = {str(row["source_sha256"]): int(row["share"]) for row in shares}
    if not share_of:
        return []
    rows_of = _rows(traces, rule, list(share_of))
    drawn = [dict(row) for source, share in share_of.items() for row in random.sample(rows_of[source], share)]
    random.shuffle(drawn)
    return with_places(traces.tables, drawn)


def _rows(traces: Traces, rule: str, sources: list[str]) -> dict[str, list[Row]]:
    """The edits of a rule in the order of each source. Where the edits stand will be shown, so the sources are read
    whole at once, but for very long ones."""
    whole = traces.several(sources, most=QUICK)
    found = {source: [row for row in one.ledger.values() if row["rule"] == rule] for source, one in whole.items()}
    long = [source for source in sources if source not in whole]
    if long:
        rows = traces.tables.rows(_EDITS, rule=rule, sources=long)
        found |= {source: list(group) for source, group in groupby(rows, key=lambda row: str(row["source_sha256"]))}
    return found
