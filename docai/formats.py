"""Extractions as text: JSON, JSON lines, CSV and Markdown; tables as CSV and Markdown.

Everything that was read from a page is data: it cannot start a spreadsheet formula, end a table
cell, open an HTML tag or move a terminal's cursor.
"""

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docai.extraction.result import Extraction, Money, Origin, State, Typed, Value, plain

if TYPE_CHECKING:
    from docai.extraction.fields import Schema
    from docai.extraction.tables import ExtractedTable


class Format(StrEnum):
    """How results are written."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Layout:
    """How results follow each other.

    Attributes:
        opening: what comes first.
        render: what stands for one result.
        between: what comes between two results.
        closing: what comes last.
    """

    opening: str
    render: Callable[[Extraction], str]
    between: str = ""
    closing: str = ""

    def pieces(self, extractions: Iterable[Extraction]) -> Iterator[str]:
        """Yield the text, piece by piece, as results come in."""
        yield self.opening
        for number, extraction in enumerate(extractions):
            yield (self.between if number else "") + self.render(extraction)
        yield self.closing


def layout(format_: Format, schema: "Schema", *, is_single: bool, splits: bool = False) -> Layout:
    """Return how to write results; JSON of a collection is a list.

    Args:
        format_: how.
        schema: of the results.
        is_single: whether there is one result at most.
        splits: whether a file may have several: CSV then tells parts and their pages.
    """
    match format_:
        case Format.JSON if is_single:
            return Layout("", lambda extraction: to_json(extraction) + "\n")
        case Format.JSON:
            return Layout("[\n", to_json, ",\n", "\n]\n")
        case Format.JSONL:
            return Layout("", to_jsonl)
        case Format.CSV:
            header = documents_header(schema, splits=splits)
            return Layout(header, lambda e: documents_row(e, schema, splits=splits))
        case Format.MARKDOWN:
            return Layout("", to_markdown, "\n")


def items_layout(schema: "Schema", *, splits: bool = False) -> Layout:
    """Return how to write the line items of results as CSV."""
    header = items_header(schema, splits=splits)
    return Layout(header, lambda extraction: items_rows(extraction, schema, splits=splits))


_PART_COLUMNS = ("part", "pages")
_MARKED = frozenset({Origin.CORRECTED, Origin.WRITTEN, Origin.EMBEDDED})
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029]")  # legal there, but not in every terminal
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_FORMULA_STARTS = tuple("=+-@＝＋－＠")
_MARKDOWN_SPECIAL = re.compile(r"([\\`*\[\]#|~$]|(?<![^\W_])_|_(?![^\W_]))")  # a_b is harmless
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def to_json(extraction: Extraction) -> str:
    """Return one result as indented JSON, without a line break at its end."""
    return safe_json(json.dumps(extraction.to_json(), ensure_ascii=False, indent=2))


def to_jsonl(extraction: Extraction) -> str:
    """Return one result as JSON on a single line, its line break included."""
    return safe_json(json.dumps(extraction.to_json(), ensure_ascii=False)) + "\n"


def safe_json(text: str) -> str:
    """Escape the control characters that JSON lets through."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def documents_header(schema: "Schema", *, splits: bool = False) -> str:
    """Return the header of a CSV with one row per document."""
    columns = [c for field in schema.scalars for c in _columns(field, schema, field)]
    return _csv_row(["name", *(_PART_COLUMNS if splits else ()), *columns, "problems"])


def documents_row(extraction: Extraction, schema: "Schema", *, splits: bool = False) -> str:
    """Return the row of one document, in the columns of `documents_header`."""
    cells = [extraction.name, *(_part_cells(extraction) if splits else ())]
    for field in schema.scalars:
        cells.extend(_cells(extraction.fields.get(field), field, schema))
    problems = "; ".join(f"{p.code}: {p.message}" for p in extraction.problems)
    return _csv_row([*cells, problems])


