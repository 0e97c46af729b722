"""Whether what was found fits the schema it was asked for with; what does not is told.

A schema may come from a stranger, so it is not run as it stands. References are put in, within
bounds, and nothing is fetched. Patterns are matched by an engine that takes time in proportion to
the text; what it cannot run, such as a look-ahead, is not run at all. Decimals are counted in
decimals. What must be there, and how much of it, is no concern: an absent value is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from docai.errors import SchemaError
from docai.extraction.fields import Schema
from docai.extraction.json_schema import short
from docai.extraction.leaves import is_multiple
from docai.extraction.nodes import JsonSchema, target
from docai.extraction.patterns import matcher
from docai.extraction.result import MISFIT, Problem, Value, nest
from docai.extraction.typed import plain

MAX_NODES = 20_000  # of a schema with its references put in; a schema itself may have half of it
MAX_DEPTH = 64

# fmt: off
_UNUSED = frozenset({
    "patternProperties", "$defs", "$id", "$anchor", "$schema", "$dynamicRef", "$dynamicAnchor",
})
_PRESENCE = frozenset({  # these do count in a condition
    "required", "dependentRequired", "minProperties", "minItems", "contains", "minContains",
    "maxContains",
})
_ONE = frozenset({
    "items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties",
})
# fmt: on
_CONDITIONS = frozenset({"not", "if"})
_SEVERAL = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"properties", "dependentSchemas"})


def misfits(schema: Schema, fields: Mapping[str, Value]) -> list[Problem]:
    """Return a problem for everything found that does not fit the schema.

    What is left without the values named in these problems does fit.

    Args:
        schema: what was asked for.
        fields: value per path.
    """
    found = {path: plain(v.typed) for path, v in fields.items() if v.typed is not None}
    if not schema.is_constrained or not found:
        return []
    problems = _unchecked(schema, found)
    try:
        whole = schema.json_schema
        expanded = _expanded(whole, whole.get("$defs", {}), iter(range(MAX_NODES)))
    except SchemaError as error:
        reason = f"whether the values fit the schema is not known: {error}"
        return [*problems, Problem("schema_not_checked", reason)]
    validator = _validator()(expanded)
    while found:  # rows without what did not fit may be the same, where they have to differ
        errors = sorted(validator.iter_errors(nest(found)), key=lambda e: [*map(str, e.path)])
        told = [_problem(error, found) for error in errors]
        problems += told
        unfit = {path for problem in told for path in problem.paths}
        if not unfit:
            break
        found = {path: value for path, value in found.items() if path not in unfit}
    return problems


def _unchecked(schema: Schema, found: Iterable[str]) -> list[Problem]:
    """Return a problem for every value whose pattern cannot be run."""
    return [
        Problem(
            "schema_not_checked",
            f"{path}: docai does not run the pattern {short(pattern)}, such as one that looks "
            "ahead or behind; whether the value fits it is not known",
            (path,),
        )
        for path in found
        if (pattern := schema.leaf(path).pattern) and matcher(pattern) is None
    ]


def _problem(error: Any, found: Mapping[str, Any]) -> Problem:
    """Return what one error of the validator means: which values do not fit, and why."""
    where = [*error.absolute_path]
    name = str(where[0]) if where else ""
    if len(where) == 1 and error.validator in {"maxItems", "uniqueItems"}:
        rows = error.instance
        if error.validator == "maxItems":
            unfit = [*range(error.validator_value, len(rows))]
            message = f"{name}: {len(rows)} rows were found; at most {error.validator_value} fit"
        else:
            unfit = [n for n, row in enumerate(rows) if row in rows[:n]]
            message = f"{name}: rows that have to differ are the same"
        return Problem(MISFIT, message, _cells(name, unfit, found))
    paths = _leaves(where, found)
    told = paths[0] if len(paths) == 1 else name
    return Problem(MISFIT, f"{told}: {short(error.message)}" if told else error.message, paths)


def _cells(name: str, rows: Iterable[int], found: Iterable[str]) -> tuple[str, ...]:
    """Return the paths of the cells of some rows, counted without gaps."""
    of_list = [path for path in found if path.startswith(f"{name}[")]
    numbers = list(dict.fromkeys(path.split("].", 1)[0] for path in of_list))
    wanted = {numbers[row] for row in rows}
    return tuple(path for path in of_list if path.split("].", 1)[0] in wanted)


def _leaves(where: Sequence[str | int], found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the values that an error in this place is about; none where it is about the whole."""
    if not where or where[0] in found:
        return tuple(map(str, where[:1]))
    if len(where) == 1:
        return ()
    name, row, *column = where
    cells = _cells(str(name), [int(row)], found)
    return tuple(c for c in cells if c.endswith(f"].{column[0]}")) if column else cells


def _expanded(
    node: JsonSchema,
    definitions: Mapping[str, JsonSchema],
    left: Iterator[int],
    depth: int = 0,
    *,
    is_condition: bool = False,
) -> JsonSchema:
    """Return a schema with its references put in, without what is not looked at.

    Raises:
        SchemaError: it becomes too large, or refers to itself.
    """
    if isinstance(node, bool):
        return node
    if next(left, None) is None or depth > MAX_DEPTH:
        raise SchemaError("with its references put in, the schema is too large")

    def inner(part: JsonSchema, *, is_condition: bool = is_condition) -> JsonSchema:
        """Return a part of the node."""
        return _expanded(part, definitions, left, depth + 1, is_condition=is_condition)

    out: dict[str, Any] = {}
    dropped = _UNUSED if is_condition else _UNUSED | _PRESENCE
    for key, value in node.items():
        if key in dropped:
            continue
        if key == "$ref":
            out["allOf"] = [*out.get("allOf", ()), inner(target(value, definitions))]
        elif key in _SEVERAL:
            out[key] = [*out.get(key, ()), *map(inner, value)]
        elif key in _NAMED:
            out[key] = {name: inner(part) for name, part in value.items()}
        elif key in _ONE:
            out[key] = inner(value, is_condition=is_condition or key in _CONDITIONS)
        else:
            out[key] = value
    return out


@cache
def _validator() -> Any:
    """Return a validator that runs nothing that may take for ever."""
    # Imported here: it takes a quarter of a second that schemas without constraints need not pay.
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(Draft202012Validator, {"pattern": _pattern, "multipleOf": _multiple_of})


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Any]:
    """Check a text against a pattern that can be run."""
    from jsonschema.exceptions import ValidationError

    matches = matcher(pattern) if isinstance(value, str) else None
    if matches is not None and not matches(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _multiple_of(_: Any, step: float, value: Any, __: Any) -> Iterator[Any]:
    """Check a number in decimals."""
    from jsonschema.exceptions import ValidationError

    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and not is_multiple(Decimal(str(value)), Decimal(str(step))):
        yield ValidationError(f"{value!r} is not a multiple of {step!r}")
