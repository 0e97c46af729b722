"""What squares and circles to be ticked have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from docai.vlm.builtin.ink import Floats, Ink, Ints

LEAST_LIKELY = 0.2
NETS = Path(__file__).with_name("weights") / "marks.npz"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes that may be ticked, in pixels of the ink.

    Attributes:
        boxes: (N, 4) x0 y0 x1 y1.
        filled: (N,) probability that each is ticked.
        confidences: (N,) that each is one.
        kinds: (N,) 0 for squares, 1 for circles.
    """

    boxes: Floats
    filled: Floats
    confidences: Floats
    kinds: Ints


@dataclass(frozen=True, slots=True)
class Net:
    """A network with one hidden layer that tells marks from others by their features.

    Attributes:
        inner: (F, H) weights of the features.
        inner_bias: (H,)
        outer: (H,) weights of the hidden layer.
        outer_bias: added to their sum.
    """

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: float

    def probabilities(self, features: Floats) -> Floats:
        """Return (N,) probabilities for (N, F) features."""
        score = np.tanh(features @ self.inner + self.inner_bias) @ self.outer + self.outer_bias
        return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))), np.float64)


@cache
def net_of(name: str) -> Net:
    """Load the network for ``squares`` or ``circles``; see `docai.vlm.builtin.train_marks`."""
    with np.load(NETS) as kept:
        inner, inner_bias, outer, outer_bias = (kept[f"{name}_{n}"] for n in range(4))
    return Net(inner, inner_bias, outer, float(outer_bias))


def save_nets(nets: Mapping[str, Net], path: Path) -> None:
    """Write networks by name."""
    arrays: dict[str, Any] = {}
    for name, net in nets.items():
        for n, part in enumerate((net.inner, net.inner_bias, net.outer, net.outer_bias)):
            arrays[f"{name}_{n}"] = np.asarray(part, np.float64)
    np.savez(path, **arrays)


def surroundings(ink: Ink, boxes: Floats) -> Floats:
    """Return (N, 4): how crowded the left, top, right and bottom of boxes are, in [0, 1]."""
    side = boxes[:, 2] - boxes[:, 0]
    near, far = np.maximum(2, np.round(0.06 * side)), np.round(0.3 * side) + 2
    x0, y0, x1, y1 = boxes.T
    around = [
        (x0 - far, y0, x0 - near, y1),
        (x0, y0 - far, x1, y0 - near),
        (x1 + near, y0, x1 + far, y1),
        (x0, y1 + near, x1, y1 + far),
    ]
    shares = np.column_stack([ink.share(np.column_stack(box)) for box in around])
    return np.asarray(np.clip((shares - 0.03) / 0.25, 0, 1), np.float64)


def crowding(ink: Ink, boxes: Floats) -> Floats:
    """Return (N, 4): crowds beside (the more, the less), above and below (the more, the less)."""
    left, top, right, bottom = surroundings(ink, boxes).T
    return np.column_stack(
        [
            np.maximum(left, right),
            np.minimum(left, right),
            np.maximum(top, bottom),
            np.minimum(top, bottom),
        ]
    )


def extent(boxes: Floats) -> Floats:
    """Return the areas of boxes."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float64)


def unique(shapes: Shapes) -> Shapes:
    """Drop the unlikely, and of shapes that overlap all but the likeliest, the larger one first."""
    size = extent(shapes.boxes)
    order = np.lexsort((-size, -np.round(shapes.confidences, 1)))
    kept: list[int] = []
    for n in order[shapes.confidences[order] >= LEAST_LIKELY]:
        if not kept or shared(shapes.boxes[n], shapes.boxes[kept]).max() < 0.3:
            kept.append(int(n))
    kept.sort()
    return Shapes(
        shapes.boxes[kept], shapes.filled[kept], shapes.confidences[kept], shapes.kinds[kept]
    )


def shared(box: Floats, others: Floats) -> Floats:
    """Return (N,): the share of the smaller box that one box has in common with each of others."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    common = np.prod(np.maximum(high - low, 0.0), axis=1)
    least = np.minimum(extent(box[None]), extent(others))
    return np.asarray(common / np.maximum(least, 1.0), np.float64)
