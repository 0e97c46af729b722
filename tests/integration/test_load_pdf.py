import io
import os
import shutil
import stat
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docai.document import Page
from docai.errors import BrokenFile, EncryptedFile, LimitExceeded, NoPages
from docai.load import Limits, load

LINES = [
    "Invoice 2024-0017 of the Corner Bakery",
    "Two loaves of rye bread 7.40",
    "Total amount due in EUR 7.40",
]

needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdftoppm") and shutil.which("pdfinfo")), reason="poppler is not installed"
)


@pytest.fixture(params=[pytest.param("poppler", marks=needs_poppler), "pdfium"])
def drawn_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "pdfium":
        monkeypatch.setattr("docai.load.pdf.shutil.which", lambda _: None)
    yield request.param


def pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **{"pagesize": (400, 600), "invariant": 1, **options})
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write(canvas: Canvas, size_pt: float = 12, x: float = 60, y: float = 500) -> None:
    canvas.setFont("Helvetica", size_pt)
    for number, line in enumerate(LINES):
        canvas.drawString(x, y - number * 2 * size_pt, line)


def from_objects(*objects: bytes) -> bytes:
    """A PDF of raw objects, numbered from 1; the first is the catalogue."""
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n"
        % (
            size,
            table,
            size,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def one_page(attributes: bytes, content: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%s>>" % attributes
    return from_objects(CATALOGUE, ONE_PAGE, page, stream)


def dark(page: Page) -> np.ndarray:
    return page.picture.min(axis=2) < 128


def assert_words_lie_on_their_ink(page: Page) -> None:
    """Every word's box holds ink up to its edges, and outside of the boxes there is none."""
    ink = dark(page)
    assert ink.any()
    uncovered = ink.copy()
    for word in page.text_layer:
        x0, y0, x1, y1 = word.box
        assert 0 <= x0 < x1 <= page.width
        assert 0 <= y0 < y1 <= page.height
        rows, columns = np.nonzero(
            ink[max(0, int(y0) - 2) : int(y1) + 3, max(0, int(x0) - 2) : int(x1) + 3]
        )
        found = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        found += np.array([max(0, int(x0) - 2), max(0, int(y0) - 2)] * 2)
        assert np.abs(found - word.box).max() <= 3, (word, found)
        uncovered[int(y0) - 2 : int(y1) + 3, int(x0) - 2 : int(x1) + 3] = False
    assert not uncovered.any()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40, 60, 330, 540)])
def test_text_layer_lies_on_the_ink(
    drawn_by: str, rotation: int, crop: tuple[int, int, int, int] | None
) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas)
        canvas.setPageRotation(rotation)

    options = {} if crop is None else {"cropBox": crop}
    # reportlab takes the size as shown, and turns it back
    size_pt = (400, 600) if rotation % 180 == 0 else (600, 400)
    document = load(pdf(draw, pagesize=size_pt, **options))

    assert document.format == "pdf"
    (page,) = document.pages
    # the order is pdfium's own, which on turned pages is not that of reading
    assert sorted(word.text for word in page.text_layer) == sorted(" ".join(LINES).split())
    upright = (600, 400) if crop is None else (480, 290)
    shown = upright if rotation % 180 == 0 else upright[::-1]
    assert page.dpi is not None
    assert (page.height, page.width) == pytest.approx([s * page.dpi / 72 for s in shown], abs=1)
    assert_words_lie_on_their_ink(page)


def test_words_outside_the_crop_box_are_not_on_the_page() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas)
        canvas.drawString(60, 20, "hidden below")
        canvas.drawString(60, 588, "hidden above")

    (page,) = load(pdf(draw, cropBox=(40, 60, 330, 540))).pages

    assert [word.text for word in page.text_layer] == " ".join(LINES).split()


