"""Layout text: the words of an excerpt as plain text that keeps rows and columns by white space.

It follows the reading order, so that columns of text come one after the other, each indented to
where it stands. Words and white space are all there is: no coordinates, no marks.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from docai.geometry import Box
from docai.reading import Reading
from docai.vlm.window import Excerpt

LEVEL = 0.35  # of the lower word's height: words that share so much of it stand side by side
MAX_COLUMNS = 100  # characters across the page; a finer grid would be spaces for the most part
MAX_SPACES = 40  # in a run: few gaps are wider, and some tokenizers pay for every space
WORD_GAP = 1.8  # characters: words no further apart have a single space between them
PARAGRAPH_GAP = 0.8  # heights of a row that set two rows apart by a blank line


def layout_text(excerpt: Excerpt) -> str:
    """Return the words of ``excerpt``, each exactly once, a visual row per line of text.

    Empty where the excerpt has no words. Two rows that white space divides on the page, and two
    columns of text, have one blank line between them.
    """
    rows = rows_of(excerpt.reading)
    words = range_of_words(excerpt)
    left, width = _grid(excerpt.reading)
    out: list[str] = []
    above: Box | None = None
    for row in (kept for row in rows if (kept := [i for i in row if i in words])):
        boxes = [excerpt.reading.upright_boxes[i] for i in row]
        band = _band(boxes)
        if above is not None and _is_apart(above, band):
            out.append("")
        texts = [excerpt.reading.words[i].text for i in row]
        out.append(_typed(texts, [((b[0] - left) / width, (b[2] - left) / width) for b in boxes]))
        above = band
    return "\n".join(out)


def range_of_words(excerpt: Excerpt) -> range:
    """Return the indices of the words of ``excerpt``, which stand together."""
    if not excerpt.lines:
        return range(0)
    lines = excerpt.reading.lines
    return range(lines[excerpt.lines[0]].start, lines[excerpt.lines[-1]].stop)


@lru_cache(maxsize=64)
def _rows_of(boxes: tuple[Box, ...]) -> tuple[tuple[int, ...], ...]:
    """Cut words in reading order into rows: one ends where the eye goes back, or down."""
    rows: list[list[int]] = []
    for i, box in enumerate(boxes):
        if rows and _continues(boxes[rows[-1][-1]], box):
            rows[-1].append(i)
        else:
            rows.append([i])
    return tuple(tuple(row) for row in rows)


def rows_of(reading: Reading) -> tuple[tuple[int, ...], ...]:
    """Return the visual rows of a page: the indices of their words, from left to right."""
    return _rows_of(reading.upright_boxes)


def _continues(a: Box, b: Box) -> bool:
    """Tell whether a word with box ``b`` goes on in the row of the word before it."""
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    is_level = overlap > LEVEL * min(a[3] - a[1], b[3] - b[1])
    return is_level and b[0] + b[2] > a[0] + a[2]


def _grid(reading: Reading) -> tuple[float, float]:
    """Return where the text of a page begins, and how wide a character of the grid is."""
    boxes = reading.upright_boxes
    if not boxes:
        return 0.0, 1.0
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    widths = [
        (box[2] - box[0]) / len(word.text) for word, box in zip(reading.words, boxes, strict=True)
    ]
    return left, max(median(widths), (right - left) / MAX_COLUMNS, 1e-6)


def _band(boxes: Sequence[Box]) -> Box:
    """Return the box of a row, as high as most of its words are."""
    return (
        min(box[0] for box in boxes),
        median(box[1] for box in boxes),
        max(box[2] for box in boxes),
        median(box[3] for box in boxes),
    )


def _is_apart(above: Box, below: Box) -> bool:
    """Tell whether white space or a change of column divides a row from the one before it."""
    height = min(above[3] - above[1], below[3] - below[1])
    goes_up = below[1] + below[3] < above[1] + above[3]
    return goes_up or below[1] - above[3] > PARAGRAPH_GAP * height


def _typed(texts: Sequence[str], places: Sequence[tuple[float, float]]) -> str:
    """Type words where they begin, at least a space apart and at most MAX_SPACES.

    Args:
        texts: the words.
        places: where on the grid each begins and ends, in characters.
    """
    typed, left_out, end = "", 0, -math.inf
    for text, (start, stop) in zip(texts, places, strict=True):
        wanted = round(start) - left_out - len(typed)
        wanted = max(wanted, 1 if typed else 0) if start - end > WORD_GAP else 1
        spaces = min(wanted, MAX_SPACES)
        left_out += wanted - spaces
        typed += " " * spaces + text
        end = stop
    return typed
