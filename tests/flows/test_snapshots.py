"""All or nothing: readers see the last snapshot or the next one, whatever goes wrong when."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows import tasks
from flows.errors import Stop
from flows.store import snapshots
from flows.store.schema import SIGNALS, TABLES
from flows.store.writer import file_sha256
from flows.verify import verify
from tests.flows.corpora import contents, publish, rows, text, write


class Crash(BaseException):
    """Stands for a killed process: nothing of ours catches it."""


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    """A published corpus to which a source was added since."""
    raw = write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(2)})
    publish(raw, tmp_path / "clean")
    write(raw, {"c.txt": text(3)})
    return raw, tmp_path / "clean"


PHASES = [
    ("flows.tasks.spread", "while cleaning"),
    ("flows.repeats.dedup.find", "while comparing"),
    ("flows.tasks.write_table", "while writing tables"),
    ("flows.store.snapshots.write_text", "before the manifest is written"),
    ("flows.store.snapshots.sync_folder", "before the folder is renamed"),
    ("flows.store.snapshots.os.replace", "while renaming"),
    ("flows.store.snapshots.point", "before the switch"),
    ("flows.tasks.cache.forget", "after the switch"),
]


@pytest.mark.parametrize(("place", "_when"), PHASES, ids=[when for _, when in PHASES])
def test_a_crash_leaves_a_whole_snapshot(
    corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, _when: str
) -> None:
    """The reader's tables verify against their manifest, and the next run ends where an undisturbed one ends."""
    raw, clean = corpus

    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(place, crash)
        broken.setattr(tasks, "discard", lambda _: None)  # a killed process does not tidy up
        with pytest.raises(Crash):
            publish(raw, clean)
    snapshot = snapshots.current(clean)
    assert snapshot is not None
    assert snapshots.damage(snapshot, snapshots.read_manifest(snapshot)) == []
    assert len(rows(clean, "documents")) in (2, 3)
    publish(raw, clean)
    assert verify(raw, clean).problems == []
    publish(raw, tmp_path / "undisturbed")
    assert contents(clean) == contents(tmp_path / "undisturbed")


def test_the_switch_is_one_rename(corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """At every rename `current` leads to a whole snapshot, before and after."""
    raw, clean = corpus
    seen: list[int] = []

    def watched(real: Callable[..., None]) -> Callable[..., None]:
        def replace(*arguments: object) -> None:
            seen.append(len(rows(clean, "documents")))
            real(*arguments)
            seen.append(len(rows(clean, "documents")))

        return replace

    monkeypatch.setattr("flows.store.snapshots.os.replace", watched(os.replace))
    publish(raw, clean)
    *before, after = seen
    assert set(before) == {2}
    assert after == 3


def flip_a_bit(path: Path) -> None:
    """Same size, other contents."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"PAR1"), flip_a_bit])
def test_a_damaged_snapshot_is_noticed_and_published_again(
    corpus: tuple[Path, Path], harm: Callable[[Path], None]
) -> None:
    """A second run has something to do when a file of the current snapshot is gone, cut or corrupted."""
    raw, clean = corpus
    publish(raw, clean)
    whole = contents(clean)
    harm(clean / "current" / "edits" / "part-00000.parquet")
    assert verify(raw, clean).problems
    assert publish(raw, clean)
    assert contents(clean) == whole
    assert verify(raw, clean).problems == []


@pytest.mark.parametrize("table", ["sources", "documents", "texts", "edits"])
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"PAR1"), flip_a_bit])
def test_a_damaged_cache_is_cleaned_again(
    corpus: tuple[Path, Path], tmp_path: Path, harm: Callable[[Path], None], table: str
) -> None:
    """What cannot be read is thrown away and made anew, and the snapshot is what it would have been."""
    raw, clean = corpus
    (file,) = (clean / ".cache").glob(f"*/*/*{table}.arrow")
    harm(file)
    assert publish(raw, clean)
    publish(raw, tmp_path / "undisturbed")
    assert contents(clean) == contents(tmp_path / "undisturbed")


def test_a_full_disk_publishes_nothing(corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the system's reason, the last snapshot stays, and nothing is left behind."""
    raw, clean = corpus

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = contents(clean)
    monkeypatch.setattr("flows.writing.write_table", full)
    with pytest.raises(Stop, match=r"nothing was published: .*No space left on device"):
        publish(raw, clean)
    assert contents(clean) == before
    assert not (clean / snapshots.STAGING).exists()


def test_two_runs_at_once(corpus: tuple[Path, Path]) -> None:
    """The second leaves with a message; the first is not disturbed."""
    raw, clean = corpus
    with snapshots.only_run(clean), pytest.raises(Stop, match="Another run is writing"):
        publish(raw, clean)
    assert publish(raw, clean)


def test_a_snapshot_of_a_newer_version_is_left_alone(corpus: tuple[Path, Path]) -> None:
    """Its manifest says so, and the message says what to do."""
    raw, clean = corpus
    path = clean / "current" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"format": snapshots.FORMAT + 1, "pipeline_version": "9.9"}))
    for use in (publish, verify):
        with pytest.raises(Stop, match=r"newer jiaokan \(9\.9\)"):
            use(raw, clean)


def test_every_table_is_there_with_its_columns(corpus: tuple[Path, Path]) -> None:
    """Also when it has no rows, so that a query written today works tomorrow; nothing but zstd."""
    raw, clean = corpus
    publish(raw, clean)
    for table, schema in TABLES.items():
        for part in (clean / "current" / table).glob("part-*.parquet"):
            assert pq.read_schema(part).remove_metadata().equals(schema), table
            metadata = pq.read_metadata(part)
            for group in range(metadata.num_row_groups):
                columns = range(metadata.num_columns)
                assert {metadata.row_group(group).column(column).compression for column in columns} == {"ZSTD"}


def test_the_manifest_names_every_file(corpus: tuple[Path, Path]) -> None:
    """With sha256, size and rows."""
    raw, clean = corpus
    publish(raw, clean)
    root = clean / "current"
    manifest = snapshots.read_manifest(root.resolve())
    entries = {f"{table}/{entry['file']}": entry for table, files in manifest["tables"].items() for entry in files}
    assert set(entries) == {str(path.relative_to(root)) for path in root.glob("*/*.parquet")}
    for name, entry in entries.items():
        assert entry["sha256"] == file_sha256(root / name)
        assert entry["rows"] == pq.read_metadata(root / name).num_rows
    assert manifest["counts"]["documents"] == 3


def test_quality_signals_are_the_columns() -> None:
    """A signal that is added to cleaners.quality has to be added to the schema."""
    from cleaners.quality import signals

    assert tuple(signals("一个句子。")) == SIGNALS


def test_the_clean_folder_can_be_moved(corpus: tuple[Path, Path], tmp_path: Path) -> None:
    """`current` is a relative link."""
    raw, clean = corpus
    clean.rename(tmp_path / "elsewhere")
    write(raw, {})
    assert len(rows(tmp_path / "elsewhere", "documents")) == 2
