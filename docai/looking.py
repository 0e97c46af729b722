"""What ``docai ask`` and ``docai describe`` do, once their arguments are known.

Results go to standard output.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docai.errors import SettingsError, VlmError
from docai.formats import printable, safe_json
from docai.questions import (
    DESCRIPTION,
    WHICH_CAN,
    answer_of,
    schema_of_description,
    schema_of_question,
)
from docai.sources import STDIN

if TYPE_CHECKING:
    from docai.document import Document
    from docai.settings import Settings


class Shape(StrEnum):
    """How what was found is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True)
class Look:
    """Which document to look at, and how.

    Attributes:
        file: its path, or ``-`` for standard input.
        shape: of what is printed; None for text on a terminal and JSON elsewhere.
        settings: what was said on the command line; it outweighs the environment.
    """

    file: str
    shape: Shape | None = None
    settings: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_for_people(self) -> bool:
        """Whether to print lines for people rather than JSON."""
        return sys.stdout.isatty() if self.shape is None else self.shape is Shape.TEXT


def ask(look: Look, question: str) -> None:
    """Answer a question from the words of a document.

    Raises:
        DocaiError: the question, the document or the model cannot be used.
    """
    from docai import build

    schema = schema_of_question(question)
    settings = settings_of(look)
    _check_writes(settings, "answer free questions")
    document = load_one(look.file, settings)
    result = build.pipeline(settings).extract(document, schema).extraction.to_json()
    answered = answer_of(question, result)
    show(answered, [_answer_line(answered)] if look.is_for_people else None)


def describe(look: Look) -> None:
    """Let a model say in its own words what each page shows.

    Raises:
        DocaiError: the document or the model cannot be used.
    """
    from docai import build

    settings = settings_of(look)
    _check_writes(settings, "describe documents")
    document = load_one(look.file, settings)
    pipeline = build.pipeline(settings)
    captions = []
    for page in document.pages:  # each alone: what one page shows is no evidence for another
        alone = replace(document, pages=(page,))
        result = pipeline.extract(alone, schema_of_description()).extraction.to_json()
        captions.append(_caption(page.number, result))
    described = {
        "name": document.name,
        "document": {"sha256": document.sha256},
        "captions": captions,
        "engines": result["engines"],
    }
    show(described, _caption_lines(captions) if look.is_for_people else None)


def load_one(file: str, settings: "Settings") -> "Document":
    """Decode one document.

    Args:
        file: its path, or ``-`` for standard input.
        settings: what it may cost.

    Raises:
        LoadError: it cannot be read.
        SettingsError: nobody piped anything into standard input.
    """
    from docai.load import load, load_path

    if file != STDIN:
        return load_path(Path(file), settings.limits, with_invoice_xml=settings.invoice_xml)
    if sys.stdin.isatty():
        raise SettingsError("-: standard input is a terminal; pipe a document into docai")
    # A byte more than allowed is enough to know that there are too many.
    return load(sys.stdin.buffer.read(settings.max_bytes + 1), "stdin", settings.limits)


def settings_of(look: Look) -> "Settings":
    """Return the settings of the environment and the command line."""
    from docai.settings import read_settings

    return read_settings().with_options(look.settings)


def _check_writes(settings: "Settings", what: str) -> None:
    """Refuse a model that only points at words, before anything is read.

    Raises:
        VlmError: it is the built-in one.
    """
    if settings.vlm.partition(":")[0] == "builtin":
        raise VlmError(f"the built-in model cannot {what}; {WHICH_CAN}")


def _caption(page: int, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the model says of a page; said to be its own words, with no evidence."""
    found = result["fields"][DESCRIPTION]
    return {
        "page": page,
        "text": found.get("value"),
        "origin": "written",
        "evidence": [],
        "confidence": found["confidence"],
    }


def _answer_line(answered: Mapping[str, Any]) -> str:
    """Return an answer for people: what is printed, and where."""
    if answered["answer"] is None:
        return "not on the page" if len(answered["document"]["pages"]) == 1 else "not on the pages"
    state = "" if answered["state"] == "found" else f", {answered['state']}"
    places = "".join(
        f", page {e['page']} at {_box(e['box'])}" for e in answered.get("evidence", ())
    )
    return f"{answered['answer']}  ({answered['confidence']:.0%}{state}{places})"


def _box(box: Sequence[float]) -> str:
    """Return a box for people, in whole pixels."""
    x0, y0, x1, y1 = (round(c) for c in box)
    return f"[{x0}, {y0}, {x1}, {y1}]"


def _caption_lines(captions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield captions for people."""
    yield "In the model's own words, which nothing on the page bears out:"
    for caption in captions:
        yield f"page {caption['page']}: {caption['text'] or 'nothing to say'}"


def show(found: Mapping[str, Any], lines: Iterable[str] | None) -> None:
    """Print what was found: ``lines`` for people, or JSON where there are none."""
    if lines is None:
        text = safe_json(json.dumps(found, ensure_ascii=False, indent=2)) + "\n"
    else:
        text = "".join(printable(line) + "\n" for line in lines)
    sys.stdout.write(text)
    sys.stdout.flush()
