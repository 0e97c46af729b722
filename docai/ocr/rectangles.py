"""Rectangles at any angle that may be papers, and the print that they hold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture

MIN_INK = 14  # pieces of print on a paper
MAX_INK_OUTSIDE = 0.06  # share of the pieces of print that no paper holds
MAX_OVERLAP = 0.03  # of the smaller of two papers
SAME_ANGLE_DEG = 3.0
ALIGNED = 0.03  # of a side: two parts of one paper end in one line
INK_DEPTH = 26  # of 255: print is so much darker than what is around it
MIN_MARK_PX, MAX_MARK_PX = 3, 60  # height of a piece of print

Mask = NDArray[np.uint8]
Rectangle = tuple[tuple[float, float], tuple[float, float], float]  # as cv2: middle, size, angle


@dataclass(frozen=True, slots=True)
class Ink:
    """Pieces of print: letters, or words that run together.

    Attributes:
        mask: 255 where there is ink, (H, W).
        middles: (N, 2) float32, x and y.
        heights: (N,) the shorter side of each.
    """

    mask: Mask
    middles: NDArray[np.float32]
    heights: NDArray[np.float32]


def find_ink(small: Picture) -> Ink:
    """Find what is darker than what is around it, and of the size of letters and words."""
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    depth = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((13, 13), np.uint8))
    mask = np.where(depth > INK_DEPTH, np.uint8(255), np.uint8(0))
    _, _, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    low, high = sides.min(axis=1), sides.max(axis=1)
    kept = (low >= 2) & (high >= MIN_MARK_PX) & (low <= MAX_MARK_PX) & (high <= 8 * MAX_MARK_PX)
    kept[0] = False
    return Ink(
        np.asarray(mask, np.uint8), middles[kept].astype(np.float32), low[kept].astype(np.float32)
    )


def explains(found: Sequence[Rectangle], ink: Ink) -> bool:
    """Tell whether papers lie apart, all with print on them, and none is printed outside."""
    if not found:
        return False
    held = np.stack([holds(rectangle, ink.middles) for rectangle in found])
    if (held.sum(axis=1) < MIN_INK).any():
        return False
    if (~held.any(axis=0)).mean() > MAX_INK_OUTSIDE:
        return False
    pairs = [(a, b) for i, a in enumerate(found) for b in found[:i]]
    return not any(_overlap(a, b) > MAX_OVERLAP or _continues(a, b) for a, b in pairs)


def holds(rectangle: Rectangle, points: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which points (N, 2) lie in a rectangle, or a little outside."""
    along, down = _axes(rectangle)
    off = points - np.array(rectangle[0], np.float32)
    wide, high = (side / 2 + 2 for side in rectangle[1])
    held: NDArray[np.bool_] = (np.abs(off @ along) <= wide) & (np.abs(off @ down) <= high)
    return held


def _axes(rectangle: Rectangle) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the unit vectors along a rectangle's width and height."""
    angle = math.radians(rectangle[2])
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([cos, sin], np.float32), np.array([-sin, cos], np.float32)


def _overlap(a: Rectangle, b: Rectangle) -> float:
    """Return the share of the smaller of two rectangles that both cover."""
    _, shared = cv2.rotatedRectangleIntersection(a, b)
    if shared is None:
        return 0.0
    return cv2.contourArea(cv2.convexHull(shared)) / min(math.prod(a[1]), math.prod(b[1]))


def _continues(a: Rectangle, b: Rectangle) -> bool:
    """Tell whether two rectangles look like one paper with a bar or a fold across it."""
    off = (a[2] - b[2] + 45) % 90 - 45
    if abs(off) > SAME_ANGLE_DEG:
        return False
    corners = np.asarray(cv2.boxPoints(b), np.float32) - np.array(a[0], np.float32)
    for axis, side in zip(_axes(a), a[1], strict=True):
        ends = corners @ axis
        if max(abs(ends.min() + side / 2), abs(ends.max() - side / 2)) < ALIGNED * side:
            return True
    return False
