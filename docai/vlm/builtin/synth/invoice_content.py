"""What an invented invoice is about: parties, lines, taxes, dates, numbers.

Knows sums and words; knows nothing of fonts or pixels.
"""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from docai.vlm.builtin.synth.invoice_lands import DECIMALS, LANDS, Land
from docai.vlm.builtin.synth.receipt_content import fill

ZERO = Decimal(0)
DEAR = {"KRW": 1000}  # how many units buy what one euro does


@dataclass(frozen=True, slots=True)
class Party:
    """A company or a person.

    Attributes:
        name: as printed in its address.
        extra: lines between name and street, such as a department; they are part of no field.
        address: lines of the postal address.
        phone: number.
        fax: number.
        mail: address of electronic mail.
        web: address of its site.
        tax_id: the number its taxes run under.
        person: who works there.
    """

    name: str
    extra: tuple[str, ...]
    address: tuple[str, ...]
    phone: str
    fax: str
    mail: str
    web: str
    tax_id: str
    person: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line item; ``amount`` is after the discount of the line."""

    description: str
    notes: tuple[str, ...]
    code: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount: Decimal
    rate: Decimal
    amount: Decimal
    date: dt.date
    group: str


@dataclass(frozen=True, slots=True)
class TaxPart:
    """The tax of one rate in percent on a net amount."""

    rate: Decimal
    net: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """Everything that an invented invoice may print.

    ``lines`` - ``discount`` + ``shipping`` is ``net``, or ``total`` where prices include taxes;
    ``net`` + ``tax`` = ``total``; ``total`` - ``prepaid`` = ``due_amount``.
    """

    land: Land
    kind: str
    vendor: Party
    customer: Party
    ship_to: Party
    number: str
    order: str
    date: dt.date
    due: dt.date
    start: dt.date
    end: dt.date
    term: str
    days: int
    iban: str
    bic: str
    bank: str
    currency: str
    lines: tuple[Line, ...]
    is_gross: bool
    gross_lines: Decimal
    discount_percent: Decimal
    discount: Decimal
    shipping: Decimal
    net: Decimal
    tax_name: str
    taxes: tuple[TaxPart, ...]
    tax: Decimal
    total: Decimal
    prepaid: Decimal

    @property
    def due_amount(self) -> Decimal:
        """What is left to pay."""
        return self.total - self.prepaid


def words(rng: random.Random, land: Land, key: str, **slots: str) -> str:
    """Return one filled-in choice of ``key``; ``slots`` fill what the words leave open."""
    template = rng.choice(land.words[key])
    for name, text in slots.items():
        template = template.replace(f"{{{name}}}", text)
    return fill(rng, template, land.words)


def invent(rng: random.Random, land: Land, kind: str = "invoice", *, num_lines: int = 0) -> Invoice:
    """Return an invented invoice.

    Args:
        rng: of every choice.
        land: where the vendor is.
        kind: ``invoice``, ``credit``, ``proforma`` or ``bill``.
        num_lines: how many line items; 0 for any number.
    """
    currency = rng.choices(list(land.currencies), list(land.currencies.values()))[0]
    date = dt.date(rng.randint(2008, 2026), 1, 1) + dt.timedelta(days=rng.randrange(365))
    days = rng.choice((7, 8, 10, 14, 14, 14, 15, 20, 21, 30, 30, 30, 30, 45, 60, 90, 0))
    start = date - dt.timedelta(days=rng.choice((5, 7, 14, 28, 30, 31, 60)) + rng.randrange(9))
    tax_name, rates = rng.choice(land.taxes)
    sums = _sums(rng, land, currency, date, kind, [Decimal(r) for r in rates], num_lines)
    return Invoice(
        land=land,
        kind=kind,
        vendor=party(rng, land, is_vendor=True),
        customer=party(rng, _abroad(rng, land), is_vendor=False),
        ship_to=party(rng, land, is_vendor=False),
        number=dated(rng, rng.choice(_NUMBERS), date),
        order=order_number(rng),
        date=date,
        due=date + dt.timedelta(days=days),
        start=start,
        end=start + dt.timedelta(days=rng.choice((1, 2, 6, 6, 13, 27, 29, 30, 30))),
        term=words(rng, land, "s_term", d=str(days or 30)),
        days=days or 30,
        iban=iban(rng, land.iban),
        bic="".join(rng.choices(_LETTERS, k=4)) + (land.iban[:2] or "US") + _bic_end(rng),
        bank=words(rng, land, "bank"),
        currency=currency,
        tax_name=tax_name,
        **sums,
    )


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _bic_end(rng: random.Random) -> str:
    """Return the end of a bank's code."""
    return rng.choice(("2X", "21", "33", "FF", "MM")) + rng.choice(
        ("", "XXX", f"{rng.randint(100, 999)}")
    )


def _abroad(rng: random.Random, land: Land) -> Land:
    """Return where a customer is: mostly in the same country."""
    latin = [one for one in LANDS if one.language != "ko"]
    return rng.choice(latin) if rng.random() < 0.12 else land


