"""Jobs as those see them who ask for them: submit, find, list, watch, erase."""

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from docai.errors import SettingsError
from workers import store as keys
from workers.connections import Connections
from workers.errors import IdempotencyConflict, NotReady, QueueFull
from workers.lifecycle import ask_for_delivery, drop_steps, locked_job, now, record
from workers.queues import Message
from workers.tables import (
    UNFINISHED,
    Batch,
    Delivery,
    Event,
    Job,
    Stage,
    Status,
    Step,
)

LOG_LENGTH = 50  # deliveries shown of one webhook, the latest

Row = TypeVar("Row", Job, Batch)


@dataclass(frozen=True, slots=True)
class SchemaRef:
    """What to extract.

    Attributes:
        name: of the schema.
        version: counted from 1.
        json_schema: None for a schema that is built in.
    """

    name: str
    version: int
    json_schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked for what, and how to recognise the same request.

    Attributes:
        key_id: of the API key; empty where none is needed.
        idempotency_key: chosen by the client, or None.
        idempotency_digest: of everything the request says.
        external_id: the client's own name for it.
        webhook_url: to be called at the end.
    """

    key_id: str = ""
    idempotency_key: str | None = None
    idempotency_digest: str | None = None
    external_id: str | None = None
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The job whose document another one is about, and how many pages that has."""

    job_id: str
    num_pages: int


@dataclass(frozen=True, slots=True)
class NewJob:
    """A document whose bytes are in the store already, under `workers.store.upload_key`.

    With a source, its pages are there too, read and encoded: see `workers.derive`. ``splits`` tells
    whether the file may hold several documents.
    """

    id: str
    name: str
    sha256: str
    size_bytes: int
    format: str | None
    schema: SchemaRef
    origin: Origin
    source: Source | None = None
    splits: bool = False


@dataclass(frozen=True, slots=True)
class Webhook:
    """What has become of a webhook.

    Attributes:
        url: to be called.
        state: pending, delivered or failed; none before the end.
        deliveries: the latest tries, oldest first.
        next_attempt_at: when it is tried again, if it is.
    """

    url: str
    state: str
    deliveries: tuple[Delivery, ...]
    next_attempt_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it is at this moment. ``job`` is detached: changing it changes nothing."""

    job: Job
    queued_ahead: int | None
    webhook: Webhook | None


def new_job_id() -> str:
    """Return an id that nobody can guess."""
    return f"job_{uuid.uuid4().hex}"


def num_unfinished(session: Session) -> int:
    """Return how many jobs wait or run."""
    return session.scalar(select(func.count()).where(Job.status.in_(UNFINISHED))) or 0


def check_room(connections: Connections, num_new: int = 1) -> None:
    """Refuse more jobs than the service can queue.

    Raises:
        QueueFull: with how many there are.
        DatabaseBusy: nobody can tell.
    """
    with connections.database.reading() as session:
        waiting = num_unfinished(session)
    limit = connections.settings.max_queued
    if waiting + num_new > limit:
        raise QueueFull(f"{waiting} jobs are not finished; at most {limit} are accepted")


def job_row(
    new: NewJob, retention_s: float, batch_id: str | None = None, position: int | None = None
) -> Job:
    """Return the row of a job that is to be accepted."""
    moment = now()
    num_pages = new.source.num_pages if new.source else None
    return Job(
        id=new.id,
        status=Status.QUEUED,
        key_id=new.origin.key_id,
        idempotency_key=new.origin.idempotency_key,
        idempotency_digest=new.origin.idempotency_digest,
        external_id=new.origin.external_id,
        batch_id=batch_id,
        derived_from=new.source.job_id if new.source else None,
        position=position,
        name=new.name,
        sha256=new.sha256,
        format=new.format,
        size_bytes=new.size_bytes,
        schema_name=new.schema.name,
        schema_version=new.schema.version,
        json_schema=None if new.schema.json_schema is None else dict(new.schema.json_schema),
        created_at=moment,
        expires_at=moment + dt.timedelta(seconds=retention_s),
        webhook_url=new.origin.webhook_url,
        num_events=0,
        splits=new.splits,
        num_pages=num_pages,
        pages_read=num_pages or 0,
        pages_encoded=num_pages or 0,
        attempts=1,
        engines={},
        timings_s={},
        webhook_state="none",
        num_deliveries_asked=0,
    )


def earlier_id(session: Session, table: type[Row], origin: Origin) -> str | None:
    """Return the id of the job or batch that the same request made before.

    Raises:
        IdempotencyConflict: it was another request.
    """
    if origin.idempotency_key is None:
        return None
    same_key = and_(table.key_id == origin.key_id, table.idempotency_key == origin.idempotency_key)
    row = session.scalar(select(table).where(same_key))
    if row is None:
        return None
    if row.idempotency_digest != origin.idempotency_digest:
        raise IdempotencyConflict(
            "this Idempotency-Key came before with other documents or other options; "
            "take a new key for a new request"
        )
    return row.id


def find(connections: Connections, job_id: str) -> JobView | None:
    """Return a job, or None if there never was one of that id.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    with connections.database.reading() as session:
        job = session.get(Job, job_id)
        return None if job is None else _view(session, job)


