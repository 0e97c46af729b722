"""Layouts of broadcasters' invoices, contracts and orders: long tables of spots."""

import datetime as dt

from docai.vlm.builtin.synth.invoice_blocks import grid, headed, lines, pairs, party_rows
from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_spot_tables import (
    aired_rows,
    day_rows,
    dollars,
    ledger,
    month_rows,
    plain,
    week_rows,
)
from docai.vlm.builtin.synth.invoice_spots import Buy
from docai.vlm.builtin.synth.invoice_sums import totals


def _entry(key: str, *runs: Run) -> Entry:
    """Return a key, as it is, with its value."""
    return Entry((Run(key),), tuple(r for r in runs if r.text))


def _flight(press: Press, dash: str = "-") -> Runs:
    """Return the dates of the flight."""
    invoice = press.invoice
    return (
        Run(press.date(invoice.start), "service_start_date"),
        Run(dash),
        Run(press.date(invoice.end), "service_end_date"),
    )


def _number(press: Press, *, rev: bool) -> Runs:
    """Return the number of the order, with its revision or the agency's number behind a slash."""
    runs: Runs = (Run(press.invoice.number, "invoice_id"),)
    return (
        (*runs, Run("/"), Run(str(press.rng.randrange(4)) if press.rng.random() < 0.5 else ""))
        if rev
        else runs
    )


def facts(press: Press, buy: Buy) -> list[Entry]:
    """Return what is known of the order besides number, advertiser and flight."""
    rng = press.rng
    colon = rng.choice((":", "", ""))
    month = press.invoice.start.strftime("%B %Y")
    early = press.invoice.start - dt.timedelta(days=rng.randint(1, 20))
    all_ = [
        ("Product", buy.product),
        ("Estimate Number", buy.estimate),
        ("Account Executive", buy.salesman),
        ("Sales Office", buy.office),
        ("Sales Region", rng.choice(("National", "Local"))),
        ("Billing Calendar", rng.choice(("Broadcast", "Calendar"))),
        ("Billing Type", "Cash"),
        ("Special Handling", ""),
        ("Alt Order #", buy.other_order),
        ("Deal #", ""),
        ("Agency Code", buy.estimate + "1"),
        ("Advertiser Code", str(rng.randrange(9999))),
        ("Product 1/2", str(rng.randrange(999))),
        ("Agency Ref", ""),
        ("Demographic", buy.demo),
        ("Billing Cycle", rng.choice(("EOM", "EOM/EOC", "WEEKLY"))),
        ("Revenue Code 1", "AGY"),
        ("Revenue Code 2", "POL"),
        ("Priority", str(rng.randrange(99))),
        ("Invoice Month", month),
        ("Original Date / Rev", f"{press.date(early)} / {press.date(early)}"),
        ("Advertiser Ref", ""),
        ("Buyer", buy.agency.person),
        ("Market", press.invoice.vendor.address[-1].split(",")[0]),
        ("Order Type", rng.choice(("GENERAL", "NORMAL"))),
        ("Salesperson", buy.salesman),
        ("Separation", "15"),
    ]
    chosen = [pair for pair in all_ if rng.random() < 0.55]
    return [_entry(key + colon, Run(value)) for key, value in chosen]


