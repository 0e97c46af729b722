"""The parts that invented forms are put together from: fields, rows, boxes, tables, signatures."""

import random
from collections.abc import Sequence
from functools import partial
from itertools import takewhile

from docai.vlm.builtin.synth.form_content import Content, Field
from docai.vlm.builtin.synth.form_style import Style
from docai.vlm.builtin.synth.paper import A4, LETTER, Meaning, Paper

OTHER = Meaning()
MODES = ("line", "line", "tab", "inline", "below", "caption", "box", "boxright")


class Sheet:
    """One page of a form, filled from the top to the bottom.

    Attributes:
        paper: where it is set.
        content: its words.
        style: how it is set.
        rng: of every choice.
        left: left margin, in pixels.
        right: where the right margin begins, in pixels.
        y: baseline of the next line, in pixels.
        bottom: last baseline to use, in pixels.
        boxes: labels of the boxes to tick, and whether they are ticked.
        signatures: labels of the places to sign, and whether somebody has.
        page: its number in the form.
    """

    def __init__(self, rng: random.Random, content: Content, style: Style, page: int = 1) -> None:
        """Take an empty sheet."""
        size = LETTER if content.language == "en" and rng.random() < 0.8 else A4
        self.rng, self.content, self.style, self.page = rng, content, style, page
        self.paper = Paper(rng, size, font=style.key_font, text_size=style.size)
        self.left = float(rng.randint(60, 170))
        self.right = float(size[1] - rng.randint(60, 150))
        self.y = float(rng.randint(70, 170))
        self.bottom = float(size[0] - rng.randint(90, 170))
        self.boxes: list[tuple[str, bool]] = []
        self.signatures: list[tuple[str, bool]] = []

    @property
    def width(self) -> float:
        """How wide the text may be, in pixels."""
        return self.right - self.left

    @property
    def step(self) -> float:
        """Distance of rows, in pixels."""
        return self.style.size * self.style.leading

    def wrap(self, text: str, width: float, size: int | None = None) -> list[str]:
        """Cut ``text`` into lines at most ``width`` wide, word by word, which is fast."""
        measure, space = self.paper.measure, self.paper.measure(" ", size)
        lines: list[list[str]] = []
        end = width + 1
        for word in text.split():
            wide = measure(word, size)
            if not lines or end + space + wide > width:
                lines.append([word])
                end = wide
            else:
                lines[-1].append(word)
                end += space + wide
        return [" ".join(line) for line in lines]

    def room(self, height: float) -> bool:
        """Tell whether ``height`` pixels are left."""
        return self.y + height < self.bottom

    def skip(self, rows: float = 1.0) -> None:
        """Go down by so many rows."""
        self.y += self.step * rows

    def header(
        self, text: str, x: float, y: float, *, size: int | None = None, anchor: str = "l",
        bold: bool = True, grey: int = 0,
    ) -> float:  # fmt: skip
        """Set a heading; return where it ends."""
        meaning = Meaning(role="header", entity=self.paper.entity())
        return self.paper.text(text, x, y, meaning, size=size, anchor=anchor, bold=bold, grey=grey)

    def key(
        self, text: str, x: float, y: float, *, width: float = 9999, size: int | None = None,
        anchor: str = "l", bold: bool | None = None,
    ) -> tuple[int, float, float]:  # fmt: skip
        """Set a key, wrapped to ``width``.

        Returns:
            Its entity, where its last line ends and the baseline of that line.
        """
        entity = self.paper.entity()
        size = size or self.style.size
        bold = self.style.is_bold if bold is None else bold
        end, line = x, y
        parts = self.wrap(text, width, size)
        if parts[1:] and parts[-1] == ":":
            parts[-2:] = [f"{parts[-2]} :"]
        for n, part in enumerate(parts):
            line = y + n * size * 1.15
            meaning = Meaning(role="key", entity=entity)
            end = self.paper.text(part, x, line, meaning, size=size, anchor=anchor, bold=bold)
        return entity, end, line

    def value(
        self, text: str, x: float, y: float, width: float, key: int | Sequence[int], *,
        rows: int = 1, leading: float | None = None, anchor: str = "l", first: float = 0.0,
    ) -> int:  # fmt: skip
        """Fill in a value and link it to its key or keys.

        Args:
            text: what is filled in; words that find no room are left out.
            x: its left edge, middle or right edge.
            y: its first baseline.
            width: of its lines, in pixels.
            key: entities of its keys.
            rows: how many lines it may take.
            leading: distance of its lines, in pixels.
            anchor: of the text; see `Paper.text`.
            first: how much further right its first line starts.

        Returns:
            How many lines it took.
        """
        style, rng = self.style, self.rng
        with self.paper.set_in(style.value_font):
            size = style.value_size
            text = style.written(text)
            if rows == 1 and self.paper.measure(text, size) > width:
                size = max(13, round(size * 0.85))
            lines = self._lines(text, width, size, first)[:rows]
            if not lines:
                return 0
            entity = self.paper.entity()
            dy = rng.uniform(-style.jitter, style.jitter * 0.5)
            dx = rng.uniform(0, style.jitter * 2) if anchor == "l" else 0.0
            leading = leading or size * 1.3
            for n, line in enumerate(lines):
                start = x + dx + (first if n == 0 else 0)
                meaning = Meaning(role="value", entity=entity)
                self.paper.text(
                    line, start, y + dy + n * leading, meaning, size=size, anchor=anchor
                )
        for one in (key,) if isinstance(key, int) else key:
            self.paper.link(one, entity)
        return len(lines)

    def _lines(self, text: str, width: float, size: int, first: float) -> list[str]:
        """Cut ``text`` into lines; end before a word that is wider than the line."""
        fits = partial(self._fits, width=width - first, size=size)
        words = list(takewhile(fits, text.split()))
        if not first:
            return self.wrap(" ".join(words), width, size)
        head: list[str] = []
        while words and self.paper.measure(" ".join([*head, words[0]]), size) <= width - first:
            head.append(words.pop(0))
        return [" ".join(head), *self.wrap(" ".join(words), width, size)] if head else []

    def _fits(self, word: str, *, width: float, size: int) -> bool:
        """Tell whether a word is no wider than ``width``."""
        return self.paper.measure(word, size) <= width

    def rule(self, x0: float, x1: float, y: float, kind: str | None = None) -> None:
        """Draw what one writes on, below the baseline ``y``."""
        kind = kind or self.style.rule
        if kind == "line" and x1 > x0:
            self.paper.line(x0, y + 5, x1, y + 5, self.rng.choice((1, 1, 2)))
        elif kind == "dots" and x1 > x0:
            self.paper.dots(x0, x1, y + 3)

    def field(
        self, field: Field, x: float, y: float, width: float, mode: str, tab: float = 0.0
    ) -> float:
        """Set a field whose first line stands at the baseline ``y``.

        Args:
            field: what is asked for and filled in.
            x: its left edge.
            y: the baseline of its first line.
            width: how wide it may be.
            mode: one of `MODES`: how key and value stand to each other.
            tab: how far right of ``x`` values start, where ``mode`` is ``tab`` or ``boxright``.

        Returns:
            The lowest baseline it uses.
        """
        return _MODES[mode](self, field, x, y, width, tab)

    def note(
        self, text: str, x: float, y: float, width: float, *, size: int | None = None
    ) -> float:
        """Set small print; return the baseline of the line after it."""
        size = size or self.style.hint_size
        for line in self.wrap(text, width, size):
            self.paper.text(line, x, y, OTHER, size=size)
            y += size * 1.3
        return y

    def row(
        self, fields: Sequence[Field], mode: str, widths: Sequence[float] | None = None
    ) -> None:
        """Set fields side by side over the whole width and go down."""
        shares = widths or [1.0] * len(fields)
        gap = self.rng.choice((14, 22, 34))
        free = self.width - gap * (len(fields) - 1)
        x, low = self.left, self.y
        for field, share in zip(fields, shares, strict=True):
            wide = free * share / sum(shares)
            low = max(low, self.field(field, x, self.y, wide, mode))
            x += wide + gap
        self.y = low + self.step


