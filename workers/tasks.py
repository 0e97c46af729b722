"""Celery's side of the stages: claims, leases, time limits, and what becomes of failures."""

import logging
import os
import random
import resource
import signal
import threading
from collections import Counter
from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded, WorkerLostError
from celery import Task, concurrency, signals
from celery.concurrency.thread import TaskPool as ThreadPool
from celery.worker.request import Request
from redis.exceptions import RedisError

from docai.batch import ONE_THREAD
from docai.errors import (
    DocaiError,
    LoadError,
    OcrError,
    SchemaError,
    SettingsError,
    VlmError,
    VlmUnavailable,
    code_of,
)
from workers import deliver as delivering
from workers import stages
from workers import store as keys
from workers import unpack as unpacking
from workers.app import app
from workers.connections import Connections, connect
from workers.engines import Engines
from workers.errors import (
    BlobDamaged,
    BlobNotFound,
    DatabaseBusy,
    ServiceError,
    StoreUnavailable,
)
from workers.leases import leased
from workers.ledger import Claim, claim, give_up, interrupted, put_back, stall
from workers.queues import MODEL_QUEUES, Message
from workers.settings import ServiceSettings, read_service_settings
from workers.sweep import Orphans
from workers.sweep import sweep as sweep_once
from workers.tables import Job, Stage, Status

log = logging.getLogger(__name__)

BACK_OFF_S = 2.0  # before the second attempt of a step whose engine failed; doubles
AWAY_S = 10.0  # before a step is tried again because database or store were away
VLM_SHARE = 0.8  # of the time of a step that a model's server may take for a question
ORPHANS_EVERY_S = 600.0
ANNOUNCE_S = 5.0
ANNOUNCE_TTL_S = 20
FAILURES_IN_A_ROW = 3  # of a model that is held here: then it may be what is broken
_HOPELESS = (LoadError, SchemaError, BlobNotFound, BlobDamaged)  # it would end so again
_OUT_OF_MEMORY = ("bad_alloc", "bad allocation", "failed to allocate", "insufficient memory")

_orphans = Orphans()
_sweeping = threading.Lock()
_last_s = {"orphans": 0.0, "announcement": 0.0}
_failures_in_a_row = Counter[Stage]()


@cache
def _settings() -> ServiceSettings:
    """Return the settings of this process."""
    return read_service_settings()


@cache
def _connections_of(_pid: int) -> Connections:
    """Open the connections of one process: a fork must not use its parent's."""
    # Not durable: a step whose end is lost with the power runs once more. Jobs are accepted, and
    # so promised, by the API alone.
    return connect(_settings(), is_durable=False)


def _connections() -> Connections:
    """Return the connections of this process."""
    return _connections_of(os.getpid())


@cache
def _engines() -> Engines:
    """Return the engines of this process; each is built when it is first used."""
    settings = _settings()
    # A server that does not answer is told from a step that takes too long: it is to blame.
    patience_s = min(settings.vlm_timeout_s, VLM_SHARE * settings.stage_timeout_s)
    return Engines(settings.model_copy(update={"vlm_timeout_s": patience_s}))


class StepRequest(Request):  # type: ignore[misc]
    """A message in the main process of a worker, which outlives those that do the work."""

    def on_timeout(self, soft: bool, timeout: float) -> None:
        """Tell the ledger that a step was killed for taking too long."""
        super().on_timeout(soft, timeout)
        if not soft:
            self._tell("timed_out", f"it took more than {_settings().stage_timeout_s:g} s")

    def on_failure(
        self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False
    ) -> None:
        """Tell the ledger that the process of a step died."""
        if isinstance(exc_info.exception, WorkerLostError | SystemExit):
            self._tell("worker_killed", _cause_of_death(exc_info.exception))
        super().on_failure(exc_info, send_failed_event, return_ok)

    def acknowledge(self) -> None:
        """Acknowledge the message, if its connection still stands.

        Kombu raises whatever it stumbles over where a connection was lost meanwhile, and Celery
        ends the worker on that. The message comes again then, and finds its step done.
        """
        try:
            super().acknowledge()
        except Exception as error:
            log.warning("%s: not acknowledged (%s)", self.name, type(error).__name__)

    def reject(self, requeue: bool = False) -> None:
        """Reject the message, if its connection still stands; see `acknowledge`."""
        try:
            super().reject(requeue)
        except Exception as error:
            log.warning("%s: not rejected (%s)", self.name, type(error).__name__)

    def _tell(self, code: str, detail: str) -> None:
        """Put the step of this message back; where that fails, its lease runs out."""
        stage = self.name.removeprefix("docai.")
        if stage not in list(Stage):
            return
        message = Message(Stage(stage), *self.args)
        try:
            interrupted(_connections(), message, self.id, code, detail)
        except ServiceError as error:
            log.warning("%s of %s: %s", stage, message.subject, error)


