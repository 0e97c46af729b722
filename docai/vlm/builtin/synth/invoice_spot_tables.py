"""Long tables of broadcasters' papers: spots by programme, by broadcast, by day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from docai.vlm.builtin.synth.invoice_press import Press, Run, Runs
from docai.vlm.builtin.synth.invoice_spots import DAYS, Buy, SpotLine
from docai.vlm.builtin.synth.paper import Cell

Part = tuple[float, float, str, Runs]
"""Text in a row: from and to which shares of the width, its anchor, what it says."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a long table; ``kind`` is ``head``, ``sub`` (a smaller head), ``cells``."""

    parts: tuple[Part, ...]
    kind: str = "cells"


def ledger(
    press: Press, head: Sequence[Row], rows: Sequence[Row], *, size: int, is_ruled: bool
) -> None:
    """Set a long table from ``press.y`` on; its head is repeated on every page."""
    cells: list[Cell] = []

    def begin() -> None:
        cells.clear()
        if is_ruled:
            press.paper.line(press.left, press.y, press.right, press.y)
        for row in head:
            press.y = _row(press, row, press.y, size, cells)
        press.paper.line(press.left, press.y, press.right, press.y, 1 if is_ruled else 2)
        press.y += size * 0.3

    begin()
    for row in rows:
        if press.y + size * 2.6 > press.bottom:
            press.paper.table(list(cells))
            press.new_page()
            begin()
        press.y = _row(press, row, press.y, size, cells)
    press.paper.table(list(cells))
    if is_ruled:
        press.paper.line(press.left, press.y, press.right, press.y)


def _row(press: Press, row: Row, y: float, size: int, cells: list[Cell]) -> float:
    """Set one row of a long table; return where it ends."""
    is_head = row.kind != "cells"
    low = y + size * press.look.leading
    number = cells[-1].row + 1 if cells else 0
    for n, (a, b, anchor, runs) in enumerate(row.parts):
        x0, x1 = press.left + a * press.width, press.left + b * press.width - size * 0.3
        entity = press.paper.entity() if is_head else None
        end = press.flow(
            runs,
            x0,
            x1,
            y,
            size=size,
            anchor=anchor,
            role="key" if is_head else "",
            entity=entity,
            bold=row.kind == "head",
        )
        low = max(low, end)
        text = " ".join(r.text for r in runs)
        cells.append(Cell(number, n, 1, 1, text, (x0, y, x1, end), row.kind == "head"))
    return low


def dollars(press: Press, amount: object, tag: str = "", row: int | None = None) -> Runs:
    """Return dollars."""
    return (Run(f"${amount:,.2f}", tag, row),)


def _head(names: Sequence[str], edges: Sequence[float], anchors: str) -> Row:
    """Return the head of a table."""
    return Row(
        tuple(
            (a, b, c, (Run(name),))
            for name, a, b, c in zip(names, edges, edges[1:], anchors, strict=False)
        ),
        "head",
    )


def _cells(texts: Sequence[Runs], edges: Sequence[float], anchors: str) -> Row:
    """Return a row of a table, its empty cells left out."""
    return Row(
        tuple(
            (a, b, c, t)
            for t, a, b, c in zip(texts, edges, edges[1:], anchors, strict=False)
            if t and t[0].text
        )
    )


def plain(text: object) -> Runs:
    """Return plain text."""
    return (Run(str(text)),)


def week_rows(press: Press, buy: Buy) -> tuple[list[Row], list[Row]]:
    """Return head and rows of a table with one line per programme, its weeks below."""
    edges = [0.0, 0.04, 0.1, 0.18, 0.26, 0.45, 0.6, 0.69, 0.74, 0.8, 0.88, 1.0]
    anchors = "rllllllrrrr"
    head = _head(
        (
            "Ln",
            "Ch",
            "Start",
            "End",
            "Description",
            "Time",
            "Days",
            "Len",
            "Spots",
            "Rate",
            "Amount",
        ),
        edges,
        anchors,
    )
    shows_weeks = press.rng.random() < 0.6
    sub = [0.2, 0.3, 0.4, 0.52, 0.64, 0.75]
    rows = []
    for n, (line, spots) in enumerate(zip(press.invoice.lines, buy.lines, strict=True)):
        rows.append(
            _cells(
                (
                    plain(n + 1),
                    plain(buy.channel),
                    plain(press.date(spots.start)),
                    plain(press.date(spots.end)),
                    (Run(line.description, "item_description", n),),
                    plain(spots.span),
                    plain(spots.weekdays),
                    plain(spots.length),
                    (Run(str(line.quantity), "item_quantity", n),),
                    dollars(press, line.price, "item_price", n),
                    dollars(press, line.amount, "item_total_price", n),
                ),
                edges,
                anchors,
            )
        )
        if shows_weeks:
            rows.append(
                Row(
                    _head(
                        ("Start Date", "End Date", "Weekdays", "Spots/Week", "Rate"), sub, "lllrr"
                    ).parts,
                    "sub",
                )
            )
            rows += _weeks(press, spots, n, sub)
    return [head], rows


