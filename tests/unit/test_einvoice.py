"""E-invoices: what is stated, by which standard soever; and XML that means harm."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hybrid import FACTS, LINE, Facts, factur_x, ubl, zugferd_1
from hypothesis import given
from hypothesis import strategies as st

from docai import einvoice
from docai.einvoice import MAX_ROWS, MAX_XML_BYTES, Amount, read

STANDARDS: list[Callable[[Facts], bytes]] = [factur_x, zugferd_1, ubl]
EUROS = {
    "subtotal": Amount(Decimal("120.00"), "EUR"),
    "total_tax": Amount(Decimal("20.40"), "EUR"),
    "invoice_total": Amount(Decimal("140.40"), "EUR"),
}


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_standard_states_the_same(standard: Callable[[Facts], bytes]) -> None:
    stated = read(standard(FACTS))
    assert (
        stated.scalars.items()
        >= {
            "vendor_name": "Holzwerk Lindau GmbH",
            "customer_name": "Café Morgenrot",
            "invoice_id": "RE-2021/77",
            "invoice_date": dt.date(2021, 4, 12),
            "due_date": dt.date(2021, 5, 12),
            "currency": "EUR",
            **EUROS,
        }.items()
    )
    assert stated.rows["items"][0] == {
        "description": "Gartenstuhl Eiche",
        "product_code": "GS-10",
        "quantity": Decimal(4),
        "unit": "H87",
        "unit_price": Amount(Decimal("25.00"), "EUR"),
        "tax_rate": Decimal(19),
        "amount": Amount(Decimal("100.00"), "EUR"),
    }
    assert len(stated.rows["items"]) == 2
    assert (stated.unread, stated.is_credit_note) == ((), False)


def test_what_factur_x_states_beyond() -> None:
    stated = read(factur_x())
    assert stated.scalars["vendor_address"] == "Uferweg 3 88131 Lindau"
    assert stated.scalars["vendor_tax_id"] == "DE000000017"  # not the local tax office's number
    assert stated.rows["tax_details"] == (
        {
            "rate": Decimal(19),
            "net_amount": Amount(Decimal("100.00"), "EUR"),
            "amount": Amount(Decimal("19.00"), "EUR"),
        },
        {
            "rate": Decimal(7),
            "net_amount": Amount(Decimal("20.00"), "EUR"),
            "amount": Amount(Decimal("1.40"), "EUR"),
        },
    )
    assert "total_discount" not in stated.scalars  # 0.00 is none


def test_zugferd_1_names_the_order() -> None:
    assert read(zugferd_1()).scalars["purchase_order"] == "B-9"


def test_tags_are_told_by_their_local_names() -> None:
    bare = zugferd_1().replace(b"rsm:CrossIndustryDocument", b"Invoice").replace(b"ram:", b"")
    assert read(bare).scalars == read(zugferd_1()).scalars


@pytest.mark.parametrize("code", ["381", "261"])
def test_a_credit_note_keeps_its_signs(code: str) -> None:
    stated = read(factur_x(replace(FACTS, type_code=code, total="-140.40")))
    assert stated.is_credit_note
    assert stated.scalars["invoice_total"] == Amount(Decimal("-140.40"), "EUR")


def test_a_credit_note_of_ubl() -> None:
    stated = read(ubl(FACTS, "CreditNote"))
    assert stated.is_credit_note
    assert stated.scalars["invoice_total"] == Amount(Decimal("140.40"), "EUR")
    assert stated.rows["items"][0]["quantity"] == Decimal(4)


def test_white_space_is_squeezed_and_blank_is_nothing() -> None:
    stated = read(factur_x(replace(FACTS, seller=" Holzwerk\n   Lindau ", currency="\n   ")))
    assert stated.scalars["vendor_name"] == "Holzwerk Lindau"
    assert "currency" not in stated.scalars
    assert stated.scalars["invoice_total"] == Amount(Decimal("140.40"), None)


def test_of_several_days_the_latest_is_due() -> None:
    term = b"<ram:SpecifiedTradePaymentTerms>"
    early = term + b"<ram:DueDateDateTime>20210420</ram:DueDateDateTime></" + term[1:]
    xml = factur_x().replace(term, early + term)
    assert read(xml).scalars["due_date"] == dt.date(2021, 5, 12)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("invoice_date", replace(FACTS, day="20210231")),
        ("invoice_date", replace(FACTS, day="soon")),
        ("invoice_total", replace(FACTS, total="1,404.00")),
        ("invoice_total", replace(FACTS, total="NaN")),
        ("invoice_total", replace(FACTS, total="1E400")),
        ("items[0].amount", replace(FACTS, lines=[(*LINE[:5], "free")])),
    ],
)
def test_what_is_no_value_of_its_kind_is_named(field: str, facts: Facts) -> None:
    stated = read(factur_x(facts))
    assert stated.unread == (field,)
    assert field not in stated.scalars


XXE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<CrossIndustryInvoice><ExchangedDocument><ID>&x;</ID></ExchangedDocument></CrossIndustryInvoice>"""
FETCHED = b"""<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><CrossIndustryInvoice/>"""
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20))
    + b"]><CrossIndustryInvoice>&a19;</CrossIndustryInvoice>"
)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (XXE, "document type"),
        (FETCHED, "document type"),
        (LAUGHS, "document type"),
        (b"", "empty"),
        (b"not xml", "well-formed"),
        (factur_x()[:-40], "well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><CrossIndustryInvoice/>', "well-formed"),
        (b'<?xml version="1.0" encoding="shift_jis"?><CrossIndustryInvoice/>', "well-formed"),
        (b"<html/>", "<html>"),
        (b" " * (MAX_XML_BYTES + 1), "5,000,000 bytes"),
    ],
)
def test_what_cannot_be_read_says_why(xml: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(xml)


def test_too_many_rows_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(einvoice, "MAX_ROWS", 3)
    assert len(read(factur_x(replace(FACTS, lines=[LINE] * 3))).rows["items"]) == 3
    with pytest.raises(ValueError, match="more than 3 items"):
        read(factur_x(replace(FACTS, lines=[LINE] * 4)))
    assert MAX_ROWS == 10_000


def test_a_deep_document_is_read_without_recursion() -> None:
    depth = 200_000
    xml = b"<CrossIndustryInvoice>" + b"<a>" * depth + b"</a>" * depth + b"</CrossIndustryInvoice>"
    assert read(xml).scalars == {}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tail: bytes) -> None:
    for xml in (tail, factur_x().replace(b"140.40", tail), factur_x()[:700] + tail):
        try:
            read(xml)
        except ValueError as error:
            assert str(error)


@given(st.decimals(-(10**12), 10**12, places=2), st.dates(dt.date(1900, 1, 1)))
def test_amounts_and_days_come_back(amount: Decimal, day: dt.date) -> None:
    stated = read(factur_x(replace(FACTS, total=f"{amount:f}", day=f"{day:%Y%m%d}")))
    assert stated.scalars["invoice_total"] == Amount(amount, "EUR")
    assert stated.scalars["invoice_date"] == day
