"""Evaluation: the whole library on labelled data sets, scored by `docai.metrics`.

A data set is a folder with ``labels.jsonl``. Every document of a split is read in one of several
processes, as a user would: from its bytes. With an oracle no model is asked: the words that best
print the gold values are taken, which tells how far choosing can get on what OCR read.
"""

import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from docai import metrics
from docai.document import Page
from docai.errors import DatasetError, DocaiError
from docai.extraction.fields import Schema
from docai.load import load_path
from docai.metrics import Counts, Judged, Scores
from docai.ocr.cached import CachedOcr
from docai.ocr.engine import OcrEngine
from docai.oracle import oracle
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.vlm.builtin.corpus import Labelled, labelled

ACCEPTED_PRECISION = 0.99
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # processes share the cores


@dataclass(frozen=True)
class Setup:
    """What to evaluate. It is sent to other processes: functions must be importable by name.

    Attributes:
        make_pipeline: builds the engines, once per process.
        schema: what to extract.
        cache: folder for readings; None reads everything anew.
        oracle: whether to choose with the help of the labels.
    """

    make_pipeline: Callable[[], Pipeline]
    schema: Schema
    cache: Path | None = None
    oracle: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one document.

    Attributes:
        id: of the document.
        data: plain JSON values, as downstream systems get them.
        fields: confidence and state per path of the schema; empty for an oracle.
        seconds: from its bytes to its data.
        ocr_seconds: of these, until it was read, first and second look.
        error: what went wrong; the document then counts as all missed.
    """

    id: str
    data: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    ocr_seconds: float = 0.0
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return a row of predictions, which shared tools can score."""
        seconds = round(self.seconds, 3)
        return {"id": self.id, "data": self.data, "fields": self.fields, "seconds": seconds}


