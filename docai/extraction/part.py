"""Which part of a file a document is, where the file held several."""

from dataclasses import dataclass
from typing import Any

from docai.geometry import Polygon

SPLIT_UNSURE = "split_unsure"
"""Code of the problem with a border of a part that is not sure."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document in a file of several: some of its pages, or a region of one.

    Attributes:
        pages: their numbers, ascending.
        region: of the one page, in its pixels; None where pages are whole.
        number: of the part, from 1, in the order of pages.
        of: how many parts the file has.
        blank_pages: pages of the file that are in no part, for they are blank.
    """

    pages: tuple[int, ...]
    region: Polygon | None = None
    number: int = 1
    of: int = 1
    blank_pages: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        out: dict[str, Any] = {"number": self.number, "of": self.of, "pages": list(self.pages)}
        if self.region is not None:
            out["region"] = [[round(x, 1), round(y, 1)] for x, y in self.region]
        if self.blank_pages:
            out["blank_pages"] = list(self.blank_pages)
        return out

    @classmethod
    def from_json(cls, shown: dict[str, Any]) -> "Part":
        """Undo `to_json`, but for what it rounds.

        Raises:
            KeyError: something is missing.
            TypeError: something is of another type.
            ValueError: the region has not four corners.
        """
        region = None
        if "region" in shown:
            a, b, c, d = ((float(x), float(y)) for x, y in shown["region"])
            region = (a, b, c, d)
        blank = tuple(shown.get("blank_pages", ()))
        return cls(tuple(shown["pages"]), region, shown["number"], shown["of"], blank)
