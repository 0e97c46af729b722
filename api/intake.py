"""The door for new jobs: how many may come in, and together with whom they are written."""

import asyncio
import logging
from time import monotonic

import anyio
from starlette.concurrency import run_in_threadpool

from workers.connections import Connections
from workers.errors import DatabaseBusy, QueueFull
from workers.intake import Accepted, submit_all
from workers.jobs import NewJob, num_unfinished

TOGETHER = 100  # jobs of one transaction
FRESH_S = 0.5  # how long we believe in a count, since nobody needs it exactly ...
NEAR = 0.9  # ... unless the queue is nearly full

log = logging.getLogger(__name__)


class Intake:
    """Accepts jobs for one application. Belongs to one event loop.

    While a group of jobs is written, those that come are collected; they are the next group.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._waiting: list[tuple[NewJob, asyncio.Future[Accepted]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._num_unfinished = 0
        self._counted_s = -FRESH_S

    async def check_room(self) -> None:
        """Refuse more jobs than the service can queue.

        Raises:
            QueueFull: with how many there are.
            DatabaseBusy: nobody can tell.
        """
        limit = self._connections.settings.max_queued
        is_fresh = monotonic() - self._counted_s < FRESH_S
        if not is_fresh or self._num_unfinished >= NEAR * limit:
            self._num_unfinished = await run_in_threadpool(self._count)
            self._counted_s = monotonic()
        if self._num_unfinished >= limit:
            raise QueueFull(
                f"{self._num_unfinished} jobs are not finished; at most {limit} are accepted"
            )

    def _count(self) -> int:
        """Ask how many jobs wait or run."""
        with self._connections.database.reading() as session:
            return num_unfinished(session)

    async def submit(self, new: NewJob) -> Accepted:
        """Accept a document whose bytes are in the store.

        Whoever is cancelled here is so only when it is decided whether the job was accepted.

        Raises:
            IdempotencyConflict: its key came before, with another request.
            DatabaseBusy: it was not accepted.
        """
        outcome: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._waiting.append((new, outcome))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        try:
            accepted = await asyncio.shield(outcome)
        except asyncio.CancelledError:
            with anyio.CancelScope(shield=True):
                await asyncio.wait([outcome])
            raise
        self._num_unfinished += accepted.is_new
        return accepted

    async def _write(self) -> None:
        """Write what waits, group by group."""
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                try:
                    results = await run_in_threadpool(self._outcomes, [new for new, _ in group])
                except asyncio.CancelledError:
                    for _, outcome in group:
                        outcome.cancel()
                    raise
                for (_, outcome), result in zip(group, results, strict=True):
                    if isinstance(result, Accepted):
                        outcome.set_result(result)
                    else:
                        outcome.set_exception(result)
        finally:
            self._writing = None

    def _outcomes(self, new: list[NewJob]) -> list[Accepted | Exception]:
        """Write a group; where that fails, find out who is to blame. Raises nothing."""
        try:
            return list(submit_all(self._connections, new))
        except DatabaseBusy as error:
            return [error] * len(new)
        except Exception as error:
            if len(new) == 1:
                return [error]
            log.warning("%d jobs are written one by one: %s", len(new), type(error).__name__)
            return [outcome for one in new for outcome in self._outcomes([one])]
