"""Text detection: where on a picture lines of text stand.

Differentiable binarization (Liao et al., AAAI 2020, https://arxiv.org/abs/1911.08947) as trained
by PaddleOCR: the network returns a map of text kernels, each kernel becomes a rectangle, and each
rectangle is grown back to the size of its text.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon
from docai.ocr.network import open_whole
from docai.ocr.weights import DETECTION, open_session

# ImageNet statistics in BGR order of channels, as in PaddleOCR's inference.yml.
_MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
_STD = np.array([0.229, 0.224, 0.225], np.float32) * 255

KERNEL_THRESHOLD = 0.3  # PaddleOCR's own
LINE_CONFIDENCE = 0.5
UNCLIP_RATIO = 1.6
MIN_SIDE_PX = 3.0
TARGET_PIXELS = 0.75e6
MAX_ENLARGEMENT = 2.5
STRIDE = 32


class Detector:
    """Finds lines of text. One thread at a time."""

    def __init__(self, num_threads: int = 1) -> None:
        self._session = open_session(open_whole(DETECTION.path), num_threads)

    def detect(self, picture: Picture) -> list[Polygon]:
        """Return a rectangle per line of text, in pixels of ``picture``, in no order.

        Each rectangle begins at the corner that is top-left if the text is upright within 45
        degrees; who knows better may turn the corners.
        """
        resized, scale_y, scale_x = _resize(picture)
        pixels = (resized[:, :, ::-1].astype(np.float32) - _MEAN) / _STD
        kernels = self._session.run(None, {"x": pixels.transpose(2, 0, 1)[None]})[0][0, 0]
        found = _rectangles(kernels)
        scale = np.array((scale_x, scale_y))
        return [_to_polygon(corners / scale) for corners in found]


def _resize(picture: Picture) -> tuple[Picture, float, float]:
    """Scale to about TARGET_PIXELS, sides multiples of the network's stride; and both factors."""
    height, width = picture.shape[:2]
    scale = min(math.sqrt(TARGET_PIXELS / (height * width)), MAX_ENLARGEMENT)
    new_height = max(STRIDE, round(height * scale / STRIDE) * STRIDE)
    new_width = max(STRIDE, round(width * scale / STRIDE) * STRIDE)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(picture, (new_width, new_height), interpolation=way)
    return np.asarray(resized, np.uint8), new_height / height, new_width / width


def _rectangles(kernels: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """Turn a map of text kernels (H, W) into grown rectangles, each (4, 2) as (x, y)."""
    kernel = (kernels > KERNEL_THRESHOLD).astype(np.uint8)
    bitmap = cv2.dilate(kernel, np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(bitmap, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    rectangles = []
    for contour in contours:
        centre, (w, h), angle = cv2.minAreaRect(contour)
        corners = np.asarray(cv2.boxPoints((centre, (w, h), angle)), np.float64)
        if min(w, h) < MIN_SIDE_PX or _confidence(kernels, corners) < LINE_CONFIDENCE:
            continue
        # Offsetting a rectangle outwards by d and taking the smallest rectangle around it again
        # is the rectangle with sides longer by 2 d: no polygon clipper is needed.
        grow = 2 * w * h * UNCLIP_RATIO / (2 * (w + h))
        if min(w, h) + grow < MIN_SIDE_PX + 2:
            continue
        grown = cv2.boxPoints((centre, (w + grow, h + grow), angle))
        rectangles.append(np.asarray(grown, np.float64))
    return rectangles


def _confidence(kernels: NDArray[np.float32], corners: NDArray[np.float64]) -> float:
    """Return the mean of the map inside a rectangle."""
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    x1, y1 = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = kernels[y0:y1, x0:x1]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - np.array((x0, y0))).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def _to_polygon(corners: NDArray[np.float64]) -> Polygon:
    """Order corners clockwise; start at the left end of the long side that is on top.

    A rectangle taller than wide is taken for a single upright character or a short word unless it
    is more than one and a half times as tall: then its text runs downwards.
    """
    order = np.argsort(corners[:, 0], kind="stable")
    left, right = corners[order[:2]], corners[order[2:]]
    top_left, bottom_left = left[np.argsort(left[:, 1], kind="stable")]
    top_right, bottom_right = right[np.argsort(right[:, 1], kind="stable")]
    points = [top_left, top_right, bottom_right, bottom_left]
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return (a, b, c, d)
