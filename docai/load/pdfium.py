"""What pdfium knows of a PDF. A program: run as a process of its own, never imported.

pdfium cannot be interrupted, may crash on hostile files and is not thread-safe. In a process that
is killed when time is up, none of that matters. It imports nothing of docai, to start quickly.

    pdfium.py survey FILE MAX_PAGES                  facts as JSON, see `survey`
    pdfium.py draw FILE NUMBER HEIGHT WIDTH PICTURE  writes a PPM picture of one page
    pdfium.py invoice FILE MAX_BYTES XML             writes the e-invoice that the file carries

A problem that the file is to blame for is JSON as well: ``{"problem": …, "page": …, "detail": …}``.
"""

import ctypes
import json
import math
import re
import resource
import statistics
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import pypdfium2
import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]

_ENCRYPTED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_LINE_END_HYPHENS = ("\x02", "\ufffe")  # how pdfium marks a hyphen that breaks a word
_UNKNOWN = "\ufffd"  # stands for a glyph that the file maps to no character
_DEVICE_UNITS = 1_000_000  # pdfium maps points to whole units: make them millionths of the page
_POINTS_PER_INCH = 72
_MAX_MEMORY_BYTES = 2_000_000_000  # to take an attachment out: a small one may unpack to gigabytes
_MAX_ATTACHMENTS = 1_000  # that are looked at
_INVOICE_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
_INVOICE_ROOT = re.compile(  # of an e-invoice under another name
    rb"<(?:[\w.-]+:)?(?:CrossIndustryInvoice|CrossIndustryDocument|SCRDMCCBDACIOMessageStructure)\b"
    rb"|urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2"
)


class Facts(TypedDict):
    """What is known of a page before it is drawn.

    Keys:
        height_pt, width_pt: as shown, cropped and turned.
        is_turned: whether the page is shown turned by 90 or 270 degrees.
        num_chars: in the text layer, white space left out.
        em_pt: the median size of its type as drawn, None without text.
        scan_dpi: resolution of the page's largest picture, None without one.
        words: text, and x0, y0, x1, y1 in fractions of the page's width and height; in pdfium's
            order, which need not be that of reading.
    """

    height_pt: float
    width_pt: float
    is_turned: bool
    num_chars: int
    em_pt: float | None
    scan_dpi: float | None
    words: list[tuple[str, float, float, float, float]]


@dataclass(frozen=True, slots=True)
class _Char:
    """A character that shows; ``box`` is left, bottom, right, top in the PDF's coordinates."""

    text: str
    em_pt: float
    box: Box


class _ProblemError(Exception):
    """Something is wrong with the file: problem, page (0 for the whole file), detail."""


def survey(path: Path, max_pages: int) -> dict[str, Any]:
    """Return ``{"num_pages": …, "pages": [Facts]}``; no facts if there are more than allowed."""
    with closing(_document(path)) as pdf:
        num_pages = len(pdf)
        numbers = range(1, num_pages + 1) if num_pages <= max_pages else range(0)
        return {"num_pages": num_pages, "pages": [_facts(pdf, number) for number in numbers]}


def draw(path: Path, number: int, height: int, width: int, picture: Path) -> dict[str, Any]:
    """Draw page ``number`` with (height, width) pixels, on white, into a PPM file."""
    with closing(_document(path)) as pdf:
        pdf.init_forms()  # else the values of form fields are not drawn
        with closing(_page(pdf, number)) as page:
            width_pt, height_pt = page.get_size()
            scale = max(height / height_pt, width / width_pt)
            image = page.render(scale=scale).to_pil().convert("RGB")
            # pdfium rounds sizes up: cut the part of a pixel that is too much
            image.crop((0, 0, width, height)).save(picture, "PPM")
    return {}


def invoice(path: Path, max_bytes: int, xml: Path) -> dict[str, Any]:
    """Write the e-invoice among the attachments of a PDF to a file; nothing where there is none.

    Of one that is larger than ``max_bytes`` the first ``max_bytes`` + 1 are written.
    """
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
    with closing(_document(path)) as pdf:
        found = _invoice(pdf)
        if found is not None:
            xml.write_bytes(memoryview(found.get_data())[: max_bytes + 1])
    return {}


def _invoice(pdf: Any) -> Any | None:
    """Return the attachment that is an e-invoice.

    Its standard wants a name for it; under another name it is told by its content.
    """
    number_of = range(min(pdf.count_attachments(), _MAX_ATTACHMENTS))
    named = [(one.get_name().casefold(), one) for one in map(pdf.get_attachment, number_of)]
    for name in _INVOICE_NAMES:
        for theirs, one in named:
            if theirs == name:
                return one
    xml = (one for name, one in named if name.endswith(".xml"))
    return next((one for one in xml if _INVOICE_ROOT.search(bytes(one.get_data()))), None)


def _document(path: Path) -> Any:
    """Open a PDF, without a password."""
    raw = pdfium.FPDF_LoadDocument(f"{path}\0".encode(), None)
    if not raw:
        code = pdfium.FPDF_GetLastError()
        problem = "encrypted" if code in _ENCRYPTED else "broken"
        raise _ProblemError(problem, 0, f"pdfium error {code}")
    if pdfium.FPDF_GetPageCount(raw) < 1:
        raise _ProblemError("no_pages", 0, "")
    return pypdfium2.PdfDocument(raw)


