"""Merging: what was said twice of the same words counts once."""

from hypothesis import given
from hypothesis import strategies as st

from docai.vlm.engine import Answer, Origin, Span
from docai.vlm.merge import merge


def cells(number: int, *words: int, page: int = 1, **texts: str) -> list[Answer]:
    """Return a row whose n-th cell stands at the n-th of ``words``."""
    places = [Span(page, (word,)) for word in words] + [None] * len(texts)
    return [
        Answer(f"items[{number}].{column}", 0.9, span, text)
        for (column, text), span in zip(texts.items(), places, strict=False)
    ]


def rows(answers: tuple[Answer, ...]) -> list[dict[str, str | None]]:
    """Return the rows of a reply as plain values."""
    out: dict[int, dict[str, str | None]] = {}
    for answer in answers:
        number, column = answer.path.removeprefix("items[").split("].")
        out.setdefault(int(number), {})[column] = answer.text
    assert list(out) == list(range(len(out)))
    return list(out.values())


def test_one_window_says_what_it_says() -> None:
    said = [Answer("total", 0.9, Span(1, (3,)), "9.00"), *cells(0, 1, name="Tea")]
    assert merge([said]) == tuple(said)


def test_the_same_value_of_the_same_words_counts_once_and_as_its_surest() -> None:
    doubted, sure = (Answer("total", p, Span(1, (3,)), "9.00") for p in (0.4, 0.8))
    assert merge([[doubted], [sure]]) == (sure,)


def test_different_values_are_alternatives_the_most_probable_first() -> None:
    first = Answer("total", 0.4, Span(1, (3,)), "9.00")
    second = Answer("total", 0.8, Span(2, (7,)), "9.50")
    date = Answer("date", 0.5, Span(1, (1,)), "05.01.20")
    assert merge([[date, first], [second]]) == (date, second, first)


def test_the_same_text_elsewhere_is_another_candidate() -> None:
    here, there = (Answer("total", 0.5, Span(page, (3,)), "9.00") for page in (1, 2))
    assert merge([[here], [there]]) == (here, there)


def test_a_correction_is_not_the_word_it_corrects() -> None:
    printed = Answer("name", 0.5, Span(1, (3,)), "C0ffee")
    corrected = Answer("name", 0.6, Span(1, (3,)), "Coffee", Origin.CORRECTED)
    assert merge([[printed], [corrected]]) == (corrected, printed)


def test_rows_follow_each_other_in_document_order() -> None:
    first = cells(0, 1, name="Tea") + cells(1, 2, name="Milk")
    second = cells(0, 1, page=2, name="Rusk")
    assert [r["name"] for r in rows(merge([first, second]))] == ["Tea", "Milk", "Rusk"]


def test_rows_of_the_same_words_are_one_and_the_fuller_is_kept() -> None:
    first = cells(0, 1, 2, name="Tea", price="3.00") + cells(1, 3, name="Milk")
    second = cells(0, 3, 4, name="Milk", price="4.00") + cells(1, 5, 6, name="Rusk", price="5.00")
    assert rows(merge([first, second])) == [
        {"name": "Tea", "price": "3.00"},
        {"name": "Milk", "price": "4.00"},
        {"name": "Rusk", "price": "5.00"},
    ]


def test_a_row_that_the_later_window_saw_in_part_stays_whole() -> None:
    whole, part = cells(0, 1, 2, name="Tea", price="3.00"), cells(0, 1, name="Tea")
    assert rows(merge([whole, part])) == [{"name": "Tea", "price": "3.00"}]


def test_equal_rows_at_different_places_stay_two() -> None:
    first = cells(0, 1, 2, name="Tea", price="3.00")
    second = cells(0, 5, 6, name="Tea", price="3.00")
    assert len(rows(merge([first, second]))) == 2


def test_a_row_that_one_window_missed_stands_where_it_belongs() -> None:
    first = cells(0, 1, name="A") + cells(1, 3, name="C") + cells(2, 5, name="E")
    second = cells(0, 2, name="B") + cells(1, 3, name="C") + cells(2, 4, name="D")
    second += cells(3, 5, name="E") + cells(4, 6, name="F")
    assert "".join(str(r["name"]) for r in rows(merge([first, second]))) == "ABCDEF"


def test_a_row_written_twice_in_one_window_is_printed_once() -> None:
    again = [a for n in range(5) for a in cells(n, 1, 2, name="Tea", price="3.00")]
    assert rows(merge([again])) == [{"name": "Tea", "price": "3.00"}]


def test_of_a_row_written_twice_the_fuller_is_kept() -> None:
    said = cells(0, 1, name="Tea") + cells(1, 3, name="Milk")
    said += cells(2, 3, 4, name="Milk", price="4.00")
    assert rows(merge([said])) == [{"name": "Tea"}, {"name": "Milk", "price": "4.00"}]


def test_a_day_printed_once_does_not_make_its_rows_one() -> None:
    said = cells(0, 9, 1, day="05.01.", name="Tea") + cells(1, 9, 2, day="05.01.", name="Milk")
    said += cells(2, 9, 3, day="05.01.", price="3.00")
    assert len(rows(merge([said]))) == 3


def test_rows_that_chose_differently_stay_two() -> None:
    def row(number: int, choice: str) -> list[Answer]:
        chosen = Answer(f"items[{number}].kind", 0.9, None, choice, Origin.CHOSEN)
        return [*cells(number, 9, day="05.01."), chosen]

    assert len(rows(merge([[*row(0, '"a"'), *row(1, '"b"')]]))) == 2
    assert len(rows(merge([row(0, '"a"'), row(0, '"a"')]))) == 1


def test_rows_that_stand_nowhere_are_the_same_only_across_windows() -> None:
    twice = cells(0, name="Tea") + cells(1, name="Tea")
    assert len(rows(merge([twice]))) == 2
    assert len(rows(merge([cells(0, name="Tea"), cells(0, name="Tea")]))) == 1


def test_lists_do_not_mix() -> None:
    tea = cells(0, 1, name="Tea")
    other = [Answer("fees[0].name", 0.9, Span(1, (1,)), "Tea")]
    assert merge([tea, other]) == (*tea, *other)


@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 4), st.data())
def test_overlapping_windows_over_one_list_give_it_back(
    num_rows: int, size: int, overlap: int, data: st.DataObject
) -> None:
    step = max(1, size - overlap)
    windows = [range(at, min(at + size, num_rows)) for at in range(0, num_rows, step)]
    said = [
        [a for n, row in enumerate(w) for a in cells(n, row, 100 + row, name=str(row), price="-")]
        for w in windows
    ]
    assert [int(r["name"] or -1) for r in rows(merge(said))] == list(range(num_rows))
    missed = data.draw(st.integers(0, num_rows - 1))
    partly = [[a for a in window if a.text != str(missed)] for window in said]
    names = [r.get("name") for r in rows(merge(partly))]
    assert names == [None if row == missed else str(row) for row in range(num_rows)]
