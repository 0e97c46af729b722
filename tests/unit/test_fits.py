"""What is given fits the schema it was asked for with, and what does not fit is told."""

import json
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from docai import build
from docai.document import Document
from docai.extraction.fields import schema_of
from docai.extraction.reconcile import reconcile
from docai.extraction.result import Extraction, State
from docai.reading import Reading
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Origin, Span

LINES = [
    "KEDAI RUNCIT SDN BHD 12",
    "25/12/2018 14:05 yes red",
    "TEA 2 1.50 3.00",
    "TOTAL RM 9.25 19 % 1,234.5",
]
PAGE = typed_reading(LINES)


def extracted(json_schema: dict[str, Any], answers: Sequence[Answer]) -> Extraction:
    vlm = ScriptedVlm(tuple(answers))
    page = blank_page(PAGE)
    document = Document("a.png", "ab" * 32, "png", (page,))
    schema = schema_of(json_schema, "mine")
    return reconcile(document, schema, vlm, (PAGE,), (vlm.encode(page),)).extraction


def asking(leaf: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"field": leaf}, **more}


def at(path: str, text: str, reading: Reading = PAGE) -> Answer:
    """Return an answer that points at the first run of words that reads ``text``."""
    wanted, texts = text.split(), [word.text for word in reading.words]
    for i in range(len(texts)):
        if texts[i : i + len(wanted)] == wanted:
            return Answer(path, 0.9, Span(1, tuple(range(i, i + len(wanted)))))
    raise AssertionError(f"{text} is not on the page")


MONEY = {"amount": {"type": "string"}, "currency": {"type": ["string", "null"]}}


def money(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


@pytest.mark.parametrize(
    ("leaf", "printed", "shown"),
    [
        ({"type": "number"}, "9.25", 9.25),
        ({"type": "number"}, "RM 9.25", 9.25),
        ({"type": "number"}, "1,234.5", 1234.5),
        ({"type": "number"}, "19 %", 19),
        ({"type": "number"}, "3.00", 3),
        ({"type": "integer"}, "12", 12),
        ({"type": "integer"}, "3.00", 3),
        ({"type": ["integer", "string"]}, "12", "12"),
        ({"anyOf": [{"type": "number"}, {"type": "string"}]}, "1.50", "1.50"),
        ({"type": "string"}, "9.25", "9.25"),
        ({"type": "string", "format": "money"}, "RM 9.25", "9.25"),
        ({"type": "number", "format": "money"}, "RM 9.25", 9.25),
        ({"format": "money"}, "9.25", {"amount": "9.25", "currency": "MYR"}),
        (money(**MONEY), "9.25", {"amount": "9.25", "currency": "MYR"}),
        (money(amount={"type": "string"}), "9.25", {"amount": "9.25"}),
        (money(amount={"type": "number"}), "9.25", {"amount": 9.25}),
        ({"type": "string", "format": "date"}, "25/12/2018", "2018-12-25"),
        ({"type": "string", "format": "time"}, "14:05", "14:05"),
        ({"enum": ["Red", "Blue"]}, "red", "Red"),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "12", 12),
        ({"allOf": [{"$ref": "#/$defs/Count"}], "description": "how many"}, "12", 12),
    ],
)
def test_json_shows_a_value_as_the_schema_wants_it(leaf: Any, printed: str, shown: Any) -> None:
    wanted = asking(leaf, **{"$defs": {"Count": {"type": "integer"}}})
    result = extracted(wanted, [at("field", printed)])
    written = json.loads(json.dumps(result.to_json()))
    assert written["data"] == {"field": shown}
    assert type(written["data"]["field"]) is type(shown)
    assert written["fields"]["field"]["value"] == shown
    assert result.problems == ()
    Draft202012Validator(wanted).validate(written["data"])
    assert Extraction.from_json(written).to_json() == written


def test_a_currency_that_nobody_tells_is_null_only_where_null_fits() -> None:
    page = typed_reading(["TOTAL 9.25"])
    for currency, shown in [
        ({"type": "string"}, {"amount": "9.25"}),
        ({"type": ["string", "null"]}, {"amount": "9.25", "currency": None}),
    ]:
        schema = schema_of(asking(money(amount={"type": "string"}, currency=currency)), "mine")
        vlm = ScriptedVlm((at("field", "9.25", page),))
        document = Document("a.png", "ab" * 32, "png", (blank_page(page),))
        tokens = (vlm.encode(blank_page(page)),)
        result = reconcile(document, schema, vlm, (page,), tokens).extraction
        assert result.to_json()["data"] == {"field": shown}


