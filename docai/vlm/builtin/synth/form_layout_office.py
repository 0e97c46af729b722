"""Layouts of office forms: faxes, memos, reports, requisitions, laboratory sheets."""

from docai.vlm.builtin.synth.form_blocks import (
    again,
    boxed_row,
    columns,
    filled_table,
    grid,
    people,
    small_print,
    stack,
)
from docai.vlm.builtin.synth.form_content import Field
from docai.vlm.builtin.synth.form_parts import (
    OPTIONS,
    group,
    long_answer,
    option,
    options,
    section,
    signature,
    title,
)
from docai.vlm.builtin.synth.form_sheet import Sheet


def fax_cover(sheet: Sheet) -> None:
    """Set a fax cover sheet."""
    rng, content = sheet.rng, sheet.content
    title(sheet, content.pick("fax_title"))
    top = sheet.y - sheet.style.size * 1.6
    fields = content.fields(rng.randint(6, 12), "f_fax", empty=content.emptiness * 0.5)
    mode = rng.choice(("line", "tab", "inline", "tab", "below"))
    if rng.random() < 0.5:
        half = (len(fields) + 1) // 2
        columns(sheet, fields[:half], fields[half:], mode)
    else:
        stack(
            sheet,
            fields,
            mode,
            sheet.width * rng.uniform(0.5, 1),
            sheet.width * rng.uniform(0.15, 0.3),
        )
    if rng.random() < 0.3:
        sheet.paper.box((sheet.left - 20, top, sheet.right + 15, sheet.y - sheet.step * 0.5), 2)
        sheet.skip(0.7)
    if rng.random() < 0.4:
        group(sheet, rng.choice(OPTIONS))
    if rng.random() < 0.25:
        people(sheet)
    if rng.random() < 0.75:
        message = content.field("f_long", empty=0.3)
        long_answer(sheet, message, rng.randint(3, 9), rng.choice(("lines", "open", "open", "box")))
    sheet.y = max(sheet.y, sheet.bottom - 260)
    small_print(sheet)


def progress_report(sheet: Sheet) -> None:
    """Set a report of sections, each with a long answer, under a memo's head."""
    rng, content = sheet.rng, sheet.content
    top = sheet.y - 40
    title(sheet)
    fields = content.fields(rng.randint(2, 4), "f_memo", empty=0.1)
    more = content.fields(rng.randint(1, 4), "f_office")
    columns(sheet, fields, more, rng.choice(("tab", "line", "inline")))
    if rng.random() < 0.5:
        group(sheet, rng.choice(("line", "wide", "paren", "box")))
    look = rng.choice(("lines", "lines", "open", "box"))
    while sheet.room(220):
        long_answer(sheet, content.field("f_long"), rng.randint(2, 5), look)
        if rng.random() < 0.15:
            section(sheet, rng.choice(("under", "plain", "bar")))
    if rng.random() < 0.4:
        sheet.paper.box((sheet.left - 30, top, sheet.right + 25, sheet.bottom + 20), 3)


def account_report(sheet: Sheet) -> None:
    """Set a memo's head, dates to tick, fields in threes and tables of accounts."""
    rng, content = sheet.rng, sheet.content
    labels = content.options()
    look = rng.choice(("wide", "line", "box", "wide"))
    wide = sheet.width * 0.32
    x = sheet.right - wide
    bar = rng.choice(("bar", "boxed", "under"))
    section(sheet, bar)
    top = sheet.y
    options(sheet, labels, x, top, wide, look, ticked=[rng.randrange(len(labels))])
    stack(
        sheet,
        content.fields(rng.randint(2, 3), "f_memo", empty=0.05),
        rng.choice(("tab", "line")),
        sheet.width * 0.55,
        150,
    )
    sheet.skip(0.5)
    for _ in range(rng.randint(1, 2)):
        section(sheet, bar)
        group(sheet, "line")
        again(sheet, ("f_made", "f_office"), rng.randint(1, 4), rng.choice((2, 3)))
    for _ in range(rng.randint(1, 2)):
        if sheet.room(350):
            section(sheet, bar)
            sheet.y = (
                sheet.note(content.pick("hint"), sheet.left, sheet.y, sheet.width) + sheet.step
            )
            filled_table(sheet, rng.randint(3, 9))


def typed_list(sheet: Sheet) -> None:
    """Set a column of keys with values at a tab stop or after the key, some of them long."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    groups = rng.choice(
        (("f_legal",), ("f_office",), ("f_legal", "f_made"), ("f_person", "f_office"), ("f_lab",))
    )
    mode = rng.choice(("tab", "inline", "line", "boxright"))
    tab = sheet.width * rng.uniform(0.25, 0.42)
    fields = content.fields(rng.randint(7, 18), *groups)
    for field in fields:
        if not sheet.room(sheet.step * 3):
            break
        if rng.random() < 0.12 and field.value:
            field = Field(field.label, content.value("note"), "note")
        stack(sheet, [field], "tab" if field.kind == "note" else mode, tab=tab)
    if rng.random() < 0.4 and sheet.room(200):
        long_answer(sheet, content.field("f_long"), rng.randint(2, 6), "open")
    if rng.random() < 0.3 and sheet.room(150):
        sheet.skip()
        sheet.y = signature(
            sheet, sheet.left, sheet.y, sheet.width * 0.6, with_date=rng.random() < 0.5
        )


def line_form(sheet: Sheet) -> None:
    """Set a registration with lines to write on, one to three fields in a row."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    grid(
        sheet,
        content.fields(rng.randint(8, 18), "f_person", "f_person", "f_made"),
        rng.choice((2, 3)),
        "line",
    )
    for _ in range(rng.randint(0, 3)):
        if sheet.room(150):
            group(sheet, rng.choice(OPTIONS))
    if sheet.room(200) and rng.random() < 0.6:
        sheet.y = (
            sheet.note(
                content.text(rng.randint(1, 4)),
                sheet.left,
                sheet.y,
                sheet.width,
                size=sheet.style.size,
            )
            + 10
        )
    if sheet.room(250) and rng.random() < 0.5:
        long_answer(sheet, content.field("f_long"), rng.randint(2, 5), "lines")
    if sheet.room(120) and rng.random() < 0.6:
        sheet.skip()
        sheet.y = signature(sheet, sheet.left, sheet.y, sheet.width, with_date=True)


