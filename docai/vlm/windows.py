"""Windows: a document cut so that each part fits a generating model, with its prompt and reply.

All pages in one window if they fit; else as many whole pages as do, the last of them again in the
next window, since a list may run on; a page too long for the model is cut between its rows, the
last rows again in the next window. No line of any page is left out.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from docai.errors import VlmError
from docai.reading import Reading
from docai.vlm.engine import Field, Mode, Question
from docai.vlm.layout_text import layout_text, range_of_words, rows_of
from docai.vlm.paths import split
from docai.vlm.prompt import BRIEF, CODE_DIGITS, FULL, Style, fenced, form, shape
from docai.vlm.tokens import ImageTokens
from docai.vlm.window import Excerpt
from docai.vlm.writer import Writer

MAX_WORDS = 4_000  # of a window; a grammar that knows many more is slow to compile
OVERLAP_ROWS = 4  # of a page that is cut: an address, or a row of a list that wraps, is not torn
MOST_OF_ROOM = 0.4  # that rules and form may fill before the brief ones are taken

# What a value may cost in tokens, quotes included: generous guesses at a token for one or two
# characters, since a reply that is cut off loses values.
_VALUE_TOKENS = {"money": 10, "date": 14, "time": 10, "phone": 18, "number": 8, "boolean": 2}
_TEXT_TOKENS = 30  # names are shorter, addresses longer
_FREE_CHARACTERS = 600  # of a value in the model's own words, where the schema sets no bound
_CHARACTERS_PER_TOKEN = 3
_ANY_CODE = "3f9a27c41be0"[:CODE_DIGITS]  # costs what every other code costs, more or less


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a document that is asked about at once.

    Attributes:
        excerpts: of its pages, in page order.
        tokens: image tokens of the same pages.
        style: of the prompt that fits beside them.
    """

    excerpts: tuple[Excerpt, ...]
    tokens: tuple[ImageTokens, ...]
    style: Style


def windows(question: Question, writer: Writer) -> tuple[Window, ...]:
    """Cut the document of ``question`` into windows, in document order.

    Raises:
        VlmError: the model has not even room for one line of a page.
    """
    budget = _Budget(question, writer)
    out: list[Window] = []
    start, last = 0, len(question.readings)
    while start < last:
        stop = start
        while stop < last and budget.fits(pages := budget.whole(start, stop + 1)):
            stop += 1
            fitting = pages
        if stop == start:
            out += budget.parts(start)
            start += 1
            continue
        out.append(fitting)
        again = stop < last and stop - start > 1 and budget.fits(budget.whole(stop - 1, stop + 1))
        start = stop - 1 if again else stop
    return tuple(out)


