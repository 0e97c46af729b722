"""Accepting many documents: from the socket into the store, then rows in the database.

Either many files, each a document, or one archive that a worker unpacks. A file that is refused for
itself is a document that failed; whatever else goes wrong, nothing stays.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.context import Context
from api.problems import invalid_field
from api.schemas import DEFAULT, chosen_schema
from api.submit import SPLIT, checked_options, digest, form
from api.uploads import FILE_PART, Form, PartInfo, ReceivedFile, Sink, UploadLimits, receive
from docai.errors import LoadError, UnsupportedFormat
from workers import batches, jobs
from workers import store as blobs
from workers.batch_jobs import NewDocument, Refusal, job_id_at
from workers.batches import BatchView, NewBatch
from workers.connections import Connections
from workers.errors import ServiceError
from workers.jobs import Origin

ZIP = "zip"
NOT_ALONE = "the content looks like a zip archive; send it alone, or unpack it"

FORM: Mapping[str, Any] = form(
    {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        "description": "Documents, each in a part of this name; or a single zip archive of "
        "documents.",
    }
)


@dataclass(frozen=True, slots=True)
class _Upload:
    """A batch on its way into the store."""

    connections: Connections
    batch_id: str

    def open(self, part: PartInfo) -> Sink:
        """Open the blob of a document, or of the archive."""
        if part.name != FILE_PART:
            raise invalid_field(part.name, f"a file was sent here; documents go into {FILE_PART}")
        if part.format != ZIP:
            key = blobs.upload_key(job_id_at(self.batch_id, part.position))
        elif part.position == 1:
            key = blobs.batch_upload_key(self.batch_id)
        else:
            raise UnsupportedFormat(NOT_ALONE)
        return self.connections.store.writing(key)

    def erase(self, part: PartInfo) -> None:
        """Erase what was stored of a file."""
        self.connections.store.erase(blobs.job_folder(job_id_at(self.batch_id, part.position)))
        if part.format == ZIP:
            self.connections.store.erase(blobs.batch_folder(self.batch_id))


async def accept(
    request: Request, here: Context, key_id: str, idempotency_key: str | None
) -> tuple[BatchView, bool]:
    """Accept the documents of a request.

    Returns:
        The batch, and whether it is new.

    Raises:
        Problem: the request is wrong.
        DocaiError: the schema or the webhook is refused, or the service cannot take it now.
    """
    connections, settings = here.connections, here.connections.settings
    await run_in_threadpool(jobs.check_room, connections)
    upload = _Upload(connections, batches.new_batch_id())
    limits = UploadLimits(
        max_file_bytes=settings.max_bytes,
        max_total_bytes=settings.max_batch_bytes,
        max_files=settings.max_batch_files,
        accepts_zip=True,
        keeps_refused=True,
    )
    form = await receive(request, upload.open, limits, erase_file=upload.erase)
    work = partial(_submit, upload, form, key_id, idempotency_key)
    return await anyio.to_thread.run_sync(work, limiter=here.submitting)


def _submit(
    upload: _Upload, form: Form, key_id: str, idempotency_key: str | None
) -> tuple[BatchView, bool]:
    """Make a batch of documents that are in the store."""
    connections = upload.connections
    try:
        new = _new_batch(upload, form, key_id, idempotency_key)
        documents = _documents(upload, form)
        jobs.check_room(connections, 1 if documents is None else len(documents))
        view, is_new = batches.submit(connections, new, documents)
    except BaseException:
        # The batch may have been accepted all the same, if only the answer was lost. Where nobody
        # can tell, the blobs stay; the sweeper erases them if they belong to no job.
        with suppress(ServiceError):
            if batches.find(connections, upload.batch_id) is None:
                _erase(upload, form)
        raise
    if not is_new:
        _erase(upload, form)
    return view, is_new


def _erase(upload: _Upload, form: Form) -> None:
    """Erase all that was stored of a request."""
    for file in form.files:
        upload.erase(file.part)


def _new_batch(upload: _Upload, form: Form, key_id: str, idempotency_key: str | None) -> NewBatch:
    """Check the fields of a form, and say what batch it asks for."""
    if not form.files:
        raise invalid_field(FILE_PART, "it is missing; send documents in it, or a zip archive")
    options = checked_options(upload.connections, form.fields)
    contents = [file.sha256 for file in form.files]
    return NewBatch(
        id=upload.batch_id,
        schema=chosen_schema(upload.connections, options["schema"] or DEFAULT),
        origin=Origin(
            key_id=key_id,
            idempotency_key=idempotency_key,
            idempotency_digest=digest(contents, options) if idempotency_key else None,
            external_id=options["external_id"],
            webhook_url=options["webhook_url"],
        ),
        splits=SPLIT in options,
    )


def _documents(upload: _Upload, form: Form) -> list[NewDocument] | None:
    """Return the documents of a form, in order; None for an archive that came alone."""
    first = form.files[0]
    if first.part.format != ZIP:
        return [_document(upload, file, file.refusal) for file in form.files]
    if len(form.files) == 1:
        return None
    others = [_document(upload, file, file.refusal) for file in form.files[1:]]
    # When it came, nobody knew that more would follow.
    return [_document(upload, first, UnsupportedFormat(NOT_ALONE)), *others]


def _document(upload: _Upload, file: ReceivedFile, refusal: LoadError | None) -> NewDocument:
    """Return a document that was received; of a refused one, not even a folder stays."""
    if refusal is not None:
        upload.erase(file.part)
    return NewDocument(
        job_id=job_id_at(upload.batch_id, file.part.position),
        name=file.part.file_name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        format=file.part.format if refusal is None else None,
        refusal=None if refusal is None else Refusal.of(refusal),
    )
