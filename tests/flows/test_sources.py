"""Readers: names, records, order and bounds."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.store import sources
from flows.store.names import file_name, original_text, stored_name, stored_text
from flows.store.sources import Record, read, read_sources, survey
from tests.flows.corpora import text, write

MAX = 1 << 20


@given(st.binary().filter(lambda name: b"\0" not in name))
def test_any_file_name_can_be_stored_and_found_again(name: bytes) -> None:
    """The stored name is UTF-8 and leads back to the very bytes."""
    stored = stored_name(name)
    stored.encode()
    assert file_name(stored) == name


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\")))
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    """Chinese, spaces, percent signs and hashes included."""
    assert stored_name(name.encode()) == name


@given(st.text(st.characters(categories=["L", "Cs", "Co", "Cn", "So"])))
def test_any_text_can_be_stored(value: str) -> None:
    """Half surrogates and noncharacters come back as they were."""
    stored = stored_text(value)
    stored.encode()
    assert original_text(stored) == value


def _survey(root: Path) -> list[str]:
    return [source.path for source in survey(root, "text", MAX).sources]


def test_the_order_is_that_of_the_stored_paths_and_numbers(tmp_path: Path) -> None:
    """Record 10 comes behind record 9; upper before lower case, as code points go."""
    lines = b"\n".join(json.dumps({"text": str(number)}).encode() for number in range(12))
    write(tmp_path, {"b.jsonl": lines, "B.txt": "x", "a/z.txt": "x", "a.txt": "x", "c.md": "x"})
    records = [f"b.jsonl#{number}" for number in range(1, 13)]
    assert _survey(tmp_path) == ["B.txt", "a.txt", "a/z.txt", *records, "c.md"]


def test_suffixes_in_any_case_and_other_files_counted(tmp_path: Path) -> None:
    """What is no document by its name is not read, but counted."""
    write(tmp_path, {"A.TXT": "x", "b.Md.GZ": gzip.compress(b"x"), "c.png": "x", "d": "x", "e.txt.bak": "x"})
    found = survey(tmp_path, "text", MAX)
    assert [source.path for source in found.sources] == ["A.TXT", "b.Md.GZ"]
    assert found.ignored == {".png": 1, "no suffix": 1, ".bak": 1}


def _read(root: Path, name: str, column: str = "text", limit: int = MAX) -> list[Record]:
    return list(read(root, name, column, limit))


def test_a_record_is_its_text_and_the_rest_is_meta(tmp_path: Path) -> None:
    """Whatever the column is called; keys in order, so that equal records have equal meta."""
    write(tmp_path, {"a.jsonl": '{"z": [1], "body": "正文", "a": "甲"}\n{"a": "甲", "z": [1], "body": "正文"}'})
    first, second = _read(tmp_path, "a.jsonl", "body")
    assert first == Record(1, "正文".encode(), '{"a":"甲","z":[1]}')
    assert second == first._replace(number=2)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_texts_of_every_kind(tmp_path: Path, kind: pa.DataType) -> None:
    """Plain, large, binary and dictionary columns give the same bytes."""
    values = ["甲".encode(), None] if kind == pa.binary() else ["甲", None]
    pq.write_table(pa.table({"text": pa.array(values, kind), "n": [1, 2]}), tmp_path / "a.parquet")
    first, second = _read(tmp_path, "a.parquet")
    assert first == Record(1, "甲".encode(), '{"n":1}')
    assert second.reason == "no_text"


def test_parquet_columns_that_python_cannot_hold(tmp_path: Path) -> None:
    """Nanoseconds (what pandas writes) and far years travel in meta, as they do without pandas; a zone that is nowhere
    and a name that is there twice set the file aside.
    """
    inner = pa.struct({"c": pa.list_(pa.timestamp("ns"), 2)})
    nested = pa.list_(pa.struct({"a": pa.duration("ns"), "b": inner}))
    times = {
        "ns": pa.array([1], pa.timestamp("ns", "Asia/Shanghai")),
        "far": pa.array([9 * 10**17], pa.timestamp("us")),
        "inner": pa.array([[{"a": 1, "b": {"c": [1, 2]}}]], nested),
    }
    pq.write_table(pa.table({"text": ["甲"]} | times), tmp_path / "a.parquet")
    there = '[{"a":"1","b":{"c":["1970-01-01 00:00:00.000000001","1970-01-01 00:00:00.000000002"]}}]'
    meta = f'{{"far":"30489-11-11 16:00:00.000000","inner":{there},"ns":"1970-01-01 08:00:00.000000001+0800"}}'
    assert _read(tmp_path, "a.parquet") == [Record(1, "甲".encode(), meta)]
    lost = pa.array([1], pa.timestamp("us", "Nowhere/X"))
    for columns, names in (([["甲"], ["乙"]], ["text", "text"]), ([["甲"], lost], "ab")):
        pq.write_table(pa.table([pa.array(one) for one in columns], names=list(names)), tmp_path / "b.parquet")
        (record,) = _read(tmp_path, "b.parquet", names[0])
        assert record.number == 0
        assert record.reason in ("no_text", "not_parquet")


def test_odd_numbers_and_nesting_in_meta(tmp_path: Path) -> None:
    """Integers beyond 64 bits and NaN are kept; a line nested without end is one bad record."""
    deep = "[" * 100_000
    write(tmp_path, {"a.jsonl": f'{{"text": "x", "n": {10**30}, "m": NaN}}\n{{"text": "x", "deep": {deep}}}\n'})
    first, second = _read(tmp_path, "a.jsonl")
    assert json.loads(first.meta) == {"m": "NaN", "n": 10**30}
    assert second.reason == "not_json"


def test_sources_beyond_the_limit_are_set_aside(tmp_path: Path) -> None:
    """A file, a line and a row each; their neighbours are read."""
    long = "长" * 400
    write(tmp_path, {"a.txt": long, "a.jsonl": "\n".join(json.dumps({"text": one}) for one in ("x", long, "y"))})
    pq.write_table(pa.table({"text": ["x", long, "y"]}), tmp_path / "a.parquet")
    assert [record.reason for record in _read(tmp_path, "a.txt", limit=1000)] == ["too_large"]
    for name in ("a.jsonl", "a.parquet"):
        assert [record.reason for record in _read(tmp_path, name, limit=1000)] == ["", "too_large", ""]


def test_a_file_cut_in_the_middle_gives_what_came_before(tmp_path: Path) -> None:
    """The records that could be read stay, and the file itself is in quarantine for the rest."""
    lines = b"".join(json.dumps({"text": text(number, 200)}).encode() + b"\n" for number in range(40))
    write(tmp_path, {"a.jsonl.gz": gzip.compress(lines)[:-2000]})
    records = _read(tmp_path, "a.jsonl.gz")
    assert 0 < len(records) < 41
    assert records[-1].number == 0
    assert records[-1].reason == "damaged_compression"
    assert not any(record.reason for record in records[:-1])


def test_a_source_that_changes_between_survey_and_reading(tmp_path: Path) -> None:
    """It comes with a reason and not with the other bytes."""
    write(tmp_path, {"a.txt": "before", "b.txt": "same", "c.jsonl": '{"text": "1"}\n{"text": "2"}'})
    found = survey(tmp_path, "text", MAX).sources
    write(tmp_path, {"a.txt": "after", "c.jsonl": '{"text": "1"}'})
    again = [(source.path, record.reason) for source, record in read_sources(tmp_path, found, "text", MAX)]
    assert again == [("a.txt", "changed"), ("b.txt", ""), ("c.jsonl#1", ""), ("c.jsonl#2", "changed")]


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    """Opening one would wait for ever."""
    os.mkfifo(tmp_path / "pipe.txt")
    assert [record.reason for record in _read(tmp_path, "pipe.txt")] == ["not_a_file"]


def test_memory_stays_small_for_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ends at the bound, not at the end of what the file unfolds to."""
    monkeypatch.setattr(sources, "_FREE", 1 << 16)
    write(tmp_path, {"bomb.txt.gz": gzip.compress(b"\0" * (50 << 20))})
    (record,) = _read(tmp_path, "bomb.txt.gz", limit=1 << 30)
    assert record.reason == "unfolds_too_far"
    assert len(record.data) == 0
