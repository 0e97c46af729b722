"""The fields a JSON Schema asks for, and how the value of each is typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docai.errors import SchemaError
from docai.extraction.json_schema import check
from docai.extraction.leaves import Kind, Leaf, leaf_of
from docai.extraction.nodes import CONSTRAINTS, MAX_REFERENCES, Definitions, Node
from docai.vlm.engine import Field

if TYPE_CHECKING:  # the command line reads no schema of a class before it has to
    from pydantic import BaseModel

__all__ = ["MAX_REFERENCES", "Kind", "Leaf", "Schema", "schema_of"]

MAX_FIELDS = 1_000  # columns of rows among them; the receipt schema has 13
MAX_VERSION = 2**31 - 1  # what every database can hold
MAX_NAME = 200  # characters of a field's name

_ROW_NUMBER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Schema:
    """What to extract.

    Attributes:
        name: such as ``receipt``.
        version: counted from 1.
        json_schema: an object whose properties are the fields.
        scalars: kind per field.
        rows: kind per column, per field that is a list of objects.
        leaves: everything about each, by ``total`` or ``items[].price``, in the schema's order.
        is_constrained: whether a value of the right kind may still not fit.
    """

    name: str
    version: int
    json_schema: Mapping[str, Any]
    scalars: Mapping[str, Kind]
    rows: Mapping[str, Mapping[str, Kind]]
    leaves: Mapping[str, Leaf]
    is_constrained: bool

    @property
    def fields(self) -> tuple[Field, ...]:
        """The leaves as a model is asked for them, in the schema's order."""
        return tuple(leaf.field for leaf in self.leaves.values())

    def knows(self, path: str) -> bool:
        """Tell whether ``path`` is a leaf of this schema."""
        return "[]" not in path and field_path(path) in self.leaves

    def leaf(self, path: str) -> Leaf:
        """Return the leaf of a path such as ``total`` or ``items[0].price``."""
        return self.leaves[field_path(path)]

    def kind(self, path: str) -> Kind:
        """Return the kind of a leaf path such as ``total`` or ``items[0].price``."""
        return self.leaf(path).kind


def field_path(path: str) -> str:
    """Return the path of the field that a value is of: ``items[].price`` for ``items[0].price``."""
    return _ROW_NUMBER.sub("[]", path, count=1)


def schema_of(source: "type[BaseModel] | Mapping[str, Any]", name: str) -> Schema:
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
    definitions = Definitions(json_schema.get("$defs", {}))
    leaves: dict[str, Leaf] = {}
    lists: list[Node] = []
    for field, source in _properties(json_schema, name).items():
        if "[" in field:
            raise SchemaError(f"{name}.{field}: a field's name must not contain a bracket")
        node = definitions.node(source)
        if node.shape == "array" and node.choices is None:
            row = definitions.node(node.keywords.get("items", {}))
            lists += [node, row]
            leaves |= _columns(field, node, row, definitions, name)
        else:
            leaves[field] = leaf_of(field, source, definitions, where=f"{name}.{field}")
        if len(leaves) > MAX_FIELDS:
            raise SchemaError(f"{name} has more than {MAX_FIELDS:,} fields; split it")
    return Schema(
        name,
        _version(json_schema, name),
        json_schema,
        {path: leaf.kind for path, leaf in leaves.items() if "[" not in path},
        _rows(leaves),
        leaves,
        bool(CONSTRAINTS & json_schema.keys())
        or any(node.constraints for node in lists)
        or any(leaf.is_constrained for leaf in leaves.values()),
    )


def _columns(
    field: str, node: Node, row: Node, definitions: Definitions, name: str
) -> dict[str, Leaf]:
    """Return the leaves of a list of objects."""
    where = f"{name}.{field}[]"
    columns = _properties(row.keywords, where)
    if len(columns) > MAX_FIELDS:
        raise SchemaError(f"{name} has more than {MAX_FIELDS:,} fields; split it")
    max_rows = node.keywords.get("maxItems")
    return {
        f"{field}[].{column}": leaf_of(
            f"{field}[].{column}",
            source,
            definitions,
            where=f"{where}.{column}",
            max_rows=None if max_rows is None else int(max_rows),
        )
        for column, source in columns.items()
    }


def _rows(leaves: Mapping[str, Leaf]) -> dict[str, dict[str, Kind]]:
    """Return the kind per column, per list."""
    rows: dict[str, dict[str, Kind]] = {}
    for path, leaf in leaves.items():
        if "[" in path:
            field, column = path.split("[].", 1)
            rows.setdefault(field, {})[column] = leaf.kind
    return rows


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