class StepTask(Task):  # type: ignore[misc]
    """A task whose interruptions the ledger hears of."""

    Request = StepRequest


def _cause_of_death(error: BaseException) -> str:
    """Say for people how a process ended."""
    said = str(error)
    if "SIGKILL" in said or "signal 9" in said:
        return "its process was killed by SIGKILL, as the system does when memory runs out"
    cause = said.split("Job:")[0].removeprefix("Worker exited prematurely: ").strip(" .")
    return f"its process crashed ({cause})" if cause else "its process crashed"


@app.task(name="docai.unpack", bind=True, base=StepTask)
def unpack(self: Task, batch_id: str) -> None:
    """Take the archive of a batch apart."""
    _run(self, Message(Stage.UNPACK, batch_id), unpacking.unpack)


@app.task(name="docai.rasterize", bind=True, base=StepTask)
def rasterize(self: Task, job_id: str) -> None:
    """Turn a document into page pictures."""
    _run(self, Message(Stage.RASTERIZE, job_id), _of_job(stages.rasterize))


@app.task(name="docai.ocr", bind=True, base=StepTask)
def ocr(self: Task, job_id: str, page: int) -> None:
    """Read a page."""
    _run(self, Message(Stage.OCR, job_id, page), _of_job(stages.ocr, _engines()))


@app.task(name="docai.encode", bind=True, base=StepTask)
def encode(self: Task, job_id: str, page: int) -> None:
    """Turn a page into image tokens."""
    _run(self, Message(Stage.ENCODE, job_id, page), _of_job(stages.encode, _engines()))


@app.task(name="docai.reconcile", bind=True, base=StepTask)
def reconcile(self: Task, job_id: str) -> None:
    """Find the fields of a document."""
    _run(self, Message(Stage.RECONCILE, job_id), _of_job(stages.reconcile, _engines()))


@app.task(name="docai.deliver", bind=True, base=StepTask)
def deliver(self: Task, subject: str) -> None:
    """Call the webhook of a job or batch."""
    _run(self, Message(Stage.DELIVER, subject), delivering.deliver)


@app.task(name="docai.sweep", base=StepTask)
def sweep() -> None:
    """Put back what is lost; erase what has expired. One at a time in a process."""
    if not _sweeping.acquire(blocking=False):
        return
    try:
        sweep_once(_connections())
        if monotonic() - _last_s["orphans"] > ORPHANS_EVERY_S:
            _last_s["orphans"] = monotonic()
            _orphans.erase(_connections())
    except ServiceError as error:
        log.warning("sweep: %s", error)
    finally:
        _sweeping.release()


Work = Callable[[Connections, Claim], object]


def _of_job(stage: Callable[..., bool], *more: Engines) -> Work:
    """Return the work of a stage on the job of a claim; what an erased job left is erased."""

    def work(connections: Connections, held: Claim) -> None:
        job_id = held.message.subject
        with connections.database.reading() as session:
            job = session.get(Job, job_id)
        assert job is not None, "claimed steps belong to jobs"
        if not stage(connections, job, held, *more) and _is_gone(connections, job_id):
            connections.store.erase(keys.job_folder(job_id))

    return work


def _is_gone(connections: Connections, job_id: str) -> bool:
    """Tell whether a job was erased."""
    with connections.database.reading() as session:
        job = session.get(Job, job_id)
        return job is None or job.status in (Status.ERASED, Status.EXPIRED)


def _run(task: Task, message: Message, work: Work) -> None:
    """Run a step, if it is still to be run, and tell the ledger how it ended."""
    connections = _connections()
    try:
        held = claim(connections, message, task.request.id)
    except DatabaseBusy as error:
        log.warning("%s of %s: %s", message.stage.value, message.subject, error)
        return  # the step is still queued: the sweeper sends the message again
    if held is None:
        return
    try:
        with leased(connections, held):
            work(connections, held)
    except Exception as error:  # whatever happened, the ledger hears of it
        _failed(connections, held, error)
        _suspect(connections, message.stage, error)
    else:
        _failures_in_a_row[message.stage] = 0


