"""What is bought in an invented receipt: who sells, what, when and for how much.

Knows sums and words; knows nothing of rows, fonts or pixels.
"""

import datetime as dt
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from docai.vlm.builtin.synth.locales import Locale
from docai.vlm.builtin.synth.words import SHARED

_SLOT = re.compile(r"\{(\w+)\}|[~^]")
_FLAGS = {
    "MYR": (("S", "S", "Z"), ("SR", "SR", "ZR"), ("S",), ("SR",), ("T",), ("*",), ("",)),
    "KRW": (("",),),
    "JPY": (("",), ("※", "")),
    "CNY": (("",),),
}
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Item:
    """One line item; ``amount`` is ``quantity`` times ``price``, rounded to the currency."""

    description: str
    code: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    flag: str


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax: what it is called, its rate in percent and its amount."""

    name: str
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """The arithmetic of a receipt.

    ``items`` - ``discount`` = ``subtotal``; with ``service``, and taxes unless they are included,
    it makes ``exact``; with ``rounding`` and ``tip`` that makes ``total``. ``paid`` - ``total`` is
    the change. ``is_net_shown``: the included taxes are taken out of the subtotal that is printed.
    """

    items: Decimal
    discount: Decimal
    service_percent: int
    service: Decimal
    subtotal: Decimal
    is_net_shown: bool
    taxes: tuple[Tax, ...]
    is_included: bool
    exact: Decimal
    rounding: Decimal
    tip: Decimal
    total: Decimal
    paid: Decimal

    @property
    def shown_subtotal(self) -> Decimal:
        """What the row of the subtotal says, if there is one: with or without the taxes."""
        return self.exact - self.tax if self.is_net_shown else self.subtotal

    @property
    def tax(self) -> Decimal:
        """All taxes together."""
        return sum((t.amount for t in self.taxes), Decimal(0))


@dataclass(frozen=True, slots=True)
class Purchase:
    """Everything that an invented receipt may print."""

    merchant: tuple[str, ...]
    address: tuple[str, ...]
    phone: str
    when: dt.datetime
    items: tuple[Item, ...]
    sums: Sums


def coined(rng: random.Random) -> str:
    """Return an invented name such as ``Brokan``."""
    syllables = rng.choice((2, 2, 2, 3, 3, 4))
    parts = (
        "".join(rng.choice(SHARED[part]) for part in ("onset", "vowel", "coda"))
        for _ in range(syllables)
    )
    return "".join(parts)[:12].capitalize()


def _initials(rng: random.Random) -> str:
    """Return two to four capitals, with or without dots."""
    letters = rng.choices(_LETTERS, k=rng.choice((2, 3, 3, 4)))
    return rng.choice(("", "", "", ".", "&") if len(letters) == 2 else ("", "", "", ".")).join(
        letters
    )


def fill(rng: random.Random, template: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """Return ``template`` with every slot, ``~`` and ``^`` filled in; {r} and {q} stay."""

    def one(match: re.Match[str]) -> str:
        """Fill one slot."""
        mark, key = match.group(0), match.group(1)
        if mark == "~":
            return rng.choice("0123456789")
        if mark == "^":
            return rng.choice(_LETTERS)
        if key in _NUMBERS:
            return str(rng.randint(1, _NUMBERS[key]))
        if key == "coined":
            return coined(rng)
        if key == "initials":
            return _initials(rng)
        if key in ("r", "q"):
            return mark
        return fill(rng, rng.choice(words[key]), words)

    return _SLOT.sub(one, template).strip()


_NUMBERS = {"n": 199, "nn": 30, "n1": 9}


def pick(rng: random.Random, locale: Locale, key: str) -> str:
    """Return one filled-in choice of ``key``."""
    return fill(rng, rng.choice(locale.words[key]), locale.words)


def quantize(amount: Decimal, locale: Locale) -> Decimal:
    """Return ``amount`` rounded half up to the digits of the currency."""
    return amount.quantize(Decimal(1).scaleb(-locale.decimals), ROUND_HALF_UP)


def buy(rng: random.Random, locale: Locale) -> Purchase:
    """Return an invented purchase."""
    items = _items(rng, locale)
    return Purchase(
        merchant=_merchant(rng, locale),
        address=tuple(p.strip() for p in pick(rng, locale, "address").split("|")),
        phone=pick(rng, locale, "phone"),
        when=dt.datetime(rng.randint(2005, 2026), 1, 1)
        + dt.timedelta(days=rng.randrange(365), seconds=rng.randint(7 * 3600, 23 * 3600)),
        items=items,
        sums=_sums(rng, locale, items),
    )


def _merchant(rng: random.Random, locale: Locale) -> tuple[str, ...]:
    """Return the merchant's name on one or two lines."""
    name = f"{pick(rng, locale, 'merchant')} {pick(rng, locale, 'suffix')}".strip()
    words = name.split()
    if len(words) > 2 and rng.random() < 0.2:
        cut = rng.randrange(1, len(words))
        return (" ".join(words[:cut]), " ".join(words[cut:]))
    return (name,)


