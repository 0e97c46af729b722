"""Leases of steps that take too long: in children that Celery watches, and in threads."""

import dataclasses
import os
import signal
import time

import pytest
from accepting import accepted

from workers import leases
from workers.connections import Connections
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.leases import leased
from workers.ledger import Claim, claim
from workers.queues import Message
from workers.tables import Stage, Step, StepState


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return whom somebody wants to kill, and spare them."""
    kills: list[tuple[int, int]] = []
    monkeypatch.setattr("workers.leases.os.kill", lambda pid, number: kills.append((pid, number)))
    monkeypatch.setattr(leases, "HARD_AFTER_S", 0.0)
    return kills


def begun(connections: Connections) -> tuple[Connections, Claim]:
    """Return a step that was claimed, where a step may take a tenth of a second."""
    settings = connections.settings.model_copy(update={"lease_s": 0.15, "stage_timeout_s": 0.1})
    quick = dataclasses.replace(connections, settings=settings)
    schema = SchemaRef("receipt", 1)
    new = NewJob(new_job_id(), "a", "0" * 64, 1, "png", schema, Origin())
    job_id = accepted(quick, new).view.job.id
    held = claim(quick, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    return quick, held


def step_of(connections: Connections, held: Claim) -> Step:
    with connections.database.reading() as session:
        step = session.get(Step, (held.message.subject, Stage.RASTERIZE, 0))
        assert step is not None
        return step


def test_a_thread_that_hangs_ends_its_process(
    connections: Connections, kills: list[tuple[int, int]]
) -> None:
    quick, held = begun(connections)
    with leased(quick, held):
        deadline_s = time.monotonic() + 20
        while not kills:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
    assert kills == [(os.getpid(), signal.SIGKILL)]
    step = step_of(quick, held)
    assert (step.state, step.error_code) == (StepState.QUEUED, "timed_out")


def test_a_child_of_celerys_is_left_to_celery(
    connections: Connections, kills: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_is_watched", lambda: True)
    quick, held = begun(connections)
    with leased(quick, held):
        time.sleep(0.4)
    step = step_of(quick, held)
    assert (kills, step.state) == ([], StepState.RUNNING)
    assert step.lease_until is not None and step.started_at is not None
    assert (step.lease_until - step.started_at).total_seconds() > 0.3  # it was renewed
