"""Tables whose columns only white space parts: a block of rows, looked at more closely."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from docai.table import Cell
from docai.vlm.builtin.table_blocks import Block, Row, first_rows
from docai.vlm.builtin.table_cells import Frame, are_keys, filled
from docai.vlm.builtin.table_rows import Floats, Lines, Words
from docai.vlm.builtin.table_strips import (
    TIGHT,
    Strip,
    grouped,
    header_strips,
    middles,
    number_columns,
    strip_of,
)

ALIGNED = 0.6  # lines of one cell begin so close to each other
LEAST_SUPPORT = 0.25  # share of rows with several columns that a gutter must part
MOST_OF_TABLE = 0.6  # share of its width that a line below it covers
LEAST_ROWS = 3
FEW_ROWS_COLUMNS = 4  # so many columns make a table of two rows
LEAST_NUMBERS = 0.5  # share of rows with a number in one column: fewer are text side by side
LEAST_AMOUNTS = 0.5  # the same of amounts, in a table of two columns
STEADY_NUMBERS = 0.75  # share of numbers in a column that tells a table from text side by side
LEAST_WIDTH = 0.7  # of the text on the page: a narrower one of two columns without names is sums


def unruled(
    block: Block, above: Sequence[Row], below: Sequence[Row], words: Words, lines: Lines
) -> list[Cell]:
    """Return the cells of a block of rows, row by row; none where it is no table.

    Args:
        block: of rows on the level page.
        above: the rows over it, of which the last may belong to its header.
        below: the rows under it, of which the first may go on its last cell.
        words: of the page.
        lines: of the page.
    """
    xs, strips = _arranged(block, words, lines)
    kept = _trimmed(strips, xs, lines)
    if len(kept) < len(strips):
        xs, strips = _arranged(first_rows(block, len(kept), words.height), words, lines)
    elif strips:
        strips = [*strips, *_tail(strips[-1], below, xs, words, lines)]
    if not _is_table(strips, len(xs) - 1, words):
        return []
    if header_strips(strips, number_columns(strips)):
        strips = [*_head(strips[0], above, xs, words, lines), *strips]
    numbers = number_columns(strips)
    num_header = header_strips(strips, numbers)
    groups = grouped(strips, numbers, num_header, lines, words)
    edges = np.array([strips[0].y0, *middles(groups), max(strip.y1 for strip in strips)])
    cell = np.arange(len(groups) * (len(xs) - 1)).reshape(len(groups), -1)
    placed, headers = [], 0
    for n, group in enumerate(groups):
        for strip in group:
            placed.append((n, strip))
            for piece in strip.pieces:
                joined = np.isin(cell[n], cell[n, piece.start : piece.stop])
                cell[n, joined] = cell[n, piece.start]
        headers += sum(len(g) for g in groups[: n + 1]) <= num_header
    frame = Frame(
        np.column_stack((xs[:-1], xs[1:])), np.column_stack((edges[:-1], edges[1:])), cell
    )
    cells = filled(frame, placed, words, headers)
    return [] if are_keys(cells, words) else cells


def _arranged(block: Block, words: Words, lines: Lines) -> tuple[Floats, list[Strip]]:
    """Return where the columns of a block begin and end, and its rows in them."""
    xs = _edges(block, words)
    return xs, [strip_of(words, row.words, xs, lines) for row in block.rows]


def _edges(block: Block, words: Words) -> Floats:
    """Return where columns begin and end: amid the gutters that enough rows bear out."""
    num_parted = sum(bool(row.wide) for row in block.rows)
    inner = []
    for x0, x1 in block.gutters:
        wide = [
            gap[1] - gap[0]
            for row in block.rows
            for gap in row.wide
            if gap[0] <= x0 and x1 <= gap[1]
        ]
        if len(wide) >= max(2, LEAST_SUPPORT * num_parted):
            inner.append((x0 + x1) / 2)
    found = [i for row in block.rows for i in row.words]
    return np.array([words.x0[found].min(), *inner, words.x1[found].max()])


def _head(
    first: Strip, above: Sequence[Row], xs: Floats, words: Words, lines: Lines
) -> list[Strip]:
    """Return the rows that begin the names of columns which a header's row ends."""
    head: list[Strip] = []
    top = first.y0
    for row in reversed(above):
        found = list(row.words)
        is_inside = words.x0[found].min() >= xs[0] and words.x1[found].max() <= xs[-1]
        if top - row.y1 >= TIGHT * words.height or not is_inside or words.is_number[found].any():
            break
        strip = strip_of(words, row.words, xs, lines)
        if any(piece.stop > piece.start + 1 for piece in strip.pieces):
            break
        head.insert(0, strip)
        top = row.y0
    return head


