"""Training examples from generated receipts, with slips as OCR would make them."""

import random

import numpy as np
from numpy.typing import NDArray

from docai.vlm.builtin.examples import Example
from docai.vlm.builtin.features import Seen, thumbnail
from docai.vlm.builtin.labels import allow
from docai.vlm.builtin.synth.receipt import generate, slips
from docai.vlm.builtin.synth.sample import Sample

DRAWN_SHARE = 0.04  # drawing is dear; most examples go without a picture


def synthetic_example(seed: int) -> Example:
    """Return the example of one generated receipt; the same seed gives the same one."""
    rng = random.Random(seed)
    is_drawn = rng.random() < DRAWN_SHARE
    sample = slips(generate(seed, draw=is_drawn), rng)
    return Example(
        _seen(sample, rng),
        np.stack([allow(word.tag) for word in sample.words]),
        _starts(sample),
        thumbnail(sample.picture) if is_drawn else None,
    )


def _seen(sample: Sample, rng: random.Random) -> Seen:
    """Return the words as a reading of the turned page would give them."""
    polygons = np.array([word.polygon for word in sample.words], np.float32)
    numpy_rng = np.random.default_rng(rng.getrandbits(32))
    return Seen(
        texts=tuple(word.text for word in sample.words),
        boxes=_level(polygons),
        places=polygons.mean(axis=1) / max(sample.picture.shape[:2]),
        confidences=np.clip(1 - numpy_rng.exponential(0.03, len(polygons)), 0.3, 1).astype(
            np.float32
        ),
    )


def _level(polygons: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn polygons so that their top edges are level; return the boxes around them."""
    edges = polygons[:, 1] - polygons[:, 0]
    angle = np.median(np.arctan2(edges[:, 1], edges[:, 0]))
    cos, sin = np.cos(-angle), np.sin(-angle)
    turned = polygons @ np.array([[cos, sin], [-sin, cos]], np.float32)
    boxes: NDArray[np.float32] = np.concatenate([turned.min(axis=1), turned.max(axis=1)], axis=1)
    moved: NDArray[np.float32] = boxes - np.tile(boxes[:, :2].min(axis=0), 2)
    return moved


def _starts(sample: Sample) -> NDArray[np.float32]:
    """Return 1 at the first word of every line item, else 0."""
    starts = np.zeros(len(sample.words), np.float32)
    known: set[int] = set()
    for i, word in enumerate(sample.words):
        if word.row is not None and word.row not in known:
            known.add(word.row)
            starts[i] = 1
    return starts
