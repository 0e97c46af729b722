"""Loading page by page: nothing is held, and everything is measured before anything is drawn."""

import gc
import importlib
import io
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter
from reportlab.pdfgen.canvas import Canvas

from docai.document import Page
from docai.errors import BrokenFile, EmptyFile, LimitExceeded, UnsupportedFormat
from docai.load import Limits, load, pages
from docai.load.limits import Deadline

HEAVY = "{'PIL', 'numpy', 'cv2', 'pdf2image', 'pillow_heif', 'onnxruntime', 'pydantic'}"


def tiff(*sizes: tuple[int, int], subfile_type: int = 0) -> bytes:
    """Return a TIFF with a page of noise per (height, width)."""
    random = np.random.default_rng(0)
    file = io.BytesIO()
    with AppendingTiffWriter(file) as writer:
        for size in sizes:
            page = Image.fromarray(random.integers(0, 256, size, np.uint8))
            page.save(writer, "tiff", tiffinfo={254: subfile_type})
            writer.newFrame()
    return file.getvalue()


def pdf(num_pages: int) -> bytes:
    """Return a PDF of pages that are drawn with 100 x 200 pixels."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(36, 72))
    for _ in range(num_pages):
        canvas.rect(10, 10, 10, 10)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_page_by_page_is_the_same_as_all_at_once() -> None:
    data = tiff((20, 30), (40, 50), (60, 70))
    one_by_one, whole = list(pages(data, "a.tiff")), load(data, "a.tiff")

    assert [page.number for page in one_by_one] == [1, 2, 3]
    for mine, theirs in zip(one_by_one, whole.pages, strict=True):
        assert np.array_equal(mine.picture, theirs.picture)


@pytest.mark.parametrize(
    ("data", "module"), [(tiff(*[(20, 30)] * 3), "picture"), (pdf(3), "pdf")], ids=["tiff", "pdf"]
)
def test_a_page_is_let_go_before_the_next_is_drawn(
    data: bytes, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[weakref.ref[np.ndarray]] = []
    draw = importlib.import_module(f"docai.load.{module}")._page

    def drawn(*how: Any) -> Page:
        gc.collect()
        assert [picture() for picture in seen] == [None] * len(seen)
        return draw(*how)

    monkeypatch.setattr(f"docai.load.{module}._page", drawn)
    for page in pages(data):
        seen.append(weakref.ref(page.picture))
        del page
    assert len(seen) == 3


def test_nothing_happens_before_the_first_page_is_asked_for() -> None:
    found = pages(b"", "empty.pdf")
    with pytest.raises(EmptyFile, match=r"^empty\.pdf: the file is empty"):
        next(found)
    with pytest.raises(UnsupportedFormat, match=r"^a\.txt: the content looks like plain text"):
        next(pages(b"Dear Sir or Madam", "a.txt"))


def test_good_pages_come_before_a_broken_one() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (99, 99), np.uint8))
    file = io.BytesIO()
    noise.save(file, "tiff", save_all=True, append_images=[noise], compression="tiff_lzw")
    data = bytearray(file.getvalue())
    with Image.open(file) as image:
        image.seek(1)
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]  # type: ignore[attr-defined]
    data[start : start + length] = b"\xff" * length
    found = pages(bytes(data), "cut.tiff")

    assert next(found).number == 1
    with pytest.raises(BrokenFile, match=r"^cut\.tiff: page 2 of this TIFF"):
        next(found)


@pytest.mark.parametrize(
    ("data", "limit", "message"),
    [
        (tiff((10, 10), (10, 10), (10, 10)), 299, r"pages 1 to 3 have 300 pixels .* 299 are"),
        (tiff((10, 10), (10, 10), (10, 10)), 199, r"pages 1 to 2 have 200 pixels .* 199 are"),
        (tiff((10, 10)), 99, r"pages 1 to 1 have 100 pixels .* 99 are"),
        (pdf(3), 59_999, r"pages 1 to 3 have 60,000 pixels .* 59,999 are allowed: split"),
    ],
)
def test_all_pages_together_have_a_limit(data: bytes, limit: int, message: str) -> None:
    assert len(load(data, limits=Limits(max_total_pixels=10 * limit)).pages) > 0
    with pytest.raises(LimitExceeded, match=rf"^many: {message}"):
        next(pages(data, "many", Limits(max_total_pixels=limit)))


def test_a_single_picture_counts_too() -> None:
    file = io.BytesIO()
    Image.new("L", (20, 10)).save(file, "png")

    assert next(pages(file.getvalue(), limits=Limits(max_total_pixels=200))).width == 20
    with pytest.raises(LimitExceeded, match="pages 1 to 1 have 200 pixels"):
        next(pages(file.getvalue(), limits=Limits(max_total_pixels=199)))


def test_sizes_are_checked_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docai.load.picture._page", lambda *_: pytest.fail("a page was decoded"))
    monkeypatch.setattr("docai.load.pdf._page", lambda *_: pytest.fail("a page was drawn"))

    for data in (tiff((10, 10), (100, 100)), pdf(2)):
        with pytest.raises(LimitExceeded, match="together"):
            next(pages(data, limits=Limits(max_total_pixels=10_050)))


def test_a_file_of_nothing_but_masks_is_measured_by_the_frame_that_is_decoded() -> None:
    data = tiff((100, 100), (10, 10), subfile_type=4)

    assert next(pages(data)).height == 100
    with pytest.raises(LimitExceeded, match="page 1 is 100 x 100"):
        next(pages(data, limits=Limits(max_pixels=9_999)))


def test_time_of_whoever_takes_the_pages_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    found = pages(tiff((10, 10), (10, 10)), limits=Limits(timeout_s=5))

    next(found)
    clock[0] += 1000

    assert next(found).number == 2


def test_time_of_the_loader_does_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    deadline = Deadline(timeout_s=5, started_s=100.0)

    with deadline.paused():
        clock[0] += 1000
    clock[0] += 4

    assert deadline.left_s() == 1
    clock[0] += 1
    with pytest.raises(LimitExceeded, match=r"more than 5\.0 s; 5 s are allowed"):
        deadline.left_s()


def test_who_stops_early_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found: Iterator[object] = pages(pdf(2))

    next(found)
    assert len(list(tmp_path.iterdir())) == 1
    del found
    gc.collect()

    assert list(tmp_path.iterdir()) == []


def test_sniffing_is_cheap_to_import() -> None:
    code = (
        "import sys; from docai.load.sniff import sniff; from docai.load import Limits; "
        f"assert sniff(b'%PDF-1.4') == 'pdf'; loaded = {HEAVY} & set(sys.modules); "
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_the_names_of_loading_are_these() -> None:
    import docai.load

    assert dir(docai.load) == ["Limits", "invoice_xml", "load", "load_path", "pages"]
    for name in dir(docai.load):
        assert getattr(docai.load, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        docai.load.lod  # noqa: B018 - the lookup is the test
