"""Evaluation: the whole library on labelled data sets, scored by `docai.metrics`.

A data set is a folder with ``labels.jsonl``. Every document of a split is read in one of several
processes, as a user would: from its bytes. With an oracle no model is asked: the words that best
print the gold values are taken, which tells how far choosing can get on what OCR read.
"""

import json
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from docai.document import Document, Page
from docai.errors import DatasetError, DocaiError
from docai.extraction.fields import Schema
from docai.extraction.kind import DocumentKind
from docai.load import load_path
from docai.ocr.cached import CachedOcr
from docai.ocr.engine import OcrEngine
from docai.ocr.with_quality import WithQuality
from docai.oracle import oracle
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.report import Outcome, Report, report_on, show, to_json
from docai.vlm.builtin.corpus import Labelled, labelled

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # processes share the cores


@dataclass(frozen=True)
class Setup:
    """What to evaluate. It is sent to other processes: functions must be importable by name.

    Attributes:
        make_pipeline: builds the engines, once per process.
        schema: what to extract; None for the schema that is named as a document is labelled.
        cache: folder for readings; None reads everything anew.
        oracle: whether to choose with the help of the labels.
        with_invoice_xml: whether the e-invoices inside hybrid PDFs are heard.
    """

    make_pipeline: Callable[[], Pipeline]
    schema: Schema | None
    cache: Path | None = None
    oracle: bool = False
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    only_kinds: bool = False

    def schema_of(self, label: Mapping[str, Any]) -> Schema:
        """Return what to extract from a labelled document.

        Raises:
            DatasetError: there is no schema for documents that are labelled like this.
        """
        kind = str(label.get("kind"))
        if self.schema is None and kind not in self.schemas:
            names = ", ".join(self.schemas)
            raise DatasetError(
                f"there is no schema for documents of kind {kind!r}, only for {names}; name one "
                "with --schema"
            )
        return self.schema or self.schemas[kind]

    with_invoice_xml: bool = True


def evaluate_command(
    datasets: Sequence[Path],
    split: str,
    setup: Setup,
    *,
    jobs: int = 1,
    predictions: Path | None = None,
    report: Path | None = None,
) -> list[Report]:
    """Evaluate on one split of some data sets and print the scores.

    Args:
        datasets: folders with ``labels.jsonl``; ids of documents differ between them.
        split: such as ``dev``.
        setup: what to evaluate.
        jobs: number of processes.
        predictions: where to write predictions, a JSON object a line, if anywhere.
        report: where to write the scores as JSON, if anywhere.

    Raises:
        DatasetError: a data set cannot be read or has no document in ``split``, there is no schema
            for one of its documents, or a process died.
        DocaiError: the engines cannot be built.
    """
    sets = {folder.resolve().name: documents_of(folder, split) for folder in datasets}
    for document in (one for documents in sets.values() for one in documents):
        if not (setup.oracle or setup.only_kinds):
            setup.schema_of(document.label)  # better now than after an hour
    outcomes = run([document for documents in sets.values() for document in documents], setup, jobs)
    if predictions is not None:
        rows = (outcome.to_json() for outcome in outcomes.values() if outcome.error is None)
        predictions.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf8")
    reports = [report_on(name, documents, outcomes) for name, documents in sets.items()]
    if report is not None:
        report.write_text(json.dumps(to_json(reports), indent=1), "utf8")
    show(reports, Console(), is_oracle=setup.oracle, is_timed=setup.cache is None)
    return reports


def documents_of(folder: Path, split: str) -> list[Labelled]:
    """List the documents of one split of a data set.

    Raises:
        DatasetError: the labels are missing or broken, or the split has no document.
    """
    try:
        documents = labelled([folder], split)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{folder}/labels.jsonl must hold a JSON object a line with id, file and split: {error}"
        ) from error
    if not documents:
        raise DatasetError(f"{folder} has no document in split {split!r}")
    return documents


