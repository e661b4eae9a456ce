"""The same in the terminal: samples, judging, duplicates, exports and what-if, with nothing that acts on a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import re

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from flows import judgements
from flows.audit.export import as_csv
from flows.audit.tables import Tables
from flows.cli import app


@pytest.fixture
def run(corpus, monkeypatch):
    """Runs the command on the corpus and gives what it printed."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments, status=0, clean=True):
        result = CliRunner().invoke(app, [*arguments, *(["--clean", str(corpus.clean)] if clean else [])])
        assert result.exit_code == status, result.output
        assert not set("\x1b\u202e\x9b") & set(result.output) or os.environ.get("FORCE_COLOR")
        return result.output

    return call


def test_sample_judge_undo(run, corpus):
    """What a sample names can be judged by that name and taken back by its id; the sample then shows it."""
    name = next(
        word for word in run("audit", "sample", "--rule", "width.widen", "--n", "3").split() if word.count("-") == 2
    )
    said = run("audit", "judge", name, "wrong", "--note", "不对")
    book = judgements.read(corpus.file)
    assert [one.note for one in book.standing] == ["不对"] and "width.widen" in said
    assert "0.0%" in run("audit", "sample", "--rule", "width.widen", "--n", "3")
    run("audit", "undo", book.standing[0].id)
    assert not judgements.read(corpus.file).standing


@pytest.mark.parametrize(
    ("arguments", "help"),
    [
        (("sample", "--rule", "no.such"), "width.widen"),
        (("judge", "xyz", "wrong"), "audit sample"),
        (("judge", "000000-1-1", "wrong"), "no source begins"),
        (("undo", "xyz"), "no judgement"),
        (("duplicates", "--cluster", "xyz"), "xyz"),
        (("export", "--format", "pdf"), "jsonl"),
        (("export", "--rule", "nobody"), "Those that did: "),
        (("export", "--kind", "nothing"), "restore"),
        (("export", "--format", "parquet"), "--output"),
        (("show", "zzz"), "no document"),
    ],
)
def test_errors_say_what_is_valid(run, arguments, help):
    """A wrong name or option ends with status 2 and one sentence that helps."""
    assert help in run("audit", *arguments, status=2).replace("\n", " ")


def test_duplicates_side_by_side(run, corpus):
    """The list names every cluster; one of them shows both readings of what differs."""
    listed = run("audit", "duplicates")
    rows = Tables(corpus.clean / "current").rows("select * from duplicates where removed_doc_id <> survivor_doc_id")
    assert all(row["survivor_doc_id"] in listed for row in rows)
    speech = next(row for row in rows if "speech" in row["removed_source_path"])
    shown = run("audit", "duplicates", "--cluster", speech["survivor_doc_id"])
    assert "speech.txt" in shown and "speech-again.txt" in shown
    assert "survives" in shown and "gave way" in shown and f"{speech['similarity']:.3f}" in shown
    mended = Tables(corpus.clean / "current").rows("select doc_id, after from edits where kind = 'restore'")
    assert mended, "nothing in the corpus is restored"
    shown = run("audit", "duplicates", "--cluster", mended[0]["doc_id"])
    assert "restored in A" in shown and "from B" in shown and mended[0]["after"] in shown


def test_show_is_inert(run, corpus):
    """A hostile document on a terminal: escapes and overrides are code points."""
    row = Tables(corpus.clean / "current").rows("select doc_id from documents where contains(source_path, 'hostile')")[
        0
    ]
    shown = run("audit", "show", row["doc_id"], "--whole")
    assert "<U+001B>" in shown and "<U+202E>" in shown and "𠮷" in shown


def test_exports_hold_the_same_rows(run, corpus, tmp_path):
    """CSV, JSONL and Parquet of one filter have the same rows, and as many as the ledger."""
    where = tmp_path / "out"
    for form in ("csv", "jsonl", "parquet"):
        run(
            "audit", "export", "--rule", "width.widen", "--format", form, "--output", str(where.with_suffix(f".{form}"))
        )
    rows = pq.read_table(where.with_suffix(".parquet")).to_pylist()
    lines = [json.loads(line) for line in where.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    cells = list(csv.DictReader(io.StringIO(where.with_suffix(".csv").read_text("utf-8"))))
    assert (
        len(rows) == len(lines) == len(cells) == Tables(corpus.clean / "current").run["rules"]["width.widen"]["edits"]
    )
    assert [row["before"] for row in lines] == [row["before"] for row in rows]
    assert [row["raw_start"] for row in lines] == [int(row["raw_start"]) for row in cells]


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u3000＝1", "＝cmd", "－1", "\n=1", "\ufeff=1"]
)
def test_no_cell_is_a_formula(value):
    """Text that a spreadsheet would calculate gets an apostrophe in front, in every column."""
    from flows.audit.export import SCHEMA

    row = dict.fromkeys(SCHEMA.names, value)
    cells = next(csv.DictReader(io.StringIO("".join(as_csv(iter([[row]]))), newline="")))
    assert all(cell == f"'{value}" for cell in cells.values())


def test_what_if_shows_the_change(run, corpus):
    """Without a rule, exactly its edits and what follows from them are gone; nothing is written."""
    before = sorted(path.name for path in corpus.clean.rglob("*"))
    said = run("what-if", "--without", "width.widen", "--raw", str(corpus.raw), clean=False)
    assert re.search(r"edits by width\.widen +([1-9][\d,]*) +0 +-\1", said)
    assert sorted(path.name for path in corpus.clean.rglob("*")) == before
    assert "valid" in run("what-if", "--without", "no.such", "--raw", str(corpus.raw), status=2, clean=False)