@dataclass(frozen=True)
class Report:
    """How one data set, or several together, went.

    Attributes:
        name: of the data set.
        scores: per field.
        judged: every reported scalar value of a field that the data set labels at all.
        done: outcomes of the documents that did not fail.
        failed: what went wrong, per document.
    """

    name: str
    scores: Scores
    judged: tuple[Judged, ...]
    done: tuple[Outcome, ...]
    failed: Mapping[str, str]

    @property
    def beyond_ocr(self) -> float:
        """Share of the wall time that is not OCR."""
        total = sum(outcome.seconds for outcome in self.done)
        return 1 - sum(outcome.ocr_seconds for outcome in self.done) / total if total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        seconds = [outcome.seconds for outcome in self.done] or [0.0]
        return {
            **self.scores.to_json(),
            **trust(self.judged),
            "seconds_mean": round(statistics.mean(seconds), 3),
            "seconds_median": round(statistics.median(seconds), 3),
            "beyond_ocr": round(self.beyond_ocr, 4),
            "failed": dict(self.failed),
        }


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
        DatasetError: a data set cannot be read or has no document in ``split``, or a process died.
        DocaiError: the engines cannot be built.
    """
    sets = {folder.resolve().name: documents_of(folder, split) for folder in datasets}
    outcomes = run([document for documents in sets.values() for document in documents], setup, jobs)
    if predictions is not None:
        rows = (outcome.to_json() for outcome in outcomes.values() if outcome.error is None)
        predictions.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf8")
    reports = [report_on(name, documents, outcomes) for name, documents in sets.items()]
    if report is not None:
        report.write_text(json.dumps(_json(reports), indent=1), "utf8")
    _print(reports, setup, Console())
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
    return replace(pipeline, ocr=CachedOcr(pipeline.ocr, setup.cache))


class Clock:
    """Times an engine. Meets `docai.ocr.engine.OcrEngine`."""

    def __init__(self, engine: OcrEngine) -> None:
        self.name = engine.name
        self.seconds = 0.0
        self._engine = engine

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        started = time.perf_counter()
        try:
            return self._engine.read(page)
        finally:
            self.seconds += time.perf_counter() - started


def extract_one(document: Labelled, setup: Setup, pipeline: Pipeline) -> Outcome:
    """Extract from one document, or choose with the help of its labels."""
    started, ocr = time.perf_counter(), Clock(pipeline.ocr)
    fields: Mapping[str, Mapping[str, Any]] = {}
    looked_again_s = 0.0
    try:
        loaded = load_path(document.path)
        if setup.oracle:
            data = oracle(document.label, [ocr.read(page) for page in loaded.pages])
        else:
            extraction = replace(pipeline, ocr=ocr).extract(loaded, setup.schema).extraction
            looked_again_s = extraction.timings_s["second_look"]
            found = extraction.to_json()
            data, fields = found["data"], found["fields"]
    except DocaiError as error:
        return Outcome(document.id, error=f"{type(error).__name__}: {error}")
    except Exception as error:  # a bug; the other documents still tell something
        return Outcome(document.id, error=f"unexpected {type(error).__name__}: {error}")
    return Outcome(
        id=document.id,
        data=data,
        fields={
            path: {"confidence": value["confidence"], "state": value["state"]}
            for path, value in fields.items()
        },
        seconds=time.perf_counter() - started,
        ocr_seconds=ocr.seconds + looked_again_s,
    )


def report_on(name: str, documents: Sequence[Labelled], outcomes: Mapping[str, Outcome]) -> Report:
    """Score the outcomes of one data set."""
    labels = [document.label for document in documents]
    of_set = [outcomes[document.id] for document in documents]
    done = tuple(outcome for outcome in of_set if outcome.error is None)
    known = metrics.labelled_fields(labels)
    judged = (judge(document.label, outcomes[document.id], known) for document in documents)
    return Report(
        name=name,
        scores=metrics.score(labels, {outcome.id: outcome.data for outcome in done}),
        judged=tuple(value for values in judged for value in values),
        done=done,
        failed={outcome.id: outcome.error for outcome in of_set if outcome.error is not None},
    )


def judge(label: Mapping[str, Any], outcome: Outcome, known: Iterable[str]) -> list[Judged]:
    """Judge every reported value of the ``known`` fields; what is not labelled is wrong."""
    gold = label.get("fields", {})
    counted = {n: metrics.count_field(n, gold.get(n), outcome.data.get(n)) for n in known}
    return [
        Judged(outcome.fields[name]["confidence"], counts.right == 1)
        for name, counts in counted.items()
        if counts.predicted and name in outcome.fields
    ]


def trust(judged: Sequence[Judged]) -> dict[str, float]:
    """Return how far confidence can be trusted, as plain JSON values."""
    return {
        "ece": round(metrics.ece(judged), 4),
        "coverage_at_99": round(metrics.coverage(judged, ACCEPTED_PRECISION), 4),
        "reported_values": len(judged),
    }


def _together(reports: Sequence[Report]) -> list[Judged]:
    """Return the judged values of all data sets."""
    return [value for report in reports for value in report.judged]


def _json(reports: Sequence[Report]) -> dict[str, Any]:
    """Return all reports as plain JSON values."""
    sets = {report.name: report.to_json() for report in reports}
    return {"datasets": sets, "together": trust(_together(reports))}


def _print(reports: Sequence[Report], setup: Setup, console: Console) -> None:
    """Print a table per data set, and what holds for all of them."""
    for report in reports:
        console.print(_table(report))
        console.print(_summary(report, setup))
        for document, error in report.failed.items():
            console.print(f"failed: {document}: {error}", markup=False, style="red")
    if len(reports) > 1 and not setup.oracle:
        console.print(f"together: {_trust_line(_together(reports))}")


def _table(report: Report) -> Table:
    """Return precision, recall and F1 per field, column and in all."""
    scores = report.scores
    table = Table(title=f"{report.name}: {scores.documents} documents", title_justify="left")
    for heading in ("field", "P", "R", "F1", "n"):
        table.add_column(heading, justify="left" if heading == "field" else "right")
    columns = {f"items.{name}": counts for name, counts in scores.columns.items()}
    for name, counts in [*scores.fields.items(), *sorted(columns.items())]:
        table.add_row(name, *_cells_of(counts))
    table.add_section()
    for name, counts in (("fields", scores.micro), ("items", scores.items)):
        if counts.labelled:
            table.add_row(name, *_cells_of(counts), style="bold")
    return table


def _cells_of(counts: Counts) -> tuple[str, str, str, str]:
    """Return the cells of a row."""
    shares = (counts.precision, counts.recall, counts.f1)
    a, b, c = (f"{share:.3f}" for share in shares)
    return a, b, c, str(counts.labelled)


def _summary(report: Report, setup: Setup) -> str:
    """Return what a table has no room for."""
    shown = report.to_json()
    parts = [] if report.scores.anls is None else [f"ANLS {report.scores.anls:.3f}"]
    if not setup.oracle:
        parts.append(_trust_line(report.judged))
    parts.append(f"{shown['seconds_mean']:.2f} s a document (median {shown['seconds_median']:.2f})")
    if setup.cache is None and not setup.oracle:
        parts.append(f"{report.beyond_ocr:.1%} of it beyond OCR")
    return ", ".join(parts)


def _trust_line(judged: Sequence[Judged]) -> str:
    """Return how far confidence can be trusted, in words."""
    shown = trust(judged)
    return (
        f"ECE {shown['ece']:.3f}, {shown['coverage_at_99']:.1%} of {len(judged)} values "
        "acceptable at 99 % precision"
    )
