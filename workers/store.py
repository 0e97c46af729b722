"""The blob store: what is large, by key. A folder by default, S3 and the like by fsspec URL.

    jobs/{job}/upload               the bytes as they came
    jobs/{job}/invoice.xml          the e-invoice inside them, if there is one
    jobs/{job}/pages/{n}.png        page picture        jobs/{job}/pages/{n}.json     its facts
    jobs/{job}/readings/{n}.json    what OCR read       jobs/{job}/tokens/{n}.safetensors
    jobs/{job}/extraction.json      the result
    batches/{batch}/upload          an archive

A blob appears whole or not at all. Keys are made here, never from what a client sent.
"""

import errno
import os
import posixpath
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from docai.errors import SettingsError
from workers.errors import BlobNotFound, StoreFull, StoreUnavailable

_PARTIAL = ".part-"  # between a key and a random tail: a blob that is being written
# Why a file gets no second name: the file system cannot do that, or has given it too many.
_LINKLESS = (errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EXDEV, errno.ENOSYS)


def job_folder(job_id: str) -> str:
    """Return the folder of everything that a job has."""
    return f"jobs/{job_id}"


def upload_key(job_id: str) -> str:
    """Return the key of a job's document, as it came."""
    return f"jobs/{job_id}/upload"


def invoice_key(job_id: str) -> str:
    """Return the key of the e-invoice that a job's document carries."""
    return f"jobs/{job_id}/invoice.xml"


def page_key(job_id: str, page: int) -> str:
    """Return the key of a page picture, a PNG file."""
    return f"jobs/{job_id}/pages/{page}.png"


def page_facts_key(job_id: str, page: int) -> str:
    """Return the key of what else is known of a page."""
    return f"jobs/{job_id}/pages/{page}.json"


def reading_key(job_id: str, page: int) -> str:
    """Return the key of what OCR read on a page."""
    return f"jobs/{job_id}/readings/{page}.json"


def tokens_key(job_id: str, page: int) -> str:
    """Return the key of a page's image tokens."""
    return f"jobs/{job_id}/tokens/{page}.safetensors"


def extraction_key(job_id: str) -> str:
    """Return the key of a job's result."""
    return f"jobs/{job_id}/extraction.json"


def batch_folder(batch_id: str) -> str:
    """Return the folder of what a batch has besides its jobs."""
    return f"batches/{batch_id}"


def batch_upload_key(batch_id: str) -> str:
    """Return the key of a batch's archive."""
    return f"batches/{batch_id}/upload"


