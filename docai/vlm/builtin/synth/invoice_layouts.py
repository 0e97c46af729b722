"""The layouts of invented invoices."""

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
    customer,
    finish,
    footer,
    later_head,
    logo,
    meta,
    put_totals,
    reserve,
    sender_line,
    stacked,
    title,
    vendor_rows,
)
from docai.vlm.builtin.synth.invoice_press import Press, Run
from docai.vlm.builtin.synth.invoice_table import items


def din_letter(press: Press) -> None:
    """A German business letter: address window, block of data at the right, footer in columns."""
    rng = press.rng
    foot = footer(press)
    reserve(press, foot)
    press.on_new_page = later_head(press)
    anchor = rng.choice("rrlc")
    if rng.random() < 0.3:
        press.put(logo)
    rows = (
        party_rows(press.invoice.vendor, "merchant")
        if rng.random() < 0.6
        else [(Run(press.invoice.vendor.name, "merchant_name"),)]
    )
    press.put(
        lines(rows, anchor=anchor, size=int(press.look.size * rng.uniform(1, 1.3)), bold_first=True)
    )
    press.y = max(press.y + press.gap, press.paper.height * rng.uniform(0.12, 0.16))
    window = stacked(
        lines([sender_line(press)], size=max(11, int(press.look.size * 0.65))),
        customer(press, keyed=False),
    )
    data = pairs(meta(press), rng.choice(("columns", "columns", "justified", "inline")))
    if rng.random() < 0.7:
        press.side_by_side((0, 0.5, window), (rng.uniform(0.55, 0.62), 1, data), gap=2)
        press.put(title(press), gap=1)
    else:
        press.put(window, 0, 0.5, gap=2)
        press.put(title(press), gap=0.6)
        entries = meta(press, most=5)
        press.put(grid(entries, ruling=rng.choice(("none", "rule", "full")), anchor="l"), gap=1)
    if rng.random() < 0.7:
        press.put(lines([(Run(press.say("s_hello")),), (Run(press.say("s_intro")),)]), gap=0.7)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def clean_web(press: Press) -> None:
    """A clean page as from a web application: vendor left, data right, thin rules."""
    rng = press.rng
    foot = footer(press) if rng.random() < 0.5 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    vendor = lines(vendor_rows(press), bold_first=rng.random() < 0.6)
    press.side_by_side((0, 0.5, vendor), (0.55, 1, title(press, anchor=rng.choice("lr"))), gap=1.5)
    data = pairs(meta(press), rng.choice(("columns", "justified", "inline", "right", "above")))
    press.side_by_side((0, 0.45, customer(press)), (0.52, 1, data), gap=1.5)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def grid_head(press: Press) -> None:
    """Data in a ruled grid across the page, addresses in boxes."""
    rng = press.rng
    foot = footer(press) if rng.random() < 0.3 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.put(title(press, anchor=rng.choice("rcl")), gap=0.5)
    press.put(lines(vendor_rows(press)), 0, 0.6, gap=1)
    shaded = rng.random() < 0.5
    press.put(
        grid(
            meta(press, most=6),
            ruling=rng.choice(("full", "full", "frame", "rule")),
            is_shaded=shaded,
        ),
        gap=1,
    )
    ship = headed(press.key("k_shipto"), party_rows(press.invoice.ship_to, ""), style="boxed")
    blocks = [(0.0, 0.46, customer(press, keyed=True, style=rng.choice(("boxed", "shaded"))))]
    if rng.random() < 0.5:
        blocks.append((0.54, 1.0, ship))
    press.side_by_side(*blocks, gap=1)
    items(press, choose_table(press))
    put_totals(press)
    if rng.random() < 0.5:
        press.put(
            headed(
                press.key("k_from"),
                vendor_rows(press),
                style=rng.choice(("boxed", "shaded", "plain")),
            ),
            0,
            0.5,
        )
    finish(press, foot)


def centred(press: Press) -> None:
    """The vendor in the middle at the top, the rest below in two columns."""
    rng = press.rng
    reserve(press, None)
    press.on_new_page = later_head(press)
    press.put(lines(vendor_rows(press), anchor="c", bold_first=True), gap=1)
    press.put(title(press, anchor="c"), gap=1)
    data = pairs(meta(press), rng.choice(ARRANGEMENTS))
    left, right = customer(press, keyed=True), data
    if rng.random() < 0.3:
        left, right = right, left
    press.side_by_side((0, 0.46, left), (0.54, 1, right), gap=1)
    items(press, choose_table(press))
    put_totals(press)
    press.put(pairs(bank_entries(press), rng.choice(ARRANGEMENTS)), 0, 0.6)
    finish(press, None)


def meta_row(press: Press) -> None:
    """Title with the number, then one row of keys with values below, no boxes."""
    rng = press.rng
    foot = footer(press) if rng.random() < 0.4 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.y += press.gap * rng.uniform(0, 4)
    blocks = [(0.0, 0.4, lines(vendor_rows(press))), (0.6, 1.0, customer(press))]
    rng.shuffle(blocks)
    (_, _, a), (_, _, b) = blocks
    press.side_by_side((0, 0.42, a), (0.58, 1, b), gap=1)
    press.put(title(press), gap=0.5)
    press.put(
        grid(meta(press, most=6), ruling=rng.choice(("none", "none", "rule")), anchor="l"), gap=1.5
    )
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def word_processor(press: Press) -> None:
    """A plain letter made by hand, data in lines of text."""
    rng = press.rng
    reserve(press, None)
    press.put(lines(vendor_rows(press, tax=0.6)), 0, 0.6, gap=1.5)
    press.put(customer(press, keyed=rng.random() < 0.3), rng.choice((0, 0.55)), 1, gap=1.5)
    press.put(title(press), gap=0.3)
    press.put(pairs(meta(press, most=5), "inline"), gap=1)
    items(press, choose_table(press, ruling=rng.choice(RULINGS[:2] + RULINGS[8:9])))
    put_totals(press)
    press.put(pairs(bank_entries(press), "inline"))
    finish(press, None)


SETTERS: dict[str, Layout] = {
    "din_letter": din_letter,
    "clean_web": clean_web,
    "grid_head": grid_head,
    "centred": centred,
    "meta_row": meta_row,
    "word_processor": word_processor,
}
