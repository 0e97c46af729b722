"""Layouts of forms that are kept for measuring: made up in ways that no other layout is."""

from docai.vlm.builtin.synth.form_blocks import filled_table, stack
from docai.vlm.builtin.synth.form_content import Field
from docai.vlm.builtin.synth.form_parts import (
    OPTIONS,
    long_answer,
    option,
    section,
    signature,
    title,
)
from docai.vlm.builtin.synth.form_sheet import OTHER, Sheet
from docai.vlm.builtin.synth.paper import Meaning


def school_enrolment(sheet: Sheet) -> None:
    """Set frames for child, parents and doctor, two in a row, each with its own heading."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    mode, left, right = rng.choice(("line", "below", "caption")), sheet.left, sheet.right
    for _ in range(rng.randint(2, 3)):
        if not sheet.room(360):
            break
        top, lows, half = sheet.y, [], (right - left) * 0.48
        for x in (left, right - half):
            sheet.left, sheet.right, sheet.y = x, x + half, top
            section(sheet, "plain")
            for field in content.fields(rng.randint(3, 5), "f_school", "f_person"):
                sheet.y = sheet.field(field, x + 8, sheet.y, half - 16, mode) + sheet.step
            lows.append(sheet.y)
        sheet.left, sheet.right, sheet.y = left, right, max(lows) + sheet.step
        for x in (left, right - half):
            frame = (x, top - sheet.style.size - 4, x + half, max(lows) - sheet.step * 0.5)
            sheet.paper.box(frame, 2)
    if sheet.room(150):
        sheet.y = signature(sheet, left, sheet.y, sheet.width * 0.5) + sheet.step


def delivery_form(sheet: Sheet) -> None:
    """Set a narrow slip in the upper half: sender and receiver in a cross of frames."""
    rng, content = sheet.rng, sheet.content
    sheet.right = sheet.left + sheet.width * rng.uniform(0.6, 0.95)
    title(sheet)
    top, half = sheet.y - sheet.style.size - 6, sheet.width / 2
    deep = sheet.step * rng.uniform(4.5, 6)
    for row in range(2):
        for column in range(2):
            x, y = sheet.left + column * half, sheet.y + row * deep
            number = f"{row * 2 + column + 1}"
            sheet.paper.text(
                number, x + half - 10, y, OTHER, anchor="r", size=sheet.style.hint_size
            )
            for field in content.fields(3, "f_goods"):
                if y < sheet.y + (row + 1) * deep - sheet.step:
                    y = sheet.field(field, x + 10, y, half - 40, "inline") + sheet.step
            box = (x, top + row * deep, x + half, top + (row + 1) * deep)
            sheet.paper.box(box, 2)
    sheet.y = top + 2 * deep + sheet.step
    look = rng.choice(OPTIONS)
    for n, label in enumerate(content.options()):
        x = sheet.left + sheet.width / 4 * (n % 4)
        option(sheet, sheet.wrap(label, sheet.width / 4 - 80)[0], x, sheet.y, look, is_set=n == 0)
        if n % 4 == 3:
            sheet.skip()
    sheet.skip()
    filled_table(sheet, rng.randint(2, 5))
    signature(sheet, sheet.left, sheet.y, sheet.width * 0.7, with_date=True)


def research_application(sheet: Sheet) -> None:
    """Set numbered headings in capitals with lettered keys below, values under their keys."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    title(sheet)
    number = 0
    while sheet.room(220):
        number += 1
        text = f"{number}. {content.pick('section').upper()}"
        sheet.paper.line(
            sheet.left, sheet.y - style.size - 4, sheet.right, sheet.y - style.size - 4
        )
        if rng.random() < 0.35:
            empty = rng.random() < content.emptiness
            answer = Field(text, "" if empty else content.value("long"))
            long_answer(sheet, answer, rng.randint(1, 4), "open")
            continue
        for line in sheet.wrap(text, sheet.width)[:1]:
            sheet.header(line, sheet.left, sheet.y, bold=False)
        sheet.skip()
        fields = content.fields(rng.randint(2, 4), "f_person", "f_office", "f_school")
        row = [Field(f"({chr(97 + n)}) {f.label}", f.value, f.kind) for n, f in enumerate(fields)]
        sheet.row(row, rng.choice(("below", "inline")))


