"""The whole path of one document: read, look, reconcile.

`Pipeline.extract` goes all of it. Who reads and encodes pages elsewhere, and at another time, goes
the rest with `Pipeline.conclude`.
"""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from docai.document import Document, Page
from docai.extraction.confidence import Calibration, Signals
from docai.extraction.fields import Schema
from docai.extraction.reconcile import reconcile
from docai.extraction.reread import look_again, with_proposals
from docai.extraction.result import Extraction
from docai.extraction.trust import FITTED_FOR
from docai.ocr.engine import OcrEngine
from docai.ocr.second_look import SecondLook
from docai.reading import Reading
from docai.vlm.engine import Vlm
from docai.vlm.tokens import ImageTokens


@dataclass(frozen=True)
class Extracted:
    """What came of one document.

    Attributes:
        readings: what OCR read, page by page: for overlays and for reading on.
        extraction: the values with their evidence.
        signals: what the confidence of each value was made of.
    """

    readings: tuple[Reading, ...]
    extraction: Extraction
    signals: Mapping[str, Signals]


@dataclass(frozen=True)
class Pipeline:
    """Engines that go together. One thread at a time, as its engines.

    Attributes:
        ocr: reads pages.
        vlm: says what the words mean.
        second_look: reads the evidence of found fields again, where the OCR engine offers that.
        calibration: of confidence, fitted for this model; None for what ships.
    """

    ocr: OcrEngine
    vlm: Vlm
    second_look: SecondLook | None = None
    calibration: Calibration | None = None

    def extract(self, document: Document, schema: Schema) -> Extracted:
        """Find the fields of ``schema`` on ``document``.

        Raises:
            OcrError: an OCR engine failed.
            VlmError: the model failed.
        """
        started = time.perf_counter()
        seen = [self._see(page) for page in document.pages]
        seeing_s = time.perf_counter() - started
        readings = tuple(reading for reading, _ in seen)
        tokens = tuple(tokens for _, tokens in seen)
        concluded = self.conclude(document, schema, readings, tokens)
        timings_s = {"read_and_encode": seeing_s, **concluded.extraction.timings_s}
        return replace(concluded, extraction=concluded.extraction.timed(timings_s))

    def conclude(
        self,
        document: Document,
        schema: Schema,
        readings: tuple[Reading, ...],
        tokens: tuple[ImageTokens, ...],
    ) -> Extracted:
        """Find the fields of ``schema`` on a document whose pages were read and encoded.

        Args:
            document: pictures are looked at for a second look alone: once, one page at a time,
                and only those of pages that hold evidence which OCR read.
            schema: what to find.
            readings: one per page, in page order.
            tokens: image tokens of the same pages, in the same order.

        Raises:
            OcrError: the OCR engine failed at its second look.
            VlmError: the model failed, or the image tokens come from another one.
        """
        started = time.perf_counter()
        done = reconcile(document, schema, self.vlm, readings, tokens, self.calibration)
        after_reconciling = time.perf_counter()
        extraction = done.extraction
        if self.second_look is not None:
            second = look_again(document, schema, readings, extraction, self.second_look)
            if second.readings != readings:
                readings = second.readings
                # A model that writes is dear, and what it copied are the same words, better read.
                reply = None if self.vlm.name.startswith(FITTED_FOR) else done.reply
                done = reconcile(
                    document, schema, self.vlm, readings, tokens, self.calibration, reply
                )
            extraction = with_proposals(done.extraction, readings, second)
        timings_s = {
            "reconcile": after_reconciling - started,
            "second_look": time.perf_counter() - after_reconciling,
        }
        return Extracted(readings, extraction.timed(timings_s), done.signals)

    def _see(self, page: Page) -> tuple[Reading, ImageTokens]:
        """Read a page and encode it, side by side."""
        with ThreadPoolExecutor(1) as aside:
            tokens = aside.submit(self.vlm.encode, page)
            return self.ocr.read(page), tokens.result()
