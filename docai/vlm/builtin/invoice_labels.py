"""Which tags the labels of a data set of invoices allow for each word that OCR read.

As `docai.vlm.builtin.labels` for receipts. Invoices have several pages, and print many numbers that
are not what a label means by chance: where a value is printed several times and no key tells which
one is meant, its words may have its tag and need not.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docai.extraction.ground import exact, ground, letters
from docai.extraction.normalise import parse_dates
from docai.reading import Reading
from docai.vlm.builtin.labels import Allowed, allow
from docai.vlm.builtin.tags import ITEM_TAGS, NONE, OTHER_NAMES, SCALARS, TAGS, TAX_TAGS

UNKNOWN = -1.0
LONGEST_DATE = 24  # characters
MAX_RUN = 5  # words that a date or an identifier may be printed in
SUMS = ("subtotal", "total_tax", "total", "amount_due")
DATES = ("transaction_date", "due_date", "service_start_date", "service_end_date")
IDS = ("invoice_id", "purchase_order")
ITEM_AMOUNTS = {
    "quantity": "item_quantity",
    "unit_price": "item_price",
    "amount": "item_total_price",
}
CURRENCY_SIGNS = {"€", "$", "£", "EUR", "USD", "CHF"}
LONGEST_AMOUNT = 4  # words: "€ 1 234 567,00"
_AMOUNT = re.compile(r"[^\d.,-]{0,4}(\d{1,3}(?:[., ]?\d{3})+|\d+)(?:[.,](\d{1,2}))?[^\d.,]{0,4}")
_DUE_KEYS = ("PAYER", "RÉGLER", "REGLER", "DUE", "BALANCE", "ZAHL")
_SUM_KEYS = (
    *("TOTAL", "MONTANT", "SOMME", "TVA", "TAX", "HT", "TTC", "NET", "GROSS", "AMOUNT"),
    *_DUE_KEYS,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What the labels say of one page: see `docai.vlm.builtin.examples.Example`."""

    allowed: Allowed
    starts: NDArray[np.float32]


def label_pages(label: Mapping[str, Any], readings: Sequence[Reading]) -> list[Page]:
    """Return what ``label`` says of each page of an invoice."""
    fields = {OTHER_NAMES.get(name, name): text for name, text in label["fields"].items()}
    silent = [tag for tag in SCALARS if tag not in fields]
    columns = [] if "items" in label else [*ITEM_TAGS]
    kept = ["item_unit", "item_tax_rate", "item_product_code"]
    free = allow(NONE, *silent, *(columns or kept), *TAX_TAGS)
    pages = []
    for reading in readings:
        allowed = np.tile(free, (len(reading.words), 1))
        starts = np.full(len(reading.words), UNKNOWN, np.float32)
        if "items" in label:
            starts[:] = 0
            _items(allowed, starts, label["items"], reading)
        _fields(allowed, fields, reading)
        pages.append(Page(allowed, starts))
    return pages


def _fields(allowed: Allowed, fields: Mapping[str, str], reading: Reading) -> None:
    """Mark the words of every labelled field."""
    for name, text in fields.items():
        if name in SUMS:
            _sum(allowed, name, text, reading)
        elif name in DATES:
            _date(allowed, name, text, reading)
        elif name in IDS:
            for run in _spelt(reading, text, MAX_RUN):
                _mark(allowed, run, name)
        else:
            found = ground(text, reading)
            words = exact(text, reading) or (found.words if found else ())
            _mark(allowed, words, name)
            for run in _spelt(reading, text, 2 * MAX_RUN):
                _mark(allowed, run, name)


def _mark(allowed: Allowed, words: Sequence[int], *tags: str) -> None:
    """Say that words have one of some tags."""
    for i in words:
        allowed[i] = allow(*tags)


def _may(allowed: Allowed, words: Sequence[int], tag: str) -> None:
    """Say that words may have a tag, besides what they may have."""
    for i in words:
        allowed[i, TAGS.index(tag)] = True


def _runs(
    reading: Reading, fits: Callable[[str], bool], longest: int = MAX_RUN
) -> Iterator[tuple[int, ...]]:
    """Yield the runs of words within a line whose text fits, none with a shorter one in it."""

    def is_one(start: int, stop: int) -> bool:
        return start < stop and fits(" ".join(w.text for w in reading.words[start:stop]))

    for line in reading.lines:
        for start in range(line.start, line.stop):
            stops = range(start + 1, min(line.stop, start + longest) + 1)
            stop = next((stop for stop in stops if is_one(start, stop)), None)
            if stop is not None and not is_one(start + 1, stop):
                yield tuple(range(start, stop))


def _spelt(reading: Reading, text: str, longest: int) -> Iterator[tuple[int, ...]]:
    """Yield the runs of words that print a text letter for letter."""
    wanted = letters(text)
    return _runs(reading, lambda printed: letters(printed) == wanted != "", longest)


def _days(text: str) -> set[date]:
    """Return every day that a text can mean."""
    if len(text) == 8 and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return {found.day for found in parse_dates(text)}


