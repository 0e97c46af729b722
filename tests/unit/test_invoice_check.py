"""Do the values of an invoice fit each other, and which of its amounts fit best."""

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.extraction.check import check, propose
from docai.extraction.result import Money, State, Typed, Value
from docai.extraction.states import sums
from docai.extraction.sums import choose_amounts, consistent

TODAY = dt.date(2024, 6, 15)
IBAN = "DE89370400440532013000"
NUMBERS = ("quantity", "rate", "tax_rate")

WHOLE = {
    "items[0].quantity": "3", "items[0].unit_price": "10.00", "items[0].amount": "30.00",
    "items[1].quantity": "1.5", "items[1].unit_price": "80.00", "items[1].amount": "120.00",
    "subtotal": "150.00", "total_discount": "10.00",
    "tax_details[0].rate": "19", "tax_details[0].net_amount": "100.00",
    "tax_details[0].amount": "19.00", "tax_details[1].rate": "7",
    "tax_details[1].net_amount": "40.00", "tax_details[1].amount": "2.80",
    "total_tax": "21.80", "invoice_total": "161.80", "amount_due": "100.00",
}  # fmt: skip


def fields(amounts: Mapping[str, str] | None = None, **other: Typed) -> dict[str, Value]:
    """Values for amounts by path, rates and quantities without a currency, and anything else."""
    typed: dict[str, Typed] = dict(other)
    for path, amount in (amounts or {}).items():
        is_number = path.endswith(NUMBERS)
        typed[path] = Decimal(amount) if is_number else Money(Decimal(amount), "EUR")
    return {path: Value(State.FOUND, value, str(value)) for path, value in typed.items()}


def codes(values: Mapping[str, Value]) -> list[str]:
    """Codes of all problems, in order."""
    return [problem.code for problem in check(values, today=TODAY)]


def test_an_invoice_that_adds_up_has_no_problem() -> None:
    assert codes(fields(WHOLE)) == []


def test_a_credit_note_adds_up_below_zero() -> None:
    amounts = {
        path: amount if path.endswith((*NUMBERS, "unit_price", "discount")) else f"-{amount}"
        for path, amount in WHOLE.items()
    }
    amounts |= {"items[0].quantity": "-3", "items[1].quantity": "-1.5", "subtotal": "-150.00"}
    amounts |= {"invoice_total": "-161.80", "total_discount": "10.00"}
    assert codes(fields(amounts)) == []


@pytest.mark.parametrize(
    ("path", "amount", "expected"),
    [
        ("items[0].amount", "31.00", ["line_mismatch", "items_mismatch"]),
        ("items[1].quantity", "15", ["line_mismatch"]),
        ("subtotal", "510.00", ["sum_mismatch"]),
        ("total_tax", "28.10", ["sum_mismatch", "taxes_mismatch"]),
        ("invoice_total", "181.60", ["sum_mismatch"]),
        ("tax_details[0].rate", "9", ["tax_rate_mismatch"]),
        ("tax_details[1].amount", "8.20", ["tax_rate_mismatch", "taxes_mismatch"]),
    ],
)
def test_what_does_not_fit_is_told(path: str, amount: str, expected: list[str]) -> None:
    assert codes(fields({**WHOLE, path: amount})) == expected


def test_what_is_left_to_pay_may_be_less_or_more() -> None:
    for due in ("0.00", "161.80", "900.00"):
        assert codes(fields({**WHOLE, "amount_due": due})) == []


def test_a_discount_may_be_printed_below_zero_or_be_inside_the_subtotal() -> None:
    assert codes(fields({**WHOLE, "total_discount": "-10.00"})) == []
    inside = {**WHOLE, "subtotal": "140.00"}
    assert codes(fields(inside)) == []


def test_a_line_may_be_less_a_discount_or_with_its_tax() -> None:
    line = {"items[0].quantity": "2", "items[0].unit_price": "50.00"}
    assert codes(fields({**line, "items[0].amount": "85.00"})) == []  # 15 % off
    assert codes(fields({**line, "items[0].amount": "85.33"})) == ["line_mismatch"]
    assert codes(fields({**line, "items[0].amount": "119.00"})) == ["line_mismatch"]
    taxed = {**line, "items[0].tax_rate": "19", "items[0].amount": "119.00"}
    assert codes(fields(taxed)) == []


