import asyncio
import tracemalloc
from time import monotonic

import pytest
from accepting import accepted
from sqlalchemy import event

from api import watch
from api.watch import Watch
from workers.connections import Connections
from workers.errors import DatabaseBusy
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.lifecycle import record
from workers.tables import Job


def add_job(connections: Connections) -> str:
    new = NewJob(new_job_id(), "a", "0" * 64, 1, "png", SchemaRef("receipt", 1), Origin())
    return accepted(connections, new).view.job.id


def happen(connections: Connections, job_id: str) -> None:
    with connections.database.writing() as session:
        job = session.get(Job, job_id)
        assert job is not None
        record(session, job, "started")


async def waiting(watching: Watch, count: int) -> None:
    while watching.num_waiting != count:
        await asyncio.sleep(0.01)


def test_only_those_whose_job_moved_are_woken(connections: Connections) -> None:
    async def run() -> list[bool]:
        watching = Watch(connections.database)
        first, second = add_job(connections), add_job(connections)
        calls = [
            asyncio.create_task(watching.moved(first, 1, 20)),
            asyncio.create_task(watching.moved(first, 1, 20)),
            asyncio.create_task(watching.moved(second, 1, 0.8)),
            asyncio.create_task(watching.moved(second, 0, 20)),  # saw less than there is
            asyncio.create_task(watching.moved("job_unknown", 0, 0.8)),
        ]
        await waiting(watching, 5)
        happen(connections, first)
        found = await asyncio.gather(*calls)
        assert watching.num_waiting == 0
        await watching.close()
        return found

    assert asyncio.run(run()) == [True, True, False, True, False]


def test_a_database_that_is_away_for_a_while_is_asked_again(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, failures = watch._marks, [DatabaseBusy("away"), RuntimeError("a bug")]

    def marks(*arguments: object) -> object:
        if failures:
            raise failures.pop()
        return ask(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(watch, "_marks", marks)

    async def run() -> bool:
        watching = Watch(connections.database)
        moved = await watching.moved(add_job(connections), 0, 20)
        await watching.close()
        return moved

    assert asyncio.run(run())
    assert failures == []


def test_nobody_waits_once_it_is_stopped(connections: Connections) -> None:
    async def run() -> float:
        watching = Watch(connections.database)
        started_s = monotonic()
        call = asyncio.create_task(watching.moved(add_job(connections), 1, 60))
        await waiting(watching, 1)
        watching.stop()
        await call
        assert not await watching.moved("job_1", 1, 60)
        await watching.close()
        return monotonic() - started_s

    assert asyncio.run(run()) < 20


def test_a_thousand_wait_for_little(connections: Connections) -> None:
    """Little memory, no thread and no connection of their own, few queries."""
    num_waiting, queries = 1000, []
    job_ids = [add_job(connections) for _ in range(3)] * (num_waiting // 3) + [new_job_id()]
    event.listen(
        connections.database.engine, "before_cursor_execute", lambda *a: queries.append(a[2])
    )

    async def run() -> int:
        watching = Watch(connections.database)
        tracemalloc.start()
        calls = [asyncio.create_task(watching.moved(one, 1, 60)) for one in job_ids]
        await waiting(watching, num_waiting)
        before = len(queries)
        await asyncio.sleep(2)
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert 0 < len(queries) - before < 100
        assert connections.database.engine.pool.checkedout() <= 1  # type: ignore[attr-defined]
        watching.stop()
        await asyncio.gather(*calls)
        await watching.close()
        return grown

    assert asyncio.run(run()) < 10_000 * num_waiting
