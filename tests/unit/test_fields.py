"""Schemas: which fields they ask for, and how each is typed."""

from typing import Any

import pytest
from pydantic import BaseModel

from docai.errors import SchemaError
from docai.extraction.fields import MAX_REFERENCES, Kind, schema_of
from docai.vlm.engine import Field, Mode
from schemas.receipt import Receipt

MONEY = {
    "type": "object",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
}


def only(leaf: dict[str, Any], **more: Any) -> Kind:
    """Return the kind of a schema's one field."""
    source = {"type": "object", "properties": {"field": leaf}, **more}
    return schema_of(source, "one").scalars["field"]


def refused(source: Any) -> str:
    with pytest.raises(SchemaError) as caught:
        schema_of(source, "mine")
    return str(caught.value)


def test_the_receipt_model_has_every_kind() -> None:
    schema = schema_of(Receipt, "receipt")
    assert schema.scalars == {
        "merchant_name": Kind.TEXT,
        "merchant_address": Kind.TEXT,
        "merchant_phone": Kind.PHONE,
        "transaction_date": Kind.DATE,
        "transaction_time": Kind.TIME,
        "subtotal": Kind.MONEY,
        "total_tax": Kind.MONEY,
        "tip": Kind.MONEY,
        "total": Kind.MONEY,
    }
    assert schema.rows == {
        "items": {
            "description": Kind.TEXT,
            "quantity": Kind.NUMBER,
            "price": Kind.MONEY,
            "total_price": Kind.MONEY,
        }
    }
    assert (schema.name, schema.version) == ("receipt", 1)
    assert schema.json_schema == Receipt.model_json_schema()


def test_a_model_and_its_json_schema_are_read_alike() -> None:
    plain = schema_of(Receipt.model_json_schema(), "receipt")
    assert plain == schema_of(Receipt, "receipt")


def test_paths_have_kinds() -> None:
    schema = schema_of(Receipt, "receipt")
    assert schema.kind("total") is Kind.MONEY
    assert schema.kind("items[0].quantity") is Kind.NUMBER
    assert schema.kind("items[17].description") is Kind.TEXT


@pytest.mark.parametrize(
    ("leaf", "kind"),
    [
        ({"type": "string"}, Kind.TEXT),
        ({}, Kind.TEXT),
        ({"enum": ["cash", "card"]}, Kind.CHOICE),
        ({"type": "string", "format": "email"}, Kind.TEXT),
        ({"type": "number"}, Kind.NUMBER),
        ({"type": "integer"}, Kind.NUMBER),
        ({"type": ["integer", "null"]}, Kind.NUMBER),
        ({"type": ["null", "string"], "format": "date"}, Kind.DATE),
        ({"type": "string", "format": "date"}, Kind.DATE),
        ({"type": "string", "format": "time"}, Kind.TIME),
        ({"type": "string", "format": "phone"}, Kind.PHONE),
        ({"type": "string", "format": "money"}, Kind.MONEY),
        ({"type": "number", "format": "money"}, Kind.MONEY),
        (MONEY, Kind.MONEY),
        ({"anyOf": [{"type": "null"}, {"type": "number"}]}, Kind.NUMBER),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, Kind.DATE),
        ({"anyOf": [MONEY, {"type": "null"}]}, Kind.MONEY),
        ({"anyOf": [{"type": "string", "pattern": "^\\d"}, {"type": "number"}]}, Kind.NUMBER),
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "format": "phone"}, Kind.PHONE),
    ],
)
def test_a_leaf_has_a_kind(leaf: dict[str, Any], kind: Kind) -> None:
    assert only(leaf) is kind


