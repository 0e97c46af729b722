"""Do the values of a receipt fit each other? Mismatches are told, never put right.

Works on amounts that were found; a missing value is no problem here. Tax may be inside the
prices or on top of them; both add up. All arithmetic is Decimal. `choose_amounts` turns the same
sums round: among candidates for each amount it finds those that fit each other.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from docai.extraction.result import Money, Problem, Proposal, Typed, Value
from docai.extraction.typed import decimal, json_number

_CENT = Decimal("0.01")
# Currencies whose smallest coin is above the smallest unit, and that coin: tills round the total.
COINS = {
    **dict.fromkeys(("MYR", "AUD", "CAD", "CHF", "SGD", "BND"), Decimal("0.05")),
    **dict.fromkeys(("NZD", "HKD", "ZAR"), Decimal("0.10")),
    **dict.fromkeys(("SEK", "NOK", "INR"), Decimal(1)),
    "DKK": Decimal("0.50"),
}
NO_CENTS = {"JPY", "KRW", "VND", "CLP", "ISK", "IDR"}  # on paper, whatever ISO 4217 says
_EARLIEST = dt.date(1990, 1, 1)
_PAST_DATES = ("transaction_date", "invoice_date")
_TOTALS = ("subtotal", "total_tax", "tip", "total")
_ITEM = re.compile(r"items\[(\d+)\]\.(\w+)")

Tendered = tuple[Decimal, Decimal]
"""What the customer handed over, and the change."""
Amounts = Mapping[str, Decimal | None]
"""An amount per field path; None, like no entry, where there is none."""
Candidates = Mapping[str, Sequence[tuple[Decimal | None, float]]]
"""For each field path: (amount, or None for absent; log-probability)."""

# Nats, to be added to log-probabilities; set by hand, not fitted. Three printed amounts rarely add
# up by chance; two equal ones often are one print found twice.
SUM_BONUS = 3.0  # subtotal + tax + tip = total, where tax or tip is not zero
CHANGE_BONUS = 3.0  # cash - change = total
ITEMS_BONUS = 2.0  # the items add up to the subtotal, or to the total with or without tax and tip
EQUAL_BONUS = 0.5  # subtotal = total: the tax is inside, or there is none
IMPOSSIBLE_MALUS = 2.0  # tax or tip as large as the total, or a sum that does not come out


def check(
    fields: Mapping[str, Value], *, tendered: Tendered | None = None, today: dt.date | None = None
) -> tuple[Problem, ...]:
    """Return everything about ``fields`` that does not fit.

    Args:
        fields: value per leaf path, as in `Extraction.fields`.
        tendered: cash given and change returned, where the receipt prints both.
        today: the day to measure dates against; by default the real one.
    """
    amounts = _amounts(fields)
    currencies = _currencies(fields)
    currency = next(iter(currencies)) if len(currencies) == 1 else None
    return (
        *_check_lines(amounts, currency),
        *_check_items(amounts, currency),
        *_check_total(amounts, currency),
        *_check_change(amounts, currency, tendered),
        *_check_dates(fields, today or dt.date.today()),
        *_check_currencies(currencies),
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


def _unit(currency: str | None) -> Decimal:
    """Return the smallest step of a printed amount, which sums may be off by."""
    return Decimal(1) if currency in NO_CENTS else _CENT


def _fits(sum_: Decimal, total: Decimal, currency: str | None) -> bool:
    """Tell whether ``sum_`` is ``total``, or is once rounded to the smallest coin."""
    off = abs(sum_ - total)
    if off <= _unit(currency):
        return True
    coin = COINS.get(currency or "")
    return coin is not None and total % coin == 0 and off <= coin / 2


def _rows(amounts: Mapping[str, Decimal]) -> dict[int, dict[str, Decimal]]:
    """Return the amounts of each line item, by its number."""
    rows: dict[int, dict[str, Decimal]] = {}
    for path, amount in amounts.items():
        if match := _ITEM.fullmatch(path):
            rows.setdefault(int(match[1]), {})[match[2]] = amount
    return rows


def _check_lines(amounts: Mapping[str, Decimal], currency: str | None) -> Iterator[Problem]:
    """Check quantity times price of every line item that has all three."""
    for number, row in _rows(amounts).items():
        if not {"quantity", "price", "total_price"} <= row.keys():
            continue
        quantity, price, total = row["quantity"], row["price"], row["total_price"]
        if abs(quantity * price - total) > _unit(currency):
            yield Problem(
                "line_mismatch",
                f"{quantity} × {price} is {quantity * price}, but the line says {total}",
                tuple(f"items[{number}].{leaf}" for leaf in ("quantity", "price", "total_price")),
            )


def _check_items(amounts: Mapping[str, Decimal], currency: str | None) -> Iterator[Problem]:
    """Check that the items add up to the subtotal, or to the total with or without tax and tip."""
    rows = _rows(amounts)
    named = [name for name in ("subtotal", "total") if name in amounts]
    if not rows or not named or not all("total_price" in row for row in rows.values()):
        return
    items = sum((row["total_price"] for row in rows.values()), Decimal(0))
    if not any(_fits(items, goal, currency) for goal in _item_goals(amounts)):
        goals = " and ".join(f"the {name} is {amounts[name]}" for name in named)
        yield Problem(
            "items_mismatch",
            f"the items add up to {items}, but {goals}",
            (*(f"items[{n}].total_price" for n in rows), *named),
        )


def _item_goals(amounts: Amounts) -> set[Decimal]:
    """Return what the items may add up to."""
    tax, tip = (amounts.get(name) or Decimal(0) for name in ("total_tax", "tip"))
    total, subtotal = amounts.get("total"), amounts.get("subtotal")
    goals = set() if total is None else {total, total - tax, total - tip, total - tax - tip}
    return goals if subtotal is None else goals | {subtotal}


def _check_total(amounts: Mapping[str, Decimal], currency: str | None) -> Iterator[Problem]:
    """Check subtotal, tax and tip against the total, with tax on top or inside."""
    present = [name for name in _TOTALS if name in amounts]
    if not {"subtotal", "total"} < set(present):
        return
    subtotal, total = amounts["subtotal"], amounts["total"]
    tax, tip = (amounts.get(name, Decimal(0)) for name in ("total_tax", "tip"))
    if any(_fits(sum_, total, currency) for sum_ in (subtotal + tax + tip, subtotal + tip)):
        return
    figures = " + ".join(f"{name} {amounts[name]}" for name in present[:-1])
    yield Problem(
        "sum_mismatch",
        f"{figures} is {subtotal + tax + tip}, but the total is {total}",
        tuple(present),
    )


def _check_change(
    amounts: Mapping[str, Decimal], currency: str | None, tendered: Tendered | None
) -> Iterator[Problem]:
    """Check that cash less change is the total."""
    if tendered is None or "total" not in amounts:
        return
    cash, change = tendered
    if not _fits(amounts["total"], cash - change, currency):
        yield Problem(
            "change_mismatch",
            f"cash {cash} less change {change} is {cash - change}, "
            f"but the total is {amounts['total']}",
            ("total",),
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


def consistent(
    amounts: Amounts,
    *,
    items_sum: Decimal | None = None,
    tendered: Tendered | None = None,
    currency: str | None = None,
) -> float:
    """Return how well amounts fit each other, in nats; 0 where nothing can be compared.

    Args:
        amounts: by ``subtotal``, ``total_tax``, ``tip`` and ``total``; other names are ignored.
        items_sum: what the line items add up to, if all of them were read.
        tendered: cash and change.
        currency: ISO 4217, for the smallest unit and coin.
    """
    score = _sum_score(amounts, currency)
    goals = _item_goals(amounts)
    if items_sum is not None and any(_fits(items_sum, goal, currency) for goal in goals):
        score += ITEMS_BONUS
    total = amounts.get("total")
    if tendered and total is not None and _fits(total, tendered[0] - tendered[1], currency):
        score += CHANGE_BONUS
    return score


def _sum_score(amounts: Amounts, currency: str | None) -> float:
    """Return the nats for subtotal, tax and tip against the total."""
    total, subtotal = amounts.get("total"), amounts.get("subtotal")
    tax, tip = (amounts.get(name) or Decimal(0) for name in ("total_tax", "tip"))
    if total is None:
        return 0.0
    if max(tax, tip) >= abs(total) > 0:
        return -IMPOSSIBLE_MALUS
    if subtotal is None:
        return 0.0
    if (tax or tip) and _fits(subtotal + tax + tip, total, currency):
        return SUM_BONUS
    if _fits(subtotal + tip, total, currency):
        return EQUAL_BONUS
    return -IMPOSSIBLE_MALUS if tax or tip else 0.0


def choose_amounts(
    candidates: Candidates,
    items_sum: Decimal | None = None,
    *,
    tendered: Tendered | None = None,
    currency: str | None = None,
) -> dict[str, int]:
    """Return for each field which candidate to take: the likeliest joint choice.

    Probable is the sum of log-probabilities and `consistent`. Every combination is tried, so give
    five candidates per field at most. Of equally good choices the first candidates win.

    Args:
        candidates: for ``subtotal``, ``total_tax``, ``tip`` and ``total``, as far as known.
        items_sum: as for `consistent`.
        tendered: as for `consistent`.
        currency: as for `consistent`.
    """
    named = {path: found for path, found in candidates.items() if found}

    def score(choice: tuple[int, ...]) -> float:
        """Return log-probability plus fit of one joint choice."""
        picked = [found[i] for found, i in zip(named.values(), choice, strict=True)]
        amounts = dict(zip(named, (amount for amount, _ in picked), strict=True))
        fit = consistent(amounts, items_sum=items_sum, tendered=tendered, currency=currency)
        return sum(log_probability for _, log_probability in picked) + fit

    choices = itertools.product(*(range(len(found)) for found in named.values()))
    best = max(choices, key=score)
    return dict(zip(named, best, strict=True))
