"""The same sources give the same bytes: in one batch or many, by one worker or two, from the cache or not."""

from __future__ import annotations

import errno
import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners.corpus.passages import Repeats
from flows import shards
from flows.clean import run
from flows.passages import Repeated
from flows.store import parts, writer
from flows.store.sources import Source
from flows.tasks import clean_shards, survey_sources
from flows.writing import Fate, WriteJob
from tests.flows.corpora import contents, job, publish, rows, text, write

TIME = datetime(2026, 1, 1, tzinfo=UTC)
FILES = {f"{number % 7}/{number:03d}.txt": text(number) for number in range(60)}
FILES |= {"copy.txt": FILES["3/003.txt"], "0/again.txt": FILES["3/003.txt"], "empty.txt": ""}


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of a few documents, so that a small corpus has many."""
    monkeypatch.setattr(shards, "TARGET", 9000)


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


def test_segments_of_a_pack_leave_no_trace(tmp_path: Path) -> None:
    """Pages of a part end by size and not where the rows of one night ended."""
    whole = pa.table({"text": [f"{number} " * 2000 for number in range(400)]})
    writer.write_table(tmp_path / "whole", whole)
    writer.write_table(tmp_path / "pieces", pa.concat_tables([whole[:300], whole[300:]]))
    assert (tmp_path / "pieces").read_bytes() == (tmp_path / "whole").read_bytes()


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


def _files(clean: Path, table: str) -> dict[bytes, Path]:
    return {path.read_bytes(): path for path in (clean / "current" / table).resolve().iterdir()}


def test_parts_that_stay_as_they_were_are_the_same_files(tmp_path: Path, small_shards: None) -> None:
    """One more source rewrites its own part; the others are shared with the last snapshot, whatever their number."""
    raw, clean = write(tmp_path / "raw", FILES), tmp_path / "clean"
    publish(raw, clean)
    before = {table: _files(clean, table) for table in parts.TABLES}
    publish(write(raw, {"0/0000.txt": text(701)}), clean)
    for table, files in before.items():
        now = _files(clean, table)
        shared = [content for content in now if content in files and now[content].samefile(files[content])]
        assert len(shared) >= len(now) - 2 > 3
    publish(raw, tmp_path / "whole")
    assert contents(clean) == contents(tmp_path / "whole")


def test_a_shared_part_that_was_damaged_is_written_anew(tmp_path: Path, small_shards: None) -> None:
    """Sharing never carries damage from one snapshot to the next."""
    raw, clean = write(tmp_path / "raw", FILES), tmp_path / "clean"
    publish(raw, clean)
    whole = contents(clean)
    path = sorted((clean / "current" / "documents").iterdir())[2]
    path.write_bytes(path.read_bytes()[:-9] + b"damaged!!")
    assert publish(raw, clean)
    assert contents(clean) == whole


@pytest.mark.parametrize("number", [errno.EPERM, errno.EMLINK])
def test_without_links_parts_are_copied(
    tmp_path: Path, small_shards: None, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Some file systems have none, some no more of them."""

    def refuse(*_: object) -> None:
        raise OSError(number, "no links here")

    raw, clean = write(tmp_path / "raw", FILES), tmp_path / "clean"
    publish(raw, clean)
    monkeypatch.setattr("flows.store.writer.os.link", refuse)
    publish(write(raw, {"0/0000.txt": text(701)}), clean)
    publish(raw, tmp_path / "whole")
    assert contents(clean) == contents(tmp_path / "whole")


def test_witnesses_judged_otherwise_rewrite_the_part_of_the_survivor(tmp_path: Path) -> None:
    """What a part was made from holds what its survivors were mended from, not its own sources alone."""
    fate = Fate("a", 2, "a", (), (("b", "pack", "text:1"),))
    nothing = Repeated(Repeats(*[np.zeros(0, np.int64)] * 6, np.zeros(0, np.bool_)), {})
    one = WriteJob(
        tmp_path, tmp_path, shards.cut([])[0], {"a": fate}, {}, nothing, {}, True, False, "r", "p", "v", "run", TIME
    )
    other = replace(one, fates={"a": replace(fate, witnesses=(("b", "pack", "text:1:rejected"),))})
    elsewhere = replace(one, fates={"a": replace(fate, witnesses=(("b", "another pack", "text:1"),))}, run_id="later")
    assert one.made_from != other.made_from
    assert one.made_from == elsewhere.made_from


def test_a_corpus_that_outgrows_its_shards_keeps_every_other_boundary(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the night it happens cleans nothing anew and leaves no part of many cut in two."""
    monkeypatch.setattr(shards, "TARGET", 4000)
    monkeypatch.setattr(shards, "_MANY", 40)
    every = [Source(f"{number:04}", 0, str(number), 900) for number in range(400)]
    ends = {count: {shard.sources[-1] for shard in shards.cut(every[:count])[:-1]} for count in (80, 300)}
    small, large = ends[80], {source for source in ends[300] if source < every[79]}
    assert len(small) > 10
    assert large < small


def _silent():  # type: ignore[no-untyped-def]
    from contextlib import nullcontext

    return nullcontext(lambda _: None)
