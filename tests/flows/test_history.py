"""Snapshots as a person handles them: listed, compared, rolled back, kept, published in spite of a gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import diff, gates, history
from flows.clean import run
from flows.cli import app
from flows.errors import HeldBack, Stop
from flows.store import snapshots
from flows.verify import verify
from tests.flows.corpora import TRADITIONAL, contents, job, publish, rows, text, write


def _states(clean: Path) -> list[str]:
    return [one.state for one in snapshots.listed(clean)]


@pytest.fixture
def nights(tmp_path: Path) -> tuple[Path, Path]:
    """Three nights: two sources, then one more, then one rewritten, one gone and one new."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    publish(write(raw, {"a.txt": text(1), "b.txt": text(2)}), clean)
    publish(write(raw, {"c.txt": text(3)}), clean)
    (raw / "b.txt").unlink()
    publish(write(raw, {"a.txt": text(4), "d.txt": TRADITIONAL + text(5)}), clean)
    return raw, clean


def test_snapshots_are_listed_by_age(nights: tuple[Path, Path]) -> None:
    """Their ids sort by age although the clock of these runs stands still, as it does when it was set back."""
    _, clean = nights
    assert _states(clean) == ["published", "published", "current"]
    assert [len(one.manifest["tables"]["documents"]) > 0 for one in snapshots.listed(clean)] == [True] * 3
    assert [one.manifest["counts"]["sources"] for one in snapshots.listed(clean)] == [2, 3, 3]


def test_a_comparison_names_what_changed(nights: tuple[Path, Path]) -> None:
    """Documents that are new or gone and why, rules with their edits, and what went in differently."""
    _, clean = nights
    found = diff.compare(snapshots.find(clean, "previous"), snapshots.find(clean, "current"))
    assert found.decisions == ["the sources"]
    assert {kind: count for kind, (count, _) in found.documents.items()} == {"new": 2, "gone": 2}
    assert [(row["source_path"], row["after"]) for row in found.documents["gone"][1]] == [
        ("a.txt", "the source changed"),
        ("b.txt", "the source is gone"),
    ]
    assert found.rules["script.convert"][0] is None
    assert found.edits["script.convert"][0]["before"] in TRADITIONAL


def test_a_comparison_shows_how_a_text_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same source cleaned otherwise: the text changed, and the excerpt holds the place."""
    from cleaners.profile import Profile

    raw, clean = write(tmp_path / "raw", {"a.txt": TRADITIONAL + text(1)}), tmp_path / "clean"
    publish(raw, clean, Profile(script="keep"))
    publish(raw, clean)
    found = diff.compare(*snapshots.listed(clean))
    assert found.decisions == ["the profile"]
    assert found.profile == {"script": ("keep", "simplified")}
    count, (row,) = found.documents["changed"]
    assert count == 1
    before, after = diff.first_difference(row["before"], row["after"])
    assert ("這個國家" in before, "这个国家" in after) == (True, True)


def test_rolling_back_lasts(nights: tuple[Path, Path]) -> None:
    """The old snapshot is served, the next run leaves it alone, and a new source ends that."""
    raw, clean = nights
    first, second, third = (one.id for one in snapshots.listed(clean))
    assert history.rollback(clean, "previous").id == second
    assert {str(row["source_path"]) for row in rows(clean, "documents")} == {"a.txt", "b.txt", "c.txt"}
    assert publish(raw, clean) is None
    assert _states(clean) == ["published", "current", "withdrawn"]
    history.rollback(clean, first)
    assert _states(clean) == ["current", "withdrawn", "withdrawn"]
    history.rollback(clean, third)
    assert _states(clean) == ["published", "published", "current"]
    history.rollback(clean, second)
    assert publish(write(raw, {"e.txt": text(6)}), clean)
    assert len(rows(clean, "documents")) == 4


def test_a_rollback_to_nothing_names_what_there_is(nights: tuple[Path, Path]) -> None:
    """Unknown and ambiguous names, and damaged snapshots."""
    _, clean = nights
    first = snapshots.listed(clean)[0]
    with pytest.raises(Stop, match=f"is no snapshot in .*{first.id}"):
        history.rollback(clean, "1999")
    with pytest.raises(Stop, match="is not unique"):
        history.rollback(clean, "2026")
    next(first.path.glob("documents/*")).unlink()
    with pytest.raises(Stop, match=r"is damaged \(documents/part-00000.parquet is missing\)"):
        history.rollback(clean, first.id)
    assert _states(clean)[-1] == "current"


def test_retention_never_deletes_the_current_one(nights: tuple[Path, Path]) -> None:
    """The newest stay, and the current one wherever it stands."""
    raw, clean = nights
    history.rollback(clean, snapshots.listed(clean)[0].id)
    assert len(snapshots.retain(clean, 1)) == 1
    assert _states(clean) == ["current", "withdrawn"]
    run(job(write(raw, {"e.txt": text(6)}), clean, keep=1))
    assert _states(clean) == ["current"]
    assert verify(raw, clean).problems == []


@pytest.fixture
def suspicious(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Sixty documents, and a night in which a rule fires on sixty more."""
    monkeypatch.setattr(gates, "LEAST", 50)
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    publish(write(raw, {f"{number}.txt": text(number) for number in range(60)}), clean)
    write(raw, {f"new-{number}.txt": TRADITIONAL + text(100 + number) for number in range(60)})
    return raw, clean


