"""Jobs and batches as a docai server tells of them. Refuses to know how they are asked for."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from docai.errors import ClientError, JobFailed

FINAL = frozenset({"succeeded", "failed", "erased", "expired"})  # of a job: it stays so
FINAL_BATCH = frozenset({"finished", "failed", "erased", "expired"})

AnyValue = TypeVar("AnyValue")


@dataclass(frozen=True, slots=True)
class SchemaName:
    """Which schema is meant, and its version, counted from 1."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job or a batch failed.

    Attributes:
        code: stable, for programs; such as ``encrypted_file``.
        detail: for people.
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call of a webhook.

    Attributes:
        at: when.
        status: HTTP status of the receiver; None where none came.
        error: why it does not count as delivered.
        seconds: how long it took.
    """

    at: dt.datetime
    status: int | None = None
    error: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """What has become of a webhook.

    Attributes:
        url: to be called.
        state: ``none`` before the end; then ``pending``, ``delivered`` or ``failed``.
        attempts: how many calls there were.
        last_status: HTTP status of the latest one.
        last_error: why the latest one does not count as delivered.
        next_attempt_at: when it is called again, if it is.
        log: the latest calls, oldest first.
    """

    url: str
    state: str
    attempts: int = 0
    last_status: int | None = None
    last_error: str | None = None
    next_attempt_at: dt.datetime | None = None
    log: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One document on its way from upload to result, as it was when the server was asked.

    Attributes:
        id: of the job.
        status: ``queued``, ``running``; then for good ``succeeded``, ``failed``, ``erased`` or
            ``expired``.
        schema: what is extracted.
        created_at: when the server accepted it.
        stage: the latest stage that began.
        name: what the document is called; None once it is erased.
        external_id: the client's own name for it.
        batch_id: the batch it belongs to, if any.
        derived_from: the job whose pages it was given, read and encoded already, if any.
        size_bytes: of the document.
        sha256: of the document; empty once it is erased.
        format: such as ``pdf``.
        split: whether the file may hold several documents.
        num_parts: how many were found in it; None before the end, and where nobody asked.
        num_pages: None until the document was taken apart.
        pages_read: how many pages OCR has read.
        pages_encoded: how many pages the model has looked at.
        queued_ahead: jobs that began to wait before; None in listings.
        attempts: starts of the step that needed most.
        started_at: when work began.
        finished_at: when it ended.
        expires_at: when document and result are erased.
        error: why it failed, if it did.
        engines: what read and answered, by role.
        timings_s: wall seconds per stage.
        webhook: what has become of it, if there is one.
        links: paths on the server, by what is there.
    """

    id: str
    status: str
    schema: SchemaName
    created_at: dt.datetime
    stage: str | None = None
    name: str | None = None
    external_id: str | None = None
    batch_id: str | None = None
    derived_from: str | None = None
    size_bytes: int = 0
    sha256: str = ""
    format: str | None = None
    split: bool = False
    num_parts: int | None = None
    num_pages: int | None = None
    pages_read: int = 0
    pages_encoded: int = 0
    queued_ahead: int | None = None
    attempts: int = 1
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    error: JobError | None = None
    engines: dict[str, Any] = field(default_factory=dict)
    timings_s: dict[str, float] = field(default_factory=dict)
    webhook: Webhook | None = None
    links: dict[str, str] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether it stays as it is."""
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """A document of a batch that failed, and its position, counted from 1."""

    job_id: str
    name: str | None
    position: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Many documents that were sent together, as they were when the server was asked.

    Attributes:
        id: of the batch.
        status: ``unpacking``, ``running``; then for good ``finished``, ``failed``, ``erased`` or
            ``expired``.
        schema: what is extracted.
        created_at: when the server accepted it.
        external_id: the client's own name for it.
        split: whether each file may hold several documents.
        num_documents: None until its archive was unpacked.
        counts: of its jobs, by status.
        failures: of its jobs, in order of position; None in listings.
        error: why the whole of it failed, if it did.
        finished_at: when the last job ended.
        expires_at: when documents and results are erased.
        webhook: what has become of it, if there is one.
        links: paths on the server, by what is there.
    """

    id: str
    status: str
    schema: SchemaName
    created_at: dt.datetime
    external_id: str | None = None
    split: bool = False
    num_documents: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    failures: tuple[BatchFailure, ...] | None = None
    error: JobError | None = None
    finished_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    webhook: Webhook | None = None
    links: dict[str, str] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether it stays as it is."""
        return self.status in FINAL_BATCH


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job, and the job as it was then.

    Attributes:
        number: counted from 1 for each job.
        at: when.
        name: such as ``page_read``.
        job: as it was.
    """

    number: int
    at: dt.datetime
    name: str
    job: Job


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list of jobs, and the cursor of the next one, if there is one."""

    jobs: tuple[Job, ...]
    next_cursor: str | None = None


# Fields that they do not know are passed over: a newer server may tell more.
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Job, Batch, Event, Listing)
}


def read_json(kind: type[AnyValue], text: str | bytes) -> AnyValue:
    """Read what a server says of a job, a batch, an event or a listing.

    Raises:
        ClientError: it says something else.
    """
    adapter: TypeAdapter[AnyValue] = _ADAPTERS[kind]
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise ClientError(
            f"the server's answer is no docai {kind.__name__.lower()}: {where}: {first['msg']}; "
            "is this the URL of a docai server?"
        ) from error


def failure_of(job: Job) -> JobFailed:
    """Return what a job's end, other than success, says."""
    if job.error is not None:
        code, detail = job.error.code, job.error.detail
    else:
        code, detail = job.status, f"the job was {job.status}; send the document again"
    return JobFailed(f"{job.id}: {code}: {detail}", code=code, detail=detail)
