"""Layouts of printed e-invoices: sections of keys and values, as viewers print them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from docai.vlm.builtin.synth.invoice_blocks import headed, lines, party_rows
from docai.vlm.builtin.synth.invoice_columns import RULINGS, Table, choose_table
from docai.vlm.builtin.synth.invoice_content import Line
from docai.vlm.builtin.synth.invoice_layout import (
    Layout,
    finish,
    later_head,
    reserve,
    stacked,
)
from docai.vlm.builtin.synth.invoice_press import Block, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_sheet_fields import (
    data_fields,
    item_fields,
    item_keys,
    payment_fields,
    sum_fields,
    tax_fields,
    view_title,
)
from docai.vlm.builtin.synth.invoice_sheet_parts import (
    Field,
    Part,
    Sheet,
    choose_sheet,
    dress,
    field,
    heading,
    mixed_line,
    party_fields,
    remark_rows,
    rows_above,
    rows_of,
)
from docai.vlm.builtin.synth.invoice_sums import tax_table
from docai.vlm.builtin.synth.invoice_table import items
from docai.vlm.builtin.synth.invoice_words_sheet import named, say

_ORDERS = (
    ("pos", "code", "item", "qty", "unit", "price", "tax", "amount"),
    ("pos", "item", "qty", "unit", "price", "amount"),
    ("pos", "item", "qty", "unit", "price", "tax", "amount"),
    ("pos", "code", "item", "price", "qty", "unit", "amount", "tax"),
    ("code", "item", "qty", "price", "tax", "amount"),
    ("item", "qty", "unit", "price", "tax", "amount"),
    ("pos", "item", "price", "qty", "amount", "tax"),
    ("pos", "qty", "unit", "code", "item", "price", "amount"),
)


def section(press: Press, key: str, block: Block, sheet: Sheet) -> Block:
    """Return a block below its heading."""
    return stacked(heading(press, say(press, key), sheet), block)


def view_table(press: Press, *, bare: bool = False) -> Table:
    """Return how the items are set, with the heads that a viewer prints."""
    rng = press.rng
    order = rng.choice(_ORDERS)
    ruling = rng.choice((RULINGS[0], RULINGS[2], RULINGS[4], RULINGS[5], RULINGS[9], RULINGS[11]))
    table = choose_table(press, order=order, ruling=RULINGS[9] if bare else ruling)
    upper = press.look.is_upper
    columns = []
    for column in table.columns:
        text = say(press, f"c_{column.kind}").replace("-tion", "tion")
        columns.append(replace(column, head=(Run(text.upper() if upper else text),)))
    return replace(table, columns=tuple(columns), has_head=True, carries=False)


def halves(fields: Sequence[Field]) -> tuple[Sequence[Field], Sequence[Field]]:
    """Return the fields in two columns."""
    middle = (len(fields) + 1) // 2
    return fields[:middle], fields[middle:]


def put_fields(press: Press, fields: Sequence[Field], sheet: Sheet, *, columns: int) -> None:
    """Set fields in one column or in two."""
    if columns == 1 or len(fields) < 2:
        press.put(rows_of(fields, sheet), gap=0.6)
        return
    left, right = halves(fields)
    press.side_by_side((0, 0.49, rows_of(left, sheet)), (0.51, 1, rows_of(right, sheet)), gap=0.6)


def put_parties(press: Press, sheet: Sheet, *, is_beside: bool) -> None:
    """Set the sections of seller and buyer, and at times of others."""
    rng, invoice = press.rng, press.invoice
    seller_fields = party_fields(press, invoice.vendor, "merchant", sheet)
    buyer_fields = party_fields(press, invoice.customer, "customer", sheet)
    seller = section(press, "seller", rows_of(seller_fields, sheet), sheet)
    buyer = section(press, "buyer", rows_of(buyer_fields, sheet), sheet)
    first, second = (seller, buyer) if rng.random() < 0.65 else (buyer, seller)
    if is_beside:
        press.side_by_side((0, 0.48, first), (0.52, 1, second), gap=0.8)
    else:
        press.put(first, gap=0.7)
        press.put(second, gap=0.7)
    if rng.random() < 0.25:
        fields = party_fields(press, invoice.ship_to, "", sheet)
        press.put(section(press, "ship", rows_of(fields, sheet), sheet), 0, 0.6, gap=0.7)
    if rng.random() < 0.12:
        name = field(press, "name", invoice.vendor.name, "merchant_name")
        press.put(section(press, "payee", rows_of([name], sheet), sheet), gap=0.7)


def put_remarks(press: Press, sheet: Sheet) -> None:
    """Set remarks: below a heading, or as the value of a key."""
    rows = remark_rows(press)
    if press.rng.random() < 0.5:
        press.put(section(press, "remarks", lines(rows), sheet), gap=0.7)
    else:
        press.put(rows_of([Field(named(press, "remarks"), tuple(rows))], sheet), gap=0.7)


def put_sums(press: Press, sheet: Sheet) -> None:
    """Set the sums and the taxes by rate."""
    rng, invoice = press.rng, press.invoice
    anchor = rng.choice("rrl")
    wide = replace(sheet, share=0.6) if sheet.share < 0.4 or anchor == "r" else sheet
    sums = section(press, "sums", rows_of(sum_fields(press, sheet), wide, anchor=anchor), sheet)
    taxes: Block = stacked()
    if invoice.taxes and rng.random() < 0.75:
        if rng.random() < 0.5:
            taxes = section(press, "taxes", tax_table(press), sheet)
        else:
            groups = [
                rows_of(g, replace(sheet, share=0.5), anchor=anchor) for g in tax_fields(press)
            ]
            taxes = section(press, "taxes", stacked(*groups), sheet)
    blocks = [sums, taxes]
    if rng.random() < 0.4:
        blocks.reverse()
    if rng.random() < 0.4:
        press.side_by_side((0, 0.47, blocks[0]), (0.53, 1, blocks[1]), gap=0.8)
        return
    start = rng.choice((0.0, 0.0, 0.4))
    for block in blocks:
        press.put(block, start, start + rng.choice((0.6, 0.6, 1.0 - start)), gap=0.7)


def put_payment(press: Press, sheet: Sheet) -> None:
    """Set how to pay."""
    fields = payment_fields(press, sheet)
    press.put(section(press, "payment", rows_of(fields, sheet), sheet), gap=0.5)


def _begin(press: Press, *, most: int = 0) -> Sheet:
    """Make the invoice one for a viewer and choose how it is set."""
    dress(press, most=most)
    press.look = replace(
        press.look, size=min(press.look.size, 20), places=press.rng.choice((2, None))
    )
    press.paper.size = press.look.size
    reserve(press, None)
    if press.rng.random() < 0.3:
        press.on_new_page = later_head(press)
    return choose_sheet(press)


def viewer_zebra(press: Press) -> None:
    """Title with number and date, striped rows across the page, one section below the other."""
    rng = press.rng
    sheet = replace(_begin(press), zebra=rng.choice((246, 240, 232, 224)), is_ruled=False)
    press.put(view_title(press, with_number=True), gap=0.8)
    fields = data_fields(press, sheet, with_number=rng.random() < 0.2)
    put_fields(press, fields, sheet, columns=rng.choice((1, 2, 2)))
    put_parties(press, sheet, is_beside=rng.random() < 0.3)
    if rng.random() < 0.7:
        put_remarks(press, sheet)
    press.put(heading(press, say(press, "items"), sheet), gap=0.2)
    items(press, view_table(press))
    press.y += press.gap
    put_sums(press, sheet)
    press.put(
        section(press, "payment", rows_of(payment_fields(press, sheet), sheet), sheet), gap=0.5
    )
    finish(press, None)


def viewer_sections(press: Press) -> None:
    """Seller and buyer beside each other, data in a section of its own, then the items."""
    rng = press.rng
    sheet = _begin(press)
    press.put(view_title(press, with_number=rng.random() < 0.2), gap=0.8)
    fields = data_fields(press, sheet, with_number=True)
    block = section(press, "data", rows_of(fields, sheet), sheet)
    is_first = rng.random() < 0.5
    if is_first:
        press.put(block, 0, rng.choice((0.6, 1)), gap=0.8)
    put_parties(press, sheet, is_beside=rng.random() < 0.8)
    if not is_first:
        press.put(block, 0, rng.choice((0.6, 1)), gap=0.8)
    if rng.random() < 0.5:
        press.put(heading(press, say(press, "items"), sheet), gap=0.2)
    items(press, view_table(press))
    press.y += press.gap
    put_sums(press, sheet)
    press.put(
        section(press, "payment", rows_of(payment_fields(press, sheet), sheet), sheet), gap=0.5
    )
    if rng.random() < 0.6:
        put_remarks(press, sheet)
    finish(press, None)


def viewer_blocks(press: Press) -> None:
    """No table: every item is a block of keys with values; sums before or after them."""
    rng = press.rng
    sheet = _begin(press, most=6)
    has_number = rng.random() < 0.5
    press.put(view_title(press, with_number=has_number), gap=0.8)
    fields = data_fields(press, sheet, with_number=not has_number)
    put_fields(press, fields, sheet, columns=rng.choice((1, 2)))
    put_parties(press, sheet, is_beside=rng.random() < 0.6)
    sums_first = rng.random() < 0.5
    if sums_first:
        put_sums(press, sheet)
        put_payment(press, sheet)
        press.new_page()
    press.put(heading(press, say(press, "items"), sheet), gap=0.4)
    keys = item_keys(press)
    for n, line in enumerate(press.invoice.lines):
        put_item(press, line, n, sheet, keys)
    if not sums_first:
        put_sums(press, sheet)
        put_payment(press, sheet)
    if rng.random() < 0.5:
        put_remarks(press, sheet)
    finish(press, None)


def put_item(press: Press, line: Line, n: int, sheet: Sheet, keys: dict[str, Runs]) -> None:
    """Set an item as a block of fields under its number."""
    number: list[Part] = [(keys["item"], "key"), ((Run(str(n + 1)),), "value")]
    head = mixed_line(number, bold=sheet.size > 1)
    fields = item_fields(press, line, n, keys)
    wide = sheet.share > 0.38
    if wide:
        press.put(stacked(head, rows_of(fields, sheet), gap=0.1), gap=0.5)
        return
    left, right = halves(fields)

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        y, middle = head(press, x0, x1, y), (x0 + x1) / 2
        a = rows_of(left, sheet)(press, x0, middle - press.look.size, y)
        return max(a, rows_of(right, sheet)(press, middle, x1, y))

    press.put(block, gap=0.6)


def viewer_window(press: Press) -> None:
    """A letter made of an e-invoice: addresses in boxes, one column of data, a plain table."""
    rng, invoice = press.rng, press.invoice
    sheet = replace(_begin(press), heading=rng.choice(("plain", "rule", "box")))
    invoice = press.invoice
    style = rng.choice(("plain", "rule", "shaded", "boxed"))
    parties = [
        headed(named(press, key), party_rows(party, who), style=style)
        for key, party, who in (
            ("seller", invoice.vendor, "merchant"),
            ("buyer", invoice.customer, "customer"),
        )
    ]
    fields = data_fields(press, sheet, with_number=True)
    if invoice.vendor.tax_id:
        fields.append(field(press, "taxid", invoice.vendor.tax_id, "vendor_tax_id"))
    title = view_title(press, with_number=False)
    if rng.random() < 0.5:
        press.put(title, gap=0.7)
        press.side_by_side((0, 0.3, parties[0]), (0.33, 0.6, parties[1]),
                           (0.63, 1, rows_of(fields, sheet)), gap=1)  # fmt: skip
    else:
        press.side_by_side((0, 0.45, stacked(*parties, gap=1)), (0.5, 1, rows_of(fields, sheet)))
        press.put(title, gap=0.7)
    if rng.random() < 0.6:
        press.put(lines(remark_rows(press), size=max(12, press.look.size - 3)), gap=0.6)
    items(press, view_table(press, bare=rng.random() < 0.5))
    press.y += press.gap * 0.7
    sums = rows_of(sum_fields(press, sheet), replace(sheet, share=0.6), anchor="r")
    start = rng.choice((0.5, 0.5, 0.4, 0.0))
    press.put(sums, start, start + 0.5, gap=0.6)
    if rng.random() < 0.6:
        press.put(tax_table(press, has_gross=rng.random() < 0.4), 0, 0.6, gap=0.6)
    put_fields(press, payment_fields(press, sheet), sheet, columns=rng.choice((1, 2)))
    finish(press, None)


def framed(block: Block) -> Block:
    """Return a block in a frame."""

    def around(press: Press, x0: float, x1: float, y: float) -> float:
        pad = press.look.size * 0.5
        end = block(press, x0 + pad, x1 - pad, y + pad) + pad * 0.5
        press.paper.box((x0, y, x1, end))
        return end

    return around


def viewer_cards(press: Press) -> None:
    """Sections as cards in a frame, two in a row, keys above their values or beside them."""
    rng = press.rng
    sheet = replace(_begin(press), heading=rng.choice(("plain", "bar", "rule", "grey")))
    invoice = press.invoice
    rows = rows_above if rng.random() < 0.5 else partial(rows_of, sheet=sheet)
    frame = framed if rng.random() < 0.6 else stacked
    has_number = rng.random() < 0.4
    press.put(view_title(press, with_number=has_number), gap=0.7)
    cards = [
        ("data", data_fields(press, sheet, with_number=not has_number)),
        ("seller", party_fields(press, invoice.vendor, "merchant", sheet)),
        ("buyer", party_fields(press, invoice.customer, "customer", sheet)),
        ("payment", payment_fields(press, sheet)),
    ]
    if rng.random() < 0.5:
        rng.shuffle(cards)
    blocks = [frame(section(press, key, rows(fields), sheet)) for key, fields in cards]
    for left, right in zip(blocks[::2], blocks[1::2], strict=True):
        press.side_by_side((0, 0.485, left), (0.515, 1, right), gap=0.7)
    if rng.random() < 0.4:
        put_remarks(press, sheet)
    press.put(heading(press, say(press, "items"), sheet), gap=0.2)
    items(press, view_table(press))
    press.y += press.gap
    put_sums(press, sheet)
    finish(press, None)


SETTERS: dict[str, Layout] = {
    "viewer_zebra": viewer_zebra,
    "viewer_sections": viewer_sections,
    "viewer_blocks": viewer_blocks,
    "viewer_window": viewer_window,
    "viewer_cards": viewer_cards,
}
"""Layouts to train on."""
