"""Accepting a document: from the socket into the store, then a row in the database.

What `POST /v1/jobs` and `POST /v1/extract` have in common. Whatever goes wrong, nothing stays.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from anyio import CancelScope
from fastapi import Header
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.context import Context
from api.problems import invalid_field, shortened
from api.schemas import DEFAULT, wanted_schema
from api.uploads import FILE_PART, Form, PartInfo, ReceivedFile, Sink, UploadLimits, receive
from workers import store as blobs
from workers.addresses import check_url
from workers.connections import Connections
from workers.errors import ServiceError, WebhookRefused
from workers.intake import Accepted
from workers.jobs import NewJob, Origin, SchemaRef, find, new_job_id

LONGEST_EXTERNAL_ID = 200
SPLIT = "split"
FIELDS = ("schema", "webhook_url", "external_id", SPLIT)

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Names this request. The same request again, within the retention time, makes "
        "no second job; another request under the same key is refused.",
        examples=["2f1c9e0b-expense-1729"],
    ),
]

REFUSALS = (
    "invalid_multipart",
    "idempotency_conflict",
    "payload_too_large",
    "unsupported_media_type",
    "unsupported_format",
    "invalid_request",
    "empty_file",
    "schema_error",
    "webhook_refused",
    "queue_full",
    "database_busy",
    "storage_unavailable",
    "storage_full",
)

OPTIONS_SCHEMA: Mapping[str, Any] = {
    "schema": {
        "type": "string",
        "default": DEFAULT,
        "description": "What to extract: a built-in name, a stored schema as `name` or "
        "`name@version`, or a JSON Schema itself, beginning with `{`, of 262,144 bytes at most.",
        "examples": [DEFAULT, f"{DEFAULT}@1"],
    },
    "webhook_url": {
        "type": "string",
        "maxLength": 2048,
        "description": "Called at the end, signed as Standard Webhooks has it.",
        "examples": ["https://hooks.example.com/docai"],
    },
    "external_id": {
        "type": "string",
        "maxLength": LONGEST_EXTERNAL_ID,
        "description": "Your own name for it; jobs can be listed by it.",
        "examples": ["expense-1729"],
    },
}


SPLIT_SCHEMA: Mapping[str, Any] = {
    "type": "boolean",
    "default": False,
    "description": "Whether a file may hold several documents: a stack of pages, or a scan of "
    "several receipts. Its result then has `parts`, a result for each of them.",
}

_BOOLEAN = TypeAdapter(bool)  # of the words that parameters of a query take


def form(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the OpenAPI document says of an upload, given what it says of its file part."""
    properties = {FILE_PART: file, **OPTIONS_SCHEMA, SPLIT: SPLIT_SCHEMA}
    schema = {
        "type": "object",
        "required": [FILE_PART],
        "properties": properties,
        "additionalProperties": False,
    }
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


FORM: Mapping[str, Any] = form(
    {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "description": "One document: PDF, PNG, JPEG, TIFF, WebP, BMP, GIF or HEIC. Its content "
        "tells its format, not its name.",
    }
)


async def accept(
    request: Request, here: Context, key_id: str, idempotency_key: str | None
) -> Accepted:
    """Accept the document of a request.

    Raises:
        Problem: the request is wrong.
        DocaiError: the document, the schema or the webhook is refused, or the service cannot
            take it now.
    """
    connections = here.connections
    await here.intake.check_room()
    job_id = new_job_id()
    form = await receive(
        request,
        partial(_sink, connections, job_id),
        _limits(connections),
        erase_file=lambda _: _erase(connections, job_id),
    )
    try:
        document, options = _document(form), checked_options(connections, form.fields)
        origin = Origin(
            key_id=key_id,
            idempotency_key=idempotency_key,
            idempotency_digest=digest([document.sha256], options),
            external_id=options["external_id"],
            webhook_url=options["webhook_url"],
        )
        schema = await wanted_schema(connections, options["schema"] or DEFAULT)
        new = _new_job(job_id, document, schema, origin)
        accepted = await here.intake.submit(replace(new, splits=SPLIT in options))
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(take_back, connections, job_id)
        raise
    if not accepted.is_new:
        await run_in_threadpool(_erase, connections, job_id)
    return accepted


