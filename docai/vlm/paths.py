"""Paths of fields: ``total`` is a value, ``items[].price`` a column, ``items[2].price`` a cell."""

import re

_CELL = re.compile(r"(?s)([^\[\]]*)\[(\d*)\]\.(.*)")


def split(path: str) -> tuple[str, str]:
    """Return the list and the column that a path leads to; no list for a scalar's."""
    found = _CELL.fullmatch(path)
    return (found[1], found[3]) if found else ("", path)


def row_of(path: str) -> int | None:
    """Return the number of the row that a cell stands in; None for a scalar."""
    found = _CELL.fullmatch(path)
    return int(found[2]) if found and found[2] else None


def cell(name: str, row: int, column: str) -> str:
    """Return the path of a cell."""
    return f"{name}[{row}].{column}"
