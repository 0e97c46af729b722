"""Tables from words and ruling lines: rows, columns, spans, headers, and what is no table."""

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from docai.geometry import box_polygon, intersection, rotated_size, unrotate_polygon
from docai.reading import Line, Reading, Word
from docai.table import Table, row_of_word
from docai.vlm.builtin.table_breaks import continued
from docai.vlm.builtin.tables import tables

Rules = NDArray[np.float32]
Printed = tuple[str, float, float]  # text, its start, its middle from the top

NO_RULES: Rules = np.empty((0, 5), np.float32)
HIGH, LETTER = 20.0, 10.0
SIZE = (1400, 1000)
COLUMNS = ((60, "l"), (520, "r"), (680, "r"), (900, "r"))
HEADER = ("Description", "Qty", "Price", "Amount")
ITEMS = (
    ("Blue paint for walls", "2", "3.50", "7.00"),
    ("Brush", "10", "1.25", "12.50"),
    ("Ladder of wood", "1", "120.00", "120.00"),
    ("Tape", "3", "2.00", "6.00"),
)


def row(
    cells: Sequence[str], y: float, columns: Sequence[tuple[int, str]] = COLUMNS
) -> list[Printed]:
    placed = []
    for text, (x, side) in zip(cells, columns, strict=True):
        if text:
            placed.append((text, x - LETTER * len(text) if side == "r" else x, y))
    return placed


def grid(rows: Iterable[Sequence[str]], top: float = 200, pitch: float = 40) -> list[Printed]:
    return [p for n, cells in enumerate(rows) for p in row(cells, top + n * pitch)]


def reading_of(printed: Sequence[Printed], page: int = 1) -> Reading:
    words, lines = [], []
    for text, x, y in printed:
        start = len(words)
        for part in text.split():
            box = (x, y - HIGH / 2, x + LETTER * len(part), y + HIGH / 2)
            words.append(Word(part, box_polygon(box), 1.0))
            x += LETTER * (len(part) + 0.5)
        if len(words) > start:
            lines.append(Line(start, len(words), words[start].polygon))
    return Reading(page, SIZE, tuple(words), tuple(lines), 0.0, "test")


def texts(table: Table, reading: Reading) -> list[list[str]]:
    rows = [[""] * table.shape[1] for _ in range(table.shape[0])]
    for cell in table.cells:
        rows[cell.row][cell.column] = " ".join(reading.words[i].text for i in cell.words)
    return rows


def found(printed: Sequence[Printed], rules: Rules = NO_RULES) -> list[list[list[str]]]:
    reading = reading_of(printed)
    return [texts(table, reading) for table in tables(reading, rules)]


def ruled(xs: Sequence[float], ys: Sequence[float]) -> Rules:
    level = [(xs[0], y, xs[-1], y, 0) for y in ys]
    upright = [(x, ys[0], x, ys[-1], 1) for x in xs]
    return np.array([*level, *upright], np.float32)


def test_a_blank_page_has_no_table() -> None:
    assert tables(reading_of([]), NO_RULES) == ()
    assert tables(reading_of([]), ruled((0, 100, 200), (0, 50, 100))) == ()


def test_columns_are_found_by_white_space() -> None:
    assert found(grid([HEADER, *ITEMS])) == [[list(HEADER), *map(list, ITEMS)]]


def test_the_names_of_columns_are_a_header() -> None:
    (table,) = tables(reading_of(grid([HEADER, *ITEMS])), NO_RULES)
    assert [cell.row for cell in table.cells if cell.is_header] == [0] * 4


def test_a_header_of_two_lines_is_one_row() -> None:
    printed = [*row(("", "", "Unit", ""), 178), *grid([HEADER, *ITEMS])]
    (rows,) = found(printed)
    assert rows[0] == ["Description", "Qty", "Unit Price", "Amount"]
    assert len(rows) == 5


