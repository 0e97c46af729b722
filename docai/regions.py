"""Regions of a page that show what somebody names: a signature, a stamp, a logo.

Knows detectors of an open vocabulary, OWL-ViT, OWLv2 and Grounding DINO, by transformers. It knows
nothing of what is printed: a region is what a picture looks like, and no evidence of a value.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Page, Picture
from docai.errors import SettingsError
from docai.geometry import Box
from docai.provenance import Provenance

MAX_LABELS, MAX_LABEL = 50, 100  # labels at a time; characters of one
SAME_THING = 0.5  # intersection over union of boxes with one label
# What these models' own authors take for found: OWL-ViT's confidences are low, only their order
# tells much; Grounding DINO's are near 0.4 for what is plainly there.
_THRESHOLDS = {"owlvit": 0.1, "owlv2": 0.2, "grounding-dino": 0.3, "mm-grounding-dino": 0.3}
_NOT_TEXT = frozenset({"Cc", "Cs"})

Confidences = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that looks like what was asked for.

    Attributes:
        label: as it was asked for.
        page: the page's number, from 1.
        box: in page pixels, inside the page.
        confidence: the detector's own estimate in [0, 1], uncalibrated.
    """

    label: str
    page: int
    box: Box
    confidence: float


def checked(labels: Iterable[str]) -> tuple[str, ...]:
    """Return what to look for, each once, white space evened out.

    Raises:
        SettingsError: there is nothing to look for, or too much, or it is no text.
    """
    wanted = tuple(dict.fromkeys(" ".join(label.split()) for label in labels))
    if not wanted or "" in wanted:
        raise SettingsError('say what to find, such as "signature" "stamp" "logo"')
    if len(wanted) > MAX_LABELS:
        raise SettingsError(f"{len(wanted)} things to find; at most {MAX_LABELS} at a time")
    for label in wanted:
        if len(label) > MAX_LABEL:
            raise SettingsError(
                f"{label[:20]}…: {len(label)} characters; at most {MAX_LABEL} can be looked for"
            )
        if any(unicodedata.category(c) in _NOT_TEXT for c in label):
            raise SettingsError(f"{label!r} holds a control character; leave it out")
    return wanted


def crop(page: Page, region: Region) -> Picture:
    """Return the pixels of a region, its box widened to whole ones."""
    x0, y0, x1, y1 = region.box
    return page.picture[math.floor(y0) : math.ceil(y1), math.floor(x0) : math.ceil(x1)]


