"""What people said about edits, merges and rules: one JSON object per line, in a file a team can review and version.

A line is never changed. A later judgement of the same thing stands in place of an earlier one, and an undo is a line
of its own. Lines are appended under a lock and forced to disk, so that two auditors at once and a killed server lose
nothing; a line that was cut short by a power failure is reported and skipped.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from cleaners.decisions import NOTHING, Decisions
from flows.audit.precision import Precision
from flows.errors import Stop
from flows.store import mirror
from flows.store.names import stored_text
from flows.terminal import inert

FILE = "judgements.jsonl"
VERDICTS = ("right", "wrong", "unsure")
SETTLED = "settled"  # the one verdict on a flag
ABOUT = ("edit", "rule", "merge", "drop", "flag")
NOTE = 2000  # code points a note may have
_SHOWN = 200  # code points of before and after that a line repeats for its readers; the key stands for the whole

# Written as \uXXXX, so that a terminal that shows the file does not act on it.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ue000-\uf8ff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line. Which fields are filled depends on what it is ``about``.

    ``edit``: rule, rule_version, place, key (`cleaners.decisions.edit_key`), before, after, raw_start, raw_end.
    ``rule``: rule and place: the rule on every edit of that source. ``merge``: place gave way to other. ``drop``:
    place and key (`cleaners.decisions.opening_key`). ``flag``: rule, place, key (`cleaners.decisions.place_keys`),
    before, and after, which is to stand there. ``sample`` names the random sample an edit was judged in.
    """

    id: str
    at: str
    by: str
    about: str
    verdict: str
    source_path: str
    source_sha256: str
    doc_id: str = ""
    section_index: int = 0
    title: str = ""
    rule: str = ""
    rule_version: int = 0
    key: str = ""
    before: str = ""
    after: str = ""
    raw_start: int = 0
    raw_end: int = 0
    other_path: str = ""
    other_doc_id: str = ""
    other_index: int = 0
    other_title: str = ""
    sample: str = ""
    note: str = ""

    @property
    def target(self) -> tuple[str, ...]:
        """What it is about: two judgements with one target are about the same thing."""
        if self.about == "merge":
            return ("merge", *sorted((self.doc_id, self.other_doc_id)))
        return self.about, self.source_path, self.rule, self.key

    @property
    def spot(self) -> tuple[str, str, int, int]:
        """Where an edit stands in the bytes of its source: cheap to know from a row of `edits`."""
        return self.source_sha256, self.rule, self.raw_start, self.raw_end

    def about_what(self) -> str:
        """What it is about, in one line that is harmless on a terminal."""
        what = {
            "edit": f"{self.rule} on “{inert(self.before, 30)}” in {inert(self.source_path, 100)}",
            "rule": f"{self.rule} in {inert(self.source_path, 100)}",
            "merge": f"{inert(self.source_path, 100)} and {inert(self.other_path, 100)} are different",
            "drop": f"{inert(self.source_path, 100)} is to stay",
            "flag": f"“{inert(self.before, 30)}” in {inert(self.source_path, 100)} is “{inert(self.after, 30)}”",
        }
        return what[self.about]

    @property
    def rejects(self) -> bool:
        """Whether the next run has to do otherwise."""
        return self.verdict in ("wrong", SETTLED)


_FIELDS = tuple(Judgement.__dataclass_fields__)


def new(**fields: Any) -> Judgement:
    """A judgement of now. Raises ValueError for a verdict or a subject that does not exist."""
    if fields.get("about") not in ABOUT:
        raise ValueError(f"{fields.get('about')!r} cannot be judged: {', '.join(ABOUT)}")
    if fields.get("verdict") not in _verdicts(fields["about"]):
        raise ValueError(f"{fields.get('verdict')!r} is no verdict: {', '.join(_verdicts(fields['about']))}")
    for name in ("before", "after"):
        fields[name] = stored_text(fields.get(name, ""))[:_SHOWN]
    fields["note"] = stored_text(fields.get("note", ""))[:NOTE]
    return Judgement(id=secrets.token_hex(8), at=_now(), by=_author(), **fields)


def _verdicts(about: str) -> tuple[str, ...]:
    return (SETTLED,) if about == "flag" else VERDICTS


def undo(identifier: str) -> dict[str, str]:
    """The line that takes a judgement back."""
    return {"id": secrets.token_hex(8), "at": _now(), "by": _author(), "undo": identifier}


