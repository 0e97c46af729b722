"""The parts that documents without fields are put together from: prose, lists, plain tables."""

from collections.abc import Sequence

from docai.vlm.builtin.synth.form_sheet import OTHER, Sheet


def prose(sheet: Sheet, x: float, y: float, width: float, low: float, size: int) -> float:
    """Set paragraphs from the baseline ``y`` down to ``low``; return the baseline after them."""
    rng, content = sheet.rng, sheet.content
    leading, indent = rng.choice((1.25, 1.4, 1.6)), rng.choice((0, 0, 30))
    while y + size * leading * 3 < low:
        text = content.text(rng.randint(2, 7))
        for n, line in enumerate(sheet.wrap(text, width - indent, size)):
            if y > low:
                return y
            sheet.paper.text(line, x + (indent if n == 0 else 0), y, OTHER, size=size)
            y += size * leading
        y += size * rng.choice((0.2, 0.8))
    return y


def heading(sheet: Sheet, text: str, larger: int) -> None:
    """Set a heading over the whole width and go down."""
    size = sheet.style.size + larger
    anchor = sheet.rng.choice(("l", "l", "c"))
    x = (sheet.left + sheet.right) / 2 if anchor == "c" else sheet.left
    for line in sheet.wrap(text, sheet.width, round(size * 1.12))[:2]:
        sheet.header(line, x, sheet.y, size=size, anchor=anchor)
        sheet.y += size * 1.4
    sheet.y += size


def lines(sheet: Sheet, texts: Sequence[str]) -> None:
    """Set lines of text close together and go down."""
    for text in texts:
        for line in sheet.wrap(text, sheet.width)[:2]:
            sheet.paper.text(line, sheet.left, sheet.y, OTHER)
            sheet.y += sheet.style.size * 1.35
    sheet.y += sheet.step


def bullets(sheet: Sheet, count: int, low: float, size: int, x: float) -> None:
    """Set paragraphs behind a mark, down to ``low``."""
    mark = sheet.rng.choice(("-", "•", "*", "–"))
    for _ in range(count):
        text = f"{mark} {sheet.content.text(1)}"
        deep = len(sheet.wrap(text, sheet.right - x - 20, size)) * size * 1.3
        if sheet.y + deep > low:
            break
        sheet.y = sheet.note(text, x, sheet.y, sheet.right - x - 20, size=size) + size * 0.7


def plain_table(
    sheet: Sheet,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    size: int,
) -> None:
    """Set rows of cells, figures at the right; none of it is a field of anything.

    Args:
        sheet: where.
        heads: of the columns; empty for none.
        rows: of texts; those that do not fit the sheet are left out.
        shares: width of each column, in shares of the whole.
        size: font size, in pixels.
    """
    edges = [sheet.left + sheet.width * sum(shares[:i]) / sum(shares) for i in range(len(shares))]
    edges.append(sheet.right)
    high = size * sheet.rng.choice((1.4, 1.7, 2.0))
    is_ruled = sheet.rng.random() < 0.5
    for n, row in enumerate([heads, *rows] if heads else rows):
        if not sheet.room(high):
            break
        for i, text in enumerate(row):
            _cell(sheet, text, edges[i], edges[i + 1], size, is_bold=bool(heads) and n == 0)
        if is_ruled or (heads and n == 0):
            sheet.paper.line(sheet.left, sheet.y + 6, sheet.right, sheet.y + 6)
        sheet.y += high
    sheet.y += sheet.step


def _cell(sheet: Sheet, text: str, x0: float, x1: float, size: int, *, is_bold: bool) -> None:
    """Set the text of a cell, as much of it as there is room for."""
    text = " ".join(sheet.wrap(text, x1 - x0 - 12, size)[:1])
    if not text or sheet.paper.measure(text, size) > x1 - x0:
        return
    is_right = text[-1:].isdigit() and x0 > sheet.left
    x, anchor = (x1 - 6, "r") if is_right else (x0, "l")
    sheet.paper.text(text, x, sheet.y, OTHER, size=size, anchor=anchor, bold=is_bold)
