"""Pages out of PDF files: pdfium tells what is there, poppler draws it.

Both work in processes of their own, which are killed when time is up and whose crash is an error
message here. Where poppler is not installed, pdfium draws.
"""

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pdf2image
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError
from PIL.PpmImagePlugin import PpmImageFile

from docai.document import Page, Picture, TextLayerWord
from docai.einvoice import MAX_XML_BYTES
from docai.errors import BrokenFile, EncryptedFile, LimitExceeded, LoadError, NoPages
from docai.load.limits import Deadline, Limits, check_pages, check_total_pixels

_POINTS_PER_INCH = 72
_LINE_HEIGHT_PX = 30  # about 200 dpi for the usual 10 to 11 points
_LINE_HEIGHT_EM = 1.15  # ascent plus descent of common fonts, in font sizes
_ENOUGH_CHARS = 50  # fewer may be a stamp on a scan, and say nothing of the body text
_DPI_RANGE = (100.0, 400.0)
_DPI_UNKNOWN = 200.0
_PDFIUM = Path(__file__).with_name("pdfium.py")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to draw one page.

    Attributes:
        number: counted from 1.
        height: of the picture, in pixels.
        width: of the picture, in pixels.
        dpi: of the picture.
        is_turned: whether the page is shown turned by 90 or 270 degrees.
        words: of the text layer, in pixels of the picture.
    """

    number: int
    height: int
    width: int
    dpi: float
    is_turned: bool
    words: tuple[TextLayerWord, ...]


_Draw = Callable[[Path, _Plan, Deadline], None]


def pdf_pages(data: bytes, limits: Limits, deadline: Deadline) -> Iterator[Page]:
    """Draw every page of a PDF; all pages are measured before any is drawn."""
    if b"%%EOF" not in data:
        raise BrokenFile("this PDF file is cut off: its end mark (%%EOF) is missing")
    with TemporaryDirectory(prefix="docai-") as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(data)
        plans = _plans(path, limits, deadline)
        draw = _drawer(path, len(plans), deadline)
        for plan in plans:
            yield _page(path, plan, draw, deadline)


def pdf_invoice(data: bytes, deadline: Deadline) -> bytes | None:
    """Return the e-invoice that a PDF carries, None where it carries none.

    Empty where it cannot be taken out: that spoils the e-invoice and not the pages.
    """
    with TemporaryDirectory(prefix="docai-") as folder:
        path, xml_path = Path(folder) / "document.pdf", Path(folder) / "invoice.xml"
        path.write_bytes(data)
        try:
            _ask_pdfium(["invoice", str(path), str(MAX_XML_BYTES), str(xml_path)], deadline)
        except LoadError:
            return b""
        return xml_path.read_bytes() if xml_path.exists() else None


def _plans(path: Path, limits: Limits, deadline: Deadline) -> list[_Plan]:
    """Plan how to draw each page."""
    answer = _ask_pdfium(["survey", str(path), str(limits.max_pages)], deadline)
    check_pages(answer["num_pages"], limits)
    plans = [_plan(number, facts, limits) for number, facts in enumerate(answer["pages"], start=1)]
    check_total_pixels(len(plans), sum(plan.height * plan.width for plan in plans), limits)
    return plans


def _ask_pdfium(arguments: list[str], deadline: Deadline) -> dict[str, Any]:
    """Run our pdfium program and return its answer."""
    # -P: no module beside that program may hide one of the standard library
    command = [sys.executable, "-P", str(_PDFIUM), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=deadline.left_s(), check=True)
    except subprocess.TimeoutExpired as error:
        raise deadline.exceeded() from error
    except subprocess.CalledProcessError as error:
        raise BrokenFile(
            f"this PDF file is damaged: pdfium stopped with status {error.returncode}"
        ) from error
    answer: dict[str, Any] = json.loads(done.stdout)
    if "problem" in answer:
        raise _error(**answer)
    return answer


def _error(problem: str, page: int, detail: str) -> LoadError:
    """Return the error for a problem that pdfium has with a file."""
    if problem == "encrypted":
        return EncryptedFile("this PDF needs a password; save it without one")
    if problem == "no_pages":
        return NoPages("this PDF holds no page")
    where = f"page {page} of this PDF" if page else "this PDF file"
    return BrokenFile(f"{where} is damaged or cut off ({detail})")


def _plan(number: int, facts: dict[str, Any], limits: Limits) -> _Plan:
    """Plan how to draw one page, given what `docai.load.pdfium.Facts` lists."""
    height_pt, width_pt = facts["height_pt"], facts["width_pt"]
    if width_pt <= 0 or height_pt <= 0:
        raise BrokenFile(f"page {number} of this PDF is {width_pt:g} x {height_pt:g} points")
    wanted_dpi = _wanted_dpi(facts)
    dpi = _allowed_dpi(wanted_dpi, number, height_pt, width_pt, limits)
    height = max(1, int(height_pt * dpi / _POINTS_PER_INCH))
    width = max(1, int(width_pt * dpi / _POINTS_PER_INCH))
    words = tuple(
        TextLayerWord(text, (x0 * width, y0 * height, x1 * width, y1 * height))
        for text, x0, y0, x1, y1 in facts["words"]
    )
    return _Plan(number, height, width, dpi, facts["is_turned"], words)


def _wanted_dpi(facts: dict[str, Any]) -> float:
    """Return the resolution that makes a line of body text about 30 pixels tall.

    Told by the text layer; for a scan, whose text nobody has measured, the scan's own resolution.
    """
    em_pt: float | None = facts["em_pt"]
    scan_dpi: float | None = facts["scan_dpi"]
    if em_pt and (facts["num_chars"] >= _ENOUGH_CHARS or scan_dpi is None):
        return _POINTS_PER_INCH * _LINE_HEIGHT_PX / (_LINE_HEIGHT_EM * em_pt)
    return scan_dpi or _DPI_UNKNOWN


def _allowed_dpi(
    wanted_dpi: float, number: int, height_pt: float, width_pt: float, limits: Limits
) -> float:
    """Fit the wanted resolution into the usual range and the pixel limit.

    A page so large that it would lose detail under the limit (less than 100 dpi, and less than
    wanted) is refused rather than drawn coarsely in silence.
    """
    low, high = _DPI_RANGE
    square_inches = height_pt * width_pt / _POINTS_PER_INCH**2
    largest_dpi = math.sqrt(limits.max_pixels / square_inches)
    lowest_dpi = min(low, wanted_dpi)
    if largest_dpi < lowest_dpi:
        raise LimitExceeded(
            f"page {number} is {width_pt:,.0f} x {height_pt:,.0f} points, "
            f"{square_inches * lowest_dpi**2:,.0f} pixels even at {lowest_dpi:.0f} dpi; "
            f"at most {limits.max_pixels:,} are allowed"
        )
    return min(max(low, min(wanted_dpi, high)), largest_dpi)


def _drawer(path: Path, num_pages: int, deadline: Deadline) -> _Draw:
    """Return poppler where it is installed, pdfium where not."""
    if not (shutil.which("pdftoppm") and shutil.which("pdfinfo")):
        return _draw_with_pdfium
    _check_poppler_agrees(path, num_pages, deadline)
    return _draw_with_poppler


def _check_poppler_agrees(path: Path, num_pages: int, deadline: Deadline) -> None:
    """Refuse a PDF in which two readers see different numbers of pages: one would lose some.

    This also bounds the time of pdfinfo, which pdf2image runs unbounded before each page.
    """
    try:
        counted = pdf2image.pdfinfo_from_path(str(path), timeout=_whole_s(deadline))["Pages"]
    except PDFPopplerTimeoutError as error:
        raise deadline.exceeded() from error
    except PDFPageCountError as error:
        raise BrokenFile("this PDF file is damaged: poppler cannot count its pages") from error
    if counted != num_pages:
        raise BrokenFile(
            f"this PDF file is damaged: pdfium finds {num_pages} pages in it, poppler {counted}"
        )


def _whole_s(deadline: Deadline) -> int:
    """Return the time left in whole seconds, which is what pdf2image takes; at least one."""
    return math.ceil(deadline.left_s())


def _page(path: Path, plan: _Plan, draw: _Draw, deadline: Deadline) -> Page:
    """Draw one page and load its picture; on disk there is one picture at a time."""
    picture_path = path.with_name("page.ppm")
    try:
        draw(path, plan, deadline)
        picture = _picture(picture_path, plan)
    except (OSError, SyntaxError, ValueError) as error:
        raise BrokenFile(f"page {plan.number} of this PDF is damaged: it was not drawn") from error
    picture_path.unlink()
    return Page(plan.number, picture, round(plan.dpi, 2), plan.words)


def _draw_with_poppler(path: Path, plan: _Plan, deadline: Deadline) -> None:
    """Draw one page into ``page.ppm`` with poppler."""
    size = (plan.width, plan.height)
    try:
        pdf2image.convert_from_path(
            path,
            first_page=plan.number,
            last_page=plan.number,
            size=size[::-1] if plan.is_turned else size,  # poppler means: before turning
            use_cropbox=True,
            output_folder=path.parent,
            output_file="page",
            single_file=True,
            paths_only=True,  # else pdf2image applies Pillow's own pixel limit
            timeout=_whole_s(deadline),
        )
    except PDFPopplerTimeoutError as error:
        raise deadline.exceeded() from error


def _draw_with_pdfium(path: Path, plan: _Plan, deadline: Deadline) -> None:
    """Draw one page into ``page.ppm`` with pdfium."""
    size = [str(plan.height), str(plan.width)]
    picture_path = str(path.with_name("page.ppm"))
    _ask_pdfium(["draw", str(path), str(plan.number), *size, picture_path], deadline)


def _picture(path: Path, plan: _Plan) -> Picture:
    """Read the picture of a page and check its size."""
    with path.open("rb") as file, PpmImageFile(file) as image:
        picture = np.asarray(image)
    if picture.shape != (plan.height, plan.width, 3):
        raise ValueError(f"{picture.shape} was drawn, not {(plan.height, plan.width, 3)}")
    return picture
