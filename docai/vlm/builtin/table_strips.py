"""Printed rows put into columns, and those that are one row of a table put together.

Lengths are multiples of the height of a word unless they say otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from docai.vlm.builtin.table_rows import Floats, Lines, Words, is_parted

DATED = 0.6  # share of numbers in a date with the name of its month
LONGEST_UNIT = 6  # letters
TIGHT = 0.9  # white space between two lines of one cell
EVEN = 1.2  # how much nearer a line must be to its own row than that row to the next
MOST_HEADER_LINES = 5
LEAST_NUMBERS = 0.6  # share of the cells of a column of numbers that are numbers


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one printed row in one column, or across several.

    Attributes:
        start: first column.
        stop: after the last.
        words: from left to right.
        is_number: whether it is a number.
    """

    start: int
    stop: int
    words: tuple[int, ...]
    is_number: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A printed row across a table.

    Attributes:
        y0: top in pixels.
        y1: bottom.
        pieces: from left to right.
    """

    y0: float
    y1: float
    pieces: tuple[Piece, ...]

    @property
    def columns(self) -> set[int]:
        """The columns that have text."""
        return {c for piece in self.pieces for c in range(piece.start, piece.stop)}


def strip_of(words: Words, row: Sequence[int], xs: Floats, lines: Lines) -> Strip:
    """Put a printed row into the columns between ``xs``; it has at least one word."""
    found = list(row)
    inset = 0.25 * np.minimum(words.x1 - words.x0, words.height)[found]
    inner = xs[1:-1]
    starts = np.searchsorted(inner, words.x0[found] + inset)
    stops = np.searchsorted(inner, words.x1[found] - inset)
    groups = [[0]]
    for i, (a, b) in enumerate(pairwise(found)):
        is_spaced = words.x0[b] - words.x1[a] >= words.least_gap
        is_apart = is_spaced or is_parted(words, a, b, lines)
        if starts[i + 1] > stops[groups[-1]].max() and is_apart:
            groups.append([i + 1])
        else:
            groups[-1].append(i + 1)
    pieces = tuple(
        Piece(
            int(starts[group].min()),
            int(stops[group].max()) + 1,
            tuple(found[i] for i in group),
            _is_number(words, [found[i] for i in group]),
        )
        for group in groups
    )
    return Strip(float(words.y0[found].min()), float(words.y1[found].max()), pieces)


def _is_number(words: Words, piece: list[int]) -> bool:
    """Tell whether a piece of text is a number, perhaps with its unit or currency."""
    share = words.is_number[piece].mean()
    if words.is_key[piece].any() or share < 0.5:
        return False
    return bool(share > DATED or words.letters[piece].sum() <= LONGEST_UNIT)


def number_columns(strips: Sequence[Strip], least: float = LEAST_NUMBERS) -> set[int]:
    """Return the columns whose text is numbers, from the first of them on.

    Args:
        strips: printed rows from top to bottom; what stands above the first number is a header.
        least: share of the cells from there on that must be numbers.
    """
    seen: dict[int, list[bool]] = {}
    for strip in strips:
        for piece in strip.pieces:
            is_single = piece.stop == piece.start + 1
            if is_single and (piece.is_number or piece.start in seen):
                seen.setdefault(piece.start, []).append(piece.is_number)
    return {c for c, kinds in seen.items() if sum(kinds) >= least * len(kinds)}


def header_strips(strips: Sequence[Strip], numbers: set[int]) -> int:
    """Return how many printed rows at the top name columns: those before the first number.

    Text in one column that stands closer to what follows than to what is above is a row's; so is
    text in the first column below names of several: it heads a group of rows.
    """
    for n, strip in enumerate(strips):
        is_first = any(p.is_number and p.start in numbers for p in strip.pieces)
        if not is_first and n and n + 1 < len(strips) and len(strip.pieces) == 1:
            above, below = strip.y0 - strips[n - 1].y1, strips[n + 1].y0 - strip.y1
            is_first = above > 1.5 * max(below, 0.2 * (strip.y1 - strip.y0))
            is_first |= 0 in strip.columns and len(strips[n - 1].pieces) > 2
        if is_first:
            named = set().union(*(strip.columns for strip in strips[:n])) if n else set()
            is_header = n <= MOST_HEADER_LINES and len(named & numbers) * 2 >= len(numbers)
            return n if is_header else 0
    return 0


def grouped(
    strips: Sequence[Strip], numbers: set[int], num_header: int, lines: Lines, words: Words
) -> list[list[Strip]]:
    """Put the printed rows together that are one row of the table, from top to bottom.

    A row begins with text in several columns, or with a number. What stands in one column, close
    to such a row and not parted from it by a line, goes on in its cell.
    """
    header, body = list(strips[:num_header]), strips[num_header:]
    groups = _header_rows(header, lines, words)
    begins = [_begins(strip, numbers) for strip in body]
    firsts = [i for i, is_first in enumerate(begins) if is_first]
    if not firsts:
        return groups + [[strip] for strip in body]
    pitch = median(body[b].y0 - body[a].y1 for a, b in pairwise(firsts)) if firsts[1:] else 0.0
    owner = list(range(len(body)))
    for i, is_first in enumerate(begins):
        if not is_first:
            owner[i] = _owner(body, i, owner, begins, pitch, lines, words)
    for i in sorted(set(owner)):
        groups.append([body[j] for j in range(len(body)) if owner[j] == i])
    return groups


def _begins(strip: Strip, numbers: set[int]) -> bool:
    """Tell whether a printed row begins a row of the table."""
    return len(strip.pieces) > 1 or any(p.is_number and p.start in numbers for p in strip.pieces)


def _owner(
    body: Sequence[Strip],
    i: int,
    owner: Sequence[int],
    begins: Sequence[bool],
    pitch: float,
    lines: Lines,
    words: Words,
) -> int:
    """Return the printed row with which row ``i``, text in one column, makes one row."""
    above = owner[i - 1] if i else None
    gap_above = body[i].y0 - body[i - 1].y1 if i else np.inf
    gap_below = body[i + 1].y0 - body[i].y1 if i + 1 < len(body) else np.inf
    tight = TIGHT * words.height
    is_below = (
        gap_below < tight
        and gap_below * EVEN + 0.2 * words.height < gap_above
        and begins[i + 1]
        and not _is_ruled(body[i], body[i + 1], lines)
    )
    if is_below and _shares(body[i], body[i + 1]):
        return i + 1
    if above is None or gap_above >= tight or _is_ruled(body[i - 1], body[i], lines):
        return i
    if not begins[above] or not _shares(body[i], body[above]):
        return i
    return above if gap_above <= max(pitch, 0.0) + 0.35 * words.height or not pitch else i


def _shares(strip: Strip, other: Strip) -> bool:
    """Tell whether text in one column goes on what another row has there."""
    return any(
        (piece.start <= theirs.start and theirs.stop <= piece.stop) or piece.start == theirs.start
        for piece in strip.pieces
        for theirs in other.pieces
    )


def _header_rows(header: list[Strip], lines: Lines, words: Words) -> list[list[Strip]]:
    """Put the lines of a header together, but for those under a common name of several columns."""
    rows: list[list[Strip]] = []
    for strip in header:
        is_close = bool(rows) and strip.y0 - rows[-1][-1].y1 < TIGHT * words.height
        is_wide = bool(rows) and any(p.stop > p.start + 1 for s in rows[-1] for p in s.pieces)
        if is_close and not is_wide and not _is_ruled(rows[-1][-1], strip, lines):
            rows[-1].append(strip)
        else:
            rows.append([strip])
    return rows


def _is_ruled(above: Strip, below: Strip, lines: Lines) -> bool:
    """Tell whether a level line parts two printed rows."""
    y = lines.across[:, 2]
    return bool(((y > (above.y0 + above.y1) / 2) & (y < (below.y0 + below.y1) / 2)).any())


def middles(groups: Sequence[Sequence[Strip]]) -> list[float]:
    """Return where one row of a table ends and the next begins, in pixels."""
    return [
        (max(strip.y1 for strip in above) + min(strip.y0 for strip in below)) / 2
        for above, below in pairwise(groups)
    ]
