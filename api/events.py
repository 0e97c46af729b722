"""The events of a job as they happen, in the format that browsers' EventSource reads.

A stream ends after the event that ends the job. Whoever comes back then, as EventSource does by
itself, is told by 204 to stay away.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import problems
from api.access import Reader
from api.context import Connected, Watching
from api.jobs import REFUSALS, JobId, found_job
from api.outside import IS_HEAD
from api.payloads import JOB_EXAMPLE, EventPayload
from api.watch import Watch
from workers import jobs
from workers.connections import Connections
from workers.jobs import JobView
from workers.payloads import job_payload
from workers.tables import Event

HEARTBEAT_S = 15.0
RETRY_MS = 2000  # after which a client that lost its connection comes back
LARGEST_NUMBER = 2**31 - 1  # that databases can hold
MEDIA_TYPE = "text/event-stream"

router = APIRouter(tags=["jobs"])

_EXAMPLE = (
    f"retry: {RETRY_MS}\n\n"
    'event: started\ndata: {"number":2,"at":"2026-03-01T09:30:00.200000Z","name":"started",'
    f'"page":null,"job":{{"id":"{JOB_EXAMPLE["id"]}",…}}}}\nid: 2\n\n'
)


def _item_schema() -> dict[str, Any]:
    """Return how OpenAPI 3.2 describes an event of a stream."""
    content = EventPayload.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    content.pop("$defs")  # they are among the components already
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": content}
    properties = {"event": {"type": "string"}, "id": {"type": "string"}, "data": data}
    return {"type": "object", "properties": properties}


@router.get(
    "/v1/jobs/{job_id}/events",
    summary="Watch a job",
    response_class=Response,
    responses={
        **problems.responses(*REFUSALS, "invalid_request"),
        200: {
            "description": "Events as they happen, until the job has ended. Of each, data is JSON: "
            "number, at, name, page and job. Names: queued, started, rasterized, page_read, "
            "page_encoded, encode_again, retried, succeeded, failed, erased, expired, delivery.",
            "content": {MEDIA_TYPE: {"itemSchema": _item_schema(), "example": _EXAMPLE}},
        },
        204: {"description": "The job has ended, and you know of everything that happened."},
    },
)
async def watch_job(
    request: Request,
    connections: Connected,
    watch: Watching,
    key: Reader,
    job_id: JobId,
    last_event_id: Annotated[
        int,
        Header(
            alias="Last-Event-ID",
            ge=0,
            le=LARGEST_NUMBER,
            description="The last event that you know of.",
            examples=[2],
        ),
    ] = 0,
) -> Response:
    """What happens to a job, from its beginning or from the last event that you know of."""
    view = await run_in_threadpool(found_job, connections, job_id)
    if view.job.status.is_final and last_event_id >= view.job.num_events:
        return Response(status_code=204)
    # The second for nginx, which otherwise collects what it passes on.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.scope.get(IS_HEAD):
        return Response(headers=headers, media_type=MEDIA_TYPE)
    stream = _stream(connections, watch, job_id, last_event_id)
    return StreamingResponse(stream, headers=headers, media_type=MEDIA_TYPE)


async def _stream(
    connections: Connections, watch: Watch, job_id: str, known: int
) -> AsyncIterator[bytes]:
    """Yield the events of a job after number ``known``, until it has ended or we stop."""
    yield format_sse_event(retry=RETRY_MS)
    while True:
        view, events = await run_in_threadpool(_news, connections, job_id, known)
        for event in events:
            yield _frame(event, view)
            known = event.number
        if view.job.status.is_final:
            return
        while not await watch.moved(job_id, view.job.num_events, HEARTBEAT_S):
            if watch.is_stopped:
                return
            yield format_sse_event(comment="still here")


def _news(connections: Connections, job_id: str, known: int) -> tuple[JobView, Sequence[Event]]:
    """Return a job, and what happened to it after event ``known``.

    Of what happens between the two questions nothing is told yet: the job is not shown as running
    together with the event that ends it.
    """
    view = found_job(connections, job_id)
    events = jobs.events_after(connections, job_id, known)
    return view, [event for event in events if event.number <= view.job.num_events]


def _frame(event: Event, view: JobView) -> bytes:
    """Return an event as the client reads it."""
    payload = EventPayload(
        number=event.number,
        at=event.at,
        name=event.name,
        page=event.page,
        job=job_payload(view),
    )
    return format_sse_event(
        data_str=payload.model_dump_json(by_alias=True), event=event.name, id=str(event.number)
    )
