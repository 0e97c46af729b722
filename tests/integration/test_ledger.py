import datetime as dt
import threading
from collections.abc import Callable
from functools import partial

import pytest
from accepting import accepted
from sqlalchemy import select, update

from workers import jobs, ledger
from workers.connections import Connections
from workers.errors import IdempotencyConflict
from workers.intake import Accepted
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.ledger import Claim, claim
from workers.lifecycle import now
from workers.queues import Message
from workers.stages import _page_encoded, _page_read, _rasterized, _reconciled
from workers.tables import Event, Job, Stage, Status, Step, StepState

Ahead = Callable[..., list[Message]]


def new_job(**origin: str) -> NewJob:
    return NewJob(
        id=new_job_id(),
        name="a.jpg",
        sha256="0" * 64,
        size_bytes=10,
        format="jpeg",
        schema=SchemaRef("receipt", 1),
        origin=Origin(**origin),
    )


def submitted(connections: Connections, **origin: str) -> str:
    return accepted(connections, new_job(**origin)).view.job.id


def taken(connections: Connections, stage: Stage, job_id: str, page: int = 0) -> Claim:
    held = claim(connections, Message(stage, job_id, page))
    assert held is not None
    return held


def job_of(connections: Connections, job_id: str) -> Job:
    view = jobs.find(connections, job_id)
    assert view is not None
    return view.job


def steps_of(connections: Connections, job_id: str) -> dict[tuple[Stage, int], Step]:
    with connections.database.reading() as session:
        found = session.scalars(select(Step).where(Step.subject == job_id))
        return {(step.stage, step.page): step for step in found}


def rasterized(connections: Connections, num_pages: int) -> str:
    job_id = submitted(connections)
    held = taken(connections, Stage.RASTERIZE, job_id)
    assert ledger.finish(connections, held, partial(_rasterized, num_pages))
    return job_id


def end_page(connections: Connections, stage: Stage, job_id: str, page: int) -> bool:
    advance = _page_read if stage is Stage.OCR else _page_encoded
    held = taken(connections, stage, job_id, page)
    return ledger.finish(connections, held, partial(advance, page))


def test_a_job_goes_from_stage_to_stage(connections: Connections) -> None:
    job_id = rasterized(connections, 2)
    assert job_of(connections, job_id).status is Status.RUNNING
    for stage in (Stage.OCR, Stage.ENCODE):
        for page in (1, 2):
            assert (Stage.RECONCILE, 0) not in steps_of(connections, job_id)
            assert end_page(connections, stage, job_id, page)
    held = taken(connections, Stage.RECONCILE, job_id)
    assert ledger.finish(connections, held, partial(_reconciled, {"docai": "x"}, 60.0))
    job = job_of(connections, job_id)
    assert (job.status, job.num_pages, job.pages_read, job.pages_encoded) == (
        Status.SUCCEEDED,
        2,
        2,
        2,
    )
    names = [event.name for event in jobs.events_after(connections, job_id, 0)]
    assert names == [
        *("queued", "started", "rasterized"),
        *(["page_read"] * 2 + ["page_encoded"] * 2),
        "succeeded",
    ]
    assert set(job.timings_s) == {"rasterize", "ocr", "encode", "reconcile"}


