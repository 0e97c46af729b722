"""The protocol that every OCR engine meets."""

from typing import Protocol

from docai.document import Page
from docai.reading import Reading


class OcrEngine(Protocol):
    """Reads the text of a page. Loaded once, then read many times; one thread at a time."""

    @property
    def name(self) -> str:
        """Engine, version and models; recorded in every result."""
        ...

    def read(self, page: Page) -> Reading:
        """Find and transcribe every word on ``page``.

        Args:
            page: the page to read, at any rotation. Its picture is not modified.

        Returns:
            Words in reading order, with polygons in pixels of ``page.picture`` as given. A blank
            page has no words; it is not an error.

        Raises:
            OcrError: the engine is not installed or failed.
        """
        ...
