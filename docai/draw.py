"""Evidence, drawn: a page with its words and, beside it, what was found where.

Labels stand in a margin to the right of the page, joined by lines to what they are about, so that
nothing on the page is covered.
"""

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from docai.document import Page
from docai.extraction.result import Evidence, Extraction, State, Value
from docai.geometry import Box, Polygon, box_polygon, polygon_box
from docai.reading import Reading

SMALL_SIDE_PX = 1100  # pages with a shorter long side are enlarged to it
LARGE_SIDE_PX = 1800  # and those with a longer one are shrunk to this
FONT_PX = 20
GAP_PX = 34  # between the page and its labels: room for the lines
PADDING_PX = 9
LABEL_PX = 31  # height of a label
BAR_PX = 4  # the bar of colour that a label begins with
RIM_PX = 2  # between evidence and a line that runs along it
LONGEST_TEXT = 44  # letters of a value that a label shows
LAST_LETTER = 0x17F  # the font that Pillow bundles knows Latin with its accents
BACKGROUND = (246, 246, 244)
INK = (32, 33, 36)
MUTED = (112, 116, 122)
WORD_OUTLINE = (150, 156, 166)
GOLDEN_TURN = 0.618034  # steps around the colour wheel that never come close to each other

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Label:
    """What is said about some evidence on a page.

    Attributes:
        title: the field, or the row.
        text: the value, shortened.
        confidence: of the value; the lowest, if several.
        colour: of the evidence and of the label.
        polygons: around its evidence, in pixels of the drawing; at least one.
        top: where the label stands.
    """

    title: str
    text: str
    confidence: float
    colour: Colour
    polygons: tuple[Polygon, ...]

    top: float = 0.0

    @property
    def middle(self) -> float:
        """Where the label ends up, from the top."""
        return self.top + LABEL_PX / 2

    @property
    def wanted(self) -> float:
        """Where the label should be: beside its rightmost evidence."""
        _, y0, _, y1 = self._rightmost
        return (y0 + y1 - LABEL_PX) / 2

    @property
    def start(self) -> tuple[float, float]:
        """Where the line to the label starts.

        Beside the evidence where it can run level; else along the edge above or below it, in the
        space between lines of text, where it crosses no words and no line of a neighbour.
        """
        _, y0, x1, y1 = self._rightmost
        offset = self.top - self.wanted
        if abs(offset) < 1:
            return (x1 + RIM_PX, (y0 + y1) / 2)
        return (x1, y0 - RIM_PX if offset < 0 else y1 + RIM_PX)

    @property
    def _rightmost(self) -> Box:
        return max(map(polygon_box, self.polygons), key=lambda box: box[2])


def overlay(page: Page, reading: Reading, *extractions: Extraction) -> Image.Image:
    """Draw words, evidence and labels over one page.

    Args:
        page: the page.
        reading: what was read on it; its words are outlined thinly.
        extractions: what was found on its document, or on each part of its file in order; only
            evidence on this page is drawn.

    Returns:
        An RGB picture: the page, enlarged or shrunk to a readable size, and a margin of labels.
    """
    scale = _scale(page)
    sheet = Image.fromarray(page.picture).resize(
        (round(page.width * scale), round(page.height * scale)), Image.Resampling.LANCZOS
    )
    _outline_words(sheet, reading, scale)
    labels = sorted(
        _labels(_fields(extractions, reading), reading, scale), key=lambda one: one.wanted
    )
    tops = spread([label.wanted for label in labels], LABEL_PX + 5)
    placed = [replace(label, top=top) for label, top in zip(labels, tops, strict=True)]
    return _with_margin(_highlighted(sheet, placed), placed)


def _scale(page: Page) -> float:
    """Return by what to enlarge or shrink a page."""
    longest = max(page.height, page.width)
    return min(max(longest, SMALL_SIDE_PX), LARGE_SIDE_PX) / longest


