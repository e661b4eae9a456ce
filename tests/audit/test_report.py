"""The static report: one file, inert, the same figures as the pages; and the gate that judgements can close."""

from __future__ import annotations

import re
from html import unescape

import pytest

from flows import judgements
from flows.audit import report
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


def test_a_failing_report_says_so_and_holds_nothing_up(corpus, monkeypatch):
    """A defect of the report is written into it, and the snapshot is published all the same."""
    monkeypatch.setattr(report, "render", lambda *_: 1 / 0)
    (corpus.raw / "new.txt").write_text("新的一份文件，讲的是别的事情，与其他文件都不相同。" * 9, "utf-8")
    assert corpus.run().published
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
    assert corpus.run().published
    for number in range(10, 18):
        judge(number, "s")
    with pytest.raises(JiaokanError, match=r"width\.widen"):
        corpus.run()
