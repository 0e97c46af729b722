"""A sheet of paper on which invented invoices, forms and letters are set.

Lengths are pixels of the flat sheet, origin top-left; A4 at 150 dpi is 1754 x 1240. Nothing is
drawn until `Paper.sample` is asked to: setting words alone is fast, and training mostly wants that.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from docai.geometry import Box
from docai.vlm.builtin.synth.fonts import face, font_of, text_width
from docai.vlm.builtin.synth.noise import picture_of, plan
from docai.vlm.builtin.synth.sample import (
    Sample,
    SynthCell,
    SynthMark,
    SynthTable,
    SynthWord,
)

A4 = (1754, 1240)
LETTER = (1650, 1275)
ASCENT, DESCENT = 0.80, 0.22  # of a word's box, in font sizes; as OCR draws them
WIDE_GAP = 1.1  # in font sizes: words further apart are two pieces of text
AIMS = (700, 1400)  # width of the picture of a spoilt page, in pixels

Draw = Callable[[ImageDraw.ImageDraw], None]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a run of words means; see `docai.vlm.builtin.synth.sample.SynthWord`."""

    tag: str = ""
    row: int | None = None
    role: str = ""
    entity: int | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """A word set on the sheet."""

    text: str
    box: Box
    meaning: Meaning
    line: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table on the sheet; see `docai.vlm.builtin.synth.sample.SynthCell`."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box: Box
    is_header: bool = False


