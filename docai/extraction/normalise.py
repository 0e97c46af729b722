"""From text as printed to typed values, by code: the one place to import these functions from.

Pure functions; where the text can mean two things they return None and never invent a digit.
"""

from docai.extraction.currency import currency_of, currency_of_sign
from docai.extraction.dates import Candidate, day_first, parse_date, parse_dates
from docai.extraction.money import (
    decimal_comma,
    parse_amount,
    parse_quantity,
    parse_rate,
    parse_unit,
)
from docai.extraction.numbers import parse_iban
from docai.extraction.phone import parse_phone
from docai.extraction.region import region_of
from docai.extraction.times import parse_time

__all__ = [
    "Candidate",
    "currency_of",
    "currency_of_sign",
    "day_first",
    "decimal_comma",
    "parse_amount",
    "parse_date",
    "parse_dates",
    "parse_iban",
    "parse_phone",
    "parse_quantity",
    "parse_rate",
    "parse_time",
    "parse_unit",
    "region_of",
]
