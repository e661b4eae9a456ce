"""Read the rules a profile brings along, `[[rules]]` in its TOML file, and say what is wrong with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from cleaners.document import Rule
from cleaners.profile import UserRule, Where
from flows.errors import Stop
from flows.terminal import inert

MAX_RULES = 200
MAX_EXAMPLE = 20_000  # code points
MAX_REASON = 300
_KINDS = ("remove", "flag")
_TEXTS = ("name", "where", "kind", "reason")
_LISTS = ("match", "keep")
_KEYS = (*_TEXTS, "pattern", "literal", *_LISTS)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def own_rules(values: Any, *, examples: bool = True) -> tuple[UserRule, ...]:
    """The rules as a profile holds them.

    Raises Stop with everything that is wrong, rule by rule; with ``examples``, also what contradicts them.
    """
    from cleaners.rules import user

    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise Stop("Profile key rules wants tables, each under a line [[rules]].")
    if len(values) > MAX_RULES:
        raise Stop(f"It has {len(values):,} rules; {MAX_RULES} are allowed. One rule may have many literals.")
    rules: list[UserRule] = []
    problems: list[str] = []
    for number, value in enumerate(values, 1):
        try:
            rules.append(rule := _rule(value))
            user.compiled((rule,))
            problems += (_about(rule.name, number, said) for said in user.contradictions(rule) if examples)
        except (Stop, user.UserRuleError) as error:
            problems.append(_about(value.get("name"), number, str(error)))
    twice = [name for name, count in Counter(rule.name for rule in rules).items() if count > 1]
    problems += (f'Two rules are named "{name}". Give one of them another name.' for name in twice)
    if problems:
        raise Stop("\n".join(problems))
    return tuple(rules)


def recorded(profile: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules of the profile a snapshot was made with; those that cannot be compiled here are left out."""
    from cleaners.rules import user

    found: list[Rule] = []
    for value in profile.get("rules", ()):
        try:
            values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in value.items()}
            found += user.compiled((UserRule(**values),))
        except (TypeError, user.UserRuleError):
            continue  # written by another version of this program
    return tuple(found)


def _about(name: Any, number: int, said: str) -> str:
    which = f'rule "{inert(name, 60)}"' if isinstance(name, str) and name else f"rule {number}"
    return f"{which}: {said}"


def _rule(value: dict[str, Any]) -> UserRule:
    if unknown := [key for key in value if key not in _KEYS]:
        raise Stop(f"unknown key {', '.join(map(repr, unknown))}. Valid keys: {', '.join(_KEYS)}.")
    if missing := [key for key in (*_TEXTS, *_LISTS) if key not in value]:
        several = len(missing) > 1
        raise Stop(f"{', '.join(missing)} {'are' if several else 'is'} missing. "
                   f"{'The README shows a whole rule.' if several else _needs(missing[0])}")  # fmt: skip
    if ("pattern" in value) == ("literal" in value):
        raise Stop("it wants either pattern (RE2) or literal (a text, or a list of texts).")
    for key in (*_TEXTS, *(["pattern"] if "pattern" in value else [])):
        if not isinstance(value[key], str) or not value[key].strip():
            raise Stop(f"{key} wants a text, not {_shown(value[key])}.")
    _known("where", value["where"], get_args(Where))
    _known("kind", value["kind"], _KINDS)
    return UserRule(
        name=_name(value["name"]),
        where=value["where"],
        kind=value["kind"],
        reason=_reason(value["reason"]),
        match=_texts("match", value["match"]),
        keep=_texts("keep", value["keep"]),
        pattern=value.get("pattern", ""),
        literal=_literal(value["literal"]) if "literal" in value else (),
    )


def _needs(key: str) -> str:
    return {
        "match": 'Write at least one text the rule must find: match = ["..."].',
        "keep": 'Write at least one text that looks like it and is content: keep = ["..."].',
        "where": f"Valid values: {', '.join(get_args(Where))}.",
        "kind": f"Valid values: {', '.join(_KINDS)}.",
        "reason": "Say why, for those who read the ledger.",
    }.get(key, "It names the rule in the ledger: user.<name>.")


def _known(key: str, value: str, valid: tuple[str, ...]) -> None:
    if value not in valid:
        raise Stop(f"{key} cannot be {_shown(value)}. Valid values: {', '.join(valid)}.")


def _name(name: str) -> str:
    from cleaners.rules import RULES

    if name in {known for rule in RULES for known in (rule.name, rule.name.replace(".", "_"))}:
        raise Stop(f"{name!r} is the name of a built-in rule. Choose another; without_rules turns built-in rules off.")
    if not _NAME.fullmatch(name):
        raise Stop(f"{inert(name, 60)!r} is no name: up to 40 of a-z, 0-9 and _, a letter first.")
    return name


def _reason(reason: str) -> str:
    if len(reason) > MAX_REASON or not reason.strip().isprintable():
        raise Stop(f"reason wants one line of at most {MAX_REASON} characters, not {_shown(reason)}.")
    return reason.strip()


def _shown(value: Any) -> str:
    return inert(repr(value), 120)


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text.strip() for text in value):
        raise Stop(f"{key} wants a list of texts, at least one, not {_shown(value)}.")
    if long := [text for text in value if len(text) > MAX_EXAMPLE]:
        raise Stop(f"an example of {key} has {len(long[0]):,} characters; {MAX_EXAMPLE:,} are enough to show a page.")
    return tuple(value)


def _literal(value: Any) -> tuple[str, ...]:
    return _texts("literal", [value] if isinstance(value, str) else value)
