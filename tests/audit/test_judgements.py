"""Judgements are lines that nobody loses, and the next run obeys them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from cleaners.decisions import Decisions, edit_key, leave_out
from cleaners.document import Cut, Edits, Flag, Found
from cleaners.pipeline import clean, undo
from cleaners.profile import Profile
from flows import judgements, tasks, verify
from flows.audit import sidebyside
from flows.audit.tables import Tables
from flows.errors import Stop
from flows.prior import prior_of
from flows.store import cache
from tests.audit.conftest import SPEECH
from tests.flows.test_schedule import WAIT, free_port


def a_judgement(number=0, **changes):
    """A judgement on the edit with this number."""
    place = {"source_path": "a.txt", "source_sha256": "0" * 64, "raw_start": number, "raw_end": number + 1}
    fields = {"about": "edit", "verdict": "wrong", "rule": "a.b", "key": f"a.b:{number}", **place}
    return judgements.new(**(fields | changes))


_AUDITOR = """
import sys
from pathlib import Path
from flows import judgements
for number in range(25):
    judgement = judgements.new(about="edit", verdict="wrong", rule="a.b", key=f"{sys.argv[2]}:{number}",
                               source_path="a.txt", source_sha256="0" * 64, note="注" * (number * 37 % 200))
    judgements.append(Path(sys.argv[1]), judgement)
"""


def test_auditors_at_once_lose_nothing(tmp_path):
    """Four processes that write at the same time leave every line whole."""
    file = tmp_path / "judgements.jsonl"
    auditors = [subprocess.Popen([sys.executable, "-c", _AUDITOR, str(file), str(author)]) for author in range(4)]
    assert [auditor.wait() for auditor in auditors] == [0] * 4
    book = judgements.read(file)
    assert not book.damaged
    assert {one.key for one in book.standing} == {f"{a}:{n}" for a in range(4) for n in range(25)}


def test_a_line_cut_short_costs_only_itself(tmp_path):
    """After a power failure in the middle of a line, later lines are read and the torn one is named."""
    file = tmp_path / "judgements.jsonl"
    judgements.append(file, a_judgement(1))
    with open(file, "ab") as handle:
        handle.write(b'{"id": "x", "about": "ed')
    judgements.append(file, a_judgement(2))
    book = judgements.read(file)
    assert [one.key for one in book.standing] == ["a.b:1", "a.b:2"]
    assert book.damaged == [2]


@pytest.mark.parametrize("line", ["[]", "3", "null", '{"id": 3}', '{"verdict": "wrong"}', "\\xff", "{}" * 3])
def test_lines_that_are_no_judgements_have_no_effect(tmp_path, line):
    """Whatever stands in the file, reading it does not fail."""
    file = tmp_path / "judgements.jsonl"
    file.write_text(line + "\n", "utf-8")
    judgements.append(file, a_judgement(1))
    book = judgements.read(file)
    assert len(book.standing) == 1 and book.damaged == [1]


def test_undo_brings_back_what_stood_before(tmp_path):
    """Undoing the last judgement of a thing leaves the one before it; undoing that one leaves none."""
    file = tmp_path / "judgements.jsonl"
    first, second = a_judgement(verdict="right"), a_judgement(verdict="wrong")
    for one in (first, second):
        judgements.append(file, one)
    assert [one.id for one in judgements.read(file).standing] == [second.id]
    judgements.append(file, judgements.undo(second.id))
    assert [one.id for one in judgements.read(file).standing] == [first.id]
    judgements.append(file, judgements.undo(first.id))
    assert not judgements.read(file).standing and judgements.read(file).hash == ""


def test_lines_are_harmless_on_a_terminal(tmp_path):
    """Escapes and overrides of the corpus are written as code, Chinese stays readable."""
    file = tmp_path / "judgements.jsonl"
    judgements.append(file, a_judgement(before="\x1b[31m甲\u202e\x9b乙\ud800", note="好"))
    raw = file.read_text("utf-8")
    assert "甲" in raw and "好" in raw
    assert not {"\x1b", "\u202e", "\x9b"} & set(raw)


def test_a_read_only_place_is_one_sentence(tmp_path):
    """Where nothing can be written, the error names the file."""
    with pytest.raises(Stop, match="cannot be written"):
        judgements.append(tmp_path / "no" / "such" / "folder.jsonl", a_judgement())


def test_a_rejected_edit_goes_with_its_cut_and_flag():
    """Leaving out a heading's removal leaves the document whole there, and nothing else changes."""
    text = "前言。标题正文。标题又。"
    edits = Edits()
    edits.add(3, "标题", "")
    edits.add(8, "标题", "")
    found = Found(edits, [Flag("x", 3, 5, "标题"), Flag("x", 9, 10, "题")], [Cut(3, "一"), Cut(8, "二")])
    key = edit_key("r", text, 3, 5, "")
    left, keys = leave_out("r", found, Decisions(frozenset({key})), text, [])
    assert keys == [key]
    assert left.edits.start == [8] and [cut.title for cut in left.cuts] == ["二"]
    assert [flag.start for flag in left.flags] == [9]


