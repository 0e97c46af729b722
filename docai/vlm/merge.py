"""Merging: what a model says about several windows of a document, as one reply.

Windows overlap, so some of it is said twice. The same words are the same value, and the same row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from docai.vlm.engine import Answer, Origin, Span
from docai.vlm.paths import cell, row_of, split

Row = dict[str, Answer]
"""Answers by column."""


def merge(said: Sequence[Sequence[Answer]]) -> tuple[Answer, ...]:
    """Return the answers of all windows as those of one document.

    Scalars keep the order in which they were first answered, and several for one path are
    alternatives, the most probable first. Rows stand in document order, numbered from 0.
    """
    scalars: dict[str, list[Answer]] = defaultdict(list)
    tables: dict[str, _Table] = defaultdict(_Table)
    for answers in said:
        for answer in answers:
            if row_of(answer.path) is None:
                scalars[answer.path].append(answer)
        for name, rows in _rows(answers).items():
            tables[name].add(rows)
    out = [answer for found in scalars.values() for answer in _alternatives(found)]
    for name, table in tables.items():
        for number, row in enumerate(table.rows):
            out += [replace(a, path=cell(name, number, column)) for column, a in row.items()]
    return tuple(out)


def _alternatives(found: Iterable[Answer]) -> list[Answer]:
    """Return different answers to one field, each once, the most probable first."""
    kept: list[Answer] = []
    for answer in sorted(found, key=lambda a: -a.probability):
        if not any(_is_same(answer, other) for other in kept):
            kept.append(answer)
    return kept


def _is_same(a: Answer, b: Answer) -> bool:
    """Tell whether two answers say the same of the same words."""
    return a.text == b.text and a.origin == b.origin and a.span == b.span


def _rows(answers: Iterable[Answer]) -> dict[str, list[Row]]:
    """Return the rows of each list in the order in which they were written."""
    tables: dict[str, dict[int, Row]] = defaultdict(dict)
    for answer in answers:
        number = row_of(answer.path)
        if number is not None:
            name, column = split(answer.path)
            tables[name].setdefault(number, {})[column] = answer
    return {name: list(rows.values()) for name, rows in tables.items()}


class _Table:
    """The rows of a list, as far as its windows are known."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._recent = 0  # the first row of the window before: earlier ones cannot come again

    def add(self, rows: Iterable[Row]) -> None:
        """Add the rows of the next window, each row once.

        New ones come behind the one that they follow in their window; those before its first
        known row stand before it, and all of them at the end where none is known.
        """
        recent = self.rows[self._recent :]
        new = _distinct(rows)
        known = [_find(row, recent) for row in new]
        again = [i for i in known if i is not None]
        at = again[0] if again else len(recent)
        before: dict[int, list[Row]] = defaultdict(list)
        for row, i in zip(new, known, strict=True):
            if i is None:
                before[at].append(row)
            else:
                recent[i] = max(recent[i], row, key=_fullness)
                at = i + 1
        ordered = [[*before[i], row] for i, row in enumerate(recent)]
        self.rows[self._recent :] = [*chain(*ordered), *before[len(recent)]]
        self._recent += min(again, default=len(recent))


def _find(row: Row, rows: Iterable[Row]) -> int | None:
    """Return which row of the window before is the same as ``row``; None where none is.

    Rows that stand nowhere, since all in them is chosen or written, are the same if they say so.
    """
    for i, other in enumerate(rows):
        if _stand_together(row, other) or _unplaced(row) == _unplaced(other) != {}:
            return i
    return None


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of one window, those of the same words once: what is printed once is one."""
    kept: list[Row] = []
    for row in rows:
        again = next((i for i, other in enumerate(kept) if _stand_together(row, other)), None)
        if again is None:
            kept.append(row)
        else:
            kept[again] = max(kept[again], row, key=_fullness)
    return kept


def _stand_together(a: Row, b: Row) -> bool:
    """Tell whether two rows are the same words.

    They agree on every column that has a place in both, and those are most columns of one: a day
    that is printed once for several rows does not make them one. What was chosen agrees as well.
    """
    places_a, places_b = _places(a), _places(b)
    both = places_a.keys() & places_b.keys()
    if 2 * len(both) <= min(len(places_a), len(places_b)):
        return False
    chosen = [c for c in a.keys() & b.keys() if a[c].origin is b[c].origin is Origin.CHOSEN]
    return all(_share_words(places_a[c], places_b[c]) for c in both) and all(
        a[c].text == b[c].text for c in chosen
    )


def _places(row: Row) -> dict[str, Span]:
    """Return where the cells of a row stand, as far as they do."""
    return {column: answer.span for column, answer in row.items() if answer.span is not None}


def _unplaced(row: Row) -> dict[str, str | None]:
    """Return what a row says that stands nowhere; nothing of one that stands somewhere."""
    return {} if _places(row) else {column: answer.text for column, answer in row.items()}


def _share_words(a: Span, b: Span) -> bool:
    """Tell whether two places have words in common."""
    return a.page == b.page and not set(a.words).isdisjoint(b.words)


def _fullness(row: Row) -> tuple[int, float]:
    """Return how much a row says, and how surely."""
    return len(row), sum(answer.probability for answer in row.values())
