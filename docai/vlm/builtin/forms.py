"""Answers to the schema of forms: every pair, every box to tick, every place to sign."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from docai.vlm.builtin.choices import Page, drawn
from docai.vlm.builtin.marks import SIGNATURE
from docai.vlm.builtin.pairs import Pair
from docai.vlm.builtin.ticks import Tick
from docai.vlm.engine import Answer, Span

Row = list[tuple[str, Answer]]
"""Columns and what is said of each; the answers' paths are still empty."""

LIKELY = 0.5  # a pair below it is not shown; chosen on the dev split of FUNSD
PAIRS, EMPTY_FIELDS, CHECK_BOXES, SIGNATURES = "pairs", "empty_fields", "check_boxes", "signatures"
COLUMNS: Mapping[str, frozenset[str]] = {
    PAIRS: frozenset({"key", "value"}),
    EMPTY_FIELDS: frozenset({"key"}),
    CHECK_BOXES: frozenset({"label", "is_checked", "kind"}),
    SIGNATURES: frozenset({"label", "is_present"}),
}
"""Lists of `schemas.form` and their columns: what a schema has to call them to be answered."""


def is_of_forms(name: str, columns: Collection[str]) -> bool:
    """Tell whether a list of a schema is one of those that every form is asked for."""
    return name in COLUMNS and COLUMNS[name].issuperset(columns)


def listed(name: str, pages: Sequence[Page]) -> Iterator[Answer]:
    """Yield the answers for one of the lists of COLUMNS, rows from top to bottom, page by page."""
    number = 0
    for page in pages:
        for row in _LISTS[name](page):
            yield from (replace(one, path=f"{name}[{number}].{column}") for column, one in row)
            number += 1


def _pairs(page: Page) -> Iterator[Row]:
    """Yield keys with their values."""
    for pair in page.pairs:
        if pair.values and pair.probability >= LIKELY:
            yield [
                _words("key", pair.key.words, pair, page),
                _words("value", pair.words, pair, page),
            ]


def _empty_fields(page: Page) -> Iterator[Row]:
    """Yield keys without a value; what labels a box to tick is told with the box."""
    labels = {i for tick in page.ticks for i in tick.label}
    for pair in page.pairs:
        if not pair.values and labels.isdisjoint(pair.key.words):
            yield [_words("key", pair.key.words, pair, page)]


def _words(column: str, words: tuple[int, ...], pair: Pair, page: Page) -> tuple[str, Answer]:
    """Return a column that words of a pair print."""
    return column, Answer("", pair.probability, Span(page.reading.page, words))


def _check_boxes(page: Page) -> Iterator[Row]:
    """Yield boxes and circles to tick."""
    for tick in page.ticks:
        if tick.kind != SIGNATURE:
            is_checked = ("is_checked", drawn("", tick.is_set, tick))
            yield [*_label(tick), is_checked, ("kind", drawn("", tick.kind, tick))]


def _signatures(page: Page) -> Iterator[Row]:
    """Yield places to sign."""
    for tick in page.ticks:
        if tick.kind == SIGNATURE:
            yield [*_label(tick), ("is_present", drawn("", tick.is_set, tick))]


def _label(tick: Tick) -> Row:
    """Return the label of what is drawn, if it has one."""
    span = Span(tick.page, tick.label)
    return [("label", Answer("", tick.confidence, span))] if tick.label else []


_LISTS: Mapping[str, Callable[[Page], Iterator[Row]]] = {
    PAIRS: _pairs,
    EMPTY_FIELDS: _empty_fields,
    CHECK_BOXES: _check_boxes,
    SIGNATURES: _signatures,
}
