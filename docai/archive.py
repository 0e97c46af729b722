"""Zip archives that nobody vouches for: which documents are in one, and their bytes.

Knows zip files and what they may cost. Refuses to know which names are worth reading, and what
becomes of the documents. The names in an archive are text to show, never paths. Nothing is written
here, and no archive inside is opened.

What may be large is bounded before it is read: the list of entries by the bytes it takes, a
document by the size it claims, since more is never read and less is broken, and all of them
together by the sum of their claims. Ratios are bounded by what deflate can do at most: who claims
more lies. A lower bound would refuse honest pages: a short receipt in the middle of an A4 bitmap
shrinks 600-fold, which is why it is bytes that are counted.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docai.errors import (
    ArchiveTooLarge,
    BrokenArchive,
    BrokenFile,
    EmptyArchive,
    EmptyFile,
    EncryptedArchive,
    EncryptedFile,
    LimitExceeded,
    LoadError,
    UnreadableArchive,
    UnsupportedFormat,
)
from docai.formats import printable

PIECE_BYTES = 1_000_000  # read, unpacked and passed on at once
MAX_RATIO = 1032  # bytes out of one: deflate repeats up to 258 bytes by two bits

_LIST_BYTES = 1_000_000  # the list of entries of a small archive
_LIST_BYTES_PER_FILE = 1_000  # a name, its twin from a Mac, extra fields
_LOCAL_HEADER_BYTES = 30  # of an entry, before its name
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # with a password; strongly; the list of entries too
_PATCHED = 0x20
_DOS_FOLDER = 0x10
# bzip2 and LZMA unpack a piece of any size at once in `zipfile`, whatever memory that takes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BY_SYSTEMS = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
# What `zipfile` raises on damage, other than BadZipFile.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What one archive may hold.

    Attributes:
        max_files: documents.
        max_file_bytes: of each, unpacked; a larger one is refused, not the archive.
        max_total_bytes: of all that are not refused.
    """

    max_files: int
    max_file_bytes: int
    max_total_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in an archive.

    Attributes:
        position: among the documents, from 1, in the order of the archive's list.
        name: to show, with its folders; other entries may have the same.
        size_bytes: as the archive claims.
        refusal: why it cannot be read, where that is known beforehand.
        member: its line in the list.
    """

    position: int
    name: str
    size_bytes: int
    refusal: LoadError | None
    member: zipfile.ZipInfo


class Archive:
    """An open archive. Folders, hidden files and what systems leave behind are not in it."""

    def __init__(self, file: BinaryIO, limits: ArchiveLimits) -> None:
        """Read the list of entries.

        Args:
            file: can seek; stays open, and is the caller's to close.
            limits: what to refuse.

        Raises:
            ArchiveError: no document can be taken from it.
        """
        list_bytes = _LIST_BYTES + _LIST_BYTES_PER_FILE * limits.max_files
        try:
            self._zip = zipfile.ZipFile(_Bounded(file, list_bytes))
        except _DAMAGE as error:
            raise BrokenArchive(
                "the archive is no zip file, or is damaged or cut off: its list of entries cannot "
                "be read"
            ) from error
        members = self._zip.infolist()
        _check_overlaps(members, self._zip.start_dir)
        self.entries = _entries(members, limits)
        _check_entries(self.entries, limits)

    def pieces(self, entry: Entry) -> Generator[bytes]:
        """Yield the bytes of a document, a megabyte at once at most, all of them or an error.

        Raises:
            LoadError: it cannot be read, or not to its end.
            UnreadableArchive: the archive cannot be read now.
        """
        if entry.refusal is not None:
            raise entry.refusal
        left_bytes = entry.size_bytes
        try:
            with self._zip.open(entry.member) as content:
                while piece := content.read(PIECE_BYTES):
                    left_bytes -= len(piece)
                    if left_bytes < 0:
                        break
                    yield piece
        except _DAMAGE as error:
            raise BrokenFile("its entry in the archive is damaged") from error
        if left_bytes:
            raise BrokenFile(
                f"its entry in the archive does not have the {entry.size_bytes:,} bytes it claims"
            )

    def read(self, entry: Entry) -> bytes | LoadError:
        """Return the bytes of a document, or why they cannot be read.

        Raises:
            UnreadableArchive: the archive cannot be read now.
        """
        try:
            return b"".join(self.pieces(entry))
        except LoadError as error:
            return error


def is_archive(path: Path) -> bool:
    """Tell whether a file is a zip archive by its name."""
    return path.suffix.lower() == ".zip"


@contextmanager
def opened(path: Path, limits: ArchiveLimits) -> Iterator[Archive]:
    """Open the archive in a file.

    Raises:
        ArchiveError: no document can be taken from it.
        LoadError: there is no such file, or it cannot be opened.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise LoadError("there is no such file") from error
    except OSError as error:
        raise LoadError(f"the file cannot be read: {error.strerror}") from error
    with file:
        yield Archive(file, limits)


