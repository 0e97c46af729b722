"""Grammars: what a generating model may reply, so that it can invent nothing.

A reply is one compact JSON object with exactly the fields of the schema, in their order, each
null or a value of its mode. Everything in it is bounded, so every reply ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docai.vlm import reply_schema
from docai.vlm.engine import Field, Printed
from docai.vlm.lark import json_text, literal
from docai.vlm.terminals import Terminals, Value
from docai.vlm.window import Excerpt
from docai.vlm.word_graph import WordGraph

MAX_ROWS = 200  # of a list, in one window


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a reply may be.

    Attributes:
        lark: the grammar, in llguidance's dialect of Lark.
        json_schema: the same as far as JSON Schema can say it, for servers without grammars.
        max_bytes: of the longest reply that the grammar admits.
    """

    lark: str
    json_schema: Mapping[str, Any]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a reply: as Lark, as JSON Schema, and how long it gets."""

    lark: str
    json_schema: Mapping[str, Any]
    max_bytes: int


def grammar(fields: Sequence[Field], excerpts: Sequence[Excerpt], printed: Printed) -> Grammar:
    """Compile what a model may reply about ``excerpts``."""
    graph = WordGraph(excerpts)
    terminals = Terminals(graph)
    rules: list[str] = []
    properties: dict[str, _Part] = {}
    for name, columns in _lists(fields).items():
        if columns[0].path == name:
            properties[name] = _value(terminals.value(columns[0], printed(columns[0])))
            continue
        row = _object(
            {
                column.path.partition("[].")[2]: _value(terminals.value(column, printed(column)))
                for column in columns
            }
        )
        rule = f"row{len(rules)}"
        rules.append(f"{rule}: {row.lark}")
        properties[name] = _array(rule, row, _num_rows(columns, graph))
    whole = _object(properties)
    lark = "\n".join([f"start: {whole.lark}", *rules, *terminals.lines]) + "\n"
    return Grammar(lark, whole.json_schema, whole.max_bytes)


def _lists(fields: Sequence[Field]) -> dict[str, list[Field]]:
    """Return the fields by name, columns under the name of their list."""
    lists: dict[str, list[Field]] = {}
    for field in fields:
        lists.setdefault(field.path.partition("[].")[0], []).append(field)
    return lists


def _num_rows(columns: Sequence[Field], graph: WordGraph) -> int:
    """Return how many rows a list may have: no row is less than a line."""
    bounds = [column.max_rows for column in columns if column.max_rows is not None]
    return min(MAX_ROWS, *bounds) if bounds else min(MAX_ROWS, graph.num_lines)


def _value(value: Value) -> _Part:
    """Return what a field may be: null, or a value."""
    null = literal("null")
    lark = f"({null} | {value.terminal})" if value.terminal else null
    return _Part(lark, value.json_schema, max(value.max_bytes, len("null")))


def _object(properties: Mapping[str, _Part]) -> _Part:
    """Return an object with exactly these properties, in this order."""
    pieces, size = [], 0
    before = "{"
    for name, part in properties.items():
        key = f"{before}{json_text(name)}:"
        pieces += [literal(key), part.lark]
        size += len(key.encode()) + part.max_bytes
        before = ","
    end = "}" if properties else "{}"
    pieces.append(literal(end))
    schemas = {name: part.json_schema for name, part in properties.items()}
    return _Part(" ".join(pieces), reply_schema.object_of(schemas), size + len(end))


def _array(rule: str, row: _Part, num_rows: int) -> _Part:
    """Return a list of rows, perhaps an empty one."""
    lark = literal("[]")
    if num_rows > 0:
        more = f' ("," {rule}){{0,{num_rows - 1}}}' if num_rows > 1 else ""
        lark = f'({lark} | "[" {rule}{more} "]")'
    size = len("[]") + num_rows * (row.max_bytes + len(",")) - (num_rows > 0)
    return _Part(lark, reply_schema.array_of(row.json_schema, num_rows), size)
