"""Fields of any schema, answered from what a page's own keys, boxes and tables say.

A field's names (its own, its title, its aliases, the beginning of its description) are compared
with the keys by what they mean, see `concepts`. A key answers one field and a field takes one key,
the most alike first. What no key is like is absent: nothing is guessed.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from docai.table import Table
from docai.vlm.builtin.choices import Page, chosen
from docai.vlm.builtin.concepts import similarity
from docai.vlm.builtin.forms import is_of_forms, listed
from docai.vlm.builtin.pairs import HEADER, Entity, Pair, entities, paired
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.ticks import ticks
from docai.vlm.engine import Answer, Field, Mode, Printed, Span, any_words

LEAST = 0.72  # similarity of a field's name and a key that ask for the same; see benchmarks
DESCRIBED = 0.9  # weight of a description: it says more than what the field is called
MAX_DESCRIPTION = 60  # characters of a description's beginning that may name the field
UNDER_HEADING = 0.9  # weight of what a key asks for only together with the heading above it
RIVAL = 0.97  # a key nearly as like a field as the best is an alternative
LEAST_TAG = 0.85  # similarity of a field's name and what a tag stands for
LEAST_COLUMNS = 0.5  # share of the columns of a list that a table must have

TAGGED: Mapping[str, tuple[str, ...]] = {
    "merchant_name": ("vendor name", "vendor"),
    "merchant_address": ("vendor address",),
    "merchant_phone": ("vendor phone",),
    "transaction_date": ("invoice date",),
    "subtotal": ("net amount",),
    "total_tax": ("tax amount",),
    "tip": ("tip",),
    "total": ("total amount",),
    "customer_name": ("customer name", "customer"),
    "customer_address": ("customer address",),
    "invoice_id": ("invoice number",),
    "due_date": ("due date",),
    "purchase_order": ("purchase order number",),
    "amount_due": ("amount due",),
    "payment_term": ("payment terms",),
    "iban": ("iban",),
    "vendor_tax_id": ("vendor tax number", "vendor vat number"),
    "discount": ("discount",),
}
"""What tags stand for, in words that `concepts` knows."""

FREE_QUESTION = "answer"  # the one field of a free question, which names nothing on paper


def looks_for(field: Field) -> bool:
    """Tell whether a field is one that keys, boxes or tables could answer at all.

    A model that only points cannot say something in words of its own.
    """
    return field.mode is not Mode.FREE and field.path != FREE_QUESTION


def names_of(field: Field) -> tuple[tuple[str, float], ...]:
    """Return what a field may be called on paper, each with the weight it has."""
    own = column_of(field)
    opening = re.split(r"[.;:,(]", field.description)[0]
    names = dict.fromkeys((own, *field.aliases), 1.0)
    if 0 < len(opening) <= MAX_DESCRIPTION:
        names.setdefault(opening, DESCRIBED)
    return tuple(names.items())


def likeness(field: Field, text: str) -> float:
    """Return how likely a text on paper asks for a field, in [0, 1]."""
    return max(weight * similarity(name, text) for name, weight in names_of(field))


def tag_of(field: Field) -> str | None:
    """Return the tag that stands for what a field asks for, whatever it is called; None if none."""
    likely = {tag: max(likeness(field, text) for text in texts) for tag, texts in TAGGED.items()}
    best = max(likely, key=lambda tag: likely[tag])
    return best if likely[best] >= LEAST_TAG else None


def answers(
    pages: Sequence[Tagged],
    fields: Sequence[Field],
    printed: Printed = any_words,
    tables: Sequence[Table] = (),
) -> list[Answer]:
    """Answer fields from the pairs, boxes and tables of a document; best first per field.

    Args:
        pages: in order.
        fields: leaves of a schema: single ones, and columns of lists.
        printed: which words print a value of a field's kind.
        tables: on all pages.
    """
    read = [_page(page) for page in pages]
    scalars = [field for field in fields if "[" not in field.path and looks_for(field)]
    columns: dict[str, list[Field]] = {}
    for field in fields:
        if "[" in field.path:
            columns.setdefault(field.path.split("[", 1)[0], []).append(field)
    out = [answer for field in _matched(read, scalars, printed) for answer in field]
    for name, asked in columns.items():
        if is_of_forms(name, [column_of(field) for field in asked]):
            out += listed(name, read)
        else:
            out += _rows(asked, read, tables)
    return out


def column_of(field: Field) -> str:
    """Return the name of a column, or of a single field."""
    return field.path.rsplit("[].", 1)[-1]


def _page(page: Tagged) -> Page:
    """Return the pairs and boxes of a page."""
    found = entities(page)
    headings = tuple(one for one in found if one.role == HEADER)
    return Page(page.reading, paired(found, page), ticks(page, found), headings)


@dataclass(frozen=True, slots=True)
class _Match:
    """A key that may ask for a field."""

    alike: float
    field: int
    page: Page
    pair: Pair


def _matched(
    pages: Sequence[Page], fields: Sequence[Field], printed: Printed
) -> Iterator[list[Answer]]:
    """Yield the answers of each field: from its keys, or from a box that is called as it is."""
    matches = [
        _Match(alike, n, page, pair)
        for n, field in enumerate(fields)
        for page in pages
        for pair in page.pairs
        if (alike := _alike(field, pair.key, page)) >= LEAST
    ]
    matches.sort(key=lambda match: (match.alike, match.pair.probability), reverse=True)
    best: dict[int, float] = {}
    taken: set[int] = set()
    own: dict[int, list[_Match]] = {n: [] for n in range(len(fields))}
    for match in matches:
        is_rival = match.alike >= RIVAL * best.get(match.field, 0.0)
        if id(match.pair) not in taken and is_rival:
            taken.add(id(match.pair))
            best.setdefault(match.field, match.alike)
            own[match.field].append(match)
    for n, field in enumerate(fields):
        found = [a for match in own[n] if (a := _answer(field, match, printed)) is not None]
        if not found:
            found = chosen(field, pages, partial(_is_called, field))
        yield sorted(found, key=lambda answer: -answer.probability)


def _alike(field: Field, key: Entity, page: Page) -> float:
    """Return how likely a key asks for a field, by itself or under its heading."""
    text = page.text(key.words)
    alone = likeness(field, text)
    if alone >= LEAST:
        return alone
    heading = page.heading_of(key)
    return max(alone, UNDER_HEADING * likeness(field, f"{heading} {text}")) if heading else alone


def _is_called(field: Field, text: str) -> bool:
    """Tell whether a text on paper names a field."""
    return likeness(field, text) >= LEAST


def _answer(field: Field, match: _Match, printed: Printed) -> Answer | None:
    """Return what a key says of a field; None where nothing of its kind stands under it."""
    sure = match.alike * match.pair.probability
    if field.mode is Mode.CHOOSE:
        return match.page.choice(field, match.pair, sure)
    words = _typed(field, match, printed)
    if not words:
        return None
    return Answer(field.path, sure, Span(match.page.reading.page, words))


def _typed(field: Field, match: _Match, printed: Printed) -> tuple[int, ...]:
    """Return the words of a pair's value that print a value of the field's kind."""
    spans = printed(field)
    words = match.pair.words
    if spans is None:
        return words
    page = match.page.reading.page
    inside = [s.words for s in spans if s.page == page and set(words).issuperset(s.words)]
    return max(inside, key=len, default=())


def _rows(
    columns: Sequence[Field], pages: Sequence[Page], tables: Sequence[Table]
) -> Iterator[Answer]:
    """Yield the cells of the tables whose heads name the columns of a list."""
    readings = {page.reading.page: page for page in pages}
    number = 0
    for table in tables:
        page = readings[table.page]
        heads = {cell.column: cell for cell in reversed(table.cells) if cell.is_header}
        texts = {column: page.text(cell.words) for column, cell in heads.items() if cell.words}
        of_column = _assigned(columns, texts)
        if len(of_column) < LEAST_COLUMNS * len(columns):
            continue
        rows: dict[int, list[Answer]] = {}
        for cell in table.cells:
            if cell.column in of_column and cell.words and not cell.is_header:
                field, alike = of_column[cell.column]
                path = field.path.replace("[]", f"[{number + len(rows.keys() - {cell.row})}]")
                answer = Answer(path, alike, Span(table.page, cell.words))
                rows.setdefault(cell.row, []).append(answer)
        yield from (answer for row in rows.values() for answer in row)
        number += len(rows)


def _assigned(columns: Sequence[Field], texts: Mapping[int, str]) -> dict[int, tuple[Field, float]]:
    """Give each column of a table to the field it is most like, one to one."""
    alike = sorted(
        ((likeness(field, text), column, n) for n, field in enumerate(columns)
         for column, text in texts.items()),
        reverse=True,
    )  # fmt: skip
    out: dict[int, tuple[Field, float]] = {}
    taken: set[int] = set()
    for likely, column, n in alike:
        if likely >= LEAST and column not in out and n not in taken:
            out[column] = columns[n], likely
            taken.add(n)
    return out


def unasked(fields: Collection[Field]) -> tuple[str, ...]:
    """Return the fields that nothing on paper could answer in the eyes of this model."""
    return tuple(field.path for field in fields if not looks_for(field))