def append(file: Path, entry: Judgement | Mapping[str, str]) -> None:
    """Add a line and wait until it is on disk. Raises Stop where the file cannot be written."""
    row = {k: v for k, v in asdict(entry).items() if v not in ("", 0)} if isinstance(entry, Judgement) else dict(entry)
    line = as_line(row).encode()
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Stop(f"The judgements file {file} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":  # a line cut short by a power failure
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    mirror.share(file)


def as_line(row: Mapping[str, Any]) -> str:
    """A row as a line of JSON: Chinese readable, and nothing in it that a terminal would act on."""
    return _UNSAFE.sub(_escaped, json.dumps(row, ensure_ascii=False)) + "\n"


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _author() -> str:
    try:
        return os.environ.get("JIAOKAN_AUDITOR") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@dataclass(slots=True)
class Book:
    """Every judgement that stands, the last one of each target, in the order they were given.

    ``damaged`` are the numbers of lines that cannot be read; they are kept in the file and have no effect.
    """

    standing: list[Judgement] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_spot = {judgement.spot: judgement for judgement in self.standing if judgement.about == "edit"}
        self._by_target = {judgement.target: judgement for judgement in self.standing}

    _by_spot: dict[tuple[str, str, int, int], Judgement] = field(init=False, repr=False)
    _by_target: dict[tuple[str, ...], Judgement] = field(init=False, repr=False)

    def on_edit(self, row: Mapping[str, Any], key: str = "") -> Judgement | None:
        """The judgement on a row of `edits`: by its place in the bytes, or else by its key on the same path."""
        found = self._by_spot.get((row["source_sha256"], row["rule"], row["raw_start"], row["raw_end"]))
        if found is None and key:
            found = self._by_target.get(("edit", row.get("source_path") or "", row["rule"], key))
        return found

    def on_merge(self, doc_id: str, other: str) -> Judgement | None:
        """The judgement on one document having given way to another."""
        return self._by_target.get(("merge", *sorted((doc_id, other))))

    def on_rule(self, rule: str, source_path: str) -> Judgement | None:
        """The judgement on a whole rule on a source."""
        return self._by_target.get(("rule", source_path, rule, ""))

    def on_drop(self, source_path: str, key: str) -> Judgement | None:
        """The judgement on a document having been dropped."""
        return self._by_target.get(("drop", source_path, "", key))

    def on_flag(self, source_path: str, rule: str, key: str) -> Judgement | None:
        """The judgement on a place that a rule flagged."""
        return self._by_target.get(("flag", source_path, rule, key))

    def get(self, identifier: str) -> Judgement | None:
        """A standing judgement by its id."""
        return next((judgement for judgement in self.standing if judgement.id == identifier), None)

    def rejected(self) -> list[Judgement]:
        """Those the next run has to obey."""
        return [judgement for judgement in self.standing if judgement.rejects]

    @property
    def hash(self) -> str:
        """16 hex digits over what the next run has to obey; equal hashes mean equal results. Empty for nothing."""
        lines = sorted("\0".join(map(str, _obeyed_by(judgement))) for judgement in self.rejected())
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16] if lines else ""

    def precision(self, rule: str, version: int = 0) -> Precision:
        """How often edits of a rule were right: of those judged in samples, or of all where there is no sample.

        With ``version``, judgements of other versions of the rule do not count.
        """
        judged = [
            judgement
            for judgement in self.standing
            if judgement.about == "edit" and judgement.rule == rule and version in (0, judgement.rule_version)
        ]
        drawn = [judgement for judgement in judged if judgement.sample]
        verdicts = [judgement.verdict for judgement in drawn or judged]
        right, wrong, unsure = (verdicts.count(verdict) for verdict in VERDICTS)
        return Precision(right, wrong, unsure, bool(drawn))


def _obeyed_by(judgement: Judgement) -> tuple[object, ...]:
    return (
        *judgement.target,
        judgement.source_path,
        judgement.source_sha256,
        judgement.section_index,
        judgement.title,
        judgement.other_path,
        judgement.other_index,
        judgement.other_title,
        judgement.after if judgement.about == "flag" else "",
    )


