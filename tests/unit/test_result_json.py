"""Results as JSON and back: what is written is what is read."""

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.extraction.fields import schema_of
from docai.extraction.result import (
    Evidence,
    Extraction,
    Money,
    Origin,
    PageInfo,
    Problem,
    Proposal,
    State,
    Typed,
    Value,
    plain,
)
from docai.extraction.typed import MoneyForm, json_number
from docai.formats import documents_row, items_rows
from schemas.receipt import Receipt

floats = st.floats(allow_nan=False, allow_infinity=False)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9)
currencies = st.none() | st.sampled_from(["EUR", "MYR"])
# JSON numbers are amounts of at most 15 digits; a currency has a place in objects alone.
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
numbers = amounts.map(json_number)
money = st.one_of(
    st.builds(Money, decimals, currencies),
    st.builds(Money, amounts, currencies, st.just(MoneyForm(is_number=True))),
    st.builds(
        Money,
        amounts,
        st.none(),
        st.builds(MoneyForm, st.booleans(), st.booleans(), st.just(False)),
    ),
)
typed_values = st.one_of(st.text(), decimals, money, st.dates(), st.times(), st.booleans(), numbers)
words = st.lists(st.integers(0, 999), max_size=3).map(tuple)
boxes = st.tuples(floats, floats, floats, floats)
evidence = st.lists(st.builds(Evidence, st.integers(1, 99), boxes, words), max_size=2).map(tuple)
witnesses = st.lists(st.sampled_from(["ocr", "vlm", "text_layer", "builtin"]), max_size=2).map(
    tuple
)
leaves = st.builds(
    Value,
    state=st.sampled_from(State),
    typed=st.none() | typed_values,
    text=st.none() | st.text(),
    confidence=st.floats(0, 1),
    evidence=evidence,
    witnesses=witnesses,
    origin=st.sampled_from(Origin),
)
values = st.builds(
    lambda value, others: Value(
        value.state,
        value.typed,
        value.text,
        value.confidence,
        value.evidence,
        value.witnesses,
        tuple(others),
        value.origin,
    ),
    leaves,
    st.lists(leaves, max_size=2),
)
paths = st.sampled_from(["total", "merchant_name"]) | st.builds(
    "{}[{}].{}".format,
    st.sampled_from(["items", "taxes"]),
    st.integers(0, 20),
    st.sampled_from(["price", "description"]),
)
proposals = st.builds(Proposal, paths, st.text(), typed_values, st.text())
problems = st.builds(
    Problem,
    st.text(),
    st.text(),
    st.lists(paths, max_size=2).map(tuple),
    st.lists(proposals, max_size=2).map(tuple),
)
pages = st.builds(
    PageInfo,
    st.integers(1, 99),
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.none() | floats,
    floats,
)
extractions = st.builds(
    Extraction,
    schema_name=st.text(),
    schema_version=st.integers(1, 99),
    name=st.text(),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    pages=st.lists(pages, max_size=2).map(tuple),
    fields=st.dictionaries(paths, values, max_size=4),
    problems=st.lists(problems, max_size=2).map(tuple),
    engines=st.dictionaries(st.sampled_from(["ocr", "vlm"]), st.text()),
    timings_s=st.dictionaries(st.text(), floats, max_size=2),
)


@given(extractions)
def test_what_is_read_back_is_written_alike(extraction: Extraction) -> None:
    written = extraction.to_json()
    again = Extraction.from_json(json.loads(json.dumps(written)))
    assert again.to_json() == written
    assert list(again.fields) == list(extraction.fields)


@given(typed_values)
def test_a_value_keeps_its_type(typed: Typed) -> None:
    extraction = extracted(Value(State.FOUND, typed, "as printed", 0.5))
    again = Extraction.from_json(extraction.to_json()).fields["total"].typed
    assert type(again) is type(typed)
    if not isinstance(typed, dt.time):  # fractions of a second are printed nowhere
        assert again == typed
    if isinstance(typed, Money) and isinstance(again, Money):
        assert again.form == typed.form


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("2018-12-25", "text"),
        (Decimal("2.00"), "number"),
        (Money(Decimal("9.00"), "MYR"), "money"),
        (dt.date(2018, 12, 25), "date"),
        (dt.time(20, 13), "time"),
        (True, "boolean"),
        (2, "number"),
        (2.5, "number"),
        (Money(Decimal("9.50"), form=MoneyForm(is_object=False)), "money"),
    ],
)
def test_a_value_says_of_which_kind_it_is(typed: Typed, kind: str) -> None:
    proposal = Proposal("total", "as printed", typed, "why not")
    written = extracted(
        Value(State.FOUND, typed, "as printed"), Problem("p", "q", ("total",), (proposal,))
    ).to_json()
    [proposed] = written["problems"][0]["proposals"]
    for shown in (written["fields"]["total"], proposed):
        assert (shown["value"], shown["kind"]) == (plain(typed), kind)


