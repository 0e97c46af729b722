"""Do amounts add up? Decimal arithmetic alone; what is told of it is for `check`.

Receipts and invoices call the same sums by other names. Tax may be inside the prices or on top of
them; a discount may be taken off the subtotal or be inside it. `choose_amounts` turns the sums
round: among candidates for each amount it finds those that fit each other.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_CENT = Decimal("0.01")
# Currencies whose smallest coin is above the smallest unit, and that coin: tills round the total.
COINS = {
    **dict.fromkeys(("MYR", "AUD", "CAD", "CHF", "SGD", "BND"), Decimal("0.05")),
    **dict.fromkeys(("NZD", "HKD", "ZAR"), Decimal("0.10")),
    **dict.fromkeys(("SEK", "NOK", "INR"), Decimal(1)),
    "DKK": Decimal("0.50"),
}
NO_CENTS = {"JPY", "KRW", "VND", "CLP", "ISK", "IDR"}  # on paper, whatever ISO 4217 says
_CELL = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")

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
TAXES_BONUS = 2.0  # the taxes of all rates add up to the tax
EQUAL_BONUS = 0.5  # subtotal = total: the tax is inside, or there is none; or all of it is due
IMPOSSIBLE_MALUS = 2.0  # tax or tip as large as the total, or a sum that does not come out
MAX_CHOICES = 5_000  # joint choices that are tried; candidates beyond are the unlikeliest


@dataclass(frozen=True, slots=True)
class Names:
    """What a kind of document calls its amounts.

    Attributes:
        total: what the document is about in the end.
        price: the column of line items with the price of one.
        line: the column with the price of the whole line.
        discount: taken off the subtotal; None where nothing is called so.
        due: what is left to pay; None where nothing is called so.
    """

    total: str
    price: str
    line: str
    discount: str | None = None
    due: str | None = None

    @property
    def sums(self) -> tuple[str, ...]:
        """The amounts that sums are about, parts first."""
        names = ("subtotal", self.discount, "total_tax", "tip", self.total, self.due)
        return tuple(name for name in names if name is not None)


RECEIPT = Names("total", "price", "total_price")
INVOICE = Names("invoice_total", "unit_price", "amount", "total_discount", "amount_due")
SUM_FIELDS = tuple(dict.fromkeys((*RECEIPT.sums, *INVOICE.sums)))
_OF_INVOICES = {*INVOICE.sums, INVOICE.price, INVOICE.line} - {*RECEIPT.sums}


def names_of(paths: Iterable[str]) -> Names:
    """Return the names that a document uses, by the paths of its fields."""
    leaves = {path.rsplit(".", 1)[-1] for path in paths}
    return INVOICE if leaves & _OF_INVOICES and RECEIPT.total not in leaves else RECEIPT


def unit(currency: str | None) -> Decimal:
    """Return the smallest step of a printed amount, which sums may be off by."""
    return Decimal(1) if currency in NO_CENTS else _CENT


def fits(sum_: Decimal, total: Decimal, currency: str | None) -> bool:
    """Tell whether ``sum_`` is ``total``, or is once rounded to the smallest coin."""
    off = abs(sum_ - total)
    if off <= unit(currency):
        return True
    coin = COINS.get(currency or "")
    return coin is not None and total % coin == 0 and off <= coin / 2


def rows_of(amounts: Mapping[str, Decimal], name: str = "items") -> dict[int, dict[str, Decimal]]:
    """Return the amounts of each row of a list, by its number."""
    rows: dict[int, dict[str, Decimal]] = {}
    for path, amount in amounts.items():
        if (match := _CELL.fullmatch(path)) and match[1] == name:
            rows.setdefault(int(match[2]), {})[match[3]] = amount
    return rows


def totals_of(amounts: Amounts, names: Names) -> Iterator[Decimal]:
    """Yield what subtotal, discount, tax and tip can add up to; the most usual first.

    The discount may be printed with a minus sign or without, and be inside the subtotal already.
    """
    subtotal = amounts.get("subtotal")
    if subtotal is None:
        return
    tax, tip = (amounts.get(name) or Decimal(0) for name in ("total_tax", "tip"))
    for off in _discounts(amounts, names):
        yield subtotal - off + tax + tip
        yield subtotal - off + tip


def _discounts(amounts: Amounts, names: Names) -> list[Decimal]:
    """Return what may have to be taken off the subtotal."""
    discount = amounts.get(names.discount) if names.discount else None
    return [Decimal(0)] if not discount else [abs(discount), -abs(discount), Decimal(0)]


def item_goals(amounts: Amounts, names: Names) -> set[Decimal]:
    """Return what the items may add up to."""
    tax, tip = (amounts.get(name) or Decimal(0) for name in ("total_tax", "tip"))
    total, subtotal = amounts.get(names.total), amounts.get("subtotal")
    goals = set() if total is None else {total, total - tax, total - tip, total - tax - tip}
    goals |= set() if subtotal is None else {subtotal}
    return {goal + off for goal in goals for off in _discounts(amounts, names)}


def consistent(
    amounts: Amounts,
    *,
    items_sum: Decimal | None = None,
    taxes_sum: Decimal | None = None,
    tendered: Tendered | None = None,
    currency: str | None = None,
) -> float:
    """Return how well amounts fit each other, in nats; 0 where nothing can be compared.

    Args:
        amounts: by ``subtotal``, ``total_tax``, ``tip`` and ``total``, or what an invoice has;
            other names are ignored.
        items_sum: what the line items add up to, if all of them were read.
        taxes_sum: what the taxes of all rates add up to, if they were read.
        tendered: cash and change.
        currency: ISO 4217, for the smallest unit and coin.
    """
    names = names_of(amounts)
    score = _sum_score(amounts, names, currency)
    if items_sum is not None:
        goals = item_goals(amounts, names)
        score += ITEMS_BONUS * any(fits(items_sum, goal, currency) for goal in goals)
    total, tax = amounts.get(names.total), amounts.get("total_tax")
    if tendered and total is not None and fits(total, tendered[0] - tendered[1], currency):
        score += CHANGE_BONUS
    if taxes_sum is not None and tax is not None and fits(taxes_sum, tax, currency):
        score += TAXES_BONUS
    due = amounts.get(names.due) if names.due else None
    if due is not None and total is not None and fits(due, total, currency):
        score += EQUAL_BONUS
    return score


def _sum_score(amounts: Amounts, names: Names, currency: str | None) -> float:
    """Return the nats for subtotal, discount, tax and tip against the total."""
    total, subtotal = amounts.get(names.total), amounts.get("subtotal")
    parts = [name for name in ("total_tax", "tip", names.discount) if name is not None]
    tax, tip, *rest = (amounts.get(name) or Decimal(0) for name in parts)
    if total is None:
        return 0.0
    if max(tax, tip) >= abs(total) > 0:
        return -IMPOSSIBLE_MALUS
    if subtotal is None:
        return 0.0
    has_parts = bool(tax or tip or any(rest))
    sums = list(totals_of(amounts, names))
    if (tax or tip) and any(fits(sum_, total, currency) for sum_ in sums[::2]):
        return SUM_BONUS
    if any(rest) and any(fits(sum_, total, currency) for sum_ in sums[:-2]):
        return SUM_BONUS
    if fits(sums[-1], total, currency):
        return EQUAL_BONUS
    return -IMPOSSIBLE_MALUS if has_parts else 0.0


def choose_amounts(
    candidates: Candidates,
    items_sum: Decimal | None = None,
    *,
    taxes_sum: Decimal | None = None,
    tendered: Tendered | None = None,
    currency: str | None = None,
) -> dict[str, int]:
    """Return for each field which candidate to take: the likeliest joint choice.

    Probable is the sum of log-probabilities and `consistent`. Every combination is tried, so give
    five candidates per field at most. Of equally good choices the first candidates win.

    Args:
        candidates: for the amounts of a receipt or an invoice, as far as known.
        items_sum: as for `consistent`.
        taxes_sum: as for `consistent`.
        tendered: as for `consistent`.
        currency: as for `consistent`.
    """
    named = {path: found for path, found in candidates.items() if found}

    def score(choice: tuple[int, ...]) -> float:
        """Return log-probability plus fit of one joint choice."""
        picked = [found[i] for found, i in zip(named.values(), choice, strict=True)]
        amounts = dict(zip(named, (amount for amount, _ in picked), strict=True))
        fit = consistent(
            amounts,
            items_sum=items_sum,
            taxes_sum=taxes_sum,
            tendered=tendered,
            currency=currency,
        )
        return sum(log_probability for _, log_probability in picked) + fit

    best = max(itertools.product(*_tried(named)), key=score)
    return dict(zip(named, best, strict=True))


def _tried(named: Candidates) -> list[list[int]]:
    """Return which candidates of each field to try: all, unless they are too many together."""
    tried = [list(range(len(found))) for found in named.values()]
    likely = list(named.values())
    while math.prod(map(len, tried)) > MAX_CHOICES:
        longest = max(range(len(tried)), key=lambda n: len(tried[n]))
        tried[longest].remove(min(tried[longest], key=lambda i: likely[longest][i][1]))
    return tried
