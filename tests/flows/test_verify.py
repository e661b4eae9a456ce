"""`verify` names whatever does not add up: sources, rows, texts, edits, files, counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import Stop
from flows.store import snapshots
from flows.store.schema import TABLES
from flows.store.writer import file_sha256
from flows.verify import verify
from tests.flows.corpora import TRADITIONAL, publish, text, write

Rows = list[dict[str, Any]]


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    """Sources with edits, a drop, a duplicate, a copy, a quarantined file, and pages with a line of their site."""
    files = {
        "a.txt": text(1),
        "b.txt": TRADITIONAL + text(2),
        "copy.txt": text(1),
        "near.txt": text(1).rstrip() + "另加一句。\n",
        "stub.txt": "标题\n",
        "empty.txt": "",
    }
    files |= {f"s{number}.txt": text(20 + number, 4) + "把这一篇发给正在写稿的同事\n" for number in range(8)}
    broken = {"broken.txt": text(4).encode()[:100] + b"\xff\xfe" + text(4).encode()[102:]}
    raw = write(tmp_path / "raw", files | broken)
    write(raw, {"rows.jsonl": json.dumps({"text": text(3), "url": "https://example.org/3"})})
    publish(raw, tmp_path / "clean")
    return raw, tmp_path / "clean"


def tamper(clean: Path, table: str, change: Callable[[Rows], Rows]) -> None:
    """Rewrite a table and make the manifest agree, so that only the ledger itself can tell."""
    snapshot = (clean / "current").resolve()
    path = snapshot / table / "part-00000.parquet"
    rows = change(pq.read_table(path).to_pylist())
    pq.write_table(pa.Table.from_pylist(rows, TABLES[table]), path)
    manifest = snapshots.read_manifest(snapshot)
    entry = {"file": path.name, "sha256": file_sha256(path), "bytes": path.stat().st_size, "rows": len(rows)}
    manifest["tables"][table] = [entry]
    (snapshot / "manifest.json").write_text(json.dumps(manifest))


def test_an_untouched_snapshot_verifies(corpus: tuple[Path, Path]) -> None:
    """Every table has a row at least, and all is accounted for."""
    raw, clean = corpus
    for table in TABLES:
        assert pq.read_table(clean / "current" / table).num_rows, table
    report = verify(raw, clean)
    assert report.problems == []
    assert report.bytes == sum(path.stat().st_size for path in raw.iterdir() if path.suffix == ".txt") + len(
        text(3).encode()
    )


def _named(problems: list[str], *words: str) -> bool:
    return any(all(word in problem for word in words) for problem in problems)


def test_new_changed_and_missing_sources_are_named(corpus: tuple[Path, Path]) -> None:
    """Each by its path."""
    raw, clean = corpus
    write(raw, {"new.txt": text(9), "b.txt": text(8), "copy.txt": text(7), "empty.txt": "now there is text"})
    write(raw, {"rows.jsonl": json.dumps({"text": text(3), "url": "https://example.org/other"})})
    (raw / "a.txt").unlink()
    problems = verify(raw, clean).problems
    assert _named(problems, "new.txt", "not in the snapshot")
    for name in ("b.txt", "copy.txt", "empty.txt"):
        assert _named(problems, name, "changed")
    assert _named(problems, "rows.jsonl#1", "other fields")
    assert _named(problems, "a.txt", "missing")
    assert len(problems) == 6


@pytest.mark.parametrize("table", list(TABLES))
@pytest.mark.parametrize("which", [0, -1])
def test_a_missing_row_is_named(corpus: tuple[Path, Path], table: str, which: int) -> None:
    """In whichever table, first or last, even when the manifest was made to agree."""
    raw, clean = corpus
    tamper(clean, table, lambda rows: [row for row in rows if row is not rows[which]])
    assert verify(raw, clean).problems


@pytest.mark.parametrize("table", list(TABLES))
def test_a_row_that_was_added_is_named(corpus: tuple[Path, Path], table: str) -> None:
    """The same row twice is one too many."""
    raw, clean = corpus
    tamper(clean, table, lambda rows: [rows[0], *rows])
    assert verify(raw, clean).problems


def _cut(rows: Rows) -> Rows:
    rows[0]["text"] = rows[0]["text"][:-3]
    return rows


def _swap(rows: Rows) -> Rows:
    text = rows[0]["text"]
    rows[0]["text"] = text[:-3] + text[-2] + text[-3] + text[-1]
    return rows


def test_a_cut_text_is_named_by_its_document(corpus: tuple[Path, Path]) -> None:
    """The message says which document and how many characters."""
    raw, clean = corpus
    identifier = pq.read_table(clean / "current" / "documents").column("doc_id")[0].as_py()
    tamper(clean, "documents", _cut)
    assert _named(verify(raw, clean).problems, identifier, "characters")


@pytest.mark.parametrize("column", ["before", "after", "start", "end", "step", "ordinal"])
def test_a_changed_edit_is_noticed(corpus: tuple[Path, Path], column: str) -> None:
    """Whatever is changed, the way back no longer leads to the bytes of the source."""
    raw, clean = corpus

    def change(rows: Rows) -> Rows:
        value = rows[0][column]
        rows[0][column] = value + 1 if isinstance(value, int) else value + "错"
        return rows

    tamper(clean, "edits", change)
    assert verify(raw, clean).problems


@pytest.mark.parametrize("column", ["doc_id", "byte_start", "byte_end", "section_index", "raw_chars", "clean_chars"])
def test_a_changed_column_of_a_document_is_noticed(corpus: tuple[Path, Path], column: str) -> None:
    """The columns that say where a document lies are part of the proof."""
    raw, clean = corpus

    def change(rows: Rows) -> Rows:
        value = rows[0][column]
        rows[0][column] = value + 1 if isinstance(value, int) else value[:-1] + "x"
        return rows

    tamper(clean, "documents", change)
    assert verify(raw, clean).problems


def test_two_characters_swapped_are_noticed(corpus: tuple[Path, Path]) -> None:
    """The length is the same, the bytes are not."""
    raw, clean = corpus
    tamper(clean, "documents", _swap)
    assert _named(verify(raw, clean).problems, "lead back to")


@pytest.mark.parametrize("table", list(TABLES))
def test_a_flipped_bit_in_a_file_is_named(corpus: tuple[Path, Path], table: str) -> None:
    """The manifest's sha256 tells which file is corrupted, and the rest is still checked."""
    raw, clean = corpus
    path = next((clean / "current" / table).glob("*.parquet"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert _named(verify(raw, clean).problems, f"{table}/{path.name}", "corrupted")


def test_a_missing_file_is_named(corpus: tuple[Path, Path]) -> None:
    """And nothing crashes."""
    raw, clean = corpus
    (clean / "current" / "edits" / "part-00000.parquet").unlink()
    assert _named(verify(raw, clean).problems, "edits/part-00000.parquet is missing")


def test_without_a_snapshot_the_error_says_what_to_do(tmp_path: Path) -> None:
    """There is nothing to verify yet."""
    with pytest.raises(Stop, match="jiaokan run"):
        verify(write(tmp_path / "raw", {"a.txt": text(1)}), tmp_path / "clean")
