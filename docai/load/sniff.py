"""Which format bytes are, told by their first kilobyte alone."""

import re

from docai.errors import UnsupportedFormat

_MAGIC = (
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("jpeg", re.compile(rb"\xff\xd8\xff")),
    ("tiff", re.compile(rb"II[*+]\0|MM\0[*+]")),
    ("webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("gif", re.compile(rb"GIF8[79]a")),
    # "BM" alone begins many a text: the size of the second header must be one that exists.
    ("bmp", re.compile(rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL)),
    ("heic", re.compile(rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)),
)
ONE_PAGE = frozenset({"png", "jpeg", "webp", "gif", "bmp"})  # formats whose files hold one page
_PDF_WITHIN = 1024  # readers look for %PDF- in the first 1024 bytes (Adobe's PDF 1.7, note 13)

# Formats that people do send, and what would help.
_FOREIGN = (
    (rb"PK\x03\x04.{0,2000}?word/", "a Word document; print it to PDF"),
    (rb"PK\x03\x04.{0,2000}?xl/", "an Excel workbook; print it to PDF"),
    (rb"PK\x03\x04.{0,2000}?ppt/", "a PowerPoint file; print it to PDF"),
    (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", "an OpenDocument file; print it to PDF"),
    (rb"PK\x03\x04.{26}\[Content_Types\]\.xml", "an office document; print it to PDF"),
    (rb"PK(\x03\x04|\x05\x06)", "a zip archive; unpack it"),
    (rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!", "a compressed archive; unpack it"),
    (rb"\xd0\xcf\x11\xe0", "an old Office or Outlook file; print it to PDF"),
    (rb"\{\\rtf", "a rich text (RTF) document; print it to PDF"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "PostScript; convert it to PDF"),
    (rb"....ftypavi[fs]", "an AVIF picture; convert it to PNG or JPEG"),
    (rb"....ftyp", "a video"),
    (rb"\0\0\0\x0cjP  |\xffO\xffQ", "a JPEG 2000 picture; convert it to PNG"),
    (rb"8BPS", "a Photoshop file; export it as PNG"),
    (
        rb"(?i)(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)",
        "a web page (HTML)",
    ),
    (rb"(?i)(\xef\xbb\xbf)?\s*(<\?xml.*?)?<svg", "an SVG drawing; print it to PDF"),
    (rb"(\xef\xbb\xbf)?\s*<\?xml", "XML"),
)
_READABLE = "docai reads PDF, PNG, JPEG, TIFF, WebP, BMP, GIF and HEIC"


def sniff(data: bytes) -> str:
    """Return the format of ``data``: pdf, png, jpeg, tiff, webp, gif, bmp or heic.

    A picture is told by its very first bytes, and wins over a PDF that begins later on, so a file
    that is both has one meaning.

    Raises:
        UnsupportedFormat: it is none of them; the message says what it looks like.
    """
    for format_, magic in _MAGIC:
        if magic.match(data):
            return format_
    # A zip archive may hold a PDF uncompressed, whose mark then stands near its beginning.
    if not data.startswith(b"PK\x03\x04") and data.find(b"%PDF-", 0, _PDF_WITHIN) >= 0:
        return "pdf"
    raise UnsupportedFormat(f"the content looks like {_looks_like(data)}; {_READABLE}")


def _looks_like(data: bytes) -> str:
    """Say for people what ``data`` might be, and what to do about it."""
    head = data[:4096]
    for pattern, description in _FOREIGN:
        if re.match(pattern, head, re.DOTALL):
            return description
    if not head.strip(b"\0"):
        return "nothing but zeros"
    return "plain text" if _is_text(head) else f"no format we know (it begins {head[:8].hex(' ')})"


def _is_text(head: bytes) -> bool:
    """Tell whether ``head`` is readable text in UTF-8, UTF-16 or an 8-bit encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return control == 0
