"""What becomes of steps whose model fails, where it is held in this process and where it is not."""

import dataclasses
import os
import signal
from types import SimpleNamespace

import pytest
from accepting import accepted

from docai.errors import VlmError
from workers import tasks
from workers.connections import Connections
from workers.jobs import NewJob, Origin, SchemaRef, Source, find, new_job_id
from workers.ledger import Claim
from workers.queues import Message
from workers.tables import Job, Stage, Status, Step

TASK = SimpleNamespace(request=SimpleNamespace(id="delivery"))


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return whom somebody wants to end, and spare them."""
    kills: list[tuple[int, int]] = []
    monkeypatch.setattr("workers.tasks.os.kill", lambda pid, number: kills.append((pid, number)))
    monkeypatch.setattr(tasks, "BACK_OFF_S", 0.0)
    tasks._failures_in_a_row.clear()
    return kills


def with_model(connections: Connections, monkeypatch: pytest.MonkeyPatch, vlm: str) -> Connections:
    settings = connections.settings.model_copy(update={"vlm": vlm})
    changed = dataclasses.replace(connections, settings=settings)
    monkeypatch.setattr(tasks, "_connections", lambda: changed)
    return changed


def to_reconcile(connections: Connections) -> str:
    schema = SchemaRef("receipt", 1)
    source = Source("job_0", 1)
    new = NewJob(new_job_id(), "a", "0" * 64, 1, "png", schema, Origin(), source)
    return accepted(connections, new).view.job.id


def run(job_id: str, error: Exception | None) -> None:
    """Run the step of a job, with a model that fails or not."""

    def work(connections: Connections, held: Claim) -> None:
        if error is not None:
            raise error

    tasks._run(TASK, Message(Stage.RECONCILE, job_id), work)


def job_of(connections: Connections, job_id: str) -> Job:
    view = find(connections, job_id)
    assert view is not None
    return view.job


def test_a_model_elsewhere_fails_for_good(
    connections: Connections, kills: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    used = with_model(connections, monkeypatch, "openai:m")
    for _ in range(5):
        job_id = to_reconcile(used)
        run(job_id, VlmError("no"))
        assert job_of(used, job_id).status is Status.FAILED
    assert kills == []


def test_a_model_that_is_held_here_may_be_broken_rather_than_the_document(
    connections: Connections, kills: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    used = with_model(connections, monkeypatch, "hf:m")
    ids = [to_reconcile(used) for _ in range(4)]
    for job_id in ids[:2]:
        run(job_id, VlmError("no"))
    run(ids[2], None)  # which proves that the model works
    for job_id in ids[:2]:
        run(job_id, VlmError("no"))
    assert kills == []
    assert {job_of(used, job_id).status for job_id in ids} == {Status.RUNNING, Status.QUEUED}
    run(ids[3], VlmError("no"))
    assert kills == [(os.getpid(), signal.SIGTERM)]
    run(ids[0], VlmError("no"))
    job = job_of(used, ids[0])
    assert (job.status, job.error_code, job.attempts) == (Status.FAILED, "vlm_error", 3)
    assert len(kills) == 1
    with used.database.reading() as session:
        assert session.get(Step, (ids[1], Stage.RECONCILE, 0)) is not None
