"""Recall and precision of the rules for site lines on generated pages: ``python -m tests.eval.pages_eval [PAGES]``.

Every page is clean text of ours with lines of random families at random places (see `tests.eval.page_maker`); the
rules of layout, withheld text and site lines run over it. Recall counts the characters of added lines that went,
precision those that went and were added; content lost is counted per 100,000 characters of text.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from math import sqrt

from cleaners.document import Document, Rule
from cleaners.edits import apply
from cleaners.rules import RULES
from tests.eval.page_maker import WITHHELD, Page, make_page, paragraphs

FAMILIES = ("layout", "splice", "boilerplate")
MINE: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.name.split(".")[0] in FAMILIES)


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson (1927)."""
    if not total:
        return 0.0, 1.0
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def mend(text: str, rules: tuple[Rule, ...] = MINE) -> str:
    """The text after these rules."""
    for rule in rules:
        document = Document(text)
        if rule.may_apply(document):
            text = apply(text, rule.find(document).edits)
    return text


def lines_left(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.split("\n") if line.strip())


def judge(page: Page) -> tuple[list[tuple[str, str, bool]], int]:
    """For each added line (family, text, whether it went), and how many characters of content were lost."""
    left = lines_left(mend(page.text))
    wanted = lines_left(page.truth)
    lost = sum(len(line) * count for line, count in (wanted - left).items())
    extra = left - wanted
    return [(one.family, one.text, not extra[one.text.strip()]) for one in page.added], lost


def withheld_recall() -> list[str]:
    """The wordings of withheld text that were not removed and flagged with their number, between two paragraphs."""
    missed = []
    rule = next(rule for rule in MINE if rule.name == "splice.hidden_text")
    first, second = paragraphs()[:2]
    for wording, count in WITHHELD:
        document = Document(f"{first}\n\n{wording}\n\n{second}")
        found = rule.find(document)
        right = apply(document.text, found.edits) == f"{first}\n\n{second}"
        if not right or [(flag.kind, flag.value) for flag in found.flags] != [("truncated", count)]:
            missed.append(wording)
    return missed


def main(pages: int = 2000, seed: int = 20261122) -> None:
    rng = random.Random(seed)
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    lost = content = 0
    for _ in range(pages):
        page = make_page(rng, rng.randint(1, 4))
        results, gone = judge(page)
        lost += gone
        content += len(page.truth)
        for family, text, went in results:
            totals[family] += len(text)
            hits[family] += len(text) * went
            missed[f"{family}: {text}"] += not went
    for family in sorted(totals):
        low, high = wilson(hits[family], totals[family])
        share = hits[family] / totals[family]
        print(f"{family:16s} recall {share:.3f} [{low:.3f}, {high:.3f}] of {totals[family]} characters")
    removed = sum(hits.values())
    low, high = wilson(removed, sum(totals.values()))
    print(f"all              recall {removed / sum(totals.values()):.4f} [{low:.4f}, {high:.4f}]")
    low, high = wilson(removed, removed + lost)
    print(f"precision {removed / (removed + lost):.5f} [{low:.5f}, {high:.5f}]")
    print(f"content lost: {lost / content * 1e5:.2f} of 100,000 characters")
    print("withheld text missed:", withheld_recall())
    for line, count in missed.most_common(60):
        if count:
            print(f"  missed {count:3d}  {line}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
