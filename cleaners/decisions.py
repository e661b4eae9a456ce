"""Name an edit by what it does and what stands around it, so that what a person decides about it outlives the run.

A rejected edit is known by its rule, by the source text it touches, by what it writes there, and by the source text
on both sides, white space apart. Nothing of that changes when a page is scraped again with another counter or
another footer, or when another edit of the page is rejected, too. A flagged place of which a person said what stands
there is known in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from cleaners.document import Cut, Edits, Flag, Found
from cleaners.edits import to_input

CONTEXT = 24  # code points on either side, white space left out
_REACH = 4 * CONTEXT  # code points looked at to find them
_OPENING = 64  # code points by which a document is known that was wrongly dropped


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided about one source: ``edits`` (`edit_key`), whole ``rules`` and ``drops`` (`opening_key`) are
    rejected; ``settled`` is what stands at places that were flagged, by `place_keys`.
    """

    edits: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()
    settled: Mapping[str, str] = field(default_factory=dict)

    def rejects(self, rule: str) -> bool:
        """Whether any edit of this rule was rejected."""
        return any(key.startswith(f"{rule}:") for key in self.edits)

    def settles(self, rule: str) -> bool:
        """Whether any flag of this rule was settled."""
        return any(key.startswith(f"{rule}:") for key in self.settled)


NOTHING = Decisions()


def edit_key(rule: str, source: str, start: int, end: int, after: str) -> str:
    """The name of an edit that touches code points ``[start, end)`` of the decoded source and writes ``after``.

    >>> edit_key("a.b", "甲乙 丙丁", 1, 2, "") == edit_key("a.b", "甲乙\\n丙丁", 1, 2, "")
    True
    >>> edit_key("a.b", "甲乙丙丁", 1, 2, "") == edit_key("a.b", "甲乙丙戊", 1, 2, "")
    False
    """
    before = "".join(source[max(0, start - _REACH) : start].split())[-CONTEXT:]
    behind = "".join(source[end : end + _REACH].split())[:CONTEXT]
    return f"{rule}:{_digest(source[start:end], after, before, behind)}"


def place_keys(rule: str, source: str, starts: Sequence[int], earlier: Sequence[Edits]) -> list[str]:
    """The names of places where a rule raises flags, in the text to which ``earlier`` edits lead from the source."""
    places = np.asarray(starts, dtype=np.int64)
    for step in reversed(earlier):
        places = to_input(step, places)
    return [edit_key(rule, source, place, place, "") for place in places.tolist()]


def opening_key(text: str) -> str:
    """The name of a document by how its clean text begins, white space left out."""
    return _digest("".join(text[: 4 * _OPENING].split())[:_OPENING])


def _digest(*parts: str) -> str:
    joined = "\0".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def spans(edits: Edits, earlier: Sequence[Edits]) -> list[tuple[int, int]]:
    """The code points of the decoded source that edits touch which follow ``earlier`` ones."""
    start, end = np.asarray(edits.start, dtype=np.int64), np.asarray(edits.end, dtype=np.int64)
    for step in reversed(earlier):
        start, end = to_input(step, start), to_input(step, end, end=True)
    return list(zip(np.minimum(start, end).tolist(), np.maximum(start, end).tolist(), strict=True))


def take(edits: Edits, rows: Sequence[int]) -> Edits:
    """Some of the edits, in the order asked for."""
    columns = (edits.start, edits.end, edits.before, edits.after, edits.confidence, edits.evidence)
    return Edits(*([column[row] for row in rows] for column in columns))  # type: ignore[arg-type]


def leave_out(
    rule: str, found: Found, decisions: Decisions, source: str, earlier: Sequence[Edits]
) -> tuple[Found, list[str]]:
    """What a rule found less the rejected edits, with the keys of those.

    ``earlier`` are the edits that lead from the decoded ``source`` to the text the rule saw. A cut or a flag that
    stands in a rejected edit goes with it: the person said that nothing is wrong there.
    """
    if not len(found.edits) or not decisions.rejects(rule):
        return found, []
    keys = [
        edit_key(rule, source, start, end, after)
        for (start, end), after in zip(spans(found.edits, earlier), found.edits.after, strict=True)
    ]
    refused = [index for index, key in enumerate(keys) if key in decisions.edits]
    if not refused:
        return found, []
    places = [(found.edits.start[index], found.edits.end[index]) for index in refused]
    stays = sorted(set(range(len(keys))) - set(refused))
    return (
        Found(
            take(found.edits, stays),
            [flag for flag in found.flags if not _inside(flag, places)],
            [cut for cut in found.cuts if not _inside(cut, places)],
            found.notes,
        ),
        [keys[index] for index in refused],
    )


def _inside(what: Flag | Cut, places: Sequence[tuple[int, int]]) -> bool:
    start, end = (what.start, what.end) if isinstance(what, Flag) else (what.position, what.position)
    return any(start == low or (low < start and end <= high and start < high) for low, high in places)
