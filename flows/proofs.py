"""`jiaokan verify --proofs`: every repair that carries a proof is damaged again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.dataset as ds

from cleaners.proofs import CHECKS, holds
from flows.terminal import inert

_COLUMNS = ["doc_id", "rule", "before", "after", "evidence", "step", "ordinal"]


@dataclass(slots=True)
class Proofs:
    """How many repairs of each rule hold, and a sentence for each that does not."""

    proved: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One sentence for the end."""
        counted = ", ".join(f"{rule} {count:,}" for rule, count in sorted(self.proved.items()))
        failed = f"; {len(self.problems):,} do not hold" if self.problems else ""
        of = f" ({counted})" if counted else ""
        return f"{self.proved.total():,} repairs damaged again give what was found{of}{failed}."


def check(snapshot: Path) -> Proofs:
    """Check every proof in the ledger of one snapshot folder, a batch of edits at a time."""
    proofs = Proofs()
    edits = ds.dataset(snapshot / "edits", format="parquet")
    for batch in edits.to_batches(columns=_COLUMNS, filter=pc.field("rule").isin(list(CHECKS))):
        for row in batch.to_pylist():
            if holds(row["rule"], row["before"], row["after"], row["evidence"]):
                proofs.proved[row["rule"]] += 1
            else:
                proofs.problems.append(
                    f"document {row['doc_id']}: the repair of “{inert(row['before'], 40)}” by {row['rule']} "
                    f"(step {row['step']}, edit {row['ordinal']}) is not proved by its evidence."
                )
    return proofs
