"""Text recognition: what a line of text says, and where its characters stand.

PP-OCRv6's recogniser is trained with CTC (Graves et al., ICML 2006): for each of T time steps
along the line it returns a distribution over characters and a blank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon
from docai.ocr.network import open_headless
from docai.ocr.weights import RECOGNITION, open_session

HEIGHT = 48  # the height of a line that the recogniser was trained for
STEP_PX = 8  # width of one time step, at that height
BATCH_SIZE = 8
BATCH_GROWTH = 1.08  # a batch is closed when the next line is wider by this factor
WIDTH_FACTOR = 1.0  # narrower lines are cheaper, but lose one of two like letters, and points
MAX_WIDTH = 3200
MIN_WIDTH = 24
BLANK = 0
FIRST_IDEOGRAPHIC = 0x2E80  # from here on Unicode is Chinese, Japanese and full-width forms
IDEOGRAPHIC_SHARE = 0.4  # of a line's characters; with less, they are misread symbols
SCRIPT_LINES = 5  # read with all characters first, to learn the script of the page
ALPHABETIC_PAGE = 0.1  # share of ideographs below which they are slips
UNSURE = 0.6  # confidence under which a line of an alphabetic page may be of another script
FAINT_SPACE = 0.05  # posterior of a space where a space is usual: recognition drops those
FAINT_SPACE_GAP = 1.3  # in character pitches; closer characters have no space between them
_SPACE_AFTER = frozenset(":;.,)%#")
_SPACE_BEFORE = frozenset("(:%")

Posteriors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """What one crop says.

    Attributes:
        text: with the spaces that the network saw.
        centres: for each character of ``text``, its centre along the line, in [0, 1].
        confidences: for each character, in [0, 1].
    """

    text: str
    centres: tuple[float, ...]
    confidences: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """Mean confidence of the characters; 0 where there are none."""
        return float(np.mean(self.confidences)) if self.confidences else 0.0


class Head:
    """Some of the recogniser's classes: the weights of its last layer, and their characters.

    Attributes:
        weights: by the name of the network's input.
        characters: per class; the blank first, the space last.
    """

    def __init__(self, weights: dict[str, NDArray[np.float32]], characters: list[str]) -> None:
        self.weights = weights
        self.characters = characters

    def alphabetic(self) -> "Head":
        """Return the part without ideographs."""
        kept = [i for i, c in enumerate(self.characters) if not c or c[0] < chr(FIRST_IDEOGRAPHIC)]
        weights = {name: np.ascontiguousarray(w[..., kept]) for name, w in self.weights.items()}
        return Head(weights, [self.characters[i] for i in kept])


class Recogniser:
    """Reads crops of single lines. One thread at a time."""

    def __init__(self, num_threads: int = 1) -> None:
        model, weights = open_headless(RECOGNITION.path)
        self._session = open_session(model, num_threads)
        characters = self._session.get_modelmeta().custom_metadata_map["character"]
        self._full = Head(weights, ["", *characters.split("\n"), " "])
        self._alphabetic = self._full.alphabetic()

    @property
    def alphabetic_characters(self) -> list[str]:
        """The classes of `alphabetic_posteriors`: the blank, then characters."""
        return self._alphabetic.characters

    def read(self, crops: Sequence[Picture]) -> list[RecognisedLine]:
        """Read each crop, an upright line of text; results in the order of ``crops``.

        A few lines tell the script of the page. A page of an alphabet is read without
        ideographs: that is cheaper, and a smudge is not taken for one. Lines that this leaves
        unsure may be of another script after all and are read once more.
        """
        sample = _spread([line_width(crop) for crop in crops], SCRIPT_LINES)
        lines = dict(zip(sample, self._read([crops[i] for i in sample], self._full), strict=True))
        rest = [i for i in range(len(crops)) if i not in lines]
        text = "".join(line.text for line in lines.values())
        head = self._full if _ideographic_share(text) > ALPHABETIC_PAGE else self._alphabetic
        lines.update(zip(rest, self._read([crops[i] for i in rest], head), strict=True))
        if head is self._alphabetic:
            unsure = [i for i in rest if lines[i].confidence < UNSURE]
            again = self._read([crops[i] for i in unsure], self._full)
            lines.update(
                (i, line)
                for i, line in zip(unsure, again, strict=True)
                if _ideographic_share(line.text) >= IDEOGRAPHIC_SHARE
            )
        return [lines[i] for i in range(len(crops))]

    def alphabetic_posteriors(self, crop: Picture, width: int) -> Posteriors:
        """Return (T, V) distributions over `alphabetic_characters`, ``crop`` read that wide."""
        posterior: Posteriors = self._posteriors([crop], [width], self._alphabetic)[0]
        return posterior

    def _read(self, crops: Sequence[Picture], head: Head) -> list[RecognisedLine]:
        """Read each crop over the classes of ``head``."""
        lines: dict[int, RecognisedLine] = {}
        for batch in _batches([line_width(crop) for crop in crops]):
            widths = [line_width(crops[i]) for i in batch]
            posteriors = self._posteriors([crops[i] for i in batch], widths, head)
            for i, width, posterior in zip(batch, widths, posteriors, strict=True):
                lines[i] = _decode(posterior, width, head.characters)
        return [lines[i] for i in range(len(crops))]

    def _posteriors(
        self, crops: Sequence[Picture], widths: Sequence[int], head: Head
    ) -> Posteriors:
        """Return (B, T, V) distributions over the classes of ``head``."""
        width = -(-max(widths) // STEP_PX) * STEP_PX
        pixels = np.zeros((len(crops), 3, HEIGHT, width), np.float32)
        for row, crop, w in zip(pixels, crops, widths, strict=True):
            way = cv2.INTER_AREA if crop.shape[0] > HEIGHT else cv2.INTER_CUBIC
            resized = cv2.resize(crop, (w, HEIGHT), interpolation=way)
            row[:, :, :w] = resized[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1.0
        output: Posteriors = self._session.run(None, {"x": pixels, **head.weights})[0]
        return output


def line_width(crop: Picture) -> int:
    """Return how wide ``crop`` is read at the recogniser's height."""
    return scaled_width(crop, WIDTH_FACTOR)


