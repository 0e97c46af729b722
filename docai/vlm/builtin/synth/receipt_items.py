"""The line items of an invented receipt, as tills of many kinds lay them out."""

from decimal import Decimal

from docai.vlm.builtin.synth.locales import Locale
from docai.vlm.builtin.synth.receipt_content import Item
from docai.vlm.builtin.synth.receipt_rows import Cell, Draft, Piece, Row, money, rule

_QTY_AT, _PRICE_AT = 0.58, 0.8


def _number(value: Decimal, locale: Locale) -> str:
    """Return a quantity with the decimal point of ``locale``."""
    return f"{value.normalize():f}".replace(".", locale.point)


def items(draft: Draft) -> list[Row]:
    """Return the line items between separators, with or without column headers."""
    out = rule(draft)
    if draft.look.items in ("table", "two", "code") and draft.chance(0.7):
        out += [_columns(draft), *(rule(draft) if draft.chance(0.6) else [])]
    flagged = draft.chance(0.4)
    for number, item in enumerate(draft.purchase.items):
        out += _ITEM_LAYOUTS[draft.look.items](draft, number, item, flagged)
    return out + (rule(draft) if draft.chance(0.8) else [])


def _columns(draft: Draft) -> Row:
    """Return the row of column headers."""
    heads = [
        Cell((Piece(draft.one("c_item")),)),
        Cell((Piece(draft.one("c_qty")),), _QTY_AT, "r"),
        Cell((Piece(draft.one("c_price")),), _PRICE_AT, "r"),
        Cell((Piece(draft.one("c_amount")),), 1.0, "r"),
    ]
    return Row(tuple(heads))


def _amount(draft: Draft, number: int, item: Item, flagged: bool) -> Cell:
    """Return the amount of a line item at the right edge, perhaps with its tax flag."""
    text = money(item.amount, draft.locale, draft.look.item_sign)
    flag = (Piece(item.flag),) if flagged and item.flag else ()
    return Cell((Piece(text, "item_total_price", number), *flag), 1.0, "r")


def _name(draft: Draft, number: int, item: Item, room: float) -> Piece:
    """Return the description, cut to ``room`` of the row as tills do."""
    wide = any(ord(ch) > 0x2E80 for ch in item.description)
    limit = max(6, int(draft.look.columns * room / (2 if wide else 1)))
    return Piece(item.description[:limit].strip(" (-&/"), "item_description", number)


def _layout_one(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out ``description … amount``; several pieces get a second row ``2 @ 3.50``."""
    name = Cell((_name(draft, number, item, 0.7),))
    out = [Row((name, _amount(draft, number, item, flagged)))]
    if item.quantity != 1:
        out.append(Row((Cell(_times(draft, number, item), 0.06),)))
    return out


def _times(draft: Draft, number: int, item: Item) -> tuple[Piece, ...]:
    """Return quantity and unit price such as ``2 x 3.50`` or ``0.456 kg @ 7.90``."""
    count = _number(item.quantity, draft.locale)
    price = money(item.price, draft.locale, draft.look.item_sign)
    quantity = Piece(count, "item_quantity", number)
    unit_price = Piece(price, "item_price", number)
    if item.quantity != item.quantity.to_integral_value():
        return (quantity, Piece("kg"), Piece(draft.rng.choice(("@", "x"))), unit_price)
    kind = draft.rng.choice(("x", "@", "X", "glued", "EA", "ATX"))
    if kind == "glued":
        return (Piece(f"{count}x", "item_quantity", number), unit_price)
    if kind == "EA":
        return (quantity, Piece(item.unit), Piece("@"), unit_price)
    return (quantity, Piece("x" if kind == "ATX" else kind), unit_price)


def _layout_qty_first(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out ``2 description … amount`` on one row."""
    count = _number(item.quantity, draft.locale) + ("x" if draft.look.columns % 5 == 2 else "")
    left = Cell((Piece(count, "item_quantity", number),))
    name = Cell((_name(draft, number, item, 0.58),), (len(count) + 1.2) / draft.look.columns)
    out = [Row((left, name, _amount(draft, number, item, flagged)))]
    if item.quantity == 1 and draft.chance(0.06):
        out.append(Row((Cell((Piece(f"+ {draft.one('item')}"[:20]),), 0.12),)))
    return out


def _layout_two(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out the description on its own row, numbers below it."""
    count = _number(item.quantity, draft.locale)
    price = money(item.price, draft.locale, draft.look.item_sign)
    numbers = (
        Cell(
            (Piece(count, "item_quantity", number),), 0.3 if draft.look.columns > 30 else 0.2, "r"
        ),
        Cell((Piece(price, "item_price", number),), 0.66, "r"),
        _amount(draft, number, item, flagged),
    )
    name = Row((Cell((_name(draft, number, item, 0.95),)),))
    return [name, Row(numbers)]


def _layout_table(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out description, quantity, price and amount in four columns."""
    count = _number(item.quantity, draft.locale)
    price = money(item.price, draft.locale, "{}")
    cells = (
        Cell((_name(draft, number, item, 0.44),)),
        Cell((Piece(count, "item_quantity", number),), _QTY_AT, "r"),
        Cell((Piece(price, "item_price", number),), _PRICE_AT, "r"),
        _amount(draft, number, item, flagged),
    )
    return [Row(cells)]


def _layout_code(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out an article number with the figures, the description on the other row."""
    figures = _layout_table(draft, number, item, flagged)[0].cells[1:]
    code = Row((Cell((Piece(item.code),)), *figures))
    name = Row((Cell((_name(draft, number, item, 0.9),)),))
    return [name, code] if draft.look.columns % 4 else [code, name]


def _layout_at(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out ``2 @ 3.50`` before the description and the amount."""
    name = Cell((_name(draft, number, item, 0.7),))
    row = Row((name, _amount(draft, number, item, flagged)))
    if item.quantity == 1:
        return [row]
    return [Row((Cell(_times(draft, number, item)),)), row]


def _layout_left(draft: Draft, number: int, item: Item, flagged: bool) -> list[Row]:
    """Lay out code and description, amount at the right; the quantity is not printed."""
    code = (Piece(item.code[:5]),) if draft.look.columns >= 36 else ()
    name = Cell((*code, _name(draft, number, item, 0.55)))
    return [Row((name, _amount(draft, number, item, flagged)))]


_ITEM_LAYOUTS = {
    "one": _layout_one,
    "qty_first": _layout_qty_first,
    "two": _layout_two,
    "table": _layout_table,
    "code": _layout_code,
    "at": _layout_at,
    "left": _layout_left,
}