def test_receipts_have_no_discounts_on_lines() -> None:
    line = {"items[0].quantity": "2", "items[0].price": "50.00", "items[0].total_price": "85.00"}
    assert codes(fields(line)) == ["line_mismatch"]


@pytest.mark.parametrize(
    ("first", "last"), [("invoice_date", "due_date"), ("service_start_date", "service_end_date")]
)
def test_what_comes_later_does_so(first: str, last: str) -> None:
    day, next_day = dt.date(2024, 3, 5), dt.date(2024, 3, 6)
    assert codes(fields({}, **{first: day, last: next_day})) == []
    assert codes(fields({}, **{first: day, last: day})) == []
    assert codes(fields({}, **{first: next_day, last: day})) == ["dates_out_of_order"]


def test_what_is_due_may_lie_ahead_but_no_invoice_does() -> None:
    tomorrow_week = TODAY + dt.timedelta(days=8)
    assert codes(fields(due_date=tomorrow_week)) == []
    assert codes(fields(invoice_date=tomorrow_week)) == ["date_in_future"]


@given(st.integers(4, 21), st.integers(0, 9))
def test_one_wrong_digit_of_an_account_number_is_told(place: int, digit: int) -> None:
    number = IBAN[:place] + str(digit) + IBAN[place + 1 :]
    problems = check(fields(iban=number), today=TODAY)
    assert [p.code for p in problems] == ([] if number == IBAN else ["bad_check_digits"])
    assert sums(fields(iban=number), problems).get("iban", 0) == (0 if number == IBAN else -1)


def test_a_tax_number_is_checked_where_it_can_be() -> None:
    assert codes(fields(vendor_tax_id="USt-IdNr. DE136695976")) == []
    assert codes(fields(vendor_tax_id="DE136695967")) == ["bad_check_digits"]
    assert codes(fields(vendor_tax_id="12-3456789")) == []  # nobody knows


def test_another_reading_that_adds_up_is_offered() -> None:
    values = fields({**WHOLE, "invoice_total": "161.30"})
    (problem,) = check(values, today=TODAY)
    (proposal,) = propose(
        problem, values, {"invoice_total": [("161,80", Decimal("161.80"))]}, today=TODAY
    ).proposals
    assert proposal.typed == Money(Decimal("161.80"), "EUR")


def likely(*amounts: str | None) -> list[tuple[Decimal | None, float]]:
    """Candidates, each half as likely as the one before."""
    return [
        (None if amount is None else Decimal(amount), math.log(0.5 ** (n + 1)))
        for n, amount in enumerate(amounts)
    ]


def test_sums_choose_among_candidates() -> None:
    candidates = {
        "subtotal": likely("161.80", "150.00"),
        "total_discount": likely("10.00", None),
        "total_tax": likely("19.00", "21.80"),
        "invoice_total": likely("161.80", "100.00"),
        "amount_due": likely("161.80"),
    }
    chosen = choose_amounts(candidates)
    picked = {path: candidates[path][index][0] for path, index in chosen.items()}
    assert picked["subtotal"] == Decimal("150.00")
    assert picked["total_tax"] == Decimal("21.80")
    assert picked["invoice_total"] == Decimal("161.80")


def test_taxes_by_rate_choose_the_tax() -> None:
    candidates = {"total_tax": likely("28.10", "21.80"), "invoice_total": likely("161.80")}
    assert choose_amounts(candidates)["total_tax"] == 0
    assert choose_amounts(candidates, taxes_sum=Decimal("21.80"))["total_tax"] == 1


def test_choosing_stays_quick_with_many_candidates() -> None:
    many = likely(*(f"{n}.00" for n in range(1, 40)))
    names = ("subtotal", "total_discount", "total_tax", "invoice_total", "amount_due")
    chosen = choose_amounts(dict.fromkeys(names, many))
    assert set(chosen) == set(names)


@given(st.decimals(1, 9999, places=2), st.decimals(0, 999, places=2), st.booleans())
def test_amounts_that_add_up_fit_better(subtotal: Decimal, tax: Decimal, is_credit: bool) -> None:
    sign = -1 if is_credit else 1
    amounts = {"subtotal": sign * subtotal, "total_tax": sign * tax}
    right = consistent({**amounts, "invoice_total": sign * (subtotal + tax)})
    wrong = consistent({**amounts, "invoice_total": sign * (subtotal + tax + 7)})
    assert right > wrong
