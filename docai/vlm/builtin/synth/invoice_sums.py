"""The end of an invoice: sums, taxes by rate, payment, footers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run, Runs
from docai.vlm.builtin.synth.paper import Cell


@dataclass(frozen=True, slots=True)
class Sums:
    """Which sums are printed; see `choose_sums`."""

    has_net: bool
    has_tax: bool
    has_rates: bool
    has_due: bool


def choose_sums(press: Press) -> Sums:
    """Return which sums to print: what the invoice has, less what it may leave out."""
    rng, invoice = press.rng, press.invoice
    return Sums(
        has_net=rng.random() < 0.9,
        has_tax=rng.random() < 0.95,
        has_rates=rng.random() < 0.75,
        has_due=bool(invoice.prepaid) or rng.random() < 0.12,
    )


def rate_run(press: Press, text: str) -> Runs:
    """Return a key with its tax rate tagged; the rate is between two NULs."""
    out = []
    for n, part in enumerate(text.split("\0")):
        if part:
            out.append(Run(part, "tax_rate" if n % 2 else ""))
    return tuple(out)


def _tax_entries(press: Press, sums: Sums) -> list[Entry]:
    """Return the rows of taxes among the sums."""
    invoice = press.invoice
    if not invoice.taxes or not sums.has_tax:
        return [_zero_tax(press)] if sums.has_tax and press.rng.random() < 0.5 else []
    if not sums.has_rates:
        return [Entry(press.key("k_tax_all"), press.money(invoice.tax, "total_tax"))]
    is_one = len(invoice.taxes) == 1
    key = "k_included" if invoice.is_gross else "k_tax"
    on = (
        not invoice.is_gross
        and (not is_one or press.rng.random() < 0.1)
        and press.rng.random() < 0.5
    )
    template = press.rng.choice(invoice.land.words["k_tax_on" if on else key]).replace(
        "{tax}", invoice.tax_name
    )
    entries = []
    for part in invoice.taxes:
        if part.rate == 0 and not is_one and press.rng.random() < 0.5:
            continue
        entries.append(
            Entry(
                _tax_key(press, template, press.percent(part.rate), press.number(part.net)),
                press.money(part.amount, "total_tax" if is_one else "tax_amount"),
            )
        )
    if not is_one and press.rng.random() < 0.4:
        entries.append(Entry(press.key("k_tax_all"), press.money(invoice.tax, "total_tax")))
    return entries or [Entry(press.key("k_tax_all"), press.money(invoice.tax, "total_tax"))]


def _tax_key(press: Press, template: str, rate: str, net: str) -> Runs:
    """Return the key of a tax with its rate and its base tagged."""
    if press.look.is_upper:
        template = template.upper().replace("{R}", "{r}").replace("{NET}", "{net}")
    runs = []
    for word in template.split():
        tag = (
            "tax_rate"
            if "{r}" in word or word in ("%", "%)")
            else "tax_net"
            if "{net}" in word
            else ""
        )
        if ("," in word and "," not in rate and "." in rate) or (
            ",00" in word and not rate.isdigit()
        ):
            word = word.replace(",00", "")
        runs.append(Run(word.replace("{r}", rate).replace("{net}", net), tag))
    if press.look.colon and not template.endswith(":"):
        runs[-1] = Run(runs[-1].text + press.look.colon, runs[-1].tag)
    return tuple(runs)


def _zero_tax(press: Press) -> Entry:
    """Return a row that says there is no tax."""
    return Entry(press.key("k_tax_all"), press.money(press.invoice.tax, "total_tax"))


def sum_entries(press: Press, sums: Sums) -> list[Entry]:
    """Return the rows of the sums, from top to bottom."""
    invoice = press.invoice
    rows: list[Entry] = []
    goes_on = bool(invoice.discount or invoice.shipping)
    has_tax = bool(invoice.taxes) and sums.has_tax
    shows_net = sums.has_net and not invoice.is_gross
    if goes_on:
        is_first = (has_tax and shows_net) or invoice.is_gross
        amount = press.money(invoice.gross_lines, "" if is_first else "subtotal")
        rows.append(Entry(press.key("k_lines" if is_first else "k_subtotal"), amount))
    if invoice.discount:
        key = press.key("k_discount", r=press.percent(invoice.discount_percent))
        minus = -invoice.discount if press.rng.random() < 0.75 else invoice.discount
        rows.append(Entry(key, press.money(minus, "discount")))
    if invoice.shipping:
        rows.append(Entry(press.key("k_shipping"), press.money(invoice.shipping)))
    if shows_net and (has_tax or not goes_on):
        rows.append(Entry(press.key("k_subtotal"), press.money(invoice.net, "subtotal")))
    taxes = _tax_entries(press, sums)
    name = "k_total_plain" if sums.has_due else "k_total"
    total = Entry(
        press.key(name), press.money(invoice.total, "total"), is_strong=press.rng.random() < 0.75
    )
    if invoice.is_gross:
        net = (
            [Entry(press.key("k_subtotal"), press.money(invoice.net, "subtotal"))]
            if sums.has_net
            else []
        )
        rows += [total, *net, *taxes]
    else:
        rows += [*taxes, total]
    if invoice.prepaid:
        paid = -invoice.prepaid if press.rng.random() < 0.6 else invoice.prepaid
        rows.append(Entry(press.key("k_prepaid"), press.money(paid)))
    if sums.has_due:
        rows.append(
            Entry(
                press.key("k_due_amount"),
                press.money(invoice.due_amount, "amount_due"),
                is_strong=True,
            )
        )
    return rows


def totals(
    entries: Sequence[Entry], *, style: str = "plain", arrangement: str = "justified"
) -> Block:
    """Return a block of sums.

    Args:
        entries: from `sum_entries`.
        style: ``plain``, ``ruled`` (a line above the total), ``lined`` (a line below each row),
            ``boxed``, ``cells`` (a table) or ``bar`` (the total on a shaded bar).
        arrangement: of `docai.vlm.builtin.synth.invoice_blocks.pairs`.
    """

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        top, look = y, press.look
        pad = look.size * (0.35 if style in ("cells", "lined", "bar") else 0.1)
        inset = look.size * 0.4 if style in ("cells", "boxed", "bar") else 0.0
        for n, entry in enumerate(entries):
            start = y
            key, value = press.paper.entity(), press.paper.entity()
            press.paper.link(key, value)
            wide = press.wide(entry.value, bold=True)
            is_last = n == len(entries) - 1
            grey = 0
            if style == "bar" and is_last:
                row = partial(_bare_sum, entry, inset, arrangement)
                high = press.height_of(row, x0, x1)
                grey = press.shade(x0, y, x1, y + high + 2 * pad)
            if style == "ruled" and is_last and len(entries) > 1:
                press.paper.line(x0, y, x1, y, press.rng.choice((1, 2)))
            y = _sum(press, entry, x0, x1, y + pad, inset, arrangement, (key, value), grey) + pad
            if style == "lined" or (style == "cells" and not is_last):
                press.paper.line(x0, y, x1, y)
            if style == "cells":
                middle = x1 - max(wide + 2 * inset, (x1 - x0) * 0.4)
                press.paper.line(middle, start, middle, y)
        if style in ("boxed", "cells"):
            press.paper.box((x0, top, x1, y))
        return y

    return block


def _bare_sum(
    entry: Entry, inset: float, arrangement: str, press: Press, x0: float, x1: float, y: float
) -> float:
    """Set one row of the sums to see how high it is."""
    return _sum(press, entry, x0, x1, y, inset, arrangement, (0, 0), 0)


def _sum(
    press: Press,
    entry: Entry,
    x0: float,
    x1: float,
    y: float,
    inset: float,
    arrangement: str,
    ids: tuple[int, int],
    grey: int,
) -> float:
    """Set one row of the sums."""
    look, strong = press.look, entry.is_strong
    wide = max(press.wide(entry.value, bold=strong), (x1 - x0) * 0.28)
    middle = x1 - wide - inset - look.size * 0.6
    anchor = {"justified": "l", "right": "r", "left": "l", "centred": "c"}[arrangement]
    a = press.flow(
        entry.key,
        x0 + inset,
        middle,
        y,
        role="key",
        entity=ids[0],
        anchor=anchor,
        bold=strong,
        grey=grey,
    )
    b = press.flow(
        entry.value,
        middle + look.size * 0.6,
        x1 - inset,
        y,
        role="value",
        entity=ids[1],
        anchor="l" if arrangement == "left" else "c" if arrangement == "centred" else "r",
        bold=strong,
        grey=grey,
    )
    return max(a, b)


def tax_table(press: Press, *, has_gross: bool = False) -> Block:
    """Return the table of taxes by rate; empty where there is no tax."""
    invoice, rng = press.invoice, press.rng
    keys = [
        "c_taxtable",
        "c_taxtable_net",
        "c_taxtable_amount",
        *(["c_taxtable_gross"] if has_gross else []),
    ]
    heads = [press.say(key) for key in keys]
    is_ruled, amount_tag = (
        rng.random() < 0.5,
        "total_tax" if len(invoice.taxes) == 1 else "tax_amount",
    )
    pattern = rng.choice(("{}%", "{} %", "{}", "{1} {0}%"))
    rows: list[list[Runs]] = []
    for part in invoice.taxes:
        rate = pattern.format(press.percent(part.rate), invoice.tax_name)
        cells = [(Run(rate, "tax_rate"),), press.money(part.net, "tax_net", is_cell=True)]
        cells.append(press.money(part.amount, amount_tag, is_cell=True))
        rows.append([*cells, press.money(part.net + part.amount, is_cell=True)][: len(heads)])
    if len(rows) > 1 and rng.random() < 0.4:
        last = [(Run(press.say("k_group_sum")),), press.money(invoice.net, is_cell=True)]
        last.append(press.money(invoice.tax, "total_tax", is_cell=True))
        rows.append([*last, press.money(invoice.total, is_cell=True)][: len(heads)])

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        if not invoice.taxes:
            return y
        wide, pad = (x1 - x0) / len(heads), press.look.size * 0.3
        cells: list[Cell] = []
        head: list[Runs] = [(Run(h),) for h in heads]
        for n, row in enumerate([head, *rows]):
            low = y
            for m, cell in enumerate(row):
                a, b = x0 + m * wide, x0 + (m + 1) * wide
                entity = press.paper.entity() if n == 0 else None
                end = press.flow(
                    cell,
                    a + pad,
                    b - pad,
                    y + pad,
                    anchor="r" if m else "l",
                    role="" if n else "key",
                    entity=entity,
                    bold=n == 0,
                )
                low = max(low, end + pad)
                cells.append(
                    Cell(n, m, 1, 1, " ".join(r.text for r in cell), (a, y, b, end), n == 0)
                )
            if is_ruled:
                press.paper.box((x0, y, x1, low))
            elif n == 0:
                press.paper.line(x0, low, x1, low)
            y = low
        press.paper.table(cells)
        return y

    return block
