"""Batches as those see them who ask for them: submit, find, list, erase.

Every document of a batch is a job, those that were refused too: one status lists every failure.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workers import store as keys
from workers.batch_jobs import (
    FailedJob,
    NewDocument,
    add_documents,
    begin,
    counts_by_status,
    failed_jobs,
    forget_jobs,
)
from workers.connections import Connections
from workers.errors import NotReady
from workers.jobs import (
    Origin,
    SchemaRef,
    Webhook,
    earlier_id,
    newest_first,
    webhook_of,
    write_cursor,
)
from workers.lifecycle import add_step, ask_for_delivery, locked_batch, now
from workers.queues import Message
from workers.tables import Batch, BatchStatus, Delivery, Job, Stage, Status, Step

_GONE = (BatchStatus.ERASED, BatchStatus.EXPIRED)
_RUNS = (BatchStatus.UNPACKING, BatchStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What is to be extracted from many files, who asked, and whether each may hold several."""

    id: str
    schema: SchemaRef
    origin: Origin
    splits: bool = False


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as it is at this moment. ``batch`` is detached: changing it changes nothing.

    Attributes:
        batch: its row.
        counts: of its jobs, by status; every status is there.
        failures: of its jobs, in order of position; None in listings.
        webhook: what has become of it.
    """

    batch: Batch
    counts: Mapping[Status, int]
    failures: tuple[FailedJob, ...] | None
    webhook: Webhook | None


def new_batch_id() -> str:
    """Return an id that nobody can guess."""
    return f"batch_{uuid.uuid4().hex}"


def submit(
    connections: Connections, new: NewBatch, documents: Sequence[NewDocument] | None
) -> tuple[BatchView, bool]:
    """Accept many documents, all of them or none.

    Args:
        connections: of this process.
        new: the batch.
        documents: in order; None for an archive, whose bytes are in the store already, under
            `workers.store.batch_upload_key`.

    Returns:
        The batch, and whether it is new: the same idempotency key gives the batch that is there.
        What was stored for one that is not new is for the caller to erase.

    Raises:
        IdempotencyConflict: the key came before, with another request.
        DatabaseBusy: nothing was accepted.
    """
    retention_s = connections.settings.retention_s
    messages: list[Message] = []
    try:
        with connections.database.writing() as session:
            earlier = earlier_id(session, Batch, new.origin)
            if earlier is None:
                batch = _batch_row(new, retention_s)
                session.add(batch)
                session.flush()  # its jobs refer to it
                if documents is None:
                    messages = [add_step(session, Message(Stage.UNPACK, batch.id))]
                else:
                    add_documents(session, batch, enumerate(documents, start=1), retention_s)
                    messages = begin(session, batch, len(documents), retention_s)
    except IntegrityError:  # the same key at the same moment
        with connections.database.reading() as session:
            earlier = earlier_id(session, Batch, new.origin)
        if earlier is None:
            raise
    connections.send(messages)
    view = find(connections, earlier or new.id)
    assert view is not None
    return view, earlier is None


def _batch_row(new: NewBatch, retention_s: float) -> Batch:
    """Return the row of a batch that is to be accepted."""
    moment = now()
    schema, origin = new.schema, new.origin
    return Batch(
        id=new.id,
        status=BatchStatus.UNPACKING,
        key_id=origin.key_id,
        idempotency_key=origin.idempotency_key,
        idempotency_digest=origin.idempotency_digest,
        external_id=origin.external_id,
        schema_name=schema.name,
        schema_version=schema.version,
        json_schema=None if schema.json_schema is None else dict(schema.json_schema),
        splits=new.splits,
        created_at=moment,
        expires_at=moment + dt.timedelta(seconds=retention_s),
        webhook_url=origin.webhook_url,
        webhook_state="none",
        num_deliveries_asked=0,
    )


def find(connections: Connections, batch_id: str) -> BatchView | None:
    """Return a batch, or None if there never was one of that id.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    with connections.database.reading() as session:
        batch = session.get(Batch, batch_id)
        if batch is None:
            return None
        counts = counts_by_status(session, [batch_id])[batch_id]
        failures = failed_jobs(session, batch_id)
        return BatchView(batch, counts, failures, webhook_of(session, batch))


def listing(
    connections: Connections, limit: int, cursor: str | None
) -> tuple[list[BatchView], str | None]:
    """Return batches, the newest first, and the cursor of the next page if there is one.

    Raises:
        SettingsError: the cursor is none of ours.
        DatabaseBusy: nobody can tell.
    """
    with connections.database.reading() as session:
        found = list(session.scalars(newest_first(Batch, limit, cursor)))
        shown = found[:limit]
        counts = counts_by_status(session, [batch.id for batch in shown])
        views = [
            BatchView(batch, counts[batch.id], None, webhook_of(session, batch)) for batch in shown
        ]
    more = len(found) > limit
    return views, write_cursor(shown[-1]) if more else None


def erase(
    connections: Connections, batch_id: str, status: BatchStatus = BatchStatus.ERASED
) -> bool:
    """Cancel what has not ended of a batch, and erase all it had but the bare rows.

    Args:
        connections: of this process.
        batch_id: the batch.
        status: erased, or expired where its time is over.

    Returns:
        Whether there is such a batch.

    Raises:
        DatabaseBusy: nothing was erased.
        StoreUnavailable: the rows are erased; the sweeper erases the rest.
    """
    of_batch = select(Job.id).where(Job.batch_id == batch_id).order_by(Job.id)
    with connections.database.writing() as session:
        job_ids = list(session.scalars(of_batch.with_for_update()))
        batch = locked_batch(session, batch_id)
        if batch is None:
            return False
        if batch.status not in _GONE:
            forget_jobs(session, batch_id, Status(status.value))
            _forget(session, batch, status)
    for job_id in job_ids:
        connections.store.erase(keys.job_folder(job_id))
    connections.store.erase(keys.batch_folder(batch_id))
    return True


def _forget(session: Session, batch: Batch, status: BatchStatus) -> None:
    """Keep of a batch that it was there, and nothing of what it was about."""
    session.execute(delete(Step).where(Step.subject == batch.id))
    session.execute(delete(Delivery).where(Delivery.subject == batch.id))
    batch.status, batch.finished_at = status, batch.finished_at or now()
    batch.external_id = batch.webhook_url = batch.error_detail = batch.json_schema = None


def deliver_again(connections: Connections, batch_id: str) -> BatchView | None:
    """Have the webhook of a batch that has ended called once more; None if there is no such one.

    Raises:
        NotReady: it has none, or has not ended.
    """
    with connections.database.writing() as session:
        batch = locked_batch(session, batch_id)
        if batch is None:
            return None
        if not batch.webhook_url:
            raise NotReady("this batch has no webhook to call")
        if batch.status in _RUNS:
            raise NotReady(f"the batch is {batch.status.value}; its webhook is called when it ends")
        messages = ask_for_delivery(session, batch)
    connections.send(messages)
    return find(connections, batch_id)
