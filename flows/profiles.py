"""Read a profile: one that comes with the program, by name, or a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from cleaners.profile import Profile, Script
from flows.errors import Stop

NAMED = {
    "default": Profile(),
    "traditional": Profile(script="traditional"),
    "keep-script": Profile(script="keep"),
}

_SHARES = {"max_quarantine_rate"}


def load(name: str) -> Profile:
    """The profile of that name, or the one in the TOML file at that path.

    Raises Stop for an unknown name, key, rule or value, and lists what is valid.
    """
    if name in NAMED:
        return NAMED[name]
    path = Path(name)
    if not path.is_file():
        raise Stop(f'There is no profile "{name}". Known: {", ".join(NAMED)}; or give the path of a TOML file.')
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Stop(f"The profile {name} is not TOML: {error}") from error
    return from_values(values)


def from_values(values: dict[str, Any]) -> Profile:
    """A profile from plain values; raises Stop as `load` does."""
    valid = [field.name for field in fields(Profile)]
    if unknown := [key for key in values if key not in valid]:
        raise Stop(f"Unknown profile key: {', '.join(unknown)}. Valid keys: {', '.join(valid)}.")
    return Profile(**{key: _checked(key, value) for key, value in values.items()})


def _checked(key: str, value: Any) -> Any:
    if key == "without_rules":
        return _rules(value)
    if key == "script":
        return _one_of(key, value, get_args(Script))
    expected = type(getattr(Profile(), key))
    if expected is float and type(value) is int:
        value = float(value)
    if type(value) is not expected:
        raise Stop(f"Profile key {key} wants {_kind(expected)}, not {value!r}.")
    if key in _SHARES and not 0 <= value <= 1:
        raise Stop(f"Profile key {key} is a share between 0 and 1, not {value!r}.")
    if expected is int and value < (key == "max_source_mb"):
        raise Stop(f"Profile key {key} cannot be {value!r}.")
    return value


def _one_of(key: str, value: Any, valid: tuple[str, ...]) -> Any:
    if value not in valid:
        raise Stop(f"Profile key {key} cannot be {value!r}. Valid values: {', '.join(valid)}.")
    return value


def _rules(value: Any) -> frozenset[str]:
    from cleaners.rules import RULES

    valid = [rule.name for rule in RULES]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Stop(f"Profile key without_rules wants a list of rule names, not {value!r}.")
    if unknown := [name for name in value if name not in valid]:
        raise Stop(f"Unknown rule: {', '.join(unknown)}. Valid rules: {', '.join(valid)}.")
    return frozenset(value)


def _kind(expected: type) -> str:
    return {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}[expected]
