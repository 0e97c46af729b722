"""Which columns the table of line items has, and how it is ruled."""

from dataclasses import dataclass

from docai.vlm.builtin.synth.invoice_press import Press, Run, Runs


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a table is ruled and shaded.

    Attributes:
        head: ``none``, ``rule`` (below), ``rules`` (above and below), ``shaded`` or ``boxed``.
        rows: lines between rows.
        columns: lines between columns.
        frame: a frame around all.
        zebra: every other row is shaded.
        pad: above and below the text of a row, in font sizes.
        reaches: vertical lines go down to the bottom of the page.
        is_head_bold: the head is bold.
        end: a line below the last row.
    """

    head: str
    rows: bool
    columns: bool
    frame: bool
    zebra: bool
    pad: float
    reaches: bool
    is_head_bold: bool
    end: bool


RULINGS = (
    Ruling("rule", False, False, False, False, 0.25, False, True, True),
    Ruling("rules", False, False, False, False, 0.15, False, True, True),
    Ruling("shaded", True, True, True, False, 0.5, False, True, True),
    Ruling("shaded", False, False, False, False, 0.35, False, True, False),
    Ruling("shaded", False, False, False, True, 0.4, False, True, False),
    Ruling("boxed", True, True, True, False, 0.4, False, False, True),
    Ruling("boxed", False, True, True, False, 0.2, True, False, True),
    Ruling("boxed", False, True, True, False, 0.2, False, True, True),
    Ruling("none", False, False, False, False, 0.1, False, False, False),
    Ruling("rule", True, False, False, False, 0.6, False, True, True),
    Ruling("rules", True, False, False, False, 0.3, False, False, True),
    Ruling("shaded", True, False, False, False, 0.7, False, True, True),
    Ruling("none", True, False, False, False, 0.4, False, True, True),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its kind, its head, where its text stands."""

    kind: str
    head: Runs
    anchor: str


@dataclass(frozen=True, slots=True)
class Table:
    """How the items are set.

    Attributes:
        columns: from left to right.
        ruling: lines and shades.
        has_head: whether columns are labelled.
        codes: where product codes go without a column of their own: ``""``, ``before``
            or in brackets before the description, or ``below`` it.
        code_key: what is printed before a code below the description.
        has_notes: whether further lines about an item are printed.
        with_unit: units follow quantities in one cell.
        carries: sums are carried over page breaks.
        has_groups: headings between items.
    """

    columns: tuple[Column, ...]
    ruling: Ruling
    has_head: bool
    codes: str
    code_key: Runs
    has_notes: bool
    with_unit: bool
    carries: bool
    has_groups: bool


_ORDERS = (
    ("item", "qty", "price", "amount"),
    ("item", "qty", "price", "amount"),
    ("item", "qty", "price", "tax", "amount"),
    ("item", "qty", "price", "tax", "amount"),
    ("qty", "item", "price", "amount"),
    ("qty", "unit", "item", "price", "amount"),
    ("pos", "item", "qty", "price", "amount"),
    ("pos", "item", "qty", "unit", "price", "amount"),
    ("pos", "code", "item", "qty", "price", "amount"),
    ("pos", "code", "item", "qty", "unit", "price", "discount", "amount"),
    ("pos", "qty", "unit", "item", "price", "amount"),
    ("pos", "qty", "item", "price", "amount"),
    ("pos", "item", "tax", "qty", "price", "amount"),
    ("code", "item", "qty", "price", "amount"),
    ("code", "item", "qty", "unit", "price", "tax", "amount"),
    ("code", "item", "qty", "price", "discount", "amount"),
    ("code", "qty", "item", "price", "amount"),
    ("date", "item", "qty", "price", "amount"),
    ("date", "item", "amount"),
    ("item", "amount"),
    ("pos", "item", "amount"),
    ("item", "qty", "unit", "price", "amount"),
    ("item", "price", "qty", "amount"),
    ("item", "qty", "price", "discount", "tax", "amount"),
    ("pos", "item", "qty", "price", "amount", "tax", "taxamount", "gross"),
    ("item", "qty", "price", "amount", "tax", "gross"),
    ("code", "item", "price", "qty", "amount", "tax"),
    ("pos", "date", "item", "qty", "unit", "price", "amount"),
    ("item", "tax", "amount"),
    ("item", "code", "qty", "price", "amount"),
)
_CENTRED = ("qty", "unit", "tax", "pos")


def choose_table(
    press: Press, *, order: tuple[str, ...] | None = None, ruling: Ruling | None = None
) -> Table:
    """Return how to set the items; what is not given is left to chance."""
    rng, invoice = press.rng, press.invoice
    kinds = list(order or rng.choice(_ORDERS))
    if not invoice.taxes:
        kinds = [k for k in kinds if k not in ("tax", "taxamount", "gross")]
    elif invoice.is_gross:
        kinds = [k for k in kinds if k not in ("taxamount", "gross")]
    if not any(line.discount for line in invoice.lines):
        kinds = [k for k in kinds if k != "discount"]
    elif "discount" not in kinds and "price" in kinds:
        kinds.insert(kinds.index("amount"), "discount")
    is_centred = rng.random() < 0.15
    number_anchor = "c" if is_centred else rng.choice(("r", "r", "r", "r", "l", "c"))
    columns = []
    for kind in kinds:
        anchor = "l" if kind in ("item", "code", "date") else number_anchor
        if kind in _CENTRED and rng.random() < 0.5:
            anchor = rng.choice("lcr")
        columns.append(Column(kind, _head(press, kind), anchor))
    return Table(
        columns=tuple(columns),
        ruling=ruling or rng.choice(RULINGS),
        has_head=rng.random() < 0.96,
        codes=rng.choice(("", "", "", "before", "below", "bracket")) if "code" not in kinds else "",
        code_key=(Run(press.say("c_code") + rng.choice((":", "", " :"))),),
        has_notes=rng.random() < 0.7,
        with_unit="unit" not in kinds and rng.random() < 0.3,
        carries=rng.random() < 0.35,
        has_groups=any(line.group for line in invoice.lines),
    )


def _head(press: Press, kind: str) -> Runs:
    """Return the words of a column's head."""
    text = press.say(f"c_{kind}")
    if press.look.is_upper:
        text = text.upper()
    return (Run(text),)
