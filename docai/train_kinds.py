"""Fit the built-in classifier of kinds: ``python -m docai.train_kinds --data DIR…``.

Reads labelled training documents, notes what the built-in model finds on each, and fits a softmax
regression: receipts, and every other kind that has a schema, against all the rest. Prints how many
documents of the dev splits it tells right, and how many it is sure of.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from docai import build
from docai.classifiers import KINDS, NAMES, KindWeights, kind_signals
from docai.errors import DatasetError, DocaiError
from docai.kinds import OTHER, SURE
from docai.load import load_path
from docai.ocr.cached import CachedOcr
from docai.ocr.engine import OcrEngine
from docai.settings import Settings
from docai.vlm.builtin.corpus import Labelled, labelled
from docai.vlm.builtin.inference import BuiltinVlm

STRENGTH = 0.005  # of the pull towards no weights, per standard deviation of what is seen
PER_SET = 150  # documents of a data set that are fitted on: many of them share a few issuers

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One document.

    Attributes:
        dataset: where it comes from.
        kind: what it is.
        seen: its signals, see `docai.kinds.NAMES`.
    """

    dataset: str
    kind: str
    seen: tuple[float, ...]


def examples(
    folders: Iterable[Path], split: str, ocr: OcrEngine, kinds: Sequence[str], most: int | None
) -> list[Example]:
    """Read documents of one split of some data sets; those that cannot be read are left out.

    Args:
        folders: of the data sets, each with a ``labels.jsonl``.
        split: such as ``train``.
        ocr: reads pages.
        kinds: that there are schemas for; the others are all the same.
        most: how many of each data set; None for all.
    """
    vlm = BuiltinVlm()
    found = []
    for folder in folders:
        chosen = sorted(labelled([folder], split), key=_shuffled)[:most]
        for document in track(chosen, f"{folder.name} {split}"):
            seen = _seen(document, ocr, vlm)
            kind = document.label["kind"]
            if seen is not None:
                found.append(Example(folder.name, kind if kind in kinds else OTHER, tuple(seen)))
    return found


def _shuffled(document: Labelled) -> bytes:
    """Return a key that puts documents in an order of no meaning, the same everywhere."""
    return hashlib.sha256(document.id.encode()).digest()


def _seen(document: Labelled, ocr: OcrEngine, vlm: BuiltinVlm) -> list[float] | None:
    """Return the signals of a document; None where it cannot be read or is blank."""
    try:
        loaded = load_path(document.path)
        readings = [ocr.read(page) for page in loaded.pages]
    except DocaiError:
        return None
    if not any(reading.words for reading in readings):
        return None
    tokens = [vlm.encode(page) for page in loaded.pages]
    return kind_signals(vlm, readings, tokens)


def fit(some: Sequence[Example], kinds: Sequence[str], about: dict[str, Any]) -> KindWeights:
    """Fit weights; every kind weighs the same, and every data set within its kind.

    Raises:
        DatasetError: there is no example of a kind.
    """
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    names = [*kinds, OTHER]
    for name in names:
        if not any(example.kind == name for example in some):
            raise DatasetError(f"there is no document of the kind {name!r} to fit on")
    raw = np.array([example.seen for example in some])
    mean, spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-6)
    x = np.column_stack([(raw - mean) / spread, np.ones(len(some))])
    y = np.array([names.index(example.kind) for example in some])
    weight = _evened(some)

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(len(kinds), -1)
        logits = np.column_stack([x @ weights.T, np.zeros(len(x))])
        log_p = log_softmax(logits, axis=1)
        wrong = np.exp(log_p)
        wrong[np.arange(len(y)), y] -= 1
        pull = weights.copy()
        pull[:, -1] = 0  # the intercept is free
        value = -(weight * log_p[np.arange(len(y)), y]).sum() + STRENGTH / 2 * (pull**2).sum()
        gradient = (weight[:, None] * wrong[:, :-1]).T @ x + STRENGTH * pull
        return float(value), gradient.ravel()

    best = minimize(loss, np.zeros(len(kinds) * x.shape[1]), jac=True, method="L-BFGS-B").x
    scaled = best.reshape(len(kinds), -1)
    slopes = scaled[:, :-1] / spread
    intercepts = scaled[:, -1] - slopes @ mean
    return KindWeights(
        {kind: round(float(b), 4) for kind, b in zip(kinds, intercepts, strict=True)},
        {
            kind: tuple(round(float(w), 4) for w in row)
            for kind, row in zip(kinds, slopes, strict=True)
        },
        about,
    )


def _evened(some: Sequence[Example]) -> Matrix:
    """Return weights of examples that add up to 1, evenly over kinds and their data sets."""
    sets: dict[str, set[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for example in some:
        sets.setdefault(example.kind, set()).add(example.dataset)
        key = (example.kind, example.dataset)
        counts[key] = counts.get(key, 0) + 1
    each = [len(sets) * len(sets[e.kind]) * counts[e.kind, e.dataset] for e in some]
    return 1 / np.array(each, float)


def report(some: Sequence[Example], weights: KindWeights) -> dict[str, dict[str, float]]:
    """Return, per data set, the shares told right, told surely, and surely told wrong."""
    rows: dict[str, dict[str, float]] = {}
    for dataset in dict.fromkeys(example.dataset for example in some):
        told = [
            (example.kind, *_told(example, weights))
            for example in some
            if example.dataset == dataset
        ]
        rows[dataset] = {
            "documents": len(told),
            "right": _share(kind == name for kind, name, _ in told),
            "sure": _share(p >= SURE for _, _, p in told),
            "surely_wrong": _share(p >= SURE and kind != name for kind, name, p in told),
        }
    return rows


def _share(of: Iterable[bool]) -> float:
    """Return the share of what is true."""
    return round(float(np.mean(list(of))), 4)


def _told(example: Example, weights: KindWeights) -> tuple[str, float]:
    """Return the likeliest kind and its probability."""
    probabilities = weights.probabilities(example.seen)
    name = max(probabilities, key=lambda kind: probabilities[kind])
    return name, probabilities[name]


def main(
    data: Annotated[list[Path], typer.Option(help="Folder with labels.jsonl, to fit on.")],
    dev: Annotated[list[Path], typer.Option(help="The same, to measure its dev split.")],
    output: Annotated[Path, typer.Option(help="File for the weights.")] = KINDS,
    cache: Annotated[Path, typer.Option(help="Folder for readings.")] = Path(".cache/readings"),
    per_set: Annotated[int, typer.Option(help="Documents of a set to fit on.")] = PER_SET,
) -> None:
    """Fit the built-in classifier of kinds, and say how good it is."""
    kinds = build.builtin_schemas()
    try:
        ocr, _ = build.ocr_engine(Settings())
        ocr = CachedOcr(ocr, cache)
        fitted_on = examples(data, "train", ocr, kinds, per_set)
        measured = examples(dev, "dev", ocr, kinds, None)
        weights = fit(fitted_on, kinds, {})
    except DocaiError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from error
    about = {
        "vlm": BuiltinVlm().name,
        "fitted_on": report(fitted_on, weights),
        "dev": report(measured, weights),
    }
    Console().print(about, dict(zip(NAMES, weights.weights[kinds[0]], strict=True)))
    final = KindWeights(weights.intercepts, weights.weights, about)
    output.write_text(json.dumps(final.to_json(), indent=1) + "\n", "utf8")


if __name__ == "__main__":
    typer.run(main)
