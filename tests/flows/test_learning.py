"""Site lines learned from the corpus: found, explained, undone, obeyed, and the same however the corpus came."""

from __future__ import annotations

import json
import random
from contextlib import nullcontext
from pathlib import Path

import pytest

from cleaners.decisions import edit_key
from cleaners.profile import Profile
from flows import judgements, shards
from flows.learning import learn_site_lines
from flows.tasks import clean_shards, survey_sources
from flows.verify import verify
from tests.flows.corpora import contents, job, publish, rows, text, write

PAGES = 24
RULE = "boilerplate.learned"


def page(number: int) -> str:
    """A speech with lines of its own that recur, in the dress of an invented site."""
    lines = ("（本文由山谷文库整理）", f"已有 {number * 37} 人读过本篇", "把这一篇发给正在写稿的同事", "")
    return f"第{number}次会议讲话\n同志们：\n{text(number)}谢谢大家！\n" + "\n".join(lines if number % 5 else ())


SITE = {f"shangu/{number:03d}.txt": page(number) for number in range(PAGES)}
OTHERS = {f"other/{number:03d}.txt": f"同志们：\n{text(500 + number)}谢谢大家！\n" for number in range(20)}
GONE = ("整理）", "人读过", "正在写稿")


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders, one of them a site, in many small shards."""
    monkeypatch.setattr(shards, "TARGET", 9000)
    return write(tmp_path / "raw", SITE | OTHERS)


def learned_edits(clean: Path) -> list[dict[str, object]]:
    return [row for row in rows(clean, "edits") if row["rule"] == RULE]


def test_the_lines_of_a_site_go_and_those_of_speeches_stay(raw: Path, tmp_path: Path) -> None:
    """What recurs and speaks of the site is taken out with its evidence; openings and closings of speeches are not."""
    publish(raw, tmp_path / "clean")
    documents = rows(tmp_path / "clean", "documents")
    assert len(documents) == PAGES + 20
    for row in documents:
        assert not any(word in str(row["text"]) for word in GONE)
        assert "同志们：" in str(row["text"])
        assert str(row["text"]).rstrip().endswith("谢谢大家！")
    edits = learned_edits(tmp_path / "clean")
    assert len(edits) == sum(number % 5 != 0 for number in range(PAGES))
    assert all("shangu, in 16 documents or more" in str(row["evidence"]) for row in edits)
    assert all(float(str(row["confidence"])) > 0.9 for row in edits)
    assert verify(raw, tmp_path / "clean").problems == []


def test_what_was_learned_is_published(raw: Path, tmp_path: Path) -> None:
    """Each line with its site, its place and exact counts; the evidence of an edit names its row.

    What recurs and is not believed stands there, too, as left.
    """
    publish(raw, tmp_path / "clean")
    learned = rows(tmp_path / "clean", "learned")
    removed = {str(row["text"]): row for row in learned if row["verdict"] == "removed" and row["place"] == "tail"}
    assert {"(本文由山谷文库整理)", "把这一篇发给正在写稿的同事"} <= set(removed)  # a rule has the count of readers
    row = removed["把这一篇发给正在写稿的同事"]
    assert (row["site"], row["seen"], row["documents"]) == ("shangu", 19, PAGES)
    assert f"line {row['line']}" in str(learned_edits(tmp_path / "clean")[0]["evidence"])
    assert {row["verdict"] for row in learned if "谢谢大家" in str(row["text"])} == {"left"}


def test_increments_in_any_order_end_where_one_batch_ends(raw: Path, tmp_path: Path) -> None:
    """A site that grows page by page, loses pages and is mixed with others is cleaned as if it had come at once."""
    publish(raw, tmp_path / "one")
    files = SITE | OTHERS
    names = sorted(files)
    random.Random(4).shuffle(names)
    growing = write(tmp_path / "growing", {"shangu/900.txt": page(900), names[0]: page(901)})
    for start in range(0, len(names), 9):
        write(growing, {name: files[name] for name in names[start : start + 9]})
        if start == 27:
            (growing / "shangu/900.txt").unlink()
        publish(growing, tmp_path / "grown")
    assert contents(tmp_path / "grown") == contents(tmp_path / "one")


def test_two_workers_learn_what_one_learns(raw: Path, tmp_path: Path) -> None:
    """Lessons travel to processes."""
    publish(raw, tmp_path / "one")
    publish(raw, tmp_path / "two", workers=2)
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


def test_only_sources_whose_lessons_changed_are_cleaned_again(raw: Path, tmp_path: Path) -> None:
    """One page more costs that page: its own two passes, and nothing of the others'."""
    publish(raw, tmp_path / "clean")
    write(raw, {"shangu/700.txt": page(701)})
    task = job(raw, tmp_path / "clean")
    plan = learn_site_lines(task, survey_sources(task), lambda *_: nullcontext(lambda _: None))
    assert clean_shards(task, plan, lambda *_: nullcontext(lambda _: None)) == 1


