"""The protocol that every vision-language model meets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # whoever only wants to know what a schema asks for needs no numpy
    from docai.document import Page
    from docai.geometry import Box
    from docai.reading import Reading
    from docai.table import Table
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


class Mode(StrEnum):
    """Where the value of a field may come from."""

    COPY = "copy"  # words of one page, as OCR read them
    CORRECT = "correct"  # the same, with at most one letter of each word put right
    CHOOSE = "choose"  # one of the schema's own values
    FREE = "free"  # the model's own words: never evidence, and marked so


class Origin(StrEnum):
    """Where a value does come from."""

    COPIED = "copied"  # words of a page, letter for letter
    CORRECTED = "corrected"  # words of a page, at least one of them put right
    CHOSEN = "chosen"  # one of the schema's own values
    WRITTEN = "written"  # the model's own words; nothing on a page bears them out
    EMBEDDED = "embedded"  # the e-invoice inside the file alone; no page bears it out


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf of the schema, as a generating model is asked for it.

    Attributes:
        path: ``total``; ``items[].price`` for a column of rows.
        kind: how its value is typed: ``text``, ``money``, ``date``, ``time``, ``phone``,
            ``number``, ``boolean`` or ``choice``.
        description: what the schema says of it; may be empty.
        mode: where its value may come from.
        choices: the values to choose from, as compact JSON, where the mode is to choose.
        min_length: of a text, in characters; what is copied is held to it by `Printed`.
        max_length: of a text, in characters; None where the schema sets no bound.
        max_rows: of the list that a column belongs to; None where the schema sets no bound.
        aliases: other names of it that the schema gives, such as what forms print for it.
    """

    path: str
    kind: str
    description: str = ""
    mode: Mode = Mode.COPY
    choices: tuple[str, ...] = ()
    min_length: int = 0
    max_length: int | None = None
    max_rows: int | None = None
    aliases: tuple[str, ...] = ()


Printed = Callable[[Field], tuple[Span, ...] | None]
"""Where a value of a field may stand: the spans that print one of its kind; None: any words."""


def any_words(_: Field) -> None:
    """Let every field be any run of words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says about one field.

    Attributes:
        path: the field, such as ``total`` or ``items[0].price``.
        probability: the model's own estimate that the answer is right, in [0, 1], uncalibrated.
        span: where the model points, or where what it copied is printed.
        text: what the model wrote, if it writes instead of pointing. JSON where the origin is
            CHOSEN (``"red"``, ``true``), plain text otherwise.
        origin: where the value comes from.
        witness: which model says so: ``vlm``, or ``builtin`` where two models are asked.
        rest: where a text goes on, on later pages.
        mark: where on a page something is drawn that bears the answer out, such as a ticked box:
            the page's number and a box in pixels of its picture.
    """

    path: str
    probability: float
    span: Span | None = None
    text: str | None = None
    origin: Origin = Origin.COPIED
    witness: str = "vlm"
    rest: tuple[Span, ...] = ()
    mark: "tuple[int, Box] | None" = None


@dataclass(frozen=True, slots=True)
class Question:
    """What to find on which pages.

    Attributes:
        schema: JSON Schema of the answer.
        readings: what OCR read, one per page, in page order.
        tokens: image tokens of the same pages, in the same order.
        fields: the leaves of the schema, in its order; columns of one list stand together.
        printed: where values of a field may stand.
    """

    schema: Mapping[str, Any]
    readings: "tuple[Reading, ...]"
    tokens: "tuple[ImageTokens, ...]"
    fields: tuple[Field, ...] = ()
    printed: Printed = field(default=any_words, compare=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said.

    Attributes:
        answers: candidates per field; several for the same path are alternatives, best first.
            A field without any is absent in the model's view.
        unasked: fields of the schema that this model was never taught and did not look for.
        stop: why the model stopped: ``end``, or ``length`` where it was cut off.
        looked: for each of several witnesses the fields it looked for (``total``,
            ``items[].price``); empty where one model was asked.
        tables: on all pages, in order.
    """

    answers: tuple[Answer, ...]
    unasked: tuple[str, ...] = ()
    stop: str = "end"
    looked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tables: "tuple[Table, ...]" = ()


class Vlm(Protocol):
    """Says what the words on a page mean. Loaded once; one thread at a time."""

    @property
    def name(self) -> str:
        """Model and revision; recorded in every result."""
        ...

    def encode(self, page: "Page") -> "ImageTokens":
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
