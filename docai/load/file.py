"""A file, whole or page by page: checks what it costs, tells its format, names it in errors."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from docai.document import Document, Page
from docai.errors import EmptyFile, LimitExceeded, LoadError
from docai.load.limits import DEFAULT_LIMITS, Deadline, Limits
from docai.load.picture import picture_pages
from docai.load.sniff import sniff

_INVOICE_S = 20.0  # to take an e-invoice out of a PDF; most take a tenth of a second


def load(
    data: bytes,
    name: str = "document",
    limits: Limits = DEFAULT_LIMITS,
    *,
    with_invoice_xml: bool = True,
) -> Document:
    """Decode a file into its pages.

    Args:
        data: the whole file.
        name: what to call the document in messages; it tells nothing about the format.
        limits: what to refuse.
        with_invoice_xml: whether to take out the e-invoice that a hybrid PDF carries.

    Returns:
        The document, with all of its pages: what cannot be read whole is refused.

    Raises:
        EmptyFile: ``data`` is empty.
        UnsupportedFormat: the content is no format that docai reads.
        BrokenFile: the content is damaged or truncated.
        EncryptedFile: the file needs a password.
        NoPages: the file is well formed and holds no page.
        LimitExceeded: there are more bytes, pages, pixels or seconds than ``limits`` allow.
    """
    found = tuple(pages(data, name, limits))
    xml = invoice_xml(data, limits) if with_invoice_xml else None
    return Document(name, hashlib.sha256(data).hexdigest(), sniff(data), found, xml)


def invoice_xml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes | None:
    """Return the e-invoice that a hybrid PDF carries (Factur-X, ZUGFeRD), as it is.

    Args:
        data: a whole file that `pages` could read.
        limits: of which the time counts, for this alone.

    Returns:
        None where there is none. Empty, or longer than `docai.einvoice.MAX_XML_BYTES`, where it
        cannot be used: whoever reads it says so.
    """
    if sniff(data) != "pdf":
        return None
    from docai.load.pdf import pdf_invoice  # who only reads pictures needs no PDF libraries

    return pdf_invoice(data, Deadline(min(limits.timeout_s, _INVOICE_S)))


def pages(data: bytes, name: str = "document", limits: Limits = DEFAULT_LIMITS) -> Iterator[Page]:
    """Decode a file page by page; nobody holds the pictures of pages that were passed on.

    All sizes are checked before the first page is decoded. A later page may still turn out to be
    damaged: only who reaches the end has a whole document. Time that passes between a page and
    the wish for the next one does not count.

    Args:
        data: the whole file.
        name: what to call the document in messages.
        limits: what to refuse.

    Raises:
        LoadError: any of the errors of `load`, as late as when a page is asked for.
    """
    deadline = Deadline(limits.timeout_s)
    try:
        if not data:
            raise EmptyFile("the file is empty; a document has at least one page")
        _check_size(len(data), limits)
        for page in _pages(data, sniff(data), limits, deadline):
            with deadline.paused():
                yield page
            del page  # or its picture would be held while the next one is drawn
    except LoadError as error:
        raise type(error)(f"{name}: {error}") from error


def load_path(
    path: Path, limits: Limits = DEFAULT_LIMITS, *, with_invoice_xml: bool = True
) -> Document:
    """Read and decode the file at ``path``; see `load`.

    The size is looked up first: a file that is too large is refused unread.

    Raises:
        LoadError: there is no such file, or it cannot be read; or any of the errors of `load`.
    """
    try:
        if path.is_dir():
            raise LoadError(f"{path}: this is a folder; name a file in it")
        if path.exists() and not path.is_file():
            raise LoadError(f"{path}: this is a device or a pipe; name an ordinary file")
        _check_size(path.stat().st_size, limits)
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)  # it may have grown since
    except FileNotFoundError as error:
        raise LoadError(f"{path}: there is no such file") from error
    except LimitExceeded as error:
        raise LimitExceeded(f"{path.name}: {error}") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise LoadError(f"{path}: the file cannot be read: {error}") from error
    return load(data, path.name, limits, with_invoice_xml=with_invoice_xml)


def _check_size(size_bytes: int, limits: Limits) -> None:
    """Refuse more bytes than ``limits`` allow."""
    if size_bytes > limits.max_bytes:
        raise LimitExceeded(
            f"the file has {size_bytes:,} bytes; at most {limits.max_bytes:,} are allowed"
        )


def _pages(data: bytes, format_: str, limits: Limits, deadline: Deadline) -> Iterator[Page]:
    """Decode the pages of a file whose format is known."""
    if format_ == "pdf":
        from docai.load.pdf import pdf_pages  # who only reads pictures needs no PDF libraries

        return pdf_pages(data, limits, deadline)
    return picture_pages(data, format_, limits, deadline)
