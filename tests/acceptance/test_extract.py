"""`docai extract` on every kind of document: a result, or an error that says what is wrong."""

import io
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from docai.geometry import Box, box_polygon, iou, polygon_box, rotate_polygon

TURNS_DEG = (0, 90, 180, 270, 10)
PAPER_GREY = (235, 232, 226)
BOMB_SIDE = 40_000
SCAN_DPI = 150
# Where the photo is cut in two pages: between the date and the items, in heights.
CUT = 0.46

Extractions = dict[str, Any]


@pytest.fixture(scope="session")
def photo(examples: Path) -> Image.Image:
    return Image.open(examples / "receipt.jpg").convert("RGB")


@pytest.fixture(scope="session")
def turned(photo: Image.Image) -> dict[int, Image.Image]:
    """The photo, turned clockwise by so many degrees."""
    smooth = Image.Resampling.BICUBIC
    return {
        angle_deg: photo.rotate(-angle_deg, smooth, expand=True, fillcolor=PAPER_GREY)
        for angle_deg in TURNS_DEG
    }


@pytest.fixture(scope="session")
def read(
    docai: Callable[..., Any],
    turned: dict[int, Image.Image],
    photo: Image.Image,
    examples: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Extractions:
    """What one run of the command says about all documents that can be read, by file name."""
    folder = tmp_path_factory.mktemp("documents")
    for angle_deg, picture in turned.items():
        picture.save(folder / f"turned-{angle_deg}.png")
    top, bottom = halves(photo)
    top.save(folder / "two-pages.tiff", save_all=True, append_images=[bottom])
    shutil.copy(examples / "receipt.pdf", folder / "born-digital.pdf")
    scan(examples / "receipt.pdf").save(folder / "scan.pdf", resolution=SCAN_DPI)
    Image.new("RGB", (800, 1100), "white").save(folder / "blank.png")
    files = sorted(folder.iterdir())
    done = docai(*files, "--format", "jsonl", "--jobs", "1")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines() == [f"{len(files)} of {len(files)} documents extracted"]
    extractions: Extractions = done.extractions()
    return extractions


def halves(photo: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the upper and the lower part of the photo."""
    cut = round(photo.height * CUT)
    return photo.crop((0, 0, photo.width, cut)), photo.crop((0, cut, photo.width, photo.height))


def scan(pdf: Path) -> Image.Image:
    """Return the picture of the first page of ``pdf``."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=SCAN_DPI / 72).to_pil().convert("RGB")
        return picture


def total_box(extraction: dict[str, Any]) -> Box:
    """Return where the total is printed."""
    (evidence,) = extraction["fields"]["total"]["evidence"]
    x0, y0, x1, y1 = evidence["box"]
    return (x0, y0, x1, y1)


def test_a_photo_gives_its_values_with_their_evidence(read: Extractions) -> None:
    extraction = read["turned-0.png"]
    data = extraction["data"]
    assert data["merchant_name"] == "Anna's Books"
    assert data["transaction_date"] == "2022-06-08"
    assert data["subtotal"] == {"amount": "30.68", "currency": "USD"}
    assert data["total"] == {"amount": "32.98", "currency": "USD"}
    assert len(data["items"]) == 5
    assert extraction["problems"] == []
    total = extraction["fields"]["total"]
    assert (total["state"], total["text"]) == ("found", "$32.98")
    assert total["evidence"][0]["page"] == 1
    assert 0.5 < total["confidence"] <= 1
    assert len(total["evidence"][0]["words"]) == 1


@pytest.mark.parametrize("angle_deg", TURNS_DEG[1:])
def test_a_turned_photo_gives_the_same_values(read: Extractions, angle_deg: int) -> None:
    upright, turned = read["turned-0.png"], read[f"turned-{angle_deg}.png"]
    for field in ("total", "transaction_date"):
        assert turned["data"][field] == upright["data"][field]
    (page,) = turned["document"]["pages"]
    off_deg = (page["angle_deg"] + angle_deg + 180) % 360 - 180
    assert abs(off_deg) < 4  # the photo itself is askew by one or two


@pytest.mark.parametrize("angle_deg", TURNS_DEG)
def test_evidence_stands_where_the_turned_photo_has_it(
    read: Extractions, turned: dict[int, Image.Image], angle_deg: int
) -> None:
    extraction = read[f"turned-{angle_deg}.png"]
    picture = turned[angle_deg]
    (page,) = extraction["document"]["pages"]
    assert (page["width"], page["height"]) == picture.size
    box = total_box(extraction)
    upright = turned[0]
    polygon = box_polygon(total_box(read["turned-0.png"]))
    mapped = polygon_box(rotate_polygon(polygon, angle_deg, upright.height, upright.width))
    assert iou(box, mapped) > 0.6
    assert 0.03 < ink_share(picture, box) < 0.6


def ink_share(picture: Image.Image, box: Box) -> float:
    """Return the share of dark pixels in a box."""
    grey: NDArray[np.uint8] = np.asarray(picture.convert("L").crop(box))
    return float((grey < np.median(grey) - 50.0).mean())


def test_pages_of_a_tiff_are_one_document(read: Extractions) -> None:
    extraction = read["two-pages.tiff"]
    assert [page["number"] for page in extraction["document"]["pages"]] == [1, 2]
    assert extraction["data"]["transaction_date"] == "2022-06-08"
    assert extraction["data"]["total"]["amount"] == "32.98"
    fields = extraction["fields"]
    assert [e["page"] for e in fields["transaction_date"]["evidence"]] == [1]
    assert [e["page"] for e in fields["total"]["evidence"]] == [2]


def test_a_born_digital_pdf_is_read_from_its_text_layer(read: Extractions) -> None:
    extraction = read["born-digital.pdf"]
    assert extraction["engines"]["ocr"] == "text-layer"
    assert extraction["data"]["total"] == {"amount": "53.84", "currency": "GBP"}
    assert extraction["data"]["transaction_date"] == "2013-03-14"


def test_a_scan_of_the_same_page_is_read_by_ocr(read: Extractions) -> None:
    digital, scanned = read["born-digital.pdf"], read["scan.pdf"]
    assert "text-layer" not in scanned["engines"]["ocr"]
    for field in ("total", "transaction_date"):
        assert scanned["data"][field] == digital["data"][field]


def test_a_blank_page_has_no_values_and_is_no_error(read: Extractions) -> None:
    extraction = read["blank.png"]
    assert extraction["data"] == {}
    assert {value["state"] for value in extraction["fields"].values()} == {"absent"}
    assert extraction["fields"]["total"] == {"state": "absent", "confidence": 0.0}


def test_a_korean_receipt_is_read_by_tesseract(docai: Callable[..., Any], examples: Path) -> None:
    if why := no_korean():
        pytest.skip(why)
    done = docai(examples / "receipt-korean.png", "--lang", "kor", "--format", "jsonl")
    assert (done.exit_code, done.stderr) == (0, "")
    (extraction,) = done.extractions().values()
    assert extraction["engines"]["ocr"].startswith("tesseract")
    assert extraction["data"]["total"] == {"amount": "57600", "currency": "KRW"}
    assert extraction["data"]["transaction_date"] == "2023-11-17"


def no_korean() -> str:
    """Say why Tesseract cannot read Korean here; nothing if it can."""
    if shutil.which("tesseract") is None:
        return "no tesseract: apt-get install tesseract-ocr tesseract-ocr-kor"
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout
    return "" if "kor" in said.split() else "no Korean: apt-get install tesseract-ocr-kor"


def encrypted_pdf(examples: Path) -> bytes:
    """Return a PDF that opens with a password only."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 700, "TOTAL 9.00")
    canvas.save()
    return out.getvalue()


def truncated_pdf(examples: Path) -> bytes:
    """Return the first half of a PDF."""
    whole = (examples / "receipt.pdf").read_bytes()
    return whole[: len(whole) // 2]


def png_bomb(examples: Path) -> bytes:
    """Return a valid PNG of 40,000 x 40,000 black pixels, one bit each."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)
    rows = zlib.compressobj(9)
    row = bytes(1 + BOMB_SIDE // 8)
    data = b"".join([rows.compress(row * 1000) for _ in range(BOMB_SIDE // 1000)])
    chunks = ((b"IHDR", header), (b"IDAT", data + rows.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.jpg", lambda _: b"TOTAL 9.00\n" * 50, ("UnsupportedFormat", "plain text")),
        ("truncated.pdf", truncated_pdf, ("BrokenFile",)),
        ("encrypted.pdf", encrypted_pdf, ("EncryptedFile", "password")),
        ("huge.png", png_bomb, ("LimitExceeded", "40,000 x 40,000")),
        ("empty.png", lambda _: b"", ("EmptyFile", "empty")),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(
    docai: Callable[..., Any],
    examples: Path,
    tmp_path: Path,
    name: str,
    content: Callable[[Path], bytes],
    said: tuple[str, ...],
) -> None:
    path = tmp_path / name
    path.write_bytes(content(examples))
    assert path.stat().st_size < 1_000_000
    done = docai(path)
    assert (done.exit_code, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert name in line
    assert all(part in line for part in said)
    assert "Traceback" not in done.stderr


def test_one_bad_document_among_others_is_reported_and_they_go_on(
    docai: Callable[..., Any], tmp_path: Path
) -> None:
    blank, empty = tmp_path / "blank.png", tmp_path / "empty.png"
    Image.new("RGB", (300, 300), "white").save(blank)
    empty.touch()
    done = docai(empty, blank, "--format", "jsonl", "--jobs", "1")
    assert done.exit_code == 1
    assert list(done.extractions()) == ["blank.png"]
    error, summary = done.stderr.splitlines()
    assert "EmptyFile" in error
    assert summary == "1 of 2 documents extracted, 1 failed"
