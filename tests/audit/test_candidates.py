"""Snapshots that a gate held back: their pages say so, can be judged, and lead on to what a person accepted."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from flows import history, judgements
from flows.audit import serve
from flows.cli import app
from flows.errors import HeldBack
from flows.store import snapshots
from tests.audit.conftest import Corpus, Pages, write_corpus


@pytest.fixture
def held_back(tmp_path) -> tuple[Corpus, str]:
    """A first run with too much in quarantine: nothing is published, one candidate is kept."""
    corpus = Corpus(tmp_path / "raw", tmp_path / "clean")
    write_corpus(corpus.raw)
    for number in range(60):
        (corpus.raw / f"empty-{number}.txt").write_bytes(b"")
    with pytest.raises(HeldBack) as error:
        corpus.run()
    assert "audit serve" in str(error.value)
    return corpus, error.value.candidate


def test_before_anything_is_published_the_candidate_is_shown(held_back):
    """Every page opens on the only candidate; each says that readers do not see it, and why not."""
    corpus, candidate = held_back
    pages = Pages(corpus)
    for path in ("/", "/removed", "/clusters", "/placeholders", "/quarantine", "/rules", "/judgements"):
        answer = pages.client.get(path)
        assert answer.status_code == 200, path
        assert str(answer.url).startswith(f"http://127.0.0.1:8340/s/{candidate}/")
        assert "held back" in answer.text
        assert "cannot be cleaned" in answer.text
    assert f"Built {candidate[:4]}" in pages.get("/")


def test_what_is_judged_in_a_candidate_is_obeyed_by_the_next_run(held_back):
    """A judgement of a page of the candidate changes the next snapshot; accepted, its pages are the current ones."""
    corpus, candidate = held_back
    pages = Pages(corpus)
    pages.judge(pages.get("/removed?text=张三"), "wrong")
    accepted = history.accept(corpus.clean, candidate, ["quarantine"], "六十页本来就是空的 <b>")
    assert snapshots.current(corpus.clean) == accepted
    page = pages.get(f"/s/{candidate}/")
    assert "六十页本来就是空的 &lt;b&gt;" in page
    assert "held back" not in page
    assert pages.get(f"/s/{candidate}/removed?text=张三").count('value="wrong" aria-pressed="true"') == 1
    with pytest.raises(HeldBack) as error:  # as much in quarantine as before
        corpus.run()
    newer = error.value.candidate
    assert newer != candidate
    assert "Nothing matches" in pages.get(f"/s/{newer}/removed?text=张三")
    assert "obeyed" in pages.get(f"/s/{newer}/judgements")
    assert [one.verdict for one in judgements.read(corpus.file).standing] == ["wrong"]


def test_the_current_snapshot_points_to_a_newer_candidate(held_back):
    """Who reads the current pages is told that a newer snapshot waits for a person, until it is published."""
    corpus, candidate = held_back
    history.accept(corpus.clean, candidate, ["quarantine"], "ok")
    assert "waits for a decision" not in Pages(corpus).get("/")
    (corpus.raw / "new.txt").write_text("又是新的一年，全村的路灯都修好了，大家晚上出门再也不用打手电。" * 4, "utf-8")
    with pytest.raises(HeldBack) as error:
        corpus.run()
    page = Pages(corpus).get("/")
    assert "waits for a decision" in page
    assert f'href="/s/{error.value.candidate}/"' in page


def test_the_command_starts_on_a_candidate_alone(held_back, monkeypatch):
    """`jiaokan audit serve` opens where there is a candidate and no snapshot yet, as the error of the run promises."""
    started = []
    monkeypatch.setattr(serve, "serve", lambda *arguments: started.append(arguments))
    result = CliRunner().invoke(app, ["audit", "serve", "--clean", str(held_back[0].clean)])
    assert result.exit_code == 0, result.output
    assert started
