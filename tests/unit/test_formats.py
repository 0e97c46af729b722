"""Results as JSON, JSON lines, CSV and Markdown, whatever was printed on the page."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai import build
from docai.extraction.fields import schema_of
from docai.extraction.result import (
    Evidence,
    Extraction,
    Money,
    PageInfo,
    Problem,
    State,
    Typed,
    Value,
)
from docai.formats import (
    Format,
    inert,
    items_layout,
    layout,
    printable,
    to_json,
    to_jsonl,
    to_markdown,
)

RECEIPT = build.schema("receipt")
texts = st.text(min_size=1, max_size=40)


def found(typed: Typed, text: str | None = None, confidence: float = 0.9) -> Value:
    evidence = (Evidence(1, (1.0, 2.0, 3.0, 4.0), (5,)),)
    return Value(State.FOUND, typed, text or str(typed), confidence, evidence, ("ocr",))


def extraction(fields: dict[str, Value], *problems: Problem, name: str = "a.jpg") -> Extraction:
    pages = (PageInfo(1, 100, 200, None, 0.0),)
    absent = {field: Value(State.ABSENT) for field in RECEIPT.scalars}
    return Extraction("receipt", 1, name, "ab" * 32, pages, {**absent, **fields}, problems)


SAMPLE = extraction(
    {
        "merchant_name": found("BOOK TA .K"),
        "transaction_date": found(dt.date(2018, 12, 25)),
        "total": found(Money(Decimal("9.00"), "MYR"), "RM 9.00", 0.98765),
        "items[0].description": found("KF CLAY | KIDDY"),
        "items[0].total_price": found(Money(Decimal("9.00"))),
        "items[1].description": found("PEN"),
    },
    Problem("sum_mismatch", "items sum to 8.00, the total is 9.00", ("total",)),
)


def written(format_: Format, *extractions: Extraction, is_single: bool = False) -> str:
    return "".join(layout(format_, RECEIPT, is_single=is_single).pieces(extractions))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_single_document_is_an_object() -> None:
    assert json.loads(written(Format.JSON, SAMPLE, is_single=True)) == SAMPLE.to_json()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_collection_is_a_list(count: int) -> None:
    assert json.loads(written(Format.JSON, *[SAMPLE] * count)) == [SAMPLE.to_json()] * count


@given(texts)
def test_json_holds_any_text_and_no_control_character(text: str) -> None:
    text = text.encode("utf8", "replace").decode("utf8")
    one = extraction({"merchant_name": found(text)})
    line = to_jsonl(one)
    assert line.splitlines() == [line.removesuffix("\n")]
    assert json.loads(line)["data"]["merchant_name"] == text
    assert json.loads(to_json(one)) == json.loads(line)
    assert not any(127 <= ord(c) < 160 for c in line)


def test_csv_has_a_row_per_document() -> None:
    first, second = rows_of(written(Format.CSV, SAMPLE, extraction({}, name="b.jpg")))
    assert first["name"] == "a.jpg"
    assert (first["total"], first["total_currency"]) == ("9.00", "MYR")
    assert first["total_confidence"] == "0.9877"
    assert first["transaction_date"] == "2018-12-25"
    assert first["tip"] == first["tip_currency"] == first["tip_confidence"] == ""
    assert first["problems"] == "sum_mismatch: items sum to 8.00, the total is 9.00"
    assert set(second.values()) == {"b.jpg", ""}


def test_csv_of_items_has_a_row_per_item() -> None:
    first, second = rows_of("".join(items_layout(RECEIPT).pieces([extraction({}), SAMPLE])))
    assert (first["name"], first["list"], first["row"]) == ("a.jpg", "items", "1")
    assert first["description"] == "KF CLAY | KIDDY"
    assert (first["total_price"], first["total_price_currency"]) == ("9.00", "")
    assert (second["row"], second["description"], second["total_price"]) == ("2", "PEN", "")


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+60 3-4260", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "＝1+1", "-1-2", "+"],
)
def test_formulas_are_disarmed(cell: str) -> None:
    assert inert(cell) == "'" + printable(cell)


@pytest.mark.parametrize("cell", ["-9.00", "+5", "9.00", "", "a=b", "3-4260 1064", "'=1"])
def test_numbers_and_plain_text_stay(cell: str) -> None:
    assert inert(cell) == cell


@given(texts)
def test_csv_survives_any_text(text: str) -> None:
    (row,) = rows_of(written(Format.CSV, extraction({"merchant_name": found(text)})))
    assert row["merchant_name"] in {printable(text), "'" + printable(text)}
    assert not row["merchant_name"].lstrip().startswith(("=", "+", "-", "@")) or (
        row["merchant_name"].strip().lstrip("+-").replace(".", "").isdigit()
    )


def test_markdown_shows_fields_items_and_problems() -> None:
    text = to_markdown(SAMPLE)
    assert "## a.jpg\n" in text
    assert "| total | 9.00 MYR | 99% | 1 |\n" in text
    assert "| 1 | KF CLAY \\| KIDDY | 9.00 |\n" in text
    assert "| 2 | PEN |  |\n" in text
    assert "- **sum_mismatch**: items sum to 8.00" in text
    assert "tip" not in text


def test_markdown_says_which_values_are_in_doubt() -> None:
    unread = Value(State.ILLEGIBLE, None, "9.O?", 0.4, (Evidence(2, (0, 0, 1, 1), (1,)),))
    rival = Value(State.CONFLICT, Money(Decimal("1.00")), "1.00", 0.5)
    text = to_markdown(extraction({"total": unread, "tip": rival}))
    assert "| total | 9.O? (illegible) | 40% | 2 |" in text
    assert "| tip | 1.00 (conflict) | 50% |  |" in text


def test_markdown_of_nothing_says_so() -> None:
    assert "No field was found." in to_markdown(extraction({}))


@given(texts)
def test_text_from_the_page_cannot_leave_its_markdown_cell(text: str) -> None:
    lines = to_markdown(extraction({"merchant_name": found(text)})).split("\n")
    (row,) = [line for line in lines if line.startswith("| merchant_name")]
    assert "<" not in row
    assert row.replace("\\\\", "").replace("\\|", "").count("|") == 5
    assert "`" not in row.replace("\\\\", "").replace("\\`", "")


@given(st.text())
def test_printable_text_is_one_line_without_control_characters(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    shown.encode("utf8")


def test_other_schemas_have_their_own_columns() -> None:
    properties: dict[str, Any] = {"sender": {"type": "string"}, "due": {"format": "date"}}
    schema = schema_of({"type": "object", "properties": properties}, "letter")
    header = layout(Format.CSV, schema, is_single=True).opening
    assert header == "name,sender,sender_confidence,due,due_confidence,problems\n"
