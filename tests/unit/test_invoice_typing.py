"""Dates, amounts, rates, quantities and numbers as invoices of several countries print them."""

import datetime as dt
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from docai.extraction.candidates import candidate
from docai.extraction.fields import schema_of
from docai.extraction.meaning import Locale, locale_of, parse
from docai.extraction.normalise import (
    currency_of,
    currency_of_sign,
    day_first,
    parse_amount,
    parse_date,
    parse_iban,
    parse_quantity,
    parse_rate,
    parse_unit,
)
from docai.extraction.numbers import is_iban
from docai.extraction.signs import with_currency
from docai.testing import typed_reading
from docai.vlm.engine import Answer, Reply, Span

COMMAS = {"de": True, "fr": True, "de_CH": False, "en": False, "ko": False, "en_IN": False}
SCHEMA = schema_of(
    {
        "type": "object",
        "properties": {
            "currency": {"type": "string", "format": "currency"},
            "iban": {"type": "string", "format": "iban"},
            "unit": {"type": "string"},
            "tax_rate": {"type": "number"},
        },
    },
    "some",
)
NOWHERE = Locale(None, None, None, None)

cents = st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2)
days = st.dates(dt.date(1990, 1, 1), dt.date(2025, 12, 31))


@given(cents, st.sampled_from(sorted(COMMAS)), st.sampled_from(["{}", "{} €", "€ {}", "EUR {}"]))
def test_amounts_of_every_country(amount: Decimal, locale: str, sign: str) -> None:
    printed = sign.format(format_decimal(amount, "#,##0.00", locale))
    assert parse_amount(printed, decimal_comma=COMMAS[locale]) == amount


@given(
    cents,
    st.sampled_from(
        ["-{}", "- {}", "{}-", "({})", "−{}", "-{} €", "€ -{}", "-€{}", "{}- €", "(€{})"]
    ),
)
def test_amounts_below_zero_in_all_ways(amount: Decimal, form: str) -> None:
    printed = form.format(format_decimal(amount, "#,##0.00", "de"))
    assert parse_amount(printed, decimal_comma=True) == -amount


@given(days, st.sampled_from(["de", "fr", "en", "ko"]), st.sampled_from(["long", "medium"]))
def test_dates_of_every_language(day: dt.date, locale: str, form: str) -> None:
    assert parse_date(format_date(day, form, locale), day_first=locale != "en") == day


@given(
    days,
    st.sampled_from(
        ["{y}년 {m}월 {d}일", "{y}. {m}. {d}.", "{y}-{m:02}-{d:02}", "{y}년{m}월{d}일"]
    ),
)
def test_korean_dates(day: dt.date, form: str) -> None:
    assert parse_date(form.format(y=day.year, m=day.month, d=day.day), region="KR") == day


@given(days, st.booleans())
def test_the_order_of_a_date_is_that_of_the_page(day: dt.date, is_first: bool) -> None:
    printed = day.strftime("%d/%m/%y" if is_first else "%m/%d/%y")
    assert parse_date(printed, day_first=is_first) == day


def test_commas_outweigh_an_address_abroad() -> None:
    lines = ["Springfield CA 95377", "Montant 1 234,50 €", "05/03/2024"]
    assert day_first(lines) is True
    assert day_first(["Springfield CA 95377", "Amount $1,234.50", "05/03/2024"]) is False


@pytest.mark.parametrize(
    ("printed", "month"),
    [("aoû 03, 2015", 8), ("jui 13, 2015", 6), ("jul 13, 2015", 7), ("fév 2, 2015", 2),
     ("déc 12, 2015", 12), ("okt 1, 2015", 10)],
)  # fmt: skip
def test_months_cut_to_three_letters(printed: str, month: int) -> None:
    day = parse_date(printed)
    assert day is not None
    assert (day.year, day.month) == (2015, month)


@given(
    st.sampled_from(["0", "5", "7", "7.7", "19", "20", "8.875", "100"]),
    st.sampled_from(["{}%", "{} %", "MwSt. {} %", "TVA {}%", "VAT {}%:", "{}% de 100,00", "S {}%"]),
    st.booleans(),
)
def test_rates(rate: str, form: str, has_comma: bool) -> None:
    printed = rate.replace(".", ",") if has_comma else rate
    assert parse_rate(form.format(printed)) == Decimal(rate)


