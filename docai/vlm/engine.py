"""The protocol that every vision-language model meets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from docai.document import Page
from docai.reading import Reading
from docai.vlm.tokens import ImageTokens


@dataclass(frozen=True, slots=True)
class Span:
    """Words on one page that a model points at.

    Attributes:
        page: the page's number, from 1.
        words: indices into the ``words`` of that page's reading, in the order they are to be read.
    """

    page: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says about one field.

    Attributes:
        path: the field, such as ``total`` or ``items[0].price``.
        probability: the model's own estimate that the answer is right, in [0, 1], uncalibrated.
        span: where the model points, if it can point.
        text: what the model wrote, if it writes instead of pointing.
    """

    path: str
    probability: float
    span: Span | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What to find on which pages.

    Attributes:
        schema: JSON Schema of the answer.
        readings: what OCR read, one per page, in page order.
        tokens: image tokens of the same pages, in the same order.
    """

    schema: Mapping[str, Any]
    readings: tuple[Reading, ...]
    tokens: tuple[ImageTokens, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said.

    Attributes:
        answers: candidates per field; several for the same path are alternatives, best first.
            A field without any is absent in the model's view.
        unasked: fields of the schema that this model was never taught and did not look for.
        stop: why the model stopped: ``end`` or ``length``.
    """

    answers: tuple[Answer, ...]
    unasked: tuple[str, ...] = ()
    stop: str = "end"


class Vlm(Protocol):
    """Says what the words on a page mean. Loaded once; one thread at a time."""

    @property
    def name(self) -> str:
        """Model and revision; recorded in every result."""
        ...

    def encode(self, page: Page) -> ImageTokens:
        """Turn ``page`` into image tokens, which depend on the page alone.

        Raises:
            VlmError: the model is not installed or failed.
        """
        ...

    def answer(self, question: Question) -> Reply:
        """Find the fields of ``question.schema`` on its pages.

        Raises:
            VlmError: the image tokens come from another model, or the model failed.
        """
        ...
