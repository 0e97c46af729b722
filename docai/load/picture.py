"""Pages out of picture files, decoded by Pillow. Knows nothing of PDF."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageFile, ImageOps
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from docai.document import Page, Picture
from docai.errors import BrokenFile, LimitExceeded, LoadError, UnsupportedFormat
from docai.load.limits import Deadline, Limits, check_pixels, check_total_pixels

# The file classes themselves rather than Image.open, whose own pixel limit is global to the
# process, and which hides why a damaged header was refused. Plain JpegImageFile: the further
# pictures that phones append to a JPEG are depth and brightness maps, not pages.
_OPENERS: dict[str, Callable[[BytesIO], ImageFile.ImageFile]] = {
    "png": PngImageFile,
    "jpeg": JpegImageFile,
    "tiff": TiffImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
    "bmp": BmpImageFile,
}
_PAGED = ("tiff", "heic")
_NEW_SUBFILE_TYPE = 254  # TIFF 6.0, page 36: bit 0 a smaller copy, bit 2 a transparency mask
_NOT_A_PAGE = 0b101
_SANE_DPI = (30.0, 2400.0)
_SQUARE_WITHIN = 0.05  # pixels further from square have no single resolution
_USUAL_WHITES = (1.0, 255.0, 65535.0)


def picture_pages(data: bytes, format_: str, limits: Limits, deadline: Deadline) -> Iterator[Page]:
    """Decode every page of a picture file; all sizes are checked before any pixel is decoded."""
    with _decoding(1, format_, limits):
        opener = _heif_opener() if format_ == "heic" else _OPENERS[format_]
        file = opener(BytesIO(data))
    with file:
        frames = _paged_frames(file, format_, limits) if format_ in _PAGED else [0]
        with _decoding(1, format_, limits):
            file.seek(frames[0])
        check_pixels(1, file.height, file.width, limits)
        check_total_pixels(1, file.height * file.width, limits)
        for number, frame in enumerate(frames, start=1):
            yield _page(file, frame, number, format_, limits, deadline)


def _heif_opener() -> Callable[[BytesIO], ImageFile.ImageFile]:
    """Import HEIC support where it is needed: its library takes a while to load."""
    from pillow_heif import HeifImageFile

    opener: Callable[[BytesIO], ImageFile.ImageFile] = HeifImageFile
    return opener


@contextmanager
def _decoding(number: int, format_: str, limits: Limits) -> Iterator[None]:
    """Turn whatever Pillow raises on hostile bytes into errors that name the page."""
    try:
        yield
    except LoadError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise LimitExceeded(
            f"page {number} is too large to decode ({error}); "
            f"at most {limits.max_pixels:,} pixels are allowed"
        ) from error
    except Exception as error:  # decoders raise nearly anything, from OSError to struct.error
        raise BrokenFile(
            f"page {number} of this {format_.upper()} file is damaged or cut off: {error}"
        ) from error


def _paged_frames(file: ImageFile.ImageFile, format_: str, limits: Limits) -> list[int]:
    """Return which frames are pages, having read their headers and nothing else."""
    frames: list[int] = []
    frame, pixels = 0, 0
    while True:
        with _decoding(len(frames) + 1, format_, limits):
            try:
                file.seek(frame)
            except EOFError:
                return frames or [0]
        if _is_page(file):
            frames.append(frame)
            _check_count(len(frames), limits)
            check_pixels(len(frames), file.height, file.width, limits)
            pixels += file.height * file.width
            check_total_pixels(len(frames), pixels, limits)
        frame += 1


def _check_count(so_far: int, limits: Limits) -> None:
    """Refuse a file with too many pages; it may have millions, so nobody counts to the end."""
    if so_far > limits.max_pages:
        raise LimitExceeded(
            f"the document has more than {limits.max_pages:,} pages; "
            f"at most {limits.max_pages:,} are allowed"
        )


def _is_page(file: ImageFile.ImageFile) -> bool:
    """Tell pages from the thumbnails and masks that a TIFF may hold beside them."""
    if not isinstance(file, TiffImageFile):
        return True
    subfile_type = file.tag_v2.get(_NEW_SUBFILE_TYPE, 0)
    return not (isinstance(subfile_type, int) and subfile_type & _NOT_A_PAGE)


def _page(
    file: ImageFile.ImageFile,
    frame: int,
    number: int,
    format_: str,
    limits: Limits,
    deadline: Deadline,
) -> Page:
    """Decode one frame as page ``number``."""
    deadline.left_s()
    with _decoding(number, format_, limits):
        file.seek(frame)
        file.load()
        return Page(number, _rgb(_upright(file)), _dpi(file.info))


def _upright(image: Image.Image) -> Image.Image:
    """Turn and mirror ``image`` as its EXIF orientation says; a damaged EXIF says nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # EXIF is parsed by hand in Pillow; the picture itself is sound
        return image


def _rgb(image: Image.Image) -> Picture:
    """Convert any colour mode to (H, W, 3) uint8 RGB, what is transparent to white."""
    if image.mode.startswith(("I", "F")):
        return _grey(image)
    if image.mode == "LAB":
        raise UnsupportedFormat("pictures in LAB colours are not read; convert it to RGB")
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def _grey(image: Image.Image) -> Picture:
    """Scale 16-bit, 32-bit and float grey values to [0, 255]; none is clipped."""
    values = np.nan_to_num(np.asarray(image, np.float32), posinf=0.0, neginf=0.0)
    values = values - min(0.0, float(values.min()))
    white = 65535.0 if image.mode.startswith("I;16") else _white(float(values.max()), image.mode)
    grey = np.rint(values * (255.0 / white)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _white(brightest: float, mode: str) -> float:
    """Return the value of white where the file does not say: the least usual one that fits."""
    usual = _USUAL_WHITES if mode == "F" else _USUAL_WHITES[1:]
    return next((white for white in usual if brightest <= white), brightest)


def _dpi(metadata: dict[Any, Any]) -> float | None:
    """Return the resolution that a file claims, if it is believable."""
    try:
        x, y = (float(dpi) for dpi in metadata["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    low, high = _SANE_DPI
    if not (low <= x <= high and low <= y <= high) or abs(x - y) > _SQUARE_WITHIN * max(x, y):
        return None
    return round((x + y) / 2, 2)
