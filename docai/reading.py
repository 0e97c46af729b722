"""Reading: what OCR says is printed on a page."""

from dataclasses import dataclass
from functools import cached_property

from docai.geometry import Box, Polygon, polygon_box, rotate_polygon, union
from docai.quality import Quality


@dataclass(frozen=True)
class Word:
    """One word as printed.

    Attributes:
        text: without white space, never empty.
        polygon: four corners in pixels of the page picture as loaded, clockwise from the corner
            where the word begins, even where the engine straightened the page to read it.
        confidence: the engine's own estimate in [0, 1]; an engine that scores whole lines gives
            every word the confidence of its line.
    """

    text: str
    polygon: Polygon
    confidence: float

    @cached_property
    def box(self) -> Box:
        """The smallest upright box around the polygon, in page pixels."""
        return polygon_box(self.polygon)


@dataclass(frozen=True, slots=True)
class Line:
    """A run of words that detection saw as one piece of text.

    Attributes:
        start: index of the first word in ``Reading.words``.
        stop: index after the last.
        polygon: as detected, in pixels of the page picture as loaded.
    """

    start: int
    stop: int
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is a document of its own: one of several receipts on a scan.

    Attributes:
        polygon: four corners in pixels of the page picture.
        start: index of its first line in ``Reading.lines``.
        stop: index after the last.
        angle_deg: how far this region must be turned clockwise for its text to stand upright.
    """

    polygon: Polygon
    start: int
    stop: int
    angle_deg: float


@dataclass(frozen=True)
class Reading:
    """What one engine read on one page.

    Attributes:
        page: the page's number, from 1.
        size: (height, width) of the page picture in pixels.
        words: in reading order. A blank page has none; that is not an error.
        lines: in reading order; their ranges cover ``words`` without gap or overlap.
        angle_deg: how far the page must be turned clockwise for its text to stand upright.
        engine: name of the engine that read it.
        quality: of the picture; None where nobody looked.
        regions: where the page was read region by region: they cover all its lines, in order.
    """

    page: int
    size: tuple[int, int]
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    angle_deg: float
    engine: str
    quality: Quality | None = None
    regions: tuple[Region, ...] = ()

    def text_of(self, line: Line) -> str:
        """Return the words of ``line``, joined by spaces."""
        return " ".join(w.text for w in self.words[line.start : line.stop])

    @cached_property
    def text(self) -> str:
        """Every line on a line of its own."""
        return "\n".join(self.text_of(line) for line in self.lines)

    @cached_property
    def line_of_word(self) -> tuple[int, ...]:
        """For each word, the index of its line."""
        return tuple(n for n, line in enumerate(self.lines) for _ in range(line.start, line.stop))

    @cached_property
    def upright_boxes(self) -> tuple[Box, ...]:
        """For each word, its box on the page turned by ``angle_deg``, where rows are level."""
        height, width = self.size
        return tuple(
            polygon_box(rotate_polygon(w.polygon, self.angle_deg, height, width))
            for w in self.words
        )

    def box(self, words: range) -> Box:
        """Return the box around some words, in page pixels; ``words`` must not be empty."""
        return union(self.words[i].box for i in words)
