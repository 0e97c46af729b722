"""How well the structure of tables is found on generated invoices and forms.

    python benchmarks/tables.py [--documents 60] [--noise 0.0] [--ocr] [--plain] [--all-layouts]

Words are those of the generator, where it set them, or with ``--ocr`` those that PP-OCR read in the
drawn picture; ruling lines are found in the picture, with ``--plain`` none are looked for. Layouts
are those kept for measuring.

A found table is a true one's where the intersection of their boxes is half of their union at
least. *Adjacency F1* is the measure of ICDAR 2013: a relation is a pair of texts in neighbouring
cells that are not empty, and whether one is right of or below the other; texts are compared without
white space, exactly. Relations count over all pages, those of tables that were missed or made up
too; the generator notes tables of items, taxes and forms, not all that a person would call one.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before numpy is imported

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from docai.document import Page
from docai.geometry import Box, iou, polygon_box, union
from docai.ocr.ppocr import PPOcr
from docai.reading import Line, Reading, Word
from docai.table import Table
from docai.vlm.builtin.rules import rules
from docai.vlm.builtin.synth import form, invoice
from docai.vlm.builtin.synth.sample import Sample, SynthTable
from docai.vlm.builtin.tables import tables

Relation = tuple[str, str, str]
Place = tuple[int, int, int, int, str]  # row, column, rows, columns, text

GENERATORS: dict[str, tuple[Callable[..., tuple[Sample, ...]], tuple[str, ...]]] = {
    "invoice": (invoice.invoice, invoice.LAYOUTS),
    "form": (form.form, form.LAYOUTS),
}


@dataclass
class Tally:
    """What was right so far; see the module."""

    true_tables: int = 0
    found_tables: int = 0
    met_tables: int = 0
    true: int = 0
    found: int = 0
    right: int = 0
    right_of_met: int = 0
    all_of_met: int = 0
    seconds: list[float] = field(default_factory=list)

    def f1(self) -> float:
        """Of all relations."""
        return 2 * self.right / max(self.true + self.found, 1)

    def f1_of_met(self) -> float:
        """Of the relations of tables that are true and found."""
        return 2 * self.right_of_met / max(self.all_of_met, 1)


def reading_of(sample: Sample) -> Reading:
    """Return the words of a page as OCR would hand them over."""
    words = tuple(Word(w.text, w.polygon, 1.0) for w in sample.words)
    numbers = sample.line_of_word
    starts = [i for i in range(len(words)) if not i or numbers[i] != numbers[i - 1]]
    lines = tuple(
        Line(a, b, words[a].polygon) for a, b in zip(starts, [*starts[1:], len(words)], strict=True)
    )
    return Reading(1, sample.picture.shape[:2], words, lines, 0.0, "generated")


def relations(places: Sequence[Place]) -> Counter[Relation]:
    """Return the pairs of neighbouring texts of a table."""
    filled = {
        (row + i, column + j): n
        for n, (row, column, rows, columns, text) in enumerate(places)
        if text
        for i in range(rows)
        for j in range(columns)
    }
    height = max((row for row, _ in filled), default=-1) + 1
    width = max((column for _, column in filled), default=-1) + 1
    pairs = set()
    for (row, column), n in filled.items():
        right = next(
            (m for c in range(column + 1, width) if (m := filled.get((row, c), n)) != n), n
        )
        below = next(
            (m for r in range(row + 1, height) if (m := filled.get((r, column), n)) != n), n
        )
        pairs |= {(n, right, "right"), (n, below, "below")}
    return Counter((places[a][4], places[b][4], how) for a, b, how in pairs if a != b)


def places_of(found: Table, reading: Reading) -> list[Place]:
    """Return the cells of a found table."""
    return [
        (
            c.row,
            c.column,
            c.row_span,
            c.column_span,
            "".join(reading.words[i].text for i in c.words),
        )
        for c in found.cells
    ]


def true_places(table: SynthTable) -> list[Place]:
    """Return the cells of a true table."""
    return [
        (c.row, c.column, c.row_span, c.column_span, "".join(c.text.split())) for c in table.cells
    ]


def box_of(table: SynthTable) -> Box:
    """Return the box around the cells of a true table that are not empty."""
    full = [c for c in table.cells if c.text.strip()] or list(table.cells)
    return union(polygon_box(c.polygon) for c in full)


def count(
    tally: Tally, truth: Sequence[SynthTable], found: Sequence[Table], reading: Reading
) -> None:
    """Add a page to a tally."""
    tally.true_tables += len(truth)
    tally.found_tables += len(found)
    left = list(found)
    for table in truth:
        wanted = relations(true_places(table))
        tally.true += wanted.total()
        best = max(left, key=lambda one: iou(one.box, box_of(table)), default=None)
        if best is None or iou(best.box, box_of(table)) < 0.5:
            continue
        left.remove(best)
        got = relations(places_of(best, reading))
        right = (got & wanted).total()
        tally.met_tables += 1
        tally.found += got.total()
        tally.right += right
        tally.right_of_met += right
        tally.all_of_met += wanted.total() + got.total()
    tally.found += sum(relations(places_of(one, reading)).total() for one in left)


def samples(kind: str, documents: int, noise: float, *, all_layouts: bool) -> Iterator[Sample]:
    """Yield the pages of generated documents, the layouts in turn."""
    make, layouts = GENERATORS[kind]
    kept = layouts if all_layouts else layouts[len(layouts) - len(layouts) // 4 :] or layouts
    for n in range(documents):
        yield from make(700_000 + n, layout=kept[n % len(kept)], noise=noise)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--all-layouts", action="store_true")
    asked = parser.parse_args()
    engine = PPOcr() if asked.ocr else None
    for kind in GENERATORS:
        tally, by_layout = Tally(), dict[str, Tally]()
        for sample in samples(kind, asked.documents, asked.noise, all_layouts=asked.all_layouts):
            reading = engine.read(Page(1, sample.picture)) if engine else reading_of(sample)
            lines = np.empty((0, 5), np.float32) if asked.plain else rules(sample.picture)
            start = time.process_time()
            found = tables(reading, lines)
            seconds = time.process_time() - start
            for one in (tally, by_layout.setdefault(sample.layout, Tally())):
                count(one, sample.tables, found, reading)
                one.seconds.append(seconds)
        for name, one in sorted(by_layout.items()):
            report(f"{kind} {name}", one)
        report(kind, tally)


def report(name: str, tally: Tally) -> None:
    milliseconds = [1000 * seconds for seconds in tally.seconds or [0.0]]
    print(
        f"{name:28} tables {tally.true_tables:4} true {tally.found_tables:4} found "
        f"{tally.met_tables:4} met; adjacency F1 {tally.f1():.3f}, of met tables "
        f"{tally.f1_of_met():.3f}; {median(milliseconds):.1f} ms, at most {max(milliseconds):.1f}"
    )


if __name__ == "__main__":
    main()
