"""Stacks of pages, cut at the borders of documents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.document import Document, Page
from docai.extraction.part import SPLIT_UNSURE, Part
from docai.page_numbers import PageNumber, page_number
from docai.reading import Reading, Region
from docai.splitting import CUT, BorderWeights, Split, split
from docai.testing import blank_page, typed_reading

INVOICE = ["GREEN HILL SUPPLIES LTD", "Invoice No. {id}", "Page 1 of 2", "Desk lamp 4.00"]
SECOND = ["GREEN HILL SUPPLIES LTD", "Invoice No. {id}", "Page 2 of 2", "Total 4.00"]
RECEIPT = ["CORNER BAKERY", "TEA 3.00", "TOTAL 3.00", "THANK YOU"]


def stack(*pages: list[str]) -> tuple[Document, tuple[Reading, ...]]:
    readings = tuple(typed_reading(lines, n) for n, lines in enumerate(pages, start=1))
    return Document("s.pdf", "ab" * 32, "pdf", tuple(map(blank_page, readings))), readings


def cut(*pages: list[str]) -> Split:
    return split(*stack(*pages))


def invoice(number: str) -> tuple[list[str], list[str]]:
    return [line.format(id=number) for line in INVOICE], [line.format(id=number) for line in SECOND]


def test_page_numbers_and_document_numbers_keep_pages_together_and_apart() -> None:
    found = cut(*invoice("RX-20411"), *invoice("RX-20417"), RECEIPT)
    assert [part.pages for part in found.parts] == [(1, 2), (3, 4), (5,)]
    assert [(part.number, part.of) for part in found.parts] == [(1, 3), (2, 3), (3, 3)]


def test_one_document_stays_whole() -> None:
    found = cut(*invoice("RX-20411"))
    assert found.parts == (Part((1, 2)),)


def test_blank_pages_are_in_no_part_and_told() -> None:
    first, second = invoice("RX-20411")
    found = cut(first, second, [], RECEIPT, [])
    assert found.blank_pages == (3, 5)
    assert [part.pages for part in found.parts] == [(1, 2), (4,)]
    assert all(part.blank_pages == (3, 5) for part in found.parts)


def test_a_page_with_a_picture_and_no_words_is_not_blank() -> None:
    document, readings = stack(RECEIPT, [])
    drawn = np.array(document.pages[1].picture)
    drawn[len(drawn) // 3 : len(drawn) // 2] = 30
    pages = (document.pages[0], Page(2, drawn))
    found = split(Document("s.pdf", "ab" * 32, "pdf", pages), readings)
    assert found.blank_pages == ()


def test_a_file_of_blank_pages_is_one_document() -> None:
    assert cut([], []).parts == (Part((1, 2)),)


def test_each_paper_on_a_scan_is_a_part() -> None:
    document, (first, second) = stack(RECEIPT, ["TEA 3.00", "MILK 2.00"])
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    other = ((9.0, 0.0), (19.0, 0.0), (19.0, 9.0), (9.0, 9.0))
    halves = (Region(corners, 0, 1, 0.0), Region(other, 1, 2, 90.0))
    cut_page = Reading(**{**vars(second), "regions": halves})
    found = split(document, (first, cut_page))
    assert [(part.pages, part.region) for part in found.parts] == [
        ((1,), None),
        ((2,), corners),
        ((2,), other),
    ]


def test_a_border_that_is_not_sure_is_a_problem_of_both_neighbours() -> None:
    weights = BorderWeights.read()
    unsure = BorderWeights(0.4, (0.0,) * len(weights.weights), {})
    found = split(*stack(RECEIPT, ["MILK 2.00", "TOTAL 2.00"]), weights=unsure)
    assert len(found.parts) == 2
    for part in found.parts:
        (problem,) = found.problems(part)
        assert problem.code == SPLIT_UNSURE
        assert "page 1" in problem.message and "page 2" in problem.message


def test_what_the_model_says_counts() -> None:
    document, readings = stack(RECEIPT, ["MILK 2.00", "BREAD 4.00"])
    low, high = (
        split(document, readings, (0.9, opens)).borders[0].probability for opens in (0.01, 0.99)
    )
    assert low < high


@given(st.lists(st.lists(st.text("ab 12/-", max_size=8), max_size=4), min_size=1, max_size=6))
def test_parts_hold_every_page_once_but_for_blank_ones(pages: list[list[str]]) -> None:
    found = cut(*([line for line in lines if line.split()] for lines in pages))
    held = [page for part in found.parts for page in part.pages]
    if found.blank_pages:
        held += found.blank_pages
    assert sorted(held) == list(range(1, len(pages) + 1))
    assert sum(border.probability >= CUT for border in found.borders) == len(found.parts) - 1


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Page 2 of 3", PageNumber(2, 3)),
        ("Page: 2", PageNumber(2, None)),
        ("Seite 2/3", PageNumber(2, 3)),
        ("Seite 2 von 3", PageNumber(2, 3)),
        ("Blatt 2", PageNumber(2, None)),
        ("Page 2 sur 3", PageNumber(2, 3)),
        ("- 2 -", PageNumber(2, None)),
        ("2 / 3", PageNumber(2, 3)),
        ("페이지 2 / 3", PageNumber(2, 3)),
        ("2 쪽", PageNumber(2, None)),
        ("Page 4 of 3", None),
        ("homepage 2", None),
        ("Page 12.50", None),
        ("12 500", None),
    ],
)
def test_page_numbers(line: str, number: PageNumber | None) -> None:
    assert page_number(typed_reading(["ACME", "something", "else", line])) == number


def test_a_fraction_in_the_middle_of_a_page_is_no_page_number() -> None:
    assert page_number(typed_reading(["ACME", "a", "b", "2 / 3", "c", "d", "END"])) is None


def test_two_page_numbers_are_none() -> None:
    assert page_number(typed_reading(["Page 1 of 2", "Page 2 of 2"])) is None


def test_parts_survive_json() -> None:
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    for part in (Part((2, 3), None, 1, 2, (4,)), Part((1,), corners)):
        assert Part.from_json(part.to_json()) == part
