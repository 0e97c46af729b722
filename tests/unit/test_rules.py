"""Tests of ruling lines."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from docai.document import Picture
from docai.vlm.builtin.rules import rules
from docai.vlm.builtin.synth.fonts import font_of

Segment = tuple[float, float, float, float]


def a_page(segments: list[Segment], thickness: int = 2, dotted: bool = False) -> Picture:
    """Draw lines on an A4 page at 150 dpi."""
    canvas = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(canvas)
    for x0, y0, x1, y1 in segments:
        if dotted:
            for x in range(int(x0), int(x1), 7):
                pen.rectangle((x, y0, x + 1, y0 + 1), 0)
        else:
            pen.line((x0, y0, x1, y1), 0, thickness)
    return np.repeat(np.asarray(canvas)[:, :, None], 3, axis=2)


@settings(max_examples=20, deadline=None)
@given(
    angle=st.floats(-3, 3),
    thickness=st.integers(1, 5),
    length=st.floats(120, 900),
    upright=st.booleans(),
)
def test_rules_finds_a_line_askew(
    angle: float, thickness: int, length: float, upright: bool
) -> None:
    along, across = length, length * math.tan(math.radians(angle))
    end = (200 + across, 200 + along) if upright else (200 + along, 200 + across)
    (found,) = rules(a_page([(200, 200, *end)], thickness)).tolist()
    assert found[4] == upright
    off = np.abs(np.array(found[:4]) - (200, 200, *end))
    assert off.max() <= 20  # the last step of a thin line is too short to count
    assert off[0 if upright else 1 :: 2].max() <= 4


def test_rules_joins_broken_and_dotted_lines() -> None:
    (broken,) = rules(a_page([(100, 300, 400, 300), (415, 300, 800, 300)])).tolist()
    assert broken[:4] == pytest.approx((100, 300, 800, 300), abs=4)
    (dotted,) = rules(a_page([(100, 300, 800, 300)], dotted=True)).tolist()
    assert dotted[:4] == pytest.approx((100, 300, 800, 300), abs=8)


def test_rules_keeps_lines_apart() -> None:
    level = [(100.0, 300.0 + 30 * n, 700.0, 300.0 + 30 * n) for n in range(4)]
    upright = [(100.0 + 200 * n, 300.0, 100.0 + 200 * n, 390.0) for n in range(4)]
    found = rules(a_page([*level, *upright]))
    assert (found[:, 4] == 0).sum() == 4
    assert (found[:, 4] == 1).sum() == 4


def test_rules_takes_no_text_for_lines() -> None:
    canvas = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(canvas)
    for n, size in enumerate((14, 18, 24, 32, 44) * 4):
        text = "TITLE Telephone ILLUMINATE -- Total: 1,234.00 EFFECT HEEL"
        pen.text((60, 60 + n * 75), text, 0, font_of("LiberationSans-Regular", size))
    assert len(rules(np.repeat(np.asarray(canvas)[:, :, None], 3, axis=2))) == 0


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (60, 60)])
def test_rules_of_blank_paper_are_none(size: tuple[int, int]) -> None:
    assert rules(np.full((*size, 3), 255, np.uint8)).shape == (0, 5)
