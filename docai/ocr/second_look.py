"""A second look: the few lines that hold the evidence of found fields, read again with more care.

Each line is cut out anew, in two ways. The texts that either crop suggests are candidates, and so
is the first reading; each is scored by both crops together and by a model of the language of
receipts. Nothing that no crop shows can become a candidate.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Point, Polygon
from docai.ocr.charlm import CharacterModel
from docai.ocr.ctc import Labels, beam_search, log_likelihoods
from docai.ocr.recognition import Recogniser, crop_line, scaled_width

FieldKind = Literal["text", "amount", "date"]

# Chosen on receipts of SROIE's training split; benchmarks/LOG.md has the table.
CROPS = ((0.0, 0.0, 1.0), (0.06, 0.1, 1.1))  # growth up and down, growth sideways, width factor
NUM_BEAMS = 8
LANGUAGE_WEIGHT = 0.2
MARGIN = 1.0  # nats by which a text must beat the first reading to replace it
ODD_SHAPE = 3.0  # nats that a line loses which should hold an amount and shows none

# Only the picture tells which digit is printed, but an amount has two decimals and a date is a
# day, a month and a year.
_SHAPES: dict[FieldKind, re.Pattern[str]] = {
    "amount": re.compile(r"\d ?[.,] ?\d\d(?!\d)|(?<![\w.,])\d+(?![\w.,])"),
    "date": re.compile(r"\d{1,4} ?([-/.,' ]) ?(\d{1,2}|[A-Za-z]{3,9})\W{1,2}\d{1,4}|\d{8}"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that a line may say.

    Attributes:
        text: of the whole line.
        log_probability: natural log of its probability among the candidates of its line.
    """

    text: str
    log_probability: float


class SecondLook:
    """Reads lines again. One thread at a time; shares the recogniser of the first reading."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._language = CharacterModel.load()
        self._characters = recogniser.alphabetic_characters
        self._labels = {c: i for i, c in enumerate(self._characters) if c}

    def read_again(
        self,
        page_picture: Picture,
        line_polygons: Sequence[Polygon],
        field_kind: FieldKind,
        first_texts: Sequence[str] = (),
    ) -> list[list[Candidate]]:
        """Read lines of a page again.

        Args:
            page_picture: the page as loaded, at full resolution, at any rotation.
            line_polygons: each from the corner where its text begins, as in `Reading.lines`.
            field_kind: what the lines are expected to hold.
            first_texts: what they were first read as, if that shall be among the candidates.

        Returns:
            For each line its candidates, likeliest first; none where nothing is legible or the
            first reading is in a script that is not alphabetic.
        """
        firsts = [[text] for text in first_texts] or [[] for _ in line_polygons]
        return [
            self._candidates(page_picture, polygon, field_kind, first)
            for polygon, first in zip(line_polygons, firsts, strict=True)
        ]

    def _candidates(
        self, picture: Picture, polygon: Polygon, kind: FieldKind, first: list[str]
    ) -> list[Candidate]:
        """Read one line again."""
        if not all(c in self._labels for text in first for c in text):
            return []
        crops = [self._log_posteriors(picture, polygon, *crop) for crop in CROPS]
        beams = (labels for crop in crops for labels in beam_search(crop, NUM_BEAMS))
        texts = _distinct([*first, *(self._text(labels) for labels in beams)])
        if not texts:
            return []
        labels = [tuple(self._labels[c] for c in text) for text in texts]
        shown = np.mean([log_likelihoods(crop, labels) for crop in crops], axis=0)
        prior = np.array([self._log_prior(text, kind) for text in texts])
        return _ranked(texts, shown + prior)

    def _log_posteriors(
        self, picture: Picture, polygon: Polygon, up: float, sideways: float, factor: float
    ) -> NDArray[np.float32]:
        """Return (T, V) log posteriors of one crop of a line."""
        crop = crop_line(picture, _grown(polygon, up, sideways))
        posteriors = self._recogniser.alphabetic_posteriors(crop, scaled_width(crop, factor))
        return np.log(np.maximum(posteriors, 1e-9))

    def _text(self, labels: Labels) -> str:
        """Spell out ``labels``."""
        return "".join(self._characters[label] for label in labels).strip()

    def _log_prior(self, text: str, kind: FieldKind) -> float:
        """Return how likely ``text`` is before anyone looks at the picture."""
        if kind == "text":
            return LANGUAGE_WEIGHT * self._language.log_probability(text)
        return 0.0 if _SHAPES[kind].search(text) else -ODD_SHAPE


def improved(first: str, candidates: Sequence[Candidate]) -> str:
    """Return the best candidate if it clearly beats the ``first`` reading, else ``first``."""
    log_probabilities = {candidate.text: candidate.log_probability for candidate in candidates}
    if first not in log_probabilities:
        return first
    best = candidates[0]
    return best.text if best.log_probability - log_probabilities[first] >= MARGIN else first


def _ranked(texts: Sequence[str], logits: NDArray[np.float64]) -> list[Candidate]:
    """Return candidates from the likeliest on, their probabilities adding up to one."""
    log_probabilities = logits - np.logaddexp.reduce(logits)
    order = np.argsort(-log_probabilities, kind="stable")
    return [Candidate(texts[i], float(log_probabilities[i])) for i in order]


def _distinct(texts: Iterable[str]) -> list[str]:
    """Drop empty and repeated texts."""
    return [text for text in dict.fromkeys(texts) if text]


def _grown(polygon: Polygon, up: float, sideways: float) -> Polygon:
    """Grow a line on all sides, by shares of its height."""
    a, b, c, d = np.array(polygon, np.float64)
    along = (b - a) / max(float(np.hypot(*(b - a))), 1.0)
    margin = along * sideways * float(np.hypot(*(d - a)))
    left, right = (d - a) * up, (c - b) * up
    return (
        _point(a - left - margin),
        _point(b - right + margin),
        _point(c + right + margin),
        _point(d + left - margin),
    )


def _point(corner: NDArray[np.float64]) -> Point:
    """Return plain numbers."""
    return (float(corner[0]), float(corner[1]))
