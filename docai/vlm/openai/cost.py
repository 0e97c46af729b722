"""What pictures and words cost: estimates, for nobody here has the tokenizer of the server."""

import io
import math
import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docai.document import Picture

# Qwen2-VL and its successors make one image token of 28 x 28 pixels (Qwen3-VL: of 32 x 32). Other
# families count otherwise, and their servers scale by rules of their own.
PATCH_PX = 28
MEDIA_TYPE = "image/jpeg"
MAX_SIDE_PX = 65_000  # of a JPEG file
JPEG_QUALITY = 95  # without chroma subsampling: no harm to print that an eye or a model could see

_WORDS = re.compile(r"(?P<letters>[A-Za-z]+)|(?P<blanks>[ \t]+)|(?P<rest>[^A-Za-z \t])")


def image_tokens(size: tuple[int, int]) -> int:
    """Return what a picture of (height, width) pixels costs."""
    height, width = size
    return math.ceil(height / PATCH_PX) * math.ceil(width / PATCH_PX)


def fit(size: tuple[int, int], max_tokens: int) -> tuple[int, int]:
    """Return the largest (height, width) of the same shape, and no larger, within a budget."""
    height, width = size
    scale = min(1.0, math.sqrt(max_tokens * PATCH_PX**2 / (height * width)))
    fitted = size
    while image_tokens(fitted) > max_tokens or max(fitted) > MAX_SIDE_PX:
        fitted = (max(1, math.floor(height * scale)), max(1, math.floor(width * scale)))
        scale *= 0.995
    return fitted


def compress(picture: Picture, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a (H, W, 3) RGB picture as the bytes of a JPEG file of (height, width) pixels."""
    height, width = size
    shown = Image.fromarray(picture)
    if (height, width) != picture.shape[:2]:
        shown = shown.resize((width, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return np.frombuffer(file.getvalue(), np.uint8)


def text_tokens(text: str) -> int:
    """Estimate how many tokens ``text`` is, rather too many than too few.

    Two letters to a token, where tokenizers see four and more in plain words; a token for each
    figure and mark, since several families part numbers so; one for each byte of other scripts,
    which is the most that any tokenizer of bytes makes of them; eight blanks to a token.
    """
    count = 1
    for found in _WORDS.finditer(text):
        match found.lastgroup:
            case "letters":
                count += math.ceil(len(found[0]) / 2)
            case "blanks":
                count += math.ceil(len(found[0]) / 8)
            case _:
                count += len(found[0].encode("utf-8", "replace"))
    return count