def read(file: Path) -> Book:
    """The judgements of a file; none where there is no file."""
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return Book()
    except OSError as error:
        raise Stop(f"The judgements file {file} cannot be read: {error.strerror}.") from error
    standing: dict[tuple[str, ...], Judgement] = {}
    undone: set[str] = set()
    damaged: list[int] = []
    history: list[Judgement] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "undo" in row:
                undone.add(str(row["undo"]))
                continue
            history.append(_judgement(row))
        except (ValueError, TypeError, AttributeError):
            damaged.append(number)
    for judgement in history:
        if judgement.id not in undone:
            standing.pop(judgement.target, None)
            standing[judgement.target] = judgement
    return Book(list(standing.values()), damaged)


def _judgement(row: Mapping[str, Any]) -> Judgement:
    """A line of the file; fields it does not know are left to newer versions. Raises ValueError or TypeError."""
    judgement = Judgement(**{name: row[name] for name in _FIELDS if name in row})
    if judgement.about not in ABOUT or judgement.verdict not in _verdicts(judgement.about):
        raise ValueError("unknown verdict or subject")
    numbers = ("section_index", "rule_version", "raw_start", "raw_end", "other_index")
    for name in _FIELDS:
        if not isinstance(getattr(judgement, name), int if name in numbers else str):
            raise ValueError(f"{name} is of the wrong type")
    return judgement


class _Source(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def by_path(rejected: Iterable[Judgement], sources: Iterable[_Source]) -> dict[str, Decisions]:
    """What was decided about each source: judgements that name its path, or its very bytes. Others have no entry."""
    named: dict[str, list[Judgement]] = {}
    for judgement in rejected:
        if judgement.about != "merge":
            for name in {judgement.source_path, judgement.source_sha256}:
                named.setdefault(name, []).append(judgement)
    if not named:
        return {}
    return {
        source.path: _decisions([*named.get(source.path, ()), *named.get(source.sha256, ())])
        for source in sources
        if source.path in named or source.sha256 in named
    }


def _decisions(here: Sequence[Judgement]) -> Decisions:
    return Decisions(
        frozenset(judgement.key for judgement in here if judgement.about == "edit"),
        frozenset(judgement.rule for judgement in here if judgement.about == "rule"),
        frozenset(judgement.key for judgement in here if judgement.about == "drop"),
        {judgement.key: judgement.after for judgement in here if judgement.about == "flag"},
    )


OBEYED, STALE = "obeyed", "no longer applies"


def obeyed(
    rejected: Sequence[Judgement], left_out: Sequence[Mapping[str, set[str]]], merges: set[Judgement]
) -> dict[str, str]:
    """What became of each judgement, by its id.

    ``left_out`` says by path and by sha256 which keys and rules were left out of a source; ``merges`` are those
    whose two documents were found.
    """
    states: dict[str, str] = {}
    for judgement in rejected:
        if judgement.about == "merge":
            found = judgement in merges
        else:
            names, what = (judgement.source_path, judgement.source_sha256), judgement.key or judgement.rule
            found = any(what in some.get(name, ()) for some in left_out for name in names)
        states[judgement.id] = OBEYED if found else STALE
    return states


def digest(decisions: Decisions) -> str:
    """A word for the cache: sources cleaned under the same decisions share it. Empty for none."""
    if decisions == NOTHING:
        return ""
    settled = sorted(decisions.settled.items())
    parts = (sorted(decisions.edits), sorted(decisions.rules), sorted(decisions.drops), settled)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def apart(
    rejected: Sequence[Judgement], documents: Sequence[tuple[str, str, int, str]]
) -> dict[tuple[str, str], Judgement]:
    """The pairs of documents, given as (doc_id, path, section index, section title), that were declared different.

    A document is known again by its id, or on the same path by its section's title, or by its index where it has none.
    """
    merges = [judgement for judgement in rejected if judgement.about == "merge"]
    if not merges:
        return {}
    ids = {doc_id: doc_id for doc_id, _, _, _ in documents}
    titled: dict[tuple[str, str], str] = {}
    placed: dict[tuple[str, int], str] = {}
    for doc_id, path, index, title in documents:
        placed.setdefault((path, index), doc_id)
        if title:
            titled.setdefault((path, title), doc_id)

    def known(doc_id: str, path: str, index: int, title: str) -> str | None:
        return ids.get(doc_id) or (titled.get((path, title)) if title else placed.get((path, index)))

    pairs: dict[tuple[str, str], Judgement] = {}
    for judgement in merges:
        one = known(judgement.doc_id, judgement.source_path, judgement.section_index, judgement.title)
        other = known(judgement.other_doc_id, judgement.other_path, judgement.other_index, judgement.other_title)
        if one and other and one != other:
            pairs[one, other] = judgement
    return pairs
