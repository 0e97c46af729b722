"""Which currency a page is in: signs beside amounts first, then the country."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from docai.extraction.digits import fold
from docai.extraction.region import region_of

# Letters and signs that mean one currency wherever they are printed beside digits. Babel knows
# most of these signs but not how tills print them (RM, Rp., DHS); price-parser finds signs but
# does not say which currency they are.
_CODES = frozenset(
    """
    USD EUR GBP AUD CAD NZD SGD MYR HKD CHF JPY KRW CNY TWD IDR THB PHP INR AED SAR QAR KWD OMR
    JOD VND SEK NOK DKK PLN CZK HUF RON ZAR BRL MXN CLP COP ARS ILS EGP PKR LKR BDT
    """.split()  # noqa: SIM905 - a list of these would fill half the page
)
# fmt: off
_SIGNS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "₩": "KRW", "원": "KRW", "円": "JPY",
    "元": "CNY", "RMB": "CNY", "฿": "THB", "₱": "PHP", "₹": "INR", "₫": "VND", "₪": "ILS",
    "₺": "TRY", "₦": "NGN", "RM": "MYR", "RP": "IDR", "DHS": "AED", "ZŁ": "PLN", "KČ": "CZK",
    "S$": "SGD", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD",
    "NT$": "TWD", "NZ$": "NZD", "R$": "BRL", "MX$": "MXN",
} | {code: code for code in _CODES}
# Signs that several currencies share: the country decides among these, or nobody does. Malaysian
# tills print "$" for ringgit to this day.
_SHARED = {
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS", "MYR"},
    "¥": {"JPY", "CNY"},
    "KR": {"SEK", "NOK", "DKK", "ISK"},
    "RS": {"INR", "PKR", "LKR", "NPR", "MUR"},
}
# fmt: on
# Letters that are money in one country and something else in the rest: "SR" is the standard tax
# rate and "SDN BHD" a company in Malaysia, "QR" a code, "FT" feet.
_LOCAL = {"SR": "SA", "BHD": "BH", "BD": "BH", "QR": "QA", "FT": "HU", "LEI": "RO", "TRY": "TR"}
_LETTERS = "|".join(
    sorted((re.escape(s) for s in {*_SIGNS, *_SHARED, *_LOCAL}), key=len, reverse=True)
)
_BESIDE = re.compile(
    rf"(?<![^\W\d_])({_LETTERS})\.?\s?[-(]?\s?(?=\d|[.,]\d)"
    rf"|(?<=\d)[.,]?-?\s?({_LETTERS})(?![^\W\d_]|\s?\d)"
)
_HEADING = re.compile(rf"[(\[]\s*({_LETTERS})\s*[)\]]|(?<![^\W\d_])(RM|MYR|EUR|USD|SGD)(?![^\W_])")


def currency_of(texts: Iterable[str]) -> str | None:
    """Return the ISO 4217 code of the money on a page, None where the page does not tell.

    A sign of one currency beside an amount counts most; ``$``, ``¥``, ``kr`` and ``Rs`` are read
    by the country, and a page without any sign has its country's currency. A bare ``$`` without
    a country is None: too many countries write it.

    Args:
        texts: the lines of a document.
    """
    lines = tuple(texts)
    page = fold("\n".join(lines)).upper().replace("\u00a0", " ").replace("￥", "¥")
    signs = Counter(first or second for first, second in _BESIDE.findall(page))
    clear: Counter[str] = Counter()
    for sign, times in signs.items():
        if sign in _SIGNS:
            clear[_SIGNS[sign]] += times
    if not clear and (region := region_of(lines)) and region in (_LOCAL.get(s) for s in signs):
        return _region_currency(region)
    if clear:
        return _most(clear)
    shared = [sign for sign, _ in signs.most_common() if sign in _SHARED]
    if shared and (code := _by_region(region_of(lines), shared)):
        return code
    headings = (first or second for first, second in _HEADING.findall(page))
    clear.update(_SIGNS[sign] for sign in headings if sign in _SIGNS)
    return _most(clear) if clear else _by_region(region_of(lines), shared)


def currency_of_sign(text: str, currency: str | None = None) -> str | None:
    """Return the ISO 4217 code that a sign or a name stands for, alone or beside an amount.

    Args:
        text: such as ``€``, ``EUR``, ``$ 1,500.00``, ``12.345원``.
        currency: of the whole document, which decides what ``$`` and ``kr`` mean; without it
            nobody knows.
    """
    printed = fold(text).upper().replace("\u00a0", " ").replace("￥", "¥")
    signs = {first or second for first, second in _BESIDE.findall(printed)}
    bare = printed.strip(" .:()[]")
    if not signs and bare in {*_SIGNS, *_SHARED, *_LOCAL}:
        signs = {bare}
    codes = {_SIGNS[sign] if sign in _SIGNS else _shared(sign, currency) for sign in signs}
    return codes.pop() if len(codes) == 1 else None


def _shared(sign: str, currency: str | None) -> str | None:
    """Return a document's currency if ``sign`` may stand for it."""
    if sign in _LOCAL:
        return currency if currency == _region_currency(_LOCAL[sign]) else None
    return currency if currency in _SHARED[sign] else None


def _most(votes: Counter[str]) -> str | None:
    """Return the currency named most often, None for a tie."""
    first, second = [*votes.most_common(2), ("", 0)][:2]
    return first[0] if first[1] > second[1] else None


def _by_region(region: str | None, shared: list[str]) -> str | None:
    """Return the currency of ``region`` if it goes with the sign printed most."""
    code = _region_currency(region) if region else None
    return code if not shared or code in _SHARED[shared[0]] else None


@cache
def _region_currency(region: str) -> str | None:
    """Return what is paid with in ``region`` today, None where that is several currencies."""
    from babel.numbers import get_territory_currencies  # 0.1 s, only for pages that need it

    today = dt.date.today()
    codes: list[str] = get_territory_currencies(region, today, today)
    return codes[0] if codes else None
