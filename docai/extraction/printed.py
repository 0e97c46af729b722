"""Where values may stand: the runs of words of a document that print a value of a kind.

A generating model may then point at one of them and write nothing else. Looked for once per kind,
when somebody asks: a model that only points never does. A text has to look as the schema says: what
does is found by trying all short runs of words.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from time import thread_time

from docai.extraction.fields import Kind, Leaf, Schema
from docai.extraction.meaning import Locale, meanings
from docai.extraction.money import is_currency
from docai.extraction.names import month_number, weekday_number
from docai.extraction.patterns import matcher
from docai.extraction.typed import Typed, decimal
from docai.reading import Reading
from docai.vlm.engine import Field, Mode, Span
from docai.vlm.word_graph import MAX_CHARS

MAX_WORDS = 6  # of one value: "Fri 5 . Mar 2017"
MAX_TEXT_WORDS = 10  # of a text that looks as the schema says; an IBAN in fours has nine
MAX_CPU_S = 0.2  # to try a pattern at all texts, and beside it for each of them:
MAX_CPU_S_PER_TEXT = 1e-4  # a hundred times what a pattern that means no harm takes

_D = r"[\dOolI|S]"  # a digit, or a letter that OCR takes one for: see `digits`
_CUT = re.compile(rf"{_D}[.,:/'’-] [\dOolI|S]|{_D} [.,:/'’-]{_D}?")  # "15. 40", "14 :05"
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3} \d{3}(?!\d)")  # "1 234,50"
_DATE = re.compile(
    rf"{_D}{{1,4}}\s*[-/.,년年]\s*{_D}{{1,2}}\s*[-/.,'월月]\s*{_D}{{1,4}}"
    rf"|(?<!{_D}){_D}{{8}}(?!{_D})|(?<!{_D}){_D}{{1,2}}\s+{_D}{{1,2}}\s+{_D}{{4}}"
)
_IN_DATES = re.compile(r"\W+|(?:de|of|den|le|st|nd|rd|th)\.?", re.IGNORECASE)
_TIME = re.compile(rf"{_D}{{1,2}}\s*[:hH.時시点]\s*{_D}{{2}}")
_HALF = re.compile(r"\W*(?:[ap]\W*m?|uhr|hrs?|오전|오후|午前|午後|上午|下午)\W*", re.IGNORECASE)
_AMOUNT = re.compile(r"\D*\d+[.,]\d\d\D*")
_NAME = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Printed:
    """Meets `docai.vlm.engine.Printed` for the pages of one document.

    Attributes:
        schema: what is asked for: a leaf may bound its numbers.
        readings: of the pages.
        locale: how the document writes its values.
    """

    schema: Schema
    readings: Sequence[Reading]
    locale: Locale

    def __call__(self, field: Field) -> tuple[Span, ...] | None:
        """Return the spans that print a value of ``field``; None where any words may."""
        leaf = self.schema.leaves[field.path]
        if field.mode is not Mode.COPY:
            return None
        if leaf.kind is Kind.TEXT:
            return self._texts(leaf)
        if leaf.kind not in _FORMS:
            return None
        return tuple(
            span
            for span, typed in self._spans(leaf)
            if (amount := decimal(typed)) is None or leaf.bounds.admit(amount)
        )

    def _spans(self, leaf: Leaf) -> "Found":
        """Return every span that prints a value of the kind of ``leaf``, with the value."""
        kind = (leaf.kind, leaf.is_quantity)
        if kind not in self._by_kind:
            self._by_kind[kind] = found_in(leaf, self.readings, self.locale)
        return self._by_kind[kind]

    def _texts(self, leaf: Leaf) -> tuple[Span, ...] | None:
        """Return the spans of the texts that look as ``leaf`` wants; None where any do."""
        look = _Look(leaf.pattern, leaf.field.min_length, leaf.field.max_length)
        if look not in self._by_look:
            self._by_look[look] = _found_texts(look, self.readings)
        return self._by_look[look]

    @cached_property
    def _by_look(self) -> "dict[_Look, tuple[Span, ...] | None]":
        return {}

    @cached_property
    def _by_kind(self) -> "dict[tuple[Kind, bool], Found]":
        return {}


@dataclass(frozen=True)
class _Form:
    """What values of a kind look like.

    Attributes:
        part: whether a word may be part of a value.
        goes_on: whether a value may go on from a word to the next, both given with a space between.
        maybe: whether a run of words is worth being parsed.
        dress: whether a word that changes nothing still belongs: a currency sign, AM.
    """

    part: Callable[[str], bool]
    goes_on: Callable[[str], bool]
    maybe: Callable[[str], bool]
    dress: Callable[[str], bool]


@dataclass(frozen=True)
class _Look:
    """What texts have to look like: see `Leaf.pattern`, `Field.min_length`, `Field.max_length`."""

    pattern: str | None
    shortest: int
    longest: int | None


Found = tuple[tuple[Span, Typed], ...]


def _found_texts(look: _Look, readings: Sequence[Reading]) -> tuple[Span, ...] | None:
    """Return the spans of the texts that look right; None where any words may be."""
    # A bound on length alone is not worth the runs that wrap: the value is checked at the end.
    matches = None if look.pattern is None else matcher(look.pattern)
    if matches is None:
        return None
    longest = MAX_CHARS if look.longest is None else min(MAX_CHARS, look.longest)
    lengths = range(look.shortest, longest + 1)
    spans = []
    until = thread_time() + MAX_CPU_S
    for page, run, text in _texts(readings):
        if len(text) in lengths and matches(text):
            spans.append(Span(page, tuple(run)))
        until += MAX_CPU_S_PER_TEXT
        if thread_time() > until:  # a pattern made to take long: the value is checked at the end
            return None
    return tuple(spans)


def _texts(readings: Sequence[Reading]) -> Iterator[tuple[int, range, str]]:
    """Yield the runs of few words inside each line, with their page and what they print."""
    for reading in readings:
        words = [word.text for word in reading.words]
        for line in reading.lines:
            for start in range(line.start, line.stop):
                for stop in range(start + 1, min(start + MAX_TEXT_WORDS, line.stop) + 1):
                    yield reading.page, range(start, stop), " ".join(words[start:stop])


def found_in(leaf: Leaf, readings: Sequence[Reading], locale: Locale) -> Found:
    """Return every span that prints a value of a kind, with the value, line by line."""
    return tuple(
        (Span(reading.page, tuple(run)), typed)
        for reading in readings
        for chain in _chains(_FORMS[leaf.kind], reading)
        for run, typed in _runs(chain, reading, leaf, locale)
    )


def _chains(form: _Form, reading: Reading) -> Iterator[range]:
    """Yield the longest runs of words in one line that a value may go on along."""
    texts = [word.text for word in reading.words]
    for line in reading.lines:
        start = line.start
        for i in range(line.start, line.stop):
            if not form.part(texts[i]):
                if start < i:
                    yield range(start, i)
                start = i + 1
            elif start < i and not form.goes_on(f"{texts[i - 1]} {texts[i]}"):
                yield range(start, i)
                start = i
        if start < line.stop:
            yield range(start, line.stop)


def _runs(
    chain: range, reading: Reading, leaf: Leaf, locale: Locale
) -> Iterator[tuple[range, Typed]]:
    """Yield the runs of words along a chain that print a value, shorter ones first.

    A run whose first or last word changes nothing is left out for the run without it.
    """
    form = _FORMS[leaf.kind]
    values: dict[range, Typed | None] = {}
    for length in range(1, min(MAX_WORDS, len(chain)) + 1):
        for start in range(chain.start, chain.stop - length + 1):
            run = range(start, start + length)
            words = [reading.words[i].text for i in run]
            text = " ".join(words)
            typed = values[run] = _typed(text, leaf, locale) if form.maybe(text) else None
            rests = ((words[0], run[1:]), (words[-1], run[:-1]))
            is_padded = any(
                values.get(rest) == typed and not form.dress(word) for word, rest in rests
            )
            if typed is not None and not is_padded:
                yield run, typed


def _typed(text: str, leaf: Leaf, locale: Locale) -> Typed | None:
    """Return the value that ``text`` prints, or one of the two days it may mean."""
    return next(iter(meanings(text, leaf, locale)), None)


def _never(_: str) -> bool:
    """Tell that nothing does."""
    return False


def _holds_digit(text: str) -> bool:
    """Tell whether there is a digit of any script."""
    return any(map(str.isdecimal, text))


def _in_amounts(word: str) -> bool:
    """Tell whether a word may be part of an amount: digits, signs, names of currencies."""
    return _holds_digit(word) or not any(map(str.isalnum, word)) or is_currency(word)


def _amount_goes_on(pair: str) -> bool:
    """Tell whether two words may be of one amount."""
    left, _, right = pair.partition(" ")
    if _holds_digit(left) and _holds_digit(right):
        return bool(_CUT.search(pair) or _GROUPED.search(pair))
    return True


@cache
def _in_dates(word: str) -> bool:
    """Tell whether a word may be part of a date."""
    return _holds_digit(word) or bool(_IN_DATES.fullmatch(word)) or _names_day(word)


@cache
def _names_day(text: str) -> bool:
    """Tell whether a month or a weekday is named."""
    return any(
        month_number(name) is not None or weekday_number(name) is not None
        for name in _NAME.findall(text)
    )


def _may_be_date(text: str) -> bool:
    """Tell whether a run of words is worth being parsed as a date."""
    return bool(_DATE.search(text)) or (_holds_digit(text) and any(map(_names_day, text.split())))


def _in_times(word: str) -> bool:
    """Tell whether a word may be part of a time of day."""
    return _holds_digit(word) or _tells_half(word) or word in ":."


def _tells_half(word: str) -> bool:
    """Tell whether a word says which half of the day is meant, even where it changes nothing."""
    return bool(_HALF.fullmatch(word))


def _time_goes_on(pair: str) -> bool:
    """Tell whether two words may be of one time of day."""
    return bool(_CUT.search(pair)) or any(map(_tells_half, pair.split(" ")))


def _in_phones(word: str) -> bool:
    """Tell whether a word may be part of a telephone number; amounts are none."""
    if not _holds_digit(word):
        return not any(map(str.isalnum, word))
    return not _AMOUNT.fullmatch(word)


_FORMS = {
    Kind.MONEY: _Form(_in_amounts, _amount_goes_on, _holds_digit, is_currency),
    Kind.NUMBER: _Form(_in_amounts, _amount_goes_on, _holds_digit, is_currency),
    Kind.DATE: _Form(_in_dates, bool, _may_be_date, _never),
    Kind.TIME: _Form(_in_times, _time_goes_on, lambda text: bool(_TIME.search(text)), _tells_half),
    Kind.PHONE: _Form(_in_phones, bool, _holds_digit, _never),
}
