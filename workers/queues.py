"""Messages: a nudge for a worker to look at a step. They may be lost; the ledger is the truth."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from docai.errors import SettingsError
from workers.tables import Stage

QUEUES = {
    Stage.UNPACK: "rasterize",
    Stage.RASTERIZE: "rasterize",
    Stage.OCR: "ocr",
    Stage.ENCODE: "vlm",
    Stage.RECONCILE: "reconcile",
    Stage.DELIVER: "deliver",
}
SWEEP_QUEUE = "sweep"
ALL_QUEUES = (*dict.fromkeys(QUEUES.values()), SWEEP_QUEUE)
MODEL_QUEUES = frozenset({QUEUES[Stage.ENCODE], QUEUES[Stage.RECONCILE]})  # need the model
PER_PAGE = (Stage.OCR, Stage.ENCODE)
_WORKER_KEY = "docai:worker:"
_ENQUEUED = "docai_enqueued"
_PATIENCE_S = 2.0  # with a Redis that does not answer: the ledger keeps what could not be sent


@dataclass(frozen=True, slots=True)
class Message:
    """What a worker is told: which step to look at."""

    stage: Stage
    subject: str
    page: int = 0


class Queues:
    """Sends messages and counts them. Safe for threads; not across a fork."""

    def __init__(self, url: str, celery: Celery) -> None:
        self._celery = celery
        self._redis = connect_redis(url)

    def send(self, message: Message) -> bool:
        """Send a message; tell whether Redis took it. If not, the sweeper sends it again."""
        arguments: list[Any] = [message.subject]
        if message.stage in PER_PAGE:
            arguments.append(message.page)
        try:
            self._celery.send_task(
                f"docai.{message.stage.value}",
                arguments,
                queue=QUEUES[message.stage],
                headers={_ENQUEUED: datetime.now(UTC).timestamp()},
                retry=False,
                ignore_result=True,
            )
        except (OperationalError, RedisError, OSError):
            return False
        return True

    def lengths(self) -> dict[str, int]:
        """Return how many messages wait in each queue.

        Raises:
            RedisError: Redis does not answer.
        """
        return {queue: int(self._redis.llen(queue)) for queue in ALL_QUEUES}

    def oldest(self, queue: str) -> datetime | None:
        """Return when the message that has waited longest was sent; None for an empty queue.

        Raises:
            RedisError: Redis does not answer.
        """
        raw = self._redis.lindex(queue, -1)  # kombu pushes left and pops right
        if raw is None:
            return None
        sent_s = json.loads(raw).get("headers", {}).get(_ENQUEUED, 0.0)
        return datetime.fromtimestamp(sent_s, UTC)

    def ping(self) -> None:
        """Ask Redis for a sign of life.

        Raises:
            RedisError: it gives none.
        """
        self._redis.ping()

    def close(self) -> None:
        """Close every connection."""
        self._redis.close()
        self._celery.close()

    def announce(self, worker: str, queues: list[str], ttl_s: int) -> None:
        """Let it be known that a worker is there, for ``ttl_s`` seconds.

        Raises:
            RedisError: Redis does not answer.
        """
        self._redis.set(f"{_WORKER_KEY}{worker}", json.dumps(queues), ex=ttl_s)

    def workers(self) -> dict[str, int]:
        """Return how many workers listen to each queue.

        Raises:
            RedisError: Redis does not answer.
        """
        counts = dict.fromkeys(ALL_QUEUES, 0)
        for key in self._redis.scan_iter(f"{_WORKER_KEY}*"):
            raw = self._redis.get(key)
            for queue in json.loads(raw) if raw else ():
                counts[queue] = counts.get(queue, 0) + 1
        return counts


def connect_redis(url: str) -> Redis:
    """Open a connection pool to Redis, by a broker URL of Celery's.

    Raises:
        SettingsError: the URL makes no sense.
    """
    # Celery says redis+socket:///path?virtual_host=1 where redis-py says unix:///path?db=1.
    url = url.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=")
    try:
        return Redis.from_url(url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S)
    except ValueError as error:
        raise SettingsError(
            f"DOCAI_REDIS_URL={url!r}: {error}; right would be redis://host:6379/0"
        ) from error
