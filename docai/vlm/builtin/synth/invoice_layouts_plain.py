"""More layouts of invented invoices: plain letters, printers, business software."""

from docai.vlm.builtin.synth.invoice_blocks import (
    grid,
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
    finish,
    footer,
    later_head,
    logo,
    meta,
    put_totals,
    reserve,
    sender_line,
    sentences,
    stacked,
    title,
    title_text,
    totals_block,
    vendor_rows,
)
from docai.vlm.builtin.synth.invoice_press import Entry, Press, Run
from docai.vlm.builtin.synth.invoice_table import items


def fixed_font(press: Press) -> None:
    """A matrix printer's page: one font of fixed width, lines of dashes, no bold."""
    rng = press.rng
    reserve(press, None)
    press.on_new_page = later_head(press)
    count = int(press.width / press.wide((Run("-"),)))
    dash = lines([(Run(rng.choice("-=_*") * count),)])
    press.put(lines(vendor_rows(press)), gap=0.5)
    press.put(dash)
    press.put(title(press, size=press.look.size), gap=0.5)
    press.side_by_side(
        (0, 0.48, customer(press)),
        (0.5, 1, pairs(meta(press), rng.choice(("columns", "inline")))),
        gap=0.5,
    )
    press.put(dash)
    items(press, choose_table(press, ruling=RULINGS[8]))
    press.put(dash)
    press.put(totals_block(press), rng.uniform(0.4, 0.6), 1, gap=1)
    press.put(sentences(press))
    press.put(pairs([*bank_entries(press), *company_entries(press)], "inline"))
    finish(press, None)


