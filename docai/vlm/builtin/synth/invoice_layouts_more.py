"""More layouts of invented invoices: bars, forms, shops, hotels, bills."""

from docai.vlm.builtin.synth.invoice_blocks import (
    ARRANGEMENTS,
    grid,
    headed,
    lines,
    pairs,
    party_rows,
)
from docai.vlm.builtin.synth.invoice_columns import RULINGS, choose_table
from docai.vlm.builtin.synth.invoice_layout import (
    Layout,
    bank_entries,
    contact_rows,
    customer,
    date_entry,
    finish,
    footer,
    headless,
    later_head,
    logo,
    meta,
    number_entry,
    put_totals,
    reserve,
    sender_line,
    sentences,
    stacked,
    title,
    title_text,
    vendor_rows,
)
from docai.vlm.builtin.synth.invoice_press import Entry, Press, Run
from docai.vlm.builtin.synth.invoice_sums import Sums, sum_entries, totals
from docai.vlm.builtin.synth.invoice_table import items


def side_bar(press: Press) -> None:
    """A shaded bar down the left edge with the vendor on it."""
    rng = press.rng
    edge = press.paper.width * rng.uniform(0.22, 0.32)
    grey, ink = rng.choice(((90, 255), (130, 255), (225, 0), (40, 255), (240, 0)))
    height = press.paper.height
    at_left = press.left * 0.5

    def bar(press: Press) -> None:
        press.paper.draw(lambda pen: pen.rectangle((0, 0, edge, height), grey))

    bar(press)
    rows = vendor_rows(press, tax=0.5)
    where = rng.choice((0.05, 0.3, 0.33, 0.6))
    end = lines(rows, grey=ink, bold_first=True)(press, at_left, edge - at_left, height * where)
    size = max(12, press.look.size - 4)
    if rng.random() < 0.7:
        entries = [(*e.key, *e.value) for e in bank_entries(press)]
        lines(entries, grey=ink, size=size)(
            press, at_left, edge - at_left, max(end + 60, height * rng.uniform(0.7, 0.85))
        )
    press.left = edge + press.paper.width * 0.04
    press.bottom = height * 0.95
    press.on_new_page = later_head(press)
    press.put(title(press, anchor=rng.choice("rl")), gap=rng.uniform(0.5, 3))
    data = pairs(meta(press, most=5), rng.choice(("inline", "columns", "above")))
    press.side_by_side((0, 0.48, customer(press)), (0.52, 1, data), gap=1.5)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, None)


def stacked_grids(press: Press) -> None:
    """A bar with the title, small shaded grids at the right, one above the other."""
    rng = press.rng
    foot = footer(press) if rng.random() < 0.3 else None
    reserve(press, foot)
    high = press.gap * 1.5
    ink = press.shade(
        press.left + press.width * rng.uniform(0, 0.4), press.y, press.right, press.y + high
    )
    entity = press.paper.entity()
    press.flow(
        (Run(title_text(press)),),
        press.left,
        press.right - 12,
        press.y + 4,
        anchor="r",
        bold=True,
        role="header",
        entity=entity,
        grey=ink,
    )
    press.y += high + press.gap
    count = rng.choice((1, 2))
    entries = meta(press, most=count + 3)
    right = stacked(
        grid(entries[:count], is_shaded=True, ruling="none"),
        grid(
            entries[count : count + 3] or entries[:1],
            is_shaded=True,
            ruling=rng.choice(("none", "full")),
        ),
        customer(press, keyed=True, style="shaded"),
        gap=0.5,
    )
    press.side_by_side(
        (0, 0.5, lines(vendor_rows(press), bold_first=rng.random() < 0.5)), (0.6, 1, right), gap=1
    )
    items(
        press,
        choose_table(press, ruling=rng.choice((RULINGS[2], RULINGS[2], RULINGS[3], RULINGS[4]))),
    )
    put_totals(press)
    finish(press, foot)


def sums_in_grid(press: Press) -> None:
    """Sums in one row of cells below the table, taxes beside them."""
    rng = press.rng
    foot = footer(press) if rng.random() < 0.4 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    left = lines(vendor_rows(press))
    right = stacked(title(press), customer(press, keyed=False))
    press.side_by_side((0, 0.45, left), (rng.uniform(0.5, 0.58), 1, right), gap=1)
    press.put(
        pairs(meta(press, most=6), rng.choice(("inline", "columns"))),
        rng.choice((0, 0.08)),
        0.6,
        gap=1,
    )
    items(press, choose_table(press))
    press.y += press.gap * rng.choice((0, 0, 1, 2))
    sums = Sums(True, True, len(press.invoice.taxes) < 3, bool(press.invoice.prepaid))
    entries = sum_entries(press, sums)
    press.put(
        grid(entries, ruling=rng.choice(("full", "none", "rule")), is_shaded=rng.random() < 0.4),
        gap=1,
    )
    if rng.random() < 0.4:
        press.put(headless(press), 0, 0.5, gap=1)
    press.put(sentences(press))
    finish(press, foot)


