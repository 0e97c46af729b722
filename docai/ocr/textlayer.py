"""Text layers of born-digital pages: a reading for nothing, where they tell the truth.

A text layer is a claim. Some are encoded wrongly, stand elsewhere than the print, hold words that
nobody sees, or are a stamp on a scan. So it is compared with the picture: cheaply by looking
where ink is, and surely by having a few of its words read by OCR. In doubt OCR reads the page.

Words that show no ink (white on white, or painted over) are left out: what a person cannot see
is not printed.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from docai.document import Page, Picture, TextLayerWord
from docai.geometry import (
    Box,
    Polygon,
    box_polygon,
    polygon_box,
    rotate_polygon,
    union,
    unrotate_polygon,
)
from docai.ocr.engine import OcrEngine
from docai.ocr.orientation import turn
from docai.ocr.reading_order import reading_order, rows
from docai.provenance import Provenance, provenance_of, versions
from docai.reading import Line, Reading, Word

NAME = "text-layer"

# Thresholds of the cheap check. On 34 pages of honest invoices the median word had contrast 50 to
# 180 and twice that of its surroundings, and at most 2 % of what looks like text lay outside boxes.
LONGEST_SIDE_PX = 1600  # of the picture that is looked at
MIN_CONTRAST = 8.0  # mean local contrast, of 255, of a word that shows
MIN_SALIENCE = 1.1  # contrast in a box over that above and below it
MIN_SHOWN = 0.8  # share of words
MIN_COVERED = 0.8  # share of text-like components
MAX_UNPRINTABLE = 0.05  # share of characters; a few bullets come from private code points
OUTSIDE_PX = 2.0  # a box may reach so far over the edge of the page

MIN_TELLING = 3  # characters; shorter words may be taller than wide
LINE_GAP = 1.2  # word heights; further apart, words stand in different pieces of a row

SAMPLED_WORDS = 6
MIN_SIMILARITY = 0.8
SAMPLE_HEIGHT_PX = 32  # a word in the strip that OCR reads
ROW_HEIGHT_PX = 80
SAMPLE_MARGIN = 0.15  # of a word's height; more would show its neighbours
ENOUGH_LETTERS = 12  # longer words tell no more

_CID = re.compile(r"\(cid:\d+\)")  # what extractors write for a glyph without a meaning
_UNPRINTABLE = {"Cc", "Cn", "Co", "Cs"}
_BOTH_WAYS = np.array((-1.0, -1.0, 1.0, 1.0))  # how the sides of a box move when it grows


def text_layer_reading(page: Page) -> Reading | None:
    """Return the text layer of ``page`` as a reading if it passes for what the picture shows.

    Costs some milliseconds. A layer with the right shapes and the wrong letters passes; see
    `verified_text_layer`.

    Returns:
        A reading with confidence 1 throughout, or None where there is no text layer or it is not
        to be trusted.
    """
    words = [word for word in page.text_layer if word.text.strip() and _is_inside(word.box, page)]
    if not words or len(words) < MIN_SHOWN * len(page.text_layer) or not _is_legible(words):
        return None
    shown = _shown_words(page, words)
    return _reading(page, shown) if shown else None


def verified_text_layer(page: Page, ocr: OcrEngine) -> Reading | None:
    """Return the text layer of ``page`` as a reading if ``ocr`` reads the same in some places.

    Args:
        page: the page.
        ocr: reads one small picture with up to six words from all over the page. Words in ASCII
            are preferred, which every engine reads whatever its languages.

    Returns:
        As `text_layer_reading`; None also where most of the words read differently.

    Raises:
        OcrError: ``ocr`` failed.
    """
    reading = text_layer_reading(page)
    if reading is None:
        return None
    sample = _sample(reading.words)
    seen = ocr.read(_strip(page, sample, reading.angle_deg))
    agreeing = sum(
        _similarity(word.text, _text_in_row(seen, row)) >= MIN_SIMILARITY
        for row, word in enumerate(sample)
    )
    return reading if agreeing > len(sample) / 2 else None


class WithTextLayer:
    """Reads text layers that hold true, and asks another engine for all other pages.

    Meets `docai.ocr.engine.OcrEngine`. A reading tells by its ``engine`` who made it.
    """

    def __init__(self, ocr: OcrEngine) -> None:
        self.name = f"{NAME}+{ocr.name}"
        self._ocr = ocr

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        return verified_text_layer(page, self._ocr) or self._ocr.read(page)

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`; a text layer needs pdfium and no weights."""
        below = provenance_of(self._ocr)
        return replace(
            below, engine=self.name, versions={**below.versions, **versions("pypdfium2")}
        )


def _is_inside(box: Box, page: Page) -> bool:
    """Tell whether ``box`` has an extent and lies on the page."""
    x0, y0, x1, y1 = box
    return (
        -OUTSIDE_PX <= x0 < x1 <= page.width + OUTSIDE_PX
        and -OUTSIDE_PX <= y0 < y1 <= page.height + OUTSIDE_PX
    )


