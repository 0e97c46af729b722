"""Tables with their text, as results show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docai.geometry import Box
from docai.reading import Reading
from docai.table import Cell, Table


@dataclass(frozen=True, slots=True)
class ExtractedTable:
    """A table on one page.

    Attributes:
        table: where its cells stand.
        texts: of each cell, as printed, words joined by spaces; empty where nothing is.
    """

    table: Table
    texts: tuple[str, ...]

    @property
    def rows(self) -> list[list[str]]:
        """The texts row by row; a cell that takes several places has its text in the first."""
        height, width = self.table.shape
        rows = [[""] * width for _ in range(height)]
        for cell, text in zip(self.table.cells, self.texts, strict=True):
            rows[cell.row][cell.column] = text
        return rows

    @property
    def num_headers(self) -> int:
        """How many rows at the top name columns."""
        height, width = self.table.shape
        named = [0] * height
        for cell in self.table.cells:
            if cell.is_header:
                for row in range(cell.row, cell.row + cell.row_span):
                    named[row] += cell.column_span
        return next((row for row, count in enumerate(named) if count < width), height)


def shown(tables: Iterable[Table], readings: Sequence[Reading]) -> tuple[ExtractedTable, ...]:
    """Return tables with their text; ``readings`` holds the pages they stand on."""
    by_page = {reading.page: reading for reading in readings}
    return tuple(
        ExtractedTable(
            table,
            tuple(
                " ".join(by_page[table.page].words[i].text for i in cell.words)
                for cell in table.cells
            ),
        )
        for table in tables
    )


def table_json(shown: ExtractedTable) -> dict[str, Any]:
    """Return a table as plain JSON values."""
    return {
        "page": shown.table.page,
        "box": _rounded(shown.table.box),
        "rows": shown.rows,
        "cells": [
            {
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "text": text,
                "box": _rounded(cell.box),
                "words": list(cell.words),
                "is_header": cell.is_header,
            }
            for cell, text in zip(shown.table.cells, shown.texts, strict=True)
        ],
    }


def table_of(plain: Mapping[str, Any]) -> ExtractedTable:
    """Undo `table_json`, but for what it rounds.

    Raises:
        KeyError: something is missing.
        ValueError: something is no table.
    """
    cells = plain["cells"]
    return ExtractedTable(
        Table(
            plain["page"],
            _box(plain["box"]),
            tuple(
                Cell(
                    row=cell["row"],
                    column=cell["column"],
                    row_span=cell["row_span"],
                    column_span=cell["column_span"],
                    box=_box(cell["box"]),
                    words=tuple(cell["words"]),
                    is_header=cell["is_header"],
                )
                for cell in cells
            ),
        ),
        tuple(cell["text"] for cell in cells),
    )


def _rounded(box: Box) -> list[float]:
    """Return a box with a tenth of a pixel."""
    return [round(c, 1) for c in box]


def _box(plain: Sequence[float]) -> Box:
    """Return the box that four numbers are."""
    x0, y0, x1, y1 = plain
    return (x0, y0, x1, y1)
