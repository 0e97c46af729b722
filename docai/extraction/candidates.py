"""Candidates: what a model pointed at, with its evidence and its typed value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from docai.errors import VlmError
from docai.extraction.check import NO_CENTS
from docai.extraction.fields import Kind
from docai.extraction.ground import ground
from docai.extraction.normalise import (
    currency_of,
    day_first,
    decimal_comma,
    parse_amount,
    parse_date,
    parse_dates,
    parse_phone,
    parse_quantity,
    parse_time,
    region_of,
)
from docai.extraction.result import Evidence, Money, Typed
from docai.geometry import union
from docai.reading import Reading
from docai.vlm.engine import Answer

GROWING = frozenset({Kind.DATE, Kind.TIME, Kind.PHONE})  # their values have a form of their own
SAME = 0.999  # similarity of what a model wrote with what is printed, where digits count
REACH = 3  # words that such a value may be widened by at each end


@dataclass(frozen=True, slots=True)
class Locale:
    """What the whole document tells about how its values are written."""

    region: str | None
    currency: str | None
    decimal_comma: bool | None
    day_first: bool | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible value of a field.

    Attributes:
        path: of the field.
        text: as printed.
        typed: the value; None where the text is no value of the field's kind.
        evidence: where it is printed.
        probability: the model's, uncalibrated.
        other: what else the same text can mean: the other order of day and month.
        ocr_confidence: of the least sure word.
        witness: who read the words: ``ocr`` or ``text_layer``.
    """

    path: str
    text: str
    typed: Typed | None
    evidence: Evidence
    probability: float
    ocr_confidence: float
    witness: str
    other: Typed | None = None


def locale_of(readings: Sequence[Reading]) -> Locale:
    """Decide from all the lines of a document how it writes dates and amounts."""
    texts = [reading.text_of(line) for reading in readings for line in reading.lines]
    return Locale(region_of(texts), currency_of(texts), decimal_comma(texts), day_first(texts))


def candidate(
    answer: Answer, kind: Kind, readings: Sequence[Reading], locale: Locale
) -> Candidate | None:
    """Ground an answer in words and type it; None for what is printed nowhere.

    Raises:
        VlmError: the model points at a page or at words that are not there.
    """
    found = _locate(answer, readings)
    if found is None:
        return None
    reading, words, alike = found
    if kind is not Kind.TEXT and alike < SAME:
        return None  # nearly the same number is another number
    if kind in GROWING and parse(_text(reading, words), kind, locale) is None:
        words = _grown(reading, words, kind, locale)
    if kind is Kind.MONEY:
        words = _whole_amount(reading, words)
    text = _text(reading, words)
    boxes = [reading.words[i].box for i in words]
    meanings = _meanings(text, kind, locale)
    return Candidate(
        path=answer.path,
        text=text,
        typed=meanings[0] if meanings else None,
        other=meanings[1] if len(meanings) > 1 else None,
        evidence=Evidence(reading.page, union(boxes), words),
        probability=answer.probability * alike,
        ocr_confidence=min(reading.words[i].confidence for i in words),
        witness="text_layer" if reading.engine == "text-layer" else "ocr",
    )


def _grown(reading: Reading, words: tuple[int, ...], kind: Kind, locale: Locale) -> tuple[int, ...]:
    """Widen a span inside its line until it is a value: a model may point at "Mar" alone.

    Returns:
        The narrowest run of words that is a value, or the words as they were.
    """
    first = min(words)
    line = reading.lines[reading.line_of_word[first]]
    last = min(max(words), line.stop - 1)
    runs = [
        range(start, stop)
        for start in range(max(line.start, first - REACH), first + 1)
        for stop in range(last + 1, min(line.stop, last + REACH + 1) + 1)
    ]
    for run in sorted(runs, key=len):
        if parse(_text(reading, tuple(run)), kind, locale) is not None:
            return tuple(run)
    return words


def _whole_amount(reading: Reading, words: tuple[int, ...]) -> tuple[int, ...]:
    """Add the neighbour in the line that holds the rest of an amount.

    That is the word before, where OCR cut an amount behind its point ("15. 40"), and the word
    after, where the model points at a currency sign alone.
    """
    line = reading.lines[reading.line_of_word[words[0]]]
    before, after = words[0] - 1, words[-1] + 1
    first = reading.words[words[0]].text
    if before >= line.start and re.search(r"\d[.,]$", reading.words[before].text):
        return (before, *words) if first[:2].isdigit() else words
    is_sign = not any(c.isalnum() for c in _text(reading, words))
    if is_sign and after < line.stop and any(c.isdigit() for c in reading.words[after].text):
        return (*words, after)
    return words


def _text(reading: Reading, words: tuple[int, ...]) -> str:
    """Return words as printed, joined by spaces."""
    return " ".join(reading.words[i].text for i in words)


def _meanings(text: str, kind: Kind, locale: Locale) -> list[Typed]:
    """Return what ``text`` means; two days where nothing on the page tells their order."""
    typed = parse(text, kind, locale)
    if typed is not None or kind is not Kind.DATE:
        return [] if typed is None else [typed]
    days = list(dict.fromkeys(c.day for c in parse_dates(text, region=locale.region)))
    return [*days] if len(days) == 2 else []


def parse(text: str, kind: Kind, locale: Locale) -> Typed | None:
    """Type ``text`` as printed; None where it is no value of this kind."""
    match kind:
        case Kind.TEXT:
            return text if any(c.isalnum() for c in text) else None
        case Kind.MONEY:
            if locale.currency in NO_CENTS:  # OCR takes the comma of 16,200 for a point
                text = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", text)
            amount = parse_amount(text, decimal_comma=locale.decimal_comma)
            return None if amount is None else Money(amount, locale.currency)
        case Kind.DATE:
            return parse_date(text, day_first=locale.day_first, region=locale.region)
        case Kind.TIME:
            return parse_time(text)
        case Kind.PHONE:
            return parse_phone(text, locale.region)
        case Kind.NUMBER:
            return parse_quantity(text, decimal_comma=locale.decimal_comma)
        case _:
            assert_never(kind)


def _locate(
    answer: Answer, readings: Sequence[Reading]
) -> tuple[Reading, tuple[int, ...], float] | None:
    """Return the reading and the words that an answer points at or quotes, and how alike they are.

    Raises:
        VlmError: the model points at a page or at words that are not there.
    """
    if answer.span is None:
        grounded = [(ground(answer.text or "", reading), reading) for reading in readings]
        found = [(g.similarity, g.words, reading) for g, reading in grounded if g is not None]
        if not found:
            return None
        alike, words, reading = max(found, key=lambda f: f[0])
        return reading, words, alike
    page, words = answer.span.page, answer.span.words
    pointed = next((r for r in readings if r.page == page), None)
    if pointed is None or not words or not all(0 <= i < len(pointed.words) for i in words):
        raise VlmError(f"the model points at words {words} of page {page}, which are not there")
    return pointed, words, 1.0
