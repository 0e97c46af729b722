"""Papers that cannot be seen, by their print: blocks far apart, each at an angle of its own.

On a lid as white as paper nothing but print tells receipts from the blocks of an ordinary page.
A page prints its blocks in parallel; receipts do not fall so. Parallel blocks are one page.
"""

from collections.abc import Sequence
from itertools import groupby

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.ocr.rectangles import MIN_INK, Ink, Rectangle, explains, holds

REACHES = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 14.0)  # heights of letters
STEADY = 1.35  # times that letters may reach further, and blocks stay the same
MIN_SIDE = 9.0  # of a block, in heights of letters
MIN_FILLED = 0.45  # of a block's rectangle
MIN_SHARE = 0.1  # of the largest block, that the smallest covers
JOINED = 1.3  # two blocks are one where their common rectangle is so little larger than both
APART_DEG = 1.2  # receipts lie at angles at least so different
_STEP_DEG = 0.25


def blocks(ink: Ink) -> tuple[Rectangle, ...]:
    """Return rectangles around blocks of print that are papers of their own; none in doubt."""
    high = float(np.median(ink.heights))
    seen = [(reach, _blocks_at(ink, reach * high, high)) for reach in REACHES]
    runs = [list(run) for _, run in groupby(seen, key=lambda one: len(one[1]))]
    best: tuple[Rectangle, ...] = ()
    longest = STEADY - 0.01
    for run in runs:
        (first, found), (last, _) = run[0], run[-1]
        if len(found) > 1 and last / first > longest and _are_papers(found, ink, high):
            best, longest = tuple(found), last / first
    return best


def _blocks_at(ink: Ink, reach: float, high: float) -> list[Rectangle]:
    """Return the blocks of letters that are within ``reach`` of each other, small ones joined."""
    side = max(3, round(reach) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    contours, _ = cv2.findContours(
        cv2.dilate(ink.mask, kernel), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    found = [_shrunk(cv2.minAreaRect(contour), side - 1) for contour in contours]  # type: ignore[arg-type]
    large = [r for r in found if holds(r, ink.middles).sum() >= MIN_INK]
    return _joined(large, high)


def _shrunk(rectangle: Rectangle, by: float) -> Rectangle:
    """Return a rectangle with both sides shorter."""
    middle, (wide, high), angle = rectangle
    return middle, (max(1.0, wide - by), max(1.0, high - by)), angle


def _joined(found: list[Rectangle], high: float) -> list[Rectangle]:
    """Join blocks too thin to be papers with the one that they go on from."""
    found = list(found)
    while True:
        thin = [r for r in found if min(r[1]) < MIN_SIDE * high]
        joins = [
            (_area(_around(a, b)) / (_area(a) + _area(b)), a, b)
            for a in thin
            for b in found
            if a is not b
        ]
        growth, a, b = min(joins, key=lambda join: join[0], default=(JOINED, None, None))
        if a is None or b is None or growth >= JOINED:
            return found
        found = [r for r in found if r is not a and r is not b] + [_around(a, b)]


def _around(a: Rectangle, b: Rectangle) -> Rectangle:
    """Return the smallest rectangle around two."""
    corners = np.concatenate([cv2.boxPoints(a), cv2.boxPoints(b)])
    return cv2.minAreaRect(corners)  # type: ignore[return-value]


def _area(rectangle: Rectangle) -> float:
    """Return the area of a rectangle."""
    return rectangle[1][0] * rectangle[1][1]


def _are_papers(found: Sequence[Rectangle], ink: Ink, high: float) -> bool:
    """Tell whether blocks look like papers: large, full of print, at angles of their own."""
    if any(min(r[1]) < MIN_SIDE * high for r in found) or not explains(found, ink):
        return False
    areas = [_area(r) for r in found]
    if min(areas) < MIN_SHARE * max(areas):
        return False
    angles = [_text_angle(ink.middles[holds(r, ink.middles)]) for r in found]
    off = [abs((a - b + 45) % 90 - 45) for i, a in enumerate(angles) for b in angles[:i]]
    return max(off) >= APART_DEG


def _text_angle(middles: NDArray[np.float32]) -> float:
    """Return the angle at which rows of letters run, in degrees within [0, 90).

    Args:
        middles: (N, 2) of letters.
    """
    angles = np.deg2rad(np.arange(0, 180, _STEP_DEG))
    across = middles @ np.stack([-np.sin(angles), np.cos(angles)]).astype(np.float32)
    sharp = [float((np.bincount((a - a.min()).astype(int) // 2) ** 2).sum()) for a in across.T]
    return float(np.rad2deg(angles[int(np.argmax(sharp))])) % 90
