"""The wire format of forms, multipart/form-data (RFC 7578): chunks of a body in, events out.

Knows boundaries, the headers of parts and the names in them. Refuses to know what parts are for.

The body is taken apart by python-multipart, the parser under FastAPI's own forms: it is fed, and
calls back with what it found, so any number of parts of any name costs the same memory.
(streaming-form-data binds each part name to one target beforehand, and its targets write files
themselves.) Only the parameters of a header are read here: python-multipart drops ``filename*``
and misreads a name that ends in a backslash, and the standard library's `email` raises IndexError
and RecursionError at some of what anybody can send.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import (
    DEFAULT_MAX_HEADER_COUNT,
    DEFAULT_MAX_HEADER_SIZE,
    MAX_BOUNDARY_LENGTH,
    MultipartParser,
)

from api.problems import Problem, shortened

# What a part can have besides its content: the parser accepts no more.
MAX_OVERHEAD_BYTES = DEFAULT_MAX_HEADER_COUNT * DEFAULT_MAX_HEADER_SIZE + MAX_BOUNDARY_LENGTH + 64

_MAX_NAME = 200  # characters of a file name that is shown
_PARAMETER = re.compile(
    r"""[ \t]* ; [ \t]* ([^\s;="]+) [ \t]* = [ \t]* (?: "((?:[^"\\]|\\.)*)" | ([^\s;"]*) )""",
    re.VERBOSE | re.DOTALL,
)
_EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE | re.DOTALL)  # RFC 8187
# Browsers write these three so (HTML, "multipart/form-data encoding algorithm"), and no others.
_ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}


@dataclass(frozen=True, slots=True)
class PartBegin:
    """A part begins. ``file_name`` is as the client sent it, and None where it sent none."""

    name: str
    file_name: str | None


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part that began last is complete."""


Event = PartBegin | bytes | PartEnd  # the bytes are the next piece of the part's content


class Parser:
    """Turns chunks of a body into events. Every part is a `PartBegin`, bytes, and a `PartEnd`."""

    def __init__(self, content_type: str) -> None:
        """Begin with a request's Content-Type.

        Raises:
            Problem: it announces no form, or no usable boundary.
        """
        self.is_complete = False  # the closing boundary has come
        self._events: list[Event] = []
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        try:
            self._parser = MultipartParser(
                _boundary(content_type),
                {
                    "on_header_field": self._on_header_name,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_part_end": self._on_part_end,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as error:
            raise Problem("invalid_multipart", str(error)) from error

    def feed(self, chunk: bytes) -> list[Event]:
        """Return what happens in the next chunk of the body.

        Raises:
            Problem: the body is not well formed.
        """
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Problem(
                "invalid_multipart",
                f"the body is not the form that its Content-Type announces: {error}",
            ) from error
        events, self._events = self._events, []
        return events

    def _on_header_name(self, chunk: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._header_name += chunk[start:end]

    def _on_header_value(self, chunk: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._header_value += chunk[start:end]

    def _on_header_end(self) -> None:
        """Note a header; the first of a name wins."""
        self._headers.setdefault(self._header_name.lower(), self._header_value)
        self._header_name = self._header_value = b""

    def _on_headers_finished(self) -> None:
        """Tell what the part is called."""
        header = self._headers.get(b"content-disposition", b"").decode("utf-8", "replace")
        self._headers = {}
        kind, parameters = _parameters(header)
        if kind != "form-data" or "name" not in parameters:
            raise Problem(
                "invalid_multipart",
                f"a part has the Content-Disposition {shortened(header)!r}; "
                'it must be form-data; name="…"',
            )
        self._events.append(PartBegin(_unescaped(parameters["name"]), _file_name(parameters)))

    def _on_part_data(self, chunk: bytes, start: int, end: int) -> None:
        """Tell a piece of the part's content."""
        self._events.append(chunk[start:end])

    def _on_part_end(self) -> None:
        """Tell that the part is complete."""
        self._events.append(PartEnd())

    def _on_end(self) -> None:
        """Note that the closing boundary has come."""
        self.is_complete = True


def display_name(file_name: str) -> str:
    """Return ``file_name`` as text to show people: no folders, nothing invisible, never empty."""
    last = re.split(r"[/\\]", file_name)[-1]
    # Category C: control characters, and the marks that turn the direction of writing.
    visible = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in last)
    shown = " ".join(visible.split())
    if set(shown) <= {"."}:
        return "document"
    return shown if len(shown) <= _MAX_NAME else f"{shown[: _MAX_NAME - 1]}…"


def _boundary(content_type: str) -> str:
    """Return the boundary that a Content-Type announces."""
    kind, parameters = _parameters(content_type)
    if kind != "multipart/form-data":
        raise Problem(
            "unsupported_media_type",
            f"the Content-Type is {shortened(content_type)!r}; it must be multipart/form-data",
        )
    boundary = parameters.get("boundary", "")
    if not boundary:
        raise Problem("invalid_multipart", "the Content-Type names no boundary")
    return boundary


def _parameters(header: str) -> tuple[str, dict[str, str]]:
    """Return the value of a header in lower case, and its parameters; the first of a name wins."""
    kind = header.partition(";")[0]
    parameters: dict[str, str] = {}
    at = len(kind)
    while found := _PARAMETER.match(header, at):
        name, quoted, token = found.groups()
        text = token if quoted is None else re.sub(r'\\(["\\])', r"\1", quoted)
        parameters.setdefault(name.lower(), text)
        at = found.end()
    if header[at:].strip(" \t;"):
        raise Problem("invalid_multipart", f"the header {shortened(header)!r} is not well formed")
    return kind.strip().lower(), parameters


def _unescaped(text: str) -> str:
    """Return a name as it was before a browser escaped it."""
    return re.sub("%(22|0D|0A)", lambda found: _ESCAPED[found[0]], text)


def _file_name(parameters: Mapping[str, str]) -> str | None:
    """Return the file name of a part, if any. ``filename*`` wins: RFC 6266, section 4.3."""
    extended = _EXTENDED.fullmatch(parameters.get("filename*", ""))
    if extended:
        return unquote(extended[2], encoding=extended[1], errors="replace")
    plain = parameters.get("filename", "" if "filename*" in parameters else None)
    return None if plain is None else _unescaped(plain)
