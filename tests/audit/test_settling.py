"""A person settles a torn place: checked at once, obeyed by the next run where it proves itself, undone at will."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaners.profile import Profile
from flows import judgements, proofs, tasks, verify
from flows.cli import app
from flows.store import cache
from tests.audit.conftest import TORN, Corpus, Pages
from tests.flows.corpora import rows


def torn(corpus: Corpus) -> dict:
    """The document with the torn place, one of three in its source, as the current snapshot has it."""
    return next(row for row in rows(corpus.clean, "documents") if "先行先试" in row["text"])


def flags(corpus: Corpus) -> list[str]:
    """What its torn places are said to be."""
    return [flag["detail"] for flag in torn(corpus)["flags"] if flag["kind"] == "pinyin_torn"]


def contents(corpus: Corpus) -> list[dict]:
    """The tables of the current snapshot, the time of cleaning apart."""
    tables = ("documents", "edits", "removed")
    return [row | {"cleaned_at": None} for table in tables for row in rows(corpus.clean, table)]


def audit(corpus: Corpus, command: str, *arguments: str) -> str:
    """What a command of `jiaokan audit` prints; its errors are sentences."""
    result = CliRunner().invoke(app, ["audit", command, "--clean", str(corpus.clean), *arguments])
    assert result.exit_code in (0, 2) and not isinstance(result.exception, ValueError), result.output
    return " ".join(result.output.split())


def flag_of(corpus: Corpus) -> str:
    """The flag's name, as `audit show` gives it."""
    found = re.search(r"jiaokan audit settle ([0-9a-f]{12}-\d+)", audit(corpus, "show", torn(corpus)["doc_id"]))
    assert found
    return found[1]


def test_from_the_command_to_the_changed_snapshot(corpus: Corpus) -> None:
    """Settled, the next run writes it with a proof that holds; undone, the tables are what they were."""
    before, name = contents(corpus), flag_of(corpus)
    assert re.search(rf"torn\.txt {name} .*必须勇\?lián\)湄\?、先行.* 撲", audit(corpus, "settle"))
    assert len(flags(corpus)) == 1
    assert "takes it back" in audit(corpus, "settle", name, "担其责", "--note", "见原件")
    outcome = corpus.run()
    assert outcome and list(outcome.obeyed.values()) == ["obeyed"]
    assert "必须勇担其责、先行先试" in torn(corpus)["text"] and not flags(corpus)
    (edit,) = [row for row in rows(corpus.clean, "edits") if row["after"] == "擔其責"]
    assert (edit["before"], edit["after"], edit["confidence"]) == ("?lián)湄?", "擔其責", 1.0)
    assert "by a person" in edit["evidence"]
    checked = proofs.check(corpus.clean / "current")
    assert checked.proved["pinyin.shifted"] >= 1 and not checked.problems
    assert not verify.verify(corpus.raw, corpus.clean).problems
    assert corpus.run() is None
    (judgement,) = judgements.read(corpus.file).standing
    assert (judgement.note, judgement.after) == ("见原件", "担其责")
    assert "torn.txt" not in audit(corpus, "settle")
    audit(corpus, "undo", judgement.id)
    corpus.run()
    assert contents(corpus) == before


def test_in_one_go_or_in_many(corpus: Corpus, tmp_path: Path) -> None:
    """A first run that finds the judgement publishes what a later one does; only the source concerned is cleaned."""
    audit(corpus, "settle", flag_of(corpus), "擔其責")
    job = tasks.Job(corpus.raw, corpus.clean, Profile(), "x", datetime.now(UTC))
    known = cache.known_sources(job.packs)
    shards = tasks.survey_sources(job).shards
    assert [s.path for shard in shards for s in shard.sources if shard.key(s) not in known] == ["torn.txt"]
    corpus.run()
    afresh = Corpus(corpus.raw, tmp_path / "afresh")
    afresh.run(judgements=corpus.file)
    assert contents(afresh) == contents(corpus)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("擔其債", r"damaged again gives “.*lián\)鋫\?、.*”, and the page shows “.*lián\)湄\?、"),
        ("?lián)湄?", "leaves torn what is torn"),
        ("", "give a text"),
        ("責" * 101, "has 101 characters"),
        ("\x1b[31m", "<U\\+001B>"),
    ],
)
def test_a_wrong_text_is_refused_at_once(corpus: Corpus, text: str, why: str) -> None:
    """What damages to something else than the page shows is not written down, and the message shows both."""
    assert re.search(why, audit(corpus, "settle", flag_of(corpus), "--", text))
    assert not corpus.file.exists()


@pytest.mark.parametrize("name", ["x", "0123456789ab-0", "{}-99", "../../etc-1"])
def test_a_name_that_is_none_is_refused(corpus: Corpus, name: str) -> None:
    """No such document, no such flag, no name: one sentence, and nothing is written."""
    assert "jiaokan:" in audit(corpus, "settle", name.format(torn(corpus)["doc_id"][:12]), "擔其責")
    assert not corpus.file.exists()