def scaled_width(crop: Picture, factor: float) -> int:
    """Return the width of ``crop`` at the recogniser's height, times ``factor``."""
    height, width = crop.shape[:2]
    return int(np.clip(round(width * HEIGHT / height * factor), MIN_WIDTH, MAX_WIDTH))


def crop_line(picture: Picture, polygon: Polygon) -> Picture:
    """Cut ``polygon`` out of ``picture`` and straighten it; at least one pixel each way."""
    corners = np.array(polygon, np.float32)
    width = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    height = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    w, h = max(1, round(float(width))), max(1, round(float(height)))
    target = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    warp = cv2.getPerspectiveTransform(corners, target)
    crop = cv2.warpPerspective(
        picture, warp, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _decode(posterior: Posteriors, width: int, characters: list[str]) -> RecognisedLine:
    """Decode over all characters, and again over the alphabetic ones if those prevail.

    A star or a smudge in a Latin line is often nearest to some ideograph; the script of the
    line tells that it cannot be one.
    """
    line = _best_path(posterior, posterior.argmax(axis=1), width, characters)
    if 0 < _ideographic_share(line.text) < IDEOGRAPHIC_SHARE:
        kept = np.array([i for i, c in enumerate(characters) if not _is_ideographic(c)])
        best = kept[posterior[:, kept].argmax(axis=1)]
        line = _best_path(posterior, best, width, characters)
    return line


def _best_path(
    posterior: Posteriors, best: NDArray[np.int64], width: int, characters: list[str]
) -> RecognisedLine:
    """Drop repeats and blanks from the ``best`` class of each step; put in faint spaces."""
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    stops = np.append(starts[1:], len(best))
    runs = [
        (characters[best[a]], int(a), int(b), float(posterior[a:b, best[a]].max()))
        for a, b in zip(starts, stops, strict=True)
        if best[a] != BLANK
    ]
    runs = _with_faint_spaces(runs, posterior[:, characters.index(" ")])
    steps = width / STEP_PX
    centres = tuple(min((a + b) / 2 / steps, 1.0) for _, a, b, _ in runs)
    return RecognisedLine("".join(run[0] for run in runs), centres, tuple(run[3] for run in runs))


_Run = tuple[str, int, int, float]  # character, first step, step after the last, confidence


def _with_faint_spaces(runs: list[_Run], spaces: NDArray[np.float32]) -> list[_Run]:
    """Add a space beside punctuation where the network saw some trace of one.

    Args:
        runs: the characters of a line.
        spaces: posterior of a space at each step.
    """
    gaps = [(a[2] + a[1], b[2] + b[1]) for a, b in pairwise(runs)]
    pitch = float(np.median([b - a for a, b in gaps])) / 2 if gaps else 0.0
    spaced = runs[:1]
    for left, right in pairwise(runs):
        is_usual = left[0] in _SPACE_AFTER or right[0] in _SPACE_BEFORE
        is_apart = (sum(right[1:3]) - sum(left[1:3])) / 2 >= FAINT_SPACE_GAP * pitch
        if is_usual and is_apart and left[0] != " " != right[0]:
            confidence = float(spaces[left[1] : right[2]].max())
            if confidence >= FAINT_SPACE:
                spaced.append((" ", left[2], right[1], confidence))
        spaced.append(right)
    return spaced


def _is_ideographic(character: str) -> bool:
    """Tell whether ``character`` is Chinese, Japanese or full-width; the blank, "", is not."""
    return character >= chr(FIRST_IDEOGRAPHIC)


def _ideographic_share(text: str) -> float:
    """Return the share of ideographic characters in ``text``."""
    return sum(map(_is_ideographic, text)) / max(len(text), 1)


def _spread(widths: Sequence[int], number: int) -> list[int]:
    """Return ``number`` indices spread evenly from the narrowest to the widest; all, if fewer."""
    order = sorted(range(len(widths)), key=lambda i: widths[i])
    if len(order) <= number:
        return order
    return [order[int((k + 0.5) * len(order) / number)] for k in range(number)]


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Group indices so that lines of like width are read together and little is padding."""
    batches: list[list[int]] = []
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        batch = batches[-1] if batches else []
        if batch and len(batch) < BATCH_SIZE and widths[i] <= widths[batch[0]] * BATCH_GROWTH:
            batch.append(i)
        else:
            batches.append([i])
    return batches
