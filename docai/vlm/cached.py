"""Image tokens kept on disk: the next question about the same page needs no vision."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from docai.document import Page
from docai.provenance import Provenance, provenance_of
from docai.vlm.engine import Question, Reply, Vlm
from docai.vlm.tokens import ImageTokens


class CachedVlm:
    """Has a model look once at each picture. Meets `docai.vlm.engine.Vlm`.

    Tokens are found again by the model's name, which tells its revision, number type and budget,
    and by the picture. Several processes may share a folder; a damaged file is made anew.
    """

    def __init__(self, vlm: Vlm, folder: Path) -> None:
        self._vlm, self._folder = vlm, folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def name(self) -> str:
        """Of the model."""
        return self._vlm.name

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return provenance_of(self._vlm)

    def encode(self, page: Page) -> ImageTokens:
        """See `docai.vlm.engine.Vlm.encode`."""
        path = self._folder / f"{_key(page, self.name)}.safetensors"
        kept = _read(path)
        if kept is not None:
            return replace(kept, page=page.number)
        tokens = self._vlm.encode(page)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(tokens.to_bytes())
        partial.replace(path)  # whole or not at all
        return tokens

    def answer(self, question: Question) -> Reply:
        """See `docai.vlm.engine.Vlm.answer`."""
        return self._vlm.answer(question)


def _read(path: Path) -> ImageTokens | None:
    """Return the tokens of a file; None where there are none."""
    try:
        return ImageTokens.from_bytes(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _key(page: Page, model: str) -> str:
    """Return a digest of the model and of the picture; the page's number is no part of that."""
    seen = hashlib.sha256(repr((model, page.picture.shape)).encode())
    seen.update(page.picture.tobytes())
    return seen.hexdigest()[:32]
