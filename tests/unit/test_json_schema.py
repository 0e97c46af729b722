"""Schemas from strangers: whatever they hold, the answer is quick and nothing is fetched or run."""

import json
import re
import socket
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai import build
from docai.errors import SchemaError
from docai.extraction.fields import MAX_FIELDS, MAX_NAME, MAX_VERSION, Kind, Schema, schema_of
from docai.extraction.json_schema import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, parse
from schemas.form import Form
from schemas.invoice import Invoice
from schemas.receipt import Receipt

QUICK_S = 10.0  # on a busy machine; an idle one needs a second for the largest


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("the network was used"))


def asking(*fields: Any, **more: Any) -> dict[str, Any]:
    """Return a schema of some fields."""
    return {"properties": {f"f{n}": field for n, field in enumerate(fields)}, **more}


def refused(source: Any) -> str:
    started_s = time.monotonic()
    with pytest.raises(SchemaError) as caught:
        schema_of(source, "mine")
    assert time.monotonic() - started_s < QUICK_S
    assert len(str(caught.value)) < 1000
    return str(caught.value)


def nested(depth: int, key: str) -> dict[str, Any]:
    node: dict[str, Any] = {}
    for _ in range(depth):
        node = {key: {"a": node} if key == "properties" else node}
    return node


@pytest.mark.parametrize("key", ["not", "items", "properties", "unknown", "const"])
@pytest.mark.parametrize("depth", [MAX_DEPTH, 1_000, 200_000])
def test_depth_has_a_limit(key: str, depth: int) -> None:
    source = asking(nested(depth, key))
    try:
        assert refused(source) == "schema mine nests too deeply; at most 32 levels are read"
    finally:
        flatten(source)


def test_the_deepest_that_is_read() -> None:
    above = 3  # the schema, its properties, the field
    assert schema_of(asking(nested(MAX_DEPTH - above, "not")), "mine").scalars
    refused(asking(nested(MAX_DEPTH - above + 1, "not")))


def flatten(node: Any) -> None:
    """Take a deep structure apart, level by level: Python frees it recursively otherwise."""
    while isinstance(node, dict) and node:
        _, node = node.popitem()


def test_a_schema_in_itself_has_no_depth() -> None:
    source = asking({"type": "string"})
    source["properties"]["again"] = source
    assert "nests too deeply" in refused(source)


@pytest.mark.parametrize(
    "source",
    [
        asking({"enum": list(range(MAX_NODES))}),
        asking(*({} for _ in range(MAX_NODES))),
        asking({"anyOf": [{"type": "string"}] * MAX_NODES}),
        asking({}, required=["f0"] * MAX_NODES),
        asking({}, required=[[n] for n in range(MAX_NODES)]),
    ],
)
def test_size_has_a_limit(source: dict[str, Any]) -> None:
    assert refused(source) == "schema mine is too large; at most 10,000 nodes are read"


def test_length_has_a_limit() -> None:
    message = "schema mine is too long; at most 500,000 characters are read"
    assert refused(asking({"description": "a" * MAX_CHARACTERS})) == message
    assert refused(asking({"x" * MAX_CHARACTERS: 1})) == message


def test_the_number_of_fields_has_a_limit() -> None:
    text = {"type": "string"}
    row = {"type": "object", "properties": {f"c{n}": text for n in range(MAX_FIELDS)}}
    lines = {"type": "array", "items": {"$ref": "#/$defs/Row"}}

    assert len(schema_of(asking(*[text] * MAX_FIELDS), "mine").scalars) == MAX_FIELDS
    for source in (
        asking(*[text] * (MAX_FIELDS + 1)),
        asking(*[lines] * 1000, **{"$defs": {"Row": row}}),
    ):
        assert refused(source) == "mine has more than 1,000 fields; split it"


def test_the_name_of_a_field_has_a_limit() -> None:
    assert schema_of({"properties": {"a" * MAX_NAME: {}}}, "mine").scalars
    message = refused({"properties": {"a" * (MAX_NAME + 1): {}}})
    assert message == "mine has a field with a name of 201 characters; at most 200 are allowed"


@pytest.mark.parametrize(
    "definitions",
    [
        {"D": {"$ref": "#/$defs/D"}},
        {"D": {"$ref": "#/$defs/E"}, "E": {"anyOf": [{"$ref": "#/$defs/D"}, {"type": "null"}]}},
        {"D": {"anyOf": [{"$ref": "#/$defs/D"}] * 1000}},
    ],
)
def test_circles_end(definitions: dict[str, Any]) -> None:
    message = refused(asking(*[{"$ref": "#/$defs/D"}] * 500, **{"$defs": definitions}))
    assert message == "the schema refers to itself; fields must be plain values"


def test_long_ways_through_large_definitions_end() -> None:
    """As many fields as may be, each through as many definitions, as large as they may be."""
    steps = {
        f"D{n}": {"anyOf": [{"$ref": f"#/$defs/D{n + 1}"}, *[{"type": "string"}] * 300]}
        for n in range(9)
    }
    steps["D9"] = {"type": "integer"}
    source = asking(*[{"$ref": "#/$defs/D0"}] * MAX_FIELDS, **{"$defs": steps})
    started_s = time.monotonic()
    assert set(schema_of(source, "mine").scalars.values()) == {Kind.NUMBER}
    assert time.monotonic() - started_s < QUICK_S


