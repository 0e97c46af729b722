"""Layouts of plain letters: small software, trade papers, fixed-font prints, shops."""

from docai.vlm.builtin.synth.invoice_blocks import lines, pairs, party_rows
from docai.vlm.builtin.synth.invoice_columns import RULINGS, Table, choose_table
from docai.vlm.builtin.synth.invoice_layout import (
    Layout,
    bank_entries,
    company_entries,
    contact_rows,
    customer,
    date_entry,
    finish,
    logo,
    reserve,
    sender_line,
    sentences,
    stacked,
    title_text,
    vendor_rows,
)
from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_sheet_parts import (
    Part,
    mixed_line,
    number_like,
)
from docai.vlm.builtin.synth.invoice_sums import choose_sums, sum_entries, tax_table, totals
from docai.vlm.builtin.synth.invoice_table import items
from docai.vlm.builtin.synth.invoice_words_sheet import named, say

_NARROW = (
    ("qty", "item", "tax", "price", "amount"),
    ("qty", "item", "price", "amount"),
    ("qty", "unit", "item", "tax", "price", "amount"),
    ("item", "qty", "tax", "price", "amount"),
    ("amount", "item", "qty"),
    ("pos", "qty", "item", "price", "tax", "amount"),
    ("item", "tax", "price", "qty", "amount"),
)


def entry(press: Press, key: str, text: str, tag: str = "") -> Entry:
    """Return a key of viewers and trade papers with its value."""
    return Entry(named(press, key), (Run(text, tag),) if text else ())


def small_table(press: Press) -> Table:
    """Return a table of few columns in an unusual order, lightly ruled."""
    rulings = (RULINGS[0], RULINGS[1], RULINGS[5], RULINGS[8], RULINGS[9], RULINGS[12])
    return choose_table(
        press, order=press.rng.choice(_NARROW), ruling=press.rng.choice(rulings)
    )  # fmt: skip


def numbered_title(press: Press, text: str, size: int, *, bold: bool = False) -> Block:
    """Return a title with the number of the invoice behind it, and at times its date."""
    invoice = press.invoice
    parts: list[Part] = [((Run(text),), "header"), ((Run(say(press, "nr")),), "key")]
    parts.append(((Run(invoice.number, "invoice_id"),), "value"))
    if press.rng.random() < 0.4:
        parts.append(((Run(say(press, "issued")),), "key"))
        parts.append(((Run(press.date(invoice.date), "transaction_date"),), "value"))
    return mixed_line(parts, size=size, bold=bold)


def order_lines(press: Press) -> Block:
    """Return lines such as "Your order 17 / Invoice # 4 issued at 3 May / Date of delivery"."""
    rng, invoice = press.rng, press.invoice
    number: list[Part] = [
        (press.key("k_number"), "key"),
        ((Run(invoice.number, "invoice_id"),), "value"),
        ((Run(say(press, "issued")),), "key"),
        ((Run(press.date(invoice.date), "transaction_date"),), "value"),
    ]
    rows: list[list[Part]] = [number]
    if rng.random() < 0.6:
        rows.insert(
            rng.choice((0, 0, 1)),
            [
                ((Run(say(press, "your_order")),), "key"),
                ((Run(invoice.order, "purchase_order"),), "value"),
            ],
        )
    if rng.random() < 0.6:
        day: Runs = (Run(press.date(invoice.end)),)
        rows.append([(press.key("k_delivery"), "key"), (day, "value")])
    if rng.random() < 0.4:
        number_ = number_like(press, "~~~~~", "K~~~~", "~~-~~~")
        rows.append([(press.key("k_customer"), "key"), ((Run(number_),), "value")])
    size = int(press.look.size * rng.uniform(0.9, 1.2))
    bold = rng.random() < 0.3
    blocks = [mixed_line(row, size=size, bold=bold and n == 0) for n, row in enumerate(rows)]
    return stacked(*blocks, gap=0.1)


def running_sums(press: Press) -> None:
    """Set the sums as lines of text right below the table, a small table of taxes among them."""
    rng, invoice = press.rng, press.invoice
    entries = sum_entries(press, choose_sums(press))
    press.y += press.gap * rng.uniform(0.1, 0.8)
    at = next((n for n, e in enumerate(entries) if e.value[0].tag == "subtotal"), 0) + 1
    has_table = bool(invoice.taxes) and rng.random() < 0.5
    wide = rng.choice((0.5, 0.6, 0.7))
    if not has_table:
        press.put(pairs(entries, rng.choice(("inline", "inline", "columns"))), 0, wide, gap=0.7)
    else:
        press.put(pairs(entries[:at], "inline"), 0, wide, gap=0.3)
        press.put(
            tax_table(press, has_gross=rng.random() < 0.2), 0, rng.uniform(0.3, 0.45), gap=0.3
        )
        press.put(pairs(entries[at:], "inline"), 0, wide, gap=0.7)
    if rng.random() < 0.75:
        due: Runs = (Run(press.date(invoice.due), "due_date"),)
        remit = (Run(say(press, "remit")),)
        press.put(mixed_line([(remit, "key"), (due, "value")]), gap=0.5)


