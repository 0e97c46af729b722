"""Splitting: where a stack of pages, or a scan of several receipts, is cut into documents.

Borders between pages are weighed by the signs of `docai.borders`, in a logistic model whose weights
lie beside this file. One that is not sure is told, not guessed in silence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from docai.borders import NAMES, Face, signs
from docai.document import Document, Page
from docai.extraction.part import SPLIT_UNSURE, Part
from docai.extraction.result import Problem
from docai.reading import Reading

if TYPE_CHECKING:
    from docai.vlm.tokens import ImageTokens

__all__ = ["BorderWeights", "Opener", "Part", "Split", "split"]

WEIGHTS = Path(__file__).with_name("splitting.json")
SURE_CUT, SURE_NOT = 0.8, 0.2  # probabilities of a border; between them a person should look
CUT = 0.5
MAX_BLANK_LETTERS = 2  # a speck may be read as a letter
MAX_BLANK_INK = 0.002  # share of the pixels of a blank page that are not of its colour
INK_DEPTH = 48  # of 255


class Opener(Protocol):
    """Tells which pages open a document. Loaded once; one thread at a time."""

    def opens(
        self,
        document: Document,
        readings: Sequence[Reading],
        tokens: "Sequence[ImageTokens]",
    ) -> Sequence[float]:
        """Return per page the probability that it opens a document, seen by itself.

        Args:
            document: its pages' pictures may be looked at, one page at a time.
            readings: one per page, in page order.
            tokens: image tokens of the same pages, by whichever model; used if they fit.

        Raises:
            VlmError: the model failed.
        """
        ...


@dataclass(frozen=True)
class BorderWeights:
    """Logistic regression over the signs between two pages.

    Attributes:
        intercept: log odds of a border where there is no sign at all.
        weights: in the order of `docai.borders.NAMES`.
        about: what they were fitted on, and how good they were.
    """

    intercept: float
    weights: tuple[float, ...]
    about: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path = WEIGHTS) -> "BorderWeights":
        """Read what `to_json` returned.

        Raises:
            ValueError: they are of other signs.
        """
        shown = json.loads(path.read_text("utf8"))
        if tuple(shown["weights"]) != NAMES:
            raise ValueError(f"{path} weighs {list(shown['weights'])}, not {list(NAMES)}")
        return cls(shown["intercept"], tuple(shown["weights"].values()), shown["about"])

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        weights = dict(zip(NAMES, self.weights, strict=True))
        return {"intercept": self.intercept, "weights": weights, "about": dict(self.about)}

    def probability(self, seen: Sequence[float]) -> float:
        """Return the probability of a border, given the signs."""
        odds = self.intercept + float(np.dot(self.weights, seen))
        return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


@dataclass(frozen=True, slots=True)
class Border:
    """A place between two pages.

    Attributes:
        before: number of the last page before it that is not blank.
        after: of the next one.
        probability: that documents are cut here.
    """

    before: int
    after: int
    probability: float

    @property
    def is_cut(self) -> bool:
        """Whether one document ends here, and the next begins."""
        return self.probability >= CUT

    @property
    def is_sure(self) -> bool:
        """Whether nobody need look."""
        return not SURE_NOT < self.probability < SURE_CUT


@dataclass(frozen=True, slots=True)
class Split:
    """A file cut into documents.

    Attributes:
        parts: in page order; together they hold every page once, but for blank ones.
        borders: between pages, in order, cut or not.
        blank_pages: pages that are in no part.
    """

    parts: tuple[Part, ...]
    borders: tuple[Border, ...]
    blank_pages: tuple[int, ...]

    def problems(self, part: Part) -> tuple[Problem, ...]:
        """Return the borders in and around a part that are not sure, for a person to look at."""
        unsure = [
            border
            for border in self.borders
            if not border.is_sure and {border.before, border.after} & set(part.pages)
        ]
        return tuple(Problem(SPLIT_UNSURE, _said(border)) for border in unsure)


def split(
    document: Document,
    readings: Sequence[Reading],
    opens: Sequence[float] | None = None,
    weights: BorderWeights | None = None,
) -> Split:
    """Cut a file into documents.

    Args:
        document: pictures are looked at only of pages without words.
        readings: one per page, in page order, read region by region
            (`docai.ocr.by_region.ByRegion`) where a page may hold several papers.
        opens: per page the probability that it opens a document, if a model says so.
        weights: of the signs; None for those that ship.
    """
    blank = tuple(
        page.number
        for page, reading in zip(document.pages, readings, strict=True)
        if _is_blank(page, reading)
    )
    kept = [reading for reading in readings if reading.page not in blank]
    if not kept:  # a document all the same, and its result says that nothing is on it
        return Split((Part(tuple(reading.page for reading in readings)),), (), ())
    said: Sequence[float | None] = opens if opens is not None else [None] * len(readings)
    opening = dict(zip((reading.page for reading in readings), said, strict=True))
    faces = [(reading, Face(reading)) for reading in kept]
    borders = []
    for (a, before), (b, after) in pairwise(faces):
        if a.regions or b.regions:
            probability = 1.0
        else:
            seen = signs(before, after, is_parted=b.page > a.page + 1, opens=opening[b.page])
            probability = (weights or _weights()).probability(seen)
        borders.append(Border(a.page, b.page, probability))
    parts = _parts(kept, borders)
    return Split(
        tuple(
            replace(part, number=number, of=len(parts), blank_pages=blank)
            for number, part in enumerate(parts, start=1)
        ),
        tuple(borders),
        blank,
    )


def _parts(readings: Sequence[Reading], borders: Sequence[Border]) -> list[Part]:
    """Return the parts between borders; a page of several papers is a part for each."""
    runs = [[readings[0]]]
    for reading, border in zip(readings[1:], borders, strict=True):
        if border.is_cut:
            runs.append([])
        runs[-1].append(reading)
    parts: list[Part] = []
    for run in runs:
        pages = tuple(reading.page for reading in run)
        if run[0].regions:
            parts += [Part(pages, region.polygon) for region in run[0].regions]
        else:
            parts.append(Part(pages))
    return parts


def _is_blank(page: Page, reading: Reading) -> bool:
    """Tell whether a page shows nothing."""
    if sum(len(word.text) for word in reading.words) > MAX_BLANK_LETTERS:
        return False
    grey = cv2.cvtColor(page.picture, cv2.COLOR_RGB2GRAY)
    inner = grey[len(grey) // 25 : -len(grey) // 25 or None]  # scans have dark margins
    off = np.abs(inner.astype(np.int16) - int(np.median(inner)))
    return float((off > INK_DEPTH).mean()) <= MAX_BLANK_INK


def _said(border: Border) -> str:
    """Say to people what is not sure."""
    done = "cut" if border.is_cut else "not cut"
    return (
        f"between page {border.before} and page {border.after} the file was {done}, "
        f"which is not sure (a border at {border.probability:.0%}); look at both pages"
    )


@cache
def _weights() -> BorderWeights:
    """Read the weights that ship, once."""
    return BorderWeights.read()
