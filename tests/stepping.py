"""The steps of jobs, run in this process one after the other, with doubles for engines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import select

from docai.document import Page
from docai.errors import VlmError
from docai.settings import Settings
from docai.testing import ObedientOcr
from docai.vlm.engine import Answer, Question, Reply, Span
from docai.vlm.tokens import ImageTokens
from workers import jobs, stages, tasks
from workers.connections import Connections
from workers.engines import Engines
from workers.ledger import claim
from workers.queues import Message
from workers.tables import Job, Stage, Step, StepState

ANSWERS = (Answer("total", 0.9, Span(1, (1,))), Answer("answer", 0.9, Span(1, (0,))))


@dataclass
class CountingVlm:
    """A test double of `docai.vlm.engine.Vlm` that reads no tokens but its own, and counts.

    Attributes:
        name: of the model; its tokens bear it.
        answers: what it says, whatever is asked.
        unasked: what it says it was never taught.
        error: raised instead of an answer, as long as it is there.
        encoded: the pages it was shown.
        asked: the schemas it was asked for.
    """

    name: str = "counting-vlm"
    answers: tuple[Answer, ...] = ANSWERS
    unasked: tuple[str, ...] = ()
    error: Exception | None = None
    encoded: list[int] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)

    def encode(self, page: Page) -> ImageTokens:
        """Return tokens that hold the first pixel of the page."""
        self.encoded.append(page.number)
        return ImageTokens(page.number, self.name, {"embeddings": page.picture[0, 0]})

    def answer(self, question: Question) -> Reply:
        """Return the answers that were given.

        Raises:
            VlmError: the tokens are another model's, or not of these pages.
        """
        self.asked.append(question.schema)
        if self.error is not None:
            raise self.error
        for tokens in question.tokens:
            if tokens.model != self.name:
                raise VlmError(f"tokens of {tokens.model}: encode the page again")
            assert np.all(tokens.tensors["embeddings"] == 255)
        return Reply(self.answers, self.unasked)


def engines_of(vlm: CountingVlm) -> Engines:
    """Return engines that are doubles."""
    engines = Engines(Settings())
    engines.__dict__.update(vlm=vlm, _read=(ObedientOcr(), None))
    return engines


def steps_of(connections: Connections, job_id: str) -> dict[tuple[Stage, int], Step]:
    """Return what the ledger has of a job."""
    with connections.database.reading() as session:
        found = session.scalars(select(Step).where(Step.subject == job_id))
        return {(step.stage, step.page): step for step in found}


def names_of(connections: Connections, job_id: str) -> list[str]:
    """Return the names of what happened to a job."""
    return [event.name for event in jobs.events_after(connections, job_id, 0)]


def job_of(connections: Connections, job_id: str) -> Job:
    """Return a job."""
    view = jobs.find(connections, job_id)
    assert view is not None
    return view.job


def work(
    connections: Connections, job_id: str, engines: Engines, until: Stage | None = None
) -> Job:
    """Run the steps of a job that are due until there are none, or until one of a stage is due."""
    works: dict[Stage, Callable[..., bool]] = {
        Stage.OCR: stages.ocr,
        Stage.ENCODE: stages.encode,
        Stage.RECONCILE: stages.reconcile,
    }
    while True:
        due = [
            step
            for step in steps_of(connections, job_id).values()
            if step.state is StepState.QUEUED and step.not_before is None
        ]
        if not due or any(step.stage is until for step in due):
            return job_of(connections, job_id)
        step = due[0]
        held = claim(connections, Message(step.stage, job_id, step.page))
        assert held is not None
        job = job_of(connections, job_id)
        try:
            if step.stage is Stage.RASTERIZE:
                stages.rasterize(connections, job, held)
            else:
                works[step.stage](connections, job, held, engines)
        except Exception as error:
            tasks._failed(connections, held, error)
