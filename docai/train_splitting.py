"""Fits what weighs the signs of borders: ``python -m docai.train_splitting --help``.

Stacks are made of documents whose pages belong together: those of data sets, and invented ones.
Nothing at run time imports this module.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docai.borders import Face, signs
from docai.geometry import box_polygon, polygon_box, union
from docai.load import load_path
from docai.ocr.cached import CachedOcr
from docai.ocr.ppocr import PPOcr
from docai.ocr.textlayer import WithTextLayer
from docai.output import replacing
from docai.reading import Line, Reading, Word
from docai.splitting import WEIGHTS, BorderWeights
from docai.vlm.builtin.corpus import labelled
from docai.vlm.builtin.synth.form import LAYOUTS as FORMS
from docai.vlm.builtin.synth.form import form
from docai.vlm.builtin.synth.invoice import LAYOUTS as INVOICES
from docai.vlm.builtin.synth.invoice import invoice
from docai.vlm.builtin.synth.other import LAYOUTS as OTHERS
from docai.vlm.builtin.synth.other import other
from docai.vlm.builtin.synth.receipt import generate
from docai.vlm.builtin.synth.sample import Sample

MOST_DOCUMENTS = 8  # in a stack
ONE_SOURCE = 0.6  # share of stacks whose documents are of one data set, or invented
BLANK_SHARE = 0.06  # of documents that a blank page follows
PENALTY = 2.0  # on squared weights

Pages = tuple[Reading, ...]
"""A document, read."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Pages one after the other, numbered from 1.

    Attributes:
        readings: one per page.
        starts: numbers of the pages that open a document.
    """

    readings: Pages
    starts: frozenset[int]


def read_documents(folder: Path, split: str, cache: Path) -> list[Pages]:
    """Read the documents of one split of a data set.

    Raises:
        DocaiError: they cannot be read.
    """
    ocr = CachedOcr(WithTextLayer(PPOcr()), cache)
    return [
        tuple(ocr.read(page) for page in load_path(document.path).pages)
        for document in labelled([folder], split)
    ]


def invented(count: int, first: int, *, measuring: bool) -> Iterator[Pages]:
    """Yield invented documents: of the layouts that are kept for measuring, or of the others."""
    makers = ((invoice, INVOICES), (invoice, INVOICES), (form, FORMS), (other, OTHERS))
    for seed in range(first, first + count):
        rng = random.Random(f"stack {seed}")
        if rng.random() < 0.15:
            yield (reading_of(generate(seed, draw=False)),)
            continue
        make, layouts = rng.choice(makers)
        cut = len(layouts) - len(layouts) // 4
        layout = rng.choice(layouts[cut:] if measuring else layouts[:cut])
        yield tuple(reading_of(page) for page in make(seed, layout=layout, draw=False))


def reading_of(sample: Sample) -> Reading:
    """Return an invented page as OCR would read it without a slip."""
    words = tuple(Word(word.text, word.polygon, 1.0) for word in sample.words)
    lines = []
    start = 0
    for stop in range(1, len(words) + 1):
        if stop == len(words) or sample.line_of_word[stop] != sample.line_of_word[start]:
            box = union(polygon_box(word.polygon) for word in words[start:stop])
            lines.append(Line(start, stop, box_polygon(box)))
            start = stop
    height, width = sample.picture.shape[:2]
    return Reading(sample.page, (height, width), words, tuple(lines), 0.0, "invented")


def stacks(groups: Sequence[Sequence[Pages]], count: int, seed: int) -> Iterator[Stack]:
    """Yield stacks of documents drawn from groups: mostly all from one of them."""
    rng = random.Random(f"stacks {seed}")
    everything = [document for group in groups for document in group]
    for _ in range(count):
        group = rng.choice(groups) if rng.random() < ONE_SOURCE else everything
        drawn = rng.sample(group, min(len(group), rng.randint(1, MOST_DOCUMENTS)))
        yield stacked(drawn, rng)


def stacked(documents: Sequence[Pages], rng: random.Random) -> Stack:
    """Return documents as one stack, a blank page behind some."""
    readings: list[Reading] = []
    starts = set()
    for document in documents:
        starts.add(len(readings) + 1)
        readings += [replace(r, page=len(readings) + n) for n, r in enumerate(document, start=1)]
        if rng.random() < BLANK_SHARE:
            size = document[-1].size
            readings.append(Reading(len(readings) + 1, size, (), (), 0.0, readings[-1].engine))
    return Stack(tuple(readings), frozenset(starts))


def examples(stack: Stack) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Yield the signs of each place between pages, and whether documents are cut there."""
    faces = [Face(reading) for reading in stack.readings if reading.words]
    for before, after in pairwise(faces):
        pages = range(before.reading.page + 1, after.reading.page + 1)
        seen = signs(before, after, is_parted=len(pages) > 1)
        yield seen, any(page in stack.starts for page in pages)


def fit(seen: NDArray[np.float64], is_border: NDArray[np.float64]) -> tuple[float, list[float]]:
    """Fit a logistic regression with a penalty on large weights.

    Args:
        seen: (N, signs).
        is_border: (N,) 0 or 1.

    Returns:
        Intercept and weights.
    """
    from scipy.optimize import minimize

    design = np.column_stack([np.ones(len(seen)), seen])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = design @ weights
        missed = np.logaddexp(0, odds).sum() - (odds * is_border).sum()
        slope = design.T @ (1 / (1 + np.exp(-odds)) - is_border)
        shrink = np.r_[0.0, weights[1:]]
        return missed + PENALTY * (shrink**2).sum() / 2, slope + PENALTY * shrink

    intercept, *weights = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x
    return float(intercept), [float(weight) for weight in weights]


def main(arguments: list[str] | None = None) -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        help="a data set; one that is named twice counts twice",
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/readings"))
    parser.add_argument("--invented", type=int, default=1500, help="documents")
    parser.add_argument("--stacks", type=int, default=1200)
    parser.add_argument("--opens-weight", type=float, default=0.5, help="of the model's log odds")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    asked = parser.parse_args(arguments)
    groups = [read_documents(folder, "train", asked.cache) for folder in asked.data]
    groups = [group for group in groups if group]
    groups.append(list(invented(asked.invented, 0, measuring=False)))
    found = [one for stack in stacks(groups, asked.stacks, 0) for one in examples(stack)]
    seen = np.array([signs_ for signs_, _ in found])
    is_border = np.array([is_cut for _, is_cut in found], np.float64)
    intercept, weights = fit(seen, is_border)
    weights[-1] = asked.opens_weight  # nobody's opinion was among the signs
    about = {"data": [f.name for f in asked.data], "places": len(found), "stacks": asked.stacks}
    fitted = BorderWeights(intercept, tuple(weights), about)
    with replacing(asked.output) as file:
        file.write((json.dumps(fitted.to_json(), indent=2) + "\n").encode())


if __name__ == "__main__":
    main()
