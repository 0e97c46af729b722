"""Lessons: what a model is asked about a part of a document, and what it should have replied."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from docai.document import Document, Page
from docai.errors import DocaiError
from docai.extraction.fields import Schema
from docai.extraction.meaning import locale_of
from docai.extraction.printed import Printed
from docai.finetune.documents import Taught
from docai.finetune.replies import reply
from docai.load import load_path
from docai.ocr.engine import OcrEngine
from docai.reading import Reading
from docai.vlm.engine import Field, Question
from docai.vlm.huggingface.model import HuggingFaceVlm
from docai.vlm.prompt import prompt
from docai.vlm.windows import windows
from docai.vlm.writer import Prompt

KEPT = 32  # documents whose pictures are kept in memory


@dataclass(frozen=True, slots=True)
class Lesson:
    """One window of a document, as the model is asked about it when it reads.

    Attributes:
        path: of the document's file.
        pages: numbers of the pages that it is shown.
        prompt: what it is told.
        reply: what it should have written.
    """

    path: Path
    pages: tuple[int, ...]
    prompt: Prompt
    reply: str

    def shown(self) -> list[Page]:
        """Return the pages, with their pictures.

        Raises:
            LoadError: the file has gone or changed.
        """
        every = {page.number: page for page in _load(self.path).pages}
        return [every[number] for number in self.pages]


@dataclass
class Tally:
    """What became of the documents that lessons were made of.

    Attributes:
        lessons: how many were made.
        values: how many values are to be written in them.
        left_out: documents without a lesson, by why.
    """

    lessons: int = 0
    values: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        said = f"{self.lessons} lessons with {self.values} values"
        reasons = ", ".join(f"{count} {why}" for why, count in self.left_out.most_common())
        return f"{said}; left out: {reasons}" if reasons else said


def lessons(
    taught: Iterable[Taught], schema: Schema, ocr: OcrEngine, vlm: HuggingFaceVlm, tally: Tally
) -> Iterator[Lesson]:
    """Make the lessons of some documents; those that cannot be read are left out and counted.

    Args:
        taught: documents with their values.
        schema: what is asked for, as far as a document's values are known.
        ocr: reads pages.
        vlm: to be taught; tells what fits into one prompt.
        tally: is told what became of each document.

    Raises:
        VlmError: the model failed, or its prompts are too long for it.
    """
    for one in taught:
        try:
            document = load_path(one.path)
            readings = tuple(ocr.read(page) for page in document.pages)
        except DocaiError as error:
            tally.left_out[type(error).__name__] += 1
            continue
        known = [f for f in schema.fields if f.path.partition("[].")[0] in one.values]
        if not known or not any(reading.words for reading in readings):
            tally.left_out["without words or values"] += 1
            continue
        for lesson, num_values in _of_document(one, document, readings, known, schema, vlm):
            tally.lessons += 1
            tally.values += num_values
            yield lesson


def _of_document(
    taught: Taught,
    document: Document,
    readings: tuple[Reading, ...],
    fields: Sequence[Field],
    schema: Schema,
    vlm: HuggingFaceVlm,
) -> Iterator[tuple[Lesson, int]]:
    """Yield a lesson per window of a document, and how many values it has."""
    printed = Printed(schema, readings, locale_of(readings))
    tokens = tuple(vlm.encode(page) for page in document.pages)
    question = Question(schema.json_schema, readings, tokens, tuple(fields), printed)
    for window in windows(question, vlm):
        text = reply(fields, window.excerpts, taught.values, printed)
        lesson = Lesson(
            taught.path,
            tuple(excerpt.reading.page for excerpt in window.excerpts),
            prompt(fields, window.excerpts, window.style),
            text,
        )
        yield lesson, _num_values(json.loads(text))


def _num_values(replied: Any) -> int:
    """Return how many values there are in a reply."""
    if isinstance(replied, dict):
        return sum(map(_num_values, replied.values()))
    if isinstance(replied, list):
        return sum(map(_num_values, replied))
    return int(replied is not None)


@lru_cache(maxsize=KEPT)
def _load(path: Path) -> Document:
    """Load a document, unless it was among the last."""
    return load_path(path)