def test_references_are_followed_one_into_the_next() -> None:
    definitions = {
        "Sum": {"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}]},
        "Money": MONEY,
    }
    assert only(
        {"$ref": "#/$defs/Sum", "description": "what to pay"}, **{"$defs": definitions}
    ) is (Kind.MONEY)


def test_what_stands_beside_a_reference_counts() -> None:
    definitions = {"Text": {"type": "string"}}
    leaf = {"$ref": "#/$defs/Text", "format": "date"}
    assert only(leaf, **{"$defs": definitions}) is Kind.DATE


def test_rows_may_be_referred_to_and_optional() -> None:
    row = {"type": "object", "properties": {"name": {"type": "string"}, "sum": MONEY}}
    lines = {"type": "array", "items": {"$ref": "#/$defs/Row"}}
    source = {
        "type": "object",
        "properties": {"lines": {"anyOf": [lines, {"type": "null"}]}},
        "$defs": {"Row": row},
    }
    schema = schema_of(source, "lines")
    assert schema.scalars == {}
    assert schema.rows == {"lines": {"name": Kind.TEXT, "sum": Kind.MONEY}}
    assert schema.kind("lines[2].sum") is Kind.MONEY


@pytest.mark.parametrize(
    ("given", "version"), [({}, 1), ({"version": 4}, 4), ({"version": "2"}, 1)]
)
def test_the_version_is_a_number_from_one(given: dict[str, Any], version: int) -> None:
    source = {"type": "object", "properties": {"a": {}}, **given}
    assert schema_of(source, "mine").version == version


def test_no_json_schema_at_all() -> None:
    message = refused({"type": "object", "properties": {"total": {"type": "money"}}})
    assert message.startswith("schema mine is no valid JSON Schema: 'money' is not valid")
    assert message.endswith("(at properties/total/type)")


def test_no_json_schema_at_the_top() -> None:
    assert refused({"type": "thing", "properties": {"a": {}}}).endswith("(at type)")


@pytest.mark.parametrize(
    "source", [{}, {"type": "object"}, {"type": "object", "properties": {}}, {"type": "string"}]
)
def test_an_object_must_have_properties(source: dict[str, Any]) -> None:
    assert refused(source) == ("mine must be an object with properties, one per field to extract")


def test_rows_must_be_objects() -> None:
    source = {"type": "object", "properties": {"names": {"type": "array", "items": {}}}}
    assert refused(source).startswith("mine.names[] must be an object with properties")


def test_a_reference_to_nothing() -> None:
    source = {"type": "object", "properties": {"a": {"$ref": "#/$defs/Missing"}}}
    assert refused(source) == ("the schema refers to #/$defs/Missing, which is not in its $defs")


def test_a_reference_that_runs_in_a_circle() -> None:
    circle = {"One": {"$ref": "#/$defs/Two"}, "Two": {"$ref": "#/$defs/One"}}
    source = {"properties": {"a": {"$ref": "#/$defs/One"}}, "$defs": circle}
    assert refused(source) == "the schema refers to itself; fields must be plain values"


def test_a_chain_of_references_has_an_end() -> None:
    links = {f"L{n}": {"$ref": f"#/$defs/L{n + 1}"} for n in range(MAX_REFERENCES - 2)}
    definitions = {**links, f"L{MAX_REFERENCES - 2}": {"type": "integer"}}
    assert only({"$ref": "#/$defs/L0"}, **{"$defs": definitions}) is Kind.NUMBER


def test_an_object_in_an_object() -> None:
    leaf = {"type": "object", "properties": {"street": {"type": "string"}}}
    assert refused({"properties": {"address": leaf}}) == (
        "mine.address nests an object; only lists of plain objects may nest"
    )


@pytest.mark.parametrize("inner", ["object", "array"])
def test_rows_in_rows(inner: str) -> None:
    row = {"type": "object", "properties": {"deep": {"type": inner}}}
    message = refused({"properties": {"rows": {"type": "array", "items": row}}})
    assert message.startswith("mine.rows[].deep nests ")
    assert message.endswith("; only lists of plain objects may nest")


def test_a_model_without_fields() -> None:
    class Nothing(BaseModel):
        pass

    assert "must be an object with properties" in refused(Nothing)


def test_a_model_that_nests() -> None:
    class Inner(BaseModel):
        street: str

    class Outer(BaseModel):
        address: Inner

    assert refused(Outer) == "mine.address nests an object; only lists of plain objects may nest"


def test_anything_goes_is_text() -> None:
    assert schema_of({"properties": {"a": True}}, "mine").scalars == {"a": Kind.TEXT}


def test_rows_may_be_null_by_type() -> None:
    row = {"type": "object", "properties": {"sum": MONEY}}
    source = {"properties": {"lines": {"type": ["array", "null"], "items": row}}}
    assert schema_of(source, "mine").rows == {"lines": {"sum": Kind.MONEY}}


def field_of(leaf: dict[str, Any], **more: Any) -> Field:
    """Return what a model is asked for a schema's one field."""
    (asked,) = schema_of({"type": "object", "properties": {"field": leaf}, **more}, "one").fields
    return asked


@pytest.mark.parametrize(
    ("leaf", "asked"),
    [
        ({"type": "boolean"}, Field("field", "boolean", "", Mode.CHOOSE, ("true", "false"))),
        (
            {"type": ["boolean", "null"]},
            Field("field", "boolean", "", Mode.CHOOSE, ("true", "false")),
        ),
        (
            {"enum": ["Käse", "a\nb", 7, 1.5, True, None, ["no"], "Käse"], "title": "What"},
            Field(
                "field",
                "choice",
                "What",
                Mode.CHOOSE,
                ('"Käse"', '"a\\nb"', "7", "1.5", "true"),
                aliases=("What",),
            ),
        ),
        ({"const": "EUR"}, Field("field", "choice", "", Mode.CHOOSE, ('"EUR"',))),
        (
            {"oneOf": [{"const": "a", "title": "A"}, {"enum": ["b", "c"]}, {"type": "null"}]},
            Field("field", "choice", "A", Mode.CHOOSE, ('"a"', '"b"', '"c"')),
        ),
        (
            {"type": "integer", "enum": [1, 2.5, "3", 4.0]},
            Field("field", "choice", "", Mode.CHOOSE, ("1", "4.0")),
        ),
        (
            {"type": "string", "pattern": "^[A-Z]+$", "minLength": 2, "maxLength": 8},
            Field("field", "text", min_length=2, max_length=8),
        ),
        (
            {"type": "string", "pattern": "^[A-Z]+$", "x-docai-mode": "correct"},
            Field("field", "text"),  # a letter put right could make anything fit
        ),
        (
            {"type": "string", "pattern": "^[A-Z]+$", "x-docai-mode": "free"},
            Field("field", "text", mode=Mode.FREE),
        ),
        (
            {"type": "string", "format": "date", "pattern": "^2", "maxLength": 10},
            Field("field", "date"),  # they are about the day in ISO 8601, not about what is printed
        ),
        (
            {"type": "string", "x-docai-mode": "free", "description": "said", "title": "unsaid"},
            Field("field", "text", "said", Mode.FREE, aliases=("unsaid",)),
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}], "x-docai-mode": "correct"},
            Field("field", "text", "", Mode.CORRECT),
        ),
        (
            {"$ref": "#/$defs/Name", "description": "nearest"},
            Field("field", "text", "nearest", Mode.CORRECT, max_length=5),
        ),
        (
            {"allOf": [{"$ref": "#/$defs/Name"}, {"minLength": 1}]},
            Field("field", "text", "a name", Mode.CORRECT, min_length=1, max_length=5),
        ),
    ],
)
def test_a_field_as_a_model_is_asked_for_it(leaf: dict[str, Any], asked: Field) -> None:
    name = {"type": "string", "maxLength": 5, "description": "a name", "x-docai-mode": "correct"}
    assert field_of(leaf, **{"$defs": {"Name": name}}) == asked