def items_header(schema: "Schema", *, splits: bool = False) -> str:
    """Return the header of a CSV with one row per line item."""
    columns = [
        c for column, path in _item_columns(schema).items() for c in _columns(column, schema, path)
    ]
    return _csv_row(["name", *(_PART_COLUMNS if splits else ()), "list", "row", *columns])


def items_rows(extraction: Extraction, schema: "Schema", *, splits: bool = False) -> str:
    """Return the rows of one document's line items, in the columns of `items_header`."""
    out = []
    for field, number in _row_numbers(extraction.fields):
        part = _part_cells(extraction) if splits else ()
        cells = [extraction.name, *part, field, str(number + 1)]
        for column, path in _item_columns(schema).items():
            value = extraction.fields.get(f"{field}[{number}].{column}")
            cells.extend(_cells(value, path, schema))
        out.append(_csv_row(cells))
    return "".join(out)


def _part_cells(extraction: Extraction) -> tuple[str, ...]:
    """Return the number of a part and its pages; empty where nobody split the file."""
    part = extraction.part
    return ("", "") if part is None else (str(part.number), ", ".join(map(str, part.pages)))


def _item_columns(schema: "Schema") -> dict[str, str]:
    """Return, for each column of any list, a path that tells its kind."""
    return {column: f"{field}[0].{column}" for field, row in schema.rows.items() for column in row}


def _row_numbers(paths: Iterable[str]) -> list[tuple[str, int]]:
    """Return the (list, number from 0) of every row, in order."""
    rows = [p.split("].", 1)[0].split("[", 1) for p in paths if "[" in p]
    return list(dict.fromkeys((field, int(number)) for field, number in rows))


def _columns(name: str, schema: "Schema", path: str) -> list[str]:
    """Return the CSV columns of one field."""
    currency = [f"{name}_currency"] if schema.kind(path) == "money" else []
    return [name, *currency, f"{name}_confidence"]


def _cells(value: Value | None, path: str, schema: "Schema") -> list[str]:
    """Return the CSV cells of one field; an absent field has empty ones."""
    is_money = schema.kind(path) == "money"
    if value is None or value.state is State.ABSENT:
        return [""] * (3 if is_money else 2)
    confidence = f"{value.confidence:.4f}"
    if not is_money:
        return [_shown(value.typed), confidence]
    money = value.typed
    if not isinstance(money, Money):
        return [_shown(money), "", confidence]
    return [f"{money.amount:f}", money.currency or "", confidence]


