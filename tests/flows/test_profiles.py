"""Profiles: what is unknown fails at once and lists what is valid."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from cleaners.profile import OwnText, Profile, UserRule
from cleaners.rules import RULES
from flows.errors import Stop
from flows.profiles import NAMED, from_values, load


def test_a_file_sets_what_it_names(tmp_path: Path) -> None:
    """Everything else keeps its default."""
    path = tmp_path / "mine.toml"
    path.write_text(f'script = "keep"\nmin_chars = 5\nmax_quarantine_rate = 1\nwithout_rules = ["{RULES[0].name}"]\n')
    expected = Profile(script="keep", min_chars=5, max_quarantine_rate=1.0, without_rules=frozenset({RULES[0].name}))
    assert load(str(path)) == expected


def test_an_unknown_name_lists_the_profiles() -> None:
    """So that a typo is mended without reading documentation."""
    with pytest.raises(Stop) as error:
        load("defualt")
    assert all(name in str(error.value) for name in NAMED)


def test_an_unknown_key_lists_the_keys() -> None:
    """All of them."""
    with pytest.raises(Stop) as error:
        from_values({"minchars": 5})
    assert all(field.name in str(error.value) for field in fields(Profile))


def test_an_unknown_rule_lists_the_rules() -> None:
    """All of them."""
    with pytest.raises(Stop) as error:
        from_values({"without_rules": ["no such rule"]})
    assert all(rule.name in str(error.value) for rule in RULES)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"script": "latin"}, "simplified, traditional, keep"),
        ({"min_chars": "5"}, "whole number"),
        ({"min_chars": True}, "whole number"),
        ({"min_chars": -1}, "cannot be -1"),
        ({"max_source_mb": 0}, "cannot be 0"),
        ({"restore": 1}, "true or false"),
        ({"repeated_passages": "drop"}, "flag, remove"),
        ({"max_quarantine_rate": 1.5}, "between 0 and 1"),
        ({"text_column": 3}, "a string"),
        ({"without_rules": "one"}, "a list"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, object], message: str) -> None:
    """With the key and what it wants."""
    with pytest.raises(Stop, match=message) as error:
        from_values(values)
    assert next(iter(values)) in str(error.value)


def test_a_file_that_is_not_toml(tmp_path: Path) -> None:
    """The message has the line."""
    path = tmp_path / "bad.toml"
    path.write_text("script = \n")
    with pytest.raises(Stop, match="line 1"):
        load(str(path))


def test_every_value_counts_in_the_hash() -> None:
    """Two profiles that could publish different bytes never share a cache."""
    others = {
        "script": "keep",
        "text_column": "body",
        "without_rules": frozenset({"x"}),
        "restore": False,
        "rules": (UserRule("a", "line", "flag", "r", ("m",), ("k",), "p"),),
        "repeated_passages": "remove",
        "prior": OwnText("said.txt", "00"),
    }
    hashes = {Profile().hash}
    for field in fields(Profile):
        default = getattr(Profile(), field.name)
        hashes.add(
            Profile(**{field.name: others.get(field.name, default if field.name in others else default / 2)}).hash
        )
    assert len(hashes) == len(fields(Profile)) + 1


RULE = {
    "name": "stamp",
    "pattern": "本文转自.{2,8}网",
    "where": "in line",
    "kind": "remove",
    "reason": "stamp of a mirror",
    "match": ["甲，本文转自河湾网，乙"],
    "keep": ["本文转自旧日记"],
}


def test_a_rule_of_the_users_own(tmp_path: Path) -> None:
    """As TOML, with a byte order mark and Windows line ends, as editors leave them."""
    path = tmp_path / "mine.toml"
    lines = ["[[rules]]", *(f"{key} = {value!r}" for key, value in RULE.items()), ""]
    path.write_bytes("\ufeff".encode() + "\r\n".join(lines).encode())
    (rule,) = load(str(path)).rules
    assert (rule.name, rule.match, rule.literal) == ("stamp", ("甲，本文转自河湾网，乙",), ())
    with_it = from_values({"rules": [RULE], "without_rules": ["user.stamp"]})
    assert with_it.without_rules == {"user.stamp"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nmae": "x"}, r"unknown key 'nmae'. Valid keys: name, where"),
        ({"keep": None}, r"keep is missing. Write at least one text that looks like it and is content"),
        ({"match": []}, "match wants a list of texts"),
        ({"match": ["x", 3]}, "match wants a list of texts"),
        ({"match": "x"}, "match wants a list of texts"),
        ({"keep": [" "]}, "keep wants a list of texts"),
        ({"keep": ["长" * 20_001]}, "20,001 characters"),
        ({"pattern": None}, "either pattern .* or literal"),
        ({"literal": "x"}, "either pattern .* or literal"),
        ({"pattern": None, "literal": []}, "literal wants"),
        ({"pattern": None, "literal": ["长" * 5001]}, "more than 5,000"),
        ({"pattern": None, "literal": "甲\n乙"}, "line break"),
        ({"pattern": 3}, "pattern wants a text, not 3"),
        ({"pattern": "(甲"}, "no RE2 pattern: missing"),
        ({"pattern": "甲*"}, "matches where nothing stands"),
        ({"where": "middle"}, "Valid values: line, head, tail, in line"),
        ({"kind": "repair"}, "Valid values: remove, flag"),
        ({"reason": "甲\n乙"}, "one line"),
        ({"reason": "长" * 301}, "at most 300"),
        ({"name": "Stamp 1"}, "is no name"),
        ({"name": "boilerplate.menu"}, "name of a built-in rule"),
        ({"name": "layout_newlines"}, "name of a built-in rule"),
        ({"name": 3}, "name wants a text"),
        ({"match": ["甲", "本文转自河湾网"]}, r"example 1 of match is not found: '甲'. Widen the pattern"),
        ({"keep": ["无关", "我们转载，本文转自河湾网"]}, "example 2 of keep would not be kept.*loses '本文转自河湾网'"),
    ],
)
def test_a_wrong_rule_is_named(changes: dict[str, object], message: str) -> None:
    """With what is wrong and what to do; examples that contradict the rule are shown."""
    values = {key: value for key, value in (RULE | changes).items() if value is not None}
    with pytest.raises(Stop, match=message) as error:
        from_values({"rules": [values]})
    assert "rule " in str(error.value)


def test_every_wrong_rule_is_named() -> None:
    """Not just the first; and two of one name are one too many."""
    with pytest.raises(Stop) as error:
        from_values({"rules": [RULE, RULE, RULE | {"name": "other", "where": "up"}, {}]})
    said = str(error.value).split("\n")
    assert len(said) == 3
    assert said[0].startswith('rule "other": where')
    assert said[1].startswith("rule 4: name, where, kind, reason, match, keep are missing")
    assert said[2] == 'Two rules are named "stamp". Give one of them another name.'


@pytest.mark.parametrize("value", [3, {"name": "x"}, ["x"], [[]]])
def test_rules_are_tables(value: object) -> None:
    """Anything else is named."""
    with pytest.raises(Stop, match=r"\[\[rules\]\]"):
        from_values({"rules": value})


def test_too_many_rules() -> None:
    """A program, not a profile."""
    with pytest.raises(Stop, match="201 rules"):
        from_values({"rules": [RULE] * 201})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("reason = '转自'".encode("gb18030"), "not UTF-8 .*Save it as UTF-8"),
        (b"caf\xe9 = 1", "not UTF-8"),
        ("script = 'keep'".encode("utf-16"), "not UTF-8"),
        (b"a = " + b"[" * 100_000, "not TOML"),
        (b"#" * ((1 << 20) + 1), "more than 1,048,576 bytes"),
        (b"rules = 1\nrules = 2", "not TOML"),
        (b"\x00", "not TOML"),
    ],
)
def test_a_file_that_is_no_profile(tmp_path: Path, content: bytes, message: str) -> None:
    """Named with its path, never a traceback."""
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(Stop, match=message) as error:
        load(str(path))
    assert "bad.toml" in str(error.value)
