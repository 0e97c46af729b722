"""The sweeper against a real Redis: what is lost comes back, what is old goes."""

import datetime as dt
from pathlib import Path

from accepting import accepted
from redis import Redis
from sqlalchemy import delete, func, select, update

from workers import batches, jobs, ledger
from workers import store as keys
from workers.batch_jobs import NewDocument, Refusal
from workers.batches import NewBatch, new_batch_id
from workers.connections import Connections
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.ledger import claim
from workers.lifecycle import end_job, locked_job, now
from workers.queues import Message
from workers.sweep import GRACE_S, TOMBSTONE, Orphans, sweep
from workers.tables import Batch, Event, Job, Stage, Status, Step


def submitted(connections: Connections) -> str:
    new = NewJob(new_job_id(), "a", "0", 1, "png", SchemaRef("receipt", 1), Origin())
    return accepted(connections, new).view.job.id


def aged(connections: Connections, **columns: dt.datetime) -> None:
    with connections.database.writing() as session:
        session.execute(update(Step).values(**columns))


def ago(seconds: float) -> dt.datetime:
    return now() - dt.timedelta(seconds=seconds)


def num_waiting(connections: Connections) -> int:
    return connections.queues.lengths()["rasterize"]


def wipe(redis_socket: Path) -> None:
    with Redis(unix_socket_path=str(redis_socket)) as redis:
        redis.flushall()


def test_a_message_that_redis_lost_is_sent_again(
    connections: Connections, redis_socket: Path
) -> None:
    submitted(connections)
    wipe(redis_socket)
    sweep(connections)
    assert num_waiting(connections) == 0  # young: it may still be on its way
    aged(connections, enqueued_at=ago(GRACE_S + 1))
    sweep(connections)
    assert num_waiting(connections) == 1
    sweep(connections)
    assert num_waiting(connections) == 1


def test_a_message_that_only_waits_long_is_not_sent_again(connections: Connections) -> None:
    for _ in range(3):
        submitted(connections)
    with connections.database.reading() as session:
        sent = session.scalar(select(func.min(Step.enqueued_at)))
    assert sent is not None
    sweep(connections)
    assert num_waiting(connections) == 3


def test_a_message_lost_among_others_is_sent_again(
    connections: Connections, redis_socket: Path
) -> None:
    lost = submitted(connections)
    wipe(redis_socket)
    aged(connections, enqueued_at=ago(2 * GRACE_S))
    submitted(connections)
    sweep(connections)
    assert num_waiting(connections) == 2
    with connections.database.reading() as session:
        step = session.get(Step, (lost, Stage.RASTERIZE, 0))
    assert step is not None and step.enqueued_at > ago(GRACE_S)


def test_a_step_that_backed_off_is_sent_when_it_is_due(
    connections: Connections, redis_socket: Path
) -> None:
    job_id = submitted(connections)
    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    ledger.put_back(connections, held, "ocr_error", "failed", delay_s=60)
    wipe(redis_socket)
    aged(connections, enqueued_at=ago(3600))
    sweep(connections)
    assert num_waiting(connections) == 0
    aged(connections, not_before=ago(1))
    sweep(connections)
    assert num_waiting(connections) == 1
    assert claim(connections, Message(Stage.RASTERIZE, job_id)) is not None


def test_a_step_whose_worker_fell_silent_is_put_back(
    connections: Connections, redis_socket: Path
) -> None:
    job_id = submitted(connections)
    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    wipe(redis_socket)
    sweep(connections)
    assert num_waiting(connections) == 0
    aged(connections, lease_until=ago(1))
    sweep(connections)
    assert num_waiting(connections) == 1
    assert not ledger.renew(connections, held)


def test_three_silent_workers_fail_the_job(connections: Connections) -> None:
    job_id = submitted(connections)
    for _ in range(3):
        assert claim(connections, Message(Stage.RASTERIZE, job_id)) is not None
        aged(connections, lease_until=ago(1))
        sweep(connections)
    view = jobs.find(connections, job_id)
    assert view is not None
    assert (view.job.status, view.job.error_code) == (Status.FAILED, "worker_killed")