def test_without_a_value_there_is_no_kind() -> None:
    shown = extracted(Value(State.ILLEGIBLE, text="8?.??")).to_json()["fields"]["total"]
    assert "kind" not in shown
    assert "value" not in shown


def test_what_is_read_back_makes_the_same_table() -> None:
    schema = schema_of(Receipt, "receipt")
    fields = {
        "total": Value(State.FOUND, Money(Decimal("9.00"), "MYR"), "9.00", 0.98),
        "merchant_phone": Value(State.FOUND, "+6075551234", "07-555 1234", 0.98),
        "transaction_date": Value(State.FOUND, dt.date(2018, 12, 25), "25/12/18", 0.5),
        "items[0].quantity": Value(State.FOUND, Decimal("2"), "2", 0.75),
    }
    extraction = Extraction("receipt", 1, "a.jpg", "ab" * 32, (), fields)
    again = Extraction.from_json(extraction.to_json())
    assert documents_row(again, schema) == documents_row(extraction, schema)
    assert items_rows(again, schema) == items_rows(extraction, schema)
    assert again.data == extraction.data


def test_only_what_is_not_copied_tells_its_origin() -> None:
    for origin in Origin:
        shown = extracted(Value(State.FOUND, "a", "a", origin=origin)).to_json()["fields"]["total"]
        assert shown.get("origin", "copied") == origin.value
        assert ("origin" in shown) == (origin is not Origin.COPIED)


def test_what_does_not_fit_the_schema_is_no_data() -> None:
    misfit = Problem("schema_mismatch", "total: 'a' is too short", ("total",))
    result = extracted(Value(State.FOUND, "a", "a"), misfit)
    assert result.data == result.to_json()["data"] == {}
    assert result.to_json()["fields"]["total"]["value"] == "a"
    assert extracted(Value(State.FOUND, "a", "a"), Problem("p", "q", ("total",))).data


def extracted(total: Value, *found: Problem) -> Extraction:
    return Extraction("receipt", 1, "a.jpg", "ab" * 32, (), {"total": total}, found)


def changed(**total: Any) -> dict[str, Any]:
    """Return a result in which something of the total is otherwise."""
    value = Value(State.FOUND, Money(Decimal("9.00"), "MYR"), "9.00", 0.98)
    written = extracted(value).to_json()
    written["fields"]["total"] |= total
    return written


@pytest.mark.parametrize(
    ("result", "says"),
    [
        ({}, "it has no 'schema'"),
        ([], "indices must be"),
        (changed(kind="maney"), "there is no kind 'maney'; kinds are money, number"),
        (changed(kind="date"), "fromisoformat"),
        (changed(kind="boolean", value="true"), "'true' is neither true nor false"),
        (changed(origin="dreamt"), "'dreamt' is not a valid Origin"),
        (changed(value={"amount": "nine", "currency": None}), "ConversionSyntax"),
        (changed(state="lost"), "'lost' is not a valid State"),
        (changed(evidence=[{"page": 1, "box": [1, 2, 3], "words": []}]), "unpack"),
        (changed(evidence=7), "not iterable"),
    ],
)
def test_what_is_no_result_is_refused(result: Any, says: str) -> None:
    with pytest.raises(ValueError, match="this is no result of docai's") as caught:
        Extraction.from_json(result)
    assert says in str(caught.value)


def test_a_result_of_a_version_without_kinds_is_refused() -> None:
    written = changed()
    del written["fields"]["total"]["kind"]
    with pytest.raises(ValueError, match="it has no 'kind'"):
        Extraction.from_json(written)


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ("docai.formats, docai.extraction.fields", "{'numpy', 'cv2', 'onnxruntime', 'PIL'}"),
        ("docai.draw, docai.pages", "{'cv2', 'onnxruntime', 'pydantic'}"),
    ],
)
def test_rendering_results_loads_nothing_heavy(modules: str, heavy: str) -> None:
    code = f"import sys, {modules}; found = {heavy} & set(sys.modules); assert not found, found"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
