"""Rules of the user's own from the file to the dataset: tested, tried, run, accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaners.rules import RULES
from flows import gates, profiles, ruletest, whatif
from flows.audit import rates
from flows.audit.tables import Tables
from flows.cli import app
from flows.judgements import Book
from flows.verify import verify
from tests.flows.corpora import publish, rows, text, write

PROFILE = """
[[rules]]
name = "stamp"
literal = ["本文转自河湾网", "本文来自云溪网"]
where = "in line"
kind = "remove"
reason = "stamp of a mirror"
match = ["甲，本文转自河湾网，乙"]
keep = ["本文转自旧日记"]

[[rules]]
name = "mill"
pattern = "磨坊"
where = "in line"
kind = "flag"
reason = "to be read by a person"
match = ["老磨坊"]
keep = ["磨刀"]
"""


def _invoke(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"})
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Six sources, three of them stamped, one with a flagged word and an escape sequence; and a profile."""
    files = {f"{n}.txt": text(n) + ("末尾一句，本文转自河湾网，写完了。\n" if n < 3 else "") for n in range(6)}
    files["hostile.txt"] = text(9) + "有\x1b[31m红\u202e色本文来自云溪网的磨坊，不能动终端。\n"
    raw = write(tmp_path / "raw", dict(files))
    file = tmp_path / "mine.toml"
    file.write_text(PROFILE, "utf-8")
    return raw, tmp_path / "clean", file


def test_the_dataset_accounts_for_them(corpus: tuple[Path, Path, Path]) -> None:
    """What they took is in the ledger with rule, version and reason, in `removed`, in the rates; every byte returns."""
    raw, clean, file = corpus
    profile = profiles.load(str(file))
    outcome = publish(raw, clean, profile)
    assert outcome and outcome.rules["user.stamp"]["documents"] == 4
    edits = [row for row in rows(clean, "edits") if row["rule"] == "user.stamp"]
    assert {row["evidence"] for row in edits} == {"stamp of a mirror"}
    assert not any("本文转自河湾网" in str(row["text"]) for row in rows(clean, "documents"))
    assert [row["reason"] for row in rows(clean, "removed") if row["rule"] == "user.stamp"]
    assert not list(verify(raw, clean).problems)
    run = Tables(clean / "current").run
    ours = {row["rule"]: row for row in rates.rules(run, None, Book())}
    assert ours["user.stamp"]["summary"] == "stamp of a mirror"
    assert ours["user.stamp"]["version"] == outcome.rules["user.stamp"]["version"] > 1
    assert ours["user.mill"]["kind"] == "flag"
    again = publish(raw, clean, profile)
    assert again is None  # nothing new to do
    changed = file.read_text("utf-8").replace("本文来自云溪网", "本文来自别处")
    file.write_text(changed, "utf-8")
    assert publish(raw, clean, profiles.load(str(file)))


def test_trying_writes_nothing_and_cannot_act_on_a_terminal(corpus: tuple[Path, Path, Path]) -> None:
    """Counts and places in context, plain where it is piped."""
    raw, _, file = corpus
    before = sorted(file.parent.rglob("*"))
    said = _invoke("rules", "try", str(file), "--raw", str(raw))
    assert sorted(file.parent.rglob("*")) == before
    assert "7 sources: the text of 4 would change" in said
    assert "\x1b" not in said and "\u202e" not in said
    stamp = next(line for line in said.splitlines() if line.strip().startswith("user.stamp  "))
    assert stamp.split()[-3:] == ["4", "4", "28"]
    assert "…的磨坊，不能动终端" in said or "磨坊" in said
    assert "末尾一句，本文转自河湾网，写完了" in said


def test_trying_counts_a_rule_that_finds_nothing(corpus: tuple[Path, Path, Path]) -> None:
    """It is shown as such."""
    raw, _, file = corpus
    file.write_text(PROFILE.replace("磨坊", "灯塔"), "utf-8")
    assert "user.mill finds nothing here" in _invoke("rules", "try", str(file), "--raw", str(raw))


def test_trying_wants_rules() -> None:
    """A profile without any has nothing to try."""
    assert "no rules of its own" in _invoke("rules", "try", "default", status=2)


