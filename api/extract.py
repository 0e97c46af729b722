"""Extraction while the client waits: one request for small documents, a job for the others."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import access, problems, submit
from api.access import Submitter
from api.context import Context, Here
from api.jobs import LONGEST_WAIT_S, job_url, seen_job
from api.payloads import ExtractionPayload, SplitPayload, answer
from api.problems import KINDS, Problem
from api.results import refuse_without_result, result_response
from api.submit import IdempotencyKey
from api.watch import until_final
from workers.jobs import JobView
from workers.payloads import JobPayload, job_payload
from workers.tables import Job, Status

UNPROCESSABLE = 422  # however the document failed: the request itself was fine
DOCUMENT_FAILURES = (
    "unsupported_format",
    "broken_file",
    "encrypted_file",
    "no_pages",
    "ocr_error",
    "vlm_error",
    "out_of_memory",
    "timed_out",
    "worker_killed",
    "storage_error",
)

router = APIRouter(tags=["jobs"])

PatienceS = Annotated[
    float,
    Query(
        alias="wait",
        ge=0,
        le=LONGEST_WAIT_S,
        allow_inf_nan=False,
        description="Seconds to wait at most for the result.",
    ),
]
TAKES_LONGER = {
    "model": JobPayload,
    "description": "It takes longer: the job goes on, to be found at Location.",
}


@router.post(
    "/v1/extract",
    summary="Extract at once",
    response_model=ExtractionPayload | SplitPayload,
    response_description="What was found on the document, with its evidence.",
    responses={
        **problems.responses(*access.REFUSALS, *submit.REFUSALS, *DOCUMENT_FAILURES, "gone"),
        202: TAKES_LONGER,
    },
    openapi_extra=dict(submit.FORM),
)
async def extract(
    request: Request,
    here: Here,
    key_id: Submitter,
    wait_s: PatienceS = 30.0,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Hand in one document and wait for its result. If that takes too long, the job goes on."""
    accepted = await submit.accept(request, here, key_id, idempotency_key)
    view = await outcome(request, here, accepted.view.job.id, wait_s)
    if not view.job.status.is_final:
        return answer(job_payload(view), 202, job_url(view))
    response = await run_in_threadpool(result_response, here.connections, view)
    response.headers.update(job_url(view))
    return response


async def outcome(request: Request, here: Context, job_id: str, wait_s: float) -> JobView:
    """Return a job that has succeeded, or one that takes longer than its client waits.

    Raises:
        Problem: it failed, or was erased.
        DatabaseBusy: nobody can tell.
    """
    look = partial(seen_job, here.connections, job_id)
    view = await until_final(request, here.watch, job_id, wait_s, look)
    if view.job.status is Status.FAILED:
        raise _failure(view.job)
    if view.job.status.is_final:
        refuse_without_result(view.job)
    return view


def _failure(job: Job) -> Problem:
    """Return why a document failed."""
    code = job.error_code if job.error_code in KINDS else "internal_error"
    assert code is not None
    return Problem(
        code, job.error_detail, status=UNPROCESSABLE, headers={"Location": f"/v1/jobs/{job.id}"}
    )
