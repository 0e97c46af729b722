"""Everything that docai raises on purpose.

    DocaiError
    ├── LoadError               the bytes cannot become a Document
    │   ├── EmptyFile           there are no bytes
    │   ├── UnsupportedFormat   the bytes are no document format that docai reads
    │   ├── BrokenFile          the format is right, the content is damaged or truncated
    │   ├── EncryptedFile       the file needs a password
    │   ├── NoPages             the file is well formed and holds no page
    │   └── LimitExceeded       more bytes, pages, pixels or seconds than allowed
    ├── ArchiveError            no document can be taken from a zip archive
    │   ├── BrokenArchive       it is no zip file, or is damaged, or lies about itself
    │   ├── ArchiveTooLarge     it holds more documents or bytes than allowed
    │   ├── EmptyArchive        it holds no document
    │   ├── EncryptedArchive    every document in it needs a password
    │   └── UnreadableArchive   its bytes cannot be had now; later they may
    ├── OcrError                an OCR engine is missing or failed
    ├── VlmError                a vision-language model is missing or failed
    │   └── VlmUnavailable      its server cannot be had now; later it may
    ├── SchemaError             the schema that was asked for cannot be used
    ├── SettingsError           a setting or option makes no sense
    ├── DatasetError            a labelled data set cannot be read
    └── ClientError             a docai server cannot be reached, or refuses
        ├── JobFailed           the server could not extract from the document
        └── NotFinished         the server needs longer than its client wants to wait

Every message names what is wrong, with the value, and what would be right.
"""

import re


def code_of(error: type[Exception]) -> str:
    """Return what a class of errors is called where programs read it: ``encrypted_file``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", error.__name__).lower()


class DocaiError(Exception):
    """Root of the tree: catch this to catch everything docai raises on purpose."""


class LoadError(DocaiError):
    """The bytes cannot become a Document."""


class EmptyFile(LoadError):
    """There are no bytes."""


class UnsupportedFormat(LoadError):
    """The bytes are no document format that docai reads."""


class BrokenFile(LoadError):
    """The format is one docai reads, but the content is damaged or truncated."""


class EncryptedFile(LoadError):
    """The file needs a password."""


class NoPages(LoadError):
    """The file is well formed and holds no page."""


class LimitExceeded(LoadError):
    """The file has more bytes, pages or pixels, or takes more seconds, than allowed."""


class ArchiveError(DocaiError):
    """No document can be taken from a zip archive. What is wrong with one alone is a LoadError."""


class BrokenArchive(ArchiveError):
    """The archive is no zip file, or is damaged, or lies about itself."""


class ArchiveTooLarge(ArchiveError):
    """The archive holds more documents or bytes than allowed."""


class EmptyArchive(ArchiveError):
    """The archive holds no document."""


class EncryptedArchive(ArchiveError):
    """Every document in the archive needs a password."""


class UnreadableArchive(ArchiveError):
    """The archive's bytes cannot be had now: that says nothing of what it holds."""


class OcrError(DocaiError):
    """An OCR engine is missing or failed."""


class VlmError(DocaiError):
    """A vision-language model is missing or failed."""


class VlmUnavailable(VlmError):
    """The server of a model cannot be had now: that says nothing of the document."""


class SchemaError(DocaiError):
    """The schema that was asked for cannot be used."""


class SettingsError(DocaiError):
    """A setting or an option makes no sense."""


class DatasetError(DocaiError):
    """A labelled data set cannot be read."""


class ClientError(DocaiError):
    """A docai server cannot be reached, or refuses what it was asked.

    Attributes:
        status: HTTP status of the answer; None where there was none.
        code: stable, for programs, such as ``queue_full``; None where the server told none.
        detail: what the server says, for people; None where it said nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.detail = detail


class JobFailed(ClientError):
    """The server could not extract from the document; ``code`` and ``detail`` say why."""


class NotFinished(ClientError):
    """The server needs longer than its client wants to wait; it goes on with its work."""
