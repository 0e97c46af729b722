"""Layouts of invented invoices: which blocks stand where."""

from collections.abc import Callable

from PIL import ImageDraw

from docai.vlm.builtin.synth.invoice_blocks import (
    grid,
    headed,
    lines,
    pairs,
    party_rows,
    sentence,
)
from docai.vlm.builtin.synth.invoice_content import dated
from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_sums import choose_sums, sum_entries, tax_table, totals

Layout = Callable[[Press], None]


def number_entry(press: Press) -> Entry:
    """Return the number of the invoice with its key."""
    return Entry(press.key("k_number"), (Run(press.invoice.number, "invoice_id"),))


def date_entry(press: Press) -> Entry:
    """Return the date of the invoice with its key."""
    return Entry(press.key("k_date"), (Run(press.date(press.invoice.date), "transaction_date"),))


def period_runs(press: Press) -> Runs:
    """Return the period of service."""
    invoice = press.invoice
    return (
        Run(press.date(invoice.start), "service_start_date"),
        Run(press.say("and_to")),
        Run(press.date(invoice.end), "service_end_date"),
    )


def meta(press: Press, *, most: int = 9) -> list[Entry]:
    """Return number, date and some of the rest of an invoice's data, in any order."""
    rng, invoice = press.rng, press.invoice
    rest: list[Entry] = []
    if rng.random() < 0.65:
        rest.append(Entry(press.key("k_due"), (Run(press.date(invoice.due), "due_date"),)))
    if rng.random() < 0.45:
        rest.append(Entry(press.key("k_po"), (Run(invoice.order, "purchase_order"),)))
    if rng.random() < 0.3:
        rest.append(Entry(press.key("k_term"), (Run(invoice.term, "payment_term"),)))
    if rng.random() < 0.25:
        rest.append(Entry(press.key("k_period"), period_runs(press)))
    rest += _distractors(press)
    rng.shuffle(rest)
    first = [number_entry(press), date_entry(press)]
    if rng.random() < 0.3:
        first.reverse()
    out = first + rest[: most - 2]
    if rng.random() < 0.25:
        rng.shuffle(out)
    return out


def _distractors(press: Press) -> list[Entry]:
    """Return data that no field asks for."""
    rng, invoice = press.rng, press.invoice
    number = ("~~~~~", "K~~~~~", "~~~~~~", "CL~~~", "^^~~~~", "~~-~~~~", "~~~~~~~~")
    early = invoice.start
    choices: list[tuple[float, str, str]] = [
        (0.45, "k_customer", dated(rng, rng.choice(number), early)),
        (0.15, "k_quote", dated(rng, rng.choice(number), early)),
        (0.15, "k_order_date", press.date(early)),
        (0.2, "k_delivery", press.date(invoice.end)),
        (0.15, "k_note", dated(rng, rng.choice(number), early)),
        (0.2, "k_contact", press.say("person")),
        (0.1, "k_ship_via", press.say("v_ship_via")),
        (0.1, "k_yourref", dated(rng, rng.choice(number), early)),
        (0.1, "k_taxid_customer", invoice.customer.tax_id),
    ]
    return [
        Entry(press.key(key), (Run(text),) if rng.random() > 0.04 else ())
        for chance, key, text in choices
        if rng.random() < chance
    ]


def title_text(press: Press) -> str:
    """Return what the document calls itself."""
    kinds = {"credit": "t_credit", "proforma": "t_proforma", "bill": "t_bill"}
    return press.say(kinds.get(press.invoice.kind, "t_invoice"))


def title(press: Press, *, anchor: str = "l", size: int | None = None) -> Block:
    """Return the title."""
    text = title_text(press)
    size = size or int(press.look.size * press.rng.uniform(1.2, 2.4))
    return lines(
        [(Run(text),)], anchor=anchor, size=size, role="header", bold_first=press.rng.random() < 0.8
    )


def contact_rows(press: Press) -> list[Runs]:
    """Return how the vendor is reached, some of it."""
    rng, vendor = press.rng, press.invoice.vendor
    out: list[Runs] = []
    for key, text, tag in (
        ("k_phone", vendor.phone, "merchant_phone"),
        ("k_fax", vendor.fax, ""),
        ("k_mail", vendor.mail, ""),
        ("k_web", vendor.web, ""),
    ):
        if rng.random() < 0.5:
            head: Runs = () if key in ("k_mail", "k_web") and rng.random() < 0.6 else press.key(key)
            out.append((*head, Run(text, tag)))
    return out


def vendor_rows(press: Press, *, contacts: bool = True, tax: float = 0.3) -> list[Runs]:
    """Return the vendor's address, contacts and tax number."""
    invoice = press.invoice
    rows = party_rows(invoice.vendor, "merchant")
    rows += contact_rows(press) if contacts else []
    if press.rng.random() < tax:
        rows.append((*press.key(invoice.land.tax_key), Run(invoice.vendor.tax_id, "vendor_tax_id")))
    return rows


