"""Labelled documents as the model will meet them: read by our own OCR, words tagged.

The given transcripts are used for one thing only: to learn which words our OCR read carry a label.
Readings are dear and are cached, keyed by picture and engine.
"""

import hashlib
import json
import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from docai.errors import DatasetError
from docai.load import load_path
from docai.ocr.cached import CachedOcr
from docai.ocr.ppocr import PPOcr
from docai.ocr.textlayer import WithTextLayer
from docai.ocr.with_quality import WithQuality
from docai.reading import Reading
from docai.vlm.builtin.features import thumbnail

HELD_OUT_SHARE = 0.12  # of merchants
ALWAYS_TRAINED = {"UNIHAKKAIN"}  # its 42 receipts would be half of all that is held out


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled document.

    Attributes:
        id: of the document.
        path: of its picture.
        label: the whole row of labels.jsonl.
    """

    id: str
    path: Path
    label: dict[str, Any]


def labelled(folders: Iterable[Path], split: str) -> list[Labelled]:
    """List the pictures of one split of data sets that have a ``labels.jsonl``.

    Raises:
        DatasetError: a folder holds no labels.
    """
    documents = []
    for folder in folders:
        labels = folder / "labels.jsonl"
        if not labels.is_file():
            raise DatasetError(f"{folder} holds no labels.jsonl")
        for row in map(json.loads, labels.read_text("utf8").splitlines()):
            if row["split"] == split:
                documents.append(Labelled(row["id"], folder / row["file"], row))
    return documents


def is_held_out(document: Labelled) -> bool:
    """Tell whether a training document is kept for calibration; a merchant is on one side."""
    fields = document.label.get("fields", {})
    merchant = str(fields.get("merchant_name", fields.get("vendor_name", document.id))).upper()
    merchant = "".join(c for c in merchant if c.isalpha())[:10]
    if merchant in ALWAYS_TRAINED:
        return False
    return hashlib.sha256(merchant.encode()).digest()[0] / 256 < HELD_OUT_SHARE


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as training meets it: what OCR read, and a small picture."""

    reading: Reading
    picture: NDArray[np.uint8]


def read_all(
    documents: list[Labelled], folder: Path, num_processes: int
) -> Iterator[tuple[SeenPage, ...]]:
    """Read every page of every document, one process per core, through a cache in ``folder``."""
    todo = [(document.path, folder) for document in documents]
    with multiprocessing.get_context("spawn").Pool(num_processes) as pool:
        yield from track(pool.imap(_read, todo), "reading", len(todo))


def _read(task: tuple[Path, Path]) -> tuple[SeenPage, ...]:
    """Read the pages of one document unless that was done before."""
    path, folder = task
    return tuple(
        SeenPage(_engine(folder).read(page), thumbnail(page.picture))
        for page in load_path(path).pages
    )


@cache
def _engine(folder: Path) -> WithQuality:
    """Load the OCR engine once per process."""
    # Readings kept by an older docai have no quality; it is quick to measure.
    return WithQuality(CachedOcr(WithTextLayer(PPOcr()), folder))
