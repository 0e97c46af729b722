"""Zip archives as collections of documents, read one member at a time.

Everything in an archive may be a lie: sizes are counted while members are read, and their names
are text to show and never paths.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from docai.errors import BrokenFile, EncryptedFile, LimitExceeded, LoadError, UnsupportedFormat
from docai.sources import EXTENSIONS, Source

CHUNK_BYTES = 1 << 20
# The other methods cannot be unpacked in bounded pieces: a few bytes of bzip2 become 900 kB, in
# the standard library all at once.
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1  # a flag of a member


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds, by the names of its members.

    Attributes:
        num_documents: members that by name are documents.
        skipped: names of the others, but for hidden ones.
    """

    num_documents: int
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A member that cannot be read, and why."""

    name: str
    error: LoadError


def is_archive(path: Path) -> bool:
    """Tell whether a file is a zip archive by its name."""
    return path.suffix.lower() == ".zip"


def contents(path: Path) -> Contents:
    """Look at the list of an archive's members.

    Raises:
        LoadError: there is no such file, or it is no archive.
    """
    with _opened(path) as archive:
        names = [member.filename for member in archive.infolist() if not _is_hidden(member)]
    skipped = tuple(name for name in names if not _is_document(name))
    return Contents(len(names) - len(skipped), skipped)


def documents(path: Path, name: str, max_bytes: int) -> Iterator[Source | Unreadable]:
    """Yield the documents of an archive, in its order; nobody holds those that were passed on.

    Args:
        path: of the archive.
        name: what to call it; its members are called after it.
        max_bytes: what one document may have.

    Raises:
        LoadError: there is no such file, or it is no archive.
    """
    seen: dict[str, int] = {}
    with _opened(path) as archive:
        for member in archive.infolist():
            if _is_hidden(member) or not _is_document(member.filename):
                continue
            called = f"{name}/{member.filename}"
            seen[called] = seen.get(called, 0) + 1
            if seen[called] > 1:  # legal in an archive, but each document has a name of its own
                called = f"{called}#{seen[called]}"
            try:
                content = _read(archive, member, max_bytes)
            except LoadError as error:
                yield Unreadable(called, error)
            else:
                yield Source(called, content=content)
                del content  # or it would be held while the next one is read


def _opened(path: Path) -> zipfile.ZipFile:
    """Open an archive.

    Raises:
        LoadError: there is no such file, or it is no archive.
    """
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise LoadError("there is no such file") from error
    except OSError as error:
        raise LoadError(f"the file cannot be read: {error.strerror}") from error
    except Exception as error:  # zipfile raises half a dozen kinds over damaged archives
        raise BrokenFile(f"this is no whole zip archive: {error}") from error


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    """Tell folders, hidden members and what macOS adds from members that somebody put there."""
    parts = [part for part in PurePosixPath(member.filename).parts if part != ".."]
    return member.is_dir() or any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _is_document(name: str) -> bool:
    """Tell whether a member is a document by its name, as in a folder."""
    return PurePosixPath(name).suffix.lower() in EXTENSIONS


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_bytes: int) -> bytes:
    """Unpack a member in memory.

    Raises:
        LoadError: it is encrypted, damaged, too large, or packed by an uncommon method.
    """
    if member.flag_bits & _ENCRYPTED:
        raise EncryptedFile("this member of the archive needs a password; unpack it first")
    if member.compress_type not in METHODS:
        raise UnsupportedFormat(
            f"this member is packed by method {member.compress_type} of zip; docai unpacks "
            "deflate (8) alone"
        )
    content = bytearray()
    try:
        with archive.open(member) as file:
            while piece := file.read(min(CHUNK_BYTES, max_bytes + 1 - len(content))):
                content += piece
    except Exception as error:  # zipfile and zlib raise half a dozen kinds over damaged members
        raise BrokenFile(f"this member of the archive is damaged: {error}") from error
    if len(content) > max_bytes:
        raise LimitExceeded(
            f"the file has more than {max_bytes:,} bytes; at most {max_bytes:,} are allowed"
        )
    return bytes(content)
