"""Ruled tables: the grid that ruling lines make, and the cells where lines are missing.

Knows lines only. Lengths are multiples of the height of a word unless they say otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docai.vlm.builtin.table_rows import Bools, Floats, Lines

TOUCH = 0.5  # lines that end so close to another one meet it
SAME = 0.45  # lines closer than this are one line, drawn twice or broken
WALL = 0.5  # share of a side that lines must cover to part two cells
OPEN_SIDE = 1.5  # level lines that reach so far beyond the last upright one close an open side


@dataclass(frozen=True)
class Grid:
    """Places between ruling lines.

    Attributes:
        xs: (columns + 1,) where columns begin and end, in pixels.
        ys: (rows + 1,) the same of rows.
        cell: (rows, columns) number of the cell that each place is part of; cells are rectangles.
    """

    xs: Floats
    ys: Floats
    cell: NDArray[np.intp]


def grids_of(lines: Lines, height: float) -> Iterator[Grid]:
    """Yield the grids of at least two columns and two level lines, from top to bottom.

    Args:
        lines: on the level page.
        height: of an ordinary word, in pixels.
    """
    grids = []
    for across, down in _connected(lines, TOUCH * height):
        grid = _grid(lines.across[across], lines.down[down], height)
        if grid is not None and grid.cell.max() > 0:
            grids.append(grid)
    yield from sorted(grids, key=lambda grid: (float(grid.ys[0]), float(grid.xs[0])))


def _connected(lines: Lines, reach: float) -> Iterator[tuple[Bools, Bools]]:
    """Yield the groups of lines that meet each other, as masks of level and of upright ones."""
    x0, x1, y = (part[:, None] for part in lines.across.T)
    y0, y1, x = lines.down.T
    meets = (x > x0 - reach) & (x < x1 + reach) & (y > y0 - reach) & (y < y1 + reach)
    left = meets.any(axis=1)
    while left.any():
        across = np.zeros(len(left), dtype=np.bool_)
        across[np.flatnonzero(left)[0]] = True
        while True:
            down = meets[across].any(axis=0)
            grown = meets[:, down].any(axis=1)
            if (grown == across).all():
                break
            across = grown
        left &= ~across
        yield across, down


def _grid(across: Floats, down: Floats, height: float) -> Grid | None:
    """Return the grid of lines that meet; None where they enclose no two places."""
    xs, ys = _places(down[:, 2], SAME * height), _places(across[:, 2], SAME * height)
    far = OPEN_SIDE * height
    if across[:, 0].min() < xs[0] - far:
        xs = np.append(_several_start(across[:, 0], far), xs)
    if across[:, 1].max() > xs[-1] + far:
        xs = np.append(xs, -_several_start(-across[:, 1], far))
    if len(xs) < 3 or len(ys) < 2:
        return None
    reach = 2 * SAME * height
    walls = _walls(down, xs[1:-1], ys, reach).T  # (rows, columns - 1)
    floors = _walls(across, ys[1:-1], xs, reach)  # (rows - 1, columns)
    return Grid(xs, ys, _cells(walls, floors))


def _several_start(starts: Floats, reach: float) -> float:
    """Return where most of the lines begin that begin first."""
    return float(np.median(starts[starts < starts.min() + reach]))


def _places(values: Floats, reach: float) -> Floats:
    """Return the distinct places among coordinates, in order: the middle of those close by."""
    values = np.sort(values)
    groups = np.split(values, np.flatnonzero(np.diff(values) > reach) + 1)
    return np.array([float(group.mean()) for group in groups])


def _walls(lines: Floats, at: Floats, ends: Floats, reach: float) -> Bools:
    """Tell which sides are drawn: (len(at), len(ends) - 1), by how much of them lines cover.

    Args:
        lines: (n, 3) start, end, place.
        at: places of the sides.
        ends: between which each side runs.
        reach: how far a line may be off its place, in pixels.
    """
    start = np.maximum(lines[:, None, 0], ends[:-1])
    stop = np.minimum(lines[:, None, 1], ends[1:])
    covered = np.maximum(stop - start, 0) / np.maximum(np.diff(ends), 1e-6)  # (n, sides)
    is_there = np.abs(lines[:, None, 2] - at) < reach  # (n, len(at))
    return np.asarray(is_there.T.astype(np.float64) @ covered > WALL)


def _cells(walls: Bools, floors: Bools) -> NDArray[np.intp]:
    """Number the cells: places without a line between them are one, and cells are rectangles."""
    rows, columns = walls.shape[0], floors.shape[1]
    cell = np.arange(rows * columns).reshape(rows, columns)
    while True:
        before = cell.copy()
        for row, column in zip(*np.nonzero(~walls), strict=True):
            _merge(cell, cell[row, column], cell[row, column + 1])
        for row, column in zip(*np.nonzero(~floors), strict=True):
            _merge(cell, cell[row, column], cell[row + 1, column])
        for number in np.unique(cell):
            found = np.nonzero(cell == number)
            if not len(found[0]):
                continue  # it has just become part of another one
            box = tuple(slice(part.min(), part.max() + 1) for part in found)
            for other in np.unique(cell[box]):
                _merge(cell, number, other)
        if (cell == before).all():
            return np.asarray(np.unique(cell, return_inverse=True)[1].reshape(cell.shape))


def _merge(cell: NDArray[np.intp], a: int, b: int) -> None:
    """Give two cells one number, in place."""
    if a != b:
        cell[cell == max(a, b)] = min(a, b)
