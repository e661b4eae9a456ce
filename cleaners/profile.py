"""One frozen configuration of a run. It is hashed, and the hash is part of what a snapshot says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

Script = Literal["simplified", "traditional", "keep"]
Repeated = Literal["flag", "remove"]
PREFIX = "user."  # of the names of users' rules in the ledger
Where = Literal["line", "head", "tail", "in line"]


@dataclass(frozen=True, slots=True)
class UserRule:
    """A rule of the user's own: a ``pattern`` (RE2) or ``literal`` texts, and where on the page it looks.

    ``where`` is a whole ``line``, one in the ``head`` or ``tail`` of the page, or a part ``in line``. Texts in
    ``match`` it must find, those in ``keep`` leave alone; `cleaners.rules.user.contradictions` says where it does not.
    """

    name: str
    where: Where
    kind: Literal["remove", "flag"]
    reason: str
    match: tuple[str, ...]
    keep: tuple[str, ...]
    pattern: str = ""
    literal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnText:
    """Text of the user's own that ranks repairs: where it lies, and the hash of its bytes, which says what it is."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user may decide. Every field has the default that suits official and news text.

    ``min_chars`` counts code points of clean text; a shorter page is dropped as a stub only if nothing in it is a
    sentence. ``repeated_passages`` says what becomes of paragraphs that stand in several documents; where they are
    removed, the best document keeps them. ``max_source_mb`` is the size in mebibytes, after decompression, above which
    a source is quarantined. ``max_quarantine_rate`` is the share of sources above which a run stops before it
    publishes.
    """

    script: Script = "simplified"
    text_column: str = "text"
    without_rules: frozenset[str] = frozenset()
    rules: tuple[UserRule, ...] = ()
    prior: OwnText | None = None
    min_chars: int = 60
    restore: bool = True
    repeated_passages: Repeated = "flag"
    max_source_mb: int = 256
    max_quarantine_rate: float = 0.2

    @property
    def hash(self) -> str:
        """16 hex digits over every value, the same on every machine."""
        values = asdict(self) | {"without_rules": sorted(self.without_rules)}
        values["prior"] = self.prior and self.prior.sha256  # wherever it lies
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
