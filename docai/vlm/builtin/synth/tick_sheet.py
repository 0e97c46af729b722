"""Sheets full of check boxes and radio buttons, and of what is easily taken for them.

More crowded than a form ever is: `docai.vlm.builtin.train_marks` learns from them.
"""

import random
from dataclasses import replace

from PIL import ImageDraw

from docai.vlm.builtin.synth.fonts import font_of, font_path
from docai.vlm.builtin.synth.paper import A4, Draw, Paper
from docai.vlm.builtin.synth.sample import Sample

_HANGUL_FONTS = ("NotoSansCJK-Regular", "NanumGothic")
_FONTS = (
    "LiberationSans-Regular",
    "LiberationSerif-Regular",
    "DejaVuSans",
    "FreeMono",
    "LiberationMono-Regular",
    "LiberationSansNarrow-Regular",
    "FreeSans",
    *_HANGUL_FONTS,
)
_LATIN = (
    "Lorem ipsum DOLOR sit amet CONSECTETUR 100 2004 Odo Boo 0 adipiscing OLD DOOR Quad elit sed "
    "do eiusmod tempor incididunt labore Total 80.00 ODD Bold Hello BOX Post code birth name"
)
_ASIAN = (
    "회사명 주소 전화번호 마당 이름 모음 일자 금액 품목 합계 용인시 응답 동의함 미동의 "
    "口 日付 国籍 男 女 区分 申請書 四 回数 田中 Lorem DOLOR 100"
)


def tick_sheet(seed: int, noise: float | None = None) -> Sample:
    """Return a sheet; the same seed gives the same sheet.

    Args:
        seed: of every choice.
        noise: 0 is a clean print, 1 a bad photo; None picks.
    """
    rng = random.Random(f"tick sheet {seed}")
    scale = rng.choice((0.7, 0.85, 1.0, 1.0, 1.0, 1.3, 1.6, 2.0))
    spoilt = rng.choice((0.0, 0.0, 0.2, 0.4, 0.6)) if noise is None else noise
    size = round(rng.choice((16, 18, 20, 22, 24, 28)) * scale)
    font = rng.choice([font for font in _FONTS if font_path(font)] or [""])
    paper = Paper(rng, (int(A4[0] * scale), int(A4[1] * scale)), font=font, text_size=size)
    ticked = _Sheet(paper, scale).fill()
    sample = paper.sample(
        seed, kind="form", layout="tick_sheet", language="", truth={}, noise=spoilt
    )
    of_marks = zip(sample.marks, ticked, strict=True)
    return replace(sample, marks=tuple(replace(mark, is_set=is_set) for mark, is_set in of_marks))


