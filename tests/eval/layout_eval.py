"""Layout damaged forward, at random, and asked back: ``python -m tests.eval.layout_eval [PAGES]``.

For each rule of the family one model of the damage, written down from what sites do to pages. Damage of this kind puts
something in; recall asks of each place whether all of it went (white space apart, unless it is nothing else), after the
whole pipeline. Precision asks of each character a rule took away whether the damage had put it there. Clauses that were
exchanged are counted by paragraphs. What a model needs and no original has is put into the page first.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import Indel

from cleaners.pipeline import Cleaned, clean
from cleaners.profile import Profile
from tests.eval.page_maker import originals, paragraphs
from tests.eval.pages_eval import wilson

_OPEN, _CLOSE = "\ue010", "\ue011"  # around what the damage puts in, while a page is made
_HEADINGS = (
    "坚持科学规划，理清发展思路，打造样板", "坚持分类指导，因村精准施策，不搞一刀切",
    "坚持建管并重，守住安全底线，管出成效", "坚持群众参与，人人出工出力，共建共享",
    "突出重点环节，集中力量攻坚，统筹推进", "突出薄弱村组，补齐设施短板，缩小差距",
    "强化日常监管，层层压实责任，不留死角", "强化资金保障，严格审批程序，用在实处",
)  # fmt: skip
_QUOTED = ("“请进来”", "“走出去”", "“回头看”", "“一张图”", "“三本账”", "“路长制”")
_CAPTIONS = ("桥头的集市", "渡口", "老街夜色", "新修的水渠", "孩子们在晒场", "收割之后", "祠堂里的戏")
_LINKS = (
    ("施工单位必须按", "合同", "约定的日期交付，拖延一天扣一天的钱。"),
    ("放水的次序必须按照", "用水章程", "里写明的办，上游先放，下游后放。"),
    ("修渠的钱要通过", "村民大会", "表决才能动用，一笔一笔贴在墙上。"),
)
_COUNTED = "开春以来，全县有{}个村动工修渠，长{}公里，受益的有{}万人，比上年多了{}户，"


def junk(text: str) -> str:
    """Something the damage puts in."""
    return f"{_OPEN}{text}{_CLOSE}"


def plain(rng: random.Random, least: int = 6) -> list[str]:
    """Paragraphs of running text, without marks that only look like damage here."""
    fit = [one for one in paragraphs() if one.isprintable() and not re.search(r"[ A-Za-z_×*]|\d\.", one)]
    return rng.sample(fit, rng.randint(least, least + 6))


def titled(rng: random.Random) -> list[str]:
    return [rng.choice(originals())[0], *plain(rng)]


def slices(rng: random.Random) -> str:
    """Line breaks made spaces, pieces of one length, each with its number."""
    size, flat = rng.randint(100, 400), " ".join(plain(rng, 8))
    pieces = [flat[at : at + size] for at in range(0, len(flat), size)]
    return junk("1、") + "".join(piece + junk(f"\n{n}、") for n, piece in enumerate(pieces[:-1], 2)) + pieces[-1]


def vertical(rng: random.Random) -> str:
    """One character to the line."""
    return junk("\n").join("".join(plain(rng)[:2]))


def page_markers(rng: random.Random) -> str:
    """A line with the page's number every so many characters, in one style, inside sentences as they come."""
    text, size = "\n".join(titled(rng)), rng.randint(250, 700)
    styles = ("第{n}页 共{m}页", "- {n} -", "第 {n} 页", "—{n}—", "{n} / {m}", "第{n}页", "[{n}/{m}]", "Page {n}")
    places, style = list(range(size, len(text) - 60, size)), rng.choice(styles)
    pieces = [text[first:last] for first, last in zip([0, *places], [*places, len(text)], strict=True)]
    said = [junk(f"\n{style.format(n=n, m=len(pieces))}\n") for n in range(1, len(pieces))]
    return "".join(part for pair in zip(pieces, [*said, ""], strict=True) for part in pair)


def hard_wraps(rng: random.Random) -> str:
    """Every paragraph wrapped at one width, paragraphs told apart by an indent or a blank line."""
    width, indent = rng.randint(20, 44), rng.choice(("", "　　"))
    whole = [indent + one for one in plain(rng, 8)]
    wrapped = (junk("\n").join(one[at : at + width] for at in range(0, len(one), width)) for one in whole)
    return ("\n" if indent else "\n\n").join(wrapped)


def stray_dots(rng: random.Random) -> str:
    """A dot or a backtick behind some 的, as spinners put there."""
    text, mark = "\n".join(titled(rng)), rng.choice(".`")
    return re.sub("的(?=[\u3400-\u9fff])", lambda match: match[0] + (junk(mark) if rng.random() < 0.2 else ""), text)


def stray_question_marks(rng: random.Random) -> str:
    """A space no Chinese encoding has, before the items of a list inside a paragraph, became a question mark."""
    tails = rng.sample([one.split("，")[-1].rstrip("。") for one in plain(rng)], 3)
    listed = junk("?").join(f"{number}是{tail}。" for number, tail in zip("一二三", tails, strict=True))
    return "\n".join([*titled(rng), listed])


def title_index(rng: random.Random) -> str:
    """The number of a download before the title."""
    return junk(f"0{rng.randint(1, 9)}{rng.choice('-、_.')}") + "\n".join(titled(rng))


def caption_title(rng: random.Random) -> str:
    """A gallery: the title before every caption."""
    title, *body = titled(rng)
    captions, gap = rng.sample(_CAPTIONS, rng.randint(4, 7)), rng.choice(("\n", "\n\n"))
    return title + gap + gap.join([*(junk(title + gap) + one for one in captions), *body])