@pytest.mark.parametrize(
    ("leaf", "printed", "says"),
    [
        ({"type": "integer"}, "9.25", "field: 9.25 is not of type 'integer'"),
        ({"type": "number", "maximum": 9}, "9.25", "field: 9.25 is greater than the maximum of 9"),
        ({"type": "number", "multipleOf": 0.5}, "9.25", "field: 9.25 is not a multiple of 0.5"),
        (
            {"type": "string", "pattern": "^[a-z]+$"},
            "TEA",
            "field: 'TEA' does not match '^[a-z]+$'",
        ),
        ({"type": "string", "maxLength": 2}, "TEA", "field: 'TEA' is too long"),
        ({"type": "string", "minLength": 4}, "TEA", "field: 'TEA' is too short"),
        (money(amount={"type": "number", "minimum": 10}), "9.25", "field: 9.25 is less than the"),
        (
            money(amount={"type": "string"}, currency={"enum": ["EUR"]}),
            "9.25",
            "field: 'MYR' is not one of ['EUR']",
        ),
        ({"not": {"type": "string"}}, "TEA", "field: 'TEA' should not be valid under"),
        ({"type": "null"}, "TEA", "field: 'TEA' is not of type 'null'"),
    ],
)
def test_what_does_not_fit_is_told_and_left_out_of_data(leaf: Any, printed: str, says: str) -> None:
    result = extracted(asking(leaf), [at("field", printed)])
    (problem,) = result.problems
    assert (problem.code, problem.paths) == ("schema_mismatch", ("field",))
    assert problem.message.startswith(says)
    assert result.data == result.to_json()["data"] == {}
    assert (result.fields["field"].state, result.fields["field"].text) == (State.FOUND, printed)
    written = json.loads(json.dumps(result.to_json()))
    assert Extraction.from_json(written).to_json() == written


@pytest.mark.parametrize(
    "leaf",
    [
        {"type": "number", "multipleOf": 0.01},  # 9.54 / 0.01 is 953.9999999999999 in binary
        {"type": "number", "minimum": 9.54, "maximum": 9.54},
    ],
)
def test_decimals_are_counted_in_decimals(leaf: Any) -> None:
    page = typed_reading(["TOTAL 9.54"])
    schema = schema_of(asking(leaf), "mine")
    vlm = ScriptedVlm((at("field", "9.54", page),))
    document = Document("a.png", "ab" * 32, "png", (blank_page(page),))
    done = reconcile(document, schema, vlm, (page,), (vlm.encode(blank_page(page)),))
    assert (done.extraction.data, done.extraction.problems) == ({"field": 9.54}, ())


def row_answers(rows: Sequence[str]) -> list[Answer]:
    return [at(f"rows[{number}].name", text) for number, text in enumerate(rows)]


def rows_schema(**bounds: Any) -> dict[str, Any]:
    row = {"type": "object", "properties": {"name": {"type": "string"}}}
    return {"type": "object", "properties": {"rows": {"type": "array", "items": row, **bounds}}}


def test_rows_beyond_the_last_that_fits_are_told() -> None:
    result = extracted(rows_schema(maxItems=1), row_answers(["TEA", "TOTAL", "yes"]))
    assert result.to_json()["data"] == {"rows": [{"name": "TEA"}]}
    (problem,) = result.problems
    assert problem.message == "rows: 3 rows were found; at most 1 fit"
    assert problem.paths == ("rows[1].name", "rows[2].name")


def test_rows_that_have_to_differ() -> None:
    result = extracted(rows_schema(uniqueItems=True), row_answers(["TEA", "yes", "TEA"]))
    assert result.to_json()["data"] == {"rows": [{"name": "TEA"}, {"name": "yes"}]}
    assert [p.paths for p in result.problems] == [("rows[2].name",)]


def test_a_pattern_that_cannot_be_run_is_told() -> None:
    result = extracted(asking({"type": "string", "pattern": "^(?!X)T"}), [at("field", "TEA")])
    (problem,) = result.problems
    assert problem.code == "schema_not_checked"
    assert "does not run the pattern ^(?!X)T" in problem.message
    assert result.data == {"field": "TEA"}


