"""Profiles: what is unknown fails at once and lists what is valid."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from cleaners.profile import Profile
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
    }
    hashes = {Profile().hash}
    for field in fields(Profile):
        default = getattr(Profile(), field.name)
        hashes.add(
            Profile(**{field.name: others.get(field.name, default if field.name in others else default / 2)}).hash
        )
    assert len(hashes) == len(fields(Profile)) + 1
