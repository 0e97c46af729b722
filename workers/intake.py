"""Accepting documents: those that come at the same moment are written in one transaction.

A commit waits for the disk, and SQLite has one writer at a time. Twenty clients that submit at once
would stand in line for twenty commits; written together they wait for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workers.connections import Connections
from workers.errors import IdempotencyConflict
from workers.jobs import JobView, NewJob, Webhook, find, job_row
from workers.lifecycle import now, record
from workers.queues import Message
from workers.tables import Job, Stage, Status, Step, StepState


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a document.

    Attributes:
        view: its job.
        is_new: False where the same idempotency key had made the job before.
    """

    view: JobView
    is_new: bool


Outcome = Accepted | IdempotencyConflict
_Key = tuple[str, str | None]


def submit_all(connections: Connections, new: Sequence[NewJob]) -> list[Outcome]:
    """Accept documents whose bytes are in the store, in one transaction.

    Returns:
        For each its job; or an error where its idempotency key came before with another request.

    Raises:
        DatabaseBusy: none was accepted.
    """
    try:
        with connections.database.writing() as session:
            outcomes, messages = _add(connections, session, new)
    except IntegrityError:  # another process was given one of the keys at the same moment
        with connections.database.writing() as session:
            outcomes, messages = _add(connections, session, new)
    connections.send(messages)
    return [_again(connections, one) if isinstance(one, str) else one for one in outcomes]


def _add(
    connections: Connections, session: Session, new: Sequence[NewJob]
) -> tuple[list[Outcome | str], list[Message]]:
    """Add jobs; return for each what became of it, or the id of the job that was there before."""
    known = _known(session, new)
    num_queued = session.scalar(select(func.count()).where(Job.status == Status.QUEUED)) or 0
    added: list[Job] = []
    outcomes: list[Outcome | str] = []
    for one in new:
        key = _key(one)
        if key in known:
            outcomes.append(_earlier(known[key], one))
            continue
        job = job_row(one, connections.settings.retention_s)
        if key[1] is not None:
            known[key] = job
        outcomes.append(Accepted(_view(job, num_queued + len(added)), True))
        added.append(job)
    session.add_all(added)
    session.flush()  # events refer to jobs
    moment = now()
    messages = [Message(_first_stage(job), job.id) for job in added]
    for job, message in zip(added, messages, strict=True):
        record(session, job, "queued")
        session.add(
            Step(
                subject=job.id,
                stage=message.stage,
                page=message.page,
                state=StepState.QUEUED,
                attempts=0,
                enqueued_at=moment,
            )
        )
    return outcomes, messages


def _first_stage(job: Job) -> Stage:
    """Return what is to be done first: a job that was given pages has only to be reconciled."""
    return Stage.RASTERIZE if job.derived_from is None else Stage.RECONCILE


def _known(session: Session, new: Sequence[NewJob]) -> dict[_Key, Job]:
    """Return the jobs that the idempotency keys of ``new`` made before."""
    keys = [_key(one) for one in new if one.origin.idempotency_key is not None]
    if not keys:
        return {}
    found = session.scalars(select(Job).where(tuple_(Job.key_id, Job.idempotency_key).in_(keys)))
    return {(job.key_id, job.idempotency_key): job for job in found}


def _key(new: NewJob) -> _Key:
    """Return by what a request is known again."""
    return (new.origin.key_id, new.origin.idempotency_key)


def _earlier(job: Job, new: NewJob) -> IdempotencyConflict | str:
    """Return the id of the job that the same request made, or the error if it was another."""
    if job.idempotency_digest == new.origin.idempotency_digest:
        return job.id
    return IdempotencyConflict(
        "this Idempotency-Key came before with another document or other options; "
        "take a new key for a new request"
    )


def _view(job: Job, queued_ahead: int) -> JobView:
    """Return what is to be said of a job that is new."""
    url = job.webhook_url
    return JobView(job, queued_ahead, Webhook(url, job.webhook_state, (), None) if url else None)


def _again(connections: Connections, job_id: str) -> Accepted:
    """Return a job that was there before."""
    view = find(connections, job_id)
    assert view is not None, "rows of jobs with an idempotency key stay for long"
    return Accepted(view, False)
