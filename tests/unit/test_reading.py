"""Readings: words, lines and the text they make."""

from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.geometry import box_polygon, rotate_polygon, unrotate_polygon
from docai.reading import Line, Reading, Word

SIZE = (400, 300)
texts = st.text(
    st.characters(max_codepoint=0x17F, categories=["L", "N", "P"]), min_size=1, max_size=8
)


def word(text: str, n: int) -> Word:
    return Word(text, box_polygon((10 * n, 20, 10 * n + 9, 30)), 0.9)


def reading(lines: list[list[str]], angle_deg: float = 0.0) -> Reading:
    words = [word(text, n) for n, text in enumerate(text for line in lines for text in line)]
    starts = [sum(len(line) for line in lines[:n]) for n in range(len(lines) + 1)]
    ranges = pairwise(starts)
    polygon = box_polygon((10, 20, 100, 30))
    return Reading(
        page=1,
        size=SIZE,
        words=tuple(words),
        lines=tuple(Line(start, stop, polygon) for start, stop in ranges),
        angle_deg=angle_deg,
        engine="test",
    )


lines_of_text = st.lists(st.lists(texts, min_size=1, max_size=5), max_size=6)


def test_a_blank_page_has_no_text() -> None:
    blank = reading([])
    assert blank.text == ""
    assert blank.line_of_word == ()
    assert blank.upright_boxes == ()


def test_lines_are_joined_by_line_breaks_and_words_by_spaces() -> None:
    assert reading([["TOTAL", "RM"], ["9.00"]]).text == "TOTAL RM\n9.00"


@given(lines_of_text)
def test_text_tells_every_word_in_its_line(lines: list[list[str]]) -> None:
    result = reading(lines)
    assert [line.split(" ") for line in result.text.split("\n") if line] == lines
    assert [result.text_of(line) for line in result.lines] == [" ".join(words) for words in lines]


@given(lines_of_text)
def test_every_word_knows_its_line(lines: list[list[str]]) -> None:
    result = reading(lines)
    assert len(result.line_of_word) == len(result.words)
    for n, line in enumerate(result.line_of_word):
        assert result.lines[line].start <= n < result.lines[line].stop


def test_the_box_of_a_tilted_word_holds_its_corners() -> None:
    tilted = Word("SALE", ((10, 0), (30, 20), (20, 30), (0, 10)), 1.0)
    assert tilted.box == (0, 0, 30, 30)


def test_the_box_of_words_holds_them_all() -> None:
    assert reading([["a", "b"], ["c"]]).box(range(1, 3)) == (10, 20, 29, 30)


def test_no_words_have_no_box() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        reading([["a"]]).box(range(0))


@pytest.mark.parametrize("angle_deg", [0.0, 90.0, 180.0, 270.0, 3.5, 97.0])
def test_upright_boxes_lie_on_the_turned_page(angle_deg: float) -> None:
    upright = (30.0, 40.0, 80.0, 52.0)  # where the word lies once the page stands upright
    as_loaded = unrotate_polygon(box_polygon(upright), angle_deg, *SIZE)
    result = Reading(1, SIZE, (Word("9.00", as_loaded, 1.0),), (), angle_deg, "test")
    assert result.upright_boxes[0] == pytest.approx(upright, abs=1e-6)


def test_angle_is_clockwise() -> None:
    """Text that runs upwards, its page lying on its left side, stands after a quarter turn."""
    upwards = rotate_polygon(box_polygon((100, 50, 160, 62)), -90, *SIZE)
    assert upwards[0][1] > upwards[1][1]
    result = Reading(1, (SIZE[1], SIZE[0]), (Word("TOTAL", upwards, 1.0),), (), 90, "test")
    assert result.upright_boxes == ((100, 50, 160, 62),)


def test_a_reading_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        reading([["a"]]).page = 2  # type: ignore[misc]
