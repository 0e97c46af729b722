"""Cells of a table from its rows, its columns and what was printed in them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docai.table import Cell
from docai.vlm.builtin.table_rows import Bools, Floats, Words
from docai.vlm.builtin.table_strips import Strip

MOST_KEYS = 0.3  # share of cells that end in a colon: more are keys beside their values
MOST_FIRST_KEYS = 0.5  # the same of the first column


@dataclass(frozen=True)
class Frame:
    """The places of a table, and which of them are one cell.

    Attributes:
        columns: (columns, 2) where each begins and ends, in pixels of the level page.
        rows: (rows, 2) the same.
        cell: (rows, columns) number of the cell that a place is part of; cells are rectangles.
    """

    columns: Floats
    rows: Floats
    cell: NDArray[np.intp]

    def take(self, rows: Bools, columns: Bools) -> "Frame":
        """Return the frame of some rows and columns."""
        return Frame(self.columns[columns], self.rows[rows], self.cell[rows][:, columns])


def filled(
    frame: Frame, strips: Sequence[tuple[int, Strip]], words: Words, num_header: int
) -> list[Cell]:
    """Return the cells of a table, row by row; rows and columns without any word are left out.

    Args:
        frame: of the table.
        strips: printed rows, from top to bottom, each with the number of its row.
        words: of the page.
        num_header: how many rows name columns.
    """
    held: dict[int, list[int]] = defaultdict(list)
    middle = (words.x0 + words.x1) / 2
    for row, strip in strips:
        for i in (i for piece in strip.pieces for i in piece.words):
            column = int(np.searchsorted(frame.columns[1:, 0], middle[i], side="right"))
            held[int(frame.cell[row, column])].append(i)
    is_used = np.isin(frame.cell, list(held))
    used_rows = np.asarray(is_used.any(axis=1))
    used = frame.take(used_rows, np.asarray(is_used.any(axis=0)))
    headers = int(used_rows[:num_header].sum())
    numbers, first = np.unique(used.cell, return_index=True)
    cells = []
    for number in numbers[np.argsort(first)].tolist():
        rows, columns = np.nonzero(used.cell == number)
        top, bottom, left, right = (
            int(rows.min()),
            int(rows.max()),
            int(columns.min()),
            int(columns.max()),
        )
        box = (
            used.columns[left, 0],
            used.rows[top, 0],
            used.columns[right, 1],
            used.rows[bottom, 1],
        )
        x0, y0, x1, y1 = (float(v) for v in box)
        cells.append(
            Cell(
                top,
                left,
                bottom - top + 1,
                right - left + 1,
                (x0, y0, x1, y1),
                tuple(held.get(number, ())),
                top < headers,
            )
        )
    return cells


def are_keys(cells: Sequence[Cell], words: Words) -> bool:
    """Tell whether so many cells are keys, by their colons, that this is no table."""
    full = [cell for cell in cells if cell.words]
    keys = [bool(words.is_key[list(cell.words)].any()) for cell in full]
    first = [key for key, cell in zip(keys, full, strict=True) if cell.column == 0]
    return sum(keys) > MOST_KEYS * len(full) or sum(first) > MOST_FIRST_KEYS * len(first)


def shape(cells: Sequence[Cell]) -> tuple[int, int]:
    """Return how many rows and columns there are."""
    return (
        max((cell.row + cell.row_span for cell in cells), default=0),
        max((cell.column + cell.column_span for cell in cells), default=0),
    )
