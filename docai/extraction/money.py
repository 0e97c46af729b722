"""Amounts and quantities: from text as printed to Decimal, or None where it can mean two things.

Signs and separators only; which currency it is, `currency` says. price-parser 0.5.1 was measured
on the tables in tests/unit/test_normalise.py: 20 of 66 amounts wrong (every minus sign lost, the 2
of "2 x 4.50", "1O.OO" read as 1), and 14 of 22 texts that are no clear amount get one ("Free" is 0,
"25/12/2018" is 25, "12.000" is 12000). So signs and separators are read here.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from docai.extraction.digits import fold, repair

_SIGNS = r"$¢£¤¥֏৳฿៛₠-⃀"
# Letters that are money when they touch a number; any other letters beside a number are noise.
_WORDS = (
    "RM|MYR|SGD|USD|EUR|euros?|GBP|AUD|CAD|NZD|HKD|CHF|JPY|KRW|CNY|RMB|IDR|THB|PHP|PhP|INR|AED|SAR"
    "|TWD|VND|SEK|NOK|DKK|PLN|ZAR|BRL|Rp\\.?|Rs\\.?|SR|QR|Dhs?\\.?|kr\\.?|NT|円|元|원"
)
_CURRENCY = re.compile(rf"(?<![^\W\d_])(?:[A-Z]{{0,3}}[{_SIGNS}]|(?i:{_WORDS})(?![A-Za-z]{{2}}))")
_EURO_CENTS = re.compile(r"(?<=\d) ?€ ?(?=\d\d(?!\d))")  # "12€50"
_NO_CENTS = re.compile(r"(?<=\d)[.,] ?-{1,3}(?!\d)")  # "12,-" and "12.--" are 12, not -12
_LOOSE = re.compile(r"(?<=[\dOolI])\s*([.,])\s*(?=[\dOol]{2,3}(?![\d]))")  # "9 . 00"
_NUMBER = re.compile(
    r"(?<![\d/:#?])(?<![\d/:][.,])(?:(?<![.,])(?<![^\W\d_])[.,])?+"
    r"\d++(?:[.,']\d++|\u00a0\d{3}(?!\d)| \d{3}(?=[.,]\d{1,2}(?!\d)| \d{3}(?!\d)))*+"
    r"(?!\s?[%:?]|/\d)"
)
_MAX_DIGITS = 15

_TWO_DECIMALS = {
    ",": re.compile(r"(?<![\d,])\d[\d.']*,\d{2}(?![\d,]|\.\d)"),
    ".": re.compile(r"(?<![\d.])\d[\d,']*\.\d{2}(?![\d.]|,\d)"),
}
_THREE_DIGITS = {
    ",": re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d.,]\d)"),
    ".": re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.,]\d)"),
}
# Currencies with three decimals, or a price below one with three: "12.000" is twelve there.
_THREE_DECIMALS = re.compile(r"(?<![\d.,])0\.\d{3}(?!\d)|\b(?:KWD|BHD|OMR|JOD|TND)\b")


def parse_amount(text: str, *, decimal_comma: bool | None = None) -> Decimal | None:
    """Return the one amount that ``text`` prints, or None where there is none or several.

    Args:
        text: such as ``RM 9.00``, ``Eur129,75``, ``(5.00)``, ``1.471,60``.
        decimal_comma: what the page does (see `decimal_comma`). It decides only what the text
            leaves open: ``12.000`` is 12000 on a page with decimal commas and 12 on one with
            decimal points. Unknown, ``12,000`` is twelve thousand and ``12.000`` is None.
    """
    cleaned = _clean(text)
    found = {
        (match, value)
        for match in _NUMBER.finditer(cleaned)
        if (value := _number(match[0], decimal_comma)) is not None
    }
    if len(found) > 1:
        found = _likeliest(cleaned, found)
    values = {-value if _is_negative(cleaned, match) else value for match, value in found}
    return values.pop() if len(values) == 1 else None


def decimal_comma(texts: Iterable[str]) -> bool | None:
    """Return whether the page writes 1,50 (True) or 1.50 (False); None if it does not tell.

    Where no amount has cents, as in Indonesia or Korea, the sign before three digits tells.
    """
    page = fold("\n".join(texts))
    comma, point = (len(_TWO_DECIMALS[sign].findall(page)) for sign in ",.")
    if comma != point:
        return comma > point
    comma, point = (len(_THREE_DIGITS[sign].findall(page)) for sign in ",.")
    if comma == point:
        return None
    return point > comma and not _THREE_DECIMALS.search(page)


_UNIT = r"[^\W\d_]+[23?]?\.?"  # Stk.; the ² of m² is no digit, see `fold`
_QUANTITY = re.compile(
    r"[\s(]*(?:qty\W*)?[x×*@]?\s*(?<![\d$€£¥])"
    r"(-?\d{1,3}(?:([.,' \u00a0])\d{3})(?:\2\d{3})*(?!\2)[.,]\d{1,2}(?!\d)"
    r"|-?\d{1,3}(?:[' \u00a0]\d{3})+(?!\d)|-?\d+(?:[.,]\d+)?|[.,]\d+)[.,]?(-(?![\w-]))?"
    rf"\s*(?:[x×*@].*|{_UNIT}(?:\s*(?:\([^\W\d_]+\)|{_UNIT}))?(?:\s*[/@].*)?)?[\s)]*",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^[\s(]*[x×*@]?\s*-?\d[\d.,' \u00a0]*-?\s*")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,4})?)\s?%")
_BARE_RATE = re.compile(r"(?<![\d.,/-])(\d{1,3}(?:[.,]\d{1,4})?)(?![\d.,/%-])")
_HIGHEST_RATE = 100


def parse_quantity(text: str, *, decimal_comma: bool | None = None) -> Decimal | None:
    """Return how many, or how much by weight: ``2x``, ``x2``, ``0.456kg``, ``2 @ 4.50`` (2).

    A point before three digits is a decimal point, as scales print it, unless the page has
    decimal commas; a comma before three digits is None unless ``decimal_comma`` is known.
    """
    match = _QUANTITY.fullmatch(_LOOSE.sub(r"\1", fold(text)))
    if not match:
        return None
    printed = match[1]
    if re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", printed) and decimal_comma is None:
        return Decimal(printed) if "." in printed else None
    value = _number(printed.lstrip("-"), decimal_comma)
    if value is None:
        return None
    return trimmed(-value if printed.startswith("-") or match[3] else value)


def parse_unit(text: str) -> str | None:
    """Return in what units something is counted: ``Stk`` of ``3 Stk``, as printed."""
    unit = _COUNT.sub("", text.strip())
    unit = unit[1:-1] if unit[:1] == "(" and unit[-1:] == ")" else unit
    return unit if any(map(str.isalpha, unit)) and not any(map(str.isdecimal, unit[:1])) else None


def parse_rate(text: str) -> Decimal | None:
    """Return the one share in percent that ``text`` prints: 19 of ``19,00 %`` and ``MwSt. 19``.

    A number beside a percent sign counts more than others; a rate is at most a hundred. There are
    no thousands in it, so a comma or a point is the decimal sign whatever the page does.
    """
    cleaned = repair(_LOOSE.sub(r"\1", fold(text)))
    found = _PERCENT.findall(cleaned) or _BARE_RATE.findall(cleaned)
    rates = {trimmed(Decimal(one.replace(",", ".")), 0) for one in found}
    return rates.pop() if len(rates) == 1 and max(rates) <= _HIGHEST_RATE else None


def trimmed(number: Decimal, places: int = 2) -> Decimal:
    """Return ``number`` without zeros at its end, but for so many decimals: 63.000 is 63.00.

    Programs take three digits behind a point for thousands.
    """
    whole, point, decimals = f"{number:f}".partition(".")
    kept = decimals[:places] + decimals[places:].rstrip("0")
    return Decimal(whole + (point + kept if kept else ""))


def is_currency(text: str) -> bool:
    """Tell whether ``text`` is a currency's sign or name, and nothing else."""
    rest = _CURRENCY.sub("", fold(text))
    return rest != fold(text) and not any(c.isalnum() for c in rest)


