"""What a run has to say of the search for repeats, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from cleaners.corpus.dedup import LEAST_KEY
from cleaners.corpus.lsh import SMALL
from cleaners.corpus.passages import MOST

_SENTENCES = {
    "identical": "Documents with the very words of another, whatever their punctuation: {identical:,}.",
    "siblings": "Pairs that are alike but tell different facts, like a form filled in anew, kept apart: {siblings:,}.",
    "crowded_buckets": f"Groups of more than {SMALL} documents that look alike: {{crowded_buckets:,}}. In these each"
    " was compared with the best and with its nearest, not with all.",
    "short": f"Documents of fewer than {LEAST_KEY} characters, which are one only where they are equal: {{short:,}}.",
    "passages": "Paragraphs that stand in other documents, too (repeated_passage): {passages:,} in {with_passages:,}"
    " documents.",
    "formulas": f"Paragraphs of more than {MOST} documents, taken for formulas and left alone: {{formulas:,}}.",
}


def sentences(notes: Mapping[str, int]) -> list[str]:
    """A sentence for each thing that happened.

    >>> sentences({"documents": 3, "identical": 1, "siblings": 0})
    ['Documents with the very words of another, whatever their punctuation: 1.']
    """
    return [text.format_map(notes) for name, text in _SENTENCES.items() if notes.get(name)]
