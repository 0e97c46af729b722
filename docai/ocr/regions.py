"""Separate papers on one scan or photo: receipts, slips and cards that lie apart.

Three ways to see them, tried in turn: paper brighter than what it lies on; paper that differs a
little from a lid as bright; print in blocks that are far apart. Each says all or nothing: what
leaves print over, or papers that are none, is no answer. In doubt a page is one paper: a page cut
wrongly is worse than one that was not cut.
"""

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon
from docai.ocr.blocks import blocks
from docai.ocr.rectangles import MIN_INK, Ink, Mask, Rectangle, explains, find_ink

LONGEST_SIDE_PX = 1000  # of the picture that is looked at
MIN_CONTRAST = 28.0  # of 255, between bright paper and what it lies on
LID_TOLERANCES = (3, 5, 8, 12, 18, 26)  # how far a white lid's pixels may be from its colour
BRIGHT_LID = 200
OPENINGS_PX = (3, 7, 13, 21)  # bridges between papers that are cut; the narrowest that does
MIN_AREA = 0.012  # of the picture, that a paper covers
MIN_SOLID = 0.86  # of its rectangle
WHOLE_PAGE = 0.9  # of the picture
MIN_SIDE = 0.07  # of the picture's shorter side


def regions(picture: Picture) -> tuple[Polygon, ...]:
    """Find separate papers on one picture.

    Args:
        picture: (H, W, 3) uint8 RGB, not modified.

    Returns:
        Four corners of each paper in pixels of ``picture``, clockwise, the first the topmost left
        one; papers from top to bottom. None where the page is one document.
    """
    scale = min(1.0, LONGEST_SIDE_PX / max(picture.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in picture.shape[1::-1])
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    ink = find_ink(small)
    if len(ink.middles) < 2 * MIN_INK:
        return ()
    for mask in _masks(small):
        found = _papers(mask, ink)
        if found is not None and not _is_page(found, small):
            return _polygons(found, scale) if len(found) > 1 else ()
    if _lid(small) is None:
        return ()
    return _polygons(blocks(ink), scale)


def _is_page(found: Sequence[Rectangle], small: Picture) -> bool:
    """Tell whether what was found is the whole picture, which says nothing of papers on it."""
    height, width = small.shape[:2]
    return len(found) == 1 and math.prod(found[0][1]) > WHOLE_PAGE * height * width


def _masks(small: Picture) -> Iterator[Mask]:
    """Yield what may be paper: brighter than the rest, or other than a bright lid."""
    darkest = small.min(axis=2)
    grey = cv2.medianBlur(darkest, 3)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    level, bright = cv2.threshold(paper, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    is_bright = bright > 0
    is_mixed = is_bright.any() and not is_bright.all()
    if is_mixed and paper[is_bright].mean() - paper[~is_bright].mean() > MIN_CONTRAST:
        yield np.where(grey > level, np.uint8(255), np.uint8(0))
    lid = _lid(small)
    if lid is None:
        return
    off = np.abs(cv2.blur(small, (3, 3)).astype(np.int16) - lid).max(axis=2)
    for tolerance in LID_TOLERANCES:
        yield np.where(off > tolerance, np.uint8(255), np.uint8(0))


def _lid(small: Picture) -> NDArray[np.int16] | None:
    """Return the colour of a bright lid, (3,); None where the margin shows no one colour."""
    rim = max(2, min(small.shape[:2]) // 60)
    inner = np.ones(small.shape[:2], bool)
    inner[rim:-rim, rim:-rim] = False
    margin = small[inner]
    colour = np.median(margin, axis=0)
    near = (np.abs(margin - colour).max(axis=1) < LID_TOLERANCES[-1]).mean()
    return colour.astype(np.int16) if colour.min() > BRIGHT_LID and near > 0.5 else None


def _papers(mask: Mask, ink: Ink) -> list[Rectangle] | None:
    """Return the papers that a mask shows; None where it does not explain the page."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = cv2.drawContours(np.zeros_like(mask), contours, -1, 255, cv2.FILLED)
    for opening in OPENINGS_PX:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (opening, opening))
        opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, kernel)
        found = _rectangles(np.asarray(opened, np.uint8))
        if found is not None and explains(found, ink):
            return found
    return None


def _rectangles(mask: Mask) -> list[Rectangle] | None:
    """Return the rectangles of the large pieces of a mask; None where one is no rectangle."""
    height, width = mask.shape
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        covered = cv2.contourArea(contour)
        if covered < MIN_AREA * height * width:
            continue
        rectangle: Rectangle = cv2.minAreaRect(contour)  # type: ignore[assignment]
        if covered < MIN_SOLID * math.prod(rectangle[1]):
            return None
        if min(rectangle[1]) >= MIN_SIDE * min(height, width):
            found.append(rectangle)
    return found


def _polygons(found: Sequence[Rectangle], scale: float) -> tuple[Polygon, ...]:
    """Return rectangles as polygons of the whole picture, from top to bottom."""
    polygons = []
    for rectangle in found:
        corners = np.asarray(cv2.boxPoints(rectangle), np.float64) / scale
        first = int(np.argmin(corners.sum(axis=1)))
        a, b, c, d = ((float(x), float(y)) for x, y in np.roll(corners, -first, axis=0))
        polygons.append((a, b, c, d))
    return tuple(sorted(polygons, key=lambda p: (min(y for _, y in p), min(x for x, _ in p))))