def test_a_sweep_without_redis_still_ends_leases(connections: Connections, tmp_path: Path) -> None:
    job_id = submitted(connections)
    assert claim(connections, Message(Stage.RASTERIZE, job_id)) is not None
    aged(connections, lease_until=ago(1))
    from workers.connections import connect

    settings = connections.settings.model_copy(
        update={"redis_url": f"redis+socket://{tmp_path}/none.sock"}
    )
    cut_off = connect(settings)
    sweep(cut_off)
    cut_off.close()
    assert claim(connections, Message(Stage.RASTERIZE, job_id)) is not None


def ended(connections: Connections) -> str:
    job_id = submitted(connections)
    connections.store.put(keys.upload_key(job_id), b"x")
    with connections.database.writing() as session:
        job = locked_job(session, job_id)
        assert job is not None
        end_job(session, job, Status.SUCCEEDED, 60.0)
    return job_id


def test_what_is_over_its_time_expires(connections: Connections) -> None:
    kept, old = ended(connections), ended(connections)
    unfinished = submitted(connections)
    with connections.database.writing() as session:
        ids = (old, unfinished)
        session.execute(update(Job).where(Job.id.in_(ids)).values(expires_at=ago(1)))
    sweep(connections)
    statuses = {}
    for job_id in (kept, old, unfinished):
        view = jobs.find(connections, job_id)
        assert view is not None
        statuses[job_id] = view.job.status
    assert statuses == {
        kept: Status.SUCCEEDED,
        old: Status.EXPIRED,
        unfinished: Status.QUEUED,
    }
    assert connections.store.folders("jobs") == [kept]


def test_an_erased_job_is_forgotten_in_the_end(connections: Connections) -> None:
    job_id = ended(connections)
    jobs.erase(connections, job_id)
    with connections.database.writing() as session:
        session.execute(update(Job).values(finished_at=now() - 0.9 * TOMBSTONE))
    sweep(connections)
    assert jobs.find(connections, job_id) is not None
    with connections.database.writing() as session:
        session.execute(update(Job).values(finished_at=now() - 1.1 * TOMBSTONE))
    sweep(connections)
    assert jobs.find(connections, job_id) is None
    with connections.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_an_erased_batch_is_forgotten_after_its_jobs(connections: Connections) -> None:
    refusal = Refusal("empty_file", "it is empty")
    documents = [NewDocument(new_job_id(), "a", "", 0, None, refusal)]
    new = NewBatch(new_batch_id(), SchemaRef("receipt", 1), Origin())
    view, _ = batches.submit(connections, new, documents)
    batches.erase(connections, view.batch.id)
    with connections.database.writing() as session:
        long_ago = now() - 1.1 * TOMBSTONE
        session.execute(update(Batch).values(finished_at=long_ago))
    sweep(connections)
    assert batches.find(connections, view.batch.id) is not None  # a job still refers to it
    with connections.database.writing() as session:
        session.execute(update(Job).values(finished_at=long_ago))
    sweep(connections)
    sweep(connections)
    assert batches.find(connections, view.batch.id) is None


def test_blobs_of_nobody_are_erased_when_nobody_came_for_them(connections: Connections) -> None:
    owned = ended(connections)
    erased = ended(connections)
    jobs.erase(connections, erased)
    connections.store.put(keys.page_key(erased, 1), b"late")  # by a worker that had not heard
    broken_off = new_job_id()
    connections.store.put(keys.upload_key(broken_off), b"half")
    patient = Orphans(patience_s=3600)
    assert patient.erase(connections) == []
    assert patient.erase(connections) == []
    at_once = Orphans(patience_s=0)
    assert sorted(at_once.erase(connections)) == sorted([f"jobs/{erased}", f"jobs/{broken_off}"])
    assert connections.store.folders("jobs") == [owned]
    with connections.database.writing() as session:
        session.execute(delete(Step))
        session.execute(delete(Event))
        session.execute(delete(Job))
    assert at_once.erase(connections) == [f"jobs/{owned}"]
