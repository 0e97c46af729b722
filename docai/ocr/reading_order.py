"""The order in which a person reads the lines of a page.

Knows polygons of text pieces as detection finds them, several to a printed row, on a page that
already stands upright to within some degrees. Knows nothing of their text, of words or pictures.

The page is made level first: turned by the skew of most of its lines, then bent straight where
a photo shows curl or perspective. On the level page pieces are chained into rows, and a page
is read row by row, but for regions set in true text columns, which are read column by column.
Lengths below are multiples of the height of a text line unless they say otherwise.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from docai.geometry import Polygon

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# Chosen on the receipts of SROIE and WildReceipt; none of them is sharp.
MIN_SHARED_HEIGHT = 0.5  # of the lower piece: two pieces that share less lie in different rows
MAX_SHARED_WIDTH = 0.5  # of the narrower piece: detection lets neighbours in a row overlap
GAP_WEIGHT = 0.25  # a neighbour four heights further off must be level better by one height
TALL = 2.5  # a piece so much higher than those beside it may stand beside several rows
MAX_BEND = 0.2  # slope (12 degrees) on the turned page; steeper pieces are no lines of text
MIN_BENT_PIECES = 8  # fewer lines do not tell curl from noise
STEADY_BEND = 0.01  # slope (half a degree) by which detection errs on single pieces

LEAST_PX = 1e-3  # pieces without extent get this much, so that one may divide by it

MIN_GUTTER = 1.0
LEFT_ALIGNED = 0.75  # lines of one column start this close to each other
MIN_COLUMN_LINES = 3
MIN_COLUMN_WIDTH = 8.0  # some sixteen characters; columns of prices are narrower
MIN_ALIGNED_COLUMN_WIDTH = 14.0  # thirty characters; level with each other, narrower is a table
LEVEL_OFFSET = 0.25  # lines side by side, closer than this, are one row of a table
PARAGRAPH_GAP = 1.5  # white space across both columns, where one region may end


def reading_order(polygons: Sequence[Polygon]) -> list[int]:
    """Return the indices of text pieces in the order a person reads them.

    Args:
        polygons: of the pieces, upright to within about 15 degrees, in any order: the answer
            depends on it only among equal polygons.

    Returns:
        Every index once. Rows from top to bottom, each from left to right; where text is set
        in columns, one column after the other.
    """
    return _canonically(polygons, lambda pieces: [_read(pieces)])[0] if polygons else []


def rows(polygons: Sequence[Polygon]) -> list[list[int]]:
    """Return the printed rows from top to bottom, each from left to right.

    Rows run across columns of text: they tell what stands beside what, not what is read next.
    Arguments as in `reading_order`; every index comes once.
    """
    return _canonically(polygons, _rows) if polygons else []


@dataclass(frozen=True)
class _Pieces:
    """Text pieces on the level page, as arrays with one entry per piece.

    Attributes:
        x0: left edge in pixels.
        x1: right edge.
        y_left: middle of the left edge.
        y_right: middle of the right edge.
        height: mean length of left and right edge; never 0.
    """

    x0: Floats
    x1: Floats
    y_left: Floats
    y_right: Floats
    height: Floats

    @cached_property
    def y(self) -> Floats:
        """Middle of each piece."""
        return (self.y_left + self.y_right) / 2

    @cached_property
    def ends(self) -> Floats:
        """(4, n): x of left and right edges, y of their middles."""
        return np.array((self.x0, self.x1, self.y_left, self.y_right))

    @cached_property
    def width(self) -> Floats:
        """Width of each piece; never 0."""
        return np.maximum(self.x1 - self.x0, LEAST_PX)

    @cached_property
    def line_height(self) -> float:
        """Height of an ordinary line."""
        return float(np.median(self.height))

    def take(self, chosen: Indices) -> "_Pieces":
        """Return some of the pieces."""
        return _Pieces(
            self.x0[chosen],
            self.x1[chosen],
            self.y_left[chosen],
            self.y_right[chosen],
            self.height[chosen],
        )


def _canonically(
    polygons: Sequence[Polygon], arrange: Callable[[_Pieces], list[list[int]]]
) -> list[list[int]]:
    """Arrange pieces sorted by their coordinates, so that the order they came in cannot matter."""
    canonical = sorted(range(len(polygons)), key=lambda i: polygons[i])
    corners = np.array([polygons[i] for i in canonical], dtype=np.float64)  # (n, 4, 2)
    return [[canonical[i] for i in group] for group in arrange(_straighten(_deskew(corners)))]


def _deskew(corners: Floats) -> _Pieces:
    """Turn the page about the origin until most of its text is level."""
    cos, sin = math.cos(_skew(corners)), math.sin(_skew(corners))
    x = corners[..., 0] * cos + corners[..., 1] * sin
    y = corners[..., 1] * cos - corners[..., 0] * sin
    from_left = np.argsort(x, axis=1, kind="stable")
    x, y = np.take_along_axis(x, from_left, 1), np.take_along_axis(y, from_left, 1)
    height = (np.abs(y[:, 1] - y[:, 0]) + np.abs(y[:, 3] - y[:, 2])) / 2
    return _Pieces(
        x[:, 0], x[:, 3], y[:, :2].mean(1), y[:, 2:].mean(1), np.maximum(height, LEAST_PX)
    )


def _skew(corners: Floats) -> float:
    """Return the angle of the text in radians, clockwise: the median by length of its edges."""
    edges = corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]  # (n, 2), top + bottom
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    angles = (angles + np.pi / 2) % np.pi - np.pi / 2  # a line upside down is level too
    by_angle = np.argsort(angles, kind="stable")
    lengths = np.cumsum(np.hypot(edges[:, 0], edges[:, 1])[by_angle])
    return float(angles[by_angle[np.searchsorted(lengths, lengths[-1] / 2)]])


def _straighten(pieces: _Pieces) -> _Pieces:
    """Undo curl and perspective: first as the pieces tell by their slopes, then as rows tell too.

    A row is longer than its pieces and tells more; and upright boxes have no slopes at all.
    """
    pieces = _level(pieces, pieces.ends)
    right = _right_neighbours(pieces)
    left = np.flatnonzero(right >= 0)
    right = right[left]
    x = pieces.ends[:2].mean(axis=0)
    links = np.array((x[left], x[right], pieces.y[left], pieces.y[right]))
    return _level(pieces, np.concatenate((pieces.ends, links), axis=1))


def _level(pieces: _Pieces, strokes: Floats) -> _Pieces:
    """Bend the page until most strokes, rows of (4, n) x0, x1, y0 and y1, are level.

    The slope is taken to change evenly across the page (curl) and down the page (perspective):
    slope = a + b * u + c * v, with u, v from the middle of the page.
    """
    run = np.maximum(strokes[1] - strokes[0], LEAST_PX)
    slope = (strokes[3] - strokes[2]) / run
    told = (np.abs(slope) < MAX_BEND) & (run > 2 * pieces.line_height)
    if told.sum() < MIN_BENT_PIECES:
        return pieces
    x_mid, x_reach = _middle_and_reach(pieces.ends[:2])
    y_mid, y_reach = _middle_and_reach(pieces.y)
    u = ((strokes[0] + strokes[1]) / 2 - x_mid) / x_reach
    v = ((strokes[2] + strokes[3]) / 2 - y_mid) / y_reach
    a, b, c = _bend(np.column_stack((np.ones_like(u), u, v))[told], slope[told], run[told])
    u, v = (pieces.ends[:2] - x_mid) / x_reach, (pieces.ends[2:] - y_mid) / y_reach
    y_left, y_right = pieces.ends[2:] - x_reach * u * (a + b * u / 2 + c * v)
    return replace(pieces, y_left=y_left, y_right=y_right)


def _middle_and_reach(values: Floats) -> tuple[float, float]:
    """Return the middle of the values and how far they reach from it; at least a pixel."""
    low, high = float(values.min()), float(values.max())
    return (low + high) / 2, max((high - low) / 2, 1.0)


def _bend(terms: Floats, slope: Floats, length: Floats) -> Floats:
    """Fit slope = terms @ bend, by length, with little say for lines that disagree."""
    prior = STEADY_BEND * np.eye(3) * length.sum()  # where lines tell nothing, there is no bend
    weights = length
    for _ in range(4):  # reweighted least squares settles fast on so few unknowns
        bend = np.linalg.solve((terms.T * weights) @ terms + prior, (terms.T * weights) @ slope)
        weights = length / (1 + np.abs(slope - terms @ bend) / STEADY_BEND)
    return np.asarray(bend)


def _rows(pieces: _Pieces) -> list[list[int]]:
    """Chain pieces into rows and sort these from top to bottom."""
    right = _right_neighbours(pieces)
    firsts = np.setdiff1d(np.arange(len(right)), right)
    chains = [_chain(int(first), right) for first in firsts]
    # A tall piece is read before the rows it stands beside, not amid them.
    excess = np.maximum(pieces.height - pieces.line_height, 0)
    y = pieces.y - excess / 2
    return sorted(chains, key=lambda row: (float(y[row].mean()), float(pieces.x0[row[0]])))


def _chain(first: int, right: Indices) -> list[int]:
    """Follow the neighbours to the right from ``first`` to the end of its row."""
    row = [first]
    while (following := int(right[row[-1]])) >= 0:
        row.append(following)
    return row


def _right_neighbours(pieces: _Pieces) -> Indices:
    """Return for each piece the next one in its row, -1 at the end of the row.

    Pieces that are each other's best neighbours are linked first, then the best of what is
    left, so no piece ever has two neighbours on a side and no row swallows another.
    """
    costs = _link_costs(pieces)
    everyone = np.arange(len(costs))
    right = np.full(len(costs), -1)
    while True:
        best = costs.argmin(axis=1)
        mutual = (costs.argmin(axis=0)[best] == everyone) & np.isfinite(costs[everyone, best])
        if not mutual.any():
            return right
        right[mutual] = best[mutual]
        costs[mutual, :] = np.inf
        costs[:, best[mutual]] = np.inf


def _link_costs(pieces: _Pieces) -> Floats:
    """Return (n, n) how badly piece j continues the row of piece i; infinite where it cannot.

    Heights are compared where the two face each other: the right end of i, the left end of j.
    """
    offsets = np.abs(pieces.y_left[None, :] - pieces.y_right[:, None])
    i, j = np.nonzero(offsets < np.add.outer(pieces.height, pieces.height) / 2)
    offset, mean = offsets[i, j], (pieces.height[i] + pieces.height[j]) / 2
    gap = pieces.x0[j] - pieces.x1[i]
    shared_height = (mean - offset) / np.minimum(pieces.height[i], pieces.height[j])
    shared_width = -gap / np.minimum(pieces.width[i], pieces.width[j])
    linked = (pieces.x0 + pieces.x1)[i] < (pieces.x0 + pieces.x1)[j]
    linked &= (shared_height >= MIN_SHARED_HEIGHT) & (shared_width <= MAX_SHARED_WIDTH)
    linked &= ~np.isin(i, tall := _tall(pieces)) & ~np.isin(j, tall)
    costs = np.full(offsets.shape, np.inf)
    costs[i, j] = np.where(linked, (offset + GAP_WEIGHT * np.maximum(gap, 0)) / mean, np.inf)
    return costs


def _tall(pieces: _Pieces) -> Indices:
    """Return the pieces, such as logos, that stand beside several rows and belong to none."""
    high = np.flatnonzero(pieces.height > TALL * pieces.line_height)
    return np.array([i for i in high if _is_beside_rows(pieces, i)], dtype=np.intp)


def _is_beside_rows(pieces: _Pieces, tall: np.intp) -> bool:
    """Tell whether the much lower pieces level with a tall one lie in more than one row."""
    height = pieces.height[tall]
    beside = np.abs(pieces.y - pieces.y[tall]) < height / 2
    beside &= pieces.height * TALL < height
    return bool(beside.any() and np.ptp(pieces.y[beside]) > pieces.line_height / 2)


def _read(pieces: _Pieces) -> list[int]:
    """Return all pieces in reading order."""
    return _read_region(pieces, np.argsort(pieces.y, kind="stable"))


def _read_region(pieces: _Pieces, region: Indices) -> list[int]:
    """Return the pieces of ``region`` (from top to bottom) in reading order."""
    if len(region) == 0:
        return []
    parts = _columns(pieces, region)
    if parts is None:
        return [int(region[i]) for row in _rows(pieces.take(region)) for i in row]
    return [i for part in parts for i in _read_region(pieces, part)]


def _columns(pieces: _Pieces, region: Indices) -> tuple[Indices, ...] | None:
    """Find the largest stretch of two text columns: what is above, left, right and below.

    Tables, such as description and price, are no columns; None where there are none.
    """
    best: tuple[Indices, ...] | None = None
    size = 2 * MIN_COLUMN_LINES - 1
    for edge in _left_edges(pieces, region):
        right = pieces.x0[region] >= edge - MIN_GUTTER / 2 * pieces.line_height
        left = pieces.x1[region] <= edge - MIN_GUTTER * pieces.line_height
        for start, stop in _stretches(pieces, region, ~(left | right)):
            lefts = region[start:stop][left[start:stop]]
            rights = region[start:stop][right[start:stop]]
            if stop - start > size and _are_columns(pieces, lefts, rights):
                best, size = (region[:start], lefts, rights, region[stop:]), stop - start
    return best


def _left_edges(pieces: _Pieces, region: Indices) -> list[float]:
    """Return each x, but for the first, where several pieces of the region begin."""
    x0 = np.sort(pieces.x0[region])
    reach = LEFT_ALIGNED * pieces.line_height
    several = np.searchsorted(x0, x0 + reach, side="right") - np.arange(len(x0))
    edges: list[float] = []
    for x in x0[several >= MIN_COLUMN_LINES]:
        if x > (edges[-1] if edges else x0[0]) + reach:
            edges.append(float(x))
    return edges


def _stretches(
    pieces: _Pieces, region: Indices, crossing: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Return stretches of the region that no piece across the gutter interrupts.

    Those that white space divides come whole, then in parts.
    """
    bounds = [-1, *(int(i) for i in np.flatnonzero(crossing)), len(region)]
    stretches = [(a + 1, b) for a, b in pairwise(bounds)]
    parts: list[tuple[int, int]] = []
    for start, stop in stretches:
        if stop - start < 2 * MIN_COLUMN_LINES:
            continue
        part = region[start:stop]
        bottoms = np.maximum.accumulate(pieces.y[part] + pieces.height[part] / 2)
        white = (pieces.y - pieces.height / 2)[part][1:] - bottoms[:-1]
        cuts = 1 + start + np.flatnonzero(white > PARAGRAPH_GAP * pieces.line_height)
        ends = [start, *(int(i) for i in cuts), stop]
        parts += [(start, stop), *pairwise(ends)]
    return parts


