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
