"""Do values fit each other, what would make them fit, and which candidates fit best."""

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.extraction.check import check, propose
from docai.extraction.result import Money, Problem, State, Typed, Value
from docai.extraction.sums import choose_amounts, consistent

TODAY = dt.date(2020, 6, 15)


def fields(
    amounts: Mapping[str, str] | None = None, *, currency: str | None = "USD", **other: Typed
) -> dict[str, Value]:
    """Values for amounts by path (quantities without a currency) and for anything else."""
    typed: dict[str, Typed] = dict(other)
    for path, amount in (amounts or {}).items():
        number = Decimal(amount)
        typed[path] = number if path.endswith("quantity") else Money(number, currency)
    return {path: Value(State.FOUND, value, str(value)) for path, value in typed.items()}


def codes(values: Mapping[str, Value], **more: tuple[Decimal, Decimal]) -> list[str]:
    """Codes of all problems, in order."""
    return [problem.code for problem in check(values, today=TODAY, **more)]


RECEIPT = {
    "items[0].quantity": "2",
    "items[0].price": "4.50",
    "items[0].total_price": "9.00",
    "items[1].total_price": "1.00",
    "subtotal": "10.00",
    "total_tax": "0.60",
    "tip": "1.40",
    "total": "12.00",
}


def test_a_receipt_that_adds_up_has_no_problem() -> None:
    assert codes(fields(RECEIPT)) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("items[0].quantity", "line_mismatch"),
        ("items[0].price", "line_mismatch"),
        ("items[1].total_price", "items_mismatch"),
        ("total_tax", "sum_mismatch"),
        ("tip", "sum_mismatch"),
        ("total", "sum_mismatch"),
    ],
)
def test_one_wrong_amount_is_told(path: str, code: str) -> None:
    problems = check(fields({**RECEIPT, path: "7.77"}), today=TODAY)
    assert [p.code for p in problems] == [code]
    assert path in problems[0].paths
    assert "7.77" in problems[0].message or path.startswith("items[1]")


@pytest.mark.parametrize("path", RECEIPT)
def test_a_missing_value_alone_is_no_problem(path: str) -> None:
    rest = {p: a for p, a in RECEIPT.items() if p != path}
    told = {  # what is left no longer adds up
        "items[1].total_price": ["items_mismatch"],
        "total_tax": ["sum_mismatch"],
        "tip": ["sum_mismatch"],
    }
    assert codes(fields(rest)) == told.get(path, [])


def test_nothing_found_is_no_problem() -> None:
    assert check({}) == ()
    assert check({"total": Value(State.ABSENT)}) == ()


@pytest.mark.parametrize(
    "amounts",
    [
        {"subtotal": "10.60", "total_tax": "0.60", "total": "10.60"},  # tax inside
        {"subtotal": "10.00", "total_tax": "0.60", "total": "10.60"},  # tax on top
        {"items[0].total_price": "10.60", "total_tax": "0.60", "total": "10.60"},
        {"items[0].total_price": "10.00", "total_tax": "0.60", "total": "10.60"},
        {"items[0].total_price": "10.60", "subtotal": "10", "total_tax": "0.60", "total": "10.60"},
        {"items[0].total_price": "10.00", "items[1].total_price": "-2.00", "total": "8.00"},
        {"items[0].total_price": "0.333", "subtotal": "0.34"},  # a cent of rounding
        {"subtotal": "10.00", "total": "12.00"},  # what lies between is not printed: unknown
    ],
)
def test_other_sums_that_come_out(amounts: dict[str, str]) -> None:
    assert codes(fields(amounts)) == []


def test_weights_are_rounded_to_the_cent() -> None:
    line = {
        "items[0].quantity": "0.456",
        "items[0].price": "12.90",
        "items[0].total_price": "5.88",
    }
    assert codes(fields(line)) == []
    assert codes(fields({**line, "items[0].total_price": "5.90"})) == ["line_mismatch"]


