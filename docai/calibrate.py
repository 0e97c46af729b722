"""Fit the calibration of confidence: ``python -m docai.calibrate --data DIR…``.

Runs the library on labelled training documents that the model was not trained on, notes for every
reported value what is known of it and whether it is right, and fits how often such values are
right: one logistic regression for all values, one per type of value that stays close to it, and one
per field that stays close to its type's for as long as the field has few examples. With ``--vlm``
it is fitted for another model, with the built-in one beside it: values of which both are sure are
then groups of their own.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from docai import build, metrics
from docai.document import Document, Page
from docai.errors import DatasetError, DocaiError
from docai.evaluate import documents_of
from docai.extraction.confidence import (
    CALIBRATION,
    CALIBRATION_JSON,
    FURTHEST,
    NAMES,
    Calibration,
    Signals,
    Weights,
    vector,
)
from docai.load import load_path
from docai.metrics import Judged
from docai.ocr.cached import CachedOcr
from docai.ocr.with_quality import WithQuality
from docai.pipeline import Extracted, Pipeline
from docai.settings import Settings, read_settings
from docai.vlm.builtin.corpus import Labelled, is_held_out
from docai.vlm.builtin.synth import form
from docai.vlm.builtin.synth.layouts import measured_layouts

# What each weight may be, in the order of NAMES, the intercept last: more of a good sign never
# lowers confidence, and more of a bad one never raises it.
BOUNDS = {
    "probability": (0.0, None),
    "rival": (None, 0.0),
    "ocr_confidence": (0.0, None),
    "adds_up": (0.0, None),
    "adds_up_not": (None, 0.0),
    "num_words": (None, None),
    "legibility": (0.0, None),
}
PLAIN = Weights(0.0, tuple(float(name == "probability") for name in NAMES))  # believe the model
SHARED_STRENGTH = 1.0  # of the pull of the shared regression towards PLAIN
TYPE_STRENGTH = 10.0  # of the pull of the regression of a type of value towards the shared one
GROUP_STRENGTH = 20.0  # of the pull of a field's regression towards that of its type
NUM_FOLDS = 5
INVENTED_ODDS = (
    0.8  # log-odds by which what is found on invented forms is righter than on real ones
)
LEAST_NOISE = 0.4  # of invented forms: those of the world are copies of copies

BUILTIN = "builtin"

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One reported value.

    Attributes:
        document: where it was reported; folds never part the values of a document.
        signals: what is known of it.
        confidence: that the shipped calibration gives it.
        is_right: whether it equals the gold value.
    """

    document: str
    signals: Signals
    confidence: float
    is_right: bool


def collect(documents: Iterable[Labelled], pipeline: Pipeline) -> Iterator[Example]:
    """Run the library on labelled documents of one data set and yield every value it reports.

    Raises:
        DocaiError: a document cannot be read, or an engine failed.
    """
    documents = list(documents)
    known = set(metrics.labelled_fields([document.label for document in documents]))
    for document in track(documents, "reading"):
        loaded = load_path(document.path, with_invoice_xml=False)  # the model is to be fitted for
        schema = build.builtin_schema(document.label["kind"])
        yield from _examples(document.id, document.label, known, pipeline.extract(loaded, schema))


def collect_forms(count: int, pipeline: Pipeline) -> Iterator[Example]:
    """Do the same with invented forms, in layouts that are never trained on.

    No form of our data may be trained on, so there is none to hold out.
    """
    schema, layouts = build.builtin_schema("form"), measured_layouts(form.LAYOUTS)
    for seed in track(range(count), "reading forms"):
        noise = LEAST_NOISE + (1 - LEAST_NOISE) * (seed % 10) / 10
        (sample, *_) = form.form(seed, layout=layouts[seed % len(layouts)], noise=noise)
        page = Page(1, np.ascontiguousarray(sample.picture))
        document = Document(f"form {seed}", f"{seed:064x}", "png", (page,))
        yield from _examples(document.name, sample.truth, (), pipeline.extract(document, schema))