def _items(rng: random.Random, locale: Locale) -> tuple[Item, ...]:
    """Return what was bought, most often a handful of things."""
    count = min(int(rng.expovariate(1 / 4.5)) + 1, 22)
    dear = rng.choice((0.5, 1.0, 1.0, 1.0, 1.5, 2.0, 6.0)) * locale.price_unit
    weighed = rng.random() < 0.12
    flags = rng.choice(_FLAGS.get(locale.currency, (("T", "F"), ("A", "B"), ("*", ""), ("",))))
    return tuple(_item(rng, locale, dear, weighed, flags) for _ in range(count))


def _item(
    rng: random.Random, locale: Locale, dear: float, weighed: bool, flags: tuple[str, ...]
) -> Item:
    """Return one line item."""
    price = _price(rng, locale, dear)
    if weighed and rng.random() < 0.4:
        quantity = Decimal(rng.randint(100, 3999)) / 1000
    else:
        quantity = Decimal(
            rng.choices((1, 2, 3, 4, 5, 6, 10, 12, 24), (60, 18, 7, 4, 2, 2, 2, 1, 1))[0]
        )
    return Item(
        description=pick(rng, locale, "item"),
        code="".join(rng.choices("0123456789", k=rng.choice((4, 5, 6, 8, 12, 13, 13)))),
        quantity=quantity,
        unit=rng.choice(locale.words["unit"]),
        price=price,
        amount=quantize(quantity * price, locale),
        flag=rng.choice(flags),
    )


def _price(rng: random.Random, locale: Locale, dear: float) -> Decimal:
    """Return a unit price that looks like a price."""
    raw = Decimal(str(rng.lognormvariate(1.3, 0.8) * dear))
    if locale.decimals == 0:
        step = rng.choice((10, 50, 100, 500)) if dear > 300 else rng.choice((1, 10))
        return max(Decimal(step), (raw / step).quantize(Decimal(1)) * step)
    ending = rng.choice(
        (None, None, Decimal("0.00"), Decimal("0.50"), Decimal("0.99"), Decimal("0.90"))
    )
    if ending is None:
        return max(quantize(raw, locale), Decimal("0.10"))
    return max(raw.quantize(Decimal(1)) + ending, Decimal("0.50"))


def _sums(rng: random.Random, locale: Locale, items: tuple[Item, ...]) -> Sums:
    """Return sums that add up."""
    zero = quantize(Decimal(0), locale)
    amount = sum((i.amount for i in items), zero)
    discount = (
        quantize(amount * rng.choice((5, 10, 20)) / 100, locale) if rng.random() < 0.08 else zero
    )
    percent = rng.choice((5, 10, 10, 12, 15)) if rng.random() < locale.tips * 0.4 else 0
    subtotal = amount - discount
    service = quantize(subtotal * percent / 100, locale)
    included = rng.random() < locale.tax_included
    taxes = _taxes(rng, locale, subtotal + service, included)
    exact = subtotal + service + (zero if included else sum((t.amount for t in taxes), zero))
    step = Decimal(locale.cash_step)
    rounded = quantize((exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step, locale)
    rounds = step > Decimal("0.01") and locale.decimals > 0 and rng.random() < 0.6
    rounding = rounded - exact if rounds else zero
    tips = not percent and rng.random() < locale.tips * 0.5
    tip = (
        quantize((exact + rounding) * rng.choice((10, 15, 18, 20)) / 100, locale) if tips else zero
    )
    total = exact + rounding + tip
    return Sums(
        items=amount,
        discount=discount,
        service_percent=percent,
        service=service,
        subtotal=subtotal,
        is_net_shown=included and bool(taxes) and not percent and rng.random() < 0.3,
        taxes=taxes,
        is_included=included,
        exact=exact,
        rounding=rounding,
        tip=tip,
        total=total,
        paid=_paid(rng, locale, total),
    )


def _taxes(rng: random.Random, locale: Locale, taxable: Decimal, included: bool) -> tuple[Tax, ...]:
    """Return one tax, sometimes two, sometimes none."""
    if rng.random() < 0.12:
        return ()
    name, rate_text = rng.choice(locale.taxes)
    rate = Decimal(rate_text)
    share = rate / (100 + rate) if included else rate / 100
    first = Tax(name, rate, quantize(taxable * share, locale))
    if locale.currency == "USD" and rng.random() < 0.15:
        second = Decimal(rng.choice(("1", "2", "1.25", "3")))
        city = rng.choice(("City Tax", "County Tax", "TAX 2", "Local Tax"))
        return (first, Tax(city, second, quantize(taxable * second / 100, locale)))
    return (first,)


def _paid(rng: random.Random, locale: Locale, total: Decimal) -> Decimal:
    """Return what the customer handed over: exact, or round notes."""
    note = Decimal(rng.choice((1, 5, 10, 10, 50, 100))) * Decimal(max(1, int(locale.price_unit)))
    notes = (total / note).to_integral_value(rounding="ROUND_CEILING") * note
    return quantize(rng.choice((total, notes, notes)), locale)
