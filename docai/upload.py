"""Documents as they go into a request: read from disk while they are sent, as often as needed."""

import io
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from docai.errors import LoadError

Source = str | Path | bytes | BinaryIO
File = IO[bytes] | bytes


class OnDemand(io.RawIOBase):
    """A file that is open only while it is read: thousands of them fit into one request."""

    def __init__(self, path: Path) -> None:
        """Look up how large the file is.

        Raises:
            LoadError: there is no such file, or it cannot be read.
        """
        self._path = path
        self._file: BinaryIO | None = None
        self._position = 0
        with open_file(path) as file:
            self._size_bytes = os.fstat(file.fileno()).st_size

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read again."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place; the file is opened there when it is read."""
        self._close_file()
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size_bytes}
        self._position = start[whence] + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes; at the end the file is closed."""
        if self._file is None:
            self._file = open_file(self._path)
            self._file.seek(self._position)
        number = self._file.readinto(buffer)  # type: ignore[attr-defined]  # it is buffered
        self._position += number
        if not number:
            self._close_file()
        return int(number)

    def close(self) -> None:
        """Close it for good."""
        self._close_file()
        super().close()

    def _close_file(self) -> None:
        """Close the file until it is read again."""
        if self._file is not None:
            self._file.close()
            self._file = None


def on_demand(path: Path, stack: ExitStack) -> tuple[str, File]:
    """Return the name and content of a file that is open only while it is read.

    Raises:
        LoadError: there is no such file, or it cannot be read.
    """
    return shown_name(path.name), cast(IO[bytes], stack.enter_context(OnDemand(path)))


def opened(source: Source, stack: ExitStack) -> tuple[str, File]:
    """Return the name and content of a source, such that it can be sent more than once.

    Raises:
        LoadError: there is no such file, or it cannot be read.
    """
    if isinstance(source, bytes):
        return "document", source
    if isinstance(source, str | Path):
        return shown_name(Path(source).name), stack.enter_context(open_file(Path(source)))
    said = getattr(source, "name", None)
    name = shown_name(Path(said).name) if isinstance(said, str | Path) else "document"
    if source.seekable():
        return name, source
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack does
    shutil.copyfileobj(source, copy)
    copy.seek(0)  # so that all of it is on disk, where its length is looked up
    return name, copy


def open_file(path: Path) -> BinaryIO:
    """Open a file.

    Raises:
        LoadError: there is no such file, or it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise LoadError(f"{path}: this is a folder, a device or a pipe; name an ordinary file")
        return path.open("rb")
    except FileNotFoundError as error:
        raise LoadError(f"{path}: there is no such file") from error
    except (OSError, ValueError) as error:
        raise LoadError(f"{path}: the file cannot be read: {error}") from error


def shown_name(name: str) -> str:
    """Return a file's name as text that can be sent, whatever its bytes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") or "document"