def _are_columns(pieces: _Pieces, left: Indices, right: Indices) -> bool:
    """Tell whether two groups side by side are columns of text, not of a table."""
    left, right = _left_aligned(pieces, left), _left_aligned(pieces, right)
    if min(len(left), len(right)) < MIN_COLUMN_LINES:
        return False
    top = max(pieces.y[left].min(), pieces.y[right].min())
    bottom = min(pieces.y[left].max(), pieces.y[right].max())
    shorter = min(np.ptp(pieces.y[left]), np.ptp(pieces.y[right]))
    if bottom - top < shorter / 2:
        return False
    offsets = np.abs(np.subtract.outer(pieces.y[left], pieces.y[right]))
    nearest = offsets.min(axis=int(len(left) < len(right)))  # per line of the shorter column
    is_table = np.mean(nearest < LEVEL_OFFSET * pieces.line_height) > 0.5
    narrowest = min(np.median(pieces.width[left]), np.median(pieces.width[right]))
    needed = MIN_ALIGNED_COLUMN_WIDTH if is_table else MIN_COLUMN_WIDTH
    return bool(narrowest >= needed * pieces.line_height)


def _left_aligned(pieces: _Pieces, side: Indices) -> Indices:
    """Return the lines of one side that begin at the same x, none if most do not."""
    x0 = np.sort(pieces.x0[side])
    reach = LEFT_ALIGNED * pieces.line_height
    several = np.searchsorted(x0, x0 + reach, side="right") - np.arange(len(x0))
    if len(side) == 0 or several.max() * 2 < len(side):
        return side[:0]
    start = x0[several.argmax()]
    aligned = (pieces.x0[side] >= start) & (pieces.x0[side] <= start + reach)
    return np.asarray(side[aligned])