def test_a_hostile_pattern_takes_no_time() -> None:
    leaf = {"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}
    page = typed_reading(["a" * 5000])
    schema = schema_of(asking(leaf), "mine")
    vlm = ScriptedVlm((at("field", "a" * 5000, page),))
    document = Document("a.png", "ab" * 32, "png", (blank_page(page),))
    tokens = (vlm.encode(blank_page(page)),)
    started = time.process_time()
    result = reconcile(document, schema, vlm, (page,), tokens).extraction
    assert time.process_time() - started < 5  # a backtracking engine would take for ever
    assert [p.code for p in result.problems] == ["schema_mismatch"]


def test_a_schema_that_doubles_is_not_run() -> None:
    doubles = {f"D{n}": {"not": {"allOf": [{"$ref": f"#/$defs/D{n + 1}"}] * 2}} for n in range(30)}
    wanted = asking(
        {"type": "string", "not": {"$ref": "#/$defs/D0"}}, **{"$defs": {**doubles, "D30": True}}
    )
    result = extracted(wanted, [at("field", "TEA")])
    (problem,) = result.problems
    assert problem.code == "schema_not_checked"
    assert "too large" in problem.message


def test_nothing_is_fetched_and_what_must_be_there_is_no_concern() -> None:
    wanted = asking({"type": "string", "maxLength": 9}, required=["field", "other"])
    wanted["properties"]["other"] = {"type": "integer"}
    wanted["$id"] = "http://127.0.0.1:9/schema"
    assert extracted(wanted, [at("field", "TEA")]).problems == ()


def test_the_receipt_need_not_be_checked() -> None:
    assert not build.schema("receipt").is_constrained


TEXTS = ["TEA", "red", "yes", "9.25", "RM 9.25", "25/12/2018", "14:05", "19 %", "KEDAI RUNCIT", "2"]
PLAIN = [
    {"type": "string"},
    {"type": "number"},
    {"type": "integer"},
    {"type": "boolean"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "time"},
    {"type": "string", "format": "phone"},
    {"type": "string", "format": "money"},
    {"type": "number", "format": "money"},
    {"type": ["number", "string"]},
    {"enum": ["red", "TEA", 2, 9.25, True]},
    {"const": 2},
    {"type": "integer", "enum": [1, 2, "3"]},
    {"$ref": "#/$defs/Amount"},
    {},
]
BOUNDS = [
    {"minimum": 3},
    {"exclusiveMaximum": 19},
    {"multipleOf": 2},
    {"maxLength": 4},
    {"minLength": 3},
    {"pattern": "^[0-9A-Z]"},
    {"not": {"const": "TEA"}},
    {"x-docai-mode": "free"},
    {"x-docai-mode": "correct"},
]
wrapped = st.sampled_from(
    [
        lambda leaf: leaf,
        lambda leaf: {"anyOf": [leaf, {"type": "null"}]},
        lambda leaf: {"oneOf": [{"type": "null"}, leaf]},
        lambda leaf: {"allOf": [leaf], "description": "a leaf"},
        lambda leaf: {"anyOf": [leaf, {"type": "string", "maxLength": 3}]},
    ]
)
amounts = st.sampled_from(
    [
        money(**MONEY),
        money(amount={"type": "string"}),
        money(amount={"type": "number", "maximum": 10}, currency={"type": "string"}),
        money(amount={"type": "integer"}),
        money(amount={"type": "string"}, currency={"enum": ["EUR", None]}),
    ]
)
leaves = st.builds(
    lambda leaf, bounds, wrap: wrap({**leaf, **{k: v for one in bounds for k, v in one.items()}}),
    st.sampled_from(PLAIN),
    st.lists(st.sampled_from(BOUNDS), max_size=2),
    wrapped,
)
answers = st.builds(
    lambda path, text, origin, spoken: (
        at(path, text)
        if origin is Origin.COPIED
        else Answer(path, 0.9, at(path, text).span, spoken, origin)
    ),
    st.sampled_from(["a", "b", *(f"rows[{n}].{c}" for n in range(3) for c in "xy")]),
    st.sampled_from(TEXTS),
    st.sampled_from(Origin),
    st.sampled_from(["true", '"red"', "2", "9.25", "TEB", "TEA", "8.25", "a summary", "1"]),
)


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    row = {"type": "object", "properties": {c: draw(leaves) for c in "xy"}}
    bounds = draw(st.sampled_from([{}, {"maxItems": 1}, {"uniqueItems": True}]))
    rows = {"type": "array", "items": row, **bounds}
    fields = {"a": draw(leaves), "b": draw(leaves), "rows": rows}
    return {
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        "$defs": {"Amount": draw(amounts)},
    }


@settings(max_examples=150)
@given(schemas(), st.lists(answers, max_size=8))
def test_data_are_valid_whatever_is_asked_and_answered(
    json_schema: dict[str, Any], said: list[Answer]
) -> None:
    result = extracted(json_schema, said)
    written = json.loads(json.dumps(result.to_json()))
    assert not [e.message for e in Draft202012Validator(json_schema).iter_errors(written["data"])]
    assert Extraction.from_json(written).to_json() == written
    misfits = {path for p in result.problems if p.code == "schema_mismatch" for path in p.paths}
    for path, value in result.fields.items():
        if value.typed is not None and path not in misfits and "[" not in path:
            assert path in written["data"]


def test_an_amount_of_fifteen_digits_is_a_number_exactly() -> None:
    page = typed_reading(["TOTAL 1234567890123.45"])
    schema = schema_of(asking({"type": "number"}), "mine")
    vlm = ScriptedVlm((at("field", "1234567890123.45", page),))
    document = Document("a.png", "ab" * 32, "png", (blank_page(page),))
    done = reconcile(document, schema, vlm, (page,), (vlm.encode(blank_page(page)),))
    shown = json.dumps(done.extraction.to_json()["data"]["field"])
    assert Decimal(shown) == Decimal("1234567890123.45")
