"""What rows of an invented receipt are made of: pieces of text, tagged with what they mean.

Knows nothing of fonts or pixels; `receipt_layout` places the rows.
"""

import random
from dataclasses import dataclass
from decimal import Decimal

from docai.vlm.builtin.synth.locales import Locale
from docai.vlm.builtin.synth.receipt_content import Purchase, pick


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that mean the same; ``row`` numbers the line item it belongs to."""

    text: str
    tag: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Pieces printed side by side; ``at`` in [0, 1] is where ``anchor`` (l, c, r) stands."""

    pieces: tuple[Piece, ...]
    at: float = 0.0
    anchor: str = "l"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells on one line of paper. A ``rule`` is drawn but is no text; ``gap`` is in lines."""

    cells: tuple[Cell, ...]
    scale: float = 1.0
    is_bold: bool = False
    rule: str = ""
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """Habits of one till."""

    columns: int
    is_upper: bool
    header: str  # anchor of the header rows
    totals: str  # "edges", "right" or "joined"
    item_sign: str
    total_sign: str
    date: str
    time: str
    items: str  # name of the item layout
    rule: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the row makers share."""

    rng: random.Random
    locale: Locale
    purchase: Purchase
    look: Look

    def one(self, key: str) -> str:
        """Return one filled-in choice of ``key``."""
        return pick(self.rng, self.locale, key)

    def chance(self, probability: float) -> bool:
        """Return True that often."""
        return self.rng.random() < probability


_NARROW = ("one", "qty_first", "qty_first", "at", "left")
_WIDE = (*_NARROW, "two", "two", "two", "table", "table", "table", "code", "code")
_RULES = ("-", "-", "=", "*", ".", "_", "")


def choose_look(rng: random.Random, locale: Locale) -> Look:
    """Return the habits of one till."""
    sign = rng.choice(locale.signs)
    columns = rng.choice((24, 28, 32, 32, 36, 40, 40, 42, 48, 56))
    return Look(
        columns=columns,
        is_upper=rng.random() < 0.4,
        header=rng.choice("cccl"),
        totals=rng.choice(("edges", "edges", "edges", "right", "joined")),
        item_sign=rng.choice(("{}", "{}", sign)),
        total_sign=rng.choice(("{}", sign, sign, rng.choice(locale.signs))),
        date=rng.choice(locale.dates),
        time=rng.choice(locale.times),
        items=rng.choice(_NARROW if columns < 32 else _WIDE),
        rule=rng.choice(_RULES),
    )


def capitals(row: Row) -> Row:
    """Return ``row`` in capitals."""
    cells = tuple(
        Cell(tuple(Piece(p.text.upper(), p.tag, p.row) for p in c.pieces), c.at, c.anchor)
        for c in row.cells
    )
    return Row(cells, row.scale, row.is_bold, row.rule, row.gap)


def money(amount: Decimal, locale: Locale, sign: str) -> str:
    """Return ``amount`` as ``locale`` prints it, within ``sign`` such as ``RM {}``."""
    digits = f"{abs(amount):,.{locale.decimals}f}"
    local = digits.replace(",", " ").replace(".", locale.point).replace(" ", locale.comma)
    return ("-" if amount < 0 else "") + sign.format(local)


def line(draft: Draft, text: str, tag: str = "", *, anchor: str = "", scale: float = 1.0) -> Row:
    """Return a row of one cell, standing where the header stands unless told otherwise."""
    side = anchor or draft.look.header
    at = {"l": 0.0, "c": 0.5, "r": 1.0}[side]
    return Row((Cell((Piece(text, tag),), at, side),), scale)


def rule(draft: Draft) -> list[Row]:
    """Return a separator of this till, or a gap."""
    return [Row((), rule=draft.look.rule)] if draft.look.rule else [Row((), gap=0.4)]
