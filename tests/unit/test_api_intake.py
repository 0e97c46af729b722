import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from api import intake
from api.intake import Intake
from workers import jobs
from workers.connections import Connections, connect
from workers.errors import DatabaseBusy, IdempotencyConflict, QueueFull
from workers.intake import Accepted, submit_all
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.lifecycle import now
from workers.settings import ServiceSettings
from workers.tables import Event, Job, Stage, Status, Step, StepState


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    """Return connections to a new database; no Redis is asked for."""
    opened = connect(ServiceSettings(data_dir=tmp_path, max_queued=20))
    opened.database.upgrade()
    yield opened
    opened.close()


def new_job(key: str | None = None, digest: str = "d", name: str = "a", **more: Any) -> NewJob:
    origin = Origin(idempotency_key=key, idempotency_digest=digest, **more)
    return NewJob(new_job_id(), name, "0" * 64, 1, "png", SchemaRef("receipt", 1), origin)


def statuses(connections: Connections) -> list[Status]:
    with connections.database.reading() as session:
        return list(session.scalars(select(Job.status)))


def num_commits(connections: Connections) -> list[object]:
    commits: list[object] = []
    event.listen(connections.database.engine, "commit", commits.append)
    return commits


def test_a_group_gives_what_each_alone_would_give(connections: Connections) -> None:
    [alone] = submit_all(connections, [new_job("k0")])
    assert isinstance(alone, Accepted)
    group = [
        new_job(),
        new_job("k1"),
        new_job("k1"),
        new_job("k1", "other"),
        new_job("k0"),
        new_job("k0", "other"),
        new_job("k0", key_id="somebody else"),
        new_job(webhook_url="https://example.com"),
    ]
    found = submit_all(connections, group)
    assert [isinstance(one, IdempotencyConflict) for one in found] == [
        *(False, False, False, True),
        *(False, True, False, False),
    ]
    accepted = {n: one for n, one in enumerate(found) if isinstance(one, Accepted)}
    assert [(n, one.is_new) for n, one in accepted.items()] == [
        *((0, True), (1, True), (2, False)),
        *((4, False), (6, True), (7, True)),
    ]
    assert accepted[2].view.job.id == group[1].id
    assert accepted[4].view.job.id == alone.view.job.id
    for number in (0, 1, 6, 7):
        view = jobs.find(connections, group[number].id)
        assert view is not None
        told = accepted[number].view
        assert (told.queued_ahead, told.webhook) == (view.queued_ahead, view.webhook)
        assert told.job.created_at == view.job.created_at
    with connections.database.reading() as session:
        steps = list(session.scalars(select(Step)))
        events = list(session.scalars(select(Event)))
    assert {step.subject for step in steps} == {one.job_id for one in events}
    assert len(steps) == len(events) == 5
    assert {(s.stage, s.page, s.state, s.attempts) for s in steps} == {
        (Stage.RASTERIZE, 0, StepState.QUEUED, 0)
    }
    assert all(abs((now() - step.enqueued_at).total_seconds()) < 60 for step in steps)


def test_those_that_come_together_are_written_together(connections: Connections) -> None:
    async def run() -> list[Accepted]:
        door = Intake(connections)
        return await asyncio.gather(*(door.submit(new_job(name=str(n))) for n in range(10)))

    commits = num_commits(connections)
    accepted = asyncio.run(run())
    assert [one.view.job.name for one in accepted] == [str(n) for n in range(10)]
    assert len(commits) <= 2
    assert statuses(connections) == [Status.QUEUED] * 10


def test_one_that_cannot_be_written_harms_no_other(connections: Connections) -> None:
    broken = new_job(name="broken")
    object.__setattr__(broken, "size_bytes", "no number at all" * 5)
    object.__setattr__(broken, "sha256", object())

    async def run() -> list[Accepted | BaseException]:
        door = Intake(connections)
        group = (new_job(), broken, new_job())
        return await asyncio.gather(*map(door.submit, group), return_exceptions=True)

    first, error, last = asyncio.run(run())
    assert isinstance(first, Accepted) and isinstance(last, Accepted)
    assert isinstance(error, Exception)
    assert len(statuses(connections)) == 2


def test_a_database_that_is_away_fails_the_group_and_the_next_one_goes_on(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = submit_all

    def away(*_: object) -> None:
        raise DatabaseBusy("away")

    async def run() -> list[Accepted | BaseException]:
        door = Intake(connections)
        monkeypatch.setattr(intake, "submit_all", away)
        calls = [door.submit(new_job()) for _ in range(3)]
        found = await asyncio.gather(*calls, return_exceptions=True)
        monkeypatch.setattr(intake, "submit_all", accept)
        return [*found, await door.submit(new_job())]

    *failed, last = asyncio.run(run())
    assert [type(one) for one in failed] == [DatabaseBusy] * 3
    assert isinstance(last, Accepted)
    assert len(statuses(connections)) == 1


def test_a_caller_that_is_cancelled_knows_whether_there_is_a_job(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*arguments: Any) -> Any:
        time.sleep(0.3)
        return submit_all(*arguments)

    monkeypatch.setattr(intake, "submit_all", slowly)
    new = [new_job() for _ in range(3)]

    async def run() -> list[Accepted | BaseException]:
        door = Intake(connections)
        calls = [asyncio.create_task(door.submit(one)) for one in new]
        await asyncio.sleep(0.1)
        calls[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls[1]
        assert jobs.find(connections, new[1].id) is not None
        return await asyncio.gather(*calls, return_exceptions=True)

    first, _, last = asyncio.run(run())
    assert isinstance(first, Accepted) and isinstance(last, Accepted)


def test_a_full_queue_is_full_and_has_room_again(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        door = Intake(connections)
        for _ in range(20):
            await door.check_room()
            await door.submit(new_job())
        with pytest.raises(QueueFull, match="20 jobs are not finished; at most 20"):
            await door.check_room()
        with connections.database.reading() as session:
            job_id = session.scalar(select(Job.id).limit(1))
        assert job_id is not None
        jobs.erase(connections, job_id)
        await door.check_room()

    monkeypatch.setattr(intake, "FRESH_S", 3600.0)
    asyncio.run(run())


def test_a_queue_far_from_full_is_not_counted_for_every_request(connections: Connections) -> None:
    counts: list[str] = []
    event.listen(
        connections.database.engine,
        "before_cursor_execute",
        lambda *a: counts.append(a[2]) if "count" in a[2] else None,
    )

    async def run() -> None:
        door = Intake(connections)
        for _ in range(10):
            await door.check_room()

    asyncio.run(run())
    assert len(counts) <= 2