class Store:
    """Blobs by key. Safe for threads."""

    def __init__(self, url: str) -> None:
        try:
            self._files, root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise SettingsError(
                f"DOCAI_STORE_URL={url!r}: {error}; right would be file:///folder or s3://bucket/x"
            ) from error
        self._root = str(root).rstrip("/")
        self._is_local = isinstance(self._files, LocalFileSystem)

    @contextmanager
    def writing(self, key: str, *, is_durable: bool = True) -> Iterator[BinaryIO]:
        """Open a blob to write; it appears at the end, and on an exception nothing of it stays.

        Args:
            key: of the blob.
            is_durable: whether a folder of this machine keeps it when power is lost a moment later.

        Raises:
            StoreFull: there is no room left.
            StoreUnavailable: it cannot be written for another reason.
        """
        path = self._path(key)
        write = (
            self._writing_here(path, is_durable) if self._is_local else self._writing_there(path)
        )
        with _translated(key), write as file:
            yield file

    @contextmanager
    def _writing_here(self, path: str, is_durable: bool) -> Iterator[BinaryIO]:
        """Write beside a file of this machine, then rename."""
        partial = f"{path}{_PARTIAL}{uuid.uuid4().hex}"
        self._files.makedirs(posixpath.dirname(path), exist_ok=True)
        try:
            with open(partial, "wb") as file:  # noqa: PTH123 - keys become paths as text here
                yield file
                if is_durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(partial, path)  # noqa: PTH105
        finally:
            with suppress(FileNotFoundError):
                os.unlink(partial)  # noqa: PTH108

    @contextmanager
    def _writing_there(self, path: str) -> Iterator[BinaryIO]:
        """Write a file of this machine, then hand it to the object store in one go.

        An object store's own stream would end a broken write by showing the half of it.
        """
        with NamedTemporaryFile(prefix="docai-") as file:
            yield cast(BinaryIO, file)
            file.flush()
            self._files.put_file(file.name, path)

    def put(self, key: str, content: bytes, *, is_durable: bool = True) -> None:
        """Write a whole blob; see `writing`."""
        with self.writing(key, is_durable=is_durable) as file:
            file.write(content)

    def copy(self, folder: str, sources: Mapping[str, str]) -> None:
        """Copy blobs; they are kept when power is lost a moment later.

        A folder of this machine gets further names for the same bytes, as far as its file system
        can do that: blobs are replaced as a whole, and never changed.

        Args:
            folder: what all the new keys are below, for messages.
            sources: key of the blob to copy, by its new key.

        Raises:
            BlobNotFound: one of them is not there; some may have been copied.
            StoreFull: there is no room left.
            StoreUnavailable: they cannot be copied for another reason.
        """
        old = [self._path(key) for key in sources.values()]
        new = [self._path(key) for key in sources]
        with _translated(folder):
            if not self._is_local:
                self._files.copy(old, new, on_error="raise")
                return
            for parent in {posixpath.dirname(path) for path in new}:
                self._files.makedirs(parent, exist_ok=True)
            for old_path, new_path in zip(old, new, strict=True):
                _link(old_path, new_path)
            for path in new:  # after all of them: the first takes the others along
                _sync(path)

    def open(self, key: str) -> BinaryIO:
        """Open a blob to read; it can seek.

        Raises:
            BlobNotFound: there is none.
            StoreUnavailable: it cannot be read.
        """
        with _translated(key):
            return cast(BinaryIO, self._files.open(self._path(key), "rb"))

    def get(self, key: str) -> bytes:
        """Read a whole blob; see `open`."""
        with self.open(key) as file, _translated(key):
            return file.read()

    def exists(self, key: str) -> bool:
        """Tell whether there is a blob of that key.

        Raises:
            StoreUnavailable: nobody can tell.
        """
        with _translated(key):
            return bool(self._files.isfile(self._path(key)))

    def erase(self, folder: str) -> None:
        """Erase everything below a folder; fine if there is nothing.

        Raises:
            StoreUnavailable: something may be left.
        """
        with _translated(folder):
            for _ in range(3):  # a worker may add a blob in the meantime
                try:
                    self._files.rm(self._path(folder), recursive=True)
                except FileNotFoundError:
                    return
                except OSError as error:
                    if error.errno != errno.ENOTEMPTY:
                        raise

    def erase_one(self, key: str) -> None:
        """Erase one blob; fine if there is none."""
        with _translated(key), suppress(FileNotFoundError):
            self._files.rm_file(self._path(key))

    def folders(self, parent: str) -> list[str]:
        """Return the names of the folders in ``parent``."""
        path = self._path(parent)
        with _translated(parent):
            self._files.invalidate_cache()
            try:
                found = self._files.ls(path, detail=True)
            except FileNotFoundError:
                return []
        names = (posixpath.basename(one["name"].rstrip("/")) for one in found)
        return sorted(
            name for one, name in zip(found, names, strict=True) if one["type"] == "directory"
        )

    def ping(self) -> None:
        """Write a blob, read it again and erase it.

        Raises:
            StoreUnavailable: that does not work.
        """
        key = f"ping/{uuid.uuid4().hex}"
        self.put(key, b"docai")
        self.get(key)
        self.erase_one(key)

    def _path(self, key: str) -> str:
        """Return where a blob lies."""
        return f"{self._root}/{key}"


def _link(old: str, new: str) -> None:
    """Give a file another name, or copy it where the file system has one name per file."""
    try:
        os.link(old, new)
    except OSError as error:
        if error.errno not in _LINKLESS:
            raise
        partial = f"{new}{_PARTIAL}{uuid.uuid4().hex}"
        shutil.copyfile(old, partial)
        os.replace(partial, new)  # noqa: PTH105 - keys become paths as text here


def _sync(path: str) -> None:
    """Wait until a file is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Turn what file systems raise into errors of the service."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobNotFound(f"the store has no {key}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(f"the store has no room for {key}") from error
        raise StoreUnavailable(f"the store failed at {key}: {error}") from error
