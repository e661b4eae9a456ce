"""The pages show what the tables hold, in every filter, and nothing a corpus contains can act on them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cleaners.document import Edits
from flows.audit import rates, sidebyside
from flows.audit.browse import Filter, count_edits, edits
from flows.audit.sidebyside import Traced, Traces, lines
from flows.audit.tables import Tables

PAGES = (
    "/",
    "/removed",
    "/removed?what=documents",
    "/removed?what=all",
    "/clusters",
    "/quarantine",
    "/placeholders",
    "/rules",
    "/judgements",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_and_is_inert(pages, path):
    """No page carries a script, a handler or a link of the corpus, and every answer has the strict policy."""
    html = pages.get(path)
    assert_inert(html)
    policy = pages.client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


def assert_inert(html):
    """Only our own elements: one script with a source, no handlers, no foreign addresses, no hidden characters."""
    assert re.findall(r"<script[^>]*>", html) in ([], ['<script src="/static/audit.js" defer>'])
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", html)
    assert not re.search(r'(?:href|src|action)\s*=\s*"(?!/|#)', html)
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", html)


def test_hostile_document_is_shown_exactly_and_inert(pages, corpus, link):
    """Markup of the corpus is text, overrides and escapes are boxes with their code points, rare characters stay."""
    document = pages.get(link(pages.get("/removed?what=all&source=hostile"), "/document/"))
    assert_inert(document)
    assert "&lt;script&gt;document.title" in document
    assert 'class="cp">U+202E<' in document and 'class="cp">U+001B<' in document
    assert "𠮷野家、𪚥" in document


def test_document_pieces_are_both_texts(corpus):
    """The left side of a document read through is its source, the right side its clean text, nothing missing."""
    tables = Tables(corpus.clean / "current")
    traces = Traces(tables)
    for row in tables.rows("select doc_id, source_sha256, text, raw_chars from documents"):
        traced = traces[row["source_sha256"]]
        pieces = [piece for line in lines(traced, row["doc_id"]) for piece in line.pieces]
        assert "".join(piece.after for piece in pieces) == row["text"]
        assert sum(len(piece.before) for piece in pieces) == row["raw_chars"]


def test_every_edit_is_marked_in_its_document(pages, corpus):
    """Each edit after the decoding is a mark on the page of its document, by its place in the ledger."""
    tables = Tables(corpus.clean / "current")
    for row in tables.rows("select distinct doc_id from edits where step > 0"):
        html = pages.get(f"/document/{row['doc_id']}")
        wanted = tables.rows("select step, ordinal from edits where doc_id = $doc_id and step > 0", **row)
        marks = set(re.findall(r'data-place="(\d+)-(\d+)"', html))
        own = {(str(edit["step"]), str(edit["ordinal"])) for edit in wanted}
        assert marks <= own
        assert len(marks) > len(own) / 3  # edits that touch one another share a mark


def test_filters_narrow(corpus):
    """Every filter gives the edits a plain reading of the ledger gives."""
    tables = Tables(corpus.clean / "current")
    everything = tables.rows(
        "select rule, kind, before, after, confidence, source_path from edits"
        " join (select distinct source_sha256, source_path from documents union"
        "       select distinct source_sha256, source_path from removed) using (source_sha256)"
    )
    assert count_edits(tables, Filter("all")) == sum(
        row["kind"] != "decode" or row["after"] != "" for row in everything
    )
    cases = {
        Filter("all", rule="width.widen"): lambda row: row["rule"] == "width.widen",
        Filter("all", kind="remove"): lambda row: row["kind"] == "remove",
        Filter("all", source="speech"): lambda row: "speech" in row["source_path"],
        Filter("all", text="编辑"): lambda row: "编辑" in row["before"] + row["after"],
        Filter("all", least=0.99): lambda row: row["confidence"] >= 0.99,
        Filter("all", most=0.97): lambda row: row["confidence"] <= 0.97,
    }
    for narrowed, keep in cases.items():
        found = edits(Traces(tables), narrowed, size=100_000).rows
        assert len(found) == sum(map(keep, everything)) > 0, narrowed
        assert all(map(keep, found))


def test_places_need_not_fit_into_memory(corpus, monkeypatch):
    """A snapshot with too many documents to hold their places reads them each time, and answers the same."""
    held = Tables(corpus.clean / "current")
    monkeypatch.setattr("flows.audit.tables._HELD", 0)
    read = Tables(corpus.clean / "current")
    everything = "select * from places order by doc_id"
    assert held.rows(everything) == read.rows(everything)
    narrowed = Filter("all", source="speech")
    assert edits(Traces(held), narrowed).rows == edits(Traces(read), narrowed).rows
    assert held.rows("from duckdb_tables()") and not read.rows("from duckdb_tables()")


def test_every_kind_of_flag_has_its_page(pages):
    """The page of placeholders leads, kind by kind, to the documents that have one of that kind."""
    kinds = re.findall(r'href="([^"]*/placeholders\?kind=[^"]*)"', pages.get("/placeholders"))
    assert kinds and all("data-item" in pages.get(unescape(kind)) for kind in kinds)


def test_pages_follow_one_another(corpus):
    """Walking forwards by key shows every edit once and in order; walking back shows the same pages."""
    tables = Tables(corpus.clean / "current")
    traces = Traces(tables)
    whole = edits(traces, Filter("all"), size=100_000).rows
    walked, key, keys = [], "", []
    while True:
        page = edits(traces, Filter("all"), key, size=37)
        walked.append(page.rows)
        if not page.after:
            break
        keys.append(page.before)
        key = page.after
    assert [row for rows in walked for row in rows] == whole
    assert edits(traces, Filter("all"), page.before, size=37).rows == walked[-2]


@pytest.mark.parametrize(
    "path",
    [
        "/document/zz",
        "/document/" + "0" * 20,
        "/edit/" + "0" * 64 + "/1/1",
        "/edit/../../etc/passwd",
        "/cluster/" + "f" * 20,
        "/rule/no.such",
        "/sample/no.such",
        "/s/no-such-snapshot/",
        "/s/..%2f..%2fetc/",
        "/s/./removed",
        "/static/../web.py",
        "/static/%2e%2e/web.py",
        "/nothing",
    ],
)
def test_wrong_addresses_are_404_with_help(pages, path):
    """An id that is none, or a path that wants out of the snapshot, is a 404 that says where to go on."""
    html = pages.get(path, 404)
    assert "root:" not in html
    assert path.startswith("/static") or 'href="/s/' in html


def test_permalinks_stay_with_their_snapshot(pages, corpus, link):
    """A link to an edit shows the same edit after a newer snapshot was published, and says that there is one."""
    permalink = link(pages.get("/removed?rule=boilerplate.article_data"), "/edit/")
    before = pages.get(permalink)
    (corpus.raw / "new.txt").write_text((corpus.raw / "speech.txt").read_text("utf-8").replace("招商", "农业"), "utf-8")
    assert corpus.run()
    after = pages.get(permalink)
    assert "Go to the current one" in after and "Go to the current one" not in before
    assert re.findall(r"<del>.*?</del>", before) == re.findall(r"<del>.*?</del>", after)
    assert "changes are against" in pages.get("/")


def test_clusters_have_an_apparatus(pages, link):
    """The page of a cluster names survivor and witnesses and shows where they read otherwise."""
    html = pages.get(link(pages.get("/clusters"), "/cluster/"))
    assert "the survivor" in html and "Apparatus" in html
    speech = next(
        page for href in re.findall(r'href="([^"]*/cluster/[^"]*)"', pages.get("/clusters"))
        if "speech" in (page := pages.get(href))
    )  # fmt: skip
    assert "李四" not in speech  # the credits were removed before anything was compared


def test_quarantine_and_drops_are_listed_with_reasons(pages):
    """A source that cannot be read and a document that was dropped are there, each with its reason."""
    assert "empty.txt" in pages.get("/quarantine")
    dropped = unescape(pages.get("/removed?what=documents&kind=drop"))
    assert "stub.txt" in dropped


def test_search_finds_removed_text(pages):
    """The text filter finds a passage that was taken out, and says when there is none."""
    assert "张三" in pages.get("/removed?text=张三")
    assert "Nothing matches" in pages.get("/removed?text=没有这样的字")


def test_a_word_of_a_megabyte_is_shown_in_parts(pages, corpus, link):
    """A line without end and a removal without end: every page is short and answers, and the walk covers the text."""
    text = "同志们：" + "长" * 1_000_000 + "。\n责任编辑：张三\n"
    (corpus.raw / "long.txt").write_text(text, "utf-8")
    corpus.run()
    rows = Tables(corpus.clean / "current").rows("select doc_id from documents where source_path = 'long.txt'")
    rows = rows or Tables(corpus.clean / "current").rows(
        "select doc_id from removed where source_path = 'long.txt' and scope = 'document'"
    )
    html = pages.get(f"/document/{rows[0]['doc_id']}")
    assert "page 1 of" in html and len(html) < 500_000
    last = int(re.search(r"page 1 of (\d+)", html)[1])
    shown = sum(pages.get(f"/document/{rows[0]['doc_id']}?page={n}").count("长") for n in range(1, last + 1))
    assert shown >= 2 * 1_000_000  # on both sides
    assert len(pages.get("/removed?what=documents")) < 500_000


def test_a_line_of_ten_thousand_edits_is_shown_in_parts():
    """Where edits crowd a text without line breaks, rows and pages end all the same, and nothing is lost."""
    count = 10_000
    text, widened = "，" * count, Edits()
    for place in range(count):
        widened.add(place, ",", "，")
    ledger = {(1, number): {"doc_id": "a"} for number in range(count)}
    rows = lines(Traced(text, [{"doc_id": "a", "text": text}], ledger, [(1, "width.widen", widened)]), "a")
    assert "".join(piece.after for row in rows for piece in row.pieces) == text
    bounds = sidebyside.pages(rows)
    assert all(sum(len(row.pieces) for row in rows[start:end]) < 1000 for start, end in bounds)
    assert sidebyside.page_of(rows, bounds, (1, count - 1)) == len(bounds) - 1


@pytest.mark.parametrize("value", ["'; drop table edits; --", "%", "<script>", "\u202e", "x" * 5000, "$text", "\x00"])
def test_filters_take_any_value(pages, value):
    """What is typed into a filter is a value, never a query or markup."""
    for name in ("text", "source", "rule", "kind", "key", "least", "most"):
        answer = pages.client.get("/removed", params={name: value, "what": "all"})
        assert answer.status_code == 200
        assert_inert(answer.text.replace(f'value="{value}"', ""))


def test_the_picture_accounts_for_every_character(corpus):
    """The bands of each picture add up to what came in."""
    tables = Tables(corpus.clean / "current")
    flow, counts = rates.flow(tables), tables.run["counts"]
    for name, whole in (("characters", "raw_chars"), ("documents", "documents"), ("sources", "sources")):
        assert sum(value for _, _, value in flow[name]) == counts[whole]
