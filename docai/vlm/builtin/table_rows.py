"""The words of a page on the level page: which stand in one printed row, and what parts them.

Lengths are multiples of the height of an ordinary word unless they say otherwise. Nothing here
depends on the order in which words come.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docai.geometry import rotate_polygon
from docai.reading import Reading

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVEL = 0.5  # of the lower word's height: middles further apart are in different rows
LEAST_GAP = (0.4, 1.1)  # heights and characters that a space between two words seldom takes
WIDE_GAP = (0.8, 1.7)  # the same that sets two pieces of text apart
LOWEST = 0.7  # lower words than this are taken to be as high
MANY, TALL = 3, 1.5  # words of so many letters, so much higher than wide, are set sidewards
STEADY = 0.25  # by which the middles of words in one row differ anyway
GAP_WEIGHT = 0.1  # a neighbour ten heights further off must be level better by one height

_AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)|[$€£¥₩%]", re.ASCII)


@dataclass(frozen=True)
class Words:
    """Words on the level page, an entry per word.

    Attributes:
        x0: left edge in pixels; x1 right, y0 top, y1 bottom.
        x1: see there.
        y0: see there.
        y1: see there.
        height: of an ordinary word, in pixels.
        least_gap: white space that may part columns, in pixels.
        wide_gap: white space that surely parts two pieces of text, in pixels.
        is_level: whether it is not set sidewards.
        letters: how many it has.
        is_number: whether it is a number, a date, an amount.
        is_amount: whether it is written as money or a share is.
        is_key: whether it ends as the name of a value does.
    """

    x0: Floats
    x1: Floats
    y0: Floats
    y1: Floats
    height: float
    least_gap: float
    wide_gap: float
    is_level: Bools
    letters: NDArray[np.intp]
    is_number: Bools
    is_amount: Bools
    is_key: Bools

    @property
    def y(self) -> Floats:
        """Middle of each word."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True)
class Lines:
    """Ruling lines on the level page, in pixels.

    Attributes:
        across: (n, 3) x0, x1, y of the level ones.
        down: (m, 3) y0, y1, x of the upright ones.
    """

    across: Floats
    down: Floats


def words_of(reading: Reading) -> Words:
    """Return the words of a page that has at least one."""
    boxes = np.array(reading.upright_boxes, dtype=np.float64).reshape(-1, 4)
    texts = [word.text for word in reading.words]
    height = max(float(np.median(boxes[:, 3] - boxes[:, 1])), 1.0)
    lengths = np.array([len(text) for text in texts])
    letter = float(np.median((boxes[:, 2] - boxes[:, 0]) / lengths))
    x0, y0, x1, y1 = boxes.T
    return Words(
        x0=x0,
        x1=x1,
        y0=y0,
        y1=y1,
        height=height,
        least_gap=max(LEAST_GAP[0] * height, LEAST_GAP[1] * letter),
        wide_gap=max(WIDE_GAP[0] * height, WIDE_GAP[1] * letter),
        is_level=(lengths < MANY)
        | (boxes[:, 3] - boxes[:, 1] <= TALL * (boxes[:, 2] - boxes[:, 0])),
        letters=np.array([sum(c.isalpha() for c in text) for text in texts]),
        is_number=np.array([_is_number(text) for text in texts]),
        is_amount=np.array([_AMOUNT.search(text) is not None for text in texts]),
        is_key=np.array([text.endswith((":", "\N{FULLWIDTH COLON}")) for text in texts]),
    )


def lines_of(reading: Reading, rules: NDArray[np.float32]) -> Lines:
    """Return ruling lines on the level page; a line may change its kind where the page turns."""
    across, down = [], []
    height, width = reading.size
    for x0, y0, x1, y1 in rules[:, :4].tolist():
        polygon = rotate_polygon(
            ((x0, y0), (x1, y1), (x1, y1), (x0, y0)), reading.angle_deg, height, width
        )
        (a, b), (c, d) = polygon[0], polygon[1]
        if abs(c - a) >= abs(d - b):
            across.append((min(a, c), max(a, c), (b + d) / 2))
        else:
            down.append((min(b, d), max(b, d), (a + c) / 2))
    return Lines(
        np.array(sorted(across), dtype=np.float64).reshape(-1, 3),
        np.array(sorted(down), dtype=np.float64).reshape(-1, 3),
    )


def rows_of(words: Words) -> list[list[int]]:
    """Return the printed rows from top to bottom, each from left to right.

    Words that are set sidewards are in none.
    """
    after = _right_neighbours(words)
    firsts = set(np.flatnonzero(words.is_level).tolist()) - set(after.values())
    rows = []
    for first in firsts:
        row = [first]
        while (following := after.get(row[-1])) is not None:
            row.append(following)
        rows.append(row)
    middle = words.y
    return sorted(rows, key=lambda row: (float(middle[row].mean()), float(words.x0[row[0]])))


def _right_neighbours(words: Words) -> dict[int, int]:
    """Return the word that follows in the row, for each level word that one follows.

    The best pairs are made first, so that no word has two neighbours on a side.
    """
    middle = words.y
    high = np.maximum(words.y1 - words.y0, LOWEST * words.height)  # a dash is low, not level
    start = words.x0 + words.x1
    offset = np.abs(middle[:, None] - middle)
    i, j = np.nonzero(
        (offset < LEVEL * np.minimum(high[:, None], high))
        & (start[:, None] < start)
        & words.is_level[:, None]
        & words.is_level
    )
    gap = words.x0[j] - words.x1[i]
    is_beside = gap > -0.5 * np.minimum(words.x1 - words.x0, words.height)[j]
    i, j, gap = i[is_beside], j[is_beside], gap[is_beside]
    cost = np.maximum(offset[i, j] - STEADY * words.height, 0) + GAP_WEIGHT * np.maximum(gap, 0)
    after: dict[int, int] = {}
    taken: set[int] = set()
    best = np.lexsort((words.x0[j], words.x0[i], middle[i], cost))
    for a, b in zip(i[best].tolist(), j[best].tolist(), strict=True):
        if a not in after and b not in taken:
            after[a] = b
            taken.add(b)
    return after


def is_parted(words: Words, a: int, b: int, lines: Lines) -> bool:
    """Tell whether an upright line stands between two neighbours in a row."""
    if not len(lines.down):
        return False
    y0, y1, x = lines.down.T
    middle = (words.y[a] + words.y[b]) / 2
    left, right = (words.x0[a] + words.x1[a]) / 2, (words.x0[b] + words.x1[b]) / 2
    reach = 0.3 * words.height
    between = (x > min(words.x1[a] - reach, words.x0[b])) & (x < max(words.x0[b] + reach, left))
    between &= (x > left) & (x < right)
    return bool((between & (y0 <= middle) & (y1 >= middle)).any())


def _is_number(text: str) -> bool:
    """Tell whether a word is mostly digits, but for signs and a currency or unit."""
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    return digits > 0 and letters <= min(digits + 1, 3)
