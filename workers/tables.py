"""The tables: what is true of every job, whatever happens to messages and processes.

    batches ─┬─< jobs ─┬─< events        what happened, numbered, for those who watch
             │         └─< deliveries    every try to call a webhook
             └─< steps >─┘               a row per task that has to run: the ledger of the workers

A subject is the id of a job or of a batch.
"""

import datetime as dt
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Status(StrEnum):
    """What has become of a job."""

    QUEUED = "queued"  # accepted; no worker has begun
    RUNNING = "running"  # some step has begun
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # for good, with a reason
    ERASED = "erased"  # on request, with everything it had
    EXPIRED = "expired"  # erased because its time was over

    @property
    def is_final(self) -> bool:
        """Whether no worker will touch the job any more."""
        return self not in UNFINISHED


UNFINISHED = (Status.QUEUED, Status.RUNNING)


class BatchStatus(StrEnum):
    """What has become of a batch."""

    UNPACKING = "unpacking"  # its archive is being taken apart
    RUNNING = "running"
    FINISHED = "finished"  # every job has ended, well or not
    FAILED = "failed"  # the archive could not be taken apart
    ERASED = "erased"
    EXPIRED = "expired"


class Stage(StrEnum):
    """The kinds of steps."""

    UNPACK = "unpack"
    RASTERIZE = "rasterize"
    OCR = "ocr"
    ENCODE = "encode"
    RECONCILE = "reconcile"
    DELIVER = "deliver"


class StepState(StrEnum):
    """What has become of a step."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment in UTC. Databases without time zones keep it as UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Refuse moments without a time zone; turn the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Return the moment with its time zone."""
        if value is None:
            return None
        moment: dt.datetime = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return moment.astimezone(dt.UTC)


def _named(names: type[StrEnum]) -> Enum:
    """Return the type of a column that holds one of some names, as text."""
    return Enum(
        names,
        native_enum=False,
        length=16,
        values_callable=lambda found: [one.value for one in found],
    )


class Table(DeclarativeBase):
    """Root of the tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        **{names: _named(names) for names in (Status, BatchStatus, Stage, StepState)},
    }


class Key(Table):
    """A key that lets a program in. The secret itself is nowhere."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[list[str]]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the secret, in hex
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class StoredSchema(Table):
    """One version of a schema that somebody stored."""

    __tablename__ = "schemas"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    json_schema: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
    deleted_at: Mapped[dt.datetime | None]


class Batch(Table):
    """Many documents that came together."""

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("key_id", "idempotency_key"),
        Index("ix_batches_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    status: Mapped[BatchStatus]
    key_id: Mapped[str] = mapped_column(String(16), default="")  # who asked; empty: no key needed
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    idempotency_digest: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(200))
    schema_name: Mapped[str] = mapped_column(String(64))
    schema_version: Mapped[int]
    json_schema: Mapped[dict[str, Any] | None]  # None: built in
    splits: Mapped[bool] = mapped_column(default=False, server_default=false())  # see Job
    num_documents: Mapped[int | None]  # None until unpacked
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    webhook_url: Mapped[str | None] = mapped_column(Text)
    webhook_state: Mapped[str] = mapped_column(String(16), default="none")
    num_deliveries_asked: Mapped[int] = mapped_column(default=0)


class Job(Table):
    """One document on its way from upload to extraction."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("key_id", "idempotency_key"),
        UniqueConstraint("batch_id", "position"),
        Index("ix_jobs_created", "created_at", "id"),
        Index("ix_jobs_status", "status", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    status: Mapped[Status]
    stage: Mapped[Stage | None]  # the latest that began
    key_id: Mapped[str] = mapped_column(String(16), default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    idempotency_digest: Mapped[str | None] = mapped_column(String(64))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"))
    derived_from: Mapped[str | None] = mapped_column(String(40))  # the job whose pages it was given
    position: Mapped[int | None]  # in the batch, from 1
    external_id: Mapped[str | None] = mapped_column(String(200), index=True)
    name: Mapped[str | None] = mapped_column(String(200))  # what the client called the document
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str | None] = mapped_column(String(16))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    schema_name: Mapped[str] = mapped_column(String(64))
    schema_version: Mapped[int]
    json_schema: Mapped[dict[str, Any] | None]  # None: built in
    # whether the file may hold several documents
    splits: Mapped[bool] = mapped_column(default=False, server_default=false())
    num_parts: Mapped[int | None]  # documents found in it; None before the end, or if unsplit
    num_pages: Mapped[int | None]
    pages_read: Mapped[int] = mapped_column(default=0)
    pages_encoded: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=1)  # of the step that needed most
    num_events: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    engines: Mapped[dict[str, Any]] = mapped_column(default=dict)
    timings_s: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    webhook_url: Mapped[str | None] = mapped_column(Text)
    webhook_state: Mapped[str] = mapped_column(String(16), default="none")
    num_deliveries_asked: Mapped[int] = mapped_column(default=0)


class Step(Table):
    """A task that has to run, is running or has run; the truth behind a message."""

    __tablename__ = "steps"
    __table_args__ = (
        Index("ix_steps_state", "state", "stage", "enqueued_at"),
        Index("ix_steps_finished", "finished_at"),
    )

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(Integer, primary_key=True)  # 0: the whole subject
    state: Mapped[StepState]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(64))  # of the claim that holds it
    lease_until: Mapped[dt.datetime | None]
    not_before: Mapped[dt.datetime | None]  # backing off until then
    stalled_since: Mapped[dt.datetime | None]  # what it needs has been away since then
    enqueued_at: Mapped[dt.datetime]  # when the last message was sent
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))  # why the last attempt ended
    error_detail: Mapped[str | None] = mapped_column(Text)


class Event(Table):
    """Something that happened to a job; numbered from 1 in each job."""

    __tablename__ = "events"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(16))
    page: Mapped[int | None]
    at: Mapped[dt.datetime]


class Delivery(Table):
    """One try to call a webhook."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[dt.datetime]
    status: Mapped[int | None]  # of HTTP; None where none came
    error: Mapped[str | None] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Float)
