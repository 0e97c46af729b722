"""Candidates: what a model points at or writes, with its evidence and its typed value."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from rapidfuzz.distance import Levenshtein

from docai.errors import VlmError
from docai.extraction.check import NO_CENTS
from docai.extraction.fields import Kind, Leaf
from docai.extraction.ground import exact, ground, letters
from docai.extraction.leaves import compact
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
from docai.extraction.result import Evidence
from docai.extraction.typed import Money, Typed
from docai.geometry import union
from docai.reading import Reading
from docai.vlm.engine import Answer, Mode, Origin

GROWING = frozenset({Kind.DATE, Kind.TIME, Kind.PHONE})  # their values have a form of their own
WORDS = frozenset({Kind.TEXT, Kind.CHOICE})  # of which a letter more or less may be a slip
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
        text: as printed; None where nothing printed bears the value out.
        typed: the value; None where the text is no value of the field's kind.
        evidence: where it is printed; None as for ``text``.
        probability: the model's, uncalibrated; of several that agree, of any being right.
        ocr_confidence: of the least sure word; 1 where there is none.
        witness: who read the words: ``ocr`` or ``text_layer``; None where there are none.
        other: what else the same text can mean: the other order of day and month.
        origin: whether it is copied, or put right, chosen or written by a model.
        said: the models that say so, ``vlm`` and ``builtin``, each with its own probability.
    """

    path: str
    text: str | None
    typed: Typed | None
    evidence: Evidence | None
    probability: float
    ocr_confidence: float
    witness: str | None
    other: Typed | None = None
    origin: Origin = Origin.COPIED
    said: Mapping[str, float] = field(default_factory=dict)

    @property
    def witnesses(self) -> tuple[str, ...]:
        """Who says so: a reader, if anything is printed, and the models."""
        return ((self.witness,) if self.witness else ()) + tuple(self.said)


def locale_of(readings: Sequence[Reading]) -> Locale:
    """Decide from all the lines of a document how it writes dates and amounts."""
    texts = [reading.text_of(line) for reading in readings for line in reading.lines]
    return Locale(region_of(texts), currency_of(texts), decimal_comma(texts), day_first(texts))


def candidate(
    answer: Answer, leaf: Leaf, readings: Sequence[Reading], locale: Locale
) -> Candidate | None:
    """Ground an answer in words and type it.

    Returns:
        None for what is printed nowhere, and for what the field does not allow to come from where
        the answer says it does: a model that writes where it has to copy is not heard.

    Raises:
        VlmError: the model points at a page or at words that are not there.
    """
    mode = leaf.field.mode
    match answer.origin:
        case Origin.COPIED:
            return _copied(answer, leaf, readings, locale)
        case Origin.CORRECTED:
            return _corrected(answer, leaf, readings, locale) if mode is Mode.CORRECT else None
        case Origin.CHOSEN:
            return _chosen(answer, leaf, readings) if mode is Mode.CHOOSE else None
        case Origin.WRITTEN:
            return _written(answer, leaf, locale) if mode is Mode.FREE else None
        case _:
            assert_never(answer.origin)


def _copied(
    answer: Answer, leaf: Leaf, readings: Sequence[Reading], locale: Locale
) -> Candidate | None:
    """Return what an answer points at, or quotes, as a candidate."""
    found, kind = _locate(answer, readings), leaf.kind
    if found is None:
        return None
    reading, words, alike = found
    if kind not in WORDS and alike < SAME:
        return None  # nearly the same number is another number
    if kind in GROWING and parse(_text(reading, words), leaf, locale) is None:
        words = _grown(reading, words, leaf, locale)
    if kind is Kind.MONEY:
        words = _whole_amount(reading, words)
    meant = meanings(_text(reading, words), leaf, locale)
    return _printed(answer, reading, words, meant, alike)


def _corrected(
    answer: Answer, leaf: Leaf, readings: Sequence[Reading], locale: Locale
) -> Candidate | None:
    """Return what a model put right as a candidate, with what is printed as its evidence."""
    found = _locate(answer, readings)
    if found is None or answer.text is None:
        return None
    reading, words, _ = found
    before, after = [reading.words[i].text for i in words], answer.text.split(" ")
    if len(before) != len(after) or any(map(_differs, before, after)):
        return None  # another word, not a slip in one
    meant = meanings(answer.text, leaf, locale)
    origin = Origin.COPIED if before == after else Origin.CORRECTED
    return _printed(answer, reading, words, meant, 1.0, origin)


