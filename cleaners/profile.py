"""One frozen configuration of a run: what a profile may say, and the default of each key.

``flows.profiles`` reads it from TOML. Everything that can change a published byte belongs here, because the hash
of a profile is part of the cache key and of every document.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

Script = Literal["simplified", "traditional", "keep"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the user wants from a run.

    script: the script documents are brought to, character by character; "keep" converts nothing.
    min_chars: documents shorter than this many code points after cleaning are dropped.
    disabled_rules: names of rules that are left out.
    dedup_similarity: verified Jaccard similarity of shingles from which two documents are merged, 0 to 1.
    dedup_containment: share of a document's shingles inside another from which it gives way to it, 0 to 1.
    restore: whether witnesses fill what is masked or hidden in a survivor.
    text_column: the field of a JSONL record or column of a Parquet file that holds the text.
    max_source_mb: sources larger than this, after decompression, go to quarantine (mebibytes).
    max_quarantine_rate: a run with a greater share of its sources in quarantine publishes nothing, 0 to 1.
    """

    script: Script = "simplified"
    min_chars: int = 20
    disabled_rules: tuple[str, ...] = ()
    dedup_similarity: float = 0.8
    dedup_containment: float = 0.9
    restore: bool = True
    text_column: str = "text"
    max_source_mb: int = 256
    max_quarantine_rate: float = 0.3

    @property
    def hash(self) -> str:
        """16 hex digits over every value, the same on every machine.

        >>> Profile().hash == Profile(script="simplified").hash
        True
        """
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]