def party(rng: random.Random, land: Land, *, is_vendor: bool) -> Party:
    """Return an invented company or person."""
    is_person = rng.random() < (0.06 if is_vendor else 0.25)
    name = words(rng, land, "person" if is_person else "company")
    place = land if rng.random() < 0.9 else LANDS[6]
    address = [s.strip() for s in words(rng, place, rng.choice(place.addresses)).split("|")]
    if place is not land or rng.random() < 0.15:
        address.append(words(rng, land, "country" if place is not land else "own_country"))
    extra = () if is_person or rng.random() < 0.65 else (words(rng, land, "department"),)
    domain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())[:14] or "mail"
    ending = rng.choice(("com", {"en": "co.uk"}.get(land.language, land.language), "net", "eu"))
    return Party(
        name=name,
        extra=() if is_vendor else extra,
        address=tuple(address),
        phone=words(rng, land, "phone"),
        fax=words(rng, land, "phone"),
        mail=f"{rng.choice(('info', 'office', 'contact', 'billing'))}@{domain}.{ending}",
        web=f"{rng.choice(('www.', 'www.', ''))}{domain}.{ending}",
        tax_id=fill(rng, rng.choice(land.tax_ids), {}),
        person=words(rng, land, "person"),
    )


_NUMBERS = (
    "~~~~~", "~~~~~~", "~~~~", "~~~~~~~~", "~~~~~~~", "RE-<y>-~~~~", "<y>-~~~~", "<y>~~~~~",
    "<y>/~~~", "INV-~~~~~", "INV-<y>-~~~~", "INV~~~~~~", "INV/<y>/~~~~", "F<y>-~~~~",
    "FA<y>~~~~~", "FA<m>/<y>/~~~~~~", "FAC/<y>/~~~~~", "R~~~~~~", "R-~~~~-<yy>", "~~~~~-~",
    "^^-~~~~~", "<yy>-~~~~~", "<yy>~~~~~~", "<y><m>-~~~", "<y><m>~~~", "~~-~~~~~",
    "FACTU<y><m>~~~~", "/~~~~", "#~~~~~", "^~~~~", "~~~/<y>", "~~~~~~~~~~", "TX-~~~",
    "<y>.~~~~", "^^^/~~~~~/<yy>", "~~~", "AR~~~~~~~", "US-~~~", "~-~~~~~~", "SI~~~~~",
)  # fmt: skip
_ORDERS = (
    "PO~~~~~", "PO-~~~~~", "~~~~~~", "45~~~~~~~~", "BC~~~~~", "~~~~/~~~~", "B-~~~~~", "^~~~~~",
    "P~~~~~~", "ORD-~~~~~", "~~~~~", "SO~~~~~", "CMD~~~~~", "~~~~~~~-~", "BE-<y>-~~~", "#~~~~",
    "~~-~~~~", "^^~~~~~~",
)  # fmt: skip


def dated(rng: random.Random, pattern: str, date: dt.date) -> str:
    """Return a number of the pattern, ``<y>``, ``<yy>`` and ``<m>`` being the date's."""
    for slot, code in (("<yy>", "%y"), ("<y>", "%Y"), ("<m>", "%m")):
        pattern = pattern.replace(slot, date.strftime(code))
    return fill(rng, pattern, {})


def order_number(rng: random.Random) -> str:
    """Return the number of an order."""
    return dated(rng, rng.choice(_ORDERS), dt.date(rng.randint(2010, 2026), 1, 1))


