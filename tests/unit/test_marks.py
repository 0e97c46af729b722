"""Tests of check boxes, radio buttons and handwriting."""

import random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.document import Picture
from docai.geometry import Box, box_polygon, iou
from docai.reading import Line, Reading, Word
from docai.vlm.builtin.marks import (
    CHECK_BOX,
    KINDS,
    RADIO_BUTTON,
    SIGNATURE,
    Mark,
    marks,
    settle,
    signature_in,
)
from docai.vlm.builtin.synth.paper import Paper

LABELS = "Bold ODD Order Quad 100 DOOR Total 0 Box OLD"


def a_form(seed: int) -> tuple[Picture, list[tuple[str, Box, bool]]]:
    """Return a clean form and its marks: kind, box, whether it is set."""
    rng = random.Random(seed)
    paper = Paper(rng, (1000, 900), text_size=24)
    placed: list[tuple[str, Box, bool]] = []
    for row in range(14):
        y = 80.0 + 60 * row
        for column, label in enumerate(rng.sample(LABELS.split(), 3)):
            x, is_set, side = 60.0 + 260 * column, rng.random() < 0.5, 20.0
            box = (x, y - side, x + side, y)
            if column < 2:
                paper.check_box(x, y, side, is_set=is_set)
                placed.append((CHECK_BOX, box, is_set))
            else:
                paper.radio_button(x, y, side, is_set=is_set)
                placed.append((RADIO_BUTTON, box, is_set))
            paper.text(label, x + 34, y)
    made = paper.sample(seed, kind="form", layout="", language="en", truth={})
    return made.picture, placed


def found_at(rows: np.ndarray, box: Box, kind: str) -> float | None:
    """Return the probability that the mark at ``box`` is set; None where none was found."""
    for *corners, number, probability, confidence in rows.tolist():
        is_here = iou((corners[0], corners[1], corners[2], corners[3]), box) >= 0.5
        if is_here and KINDS[int(number)] == kind and confidence >= 0.5:
            return float(probability)
    return None


def test_marks_finds_boxes_and_circles_and_tells_the_ticked() -> None:
    asked, found, right = 0, 0, 0
    for seed in range(3):
        picture, placed = a_form(seed)
        rows = marks(picture)
        for kind, box, is_set in placed:
            probability = found_at(rows, box, kind)
            asked += 1
            found += probability is not None
            right += probability is not None and (probability >= 0.5) == is_set
    assert found >= 0.9 * asked
    assert right >= 0.98 * found


@settings(max_examples=6, deadline=None)
@given(scale=st.floats(0.7, 2.0), seed=st.integers(0, 3))
def test_scaling_a_page_does_not_change_what_is_ticked(scale: float, seed: int) -> None:
    picture, placed = a_form(seed)
    size = (round(900 * scale), round(1000 * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    before, after = marks(picture), marks(np.asarray(cv2.resize(picture, size, interpolation=how)))
    changed = 0
    for kind, (x0, y0, x1, y1), _ in placed:
        was = found_at(before, (x0, y0, x1, y1), kind)
        now = found_at(after, (x0 * scale, y0 * scale, x1 * scale, y1 * scale), kind)
        if was is not None and now is not None:
            changed += (was >= 0.5) != (now >= 0.5)
    assert changed <= 1


def test_print_is_not_taken_for_boxes_but_lone_letters() -> None:
    paper = Paper(random.Random(0), (1000, 900), text_size=24)
    for row in range(20):
        paper.text("ODD DOOR 0 Quad BOOM 100.00 O Q Hello DO GO 80", 40, 60 + 45 * row)
    made = paper.sample(0, kind="form", layout="", language="en", truth={})
    words = tuple(Word(word.text, word.polygon, 1.0) for word in made.words)
    line = Line(0, len(words), words[0].polygon)
    read = Reading(1, made.picture.shape[:2], words, (line,), 0.0, "test")
    settled = [mark for mark in settle(marks(made.picture), read) if mark.kind != SIGNATURE]
    assert all({words[n].text for n in mark.words} <= {"O", "0", "Q", "DO"} for mark in settled)
    assert sum(not mark.words for mark in settled) <= 3


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (40, 40)])
def test_marks_of_blank_paper_are_none(size: tuple[int, int]) -> None:
    assert marks(np.full((*size, 3), 255, np.uint8)).shape == (0, 7)