def test_a_description_over_several_lines_is_one_cell() -> None:
    printed = [
        *row(HEADER, 200),
        *row(ITEMS[0], 250),
        *row(("without any smell", "", "", ""), 274),
        *row(ITEMS[1], 324),
        *row(("of horse hair", "", "", ""), 348),
        *row(("and beech", "", "", ""), 372),
        *row(ITEMS[2], 422),
    ]
    (rows,) = found(printed)
    assert [cells[0] for cells in rows] == [
        "Description",
        "Blue paint for walls without any smell",
        "Brush of horse hair and beech",
        "Ladder of wood",
    ]


def test_the_last_description_goes_on_too() -> None:
    printed = [*grid([HEADER, *ITEMS]), *row(("very sticky", "", "", ""), 384)]
    (rows,) = found(printed)
    assert rows[-1][0] == "Tape very sticky"


def test_sums_below_the_items_are_no_items() -> None:
    printed = grid([HEADER, *ITEMS, ("", "", "Total", "145.50")])
    assert found(printed) == [[list(HEADER), *map(list, ITEMS)]]


def test_a_list_of_items_as_on_a_receipt_is_a_table() -> None:
    columns = ((60, "l"), (900, "r"))
    printed = [
        p for n, item in enumerate(ITEMS) for p in row((item[0], item[3]), 200 + 30 * n, columns)
    ]
    assert found(printed) == [[[item[0], item[3]] for item in ITEMS]]


@pytest.mark.parametrize(
    "rows",
    [
        [("Name:", "Anna Berg"), ("Street:", "Hill 7"), ("Zip:", "12345"), ("Born:", "1.2.1990")],
        [("Invoice", "77120"), ("Customer", "4711"), ("Date", "01/02/2024"), ("Page", "1")],
        [("Anna Berg", "Bert Tal"), ("Hill 7", "Dale 9"), ("12345 Ort", "54321 Dorf")],
    ],
)
def test_keys_with_values_and_addresses_are_no_table(rows: list[tuple[str, str]]) -> None:
    columns = ((60, "l"), (500, "l"))
    assert (
        found([p for n, cells in enumerate(rows) for p in row(cells, 200 + 30 * n, columns)]) == []
    )


def test_text_is_no_table() -> None:
    line = "what is written here goes on and on without any end in sight at all"
    assert found([(line, 60, 200 + 30 * n) for n in range(12)]) == []


def test_text_in_two_columns_is_no_table() -> None:
    lines = ["some 20 words of text that", "fill the lines of a column", "up to the year 2024 and"]
    printed = [(lines[n % 3], x, 200 + 30 * n) for n in range(12) for x in (60, 520)]
    assert found(printed) == []


def test_two_tables_are_two() -> None:
    printed = [*grid([HEADER, *ITEMS]), *grid([HEADER, *ITEMS[::-1]], top=700)]
    assert len(found(printed)) == 2


def test_ruling_lines_make_cells() -> None:
    xs, ys = (50, 300, 600, 950), (100, 150, 200, 250)
    printed = [(f"{a}{b}", xs[b] + 20.0, ys[a] + 25.0) for a in range(3) for b in range(3)]
    assert found(printed, ruled(xs, ys)) == [[[f"{a}{b}" for b in range(3)] for a in range(3)]]


def test_a_missing_line_makes_one_cell_of_two() -> None:
    xs, ys = (50, 300, 600, 950), (100, 150, 200, 250)
    lines = [(xs[0], y, xs[-1], y, 0) for y in ys]
    lines += [(x, ys[0], x, ys[-1], 1) for x in (xs[0], xs[2], xs[3])]
    lines.append((xs[1], ys[1], xs[1], ys[-1], 1))  # not beside the first row
    printed = [("both", 250.0, 125.0), ("last", 650.0, 125.0)]
    printed += [(f"{a}{b}", xs[b] + 20.0, ys[a] + 25.0) for a in (1, 2) for b in range(3)]
    reading = reading_of(printed)
    (table,) = tables(reading, np.array(lines, np.float32))
    first = table.cells[0]
    assert (first.row, first.column, first.column_span, first.row_span) == (0, 0, 2, 1)
    assert texts(table, reading)[0] == ["both", "", "last"]


