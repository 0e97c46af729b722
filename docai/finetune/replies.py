"""What a model should have replied: gold values in the words that OCR read.

The language of replies is that of `docai.vlm.grammar`: one compact JSON object, the keys in the
order of the fields, each null or text as it is printed. A value that OCR did not read is null:
the grammar would let no model write it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docai import metrics
from docai.extraction.ground import ground, letters
from docai.vlm.engine import Field, Mode, Printed, Span, any_words
from docai.vlm.layout_text import range_of_words
from docai.vlm.window import Excerpt
from docai.vlm.word_graph import WordGraph

LEAST_ALIKE = 0.75  # of the words of a page with a gold text; OCR reads some letters wrong
LONGEST_RUN = 8  # words of an amount, a date, a time or a phone number


def reply(
    fields: Sequence[Field],
    excerpts: Sequence[Excerpt],
    values: Mapping[str, Any],
    printed: Printed = any_words,
) -> str:
    """Return the reply that ``values`` ask for.

    Args:
        fields: in the order of the reply; columns of one list stand together.
        excerpts: what the model is shown of the pages.
        values: per field what is right; rows for a list of objects. See `Taught.values`.
        printed: where values of a field may stand.
    """
    page = _Print(excerpts, printed)
    written: dict[str, Any] = {}
    for field in fields:
        name, is_column, column = field.path.partition("[].")
        gold = values.get(name)
        if not is_column:
            written[name] = page.leaf(field, gold)
            continue
        rows = written.setdefault(name, [{} for _ in gold or ()])
        for row, cells in zip(rows, gold or (), strict=True):
            row[column] = page.leaf(field, cells.get(column))
    for name, value in written.items():
        if isinstance(value, list):  # rows of which nothing is printed here
            written[name] = [row for row in value if any(c is not None for c in row.values())]
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


class _Print:
    """Knows what is printed in some excerpts, and so what can be copied from them."""

    def __init__(self, excerpts: Sequence[Excerpt], printed: Printed) -> None:
        self._inside = [(excerpt.reading, range_of_words(excerpt)) for excerpt in excerpts]
        self._excerpts = excerpts
        self._graph = WordGraph(excerpts)
        self._printed = printed

    def leaf(self, field: Field, gold: Any) -> Any:
        """Return what is written for one value: None, words of a page, or one of the choices."""
        for one in gold if isinstance(gold, list) else [gold]:
            if one is None:
                continue
            if field.mode is Mode.FREE:
                return str(one)
            if field.mode is Mode.CHOOSE:
                choice = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
                return one if choice in field.choices else None
            found = self._copied(field, one)
            if found is not None:
                return found
        return None

    def _copied(self, field: Field, gold: Any) -> str | None:
        """Return the words that print a value."""
        spans = self._printed(field)
        if spans is not None:
            return _meaning(field, gold, self._texts(spans))
        if field.kind in ("text", "phone"):
            return self._alike(str(gold))
        return _meaning(field, gold, self._runs())

    def _alike(self, gold: str) -> str | None:
        """Return the run of words that is most alike a text; None where none is much alike."""
        best, most = None, LEAST_ALIKE
        for reading, inside in self._inside:
            found = ground(gold, reading)
            for run in _unbroken([] if found is None else [w for w in found.words if w in inside]):
                text = " ".join(reading.words[i].text for i in run)
                alike = metrics.similarity(gold, text)
                if alike >= most and self._graph.spans(text):
                    best, most = text, alike
        return best

    def _texts(self, spans: Sequence[Span]) -> Iterator[str]:
        """Yield the texts of those spans that lie in the excerpts."""
        inside = {reading.page: (reading, words) for reading, words in self._inside}
        for span in spans:
            reading, words = inside.get(span.page, (None, range(0)))
            if reading is not None and all(word in words for word in span.words):
                yield " ".join(reading.words[i].text for i in span.words)

    def _runs(self) -> Iterator[str]:
        """Yield the texts of all short runs of words inside a line, shortest first."""
        for length in range(1, LONGEST_RUN + 1):
            for excerpt in self._excerpts:
                for line in (excerpt.reading.lines[number] for number in excerpt.lines):
                    for start in range(line.start, line.stop - length + 1):
                        words = excerpt.reading.words[start : start + length]
                        yield " ".join(word.text for word in words)


def _unbroken(words: Sequence[int]) -> Iterator[list[int]]:
    """Yield the runs of neighbouring words in a span: a reply copies none with gaps."""
    run: list[int] = []
    for word in words:
        if run and word != run[-1] + 1:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _meaning(field: Field, gold: Any, runs: Iterator[str]) -> str | None:
    """Return the text that means the gold value; of several the one that looks like it."""
    hits = [text for text in runs if _means(field, gold, text)]
    wanted = letters(str(gold))
    return min(hits, key=lambda text: (letters(text) != wanted, len(text)), default=None)


def _means(field: Field, gold: Any, text: str) -> bool:
    """Tell whether a printed text means a gold value."""
    match field.kind:
        case "money" | "number":
            amount = metrics.amount(gold)
            return amount is not None and amount == metrics.amount(text)
        case "date":
            return bool(metrics.days(gold) & metrics.days(text))
        case "time":
            clock = metrics.clock(gold)
            return clock is not None and clock == metrics.clock(text)
        case _:
            return bool(letters(str(gold))) and letters(str(gold)) == letters(text)
