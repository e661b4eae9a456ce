"""The same sources give the same bytes: in one batch or many, by one worker or two, from the cache or not."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import shards
from flows.clean import run
from flows.store.sources import Source
from flows.tasks import clean_shards, survey_sources
from tests.flows.corpora import contents, job, publish, rows, text, write

FILES = {f"{number % 7}/{number:03d}.txt": text(number) for number in range(60)}
FILES |= {"copy.txt": FILES["3/003.txt"], "0/again.txt": FILES["3/003.txt"], "empty.txt": ""}


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of a few documents, so that a small corpus has many."""
    monkeypatch.setattr(shards, "TARGET", 9000)
    monkeypatch.setattr(shards, "CEILING", 36000)


@pytest.fixture
def one_batch(tmp_path: Path, small_shards: None) -> dict[str, bytes]:
    """What one run over everything publishes."""
    publish(write(tmp_path / "raw", FILES), tmp_path / "one")
    return contents(tmp_path / "one")


def test_there_is_more_than_one_shard(one_batch: dict[str, bytes]) -> None:
    """Otherwise the tests below would prove nothing."""
    assert sum(name.startswith("documents/") for name in one_batch) > 5


def test_two_workers_write_what_one_writes(tmp_path: Path, one_batch: dict[str, bytes]) -> None:
    """Processes share nothing and finish in any order."""
    publish(tmp_path / "raw", tmp_path / "two", workers=2)
    assert contents(tmp_path / "two") == one_batch


def test_increments_in_any_order_end_where_one_batch_ends(tmp_path: Path, one_batch: dict[str, bytes]) -> None:
    """Sources arrive over five runs, some change, some leave; the cache of each run serves the next."""
    names = sorted(FILES)
    random.Random(1).shuffle(names)
    raw, clean = tmp_path / "growing", tmp_path / "grown"
    write(raw, {"999.txt": text(999), names[0]: text(998)})
    for start in range(0, len(names), 13):
        write(raw, {name: FILES[name] for name in names[start : start + 13]})
        if start == 26:
            (raw / "999.txt").unlink()
        publish(raw, clean)
    assert contents(clean) == one_batch


def test_a_lost_cache_changes_nothing(tmp_path: Path, one_batch: dict[str, bytes]) -> None:
    """The cache may be deleted at any time."""
    write(tmp_path / "raw", {"later.txt": text(500)})
    publish(tmp_path / "raw", tmp_path / "one")
    with_cache = contents(tmp_path / "one")
    shutil.rmtree(tmp_path / "one")
    publish(tmp_path / "raw", tmp_path / "one")
    assert contents(tmp_path / "one") == with_cache


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    """No snapshot is added, and the first stays."""
    raw = write(tmp_path / "raw", {"a.txt": text(1)})
    assert publish(raw, tmp_path / "clean")
    before = (tmp_path / "clean" / "current").resolve()
    assert publish(raw, tmp_path / "clean") is None
    assert [path.resolve() for path in (tmp_path / "clean" / "snapshots").iterdir()] == [before]


def test_only_new_sources_are_cleaned(tmp_path: Path, small_shards: None) -> None:
    """One more source costs one source, although its shard is written anew."""
    raw = write(tmp_path / "raw", FILES)
    publish(raw, tmp_path / "clean")
    write(raw, {"3/0031.txt": text(700)})
    task = job(raw, tmp_path / "clean")
    assert clean_shards(task, survey_sources(task), lambda *_: _silent()) == 1


def test_a_renamed_source_is_not_cleaned_again(tmp_path: Path, small_shards: None) -> None:
    """The cache knows a source by its bytes; its documents keep their ids and get the new path."""
    raw = write(tmp_path / "raw", FILES)
    publish(raw, tmp_path / "clean")
    (raw / "1/001.txt").rename(raw / "1/renamed.txt")
    task = job(raw, tmp_path / "clean")
    assert clean_shards(task, survey_sources(task), lambda *_: _silent()) == 0
    assert run(task)
    assert "1/renamed.txt" in {row["source_path"] for row in rows(tmp_path / "clean", "documents")}


def test_the_first_path_documents_identical_sources(tmp_path: Path) -> None:
    """When it leaves, the next path takes over, and the document keeps its id."""
    raw = write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(1), "c.txt": text(2)})
    publish(raw, tmp_path / "clean")
    (first,) = (row for row in rows(tmp_path / "clean", "documents") if row["source_path"] == "a.txt")
    (raw / "a.txt").unlink()
    publish(raw, tmp_path / "clean")
    (second,) = (row for row in rows(tmp_path / "clean", "documents") if row["source_path"] == "b.txt")
    assert (second["doc_id"], second["text"]) == (first["doc_id"], first["text"])
    assert rows(tmp_path / "clean", "duplicates") == []


def test_rows_are_in_the_order_of_their_sources(tmp_path: Path, one_batch: dict[str, bytes]) -> None:
    """Documents are sorted by path and section across all parts, edits follow their documents."""
    places = [(row["source_path"], row["section_index"]) for row in rows(tmp_path / "one", "documents")]
    assert places == sorted(places)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text("abc", min_size=1), st.integers(0, 5000)), unique_by=lambda item: item[0]), st.data())
def test_a_new_source_moves_no_other_shard(sources: list[tuple[str, int]], data: st.DataObject) -> None:
    """Boundaries depend on names and sizes alone: without the ceiling, one source touches one or two shards."""
    shards.TARGET, target = 9000, shards.TARGET
    try:
        every = [Source(name, 0, name, size) for name, size in sorted(sources)]
        before = {shard.sources for shard in shards.cut(every)}
        new = Source(
            data.draw(st.text("abc", min_size=1).filter(lambda name: name not in dict(sources))), 0, "new", 100
        )
        after = {shard.sources for shard in shards.cut(sorted([*every, new]))}
    finally:
        shards.TARGET = target
    assert len(before - after) <= 1
    assert len(after - before) <= 2


def _silent():  # type: ignore[no-untyped-def]
    from contextlib import nullcontext

    return nullcontext(lambda _: None)
