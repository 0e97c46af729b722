import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from docai.vlm.openai.cost import compress, fit, image_tokens, text_tokens

SIDES = st.integers(1, 12_000)


@given(SIDES, SIDES, st.integers(16, 4096))
def test_a_picture_fits_its_budget_and_keeps_its_shape(
    height: int, width: int, max_tokens: int
) -> None:
    fitted = fit((height, width), max_tokens)
    assert 1 <= image_tokens(fitted) <= max_tokens
    assert fitted[0] <= height
    assert fitted[1] <= width
    if min(fitted) > 1:  # whole pixels: a side may be one off
        assert abs(fitted[0] * width - fitted[1] * height) <= max(height, width)


@given(SIDES, SIDES)
def test_a_picture_within_its_budget_is_left_alone(height: int, width: int) -> None:
    assert fit((height, width), image_tokens((height, width))) == (height, width)


def test_a_budget_is_spent() -> None:
    assert image_tokens(fit((3508, 2480), 1280)) > 1200


def test_a_compressed_picture_is_nearly_the_same() -> None:
    picture = np.full((60, 90, 3), 255, np.uint8)
    picture[20:40, 30:60] = (200, 30, 90)
    file = compress(picture, (60, 90))
    with Image.open(io.BytesIO(file.tobytes())) as shown:
        assert shown.size == (90, 60)
        assert np.abs(np.asarray(shown).astype(int) - picture).max() < 40
    assert bytes(compress(picture, (60, 90))) == bytes(file)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        # Tokenizers make one token of a plain word, of a figure, and of a character of Chinese.
        ("The quick brown fox jumps over the lazy dog.", 10),
        ("0123456789.50", 13),
        ("漢字漢字", 4),
        ("", 0),
        ("€ 12,50" + " " * 40 + "Summe", 12),
    ],
)
def test_words_are_never_counted_too_low(text: str, tokens: int) -> None:
    assert text_tokens(text) >= tokens


def test_a_page_of_blanks_costs_little() -> None:
    assert text_tokens(" " * 8000) < 1100
