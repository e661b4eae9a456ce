"""Site lines learned from the corpus: recall, precision and content lost on generated sites.

    python -m tests.eval.learned_eval [SITES] [SEED] [dev|held|fresh|series]

The rules of layout, withheld text and site lines run over every page as in a first pass; what the pages noticed is
learned from; then they run again with what was learned. Lines that the rules of the table take away are not counted.
Sites of `series` are made of what looks like a site's lines and is content, half of them in a dress besides.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from cleaners.corpus.boilerplate import Learned, Pages, learn, lessons
from cleaners.document import NO_NOTES, Document, Lesson, Notes
from cleaners.edits import apply
from cleaners.rules import RULES
from tests.eval.pages_eval import FAMILIES, lines_left, wilson
from tests.eval.site_maker import SitePage, make_series, make_site

WORDINGS = ("dev", "held", "fresh")
MINE = [rule for rule in RULES if rule.name.split(".")[0] in FAMILIES]


@dataclass
class Result:
    """Characters of added lines by family (all, gone), characters of content and how many were lost."""

    wanted: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    content: int = 0

    @property
    def recall(self) -> float:
        return self.gone.total() / max(self.wanted.total(), 1)

    @property
    def loss(self) -> float:
        """Characters of content lost of 100,000."""
        return sum(len(line) * count for line, count in self.lost.items()) / self.content * 1e5


def mend(text: str, taught: tuple[Lesson, ...] = ()) -> tuple[str, Notes | None]:
    """The text after the rules that concern lines, and what the page noticed."""
    page = None
    for rule in MINE:
        document = Document(text, lessons=taught)
        if rule.may_apply(document):
            found = rule.find(document)
            text, page = apply(text, found.edits), found.notes or page
    return text, page


def as_pages(sites: list[str], noticed: list[Notes]) -> tuple[Pages, list[int]]:
    """The columns that learning wants, and which page each of its rows is."""
    speaking = [number for number, page in enumerate(noticed) if page.lines]
    rows = [(row, line) for row, number in enumerate(speaking) for line in noticed[number].lines]
    silent = Counter(site for site, page in zip(sites, noticed, strict=True) if not page.lines)
    columns = {
        name: np.array([getattr(line, name) for _, line in rows], dtype=np.int64) for name in ("head", "tail", "cue")
    }
    return Pages(
        [sites[number] for number in speaking],
        np.array([noticed[number].sketch for number in speaking], dtype=np.uint64).reshape(-1, 4),
        dict(silent),
        np.array([row for row, _ in rows], dtype=np.int64),
        np.array([line.digest for _, line in rows], dtype=np.uint64),
        **columns,
    ), speaking


def teach(sites: list[str], noticed: list[Notes]) -> tuple[dict[int, tuple[Lesson, ...]], list[Learned]]:
    """The lessons of each page, by its number, and everything that was learned."""
    pages, speaking = as_pages(sites, noticed)
    found = learn(pages)
    return {speaking[row]: some for row, some in lessons(found, pages).items()}, found


def evaluate(pages: list[SitePage]) -> Result:
    """Count what went and what was lost."""
    first = [mend(page.text) for page in pages]
    taught, _ = teach([page.site for page in pages], [page or NO_NOTES for _, page in first])
    result = Result()
    for number, page in enumerate(pages):
        once, left = (
            lines_left(first[number][0]),
            lines_left(mend(page.text, taught[number])[0] if number in taught else first[number][0]),
        )
        content = lines_left(page.truth)
        result.content += len(page.truth)
        # What the other rules take from the text is not this rule's loss.
        for line, count in ((content & once) - left).items():
            result.lost[line] += count
        for family, text in page.added:
            if once[text.strip()] > content[text.strip()]:
                went = left[text.strip()] <= content[text.strip()]
                result.wanted[family] += len(text)
                result.gone[family] += len(text) * went
                if not went:
                    result.missed[f"{family}: {text}"] += 1
    return result


def main(sites: int = 40, seed: int = 1, wordings: str = "dev") -> None:
    rng = random.Random(seed)
    made = make_series if wordings == "series" else partial(make_site, wordings=WORDINGS.index(wordings))
    pages = [page for number in range(sites) for page in made(rng, number)]
    result = evaluate(pages)
    print(f"{sites} sites, {len(pages)} pages, {result.content} characters of content; wordings: {wordings}")
    for family in sorted(result.wanted):
        gone, wanted = result.gone[family], result.wanted[family]
        low, high = wilson(gone, wanted)
        print(f"{family:10s} recall {gone / wanted:.3f} [{low:.3f}, {high:.3f}] of {wanted} characters")
    print(f"all        recall {result.recall:.4f}   content lost {result.loss:.2f} of 100,000 characters")
    for line, count in result.lost.most_common(20):
        print(f"  lost {count:4d}  {line[:70]}")
    by_kind: dict[str, int] = defaultdict(int)
    for line, count in result.missed.items():
        by_kind[line[:16]] += count
    for line, count in sorted(by_kind.items(), key=lambda item: -item[1])[:25]:
        print(f"  missed {count:4d}  {line}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
