"""The whole path of one document: read, look, reconcile.

`Pipeline.extract` goes all of it. Who reads and encodes pages elsewhere, and at another time, goes
the rest with `Pipeline.conclude`.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from docai.document import Document, Page
from docai.errors import SchemaError
from docai.extraction.confidence import Calibration, Signals
from docai.extraction.fields import Schema
from docai.extraction.reconcile import pages_of, reconcile
from docai.extraction.reread import look_again, with_proposals
from docai.extraction.result import Extraction, Problem
from docai.extraction.trust import FITTED_FOR
from docai.kinds import AUTO, Kinds, asks_any
from docai.ocr.by_region import ByRegion, part_of, part_of_page
from docai.ocr.engine import OcrEngine
from docai.ocr.second_look import SecondLook
from docai.reading import Reading
from docai.splitting import Opener, Part, Split, split
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
        kinds: chooses the schema where `docai.kinds.ANY_KIND` is asked for.
        opener: tells which pages open a document, where a file is split.
    """

    ocr: OcrEngine
    vlm: Vlm
    second_look: SecondLook | None = None
    calibration: Calibration | None = None
    kinds: Kinds | None = None
    opener: Opener | None = None

    def extract(self, document: Document, schema: Schema) -> Extracted:
        """Find the fields of ``schema`` on ``document``.

        Raises:
            OcrError: an OCR engine failed.
            SchemaError: any kind is asked for, and nothing here tells kinds.
            VlmError: the model failed.
        """
        started = time.perf_counter()
        seen = [self._see(page, self.ocr) for page in document.pages]
        seeing_s = time.perf_counter() - started
        readings = tuple(reading for reading, _ in seen)
        tokens = tuple(tokens for _, tokens in seen)
        return _after(self.conclude(document, schema, readings, tokens), seeing_s)

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
            schema: what to find; `docai.kinds.ANY_KIND` for that of the document's kind.
            readings: one per page, in page order.
            tokens: image tokens of the same pages, in the same order.

        Raises:
            OcrError: the OCR engine failed at its second look.
            SchemaError: any kind is asked for, and nothing here tells kinds.
            VlmError: the model failed, or the image tokens come from another one.
        """
        if asks_any(schema):
            return self._conclude_by_kind(document, readings, tokens)
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

    def _conclude_by_kind(
        self,
        document: Document,
        readings: tuple[Reading, ...],
        tokens: tuple[ImageTokens, ...],
    ) -> Extracted:
        """Find the fields of the schema of a document's kind; none where that is not sure."""
        if self.kinds is None:
            raise SchemaError(
                f"schema {AUTO}: nothing here tells kinds of documents; name a schema"
            )
        started = time.perf_counter()
        kind, schema = self.kinds.choose(document, readings, tokens)
        sorting_s = time.perf_counter() - started
        if isinstance(schema, Problem):
            undecided = _without_fields(document, readings, schema, self.vlm.name)
            concluded = Extracted(readings, undecided, {})
        else:
            concluded = self.conclude(document, schema, readings, tokens)
        timings_s = {"sort": sorting_s, **concluded.extraction.timings_s}
        return replace(
            concluded, extraction=replace(concluded.extraction, kind=kind, timings_s=timings_s)
        )

    def extract_parts(self, document: Document, schema: Schema) -> tuple[Extracted, ...]:
        """Find the fields of ``schema`` on each document that a file holds.

        A stack of pages is cut at the borders of documents, and a scan of several receipts into
        these; see `docai.splitting`. `docai.kinds.ANY_KIND` lets each have a schema of its own.

        Returns:
            What came of each part, in page order, with `Extraction.part`; at least one.

        Raises:
            OcrError: an OCR engine failed.
            SchemaError: any kind is asked for, and nothing here tells kinds.
            VlmError: the model failed.
        """
        started = time.perf_counter()
        ocr = ByRegion(self.ocr)
        seen = [self._see(page, ocr) for page in document.pages]
        seeing_s = (time.perf_counter() - started) / len(seen)
        readings = tuple(reading for reading, _ in seen)
        tokens = tuple(tokens for _, tokens in seen)
        parts = self.conclude_parts(document, schema, readings, tokens)
        return tuple(_after(one, seeing_s * len(one.readings)) for one in parts)

    def conclude_parts(
        self,
        document: Document,
        schema: Schema,
        readings: tuple[Reading, ...],
        tokens: tuple[ImageTokens, ...],
    ) -> tuple[Extracted, ...]:
        """Find the fields of ``schema`` on each document of a file that was read and encoded.

        Args:
            document: as for `conclude`; pages of several papers are looked at, too, since each
                of these is encoded by itself.
            schema: as for `conclude`.
            readings: one per page, in page order, by `docai.ocr.by_region.ByRegion`.
            tokens: image tokens of the same pages, in the same order.

        Raises:
            OcrError: the OCR engine failed at its second look.
            SchemaError: any kind is asked for, and nothing here tells kinds.
            VlmError: the model failed, or the image tokens come from another one.
        """
        cut = split(document, readings, self._opens(document, readings, tokens))
        return tuple(
            self._conclude_part(document, schema, cut, part, readings, tokens) for part in cut.parts
        )

    def _conclude_part(
        self,
        document: Document,
        schema: Schema,
        cut: Split,
        part: Part,
        readings: tuple[Reading, ...],
        tokens: tuple[ImageTokens, ...],
    ) -> Extracted:
        """Find the fields on one part of a file, as if it were a document of its own."""
        all_of = zip(document.pages, readings, tokens, strict=True)
        own = [of_page for of_page in all_of if of_page[1].page in part.pages]
        if part.region is not None:
            ((page, reading, _),) = own
            region = next(r for r in reading.regions if r.polygon == part.region)
            page = part_of_page(page, part.region)
            own = [(page, part_of(reading, region), self.vlm.encode(page))]
        pages, own_readings, own_tokens = zip(*own, strict=True)
        is_whole = part.of == 1  # else nobody knows which part an e-invoice belongs to
        xml = document.invoice_xml if is_whole else None
        document = replace(document, pages=pages, invoice_xml=xml)
        concluded = self.conclude(document, schema, own_readings, own_tokens)
        found = concluded.extraction
        found = replace(found, part=part, problems=(*found.problems, *cut.problems(part)))
        return replace(concluded, extraction=found)

    def _opens(
        self, document: Document, readings: tuple[Reading, ...], tokens: tuple[ImageTokens, ...]
    ) -> Sequence[float] | None:
        """Return per page how likely it opens a document, as a model sees it; None if unsaid."""
        if self.opener is None or len(readings) < 2:  # the first page opens one in any case
            return None
        return self.opener.opens(document, readings, tokens)

    def _see(self, page: Page, ocr: OcrEngine) -> tuple[Reading, ImageTokens]:
        """Read a page and encode it, side by side."""
        with ThreadPoolExecutor(1) as aside:
            tokens = aside.submit(self.vlm.encode, page)
            return ocr.read(page), tokens.result()


def _after(concluded: Extracted, seeing_s: float) -> Extracted:
    """Return what was concluded, with the seconds that reading and encoding took before."""
    timings_s = {"read_and_encode": seeing_s, **concluded.extraction.timings_s}
    return replace(concluded, extraction=concluded.extraction.timed(timings_s))


def _without_fields(
    document: Document, readings: tuple[Reading, ...], why: Problem, vlm: str
) -> Extraction:
    """Return the extraction of a document that no schema was chosen for."""
    return Extraction(
        schema_name=AUTO,
        schema_version=1,
        name=document.name,
        sha256=document.sha256,
        pages=pages_of(document, readings),
        fields={},
        problems=(why,),
        engines={"ocr": " + ".join(dict.fromkeys(r.engine for r in readings)), "vlm": vlm},
    )
