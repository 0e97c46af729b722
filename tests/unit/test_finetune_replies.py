"""What a model should have replied: gold values as they are printed, or null."""

import json
from dataclasses import replace
from typing import Any

import pytest

from docai.finetune.replies import reply
from docai.testing import typed_reading
from docai.vlm.engine import Field, Mode, Span
from docai.vlm.window import Excerpt

PAGE = typed_reading(
    [
        "ACME TRADING SDN BHD",
        "12 Long Road",
        "Tel 07-387 8890",
        "50100 Kuala Lumpur",
        "Date: 25 Dec 2018 14:05",
        "Tea 2 x 4.50 RM9.00",
        "TOTAL RM 9.00",
    ]
)

WHOLE = [Excerpt(PAGE, range(len(PAGE.lines)))]


def written(kind: str, gold: Any, mode: Mode = Mode.COPY, choices: tuple[str, ...] = ()) -> Any:
    field = Field("value", kind, mode=mode, choices=choices)
    return json.loads(reply([field], WHOLE, {"value": gold}))["value"]


@pytest.mark.parametrize(
    ("kind", "gold", "printed"),
    [
        ("text", "Acme Trading Sdn Bhd", "ACME TRADING SDN BHD"),
        ("text", "ACME TRAD1NG SDN BHD", "ACME TRADING SDN BHD"),  # as OCR read it
        ("text", "Northern Star Bakery", None),
        ("text", None, None),
        ("money", {"amount": "9.00", "currency": "MYR"}, "9.00"),  # the shortest of three
        ("money", "RM9.00", "RM9.00"),  # the one that looks like it
        ("money", "8.00", None),
        ("date", "2018-12-25", "25 Dec 2018"),
        ("date", "2018-12-26", None),
        ("time", "14:05", "14:05"),
        ("phone", "073878890", "07-387 8890"),
        ("number", "2", "2"),
    ],
)
def test_values_are_written_as_printed(kind: str, gold: Any, printed: str | None) -> None:
    assert written(kind, gold) == printed


def test_text_with_a_gap_is_no_run_of_words() -> None:
    gold = "12 Long Road 50100 Kuala Lumpur"  # the telephone stands between
    printed = written("text", gold)

    assert printed is None or printed in " ".join(word.text for word in PAGE.words)


def test_text_that_no_reply_could_copy_is_not_asked_for() -> None:
    """A name at the top and a word far below follow each other for nobody."""
    near = typed_reading(["ACME TRADING", "Limited"])
    first, second, far = near.words
    moved = replace(far, polygon=tuple((x, y + 400) for x, y in far.polygon))  # type: ignore[arg-type]
    lines = (near.lines[0], replace(near.lines[1], polygon=moved.polygon))
    apart = replace(near, words=(first, second, moved), lines=lines, size=(600, 400))
    field, values = Field("name", "text"), {"name": "ACME TRADING Limited"}

    assert reply([field], [Excerpt(near, range(2))], values) == '{"name":"ACME TRADING Limited"}'
    assert reply([field], [Excerpt(apart, range(2))], values) == '{"name":null}'


def test_first_of_several_values_that_is_printed_counts() -> None:
    assert written("text", ["NOWHERE TO BE SEEN", "12 LONG ROAD"]) == "12 Long Road"


def test_choices_and_own_words_need_no_print() -> None:
    assert written("choice", "red", Mode.CHOOSE, ('"red"', '"blue"')) == "red"
    assert written("boolean", True, Mode.CHOOSE, ("true", "false")) is True
    assert written("choice", "green", Mode.CHOOSE, ('"red"', '"blue"')) is None
    assert written("text", "A receipt for tea.", Mode.FREE) == "A receipt for tea."


def test_values_come_from_where_the_field_may_stand() -> None:
    fields = [Field("total", "money")]
    here = Span(1, (len(PAGE.words) - 1,))

    assert json.loads(reply(fields, WHOLE, {"total": "9.00"}, lambda _: (here,)))["total"] == "9.00"
    assert json.loads(reply(fields, WHOLE, {"total": "9.00"}, lambda _: ()))["total"] is None


def test_keys_stand_in_the_order_of_the_fields_without_white_space() -> None:
    fields = [
        Field("total", "money"),
        Field("items[].description", "text"),
        Field("items[].price", "money"),
        Field("note", "text"),
    ]
    rows = [
        {"description": "Tea", "price": "4.50"},
        {"description": "Unprinted things", "price": "77.77"},
        {"description": "Tea", "price": None},
    ]

    assert reply(fields, WHOLE, {"items": rows, "total": "9.00"}) == (
        '{"total":"9.00","items":[{"description":"Tea","price":"4.50"},'
        '{"description":"Tea","price":null}],"note":null}'
    )
    assert reply(fields[1:3], WHOLE, {}) == '{"items":[]}'


def test_what_lies_outside_of_the_excerpt_is_not_there() -> None:
    fields = [Field("merchant_name", "text"), Field("total", "money")]
    values = {"merchant_name": "ACME TRADING SDN BHD", "total": "9.00"}
    last = len(PAGE.lines) - 1

    assert reply(fields, [Excerpt(PAGE, range(last))], values) == (
        '{"merchant_name":"ACME TRADING SDN BHD","total":"RM9.00"}'
    )
    assert reply(fields, [Excerpt(PAGE, range(last, last + 1))], values) == (
        '{"merchant_name":null,"total":"9.00"}'
    )
    assert reply(fields, [Excerpt(PAGE, range(1))], values) == (
        '{"merchant_name":"ACME TRADING SDN BHD","total":null}'
    )
