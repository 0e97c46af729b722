"""What is told of a batch: the JSON of HTTP and of webhooks, in one place."""

import datetime as dt
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from workers.batches import BatchView
from workers.payloads import (
    Failure,
    SchemaName,
    WebhookPayload,
    failure_payload,
    webhook_payload,
)
from workers.tables import BatchStatus


class FailedDocument(BaseModel):
    """A document of a batch that failed, and why."""

    job_id: str
    position: int = Field(description="In the batch, from 1.")
    name: str | None
    code: str
    detail: str


class BatchLinks(BaseModel):
    """Where the rest of a batch is, below this server."""

    self: str
    jobs: str
    results_jsonl: str
    results_csv: str
    items_csv: str


class BatchPayload(BaseModel):
    """A batch: many documents that came together."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    status: BatchStatus = Field(
        description="unpacking, running; then for good finished (every job has ended, well or "
        "not), failed (the archive could not be taken apart), erased or expired."
    )
    schema_: SchemaName = Field(alias="schema")
    external_id: str | None
    split: bool = Field(description="Whether each file may hold several documents.")
    num_documents: int | None = Field(description="Null until an archive was taken apart.")
    counts: dict[str, int] = Field(description="How many of its jobs have each status.")
    failures: list[FailedDocument] | None = Field(description="All of them; null in lists.")
    error: Failure | None
    created_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime
    webhook: WebhookPayload | None
    links: BatchLinks


def batch_payload(view: BatchView) -> BatchPayload:
    """Return what is told of a batch."""
    batch = view.batch
    failures = None
    if view.failures is not None:
        failures = [
            FailedDocument(
                job_id=one.job_id,
                position=one.position,
                name=one.name,
                code=one.code,
                detail=one.detail,
            )
            for one in view.failures
        ]
    return BatchPayload(
        id=batch.id,
        status=batch.status,
        schema=SchemaName(name=batch.schema_name, version=batch.schema_version),
        external_id=batch.external_id,
        split=batch.splits,
        num_documents=batch.num_documents,
        counts={status.value: number for status, number in view.counts.items()},
        failures=failures,
        error=failure_payload(batch.error_code, batch.error_detail),
        created_at=batch.created_at,
        finished_at=batch.finished_at,
        expires_at=batch.expires_at,
        webhook=webhook_payload(view.webhook),
        links=batch_links(batch.id),
    )


def batch_links(batch_id: str) -> BatchLinks:
    """Return where the rest of a batch is."""
    name = quote(batch_id, safe="")
    path = f"/v1/batches/{name}"
    return BatchLinks(
        self=path,
        jobs=f"/v1/jobs?batch={name}",
        results_jsonl=f"{path}/results.jsonl",
        results_csv=f"{path}/results.csv",
        items_csv=f"{path}/items.csv",
    )
