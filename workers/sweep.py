"""The sweeper: puts back what Redis or a worker lost, and erases what nobody may keep.

It looks at the ledger alone. A message is lost if its step still waits although every message sent
as long ago has left its queue.
"""

import datetime as dt
import logging
from collections.abc import Sequence

from redis.exceptions import RedisError
from sqlalchemy import delete, exists, or_, select

from workers import batches, jobs, ledger
from workers.connections import Connections
from workers.lifecycle import now
from workers.queues import QUEUES, Message
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

log = logging.getLogger(__name__)

GRACE_S = 5.0  # a message younger than this may still be on its way
AT_ONCE = 500  # steps put back in one sweep of a stage
EXPIRED_AT_ONCE = 100
TOMBSTONE = dt.timedelta(days=90)  # how long it is known that there once was a job
ORPHAN_S = 3600.0  # an upload that takes longer than this is lost


def sweep(connections: Connections) -> None:
    """Put back what is lost and erase what has expired.

    Raises:
        ServiceError: database or store failed; the next sweep goes on.
    """
    _end_leases(connections)
    try:
        for stage in Stage:
            _send_again(connections, stage)
    except RedisError:
        log.warning("Redis does not answer; messages are sent when it does")
    _expire(connections)


def _end_leases(connections: Connections) -> None:
    """Take steps from workers that fell silent."""
    silent = select(Step).where(Step.state == StepState.RUNNING, Step.lease_until < now())
    with connections.database.reading() as session:
        steps = list(session.scalars(silent.limit(AT_ONCE)))
    for step in steps:
        assert step.token is not None
        message = Message(step.stage, step.subject, step.page)
        log.warning("%s of %s: its worker was lost", step.stage.value, step.subject)
        ledger.put_back(
            connections,
            ledger.Claim(message, step.token, step.attempts),
            "worker_killed",
            "the worker was lost: killed, or its machine is gone",
        )


def _send_again(connections: Connections, stage: Stage) -> None:
    """Send the messages of steps of one stage that are due and whose message is lost.

    Raises:
        RedisError: Redis does not answer.
    """
    moment, grace = now(), dt.timedelta(seconds=GRACE_S)
    oldest = connections.queues.oldest(QUEUES[stage])
    # Queues are first in, first out: what was sent before the oldest message has left the queue.
    horizon = moment - grace if oldest is None else min(moment, oldest) - grace
    is_lost = Step.not_before.is_(None) & (Step.enqueued_at < horizon)
    is_due = Step.not_before <= moment
    waiting = (
        select(Step)
        .where(Step.state == StepState.QUEUED, Step.stage == stage, or_(is_lost, is_due))
        .order_by(Step.enqueued_at)
        .limit(AT_ONCE)
    )
    with connections.database.reading() as session:
        if session.scalar(waiting.limit(1)) is None:
            return
    with connections.database.writing() as session:
        steps = list(session.scalars(waiting.with_for_update(skip_locked=True)))
        for step in steps:
            step.enqueued_at, step.not_before = moment, None
        messages = [Message(step.stage, step.subject, step.page) for step in steps]
    connections.send(messages)


def _expire(connections: Connections) -> None:
    """Erase what is older than it may get, and forget what was erased long ago."""
    moment = now()
    old_jobs = select(Job.id).where(
        Job.expires_at < moment, Job.status.in_((Status.SUCCEEDED, Status.FAILED))
    )
    old_batches = select(Batch.id).where(
        Batch.expires_at < moment, Batch.status.in_((BatchStatus.FINISHED, BatchStatus.FAILED))
    )
    with connections.database.reading() as session:
        job_ids = list(session.scalars(old_jobs.limit(EXPIRED_AT_ONCE)))
        batch_ids = list(session.scalars(old_batches.limit(EXPIRED_AT_ONCE)))
    for job_id in job_ids:
        jobs.erase(connections, job_id, Status.EXPIRED)
    for batch_id in batch_ids:
        batches.erase(connections, batch_id, BatchStatus.EXPIRED)
    _forget(connections)


def _forget(connections: Connections) -> None:
    """Delete the bare rows of jobs and batches that were erased long ago."""
    long_ago = now() - TOMBSTONE
    old_jobs = select(Job.id).where(
        Job.status.in_((Status.ERASED, Status.EXPIRED)), Job.finished_at < long_ago
    )
    old_batches = select(Batch.id).where(
        Batch.status.in_((BatchStatus.ERASED, BatchStatus.EXPIRED)),
        Batch.finished_at < long_ago,
        ~exists().where(Job.batch_id == Batch.id),
    )
    with connections.database.reading() as session:
        job_ids = list(session.scalars(old_jobs.limit(EXPIRED_AT_ONCE)))
        batch_ids = list(session.scalars(old_batches.limit(EXPIRED_AT_ONCE)))
    if not job_ids and not batch_ids:
        return
    with connections.database.writing() as session:
        session.execute(delete(Event).where(Event.job_id.in_(job_ids)))
        session.execute(delete(Delivery).where(Delivery.subject.in_([*job_ids, *batch_ids])))
        session.execute(delete(Job).where(Job.id.in_(job_ids)))
        session.execute(delete(Batch).where(Batch.id.in_(batch_ids)))


class Orphans:
    """Blobs that belong to nobody: of uploads that broke off, or written after an erasure.

    A folder is erased when it belonged to nobody for ``patience_s``: until then it may be an
    upload that is still coming in.
    """

    def __init__(self, patience_s: float = ORPHAN_S) -> None:
        self._patience = dt.timedelta(seconds=patience_s)
        self._seen: dict[str, dt.datetime] = {}

    def erase(self, connections: Connections) -> list[str]:
        """Erase the folders whose time is over; return them.

        Raises:
            ServiceError: database or store failed; the next time goes on.
        """
        found = [
            *_unowned(connections, "jobs", Job, (Status.ERASED, Status.EXPIRED)),
            *_unowned(connections, "batches", Batch, (BatchStatus.ERASED, BatchStatus.EXPIRED)),
        ]
        moment = now()
        self._seen = {folder: self._seen.get(folder, moment) for folder in found}
        over = [f for f, since in self._seen.items() if moment - since >= self._patience]
        for folder in over:
            connections.store.erase(folder)
        return over


def _unowned(
    connections: Connections,
    parent: str,
    table: type[Job] | type[Batch],
    gone: Sequence[Status | BatchStatus],
) -> list[str]:
    """Return the folders of a parent whose job or batch does not exist or was erased."""
    names = connections.store.folders(parent)
    owned: set[str] = set()
    with connections.database.reading() as session:
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            owned.update(
                session.scalars(
                    select(table.id).where(table.id.in_(some), table.status.not_in(gone))
                )
            )
    return [f"{parent}/{name}" for name in names if name not in owned]
