"""What may happen to a job and to a batch, each as one change inside the caller's transaction.

Rows are locked in one order, job before batch, so that no two transactions wait for each other.
"""

import datetime as dt

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from workers.queues import Message
from workers.tables import (
    UNFINISHED,
    Batch,
    BatchStatus,
    Event,
    Job,
    Stage,
    Status,
    Step,
    StepState,
)


def now() -> dt.datetime:
    """Return this moment."""
    return dt.datetime.now(dt.UTC)


def locked_job(session: Session, job_id: str) -> Job | None:
    """Return a job that no other transaction changes before this one has ended."""
    return session.get(Job, job_id, with_for_update=True)


def locked_batch(session: Session, batch_id: str) -> Batch | None:
    """Return a batch that no other transaction changes before this one has ended."""
    return session.get(Batch, batch_id, with_for_update=True)


def record(session: Session, job: Job, name: str, page: int | None = None) -> None:
    """Note that something happened to a job; it must be locked."""
    job.num_events += 1
    session.add(Event(job_id=job.id, number=job.num_events, name=name, page=page, at=now()))


def record_all(session: Session, jobs: ColumnElement[bool], name: str) -> None:
    """Note that something happened to all jobs that meet a condition; they must be locked."""
    session.execute(update(Job).where(jobs).values(num_events=Job.num_events + 1))
    happened = select(Job.id, Job.num_events, literal(name), literal(now(), Event.at.type))
    columns = ["job_id", "number", "name", "at"]
    session.execute(insert(Event).from_select(columns, happened.where(jobs)))


def add_step(session: Session, message: Message) -> Message:
    """Put a step into the ledger that is to run now; what was known of it is forgotten.

    Returns:
        The message to send after the commit.
    """
    key = (message.subject, message.stage, message.page)
    step = session.get(Step, key)
    if step is None:
        step = Step(subject=message.subject, stage=message.stage, page=message.page)
        session.add(step)
    step.state, step.attempts, step.enqueued_at = StepState.QUEUED, 0, now()
    step.token = step.lease_until = step.not_before = step.finished_at = None
    step.stalled_since = None
    return message


def end_job(
    session: Session,
    job: Job,
    status: Status,
    retention_s: float,
    error: tuple[str, str] | None = None,
) -> list[Message]:
    """End a job that has not ended yet, for good; its remaining steps are dropped.

    Args:
        session: in which the job is locked.
        job: the job.
        status: succeeded or failed.
        retention_s: how long its documents are kept from now.
        error: code and detail, where it failed.

    Returns:
        The messages to send after the commit: webhooks to call.
    """
    job.status, job.finished_at = status, now()
    job.expires_at = job.finished_at + dt.timedelta(seconds=retention_s)
    if error is not None:
        job.error_code, job.error_detail = error
    if status is not Status.SUCCEEDED:
        drop_steps(session, job.id)
    record(session, job, status.value)
    messages = [*_ask_for_delivery(session, job)]
    if job.batch_id is not None:
        messages += end_batch_if_done(session, job.batch_id, retention_s)
    return messages


def drop_steps(session: Session, subject: str) -> None:
    """Forget the steps of a job or batch; whoever runs one finds its claim gone."""
    session.execute(delete(Step).where(Step.subject == subject))


def end_batch_if_done(session: Session, batch_id: str, retention_s: float) -> list[Message]:
    """End a batch whose last job has ended; return the messages to send after the commit."""
    session.flush()
    batch = locked_batch(session, batch_id)
    if batch is None or batch.status is not BatchStatus.RUNNING:
        return []
    unfinished = select(func.count()).where(Job.batch_id == batch_id, Job.status.in_(UNFINISHED))
    if session.scalar(unfinished):
        return []
    batch.status, batch.finished_at = BatchStatus.FINISHED, now()
    batch.expires_at = batch.finished_at + dt.timedelta(seconds=retention_s)
    return _ask_for_delivery(session, batch)


def fail_batch(session: Session, batch: Batch, error: tuple[str, str]) -> list[Message]:
    """End a batch that cannot be taken apart; return the messages to send after the commit."""
    batch.status, batch.finished_at = BatchStatus.FAILED, now()
    batch.error_code, batch.error_detail = error
    drop_steps(session, batch.id)
    _fail_waiting_jobs(session, batch)
    return _ask_for_delivery(session, batch)


def _fail_waiting_jobs(session: Session, batch: Batch) -> None:
    """End the jobs of a batch that failed while it was taken apart: nobody ever begins them."""
    waiting = (Job.batch_id == batch.id) & (Job.status == Status.QUEUED)
    record_all(session, waiting, Status.FAILED.value)
    ended = {
        "status": Status.FAILED,
        "finished_at": batch.finished_at,
        "error_code": batch.error_code,
        "error_detail": f"its batch failed: {batch.error_detail}",
    }
    session.execute(update(Job).where(waiting).values(ended))


def ask_for_delivery(session: Session, subject: Job | Batch) -> list[Message]:
    """Have a webhook called, once more if it was before; see `end_job` for messages."""
    subject.num_deliveries_asked += 1
    subject.webhook_state = "pending"
    return [add_step(session, Message(Stage.DELIVER, subject.id))]


def _ask_for_delivery(session: Session, subject: Job | Batch) -> list[Message]:
    """Have the webhook of a job or batch called, if it has one."""
    return ask_for_delivery(session, subject) if subject.webhook_url else []
