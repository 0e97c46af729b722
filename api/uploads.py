"""Uploads, streamed from the socket into a store: never whole in memory, never first in /tmp.

Knows the parts of a form, sizes and the first bytes of files. Refuses to know jobs, stores and
what an upload is for. Of an upload that is refused or interrupted, nothing stays.
"""

import asyncio
import errno
import hashlib
import logging
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from api.multipart import MAX_OVERHEAD_BYTES, Event, Parser, PartBegin, display_name
from api.problems import Problem, invalid_field, shortened
from docai.errors import EmptyFile, LimitExceeded, LoadError
from docai.load.sniff import sniff

FILE_PART = "file"  # a part of this name is a file even if the client gave it no file name
HEAD_BYTES = 4096  # enough for every format to be told

_log = logging.getLogger(__name__)
_Returned = TypeVar("_Returned")

_PIECE_BYTES = 262_144  # written at once: few trips to a thread, little memory
_MAX_FIELDS = 32
_MAX_FIELD_BYTES = 65_536
_LARGE_FIELDS: Mapping[str, int] = {"schema": 262_144}  # text, even where sent as a file
_ZIP = re.compile(rb"PK(\x03\x04|\x05\x06)")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one request may bring.

    Attributes:
        max_file_bytes: of each document.
        max_total_bytes: of all files together; a zip archive may be as large as that.
        max_files: how many files there may be.
        accepts_zip: an archive may come where documents may.
        keeps_refused: a document that is refused for itself does not refuse the others.
    """

    max_file_bytes: int
    max_total_bytes: int
    max_files: int = 1
    accepts_zip: bool = False
    keeps_refused: bool = False

    @property
    def max_body_bytes(self) -> int:
        """No body within all limits is larger than this."""
        fields_bytes = _MAX_FIELDS * _MAX_FIELD_BYTES + sum(_LARGE_FIELDS.values())
        num_parts = self.max_files + _MAX_FIELDS + 1  # and what may follow the last
        return self.max_total_bytes + fields_bytes + num_parts * MAX_OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class PartInfo:
    """What is known of a file before it is stored.

    Attributes:
        name: of the form's part, as the client sent it.
        file_name: for people to read: no folders, no control characters. Never a path.
        format: what the first bytes say: pdf, png, …, or zip; None if it was refused.
        position: among the files of the request, from 1.
    """

    name: str
    file_name: str
    format: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that was stored whole; or not at all, if it was refused.

    Attributes:
        part: what was known of it before.
        size_bytes: at least 1, unless it was refused.
        sha256: of the content, in hexadecimal.
        head: the first `HEAD_BYTES` of the content, or all there are.
        refusal: why nothing of it was kept; see `UploadLimits.keeps_refused`.
    """

    part: PartInfo
    size_bytes: int
    sha256: str
    head: bytes
    refusal: LoadError | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """All parts of a request, in the order they came."""

    fields: Mapping[str, str]
    files: tuple[ReceivedFile, ...]


class Writer(Protocol):
    """Takes the content of one file."""

    def write(self, data: bytes, /) -> object:
        """Take the next piece. An OSError says that there is no room, or no store."""


# Left without an exception, the file is there, whole; left with one, nothing of it is. A sink is
# entered, written to and left in threads, but never in two at once.
Sink = AbstractContextManager[Writer]


async def receive(
    request: Request,
    open_file: Callable[[PartInfo], Sink],
    limits: UploadLimits,
    *,
    erase_file: Callable[[PartInfo], object],
) -> Form:
    """Receive a form, and store its files while they come.

    A part is a file if it has a file name or is called `FILE_PART`; a ``schema`` is always text.

    Args:
        request: its body has not been read yet.
        open_file: gives the sink of a file; called in a thread, once the format is known. What it
            raises refuses the upload; a LoadError, only the file, where refused ones are kept.
        limits: what is accepted.
        erase_file: takes back a file, and is content if there is none; called in a thread for
            every file that was opened, if the rest of the form is refused or never comes.

    Raises:
        Problem: the body is no form (invalid_multipart, unsupported_media_type), is too large
            (payload_too_large), has wrong parts (invalid_request) or an empty file (empty_file),
            or a file cannot be stored now (storage_full, storage_unavailable).
        UnsupportedFormat: a file is no document; known, and raised, after its first bytes.
    """
    parser = Parser(request.headers.get("content-type", ""))
    _check_announced(request, limits)
    receipt = _Receipt(open_file, limits)
    try:
        async with aclosing(_events(parser, request, limits)) as events:
            async for event in events:
                await receipt.take(event)
        return receipt.form()
    except BaseException as error:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(receipt.undo, error, erase_file)
        raise