def test_a_band_between_lines_holds_several_rows() -> None:
    rules = ruled((50, 400, 550, 700, 950), (180, 220, 420))
    (rows,) = found(grid([HEADER, *ITEMS]), rules)
    assert rows == [list(HEADER), *map(list, ITEMS)]


def test_a_form_of_ruled_boxes_with_keys_is_no_table() -> None:
    xs, ys = (50, 500, 950), (100, 150, 200, 250)
    printed = [
        (f"Key{a}{b}: value", xs[b] + 20.0, ys[a] + 25.0) for a in range(3) for b in range(2)
    ]
    assert found(printed, ruled(xs, ys)) == []


def test_every_word_says_its_row_and_column() -> None:
    reading = reading_of(grid([HEADER, *ITEMS]))
    (table,) = tables(reading, NO_RULES)
    places = row_of_word(table)
    assert set(places) == set(range(len(reading.words)))
    word = next(i for i, w in enumerate(reading.words) if w.text == "12.50")
    assert places[word] == (2, 3)


@pytest.mark.parametrize("angle_deg", [90.0, 180.0, 270.0, 2.0])
def test_a_turned_page_has_the_same_tables(angle_deg: float) -> None:
    """Words and lines are turned back from a level canvas onto a page that lies askew."""
    level = reading_of(grid([HEADER, *ITEMS]))
    rules = ruled((50, 400, 550, 700, 950), (180, 220, 420))
    height, width = SIZE if angle_deg % 180 else SIZE[::-1]
    size = (width, height) if angle_deg % 180 == 90 else SIZE
    grown = rotated_size(*size, angle_deg)
    assert grown[0] >= 1000

    def back(box: tuple[float, float, float, float]) -> tuple[tuple[float, float], ...]:
        return unrotate_polygon(box_polygon(box), angle_deg, *size)

    words = tuple(replace(w, polygon=back(w.box)) for w in level.words)
    turned = Reading(1, size, words, level.lines, angle_deg, "test")
    ends = [back((r[0], r[1], r[2], r[3])) for r in rules.tolist()]
    moved = np.array([(*e[0], *e[2], 0) for e in ends], np.float32)
    (table,) = tables(turned, moved)
    assert texts(table, turned) == [list(HEADER), *map(list, ITEMS)]
    for cell in table.cells:
        for i in cell.words:
            assert intersection(cell.box, words[i].box) > 0


amounts = st.decimals(0, 9999, places=2).map(str)
rows_of_items = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["paint", "tape", "saw"]), min_size=1, max_size=4).map(" ".join),
        st.integers(1, 99).map(str),
        amounts,
        amounts,
    ),
    min_size=3,
    max_size=12,
)
noise = st.lists(
    st.tuples(
        st.sampled_from(["x", "12", "3.40", "some words", "Key:"]),
        st.floats(0, 900),
        st.floats(0, 1380),
    ),
    max_size=25,
)
lines_of_page = st.lists(
    st.tuples(
        st.integers(0, 900), st.integers(0, 1300), st.integers(30, 900), st.sampled_from([0, 1])
    ),
    max_size=25,
)


def rules_of(lines: Sequence[tuple[int, int, int, int]]) -> Rules:
    return np.array(
        [(x, y, x, y + long, 1) if kind else (x, y, x + long, y, 0) for x, y, long, kind in lines],
        np.float32,
    ).reshape(-1, 5)


@settings(max_examples=60, deadline=None)
@given(noise, lines_of_page, rows_of_items)
def test_cells_never_overlap(
    printed: list[Printed], lines: list[tuple[int, int, int, int]], items: list[tuple[str, ...]]
) -> None:
    reading = reading_of([*printed, *grid(items)])
    all_words: list[int] = []
    for table in tables(reading, rules_of(lines)):
        places = [
            (cell.row + i, cell.column + j)
            for cell in table.cells
            for i in range(cell.row_span)
            for j in range(cell.column_span)
        ]
        assert len(places) == len(set(places)) == table.shape[0] * table.shape[1]
        assert all(
            intersection(a.box, b.box) < 1e-3
            for a, b in combinations(
                [c for c in table.cells if c.box[2] > c.box[0] and c.box[3] > c.box[1]], 2
            )
        )
        all_words += [i for cell in table.cells for i in cell.words]
    assert len(all_words) == len(set(all_words))


