"""Overlays: evidence is marked where it is, labels cover nothing and do not overlap."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from docai.document import Page
from docai.draw import (
    BACKGROUND,
    LARGE_SIDE_PX,
    LONGEST_TEXT,
    SMALL_SIDE_PX,
    WORD_OUTLINE,
    _colour,
    _fields,
    _joined,
    _labels,
    overlay,
    spread,
)
from docai.extraction.part import Part
from docai.extraction.result import Evidence, Extraction, State, Value
from docai.geometry import box_polygon
from docai.reading import Reading, Region
from docai.testing import blank_page, typed_reading

LINES = ["SHOP 24", "2018-12-25", "TEA 3.00", "MILK 2.50", "TOTAL 5.50"]


def found(reading: Reading, *words: int, text: str = "x", page: int = 1) -> Value:
    box = reading.box(range(words[0], words[-1] + 1))
    return Value(State.FOUND, text, text, 0.9, (Evidence(page, box, words),))


def extraction(fields: dict[str, Value]) -> Extraction:
    return Extraction("receipt", 1, "a.png", "0" * 64, (), fields)


def page_of(height: int, width: int) -> Page:
    return Page(1, np.full((height, width, 3), 255, np.uint8))


def has_colour(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> bool:
    return bool((picture == np.array(colour, np.uint8)).all(axis=-1).any())


@pytest.mark.parametrize(
    ("height", "width", "longest"),
    [(350, 350, SMALL_SIDE_PX), (2400, 1600, LARGE_SIDE_PX), (1500, 900, 1500)],
)
def test_pages_of_any_size_become_readable(height: int, width: int, longest: int) -> None:
    reading = Reading(1, (height, width), (), (), 0.0, "none")
    drawn = overlay(page_of(height, width), reading, extraction({}))
    assert max(drawn.size) == longest
    assert drawn.width / drawn.height == pytest.approx(width / height, rel=0.01)


def test_a_page_without_anything_found_has_no_margin() -> None:
    reading = typed_reading([])
    page = page_of(200, 2000)
    drawn = overlay(page, reading, extraction({"total": Value(State.ABSENT)}))
    assert drawn.size == (1800, 180)
    assert np.asarray(drawn).min() == 255


def test_words_are_outlined_and_evidence_is_coloured_where_it_is() -> None:
    reading = typed_reading(LINES)
    drawn = overlay(blank_page(reading), reading, extraction({"total": found(reading, 7, 8)}))
    scale = SMALL_SIDE_PX / max(reading.size)
    x0, y0, x1, y1 = (round(c * scale) for c in reading.box(range(7, 9)))
    pixels = np.asarray(drawn)
    assert has_colour(pixels[y0 - 2 : y0 + 3, x0:x1], _colour(0))
    assert has_colour(pixels[y1 - 3 : y1 + 2, x0:x1], _colour(0))
    first = reading.words[0].box
    above = pixels[: round(first[3] * scale) + 2, : round(first[2] * scale) + 2]
    assert has_colour(above, WORD_OUTLINE)
    assert not has_colour(above, _colour(0))


def test_evidence_on_two_lines_leaves_the_space_between_them_alone() -> None:
    reading = typed_reading(LINES)
    two_lines = extraction({"merchant_name": found(reading, 3, 4, 5, 6)})
    pixels = np.asarray(overlay(blank_page(reading), reading, two_lines))
    scale = SMALL_SIDE_PX / max(reading.size)
    y0, y1 = round(reading.words[3].box[3] * scale), round(reading.words[5].box[1] * scale)
    x0, _, x1, _ = (round(c * scale) for c in reading.words[3].box)
    assert (pixels[y0 + 4 : y1 - 4, x0 + 4 : x1 - 4] == 255).all()
    inside = pixels[y0 - 20 : y0 - 4, x0 + 4 : x1 - 4]
    assert not (inside == 255).all(axis=-1).any()


def test_labels_stand_beside_the_page() -> None:
    reading = typed_reading(LINES)
    drawn = overlay(blank_page(reading), reading, extraction({"total": found(reading, 7, 8)}))
    page_width = round(reading.size[1] * SMALL_SIDE_PX / max(reading.size))
    margin = np.asarray(drawn)[:, page_width:]
    assert has_colour(margin, BACKGROUND)
    assert has_colour(margin, _colour(0))


def test_the_cells_of_a_row_share_a_colour_and_a_label() -> None:
    reading = typed_reading(LINES)
    one = {"items[0].description": found(reading, 3), "items[0].total_price": found(reading, 4)}
    two = {**one, "items[1].description": found(reading, 5)}
    assert not has_colour(
        np.asarray(overlay(blank_page(reading), reading, extraction(one))), _colour(1)
    )
    assert has_colour(
        np.asarray(overlay(blank_page(reading), reading, extraction(two))), _colour(1)
    )


def test_evidence_on_another_page_is_not_drawn() -> None:
    reading = typed_reading(LINES)
    elsewhere = extraction({"total": found(reading, 7, 8, page=2)})
    drawn = overlay(blank_page(reading), reading, elsewhere)
    assert not has_colour(np.asarray(drawn), _colour(0))


def part(reading: Reading, number: int, pages: tuple[int, ...], *words: int) -> Extraction:
    fields = {"total": found(reading, *words), "items[0].price": found(reading, *words)}
    return replace(extraction(fields), part=Part(pages, None, number, 3))


def test_the_parts_on_a_page_are_told_apart_and_words_count_from_their_region() -> None:
    reading = typed_reading(LINES)
    corners = box_polygon((0, 0, 9, 9))
    halves = (Region(corners, 0, 3, 0.0), Region(corners, 3, 5, 0.0))
    page = replace(reading, regions=halves)
    parts = (part(reading, 1, (2,), 0), part(reading, 2, (1,), 0), part(reading, 3, (1,), 1))
    labels = _labels(_fields(parts, page), page, 1.0)
    assert [label.title for label in labels] == ["2: total", "2: items 1", "3: total", "3: items 1"]
    first, second = labels[0].polygons[0], labels[2].polygons[0]
    assert first == reading.words[0].polygon
    assert second == reading.words[6].polygon  # 2.50, the second word of its own region


def test_the_only_part_on_a_page_needs_no_number() -> None:
    reading = typed_reading(LINES)
    parts = (part(reading, 1, (1,), 7, 8), part(reading, 2, (2,), 0))
    assert [one.title for one in _labels(_fields(parts, reading), reading, 1.0)] == [
        *("total", "items 1")
    ]
    assert _fields((), reading) == {}


def test_letters_that_the_font_lacks_do_not_break_the_drawing() -> None:
    reading = typed_reading(LINES)
    plain = overlay(blank_page(reading), reading, extraction({"total": found(reading, 7, text="")}))
    hangul = found(reading, 7, text="합계 5,500")
    drawn = overlay(blank_page(reading), reading, extraction({"total": hangul}))
    assert drawn.size == plain.size


def test_the_longest_column_gives_way() -> None:
    joined = _joined(["A VERY LONG DESCRIPTION OF SOMETHING THAT WAS BOUGHT", "2", "3.00", "6.00"])
    assert joined.startswith("A VERY LONG DESCRIPTION")
    assert joined.endswith("… · 2 · 3.00 · 6.00")
    assert len(joined) <= LONGEST_TEXT


@given(st.lists(st.floats(-50, 500), max_size=30).map(sorted), st.floats(1, 60))
def test_spread_keeps_order_and_distance(wanted: list[float], step: float) -> None:
    places = spread(wanted, step)
    assert len(places) == len(wanted)
    assert all(place >= 0 for place in places)
    assert all(b - a >= step - 1e-6 for a, b in pairwise(places))


def test_spread_leaves_places_alone_that_are_apart() -> None:
    assert spread([10.0, 50.0, 90.0], 30.0) == [10.0, 50.0, 90.0]
    assert spread([100.0, 100.0], 30.0) == [85.0, 115.0]
