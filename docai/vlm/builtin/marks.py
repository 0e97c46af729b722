"""What is drawn on a page besides print: check boxes, radio buttons, signatures.

`marks` sees the picture alone, when a page is encoded; `settle` weighs what it saw against what
OCR read there, when a page is asked about. A mark may be printed as words, too: ``[x]``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Box, area, intersection, union
from docai.reading import Reading, Word
from docai.vlm.builtin.circles import circles
from docai.vlm.builtin.ink import Ink, ink_of
from docai.vlm.builtin.scrawls import scrawls
from docai.vlm.builtin.shapes import Shapes, unique
from docai.vlm.builtin.squares import squares

CHECK_BOX, RADIO_BUTTON, SIGNATURE = "check_box", "radio_button", "signature"
KINDS = (CHECK_BOX, RADIO_BUTTON, SIGNATURE)  # by their number in the second last columns

LEAST_CONFIDENCE = 0.5  # of a mark that words do not bear out
BORNE_OUT = 0.3  # of one that words do
SURE = 0.9  # of one that OCR took for a letter in the midst of a word
_ON = 0.5  # share of a mark that lies on a word which shows it
_WORDS_CONFIDENCE = 0.9  # of a mark that is printed as words

_EMPTY = frozenset("□☐◻▢○◯⚪OoDQ0口ロㅁ")
_TICKED = frozenset("☑☒✓✔✗✘×■●◉⦿◙⊠xXvV区図囚回四")
_SIGNS_EMPTY = frozenset("□☐◻▢")
_SIGNS_TICKED = frozenset("☑☒✓✔⊠")
_BRACKETS = re.compile(r"^(?:\[ ?\]|\( ?\)|\[ ?[xXvV✓✔*×] ?\]|\( ?[xXV✓✔*×] ?\)|_+[xXvV✓✔×]_+)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a page that is ticked or signed, or might have been.

    Attributes:
        kind: ``check_box``, ``radio_button`` or ``signature``.
        box: in page pixels.
        is_set: whether it is ticked or signed.
        probability: that it is.
        confidence: that it is a mark at all, in [0, 1].
        words: indices of the words that OCR took it for, if any; these are no text.
    """

    kind: str
    box: Box
    is_set: bool
    probability: float
    confidence: float
    words: tuple[int, ...]


def marks(picture: Picture) -> NDArray[np.float32]:
    """Find what is ticked or signed on a page, or might be.

    Args:
        picture: (H, W, 3) uint8 RGB.

    Returns:
        (M, 7): x0, y0, x1, y1 in page pixels; the kind's number in `KINDS`; the probability that
        it is ticked or signed; the confidence that it is such a mark. Handwriting is listed
        wherever it may be, however unlikely.
    """
    return marks_in(ink_of(picture))


def marks_in(ink: Ink) -> NDArray[np.float32]:
    """Do what `marks` does, for who has the ink of the page already."""
    boxes, rings = squares(ink), circles(ink)
    both = unique(
        Shapes(
            np.concatenate([boxes.boxes, rings.boxes]),
            np.concatenate([boxes.filled, rings.filled]),
            np.concatenate([boxes.confidences, rings.confidences]),
            np.concatenate([boxes.kinds, rings.kinds]),
        )
    )
    written, likely = scrawls(ink)
    tickable = np.column_stack([ink.on_page(both.boxes), both.kinds, both.filled, both.confidences])
    kind = np.full(len(written), KINDS.index(SIGNATURE))
    signed = np.column_stack([ink.on_page(written), kind, likely, likely])
    return np.concatenate([tickable, signed]).astype(np.float32)


def signature_in(found: NDArray[np.float32], box: Box) -> float:
    """Return the probability that a place on a page holds handwriting.

    Args:
        found: (M, 7) from `marks`.
        box: the place, in page pixels.
    """
    blank = 1.0
    for *corners, kind, probability, _ in found.tolist():
        written: Box = (corners[0], corners[1], corners[2], corners[3])
        if KINDS[int(kind)] == SIGNATURE and area(written) > 0:
            inside = intersection(written, box) / area(written)
            blank *= 1 - probability * min(1.0, inside / 0.5)
    return 1 - blank


