"""Results over HTTP: as JSON, CSV and Markdown."""

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from api import problems
from api.access import Reader
from api.context import Connected
from api.jobs import REFUSALS, RETRY_AFTER_S, JobId, found_job
from api.payloads import ExtractionPayload, SplitPayload, answer
from api.problems import Problem, invalid_query
from api.schemas import builtin, schema_of_job
from docai import build
from docai.extraction.fields import Schema
from docai.extraction.parts_json import results_in
from docai.kinds import asks_any
from workers import store as blobs
from workers.connections import Connections
from workers.errors import BlobNotFound
from workers.jobs import JobView
from workers.payloads import JobPayload, failure_payload, job_payload
from workers.store import Store
from workers.tables import Job, Status

PIECE_BYTES = 262_144
NEVER_KEPT = "no-store"  # by proxies and browsers

router = APIRouter(tags=["results"])

IfNoneMatch = Annotated[
    str | None, Header(description="ETag of what you have; 304 if that is still right.")
]


class ResultFormat(StrEnum):
    """How a result is written."""

    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


MEDIA_TYPES = {
    ResultFormat.JSON: "application/json",
    ResultFormat.CSV: "text/csv; charset=utf-8; header=present",
    ResultFormat.MARKDOWN: "text/markdown; charset=utf-8",
}


@router.get(
    "/v1/jobs/{job_id}/result",
    summary="Get a result",
    response_model=ExtractionPayload | SplitPayload,
    response_description="What was found on the document, with its evidence.",
    responses={
        **problems.responses(
            *REFUSALS, "job_failed", "gone", "invalid_request", "storage_unavailable"
        ),
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "text/markdown": {"schema": {"type": "string"}},
            }
        },
        202: {
            "model": JobPayload,
            "description": "Not yet: the job has not ended.",
        },
        304: {"description": "What you have is still right."},
    },
)
def get_result(
    connections: Connected,
    key: Reader,
    job_id: JobId,
    format_: Annotated[
        ResultFormat, Query(alias="format", description="How to write it.")
    ] = ResultFormat.JSON,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The result of a job that has succeeded, as often as you like until it expires.

    Of a job that splits, it has a result for each part; CSV a row, Markdown a section.
    """
    view = found_job(connections, job_id)
    if not view.job.status.is_final:
        return answer(job_payload(view), 202, {"Retry-After": str(RETRY_AFTER_S)})
    refuse_without_result(view.job)
    return result_response(connections, view, format_, if_none_match)


def refuse_without_result(job: Job) -> None:
    """Say why a job that has ended has no result.

    Raises:
        Problem: it has none.
    """
    if job.status is Status.FAILED:
        error = failure_payload(job.error_code, job.error_detail)
        assert error is not None, "failed jobs have a reason"
        raise Problem("job_failed", error.detail, error=error.model_dump())
    if job.status is not Status.SUCCEEDED:
        raise Problem("gone", f"the job and its result are {job.status.value}")


def result_response(
    connections: Connections,
    view: JobView,
    format_: ResultFormat = ResultFormat.JSON,
    if_none_match: str | None = None,
) -> Response:
    """Return the result of a job that has succeeded.

    Raises:
        Problem: it was erased in the meantime, or is lost.
        StoreUnavailable: it cannot be read now.
    """
    job = view.job
    etag = f'"{job.id}.{format_.value}"'  # a job has one result, which never changes
    headers = {"ETag": etag, "Cache-Control": NEVER_KEPT}
    if is_matched(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    media_type = MEDIA_TYPES[format_]
    try:
        if format_ is ResultFormat.JSON:
            return streamed(connections.store, blobs.extraction_key(job.id), media_type, headers)
        text = _written(connections.store.get(blobs.extraction_key(job.id)), job, format_)
    except BlobNotFound as error:
        raise lost(connections, job.id) from error
    return Response(text, headers=headers, media_type=media_type)


def _written(result: bytes, job: Job, format_: ResultFormat) -> str:
    """Return a result as CSV or Markdown."""
    from docai import formats
    from docai.extraction.result import Extraction

    extractions = [Extraction.from_json(one) for one in results_in(json.loads(result))]
    how = formats.Format(format_.value)
    chosen = {one.schema_name for one in extractions}
    schema = _schema_of(job, chosen) if how is formats.Format.CSV else schema_of_job(job)
    layout = formats.layout(how, schema, is_single=not job.splits, splits=job.splits)
    return "".join(layout.pieces(extractions))


def _schema_of(job: Job, chosen: set[str]) -> Schema:
    """Return the schema that the columns of a table are made of.

    Args:
        job: whose result it is.
        chosen: names of the schemas of its documents.

    Raises:
        Problem: the parts have several.
    """
    schema = schema_of_job(job)
    if not asks_any(schema):
        return schema
    known = chosen & set(build.builtin_schemas())  # one that is of no known kind has no field
    if len(known) > 1:
        names = ", ".join(sorted(known))
        raise invalid_query(
            "format", f"the parts have different schemas ({names}), so no table; ask for json"
        )
    return builtin(known.pop()) if known else schema


def lost(connections: Connections, job_id: str) -> Problem:
    """Return why a blob is not there."""
    job = found_job(connections, job_id).job
    if job.status in (Status.ERASED, Status.EXPIRED):
        return Problem("gone", f"the job and everything it had are {job.status.value}")
    return Problem("storage_unavailable", "the store does not have it, though it should")


def is_matched(etag: str, if_none_match: str | None) -> bool:
    """Tell whether the client has what we would send."""
    if if_none_match is None:
        return False
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in known or etag in known


def streamed(store: Store, key: str, media_type: str, headers: dict[str, str]) -> Response:
    """Return a blob, piece by piece if it is large.

    Raises:
        BlobNotFound: there is none.
        StoreUnavailable: it cannot be read.
    """
    file = store.open(key)
    first = file.read(PIECE_BYTES)
    if len(first) < PIECE_BYTES:
        file.close()
        return Response(first, headers=headers, media_type=media_type)
    return StreamingResponse(_pieces(file, first), headers=headers, media_type=media_type)


def _pieces(file: BinaryIO, first: bytes) -> Iterator[bytes]:
    """Yield a file that was begun, and close it."""
    with file:
        yield first
        while piece := file.read(PIECE_BYTES):
            yield piece
