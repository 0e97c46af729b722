"""What kind of document this is, and so which schema it is read with.

A kind is the name of a schema, or ``other``. Nobody guesses: a kind that is not sure enough chooses
no schema, and a person is told. What tells kinds from each other is in `docai.classifiers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docai.extraction.fields import Schema
from docai.extraction.kind import DocumentKind
from docai.extraction.result import Problem

if TYPE_CHECKING:
    from docai.document import Document
    from docai.reading import Reading
    from docai.vlm.tokens import ImageTokens

AUTO = "auto"
OTHER = "other"
SURE = 0.8  # below it a kind is not sure enough to choose a schema


ANY_KIND = Schema(AUTO, 1, {"type": "object"}, {}, {}, {}, False)
"""Asks for the schema of whatever kind a document is: what ``--schema auto`` means."""


def asks_any(schema: Schema) -> bool:
    """Tell whether a schema leaves the choice to the document; one of the user's own has fields."""
    return schema.name == AUTO and not schema.leaves


class Classifier(Protocol):
    """Tells kinds of documents. Loaded once; one thread at a time."""

    @property
    def name(self) -> str:
        """Model and revision."""
        ...

    def kind(
        self,
        document: "Document",
        readings: "Sequence[Reading]",
        tokens: "Sequence[ImageTokens]",
    ) -> DocumentKind:
        """Tell what kind of document this is.

        Args:
            document: its pages' pictures may be looked at, one page at a time.
            readings: one per page, in page order.
            tokens: image tokens of the same pages, by whichever model; used if they fit.

        Raises:
            VlmError: the model failed.
        """
        ...


@dataclass(frozen=True)
class Kinds:
    """Chooses the schema of a document by its kind.

    Attributes:
        classifier: tells kinds.
        schemas: to choose from; their names are the kinds.
    """

    classifier: Classifier
    schemas: tuple[Schema, ...]

    def choose(
        self,
        document: "Document",
        readings: "Sequence[Reading]",
        tokens: "Sequence[ImageTokens]",
    ) -> tuple[DocumentKind, Schema | Problem]:
        """Return what a document is, and its schema; or why there is none, for a person to see.

        Raises:
            VlmError: the classifier failed.
        """
        kind = self.classifier.kind(document, readings, tokens)
        names = ", ".join(schema.name for schema in self.schemas)
        said = f"{kind.classifier} takes this for: {kind.name} ({kind.confidence:.0%})"
        if kind.confidence < SURE:
            message = f"{said}; below {SURE:.0%} nothing is guessed: name a schema, such as {names}"
            return kind, Problem("kind_unsure", message)
        chosen = next((schema for schema in self.schemas if schema.name == kind.name), None)
        message = f"{said}; there are schemas for: {names}, or give one of your own"
        return kind, chosen or Problem("kind_unknown", message)
