"""Check boxes, radio buttons, signatures: what is found, and whether its state is right.

    python benchmarks/marks.py [--sheets N] [--forms N] [--data FOLDER ...]

Invented pages that training never saw: crowded sheets, and forms of the layouts kept for
measuring. Found: IoU of at least 0.5, confidence at least 0.5 (as `settle` asks without words).
``--data`` names data sets without any check box: every mark there is a false one.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before numpy is imported

import argparse
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from docai.document import Picture
from docai.geometry import Box, iou, polygon_box
from docai.load import load_path
from docai.vlm.builtin.corpus import labelled
from docai.vlm.builtin.ink import ink_of
from docai.vlm.builtin.marks import (
    CHECK_BOX,
    KINDS,
    RADIO_BUTTON,
    SIGNATURE,
    marks_in,
    signature_in,
)
from docai.vlm.builtin.rules import rules_in
from docai.vlm.builtin.synth.form import LAYOUTS, form
from docai.vlm.builtin.synth.sample import SynthMark
from docai.vlm.builtin.synth.tick_sheet import tick_sheet

FIRST_SEED = 1_000_000
PICTURES = 30  # of each data set
TICKABLE = (CHECK_BOX, RADIO_BUTTON)


@dataclass
class Tally:
    """Counts per kind of mark on one set of pages."""

    pages: int = 0
    there: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    said: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    cpu_s: list[float] = field(default_factory=list)

    def add(self, picture: Picture, truth: Iterable[SynthMark]) -> None:
        """Count one page."""
        start = time.process_time()
        ink = ink_of(picture)
        rows = marks_in(ink)
        rules_in(ink)
        self.cpu_s.append(time.process_time() - start)
        self.pages += 1
        wanted = [(mark.kind, polygon_box(mark.polygon), mark.is_set) for mark in truth]
        for kind in TICKABLE:
            said = rows[(rows[:, 4] == KINDS.index(kind)) & (rows[:, 6] >= 0.5)]
            self.said[kind] += len(said)
            self._match(kind, said, [(box, is_set) for k, box, is_set in wanted if k == kind])
        for kind, box, is_set in wanted:
            if kind == SIGNATURE:
                self.there[kind] += 1
                self.found[kind] += 1
                self.right[kind] += (signature_in(rows, box) >= 0.5) == is_set

    def _match(self, kind: str, said: np.ndarray, truth: list[tuple[Box, bool]]) -> None:
        self.there[kind] += len(truth)
        left = said.tolist()
        for box, is_set in truth:
            best = max(left, key=lambda row: iou(tuple(row[:4]), box), default=None)
            if best is not None and iou(tuple(best[:4]), box) >= 0.5:
                left.remove(best)
                self.found[kind] += 1
                self.right[kind] += (best[5] >= 0.5) == is_set

    def show(self, name: str, table: Table) -> None:
        """Add a line per kind."""
        for kind in KINDS:
            there, said, found = self.there[kind], self.said[kind], self.found[kind]
            cells = (
                f"{100 * found / said:.1f}" if said and there and kind in TICKABLE else "",
                f"{100 * found / there:.1f}" if there and kind in TICKABLE else "",
                f"{100 * self.right[kind] / found:.1f}" if found else "",
                f"{(said - found) / max(self.pages, 1):.2f}" if kind in TICKABLE else "",
                f"{1000 * float(np.median(self.cpu_s)):.0f}" if self.cpu_s else "",
            )
            table.add_row(name, kind, str(self.pages), str(there), *cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sheets", type=int, default=40)
    parser.add_argument("--forms", type=int, default=40)
    parser.add_argument("--data", type=Path, action="append", default=[])
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    columns = (
        "pages",
        "kind",
        "n",
        "marks",
        "precision",
        "recall",
        "state",
        "false/page",
        "CPU ms",
    )
    table = Table(*columns)
    for name, noises in (("clean", (0.0,)), ("noisy", (0.2, 0.4, 0.6))):
        sheets, forms = Tally(), Tally()
        for n in range(asked.sheets):
            made = tick_sheet(FIRST_SEED + n, noises[n % len(noises)])
            sheets.add(made.picture, made.marks)
        kept = LAYOUTS[len(LAYOUTS) - len(LAYOUTS) // 4 :]
        for n in range(asked.forms):
            noise = noises[n % len(noises)]
            for page in form(FIRST_SEED + n, layout=kept[n % len(kept)], noise=noise):
                forms.add(page.picture, page.marks)
        sheets.show(f"sheets, {name}", table)
        forms.show(f"forms, {name}", table)
    for folder in asked.data:
        real = Tally()
        documents = labelled([folder], "dev")
        random.Random(0).shuffle(documents)
        for document in documents[:PICTURES]:
            real.add(load_path(document.path).pages[0].picture, ())
        real.show(folder.name, table)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
