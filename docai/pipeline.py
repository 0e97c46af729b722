"""The whole path of one document: read, look, reconcile."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from docai.document import Document, Page
from docai.extraction.fields import Schema
from docai.extraction.reconcile import reconcile
from docai.extraction.result import Extraction
from docai.ocr.engine import OcrEngine
from docai.reading import Reading
from docai.vlm.engine import Vlm
from docai.vlm.tokens import ImageTokens


@dataclass(frozen=True)
class Extracted:
    """What came of one document.

    Attributes:
        readings: what OCR read, page by page: for overlays and for reading on.
        extraction: the values with their evidence.
    """

    readings: tuple[Reading, ...]
    extraction: Extraction


@dataclass(frozen=True)
class Pipeline:
    """Engines that go together. One thread at a time, as its engines."""

    ocr: OcrEngine
    vlm: Vlm

    def extract(self, document: Document, schema: Schema) -> Extracted:
        """Find the fields of ``schema`` on ``document``.

        Raises:
            OcrError: an OCR engine failed.
            VlmError: the model failed.
        """
        started = time.perf_counter()
        seen = [self._see(page) for page in document.pages]
        readings = tuple(reading for reading, _ in seen)
        after_seeing = time.perf_counter()
        extraction = reconcile(
            document, schema, self.vlm, readings, tuple(tokens for _, tokens in seen)
        )
        timings_s = {
            "read_and_encode": after_seeing - started,
            "reconcile": time.perf_counter() - after_seeing,
        }
        return Extracted(readings, extraction.timed(timings_s))

    def _see(self, page: Page) -> tuple[Reading, ImageTokens]:
        """Read a page and encode it, side by side."""
        with ThreadPoolExecutor(1) as aside:
            tokens = aside.submit(self.vlm.encode, page)
            return self.ocr.read(page), tokens.result()
