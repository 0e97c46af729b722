"""Documents to learn from: labelled ones, and results of docai's that people put right.

A data set is a folder with ``labels.jsonl``, a JSON object a line::

    {"file": "docs/1.jpg", "data": {"total": {"amount": "9.00", "currency": "MYR"}, "items": []}}
    {"id": "2", "file": "docs/2.jpg", "split": "dev", "fields": {"total": "9.00"}}

``data`` is what a result of docai's holds under that name, put right: a key that is missing or
null means that the document has no such value. ``fields`` are values as printed, where the fields
that nobody labelled in the whole set are not known. ``split`` is ``train`` or ``dev``; documents
without one are split by a digest of their files' names, one in eight to measure by.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docai import metrics
from docai.errors import DatasetError
from docai.extraction.fields import Schema

LABELS = "labels.jsonl"
ITEMS = "items"
_HELD_OUT_SHARE = 1 / 8
_MEASURED_AS = {"price": "unit_price", "total_price": "amount"}  # what labels call such columns


@dataclass(frozen=True)
class Taught:
    """One document and the values on it.

    Attributes:
        id: of the document, unique among all data sets.
        path: of its file.
        is_held_out: whether it is kept to measure by.
        values: per field what a person says; plain JSON, None where there is none; several are
            printed where it is a list; rows for a field that is a list of objects.
    """

    id: str
    path: Path
    is_held_out: bool
    values: Mapping[str, Any]

    @property
    def label(self) -> dict[str, Any]:
        """The same in the form that `docai.metrics` scores by."""
        scalars = {name: value for name, value in self.values.items() if not _is_rows(value)}
        label: dict[str, Any] = {"id": self.id, "fields": scalars}
        if ITEMS in self.values:
            label[ITEMS] = [
                {_MEASURED_AS.get(name, name): cell for name, cell in row.items()}
                for row in self.values[ITEMS] or ()
            ]
        return label


def documents(folders: Iterable[Path], schema: Schema) -> list[Taught]:
    """Read data sets, as far as they are about fields of a schema.

    Raises:
        DatasetError: a data set cannot be read, tells nothing of the schema, or no document is
            left to learn from or to measure by.
    """
    found = [taught for folder in folders for taught in _documents_of(folder, schema)]
    if not any(not taught.is_held_out for taught in found):
        raise DatasetError("no document is left to learn from; give more, or more of split train")
    if not any(taught.is_held_out for taught in found):
        raise DatasetError("no document is left to measure by; give more, or some of split dev")
    return found


def _documents_of(folder: Path, schema: Schema) -> list[Taught]:
    """Read one data set.

    Raises:
        DatasetError: it cannot be read, or tells nothing of the schema.
    """
    rows = _rows(folder)
    in_print = [row for row in rows if "data" not in row]
    known = [name for name in metrics.labelled_fields(in_print) if name in schema.scalars]
    if any(ITEMS in row for row in in_print) and ITEMS in schema.rows:
        known.append(ITEMS)
    read = [_taught(folder, row, schema, known) for row in rows]
    if not any(taught.values for taught in read):
        names = ", ".join([*schema.scalars, *schema.rows])
        raise DatasetError(f"{folder}/{LABELS} labels no field of the schema: {names}")
    return read


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Read the lines of the labels.

    Raises:
        DatasetError: they cannot be read, or one of them is of no form that we know.
    """
    path = folder / LABELS
    try:
        lines = path.read_text("utf8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read: {error}") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            rows.append(_row(line, f"{path}, line {number}"))
    if not rows:
        raise DatasetError(f"{path} is empty; it must hold a JSON object a line")
    return rows


def _row(line: str, where: str) -> dict[str, Any]:
    """Read one line.

    Raises:
        DatasetError: it is of no form that we know.
    """
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DatasetError(f"{where}: no JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("file"), str):
        raise DatasetError(f'{where}: must be an object with "file"')
    if not isinstance(row.get("data", row.get("fields")), dict):
        raise DatasetError(f'{where}: must have "data", as in a result of docai, or "fields"')
    return row


def _taught(folder: Path, row: Mapping[str, Any], schema: Schema, known: Sequence[str]) -> Taught:
    """Return a document of a data set.

    Raises:
        DatasetError: its file lies outside of the data set.
    """
    path = folder / row["file"]
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DatasetError(f"{folder}/{LABELS}: {row['file']!r} lies outside of that folder")
    if "data" in row:
        values = {name: row["data"].get(name) for name in [*schema.scalars, *schema.rows]}
    else:
        values = {name: {**row, **row["fields"]}.get(name) for name in known}
    values = {name: _renamed(value, schema.rows.get(name)) for name, value in values.items()}
    name = f"{folder.resolve().name}/{row.get('id', row['file'])}"
    return Taught(name, path, _is_held_out(row), values)


def _renamed(value: Any, columns: Mapping[str, Any] | None) -> Any:
    """Return rows with the columns of the schema, whatever the labels call them."""
    if columns is None:
        return value
    return [
        {column: _cell(row, column) for column in columns}
        for row in value or ()
        if isinstance(row, dict)
    ]


def _cell(row: Mapping[str, Any], column: str) -> Any:
    """Return a cell of a row, whichever of its names the labels call it."""
    others = (name for name, other in metrics.OTHER_NAMES.items() if other == column)
    return next((row[name] for name in (column, *others) if name in row), None)


def _is_rows(value: Any) -> bool:
    """Tell rows of a list from a value, or several, of one field."""
    return isinstance(value, list) and (not value or isinstance(value[0], dict))


def _is_held_out(row: Mapping[str, Any]) -> bool:
    """Tell whether a document is kept to measure by."""
    if row.get("split") in ("train", "dev"):
        return bool(row["split"] == "dev")
    return hashlib.sha256(row["file"].encode()).digest()[0] < 256 * _HELD_OUT_SHARE


def limited(some: Sequence[Taught], most: int) -> list[Taught]:
    """Return at most so many documents, chosen by a digest of their ids: the same every time."""
    shuffled = sorted(some, key=lambda taught: hashlib.sha256(taught.id.encode()).digest())
    return shuffled[:most]