def _must(press: Press, buy: Buy, what: str) -> list[Entry]:
    """Return number, advertiser, flight of an invoice, a contract or an order."""
    rng = press.rng
    colon = rng.choice((":", "", ""))
    names = {
        "invoice": ("Invoice #", "Invoice Number", "Invoice No", "Invoice"),
        "contract": ("Contract #", "Contract / Revision", "Contract Number", "Contract"),
        "order": ("Order / Rev", "Order #", "Order Number", "Order"),
    }
    key = rng.choice(names[what])
    flight = rng.choice(
        (
            "Flight Dates",
            "Order Flight",
            "Flight",
            "Contract Dates",
            "Flight Start/End",
            "Start/End Dates",
            "Dates",
        )
    )
    entries = [
        _entry(key + colon, *_number(press, rev="/" in key)),
        _entry(
            rng.choice(("Advertiser", "Advertiser", "Advertiser Name", "Client", "Customer"))
            + colon,
            Run(press.invoice.customer.name, "customer_name"),
        ),
        _entry(flight + colon, *_flight(press, "/" if "/" in flight else "-")),
    ]
    if what == "invoice":
        entries.append(
            _entry("Invoice Date" + colon, Run(press.date(press.invoice.date), "transaction_date"))
        )
        if rng.random() < 0.6:
            entries.append(_entry("Order #" + colon, Run(buy.other_order)))
        if rng.random() < 0.4:
            period = press.date(press.invoice.start - dt.timedelta(days=9))
            until = press.date(press.invoice.end + dt.timedelta(days=5))
            entries.append(
                _entry(
                    "Invoice Period" + colon,
                    Run(f"{period} - {until}"),
                )
            )
    return entries


def _agency(press: Press, buy: Buy) -> Block:
    """Return the agency's address."""
    key = press.rng.choice(
        ("Agency", "Billing Address:", "Agency:", "And:", "Bill To:", "Buyer:", "Sold to:")
    )
    rows = [(Run(buy.agency.name),), *((Run(a),) for a in buy.agency.address)]
    return headed((Run(key),), rows, bold_first=press.rng.random() < 0.3)


def _vendor(press: Press, buy: Buy) -> Block:
    """Return the station's address."""
    rows = party_rows(press.invoice.vendor, "merchant")
    if press.rng.random() < 0.3:
        rows.insert(1, (Run(buy.group),))
    rows.append((Run("Main:"), Run(press.invoice.vendor.phone, "merchant_phone")))
    key = press.rng.choice(
        ("Remit Address:", "Contract Agreement Between:", "Remit To:", "Station:", "")
    )
    return headed((Run(key),), rows) if key else lines(rows, bold_first=True)


def _sums(press: Press, buy: Buy, what: str) -> list[Entry]:
    """Return gross, commission and net."""
    invoice, rng = press.invoice, press.rng
    gross = rng.choice(
        (
            "Gross Total",
            "Gross Amount",
            "Total Gross",
            "Gross",
            "Totals",
            "Total $",
            "Grand Total",
            "Total Amount",
        )
    )
    net_tag = "amount_due" if what == "invoice" else ""
    out = [_entry("Total Spots", Run(str(buy.count)))] if rng.random() < 0.7 else []
    out.append(_entry(gross, *dollars(press, invoice.total, "total")))
    if rng.random() < 0.75:
        out.append(
            _entry(
                rng.choice(("Agency Commission", "Commission", "Less Commission")),
                *dollars(press, invoice.prepaid),
            )
        )
        net = (
            rng.choice(("Net Amount Due", "Net Due", "Please Pay"))
            if net_tag
            else rng.choice(("Net Amount", "Net Total", "Net"))
        )
        out.append(_entry(net, *dollars(press, invoice.due_amount, net_tag)))
    return out


def _top(press: Press, buy: Buy, what: str, *, first: bool) -> Block:
    """Return the line at the very top: title, print date."""
    text = {"invoice": "INVOICE", "contract": "CONTRACT", "order": "ORDER"}[what]
    size = int(press.look.size * press.rng.uniform(1.1, 1.8)) if first else press.look.size
    return lines(
        [(Run(text),)], anchor=press.rng.choice("lcc"), size=size, role="header", bold_first=True
    )


