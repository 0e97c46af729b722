"""How good a page's picture is to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """What of a picture makes reading hard.

    Attributes:
        blur: 0 is sharp, 1 so unsharp that small type cannot be read.
        skew_deg: how far rows of text lean, in degrees, clockwise positive.
        resolution: height of ordinary type in pixels; below about 10 OCR makes slips.
        glare: share of the paper that is washed out, in [0, 1].
        contrast: between ink and paper, in [0, 1].
    """

    blur: float
    skew_deg: float
    resolution: float
    glare: float
    contrast: float
