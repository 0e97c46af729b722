"""Spoil invented pages step by step: what `Quality` says, and how many words OCR then loses.

    python benchmarks/quality.py [--pages N]

Words lost: share of the printed words (bag, case as printed) that the default OCR engine no
longer returns. The thresholds of `docai.extraction.picture` are read off this table.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before numpy is imported

import argparse
import random
from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from docai.document import Page, Picture
from docai.ocr.ppocr import PPOcr
from docai.ocr.with_quality import WithQuality
from docai.vlm.builtin.synth.paper import Paper

NOUNS = "Order Total Street Account Number Reference Amount Delivery Contract Payment Branch"
FONTS = ("LiberationSans-Regular", "LiberationSerif-Regular", "DejaVuSans")


def page(seed: int) -> tuple[Picture, Counter[str]]:
    """Set a page in ordinary type, about 20 px high in capitals."""
    rng = random.Random(seed)
    paper = Paper(rng, (1200, 1000), font=FONTS[seed % len(FONTS)], text_size=26)
    for row in range(24):
        words = [rng.choice(NOUNS.split()), *(str(rng.randint(100, 99999)) for _ in range(3))]
        rng.shuffle(words)
        paper.text(" ".join(words), 60 + 40 * (row % 3), 80 + row * 45)
    made = paper.sample(seed, kind="other", layout="", language="en", truth={})
    return made.picture, Counter(word.text for word in made.words)


def shrunk(picture: Picture, factor: float) -> Picture:
    """Scan at a lower resolution."""
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def blurred(picture: Picture, sigma: float) -> Picture:
    """Hold the camera out of focus."""
    return cv2.GaussianBlur(picture, (0, 0), sigma) if sigma else picture


def faded(picture: Picture, contrast: float) -> Picture:
    """Bring ink and paper together, with the grain that a dark photo has."""
    grain = np.random.default_rng(0).normal(0, 4, picture.shape[:2])[:, :, None]
    return np.clip(110 + (picture.astype(np.float32) - 110) * contrast + grain, 0, 255).astype(
        np.uint8
    )


def glaring(picture: Picture, share: float) -> Picture:
    """Photograph grey paper with a lamp that washes out a part of it."""
    grey = picture.astype(np.float32) * 0.72
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    height, width = picture.shape[:2]
    far = np.hypot((rows - height / 2) / height, (columns - width / 2) / width)
    lamp = np.clip((np.sqrt(share / np.pi) - far) * 12 + 0.5, 0, 1)[:, :, None] if share else 0
    return np.clip(grey + lamp * 255, 0, 255).astype(np.uint8)


STEPS: tuple[tuple[str, Callable[[Picture, float], Picture], tuple[float, ...]], ...] = (
    ("blur, sigma px", blurred, (0, 1, 2, 2.5, 3, 3.5, 4, 5)),
    ("scale", shrunk, (1, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2)),
    ("contrast", faded, (1, 0.5, 0.3, 0.2, 0.15, 0.1, 0.06)),
    ("glare, share", glaring, (0, 0.02, 0.05, 0.1, 0.2, 0.4)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=4)
    pages = [page(seed) for seed in range(parser.parse_args().pages)]
    engine = WithQuality(PPOcr())
    table = Table("spoilt by", "step", "words lost %", "blur", "resolution", "glare", "contrast")
    for name, spoil, steps in STEPS:
        for step in steps:
            lost, seen = [], []
            for picture, words in pages:
                reading = engine.read(Page(1, np.ascontiguousarray(spoil(picture, step))))
                read = Counter(word.text for word in reading.words)
                lost.append(1 - (read & words).total() / words.total())
                seen.append(reading.quality)
            cells = [
                f"{np.mean([getattr(q, part) for q in seen if q]):.2f}"
                for part in ("blur", "resolution", "glare", "contrast")
            ]
            table.add_row(name, f"{step:g}", f"{100 * np.mean(lost):.1f}", *cells)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
