"""Pages outside of memory: facts as JSON, pictures as PNG, and both together again."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from docai.document import Page, Picture, TextLayerWord

PNG_LEVEL = 1  # of 9; on a photo of a receipt 3 takes a quarter longer and saves a tenth


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All of a page but its picture.

    Attributes:
        number: counted from 1.
        size: (height, width) of the picture in pixels.
        dpi: resolution of the picture where the file tells it.
        text_layer: words a PDF carries beside the picture.
    """

    number: int
    size: tuple[int, int]
    dpi: float | None = None
    text_layer: tuple[TextLayerWord, ...] = ()

    @classmethod
    def of(cls, page: Page) -> "PageFacts":
        """Return the facts of ``page``."""
        return cls(page.number, (page.height, page.width), page.dpi, page.text_layer)

    def to_bytes(self) -> bytes:
        """Return the facts as JSON; no digit of a number is lost."""
        height, width = self.size
        words = [[word.text, *word.box] for word in self.text_layer]
        facts = {"number": self.number, "height": height, "width": width, "dpi": self.dpi}
        return json.dumps({**facts, "text_layer": words}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "PageFacts":
        """Undo `to_bytes`.

        Raises:
            ValueError: ``data`` is damaged, or something else.
        """
        try:
            facts = json.loads(data)
            words = [(text, (x0, y0, x1, y1)) for text, x0, y0, x1, y1 in facts["text_layer"]]
            return cls(
                number=facts["number"],
                size=(facts["height"], facts["width"]),
                dpi=facts["dpi"],
                text_layer=tuple(TextLayerWord(text, box) for text, box in words),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"these are no facts of a page: {error}") from error

    def page(self, png: bytes) -> Page:
        """Return the page, given its picture.

        Raises:
            ValueError: the picture is damaged, or of another size.
        """
        picture = picture_from_png(png)
        if picture.shape[:2] != self.size:
            raise ValueError(
                f"the picture of page {self.number} has (height, width) {picture.shape[:2]}, "
                f"not {self.size}"
            )
        return Page(self.number, picture, self.dpi, self.text_layer)


class StoredPage(Page):
    """A page whose picture lies elsewhere: fetched whenever it is looked at, kept by nobody."""

    __slots__ = ("_facts", "_fetch")
    _facts: PageFacts
    _fetch: Callable[[], Page]

    def __init__(self, facts: PageFacts, fetch: Callable[[], Page]) -> None:
        """Know a page by its facts.

        Args:
            facts: of the page.
            fetch: returns the page with its picture.
        """
        put = object.__setattr__  # a page is frozen
        put(self, "_facts", facts)
        put(self, "_fetch", fetch)
        put(self, "number", facts.number)
        put(self, "dpi", facts.dpi)
        put(self, "text_layer", facts.text_layer)

    @property
    def picture(self) -> Picture:
        """The picture, fetched anew."""
        return self._fetch().picture

    @property
    def height(self) -> int:
        """Height of the picture in pixels; costs nothing."""
        return self._facts.size[0]

    @property
    def width(self) -> int:
        """Width of the picture in pixels; costs nothing."""
        return self._facts.size[1]

    def __repr__(self) -> str:
        return f"StoredPage({self._facts!r})"


def picture_to_png(picture: Picture) -> bytes:
    """Return a (H, W, 3) RGB picture as PNG, quickly and without loss."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=PNG_LEVEL)
    return file.getvalue()


def picture_from_png(data: bytes) -> Picture:
    """Undo `picture_to_png`.

    Raises:
        ValueError: ``data`` is damaged, or something else.
    """
    try:
        # The class itself: Image.open has a pixel limit of its own, global to the process.
        with PngImageFile(io.BytesIO(data)) as file:
            picture = np.asarray(file)
    except Exception as error:  # a decoder raises nearly anything
        raise ValueError(f"the stored picture of a page is damaged: {error}") from error
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError(
            f"a stored picture of a page is (H, W, 3) uint8, not {picture.shape} {picture.dtype}"
        )
    return picture
