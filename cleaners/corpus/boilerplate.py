"""Lines that the pages of a site share because the site wrote them: learned from what each page noticed.

A line is its site's own where it stands at the same edge of enough pages that differ, in words that speak of a site
(`cleaners.rules.learned`), or outside of such lines, where no text can be. Copies of one text are one page, so a
speech that was scraped five times teaches nothing. What recurs and is not believed is reported and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Lesson
from cleaners.rules import site_words

Ints = NDArray[np.int64]

LEAST = {3: 4, 2: 5, 1: 5, 0: 6}  # pages that differ in which a line stands at the least, by its cue
SHARE = {3: 0.02, 2: 0.1, 1: 0.1, 0: 0.2}  # of the site's pages: lower end of the 95 % interval after Wilson (1927)
INNER_LEAST, INNER_SHARE = 8, 0.3  # the same for lines between the edges, which need an unmistakable cue
_OUTER = 0.8  # of its pages in which a line without a cue stands outside of one that is learned
_SITES = 2  # sites on which a line without a cue may stand; more, and it belongs to the kind of text
_WEIGHT = {3: 1.0, 2: 0.97, 1: 0.97, 0: 0.9}

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
    sizes = silent + np.bincount(site[np.unique(kin)], minlength=len(names))
    groups = _Groups(site, kin, pages, sizes)
    found = [*groups.at(HEAD, pages.head > 0), *groups.at(TAIL, pages.tail > 0), *groups.inner()]
    result = [groups.told(one, str(names[one.site])) for one in found]
    return sorted(result, key=lambda one: (one.lesson.site, one.lesson.place, one.lesson.digest))


def lessons(learned: Sequence[Learned], pages: Pages) -> dict[int, tuple[Lesson, ...]]:
    """For each page (by its row) on which learned lines were noticed where they are believed, those lessons."""
    taught = {(one.lesson.site, one.lesson.digest, one.lesson.place): one.lesson
              for one in learned if one.verdict == "removed"}  # fmt: skip
    digests = np.unique(np.array([digest for _, digest, _ in taught], dtype=np.uint64))
    rows = np.flatnonzero(np.isin(pages.digest, digests)) if len(digests) else np.zeros(0, np.int64)
    found: dict[int, dict[Lesson, None]] = {}
    columns = (pages.page[rows], pages.digest[rows], pages.head[rows], pages.tail[rows], pages.cue[rows])
    for page, digest, head, tail, said in zip(*(column.tolist() for column in columns), strict=True):
        for place, there in ((HEAD, head > 0), (TAIL, tail > 0), (ANY, said == site_words.ANYWHERE)):
            lesson = taught.get((pages.site[page], digest, place)) if there else None
            if lesson:
                found.setdefault(page, {})[lesson] = None
    return {page: tuple(sorted(some, key=lambda one: (one.place, one.digest))) for page, some in sorted(found.items())}


def _kin(site: Ints, sketch: NDArray[np.uint64]) -> Ints:
    """For each page the first of those of its site that are copies of it: pages that share a number of the sketch."""
    parent = list(range(len(site)))

    def root(page: int) -> int:
        while parent[page] != page:
            parent[page] = parent[parent[page]]
            page = parent[page]
        return page

    for column in range(sketch.shape[1] if len(site) else 0):
        order = np.lexsort((sketch[:, column], site))
        equal = (site[order][1:] == site[order][:-1]) & (sketch[order, column][1:] == sketch[order, column][:-1])
        for at in np.flatnonzero(equal).tolist():
            one, other = sorted((root(int(order[at])), root(int(order[at + 1]))))
            parent[other] = one
    return np.array([root(page) for page in range(len(site))], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows of one line on one site at one place."""

    site: int
    place: str
    row: int
    cue: int
    seen: int
    believed: bool