def _view(session: Session, job: Job) -> JobView:
    """Return what is to be said of a job."""
    ahead = None
    if job.status is Status.QUEUED:
        before = and_(Job.status == Status.QUEUED, Job.created_at < job.created_at)
        ahead = session.scalar(select(func.count()).where(before))
    return JobView(job, ahead, webhook_of(session, job))


def webhook_of(session: Session, subject: Job | Batch) -> Webhook | None:
    """Return what has become of the webhook of a job or batch; None if it has none."""
    if not subject.webhook_url:
        return None
    latest = (
        select(Delivery)
        .where(Delivery.subject == subject.id)
        .order_by(Delivery.id.desc())
        .limit(LOG_LENGTH)
    )
    log = tuple(session.scalars(latest))[::-1]
    step = session.get(Step, (subject.id, Stage.DELIVER, 0))
    return Webhook(
        subject.webhook_url, subject.webhook_state, log, step.not_before if step else None
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs to list; None does not restrict."""

    status: Status | None = None
    schema: str | None = None
    batch_id: str | None = None
    external_id: str | None = None


def listing(
    connections: Connections, wanted: Wanted, limit: int, cursor: str | None
) -> tuple[list[JobView], str | None]:
    """Return jobs, the newest first, and the cursor of the next page if there is one.

    Raises:
        SettingsError: the cursor is none of ours.
        DatabaseBusy: nobody can tell.
    """
    equal = {
        Job.status: wanted.status,
        Job.schema_name: wanted.schema,
        Job.batch_id: wanted.batch_id,
        Job.external_id: wanted.external_id,
    }
    query = newest_first(Job, limit, cursor)
    query = query.where(*(column == value for column, value in equal.items() if value is not None))
    with connections.database.reading() as session:
        found = list(session.scalars(query))
        views = [JobView(job, None, webhook_of(session, job)) for job in found[:limit]]
    more = len(found) > limit
    return views, write_cursor(found[limit - 1]) if more else None


def newest_first(table: type[Row], limit: int, cursor: str | None) -> Select[Row]:
    """Return a query for the next rows, and one more that tells whether others follow.

    Raises:
        SettingsError: the cursor is none of ours.
    """
    query = select(table).order_by(table.created_at.desc(), table.id.desc()).limit(limit + 1)
    if cursor is None:
        return query
    return query.where(tuple_(table.created_at, table.id) < read_cursor(cursor))


def write_cursor(last: Job | Batch) -> str:
    """Return the cursor that goes on after a row."""
    return base64.urlsafe_b64encode(f"{last.created_at.isoformat()} {last.id}".encode()).decode()


def read_cursor(cursor: str) -> tuple[dt.datetime, str]:
    """Return where a cursor goes on: moment and id of the row before.

    Raises:
        SettingsError: it is none of ours.
    """
    try:
        at, _, last = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None or not last:
            raise ValueError("incomplete")
        moment = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise SettingsError(
            f"cursor {cursor[:80]!r} is none of ours; take next_cursor of the page before"
        ) from error
    return moment, last


def events_after(connections: Connections, job_id: str, number: int) -> Sequence[Event]:
    """Return what happened to a job after its event ``number``, in order."""
    later = (
        select(Event).where(Event.job_id == job_id, Event.number > number).order_by(Event.number)
    )
    with connections.database.reading() as session:
        return list(session.scalars(later))


def erase(connections: Connections, job_id: str, status: Status = Status.ERASED) -> bool:
    """Cancel a job if it has not ended, and erase everything it had but its bare row.

    Args:
        connections: of this process.
        job_id: the job.
        status: erased, or expired where its time is over.

    Returns:
        Whether there is such a job.

    Raises:
        DatabaseBusy: nothing was erased.
        StoreUnavailable: the row is erased; the sweeper erases the rest.
    """
    from workers.lifecycle import end_batch_if_done

    with connections.database.writing() as session:
        job = locked_job(session, job_id)
        if job is None:
            return False
        messages: list[Message] = []
        if job.status not in (Status.ERASED, Status.EXPIRED):
            was_unfinished = not job.status.is_final
            _forget(session, job, status)
            if was_unfinished and job.batch_id is not None:
                messages = end_batch_if_done(
                    session, job.batch_id, connections.settings.retention_s
                )
    connections.send(messages)
    connections.store.erase(keys.job_folder(job_id))
    return True


def _forget(session: Session, job: Job, status: Status) -> None:
    """Keep of a job that it was there, and nothing of what it was about."""
    drop_steps(session, job.id)
    job.status, job.finished_at = status, job.finished_at or now()
    job.name = job.external_id = job.webhook_url = job.error_detail = job.json_schema = None
    job.sha256 = ""
    for delivery in session.scalars(select(Delivery).where(Delivery.subject == job.id)):
        session.delete(delivery)
    record(session, job, status.value)


def deliver_again(connections: Connections, job_id: str) -> JobView | None:
    """Have the webhook of a finished job called once more; None if there is no such job.

    Raises:
        NotReady: it has none, or has not ended.
    """
    with connections.database.writing() as session:
        job = locked_job(session, job_id)
        if job is None:
            return None
        if not job.webhook_url:
            raise NotReady("this job has no webhook to call")
        if not job.status.is_final:
            raise NotReady(f"the job is {job.status.value}; its webhook is called when it ends")
        messages = ask_for_delivery(session, job)
    connections.send(messages)
    return find(connections, job_id)
