"""One stage of fine-tuning: some weights of a model learn from lessons, step by step.

A step learns from several lessons, one after the other. Which ones is decided by the seed and the
number of the step alone, so that a stage that was interrupted goes on as if nothing had happened.
"""

import json
import math
import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from docai.errors import VlmError

WARM_UP_SHARE = 0.03  # of the steps, as LLaVA was trained
LEAST_RATE = 0.1  # of the peak, at the end of the cosine
MAX_NORM = 1.0  # of a gradient
LINE_EVERY_S = 10.0

Loss = Callable[[int], Tensor]
"""Returns the loss of a lesson, told by its number, ready to go backward."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a stage goes.

    Attributes:
        name: of the stage.
        num_lessons: there are.
        num_steps: to take in all.
        accumulate: lessons per step.
        peak_rate: the highest learning rate.
        seed: of the order of lessons, and of dropout.
        save_every: steps between two checkpoints.
    """

    name: str
    num_lessons: int
    num_steps: int
    accumulate: int
    peak_rate: float
    seed: int
    save_every: int

    def lessons_of(self, step: int) -> list[int]:
        """Return the lessons of a step, counted from 0: each once before any comes again."""
        places = range(step * self.accumulate, (step + 1) * self.accumulate)
        return [
            _order(self.num_lessons, f"{self.seed}/{self.name}/{place // self.num_lessons}")[
                place % self.num_lessons
            ]
            for place in places
        ]

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step: it warms up, then falls along a cosine."""
        warm_up = max(1, round(WARM_UP_SHARE * self.num_steps))
        if step < warm_up:
            return self.peak_rate * (step + 1) / warm_up
        share = (step - warm_up) / max(1, self.num_steps - warm_up)
        return self.peak_rate * (
            LEAST_RATE + (1 - LEAST_RATE) * (1 + math.cos(math.pi * share)) / 2
        )


@lru_cache(maxsize=4)
def _order(num_lessons: int, seed: str) -> tuple[int, ...]:
    """Return all lessons in a random order."""
    return tuple(random.Random(seed).sample(range(num_lessons), num_lessons))


class Journal:
    """Writes the loss of every step down, as JSON lines, and tells it on standard error."""

    def __init__(self, path: Path) -> None:
        """Write to ``path``, behind what is there."""
        self._path = path
        self._said_s = -math.inf

    def forget_after(self, stage: str, step: int) -> None:
        """Drop the last lines of a stage, from ``step`` on: those steps are taken again."""
        if not self._path.is_file():
            return
        kept = [
            line
            for line in self._path.read_text("utf8").splitlines(keepends=True)
            if line.endswith("\n")
            and ((row := json.loads(line))["stage"] != stage or row["step"] < step)
        ]
        partial = self._path.with_suffix(".partial")
        partial.write_text("".join(kept), "utf8")
        partial.replace(self._path)

    def note(self, course: Course, step: int, loss: float) -> None:
        """Write a step down."""
        row = {"stage": course.name, "step": step, "loss": loss, "rate": course.rate_at(step)}
        with self._path.open("a", encoding="utf8") as file:
            file.write(json.dumps(row) + "\n")
        is_last = step + 1 == course.num_steps
        if is_last or time.monotonic() - self._said_s >= LINE_EVERY_S:
            self._said_s = time.monotonic()
            sys.stderr.write(
                f"{course.name}: step {step + 1} of {course.num_steps}, loss {loss:.4f}\n"
            )
            sys.stderr.flush()


def learn(
    course: Course,
    weights: Mapping[str, Tensor],
    loss_of: Loss,
    checkpoint: Path,
    journal: Journal,
) -> None:
    """Take the steps of a stage, or those that are left of it.

    Args:
        course: how it goes.
        weights: that learn, by name; they are changed.
        loss_of: of a lesson.
        checkpoint: file to keep what is needed to go on; taken up if it is there.
        journal: is told every step.

    Raises:
        VlmError: the loss is no number any more, or a lesson does not fit into memory.
    """
    optimiser = torch.optim.AdamW(list(weights.values()), weight_decay=0.0)
    torch.manual_seed(course.seed)
    start = _resume(weights, optimiser, checkpoint)
    journal.forget_after(course.name, start)
    for step in range(start, course.num_steps):
        for group in optimiser.param_groups:
            group["lr"] = course.rate_at(step)
        optimiser.zero_grad()
        loss = sum(_backward(loss_of, lesson, course) for lesson in course.lessons_of(step))
        if not math.isfinite(loss):
            raise VlmError(
                f"the loss of step {step + 1} is {loss}: use --vlm-dtype bf16 or fp32, or a lower "
                "learning rate; the same command goes on from the last checkpoint"
            )
        torch.nn.utils.clip_grad_norm_(list(weights.values()), MAX_NORM)
        optimiser.step()
        journal.note(course, step, round(loss, 6))
        if (step + 1) % course.save_every == 0 or step + 1 == course.num_steps:
            _save(weights, optimiser, step + 1, checkpoint)


def _backward(loss_of: Loss, lesson: int, course: Course) -> float:
    """Add the gradients of a lesson; return its share of the step's loss.

    Raises:
        VlmError: it does not fit into memory.
    """
    try:
        loss = loss_of(lesson) / course.accumulate
        loss.backward()  # type: ignore[no-untyped-call]
    except torch.OutOfMemoryError as error:
        raise VlmError(
            "a lesson does not fit into the GPU's memory: lower --max-image-tokens, or take a "
            "smaller model; the same command goes on from the last checkpoint"
        ) from error
    return float(loss.detach())


def _save(
    weights: Mapping[str, Tensor], optimiser: torch.optim.Optimizer, step: int, path: Path
) -> None:
    """Write a checkpoint; the old one stays until the new one is whole."""
    state: dict[str, Any] = {
        "weights": {name: weight.detach().cpu() for name, weight in weights.items()},
        "optimiser": optimiser.state_dict(),
        "step": step,
        "random": torch.get_rng_state(),
        "random_gpu": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _resume(weights: Mapping[str, Tensor], optimiser: torch.optim.Optimizer, path: Path) -> int:
    """Take up a checkpoint if there is one; return how many steps were taken.

    Raises:
        VlmError: it is of other weights.
    """
    if not path.is_file():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    if weights.keys() != state["weights"].keys():
        raise VlmError(f"{path} holds other weights than this model learns; remove it")
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(state["weights"][name])
    optimiser.load_state_dict(state["optimiser"])
    torch.set_rng_state(state["random"])
    if state["random_gpu"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["random_gpu"])
    return int(state["step"])


def num_steps(num_lessons: int, epochs: float, accumulate: int) -> int:
    """Return how many steps so many rounds through all lessons are; at least one of any."""
    return math.ceil(num_lessons * epochs / accumulate)