def _tail(last: Strip, below: Sequence[Row], xs: Floats, words: Words, lines: Lines) -> list[Strip]:
    """Return the rows that go on the text of the last row, in one column of it."""
    tail: list[Strip] = []
    bottom, starts = last.y1, [words.x0[piece.words[0]] for piece in last.pieces]
    for row in below:
        is_close = row.y0 - bottom < TIGHT * words.height
        x0 = words.x0[row.words[0]]
        is_aligned = any(abs(x0 - start) < ALIGNED * words.height for start in starts)
        if not is_close or row.wide or not is_aligned or words.x1[row.words[-1]] > xs[-1]:
            break
        strip = strip_of(words, row.words, xs, lines)
        if strip.pieces[0].stop > strip.pieces[0].start + 1:
            break
        tail.append(strip)
        bottom = row.y1
    return tail


def _trimmed(strips: list[Strip], xs: Floats, lines: Lines) -> list[Strip]:
    """Leave out the sums that stand below the last row.

    They are the rows at the end with text in two columns at most, where others have more: from
    the first that a level line parts from what is above, or that leaves the first column empty.
    """
    most = max(len(strip.columns) for strip in strips)
    start = len(strips)
    while start > 2 and len(strips[start - 1].columns) <= 2 < most:
        start -= 1
    for n in range(start, len(strips)):
        strip = strips[n]
        is_sum = len(strip.pieces) == 2 and strip.pieces[1].is_number
        is_empty = most > 3 and not strip.columns & {0}
        if is_sum and (is_empty or _is_ruled_off(strips[n - 1], strip, xs, lines)):
            return strips[:n]
    return strips


def _is_ruled_off(above: Strip, below: Strip, xs: Floats, lines: Lines) -> bool:
    """Tell whether a level line across most of a table parts two printed rows."""
    x0, x1, y = lines.across.T
    between = (y > (above.y0 + above.y1) / 2) & (y < (below.y0 + below.y1) / 2)
    wide = np.minimum(x1, xs[-1]) - np.maximum(x0, xs[0]) > MOST_OF_TABLE * (xs[-1] - xs[0])
    return bool((between & wide).any())


def _is_table(strips: Sequence[Strip], columns: int, words: Words) -> bool:
    """Tell a table from keys with their values and from text side by side."""
    several = [strip for strip in strips if len(strip.columns) > 1]
    if columns < 2:
        return False
    numbers = number_columns(strips, STEADY_NUMBERS)
    has_header = header_strips(strips, numbers) > 0
    if len(several) < (2 if columns >= FEW_ROWS_COLUMNS and has_header else LEAST_ROWS):
        return False
    full = Counter(p.start for s in several for p in s.pieces if p.is_number and p.start in numbers)
    least = LEAST_NUMBERS * (len(several) - 1)
    if max(full.values(), default=0) < least:
        return False
    if columns > 2:
        return has_header or sum(count >= least for count in full.values()) > 1
    values = [
        i for s in several for p in s.pieces if p.start in numbers and p.is_number for i in p.words
    ]
    is_pure = bool(words.is_number[values].all())
    amounts = sum(bool(words.is_amount[list(s.pieces[-1].words)].any()) for s in several)
    found = [i for strip in several for piece in strip.pieces for i in piece.words]
    width = words.x1[found].max() - words.x0[found].min()
    is_wide = width >= LEAST_WIDTH * (words.x1.max() - words.x0.min())
    if has_header:
        return is_pure
    return bool(is_wide and amounts >= LEAST_AMOUNTS * len(several))
