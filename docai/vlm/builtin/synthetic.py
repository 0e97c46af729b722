"""Training examples from generated documents, with slips as OCR would make them."""

import random
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from docai.errors import SettingsError
from docai.ocr.reading_order import reading_order
from docai.vlm.builtin.examples import UNKNOWN, Example
from docai.vlm.builtin.features import Seen, thumbnail
from docai.vlm.builtin.labels import allow
from docai.vlm.builtin.synth import form, invoice, other, receipt
from docai.vlm.builtin.synth.layouts import trained_layouts
from docai.vlm.builtin.synth.sample import Sample
from docai.vlm.builtin.synth.slips import slips
from docai.vlm.builtin.tags import KINDS, ROLES

DRAWN_SHARE = 0.04  # drawing is dear; most examples go without a picture
TRIES = 30


def synthetic_example(kind: str, seed: int, draw: bool | None = None) -> Example:
    """Return the example of a page of one generated document; the same seed gives the same one.

    Args:
        kind: one of `KINDS`.
        seed: any number.
        draw: whether it has a picture; None leaves it to chance.
    """
    rng = random.Random(f"{kind} {seed}")
    is_drawn = rng.random() < DRAWN_SHARE if draw is None else draw
    sample = slips(rng.choice(_pages(kind, rng, is_drawn)), rng)
    return example_of(sample, rng, is_drawn=is_drawn)


def _pages(kind: str, rng: random.Random, is_drawn: bool) -> tuple[Sample, ...]:
    """Generate a document with at least one word on every page."""
    for _ in range(TRIES):
        seed = rng.getrandbits(48)
        try:
            if kind == "receipt":
                return (receipt.generate(seed, draw=is_drawn),)
            make, layouts = _makers()[kind]
            pages = make(seed, layout=rng.choice(layouts), draw=is_drawn)
        except SettingsError:  # no font of this machine prints that language
            continue
        full = tuple(page for page in pages if page.words)
        if full:
            return full
    raise SettingsError(f"no font of this machine prints an invented {kind}")


@cache
def _makers() -> dict[str, tuple[Callable[..., tuple[Sample, ...]], tuple[str, ...]]]:
    """Return what makes documents of each kind, and in which layouts."""
    return {
        "invoice": (invoice.invoice, trained_layouts(invoice.LAYOUTS)),
        "form": (form.form, trained_layouts(form.LAYOUTS)),
        "other": (other.other, trained_layouts(other.LAYOUTS)),
    }


def example_of(sample: Sample, rng: random.Random, *, is_drawn: bool) -> Example:
    """Return the example of one generated page, its words in the order OCR gives them."""
    order = _order(sample)
    words = [sample.words[i] for i in order]
    polygons = np.array([word.polygon for word in words], np.float32)
    has_roles = sample.kind != "receipt"
    return Example(
        seen=Seen(
            texts=tuple(word.text for word in words),
            boxes=_level(polygons),
            places=polygons.mean(axis=1) / max(sample.picture.shape[:2]),
            confidences=_confidences(rng, len(words)),
        ),
        allowed=np.stack([allow(word.tag) for word in words]),
        starts=_starts([word.row for word in words]),
        picture=thumbnail(sample.picture) if is_drawn else None,
        roles=np.array([ROLES.index(w.role) if has_roles else UNKNOWN for w in words], np.int64),
        entities=np.array([UNKNOWN if w.entity is None else w.entity for w in words], np.int64),
        links=np.array(sample.links, np.int64).reshape(-1, 2),
        kind=KINDS.index(sample.kind),
        opens=int(sample.page == 1),
    )


def _order(sample: Sample) -> list[int]:
    """Return the words line by line, the lines as `docai.ocr` orders them."""
    if sample.kind == "receipt":
        return list(range(len(sample.words)))
    lines: dict[int, list[int]] = {}
    for i, line in enumerate(sample.line_of_word):
        lines.setdefault(line, []).append(i)
    members = list(lines.values())
    polygons = [
        (*sample.words[line[0]].polygon[:1], *sample.words[line[-1]].polygon[1:3],
         *sample.words[line[0]].polygon[3:])
        for line in members
    ]  # fmt: skip
    return [i for n in reading_order(polygons) for i in members[n]]


def _confidences(rng: random.Random, count: int) -> NDArray[np.float32]:
    """Return confidences as OCR has them: mostly high."""
    numpy_rng = np.random.default_rng(rng.getrandbits(32))
    return np.clip(1 - numpy_rng.exponential(0.03, count), 0.3, 1).astype(np.float32)


def _level(polygons: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn polygons so that their top edges are level; return the boxes around them."""
    edges = polygons[:, 1] - polygons[:, 0]
    angle = np.median(np.arctan2(edges[:, 1], edges[:, 0]))
    cos, sin = np.cos(-angle), np.sin(-angle)
    turned = polygons @ np.array([[cos, sin], [-sin, cos]], np.float32)
    boxes: NDArray[np.float32] = np.concatenate([turned.min(axis=1), turned.max(axis=1)], axis=1)
    moved: NDArray[np.float32] = boxes - np.tile(boxes[:, :2].min(axis=0), 2)
    return moved


def _starts(rows: list[int | None]) -> NDArray[np.float32]:
    """Return 1 at the first word of every line item, else 0."""
    starts = np.zeros(len(rows), np.float32)
    known: set[int] = set()
    for i, row in enumerate(rows):
        if row is not None and row not in known:
            known.add(row)
            starts[i] = 1
    return starts