def _examples(
    name: str, label: Mapping[str, Any], known: Iterable[str], found: Extracted
) -> Iterator[Example]:
    """Yield every value that was reported on one document and can be judged."""
    right = judge(label, found.extraction.to_json()["data"], known)
    for path in found.signals.keys() & right.keys():
        confidence = found.extraction.fields[path].confidence
        yield Example(name, found.signals[path], confidence, right[path])


def judge(
    label: Mapping[str, Any], data: Mapping[str, Any], known: Iterable[str]
) -> dict[str, bool]:
    """Tell per path whether a reported value is right; paths that nobody labelled are left out.

    Args:
        label: of the document.
        data: plain JSON, as extracted.
        known: scalar fields that the data set labels; without a label here they are wrong.
    """
    gold = label.get("fields", {})
    right = {
        name: metrics.count_field(name, gold.get(name), data[name]).right == 1
        for name in known
        if name in data
    }
    for column, wanted in metrics.gold_columns(label).items():
        cells = metrics.column_of(data, column)
        hits = metrics.right_cells(column, wanted, cells)
        for row, cell in enumerate(cells):
            if cell is not None:
                right |= {f"items[{row}].{name}": row in hits for name in _names(column)}
    pairs = data.get("pairs", ()) if "pairs" in label else ()
    hits = metrics.right_pairs(label.get("pairs", ()), pairs)
    for row in range(len(pairs)):
        right |= {f"pairs[{row}].{name}": row in hits for name in ("key", "value")}
    return right


def _names(column: str) -> set[str]:
    """Return the names that a labelled column may have in a schema."""
    return {column, metrics.OTHER_NAMES.get(column, column)}


def fit(examples: Sequence[Example]) -> Calibration:
    """Fit a calibration to examples; without any it believes the model."""
    others = _regress(examples, PLAIN, SHARED_STRENGTH)
    types = {
        type_: _regress([e for e in examples if e.signals.type == type_], others, TYPE_STRENGTH)
        for type_ in sorted({example.signals.type for example in examples})
    }
    by_group: dict[str, list[Example]] = {}
    for example in examples:
        by_group.setdefault(example.signals.group, []).append(example)
    groups = {
        group: _regress(some, types[some[0].signals.type], GROUP_STRENGTH)
        for group, some in sorted(by_group.items())
    }
    return Calibration(groups, types, others)


def less_sure(calibration: Calibration, groups: Collection[str]) -> Calibration:
    """Take INVENTED_ODDS from the confidence of groups that were fitted on invented forms alone.

    How much was chosen on the dev split of FUNSD, whose pairs were otherwise promised too often.
    """
    return replace(
        calibration,
        groups={
            group: replace(weights, intercept=round(weights.intercept - INVENTED_ODDS, 4))
            if group in groups
            else weights
            for group, weights in calibration.groups.items()
        },
    )


def _regress(examples: Sequence[Example], prior: Weights, strength: float) -> Weights:
    """Fit a logistic regression within BOUNDS, pulled towards ``prior``."""
    from scipy.optimize import minimize
    from scipy.special import expit

    if not examples:
        return prior
    x = np.array([[*vector(example.signals), 1.0] for example in examples])
    sign = np.array([1.0 if example.is_right else -1.0 for example in examples])
    centre = np.array([*prior.weights, prior.intercept])

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margin = sign * (x @ weights)
        pull = weights - centre
        value = np.logaddexp(0.0, -margin).sum() + strength / 2 * pull @ pull
        gradient = x.T @ (-sign * expit(-margin)) + strength * pull
        return float(value), gradient

    bounds = [*(BOUNDS[name] for name in NAMES), (None, None)]
    *weights, intercept = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Weights(round(float(intercept), 4), tuple(round(float(w), 4) for w in weights))


