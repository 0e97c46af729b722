"""The table of line items: any columns, any ruling, over as many pages as it takes."""

from decimal import Decimal

from docai.vlm.builtin.synth.invoice_columns import Table
from docai.vlm.builtin.synth.invoice_content import Line
from docai.vlm.builtin.synth.invoice_press import Press, Run, Runs
from docai.vlm.builtin.synth.paper import Cell


def _cell(press: Press, table: Table, kind: str, line: Line, row: int) -> Runs:
    """Return what stands in a cell of one line, but for descriptions."""
    if kind == "pos":
        return (Run(str(row + 1)),)
    if kind == "code":
        return (Run(line.code, "item_product_code", row),)
    if kind == "date":
        return (Run(press.date(line.date)),)
    if kind == "qty":
        runs = (Run(press.quantity(line.quantity), "item_quantity", row),)
        return (*runs, Run(line.unit, "item_unit", row)) if table.with_unit else runs
    if kind == "unit":
        return (Run(line.unit, "item_unit", row),)
    if kind == "price":
        return press.money(line.price, "item_price", row, is_cell=True)
    if kind == "discount":
        return (Run(press.percent(line.discount) + "%" if line.discount else ""),)
    if kind == "tax":
        return (Run(_rate(press, line.rate), "item_tax_rate", row),)
    if kind == "amount":
        return press.money(line.amount, "item_total_price", row, is_cell=True)
    tax = (line.amount * line.rate / 100).quantize(Decimal("0.01"))
    return press.money(tax if kind == "taxamount" else line.amount + tax, is_cell=True)


def _rate(press: Press, rate: Decimal) -> str:
    """Return the tax rate of a line."""
    return _rate_style(press).format(press.percent(rate), press.invoice.tax_name)


def _rate_style(press: Press) -> str:
    """Return how rates of lines are written: the same all over the invoice."""
    styles = ("{0}%", "{0} %", "{0}%", "{0}", "{1} {0}%", "{0},00%", "{0}.0", "{0},00")
    style = styles[(len(press.invoice.number) + press.look.size + press.invoice.days) % len(styles)]
    has_decimals = any(t.rate % 1 for t in press.invoice.taxes)
    return "{0}%" if has_decimals else style


def _item_rows(press: Press, table: Table, line: Line, row: int) -> list[Runs]:
    """Return the paragraphs of a description."""
    main: Runs = (Run(line.description, "item_description", row),)
    rows: list[Runs] = []
    if line.code and table.codes == "before":
        rows.append((Run(line.code, "item_product_code", row), *main))
    elif line.code and table.codes == "bracket":
        rows.append((Run(f"[{line.code}]", "item_product_code", row), *main))
    else:
        rows.append(main)
    if line.code and table.codes == "below":
        rows.append((*table.code_key, Run(line.code, "item_product_code", row)))
    if table.has_notes:
        rows += [(Run(note),) for note in line.notes]
    return rows


Row = tuple[list[list[Runs]], float]


def items(press: Press, table: Table, *, x0: float = 0.0, x1: float = 1.0) -> None:
    """Set the items from ``press.y`` on, over as many pages as it takes."""
    left, right = press.left + x0 * press.width, press.left + x1 * press.width
    rows = [
        [
            _item_rows(press, table, line, n)
            if c.kind == "item"
            else [_cell(press, table, c.kind, line, n)]
            for c in table.columns
        ]
        for n, line in enumerate(press.invoice.lines)
    ]
    if press.y > press.bottom - 6 * press.gap:
        press.new_page()
    size, edges = _fit(press, table, rows, right - left)
    edges = [left + e for e in edges]
    _Setting(press, table, rows, size, edges).run()


def _fit(
    press: Press, table: Table, rows: list[list[list[Runs]]], width: float
) -> tuple[int, list[float]]:
    """Return a font size and the edges of columns that hold what is in them."""
    size = press.look.size
    while True:
        pad = size * 0.9
        natural = []
        for n, column in enumerate(table.columns):
            cells = [press.wide(p, size=size) for row in rows for p in row[n]]
            heads = [
                press.wide((Run(w),), size=size, bold=True) for w in column.head[0].text.split()
            ]
            natural.append(max([*cells, *(heads if table.has_head else []), 0.0]) + pad)
        texts = [n for n, c in enumerate(table.columns) if c.kind == "item"]
        fixed = sum(w for n, w in enumerate(natural) if n not in texts)
        room = width - fixed
        if room >= width * 0.26 or size <= 10:
            break
        size -= 1
    for n in texts:
        natural[n] = max(room, width * 0.2)
    spare = max(
        0.0,
        room
        - max(
            (press.wide(p, size=size) for row in rows for n in texts for p in row[n]), default=0.0
        )
        - pad,
    )
    if spare > 0 and len(natural) > len(texts):
        give = spare * press.rng.uniform(0.2, 0.95)
        natural = [
            w - give if n in texts else w + give / (len(natural) - len(texts))
            for n, w in enumerate(natural)
        ]
    scale = width / sum(natural)
    edges = [0.0]
    for wide in natural:
        edges.append(edges[-1] + wide * scale)
    return size, edges


