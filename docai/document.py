"""Document and Page: what was loaded, before anyone reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from docai.geometry import Box

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TextLayerWord:
    """One word that a born-digital page says it shows."""

    text: str
    box: Box  # pixels of the page picture


@dataclass(frozen=True, slots=True)
class Page:
    """One side of paper.

    Attributes:
        number: counted from 1.
        picture: (H, W, 3) uint8 RGB, upright as the file says (EXIF and PDF rotation applied),
            read-only.
        dpi: resolution of the picture where the file tells it, else None.
        text_layer: words a PDF carries beside the picture; empty for scans. It is a claim, not
            yet a reading: see `docai.ocr.textlayer`.
    """

    number: int
    picture: Picture
    dpi: float | None = None
    text_layer: tuple[TextLayerWord, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Refuse pictures of another shape and make this one read-only."""
        if self.picture.ndim != 3 or self.picture.shape[2] != 3 or self.picture.dtype != np.uint8:
            raise ValueError(
                f"a page picture is (H, W, 3) uint8, not {self.picture.shape} {self.picture.dtype}"
            )
        self.picture.setflags(write=False)

    @property
    def height(self) -> int:
        """Height of the picture in pixels."""
        return int(self.picture.shape[0])

    @property
    def width(self) -> int:
        """Width of the picture in pixels."""
        return int(self.picture.shape[1])


@dataclass(frozen=True, slots=True)
class Document:
    """What one file holds.

    Attributes:
        name: what to call it in messages; never used as a path.
        sha256: of the bytes, in hex.
        format: the sniffed format, such as ``pdf`` or ``jpeg``.
        pages: in order; at least one. They may be such as fetch their picture anew whenever it is
            looked at (see `docai.pages`): look once, and at one page after the other.
        invoice_xml: the e-invoice that a hybrid PDF carries (Factur-X, ZUGFeRD), if it does.
    """

    name: str
    sha256: str
    format: str
    pages: Sequence[Page]
    invoice_xml: bytes | None = field(default=None, repr=False)