class _Sheet:
    """A sheet that is being filled from the top."""

    def __init__(self, paper: Paper, scale: float) -> None:
        """Choose how the marks of this sheet look."""
        rng = paper.rng
        self.paper, self.rng, self.size = paper, rng, paper.size
        self.x, self.y = paper.width * 0.08, paper.height * 0.06
        self.side = self.size * rng.uniform(0.62, 1.25)
        self.thickness = rng.choice((1, 1, 2, 2, 3) if scale < 1.3 else (1, 2, 3, 4))
        self.style = rng.choice(("square", "own", "own", "mixed", "round", "round"))
        self.ticked: list[bool] = []

    def fill(self) -> list[bool]:
        """Set rows until the sheet is full; return of each mark whether it is ticked."""
        title = round(self.size * self.rng.uniform(1.3, 2.2))
        self.paper.text(self._words(4), self.x, self.y, size=title, bold=True)
        self.y += self.size * 2.2
        leading = self.rng.uniform(1.35, 2.0)
        rows = [self._text, self._options, self._options, self._options]
        rows += [self._line, self._table, self._comb]
        while self.y < self.paper.height * 0.92:
            self.rng.choice(rows)()
            self.y += self.size * leading
        return self.ticked

    def _words(self, count: int) -> str:
        """Return some words with letters like boxes and circles."""
        pool = _ASIAN if self.paper.font in _HANGUL_FONTS else _LATIN
        return " ".join(self.rng.choice(pool.split()) for _ in range(count))

    def _text(self) -> None:
        """Set a few lines of text."""
        for _ in range(self.rng.randint(1, 3)):
            self.paper.text(self._words(self.rng.randint(4, 9)), self.x, self.y)
            self.y += self.size * 1.35

    def _line(self) -> None:
        """Set a label with a line to write on."""
        end = self.paper.text(self._words(2) + ":", self.x, self.y)
        self.paper.line(end + 5, self.y + 3, end + self.size * 12, self.y + 3, 2)
        if self.rng.random() < 0.6:
            self.paper.text(self._words(2), end + 20, self.y)

    def _options(self) -> None:
        """Set marks with their labels, side by side or one below the other."""
        rng, x, is_column = self.rng, self.x, self.rng.random() < 0.4
        for _ in range(rng.randint(2, 5)):
            gap = rng.choice((0.12, 0.2, 0.3, 0.5, 0.9)) * self.size
            label, comes_first = self._words(rng.choice((1, 1, 2))), rng.random() < 0.75
            if not comes_first:
                x = self.paper.text(label, x, self.y) + gap
            self._mark(x, self.y + rng.uniform(-0.05, 0.1) * self.size)
            x += self.side + gap
            if comes_first:
                x = self.paper.text(label, x, self.y)
            elif rng.random() < 0.3:
                self.paper.line(x, self.y, x + self.size * 4, self.y, 1)
                x += self.size * 4
            x += self.size * rng.uniform(0.8, 2.5)
            if is_column:
                self.y, x = self.y + self.size * 1.5, self.x
            elif x > self.paper.width * 0.8:
                break

    def _table(self) -> None:
        """Set a table with words and marks in its cells."""
        rng, rows, columns = self.rng, self.rng.randint(2, 5), self.rng.randint(2, 5)
        wide, high = self.paper.width * 0.8 / columns, self.size * rng.uniform(1.4, 2.4)
        for n in range(rows + 1):
            y = self.y + n * high
            self.paper.line(self.x, y, self.x + columns * wide, y, rng.choice((1, 2)))
        for n in range(columns + 1):
            x = self.x + n * wide
            self.paper.line(x, self.y, x, self.y + rows * high, 1)
        for n in range(rows * columns):
            x, y = self.x + n % columns * wide, self.y + n // columns * high
            if rng.random() < 0.5:
                self.paper.text(self._words(1), x + 6, y + high * 0.7)
            elif rng.random() < 0.25 and high > self.side + 10:
                self._mark(x + wide / 2, y + (high + self.side) / 2)
        self.y += rows * high

    def _comb(self) -> None:
        """Set a row of cells for one letter each: these are no check boxes."""
        side = self.size * self.rng.uniform(1.1, 1.7)
        x = self.paper.text(self._words(1), self.x, self.y) + self.size
        for _ in range(self.rng.randint(5, 12)):
            self.paper.box((x, self.y - side * 0.8, x + side, self.y + side * 0.2), 1)
            if self.rng.random() < 0.5:
                letter = self.rng.choice("0123456789OXD")
                self.paper.text(letter, x + side / 2, self.y, anchor="c")
            x += side

    def _mark(self, x: float, y: float) -> None:
        """Draw a mark of this sheet's style with its lower left corner at (x, y)."""
        is_set, style = self.rng.random() < 0.45, self.style
        if style == "mixed":
            style = self.rng.choice(("square", "own", "round"))
        if style == "round":
            self.paper.radio_button(x, y, self.side, is_set=is_set)
        else:
            self.paper.check_box(x, y, self.side, is_set=is_set and style == "square")
            if style != "square":
                self.paper.box((x, y - self.side, x + self.side, y), self.thickness)
            if is_set and style != "square":
                self.paper.draw(self._tick(x, y))
        self.ticked.append(is_set)

    def _tick(self, x: float, y: float) -> Draw:
        """Return what draws a tick of a kind that `Paper` does not know."""
        side, rng = self.side, random.Random(self.rng.random())
        kind, font = rng.choice(("typed", "small", "thin", "full", "scribble")), self.paper.font

        def draw(pen: ImageDraw.ImageDraw) -> None:
            if kind == "typed":
                letter, face = rng.choice("Xx"), font_of(font, max(6, int(side * 0.95)))
                pen.text((x + side / 2, y - side / 2), letter, 0, face, anchor="mm")
            elif kind == "small":
                points = ((0.25, 0.5), (0.42, 0.25), (0.78, 0.8))
                pen.line([(x + side * a, y - side * b) for a, b in points], 0, 2)
            elif kind == "thin":
                pen.line((x, y - side, x + side, y), 0, 2)
                pen.line((x, y, x + side, y - side), 0, 2)
            elif kind == "full":
                pen.rectangle((x + 2, y - side + 2, x + side - 2, y - 2), 0)
            else:
                turns = [(rng.uniform(0, 1.1), rng.uniform(0, 1.1)) for _ in range(7)]
                pen.line([(x + side * a, y - side * b) for a, b in turns], 0, 2)

        return draw
