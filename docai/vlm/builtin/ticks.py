"""What is drawn on a page, with the words beside it: boxes to tick, and places to sign."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from docai.geometry import Box, box_polygon, polygon_box, rotate_polygon, unrotate_polygon
from docai.reading import Reading
from docai.vlm.builtin.concepts import similarity
from docai.vlm.builtin.marks import SIGNATURE, Mark, settle, signature_in
from docai.vlm.builtin.pairs import KEY, Entity
from docai.vlm.builtin.tagged import Tagged

SET = 0.5  # a place more likely signed than this is
LABEL_GAP = 3.0  # heights of a word between a box and its label
WORD_GAP = 1.5  # heights of a word between two of one label
SIGN_WIDTH = 20.0  # heights of a key to its right that belong to the place to sign
SIGN_HEIGHT = 3.0  # and above it
SIGNS = 0.75  # similarity of a key with the word for a signature, if something is signed there


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick or a place to sign.

    Attributes:
        page: the page's number, from 1.
        kind: ``check_box``, ``radio_button`` or ``signature``.
        box: in page pixels.
        is_set: whether it is ticked or signed.
        confidence: that it is one, and set or not, in [0, 1].
        label: the words that say what it is for; may be empty.
    """

    page: int
    kind: str
    box: Box
    is_set: bool
    confidence: float
    label: tuple[int, ...]


def ticks(page: Tagged, found: Sequence[Entity]) -> tuple[Tick, ...]:
    """Return the boxes to tick and the places to sign on a page, from top to bottom.

    Args:
        page: with its marks.
        found: headings, keys and values of the page.
    """
    boxes = [mark for mark in settle(page.marks, page.reading) if mark.kind != SIGNATURE]
    places = [place for one in found if (place := _place(one, found, page)) is not None]
    both = [*_ticks(boxes, page.reading, found), *places]
    return tuple(sorted(both, key=lambda tick: _upright(tick.box, page.reading)[1]))


def _ticks(boxes: Sequence[Mark], reading: Reading, found: Sequence[Entity]) -> list[Tick]:
    """Return boxes to tick with the words beside them."""
    level = [_upright(mark.box, reading) for mark in boxes]
    printed = {i for mark in boxes for i in mark.words}  # what OCR took boxes for
    out = []
    for here, mark in zip(level, boxes, strict=True):
        label = _label(here, level, reading, found, printed)
        sure = max(mark.probability, 1 - mark.probability) * mark.confidence
        out.append(Tick(reading.page, mark.kind, mark.box, mark.is_set, sure, label))
    return out


def _place(key: Entity, found: Sequence[Entity], page: Tagged) -> Tick | None:
    """Return the place to sign that a key asks for; None where it asks for something else.

    People sign beside the key or above it, as far as the next thing that is printed.
    """
    reading = page.reading
    text = " ".join(reading.words[i].text for i in key.words)
    if key.role != KEY or similarity(text, SIGNATURE) < SIGNS:
        return None
    x0, y0, x1, y1 = key.box
    height = float(np.median([_height(reading.upright_boxes[i]) for i in key.words]))
    beside = [one.box for one in found if one.role == KEY and _in_row(one.box, key.box)]
    stop = min((box[0] for box in beside if box[0] > x1), default=x1 + SIGN_WIDTH * height)
    level = (x0, y0 - SIGN_HEIGHT * height, min(stop, x1 + SIGN_WIDTH * height), y1 + height / 2)
    turned = unrotate_polygon(box_polygon(level), reading.angle_deg, *reading.size)
    box = polygon_box(turned)
    likely = signature_in(page.marks, box)
    sure = max(likely, 1 - likely) * key.confidence
    return Tick(reading.page, SIGNATURE, box, likely > SET, sure, key.words)


def _upright(box: Box, reading: Reading) -> Box:
    """Return where a box lies on the page turned upright."""
    return polygon_box(rotate_polygon(box_polygon(box), reading.angle_deg, *reading.size))


def _label(
    box: Box,
    boxes: Sequence[Box],
    reading: Reading,
    found: Sequence[Entity],
    printed: Collection[int],
) -> tuple[int, ...]:
    """Return the words to the right of a box, or else to its left, up to the next box."""
    row = [
        (word, i)
        for i, word in enumerate(reading.upright_boxes)
        if i not in printed and _in_row(word, box)
    ]
    others = [other for other in boxes if other != box and _in_row(other, box)]
    stop = min((other[0] for other in others if other[0] > box[0]), default=math.inf)
    start = max((other[2] for other in others if other[0] < box[0]), default=-math.inf)
    right = sorted((w, i) for w, i in row if box[2] < _middle(w) < stop)
    left = sorted(((w, i) for w, i in row if start < _middle(w) < box[0]), reverse=True)
    if right and right[0][0][0] - box[2] < LABEL_GAP * _height(right[0][0]):
        return _whole(_together(right), found, box[2], stop)
    if left and box[0] - left[0][0][2] < LABEL_GAP * _height(left[0][0]):
        return tuple(sorted(_together(left)))
    return ()


def _middle(box: Box) -> float:
    """Return the horizontal middle of a box."""
    return (box[0] + box[2]) / 2


def _height(box: Box) -> float:
    """Return the height of a box."""
    return max(1.0, box[3] - box[1])


def _in_row(a: Box, b: Box) -> bool:
    """Tell whether two boxes stand beside each other."""
    return min(a[3], b[3]) - max(a[1], b[1]) > 0.5 * min(a[3] - a[1], b[3] - b[1])


def _together(row: Sequence[tuple[Box, int]]) -> list[int]:
    """Return the first words up to a gap; they are given from the nearest to the furthest."""
    kept = [row[0]]
    for here, i in row[1:]:
        last = kept[-1][0]
        if max(here[0] - last[2], last[0] - here[2]) > WORD_GAP * _height(here):
            break
        kept.append((here, i))
    return [i for _, i in kept]


def _whole(
    words: Sequence[int], found: Sequence[Entity], start: float, stop: float
) -> tuple[int, ...]:
    """Return the entity that words beside a box begin, if it lies between the boxes; or them."""
    for one in found:
        if words[0] in one.words and start <= one.box[0] and one.box[2] <= stop:
            return one.words
    return tuple(sorted(words))