def iban(rng: random.Random, pattern: str) -> str:
    """Return an account number with valid check digits; empty for an empty pattern."""
    if not pattern:
        return ""
    country, account = pattern[:2], fill(rng, pattern[4:], {})
    digits = "".join(str(int(c, 36)) for c in account + country + "00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"


def cents(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` rounded half up to the digits of the currency."""
    return amount.quantize(Decimal(1).scaleb(-DECIMALS.get(currency, 2)), ROUND_HALF_UP)


def _sums(
    rng: random.Random,
    land: Land,
    currency: str,
    date: dt.date,
    kind: str,
    rates: list[Decimal],
    num_lines: int,
) -> dict[str, Any]:
    """Return lines, taxes and sums that add up."""
    zero = cents(ZERO, currency)
    sign = -1 if kind == "credit" and rng.random() < 0.6 else 1
    items = _lines(rng, land, currency, date, rates, sign, num_lines)
    gross_lines = sum((i.amount for i in items), zero)
    percent = (
        Decimal(rng.choice(("2", "3", "5", "10", "10", "15", "20")))
        if rng.random() < 0.14
        else ZERO
    )
    discount = cents(gross_lines * percent / 100, currency)
    shipping = zero
    if rng.random() < 0.13 and sign > 0:
        cost = Decimal(rng.choice(("4.90", "5.95", "8.50", "12", "25", "49.90")))
        shipping = cents(cost * DEAR.get(currency, 1), currency)
    is_gross = bool(rates) and rng.random() < 0.1
    bases: dict[Decimal, Decimal] = {}
    for item in items:
        bases[item.rate] = bases.get(item.rate, zero) + item.amount
    bases[items[0].rate] += shipping
    for rate in bases:
        bases[rate] -= cents(discount * (bases[rate] / (gross_lines + shipping or 1)), currency)
    bases[items[0].rate] += gross_lines - discount + shipping - sum(bases.values(), zero)
    taxes = tuple(
        _tax(rate, base, is_gross, currency) for rate, base in sorted(bases.items(), reverse=True)
    )
    net, tax = sum((t.net for t in taxes), zero), sum((t.amount for t in taxes), zero)
    prepaid = zero
    if rng.random() < 0.12 and sign > 0:
        share = rng.choice(
            (Decimal(1), Decimal("0.5"), Decimal("0.3"), Decimal("0.25"), Decimal("0.37"))
        )
        prepaid = cents((net + tax) * share, currency)
    return {
        "lines": items,
        "is_gross": is_gross,
        "gross_lines": gross_lines,
        "discount_percent": percent,
        "discount": discount,
        "shipping": shipping,
        "net": net,
        "tax": tax,
        "total": net + tax,
        "taxes": taxes if rates else (),
        "prepaid": prepaid,
    }


def _tax(rate: Decimal, base: Decimal, is_gross: bool, currency: str) -> TaxPart:
    """Return the tax on ``base``, which includes it or not."""
    if is_gross:
        amount = cents(base * rate / (100 + rate), currency)
        return TaxPart(rate, base - amount, amount)
    return TaxPart(rate, base, cents(base * rate / 100, currency))


def _lines(
    rng: random.Random,
    land: Land,
    currency: str,
    date: dt.date,
    rates: list[Decimal],
    sign: int,
    num_lines: int,
) -> tuple[Line, ...]:
    """Return the line items."""
    count = num_lines or min(int(rng.lognormvariate(1.2, 0.8)) + 1, 28)
    dear = rng.choice((8, 20, 60, 150, 400, 1500)) * DEAR.get(currency, 1)
    is_mixed, has_notes = rng.random() < 0.3, rng.random() < 0.25
    has_discounts, group_rate = (
        rng.random() < 0.2,
        0.3 if rng.random() < 0.15 and count > 3 else 0.0,
    )
    code = rng.choice(
        (
            "~~~~~",
            "~~~~~~~~",
            "^^-~~~~",
            "^^^~~~",
            "~~~.~~~",
            "E-^^^~~",
            "~~~~~~~~~~~~~",
            "^^^^_~~~~",
            "~~~~-~~",
        )
    )
    codes_missing = 0.3 if rng.random() < 0.2 else 0.0
    units = [rng.choice(land.words["unit2"]) for _ in range(rng.choice((1, 1, 2, 4)))]
    group, out = "", []
    for n in range(count):
        if group_rate and (n == 0 or rng.random() < group_rate):
            group = words(rng, land, "group")
        quantity = _quantity(rng) * sign
        price = _price(rng, currency, dear)
        discount = (
            Decimal(rng.choice((5, 10, 15, 20, 25)))
            if has_discounts and rng.random() < 0.5
            else ZERO
        )
        rate = (rng.choice(rates) if is_mixed else rates[0]) if rates else ZERO
        notes = (
            tuple(words(rng, land, "note") for _ in range(rng.choice((1, 1, 2))))
            if has_notes and rng.random() < 0.6
            else ()
        )
        out.append(
            Line(
                description=words(rng, land, "item") if rng.random() < 0.8 else _long(rng, land),
                notes=notes,
                code="" if rng.random() < codes_missing else fill(rng, code, {}),
                quantity=quantity,
                unit=rng.choice(units),
                price=price,
                discount=discount,
                rate=rate,
                amount=cents(quantity * price * (100 - discount) / 100, currency),
                date=date - dt.timedelta(days=rng.randrange(1, 40)),
                group=group,
            )
        )
    return tuple(out)


def _long(rng: random.Random, land: Land) -> str:
    """Return a description that takes several lines."""
    return ", ".join(words(rng, land, "item") for _ in range(rng.choice((2, 2, 3))))


def _quantity(rng: random.Random) -> Decimal:
    """Return how many: mostly few, sometimes a fraction."""
    if rng.random() < 0.12:
        return Decimal(rng.choice((25, 50, 75, 125, 150, 175, 250, 325, 1250, 37, 810))) / 100
    few = rng.choices(
        (1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 50, 100, 500), (40, 16, 8, 6, 5, 4, 3, 5, 3, 2, 2, 2, 1)
    )[0]
    return Decimal(few if rng.random() < 0.75 else rng.randint(1, 99))


def _price(rng: random.Random, currency: str, dear: int) -> Decimal:
    """Return a unit price that looks like a price."""
    raw = Decimal(str(rng.lognormvariate(0, 0.9) * dear))
    if DECIMALS.get(currency, 2) == 0:
        return max(Decimal(100), (raw / 100).quantize(Decimal(1)) * 100)
    ending = rng.choice(
        (None, None, Decimal("0.00"), Decimal("0.00"), Decimal("0.50"), Decimal("0.99"))
    )
    if ending is None:
        return max(cents(raw, currency), Decimal("0.10"))
    return max(raw.quantize(Decimal(1)) + ending, Decimal("0.50"))