def test_a_failed_gate_publishes_nothing_and_keeps_the_candidate(suspicious: tuple[Path, Path]) -> None:
    """Also the next night, which leaves one candidate, not two; the message says what to do."""
    raw, clean = suspicious
    before = contents(clean)
    for _ in range(2):
        with pytest.raises(
            HeldBack, match=r"script.convert changed 60 documents.*suggest 0\..*jiaokan publish"
        ) as error:
            publish(raw, clean)
    assert list(error.value.failed) == ["rate:script.convert"]
    assert contents(clean) == before
    assert _states(clean) == ["current", "held back"]
    assert snapshots.listed(clean)[-1].id == error.value.candidate


def test_a_person_may_overrule_and_it_is_recorded(suspicious: tuple[Path, Path]) -> None:
    """Only by naming every gate and a reason; the snapshot is then what it would have been."""
    raw, clean = suspicious
    with pytest.raises(HeldBack):
        publish(raw, clean)
    with pytest.raises(Stop, match="Say why"):
        history.accept(clean, "", ["rate:script.convert"], " ")
    with pytest.raises(Stop, match=r"these did: rate:script\.convert"):
        history.accept(clean, "", ["verify"], "because")
    with pytest.raises(Stop, match=r"add --accept rate:script\.convert"):
        history.accept(clean, "", [], "because")
    result = CliRunner().invoke(
        app, ["publish", "--accept", "rate:script.convert", "--because", "a book from Taiwan", "--clean", str(clean)]
    )
    assert result.exit_code == 0, result.output
    assert _states(clean) == ["published", "current"]
    assert len(rows(clean, "documents")) == 120
    assert verify(raw, clean).problems == []
    (row,) = rows(clean, "runs")
    assert json.loads(str(row["accepted"]))["rate:script.convert"]["because"] == "a book from Taiwan"
    assert "suggest 0." in json.loads(str(row["gates"]))["rate:script.convert"]
    assert publish(raw, clean) is None
    write(raw, {"more.txt": TRADITIONAL + text(300)})
    assert publish(raw, clean), "an accepted snapshot is what the next ones are compared with"


def test_without_a_failed_gate_there_is_nothing_to_accept(nights: tuple[Path, Path]) -> None:
    """Nor is a snapshot a candidate."""
    _, clean = nights
    with pytest.raises(Stop, match="No candidate"):
        history.accept(clean, "", ["verify"], "because")
    with pytest.raises(Stop, match="is current, no candidate"):
        history.accept(clean, "current", ["verify"], "because")


def test_the_commands_print(suspicious: tuple[Path, Path]) -> None:
    """`snapshots` and `diff`, for people and for programs."""
    raw, clean = suspicious
    with pytest.raises(HeldBack) as error:
        publish(raw, clean)
    where = ["--clean", str(clean)]
    run_it = CliRunner().invoke
    listed = run_it(app, ["snapshots", *where], env={"COLUMNS": "200"}).output
    assert "held back" in listed
    assert "[rate:script.convert] script.convert changed 60" in listed
    lines = run_it(app, ["snapshots", "--json", *where]).output.splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["current", "held back"]
    shown = run_it(app, ["diff", "current", error.value.candidate, *where], env={"COLUMNS": "200"}).output
    assert "60 documents new" in shown
    assert "0 → 60" in shown
    as_json = run_it(app, ["diff", "current", error.value.candidate, "--json", *where]).output
    assert json.loads(as_json)["documents"]["new"][0] == 60
