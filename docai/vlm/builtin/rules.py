"""Ruling lines: solid, dotted or broken, on pages that lie up to three degrees askew."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from docai.document import Picture
from docai.vlm.builtin.ink import Floats, Ink, Mask, ink_of, outlines_of

RUN_PX = 17  # of ink in one row: a thin line at 3 degrees climbs a pixel every 19
LEAST_PX = 40.0  # length of a line: a quarter of an inch
LEAST_TYPE = 3.0  # and in heights of type: bars of large letters are shorter
THICKEST_PX = 9.0
SLENDER = 6.0  # lengths per thickness, at least
DOT_PX = 5  # dots are no larger
DOT_GAP_PX = 13
LEAST_DOTTED_PX = 90
GAP_PX = 30  # between the pieces of a broken line
APART_PX = 4.0  # across: how far the pieces of one line may be off each other
LEAST_INK = 0.2  # on a dotted line
MOST_BESIDE = 0.25  # share of ink along the emptier side of a line
STEEPEST = 0.1  # across per along: a good 5 degrees


def rules(picture: Picture) -> NDArray[np.float32]:
    """Find the ruling lines of a page.

    Args:
        picture: (H, W, 3) uint8 RGB.

    Returns:
        (R, 5) x0, y0, x1, y1 and 0 for a horizontal, 1 for a vertical line. These are the two ends
        of its middle in page pixels: of a horizontal one x0 < x1, and y0 may lie below y1 where
        the page is askew; of a vertical one y0 < y1.
    """
    return rules_in(ink_of(picture))


def rules_in(ink: Ink) -> NDArray[np.float32]:
    """Do what `rules` does, for who has the ink of the page already."""
    dots, mask, least = _dots(ink), ink.mask, max(LEAST_PX, LEAST_TYPE * ink.type_px)
    level = _lines(mask, dots, least)
    upright = _lines(_turned(mask), _turned(dots), least)
    ends = np.concatenate([level, upright[:, [1, 0, 3, 2]]])
    out = np.empty((len(ends), 5), np.float32)
    out[:, :4] = ink.on_page(ends)
    out[:, 4] = np.repeat((0.0, 1.0), (len(level), len(upright)))
    return out


def _turned(mask: Mask) -> Mask:
    """Return a mask with its axes swapped."""
    return np.asarray(cv2.transpose(mask), np.uint8)


def _dots(ink: Ink) -> Mask:
    """Return a mask of dots and short dashes, and of nothing larger."""
    small = cv2.morphologyEx(ink.mask, cv2.MORPH_OPEN, np.ones((DOT_PX + 1, 1), np.uint8))
    wide = cv2.morphologyEx(ink.mask, cv2.MORPH_OPEN, np.ones((1, DOT_PX + 1), np.uint8))
    near_large = cv2.dilate(cv2.bitwise_or(small, wide), np.ones((5, 5), np.uint8))
    return np.asarray(cv2.bitwise_and(ink.mask, cv2.bitwise_not(near_large)), np.uint8)


def _lines(mask: Mask, dots: Mask, least: float) -> Floats:
    """Return (N, 4) ends of the level lines of a mask, rows of its ``dots`` among them."""
    runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, RUN_PX), np.uint8))
    closed = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((3, DOT_GAP_PX), np.uint8))
    dotted = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, 2 * DOT_GAP_PX), np.uint8))
    pieces = [_pieces(runs, least * 0.6), _pieces(dotted, LEAST_DOTTED_PX)]
    ends = _joined(np.concatenate(pieces))
    ends = ends[ends[:, 2] - ends[:, 0] >= least]
    return ends[[_stands_out(mask, line) for line in ends]]


def _stands_out(mask: Mask, ends: Floats) -> bool:
    """Tell a line from a row of letters: on one side of it at least there is paper."""
    x0, y0, x1, y1 = ends
    x = np.arange(x0, x1, 2.0)
    y = y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    columns = np.clip(x.astype(np.intp), 0, mask.shape[1] - 1)

    def share(*offsets: int) -> float:
        rows = np.clip((y[:, None] + offsets).astype(np.intp), 0, mask.shape[0] - 1)
        return float((mask[rows, columns[:, None]] > 0).any(axis=1).mean())

    thick = sum(share(o) for o in range(-4, 5))
    off = round(thick / 2) + 3
    return share(-1, 0, 1) >= LEAST_INK and min(share(-off), share(off)) <= MOST_BESIDE


def _pieces(mask: MatLike, least: float) -> Floats:
    """Return (N, 4) ends of slender level pieces of a mask that are at least so long."""
    outlines, boxes, is_hole = outlines_of(np.asarray(mask, np.uint8))
    found = []
    for n in np.flatnonzero(~is_hole & (boxes[:, 2] >= least)):
        points = outlines[n][:, 0].astype(np.float64)
        around = cv2.arcLength(outlines[n], True)
        wide = float(boxes[n, 2])
        thick = (cv2.contourArea(outlines[n]) + around / 2 + 1) / wide
        if thick > THICKEST_PX or wide < SLENDER * thick:
            continue
        if boxes[n, 3] > thick + 2 + STEEPEST * wide:
            continue
        left, right = points[:, 0].min(), points[:, 0].max()
        end = max(2.0, min(12.0, wide / 4))
        y0 = points[points[:, 0] <= left + end, 1]
        y1 = points[points[:, 0] >= right - end, 1]
        y0, y1 = (y0.min() + y0.max() + 1) / 2, (y1.min() + y1.max() + 1) / 2
        found.append((left, y0, right + 1, y1))
    return np.array(found, np.float64).reshape(-1, 4)


def _joined(pieces: Floats) -> Floats:
    """Join pieces that go on where another ends, from the left to the right."""
    lines: list[list[float]] = []
    for x0, y0, x1, y1 in pieces[np.argsort(pieces[:, 0], kind="stable")].tolist():
        for line in lines:
            if x0 - line[2] > GAP_PX or not _goes_on(line, x0, y0):
                continue
            if x1 > line[2]:
                line[2], line[3] = x1, y1
            break
        else:
            lines.append([x0, y0, x1, y1])
    return np.array(lines, np.float64).reshape(-1, 4)


def _goes_on(line: list[float], x: float, y: float) -> bool:
    """Tell whether a point lies on a line or where it would go on."""
    slope = (line[3] - line[1]) / max(line[2] - line[0], 1.0)
    return abs(line[1] + slope * (x - line[0]) - y) <= APART_PX
