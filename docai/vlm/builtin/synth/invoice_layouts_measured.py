"""Layouts of invented invoices that are for measuring only: unlike those trained on."""

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
    company_entries,
    contact_rows,
    customer,
    date_entry,
    finish,
    footer,
    grouped,
    headless,
    later_head,
    meta,
    number_entry,
    put_totals,
    reserve,
    sentences,
    stacked,
    title,
    title_text,
    vendor_rows,
)
from docai.vlm.builtin.synth.invoice_press import Entry, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_sums import choose_sums, sum_entries, totals
from docai.vlm.builtin.synth.invoice_table import items


def hotel(press: Press) -> None:
    """A hotel's bill: guest, room, nights with dates."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press) if rng.random() < 0.5 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.put(lines(vendor_rows(press), anchor=rng.choice("clr"), bold_first=True), gap=1.5)
    stay = Entry(
        press.key("k_stay"),
        (
            Run(press.date(invoice.start), "service_start_date"),
            Run("/" if rng.random() < 0.5 else "-"),
            Run(press.date(invoice.end), "service_end_date"),
        ),
    )
    number = {"de": "Zimmer", "fr": "Chambre", "es": "Habitación", "it": "Camera", "nl": "Kamer"}
    room = Entry(
        (Run(number.get(invoice.land.language, "Room") + press.look.colon),),
        (Run(str(rng.randint(1, 620))),),
    )
    data = [e for e in meta(press, most=4) if e.value and e.value[0].tag != "service_start_date"]
    press.side_by_side(
        (0, 0.5, customer(press)), (0.56, 1, pairs([*data, stay, room], "columns")), gap=1
    )
    press.put(title(press), gap=0.6)
    items(
        press,
        choose_table(
            press,
            order=rng.choice(
                (("date", "item", "amount"), ("date", "item", "qty", "price", "amount"))
            ),
        ),
    )
    put_totals(press)
    finish(press, foot)


def dark_band(press: Press) -> None:
    """A dark band across the top with vendor and title on it."""
    rng, invoice = press.rng, press.invoice
    high, grey = press.paper.height * rng.uniform(0.08, 0.14), rng.choice((30, 70, 110))
    press.paper.draw(lambda pen: pen.rectangle((0, 0, press.paper.width, high), grey))
    name = lines(
        [(Run(invoice.vendor.name, "merchant_name"),)],
        grey=255,
        bold_first=True,
        size=int(press.look.size * 1.4),
    )
    heading = lines(
        [(Run(title_text(press)),)],
        grey=255,
        anchor="r",
        role="header",
        size=int(press.look.size * 1.4),
    )
    name(press, press.left, press.left + press.width * 0.6, high * 0.35)
    heading(press, press.left + press.width * 0.62, press.right, high * 0.35)
    press.y = high + press.gap
    reserve(press, None)
    rows = [(Run(a, "merchant_address"),) for a in invoice.vendor.address] + contact_rows(press)
    data = pairs(meta(press), "above")
    press.side_by_side(
        (0, 0.3, lines(rows)), (0.34, 0.64, customer(press, keyed=True)), (0.68, 1, data), gap=1
    )
    items(press, choose_table(press))
    put_totals(press)
    press.put(
        pairs([*bank_entries(press), *company_entries(press)], rng.choice(ARRANGEMENTS)), 0, 0.5
    )
    finish(press, None)


def payment_slip(press: Press) -> None:
    """A Swiss kind of letter: a slip to pay with at the bottom, behind a dashed line."""
    rng, invoice = press.rng, press.invoice
    account: Runs = (
        (Run(grouped(invoice.iban), "iban"),) if invoice.iban else (Run("0100 2345 99"),)
    )
    entries = [
        Entry(press.key("k_iban" if invoice.iban else "k_account"), account),
        Entry(
            press.key("k_from"),
            tuple(r for row in party_rows(invoice.vendor, "merchant") for r in row),
        ),
        Entry(press.key("k_number"), (Run(invoice.number, "invoice_id"),)),
        Entry(
            press.key("k_billto"),
            tuple(r for row in party_rows(invoice.customer, "customer") for r in row),
        ),
    ]
    tag = "amount_due" if invoice.prepaid else "total"
    sums = grid(
        [
            Entry(
                (Run({"de": "Währung", "fr": "Monnaie"}.get(invoice.land.language, "Currency")),),
                (Run(invoice.currency),),
            ),
            Entry(press.key("k_total"), (Run(press.number(invoice.due_amount), tag),)),
        ],
        ruling="none",
        anchor="l",
    )

    def slip(press: Press, x0: float, x1: float, y: float) -> float:
        press.paper.dots(x0, x1, y)
        y += press.gap * 0.6
        press.paper.line(x0 + (x1 - x0) * 0.4, y, x0 + (x1 - x0) * 0.4, y + press.gap * 6)
        a = sums(press, x0, x0 + (x1 - x0) * 0.36, y)
        return max(
            a,
            pairs(entries, "above", size=max(12, press.look.size - 4))(
                press, x0 + (x1 - x0) * 0.44, x1, y
            ),
        )

    reserve(press, slip)
    press.on_new_page = later_head(press)
    press.put(lines(vendor_rows(press), anchor=rng.choice("lr")), gap=1)
    press.side_by_side(
        (0, 0.45, pairs(meta(press), "columns")), (0.55, 1, customer(press, keyed=False)), gap=1.5
    )
    press.put(title(press), gap=0.7)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, None)
    slip(press, press.left, press.right, press.bottom + press.gap * 0.3)


def total_first(press: Press) -> None:
    """What is to be paid stands big at the top; the items come last."""
    rng, invoice = press.rng, press.invoice
    reserve(press, None)
    entries = [Entry(press.key("k_total"), press.money(invoice.total, "total"))]
    entries.append(Entry(press.key("k_due"), (Run(press.date(invoice.due), "due_date"),)))
    big = pairs(entries, "above", size=int(press.look.size * rng.uniform(1.2, 1.8)))
    press.side_by_side((0, 0.5, title(press)), (0.55, 1, big), gap=1)
    blocks = [headed(press.key("k_from"), vendor_rows(press, tax=0.6)), customer(press, keyed=True)]
    rng.shuffle(blocks)
    press.side_by_side(
        (0, 0.3, blocks[0]),
        (0.34, 0.64, blocks[1]),
        (0.68, 1, pairs(meta(press, most=6), "above")),
        gap=1,
    )
    sums = totals(
        sum_entries(press, choose_sums(press)), style=rng.choice(("lined", "cells", "plain"))
    )
    press.put(sums, 0, 0.6, gap=1)
    items(press, choose_table(press))
    press.y += press.gap
    press.put(sentences(press), gap=0.5)
    press.put(headless(press), 0, 0.6)
    finish(press, None)


def remittance(press: Press) -> None:
    """Data in a boxed table at the right; a slip to send back at the bottom."""
    rng, invoice = press.rng, press.invoice
    tag = "amount_due" if invoice.prepaid else "total"
    back = [
        number_entry(press),
        date_entry(press),
        Entry(press.key("k_billto"), (Run(invoice.customer.name, "customer_name"),)),
        Entry(press.key("k_due"), (Run(press.date(invoice.due), "due_date"),)),
        Entry(press.key("k_due_amount"), press.money(invoice.due_amount, tag), is_strong=True),
    ]
    rng.shuffle(back)
    word = {"de": "Zahlungsabschnitt", "fr": "Talon à joindre au règlement"}.get(
        invoice.land.language, "Remittance advice"
    )
    foot = stacked(
        lines([(Run(word),)], role="header", bold_first=True),
        pairs(back, rng.choice(("boxed", "columns", "justified"))),
    )

    def slip(press: Press, x0: float, x1: float, y: float) -> float:
        press.paper.dots(x0, x1, y)
        return foot(press, x0, x0 + (x1 - x0) * 0.7, y + press.gap * 0.7)

    reserve(press, slip)
    press.on_new_page = later_head(press)
    press.put(title(press, anchor=rng.choice("lr")), gap=0.6)
    boxed = pairs(meta(press), "boxed")
    left = stacked(lines(vendor_rows(press), bold_first=True), customer(press), gap=1.2)
    press.side_by_side((0, 0.5, left), (0.55, 1, boxed), gap=1)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, None)
    slip(press, press.left, press.right, press.bottom + press.gap * 0.3)


def quarters(press: Press) -> None:
    """Four boxes at the top: vendor, customer, data, where it was delivered."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press) if rng.random() < 0.4 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    style = rng.choice(("boxed", "boxed", "shaded", "rule"))
    press.put(title(press, anchor="c"), gap=0.5)
    vendor = headed(press.key("k_from"), vendor_rows(press, tax=0.7), style=style, bold_first=True)
    press.side_by_side(
        (0, 0.5, vendor), (0.5, 1, customer(press, keyed=True, style=style)), gap=0.2
    )
    ship = headed(press.key("k_shipto"), party_rows(invoice.ship_to, ""), style=style)
    press.side_by_side((0, 0.5, ship), (0.5, 1, pairs(meta(press, most=6), "boxed")), gap=0.8)
    items(press, choose_table(press, ruling=rng.choice((RULINGS[2], RULINGS[5], RULINGS[7]))))
    put_totals(press)
    finish(press, foot)


def data_below(press: Press) -> None:
    """Items come first; numbers, dates and addresses stand below them."""
    rng = press.rng
    reserve(press, None)
    press.on_new_page = later_head(press)
    press.side_by_side(
        (0, 0.6, lines(vendor_rows(press, contacts=False), bold_first=True)),
        (0.6, 1, title(press, anchor="r")),
        gap=1,
    )
    items(press, choose_table(press))
    press.y += press.gap
    sums = totals(
        sum_entries(press, choose_sums(press)), style=rng.choice(("plain", "ruled", "bar"))
    )
    press.side_by_side((0.55, 1, sums), (0, 0.5, customer(press, keyed=True)), gap=1)
    press.put(grid(meta(press, most=5), ruling=rng.choice(("none", "rule", "full"))), gap=1)
    press.put(sentences(press))
    finish(press, None)


MEASURED: dict[str, Layout] = {
    "hotel": hotel,
    "dark_band": dark_band,
    "payment_slip": payment_slip,
    "total_first": total_first,
    "remittance": remittance,
    "quarters": quarters,
    "data_below": data_below,
}
"""Layouts that are never trained on."""