def _clean(text: str) -> str:
    """Return ``text`` with ¤ for currency signs, without gaps in numbers, with slips repaired."""
    text = _EURO_CENTS.sub(",", fold(text))
    text = _CURRENCY.sub(" ¤ ", text)
    return _NO_CENTS.sub("", repair(_LOOSE.sub(r"\1", text)))


def _likeliest(
    text: str, found: set[tuple[re.Match[str], Decimal]]
) -> set[tuple[re.Match[str], Decimal]]:
    """Return those beside a currency sign, else those with cents; all where no one stands out."""
    beside = {f for f in found if _touches_currency(text, f[0])}
    if len(beside) == 1:
        return beside
    cents = {f for f in found if re.search(r"[.,]\d{2}$", f[0][0])}
    return cents if cents and all(f[0][0].isdigit() for f in found - cents) else found


def _touches_currency(text: str, match: re.Match[str]) -> bool:
    """Tell whether a currency sign stands right before or after the number."""
    before, after = text[: match.start()].rstrip(" -+("), text[match.end() :].lstrip()
    return before.endswith("¤") or (after.startswith("¤") and not before)


def _is_negative(text: str, match: re.Match[str]) -> bool:
    """Tell whether the number is printed as -5, 5- or (5); a dash after a word is none."""
    before = text[: match.start()].replace("¤", " ").rstrip(" +")
    after = text[match.end() :].replace("¤", " ")
    if before.endswith("(") and after.lstrip(" -").startswith(")"):
        return True
    if re.match(r"\s*-\s*(?:\)|$)", after):
        return True
    glued = bool(re.search(r"-[ ¤+]*$", text[: match.start()]))
    is_dash_after_word = bool(re.search(r"\w\s*-(?!-)$", before)) and (
        text[: match.start()].endswith("- ") or not re.search(r"\s-$", before)
    )
    return glued and not is_dash_after_word


