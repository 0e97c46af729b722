"""Layouts of statements, tables, tickets, lists and slides: little prose, and no forms."""

from docai.vlm.builtin.synth.form_sheet import OTHER, Sheet
from docai.vlm.builtin.synth.other_parts import bullets, heading, lines, plain_table, prose


def bank_statement(sheet: Sheet) -> None:
    """Set a statement of account: whose it is and a table of bookings."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        heading(sheet, content.pick("firm"), rng.choice((2, 6, 10)))
        lines(sheet, [content.value("name"), content.value("street"), content.value("city")])
        for field in content.fields(rng.randint(1, 4), "f_money", empty=0):
            sheet.y = sheet.field(field, sheet.left, sheet.y, sheet.width, "inline") + sheet.step
    sheet.skip()
    balance = rng.uniform(100, 9000)
    rows: list[list[str]] = []
    while len(rows) < rng.randint(8, 30):
        amount = rng.uniform(-400, 500)
        balance += amount
        subject = content.value(rng.choice(("company", "subject", "product")))
        rows.append([content.value("date"), subject, f"{amount:,.2f}", f"{balance:,.2f}"])
    heads = [content.pick("c_table").partition("@")[0] for _ in rows[0]]
    plain_table(sheet, heads, rows, [1.2, 3.5, 1.2, 1.2], style.size - 2)


def figures(sheet: Sheet) -> None:
    """Set a table of figures with a caption and a note below it."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    for number in range(1, rng.randint(2, 3)):
        heading(sheet, f"{number}. {content.value('subject')}", rng.choice((0, 2)))
        count = rng.randint(3, 8)
        heads = ["", *(content.pick("r_cols") for _ in range(count))]
        kind = rng.choice(("number", "decimal", "percent", "money"))
        rows = [
            [content.pick("r_rows"), *(content.value(kind) for _ in range(count))]
            for _ in range(rng.randint(5, 20))
        ]
        plain_table(sheet, heads, rows, [2.5] + [1.0] * count, max(13, style.size - 5))
        sheet.y = sheet.note(content.text(1), sheet.left, sheet.y, sheet.width) + sheet.step
        if not sheet.room(400):
            break


def ticket(sheet: Sheet) -> None:
    """Set a ticket: a title, a place and a time in large type, a number."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    sheet.right = sheet.left + sheet.width * rng.uniform(0.4, 0.9)
    top = sheet.y - 60
    heading(sheet, content.value("subject"), rng.choice((6, 14, 20)))
    texts = [
        content.value(k) for k in ("place", "date", "time", "address", "code", "money", "name")
    ]
    rng.shuffle(texts)
    for text in texts[: rng.randint(3, 7)]:
        size = style.size + rng.choice((-4, 0, 0, 6, 12))
        text = " ".join(sheet.wrap(text, sheet.width, size)[:1])
        x = sheet.left + rng.choice((0.0, 0.0, sheet.width * 0.4))
        sheet.paper.text(text, x, sheet.y, OTHER, size=size)
        sheet.y += size * 1.7
    for field in sheet.content.fields(rng.randint(0, 2), "f_goods", "f_person", empty=0):
        sheet.y = sheet.field(field, sheet.left, sheet.y, sheet.width, "inline") + sheet.step
    sheet.y = sheet.note(content.pick("legal"), sheet.left, sheet.y, sheet.width)
    sheet.paper.box((sheet.left - 30, top, sheet.right + 30, sheet.y + 10), 2)
    bars(sheet, sheet.left, sheet.y + 30)


def bars(sheet: Sheet, x: float, y: float) -> None:
    """Draw a bar code."""
    for _ in range(50):
        thick = sheet.rng.choice((2, 2, 4, 6))
        sheet.paper.box((x, y, x + thick - 1, y + 60), 1, 0)
        x += thick + sheet.rng.choice((2, 3, 5))


def menu(sheet: Sheet) -> None:
    """Set a menu: headings in the middle, dishes with prices, perhaps in two columns."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    middle = (sheet.left + sheet.right) / 2
    sheet.header(content.pick("merchant"), middle, sheet.y, size=style.size + 16, anchor="c")
    sheet.skip(2.5)
    is_centred, dots = rng.random() < 0.5, rng.random() < 0.4
    while sheet.room(220):
        name = content.pick("quality") + " " + content.pick("goods")
        x, anchor = (middle, "c") if is_centred else (sheet.left, "l")
        sheet.header(name, x, sheet.y, size=style.size + 4, anchor=anchor)
        sheet.skip(1.3)
        for _ in range(rng.randint(3, 7)):
            dish = content.pick("item" if rng.random() < 0.8 else "dish").replace("{r}", "")
            price = content.value("decimal")
            if is_centred:
                sheet.paper.text(f"{dish} {price}", middle, sheet.y, OTHER, anchor="c")
            else:
                end = sheet.paper.text(dish, sheet.left, sheet.y, OTHER)
                sheet.paper.text(price, sheet.right, sheet.y, OTHER, anchor="r")
                if dots:
                    sheet.paper.dots(end + 10, sheet.right - 90, sheet.y)
            sheet.skip(0.9)
        sheet.skip(0.6)