def spots(press: Press, buy: Buy, what: str) -> None:
    """Set an invoice, a contract or an order for spots."""
    rng = press.rng
    press.bottom = press.paper.height - 3 * press.gap
    size = max(13, int(press.look.size * 0.85))
    press.put(_top(press, buy, what, first=True), gap=0.5)
    must, more = _must(press, buy, what), facts(press, buy)
    rng.shuffle(must)
    is_columns = rng.choice(("columns", "columns", "inline"))
    if what == "order" or rng.random() < 0.3:
        half = len(more) // 2
        press.side_by_side(
            (0, 0.48, pairs([*must, *more[:half]], "columns")),
            (0.52, 1, pairs(more[half:], "columns")),
            gap=1,
        )
        press.side_by_side((0, 0.48, _agency(press, buy)), (0.52, 1, _vendor(press, buy)), gap=1)
    elif what == "invoice":
        half = len(more) // 2
        right, middle = (
            [m for m in must if "dvertiser" not in m.key[0].text],
            [m for m in must if "dvertiser" in m.key[0].text],
        )
        press.side_by_side(
            (0, 0.29, _vendor(press, buy)),
            (0.32, 0.65, pairs([*middle, *more[:half]], is_columns)),
            (0.68, 1, pairs([*right, *more[half:]], is_columns)),
            gap=1,
        )
        press.put(_agency(press, buy), 0, 0.4, gap=1)
    else:
        left = [_vendor(press, buy), _agency(press, buy)]
        press.side_by_side(
            (0, 0.4, left[0]), (0.45, 1, grid(must[:2], ruling="full", anchor="l")), gap=0.4
        )
        press.side_by_side(
            (0, 0.4, left[1]),
            (0.45, 1, grid([*must[2:], *more[:2]], ruling="full", anchor="l")),
            gap=0.4,
        )
        for n in range(2, len(more) - 3, 4):
            press.put(grid(more[n : n + 4], ruling="full", anchor="l"), 0.45, 1.0)
        press.y += press.gap
    later = rng.random()
    press.on_new_page = (
        pairs(must, "inline")
        if later < 0.5
        else _top(press, buy, what, first=False)
        if later < 0.8
        else None
    )
    if what != "invoice" and rng.random() < 0.5:
        ledger(press, *month_rows(press, buy), size=size, is_ruled=rng.random() < 0.5)
        press.y += press.gap
    rows = {"invoice": aired_rows, "contract": week_rows, "order": week_rows}[what]
    rows = day_rows if what == "order" and rng.random() < 0.4 else rows
    ledger(press, *rows(press, buy), size=size, is_ruled=rng.random() < 0.6)
    press.y += press.gap
    wide = rng.uniform(0.3, 0.5)
    start = rng.choice((0.3, 1 - wide, 1 - wide, 0.0))
    style = rng.choice(("plain", "ruled", "plain", "boxed"))
    press.put(
        totals(
            _sums(press, buy, what), style=style, arrangement=rng.choice(("justified", "right"))
        ),
        start,
        start + wide,
        gap=1,
    )
    if rng.random() < 0.5:
        press.put(lines([plain("The broadcasts shown were taken from the log of the station.")]))
    if what == "invoice" and rng.random() < 0.5:
        press.put(
            pairs([_entry("Payment Terms", Run(press.invoice.term, "payment_term"))], "inline")
        )
    _pages(press)


def _pages(press: Press) -> None:
    """Set the page numbers at the top right and when it was printed."""
    style = press.rng.choice(("Page {0} of {1}", "Page: {0}", "Page {0} of {1}", "{0} / {1}"))
    stamp = press.rng.random() < 0.6
    for n, paper in enumerate(press.papers):
        press.paper = paper
        y = press.top - press.look.size * 1.5
        text = style.format(n + 1, len(press.papers))
        press.flow(
            (Run(text),),
            press.left,
            press.right,
            max(4, y),
            anchor="r",
            size=max(12, press.look.size - 3),
        )
        if stamp:
            when = f"Print Date {press.date(press.invoice.date)} {9 + n % 2}:41:0{n % 10}"
            press.flow(
                (Run(when),),
                press.left,
                press.right,
                max(4, y),
                anchor="c",
                size=max(12, press.look.size - 3),
            )


SPOT_SETTERS = {
    "spots_invoice": "invoice",
    "spots_contract": "contract",
    "spots_order": "order",
}
"""Layouts of broadcasters' papers and what each is."""
