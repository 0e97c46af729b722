"""Squares to be ticked, told from letters, cells of tables and pictures."""

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.vlm.builtin.ink import Floats, Ink, Mask, level_runs, outlines_of, upright_runs
from docai.vlm.builtin.shapes import Shapes, crowding, extent, net_of, unique

SIDE_PX = (9, 72)  # in pixels of the ink: 1.5 to 12 mm on A4
SIDE_TYPE = (0.55, 3.2)  # and in heights of ordinary type
SQUARE = 0.78  # the short side over the long one, at least
RUN_PX = 7  # of ink that may be a side
CLEAR = 0.28  # of the side: so far from it, there is no ink of the side itself
EMPTY, SHARPNESS = 0.07, 80.0  # of the share of ink inside that says ticked


def squares(ink: Ink) -> Shapes:
    """Find squares: outlines of straight sides that stand apart, whatever lies inside."""
    boxes, sides = candidates(ink)
    confidences = net_of("squares").probabilities(features(ink, boxes, sides))
    inside = ink.share(_inset(boxes, CLEAR))
    filled = 1 / (1 + np.exp(-(inside - EMPTY) * SHARPNESS))
    return unique(Shapes(boxes, filled, confidences, np.zeros(len(boxes), np.int32)))


def candidates(ink: Ink) -> tuple[Floats, Floats]:
    """Return (N, 4) boxes with four sides, and (N, 4) how much of each side is drawn."""
    boxes = _squarish(ink)
    around = ink.amount(boxes) - ink.amount(_inset(boxes, 0.25))
    boxes = boxes[around >= 1.5 * (boxes[:, 2:] - boxes[:, :2]).sum(axis=1)]
    sides = _side_cover(ink, boxes)
    kept = (sides.min(axis=1, initial=1) >= 0.6) & (sides.mean(axis=1) >= 0.85)
    return boxes[kept], sides[kept]


def features(ink: Ink, boxes: Floats, sides: Floats) -> Floats:
    """Return (N, F) what tells squares to be ticked from others."""
    inside, runs_on = ink.share(_inset(boxes, 0.22)), _runs_on(ink, boxes)
    corners = _corner_cover(ink, boxes)
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    size = np.log(wide / ink.type_px)
    ordered = np.sort(sides, axis=1)
    return np.column_stack(
        [
            ordered[:, :2],
            sides.mean(axis=1),
            corners.mean(axis=1),
            corners.min(axis=1),
            crowding(ink, boxes),
            np.minimum(runs_on, 1),
            np.clip(runs_on - 1, 0, 1),
            np.clip(runs_on - 2, 0, 2),
            np.minimum(inside, 0.1) * 10,
            np.maximum(inside - 0.3, 0),
            _rim(ink, boxes),
            np.abs(np.log(wide / high)),
            size,
            np.abs(size - 0.4),
            np.minimum(wide, 16) / 16,
            np.maximum(0.5 - corners.mean(axis=1), 0),
            np.maximum(ordered[:, 0] - 0.9, 0),
            runs_on >= 2,
            (runs_on >= 2) & (ordered[:, 0] > 0.95),
            corners.mean(axis=1) * ordered[:, 0],
        ]
    )


def _squarish(ink: Ink) -> Floats:
    """Return (N, 4) boxes of squarish outlines and holes, without ticks that stick out."""
    short, long = RUN_PX, max(2 * RUN_PX, round(0.9 * ink.type_px))
    strokes = [
        cv2.bitwise_or(level_runs(ink.mask, short), upright_runs(ink.mask, short)),
        cv2.bitwise_or(_opened(ink.mask, 1, long), _opened(ink.mask, long, 1)),  # no thick tick
        cv2.bitwise_or(_opened(ink.mended, 1, long), _opened(ink.mended, long, 1)),
    ]
    least = max(SIDE_PX[0], SIDE_TYPE[0] * ink.type_px)
    most = min(SIDE_PX[1], SIDE_TYPE[1] * ink.type_px)
    found = []
    for runs in strokes:
        closed = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        x, y, wide, high = outlines_of(np.asarray(closed, np.uint8))[1].T.astype(np.float64)
        shorter, longer = np.minimum(wide, high), np.maximum(wide, high)
        kept = (shorter >= least) & (longer <= most) & (shorter >= SQUARE * longer)
        found.append(np.column_stack([x, y, x + wide, y + high])[kept])
    return np.unique(np.concatenate(found), axis=0)


