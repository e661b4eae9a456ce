"""The flow of a run as bands of an SVG picture: how wide, and along which curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 260  # user units of the picture
_LEFT, _RIGHT = 150, 470  # where the bands leave and arrive
_GAP = 16  # least distance of labels
_THIN = 2.0  # height of a band too small to see, so that nothing that happened is invisible


@dataclass(frozen=True, slots=True)
class Band:
    """One band: its class for the colour, label, value, share, closed path, and where its label stands."""

    name: str
    label: str
    value: int
    share: float
    path: str
    top: float
    height: float
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
    left = (HEIGHT - room) / 2
    right, label = 10.0, 0.0
    result = []
    for (name, text, value), height in zip(parts, heights, strict=True):
        label = max(right + height / 2, label + _GAP * 2)
        result.append(
            Band(name, text, value, value / total, _path(left, right, height), right, height, min(label, HEIGHT - 6))
        )
        left += height
        right += height + spread
    return result


def _path(left: float, right: float, height: float) -> str:
    middle = (_LEFT + _RIGHT) / 2
    return (
        f"M{_LEFT},{left:.1f} C{middle},{left:.1f} {middle},{right:.1f} {_RIGHT},{right:.1f} "
        f"V{right + height:.1f} C{middle},{right + height:.1f} {middle},{left + height:.1f} "
        f"{_LEFT},{left + height:.1f} Z"
    )
