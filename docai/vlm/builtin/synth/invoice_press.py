"""Sets an invented invoice on sheets: text that flows, keys with values, pages that fill up."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docai.vlm.builtin.synth.fonts import face, text_width
from docai.vlm.builtin.synth.invoice_content import Invoice, words
from docai.vlm.builtin.synth.invoice_lands import DECIMALS, MONTHS, SHORT_MONTHS
from docai.vlm.builtin.synth.paper import ASCENT, Meaning, Paper


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text and what it means."""

    text: str
    tag: str = ""
    row: int | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value; an empty value is a field without content."""

    key: Runs
    value: Runs
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How one invoice is set.

    Attributes:
        font: of the text.
        size: of the text, in pixels.
        leading: from baseline to baseline, in font sizes.
        colon: what ends a key.
        comma: thousands separator.
        point: decimal point.
        money: how amounts in the text and in sums are written: ``{n}`` number, ``{s}`` sign.
        cell_money: the same within tables.
        sign: of the currency.
        minus: how a negative number is written.
        date: strftime pattern.
        places: decimal places of quantities; None for as many as there are.
        is_upper: keys are in capitals.
        is_key_bold: keys are bold.
        is_value_bold: values are bold.
        key_grey: how pale keys are.
        shade: grey of shaded cells.
        ink: grey of the text on them.
    """

    font: str
    size: int
    leading: float
    colon: str
    comma: str
    point: str
    money: str
    cell_money: str
    sign: str
    minus: str
    date: str
    places: int | None
    is_upper: bool
    is_key_bold: bool
    is_value_bold: bool
    key_grey: int
    shade: int
    ink: int


Block = Callable[["Press", float, float, float], float]
"""Sets something between two edges from a top down; returns where it ends."""