@settings(max_examples=40, deadline=None)
@given(rows_of_items)
def test_whatever_the_items_the_rows_are_found(items: list[tuple[str, ...]]) -> None:
    assert found(grid([HEADER, *items])) == [[list(HEADER), *map(list, items)]]


@settings(max_examples=40, deadline=None)
@given(noise, lines_of_page, rows_of_items, st.integers(-60, 60), st.integers(-60, 60))
def test_where_the_page_is_shifted_tables_are_too(
    printed: list[Printed],
    lines: list[tuple[int, int, int, int]],
    items: list[tuple[str, ...]],
    dx: int,
    dy: int,
) -> None:
    placed = [*((t, round(x), round(y)) for t, x, y in printed), *grid(items)]
    before = tables(reading_of(placed), rules_of(lines))
    moved = rules_of([(x + dx, y + dy, long, kind) for x, y, long, kind in lines])
    after = tables(reading_of([(t, x + dx, y + dy) for t, x, y in placed]), moved)
    assert [[c.words for c in t.cells] for t in before] == [
        [c.words for c in t.cells] for t in after
    ]
    for a, b in zip(before, after, strict=True):
        assert b.box == pytest.approx((a.box[0] + dx, a.box[1] + dy, a.box[2] + dx, a.box[3] + dy))


@settings(max_examples=40, deadline=None)
@given(noise, rows_of_items, st.randoms())
def test_the_order_of_words_does_not_matter(
    printed: list[Printed],
    items: list[tuple[str, ...]],
    rng: random.Random,
) -> None:
    reading = reading_of([*{p[1:]: p for p in printed}.values(), *grid(items)])
    order = list(range(len(reading.words)))
    rng.shuffle(order)
    lines = tuple(Line(i, i + 1, reading.words[j].polygon) for i, j in enumerate(order))
    mixed = replace(reading, words=tuple(reading.words[i] for i in order), lines=lines)
    assert [texts(t, reading) for t in tables(reading, NO_RULES)] == [
        texts(t, mixed) for t in tables(mixed, NO_RULES)
    ]


def test_a_full_page_takes_little_time() -> None:
    printed = [p for n in range(80) for p in row(("a b c d e", "12", "3.40", "7.00"), 20 + 17 * n)]
    reading = reading_of(printed)
    assert len(reading.words) == 640
    seconds = []
    for _ in range(5):
        start = time.process_time()
        tables(reading, NO_RULES)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.15  # it takes some 45 ms; a busy machine is slower


def page_of(items: Sequence[Sequence[str]], page: int, dx: float = 0.0) -> Reading:
    return reading_of([(t, x + dx, y) for t, x, y in grid(items)], page)


def groups(*readings: Reading) -> list[list[int]]:
    every = [t for reading in readings for t in tables(reading, NO_RULES)]
    return [[t.page for t in group] for group in continued(every, readings)]


def test_a_table_goes_on_over_page_breaks() -> None:
    pages = [page_of([HEADER, *ITEMS], n) for n in (1, 2, 3)]
    assert groups(*pages) == [[1, 2, 3]]


def test_a_table_goes_on_without_its_header() -> None:
    assert groups(page_of([HEADER, *ITEMS], 1), page_of(ITEMS, 2, dx=12)) == [[1, 2]]


def test_other_names_begin_another_table() -> None:
    other = ("Account", "Debit", "Credit", "Balance")
    assert groups(page_of([HEADER, *ITEMS], 1), page_of([other, *ITEMS], 2)) == [[1], [2]]


def test_a_page_between_ends_a_table() -> None:
    assert groups(page_of([HEADER, *ITEMS], 1), page_of([HEADER, *ITEMS], 3)) == [[1], [3]]


def test_columns_elsewhere_are_another_table() -> None:
    assert groups(page_of([HEADER, *ITEMS], 1), page_of(ITEMS, 2, dx=-55)) == [[1], [2]]