def _csv_row(cells: Iterable[str]) -> str:
    """Return a line of CSV whose cells are inert in a spreadsheet."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([inert(cell) for cell in cells])
    return line.getvalue()


def inert(cell: str) -> str:
    """Return ``cell`` such that a spreadsheet shows it instead of computing it.

    Cells that begin like a formula and are no plain number get a leading apostrophe.
    """
    cell = printable(cell)
    if cell.lstrip().startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def printable(text: str) -> str:
    """Return ``text`` on one line, without characters that steer terminals and layout.

    Line breaks, tabs and other control characters become spaces, and so do the marks that turn
    the direction of writing. Halves of surrogate pairs, as in undecodable file names, become "?".
    """
    shown = []
    for c in text:
        category = unicodedata.category(c)
        if category in {"Cc", "Zl", "Zp"} or c in _BIDI_CONTROLS:
            shown.append(" ")
        else:
            shown.append("?" if category == "Cs" else c)
    return "".join(shown)


def to_markdown(extraction: Extraction) -> str:
    """Return one result as a Markdown section: fields, line items, problems, tables."""
    parts = [f"## {_escaped(_titled(extraction))}\n", _fields_table(extraction.fields)]
    for field in dict.fromkeys(name for name, _ in _row_numbers(extraction.fields)):
        parts.append(f"### {_escaped(field)}\n")
        parts.append(_items_table(field, extraction.fields))
    if extraction.problems:
        parts.append("### problems\n")
        parts.append(
            "".join(
                f"- **{_escaped(p.code)}**: {_escaped(p.message)}\n" for p in extraction.problems
            )
        )
    for page, number, table in numbered(extraction.tables):
        parts.append(f"### table {number} on page {page}\n")
        parts.append(table_markdown(table))
    return "\n".join(parts)


def numbered(tables: Iterable["ExtractedTable"]) -> Iterator[tuple[int, int, "ExtractedTable"]]:
    """Yield each table after its page and its number on that page, both from 1."""
    seen: Counter[int] = Counter()
    for table in tables:
        page = table.table.page
        seen[page] += 1
        yield page, seen[page], table


def table_csv(table: "ExtractedTable") -> str:
    """Return a table as CSV; a cell that takes several places leaves all but the first empty."""
    return "".join(_csv_row(row) for row in table.rows)


def table_markdown(table: "ExtractedTable") -> str:
    """Return a table as Markdown, under the names of its columns as far as it has any.

    Rows that name columns together become the one row that Markdown has for that.
    """
    rows = table.rows
    names = [
        " ".join(filter(None, column)) for column in zip(*rows[: table.num_headers], strict=True)
    ]
    return _table(names or [""] * len(rows[0]), rows[table.num_headers :])


def _titled(extraction: Extraction) -> str:
    """Return the name of a document, and which part of the file it is."""
    part = extraction.part
    if part is None:
        return extraction.name
    pages = f"page{'s' if len(part.pages) > 1 else ''} {', '.join(map(str, part.pages))}"
    return f"{extraction.name}, {part.number} of {part.of}: {pages}"


def _fields_table(fields: Mapping[str, Value]) -> str:
    """Return a table of the scalar fields that are on the page."""
    rows = [
        [path, _marked(value), f"{value.confidence:.0%}", _pages(value)]
        for path, value in fields.items()
        if "[" not in path and value.state is not State.ABSENT
    ]
    if not rows:
        return "No field was found.\n"
    return _table(["field", "value", "confidence", "page"], rows)


def _items_table(field: str, fields: Mapping[str, Value]) -> str:
    """Return a table of one list, with the columns that are filled somewhere."""
    prefix = f"{field}["
    columns = list(dict.fromkeys(p.split("].", 1)[1] for p in fields if p.startswith(prefix)))
    rows = []
    for name, number in _row_numbers(fields):
        if name == field:
            values = [fields.get(f"{field}[{number}].{column}") for column in columns]
            rows.append([str(number + 1), *("" if v is None else _marked(v) for v in values)])
    return _table(["", *columns], rows)


def _table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; its cells are escaped here."""
    escaped = [[_escaped(cell) for cell in row] for row in [header, *rows]]
    lines = [escaped[0], ["---"] * len(header), *escaped[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _marked(value: Value) -> str:
    """Return a value for people, marked where it is not simply found, or not copied."""
    marks = [value.state.value] if value.state is not State.FOUND else []
    marks += [value.origin.value] if value.origin in _MARKED else []
    shown = [_shown(value.typed) or value.text or "", *(f"({mark})" for mark in marks)]
    return " ".join(shown).strip()


def _pages(value: Value) -> str:
    """Return the pages on which a value stands."""
    return ", ".join(dict.fromkeys(str(e.page) for e in value.evidence))


def _shown(typed: Typed | None) -> str:
    """Return a typed value for people: an amount before its currency."""
    if typed is None:
        return ""
    if isinstance(typed, Money):
        return f"{typed.amount:f} {typed.currency or ''}".strip()
    return str(plain(typed)).lower() if isinstance(typed, bool) else str(plain(typed))


def _escaped(text: str) -> str:
    """Return ``text`` such that Markdown shows every character of it as it is."""
    html = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN_SPECIAL.sub(r"\\\1", html)