class _Bounded:
    """A file for `zipfile`, which reads a list of entries whole, whatever its size."""

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes, or to the end.

        Raises:
            ArchiveTooLarge: that is more than anybody has reason to read at once.
            UnreadableArchive: it cannot be read now.
        """
        if size > self._max_bytes:
            raise ArchiveTooLarge(
                f"the list of the archive's entries takes {size:,} bytes; at most "
                f"{self._max_bytes:,} are allowed: split the archive"
            )
        try:
            return self._file.read(size)
        except OSError as error:
            why = error.strerror or error
            raise UnreadableArchive(f"the archive cannot be read: {why}") from error

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Tell that it can seek."""
        return True


def _check_overlaps(members: list[zipfile.ZipInfo], list_at: int) -> None:
    """Refuse an archive whose entries share bytes: so a small one unpacks to anything."""
    ends_at = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < ends_at:
            raise BrokenArchive("entries of the archive overlap, as no honest program packs them")
        header_bytes = _LOCAL_HEADER_BYTES + len(member.orig_filename)
        ends_at = member.header_offset + header_bytes + member.compress_size
    if ends_at > list_at:
        raise BrokenArchive("an entry of the archive reaches into its list of entries")


def _entries(members: list[zipfile.ZipInfo], limits: ArchiveLimits) -> tuple[Entry, ...]:
    """Return the documents among the members of an archive."""
    found: list[Entry] = []
    for member in members:
        path = _path(member)
        if not (_is_folder(member, path) or _is_passed_over(path)):
            name = printable(path).strip() or "document"
            refusal = _refusal(member, limits)
            found.append(Entry(len(found) + 1, name, member.file_size, refusal, member))
    return tuple(found)


def _path(member: zipfile.ZipInfo) -> str:
    """Return the name of a member as its author saw it, with slashes between folders."""
    path = member.orig_filename
    if not member.flag_bits & _UTF8_NAME:
        # Many programs write UTF-8 without saying so; other text is hardly ever valid UTF-8.
        try:
            path = path.encode("cp437").decode("utf-8")
        except UnicodeError:
            path = member.orig_filename
    return path.replace("\\", "/")


def _is_folder(member: zipfile.ZipInfo, path: str) -> bool:
    """Tell a folder from a document."""
    says_so = stat.S_ISDIR(member.external_attr >> 16) or member.external_attr & _DOS_FOLDER
    return path.endswith("/") or (bool(says_so) and not member.file_size)


def _is_passed_over(path: str) -> bool:
    """Tell hidden files and what systems leave behind from documents."""
    parts = path.split("/")
    is_hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return is_hidden or any(part.lower() in _BY_SYSTEMS for part in parts)


def _refusal(member: zipfile.ZipInfo, limits: ArchiveLimits) -> LoadError | None:
    """Return why a document cannot be read, if its line in the list tells."""
    kind = stat.S_IFMT(member.external_attr >> 16)  # as Unix has it; 0 from other systems
    if kind not in (0, stat.S_IFREG):
        return UnsupportedFormat("it is a link or a device, not a file; pack the file itself")
    if member.flag_bits & _ENCRYPTED:
        return EncryptedFile("its entry in the archive needs a password; pack it without one")
    if member.compress_type not in _METHODS or member.flag_bits & _PATCHED:
        return UnsupportedFormat(
            f"it is compressed by method {member.compress_type}; docai unpacks what is stored (0) "
            "or deflated (8), as every zip program can write it"
        )
    return _cost(member, limits)


def _cost(member: zipfile.ZipInfo, limits: ArchiveLimits) -> LoadError | None:
    """Return what is wrong with the size of a document, if something is."""
    size_bytes = member.file_size
    if size_bytes == 0:
        return EmptyFile("the file is empty; a document has at least one page")
    if size_bytes > limits.max_file_bytes:
        return LimitExceeded(
            f"the file has {size_bytes:,} bytes; at most {limits.max_file_bytes:,} are allowed"
        )
    if size_bytes > MAX_RATIO * member.compress_size:
        return BrokenFile(
            f"its entry in the archive claims {size_bytes:,} bytes packed into "
            f"{member.compress_size:,}, which cannot be"
        )
    return None


def _check_entries(entries: tuple[Entry, ...], limits: ArchiveLimits) -> None:
    """Refuse an archive with too little or too much in it."""
    if not entries:
        raise EmptyArchive("the archive holds no document; folders and hidden files do not count")
    if len(entries) > limits.max_files:
        raise ArchiveTooLarge(
            f"the archive holds {len(entries):,} documents; at most {limits.max_files:,} are "
            "allowed: split it"
        )
    total_bytes = sum(entry.size_bytes for entry in entries if entry.refusal is None)
    if total_bytes > limits.max_total_bytes:
        raise ArchiveTooLarge(
            f"the archive unpacks to {total_bytes:,} bytes; at most {limits.max_total_bytes:,} are "
            "allowed: split it"
        )
    if all(isinstance(entry.refusal, EncryptedFile) for entry in entries):
        raise EncryptedArchive("the archive needs a password; pack it without one")
