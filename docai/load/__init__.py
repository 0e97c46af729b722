"""From bytes to a Document: PDF, PNG, JPEG, TIFF, WebP, BMP, GIF and HEIC.

Knows files and nothing of their meaning. The format is told by the content, never by the name.
Each page of a PDF or TIFF, and each picture in a HEIC file, is a page. The frames of a GIF, WebP
or PNG are moments of one moving picture, so such a file is one page, its first frame.

Importing this imports nothing heavy, so that `docai.load.sniff` is cheap: names load when used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docai.load.file import invoice_xml, load, load_path, pages
    from docai.load.limits import Limits

__all__ = ["Limits", "invoice_xml", "load", "load_path", "pages"]

_HOMES = {
    "Limits": "docai.load.limits",
    "invoice_xml": "docai.load.file",
    "load": "docai.load.file",
    "load_path": "docai.load.file",
    "pages": "docai.load.file",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'docai.load' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
