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
    from docai.extraction.result import Extraction
    from docai.pipeline import Pipeline

__all__ = ["Client", "DocaiError", "Document", "Extraction", "errors", "extract", "load"]

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
        schema: ``receipt``, ``package.module:Class`` for a pydantic model, or the path of a JSON
            Schema file.

    Raises:
        DocaiError: the source cannot be read, the schema cannot be used, or an engine failed.
    """
    from docai import build
    from docai.load import load, load_path
    from docai.settings import read_settings

    settings = read_settings()
    wanted = build.schema(schema)
    if isinstance(source, bytes):
        document = load(source, limits=settings.limits)
    else:
        document = load_path(Path(source), settings.limits)
    with _one_at_a_time:
        if not _pipelines:
            _pipelines.append(build.pipeline(settings))
        return _pipelines[0].extract(document, wanted).extraction


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
