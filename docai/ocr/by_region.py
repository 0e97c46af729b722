"""Reading a page paper by paper, where several lie on it.

Each paper is cut out, level, on white, and read as if it were alone; what was read comes back in
the frame of the page. A page of one paper is read as ever.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Page, Picture
from docai.geometry import Polygon
from docai.ocr.engine import OcrEngine
from docai.ocr.regions import regions
from docai.provenance import Provenance, provenance_of
from docai.quality import Quality
from docai.reading import Line, Reading, Region, Word

NAME = "by-region"
BORDER_PX = 16  # of white around a paper: print at its very edge is read too
WHITE = (255, 255, 255)


class ByRegion:
    """Has another engine read the papers on a page one by one.

    Meets `docai.ocr.engine.OcrEngine`; a reading of several papers has `Reading.regions`.
    """

    def __init__(self, ocr: OcrEngine) -> None:
        self.name = f"{NAME}+{ocr.name}"
        self._ocr = ocr

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        polygons = regions(page.picture)
        if len(polygons) < 2:
            return self._ocr.read(page)
        return _joined(page, [self._read(page, polygon) for polygon in polygons])

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return replace(provenance_of(self._ocr), engine=self.name)

    def _read(self, page: Page, polygon: Polygon) -> "_Piece":
        """Read one paper."""
        cut = _cut(page.picture, polygon)
        reading = self._ocr.read(Page(page.number, cut.picture, page.dpi))
        angle_deg = (reading.angle_deg - cut.angle_deg) % 360
        return _Piece(
            polygon,
            tuple(replace(w, polygon=cut.on_page(w.polygon)) for w in reading.words),
            tuple(replace(line, polygon=cut.on_page(line.polygon)) for line in reading.lines),
            angle_deg,
            reading.engine,
            reading.quality,
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was read on one paper, in the frame of the page."""

    polygon: Polygon
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    angle_deg: float
    engine: str
    quality: Quality | None


@dataclass(frozen=True, slots=True)
class _Cut:
    """A paper cut out.

    Attributes:
        picture: level, on white.
        back: (3, 3) homography from it to the page.
        angle_deg: at which it lay on the page, clockwise.
    """

    picture: Picture
    back: NDArray[np.float64]
    angle_deg: float

    def on_page(self, polygon: Polygon) -> Polygon:
        """Return where a polygon of the cut lies on the page."""
        points = np.array(polygon, np.float64).reshape(-1, 1, 2)
        seen = cv2.perspectiveTransform(points, self.back).reshape(4, 2)
        a, b, c, d = ((float(x), float(y)) for x, y in seen)
        return (a, b, c, d)


def part_of(reading: Reading, region: Region) -> Reading:
    """Return the reading of one region alone.

    Page, size and places stay; words and lines are counted anew from 0.
    """
    lines = reading.lines[region.start : region.stop]
    first = lines[0].start if lines else 0
    last = lines[-1].stop if lines else 0
    return replace(
        reading,
        words=reading.words[first:last],
        lines=tuple(replace(o, start=o.start - first, stop=o.stop - first) for o in lines),
        angle_deg=region.angle_deg,
        regions=(),
    )


def part_of_page(page: Page, region: Polygon) -> Page:
    """Return a page that shows one region of another, at its place, and white around it."""
    inside = np.zeros(page.picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round(np.array(region)).astype(np.int32), 1)
    picture = np.where(inside[:, :, None] > 0, page.picture, np.uint8(255))
    return Page(page.number, np.asarray(picture, np.uint8), page.dpi)


def _cut(picture: Picture, polygon: Polygon) -> _Cut:
    """Cut a paper out."""
    a, b, c, d = polygon
    wide = round(max(math.dist(a, b), math.dist(d, c)))
    high = round(max(math.dist(a, d), math.dist(b, c)))
    level = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    there = cv2.getPerspectiveTransform(np.array(polygon, np.float32), level)
    paper = cv2.warpPerspective(
        picture, there, (wide, high), flags=cv2.INTER_CUBIC, borderValue=WHITE
    )
    side = BORDER_PX
    framed = cv2.copyMakeBorder(paper, side, side, side, side, cv2.BORDER_CONSTANT, value=WHITE)
    shift = np.array([(1, 0, -BORDER_PX), (0, 1, -BORDER_PX), (0, 0, 1)], np.float64)
    angle_deg = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
    return _Cut(np.asarray(framed, np.uint8), np.linalg.inv(there) @ shift, angle_deg)


def _joined(page: Page, pieces: Sequence[_Piece]) -> Reading:
    """Return one reading of all papers of a page, one after the other."""
    words: list[Word] = []
    lines: list[Line] = []
    found: list[Region] = []
    for piece in pieces:
        first = len(words)
        words += piece.words
        start = len(lines)
        lines += [replace(o, start=o.start + first, stop=o.stop + first) for o in piece.lines]
        found.append(Region(piece.polygon, start, len(lines), piece.angle_deg))
    return Reading(
        page=page.number,
        size=(page.height, page.width),
        words=tuple(words),
        lines=tuple(lines),
        angle_deg=0.0,
        engine=" + ".join(dict.fromkeys(piece.engine for piece in pieces)),
        quality=_mean_quality([piece.quality for piece in pieces]),
        regions=tuple(found),
    )


def _mean_quality(of_papers: Sequence[Quality | None]) -> Quality | None:
    """Return the quality of a page of several papers; None where nobody looked."""
    told = [astuple(quality) for quality in of_papers if quality is not None]
    return Quality(*(float(mean) for mean in np.mean(told, axis=0))) if told else None
