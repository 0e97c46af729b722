"""The ledger: who may run a step, and what becomes of it. Messages only point at its rows.

A worker claims a step by compare-and-set, with a token of its own, and holds it by a lease that it
renews. Whoever finds the claim gone drops what it did: a step has one result, however often its
message came and however many workers ran it.
"""

import datetime as dt
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, and_, select, update
from sqlalchemy.orm import Session

from workers.connections import Connections
from workers.lifecycle import end_job, fail_batch, locked_batch, locked_job, now, record
from workers.queues import Message
from workers.tables import Batch, BatchStatus, Job, Stage, Status, Step, StepState

Advance = Callable[[Session, Job], list[Message]]

STALL_PATIENCE_S = 86_400.0  # with a server that a step needs; after that its attempts count
FIRST_STALL_S, LONGEST_STALL_S = 10.0, 300.0
STALL_SHARE = 0.25  # of the time that the server has been away, until it is tried again


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a step, for as long as its token stands in the ledger.

    Attributes:
        message: which step.
        token: of this claim alone.
        attempt: counted from 1.
    """

    message: Message
    token: str
    attempt: int


def claim(connections: Connections, message: Message, delivery: str = "") -> Claim | None:
    """Take a step that is queued and due; None where there is nothing to take.

    Args:
        connections: of this process.
        message: which step.
        delivery: id under which Celery delivered the message; see `interrupted`.

    Raises:
        DatabaseBusy: try again later.
    """
    token = f"{delivery}:{secrets.token_hex(8)}"
    lease = dt.timedelta(seconds=connections.settings.lease_s)
    with connections.database.writing() as session:
        subject = _locked_subject(session, message)
        if subject is None:
            return None
        step = session.get(Step, _key(message), with_for_update=True)
        moment = now()
        if step is None or step.state is not StepState.QUEUED or _is_early(step, moment):
            return None
        step.state, step.token = StepState.RUNNING, token
        step.attempts += 1
        step.started_at, step.lease_until, step.not_before = moment, moment + lease, None
        if isinstance(subject, Job) and message.stage is not Stage.DELIVER:
            _begin(session, subject, step)
        return Claim(message, token, step.attempts)


def renew(connections: Connections, held: Claim) -> bool:
    """Hold a claim for another lease; tell whether it still stands."""
    until = now() + dt.timedelta(seconds=connections.settings.lease_s)
    change = update(Step).where(_held(held)).values(lease_until=until)
    with connections.database.writing() as session:
        return bool(cast("CursorResult[None]", session.execute(change)).rowcount)


def finish(connections: Connections, held: Claim, advance: Advance) -> bool:
    """End a step of a job well and go on to the next, in one transaction.

    Args:
        connections: of this process.
        held: the claim under which the step ran.
        advance: changes the job and returns what follows.

    Returns:
        Whether the claim still stood. If not, nothing was changed.

    Raises:
        DatabaseBusy: try again later.
    """
    with connections.database.writing() as session:
        job = locked_job(session, held.message.subject)
        step = standing(session, held)
        if job is None or step is None or job.status.is_final:
            return False
        step.state, step.token, step.finished_at = StepState.DONE, None, now()
        assert step.started_at is not None
        seconds = (step.finished_at - step.started_at).total_seconds()
        stage = held.message.stage.value
        job.timings_s = job.timings_s | {stage: round(job.timings_s.get(stage, 0) + seconds, 3)}
        messages = advance(session, job)
    connections.send(messages)
    return True


def give_up(connections: Connections, held: Claim, code: str, detail: str) -> None:
    """Fail the job or batch of a step: another attempt would end the same way."""
    with connections.database.writing() as session:
        subject = _locked_subject(session, held.message)
        step = standing(session, held)
        if subject is None or step is None:
            return
        messages = _fail(connections, session, subject, (code, detail))
    connections.send(messages)


def put_back(
    connections: Connections,
    held: Claim,
    code: str,
    detail: str,
    delay_s: float = 0.0,
    *,
    counts: bool = True,
) -> None:
    """Let a step run again after an attempt that failed, or fail its job if it was the last.

    Args:
        connections: of this process.
        held: the claim under which the step ran.
        code: stable, for programs.
        detail: for people.
        delay_s: how long to wait; the sweeper sends the message then.
        counts: whether the attempt counts against the document, rather than the service.
    """
    with connections.database.writing() as session:
        subject = _locked_subject(session, held.message)
        step = standing(session, held)
        if subject is None or step is None:
            return
        if not counts:
            step.attempts -= 1
        step.stalled_since = None
        messages = requeue(connections, session, subject, step, (code, detail), delay_s)
    connections.send(messages)


def stall(connections: Connections, held: Claim, code: str, detail: str) -> None:
    """Let a step wait for a server that it needs and that is away.

    For a day, tries do not count against the document; they come more and more rarely.

    Args:
        connections: of this process.
        held: the claim under which the step ran.
        code: stable, for programs.
        detail: for people.
    """
    with connections.database.writing() as session:
        subject = _locked_subject(session, held.message)
        step = standing(session, held)
        if subject is None or step is None:
            return
        is_news = step.stalled_since is None
        since = step.stalled_since = step.stalled_since or now()
        away_s = (now() - since).total_seconds()
        if away_s < STALL_PATIENCE_S:
            step.attempts -= 1
        delay_s = min(max(FIRST_STALL_S, away_s * STALL_SHARE), LONGEST_STALL_S)
        delay_s *= random.uniform(0.5, 1.0)
        messages = requeue(
            connections, session, subject, step, (code, detail), delay_s, is_news=is_news
        )
    connections.send(messages)


def interrupted(
    connections: Connections, message: Message, delivery: str, code: str, detail: str
) -> None:
    """Let a step run again whose process died under the claim of one delivered message.

    Raises:
        DatabaseBusy: the lease runs out later, and the sweeper does the same.
    """
    with connections.database.reading() as session:
        step = session.get(Step, _key(message))
    if step is None or step.token is None or not step.token.startswith(f"{delivery}:"):
        return
    put_back(connections, Claim(message, step.token, step.attempts), code, detail)


def requeue(
    connections: Connections,
    session: Session,
    subject: Job | Batch,
    step: Step,
    error: tuple[str, str],
    delay_s: float,
    *,
    is_news: bool = True,
) -> list[Message]:
    """Queue a running step again, or fail its subject after too many attempts.

    Args:
        connections: of this process.
        session: in which subject and step are locked.
        subject: the job or batch.
        step: of it.
        error: code and detail of what went wrong.
        delay_s: how long to wait.
        is_news: whether those who watch the job shall hear of it.

    Returns:
        The messages to send after the commit.
    """
    limit = connections.settings.max_attempts
    if step.attempts >= limit and step.stage is not Stage.DELIVER:
        code, detail = error
        detail = f"{detail}; {step.stage.value} was tried {step.attempts} times"
        return _fail(connections, session, subject, (code, detail))
    step.state, step.token, step.lease_until = StepState.QUEUED, None, None
    step.error_code, step.error_detail = error
    step.enqueued_at = now()
    step.not_before = now() + dt.timedelta(seconds=delay_s) if delay_s else None
    if is_news and isinstance(subject, Job) and step.stage is not Stage.DELIVER:
        record(session, subject, "retried", step.page or None)
    return [] if delay_s else [Message(step.stage, step.subject, step.page)]


def locked_subject(session: Session, step: Step) -> Job | Batch | None:
    """Return the locked job or batch that a step belongs to, if it still wants the step."""
    return _locked_subject(session, Message(step.stage, step.subject, step.page))


def _fail(
    connections: Connections, session: Session, subject: Job | Batch, error: tuple[str, str]
) -> list[Message]:
    """Fail a job or a batch."""
    if isinstance(subject, Batch):
        return fail_batch(session, subject, error)
    return end_job(session, subject, Status.FAILED, connections.settings.retention_s, error)


def _locked_subject(session: Session, message: Message) -> Job | Batch | None:
    """Return the locked job or batch of a message, if it still wants that stage."""
    job = locked_job(session, message.subject)
    is_delivery = message.stage is Stage.DELIVER
    if job is not None:
        wants = job.webhook_url is not None if is_delivery else not job.status.is_final
        return job if wants else None
    batch = locked_batch(session, message.subject)
    if batch is None:
        return None
    wants = batch.webhook_url is not None if is_delivery else batch.status is BatchStatus.UNPACKING
    return batch if wants else None


def _begin(session: Session, job: Job, step: Step) -> None:
    """Note on a job that a step of it begins."""
    if job.status is Status.QUEUED:
        job.status, job.started_at = Status.RUNNING, step.started_at
        record(session, job, "started")
    job.stage = step.stage
    job.attempts = max(job.attempts, step.attempts)


def standing(session: Session, held: Claim) -> Step | None:
    """Return the locked step of a claim; None if it stands no more."""
    return session.scalar(select(Step).where(_held(held)).with_for_update())


def _held(held: Claim) -> ColumnElement[bool]:
    """Return the condition under which a claim stands."""
    subject, stage, page = _key(held.message)
    return and_(
        Step.subject == subject,
        Step.stage == stage,
        Step.page == page,
        Step.state == StepState.RUNNING,
        Step.token == held.token,
    )


def _is_early(step: Step, moment: dt.datetime) -> bool:
    """Tell whether a step is still backing off."""
    return step.not_before is not None and step.not_before > moment


def _key(message: Message) -> tuple[str, Stage, int]:
    """Return the primary key of a message's step."""
    return (message.subject, message.stage, message.page)
