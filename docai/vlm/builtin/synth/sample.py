"""What the generator returns: one invented page, with everything that is true of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docai.document import Picture
from docai.geometry import Polygon


@dataclass(frozen=True, slots=True)
class SynthWord:
    """A printed word.

    Attributes:
        text: as printed, without white space.
        polygon: corners in pixels of the picture.
        tag: the field it is a value of, such as ``total`` or ``item_price``; else empty.
        row: number of the line item, from 0, where the tag starts with ``item_``.
        role: one of `docai.vlm.builtin.tags.ROLES`.
        entity: number of the heading, key or value it is part of; None where it has no role.
    """

    text: str
    polygon: Polygon
    tag: str
    row: int | None
    role: str = ""
    entity: int | None = None


@dataclass(frozen=True, slots=True)
class SynthMark:
    """Something drawn by hand or to be ticked.

    Attributes:
        kind: ``check_box``, ``radio_button`` or ``signature``.
        polygon: corners in pixels of the picture; of a signature, the place for it.
        is_set: whether it is ticked or signed.
        entity: number of the entity that is its label, if it has one.
    """

    kind: str
    polygon: Polygon
    is_set: bool
    entity: int | None = None


@dataclass(frozen=True, slots=True)
class SynthCell:
    """One cell of an invented table.

    Attributes:
        row: from 0.
        column: from 0.
        row_span: how many rows it takes.
        column_span: how many columns it takes.
        text: as printed; empty where nothing is.
        polygon: around the cell, in pixels of the picture.
        is_header: whether it names a row or a column.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    polygon: Polygon
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class SynthTable:
    """An invented table, with ruling lines or without."""

    cells: tuple[SynthCell, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One page of an invented document.

    Attributes:
        picture: (H, W, 3) uint8 RGB; blank where it was not to be drawn.
        words: in the order they were set; receipts in reading order.
        line_of_word: for each word the number of its line; a wide gap begins a new line.
        truth: normalised values of what is printed on the whole document: ISO dates, HH:MM,
            decimal strings, currency.
        kind: ``receipt``, ``invoice``, ``form`` or ``other``.
        layout: name of the layout; those kept for measuring are never trained on.
        language: such as ``de``.
        links: pairs of entities: a key and a value of it.
        marks: check boxes, radio buttons, signatures.
        tables: with and without ruling lines.
        page: number of the page, from 1.
        num_pages: of the document.
    """

    picture: Picture
    words: tuple[SynthWord, ...]
    line_of_word: tuple[int, ...]
    truth: Mapping[str, Any]
    kind: str = "receipt"
    layout: str = ""
    language: str = ""
    links: tuple[tuple[int, int], ...] = ()
    marks: tuple[SynthMark, ...] = ()
    tables: tuple[SynthTable, ...] = ()
    page: int = 1
    num_pages: int = 1
