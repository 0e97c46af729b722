"""Archives become jobs: each document once, whatever happens in the middle."""

import threading
from dataclasses import replace
from functools import partial

import pytest
from archives import (
    Killed,
    archive,
    check_whole,
    claimed,
    found,
    killing,
    meddling,
    pdfs,
    rows,
    steps,
    submitted,
)

from workers import batches, jobs, unpack
from workers import store as keys
from workers.connections import Connections
from workers.errors import DatabaseBusy, StoreUnavailable
from workers.ledger import claim, put_back
from workers.queues import Message
from workers.store import Store
from workers.tables import BatchStatus, Stage, Status


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("target", "name", "at_call"),
    [
        *((unpack, "_keep", number) for number in (1, 2, 4)),
        *((Store, "writing", number) for number in (1, 3, 4, 5, 10)),
        *((unpack, name, 1) for name in ("add_documents", "begin", "_conclude")),
    ],
)
def test_who_is_killed_in_the_middle_goes_on(
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
    target: object,
    name: str,
    at_call: int,
    after: bool,
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    contents = pdfs(10)
    batch_id = submitted(connections, archive(*contents))
    held = claimed(connections, batch_id)
    with monkeypatch.context() as deadly:
        killing(deadly, target, name, at_call, after=after)
        with pytest.raises(Killed):
            unpack.unpack(connections, held)
    if found(connections, batch_id).batch.status is BatchStatus.UNPACKING:
        put_back(connections, held, "worker_killed", "it was killed")
        unpack.unpack(connections, claimed(connections, batch_id))
        check_whole(connections, batch_id, contents)
    else:  # killed with the last word said: only the archive is left, for the sweeper
        assert (name, after) == ("_conclude", True)
        connections.store.erase(keys.batch_folder(batch_id))
        check_whole(connections, batch_id, contents)


def test_work_that_is_done_is_not_done_again(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    batch_id = submitted(connections, archive(*pdfs(10)))
    held = claimed(connections, batch_id)
    with monkeypatch.context() as deadly:
        killing(deadly, unpack, "_keep", 3, after=True)
        with pytest.raises(Killed):
            unpack.unpack(connections, held)
    put_back(connections, held, "worker_killed", "it was killed")
    written: list[str] = []
    real = Store.writing
    monkeypatch.setattr(Store, "writing", lambda s, key: written.append(key) or real(s, key))
    unpack.unpack(connections, claimed(connections, batch_id))
    assert len(written) == 1


@pytest.mark.parametrize(("name", "at_call"), [("_keep", 2), ("_conclude", 1)])
def test_who_lost_the_claim_changes_nothing(
    connections: Connections, monkeypatch: pytest.MonkeyPatch, name: str, at_call: int
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    contents = pdfs(10)
    batch_id = submitted(connections, archive(*contents))
    slow = claimed(connections, batch_id)

    def overtake() -> None:  # by one who does all of it
        put_back(connections, slow, "worker_killed", "it fell silent")
        unpack.unpack(connections, claimed(connections, batch_id))

    meddling(monkeypatch, unpack, name, at_call, overtake)
    unpack.unpack(connections, slow)
    check_whole(connections, batch_id, contents)
    assert connections.queues.lengths()["rasterize"] == 1 + 1 + len(contents)


def test_jobs_of_an_archive_that_fails_too_often_fail_with_it(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    batch_id = submitted(connections, archive(*pdfs(10)))
    for _ in range(connections.settings.max_attempts):
        held = claimed(connections, batch_id)
        with monkeypatch.context() as deadly:
            killing(deadly, unpack, "_keep", 1, after=True)
            with pytest.raises(Killed):
                unpack.unpack(connections, held)
        put_back(connections, held, "out_of_memory", "it needs too much")
    view = found(connections, batch_id)
    assert (view.batch.status, view.batch.error_code) == (BatchStatus.FAILED, "out_of_memory")
    assert view.failures is not None
    assert [(one.position, one.code) for one in view.failures] == [
        (number, "out_of_memory") for number in range(1, 10)
    ]
    assert view.failures[0].detail.startswith("its batch failed: it needs too much")
    with connections.database.reading() as session:
        assert jobs.num_unfinished(session) == 0
    job_id = view.failures[0].job_id
    happened = [(one.number, one.name) for one in jobs.events_after(connections, job_id, 0)]
    assert happened == [(1, "queued"), (2, "failed")]


def test_of_two_at_the_same_moment_one_unpacks(connections: Connections) -> None:
    contents = pdfs(30)
    batch_id = submitted(connections, archive(*contents))

    def work() -> None:
        held = claim(connections, Message(Stage.UNPACK, batch_id))
        if held is not None:
            unpack.unpack(connections, held)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check_whole(connections, batch_id, contents)


def test_nothing_stays_of_a_batch_erased_in_the_middle(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    batch_id = submitted(connections, archive(*pdfs(10)))
    meddling(monkeypatch, unpack, "_unpacked", 5, partial(batches.erase, connections, batch_id))
    unpack.unpack(connections, claimed(connections, batch_id))
    assert found(connections, batch_id).counts[Status.ERASED] == 3
    assert connections.store.folders("jobs") == connections.store.folders("batches") == []
    assert steps(connections) == {}


def test_a_document_erased_in_the_middle_stays_erased(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    batch_id = submitted(connections, archive(*pdfs(7)))
    held = claimed(connections, batch_id)
    with monkeypatch.context() as deadly:
        killing(deadly, unpack, "_keep", 2, after=True)
        with pytest.raises(Killed):
            unpack.unpack(connections, held)
    second = rows(connections, batch_id)[1]
    jobs.erase(connections, second.id)
    put_back(connections, held, "worker_killed", "it was killed")
    unpack.unpack(connections, claimed(connections, batch_id))
    view = found(connections, batch_id)
    assert (view.counts[Status.QUEUED], view.counts[Status.ERASED]) == (6, 1)
    assert len(connections.store.folders("jobs")) == 6
    assert second.id not in steps(connections)


def test_a_long_archive_is_unpacked_by_several_steps(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK_FILES", 3)
    hasty = replace(
        connections, settings=connections.settings.model_copy(update={"stage_timeout_s": 1e-9})
    )
    contents = pdfs(7)
    batch_id = submitted(hasty, archive(*contents))
    done = []
    while found(hasty, batch_id).batch.status is BatchStatus.UNPACKING:
        held = claimed(hasty, batch_id)
        assert held.attempt == 1  # each has its own attempts
        unpack.unpack(hasty, held)
        done.append(len(rows(hasty, batch_id)))
    assert done == [3, 6, 7, 7]
    check_whole(connections, batch_id, contents)


@pytest.mark.parametrize("error", [StoreUnavailable("away"), DatabaseBusy("locked")])
def test_a_service_that_fails_leaves_the_batch_to_the_next_attempt(
    connections: Connections, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    batch_id = submitted(connections, archive(*pdfs(3)))
    with monkeypatch.context() as failing:
        target = Store if isinstance(error, StoreUnavailable) else type(connections.database)

        def fail(*_: object) -> None:
            raise error

        held = claimed(connections, batch_id)
        failing.setattr(target, "writing", fail)
        with pytest.raises(type(error)):
            unpack.unpack(connections, held)
    put_back(connections, held, "storage_error", "away", counts=False)
    unpack.unpack(connections, claimed(connections, batch_id))
    check_whole(connections, batch_id, pdfs(3))