def service_notice(sheet: Sheet) -> None:
    """Set a notice: parties left of a bracket, keys right of it, papers to tick below."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    title(sheet)
    top, half = sheet.y, sheet.width * rng.uniform(0.45, 0.55)
    for field in content.fields(rng.randint(2, 3), "f_legal", empty=0.1):
        low = sheet.field(field, sheet.left, sheet.y, half - 60, "below")
        sheet.y = low + sheet.step * 1.3
    left_low = sheet.y
    y = top
    while y < left_low - sheet.step * 0.5:
        sheet.paper.text(")", sheet.left + half - 30, y, OTHER)
        y += style.size * 1.4
    y = top
    for field in content.fields(rng.randint(3, 5), "f_legal", "f_memo"):
        y = sheet.field(field, sheet.left + half, y, sheet.width - half, "line") + sheet.step
    sheet.y = max(left_low, y) + sheet.step
    look, wide = rng.choice(("line", "wide", "paren", "box")), sheet.width / 3
    for n in range(rng.randint(6, 15)):
        if not sheet.room(sheet.step * 5):
            break
        label = sheet.wrap(content.pick("thing"), wide - 100)[0]
        x = sheet.left + wide * (n % 3)
        option(sheet, label, x, sheet.y, look, is_set=rng.random() < 0.2)
        if n % 3 == 2:
            sheet.skip()
    sheet.skip(1.5)
    stack(
        sheet, content.fields(rng.randint(2, 5), "f_office", "f_legal"), "line", sheet.width * 0.6
    )
    signature(sheet, sheet.left + sheet.width * 0.5, sheet.y, sheet.width * 0.5)


def test_receipt(sheet: Sheet) -> None:
    """Set keys flush right against a gutter, values flush left after it."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    title(sheet)
    gutter = sheet.left + sheet.width * rng.uniform(0.35, 0.5)
    for field in content.fields(rng.randint(10, 20), "f_lab", "f_goods"):
        if not sheet.room(sheet.step * 3):
            break
        label = sheet.wrap(style.label(field.label), gutter - sheet.left)[0]
        key, _, _ = sheet.key(label, gutter, sheet.y, anchor="r")
        if rng.random() < 0.7:
            sheet.rule(gutter + 14, sheet.right, sheet.y)
        if field.value:
            sheet.value(field.value, gutter + 18, sheet.y, sheet.right - gutter - 20, key)
        sheet.skip()
    if sheet.room(160):
        sheet.skip()
        signature(sheet, sheet.left, sheet.y, sheet.width, with_date=True)


