"""Windows: how much of a document a generating model is asked about at once."""

from dataclasses import dataclass

from docai.reading import Reading


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a page.

    Attributes:
        reading: of the whole page.
        lines: indices of the lines that are meant.
    """

    reading: Reading
    lines: range
