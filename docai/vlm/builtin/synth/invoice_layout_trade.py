"""Layouts of trade papers: credit notes, prints of exchanged messages, notes of fees."""

from dataclasses import replace

from docai.vlm.builtin.synth.invoice_blocks import grid, lines, pairs, party_rows
from docai.vlm.builtin.synth.invoice_columns import RULINGS, choose_table
from docai.vlm.builtin.synth.invoice_content import Party
from docai.vlm.builtin.synth.invoice_layout import (
    Layout,
    bank_entries,
    customer,
    date_entry,
    finish,
    footer,
    later_head,
    logo,
    number_entry,
    period_runs,
    put_totals,
    reserve,
    sender_line,
    stacked,
    title_text,
    vendor_rows,
)
from docai.vlm.builtin.synth.invoice_layout_plain import entry, numbered_title, running_sums
from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run
from docai.vlm.builtin.synth.invoice_sheet_parts import (
    Part,
    dress,
    gln,
    mixed_line,
    number_like,
    set_font,
)
from docai.vlm.builtin.synth.invoice_sums import choose_sums, sum_entries, totals
from docai.vlm.builtin.synth.invoice_table import items
from docai.vlm.builtin.synth.invoice_words_sheet import named, say

_FEES = (
    ("item", "amount"),
    ("pos", "item", "amount"),
    ("item", "qty", "amount"),
    ("pos", "item", "qty", "price", "amount"),
)


def _party_block(press: Press, party: Party, who: str, key: str) -> Block:
    """Return an address below its key or without, a place's number above the name."""
    rng = press.rng
    label = (Run(rng.choice(("GLN", "GLN:", "ILN"))),)
    number: list[Part] = [(label, "key"), ((Run(gln(press)),), "value")]
    place = mixed_line(number) if rng.random() < 0.8 else stacked()
    rows = party_rows(party, who)
    if rng.random() < 0.25:
        return stacked(place, lines(rows), gap=0.1)
    name = (Run(say(press, key)),)

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        ids = press.paper.entity(), press.paper.entity()
        press.paper.link(*ids)
        y = place(press, x0, x1, press.flow(name, x0, x1, y, role="key", entity=ids[0], bold=True))
        for row in rows:
            y = press.flow(row, x0, x1, y, role="value", entity=ids[1])
        return y

    return block


def _put_trade_parties(press: Press) -> None:
    """Set seller, buyer and at times the place of delivery beside each other."""
    rng, invoice = press.rng, press.invoice
    blocks = [
        _party_block(press, invoice.vendor, "merchant", "seller"),
        _party_block(press, invoice.customer, "customer", "buyer"),
    ]
    if rng.random() < 0.5:
        blocks.reverse()
    if rng.random() < 0.4:
        blocks.append(_party_block(press, invoice.ship_to, "", "ship"))
    share = 1 / len(blocks)
    places = [(n * share, (n + 0.93) * share, block) for n, block in enumerate(blocks)]
    press.side_by_side(*places, gap=1.2)


def _trade_data(press: Press) -> list[Entry]:
    """Return the data of a paper of trade, but for its own number."""
    rng, invoice = press.rng, press.invoice
    number = number_like(press, "~~~~~~", "~~~~~", "7~~~~")
    data = [date_entry(press), entry(press, "supplier", number)]
    if invoice.kind == "credit" or rng.random() < 0.1:
        data.append(entry(press, "zu", number_like(press, "~~~~~~~", "RE~~~~~", "~~~~-~~~")))
    for key, text, tag in (
        ("order", invoice.order, "purchase_order"),
        ("note_no", number_like(press, "~~~~~~~", "LS~~~~~"), ""),
        ("taxid", invoice.vendor.tax_id, "vendor_tax_id"),
    ):
        if rng.random() < 0.4:
            data.append(entry(press, key, text, tag))
    return data


