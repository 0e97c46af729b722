"""Classifiers: what tells kinds of documents from each other. See `docai.kinds`.

The built-in one goes by what the built-in model takes the words for; `PictureClassifier` asks CLIP
or SigLIP what pages look like.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docai.document import Document, Picture
from docai.extraction.kind import DocumentKind
from docai.kinds import OTHER
from docai.reading import Reading
from docai.vlm.builtin.inference import BuiltinVlm
from docai.vlm.builtin.tags import TAGS
from docai.vlm.tokens import ImageTokens

KINDS = Path(__file__).with_name("kinds.json")
NAMES = (
    *(f"words of {tag or 'nothing'}" for tag in TAGS),  # how many there are
    *(f"best {tag or 'nothing'}" for tag in TAGS),  # how sure the surest word is
    *("words per page", "pages", "height by width"),
)
"""What the built-in classifier looks at; the order is part of its weights."""

MOST_PAGES = 4  # that a picture classifier looks at: later ones rarely tell another kind
_FAMILIES = ("clip", "siglip", "siglip2")
# What else there is, so that what is no receipt need not look like one.
_ELSE = (
    *("invoice", "form", "letter", "contract", "table of figures", "page of a book"),
    *("newspaper", "handwritten note", "drawing", "person", "landscape", "blank page"),
)


@dataclass(frozen=True)
class KindWeights:
    """Softmax regression over kinds; ``other`` has no weights, its logit is 0.

    Attributes:
        intercepts: per kind.
        weights: per kind, in the order of `NAMES`.
        about: what they were fitted on, and how good they were.
    """

    intercepts: Mapping[str, float]
    weights: Mapping[str, tuple[float, ...]]
    about: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path = KINDS) -> "KindWeights":
        """Read what `to_json` returned."""
        shown = json.loads(path.read_text("utf8"))
        if tuple(shown["names"]) != NAMES:
            raise ValueError(f"{path} was fitted on {shown['names']}, not on {list(NAMES)}")
        kinds = shown["kinds"]
        return cls(
            {kind: row["intercept"] for kind, row in kinds.items()},
            {kind: tuple(row["weights"]) for kind, row in kinds.items()},
            shown["about"],
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "names": list(NAMES),
            "kinds": {
                kind: {"intercept": self.intercepts[kind], "weights": list(self.weights[kind])}
                for kind in self.weights
            },
            "about": dict(self.about),
        }

    def probabilities(self, seen: Sequence[float]) -> dict[str, float]:
        """Return the probability of each kind, given what was seen of a document."""
        logits = {
            kind: self.intercepts[kind] + float(np.dot(weights, seen))
            for kind, weights in self.weights.items()
        }
        return _softmax({**logits, OTHER: 0.0})


class BuiltinClassifier:
    """Tells kinds by what the built-in model finds. Meets `docai.kinds.Classifier`."""

    def __init__(self, vlm: BuiltinVlm, weights: KindWeights | None = None) -> None:
        """Put the classifier on top of a model.

        Args:
            vlm: the built-in model.
            weights: that were fitted on it; None for those that ship.
        """
        self._vlm = vlm
        self._weights = KindWeights.read() if weights is None else weights
        digest = hashlib.sha256(json.dumps(self._weights.to_json()).encode()).hexdigest()
        self.name = f"{vlm.name}/kinds-{digest[:8]}"

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        """See `docai.kinds.Classifier.kind`."""
        if any(one.model != self._vlm.name for one in tokens) or len(tokens) != len(readings):
            tokens = [self._vlm.encode(page) for page in document.pages]
        if not any(reading.words for reading in readings):
            return DocumentKind(OTHER, 1.0, self.name)
        seen = kind_signals(self._vlm, readings, tokens)
        return _likeliest(self._weights.probabilities(seen), self.name)


def kind_signals(
    vlm: BuiltinVlm, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
) -> list[float]:
    """Return what the built-in classifier looks at, in the order of `NAMES`.

    Args:
        vlm: tags the words.
        readings: of all pages, some of which must have words.
        tokens: image tokens of the same pages, made by ``vlm``.
    """
    tags = np.concatenate(
        [
            vlm.tag(reading, seen)[0]
            for reading, seen in zip(readings, tokens, strict=True)
            if reading.words
        ]
    )  # (N, len(TAGS))
    height, width = readings[0].size
    return [
        *np.log1p(tags.sum(axis=0)).tolist(),
        *tags.max(axis=0).tolist(),
        math.log1p(len(tags) / len(readings)),
        math.log(len(readings)),
        math.log(height / width),
    ]


class PictureClassifier:
    """Tells kinds by what pages look like, with CLIP or SigLIP. Meets `docai.kinds.Classifier`."""

    def __init__(self, place: str, kinds: Sequence[str], device: str = "auto") -> None:
        """Find the checkpoint; it is loaded on first use.

        Args:
            place: a folder, ``ID`` or ``ID@REVISION`` of the hub.
            kinds: to tell from each other, and from anything else.
            device: ``auto``, ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.

        Raises:
            VlmError: it is not here, or no model that docai can classify with.
        """
        import_module("docai.vlm.huggingface")  # first: it tells which libraries are missing

        from transformers import AutoModel

        from docai.zero_shot import ZeroShot

        self._model = ZeroShot(place, device, AutoModel, _FAMILIES)
        self._kinds = tuple(kinds)
        self.name = self._model.name

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        """See `docai.kinds.Classifier.kind`: the mean over the first pages."""
        pages = document.pages[:MOST_PAGES]
        mean = np.mean([self._probabilities(page.picture) for page in pages], axis=0)
        by_kind = dict(zip(self._kinds, mean.tolist(), strict=False))
        return _likeliest({**by_kind, OTHER: float(mean[len(self._kinds) :].sum())}, self.name)

    def _probabilities(self, picture: Picture) -> NDArray[np.float64]:
        """Return the probability of each kind, and of everything else that it may be."""
        from docai.zero_shot import squared

        height, width = picture.shape[:2]
        side = max(height, width)  # CLIP cuts off what lies outside of a square
        inputs = self._model.processor(
            images=squared(picture, (side - height) // 2, (side - width) // 2),
            text=self._prompts,
            padding="max_length",
            max_length=self._model.config.text_config.max_position_embeddings,
            truncation=True,
            return_tensors="pt",
        )
        logits = self._model.run(inputs).logits_per_image[0]
        found: NDArray[np.float64] = logits.double().softmax(-1).cpu().numpy()
        return found

    @cached_property
    def _prompts(self) -> list[str]:
        others = [name for name in _ELSE if name not in self._kinds]
        names = [*(kind.replace("_", " ") for kind in self._kinds), *others]
        return [f"a photo of {'an' if name[0] in 'aeiou' else 'a'} {name}" for name in names]


def _likeliest(probabilities: Mapping[str, float], classifier: str) -> DocumentKind:
    """Return the kind of the highest probability."""
    name = max(probabilities, key=lambda kind: probabilities[kind])
    return DocumentKind(name, probabilities[name], classifier)


def _softmax(logits: Mapping[str, float]) -> dict[str, float]:
    """Return probabilities that add up to 1."""
    most = max(logits.values())
    powers = {name: math.exp(logit - most) for name, logit in logits.items()}
    return {name: power / sum(powers.values()) for name, power in powers.items()}