@pytest.mark.parametrize(
    ("currency", "subtotal", "total", "fits"),
    [
        ("MYR", "9.98", "10.60", True),  # 10.58 to the next five sen
        ("MYR", "9.98", "10.61", False),  # no such coin
        ("MYR", "9.96", "10.60", False),  # 10.56 would be 10.55
        ("USD", "9.98", "10.60", False),  # no such rounding
        ("KRW", "999", "1000.60", True),  # a won
        ("USD", "999", "1000.60", False),
    ],
)
def test_tills_round_to_the_smallest_coin(
    currency: str, subtotal: str, total: str, fits: bool
) -> None:
    values = fields({"subtotal": subtotal, "total_tax": "0.60", "total": total}, currency=currency)
    assert codes(values) == ([] if fits else ["sum_mismatch"])


def test_cash_less_change_is_the_total() -> None:
    values = fields({"total": "12.00"})
    assert codes(values, tendered=(Decimal("20.00"), Decimal("8.00"))) == []
    assert codes(values, tendered=(Decimal("20.00"), Decimal("7.00"))) == ["change_mismatch"]
    assert codes({}, tendered=(Decimal("20.00"), Decimal("7.00"))) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (TODAY, []),
        (TODAY + dt.timedelta(days=1), []),  # it is tomorrow already in Auckland
        (TODAY + dt.timedelta(days=2), ["date_in_future"]),
        (dt.date(1990, 1, 1), []),
        (dt.date(1989, 12, 31), ["date_too_old"]),
    ],
)
def test_dates_lie_in_the_past(day: dt.date, expected: list[str]) -> None:
    assert codes(fields(transaction_date=day)) == expected
    assert codes(fields(due_date=day)) == []


def test_one_receipt_one_currency() -> None:
    values = fields({"subtotal": "1.00"}) | fields({"total": "1.00"}, currency="EUR")
    (problem,) = check(values)
    assert problem.code == "currency_mix"
    assert set(problem.paths) == {"subtotal", "total"}
    assert codes(fields({"subtotal": "1"}) | fields({"total": "1"}, currency=None)) == []


def test_a_reading_that_rights_the_sum_is_proposed() -> None:
    values = fields({"subtotal": "18.80", "total_tax": "1.50", "total": "20.00"})
    (problem,) = check(values)
    alternatives = {
        "subtotal": [("18.30", Decimal("18.30")), ("18.50", Decimal("18.50"))],
        "total": [("28.00", Decimal("28.00"))],
        "tip": [("0.30", Decimal("0.30"))],  # not found, so not misread
    }
    proposed = propose(problem, values, alternatives)
    (proposal,) = proposed.proposals
    assert (proposal.path, proposal.text) == ("subtotal", "18.50")
    assert proposal.typed == Money(Decimal("18.50"), "USD")
    assert "18.50" in proposal.reason
    assert "add up" in proposal.reason
    assert (proposed.code, proposed.paths) == (problem.code, problem.paths)
    assert check(values) == (problem,)  # offered, not applied


def test_what_breaks_another_sum_is_not_proposed() -> None:
    values = fields({"items[0].total_price": "18.80", "subtotal": "18.80"}) | fields(
        {"total_tax": "1.50", "total": "20.00"}
    )
    (problem,) = check(values)
    alternatives = {"subtotal": [("8.50", Decimal("8.50"))], "total": [("20.30", Decimal("20.30"))]}
    assert [p.path for p in propose(problem, values, alternatives).proposals] == ["total"]


def test_a_line_can_be_righted_by_its_quantity() -> None:
    values = fields(
        {"items[0].quantity": "7", "items[0].price": "4.50", "items[0].total_price": "4.50"}
    )
    (problem,) = check(values)
    (proposal,) = propose(problem, values, {"items[0].quantity": [("1", Decimal(1))]}).proposals
    assert proposal.typed == Decimal(1)


def test_dates_get_no_proposals() -> None:
    problem = Problem("date_in_future", "…", ("transaction_date",))
    values = fields(transaction_date=dt.date(2999, 1, 1))
    assert propose(problem, values, {"transaction_date": [("1", Decimal(1))]}) == problem


def candidates(**named: list[tuple[str | None, float]]) -> dict[str, list]:
    """Candidates by field, from text and probability."""
    return {
        name: [(None if a is None else Decimal(a), math.log(p)) for a, p in some]
        for name, some in named.items()
    }