def _outline_words(sheet: Image.Image, reading: Reading, scale: float) -> None:
    """Draw the polygon of every word onto ``sheet``."""
    pencil = ImageDraw.Draw(sheet)
    for word in reading.words:
        corners = [(x * scale, y * scale) for x, y in word.polygon]
        pencil.polygon(corners, outline=WORD_OUTLINE, width=1)


def _fields(extractions: Sequence[Extraction], reading: Reading) -> Mapping[str, Value]:
    """Return what was found on a page by path, after the number of the part if it is of several."""
    here = [one for one in extractions if one.part is None or reading.page in one.part.pages]
    if len(here) == 1:
        return here[0].fields
    firsts = [0] * len(here)
    if reading.regions:  # evidence counts words from the first of its region
        firsts = [reading.lines[r.start].start if r.start < r.stop else 0 for r in reading.regions]
    return {
        f"{one.part.number if one.part else ''}: {path}": _counted_from(value, first)
        for one, first in zip(here, firsts, strict=True)
        for path, value in one.fields.items()
    }


def _counted_from(value: Value, first: int) -> Value:
    """Return a value whose evidence counts words from ``first`` on."""
    shifted = (
        replace(piece, words=tuple(first + word for word in piece.words))
        for piece in value.evidence
    )
    return replace(value, evidence=tuple(shifted))


def _labels(fields: Mapping[str, Value], reading: Reading, scale: float) -> list[Label]:
    """Return a label per field and per row with evidence on the page of ``reading``."""
    groups: dict[str, list[tuple[str, Value]]] = {}
    for path, value in fields.items():
        if any(evidence.page == reading.page for evidence in value.evidence):
            groups.setdefault(path.split("].", 1)[0], []).append((path, value))
    return [
        _label(group, members, _colour(place), reading, scale)
        for place, (group, members) in enumerate(groups.items())
    ]


def _label(
    group: str, members: Sequence[tuple[str, Value]], colour: Colour, reading: Reading, scale: float
) -> Label:
    """Return the label of one field, or of one row with its columns."""
    if "[" in group:
        name, row = group.split("[", 1)
        title = f"{name} {int(row) + 1}"
    else:
        title = group
    states = {value.state for _, value in members} - {State.FOUND}
    text = _joined([_writable(value.text or "") for _, value in members])
    text += "".join(f" ({state.value})" for state in sorted(states))
    polygons = tuple(
        _scaled(polygon, scale)
        for _, value in members
        for evidence in value.evidence
        if evidence.page == reading.page
        for polygon in _polygons(evidence, reading)
    )
    return Label(title, text, min(value.confidence for _, value in members), colour, polygons)


def _joined(texts: Sequence[str]) -> str:
    """Return the columns of a row, of which the longest is cut where they are too long together."""
    longest = max(texts, key=len)
    excess = sum(len(text) + 3 for text in texts) - LONGEST_TEXT
    if excess > 0:
        short = longest[: max(1, len(longest) - excess)].rstrip() + "…"
        texts = [short if text is longest else text for text in texts]
    return " · ".join(text for text in texts if text)


def _writable(text: str) -> str:
    """Return ``text``, or nothing where the bundled font lacks a letter: the page shows it."""
    return text if all(ord(c) <= LAST_LETTER for c in text) else ""


def _polygons(evidence: Evidence, reading: Reading) -> list[Polygon]:
    """Return a polygon around the words of ``evidence`` on each line; its box if it has none."""
    if not evidence.words:
        return [box_polygon(evidence.box)]
    polygons = []
    for _, run in groupby(sorted(evidence.words), key=lambda word: reading.line_of_word[word]):
        words = [reading.words[i].polygon for i in run]
        polygons.append((words[0][0], words[-1][1], words[-1][2], words[0][3]))
    return polygons


