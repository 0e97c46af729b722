"""Compare two OCR engines page by page: CPU seconds and word F1 on labelled transcripts.

    python benchmarks/ocr.py --data DIR [--engine-a docai] [--engine-b rapidocr] [--limit N]

DIR holds a ``labels.jsonl`` whose documents carry ``lines``. Both engines read every page in this
one process, one thread each, taking turns at going first, so that a busy machine slows both alike.
Word F1: bags of words, case-insensitive, micro-averaged over pages.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before numpy is imported

import argparse
import datetime as dt
import json
import platform
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from docai.document import Page, Picture

Read = Callable[[Picture], list[str]]


@dataclass
class Tally:
    """What one engine has cost and found so far; `cpu_s` has an entry per page."""

    engine: str
    cpu_s: list[float]
    right: int = 0
    printed: int = 0
    labelled: int = 0

    @property
    def word_f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(self.printed + self.labelled, 1)


def open_docai() -> tuple[str, Read]:
    from docai.ocr.ppocr import PPOcr

    engine = PPOcr()
    return engine.name, lambda picture: [w.text for w in engine.read(Page(1, picture)).words]


def open_rapidocr() -> tuple[str, Read]:
    import logging
    from importlib.metadata import version

    from rapidocr import RapidOCR

    logging.disable(logging.WARNING)
    names = ("intra_op_num_threads", "inter_op_num_threads")
    engine = RapidOCR(params={f"EngineConfig.onnxruntime.{name}": 1 for name in names})

    def read(picture: Picture) -> list[str]:
        return [w for line in engine(picture[:, :, ::-1]).txts or () for w in line.split()]

    return f"rapidocr/{version('rapidocr')}", read


ENGINES = {"docai": open_docai, "rapidocr": open_rapidocr}


def read_page(tally: Tally, read: Read, picture: Picture, wanted: Counter[str]) -> None:
    start = time.process_time()
    found = Counter(word.upper() for word in read(picture))
    tally.cpu_s.append(time.process_time() - start)
    tally.right += (found & wanted).total()
    tally.printed += found.total()
    tally.labelled += wanted.total()


def documents(folder: Path, split: str, limit: int | None) -> list[dict[str, Any]]:
    rows = map(json.loads, (folder / "labels.jsonl").read_text("utf8").splitlines())
    chosen = [row for row in rows if row["split"] == split]
    random.Random(0).shuffle(chosen)
    return chosen[:limit]


def compare(folder: Path, rows: list[dict[str, Any]], names: tuple[str, str]) -> list[Tally]:
    opened = [ENGINES[name]() for name in names]
    tallies = [Tally(name, []) for name, _ in opened]
    pairs = [(tally, read) for tally, (_, read) in zip(tallies, opened, strict=True)]
    for number, row in enumerate(rows):
        with Image.open(folder / row["file"]) as image:
            picture = np.array(image.convert("RGB"))
        wanted = Counter(w for line in row["lines"] for w in line["text"].upper().split())
        for tally, read in pairs if number % 2 else pairs[::-1]:
            read_page(tally, read, picture, wanted)
    return tallies


def show(tallies: list[Tally]) -> None:
    table = Table("engine", "pages", "word F1", "CPU s/page", "of the second's")
    for tally in tallies:
        mean = float(np.mean(tally.cpu_s))
        share = mean / float(np.mean(tallies[-1].cpu_s))
        cells = (f"{100 * tally.word_f1:.1f}", f"{mean:.2f}", f"{share:.2f}")
        table.add_row(tally.engine, str(len(tally.cpu_s)), *cells)
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--engine-a", choices=ENGINES, default="docai")
    parser.add_argument("--engine-b", choices=ENGINES, default="rapidocr")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--append", type=Path, default=Path(__file__).with_name("ocr.jsonl"))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    rows = documents(given.data, given.split, given.limit)
    tallies = compare(given.data, rows, (given.engine_a, given.engine_b))
    show(tallies)
    record = {
        "date": dt.date.today().isoformat(),
        "machine": platform.processor() or platform.machine(),
        "data": given.data.name,
        "split": given.split,
        "engines": [asdict(t) | {"cpu_s": sum(t.cpu_s), "word_f1": t.word_f1} for t in tallies],
        "pages": len(rows),
    }
    with given.append.open("a") as file:
        file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
