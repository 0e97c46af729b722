"""Tables without a grid: rows one below the other that white space parts at the same places.

Every stretch of rows is worth as many gaps as line up in it; the page is cut into the stretches
that are worth most. Lengths are multiples of the height of a word unless they say otherwise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from docai.vlm.builtin.table_rows import Lines, Words, is_parted

Gap = tuple[float, float]

LEAST_GUTTER = 0.35  # white space between two columns where it is narrowest
FAR = 6.0  # white space between two rows, where a table ends
LONE = 0.2  # what a row with text in one column only costs, in gaps
CROSSING = 1.0  # the same of a row of text across columns
MOST_CROSSING = 2  # such rows on end
MOST_LOST = 0.25  # share of gutters that a row of the table may close for good
OPENING = 2.0  # the same of a further table
SKIPPED = 0.5  # the same of a column that a row leaves empty between two others
MOST_ROWS = 150  # a longer table is found in parts, and the page in bounded time


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row.

    Attributes:
        words: from left to right.
        y0: top in pixels.
        y1: bottom.
        blanks: white space that may part columns, from left to right; that of both margins too.
        wide: those blanks between two words that surely part two pieces of text.
    """

    words: tuple[int, ...]
    y0: float
    y1: float
    blanks: tuple[Gap, ...]
    wide: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are a table.

    Attributes:
        rows: from top to bottom.
        start: number of its first row among all rows of the page.
        stop: number of the row after the last.
        gutters: white space between columns, from left to right.
    """

    rows: tuple[Row, ...]
    start: int
    stop: int
    gutters: tuple[Gap, ...]


def row_of(words: Words, row: Sequence[int], lines: Lines) -> Row:
    """Return a printed row; ``row`` has its words from left to right, at least one."""
    blanks, wide = [(-math.inf, float(words.x0[row[0]]))], []
    end = float(words.x1[row[0]])
    for a, b in pairwise(row):
        gap = (end, float(words.x0[b]))
        is_ruled = is_parted(words, a, b, lines)
        if is_ruled and gap[1] - gap[0] < LEAST_GUTTER * words.height:
            middle = (gap[0] + gap[1]) / 2
            gap = (middle - LEAST_GUTTER * words.height, middle + LEAST_GUTTER * words.height)
        if is_ruled or gap[1] - gap[0] >= words.least_gap:
            blanks.append(gap)
        if is_ruled or gap[1] - gap[0] >= words.wide_gap:
            wide.append(gap)
        end = max(end, float(words.x1[b]))
    blanks.append((end, math.inf))
    found = list(row)
    return Row(
        tuple(row),
        float(words.y0[found].min()),
        float(words.y1[found].max()),
        tuple(blanks),
        tuple(wide),
    )


def blocks_of(rows: Sequence[Row], height: float) -> list[Block]:
    """Return the stretches of rows that may be tables, from top to bottom.

    Args:
        rows: from top to bottom.
        height: of an ordinary word, in pixels.
    """
    best: list[tuple[float, int, tuple[Gap, ...]]] = [(0.0, 0, ())]  # worth, begin of last block
    ending: dict[int, list[tuple[float, int, tuple[Gap, ...]]]] = {}
    for start, row in enumerate(rows):
        if row.wide:
            for stop, worth, gutters in _grown(rows, start, LEAST_GUTTER * height, FAR * height):
                ending.setdefault(stop, []).append((worth, start, gutters))
    for stop in range(1, len(rows) + 1):
        options: list[tuple[float, int, tuple[Gap, ...]]] = [(best[stop - 1][0], stop, ())]
        options += [(best[i][0] + worth, i, found) for worth, i, found in ending.get(stop, ())]
        best.append(max(options, key=lambda option: (option[0], -option[1])))
    blocks, stop = [], len(rows)
    while stop > 0:
        _, start, gutters = best[stop]
        if start < stop:
            blocks.append(Block(tuple(rows[start:stop]), start, stop, gutters))
        stop = min(start, stop - 1)
    return blocks[::-1]


def first_rows(block: Block, count: int, height: float) -> Block:
    """Return the first rows of a block, whose gutters may be more without the others.

    Args:
        block: a block of rows.
        count: how many of them.
        height: of an ordinary word, in pixels.
    """
    rows, blanks = block.rows[:count], list(block.rows[0].blanks)
    for n, row in enumerate(rows):
        common = _common(blanks, row, LEAST_GUTTER * height)
        if _num_lost(rows[:n], blanks, common) <= MOST_LOST * (len(blanks) - 2):
            blanks = common
    return Block(rows, block.start, block.start + count, tuple(blanks[1:-1]))


def _grown(
    rows: Sequence[Row], start: int, narrow: float, far: float
) -> list[tuple[int, float, tuple[Gap, ...]]]:
    """Return (stop, worth, gutters) of the stretches from ``start`` that are worth something."""
    grown: list[tuple[int, float, tuple[Gap, ...]]] = []
    blanks = list(rows[start].blanks)
    kept, cost = [rows[start]], OPENING
    worth = _parted(rows[start], blanks)
    bottom, num_crossing = rows[start].y1, 0
    for stop in range(start + 1, min(len(rows), start + MOST_ROWS)):
        row = rows[stop]
        if row.y0 - bottom > far:
            break
        bottom = max(bottom, row.y1)
        common = _common(blanks, row, narrow)
        if _num_lost(kept, blanks, common) > MOST_LOST * (len(blanks) - 2):
            num_crossing += 1
            cost += CROSSING
            if num_crossing > MOST_CROSSING:
                break
            continue
        num_crossing = 0
        kept.append(row)
        is_same = len(common) == len(blanks)
        blanks = common
        parts = _parted(row, blanks)
        cost += LONE if not parts else 0
        worth = worth + parts if is_same else sum(_parted(r, blanks) for r in kept)
        if worth > cost and row.wide:
            grown.append((stop + 1, worth - cost, tuple(blanks[1:-1])))
    return grown


def _common(gutters: Sequence[Gap], row: Row, narrow: float) -> list[Gap]:
    """Return what a row leaves of some gutters, from left to right.

    Text that runs on into a gutter makes it narrower; only text of its own makes two of it.
    """
    common: list[Gap] = []
    i = j = last = 0
    while i < len(gutters) and j < len(row.blanks):
        blank = row.blanks[j]
        gap = (max(gutters[i][0], blank[0]), min(gutters[i][1], blank[1]))
        if gap[1] - gap[0] >= narrow:
            is_apart = j in (0, len(row.blanks) - 1) or blank in row.wide
            if not common or last != i or (is_apart and _is_apart(common[-1], row)):
                common.append(gap)
            elif gap[1] - gap[0] > common[-1][1] - common[-1][0]:
                common[-1] = gap
            last = i
        if gutters[i][1] < blank[1]:
            i += 1
        else:
            j += 1
    return common


def _is_apart(gap: Gap, row: Row) -> bool:
    """Tell whether white space lies in a wide gap of a row, or in its left margin."""
    return gap[1] <= row.blanks[0][1] or any(w[0] <= gap[0] and gap[1] <= w[1] for w in row.wide)


def _num_lost(rows: Sequence[Row], before: Sequence[Gap], after: Sequence[Gap]) -> int:
    """Return how many gutters went that a wide gap in one of the rows had borne out."""
    if len(after) >= len(before):
        return 0
    lost = [g for g in before[1:-1] if not any(g[0] <= a[0] and a[1] <= g[1] for a in after)]
    wide = [gap for row in rows for gap in row.wide]
    return sum(any(w[0] <= g[0] and g[1] <= w[1] for w in wide) for g in lost)


def _parted(row: Row, blanks: Sequence[Gap]) -> float:
    """Return what the wide gaps of a row are worth: one that skips columns is worth less."""
    worth, i = 0.0, 1
    for x0, x1 in row.wide:
        while i < len(blanks) - 1 and blanks[i][0] < x0:
            i += 1
        first = i
        while i < len(blanks) - 1 and blanks[i][1] <= x1:
            i += 1
        if i > first:
            worth += 1 - SKIPPED * (i - first - 1)
    return worth