class Press:
    """The invoice being set.

    Attributes:
        rng: of every choice.
        invoice: what is set.
        look: how.
        papers: the sheets so far.
        paper: the sheet being set.
        left: edge of the text.
        right: edge of the text.
        y: where the next block begins.
        bottom: where blocks must end, above the footer.
        on_new_page: sets the head of every page but the first.
    """

    def __init__(
        self, rng: random.Random, invoice: Invoice, look: Look, size: tuple[int, int]
    ) -> None:
        """Take an empty sheet."""
        self.rng, self.invoice, self.look, self._page_size = rng, invoice, look, size
        self.papers: list[Paper] = []
        side = size[1] * rng.uniform(0.05, 0.11)
        self.left, self.right = side, size[1] - side * rng.uniform(0.8, 1.1)
        self.top = size[0] * rng.uniform(0.03, 0.06)
        self.bottom = size[0] * rng.uniform(0.93, 0.96)
        self.y = self.top
        self.on_new_page: Block | None = None
        self.paper = self._take()

    def _take(self) -> Paper:
        """Return an empty sheet, which is the last one now."""
        paper = Paper(self.rng, self._page_size, font=self.look.font, text_size=self.look.size)
        self.papers.append(paper)
        return paper

    @property
    def width(self) -> float:
        """How wide the text is."""
        return self.right - self.left

    @property
    def gap(self) -> float:
        """From line to line."""
        return self.look.size * self.look.leading

    def new_page(self) -> None:
        """Begin another sheet."""
        self.paper, self.y = self._take(), self.top
        if self.on_new_page:
            self.put(self.on_new_page)

    def height_of(self, block: Block, x0: float | None = None, x1: float | None = None) -> float:
        """Return how high ``block`` will be, without setting it."""
        paper, state = self.paper, self.rng.getstate()
        self.paper = Paper(self.rng, self._page_size, font=self.look.font, text_size=self.look.size)
        end = block(self, self.left if x0 is None else x0, self.right if x1 is None else x1, 0.0)
        self.rng.setstate(state)
        self.paper = paper
        return end

    def put(self, block: Block, x0: float = 0.0, x1: float = 1.0, *, gap: float = 0.0) -> None:
        """Set a block below the last one, between two shares of the text's width."""
        self.side_by_side((x0, x1, block), gap=gap)

    def side_by_side(self, *blocks: tuple[float, float, Block], gap: float = 0.0) -> None:
        """Set blocks beside each other; those that do not fit on the page go on the next."""
        places = [(self.left + a * self.width, self.left + b * self.width, c) for a, b, c in blocks]
        high = max(self.height_of(c, a, b) for a, b, c in places)
        if self.y + high > self.bottom and self.y > self.top + 0.35 * (self.bottom - self.top):
            self.new_page()
        self.y = max(c(self, a, b, self.y) for a, b, c in places) + gap * self.gap

    def say(self, key: str, **slots: str) -> str:
        """Return words of the invoice's language."""
        return words(self.rng, self.invoice.land, key, **slots)

    def key(self, key: str, **slots: str) -> Runs:
        """Return the words of a key as they are set."""
        text = self.say(key, **slots)
        text = text.upper() if self.look.is_upper else text
        return (Run(text if text.endswith((":", "#")) else text + self.look.colon),)

    def number(self, amount: Decimal, places: int | None = None) -> str:
        """Return a number as the invoice writes it."""
        if places is None:
            places = DECIMALS.get(self.invoice.currency, 2)
        text = f"{abs(amount):,.{places}f}"
        text = text.replace(",", "\0").replace(".", self.look.point).replace("\0", self.look.comma)
        return self.look.minus.format(text) if amount < 0 else text

    def money(
        self, amount: Decimal, tag: str = "", row: int | None = None, *, is_cell: bool = False
    ) -> Runs:
        """Return an amount of money."""
        pattern = self.look.cell_money if is_cell else self.look.money
        return (Run(pattern.format(n=self.number(amount), s=self.look.sign), tag, row),)

    def quantity(self, amount: Decimal) -> str:
        """Return a quantity."""
        natural = max(0, -int(amount.normalize().as_tuple().exponent))
        return self.number(amount, max(natural, self.look.places or 0))

    def percent(self, rate: Decimal) -> str:
        """Return a rate without its sign."""
        return f"{rate.normalize():f}".replace(".", self.look.point)

    def date(self, day: dt.date, pattern: str | None = None) -> str:
        """Return a date as the invoice writes it."""
        pattern, language = pattern or self.look.date, self.invoice.land.language
        pattern = pattern.replace("%B", MONTHS[language][day.month - 1])
        return day.strftime(pattern.replace("%b", SHORT_MONTHS[language][day.month - 1]))

    def flow(
        self,
        runs: Runs,
        x0: float,
        x1: float,
        y: float,
        *,
        role: str = "",
        entity: int | None = None,
        size: int | None = None,
        anchor: str = "l",
        bold: bool = False,
        grey: int = 0,
    ) -> float:
        """Set text in lines between two edges, from ``y`` down; return where it ends."""
        size = size or self.look.size
        name = face(self.paper.font, bold)
        parts = [(w, Meaning(r.tag, r.row, role, entity)) for r in runs for w in r.text.split()]
        widest = max((text_width(name, size, w) for w, _ in parts), default=0.0)
        if widest > x1 - x0 > 0:
            size = max(7, int(size * (x1 - x0) / widest))
        space = text_width(name, size, " ")
        line: list[tuple[str, Meaning]] = []
        wide = 0.0
        for word, meaning in parts:
            more = text_width(name, size, word)
            if line and wide + space + more > x1 - x0 + 0.5:
                self._set(line, wide, x0, x1, y, size, anchor, bold, grey)
                y += size * self.look.leading
                line, wide = [], 0.0
            wide += more + (space if line else 0.0)
            line.append((word, meaning))
        if line:
            self._set(line, wide, x0, x1, y, size, anchor, bold, grey)
            y += size * self.look.leading
        return y

    def _set(
        self,
        line: list[tuple[str, Meaning]],
        wide: float,
        x0: float,
        x1: float,
        y: float,
        size: int,
        anchor: str,
        bold: bool,
        grey: int,
    ) -> None:
        """Set one line."""
        x = {"l": x0, "c": (x0 + x1 - wide) / 2, "r": x1 - wide}[anchor]
        space = text_width(face(self.paper.font, bold), size, " ")
        for word, meaning in line:  # one by one: widths of single words are known already
            x = self.paper.text(
                word, x, y + size * ASCENT, meaning, size=size, bold=bold, grey=grey
            )
            x += space

    def wide(self, runs: Sequence[Run], *, bold: bool = False, size: int | None = None) -> float:
        """Return how wide text is on one line."""
        text = " ".join(" ".join(r.text.split()) for r in runs)
        return text_width(face(self.paper.font, bold), size or self.look.size, text)

    def shade(self, x0: float, y0: float, x1: float, y1: float) -> int:
        """Draw a shaded ground; return the grey of the text on it."""
        grey = self.look.shade
        self.paper.draw(lambda pen: pen.rectangle((x0, y0, x1, y1), grey))
        return self.look.ink
