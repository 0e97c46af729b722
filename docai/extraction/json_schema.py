"""JSON Schemas from strangers: parsed and checked within bounds, nothing fetched, nothing run.

A schema is data. Its references are looked up in the schema alone, and its patterns are neither
compiled nor matched: a regular expression may take for ever to do either.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docai.errors import SchemaError

# The receipt schema has 163 nodes on 8 levels and 3,000 characters.
MAX_NODES = 10_000  # objects, lists and plain values; checking as many takes about a second
MAX_DEPTH = 32
MAX_CHARACTERS = 500_000
MAX_SHOWN = 300  # characters of what a message quotes

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # some databases, and UTF-8, cannot hold them


def parse(text: str | bytes, name: str) -> dict[str, Any]:
    """Read a JSON Schema; whether it makes sense is not looked at yet.

    Args:
        text: JSON; bytes are UTF-8.
        name: what to call the schema in messages.

    Raises:
        SchemaError: it is no JSON object.
    """
    try:
        loaded = json.loads(text if isinstance(text, str) else text.decode())
    except UnicodeDecodeError as error:
        raise SchemaError(f"schema {name} is no UTF-8 text: {error.reason}") from error
    except RecursionError as error:
        raise SchemaError(f"schema {name} nests too deeply") from error
    except json.JSONDecodeError as error:
        raise SchemaError(
            f"schema {name} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise SchemaError(f"schema {name} holds a number that is too long") from error
    if not isinstance(loaded, dict):
        raise SchemaError(f"schema {name} must hold a JSON object, not {type(loaded).__name__}")
    return loaded


def check(json_schema: Mapping[str, Any], name: str) -> None:
    """Refuse what is no JSON Schema, and what is one of a size that nobody needs.

    Raises:
        SchemaError: says what is wrong, and where.
    """
    _check_size(json_schema, name)
    # Imported here: it takes a quarter of a second that a built-in schema need not pay.
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import SchemaError as JsonSchemaError

    try:
        Draft202012Validator.check_schema(json_schema, format_checker=FormatChecker(()))
    except JsonSchemaError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "the top"
        raise SchemaError(
            f"schema {name} is no valid JSON Schema: {short(error.message)} (at {short(where)})"
        ) from error
    except RecursionError as error:
        raise SchemaError(f"schema {name} nests too deeply") from error


def _check_size(json_schema: Mapping[str, Any], name: str) -> None:
    """Refuse schemas that are too large, too deep, or hold what cannot be written down."""
    num_characters = 0
    for num_nodes, (depth, node) in enumerate(_nodes(json_schema), start=1):
        if num_nodes > MAX_NODES:
            raise SchemaError(f"schema {name} is too large; at most {MAX_NODES:,} nodes are read")
        if depth > MAX_DEPTH:
            raise SchemaError(
                f"schema {name} nests too deeply; at most {MAX_DEPTH} levels are read"
            )
        texts = [str(key) for key in node] if isinstance(node, Mapping) else []
        texts += [node] if isinstance(node, str) else []
        num_characters += sum(map(len, texts))
        if num_characters > MAX_CHARACTERS:
            raise SchemaError(
                f"schema {name} is too long; at most {MAX_CHARACTERS:,} characters are read"
            )
        if any(map(_UNWRITABLE.search, texts)):
            raise SchemaError(f"schema {name} holds a null character or half of a surrogate pair")
        if isinstance(node, float) and not math.isfinite(node):
            raise SchemaError(f"schema {name} holds {node}, which is no JSON number")


def _nodes(json_schema: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    """Yield every node with its depth; without recursion, for the depth is not known yet."""
    waiting: list[tuple[int, Any]] = [(1, json_schema)]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        inner = node.values() if isinstance(node, Mapping) else node
        if isinstance(node, Mapping | list | tuple):
            waiting.extend((depth + 1, child) for child in inner)


def short(text: str) -> str:
    """Return what a message can quote of ``text``, with a mark where it goes on."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]} […]"