def _is_legible(words: Iterable[TextLayerWord]) -> bool:
    """Tell text from glyph numbers, private code points and replacement characters."""
    text = "".join(word.text for word in words)
    unprintable = sum(c == "\ufffd" or unicodedata.category(c) in _UNPRINTABLE for c in text)
    return unprintable <= MAX_UNPRINTABLE * len(text) and not _CID.search(text)


def _shown_words(page: Page, words: Sequence[TextLayerWord]) -> list[TextLayerWord]:
    """Return the words that stand on ink; none if too few do or too much ink has no words."""
    scale = min(1.0, LONGEST_SIDE_PX / max(page.height, page.width))
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    full = cv2.cvtColor(page.picture, cv2.COLOR_RGB2GRAY)
    grey = np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA), np.uint8)
    boxes = np.array([word.box for word in words], np.float64) * scale
    inside, around = _contrasts(grey, boxes)
    is_shown = inside >= MIN_CONTRAST
    stands_out = is_shown & (inside >= MIN_SALIENCE * around)
    if stands_out.mean() < MIN_SHOWN or _covered_share(grey, boxes) < MIN_COVERED:
        return []
    return [word for word, is_kept in zip(words, is_shown, strict=True) if is_kept]


def _contrasts(
    grey: NDArray[np.uint8], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean local contrast in each box, and in strips half its height above and below.

    Contrast rather than darkness: it is as good for white print on black.
    """
    contrast = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    integral = np.asarray(cv2.integral(contrast), np.int32)
    height = boxes[:, 3:] - boxes[:, 1:2]
    total, area = _sums(integral, boxes)
    grown_total, grown_area = _sums(integral, boxes + height * (0.0, -0.5, 0.0, 0.5))
    around = (grown_total - total) / np.maximum(grown_area - area, 1)
    return total / np.maximum(area, 1), around


def _sums(
    integral: NDArray[np.int32], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the sum and the number of the pixels that each box touches."""
    x0, y0, x1, y1 = _pixels(boxes, integral.shape[0] - 1, integral.shape[1] - 1).T
    total = integral[y1, x1] - integral[y0, x1] - integral[y1, x0] + integral[y0, x0]
    return total.astype(np.float64), (x1 - x0) * (y1 - y0)


def _pixels(boxes: NDArray[np.float64], height: int, width: int) -> NDArray[np.intp]:
    """Round boxes outwards to whole pixels of a (height, width) picture."""
    outwards = np.hstack([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])])
    rounded: NDArray[np.intp] = np.clip(outwards, 0, (width, height) * 2).astype(np.intp)
    return rounded


def _covered_share(grey: NDArray[np.uint8], boxes: NDArray[np.float64]) -> float:
    """Return which share of what looks like letters lies in the boxes."""
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, blockSize=31, C=15
    )
    _, _, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y = centres[1:].astype(np.intp).T  # the first component is the paper
    is_covered = np.zeros(grey.shape, np.bool_)
    for x0, y0, x1, y1 in _pixels(boxes + OUTSIDE_PX * _BOTH_WAYS, *grey.shape):
        is_covered[y0:y1, x0:x1] = True
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    # From 5 point up to headlines; letters of a scan may touch; neither rules nor specks.
    is_text = (height >= 5) & (height <= 64) & (width <= 8 * height) & (height <= 12 * width)
    return float(is_covered[y, x][is_text].mean()) if is_text.any() else 1.0


def _reading(page: Page, words: Sequence[TextLayerWord]) -> Reading:
    """Group words into lines on the upright page, order the lines, and map all back."""
    angle_deg = _angle_deg(words)
    height, width = page.height, page.width
    upright = [
        polygon_box(rotate_polygon(box_polygon(word.box), angle_deg, height, width))
        for word in words
    ]
    pieces = _pieces(upright)

    def to_page(box: Box) -> Polygon:
        return unrotate_polygon(box_polygon(box), angle_deg, height, width)

    read: list[Word] = []
    lines: list[Line] = []
    for piece in pieces:
        start = len(read)
        read.extend(Word(words[i].text, to_page(upright[i]), 1.0) for i in piece)
        lines.append(Line(start, len(read), to_page(union(upright[i] for i in piece))))
    return Reading(page.number, (height, width), tuple(read), tuple(lines), angle_deg, NAME)