def utility_bill(press: Press) -> None:
    """A bill of a supplier: account data, period, a summary box, charges below."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press)
    reserve(press, foot)
    press.on_new_page = later_head(press)
    brand = lines(
        [(Run(invoice.vendor.name, "merchant_name"),)],
        size=int(press.look.size * 1.7),
        bold_first=True,
    )
    press.side_by_side((0, 0.5, brand), (0.6, 1, lines(contact_rows(press))), gap=1)
    period = Entry(
        press.key("k_period"),
        (
            Run(press.date(invoice.start), "service_start_date"),
            Run(press.say("and_to")),
            Run(press.date(invoice.end), "service_end_date"),
        ),
    )
    data = [*[m for m in meta(press) if m.value and m.value[0].tag != "service_start_date"], period]
    total = Entry(press.key("k_total"), press.money(invoice.total, "total"), is_strong=True)
    due = Entry(press.key("k_due"), (Run(press.date(invoice.due), "due_date"),))
    window = stacked(
        lines([sender_line(press)], size=max(11, int(press.look.size * 0.65))),
        customer(press, keyed=False),
    )
    box = totals([total, due], style=rng.choice(("boxed", "cells", "bar")))
    press.side_by_side(
        (0, 0.5, window), (0.56, 1, stacked(pairs(data, "justified"), box, gap=1)), gap=1.5
    )
    press.put(title(press), gap=0.8)
    items(
        press,
        choose_table(
            press,
            order=rng.choice(
                (("item", "amount"), ("item", "qty", "price", "amount"), ("date", "item", "amount"))
            ),
        ),
    )
    put_totals(press)
    finish(press, foot)


def web_shop(press: Press) -> None:
    """A shop on the web: addresses side by side, order data, codes with the items."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press) if rng.random() < 0.6 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.side_by_side((0, 0.4, logo), (0.5, 1, title(press, anchor="r")), gap=0.8)
    same = invoice.customer if rng.random() < 0.5 else invoice.ship_to
    style = rng.choice(("plain", "rule", "shaded"))
    bold = rng.random() < 0.3
    addresses = [
        headed(
            press.key("k_billto"),
            party_rows(invoice.customer, "customer"),
            style=style,
            bold_first=bold,
        ),
        headed(
            press.key("k_shipto"),
            party_rows(same, "customer" if same is invoice.customer else ""),
            style=style,
            bold_first=bold,
        ),
        headed(press.key("k_from"), vendor_rows(press, tax=0.6), style=style, bold_first=bold),
    ]
    rng.shuffle(addresses)
    press.side_by_side(*((n / 3, n / 3 + 0.31, block) for n, block in enumerate(addresses)), gap=1)
    press.put(pairs(meta(press), rng.choice(ARRANGEMENTS)), rng.choice((0, 0.5)), 1, gap=1)
    items(
        press,
        choose_table(
            press,
            order=rng.choice(
                (
                    None,
                    ("code", "item", "qty", "price", "tax", "amount"),
                    ("item", "qty", "price", "amount"),
                )
            ),
        ),
    )
    put_totals(press)
    finish(press, foot)


def printed_form(press: Press) -> None:
    """A ruled form: boxes for all data, columns that reach the bottom, sums in the last boxes."""
    rng = press.rng
    reserve(press, None)
    press.on_new_page = later_head(press)
    press.side_by_side(
        (0, 0.55, lines(vendor_rows(press), bold_first=True)),
        (0.6, 1, title(press, anchor="r")),
        gap=0.5,
    )
    numbers = [number_entry(press), date_entry(press)]
    boxes = grid(numbers, ruling="full", anchor=rng.choice("lc"))
    press.side_by_side(
        (0, 0.52, customer(press, keyed=True, style="boxed")), (0.56, 1, boxes), gap=0.5
    )
    entries = [
        e
        for e in meta(press, most=6)
        if e.value and e.value[0].tag not in ("invoice_id", "transaction_date")
    ]
    if entries:
        press.put(grid(entries[:5], ruling="full"))
    items(
        press,
        choose_table(press, ruling=rng.choice((RULINGS[6], RULINGS[6], RULINGS[7], RULINGS[2]))),
    )
    press.y += press.gap * 0.4
    wide = rng.uniform(0.38, 0.5)
    style = rng.choice(("cells", "cells", "boxed"))
    block = totals(
        sum_entries(press, Sums(True, True, rng.random() < 0.7, bool(press.invoice.prepaid))),
        style=style,
    )
    press.side_by_side((1 - wide, 1, block), (0, 0.96 - wide, sentences(press)), gap=1)
    finish(press, None)


SETTERS: dict[str, Layout] = {
    "side_bar": side_bar,
    "stacked_grids": stacked_grids,
    "sums_in_grid": sums_in_grid,
    "utility_bill": utility_bill,
    "web_shop": web_shop,
    "printed_form": printed_form,
}
"""Layouts to train on."""
