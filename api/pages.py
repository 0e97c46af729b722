"""Page pictures over HTTP, as they were read; and with what was read and found drawn onto them."""

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated

import anyio.to_thread
from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import problems
from api.access import Reader
from api.context import Here
from api.jobs import REFUSALS, JobId, found_job
from api.problems import Problem
from api.results import IfNoneMatch, is_matched, lost, streamed
from docai.extraction.parts_json import results_in
from docai.extraction.result import Extraction
from docai.load.sniff import ONE_PAGE
from workers import store as blobs
from workers.errors import BlobNotFound
from workers.store import Store
from workers.tables import Job, Status

if TYPE_CHECKING:  # loaded when a picture is drawn, for it needs numpy
    from docai.document import Page
    from docai.reading import Reading

PNG = "image/png"
ASKED_EACH_TIME = "private, no-cache"  # a browser may keep it, but asks before it shows it again

router = APIRouter(tags=["results"])


@router.get(
    "/v1/jobs/{job_id}/pages/{number}",
    summary="Get a page picture",
    response_class=Response,
    responses={
        **problems.responses(
            *REFUSALS,
            "page_not_found",
            "not_ready",
            "gone",
            "invalid_request",
            "storage_unavailable",
        ),
        200: {"content": {PNG: {}}, "description": "The picture, as PNG."},
        304: {"description": "What you have is still right."},
    },
)
async def get_page(
    here: Here,
    key: Reader,
    job_id: JobId,
    number: Annotated[int, Path(description="Number of a page, from 1.", examples=[1])],
    overlay: Annotated[
        bool, Query(description="Draw onto it which words were read and what was found.")
    ] = False,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A page as it was read. Evidence in results is given in pixels of this picture."""
    connections = here.connections
    view = await run_in_threadpool(found_job, connections, job_id)
    _refuse_page(view.job, number)
    drawn = f".{view.job.num_events}" if overlay else ""  # more is drawn as the job moves on
    etag = f'"{job_id}.{number}{drawn}"'
    headers = {"ETag": etag, "Cache-Control": ASKED_EACH_TIME}
    if is_matched(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    try:
        if overlay or view.job.format in ONE_PAGE:
            draw = partial(_drawn if overlay else _undrawn, connections.store, view.job, number)
            png = await anyio.to_thread.run_sync(draw, limiter=here.drawing)
            return Response(png, headers=headers, media_type=PNG)
        key_ = blobs.page_key(job_id, number)
        return await run_in_threadpool(streamed, connections.store, key_, PNG, headers)
    except BlobNotFound as error:
        raise await run_in_threadpool(lost, connections, job_id) from error


def _refuse_page(job: Job, number: int) -> None:
    """Say why there is no picture of a page.

    Raises:
        Problem: there is none, or not yet, or not any more.
    """
    if job.status in (Status.ERASED, Status.EXPIRED):
        raise Problem("gone", f"the job and its pages are {job.status.value}")
    if job.num_pages is None and not job.status.is_final:
        raise Problem("not_ready", "the document has not been taken apart into pages yet")
    num_pages = job.num_pages or 0
    if not 1 <= number <= num_pages:
        raise Problem("page_not_found", f"there is no such page; this job has {num_pages}")


def _undrawn(store: Store, job: Job, number: int) -> bytes:
    """Return a page as PNG whose document is a picture of another format.

    Raises:
        BlobNotFound: the page was erased.
        ServiceError: it cannot be read.
    """
    from docai.pages import picture_to_png
    from workers.pages import load_page

    return picture_to_png(load_page(store, job, number).picture)


def _drawn(store: Store, job: Job, number: int) -> bytes:
    """Return a page with what was read and found on it so far, as PNG; see `_undrawn`."""
    import numpy as np

    from docai.draw import overlay
    from docai.pages import picture_to_png
    from workers.pages import load_page

    page = load_page(store, job, number)
    sheet = overlay(page, _reading(store, job.id, page), *_extractions(store, job.id))
    return picture_to_png(np.asarray(sheet))


def _reading(store: Store, job_id: str, page: "Page") -> "Reading":
    """Return what was read on a page; no words while it was not read."""
    from docai.reading import Reading
    from docai.reading_json import from_bytes

    try:
        return from_bytes(store.get(blobs.reading_key(job_id, page.number)))
    except BlobNotFound:
        return Reading(page.number, (page.height, page.width), (), (), 0.0, "")


def _extractions(store: Store, job_id: str) -> list[Extraction]:
    """Return what was found on a document, or on each part of it; none while it is not known."""
    try:
        stored = json.loads(store.get(blobs.extraction_key(job_id)))
    except BlobNotFound:
        return []
    return [Extraction.from_json(one) for one in results_in(stored)]
