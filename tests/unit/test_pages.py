"""Pages outside of memory: what went out comes back, and pictures are held by nobody."""

import gc
import io
import json
import subprocess
import sys
import weakref
from dataclasses import FrozenInstanceError, dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from docai.document import Document, Page, TextLayerWord
from docai.extraction.fields import schema_of
from docai.ocr.second_look import Candidate
from docai.pages import PageFacts, StoredPage, picture_from_png, picture_to_png
from docai.pipeline import Pipeline
from docai.testing import ScriptedOcr, ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Span
from schemas.receipt import Receipt

floats = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
words = st.builds(TextLayerWord, st.text(), st.tuples(floats, floats, floats, floats))
facts_of_pages = st.builds(
    PageFacts,
    st.integers(1, 10_000),
    sizes,
    st.none() | floats,
    st.lists(words, max_size=5).map(tuple),
)
pictures = sizes.flatmap(lambda size: arrays(np.uint8, (*size, 3)))


@given(facts_of_pages)
def test_facts_come_back_exactly(facts: PageFacts) -> None:
    assert PageFacts.from_bytes(facts.to_bytes()) == facts


@given(pictures)
def test_a_picture_comes_back_exactly(picture: np.ndarray) -> None:
    assert np.array_equal(picture_from_png(picture_to_png(picture)), picture)


def test_the_png_has_the_colours_of_the_picture() -> None:
    red = np.zeros((2, 3, 3), np.uint8)
    red[:, :, 0] = 255
    with Image.open(io.BytesIO(picture_to_png(red))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (3, 2))
        assert image.getpixel((0, 0)) == (255, 0, 0)


@given(facts_of_pages, st.data())
def test_facts_and_picture_make_the_page_again(facts: PageFacts, data: st.DataObject) -> None:
    picture = data.draw(arrays(np.uint8, (*facts.size, 3)))
    page = facts.page(picture_to_png(picture))
    assert PageFacts.of(page) == facts
    assert np.array_equal(page.picture, picture)


def test_pillows_own_limit_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    assert picture_from_png(picture_to_png(np.zeros((10, 10, 3), np.uint8))).shape == (10, 10, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b"7",
        b"\xff",
        b'{"number": 1, "height": 2, "width": 3, "dpi": null, "text_layer": [["a", 1, 2, 3]]}',
    ],
)
def test_what_is_no_facts_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="these are no facts of a page"):
        PageFacts.from_bytes(data)


def test_a_damaged_picture_is_refused() -> None:
    whole = picture_to_png(np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8))
    for data in (b"", b"hello", whole[:1000], whole[:500] + b"\0" * 500 + whole[1000:]):
        with pytest.raises(ValueError, match="the stored picture of a page is damaged"):
            picture_from_png(data)
    with pytest.raises(
        ValueError, match=r"page 4 has \(height, width\) \(50, 50\), not \(50, 51\)"
    ):
        PageFacts(4, (50, 51)).page(whole)


def test_a_picture_of_another_kind_is_refused() -> None:
    file = io.BytesIO()
    Image.new("L", (3, 2)).save(file, "PNG")
    with pytest.raises(ValueError, match=r"is \(H, W, 3\) uint8, not \(2, 3\) uint8"):
        picture_from_png(file.getvalue())


@dataclass
class Shelf:
    """Pictures in store, and how often each was fetched."""

    pngs: dict[int, bytes]
    fetched: list[int] = field(default_factory=list)

    def page(self, facts: PageFacts) -> StoredPage:
        def fetch() -> Page:
            self.fetched.append(facts.number)
            return facts.page(self.pngs[facts.number])

        return StoredPage(facts, fetch)


def stored(*pages: Page) -> tuple[Shelf, tuple[StoredPage, ...]]:
    shelf = Shelf({page.number: picture_to_png(page.picture) for page in pages})
    return shelf, tuple(shelf.page(PageFacts.of(page)) for page in pages)