def _number(printed: str, decimal_comma: bool | None) -> Decimal | None:
    """Return the value of digits with separators, or None where they make no sense."""
    if sum(c.isdigit() for c in printed) > _MAX_DIGITS:
        return None
    if printed[0] in ".,":
        return Decimal("0." + printed[1:]) if printed[1:].isdigit() else None
    whole, sign, decimals = _split(printed, decimal_comma)
    if sign == "?" or not _is_grouped(whole):
        return None
    if decimals and not (decimals.isascii() and decimals.isdigit()):
        return None  # "0.00'0": a separator among the decimals
    digits = re.sub(r"\D", "", whole)
    return Decimal(f"{digits}.{decimals}" if decimals else digits)


def _split(printed: str, decimal_comma: bool | None) -> tuple[str, str, str]:
    """Split at the decimal sign into (whole, sign, decimals); the sign is ``?`` if unclear."""
    signs = [c for c in printed if c in ".,"]
    if not signs:
        return printed, "", ""
    whole, _, decimals = printed.rpartition(signs[-1])
    is_only_kind = len(set(signs)) == 1
    if not is_only_kind or len(decimals) != 3:
        # "1.234.50": a separator read for the decimal sign, the digits are clear
        return (
            (whole, signs[-1], decimals) if len(signs) == 1 or len(decimals) <= 3 else ("", "?", "")
        )
    if len(signs) > 1 or re.search(r"[' \u00a0]", printed):
        return printed, "", ""
    return _split_three(whole, signs[0], decimals, decimal_comma)


def _split_three(
    whole: str, sign: str, decimals: str, decimal_comma: bool | None
) -> tuple[str, str, str]:
    """Split ``12.000`` or ``12,000``, which the page's habit or the digits must decide."""
    if whole.startswith("0") or len(whole) > 3:
        return whole, sign, decimals
    if decimal_comma is None:
        return (whole + decimals, "", "") if sign == "," else ("", "?", "")
    is_decimal = (sign == ",") == decimal_comma
    return (whole, sign, decimals) if is_decimal else (whole + decimals, "", "")


def _is_grouped(whole: str) -> bool:
    """Tell whether separators stand before three digits each (India: two, then three)."""
    return bool(
        re.fullmatch(
            r"\d+|\d{1,3}(?:([.,' \u00a0])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d\d)+,\d{3}", whole
        )
    )
