"""Places: which words a model meant, where several places print what it wrote.

The rules, all of them plain comparisons:

- The cells of a row stand together: the cell with the fewest possible places is put first, at the
  place nearest to any place of each other cell, counted in visual rows; the others go as near to
  it as they can.
- Rows follow each other: words of an earlier row of the same list are taken only where there are
  no others, and among places that are equally near those below the row before come first.
- A scalar stands where no other value stands, if there is such a place, and there where the words
  before it, or above it, are most like its name.
- The first place in reading order decides the rest.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from docai.geometry import union
from docai.reading import Reading
from docai.vlm.engine import Span
from docai.vlm.layout_text import rows_of
from docai.vlm.paths import row_of, split

LABEL_WORDS = 4  # that may name a value
NAMED = 50.0  # of 100: words less like a name are something else
ANOTHER_PAGE = 1_000_000  # rows; no page has as many

Words = set[tuple[int, int]]
"""Page and index of each word."""


def places(
    candidates: Mapping[str, Sequence[Span]], readings: Iterable[Reading]
) -> dict[str, Span]:
    """Return the place of each value.

    Args:
        candidates: per path, such as ``total`` or ``items[0].price``, the places that print its
            value, at least one; rows in the order in which the model wrote them.
        readings: of the pages that the places are on.
    """
    pages = _Pages(readings)
    placed: dict[str, Span] = {}
    taken: Words = set()
    for path, spans in candidates.items():
        if row_of(path) is None and len(spans) == 1:
            placed[path] = spans[0]
            taken |= _words(spans[0])
    cells = {path: spans for path, spans in candidates.items() if row_of(path) is not None}
    placed |= _table(cells, pages)
    for path in cells:
        taken |= _words(placed[path])
    for path, spans in candidates.items():
        if path not in placed:
            placed[path] = _scalar(path, spans, taken, pages)
            taken |= _words(placed[path])
    return {path: placed[path] for path in candidates}


def _table(cells: Mapping[str, Sequence[Span]], pages: "_Pages") -> dict[str, Span]:
    """Place the cells of all rows, list by list, row by row."""
    rows: dict[tuple[str, int], dict[str, Sequence[Span]]] = defaultdict(dict)
    for path, spans in cells.items():
        rows[split(path)[0], row_of(path) or 0][path] = spans
    placed: dict[str, Span] = {}
    taken: dict[str, Words] = defaultdict(set)
    above: dict[str, Span] = {}
    for (name, _), row in rows.items():
        fresh = {
            path: [s for s in spans if not _words(s) & taken[name]] or spans
            for path, spans in row.items()
        }
        together = _row(fresh, above.get(name), pages)
        above[name] = next(iter(together.values()))
        placed |= together
        taken[name] |= set().union(*map(_words, together.values()))
    return placed


def _row(
    cells: Mapping[str, Sequence[Span]], above: Span | None, pages: "_Pages"
) -> dict[str, Span]:
    """Place the cells of one row; the surest cell comes first in what is returned."""
    surest = min(cells, key=lambda path: len(cells[path]))
    others = [path for path in cells if path != surest]
    levels = [pages.levels(cells[path]) for path in others]

    def apart(span: Span) -> int:
        return sum(_nearest(pages.rows(span), level) for level in levels)

    def precedes(span: Span) -> bool:
        return above is not None and _order(span) < _order(above)

    anchor = min(cells[surest], key=lambda span: (apart(span), precedes(span), _order(span)))
    at = pages.rows(anchor)
    placed = {surest: anchor}
    taken = _words(anchor)
    for path in others:
        near = min(
            cells[path],
            key=lambda s: (_nearest(at, pages.rows(s)), len(_words(s) & taken), _order(s)),
        )
        placed[path] = near
        taken |= _words(near)
    return placed


def _nearest(rows: Sequence[int], others: Sequence[int]) -> int:
    """Return how far the nearest of ``others`` lies from some rows; both ascend."""
    first, last = rows[0], rows[-1]
    at = bisect_left(others, first)
    below = others[at] - last if at < len(others) else ANOTHER_PAGE
    above = first - others[at - 1] if at else ANOTHER_PAGE
    return max(0, min(below, above))


def _scalar(path: str, spans: Sequence[Span], taken: Words, pages: "_Pages") -> Span:
    """Return the place that is most likely what a scalar's value stands at."""

    def rank(span: Span) -> tuple[int, float, float, tuple[int, int]]:
        closest, whole = pages.is_named(span, path)
        return len(_words(span) & taken), -closest, -whole, _order(span)

    return min(spans, key=rank)


def _words(span: Span) -> Words:
    """Return the words of a span as a set."""
    return {(span.page, word) for word in span.words}


def _order(span: Span) -> tuple[int, int]:
    """Return where a span stands in reading order."""
    return span.page, span.words[0]


class _Pages:
    """Knows the visual rows of some pages."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = {reading.page: reading for reading in readings}
        self._rows = {page: rows_of(reading) for page, reading in self._readings.items()}
        self._row_of_word = {
            page: {word: number for number, row in enumerate(rows) for word in row}
            for page, rows in self._rows.items()
        }
        self._rows_of_span: dict[Span, tuple[int, ...]] = {}

    def rows(self, span: Span) -> tuple[int, ...]:
        """Return the visual rows that a span touches, ascending, counted through all pages."""
        if span not in self._rows_of_span:
            rows = self._row_of_word[span.page]
            numbers = sorted({rows[i] + ANOTHER_PAGE * span.page for i in span.words})
            self._rows_of_span[span] = tuple(numbers)
        return self._rows_of_span[span]

    def levels(self, spans: Iterable[Span]) -> list[int]:
        """Return the visual rows that any of some spans touch, ascending."""
        return sorted({row for span in spans for row in self.rows(span)})

    def is_named(self, span: Span, name: str) -> tuple[float, float]:
        """Return how like ``name`` the words before a span are, or those above it.

        First the last of these words that are most like it, then all of them: "Sub Total" ends in
        "Total", but "Total" is more like it. In [0, 100]; 0 for what is like it by chance.
        """
        label = [_letters(text) for text in self._label(span)]
        endings = ["".join(label[i:]) for i in range(len(label))]
        alike = [fuzz.ratio(_letters(name), ending, score_cutoff=NAMED) for ending in endings]
        return (max(alike), alike[0]) if alike else (0.0, 0.0)

    def _label(self, span: Span) -> list[str]:
        """Return the last words before a span in its row; those above it where there are none."""
        reading, first = self._readings[span.page], span.words[0]
        number = self._row_of_word[span.page][first]
        row = self._rows[span.page][number]
        words = [i for i in row if i < first and _letters(reading.words[i].text)]
        if not words and number > 0:
            left, _, right, _ = union(reading.upright_boxes[i] for i in span.words)
            above = self._rows[span.page][number - 1]
            boxes = reading.upright_boxes
            words = [i for i in above if boxes[i][0] < right and boxes[i][2] > left]
        return [reading.words[i].text for i in words[-LABEL_WORDS:]]


def _letters(text: str) -> str:
    """Return the letters of ``text`` in small."""
    return "".join(c for c in text.casefold() if c.isalpha())