def _check_announced(request: Request, limits: UploadLimits) -> None:
    """Refuse a body that says beforehand that it is too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.max_body_bytes:
        raise _too_large(f"the request of {announced} bytes", limits.max_total_bytes)


def _too_large(what: str, allowed_bytes: int) -> Problem:
    """Return the problem of something that is larger than allowed."""
    return Problem("payload_too_large", f"{what} is too large; {allowed_bytes} bytes are allowed")


async def _events(parser: Parser, request: Request, limits: UploadLimits) -> AsyncGenerator[Event]:
    """Yield what happens in the body, to its very end."""
    received_bytes = 0
    try:
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                received_bytes += len(chunk)
                if received_bytes > limits.max_body_bytes:
                    raise _too_large("the request", limits.max_total_bytes)
                for event in parser.feed(chunk):
                    yield event
    except ClientDisconnect as error:
        raise Problem("invalid_multipart", "the connection ended before the body did") from error
    if not parser.is_complete:
        raise Problem("invalid_multipart", "the body ends before its closing boundary")


async def _in_thread(call: Callable[[], _Returned]) -> _Returned:
    """Run ``call`` in a thread, and be back when it has ended, not before.

    Whoever cancels us waits, too: a sink must not be left while a thread writes to it.
    """
    running = asyncio.ensure_future(run_in_threadpool(call))
    with anyio.CancelScope(shield=True):
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise
    try:
        return running.result()
    except OSError as error:
        code = "storage_full" if error.errno in _NO_ROOM else "storage_unavailable"
        raise Problem(code) from error


class _Receipt:
    """What has been received of a form so far."""

    def __init__(self, open_file: Callable[[PartInfo], Sink], limits: UploadLimits) -> None:
        self._open_file = open_file
        self._limits = limits
        self._left_bytes = limits.max_total_bytes
        self._fields: dict[str, str] = {}
        self._files: list[ReceivedFile] = []
        self._begun: list[_File] = []
        self._part: _Field | _File  # the one that is being received

    async def take(self, event: Event) -> None:
        """Go on by one event."""
        if isinstance(event, PartBegin):
            self._part = self._begin(event)
        elif isinstance(event, bytes):
            await self._part.take(event)
        elif isinstance(self._part, _Field):
            self._fields[self._part.name] = self._part.text()
        else:
            self._files.append(await self._part.finish())
            self._left_bytes -= self._part.size_bytes

    def form(self) -> Form:
        """Return all that was received."""
        return Form(self._fields, tuple(self._files))

    def undo(self, error: BaseException, erase_file: Callable[[PartInfo], object]) -> None:
        """Leave nothing of the files behind; what goes wrong with that is for the log alone."""
        for file in self._begun:
            try:
                file.undo(error, erase_file)
            except Exception:
                _log.exception("a file of a refused upload may still be in the store")

    def _begin(self, begin: PartBegin) -> "_Field | _File":
        """Return what takes the next part."""
        name = begin.name
        if name in _LARGE_FIELDS or (begin.file_name is None and name != FILE_PART):
            if name in self._fields:
                raise invalid_field(name, "it was sent twice; once is right")
            if len(self._fields) == _MAX_FIELDS:
                raise invalid_field(name, f"it is one field more than the {_MAX_FIELDS} allowed")
            return _Field(name)
        if len(self._begun) == self._limits.max_files:
            raise invalid_field(name, f"it is one file more than {self._limits.max_files} allowed")
        file = _File(begin, len(self._begun) + 1, self._open_file, self._limits, self._left_bytes)
        self._begun.append(file)
        return file


class _Field:
    """A part that is text."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._content = bytearray()

    async def take(self, piece: bytes) -> None:
        """Take the next piece."""
        self._content += piece
        allowed_bytes = _LARGE_FIELDS.get(self.name, _MAX_FIELD_BYTES)
        if len(self._content) > allowed_bytes:
            raise _too_large(f"the field {shortened(self.name)!r}", allowed_bytes)

    def text(self) -> str:
        """Return the whole text."""
        try:
            return self._content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise invalid_field(self.name, f"it is not UTF-8: {error}") from error


