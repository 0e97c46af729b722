"""From planted probabilities of tags to answers: exact spans, blocks and rows of items."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.reading import Line, Reading
from docai.testing import typed_reading
from docai.vlm.builtin.decode import MAX_ALTERNATIVES, decode
from docai.vlm.builtin.tagged import LINK_SIZE, Tagged
from docai.vlm.builtin.tags import ITEM_COLUMNS, KINDS, ROLES, SCALARS, TAGS
from docai.vlm.engine import Answer, Reply

ITEMS: dict[str, Any] = {
    "type": "array",
    "items": {"properties": {name: {} for name in ITEM_COLUMNS}},
}
ALL_FIELDS: dict[str, Any] = {"properties": {**{name: {} for name in SCALARS}, "items": ITEMS}}
ONE_LINE_FIELDS = ("merchant_phone", "transaction_date", "transaction_time", "subtotal", "total")
Plan = dict[int, tuple[str, float]]


def tagged(reading: Reading, plan: Plan, starts: tuple[int, ...] = ()) -> Tagged:
    """Return what a network would say: the planted tags, and nothing elsewhere."""
    tags = np.zeros((len(reading.words), len(TAGS)), np.float32)
    tags[:, 0] = 1
    for i, (tag, p) in plan.items():
        tags[i, TAGS.index(tag)] = p
        tags[i, 0] = 1 - p
    begins = np.zeros(len(reading.words), np.float32)
    begins[list(starts)] = 1
    none = np.zeros(len(reading.words), np.float32)
    links = np.zeros((len(reading.words), LINK_SIZE), np.float32)
    roles = np.zeros((len(reading.words), len(ROLES)), np.float32)
    kinds = np.zeros(len(KINDS), np.float32)
    return Tagged(reading, tags, begins, roles, none, links, links, kinds, 1.0)


def plan_of(tag: str, *words: int, p: float = 0.9) -> Plan:
    return dict.fromkeys(words, (tag, p))


def told(reply: Reply, path: str) -> list[tuple[int, ...]]:
    """Return the words of each answer for ``path``, best first."""
    return [a.span.words for a in reply.answers if a.path == path and a.span is not None]


def items(reading: Reading, plan: Plan, starts: tuple[int, ...] = ()) -> dict[str, str]:
    """Return the printed text per path of an item."""
    reply = decode([tagged(reading, plan, starts)], ALL_FIELDS)
    return {
        a.path: " ".join(reading.words[i].text for i in a.span.words)
        for a in reply.answers
        if a.span is not None
    }


def apart(reading: Reading) -> Reading:
    """Return the same page, with every word seen as a line of its own."""
    lines = tuple(Line(i, i + 1, word.polygon) for i, word in enumerate(reading.words))
    return Reading(reading.page, reading.size, reading.words, lines, 0.0, reading.engine)


@given(st.data())
def test_a_planted_run_is_found_word_for_word(data: st.DataObject) -> None:
    num_words = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=8))
    reading = typed_reading([" ".join(["AB"] * n) for n in num_words])
    line = data.draw(st.sampled_from(reading.lines))
    start = data.draw(st.integers(line.start, line.stop - 1))
    stop = data.draw(st.integers(start + 1, line.stop))
    name = data.draw(st.sampled_from(ONE_LINE_FIELDS))
    p = data.draw(st.floats(0.4, 1))
    reply = decode([tagged(reading, plan_of(name, *range(start, stop), p=p))], ALL_FIELDS)
    (answer,) = reply.answers
    assert answer.path == name
    assert told(reply, name) == [tuple(range(start, stop))]
    assert answer.probability == pytest.approx(p, rel=1e-4)
    assert (answer.text, reply.stop, reply.unasked) == (None, "end", ())


def test_a_run_ends_with_its_line() -> None:
    reading = typed_reading(["TOTAL 9.00", "9.00 CASH"])
    reply = decode([tagged(reading, plan_of("total", 1, 2))], ALL_FIELDS)
    assert sorted(told(reply, "total")) == [(1,), (2,)]


def test_a_run_ends_at_a_word_of_another_tag() -> None:
    reading = typed_reading(["25/12/2018 14:05 25/12/2018"])
    plan = plan_of("transaction_date", 0, 2) | plan_of("transaction_time", 1)
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    assert sorted(told(reply, "transaction_date")) == [(0,), (2,)]
    assert told(reply, "transaction_time") == [(1,)]


def test_a_doubted_neighbour_makes_a_second_candidate() -> None:
    reading = typed_reading(["DATE 05 JAN 2017"])
    plan = plan_of("transaction_date", 2, 3) | plan_of("transaction_date", 1, p=0.1)
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    assert told(reply, "transaction_date") == [(2, 3), (1, 2, 3)]


def test_candidates_come_best_first_and_not_too_many() -> None:
    reading = typed_reading([f"{n}.00" for n in range(9)])
    plan = {n: ("total", 0.1 + 0.08 * ((n * 4) % 9)) for n in range(9)}
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    chances = [a.probability for a in reply.answers]
    assert chances == sorted(chances, reverse=True)
    assert len(chances) == MAX_ALTERNATIVES
    best = max(plan, key=lambda n: plan[n][1])
    assert told(reply, "total")[0] == (best,)


def test_what_is_hardly_possible_is_not_offered() -> None:
    reply = decode([tagged(typed_reading(["1.00 2.00"]), plan_of("total", 0, p=0.01))], ALL_FIELDS)
    assert reply.answers == ()


def test_candidates_of_all_pages_compete() -> None:
    first, second = typed_reading(["TOTAL 1.00"]), typed_reading(["TOTAL 2.00"], page=2)
    pages = [
        tagged(first, plan_of("total", 1, p=0.5)),
        tagged(second, plan_of("total", 1, p=0.8)),
    ]
    spans = [a.span for a in decode(pages, ALL_FIELDS).answers]
    assert [(s.page, s.words) for s in spans if s] == [(2, (1,)), (1, (1,))]


def test_a_block_goes_over_lines() -> None:
    reading = typed_reading(["KEDAI", "12 JALAN BESAR", "81100 JOHOR BAHRU", "TEL 07"])
    reply = decode([tagged(reading, plan_of("merchant_address", *range(1, 7)))], ALL_FIELDS)
    assert told(reply, "merchant_address") == [(1, 2, 3, 4, 5, 6)]


def test_a_phone_inside_an_address_stays_out_of_it() -> None:
    reading = typed_reading(["12 JALAN BESAR", "TEL 07-3554321", "81100 JOHOR BAHRU"])
    plan = plan_of("merchant_address", 0, 1, 2, 5, 6, 7) | plan_of("merchant_phone", 4)
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    assert told(reply, "merchant_address") == [(0, 1, 2, 5, 6, 7)]
    assert told(reply, "merchant_phone") == [(4,)]


def test_a_doubted_word_between_sure_ones_belongs_to_the_block() -> None:
    reading = typed_reading(["KEDAI BUKU ANU SDN BHD"])
    plan = plan_of("merchant_name", 0, 1, 3, 4) | plan_of("merchant_name", 2, p=0.05)
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    assert told(reply, "merchant_name") == [(0, 1, 2, 3, 4)]


def test_a_phone_between_words_of_a_line_does_not_belong_to_the_block() -> None:
    reading = typed_reading(["BESAR 07-3554321 07-3554322 JOHOR"])
    plan = plan_of("merchant_address", 0, 3) | plan_of("merchant_phone", 1, 2)
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    assert told(reply, "merchant_address") == [(0, 3)]


def test_names_far_apart_are_two_candidates() -> None:
    reading = typed_reading(["ALPHA SHOP", *"ABCDEF", "ALPHA SHOP"])
    reply = decode([tagged(reading, plan_of("merchant_name", 0, 1, 8, 9))], ALL_FIELDS)
    assert sorted(told(reply, "merchant_name")) == [(0, 1), (8, 9)]


@given(st.permutations(range(6)), st.integers(1, 6))
def test_the_words_of_a_value_are_in_reading_order(order: list[int], count: int) -> None:
    reading = typed_reading(["AB CD", "EF GH", "IJ KL"])
    reply = decode([tagged(reading, plan_of("merchant_address", *order[:count]))], ALL_FIELDS)
    for words in told(reply, "merchant_address"):
        assert list(words) == sorted(set(words))


ONE_ROW = typed_reading(["GREEN TEA   2   1.50    3.00", "RUSK         1   4.00    4.00"])
ONE_ROW_PLAN = (
    plan_of("item_description", 0, 1, 5)
    | plan_of("item_quantity", 2, 6)
    | plan_of("item_price", 3, 7)
    | plan_of("item_total_price", 4, 8)
)
EXPECTED = {
    "items[0].description": "GREEN TEA",
    "items[0].quantity": "2",
    "items[0].price": "1.50",
    "items[0].total_price": "3.00",
    "items[1].description": "RUSK",
    "items[1].quantity": "1",
    "items[1].price": "4.00",
    "items[1].total_price": "4.00",
}


@pytest.mark.parametrize("starts", [(), (0, 5)])
@pytest.mark.parametrize("reading", [ONE_ROW, apart(ONE_ROW)])
def test_items_of_one_row_each(reading: Reading, starts: tuple[int, ...]) -> None:
    assert items(reading, ONE_ROW_PLAN, starts) == EXPECTED


@pytest.mark.parametrize("starts", [(), (0, 5)])
def test_items_whose_amounts_stand_in_the_next_row(starts: tuple[int, ...]) -> None:
    reading = typed_reading(["GREEN TEA", "  2  1.50   3.00", "RUSK", "  1  4.00   4.00"])
    assert items(reading, ONE_ROW_PLAN, starts) == EXPECTED


@pytest.mark.parametrize("starts", [(), (0, 5)])
def test_items_whose_amounts_stand_above_are_kept_apart_by_starts(starts: tuple[int, ...]) -> None:
    reading = typed_reading(["2  1.50", "GREEN TEA    3.00", "1  4.00", "RUSK         4.00"])
    plan = (
        plan_of("item_quantity", 0, 5)
        | plan_of("item_price", 1, 6)
        | plan_of("item_description", 2, 3, 7)
        | plan_of("item_total_price", 4, 8)
    )
    assert items(reading, plan, starts) == EXPECTED


def test_a_description_may_go_on_in_the_next_row() -> None:
    reading = typed_reading(["GREEN TEA LARGE", "ORGANIC     3.00", "RUSK        4.00"])
    plan = plan_of("item_description", 0, 1, 2, 3, 5) | plan_of("item_total_price", 4, 6)
    assert items(reading, plan, (0, 5)) == {
        "items[0].description": "GREEN TEA LARGE ORGANIC",
        "items[0].total_price": "3.00",
        "items[1].description": "RUSK",
        "items[1].total_price": "4.00",
    }


def test_a_start_begins_an_item_though_the_last_one_has_no_price() -> None:
    reading = typed_reading(["GREEN TEA", "RUSK  4.00"])
    plan = plan_of("item_description", 0, 1, 2) | plan_of("item_total_price", 3)
    assert items(reading, plan, (0, 2))["items[1].description"] == "RUSK"
    assert items(reading, plan, (0,))["items[0].description"] == "GREEN TEA RUSK"


def test_of_two_amounts_in_one_row_the_first_is_the_price_of_one() -> None:
    reading = typed_reading(["TEA  1.50  3.00"])
    plan = plan_of("item_description", 0) | plan_of("item_total_price", 1, 2)
    assert items(reading, plan) == {
        "items[0].description": "TEA",
        "items[0].price": "1.50",
        "items[0].total_price": "3.00",
    }


def test_a_currency_sign_is_no_second_amount() -> None:
    reading = typed_reading(["TEA  RM 3.00"])
    plan = plan_of("item_description", 0) | plan_of("item_total_price", 1, 2)
    assert items(reading, plan) == {
        "items[0].description": "TEA",
        "items[0].total_price": "RM 3.00",
    }


def test_items_are_numbered_over_pages() -> None:
    pages = []
    for number in (1, 2):
        reading = typed_reading(["TEA  3.00"], page=number)
        plan = plan_of("item_description", 0) | plan_of("item_total_price", 1)
        pages.append(tagged(reading, plan))
    reply = decode(pages, ALL_FIELDS)
    assert [(a.path, a.span and a.span.page) for a in reply.answers] == [
        ("items[0].description", 1),
        ("items[0].total_price", 1),
        ("items[1].description", 2),
        ("items[1].total_price", 2),
    ]


def test_only_what_is_asked_for_is_answered() -> None:
    plan = ONE_ROW_PLAN | plan_of("total", 4)
    assert decode([tagged(ONE_ROW, plan)], {"properties": {"tip": {}}}).answers == ()
    only = decode([tagged(ONE_ROW, plan)], {"properties": {"total": {}}}).answers
    assert {a.path for a in only} == {"total"}
    assert decode([tagged(ONE_ROW, plan)], {}) == Reply(())


def test_what_was_never_taught_is_told() -> None:
    schema: dict[str, Any] = {"properties": {"hotel": {}, "total": {}, "room": {}, "items": {}}}
    assert decode([], schema).unasked == ("hotel", "room")


def test_only_columns_that_are_asked_for_are_answered() -> None:
    row = {"type": "object", "properties": {"description": {}, "colour": {}}}
    schema: dict[str, Any] = {"properties": {"items": {"type": "array", "items": row}}}
    reply = decode([tagged(ONE_ROW, ONE_ROW_PLAN)], schema)
    assert {a.path.split(".")[1] for a in reply.answers} == {"description"}


tag_arrays = st.lists(
    st.lists(st.integers(1, 5), min_size=1, max_size=6).map(
        lambda n: [" ".join("X" * k) for k in n]
    ),
    min_size=1,
    max_size=2,
)


@given(tag_arrays, st.integers(0, 2**32 - 1), st.floats(0.05, 3))
def test_any_probabilities_give_answers_with_words_of_their_page(
    texts: list[list[str]], seed: int, sharpness: float
) -> None:
    rng = np.random.default_rng(seed)
    pages = []
    for number, lines in enumerate(texts, 1):
        reading = typed_reading(lines, page=number)
        starts = rng.random(len(reading.words), np.float32)
        p = rng.dirichlet([sharpness] * len(TAGS), len(reading.words)).astype(np.float32)
        pages.append(replace(tagged(reading, {}), tags=p, starts=starts))
    reply = decode(pages, ALL_FIELDS)
    used: dict[str, set[tuple[int, int]]] = {}
    for answer in reply.answers:
        assert 0 < answer.probability <= 1
        check_span(
            answer, pages[0].reading if answer.span and answer.span.page == 1 else pages[-1].reading
        )
        if "[" in answer.path and answer.span:
            words = {(answer.span.page, i) for i in answer.span.words}
            column = answer.path.split(".")[1]
            assert column in ITEM_COLUMNS
            assert not words & used.setdefault("items", set())  # a word is in one cell only
            used["items"] |= words


def check_span(answer: Answer, reading: Reading) -> None:
    """Check that an answer points at words of ``reading``, each once."""
    assert answer.span is not None
    assert answer.span.page == reading.page
    assert answer.span.words
    assert len(set(answer.span.words)) == len(answer.span.words)
    assert set(answer.span.words) <= set(range(len(reading.words)))


def test_a_number_that_only_its_line_drew_in_is_no_part_of_a_name() -> None:
    reading = typed_reading(["HARBOUR TRADING SDN BHD (524101-D)"])
    plan = plan_of("merchant_name", 0, 1, 2, 3, p=0.95)
    reply = decode([tagged(reading, plan)], ALL_FIELDS)
    assert told(reply, "merchant_name") == [(0, 1, 2, 3)]


def test_a_word_of_a_name_is_as_sure_as_its_line() -> None:
    reading = typed_reading(["HARBOUR & COMPANY"])
    plan = {**plan_of("merchant_name", 0, 1, p=0.9), 2: ("merchant_name", 0.05)}
    (answer,) = decode([tagged(reading, plan)], {"properties": {"merchant_name": {}}}).answers
    assert answer.span is not None
    assert answer.span.words == (0, 1, 2)
    assert answer.probability > 0.6
