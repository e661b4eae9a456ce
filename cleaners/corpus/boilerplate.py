"""Lines that the pages of a site share because the site wrote them: learned from what each page noticed.

A line is its site's own where it stands at the same edge of enough pages that differ, nothing between it and the edge
but lines that recur as well, in words that speak of a site (`cleaners.rules.site_words`); or outside of such lines,
where no text can be. Copies of one text are one page, so a speech that was scraped five times teaches nothing. What
recurs and is not believed is reported and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Lesson
from cleaners.rules import site_words
from cleaners.rules.learned import DEPTH

Ints = NDArray[np.int64]

# By cue (TEXT, OUTSIDE, WEAK, TAIL, EDGE, ANYWHERE): pages that differ in which a line stands at the least, and their
# share of the site's, the lower end of the 95 % interval after Wilson (1927). Measured by tests/eval/learned_eval.py.
LEAST = np.array([6, 6, 10, 5, 5, 4])
SHARE = np.array([0.2, 0.2, 0.25, 0.1, 0.1, 0.02])
_WEIGHT = (0.9, 0.9, 0.9, 0.95, 0.97, 1.0)  # of the confidence
INNER_LEAST, INNER_SHARE = 8, 0.3  # of lines between the edges, which have to speak of the site unmistakably
_WITHIN = 0.7  # of its pages in which only lines that recur stand between a line and the edge
_OUTER = 5  # pages on which a line without a cue stands outside of one that is believed, at the least
_ASTRAY = 0.1  # of them, so many it may stand inside of it on
_TITLE = 1  # lines that differ from page to page and may stand outside of a site's lines at the head

HEAD, TAIL, ANY = "head", "tail", "any"


@dataclass(frozen=True)
class Pages:
    """What all pages noticed, as columns. ``site`` and ``sketch`` have a row per page that noticed anything.

    ``silent`` counts, by site, the pages that noticed nothing. The others have a row per line, ``page`` being the
    row of its page.
    """

    site: Sequence[str]
    sketch: NDArray[np.uint64]
    silent: dict[str, int]
    page: Ints
    digest: NDArray[np.uint64]
    head: Ints
    tail: Ints
    cue: Ints


@dataclass(frozen=True, slots=True)
class Learned:
    """One line of one site. ``row`` is one of its rows in `Pages`; ``verdict`` is ``removed`` or ``left``."""

    lesson: Lesson
    row: int
    seen: int  # pages that differ
    documents: int  # pages of the site that differ
    verdict: str


def learn(pages: Pages) -> list[Learned]:
    """What the pages teach, in the order of site, place and digest; it does not depend on the order of the pages."""
    names, site = np.unique(np.asarray(pages.site, dtype=object), return_inverse=True)
    kin = _kin(site, pages.sketch)
    silent = np.array([pages.silent.get(name, 0) for name in names], dtype=np.int64)
    corpus = _Corpus(pages, site, kin, silent + np.bincount(site[np.unique(kin)], minlength=len(names)))
    found = [*_at_edge(corpus, HEAD), *_at_edge(corpus, TAIL), *_between(corpus)]
    result = [_told(corpus, str(names[site[pages.page[one[0]]]]), *one) for one in found]
    return sorted(result, key=lambda one: (one.lesson.site, one.lesson.place, one.lesson.digest))


def lessons(learned: Sequence[Learned], pages: Pages) -> dict[int, tuple[Lesson, ...]]:
    """For each page (by its row) on which learned lines were noticed where they are believed, those lessons."""
    believed = [one.lesson for one in learned if one.verdict == "removed"]
    taught = {(one.site, one.digest, one.place): one for one in believed}
    digests = np.array([one.digest for one in believed], dtype=np.uint64)
    rows = np.flatnonzero(np.isin(pages.digest, digests))
    found: dict[int, dict[Lesson, None]] = {}
    columns = (pages.page[rows], pages.digest[rows], pages.head[rows], pages.tail[rows], pages.cue[rows])
    for page, digest, head, tail, said in zip(*(column.tolist() for column in columns), strict=True):
        for place in _places(head, tail, said):
            if lesson := taught.get((pages.site[page], digest, place)):
                found.setdefault(page, {})[lesson] = None
    return {page: tuple(sorted(some, key=lambda one: (one.place, one.digest))) for page, some in sorted(found.items())}


def _places(head: int, tail: int, said: int) -> Iterator[str]:
    """Where a line stands: at the nearer edge, and anywhere if it speaks of a site unmistakably."""
    if head and (not tail or head <= tail):
        yield HEAD
    if tail and (not head or tail <= head):
        yield TAIL
    if said == site_words.ANYWHERE:
        yield ANY


def _kin(site: Ints, sketch: NDArray[np.uint64]) -> Ints:
    """For each page the first of those of its site that are copies of it: pages that share a number of the sketch."""
    parent = list(range(len(site)))

    def root(page: int) -> int:
        while parent[page] != page:
            parent[page] = parent[parent[page]]
            page = parent[page]
        return page

    for column in range(sketch.shape[1]):
        order = np.lexsort((sketch[:, column], site))
        equal = ~_changes(sketch[order, column]) & ~_changes(site[order])
        for at in np.flatnonzero(equal).tolist():
            one, other = sorted((root(int(order[at - 1])), root(int(order[at]))))
            parent[other] = one
    return np.array([root(page) for page in range(len(site))], dtype=np.int64)


@dataclass(frozen=True)
class _Corpus:
    """The pages with their sites, as numbers, their kin, and how many pages that differ each site has."""

    pages: Pages
    site: Ints
    kin: Ints
    sizes: Ints


@dataclass(frozen=True)
class _Groups:
    """Rows of `Pages` by line and site: those of group ``i`` begin at ``starts[i]``."""

    rows: Ints
    starts: Ints
    seen: Ints  # pages that differ
    share: NDArray[np.float64]  # of the site's pages, its lower bound

    @property
    def first(self) -> Ints:
        """A row of each group."""
        return self.rows[self.starts]

    @property
    def line(self) -> Ints:
        """The group of each row."""
        return np.repeat(np.arange(len(self.starts)), self._sizes())

    def members(self, chosen: NDArray[np.bool_]) -> Ints:
        """The rows of some groups."""
        return self.rows[chosen[self.line]]

    def mean(self, what: NDArray[np.bool_]) -> NDArray[np.float64]:
        """By group, of how large a part of its rows something holds; ``what`` goes with ``rows``."""
        sums = np.add.reduceat(what.astype(np.int64), self.starts) if len(self.rows) else np.zeros(0, np.int64)
        shares: NDArray[np.float64] = sums / self._sizes()
        return shares

    def _sizes(self) -> Ints:
        return np.diff(np.append(self.starts, len(self.rows)))


def _grouped(corpus: _Corpus, rows: Ints) -> _Groups:
    """The groups of these rows that may recur."""
    pages = corpus.pages
    digests, counts = np.unique(pages.digest[rows], return_counts=True)
    rows = rows[np.isin(pages.digest[rows], digests[counts >= LEAST.min()])]
    site, kin = corpus.site[pages.page[rows]], corpus.kin[pages.page[rows]]
    order = np.lexsort((kin, site, pages.digest[rows]))
    rows, site, kin = rows[order], site[order], kin[order]
    new = _changes(pages.digest[rows]) | _changes(site)
    starts = np.flatnonzero(new)
    seen = np.add.reduceat((new | _changes(kin)).astype(np.int64), starts) if len(rows) else starts
    return _Groups(rows, starts, seen, _lower(seen, corpus.sizes[site[starts]]))


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a value differs from the one before."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


_Found = tuple[int, str, int, bool]  # row of `Pages`, place, pages that differ, believed


def _at_edge(corpus: _Corpus, place: str) -> Iterator[_Found]:
    """The lines that recur at an edge, and which of them are believed."""
    pages = corpus.pages
    here, there = (pages.head, pages.tail) if place == HEAD else (pages.tail, pages.head)
    groups = _grouped(corpus, np.flatnonzero((here > 0) & ((there == 0) | (here <= there))))
    recur = groups.seen >= LEAST.min()
    run = _run(len(pages.site), pages.page, here, groups.members(recur), _TITLE if place == HEAD else 0)
    within = groups.mean(here[groups.rows] <= run[pages.page[groups.rows]]) >= _WITHIN
    said = pages.cue[groups.first]
    often = (groups.seen >= LEAST[said]) & (groups.share >= SHARE[said])
    spoken = site_words.EDGE if place == HEAD else site_words.WEAK
    believed = often & ((said == site_words.ANYWHERE) | ((said >= spoken) & within))
    if place == TAIL:  # a title may stand before a site's first line, but no text behind its last
        believed |= _outside(corpus, groups, here, believed, often & within & (said >= site_words.OUTSIDE) & ~believed)
    columns = (groups.first[recur], groups.seen[recur], believed[recur])
    for row, seen, yes in zip(*(column.tolist() for column in columns), strict=True):
        yield row, place, seen, yes


def _outside(
    corpus: _Corpus, groups: _Groups, here: Ints, believed: NDArray[np.bool_], doubted: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which of the doubted lines stand outside of one that is believed, on many pages and hardly ever inside of it."""
    page = corpus.pages.page
    trusted = np.full((len(corpus.pages.site), DEPTH + 1), -1, dtype=np.int64)  # lines, by page and place
    rows = groups.members(believed)
    trusted[page[rows], here[rows]] = groups.line[believed[groups.line]]
    rows, line = groups.members(doubted), groups.line[doubted[groups.line]]
    at, place = np.nonzero(trusted[page[rows]] >= 0)
    rows, line = rows[at], line[at]
    inside = place > here[rows]
    pair = line * len(groups.starts) + trusted[page[rows], place]
    order = np.lexsort((corpus.kin[page[rows]], inside, pair))
    new = _changes(pair[order]) | _changes(inside[order]) | _changes(corpus.kin[page[rows[order]]])
    pairs, which = np.unique(pair[order[new]], return_inverse=True)
    total, outer = np.bincount(which), np.bincount(which, weights=inside[order[new]])
    result = np.zeros(len(groups.starts), dtype=np.bool_)
    result[pairs[(outer >= _OUTER) & (total - outer <= _ASTRAY * outer)] // len(groups.starts)] = True
    return result


def _between(corpus: _Corpus) -> Iterator[_Found]:
    """The lines that recur wherever they stand and speak of a site unmistakably."""
    groups = _grouped(corpus, np.flatnonzero(corpus.pages.cue == site_words.ANYWHERE))
    believed = (groups.seen >= INNER_LEAST) & (groups.share >= INNER_SHARE)
    for row, seen in zip(groups.first[believed].tolist(), groups.seen[believed].tolist(), strict=True):
        yield row, ANY, seen, True


def _run(count: int, page: Ints, place: Ints, rows: Ints, gaps: int) -> Ints:
    """For each page how many lines from the edge on are among these rows; ``gaps`` of them need not be."""
    there = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(there, page[rows], 1 << (place[rows] - 1))
    run, missing = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for at in range(DEPTH):
        present = (there >> at & 1).astype(np.bool_)
        missing += ~present
        run = np.where(present & (missing <= gaps), at + 1, run)
    return run


def _told(corpus: _Corpus, site: str, row: int, place: str, seen: int, believed: bool) -> Learned:
    """What was found, in words for the ledger and the table."""
    floor = 1 << (seen.bit_length() - 1)
    confidence = round((1 - 1 / (2 * floor)) * _WEIGHT[corpus.pages.cue[row]], 3)
    lesson = Lesson(int(corpus.pages.digest[row]), place, site, floor, confidence)
    documents = int(corpus.sizes[corpus.site[corpus.pages.page[row]]])
    return Learned(lesson, row, seen, documents, "removed" if believed else "left")


def _lower(hits: Ints, total: Ints, z: float = 1.96) -> NDArray[np.float64]:
    """The lower end of the 95 % interval of shares, after Wilson (1927)."""
    share, spread = hits / total, z * z / total
    half = z * np.sqrt(share * (1 - share) / total + spread / (4 * total))
    lower: NDArray[np.float64] = (share + spread / 2 - half) / (1 + spread)
    return lower
