"""The fields a JSON Schema asks for, and how the value of each is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from docai.errors import SchemaError

MAX_REFERENCES = 20  # that a field may be reached through


class Kind(StrEnum):
    """How a value is typed."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Schema:
    """What to extract.

    Attributes:
        name: such as ``receipt``.
        version: counted from 1.
        json_schema: an object whose properties are the fields.
        scalars: kind per field.
        rows: kind per column, per field that is a list of objects.
    """

    name: str
    version: int
    json_schema: Mapping[str, Any]
    scalars: Mapping[str, Kind]
    rows: Mapping[str, Mapping[str, Kind]]

    def knows(self, path: str) -> bool:
        """Tell whether ``path`` is a leaf of this schema."""
        if "[" not in path:
            return path in self.scalars
        return path.split("].", 1)[-1] in self.rows.get(path.split("[", 1)[0], {})

    def kind(self, path: str) -> Kind:
        """Return the kind of a leaf path such as ``total`` or ``items[0].price``."""
        if "[" not in path:
            return self.scalars[path]
        field, column = path.split("[", 1)[0], path.split("].", 1)[1]
        return self.rows[field][column]


def schema_of(source: type[BaseModel] | Mapping[str, Any], name: str) -> Schema:
    """Read a pydantic model or a JSON Schema.

    Raises:
        SchemaError: it is no valid JSON Schema, is no object with properties, or nests deeper
            than lists of plain objects.
    """
    if isinstance(source, type):
        json_schema: Mapping[str, Any] = source.model_json_schema()
    else:
        json_schema = source
        _validate(json_schema, name)
    definitions = json_schema.get("$defs", {})
    scalars: dict[str, Kind] = {}
    rows: dict[str, Mapping[str, Kind]] = {}
    for field, node in _properties(json_schema, name).items():
        plain = _resolve(node, definitions)
        if "[" in field:
            raise SchemaError(f"{name}.{field}: a field's name must not contain a bracket")
        if _type(plain) == "array":
            item = _resolve(plain.get("items", {}), definitions)
            rows[field] = {
                column: _kind(_resolve(leaf, definitions), f"{name}.{field}[].{column}")
                for column, leaf in _properties(item, f"{name}.{field}[]").items()
            }
        else:
            scalars[field] = _kind(plain, f"{name}.{field}")
    version = json_schema.get("version", 1)
    return Schema(name, version if type(version) is int else 1, json_schema, scalars, rows)


def _validate(json_schema: Mapping[str, Any], name: str) -> None:
    """Raise SchemaError unless this is a JSON Schema."""
    # Imported here: it takes a quarter of a second that a built-in schema need not pay.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as JsonSchemaError

    try:
        Draft202012Validator.check_schema(json_schema)
    except JsonSchemaError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "the top"
        raise SchemaError(
            f"schema {name} is no valid JSON Schema: {error.message} (at {where})"
        ) from error


def _properties(node: Mapping[str, Any], where: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the properties of an object.

    Raises:
        SchemaError: it is no object, or an object without properties.
    """
    properties = node.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        raise SchemaError(f"{where} must be an object with properties, one per field to extract")
    return properties


def _resolve(node: Mapping[str, Any] | bool, definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references into ``$defs`` and drop the null of an optional value."""
    if isinstance(node, bool):  # "anything goes" is a schema too
        return {}
    for _ in range(MAX_REFERENCES):
        if "$ref" in node:
            target = definitions.get(str(node["$ref"]).removeprefix("#/$defs/"))
            if target is None:
                raise SchemaError(f"the schema refers to {node['$ref']}, which is not in its $defs")
            node = {**target, **{k: v for k, v in node.items() if k != "$ref"}}
        elif choices := [c for c in node.get("anyOf", ()) if c.get("type") != "null"]:
            outer = {k: v for k, v in node.items() if k != "anyOf"}
            # A decimal is "number or string with a pattern" in pydantic: the number is the kind.
            likeliest: Mapping[str, Any] = min(choices, key=lambda c: c.get("type") == "string")
            node = {**likeliest, **outer}
        else:
            return node
    raise SchemaError("the schema refers to itself; fields must be plain values")


def _type(node: Mapping[str, Any]) -> str | None:
    """Return the JSON type of a node that is not null, if it names one."""
    types = node.get("type")
    return types if isinstance(types, str) else next((t for t in types or () if t != "null"), None)


def _kind(node: Mapping[str, Any], where: str) -> Kind:
    """Return how a resolved leaf is typed."""
    named = _type(node)
    if named == "object":
        if "amount" in node.get("properties", {}):
            return Kind.MONEY
        raise SchemaError(f"{where} nests an object; only lists of plain objects may nest")
    if named == "array":
        raise SchemaError(f"{where} nests a list; only lists of plain objects may nest")
    by_format = {"date": Kind.DATE, "time": Kind.TIME, "phone": Kind.PHONE, "money": Kind.MONEY}
    if node.get("format") in by_format:
        return by_format[node["format"]]
    return Kind.NUMBER if named in {"number", "integer"} else Kind.TEXT
