"""What the labels of data sets let each word of our own reading be."""

from typing import Any

import numpy as np
import pytest

from docai.geometry import box_polygon
from docai.reading import Line, Reading, Word
from docai.testing import typed_reading
from docai.vlm.builtin.labels import allow, allowed_tags
from docai.vlm.builtin.tags import ITEM_TAGS, NONE, TAGS, TAX_TAGS

SILENT = {
    NONE,
    "merchant_phone",
    "transaction_time",
    "subtotal",
    "total_tax",
    "tip",
    "invoice_id",
    "vendor_tax_id",
    "discount",
    *ITEM_TAGS,
    *TAX_TAGS,
}
"""What a word may be where only name, address, date and total are labelled."""


def tags(label: dict[str, Any], reading: Reading) -> list[set[str]]:
    allowed = allowed_tags(label, reading)
    assert allowed.shape == (len(reading.words), len(TAGS))
    assert allowed.dtype == np.bool_
    return [
        {tag for tag, is_allowed in zip(TAGS, row, strict=True) if is_allowed} for row in allowed
    ]


def by_fields(lines: list[str], **fields: str) -> list[set[str]]:
    return tags({"fields": fields, "lines": []}, typed_reading(lines))


def placed(*words: tuple[str, tuple[float, float, float, float]]) -> Reading:
    read = tuple(Word(text, box_polygon(box), 0.9) for text, box in words)
    lines = tuple(Line(i, i + 1, word.polygon) for i, word in enumerate(read))
    return Reading(1, (500, 500), read, lines, 0.0, "test")


def line(label: str, *box: float) -> dict[str, Any]:
    return {"text": "whatever", "label": label, "box": list(box)}


def test_allow_names_tags() -> None:
    row = allow("total", NONE)
    assert row.dtype == np.bool_
    assert row.nonzero()[0].tolist() == [0, TAGS.index("total")]


@pytest.mark.parametrize(
    ("label", "tag"),
    [
        ("Store_name_value", "merchant_name"),
        ("Store_addr_value", "merchant_address"),
        ("Tel_value", "merchant_phone"),
        ("Date_value", "transaction_date"),
        ("Time_value", "transaction_time"),
        ("Subtotal_value", "subtotal"),
        ("Tax_value", "total_tax"),
        ("Tips_value", "tip"),
        ("Total_value", "total"),
        ("Prod_item_value", "item_description"),
        ("Prod_quantity_value", "item_quantity"),
        ("Prod_price_value", "item_total_price"),
        ("Total_key", NONE),
        ("Others", NONE),
    ],
)
def test_a_word_has_the_class_of_its_line(label: str, tag: str) -> None:
    reading = placed(("WORD", (10, 10, 50, 20)))
    assert tags({"lines": [line(label, 0, 0, 100, 30)]}, reading) == [{tag}]


def test_what_is_to_be_ignored_may_be_anything() -> None:
    reading = placed(("WORD", (10, 10, 50, 20)))
    assert tags({"lines": [line("Ignore", 0, 0, 100, 30)]}, reading) == [set(TAGS)]


def test_a_word_outside_all_lines_is_nothing() -> None:
    reading = placed(("WORD", (10, 200, 50, 220)))
    assert tags({"lines": [line("Total_value", 0, 0, 100, 30)]}, reading) == [{NONE}]


def test_the_centre_of_a_word_decides() -> None:
    reading = placed(("IN", (80, 10, 110, 20)), ("OUT", (90, 10, 120, 20)))
    label = {"lines": [line("Total_value", 0, 0, 100, 30)]}
    assert tags(label, reading) == [{"total"}, {NONE}]


def test_the_smallest_line_around_a_word_decides() -> None:
    reading = placed(("WORD", (10, 10, 50, 20)))
    lines = [line("Tel_value", 0, 0, 400, 60), line("Date_value", 0, 0, 100, 30)]
    assert tags({"lines": lines}, reading) == [{"transaction_date"}]
    assert tags({"lines": lines[::-1]}, reading) == [{"transaction_date"}]


