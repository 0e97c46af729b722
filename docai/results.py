"""A file of results that grows line by line, and can be gone on with after any end.

Knows which documents are in it, by name and content, and sees to it that each is there once.
Refuses to know how results come about.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from docai.errors import SettingsError
from docai.output import replacing
from docai.sources import Source

SUFFIX = ".jsonl"
_BEGINNING = b'{"id": "'  # of every line that was written here


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on a document.

    Attributes:
        name: of the document.
        sha256: of its bytes.
        line: the result as JSON, with a line feed at its end and none before.
    """

    name: str
    sha256: str
    line: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a document.

    Attributes:
        name: of the document.
        code: for programs.
        message: for people.
        job_id: on the server, if it got that far.
        trace: where in the code, if docai itself is at fault.
    """

    name: str
    code: str
    message: str
    job_id: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """The latest line of a document: what was read, and where the line begins."""

    sha256: str
    offset: int


class Results:
    """The results file of one run, locked; see `opened`."""

    def __init__(self, path: Path, schema_name: str | None) -> None:
        """Read what is there.

        Args:
            path: of the file; it need not exist.
            schema_name: what results must be of; None if that is not known.

        Raises:
            SettingsError: it holds something else, or cannot be read or written.
        """
        self.path = path
        self.failed_path = failed_path(path)
        self._schema_name = schema_name
        self._entries: dict[str, _Entry] = {}
        self._has_superseded = False
        with ExitStack() as stack:
            try:
                self._file = stack.enter_context(path.open("a+b"))
                self._read()
                self.failed_path.unlink(missing_ok=True)
            except OSError as error:
                raise _unwritable(path, error) from error
            stack.pop_all()  # all went well: the file stays open

    def has(self, source: Source) -> bool:
        """Tell whether the result of a document is there, for the content that it has now.

        The content is read only where there is a result of that name.
        """
        entry = self._entries.get(source.name)
        return entry is not None and entry.sha256 == sha256(source)

    def add(self, found: Found) -> None:
        """Write a result down; whatever happens from now on, it stays.

        Raises:
            SettingsError: the file cannot be written.
        """
        entry = self._entries.get(found.name)
        if entry is not None and entry.sha256 == found.sha256:
            return
        self._has_superseded |= entry is not None
        self._entries[found.name] = _Entry(found.sha256, self._file.tell())
        try:
            self._file.write(found.line.encode("utf-8"))
            self._file.flush()
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def fail(self, failure: Failure) -> None:
        """Write a failure down, in the file beside.

        Raises:
            SettingsError: the file cannot be written.
        """
        plain = {"name": failure.name, "code": failure.code, "message": failure.message}
        if failure.job_id is not None:
            plain["job_id"] = failure.job_id
        try:
            with self.failed_path.open("ab") as file:
                file.write(f"{json.dumps(plain)}\n".encode())
        except OSError as error:
            raise _unwritable(self.failed_path, error) from error

    def close(self) -> None:
        """Drop the lines of documents that have a later one, and close the file.

        Raises:
            SettingsError: the file cannot be written.
        """
        try:
            with self._file:
                if self._has_superseded:
                    self._drop_superseded()
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _read(self) -> None:
        """Note what is there; a last line that was not written to its end is cut off."""
        self._file.seek(0)
        offset = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n") and _is_torn(line):
                self._file.truncate(offset)
                break
            name, digest = self._key(line, number)
            self._has_superseded |= name in self._entries
            self._entries[name] = _Entry(digest, offset)
            offset += len(line)
            if not line.endswith(b"\n"):
                offset += self._file.write(b"\n")
        self._file.seek(offset)

    def _key(self, line: bytes, number: int) -> tuple[str, str]:
        """Return the name and content that a line is about.

        Raises:
            SettingsError: it is no result, or one of another schema.
        """
        try:
            plain: Any = json.loads(line)
            name, digest = plain["name"], plain["document"]["sha256"]
            schema_name = plain["schema"]["name"]
            is_result = isinstance(name, str) and isinstance(digest, str)
        except (ValueError, KeyError, TypeError, RecursionError):
            is_result = False
        if not is_result:
            raise SettingsError(
                f"{self.path} cannot be gone on with: line {number} is no result of docai's; "
                "name another file"
            )
        if self._schema_name not in (None, schema_name):
            raise SettingsError(
                f"{self.path} cannot be gone on with: line {number} is of the schema "
                f"{schema_name!r}, not {self._schema_name!r}; name another file"
            )
        return name, digest

    def _drop_superseded(self) -> None:
        """Write the file anew, with the latest line of each document."""
        kept = {entry.offset for entry in self._entries.values()}
        self._file.seek(0)
        with replacing(self.path) as file:
            offset = 0
            for line in self._file:
                if offset in kept:
                    file.write(line)
                offset += len(line)


def failed_path(path: Path) -> Path:
    """Return where the failures of a results file are told: ``x.failed.jsonl``."""
    return path.with_name(f"{path.stem}.failed{SUFFIX}")


@contextmanager
def opened(path: Path, schema_name: str | None) -> Iterator[Results]:
    """Open a results file to go on with; nobody else can meanwhile.

    Raises:
        SettingsError: another process goes on with it, it holds something else, or it cannot be
            read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0)
        lock.acquire()
    except Timeout as error:
        raise SettingsError(
            f"{path} is being written by another docai batch; wait for it, or name another file"
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        results = Results(path, schema_name)
        try:
            yield results
        finally:
            results.close()
    finally:
        lock.release()


def sha256(source: Source) -> str | None:
    """Return the digest of a document's bytes; None if it cannot be read."""
    if source.path is None:
        return hashlib.sha256(source.content or b"").hexdigest()
    try:
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


def _is_torn(line: bytes) -> bool:
    """Tell whether a line is the beginning of a result, as a process leaves it that was killed.

    A machine that lost its power leaves zeros instead.
    """
    if not (line.startswith(_BEGINNING) or _BEGINNING.startswith(line) or not line.strip(b"\0")):
        return False
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def _unwritable(path: Path, error: OSError) -> SettingsError:
    """Return what to raise where a file cannot be read or written."""
    return SettingsError(f"{path} cannot be written: {error.strerror or error}")
