"""Classifiers: what tells kinds of documents from each other. See `docai.kinds`.

The built-in one asks the built-in model, which also tells whether a page opens a document;
`PictureClassifier` asks CLIP or SigLIP what pages look like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from docai.document import Document, Page, Picture
from docai.extraction.kind import DocumentKind
from docai.kinds import OTHER, Classifier
from docai.reading import Reading
from docai.vlm.builtin.inference import BuiltinVlm
from docai.vlm.builtin.tags import KINDS
from docai.vlm.tokens import ImageTokens
from docai.vlm.witnesses import tokens_for

MOST_PAGES = 4  # that a picture classifier looks at: later ones rarely tell another kind
_FAMILIES = ("clip", "siglip", "siglip2")
# What else there is, so that what is no receipt need not look like one.
_ELSE = (
    *("invoice", "form", "letter", "contract", "table of figures", "page of a book"),
    *("newspaper", "handwritten note", "drawing", "person", "landscape", "blank page"),
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the built-in model says of a page as a whole; see `docai.vlm.builtin.tagged.Tagged`."""

    reading: Reading
    kinds: NDArray[np.float32]
    opens: float


class BuiltinClassifier:
    """Tells kinds by what the built-in model says of pages, and which of them open a document.

    Meets `docai.kinds.Classifier` and `docai.splitting.Opener`.
    """

    def __init__(self, vlm: BuiltinVlm) -> None:
        """Put the classifier on top of the built-in model."""
        self._vlm = vlm
        self.name = vlm.name
        # Of the file that was last split, by identity: the kinds of its parts cost nothing more.
        self._said: dict[int, _Said] = {}

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        """See `docai.kinds.Classifier.kind`.

        The pages of a document are of one kind: what they say of it, each by itself, adds up, but
        they are alike, so not as far as for strangers: the mean of the log-probabilities.
        """
        said = [one.kinds for one in self._say(document, readings, tokens) if one is not None]
        if not said:
            return DocumentKind(OTHER, 1.0, self.name)
        logits = np.log(np.clip(said, 1e-9, 1)).mean(axis=0)
        powers = np.exp(logits - logits.max())
        return _likeliest(
            dict(zip(KINDS, (powers / powers.sum()).tolist(), strict=True)), self.name
        )

    def opens(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> Sequence[float]:
        """See `docai.splitting.Opener.opens`; of a page without words nobody knows."""
        self._said.clear()
        said = self._say(document, readings, tokens)
        self._said = {id(one.reading): one for one in said if one is not None}
        return [0.5 if one is None else one.opens for one in said]

    def _say(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> list[_Said | None]:
        """Return what the model says of each page; None where there is no word."""
        of_pages = tokens if len(tokens) == len(readings) else [None] * len(readings)
        return [
            self._of_page(page, reading, seen) if reading.words else None
            for page, reading, seen in zip(document.pages, readings, of_pages, strict=True)
        ]

    def _of_page(self, page: Page, reading: Reading, tokens: ImageTokens | None) -> _Said:
        """Return what the model says of a page; it is encoded where its tokens do not fit."""
        if id(reading) in self._said:
            return self._said[id(reading)]
        own = None if tokens is None else tokens_for(self._vlm.name, tokens)
        tagged = self._vlm.tag(reading, own or self._vlm.encode(page))
        return _Said(reading, tagged.kinds, tagged.opens)


def opener(classifier: Classifier) -> BuiltinClassifier:
    """Return what tells which pages open a document: the built-in model, whoever tells kinds."""
    return (
        classifier if isinstance(classifier, BuiltinClassifier) else BuiltinClassifier(BuiltinVlm())
    )


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