def trade_paper(press: Press) -> None:
    """A credit note or an invoice of trade: numbers of places, supplier number, other invoice."""
    rng = press.rng
    dress(press, kind="credit" if rng.random() < 0.65 else "")
    invoice = press.invoice
    foot = footer(press) if rng.random() < 0.4 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    _put_trade_parties(press)
    text = say(press, "t_trade") if invoice.kind == "credit" else title_text(press)
    in_title = rng.random() < 0.4
    size = int(press.look.size * rng.uniform(1.1, 1.6))
    if in_title:
        press.put(numbered_title(press, text, size, bold=True), gap=0.6)
    else:
        press.put(mixed_line([((Run(text),), "header")], size=size, bold=True), gap=0.6)
    data = [*([] if in_title else [number_entry(press)]), *_trade_data(press)]
    if rng.random() < 0.5:
        press.put(grid(data, ruling=rng.choice(("full", "none", "rule")), anchor="l"), gap=1)
    else:
        press.put(pairs(data, rng.choice(("columns", "inline", "right"))), 0, 0.7, gap=1)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def _capitals(press: Press) -> None:
    """Write the parties and the goods in capitals, in a font of fixed width."""
    invoice = press.invoice
    goods = tuple(replace(x, description=x.description.upper()) for x in invoice.lines)
    vendor, buyer = (
        replace(p, name=p.name.upper(), address=tuple(a.upper() for a in p.address))
        for p in (invoice.vendor, invoice.customer)
    )
    term = invoice.term.upper()
    press.invoice = replace(invoice, lines=goods, vendor=vendor, customer=buyer, term=term)
    font = press.rng.choice(("LiberationMono-Regular", "DejaVuSansMono", "FreeMono"))
    set_font(press, font, press.rng.randint(15, 19))
    press.look = replace(press.look, is_upper=True, is_key_bold=False, colon=":")


def _put_capital_parties(press: Press, arrangement: str) -> None:
    """Set seller and buyer as keys with values: name, address, numbers."""
    invoice = press.invoice
    for key, party, who in (
        ("k_from", invoice.vendor, "merchant"),
        ("k_billto", invoice.customer, "customer"),
    ):
        rows = tuple(Run(a, f"{who}_address") for a in party.address)
        entries = [Entry(press.key(key), (Run(party.name, f"{who}_name"),))]
        entries.append(Entry(named(press, "address"), rows))
        if press.rng.random() < 0.7:
            entries.append(entry(press, "gln", gln(press)))
        if who == "merchant" and press.rng.random() < 0.7:
            entries.append(entry(press, "taxid", party.tax_id, "vendor_tax_id"))
        press.put(pairs(entries, arrangement), 0, 0.8, gap=0.5)


def capitals(press: Press) -> None:
    """A fixed-font print in capitals, as made of an exchanged message: keys, then values."""
    rng = press.rng
    dress(press, kind=rng.choice(("invoice", "invoice", "credit")))
    _capitals(press)
    invoice = press.invoice
    reserve(press, None)
    press.on_new_page = later_head(press)
    rule = lines([(Run(rng.choice("-=*") * int(press.width / press.wide((Run("-"),)))),)])
    text = title_text(press).upper()
    press.put(lines([(Run(text),)], role="header", anchor=rng.choice("lc")), gap=0.4)
    press.put(rule)
    data = [number_entry(press), date_entry(press)]
    data.append(entry(press, "order", invoice.order, "purchase_order"))
    data.append(entry(press, "note_no", number_like(press, "~~~~~~~", "~~~~~")))
    data.append(entry(press, "delivery", press.date(invoice.end)))
    arrangement = rng.choice(("columns", "columns", "inline"))
    press.put(pairs(data[: rng.randint(2, 5)], arrangement), 0, 0.75, gap=0.4)
    _put_capital_parties(press, arrangement)
    press.put(rule)
    items(press, choose_table(press, ruling=RULINGS[8]))
    press.put(rule)
    sums = totals(sum_entries(press, choose_sums(press)))
    press.put(sums, rng.choice((0, 0.3, 0.45)), 1, gap=0.6)
    term = Entry(press.key("k_term"), (Run(invoice.term, "payment_term"),))
    press.put(pairs([term, *bank_entries(press)], "inline"), gap=0.4)
    finish(press, None)