def test_copies_teach_nothing(tmp_path: Path) -> None:
    """One text scraped thirty times, each time with another date, is one document: nothing recurs, nothing is lost."""
    files = {f"site/{n:02d}.txt": page(1).replace("会议", f"会议{n}") for n in range(30)}
    publish(write(tmp_path / "raw", files), tmp_path / "clean")
    assert learned_edits(tmp_path / "clean") == []
    assert verify(tmp_path / "raw", tmp_path / "clean").problems == []


def test_a_rejected_edit_stays_rejected(raw: Path, tmp_path: Path) -> None:
    """A person's no to one page's edit, or to the rule on a page, is obeyed; the other pages are cleaned as before."""
    clean = tmp_path / "clean"
    publish(raw, clean)
    one, other = "shangu/001.txt", "shangu/002.txt"
    sha256 = {str(row["source_path"]): str(row["source_sha256"]) for row in rows(clean, "documents")}
    edit = next(row for row in learned_edits(clean) if row["source_sha256"] == sha256[other])
    places = [len(SITE[other].encode()[: int(str(edit[name]))].decode()) for name in ("raw_start", "raw_end")]
    key = edit_key(RULE, SITE[other], places[0], places[1], "")
    for about, name, word in (("rule", one, ""), ("edit", other, key)):
        judgement = judgements.new(
            about=about, verdict="wrong", rule=RULE, source_path=name, source_sha256=sha256[name], key=word
        )
        judgements.append(clean / judgements.FILE, judgement)
    outcome = publish(raw, clean)
    assert outcome
    assert set(outcome.obeyed.values()) == {judgements.OBEYED}
    kept = {row["source_path"] for row in rows(clean, "documents") if "正在写稿" in str(row["text"])}
    assert kept == {"shangu/001.txt", "shangu/002.txt"}


def test_a_profile_may_do_without(raw: Path, tmp_path: Path) -> None:
    """Without the rule nothing is noticed, learned or taken out."""
    publish(raw, tmp_path / "clean", Profile(without_rules=frozenset([RULE])))
    assert learned_edits(tmp_path / "clean") == rows(tmp_path / "clean", "learned") == []


def test_records_say_which_site_they_are_from(tmp_path: Path) -> None:
    """The host of a record's address is its site, whatever file it came in."""
    records = [
        {"text": one, "url": f"https://{host}/{n}"}
        for host, pages in (("www.shangu.example", SITE), ("news.example", OTHERS))
        for n, one in enumerate(pages.values())
    ]
    random.Random(1).shuffle(records)
    raw = write(tmp_path / "raw", {"all.jsonl": "\n".join(json.dumps(record) for record in records)})
    publish(raw, tmp_path / "clean")
    learned = rows(tmp_path / "clean", "learned")
    assert {row["site"] for row in learned if row["verdict"] == "removed"} == {"shangu.example"}
    assert not any(word in str(row["text"]) for row in rows(tmp_path / "clean", "documents") for word in GONE)
