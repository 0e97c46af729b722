"""Do the values of a receipt or an invoice fit each other? Mismatches are told, never put right.

Works on values that were found; a missing one is no problem here. Which sums are right, `sums`
says; whether a number has the right check digits, `numbers`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from docai.extraction.numbers import NUMBERS
from docai.extraction.result import Money, Problem, Proposal, Typed, Value
from docai.extraction.sums import Names, Tendered, fits, item_goals, names_of, rows_of, totals_of
from docai.extraction.sums import unit as unit_of
from docai.extraction.typed import decimal, json_number

_EARLIEST = dt.date(1990, 1, 1)
MOST_OFF = 50  # percent of a line; what is a tenth of it is a misread point
_PAST_DATES = ("transaction_date", "invoice_date")
_ORDERED_DATES = (("invoice_date", "due_date"), ("service_start_date", "service_end_date"))


def check(
    fields: Mapping[str, Value], *, tendered: Tendered | None = None, today: dt.date | None = None
) -> tuple[Problem, ...]:
    """Return everything about ``fields`` that does not fit.

    Args:
        fields: value per leaf path, as in `Extraction.fields`.
        tendered: cash given and change returned, where the receipt prints both.
        today: the day to measure dates against; by default the real one.
    """
    amounts, names = _amounts(fields), names_of(fields)
    currencies = _currencies(fields)
    currency = next(iter(currencies)) if len(currencies) == 1 else None
    return (
        *_check_lines(amounts, names, currency),
        *_check_items(amounts, names, currency),
        *_check_total(amounts, names, currency),
        *_check_taxes(amounts, currency),
        *_check_change(amounts, names, currency, tendered),
        *_check_dates(fields, today or dt.date.today()),
        *_check_order(fields),
        *_check_currencies(currencies),
        *_check_numbers(fields),
    )


def propose(
    problem: Problem,
    fields: Mapping[str, Value],
    alternatives: Mapping[str, Sequence[tuple[str, Decimal]]],
    *,
    tendered: Tendered | None = None,
    today: dt.date | None = None,
) -> Problem:
    """Return ``problem`` with every change of one field that would solve it and raise no other.

    Args:
        problem: what `check` said about ``fields``.
        fields: the values that were checked.
        alternatives: for a path, what else OCR reads there: (text, amount), likeliest first.
        tendered: as for `check`.
        today: as for `check`.
    """
    known = {(p.code, p.paths) for p in check(fields, tendered=tendered, today=today)}
    rest = known - {(problem.code, problem.paths)}
    proposals = []
    for path, text, amount in _changes(problem, fields, alternatives):
        changed = _with_amount(fields[path], text, amount)
        after = check({**fields, path: changed}, tendered=tendered, today=today)
        if changed.typed is not None and {(p.code, p.paths) for p in after} <= rest:
            reason = f"OCR also reads {text} at {path}; with it {_RIGHTED[problem.code]}"
            proposals.append(Proposal(path, text, changed.typed, reason))
    return replace(problem, proposals=(*problem.proposals, *proposals))


_RIGHTED = {
    "line_mismatch": "quantity times price is the price of the line",
    "items_mismatch": "the items add up",
    "sum_mismatch": "subtotal, tax and tip add up to the total",
    "tax_rate_mismatch": "the tax is right for its rate",
    "taxes_mismatch": "the taxes add up",
    "change_mismatch": "cash less change is the total",
}


def _changes(
    problem: Problem,
    fields: Mapping[str, Value],
    alternatives: Mapping[str, Sequence[tuple[str, Decimal]]],
) -> Iterator[tuple[str, str, Decimal]]:
    """Yield (path, text, amount) for every other reading of a field of an arithmetic problem."""
    if problem.code in _RIGHTED:
        for path in problem.paths:
            for text, amount in alternatives.get(path, ()) if path in fields else ():
                yield path, text, amount


def _with_amount(value: Value, text: str, amount: Decimal) -> Value:
    """Return ``value`` as if ``text`` were printed; money keeps its currency."""
    typed: Typed = amount
    if isinstance(value.typed, Money):
        typed = replace(value.typed, amount=amount)
    elif isinstance(value.typed, int | float):
        typed = json_number(amount)
    return replace(value, typed=typed, text=text)


def _amounts(fields: Mapping[str, Value]) -> dict[str, Decimal]:
    """Return the amount or quantity of every path that has one."""
    amounts = {p: decimal(v.typed) for p, v in fields.items() if v.typed is not None}
    return {path: amount for path, amount in amounts.items() if amount is not None}


def _currencies(fields: Mapping[str, Value]) -> dict[str, list[str]]:
    """Return the paths in each currency that is named."""
    paths: dict[str, list[str]] = {}
    for path, value in fields.items():
        if isinstance(value.typed, Money) and value.typed.currency:
            paths.setdefault(value.typed.currency, []).append(path)
    return paths


def _check_lines(
    amounts: Mapping[str, Decimal], names: Names, currency: str | None
) -> Iterator[Problem]:
    """Check quantity times price of every line item that has all three."""
    columns = ("quantity", names.price, names.line)
    for number, row in rows_of(amounts).items():
        if not row.keys() >= {*columns}:
            continue
        quantity, price, total = (row[column] for column in columns)
        if any(abs(one - total) <= unit_of(currency) for one in _line_goals(row, names)):
            continue
        yield Problem(
            "line_mismatch",
            f"{quantity} × {price} is {quantity * price}, but the line says {total}",
            tuple(f"items[{number}].{column}" for column in columns),
        )


def _line_goals(row: Mapping[str, Decimal], names: Names) -> Iterator[Decimal]:
    """Yield what the price of a line may be: on invoices less a discount, or with its tax.

    A discount has a column of its own there, which no field asks for; it is a whole number of
    percent, and so takes little from the check.
    """
    product = row["quantity"] * row[names.price]
    yield product
    if names.discount is None:
        return
    if "tax_rate" in row:
        yield product * (100 + row["tax_rate"]) / 100
    total = row[names.line]
    percent = Decimal(0) if not product else ((1 - total / product) * 100).quantize(Decimal(1))
    if 0 < percent < MOST_OFF:
        yield product * (100 - percent) / 100


def _check_items(
    amounts: Mapping[str, Decimal], names: Names, currency: str | None
) -> Iterator[Problem]:
    """Check that the items add up to the subtotal, or to the total with or without tax and tip."""
    rows = rows_of(amounts)
    named = [name for name in ("subtotal", names.total) if name in amounts]
    if not rows or not named or not all(names.line in row for row in rows.values()):
        return
    items = sum((row[names.line] for row in rows.values()), Decimal(0))
    if not any(fits(items, goal, currency) for goal in item_goals(amounts, names)):
        goals = " and ".join(f"the {_said(name)} is {amounts[name]}" for name in named)
        yield Problem(
            "items_mismatch",
            f"the items add up to {items}, but {goals}",
            (*(f"items[{n}].{names.line}" for n in rows), *named),
        )


def _check_total(
    amounts: Mapping[str, Decimal], names: Names, currency: str | None
) -> Iterator[Problem]:
    """Check subtotal, discount, tax and tip against the total, with tax on top or inside."""
    present = [name for name in names.sums if name in amounts and name != names.due]
    if not {"subtotal", names.total} < set(present):
        return
    total, sums = amounts[names.total], list(totals_of(amounts, names))
    if any(fits(sum_, total, currency) for sum_ in sums):
        return
    figures = " + ".join(f"{_said(name)} {amounts[name]}" for name in present[:-1])
    figures = figures.replace(" + discount", " - discount")
    yield Problem(
        "sum_mismatch",
        f"{figures} is {sums[0]}, but the total is {total}",
        tuple(present),
    )


def _said(name: str) -> str:
    """Return what messages call an amount, whatever the kind of document."""
    said = {"total_discount": "discount", "invoice_total": "total"}
    return said.get(name, name)


def _check_taxes(amounts: Mapping[str, Decimal], currency: str | None) -> Iterator[Problem]:
    """Check the tax at each rate against what it applies to, and all of it against the sum."""
    rows = rows_of(amounts, "tax_details")
    for number, row in rows.items():
        if not row.keys() >= {"rate", "net_amount", "amount"}:
            continue
        rate, net, tax = row["rate"], row["net_amount"], row["amount"]
        if abs(net * rate / 100 - tax) > unit_of(currency):
            yield Problem(
                "tax_rate_mismatch",
                f"{rate} % of {net} is {net * rate / 100}, but the tax at that rate is {tax}",
                tuple(f"tax_details[{number}].{c}" for c in ("rate", "net_amount", "amount")),
            )
    if "total_tax" not in amounts or not all("amount" in row for row in rows.values()) or not rows:
        return
    taxes = sum((row["amount"] for row in rows.values()), Decimal(0))
    if abs(taxes - amounts["total_tax"]) > unit_of(currency) * len(rows):
        yield Problem(
            "taxes_mismatch",
            f"the taxes add up to {taxes}, but the tax is {amounts['total_tax']}",
            (*(f"tax_details[{n}].amount" for n in rows), "total_tax"),
        )


def _check_change(
    amounts: Mapping[str, Decimal], names: Names, currency: str | None, tendered: Tendered | None
) -> Iterator[Problem]:
    """Check that cash less change is the total."""
    if tendered is None or names.total not in amounts:
        return
    (cash, change), total = tendered, amounts[names.total]
    if not fits(total, cash - change, currency):
        yield Problem(
            "change_mismatch",
            f"cash {cash} less change {change} is {cash - change}, but the total is {total}",
            (names.total,),
        )


def _check_dates(fields: Mapping[str, Value], today: dt.date) -> Iterator[Problem]:
    """Check that what has happened did so in the past, and not before there were such papers."""
    for path in _PAST_DATES:
        day = fields[path].typed if path in fields else None
        if not isinstance(day, dt.date):
            continue
        if day > today + dt.timedelta(days=1):  # it may be tomorrow where the shop is
            yield Problem("date_in_future", f"{day} is after today, {today}", (path,))
        elif day < _EARLIEST:
            yield Problem("date_too_old", f"{day} is before {_EARLIEST}", (path,))


def _check_currencies(currencies: Mapping[str, list[str]]) -> Iterator[Problem]:
    """Check that all amounts are in one currency."""
    if len(currencies) > 1:
        names = " and ".join(sorted(currencies))
        paths = tuple(path for some in currencies.values() for path in some)
        yield Problem("currency_mix", f"amounts are in {names}", paths)


def _check_order(fields: Mapping[str, Value]) -> Iterator[Problem]:
    """Check that what comes later does so."""
    for first, last in _ORDERED_DATES:
        days = [fields[path].typed if path in fields else None for path in (first, last)]
        before, after = days
        if isinstance(before, dt.date) and isinstance(after, dt.date) and after < before:
            message = f"{last} {after} is before {first} {before}"
            yield Problem("dates_out_of_order", message, (first, last))


def _check_numbers(fields: Mapping[str, Value]) -> Iterator[Problem]:
    """Check the check digits of numbers that have some."""
    for path, is_right in NUMBERS.items():
        typed = fields[path].typed if path in fields else None
        if isinstance(typed, str) and is_right(typed) is False:
            message = f"{path} {typed}: its check digits are wrong: was it misread?"
            yield Problem("bad_check_digits", message, (path,))