class _Budget:
    """Knows what windows of one document cost, in tokens.

    A reply is reckoned at its likely size: that of the longest which a grammar admits is ten
    times as much, and would cut most documents to pieces for nothing. Scalars count by their
    kind. A list copies the text of a window once at most, and its rows fill every other row of
    the page: headings, sums and wrapped lines take the rest.
    """

    def __init__(self, question: Question, writer: Writer) -> None:
        self._question, self._writer = question, writer
        room = writer.room(question.tokens[:1])
        is_roomy = self._fixed_cost(FULL) <= MOST_OF_ROOM * room
        self._style = FULL if is_roomy else BRIEF
        scalars = [f for f in question.fields if not split(f.path)[0]]
        self._fixed = self._fixed_cost(self._style)
        self._fixed += writer.num_tokens(shape(scalars)) + sum(map(self._value_cost, scalars))
        self._row = max(map(self._row_cost, _lists(question.fields)), default=0)
        self._weights: dict[tuple[int, range], int] = {}

    def whole(self, start: int, stop: int) -> Window:
        """Return the window of some whole pages."""
        readings = self._question.readings[start:stop]
        excerpts = tuple(Excerpt(reading, range(len(reading.lines))) for reading in readings)
        return Window(excerpts, self._question.tokens[start:stop], self._style)

    def fits(self, window: Window) -> bool:
        """Tell whether the model has room for a window."""
        num_words = sum(len(range_of_words(excerpt)) for excerpt in window.excerpts)
        can_be_cut = sum(len(excerpt.lines) for excerpt in window.excerpts) > 1
        if can_be_cut and num_words > MAX_WORDS:
            return False
        return self._cost(window) <= self._writer.room(window.tokens)

    def parts(self, page: int) -> Iterator[Window]:
        """Cut a page that does not fit whole.

        Raises:
            VlmError: not even one line of it fits.
        """
        whole = self.whole(page, page + 1)
        row_of_line = _row_of_line(whole.excerpts[0].reading)
        start, stop, num_lines = 0, 0, len(row_of_line)
        if num_lines == 0:
            raise self._too_small(whole)
        while stop < num_lines:
            fitting = self._num_fitting(whole, start)
            if fitting == 0:
                raise self._too_small(_part(whole, start, start + 1))
            stop = _between_rows(row_of_line, start, start + fitting)
            yield _part(whole, start, stop)
            start = _again_from(row_of_line, start, stop)

    def _num_fitting(self, whole: Window, start: int) -> int:
        """Return how many lines of a page, from ``start`` on, fit at once."""

        def is_too_long(stop: int) -> bool:
            return not self.fits(_part(whole, start, stop))

        stops = range(start + 1, len(whole.excerpts[0].lines) + 1)
        return bisect_left(stops, True, key=is_too_long)

    def _cost(self, window: Window) -> int:
        """Return what prompt and reply cost."""
        return self._fixed + sum(map(self._weight, window.excerpts))

    def _weight(self, excerpt: Excerpt) -> int:
        """Return what an excerpt adds to prompt and reply; each is reckoned once."""
        key = (excerpt.reading.page, excerpt.lines)
        if key not in self._weights:
            self._weights[key] = self._excerpt_cost(excerpt)
        return self._weights[key]

    def _fixed_cost(self, style: Style) -> int:
        """Return what a prompt costs without any page."""
        return sum(map(self._writer.num_tokens, (style.system, form(self._question.fields, style))))

    def _excerpt_cost(self, excerpt: Excerpt) -> int:
        """Return what an excerpt adds to prompt and reply."""
        text = layout_text(excerpt)
        asked = self._writer.num_tokens(fenced(text, excerpt, _ANY_CODE))
        if not self._row:
            return asked
        num_rows = sum(1 for row in text.split("\n") if row)
        return asked + self._writer.num_tokens(text) + self._row * math.ceil(num_rows / 2)

    def _row_cost(self, columns: Sequence[Field]) -> int:
        """Return what the keys of a row cost."""
        return self._writer.num_tokens(shape(columns, '""'))

    def _value_cost(self, field: Field) -> int:
        """Return what the value of a scalar is likely to cost."""
        if field.choices:
            return max(map(self._writer.num_tokens, field.choices))
        if field.mode is Mode.FREE:
            return math.ceil((field.max_length or _FREE_CHARACTERS) / _CHARACTERS_PER_TOKEN)
        return _VALUE_TOKENS.get(field.kind, _TEXT_TOKENS)

    def _too_small(self, window: Window) -> VlmError:
        """Say what is missing."""
        page, room = window.excerpts[0].reading.page, self._writer.room(window.tokens)
        return VlmError(
            f"{window.tokens[0].model} has room for {room:,} tokens beside the picture of page "
            f"{page}, {self._writer.room(()):,} without it; the prompt with a single line of the "
            f"page, and the reply, need {self._cost(window):,}. Lower --max-image-tokens, ask for "
            "fewer fields at once, or take a model with a longer context"
        )


def _lists(fields: Sequence[Field]) -> Iterator[list[Field]]:
    """Yield the columns of each list."""
    for name, columns in groupby(fields, key=lambda field: split(field.path)[0]):
        if name:
            yield list(columns)


def _part(whole: Window, start: int, stop: int) -> Window:
    """Return the window of some lines of a page."""
    return replace(whole, excerpts=(replace(whole.excerpts[0], lines=range(start, stop)),))


def _row_of_line(reading: Reading) -> list[int]:
    """Return for each line the visual row in which it begins; it never falls."""
    rows = rows_of(reading)
    row_of_word = {word: number for number, row in enumerate(rows) for word in row}
    return [row_of_word[line.start] for line in reading.lines]


def _between_rows(row_of_line: Sequence[int], start: int, stop: int) -> int:
    """Move the end of a part back to the end of a row, if there is one."""
    if stop == len(row_of_line) or row_of_line[stop] != row_of_line[stop - 1]:
        return stop
    row_start = bisect_left(row_of_line, row_of_line[stop])
    return row_start if row_start > start else stop


def _again_from(row_of_line: Sequence[int], start: int, stop: int) -> int:
    """Return where the part after one of lines ``start`` to ``stop`` begins: a few rows earlier.

    At most half of a part comes again, or parts of few rows would hardly get on.
    """
    last = row_of_line[stop - 1]
    num_again = min(OVERLAP_ROWS, (last - row_of_line[start] + 1) // 2)
    return max(start + 1, bisect_left(row_of_line, last - num_again + 1))