def media_order(sheet: Sheet) -> None:
    """Set an order in open typewriting: keys hang left, values at one tab, orders as a list."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    sheet.header(content.pick("firm").upper(), sheet.left, sheet.y, bold=False)
    sheet.skip(1.5)
    tab = sheet.left + sheet.width * rng.uniform(0.18, 0.3)
    for field in content.fields(rng.randint(6, 12), "f_office", "f_memo", empty=0.1):
        if not sheet.room(sheet.step * 6):
            break
        label = sheet.wrap(style.label(field.label), tab - sheet.left - 8)
        key, _, low = sheet.key(" ".join(label), sheet.left, sheet.y, width=tab - sheet.left - 8)
        rows = 1
        if field.value:
            text = (
                f"{field.value} {content.value('address')}" if rng.random() < 0.15 else field.value
            )
            width = (sheet.right - tab) * rng.uniform(0.4, 1)
            rows = sheet.value(text, tab, sheet.y, width, key, rows=4)
        sheet.y = max(low, sheet.y + (max(rows, 1) - 1) * style.value_size * 1.3) + sheet.step * 1.2
    letters = "ABCDEFG"[: rng.randint(2, 6)]
    section(sheet, "under")
    for letter in letters:
        if sheet.room(sheet.step * 3):
            text = f"{letter}. {content.pick('sentence')}"
            sheet.y = sheet.note(text, sheet.left, sheet.y, sheet.width, size=style.size)
            sheet.skip(0.3)


def travel_request(sheet: Sheet) -> None:
    """Set a key column on grey ground with values in the cells right of it."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    title(sheet)
    shade, pairs = rng.choice((200, 220, 235)), rng.choice((1, 2))
    wide = sheet.width / pairs
    part = wide * rng.uniform(0.3, 0.42)
    high = style.value_size * rng.choice((1.7, 2.0, 2.4))
    fields = content.fields(40, "f_person", "f_office", "f_made")
    top = sheet.y - style.size
    while fields and top + high < sheet.bottom - rng.choice((0, 300)):
        for n, field in enumerate(fields[:pairs]):
            x = sheet.left + n * wide
            sheet.paper.box((x, top, x + part, top + high), 1, shade)
            sheet.paper.box((x + part, top, x + wide, top + high), 1)
            y = top + high * 0.65
            label = sheet.wrap(style.label(field.label), part - 12)[0]
            key, _, _ = sheet.key(label, x + 6, y)
            if field.value:
                sheet.value(field.value, x + part + 8, y, wide - part - 14, key)
        fields, top = fields[pairs:], top + high
    sheet.y = top + sheet.step * 2
    if sheet.room(100):
        signature(sheet, sheet.right - sheet.width * 0.45, sheet.y, sheet.width * 0.45)


def telephone_log(sheet: Sheet) -> None:
    """Set the same keys again and again in two columns, as lists of people have them."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    raw = [
        content.raw(rng.choice(("f_person", "f_fax"))).partition("@")
        for _ in range(rng.randint(2, 3))
    ]
    labels = [(content.fill(label), kind) for label, _, kind in raw]
    count, half = rng.choice((1, 2, 2)), sheet.width / 2 - 20
    number = 0
    while sheet.room(sheet.step * (len(labels) + 2)):
        top = sheet.y
        for column in range(count):
            y, x = top, sheet.left + column * (half + 40)
            number += 1
            for label, kind in labels:
                is_empty = rng.random() < content.emptiness
                field = Field(label, "" if is_empty else content.value(kind), kind)
                y = sheet.field(field, x, y, half, "line") + sheet.step * 0.9
            sheet.y = max(sheet.y, y)
        sheet.skip(0.5)
        if number > 16 and rng.random() < 0.3:
            break


def event_request(sheet: Sheet) -> None:
    """Set keys in the middle of dotted leaders and a column of numbers before products."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    title(sheet)
    stack(sheet, content.fields(rng.randint(3, 6), "f_office", "f_memo", empty=0.1), "inline")
    middle = sheet.left + sheet.width * rng.uniform(0.35, 0.6)
    for _ in range(rng.randint(1, 2)):
        meaning = Meaning(role="header", entity=sheet.paper.entity())
        heading = content.pick("section")
        sheet.paper.text(heading, (sheet.left + sheet.right) / 2, sheet.y, meaning, anchor="c")
        sheet.skip()
        for _ in range(rng.randint(4, 10)):
            if not sheet.room(sheet.step * 4):
                break
            label = sheet.wrap(style.cased(content.value("product")), middle - sheet.left - 80)[0]
            sheet.paper.line(sheet.left, sheet.y + 4, sheet.left + 60, sheet.y + 4)
            key, end, _ = sheet.key(label, sheet.left + 72, sheet.y)
            if end + 12 < middle:
                sheet.paper.dots(end + 8, middle, sheet.y)
            if rng.random() > content.emptiness:
                sheet.value(content.value("count"), sheet.left + 30, sheet.y, 56, key, anchor="c")
            sheet.skip()
    stack(
        sheet, content.fields(rng.randint(2, 4), "f_office", "f_goods"), "below", sheet.width * 0.5
    )
