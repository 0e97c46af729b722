"""Tables whose columns ruling lines part: a grid filled with words.

Lines between rows are often missing: then what stands in one band of the grid is several rows.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from docai.table import Cell
from docai.vlm.builtin.table_cells import Frame, are_keys, filled, shape
from docai.vlm.builtin.table_grid import Grid
from docai.vlm.builtin.table_rows import Lines, Words
from docai.vlm.builtin.table_strips import (
    Strip,
    grouped,
    header_strips,
    middles,
    number_columns,
    strip_of,
)

MANY_COLUMNS = 3  # printed rows filled in so many columns are rows of the table
LEAST_FULL_ROWS = 2  # with text in two columns or more: fewer are a framed box, not a table


def ruled(grid: Grid, words: Words, rows: Sequence[Sequence[int]], lines: Lines) -> list[Cell]:
    """Return the cells of a grid, row by row, on the level page; none where it is no table.

    Args:
        grid: between ruling lines.
        words: of the page.
        rows: printed rows of words that are in no table yet.
        lines: of the page.
    """
    bands = _bands(grid, words, rows, lines)
    strips = [strip for band in bands for strip in band]
    numbers = number_columns(strips)
    num_header = header_strips(strips, numbers)
    tops, headers = [float(grid.ys[0])], 0
    cell: list[NDArray[np.intp]] = []
    placed: list[tuple[int, Strip]] = []
    for n, band in enumerate(bands):
        is_header = len(band) <= num_header
        num_header -= min(num_header, len(band))
        groups = [list(band)]
        if not is_header and _has_rows(band, numbers):
            groups = grouped(band, numbers, 0, lines, words)
        placed += [(len(cell) + i, strip) for i, group in enumerate(groups) for strip in group]
        cell += _copies(grid.cell, n, len(groups))
        tops += [*middles(groups), float(grid.ys[n + 1])]
        headers = len(cell) if is_header and band else headers
    edges = np.array(tops)
    frame = Frame(
        np.column_stack((grid.xs[:-1], grid.xs[1:])),
        np.column_stack((edges[:-1], edges[1:])),
        np.array(cell),
    )
    cells = filled(frame, placed, words, headers)
    return cells if _is_table(cells, words) else []


def _bands(
    grid: Grid, words: Words, rows: Sequence[Sequence[int]], lines: Lines
) -> list[list[Strip]]:
    """Return the printed rows in each band between two level lines."""
    x, y = (words.x0 + words.x1) / 2, words.y
    inside = (x > grid.xs[0]) & (x < grid.xs[-1])
    bands = []
    for top, bottom in pairwise(grid.ys):
        held = inside & (y >= top) & (y < bottom)
        kept = [found for row in rows if (found := [i for i in row if held[i]])]
        bands.append([strip_of(words, row, grid.xs, lines) for row in kept])
    return bands


def _has_rows(band: Sequence[Strip], numbers: set[int]) -> bool:
    """Tell whether a band holds several rows, and not one with several lines in its cells."""
    counted: dict[int, int] = {}
    for strip in band:
        for piece in strip.pieces:
            if piece.is_number and piece.start in numbers:
                counted[piece.start] = counted.get(piece.start, 0) + 1
    full = sum(len(strip.pieces) >= MANY_COLUMNS for strip in band)
    return max(counted.values(), default=0) > 1 or full > 1


def _copies(cell: NDArray[np.intp], row: int, count: int) -> list[NDArray[np.intp]]:
    """Return a row of the grid cut into several: its cells are new ones, but for higher ones."""
    is_high = np.isin(cell[row], np.delete(cell, row, axis=0))
    return [np.where(is_high, cell[row], cell[row] + i * cell.size) for i in range(count)]


def _is_table(cells: Sequence[Cell], words: Words) -> bool:
    """Tell whether a grid holds a table, and not a form's keys and values or a framed text."""
    if min(shape(cells)) < 2 or are_keys(cells, words):
        return False
    full: dict[int, int] = {}
    for cell in cells:
        full[cell.row] = full.get(cell.row, 0) + bool(cell.words)
    return sum(count > 1 for count in full.values()) >= LEAST_FULL_ROWS