def _failed(connections: Connections, held: Claim, error: Exception) -> None:
    """Tell the ledger how an attempt failed; where that fails too, the lease runs out."""
    stage, subject = held.message.stage.value, held.message.subject
    code, detail = described(error)
    log.warning("%s of %s, attempt %d: %s", stage, subject, held.attempt, code)
    if code == "internal_error":
        # No message: it may hold what is printed on the document.
        frames = _frames(error)
        log.error("%s of %s: %s at %s", stage, subject, type(error).__name__, frames)
    try:
        if isinstance(error, VlmUnavailable):
            log.warning("%s", detail)  # names a server, and nothing of the document
            stall(connections, held, code, detail)
        elif isinstance(error, DatabaseBusy | StoreUnavailable):
            delay_s = AWAY_S * random.uniform(0.5, 1.0)
            put_back(connections, held, code, detail, delay_s, counts=False)
        elif isinstance(error, _HOPELESS) or _is_for_good(connections, error):
            give_up(connections, held, code, detail)
        else:
            delay_s = BACK_OFF_S * 2 ** (held.attempt - 1) * random.uniform(0.5, 1.0)
            put_back(connections, held, code, detail, delay_s)
    except ServiceError as second:
        log.warning("%s of %s: %s", stage, subject, second)


def _is_for_good(connections: Connections, error: Exception) -> bool:
    """Tell whether a model fails for good; one that is held here may have lost its GPU."""
    return isinstance(error, VlmError) and not connections.settings.is_model_local


def _suspect(connections: Connections, stage: Stage, error: Exception) -> None:
    """End this process if the model that it holds fails and fails: CUDA survives no fault.

    Its steps run again when whoever started it has started it again.
    """
    if not (connections.settings.is_model_local and isinstance(error, VlmError)):
        return
    _failures_in_a_row[stage] += 1
    if _failures_in_a_row[stage] >= FAILURES_IN_A_ROW:
        log.error("the model failed %d times in a row; it is loaded anew", FAILURES_IN_A_ROW)
        _failures_in_a_row[stage] = 0
        os.kill(os.getpid(), signal.SIGTERM)


_CODES: tuple[tuple[type[Exception], str], ...] = (
    (SchemaError, "schema_error"),
    (OcrError, "ocr_error"),
    (VlmError, "vlm_error"),
    (DatabaseBusy, "database_busy"),
    (StoreUnavailable, "storage_error"),
    (BlobNotFound, "storage_error"),
    (BlobDamaged, "storage_error"),
    (SettingsError, "settings_error"),
)


def described(error: Exception) -> tuple[str, str]:
    """Return code and detail of what went wrong, for the job's owner."""
    if isinstance(error, SoftTimeLimitExceeded):
        return "timed_out", f"it took more than {_settings().stage_timeout_s:g} s"
    if isinstance(error, MemoryError) or any(s in str(error).lower() for s in _OUT_OF_MEMORY):
        limit = _settings().max_memory_bytes
        return "out_of_memory", f"it needs more memory than the {limit:,} bytes a worker has"
    if isinstance(error, LoadError):
        return code_of(type(error)), str(error)
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code, str(error)
    if isinstance(error, DocaiError):
        return "internal_error", str(error)
    return "internal_error", f"docai failed ({type(error).__name__}); its log says where"


def _frames(error: Exception) -> str:
    """Return where an error arose, innermost last."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}")  # noqa: PTH119
        trace = trace.tb_next
    return " > ".join(frames)


@signals.worker_init.connect
def _prepare_worker(sender: Any, **_: Any) -> None:
    """Keep every process to one thread, before a library that has threads is imported.

    One that holds a large model may use them all; and there is one of it.

    Raises:
        SystemExit: there would be several, or it would be a fork.
    """
    settings = _settings()
    needy = MODEL_QUEUES.intersection(app.amqp.queues.consume_from)
    if not (needy and settings.is_model_local):
        os.environ.update(ONE_THREAD)
        return
    pool = concurrency.get_implementation(sender.pool_cls)
    if not issubclass(pool, ThreadPool) or sender.concurrency != 1:
        raise SystemExit(
            f"DOCAI_VLM={settings.vlm}: a worker of the queues {' and '.join(sorted(needy))} holds "
            "that model, in one process with one thread: start it with -Q reconcile,vlm -P threads "
            "-c 1, and the others with -Q ocr,rasterize"
        )


@signals.worker_process_init.connect
def _prepare_process(**_: Any) -> None:
    """Bound the memory of a process that does the work; what needs more fails by itself."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (_settings().max_memory_bytes, hard))


@signals.heartbeat_sent.connect
def _announce(sender: Any, **_: Any) -> None:
    """Let it be known, now and then, that this worker is alive and what it listens to."""
    if monotonic() - _last_s["announcement"] < ANNOUNCE_S:
        return
    _last_s["announcement"] = monotonic()
    try:
        queues = list(app.amqp.queues.consume_from)
        _connections().queues.announce(sender.eventer.hostname, queues, ANNOUNCE_TTL_S)
    except RedisError:
        log.warning("Redis does not answer")
