"""Schemas: which fields they ask for, and how each is typed."""

from typing import Any

import pytest
from pydantic import BaseModel

from docai.errors import SchemaError
from docai.extraction.fields import MAX_REFERENCES, Kind, schema_of
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
