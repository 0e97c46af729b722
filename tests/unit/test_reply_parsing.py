"""Replies: from JSON with log-probabilities to answers with a place."""

import json
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.testing import typed_reading
from docai.vlm.engine import Answer, Field, Mode, Origin, Printed, Span, any_words
from docai.vlm.reply import answers
from docai.vlm.window import Excerpt
from docai.vlm.writer import Written

PAGE = typed_reading(["Café Tea 3.00", "Milk 4.00", "Total 7.00", "Paid 7.00", "05.01.20 17:30"])
FIELDS = (
    Field("shop", "text"),
    Field("total", "money"),
    Field("kind", "choice", "", Mode.CHOOSE, ('"food"', "7", "true")),
    Field("slip", "text", "", Mode.CORRECT),
    Field("note", "text", "", Mode.FREE),
    Field("items[].name", "text"),
    Field("items[].price", "money"),
)


def piecewise(*pieces: tuple[str, float], stop: str = "end") -> Written:
    """Return a reply in pieces."""
    return Written(tuple((text.encode(), logarithm) for text, logarithm in pieces), stop)


def said(
    written: Written | dict[str, Any],
    fields: Sequence[Field] = FIELDS,
    lines: range | None = None,
    printed: Printed = any_words,
) -> dict[str, Answer]:
    """Return the answers in a reply about PAGE by their path."""
    if not isinstance(written, Written):
        written = piecewise((json.dumps(written, ensure_ascii=False), 0.0))
    excerpt = Excerpt(PAGE, lines or range(len(PAGE.lines)))
    found = answers(written, fields, [excerpt], printed)
    assert len({a.path for a in found}) == len(found)
    return {a.path: a for a in found}


def test_a_value_that_was_copied_has_the_place_of_its_words() -> None:
    found = said({"shop": "Café Tea", "total": "7.00", "kind": None, "items": []})
    assert found == {
        "shop": Answer("shop", 1.0, Span(1, (0, 1)), "Café Tea"),
        "total": Answer("total", 1.0, Span(1, (6,)), "7.00"),
    }


def test_cells_have_the_places_of_their_row() -> None:
    items = [{"name": "Milk", "price": "4.00"}, {"name": None, "price": "3.00"}]
    assert {path: a.span for path, a in said({"items": items}).items()} == {
        "items[0].name": Span(1, (3,)),
        "items[0].price": Span(1, (4,)),
        "items[1].price": Span(1, (2,)),
    }


def test_probability_is_that_of_the_pieces_a_value_has_a_part_in() -> None:
    pieces = [('{"shop":', -7.0), ('"Ca', -0.5), ("fé", -0.25), ('","', -0.125), ("total", -9.0)]
    found = said(piecewise(*pieces, ('":', 0.0), ('"7.00"', -1.0), ("}", -5.0)))
    assert found["shop"].probability == pytest.approx(math.exp(-0.875))
    assert found["total"].probability == pytest.approx(math.exp(-1.0))


def test_a_letter_may_be_cut_into_two_pieces() -> None:
    raw = '{"shop":"Café","total":"7.00"}'.encode()
    cut = raw.index("é".encode()) + 1
    written = Written(((raw[:cut], -0.5), (raw[cut:-8], -0.25), (raw[-8:], -1.0)))
    found = said(written)
    assert found["shop"].text == "Café"
    assert found["shop"].probability == pytest.approx(math.exp(-0.75))
    assert found["total"].probability == pytest.approx(math.exp(-1.0))


@given(st.integers(0, 75), st.integers(1, 7))
def test_a_reply_cut_off_keeps_its_complete_values(stop: int, size: int) -> None:
    whole = '{"shop":"Café Tea","total":"7.00","items":[{"name":"Milk","price":"4.00"}]}'.encode()
    pieces = [(whole[at : min(at + size, stop)], -0.1) for at in range(0, stop, size)]
    found = said(Written(tuple(pieces), "length"))
    ends = {"shop": 'Tea"', "total": '7.00"', "items[0].name": 'Milk"', "items[0].price": '4.00"'}
    complete = [path for path, end in ends.items() if whole.index(end.encode()) + len(end) <= stop]
    assert list(found) == complete
    assert all(answer.span is not None for answer in found.values())


