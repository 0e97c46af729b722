"""Train the two small networks that tell check boxes and radio buttons from other shapes.

    python -m docai.vlm.builtin.train_marks --data FOLDER [--data FOLDER] [--sheets 200] --out FILE

Right ones stand on invented sheets; wrong ones there, too, and on real pictures of receipts and
invoices, which have no boxes to tick. A few minutes on one core.
"""

import argparse
import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.console import Console

from docai.document import Picture
from docai.geometry import Box, iou, polygon_box
from docai.load import load_path
from docai.vlm.builtin import circles, squares
from docai.vlm.builtin.corpus import labelled
from docai.vlm.builtin.ink import Floats, ink_of
from docai.vlm.builtin.shapes import NETS, Net, save_nets
from docai.vlm.builtin.synth.form import form
from docai.vlm.builtin.synth.sample import SynthMark
from docai.vlm.builtin.synth.tick_sheet import tick_sheet

HIDDEN = 8
STEPS = 1500
PICTURES = 60  # of each folder
SEARCHES = {"squares": (squares, "check_box"), "circles": (circles, "radio_button")}

Seen = dict[str, list[tuple[Floats, bool]]]


def collect(picture: Picture, marks: Iterable[SynthMark], seen: Seen) -> None:
    """Add the candidates on a picture, and whether each is a mark."""
    ink = ink_of(picture)
    for name, (search, kind) in SEARCHES.items():
        truth = [polygon_box(mark.polygon) for mark in marks if mark.kind == kind]
        boxes, more = search.candidates(ink)
        rows = search.features(ink, boxes, more)
        for corners, row in zip(ink.on_page(boxes).tolist(), rows, strict=True):
            box: Box = (corners[0], corners[1], corners[2], corners[3])
            overlap = max((iou(box, other) for other in truth), default=0.0)
            if not 0.3 < overlap < 0.5:
                seen[name].append((row, overlap >= 0.5))


def fit(rows: Floats, wanted: Floats) -> Net:
    """Fit a network by Adam on all rows at once; the features are scaled, then scaled back."""
    rng = np.random.default_rng(0)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = (rows - mean) / spread
    parts = [rng.normal(0, 0.3, (rows.shape[1], HIDDEN)), np.zeros(HIDDEN)]
    parts += [rng.normal(0, 0.3, HIDDEN), np.zeros(())]
    first, second = [np.zeros_like(p) for p in parts], [np.zeros_like(p) for p in parts]
    for step in range(1, STEPS + 1):
        hidden = np.tanh(scaled @ parts[0] + parts[1])
        score = np.clip(hidden @ parts[2] + parts[3], -30, 30)
        error = (1 / (1 + np.exp(-score)) - wanted) / len(wanted)
        back = np.outer(error, parts[2]) * (1 - hidden**2)
        slopes = [scaled.T @ back + 1e-4 * parts[0], back.sum(axis=0)]
        slopes += [hidden.T @ error + 1e-4 * parts[2], error.sum()]
        for n, slope in enumerate(slopes):
            first[n] = 0.9 * first[n] + 0.1 * slope
            second[n] = 0.99 * second[n] + 0.01 * slope**2
            size = np.sqrt(second[n] / (1 - 0.99**step)) + 1e-8
            parts[n] = parts[n] - 0.02 * first[n] / (1 - 0.9**step) / size
    inner = parts[0] / spread[:, None]
    return Net(inner, parts[1] - mean @ inner, parts[2], float(parts[3]))


def main() -> None:
    """Collect candidates, fit both networks, and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--sheets", type=int, default=200)
    parser.add_argument("--out", type=Path, default=NETS)
    asked = parser.parse_args()
    seen: Seen = {name: [] for name in SEARCHES}
    for seed in range(asked.sheets):
        sample = tick_sheet(seed)
        collect(sample.picture, sample.marks, seen)
        if seed % 3 == 0:
            for page in form(seed):
                collect(page.picture, page.marks, seen)
    for folder in asked.data:
        documents = labelled([folder], "train")
        random.Random(0).shuffle(documents)
        for document in documents[:PICTURES]:
            collect(load_path(document.path).pages[0].picture, (), seen)
    nets = {}
    for name, pairs in seen.items():
        wanted = np.array([is_mark for _, is_mark in pairs], np.float64)
        nets[name] = fit(np.array([row for row, _ in pairs]), wanted)
        Console().print(f"{name}: {len(pairs)} candidates, {int(wanted.sum())} of them marks")
    save_nets(nets, asked.out)


if __name__ == "__main__":
    main()