def test_it_survives_another_scrape_and_not_another_page(corpus: Corpus) -> None:
    """With another head and counter it holds. Where the page now says it cannot be, the flag says why: it is stale."""
    audit(corpus, "settle", flag_of(corpus), "擔其責")
    path = corpus.raw / "torn.txt"
    path.write_text("歡迎光臨\n" + TORN.replace("8341", "9077"), "utf-8")
    outcome = corpus.run()
    assert outcome and not outcome.stale and not flags(corpus)
    other = "人人負責(zé),事事問責(zé),層層擔責(zé),失責(zé)必問。\n"  # on this page 責 would have shown its reading
    path.write_text(other + TORN, "utf-8")
    outcome = corpus.run()
    assert outcome and [one.after for one in outcome.stale] == ["擔其責"]
    (detail,) = flags(corpus)
    assert "“擔其責” damaged again gives" in detail


def test_only_what_can_be_proved_is_offered(corpus: Corpus) -> None:
    """Torn places of a page that shows too few readings to prove anything by have no name."""
    few = "園區(qū)里的企業(yè)要看一看?，科學家說,辦法很多。\n"
    (corpus.raw / "torn.txt").write_text(
        few + "大家都來說一說,議一議,比一比,看誰家的水稻長得好,看誰家的魚養得肥。\n", "utf-8"
    )
    corpus.run()
    assert "too few readings" in str(rows(corpus.clean, "documents"))
    assert "torn.txt" not in audit(corpus, "settle")


def test_lines_of_others_prove_themselves(pages: Pages, corpus: Corpus) -> None:
    """A line that came into the file by another way is obeyed only where the page proves it, and shown as text."""
    audit(corpus, "settle", flag_of(corpus), "擔其責")
    corpus.file.write_text(corpus.file.read_text("utf-8").replace("擔其責", "<q>\\ud800撲責"), "utf-8")
    assert "<q>" not in pages.get(f"/document/{torn(corpus)['doc_id']}") + pages.get("/judgements")
    outcome = corpus.run()
    assert outcome and len(outcome.stale) == 1 and "damaged again gives" in flags(corpus)[0]
    assert "<q>" not in pages.get(f"/document/{torn(corpus)['doc_id']}") + pages.get("/judgements")


def form(pages: Pages, corpus: Corpus, html: str = "") -> tuple[str, dict[str, str]]:
    """Where the forms of the torn place go, and their hidden fields."""
    html = html or pages.get(f"/document/{torn(corpus)['doc_id']}")
    found = re.search(r'action="([^"]+)#flag\d+">\s*(<input.*?>)\n', html)
    assert found
    return found[1], dict(re.findall(r'name="([^"]+)" value="([^"]*)"', found[2]))


def test_candidates_are_buttons_and_another_text_has_a_field(pages: Pages, corpus: Corpus) -> None:
    """A candidate is settled by its number; another text stands in its place; the list of judgements shows it."""
    html = pages.get(f"/document/{torn(corpus)['doc_id']}")
    named = re.findall(r'name="candidate" value="(\d)".*?>(.*?)</button>', html)
    assert len(named) > 1
    action, fields = form(pages, corpus, html)
    assert pages.send(action, fields | {"candidate": "1"}).status_code == 303
    assert judgements.read(corpus.file).standing[0].after == named[1][1]
    assert pages.send(action, fields | {"text": " 担其责 "}).headers["location"].endswith("#flag" + fields["number"])
    (judgement,) = judgements.read(corpus.file).standing
    assert judgement.after == "担其责"
    assert "担其责" in pages.get(action)
    html = pages.get("/judgements")
    assert "担其责" in html and "for the next run" in html
    corpus.run()
    assert "obeyed" in pages.get("/judgements") and 'name="candidate"' not in pages.get(
        f"/document/{torn(corpus)['doc_id']}"
    )


def test_a_refused_text_is_shown_with_the_reason(pages: Pages, corpus: Corpus) -> None:
    """What cannot stand there comes back in its field, escaped, with what it would have shown."""
    action, fields = form(pages, corpus)
    answer = pages.send(action, fields | {"text": '"><script>alert(1)</script>\u202e'})
    assert answer.status_code == 422 and 'role="alert"' in answer.text and "damaged again gives" in answer.text
    assert "<script>alert" not in answer.text
    assert not corpus.file.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": ""}, 403),
        ({"number": "99"}, 404),
        ({"number": "-1"}, 404),
        ({"number": "x"}, 404),
        ({"candidate": "99"}, 422),
        ({"text": ""}, 422),
    ],
)
def test_forms_that_settle_nothing(pages: Pages, corpus: Corpus, change: dict[str, str], status: int) -> None:
    """Without the token, for a place that is none, or without a text, nothing is written."""
    action, fields = form(pages, corpus)
    assert pages.send(action, fields | change).status_code == status
    assert not corpus.file.exists()


def test_other_sites_cannot_settle(pages: Pages, corpus: Corpus) -> None:
    """A form of another origin is refused before it is read."""
    action, fields = form(pages, corpus)
    answer = pages.send(action, fields | {"text": "擔其責"}, origin="http://evil.example")
    assert answer.status_code == 403 and not corpus.file.exists()