def _differs(printed: str, corrected: str) -> bool:
    """Tell whether two words are apart by more than a character."""
    return Levenshtein.distance(printed, corrected, score_cutoff=1) > 1


def _chosen(answer: Answer, leaf: Leaf, readings: Sequence[Reading]) -> Candidate | None:
    """Return a choice as a candidate, with evidence where its words are printed."""
    try:
        typed: Typed = json.loads(answer.text or "")
    except (ValueError, RecursionError):
        return None
    if compact(typed) not in leaf.field.choices:
        return None
    for reading in readings:
        words = exact(str(typed), reading) if isinstance(typed, str) else None
        if words is not None:
            return _printed(answer, reading, words, [typed], 1.0, Origin.CHOSEN)
    return _unprinted(answer, typed)


def _written(answer: Answer, leaf: Leaf, locale: Locale) -> Candidate | None:
    """Return what a model says in its own words; None where that is no value of the kind."""
    meant = meanings(answer.text or "", leaf, locale)
    return _unprinted(answer, meant[0]) if meant else None


def _printed(
    answer: Answer,
    reading: Reading,
    words: tuple[int, ...],
    meant: Sequence[Typed],
    alike: float,
    origin: Origin = Origin.COPIED,
) -> Candidate:
    """Return a candidate with its evidence."""
    boxes = [reading.words[i].box for i in words]
    probability = answer.probability * alike
    return Candidate(
        path=answer.path,
        text=_text(reading, words),
        typed=meant[0] if meant else None,
        other=meant[1] if len(meant) > 1 else None,
        evidence=Evidence(reading.page, union(boxes), words),
        probability=probability,
        ocr_confidence=min(reading.words[i].confidence for i in words),
        witness="text_layer" if reading.engine == "text-layer" else "ocr",
        origin=origin,
        said={answer.witness: probability},
    )


def _unprinted(answer: Answer, typed: Typed) -> Candidate:
    """Return a candidate that nothing on a page bears out."""
    said = {answer.witness: answer.probability}
    return Candidate(
        answer.path,
        None,
        typed,
        None,
        answer.probability,
        ocr_confidence=1.0,
        witness=None,
        origin=answer.origin,
        said=said,
    )


def _grown(reading: Reading, words: tuple[int, ...], leaf: Leaf, locale: Locale) -> tuple[int, ...]:
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
        if parse(_text(reading, tuple(run)), leaf, locale) is not None:
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


def meanings(text: str, leaf: Leaf, locale: Locale) -> list[Typed]:
    """Return what ``text`` means; two days where nothing on the page tells their order."""
    typed = parse(text, leaf, locale)
    if typed is not None or leaf.kind is not Kind.DATE:
        return [] if typed is None else [typed]
    days = list(dict.fromkeys(c.day for c in parse_dates(text, region=locale.region)))
    return [*days] if len(days) == 2 else []


def parse(text: str, leaf: Leaf, locale: Locale) -> Typed | None:
    """Type ``text`` as printed; None where it is no value of this kind."""
    match leaf.kind:
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
            return _number(text, leaf, locale)
        case Kind.BOOLEAN | Kind.CHOICE:
            return _choice(text, leaf)
        case _:
            assert_never(leaf.kind)


def _number(text: str, leaf: Leaf, locale: Locale) -> Decimal | None:
    """Return how many, or else the one amount or share that is printed."""
    many = parse_quantity(text, decimal_comma=locale.decimal_comma)
    if many is not None or leaf.is_quantity:
        return many
    return parse_amount(text.replace("%", ""), decimal_comma=locale.decimal_comma)


def _choice(text: str, leaf: Leaf) -> str | None:
    """Return the choice of which ``text`` has the letters; None where none or several are."""
    texts = [json.loads(choice) for choice in leaf.field.choices if choice.startswith('"')]
    alike = [choice for choice in texts if letters(choice) == letters(text) != ""]
    return alike[0] if len(alike) == 1 else None


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