def quote_gaps(rng: random.Random) -> str:
    """A space between quotations that follow one another."""
    body, (first, second) = titled(rng), rng.sample(_QUOTED, 2)
    spaced = f"{first}{junk(' ')}{second}"
    body.insert(2, f"今年村里做了两件事，{spaced}，一件请来了技术员，一件送出去十二个年轻人，年底都有了回音。")
    return "\n".join(body)


def broken_headings(rng: random.Random) -> str:
    """Headings broken behind their last comma."""
    headings = (("，" + junk("\n")).join(one.rsplit("，", 1)) for one in rng.sample(_HEADINGS, rng.randint(3, 5)))
    return "\n".join(line for heading in headings for line in (heading, *plain(rng)[:2]))


def cut_sentences(rng: random.Random) -> str:
    """A link inside a sentence made a paragraph, every piece given a full stop."""
    body = titled(rng)
    body.insert(rng.randint(2, len(body) - 1), junk("。\n").join(rng.choice(_LINKS)))
    return "\n".join(body)


def digit_spaces(rng: random.Random) -> str:
    """Spaces around numbers, on one side or both, without a system."""

    def spaced() -> str:
        sides = [junk(" ") if rng.random() < 0.4 else "" for _ in range(2)]
        return f"{sides[0]}{rng.randint(2, 99)}{sides[1]}"

    rows = (_COUNTED.format(*(spaced() for _ in range(4))) + one for one in plain(rng, 8))
    return "\n".join([rng.choice(originals())[0], *rows])


MODELS: dict[str, Callable[[random.Random], str]] = {
    f"layout.{model.__name__}": model
    for model in (
        slices, vertical, page_markers, hard_wraps, stray_dots, stray_question_marks, title_index, caption_title,
        quote_gaps, broken_headings, cut_sentences, digit_spaces,
    )
}  # fmt: skip


def rotated_clauses(rng: random.Random) -> tuple[list[str], list[str]]:
    """Numbered paragraphs, and the same with the first two clauses exchanged, the comma behind them a full stop."""
    heads = [heading.split("，")[:2] for heading in rng.sample(_HEADINGS, 4)]
    rows = list(zip("一二三四", heads, plain(rng), strict=False))
    right = [f"第{n}，{a}。{b}是关键，{body}" for n, (a, b), body in rows]
    return right, [f"{a}。{b}是关键，第{n}。{body}" for n, (a, b), body in rows]


@dataclass
class Score:
    """Places damaged and mended, by model; characters taken and rightly taken, by rule."""

    damaged: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)


def parts(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The page without the marks around what was put in, and where that stands."""
    text, spans = "", []
    for piece in re.split(f"({_OPEN}[^{_CLOSE}]*{_CLOSE})", marked):
        if piece.startswith(_OPEN):
            spans.append((len(text), len(text) + len(piece) - 2))
        text += piece.strip(_OPEN + _CLOSE)
    return text, spans


def judge(rule: str, marked: str, score: Score) -> None:
    """Clean a damaged page and count what went."""
    text, spans = parts(marked)
    gone = taken_away(text, clean(text.encode(), Profile()))
    for first, last in spans:
        places = [at for at in range(first, last) if text[at].strip()] or range(first, last)
        score.damaged[rule] += 1
        score.mended[rule] += all(place in gone for place in places)
    theirs = {at for first, last in spans for at in range(first, last)}
    for place, by in gone.items():
        if by.startswith("layout.") and (text[place].strip() or rule in _SPACES):
            score.taken[by] += 1
            score.right[by] += place in theirs


_SPACES = {f"layout.{name}" for name in ("vertical", "hard_wraps", "broken_headings", "digit_spaces", "quote_gaps")}


def taken_away(text: str, cleaned: Cleaned) -> dict[int, str]:
    """Which characters of a source in UTF-8 are no longer there, white space too, and which rule took them."""
    starts = np.cumsum([0] + [len(char.encode()) for char in text])
    gone: dict[int, str] = {}
    for step in cleaned.steps[1:]:
        first = np.searchsorted(starts, step.raw_start).tolist()
        for start, before, after in zip(first, step.edits.before, step.edits.after, strict=True):
            for code in Indel.opcodes(before, after):
                if code.tag == "delete":
                    gone |= dict.fromkeys(range(start + code.src_start, start + code.src_end), step.rule)
    return gone


def evaluate(pages: int, seed: int = 7) -> Score:
    """Damage so many pages by each model."""
    rng, score = random.Random(seed), Score()
    for rule, model in MODELS.items():
        for _ in range(pages):
            judge(rule, model(rng), score)
    for _ in range(pages):
        right, wrong = rotated_clauses(rng)
        lines = clean("\n".join(["渠首的事", *wrong]).encode(), Profile()).text.split("\n")[1:]
        for now, before, was in zip(lines, wrong, right, strict=False):
            score.damaged["layout.rotated_clauses"] += 1
            score.mended["layout.rotated_clauses"] += now == was
            score.taken["layout.rotated_clauses"] += now != before
            score.right["layout.rotated_clauses"] += now == was
    return score


def main(pages: int = 200) -> None:
    score = evaluate(pages)
    print(f"{'rule':30} {'recall, places':39} precision, characters")
    for rule in sorted({*score.damaged, *score.taken}):
        print(f"{rule:30} ", end="")
        for hits, total in ((score.mended[rule], score.damaged[rule]), (score.right[rule], score.taken[rule])):
            low, high = wilson(hits, total)
            print(f"{hits / max(1, total):.4f} [{low:.4f}, {high:.4f}] {hits:>6}/{total:<6}", end="  ")
        print()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
