"""The default OCR engine: PaddleOCR's PP-OCRv6 models on ONNX Runtime, on a CPU, offline.

The story of one page: find lines, learn from them how the page lies, turn it once if need be and
find the lines again, read them, order them, cut them into words, and map everything back.
"""

import importlib.metadata
from collections.abc import Sequence

import cv2
import numpy as np

from docai.document import Page, Picture
from docai.geometry import Polygon, unrotate_polygon
from docai.ocr.charlm import COUNTS
from docai.ocr.detection import Detector
from docai.ocr.orientation import HalfTurn, straighten
from docai.ocr.reading_order import reading_order
from docai.ocr.recognition import RecognisedLine, Recogniser, crop_line
from docai.ocr.second_look import SecondLook
from docai.ocr.weights import DETECTION, LIBRARIES, RECOGNITION, TURNED
from docai.ocr.words import cut_words
from docai.provenance import Provenance, hashes, versions
from docai.reading import Line, Reading, Word

LONGEST_SIDE_PX = 2400  # more pixels cost time and bring no better reading
LEVEL_DEG = 2.0  # detection copes with this much skew; crops are straightened anyway
MIN_CONFIDENCE = 0.3  # below it a "line" is a logo, a barcode or a crease


class PPOcr:
    """PP-OCRv6 small. Meets `docai.ocr.engine.OcrEngine`; the models load when it is made."""

    def __init__(self, num_threads: int = 1) -> None:
        self.name = f"PP-OCRv6-small/rapidocr-{importlib.metadata.version('rapidocr')}"
        self._detector = Detector(num_threads)
        self._recogniser = Recogniser(num_threads)
        self._half_turn = HalfTurn(self._recogniser, num_threads)

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        picture, scale = _shrink(page.picture)
        upright = straighten(picture, self._detector, self._half_turn, level_deg=LEVEL_DEG)
        crops = [crop_line(upright.picture, polygon) for polygon in upright.polygons]
        recognised = self._recogniser.read(crops)
        kept = [
            (polygon, line)
            for polygon, line in zip(upright.polygons, recognised, strict=True)
            if line.text.strip() and line.confidence >= MIN_CONFIDENCE
        ]
        height, width = picture.shape[:2]

        def to_page(polygon: Polygon) -> Polygon:
            a, b, c, d = unrotate_polygon(polygon, upright.angle_deg, height, width)
            return tuple((x / scale, y / scale) for x, y in (a, b, c, d))  # type: ignore[return-value]

        ordered = [kept[i] for i in reading_order([polygon for polygon, _ in kept])]
        words, lines = _cut(ordered)
        return Reading(
            page=page.number,
            size=(page.height, page.width),
            words=tuple(Word(w.text, to_page(w.polygon), w.confidence) for w in words),
            lines=tuple(Line(line.start, line.stop, to_page(line.polygon)) for line in lines),
            angle_deg=upright.angle_deg,
            engine=self.name,
        )

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`; the second look is part of it."""
        return Provenance(
            engine=self.name,
            versions=versions("rapidocr", *LIBRARIES),
            weights=hashes([DETECTION.path, RECOGNITION.path, TURNED.path, COUNTS]),
        )

    def second_look(self) -> SecondLook:
        """Return what reads single lines again with more care, on the same models."""
        return SecondLook(self._recogniser)


def _shrink(picture: Picture) -> tuple[Picture, float]:
    """Scale down to LONGEST_SIDE_PX; return the picture and the factor."""
    scale = min(1.0, LONGEST_SIDE_PX / max(picture.shape[:2]))
    if scale == 1.0:
        return picture, scale
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    shrunk = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.uint8), scale


def _cut(ordered: Sequence[tuple[Polygon, RecognisedLine]]) -> tuple[list[Word], list[Line]]:
    """Cut lines into words; both keep the order of ``ordered``."""
    words: list[Word] = []
    lines: list[Line] = []
    for polygon, line in ordered:
        start = len(words)
        words.extend(cut_words(line, polygon))
        lines.append(Line(start, len(words), polygon))
    return words, lines
