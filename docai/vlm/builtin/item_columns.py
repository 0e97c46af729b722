"""Columns of tables of items: what the head of a column says holds for all its cells.

The network looks at each word for itself, and one number is like another: what stands below
"Quantity" is a quantity, however like a price it looks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from docai.table import Cell, Table
from docai.vlm.builtin.concepts import similarity
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import ITEM_TAGS, NONE, TAGS

HEADS: Mapping[str, str] = {
    "description": "item_description",
    "quantity": "item_quantity",
    "unit price": "item_price",
    "amount": "item_total_price",
    "line total": "item_total_price",
    "subtotal": "item_total_price",
    "unit": "item_unit",
    "tax rate": "item_tax_rate",
    "product code": "item_product_code",
}
"""What heads of columns say, in words that `concepts` knows, and the tags of what is below."""

SHORT: Mapping[str, str] = {
    "pu": "item_price",
    "puht": "item_price",
    "ep": "item_price",
    "gp": "item_total_price",
    "me": "item_unit",
    "uom": "item_unit",
}
"""Letters that stand for a head in narrow columns."""

LEAST = 0.8  # likeness of a head and what it may say
_WHOLE = {TAGS.index("item_description"), TAGS.index("item_total_price")}
IS_ITEM = [TAGS.index(tag) for tag in ITEM_TAGS]


def settled(page: Tagged, found: Sequence[Table]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the tag of each word, and its probability, once heads of columns were heard.

    Only rows of items change, and no word that the network takes for a value of the whole
    document.

    Args:
        page: of N words.
        found: tables, on this page and others.
    """
    best = page.tags.argmax(axis=1)
    p = page.tags[np.arange(len(best)), best]
    is_free = np.isin(best, [*IS_ITEM, TAGS.index(NONE)])
    mass = page.tags[:, IS_ITEM].sum(axis=1)
    for table in found:
        if table.page != page.reading.page:
            continue
        tags = _with_usual(_tags(table, page), table, best)
        rows = _rows(table, tags, best, is_free)
        for cell in table.cells:
            if cell.is_header or cell.row not in rows or cell.column_span > 1:
                continue
            tag = tags.get(cell.column)
            for i in cell.words if tag else ():
                if is_free[i] and best[i] != tag:
                    best[i], p[i] = tag, max(float(mass[i]), float(p[i]) / 2)
    return best, p


def _rows(
    table: Table, tags: Mapping[int, int], best: NDArray[np.int64], is_free: NDArray[np.bool_]
) -> set[int]:
    """Return the rows of a table that are items: what the network takes for one, and their like.

    Where most rows are items, so is one that has a description and a price of its own, and holds
    no value of the whole document.
    """
    rows = {c.row for c in table.cells if any(best[i] in IS_ITEM for i in c.words)}
    body = {c.row for c in table.cells if not c.is_header and c.words}
    if 2 * len(rows & body) < len(body):
        return rows
    taken = {c.row for c in table.cells if not all(is_free[i] for i in c.words)}
    said: dict[int, set[int]] = {}
    for cell in table.cells:
        if cell.words and cell.column in tags:
            said.setdefault(cell.row, set()).add(tags[cell.column])
    return rows | {row for row in body - taken if said.get(row, set()) >= _WHOLE}


def _tags(table: Table, page: Tagged) -> dict[int, int]:
    """Return the tag of each column whose head says what it holds, and no other head says so."""
    heads: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.is_header and cell.column_span == 1:
            heads.setdefault(cell.column, []).append(cell)
    said = {column: _said(cells, page) for column, cells in heads.items()}
    times = Counter(said.values())
    return {c: TAGS.index(tag) for c, tag in said.items() if tag is not None and times[tag] == 1}


def _with_usual(tags: dict[int, int], table: Table, best: NDArray[np.int64]) -> dict[int, int]:
    """Add the tag of most words of items in columns whose head says nothing, if it is free."""
    votes: dict[int, Counter[int]] = {}
    for cell in table.cells:
        if not cell.is_header and cell.column_span == 1 and cell.column not in tags:
            some = (int(best[i]) for i in cell.words if best[i] in IS_ITEM)
            votes.setdefault(cell.column, Counter()).update(some)
    usual = {column: seen.most_common(1)[0][0] for column, seen in votes.items() if seen}
    times = Counter([*usual.values(), *tags.values()])
    return tags | {column: tag for column, tag in usual.items() if times[tag] == 1}


def _said(cells: Sequence[Cell], page: Tagged) -> str | None:
    """Return the tag that the head of one column stands for."""
    text = " ".join(page.reading.words[i].text for cell in cells for i in cell.words)
    letters = "".join(filter(str.isalpha, text)).casefold()
    if letters in SHORT:
        return SHORT[letters]
    alike = {name: similarity(name, text) for name in HEADS}
    best = max(alike, key=lambda name: alike[name])
    return HEADS[best] if alike[best] >= LEAST else None
