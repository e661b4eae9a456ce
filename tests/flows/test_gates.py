"""Gates: each fails where it should, passes in ordinary nights, and passes where there is nothing to compare with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaners.profile import Profile
from flows import gates
from flows.errors import HeldBack
from flows.store import snapshots
from tests.flows.corpora import publish, text, write

COUNTS = {
    "sources": 10_000,
    "documents": 10_000,
    "identical": 200,
    "quarantined": 10,
    "merged": 1_000,
    "dropped": 300,
    "raw_chars": 20_000_000,
}
RULES: dict[str, dict[str, Any]] = {
    "boilerplate.site": {
        "kind": "remove",
        "edits": 9_000,
        "documents": 4_000,
        "removed_chars": 900_000,
        "confidence": 0.9,
    },
    "splice": {"kind": "repair", "edits": 60, "documents": 40, "removed_chars": 0, "confidence": 0.7},
}


def _manifest(counts: dict[str, int], rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"counts": counts, "rules": rules, "profile": {"without_rules": []}}


LAST = [_manifest(COUNTS, RULES)]


def _failed(
    folder: Path,
    counts: dict[str, int] = COUNTS,
    rules: dict[str, dict[str, Any]] = RULES,
    last: list[dict[str, Any]] = LAST,
    profile: Profile = Profile(),  # noqa: B008 - frozen
) -> dict[str, str]:
    found = gates.check(counts, rules, profile, last, "x.txt: it is empty", folder)
    return {gate.name: gate.reason for gate in found if gate.reason}


def _grown(share: float, **changes: int) -> dict[str, int]:
    return {name: round(number * (1 + share)) for name, number in COUNTS.items()} | changes


def _rule(name: str, **changes: float) -> dict[str, dict[str, Any]]:
    return RULES | {name: RULES[name] | changes}


def test_an_ordinary_night_passes(tmp_path: Path) -> None:
    """The same again, ten per cent more of everything, and fewer sources."""
    assert _failed(tmp_path) == {}
    grown = {
        name: {key: v if isinstance(v, str | float) else round(1.1 * v) for key, v in tally.items()}
        for name, tally in RULES.items()
    }
    assert _failed(tmp_path, _grown(0.1), grown) == {}
    assert _failed(tmp_path, _grown(-0.2)) == {}


@pytest.mark.parametrize(
    ("counts", "rules", "gate", "reason"),
    [
        (
            _grown(0, merged=2_000),
            RULES,
            "merged",
            "2,000 of 10,000 documents are merged into others; .* suggest 1,000",
        ),
        (_grown(0, identical=900), RULES, "identical", "900 of 10,000 sources are identical"),
        (_grown(0, dropped=0), RULES, "dropped", "0 of 10,000 documents are dropped"),
        (
            _grown(0, quarantined=2_500),
            RULES,
            "quarantine",
            "2500 of 10000 sources .* max_quarantine_rate = 0.2 .* x.txt",
        ),
        (_grown(-0.9), RULES, "sources", "only 1,000 sources are left of 10,000"),
        (
            COUNTS,
            _rule("boilerplate.site", documents=9_000),
            "rate:boilerplate.site",
            "changed 9,000 documents; .* 4,000",
        ),
        (COUNTS, _rule("boilerplate.site", removed_chars=1_600_000), "rate:boilerplate.site", "removed 1,600,000 char"),
        (COUNTS, _rule("splice", documents=200), "rate:splice", "splice changed 200 documents"),
        (COUNTS, {"splice": RULES["splice"]}, "rate:boilerplate.site", "removed 0 characters; .* 900,000"),
        (COUNTS, RULES | {"new": RULES["splice"] | {"documents": 500}}, "rate:new", "new changed 500 .* suggest 0"),
        (COUNTS, _rule("boilerplate.site", confidence=0.8), "confidence", "fell to 0.799; it never was below 0.899"),
    ],
)
def test_a_night_out_of_the_ordinary_is_held_back(
    tmp_path: Path, counts: dict[str, int], rules: dict[str, dict[str, Any]], gate: str, reason: str
) -> None:
    """And the reason has the numbers."""
    import re

    failed = _failed(tmp_path, counts, rules)
    assert gate in failed
    assert re.search(reason, failed[gate]), failed[gate]
    assert gate == "quarantine" or gate not in _failed(tmp_path, counts, rules, last=[])


def test_a_rule_left_out_on_purpose_is_no_surprise(tmp_path: Path) -> None:
    """Neither tonight nor when it comes back."""
    without = Profile(without_rules=frozenset({"boilerplate.site"}))
    only = {"splice": RULES["splice"]}
    assert _failed(tmp_path, rules=only, profile=without) == {}
    last = [_manifest(COUNTS, only) | {"profile": {"without_rules": ["boilerplate.site"]}}]
    assert "rate:boilerplate.site" not in _failed(tmp_path, last=last)


def test_the_range_of_the_last_snapshots_counts(tmp_path: Path) -> None:
    """A corpus that swings may swing on."""
    last = [_manifest(_grown(0, merged=number), RULES) for number in (400, 2_000)]
    assert _failed(tmp_path, _grown(0, merged=2_900), last=last) == {}
    assert "merged" in _failed(tmp_path, _grown(0, merged=3_300), last=last)


def test_a_corpus_too_small_to_compare_with_is_left_out(tmp_path: Path) -> None:
    """So is what was rolled back from."""
    clean = tmp_path / "clean"
    publish(write(tmp_path / "raw", {"a.txt": text(1)}), clean)
    (one,) = snapshots.listed(clean)
    assert gates.comparable([one]) == []
    large = {**one.manifest, "counts": COUNTS}
    assert gates.comparable([one._replace(manifest=large)]) == [large]
    assert gates.comparable([one._replace(manifest=large, state="withdrawn")]) == []


def _other_column(path: Path) -> None:
    pq.write_table(pq.read_table(path).append_column("more", pa.array(["x", "x"])), path)


def _other_text(path: Path) -> None:
    table = pq.read_table(path)
    texts = [value + "了" for value in table.column("text").to_pylist()]
    pq.write_table(table.set_column(table.column_names.index("text"), "text", pa.array(texts)), path)


@pytest.mark.parametrize(("harm", "gate"), [(_other_column, "schema"), (_other_text, "verify")])
def test_tables_that_prove_nothing_are_held_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None], gate: str
) -> None:
    """A column too many, and texts that do not lead back, on the very first night."""
    from flows import tasks

    real = tasks.check_gates

    def harmed(job: Any, plan: Any, findings: Any, written: Any) -> list[gates.Gate]:
        harm(written.staging / "documents" / "part-00000.parquet")
        return real(job, plan, findings, written)

    monkeypatch.setattr(tasks, "check_gates", harmed)
    raw = write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(2)})
    with pytest.raises(HeldBack) as error:
        publish(raw, tmp_path / "clean")
    assert list(error.value.failed) == [gate]
    assert not (tmp_path / "clean" / "current").exists()
