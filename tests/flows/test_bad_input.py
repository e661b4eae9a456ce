"""Bad input never stops a run and never disappears."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.errors import Stop
from flows.verify import verify
from tests.flows.corpora import publish, rows, text, write, zoo


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, str]]:
    """The zoo, published once."""
    folder = tmp_path_factory.mktemp("zoo")
    raw = folder / "raw"
    raw.mkdir()
    expected = zoo(raw)
    assert publish(raw, folder / "clean")
    return raw, folder / "clean", expected


def test_every_source_is_processed_or_in_quarantine(published: tuple[Path, Path, dict[str, str]]) -> None:
    """No path is lost and none is invented; each bad one has the reason a person would give."""
    _, clean, expected = published
    found = {row["source_path"]: row["reason"] for row in rows(clean, "quarantine")}
    for table in ("documents", "removed"):
        found |= {row["source_path"]: "" for row in rows(clean, table)}
    found |= {row["removed_source_path"]: "" for row in rows(clean, "duplicates")}
    assert found == expected


def test_verify_accounts_for_every_byte(published: tuple[Path, Path, dict[str, str]]) -> None:
    """The ledger leads back to the bytes of invalid UTF-8, NULs and half surrogates too."""
    raw, clean, expected = published
    report = verify(raw, clean)
    assert report.problems == []
    assert report.sources == len(expected)


def test_details_are_sentences(published: tuple[Path, Path, dict[str, str]]) -> None:
    """Whoever reads the quarantine learns what is wrong without reading our code."""
    _, clean, _ = published
    for row in rows(clean, "quarantine"):
        assert len(str(row["detail"]).split()) >= 3, row


def test_identical_sources_are_documented_by_the_first_path(published: tuple[Path, Path, dict[str, str]]) -> None:
    """A link, a copy and a record with the same text each get a row with similarity 1, with their own meta."""
    _, clean, _ = published
    same = {row["removed_source_path"]: row for row in rows(clean, "duplicates") if row["similarity"] == 1.0}
    assert {same[path]["survivor_source_path"] for path in ("link.txt", "records.jsonl#9", "sub/same.txt")} == {
        "good.txt"
    }
    assert same["records.jsonl#9"]["removed_meta"] == '{"url":"https://example.org/1"}'


def test_fields_of_a_record_travel_in_meta(published: tuple[Path, Path, dict[str, str]]) -> None:
    """Everything beside the text comes along as JSON, half surrogates escaped."""
    _, clean, _ = published
    meta = {row["source_path"]: row["meta"] for row in rows(clean, "documents")}
    assert meta["records.jsonl#1"] == '{"n":1,"url":"https://example.org/2"}'
    assert meta["records.jsonl#7"] == '{"odd": "\\ud800"}'
    assert meta["good.txt"] == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; run the tests as another user to see this")
def test_unreadable_files_and_folders_are_set_aside(tmp_path: Path) -> None:
    """A file or folder without permission is one row of quarantine."""
    raw = write(tmp_path / "raw", {"a.txt": text(1), "secret.txt": text(2), "folder/b.txt": text(3)})
    (raw / "secret.txt").chmod(0)
    (raw / "folder").chmod(0)
    try:
        publish(raw, tmp_path / "clean")
    finally:
        (raw / "folder").chmod(0o700)
    assert {row["source_path"]: row["reason"] for row in rows(tmp_path / "clean", "quarantine")} == {
        "folder": "unreadable",
        "secret.txt": "unreadable",
    }


def test_an_error_while_reading_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says goes into the detail, whoever runs the test."""
    raw = write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(2)})
    real = os.stat

    def refuse(path: object, *arguments: object, **options: object) -> os.stat_result:
        if str(path).endswith("b.txt'"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("flows.store.sources.os.stat", refuse)
    publish(raw, tmp_path / "clean")
    (row,) = rows(tmp_path / "clean", "quarantine")
    assert (row["reason"], row["detail"]) == ("unreadable", "the file cannot be read: Permission denied")


@pytest.mark.parametrize(("name", "message"), [("missing", "There is no raw folder"), ("empty", "holds no documents")])
def test_no_raw_folder_or_an_empty_one_is_a_clear_error(tmp_path: Path, name: str, message: str) -> None:
    """Nothing is published, and the message says what to do."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(Stop, match=message):
        publish(tmp_path / name, tmp_path / "clean")
    assert not (tmp_path / "clean" / "current").exists()


def test_a_clean_folder_inside_the_raw_folder_is_refused(tmp_path: Path) -> None:
    """Otherwise our own dataset card would be the next run's source."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    with pytest.raises(Stop, match="lies inside"):
        publish(raw, raw / "clean")


def test_too_much_quarantine_publishes_nothing(tmp_path: Path) -> None:
    """A night in which most sources are broken leaves yesterday's snapshot as it is."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    publish(raw, tmp_path / "clean")
    before = (tmp_path / "clean" / "current").resolve()
    write(raw, {f"broken-{number}.txt": b"" for number in range(60)})
    with pytest.raises(Stop, match="60 of 61 sources cannot be cleaned, more than max_quarantine_rate"):
        publish(raw, tmp_path / "clean")
    assert (tmp_path / "clean" / "current").resolve() == before


def test_a_defect_in_a_rule_costs_one_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The source is set aside under the name of the error; the others are published."""
    raw = write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(2)})
    import flows.work as work

    real = work.clean

    def fail(data: bytes, *others: object, **named: object) -> object:
        if data == text(2).encode():
            raise ZeroDivisionError("one by none")
        return real(data, *others, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "clean", fail)
    publish(raw, tmp_path / "clean")
    (row,) = rows(tmp_path / "clean", "quarantine")
    assert (row["source_path"], row["reason"]) == ("b.txt", "rule_failed")
    assert row["detail"] == "ZeroDivisionError: one by none"
