"""Draw edits of a rule at random, every source in proportion to what the rule did there."""

from __future__ import annotations

from random import Random

from flows.audit.browse import with_places
from flows.audit.tables import Row, Tables

_WANTED = """
    with numbered as (
        select source_sha256, step, ordinal,
               row_number() over (
                   order by source_sha256, md5(concat_ws(':', source_sha256, step, ordinal, $seed))
               ) - 1 as place
        from edits where rule = $rule
    )
    select doc_id, source_sha256, step, ordinal, rule, kind, before, after, raw_start, raw_end, confidence, evidence,
           witness_doc_id
    from edits semi join (select * from numbered where list_contains($places, place))
    using (source_sha256, step, ordinal)
"""


def label(rule: str, size: int, seed: int) -> str:
    """The name of a sample, which judgements made in it carry."""
    return f"{rule} n={size} seed={seed}"


def draw(tables: Tables, rule: str, size: int, seed: int = 0) -> list[Row]:
    """``size`` edits of a rule, or all if there are fewer; the same seed draws the same edits of a snapshot.

    Edits are ordered by source and, within a source, at random; then every n-th is taken from a random start. So a
    source has its share of the sample to within one edit, and every edit the same chance.
    """
    total = int(tables.rows("select count(*) as n from edits where rule = $rule", rule=rule)[0]["n"])
    size = min(size, total)
    if not size:
        return []
    random = Random(f"{rule}:{seed}")
    step, start = total / size, random.random()
    places = sorted({min(int((start + index) * step), total - 1) for index in range(size)})
    rows = tables.rows(_WANTED, rule=rule, seed=str(seed), places=places)
    rows.sort(key=lambda row: (row["source_sha256"], row["step"], row["ordinal"]))
    random.shuffle(rows)
    return with_places(tables, rows)
