"""ImageTokens: what a page looks like, once encoded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ImageTokens:
    """A page, encoded once, for any number of questions.

    Attributes:
        page: the page's number, from 1.
        grid: (rows, cols); token ``r * cols + c`` stands for the cell in row r, column c of an
            even grid over the whole page picture.
        embeddings: (rows * cols, D) float32.
        model: name of the model that made them; only that model can use them.
    """

    page: int
    grid: tuple[int, int]
    embeddings: NDArray[np.float32]
    model: str