def _weeks(press: Press, spots: SpotLine, n: int, sub: list[float]) -> list[Row]:
    """Return the weeks of one line."""
    line, out = press.invoice.lines[n], []
    day = spots.start
    while day <= spots.end:
        until = day + dt.timedelta(days=6)
        count = sum(day <= s.day <= until for s in spots.spots)
        texts = (
            plain(press.date(day)),
            plain(press.date(until)),
            plain(spots.weekdays),
            plain(count),
            dollars(press, line.price, "item_price", n),
        )
        row = _cells(texts, sub, "lllrr")
        out.append(Row(((0.12, 0.2, "l", plain("Week:")), *row.parts)))
        day = until + dt.timedelta(days=1)
    return out


def aired_rows(press: Press, buy: Buy) -> tuple[list[Row], list[Row]]:
    """Return head and rows of a table with every spot below its programme."""
    edges = [0.0, 0.05, 0.12, 0.3, 0.44, 0.5, 0.58, 0.64, 0.73, 0.86, 1.0]
    anchors = "llllllllll"[:8] + "lr"
    head = _head(
        (
            "Line",
            "Channel",
            "Description",
            "Time",
            "Day",
            "Date",
            "Length",
            "Air Time",
            "Ad-ID",
            "Rate",
        ),
        edges,
        anchors,
    )
    rows = []
    for n, (line, spots) in enumerate(zip(press.invoice.lines, buy.lines, strict=True)):
        rows.append(
            _cells(
                (
                    plain(n + 1),
                    plain(buy.channel),
                    (Run(line.description, "item_description", n),),
                    plain(spots.span),
                ),
                edges,
                anchors,
            )
        )
        for spot in spots.spots:
            rows.append(
                _cells(
                    (
                        plain(""),
                        plain(buy.channel),
                        plain(""),
                        plain(""),
                        plain(DAYS[spot.day.weekday()]),
                        plain(press.date(spot.day)),
                        plain(spots.length),
                        plain(spot.time),
                        plain(spot.code),
                        dollars(press, line.price, "item_price", n),
                    ),
                    edges,
                    anchors,
                )
            )
    return [head], rows


def day_rows(press: Press, buy: Buy) -> tuple[list[Row], list[Row]]:
    """Return head and rows of a table with a column for each day of the week."""
    edges = [0.0, 0.04, 0.16, 0.4, 0.49, 0.54, *(0.54 + 0.04 * n for n in range(1, 8)), 0.88, 1.0]
    anchors = "lllrr" + "c" * 7 + "rr"
    first = press.invoice.start
    days = [(first + dt.timedelta(days=n)) for n in range(7)]
    names = (
        "#",
        "Day/Time",
        "Program",
        "Rate",
        "Len",
        *(f"{d.month}/{d.day}" for d in days),
        "Spots",
        "Total $",
    )
    rows = []
    for n, (line, spots) in enumerate(zip(press.invoice.lines, buy.lines, strict=True)):
        counts = [sum(s.day.weekday() == d.weekday() for s in spots.spots) for d in days]
        rows.append(
            _cells(
                (
                    plain(n + 1),
                    plain(spots.span),
                    (Run(line.description, "item_description", n),),
                    dollars(press, line.price, "item_price", n),
                    plain(spots.length),
                    *(plain(c) for c in counts),
                    (Run(str(line.quantity), "item_quantity", n),),
                    dollars(press, line.amount, "item_total_price", n),
                ),
                edges,
                anchors,
            )
        )
    return [_head(names, edges, anchors)], rows


def month_rows(press: Press, buy: Buy) -> tuple[list[Row], list[Row]]:
    """Return head and rows of a small table of sums by month, as contracts have."""
    edges = [0.0, 0.14, 0.28, 0.4, 0.6, 0.8]
    head = _head(
        ("Start Date", "End Date", "# Spots", "Gross Amount", "Net Amount"), edges, "llrrr"
    )
    invoice = press.invoice
    row = _cells(
        (
            plain(press.date(invoice.start)),
            plain(press.date(invoice.end)),
            plain(buy.count),
            dollars(press, invoice.total),
            dollars(press, invoice.due_amount),
        ),
        edges,
        "llrrr",
    )
    last = _cells(
        (
            plain("Totals"),
            plain(""),
            plain(buy.count),
            dollars(press, invoice.total, "total"),
            dollars(press, invoice.due_amount),
        ),
        edges,
        "llrrr",
    )
    return [head], [row, last]