def run(documents: Sequence[Labelled], setup: Setup, jobs: int) -> dict[str, Outcome]:
    """Extract from every document, in ``jobs`` processes; outcomes by id, in the same order.

    Raises:
        DatasetError: a process died.
        DocaiError: the engines cannot be built.
    """
    os.environ.update(ONE_THREAD)  # inherited; libraries look once, before a process could set it
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start_process, (setup,)) as pool:
        try:
            done = track(pool.map(_run_one, documents), "evaluating", len(documents))
            return {outcome.id: outcome for outcome in done}
        except BrokenProcessPool as error:
            raise DatasetError(
                "a process died, probably for want of memory; try fewer jobs"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


_setups: list[Setup] = []  # what this process was started for


def _start_process(setup: Setup) -> None:
    """Remember what to do; building engines may fail and is left to where that can be told."""
    _setups.append(setup)


def _run_one(document: Labelled) -> Outcome:
    """Extract from one document with the engines of this process."""
    return extract_one(document, _setups[-1], _pipeline())


@cache
def _pipeline() -> Pipeline:
    """Build the engines of this process."""
    setup = _setups[-1]
    pipeline = setup.make_pipeline()
    if setup.cache is None:
        return pipeline
    return replace(pipeline, ocr=WithQuality(CachedOcr(pipeline.ocr, setup.cache)))


class Clock:
    """Times an engine. Meets `docai.ocr.engine.OcrEngine`."""

    def __init__(self, engine: OcrEngine) -> None:
        self.name = engine.name
        self.seconds = self.cpu_seconds = 0.0
        self._engine = engine

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        started, cpu = time.perf_counter(), time.thread_time()
        try:
            return self._engine.read(page)
        finally:
            self.seconds += time.perf_counter() - started
            self.cpu_seconds += time.thread_time() - cpu


def extract_one(document: Labelled, setup: Setup, pipeline: Pipeline) -> Outcome:
    """Extract from one document, or choose with the help of its labels."""
    started, cpu, ocr = time.perf_counter(), time.process_time(), Clock(pipeline.ocr)
    found = Found()
    try:
        loaded = load_path(document.path, with_invoice_xml=setup.with_invoice_xml)
        cpu = time.process_time()
        found = _found(document, loaded, setup, replace(pipeline, ocr=ocr))
    except DocaiError as error:
        return Outcome(document.id, error=f"{type(error).__name__}: {error}")
    except Exception as error:  # a bug; the other documents still tell something
        return Outcome(document.id, error=f"unexpected {type(error).__name__}: {error}")
    of_ocr = ocr.cpu_seconds + found.looked_again_s
    return Outcome(
        id=document.id,
        data=found.data,
        fields={
            path: {"confidence": value["confidence"], "state": value["state"]}
            for path, value in found.fields.items()
        },
        seconds=time.perf_counter() - started,
        ocr_seconds=ocr.seconds + found.looked_again_s,
        cpu_seconds=max(0.0, time.process_time() - cpu - of_ocr),
        kind=found.kind,
    )


@dataclass(frozen=True)
class Found:
    """What was found on a document: see `Outcome`."""

    data: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kind: DocumentKind | None = None
    looked_again_s: float = 0.0


def _found(document: Labelled, loaded: Document, setup: Setup, pipeline: Pipeline) -> Found:
    """Find what is asked for on a document.

    Raises:
        DocaiError: an engine failed, or nothing tells what to ask for.
    """
    if setup.oracle:
        return Found(oracle(document.label, [pipeline.ocr.read(page) for page in loaded.pages]))
    if setup.only_kinds:
        return Found(kind=_kind(loaded, pipeline))
    extraction = pipeline.extract(loaded, setup.schema_of(document.label)).extraction
    found = extraction.to_json()
    looked_again_s = extraction.timings_s.get("second_look", 0.0)
    return Found(found["data"], found["fields"], extraction.kind, looked_again_s)


def _kind(loaded: Document, pipeline: Pipeline) -> DocumentKind:
    """Tell what kind of document this is, as ``--schema auto`` would.

    Raises:
        DatasetError: nothing here tells kinds.
    """
    if pipeline.kinds is None:
        raise DatasetError("nothing here tells kinds of documents; set a classifier")
    readings = [pipeline.ocr.read(page) for page in loaded.pages]
    tokens = [pipeline.vlm.encode(page) for page in loaded.pages]
    kind, _ = pipeline.kinds.choose(loaded, readings, tokens)
    return kind
