"""Layouts of forms that authorities, insurers, banks, schools and shops hand out."""

from docai.vlm.builtin.synth.form_blocks import (
    boxed_row,
    budget,
    columns,
    fill_up,
    filled_table,
    grid,
    small_print,
    stack,
)
from docai.vlm.builtin.synth.form_content import Field
from docai.vlm.builtin.synth.form_parts import (
    OPTIONS,
    blanks,
    group,
    long_answer,
    option,
    scale,
    section,
    signature,
    title,
)
from docai.vlm.builtin.synth.form_sheet import MODES, Sheet

_LOOKS = ("bar", "black", "under", "boxed", "plain")


def sign_off(sheet: Sheet, *, share: float = 0.7) -> None:
    """Close a form with a declaration and places to sign."""
    rng = sheet.rng
    if rng.random() < 0.5 and sheet.room(220):
        small_print(sheet)
    if rng.random() < share and sheet.room(120):
        sheet.skip(0.8)
        if rng.random() < 0.3:
            half = sheet.width * 0.46
            low = signature(sheet, sheet.left, sheet.y, half)
            sheet.y = max(low, signature(sheet, sheet.right - half, sheet.y, half)) + sheet.step
        else:
            with_date = rng.random() < 0.7
            sheet.y = (
                signature(sheet, sheet.left, sheet.y, sheet.width, with_date=with_date) + sheet.step
            )


def numbered_form(sheet: Sheet) -> None:
    """Set frames whose keys are numbered, as tax forms have them."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    number, letters = 0, rng.random() < 0.3
    groups = rng.choice(
        (("f_money", "f_person"), ("f_goods",), ("f_money", "f_legal"), ("f_person", "f_made"))
    )
    fields = content.fields(36, *groups)
    while fields and sheet.room(sheet.step * 3):
        row = []
        for field in fields[: rng.randint(1, 3)]:
            number += 1
            mark = (
                chr(96 + number) + "."
                if letters and number < 26
                else f"{number}" + rng.choice((".", "", ")"))
            )
            row.append(Field(f"{mark} {field.label}", field.value, field.kind))
        fields = fields[len(row) :]
        boxed_row(sheet, row)
        if rng.random() < 0.12 and sheet.room(120):
            section(sheet, rng.choice(_LOOKS))
    sign_off(sheet)


def amounts_form(sheet: Sheet) -> None:
    """Set numbered lines with an amount in a frame at the right margin."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    title(sheet)
    sheet.row(content.fields(2, "f_person", "f_money"), rng.choice(("box", "line")))
    wide, number = sheet.width * rng.uniform(0.18, 0.28), 0
    while sheet.room(sheet.step * 4):
        if rng.random() < 0.12:
            section(sheet, rng.choice(_LOOKS))
        number += 1
        field = content.field("f_money", "f_made")
        label = f"{number} {field.label}"
        key, end, low = sheet.key(label, sheet.left, sheet.y, width=sheet.width - wide - 60)
        x = sheet.right - wide
        if rng.random() < 0.5 and end + 20 < x - 40:
            sheet.paper.dots(end + 8, x - 10, low)
        sheet.paper.box((x, low - style.size - 3, sheet.right, low + 8))
        if field.value:
            sheet.value(content.value("money"), sheet.right - 8, low, wide - 14, key, anchor="r")
        sheet.y = low + sheet.step
    sign_off(sheet)


def insurance_claim(sheet: Sheet) -> None:
    """Set sections under bars, each of fields on lines or in frames, and what happened."""
    rng = sheet.rng
    title(sheet)
    look, mode = rng.choice(_LOOKS), rng.choice(("boxed", "line", "box", "below"))
    for groups in (("f_person",), ("f_legal",), ("f_legal", "f_made")):
        if sheet.room(250):
            section(sheet, look)
            fill_up(sheet, groups, mode, sheet.y + rng.randint(120, 330))
        if rng.random() < 0.5 and sheet.room(160):
            group(sheet, rng.choice(OPTIONS))
    if sheet.room(250):
        long_answer(
            sheet, sheet.content.field("f_long"), rng.randint(3, 6), rng.choice(("lines", "box"))
        )
    sign_off(sheet)


def job_application(sheet: Sheet) -> None:
    """Set personal data, tables of schools and employers, questions with yes and no."""
    rng = sheet.rng
    title(sheet)
    look, mode = rng.choice(_LOOKS), rng.choice(("line", "caption", "boxed", "box"))
    section(sheet, look)
    fill_up(sheet, ("f_person",), mode, sheet.y + rng.randint(200, 420))
    for _ in range(rng.randint(1, 3)):
        if sheet.room(260):
            section(sheet, look)
            filled_table(sheet, rng.randint(2, 5))
    for _ in range(rng.randint(1, 5)):
        if sheet.room(160):
            yes_no(sheet, rng.choice(OPTIONS))
    sign_off(sheet)


