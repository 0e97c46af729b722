"""JSON Schema of replies, for servers that know no grammars.

It says less than the grammar: not which words stand on the page, unless they are few. Patterns
are left out on purpose: a stranger's regular expression can keep a validator busy for ever.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

MAX_LISTED = 200  # texts that a schema lists one by one; a page of amounts has fewer

_TYPES = {str: "string", bool: "boolean", int: "number", float: "number"}


def object_of(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def array_of(row: Mapping[str, Any], max_items: int) -> dict[str, Any]:
    """Return the schema of a list of at most ``max_items`` rows."""
    return {"type": "array", "items": dict(row), "maxItems": max_items}


def text_of(min_length: int, max_length: int) -> dict[str, Any]:
    """Return the schema of a text or null; lengths are in characters."""
    shortest = {"minLength": min_length} if min_length else {}
    return {"type": ["string", "null"], **shortest, "maxLength": max_length}


def choice_of(values: Sequence[str]) -> dict[str, Any]:
    """Return the schema of one of ``values``, which are JSON, or null."""
    choices = [json.loads(value) for value in values]
    types = dict.fromkeys(_TYPES.get(type(choice), "null") for choice in choices)
    types["null"] = None
    named = list(types)
    distinct = [c for c, value in zip(choices, values, strict=True) if value != "null"]
    return {"type": named if len(named) > 1 else named[0], "enum": [*distinct, None]}
