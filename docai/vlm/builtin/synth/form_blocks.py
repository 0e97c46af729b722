"""Runs of fields and tables that several layouts of invented forms share."""

from docai.vlm.builtin.synth.form_content import Field
from docai.vlm.builtin.synth.form_parts import OPTIONS, group, long_answer
from docai.vlm.builtin.synth.form_sheet import Sheet
from docai.vlm.builtin.synth.form_table import table


def stack(
    sheet: Sheet, fields: list[Field], mode: str, width: float | None = None, tab: float = 0.0
) -> None:
    """Set fields one below the other."""
    for field in fields:
        low = sheet.field(field, sheet.left, sheet.y, width or sheet.width, mode, tab)
        sheet.y = low + sheet.step


def grid(sheet: Sheet, fields: list[Field], columns: int, mode: str) -> None:
    """Set fields in rows of at most ``columns``, some rows with fewer."""
    rng, rest = sheet.rng, list(fields)
    while rest and sheet.room(sheet.step * 2):
        count = min(len(rest), rng.choice((columns, columns, max(1, columns - 1), 1)))
        row, rest = rest[:count], rest[count:]
        sheet.row(row, mode, [rng.choice((1.0, 1.0, 1.4, 2.0)) for _ in row])


def columns(
    sheet: Sheet, left: list[Field], right: list[Field], mode: str, split: float = 0.5
) -> None:
    """Set two columns of fields side by side, each at its own pace."""
    gap, top, lows = 30, sheet.y, []
    half = sheet.width * split
    for fields, x, wide in (
        (left, sheet.left, half - gap),
        (right, sheet.left + half, sheet.width - half),
    ):
        y = top
        for field in fields:
            y = sheet.field(field, x, y, wide, mode, wide * 0.42) + sheet.step
        lows.append(y)
    sheet.y = max(lows)


def small_print(sheet: Sheet) -> None:
    """Set a few sentences of law, perhaps in a frame or behind a key such as NOTE."""
    rng, content = sheet.rng, sheet.content
    text = " ".join(dict.fromkeys(content.pick("legal") for _ in range(rng.randint(1, 4))))
    sheet.skip(0.5)
    top = sheet.y
    low = sheet.note(text, sheet.left, sheet.y, sheet.width)
    if rng.random() < 0.3:
        sheet.paper.box((sheet.left - 10, top - 26, sheet.right + 6, low), rng.choice((1, 2)))
    sheet.y = low + sheet.step


def filled_table(sheet: Sheet, rows: int) -> None:
    """Set a table with keys over its columns, partly filled in."""
    rng, content = sheet.rng, sheet.content
    rows = min(rows, int((sheet.bottom - sheet.y) / (sheet.style.value_size * 2)) - 2)
    if rows < 1:
        return
    picked = content.fields(rng.randint(2, 6), "c_table")
    picked = picked * 2 if len(picked) < 4 and rng.random() < 0.3 else picked
    look = rng.choice(("grid", "grid", "rows", "bare"))
    filled = 0 if rng.random() < content.emptiness else rng.randint(1, rows)
    table(sheet, [f.label for f in picked], [f.kind for f in picked], rows, filled, look=look)


def boxed_row(sheet: Sheet, fields: list[Field], high: float | None = None) -> None:
    """Set frames side by side without a gap, all of one height."""
    rng, style = sheet.rng, sheet.style
    size = max(12, style.size - rng.choice((2, 4, 5)))
    high = high or style.value_size * rng.choice((2.6, 2.9, 3.3))
    shares = [rng.choice((1.0, 1.0, 1.5, 2.0)) for _ in fields]
    x, top = sheet.left, sheet.y - style.size
    for field, share in zip(fields, shares, strict=True):
        wide = sheet.width * share / sum(shares)
        sheet.paper.box((x, top, x + wide, top + high))
        label = " ".join(sheet.wrap(style.label(field.label), wide - 10, size)[:1])
        key, _, _ = sheet.key(label, x + 5, top + size + 2, size=size)
        if field.value:
            sheet.value(field.value, x + 10, top + high - 9, wide - 18, key)
        x += wide
    sheet.y = top + high + style.size


