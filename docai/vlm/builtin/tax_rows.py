"""Tax by rate: which tagged words are one row of it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from docai.vlm.builtin.blocks import stretches
from docai.vlm.builtin.features import visual_rows
from docai.vlm.builtin.item_rows import Placed
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import TAGS, TAX_COLUMNS

_COLUMN_OF = {TAGS.index(f"tax_{column}"): column for column in TAX_COLUMNS}
_TOTAL_TAX = TAGS.index("total_tax")

TaxRow = Mapping[str, Sequence[Placed]]
"""Words per column of TAX_COLUMNS."""


def tax_rows(pages: Sequence[Tagged]) -> Sequence[TaxRow]:
    """Return the rows of tax, from top to bottom, each at least with a rate or an amount of tax.

    Where the sum of all taxes stands beside a rate, or there is one rate alone, it is the tax at
    that rate.
    """
    texts = {page.reading.page: page for page in pages}
    rows = _once([dict(row) for page in pages for row in _rows(page)], texts)
    if len(rows) == 1 and "amount" not in rows[0] and (total := _total_tax(pages)):
        rows[0]["amount"] = total
    return rows


def _once(
    rows: Sequence[dict[str, Sequence[Placed]]], pages: Mapping[int, Tagged]
) -> list[dict[str, Sequence[Placed]]]:
    """Keep the fullest of the rows that say the same: sums repeat what a table of rates says."""

    def digits(words: Sequence[Placed]) -> str:
        texts = (pages[page].reading.words[i].text for page, i, _ in words)
        return "".join(filter(str.isdigit, "".join(texts)))

    kept: dict[tuple[str, str], dict[str, Sequence[Placed]]] = {}
    for row in rows:
        key = (digits(row.get("rate", ())), digits(row.get("amount", ())))
        if key not in kept or len(row) > len(kept[key]):
            kept[key] = row
    return list(kept.values())


def _total_tax(pages: Sequence[Tagged]) -> list[Placed]:
    """Return the words of the sum of all taxes, where it is printed first."""
    for page in pages:
        words = np.flatnonzero(page.tags.argmax(axis=1) == _TOTAL_TAX).tolist()
        if words:
            return [
                (page.reading.page, i, float(page.tags[i, _TOTAL_TAX])) for i in stretches(words)[0]
            ]
    return []


def _rows(page: Tagged) -> Iterator[TaxRow]:
    """Yield the rows of one page."""
    rows = visual_rows(np.array(page.reading.upright_boxes, np.float32))
    best = page.tags.argmax(axis=1)
    is_tax = np.isin(best, [*_COLUMN_OF])
    for row in np.unique(rows[is_tax]):
        columns: dict[str, list[Placed]] = {}
        for i in np.flatnonzero((rows == row) & (is_tax | (best == _TOTAL_TAX))):
            placed = (page.reading.page, int(i), float(page.tags[i, best[i]]))
            columns.setdefault(_COLUMN_OF.get(int(best[i]), "total"), []).append(placed)
        total = columns.pop("total", [])
        if total and "amount" not in columns:
            columns["amount"] = total
        if "rate" in columns or "amount" in columns:
            yield columns