def _limits(connections: Connections) -> UploadLimits:
    """Return what one document may bring."""
    max_bytes = connections.settings.max_bytes
    return UploadLimits(max_file_bytes=max_bytes, max_total_bytes=max_bytes)


def _sink(connections: Connections, job_id: str, part: PartInfo) -> Sink:
    """Open the blob of the document of a job."""
    if part.name != FILE_PART:
        raise invalid_field(part.name, f"a file was sent here; the document's part is {FILE_PART}")
    return connections.store.writing(blobs.upload_key(job_id))


def take_back(connections: Connections, job_id: str) -> None:
    """Erase the document of a job that was not accepted.

    It may have been accepted all the same, if only the answer was lost. Where nobody can tell, the
    document stays; the sweeper erases what belongs to no job.
    """
    with suppress(ServiceError):
        if find(connections, job_id) is None:
            _erase(connections, job_id)


def _erase(connections: Connections, job_id: str) -> None:
    """Erase what was stored of a job."""
    connections.store.erase(blobs.job_folder(job_id))


def _document(form: Form) -> ReceivedFile:
    """Return the document of a form."""
    if not form.files:
        raise invalid_field(FILE_PART, "it is missing; send one document in it")
    return form.files[0]


def _new_job(job_id: str, document: ReceivedFile, schema: SchemaRef, origin: Origin) -> NewJob:
    """Return the job of a document that is in the store."""
    return NewJob(
        id=job_id,
        name=document.part.file_name,
        sha256=document.sha256,
        size_bytes=document.size_bytes,
        format=document.part.format,
        schema=schema,
        origin=origin,
    )


def checked_options(connections: Connections, fields: Mapping[str, str]) -> dict[str, str | None]:
    """Return the fields of a form by name; None for those left out or empty.

    ``split`` is there only where it is true: a request that does not split stays the same as ever.

    Raises:
        Problem: a field is not known, or is wrong.
        WebhookRefused: that address may not be called.
    """
    for name in fields:
        if name not in FIELDS:
            raise invalid_field(name, f"there is no such field; there are {', '.join(FIELDS)}")
    options = {name: fields.get(name) or None for name in FIELDS}
    external_id, webhook_url = options["external_id"], options["webhook_url"]
    if external_id is not None and len(external_id) > LONGEST_EXTERNAL_ID:
        raise invalid_field(
            "external_id",
            f"it has {len(external_id)} characters; at most {LONGEST_EXTERNAL_ID} are allowed",
        )
    if external_id is not None and not external_id.isprintable():
        raise invalid_field("external_id", "it has control characters; use printable ones")
    if webhook_url is not None:
        _check_webhook(connections, webhook_url)
    if not _is_true(SPLIT, options.pop(SPLIT)):
        return options
    return {**options, SPLIT: "true"}


def _is_true(name: str, text: str | None) -> bool:
    """Read a field that says yes or no; left out, it says no.

    Raises:
        Problem: it says something else.
    """
    try:
        return text is not None and _BOOLEAN.validate_python(text)
    except ValidationError as error:
        raise invalid_field(name, f"{shortened(text or '')!r} is neither true nor false") from error


def _check_webhook(connections: Connections, url: str) -> None:
    """Check that a webhook may be asked for, as far as can be told now."""
    settings = connections.settings
    if not settings.webhook_secret.get_secret_value():
        raise WebhookRefused(
            "this service signs no webhooks, so it calls none; "
            "whoever runs it can set DOCAI_WEBHOOK_SECRET"
        )
    check_url(url, settings.webhook_allow)


def digest(contents: list[str], options: Mapping[str, str | None]) -> str:
    """Return by what to recognise the same request.

    The schema counts as the client named it: a request that is sent again stays the same when
    somebody has stored a new version in between.

    Args:
        contents: SHA-256 of each file.
        options: see `checked_options`.
    """
    said = json.dumps([contents, sorted(options.items())])
    return hashlib.sha256(said.encode()).hexdigest()
