"""Site lines learned from the pages of a site: what is believed, what is not, and how much of either."""

from __future__ import annotations

import random
import time

import pytest

from cleaners.corpus.boilerplate import learn
from cleaners.document import NO_NOTES, Document
from cleaners.edits import apply, invert
from cleaners.rules import learned
from tests.eval.learned_eval import as_pages, evaluate, mend, teach
from tests.eval.pages_eval import lines_left
from tests.eval.site_maker import GENRES, SERIES, make_series, make_site, written

# Lines no rule of the table has, each on most pages of a site.
MUST_GO = (
    "本站编辑推荐 关注本站小程序，随时看范文",
    "把这一篇发给正在写稿的同事",
    "（本文由山谷文库整理）",
    "前一则：{title}",
    "浏览 {n} 次",
    "文稿馆 | 写作课 | 素材库 | 我的书架",
    "喜欢这篇的人还读了这些 ↓",
)


def verdicts(texts: list[str], site: str = "s.example") -> dict[str, str]:
    """What was said of each line that recurs on one site, by its folded text."""
    notes = [mend(text)[1] or NO_NOTES for text in texts]
    pages, _ = as_pages([site] * len(texts), notes)
    lines = [line for page in notes for line in page.lines]
    return {lines[one.row].text: one.verdict for one in learn(pages)}


@pytest.mark.parametrize("genre", GENRES)
def test_what_a_genre_repeats_stays(genre: str) -> None:
    """Sixty texts of one kind, openings, closings, headings and formulas alike on all of them, lose nothing."""
    rng = random.Random(7)
    found = verdicts(["\n".join(written(rng, genre)) for _ in range(60)])
    assert [text for text, verdict in found.items() if verdict == "removed"] == []


@pytest.mark.parametrize("line", MUST_GO)
@pytest.mark.parametrize("place", ["head", "tail"])
def test_what_a_site_repeats_goes(line: str, place: str) -> None:
    """Whatever the kind of text, from every page that has the line; the text around it stays."""
    rng = random.Random(line + place)
    texts, whole = [], []
    for number in range(40):
        body = written(rng, rng.choice(GENRES))
        shown = line.format(title=f"第{number}号事项", n=rng.randint(2, 90000))
        with_line = [body[0], shown, *body[1:]] if place == "head" else [*body, shown]
        texts.append("\n".join(with_line if number % 3 else body))
        whole.append("\n".join(body))
    first = [mend(text) for text in texts]
    taught, _ = teach(["s.example"] * 40, [notes or NO_NOTES for _, notes in first])
    for number, text in enumerate(texts):
        assert mend(text, taught.get(number, ()))[0] == mend(whole[number])[0]


@pytest.mark.parametrize(("wordings", "floor"), [(0, 0.9), (1, 0.7)], ids=["tuned by", "held out"])
def test_recall_and_loss_on_generated_sites(wordings: int, floor: float) -> None:
    """The floors of the evaluation, on a slice of it: many sites, so that no single line decides, of few pages each."""
    rng = random.Random(20261122)
    result = evaluate([page for number in range(40) for page in make_site(rng, number, wordings)[:14]])
    assert result.wanted.total() > 4000
    assert result.recall > floor, result.missed.most_common(5)
    assert result.loss <= 5, result.lost.most_common(5)


@pytest.mark.parametrize("number", range(len(SERIES)))
def test_what_a_series_repeats_stays(number: int) -> None:
    """Figures of a day, numbered exercises, what one office signs: content, though it recurs at the edges of pages.

    Some of these sites wear a dress that bears the name of who writes the series.
    """
    for seed in range(3):
        pages = make_series(random.Random(seed), number)[:30]
        taught, _ = teach([page.site for page in pages], [learned.notice(Document(page.text)) for page in pages])
        for at, some in taught.items():
            left = apply(pages[at].text, learned.RULE.find(Document(pages[at].text, lessons=some)).edits)
            assert lines_left(pages[at].truth) <= lines_left(left)


def test_outside_of_a_sites_line_there_is_no_text() -> None:
    """A line in words no site need use goes where it follows one that is believed, and stays where that one is not."""
    rng = random.Random(9)
    bodies = [written(rng, "speech") for _ in range(40)]
    for inner, verdict in (("把这一篇发给正在写稿的同事", "removed"), ("愿落星镇的明天更美好", "left")):
        texts = [
            "\n".join([*body, *([inner] if at % 3 else []), "捎给办公室的笔杆子看看"]) for at, body in enumerate(bodies)
        ]
        assert verdicts(texts)["捎给办公室的笔杆子看看"] == verdict


def test_a_site_of_one_document_teaches_nothing() -> None:
    """Every page the same but for a number: one document that came fifty times."""
    body = "\n".join(written(random.Random(3), "essay"))
    assert verdicts([f"{body}\n转发此文到您的工作群\n浏览{number}次" for number in range(50)]) == {}


def test_the_order_of_pages_does_not_matter() -> None:
    """Learning is a function of the set of pages."""
    pages = make_site(random.Random(5), 5, 0)
    before = verdicts([page.text for page in pages])
    random.Random(1).shuffle(pages)
    assert verdicts([page.text for page in pages]) == before
    assert "removed" in before.values()


def test_what_was_cleaned_needs_no_cleaning() -> None:
    """With the same lessons a page that was cleaned is left alone, and the edits lead back."""
    pages = make_site(random.Random(8), 8, 0)
    taught, _ = teach([page.site for page in pages], [mend(page.text)[1] or NO_NOTES for page in pages])
    assert taught
    for number, some in taught.items():
        text = pages[number].text
        edits = learned.RULE.find(Document(text, lessons=some)).edits
        once = apply(text, edits)
        assert invert(once, edits) == text
        assert not len(learned.RULE.find(Document(once, lessons=some)).edits)


@pytest.mark.parametrize("line", ["一", "点", "本站", "转发此文到您的工作群", "上一篇：" + "长" * 300])
def test_time_is_linear(line: str) -> None:
    """Two hundred thousand lines of one character, or as much text in lines of a site, take seconds."""
    text = "\n".join([line] * (200_000 // len(line)))
    start = time.process_time()
    learned.RULE.find(Document(text, lessons=learned.EXAMPLE))
    assert time.process_time() - start < 10


def test_a_page_that_would_lose_everything_is_left_alone() -> None:
    """Nothing but lines of its site: whether that is a document is for its verdict to say."""
    assert not len(learned.RULE.find(Document("转发此文到您的工作群\n", lessons=learned.EXAMPLE)).edits)
