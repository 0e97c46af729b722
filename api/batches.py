"""Batches over HTTP: submit many documents at once, follow them, fetch what was found on them."""

import itertools
import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import access, problems, submit, submit_batch
from api.access import Admin, Reader, Submitter
from api.context import Connected, Here, Watching
from api.jobs import LONGEST_LISTING, Text, WaitS
from api.payloads import answer
from api.problems import Problem, shortened
from api.submit import IdempotencyKey
from api.watch import Seen, until_final
from docai.errors import SettingsError
from workers import batches, results
from workers.batch_payloads import BatchPayload, batch_payload
from workers.batches import BatchView
from workers.connections import Connections
from workers.results import Sheet
from workers.tables import BatchStatus

_BATCH_ID = re.compile(r"batch_[0-9a-f]{32}", re.ASCII)
_UNFINISHED = (BatchStatus.UNPACKING, BatchStatus.RUNNING)
_GONE = (BatchStatus.ERASED, BatchStatus.EXPIRED)
MEDIA_TYPES = {
    Sheet.RESULTS_JSONL: "application/jsonl",
    Sheet.RESULTS_CSV: "text/csv; charset=utf-8; header=present",
    Sheet.ITEMS_CSV: "text/csv; charset=utf-8; header=present",
}

BATCH_ID = "batch_7c9e6679742540de944be07fc1f90ae7"
BATCH_EXAMPLE: Mapping[str, Any] = {
    "id": BATCH_ID,
    "status": "running",
    "schema": {"name": "receipt", "version": 1},
    "external_id": "expenses-2026-03",
    "split": False,
    "num_documents": 400,
    "counts": {
        "queued": 310,
        "running": 2,
        "succeeded": 87,
        "failed": 1,
        "erased": 0,
        "expired": 0,
    },
    "failures": [
        {
            "job_id": "job_0f8fad5bd9cb469fa16570867728950e",
            "position": 17,
            "name": "notes.docx",
            "code": "unsupported_format",
            "detail": "the content looks like a Word document; print it to PDF; docai reads PDF, "
            "PNG, JPEG, TIFF, WebP, BMP, GIF and HEIC",
        }
    ],
    "error": None,
    "created_at": "2026-03-01T09:30:00.120000Z",
    "finished_at": None,
    "expires_at": "2026-03-08T09:30:00.120000Z",
    "webhook": None,
    "links": {
        "self": f"/v1/batches/{BATCH_ID}",
        "jobs": f"/v1/jobs?batch={BATCH_ID}",
        "results_jsonl": f"/v1/batches/{BATCH_ID}/results.jsonl",
        "results_csv": f"/v1/batches/{BATCH_ID}/results.csv",
        "items_csv": f"/v1/batches/{BATCH_ID}/items.csv",
    },
}

router = APIRouter(tags=["batches"])

BatchId = Annotated[str, Path(description="Id of a batch.", examples=[BATCH_ID])]
REFUSALS = (*access.REFUSALS, "batch_not_found", "database_busy")
SHEET_REFUSALS = (*REFUSALS, "gone", "schema_error", "storage_unavailable")


class BatchListing(BaseModel):
    """A page of batches, the newest first."""

    batches: list[BatchPayload] = Field(description="Without their failures.")
    next_cursor: str | None = Field(description="Where the next page begins; null on the last.")


def _seen(connections: Connections, batch_id: str) -> Seen[BatchView]:
    """Return a batch as it is now.

    Raises:
        Problem: there is none.
        DatabaseBusy: nobody can tell.
    """
    view = batches.find(connections, batch_id) if _BATCH_ID.fullmatch(batch_id) else None
    if view is None:
        raise _unknown(batch_id)
    status = view.batch.status
    return Seen(view, status.value, status not in _UNFINISHED)


def _unknown(batch_id: str) -> Problem:
    """Return the problem of an id that no batch has."""
    return Problem("batch_not_found", f"there is no batch {shortened(batch_id)!r}")


@router.post(
    "/v1/batches",
    summary="Submit many documents",
    status_code=202,
    response_model=BatchPayload,
    response_description="Accepted: a new batch, to be found at Location.",
    responses={
        **problems.responses(
            *access.REFUSALS,
            *(code for code in submit.REFUSALS if code not in ("unsupported_format", "empty_file")),
        ),
        200: {
            "model": BatchPayload,
            "description": "The batch that the same request made before.",
        },
    },
    openapi_extra=dict(submit_batch.FORM),
)
async def submit_documents(
    request: Request, here: Here, key_id: Submitter, idempotency_key: IdempotencyKey = None
) -> Response:
    """Hand in many documents, or a zip archive of them. Each becomes a job.

    A document that docai cannot read is a job that failed: it does not refuse the others.
    """
    view, is_new = await submit_batch.accept(request, here, key_id, idempotency_key)
    url = {"Location": f"/v1/batches/{view.batch.id}"}
    return answer(batch_payload(view), 202 if is_new else 200, url)


