"""How often a rule is right, from what people judged, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # of the normal distribution, for an interval that holds in 95 of 100 cases


@dataclass(frozen=True, slots=True)
class Precision:
    """Judged edits of one rule. ``sampled`` says whether all of them were drawn at random.

    Unsure judgements are counted apart and enter no share.
    """

    right: int
    wrong: int
    unsure: int = 0
    sampled: bool = False

    @property
    def judged(self) -> int:
        """Edits judged right or wrong."""
        return self.right + self.wrong

    @property
    def share(self) -> float:
        """Right ones of those judged right or wrong."""
        return self.right / self.judged if self.judged else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share, after Wilson (1927)."""
        return wilson(self.right, self.judged)


def wilson(right: int, judged: int) -> tuple[float, float]:
    """Wilson's score interval (95 %) of a share; the whole range where nothing was judged.

    >>> [round(bound, 3) for bound in wilson(45, 50)]
    [0.786, 0.957]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not judged:
        return 0.0, 1.0
    share, square = right / judged, Z * Z
    middle = share + square / (2 * judged)
    reach = Z * sqrt(share * (1 - share) / judged + square / (4 * judged * judged))
    low, high = (middle - reach) / (1 + square / judged), (middle + reach) / (1 + square / judged)
    return (0.0 if right == 0 else low), (1.0 if right == judged else high)