def settle(found: NDArray[np.float32], reading: Reading) -> tuple[Mark, ...]:
    """Decide which marks are such, now that the words are known.

    A shape that OCR read as a letter within a word is that letter. One that it read as a lone
    ``O``, ``X`` or ``☑`` is a mark, and these words are no text. ``[x]`` is a mark in words.

    Args:
        found: (M, 7) from `marks` of the same page.
        reading: of the page.

    Returns:
        Marks from top to bottom. Signatures keep their low confidences: see `signature_in`.
    """
    settled = [mark for row in found.tolist() if (mark := _settled(row, reading)) is not None]
    settled += [mark for mark in _printed(reading) if not any(_meet(mark, m) for m in settled)]
    return tuple(sorted(settled, key=lambda mark: (mark.box[1], mark.box[0])))


def _settled(row: Sequence[float], reading: Reading) -> Mark | None:
    """Return a mark that was seen, unless the words speak against it."""
    x0, y0, x1, y1, number, probability, confidence = row
    box, kind = (x0, y0, x1, y1), KINDS[int(number)]
    if kind == SIGNATURE:
        return Mark(kind, box, probability >= 0.5, probability, confidence, ())
    on = [n for n, word in enumerate(reading.words) if _covers(word, box)]
    shown = tuple(n for n in on if _is_sign(reading.words[n].text))
    if len(shown) < len(on):
        glued = any(_glued(reading.words[n], box) for n in on)
        least = LEAST_CONFIDENCE if glued else SURE
    else:
        least = BORNE_OUT if shown else LEAST_CONFIDENCE
    if confidence < least:
        return None
    signs = "".join(reading.words[n].text for n in shown)
    if set(signs) & _SIGNS_TICKED:
        probability = max(probability, 0.8)
    elif set(signs) & _SIGNS_EMPTY:
        probability = min(probability, 0.6)
    return Mark(kind, box, probability >= 0.5, probability, confidence, shown)


def _covers(word: Word, box: Box) -> bool:
    """Tell whether a word's box holds half of a mark."""
    return intersection(word.box, box) >= _ON * area(box)


def _is_sign(text: str) -> bool:
    """Tell whether OCR may have read a box or a circle as ``text``."""
    signs = [c for c in text if c not in "[](){}|_.-:"]
    return len(signs) <= 2 and set(signs) <= _EMPTY | _TICKED


def _glued(word: Word, box: Box) -> bool:
    """Tell whether OCR may have read a mark as the first or the last letter of its label."""
    x0, y0, x1, y1 = word.box
    is_level = x1 - x0 >= y1 - y0
    if is_level:
        starts, ends = box[0] - x0, x1 - box[2]
    else:
        starts, ends = box[1] - y0, y1 - box[3]
    room = 0.4 * (box[2] - box[0])
    signs = _EMPTY | _TICKED
    return (starts <= room and word.text[0] in signs) or (ends <= room and word.text[-1] in signs)


def _meet(mark: Mark, other: Mark) -> bool:
    """Tell whether two marks are the same; a signature is no other mark."""
    is_signature = SIGNATURE in (mark.kind, other.kind)
    return not is_signature and intersection(mark.box, other.box) > 0


def _printed(reading: Reading) -> list[Mark]:
    """Return the marks that are printed as words."""
    found = []
    words, taken = reading.words, 0
    for start in range(len(words)):
        for stop in range(min(start + 3, len(words)), start, -1):
            text = " ".join(word.text for word in words[start:stop])
            if start < taken or not _stand_together(reading, start, stop):
                continue
            if (is_set := _state(text)) is not None:
                box, taken = union(word.box for word in words[start:stop]), stop
                found.append(_of_words(box, is_set, tuple(range(start, stop)), text))
    return found


def _stand_together(reading: Reading, start: int, stop: int) -> bool:
    """Tell whether words are of one line."""
    return reading.line_of_word[start] == reading.line_of_word[stop - 1]


def _state(text: str) -> bool | None:
    """Tell whether a mark in words is ticked; None where ``text`` is no mark."""
    if len(text) == 1 and text in _SIGNS_EMPTY | _SIGNS_TICKED:
        return text in _SIGNS_TICKED
    squeezed = text.replace(" ", "")
    return any(c in _TICKED or c == "*" for c in text) if _BRACKETS.match(squeezed) else None


def _of_words(box: Box, is_set: bool, words: tuple[int, ...], text: str) -> Mark:
    """Return a mark that is printed as words."""
    kind = RADIO_BUTTON if text.startswith("(") else CHECK_BOX
    probability = _WORDS_CONFIDENCE if is_set else 1 - _WORDS_CONFIDENCE
    return Mark(kind, box, is_set, probability, _WORDS_CONFIDENCE, words)
