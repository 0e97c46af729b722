"""docai: receipts, invoices and forms in; structured JSON with evidence out.

    import docai

    extraction = docai.extract("receipt.jpg")
    extraction.data["total"]              # Money(amount=Decimal('9.00'), currency='MYR')
    extraction.fields["total"].evidence   # where it is printed

For many documents use the command ``docai batch``, or build one pipeline per process with
`docai.build.pipeline` and keep it; `docai.Client` has a docai server do it. Importing docai
imports nothing heavy: names load when used.
"""

import importlib
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docai import errors, load
    from docai.client import Client
    from docai.document import Document
    from docai.errors import DocaiError
    from docai.extraction.fields import Schema
    from docai.extraction.result import Extraction
    from docai.pipeline import Pipeline

__all__ = [
    "Client",
    "DocaiError",
    "Document",
    "Extraction",
    "errors",
    "extract",
    "extract_parts",
    "load",
]

_HOMES = {
    "Client": "docai.client",
    "DocaiError": "docai.errors",
    "Document": "docai.document",
    "Extraction": "docai.extraction.result",
}
_MODULES = ("errors", "load")
_one_at_a_time = Lock()  # engines serve one thread
_pipelines: list["Pipeline"] = []  # none or one, built on first use


def extract(source: str | Path | bytes, schema: str = "receipt") -> "Extraction":
    """Find the fields of ``schema`` on one document.

    The engines are built on the first call, from the environment (see `docai.settings`), and
    kept. Calls from several threads take turns.

    Args:
        source: the path of a file, or the bytes of one.
        schema: ``receipt``, ``invoice``, ``form``, ``package.module:Class`` for a pydantic model,
            or the path of a JSON Schema file.

    Raises:
        DocaiError: the source cannot be read, the schema cannot be used, or an engine failed.
    """
    document, wanted = _prepared(source, schema)
    with _one_at_a_time:
        return _pipeline().extract(document, wanted).extraction


def extract_parts(source: str | Path | bytes, schema: str = "receipt") -> "tuple[Extraction, ...]":
    """Find the fields of ``schema`` on each document in one file; see `extract`.

    Stacks of pages are cut at the borders of documents, and scans of several receipts into these.
    `Extraction.part` tells which pages, and which region, each is.

    Args:
        source: the path of a file, or the bytes of one.
        schema: as for `extract`; ``auto`` gives each document the schema of its kind.

    Raises:
        DocaiError: the source cannot be read, the schema cannot be used, or an engine failed.
    """
    document, wanted = _prepared(source, schema)
    with _one_at_a_time:
        return tuple(one.extraction for one in _pipeline().extract_parts(document, wanted))


def _prepared(source: str | Path | bytes, schema: str) -> "tuple[Document, Schema]":
    """Load a document and find a schema."""
    from docai import build
    from docai.load import load, load_path
    from docai.settings import read_settings

    settings = read_settings()
    wanted = build.schema(schema)
    heard = settings.invoice_xml
    if isinstance(source, bytes):
        return load(source, limits=settings.limits, with_invoice_xml=heard), wanted
    return load_path(Path(source), settings.limits, with_invoice_xml=heard), wanted


def _pipeline() -> "Pipeline":
    """Return the one pipeline, built from the environment when it is first used."""
    if not _pipelines:
        from docai import build
        from docai.settings import read_settings

        _pipelines.append(build.pipeline(read_settings()))
    return _pipelines[0]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name in _MODULES:
        return importlib.import_module(f"docai.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'docai' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