@router.get(
    "/v1/batches",
    summary="List batches",
    response_model=BatchListing,
    responses=problems.responses(*access.REFUSALS, "invalid_request", "database_busy"),
)
def list_batches(
    connections: Connected,
    key: Reader,
    limit: Annotated[int, Query(ge=1, le=LONGEST_LISTING, description="Batches of one page.")] = 50,
    cursor: Annotated[Text, Query(description="next_cursor of the page before.")] = None,
) -> Response:
    """Batches, the newest first, a page at a time."""
    try:
        views, next_cursor = batches.listing(connections, limit, cursor)
    except SettingsError as error:
        raise problems.invalid_query("cursor", shortened(str(error))) from error
    found = [batch_payload(view) for view in views]
    return answer(BatchListing(batches=found, next_cursor=next_cursor))


@router.get(
    "/v1/batches/{batch_id}",
    summary="Get a batch",
    response_model=BatchPayload,
    responses=problems.responses(*REFUSALS, "invalid_request"),
)
async def get_batch(
    request: Request,
    connections: Connected,
    watch: Watching,
    key: Reader,
    batch_id: BatchId,
    wait_s: WaitS = 0.0,
) -> Response:
    """The batch as it is now; or, with ``wait``, as soon as it has ended or the time is over."""
    look = partial(_seen, connections, batch_id)
    return answer(batch_payload(await until_final(request, watch, batch_id, wait_s, look)))


def _sheet_responses(sheet: Sheet) -> dict[int | str, dict[str, Any]]:
    """Return what is documented of one of the files of a batch."""
    media_type = MEDIA_TYPES[sheet].partition(";")[0]
    complete = {
        "description": "true once the batch has ended, so that nothing will be added.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    }
    return {
        **problems.responses(*SHEET_REFUSALS),
        200: {
            "content": {media_type: {"schema": {"type": "string"}}},
            "description": "What has succeeded so far, in order of position.",
            "headers": {"X-Docai-Complete": complete},
        },
    }


@router.get(
    "/v1/batches/{batch_id}/results.jsonl",
    summary="Get all results",
    response_class=StreamingResponse,
    responses=_sheet_responses(Sheet.RESULTS_JSONL),
)
def get_results_jsonl(connections: Connected, key: Reader, batch_id: BatchId) -> Response:
    """The results of all documents that have succeeded so far, one JSON object in each line.

    Of a file that was split, there is a line for each of its parts.
    """
    return _streamed(connections, batch_id, Sheet.RESULTS_JSONL)


@router.get(
    "/v1/batches/{batch_id}/results.csv",
    summary="Get a table of all documents",
    response_class=StreamingResponse,
    responses=_sheet_responses(Sheet.RESULTS_CSV),
)
def get_results_csv(connections: Connected, key: Reader, batch_id: BatchId) -> Response:
    """A table with a row for each document that has succeeded so far."""
    return _streamed(connections, batch_id, Sheet.RESULTS_CSV)


@router.get(
    "/v1/batches/{batch_id}/items.csv",
    summary="Get a table of all line items",
    response_class=StreamingResponse,
    responses=_sheet_responses(Sheet.ITEMS_CSV),
)
def get_items_csv(connections: Connected, key: Reader, batch_id: BatchId) -> Response:
    """A table with a row for each line item of each document that has succeeded so far."""
    return _streamed(connections, batch_id, Sheet.ITEMS_CSV)


def _streamed(connections: Connections, batch_id: str, sheet: Sheet) -> Response:
    """Return one of the files of a batch; what fails at once is told as a problem."""
    batch = _seen(connections, batch_id).view.batch
    if batch.status in _GONE:
        raise Problem("gone", f"the batch and its results are {batch.status.value}")
    pieces = results.pieces(connections, batch, sheet)
    first = next(pieces, b"")
    return StreamingResponse(
        itertools.chain([first], pieces),
        headers={"X-Docai-Complete": "false" if batch.status in _UNFINISHED else "true"},
        media_type=MEDIA_TYPES[sheet],
    )


@router.delete(
    "/v1/batches/{batch_id}",
    summary="Erase a batch",
    status_code=204,
    responses=problems.responses(*REFUSALS, "storage_unavailable"),
)
def erase_batch(connections: Connected, key: Admin, batch_id: BatchId) -> Response:
    """Cancel what has not ended of the batch, and erase its documents and all made of them."""
    if not (_BATCH_ID.fullmatch(batch_id) and batches.erase(connections, batch_id)):
        raise _unknown(batch_id)
    return Response(status_code=204)


@router.post(
    "/v1/batches/{batch_id}/deliver",
    summary="Call the webhook of a batch again",
    status_code=202,
    response_model=BatchPayload,
    response_description="The webhook will be called.",
    responses=problems.responses(*REFUSALS, "not_ready"),
)
def deliver_batch(connections: Connected, key: Submitter, batch_id: BatchId) -> Response:
    """Have the webhook of a batch that has ended called once more."""
    view = batches.deliver_again(connections, batch_id) if _BATCH_ID.fullmatch(batch_id) else None
    if view is None:
        raise _unknown(batch_id)
    return answer(batch_payload(view), 202)