def test_signature_in_a_place_that_is_signed() -> None:
    paper = Paper(random.Random(3), (1000, 900), text_size=24)
    for row in range(10):
        paper.text("I declare that all of this is true and complete", 40, 60 + 40 * row)
    signed, empty = (100.0, 600.0, 380.0, 680.0), (500.0, 600.0, 780.0, 680.0)
    for box, is_set in ((signed, True), (empty, False)):
        paper.signature(box, is_set=is_set)
        paper.line(box[0], 676, box[2], 676, 2)
        paper.text("Signature", box[0], 710)
    rows = marks(paper.sample(0, kind="form", layout="", language="en", truth={}).picture)
    assert signature_in(rows, signed) > 0.5
    assert signature_in(rows, empty) < 0.2


def reading(*words: tuple[str, Box]) -> Reading:
    """Return a reading of one line."""
    made = tuple(Word(text, box_polygon(box), 0.9) for text, box in words)
    line = Line(0, len(made), box_polygon((0, 0, 1000, 30)))
    return Reading(1, (1000, 1000), made, (line,) if made else (), 0.0, "test")


def row(box: Box, confidence: float, probability: float = 0.1, kind: int = 0) -> np.ndarray:
    """Return what `marks` says of one mark."""
    return np.array([[*box, kind, probability, confidence]], np.float32)


BOX: Box = (100.0, 5.0, 120.0, 25.0)


def test_settle_drops_a_letter_inside_a_word() -> None:
    assert settle(row(BOX, 0.7), reading(("BOLD", (80, 2, 160, 28)))) == ()


def test_settle_keeps_what_ocr_read_as_a_lone_letter() -> None:
    (mark,) = settle(row(BOX, 0.4), reading(("O", (98, 3, 122, 27)), ("Yes", (130, 3, 170, 27))))
    assert mark.words == (0,)
    assert not mark.is_set


def test_settle_keeps_a_box_that_ocr_glued_to_its_label() -> None:
    assert settle(row(BOX, 0.7), reading(("□Yes", (98, 3, 170, 27))))


def test_settle_drops_what_is_unlikely_and_what_no_word_bears_out() -> None:
    assert settle(row(BOX, 0.4), reading()) == ()


@pytest.mark.parametrize(
    ("texts", "is_set", "kind", "count"),
    [
        (("[x]",), True, CHECK_BOX, 1),
        (("[", "]"), False, CHECK_BOX, 2),
        (("(X)",), True, RADIO_BUTTON, 1),
        (("☐",), False, CHECK_BOX, 1),
        (("☑",), True, CHECK_BOX, 1),
        (("_X_",), True, CHECK_BOX, 1),
    ],
)
def test_settle_adds_marks_that_are_printed_as_words(
    texts: tuple[str, ...], is_set: bool, kind: str, count: int
) -> None:
    words = [(text, (30.0 * n, 3.0, 30.0 * n + 20, 27.0)) for n, text in enumerate(texts)]
    label = ("Yes", (200.0, 3.0, 240.0, 27.0))
    (mark,) = settle(np.zeros((0, 7), np.float32), reading(*words, label))
    assert (mark.is_set, mark.kind, len(mark.words)) == (is_set, kind, count)


def test_settle_says_a_mark_once_that_was_seen_and_read() -> None:
    (mark,) = settle(row(BOX, 0.9, 0.9), reading(("☑", (98, 3, 122, 27)), ("A", (130, 3, 150, 27))))
    assert mark == Mark(CHECK_BOX, BOX, True, pytest.approx(0.9), pytest.approx(0.9), (0,))


@pytest.mark.parametrize("text", ["(v)", "(a)", "[1]", "x", "()x", "__"])
def test_settle_takes_no_other_words_for_marks(text: str) -> None:
    assert settle(np.zeros((0, 7), np.float32), reading((text, (0, 3, 30, 27)))) == ()
