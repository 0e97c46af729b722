"""Fonts of the system that invented documents are set in."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont
_FONTS = Path("/usr/share/fonts")
_BOLD = {
    "DejaVuSansMono": "DejaVuSansMono-Bold",
    "LiberationMono-Regular": "LiberationMono-Bold",
    "FreeMono": "FreeMonoBold",
    "NanumGothicCoding": "NanumGothicCodingBold",
    "LiberationSans-Regular": "LiberationSans-Bold",
    "LiberationSansNarrow-Regular": "LiberationSansNarrow-Bold",
    "DejaVuSansCondensed": "DejaVuSansCondensed-Bold",
    "DejaVuSans": "DejaVuSans-Bold",
    "FreeSans": "FreeSansBold",
    "LiberationSerif-Regular": "LiberationSerif-Bold",
    "DejaVuSerifCondensed": "DejaVuSerifCondensed-Bold",
    "NanumGothic": "NanumGothicBold",
    "NanumBarunGothic": "NanumBarunGothicBold",
    "NotoSansCJK-Regular": "NotoSansCJK-Bold",
    "NotoSerifCJK-Regular": "NotoSerifCJK-Bold",
}


@cache
def _installed() -> dict[str, Path]:
    """Return where each installed font lies, by name."""
    files = sorted(_FONTS.rglob("*.tt[fc]")) + sorted(_FONTS.rglob("*.otf"))
    return {path.stem: path for path in reversed(files)}


def font_path(name: str) -> Path | None:
    """Return where a font lies, or None where it is not installed."""
    return _installed().get(name)


@cache
def face(name: str, is_bold: bool) -> str:
    """Return the font to use for bold or plain text; plain where there is no bold one."""
    bold = _BOLD.get(name, name)
    return bold if is_bold and font_path(bold) else name


@cache
def font_of(name: str, size: int) -> Font | ImageFont.ImageFont:
    """Return a font; the empty name is Pillow's own."""
    path = font_path(name) if name else None
    if path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=20_000)
def text_width(name: str, size: int, text: str) -> float:
    """Return the width of ``text`` in pixels, to 0.2 %: summed up, as measuring it is dear."""
    return sum(_advance(name, size, char) for char in text)


@cache
def _advance(name: str, size: int, char: str) -> float:
    """Return how far ``char`` takes the pen, in pixels."""
    return float(font_of(name, size).getlength(char))


@cache
def covers(name: str, char: str) -> bool:
    """Return whether the font draws ``char`` and not the box for missing glyphs."""
    return _ink(name, char) != _ink(name, "\U0010fffe")


@cache
def _ink(name: str, char: str) -> bytes:
    """Return the pixels of ``char``."""
    return bytes(font_of(name, 24).getmask(char))
