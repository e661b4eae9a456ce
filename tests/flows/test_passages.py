"""Passages that stand in several documents: flagged in the run, taken out where the profile asks for it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cleaners.profile import Profile
from flows import judgements, shards
from flows.passages import RULE
from flows.verify import verify
from tests.flows.corpora import contents, job, publish, rows, text, write

SHARED = "镇里的水渠修了三年，从上游的石坝一直修到下游的晒谷场，沿线六个村的稻田都用上了水，大家说这件事办得实在。"
OTHER = "新学期开学以后，村里的小学多了一间图书室，书架是木匠们利用农闲时间打的，借书的本子挂在门边，谁都可以翻。"
FILES: dict[str, str | bytes] = {
    "a.txt": f"{text(1)}{SHARED}\n{text(2)}",
    "b.txt": f"{text(3)}{SHARED}\n{text(4)}{OTHER}\n",
    "c/c.txt": f"{SHARED}\n{text(5, 20)}",
    "d.txt": f"{text(6)}{OTHER}",
    "e.txt": text(7),
}
REMOVE = Profile(repeated_passages="remove")


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files, in shards of one or two documents."""
    monkeypatch.setattr(shards, "TARGET", 2500)
    return write(tmp_path / "raw", FILES)


def flags(clean: Path) -> dict[str, list[str]]:
    """By source, the text of every flagged passage."""
    return {
        str(row["source_path"]): [
            str(row["text"])[flag["start"] : flag["end"]]
            for flag in row["flags"]  # type: ignore[attr-defined]
            if flag["kind"] == "repeated_passage"
        ]
        for row in rows(clean, "documents")
    }


def test_repeated_passages_are_flagged_where_they_stand(raw: Path, tmp_path: Path) -> None:
    """By default nothing is taken out; every flag says in which other documents its passage stands, and where."""
    publish(raw, tmp_path / "clean")
    assert flags(tmp_path / "clean") == {
        "a.txt": [SHARED], "b.txt": [SHARED, OTHER], "c/c.txt": [SHARED], "d.txt": [OTHER], "e.txt": []
    }  # fmt: skip
    by_path = {row["source_path"]: row for row in rows(tmp_path / "clean", "documents")}
    (flag,) = (flag for flag in by_path["d.txt"]["flags"] if flag["kind"] == "repeated_passage")  # type: ignore
    other = by_path["b.txt"]
    assert flag["detail"] == f"also in {other['doc_id']} at {str(other['text']).index(OTHER)}"
    assert not any(row["rule"] == RULE for row in rows(tmp_path / "clean", "edits"))


def test_removed_passages_stay_in_the_best_document(raw: Path, tmp_path: Path) -> None:
    """The longest keeps each; what the others lose is in the ledger and in `removed`."""
    clean = tmp_path / "clean"
    publish(raw, clean, REMOVE)
    assert flags(clean) == {"a.txt": [], "b.txt": [SHARED, OTHER], "c/c.txt": [], "d.txt": [], "e.txt": []}
    documents = {row["source_path"]: row for row in rows(clean, "documents")}
    keeper = documents["b.txt"]["doc_id"]
    removed = [row for row in rows(clean, "removed") if row["rule"] == RULE]
    assert sorted(str(row["text"]).strip() for row in removed) == sorted([SHARED, SHARED, OTHER])
    assert all(f"also in {keeper} at" in str(row["reason"]) for row in removed)
    for row in removed:  # the bytes named are those of the passage
        source = (raw / str(row["source_path"])).read_bytes()[row["byte_start"] : row["byte_end"]]  # type: ignore
        assert source.decode() == row["text"]
    text_of_a = str(documents["a.txt"]["text"])
    assert SHARED not in text_of_a and "\n\n" not in text_of_a and documents["a.txt"]["clean_chars"] == len(text_of_a)
    assert documents["a.txt"]["removed_chars"] == len(SHARED) + 1
    assert verify(raw, clean).problems == []
    report = (clean / "current" / "report.html").read_text("utf-8")
    assert "could not be made" not in report and RULE in report


@pytest.mark.parametrize("profile", [Profile(), REMOVE])
def test_increments_in_any_order_end_where_one_batch_ends(raw: Path, tmp_path: Path, profile: Profile) -> None:
    """A passage that arrives again, or leaves again, is flagged and taken out as if all had come at once."""
    publish(raw, tmp_path / "one", profile)
    names = sorted(FILES)
    random.Random(3).shuffle(names)
    growing = write(tmp_path / "growing", {"gone.txt": f"{text(80)}{SHARED}\n{text(81)}{text(82, 30)}"})
    for start in (0, 2):
        write(growing, {name: FILES[name] for name in names[start : start + 2]})
        publish(growing, tmp_path / "grown", profile)
    write(growing, {names[4]: FILES[names[4]]})
    (growing / "gone.txt").unlink()
    publish(growing, tmp_path / "grown", profile)
    assert contents(tmp_path / "grown") == contents(tmp_path / "one")


def test_rejected_removal_is_left_out_of_the_next_run(raw: Path, tmp_path: Path) -> None:
    """A person's no to one removal is obeyed; the others stay."""
    from flows.audit import terminal

    clean = tmp_path / "clean"
    publish(raw, clean, REMOVE)
    edits = [row for row in rows(clean, "edits") if row["rule"] == RULE]
    sources = {row["doc_id"]: row["source_path"] for row in rows(clean, "documents")}
    (edit,) = (row for row in edits if sources[row["doc_id"]] == "a.txt")
    terminal.judge(clean / "current", job(raw, clean).clean / judgements.FILE, terminal.name_of(edit), "wrong", "", "")
    publish(raw, clean, REMOVE)
    assert flags(clean)["a.txt"] == [SHARED]
    assert flags(clean)["c/c.txt"] == []
    assert verify(raw, clean).problems == []
