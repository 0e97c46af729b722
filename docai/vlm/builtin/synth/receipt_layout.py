"""Where the words of an invented receipt stand on paper, and how they are drawn.

Paper coordinates: pixels of the flat, clean strip; `noise` bends it afterwards.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from docai.errors import SettingsError
from docai.vlm.builtin.synth.fonts import covers, face, font_of, font_path, text_width
from docai.vlm.builtin.synth.receipt_rows import Cell, Row

Tagged = tuple[str, str, int | None]  # a word, its tag, the line item it belongs to
_MONO = (
    "DejaVuSansMono",
    "LiberationMono-Regular",
    "FreeMono",
    "FreeMonoBold",
    "NanumGothicCoding",
)
_SANS = (
    "LiberationSans-Regular",
    "LiberationSansNarrow-Regular",
    "DejaVuSansCondensed",
    "DejaVuSans",
    "FreeSans",
    "LiberationSerif-Regular",
    "DejaVuSerifCondensed",
    "NanumGothic",
    "NanumBarunGothic",
)
_CJK = ("NotoSansCJK-Regular", "NanumGothic", "NanumBarunGothic", "NotoSerifCJK-Regular")
_MAX_TEXT_WIDTH_PX = 700
_MIN_SIZE_PX = 6
_ASCENT, _DESCENT = 0.80, 0.22  # of a text box, in font sizes; as OCR draws them


@dataclass(frozen=True, slots=True)
class Placed:
    """A word on flat paper."""

    text: str
    tag: str
    row: int | None
    line: int
    x: float
    baseline: float
    width: float
    size: int
    is_bold: bool

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The word's box in paper pixels."""
        top, bottom = self.baseline - _ASCENT * self.size, self.baseline + _DESCENT * self.size
        return (self.x, top, self.x + self.width, bottom)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn that is no text: a separator or a barcode."""

    kind: str
    baseline: float
    size: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Flat paper with everything on it."""

    height: int
    width: int
    margin: float
    font: str
    words: tuple[Placed, ...]
    marks: tuple[Mark, ...]


def choosefont_of(rng: random.Random, texts: Iterable[str]) -> str:
    """Return the name of an installed font that draws every character of ``texts``.

    Raises:
        SettingsError: no installed font does.
    """
    unusual = sorted({c for text in texts for c in text if not c.isascii()})
    pool: tuple[str, ...] = _MONO * 3 + _SANS if rng.random() < 0.75 else _SANS
    if any(ord(c) > 0x2E80 for c in unusual):
        pool = _CJK
    fits = [n for n in pool if font_path(n) and all(covers(n, c) for c in unusual)]
    if fits:
        return rng.choice(fits)
    spare = [n for n in (*_CJK, "DejaVuSans", "") if n == "" or font_path(n)]
    for name in spare:
        if all(covers(name, c) for c in unusual):
            return name
    raise SettingsError(
        f"no installed font draws {''.join(unusual)[:20]!r}: install fonts-noto-cjk or fonts-nanum"
    )


def lay_out(rng: random.Random, rows: list[Row], columns: int) -> Sheet:
    """Place ``rows`` on a strip of paper that holds ``columns`` characters."""
    font = choosefont_of(rng, (p.text for r in rows for c in r.cells for p in c.pieces))
    size = rng.randint(13, 24)
    while columns * text_width(font, size, "0") > _MAX_TEXT_WIDTH_PX:
        size -= 1
    usable = columns * text_width(font, size, "0")
    margin = usable * rng.uniform(0.03, 0.1)
    leading = rng.choice((1.1, 1.2, 1.25, 1.35, 1.5))
    pen = _Pen(font, size, usable, margin, leading, margin + size * rng.uniform(0.5, 3))
    for row in rows:
        pen.put(row)
    height = round(pen.y + margin + size * rng.uniform(0.5, 3))
    width = round(usable + 2 * margin)
    return Sheet(height, width, margin, font, tuple(pen.words), tuple(pen.marks))


