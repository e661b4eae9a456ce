"""The static report: one file, inert, the same figures as the pages; and the gate that judgements can close."""

from __future__ import annotations

import re
from html import unescape

import pytest

from flows import judgements
from flows.audit import browse, rates, report
from flows.audit.digest import digest
from flows.audit.sidebyside import Traces, around
from flows.audit.tables import Tables
from flows.errors import JiaokanError


def test_the_report_lies_in_the_snapshot_and_needs_nothing(corpus):
    """One file with no script, no address and no handler; its policy forbids all of them, and hostile text is text."""
    html = (corpus.clean / "current" / report.FILE).read_text("utf-8")
    assert "default-src 'none'" in unescape(html) and "unsafe-" not in html
    assert not re.search(r"<(script|img|iframe|object|link|form|base)\b", html)
    assert not re.search(r"""\s(on[a-z]+|style|src)\s*=\s*["']""", html)
    assert not re.search(r'href\s*=\s*"(?!#)', html)
    assert "hostile&lt;script&gt;.txt" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)


def test_the_report_has_the_figures_of_the_run(corpus):
    """Every rule with its number of edits, every reason of the quarantine, every dropped document."""
    html = (corpus.clean / "current" / report.FILE).read_text("utf-8")
    for rule, tally in Tables(corpus.clean / "current").run["rules"].items():
        assert rule in html and f">{tally['edits']:,}<" in html
    assert "empty.txt" in html and "stub.txt" in html
    assert len(html) < 1_000_000


def test_the_report_counts_and_lists_what_the_pages_do(corpus):
    """Read part by part without the database: the same flow, flags, clusters, documents, reasons and quarantine."""
    tables = Tables(corpus.clean / "current")
    found = digest(tables.snapshot, tables.manifest["tables"], 8, 60)
    assert rates.parted(tables.run["counts"], found.gone, found.mended) == rates.flow(tables)
    assert found.flags == browse.flag_kinds(tables)
    assert found.reasons == browse.quarantine_reasons(tables)
    assert found.quarantine == browse.quarantine(tables, "", size=60).rows
    for ours, theirs in (
        (found.clusters, browse.clusters(tables, size=60).rows),
        (found.documents, browse.documents(tables, "", "", "", size=60).rows),
    ):
        assert ours and ours == [{name: row[name] for name in ours[0]} for row in theirs]


def test_examples_show_the_text_around_each_edit(corpus):
    """The first edits of every rule, with what stands beside them where both texts are laid side by side."""
    tables = Tables(corpus.clean / "current")
    examples = digest(tables.snapshot, tables.manifest["tables"], 8, 60).examples
    traces, shown = Traces(tables), 0
    for rule, rows in examples.items():
        first = tables.rows(
            "select source_sha256, step, ordinal from edits where rule = $rule and (kind <> 'decode' or after <> '')"
            " order by filename, file_row_number limit 8",
            rule=rule,
        )
        assert [{name: row[name] for name in first[0]} for row in rows] == first
        for row in rows:
            traced, place = traces[row["source_sha256"]], (row["step"], row["ordinal"])
            if place in traced.where and len((context := around(traced, place, 28)).piece.edits) == 1:
                assert row["context"] == context.clean
                shown += 1
    assert shown > 9


def test_a_failing_report_says_so_and_holds_nothing_up(corpus, monkeypatch):
    """A defect of the report is written into it, and the snapshot is published all the same."""
    monkeypatch.setattr(report, "render", lambda *_: 1 / 0)
    (corpus.raw / "new.txt").write_text("新的一份文件，讲的是别的事情，与其他文件都不相同。" * 9, "utf-8")
    assert corpus.run()
    assert "ZeroDivisionError" in (corpus.clean / "current" / report.FILE).read_text("utf-8")


def test_a_rule_judged_imprecise_closes_the_gate(corpus):
    """A random sample that was mostly wrong holds the next snapshot back; wrong ones sought out by hand do not."""
    rule = "width.widen"
    version = Tables(corpus.clean / "current").run["rules"][rule]["version"]

    def judge(number, sample):
        place = {"source_path": "x", "source_sha256": "y", "raw_start": number, "rule_version": version}
        one = judgements.new(about="edit", verdict="wrong", rule=rule, key=f"{rule}:{number}", sample=sample, **place)
        judgements.append(corpus.file, one)

    for number in range(8):
        judge(number, "")
    assert corpus.run()
    for number in range(10, 18):
        judge(number, "s")
    with pytest.raises(JiaokanError, match=r"width\.widen"):
        corpus.run()