def footer_vendor(press: Press) -> None:
    """A logo without words; who the vendor is stands in the footer alone."""
    rng, vendor = press.rng, press.invoice.vendor
    size = max(12, int(press.look.size * rng.uniform(0.7, 0.9)))
    row = [
        Run(vendor.name, "merchant_name"),
        Run("-"),
        *(Run(a, "merchant_address") for a in vendor.address),
    ]
    rows = [tuple(row), *contact_rows(press)]
    rows += [
        tuple(
            r for e in [*company_entries(press), *bank_entries(press)] for r in (*e.key, *e.value)
        )
    ]
    foot = lines(rows, anchor=rng.choice("lc"), size=size)
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.put(logo, gap=1.5)
    customer_first = rng.random() < 0.5
    data = pairs(meta(press), rng.choice(("columns", "above", "justified")))
    a, b = (customer(press), data) if customer_first else (data, customer(press))
    press.side_by_side((0, 0.45, a), (0.55, 1, b), gap=2)
    press.put(title(press), gap=0.6)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def title_number(press: Press) -> None:
    """The number in the title itself, address and dates in a row beneath, far-off sums."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press) if rng.random() < 0.4 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.paper.line(press.left, press.y, press.right, press.y, 2)
    press.y += press.gap * rng.uniform(1, 6)
    key = Run(press.say("t_invoice")) if rng.random() < 0.7 else press.key("k_number")[0]
    big = pairs(
        [Entry((key,), (Run(invoice.number, "invoice_id"),))],
        "inline",
        size=int(press.look.size * rng.uniform(1.1, 1.7)),
    )
    entries = [e for e in meta(press, most=6) if not e.value or e.value[0].tag != "invoice_id"]
    table = grid(entries[:4], ruling="none", anchor="l")
    who = lines(party_rows(invoice.vendor, "merchant")) if rng.random() < 0.5 else customer(press)
    if rng.random() < 0.5:
        press.side_by_side((0, 0.4, big), (0.42, 0.64, who), (0.65, 1, table), gap=3)
    else:
        press.put(big, gap=1)
        press.side_by_side((0, 0.45, who), (0.5, 1, table), gap=2)
    items(press, choose_table(press, ruling=rng.choice((RULINGS[9], RULINGS[0], RULINGS[11]))))
    press.y = min(max(press.y + press.gap, press.bottom * rng.uniform(0.3, 0.75)), press.bottom)
    put_totals(press)
    finish(press, foot)


def long_list(press: Press) -> None:
    """Narrow rows over several pages, sums carried over."""
    rng = press.rng
    foot = footer(press) if rng.random() < 0.5 else None
    reserve(press, foot)
    press.on_new_page = (
        stacked(lines(vendor_rows(press, contacts=False, tax=0)), later_head(press))
        if rng.random() < 0.3
        else later_head(press)
    )
    press.side_by_side((0, 0.5, lines(vendor_rows(press))), (0.55, 1, customer(press)), gap=1)
    press.put(title(press), gap=0.5)
    press.put(grid(meta(press, most=6), ruling=rng.choice(("full", "none", "rule"))), gap=1)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def erp_clean(press: Press) -> None:
    """As business software prints it: company head, customer at the right, keys over values."""
    rng, invoice = press.rng, press.invoice
    size = max(12, press.look.size - 3)
    row = [r for c in contact_rows(press) for r in c]
    tax = (*press.key(invoice.land.tax_key), Run(invoice.vendor.tax_id, "vendor_tax_id"))
    foot = lines([tuple(row), tax if rng.random() < 0.6 else ()], anchor="c", size=size)
    reserve(press, foot)
    press.on_new_page = (
        lines([(Run(invoice.vendor.name, "merchant_name"),)])
        if rng.random() < 0.5
        else later_head(press)
    )
    if rng.random() < 0.6:
        press.side_by_side(
            (0, 0.3, logo), (0.4, 1, lines([(Run(press.say("slogan")),)], anchor="r")), gap=0.3
        )
        press.paper.line(press.left, press.y, press.right, press.y)
    press.put(lines(vendor_rows(press, contacts=False, tax=0.1)), gap=0.8)
    press.put(customer(press, keyed=rng.random() < 0.2), rng.choice((0.55, 0.6, 0.5)), 1, gap=1)
    number = Run(invoice.number, "invoice_id")
    press.put(
        pairs(
            [Entry((Run(title_text(press)),), (number,))],
            "inline",
            size=int(press.look.size * rng.uniform(1.3, 1.8)),
        ),
        gap=0.8,
    )
    entries = [e for e in meta(press, most=7) if not e.value or e.value[0].tag != "invoice_id"]
    press.put(grid(entries[:5], ruling="none", anchor="l"), gap=1)
    order = rng.choice(
        (
            ("item", "qty", "price", "tax", "amount"),
            ("item", "qty", "price", "amount"),
            ("item", "qty", "price", "discount", "tax", "amount"),
        )
    )
    items(
        press,
        choose_table(
            press, order=order, ruling=rng.choice((RULINGS[0], RULINGS[9], RULINGS[3], RULINGS[4]))
        ),
    )
    put_totals(press)
    finish(press, foot)


def running_data(press: Press) -> None:
    """A letter whose numbers and dates stand in lines of text: "Invoice 12 of 3 May"."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press) if rng.random() < 0.6 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.side_by_side(
        (
            0,
            0.48,
            stacked(
                lines([sender_line(press)], size=max(11, press.look.size - 6)),
                customer(press, keyed=False),
            ),
        ),
        (0.55, 1, lines(vendor_rows(press, tax=0.5), anchor=rng.choice("lr"))),
        gap=2,
    )
    place = invoice.vendor.address[-1].split()[-1]
    dates = {
        "de": ("den", "vom"),
        "fr": ("le", "du"),
        "en": ("", "dated"),
        "es": ("", "de"),
        "it": ("", "del"),
        "nl": ("", "van"),
    }
    comma, of = dates.get(invoice.land.language, ("", "-"))
    day = Run(press.date(invoice.date), "transaction_date")
    if rng.random() < 0.5:
        press.put(lines([(Run(f"{place}, {comma}"), day)], anchor=rng.choice("rl")), gap=1)
        of = ""
    head = Entry((Run(press.say("k_number")),), (Run(invoice.number, "invoice_id"),))
    data = pairs([head], "inline", size=int(press.look.size * rng.uniform(1, 1.3)))
    if of:
        press.side_by_side(
            (0, 0.5, data), (0.5, 1, pairs([Entry((Run(of),), (day,))], "inline")), gap=0.4
        )
    else:
        press.put(data, gap=0.4)
    rest = [
        e
        for e in meta(press, most=5)
        if not e.value or e.value[0].tag not in ("invoice_id", "transaction_date")
    ]
    if rest:
        press.put(pairs(rest, "inline"), gap=0.5)
    if rng.random() < 0.7:
        press.put(lines([(Run(press.say("s_hello")),), (Run(press.say("s_intro")),)]), gap=0.7)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


SETTERS: dict[str, Layout] = {
    "fixed_font": fixed_font,
    "footer_vendor": footer_vendor,
    "title_number": title_number,
    "long_list": long_list,
    "erp_clean": erp_clean,
    "running_data": running_data,
}
"""Layouts to train on."""
