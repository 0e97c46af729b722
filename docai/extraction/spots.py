"""Spots: everywhere on the pages that a value is printed which is known from elsewhere.

Amounts, numbers and days are the same where their values are, however they are written; texts where
their letters are.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from docai.einvoice import Amount, Stated
from docai.extraction.currency import currency_of_sign
from docai.extraction.fields import Kind, Leaf
from docai.extraction.ground import ground, letters, similarity
from docai.extraction.meaning import Locale, meanings
from docai.extraction.printed import found_in
from docai.extraction.result import Evidence
from docai.extraction.typed import decimal
from docai.geometry import union
from docai.reading import Reading
from docai.vlm.engine import Field, Span

ALIKE = 0.9  # similarity of texts that say the same, where all their digits agree
LEAST_LETTERS = 8  # of a text that may be printed nearly so: shorter ones are other words
REACH = 60  # words of other columns between two lines of a wrapped text
LINE_STEP = 3.0  # heights of a word from one of its lines to the next, at most
_AFTER_LABEL = re.compile(r"[:#=]")  # "No.:4711" prints 4711
_LEAVES = {kind: Leaf(Field("value", kind.value), kind) for kind in Kind}


@dataclass(frozen=True, slots=True)
class Spot:
    """Words that print a value.

    Attributes:
        page: from 1.
        words: indices into the words of the page's reading.
        middle: between the upper and the lower end of the first word, upright, in page pixels.
        height: of the first word.
    """

    page: int
    words: tuple[int, ...]
    middle: float
    height: float


class Spots:
    """Finds values on the pages of one document; each kind is looked for once, when it is wanted.

    Args:
        readings: one per page.
        locale: how the document writes its values.
    """

    def __init__(self, readings: Sequence[Reading], locale: Locale) -> None:
        self._readings = {reading.page: reading for reading in readings}
        self._locale = locale

    def of(self, stated: Stated, *, either_sign: bool = False, nearly: bool = False) -> list[Spot]:
        """Return where a value is printed, by page and from top to bottom.

        Args:
            stated: the value.
            either_sign: whether an amount may be printed with the other sign, if not with its own.
            nearly: whether to look for a text that is nearly the same, if this one is not there.
        """
        if isinstance(stated, str):
            return self._exact(letters(stated)) or (self._alike(stated) if nearly else [])
        number = stated.amount if isinstance(stated, Amount) else stated
        if not isinstance(number, Decimal):
            return self._by_day.get(number, [])
        values = self._by_amount if isinstance(stated, Amount) else self._by_number
        found = values.get(number, [])
        return values.get(-number, []) if either_sign and not found else found

    def of_currency(self, code: str) -> list[Spot]:
        """Return where a currency is printed: its code, or a sign that stands for it."""
        return _sorted(
            self._spot(Span(page, (i,)))
            for page, reading in self._readings.items()
            for i, word in enumerate(reading.words)
            if currency_of_sign(word.text, self._locale.currency) == code
        )

    def evidence(self, spot: Spot) -> Evidence:
        """Return a spot as the evidence of a value."""
        reading = self._readings[spot.page]
        return Evidence(spot.page, union(reading.words[i].box for i in spot.words), spot.words)

    def text(self, spot: Spot) -> str:
        """Return what is printed there."""
        return " ".join(self._readings[spot.page].words[i].text for i in spot.words)

    def reader(self, spot: Spot) -> str:
        """Return the witness who read it: ``text_layer`` or ``ocr``."""
        is_layer = self._readings[spot.page].engine == "text-layer"
        return "text_layer" if is_layer else "ocr"

    def _spot(self, span: Span) -> Spot:
        """Return the spot of some words."""
        _, top, _, bottom = self._readings[span.page].upright_boxes[span.words[0]]
        return Spot(span.page, span.words, (top + bottom) / 2, bottom - top)

    def _exact(self, wanted: str) -> list[Spot]:
        """Return the runs of whole words that have the wanted letters, wrapped or not."""
        spans = []
        for length in range(1, min(len(wanted), self._longest) + 1):
            for page, start in self._starts.get(wanted[:length], ()):
                run = self._run(wanted[length:], page, start)
                spans += [] if run is None else [Span(page, run)]
        return _sorted(map(self._spot, spans))

    def _run(self, wanted: str, page: int, start: int) -> tuple[int, ...] | None:
        """Return the words from one on that go on with the wanted letters, if they do to the end.

        In a narrow column a text goes on further down, where its lines begin.
        """
        pieces, boxes = self._pieces[page], self._readings[page].upright_boxes
        left, top, _, bottom = boxes[start]
        height, run = bottom - top, [start]
        while wanted:
            following = range(run[-1] + 1, min(run[-1] + 1 + REACH, len(pieces)))
            after = next(
                (
                    i
                    for i in following
                    if wanted.startswith(pieces[i])
                    and (
                        i == following.start
                        or (
                            pieces[i]
                            and abs(boxes[i][0] - left) < height
                            and 0 < boxes[i][1] - boxes[run[-1]][1] < LINE_STEP * height
                        )
                    )
                ),
                None,
            )
            if after is None:
                return None
            wanted = wanted[len(pieces[after]) :]
            run.append(after)
        return tuple(run)

    def _alike(self, text: str) -> list[Spot]:
        """Return the words of each page that are nearly the text, with the same digits."""
        spots = []
        for page, reading in self._readings.items() if len(letters(text)) >= LEAST_LETTERS else ():
            found = ground(text, reading)
            if found is not None and found.similarity >= ALIKE:
                spot = self._spot(Span(page, found.words))
                spots += [spot] if are_alike(text, self.text(spot)) else []
        return spots

    @cached_property
    def _pieces(self) -> Mapping[int, list[str]]:
        """The letters of each word, per page."""
        return {
            page: [letters(word.text) for word in reading.words]
            for page, reading in self._readings.items()
        }

    @cached_property
    def _starts(self) -> Mapping[str, list[tuple[int, int]]]:
        """Page and index of the words that have certain letters, or have them behind a label."""
        starts: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for page, reading in self._readings.items():
            for i, word in enumerate(reading.words):
                tail = letters(_AFTER_LABEL.split(word.text)[-1])
                for piece in {self._pieces[page][i], tail} - {""}:
                    starts[piece].append((page, i))
        return starts

    @cached_property
    def _longest(self) -> int:
        """Letters of the longest word."""
        return max(map(len, self._starts), default=0)

    @cached_property
    def _by_amount(self) -> Mapping[object, list[Spot]]:
        return self._by_value(Kind.MONEY)

    @cached_property
    def _by_number(self) -> Mapping[object, list[Spot]]:
        return self._by_value(Kind.NUMBER)

    @cached_property
    def _by_day(self) -> Mapping[object, list[Spot]]:
        return self._by_value(Kind.DATE)

    def _by_value(self, kind: Kind) -> Mapping[object, list[Spot]]:
        """Return where each value of a kind is printed; a date that can be two days is at both."""
        spots: dict[object, list[Spot]] = defaultdict(list)
        leaf = _LEAVES[kind]
        for span, typed in found_in(leaf, list(self._readings.values()), self._locale):
            spot = self._spot(span)
            number = decimal(typed)
            days = meanings(self.text(spot), leaf, self._locale) if kind is Kind.DATE else []
            for value in [number] if number is not None else days:
                spots[value].append(spot)
        return {value: _sorted(several) for value, several in spots.items()}


def are_alike(one: str, other: str) -> bool:
    """Tell whether two texts say the same but for a slip: all of their digits agree."""
    digits = [[c for c in text if c.isdigit()] for text in (one, other)]
    return digits[0] == digits[1] and similarity(one, other) >= ALIKE


def between(spots: Sequence[Spot], page: int, top: float, bottom: float) -> Sequence[Spot]:
    """Return those of sorted spots whose middle is on a page between two heights."""
    start = bisect_left(spots, (page, top), key=_place)
    return spots[start : bisect_left(spots, (page, bottom), lo=start, key=_place)]


def _sorted(spots: Iterable[Spot]) -> list[Spot]:
    """Return spots by page and from top to bottom."""
    return sorted(spots, key=_place)


def _place(spot: Spot) -> tuple[int, float]:
    """Return where a spot stands among others."""
    return spot.page, spot.middle
