"""Train the built-in model: ``python -m docai.vlm.builtin.train --data DIR…``.

Reads labelled receipts through our own OCR (cached), mixes them with generated ones, trains with
checkpoints and a logged curve, fits the calibration on documents held out of training, and
exports ONNX with a model card.
"""

import csv
import math
import os
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.progress import track
from torch import Tensor
from torch.nn import functional

from docai.reading import Reading
from docai.vlm.builtin import export
from docai.vlm.builtin.corpus import Labelled, is_held_out, labelled, load_page, read_all
from docai.vlm.builtin.examples import UNKNOWN, Batch, Example, batch, vary
from docai.vlm.builtin.features import GRID, PICTURE_SIDE, see, thumbnail
from docai.vlm.builtin.labels import allowed_tags
from docai.vlm.builtin.model import ModelConfig, Tagger, VisionEncoder
from docai.vlm.builtin.synthetic import synthetic_example
from docai.vlm.builtin.tags import NONE, TAGS

WEIGHTS = Path(__file__).with_name("weights")
CACHE = Path(".cache")
BATCH_SIZE = 12
PEAK_RATE = 1.2e-3
WARM_UP_STEPS = 150
AVERAGE_DECAY = 0.997  # of the exponential moving average of weights, which is what ships
STARTS_WEIGHT = 0.3
SMOOTHING = 0.03


@dataclass
class Network:
    """Everything that has weights."""

    vision: VisionEncoder
    tagger: Tagger

    @classmethod
    def make(cls, config: ModelConfig) -> "Network":
        """Make one with fresh weights."""
        return cls(VisionEncoder(config.channels), Tagger(config))

    def parameters(self) -> list[torch.nn.Parameter]:
        """List all weights."""
        return [*self.vision.parameters(), *self.tagger.parameters()]

    def run(self, examples: Batch) -> tuple[Tensor, Tensor]:
        """Return logits of tags and starts; pages without a picture get empty image tokens."""
        seen = examples.has_picture
        tokens = torch.zeros(len(seen), GRID * GRID, self.tagger.config.channels)
        if seen.any() and self.tagger.config.sees_picture:
            tokens[seen] = self.vision(examples.picture[seen])
        logits: tuple[Tensor, Tensor] = self.tagger(tokens=tokens, **examples.inputs)
        return logits


def loss_of(network: Network, examples: Batch) -> Tensor:
    """Return the loss: minus the log of the probability of all allowed tags, and of starts."""
    logits, starts = network.run(examples)
    log_p = functional.log_softmax(logits, dim=-1)
    likely = log_p.masked_fill(~examples.allowed, -torch.inf)
    is_word = examples.inputs["is_word"]
    tag_loss = -torch.logsumexp(likely[is_word], dim=-1).mean()
    smooth = -log_p[is_word].mean()
    known = is_word & (examples.starts != UNKNOWN)
    start_loss = functional.binary_cross_entropy_with_logits(starts[known], examples.starts[known])
    start_loss = start_loss if known.any() else torch.zeros(())
    return (1 - SMOOTHING) * tag_loss + SMOOTHING * smooth + STARTS_WEIGHT * start_loss


def to_example(document: Labelled, reading: Reading) -> Example | None:
    """Make a training example of a labelled document; None for a blank reading."""
    if not reading.words:
        return None
    return Example(
        see(reading),
        allowed_tags(document.label, reading),
        np.full(len(reading.words), UNKNOWN, np.float32),
        thumbnail(load_page(document.path).picture),
    )


def batches(
    real: list[Example], synthetic_share: float, rng: random.Random
) -> Iterator[list[tuple[Example, tuple[str, ...]]]]:
    """Yield batches for ever: real receipts varied, and new generated ones."""
    order: list[Example] = []
    while True:
        picked = []
        for _ in range(BATCH_SIZE):
            if not real or rng.random() < synthetic_share:
                picked.append(vary(synthetic_example(rng.getrandbits(48)), rng))
            else:
                order = order or rng.sample(real, len(real))
                picked.append(vary(order.pop(), rng))
        yield picked


def word_f1(network: Network, examples: list[Example]) -> float:
    """Return micro F1 of tags over words whose one tag is known."""
    hits = predicted = labelled_words = 0
    for example in examples:
        with torch.inference_mode():
            logits, _ = network.run(batch([(example, example.seen.texts)], PICTURE_SIDE))
        best = logits[0].argmax(-1).numpy()
        sure = example.allowed.sum(axis=1) == 1
        gold = example.allowed.argmax(axis=1)
        nothing = TAGS.index(NONE)
        allowed = example.allowed[np.arange(len(best)), best]
        hits += int((sure & (best == gold) & (gold != nothing)).sum())
        predicted += int((sure & (best != nothing)).sum() + (~sure & ~allowed).sum())
        labelled_words += int((sure & (gold != nothing)).sum())
    return 2 * hits / max(predicted + labelled_words, 1)


def average(slow: Network, fast: Network, decay: float) -> None:
    """Move the slow copy of the weights towards the fast one."""
    for parts in ((slow.vision, fast.vision), (slow.tagger, fast.tagger)):
        mine, theirs = (part.state_dict() for part in parts)
        for name, value in mine.items():
            if value.is_floating_point():
                value.lerp_(theirs[name], 1 - decay)
            else:
                value.copy_(theirs[name])