def test_a_stored_page_is_a_page() -> None:
    page = Page(3, np.full((4, 5, 3), 7, np.uint8), 150.0, (TextLayerWord("a", (0, 0, 1, 1)),))
    shelf, [same] = stored(page)

    assert isinstance(same, Page)
    assert PageFacts.of(same) == PageFacts.of(page)
    assert "StoredPage(PageFacts(number=3" in repr(same)
    assert shelf.fetched == []
    assert np.array_equal(same.picture, page.picture)
    assert not same.picture.flags.writeable
    assert shelf.fetched == [3, 3]
    with pytest.raises(FrozenInstanceError):
        same.number = 4  # type: ignore[misc]


class SureLook:
    """A second look that is sure of another total."""

    def read_again(self, picture, polygons, kind, first_texts=()):  # type: ignore[no-untyped-def]
        better = "TOTAL 9.00" if first_texts[0] == "TOTAL 3.00" else first_texts[0]
        return [[Candidate(better, -0.1), *(Candidate(text, -9.0) for text in first_texts)]]


@dataclass
class WatchfulLook(SureLook):
    """One that minds whether pictures of other pages are still held."""

    seen: list[weakref.ref[np.ndarray]] = field(default_factory=list)

    def read_again(self, picture, polygons, kind, first_texts=()):  # type: ignore[no-untyped-def]
        gc.collect()
        alive = [other for other in (ref() for ref in self.seen) if other is not None]
        assert all(other is picture for other in alive)
        self.seen.append(weakref.ref(picture))
        return super().read_again(picture, polygons, kind, first_texts)


READINGS = (
    typed_reading(["GREEN HILL MARKET", "12 ORCHARD ROAD", "14/03/2026"]),
    typed_reading(["TOTAL 3.00"], page=2, engine="text-layer"),
    typed_reading(["SUBTOTAL 8.00", "TAX 1.00", "TOTAL 3.00"], page=3),
    typed_reading(["THANK YOU"], page=4),
)
ANSWERS = (
    Answer("merchant_name", 0.9, Span(1, (0, 1, 2))),
    Answer("transaction_date", 0.9, Span(1, (6,))),
    Answer("subtotal", 0.9, Span(3, (1,))),
    Answer("total_tax", 0.9, Span(3, (3,))),
    Answer("total", 0.9, Span(3, (5,))),
)


def test_concluding_looks_once_at_each_page_that_needs_it_and_holds_none() -> None:
    shelf, pages = stored(*(blank_page(reading) for reading in READINGS))
    look = WatchfulLook()
    pipeline = Pipeline(ScriptedOcr(()), ScriptedVlm(ANSWERS), look)  # type: ignore[arg-type]
    document = Document("a.tiff", "ab" * 32, "tiff", pages)
    tokens = tuple(ScriptedVlm().encode(page) for page in pages)
    assert shelf.fetched == []

    result = pipeline.conclude(document, schema_of(Receipt, "receipt"), READINGS, tokens)

    assert shelf.fetched == [1, 3]
    assert len(look.seen) == 5
    assert result.extraction.fields["total"].text == "9.00"
    assert list(result.extraction.timings_s) == ["reconcile", "second_look"]
    assert [(p.width, p.height) for p in result.extraction.pages] == [
        (reading.size[1], reading.size[0]) for reading in READINGS
    ]


def test_in_parts_is_the_same_as_in_one_go() -> None:
    pages = tuple(blank_page(reading) for reading in READINGS)
    vlm, schema = ScriptedVlm(ANSWERS), schema_of(Receipt, "receipt")
    pipeline = Pipeline(ScriptedOcr(READINGS), vlm, SureLook())  # type: ignore[arg-type]
    whole = pipeline.extract(Document("a.tiff", "ab" * 32, "tiff", pages), schema)
    again = Document("a.tiff", "ab" * 32, "tiff", stored(*pages)[1])
    parts = pipeline.conclude(again, schema, READINGS, tuple(vlm.encode(page) for page in pages))

    def timeless(json_: dict[str, object]) -> str:
        return json.dumps({**json_, "timings_s": {}})

    assert timeless(parts.extraction.to_json()) == timeless(whole.extraction.to_json())
    assert (parts.readings, parts.signals) == (whole.readings, whole.signals)


def test_pictures_need_no_opencv() -> None:
    heavy = "{'cv2', 'onnxruntime', 'torch', 'pydantic'}"
    code = f"import sys, docai.pages; found = {heavy} & set(sys.modules); assert not found, found"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
