"""What printed text means: how a document writes its values, and the value of a text as a kind."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from docai.extraction.fields import Kind, Leaf
from docai.extraction.ground import letters
from docai.extraction.normalise import (
    currency_of,
    currency_of_sign,
    day_first,
    decimal_comma,
    parse_amount,
    parse_date,
    parse_dates,
    parse_iban,
    parse_phone,
    parse_quantity,
    parse_rate,
    parse_time,
    parse_unit,
    region_of,
)
from docai.extraction.sums import NO_CENTS
from docai.extraction.typed import Money, Typed
from docai.reading import Reading


@dataclass(frozen=True, slots=True)
class Locale:
    """What the whole document tells about how its values are written."""

    region: str | None
    currency: str | None
    decimal_comma: bool | None
    day_first: bool | None


def locale_of(readings: Sequence[Reading]) -> Locale:
    """Decide from all the lines of a document how it writes dates and amounts."""
    texts = [reading.text_of(line) for reading in readings for line in reading.lines]
    return Locale(region_of(texts), currency_of(texts), decimal_comma(texts), day_first(texts))


def meanings(text: str, leaf: Leaf, locale: Locale) -> list[Typed]:
    """Return what ``text`` means; two days where nothing on the page tells their order."""
    typed = parse(text, leaf, locale)
    if typed is not None or leaf.kind is not Kind.DATE:
        return [] if typed is None else [typed]
    days = list(dict.fromkeys(c.day for c in parse_dates(text, region=locale.region)))
    return [*days] if len(days) == 2 else []


def parse(text: str, leaf: Leaf, locale: Locale) -> Typed | None:
    """Type ``text`` as printed; None where it is no value of this kind."""
    match leaf.kind:
        case Kind.TEXT:
            return _tidied(text, leaf, locale)
        case Kind.MONEY:
            if locale.currency in NO_CENTS:  # OCR takes the comma of 16,200 for a point
                text = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", text)
            amount = parse_amount(text, decimal_comma=locale.decimal_comma)
            return None if amount is None else Money(amount, locale.currency)
        case Kind.DATE:
            return parse_date(text, day_first=locale.day_first, region=locale.region)
        case Kind.TIME:
            return parse_time(text)
        case Kind.PHONE:
            return parse_phone(text, locale.region)
        case Kind.NUMBER:
            return _number(text, leaf, locale)
        case Kind.BOOLEAN | Kind.CHOICE:
            return _choice(text, leaf)
        case _:
            assert_never(leaf.kind)


def _tidied(text: str, leaf: Leaf, locale: Locale) -> str | None:
    """Return a text as its field wants it; None where it says nothing."""
    if leaf.form == "currency":
        return currency_of_sign(text, locale.currency)
    if leaf.form == "iban":
        return parse_iban(text)
    if leaf.is_unit:
        return parse_unit(text)
    return text if any(c.isalnum() for c in text) else None


def _number(text: str, leaf: Leaf, locale: Locale) -> Decimal | None:
    """Return how many, or else the one amount or share that is printed."""
    if leaf.is_rate:
        return parse_rate(text)
    many = parse_quantity(text, decimal_comma=locale.decimal_comma)
    if many is not None or leaf.is_quantity:
        return many
    return parse_amount(text.replace("%", ""), decimal_comma=locale.decimal_comma)


def _choice(text: str, leaf: Leaf) -> str | None:
    """Return the choice of which ``text`` has the letters; None where none or several are."""
    texts = [json.loads(choice) for choice in leaf.field.choices if choice.startswith('"')]
    alike = [choice for choice in texts if letters(choice) == letters(text) != ""]
    return alike[0] if len(alike) == 1 else None
