"""Page orientation: how far a page must be turned for its text to stand upright.

Decided once for the whole page, from all its lines together: a vote line by line turns some lines
of upright receipts on their head.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon, rotated_size
from docai.ocr.detection import Detector
from docai.ocr.recognition import HEIGHT, Recogniser, crop_line
from docai.ocr.weights import TURNED, open_session

MIN_ASPECT = 2.0  # shorter pieces do not tell which way they run
MAX_VOTES = 12
CLASSIFIER_WIDTH = 192
SURE = 0.25  # mean votes this far from one half need no second opinion
SECOND_OPINION_LINES = 6


class HalfTurn:
    """Tells upright text from text that stands on its head. One thread at a time."""

    def __init__(self, recogniser: Recogniser, num_threads: int = 1) -> None:
        self._session = open_session(TURNED.path, num_threads)
        self._recogniser = recogniser

    def is_upside_down(self, picture: Picture, polygons: Sequence[Polygon]) -> bool:
        """Tell whether the level lines ``polygons`` of ``picture`` stand on their head."""
        longest = sorted(polygons, key=_length, reverse=True)[:MAX_VOTES]
        crops = [crop_line(picture, polygon) for polygon in longest if _aspect(polygon) > 1]
        if not crops:
            return False
        vote = float(self._votes(crops).mean())
        if abs(vote - 0.5) > SURE:
            return vote > 0.5
        return self._reads_better_turned(crops[:SECOND_OPINION_LINES])

    def _votes(self, crops: Sequence[Picture]) -> NDArray[np.float32]:
        """Return the classifier's probability, per crop, of being upside down."""
        pixels = np.zeros((len(crops), 3, HEIGHT, CLASSIFIER_WIDTH), np.float32)
        for row, crop in zip(pixels, crops, strict=True):
            h, w = crop.shape[:2]
            width = min(CLASSIFIER_WIDTH, max(1, round(w * HEIGHT / h)))
            resized = cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_AREA)
            row[:, :, :width] = resized[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1.0
        output: NDArray[np.float32] = self._session.run(None, {"x": pixels})[0]
        return output[:, 1]

    def _reads_better_turned(self, crops: Sequence[Picture]) -> bool:
        """Read the crops both ways and compare confidences."""
        turned = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]
        read = self._recogniser.read([*crops, *turned])
        confidences = [line.confidence * len(line.text) for line in read]
        return sum(confidences[len(crops) :]) > 1.05 * sum(confidences[: len(crops)])


@dataclass(frozen=True, slots=True)
class Straightened:
    """A picture turned so that its text stands upright.

    Attributes:
        picture: turned, on a canvas grown to hold it whole.
        angle_deg: how far it was turned clockwise, in [0, 360).
        polygons: the lines on the turned picture, in no order.
    """

    picture: Picture
    angle_deg: float
    polygons: tuple[Polygon, ...]


def straighten(
    picture: Picture, detector: Detector, half_turn: HalfTurn, *, level_deg: float
) -> Straightened:
    """Turn ``picture`` upright, by all its lines together; find the lines anew if it was turned.

    Args:
        picture: at any rotation; not modified.
        detector: finds the lines.
        half_turn: tells head from foot.
        level_deg: skew that the reader of the lines copes with; it is left as it is.
    """
    polygons = detector.detect(picture)
    angle_deg = _round_small(-text_angle(polygons), level_deg)
    turned = picture
    if angle_deg:
        turned = turn(picture, angle_deg)
        polygons = detector.detect(turned)
    if half_turn.is_upside_down(turned, polygons):
        turned, angle_deg = turn(turned, 180), angle_deg + 180
        # Detection leaves room for descenders below a line: boxes on their head lie too high.
        polygons = detector.detect(turned)
    return Straightened(turned, angle_deg % 360, tuple(polygons))


def text_angle(polygons: Sequence[Polygon]) -> float:
    """Return the clockwise angle at which text runs, in degrees within (-45, 135].

    0 is level text. Head and foot are not told apart: 90 may also be 270.
    """
    sides = [_long_side(polygon) for polygon in polygons if _aspect(polygon) >= MIN_ASPECT]
    if not sides:
        return 0.0
    angles = np.array([angle for angle, _ in sides])
    lengths = np.array([length for _, length in sides])
    is_tall = np.abs(angles) > 45
    if lengths[is_tall].sum() > lengths[~is_tall].sum():
        return 90.0 + _weighted_median((angles[is_tall] % 180) - 90, lengths[is_tall])
    return _weighted_median(angles[~is_tall], lengths[~is_tall])


def turn(picture: Picture, angle_deg: float) -> Picture:
    """Turn ``picture`` clockwise by ``angle_deg`` on a canvas grown to hold it whole.

    `docai.geometry.rotate_point` tells where each point goes. What lies outside is filled with
    the colours of the border.
    """
    quarters, rest = divmod(angle_deg, 90)
    if rest == 0:
        return np.ascontiguousarray(np.rot90(picture, -int(quarters)))
    height, width = picture.shape[:2]
    new_height, new_width = rotated_size(height, width, angle_deg)
    affine = cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1.0)
    affine[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    canvas = (math.ceil(new_width), math.ceil(new_height))
    turned = cv2.warpAffine(
        picture, affine, canvas, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned, np.uint8)


def _round_small(angle_deg: float, level_deg: float) -> float:
    """Take an angle within ``level_deg`` of a quarter turn for that quarter turn."""
    quarter = round(angle_deg / 90) * 90.0
    return quarter if abs(angle_deg - quarter) <= level_deg else angle_deg


def _long_side(polygon: Polygon) -> tuple[float, float]:
    """Return (angle in (-90, 90], length) of the longer side."""
    a, b, _, d = np.array(polygon)
    side = max((b - a, d - a), key=lambda v: float(np.hypot(*v)))
    angle = math.degrees(math.atan2(side[1], side[0]))
    return ((angle + 89.999) % 180 - 89.999, float(np.hypot(*side)))


def _length(polygon: Polygon) -> float:
    """Return the length of the longer side in pixels."""
    return _long_side(polygon)[1]


def _aspect(polygon: Polygon) -> float:
    """Return the longer side over the shorter one."""
    a, b, _, d = np.array(polygon)
    sides = sorted((float(np.hypot(*(b - a))), float(np.hypot(*(d - a)))))
    return sides[1] / max(sides[0], 1.0)


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the value at which half the weight lies below."""
    order = np.argsort(values)
    heap = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heap, heap[-1] / 2)])
