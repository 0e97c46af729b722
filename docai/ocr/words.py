"""Words from a recognised line: where to cut, and where each one stands."""

import math
import statistics
from collections.abc import Iterator, Sequence

from docai.geometry import Point, Polygon
from docai.ocr.recognition import RecognisedLine
from docai.reading import Word

WIDE_GAP = 2.6  # in character pitches: recognition drops some spaces, never this wide a gap
WIDE_GAP_HEIGHTS = 0.9  # and no wide letter, such as M beside I, fills so much of a line's height


def cut_words(line: RecognisedLine, polygon: Polygon) -> list[Word]:
    """Cut ``line`` at spaces and at wide gaps.

    Args:
        line: text with the centre of each character along the line.
        polygon: the line's corners; word polygons are slices of it, in the same frame.
    """
    pitch = _pitch(line)
    a, b, _, d = polygon
    one_height = math.dist(a, d) / max(math.dist(a, b), 1e-6)  # as a share of the line
    words = []
    for start, stop in _runs(line, max(WIDE_GAP * pitch, WIDE_GAP_HEIGHTS * one_height)):
        left = line.centres[start] - pitch / 2
        right = line.centres[stop - 1] + pitch / 2
        confidence = statistics.fmean(line.confidences[start:stop])
        text = line.text[start:stop]
        words.append(Word(text, _slice(polygon, max(0.0, left), min(1.0, right)), confidence))
    return words


def _runs(line: RecognisedLine, wide_gap: float) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of each run of characters that belong together."""
    start = 0
    for i in range(1, len(line.text) + 1):
        is_cut = i == len(line.text) or line.text[i].isspace() or line.text[i - 1].isspace()
        if is_cut or line.centres[i] - line.centres[i - 1] > wide_gap:
            if line.text[start:i].strip():
                yield start, i
            start = i


def _pitch(line: RecognisedLine) -> float:
    """Return the usual distance of neighbouring characters, as a share of the line."""
    gaps = [
        b - a
        for a, b, left, right in zip(
            line.centres, line.centres[1:], line.text, line.text[1:], strict=False
        )
        if not (left.isspace() or right.isspace())
    ]
    return max(_median(gaps) or 1.0 / max(len(line.text), 1), 1e-4)


def _median(values: Sequence[float]) -> float:
    """Return the median; 0 where there are no values."""
    return statistics.median(values) if values else 0.0


def _slice(polygon: Polygon, left: float, right: float) -> Polygon:
    """Return the part of ``polygon`` between two shares of its length."""
    a, b, c, d = polygon

    def between(p: Point, q: Point, share: float) -> Point:
        return (p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share)

    return (between(a, b, left), between(a, b, right), between(d, c, right), between(d, c, left))