def test_rejections_survive_other_changes_of_the_page():
    """The key of an edit stays the same when the page changes elsewhere, and is another in another context."""
    head, place = "页眉\n", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄"
    one, other = head + place, "完全不同的页眉一二三\n" + place + "\n新的页脚"
    for at in range(24, len(place) - 1):
        a, b = len(head) + at, len(other) - len(place) - 5 + at
        assert one[a] == other[b]
        if at + 25 < len(place):
            assert edit_key("r", one, a, a + 1, "") == edit_key("r", other, b, b + 1, "")
    assert edit_key("r", one, 5, 6, "") != edit_key("r", one, 6, 7, "")
    assert edit_key("r", one, 5, 6, "") != edit_key("q", one, 5, 6, "")
    assert edit_key("r", one, 5, 6, "x") != edit_key("r", one, 5, 6, "")


def test_every_edit_of_real_pages_can_be_rejected(corpus):
    """Each edit of the corpus, rejected by its key alone, is left out, and the ledger still leads to the bytes."""
    tables = Tables(corpus.clean / "current")
    checked = 0
    for row in tables.rows("select distinct source_sha256, source_path from documents"):
        raw = (corpus.raw / row["source_path"]).read_bytes()
        traced = sidebyside.Traces(tables)[row["source_sha256"]]
        places = sorted(place for place, edit in traced.ledger.items() if place[0] and edit["kind"] != "restore")
        for place in places[:: max(1, len(places) // 12)]:
            edit = traced.ledger[place]
            key = edit_key(edit["rule"], traced.decoded, *traced.spans[place], edit["after"])
            cleaned = clean(raw, Profile(), decisions=Decisions(frozenset({key})), prior=prior_of(None))
            assert key in cleaned.obeyed, (row["source_path"], place)
            assert undo(cleaned.text, cleaned.encoding, cleaned.steps) == raw
            checked += 1
    assert checked > 20


def text_of(corpus, path):
    """The clean text of a source of one document."""
    table = pq.read_table(corpus.clean / "current" / "documents", columns=["source_path", "text"])
    return next(text for name, text in zip(*(c.to_pylist() for c in table.columns), strict=True) if name == path)


def test_from_a_judgement_to_the_changed_snapshot(pages, corpus, link):
    """Wrong on a page: the next run leaves the edit out, and every byte is still accounted for. Undo: it is back."""
    before = text_of(corpus, "hostile<script>.txt")
    assert "张三" not in before
    pages.judge(pages.get("/removed?text=张三"), "wrong", note="属于正文")
    outcome = corpus.run()
    assert "张三" in text_of(corpus, "hostile<script>.txt")
    assert list(outcome.obeyed.values()) == ["obeyed"] and not outcome.stale
    assert not verify.verify(corpus.raw, corpus.clean).problems
    assert corpus.run() is None  # nothing new to do
    html = pages.get("/judgements")
    assert "obeyed" in html and "属于正文" in html
    judgement = judgements.read(corpus.file).standing[0]
    token = pages.form(pages.get("/removed"))[1]["token"]
    base = link(html, "/removed").rsplit("/", 1)[0]
    assert pages.send(f"{base}/undo", {"token": token, "id": judgement.id}).status_code == 303
    corpus.run()
    assert text_of(corpus, "hostile<script>.txt") == before


def test_judgements_survive_another_scrape(pages, corpus):
    """The page is scraped again with another footer: the judgement still holds. The passage is gone: it is reported."""
    pages.judge(pages.get("/removed?text=张三"), "wrong")
    path = corpus.raw / "hostile<script>.txt"
    path.write_text("访问量：12345\n" + path.read_text("utf-8").replace("会后要抓好落实", "会后要好好落实"), "utf-8")
    outcome = corpus.run()
    assert not outcome.stale and "张三" in text_of(corpus, path.name)
    path.write_text(path.read_text("utf-8").replace("责任编辑：", "本文作者是"), "utf-8")
    outcome = corpus.run()
    assert [one.before for one in outcome.stale] == [judgements.read(corpus.file).standing[0].before]
    assert "no longer applies" in pages.get("/judgements")


def test_only_what_was_judged_is_cleaned_again(pages, corpus):
    """One rejected edit makes one source new to the cache, not the whole corpus."""
    pages.judge(pages.get("/removed?text=张三"), "wrong")
    job = tasks.Job(corpus.raw, corpus.clean, Profile(), "x", datetime.now(UTC))
    known = cache.known_sources(job.packs)
    plan = tasks.survey_sources(job)
    fresh = [s.path for shard in plan.shards for s in shard.sources if shard.key(s) not in known]
    assert fresh == ["hostile<script>.txt"]


def test_documents_declared_different_stay_apart(pages, corpus, link):
    """A merge judged wrong is undone by the next run, also after one of the pages changed."""
    html = next(
        page for row in Tables(corpus.clean / "current").rows("select distinct survivor_doc_id as id from duplicates")
        if "speech" in (page := pages.get(f"/cluster/{row['id']}"))
    )  # fmt: skip
    pages.judge(html, "wrong", about="merge")
    outcome = corpus.run()
    assert not outcome.stale
    assert text_of(corpus, "speech.txt") and text_of(corpus, "speech-again.txt")
    (corpus.raw / "speech.txt").write_text(SPEECH.replace("两成", "三成"), "utf-8")
    assert not corpus.run().stale
    assert text_of(corpus, "speech.txt") and text_of(corpus, "speech-again.txt")


def test_a_whole_rule_on_a_source(pages, corpus):
    """A rule judged wrong on a source does nothing there any more, and as much as before elsewhere."""

    def fired(path):
        query = "select count(*) as n from edits where rule = 'width.widen' and source_sha256 in"
        query += " (select source_sha256 from documents where source_path = $path)"
        return Tables(corpus.clean / "current").rows(query, path=path)[0]["n"]

    others = fired("001-tongwan-roads.txt")
    assert fired("hostile<script>.txt") and others
    pages.judge(pages.get("/rule/width.widen"), "wrong", about="rule", after="hostile")
    outcome = corpus.run()
    assert not outcome.stale
    assert fired("hostile<script>.txt") == 0 and fired("001-tongwan-roads.txt") == others


def test_a_drop_judged_wrong_keeps_the_document(pages, corpus, link):
    """A dropped stub that a person wants is in the next dataset."""
    pages.judge(pages.get(link(pages.get("/removed?what=documents&kind=drop"), "/document/")), "wrong", about="drop")
    outcome = corpus.run()
    assert not outcome.stale and "注册" in text_of(corpus, "stub.txt")


def test_a_killed_server_loses_no_judgement(corpus):
    """What was answered is on disk: SIGKILL right after the answer leaves the line whole."""
    port = free_port()
    command = [sys.executable, "-m", "flows.cli", "audit", "serve", "--clean", str(corpus.clean), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        html = _patiently(f"{base}/removed")
        form = re.search(r'<form class="judge".*?action="([^"]+)".*?</form>', html, re.S)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        body = urllib.parse.urlencode(fields | {"verdict": "wrong"}).encode()
        request = urllib.request.Request(base + form[1], body, {"Origin": base, "X-Fragment": "1"})
        answer = json.loads(urllib.request.urlopen(request).read())
        server.send_signal(signal.SIGKILL)
    finally:
        server.kill()
        server.wait()
    book = judgements.read(corpus.file)
    assert [one.id for one in book.standing] == [answer["judgement"]["id"]] and not book.damaged


def _patiently(url):
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        try:
            return urllib.request.urlopen(url).read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")
