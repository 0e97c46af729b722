"""Cash and change: found by their keys, in the row they stand in."""

from dataclasses import replace
from decimal import Decimal

import pytest

from docai.extraction.tendered import tendered_of
from docai.geometry import rotate_polygon, rotated_size
from docai.reading import Line, Reading
from docai.testing import typed_reading

FOUND = (Decimal("10.00"), Decimal("1.00"))


def turned(reading: Reading, angle_deg: float) -> Reading:
    """Return the reading of a page that lies turned clockwise by ``angle_deg``."""
    height, width = reading.size
    words = tuple(
        replace(w, polygon=rotate_polygon(w.polygon, angle_deg, height, width))
        for w in reading.words
    )
    new_height, new_width = rotated_size(height, width, angle_deg)
    size = (round(new_height), round(new_width))
    return replace(reading, size=size, words=words, angle_deg=-angle_deg % 360)


@pytest.mark.parametrize(
    ("cash", "change"),
    [
        ("CASH 10.00", "CHANGE 1.00"),
        ("Cash: RM 10.00", "Change: RM 1.00"),
        ("TUNAI 10.00", "BAKI 1.00"),
        ("TENDERED 10.00", "CHANGE 1.00"),
        ("Bar 10,00", "Rückgeld 1,00"),
        ("Gegeben EUR 10,00", "Wechselgeld EUR 1,00"),
        ("Espèces 10,00", "Rendu 1,00"),
        ("EFECTIVO 10,00", "CAMBIO 1,00"),
        ("Efectivo 10,00", "Vuelto 1,00"),
        ("CONTANTI 10,00", "RESTO 1,00"),
    ],
)
def test_keys_in_several_languages(cash: str, change: str) -> None:
    assert tendered_of([typed_reading(["TOTAL 9.00", cash, change])]) == FOUND


def test_korean_keys_and_amounts() -> None:
    page = typed_reading(["받은금액 10,000", "거스름돈 1,000"])
    assert tendered_of([page]) == (Decimal(10000), Decimal(1000))


def test_the_page_tells_what_a_point_means() -> None:
    page = typed_reading(["TUNAI 50.000", "BAKI 8.000"])
    assert tendered_of([page], decimal_comma=True) == (Decimal(50000), Decimal(8000))


def test_key_and_amount_may_be_two_lines_of_one_row() -> None:
    page = typed_reading(["CASH        10.00", "CHANGE       1.00"])
    lines = tuple(Line(i, i + 1, word.polygon) for i, word in enumerate(page.words))
    assert tendered_of([replace(page, lines=lines)]) == FOUND


def test_key_and_amount_in_two_rows_are_not_brought_together() -> None:
    assert tendered_of([typed_reading(["CASH", "10.00", "CHANGE", "1.00"])]) is None


def test_the_last_amount_of_a_row_counts() -> None:
    page = typed_reading(["CASH 1.50 x 10.00", "2.00 CHANGE 1.00"])
    assert tendered_of([page]) == FOUND


@pytest.mark.parametrize("row", ["CASH 10.00 CHANGE 1.00", "CHANGE 1.00 CASH 10.00"])
def test_both_in_one_row_are_not_guessed(row: str) -> None:
    assert tendered_of([typed_reading([row])]) is None


@pytest.mark.parametrize("angle_deg", [90, 180, 270])
def test_rows_run_as_the_text_does(angle_deg: float) -> None:
    page = turned(typed_reading(["CASH 10.00", "CHANGE 1.00"]), angle_deg)
    assert tendered_of([page]) == FOUND


def test_they_may_stand_on_two_pages() -> None:
    pages = [typed_reading(["CASH 10.00"]), typed_reading(["CHANGE 1.00"], page=2)]
    assert tendered_of(pages) == FOUND


def test_change_of_nothing_counts() -> None:
    page = typed_reading(["CASH 9.00", "CHANGE 0.00"])
    assert tendered_of([page]) == (Decimal("9.00"), Decimal("0.00"))


def test_what_is_printed_twice_counts_once() -> None:
    page = typed_reading(["CASH 10.00", "CASH 10.00", "CHANGE 1.00"])
    assert tendered_of([page]) == FOUND


@pytest.mark.parametrize(
    "lines",
    [
        ["CASH 10.00", "CASH 20.00", "CHANGE 1.00"],
        ["CASH 10.00", "CHANGE 1.00", "BAKI 2.00"],
        ["CASH 1.00", "CHANGE 10.00"],
        ["CASH 10.00", "CHANGE -1.00"],
        ["CASH 10.00"],
        ["CHANGE 1.00"],
        ["CASH 10.00", "CHANGE"],
        ["CASHIER 10.00", "CHANGE 1.00"],
        ["CASH 10", "CHANGE 1.00"],
        [],
    ],
    ids=[
        "two amounts of cash",
        "two amounts of change",
        "more change than cash",
        "negative change",
        "no change",
        "no cash",
        "change without an amount",
        "a cashier is no cash",
        "a bare number is no amount",
        "a blank page",
    ],
)
def test_none_where_it_is_contradictory_or_not_all_there(lines: list[str]) -> None:
    assert tendered_of([typed_reading(lines)]) is None
