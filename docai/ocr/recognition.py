"""Text recognition: what a line of text says, and where its characters stand.

PP-OCRv6's recogniser is trained with CTC (Graves et al., ICML 2006): for each of T time steps
along the line it returns a distribution over characters and a blank.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon
from docai.ocr.weights import RECOGNITION, open_session

HEIGHT = 48  # the height of a line that the recogniser was trained for
STEP_PX = 8  # width of one time step, at that height
BATCH_SIZE = 8
BATCH_GROWTH = 1.15  # a batch is closed when the next line is wider by this factor
WIDTH_FACTOR = 0.9  # narrower lines are cheaper and, on receipts, read as well
MAX_WIDTH = 3200
MIN_WIDTH = 24
BLANK = 0
FIRST_IDEOGRAPHIC = 0x2E80  # from here on Unicode is Chinese, Japanese and full-width forms
IDEOGRAPHIC_SHARE = 0.4  # of a line's characters; with less, they are misread symbols


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """What one crop says.

    Attributes:
        text: with the spaces that the network saw.
        centres: for each character of ``text``, its centre along the line, in [0, 1].
        confidences: for each character, in [0, 1].
    """

    text: str
    centres: tuple[float, ...]
    confidences: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """Mean confidence of the characters; 0 where there are none."""
        return float(np.mean(self.confidences)) if self.confidences else 0.0


class Recogniser:
    """Reads crops of single lines. One thread at a time."""

    def __init__(self, num_threads: int = 1) -> None:
        self._session = open_session(RECOGNITION.path, num_threads)
        characters = self._session.get_modelmeta().custom_metadata_map["character"]
        self._characters = ["", *characters.split("\n"), " "]
        self._alphabetic = np.array(
            [i for i, c in enumerate(self._characters) if not c or ord(c[0]) < FIRST_IDEOGRAPHIC]
        )

    def read(self, crops: Sequence[Picture]) -> list[RecognisedLine]:
        """Read each crop, an upright line of text; results in the order of ``crops``."""
        lines: list[RecognisedLine | None] = [None] * len(crops)
        for batch in _batches([line_width(crop) for crop in crops]):
            widths = [line_width(crops[i]) for i in batch]
            posteriors = self._posteriors([crops[i] for i in batch], widths)
            for i, width, posterior in zip(batch, widths, posteriors, strict=True):
                lines[i] = self._decode(posterior, width)
        return [line for line in lines if line is not None]

    def _posteriors(
        self, crops: Sequence[Picture], widths: Sequence[int]
    ) -> NDArray[np.float32]:
        """Return (B, T, V) distributions over characters."""
        width = -(-max(widths) // STEP_PX) * STEP_PX
        pixels = np.zeros((len(crops), 3, HEIGHT, width), np.float32)
        for row, crop, w in zip(pixels, crops, widths, strict=True):
            way = cv2.INTER_AREA if crop.shape[0] > HEIGHT else cv2.INTER_CUBIC
            resized = cv2.resize(crop, (w, HEIGHT), interpolation=way)
            row[:, :, :w] = resized[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1.0
        output: NDArray[np.float32] = self._session.run(None, {"x": pixels})[0]
        return output

    def _decode(self, posterior: NDArray[np.float32], width: int) -> RecognisedLine:
        """Decode over all characters, and again over the alphabetic ones if those prevail.

        A star or a smudge in a Latin line is often nearest to some ideograph; the script of the
        line tells that it cannot be one.
        """
        line = self._best_path(posterior, posterior.argmax(axis=1), width)
        ideographic = sum(ord(c) >= FIRST_IDEOGRAPHIC for c in line.text)
        if 0 < ideographic < IDEOGRAPHIC_SHARE * len(line.text):
            best = self._alphabetic[posterior[:, self._alphabetic].argmax(axis=1)]
            line = self._best_path(posterior, best, width)
        return line

    def _best_path(
        self, posterior: NDArray[np.float32], best: NDArray[np.int64], width: int
    ) -> RecognisedLine:
        """Drop repeats and blanks from the ``best`` class of each step."""
        starts = np.flatnonzero(np.diff(best, prepend=-1))
        stops = np.append(starts[1:], len(best))
        steps = width / STEP_PX
        text, centres, confidences = [], [], []
        for start, stop in zip(starts, stops, strict=True):
            if best[start] == BLANK:
                continue
            text.append(self._characters[best[start]])
            centres.append(min(float(start + stop) / 2 / steps, 1.0))
            confidences.append(float(posterior[start:stop, best[start]].max()))
        return RecognisedLine("".join(text), tuple(centres), tuple(confidences))


def line_width(crop: Picture) -> int:
    """Return how wide ``crop`` is read at the recogniser's height."""
    height, width = crop.shape[:2]
    return int(np.clip(round(width * HEIGHT / height * WIDTH_FACTOR), MIN_WIDTH, MAX_WIDTH))


def crop_line(picture: Picture, polygon: Polygon) -> Picture:
    """Cut ``polygon`` out of ``picture`` and straighten it; at least one pixel each way."""
    corners = np.array(polygon, np.float32)
    width = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    height = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    w, h = max(1, round(float(width))), max(1, round(float(height)))
    target = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    warp = cv2.getPerspectiveTransform(corners, target)
    crop = cv2.warpPerspective(
        picture, warp, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Group indices so that lines of like width are read together and little is padding."""
    batches: list[list[int]] = []
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        batch = batches[-1] if batches else []
        if batch and len(batch) < BATCH_SIZE and widths[i] <= widths[batch[0]] * BATCH_GROWTH:
            batch.append(i)
        else:
            batches.append([i])
    return batches
