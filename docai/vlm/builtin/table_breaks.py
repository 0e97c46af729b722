"""Tables that go on over a page break."""

from collections.abc import Mapping, Sequence

from docai.geometry import Box, box_polygon, polygon_box, rotate_polygon
from docai.reading import Reading
from docai.table import Table

SAME_COLUMN = 0.04  # of the page's width: by how much a column may begin elsewhere
SAME_NAMES = 0.6  # share of the words that both headers have


def continued(
    tables: Sequence[Table], readings: Sequence[Reading]
) -> tuple[tuple[Table, ...], ...]:
    """Return groups of tables that are one, going on from page to page, in order.

    A table goes on where the last one of a page and the first one of the next page have the same
    columns: as many, and at the same places or under the same names. Names that differ begin
    another table.

    Args:
        tables: of all pages, each page's from top to bottom.
        readings: of these pages at least.
    """
    by_page = {reading.page: reading for reading in readings}
    groups: list[list[Table]] = []
    last: dict[int, list[Table]] = {}  # per page the group of its last table
    for table in sorted(tables, key=lambda table: table.page):  # stable: top to bottom
        before = last.get(table.page - 1)
        is_first = table.page not in last
        if is_first and before is not None and _goes_on(before, table, by_page):
            group = before
            group.append(table)
        else:
            group = [table]
            groups.append(group)
        last[table.page] = group
    return tuple(tuple(group) for group in groups)


def _goes_on(group: Sequence[Table], table: Table, by_page: Mapping[int, Reading]) -> bool:
    """Tell whether ``table`` is the same table as those on the pages before it."""
    above = group[-1]
    if above.shape[1] != table.shape[1]:
        return False
    known, names = (_names(one, by_page[one.page]) for one in (group[0], table))
    if known and names:
        return len(known & names) >= SAME_NAMES * len(known | names)
    starts, others = (_inner_edges(one, by_page[one.page]) for one in (above, table))
    return all(abs(a - b) <= SAME_COLUMN for a, b in zip(starts, others, strict=True))


def _names(table: Table, reading: Reading) -> set[str]:
    """Return the words of a table's header."""
    header = (i for cell in table.cells if cell.is_header for i in cell.words)
    return {reading.words[i].text.casefold() for i in header}


def _inner_edges(table: Table, reading: Reading) -> list[float]:
    """Return where the second and later columns begin, as a share of the level page's width."""
    starts = [1.0] * table.shape[1]
    height, width = reading.size
    corners = box_polygon((0.0, 0.0, float(width), float(height)))
    page = polygon_box(rotate_polygon(corners, reading.angle_deg, height, width))
    for cell in table.cells:
        box = _level(cell.box, reading)
        share = (box[0] - page[0]) / max(page[2] - page[0], 1.0)
        starts[cell.column] = min(starts[cell.column], share)
    return starts[1:]


def _level(box: Box, reading: Reading) -> Box:
    """Return a box on the level page."""
    return polygon_box(rotate_polygon(box_polygon(box), reading.angle_deg, *reading.size))