def yes_no(sheet: Sheet, look: str) -> None:
    """Set a question with yes and no to tick at the right."""
    rng, content = sheet.rng, sheet.content
    question = content.pick("q_ask")
    _, _, low = sheet.key(question, sheet.left, sheet.y, width=sheet.width * 0.66, bold=False)
    labels = content.options("o_yesno")
    ticked = rng.randrange(3)
    for n, label in enumerate(labels[:2]):
        x = sheet.left + sheet.width * (0.7 + 0.15 * n)
        option(sheet, label, x, sheet.y, look, is_set=n == ticked)
    sheet.y = low + sheet.step


def medical_form(sheet: Sheet) -> None:
    """Set a patient's data and columns of conditions to tick."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    mode = rng.choice(("line", "boxed", "below", "line"))
    fill_up(sheet, ("f_medical", "f_person"), mode, sheet.y + rng.randint(250, 480))
    section(sheet, rng.choice(_LOOKS))
    look, per_row = rng.choice(OPTIONS), rng.choice((2, 3, 4))
    for _ in range(rng.randint(2, 6)):
        if not sheet.room(200):
            break
        for n in range(per_row):
            label = sheet.wrap(content.pick("thing"), sheet.width / per_row - 90)[0]
            x = sheet.left + sheet.width / per_row * n
            option(sheet, label, x, sheet.y, look, is_set=rng.random() < 0.25)
        sheet.skip()
    if sheet.room(230):
        long_answer(
            sheet,
            content.field("f_long", "f_medical"),
            rng.randint(2, 5),
            rng.choice(("lines", "box")),
        )
    sign_off(sheet)


def order_form(sheet: Sheet) -> None:
    """Set who orders and where it goes to, side by side, and a table of things."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    mode = rng.choice(("line", "tab", "inline", "boxright"))
    columns(
        sheet,
        content.fields(rng.randint(3, 6), "f_person"),
        content.fields(rng.randint(3, 6), "f_office"),
        mode,
    )
    filled_table(sheet, rng.randint(5, 16))
    if sheet.room(200):
        group(sheet, rng.choice(OPTIONS))
    if sheet.room(160):
        x = sheet.left + sheet.width * 0.6
        for field in content.fields(rng.randint(1, 4), "f_money"):
            low = sheet.field(field, x, sheet.y, sheet.right - x, rng.choice(("line", "boxright")))
            sheet.y = low + sheet.step
    sign_off(sheet, share=0.5)


def expense_claim(sheet: Sheet) -> None:
    """Set who was where, a table of expenses with row heads, sums and approvals."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    fill_up(
        sheet,
        ("f_office", "f_money"),
        rng.choice(("line", "boxed", "inline")),
        sheet.y + rng.randint(90, 220),
    )
    budget(sheet, rng.randint(4, 11), rng.randint(2, 6))
    if sheet.room(200):
        long_answer(sheet, content.field("f_long"), rng.randint(1, 3), "lines")
    for _ in range(rng.randint(1, 3)):
        if sheet.room(120):
            sheet.skip(0.5)
            sheet.y = (
                signature(sheet, sheet.left, sheet.y, sheet.width * 0.8, with_date=True)
                + sheet.step
            )


def customs_declaration(sheet: Sheet) -> None:
    """Set frames of unlike width without gaps and a table of goods below."""
    rng = sheet.rng
    title(sheet)
    fill_up(sheet, ("f_goods",), "boxed", sheet.y + rng.randint(350, 650), most=4)
    if sheet.room(260):
        filled_table(sheet, rng.randint(2, 7))
    if sheet.room(160):
        group(sheet, rng.choice(("box", "radio")))
    sign_off(sheet)


def membership(sheet: Sheet) -> None:
    """Set an invitation to join, personal data, a choice of fees and how to pay."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    sheet.y = sheet.note(
        content.text(rng.randint(1, 4)), sheet.left, sheet.y, sheet.width, size=sheet.style.size
    )
    sheet.skip(0.8)
    fill_up(
        sheet,
        ("f_person",),
        rng.choice(("line", "caption", "below", "line")),
        sheet.y + rng.randint(250, 450),
    )
    look = rng.choice(OPTIONS)
    for _ in range(rng.randint(2, 5)):
        if sheet.room(200):
            label = f"{content.value('short')} {content.value('money')}"
            label = sheet.wrap(label, sheet.width * 0.7)[0]
            option(sheet, label, sheet.left + 20, sheet.y, look, is_set=rng.random() < 0.3)
            sheet.skip()
    fill_up(sheet, ("f_money",), rng.choice(("line", "boxed")), sheet.y + rng.randint(60, 200))
    sign_off(sheet)


