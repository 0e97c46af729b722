"""Boxes and polygons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.geometry import (
    Box,
    Polygon,
    area,
    box_polygon,
    intersection,
    iou,
    polygon_box,
    rotate_point,
    rotate_polygon,
    rotated_size,
    union,
    unrotate_polygon,
)

angles_deg = st.floats(-720, 720)
sizes = st.tuples(st.floats(1, 5000), st.floats(1, 5000))
pixels = st.integers(-100, 100)
whole_boxes = st.tuples(pixels, pixels, st.integers(0, 100), st.integers(0, 100)).map(
    lambda b: (float(b[0]), float(b[1]), float(b[0] + b[2]), float(b[1] + b[3]))
)


@st.composite
def boxes_on_pages(draw: st.DrawFn) -> tuple[Box, tuple[float, float]]:
    """A box, and the (height, width) of the page that holds it."""
    height, width = draw(sizes)
    x0, x1 = sorted(draw(st.tuples(st.floats(0, width), st.floats(0, width))))
    y0, y1 = sorted(draw(st.tuples(st.floats(0, height), st.floats(0, height))))
    return (x0, y0, x1, y1), (height, width)


def close(polygon: Polygon) -> list[object]:
    return [pytest.approx(corner, abs=1e-6) for corner in polygon]


@given(whole_boxes)
def test_a_box_is_the_box_of_its_polygon(box: Box) -> None:
    assert polygon_box(box_polygon(box)) == box


def test_a_polygon_runs_clockwise_from_the_top_left() -> None:
    assert box_polygon((1, 2, 5, 4)) == ((1, 2), (5, 2), (5, 4), (1, 4))


@given(boxes_on_pages(), angles_deg)
def test_to_turn_and_to_turn_back_changes_nothing(
    placed: tuple[Box, tuple[float, float]], angle_deg: float
) -> None:
    box, size = placed
    polygon = box_polygon(box)
    there = rotate_polygon(polygon, angle_deg, *size)
    assert list(unrotate_polygon(there, angle_deg, *size)) == close(polygon)


@given(boxes_on_pages(), angles_deg)
def test_a_turned_box_stays_on_the_grown_canvas(
    placed: tuple[Box, tuple[float, float]], angle_deg: float
) -> None:
    box, size = placed
    height, width = rotated_size(*size, angle_deg)
    x0, y0, x1, y1 = polygon_box(rotate_polygon(box_polygon(box), angle_deg, *size))
    assert x0 >= -1e-6
    assert y0 >= -1e-6
    assert x1 <= width + 1e-6
    assert y1 <= height + 1e-6


@given(sizes, angles_deg)
def test_the_grown_canvas_is_no_larger_than_needed(
    size: tuple[float, float], angle_deg: float
) -> None:
    page = rotate_polygon(box_polygon((0, 0, size[1], size[0])), angle_deg, *size)
    height, width = rotated_size(*size, angle_deg)
    assert polygon_box(page) == pytest.approx((0, 0, width, height), abs=1e-6)


@pytest.mark.parametrize(
    ("angle_deg", "expected", "size"),
    [
        (0, (10, 20), (100, 300)),
        (90, (80, 10), (300, 100)),
        (180, (290, 80), (100, 300)),
        (270, (20, 290), (300, 100)),
        (-90, (20, 290), (300, 100)),
        (360, (10, 20), (100, 300)),
        (450, (80, 10), (300, 100)),
    ],
)
def test_quarter_turns_are_exact_and_clockwise(
    angle_deg: float, expected: tuple[float, float], size: tuple[float, float]
) -> None:
    assert rotate_point((10, 20), angle_deg, 100, 300) == expected
    assert rotated_size(100, 300, angle_deg) == size


def test_a_small_turn_is_clockwise() -> None:
    """What lies to the right of the middle sinks; y points down."""
    x, y = rotate_point((100, 50), 30, 100, 100)
    height, width = rotated_size(100, 100, 30)
    assert x > width / 2
    assert y > height / 2


@given(whole_boxes, whole_boxes, whole_boxes)
def test_union_forgets_order_and_grouping(a: Box, b: Box, c: Box) -> None:
    assert union([a, b]) == union([b, a])
    assert union([union([a, b]), c]) == union([a, union([b, c])]) == union([a, b, c])
    assert union([a, a]) == union([a]) == a


@given(whole_boxes, whole_boxes)
def test_union_holds_both_and_nothing_less_does(a: Box, b: Box) -> None:
    whole = union([a, b])
    assert intersection(whole, a) == area(a)
    assert intersection(whole, b) == area(b)
    for side in range(4):
        assert whole[side] in (a[side], b[side])


def test_union_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        union([])


@given(whole_boxes, whole_boxes)
def test_iou_is_symmetric_and_in_range(a: Box, b: Box) -> None:
    assert 0 <= iou(a, b) == iou(b, a) <= 1
    assert intersection(a, b) == intersection(b, a) <= min(area(a), area(b))
    assert (iou(a, b) == 1) == (a == b and area(a) > 0)


@given(whole_boxes)
def test_iou_with_oneself_is_one_unless_empty(a: Box) -> None:
    assert iou(a, a) == (1 if area(a) else 0)


def test_iou_of_half_a_box() -> None:
    assert iou((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert intersection((0, 0, 10, 10), (5, 0, 15, 10)) == 50


def test_boxes_that_only_touch_share_nothing() -> None:
    assert intersection((0, 0, 10, 10), (10, 0, 20, 10)) == 0
    assert intersection((0, 0, 10, 10), (20, 20, 30, 30)) == 0  # not (-10) * (-10)


@given(pixels, pixels, pixels, pixels)
def test_an_inverted_box_has_no_area(x0: int, y0: int, x1: int, y1: int) -> None:
    assert (area((x0, y0, x1, y1)) > 0) == (x0 < x1 and y0 < y1)
