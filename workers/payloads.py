"""What is told of a job: the JSON of HTTP and of webhooks, in one place.

Knows how rows look from outside. Refuses to know who asks, and how it is sent.
"""

import datetime as dt
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from workers.jobs import JobView, Webhook
from workers.tables import Stage, Status


class SchemaName(BaseModel):
    """Which schema is meant."""

    name: str = Field(description="A built-in or stored schema; inline for one of the request's.")
    version: int = Field(description="Counted from 1.")


class Failure(BaseModel):
    """Why it failed."""

    code: str = Field(description="The kind of failure, for programs; it never changes.")
    detail: str = Field(description="For people: what was wrong, and what would be right.")


class Try(BaseModel):
    """One call of a webhook."""

    at: dt.datetime
    status: int | None = Field(description="HTTP status of the receiver; null where none came.")
    error: str | None = Field(description="Why it does not count as delivered.")
    seconds: float


class WebhookPayload(BaseModel):
    """What has become of a webhook."""

    url: str
    state: str = Field(description="none before the end; then pending, delivered or failed.")
    attempts: int = Field(description="How many calls log shows.")
    last_status: int | None
    last_error: str | None
    next_attempt_at: dt.datetime | None
    log: list[Try] = Field(description="The latest calls, oldest first.")


class JobLinks(BaseModel):
    """Where the rest of a job is, below this server."""

    self: str
    events: str
    result: str
    pages: str = Field(description="A URI template: put the number of a page for {number}.")


class JobPayload(BaseModel):
    """A job: one document on its way from upload to result."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    status: Status = Field(
        description="queued, running; then for good succeeded, failed, erased or expired."
    )
    stage: Stage | None = Field(description="The latest stage that began.")
    schema_: SchemaName = Field(alias="schema")
    name: str | None = Field(description="What the client called the document.")
    external_id: str | None
    batch_id: str | None
    derived_from: str | None = Field(
        description="The job whose pages this one was given, read and encoded already."
    )
    size_bytes: int
    sha256: str = Field(description="Of the document, in hexadecimal; empty once it is erased.")
    format: str | None
    split: bool = Field(description="Whether the file may hold several documents.")
    num_parts: int | None = Field(
        description="Documents found in it; null before the end, and where it is not split."
    )
    num_pages: int | None = Field(description="Null until the document was taken apart.")
    pages_read: int
    pages_encoded: int
    queued_ahead: int | None = Field(description="Jobs that began to wait before; null in lists.")
    attempts: int = Field(description="Of the step that needed most.")
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    expires_at: dt.datetime = Field(description="When the document and its result are erased.")
    error: Failure | None
    engines: dict[str, Any]
    timings_s: dict[str, float]
    webhook: WebhookPayload | None
    links: JobLinks


def job_payload(view: JobView) -> JobPayload:
    """Return what is told of a job."""
    job = view.job
    return JobPayload(
        id=job.id,
        status=job.status,
        stage=job.stage,
        schema=SchemaName(name=job.schema_name, version=job.schema_version),
        name=job.name,
        external_id=job.external_id,
        batch_id=job.batch_id,
        derived_from=job.derived_from,
        size_bytes=job.size_bytes,
        sha256=job.sha256,
        format=job.format,
        split=job.splits,
        num_parts=job.num_parts,
        num_pages=job.num_pages,
        pages_read=job.pages_read,
        pages_encoded=job.pages_encoded,
        queued_ahead=view.queued_ahead,
        attempts=job.attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        expires_at=job.expires_at,
        error=failure_payload(job.error_code, job.error_detail),
        engines=job.engines,
        timings_s=job.timings_s,
        webhook=webhook_payload(view.webhook),
        links=job_links(job.id),
    )


def job_links(job_id: str) -> JobLinks:
    """Return where the rest of a job is."""
    path = f"/v1/jobs/{quote(job_id, safe='')}"
    return JobLinks(
        self=path,
        events=f"{path}/events",
        result=f"{path}/result",
        pages=f"{path}/pages/{{number}}",
    )


def failure_payload(code: str | None, detail: str | None) -> Failure | None:
    """Return why a job or batch failed; None if it did not."""
    return None if code is None else Failure(code=code, detail=detail or "")


def webhook_payload(webhook: Webhook | None) -> WebhookPayload | None:
    """Return what has become of a webhook; None if there is none."""
    if webhook is None:
        return None
    log = [
        Try(at=one.at, status=one.status, error=one.error, seconds=one.seconds)
        for one in webhook.deliveries
    ]
    return WebhookPayload(
        url=webhook.url,
        state=webhook.state,
        attempts=len(log),
        last_status=log[-1].status if log else None,
        last_error=log[-1].error if log else None,
        next_attempt_at=webhook.next_attempt_at,
        log=log,
    )
