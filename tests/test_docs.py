"""The README keeps up with the program: every command, table and profile key stands in it, and none is invented."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from cleaners.pipeline import clean
from cleaners.profile import Profile
from flows.cli import app
from flows.profiles import from_values
from flows.store.schema import TABLES

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def commands(group: object, prefix: str = "jiaokan") -> list[str]:
    """Every command that can be typed, groups opened."""
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        full = f"{prefix} {name}"
        if not hasattr(command, "commands") or command.invoke_without_command:
            names.append(full)
        names += commands(command, full) if hasattr(command, "commands") else []
    return names


@pytest.mark.parametrize("command", commands(get_command(app)))
def test_every_command_is_documented(command: str) -> None:
    """A command that the README does not show does not exist for a newcomer."""
    assert command in README


def test_no_command_is_invented() -> None:
    """What the README lists in its command tables can be typed."""
    known = commands(get_command(app))
    listed = re.findall(r"(?m)^(jiaokan [^\n]*)", README)
    assert listed
    assert all(any(re.match(re.escape(command) + r"(\s|$)", line) for command in known) for line in listed)


@pytest.mark.parametrize("key", [field.name for field in fields(Profile)])
def test_every_profile_key_is_documented(key: str) -> None:
    """Each key stands in the table with its default."""
    default = getattr(Profile(), key)
    shown = (
        "[]"
        if isinstance(default, frozenset | tuple)
        else f'"{default}"'
        if isinstance(default, str)
        else str(default).lower()
    )
    assert f"| `{key}` | `{shown}` |" in README


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_documented(table: str) -> None:
    """Each table of the dataset is explained."""
    assert f"| `{table}` |" in README


def test_the_example_of_a_rule_works() -> None:
    """The profile in the README loads, its examples hold, and it cleans what it says."""
    (example,) = re.findall(r"(?s)```toml\n(.*?)```", README)
    profile = from_values(tomllib.loads(example))
    (rule,) = profile.rules
    cleaned = clean(rule.match[0].encode(), profile)
    assert cleaned.text == "要抓好春耕，确保丰收。"
    assert [step.rule for step in cleaned.steps[1:]] == [f"user.{rule.name}"]
    assert clean(rule.keep[0].encode(), profile).text == rule.keep[0]