@pytest.mark.parametrize(
    ("printed", "rate"),
    [("19,00%", "19"), ("MwSt. 7", "7"), ("20,000 %", "20"), ("5.50%", "5.5"), ("250 %", None),
     ("7% 19%", None), ("", None), ("2024-03-05", None)],
)  # fmt: skip
def test_odd_rates(printed: str, rate: str | None) -> None:
    found = parse_rate(printed)
    assert (None if found is None else str(found)) == rate


@pytest.mark.parametrize(
    ("printed", "quantity", "unit"),
    [("3 Stk", "3", "Stk"), ("1,5 h", "1.5", "h"), ("2,00 m²", "2.00", "m²"), ("12 개", "12", "개"),
     ("0,5 Tag(e)", "0.5", "Tag(e)"), ("1.00- box", "-1.00", "box"), ("-2 pcs.", "-2", "pcs."),
     ("63,000 Unité(s)", "63.00", "Unité(s)"), ("1 234,5 kg", "1234.5", "kg"), ("10", "10", None),
     ("1.000,00", "1000.00", None), ("2-3", None, None)],
)  # fmt: skip
def test_quantities_and_units(printed: str, quantity: str | None, unit: str | None) -> None:
    found = parse_quantity(printed, decimal_comma=True)
    assert (None if found is None else str(found)) == quantity
    assert parse_unit(printed) == unit


@given(st.decimals(0, 999, places=3))
def test_a_quantity_never_looks_like_thousands(amount: Decimal) -> None:
    found = parse_quantity(f"{amount} kg", decimal_comma=False)
    assert found == amount
    assert not str(found).endswith("0") or len(str(found).partition(".")[2]) <= 2


@pytest.mark.parametrize(
    ("printed", "currency"),
    [("€", "EUR"), ("571,04€", "EUR"), ("(EUR)", "EUR"), ("12.345원", "KRW"), ("CHF 12.00", "CHF"),
     ("$ 1,500.00", "USD"), ("kr", None), ("Total", None), ("5 € 5 $", None)],
)  # fmt: skip
def test_the_currency_of_a_sign(printed: str, currency: str | None) -> None:
    assert currency_of_sign(printed, "USD") == currency


def test_a_heading_tells_where_a_stray_sign_does_not() -> None:
    assert currency_of(["Betrag EUR", "KR 4711", "12345 Berlin", "GMBH DE123456789"]) == "EUR"


@pytest.mark.parametrize(
    ("printed", "number"),
    [("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
     ("IBAN: DE89370400440532013000", "DE89370400440532013000"),
     ("IBAN DEO2 1203 0000 0000 2020 51", "DE02120300000000202051"),
     ("Konto 12345", None)],
)  # fmt: skip
def test_account_numbers(printed: str, number: str | None) -> None:
    assert parse_iban(printed) == number
    assert number is None or is_iban(number)


def test_a_misread_account_number_is_believed_less() -> None:
    reading = typed_reading(["DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"])
    right, wrong = (
        candidate(Answer("iban", 0.9, Span(1, words)), SCHEMA.leaf("iban"), [reading], NOWHERE)
        for words in (tuple(range(6)), tuple(range(6, 12)))
    )
    assert right is not None
    assert wrong is not None
    assert (right.typed, wrong.typed) == ("DE89370400440532013000", "DE89370400440532013001")
    assert wrong.probability < right.probability == 0.9


def test_the_currency_is_borne_out_by_what_is_printed() -> None:
    reading = typed_reading(["Total 12,00 EUR", "Tax 1,00€"])
    told = with_currency(Reply((), unasked=("currency",)), SCHEMA, [reading], "EUR")
    assert told.unasked == ()
    (answer,) = told.answers
    assert answer.span == Span(1, (2,))  # the sign alone rather than one glued to an amount
    found = candidate(answer, SCHEMA.leaf("currency"), [reading], locale_of([reading]))
    assert found is not None
    assert (found.typed, found.text) == ("EUR", "EUR")


def test_no_sign_no_currency() -> None:
    reading = typed_reading(["Total 12,00"])
    reply = Reply(())
    assert with_currency(reply, SCHEMA, [reading], "EUR").answers == ()
    assert with_currency(reply, SCHEMA, [reading], None) is reply


def test_a_field_decides_what_a_text_means() -> None:
    assert parse("3 Stk", SCHEMA.leaf("unit"), NOWHERE) == "Stk"
    assert parse("MwSt. 19 %", SCHEMA.leaf("tax_rate"), NOWHERE) == Decimal(19)
    assert parse("Total", SCHEMA.leaf("currency"), NOWHERE) is None
