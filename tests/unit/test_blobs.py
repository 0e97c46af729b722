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
from hypothesis.extra.numpy import array_shapes, arrays

from docai import reading_json
from docai.reading import Line, Reading, Word
from docai.vlm.tokens import ImageTokens

floats = st.floats(allow_nan=False, allow_infinity=False)
points = st.tuples(floats, floats)
shapes = array_shapes(max_dims=3, max_side=6)
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
    floats = draw(arrays(np.uint32, draw(shapes))).view(np.float32)  # every bit pattern, NaN too
    names = draw(st.lists(st.text("abc.012", min_size=1), min_size=2, max_size=2, unique=True))
    return ImageTokens(
        page=draw(st.integers(1, 10_000)),
        model=draw(st.text()),
        tensors={names[0]: floats, names[1]: draw(arrays(np.uint16, draw(shapes)))},
        facts=draw(st.dictionaries(st.text(), st.lists(st.integers()) | st.text(), max_size=3)),
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
    assert (again.page, again.model, again.facts) == (tokens.page, tokens.model, tokens.facts)
    assert again.tensors.keys() == tokens.tensors.keys()
    for name, tensor in tokens.tensors.items():
        assert again.tensors[name].dtype == tensor.dtype
        assert again.tensors[name].shape == tensor.shape
        assert again.tensors[name].tobytes() == tensor.tobytes()


def test_tokens_of_a_slice_are_those_of_the_slice() -> None:
    whole = np.arange(24, dtype=np.float32).reshape(4, 6)
    tokens = ImageTokens(1, "m", {"cut": whole[:, ::2]})
    assert np.array_equal(ImageTokens.from_bytes(tokens.to_bytes()).tensors["cut"], whole[:, ::2])


def test_image_tokens_are_a_safetensors_file() -> None:
    tensors = {"embeddings": np.ones((2, 4), np.float32)}
    data = ImageTokens(3, "a-model/1", tensors, {"grid": [1, 2]}).to_bytes()
    assert list(safetensors.numpy.load(data)) == ["embeddings"]
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    assert header["__metadata__"] == {
        "page": "3",
        "model": '"a-model/1"',
        "facts": '{"grid": [1, 2]}',
    }


TOKENS = ImageTokens(1, "m", {"e": np.ones((4, 3), np.float32)}, {"grid": [2, 2]}).to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        TOKENS[:-1],
        TOKENS[:40],
        TOKENS.replace(b'"page"', b'"pgae"'),
        TOKENS.replace(b"[2, 2]", b"[2, ]]"),
        TOKENS.replace(b'"page":"1"', b'"page":"0"'),
        TOKENS.replace(b'"page":"1"', b'"page":"x"'),
        TOKENS.replace(b'"__metadata__"', b'"__metadata_x"'),
        safetensors.numpy.save({"embeddings": np.ones((4, 3), np.float32)}),
        safetensors.numpy.save({"other": np.ones((4, 3), np.float32)}, {"page": "1"}),
    ],
)
def test_what_is_no_image_tokens_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="these are no image tokens"):
        ImageTokens.from_bytes(data)


def test_a_reading_needs_no_pydantic_to_be_looked_at() -> None:
    code = "import sys, docai.reading; assert not {'pydantic', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
