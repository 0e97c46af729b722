"""Tables of invented forms: keys over the columns, perhaps before the rows too."""

from collections.abc import Sequence

from docai.vlm.builtin.synth.form_sheet import Sheet
from docai.vlm.builtin.synth.paper import Cell, Meaning

_WIDE = ("company", "product", "name", "subject", "address")
_RIGHT = ("number", "money", "decimal", "percent")


def table(
    sheet: Sheet,
    heads: Sequence[str],
    kinds: Sequence[str],
    rows: int,
    filled: int,
    *,
    row_heads: Sequence[str] = (),
    look: str = "grid",
) -> None:
    """Set a table over the whole width and go below it.

    Args:
        sheet: where.
        heads: keys of the columns, without a column of row heads.
        kinds: what is filled into each column.
        rows: how many there are.
        filled: how many of them are filled in.
        row_heads: keys of the rows; then a value is one of its row as well as of its column.
        look: ``grid``, ``rows`` or ``bare``: the ruling lines.
    """
    rng, style, skip = sheet.rng, sheet.style, 1 if row_heads else 0
    shares = [2.2] * skip + [2.2 if kind in _WIDE else 1.0 for kind in kinds]
    edges = [
        sheet.left + sheet.width * sum(shares[:i]) / sum(shares) for i in range(len(shares) + 1)
    ]
    top, high = sheet.y - style.size, style.value_size * rng.choice((1.4, 1.6, 1.9))
    keys, cells, body = _heads(sheet, heads, edges[skip:], top, skip)
    if skip:
        cells.append(Cell(0, 0, 1, 1, "", (edges[0], top, edges[1], body), True))
    for row in range(rows):
        y0, y1 = body + row * high, body + (row + 1) * high
        of_row: list[int] = []
        if row_heads:
            text = " ".join(sheet.wrap(style.cased(row_heads[row]), edges[1] - edges[0] - 10)[:1])
            of_row = [sheet.key(text, edges[0] + 5, y1 - high * 0.3, bold=False)[0]]
            cells.append(Cell(row + 1, 0, 1, 1, text, (edges[0], y0, edges[1], y1), True))
        for i, kind in enumerate(kinds):
            box = (edges[i + skip], y0, edges[i + skip + 1], y1)
            is_empty = row >= filled or rng.random() > 0.93
            text = "" if is_empty else _filled(sheet, kind, box, [keys[i], *of_row])
            cells.append(Cell(row + 1, i + skip, 1, 1, text, box))
    _rules(sheet, look, edges, [top, *(body + row * high for row in range(rows + 1))])
    sheet.paper.table(sorted(cells, key=lambda c: (c.row, c.column)))
    sheet.y = body + rows * high + sheet.step


def _heads(
    sheet: Sheet, heads: Sequence[str], edges: Sequence[float], top: float, skip: int
) -> tuple[list[int], list[Cell], float]:
    """Set the keys of the columns; return their entities, cells and where the rows begin."""
    rng, style, paper = sheet.rng, sheet.style, sheet.paper
    size = max(13, style.size - rng.choice((0, 2, 4)))
    wrapped = [
        sheet.wrap(style.cased(head), edges[i + 1] - edges[i] - 10, size)
        for i, head in enumerate(heads)
    ]
    body = top + max(len(lines) for lines in wrapped) * size * 1.15 + 10
    if rng.random() < 0.25:
        paper.box((edges[0], top, edges[-1], body), 1, rng.choice((190, 215, 230)))
    keys, cells = [], []
    for i, lines in enumerate(wrapped):
        keys.append(paper.entity())
        meaning = Meaning(role="key", entity=keys[-1])
        y, middle = body - 6 - (len(lines) - 1) * size * 1.15, (edges[i] + edges[i + 1]) / 2
        for n, line in enumerate(lines):
            at = y + n * size * 1.15
            paper.text(line, middle, at, meaning, size=size, anchor="c", bold=style.is_bold)
        box = (edges[i], top, edges[i + 1], body)
        cells.append(Cell(0, i + skip, 1, 1, " ".join(lines), box, True))
    return keys, cells, body


def _filled(
    sheet: Sheet, kind: str, box: tuple[float, float, float, float], keys: Sequence[int]
) -> str:
    """Fill in one cell; return what stands in it."""
    x0, y0, x1, y1 = box
    before = len(sheet.paper.words)
    x, anchor = (x1 - 8, "r") if kind in _RIGHT else (x0 + 6, "l")
    y = y1 - (y1 - y0) * 0.3
    sheet.value(sheet.content.value(kind), x, y, x1 - x0 - 12, keys, anchor=anchor)
    return " ".join(word.text for word in sheet.paper.words[before:])


def _rules(sheet: Sheet, look: str, xs: Sequence[float], ys: Sequence[float]) -> None:
    """Draw the ruling lines of a table."""
    if look == "grid":
        for x in xs:
            sheet.paper.line(x, ys[0], x, ys[-1])
    if look in ("grid", "rows"):
        for y in ys:
            sheet.paper.line(xs[0], y, xs[-1], y)