def _pieces(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the words of each piece of text, all in reading order."""
    found = [
        piece for row in rows([box_polygon(box) for box in boxes]) for piece in _cut(row, boxes)
    ]
    around = [box_polygon(union(boxes[i] for i in piece)) for piece in found]
    return [found[n] for n in reading_order(around)]


def _cut(row: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    """Cut a row of words wherever the gap is wide, as between the columns of a table."""
    height = float(np.median([boxes[i][3] - boxes[i][1] for i in row]))
    pieces = [[row[0]]]
    for before, after in pairwise(row):
        if boxes[after][0] - boxes[before][2] > LINE_GAP * height:
            pieces.append([])
        pieces[-1].append(after)
    return pieces


def _angle_deg(words: Sequence[TextLayerWord]) -> float:
    """Return how far the page must be turned clockwise, told by where the text goes on.

    A text layer knows the sequence of its words and not their direction, so each word votes for
    the direction in which the next one on its line stands.
    """
    angles = (_step_angle(word, following) for word, following in pairwise(words))
    votes = Counter(angle for angle in angles if angle is not None)
    return votes.most_common(1)[0][0] if votes else 0.0


def _step_angle(word: TextLayerWord, following: TextLayerWord) -> float | None:
    """Return the turn that makes the step to the next word go right; None for any other step."""
    if min(len(word.text), len(following.text)) < MIN_TELLING or _is_leftwards(word.text):
        return None
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = word.box, following.box
    is_tall = ay1 - ay0 > ax1 - ax0 and by1 - by0 > bx1 - bx0
    is_wide = ay1 - ay0 < ax1 - ax0 and by1 - by0 < bx1 - bx0
    if is_wide and min(ay1, by1) - max(ay0, by0) > (ay1 - ay0) / 2:
        return 0.0 if bx0 > ax0 else 180.0
    if is_tall and min(ax1, bx1) - max(ax0, bx0) > (ax1 - ax0) / 2:
        return 270.0 if by0 > ay0 else 90.0
    return None


def _is_leftwards(text: str) -> bool:
    """Tell whether ``text`` is in a script written from right to left."""
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def _sample(words: Sequence[Word]) -> list[Word]:
    """Return up to SAMPLED_WORDS words from all over the page, the most telling ones."""
    height = float(np.median([_height(word) for word in words]))
    fit = [word for word in words if height / 2 <= _height(word) <= height * 2]  # some always do
    bounds = np.linspace(0, len(fit), min(SAMPLED_WORDS, len(fit)) + 1).astype(int)
    return [max(fit[start:stop], key=_tellingness) for start, stop in pairwise(bounds)]


def _tellingness(word: Word) -> tuple[int, int]:
    """Rank words: those with most letters and digits in ASCII, then those with most in all."""
    letters = _letters(word.text)
    num_ascii = sum(c.isascii() for c in letters)
    return min(num_ascii, ENOUGH_LETTERS), min(len(letters), ENOUGH_LETTERS)


def _strip(page: Page, sample: Sequence[Word], angle_deg: float) -> Page:
    """Draw the sampled words, upright, alone and well apart, on a small page of their own."""
    heights = [_height(word) for word in sample]
    room = ROW_HEIGHT_PX / (1 + 3 * SAMPLE_MARGIN)
    scale = min(SAMPLE_HEIGHT_PX / float(np.median(heights)), room / max(heights))
    crops = [_crop(page.picture, word, angle_deg, scale) for word in sample]
    width = max(crop.shape[1] for crop in crops) + ROW_HEIGHT_PX
    return Page(page.number, np.vstack([_centred(crop, width) for crop in crops]))


def _crop(picture: Picture, word: Word, angle_deg: float, scale: float) -> Picture:
    """Cut ``word`` out with a small margin, turn it upright and scale it."""
    margin = SAMPLE_MARGIN * _height(word)
    box = np.array([word.box]) + margin * _BOTH_WAYS
    x0, y0, x1, y1 = _pixels(box, *picture.shape[:2])[0]
    crop = turn(picture[y0:y1, x0:x1], angle_deg)
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)


def _centred(crop: Picture, width: int) -> Picture:
    """Put ``crop`` in the middle of a row filled with the colour of its border."""
    border = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
    row = np.empty((ROW_HEIGHT_PX, width, 3), np.uint8)
    row[:] = np.median(border, axis=0)
    top, left = (ROW_HEIGHT_PX - crop.shape[0]) // 2, (width - crop.shape[1]) // 2
    row[top : top + crop.shape[0], left : left + crop.shape[1]] = crop
    return row


def _text_in_row(seen: Reading, row: int) -> str:
    """Return what was read in one row of the strip."""
    middles = ((word, (word.box[1] + word.box[3]) / 2) for word in seen.words)
    return "".join(word.text for word, y in middles if int(y // ROW_HEIGHT_PX) == row)


def _similarity(text: str, seen: str) -> float:
    """Return how alike the letters and digits are; 0 where there are none."""
    letters = _letters(text)
    return fuzz.ratio(letters, _letters(seen)) / 100 if letters else 0.0


def _letters(text: str) -> str:
    """Return the letters and digits of ``text``, without case and typographic variants."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _height(word: Word) -> float:
    """Return the extent of ``word`` across its direction, in pixels."""
    (x0, y0), _, _, (x1, y1) = word.polygon
    return math.hypot(x1 - x0, y1 - y0)
