"""Reading the evidence of found fields a second time, and what else it may say.

What clearly reads better replaces the first reading, so that values and evidence keep agreeing.
What merely might be printed becomes a proposal where it would make a failed check right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

from docai.document import Document, Page
from docai.extraction.check import propose
from docai.extraction.fields import Kind, Schema
from docai.extraction.meaning import locale_of
from docai.extraction.money import parse_amount
from docai.extraction.result import Extraction, Money, Value
from docai.extraction.tendered import tendered_of
from docai.ocr.second_look import Candidate, FieldKind, SecondLook, improved
from docai.reading import Reading

_KINDS: Mapping[Kind, FieldKind] = {
    Kind.TEXT: "text",
    Kind.MONEY: "amount",
    Kind.DATE: "date",
}

Alternatives = Mapping[str, Sequence[tuple[str, Decimal]]]
"""For a path, what else OCR reads there: (text, amount), likeliest first."""


@dataclass(frozen=True)
class SecondReading:
    """What a second look brought.

    Attributes:
        readings: in page order, better where a line clearly read better.
        candidates: everything each line may say, by page and index of the line.
    """

    readings: tuple[Reading, ...]
    candidates: Mapping[tuple[int, int], Sequence[Candidate]]


def look_again(
    document: Document,
    schema: Schema,
    readings: Sequence[Reading],
    extraction: Extraction,
    second_look: SecondLook,
) -> SecondReading:
    """Read the lines again that hold the evidence of scalar fields, page by page.

    Raises:
        OcrError: the OCR engine failed.
    """
    wanted: dict[int, dict[int, FieldKind]] = defaultdict(dict)
    by_page = {reading.page: reading for reading in readings if reading.engine != "text-layer"}
    for path, value in extraction.fields.items():
        kind = _KINDS.get(schema.kind(path)) if "[" not in path else None
        if kind and schema.leaf(path).form == "currency":
            continue  # a sign, and whole lines of amounts beside it
        for number, line in _lines_of(value, by_page) if kind else ():
            wanted[number].setdefault(line, kind)  # type: ignore[arg-type]
    candidates: dict[tuple[int, int], Sequence[Candidate]] = {}
    for page, reading in zip(document.pages, readings, strict=True):
        if page.number in wanted:
            candidates |= _read_lines(page, reading, wanted[page.number], second_look)
    return SecondReading(tuple(_better(r, candidates) for r in readings), candidates)


def with_proposals(
    extraction: Extraction, readings: Sequence[Reading], second: SecondReading
) -> Extraction:
    """Return ``extraction`` with proposals for the checks that fail."""
    if not extraction.problems:
        return extraction
    locale = locale_of(readings)
    tendered = tendered_of(readings, decimal_comma=locale.decimal_comma)
    others = _alternatives(extraction, readings, second, locale.decimal_comma)
    problems = tuple(
        propose(problem, extraction.fields, others, tendered=tendered)
        for problem in extraction.problems
    )
    return replace(extraction, problems=problems)


def respelt(words: Sequence[str], text: str) -> list[str] | None:
    """Cut ``text`` into the same words as the line has.

    Where both have as many words, each takes the place of the other. Where only the spaces lie
    otherwise, letters are handed out by their place.

    Returns:
        One text per word; None where it is unclear which letter belongs to which word.
    """
    pieces = text.split()
    if len(pieces) == len(words):
        return pieces
    letters = "".join(pieces)
    if len(letters) != sum(len(word) for word in words):
        return None
    ends = list(accumulate(len(word) for word in words))
    return [letters[end - len(word) : end] for word, end in zip(words, ends, strict=True)]


def _read_lines(
    page: Page, reading: Reading, lines: Mapping[int, FieldKind], second_look: SecondLook
) -> dict[tuple[int, int], Sequence[Candidate]]:
    """Read some lines of one page again; its picture is fetched here, once, and let go."""
    picture = page.picture
    out: dict[tuple[int, int], Sequence[Candidate]] = {}
    for number, kind in lines.items():
        line = reading.lines[number]
        first = [reading.text_of(line)]
        [out[reading.page, number]] = second_look.read_again(picture, [line.polygon], kind, first)
    return out


def _lines_of(value: Value, by_page: Mapping[int, Reading]) -> Iterable[tuple[int, int]]:
    """Yield page and line of the evidence of a value, of pages that OCR read."""
    for piece in value.evidence:
        if piece.page in by_page:
            for line in dict.fromkeys(by_page[piece.page].line_of_word[i] for i in piece.words):
                yield piece.page, line


def _better(reading: Reading, candidates: Mapping[tuple[int, int], Sequence[Candidate]]) -> Reading:
    """Replace the words of lines that clearly read better."""
    words = list(reading.words)
    for (page, number), found in candidates.items():
        if page != reading.page or not found:
            continue
        line = reading.lines[number]
        first = reading.text_of(line)
        texts = respelt([w.text for w in words[line.start : line.stop]], improved(first, found))
        for i, text in zip(range(line.start, line.stop), texts or (), strict=False):
            words[i] = replace(words[i], text=text)
    return reading if tuple(words) == reading.words else replace(reading, words=tuple(words))


def _alternatives(
    extraction: Extraction,
    readings: Sequence[Reading],
    second: SecondReading,
    decimal_comma: bool | None,
) -> Alternatives:
    """Return the other amounts that the lines of found amounts may show."""
    by_page = {reading.page: reading for reading in readings}
    out: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for path, value in extraction.fields.items():
        if not isinstance(value.typed, Money):
            continue
        for page, number in _lines_of(value, by_page):
            for candidate in second.candidates.get((page, number), ()):
                text = _there(by_page[page], number, value, candidate.text)
                amount = parse_amount(text, decimal_comma=decimal_comma) if text else None
                if amount is not None and amount != value.typed.amount:
                    out[path].append((text, amount))
    return {path: list(dict.fromkeys(found)) for path, found in out.items()}


def _there(reading: Reading, number: int, value: Value, line_text: str) -> str:
    """Return what ``line_text`` says at the words of ``value``; empty where that is unclear."""
    line = reading.lines[number]
    texts = respelt([w.text for w in reading.words[line.start : line.stop]], line_text)
    if texts is None:
        return ""
    words = value.evidence[0].words
    return " ".join(texts[i - line.start] for i in words if line.start <= i < line.stop)
