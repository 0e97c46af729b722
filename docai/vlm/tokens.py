"""ImageTokens: what a page looks like, once encoded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

_TENSOR = "embeddings"
_LENGTH_BYTES = 8  # a safetensors file begins with the length of its header, little endian


@dataclass(frozen=True, slots=True)
class ImageTokens:
    """A page, encoded once, for any number of questions.

    Attributes:
        page: the page's number, from 1.
        grid: (rows, cols); token ``r * cols + c`` stands for the cell in row r, column c of an
            even grid.
        extent: (height, width) that the grid covers, in page pixels from the top left corner; at
            least the page, more where the model pads.
        embeddings: (rows * cols, D) float32.
        model: name of the model that made them; only that model can use them.
    """

    page: int
    grid: tuple[int, int]
    extent: tuple[float, float]
    embeddings: NDArray[np.float32]
    model: str

    def to_bytes(self) -> bytes:
        """Return the tokens as a safetensors file; no bit of a number is lost."""
        facts = {"page": self.page, "grid": self.grid, "extent": self.extent, "model": self.model}
        return safetensors.numpy.save(
            {_TENSOR: np.ascontiguousarray(self.embeddings, np.float32)},
            {name: json.dumps(fact) for name, fact in facts.items()},
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "ImageTokens":
        """Undo `to_bytes`.

        Raises:
            ValueError: ``data`` is damaged, or something else.
        """
        try:
            embeddings = safetensors.numpy.load(data)[_TENSOR]
            facts = _metadata(data)
            (rows, cols), (height, width) = facts["grid"], facts["extent"]
            tokens = cls(facts["page"], (rows, cols), (height, width), embeddings, facts["model"])
        except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"these are no image tokens: {error}") from error
        if embeddings.dtype != np.float32 or embeddings.shape[:-1] != (rows * cols,):
            raise ValueError(
                f"image tokens of a {rows} x {cols} grid are ({rows * cols}, D) float32, "
                f"not {embeddings.shape} {embeddings.dtype}"
            )
        return tokens


def _metadata(data: bytes) -> Mapping[str, Any]:
    """Return the metadata of a safetensors file, which its own library reads from disk only."""
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    header = json.loads(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
    return {name: json.loads(fact) for name, fact in header["__metadata__"].items()}
