import dataclasses
import hashlib
import io
import os
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter

from docai.document import Document
from docai.errors import BrokenFile, EmptyFile, LimitExceeded, LoadError, UnsupportedFormat
from docai.load import Limits, load, load_path
from docai.load.sniff import sniff

RED, WHITE = (255, 0, 0), (255, 255, 255)
ORIENTATION = 0x0112  # the EXIF tag


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def red_left_half(mode: str = "RGB") -> Image.Image:
    """60 wide, 40 high, the left half red on white."""
    image = Image.new("RGB", (60, 40), WHITE)
    image.paste(RED, (0, 0, 30, 40))
    return image.convert(mode)


def noise(height: int = 200, width: int = 300) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(values)


def heic(*images: Image.Image) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    file = pillow_heif.HeifFile()
    for image in images:
        file.add_from_pillow(image)
    buffer = io.BytesIO()
    try:
        file.save(buffer, quality=90)
    except RuntimeError as error:
        pytest.skip(f"this build of libheif writes no HEIC: {error}")
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims any size, with no pixels to speak of."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("format_", ["png", "jpeg", "tiff", "webp", "bmp", "gif"])
def test_each_format_is_told_by_content_and_decoded(format_: str) -> None:
    data = encoded(red_left_half(), format_)

    document = load(data, "misleading.pdf")

    assert document.format == format_
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    (page,) = document.pages
    assert (page.number, page.height, page.width, page.text_layer) == (1, 40, 60, ())
    assert np.abs(page.picture[20, 5].astype(int) - RED).max() < 12
    assert np.abs(page.picture[20, 55].astype(int) - WHITE).max() < 12


def test_heic_is_decoded_and_each_of_its_pictures_is_a_page() -> None:
    document = load(heic(red_left_half(), noise(64, 64)))

    assert document.format == "heic"
    assert [(p.height, p.width) for p in document.pages] == [(40, 60), (64, 64)]
    assert np.abs(document.pages[0].picture[20, 5].astype(int) - RED).max() < 20


def test_each_tiff_page_is_a_page_and_thumbnails_are_not() -> None:
    buffer = io.BytesIO()
    with AppendingTiffWriter(buffer) as writer:
        for size, subfile_type in [((30, 20), 0), ((3, 2), 1), ((50, 40), 2), ((50, 40), 4)]:
            Image.new("L", size).save(writer, "tiff", tiffinfo={254: subfile_type})
            writer.newFrame()

    pages = load(buffer.getvalue()).pages

    assert [(p.number, p.height, p.width) for p in pages] == [(1, 20, 30), (2, 40, 50)]