def test_text_turned_on_the_page_has_boxes_too(drawn_by: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(200, 100)
        canvas.rotate(90)
        write(canvas, x=0, y=0)

    (page,) = load(pdf(draw)).pages

    assert len(page.text_layer) == len(" ".join(LINES).split())
    assert_words_lie_on_their_ink(page)


@pytest.mark.parametrize("size_pt", [7, 9, 12, 18])
def test_body_text_comes_out_30_pixels_tall(size_pt: float) -> None:
    (page,) = load(pdf(lambda canvas: write(canvas, size_pt))).pages

    heights = [box[3] - box[1] for box in (word.box for word in page.text_layer)]
    ink_height = max(heights)  # ascender to descender: nine tenths of the line
    assert 23 <= ink_height <= 31


def test_text_size_is_what_matrices_make_of_it() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.scale(10, 10)
        write(canvas, size_pt=1.2, x=6, y=50)

    plain, scaled = load(pdf(write)).pages[0], load(pdf(draw)).pages[0]

    assert scaled.dpi == pytest.approx(plain.dpi, rel=0.01)


@pytest.mark.parametrize(("size_pt", "dpi"), [(2, 400), (60, 100)])
def test_dpi_stays_in_its_range(size_pt: float, dpi: float) -> None:
    assert load(pdf(lambda canvas: write(canvas, size_pt))).pages[0].dpi == dpi


def scan(dpi: float, *, stamp: str = "", in_form: bool = False) -> bytes:
    """A page of 144 x 216 points that is one picture; maybe stamped, maybe in a scaled form."""
    picture = ImageReader(Image.new("L", (round(2 * dpi), round(3 * dpi)), 200))

    def draw(canvas: Canvas) -> None:
        if in_form:
            canvas.beginForm("scan")
            canvas.drawImage(picture, 0, 0, 36, 54)
            canvas.endForm()
            canvas.scale(4, 4)
            canvas.doForm("scan")
        else:
            canvas.drawImage(picture, 0, 0, 144, 216)
        canvas.drawString(1, 1, stamp)

    return pdf(draw, pagesize=(144, 216))


@pytest.mark.parametrize(
    ("data", "dpi"),
    [
        (scan(150), 150),
        (scan(300), 300),
        (scan(600), 400),
        (scan(50), 100),
        (scan(300, stamp="Received"), 300),
        (scan(300, in_form=True), 300),
    ],
)
def test_a_scan_is_drawn_at_its_own_resolution(data: bytes, dpi: float) -> None:
    assert load(data).pages[0].dpi == pytest.approx(dpi, abs=0.5)


def test_a_page_without_text_or_picture_is_drawn_at_200_dpi(drawn_by: str) -> None:
    (page,) = load(pdf(lambda canvas: canvas.rect(50, 50, 100, 100, fill=1))).pages

    assert page.dpi == 200
    assert page.text_layer == ()
    assert dark(page).any()


def test_all_pages_come_in_order(drawn_by: str) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(1, 4):
            canvas.setPageSize((100 * number, 200))
            canvas.drawString(20, 100, f"page{number}")
            canvas.showPage()

    pages = load(pdf(draw)).pages

    assert [page.number for page in pages] == [1, 2, 3]
    assert [page.text_layer[0].text for page in pages] == ["page1", "page2", "page3"]
    assert [page.width / page.height for page in pages] == pytest.approx([0.5, 1, 1.5], abs=0.01)


def test_form_fields_are_drawn(drawn_by: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.acroForm.textfield(value="IIIII", x=50, y=300, width=200, height=40, fontSize=20)
        canvas.showPage()

    (page,) = load(pdf(draw)).pages

    assert dark(page)[: page.height * 2 // 3].any()


def test_junk_before_the_header_is_skipped(drawn_by: str) -> None:
    (page,) = load(b"HTTP/1.1 200 OK\n\n" + pdf(write)).pages

    assert page.text_layer[0].text == "Invoice"


def encrypted(user_password: str) -> bytes:
    return pdf(write, encrypt=StandardEncryption(user_password, ownerPassword="owner"))


def test_a_pdf_with_a_password_is_told_from_a_broken_one() -> None:
    with pytest.raises(EncryptedFile, match="needs a password"):
        load(encrypted("secret"))


def test_a_pdf_that_opens_without_a_password_is_read(drawn_by: str) -> None:
    assert load(encrypted("")).pages[0].text_layer[0].text == "Invoice"


def test_a_pdf_without_pages_is_told_from_a_broken_one() -> None:
    with pytest.raises(NoPages, match=r"empty\.pdf: this PDF holds no page"):
        load(from_objects(CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"), "empty.pdf")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_pdf_is_broken(share: float) -> None:
    data = pdf(write)

    with pytest.raises(BrokenFile, match="cut off"):
        load(data[: int(len(data) * share)])
    with pytest.raises(BrokenFile, match="damaged"):
        load(data[: int(len(data) * share)] + b"\n%%EOF")


def test_a_page_without_area_is_broken(drawn_by: str) -> None:
    with pytest.raises(BrokenFile, match="page 1 of this PDF is 0 x 0 points"):
        load(one_page(b"/MediaBox[0 0 600 800]/CropBox[900 900 950 950]"))


def test_a_missing_second_page_is_named() -> None:
    pages = b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"

    with pytest.raises(BrokenFile, match="page 2 of this PDF"):
        load(from_objects(CATALOGUE, pages, page, b"null"))


def test_a_gigantic_page_is_refused_at_once() -> None:
    with pytest.raises(LimitExceeded, match=r"1,000,000 x 1,000,000 points, 1,929,\d+.*80,000,000"):
        load(one_page(b"/MediaBox[0 0 1000000 1000000]"))


def test_a_large_page_is_drawn_within_the_pixel_limit() -> None:
    (page,) = load(pdf(write), limits=Limits(max_pixels=500_000)).pages

    assert 490_000 <= page.height * page.width <= 500_000
    assert_words_lie_on_their_ink(page)
    with pytest.raises(LimitExceeded, match="even at 100 dpi; at most 400,000"):
        load(pdf(write), limits=Limits(max_pixels=400_000))


def test_too_many_pages_are_refused() -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(3):
            canvas.showPage()

    with pytest.raises(LimitExceeded, match="has 3 pages; at most 2 are allowed"):
        load(pdf(draw), limits=Limits(max_pages=2))


@pytest.mark.parametrize(
    "data",
    [
        from_objects(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        from_objects(
            CATALOGUE,
            *(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(5000)),
            b"<</Type/Page/MediaBox[0 0 9 9]>>",
        ),
    ],
    ids=["tree in itself", "deep tree"],
)
def test_endless_page_trees_are_broken(data: bytes) -> None:
    with pytest.raises(BrokenFile, match="page 1"):
        load(data, limits=Limits(timeout_s=20))


@needs_poppler
def test_page_counts_that_two_readers_disagree_on_are_broken() -> None:
    lying = b"<</Type/Pages/Kids[3 0 R]/Count 100>>"

    with pytest.raises(BrokenFile):
        load(from_objects(CATALOGUE, lying, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"))


def test_a_page_that_takes_for_ever_to_parse_is_given_up() -> None:
    bomb = one_page(b"/MediaBox[0 0 600 800]", b"0 0 m 1 1 l S\n" * 3_000_000)
    started_s = time.monotonic()

    with pytest.raises(LimitExceeded, match="1 s are allowed"):
        load(bomb, limits=Limits(timeout_s=1))

    assert time.monotonic() - started_s < 10  # it takes twenty to parse


def stand_in(folder: Path, program: str, script: str) -> None:
    path = folder / program
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@needs_poppler
def test_a_hanging_poppler_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pid_path = tmp_path / "pid"
    script = f'[ "$1" = -v ] && exit 0\necho $$ > {pid_path}\nexec sleep 600'
    stand_in(tmp_path, "pdftoppm", script)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("docai.load.pdf._check_poppler_agrees", lambda *_: None)
    monkeypatch.setattr("docai.load.pdf._whole_s", lambda _: 3)  # as if the rest were spent

    with pytest.raises(LimitExceeded, match="60 s are allowed"):
        load(pdf(write), limits=Limits(timeout_s=60))

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_path.read_text()), 0)


@needs_poppler
def test_a_crashing_poppler_is_a_broken_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, "pdftoppm", "kill -SEGV $$")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(BrokenFile, match="page 1 of this PDF is damaged: it was not drawn"):
        load(pdf(write))


def test_a_crashing_pdfium_is_a_broken_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pdfium.py"
    program.write_text("import os; os.abort()")
    monkeypatch.setattr("docai.load.pdf._PDFIUM", program)

    with pytest.raises(BrokenFile, match="pdfium stopped with status -6"):
        load(pdf(write))


def test_no_file_is_left_behind(
    drawn_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    load(pdf(write))

    assert list(tmp_path.iterdir()) == []
