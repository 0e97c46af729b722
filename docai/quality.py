"""How good a page's picture is to read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

ORDINARY_TYPE_PX = 16.0
ORDINARY_CONTRAST = 0.4


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

    @property
    def legibility(self) -> float:
        """How little of all this is in the way of reading: 1 is a clean print, 0 a lost one."""
        tall = min(self.resolution / ORDINARY_TYPE_PX, 1.0)
        strong = min(self.contrast / ORDINARY_CONTRAST, 1.0)
        return (1 - self.blur) * (1 - self.glare) * tall * strong

    def to_json(self) -> dict[str, float]:
        """Return the measures by name, as precise as they are."""
        return {name: round(value, 3) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, shown: Mapping[str, float]) -> "Quality":
        """Undo `to_json`, but for what it rounds.

        Raises:
            KeyError: a measure is missing.
        """
        return cls(**{field.name: float(shown[field.name]) for field in fields(cls)})
