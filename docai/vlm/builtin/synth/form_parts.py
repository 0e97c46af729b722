"""Bigger parts of invented forms: titles, sections, groups to tick, long answers, signatures."""

from collections.abc import Sequence

from docai.vlm.builtin.synth.form_content import Field
from docai.vlm.builtin.synth.form_sheet import OTHER, Sheet
from docai.vlm.builtin.synth.paper import Meaning

OPTIONS = ("box", "box", "box", "radio", "line", "paren", "wide", "bracket")


def title(sheet: Sheet, text: str | None = None) -> None:
    """Set the title of the form, perhaps under the name of who issues it."""
    rng, style, content = sheet.rng, sheet.style, sheet.content
    if sheet.page > 1 and rng.random() < 0.7:
        return
    anchor = rng.choice(("c", "c", "c", "l"))
    x = (sheet.left + sheet.right) / 2 if anchor == "c" else sheet.left
    if rng.random() < 0.5:
        _issuer(sheet, x, anchor)
    text = text or content.pick("title")
    text = (
        text.upper()
        if rng.random() < 0.6
        else " ".join(w[:1].upper() + w[1:] for w in text.split())
    )
    size = style.size + rng.choice((0, 2, 4, 8, 12))
    sheet.y += size - style.size
    entity, is_bold, end = sheet.paper.entity(), rng.random() < 0.75, x
    for part in sheet.wrap(text, sheet.width * 0.75, round(size * 1.1)):
        meaning = Meaning(role="header", entity=entity)
        end = sheet.paper.text(part, x, sheet.y, meaning, size=size, anchor=anchor, bold=is_bold)
        sheet.y += size * 1.35
    if rng.random() < 0.25:
        wide = end - x if anchor == "l" else 2 * (end - x)
        start, low = (x if anchor == "l" else x - wide / 2), sheet.y - size * 1.1
        sheet.paper.line(start, low, start + wide, low, 2)
    if rng.random() < 0.3:
        hint = content.pick("hint")
        sheet.paper.text(hint, x, sheet.y, OTHER, size=style.hint_size, anchor=anchor)
        sheet.y += style.size * 1.2
    sheet.skip(rng.uniform(0.4, 1.2))


def _issuer(sheet: Sheet, x: float, anchor: str) -> None:
    """Set the name of who issues the form, perhaps with a motto and an address."""
    rng, style, content = sheet.rng, sheet.style, sheet.content
    size = style.size + rng.choice((0, 2, 6, 10))
    firm = content.pick("firm")
    firm = firm.upper() if rng.random() < 0.4 else firm
    for part in sheet.wrap(firm, sheet.width * 0.8, size):
        sheet.header(part, x, sheet.y, size=size, anchor=anchor, bold=rng.random() < 0.7)
        sheet.y += size * 1.4
    for key, share in (("motto", 0.25), ("v_address", 0.4)):
        if rng.random() < share:
            text = content.pick(key)
            sheet.paper.text(text, x, sheet.y, OTHER, size=style.hint_size, anchor=anchor)
            sheet.y += style.size * 1.5


def section(sheet: Sheet, look: str, text: str | None = None) -> None:
    """Set the heading of a section: ``bar``, ``black``, ``under``, ``boxed`` or ``plain``."""
    rng, style = sheet.rng, sheet.style
    text = text or sheet.content.pick("section")
    text = text.upper() if rng.random() < 0.4 else style.cased(text)
    size = style.size + rng.choice((0, 0, 2, 3))
    y, grey = sheet.y + size * 0.3, 0
    if look in ("bar", "black"):
        grey = 255 if look == "black" else 0
        fill = 0 if look == "black" else rng.choice((180, 205, 225))
        sheet.paper.box((sheet.left - 4, y - size - 4, sheet.right, y + 9), 1, fill)
    elif look == "boxed":
        wide = sheet.paper.measure(text, size, bold=True)
        sheet.paper.box((sheet.left - 6, y - size - 4, sheet.left + wide + 8, y + 8))
    anchor = "c" if look in ("bar", "black") and rng.random() < 0.3 else "l"
    x = (sheet.left + sheet.right) / 2 if anchor == "c" else sheet.left
    end = sheet.header(text, x, y, size=size, anchor=anchor, grey=grey)
    if look == "under":
        sheet.paper.line(sheet.left, y + 6, rng.choice((end, sheet.right)), y + 6, 2)
    sheet.y = y + sheet.step


