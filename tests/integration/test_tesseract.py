"""Tesseract through its command line; skipped where Debian's package is not installed."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docai.document import Page
from docai.errors import OcrError
from docai.geometry import box_polygon, iou, polygon_box, rotate_polygon
from docai.ocr.orientation import turn
from docai.ocr.tesseract import Tesseract

pytestmark = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the tesseract command is not installed"
)

LINES = (
    "Corner Bakery and Sons",
    "Invoice number 20417",
    "Rye bread, twelve loaves",
    "Coffee beans, two kilograms",
    'The "special" of Thursday',
    "Delivery in the morning",
    "Total due 111.13",
    "Thank you for your business",
)
HANGUL_FONTS = tuple(Path("/usr/share/fonts").rglob("NanumGothic.ttf"))


def draw(lines=LINES, font=None, size=30):
    """Return a page with ``lines``, and the box of each line's first word."""
    font = font or ImageFont.load_default(size=size)
    picture = Image.new("RGB", (30 * size, 2 * size * (len(lines) + 2)), "white")
    pen = ImageDraw.Draw(picture)
    boxes = {}
    for n, line in enumerate(lines):
        at = (3 * size, 2 * size * (n + 1))
        pen.text(at, line, "black", font)
        first = line.split()[0]
        boxes[first] = tuple(float(side) for side in pen.textbbox(at, first, font))
    return Page(2, np.asarray(picture).copy()), boxes


def has_language(code):
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True)
    return code in listed.stdout.split()


@pytest.fixture(scope="module")
def english():
    if not has_language("eng"):
        pytest.skip("tesseract-ocr-eng is not installed")
    return Tesseract()


@pytest.mark.parametrize("angle_deg", [0, 90, 180, 270, 12])
def test_page_is_read_at_any_rotation(english, angle_deg):
    upright, boxes = draw()
    height, width = upright.height, upright.width
    reading = english.read(Page(2, turn(upright.picture, angle_deg)))
    assert reading.text == "\n".join(LINES)
    assert reading.engine == english.name
    assert reading.page == 2
    assert (reading.angle_deg + angle_deg + 1) % 360 == pytest.approx(1, abs=1)
    words = {word.text: word for word in reading.words}
    for text, box in boxes.items():
        polygon = rotate_polygon(box_polygon(box), angle_deg, height, width)
        assert iou(words[text].box, polygon_box(polygon)) > 0.6
        assert words[text].polygon[0] == pytest.approx(polygon[0], abs=12)
        assert 0.5 < words[text].confidence <= 1


def test_small_print_is_enlarged(english):
    page, _ = draw(size=13)
    assert "111.13" in english.read(page).text.split()


def test_blank_page_has_no_words(english):
    reading = english.read(Page(1, np.full((400, 300, 3), 255, np.uint8)))
    assert reading.words == ()
    assert reading.lines == ()


def test_name_tells_version_and_language(english):
    assert english.name.startswith("tesseract-")
    assert english.name.endswith("/eng")


def test_page_that_takes_too_long_is_an_error(english):
    page, _ = draw()
    hasty = Tesseract(timeout_s=0.001)
    with pytest.raises(OcrError, match=r"longer than 0\.001 s for page 2"):
        hasty.read(page)


@pytest.mark.skipif(not HANGUL_FONTS, reason="the font NanumGothic is not installed")
@pytest.mark.skipif(
    shutil.which("tesseract") is None or not (has_language("kor") and has_language("eng")),
    reason="tesseract-ocr-kor or tesseract-ocr-eng is not installed",
)
def test_korean_receipt_keeps_every_line():
    lines = (
        "영수증 Receipt",
        "서울특별시 강남구",
        "아메리카노 Americano 4,500",
        "카페라떼 5,000",
        "합계 금액 9,500",
        "감사합니다 Thank you",
    )
    page, _ = draw(lines, ImageFont.truetype(str(HANGUL_FONTS[0]), 30))
    reading = Tesseract("kor+eng").read(page)
    assert len(reading.lines) == len(lines)
    letters = reading.text.replace(" ", "")  # it puts spaces between syllables
    assert all(text in letters for text in ("강남구", "아메리카노", "4,500", "합계", "Thank"))


def test_missing_language_names_its_package():
    with pytest.raises(OcrError, match=r"it has .*apt-get install tesseract-ocr-xx-y$"):
        Tesseract("xx_y")


def test_missing_command_names_its_packages(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OcrError, match="apt-get install tesseract-ocr tesseract-ocr-kor"):
        Tesseract("kor")


def test_crash_is_an_error(monkeypatch, tmp_path):
    command = tmp_path / "tesseract"
    command.write_text("#!/bin/sh\necho 'out of memory' >&2\nexit 139\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OcrError, match="status 139: out of memory"):
        Tesseract()
