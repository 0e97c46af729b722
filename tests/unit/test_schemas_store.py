from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.errors import SchemaError
from workers import schemas
from workers.connections import Connections


def schema(*fields: str) -> dict[str, Any]:
    return {"type": "object", "properties": {field: {"type": "string"} for field in fields}}


def test_other_content_is_a_new_version_and_the_same_is_not(connections: Connections) -> None:
    first, is_new = schemas.put(connections, "note", schema("a"))
    assert (first.version, is_new) == (1, True)
    again, is_new = schemas.put(connections, "note", schema("a"))
    assert (again.version, is_new) == (1, False)
    second, is_new = schemas.put(connections, "note", schema("a", "b"))
    assert (second.version, is_new) == (2, False)
    third, _ = schemas.put(connections, "note", schema("b", "a"))
    assert third.version == 3  # columns follow the order of fields
    fourth, _ = schemas.put(connections, "note", schema("a"))
    assert fourth.version == 4


def test_versions_stay_what_they_were(connections: Connections) -> None:
    for number in range(3):
        schemas.put(connections, "note", schema(f"f{number}"))
    for number in range(3):
        found = schemas.find(connections, "note", number + 1)
        assert found is not None and list(found.json_schema["properties"]) == [f"f{number}"]
    newest = schemas.find(connections, "note")
    assert newest is not None and newest.version == 3
    assert schemas.find(connections, "note", 4) is None
    assert schemas.find(connections, "other") is None


def test_what_is_deleted_is_not_found_and_its_numbers_are_not_used_again(
    connections: Connections,
) -> None:
    schemas.put(connections, "note", schema("a"))
    assert schemas.delete(connections, "note")
    assert not schemas.delete(connections, "note")
    assert schemas.find(connections, "note") is schemas.find(connections, "note", 1) is None
    assert schemas.listing(connections) == []
    again, is_new = schemas.put(connections, "note", schema("a"))
    assert (again.version, is_new) == (2, True)


def test_the_newest_of_each_is_listed_by_name(connections: Connections) -> None:
    for name, field in (("b", "x"), ("a", "x"), ("b", "y")):
        schemas.put(connections, name, schema(field))
    listed = [(one.name, one.version) for one in schemas.listing(connections)]
    assert listed == [("a", 1), ("b", 2)]


@pytest.mark.parametrize("name", ["", "A", "1a", "a b", "a/b", "ä", "a\n", "x" * 65, "inline", "-"])
def test_names_are_plain(connections: Connections, name: str) -> None:
    with pytest.raises(SchemaError, match="schema name"):
        schemas.put(connections, name, schema("a"))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"type": "object"},
        {"type": "object", "properties": {}},
        {"type": 5, "properties": {"a": {}}},
        {"properties": {"a": {"type": "object", "properties": {"b": {}}}}},
        {"properties": {"a": {"$ref": "#/$defs/b"}}},
        {"properties": {"a": {"items": True, "type": "array"}}},
        {"properties": {"a": {"$ref": "https://example.com/schema.json"}}},
    ],
)
def test_what_says_nothing_to_extract_is_refused(
    connections: Connections, broken: dict[str, Any]
) -> None:
    with pytest.raises(SchemaError):
        schemas.put(connections, "note", broken)
    assert schemas.listing(connections) == []


KEYWORDS = ("type", "properties", "items", "$ref", "$defs", "anyOf", "format", "version", "a", "b")
NAMES = ("object", "array", "string", "null", "number", "date", "#/$defs/a", "#/$defs/b", "#", "")
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(NAMES)


@given(
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4)
        ),
        max_leaves=12,
    ),
    st.dictionaries(st.sampled_from(KEYWORDS), LEAVES, max_size=2),
)
def test_whatever_comes_is_a_schema_or_refused(fields: Any, more: dict[str, Any]) -> None:
    try:
        schemas.check({"type": "object", "properties": {"a": fields}, **more}, "any")
        schemas.check({"type": "object", "properties": fields, "$defs": fields}, "any")
    except SchemaError as error:
        assert str(error)


def test_a_schema_that_nests_without_end_is_refused() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(2000):
        deep = {"not": deep}
    with pytest.raises(SchemaError, match="nests too deeply"):
        schemas.check({"type": "object", "properties": {"a": deep}}, "deep")
