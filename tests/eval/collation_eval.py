"""How well witnesses mend a survivor: clusters generated from a seed, of which the undamaged text is known.

Run ``python -m tests.eval.collation_eval [clusters] [seed]``. Every copy hides some of the facts of one text, each in
its own way; a trap is a fact of which two witnesses give different readings. Other clusters lack paragraphs; there a
trap is a paragraph that one witness lacks, too, or words otherwise, or that one witness alone has.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass

from cleaners.corpus.collation import restore
from cleaners.document import Flag
from cleaners.edits import apply
from tests.eval.dedup_eval import GIVEN, PLACES, SURNAMES, article, name

_PLACE = "|".join(PLACES)
_FACT = re.compile(rf"(?P<year>(?:19|20)\d\d)年|(?P<name>[{SURNAMES}][{GIVEN}]{{1,2}})同志|(?P<place>{_PLACE})县")
_KIND = {"year": "year_mask", "name": "times_mask", "place": "x_mask"}


@dataclass
class Cluster:
    """A damaged text, the flags on it, where its gaps begin, what they hid, its witnesses and what those say there."""

    text: str
    flags: list[Flag]
    starts: list[int]
    truth: list[str]
    witnesses: list[tuple[str, str]]
    readings: list[set[str]]


def cluster(rng: random.Random) -> Cluster:
    """One survivor with two to four witnesses."""
    original = article(rng, rng.randint(600, 3000))
    facts = list(_FACT.finditer(original))
    hidden = {at for at in range(len(facts)) if rng.random() < 0.6}
    said: dict[int, str | None] = dict.fromkeys(hidden)
    if rng.random() < 0.25:  # a site that drops every year
        said |= {at: "" for at, fact in enumerate(facts) if fact["year"]}
        hidden = set(said)
    text, spans = _copy(original, facts, said, rng)
    readings: list[set[str]] = [set() for _ in facts]
    witnesses = []
    liars = rng.random() < 0.5
    for number in range(rng.randint(2, 4)):
        said = {at: None for at in range(len(facts)) if rng.random() < 0.3}
        said |= {at: _other(facts[at], rng) for at in hidden if liars and rng.random() < 0.04}
        for at, fact in enumerate(facts):
            if at not in said or said[at] is not None:
                readings[at].add(said.get(at) or fact[fact.lastgroup or 0])
        copy, _ = _copy(original, facts, said, rng)
        witnesses.append((f"w{number}", _noise(copy, rng, liars)))
    order = sorted(hidden)
    flags = [Flag(_KIND[facts[at].lastgroup or ""], *spans[at], text[slice(*spans[at])]) for at in order]
    flags = [flag for flag in flags if flag.text]
    starts = [spans[at][0] for at in order]
    truth = [facts[at][facts[at].lastgroup or 0] for at in order]
    return Cluster(text, flags, starts, truth, witnesses, [readings[at] for at in order])


def _copy(
    original: str, facts: list[re.Match[str]], said: dict[int, str | None], rng: random.Random
) -> tuple[str, dict[int, tuple[int, int]]]:
    """The text with other words for some facts, or masks where there are none, and where they stand."""
    pieces, spans, last, length = [], {}, 0, 0
    for at, fact in enumerate(facts):
        start, end = fact.span(fact.lastgroup or 0)
        if at not in said:
            continue
        given = said[at]
        word = _mask(fact, rng) if given is None else given
        pieces += [original[last:start], word]
        length += start - last
        spans[at] = (length, length + len(word))
        length += len(word)
        last = end
    return "".join([*pieces, original[last:]]), spans


def _mask(fact: re.Match[str], rng: random.Random) -> str:
    if fact.lastgroup == "year":
        return rng.choice(["20xx", "20××", "20**"]) if fact["year"].startswith("20") else "19xx"
    return rng.choice(["××", "xx", "***", "×××", "******"])


def _other(fact: re.Match[str], rng: random.Random) -> str:
    """Another fact of the same kind."""
    if fact.lastgroup == "year":
        return str(int(fact["year"]) + rng.randint(1, 3))
    while (word := rng.choice(PLACES) if fact.lastgroup == "place" else name(rng)) == fact[fact.lastgroup or 0]:
        pass
    return word


def _noise(text: str, rng: random.Random, liars: bool) -> str:
    """What else copies differ in: lines joined, another frame, a sentence dropped, a tail lost, ASCII commas.

    Where witnesses contradict each other they lose nothing, so that the traps stay.
    """
    draw = rng.random()
    if draw < 0.2:
        text = text.replace("\n", "")
    elif draw < 0.4:
        text = f"来源：{rng.choice(PLACES)}在线\n{text}\n责任编辑：{name(rng)}"
    elif draw < 0.6 and not liars:
        sentences = text.split("。")
        text = "。".join(s for s in sentences if rng.random() > 0.03)
    elif draw < 0.7 and not liars:
        text = text[: int(len(text) * 0.9)]
    elif draw < 0.8:
        text = text.replace("，", ",")
    return text


def measure(clusters: int, seed: int) -> Counter[str]:
    """Counts of gaps that can be filled, filled, filled wrongly, and of traps and those that were filled."""
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    for _ in range(clusters):
        one = cluster(rng)
        found = restore(one.text, one.flags, one.witnesses)
        apply(one.text, found.edits)
        filled = dict(zip(found.edits.start, found.edits.after, strict=True))
        counts["wrong"] += len(filled.keys() - set(one.starts))
        for number, truth, readings in zip(one.starts, one.truth, one.readings, strict=True):
            trap = len(readings) > 1
            counts["traps"] += trap
            counts["traps filled"] += trap and number in filled
            lone_lie = len(readings) == 1 and truth not in readings
            counts["restorable"] += readings == {truth}
            counts["restored"] += readings == {truth} and number in filled
            counts["wrong"] += number in filled and filled[number] != truth and not lone_lie
    return counts


def measure_paragraphs(clusters: int, seed: int) -> Counter[str]:
    """Counts of paragraphs that all witnesses have, of those put back, and of traps and those that were filled."""
    rng = random.Random(f"paragraphs {seed}")
    counts: Counter[str] = Counter()
    for _ in range(clusters):
        whole = article(rng, rng.randint(600, 3000)).split("\n")
        gone = {at for at in range(1, len(whole) - 1, 2) if rng.random() < 0.4}
        traps = {at for at in gone if rng.random() < 0.3}
        broken = rng.random() < 0.2
        text = "\n".join(line for at, line in enumerate(whole[:-1] if broken else whole) if at not in gone)
        text += "\n" + whole[-1][: len(whole[-1]) // 2].rstrip("，。") if broken else ""
        number = rng.randint(2, 4)
        copies = [_version(whole, gone, traps, rng, lies=witness == number - 1) for witness in range(number)]
        witnesses = [(f"w{at}", _noise("\n".join(copy), rng, liars=True)) for at, copy in enumerate(copies)]
        found = restore(text, [], witnesses)
        mended = apply(text, found.edits)
        lines = {line.strip() for line in mended.replace(",", "，").split("\n")}
        counts["paragraphs"] += len(gone - traps) + broken
        counts["put back"] += sum(whole[at] in lines for at in gone - traps) + (broken and whole[-1] in lines)
        counts["paragraph traps"] += len(traps) + 1
        counts["paragraph traps filled"] += sum(whole[at] in lines for at in traps)
        counts["paragraphs wrong"] += len(lines - set(whole) - {line.strip() for line in text.split("\n")})
        order = [whole.index(line) for line in mended.replace(",", "，").split("\n") if line in whole]
        counts["paragraphs wrong"] += order != sorted(order)
    return counts


def _version(whole: list[str], gone: set[int], traps: set[int], rng: random.Random, lies: bool) -> list[str]:
    """The paragraphs of a witness. One that lies lacks some, words others otherwise, and may have one of its own."""
    if not lies:
        return list(whole)
    kept = [
        whole[at] if at not in traps else "" if rng.random() < 0.5 else article(rng, 60).replace("\n", "")
        for at in range(len(whole))
    ]
    apart = [at for at in range(1, len(whole)) if not gone & {at - 1, at}]  # elsewhere it would be another version
    if apart:
        kept.insert(rng.choice(apart), article(rng, 60).replace("\n", ""))
    return [line for line in kept if line]


if __name__ == "__main__":
    given = (int(sys.argv[1]) if len(sys.argv) > 1 else 300, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    counts = measure(*given) + measure_paragraphs(*given)
    for title, count in counts.items():
        print(f"{title:15} {count}")
    print(f"{'share':15} {counts['restored'] / counts['restorable']:.4f}")
    print(f"{'of paragraphs':15} {counts['put back'] / counts['paragraphs']:.4f}")
