"""How well documents are parted: ``python benchmarks/splitting.py --help``.

``scans``: several invented receipts on one scan. ``uncut``: pages of data sets that are one
document each; whatever is cut there is wrong. ``stacks``: documents one after the other, invented
ones of layouts that were kept for measuring, and those of data sets.
"""

import argparse
import json
import multiprocessing
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from docai.geometry import Polygon
from docai.load import load_path
from docai.ocr.regions import regions
from docai.splitting import Border, BorderWeights
from docai.train_splitting import Stack, examples, invented, read_documents, stacks
from docai.vlm.builtin.synth.scan import GROUNDS, scan

SAME = 0.8  # intersection over union, from which on a receipt is cut right


def main() -> None:
    """Measure one thing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=1)
    what = parser.add_subparsers(required=True)
    scans = what.add_parser("scans", help="receipts on generated scans: share all found and cut")
    scans.add_argument("--count", type=int, default=200, help="scans per ground")
    scans.add_argument("--first", type=int, default=1_000_000, help="seed of the first")
    scans.set_defaults(run=measure_scans)
    uncut = what.add_parser("uncut", help="pages that are one document: how many are cut")
    uncut.add_argument("datasets", type=Path, nargs="+", metavar="DATASET")
    uncut.add_argument("--split", default="dev")
    uncut.set_defaults(run=measure_uncut)
    piled = what.add_parser("stacks", help="border F1, and share of stacks cut all right")
    piled.add_argument("datasets", type=Path, nargs="*", metavar="DATASET")
    piled.add_argument("--split", default="dev")
    piled.add_argument("--cache", type=Path, default=Path(".cache/readings"))
    piled.add_argument("--count", type=int, default=300, help="stacks of each source")
    piled.set_defaults(run=measure_stacks)
    asked = parser.parse_args()
    asked.run(asked)


def measure_scans(asked: argparse.Namespace) -> None:
    """Print how many scans have all their receipts found and cut right, by ground."""
    seeds = range(asked.first, asked.first + asked.count)
    with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
        total = []
        for ground in GROUNDS:
            right = pool.map(partial(is_cut_right, ground), seeds)
            total += right
            wrong = [seed for seed, is_right in zip(seeds, right, strict=True) if not is_right]
            print(
                f"{ground}: {np.mean(right):.3f} of {len(right)}; wrong: {wrong[:12]}", flush=True
            )
    print(f"all: {np.mean(total):.4f} of {len(total)}")


def is_cut_right(ground: str, seed: int) -> bool:
    """Tell whether the receipts of a scan are found, each, and nothing besides."""
    made = scan(seed, ground=ground)
    found = regions(made.picture)
    if len(made.polygons) == 1:
        return len(found) < 2
    if len(found) != len(made.polygons):
        return False
    return all(max(iou(truth, one) for one in found) >= SAME for truth in made.polygons)


def iou(a: Polygon, b: Polygon) -> float:
    """Return intersection over union of two convex polygons."""
    first, second = (np.array(polygon, np.float32) for polygon in (a, b))
    shared, _ = cv2.intersectConvexConvex(first, second)
    return float(shared / (cv2.contourArea(first) + cv2.contourArea(second) - shared))


def measure_uncut(asked: argparse.Namespace) -> None:
    """Print which pages of data sets are cut that should not be."""
    with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
        for folder in asked.datasets:
            rows = map(json.loads, (folder / "labels.jsonl").read_text("utf8").splitlines())
            paths = [folder / row["file"] for row in rows if row["split"] == asked.split]
            cut = Counter[str]()
            num_pages = 0
            for path, counts in zip(paths, pool.imap(num_regions, paths), strict=True):
                num_pages += len(counts)
                cut.update({path.name: sum(count > 1 for count in counts)})
            names = [name for name, count in cut.items() if count]
            print(
                f"{folder.name}: {sum(cut.values())} of {num_pages} pages cut: {names}", flush=True
            )


def num_regions(path: Path) -> Sequence[int]:
    """Return the number of regions on every page of a file."""
    return [len(regions(page.picture)) for page in load_path(path).pages]


def measure_stacks(asked: argparse.Namespace) -> None:
    """Print how well stacks are cut, source by source."""
    sources = {
        folder.name: read_documents(folder, asked.split, asked.cache) for folder in asked.datasets
    }
    sources["invented"] = list(invented(400, 1_000_000, measuring=True))
    for name, documents in sources.items():
        show_stacks(name, list(stacks([documents], asked.count, 7)))
    if len(sources) > 2:
        real = [sources[folder.name] for folder in asked.datasets]
        show_stacks("all data sets, mixed", list(stacks(real, asked.count, 7)))


def show_stacks(name: str, made: Sequence[Stack]) -> None:
    """Print how well some stacks are cut."""
    weights = BorderWeights.read()
    tally = Counter[str]()
    for stack in made:
        is_right = True
        for seen, is_border in examples(stack):
            border = Border(0, 1, weights.probability(seen))
            tally[f"{border.is_cut}, {is_border}"] += 1
            tally["unsure"] += not border.is_sure
            tally["wrong and sure"] += border.is_sure and border.is_cut != is_border
            is_right &= border.is_cut == is_border
        tally["right"] += is_right
    both, extra, missed = tally["True, True"], tally["True, False"], tally["False, True"]
    sure = tally["wrong and sure"]
    print(
        f"{name}: border F1 {2 * both / (2 * both + extra + missed):.4f}, "
        f"stacks all right {tally['right'] / len(made):.3f} of {len(made)}, {extra} borders too "
        f"many, {missed} missed, {tally['unsure']} unsure, {sure} wrong and sure",
        flush=True,
    )


if __name__ == "__main__":
    main()
