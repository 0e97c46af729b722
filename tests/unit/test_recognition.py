"""Recognition without its network: decoding, batches, crops, words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.geometry import Polygon, box_polygon, polygon_box
from docai.ocr.recognition import (
    BATCH_GROWTH,
    RecognisedLine,
    _batches,
    _decode,
    _spread,
    crop_line,
)
from docai.ocr.words import cut_words

CHARACTERS = ["", *"ABCTOLX0123456789.:;,(一日", " "]


def posteriors(*steps: str | tuple[str, float]) -> np.ndarray:
    """Return one distribution per step: a likely class, or a blank with a trace of a class."""
    rows = np.full((len(steps), len(CHARACTERS)), 1e-4, np.float32)
    for row, step in zip(rows, steps, strict=True):
        character, probability = step if isinstance(step, tuple) else (step, 0.95)
        row[0] = 1 - probability
        row[CHARACTERS.index(character)] = probability
    return rows


def decode(*steps: str | tuple[str, float]) -> RecognisedLine:
    return _decode(posteriors(*steps), 8 * len(steps), CHARACTERS)


def test_repeats_are_dropped_unless_a_blank_lies_between() -> None:
    assert decode("T", "T", "O", "", "L", "", "L").text == "TOLL"


def test_centres_lie_in_the_middle_of_a_character() -> None:
    line = decode("", "A", "A", "", "B", "", "", "")
    assert line.centres == (2 / 8, 4.5 / 8)
    assert all(type(value) is float for value in (*line.centres, *line.confidences))


def test_a_lone_ideograph_in_an_alphabetic_line_is_a_slip() -> None:
    assert decode(("0", 0.3), "C", "T", ("一", 0.6), "O").text == "CTO"


def test_a_line_of_ideographs_is_kept() -> None:
    assert decode("一", "", "日").text == "一日"


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (("T", "", "A", "", ":", "", (" ", 0.1), "", "0", "", "1"), "TA: 01"),
        (("T", "", "A", "", ":", "", (" ", 0.01), "", "0", "", "1"), "TA:01"),  # no trace
        (("T", "", "A", "", "B", "", (" ", 0.1), "", "0", "", "1"), "TAB01"),  # not usual
        (("T", "", "A", "", ":", (" ", 0.1), "0", "", "1"), "TA:01"),  # too close
        (("T", "", "A", "", ":", "", " ", "", "0", "", "1"), "TA: 01"),  # seen clearly: once
    ],
)
def test_faint_spaces_beside_punctuation(steps: tuple[str | tuple[str, float]], text: str) -> None:
    assert decode(*steps).text == text


def test_an_empty_line_has_no_confidence() -> None:
    line = decode("", "", "")
    assert (line.text, line.confidence) == ("", 0.0)


@given(st.lists(st.integers(24, 3200), max_size=60))
def test_batches_hold_every_line_once_and_little_padding(widths: list[int]) -> None:
    batches = _batches(widths)
    assert sorted(i for batch in batches for i in batch) == list(range(len(widths)))
    assert all(
        max(widths[i] for i in b) <= BATCH_GROWTH * min(widths[i] for i in b) for b in batches
    )


@given(st.lists(st.integers(24, 3200), max_size=60), st.integers(1, 8))
def test_a_sample_of_lines_is_spread(widths: list[int], number: int) -> None:
    sample = _spread(widths, number)
    assert len(set(sample)) == len(sample) == min(number, len(widths))


def test_crop_of_a_polygon_reads_from_its_first_corner() -> None:
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[:10, 15:] = 255
    upright = crop_line(picture, box_polygon((0, 0, 30, 20)))
    a, b, c, d = box_polygon((0, 0, 30, 20))
    turned = crop_line(picture, (d, a, b, c))  # the text runs upwards
    assert upright.shape == (20, 30, 3)
    assert turned.shape == (30, 20, 3)
    assert (upright[2:8, 17:].mean(), upright[12:].mean()) == (255, 0)
    assert (turned[17:, 12:18].mean(), turned[:13].mean()) == (255, 0)


def test_a_polygon_without_extent_gives_a_pixel() -> None:
    assert crop_line(np.zeros((5, 5, 3), np.uint8), ((1, 1),) * 4).shape == (1, 1, 3)  # type: ignore[arg-type]


@st.composite
def lines(draw: st.DrawFn) -> RecognisedLine:
    """Any text with characters from left to right, none outside the line."""
    text = draw(st.text("AI1.,: ", min_size=1, max_size=30))
    centres = sorted(draw(st.lists(st.floats(0, 1), min_size=len(text), max_size=len(text))))
    return RecognisedLine(text, tuple(centres), (0.9,) * len(text))


@given(lines(), st.floats(1, 2000), st.floats(1, 100))
def test_words_lie_within_their_line_and_lose_no_letter(
    line: RecognisedLine, width: float, height: float
) -> None:
    polygon = box_polygon((10, 20, 10 + width, 20 + height))
    words = cut_words(line, polygon)
    assert "".join(word.text for word in words) == line.text.replace(" ", "")
    assert all(word.text and not any(c.isspace() for c in word.text) for word in words)
    for word in words:
        x0, y0, x1, y1 = polygon_box(word.polygon)
        assert 10 - 1e-6 <= x0 <= x1 <= 10 + width + 1e-6
        assert (y0, y1) == pytest.approx((20, 20 + height))


def level(width: float, height: float) -> Polygon:
    return box_polygon((0, 0, width, height))


def test_a_gap_wider_than_the_line_is_high_parts_words() -> None:
    line = RecognisedLine("AB01", (0.05, 0.1, 0.9, 0.95), (1.0,) * 4)
    assert [w.text for w in cut_words(line, level(400, 20))] == ["AB", "01"]


def test_wide_letters_do_not_part_a_word() -> None:
    # "AMOUNT" in small type: centres far apart beside the M.
    centres = (0.1, 0.44, 0.57, 0.7, 0.8, 0.9)
    line = RecognisedLine("AMOUNT", centres, (1.0,) * 6)
    assert [w.text for w in cut_words(line, level(60, 32))] == ["AMOUNT"]


def test_words_of_a_slanted_line_are_slices_of_it() -> None:
    slanted: Polygon = ((0.0, 0.0), (100.0, 10.0), (98.0, 30.0), (-2.0, 20.0))
    line = RecognisedLine("AB CD", (0.1, 0.3, 0.5, 0.7, 0.9), (1.0,) * 5)
    first, second = cut_words(line, slanted)
    assert first.polygon[0][0] < first.polygon[1][0] <= second.polygon[0][0]
    assert math.isclose(second.polygon[1][1], second.polygon[1][0] / 10)
