"""Recall and precision against the labelled defects of the five real documents: ``python -m tests.eval.seed_eval``.

Reads ``../shared`` beside the project and says so where it is missing. A labelled span counts as repaired when the
edits of the whole pipeline, carried back to the source, removed or rewrote all of it; in whitespace a change of any
part is enough. Precision asks the other way round: of the characters that the rules of layout, withheld text and site
lines took away, how many lie in a labelled span. Both by characters, with Wilson intervals, a line per defect.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cleaners.decode import decode
from cleaners.document import Document
from cleaners.edits import apply, to_input
from cleaners.rules import RULES
from tests.eval.pages_eval import FAMILIES, wilson

SHARED = Path(__file__).resolve().parents[3] / "shared"
# What is to be taken away or rejoined by the rules measured here, and by the splitting of anthologies.
REMOVABLE = (
    "chunk300_prefix", "chunk300_break", "paragraph_join_space", "digit_space", "title_index", "source_line",
    "hidden_count", "ai_intro", "anthology_title", "section_heading", "xiaobian_intro", "paywall_inline", "de_dot",
    "stray_qmark", "para_break", "nav_word", "byline", "caption_title_repeat", "editor_line", "heading_split",
    "heading_glued", "stray_space", "nbsp",
)  # fmt: skip

# Where the labels and the issues that brought these documents differ, both are kept: file, first and last code point.
DISAGREEMENTS = {
    "003: the dated byline under the title, which the labels keep as content and issue 2 counts as the site's": (
        "003", 27, 52,
    ),
}  # fmt: skip


def touched(text: str) -> tuple[dict[int, str], dict[int, str]]:
    """Which source characters were changed, and which were taken away, by which rule."""
    history: list[Any] = []
    changed: dict[int, str] = {}
    gone: dict[int, str] = {}
    for rule in RULES:
        document = Document(text)
        if not rule.may_apply(document):
            continue
        edits = rule.find(document).edits
        first, last = np.asarray(edits.start, dtype=np.int64), np.asarray(edits.end, dtype=np.int64)
        for earlier in reversed(history):
            first, last = to_input(earlier, first), to_input(earlier, last, end=True)
        for start, end, before, after in zip(first.tolist(), last.tolist(), edits.before, edits.after, strict=True):
            places = range(start, max(end, start + 1))
            changed |= dict.fromkeys(places, rule.name)
            if before and not after.strip():
                gone |= dict.fromkeys(places, rule.name)
        text = apply(text, edits)
        if len(edits):
            history.append(edits)
    return changed, gone


@dataclass
class Measured:
    """Counts over the labelled documents, characters; what was missed and what went without a label, in words."""

    hits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: list[str] = field(default_factory=list)
    taken: int = 0
    right: int = 0
    disputed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DISAGREEMENTS, 0))
    strays: list[tuple[str, str, int, str]] = field(default_factory=list)


def measure() -> Measured | None:
    """Compare the edits with the labels, or None where there are none."""
    labels = SHARED / "facts" / "seed_defects.jsonl"
    if not labels.is_file():
        return None
    rows = [json.loads(line) for line in labels.read_text("utf-8").splitlines()]
    measured = Measured()
    for path in sorted((SHARED / "corpus_raw").glob("*.txt")):
        _measure(path.name, decode(path.read_bytes()).text, [row for row in rows if row["file"] == path.name], measured)
    return measured


def _measure(name: str, text: str, rows: list[dict[str, Any]], measured: Measured) -> None:
    changed, gone = touched(text)
    labelled = {place for row in rows for place in range(row["start"], max(row["end"], row["start"] + 1))}
    labelled |= {place for places in _other_captions(text, rows, gone) for place in places}
    spare = _other_captions(text, rows, gone)
    for row in (row for row in rows if row["defect"] in REMOVABLE):
        places = list(range(row["start"], max(row["end"], row["start"] + 1)))
        kept = row["text"].find(row["correct"]) if row["correct"] and row["text"] != row["correct"] else -1
        if kept >= 0:  # the label's correction keeps a part
            del places[kept : kept + len(row["correct"])]
        if row["defect"] == "caption_title_repeat" and places[0] not in gone:
            places = spare.pop()  # another of the identical lines went in its place
        done = [place for place in places if place in (changed if row["correct"] else gone)]
        whole = len(done) == len(places) or (done and not row["text"].strip())
        measured.totals[row["defect"]] += len(places)
        measured.hits[row["defect"]] += len(places) if whole else len([p for p in done if text[p].strip()])
        if not whole:
            measured.misses.append(f"{name[:3]} {row['defect']} at {row['start']}: {row['text'][:30]!r}")
    for place, rule in gone.items():
        if rule.split(".")[0] not in FAMILIES or not text[place : place + 1].strip():
            continue
        measured.taken += 1
        measured.right += place in labelled
        if place in labelled:
            continue
        disputed = next(
            (why for why, (file, first, last) in DISAGREEMENTS.items() if _in(name, place, file, first, last)), ""
        )
        if disputed:
            measured.disputed[disputed] += 1
        else:
            measured.strays.append((name[:3], rule, place, text[place]))


def _in(name: str, place: int, file: str, first: int, last: int) -> bool:
    return name.startswith(file) and first <= place < last


def main() -> None:
    measured = measure()
    if measured is None:
        print("no labelled documents here: ../shared/facts/seed_defects.jsonl is missing")
        return
    for defect in sorted(measured.totals):
        hits, total = measured.hits[defect], measured.totals[defect]
        low, high = wilson(hits, total)
        print(f"{defect:22s} recall {hits:5d}/{total:5d} [{low:.3f}, {high:.3f}]")
    found, total = sum(measured.hits.values()), sum(measured.totals.values())
    low, high = wilson(found, total)
    print(f"{'all':22s} recall {found / total:.4f} [{low:.4f}, {high:.4f}] of {total} characters")
    disputed = sum(measured.disputed.values())
    for name, right in (("as labelled", measured.right), ("disagreements apart", measured.right + disputed)):
        low, high = wilson(right, measured.taken)
        share = f"{right / measured.taken:.4f} [{low:.4f}, {high:.4f}] of {measured.taken} characters taken away"
        print(f"{name:22s} precision {share}")
    print(
        "disagreements with the labels:",
        *(f"{n} characters: {why}" for why, n in measured.disputed.items()),
        sep="\n  ",
    )
    print("misses:", *measured.misses, sep="\n  ")
    print("removed without a label:", *(_runs(measured.strays) or ["nothing"]), sep="\n  ")


def _other_captions(text: str, rows: list[dict[str, Any]], gone: dict[int, str]) -> list[list[int]]:
    """Lines equal to a repeated caption title that went though the labels keep them: one has to stay."""
    titles = {row["text"].strip() for row in rows if row["defect"] == "caption_title_repeat"}
    labelled = {row["start"] for row in rows if row["defect"] == "caption_title_repeat"}
    found, position = [], 0
    for line in text.split("\n"):
        start = position + len(line) - len(line.lstrip())
        if line.strip() in titles and not labelled & {position, start} and start in gone:
            found.append(list(range(start, start + len(line.strip()))))
        position += len(line) + 1
    return found


def _runs(strays: list[tuple[str, str, int, str]]) -> list[str]:
    """Neighbouring characters as one line each."""
    lines: list[list[Any]] = []
    for name, rule, place, char in sorted(strays):
        if lines and lines[-1][0] == (name, rule) and place - lines[-1][2] <= 2:
            lines[-1][2], lines[-1][3] = place, lines[-1][3] + char
        else:
            lines.append([(name, rule), place, place, char])
    return [f"{name} {rule} at {first}: {text}" for (name, rule), first, _, text in lines]


if __name__ == "__main__":
    main()
