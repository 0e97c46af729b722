"""Separate papers on one scan: all found, and nothing else cut."""

import cv2
import numpy as np
import pytest

from docai.document import Picture
from docai.geometry import Polygon
from docai.ocr.regions import regions
from docai.vlm.builtin.synth.receipt import CLEAN, Style, generate
from docai.vlm.builtin.synth.scan import GROUNDS, scan


def iou(a: Polygon, b: Polygon) -> float:
    first, second = (np.array(polygon, np.float32) for polygon in (a, b))
    shared, _ = cv2.intersectConvexConvex(first, second)
    return float(shared / (cv2.contourArea(first) + cv2.contourArea(second) - shared))


@pytest.mark.parametrize("ground", GROUNDS)
def test_receipts_on_any_ground_are_found_and_cut_right(ground: str) -> None:
    made = scan(1_000_001, count=3, ground=ground)
    found = regions(made.picture)
    assert len(found) == len(made.polygons)
    assert all(max(iou(truth, one) for one in found) >= 0.8 for truth in made.polygons)


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_receipt_that_lies_alone_is_not_cut(ground: str) -> None:
    assert len(regions(scan(7, count=1, ground=ground).picture)) < 2


@pytest.mark.parametrize("seed", range(4))
def test_a_receipt_that_fills_the_page_is_not_cut(seed: int) -> None:
    assert len(regions(generate(seed, style=CLEAN).picture)) < 2
    assert len(regions(generate(seed, style=Style(noise=0.6)).picture)) < 2


def test_two_columns_of_one_page_are_not_cut() -> None:
    page = np.full((1100, 850, 3), 255, np.uint8)
    for x in (60, 460):
        lines(page, x, range(80, 1000, 24), 330)
    assert regions(page) == ()


def test_shaded_boxes_of_one_page_are_not_cut() -> None:
    page = np.full((1100, 850, 3), 255, np.uint8)
    for top in (80, 400, 720):
        cv2.rectangle(page, (60, top), (790, top + 250), (228, 228, 228), cv2.FILLED)
        lines(page, 90, range(top + 30, top + 240, 24), 600)
    assert regions(page) == ()


def test_pictures_without_print_are_not_cut() -> None:
    assert regions(np.full((900, 700, 3), 255, np.uint8)) == ()
    noise = np.random.default_rng(0).integers(0, 255, (300, 200, 3), dtype=np.uint8)
    assert regions(noise) == ()
    assert regions(np.zeros((1, 1, 3), np.uint8)) == ()


def lines(page: Picture, x: int, tops: range, width: int) -> None:
    """Print lines of words at ``x``."""
    rng = np.random.default_rng(x)
    for y in tops:
        at = x
        while at < x + width - 60:
            wide = int(rng.integers(20, 60))
            for letter in range(at, at + wide, 8):
                cv2.rectangle(page, (letter, y), (letter + 4, y + 9), (20, 20, 20), cv2.FILLED)
            at += wide + 10