def _house_data(press: Press) -> list[Entry]:
    """Return numbers of invoice, order and customer in any order, then whom to ask."""
    rng, invoice, vendor = press.rng, press.invoice, press.invoice.vendor
    order = number_like(press, "~~~~~~~", "A~~~~~", "~~~~~")
    buyer = Run(number_like(press, "~~~~~~", "D~~~~~", "1~~~~"))
    data = [number_entry(press), entry(press, "confirm", order), date_entry(press)]
    data.append(Entry(press.key("k_customer"), (buyer,)))
    if rng.random() < 0.5:
        data.append(entry(press, "order", invoice.order, "purchase_order"))
    rng.shuffle(data)
    data.append(entry(press, "contact", press.say("person")))
    for key, text, tag in (
        ("k_phone", vendor.phone, "merchant_phone"),
        ("k_fax", vendor.fax, ""),
        ("k_mail", vendor.mail, ""),
    ):
        if rng.random() < 0.6:
            data.append(Entry(press.key(key), (Run(text, tag),)))
    if rng.random() < 0.4:
        data.append(Entry(press.key("k_period"), period_runs(press)))
    return data


def system_house(press: Press) -> None:
    """A window, and at the right a block of invoice, order and customer numbers and contact."""
    rng, size = press.rng, press.look.size
    foot = footer(press)
    reserve(press, foot)
    press.on_new_page = later_head(press)
    name = lines(
        [(Run(press.invoice.vendor.name, "merchant_name"),)],
        size=int(size * rng.uniform(1.1, 1.7)),
        anchor=rng.choice("lr"),
        bold_first=True,
    )
    press.side_by_side((0, 0.2, logo), (0.25, 1, name), gap=rng.uniform(0.5, 2))
    window = stacked(
        lines([sender_line(press)], size=max(10, int(size * 0.6))),
        customer(press, keyed=False),
    )
    block = pairs(_house_data(press), rng.choice(("columns", "columns", "justified", "inline")))
    press.side_by_side((0, 0.5, window), (0.57, 1, block), gap=rng.uniform(1, 3))
    big = int(size * rng.uniform(1.1, 1.8))
    press.put(lines([(Run(title_text(press)),)], role="header", bold_first=True, size=big), gap=0.7)
    if rng.random() < 0.5:
        press.put(lines([(Run(press.say("s_hello")),), (Run(press.say("s_intro")),)]), gap=0.6)
    items(press, choose_table(press))
    put_totals(press)
    finish(press, foot)


def cost_note(press: Press) -> None:
    """A note of fees: an order number as subject, items as rows without a head, sums below."""
    rng, invoice = press.rng, press.invoice
    foot = footer(press) if rng.random() < 0.5 else None
    reserve(press, foot)
    press.on_new_page = later_head(press)
    press.put(lines(vendor_rows(press, tax=0.3), anchor=rng.choice("rcl")), gap=1.5)
    press.put(customer(press, keyed=False), 0, 0.5, gap=2)
    title = say(press, rng.choice(("t_cost", "t_order")))
    parts: list[Part] = [((Run(title),), "header"), ((Run(say(press, "nr")),), "key")]
    parts.append(((Run(invoice.number, "invoice_id"),), "value"))
    press.put(
        mixed_line(parts, size=int(press.look.size * rng.uniform(1, 1.4)), bold=True), gap=0.4
    )
    data = [date_entry(press), entry(press, "confirm", number_like(press, "~~~~~", "AZ ~~~/~~"))]
    if rng.random() < 0.5:
        data.append(entry(press, "your_order", invoice.order, "purchase_order"))
    if rng.random() < 0.4:
        data.append(entry(press, "supplier", number_like(press, "~~~~~", "K~~~~~")))
    rng.shuffle(data)
    press.put(pairs(data, rng.choice(("inline", "columns"))), 0, 0.7, gap=0.8)
    press.put(lines([(Run(press.say("s_hello")),), (Run(press.say("s_intro")),)]), gap=0.6)
    ruling = rng.choice((RULINGS[8], RULINGS[0], RULINGS[9]))
    table = choose_table(press, order=rng.choice(_FEES), ruling=ruling)
    items(press, replace(table, has_head=rng.random() < 0.5))
    if rng.random() < 0.4:
        running_sums(press)
    else:
        put_totals(press)
    press.put(pairs(bank_entries(press), rng.choice(("inline", "columns"))), 0, 0.7)
    finish(press, foot)


SETTERS: dict[str, Layout] = {
    "trade_paper": trade_paper,
    "capitals": capitals,
    "system_house": system_house,
    "cost_note": cost_note,
}
"""Layouts to train on."""