@pytest.mark.parametrize("format_", ["gif", "webp", "png"])
def test_an_animation_is_one_page_its_first_frame(format_: str) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in (RED, (0, 0, 255))]
    options = {"lossless": True} if format_ == "webp" else {}
    data = encoded(frames[0], format_, save_all=True, append_images=frames[1:], **options)

    (page,) = load(data).pages

    assert tuple(page.picture[5, 5]) == RED


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["jpeg", "png", "webp", "tiff"])
def test_exif_orientation_is_applied(format_: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = Image.new("RGB", (64, 32), WHITE)
    upright.paste(RED, (0, 0, 16, 16))  # top left corner only: no symmetry
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright

    (page,) = load(encoded(stored, format_, exif=exif)).pages

    assert np.abs(page.picture.astype(int) - np.asarray(upright, int)).mean() < 5


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_opaque_modes_become_rgb(mode: str) -> None:
    (page,) = load(encoded(red_left_half(mode), "tiff")).pages

    expected = np.asarray(red_left_half(mode).convert("RGB"))
    assert np.array_equal(page.picture, expected)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    see_through = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    see_through.paste((0, 0, 0, 255), (0, 0, 5, 10))
    if mode == "P":
        data = encoded(see_through.quantize(8), "png")
    else:
        data = encoded(see_through.convert(mode), "png")

    (page,) = load(data).pages

    assert tuple(page.picture[5, 8]) == WHITE
    assert tuple(page.picture[5, 2]) == (0, 0, 0)


@pytest.mark.parametrize("format_", ["png", "tiff"])
def test_16_bit_grey_is_scaled_not_clipped(format_: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, axis=0)

    (page,) = load(encoded(Image.fromarray(ramp), format_)).pages

    assert np.array_equal(page.picture[0, :, 1], np.arange(256))


@pytest.mark.parametrize(
    ("top", "dtype"),
    [*((top, np.float32) for top in (1, 255, 65535, 1e6)), (65535, np.int32), (1e6, np.int32)],
)
def test_float_and_32_bit_grey_are_scaled_to_their_white(top: float, dtype: type) -> None:
    ramp = np.linspace(0, top, 256).astype(dtype)[None].repeat(4, axis=0)

    (page,) = load(encoded(Image.fromarray(ramp), "tiff")).pages

    assert np.abs(page.picture[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_values_that_are_no_numbers_are_black() -> None:
    values = np.array([[np.nan, np.inf, -np.inf, 1.0]], np.float32)

    (page,) = load(encoded(Image.fromarray(values), "tiff")).pages

    assert page.picture[0, :, 0].tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [((300, 300), 300), ((1, 1), None), ((29, 29), None), ((9600, 9600), None), ((204, 98), None)],
)
def test_dpi_is_taken_where_it_is_sane(claimed: tuple[int, int], believed: float | None) -> None:
    (page,) = load(encoded(noise(), "jpeg", dpi=claimed)).pages

    assert page.dpi == believed
    assert load(encoded(noise(), "jpeg")).pages[0].dpi is None


def test_no_bytes_are_an_empty_file() -> None:
    with pytest.raises(EmptyFile, match=r"scan\.pdf: the file is empty"):
        load(b"", "scan.pdf")


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "content")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"Dear Sir or Madam,\nplease find enclosed", "plain text"),
        ("Grüße aus Köln".encode("latin-1"), "plain text"),
        (b"BM is how this text begins, and it is long enough for a header", "plain text"),
        (b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"<?xml version='1.0'?><invoice/>", "XML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (zipped("receipt.png"), "zip archive"),
        (zipped("word/document.xml"), "Word"),
        (zipped("xl/workbook.xml"), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old Office"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        (b"\0\0\0\x1cftypisom\0\0\0\0", "video"),
        (b"\0" * 500, "zeros"),
        (bytes(range(1, 256)), "it begins 01 02 03"),
    ],
)
def test_foreign_content_is_refused_by_what_it_looks_like(data: bytes, looks_like: str) -> None:
    with pytest.raises(UnsupportedFormat, match=looks_like) as refusal:
        load(data, "receipt.jpg")

    assert "docai reads PDF, PNG, JPEG" in str(refusal.value)
    assert str(refusal.value).startswith("receipt.jpg: ")


def test_a_pdf_may_begin_within_the_first_kilobyte() -> None:
    assert sniff(b"junk" * 200 + b"%PDF-1.4") == "pdf"
    with pytest.raises(UnsupportedFormat):
        sniff(b"junk" * 300 + b"%PDF-1.4")


def test_a_file_that_is_both_picture_and_pdf_is_what_its_first_bytes_say() -> None:
    data = encoded(red_left_half(), "png")

    document = load(data + b"%PDF-1.4 and so on")
    assert document.format == "png"


