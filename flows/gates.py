"""Questions a finished snapshot must answer before readers are switched over to it.

What a night may be compared with are the last snapshots. A rate may leave the range they span by half of it, and by
what chance and small numbers allow; beyond that a person looks first. Without a snapshot of some size to compare with,
the gates that need one pass.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaners.profile import PREFIX, Profile
from flows.judgements import Book
from flows.store.schema import TABLES
from flows.store.snapshots import Listed
from flows.verify import rebuild_part

HISTORY = 7  # snapshots to compare with
BAND = 0.5  # of what is expected
A_FEW = 50  # sources that may always be in quarantine, and documents any count may always move by
LEAST = 100  # documents of a snapshot below which it says nothing about the next
SHARE = 0.005  # of all characters: what a rule may remove more or less than expected, however rare it was
CONFIDENCE = 0.05  # by which the mean confidence of edits may fall
FLOOR = 0.9  # of the precision of a rule, reached by the upper end of its 95 % interval
SAMPLE_PARTS = 2
SAMPLE_SOURCES = 24  # per part

_SHARES = {"merged": "merged into others", "identical": "identical to another source", "dropped": "dropped"}
_NEVER: Mapping[str, Any] = {"documents": 0, "removed_chars": 0}


class Gate(NamedTuple):
    """One question and its answer; ``reason`` is a sentence, empty where the gate passes."""

    name: str
    reason: str = ""


def check(
    counts: Mapping[str, int],
    rules: Mapping[str, Mapping[str, Any]],
    profile: Profile,
    last: Sequence[Mapping[str, Any]],
    first_quarantined: str,
    staging: Path,
) -> list[Gate]:
    """Ask every question of a finished folder. ``last`` holds the manifests to compare with."""
    return [
        _quarantine(counts, profile.max_quarantine_rate, first_quarantined),
        _sources(counts, last),
        *(_share(name, what, counts, last) for name, what in _SHARES.items()),
        *_rates(counts, rules, profile, last),
        _confidence(rules, last),
        _schema(staging),
        _verify(staging),
    ]


def precision(book: Book, rules: Mapping[str, Mapping[str, Any]]) -> Iterator[Gate]:
    """For each rule of which people judged a random sample, whether it may still be as precise as it must be."""
    for name, rule in sorted(rules.items()):
        found = book.precision(name, int(rule.get("version", 0)))
        if not found.sampled or not found.judged:
            continue
        low, high = found.interval
        gate = Gate(f"precision:{name}")
        if high < FLOOR:
            gate = gate._replace(
                reason=f"of {found.judged} edits of {name} judged, {found.wrong} were wrong: its precision is between "
                f"{low:.1%} and {high:.1%}, the floor is {FLOOR:.0%}."
            )
        yield gate


def comparable(there: Sequence[Listed]) -> list[dict[str, Any]]:
    """The manifests of the last snapshots that were published, large enough, and not rolled back from."""
    manifests = [one.manifest for one in there if one.state in ("published", "current")]
    return [m for m in manifests if m["counts"]["documents"] >= LEAST and "rules" in m][-HISTORY:]


def _quarantine(counts: Mapping[str, int], most: float, first: str) -> Gate:
    sources, quarantined = counts["sources"], counts["quarantined"]
    if quarantined <= A_FEW or quarantined <= most * sources:
        return Gate("quarantine")
    return Gate(
        "quarantine",
        f"{quarantined} of {sources} sources cannot be cleaned, more than max_quarantine_rate = {most:g} allows. "
        f"The first: {first}.",
    )


def _sources(counts: Mapping[str, int], last: Sequence[Mapping[str, Any]]) -> Gate:
    """A folder that is half mounted looks like one from which people deleted half."""
    before = last[-1]["counts"]["sources"] if last else 0
    if before - counts["sources"] <= max(A_FEW, BAND * before):
        return Gate("sources")
    return Gate("sources", f"only {counts['sources']:,} sources are left of {before:,}.")


def _share(name: str, what: str, counts: Mapping[str, int], last: Sequence[Mapping[str, Any]]) -> Gate:
    """A count of documents against the share the last snapshots had."""
    whole = "sources" if name == "identical" else "documents"
    expected = [counts[whole] * m["counts"][name] / max(m["counts"][whole], 1) for m in last]
    if _within(counts[name], expected, A_FEW):
        return Gate(name)
    usual = _range(expected)
    return Gate(name, f"{counts[name]:,} of {counts[whole]:,} {whole} are {what}; the last snapshots suggest {usual}.")


def _rates(
    counts: Mapping[str, int],
    rules: Mapping[str, Mapping[str, Any]],
    profile: Profile,
    every: Sequence[Mapping[str, Any]],
) -> Iterator[Gate]:
    """For each rule the profile wants, the documents it changed and the characters it removed."""
    every = [m for m in every if m["counts"]["raw_chars"]]
    ours = _own(asdict(profile))
    for name in sorted({*rules, *(rule for m in every for rule in m["rules"])} - profile.without_rules):
        now = rules.get(name, _NEVER)
        last = [m for m in every if name not in m["profile"]["without_rules"]]
        if name.startswith(PREFIX):  # a rule of the profile is compared with itself, not with its absence
            last = [m for m in last if name in ours and _own(m["profile"]).get(name) == ours[name]]
        shares = [m["rules"].get(name, _NEVER)["documents"] / m["counts"]["documents"] for m in last]
        expected = [counts["documents"] * share for share in shares]
        gate = Gate(f"rate:{name}")
        if not _within(now["documents"], expected, A_FEW):
            gate = gate._replace(
                reason=f"{name} changed {now['documents']:,} documents; the last snapshots suggest {_range(expected)}."
            )
        chars = counts["raw_chars"]
        expected = [chars * m["rules"].get(name, _NEVER)["removed_chars"] / m["counts"]["raw_chars"] for m in last]
        if not _within(now["removed_chars"], expected, SHARE * chars):
            gate = gate._replace(
                reason=f"{name} removed {now['removed_chars']:,} characters; "
                f"the last snapshots suggest {_range(expected)}."
            )
        yield gate


def _own(profile: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What each rule of a profile does, by its name in the ledger."""
    keys = ("pattern", "literal", "where", "kind")
    return {
        f"{PREFIX}{rule['name']}": tuple(list(rule[key]) if key == "literal" else rule[key] for key in keys)
        for rule in profile.get("rules", ())
    }


