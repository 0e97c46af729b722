"""The jobs of a batch, all at once: added, begun, counted, forgotten.

A batch may have thousands of them, so rows are written and changed in bulk.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import and_, delete, func, insert, null, select, update
from sqlalchemy.orm import Session, load_only

from docai.errors import DocaiError, code_of
from workers.jobs import NewJob, Origin, SchemaRef, job_row
from workers.lifecycle import end_batch_if_done, now, record_all
from workers.queues import Message
from workers.tables import (
    Batch,
    BatchStatus,
    Delivery,
    Event,
    Job,
    Stage,
    Status,
    Step,
    StepState,
)

MAX_NAME = 200  # characters, in the table


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document is not worked on.

    Attributes:
        code: stable, for programs.
        detail: for people.
    """

    code: str
    detail: str

    @classmethod
    def of(cls, error: DocaiError) -> "Refusal":
        """Return what an error says; its code is the name of its class."""
        return cls(code_of(type(error)), str(error))


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document of a batch; unless refused, its bytes are under `workers.store.upload_key`.

    Attributes:
        job_id: the id that its job gets.
        name: what to call it; not longer than `MAX_NAME`.
        sha256: of its bytes, in hex; empty where nobody read them all.
        size_bytes: as far as known.
        format: as sniffed; None where it is refused.
        refusal: why it is not worked on, if it is not.
    """

    job_id: str
    name: str
    sha256: str
    size_bytes: int
    format: str | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A document of a batch that failed."""

    job_id: str
    name: str | None
    position: int
    code: str
    detail: str


def job_id_at(batch_id: str, position: int) -> str:
    """Return the id of the job of a document; nobody can guess it who does not know the batch."""
    namespace = uuid.UUID(hex=batch_id.removeprefix("batch_"))
    return f"job_{uuid.uuid5(namespace, str(position)).hex}"


def add_documents(
    session: Session,
    batch: Batch,
    documents: Iterable[tuple[int, NewDocument]],
    retention_s: float,
) -> None:
    """Give documents their jobs, by position; no worker begins one before `begin`."""
    schema = SchemaRef(batch.schema_name, batch.schema_version, batch.json_schema)
    origin = Origin(key_id=batch.key_id)
    rows, events = [], []
    for position, one in documents:
        new = NewJob(one.job_id, one.name, one.sha256, one.size_bytes, one.format, schema, origin)
        new = replace(new, splits=batch.splits)
        row = job_row(new, retention_s, batch.id, position)
        row.num_events = 1
        if one.refusal is not None:
            row.status, row.finished_at = Status.FAILED, row.created_at
            row.error_code, row.error_detail = one.refusal.code, one.refusal.detail
        rows.append(row)
        events.append(
            {"job_id": row.id, "number": 1, "name": row.status.value, "at": row.created_at}
        )
    session.add_all(rows)
    session.flush()  # the events refer to them
    if events:
        session.execute(insert(Event), events)


def begin(session: Session, batch: Batch, num_documents: int, retention_s: float) -> list[Message]:
    """Let the jobs of a batch be worked on; one without any left to do ends at once.

    Args:
        session: in which the jobs and the batch are locked.
        batch: the batch; it has all of its jobs.
        num_documents: how many these are.
        retention_s: see `lifecycle.end_job`.

    Returns:
        The messages to send after the commit.
    """
    batch.status, batch.num_documents = BatchStatus.RUNNING, num_documents
    waiting = select(Job.id).where(Job.batch_id == batch.id, Job.status == Status.QUEUED)
    messages = [
        Message(Stage.RASTERIZE, job_id)
        for job_id in session.scalars(waiting.order_by(Job.position))
    ]
    # Thousands at once: `add_step` looks for each one first.
    steps = [
        {
            "subject": message.subject,
            "stage": message.stage,
            "page": message.page,
            "state": StepState.QUEUED,
            "attempts": 0,
            "enqueued_at": now(),
        }
        for message in messages
    ]
    if steps:
        session.execute(insert(Step), steps)
    return messages + end_batch_if_done(session, batch.id, retention_s)


def counts_by_status(session: Session, batch_ids: Sequence[str]) -> dict[str, dict[Status, int]]:
    """Return how many jobs of each batch are in each status."""
    counts = {batch_id: dict.fromkeys(Status, 0) for batch_id in batch_ids}
    query = (
        select(Job.batch_id, Job.status, func.count())
        .where(Job.batch_id.in_(batch_ids))
        .group_by(Job.batch_id, Job.status)
    )
    for batch_id, status, number in session.execute(query):
        assert batch_id is not None, "only jobs of these batches were asked for"
        counts[batch_id][status] = number
    return counts


def failed_jobs(session: Session, batch_id: str) -> tuple[FailedJob, ...]:
    """Return why documents of a batch failed, in order of position."""
    failed = (
        select(Job)
        .options(load_only(Job.name, Job.position, Job.error_code, Job.error_detail))
        .where(Job.batch_id == batch_id, Job.status == Status.FAILED)
        .order_by(Job.position)
    )
    return tuple(
        FailedJob(job.id, job.name, job.position or 0, job.error_code or "", job.error_detail or "")
        for job in session.scalars(failed)
    )


def forget_jobs(session: Session, batch_id: str, status: Status) -> None:
    """Keep of the jobs of a batch that they were there; see `jobs.erase` for one."""
    of_batch = select(Job.id).where(Job.batch_id == batch_id)
    session.execute(delete(Step).where(Step.subject.in_(of_batch)))
    session.execute(delete(Delivery).where(Delivery.subject.in_(of_batch)))
    living = and_(Job.batch_id == batch_id, Job.status.not_in((Status.ERASED, Status.EXPIRED)))
    record_all(session, living, status.value)
    session.execute(
        update(Job)
        .where(living)
        .values(
            status=status,
            finished_at=func.coalesce(Job.finished_at, now()),
            name=None,
            external_id=None,
            webhook_url=None,
            error_detail=None,
            json_schema=null(),
            sha256="",
        )
    )