def boxed_grid(sheet: Sheet) -> None:
    """Set rows of frames with small keys, then a table: a purchase requisition."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    groups = rng.choice(
        (("f_office",), ("f_office", "f_made"), ("f_person",), ("f_goods",), ("f_money",))
    )
    fields = content.fields(rng.randint(6, 16), *groups)
    while fields and sheet.room(220):
        count = min(len(fields), rng.randint(1, 4))
        boxed_row(sheet, fields[:count])
        fields = fields[count:]
    sheet.skip(0.4)
    if rng.random() < 0.7:
        filled_table(sheet, rng.randint(3, 12))
    if sheet.room(200) and rng.random() < 0.5:
        long_answer(sheet, content.field("f_long"), rng.randint(2, 5), "box")
    if sheet.room(120) and rng.random() < 0.6:
        sheet.y = signature(sheet, sheet.left, sheet.y, sheet.width * 0.5)


def lab_sheet(sheet: Sheet) -> None:
    """Set two or three columns of short specifications under headings."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    mode = rng.choice(("line", "tab", "inline", "line"))
    sheet.row(content.fields(rng.randint(2, 3), "f_lab", empty=0.1), "line")
    for _ in range(rng.randint(1, 3)):
        if not sheet.room(sheet.step * 8):
            break
        if rng.random() < 0.7:
            section(sheet, rng.choice(("under", "plain", "boxed")))
        fields = content.fields(rng.randint(6, 14), "f_lab")
        half = (len(fields) + 1) // 2
        columns(sheet, fields[:half], fields[half:], mode, rng.uniform(0.4, 0.6))
    if sheet.room(160):
        long_answer(
            sheet, content.field("f_long"), rng.randint(1, 4), rng.choice(("open", "lines", "box"))
        )
    if sheet.room(160):
        stack(
            sheet, content.fields(rng.randint(1, 3), "f_lab", "f_office"), "line", sheet.width * 0.7
        )


def check_sheet(sheet: Sheet) -> None:
    """Set many headed groups of boxes to tick among fields: a job ticket."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    grid(
        sheet,
        content.fields(rng.randint(4, 8), "f_office", empty=0.1),
        2,
        rng.choice(("line", "inline")),
    )
    look = rng.choice(OPTIONS)
    while sheet.room(sheet.step * 4):
        if rng.random() < 0.65:
            group(sheet, look)
        else:
            sheet.row(content.fields(rng.choice((1, 2)), "f_made", "f_office"), "line")
        if rng.random() < 0.08:
            break


def contact_sheet(sheet: Sheet) -> None:
    """Set lines with their keys below and long answers, mostly left empty."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    for _ in range(rng.randint(2, 5)):
        sheet.skip(0.4)
        sheet.row(content.fields(rng.choice((1, 2, 2, 3)), "f_person", "f_office"), "caption")
    while sheet.room(260):
        long_answer(sheet, content.field("f_long"), rng.randint(3, 8), "lines")
    if rng.random() < 0.6:
        sheet.skip(0.5)
        sheet.y = signature(
            sheet,
            sheet.left,
            sheet.y,
            sheet.width * rng.uniform(0.4, 1),
            with_date=rng.random() < 0.5,
        )


def checklist(sheet: Sheet) -> None:
    """Set statements one below the other, each with something to tick."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    grid(sheet, content.fields(rng.randint(2, 5), "f_office", "f_made"), 2, "line")
    look = rng.choice(OPTIONS)
    for _ in range(rng.randint(5, 14)):
        if not sheet.room(sheet.step * 3):
            break
        text = content.pick("clause")
        text = " ".join(sheet.wrap(text, sheet.width * 0.8)[:1])
        option(sheet, text, sheet.left, sheet.y, look, is_set=rng.random() < 0.4)
        sheet.skip()
    sheet.skip(0.5)
    sheet.y = signature(sheet, sheet.left, sheet.y, sheet.width * 0.7, with_date=True)


def memo_form(sheet: Sheet) -> None:
    """Set a small card or memo: few fields close together, a message, the rest left blank."""
    rng, content = sheet.rng, sheet.content
    sheet.right -= rng.choice((0, 0, 200, 350))
    top = sheet.y - 40
    title(sheet)
    mode = rng.choice(("inline", "line", "tab", "boxright"))
    fields = content.fields(rng.randint(3, 7), "f_memo", "f_fax", "f_office", empty=0.1)
    if rng.random() < 0.5:
        columns(sheet, fields[::2], fields[1::2], mode)
    else:
        stack(sheet, fields, mode)
    long_answer(sheet, content.field("f_long", empty=0.1), rng.randint(3, 8), "open")
    if rng.random() < 0.6:
        labels = content.options()
        look = rng.choice(OPTIONS)
        x = sheet.left + rng.choice((0.0, sheet.width * 0.5))
        for label in labels:
            option(sheet, label, x, sheet.y, look, is_set=rng.random() < 0.3)
            sheet.skip(0.9)
    if rng.random() < 0.4:
        sheet.paper.box((sheet.left - 20, top, sheet.right + 20, sheet.y), 2)
