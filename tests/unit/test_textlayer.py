"""Text layers against pictures, without a PDF and without OCR."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from docai.document import Page, TextLayerWord
from docai.geometry import box_polygon, iou, polygon_box, rotate_polygon
from docai.ocr.orientation import turn
from docai.ocr.textlayer import WithTextLayer, text_layer_reading, verified_text_layer
from docai.reading import Reading

FONT = ImageFont.load_default(size=26)
LINES = (
    "Corner Bakery and Sons",
    "Invoice number 20417",
    "Date 2024-03-18",
    "Rye bread 4.20",
    "Plum tart 11.50",
    "Coffee beans 18.00",
    "Subtotal 33.70",
    "Total due 33.70",
)


def draw(lines=LINES, ink="black", paper="white"):
    """Draw lines and return a page whose text layer tells exactly where each word stands."""
    picture = Image.new("RGB", (900, 1200), paper)
    pen = ImageDraw.Draw(picture)
    words = []
    for n, line in enumerate(lines):
        x = 80.0
        for text in line.split():
            pen.text((x, 60 + 60 * n), text, ink, FONT)
            box = tuple(float(side) for side in pen.textbbox((x, 60 + 60 * n), text, FONT))
            words.append(TextLayerWord(text, box))
            x = box[2] + 9
    return Page(1, np.asarray(picture).copy(), text_layer=tuple(words))


def with_layer(page, change):
    """Return ``page`` with each word changed."""
    return replace(page, text_layer=tuple(change(word) for word in page.text_layer))


class Scripted:
    """An engine that reads the same text on everything, wherever one looks."""

    name = "scripted"

    def read(self, page):
        return Reading(page.number, (page.height, page.width), (), (), 0.0, self.name)


def test_honest_layer_is_the_reading():
    reading = text_layer_reading(draw())
    assert reading is not None
    assert reading.text == "\n".join(LINES)
    assert reading.engine == "text-layer"
    assert reading.angle_deg == 0
    assert {word.confidence for word in reading.words} == {1.0}


def test_light_print_on_dark_paper_is_as_good():
    reading = text_layer_reading(draw(ink="white", paper="navy"))
    assert reading is not None
    assert reading.text == "\n".join(LINES)


def test_page_without_layer_has_no_reading():
    assert text_layer_reading(replace(draw(), text_layer=())) is None


@pytest.mark.parametrize("glyph", ["(cid:42)", "\ufffd", "\ue123", "\x02"])
def test_illegible_layer_is_refused(glyph):
    page = with_layer(draw(), lambda word: replace(word, text=glyph * len(word.text)))
    assert text_layer_reading(page) is None


def test_a_few_private_bullets_do_no_harm():
    page = draw()
    first, *others = page.text_layer
    page = replace(page, text_layer=(replace(first, text="\uf0b7"), *others))
    assert text_layer_reading(page) is not None


def test_layer_on_blank_paper_is_refused():
    page = draw()
    assert text_layer_reading(replace(page, picture=np.full_like(page.picture, 255))) is None


def test_layer_off_the_page_is_refused():
    def shift(word):
        x0, y0, x1, y1 = word.box
        return replace(word, box=(x0 + 800, y0, x1 + 800, y1))

    assert text_layer_reading(with_layer(draw(), shift)) is None


def test_layer_between_the_lines_is_refused():
    def shift(word):
        x0, y0, x1, y1 = word.box
        return replace(word, box=(x0, y0 + 30, x1, y1 + 30))

    assert text_layer_reading(with_layer(draw(), shift)) is None


def test_stamp_on_a_scan_is_refused():
    page = draw()
    assert text_layer_reading(replace(page, text_layer=page.text_layer[:4])) is None


def test_hidden_word_is_left_out():
    page = draw()
    hidden = TextLayerWord("999.00", (500.0, 1000.0, 600.0, 1026.0))
    reading = text_layer_reading(replace(page, text_layer=(*page.text_layer, hidden)))
    assert reading is not None
    assert reading.text == "\n".join(LINES)


def test_word_that_is_painted_over_is_left_out():
    page = draw()
    x0, y0, x1, y1 = (round(side) for side in page.text_layer[5].box)
    picture = page.picture.copy()
    picture[y0 - 5 : y1 + 5, x0 - 5 : x1 + 5] = 0
    reading = text_layer_reading(replace(page, picture=picture))
    assert reading is not None
    assert page.text_layer[5].text == "number"
    assert "number" not in reading.text.split()


@pytest.mark.parametrize("angle_deg", [90, 180, 270])
def test_turned_page_is_read_in_its_own_order(angle_deg):
    upright = draw()
    height, width = upright.height, upright.width

    def turned_word(word):
        polygon = rotate_polygon(box_polygon(word.box), angle_deg, height, width)
        return replace(word, box=polygon_box(polygon))

    page = replace(with_layer(upright, turned_word), picture=turn(upright.picture, angle_deg))
    reading = text_layer_reading(page)
    assert reading is not None
    assert reading.text == "\n".join(LINES)
    assert reading.angle_deg == 360 - angle_deg
    boxes = {word.text: word.box for word in page.text_layer}
    for word in reading.words:
        if word.text != "33.70":  # printed twice
            assert iou(word.box, boxes[word.text]) > 0.99
    begins = rotate_polygon(box_polygon(upright.text_layer[0].box), angle_deg, height, width)[0]
    assert reading.words[0].polygon[0] == pytest.approx(begins)


def test_columns_of_a_table_are_lines_of_their_own():
    page = draw(("Bread", "Coffee"))
    price = draw(("9.00", "8.00"))

    def move(word):
        x0, y0, x1, y1 = word.box
        return replace(word, box=(x0 + 500, y0, x1 + 500, y1))

    shifted = np.roll(price.picture, 500, axis=1)
    both = replace(
        page,
        picture=np.minimum(page.picture, shifted),
        text_layer=page.text_layer + tuple(move(word) for word in price.text_layer),
    )
    reading = text_layer_reading(both)
    assert reading is not None
    assert reading.text == "Bread\n9.00\nCoffee\n8.00"


boxes = st.tuples(*[st.floats(-50, 300) | st.just(float("nan")) for _ in range(4)])
layers = st.lists(st.builds(TextLayerWord, st.text(max_size=8), boxes), max_size=6)


@given(layers, st.integers(1, 200), st.integers(1, 200), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_any_layer_gives_a_sound_reading_or_none(layer, height, width, seed):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    reading = text_layer_reading(Page(3, noise, text_layer=tuple(layer)))
    if reading is not None:
        texts = [word.text for word in layer]
        assert all(word.text in texts for word in reading.words)
        assert [line.start for line in reading.lines[1:]] == [
            line.stop for line in reading.lines[:-1]
        ]
        assert reading.lines[-1].stop == len(reading.words)


def test_layer_that_ocr_cannot_confirm_goes_to_ocr():
    assert verified_text_layer(draw(), Scripted()) is None
    engine = WithTextLayer(Scripted())
    assert engine.read(draw()).engine == "scripted"
    assert engine.name == "text-layer+scripted"