def test_what_is_chosen_is_json() -> None:
    for choice in ("food", 7, True):
        (found,) = said({"kind": choice}).values()
        assert found == Answer("kind", 1.0, None, json.dumps(choice), Origin.CHOSEN)


def test_what_is_written_freely_has_no_place_even_if_it_is_printed() -> None:
    found = said(piecewise((r'{"note":"Milk\u0000 and\n tea \ud800"}', 0.0)))["note"]
    assert found == Answer("note", 1.0, None, "Milk and tea \ufffd", Origin.WRITTEN)
    assert said({"note": "Milk"})["note"].span is None


def test_a_correction_is_marked_and_keeps_the_printed_words() -> None:
    assert said({"slip": "Cafe Tea"})["slip"] == Answer(
        "slip", 1.0, Span(1, (0, 1)), "Cafe Tea", Origin.CORRECTED
    )
    assert said({"slip": "Café"})["slip"] == Answer("slip", 1.0, Span(1, (0,)), "Café")


def test_what_is_printed_nowhere_has_a_text_and_no_place() -> None:
    for path in ("shop", "slip"):
        assert said({path: "Acme Ltd"})[path] == Answer(path, 1.0, None, "Acme Ltd")


def test_words_outside_of_the_window_are_no_place() -> None:
    assert said({"total": "7.00"}, lines=range(3, 5))["total"].span == Span(1, (8,))
    assert said({"total": "7.00"}, lines=range(2))["total"].span is None


def test_places_that_print_a_value_of_the_kind_come_first() -> None:
    def printed(field: Field) -> tuple[Span, ...] | None:
        return (Span(1, (8,)), Span(9, (0,)), Span(1, (9, 10))) if field.path == "total" else None

    assert said({"total": "7.00"}, printed=printed)["total"].span == Span(1, (8,))
    assert said({"total": "4.00"}, printed=printed)["total"].span == Span(1, (4,))
    outside = said({"total": "7.00"}, lines=range(2, 3), printed=printed)
    assert outside["total"].span == Span(1, (6,))


def test_numbers_without_quotes_count_as_they_are_written() -> None:
    assert said(piecewise(('{"total":7.00}', 0.0)))["total"].text == "7.00"


def test_white_space_between_words_is_one_space() -> None:
    assert said({"shop": " Café \n Tea "})["shop"].span == Span(1, (0, 1))


def test_absent_is_null_or_empty_or_left_out() -> None:
    assert said({"shop": None, "total": "", "items": None, "note": " \n"}) == {}
    assert said({}) == {}


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ({"price": "7.00"}, "price was not asked for"),
        ({"total": {"amount": "7.00"}}, "total.amount was not asked for"),
        ({"total": ["7.00"]}, "total[0] was not asked for"),
        ({"items": [{"size": "L"}]}, "items[0].size was not asked for"),
        ({"items": ["Milk"]}, "items[0] was not asked for"),
        ({"items": "Milk"}, "items was not asked for"),
        ({"items": [{"name": {"first": "x"}}]}, "items[0].name.first was not asked for"),
        ({"kind": "drink"}, 'kind must be null or one of "food", 7, true; it is "drink"'),
        ({"kind": 1}, "kind must be null or one of"),
        ({"shop": True}, "shop must be null or a text in double quotes; it is true"),
    ],
)
def test_what_is_no_reply_to_the_fields_is_told(reply: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError) as failed:
        said(reply)
    assert wrong in str(failed.value)


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(ValueError, match="no UTF-8"):
        said(Written(((b'{"shop":"\xff"}', 0.0),)))
    with pytest.raises(ValueError, match="no UTF-8"):
        said(Written(((b'{"shop":"\xc3', 0.0),)))


@pytest.mark.parametrize("logarithm", [-math.inf, -1000.0, 0.5])
def test_a_probability_is_one(logarithm: float) -> None:
    probability = said(piecewise(('{"shop":"Milk"}', logarithm)))["shop"].probability
    assert 0.0 <= probability <= 1.0
