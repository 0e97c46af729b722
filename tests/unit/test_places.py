"""Places: of several places that print a value, the one that was meant."""

from hypothesis import given
from hypothesis import strategies as st

from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.engine import Span
from docai.vlm.places import places


def printed(reading: Reading, text: str) -> list[Span]:
    """Return every run of words inside a line that prints ``text``."""
    wanted = text.split()
    return [
        Span(reading.page, tuple(range(start, start + len(wanted))))
        for line in reading.lines
        for start in range(line.start, line.stop - len(wanted) + 1)
        if [w.text for w in reading.words[start : start + len(wanted)]] == wanted
    ]


def lines_of(said: dict[str, str], *readings: Reading) -> dict[str, int]:
    """Place values and return the line that each stands in."""
    candidates = {
        path: [span for reading in readings for span in printed(reading, text)]
        for path, text in said.items()
    }
    pages = {reading.page: reading for reading in readings}
    return {
        path: pages[span.page].line_of_word[span.words[0]]
        for path, span in places(candidates, readings).items()
    }


def test_cells_stand_in_the_row_of_their_neighbours() -> None:
    page = typed_reading(["Tea 3.00", "Milk 4.50", "Rusk 3.00", "Total 10.50"])
    said = {"items[0].name": "Rusk", "items[0].price": "3.00"}
    assert lines_of(said, page) == {"items[0].name": 2, "items[0].price": 2}


def test_a_row_stands_where_all_its_cells_are_near() -> None:
    page = typed_reading(["Tea 1.00", "Milk 2.00", "Tea 3.00", "Paid 3.00"])
    said = {"items[0].name": "Tea", "items[0].price": "3.00"}
    assert lines_of(said, page) == {"items[0].name": 2, "items[0].price": 2}


def test_two_rows_that_print_the_same_stand_in_two_places() -> None:
    page = typed_reading(["Tea 3.00", "Tea 3.00", "Total 6.00"])
    said = {f"items[{n}].{c}": t for n in range(2) for c, t in (("name", "Tea"), ("price", "3.00"))}
    assert list(lines_of(said, page).values()) == [0, 0, 1, 1]


def test_a_row_stands_below_the_row_before_it() -> None:
    page = typed_reading(["9.00", "Tea 3.00", "x", "9.00"])
    said = {"items[0].price": "3.00", "items[1].price": "9.00"}
    assert lines_of(said, page) == {"items[0].price": 1, "items[1].price": 3}


def test_cells_of_a_wrapped_row_stay_together() -> None:
    page = typed_reading(["3.00 first", "Tea with a", "long name 3.00", "3.00 last"])
    name = Span(1, (2, 3, 4, 5, 6))
    placed = places({"items[0].name": [name], "items[0].price": printed(page, "3.00")}, [page])
    assert placed == {"items[0].name": name, "items[0].price": Span(1, (7,))}


def test_equal_cells_of_a_row_take_a_word_each_in_their_order() -> None:
    page = typed_reading(["Tea 3.00 3.00", "Total 3.00"])
    candidates = {
        f"items[0].{column}": printed(page, text)
        for column, text in (("name", "Tea"), ("price", "3.00"), ("total_price", "3.00"))
    }
    placed = places(candidates, [page])
    assert [span.words for span in placed.values()] == [(0,), (1,), (2,)]


def test_a_day_printed_once_serves_several_rows() -> None:
    page = typed_reading(["05.01.", "Tea 3.00", "Milk 4.00"])
    said = {"items[0].day": "05.01.", "items[0].name": "Tea"}
    said |= {"items[1].day": "05.01.", "items[1].name": "Milk"}
    assert list(lines_of(said, page).values()) == [0, 1, 0, 2]


def test_rows_of_another_list_may_point_at_the_same_words() -> None:
    page = typed_reading(["Tea 3.00", "Tea 4.00"])
    said = {"items[0].name": "Tea", "goods[0].name": "Tea"}
    assert list(lines_of(said, page).values()) == [0, 0]


def test_a_cell_stands_on_the_page_of_its_row() -> None:
    pages = typed_reading(["3.00"]), typed_reading(["Tea 3.00"], 2)
    candidates = {
        "items[0].name": printed(pages[1], "Tea"),
        "items[0].price": printed(pages[0], "3.00") + printed(pages[1], "3.00"),
    }
    assert places(candidates, pages)["items[0].price"] == Span(2, (1,))


def test_a_scalar_stands_where_its_name_stands() -> None:
    page = typed_reading(["Cash 9.00", "Sub Total 9.00", "Total 9.00", "Paid 9.00"])
    assert lines_of({"total": "9.00"}, page) == {"total": 2}
    assert lines_of({"subtotal": "9.00"}, page) == {"subtotal": 1}
    assert lines_of({"amount_paid": "9.00"}, page) == {"amount_paid": 3}


def test_a_name_may_stand_above_its_value() -> None:
    page = typed_reading(["Ordered       Delivered", "05.01.20      05.01.20"])
    candidates = {"delivered": printed(page, "05.01.20")}
    assert places(candidates, [page])["delivered"] == Span(1, (3,))


def test_scalars_leave_each_other_and_rows_their_places() -> None:
    page = typed_reading(["Tea 9.00", "SUM 9.00", "DUE 9.00"])
    said = {"before_tax": "9.00", "after_tax": "9.00"}
    said |= {"items[0].name": "Tea", "items[0].price": "9.00"}
    assert lines_of(said, page) == {
        "before_tax": 1,
        "after_tax": 2,
        "items[0].name": 0,
        "items[0].price": 0,
    }


def test_where_nothing_decides_the_first_place_is_it() -> None:
    page = typed_reading(["9.00", "9.00"])
    assert lines_of({"total": "9.00"}, page) == {"total": 0}


WORDS = st.sampled_from(["1", "2", "Tea"])
PATHS = st.sampled_from(["a", "b"]) | st.builds(
    "{}[{}].{}".format, st.sampled_from("xy"), st.integers(0, 3), st.sampled_from("cd")
)


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6),
    st.dictionaries(PATHS, WORDS),
)
def test_every_value_has_one_of_its_places(lines: list[str], said: dict[str, str]) -> None:
    page = typed_reading(lines)
    candidates = {path: printed(page, text) for path, text in said.items() if text in page.text}
    candidates = {path: spans for path, spans in candidates.items() if spans}
    placed = places(candidates, [page])
    assert list(placed) == list(candidates)
    assert all(placed[path] in spans for path, spans in candidates.items())
    assert placed == places(candidates, [page])
