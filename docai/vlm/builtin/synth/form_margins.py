"""What stands in the margins of invented pages: numbers, fax lines, holes, dirt of a copier."""

import random

from PIL import ImageDraw

from docai.vlm.builtin.synth.form_sheet import OTHER, Sheet

_TYPED = "LiberationMono-Regular"


def feet(sheet: Sheet, num_pages: int = 1) -> None:
    """Set form number, page number, a fax line or a stamped number; draw holes and dirt."""
    rng, paper, content = sheet.rng, sheet.paper, sheet.content
    size, y = sheet.style.hint_size, paper.height - rng.randint(40, 80)
    if rng.random() < 0.6:
        paper.text(content.pick("formno"), sheet.left, y, OTHER, size=size)
    if rng.random() < 0.5 or num_pages > 1:
        text = content.raw("page").format(i=sheet.page, n=num_pages)
        x, anchor = rng.choice((((sheet.left + sheet.right) / 2, "c"), (sheet.right, "r")))
        paper.text(text, x, y, OTHER, size=size, anchor=anchor)
    if rng.random() < 0.25 and content.language == "en":
        with paper.set_in(_TYPED):
            x, top = rng.randint(20, 120), rng.randint(26, 44)
            paper.text(content.pick("faxline"), x, top, OTHER, size=16)
    if rng.random() < 0.3:
        number = "".join(rng.choices("0123456789", k=8))
        low = y + rng.choice((-30, 24))
        paper.text(number, paper.width - rng.randint(70, 160), low, OTHER, size=22, anchor="r")
    if rng.random() < 0.15:
        _stamp(sheet)
    if rng.random() < 0.2:
        _holes(sheet)
    if rng.random() < 0.25:
        _dirt(sheet)


def _stamp(sheet: Sheet) -> None:
    """Set a stamp near the upper right corner, in a frame or none."""
    rng, paper, size = sheet.rng, sheet.paper, sheet.rng.choice((20, 26, 32))
    text = sheet.content.pick("stamp")
    wide = paper.measure(text, size, bold=True)
    x, y = paper.width - wide - rng.randint(30, 80), 62
    paper.text(text, x, y, OTHER, size=size, bold=True, grey=rng.choice((0, 60, 90)))
    if rng.random() < 0.5:
        paper.box((x - 10, y - size - 4, x + wide + 10, y + 12), 3)


def _holes(sheet: Sheet) -> None:
    """Draw the holes of a punch at the left margin."""
    rng, high = sheet.rng, sheet.paper.height
    x, r = rng.randint(10, 32), rng.randint(12, 18)
    ys = [high * share for share in rng.choice(((0.12, 0.5, 0.88), (0.42, 0.56)))]

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for y in ys:
            pen.ellipse((x - r, y - r, x + r, y + r), 0)

    sheet.paper.draw(draw)


def _dirt(sheet: Sheet) -> None:
    """Draw what copying leaves: specks all over, more of them at one edge, a dark rim."""
    seed, high, wide = sheet.rng.getrandbits(32), sheet.paper.height, sheet.paper.width

    def draw(pen: ImageDraw.ImageDraw) -> None:
        rng = random.Random(seed)
        for _ in range(rng.randint(50, 900)):
            x = wide - rng.expovariate(0.02) if rng.random() < 0.5 else rng.uniform(0, wide)
            y, r = rng.uniform(0, high), rng.choice((0.5, 0.5, 1, 1.5))
            pen.ellipse((x - r, y - r, x + r, y + r), 0)
        if rng.random() < 0.3:
            pen.rectangle((wide - rng.randint(3, 14), 0, wide, high), 0)

    sheet.paper.draw(draw)
