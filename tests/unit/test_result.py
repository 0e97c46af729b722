"""Extractions, and the JSON that downstream systems read."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.extraction.result import (
    Evidence,
    Extraction,
    Money,
    PageInfo,
    Problem,
    Proposal,
    State,
    Typed,
    Value,
    nest,
    plain,
)

names = st.sampled_from(["total", "subtotal", "merchant_name", "items", "taxes"])
leaves = st.sampled_from(["price", "description", "quantity"])


def found(typed: Typed, text: str, **more: Any) -> Value:
    evidence = (Evidence(1, (410.04, 720.0, 460.0, 744.0), (88, 89)),)
    return Value(State.FOUND, typed, text, 0.98765432, evidence, ("ocr", "vlm"), **more)


def extraction(fields: dict[str, Value], *problems: Problem) -> Extraction:
    return Extraction(
        schema_name="receipt",
        schema_version=1,
        name="a.jpg",
        sha256="0123456789abcdef" * 4,
        pages=(PageInfo(1, 1240, 1754, 150.0, 0.123456),),
        fields=fields,
        problems=problems,
        engines={"ocr": "PP-OCR", "vlm": "builtin"},
        timings_s={"ocr": 1.23456},
    )


def test_nothing_found_nests_to_nothing() -> None:
    assert nest({}) == {}


def test_items_nest_in_lists_and_rows_close_up() -> None:
    flat = {"total": 3, "items[0].price": 1, "items[2].price": 2, "items[2].quantity": 4}
    assert nest(flat) == {"total": 3, "items": [{"price": 1}, {"price": 2, "quantity": 4}]}


def test_two_lists_do_not_mix() -> None:
    assert nest({"items[0].price": 1, "taxes[0].price": 2, "items[0].quantity": 3}) == {
        "items": [{"price": 1, "quantity": 3}],
        "taxes": [{"price": 2}],
    }


@given(
    st.dictionaries(st.sampled_from(["total", "subtotal", "date"]), st.integers()),
    st.dictionaries(
        st.sampled_from(["items", "taxes"]),
        st.lists(st.dictionaries(leaves, st.integers(), min_size=1), min_size=1, max_size=12),
    ),
)
def test_nesting_undoes_flattening(
    scalars: dict[str, int], lists: dict[str, list[dict[str, int]]]
) -> None:
    flat = dict(scalars)
    for name, rows in lists.items():
        for n, row in enumerate(rows):
            flat |= {f"{name}[{n}].{leaf}": value for leaf, value in row.items()}
    assert nest(flat) == scalars | lists


def test_data_holds_typed_values_and_leaves_out_what_is_not_there() -> None:
    total = Money(Decimal("9.00"), "MYR")
    result = extraction(
        {
            "total": found(total, "9.00"),
            "tip": Value(State.ABSENT),
            "transaction_time": Value(State.ILLEGIBLE, text="1?:3?"),
            "items[0].quantity": found(Decimal("2"), "2"),
        }
    )
    assert result.data == {"total": total, "items": [{"quantity": Decimal("2")}]}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("SDN BHD", "SDN BHD"),
        (Decimal("9.00"), "9.00"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Money(Decimal("9.50"), "EUR"), {"amount": "9.50", "currency": "EUR"}),
        (Money(Decimal("-1E+2")), {"amount": "-100", "currency": None}),
        (dt.date(2018, 12, 25), "2018-12-25"),
        (dt.time(20, 13), "20:13"),
        (dt.time(20, 13, 39), "20:13:39"),
        (dt.time(0, 0), "00:00"),
    ],
)
def test_plain_values(typed: Typed, expected: object) -> None:
    assert plain(typed) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_no_digit_of_an_amount_is_lost(amount: Decimal) -> None:
    written = plain(Money(amount, "EUR"))["amount"]
    assert Decimal(written) == amount
    assert "E" not in written


def test_json_of_a_found_value() -> None:
    result = extraction({"total": found(Money(Decimal("9.00"), "MYR"), "RM 9.00")}).to_json()
    assert result["data"] == {"total": {"amount": "9.00", "currency": "MYR"}}
    assert result["fields"]["total"] == {
        "state": "found",
        "text": "RM 9.00",
        "value": {"amount": "9.00", "currency": "MYR"},
        "kind": "money",
        "confidence": 0.9877,
        "witnesses": ["ocr", "vlm"],
        "evidence": [{"page": 1, "box": [410.0, 720.0, 460.0, 744.0], "words": [88, 89]}],
    }


def test_json_of_an_absent_value_is_short() -> None:
    result = extraction({"tip": Value(State.ABSENT, confidence=0.9)}).to_json()
    assert result["fields"] == {"tip": {"state": "absent", "confidence": 0.9}}
    assert result["data"] == {}


def test_json_of_a_conflict_shows_every_side() -> None:
    other = found("8.00", "8.00")
    sides = Value(State.CONFLICT, "9.00", "9.00", 0.5, alternatives=(other,))
    shown = extraction({"total": sides}).to_json()["fields"]["total"]
    assert shown["state"] == "conflict"
    assert [side["text"] for side in shown["alternatives"]] == ["8.00"]
    assert shown["alternatives"][0]["evidence"][0]["words"] == [88, 89]


def test_json_of_problems() -> None:
    proposal = Proposal("total", "9.00", Money(Decimal("9.00"), "MYR"), "the sums would agree")
    result = extraction(
        {},
        Problem("sum_mismatch", "9.00 is not 3.00 + 5.00", ("total", "subtotal"), (proposal,)),
        Problem("no_total", "there is no total"),
    )
    assert result.to_json()["problems"] == [
        {
            "code": "sum_mismatch",
            "message": "9.00 is not 3.00 + 5.00",
            "fields": ["total", "subtotal"],
            "proposals": [
                {
                    "field": "total",
                    "text": "9.00",
                    "value": {"amount": "9.00", "currency": "MYR"},
                    "kind": "money",
                    "reason": "the sums would agree",
                }
            ],
        },
        {"code": "no_total", "message": "there is no total", "fields": []},
    ]


def test_json_tells_where_the_result_comes_from() -> None:
    result = extraction({}).to_json()
    assert result["id"] == "0123456789abcdef"
    assert result["name"] == "a.jpg"
    assert result["schema"] == {"name": "receipt", "version": 1}
    assert result["document"] == {
        "sha256": "0123456789abcdef" * 4,
        "pages": [{"number": 1, "width": 1240, "height": 1754, "dpi": 150.0, "angle_deg": 0.12}],
    }
    assert result["engines"] == {"ocr": "PP-OCR", "vlm": "builtin"}
    assert result["timings_s"] == {"ocr": 1.235}


@given(
    st.dictionaries(
        st.one_of(names, st.builds("items[{}].{}".format, st.integers(0, 20), leaves)),
        st.one_of(
            st.text(),
            st.decimals(allow_nan=False, allow_infinity=False, places=2),
            st.builds(Money, st.decimals(allow_nan=False, allow_infinity=False, places=2)),
            st.dates(),
            st.times(),
        ),
    ).filter(lambda flat: "items" not in flat)
)
def test_every_result_is_plain_json(flat: dict[str, Typed]) -> None:
    result = extraction({path: found(typed, "as printed") for path, typed in flat.items()})
    written = result.to_json()
    assert json.loads(json.dumps(written)) == written
    assert set(written["fields"]) == set(flat)
