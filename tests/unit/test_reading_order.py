"""Reading order: rows of receipts, columns of letters, whatever the angle and the input order."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.geometry import Point, Polygon, box_polygon, rotate_polygon
from docai.ocr.reading_order import reading_order, rows

WIDTH, HEIGHT = 1000.0, 1400.0
LINE = 20.0  # height of a line

skews_deg = st.floats(-15, 15)
boxes = st.tuples(
    st.floats(0, WIDTH), st.floats(0, HEIGHT), st.floats(1, 400), st.floats(1, 120)
).map(lambda b: box_polygon((b[0], b[1], b[0] + b[2], b[1] + b[3])))

coarse_boxes = st.tuples(  # many of them tie in one thing or another
    st.integers(0, 4), st.integers(0, 6), st.integers(1, 3), st.integers(1, 3)
).map(lambda b: line(60.0 * b[0], LINE * b[1], 60.0 * b[2], LINE * b[3]))


def line(x: float, y: float, width: float, height: float = LINE) -> Polygon:
    """One piece of text, its left end centred on (x, y)."""
    return box_polygon((x, y - height / 2, x + width, y + height / 2))


def turned(polygons: list[Polygon], angle_deg: float) -> list[Polygon]:
    return [rotate_polygon(p, angle_deg, HEIGHT, WIDTH) for p in polygons]


def bent(polygons: list[Polygon], bend: Callable[[Point], Point]) -> list[Polygon]:
    return [(bend(a), bend(b), bend(c), bend(d)) for a, b, c, d in polygons]


def shuffled_order(polygons: list[Polygon], seed: int) -> list[int]:
    """Order the polygons from a shuffled list; name them as in the list given."""
    shuffled = list(range(len(polygons)))
    random.Random(seed).shuffle(shuffled)
    return [shuffled[i] for i in reading_order([polygons[i] for i in shuffled])]


def column(x: float, y: float, pitch: float, lines: int, width: float) -> list[Polygon]:
    """A paragraph, its last line short."""
    last = lines - 1
    return [line(x, y + i * pitch, width * (0.6 if i == last else 1)) for i in range(lines)]


@st.composite
def tables(draw: st.DrawFn) -> list[list[Polygon]]:
    """Rows of a receipt: description, perhaps a quantity, perhaps a price, a little uneven."""
    table = []
    for n in range(draw(st.integers(1, 14))):
        y = 100 + n * 1.3 * LINE
        jitter = st.floats(-0.1 * LINE, 0.1 * LINE)
        row = [line(100, y + draw(jitter), draw(st.floats(40, 400)))]
        if draw(st.booleans()):
            row.append(line(540, y + draw(jitter), draw(st.floats(15, 60))))
        if draw(st.booleans()):
            width = draw(st.floats(40, 120))
            row.append(line(900 - width, y + draw(jitter), width, draw(st.floats(16, 30))))
        table.append(row)
    return table


def numbered(table: list[list[Polygon]]) -> list[list[int]]:
    """The indices of each row when the table is read cell by cell."""
    counter = iter(range(sum(len(row) for row in table)))
    return [[next(counter) for _ in row] for row in table]


def test_an_empty_page_has_no_order_and_no_rows() -> None:
    assert reading_order([]) == []
    assert rows([]) == []


@given(boxes, st.floats(-180, 180))
def test_a_single_piece_is_read(polygon: Polygon, angle_deg: float) -> None:
    assert reading_order(turned([polygon], angle_deg)) == [0]
    assert rows(turned([polygon], angle_deg)) == [[0]]


@given(st.lists(boxes, max_size=30))
def test_every_piece_comes_once(polygons: list[Polygon]) -> None:
    assert sorted(reading_order(polygons)) == list(range(len(polygons)))
    assert sorted(i for row in rows(polygons) for i in row) == list(range(len(polygons)))


@given(st.lists(boxes | coarse_boxes, max_size=30), skews_deg, st.integers(0, 1000))
def test_the_input_order_does_not_matter(
    polygons: list[Polygon], skew_deg: float, seed: int
) -> None:
    skewed = turned(polygons, skew_deg)
    shuffled = random.Random(seed).sample(skewed, len(skewed))
    expected = [skewed[i] for i in reading_order(skewed)]
    assert [shuffled[i] for i in reading_order(shuffled)] == expected
    expected_rows = [[skewed[i] for i in row] for row in rows(skewed)]
    assert [[shuffled[i] for i in row] for row in rows(shuffled)] == expected_rows


@given(tables(), skews_deg, st.integers(0, 1000))
def test_a_table_is_read_row_by_row_at_any_skew(
    table: list[list[Polygon]], skew_deg: float, seed: int
) -> None:
    pieces = turned([piece for row in table for piece in row], skew_deg)
    assert shuffled_order(pieces, seed) == list(range(len(pieces)))
    assert rows(pieces) == numbered(table)


@given(st.integers(2, 8), st.integers(2, 6), skews_deg, st.integers(0, 1000))
def test_a_skewed_grid_keeps_its_order(
    num_rows: int, num_columns: int, skew_deg: float, seed: int
) -> None:
    grid = [
        line(60 + 150 * n, 100 + 1.2 * LINE * m, 80)
        for m in range(num_rows)
        for n in range(num_columns)
    ]
    assert shuffled_order(turned(grid, skew_deg), seed) == list(range(len(grid)))


@given(tables(), st.floats(-LINE, LINE), skews_deg)
def test_curled_paper_keeps_its_rows(
    table: list[list[Polygon]], sag: float, skew_deg: float
) -> None:
    """Ends of rows lie a line lower or higher than their middles: more than paper usually curls."""
    full = [
        row if len(row) > 1 else [*row, line(820, row[0][0][1] + LINE / 2, 80)] for row in table
    ]
    flat = [piece for row in full for piece in row]
    curled = bent(flat, lambda p: (p[0], p[1] + sag * (2 * p[0] / WIDTH - 1) ** 2))
    if len(full) >= 8:  # with fewer lines curl cannot be told from noise
        assert rows(turned(curled, skew_deg)) == numbered(full)


def test_a_page_photographed_askew_keeps_its_rows() -> None:
    """Rows fan out by six degrees from the top of the page to its foot."""
    table = [
        [line(100, 100 + 1.3 * LINE * n, 300), line(800, 100 + 1.3 * LINE * n, 90)]
        for n in range(40)
    ]
    fanned = bent(
        [p for row in table for p in row],
        lambda p: (p[0], p[1] + (p[0] - 500) * (p[1] - 620) / 10_000),
    )
    assert rows(fanned) == numbered(table)


def test_upright_boxes_of_a_skewed_page_make_rows() -> None:
    """Some tools keep only upright boxes; the rows still tell how the page lies."""
    table = [
        [line(x, 100 + 1.5 * LINE * n + x / 30, 40) for x in (100, 200, 300, 800)]
        for n in range(12)
    ]
    assert rows([p for row in table for p in row]) == numbered(table)


@given(
    st.floats(1.25, 1.8),
    st.floats(1.25, 1.8),
    st.floats(0, LINE),
    st.integers(5, 12),
    st.integers(5, 12),
    skews_deg,
    st.integers(0, 1000),
)
def test_a_letter_in_two_columns_is_read_column_by_column(
    left_pitch: float,
    right_pitch: float,
    shift: float,
    num_left: int,
    num_right: int,
    skew_deg: float,
    seed: int,
) -> None:
    left = column(80, 300, left_pitch * LINE, num_left, 380)
    right = column(540, 300 + shift, right_pitch * LINE, num_right, 400)
    foot = max(left[-1][2][1], right[-1][2][1]) + 4 * LINE
    page = [line(80, 120, 860, 30), *left, *right, line(80, foot, 860)]
    order = shuffled_order(turned(page, skew_deg), seed)
    assert order == list(range(len(page)))


def test_address_blocks_out_of_step_are_read_one_after_the_other() -> None:
    seller = column(80, 100, 1.3 * LINE, 5, 200)
    buyer = column(600, 108, 1.7 * LINE, 5, 200)
    table = [
        line(x, 500 + 30 * n, w) for n in range(6) for x, w in ((80, 400), (600, 40), (840, 90))
    ]
    page = [*seller, *buyer, *table]
    assert reading_order(page) == list(range(len(page)))


def test_keys_and_values_in_step_are_read_row_by_row() -> None:
    """Two left-aligned columns in step are a table, unless their lines are long."""
    page = [line(x, 100 + 30 * n, w) for n in range(6) for x, w in ((80, 180), (500, 190))]
    assert reading_order(page) == list(range(len(page)))


def test_columns_in_step_are_columns_where_their_lines_are_long() -> None:
    page = [*column(40, 100, 26, 8, 420), *column(520, 100, 26, 8, 420)]
    assert reading_order(page) == list(range(len(page)))
    assert rows(page) == [[n, n + 8] for n in range(8)]


def test_prices_out_of_step_with_their_items_are_no_column() -> None:
    items = [line(80, 100 + 30 * n, 300) for n in range(8)]
    prices = [line(700, 100 + 30 * n + 7, 90) for n in range(8)]
    order = reading_order([*items, *prices])
    assert order == [i for n in range(8) for i in (n, n + 8)]


def test_a_logo_swallows_no_rows() -> None:
    logo = line(50, 150, 120, 5 * LINE)
    address = [line(300, 110 + 26 * n, 300) for n in range(4)]
    items = [line(x, 300 + 26 * n, w) for n in range(3) for x, w in ((50, 300), (700, 80))]
    assert rows([logo, *address, *items]) == [[0], [1], [2], [3], [4], [5, 6], [7, 8], [9, 10]]


def test_a_large_total_stays_with_its_key() -> None:
    key, total = line(80, 300, 150), line(700, 300, 250, 3 * LINE)
    others = [line(80, 100 + 30 * n, 300) for n in range(4)]
    assert rows([*others, key, total]) == [[0], [1], [2], [3], [4, 5]]


def test_one_piece_at_a_mad_angle_does_not_turn_the_page() -> None:
    page = [line(x, 100 + 26 * n, w) for n in range(6) for x, w in ((80, 300), (700, 80))]
    stamp = rotate_polygon(line(300, 700, 400), 40, HEIGHT, WIDTH)
    order = reading_order([*page, stamp])
    assert [i for i in order if i != len(page)] == list(range(len(page)))


def test_pieces_that_overlap_a_little_share_a_row() -> None:
    assert rows([line(100, 100, 110), line(200, 101, 110), line(300, 99, 110)]) == [[0, 1, 2]]


@pytest.mark.parametrize("lies_at", [(0.0, 0.0), (5e5, -3e5)])
def test_pieces_without_extent_are_ordered_too(lies_at: Point) -> None:
    point: Polygon = (lies_at, lies_at, lies_at, lies_at)
    assert sorted(reading_order([point] * 9)) == list(range(9))
