"""Nodes of a JSON Schema with references followed: what they admit, and what they say of it.

A schema may come from a stranger: nothing is fetched, and how much is followed is bounded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from docai.errors import SchemaError
from docai.extraction.json_schema import short

MAX_REFERENCES = 20  # and alternatives, that a field may be reached through

JsonSchema = Mapping[str, Any] | bool

# fmt: off
CONSTRAINTS = frozenset({
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "pattern", "minLength", "maxLength",
    "maxItems", "uniqueItems", "prefixItems", "maxContains", "unevaluatedItems",
    "maxProperties", "patternProperties", "propertyNames", "unevaluatedProperties",
    "allOf", "oneOf", "not", "if", "dependentSchemas",
})
# fmt: on
"""Keywords that a value of the right JSON type may still break."""

_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
_STRUCTURE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "enum", "const"})
_DEFINITIONS = "#/$defs/"


@dataclass(frozen=True, slots=True)
class Node:
    """A value that a schema asks for.

    Attributes:
        keywords: what is said of it, but for alternatives and references; of several alternatives
            the likeliest speaks. What stands nearest to the field wins.
        types: JSON types that it admits; ``number`` has ``integer`` beside it.
        choices: its possible values, null left out; None where it has no such list.
        constraints: the CONSTRAINTS that are said of it anywhere.
    """

    keywords: Mapping[str, Any]
    types: frozenset[str]
    choices: tuple[Any, ...] | None = None
    constraints: frozenset[str] = frozenset()

    @property
    def shape(self) -> str | None:
        """The JSON type that it names first, null left out, or that its keywords are for."""
        named = self.keywords.get("type", ())
        first = named if isinstance(named, str) else next((t for t in named if t != "null"), None)
        by_keyword = {"properties": "object", "items": "array"}
        return first or next((t for k, t in by_keyword.items() if k in self.keywords), None)


class Definitions:
    """The ``$defs`` of a schema; each is read once, however many refer to it."""

    def __init__(self, sources: Mapping[str, JsonSchema]) -> None:
        self._sources = sources
        self._nodes: dict[str, Node] = {}

    def node(self, source: JsonSchema, depth: int = 0) -> Node:
        """Follow references, and bring alternatives together.

        Args:
            source: a schema of a value.
            depth: references that led there.

        Raises:
            SchemaError: it refers to itself, or to what is not in the definitions.
        """
        if depth > MAX_REFERENCES:
            raise SchemaError("the schema refers to itself; fields must be plain values")
        if isinstance(source, bool):  # "anything goes" is a schema too
            return Node({}, _TYPES)
        parts = [_alone(source)]
        if "$ref" in source:
            parts.append(self._referred(source["$ref"], depth))
        parts += [self.node(part, depth + 1) for part in source.get("allOf", ())]
        for several in ("anyOf", "oneOf"):
            if several in source:
                parts.append(_any_of([self.node(one, depth + 1) for one in source[several]]))
        return reduce(_both, parts)

    def _referred(self, reference: str, depth: int) -> Node:
        """Return what a reference leads to."""
        if reference not in self._nodes:
            self._nodes[reference] = self.node(target(reference, self._sources), depth + 1)
        return self._nodes[reference]


def target(reference: str, definitions: Mapping[str, JsonSchema]) -> JsonSchema:
    """Look a reference up in the schema itself; nothing is ever fetched.

    Raises:
        SchemaError: it leads elsewhere.
    """
    name = reference.removeprefix(_DEFINITIONS)
    if name == reference or name not in definitions:
        raise SchemaError(f"the schema refers to {short(reference)}, which is not in its $defs")
    return definitions[name]


def _alone(source: Mapping[str, Any]) -> Node:
    """Return what a node says without following anything."""
    keywords = {key: value for key, value in source.items() if key not in _STRUCTURE}
    named = source.get("type", _TYPES)
    types = {named} if isinstance(named, str) else set(named)
    types |= {"integer"} if "number" in types else set()
    choices = None
    if "const" in source or "enum" in source:
        values = [source["const"]] if "const" in source else source["enum"]
        plain = [v for v in values if isinstance(v, str | int | float)]
        choices = tuple(value for value in plain if type_of(value) & types)
    return Node(keywords, frozenset(types), choices, frozenset(CONSTRAINTS & source.keys()))


def type_of(value: str | float) -> frozenset[str]:
    """Return the JSON types that a plain value has."""
    if isinstance(value, str):
        return frozenset({"string"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    return frozenset({"number", "integer"} if value == int(value) else {"number"})


def _both(near: Node, far: Node) -> Node:
    """Return what fits both of two nodes."""
    if near.choices is None or far.choices is None:
        choices = far.choices if near.choices is None else near.choices
    else:
        choices = tuple(choice for choice in near.choices if choice in far.choices)
    keywords = {**far.keywords, **near.keywords}
    return Node(keywords, near.types & far.types, choices, near.constraints | far.constraints)


def _any_of(alternatives: Sequence[Node]) -> Node:
    """Return what fits any of some nodes."""
    some = [one for one in alternatives if one.types - {"null"}]
    types = frozenset[str]().union(*(one.types for one in alternatives))
    if not some:
        return Node({}, types)
    # A decimal is "number or string" in pydantic: the number is the kind.
    likeliest = min(some, key=lambda one: one.types - {"null"} == {"string"})
    choices = None
    if all(one.choices is not None for one in some):
        choices = tuple(choice for one in some for choice in one.choices or ())
    constraints = frozenset[str]().union(*(one.constraints for one in some))
    return Node(likeliest.keywords, types, choices, constraints)