class Paper:
    """A sheet being set. Coordinates of text are its start (by ``anchor``) and its baseline.

    Attributes:
        rng: of every choice; the same seed sets the same sheet on the same fonts.
        height: in pixels.
        width: in pixels.
        font: name of the font that text is set in unless told otherwise.
        size: font size in pixels, likewise.
    """

    def __init__(
        self,
        rng: random.Random,
        size: tuple[int, int] = A4,
        *,
        font: str = "LiberationSans-Regular",
        text_size: int = 22,
    ) -> None:
        """Take an empty sheet of (height, width)."""
        self.rng, self.font, self.size = rng, font, text_size
        self.height, self.width = size
        self.words: list[Set] = []
        self.links: list[tuple[int, int]] = []
        self._marks: list[tuple[str, Box, bool, int | None]] = []
        self._tables: list[tuple[Cell, ...]] = []
        self._draws: list[Draw] = []
        self._entities = 0
        self._lines: dict[tuple[int, int], list[int]] = {}

    def entity(self) -> int:
        """Return the number of a new heading, key or value."""
        self._entities += 1
        return self._entities - 1

    def link(self, key: int, value: int) -> None:
        """Say that entity ``value`` is a value of entity ``key``."""
        self.links.append((key, value))

    def measure(self, text: str, size: int | None = None, *, bold: bool = False) -> float:
        """Return the width of ``text``."""
        return text_width(face(self.font, bold), size or self.size, text)

    @contextmanager
    def set_in(self, font: str) -> Iterator[None]:
        """Set text in another font within the block."""
        before, self.font = self.font, font
        try:
            yield
        finally:
            self.font = before

    def text(
        self,
        text: str,
        x: float,
        y: float,
        meaning: Meaning = Meaning(),
        *,
        size: int | None = None,
        anchor: str = "l",
        bold: bool = False,
        grey: int = 0,
    ) -> float:
        """Set one line of text and return where it ends.

        Args:
            text: its words are parted by white space.
            x: where it starts (``l``), has its middle (``c``) or ends (``r``).
            y: its baseline.
            meaning: of every word.
            size: font size; None for the sheet's.
            anchor: ``l``, ``c`` or ``r``.
            bold: whether it is set in bold.
            grey: 0 is black, 255 white, which on a dark ground is read all the same.
        """
        size = size or self.size
        name = face(self.font, bold)
        if anchor != "l":
            x -= {"c": 0.5, "r": 1.0}[anchor] * text_width(name, size, text)
        space = text_width(name, size, " ")
        end = x
        for word in text.split():
            wide = text_width(name, size, word)
            box = (x, y - ASCENT * size, x + wide, y + DESCENT * size)
            self.words.append(Set(word, box, meaning, 0))
            self._draws.append(_word(word, x, y, name, size, grey))
            end = x + wide
            x = end + space
        return end

    def wrap(self, text: str, width: float, size: int | None = None) -> list[str]:
        """Cut ``text`` into lines that are at most ``width`` wide; a longer word is a line."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.measure(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def paragraph(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        meaning: Meaning = Meaning(),
        *,
        size: int | None = None,
        leading: float = 1.3,
    ) -> float:
        """Set text in lines at most ``width`` wide; return the baseline of the line after."""
        for line in self.wrap(text, width, size):
            self.text(line, x, y, meaning, size=size)
            y += (size or self.size) * leading
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float, thickness: int = 1) -> None:
        """Draw a ruling line."""
        self._draws.append(lambda pen: pen.line((x0, y0, x1, y1), 0, thickness))

    def dots(self, x0: float, x1: float, y: float) -> None:
        """Draw a dotted line to write on."""

        def draw(pen: ImageDraw.ImageDraw) -> None:
            for x in np.arange(x0, x1, 7):
                pen.rectangle((float(x), y - 1, float(x) + 1, y), 0)

        self._draws.append(draw)

    def box(self, box: Box, thickness: int = 1, fill: int | None = None) -> None:
        """Draw a frame; ``fill`` is a grey, 0 black. Draw grounds before the text on them."""
        self._draws.append(lambda pen: pen.rectangle(box, fill, 0, thickness))

    def draw(self, draw: Draw) -> None:
        """Draw anything else: logos, stamps, stains. It is part of no word."""
        self._draws.append(draw)

    def check_box(
        self, x: float, y: float, side: float, *, is_set: bool, label: int | None = None
    ) -> None:
        """Draw a square with its lower left corner at (x, y), ticked or not."""
        box = (x, y - side, x + side, y)
        self._marks.append(("check_box", box, is_set, label))
        self.box(box, self.rng.choice((1, 2, 2)))
        if is_set:
            self._draws.append(_tick(box, random.Random(self.rng.getrandbits(32))))

    def radio_button(
        self, x: float, y: float, side: float, *, is_set: bool, label: int | None = None
    ) -> None:
        """Draw a circle in the square with its lower left corner at (x, y), filled or not."""
        box = (x, y - side, x + side, y)
        self._marks.append(("radio_button", box, is_set, label))
        thickness, inset = self.rng.choice((1, 2)), side * 0.28
        dot = (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)

        def draw(pen: ImageDraw.ImageDraw) -> None:
            pen.ellipse(box, None, 0, thickness)
            if is_set:
                pen.ellipse(dot, 0)

        self._draws.append(draw)

    def signature(self, box: Box, *, is_set: bool, label: int | None = None) -> None:
        """Leave a place to sign, with a scrawl in it or none."""
        self._marks.append(("signature", box, is_set, label))
        if is_set:
            self._draws.append(_scrawl(box, random.Random(self.rng.getrandbits(32))))

    def table(self, cells: Sequence[Cell]) -> None:
        """Note a table; its text and lines are set one by one."""
        self._tables.append(tuple(cells))

    def sample(
        self,
        seed: int,
        *,
        kind: str,
        layout: str,
        language: str,
        truth: Mapping[str, Any],
        noise: float = 0.0,
        draw: bool = True,
        page: int = 1,
        num_pages: int = 1,
    ) -> Sample:
        """Return the page as it is scanned or photographed.

        Args:
            seed: of how it lies and what spoils it.
            kind: see `docai.vlm.builtin.synth.sample.Sample`, as for all that follow.
            layout: its name.
            language: of its words.
            truth: of the whole document.
            noise: 0 is a clean print, 1 a bad photo.
            draw: False returns a blank picture and the very same words.
            page: its number.
            num_pages: of the document.
        """
        size = (self.height, self.width)
        warp = plan(random.Random(f"warp {seed}"), noise, size, AIMS)
        words = [self.words[i] for i in self._reading_order()]
        polygons = warp.polygons([w.box for w in words])
        marks = warp.polygons([box for _, box, _, _ in self._marks])
        picture = np.broadcast_to(np.uint8(255), (*warp.size, 3))
        if draw:
            picture = picture_of(self._flat(), warp, noise, abs(seed))
        return Sample(
            picture=picture,
            words=tuple(
                SynthWord(w.text, p, w.meaning.tag, w.meaning.row, w.meaning.role, w.meaning.entity)
                for w, p in zip(words, polygons, strict=True)
            ),
            line_of_word=tuple(self._line_numbers(words)),
            truth=truth,
            kind=kind,
            layout=layout,
            language=language,
            links=tuple(self.links),
            marks=tuple(
                SynthMark(kind_, polygon, is_set, label)
                for (kind_, _, is_set, label), polygon in zip(self._marks, marks, strict=True)
            ),
            tables=tuple(
                SynthTable(
                    tuple(
                        SynthCell(
                            c.row, c.column, c.row_span, c.column_span, c.text, p, c.is_header
                        )
                        for c, p in zip(cells, warp.polygons([c.box for c in cells]), strict=True)
                    )
                )
                for cells in self._tables
            ),
            page=page,
            num_pages=num_pages,
        )

    def _reading_order(self) -> list[int]:
        """Return the words row by row; who trains puts columns in order as OCR does."""
        order = sorted(range(len(self.words)), key=lambda i: self.words[i].box[3])
        rows: list[list[int]] = []
        for i in order:
            box = self.words[i].box
            last = self.words[rows[-1][0]].box if rows else None
            if last is not None and box[3] - last[3] < 0.5 * (last[3] - last[1]):
                rows[-1].append(i)
            else:
                rows.append([i])
        return [i for row in rows for i in sorted(row, key=lambda i: self.words[i].box[0])]

    def _line_numbers(self, words: Sequence[Set]) -> list[int]:
        """Return the line of each word: a row ends where the eye goes back or far on."""
        numbers: list[int] = []
        for n, word in enumerate(words):
            before = words[n - 1] if n else None
            goes_on = before is not None and _follows(before.box, word.box)
            numbers.append((numbers[-1] if numbers else 0) + (not goes_on and n > 0))
        return numbers

    def _flat(self) -> "np.ndarray[Any, np.dtype[np.uint8]]":
        """Return the flat sheet as (H, W) uint8, black on white."""
        canvas = Image.new("L", (self.width, self.height), 255)
        pen = ImageDraw.Draw(canvas)
        for draw in self._draws:
            draw(pen)
        return np.asarray(canvas)


def _follows(before: Box, box: Box) -> bool:
    """Tell whether a word goes on the line of the word before it."""
    high = before[3] - before[1]
    is_level = abs(before[3] - box[3]) < 0.5 * high
    return is_level and -high < box[0] - before[2] < WIDE_GAP * high


def _word(word: str, x: float, y: float, name: str, size: int, grey: int) -> Draw:
    """Return what draws a word."""
    return lambda pen: pen.text((x, y), word, grey, font_of(name, size), anchor="ls")


def _tick(box: Box, rng: random.Random) -> Draw:
    """Return what draws a cross, a tick or a fill, a bit askew, by hand or by machine."""
    x0, y0, x1, y1 = box
    side, style = x1 - x0, rng.choice(("cross", "cross", "tick", "fill"))
    off = [rng.uniform(-0.15, 0.15) * side for _ in range(8)]
    thick = max(2, round(side * rng.uniform(0.08, 0.16)))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        if style == "fill":
            pen.rectangle((x0 + side * 0.2, y0 + side * 0.2, x1 - side * 0.2, y1 - side * 0.2), 0)
        elif style == "cross":
            pen.line((x0 + off[0], y0 + off[1], x1 + off[2], y1 + off[3]), 0, thick)
            pen.line((x0 + off[4], y1 + off[5], x1 + off[6], y0 + off[7]), 0, thick)
        else:
            low = (x0 + side * 0.4 + off[0], y1 + off[1])
            pen.line((x0 + off[2], y0 + side * 0.55, *low), 0, thick)
            pen.line((*low, x1 + side * 0.35 + off[3], y0 - side * 0.2 + off[4]), 0, thick)

    return draw


def _scrawl(box: Box, rng: random.Random) -> Draw:
    """Return what draws something like a signature: loops that run on, then a flourish."""
    x0, y0, x1, y1 = box
    high, wide = y1 - y0, x1 - x0
    turns, points = rng.uniform(3, 8), []
    end = rng.uniform(0.5, 0.95)
    phases = [rng.uniform(0, 6.3) for _ in range(3)]
    for t in np.linspace(0, 1, 140):
        sway = np.sin(t * turns * 6.28 + phases[0]) * 0.28 * (1.1 - t)
        sway += np.sin(t * turns * 2.9 + phases[1]) * 0.14
        loop = np.sin(t * turns * 6.28 + phases[2]) * 0.035
        points.append((x0 + wide * (0.05 + (end - 0.1) * t + loop), y0 + high * (0.5 + sway)))
    if rng.random() < 0.5:
        points += [(x0 + wide * 0.1, y0 + high * 0.85), (x0 + wide * end, y0 + high * 0.8)]
    thick = rng.choice((2, 2, 3, 4))
    return lambda pen: pen.line(points, rng.choice((0, 40)), thick, joint="curve")
