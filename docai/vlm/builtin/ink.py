"""Ink on paper: a page as black and white at a size that is quick to search.

Two questions are asked of it a thousand times, and answered from tables: how much ink lies in a
rectangle, and how large each connected piece is.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture

PIXELS = 2_200_000  # A4 at 150 dpi
MOST_GROWN = 2.0  # small pictures are enlarged, so that thin strokes have an inside
LEAST_STEP = 22  # of 255: how much darker than its surroundings ink is
WINDOW_PX = 31  # of these surroundings
TYPE_PX = (5, 60)  # heights of pieces that may be letters
USUAL_TYPE_PX = 16.0  # of a page without letters

Mask = NDArray[np.uint8]  # (H, W), 0 or 255
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ink:
    """A page as ink, in pixels of its own.

    Attributes:
        mask: (H, W) uint8, 255 where there is ink.
        scale: pixels of the mask per pixel of the page, (x, y).
    """

    mask: Mask
    scale: tuple[float, float]

    @cached_property
    def sums(self) -> Ints:
        """Ink above and left of each point, (H + 1, W + 1)."""
        return np.asarray(cv2.integral(self.mask // 255), np.int32)

    @cached_property
    def mended(self) -> Mask:
        """The mask with gaps of a pixel or two closed: pale print comes in dots."""
        kernel = np.ones((3, 3), np.uint8)
        return np.asarray(cv2.morphologyEx(self.mask, cv2.MORPH_CLOSE, kernel), np.uint8)

    @cached_property
    def pieces(self) -> Ints:
        """(N, 4) x, y, width and height of connected pieces."""
        _, boxes, is_hole = outlines_of(self.mask)
        return boxes[~is_hole]

    @cached_property
    def type_px(self) -> float:
        """Height of ordinary letters."""
        high, wide = self.pieces[:, 3], self.pieces[:, 2]
        is_type = (high >= TYPE_PX[0]) & (high <= TYPE_PX[1]) & (wide <= 4 * high)
        is_type &= wide * 5 >= high
        if is_type.sum() < 5:
            return USUAL_TYPE_PX
        return float(np.median(high[is_type]))

    def share(self, boxes: Floats) -> Floats:
        """Return the share of ink in each of (N, 4) boxes; 0 outside the page."""
        return self.amount(boxes) / np.maximum(
            (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 1.0
        )

    def amount(self, boxes: Floats) -> Floats:
        """Return how many pixels of ink lie in each of (N, 4) boxes with whole coordinates."""
        height, width = self.mask.shape
        x = np.clip(boxes[:, 0::2], 0, width).astype(np.intp)
        y = np.clip(boxes[:, 1::2], 0, height).astype(np.intp)
        sums = self.sums
        inside = sums[y[:, 1], x[:, 1]] - sums[y[:, 0], x[:, 1]]
        inside += sums[y[:, 0], x[:, 0]] - sums[y[:, 1], x[:, 0]]
        return inside.astype(np.float64)

    def on_page(self, boxes: Floats) -> Floats:
        """Return (N, 4) boxes of the mask as boxes of the page picture."""
        return np.asarray(boxes / (*self.scale, *self.scale), np.float64)


def ink_of(picture: Picture) -> Ink:
    """Return the ink of a page picture, (H, W, 3) RGB, whatever the light on it."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    scale = min(MOST_GROWN, (PIXELS / (height * width)) ** 0.5)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)
    mask = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, WINDOW_PX, LEAST_STEP
    )
    # In the midst of a black ground there is no contrast; it is ink all the same.
    black = cv2.threshold(grey, 60, 255, cv2.THRESH_BINARY_INV)[1]
    return Ink(
        np.asarray(cv2.bitwise_or(mask, black), np.uint8), (size[0] / width, size[1] / height)
    )


def outlines_of(mask: Mask) -> tuple[list[Ints], Ints, NDArray[np.bool_]]:
    """Trace the outlines of the pieces of a mask, and of the holes in them.

    Returns:
        (K, 1, 2) points each; (N, 4) x, y, width and height of each; (N,) whether it is of a hole.
        Points of a hole lie on the ink around it.
    """
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(o) for o in outlines], np.int32).reshape(-1, 4)
    is_hole = np.zeros(len(boxes), np.bool_) if tree is None else tree[0, :, 3] >= 0
    return [np.asarray(o, np.int32) for o in outlines], boxes, is_hole


def level_runs(mask: Mask, length: int) -> Mask:
    """Return where ink runs on level for ``length`` pixels; it may climb a pixel or two."""
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    kept = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    return np.asarray(cv2.bitwise_and(kept, mask), np.uint8)


def upright_runs(mask: Mask, length: int) -> Mask:
    """Return where ink runs on upright for ``length`` pixels; it may lean a pixel or two."""
    thick = cv2.dilate(mask, np.ones((1, 3), np.uint8))
    kept = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return np.asarray(cv2.bitwise_and(kept, mask), np.uint8)