def test_pages_that_end_at_the_same_moment_are_joined_once(connections: Connections) -> None:
    num_pages = 6
    job_id = rasterized(connections, num_pages)
    threads = [
        threading.Thread(target=end_page, args=(connections, stage, job_id, page))
        for stage in (Stage.OCR, Stage.ENCODE)
        for page in range(1, num_pages + 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert steps_of(connections, job_id)[Stage.RECONCILE, 0].state is StepState.QUEUED
    assert connections.queues.lengths()["reconcile"] == 1
    assert job_of(connections, job_id).pages_read == num_pages


def test_a_step_is_claimed_by_one_of_many(connections: Connections) -> None:
    job_id = submitted(connections)
    claims: list[Claim | None] = []

    def take() -> None:
        claims.append(claim(connections, Message(Stage.RASTERIZE, job_id)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 8
    assert len([held for held in claims if held is not None]) == 1


def test_a_message_that_comes_again_after_the_end_changes_nothing(
    connections: Connections,
) -> None:
    job_id = rasterized(connections, 1)
    assert claim(connections, Message(Stage.RASTERIZE, job_id)) is None
    assert job_of(connections, job_id).num_pages == 1


def test_who_lost_its_claim_cannot_end_the_step(connections: Connections) -> None:
    job_id = submitted(connections)
    slow = taken(connections, Stage.RASTERIZE, job_id)
    ledger.put_back(connections, slow, "worker_killed", "lost")
    quick = taken(connections, Stage.RASTERIZE, job_id)
    assert not ledger.finish(connections, slow, partial(_rasterized, 7))
    assert not ledger.renew(connections, slow)
    assert ledger.renew(connections, quick)
    assert ledger.finish(connections, quick, partial(_rasterized, 1))
    assert job_of(connections, job_id).num_pages == 1


def test_three_interruptions_fail_the_job_with_the_reason(connections: Connections) -> None:
    job_id = submitted(connections)
    for attempt in (1, 2, 3):
        held = claim(connections, Message(Stage.RASTERIZE, job_id), "delivery")
        assert held is not None and held.attempt == attempt
        message = Message(Stage.RASTERIZE, job_id)
        ledger.interrupted(connections, message, "delivery", "worker_killed", "its process died")
    job = job_of(connections, job_id)
    assert job.status is Status.FAILED
    assert job.error_code == "worker_killed"
    assert job.error_detail == "its process died; rasterize was tried 3 times"
    assert not steps_of(connections, job_id)


def test_an_interruption_of_another_delivery_is_none_of_ours(connections: Connections) -> None:
    job_id = submitted(connections)
    message = Message(Stage.RASTERIZE, job_id)
    held = claim(connections, message, "one")
    assert held is not None
    ledger.interrupted(connections, message, "another", "worker_killed", "died")
    assert ledger.renew(connections, held)


def test_a_failure_of_the_service_does_not_count_against_the_document(
    connections: Connections,
) -> None:
    job_id = submitted(connections)
    for _ in range(5):
        held = taken(connections, Stage.RASTERIZE, job_id)
        ledger.put_back(connections, held, "storage_error", "away", counts=False)
    assert job_of(connections, job_id).status is Status.RUNNING


def test_a_step_that_backs_off_cannot_be_claimed_before_its_time(
    connections: Connections,
) -> None:
    job_id = submitted(connections)
    held = taken(connections, Stage.RASTERIZE, job_id)
    ledger.put_back(connections, held, "ocr_error", "failed", delay_s=60)
    assert claim(connections, Message(Stage.RASTERIZE, job_id)) is None
    with connections.database.writing() as session:
        session.execute(update(Step).values(not_before=now() - dt.timedelta(seconds=1)))
    assert claim(connections, Message(Stage.RASTERIZE, job_id)) is not None


def test_erasing_a_running_job_takes_its_claims_away(connections: Connections) -> None:
    job_id = submitted(connections, external_id="order 7")
    connections.store.put(f"jobs/{job_id}/upload", b"x")
    held = taken(connections, Stage.RASTERIZE, job_id)
    assert jobs.erase(connections, job_id)
    assert jobs.erase(connections, job_id)
    assert not ledger.finish(connections, held, partial(_rasterized, 1))
    job = job_of(connections, job_id)
    assert (job.status, job.name, job.external_id, job.sha256) == (Status.ERASED, None, None, "")
    assert connections.store.folders("jobs") == []
    assert [e.name for e in jobs.events_after(connections, job_id, 0)][-1] == "erased"


def test_the_same_key_gives_the_same_job(connections: Connections) -> None:
    asked = {"idempotency_key": "k", "idempotency_digest": "d"}
    first = accepted(connections, new_job(**asked))
    second = accepted(connections, new_job(**asked))
    assert (first.is_new, second.is_new) == (True, False)
    assert first.view.job.id == second.view.job.id
    with pytest.raises(IdempotencyConflict):
        accepted(connections, new_job(idempotency_key="k", idempotency_digest="other"))
    assert accepted(connections, new_job(key_id="b", **asked)).is_new


def test_the_same_key_at_the_same_moment_gives_one_job(connections: Connections) -> None:
    found: list[Accepted] = []

    def submit() -> None:
        new = new_job(idempotency_key="k", idempotency_digest="d")
        found.append(accepted(connections, new))

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.view.job.id for one in found}) == 1
    assert [one.is_new for one in found].count(True) == 1


def test_events_are_numbered_without_gaps(connections: Connections) -> None:
    job_id = rasterized(connections, 3)
    with connections.database.reading() as session:
        numbers = list(
            session.scalars(
                select(Event.number).where(Event.job_id == job_id).order_by(Event.number)
            )
        )
    assert numbers == list(range(1, len(numbers) + 1))
    assert [e.number for e in jobs.events_after(connections, job_id, 2)] == numbers[2:]


def test_pages_of_a_listing_hold_every_job_once(connections: Connections) -> None:
    ids = [submitted(connections) for _ in range(7)]
    listed: list[str] = []
    cursor = None
    while True:
        views, cursor = jobs.listing(connections, jobs.Wanted(), 3, cursor)
        listed += [view.job.id for view in views]
        if cursor is None:
            break
    assert listed == ids[::-1]