def budget(sheet: Sheet, count: int, columns_: int) -> None:
    """Set a table with keys before its rows and over its columns."""
    rng, content = sheet.rng, sheet.content
    rows = list(dict.fromkeys(content.pick("r_rows") for _ in range(count)))
    rows = rows[: max(1, int((sheet.bottom - sheet.y) / (sheet.style.value_size * 2)) - 2)]
    if rng.random() < 0.5:
        rows.append(content.pick("w_total"))
    heads = list(dict.fromkeys(content.pick("r_cols") for _ in range(columns_)))
    kind = rng.choice(("money", "money", "number", "percent"))
    filled = 0 if rng.random() < content.emptiness else len(rows)
    look = rng.choice(("grid", "grid", "rows", "bare"))
    table(sheet, heads, [kind] * len(heads), len(rows), filled, row_heads=rows, look=look)


def fill_up(sheet: Sheet, groups: tuple[str, ...], mode: str, low: float, most: int = 3) -> None:
    """Set rows of fields down to ``low``, each of one to ``most`` fields."""
    fields = sheet.content.fields(40, *groups)
    while fields and sheet.y + sheet.step * 1.5 < min(low, sheet.bottom):
        count = min(len(fields), sheet.rng.randint(1, most))
        row, fields = fields[:count], fields[count:]
        if mode == "boxed":
            boxed_row(sheet, row)
        else:
            sheet.row(row, mode, [sheet.rng.choice((1.0, 1.0, 1.4, 2.0)) for _ in row])


def again(sheet: Sheet, groups: tuple[str, ...], rows: int, count: int) -> None:
    """Set rows of the very same keys, each with other values."""
    rng, content = sheet.rng, sheet.content
    fields = content.fields(count, *groups)
    for _ in range(rows):
        if not sheet.room(sheet.step * 2):
            break
        row = [
            Field(
                f.label, content.value(f.kind) if rng.random() > content.emptiness else "", f.kind
            )
            for f in fields
        ]
        sheet.row(row, "line", [max(1.0, len(f.label) / 8) for f in fields])


def people(sheet: Sheet) -> None:
    """Set columns of names, firms and numbers under their keys, without ruling lines."""
    rng, content = sheet.rng, sheet.content
    fields = [f for f in content.fields(8, "f_fax") if f.kind in ("name", "company", "phone")]
    rows = min(rng.randint(2, 9), int((sheet.bottom - sheet.y) / (sheet.style.value_size * 2)) - 2)
    if len(fields) < 2 or rows < 1:
        return
    heads, kinds = [f.label for f in fields[:4]], [f.kind for f in fields[:4]]
    table(sheet, heads, kinds, rows, rows, look=rng.choice(("bare", "bare", "rows")))


def top_up(sheet: Sheet) -> None:
    """Set more of anything into the room that is left, or leave it empty."""
    rng, content = sheet.rng, sheet.content
    sheet.skip()
    while sheet.room(260) and rng.random() < 0.8:
        what = rng.choice(
            ("prose", "prose", "long", "long", "rows", "rows", "table", "group", "list")
        )
        if what == "prose":
            size = rng.choice((sheet.style.size, sheet.style.hint_size))
            text = content.text(rng.randint(1, 5))
            sheet.y = sheet.note(text, sheet.left, sheet.y, sheet.width, size=size)
            sheet.skip(0.6)
        elif what == "long":
            field = content.field("f_long", empty=content.emptiness * 0.5)
            field = Field(field.label, field.value and f"{field.value} {content.value('long')}")
            long_answer(sheet, field, rng.randint(2, 5), rng.choice(("lines", "open", "box")))
        elif what == "rows":
            groups = (rng.choice(("f_office", "f_made", "f_person", "f_lab", "f_legal")), "f_made")
            fill_up(sheet, groups, rng.choice(("line", "inline", "tab", "boxed")), sheet.y + 160)
        elif what == "table":
            filled_table(sheet, rng.randint(2, 8))
        elif what == "group":
            group(sheet, rng.choice(OPTIONS))
        else:
            again(sheet, ("f_made", "f_office", "f_person"), rng.randint(2, 6), rng.choice((2, 3)))
