"""What the built-in model sees of a reading."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from docai.geometry import box_polygon, unrotate_polygon
from docai.reading import Line, Reading, Word
from docai.testing import typed_reading
from docai.vlm.builtin.features import (
    BUCKETS,
    GRID,
    MAX_NGRAMS,
    NUM_NUMBERS,
    PICTURE_SIDE,
    POSITIONS,
    Features,
    Seen,
    amount_cents,
    features,
    ngrams_of,
    see,
    thumbnail,
    visual_rows,
)

PINNED_NGRAMS = (9525, 727, 15310, 3783)  # of "RM"
IS_COLUMN_SUM = 12 + 6  # in Features.numbers: after what the word looks like, the last of the sums
lines_of_text = st.lists(
    st.lists(
        st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=9),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    min_size=1,
    max_size=8,
)


def arrays(given: Features) -> dict[str, NDArray[np.generic]]:
    return {f.name: getattr(given, f.name) for f in dataclasses.fields(given)}


def boxes(*rows: tuple[float, float, float, float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def seen_at(texts: list[str], where: NDArray[np.float32]) -> Seen:
    places = (where[:, :2] + where[:, 2:]) / 2 / where.max()
    return Seen(tuple(texts), where, places, np.full(len(texts), 0.9, np.float32))


def scaled(given: Seen, factor: float) -> Seen:
    return dataclasses.replace(given, boxes=given.boxes * np.float32(factor))


@given(lines_of_text)
def test_shapes_types_and_ranges(lines: list[str]) -> None:
    reading = typed_reading(lines)
    n = len(reading.words)
    got = arrays(features(see(reading)))
    assert {name: (a.shape, a.dtype) for name, a in got.items()} == {
        "ngrams": ((n, MAX_NGRAMS), np.int64),
        "numbers": ((n, NUM_NUMBERS), np.float32),
        "positions": ((n, 8), np.int64),
        "rows": ((n,), np.int64),
        "centres": ((n,), np.float32),
        "cells": ((n, 4), np.int64),
        "weights": ((n, 4), np.float32),
        "origins": ((n, 2), np.float32),
    }
    assert all(np.isfinite(a).all() for a in got.values())
    for name, end in (("ngrams", BUCKETS), ("positions", POSITIONS), ("cells", GRID * GRID)):
        assert got[name].min() >= 0, name
        assert got[name].max() < end, name
    assert np.abs(got["numbers"]).max() <= 10
    assert 0 <= got["centres"].min() <= got["centres"].max() <= 1


@given(lines_of_text)
def test_typed_lines_are_rows(lines: list[str]) -> None:
    reading = typed_reading(lines)
    assert features(see(reading)).rows.tolist() == list(reading.line_of_word)


@given(lines_of_text, st.sampled_from([0.5, 2.0, 8.0]))
def test_pixels_do_not_matter(lines: list[str], factor: float) -> None:
    plain = see(typed_reading(lines))
    one, other = arrays(features(plain)), arrays(features(scaled(plain, factor)))
    for name, array in one.items():
        assert np.array_equal(array, other[name]), name


def test_three_times_the_pixels_are_the_same_positions() -> None:
    plain = see(typed_reading(["SHOP", "TEA  2  1.50     3.00", "RUSK          4.00"]))
    one, other = features(plain), features(scaled(plain, 3))
    assert np.array_equal(one.positions, other.positions)
    assert np.allclose(one.numbers, other.numbers)


@given(lines_of_text, st.integers(-500, 500), st.integers(-500, 500))
def test_where_on_the_page_the_text_lies_does_not_matter(
    lines: list[str], right: int, down: int
) -> None:
    plain = see(typed_reading(lines))
    shift = np.array([right, down] * 2, np.float32)
    moved = dataclasses.replace(plain, boxes=plain.boxes + shift)
    near = features(plain).positions - features(moved).positions
    assert np.abs(near).max() <= 1  # rounding


def test_one_word_fills_its_area() -> None:
    got = features(see(typed_reading(["TOTAL"])))
    last = POSITIONS - 1
    assert got.positions[0].tolist() == [0, 0, last, last, 16, 0, 0, 0]


def test_positions_tell_corners_rows_and_places() -> None:
    got = features(see(typed_reading(["AA BB CC", "DD", "EE FF"]))).positions
    assert got[:, 5].tolist() == [0, 0, 0, 1, 2, 2]
    assert got[:, 6].tolist() == [2, 2, 2, 1, 0, 0]
    assert got[:, 7].tolist() == [0, 1, 2, 0, 0, 1]
    assert got[0, :2].tolist() == [0, 0]
    assert got[2, 2] == POSITIONS - 1
    assert got[5, 3] == POSITIONS - 1


def test_see_uses_the_upright_page_for_boxes_and_the_loaded_one_for_places() -> None:
    height, width = 400, 200
    box = (20.0, 60.0, 80.0, 90.0)  # on the upright page, which is 200 high and 400 wide
    lying = unrotate_polygon(box_polygon(box), 90, height, width)
    word = Word("TOTAL", lying, 0.75)
    reading = Reading(1, (height, width), (word,), (Line(0, 1, lying),), 90.0, "test")
    got = see(reading)
    assert got.boxes.tolist() == [list(box)]
    x, y = ((word.box[i] + word.box[i + 2]) / 2 / height for i in (0, 1))
    assert got.places.tolist() == [pytest.approx([x, y])]
    assert got.confidences.tolist() == [0.75]


def test_a_blank_page_is_seen_as_no_words() -> None:
    got = see(typed_reading([]))
    assert (got.texts, got.boxes.shape, got.places.shape) == ((), (0, 4), (0, 2))


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ([(0, 0, 9, 10), (20, 0, 29, 10), (0, 20, 9, 30)], [0, 0, 1]),
        ([(0, 0, 9, 10), (20, 4, 29, 14)], [0, 0]),  # a skewed line
        ([(0, 0, 9, 10), (20, 7, 29, 17)], [0, 1]),  # a step down
        ([(0, 0, 9, 40), (20, 15, 29, 25)], [0, 0]),  # small beside large
        ([(20, 0, 29, 10), (0, 0, 9, 10)], [0, 1]),  # the eye goes back
        ([], []),
    ],
)
def test_a_row_ends_where_the_eye_goes_back(
    where: list[tuple[float, float, float, float]], rows: list[int]
) -> None:
    assert visual_rows(boxes(*where)).tolist() == rows


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("9.00", 900),
        ("9,00", 900),
        ("RM9.00", 900),
        ("$1,234.50", 123450),
        ("1.234,50", 123450),
        ("12", 1200),
        ("0.05", 5),
        ("-3.20", 320),
        ("3.20-", 320),
        ("3.20€", 320),
        ("1,234", 123400),
        ("", None),
        ("TOTAL", None),
        ("TOTAL9.00", None),
        ("25/12/2018", None),
        ("14:05", None),
        ("9.0.0", None),
        ("1.5", None),
        ("2.345.6", None),
    ],
)
def test_amounts_are_hundredths(text: str, cents: int | None) -> None:
    assert amount_cents(text) == cents


@given(st.text(max_size=20))
def test_any_text_may_look_like_an_amount(text: str) -> None:
    cents = amount_cents(text)
    assert cents is None or 0 <= cents < 10**12


def column_sums(*rows: str) -> list[str]:
    """Return the words that are the sum of a column above them."""
    reading = typed_reading(rows)
    flags = features(see(reading)).numbers[:, IS_COLUMN_SUM]
    return [w.text for w, flag in zip(reading.words, flags, strict=True) if flag]


def test_a_total_below_its_column_is_seen() -> None:
    assert column_sums("TEA  1.50", "RUSK 2.50", "SUM  4.00", "CASH 5.00") == ["4.00"]


def test_only_amounts_right_above_count() -> None:
    assert column_sums("TEA  1.50", "RUSK 2.50", "MILK 1.00", "SUM  4.00") == []


def test_an_amount_of_another_column_does_not_count() -> None:
    assert column_sums("TEA 1.50", "RUSK           2.50", "SUM            4.00") == []


def test_one_amount_repeated_below_is_no_sum() -> None:
    assert column_sums("TEA  4.00", "SUM  4.00") == []


@given(st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 2), min_size=1, max_size=9))
def test_bilinear_weights_are_shares_of_four_neighbours(places: list[tuple[float, float]]) -> None:
    where = boxes(*((0, 10 * i, 9, 10 * i + 8) for i in range(len(places))))
    seen = seen_at(["A"] * len(places), where)
    got = features(dataclasses.replace(seen, places=np.array(places, np.float32)))
    assert np.allclose(got.weights.sum(axis=1), 1, atol=1e-5)
    assert got.weights.min() >= 0
    assert (got.cells - got.cells[:, :1] == [0, 1, GRID, GRID + 1]).all()
    assert (got.cells[:, 0] % GRID < GRID - 1).all()


@given(st.tuples(*[st.floats(0.02, 0.98)] * 2))
def test_bilinear_weights_give_back_the_place(place: tuple[float, float]) -> None:
    seen = seen_at(["A"], boxes((0, 0, 9, 9)))
    got = features(dataclasses.replace(seen, places=np.array([place], np.float32)))
    middles = np.stack([got.cells[0] % GRID, got.cells[0] // GRID], axis=1) + 0.5
    back = (middles * got.weights[0][:, None]).sum(axis=0) / GRID
    assert back == pytest.approx(place, abs=1e-3)


@pytest.mark.parametrize("size", [(300, 120), (120, 300), (1000, 700), (448, 448), (1, 900)])
def test_a_page_is_shrunk_without_stretching_it(size: tuple[int, int]) -> None:
    small = thumbnail(np.full((*size, 3), 200, np.uint8))
    assert (small.shape, small.dtype) == ((PICTURE_SIDE, PICTURE_SIDE), np.uint8)
    height, width = (max(1, round(s * PICTURE_SIDE / max(size))) for s in size)
    assert (small[:height, :width] == 200).all()
    assert not small[height:].any()
    assert not small[:, width:].any()


@pytest.mark.parametrize("size", [(600, 240), (240, 600)])
def test_the_image_token_of_a_word_lies_where_the_thumbnail_shows_it(size: tuple[int, int]) -> None:
    box = (150.0, 90.0, 230.0, 130.0)
    picture = np.zeros((*size, 3), np.uint8)
    picture[90:130, 150:230] = 255
    word = Word("INK", box_polygon(box), 1.0)
    reading = Reading(1, size, (word,), (Line(0, 1, word.polygon),), 0.0, "test")
    ys, xs = np.nonzero(thumbnail(picture) > 128)
    middle = np.array([xs.mean(), ys.mean()]) / PICTURE_SIDE
    assert see(reading).places[0] == pytest.approx(middle, abs=0.005)


def test_thumbnails_weigh_colours_as_the_eye_does() -> None:
    green, blue = (np.zeros((50, 50, 3), np.uint8) for _ in range(2))
    green[..., 1], blue[..., 2] = 255, 255
    assert thumbnail(green)[0, 0] > 2 * thumbnail(blue)[0, 0]


@given(st.text(min_size=1, max_size=40))
def test_ngrams_are_hashes_then_padding(text: str) -> None:
    grams = ngrams_of(text)
    used = [gram for gram in grams if gram]
    assert len(grams) == MAX_NGRAMS
    assert grams == (*used, *[0] * (MAX_NGRAMS - len(used)))
    assert used
    assert max(used) < BUCKETS


def test_ngrams_do_not_change_between_versions() -> None:
    assert ngrams_of("TOTAL") == ngrams_of("total")
    assert len({ngrams_of(text) for text in ("TOTAL", "TOTALS", "T0TAL", "TAX")}) == 4
    assert ngrams_of("RM")[:4] == PINNED_NGRAMS  # trained weights depend on them
