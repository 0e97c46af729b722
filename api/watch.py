"""Waiting for jobs and batches: one query answers all who wait, and nobody holds a thread.

Whoever waits knows a mark: the number of events of a job, or the status of a batch. The watch asks
for the marks of everything that is waited for, after 0.1 s, growing to 0.5 s, and wakes those whose
mark is another now.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from workers.database import Database
from workers.tables import Batch, Job

FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 0.5
GROWTH = 1.25
AT_ONCE = 500  # ids in one query; databases limit the number of parameters
GLANCE_S = 2.0  # after which we look whether the client is still there

Mark = int | str
Found = TypeVar("Found")

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Waiter:
    """Somebody who waits."""

    mark: Mark
    woken: asyncio.Event
    delay_s: float = FIRST_DELAY_S
    due_s: float = field(default_factory=lambda: monotonic() + FIRST_DELAY_S)


class Watch:
    """Tells when jobs and batches move on. Belongs to one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiters: dict[str, set[_Waiter]] = {}
        self._polling: asyncio.Task[None] | None = None
        self.is_stopped = False

    @property
    def num_waiting(self) -> int:
        """How many wait at this moment."""
        return sum(len(waiters) for waiters in self._waiters.values())

    def stop(self) -> None:
        """Wake everybody, and let nobody wait any more: the server shuts down."""
        self.is_stopped = True
        for waiters in self._waiters.values():
            for waiter in waiters:
                waiter.woken.set()

    async def close(self) -> None:
        """Stop, and wait until no query is under way."""
        self.stop()
        if self._polling is not None:
            self._polling.cancel()
            with suppress(asyncio.CancelledError):
                await self._polling

    async def moved(self, subject: str, mark: Mark, timeout_s: float) -> bool:
        """Wait until a job or batch has another mark; or for the timeout, or until we stop.

        Args:
            subject: id of the job or batch.
            mark: `Job.num_events`, or `Batch.status`, as last seen.
            timeout_s: how long to wait at most.

        Returns:
            Whether it may have moved.
        """
        if self.is_stopped or timeout_s <= 0:
            return False
        waiter = _Waiter(mark, asyncio.Event())
        self._waiters.setdefault(subject, set()).add(waiter)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(timeout_s):
                await waiter.woken.wait()
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiters[subject].discard(waiter)
            if not self._waiters[subject]:
                del self._waiters[subject]

    async def _poll(self) -> None:
        """Ask for marks as long as somebody waits."""
        while self._waiters:
            await asyncio.sleep(FIRST_DELAY_S / 2)
            now_s = monotonic()
            due = {
                subject: [waiter for waiter in waiters if waiter.due_s <= now_s]
                for subject, waiters in self._waiters.items()
            }
            subjects = [subject for subject, waiters in due.items() if waiters]
            if not subjects:
                continue
            try:
                marks = await run_in_threadpool(_marks, self._database, subjects)
            except Exception as error:  # whatever it was, those who wait must not hang on it
                log.warning("nobody knows whether jobs have moved on: %s", error)
                marks = {}
            for subject in subjects:
                for waiter in due[subject]:
                    _tell(waiter, marks.get(subject, waiter.mark))


def _tell(waiter: _Waiter, mark: Mark) -> None:
    """Wake somebody whose mark is another now, or look again later."""
    if mark != waiter.mark:
        waiter.woken.set()
    waiter.delay_s = min(waiter.delay_s * GROWTH, LONGEST_DELAY_S)
    waiter.due_s = monotonic() + waiter.delay_s


def _marks(database: Database, subjects: Sequence[str]) -> dict[str, Mark]:
    """Return the marks of jobs and batches; those that do not exist have none."""
    marks: dict[str, Mark] = {}
    with database.reading() as session:
        for start in range(0, len(subjects), AT_ONCE):
            some = subjects[start : start + AT_ONCE]
            jobs = session.execute(select(Job.id, Job.num_events).where(Job.id.in_(some)))
            marks.update({row.id: row.num_events for row in jobs})
            others = [subject for subject in some if subject not in marks]
            if others:
                batches = session.execute(
                    select(Batch.id, Batch.status).where(Batch.id.in_(others))
                )
                marks.update({row.id: row.status.value for row in batches})
    return marks


@dataclass(frozen=True, slots=True)
class Seen(Generic[Found]):
    """A job or batch as somebody saw it.

    Attributes:
        view: what was seen.
        mark: by which to tell that it has moved on.
        is_final: whether there is nothing more to wait for.
    """

    view: Found
    mark: Mark
    is_final: bool


async def until_final(
    request: Request, watch: Watch, subject: str, wait_s: float, look: Callable[[], Seen[Found]]
) -> Found:
    """Return a job or batch when it is final, the time is over, the client gone, or we stop.

    Args:
        request: its body was read.
        watch: of this application.
        subject: id of the job or batch.
        wait_s: how long to wait at most.
        look: asks the database for it; called in a thread.
    """
    end_s = monotonic() + wait_s
    seen = await run_in_threadpool(look)
    while not seen.is_final and not watch.is_stopped and (left_s := end_s - monotonic()) > 0:
        if await watch.moved(subject, seen.mark, min(left_s, GLANCE_S)):
            seen = await run_in_threadpool(look)
        elif await request.is_disconnected():
            break
    return seen.view
