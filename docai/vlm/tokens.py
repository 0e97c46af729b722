"""ImageTokens: what a page looks like, once encoded."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from docai.errors import VlmError

_LENGTH_BYTES = 8  # a safetensors file begins with the length of its header, little endian


@dataclass(frozen=True, slots=True)
class ImageTokens:
    """A page, encoded once, for any number of questions.

    Attributes:
        page: the page's number, from 1.
        model: name of the model that made them, with all that decides what they are: revision,
            number type, budget. Only that model can use them.
        tensors: what the model made of the picture, by names of its own. numpy knows no bfloat16:
            such tensors are kept as the uint16 of their bits, and ``facts`` say so.
        facts: small things that belong to them, as plain JSON values: grids, sizes, number types.
    """

    page: int
    model: str
    tensors: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the tokens as a safetensors file; no bit of a number is lost."""
        about = {"page": self.page, "model": self.model, "facts": dict(self.facts)}
        return safetensors.numpy.save(
            {name: np.ascontiguousarray(tensor) for name, tensor in self.tensors.items()},
            {name: json.dumps(fact) for name, fact in about.items()},
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "ImageTokens":
        """Undo `to_bytes`.

        Raises:
            ValueError: ``data`` is damaged, or something else.
        """
        try:
            tensors = safetensors.numpy.load(data)
            about = _metadata(data)
            page, model, facts = about["page"], about["model"], dict(about["facts"])
        except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"these are no image tokens: {error}") from error
        if type(page) is not int or page < 1 or not isinstance(model, str):
            raise ValueError(f"these are no image tokens: page {page!r} of model {model!r}")
        return cls(page, model, tensors, facts)


def check_maker(pages: Iterable[ImageTokens], model: str) -> None:
    """Find out before anything is asked whether a model can use the image tokens of pages.

    Raises:
        VlmError: some of them come from another model.
    """
    for tokens in pages:
        if tokens.model != model:
            raise VlmError(
                f"the image tokens of page {tokens.page} come from {tokens.model}; "
                f"{model} cannot use them: encode the page again"
            )


def _metadata(data: bytes) -> Mapping[str, Any]:
    """Return the metadata of a safetensors file, which its own library reads from disk only."""
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    header = json.loads(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
    return {name: json.loads(fact) for name, fact in header["__metadata__"].items()}
