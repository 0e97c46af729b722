"""Amounts that agree, and amounts that must add up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.extraction.amounts import HIGHEST, SUPPORTED, choose, distinct
from docai.extraction.candidates import Candidate
from docai.extraction.result import Evidence, Money
from docai.extraction.sums import Tendered


def one(
    amount: str, probability: float, words: tuple[int, ...] = (0,), path: str = "total"
) -> Candidate:
    """Return a candidate for an amount; what does not start with a digit is none."""
    typed = Money(Decimal(amount)) if amount[0].isdigit() else None
    evidence = Evidence(1, (0.0, 0.0, 1.0, 1.0), words)
    return Candidate(path, amount, typed, evidence, probability, 0.99, "ocr")


def texts(found: Sequence[Candidate]) -> list[str]:
    return [candidate.text for candidate in found]


def chosen(
    order: Mapping[str, Sequence[Candidate]],
    rows: Mapping[str, Candidate] | None = None,
    tendered: Tendered | None = None,
    currency: str | None = None,
) -> dict[str, list[str]]:
    found = choose(order, rows or {}, tendered, currency)
    return {path: texts(candidates) for path, candidates in found.items()}


def test_places_that_agree_add_up() -> None:
    [agreed] = distinct([one("9.00", 0.5, (3,)), one("9.00", 0.6, (7,))])
    assert agreed.probability == pytest.approx(1 - 0.5 * 0.4)
    assert agreed.evidence.words == (7,)


def test_overlapping_spans_are_one_place() -> None:
    [agreed] = distinct([one("9.00", 0.5, (3, 4)), one("9.00", 0.6, (4,))])
    assert agreed.probability == pytest.approx(0.6)


def test_other_values_add_nothing() -> None:
    found = distinct([one("9.00", 0.5, (3,)), one("8.00", 0.6, (7,))])
    assert texts(found) == ["8.00", "9.00"]
    assert [c.probability for c in found] == pytest.approx([0.6, 0.5])


def test_two_places_can_beat_a_likelier_one() -> None:
    found = [one("8.00", 0.6, (1,)), one("9.00", 0.5, (3,)), one("9.00", 0.5, (7,))]
    assert texts(distinct(found)) == ["9.00", "8.00"]


def test_one_value_may_be_spelt_in_two_ways() -> None:
    dear = [one("1200.00", 0.5, (3,)), one("1200.0", 0.4, (7,))]
    assert texts(distinct(dear)) == ["1200.00"]


def test_what_is_no_amount_is_told_apart_by_its_text() -> None:
    found = distinct([one("#.##", 0.5, (3,)), one("?.??", 0.4, (7,))])
    assert texts(found) == ["#.##", "?.??"]


def test_no_agreement_is_certainty() -> None:
    [agreed] = distinct([one("9.00", 0.9, (i,)) for i in range(9)])
    assert agreed.probability == HIGHEST


def test_nothing_in_nothing_out() -> None:
    assert distinct([]) == []


@given(
    st.lists(
        st.builds(
            one,
            st.sampled_from(["1.00", "2.00", "x", "y"]),
            st.floats(0, HIGHEST),
            st.sets(st.integers(0, 6), min_size=1, max_size=3).map(lambda s: tuple(sorted(s))),
        ),
        max_size=8,
    )
)
def test_distinct_values_best_first_none_weaker_than_its_best_place(found: list[Candidate]) -> None:
    out = distinct(found)
    probabilities = [c.probability for c in out]
    assert sorted(texts(out)) == sorted({c.text for c in found})
    assert probabilities == sorted(probabilities, reverse=True)
    for candidate in out:
        alike = [c.probability for c in found if c.text == candidate.text]
        assert max(alike) - 1e-9 <= candidate.probability <= max(sum(alike), max(alike)) + 1e-9


TWO_TOTALS = (one("10.00", 0.5), one("9.00", 0.4))


def test_without_sums_the_likelier_total_stays_first() -> None:
    assert chosen({"total": TWO_TOTALS}) == {"total": ["10.00", "9.00"]}


@pytest.mark.parametrize(
    ("order", "rows", "tendered"),
    [
        (
            {
                "subtotal": [one("8.00", 0.9, path="subtotal")],
                "total_tax": [one("1.00", 0.9, path="total_tax")],
            },
            {},
            None,
        ),
        (
            {},
            {
                "items[0].total_price": one("4.00", 0.9),
                "items[1].total_price": one("5.00", 0.9),
                "items[1].price": one("1.00", 0.9),
            },
            None,
        ),
        ({}, {}, (Decimal("20.00"), Decimal("11.00"))),
    ],
    ids=["subtotal and tax", "items", "cash less change"],
)
def test_sums_decide_between_two_totals(
    order: Mapping[str, Sequence[Candidate]],
    rows: Mapping[str, Candidate],
    tendered: Tendered | None,
) -> None:
    found = chosen({**order, "total": TWO_TOTALS}, rows, tendered)
    assert found == {path: texts(c) for path, c in order.items()} | {"total": ["9.00", "10.00"]}


def test_a_total_that_sums_speak_for_is_worth_something() -> None:
    order = {"total": [one("10.00", 0.4), one("9.00", 0.1)]}
    [best, other] = choose(order, {}, (Decimal("20.00"), Decimal("11.00")), None)["total"]
    assert (best.text, best.probability) == ("9.00", SUPPORTED)
    assert other.probability == 0.4


def test_a_first_choice_keeps_its_probability() -> None:
    order = {"total": [one("9.00", 0.6), one("10.00", 0.2)]}
    found = choose(order, {}, (Decimal("20.00"), Decimal("11.00")), None)
    assert found["total"] == list(order["total"])


@pytest.mark.parametrize(("probability", "is_kept"), [(0.45, False), (0.55, True)])
def test_only_a_weak_field_is_given_up(probability: float, is_kept: bool) -> None:
    impossible_tax = [one("9.00", probability, (4,), "total_tax")]
    found = chosen({"total": [one("9.00", 0.9)], "total_tax": impossible_tax})
    assert found == {"total": ["9.00"], "total_tax": ["9.00"] if is_kept else []}


def test_one_strong_candidate_keeps_the_weak_ones_of_its_field() -> None:
    taxes = [one("9.00", 0.55, (4,), "total_tax"), one("7.00", 0.01, (5,), "total_tax")]
    found = chosen({"total": [one("9.00", 0.9)], "total_tax": taxes})
    assert found["total_tax"] == ["9.00", "7.00"]


@pytest.mark.parametrize(
    ("currency", "first"), [("MYR", "9.00"), ("SEK", "9.00"), ("USD", "9.02"), (None, "9.02")]
)
def test_a_total_rounded_to_the_smallest_coin_is_what_was_paid(
    currency: str | None, first: str
) -> None:
    order = {"total": [one("9.02", 0.6), one("9.00", 0.3)]}
    assert chosen(order, currency=currency)["total"][0] == first


@pytest.mark.parametrize(
    ("likelier", "other"), [("9.05", "9.00"), ("9.02", "9.10"), ("9.02", "9.01")]
)
def test_what_is_not_its_rounding_is_not_preferred(likelier: str, other: str) -> None:
    order = {"total": [one(likelier, 0.6), one(other, 0.3)]}
    assert chosen(order, currency="MYR") == {"total": [likelier, other]}


def test_only_totals_are_rounded() -> None:
    order = {"subtotal": [one("9.02", 0.6), one("9.00", 0.3)]}
    assert chosen(order, currency="MYR") == {"subtotal": ["9.02", "9.00"]}


@pytest.mark.parametrize("order", [{}, {"total": []}, {"total": [one("#.##", 0.9)]}])
def test_nothing_is_chosen_where_there_is_no_amount(order: dict[str, list[Candidate]]) -> None:
    assert choose(order, {}, (Decimal("20.00"), Decimal("11.00")), "MYR") == order
