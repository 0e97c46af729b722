"""Line items: which tagged words are one item, over lines of a description and over pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from docai.reading import Reading
from docai.table import Table
from docai.vlm.builtin.features import amount_cents, visual_rows
from docai.vlm.builtin.item_columns import settled
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import ITEM_COLUMNS, ITEM_TAGS, TAGS

STARTS = 0.5
TOUCHING = 0.6  # heights between two groups of digits of one amount, at most
CARRIED = re.compile(
    r"(?i)\b(carr(?:y|ied) (?:over|forward)|brought forward|balance forward|subtotal carried"
    r"|[üu]bertrag|zwischensumme|(?:à )?report(?:er)?|sous-total|riporto|이월)\b"
)
"""What a row says that takes a sum over to the next page, and is no item."""

Placed = tuple[int, int, float]
"""A word: its page, its index there, and the probability of its tag."""

Place = tuple[int, int, int]
"""A row of a table: the page, the number of the table there, and of the row."""


@dataclass
class Item:
    """A line item while it is being put together.

    Attributes:
        words: by column.
        place: the row of a table that its last words stand in; None where that is in no table.
    """

    words: dict[str, list[Placed]] = field(
        default_factory=lambda: {column: [] for column in ITEM_COLUMNS}
    )
    place: Place | None = None

    def takes(self, columns: Iterable[str], *, is_long: bool) -> bool:
        """Tell whether words of these columns can still belong to this item.

        Args:
            columns: of the words.
            is_long: whether descriptions go on below the amounts, as on invoices.
        """
        if self.words["total_price"] and self.words["description"] and not is_long:
            return False
        return not any(self.words[column] for column in columns if column != "description")


@dataclass(frozen=True)
class _Row:
    """The words of items in one printed row."""

    columns: dict[str, list[Placed]]
    starts: float  # probability that an item starts
    place: Place | None


def items_of(pages: Sequence[Tagged], found: Sequence[Table], *, is_long: bool) -> list[Item]:
    """Put tagged words together to line items, from top to bottom, page after page.

    Args:
        pages: in order.
        found: the tables on them: where printed rows are one row of a table, they are one item.
        is_long: whether descriptions go on below the amounts and over page breaks: where nothing
            starts, what has room in the item before belongs to it.
    """
    items: list[Item] = []
    for page in pages:
        is_first = not is_long  # of the page: receipts have one, or each begins anew
        for row in _rows(page, found, is_long=is_long):
            is_same = bool(items) and row.place is not None and row.place == items[-1].place
            if (
                is_long
                and items
                and row.starts <= STARTS
                and _repeats(row, items[-1], page.reading)
            ):
                continue
            is_new = (row.starts > STARTS and not is_same) or is_first or not items
            if is_new or not items[-1].takes(row.columns, is_long=is_long):
                items.append(Item())
            is_first = False
            items[-1].place = row.place
            for column, members in row.columns.items():
                items[-1].words[column] += members
    return items


def _repeats(row: _Row, item: Item, reading: Reading) -> bool:
    """Tell whether a row says nothing but what its item says already, as a list of spots does."""

    def text(words: Sequence[Placed]) -> list[str]:
        return [reading.words[i].text for page, i, _ in words if page == reading.page]

    return all(text(item.words[column]) == text(words) for column, words in row.columns.items())


def _rows(page: Tagged, found: Sequence[Table], *, is_long: bool) -> Iterator[_Row]:
    """Yield the printed rows of a page that hold words of an item."""
    places = _places(page.reading.page, found) if is_long else {}
    reading = page.reading
    rows = visual_rows(np.array(reading.upright_boxes, np.float32))
    best, p = settled(page, found if is_long else ())
    is_item = np.isin(best, [TAGS.index(tag) for tag in ITEM_TAGS])
    for row in np.unique(rows[is_item]):
        here = np.flatnonzero(rows == row)
        if is_long and CARRIED.search(" ".join(reading.words[i].text for i in here)):
            continue
        words = [int(i) for i in here if is_item[i]]
        columns = {
            column: [(reading.page, i, float(p[i])) for i in members]
            for column, members in _columns(words, best, reading).items()
        }
        place = Counter(places.get(i) for i in words).most_common(1)[0][0]
        yield _Row(columns, max(float(page.starts[i]) for i in words), place)


def _places(page: int, found: Sequence[Table]) -> dict[int, Place]:
    """Return for each word in a cell of one row which row of which table that is."""
    return {
        i: (page, number, cell.row)
        for number, table in enumerate(found)
        for cell in table.cells
        if table.page == page and cell.row_span == 1
        for i in cell.words
    }


def _columns(
    words: Sequence[int], best: NDArray[np.int64], reading: Reading
) -> dict[str, list[int]]:
    """Sort the tagged words of one row, left to right, by column.

    Data sets that call every price a total price teach the model the same: of two amounts apart
    in one row the first is then the price of one.
    """
    columns: dict[str, list[int]] = {}
    for i in words:
        columns.setdefault(TAGS[best[i]].removeprefix("item_"), []).append(i)
    amounts = _amounts(columns.get("total_price", ()), reading)
    if len(amounts) > 1 and "price" not in columns:
        last = amounts[-1]
        columns["price"] = [i for i in columns["total_price"] if i < last]
        columns["total_price"] = [i for i in columns["total_price"] if i >= last]
    return columns


def _amounts(words: Sequence[int], reading: Reading) -> list[int]:
    """Return the words that amounts begin with: "1 694.80" is one, though it is two words."""
    boxes = reading.upright_boxes
    return [
        i
        for before, i in zip((None, *words), words, strict=False)
        if amount_cents(reading.words[i].text)
        and (
            before is None
            or boxes[i][0] - boxes[before][2] > TOUCHING * (boxes[i][3] - boxes[i][1])
            or not reading.words[before].text.isdecimal()
        )
    ]
