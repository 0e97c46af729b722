"""Rows of lists: put together from their cells, and those of two models brought together."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from statistics import mean

from docai.extraction.amounts import agreed
from docai.extraction.candidates import Candidate
from docai.extraction.fields import Schema
from docai.reading import Reading

BESIDE = 0.5  # share of the flatter of two rows that stands beside the other, if they are one
SURE_ROW = 0.6  # probability of a row that only the built-in model found
_STRAY = {"quantity", "price", "unit", "unit_price", "tax_rate", "product_code"}
LEAST_ROW = 0.1  # and of one that only the writing model found, where both found some

Row = Mapping[str, Sequence[Candidate]]
"""Candidates per column, best first."""


def rows_of(by_path: Mapping[str, Sequence[Candidate]], schema: Schema) -> dict[str, list[Row]]:
    """Return the rows per list, with the best candidate per cell; those without content left out.

    Args:
        by_path: candidates per path; others than of cells are passed over.
        schema: lists and their columns.
    """
    cells: dict[tuple[str, int], dict[str, list[Candidate]]] = defaultdict(dict)
    for path, found in by_path.items():
        usable = [c for c in found if c.typed is not None]
        if "[" in path and usable:
            list_name, rest = path.split("[", 1)
            number, column = rest.split("].", 1)
            cells[list_name, int(number)][column] = usable[:1]
    return {
        field: [
            row
            for (name, _), row in sorted(cells.items())
            if name == field and _is_row(row, columns)
        ]
        for field, columns in schema.rows.items()
    }


def numbered(rows: Mapping[str, Sequence[Row]], schema: Schema) -> dict[str, list[Candidate]]:
    """Return the candidates per path of a cell, rows numbered from 0."""
    return {
        f"{field}[{number}].{column}": list(row[column])
        for field, columns in schema.rows.items()
        for number, row in enumerate(rows[field])
        for column in columns
        if column in row
    }


def _is_row(row: Row, columns: Container[str]) -> bool:
    """Tell whether a row says more than a stray number, where rows have descriptions."""
    if "description" not in columns:
        return True
    return "description" in row or len(row) > 1 or not set(row) <= _STRAY


def joined(ours: Sequence[Row], theirs: Sequence[Row], readings: Sequence[Reading]) -> list[Row]:
    """Bring the rows of two models together.

    Rows belong together that share words, most first, and then those printed beside each other.
    Rows that only the writing model found are kept, for it was asked for the list as it is, unless
    the built-in model found others and it hardly believes them itself. Rows that only the built-in
    model found are kept where it is sure of them: it takes lines of totals for items.

    Args:
        ours: of the writing model; they tell the order.
        theirs: of the built-in model; a row of its own follows the one that it stands after there.
        readings: of all pages.
    """
    mates = _mates(ours, theirs, readings)
    partners = {mine: theirs[number] for number, mine in mates.items()}
    after: dict[int, list[Row]] = defaultdict(list)
    place = -1  # before the first
    for number, row in enumerate(theirs):
        if number in mates:
            place = mates[number]
        elif _probability(row) >= SURE_ROW:
            after[place].append(row)
    out = after[-1]
    for number, row in enumerate(ours):
        if number in partners or not theirs or _probability(row) >= LEAST_ROW:
            out.append(_merged(row, partners.get(number, {})))
        out += after[number]
    return out


def _probability(row: Row) -> float:
    """Return how likely the cells of a row are, on average."""
    return mean(found[0].probability for found in row.values())


def _merged(ours: Row, theirs: Row) -> Row:
    """Return the cells of one row that two models found."""
    columns = dict.fromkeys((*ours, *theirs))
    return {name: agreed(ours.get(name, ()), theirs.get(name, ())) for name in columns}


def _mates(
    ours: Sequence[Row], theirs: Sequence[Row], readings: Sequence[Reading]
) -> dict[int, int]:
    """Return for rows of the built-in model which rows of the other they are."""
    places = [[_Place(row, readings) for row in rows] for rows in (ours, theirs)]
    likeness = {
        (number, mine): alike
        for number, there in enumerate(places[1])
        for mine, here in enumerate(places[0])
        if (alike := here.likeness(there)) > (0, 0.0)
    }
    mates: dict[int, int] = {}
    taken: set[int] = set()
    for number, mine in sorted(likeness, key=lambda pair: likeness[pair], reverse=True):
        if number not in mates and mine not in taken:
            mates[number] = mine
            taken.add(mine)
    return mates


class _Place:
    """Where a row is printed."""

    def __init__(self, row: Row, readings: Sequence[Reading]) -> None:
        by_page = {reading.page: reading for reading in readings}
        evidence = [found[0].evidence for found in row.values()]
        self._words = {(piece.page, i) for piece in evidence if piece for i in piece.words}
        self._heights: dict[int, tuple[float, float]] = {}
        for page in {page for page, _ in self._words}:
            boxes = [by_page[page].upright_boxes[i] for p, i in self._words if p == page]
            self._heights[page] = (min(b[1] for b in boxes), max(b[3] for b in boxes))

    def likeness(self, other: "_Place") -> tuple[int, float]:
        """Return how many words two rows share, and how much of the flatter is beside the other.

        Rows of which less than half stand beside each other are as good as apart.
        """
        beside = 0.0
        for page in self._heights.keys() & other._heights.keys():
            (a, b), (c, d) = self._heights[page], other._heights[page]
            beside = max(beside, (min(b, d) - max(a, c)) / max(min(b - a, d - c), 1.0))
        return len(self._words & other._words), beside if beside >= BESIDE else 0.0
