"""The fields a JSON Schema asks for, and how the value of each is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from docai.errors import SchemaError
from docai.extraction.json_schema import check, short

MAX_REFERENCES = 20  # that a field may be reached through
MAX_FIELDS = 1_000  # columns of rows among them; the receipt schema has 13
MAX_VERSION = 2**31 - 1  # what every database can hold
MAX_NAME = 200  # characters of a field's name

_TELLING = ("$ref", "anyOf", "type", "format", "properties", "items")
_DEFINITIONS = "#/$defs/"


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
        SchemaError: it is no valid JSON Schema, or one too large; is no object with properties;
            or nests deeper than lists of plain objects. Nothing is fetched to find out.
    """
    if isinstance(source, type):
        json_schema: Mapping[str, Any] = source.model_json_schema()
    else:
        json_schema = source
        check(json_schema, name)
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
        if len(scalars) + sum(map(len, rows.values())) > MAX_FIELDS:
            raise SchemaError(f"{name} has more than {MAX_FIELDS:,} fields; split it")
    return Schema(name, _version(json_schema, name), json_schema, scalars, rows)


def _version(json_schema: Mapping[str, Any], name: str) -> int:
    """Return the version that a schema says it is; 1 where it says none."""
    version = json_schema.get("version", 1)
    if type(version) is not int:
        return 1
    if not 1 <= version <= MAX_VERSION:
        raise SchemaError(f"{name}: the version must be between 1 and {MAX_VERSION:,}")
    return version


def _properties(node: Mapping[str, Any], where: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the properties of an object.

    Raises:
        SchemaError: it is no object, or an object without properties.
    """
    properties = node.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        raise SchemaError(f"{where} must be an object with properties, one per field to extract")
    for field in properties:
        if len(field) > MAX_NAME:
            raise SchemaError(
                f"{where} has a field with a name of {len(field):,} characters; "
                f"at most {MAX_NAME} are allowed"
            )
    return properties


def _resolve(node: Mapping[str, Any] | bool, definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references into ``$defs`` and drop the null of an optional value.

    Returns:
        What tells the kind of a value, and nothing else.
    """
    telling = _telling(node)
    for _ in range(MAX_REFERENCES):
        if "$ref" in telling:
            target = _target(telling.pop("$ref"), definitions)
            telling = {**_telling(target), **telling}
        elif choices := [c for c in map(_telling, telling.get("anyOf", ())) if not _is_null(c)]:
            del telling["anyOf"]
            # A decimal is "number or string with a pattern" in pydantic: the number is the kind.
            likeliest = min(choices, key=lambda c: c.get("type") == "string")
            telling = {**likeliest, **telling}
        else:
            return telling
    raise SchemaError("the schema refers to itself; fields must be plain values")


def _telling(node: Mapping[str, Any] | bool) -> dict[str, Any]:
    """Return what tells the kind of a value; "anything goes", which is a schema too, is empty."""
    return {} if isinstance(node, bool) else {k: node[k] for k in _TELLING if k in node}


def _is_null(node: Mapping[str, Any]) -> bool:
    """Tell whether nothing but null fits a node."""
    return node.get("type") == "null"


def _target(reference: str, definitions: Mapping[str, Any]) -> Mapping[str, Any] | bool:
    """Look a reference up in the schema itself; nothing is ever fetched.

    Raises:
        SchemaError: it leads elsewhere.
    """
    name = reference.removeprefix(_DEFINITIONS)
    if name == reference or name not in definitions:
        raise SchemaError(f"the schema refers to {short(reference)}, which is not in its $defs")
    target: Mapping[str, Any] | bool = definitions[name]
    return target


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