class _Pen:
    """Moves down the paper and places one row after the other."""

    def __init__(
        self, font: str, size: int, usable: float, left: float, leading: float, y: float
    ) -> None:
        """Start at ``y`` with an empty paper."""
        self.font, self.size, self.usable, self.left = font, size, usable, left
        self.leading, self.y, self.line = leading, y, -1
        self.words: list[Placed] = []
        self.marks: list[Mark] = []

    def put(self, row: Row) -> None:
        """Place one row; what does not fit goes to the next lines."""
        if row.rule:
            self.marks.append(Mark(row.rule, self.y + self.size * max(row.gap, 0.75), self.size))
            self.y += self.size * (row.gap + self.leading)
            return
        self.y += row.gap * self.size
        size = self._row_size(row)
        end: float | None = None
        for cell in row.cells:
            end = self._cell(cell, size, row.is_bold, end)
        if row.cells:
            self.y += size * self.leading

    def _row_size(self, row: Row) -> int:
        """Return the font size of a row: less than asked for where a large row would not fit."""
        size = round(self.size * row.scale)
        while size > self.size and any(
            self._width(_words(c), size, row.is_bold) > self.usable for c in row.cells
        ):
            size -= 1
        longest = max((w for c in row.cells for w, _, _ in _words(c)), key=len, default="")
        while size > _MIN_SIZE_PX and self._text(longest, size, row.is_bold) > self.usable:
            size -= 1
        return size

    def _text(self, text: str, size: int, is_bold: bool) -> float:
        """Return the width of ``text``."""
        return text_width(face(self.font, is_bold), size, text)

    def _width(self, words: list[Tagged], size: int, is_bold: bool) -> float:
        """Return the width of ``words`` with spaces between them."""
        space = self._text(" ", size, is_bold)
        return sum(self._text(t, size, is_bold) for t, _, _ in words) + space * (len(words) - 1)

    def _cell(self, cell: Cell, size: int, is_bold: bool, end: float | None) -> float | None:
        """Place one cell; return where it ends. ``end`` is where the cell before it ended."""
        words = _words(cell)
        while words:
            count = len(words)
            while count > 1 and self._width(words[:count], size, is_bold) > self.usable + 0.5:
                count -= 1
            x = self._start(cell, self._width(words[:count], size, is_bold))
            if end is not None and x < end + self.size * 0.4:
                self.y, end = self.y + size * self.leading, None
            if end is None or x - end > self.size * 1.1:
                self.line += 1
            end = self._run(words[:count], x, size, is_bold)
            words = words[count:]
            if words:
                self.y, end = self.y + size * self.leading, None
        return end

    def _start(self, cell: Cell, width: float) -> float:
        """Return where a run of ``width`` begins."""
        shift = {"l": 0.0, "c": 0.5, "r": 1.0}[cell.anchor]
        x = cell.at * self.usable - shift * width
        return self.left + max(min(x, self.usable - width), 0.0)

    def _run(self, words: list[Tagged], x: float, size: int, is_bold: bool) -> float:
        """Place words that share a line from ``x`` on; return where they end."""
        space, base = self._text(" ", size, is_bold), self.y + size * _ASCENT
        for text, tag, row in words:
            wide = self._text(text, size, is_bold)
            self.words.append(Placed(text, tag, row, self.line, x, base, wide, size, is_bold))
            x += wide + space
        return x - space


def _words(cell: Cell) -> list[Tagged]:
    """Return the words of a cell with their tag and row."""
    return [(w, p.tag, p.row) for p in cell.pieces for w in p.text.split()]


def draw_sheet(rng: random.Random, sheet: Sheet) -> NDArray[np.uint8]:
    """Return the flat paper as (H, W) uint8, black on white."""
    canvas = Image.new("L", (sheet.width, sheet.height), 255)
    pen = ImageDraw.Draw(canvas)
    for word in sheet.words:
        font = font_of(face(sheet.font, word.is_bold), word.size)
        pen.text((word.x, word.baseline), word.text, 0, font, anchor="ls")
    for mark in sheet.marks:
        _draw_mark(rng, pen, sheet, mark)
    return np.asarray(canvas)


def _draw_mark(rng: random.Random, pen: ImageDraw.ImageDraw, sheet: Sheet, mark: Mark) -> None:
    """Draw a separator or a barcode."""
    left, right = sheet.margin, sheet.width - sheet.margin
    if mark.kind == "barcode":
        x, stop = round(left + (right - left) * 0.15), round(right - (right - left) * 0.15)
        while x < stop:
            wide = rng.choice((1, 1, 2, 3))
            pen.rectangle((x, mark.baseline - mark.size * 2.2, x + wide - 1, mark.baseline), 0)
            x += wide + rng.choice((1, 2, 2, 3))
    elif mark.kind == "_":
        pen.line((left, mark.baseline, right, mark.baseline), 0, rng.choice((1, 2)))
    else:
        font = font_of(sheet.font, mark.size)
        count = int((right - left) / max(1.0, text_width(sheet.font, mark.size, mark.kind)))
        pen.text((left, mark.baseline), mark.kind * count, 0, font, anchor="ls")