class _Groups:
    """The rows of lines, grouped by site and line, at one place after the other."""

    def __init__(self, site: Ints, kin: Ints, pages: Pages, sizes: Ints) -> None:
        self._pages, self._sizes = pages, sizes
        self._site = site[pages.page]
        self._kin = kin[pages.page]

    def at(self, place: str, there: NDArray[np.bool_]) -> list[_Group]:
        """The lines that recur at this edge; those without a cue only where they stand outside of learned ones."""
        spoken = self._groups(
            place, np.flatnonzero(there & (self._pages.cue >= (site_words.EDGE if place == HEAD else site_words.TAIL)))
        )
        if place == HEAD:  # a title may stand before a site's line; nothing stands behind the last of them
            return spoken
        edge = self._edge(spoken)
        silent = np.flatnonzero(there & (self._pages.cue == 0))
        return spoken + self._groups(place, silent, self._pages.tail < edge[self._pages.page])

    def inner(self) -> list[_Group]:
        """The lines that recur anywhere and speak of a site unmistakably."""
        found = self._groups(ANY, np.flatnonzero(self._pages.cue == site_words.ANYWHERE))
        return [one for one in found if one.believed]

    def told(self, one: _Group, site: str) -> Learned:
        """A group as what was learned."""
        seen = 1 << (one.seen.bit_length() - 1)
        confidence = round((1 - 1 / (2 * seen)) * _WEIGHT[one.cue], 3)
        lesson = Lesson(int(self._pages.digest[one.row]), one.place, site, seen, confidence)
        return Learned(lesson, one.row, one.seen, int(self._sizes[one.site]), "removed" if one.believed else "left")

    def _edge(self, spoken: list[_Group]) -> Ints:
        """For each page how far from its tail the innermost line stands that is believed."""
        edge = np.zeros(len(self._pages.site), dtype=np.int64)
        believed = {(one.site, int(self._pages.digest[one.row])) for one in spoken if one.believed}
        rows = np.flatnonzero(np.isin(self._pages.digest, np.array([d for _, d in believed], dtype=np.uint64)))
        rows = rows[[(s, d) in believed for s, d in zip(self._site[rows].tolist(), self._pages.digest[rows].tolist(),
                                                         strict=True)]] if len(rows) else rows  # fmt: skip
        np.maximum.at(edge, self._pages.page[rows], self._pages.tail[rows])
        return edge

    def _groups(self, place: str, rows: Ints, outside: NDArray[np.bool_] | None = None) -> list[_Group]:
        digest, counts = np.unique(self._pages.digest[rows], return_counts=True)
        rows = rows[np.isin(self._pages.digest[rows], digest[counts >= min(LEAST.values())])]
        order = np.lexsort((rows, self._kin[rows], self._site[rows], self._pages.digest[rows]))
        rows = rows[order]
        if not len(rows):
            return []
        digests, sites, kin = self._pages.digest[rows], self._site[rows], self._kin[rows]
        new_line = np.append(True, digests[1:] != digests[:-1])
        new_site = np.append(True, sites[1:] != sites[:-1]) | new_line
        new_kin = np.append(True, kin[1:] != kin[:-1]) | new_site
        starts = np.flatnonzero(new_site)
        seen = np.add.reduceat(new_kin.astype(np.int64), starts)
        cues = np.minimum.reduceat(self._pages.cue[rows], starts)
        line = np.cumsum(new_line)[starts]
        on_sites = np.bincount(line)[line]
        shares = (
            np.add.reduceat(outside[rows].astype(np.int64), starts) / np.diff(np.append(starts, len(rows)))
            if outside is not None
            else np.ones(len(starts))
        )
        return [
            group
            for start, count, said, spread, share in zip(
                *(c.tolist() for c in (starts, seen, cues, on_sites, shares)), strict=True
            )
            if (
                group := self._judged(
                    place, int(rows[start]), int(said), count, said > 0 or (share >= _OUTER and spread <= _SITES)
                )
            )
        ]

    def _judged(self, place: str, row: int, said: int, seen: int, allowed: bool) -> _Group | None:
        """A group if it recurs at all, with whether it is believed."""
        site = int(self._site[row])
        least, share = (INNER_LEAST, INNER_SHARE) if place == ANY else (LEAST[said], SHARE[said])
        if seen < min(LEAST.values()):
            return None
        believed = allowed and seen >= least and _lower(seen, int(self._sizes[site])) >= share
        return _Group(site, place, row, said, seen, believed)


def _lower(hits: int, total: int, z: float = 1.96) -> float:
    """The lower end of the 95 % interval of a share, after Wilson (1927)."""
    share, spread = hits / total, z * z / total
    middle = share + spread / 2
    half = z * float(np.sqrt(share * (1 - share) / total + spread / (4 * total)))
    return (middle - half) / (1 + spread)
