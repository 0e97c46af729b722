"""Reports: what came of the documents of a data set, scored by `docai.metrics` and printed."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from docai import metrics
from docai.extraction.kind import DocumentKind
from docai.kinds import SURE
from docai.metrics import Counts, Judged, Scores
from docai.vlm.builtin.corpus import Labelled

ACCEPTED_PRECISION = 0.99


@dataclass(frozen=True)
class Outcome:
    """What came of one document.

    Attributes:
        id: of the document.
        data: plain JSON values, as downstream systems get them.
        fields: confidence and state per path of the schema; empty for an oracle.
        seconds: from its bytes to its data.
        ocr_seconds: of these, until it was read, first and second look.
        cpu_seconds: of processor time beyond loading and OCR.
        kind: what it was taken for; None where nobody asked.
        error: what went wrong; the document then counts as all missed.
    """

    id: str
    data: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    ocr_seconds: float = 0.0
    cpu_seconds: float = 0.0
    kind: DocumentKind | None = None
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
        kinds: how often each labelled kind was taken for which; empty where nobody asked.
        unsure: documents whose kind was not sure enough to choose a schema.
    """

    name: str
    scores: Scores
    judged: tuple[Judged, ...]
    done: tuple[Outcome, ...]
    failed: Mapping[str, str]
    kinds: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unsure: int = 0

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
            "cpu_beyond_ocr_max_s": round(max((o.cpu_seconds for o in self.done), default=0.0), 3),
            "failed": dict(self.failed),
            **({"kinds": kinds_json([self])} if self.kinds else {}),
        }


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
        kinds=Counter(
            (str(document.label.get("kind")), kind.name)
            for document in documents
            if (kind := outcomes[document.id].kind) is not None
        ),
        unsure=sum(o.kind is not None and o.kind.confidence < SURE for o in done),
    )


def judge(label: Mapping[str, Any], outcome: Outcome, known: Iterable[str]) -> list[Judged]:
    """Judge every reported value of the ``known`` fields, and every pair of a form.

    What is not labelled is wrong.
    """
    gold = label.get("fields", {})
    counted = {n: metrics.count_field(n, gold.get(n), outcome.data.get(n)) for n in known}
    judged = [
        Judged(outcome.fields[name]["confidence"], counts.right == 1)
        for name, counts in counted.items()
        if counts.predicted and name in outcome.fields
    ]
    pairs = outcome.data.get("pairs", ()) if "pairs" in label else ()
    right = metrics.right_pairs(label.get("pairs", ()), pairs)
    return judged + [
        Judged(outcome.fields[path]["confidence"], number in right)
        for number in range(len(pairs))
        if (path := f"pairs[{number}].value") in outcome.fields
    ]


def trust(judged: Sequence[Judged]) -> dict[str, float]:
    """Return how far confidence can be trusted, as plain JSON values."""
    return {
        "ece": round(metrics.ece(judged), 4),
        "coverage_at_99": round(metrics.coverage(judged, ACCEPTED_PRECISION), 4),
        "reported_values": len(judged),
    }


def together(reports: Sequence[Report]) -> list[Judged]:
    """Return the judged values of all data sets."""
    return [value for report in reports for value in report.judged]


def kinds_json(reports: Iterable[Report]) -> dict[str, Any]:
    """Return how many documents were taken for what they are, as plain JSON values."""
    reports = list(reports)
    told = sum((Counter(report.kinds) for report in reports), Counter[tuple[str, str]]())
    right = sum(times for (gold, found), times in told.items() if gold == found)
    taken: dict[str, dict[str, int]] = {}
    for (gold, found), times in sorted(told.items()):
        taken.setdefault(gold, {})[found] = times
    return {
        "right": round(right / max(told.total(), 1), 4),
        "documents": told.total(),
        "unsure": sum(report.unsure for report in reports),
        "taken_for": taken,
    }


def to_json(reports: Sequence[Report]) -> dict[str, Any]:
    """Return all reports as plain JSON values."""
    sets = {report.name: report.to_json() for report in reports}
    whole: dict[str, Any] = {**trust(together(reports))}
    if any(report.kinds for report in reports):
        whole["kinds"] = kinds_json(reports)
    return {"datasets": sets, "together": whole}


def show(
    reports: Sequence[Report], console: Console, *, is_oracle: bool = False, is_timed: bool = True
) -> None:
    """Print a table per data set, and what holds for all of them.

    Args:
        reports: one per data set.
        console: to print on.
        is_oracle: whether nothing was asked, so that there is no confidence.
        is_timed: whether times tell how long reading takes: not where it was done before.
    """
    for report in reports:
        is_scored = not report.kinds or any(outcome.data for outcome in report.done)
        if is_scored:
            console.print(_table(report))
        console.print(_summary(report, is_oracle=is_oracle, is_timed=is_timed))
        for document, error in report.failed.items():
            console.print(f"failed: {document}: {error}", markup=False, style="red")
    if any(report.kinds for report in reports):
        console.print(_kinds_line(reports))
        console.print(_kinds_table(reports))
    if len(reports) > 1 and not is_oracle and (judged := together(reports)):
        console.print(f"together: {_trust_line(judged)}")


def _kinds_line(reports: Sequence[Report]) -> str:
    """Return how many documents were taken for what they are, in words."""
    shown = kinds_json(reports)
    return (
        f"kinds: {shown['right']:.1%} of {shown['documents']} right, {shown['unsure']} not sure "
        f"enough to choose a schema"
    )


def _kinds_table(reports: Sequence[Report]) -> Table:
    """Return how many documents of each kind were taken for which."""
    shown = kinds_json(reports)
    found = sorted({name for taken in shown["taken_for"].values() for name in taken})
    table = Table()
    for heading in ("is", *(f"taken for {name}" for name in found)):
        table.add_column(heading, justify="left" if heading == "is" else "right")
    for gold, taken in shown["taken_for"].items():
        table.add_row(gold, *(str(taken.get(name, 0)) for name in found))
    return table


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
    whole = (("fields", scores.micro), ("items", scores.items), ("pairs", scores.pairs))
    for name, counts in whole:
        if counts.labelled:
            table.add_row(name, *_cells_of(counts), style="bold")
    return table


def _cells_of(counts: Counts) -> tuple[str, str, str, str]:
    """Return the cells of a row."""
    shares = (counts.precision, counts.recall, counts.f1)
    a, b, c = (f"{share:.3f}" for share in shares)
    return a, b, c, str(counts.labelled)


def _summary(report: Report, *, is_oracle: bool, is_timed: bool) -> str:
    """Return what a table has no room for."""
    shown = report.to_json()
    parts = [report.name]
    parts += [] if report.scores.anls is None else [f"ANLS {report.scores.anls:.3f}"]
    if not is_oracle and report.judged:
        parts.append(_trust_line(report.judged))
    parts.append(f"{shown['seconds_mean']:.2f} s a document (median {shown['seconds_median']:.2f})")
    if is_timed and not is_oracle:
        parts.append(f"{report.beyond_ocr:.1%} of it beyond OCR")
        parts.append(f"at most {shown['cpu_beyond_ocr_max_s']:.2f} CPU s beyond OCR")
    return ", ".join(parts)


def _trust_line(judged: Sequence[Judged]) -> str:
    """Return how far confidence can be trusted, in words."""
    shown = trust(judged)
    return (
        f"ECE {shown['ece']:.3f}, {shown['coverage_at_99']:.1%} of {len(judged)} values "
        "acceptable at 99 % precision"
    )