class Detector:
    """Finds regions by name. Loaded on first use; one thread at a time."""

    def __init__(self, place: str, device: str = "auto") -> None:
        """Find the checkpoint.

        Args:
            place: a folder, ``ID`` or ``ID@REVISION`` of the hub.
            device: ``auto``, ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.

        Raises:
            VlmError: it is not here, or is no detector that docai knows.
        """
        import_module("docai.vlm.huggingface")  # first: it tells which libraries are missing

        from transformers import AutoModelForZeroShotObjectDetection

        from docai.zero_shot import ZeroShot

        self._model = ZeroShot(place, device, AutoModelForZeroShotObjectDetection, _THRESHOLDS)
        self.name = self._model.name

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return self._model.provenance()

    def find(
        self, page: Page, labels: Sequence[str], threshold: float | None = None
    ) -> tuple[Region, ...]:
        """Find what ``labels`` name on a page.

        Args:
            page: to look at; its picture is never stretched.
            labels: see `checked`.
            threshold: the least confidence; None for the one usual with the model.

        Returns:
            Label by label, the surest regions first; of those that overlap much, the surest.

        Raises:
            SettingsError: a label is longer than the model can read.
            VlmError: the model failed.
        """
        least = _THRESHOLDS[self._model.family] if threshold is None else threshold
        picture = self._framed(page.picture)
        height, width = picture.shape[:2]
        confidences, centred = self._look(picture, labels)
        boxes = [_on_page(box, height, width, page) for box in centred]
        found = []
        for column, label in enumerate(labels):
            kept = _suppressed(boxes, confidences[:, column], least)
            found += [
                Region(label, page.number, boxes[i], float(confidences[i, column])) for i in kept
            ]
        return tuple(found)

    def _framed(self, picture: Picture) -> Picture:
        """Return a page on a white square, if the model would stretch it to one otherwise.

        The page stays in the corner at the top left: its pixels keep their places.
        """
        from docai.zero_shot import squared

        height, width = picture.shape[:2]
        is_stretched = "height" in self._model.processor.image_processor.size
        return squared(picture, 0, 0) if is_stretched and height != width else picture

    def _look(
        self, picture: Picture, labels: Sequence[str]
    ) -> tuple[Confidences, NDArray[np.float32]]:
        """Run the model.

        Returns:
            Confidences (Q, labels), and boxes (Q, 4) as shares of width and height: middle and
            size.
        """
        reads_phrases = self._model.family.startswith("owl")
        ask = self._as_phrases if reads_phrases else self._as_sentence
        inputs, tokens_of = ask(picture, labels)
        seen = self._model.run(inputs)
        likely = seen.logits[0].float().sigmoid().cpu().numpy()  # (Q, labels) or (Q, tokens)
        if not reads_phrases:
            likely = np.stack([likely[:, tokens].max(axis=1) for tokens in tokens_of], axis=1)
        return likely, seen.pred_boxes[0].float().cpu().numpy()

    def _as_phrases(self, picture: Picture, labels: Sequence[str]) -> tuple[Any, list[list[int]]]:
        """Return the inputs of OWL-ViT, which reads every label alone.

        Raises:
            SettingsError: a label is too long for it; it would be cut off.
        """
        most = self._model.config.text_config.max_position_embeddings
        for label in labels:
            self._check_length(label, len(self._model.processor.tokenizer(label).input_ids), most)
        inputs = self._model.processor(
            images=picture,
            text=[list(labels)],
            padding="max_length",
            max_length=most,
            return_tensors="pt",
        )
        return inputs, []

    def _as_sentence(self, picture: Picture, labels: Sequence[str]) -> tuple[Any, list[list[int]]]:
        """Return the inputs of Grounding DINO, which reads "a. b. c.", and each label's tokens.

        Raises:
            SettingsError: the labels together are too long for it.
        """
        sentence, ends = "", []
        for label in labels:
            sentence += label.lower().replace(".", " ")
            ends.append(len(sentence))
            sentence += ". "
        inputs = self._model.processor(images=picture, text=sentence.rstrip(), return_tensors="pt")
        self._check_length(
            ", ".join(labels), inputs["input_ids"].shape[1], self._model.config.max_text_len
        )
        places = self._model.processor.tokenizer(sentence.rstrip(), return_offsets_mapping=True)
        starts = [0, *(end + len(". ") for end in ends[:-1])]
        return inputs, [
            [i for i, (a, b) in enumerate(places.offset_mapping) if a < end and b > start]
            for start, end in zip(starts, ends, strict=True)
        ]

    def _check_length(self, said: str, num_tokens: int, most: int) -> None:
        """Refuse what the model would cut off.

        Raises:
            SettingsError: it is too long.
        """
        if num_tokens > most:
            raise SettingsError(
                f"{said}: {num_tokens} tokens, and {self.name} reads at most {most}; say it shorter"
            )


def _on_page(centred: NDArray[np.float32], height: int, width: int, page: Page) -> Box:
    """Return a box in page pixels from shares of the (height, width) picture looked at."""
    x, y, w, h = (float(part) for part in centred)
    x0, x1 = ((x + side * w / 2) * width for side in (-1, 1))
    y0, y1 = ((y + side * h / 2) * height for side in (-1, 1))
    return (
        min(max(x0, 0.0), page.width),
        min(max(y0, 0.0), page.height),
        min(max(x1, 0.0), page.width),
        min(max(y1, 0.0), page.height),
    )


def _suppressed(boxes: Sequence[Box], confidences: Confidences, least: float) -> list[int]:
    """Return which boxes are sure enough, surest first, and no surer one shows the same thing."""
    there = [
        i
        for i, (x0, y0, x1, y1) in enumerate(boxes)
        if confidences[i] >= least and x1 - x0 >= 1 and y1 - y0 >= 1
    ]
    if not there:
        return []
    sizes = [(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in (boxes[i] for i in there)]
    kept = cv2.dnn.NMSBoxes(sizes, [float(confidences[i]) for i in there], 0.0, SAME_THING)
    return [there[int(i)] for i in kept]
