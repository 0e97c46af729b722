"""Readings and image tokens as bytes: what went out comes back, bit by bit."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from docai import reading_json
from docai.reading import Line, Reading, Word
from docai.vlm.tokens import ImageTokens

floats = st.floats(allow_nan=False, allow_infinity=False)
points = st.tuples(floats, floats)
polygons = st.tuples(points, points, points, points)
readings = st.builds(
    Reading,
    page=st.integers(1, 10_000),
    size=st.tuples(st.integers(1, 40_000), st.integers(1, 40_000)),
    words=st.lists(st.builds(Word, st.text(min_size=1), polygons, floats), max_size=4).map(tuple),
    lines=st.lists(st.builds(Line, st.integers(0, 9), st.integers(0, 9), polygons), max_size=4).map(
        tuple
    ),
    angle_deg=floats,
    engine=st.text(),
)


@st.composite
def image_tokens(draw: st.DrawFn) -> ImageTokens:
    rows, cols, width = (draw(st.integers(1, 6)) for _ in range(3))
    bits = draw(arrays(np.uint32, (rows * cols, width)))
    return ImageTokens(
        page=draw(st.integers(1, 10_000)),
        grid=(rows, cols),
        extent=draw(points),
        embeddings=bits.view(np.float32),  # every bit pattern, NaN and denormals among them
        model=draw(st.text()),
    )


@given(readings)
def test_a_reading_comes_back_exactly(reading: Reading) -> None:
    again = reading_json.from_bytes(reading_json.to_bytes(reading))
    assert again == reading
    for mine, theirs in zip(again.words, reading.words, strict=True):
        assert repr(mine.polygon) == repr(theirs.polygon)  # 0.0 == -0.0, and they are not the same


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_the_neighbour_of_a_number_is_another_number(value: float) -> None:
    for number in (value, math.nextafter(value, 0.0)):
        reading = Reading(1, (1, 1), (), (), number, "engine")
        again = reading_json.from_bytes(reading_json.to_bytes(reading))
        assert again.angle_deg.hex() == number.hex()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"page": 1}'])
def test_what_is_no_reading_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="Reading"):
        reading_json.from_bytes(data)


@given(image_tokens())
def test_image_tokens_come_back_exactly(tokens: ImageTokens) -> None:
    again = ImageTokens.from_bytes(tokens.to_bytes())
    assert (again.page, again.grid, again.model) == (tokens.page, tokens.grid, tokens.model)
    assert repr(again.extent) == repr(tokens.extent)
    assert again.embeddings.dtype == np.float32
    assert again.embeddings.shape == tokens.embeddings.shape
    assert again.embeddings.tobytes() == tokens.embeddings.tobytes()


def test_tokens_of_a_slice_are_those_of_the_slice() -> None:
    whole = np.arange(24, dtype=np.float32).reshape(4, 6)
    tokens = ImageTokens(1, (2, 2), (9.0, 9.0), whole[:, ::2], "m")
    assert np.array_equal(ImageTokens.from_bytes(tokens.to_bytes()).embeddings, whole[:, ::2])


def test_image_tokens_are_a_safetensors_file() -> None:
    tokens = ImageTokens(3, (1, 2), (10.0, 20.5), np.ones((2, 4), np.float32), "a-model/1")
    data = tokens.to_bytes()
    assert list(safetensors.numpy.load(data)) == ["embeddings"]
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    assert header["__metadata__"] == {
        "page": "3",
        "grid": "[1, 2]",
        "extent": "[10.0, 20.5]",
        "model": '"a-model/1"',
    }


TOKENS = ImageTokens(1, (2, 2), (9.0, 9.0), np.ones((4, 3), np.float32), "m").to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        TOKENS[:-1],
        TOKENS[:40],
        TOKENS.replace(b'"page"', b'"pgae"'),
        TOKENS.replace(b'"[2, 2]"', b'"[2, ]]"'),
        TOKENS.replace(b'"[2, 2]"', b'"[2,2,]"'),
        TOKENS.replace(b'"__metadata__"', b'"__metadata_x"'),
        safetensors.numpy.save({"embeddings": np.ones((4, 3), np.float32)}),
        safetensors.numpy.save({"other": np.ones((4, 3), np.float32)}, {"page": "1"}),
    ],
)
def test_what_is_no_image_tokens_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="these are no image tokens"):
        ImageTokens.from_bytes(data)


@pytest.mark.parametrize(
    ("embeddings", "shown"),
    [
        (np.ones((5, 3), np.float32), r"\(5, 3\) float32"),
        (np.ones((4, 3), np.float64), r"\(4, 3\) float64"),
        (np.ones((4,), np.float32), r"\(4,\) float32"),
        (np.ones((1, 4, 3), np.float32), r"\(1, 4, 3\) float32"),
    ],
)
def test_tokens_must_fill_their_grid(embeddings: np.ndarray, shown: str) -> None:
    facts = {"page": "1", "grid": "[2, 2]", "extent": "[9.0, 9.0]", "model": '"m"'}
    with pytest.raises(ValueError, match=rf"grid are \(4, D\) float32, not {shown}"):
        ImageTokens.from_bytes(safetensors.numpy.save({"embeddings": embeddings}, facts))


def test_a_reading_needs_no_pydantic_to_be_looked_at() -> None:
    code = "import sys, docai.reading; assert not {'pydantic', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