def _opened(mask: Mask, height: int, width: int) -> Mask:
    """Return where ink fills a rectangle."""
    return np.asarray(
        cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((height, width), np.uint8)), np.uint8
    )


def _side_cover(ink: Ink, boxes: Floats) -> Floats:
    """Return (N, 4): how much of the left, top, right and bottom side is drawn, and straight."""
    cover = np.empty((len(boxes), 4))
    for row, (x0, y0, x1, y1) in zip(cover, boxes.astype(int), strict=True):
        side = min(x1 - x0, y1 - y0)
        band, thick = max(3, round(0.2 * side)), max(2, round(0.09 * side))
        crop = _crop(ink.mask, x0 - 1, y0 - 1, x1 + 1, y1 + 1) > 0
        upright = crop[1:-1]
        level = crop[:, 1:-1].T
        row[:] = (
            _straight(upright[:, : band + 1], thick),
            _straight(level[:, : band + 1], thick),
            _straight(upright[:, -band - 1 :], thick),
            _straight(level[:, -band - 1 :], thick),
        )
    return cover


def _straight(strip: NDArray[np.bool_], thick: int) -> float:
    """Return the share of rows of a strip with ink within ``thick`` columns, the best such."""
    count = max(1, strip.shape[1] - thick + 1)
    near = strip[:, :count].copy()
    for x in range(1, thick):
        near |= strip[:, x : x + count]
    return float(np.count_nonzero(near, axis=0).max(initial=0)) / max(1, len(strip))


def _crop(mask: Mask, x0: int, y0: int, x1: int, y1: int) -> Mask:
    """Return a part of a mask, as much of it as there is."""
    return mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]


def _corner_cover(ink: Ink, boxes: Floats) -> Floats:
    """Return (N, 4): how much ink each corner holds, in [0, 1]; the more, the sharper it is."""
    size = np.maximum(2, np.round(0.13 * (boxes[:, 2] - boxes[:, 0])))
    cover = []
    for right in (False, True):
        for bottom in (False, True):
            x = boxes[:, 2] - size if right else boxes[:, 0]
            y = boxes[:, 3] - size if bottom else boxes[:, 1]
            amount = ink.amount(np.column_stack([x, y, x + size, y + size]))
            cover.append(np.minimum(amount / (1.5 * size), 1.0))
    return np.column_stack(cover)


def _inset(boxes: Floats, share: float) -> Floats:
    """Return boxes made smaller by a share of their side at each side, in whole pixels."""
    by = np.ceil(share * (boxes[:, 2:] - boxes[:, :2]))
    return np.concatenate([boxes[:, :2] + by, boxes[:, 2:] - by], axis=1)


def _runs_on(ink: Ink, boxes: Floats) -> Floats:
    """Return (N,): how many of the eight ends of the sides run on beyond the corners."""
    side = boxes[:, 2] - boxes[:, 0]
    reach, thick = np.round(0.4 * side) + 2, np.maximum(3, np.round(0.12 * side))
    x0, y0, x1, y1 = boxes.T
    ends = [
        (x0 - reach, y0 - 1, x0 - 1, y0 - 1 + thick),
        (x0 - reach, y1 + 1 - thick, x0 - 1, y1 + 1),
        (x1 + 1, y0 - 1, x1 + reach, y0 - 1 + thick),
        (x1 + 1, y1 + 1 - thick, x1 + reach, y1 + 1),
        (x0 - 1, y0 - reach, x0 - 1 + thick, y0 - 1),
        (x1 + 1 - thick, y0 - reach, x1 + 1, y0 - 1),
        (x0 - 1, y1 + 1, x0 - 1 + thick, y1 + reach),
        (x1 + 1 - thick, y1 + 1, x1 + 1, y1 + reach),
    ]
    total = np.zeros(len(boxes))
    for box in ends:
        total += ink.amount(np.column_stack(box)) >= 0.85 * (reach - 1)
    return total


def _rim(ink: Ink, boxes: Floats) -> Floats:
    """Return (N,): share of the strip just inside the sides that is ink beyond a tick's share."""
    outer, inner = _inset(boxes, 0.16), _inset(boxes, 0.28)
    ring = ink.amount(outer) - ink.amount(inner)
    size = np.maximum(extent(outer) - extent(inner), 1)
    return np.clip(ring / size - 0.45, 0, 1)
