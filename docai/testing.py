"""Test doubles of the two protocols, and small documents to feed them.

Nothing here reads or understands anything: the doubles say what a test told them to say.
"""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from docai.document import Page
from docai.errors import OcrError
from docai.geometry import box_polygon, union
from docai.reading import Line, Reading, Word
from docai.vlm.engine import Answer, Question, Reply
from docai.vlm.tokens import ImageTokens

LINE_HEIGHT_PX = 40.0
LETTER_WIDTH_PX = 16.0
MARGIN_PX = 20.0


@dataclass(frozen=True)
class ScriptedOcr:
    """A test double of `docai.ocr.engine.OcrEngine`: says what it was given, page by page."""

    readings: tuple[Reading, ...]
    name: str = "scripted-ocr"

    def read(self, page: Page) -> Reading:
        """Return the reading that was given for this page."""
        for reading in self.readings:
            if reading.page == page.number:
                return reading
        raise OcrError(f"the script has no reading of page {page.number}")


@dataclass(frozen=True)
class ScriptedVlm:
    """A test double of `docai.vlm.engine.Vlm`: gives the same answers whatever is asked."""

    answers: tuple[Answer, ...] = ()
    name: str = "scripted-vlm"

    def encode(self, page: Page) -> ImageTokens:
        """Return empty-handed tokens of the right shape."""
        return ImageTokens(page.number, self.name, {"embeddings": np.zeros((4, 1), np.float32)})

    def answer(self, question: Question) -> Reply:
        """Return the answers that were given."""
        return Reply(self.answers)


class Order(Enum):
    """What a page tells `ObedientOcr` to do, by the colour of its first pixel."""

    READ = (255, 255, 255)
    CRASH = (1, 0, 0)
    LOOP = (2, 0, 0)
    EAT_MEMORY = (3, 0, 0)
    FAIL = (4, 0, 0)
    SLEEP = (5, 0, 0)

    def page(self, lines: Sequence[str] = ("TOTAL 9.00",)) -> Page:
        """Return a page that gives this order."""
        picture = np.full((*typed_reading(lines).size, 3), 255, np.uint8)
        picture[0, 0] = self.value
        return Page(1, picture)


@dataclass(frozen=True)
class ObedientOcr:
    """A test double of `docai.ocr.engine.OcrEngine` that does to its process what the page says.

    Attributes:
        seconds: how long it pretends to read, computing all the while.
        long_s: how long it sleeps where the page says so.
        name: of the engine.
    """

    seconds: float = 0.0
    long_s: float = 3600.0
    name: str = "obedient-ocr"

    def read(self, page: Page) -> Reading:
        """Return the reading of one line, or obey.

        Raises:
            OcrError: the page said so.
        """
        order = tuple(int(part) for part in page.picture[0, 0])
        if order == Order.CRASH.value:
            os.kill(os.getpid(), signal.SIGSEGV)
        if order == Order.EAT_MEMORY.value:
            _ = [np.empty(10_000_000) for _ in range(1_000_000)]
        if order == Order.FAIL.value:
            raise OcrError("the page told the engine to fail")
        if order == Order.SLEEP.value:
            time.sleep(self.long_s)
        until = time.monotonic() + self.seconds
        while time.monotonic() < until or order == Order.LOOP.value:
            pass
        size = (page.height, page.width)
        return replace(typed_reading(["TOTAL 9.00"], page.number, self.name), size=size)


def typed_reading(lines: Sequence[str], page: int = 1, engine: str = "scripted-ocr") -> Reading:
    """Return the reading of ``lines`` typed on an even grid, like a page from a typewriter.

    Args:
        lines: from top to bottom; words are cut at spaces, and every line has one.
        page: the page's number.
        engine: what read it.
    """
    words: list[Word] = []
    spans: list[Line] = []
    for row, line in enumerate(lines):
        start = len(words)
        words.extend(_typed_words(line, MARGIN_PX + row * LINE_HEIGHT_PX))
        box = union(word.box for word in words[start:])
        spans.append(Line(start, len(words), box_polygon(box)))
    height = 2 * MARGIN_PX + len(lines) * LINE_HEIGHT_PX
    width = 2 * MARGIN_PX + max((len(line) for line in lines), default=0) * LETTER_WIDTH_PX
    return Reading(page, (round(height), round(width)), tuple(words), tuple(spans), 0.0, engine)


def _typed_words(line: str, top: float) -> list[Word]:
    """Return the words of one typed line."""
    words, column = [], 0
    for text in line.split(" "):
        if text:
            left = MARGIN_PX + column * LETTER_WIDTH_PX
            right = left + len(text) * LETTER_WIDTH_PX
            bottom = top + 0.7 * LINE_HEIGHT_PX
            words.append(Word(text, box_polygon((left, top, right, bottom)), 0.99))
        column += len(text) + 1
    return words


def blank_page(reading: Reading) -> Page:
    """Return a white page of the size that ``reading`` is about."""
    return Page(reading.page, np.full((*reading.size, 3), 255, np.uint8))