def _scaled(polygon: Polygon, scale: float) -> Polygon:
    """Return ``polygon`` in pixels of the drawing."""
    a, b, c, d = ((x * scale, y * scale) for x, y in polygon)
    return (a, b, c, d)


def _colour(place: int) -> Colour:
    """Return a colour, dark enough to be read on white, for the n-th group."""
    hue = (0.58 + place * GOLDEN_TURN) % 1.0
    # Yellow and green look brighter than they are: take some light from them.
    lightness = 0.34 if 0.1 < hue < 0.5 else 0.46
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.72)
    return (round(red * 255), round(green * 255), round(blue * 255))


def _highlighted(sheet: Image.Image, labels: Sequence[Label]) -> Image.Image:
    """Return ``sheet`` with the evidence of ``labels`` outlined and faintly tinted.

    The lines to the labels begin here, fainter than outside, for they may cross words.
    """
    tint = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
    brush = ImageDraw.Draw(tint)
    for label in labels:
        for polygon in label.polygons:
            brush.polygon(polygon, (*label.colour, 38), label.colour, 2)
        x, y = label.start
        brush.line([(x, y), (sheet.width, y)], (*label.colour, 150), 1)
    return Image.alpha_composite(sheet.convert("RGBA"), tint).convert("RGB")


def _with_margin(sheet: Image.Image, labels: Sequence[Label]) -> Image.Image:
    """Return a canvas with the page on the left and its labels on the right."""
    font = ImageFont.load_default(FONT_PX)
    width = max((_label_width(label, font) for label in labels), default=0)
    lowest = max((label.top + LABEL_PX for label in labels), default=0.0)
    height = max(sheet.height, round(lowest) + PADDING_PX)
    margin = GAP_PX + width + PADDING_PX if labels else 0
    canvas = Image.new("RGB", (sheet.width + margin, height), BACKGROUND)
    canvas.paste(sheet)
    pencil = ImageDraw.Draw(canvas)
    for label in labels:
        _draw_label(pencil, label, sheet.width, font)
    return canvas


def _parts(label: Label) -> tuple[tuple[str, Colour], ...]:
    """Return what a label says, in order, with colours."""
    said = ((label.text, INK),) if label.text else ()
    return ((label.title, label.colour), *said, (f"{label.confidence:.0%}", MUTED))


def _label_width(label: Label, font: Font) -> int:
    """Return how wide a label is."""
    texts = [text for text, _ in _parts(label)]
    return round(sum(font.getlength(text) + PADDING_PX for text in texts)) + 2 * PADDING_PX


def _draw_label(pencil: ImageDraw.ImageDraw, label: Label, edge: float, font: Font) -> None:
    """Draw a label and the line that joins it to the ``edge`` of the page."""
    left, top, middle = edge + GAP_PX, label.top, label.middle
    elbow = (edge + 0.6 * GAP_PX, middle)
    pencil.line([(edge, label.start[1]), elbow, (left, middle)], label.colour, 1)
    pencil.rectangle((left, top, left + BAR_PX, top + LABEL_PX), fill=label.colour)
    at = left + BAR_PX + PADDING_PX
    for text, colour in _parts(label):
        pencil.text((at, middle), text, colour, font, anchor="lm")
        at += font.getlength(text) + PADDING_PX


def spread(wanted: Sequence[float], step: float) -> list[float]:
    """Move places apart until neighbours are ``step`` apart, each as little as may be.

    Args:
        wanted: in ascending order.
        step: the least distance.

    Returns:
        Places in the same order, none below 0.
    """
    runs: list[tuple[float, int]] = []  # (first place, how many stand step apart)
    for place in wanted:
        first, count = place, 1
        while runs and runs[-1][0] + runs[-1][1] * step > first:
            other, number = runs.pop()
            # What each member of the joined run wants its first to be, on average.
            first = (other * number + (first - number * step) * count) / (number + count)
            count += number
        runs.append((max(0.0, first), count))
    return [first + step * i for first, count in runs for i in range(count)]
