"""The paddleocr package on docai's weights; skipped where it is not installed."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docai.document import Page
from docai.errors import OcrError
from docai.geometry import box_polygon, iou, polygon_box, rotate_polygon
from docai.ocr.orientation import turn
from docai.ocr.paddle import PaddleOcr

needs_paddleocr = pytest.mark.skipif(
    find_spec("paddleocr") is None, reason="the package paddleocr is not installed"
)
# PaddleX and what it imports warn of their own old ways; that is not ours to fix.
pytestmark = pytest.mark.filterwarnings("ignore")

LINES = (
    "Corner Bakery and Sons",
    "Invoice no. 20417/B",
    "Rye bread, twelve loaves",
    "Coffee beans: two kilograms",
    "Delivery in the morning",
    "Total due 111.13",
    "Thank you for your business",
)


def draw():
    """Return a page with LINES, and the box of each line's first word."""
    font = ImageFont.load_default(size=30)
    picture = Image.new("RGB", (640, 560), "white")
    pen = ImageDraw.Draw(picture)
    boxes = {}
    for n, line in enumerate(LINES):
        pen.text((60, 50 + 65 * n), line, "black", font)
        first = line.split()[0]
        boxes[first] = tuple(map(float, pen.textbbox((60, 50 + 65 * n), first, font)))
    return Page(2, np.asarray(picture).copy()), boxes


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield PaddleOcr()


@needs_paddleocr
@pytest.mark.slow
@pytest.mark.parametrize("angle_deg", [0, 90, 180, 270])
def test_page_is_read_at_any_rotation(engine, angle_deg):
    upright, boxes = draw()
    reading = engine.read(Page(2, turn(upright.picture, angle_deg)))
    assert reading.text == "\n".join(LINES)
    assert reading.angle_deg == (360 - angle_deg) % 360
    words = {word.text: word for word in reading.words}
    for text, box in boxes.items():
        drawn = rotate_polygon(box_polygon(box), angle_deg, upright.height, upright.width)
        assert iou(words[text].box, polygon_box(drawn)) > 0.4
        assert words[text].polygon[0] == pytest.approx(drawn[0], abs=20)
        assert 0.5 < words[text].confidence <= 1


@needs_paddleocr
@pytest.mark.slow
def test_blank_page_has_no_words(engine):
    reading = engine.read(Page(1, np.full((400, 300, 3), 255, np.uint8)))
    assert reading.words == ()
    assert reading.lines == ()


@needs_paddleocr
@pytest.mark.slow
def test_name_tells_version_and_models(engine):
    assert engine.name.startswith("paddleocr-")
    assert engine.name.endswith("/PP-OCRv6-small")


@needs_paddleocr
@pytest.mark.slow
def test_loading_says_nothing_on_stdout(engine, capfd):
    PaddleOcr()
    assert capfd.readouterr().out == ""


@needs_paddleocr
@pytest.mark.slow
def test_unknown_language_is_an_error():
    with pytest.raises(OcrError, match=r"language 'klingon'.*leave the language out"):
        PaddleOcr("klingon")


@needs_paddleocr
@pytest.mark.slow
def test_cache_that_cannot_be_written_is_an_error(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(OcrError, match="cannot write PaddleOCR's models to"):
        PaddleOcr()


def test_missing_package_is_an_error_that_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "paddleocr", None)
    with pytest.raises(OcrError, match=r"pip install 'docai\[paddleocr\]'"):
        PaddleOcr()