def survey(sheet: Sheet) -> None:
    """Set statements with a scale to tick and questions with options below them."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    number = 0
    if rng.random() < 0.6:
        scale(sheet, rng.randint(3, 8), rng.choice(("box", "radio")))
    while sheet.room(260):
        number += 1
        question(sheet, number)
    if sheet.room(160):
        long_answer(sheet, content.field("f_long"), rng.randint(2, 4), "lines")


def question(sheet: Sheet, number: int) -> None:
    """Set a numbered question with options or a line for the answer."""
    rng, content = sheet.rng, sheet.content
    text = f"{number}. {content.pick('q_ask')}"
    if rng.random() < 0.4:
        empty = rng.random() < content.emptiness
        answer = Field(text, "" if empty else content.value(rng.choice(("note", "short", "long"))))
        long_answer(sheet, answer, rng.randint(1, 3), rng.choice(("lines", "lines", "open")))
        return
    _, _, low = sheet.key(text, sheet.left, sheet.y, width=sheet.width, bold=False)
    sheet.y = low + sheet.step
    labels = content.options(rng.choice(("o_option", "o_yesno", "s_scale")))
    ticked, look = rng.randrange(len(labels) + 1), rng.choice(OPTIONS)
    is_stacked = rng.random() < 0.4
    x = sheet.left + 30
    for n, label in enumerate(labels):
        need = sheet.paper.measure(sheet.style.cased(label)) + sheet.style.size * 4.6
        if n and (is_stacked or x + need > sheet.right):
            sheet.skip(0.85)
            x = sheet.left + 30
        option(sheet, label, x, sheet.y, look, is_set=n == ticked)
        x += need
    sheet.skip(1.2)


def bank_form(sheet: Sheet) -> None:
    """Set a narrow slip or a page of frames with keys beside them."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    tab = sheet.width * rng.uniform(0.28, 0.45)
    for groups in (("f_money",), ("f_person", "f_money")):
        if rng.random() < 0.7:
            section(sheet, rng.choice(_LOOKS))
        fields = content.fields(rng.randint(4, 9), *groups)
        stack(sheet, [f for f in fields if sheet.room(200)], "boxright", tab=tab)
    if sheet.room(160):
        group(sheet, rng.choice(OPTIONS))
    sign_off(sheet, share=0.9)


def approval_form(sheet: Sheet) -> None:
    """Set a proposal: fields, long answers, and many places to sign with dates."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    grid(
        sheet,
        content.fields(rng.randint(4, 9), "f_office"),
        rng.choice((2, 3)),
        rng.choice(("line", "inline", "tab")),
    )
    for _ in range(rng.randint(1, 4)):
        if sheet.room(380):
            look = rng.choice(("open", "lines", "box"))
            long_answer(sheet, content.field("f_long"), rng.randint(2, 5), look)
    while sheet.room(110):
        sheet.skip(0.5)
        sheet.y = signature(sheet, sheet.left, sheet.y, sheet.width, with_date=True) + sheet.step
        if rng.random() < 0.25:
            break


def form_letter(sheet: Sheet) -> None:
    """Set sentences with blanks that are filled in."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    stack(sheet, content.fields(rng.randint(0, 4), "f_memo"), "inline")
    for _ in range(rng.randint(2, 5)):
        if sheet.room(300):
            if rng.random() < 0.4:
                text = content.text(rng.randint(1, 3))
                sheet.y = sheet.note(text, sheet.left, sheet.y, sheet.width, size=sheet.style.size)
                sheet.skip(0.6)
            blanks(sheet)
    fill_up(sheet, ("f_person", "f_legal"), "line", sheet.y + rng.randint(60, 260), most=2)
    sign_off(sheet, share=0.9)


def questionnaire(sheet: Sheet) -> None:
    """Set numbered questions, each with lines for the answer."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    sheet.row(content.fields(rng.randint(1, 3), "f_person", "f_memo"), "line")
    number = 0
    while sheet.room(200):
        number += 1
        if rng.random() < 0.2:
            yes_no(sheet, rng.choice(OPTIONS))
        else:
            question(sheet, number)


def budget_sheet(sheet: Sheet) -> None:
    """Set a head of fields and tables with row heads: a budget or an estimate."""
    rng, content = sheet.rng, sheet.content
    title(sheet)
    fill_up(sheet, ("f_office", "f_money"), rng.choice(MODES), sheet.y + rng.randint(80, 240))
    while sheet.room(330):
        if rng.random() < 0.5:
            section(sheet, rng.choice(_LOOKS))
        budget(sheet, rng.randint(3, 12), rng.randint(1, 5))
        if rng.random() < 0.4:
            break
    if sheet.room(160):
        long_answer(sheet, content.field("f_long"), rng.randint(1, 3), "open")


def table_form(sheet: Sheet) -> None:
    """Set a few fields and a long table that is filled in part: a log or an inventory."""
    rng = sheet.rng
    title(sheet)
    fill_up(
        sheet,
        ("f_office", "f_lab", "f_made"),
        rng.choice(("line", "inline", "below")),
        sheet.y + rng.randint(80, 260),
    )
    while sheet.room(300):
        filled_table(sheet, rng.randint(5, 22))
        if rng.random() < 0.5:
            break
    sign_off(sheet, share=0.4)
