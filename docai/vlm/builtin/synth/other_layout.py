"""Layouts of documents of prose: letters, reports, articles, contracts, e-mails, pages of books."""

from docai.vlm.builtin.synth.form_parts import signature
from docai.vlm.builtin.synth.form_sheet import OTHER, Sheet
from docai.vlm.builtin.synth.other_parts import bullets, heading, lines, prose


def letter(sheet: Sheet) -> None:
    """Set a letter: who writes, to whom, when, about what, and the text."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        _letter_head(sheet)
    low = sheet.y + (sheet.bottom - 220 - sheet.y) * rng.uniform(0.3, 1)
    sheet.y = prose(sheet, sheet.left, sheet.y, sheet.width, low, style.size) + sheet.step
    if rng.random() < 0.8 and sheet.room(120):
        x = sheet.left + rng.choice((0.0, sheet.width * 0.55))
        box = (x, sheet.y, x + sheet.width * 0.35, sheet.y + 60)
        is_signed = rng.random() < 0.8
        sheet.paper.signature(box, is_set=is_signed)
        sheet.y += 90
        lines(sheet, [content.value("name"), content.value("job")][: rng.randint(1, 2)])


def _letter_head(sheet: Sheet) -> None:
    """Set what stands above the text of a letter."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    middle = (sheet.left + sheet.right) / 2
    x, anchor = rng.choice(((sheet.left, "l"), (middle, "c"), (sheet.right, "r")))
    size = style.size + rng.choice((0, 4, 8))
    sheet.header(content.pick("firm"), x, sheet.y, size=size, anchor=anchor)
    sheet.skip(0.8)
    address = content.value("address")
    sheet.paper.text(address, x, sheet.y, OTHER, size=style.hint_size, anchor=anchor)
    sheet.skip(2)
    x = sheet.left + rng.choice((0.0, sheet.width * 0.6))
    if rng.random() < 0.5:
        sheet.paper.text(content.value("date"), x, sheet.y, OTHER)
    else:
        field = content.fields(1, "f_memo", empty=0)[0]
        sheet.field(field, x, sheet.y, sheet.right - x, "inline")
    sheet.skip(1.5)
    lines(sheet, [content.value(k) for k in ("name", "company", "street", "city")])
    for field in content.fields(rng.choice((0, 1, 1, 2)), "f_memo", empty=0):
        sheet.y = sheet.field(field, sheet.left, sheet.y, sheet.width, "inline") + sheet.step


def report(sheet: Sheet) -> None:
    """Set a page of a report: headings, paragraphs and bullets."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        heading(sheet, content.pick("v_subject"), 10)
    number = 0
    while sheet.room(180):
        number += 1
        text = content.pick("section")
        sheet.header(f"{number}. {text}" if rng.random() < 0.5 else text, sheet.left, sheet.y)
        sheet.y += style.size * 1.8
        low = min(sheet.bottom, sheet.y + rng.randint(120, 500))
        sheet.y = prose(sheet, sheet.left, sheet.y, sheet.width, low, style.size) + style.size
        if rng.random() < 0.3:
            bullets(sheet, rng.randint(2, 5), sheet.bottom, style.size, sheet.left + 30)
            sheet.skip(0.5)


def article(sheet: Sheet) -> None:
    """Set an article in two or three columns."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        heading(sheet, content.pick("v_subject"), 14)
        lines(sheet, [content.value("names")])
    count, gap = rng.choice((2, 2, 3)), 30
    wide = (sheet.width - gap * (count - 1)) / count
    size, top = max(14, style.size - 3), sheet.y
    for n in range(count):
        x, y = sheet.left + n * (wide + gap), top
        while y + size * 6 < sheet.bottom:
            if rng.random() < 0.4:
                sheet.header(sheet.wrap(content.pick("section"), wide, size)[0], x, y, size=size)
                y += size * 1.6
            y = prose(sheet, x, y, wide, min(sheet.bottom, y + rng.randint(150, 600)), size)


def book_page(sheet: Sheet) -> None:
    """Set a page of a book: prose, a running title, perhaps the head of a chapter."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    sheet.left, sheet.right = sheet.left + 60, sheet.right - 60
    middle = (sheet.left + sheet.right) / 2
    running = content.pick("v_subject")
    sheet.paper.text(running, middle, sheet.y, OTHER, size=style.hint_size, anchor="c")
    sheet.skip(1.5)
    if rng.random() < 0.3:
        sheet.y += rng.randint(60, 200)
        sheet.header(content.pick("topic"), middle, sheet.y, size=style.size + 8, anchor="c")
        sheet.skip(2)
    prose(sheet, sheet.left, sheet.y, sheet.width, sheet.bottom - 60, style.size)


def contract(sheet: Sheet) -> None:
    """Set numbered clauses, and places to sign on the last page."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        heading(sheet, content.pick("title"), 8)
        lines(sheet, [content.value("company"), content.value("address"), content.value("company")])
    sign = rng.choice(("§ ", "", "Art. "))
    number = sheet.page * 6 - 6
    while sheet.room(280):
        number += 1
        text = sheet.wrap(f"{sign}{number}. {content.pick('topic')}", sheet.width)[0]
        sheet.header(text, sheet.left, sheet.y)
        sheet.y += style.size * 1.7
        low = min(sheet.bottom - 200, sheet.y + rng.randint(100, 260))
        sheet.y = prose(sheet, sheet.left, sheet.y, sheet.width, low, style.size) + style.size
    half = sheet.width * 0.42
    if rng.random() < 0.6:
        signature(sheet, sheet.left, sheet.bottom - 70, half)
        signature(sheet, sheet.right - half, sheet.bottom - 70, half)


def e_mail(sheet: Sheet) -> None:
    """Set a printed e-mail: its head of keys, then the text, perhaps older ones below."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    for _ in range(rng.randint(1, 3)):
        if not sheet.room(400):
            break
        fields = content.fields(rng.randint(3, 5), "f_memo", empty=0)
        for field in fields:
            mode = "inline" if rng.random() < 0.8 else "tab"
            sheet.y = sheet.field(field, sheet.left, sheet.y, sheet.width, mode, 140.0)
            sheet.y += style.size * 1.5
        if rng.random() < 0.6:
            sheet.paper.line(sheet.left, sheet.y - style.size, sheet.right, sheet.y - style.size)
        sheet.y += style.size
        low = min(sheet.bottom - 80, sheet.y + rng.randint(120, 700))
        sheet.y = prose(sheet, sheet.left, sheet.y, sheet.width, low, style.size) + style.size
        lines(sheet, [content.value("name"), content.value("phone")][: rng.randint(1, 2)])


def minutes(sheet: Sheet) -> None:
    """Set minutes of a meeting: who was there, then points with prose and bullets."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        heading(sheet, f"{content.pick('report')} {content.value('date')}", 8)
        lines(sheet, [", ".join(content.value("name") for _ in range(rng.randint(3, 9)))])
    number = 0
    while sheet.room(220):
        number += 1
        sheet.header(f"{number}) {content.pick('topic')}", sheet.left, sheet.y, bold=False)
        sheet.y += style.size * 1.7
        bullets(sheet, rng.randint(1, 4), sheet.bottom, style.size, sheet.left + 40)
        sheet.skip(0.4)
