"""The proofs in the ledger can be checked again, by someone who did not search for the repair."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from cleaners.proofs import CHECKS, holds
from flows.proofs import check


def _ledger(folder: Path, rows: list[dict]) -> Path:
    """A snapshot folder with a ledger of these rows."""
    import pyarrow as pa

    (folder / "edits").mkdir(parents=True)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    pq.write_table(pa.table(columns), folder / "edits" / "part-0.parquet")
    return folder


def _row(before: str, after: str, evidence: str, rule: str = "mojibake.cjk") -> dict:
    return {
        "doc_id": "d", "rule": rule, "before": before, "after": after, "evidence": evidence, "step": 1, "ordinal": 0,
    }  # fmt: skip


GOOD = json.dumps({"codec_read": "gb18030", "codec_true": "utf-8", "levels": 1})


def test_a_true_repair_is_proved_and_a_false_one_named(tmp_path: Path) -> None:
    """A repair that damages back to what was found holds; another text, or broken evidence, is a named problem."""
    rows = [_row("鍙戝睍", "发展", GOOD), _row("鍙戝睍", "发达", GOOD), _row("鍙戝睍", "发展", "no json")]
    result = check(_ledger(tmp_path, rows))
    assert result.proved == {"mojibake.cjk": 1}
    assert len(result.problems) == 2 and "鍙戝睍" in result.problems[0]


def test_other_rules_need_no_proof(tmp_path: Path) -> None:
    """Edits without a forward model are none of its business."""
    result = check(_ledger(tmp_path, [_row("甲", "", "a site's line", rule="boilerplate.menu")]))
    assert not result.proved and not result.problems
    assert "boilerplate.menu" not in CHECKS
    assert not holds("mojibake.cjk", "甲", "乙", "{}")
