"""Tests of how good a picture is."""

import random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.document import Page, Picture
from docai.extraction.picture import CODE, hard_to_read
from docai.extraction.result import PageInfo
from docai.geometry import box_polygon, rotate_polygon
from docai.ocr.with_quality import WithQuality, quality_of
from docai.quality import Quality
from docai.reading import Line, Reading, Word
from docai.testing import ScriptedOcr
from docai.vlm.builtin.synth.paper import Paper

GOOD = Quality(blur=0.0, skew_deg=0.2, resolution=20.0, glare=0.0, contrast=0.8)


def a_page(scale: float = 1.0) -> tuple[Picture, Reading]:
    """Return a page of text and what a flawless OCR reads on it."""
    paper = Paper(random.Random(0), (700, 800), text_size=26)
    for row in range(12):
        paper.text("Order Street Account Number 12345 Total", 40, 60 + 50 * row)
    made = paper.sample(0, kind="other", layout="", language="en", truth={})
    size = (round(800 * scale), round(700 * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = np.asarray(cv2.resize(made.picture, size, interpolation=how), np.uint8)
    words = tuple(
        Word(w.text, tuple((x * scale, y * scale) for x, y in w.polygon), 1.0) for w in made.words
    )
    line = Line(0, len(words), words[0].polygon)
    return picture, Reading(1, picture.shape[:2], words, (line,), 0.0, "test")


PICTURE, READING = a_page()


@settings(max_examples=20, deadline=None)
@given(sigma=st.floats(0.3, 3.0), more=st.floats(0.3, 3.0))
def test_blurring_never_lowers_blur(sigma: float, more: float) -> None:
    once = np.asarray(cv2.GaussianBlur(PICTURE, (0, 0), sigma), np.uint8)
    twice = np.asarray(cv2.GaussianBlur(once, (0, 0), more), np.uint8)
    blurs = [quality_of(picture, READING).blur for picture in (PICTURE, once, twice)]
    assert blurs[0] <= blurs[1] + 0.01
    assert blurs[1] <= blurs[2] + 0.01


@settings(max_examples=10, deadline=None)
@given(scale=st.floats(0.5, 1.0))
def test_a_sharp_picture_stays_sharp_at_a_lower_resolution(scale: float) -> None:
    small = quality_of(*a_page(scale))
    assert small.blur < 0.2
    assert small.resolution == pytest.approx(quality_of(*a_page()).resolution * scale, rel=0.02)


@settings(max_examples=10, deadline=None)
@given(contrast=st.floats(0.1, 0.9))
def test_contrast_is_that_between_ink_and_paper(contrast: float) -> None:
    faded = np.asarray(255 - (255 - PICTURE.astype(np.float32)) * contrast, np.uint8)
    assert quality_of(faded, READING).contrast == pytest.approx(contrast, abs=0.05)


@settings(max_examples=30, deadline=None)
@given(angle=st.floats(-40, 40), quarter=st.sampled_from((0, 90, 180, 270)))
def test_skew_is_that_of_the_rows_whatever_way_up_the_page_lies(angle: float, quarter: int) -> None:
    row = rotate_polygon(box_polygon((10, 10, 400, 30)), angle + quarter, 700, 800)
    reading = Reading(1, (700, 800), (), (Line(0, 0, row),), -(angle + quarter), "test")
    assert quality_of(PICTURE, reading).skew_deg == pytest.approx(angle, abs=0.01)


def test_a_white_scan_has_no_glare_and_a_lamp_has() -> None:
    assert quality_of(PICTURE, READING).glare == 0
    grey = np.asarray(PICTURE * 0.7, np.uint8)
    assert quality_of(grey, READING).glare == 0
    grey[100:300, 200:500] = 255
    assert quality_of(grey, READING).glare == pytest.approx(60000 / 560000, abs=0.03)


def test_a_blank_page_has_a_quality() -> None:
    blank = np.full((300, 200, 3), 255, np.uint8)
    quality = quality_of(blank, Reading(1, (300, 200), (), (), 0.0, "test"))
    assert quality == Quality(0.0, 0.0, 0.0, 0.0, 0.0)


def test_words_off_the_page_do_no_harm() -> None:
    word = Word("far", box_polygon((-90, -90, -10, -60)), 1.0)
    tiny = Word("a", box_polygon((5, 5, 5.5, 5.5)), 1.0)
    reading = Reading(1, (50, 50), (word, tiny), (Line(0, 2, box_polygon((0, 0, 9, 9))),), 0.0, "t")
    quality_of(np.zeros((50, 50, 3), np.uint8), reading)


def test_with_quality_adds_nothing_else() -> None:
    engine = WithQuality(ScriptedOcr((READING,)))
    read = engine.read(Page(1, PICTURE.copy()))
    assert engine.name == "scripted-ocr"
    assert read.words == READING.words
    assert read.quality is not None


def test_quality_comes_back_from_json() -> None:
    assert Quality.from_json(GOOD.to_json()) == GOOD


def info(**changes: float) -> PageInfo:
    """Return a page of good quality but for some measures."""
    measures = GOOD.to_json() | changes
    return PageInfo(1, 800, 700, None, 0.0, Quality.from_json(measures))


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"blur": 0.95}, "hold still"),
        ({"resolution": 6.0}, "300 dpi"),
        ({"glare": 0.3}, "lamp"),
        ({"contrast": 0.03}, "light"),
    ],
)
def test_hard_to_read_says_what_to_do(changes: dict[str, float], advice: str) -> None:
    (problem,) = hard_to_read([info(**changes)])
    assert problem.code == CODE
    assert "page 1" in problem.message
    assert advice in problem.message


def test_hard_to_read_is_silent_about_good_blank_and_unmeasured_pages() -> None:
    blank = info(resolution=0.0, contrast=0.0)
    assert hard_to_read([info(), blank, PageInfo(2, 1, 1, None, 0.0)]) == []