def rate_at(step: int, num_steps: int) -> float:
    """Return the learning rate: warm-up, then a cosine to a twentieth."""
    if step < WARM_UP_STEPS:
        return PEAK_RATE * (step + 1) / WARM_UP_STEPS
    share = (step - WARM_UP_STEPS) / max(1, num_steps - WARM_UP_STEPS)
    return PEAK_RATE * (0.05 + 0.95 * (1 + math.cos(math.pi * share)) / 2)


def fit(
    network: Network,
    slow: Network,
    examples: Iterator[list[tuple[Example, tuple[str, ...]]]],
    held_out: list[Example],
    num_steps: int,
    folder: Path,
) -> None:
    """Train up to ``num_steps`` in all, going on from the checkpoint in ``folder`` if any."""
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.02, betas=(0.9, 0.98))
    start = _resume(network, slow, optimiser, folder)
    heap: list[float] = []
    for step in track(range(start, num_steps), "training"):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, num_steps)
        network.vision.train(), network.tagger.train()
        loss = loss_of(network, batch(next(examples), PICTURE_SIDE))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average(slow, network, min(AVERAGE_DECAY, (step + 1) / (step + 10)))
        heap.append(loss.item())
        if (step + 1) % 100 == 0 or step + 1 == num_steps:
            slow.vision.eval(), slow.tagger.eval()
            _log(folder, step + 1, float(np.mean(heap)), word_f1(slow, held_out))
            heap.clear()
            _save(network, slow, optimiser, step + 1, folder)


def _log(folder: Path, step: int, loss: float, f1: float) -> None:
    """Add a row to the curve."""
    with (folder / "curve.csv").open("a", newline="") as file:
        csv.writer(file).writerow([step, f"{loss:.4f}", f"{f1:.4f}"])


def _save(
    network: Network, slow: Network, optimiser: torch.optim.Optimizer, step: int, folder: Path
) -> None:
    """Write a checkpoint; the old one stays until the new one is whole."""
    state = {
        "vision": network.vision.state_dict(),
        "tagger": network.tagger.state_dict(),
        "slow_vision": slow.vision.state_dict(),
        "slow_tagger": slow.tagger.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
    }
    torch.save(state, folder / "checkpoint.partial")
    (folder / "checkpoint.partial").rename(folder / "checkpoint.pt")


def _resume(network: Network, slow: Network, optimiser: torch.optim.Optimizer, folder: Path) -> int:
    """Load the checkpoint in ``folder`` if there is one; return the step to go on from."""
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    network.vision.load_state_dict(state["vision"])
    network.tagger.load_state_dict(state["tagger"])
    slow.vision.load_state_dict(state["slow_vision"])
    slow.tagger.load_state_dict(state["slow_tagger"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def main(
    data: Annotated[list[Path], typer.Option(help="Folder with labels.jsonl; may be repeated.")],
    output: Annotated[Path, typer.Option(help="Folder for the exported weights.")] = WEIGHTS,
    cache: Annotated[Path, typer.Option(help="Folder for readings and checkpoints.")] = CACHE,
    run: Annotated[str, typer.Option(help="Name of this run; a run that exists is resumed.")] = (
        "receipt"
    ),
    steps: Annotated[int, typer.Option(help="Training steps of 12 receipts in all.")] = 2700,
    seed: Annotated[int, typer.Option(help="Seed of weights and variations.")] = 1,
    synthetic_share: Annotated[float, typer.Option(help="Share of generated receipts.")] = 0.4,
    words: Annotated[bool, typer.Option(help="Let the model see the words' text.")] = True,
    picture: Annotated[bool, typer.Option(help="Let the model see the picture.")] = True,
) -> None:
    """Train the built-in receipt model and export it."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    folder = cache / "runs" / run
    folder.mkdir(parents=True, exist_ok=True)
    documents = labelled(data, "train")
    readings = read_all(documents, cache / "readings", os.cpu_count() or 1)
    pairs = [(d, to_example(d, r)) for d, r in zip(documents, readings, strict=True)]
    real = [e for d, e in pairs if e is not None and not is_held_out(d)]
    held_out = [e for d, e in pairs if e is not None and is_held_out(d)]
    config = ModelConfig(sees_words=words, sees_picture=picture)
    network, slow = Network.make(config), Network.make(config)
    average(slow, network, 0.0)
    stream = batches(real, synthetic_share, rng)
    fit(network, slow, stream, held_out, steps, folder)
    slow.vision.eval(), slow.tagger.eval()
    about = {
        "data": ", ".join(path.name for path in data),
        "real_receipts": len(real),
        "held_out_receipts": len(held_out),
        "synthetic_share": synthetic_share,
        "steps": steps,
        "seed": seed,
        "config": asdict(config),
        "held_out_word_f1": round(word_f1(slow, held_out), 4),
    }
    export.write(slow.vision, slow.tagger, about, output)


if __name__ == "__main__":
    typer.run(main)