def test_a_source_that_is_read_twice_counts_once(corpus: tuple[Path, Path, Path]) -> None:
    """What is brought together is found in a second round, in the same source."""
    raw, _, file = corpus
    write(raw, {"nested.txt": text(11) + "一句话，本文本文转自河湾网转自河湾网，写完了。\n"})
    profile = profiles.load(str(file))
    found = whatif.compare(raw, whatif.without(profile, []), profile).own
    assert not found  # the same rules on both sides: none is new
    found = whatif.compare(raw, profiles.load("default"), profile).own
    assert (found["user.stamp"].found, found["user.stamp"].sources) == (6, 5)


def test_what_if_knows_them(corpus: tuple[Path, Path, Path]) -> None:
    """One of them may be left out by name."""
    raw, _, file = corpus
    profile = profiles.load(str(file))
    found = whatif.compare(raw, profile, whatif.without(profile, ["user.stamp"]))
    assert found.edits["now"]["user.stamp"] == 4 and not found.edits["then"]["user.stamp"]


def test_the_catalogue_lists_them(corpus: tuple[Path, Path, Path]) -> None:
    """Where they run: behind the rules that mend and before a page is split."""
    said = _invoke("rules", "--profile", str(corpus[2]))
    assert said.index("width.widen") < said.index("user.stamp") < said.index("anthology.split")
    assert "stamp of a mirror" in said


def test_every_example_is_run(corpus: tuple[Path, Path, Path]) -> None:
    """Of every rule that exists, and all are true."""
    said = _invoke("rules", "test", "--profile", str(corpus[2]))
    assert f"{len(RULES) + 2} rules, {len(RULES) + 4} examples" in said
    assert all(rule.name in said for rule in RULES)
    assert "FAILED" not in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("本文转自旧日记", "旧日记说，本文转自河湾网", "example 1 of keep would not be kept"),
        ("甲，本文转自河湾网", "甲，本文转自远方", "example 1 of match is not found"),
    ],
)
def test_a_false_example_fails(corpus: tuple[Path, Path, Path], old: str, new: str, message: str) -> None:
    """With status 1, the rule's name and what happened; a run refuses the profile."""
    raw, clean, file = corpus
    file.write_text(PROFILE.replace(old, new), "utf-8")
    said = _invoke("rules", "test", "--profile", str(file), status=1)
    assert "1 of them failed" in said and message in said
    refused = _invoke("run", "--raw", str(raw), "--clean", str(clean), "--profile", str(file), status=2)
    assert message in refused and 'rule "stamp"' in refused
    assert not clean.exists()


def test_a_rule_that_eats_text_fails(corpus: tuple[Path, Path, Path]) -> None:
    """Its examples may be true: the texts that only look damaged say what else it takes."""
    file = corpus[2]
    greedy = PROFILE.replace('literal = ["本文转自河湾网", "本文来自云溪网"]', "pattern = '.{0,3}转自.{2,3}网|。'")
    file.write_text(greedy, "utf-8")
    said = _invoke("rules", "test", "--profile", str(file), status=1)
    assert "in a text that is as it should be" in said


def test_no_lookalike_is_there_twice() -> None:
    """Each counts once, and there are enough of them over the families."""
    texts = [one["text"] for one in ruletest.lookalikes()]
    assert len(texts) == len(set(texts)) >= 60
    families = {one["family"] for one in ruletest.lookalikes()}
    assert families == {rule.name.split(".")[0] for rule in RULES}


def test_a_new_rule_is_not_held_back_for_being_new(corpus: tuple[Path, Path, Path]) -> None:
    """A gate compares a rule of a profile with itself; one that is changed starts anew."""
    profile = profiles.load(str(corpus[2]))
    counts = {"documents": 1000, "raw_chars": 100_000}
    rules = {"user.stamp": {"documents": 900, "removed_chars": 9000}}
    before = {"counts": counts, "rules": {}, "profile": {"without_rules": []}}
    held = [gate for gate in gates._rates(counts, rules, profile, [before] * 3) if gate.reason]
    assert not held
    was = {
        "counts": counts,
        "rules": {"user.stamp": {"documents": 20, "removed_chars": 90}},
        "profile": {
            "without_rules": [],
            "rules": [
                {"name": r.name, "pattern": r.pattern, "literal": list(r.literal), "where": r.where, "kind": r.kind}
                for r in profile.rules
            ],
        },
    }
    held = [gate.name for gate in gates._rates(counts, rules, profile, [was] * 3) if gate.reason]
    assert held == ["rate:user.stamp"]
    was["profile"]["rules"][0]["where"] = "line"
    assert not [gate for gate in gates._rates(counts, rules, profile, [was] * 3) if gate.reason]