def customer(press: Press, *, keyed: bool | None = None, style: str | None = None) -> Block:
    """Return the customer's address, with a key or without."""
    rows = party_rows(press.invoice.customer, "customer")
    is_keyed = press.rng.random() < 0.6 if keyed is None else keyed
    bold = press.rng.random() < 0.4
    if not is_keyed:
        return lines(rows, bold_first=bold)
    style = style or press.rng.choice(("plain", "plain", "rule", "shaded", "boxed"))
    return headed(press.key("k_billto"), rows, style=style, bold_first=bold)


def sentences(press: Press) -> Block:
    """Return how to pay, thanks and conditions in running text."""
    rng, invoice = press.rng, press.invoice
    values: dict[str, Runs] = {
        "total": press.money(invoice.due_amount, "amount_due")
        if invoice.prepaid
        else press.money(invoice.total, "total"),
        "due": (Run(press.date(invoice.due), "due_date"),),
        "iban": (Run(grouped(invoice.iban) or "-", "iban" if invoice.iban else ""),),
        "number": (Run(invoice.number, "invoice_id"),),
        "term": (Run(invoice.term, "payment_term"),),
        "term2": (Run(press.say("s_term2", d=str(invoice.days)), "payment_term"),),
        "vendor": (Run(invoice.vendor.name, "merchant_name"),),
        "currency": (Run(invoice.currency),),
    }
    blocks = []
    for key, chance in (
        ("s_pay", 0.6),
        ("s_pay", 0.15),
        ("s_legal", 0.4),
        ("s_legal", 0.2),
        ("s_close", 0.5),
    ):
        if rng.random() < chance:
            text = press.say(key)
            if "<iban>" not in text or invoice.iban:
                blocks.append(sentence(text, values))

    return stacked(*blocks)


def stacked(*blocks: Block, gap: float = 0.3) -> Block:
    """Return blocks below each other as one; ``gap`` is in lines."""

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        for one in blocks:
            y = one(press, x0, x1, y) + press.gap * gap
        return y

    return block


def grouped(iban: str) -> str:
    """Return an account number in groups of four."""
    return " ".join(iban[n : n + 4] for n in range(0, len(iban), 4))


def bank_entries(press: Press) -> list[Entry]:
    """Return the vendor's bank account."""
    rng, invoice = press.rng, press.invoice
    out = []
    if rng.random() < 0.3:
        out.append(Entry(press.key("k_holder"), (Run(invoice.vendor.name, "merchant_name"),)))
    if rng.random() < 0.8:
        out.append(Entry(press.key("k_bank"), (Run(invoice.bank),)))
    if invoice.iban:
        text = grouped(invoice.iban) if rng.random() < 0.75 else invoice.iban
        out.append(Entry(press.key("k_iban"), (Run(text, "iban"),)))
        if rng.random() < 0.8:
            out.append(Entry(press.key("k_bic"), (Run(invoice.bic),)))
    else:
        out.append(Entry(press.key("k_account"), (Run(str(rng.randrange(10**7, 10**10))),)))
        out.append(Entry(press.key("k_sort"), (Run(str(rng.randrange(10**8, 10**9))),)))
    return out


def company_entries(press: Press) -> list[Entry]:
    """Return the numbers a company must print."""
    rng, invoice = press.rng, press.invoice
    out = []
    if rng.random() < 0.75:
        out.append(
            Entry(press.key(invoice.land.tax_key), (Run(invoice.vendor.tax_id, "vendor_tax_id"),))
        )
    if rng.random() < 0.5:
        out.append(Entry(press.key("k_taxno"), (Run(press.say("v_taxno")),)))
    if rng.random() < 0.4:
        out.append(Entry(press.key("k_register"), (Run(press.say("v_register")),)))
    if rng.random() < 0.4:
        out.append(Entry(press.key("k_director"), (Run(press.say("person")),)))
    return out


def footer(press: Press) -> Block:
    """Return a footer of up to four columns of small print."""
    rng = press.rng
    size = max(12, int(press.look.size * rng.uniform(0.65, 0.85)))
    name = [] if rng.random() < 0.3 else party_rows(press.invoice.vendor, "merchant")
    parts: list[Block] = [lines(name, size=size)] if name else []
    if rng.random() < 0.6:
        parts.append(lines(contact_rows(press) or [(Run(press.invoice.vendor.mail),)], size=size))
    parts.append(pairs(bank_entries(press), rng.choice(("inline", "inline", "columns")), size=size))
    companies = company_entries(press)
    if companies:
        parts.append(pairs(companies, "inline", size=size))
    rng.shuffle(parts)
    has_rule = rng.random() < 0.6

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        if has_rule:
            press.paper.line(x0, y, x1, y)
            y += size * 0.6
        wide = (x1 - x0) / len(parts)
        return max(p(press, x0 + n * wide, x0 + (n + 0.94) * wide, y) for n, p in enumerate(parts))

    return block


