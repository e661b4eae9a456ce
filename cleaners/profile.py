"""One frozen configuration of a run. It is hashed, and the hash is part of what a snapshot says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

Script = Literal["simplified", "traditional", "keep"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user may decide. Every field has the default that suits official and news text.

    ``min_chars`` counts code points of clean text; a shorter page is dropped as a stub only if nothing in it is a
    sentence. ``max_source_mb`` is the size in mebibytes, after decompression, above which a source is
    quarantined. ``max_quarantine_rate`` is the share of sources above which a run stops before it publishes.
    """

    script: Script = "simplified"
    text_column: str = "text"
    without_rules: frozenset[str] = frozenset()
    min_chars: int = 60
    restore: bool = True
    max_source_mb: int = 256
    max_quarantine_rate: float = 0.2

    @property
    def hash(self) -> str:
        """16 hex digits over every value, the same on every machine."""
        values = asdict(self) | {"without_rules": sorted(self.without_rules)}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
