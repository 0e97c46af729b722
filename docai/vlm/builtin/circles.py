"""Circles to be ticked, told from letters."""

import numpy as np
from numpy.typing import NDArray

from docai.vlm.builtin.ink import Floats, Ink, Mask, outlines_of
from docai.vlm.builtin.shapes import Shapes, crowding, net_of, unique

ROUND_PX = (9, 48)  # in pixels of the ink
ROUND_TYPE = (0.7, 2.6)  # and in heights of ordinary type
ROUND = 0.84  # the short side over the long one, at least
RAYS = 40  # from the middle

_ANGLES, _REACH = np.linspace(0, 2 * np.pi, RAYS, endpoint=False), np.linspace(0, 1.0, 21)
_ALONG_X, _ALONG_Y = np.outer(np.cos(_ANGLES), _REACH), np.outer(np.sin(_ANGLES), _REACH)


def circles(ink: Ink) -> Shapes:
    """Find rings that stand alone, hollow or with a dot in their middle."""
    boxes, rings = candidates(ink)
    confidences = net_of("circles").probabilities(features(ink, boxes, rings))
    filled = 1 / (1 + np.exp(-(rings[:, 1] - 0.35) * 16))
    return unique(Shapes(boxes, filled, confidences, np.ones(len(boxes), np.int32)))


def candidates(ink: Ink) -> tuple[Floats, Floats]:
    """Return (N, 4) boxes around what is round, and (N, 4) what `_ring` says of them."""
    boxes = np.unique(np.concatenate([_round(ink, ink.mask), _round(ink, ink.mended)]), axis=0)
    boxes = boxes[_corners(ink, boxes) < 0.1]
    rings = np.array([_ring(ink.mended, box) for box in boxes.astype(int)]).reshape(-1, 4)
    kept = (rings[:, 0] >= 0.85) & ((rings[:, 1] < 0.1) | (rings[:, 1] > 0.6))
    return boxes[kept], rings[kept]


def _round(ink: Ink, mask: Mask) -> Floats:
    """Return (N, 4) boxes of what is as wide as high, from outside or, where it touches, inside."""
    _, outlines, is_hole = outlines_of(mask)
    x, y, wide, high = outlines.T.astype(np.float64)
    short, long = np.minimum(wide, high), np.maximum(wide, high)
    least = max(ROUND_PX[0], ROUND_TYPE[0] * ink.type_px)
    most = min(ROUND_PX[1], ROUND_TYPE[1] * ink.type_px)
    kept = (short >= least) & (long <= most) & (short >= ROUND * long)
    boxes = np.column_stack([x, y, x + wide, y + high])
    boxes = boxes + np.where(
        is_hole[:, None], (-1.0, -1.0, 1.0, 1.0), 0.0
    )  # the wall around a hole
    return np.asarray(boxes[kept], np.float64)


def features(ink: Ink, boxes: Floats, rings: Floats) -> Floats:
    """Return (N, F) what tells circles to be ticked from letters."""
    drawn, middle, between, thick = rings.T
    size = np.log((boxes[:, 2] - boxes[:, 0]) / ink.type_px)
    aspect = np.log((boxes[:, 2] - boxes[:, 0]) / (boxes[:, 3] - boxes[:, 1]))
    is_hollow = middle < 0.35
    crowd = crowding(ink, boxes)
    return np.column_stack(
        [
            drawn,
            is_hollow,
            np.where(is_hollow, between, 0),
            np.where(is_hollow, 0, between),
            np.where(is_hollow, thick, 0),
            np.where(is_hollow, 0, thick),
            crowd,
            crowd[:, 0] * is_hollow,
            crowd[:, 1] * is_hollow,
            size,
            np.abs(size - 0.4),
            np.abs(aspect),
        ]
    )


def _corners(ink: Ink, boxes: Floats) -> Floats:
    """Return (N,): the share of ink in the four corners, where a circle has none."""
    size = np.maximum(1, np.round(0.1 * (boxes[:, 2] - boxes[:, 0])))
    x0, y0, x1, y1 = boxes.T
    near = [(x, y) for x in (x0, x1 - size) for y in (y0, y1 - size)]
    shares = [ink.share(np.column_stack([x, y, x + size, y + size])) for x, y in near]
    return np.asarray(np.mean(shares, axis=0), np.float64)


def _ring(mask: Mask, box: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """Return what of a ring is drawn, and the ink in its middle, beside that, and in its wall."""
    x0, y0, x1, y1 = (int(c) for c in box)
    radius = ((x1 - x0) / 2, (y1 - y0) / 2)
    xs = (x0 + x1) / 2 - 0.5 + _ALONG_X * (radius[0] - 0.5)
    ys = (y0 + y1) / 2 - 0.5 + _ALONG_Y * (radius[1] - 0.5)
    rays = mask[_within(ys, mask.shape[0]), _within(xs, mask.shape[1])] > 0  # (RAYS, 21)
    drawn = float(rays[:, 16:].any(axis=1).mean())
    middle, between = float(rays[:, :7].mean()), float(rays[:, 8:14].mean())
    thick = float(rays[:, 8:].sum(axis=1).mean()) / 20  # of the ring, in radii
    return drawn, middle, between, thick


def _within(along: Floats, size: int) -> NDArray[np.intp]:
    """Return the pixels nearest to points; a ring around a hole at the edge may reach over it."""
    return np.clip(np.rint(along), 0, size - 1).astype(np.intp)