def _inline(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set the value right after the key, on a line or none."""
    style = sheet.style
    key, end, low = sheet.key(style.label(field.label), x, y, width=width * 0.72)
    start = end + style.size * sheet.rng.choice((0.35, 0.5, 0.9))
    if field.value:
        sheet.value(field.value, start, low, max(60.0, x + width - start), key)
    return low


def _on_line(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set the value on a line that begins where the key ends."""
    style = sheet.style
    key, end, low = sheet.key(style.label(field.label), x, y, width=width * 0.6)
    start = end + style.size * 0.3
    sheet.rule(start, x + width, low, "line" if style.rule == "none" else None)
    if field.value:
        room = x + width - start
        inset = sheet.rng.uniform(0, 0.15) * room
        sheet.value(field.value, start + inset, low, room - inset, key)
    return low


def _at_tab(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set the value at a tab stop, in as many lines as it needs."""
    tab = tab or width * 0.38
    key, _, low = sheet.key(sheet.style.label(field.label), x, y, width=tab - 12)
    rows = 5 if len(field.value) > 30 else 1
    taken = sheet.value(field.value, x + tab, y, width - tab, key, rows=rows) if field.value else 1
    last = y + (max(1, taken) - 1) * sheet.style.value_size * 1.3
    if taken <= 1:
        sheet.rule(x + tab, x + width, y)
    return max(low, last)


def _below(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set the value below its key."""
    style = sheet.style
    key, _, low = sheet.key(style.label(field.label), x, y, width=width)
    line = low + style.value_size * sheet.rng.choice((1.25, 1.45, 1.7))
    sheet.rule(x, x + width, line)
    if field.value:
        sheet.value(field.value, x + 2, line, width - 2, key)
    return line


def _caption(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set the value on a line and the key small below it."""
    style = sheet.style
    label = style.label(field.label)
    label = f"({label.rstrip(' :.')})" if sheet.rng.random() < 0.35 else label
    sheet.rule(x, x + width, y, "dots" if style.rule == "dots" else "line")
    size = max(12, style.size - sheet.rng.choice((0, 3, 5)))
    low = y + 8 + size
    key, _, low = sheet.key(label, x, low, width=width, size=size)
    if field.value:
        sheet.value(field.value, x + 4, y, width - 4, key)
    return low


def _in_box(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set key and value in a frame, the key small at its upper left."""
    style = sheet.style
    size = max(12, style.size - 5)
    top = y - size
    key, _, low = sheet.key(style.label(field.label), x + 5, y, width=width - 8, size=size)
    line = low + style.value_size * sheet.rng.choice((1.15, 1.3, 1.5))
    if field.value:
        sheet.value(field.value, x + 8, line, width - 14, key)
    sheet.paper.box((x, top - 3, x + width, line + 9))
    return line


def _box_right(sheet: Sheet, field: Field, x: float, y: float, width: float, tab: float) -> float:
    """Set the key and, right of it, a frame with the value."""
    style = sheet.style
    tab = tab or width * 0.45
    key, _, low = sheet.key(style.label(field.label), x, y, width=tab - 10)
    sheet.paper.box((x + tab, y - style.value_size - 4, x + width, y + 8))
    if field.value:
        sheet.value(field.value, x + tab + 6, y, width - tab - 10, key)
    return max(low, y + 6)


_MODES = {
    "inline": _inline,
    "line": _on_line,
    "tab": _at_tab,
    "below": _below,
    "caption": _caption,
    "box": _in_box,
    "boxright": _box_right,
}
