"""How good the picture of a page is, measured where its words stand."""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Page, Picture
from docai.geometry import Polygon
from docai.ocr.engine import OcrEngine
from docai.provenance import Provenance, provenance_of
from docai.quality import Quality
from docai.reading import Reading, Word

SAMPLED_WORDS = 24
MARGIN = 0.15  # of a word's height, around it
BODY = 0.72  # of a word's box: the height of its capitals
SHARP_PX = 1.6  # an edge of a sharp picture is so wide
UNREADABLE = 0.36  # of the height of type: an edge so wide leaves no letter
SMALL_PX = 400  # longer side of the picture that glare is looked for on
WASHED_OUT = 250
WHITE_PAPER = 240  # as the paper of a scan is, all over
GREY_PAPER = 228


class WithQuality:
    """Asks another engine, and tells how good the picture was. Meets `OcrEngine`."""

    def __init__(self, ocr: OcrEngine) -> None:
        self.name = ocr.name
        self._ocr = ocr

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        reading = self._ocr.read(page)
        return replace(reading, quality=quality_of(page.picture, reading))

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return provenance_of(self._ocr)


def quality_of(picture: Picture, reading: Reading) -> Quality:
    """Measure how good a picture is to read.

    Args:
        picture: (H, W, 3) uint8 RGB.
        reading: of that picture; all but skew and glare is measured at its words.

    Returns:
        See `Quality`; of a page without words blur, resolution and contrast are 0.
    """
    crops = [_crop(picture, word) for word in _sample(reading.words)]
    crops = [crop for crop in crops if min(crop.shape) >= 4]
    heights = [_height(word.polygon) for word in reading.words]
    contrasts = [_contrast(crop) for crop in crops]
    blurs = [_blur(crop) for crop in crops]
    return Quality(
        blur=float(np.median(blurs)) if blurs else 0.0,
        skew_deg=_skew_deg(reading),
        resolution=float(np.median(heights)) * BODY if heights else 0.0,
        glare=_glare(picture),
        contrast=float(np.median(contrasts)) if contrasts else 0.0,
    )


def _sample(words: Sequence[Word]) -> list[Word]:
    """Return some words from all over the page, of ordinary size; long ones first."""
    heights = [_height(word.polygon) for word in words]
    middle = float(np.median(heights)) if heights else 0.0
    usual = [
        word
        for word, height in zip(words, heights, strict=True)
        if 0.6 * middle <= height <= 1.6 * middle and len(word.text) >= 2
    ]
    usual = usual or list(words)
    step = max(1, math.ceil(len(usual) / SAMPLED_WORDS))
    return usual[::step]


def _height(polygon: Polygon) -> float:
    """Return the height of a word across the direction it runs in, in pixels."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = polygon
    return (math.hypot(dx - ax, dy - ay) + math.hypot(cx - bx, cy - by)) / 2


def _crop(picture: Picture, word: Word) -> NDArray[np.uint8]:
    """Return the upright box of a word with a margin as (h, w) grey."""
    x0, y0, x1, y1 = word.box
    margin = MARGIN * _height(word.polygon)
    left, top = max(0, math.floor(x0 - margin)), max(0, math.floor(y0 - margin))
    cut = picture[top : max(0, math.ceil(y1 + margin)), left : max(0, math.ceil(x1 + margin))]
    if min(cut.shape[:2]) == 0:
        return np.zeros((0, 0), np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(cut), cv2.COLOR_RGB2GRAY), np.uint8)


def _contrast(crop: NDArray[np.uint8]) -> float:
    """Return the contrast between ink and paper in the crop of a word, in [0, 1]."""
    dark, light = np.percentile(crop, (4, 85))
    return float(light - dark) / 255


def _blur(crop: NDArray[np.uint8]) -> float:
    """Return how wide the edges of letters are, in heights of type: 0 is sharp, 1 unreadable.

    An edge is as wide as the whole contrast over the steepest step. What a sharp picture of the
    same resolution would have is taken off, so that small type is not taken for blurred type.
    """
    grey = crop.astype(np.float32)
    contrast = float(np.percentile(grey, 95) - np.percentile(grey, 3))
    if contrast < 8:
        return 0.0
    steps = (
        cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8),
        cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8),
    )
    steepest = min(float(np.percentile(np.abs(step), 97)) for step in steps)
    wide = contrast / max(steepest, 1e-3)
    height = min(crop.shape) / (1 + 2 * MARGIN) * BODY
    beyond = math.sqrt(max(0.0, wide**2 - (2 * SHARP_PX) ** 2))
    return float(min(1.0, beyond / max(height, 1.0) / UNREADABLE))


def _skew_deg(reading: Reading) -> float:
    """Return how far rows lean from the nearest axis of the picture, clockwise positive.

    Measured on the lines; where their polygons are upright boxes, ``angle_deg`` has to do.
    """
    leaning = []
    for line in reading.lines:
        (ax, ay), (bx, by), _, _ = line.polygon
        if abs(bx - ax) > 1e-6 and abs(by - ay) > 1e-6:
            angle = math.degrees(math.atan2(by - ay, bx - ax))
            leaning.append(((angle + 45) % 90 - 45, math.hypot(bx - ax, by - ay)))
    if not leaning:
        return float((-reading.angle_deg + 45) % 90 - 45)
    leaning.sort()
    lengths = np.cumsum([length for _, length in leaning])
    return float(leaning[int(np.searchsorted(lengths, lengths[-1] / 2))][0])


def _glare(picture: Picture) -> float:
    """Return the share of the paper that is washed out, where the rest of it is grey.

    A scan is white all over: that is no glare.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, SMALL_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.cvtColor(
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    # Thin ink on the paper is closed over.
    paper = np.asarray(cv2.dilate(small, np.ones((5, 5), np.uint8)), np.uint8)
    washed = cv2.erode((paper >= WASHED_OUT).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    rest = paper[(paper < WHITE_PAPER) & (paper > 90)]
    if not washed.any() or rest.size < 0.3 * paper.size or float(np.median(rest)) > GREY_PAPER:
        return 0.0
    return float(washed.sum() / (washed.sum() + rest.size))