def _date(allowed: Allowed, name: str, text: str, reading: Reading) -> None:
    """Mark a date: sure where it stands once, possible where it stands often."""
    wanted = _days(text)
    years = {f"{day.year % 100:02d}" for day in wanted}

    def fits(printed: str) -> bool:
        might_be = len(printed) <= LONGEST_DATE and any(year in printed for year in years)
        return might_be and bool(_days(printed) & wanted)

    runs = list(_runs(reading, fits))
    for number, run in enumerate(runs):
        taken = not allowed[run[0], TAGS.index(NONE)]
        if taken or (number > 0 and name.startswith("service")):
            _may(allowed, run, name)  # two fields of one day; a row of a table
        else:
            _mark(allowed, run, name)


def _sum(allowed: Allowed, name: str, text: str, reading: Reading) -> None:
    """Mark an amount: sure behind a key or alone, possible elsewhere."""
    runs = list(_amounts(reading, _cents(text)))
    keyed = [run for run in runs if any(k in _key_of(run[0], reading) for k in _SUM_KEYS)]
    for run in runs:
        if not allowed[run[0], TAGS.index(NONE)]:
            if not allowed[run[0], [TAGS.index(tag) for tag in ITEM_TAGS]].any():
                _may(allowed, run, name)
        elif run in keyed or len(runs) == 1:
            is_due = name == "total" and any(k in _key_of(run[0], reading) for k in _DUE_KEYS)
            _mark(allowed, run, name, *(["amount_due"] if is_due else []))
        else:
            _may(allowed, run, name)


def _amounts(reading: Reading, cents: int | None) -> Iterator[tuple[int, ...]]:
    """Yield the shortest runs of words that print an amount, parted by spaces or not."""
    if cents is None:
        return
    for line in reading.lines:
        start = line.start
        while start < line.stop:
            stops = range(start + 1, min(line.stop, start + LONGEST_AMOUNT) + 1)
            texts = ["".join(w.text for w in reading.words[start:stop]) for stop in stops]
            found = next((n for n, text in enumerate(texts) if _cents(text) == cents), None)
            starts_here = any(c.isdigit() for c in texts[0]) or texts[0] in CURRENCY_SIGNS
            if found is not None and starts_here:
                yield tuple(range(start, start + found + 1))
                start += found
            start += 1


def _key_of(i: int, reading: Reading) -> str:
    """Return what stands left of word ``i`` in its row, in capitals."""
    x0, y0, _, y1 = reading.upright_boxes[i]
    return " ".join(
        word.text.upper()
        for word, box in zip(reading.words, reading.upright_boxes, strict=True)
        if box[1] <= (y0 + y1) / 2 <= box[3] and box[0] < x0
    )


def _cents(text: str) -> int | None:
    """Return an amount in hundredths: ``82003.30``, ``64.0``, ``$1,050.00``, ``€75 974,5``."""
    found = _AMOUNT.fullmatch(str(text).strip())
    if found is None:
        return None
    whole, decimals = re.sub(r"\D", "", found[1]), found[2] or ""
    return int(whole) * 100 + int(decimals.ljust(2, "0") or 0)


def _items(
    allowed: Allowed,
    starts: NDArray[np.float32],
    items: Sequence[Mapping[str, str]],
    reading: Reading,
) -> None:
    """Mark the cells of labelled line items, each in the row of its description."""
    taken: set[int] = set()
    for item in items:
        words = _next_run(item.get("description", ""), reading, taken)
        if not words:
            continue
        taken.update(words)
        _mark(allowed, words, "item_description")
        starts[words[0]] = 1
        _cells(allowed, item, words[0], reading)


def _cells(allowed: Allowed, item: Mapping[str, str], first: int, reading: Reading) -> None:
    """Mark the numbers of an item, right of its description's first word.

    Where a number is part of a longer one ("4" of "4 802,00") the longer one is meant.
    """
    _, top, right, bottom = reading.upright_boxes[first]
    found: dict[tuple[int, ...], list[str]] = {}
    for column, tag in ITEM_AMOUNTS.items():
        for run in _amounts(reading, _cents(item.get(column, ""))):
            box = reading.upright_boxes[run[0]]
            if box[0] >= right and top - 4 <= (box[1] + box[3]) / 2 <= bottom + 4:
                found.setdefault(run, []).append(tag)
    for run in sorted(found, key=len):
        _mark(allowed, run, *found[run])


def _next_run(text: str, reading: Reading, taken: set[int]) -> tuple[int, ...]:
    """Return the first words that print a description and belong to no other item."""
    wanted = letters(text)
    count = max(12, len(text.split()) + 3)
    for run in _runs(reading, lambda t: letters(t) == wanted != "", count):
        if not taken & set(run):
            return run
    start = wanted[: max(6, len(wanted) // 2)]  # a description over two lines: its first
    for run in _runs(reading, lambda t: len(letters(t)) >= 6 and letters(t) == start, count):
        if not taken & set(run):
            return run
    return ()