class _Setting:
    """The table being set: what of it stands on the page so far."""

    def __init__(
        self,
        press: Press,
        table: Table,
        rows: list[list[list[Runs]]],
        size: int,
        edges: list[float],
    ) -> None:
        """Begin a table."""
        self.press, self.table, self.rows, self.size, self.edges = press, table, rows, size, edges
        self.pad = table.ruling.pad * size
        self.cells: list[Cell] = []
        self.top, self.n_row = press.y, 0

    def run(self) -> None:
        """Set all rows."""
        press, sum_ = self.press, Decimal(0)
        self._begin()
        group = ""
        for n, (row, line) in enumerate(zip(self.rows, press.invoice.lines, strict=True)):
            high = self._height(row, is_header=False)
            is_new = self.table.has_groups and line.group != group
            more = 2 * press.gap * (self.table.carries + is_new)
            if press.y + high + more > press.bottom and n:
                self._carry("k_carry", sum_)
                self._end(is_last=False)
                press.new_page()
                self._begin()
                self._carry("k_brought", sum_)
            if is_new:
                group = line.group
                self._group(group)
            if self.table.ruling.zebra and n % 2:
                self._zebra(press.y, press.y + high)
            press.y = self._row(row, press.y, is_header=False)
            sum_ += line.amount
            if self.table.ruling.rows and n + 1 < len(self.rows):
                press.paper.line(self.edges[0], press.y, self.edges[-1], press.y)
        self._end(is_last=True)

    def _zebra(self, y0: float, y1: float) -> None:
        """Shade a row."""
        box = (self.edges[0], y0, self.edges[-1], y1)
        self.press.paper.draw(lambda pen: pen.rectangle(box, 236))

    def _begin(self) -> None:
        """Set the head of the table on this page."""
        press, ruling = self.press, self.table.ruling
        self.cells, self.top, self.n_row = [], press.y, 0
        if not self.table.has_head:
            return
        row = [[c.head] for c in self.table.columns]
        high = self._height(row, is_header=True)
        left, right = self.edges[0], self.edges[-1]
        ink = press.look.key_grey
        if ruling.head == "shaded":
            ink = press.shade(left, press.y, right, press.y + high)
        if ruling.head == "rules":
            press.paper.line(left, press.y, right, press.y, 2)
        press.y = self._row(row, press.y, is_header=True, ink=ink)
        if ruling.head in ("rule", "rules", "boxed"):
            press.paper.line(left, press.y, right, press.y, press.rng.choice((1, 2)))

    def _row(self, row: list[list[Runs]], y: float, *, is_header: bool, ink: int = 0) -> float:
        """Set one row; return where it ends."""
        press, low = self.press, y
        inset = self.size * 0.4
        for n, (column, cell) in enumerate(zip(self.table.columns, row, strict=True)):
            a, b = self.edges[n] + inset, self.edges[n + 1] - inset
            entity = press.paper.entity() if is_header else None
            bottom = y + self.pad
            for paragraph in cell:
                bottom = press.flow(
                    paragraph,
                    a,
                    b,
                    bottom,
                    size=self.size,
                    anchor=column.anchor,
                    role="key" if is_header else "",
                    entity=entity,
                    bold=is_header and self.table.ruling.is_head_bold,
                    grey=ink,
                )
            low = max(low, bottom)
        low += self.pad
        for n, cell in enumerate(row):
            text = " ".join(" ".join(r.text.split()) for p in cell for r in p).strip()
            box = (self.edges[n], y, self.edges[n + 1], low)
            self.cells.append(Cell(self.n_row, n, 1, 1, text, box, is_header))
        self.n_row += 1
        return low

    def _height(self, row: list[list[Runs]], *, is_header: bool) -> float:
        """Return how high a row will be."""

        def block(press: Press, x0: float, x1: float, y: float) -> float:
            return self._row(row, y, is_header=is_header)

        number, count = self.n_row, len(self.cells)
        high = self.press.height_of(block)
        self.n_row = number
        del self.cells[count:]
        return high

    def _group(self, text: str) -> None:
        """Set a heading between items."""
        press = self.press
        entity = press.paper.entity()
        top = press.y
        press.y = (
            press.flow(
                (Run(text),),
                self.edges[0] + self.size * 0.4,
                self.edges[-1],
                press.y + self.pad,
                size=self.size,
                bold=True,
                role="header",
                entity=entity,
            )
            + self.pad
        )
        box = (self.edges[0], top, self.edges[-1], press.y)
        self.cells.append(Cell(self.n_row, 0, 1, len(self.table.columns), text, box))
        self.n_row += 1

    def _carry(self, key: str, amount: Decimal) -> None:
        """Set the sum carried over to or from a page."""
        if not self.table.carries:
            return
        press = self.press
        key_id, value_id = press.paper.entity(), press.paper.entity()
        press.paper.link(key_id, value_id)
        runs = press.money(amount, is_cell=True)
        start = self.edges[-1] - press.wide(runs, size=self.size) - self.size * 0.5
        press.flow(
            press.key(key),
            self.edges[0],
            start - self.size,
            press.y + self.pad,
            size=self.size,
            anchor="r",
            role="key",
            entity=key_id,
            bold=True,
        )
        press.y = (
            press.flow(
                runs,
                start,
                self.edges[-1] - self.size * 0.4,
                press.y + self.pad,
                size=self.size,
                anchor="r",
                role="value",
                entity=value_id,
            )
            + self.pad
        )

    def _end(self, *, is_last: bool) -> None:
        """Rule the table off on this page."""
        press, ruling = self.press, self.table.ruling
        press.paper.table(self.cells)
        bottom = press.y
        if ruling.reaches:
            room = press.bottom - press.y - (9 * press.gap if is_last else 0)
            bottom = max(press.y, press.y + room * press.rng.uniform(0.3, 1))
        left, right = self.edges[0], self.edges[-1]
        if ruling.frame:
            press.paper.box((left, self.top, right, bottom))
        elif ruling.end:
            press.paper.line(left, bottom, right, bottom)
        if ruling.columns:
            for x in self.edges[1:-1]:
                press.paper.line(x, self.top, x, bottom)
        press.y = bottom
