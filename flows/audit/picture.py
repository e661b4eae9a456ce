"""The flow of a run as bands of an SVG picture: how wide, and along which curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 290  # user units of the picture
_LEFT, _RIGHT = 150, 470  # where the bands leave and arrive
_GAP = 40.0  # least distance of labels, which have two lines
_THIN = 2.0  # height of a band too small to see, so that nothing that happened is invisible


@dataclass(frozen=True, slots=True)
class Band:
    """One band: its class for the colour, label, value, share, closed path, and where its label stands."""

    name: str
    label: str
    value: int
    share: float
    path: str
    label_y: float


def bands(parts: Sequence[tuple[str, str, int]]) -> list[Band]:
    """The bands of a whole that is divided into parts, given as (class, label, value); parts of 0 are left out.

    >>> [band.share for band in bands([("kept", "kept", 3), ("gone", "gone", 1), ("none", "none", 0)])]
    [0.75, 0.25]
    """
    parts = [part for part in parts if part[2] > 0]
    total = sum(value for _, _, value in parts)
    if not total:
        return []
    spread = 26.0
    room = HEIGHT - 20 - spread * (len(parts) - 1)
    heights = [max(room * value / total, _THIN) for _, _, value in parts]
    scale = room / sum(heights)
    heights = [height * scale for height in heights]
    left, right = (HEIGHT - room) / 2, 10.0
    places = _labels(right, heights, spread)
    result = []
    for (name, text, value), height, label in zip(parts, heights, places, strict=True):
        result.append(Band(name, text, value, value / total, _path(left, right, height), label))
        left += height
        right += height + spread
    return result


def _labels(top: float, heights: Sequence[float], spread: float) -> list[float]:
    """Where the labels stand: beside their bands, moved up from the foot of the picture where they would collide."""
    places = []
    for height in heights:
        places.append(top + height / 2)
        top += height + spread
    lowest = HEIGHT - 20.0
    for index in range(len(places) - 1, -1, -1):
        places[index] = lowest = min(places[index], lowest)
        lowest -= _GAP
    return places


def _path(left: float, right: float, height: float) -> str:
    middle = (_LEFT + _RIGHT) / 2
    return (
        f"M{_LEFT},{left:.1f} C{middle},{left:.1f} {middle},{right:.1f} {_RIGHT},{right:.1f} "
        f"V{right + height:.1f} C{middle},{right + height:.1f} {middle},{left + height:.1f} "
        f"{_LEFT},{left + height:.1f} Z"
    )
