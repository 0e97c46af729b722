"""Where on a page something new begins, told by places alone: a second opinion.

A gap in a line, a colon before it, a line that stands too far below the one above or is not
aligned with it: each is worth a number, fitted on generated forms.
"""

import numpy as np
from numpy.typing import NDArray

from docai.reading import Reading

Array = NDArray[np.float32]

IN_LINE = ("in_line", "gap", "behind_colon")
NEW_LINE = ("new_line", "alone", "gap_above", "shift", "small_letter", "above_ends", "figure")
NAMES = (*IN_LINE, *NEW_LINE)
WEIGHTS = (-9.65, 12.1, 9.08, -3.27, 13.63, 13.1, 11.13, -6.77, 1.68, 1.24)
"""Log-odds per unit of each of NAMES."""

WIDEST = 6.0  # heights; a wider gap says nothing more
REACH = 1.5  # heights between a line and the one above that it may go on from
ENDS = ".:;!?。"


def log_odds(reading: Reading) -> Array:
    """Return how likely each word begins a heading, a key or a value, if it is of one: (N,)."""
    return np.asarray(measures(reading) @ np.array(WEIGHTS, np.float32))


def measures(reading: Reading) -> Array:
    """Return what is seen of each word: (N, len(NAMES)), as for `log_odds`."""
    boxes = np.array(reading.upright_boxes, np.float32).reshape(-1, 4)
    heights = np.maximum(1.0, boxes[:, 3] - boxes[:, 1])
    line_of = np.array(reading.line_of_word, np.int64)
    out = np.zeros((len(boxes), len(NAMES)), np.float32)
    for line in reading.lines:
        for i in range(line.start + 1, line.stop):
            gap = (boxes[i, 0] - boxes[i - 1, 2]) / heights[i]
            behind_colon = reading.words[i - 1].text.endswith((":", "："))
            out[i, : len(IN_LINE)] = (1, np.clip(gap, 0, WIDEST), behind_colon)
        out[line.start, len(IN_LINE) :] = _first(line.start, line.stop, reading, boxes, line_of)
    return out


def _first(
    start: int, stop: int, reading: Reading, boxes: Array, line_of: NDArray[np.int64]
) -> tuple[float, ...]:
    """Return what is seen of the first word of a line, as NEW_LINE names it."""
    text = reading.words[start].text
    kind = (float(text[0].islower()), float(text[0].isdigit()))
    height = max(1.0, float(np.median(boxes[start:stop, 3] - boxes[start:stop, 1])))
    top, left, right = boxes[start:stop, 1].min(), boxes[start, 0], boxes[start:stop, 2].max()
    gaps = (top - boxes[:, 3]) / height
    above = (gaps > -0.7) & (gaps < REACH) & (boxes[:, 0] < right) & (boxes[:, 2] > left)
    above &= (boxes[:, 1] + boxes[:, 3]) / 2 < top
    above[start:stop] = False
    if not above.any():
        return (1.0, 1.0, 0.0, 0.0, kind[0], 0.0, kind[1])
    near = np.flatnonzero(above)
    nearest = near[gaps[near].argmin()]
    row = near[line_of[near] == line_of[nearest]]
    shift = np.log1p(np.abs(boxes[row, 0] - left).min() / height)
    ends = float(reading.words[int(row.max())].text[-1] in ENDS)
    return (1.0, 0.0, max(0.0, float(gaps[nearest])), float(shift), kind[0], ends, kind[1])