def finish(press: Press, foot: Block | None, *, numbering: str = "foot") -> None:
    """Set footers and page numbers on every page."""
    rng, count = press.rng, len(press.papers)
    word, of = press.say("page"), press.say("of")
    anchor = rng.choice("lcrr")
    is_bare = rng.random() < 0.2
    shows = numbering and (count > 1 or rng.random() < 0.3)
    only_first = foot is not None and rng.random() < 0.1
    for n, paper in enumerate(press.papers):
        press.paper = paper
        if foot is not None and not (only_first and n):
            foot(press, press.left, press.right, press.bottom + press.gap * 0.3)
        if shows:
            text = f"{n + 1} {of} {count}" if is_bare else f"{word} {n + 1} {of} {count}"
            y = (
                paper.height - press.look.size * 1.6
                if numbering == "foot"
                else press.look.size * 0.8
            )
            press.flow(
                (Run(text),),
                press.left,
                press.right,
                y,
                anchor=anchor,
                size=max(12, int(press.look.size * 0.8)),
            )


def reserve(press: Press, foot: Block | None) -> None:
    """Keep room for the footer at the bottom of every page."""
    high = press.height_of(foot) if foot else 0.0
    press.bottom = min(press.bottom, press.paper.height - high - press.gap * 2.2)


def totals_block(press: Press) -> Block:
    """Return the sums in any style."""
    style = press.rng.choice(("plain", "ruled", "lined", "boxed", "cells", "bar", "plain"))
    arrangement = press.rng.choice(("justified", "justified", "right", "left", "centred"))
    return totals(sum_entries(press, choose_sums(press)), style=style, arrangement=arrangement)


def put_totals(press: Press) -> None:
    """Set the sums at the right, left or middle, a table of taxes and text about payment."""
    rng = press.rng
    wide = rng.uniform(0.36, 0.55)
    start = rng.choice((1 - wide, 1 - wide, 1 - wide, 1 - wide, 0.0, (1 - wide) / 2))
    press.y += press.gap * rng.uniform(0.4, 2.5) * (1 if rng.random() < 0.9 else 5)
    has_taxes = rng.random() < (0.5 if len(press.invoice.taxes) > 1 else 0.2)
    taxes = headless(press) if has_taxes else stacked()
    if start > 0.3 and rng.random() < 0.4:
        left = taxes if has_taxes else sentences(press)
        press.side_by_side(
            (start, start + wide, totals_block(press)), (0, start - 0.04, left), gap=0.7
        )
        if not has_taxes:
            return
    else:
        press.put(totals_block(press), start, start + wide, gap=1)
        press.put(taxes, 0, rng.choice((0.5, 0.7)), gap=0.7)
    press.put(sentences(press), 0, rng.choice((1.0, 0.8, 0.55)))


def headless(press: Press) -> Block:
    """Return the table of taxes, with a heading or without."""
    table = tax_table(press, has_gross=press.rng.random() < 0.3)
    if press.rng.random() < 0.6 or not press.invoice.taxes:
        return table
    heading = lines([(Run(press.say("h_taxtable")),)], role="header", bold_first=True)
    return stacked(heading, table)


def later_head(press: Press) -> Block:
    """Return the smaller head of the pages after the first."""
    rng = press.rng
    style = rng.choice(("none", "number", "vendor", "grid"))
    entries = [number_entry(press), date_entry(press)]

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        if style == "none":
            return y
        if style == "vendor":
            y = press.flow((Run(press.invoice.vendor.name, "merchant_name"),), x0, x1, y, bold=True)
        if style == "grid":
            return grid(entries, ruling="none", anchor="l")(press, x0, x1, y) + press.gap
        return pairs(entries, "inline")(press, x0 + (x1 - x0) * 0.6, x1, y) + press.gap

    return block


def sender_line(press: Press) -> Runs:
    """Return the small line over the address window."""
    vendor, mark = press.invoice.vendor, press.rng.choice(("·", "-", "|", "•", ","))
    runs = [Run(vendor.name + ("," if mark == "," else ""), "merchant_name")]
    for n, part in enumerate(vendor.address[:3]):
        if mark != ",":
            runs.append(Run(mark))
        is_last = n == len(vendor.address[:3]) - 1
        runs.append(Run(part + ("," if mark == "," and not is_last else ""), "merchant_address"))
    return tuple(runs)


def logo(press: Press, x0: float, x1: float, y: float) -> float:
    """Draw a mark without words."""
    rng, side = press.rng, press.look.size * press.rng.uniform(2.5, 5)
    shape, grey = rng.choice(("disc", "bars", "diamond", "ring")), rng.choice((0, 60, 120, 170))
    x = rng.choice((x0, x1 - side))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        box = (x, y, x + side, y + side)
        if shape == "disc":
            pen.ellipse(box, grey)
        elif shape == "ring":
            pen.ellipse(box, None, grey, max(3, int(side / 7)))
        elif shape == "diamond":
            half = side / 2
            pen.polygon(
                [(x + half, y), (x + side, y + half), (x + half, y + side), (x, y + half)], grey
            )
        else:
            for n in range(4):
                pen.rectangle(
                    (
                        x + n * side / 4,
                        y + side * (3 - n) / 5,
                        x + n * side / 4 + side / 6,
                        y + side,
                    ),
                    grey,
                )

    press.paper.draw(draw)
    return y + side
