"""Read a profile: one that comes with the program, by name, or a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from cleaners.profile import PREFIX, OwnText, Profile, Repeated, Script, UserRule
from flows.errors import Stop
from flows.own_rules import own_rules
from flows.prior import own_text

NAMED = {
    "default": Profile(),
    "traditional": Profile(script="traditional"),
    "keep-script": Profile(script="keep"),
}

_SHARES = {"max_quarantine_rate"}


MAX_BYTES = 1 << 20


def load(name: str, *, examples: bool = True) -> Profile:
    """The profile of that name, or the one in the TOML file at that path.

    Raises Stop for an unknown name, key, rule or value, and lists what is valid; with ``examples``, also where a rule
    of the file contradicts its own examples.
    """
    if name in NAMED:
        return NAMED[name]
    path = Path(name)
    if not path.is_file():
        raise Stop(f'There is no profile "{name}". Known: {", ".join(NAMED)}; or give the path of a TOML file.')
    try:
        return from_values(_toml(path), examples=examples, folder=path.parent)
    except Stop as error:
        raise Stop(f"The profile {name}: {error}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Stop(f"it has more than {MAX_BYTES:,} bytes. A profile is a short TOML file.")
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise Stop(f"it cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Stop(f"it is not UTF-8 (byte {error.start:,} is 0x{data[error.start]:02x}). Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Stop(f"it is not TOML: {str(error) or 'nested too deeply'}.") from error


def from_values(values: dict[str, Any], *, examples: bool = True, folder: Path = Path()) -> Profile:
    """A profile from plain values, paths in it relative to ``folder``; raises Stop as `load` does."""
    valid = [field.name for field in fields(Profile)]
    if unknown := [key for key in values if key not in valid]:
        raise Stop(f"Unknown profile key: {', '.join(unknown)}. Valid keys: {', '.join(valid)}.")
    rules = own_rules(values.get("rules", []), examples=examples)
    others = {key: value for key, value in values.items() if key not in ("rules", "prior")}
    checked = {key: _checked(key, value, rules) for key, value in others.items()}
    return Profile(rules=rules, prior=_prior(values.get("prior", ""), folder), **checked)


def _prior(value: Any, folder: Path) -> OwnText | None:
    if not isinstance(value, str):
        raise Stop(f"Profile key prior wants the path of a text, not {value!r}.")
    return own_text(folder / value) if value else None


def _checked(key: str, value: Any, rules: tuple[UserRule, ...]) -> Any:
    if key == "without_rules":
        return _without(value, [f"{PREFIX}{rule.name}" for rule in rules])
    if key == "script":
        return _one_of(key, value, get_args(Script))
    if key == "repeated_passages":
        return _one_of(key, value, get_args(Repeated))
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


def _without(value: Any, own: list[str]) -> frozenset[str]:
    from cleaners.rules import RULES

    valid = [*(rule.name for rule in RULES), *own]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Stop(f"Profile key without_rules wants a list of rule names, not {value!r}.")
    if unknown := [name for name in value if name not in valid]:
        raise Stop(f"Unknown rule: {', '.join(unknown)}. Valid rules: {', '.join(valid)}.")
    return frozenset(value)


def _kind(expected: type) -> str:
    return {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}[expected]