class _File:
    """A part that is a file."""

    def __init__(
        self,
        begin: PartBegin,
        position: int,
        open_file: Callable[[PartInfo], Sink],
        limits: UploadLimits,
        left_bytes: int,
    ) -> None:
        self.size_bytes = 0
        self._begin = begin
        self._position = position
        self._open_file = open_file
        self._limits = limits
        self._left_bytes = left_bytes
        self._allowed_bytes = limits.max_file_bytes
        if limits.accepts_zip:
            self._allowed_bytes = limits.max_total_bytes  # until it shows not to be a zip
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._head = b""
        self._sha256 = hashlib.sha256()
        self._sink = ExitStack()
        self._opened: tuple[PartInfo, Writer] | None = None
        self._refusal: LoadError | None = None

    async def take(self, piece: bytes) -> None:
        """Take the next piece; the content is looked at as soon as there is enough of it."""
        self.size_bytes += len(piece)
        self._check_size()
        self._pending.append(piece)
        self._pending_bytes += len(piece)
        is_known = self._opened or self._refusal
        if self._pending_bytes >= (_PIECE_BYTES if is_known else HEAD_BYTES):
            await _in_thread(self._store)

    async def finish(self) -> ReceivedFile:
        """Store the rest, so that the file is there."""
        if self.size_bytes == 0:
            problem = f"the file {shortened(self._begin.name)!r} has no bytes"
            self._refuse(EmptyFile("the file has no bytes"), Problem("empty_file", problem))
        return await _in_thread(self._finish)

    def undo(self, error: BaseException, erase_file: Callable[[PartInfo], object]) -> None:
        """Leave nothing of the file behind, because of ``error``."""
        try:
            self._sink.__exit__(type(error), error, error.__traceback__)
        finally:
            if self._opened:
                erase_file(self._opened[0])

    def _finish(self) -> ReceivedFile:
        """Store the rest, and let the file appear."""
        self._store()
        self._sink.close()
        part = self._opened[0] if self._opened and not self._refusal else self._part(None)
        return ReceivedFile(
            part, self.size_bytes, self._sha256.hexdigest(), self._head, self._refusal
        )

    def _store(self) -> None:
        """Store what is pending; of a file that is refused, nothing stays."""
        piece = b"".join(self._pending)
        self._pending.clear()
        self._pending_bytes = 0
        self._sha256.update(piece)
        try:
            if self._refusal is None:
                _, writer = self._opened or self._open(piece[:HEAD_BYTES])
                writer.write(piece)
        except LoadError as error:
            self._refuse(error)
        if self._refusal is not None:
            self._sink.__exit__(LoadError, self._refusal, None)

    def _open(self, head: bytes) -> tuple[PartInfo, Writer]:
        """Open the sink, now that ``head`` tells the format."""
        self._head = head
        if self._limits.accepts_zip and _ZIP.match(head):
            format_ = "zip"
        else:
            format_ = sniff(head)
            self._allowed_bytes = self._limits.max_file_bytes
            self._check_size()
        part = self._part(format_)
        self._opened = part, self._sink.enter_context(self._open_file(part))
        return self._opened

    def _part(self, format_: str | None) -> PartInfo:
        """Return what is known of the file."""
        file_name = display_name(self._begin.file_name or "")
        return PartInfo(self._begin.name, file_name, format_, self._position)

    def _check_size(self) -> None:
        """Refuse the file at the first byte too many."""
        if self.size_bytes > self._allowed_bytes and self._refusal is None:
            problem = _too_large("the file", self._allowed_bytes)
            self._refuse(LimitExceeded(problem.detail), problem)
        if self.size_bytes > self._left_bytes:
            raise _too_large("all files together", self._limits.max_total_bytes)

    def _refuse(self, error: LoadError, problem: Problem | None = None) -> None:
        """Refuse the file for itself; and with it the upload, where refused ones are not kept."""
        if not self._limits.keeps_refused:
            raise problem or error
        self._refusal = error
