"""Layout text: every word once, row by row, columns kept by white space."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.geometry import Box, box_polygon, union, unrotate_polygon
from docai.reading import Line, Reading, Word
from docai.testing import typed_reading
from docai.vlm.layout_text import MAX_SPACES, layout_text, rows_of
from docai.vlm.window import Excerpt

LETTERS = st.characters(blacklist_categories=["Z", "C"], max_codepoint=0x9FFF)
TEXTS = st.text(LETTERS, min_size=1, max_size=12)
SIDES = st.floats(0, 2000, allow_nan=False)


def reading_of(lines: Sequence[Sequence[tuple[str, Box]]]) -> Reading:
    """Return the reading of words at places of their own."""
    words: list[Word] = []
    spans: list[Line] = []
    for line in lines:
        start = len(words)
        words += [Word(text, box_polygon(box), 0.9) for text, box in line]
        spans.append(Line(start, len(words), box_polygon(union(box for _, box in line))))
    return Reading(1, (2500, 2500), tuple(words), tuple(spans), 0.0, "ocr")


def whole(reading: Reading) -> Excerpt:
    """Return all the lines of a page."""
    return Excerpt(reading, range(len(reading.lines)))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Return any box, thin and flat ones among them."""
    x, y = draw(SIDES), draw(SIDES)
    return (x, y, x + draw(st.floats(0.1, 400)), y + draw(st.floats(0.1, 90)))


READINGS = st.lists(st.lists(st.tuples(TEXTS, boxes()), min_size=1, max_size=5), max_size=12).map(
    reading_of
)


@given(READINGS, st.data())
def test_the_words_of_an_excerpt_and_white_space_are_all_there_is(
    reading: Reading, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(reading.lines)))
    lines = range(start, data.draw(st.integers(start, len(reading.lines))))
    text = layout_text(Excerpt(reading, lines))
    meant = [w.text for n in lines for w in reading.words[slice_of(reading, n)]]
    assert text.split() == meant


def slice_of(reading: Reading, line: int) -> slice:
    """Return the place of a line's words."""
    return slice(reading.lines[line].start, reading.lines[line].stop)


@given(READINGS)
def test_a_row_of_text_is_a_visual_row_from_left_to_right(reading: Reading) -> None:
    rows = rows_of(reading)
    assert [i for row in rows for i in row] == list(range(len(reading.words)))
    typed = [line.split() for line in layout_text(whole(reading)).split("\n") if line]
    assert typed == [[reading.words[i].text for i in row] for row in rows]
    for row in rows:
        middles = [sum(reading.upright_boxes[i][0::2]) for i in row]
        assert middles == sorted(middles)


@given(READINGS)
def test_white_space_is_bounded(reading: Reading) -> None:
    text = layout_text(whole(reading))
    assert " " * (MAX_SPACES + 1) not in text
    assert "\n\n\n" not in text
    assert text == "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


TYPED_LINES = st.lists(
    st.lists(st.tuples(st.integers(1, 9), st.text("abc0.", min_size=1, max_size=6)), min_size=1),
    min_size=1,
    max_size=8,
).map(lambda lines: ["".join(" " * gap + word for gap, word in line)[:90] for line in lines])


@given(TYPED_LINES)
def test_what_was_typed_on_an_even_grid_comes_back(lines: list[str]) -> None:
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    expected = "\n".join(line[margin:].rstrip() for line in lines)
    assert layout_text(whole(typed_reading(lines))) == expected


@pytest.mark.parametrize("angle_deg", [90.0, 180.0, 270.0, 3.0])
def test_a_turned_page_has_the_text_of_the_upright_one(angle_deg: float) -> None:
    upright = typed_reading(["Tea        3.00", "Coffee x2  7.50", "", "TOTAL     10.50"][:2])
    height, width = upright.size
    turned = replace(
        upright,
        words=tuple(
            replace(w, polygon=unrotate_polygon(w.polygon, angle_deg, height, width))
            for w in upright.words
        ),
        angle_deg=angle_deg,
    )
    assert layout_text(whole(turned)) == layout_text(whole(upright))


def test_two_columns_come_one_after_the_other_each_where_it_stands() -> None:
    left: list[list[tuple[str, Box]]] = [[("left", (0, 0, 80, 20))], [("below", (0, 30, 100, 50))]]
    right: list[list[tuple[str, Box]]] = [
        [("right", (400, 0, 500, 20))],
        [("again", (400, 30, 500, 50))],
    ]
    text = layout_text(whole(reading_of([*left, *right])))
    assert text == "left\nbelow\n\n" + " " * 20 + "right\n" + " " * 20 + "again"


def test_a_gap_between_rows_is_one_blank_line() -> None:
    lines = [[("head", (0, 0, 40, 10))], [("next", (0, 12, 40, 22))], [("far", (0, 300, 30, 310))]]
    assert layout_text(whole(reading_of(lines))) == "head\nnext\n\nfar"


def test_what_follows_a_gap_that_was_shortened_keeps_its_distance() -> None:
    line = [("a", (0, 0, 10, 10)), ("b", (800, 0, 810, 10)), ("c", (840, 0, 850, 10))]
    assert layout_text(whole(reading_of([line]))) == "a" + " " * MAX_SPACES + "b   c"


def test_words_of_one_piece_of_text_have_a_single_space_between_them() -> None:
    line = [("wide", (0, 0, 40, 10)), ("set", (57, 0, 87, 10)), ("9.00", (130, 0, 170, 10))]
    assert layout_text(whole(reading_of([line]))) == "wide set     9.00"


def test_columns_stay_below_each_other_in_every_excerpt_of_a_page() -> None:
    lines = ["Item                price", "Tea                  3.00", "      Milk           0.50"]
    reading = typed_reading(lines)
    rows = layout_text(whole(reading)).split("\n")
    assert [layout_text(Excerpt(reading, range(n, n + 1))) for n in range(3)] == rows
    assert [row.rindex("0") for row in rows[1:]] == [24, 24]


def test_a_page_without_words_has_no_text() -> None:
    assert layout_text(whole(reading_of([]))) == ""