def price_list(sheet: Sheet) -> None:
    """Set headings with numbers, things and their prices."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    heading(sheet, content.pick("firm"), rng.choice((4, 8, 12)))
    while sheet.room(240):
        sheet.header(content.pick("section"), sheet.left, sheet.y, size=style.size + 3)
        sheet.skip(1.1)
        rows = [
            [content.value("code"), content.value("product"), content.value("money")]
            for _ in range(rng.randint(3, 9))
        ]
        plain_table(sheet, [], rows, [1.0, 3.5, 1.0], style.size)


def cv(sheet: Sheet) -> None:
    """Set a life: years at the left, what was done at the right, under headings."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    if sheet.page == 1:
        heading(sheet, content.value("name"), 12)
        lines(sheet, [content.value("address"), content.value("phone"), content.value("email")])
    tab = sheet.width * rng.uniform(0.18, 0.3)
    while sheet.room(240):
        sheet.header(content.pick("section"), sheet.left, sheet.y, size=style.size + 3)
        sheet.skip(1.1)
        for _ in range(rng.randint(1, 4)):
            years = f"{rng.randint(1975, 2010)} - {rng.randint(2011, 2025)}"
            sheet.paper.text(years, sheet.left, sheet.y, OTHER)
            text = f"{content.value('job')}, {content.value('company')}, {content.value('city')}"
            x = sheet.left + tab
            sheet.y = sheet.note(text, x, sheet.y, sheet.right - x, size=style.size) + 6
            if rng.random() < 0.4:
                text = content.text(1)
                sheet.y = sheet.note(text, x, sheet.y, sheet.right - x, size=style.size) + 6
        sheet.skip(0.5)


def delivery_note(sheet: Sheet) -> None:
    """Set a delivery note: to whom, what and how many, without prices."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    heading(sheet, content.pick("firm"), rng.choice((2, 8)))
    top = sheet.y
    lines(sheet, [content.value("company"), content.value("street"), content.value("city")])
    low, sheet.y = sheet.y, top
    x = sheet.left + sheet.width * 0.6
    for field in content.fields(rng.randint(2, 4), "f_goods", "f_office", empty=0):
        sheet.y = sheet.field(field, x, sheet.y, sheet.right - x, "inline") + style.size * 1.4
    sheet.y = max(low, sheet.y) + sheet.step * 1.5
    rows = [
        [str(n), content.value("code"), content.value("product"), content.value("count")]
        for n in range(1, rng.randint(4, 16))
    ]
    heads = ["#", *(content.pick("c_table").partition("@")[0] for _ in range(3))]
    plain_table(sheet, heads, rows, [0.5, 1.0, 4.0, 1.0], style.size)


def slides(sheet: Sheet) -> None:
    """Set a slide, or the handout of two: a large heading and a few bullets."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    count = rng.choice((1, 2, 3))
    high = (sheet.bottom - sheet.y) / count
    for n in range(count):
        top = sheet.y = 80 + n * high
        sheet.y += 60
        text = sheet.wrap(content.value("subject"), sheet.width - 60, style.size + 16)[0]
        sheet.header(text, sheet.left + 30, sheet.y, size=style.size + 16)
        sheet.y += 70
        bullets(sheet, rng.randint(2, 5), top + high - 90, style.size + 4, sheet.left + 50)
        if count > 1:
            sheet.paper.box((sheet.left, top, sheet.right, top + high - 40), 2)


def recipe(sheet: Sheet) -> None:
    """Set instructions: a list of things and how many, then numbered steps."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    heading(sheet, content.pick("dish"), 14)
    split, top = sheet.left + sheet.width * rng.uniform(0.3, 0.4), sheet.y
    y = top
    for _ in range(rng.randint(5, 12)):
        text = f"{content.value('measure')} {content.pick('goods')}"
        y = sheet.note(text, sheet.left, y, split - sheet.left - 30, size=style.size) + 6
    y = top
    for number in range(1, rng.randint(4, 10)):
        if y > sheet.bottom - 150:
            break
        text = f"{number}. {content.text(rng.randint(1, 2))}"
        y = sheet.note(text, split, y, sheet.right - split, size=style.size) + style.size
    sheet.y = y
    prose(sheet, sheet.left, y + 40, sheet.width, min(sheet.bottom, y + 200), style.size)
