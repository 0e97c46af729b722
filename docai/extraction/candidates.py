"""Candidates: what a model points at or writes, with its evidence and its typed value."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from rapidfuzz.distance import Levenshtein

from docai.errors import VlmError
from docai.extraction.fields import Kind, Leaf
from docai.extraction.ground import exact, ground
from docai.extraction.leaves import compact
from docai.extraction.meaning import Locale, meanings, parse
from docai.extraction.numbers import is_iban
from docai.extraction.result import Evidence
from docai.extraction.typed import Typed
from docai.geometry import union
from docai.reading import Reading
from docai.vlm.engine import Answer, Mode, Origin, Span

GROWING = frozenset({Kind.DATE, Kind.TIME, Kind.PHONE})  # their values have a form of their own
WORDS = frozenset({Kind.TEXT, Kind.CHOICE})  # of which a letter more or less may be a slip
SAME = 0.999  # similarity of what a model wrote with what is printed, where digits count
MISREAD = 0.5  # of its probability keeps a number whose check digits are wrong
REACH = 3  # words that such a value may be widened by at each end


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible value of a field.

    Attributes:
        path: of the field.
        text: as printed; None where nothing printed bears the value out.
        typed: the value; None where the text is no value of the field's kind.
        evidence: where it is printed, or drawn, such as a ticked box, which has no words; None
            where nothing on a page bears the value out.
        probability: the model's, uncalibrated; of several that agree, of any being right.
        ocr_confidence: of the least sure word; 1 where there is none.
        witness: who read the words: ``ocr`` or ``text_layer``; None where there are none.
        other: what else the same text can mean: the other order of day and month.
        origin: whether it is copied, or put right, chosen or written by a model.
        said: the models that say so, ``vlm`` and ``builtin``, each with its own probability.
        rest: where a text goes on, on later pages.
        legibility: of the page it is printed on, see `docai.quality.Quality.legibility`.
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
    rest: tuple[Evidence, ...] = ()
    legibility: float = 1.0

    @property
    def witnesses(self) -> tuple[str, ...]:
        """Who says so: a reader, if anything is printed, and the models."""
        return ((self.witness,) if self.witness else ()) + tuple(self.said)


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
        case Origin.EMBEDDED:
            return None  # no model says that: see `embedded`
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
    if answer.rest and kind is Kind.TEXT:
        return _going_on(answer, (reading, words), leaf, readings, locale)
    meant = meanings(_text(reading, words), leaf, locale)
    copied = _printed(answer, reading, words, meant, alike)
    if leaf.form == "iban" and isinstance(copied.typed, str) and not is_iban(copied.typed):
        return replace(copied, probability=MISREAD * copied.probability)
    return copied


def _going_on(
    answer: Answer,
    first: tuple[Reading, tuple[int, ...]],
    leaf: Leaf,
    readings: Sequence[Reading],
    locale: Locale,
) -> Candidate:
    """Return a text that goes on on later pages as a candidate, with a piece of evidence per page.

    Raises:
        VlmError: the model points at a page or at words that are not there.
    """
    pieces = [first, *(_pointed(span, readings) for span in answer.rest)]
    text = " ".join(_text(reading, words) for reading, words in pieces)
    alone = _printed(answer, *first, meanings(text, leaf, locale), 1.0)
    rest = tuple(_evidence(reading, words) for reading, words in pieces[1:])
    least = min(r.words[i].confidence for r, words in pieces for i in words)
    return replace(alone, text=text, rest=rest, ocr_confidence=least)


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
    """Return a choice as a candidate, with evidence where it is drawn or its words are printed.

    Raises:
        VlmError: the model points at a page or at words that are not there.
    """
    try:
        typed: Typed = json.loads(answer.text or "")
    except (ValueError, RecursionError):
        return None
    if compact(typed) not in leaf.field.choices:
        return None
    if answer.mark is not None:
        return _drawn(answer, typed, readings)
    if answer.span is not None:  # such as "ja", where true is chosen
        found = _locate(answer, readings)
        return found and _printed(answer, found[0], found[1], [typed], 1.0, Origin.CHOSEN)
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
    probability = answer.probability * alike
    return Candidate(
        path=answer.path,
        text=_text(reading, words),
        typed=meant[0] if meant else None,
        other=meant[1] if len(meant) > 1 else None,
        evidence=_evidence(reading, words),
        probability=probability,
        ocr_confidence=min(reading.words[i].confidence for i in words),
        witness="text_layer" if reading.engine == "text-layer" else "ocr",
        origin=origin,
        said={answer.witness: probability},
        legibility=1.0 if reading.quality is None else reading.quality.legibility,
    )


def _evidence(reading: Reading, words: tuple[int, ...]) -> Evidence:
    """Return where some words are printed."""
    return Evidence(reading.page, union(reading.words[i].box for i in words), words)


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


def _drawn(answer: Answer, typed: Typed, readings: Sequence[Reading]) -> Candidate:
    """Return a candidate that a mark bears out, such as a ticked box; it is no word.

    Raises:
        VlmError: the model points at a page that is not there.
    """
    assert answer.mark is not None  # who calls has looked
    page, box = answer.mark
    if all(reading.page != page for reading in readings):
        raise VlmError(f"the model points at a mark on page {page}, which is not there")
    return replace(_unprinted(answer, typed), evidence=Evidence(page, box, ()))


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
    return *_pointed(answer.span, readings), 1.0


def _pointed(span: Span, readings: Sequence[Reading]) -> tuple[Reading, tuple[int, ...]]:
    """Return the reading and the words that a model points at.

    Raises:
        VlmError: they are not there.
    """
    page, words = span.page, span.words
    pointed = next((r for r in readings if r.page == page), None)
    if pointed is None or not words or not all(0 <= i < len(pointed.words) for i in words):
        raise VlmError(f"the model points at words {words} of page {page}, which are not there")
    return pointed, words