def test_fields_stand_in_the_schemas_order_and_columns_together() -> None:
    row = {"type": "object", "properties": {"sum": MONEY, "name": {"type": "string"}}}
    source = {
        "properties": {
            "first": {"type": "string"},
            "lines": {"type": "array", "items": row, "maxItems": 7},
            "last": {"type": "integer"},
        }
    }
    schema = schema_of(source, "mine")
    assert [(f.path, f.kind, f.max_rows) for f in schema.fields] == [
        ("first", "text", None),
        ("lines[].sum", "money", 7),
        ("lines[].name", "text", 7),
        ("last", "number", None),
    ]
    assert all(f.kind == schema.leaf(f.path).kind for f in schema.fields)


def test_a_schema_knows_its_paths() -> None:
    schema = schema_of(Receipt, "receipt")
    known = ["total", "items[0].price", "items[31].quantity"]
    unknown = ["items", "items[0]", "items[].price", "items[0].total", "total[0].price", "nothing"]
    assert [path for path in (*known, *unknown) if schema.knows(path)] == known


@pytest.mark.parametrize("mode", ["copied", "", None, 3, ["free"]])
def test_an_unknown_mode_is_refused(mode: Any) -> None:
    message = refused({"properties": {"a": {"type": "string", "x-docai-mode": mode}}})
    assert message == f"mine.a: x-docai-mode is {mode!r}; give copy, correct or free"


@pytest.mark.parametrize(
    "leaf", [{"enum": [None]}, {"enum": [[], {}]}, {"type": "string", "enum": [3]}]
)
def test_choices_must_be_plain(leaf: dict[str, Any]) -> None:
    assert refused({"properties": {"a": leaf}}) == (
        "mine.a can only be null, a list or an object; give it plain choices"
    )


def test_an_amount_that_is_neither_text_nor_number() -> None:
    leaf = {"type": "object", "properties": {"amount": {"type": "boolean"}}}
    assert refused({"properties": {"a": leaf}}).startswith(
        "mine.a: the amount of money admits neither a string nor a number"
    )


@pytest.mark.parametrize(
    ("leaf", "kind"),
    [
        ({"type": "boolean"}, Kind.BOOLEAN),
        ({"const": 3}, Kind.CHOICE),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, Kind.NUMBER),
        ({"allOf": [{"type": "string", "format": "date"}]}, Kind.DATE),
        (
            {"type": "integer", "format": "date"},
            Kind.NUMBER,
        ),  # formats of strings say nothing of it
        ({"properties": {"amount": {"type": "number"}}}, Kind.MONEY),
    ],
)
def test_more_leaves_have_a_kind(leaf: dict[str, Any], kind: Kind) -> None:
    assert only(leaf) is kind


def test_whether_values_may_break_a_schema_is_known() -> None:
    def is_constrained(leaf: dict[str, Any], **more: Any) -> bool:
        return schema_of({"properties": {"a": leaf}, **more}, "mine").is_constrained

    assert not schema_of(Receipt, "receipt").is_constrained
    assert not is_constrained({"type": ["number", "null"], "title": "maximum"})
    assert is_constrained({"type": "integer"})
    assert is_constrained({"anyOf": [{"type": "number", "maximum": 3}, {"type": "null"}]})
    assert is_constrained({"type": "string", "pattern": "^[A-Z]{3}$"})
    assert is_constrained({}, **{"not": {}})
    assert is_constrained({"type": "array", "maxItems": 3, "items": {"properties": {"b": {}}}})