def calibrated(signals: Signals, calibration: Calibration) -> float:
    """Return the confidence that a calibration, not yet shipped, gives a value."""
    group = calibration.of(signals)
    odds = float(np.dot(group.weights, vector(signals))) + group.intercept
    return float(1 / (1 + np.exp(-np.clip(odds, -FURTHEST, FURTHEST))))


def cross_validated(examples: Sequence[Example]) -> list[Judged]:
    """Judge every example by a calibration fitted on the documents of the other folds."""
    judged = []
    for fold in range(NUM_FOLDS):
        fitted = fit([e for e in examples if _fold(e.document) != fold])
        judged += [
            Judged(calibrated(e.signals, fitted), e.is_right)
            for e in examples
            if _fold(e.document) == fold
        ]
    return judged


def _fold(document: str) -> int:
    """Return the fold of a document, the same on every machine."""
    return hashlib.sha256(document.encode()).digest()[0] % NUM_FOLDS


def _report(examples: Sequence[Example], console: Console) -> None:
    """Print the calibration error as shipped and as fitted, on documents not fitted on."""
    kinds = {
        "fields": [e for e in examples if "." not in e.signals.group],
        "rows": [e for e in examples if "." in e.signals.group],
    }
    for kind, some in kinds.items():
        before = [Judged(e.confidence, e.is_right) for e in some]
        after = cross_validated(some)
        console.print(
            f"{kind}: {len(some)} values, {sum(e.is_right for e in some)} right; "
            f"ECE {metrics.ece(before):.4f} as shipped, {metrics.ece(after):.4f} fitted on others; "
            f"acceptable at 99 % precision {metrics.coverage(before):.1%}, "
            f"{metrics.coverage(after):.1%}"
        )


def main(
    data: Annotated[list[Path], typer.Option(help="Folder with labels.jsonl; may be repeated.")],
    output: Annotated[
        Path | None, typer.Option(help="File for the calibration; the one that ships by default.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Folder for readings.")] = Path(".cache/readings"),
    vlm: Annotated[
        str, typer.Option(help="Model to fit it for; where it runs, DOCAI_VLM_… variables say.")
    ] = BUILTIN,
    forms: Annotated[int, typer.Option(min=0, help="Invented forms to fit on, too.")] = 60,
) -> None:
    """Fit the calibration on documents held out of training."""
    if output is None and vlm != BUILTIN:
        raise SystemExit(
            f"the calibration that ships is the built-in model's; give --output for {vlm}"
        )
    try:
        pipeline = build.pipeline(_settings(vlm))
        pipeline = replace(pipeline, ocr=WithQuality(CachedOcr(pipeline.ocr, cache)))
        real = list(_held_out_examples(data, pipeline))
        invented = list(collect_forms(forms, pipeline))
    except DocaiError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from error
    _report([*real, *invented], Console())
    invented_groups = {e.signals.group for e in invented} - {e.signals.group for e in real}
    fitted = less_sure(fit([*real, *invented]), invented_groups)
    (output or CALIBRATION).write_bytes(CALIBRATION_JSON.dump_json(fitted, indent=1) + b"\n")


def _settings(vlm: str) -> Settings:
    """Return what to run: nothing of the environment has a say in the calibration that ships."""
    return Settings() if vlm == BUILTIN else read_settings().model_copy(update={"vlm": vlm})


def _held_out_examples(folders: Iterable[Path], pipeline: Pipeline) -> Iterator[Example]:
    """Yield every value reported on the held-out documents of some data sets.

    Raises:
        DatasetError: a data set cannot be read, or holds no document that is held out.
    """
    for folder in folders:
        held_out = [d for d in documents_of(folder, "train") if is_held_out(d)]
        if not held_out:
            raise DatasetError(f"{folder} holds no document that is held out of training")
        yield from collect(held_out, pipeline)


if __name__ == "__main__":
    typer.run(main)