def _page(pdf: Any, number: int) -> Any:
    """Open one page."""
    try:
        return pdf[number - 1]
    except pypdfium2.PdfiumError as error:
        raise _ProblemError("broken", number, str(error)) from error


def _facts(pdf: Any, number: int) -> Facts:
    """Return what is known of one page."""
    try:
        with closing(_page(pdf, number)) as page, closing(page.get_textpage()) as textpage:
            runs = list(_runs(textpage))
            ems_pt = [char.em_pt for run in runs for char in run if char.em_pt > 0]
            width_pt, height_pt = page.get_size()
            return Facts(
                height_pt=height_pt,
                width_pt=width_pt,
                is_turned=page.get_rotation() in (90, 270),
                num_chars=len(ems_pt),
                em_pt=statistics.median(ems_pt) if ems_pt else None,
                scan_dpi=_scan_dpi(page),
                words=[word for run in runs if (word := _word(page, run))],
            )
    except pypdfium2.PdfiumError as error:
        raise _ProblemError("broken", number, str(error)) from error


def _runs(textpage: Any) -> Iterator[list[_Char]]:
    """Split the text layer at white space; a word broken across lines makes two runs."""
    run: list[_Char] = []
    for index in range(textpage.count_chars()):
        text = _text(pdfium.FPDFText_GetUnicode(textpage, index))
        if not text.isspace():
            is_hyphen = text in _LINE_END_HYPHENS
            run.append(_char(textpage, index, "-" if is_hyphen else text))
        if run and (text.isspace() or text in _LINE_END_HYPHENS):
            yield run
            run = []
    if run:
        yield run


def _text(code: int) -> str:
    """Return the character for a code of pdfium's; surrogates come one by one."""
    text = chr(code)
    is_known = code >= ord(" ") or text.isspace() or text in _LINE_END_HYPHENS
    return text if is_known else _UNKNOWN


def _char(textpage: Any, index: int, text: str) -> _Char:
    """Return one character with its size and place."""
    box = textpage.get_charbox(index)
    if box[0] >= box[2] or box[1] >= box[3]:  # no outline, as in invisible OCR text
        box = textpage.get_charbox(index, loose=True)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    em_pt = pdfium.FPDFText_GetFontSize(textpage, index) * _stretch(matrix)
    return _Char(text, em_pt, box)


def _stretch(matrix: Any) -> float:
    """Return by how much a matrix enlarges lengths, the mean of both directions."""
    return math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))


def _word(page: Any, run: list[_Char]) -> tuple[str, float, float, float, float] | None:
    """Make a word of a run, clipped to the page; None where it lies wholly outside."""
    text = "".join(char.text for char in run)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lefts, bottoms, rights, tops = zip(*(char.box for char in run), strict=True)
    corners = (_shown_at(page, min(lefts), min(bottoms)), _shown_at(page, max(rights), max(tops)))
    (x0, x1), (y0, y1) = (sorted(along) for along in zip(*corners, strict=True))
    return (text, x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _shown_at(page: Any, x: float, y: float) -> tuple[float, float]:
    """Return where a point shows, in fractions of the page; pdfium minds rotation and crop box."""
    column, row = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(
        page, 0, 0, _DEVICE_UNITS, _DEVICE_UNITS, 0, x, y, ctypes.byref(column), ctypes.byref(row)
    )
    x_shown, y_shown = column.value / _DEVICE_UNITS, row.value / _DEVICE_UNITS
    return min(max(x_shown, 0.0), 1.0), min(max(y_shown, 0.0), 1.0)


def _scan_dpi(page: Any) -> float | None:
    """Return the resolution of the picture with the most pixels, if there is any.

    Measured by area, so that a turned or skewed picture needs no rule of its own.
    """
    most_pixels, dpi = 0, None
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        columns, rows = image.get_px_size()
        width_pt = _width_pt(image)
        if columns * rows > most_pixels and width_pt > 0:
            most_pixels = columns * rows
            dpi = math.sqrt(most_pixels) / width_pt * _POINTS_PER_INCH
    return dpi


def _width_pt(image: Any) -> float:
    """Return the side of a square as large as a picture on the page, whatever forms it is in."""
    width_pt = 1.0
    item = image
    while item is not None:
        width_pt *= _stretch(item.get_matrix())
        item = item.container
    return width_pt


def main(arguments: list[str]) -> None:
    """Run one command and write its answer as JSON."""
    command, path, *rest = arguments
    try:
        if command == "survey":
            answer = survey(Path(path), int(rest[0]))
        elif command == "invoice":
            answer = invoice(Path(path), int(rest[0]), Path(rest[1]))
        else:
            number, height, width = (int(number) for number in rest[:3])
            answer = draw(Path(path), number, height, width, Path(rest[3]))
    except _ProblemError as problem:
        answer = dict(zip(("problem", "page", "detail"), problem.args, strict=True))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
