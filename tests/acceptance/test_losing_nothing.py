"""Whatever is killed, every accepted job ends, once. Real processes, doubled engines."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Processes, await_that, png, processes
from sqlalchemy import func, select

from docai.testing import Order
from workers.tables import Event, Step, StepState

NUM_JOBS = 24


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with processes(tmp_path_factory.mktemp("s"), ocr_s=0.15) as running:
        yield running


def num_ended(service: Processes, ids: list[str]) -> int:
    ended = select(func.count()).where(
        Event.name.in_(("succeeded", "failed")), Event.job_id.in_(ids)
    )
    with service.connections.database.reading() as session:
        return session.scalar(ended) or 0


def submit_and_get_going(service: Processes) -> list[str]:
    ids = [service.submit(png(Order.READ.page())) for _ in range(NUM_JOBS)]
    await_that("some jobs have ended", lambda: num_ended(service, ids) >= 3)
    assert num_ended(service, ids) < NUM_JOBS, "too quick: nothing was under way"
    return ids


def check_all_ended_once(service: Processes, ids: list[str]) -> None:
    found = service.await_end(ids)
    assert {job["status"] for job in found} == {"succeeded"}, service.logs()[-3000:]
    for job in found:
        result = service.http.get(job["links"]["result"])
        assert result.status_code == 200
        assert result.json()["data"]["total"]["amount"] == "9.00"
    with service.connections.database.reading() as session:
        ends = select(Event.job_id, func.count()).where(Event.name == "succeeded")
        rows = session.execute(ends.group_by(Event.job_id)).all()
        num_ends = {job_id: number for job_id, number in rows if job_id in ids}
        assert num_ends == dict.fromkeys(ids, 1)
        undone = select(func.count()).where(Step.state != StepState.DONE, Step.subject.in_(ids))
        assert session.scalar(undone) == 0


@pytest.mark.slow
def test_killed_worker_processes(service: Processes) -> None:
    ids = submit_and_get_going(service)
    for child in service.worker_children():
        child.kill()
    check_all_ended_once(service, ids)


@pytest.mark.slow
def test_a_killed_worker(service: Processes) -> None:
    ids = submit_and_get_going(service)
    service.kill("cpu")
    service.start("cpu")
    check_all_ended_once(service, ids)


@pytest.mark.slow
def test_a_killed_api(service: Processes) -> None:
    ids = submit_and_get_going(service)
    service.kill("api")
    service.start("api")
    check_all_ended_once(service, ids)


@pytest.mark.slow
def test_a_redis_that_forgets_everything(service: Processes) -> None:
    ids = submit_and_get_going(service)
    service.wipe_redis()
    ids.append(service.submit(png(Order.READ.page())))  # accepted though no message can be sent
    service.start("redis")
    check_all_ended_once(service, ids)


@pytest.mark.slow
def test_a_loss_of_power(service: Processes) -> None:
    ids = submit_and_get_going(service)
    service.kill()
    service.start()
    check_all_ended_once(service, ids)


@pytest.mark.slow
def test_deadly_documents_fail_alone(tmp_path: Path) -> None:
    limits = {"DOCAI_STAGE_TIMEOUT_S": "2", "DOCAI_MAX_MEMORY_BYTES": "1000000000"}
    with processes(tmp_path, ocr_s=0.05, **limits) as service:
        deadly = {
            Order.CRASH: "worker_killed",
            Order.LOOP: "timed_out",
            Order.SLEEP: "timed_out",
            Order.EAT_MEMORY: "out_of_memory",
            Order.FAIL: "ocr_error",
        }
        doomed = {service.submit(png(order.page())): code for order, code in deadly.items()}
        others = [service.submit(png(Order.READ.page())) for _ in range(12)]
        assert {job["status"] for job in service.await_end(others)} == {"succeeded"}
        for job in service.await_end(doomed):
            assert job["status"] == "failed"
            assert job["error"]["code"] == doomed[job["id"]], job
            assert job["attempts"] == 3
            assert job["error"]["detail"].endswith("ocr was tried 3 times")
            refused = service.http.get(job["links"]["result"])
            assert (refused.status_code, refused.json()["code"]) == (409, "job_failed")


@pytest.mark.slow
def test_a_step_that_outlives_the_visibility_timeout_has_one_result(tmp_path: Path) -> None:
    with processes(tmp_path, long_s=6, DOCAI_VISIBILITY_TIMEOUT_S="2") as service:
        slow = service.submit(png(Order.SLEEP.page()))
        check_all_ended_once(service, [slow])
        assert service.job(slow)["attempts"] == 1


@pytest.mark.slow
def test_a_locked_database_is_waited_for(service: Processes) -> None:
    ids = [service.submit(png(Order.READ.page())) for _ in range(4)]
    path = service.folder / "docai.sqlite3"
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = service.http.post("/v1/jobs", files={"file": ("a.png", png(Order.READ.page()))})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["code"] == "database_busy"
        other.execute("ROLLBACK")
    other.close()
    check_all_ended_once(service, ids)
    stored = {p.name for p in (service.folder / "store" / "jobs").iterdir()}
    assert stored >= set(ids)
    assert stored == {job["id"] for job in service.all_jobs()}, (
        "an upload that was refused left something"
    )
