"""Foreign pages can neither read nor judge: names, origins, tokens, methods and sizes are checked."""

from __future__ import annotations

import pytest

from tests.audit.conftest import ORIGIN


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8340", "", "[::1"])
def test_foreign_host_names_are_refused(pages, host):
    """A name that resolves to this machine (DNS rebinding) gets no page."""
    answer = pages.client.get("/", headers={"host": host})
    assert answer.status_code == 421 and "jiaokan" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9999", "[::1]:8340"])
def test_own_names_are_answered(pages, host):
    """The names of the loopback are ours, whatever the port."""
    assert pages.client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:9", "http://localhost:8340"])
def test_foreign_origins_cannot_judge(pages, corpus, origin):
    """A form of another origin, or of none, is refused before it is read, and nothing is written."""
    action, fields = pages.form(pages.get("/removed"))
    headers = {} if origin is None else {"origin": origin}
    answer = pages.client.post(action, data=fields | {"verdict": "wrong"}, headers=headers, follow_redirects=False)
    assert answer.status_code == 403
    assert not corpus.file.exists()


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_wrong_token_cannot_judge(pages, corpus, token):
    """A form without the token of this process is refused, and nothing is written."""
    action, fields = pages.form(pages.get("/removed"))
    answer = pages.send(action, fields | {"verdict": "wrong", "token": token})
    assert answer.status_code == 403 and not corpus.file.exists()


def test_reading_changes_nothing(pages, corpus):
    """Judging by GET does not exist; other methods are refused."""
    action, fields = pages.form(pages.get("/removed"))
    assert pages.client.get(action, params=fields | {"verdict": "wrong"}).status_code in (404, 405)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert pages.client.request(method, action, headers={"origin": ORIGIN}).status_code == 405
    assert not corpus.file.exists()


def test_large_forms_are_refused(pages):
    """A form larger than any of ours is refused by its length."""
    action, fields = pages.form(pages.get("/removed"))
    assert pages.send(action, fields | {"verdict": "wrong", "note": "字" * 100_000}).status_code == 413


@pytest.mark.parametrize(
    "back", ["//evil.example", "http://evil.example/", "/\\evil.example", "/s/x\r\nSet-Cookie: a=b"]
)
def test_after_judging_one_stays_here(pages, back):
    """The way back leads to pages of the snapshot only."""
    action, fields = pages.form(pages.get("/removed"))
    answer = pages.send(action, fields | {"verdict": "unsure", "back": back})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/s/") and "evil" not in answer.headers["location"]


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "maybe"},
        {"about": "everything"},
        {"sha256": "0" * 64},
        {"sha256": "../../etc"},
        {"step": "0"},
        {"ordinal": "999999"},
        {"ordinal": "-1"},
        {"step": "١"},
    ],
)
def test_judgements_on_nothing_are_refused(pages, corpus, change):
    """A judgement names something that exists and can be judged, or it is a 404 and nothing is written."""
    action, fields = pages.form(pages.get("/removed"))
    assert pages.send(action, fields | {"verdict": "wrong"} | change).status_code == 404
    assert not corpus.file.exists()
