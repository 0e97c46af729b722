"""Readings kept on disk, for measuring and training: OCR is what costs most there."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from docai import reading_json
from docai.document import Page
from docai.ocr.engine import OcrEngine
from docai.reading import Reading


class CachedOcr:
    """Asks an engine once per picture. Meets `docai.ocr.engine.OcrEngine`.

    A reading is found again by everything an engine can see of a page, and the engine's name. The
    code of an engine may change while its name stays: then empty the folder. Several processes
    may share a folder.
    """

    def __init__(self, engine: OcrEngine, folder: Path) -> None:
        self.name = engine.name
        self._engine, self._folder = engine, folder
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        path = self._folder / f"{_key(page, self.name)}.json"
        if path.is_file():
            return replace(reading_json.from_bytes(path.read_bytes()), page=page.number)
        reading = self._engine.read(page)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(reading_json.to_bytes(reading))
        partial.replace(path)  # whole or not at all
        return reading


def _key(page: Page, engine: str) -> str:
    """Return a digest of what ``engine`` can see of a page; its number is no part of that."""
    seen = hashlib.sha256(repr((engine, page.picture.shape, page.dpi, page.text_layer)).encode())
    seen.update(page.picture.tobytes())
    return seen.hexdigest()[:32]
