"""Several receipts on one scan, read with the default engine."""

from functools import cache

import numpy as np
import pytest

from docai.document import Page
from docai.geometry import polygon_box, rotate_polygon
from docai.ocr.by_region import ByRegion, part_of
from docai.ocr.ppocr import PPOcr
from docai.ocr.textlayer import WithTextLayer
from docai.reading import Reading
from docai.vlm.builtin.synth.scan import Scan, scan

SEED = 2  # four receipts, on a grey lid, one at an odd angle


@cache
def made() -> Scan:
    return scan(SEED, count=3, ground="grey")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return ByRegion(WithTextLayer(PPOcr())).read(Page(1, made().picture.copy()))


def test_words_come_back_to_their_place_on_the_page(reading: Reading) -> None:
    printed = [word for sample in made().samples for word in sample.words if len(word.text) > 5]
    read = {word.text: polygon_box(word.polygon) for word in reading.words}
    found = [word for word in printed if word.text in read]
    assert len(found) > 0.5 * len(printed)
    near = [
        np.hypot(
            *(np.mean(word.polygon, axis=0) - np.reshape(read[word.text], (2, 2)).mean(axis=0))
        )
        for word in found
    ]
    assert np.median(near) < 6


def test_regions_cover_all_lines_in_order(reading: Reading) -> None:
    assert len(reading.regions) == len(made().polygons)
    assert reading.regions[0].start == 0
    assert reading.regions[-1].stop == len(reading.lines)
    for region, following in zip(reading.regions, reading.regions[1:], strict=False):
        assert region.stop == following.start


def test_each_part_stands_upright_when_turned_by_its_own_angle(reading: Reading) -> None:
    for region in reading.regions:
        part = part_of(reading, region)
        assert part.words and part.lines[0].start == 0 and part.lines[-1].stop == len(part.words)
        long = [line.polygon for line in part.lines if len(part.text_of(line)) > 8]
        for polygon in long:
            (ax, ay), (bx, by), *_ = rotate_polygon(polygon, region.angle_deg, *part.size)
            assert bx > ax
            assert abs(by - ay) < 0.12 * (bx - ax)


def test_a_page_of_one_receipt_is_read_plainly() -> None:
    alone = scan(3, count=1, ground="dark")
    page = Page(1, alone.picture.copy())
    assert ByRegion(PPOcr()).read(page) == PPOcr().read(page)