def options(
    sheet: Sheet,
    labels: Sequence[str],
    x: float,
    y: float,
    width: float,
    look: str,
    *,
    ticked: Sequence[int],
    per_row: int = 0,
) -> float:
    """Set labels with something to tick; return the lowest baseline.

    Args:
        sheet: where.
        labels: of the boxes.
        x: left edge of the first.
        y: baseline of the first row.
        width: of all.
        look: one of `OPTIONS`.
        ticked: which ones are ticked.
        per_row: how many stand in a row; 0 lets each take the room it needs.
    """
    start, low = x, y
    for n, label in enumerate(labels):
        need = sheet.paper.measure(sheet.style.cased(label)) + sheet.style.size * 4.6
        if per_row:
            x, low = start + width / per_row * (n % per_row), y + sheet.step * (n // per_row)
        elif x > start and x + need > start + width:
            x, low = start, low + sheet.step
        option(sheet, label, x, low, look, is_set=n in ticked)
        x += need
    return low


def option(sheet: Sheet, label: str, x: float, y: float, look: str, *, is_set: bool) -> None:
    """Set one label with something to tick: a box, or a line or brackets for an X."""
    style, paper, rng = sheet.style, sheet.paper, sheet.rng
    side = style.size * rng.uniform(0.7, 0.95)
    text = style.cased(label)
    if look in ("box", "radio"):
        key, _, _ = sheet.key(text, x + side + style.size * 0.45, y, bold=False)
        draw = paper.check_box if look == "box" else paper.radio_button
        draw(x, y + 1, side, is_set=is_set, label=key)
        sheet.boxes.append((text, is_set))
        return
    wide = style.size * 2.6
    tick = sheet.content.pick("v_tick")
    before = look in ("line", "bracket") and len(text) % 2 == 0
    key, end, _ = sheet.key(text, x + (wide + 8 if before else 0), y, bold=False)
    at = x if before else end + 8
    if look in ("paren", "bracket"):
        left, right = ("(", ")") if look == "paren" else ("[", "]")
        entity = paper.entity() if is_set else None
        meaning = Meaning(role="value", entity=entity) if is_set else OTHER
        paper.text(f"{left}{tick}{right}" if is_set else f"{left} {right}", at, y, meaning)
        if entity is not None:
            paper.link(key, entity)
        sheet.boxes.append((text, is_set))
        return
    if look == "wide":
        paper.box((at, y - style.size, at + wide, y + 6))
    else:
        paper.line(at, y + 4, at + wide, y + 4)
    if is_set:
        sheet.value(tick, at + wide / 2, y, wide, key, anchor="c")


def group(sheet: Sheet, look: str, *, per_row: int = 0) -> None:
    """Set a group of options behind or under its heading."""
    rng, content = sheet.rng, sheet.content
    labels = content.options(rng.choice(("o_option", "o_option", "o_yesno")))
    ticked = [] if rng.random() < content.emptiness else [rng.randrange(len(labels))]
    heading = sheet.style.label(content.pick("o_group"))
    meaning = Meaning(role="header", entity=sheet.paper.entity())
    end = sheet.paper.text(heading, sheet.left, sheet.y, meaning, bold=sheet.style.is_bold)
    x = end + sheet.style.size * rng.choice((1, 2, 3))
    if x > sheet.left + sheet.width * 0.5 or rng.random() < 0.3:
        sheet.skip(0.9)
        x = sheet.left + rng.choice((0, 30))
    sheet.y = options(
        sheet, labels, x, sheet.y, sheet.right - x, look, ticked=ticked, per_row=per_row
    )
    sheet.skip()


def long_answer(sheet: Sheet, field: Field, rows: int, look: str) -> None:
    """Set a key and room for an answer of many lines.

    Args:
        sheet: where.
        field: what is asked and answered.
        rows: how many lines there are.
        look: ``lines`` to write on, a ``box`` or ``open``.
    """
    style, rng = sheet.style, sheet.rng
    leading = style.value_size * rng.choice((1.3, 1.5, 1.7) if look == "lines" else (1.25, 1.35))
    key, end, low = sheet.key(
        style.label(field.label), sheet.left, sheet.y, width=sheet.width * 0.8
    )
    is_inline = rng.random() < 0.45 and end < sheet.left + sheet.width * 0.5
    inset = 8 if look == "box" else 0
    first = end - sheet.left + 12 if is_inline else 0.0
    top = low if is_inline else low + leading
    if look == "lines":
        for n in range(rows):
            x0 = sheet.left + (first if n == 0 else 0)
            sheet.paper.line(x0, top + n * leading + 5, sheet.right, top + n * leading + 5)
    elif look == "box":
        y0 = low + 10 if not is_inline else sheet.y - style.size - 6
        bottom = top + (rows - 1) * leading + 12
        sheet.paper.box((sheet.left - inset, y0, sheet.right, bottom))
    taken = 0
    if field.value:
        taken = sheet.value(
            field.value,
            sheet.left,
            top,
            sheet.width - 12,
            key,
            rows=rows,
            leading=leading,
            first=first,
        )
    used = rows if look != "open" else max(1, taken)
    sheet.y = top + (used - 1) * leading + sheet.step


def signature(sheet: Sheet, x: float, y: float, width: float, *, with_date: bool = False) -> float:
    """Set a place to sign with its key below or before it; return the lowest baseline."""
    rng, style, content = sheet.rng, sheet.style, sheet.content
    label = style.label(content.pick("sign"))
    is_signed = rng.random() < 0.6
    below = rng.random() < 0.55
    line = width * (0.62 if with_date else 1.0)
    if below:
        start, low = x, y + style.size + 10
        key, _, low = sheet.key(label, x, low, width=line, bold=False)
    else:
        key, end, low = sheet.key(label, x, y, width=line * 0.6)
        start = end + 8
    sheet.paper.line(start, y + 5, x + line, y + 5)
    sheet.paper.signature((start, y - style.size * 2, x + line, y + 8), is_set=is_signed, label=key)
    sheet.signatures.append((label, is_signed))
    if with_date:
        value = content.value("date") if is_signed and rng.random() < 0.8 else ""
        field = Field(content.pick("sign_date"), value, "date")
        mode = "caption" if below else "line"
        low = max(low, sheet.field(field, x + width * 0.68, y, width * 0.32, mode))
    return low


def blanks(sheet: Sheet) -> None:
    """Set a sentence with blanks; what stands before a blank is the key of what fills it."""
    content, style = sheet.content, sheet.style
    x, y, words = sheet.left, sheet.y, content.raw("blank").split()
    run: list[str] = []
    key: int | None = None
    for word in words:
        if not word.startswith("{_"):
            run.append(content.fill(word) if "{" in word else word)
            continue
        kind = word[1 : word.index("}")].removeprefix("_v_")
        rest = word[word.index("}") + 1 :]
        if run:
            x, y, key = _run(sheet, run, x, y, is_key=True)
        x, y = _blank(sheet, kind, x, y, key)
        run = [rest] if rest else []
    x, y, _ = _run(sheet, run, x, y, is_key=False)
    sheet.y = y + style.size * max(1.6, style.leading)


def _run(
    sheet: Sheet, run: Sequence[str], x: float, y: float, *, is_key: bool
) -> tuple[float, float, int]:
    """Set printed words from (x, y) on, over the lines; those of the last line are a key."""
    paper, space = sheet.paper, sheet.paper.measure(" ")
    entity = paper.entity() if is_key else -1
    places: list[tuple[float, float]] = []
    for word in run:
        wide = paper.measure(word)
        if x + wide > sheet.right:
            x, y = sheet.left, y + sheet.step
        places.append((x, y))
        x += wide + space
    for word, place in zip(run, places, strict=True):
        is_near = is_key and place[1] == y
        paper.text(word, *place, Meaning(role="key", entity=entity) if is_near else OTHER)
    return x, y, entity


def _blank(sheet: Sheet, kind: str, x: float, y: float, key: int | None) -> tuple[float, float]:
    """Set a blank and what is filled in; return where the text goes on."""
    content, style = sheet.content, sheet.style
    is_empty = sheet.rng.random() < content.emptiness
    text = " ".join(content.value(kind).split()[:6])
    with sheet.paper.set_in(style.value_font):
        wide = sheet.paper.measure(style.written(text), style.value_size) + style.size * 2
    wide = min(wide, sheet.width)
    if x + wide > sheet.right:
        x, y = sheet.left, y + sheet.step
    sheet.paper.line(x, y + 5, x + wide, y + 5)
    if not is_empty:
        sheet.value(text, x + style.size * 0.6, y, wide, () if key is None else key)
    return x + wide + style.size * 0.3, y


def scale(sheet: Sheet, count: int, look: str) -> None:
    """Set statements in rows and a scale over columns of boxes."""
    rng, content, style = sheet.rng, sheet.content, sheet.style
    labels = content.options("s_scale")
    first = sheet.width * 0.42
    wide = (sheet.width - first) / len(labels)
    size = max(12, style.size - 5)
    for n, label in enumerate(labels):
        middle = sheet.left + first + wide * (n + 0.5)
        meaning = Meaning(role="header", entity=sheet.paper.entity())
        for i, line in enumerate(sheet.wrap(label, wide - 8, size)):
            sheet.paper.text(line, middle, sheet.y + i * size * 1.1, meaning, size=size, anchor="c")
    sheet.y += size * 2.6 + style.size
    for _ in range(count):
        if not sheet.room(sheet.step * 2):
            break
        text = content.pick("s_statement")
        key, _, low = sheet.key(text, sheet.left, sheet.y, width=first - 10, bold=False)
        ticked, side = rng.randrange(len(labels) + 1), style.size * 0.85
        for n in range(len(labels)):
            x = sheet.left + first + wide * (n + 0.5) - side / 2
            draw = sheet.paper.check_box if look == "box" else sheet.paper.radio_button
            draw(x, sheet.y + 2, side, is_set=n == ticked, label=key)
            sheet.boxes.append((f"{text} {labels[n]}", n == ticked))
        sheet.y = low + sheet.step
