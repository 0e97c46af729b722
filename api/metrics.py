"""Numbers for Prometheus: requests as this process counts them, the rest as it is when asked.

Every API process tells the same of jobs, queues and steps, since it asks SQL and Redis for them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import access, problems
from api.access import Reader
from api.context import Here
from api.health import looked_at
from api.meter import Meter
from docai.errors import DocaiError
from workers.connections import Connections
from workers.lifecycle import now
from workers.tables import Job, Stage, Status, Step, StepState

RECENT = dt.timedelta(minutes=5)

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={
        **problems.responses(*access.REFUSALS, "database_busy"),
        200: {
            "description": "Prometheus text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
)
async def metrics(here: Here, key: Reader) -> Response:
    """Requests of this process; jobs, queues and steps of the whole service.

    What cannot be asked at the moment is missing, and docai_up says so.
    """
    checks, workers = await looked_at(here)
    up = {part: check.ok for part, check in checks.items()}
    here.meter.waiting.set(here.watch.num_waiting)
    text = await run_in_threadpool(_text, here.meter, here.connections, up, workers)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _text(
    meter: Meter, connections: Connections, up: dict[str, bool], workers: dict[str, int]
) -> bytes:
    """Return all numbers as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Found(connections, up, workers))
    return generate_latest(meter.registry) + generate_latest(registry)


class _Found:
    """What is asked for when somebody wants to know."""

    def __init__(
        self, connections: Connections, up: dict[str, bool], workers: dict[str, int]
    ) -> None:
        self._connections = connections
        self._up = up
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        """Yield every number that can be had."""
        yield _gauge("docai_up", "Whether a part of the service answers.", "part", self._up.items())
        if self._up["database"]:
            try:
                with self._connections.database.reading() as session:
                    yield from list(_of_database(session))
            except (DocaiError, SQLAlchemyError):
                pass  # it went away just now: as if it had not been up
        if self._up["redis"]:
            try:
                lengths = self._connections.queues.lengths()
            except RedisError:
                return
            yield _gauge("docai_queue_messages", "Messages in a queue.", "queue", lengths.items())
            yield _gauge("docai_workers", "Workers that listen.", "queue", self._workers.items())


def _gauge(
    name: str, documentation: str, label: str, values: Iterable[tuple[str, float]]
) -> GaugeMetricFamily:
    """Return numbers that have one label."""
    family = GaugeMetricFamily(name, documentation, labels=(label,))
    for value, number in values:
        family.add_metric((value,), float(number))
    return family


def _of_database(session: Session) -> Iterator[Metric]:
    """Yield what the database knows."""
    found = dict(session.execute(select(Job.status, func.count()).group_by(Job.status)).all())
    counts = [(status.value, found.get(status, 0)) for status in Status]
    yield _gauge("docai_jobs", "Jobs by status.", "status", counts)
    moment = now()
    yield _gauge(
        "docai_oldest_step_seconds",
        "How long the step has waited that has waited longest.",
        "stage",
        _waits(session, moment),
    )
    yield from _recent(session, moment)


def _waits(session: Session, moment: dt.datetime) -> list[tuple[str, float]]:
    """Return the age of the oldest step of each stage that waits for a worker."""
    is_due = or_(Step.not_before.is_(None), Step.not_before <= moment)
    oldest = dict(
        session.execute(
            select(Step.stage, func.min(Step.enqueued_at))
            .where(Step.state == StepState.QUEUED, is_due)
            .group_by(Step.stage)
        ).all()
    )
    return [
        (stage.value, max(0.0, (moment - oldest.get(stage, moment)).total_seconds()))
        for stage in Stage
    ]


def _recent(session: Session, moment: dt.datetime) -> Iterator[Metric]:
    """Yield how many steps ended lately, and how long they took together."""
    ended = session.execute(
        select(Step.stage, Step.started_at, Step.finished_at).where(
            Step.finished_at > moment - RECENT, Step.started_at.is_not(None)
        )
    ).all()
    counts = {stage.value: 0.0 for stage in Stage}
    seconds = dict(counts)
    for stage, started_at, finished_at in ended:
        assert started_at is not None and finished_at is not None  # as asked for
        counts[stage.value] += 1
        seconds[stage.value] += (finished_at - started_at).total_seconds()
    lately = f"in the last {RECENT.seconds} s"
    yield _gauge("docai_recent_steps", f"Steps that ended {lately}.", "stage", counts.items())
    yield _gauge(
        "docai_recent_step_seconds",
        f"How long the steps took together that ended {lately}.",
        "stage",
        seconds.items(),
    )