def test_labelled_fields_are_found_and_the_rest_may_be_what_nobody_labelled() -> None:
    got = by_fields(
        ["BOOK TA SDN BHD", "12 JALAN BESAR", "TEL 07-3554321", "81100 JOHOR", "TOTAL 9.00"],
        merchant_name="BOOK TA SDN BHD",
        merchant_address="12 JALAN BESAR 81100 JOHOR",
        total="9.00",
    )
    name, address = {"merchant_name"}, {"merchant_address"}
    assert got == [
        *[name] * 4,
        *[address] * 3,
        *[SILENT] * 2,
        *[address] * 2,
        SILENT,
        {"total"},
    ]


def test_a_field_that_is_printed_nowhere_teaches_nothing() -> None:
    got = by_fields(["HELLO WORLD"], merchant_name="ZZZ QQQ XXX", transaction_date="25/12/2018")
    assert got == [SILENT, SILENT]


def test_no_fields_at_all() -> None:
    assert by_fields(["HELLO 9.00"]) == [SILENT, SILENT]


def test_a_date_is_a_date_wherever_it_is_printed() -> None:
    date = {"transaction_date"}
    got = by_fields(
        ["25/12/2018 14:05", "TRANSACTION 25-12-2018", "REF 99"], transaction_date="25/12/2018"
    )
    assert got == [date, SILENT, SILENT, date, SILENT, SILENT]


def test_a_date_in_several_words_is_all_of_them() -> None:
    date = {"transaction_date"}
    got = by_fields(["25 DEC 2018 AT"], transaction_date="25 DEC 2018")
    assert got == [date, date, date, SILENT]


def test_the_key_of_a_date_is_no_date() -> None:
    got = by_fields(["DATE: 25/12/2018"], transaction_date="25/12/2018")
    assert got == [SILENT, {"transaction_date"}]


def test_a_key_or_time_that_is_glued_to_a_date_goes_with_it() -> None:
    date = {"transaction_date"}
    got = by_fields(["Date:25/12/2018", "25/12/201814:05"], transaction_date="25/12/2018")
    assert got == [date, date]


def test_a_total_is_sure_beside_a_key_and_possible_elsewhere() -> None:
    got = by_fields(["TEA 9.00", "TOTAL RM 9.00", "CASH 10.00"], total="9.00")
    maybe = {"total", *SILENT}
    assert got == [SILENT, maybe, SILENT, SILENT, {"total"}, SILENT, SILENT]


def test_a_subtotal_is_no_key_of_totals() -> None:
    got = by_fields(["SUBTOTAL 9.00", "SUB TOTAL 9.00", "NETT 9.00"], total="9.00")
    maybe = {"total", *SILENT}
    assert [got[1], got[4], got[6]] == [maybe, maybe, {"total"}]


def test_the_only_print_of_a_total_is_sure_without_a_key() -> None:
    assert by_fields(["TEA 4.00", "X 9.00"], total="RM 9.00")[3] == {"total"}


def test_two_prints_of_a_total_without_a_key_are_both_possible() -> None:
    maybe = {"total", *SILENT}
    got = by_fields(["TEA 9.00", "CASH 9.00"], total="9.00")
    assert got == [SILENT, maybe, SILENT, maybe]


def test_a_total_that_is_no_amount_teaches_nothing() -> None:
    assert by_fields(["TOTAL 9.00"], total="nine") == [SILENT, SILENT]


def test_a_number_in_an_address_is_not_the_total() -> None:
    got = by_fields(
        ["12 JALAN BESAR", "TOTAL 12.00"], merchant_address="12 JALAN BESAR", total="12.00"
    )
    assert got == [*[{"merchant_address"}] * 3, SILENT, {"total"}]


def test_a_blank_page_has_no_words_to_tag() -> None:
    assert tags({"fields": {"total": "9.00"}, "lines": []}, typed_reading([])) == []
