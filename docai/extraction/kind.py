"""What kind of document something is, as results tell it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What a document is.

    Attributes:
        name: of a schema, or ``other``.
        confidence: the classifier's probability of it, in [0, 1].
        classifier: who says so.
    """

    name: str
    confidence: float
    classifier: str