@pytest.mark.parametrize("format_", ["png", "jpeg", "tiff", "bmp", "gif", "webp"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_picture_is_broken(format_: str, share: float) -> None:
    data = encoded(noise(), format_)

    with pytest.raises(BrokenFile, match="page 1 of this") as refusal:
        load(data[: int(len(data) * share)], "cut")
    assert refusal.value.__cause__ is not None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_heic_is_broken(share: float) -> None:
    data = heic(noise())

    with pytest.raises(BrokenFile, match="page 1 of this HEIC"):
        load(data[: int(len(data) * share)])


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg"])
def test_a_broken_second_tiff_page_is_named(compression: str) -> None:
    whole = encoded(
        noise(), "tiff", save_all=True, append_images=[noise()], compression=compression
    )
    assert len(load(whole).pages) == 2
    with Image.open(io.BytesIO(whole)) as file:
        file.seek(1)
        start, length = file.tag_v2[273][0], file.tag_v2[279][0]
        offset_entry = file._frame_pos[1]
    damaged = bytearray(whole)
    if compression == "raw":
        damaged[offset_entry : offset_entry + 40] = b"\xff" * 40  # its directory
    else:
        damaged[start : start + length] = b"\xff" * length

    with pytest.raises(BrokenFile, match="page 2 of this TIFF"):
        load(bytes(damaged))


@settings(deadline=None)  # the first page of a format waits for its decoder
@given(st.data())
def test_damaged_bytes_give_a_document_or_a_load_error(data: st.DataObject) -> None:
    format_ = data.draw(st.sampled_from(["png", "jpeg", "gif", "bmp", "webp"]))
    content = bytearray(encoded(noise(20, 30), format_))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        document = load(bytes(content), limits=Limits(max_pixels=10_000))
    except LoadError as error:
        assert str(error).startswith("document: ")
    else:
        assert isinstance(document, Document)


def test_too_many_bytes_are_refused_with_both_figures() -> None:
    with pytest.raises(LimitExceeded, match=r"11 bytes; at most 10 are"):
        load(b"x" * 11, limits=Limits(max_bytes=10))


def test_a_gigantic_picture_is_refused_by_its_header_alone() -> None:
    tracemalloc.start()
    with pytest.raises(LimitExceeded, match=r"40,000 x 40,000 = 1,600,000,000 pixels.*80,000,000"):
        load(png_header(40_000, 40_000))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak_bytes < 1_000_000


def test_pillows_own_limit_does_not_overrule_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)

    for format_ in ("png", "jpeg", "bmp", "gif"):
        assert load(encoded(red_left_half(), format_)).pages[0].width == 60


def test_pillows_own_limit_does_not_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)

    for format_ in ("tiff", "webp"):
        with pytest.raises(LimitExceeded, match="page 1 is too large to decode"):
            load(encoded(red_left_half(), format_))


def test_page_pixels_of_any_page_count() -> None:
    pages = [Image.new("1", (10, 10)), Image.new("1", (101, 100))]
    data = encoded(pages[0], "tiff", save_all=True, append_images=pages[1:])

    with pytest.raises(LimitExceeded, match="page 2 is 101 x 100 = 10,100 pixels; at most 10,000"):
        load(data, limits=Limits(max_pixels=10_000))


def test_too_many_pages_are_refused_and_none_cut_off() -> None:
    data = encoded(
        Image.new("1", (8, 8)), "tiff", save_all=True, append_images=[Image.new("1", (8, 8))] * 2
    )

    assert len(load(data, limits=Limits(max_pages=3)).pages) == 3
    with pytest.raises(LimitExceeded, match="more than 2 pages"):
        load(data, limits=Limits(max_pages=2))


def test_time_is_limited() -> None:
    with pytest.raises(LimitExceeded, match=r"0 s are allowed"):
        load(encoded(red_left_half(), "png"), limits=Limits(timeout_s=0))


def test_limits_are_frozen_and_have_stated_values() -> None:
    assert dataclasses.astuple(Limits()) == (100_000_000, 200, 80_000_000, 120.0, 2_000_000_000)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().max_pages = 3  # type: ignore[misc]


def test_a_path_is_loaded_under_its_file_name(tmp_path: Path) -> None:
    path = tmp_path / "receipt.png"
    path.write_bytes(encoded(red_left_half(), "png"))

    assert load_path(path).name == "receipt.png"


def test_a_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(1000)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was opened"))

    with pytest.raises(LimitExceeded, match=r"large.png: the file has 1,000 bytes; at most 999"):
        load_path(path, Limits(max_bytes=999))


def test_paths_that_are_no_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no such file"):
        load_path(tmp_path / "missing.png")
    with pytest.raises(LoadError, match="this is a folder"):
        load_path(tmp_path)
    with pytest.raises(LoadError, match="cannot be read"):
        load_path(tmp_path / "null\0character")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(LoadError, match="a device or a pipe"):
        load_path(tmp_path / "pipe")


def test_an_archive_that_holds_a_pdf_uncompressed_is_an_archive() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.pdf", b"%PDF-1.7\n")
    with pytest.raises(UnsupportedFormat, match="a zip archive; unpack it"):
        sniff(archive.getvalue())