@pytest.mark.parametrize(
    "reference",
    [
        "https://example.com/schema.json",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//example.com/a",
        "#",
        "#/properties/f0",
        "Text",
        "#/$defs/../Text",
        "urn:" + "x" * 10_000,
    ],
)
def test_references_lead_nowhere_else(reference: str) -> None:
    definitions = {"Text": {"type": "string"}, "https://example.com/schema.json": {}}
    message = refused(asking({"$ref": reference}, **{"$defs": definitions}))
    assert message.startswith(f"the schema refers to {reference[:300]}")
    assert message.endswith("which is not in its $defs")


def test_other_ways_to_name_a_place_fetch_nothing() -> None:
    place = "https://example.com/schema.json"
    source = asking({"type": "string"}, **{"$schema": place, "$id": place, "$dynamicRef": place})
    assert schema_of(source, "mine").scalars == {"f0": Kind.TEXT}


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(?:(?i)[\\0-\U0010ffff])" * 9_000, "(" * 5_000, "a{99999999999999999999}"],
)
def test_patterns_are_never_compiled(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_ = re.compile
    monkeypatch.setattr(
        re, "compile", lambda p, *f: pytest.fail("compiled") if p == pattern else compile_(p, *f)
    )
    source = asking({"type": "string", "pattern": pattern}, patternProperties={pattern: {}})
    started_s = time.monotonic()
    assert schema_of(source, "mine").scalars == {"f0": Kind.TEXT}
    assert time.monotonic() - started_s < QUICK_S


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_cannot_be_written_down_is_refused(text: str) -> None:
    message = "schema mine holds a null character or half of a surrogate pair"
    assert refused(asking({"description": text})) == message
    assert refused({"properties": {text: {}}}) == message


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(number: float) -> None:
    assert refused(asking({"minimum": number})).endswith("which is no JSON number")


@pytest.mark.parametrize("version", [0, -1, MAX_VERSION + 1, 10**4000])
def test_the_version_has_a_range(version: int) -> None:
    assert refused(asking({}, version=version)) == (
        "mine: the version must be between 1 and 2,147,483,647"
    )


def test_a_long_complaint_is_shortened_and_says_so() -> None:
    assert " […] (at properties/f0/type)" in refused(asking({"type": "x" * 10_000}))


@pytest.mark.parametrize(
    ("leaf", "kind"),
    [
        ({"anyOf": [True, {"type": "number"}]}, Kind.TEXT),
        ({"anyOf": [{"type": "number"}, True]}, Kind.NUMBER),
        ({"$ref": "#/$defs/Any"}, Kind.TEXT),
        ({"anyOf": [{"type": "null"}]}, Kind.TEXT),
    ],
)
def test_anything_goes_is_a_schema_everywhere(leaf: dict[str, Any], kind: Kind) -> None:
    assert schema_of(asking(leaf, **{"$defs": {"Any": True}}), "mine").scalars == {"f0": kind}


keywords = st.sampled_from(
    ["$ref", "$defs", "anyOf", "type", "properties", "items", "format", "version", "pattern", "a"]
)
plain = st.sampled_from(
    [None, True, False, 1, 0.5, "", "a", "null", "array", "object", "#/$defs/a", "date", [], {}]
)
documents = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keywords, inner, max_size=4),
    max_leaves=12,
)
sources = st.builds(
    lambda fields, definitions: {"properties": fields, "$defs": definitions},
    st.dictionaries(keywords, documents, min_size=1, max_size=3),
    st.dictionaries(keywords, documents, max_size=2),
)


@given(st.dictionaries(keywords, documents, max_size=4) | sources)
def test_any_json_is_a_schema_or_refused(source: dict[str, Any]) -> None:
    try:
        schema = schema_of(source, "mine")
    except SchemaError:
        return
    assert isinstance(schema, Schema)
    assert schema.scalars or schema.rows


@given(st.binary() | st.text() | documents.map(json.dumps))
def test_any_text_is_an_object_or_refused(text: str | bytes) -> None:
    try:
        assert isinstance(parse(text, "mine"), dict)
    except SchemaError as error:
        assert str(error).startswith("schema mine ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "schema mine nests too deeply"),
        ('{"a":' * 100_000, "schema mine nests too deeply"),
        ('{"version": ' + "9" * 5_000 + "}", "schema mine holds a number that is too long"),
        (b"\xff\xfe{}", "schema mine is no UTF-8 text: invalid start byte"),
        ("{'a': 1}", "schema mine is no JSON: line 1, column 2"),
        ("7", "schema mine must hold a JSON object, not int"),
    ],
)
def test_text_that_is_no_object_says_why(text: str | bytes, says: str) -> None:
    with pytest.raises(SchemaError, match=f"^{re.escape(says)}"):
        parse(text, "mine")


def test_builtin_schemas_are_found_by_name() -> None:
    assert build.builtin_schemas() == ("receipt", "invoice", "form")
    for name, model in (("receipt", Receipt), ("invoice", Invoice), ("form", Form)):
        assert build.builtin_schema(name) == schema_of(model, name)


@pytest.mark.parametrize(
    "name", ["", "Receipt", "schemas.receipt:Receipt", "os:path", "schema.json", "/etc/passwd"]
)
def test_no_other_name_opens_a_door(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_import", lambda *_: pytest.fail("a module was imported"))
    monkeypatch.setattr(build, "_json_schema", lambda _: pytest.fail("a file was read"))
    with pytest.raises(SchemaError) as caught:
        build.builtin_schema(name)
    assert str(caught.value) == f"there is no schema {name!r}; choose from receipt, invoice, form"