def margin_vendor(press: Press) -> None:
    """The vendor in small grey type at the right edge below a mark, sums as lines of text."""
    rng, invoice = press.rng, press.invoice
    size = max(11, int(press.look.size * rng.uniform(0.65, 0.85)))
    grey = rng.choice((60, 90, 120, 140))
    reserve(press, None)
    edge = rng.uniform(0.7, 0.76)
    vendor = lines(vendor_rows(press, tax=0.15), size=size, grey=grey)
    side = stacked(logo, vendor) if rng.random() < 0.7 else vendor
    day = lines([(Run(press.date(invoice.date), "transaction_date"),)], anchor=rng.choice("lr"))
    window = stacked(
        lines([sender_line(press)], size=max(10, size - 2)), customer(press, keyed=False)
    )
    left = stacked(day, window, gap=2) if rng.random() < 0.5 else window
    press.y += press.gap * rng.uniform(0, 4)
    press.side_by_side((0, edge - 0.1, left), (edge, 1, side), gap=rng.uniform(1, 3))
    if rng.random() < 0.4:
        press.put(lines([(Run(title_text(press)),)], role="header", bold_first=True,
                        size=int(press.look.size * 1.4)), gap=0.5)  # fmt: skip
    press.put(order_lines(press), 0, rng.choice((edge, 1)), gap=0.8)
    if rng.random() < 0.5:
        press.put(lines([(Run(press.say("s_hello")),), (Run(press.say("s_intro")),)]), gap=0.6)
    items(press, small_table(press), x1=rng.choice((edge, 1, 1)))
    running_sums(press)
    if rng.random() < 0.5:
        press.put(sentences(press), 0, 0.7)
    corner = [*company_entries(press)[:2], *bank_entries(press)]
    low = pairs(corner, rng.choice(("inline", "columns", "above")), size=size)
    high = press.height_of(low, press.left + edge * press.width, press.right)
    if press.y + high < press.bottom and rng.random() < 0.8:
        press.y = press.bottom - high
    press.put(low, min(edge, 0.62), 1)
    finish(press, None, numbering=rng.choice(("", "foot")))


def text_sums(press: Press) -> None:
    """A short letter: date alone, numbers in running lines, sums as text, bank data in a line."""
    rng, invoice = press.rng, press.invoice
    reserve(press, None)
    anchor = rng.choice("lrc")
    press.put(
        lines(vendor_rows(press, tax=0.4), anchor=anchor, bold_first=rng.random() < 0.5), gap=1.5
    )
    day = lines([(Run(press.date(invoice.date), "transaction_date"),)], anchor=rng.choice("rl"))
    if rng.random() < 0.5:
        press.side_by_side((0, 0.5, customer(press, keyed=False)), (0.55, 1, day), gap=1.5)
    else:
        press.put(day, gap=1)
        press.put(customer(press, keyed=False), 0, 0.5, gap=1.5)
    press.put(order_lines(press), gap=0.8)
    items(press, small_table(press), x1=rng.choice((1, 0.85, 0.75)))
    running_sums(press)
    press.put(sentences(press), 0, rng.choice((1, 0.7)), gap=0.5)
    block = [*bank_entries(press), *company_entries(press)]
    press.put(pairs(block, rng.choice(("inline", "columns"))), rng.choice((0, 0.5, 0.6)), 1)
    finish(press, None, numbering=rng.choice(("", "foot")))


def shop_sheet(press: Press) -> None:
    """A farm's or a small shop's sheet: its name in a plain first line, company number, a total."""
    rng, invoice = press.rng, press.invoice
    reserve(press, None)
    anchor = rng.choice("llc")
    rows = party_rows(invoice.vendor, "merchant")
    rows += contact_rows(press)
    company = (*named(press, "siret"), Run(say(press, "v_siret")))
    tax = (*press.key(invoice.land.tax_key), Run(invoice.vendor.tax_id, "vendor_tax_id"))
    rows += [row for row in (company, tax) if rng.random() < 0.7]
    press.put(lines(rows, anchor=anchor, bold_first=rng.random() < 0.3), 0, 0.6, gap=1.5)
    head = numbered_title(press, title_text(press), int(press.look.size * rng.uniform(1, 1.5)))
    if rng.random() < 0.5:
        head = stacked(head, pairs([date_entry(press)], "inline"))
    who = customer(press, keyed=rng.random() < 0.6, style="plain")
    if rng.random() < 0.6:
        press.put(who, rng.choice((0.55, 0.5, 0)), 1, gap=1.5)
        press.put(head, gap=1)
    else:
        press.side_by_side((0, 0.5, head), (0.55, 1, who), gap=1.5)
    items(press, small_table(press))
    if rng.random() < 0.4:
        running_sums(press)
    else:
        press.y += press.gap
        start = rng.choice((0.5, 0.6, 0.0))
        sums = totals(sum_entries(press, choose_sums(press)), style=rng.choice(("plain", "ruled")))
        press.put(sums, start, start + 0.4, gap=1)
    press.put(sentences(press), 0, 1, gap=0.5)
    if rng.random() < 0.6:
        press.put(pairs(bank_entries(press), "inline"), 0, 0.7)
    finish(press, None, numbering=rng.choice(("", "foot")))


SETTERS: dict[str, Layout] = {
    "margin_vendor": margin_vendor,
    "text_sums": text_sums,
    "shop_sheet": shop_sheet,
}
"""Layouts to train on."""