def _within(number: float, expected: Sequence[float], few: float) -> bool:
    """Whether a number lies in the range of what is expected, widened by the band, by chance and by a few."""
    if not expected:
        return True
    low, high = min(expected), max(expected)
    return low - BAND * low - 3 * sqrt(low) - few <= number <= high + BAND * high + 3 * sqrt(high) + few


def _range(expected: Sequence[float]) -> str:
    low, high = round(min(expected)), round(max(expected))
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _confidence(rules: Mapping[str, Mapping[str, Any]], last: Sequence[Mapping[str, Any]]) -> Gate:
    before = [mean for m in last if (mean := mean_confidence(m["rules"])) is not None]
    now = mean_confidence(rules)
    if not before or now is None or now >= min(before) - CONFIDENCE:
        return Gate("confidence")
    return Gate("confidence", f"the mean confidence of edits fell to {now:.3f}; it never was below {min(before):.3f}.")


def mean_confidence(rules: Mapping[str, Mapping[str, Any]]) -> float | None:
    """The mean over all edits but the decoding's; None where there are too few to speak of a mean.

    >>> mean_confidence({"quotes": {"kind": "repair", "edits": 300, "confidence": 0.75}})
    0.75
    """
    tallies = [tally for tally in rules.values() if tally["kind"] != "decode" and "confidence" in tally]
    edits = sum(tally["edits"] for tally in tallies)
    if edits < LEAST:
        return None
    return float(sum(tally["edits"] * tally["confidence"] for tally in tallies) / edits)


def _schema(staging: Path) -> Gate:
    """Every part of every table has the columns of the contract."""
    for table, schema in TABLES.items():
        for path in sorted((staging / table).glob("part-*.parquet")):
            if not pq.read_schema(path).remove_metadata().equals(schema):
                return Gate("schema", f"{table}/{path.name} does not have the columns of {table}.")
    return Gate("schema")


def _verify(staging: Path) -> Gate:
    """Lead a sample of sources back to their bytes, those of parts written tonight first."""
    parts = sorted((staging / "documents").glob("part-*.parquet"))
    fresh = [path for path in parts if path.stat().st_nlink == 1] or parts
    chance = random.Random(len(parts))
    for path in chance.sample(fresh, min(SAMPLE_PARTS, len(fresh))):
        wanted = _some_sources(staging, path.name, chance)
        for rebuilt in rebuild_part((staging, path.name), wanted) if wanted else ():
            if rebuilt.problems:
                return Gate("verify", f"a sample does not lead back to its sources: {rebuilt.problems[0]}.")
    return Gate("verify")


def _some_sources(staging: Path, name: str, chance: random.Random) -> list[str]:
    """A few sources of a part, by sha256: from one of its row groups, so that the others need not be read."""
    files = [pq.ParquetFile(staging / table / name) for table in ("documents", "removed")]
    groups = [(file, group) for file in files for group in range(file.num_row_groups)]
    if not groups:
        return []
    file, group = chance.choice(groups)
    there: list[str] = pc.unique(file.read_row_group(group, ["source_sha256"]).column(0)).to_pylist()
    return chance.sample(there, min(SAMPLE_SOURCES, len(there)))
