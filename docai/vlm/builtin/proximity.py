"""Which key a value stands to, told by places alone: the second opinion beside the network's.

People put what is filled in to the right of its key, below it, or above it on a line to sign. Every
key and value that stand so are given log-odds by few numbers, fitted on generated forms.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from docai.geometry import Box

NAMES = (
    "right",
    "right_gap",
    "right_colon",
    "value_between",
    "below",
    "below_gap",
    "below_shift",
    "below_colon",
    "above",
    "above_gap",
    "key_between",
    "apart",
)
WEIGHTS = (3.44, 0.57, 1.85, -1.23, 3.17, -1.48, -0.06, -0.36, 0.82, -2.47, -4.27, -3.52)
"""Log-odds per unit of each of NAMES."""
NO_KEY = -3.74
"""Log-odds of a value that belongs to no key."""

BESIDE = 0.5  # share of the flatter of two boxes that stands beside the other, if they are in a row
REACH = 40.0  # heights; what is further away is as good as this far

Array = NDArray[np.float32]


def log_odds(values: Sequence[Box], keys: Sequence[Box], has_colon: Sequence[bool]) -> Array:
    """Return how well each value stands to each key, and in the last column to none.

    Args:
        values: V boxes on the upright page.
        keys: K boxes, likewise.
        has_colon: for each key whether it ends with a colon.

    Returns:
        (V, K + 1) unnormalised log-odds.
    """
    out = np.full((len(values), len(keys) + 1), NO_KEY, np.float32)
    if values and keys:
        out[:, :-1] = measures(values, keys, has_colon) @ np.array(WEIGHTS, np.float32)
    return out


def measures(values: Sequence[Box], keys: Sequence[Box], has_colon: Sequence[bool]) -> Array:
    """Return what is seen of each value and key: (V, K, len(NAMES)), as for `log_odds`."""
    v, k = np.array(values, np.float32)[:, None], np.array(keys, np.float32)[None]
    height = _usual_height([*values, *keys])
    in_row, in_column = _shares(v, k, 1) > BESIDE, _shares(v, k, 0) > 0
    right = in_row & (v[..., 0] + v[..., 2] > k[..., 0] + k[..., 2])
    below = ~in_row & in_column & (v[..., 1] + v[..., 3] > k[..., 1] + k[..., 3])
    above = ~in_row & in_column & ~below
    to_right = _far((v[..., 0] - k[..., 2]) / height)
    down = _far((v[..., 1] - k[..., 3]) / height)
    up = _far((k[..., 1] - v[..., 3]) / height)
    shift = _far(np.abs(v[..., 0] - k[..., 0]) / height)
    colon = np.array(has_colon, bool)[None]
    key_between = (right & _nearer(right, to_right)) | (below & _nearer(below, down))
    found = (
        right,
        right * to_right,
        right & colon,
        right & _value_between(v[:, 0], k[0]),
        below,
        below * down,
        below * shift,
        below & colon,
        above,
        above * up,
        key_between,
        ~(right | below | above),
    )
    return np.stack(found, -1).astype(np.float32)


def _far(heights: Array) -> Array:
    """Return the logarithm of a gap in heights; what touches is not far at all."""
    return np.log1p(np.clip(heights, 0, REACH)).astype(np.float32)


def _usual_height(boxes: Sequence[Box]) -> float:
    """Return the height of a line in pixels; boxes of several lines are the higher ones."""
    heights = sorted(box[3] - box[1] for box in boxes)
    return max(1.0, heights[len(heights) // 3])


def _shares(v: Array, k: Array, axis: int) -> Array:
    """Return how much of the shorter of two boxes lies beside the other along an axis: (V, K)."""
    low, high = axis, axis + 2
    shared = np.minimum(v[..., high], k[..., high]) - np.maximum(v[..., low], k[..., low])
    shorter = np.minimum(v[..., high] - v[..., low], k[..., high] - k[..., low])
    return np.asarray(shared / np.maximum(shorter, 1.0), np.float32)


def _nearer(there: NDArray[np.bool_], gap: Array) -> NDArray[np.bool_]:
    """Tell for each value and key whether another key on the same side is nearer: (V, K)."""
    nearest = np.where(there, gap, np.inf).min(axis=1, keepdims=True)
    return np.asarray(gap > nearest)


def _value_between(values: Array, keys: Array) -> NDArray[np.bool_]:
    """Tell for each value and key whether another value stands between them in a row: (V, K).

    The nearest value to the right of a key has none between; all further ones have.
    """
    v, k = values[:, None], keys[None]
    right = (_shares(v, k, 1) > BESIDE) & (v[..., 0] + v[..., 2] > k[..., 0] + k[..., 2])
    nearest = np.where(right, v[..., 0], np.inf).min(axis=0, keepdims=True)
    return np.asarray(v[..., 0] > nearest)
