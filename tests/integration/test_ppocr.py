"""PP-OCRv6 end to end, on a page rendered here: at any rotation, skewed, blank."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from docai.document import Page, Picture
from docai.geometry import Box, iou, polygon_box, rotate_polygon, rotated_size
from docai.ocr.network import open_headless, open_whole
from docai.ocr.orientation import turn
from docai.ocr.ppocr import PPOcr
from docai.ocr.recognition import Recogniser
from docai.ocr.second_look import SecondLook, improved
from docai.ocr.weights import DETECTION, RECOGNITION, open_session
from docai.reading import Reading

LINES = (
    "GREEN HILL MARKET",
    "12 Orchard Road, Ashford",
    "TEL: 01632 960983",
    "Date: 14/03/2026",
    "Apple juice 2.40",
    "Brown bread 3.15",
    "TOTAL 5.55",
    "THANK YOU",
)
WORDS = [word for line in LINES for word in line.split()]


@pytest.fixture(scope="module")
def engine() -> PPOcr:
    return PPOcr()


@pytest.fixture(scope="module")
def picture() -> Picture:
    page = np.full((640, 560, 3), 245, np.uint8)
    for row, line in enumerate(LINES):
        where = (40, 70 + 68 * row)
        cv2.putText(page, line, where, cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,) * 3, 2, cv2.LINE_AA)
    return page


@pytest.fixture(scope="module")
def upright(engine: PPOcr, picture: Picture) -> Reading:
    return engine.read(Page(1, picture))


def boxes_upright(reading: Reading, picture: Picture, angle_deg: float) -> list[Box]:
    """Turn the words of a reading back and return their boxes on the upright ``picture``."""
    height, width = reading.size
    turned = [rotate_polygon(w.polygon, angle_deg, height, width) for w in reading.words]
    grown_height, grown_width = rotated_size(height, width, angle_deg)
    dx, dy = (grown_width - picture.shape[1]) / 2, (grown_height - picture.shape[0]) / 2
    boxes = [polygon_box(polygon) for polygon in turned]
    return [(x0 - dx, y0 - dy, x1 - dx, y1 - dy) for x0, y0, x1, y1 in boxes]


def test_an_upright_page(upright: Reading, picture: Picture) -> None:
    assert [w.text for w in upright.words] == WORDS
    assert upright.angle_deg == 0
    assert [upright.text_of(line) for line in upright.lines] == list(LINES)
    assert upright.size == picture.shape[:2]
    for word in upright.words:
        assert all(type(v) is float for point in word.polygon for v in point)
        assert type(word.confidence) is float
        assert 0.5 < word.confidence <= 1


@pytest.mark.parametrize("angle_deg", [90, 180, 270, 10])
def test_a_turned_page_reads_alike(
    engine: PPOcr, picture: Picture, upright: Reading, angle_deg: float
) -> None:
    reading = engine.read(Page(1, turn(picture, angle_deg)))
    assert [w.text for w in reading.words] == WORDS
    assert (reading.angle_deg + angle_deg + 180) % 360 - 180 == pytest.approx(0, abs=2)
    found = boxes_upright(reading, picture, -angle_deg)
    # Detection leaves room for descenders below a line even where that is above the text.
    assert all(iou(a, w.box) > 0.5 for a, w in zip(found, upright.words, strict=True))


def test_words_begin_where_the_text_begins(engine: PPOcr, picture: Picture) -> None:
    reading = engine.read(Page(1, turn(picture, 90)))  # text runs downwards
    assert all(w.polygon[0][1] < w.polygon[1][1] for w in reading.words)
    assert all(w.polygon[0][0] > w.polygon[3][0] for w in reading.words)


@pytest.mark.parametrize("shape", [(400, 300), (1, 1), (3, 2000), (2000, 3)])
def test_a_blank_page_has_no_words(engine: PPOcr, shape: tuple[int, int]) -> None:
    reading = engine.read(Page(3, np.full((*shape, 3), 255, np.uint8)))
    assert (reading.page, reading.words, reading.lines, reading.size) == (3, (), (), shape)


def test_a_large_page_is_mapped_back(engine: PPOcr, picture: Picture, upright: Reading) -> None:
    large = cv2.resize(picture, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    reading = engine.read(Page(1, np.asarray(large, np.uint8)))
    assert [w.text for w in reading.words] == WORDS
    for word, small in zip(reading.words, upright.words, strict=True):
        x0, y0, x1, y1 = word.box
        assert iou((x0 / 5, y0 / 5, x1 / 5, y1 / 5), small.box) > 0.7


def test_the_head_handed_in_is_the_head_taken_out() -> None:
    model, head = open_headless(RECOGNITION.path)
    pixels = np.random.default_rng(0).uniform(-1, 1, (2, 3, 48, 96)).astype(np.float32)
    whole = open_session(RECOGNITION.path).run(None, {"x": pixels})[0]
    parts = open_session(model).run(None, {"x": pixels, **head})[0]
    np.testing.assert_allclose(parts, whole, atol=1e-6)


def test_negligible_weights_change_nothing() -> None:
    whole = open_session(DETECTION.path)
    changed = open_session(open_whole(DETECTION.path))
    pixels = np.random.default_rng(0).uniform(-2, 2, (1, 3, 64, 96)).astype(np.float32)
    found, expected = (s.run(None, {"x": pixels})[0] for s in (changed, whole))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("angle_deg", [0, 90])
def test_a_second_look_agrees_with_a_clear_first_one(
    engine: PPOcr, picture: Picture, angle_deg: float
) -> None:
    turned = turn(picture, angle_deg)
    reading = engine.read(Page(1, turned))
    texts = [reading.text_of(line) for line in reading.lines]
    polygons = [line.polygon for line in reading.lines]
    candidates = SecondLook(Recogniser()).read_again(turned, polygons, "text", texts)
    assert [improved(t, c) for t, c in zip(texts, candidates, strict=True)] == texts
    assert [c[0].text for c in candidates] == list(LINES)


def test_weights_are_those_that_were_tested() -> None:
    assert RECOGNITION.is_intact()
    assert isinstance(RECOGNITION.path, Path)
