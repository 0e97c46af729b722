"""Archives on their way to jobs, and attempts that end in the middle."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from zip_writer import PDF, packed

from workers import batches, unpack
from workers import store as keys
from workers.batches import BatchView, NewBatch, new_batch_id
from workers.connections import Connections
from workers.jobs import Origin, SchemaRef
from workers.ledger import Claim, claim
from workers.queues import Message
from workers.tables import BatchStatus, Job, Stage, Status, Step, StepState


def archive(*contents: bytes) -> bytes:
    return packed(*((f"{number}.pdf", content) for number, content in enumerate(contents)))


def pdfs(number: int) -> list[bytes]:
    return [PDF + str(one).encode() for one in range(number)]


def submitted(connections: Connections, data: bytes, **origin: Any) -> str:
    new = NewBatch(new_batch_id(), SchemaRef("receipt", 1), Origin(**origin))
    connections.store.put(keys.batch_upload_key(new.id), data)
    batches.submit(connections, new, None)
    return new.id


def claimed(connections: Connections, batch_id: str) -> Claim:
    held = claim(connections, Message(Stage.UNPACK, batch_id))
    assert held is not None
    return held


def unpacked(connections: Connections, data: bytes, **origin: Any) -> BatchView:
    batch_id = submitted(connections, data, **origin)
    unpack.unpack(connections, claimed(connections, batch_id))
    return found(connections, batch_id)


def found(connections: Connections, batch_id: str) -> BatchView:
    view = batches.find(connections, batch_id)
    assert view is not None
    return view


def rows(connections: Connections, batch_id: str) -> list[Job]:
    of_batch = select(Job).where(Job.batch_id == batch_id).order_by(Job.position)
    with connections.database.reading() as session:
        return list(session.scalars(of_batch))


def steps(connections: Connections) -> dict[str, StepState]:
    with connections.database.reading() as session:
        return {step.subject: step.state for step in session.scalars(select(Step))}


def check_whole(connections: Connections, batch_id: str, contents: list[bytes]) -> None:
    """Check that every document is one queued job with its bytes, and nothing else is there."""
    found_rows = rows(connections, batch_id)
    assert [job.position for job in found_rows] == [*range(1, len(contents) + 1)]
    stored = [connections.store.get(keys.upload_key(job.id)) for job in found_rows]
    assert stored == contents
    assert {job.status for job in found_rows} == {Status.QUEUED}
    ids = {job.id for job in found_rows}
    queued = {subject for subject, state in steps(connections).items() if state == "queued"}
    assert queued == ids
    assert sorted(connections.store.folders("jobs")) == sorted(ids)
    assert connections.store.folders("batches") == []
    view = found(connections, batch_id)
    assert (view.batch.status, view.batch.num_documents) == (BatchStatus.RUNNING, len(contents))


class Killed(Exception):
    """Stands for whatever ends an attempt."""


def killing(
    monkeypatch: pytest.MonkeyPatch, target: object, name: str, at_call: int, *, after: bool
) -> None:
    """Have the ``at_call``-th call of a function end the attempt, before or after it works."""

    def die() -> None:
        raise Killed

    meddling(monkeypatch, target, name, at_call, die, after=after)


def meddling(
    monkeypatch: pytest.MonkeyPatch,
    target: object,
    name: str,
    at_call: int,
    deed: Callable[[], object],
    *,
    after: bool = False,
) -> None:
    """Have something happen before or after the ``at_call``-th call of a function."""
    real: Callable[..., Any] = getattr(target, name)
    calls = 0

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        is_the_one = calls == at_call
        if is_the_one and not after:
            deed()
        result = real(*args, **kwargs)
        if is_the_one and after:
            deed()
        return result

    monkeypatch.setattr(target, name, call)