def test_the_sum_outweighs_a_likelier_misreading() -> None:
    found = candidates(
        subtotal=[("18.80", 0.6), ("18.50", 0.4)],
        total_tax=[("1.50", 0.9)],
        total=[("20.00", 0.9), ("28.00", 0.1)],
    )
    assert choose_amounts(found) == {"subtotal": 1, "total_tax": 0, "total": 0}


def test_without_sums_the_likeliest_win() -> None:
    found = candidates(total=[("1.00", 0.3), ("2.00", 0.7)], tip=[(None, 0.9), ("0.50", 0.1)])
    assert choose_amounts(found) == {"total": 1, "tip": 0}


def test_cash_and_change_pick_the_total() -> None:
    found = candidates(total=[("20.00", 0.7), ("12.00", 0.3)])
    tendered = (Decimal("20.00"), Decimal("8.00"))
    assert choose_amounts(found) == {"total": 0}
    assert choose_amounts(found, tendered=tendered) == {"total": 1}


def test_items_pick_the_total() -> None:
    found = candidates(total=[("20.00", 0.6), ("12.00", 0.4)])
    assert choose_amounts(found, Decimal("12.00")) == {"total": 1}


def test_a_tax_as_large_as_the_total_is_unlikely() -> None:
    found = candidates(total=[("12.00", 1.0)], total_tax=[("12.00", 0.6), ("0.68", 0.4)])
    assert choose_amounts(found) == {"total": 0, "total_tax": 1}


def test_nothing_to_choose_from() -> None:
    assert choose_amounts({}) == {}
    assert choose_amounts({"total": []}) == {}


def test_equal_amounts_say_less_than_a_sum() -> None:
    """The same print found twice must not beat three amounts that add up."""
    amount = {name: Decimal(a) for name, a in (("subtotal", "10"), ("total", "10"))}
    equal = consistent(amount)
    summed = consistent(
        {"subtotal": Decimal(10), "total_tax": Decimal("0.6"), "total": Decimal("10.6")}
    )
    assert 0 < equal < summed
    assert consistent({}) == 0
    assert consistent({"total": Decimal(1), "subtotal": None, "total_tax": None}) == 0


CENTS = st.integers(1, 10**6).map(lambda n: Decimal(n).scaleb(-2))


@settings(deadline=None, max_examples=30)
@given(CENTS, CENTS, CENTS, st.lists(CENTS, min_size=1, max_size=3), st.data())
def test_the_planted_sum_is_found_among_noise(
    subtotal: Decimal, tax: Decimal, tip: Decimal, noise: list[Decimal], data: st.DataObject
) -> None:
    truth = {"subtotal": subtotal, "total_tax": tax, "tip": tip, "total": subtotal + tax + tip}
    found = {}
    for name, amount in truth.items():
        options = data.draw(st.permutations([amount, *noise]))
        found[name] = [(option, math.log(1 / len(options))) for option in options]
    choice = choose_amounts(found)
    chosen = {name: found[name][index][0] for name, index in choice.items()}
    assert consistent(chosen) >= consistent(truth)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(RECEIPT)), CENTS), st.sampled_from(["USD", "KRW", None])
)
def test_every_problem_names_fields_that_were_found(
    amounts: dict[str, Decimal], currency: str | None
) -> None:
    values = fields({path: str(a) for path, a in amounts.items()}, currency=currency)
    for problem in check(values, today=TODAY):
        assert set(problem.paths) <= set(values)
        assert problem.message
        assert problem.proposals == ()


def test_json_numbers_take_part_in_sums_and_are_proposed_as_such() -> None:
    typed = {"subtotal": 8.5, "total_tax": 1, "total": 9.0}
    fields = {path: Value(State.FOUND, value, str(value)) for path, value in typed.items()}
    (problem,) = check(fields)
    assert problem.code == "sum_mismatch"
    changed = propose(problem, fields, {"total": [("9.50", Decimal("9.50"))]})
    (proposal,) = changed.proposals
    assert (proposal.typed, type(proposal.typed)) == (9.5, float)
    assert check({**fields, "paid": Value(State.FOUND, True)}) == (problem,)
