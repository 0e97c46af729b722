"""Tables: how words are arranged in rows and columns."""

from dataclasses import dataclass

from docai.geometry import Box


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        row: from 0.
        column: from 0.
        row_span: how many rows it takes.
        column_span: how many columns it takes.
        box: in page pixels.
        words: indices into the words of the page's reading, in reading order; may be empty.
        is_header: whether it names a row or a column.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    words: tuple[int, ...]
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page.

    Attributes:
        page: the page's number, from 1.
        box: in page pixels.
        cells: row by row, each from left to right; no two share a place.
    """

    page: int
    box: Box
    cells: tuple[Cell, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return (
            max((cell.row + cell.row_span for cell in self.cells), default=0),
            max((cell.column + cell.column_span for cell in self.cells), default=0),
        )


def row_of_word(table: Table) -> dict[int, tuple[int, int]]:
    """Return for each word of a table the row and the column of its cell, from 0."""
    return {word: (cell.row, cell.column) for cell in table.cells for word in cell.words}
