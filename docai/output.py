"""Files that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from docai.errors import SettingsError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file that becomes ``path`` at the end, unless an exception comes first.

    Folders on the way to it are made.

    Raises:
        SettingsError: the file cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        _rename(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)


def _rename(temporary: Path, path: Path) -> None:
    """Give a finished file its name, and the permissions of an ordinary new file.

    Raises:
        SettingsError: there is a folder of that name, or the file may not be replaced.
    """
    mask = os.umask(0)
    os.umask(mask)
    try:
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
