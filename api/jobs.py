"""Jobs over HTTP: submit, find, list, erase, deliver again."""

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import access, problems, submit
from api.access import Admin, Reader, Submitter
from api.context import Connected, Here, Watching
from api.payloads import JOB_ID, JobListing, answer
from api.problems import Problem, shortened
from api.submit import IdempotencyKey
from api.watch import Seen, until_final
from docai.errors import SettingsError
from workers import jobs
from workers.connections import Connections
from workers.jobs import JobView, Wanted
from workers.payloads import JobPayload, job_payload
from workers.tables import Status

LONGEST_WAIT_S = 60
LONGEST_LISTING = 200
RETRY_AFTER_S = 1  # when to look again for a result that is not there yet
_JOB_ID = re.compile(r"job_[0-9a-f]{32}", re.ASCII)

router = APIRouter(tags=["jobs"])

JobId = Annotated[str, Path(description="Id of a job.", examples=[JOB_ID])]
WaitS = Annotated[
    float,
    Query(
        alias="wait",
        ge=0,
        le=LONGEST_WAIT_S,
        allow_inf_nan=False,
        description="Seconds to wait at most for the job to end.",
        examples=[20],
    ),
]
Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\u0000-\u001f\u007f]*$")]
REFUSALS = (*access.REFUSALS, "job_not_found", "database_busy")
LINKS = {
    operation_id: {"operationId": operation_id, "parameters": {"job_id": "$response.body#/id"}}
    for operation_id in ("get_job", "watch_job", "get_result", "erase_job")
}


def seen_job(connections: Connections, job_id: str) -> Seen[JobView]:
    """Return a job as it is now.

    Raises:
        Problem: there is none.
        DatabaseBusy: nobody can tell.
    """
    view = jobs.find(connections, job_id) if _JOB_ID.fullmatch(job_id) else None
    if view is None:
        raise Problem("job_not_found", f"there is no job {shortened(job_id)!r}")
    return Seen(view, view.job.num_events, view.job.status.is_final)


def found_job(connections: Connections, job_id: str) -> JobView:
    """Return a job; see `seen_job`."""
    return seen_job(connections, job_id).view


def job_url(view: JobView) -> dict[str, str]:
    """Return the header that says where a job is."""
    return {"Location": f"/v1/jobs/{view.job.id}"}


@router.post(
    "/v1/jobs",
    summary="Submit a document",
    status_code=202,
    response_model=JobPayload,
    response_description="Accepted: a new job, to be found at Location.",
    responses={
        **problems.responses(*access.REFUSALS, *submit.REFUSALS),
        200: {
            "model": JobPayload,
            "description": "The job that the same request made before.",
        },
        202: {"links": LINKS},
    },
    openapi_extra=dict(submit.FORM),
)
async def submit_job(
    request: Request,
    here: Here,
    key_id: Submitter,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Hand in one document. It is stored safely before the answer comes; the rest takes a while."""
    accepted = await submit.accept(request, here, key_id, idempotency_key)
    status = 202 if accepted.is_new else 200
    return answer(job_payload(accepted.view), status, job_url(accepted.view))


@router.get(
    "/v1/jobs",
    summary="List jobs",
    response_model=JobListing,
    responses=problems.responses(*access.REFUSALS, "invalid_request", "database_busy"),
)
def list_jobs(
    connections: Connected,
    key: Reader,
    status: Annotated[Status | None, Query(description="Only jobs of this status.")] = None,
    schema: Annotated[Text, Query(description="Only jobs with the schema of this name.")] = None,
    batch: Annotated[Text, Query(description="Only jobs of the batch of this id.")] = None,
    external_id: Annotated[Text, Query(description="Only jobs with this external_id.")] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_LISTING, description="Jobs of one page.")] = 50,
    cursor: Annotated[Text, Query(description="next_cursor of the page before.")] = None,
) -> Response:
    """Jobs, the newest first, a page at a time."""
    wanted = Wanted(status, schema, batch, external_id)
    try:
        views, next_cursor = jobs.listing(connections, wanted, limit, cursor or None)
    except SettingsError as error:
        raise problems.invalid_query("cursor", shortened(str(error))) from error
    found = [job_payload(view) for view in views]
    return answer(JobListing(jobs=found, next_cursor=next_cursor))


@router.get(
    "/v1/jobs/{job_id}",
    summary="Get a job",
    response_model=JobPayload,
    responses=problems.responses(*REFUSALS, "invalid_request"),
)
async def get_job(
    request: Request,
    connections: Connected,
    watch: Watching,
    key: Reader,
    job_id: JobId,
    wait_s: WaitS = 0.0,
) -> Response:
    """The job as it is now; or, with ``wait``, as soon as it has ended or the time is over."""
    look = partial(seen_job, connections, job_id)
    view = await until_final(request, watch, job_id, wait_s, look)
    return answer(job_payload(view))


@router.delete(
    "/v1/jobs/{job_id}",
    summary="Erase a job",
    status_code=204,
    responses=problems.responses(*REFUSALS, "storage_unavailable"),
)
def erase_job(connections: Connected, key: Admin, job_id: JobId) -> Response:
    """Cancel the job if it has not ended, and erase the document and everything made of it."""
    if not (_JOB_ID.fullmatch(job_id) and jobs.erase(connections, job_id)):
        raise Problem("job_not_found", f"there is no job {shortened(job_id)!r}")
    return Response(status_code=204)


@router.post(
    "/v1/jobs/{job_id}/deliver",
    summary="Call the webhook again",
    status_code=202,
    response_model=JobPayload,
    response_description="The webhook will be called.",
    responses=problems.responses(*REFUSALS, "not_ready"),
)
def deliver_job(connections: Connected, key: Submitter, job_id: JobId) -> Response:
    """Have the webhook of a job that has ended called once more."""
    view = jobs.deliver_again(connections, job_id) if _JOB_ID.fullmatch(job_id) else None
    if view is None:
        raise Problem("job_not_found", f"there is no job {shortened(job_id)!r}")
    return answer(job_payload(view), 202)
