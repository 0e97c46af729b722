"""Tables on a page, from its words and its ruling lines.

The story: put the page level; take the grids that lines make; among the words outside of them look
for rows that white space parts at the same places; put printed rows together to rows of the table;
and go back to the pixels of the page.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from docai.geometry import Box, box_polygon, polygon_box, union, unrotate_polygon
from docai.reading import Reading
from docai.table import Cell, Table
from docai.vlm.builtin.table_blocks import blocks_of, row_of
from docai.vlm.builtin.table_grid import grids_of
from docai.vlm.builtin.table_rows import lines_of, rows_of, words_of
from docai.vlm.builtin.table_ruled import ruled
from docai.vlm.builtin.table_unruled import unruled


def tables(reading: Reading, rules: NDArray[np.float32]) -> tuple[Table, ...]:
    """Return the tables of a page, from top to bottom.

    Args:
        reading: of the page.
        rules: (R, 5) x0, y0, x1, y1 in page pixels of ruling lines, and 0 level or 1 upright;
            (0, 5) where none were looked for.
    """
    if not reading.words:
        return ()
    words, lines = words_of(reading), lines_of(reading, rules)
    rows = rows_of(words)
    found: list[list[Cell]] = []
    taken: set[int] = set()
    for grid in grids_of(lines, words.height):
        free = [kept for row in rows if (kept := [i for i in row if i not in taken])]
        cells = ruled(grid, words, free, lines)
        if cells:
            found.append(cells)
            taken |= {i for cell in cells for i in cell.words}
    free = [kept for row in rows if (kept := [i for i in row if i not in taken])]
    printed = [row_of(words, row, lines) for row in free]
    for block in blocks_of(printed, words.height):
        cells = unruled(block, printed[: block.start], printed[block.stop :], words, lines)
        if cells:
            found.append(cells)
    found.sort(key=lambda cells: (cells[0].box[1], cells[0].box[0]))
    return tuple(_on_page(reading, cells) for cells in found)


def _on_page(reading: Reading, cells: Sequence[Cell]) -> Table:
    """Put the cells of a table on the level page back on the page as loaded."""

    def back(box: Box) -> Box:
        corners = box_polygon(box)
        return polygon_box(unrotate_polygon(corners, reading.angle_deg, *reading.size))

    box = back(union(cell.box for cell in cells))
    placed = (
        Cell(c.row, c.column, c.row_span, c.column_span, back(c.box), c.words, c.is_header)
        for c in cells
    )
    return Table(reading.page, box, tuple(placed))
