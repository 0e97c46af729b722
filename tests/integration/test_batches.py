"""Batches in the database: accepted whole or not at all, counted, erased."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from docai.errors import EmptyFile, SettingsError
from workers import batches, jobs
from workers import store as keys
from workers.batch_jobs import NewDocument, Refusal
from workers.batch_payloads import batch_payload
from workers.batches import BatchView, NewBatch, new_batch_id
from workers.connections import Connections
from workers.errors import IdempotencyConflict, NotReady
from workers.jobs import Origin, SchemaRef, new_job_id
from workers.ledger import claim, put_back
from workers.lifecycle import end_job, locked_job
from workers.queues import Message
from workers.tables import Batch, BatchStatus, Event, Job, Stage, Status, Step

RECEIPT = SchemaRef("receipt", 1)


def new_batch(**origin: Any) -> NewBatch:
    return NewBatch(new_batch_id(), RECEIPT, Origin(**origin))


def document(name: str = "a.pdf", refusal: Refusal | None = None) -> NewDocument:
    return NewDocument(new_job_id(), name, "0" * 64, 9, None if refusal else "pdf", refusal)


def submitted(
    connections: Connections, documents: list[NewDocument] | None, **origin: Any
) -> BatchView:
    view, is_new = batches.submit(connections, new_batch(**origin), documents)
    assert is_new
    return view


def found(connections: Connections, batch_id: str) -> BatchView:
    view = batches.find(connections, batch_id)
    assert view is not None
    return view


def end(connections: Connections, job_id: str, status: Status = Status.SUCCEEDED) -> None:
    with connections.database.writing() as session:
        job = locked_job(session, job_id)
        assert job is not None
        error = ("broken_file", "x") if status is Status.FAILED else None
        messages = end_job(session, job, status, 60.0, error)
    connections.send(messages)


def count(connections: Connections, table: type[Batch | Job | Event | Step]) -> int:
    with connections.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_document_is_a_job_and_every_refusal_a_failure(connections: Connections) -> None:
    no_bytes = Refusal.of(EmptyFile("the file is empty"))
    documents = [document(), document("b.pdf", no_bytes), document(), document("c", no_bytes)]
    view = submitted(connections, documents, key_id="key", external_id="march")
    assert view.batch.status is BatchStatus.RUNNING
    assert (view.batch.num_documents, view.batch.external_id) == (4, "march")
    assert view.counts == dict.fromkeys(Status, 0) | {Status.QUEUED: 2, Status.FAILED: 2}
    assert view.failures is not None
    assert [(f.job_id, f.name, f.position, f.code, f.detail) for f in view.failures] == [
        (documents[1].job_id, "b.pdf", 2, "empty_file", "the file is empty"),
        (documents[3].job_id, "c", 4, "empty_file", "the file is empty"),
    ]
    assert connections.queues.lengths()["rasterize"] == count(connections, Step) == 2
    for position, one in enumerate(documents, start=1):
        job = jobs.find(connections, one.job_id)
        assert job is not None
        assert (job.job.position, job.job.batch_id) == (position, view.batch.id)
        (event,) = jobs.events_after(connections, one.job_id, 0)
        assert event.name == job.job.status.value == ("failed" if one.refusal else "queued")
        taken = claim(connections, Message(Stage.RASTERIZE, one.job_id))
        assert (taken is None) == (one.refusal is not None)


def test_a_batch_ends_with_its_last_job(connections: Connections) -> None:
    documents = [document(), document()]
    batch_id = submitted(connections, documents, webhook_url="https://example.com").batch.id
    end(connections, documents[0].job_id)
    assert found(connections, batch_id).batch.status is BatchStatus.RUNNING
    end(connections, documents[1].job_id, Status.FAILED)
    view = found(connections, batch_id)
    assert view.batch.status is BatchStatus.FINISHED
    assert view.counts[Status.SUCCEEDED] == view.counts[Status.FAILED] == 1
    assert view.webhook is not None and view.webhook.state == "pending"
    assert connections.queues.lengths()["deliver"] == 1


def test_a_batch_of_nothing_but_refusals_ends_at_once(connections: Connections) -> None:
    refused = document(refusal=Refusal("unsupported_format", "x"))
    view = submitted(connections, [refused], webhook_url="https://example.com")
    assert view.batch.status is BatchStatus.FINISHED
    assert connections.queues.lengths()["deliver"] == 1
    assert connections.queues.lengths()["rasterize"] == 0


def test_an_archive_waits_to_be_unpacked(connections: Connections) -> None:
    view = submitted(connections, None)
    assert view.batch.status is BatchStatus.UNPACKING
    assert view.batch.num_documents is None
    assert claim(connections, Message(Stage.UNPACK, view.batch.id)) is not None
    assert connections.queues.lengths()["rasterize"] == 1


def test_the_same_key_gives_the_same_batch(connections: Connections) -> None:
    key = {"key_id": "k", "idempotency_key": "once"}
    first = submitted(connections, [document()], idempotency_digest="a", **key)
    again, is_new = batches.submit(
        connections, new_batch(idempotency_digest="a", **key), [document(), document()]
    )
    assert (again.batch.id, is_new) == (first.batch.id, False)
    assert (count(connections, Batch), count(connections, Job), count(connections, Step)) == (
        *(1, 1, 1),
    )
    with pytest.raises(IdempotencyConflict):
        batches.submit(connections, new_batch(idempotency_digest="b", **key), [document()])
    key["key_id"] = "somebody else's"[:16]
    assert submitted(connections, [document()], idempotency_digest="b", **key) is not None


def test_of_the_same_request_at_the_same_moment_one_is_accepted(connections: Connections) -> None:
    ready, outcomes = threading.Barrier(4), []

    def submit() -> None:
        new = new_batch(idempotency_key="once", idempotency_digest="a")
        ready.wait()
        outcomes.append(batches.submit(connections, new, [document() for _ in range(50)]))

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(is_new for _, is_new in outcomes) == [False, False, False, True]
    assert len({view.batch.id for view, _ in outcomes}) == 1
    assert (count(connections, Batch), count(connections, Job)) == (1, 50)


def test_of_a_batch_that_cannot_be_written_nothing_stays(connections: Connections) -> None:
    twice = document()
    with pytest.raises(IntegrityError):
        batches.submit(connections, new_batch(), [document(), twice, twice])
    assert [count(connections, table) for table in (Batch, Job, Event, Step)] == [0, 0, 0, 0]
    assert connections.queues.lengths()["rasterize"] == 0


def test_batches_are_listed_newest_first(connections: Connections) -> None:
    ids = [submitted(connections, [document()]).batch.id for _ in range(5)]
    views, cursor = batches.listing(connections, 2, None)
    assert [view.batch.id for view in views] == [ids[4], ids[3]]
    assert views[0].counts[Status.QUEUED] == 1
    assert views[0].failures is None
    views, cursor = batches.listing(connections, 2, cursor)
    views, cursor = batches.listing(connections, 2, cursor)
    assert ([view.batch.id for view in views], cursor) == ([ids[0]], None)
    with pytest.raises(SettingsError):
        batches.listing(connections, 2, "nonsense")


@pytest.mark.parametrize("status", [BatchStatus.ERASED, BatchStatus.EXPIRED])
def test_an_erased_batch_keeps_nothing_of_what_it_was_about(
    connections: Connections, status: BatchStatus
) -> None:
    private = {"external_id": "private", "webhook_url": "https://private.example"}
    documents = [document("private"), document("private", Refusal("empty_file", "private"))]
    documents.append(document("private"))
    batch_id = submitted(connections, documents, **private).batch.id
    other = submitted(connections, [document()]).batch.id
    for one in documents:
        connections.store.put(keys.upload_key(one.job_id), b"private")
    connections.store.put(keys.batch_upload_key(batch_id), b"private")
    end(connections, documents[0].job_id)
    running = claim(connections, Message(Stage.RASTERIZE, documents[2].job_id))
    assert running is not None

    assert batches.erase(connections, batch_id, status)
    view = found(connections, batch_id)
    assert view.batch.status is status
    assert view.counts[Status(status.value)] == 3
    assert view.failures == ()
    assert "private" not in batch_payload(view).model_dump_json()
    assert connections.store.folders("jobs") == connections.store.folders("batches") == []
    for one in documents:
        job = jobs.find(connections, one.job_id)
        assert job is not None
        assert (job.job.name, job.job.sha256, job.job.error_detail) == (None, "", None)
        assert jobs.events_after(connections, one.job_id, 0)[-1].name == status.value
        assert job.job.num_events == len(jobs.events_after(connections, one.job_id, 0))
    with connections.database.reading() as session:
        assert {step.subject for step in session.scalars(select(Step))}.isdisjoint(
            {batch_id, *(one.job_id for one in documents)}
        )
    num_events = count(connections, Event)
    assert batches.erase(connections, batch_id)  # again: as it was
    assert found(connections, batch_id).batch.status is status
    assert count(connections, Event) == num_events
    assert found(connections, other).counts[Status.QUEUED] == 1


def test_there_is_nothing_to_say_of_an_unknown_batch(connections: Connections) -> None:
    assert batches.find(connections, new_batch_id()) is None
    assert not batches.erase(connections, new_batch_id())
    assert batches.deliver_again(connections, new_batch_id()) is None


def test_a_webhook_is_called_again_when_the_batch_has_ended(connections: Connections) -> None:
    one = document()
    batch_id = submitted(connections, [one], webhook_url="https://example.com").batch.id
    with pytest.raises(NotReady, match="running"):
        batches.deliver_again(connections, batch_id)
    end(connections, one.job_id)
    view = batches.deliver_again(connections, batch_id)
    assert view is not None and view.batch.num_deliveries_asked == 2
    assert connections.queues.lengths()["deliver"] == 2
    without = submitted(connections, [document(refusal=Refusal("empty_file", "x"))]).batch.id
    with pytest.raises(NotReady, match="no webhook"):
        batches.deliver_again(connections, without)


def test_an_archive_that_fails_too_often_fails_its_batch(connections: Connections) -> None:
    batch_id = submitted(connections, None, webhook_url="https://example.com").batch.id
    for _ in range(connections.settings.max_attempts):
        held = claim(connections, Message(Stage.UNPACK, batch_id))
        assert held is not None
        put_back(connections, held, "worker_killed", "it was killed")
    view = found(connections, batch_id)
    assert (view.batch.status, view.batch.error_code) == (BatchStatus.FAILED, "worker_killed")
    assert connections.queues.lengths()["deliver"] == 1
    payload = batch_payload(view).model_dump(mode="json", by_alias=True)
    assert payload["error"]["code"] == "worker_killed"
    assert payload["schema"] == {"name": "receipt", "version": 1}
